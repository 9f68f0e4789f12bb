/* cmd_whatif.c - remove or restrict something: who downstream loses how much, through which path. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/call.h"
#include "cli/verbs.h"
#include "cli/whatif_model.h"
#include "reports/number.h"

static const sn_option options[] = {
    {.name = "remove", .letter = 'r', .kind = SN_OPTION_LIST, .argument = "SELECTOR",
     .help = "take it away; SUPPLIERS->BUYERS takes away the flows between"},
    {.name = "cut", .kind = SN_OPTION_LIST, .argument = "SELECTOR=F",
     .help = "take the share F of it away"},
    {.name = "only", .kind = SN_OPTION_LIST, .argument = "SELECTOR",
     .help = "everybody else stops: what can these still supply?"},
    {.name = "mode", .kind = SN_OPTION_CHOICE, .argument = "MODE",
     .choices = "production|exports|imports|transit|flow", .fallback = "production",
     .help = "production, exports, imports, transit or flow"},
    {.name = "scenario", .kind = SN_OPTION_LIST, .argument = "NAME|FILE",
     .help = "all events of a scenario at once, their dates left aside"},
    SN_OPTION_BUYER,
    {.name = "response", .kind = SN_OPTION_CHOICE, .argument = "RULE",
     .choices = "none|market|reroute", .fallback = "none",
     .help = "none: no substitution; market: by market share; reroute: the best case"},
    SN_OPTION_WEIGHT,
    SN_OPTION_OWNERSHIP,
    SN_OPTION_TOLERANCE,
    SN_OPTION_SPARE,
    SN_OPTION_OPEN_MARKET,
    SN_OPTION_BOUNDS,
    SN_OPTIONS_SURVIVAL,
    {.name = "levers", .kind = SN_OPTION_INTEGER, .argument = "N", .least = 0, .most = 1000,
     .fallback = "5", .help = "at most N levers: what an extra unit of capacity would save"},
    {.name = "paths", .kind = SN_OPTION_INTEGER, .argument = "N", .least = 0, .most = 1000,
     .fallback = "3", .help = "at most N paths a buyer"},
    {.name = NULL},
};

static double bound_of(const sn_whatif *w)
{
    return fmax(w->result.bound_down, w->result.bound_up);
}

static void write_interval(sn_json *json, sn_span span)
{
    const bool turned = span.low > span.high; /* an even shortage can reach buyers spared before */
    const double interval[2] = {turned ? span.high : span.low, turned ? span.low : span.high};

    sn_json_kv_numbers(json, "interval", interval, 2);
}

/* Together against one by one: below the sum they overlap, above it one opens a way for another. */
static void write_interaction(sn_json *json, const sn_whatif *w)
{
    double sum = 0;

    if (w->parts < 2)
        return;
    sn_json_kv_object(json, "interaction");
    sn_json_kv_array(json, "parts");
    for (size_t k = 0; k < w->parts; k++) {
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "name", w->part[k].name);
        sn_json_kv_number(json, "loss", w->part[k].loss);
        sn_json_end_object(json);
        sum += w->part[k].loss;
    }
    sn_json_end_array(json);
    sn_json_kv_number(json, "sum", sum);
    sn_json_kv_number(json, "joint", w->impact.total.loss);
    sn_json_end_object(json);
}

static void write_model(sn_json *json, const sn_call *call, const sn_whatif *w)
{
    sn_json_key(json, "removed");
    sn_json_begin_array(json);
    for (size_t i = 0; i < sn_network_node_count(call->net); i++)
        if (w->removed[i])
            sn_json_string(json, sn_network_id(call->net, i));
    sn_json_end_array(json);
    sn_json_kv_array(json, "disruptions");
    for (size_t d = 0; d < w->count; d++) {
        const sn_disruption *disruption = &w->disruption[d];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "select", disruption->select);
        if (disruption->buyers != NULL)
            sn_json_kv_string(json, "buyers", disruption->buyers);
        sn_json_kv_string(json, "mode", sn_mode_name(disruption->mode));
        sn_json_kv_number(json, "fraction", disruption->fraction);
        sn_json_kv_integer(json, "nodes", (int64_t)disruption->nodes);
        if (disruption->outside)
            sn_json_kv_bool(json, "outside", true);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_key(json, "model");
    sn_json_begin_object_inline(json);
    sn_json_kv_string(json, "mode", w->count == 1 ? sn_mode_name(w->disruption[0].mode) : "several");
    sn_json_kv_string(json, "response", sn_options_text(&call->options, "response"));
    sn_json_kv_string(json, "weight", sn_weight_name(sn_impact_frame_weight(w->setting.frame)));
    sn_json_kv_number(json, "bound", bound_of(w));
    sn_json_end_object(json);
}

