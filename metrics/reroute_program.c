/* reroute_program.c - the linear program of a component, in normal times and under a mask. */
#include <math.h>

#include "metrics/reroute_private.h"

/* What is left of a sum after rounding is nothing. */
static const double rounding = 1e-12;

/* Columns: output below and above normal, final demand not served. */
static sn_status add_node(sn_reroute *r, size_t i, sn_lp *lp, sn_error *err)
{
    sn_status status = SN_OK;
    const double cost = r->weight[i] / r->mass[r->component[i]];
    const bool by_short = r->splits[i] && !r->options.by_output;
    int32_t column;

    SN_TRY(sn_lp_column(lp, 0, 1, by_short ? 0 : cost, &r->less[i], err));
    SN_TRY(sn_lp_column(lp, 0, r->reach[i] - 1, 0, &column, err));
    if (r->splits[i])
        SN_TRY(sn_lp_column(lp, 0, 1, by_short ? cost : 0, &column, err));
out:
    return status;
}

static sn_status add_flow(sn_reroute *r, size_t e, sn_lp *lp, sn_error *err)
{
    sn_status status = SN_OK;
    int32_t column;

    SN_TRY(sn_lp_column(lp, 0, r->net->value[e] / r->unit[e], 0, &r->fall[e], err));
    SN_TRY(sn_lp_column(lp, 0, INFINITY, 0, &column, err));
out:
    return status;
}

/* Output appears in a row as less_i times `value`, and more_i against it. */
static sn_status enter_output(const sn_reroute *r, size_t i, int32_t row, double value,
                              sn_lp *lp, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(sn_lp_entry(lp, row, r->less[i], value, err));
    SN_TRY(sn_lp_entry(lp, row, r->less[i] + 1, -value, err));
out:
    return status;
}

/* A flow appears in a row as fall_e times `value`, and rise_e against it. */
static sn_status enter_flow(const sn_reroute *r, size_t e, int32_t row, double value, sn_lp *lp,
                            sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(sn_lp_entry(lp, row, r->fall[e], value, err));
    SN_TRY(sn_lp_entry(lp, row, r->fall[e] + 1, -value, err));
out:
    return status;
}

/* sum of sales + f_i <= y_i, less the same of normal times, over base_i. */
static sn_status add_balance(sn_reroute *r, size_t i, sn_lp *lp, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_network *net = r->net;
    double left = r->base[i] - net->final_demand[i];
    size_t sales = 0;

    for (size_t e = net->out_first[i]; e < net->out_first[i + 1]; e++)
        if (r->unit[e] > 0) {
            left -= net->value[e];
            sales++;
        }
    r->balance[i] = SN_NO_PLACE;
    if (sales == 0 && !r->splits[i])
        return SN_OK;
    left = left > r->base[i] * rounding ? left / r->base[i] : 0;
    SN_TRY(sn_lp_row(lp, left, &r->balance[i], err));
    for (size_t e = net->out_first[i]; e < net->out_first[i + 1]; e++)
        if (r->unit[e] > 0)
            SN_TRY(enter_flow(r, e, r->balance[i], -r->unit[e] / r->base[i], lp, err));
    SN_TRY(enter_output(r, i, r->balance[i], 1, lp, err));
    if (r->splits[i])
        SN_TRY(sn_lp_entry(lp, r->balance[i], r->less[i] + 2,
                           -net->final_demand[i] / r->base[i], err));
out:
    return status;
}

static sn_status enter_segment(const sn_reroute *r, size_t s, int32_t row, double value,
                               sn_lp *lp, sn_error *err)
{
    sn_status status = SN_OK;

    for (size_t k = r->net->seg_in[s]; k < r->net->seg_in[s + 1]; k++) {
        const size_t e = r->net->in_flow[k];
        if (r->unit[e] > 0)
            SN_TRY(enter_flow(r, e, row, value * r->unit[e], lp, err));
    }
out:
    return status;
}

/* y_i <= own supply + what the purchases of group s allow, over base_i. */
static sn_status add_essential(sn_reroute *r, size_t i, size_t s, sn_lp *lp, sn_error *err)
{
    sn_status status = SN_OK;
    const double own = (1 - r->passed[i]) * (r->reach[i] - 1);

    SN_TRY(sn_lp_row(lp, own, &r->input[s], err));
    SN_TRY(enter_segment(r, s, r->input[s], r->passed[i] / r->total[s], lp, err));
    SN_TRY(enter_output(r, i, r->input[s], -1, lp, err));
out:
    return status;
}

/* The same for all non-essential groups together; one that makes up for another counts up to
 * what full capacity would use of it. */
