/* cmd_whatif.c - remove or restrict something: who downstream loses how much, through which path. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/call.h"
#include "cli/verbs.h"
#include "cli/whatif_options.h"
#include "datasets/scenario.h"
#include "metrics/paths.h"
#include "reports/number.h"

static const sn_option options[] = {
    {.name = "remove", .letter = 'r', .kind = SN_OPTION_LIST, .argument = "SELECTOR",
     .help = "take it away; SUPPLIERS->BUYERS takes away the flows between"},
    {.name = "cut", .kind = SN_OPTION_LIST, .argument = "SELECTOR=F",
     .help = "take the share F of it away"},
    {.name = "mode", .kind = SN_OPTION_CHOICE, .argument = "MODE",
     .choices = "production|exports|imports|transit|flow", .fallback = "production",
     .help = "production, exports, imports, transit or flow"},
    {.name = "scenario", .kind = SN_OPTION_TEXT, .argument = "FILE",
     .help = "all events of a scenario file at once, their dates left aside"},
    SN_OPTION_BUYER,
    SN_OPTION_RESPONSE,
    SN_OPTION_WEIGHT,
    SN_OPTION_OWNERSHIP,
    SN_OPTION_TOLERANCE,
    {.name = "paths", .kind = SN_OPTION_INTEGER, .argument = "N", .least = 0, .most = 1000,
     .fallback = "3", .help = "at most N paths a buyer"},
    {.name = NULL},
};

/* One disruption as asked for. */
typedef struct {
    char *select, *buyers; /* buyers: NULL but for mode flow */
    sn_mode mode;
    double fraction;
    size_t nodes; /* that it hits */
} sn_disruption;

typedef struct {
    sn_setting setting;
    sn_disruption *disruption;
    size_t count;
    sn_mask mask;
    bool *removed; /* [n] */
    sn_cascade_result result;
    sn_impact impact;
    sn_paths *paths; /* of the shown buyers, in the order of impact.buyer */
    bool *shown;     /* [impact.buyer_count] */
    int32_t *worst;  /* touched nodes, largest loss first */
    size_t nodes_shown;
} sn_whatif;

static void clear(sn_whatif *w)
{
    for (size_t d = 0; d < w->count; d++) {
        free(w->disruption[d].select);
        free(w->disruption[d].buyers);
    }
    free(w->disruption);
    for (size_t b = 0; w->paths != NULL && b < w->impact.buyer_count; b++)
        sn_paths_clear(&w->paths[b]);
    free(w->paths);
    free(w->shown);
    free(w->worst);
    free(w->removed);
    sn_impact_clear(&w->impact);
    sn_mask_clear(&w->mask);
    sn_setting_clear(&w->setting);
}

static char *copy(const char *text, size_t length)
{
    char *fresh = malloc(length + 1);

    if (fresh != NULL) {
        memcpy(fresh, text, length);
        fresh[length] = '\0';
    }
    return fresh;
}

static sn_status add_disruption(sn_whatif *w, const char *select, size_t length,
                                const char *buyers, sn_mode mode, double fraction, sn_error *err)
{
    sn_disruption *grown = realloc(w->disruption, (w->count + 1) * sizeof *grown);

    if (grown == NULL)
        return sn_nomem(err, "a what-if");
    w->disruption = grown;
    grown[w->count] = (sn_disruption){copy(select, length), NULL, mode, fraction, 0};
    if (buyers != NULL)
        grown[w->count].buyers = copy(buyers, strlen(buyers));
    w->count++;
    if (grown[w->count - 1].select == NULL || (buyers != NULL && grown[w->count - 1].buyers == NULL))
        return sn_nomem(err, "a what-if");
    return SN_OK;
}

/* "A->B" are flows; anything else is hit in the mode of --mode. */
static sn_status read_selector(const sn_call *call, sn_whatif *w, const char *text, size_t length,
                               double fraction, sn_error *err)
{
    char *whole = copy(text, length), *arrow = whole != NULL ? strstr(whole, "->") : NULL;
    sn_mode mode;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(whole, "a what-if");
    SN_TRY(sn_mode_parse(sn_options_text(&call->options, "mode"), &mode, err));
    if (arrow != NULL && sn_options_given(&call->options, "mode") && mode != SN_MODE_FLOW)
        status = sn_fail(err, SN_EUSAGE, "\"%s\" names flows; that is --mode flow, not %s", whole,
                         sn_mode_name(mode));
    else if (arrow != NULL)
        status = add_disruption(w, whole, (size_t)(arrow - whole), arrow + 2, SN_MODE_FLOW, fraction,
                                err);
    else if (mode == SN_MODE_FLOW)
        status = sn_fail(err, SN_EUSAGE, "--mode flow needs SUPPLIERS->BUYERS, not \"%s\"", whole);
    else
        status = add_disruption(w, whole, length, NULL, mode, fraction, err);
out:
    free(whole);
    return status;
}