static void write_total(sn_json *json, const sn_call *call, const sn_impact_total *total,
                        sn_span span, bool several)
{
    sn_json_kv_number_or_reason(json, "loss", total->loss, "nothing is weighed");
    sn_json_kv_number(json, "loss_down", total->loss_down);
    sn_json_kv_number(json, "loss_up", total->loss_up);
    sn_json_kv_number(json, "loss_others", total->loss_others);
    write_interval(json, span);
    sn_json_kv_number_or_reason(json, "lost", total->lost,
                                "amounts of different commodities are not added");
    sn_json_kv_string(json, "unit",
                      several ? NULL : sn_network_unit(call->net, total->commodity));
}

static void write_paths(sn_json *json, const sn_call *call, const sn_paths *paths)
{
    sn_json_kv_array(json, "paths");
    for (size_t p = 0; p < paths->count; p++) {
        sn_json_begin_object_inline(json);
        sn_json_kv_array(json, "nodes");
        for (size_t k = 0; k < paths->path[p].node_count; k++)
            sn_json_string(json, sn_network_id(call->net, (size_t)paths->path[p].node[k]));
        sn_json_end_array(json);
        sn_json_kv_number(json, "share", paths->path[p].share);
        sn_json_kv_number(json, "amount", paths->path[p].amount);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

static void write_why(sn_json *json, const sn_call *call, const sn_whatif *w,
                      const sn_impact_buyer *buyer)
{
    static const char *const needs[] = {"hit itself", "non_essential", "essential"};
    const sn_cascade_reason *why = &buyer->why;

    sn_json_key(json, "why");
    if (!buyer->has_reason) {
        sn_json_null(json);
        return;
    }
    sn_json_begin_object_inline(json);
    sn_json_kv_string(json, "group", why->group == SN_NONE
                                         ? NULL
                                         : sn_dict_text(sn_network_groups(call->net), why->group));
    sn_json_kv_string(json, "supplier", why->supplier == SN_NONE
                                            ? NULL
                                            : sn_network_id(call->net, (size_t)why->supplier));
    sn_json_kv_string(json, "need", needs[why->need]);
    sn_json_kv_number(json, "lost", why->lost);
    sn_json_kv_number(json, "substitute_needed", why->missing);
    if (w->rounds[buyer->node] != SN_ROUND_NONE)
        sn_json_kv_integer(json, "round", w->rounds[buyer->node]);
    sn_json_end_object(json);
}

static void write_buyer(sn_json *json, const sn_call *call, const sn_whatif *w, size_t b)
{
    const sn_impact_buyer *buyer = &w->impact.buyer[b];
    const size_t node = (size_t)buyer->node;

    sn_json_begin_object(json);
    sn_json_kv_string(json, "id", sn_network_id(call->net, node));
    sn_json_kv_string(json, "label", sn_network_label(call->net, node));
    sn_json_kv_string(json, "country", sn_network_text(call->net, SN_COUNTRY, node));
    sn_json_kv_string(json, "commodity", sn_call_text(call, SN_COMMODITY, buyer->commodity));
    sn_json_kv_number(json, "loss", buyer->loss);
    write_interval(json, w->buyer[b]);
    sn_json_kv_number(json, "lost", buyer->lost);
    sn_json_kv_number(json, "normal", buyer->amount);
    sn_json_kv_string(json, "unit", sn_network_unit(call->net, buyer->commodity));
    write_why(json, call, w, buyer);
    write_paths(json, call, &w->paths[b]);
    sn_json_end_object(json);
}

static const char *const lever_kinds[] = {"capacity", "link"};

static void write_levers(sn_json *json, const sn_call *call, const sn_whatif *w)
{
    const sn_reroute_result *best = w->best.result;

    sn_survivals_write(json, call, &w->survivals);
    sn_json_kv_array(json, "levers");
    for (size_t k = 0; best != NULL && k < best->lever_count; k++) {
        const sn_lever *lever = &best->lever[k];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "kind", lever_kinds[lever->kind]);
        sn_json_kv_string(json, "id", sn_network_id(call->net, (size_t)lever->node));
        if (lever->kind == SN_LEVER_LINK)
            sn_json_kv_string(json, "buyer", sn_network_id(call->net, (size_t)lever->buyer));
        sn_json_kv_number(json, "saved_per_unit", lever->saved_per_unit);
        sn_json_kv_string(json, "unit",
                          sn_network_unit(call->net, sn_network_code(call->net, SN_COMMODITY,
                                                                     (size_t)lever->node)));
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const sn_whatif *w = data;
    size_t hurt = 0;

    sn_json_begin_object(json);
    write_model(json, call, w);
    sn_json_kv_object(json, "total");
    write_total(json, call, &w->impact.total, w->total, w->impact.commodity_count > 1);
    sn_json_end_object(json);
    sn_json_kv_array(json, "by_commodity");
    for (size_t c = 0; c < w->impact.commodity_count; c++) {
        sn_json_begin_object(json);
        sn_json_kv_string(json, "commodity", sn_call_text(call, SN_COMMODITY, w->impact.commodity[c].commodity));
        write_total(json, call, &w->impact.commodity[c], w->commodity[c], false);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    for (size_t b = 0; b < w->impact.buyer_count; b++)
        hurt += w->impact.buyer[b].loss > 0;
    write_interaction(json, w);
    sn_json_kv_integer(json, "buyers_total", (int64_t)hurt);
    sn_json_kv_array(json, "buyers");
    for (size_t b = 0; b < w->impact.buyer_count; b++)
        if (w->shown[b])
            write_buyer(json, call, w, b);
    sn_json_end_array(json);
    write_levers(json, call, w);
    sn_json_kv_integer(json, "nodes_total", (int64_t)w->result.touched_count);
    sn_json_kv_array(json, "nodes");
    for (size_t k = 0; k < w->nodes_shown; k++) {
        const size_t node = (size_t)w->worst[k];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "id", sn_network_id(call->net, node));
        sn_json_kv_number(json, "loss", fmax(w->result.down[node], w->result.up[node]));
        sn_json_kv_number(json, "loss_down", w->result.down[node]);
        sn_json_kv_number(json, "loss_up", w->result.up[node]);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static sn_status make_totals(const sn_call *call, const sn_whatif *w, sn_table **table,
                             sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "commodity"},
        {.name = "total_loss", .heading = "loss", .type = SN_COLUMN_PERCENT, .bar = true},
        {.name = "total_best", .heading = "at best", .type = SN_COLUMN_PERCENT},
        {.name = "total_loss_others", .heading = "others'", .type = SN_COLUMN_PERCENT},
        {.name = "total_lost", .heading = "lost", .type = SN_COLUMN_AMOUNT},
        {.name = "unit"}};
    char title[300];
    sn_status status = SN_OK;

    if (w->disruption[0].outside)
        (void)snprintf(title, sizeof title, "What if only %s%s goes on?", w->disruption[0].select,
                       w->count > 1 ? " and more" : "");
    else
        (void)snprintf(title, sizeof title, "What if %s%s stops (%s)?", w->disruption[0].select,
                       w->count > 1 ? " and more" : "",
                       w->count > 1 ? "several disruptions" : sn_mode_name(w->disruption[0].mode));
    SN_TRY(sn_table_new("total", title, head, 6, table, err));
    for (size_t c = 0; c <= w->impact.commodity_count; c++) {
        const bool all = c == w->impact.commodity_count;
        const sn_impact_total *total = all ? &w->impact.total : &w->impact.commodity[c];
        if (all ? w->impact.commodity_count == 1 : !(total->loss > 0) && w->impact.commodity_count > 1)
            continue;
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, all ? "mean over all" : sn_call_text(call, SN_COMMODITY, total->commodity));
        sn_table_set_number(*table, 1, total->loss);
        sn_table_set_number(*table, 2, all ? w->total.low : w->commodity[c].low);
        sn_table_set_number(*table, 3, total->loss_others);
        sn_table_set_number(*table, 4, total->lost);
        sn_table_set_text(*table, 5, all && w->impact.commodity_count > 1
                                         ? NULL
                                         : sn_network_unit(call->net, total->commodity));
    }
    if (w->parts > 1) {
        char note[1000] = "one by one:", percent[SN_NUMBER_SIZE];
        for (size_t k = 0; k < w->parts; k++) {
            const size_t used = strlen(note);
            (void)snprintf(note + used, sizeof note - used, "%s %s %s", k > 0 ? "," : "",
                           w->part[k].name, sn_number_percent(w->part[k].loss, percent));
        }
        const size_t used = strlen(note);
        (void)snprintf(note + used, sizeof note - used, "; together %s",
                       sn_number_percent(w->impact.total.loss, percent));
        sn_table_add_note(*table, note);
    }
out:
    return status;
}

static sn_status make_buyers(const sn_call *call, const sn_whatif *w, sn_table **table,
                             sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "commodity"},
        {.name = "id", .heading = "buyer"},
        {.name = "loss", .type = SN_COLUMN_PERCENT, .bar = true},
        {.name = "lost", .type = SN_COLUMN_AMOUNT},
        {.name = "unit"},
        {.name = "group", .heading = "lacks", .detail = 1},
        {.name = "supplier", .heading = "mostly from"}};
    char line[120];
    size_t hidden = 0;
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("buyer", "Buyers that lose, by amount", head, 7, table, err));
    for (size_t b = 0; b < w->impact.buyer_count; b++) {
        const sn_impact_buyer *buyer = &w->impact.buyer[b];
        hidden += buyer->loss > 0 && !w->shown[b];
        if (!w->shown[b])
            continue;
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, sn_call_text(call, SN_COMMODITY, buyer->commodity));
        sn_table_set_text(*table, 1, sn_network_id(call->net, (size_t)buyer->node));
        sn_table_set_number(*table, 2, buyer->loss);
        sn_table_set_number(*table, 3, buyer->lost);
        sn_table_set_text(*table, 4, sn_network_unit(call->net, buyer->commodity));
        if (buyer->has_reason && buyer->why.group != SN_NONE)
            sn_table_set_text(*table, 5, sn_dict_text(sn_network_groups(call->net), buyer->why.group));
        else if (buyer->has_reason)
            sn_table_set_text(*table, 5, "is hit itself");
        if (buyer->has_reason && buyer->why.supplier != SN_NONE)
            sn_table_set_text(*table, 6, sn_network_id(call->net, (size_t)buyer->why.supplier));
    }
    if (hidden > 0) {
        (void)snprintf(line, sizeof line, "%zu more buyers lose; --top 0 shows all", hidden);
        sn_table_add_note(*table, line);
    }
