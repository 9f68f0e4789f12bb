/* whatif_options.c - what chokepoints and whatif have in common. */
#include "cli/whatif_options.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "metrics/balance.h"

const sn_method sn_loss_methods[SN_LOSS_METHODS] = {
    SN_METHOD_CASCADE,
    {"total", "1",
     "weighted mean over nodes of the worse of both losses; over commodities the plain mean; lost: "
     "buyers' final demand times downstream loss",
     "docs/model.md"},
    {"reroute", "1",
     "lower end of each interval: linear program that serves as much weight as the remaining "
     "capacities, links and recipes allow, shortages spread evenly; upper end: no reaction",
     "Simchi-Levi et al. 2015, Interfaces 45(5), for a state that lasts; docs/model.md"},
};

sn_status sn_select_union(sn_call *call, const char *option, sn_selection *selection,
                          sn_error *err)
{
    const size_t n = sn_network_node_count(call->net);
    const char *text;
    sn_status status = SN_OK;

    for (size_t k = 0; (text = sn_options_list(&call->options, option, k)) != NULL; k++) {
        sn_selection one = {0};
        SN_TRY(sn_call_select(call, text, &one, err));
        if (selection->weight == NULL) {
            *selection = one;
            continue;
        }
        selection->matched = 0;
        for (size_t i = 0; i < n; i++) {
            selection->weight[i] = fmax(selection->weight[i], one.weight[i]);
            selection->matched += selection->weight[i] > 0;
        }
        selection->by_owner |= one.by_owner;
        selection->names_node |= one.names_node;
        sn_selection_clear(&one);
    }
out:
    return status;
}

/* Where a place is named, its final users are meant; a node that is named is meant itself. */
static void keep_final_users(const sn_network *net, sn_selection *buyers)
{
    const size_t n = sn_network_node_count(net);
    bool any = false;

    for (size_t i = 0; i < n; i++)
        any |= buyers->weight[i] > 0 && sn_network_final_demand(net, i) > 0;
    if (!any || buyers->names_node)
        return;
    buyers->matched = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(sn_network_final_demand(net, i) > 0))
            buyers->weight[i] = 0;
        buyers->matched += buyers->weight[i] > 0;
    }
}

sn_status sn_setting_make(sn_call *call, sn_setting *setting, sn_error *err)
{
    const sn_cascade_options how = {
        .response = strcmp(sn_options_text(&call->options, "response"), "market") == 0
                        ? SN_RESPONSE_MARKET
                        : SN_RESPONSE_NONE,
        .tolerance = sn_options_number(&call->options, "tolerance")};
    sn_weight weight;
    sn_status status = SN_OK;

    memset(setting, 0, sizeof *setting);
    SN_TRY(sn_weight_parse(sn_options_text(&call->options, "weight"), &weight, err));
    SN_TRY(sn_select_union(call, "buyer", &setting->buyers, err));
    setting->buyers_named = setting->buyers.weight != NULL;
    if (setting->buyers_named)
        keep_final_users(call->net, &setting->buyers);
    SN_TRY(sn_cascade_plan_new(call->net, &setting->plan, err));
    SN_TRY(sn_cascade_new(setting->plan, &how, &setting->cascade, err));
    SN_TRY(sn_impact_frame_new(setting->plan, weight,
                               setting->buyers_named ? &setting->buyers : NULL, &setting->frame,
                               err));
out:
    return status;
}

void sn_setting_clear(sn_setting *setting)
{
    sn_impact_frame_free(setting->frame);
    sn_cascade_free(setting->cascade);
    sn_cascade_plan_free(setting->plan);
    sn_selection_clear(&setting->buyers);
}

sn_status sn_find_model(sn_call *call, const sn_setting *setting, bool closed_loop, sn_error *err)
{
    sn_status status = SN_OK;

    if (sn_cascade_no_final_demand(setting->plan))
        SN_TRY(sn_call_find(call, SN_WARNING, "no-final-demand", "network", 0, NAN, err,
                            "nothing is sold to final demand, so upstream losses say little"));
    if (closed_loop)
        SN_TRY(sn_call_find(call, SN_WARNING, "closed-loop", "network", NAN, NAN, err,
                            "an upstream loss went round a loop that sells nothing to final demand: "
                            "it is certain to be hit, and the number means little"));
out:
    return status;
}

sn_status sn_find_estimated(sn_call *call, const bool *asked, sn_error *err)
{
    const sn_dict *commodities = sn_network_dict(call->net, SN_COMMODITY);
    sn_balance balance = {0};
    char list[300] = "";
    size_t count = 0, flows[3];
    sn_status status = SN_OK;

    sn_network_basis_counts(call->net, flows);
    if (flows[SN_BASIS_ESTIMATED] == 0)
        return SN_OK;
    SN_TRY(sn_balance_check(call->net, &balance, err));
    for (size_t first = 0, next; first < balance.step_count; first = next) {
        const int32_t commodity = balance.step[first].commodity;
        double estimated = 0, all = 0;
        for (next = first; next < balance.step_count && balance.step[next].commodity == commodity;
             next++) {
            const double *amount = balance.step[next].amount;
            estimated += amount[SN_BASIS_ESTIMATED];
            all += amount[0] + amount[1] + amount[2];
        }
        if (!(estimated > all / 2) || (commodity != SN_NONE && asked != NULL && !asked[commodity]))
            continue;
        const char *name = commodity == SN_NONE ? "the network" : sn_dict_text(commodities, commodity);
        const size_t length = strlen(list);
        (void)snprintf(list + length, sizeof list - length, "%s%s", count > 0 ? ", " : "", name);
        count++;
    }
    if (count > 0)
        SN_TRY(sn_call_find(call, SN_NOTE, "estimated-flows", "network", (double)count, 0.5, err,
                            "more than half of the flow of %s is estimated, not reported: who "
                            "supplies whom is less certain there", list));
out:
    sn_balance_clear(&balance);
    return status;
}
