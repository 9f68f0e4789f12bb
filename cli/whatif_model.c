/* whatif_model.c - from --remove, --cut and --scenario to losses, intervals, paths. */
#include "cli/whatif_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/scenario_library.h"

void sn_whatif_clear(sn_whatif *w)
{
    for (size_t d = 0; d < w->count; d++) {
        free(w->disruption[d].select);
        free(w->disruption[d].buyers);
        free(w->disruption[d].allies);
    }
    free(w->disruption);
    for (size_t k = 0; k < w->parts; k++)
        free(w->part[k].name);
    free(w->part);
    sn_survivals_clear(&w->survivals);
    for (size_t b = 0; w->paths != NULL && b < w->impact.buyer_count; b++)
        sn_paths_clear(&w->paths[b]);
    free(w->paths);
    free(w->shown);
    free(w->worst);
    free(w->rounds);
    free(w->removed);
    free(w->commodity);
    free(w->buyer);
    sn_best_case_clear(&w->best);
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

/* What is added from now on belongs to a new part. */
static sn_status open_part(sn_whatif *w, const char *name, sn_error *err)
{
    sn_part *grown = realloc(w->part, (w->parts + 1) * sizeof *grown);

    if (grown == NULL)
        return sn_nomem(err, "a what-if");
    w->part = grown;
    w->part[w->parts] = (sn_part){copy(name, strlen(name)), NAN};
    return w->part[w->parts++].name != NULL ? SN_OK : sn_nomem(err, "a what-if");
}

static sn_status add_disruption(sn_whatif *w, const char *select, size_t length,
                                const char *buyers, sn_mode mode, double fraction, sn_error *err)
{
    sn_disruption *grown = realloc(w->disruption, (w->count + 1) * sizeof *grown);

    if (grown == NULL)
        return sn_nomem(err, "a what-if");
    w->disruption = grown;
    grown[w->count] = (sn_disruption){.select = copy(select, length),
                                       .mode = mode,
                                       .fraction = fraction,
                                       .part = w->parts - 1};
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

/* An event at its strongest. */
static sn_status read_event(sn_whatif *w, const sn_scenario *scenario, size_t e, const char *name,
                            sn_error *err)
{
    const sn_event *event = &scenario->event[e];
    sn_measure measure;
    sn_phase phase[SN_MOST_PHASES];
    double fraction = event->fraction;
    sn_status status = SN_OK;

    SN_TRY(sn_scenario_terms(scenario, e, name, &measure, err));
    if (measure.kind == SN_MEASURE_DEMAND) {
        status = sn_fail(err, SN_EUSAGE, "%s: events[%zu] is about demand that grows, which only "
                                         "`supplynet simulate` answers", name, e);
        goto out;
    }
    if (measure.kind != SN_MEASURE_NONE) {
        fraction = 0;
        for (size_t k = sn_measure_phases(&measure, INFINITY, phase); k-- > 0;)
            fraction = fmax(fraction, phase[k].fraction);
    }
    SN_TRY(add_disruption(w, event->select, strlen(event->select), event->buyers, event->mode,
                          fraction, err));
    w->disruption[w->count - 1].measure = measure;
    if (event->allies != NULL) {
        w->disruption[w->count - 1].allies = copy(event->allies, strlen(event->allies));
        SN_TRY_ALLOC(w->disruption[w->count - 1].allies, "a what-if");
    }
out:
    return status;
}

static sn_status read_scenario(sn_call *call, sn_whatif *w, const char *name, sn_error *err)
{
    sn_bytes bytes = {0};
    sn_scenario scenario = {0};
    sn_source *source;
    sn_status status = SN_OK;

    SN_TRY(sn_scenario_open(name, &bytes, &scenario, err));
    for (size_t e = 0; e < scenario.event_count; e++)
        SN_TRY(read_event(w, &scenario, e, name, err));
    SN_TRY(sn_sources_add(&call->sources, "scenario", &bytes, &source, err));
    source->rows_read = source->rows_used = scenario.event_count;
    SN_TRY(sn_call_find(call, SN_NOTE, "static-scenario", name, (double)scenario.event_count, NAN,
                        err, "the %zu event%s of the scenario act at once and in full; dates, "
                        "recovery and what it assumes of stocks and rules play no part here", scenario.event_count,
                        scenario.event_count == 1 ? "" : "s"));
out:
    sn_scenario_clear(&scenario);
    sn_bytes_clear(&bytes);
    return status;
}

/* All --only selectors together are those who still make something. */
static sn_status read_only(const sn_call *call, sn_whatif *w, sn_error *err)
{
    char joined[1000] = "";
    const char *text;
    sn_status status = SN_OK;

    if (sn_options_given(&call->options, "mode") &&
        strcmp(sn_options_text(&call->options, "mode"), "production") != 0)
        return sn_fail(err, SN_EUSAGE, "--only goes with --mode production: the others stop");
    for (size_t k = 0; (text = sn_options_list(&call->options, "only", k)) != NULL; k++) {
        const size_t used = strlen(joined);
        (void)snprintf(joined + used, sizeof joined - used, "%s%s", k > 0 ? " or " : "", text);
    }
    SN_TRY(add_disruption(w, joined, strlen(joined), NULL, SN_MODE_PRODUCTION, 1, err));
    w->disruption[w->count - 1].outside = true;
out:
    return status;
}

/* Turn a selection round. */
static void select_others(const sn_call *call, sn_selection *selection)
{
    selection->matched = 0;
    selection->names_node = false;
    for (size_t i = 0; i < sn_network_node_count(call->net); i++) {
        selection->weight[i] = 1 - selection->weight[i];
        selection->matched += selection->weight[i] > 0;
    }
}

static sn_status read_disruptions(sn_call *call, sn_whatif *w, sn_error *err)
{
    const sn_options *options = &call->options;
    const char *text;
    sn_status status = SN_OK;

    for (size_t k = 0; (text = sn_options_list(options, "remove", k)) != NULL; k++) {
        SN_TRY(open_part(w, text, err));
        SN_TRY(read_selector(call, w, text, strlen(text), 1, err));
    }
    for (size_t k = 0; (text = sn_options_list(options, "cut", k)) != NULL; k++) {
        SN_TRY(open_part(w, text, err));
        SN_TRY(read_cut(call, w, text, err));
    }
    if (sn_options_list(options, "only", 0) != NULL) {
        SN_TRY(open_part(w, "only", err));
        SN_TRY(read_only(call, w, err));
    }
    for (size_t k = 0; (text = sn_options_list(options, "scenario", k)) != NULL; k++) {
        SN_TRY(open_part(w, text, err));
        SN_TRY(read_scenario(call, w, text, err));
    }
    if (w->count == 0)
        status = sn_fail(err, SN_EUSAGE, "nothing to do: give --remove SELECTOR, --cut SELECTOR=F, "
                                         "--only SELECTOR or --scenario NAME|FILE");
out:
    return status;
}

static sn_status select_hit(sn_call *call, const sn_disruption *disruption, sn_selection *hit,
                            sn_selection *buyers, sn_error *err)
{
    sn_status status = SN_OK;

    if (disruption->outside) {
        SN_TRY(sn_select_union(call, "only", hit, err));
        select_others(call, hit);
    } else {
        SN_TRY(sn_call_select(call, disruption->select, hit, err));
    }
    if (disruption->buyers != NULL)
        SN_TRY(sn_call_select(call, disruption->buyers, buyers, err));
out:
    return status;
}

/* Let a disruption act on a mask. */
static sn_status act(const sn_call *call, const sn_disruption *d, const sn_selection *hit,
                     const sn_selection *buyers, sn_mask *mask, sn_error *err)
{
    const size_t m = sn_network_flow_count(call->net);
    double *cut;
    sn_selection allies = {0};
    sn_status status = SN_OK;

    if (d->measure.kind == SN_MEASURE_NONE)
        return sn_mask_apply(call->net, hit, buyers, d->mode, d->fraction, mask, err);
    cut = malloc((m + 1) * sizeof *cut);
    SN_TRY_ALLOC(cut, "a measure");
    if (d->allies != NULL)
        SN_TRY(sn_call_select(call, d->allies, &allies, err));
    SN_TRY(sn_measure_flows(call->net, &d->measure, hit, buyers, d->mode,
                            d->allies != NULL ? &allies : NULL, cut, NULL, err));
    SN_TRY(sn_mask_apply(call->net, hit, hit, SN_MODE_FLOW, 0, mask, err)); /* flows there, all whole */
    for (size_t e = 0; e < m; e++)
        mask->flow[e] *= 1 - d->fraction * cut[e];
out:
    sn_selection_clear(&allies);
    free(cut);
    return status;
}

/* Let one disruption act, and note which nodes it hits. */
static sn_status apply(sn_call *call, sn_whatif *w, sn_disruption *disruption, sn_error *err)
{
    const size_t n = sn_network_node_count(call->net);
    sn_selection hit = {0}, buyers = {0};
    sn_mask alone = {0};
    sn_status status = SN_OK;

    SN_TRY(select_hit(call, disruption, &hit, &buyers, err));
    SN_TRY(act(call, disruption, &hit, disruption->buyers != NULL ? &buyers : NULL, &w->mask,
               err));
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

static size_t top_of(const sn_call *call)
{
    return (size_t)sn_options_integer(&call->options, "top");
}

/* The touched nodes by loss, and the buyers that reports list: those that lose, by commodity. */
static sn_status choose(const sn_call *call, sn_whatif *w, sn_error *err)
{
    const size_t top = top_of(call);
    const size_t touched = w->result.touched_count, n = sn_network_node_count(call->net);
    double *loss = malloc((n + 1) * sizeof *loss);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(loss, "a report");
    w->worst = malloc((touched + 1) * sizeof *w->worst);
    SN_TRY_ALLOC(w->worst, "a report");
    w->shown = calloc(w->impact.buyer_count + 1, sizeof *w->shown);
    SN_TRY_ALLOC(w->shown, "a report");
    w->paths = calloc(w->impact.buyer_count + 1, sizeof *w->paths);
    SN_TRY_ALLOC(w->paths, "a report");
    for (size_t i = 0; i < n; i++)
        loss[i] = fmax(w->result.down[i], w->result.up[i]);
    memcpy(w->worst, w->result.touched, touched * sizeof *w->worst);
    SN_TRY(sn_impact_worst(loss, w->worst, touched, top, err));
    w->nodes_shown = top > 0 && top < touched ? top : touched;
    size_t in_commodity = 0;
    for (size_t b = 0; b < w->impact.buyer_count; b++) {
        const sn_impact_buyer *buyer = &w->impact.buyer[b];
        in_commodity = b > 0 && buyer->commodity == buyer[-1].commodity ? in_commodity + 1 : 0;
        w->shown[b] = buyer->loss > 0 && (top == 0 || in_commodity < top);
    }
out:
    free(loss);
    return status;
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
    for (size_t d = 0; d < w->count; d++)
        if (w->disruption[d].outside)
            SN_TRY(sn_call_find(call, SN_NOTE, "only", w->disruption[d].select,
                                1 - w->impact.total.loss, NAN, err,
                                "%s alone can still supply %.1f %% as things are, and %s%.1f %% at best",
                                w->disruption[d].select, 100 * (1 - w->impact.total.loss),
                                isnan(w->total.low) ? "at least " : "",
                                100 * (1 - (isnan(w->total.low) ? w->impact.total.loss : w->total.low))));
    SN_TRY(sn_find_model(call, &w->setting, w->result.closed_loop, err));
    SN_TRY(sn_find_estimated(call, hurt, err));
out:
    free(hurt);
    return status;
}

/* Without reaction: the chosen model's own losses, unless it lets suppliers step in. */
static sn_status find_high(sn_call *call, sn_whatif *w, sn_error *err)
{
    const sn_cascade_options none = {.tolerance = sn_options_number(&call->options, "tolerance")};
    const bool market = strcmp(sn_options_text(&call->options, "response"), "market") == 0;
    sn_cascade *cascade = NULL;
    sn_cascade_result result;
    sn_impact other = {0};
    const sn_impact *impact = &w->impact;
    double *loss = malloc((sn_network_node_count(call->net) + 1) * sizeof *loss); /* by buyer's node */
    sn_status status = SN_OK;

    SN_TRY_ALLOC(loss, "a what-if");
    if (market) {
        SN_TRY(sn_cascade_new(w->setting.plan, &none, &cascade, err));
        SN_TRY(sn_cascade_run(cascade, &w->mask, &result, err));
        SN_TRY(sn_impact_make(w->setting.frame, cascade, &result, 1, &other, err));
        impact = &other;
    }
    w->total.high = impact->total.loss;
    for (size_t c = 0; c < impact->commodity_count; c++)
        w->commodity[c].high = impact->commodity[c].loss;
    for (size_t b = 0; b < impact->buyer_count; b++) /* the same buyers, maybe in other order */
        loss[impact->buyer[b].node] = impact->buyer[b].loss;
    for (size_t b = 0; b < w->impact.buyer_count; b++)
        w->buyer[b].high = loss[w->impact.buyer[b].node];
out:
    free(loss);
    sn_impact_clear(&other);
    sn_cascade_free(cascade);
    return status;
}

/* With the best rerouting; never above `high`, whatever rounding says. */
static void find_low(const sn_call *call, sn_whatif *w)
{
    double sum = 0;

    for (size_t c = 0; c < w->impact.commodity_count; c++) {
        sn_span *span = &w->commodity[c];
        span->low = fmin(span->high, sn_best_case_loss(&w->best, call->net,
                                                       w->impact.commodity[c].commodity, NULL));
        if (w->best.result == NULL)
            span->low = NAN;
        sum += span->low;
    }
    w->total.low = sum / (double)w->impact.commodity_count;
    for (size_t b = 0; b < w->impact.buyer_count; b++)
        w->buyer[b].low =
            w->best.result != NULL ? 1 - w->best.result->served[w->impact.buyer[b].node] : (double)NAN;
}

/* --response reroute: the best case is the answer. */
static sn_status answer_best(sn_call *call, sn_whatif *w, sn_error *err)
{
    if (w->best.result == NULL)
        return sn_fail(err, SN_ENUMERIC, "no rerouting: %s", w->best.reason);
    w->impact.total.loss = w->impact.total.loss_down = w->total.low;
    w->impact.total.loss_others = w->impact.total.loss_up = NAN;
    w->impact.total.lost = NAN;
    for (size_t c = 0; c < w->impact.commodity_count; c++) {
        sn_impact_total *total = &w->impact.commodity[c];
        (void)sn_best_case_loss(&w->best, call->net, total->commodity, &total->lost);
        total->loss = total->loss_down = w->commodity[c].low;
        total->loss_others = total->loss_up = NAN;
        if (w->impact.commodity_count == 1)
            w->impact.total.lost = total->lost;
    }
    for (size_t b = 0; b < w->impact.buyer_count; b++) {
        w->impact.buyer[b].loss = fmax(0, w->buyer[b].low);
        w->impact.buyer[b].lost = w->impact.buyer[b].amount * w->impact.buyer[b].loss;
    }
    return SN_OK;
}

static sn_status find_spans(sn_call *call, sn_whatif *w, sn_error *err)
{
    const size_t levers = (size_t)sn_options_integer(&call->options, "levers");
    sn_status status = SN_OK;

    w->commodity = calloc(w->impact.commodity_count + 1, sizeof *w->commodity);
    w->buyer = calloc(w->impact.buyer_count + 1, sizeof *w->buyer);
    if (w->commodity == NULL || w->buyer == NULL)
        return sn_nomem(err, "a what-if");
    SN_TRY(find_high(call, w, err));
    SN_TRY(sn_best_case_make(call, &w->setting, true, levers, &w->best, err));
    SN_TRY(sn_best_case_run(&w->best, &w->mask, err));
    find_low(call, w);
    if (strcmp(sn_options_text(&call->options, "response"), "reroute") == 0)
        SN_TRY(answer_best(call, w, err));
out:
    return status;
}

/* The mask of one part alone. */
static sn_status mask_part(sn_call *call, const sn_whatif *w, size_t part, sn_mask *mask,
                           sn_error *err)
{
    sn_status status = SN_OK;

    for (size_t d = 0; d < w->count; d++) {
        const sn_disruption *disruption = &w->disruption[d];
        sn_selection hit = {0}, buyers = {0};
        if (disruption->part != part)
            continue;
        status = select_hit(call, disruption, &hit, &buyers, err);
        if (status == SN_OK)
            status = act(call, disruption, &hit, disruption->buyers != NULL ? &buyers : NULL,
                         mask, err);
        sn_selection_clear(&hit);
        sn_selection_clear(&buyers);
        SN_TRY(status);
    }
out:
    return status;
}

/* Where several things happen together: what each would cost alone. */
static sn_status find_parts(sn_call *call, sn_whatif *w, sn_error *err)
{
    const sn_cascade_options how = {
        .response = strcmp(sn_options_text(&call->options, "response"), "market") == 0
                        ? SN_RESPONSE_MARKET
                        : SN_RESPONSE_NONE,
        .tolerance = sn_options_number(&call->options, "tolerance")};
    sn_cascade *cascade = NULL;
    sn_status status = SN_OK;

    if (w->parts < 2)
        return SN_OK;
    SN_TRY(sn_cascade_new(w->setting.plan, &how, &cascade, err));
    for (size_t k = 0; k < w->parts; k++) {
        sn_mask mask = {0};
        sn_cascade_result result;
        sn_impact_total total;
        status = mask_part(call, w, k, &mask, err);
        if (status == SN_OK)
            status = sn_cascade_run(cascade, &mask, &result, err);
        if (status == SN_OK) {
            sn_impact_measure(w->setting.frame, &result, sn_cascade_shock(cascade), NULL, &total);
            w->part[k].loss = total.loss;
        }
        sn_mask_clear(&mask);
        SN_TRY(status);
    }
out:
    sn_cascade_free(cascade);
    return status;
}

/* Times to survive of the commodities that lose anything. */
static sn_status find_survivals(sn_call *call, sn_whatif *w, sn_error *err)
{
    bool *touched = calloc((size_t)sn_network_dict(call->net, SN_COMMODITY)->count + 2, sizeof *touched);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(touched, "times to survive");
    for (size_t c = 0; c < w->impact.commodity_count; c++)
        touched[w->impact.commodity[c].commodity + 1] = w->impact.commodity[c].loss > 0;
    status = sn_survivals_make(call, &w->mask, touched, &w->survivals, err);
out:
    free(touched);
    return status;
}

/* A loop may leak so little that doubles cannot prove the last digits: then the answer says how
 * far it is proved. */
static sn_status run_cascade(sn_call *call, sn_whatif *w, sn_error *err)
{
    static const double too_wide = 1e-6;
    const sn_status status = sn_cascade_run(w->setting.cascade, &w->mask, &w->result, err);
    const double bound = fmax(w->result.bound_down, w->result.bound_up);
    const double asked = sn_options_number(&call->options, "tolerance");
    const double goal = asked > 0 ? asked : 1e-9;

    if (status != SN_ENUMERIC || !(bound <= too_wide || bound <= goal))
        return status;
    *err = (sn_error){0};
    return sn_call_find(call, SN_WARNING, "bound-over-tolerance", "network", bound, goal, err,
                        "losses are proved to %g only, less tightly than the tolerance; see bound",
                        bound);
}

/* In which round the loss arrives at the buyers that reports list. */
static sn_status find_rounds(const sn_call *call, sn_whatif *w, sn_error *err)
{
    int32_t *asked = malloc((w->impact.buyer_count + 1) * sizeof *asked);
    size_t count = 0;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(asked, "rounds");
    w->rounds = malloc((sn_network_node_count(call->net) + 1) * sizeof *w->rounds);
    SN_TRY_ALLOC(w->rounds, "rounds");
    for (size_t b = 0; b < w->impact.buyer_count; b++)
        if (w->shown[b])
            asked[count++] = w->impact.buyer[b].node;
    SN_TRY(sn_paths_rounds(w->setting.cascade, &w->result, asked, count, w->rounds, err));
out:
    free(asked);
    return status;
}

/* Chains to the buyers that reports list. */
static sn_status find_paths(sn_whatif *w, size_t limit, size_t steps, sn_error *err)
{
    sn_paths_wanted *wanted = malloc((w->impact.buyer_count + 1) * sizeof *wanted);
    sn_paths **paths = malloc((w->impact.buyer_count + 1) * sizeof *paths);
    size_t count = 0;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(wanted, "supply paths");
    SN_TRY_ALLOC(paths, "supply paths");
    for (size_t b = 0; b < w->impact.buyer_count; b++)
        if (w->shown[b]) {
            wanted[count] = (sn_paths_wanted){(size_t)w->impact.buyer[b].node,
                                              w->impact.buyer[b].amount};
            paths[count++] = &w->paths[b];
        }
    SN_TRY(sn_paths_find_all(w->setting.cascade, wanted, count, limit, steps, paths, err));
out:
    free(wanted);
    free(paths);
    return status;
}

enum { PATHS_LARGE = 1000000, PATHS_STEPS = 5000 };

static sn_status compute(sn_call *call, sn_whatif *w, sn_error *err)
{
    const size_t paths = (size_t)sn_options_integer(&call->options, "paths");
    /* Where much of a large network is lost, chains are too many to be tried at length. */
    const size_t steps = sn_network_flow_count(call->net) > PATHS_LARGE ? PATHS_STEPS : 0;
    sn_status status = SN_OK;

    w->removed = calloc(sn_network_node_count(call->net) + 1, sizeof *w->removed);
    SN_TRY_ALLOC(w->removed, "a what-if");
    for (size_t d = 0; d < w->count; d++)
        SN_TRY(apply(call, w, &w->disruption[d], err));
    SN_TRY(sn_setting_make(call, &w->setting, err));
    SN_TRY(run_cascade(call, w, err));
    SN_TRY(sn_impact_make(w->setting.frame, w->setting.cascade, &w->result, top_of(call), &w->impact,
                          err));
    SN_TRY(find_spans(call, w, err));
    SN_TRY(find_parts(call, w, err));
    SN_TRY(find_survivals(call, w, err));
    SN_TRY(judge(call, w, err));
    SN_TRY(choose(call, w, err));
    SN_TRY(find_rounds(call, w, err));
    if (paths > 0)
        SN_TRY(find_paths(w, paths, steps, err));
out:
    return status;
}

sn_status sn_whatif_make(sn_call *call, sn_whatif *whatif, sn_error *err)
{
    sn_status status = SN_OK;

    memset(whatif, 0, sizeof *whatif);
    SN_TRY(read_disruptions(call, whatif, err));
    SN_TRY(compute(call, whatif, err));
out:
    return status;
}
