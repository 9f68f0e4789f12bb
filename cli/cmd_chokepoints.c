/* cmd_chokepoints.c - who can stop supply, for whom, and by what proof. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/call.h"
#include "cli/verbs.h"
#include "cli/best_case.h"
#include "cli/best_sets.h"
#include "cli/certificates.h"
#include "cli/whatif_options.h"
#include "metrics/candidates.h"
#include "metrics/chokepoint.h"
#include "reports/number.h"

enum { HITS = 5, SOLES = 20 };

static const double stops = 0.5; /* a candidate that costs more than half of supply stops it */

static const sn_option options[] = {
    {.name = "by", .kind = SN_OPTION_CHOICE, .argument = "LEVEL",
     .choices = "country|owner|firm|stage|commodity|node", .fallback = "country",
     .help = "what is removed: country, owner, firm, stage, commodity or node"},
    {.name = "mode", .kind = SN_OPTION_CHOICE, .argument = "MODE",
     .choices = "production|exports|imports|transit", .fallback = "production",
     .help = "how it is removed: production, exports, imports or transit"},
    {.name = "fraction", .kind = SN_OPTION_NUMBER, .argument = "F", .least = 0, .most = 1,
     .fallback = "1", .help = "how much of it is removed"},
    SN_OPTION_BUYER,
    SN_OPTION_RESPONSE,
    SN_OPTION_WEIGHT,
    SN_OPTION_OWNERSHIP,
    SN_OPTION_TOLERANCE,
    SN_OPTION_SPARE,
    SN_OPTION_OPEN_MARKET,
    SN_OPTION_BOUNDS,
    SN_OPTION_CERTIFICATES,
    SN_OPTIONS_SETS,
    {.name = NULL},
};

/* One candidate over all commodities. */
typedef struct {
    const char *name;
    size_t stopped; /* commodities of which it costs more than half */
    double sum;     /* of its losses, one a commodity               */
    const sn_chokepoint *worst;
} sn_summary;

typedef struct {
    sn_setting setting;
    sn_chokepoints list;
    sn_level level;
    size_t shown;
    double *low; /* [shown] loss in the best case; NaN: not worked out */
    sn_certificates certificates; /* of the rows shown */
    sn_best_sets sets;            /* where they are asked for */
    sn_summary *summary; /* by stopped, then sum, then name */
    size_t summary_count, commodities;
} sn_ranking;

static const char *label_of(const sn_ranking *ranking, const sn_chokepoint *row)
{
    const char *place = ranking->level == SN_LEVEL_COUNTRY || ranking->level == SN_LEVEL_OWNER
                            ? sn_call_place(row->name)
                            : NULL;

    return place != NULL ? place : row->label;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(((const sn_summary *)left)->name, ((const sn_summary *)right)->name);
}

static int compare_summaries(const void *left, const void *right)
{
    const sn_summary *a = left, *b = right;

    if (a->stopped != b->stopped)
        return a->stopped > b->stopped ? -1 : 1;
    if (a->sum < b->sum || a->sum > b->sum)
        return a->sum > b->sum ? -1 : 1;
    return strcmp(a->name, b->name);
}

/* Join the rows of one candidate; rows come with the largest loss first. */
static sn_status summarize(sn_ranking *ranking, sn_error *err)
{
    const sn_chokepoints *list = &ranking->list;
    size_t count = 0;

    ranking->summary = calloc(list->count + 1, sizeof *ranking->summary);
    if (ranking->summary == NULL)
        return sn_nomem(err, "a summary");
    for (size_t r = 0; r < list->count; r++)
        ranking->summary[r] = (sn_summary){list->row[r].name, list->row[r].loss > stops,
                                           isnan(list->row[r].loss) ? 0 : list->row[r].loss,
                                           &list->row[r]};
    qsort(ranking->summary, list->count, sizeof *ranking->summary, compare_names);
    for (size_t r = 0; r < list->count; r++) {
        sn_summary *last = count > 0 ? &ranking->summary[count - 1] : NULL;
        const sn_summary *next = &ranking->summary[r];
        if (last == NULL || strcmp(last->name, next->name) != 0) {
            ranking->summary[count++] = *next;
            continue;
        }
        last->stopped += next->stopped;
        last->sum += next->sum;
        if (next->worst < last->worst)
            last->worst = next->worst;
    }
    qsort(ranking->summary, count, sizeof *ranking->summary, compare_summaries);
    ranking->summary_count = count;
    ranking->commodities = sn_impact_frame_commodities(ranking->setting.frame);
    return SN_OK;
}