out:
    return status;
}

static sn_status make_paths(const sn_call *call, const sn_whatif *w, sn_table **table,
                            sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "commodity"},
        {.name = "amount", .type = SN_COLUMN_AMOUNT},
        {.name = "unit"},
        {.name = "path"}};
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("path", "Paths that carry most of it", head, 4, table, err));
    for (size_t b = 0; b < w->impact.buyer_count; b++)
        for (size_t p = 0; p < w->paths[b].count; p++) {
            const sn_path *path = &w->paths[b].path[p];
            char line[1000];
            size_t length = 0;
            for (size_t k = 0; k < path->node_count && length + 1 < sizeof line; k++) {
                const int more = snprintf(line + length, sizeof line - length, "%s%s",
                                          k > 0 ? " > " : "",
                                          sn_network_id(call->net, (size_t)path->node[k]));
                length += more > 0 ? (size_t)more : 0;
            }
            sn_table_add_row(*table);
            sn_table_set_text(*table, 0, sn_call_text(call, SN_COMMODITY, w->impact.buyer[b].commodity));
            sn_table_set_number(*table, 1, path->amount);
            sn_table_set_text(*table, 2, sn_network_unit(call->net, w->impact.buyer[b].commodity));
            sn_table_set_text(*table, 3, line);
        }
