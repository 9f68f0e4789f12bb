/* best_sets.c - from options and candidates to the costliest sets. */
#include "cli/best_sets.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const sn_method sn_best_set_method = {
    "best-set", "1",
    "the set of a size whose joint removal costs most, or the smallest that costs a share: branch "
    "and bound on sums of single losses, which bound joint ones without substitution",
    "Land and Doig 1960; Borgatti 2006; docs/best-sets.md"};

static bool is_asked(const sn_call *call)
{
    return sn_options_given(&call->options, "set-size") ||
           sn_options_given(&call->options, "cut-share");
}

/* What a node counts, as the totals of a ranking count it. */
static double weight_of(const sn_call *call, const sn_setting *setting, size_t node)
{
    const sn_weight rule = sn_impact_frame_weight(setting->frame);

    if (rule == SN_WEIGHT_FINAL_DEMAND)
        return sn_impact_frame_amount(setting->frame, node);
    return sn_weight_of(call->net, rule, node) *
           (setting->buyers_named ? setting->buyers.weight[node] : 1);
}

/* Countries of the named buyers, by code: they are no candidates, unless --own. */
static void mark_own(const sn_call *call, const sn_setting *setting, bool *own)
{
    for (size_t i = 0; setting->buyers_named && i < sn_network_node_count(call->net); i++) {
        const int32_t country = sn_network_code(call->net, SN_COUNTRY, i);
        if (setting->buyers.weight[i] > 0 && country != SN_NONE)
            own[country] = true;
    }
}

static bool is_own(const sn_call *call, const sn_candidates *all, size_t k, const bool *own)
{
    for (size_t m = all->first[k]; m < all->first[k + 1]; m++) {
        const int32_t country = sn_network_code(call->net, SN_COUNTRY, (size_t)all->node[m]);
        if (country != SN_NONE && own[country])
            return true;
    }
    return false;
}

/* The candidates of one commodity, copied together. */
typedef struct {
    sn_set_candidates set;
    size_t *first, *which; /* which: index among all candidates */
    int32_t *node;
    double *part;
} chosen;

static void chosen_clear(chosen *c)
{
    free(c->first);
    free(c->which);
    free(c->node);
    free(c->part);
}

static sn_status choose(const sn_call *call, const sn_candidates *all, int32_t commodity,
                        const bool *own, chosen *c, sn_error *err)
{
    size_t used = 0;

    *c = (chosen){.first = malloc((all->count + 1) * sizeof *c->first),
                  .which = malloc((all->count + 1) * sizeof *c->which),
                  .node = malloc((all->first[all->count] + 1) * sizeof *c->node),
                  .part = malloc((all->first[all->count] + 1) * sizeof *c->part)};
    if (c->first == NULL || c->which == NULL || c->node == NULL || c->part == NULL)
        return sn_nomem(err, "sets");
    for (size_t k = 0; k < all->count; k++) {
        if (all->commodity[k] != commodity || is_own(call, all, k, own))
            continue;
        c->which[c->set.count] = k;
        c->first[c->set.count++] = used;
        for (size_t m = all->first[k]; m < all->first[k + 1]; m++) {
            c->node[used] = all->node[m];
            c->part[used++] = all->part[m];
        }
    }
    c->first[c->set.count] = used;
    c->set.first = c->first;
    c->set.node = c->node;
    c->set.part = c->part;
    return SN_OK;
}

static sn_status answer(sn_call *call, const sn_setting *setting, sn_best_sets *sets,
                        int32_t commodity, const bool *own, double *weight, sn_error *err)
{
    const sn_options *options = &call->options;
    const bool market = strcmp(sn_options_text(options, "response"), "market") == 0;
    sn_set_question question = {
        .size = sn_options_given(options, "set-size") ? (size_t)sn_options_integer(options, "set-size")
                                                      : 10,
        .share = sn_options_given(options, "cut-share") ? sn_options_number(options, "cut-share") : 0,
        .effort = (size_t)sn_options_integer(options, "effort"),
        .threads = sn_sweep_threads_max()};
    sn_set_row *row = &sets->row[sets->count];
    sn_sweep_plan *plan = NULL;
    chosen c = {0};
    sn_status status = SN_OK;

    *row = (sn_set_row){.commodity = commodity};
    for (size_t i = 0; i < sn_network_node_count(call->net); i++) {
        weight[i] = sn_network_code(call->net, SN_COMMODITY, i) == commodity
                        ? weight_of(call, setting, i)
                        : 0;
        row->asked += weight[i];
    }
    if (!(row->asked > 0))
        goto out;
    sets->count++;
    SN_TRY(choose(call, &sets->candidates, commodity, own, &c, err));
    SN_TRY(sn_sweep_plan_new(
        call->net,
        &(sn_sweep_options){.weight = weight,
                            .response = market ? SN_RESPONSE_MARKET : SN_RESPONSE_NONE,
                            .tolerance = sn_options_number(options, "tolerance")},
        &plan, err));
    SN_TRY(sn_best_set_find(plan, market, &c.set, &question, &row->best, err));
    row->name = malloc((row->best.size + 1) * sizeof *row->name);
    SN_TRY_ALLOC(row->name, "sets");
    for (size_t m = 0; m < row->best.size; m++)
        row->name[m] = sets->candidates.name[c.which[row->best.member[m]]];
out:
    sn_sweep_plan_free(plan);
    chosen_clear(&c);
    return status;
}

