/* indicators_rows_risk.c - look-through risk, and expected loss over scenarios. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/indicators_private.h"
#include "cli/whatif_model.h"
#include "cli/verbs.h"
#include "datasets/scenario_library.h"

/* ---- look-through risk ---------------------------------------------------------------------
 */

/* Governance 0..1 of a node's country or, by owner, of its owners as far as they are known. */
static double risk_of(const sn_indicators *it, size_t node)
{
    const sn_network *net = it->call->net;
    size_t count;
    double sum = 0, known = 0;

    if (!it->by_owner) {
        const char *country = sn_network_text(net, SN_COUNTRY, node);
        const sn_governance_row *row =
            country != NULL ? sn_governance_find(&it->governance, country) : NULL;
        return row != NULL ? fmin(1, fmax(0, row->score / 10)) : NAN;
    }
    const sn_owner_share *owner =
        sn_network_owners(net, sn_call_ownership(it->call), node, &count);
    for (size_t k = 0; k < count; k++) {
        const sn_governance_row *row = sn_governance_find(
            &it->governance, sn_dict_text(sn_network_dict(net, SN_OWNER), owner[k].owner));
        if (row == NULL || isnan(row->score))
            continue;
        sum += owner[k].share * fmin(1, fmax(0, row->score / 10));
        known += owner[k].share;
    }
    return known > 0 ? sum / known : NAN;
}

static bool is_consumer(const sn_indicators *it, size_t node)
{
    const char *country = sn_network_text(it->call->net, SN_COUNTRY, node);

    for (size_t k = 0; country != NULL && k < it->consumer.count; k++)
        if (strcmp(it->consumer.country[k], country) == 0)
            return true;
    return false;
}

/* The mean over the consumer's users of a commodity, by final use. */
static void add_look_through(sn_indicators *it, int32_t commodity, const char *name,
                             const sn_look_through *result)
{
    const sn_network *net = it->call->net;
    sn_indicator *row = sn_row(it, NULL, name, "look_through", "mean", NULL);
    double use = 0, known = 0, mean = 0;

    for (size_t i = 0; i < sn_network_node_count(net); i++) {
        const double demand = sn_network_final_demand(net, i);
        if (sn_network_code(net, SN_COMMODITY, i) != commodity || !(demand > 0) ||
            !is_consumer(it, i) || isnan(result[i].known))
            continue;
        use += demand;
        known += demand * result[i].known;
        if (!isnan(result[i].mean))
            mean += demand * result[i].known * result[i].mean;
    }
    if (use > 0)
        row->coverage = known / use;
    sn_row_value(row, known > 0 ? mean / known : NAN, use > 0 ? mean / use : NAN,
                 use > 0 ? (mean + use - known) / use : NAN,
                 use > 0 ? "no score of the countries upstream is known"
                         : "the consumer has no final use of it");
}

sn_status sn_rows_look_through(sn_indicators *it, sn_error *err)
{
    const sn_network *net = it->call->net;
    const size_t n = sn_network_node_count(net), m = sn_network_flow_count(net);
    sn_risk_flow *flow = malloc((m + 1) * sizeof *flow);
    double *risk = malloc((n + 1) * sizeof *risk), *own = malloc((n + 1) * sizeof *own);
    sn_look_through *result = malloc((n + 1) * sizeof *result);
    sn_status status = SN_OK;

    if (flow == NULL || risk == NULL || own == NULL || result == NULL) {
        status = sn_nomem(err, "look-through risks");
        goto out;
    }
    for (size_t e = 0; e < m; e++) {
        const sn_flow at = sn_network_flow(net, e);
        flow[e] = (sn_risk_flow){at.supplier, at.buyer, at.value};
    }
    for (size_t i = 0; i < n; i++) {
        risk[i] = risk_of(it, i);
        own[i] = sn_network_primary(net, i);
    }
    SN_TRY(sn_look_through_risk(flow, m, risk, own, n,
                                sn_options_number(&it->call->options, "damping"), result, err));
    for (size_t p = 0; p < it->products.count; p++)
        if (it->products.product[p].last && it->products.product[p].commodity != NULL)
            add_look_through(it, it->products.product[p].commodity_code,
                             it->products.product[p].commodity, result);
out:
    free(flow);
    free(risk);
    free(own);
    free(result);
    return status;
}

/* ---- expected loss --------------------------------------------------------------------------
 */

/* What the consumer loses of a commodity: without any reaction, with the best rerouting (NaN:
 * not worked out), and the amount without. */
typedef struct {
    double loss, rerouted, lost;
} sn_played;

