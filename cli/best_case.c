/* best_case.c - rerouting behind the intervals of chokepoints and whatif. */
#include "cli/best_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FLOWS_AUTO = 50000 }; /* above that linear programs would take longer than the rest */

static double weight_of(const sn_call *call, const sn_setting *setting, sn_weight rule, size_t node)
{
    if (setting->buyers_named)
        return setting->buyers.weight[node] * sn_impact_frame_amount(setting->frame, node) > 0
                   ? sn_impact_frame_amount(setting->frame, node)
                   : 0;
    return sn_weight_of(call->net, rule, node);
}

sn_status sn_best_case_make(sn_call *call, const sn_setting *setting, bool even, size_t levers,
                            sn_best_case *best, sn_error *err)
{
    const size_t n = sn_network_node_count(call->net);
    const char *when = sn_options_text(&call->options, "bounds");
    const sn_weight rule = sn_impact_frame_weight(setting->frame);
    const sn_reroute_options how = {
        .spare = sn_options_number(&call->options, "spare"),
        .open_market = sn_options_flag(&call->options, "open-market"),
        .by_output = rule == SN_WEIGHT_OUTPUT || rule == SN_WEIGHT_VALUE,
        .even = even,
        .levers = levers};
    sn_status status = SN_OK;

    memset(best, 0, sizeof *best);
    best->reason = "not asked for";
    if (strcmp(when, "never") == 0)
        return SN_OK;
    best->reason = "the network is large; --bounds always works it out";
    if (strcmp(when, "auto") == 0 && sn_network_flow_count(call->net) > FLOWS_AUTO)
        return SN_OK;
    best->reason = NULL;
    best->weight = malloc((n + 1) * sizeof *best->weight);
    SN_TRY_ALLOC(best->weight, "the best case");
    for (size_t i = 0; i < n; i++)
        best->weight[i] = weight_of(call, setting, rule, i);
    SN_TRY(sn_reroute_new(call->net, best->weight, &how, &best->reroute, err));
out:
    return status;
}

void sn_best_case_clear(sn_best_case *best)
{
    sn_reroute_free(best->reroute);
    free(best->weight);
    memset(best, 0, sizeof *best);
}

sn_status sn_best_case_run(sn_best_case *best, const sn_mask *mask, sn_error *err)
{
    sn_error reason = {0};

    best->result = NULL;
    if (best->reroute == NULL)
        return SN_OK;
    const sn_status status = sn_reroute_run(best->reroute, mask, &best->last, &reason);
    if (status == SN_OK)
        best->result = &best->last;
    else if (status == SN_ENUMERIC) /* the answer stands without its lower end */
        best->reason = "the linear program found no optimum";
    else
        return sn_fail(err, status, "%s", reason.message);
    return SN_OK;
}

double sn_best_case_loss(const sn_best_case *best, const sn_network *net, int32_t commodity,
                         double *lost)
{
    double all = 0, missing = 0;

    if (best->result == NULL)
        return NAN;
    for (size_t i = 0; i < sn_network_node_count(net); i++)
        if (best->weight[i] > 0 && sn_network_code(net, SN_COMMODITY, i) == commodity) {
            all += best->weight[i];
            missing += best->weight[i] * (1 - best->result->served[i]);
        }
    if (lost != NULL)
        *lost = missing;
    return all > 0 ? missing / all : NAN;
}