sn_status sn_best_sets_make(sn_call *call, const sn_setting *setting,
                            const sn_chokepoint_options *how, sn_best_sets *sets, sn_error *err)
{
    const size_t n = sn_network_node_count(call->net);
    const int32_t commodities = sn_network_dict(call->net, SN_COMMODITY)->count;
    bool *own = calloc((size_t)sn_network_dict(call->net, SN_COUNTRY)->count + 1, sizeof *own);
    double *weight = malloc((n + 1) * sizeof *weight);
    sn_status status = SN_OK;

    if (!is_asked(call))
        goto out;
    if (how->mode != SN_MODE_PRODUCTION || how->fraction < 1) {
        status = sn_fail(err, SN_EUSAGE,
                         "--set-size and --cut-share need --mode production and --fraction 1");
        goto out;
    }
    sets->row = calloc((size_t)commodities + 2, sizeof *sets->row);
    if (own == NULL || weight == NULL || sets->row == NULL) {
        status = sn_nomem(err, "sets");
        goto out;
    }
    if (!sn_options_flag(&call->options, "own"))
        mark_own(call, setting, own);
    SN_TRY(sn_candidates_make(call->net, how->level, how->ownership, &sets->candidates, err));
    for (int32_t c = SN_NONE; c < commodities; c++)
        SN_TRY(answer(call, setting, sets, c, own, weight, err));
out:
    free(own);
    free(weight);
    return status;
}

void sn_best_sets_clear(sn_best_sets *sets)
{
    for (size_t k = 0; sets->row != NULL && k < sets->count; k++) {
        sn_best_set_clear(&sets->row[k].best);
        free(sets->row[k].name);
    }
    free(sets->row);
    sn_candidates_clear(&sets->candidates);
    memset(sets, 0, sizeof *sets);
}

void sn_best_sets_write(sn_json *json, const sn_call *call, const sn_best_sets *sets)
{
    if (sets->row == NULL)
        return;
    sn_json_kv_array(json, "sets");
    for (size_t k = 0; k < sets->count; k++) {
        const sn_set_row *row = &sets->row[k];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "commodity", sn_call_text(call, SN_COMMODITY, row->commodity));
        sn_json_kv_integer(json, "size", (int64_t)row->best.size);
        sn_json_kv_array(json, "members");
        for (size_t m = 0; m < row->best.size; m++)
            sn_json_string(json, row->name[m]);
        sn_json_end_array(json);
        sn_json_kv_number(json, "loss", row->best.loss);
        sn_json_kv_number(json, "bound", row->best.bound);
        sn_json_kv_bool(json, "exact", row->best.exact);
        sn_json_kv_number(json, "error", row->best.error);
        sn_json_kv_integer(json, "tried", (int64_t)row->best.tried);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

/* "CHN, MYS, USA" */
static void list_members(const sn_set_row *row, char *text, size_t size)
{
    text[0] = '\0';
    for (size_t m = 0; m < row->best.size; m++) {
        const size_t used = strlen(text);
        (void)snprintf(text + used, size - used, "%s%s", m > 0 ? ", " : "", row->name[m]);
    }
}

sn_status sn_best_sets_table(const sn_call *call, const sn_best_sets *sets, sn_table **table,
                             sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "commodity"},
        {.name = "size", .type = SN_COLUMN_INTEGER},
        {.name = "set_loss", .heading = "loss", .type = SN_COLUMN_PERCENT, .bar = true},
        {.name = "at_most", .heading = "at most", .type = SN_COLUMN_PERCENT},
        {.name = "proved"},
        {.name = "members", .heading = "together"}};
    const bool share = sn_options_given(&call->options, "cut-share");
    char title[160], members[2000];
    sn_status status = SN_OK;

    if (share)
        (void)snprintf(title, sizeof title, "The fewest that together cut %g %% of final use",
                       100 * sn_options_number(&call->options, "cut-share"));
    else
        (void)snprintf(title, sizeof title, "The costliest sets of %.0f",
                       sn_options_number(&call->options, "set-size"));
    SN_TRY(sn_table_new("set", title, head, 6, table, err));
    for (size_t k = 0; k < sets->count; k++) {
        const sn_set_row *row = &sets->row[k];
        list_members(row, members, sizeof members);
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, sn_call_text(call, SN_COMMODITY, row->commodity));
        sn_table_set_number(*table, 1, (double)row->best.size);
        sn_table_set_number(*table, 2, row->best.loss);
        sn_table_set_number(*table, 3, row->best.bound);
        sn_table_set_text(*table, 4, row->best.exact ? "yes" : "no");
        if (row->best.size > 0)
            sn_table_set_text(*table, 5, members);
        else
            sn_table_set_missing(*table, 5, "no set of that size does");
    }
    sn_table_add_note(*table, share ? "proved: no smaller set cuts as much; at most: the largest loss "
                                      "that a set of this size can cause, where it was looked for"
                                    : "at most: no set of this size costs more; proved: so the one "
                                      "shown is the costliest");
out:
    return status;
}