static void write_certificates(sn_json *json, const sn_call *call, const sn_ranking *ranking,
                               size_t rank)
{
    const sn_chokepoint *row = &ranking->list.row[rank];

    sn_json_kv_array(json, "certificates");
    for (size_t s = 0; s < row->sole_count; s++) {
        const sn_chokepoint_sole *sole = &ranking->list.sole[row->sole_first + s];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "kind", "sole_supplier");
        sn_json_kv_string(json, "buyer", sn_network_id(call->net, (size_t)sole->buyer));
        sn_json_kv_string(json, "input", sn_dict_text(sn_network_groups(call->net), sole->group));
        sn_json_end_object(json);
    }
    sn_certificates_write(json, call, &ranking->certificates, rank);
    sn_json_end_array(json);
    sn_json_kv_integer(json, "certificates_total", (int64_t)row->sole_total);
    if (ranking->certificates.dominated != NULL)
        sn_json_kv_integer(json, "dominated_total", (int64_t)ranking->certificates.dominated[rank]);
}

static void write_row(sn_json *json, const sn_call *call, const sn_ranking *ranking, size_t rank)
{
    const sn_network *net = call->net;
    const sn_chokepoint *row = &ranking->list.row[rank];
    const double interval[2] = {ranking->low[rank], row->loss};

    sn_json_begin_object(json);
    sn_json_kv_integer(json, "rank", (int64_t)rank + 1);
    sn_json_kv_string(json, "id", row->name);
    sn_json_kv_string(json, "label", label_of(ranking, row));
    sn_json_kv_string(json, "level", sn_level_name(ranking->level));
    sn_json_kv_string(json, "country", sn_call_text(call, SN_COUNTRY, row->country));
    sn_json_kv_string(json, "owner", sn_call_text(call, SN_OWNER, row->owner));
    sn_json_kv_string(json, "commodity", sn_call_text(call, SN_COMMODITY, row->commodity));
    sn_json_kv_string(json, "stage", sn_call_text(call, SN_STAGE, row->main_stage));
    sn_json_kv_number_or_reason(json, "loss", row->loss, "no buyer is asked about");
    sn_json_kv_numbers(json, "interval", interval, 2);
    sn_json_kv_number(json, "loss_down", row->loss_down);
    sn_json_kv_number(json, "loss_up", row->loss_up);
    sn_json_kv_number(json, "loss_others", row->loss_others);
    sn_json_kv_number(json, "lost", row->lost);
    sn_json_kv_string(json, "unit", sn_network_unit(net, row->commodity));
    sn_json_kv_number_or_reason(json, "share", row->share, "nothing is made here");
    sn_json_kv_number(json, "bound", row->bound);
    sn_json_kv_integer(json, "nodes", (int64_t)row->nodes);
    write_certificates(json, call, ranking, rank);
    sn_json_kv_array(json, "hits");
    for (size_t h = 0; h < row->hit_count; h++) {
        const sn_chokepoint_hit *hit = &ranking->list.hit[row->hit_first + h];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "id", sn_network_id(net, (size_t)hit->node));
        sn_json_kv_string(json, "label", sn_network_label(net, (size_t)hit->node));
        sn_json_kv_number(json, "loss", hit->loss);
        sn_json_kv_number(json, "lost", hit->lost);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const sn_ranking *ranking = data;

    sn_json_begin_object(json);
    sn_json_kv_string(json, "by", sn_level_name(ranking->level));
    sn_json_key(json, "model");
    sn_json_begin_object_inline(json);
    sn_json_kv_string(json, "mode", sn_options_text(&call->options, "mode"));
    sn_json_kv_string(json, "response", sn_options_text(&call->options, "response"));
    sn_json_kv_string(json, "weight",
                      sn_weight_name(sn_impact_frame_weight(ranking->setting.frame)));
    sn_json_end_object(json);
    sn_json_kv_integer(json, "candidates", (int64_t)ranking->list.count);
    sn_json_kv_array(json, "ranking");
    for (size_t r = 0; r < ranking->shown; r++)
        write_row(json, call, ranking, r);
    sn_json_end_array(json);
    sn_best_sets_write(json, call, &ranking->sets);
    sn_json_kv_array(json, "summary");
    for (size_t s = 0; s < ranking->summary_count; s++) {
        const sn_summary *summary = &ranking->summary[s];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "id", summary->name);
        sn_json_kv_string(json, "label", label_of(ranking, summary->worst));
        sn_json_kv_integer(json, "commodities_over_half", (int64_t)summary->stopped);
        sn_json_kv_number(json, "mean_loss", summary->sum / (double)ranking->commodities);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_end_object(json);
}