static sn_status read_cut(const sn_call *call, sn_whatif *w, const char *text, sn_error *err)
{
    const char *equals = strrchr(text, '=');
    char *end = NULL;
    const double fraction = equals != NULL ? strtod(equals + 1, &end) : NAN;

    if (equals == NULL || equals == text || end == equals + 1 || *end != '\0')
        return sn_fail(err, SN_EUSAGE, "option --cut: \"%s\" does not end in =F, a share in 0..1",
                       text);
    if (!(fraction >= 0 && fraction <= 1))
        return sn_fail(err, SN_EUSAGE, "option --cut: the share %s is not in 0..1", equals + 1);
    return read_selector(call, w, text, (size_t)(equals - text), fraction, err);
}

static sn_status read_scenario(sn_call *call, sn_whatif *w, sn_error *err)
{
    const char *path = sn_options_text(&call->options, "scenario");
    sn_bytes bytes = {0};
    sn_scenario scenario = {0};
    sn_source *source;
    sn_status status = SN_OK;

    SN_TRY(sn_bytes_open(path, NULL, SN_BYTES_LIMIT, &bytes, err));
    SN_TRY(sn_scenario_read(&bytes, &scenario, err));
    for (size_t e = 0; e < scenario.event_count; e++) {
        const sn_event *event = &scenario.event[e];
        SN_TRY(add_disruption(w, event->select, strlen(event->select), event->buyers, event->mode,
                              event->fraction, err));
    }
    SN_TRY(sn_sources_add(&call->sources, "scenario", &bytes, &source, err));
    source->rows_read = source->rows_used = scenario.event_count;
    SN_TRY(sn_call_find(call, SN_NOTE, "static-scenario", path, (double)scenario.event_count, NAN,
                        err, "the %zu event%s of the scenario act at once and in full; dates and "
                        "recovery play no part here", scenario.event_count,
                        scenario.event_count == 1 ? "" : "s"));
out:
    if (status == SN_EIO)
        status = SN_EDATA; /* an input that cannot be read */
    sn_scenario_clear(&scenario);
    sn_bytes_clear(&bytes);
    return status;
}

static sn_status read_disruptions(sn_call *call, sn_whatif *w, sn_error *err)
{
    const char *text;
    sn_status status = SN_OK;

    for (size_t k = 0; (text = sn_options_list(&call->options, "remove", k)) != NULL; k++)
        SN_TRY(read_selector(call, w, text, strlen(text), 1, err));
    for (size_t k = 0; (text = sn_options_list(&call->options, "cut", k)) != NULL; k++)
        SN_TRY(read_cut(call, w, text, err));
    if (sn_options_text(&call->options, "scenario") != NULL)
        SN_TRY(read_scenario(call, w, err));
    if (w->count == 0)
        status = sn_fail(err, SN_EUSAGE, "nothing to do: give --remove SELECTOR, --cut SELECTOR=F or "
                                         "--scenario FILE");
out:
    return status;
}

/* Let one disruption act, and note which nodes it hits. */
static sn_status apply(sn_call *call, sn_whatif *w, sn_disruption *disruption, sn_error *err)
{
    const size_t n = sn_network_node_count(call->net);
    sn_selection hit = {0}, buyers = {0};
    sn_mask alone = {0};
    sn_status status = SN_OK;

    SN_TRY(sn_call_select(call, disruption->select, &hit, err));
    if (disruption->buyers != NULL)
        SN_TRY(sn_call_select(call, disruption->buyers, &buyers, err));
    SN_TRY(sn_mask_apply(call->net, &hit, disruption->buyers != NULL ? &buyers : NULL,
                         disruption->mode, disruption->fraction, &w->mask, err));
    if (disruption->mode == SN_MODE_PRODUCTION) /* alone: users are selected but not hit */
        SN_TRY(sn_mask_apply(call->net, &hit, NULL, disruption->mode, 1, &alone, err));
    for (size_t i = 0; i < n; i++) {
        const bool is_hit = alone.node != NULL ? alone.node[i] < 1 : hit.weight[i] > 0;
        w->removed[i] |= is_hit;
        disruption->nodes += is_hit;
    }
    if (hit.unknown > 0)
        SN_TRY(sn_call_find(call, SN_WARNING, "unknown-owner", disruption->select,
                            (double)hit.unknown, NAN, err,
                            "the owner of %zu of the nodes in question is not fully known; what is "
                            "not known to be owned is not hit", hit.unknown));
    if (disruption->nodes == 0)
        SN_TRY(sn_call_find(call, SN_WARNING, "nothing-hit", disruption->select, 0, NAN, err,
                            "\"%s\" selects users only, who make nothing", disruption->select));
out:
    sn_selection_clear(&hit);
    sn_selection_clear(&buyers);
    sn_mask_clear(&alone);
    return status;
}