/* What it loses of each commodity if one scenario comes true: a what-if of its own. */
static sn_status play(sn_indicators *it, const char *name, sn_played *played, sn_error *err)
{
    char *argv[] = {(char *)"--scenario", (char *)name, (char *)"--buyer", NULL};
    char buyers[1200] = "country=";
    sn_call call = {.verb = &sn_verb_whatif,
                    .started = it->call->started,
                    .net = it->call->net,
                    .coalitions = it->call->coalitions};
    sn_whatif whatif = {0};
    sn_status status = SN_OK;

    for (size_t k = 0; k < it->consumer.count; k++) {
        const char *code = it->consumer.country[k];
        if (sn_dict_find(sn_network_dict(call.net, SN_COUNTRY), code, strlen(code)) == SN_NONE)
            continue;
        const size_t used = strlen(buyers);
        (void)snprintf(buyers + used, sizeof buyers - used, "%s%s", used > 8 ? "|" : "", code);
    }
    argv[3] = buyers;
    call.argc = (int)(sizeof argv / sizeof argv[0]);
    call.argv = argv;
    SN_TRY(sn_options_parse(call.argc, argv, sn_verb_whatif.options, sn_shared_options,
                            &call.options, err));
    SN_TRY(sn_whatif_make(&call, &whatif, err));
    for (size_t k = 0; k < whatif.impact.commodity_count; k++) {
        const sn_impact_total *total = &whatif.impact.commodity[k];
        played[total->commodity + 1] =
            (sn_played){total->loss_down, whatif.commodity[k].low, total->lost};
    }
out:
    sn_whatif_clear(&whatif);
    sn_options_clear(&call.options);
    sn_sources_clear(&call.sources);
    free(call.finding);
    return status;
}

static sn_status read_probability(sn_indicators *it, const char *name, double *probability,
                                  sn_error *err)
{
    sn_bytes bytes = {0};
    sn_scenario scenario = {0};
    sn_source *source;
    sn_status status = SN_OK;

    SN_TRY(sn_scenario_open(name, &bytes, &scenario, err));
    *probability = scenario.probability;
    if (isnan(*probability)) {
        status = sn_fail(
            err, SN_EDATA,
            "%s: an expected loss needs the scenario's \"probability\" of a year (0..1)",
            bytes.name);
        goto out;
    }
    SN_TRY(sn_sources_add(&it->call->sources, "scenario", &bytes, &source, err));
    source->rows_read = source->rows_used = scenario.event_count;
out:
    sn_scenario_clear(&scenario);
    sn_bytes_clear(&bytes);
    return status;
}

/* By [scenario][commodity + 1]; a commodity that a scenario does not touch loses nothing. */
typedef struct {
    size_t count, width;
    double *probability;
    sn_played *played;
} sn_plays;

enum { MOST_SCENARIOS = 64 };

static void add_expected(sn_indicators *it, const sn_sourcing *product, const sn_plays *plays)
{
    static const char none[] = "no scenario is given; --scenario names one with a probability";
    double loss[MOST_SCENARIOS] = {0}, rerouted[MOST_SCENARIOS] = {0},
           lost[MOST_SCENARIOS] = {0};
    const char *name = product->commodity != NULL ? product->commodity : product->product;

    for (size_t s = 0; s < plays->count; s++) {
        const sn_played *played =
            &plays->played[s * plays->width + (size_t)(product->commodity_code + 1)];
        loss[s] = played->loss;
        rerouted[s] = played->rerouted;
        lost[s] = played->lost;
    }
    const bool any = plays->count > 0;
    const double share = any ? sn_expected_loss(plays->probability, loss, plays->count) : NAN;
    sn_indicator *row = sn_row(it, NULL, name, "expected_loss", "share", NULL);
    row->unit = "share";
    sn_row_value(row, share, sn_expected_loss(plays->probability, rerouted, plays->count),
                 share, any ? "the consumer has no use of it to lose" : none);
    row = sn_row(it, NULL, name, "expected_loss", "amount", NULL);
    row->unit = product->unit != NULL ? product->unit : "1";
    sn_row_value(row, any ? sn_expected_loss(plays->probability, lost, plays->count) : NAN, NAN,
                 NAN, any ? "the consumer has no use of it to lose" : none);
}

sn_status sn_rows_expected_loss(sn_indicators *it, sn_error *err)
{
    sn_plays plays = {.width = (size_t)sn_network_dict(it->call->net, SN_COMMODITY)->count + 1};
    sn_status status = SN_OK;

    while (sn_options_list(&it->call->options, "scenario", plays.count) != NULL)
        plays.count++;
    if (plays.count > MOST_SCENARIOS)
        return sn_fail(err, SN_EUSAGE, "at most %d scenarios", MOST_SCENARIOS);
    plays.probability = calloc(plays.count + 1, sizeof *plays.probability);
    plays.played = calloc(plays.count * plays.width + 1, sizeof *plays.played);
    if (plays.probability == NULL || plays.played == NULL) {
        status = sn_nomem(err, "expected losses");
        goto out;
    }
    for (size_t s = 0; s < plays.count; s++) {
        const char *name = sn_options_list(&it->call->options, "scenario", s);
        SN_TRY(read_probability(it, name, &plays.probability[s], err));
        SN_TRY(play(it, name, &plays.played[s * plays.width], err));
    }
    for (size_t p = 0; p < it->products.count; p++)
        if (it->products.product[p].last)
            add_expected(it, &it->products.product[p], &plays);
out:
    free(plays.probability);
    free(plays.played);
    return status;
}