/* "Japan -96 %, Korea -80 %": the worst hit buyers elsewhere than in the candidate itself. */
static void describe_hits(const sn_call *call, const sn_ranking *ranking, const sn_chokepoint *row,
                          char *text, size_t size)
{
    size_t length = 0;

    text[0] = '\0';
    for (size_t h = 0, named = 0; h < row->hit_count && named < 3; h++) {
        const sn_chokepoint_hit *hit = &ranking->list.hit[row->hit_first + h];
        const size_t node = (size_t)hit->node;
        const char *country = sn_network_text(call->net, SN_COUNTRY, node);
        char percent[SN_NUMBER_SIZE];
        if (!(hit->loss > 0) || sn_network_is_rest(call->net, node) ||
            (country != NULL && strcmp(country, row->name) == 0))
            continue;
        const int more = snprintf(text + length, size - length, "%s%s %s", named > 0 ? ", " : "",
                                  country != NULL ? country : sn_network_id(call->net, node),
                                  sn_number_percent(hit->loss, percent));
        if (more < 0 || length + (size_t)more >= size)
            break;
        length += (size_t)more;
        named++;
    }
}

static sn_status make_ranking(const sn_call *call, const sn_ranking *ranking, sn_table **table,
                              sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "rank", .heading = "#", .type = SN_COLUMN_INTEGER},
        {.name = "id"},
        {.name = "label", .heading = "name"},
        {.name = "commodity"},
        {.name = "stage", .heading = "main stage", .detail = 3},
        {.name = "share", .type = SN_COLUMN_PERCENT, .detail = 1},
        {.name = "loss", .type = SN_COLUMN_PERCENT, .bar = true},
        {.name = "loss_best", .heading = "at best", .type = SN_COLUMN_PERCENT},
        {.name = "loss_others", .heading = "others'", .type = SN_COLUMN_PERCENT, .detail = 2},
        {.name = "lost", .type = SN_COLUMN_AMOUNT},
        {.name = "unit"},
        {.name = "hits", .heading = "takes most from", .detail = 1}};
    char title[160], line[200];
    sn_status status = SN_OK;

    (void)snprintf(title, sizeof title, "Chokepoints: what is lost when one %s stops (%s)",
                   sn_level_name(ranking->level), sn_options_text(&call->options, "mode"));
    SN_TRY(sn_table_new("chokepoint", title, head, sizeof head / sizeof head[0], table, err));
    for (size_t r = 0; r < ranking->shown; r++) {
        const sn_chokepoint *row = &ranking->list.row[r];
        char hits[200];
        describe_hits(call, ranking, row, hits, sizeof hits);
        sn_table_add_row(*table);
        sn_table_set_number(*table, 0, (double)r + 1);
        sn_table_set_text(*table, 1, row->name);
        sn_table_set_text(*table, 2, label_of(ranking, row));
        sn_table_set_text(*table, 3, sn_call_text(call, SN_COMMODITY, row->commodity));
        sn_table_set_text(*table, 4, sn_call_text(call, SN_STAGE, row->main_stage));
        sn_table_set_number(*table, 5, row->share);
        sn_table_set_number(*table, 6, row->loss);
        sn_table_set_number(*table, 7, ranking->low[r]);
        sn_table_set_number(*table, 8, row->loss_others);
        sn_table_set_number(*table, 9, row->lost);
        sn_table_set_text(*table, 10, sn_network_unit(call->net, row->commodity));
        sn_table_set_text(*table, 11, hits);
    }
    if (ranking->shown < ranking->list.count) {
        (void)snprintf(line, sizeof line, "%zu more candidates; --top 0 shows all",
                       ranking->list.count - ranking->shown);
        sn_table_add_note(*table, line);
    }
    sn_table_add_note(*table, "share: of all output at the main stage; loss: of final use, "
                              "if nobody replaces it; at best: if the rest does all it can; others': "
                              "outside the places removed");