static sn_status add_bundle(sn_reroute *r, size_t i, sn_lp *lp, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_network *net = r->net;
    const double share = r->passed[i] / r->bought[i];
    double needed = 0;
    size_t groups = 0;

    for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++)
        if (net->seg_need[s] == SN_NON_ESSENTIAL && r->total[s] > 0) {
            needed += r->total[s];
            groups++;
        }
    r->bundle[i] = SN_NO_PLACE;
    if (groups == 0)
        return SN_OK;
    SN_TRY(sn_lp_row(lp, fmax(0, 1 - share * needed) * (r->reach[i] - 1), &r->bundle[i], err));
    SN_TRY(enter_output(r, i, r->bundle[i], -1, lp, err));
    for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++) {
        if (net->seg_need[s] != SN_NON_ESSENTIAL || r->total[s] <= 0)
            continue;
        SN_TRY(enter_segment(r, s, r->bundle[i], share, lp, err));
        if (groups == 1)
            continue;
        SN_TRY(sn_lp_row(lp, r->reach[i] - 1, &r->input[s], err));
        SN_TRY(enter_segment(r, s, r->input[s], -1 / r->total[s], lp, err));
    }
out:
    return status;
}

static sn_status add_rows(sn_reroute *r, size_t i, sn_lp *lp, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_network *net = r->net;

    SN_TRY(add_balance(r, i, lp, err));
    for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++) {
        r->input[s] = SN_NO_PLACE;
        if (net->seg_need[s] == SN_ESSENTIAL && r->total[s] > 0)
            SN_TRY(add_essential(r, i, s, lp, err));
    }
    SN_TRY(add_bundle(r, i, lp, err));
out:
    return status;
}

sn_status sn_reroute_program(sn_reroute *r, size_t component, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_network *net = r->net;
    const size_t begin = r->first[component], end = r->first[component + 1];
    sn_lp *lp = NULL;

    if (r->program[component] != NULL && !sn_lp_lost(r->program[component]))
        return SN_OK;
    sn_lp_free(r->program[component]);
    r->program[component] = NULL;
    SN_TRY(sn_lp_new(&lp, err));
    for (size_t k = begin; k < end; k++) {
        const size_t i = (size_t)r->member[k];
        SN_TRY(add_node(r, i, lp, err));
        for (size_t e = net->out_first[i]; e < net->out_first[i + 1]; e++)
            if (r->unit[e] > 0)
                SN_TRY(add_flow(r, e, lp, err));
    }
    for (size_t k = begin; k < end; k++)
        SN_TRY(add_rows(r, (size_t)r->member[k], lp, err));
    if (r->options.open_market)
        SN_TRY(sn_trade_columns(r, component, lp, err));
    SN_TRY(sn_lp_load(lp, err));
    r->program[component] = lp;
    lp = NULL;
out:
    sn_lp_free(lp);
    return status;
}

/* Nothing is bought by, or sold by, a node that cannot make anything. */
static void shut_flow(sn_reroute *r, size_t e, sn_lp *lp)
{
    const double all = r->net->value[e] / r->unit[e];

    if (r->unit[e] <= 0)
        return;
    sn_lp_bound(lp, r->fall[e], all, all);
    sn_lp_bound(lp, r->fall[e] + 1, 0, 0);
}

static void bound_node(sn_reroute *r, size_t i, bool tight, sn_lp *lp)
{
    const sn_network *net = r->net;
    double most = sn_node_left(r, i) * r->reach[i];

    if (tight ? r->best[i] < most : r->best[i] <= 0 && !r->hopeful[i])
        most = r->best[i];
    if (most < r->reach[i]) {
        sn_lp_bound(lp, r->less[i], fmax(0, 1 - most), 1);
        sn_lp_bound(lp, r->less[i] + 1, 0, fmax(0, most - 1));
    }
    if (most > 0)
        return;
    if (r->splits[i])
        sn_lp_bound(lp, r->less[i] + 2, 1, 1);
    for (size_t e = net->out_first[i]; e < net->out_first[i + 1]; e++)
        shut_flow(r, e, lp);
    for (size_t k = net->in_first[i]; k < net->in_first[i + 1]; k++)
        shut_flow(r, net->in_flow[k], lp);
}

static void bound_flow(sn_reroute *r, size_t e, sn_lp *lp)
{
    const double all = r->net->value[e] / r->unit[e];

    sn_lp_bound(lp, r->fall[e], (1 - sn_flow_left(r, e)) * all, all);
    sn_lp_bound(lp, r->fall[e] + 1, 0, 0);
}

void sn_reroute_bound(sn_reroute *r, size_t component, bool tight)
{
    const sn_network *net = r->net;
    sn_lp *lp = r->program[component];

    for (size_t k = r->first[component]; k < r->first[component + 1]; k++) {
        const size_t i = (size_t)r->member[k];
        for (size_t e = net->out_first[i]; e < net->out_first[i + 1]; e++)
            if (r->unit[e] > 0 && sn_flow_left(r, e) < 1)
                bound_flow(r, e, lp);
    }
    for (size_t k = r->first[component]; k < r->first[component + 1]; k++)
        bound_node(r, (size_t)r->member[k], tight, lp);
    if (r->options.open_market)
        sn_trade_bound(r, component);
}
