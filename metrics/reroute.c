/* reroute.c - one disruption: which programs it touches, their optima, and the sums. */
#include "metrics/reroute.h"

#include <math.h>
#include <stdlib.h>

#include "metrics/reroute_private.h"

/* Shares that differ by no more are equal: what the simplex method rounds. */
static const double rounding = 1e-13;

static double clean(double share)
{
    return share <= rounding ? 0 : share >= 1 - rounding ? 1 : share;
}

static void find_disturbed(sn_reroute *r)
{
    const sn_network *net = r->net;

    for (size_t c = 0; c < r->components; c++)
        r->disturbed[c] = false;
    for (size_t i = 0; i < net->node_count; i++) {
        r->served[i] = 1;
        if (sn_node_left(r, i) < 1)
            r->disturbed[r->component[i]] = true;
    }
    if (r->mask->flow == NULL)
        return;
    for (size_t e = 0; e < net->flow_count; e++)
        if (r->unit[e] > 0 && r->mask->flow[e] < 1)
            r->disturbed[r->component[net->buyer[e]]] = true;
}

static void read_served(sn_reroute *r, size_t component)
{
    for (size_t k = r->first[component]; k < r->first[component + 1]; k++) {
        const size_t i = (size_t)r->member[k];
        const double missing = sn_lp_value(r->program[component], sn_reroute_column(r, i));
        if (r->weight[i] > 0)
            r->served[i] = 1 - clean(missing);
    }
}

static sn_status run_component(sn_reroute *r, size_t component, sn_reroute_result *result,
                               sn_error *err)
{
    sn_status status = SN_OK;
    size_t steps;

    SN_TRY(sn_reroute_program(r, component, err));
    steps = sn_lp_steps(r->program[component]);
    sn_lp_reset(r->program[component]);
    sn_reroute_reach(r, component);
    if (r->options.open_market || r->options.levers > 0)
        sn_trade_read(r, component);
    sn_reroute_bound(r, component, true);
    SN_TRY(sn_lp_solve(r->program[component], err));
    const double lost = sn_lp_objective(r->program[component]);
    if (r->options.levers > 0)
        SN_TRY(sn_lp_keep(r->program[component], err));
    if (r->options.even)
        SN_TRY(sn_reroute_even(r, component, err));
    read_served(r, component);
    if (r->options.levers > 0)
        SN_TRY(sn_reroute_levers(r, component, err));
    result->lost += clean(lost) * r->mass[component];
    result->steps += sn_lp_steps(r->program[component]) - steps;
out:
    return status;
}

static int compare_levers(const void *a, const void *b)
{
    const sn_lever *p = a, *q = b;

    if (p->saved_per_unit != q->saved_per_unit)
        return p->saved_per_unit < q->saved_per_unit ? 1 : -1;
    if (p->kind != q->kind)
        return p->kind < q->kind ? -1 : 1;
    if (p->node != q->node)
        return p->node < q->node ? -1 : 1;
    if (p->buyer != q->buyer)
        return p->buyer < q->buyer ? -1 : 1;
    return (p->group > q->group) - (p->group < q->group);
}

sn_status sn_reroute_run(sn_reroute *reroute, const sn_mask *mask, sn_reroute_result *result,
                         sn_error *err)
{
    sn_status status = SN_OK;
    sn_reroute *r = reroute;
    sn_reroute_result found = {0};

    r->mask = mask;
    r->lever_count = 0;
    find_disturbed(r);
    for (size_t c = 0; c < r->components; c++)
        if (r->disturbed[c] && r->mass[c] > 0)
            SN_TRY(run_component(r, c, &found, err));
    if (r->lever_count > 1)
        qsort(r->lever, r->lever_count, sizeof *r->lever, compare_levers);
    if (r->lever_count > r->options.levers)
        r->lever_count = r->options.levers;
    found.served = r->served;
    found.loss = r->weight_sum > 0 ? found.lost / r->weight_sum : 0;
    found.lever = r->lever;
    found.lever_count = r->lever_count;
    *result = found;
out:
    r->mask = NULL;
    return status;
}