out:
    return status;
}

static sn_status make_summary(const sn_ranking *ranking, sn_table **table, sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "id"},
        {.name = "label", .heading = "name"},
        {.name = "commodities_over_half", .heading = "stops", .type = SN_COLUMN_INTEGER},
        {.name = "mean_loss", .heading = "mean loss", .type = SN_COLUMN_PERCENT, .bar = true}};
    char title[160];
    sn_status status = SN_OK;

    (void)snprintf(title, sizeof title,
                   "Over all %zu commodities: how many lose more than half, and the mean loss",
                   ranking->commodities);
    SN_TRY(sn_table_new("summary", title, head, 4, table, err));
    for (size_t s = 0; s < ranking->summary_count && s < 10; s++) {
        const sn_summary *summary = &ranking->summary[s];
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, summary->name);
        sn_table_set_text(*table, 1, label_of(ranking, summary->worst));
        sn_table_set_number(*table, 2, (double)summary->stopped);
        sn_table_set_number(*table, 3, summary->sum / (double)ranking->commodities);
    }
out:
    return status;
}

/* An owner may hold more than anybody knows. */
static sn_status judge_owners(sn_call *call, sn_ownership rule, sn_error *err)
{
    const sn_network *net = call->net;
    size_t makers = 0, unknown = 0;

    for (size_t i = 0; i < sn_network_node_count(net); i++) {
        if (!(sn_network_sales(net, i) > 0))
            continue;
        makers++;
        unknown += sn_network_owner_known(net, rule, i) < 1 - 1e-6;
    }
    return unknown == 0 ? SN_OK
                        : sn_call_find(call, SN_WARNING, "unknown-owner", "network", (double)unknown,
                                       NAN, err,
                                       "the owner of %zu of %zu nodes that sell is not fully known: "
                                       "owners may stop more than is shown", unknown, makers);
}

static sn_status judge(sn_call *call, const sn_ranking *ranking, sn_error *err)
{
    bool closed_loop = false;
    size_t uncertain = 0;
    sn_status status = SN_OK;

    for (size_t r = 0; r < ranking->list.count; r++) {
        closed_loop |= ranking->list.row[r].closed_loop;
        uncertain += ranking->list.row[r].uncertain;
    }
    if (ranking->list.count == 0)
        SN_TRY(sn_call_find(call, SN_WARNING, "no-candidates", "network", 0, NAN, err,
                            "no node that makes anything has a %s; try --by node",
                            sn_level_name(ranking->level)));
    SN_TRY(sn_find_model(call, &ranking->setting, closed_loop, err));
    SN_TRY(sn_find_estimated(call, NULL, err));
    if (uncertain > 0)
        SN_TRY(sn_call_find(call, SN_WARNING, "bound-over-tolerance", "ranking", (double)uncertain,
                            NAN, err, "%zu losses are proved less tightly than --tolerance; see bound",
                            uncertain));
out:
    return status;
}