static const double *sort_key; /* losses, for qsort */

static int compare_losses(const void *left, const void *right)
{
    const int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;

    if (sort_key[a] < sort_key[b] || sort_key[a] > sort_key[b])
        return sort_key[a] > sort_key[b] ? -1 : 1;
    return (a > b) - (a < b);
}

/* The touched nodes by loss, and the buyers that reports list: those that lose, by commodity. */
static sn_status choose(const sn_call *call, sn_whatif *w, sn_error *err)
{
    const size_t top = (size_t)sn_options_integer(&call->options, "top");
    const size_t touched = w->result.touched_count, n = sn_network_node_count(call->net);
    double *loss = malloc((n + 1) * sizeof *loss);

    w->worst = malloc((touched + 1) * sizeof *w->worst);
    w->shown = calloc(w->impact.buyer_count + 1, sizeof *w->shown);
    w->paths = calloc(w->impact.buyer_count + 1, sizeof *w->paths);
    if (loss == NULL || w->worst == NULL || w->shown == NULL || w->paths == NULL) {
        free(loss);
        return sn_nomem(err, "a report");
    }
    for (size_t i = 0; i < n; i++)
        loss[i] = fmax(w->result.down[i], w->result.up[i]);
    memcpy(w->worst, w->result.touched, touched * sizeof *w->worst);
    sort_key = loss;
    qsort(w->worst, touched, sizeof *w->worst, compare_losses);
    free(loss);
    w->nodes_shown = top > 0 && top < touched ? top : touched;
    size_t in_commodity = 0;
    for (size_t b = 0; b < w->impact.buyer_count; b++) {
        const sn_impact_buyer *buyer = &w->impact.buyer[b];
        in_commodity = b > 0 && buyer->commodity == buyer[-1].commodity ? in_commodity + 1 : 0;
        w->shown[b] = buyer->loss > 0 && (top == 0 || in_commodity < top);
    }
    return SN_OK;
}

/* Say which of the commodities that lose rest on estimates. */
static sn_status judge(sn_call *call, const sn_whatif *w, sn_error *err)
{
    const size_t count = (size_t)sn_network_dict(call->net, SN_COMMODITY)->count;
    bool *hurt = calloc(count + 1, sizeof *hurt);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(hurt, "a what-if");
    for (size_t c = 0; c < w->impact.commodity_count; c++)
        if (w->impact.commodity[c].commodity != SN_NONE && w->impact.commodity[c].loss > 0)
            hurt[w->impact.commodity[c].commodity] = true;
    SN_TRY(sn_find_model(call, &w->setting, w->result.closed_loop, err));
    SN_TRY(sn_find_estimated(call, hurt, err));
out:
    free(hurt);
    return status;
}

static sn_status compute(sn_call *call, sn_whatif *w, sn_error *err)
{
    const size_t paths = (size_t)sn_options_integer(&call->options, "paths");
    sn_status status = SN_OK;

    w->removed = calloc(sn_network_node_count(call->net) + 1, sizeof *w->removed);
    SN_TRY_ALLOC(w->removed, "a what-if");
    for (size_t d = 0; d < w->count; d++)
        SN_TRY(apply(call, w, &w->disruption[d], err));
    SN_TRY(sn_setting_make(call, &w->setting, err));
    SN_TRY(sn_cascade_run(w->setting.cascade, &w->mask, &w->result, err));
    SN_TRY(sn_impact_make(w->setting.frame, w->setting.cascade, &w->result, &w->impact, err));
    SN_TRY(judge(call, w, err));
    SN_TRY(choose(call, w, err));
    for (size_t b = 0; paths > 0 && b < w->impact.buyer_count; b++)
        if (w->shown[b])
            SN_TRY(sn_paths_find(w->setting.cascade, (size_t)w->impact.buyer[b].node,
                                 w->impact.buyer[b].amount, paths, 0, &w->paths[b], err));
out:
    return status;
}

static const char *commodity_name(const sn_call *call, int32_t commodity)
{
    return commodity == SN_NONE ? NULL
                                : sn_dict_text(sn_network_dict(call->net, SN_COMMODITY), commodity);
}

static double bound_of(const sn_whatif *w)
{
    return fmax(w->result.bound_down, w->result.bound_up);
}