out:
    return status;
}

static sn_status make_levers(const sn_call *call, const sn_whatif *w, sn_table **table,
                             sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "kind"},
        {.name = "id", .heading = "where"},
        {.name = "buyer", .heading = "to"},
        {.name = "saved_per_unit", .heading = "saves per unit", .type = SN_COLUMN_NUMBER}};
    const sn_reroute_result *best = w->best.result;
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("lever", "What would help most in the best case", head, 4, table, err));
    for (size_t k = 0; best != NULL && k < best->lever_count; k++) {
        const sn_lever *lever = &best->lever[k];
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, lever_kinds[lever->kind]);
        sn_table_set_text(*table, 1, sn_network_id(call->net, (size_t)lever->node));
        if (lever->kind == SN_LEVER_LINK)
            sn_table_set_text(*table, 2, sn_network_id(call->net, (size_t)lever->buyer));
        sn_table_set_number(*table, 3, lever->saved_per_unit);
    }
out:
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    sn_whatif w;
    sn_table *totals = NULL, *buyers = NULL, *paths = NULL, *levers = NULL, *survival = NULL;
    sn_method methods[SN_LOSS_METHODS + 1];
    sn_report report = {methods, SN_LOSS_METHODS, {NULL}, 4, write_results, &w, 1};
    sn_status status = SN_OK;

    memcpy(methods, sn_loss_methods, sizeof sn_loss_methods);

    SN_TRY(sn_whatif_make(call, &w, err));
    SN_TRY(make_levers(call, &w, &levers, err));
    SN_TRY(make_totals(call, &w, &totals, err));
    SN_TRY(make_buyers(call, &w, &buyers, err));
    SN_TRY(make_paths(call, &w, &paths, err));
    report.table[0] = totals;
    report.table[1] = buyers;
    report.table[2] = paths;
    report.table[3] = levers;
    if (w.survivals.row != NULL) {
        methods[report.method_count++] = sn_survival_method;
        SN_TRY(sn_survivals_table(call, &w.survivals, &survival, err));
        report.table[report.table_count++] = survival;
    }
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(totals);
    sn_table_free(buyers);
    sn_table_free(paths);
    sn_table_free(levers);
    sn_table_free(survival);
    sn_whatif_clear(&w);
    return status;
}

const sn_verb sn_verb_whatif = {
    .name = "whatif",
    .summary = "What if it goes away: who loses how much, why, and through which paths",
    .options = options,
    .about = "Selectors: CHN (a country, else a node), country=CHN|RUS, owner=CHN, stage=refining,\n"
             "commodity=gallium, coalition=G7, kind=, sector=, id=; joined by &.  Modes: production\n"
             "(makes less), exports (sells less abroad, supplies home as before), imports (buys less\n"
             "abroad), transit (keeps its own production, passes nothing on), flow (A->B).  Several\n"
             "disruptions multiply.",
    .examples = "supplynet whatif --remove 'country=CHN&stage=refining&commodity=gallium|germanium'\n"
                "supplynet whatif --remove CHN --mode exports --buyer JPN\n"
                "supplynet whatif --cut 'IDN&commodity=nickel=0.5'\n"
                "supplynet whatif --remove 'country=COD->country=CHN' --commodity cobalt",
    .takes_network = true,
    .unused = "seed|threads",
    .methods = {{sn_loss_methods, SN_LOSS_METHODS}, {&sn_survival_method, 1}},
    .run = run,
};