static size_t find_candidate(const sn_candidates *candidates, const sn_chokepoint *row)
{
    for (size_t k = 0; k < candidates->count; k++)
        if (candidates->commodity[k] == row->commodity && strcmp(candidates->name[k], row->name) == 0)
            return k;
    return SIZE_MAX;
}

/* What the rows shown would lose in the best case. */
static sn_status find_low(sn_call *call, sn_ranking *ranking, const sn_chokepoint_options *how,
                          sn_error *err)
{
    const size_t n = sn_network_node_count(call->net);
    sn_candidates candidates = {0};
    sn_best_case best = {0};
    sn_selection hit = {.weight = calloc(n + 1, sizeof *hit.weight)};
    sn_status status = SN_OK;

    ranking->low = malloc((ranking->shown + 1) * sizeof *ranking->low);
    if (ranking->low == NULL || hit.weight == NULL) {
        status = sn_nomem(err, "the best case");
        goto out;
    }
    SN_TRY(sn_best_case_make(call, &ranking->setting, false, 0, &best, err));
    SN_TRY(sn_candidates_make(call->net, how->level, how->ownership, &candidates, err));
    for (size_t r = 0; r < ranking->shown; r++) {
        const sn_chokepoint *row = &ranking->list.row[r];
        const size_t at = best.reroute != NULL ? find_candidate(&candidates, row) : SIZE_MAX;
        sn_mask mask = {0};
        ranking->low[r] = NAN;
        if (at == SIZE_MAX)
            continue;
        for (size_t m = candidates.first[at]; m < candidates.first[at + 1]; m++)
            hit.weight[candidates.node[m]] = candidates.part[m];
        status = sn_mask_apply(call->net, &hit, NULL, how->mode, how->fraction, &mask, err);
        if (status == SN_OK)
            status = sn_best_case_run(&best, &mask, err);
        sn_mask_clear(&mask);
        SN_TRY(status);
        for (size_t m = candidates.first[at]; m < candidates.first[at + 1]; m++)
            hit.weight[candidates.node[m]] = 0;
        const double low = sn_best_case_loss(&best, call->net, row->commodity, NULL);
        ranking->low[r] = isnan(low) ? low : fmin(low, row->loss); /* rounding */
    }
out:
    sn_selection_clear(&hit);
    sn_candidates_clear(&candidates);
    sn_best_case_clear(&best);
    return status;
}