static void write_interval(sn_json *json, double loss)
{
    const double interval[2] = {NAN, loss};

    sn_json_kv_numbers(json, "interval", interval, 2);
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
                        bool several)
{
    sn_json_kv_number_or_reason(json, "loss", total->loss, "nothing is weighed");
    sn_json_kv_number(json, "loss_down", total->loss_down);
    sn_json_kv_number(json, "loss_up", total->loss_up);
    sn_json_kv_number(json, "loss_others", total->loss_others);
    write_interval(json, total->loss);
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

static void write_why(sn_json *json, const sn_call *call, const sn_impact_buyer *buyer)
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
    sn_json_kv_string(json, "commodity", commodity_name(call, buyer->commodity));
    sn_json_kv_number(json, "loss", buyer->loss);
    write_interval(json, buyer->loss);
    sn_json_kv_number(json, "lost", buyer->lost);
    sn_json_kv_number(json, "normal", buyer->amount);
    sn_json_kv_string(json, "unit", sn_network_unit(call->net, buyer->commodity));
    write_why(json, call, buyer);
    write_paths(json, call, &w->paths[b]);
    sn_json_end_object(json);
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const sn_whatif *w = data;
    size_t hurt = 0;

    sn_json_begin_object(json);
    write_model(json, call, w);
    sn_json_kv_object(json, "total");
    write_total(json, call, &w->impact.total, w->impact.commodity_count > 1);
    sn_json_end_object(json);
    sn_json_kv_array(json, "by_commodity");
    for (size_t c = 0; c < w->impact.commodity_count; c++) {
        sn_json_begin_object(json);
        sn_json_kv_string(json, "commodity", commodity_name(call, w->impact.commodity[c].commodity));
        write_total(json, call, &w->impact.commodity[c], false);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    for (size_t b = 0; b < w->impact.buyer_count; b++)
        hurt += w->impact.buyer[b].loss > 0;
    sn_json_kv_integer(json, "buyers_total", (int64_t)hurt);
    sn_json_kv_array(json, "buyers");
    for (size_t b = 0; b < w->impact.buyer_count; b++)
        if (w->shown[b])
            write_buyer(json, call, w, b);
    sn_json_end_array(json);
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
        {.name = "total_loss_others", .heading = "others'", .type = SN_COLUMN_PERCENT},
        {.name = "total_lost", .heading = "lost", .type = SN_COLUMN_AMOUNT},
        {.name = "unit"}};
    char title[300];
    sn_status status = SN_OK;

    (void)snprintf(title, sizeof title, "What if %s%s stops (%s)?", w->disruption[0].select,
                   w->count > 1 ? " and more" : "",
                   w->count > 1 ? "several disruptions" : sn_mode_name(w->disruption[0].mode));
    SN_TRY(sn_table_new("total", title, head, 5, table, err));
    for (size_t c = 0; c <= w->impact.commodity_count; c++) {
        const bool all = c == w->impact.commodity_count;
        const sn_impact_total *total = all ? &w->impact.total : &w->impact.commodity[c];
        if (all ? w->impact.commodity_count == 1 : !(total->loss > 0) && w->impact.commodity_count > 1)
            continue;
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, all ? "mean over all" : commodity_name(call, total->commodity));
        sn_table_set_number(*table, 1, total->loss);
        sn_table_set_number(*table, 2, total->loss_others);
        sn_table_set_number(*table, 3, total->lost);
        sn_table_set_text(*table, 4, all && w->impact.commodity_count > 1
                                         ? NULL
                                         : sn_network_unit(call->net, total->commodity));
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
        {.name = "group", .heading = "lacks"},
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
        sn_table_set_text(*table, 0, commodity_name(call, buyer->commodity));
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
            sn_table_set_text(*table, 0, commodity_name(call, w->impact.buyer[b].commodity));
            sn_table_set_number(*table, 1, path->amount);
            sn_table_set_text(*table, 2, sn_network_unit(call->net, w->impact.buyer[b].commodity));
            sn_table_set_text(*table, 3, line);
        }
out:
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    sn_whatif w = {0};
    sn_table *totals = NULL, *buyers = NULL, *paths = NULL;
    sn_report report = {sn_loss_methods, 2, {NULL}, 3, write_results, &w, 1};
    sn_status status = SN_OK;

    SN_TRY(read_disruptions(call, &w, err));
    SN_TRY(compute(call, &w, err));
    SN_TRY(make_totals(call, &w, &totals, err));
    SN_TRY(make_buyers(call, &w, &buyers, err));
    SN_TRY(make_paths(call, &w, &paths, err));
    report.table[0] = totals;
    report.table[1] = buyers;
    report.table[2] = paths;
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(totals);
    sn_table_free(buyers);
    sn_table_free(paths);
    clear(&w);
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
    .run = run,
};