/* The buyers asked about: those with an amount in the frame. */
static sn_status prove(sn_call *call, sn_ranking *ranking, const sn_chokepoint_options *how,
                       sn_error *err)
{
    const size_t n = sn_network_node_count(call->net);
    bool *asked = malloc((n + 1) * sizeof *asked);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(asked, "certificates");
    for (size_t i = 0; i < n; i++)
        asked[i] = sn_impact_frame_amount(ranking->setting.frame, i) > 0;
    status = sn_certificates_make(call, &ranking->list, ranking->shown, how, asked,
                                  &ranking->certificates, err);
out:
    free(asked);
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    const size_t top = (size_t)sn_options_integer(&call->options, "top");
    sn_chokepoint_options how = {
        .ownership = sn_call_ownership(call),
        .fraction = sn_options_number(&call->options, "fraction"),
        .hits = HITS,
        .soles = SOLES,
        .shown = top,
        .threads = (int)sn_options_integer(&call->options, "threads")};
    sn_ranking ranking = {0};
    sn_table *table = NULL, *summary = NULL, *proofs = NULL, *sets = NULL;
    sn_method methods[SN_LOSS_METHODS + 2];
    sn_report report = {methods, SN_LOSS_METHODS + 1, {NULL}, 0, write_results, &ranking, 0};
    sn_status status = SN_OK;

    memcpy(methods, sn_loss_methods, sizeof sn_loss_methods);
    methods[SN_LOSS_METHODS] = sn_certificate_method;

    SN_TRY(sn_level_parse(sn_options_text(&call->options, "by"), &how.level, err));
    SN_TRY(sn_mode_parse(sn_options_text(&call->options, "mode"), &how.mode, err));
    ranking.level = how.level;
    SN_TRY(sn_setting_make(call, &ranking.setting, err));
    SN_TRY(sn_chokepoints_rank(ranking.setting.cascade, ranking.setting.frame, &how, &ranking.list,
                               err));
    ranking.shown = top > 0 && top < ranking.list.count ? top : ranking.list.count;
    SN_TRY(find_low(call, &ranking, &how, err));
    SN_TRY(prove(call, &ranking, &how, err));
    SN_TRY(sn_best_sets_make(call, &ranking.setting, &how, &ranking.sets, err));
    SN_TRY(summarize(&ranking, err));
    SN_TRY(judge(call, &ranking, err));
    if (how.level == SN_LEVEL_OWNER)
        SN_TRY(judge_owners(call, how.ownership, err));
    SN_TRY(make_ranking(call, &ranking, &table, err));
    SN_TRY(make_summary(&ranking, &summary, err));
    SN_TRY(sn_certificates_table(call, &ranking.list, ranking.shown, &ranking.certificates, &proofs,
                                 err));
    if (ranking.sets.row != NULL) {
        methods[report.method_count++] = sn_best_set_method;
        SN_TRY(sn_best_sets_table(call, &ranking.sets, &sets, err));
        report.table[report.table_count++] = sets;
    }
    report.table[report.table_count++] = table;
    report.table[report.table_count++] = proofs;
    if (ranking.commodities > 1)
        report.table[report.table_count++] = summary;
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(table);
    sn_table_free(summary);
    sn_table_free(proofs);
    sn_table_free(sets);
    sn_best_sets_clear(&ranking.sets);
    sn_certificates_clear(&ranking.certificates);
    free(ranking.low);
    free(ranking.summary);
    sn_chokepoints_clear(&ranking.list);
    sn_setting_clear(&ranking.setting);
    return status;
}

const sn_verb sn_verb_chokepoints = {
    .name = "chokepoints",
    .summary = "Who can stop supply: a ranking by what final buyers lose, with proofs",
    .options = options,
    .about = "Removes every country (or owner, firm, stage, commodity, node) by itself, one commodity at\n"
             "a time, follows the loss through every tier to final buyers, and ranks.  Certificates\n"
             "prove it: sole_supplier (nobody else sells the buyer an essential input), dominator\n"
             "(every path from a producer to the buyer passes it), cut_member, articulation, max_flow;\n"
             "`check-certificate` goes over them again.  --buyer asks for the chokepoints of these\n"
             "buyers alone.\n"
             "\n"
             "--set-size K finds the K candidates whose joint removal costs most, and --cut-share X the\n"
             "fewest that together cut the share X; named buyers' own countries are left out of sets,\n"
             "unless --own.",
    .examples = "supplynet chokepoints\n"
                "supplynet chokepoints --buyer coalition=EU27 -c rare_earths_magnet --cut-share 0.5\n"
                "supplynet chokepoints --buyer JPN --top 10\n"
                "supplynet chokepoints --by owner --commodity 'cobalt|copper'\n"
                "supplynet chokepoints --mode exports --fail-if 'loss_others > 0.9'",
    .takes_network = true,
    .unused = "seed|threads",
    .methods = {{sn_loss_methods, SN_LOSS_METHODS}, {&sn_certificate_method, 1}, {&sn_best_set_method, 1}},
    .run = run,
};
