/* time_to_survive.c - one linear program; amounts in units of the largest output a day. */
#include "metrics/time_to_survive.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/network_private.h"
#include "metrics/reroute_lp.h"

static const double days_a_year = 365, longest = 36500; /* nobody plans for more than a century */

typedef struct {
    const sn_network *net;
    const sn_mask *mask;
    const sn_survive_options *options;
    sn_lp *lp;
    double scale;     /* [unit] of one in the program */
    int32_t time;     /* column of t [days] */
    int32_t *made;    /* [n] column of u, or -1: not of this commodity */
    int32_t *missing; /* [n] column of l, or -1: no final demand */
    int32_t *shipped; /* [m] column of y, or -1 */
} program;

static double rate(const program *p, double a_year)
{
    return a_year / days_a_year / p->scale;
}

static double left_of_node(const program *p, size_t node)
{
    return p->mask->node != NULL ? p->mask->node[node] : 1;
}

/* x <= factor t: a row of its own. */
static sn_status limit_by_time(program *p, int32_t column, double factor, sn_error *err)
{
    int32_t row;
    sn_status status = SN_OK;

    SN_TRY(sn_lp_row(p->lp, 0, &row, err));
    SN_TRY(sn_lp_entry(p->lp, row, column, 1, err));
    SN_TRY(sn_lp_entry(p->lp, row, p->time, -factor, err));
out:
    return status;
}

static sn_status add_columns(program *p, int32_t commodity, sn_error *err)
{
    const sn_network *net = p->net;
    sn_status status = SN_OK;

    SN_TRY(sn_lp_column(p->lp, 0, longest, -1, &p->time, err));
    for (size_t i = 0; i < net->node_count; i++) {
        p->made[i] = p->missing[i] = -1;
        if (sn_network_code(net, SN_COMMODITY, i) != commodity || !(net->output[i] > 0))
            continue;
        const double most = fmax(net->output[i] * (1 + p->options->spare),
                                 fmax(0, sn_network_given(net, SN_CAPACITY, i)));
        SN_TRY(sn_lp_column(p->lp, 0, INFINITY, 0, &p->made[i], err));
        SN_TRY(limit_by_time(p, p->made[i], left_of_node(p, i) * rate(p, most), err));
        if (!(net->final_demand[i] > 0))
            continue;
        SN_TRY(sn_lp_column(p->lp, 0, INFINITY, 0, &p->missing[i], err));
        SN_TRY(limit_by_time(p, p->missing[i], rate(p, net->final_demand[i]), err));
    }
    for (size_t e = 0; e < net->flow_count; e++) {
        p->shipped[e] = -1;
        if (net->supplier[e] == net->buyer[e] || p->made[net->supplier[e]] < 0 ||
            p->made[net->buyer[e]] < 0)
            continue;
        const double left = p->mask->flow != NULL ? p->mask->flow[e] : 1;
        SN_TRY(sn_lp_column(p->lp, 0, INFINITY, 0, &p->shipped[e], err));
        if (left < 1) /* other links carry what there is to carry */
            SN_TRY(limit_by_time(p, p->shipped[e], left * rate(p, net->value[e]), err));
    }
out:
    return status;
}

/* What i ships and final users get is made by i. */
static sn_status add_balance(program *p, size_t i, sn_error *err)
{
    int32_t row;
    sn_status status = SN_OK;

    SN_TRY(sn_lp_row(p->lp, 0, &row, err));
    SN_TRY(sn_lp_entry(p->lp, row, p->made[i], -1, err));
    for (size_t e = p->net->out_first[i]; e < p->net->out_first[i + 1]; e++)
        if (p->shipped[e] >= 0)
            SN_TRY(sn_lp_entry(p->lp, row, p->shipped[e], 1, err));
    if (p->missing[i] >= 0) {
        SN_TRY(sn_lp_entry(p->lp, row, p->time, rate(p, p->net->final_demand[i]), err));
        SN_TRY(sn_lp_entry(p->lp, row, p->missing[i], -1, err));
    }
out:
    return status;
}

/* What an essential group of i brings, and its stock, bound what i makes. */
static sn_status add_group(program *p, size_t i, size_t segment, double own, double bought,
                           sn_error *err)
{
    const sn_network *net = p->net;
    const double given = sn_network_given(net, SN_INVENTORY_DAYS, i);
    const double days = isnan(given) ? p->options->stock_days : given;
    const double w = own / (own + bought);
    double normal = 0;
    int32_t row;
    sn_status status = SN_OK;

    for (size_t k = net->seg_in[segment]; k < net->seg_in[segment + 1]; k++)
        if (p->shipped[net->in_flow[k]] >= 0)
            normal += net->value[net->in_flow[k]];
    if (!(normal > 0))
        return SN_OK;
    const double need = normal / ((1 - w) * net->output[i]);
    SN_TRY(sn_lp_row(p->lp, rate(p, normal) * days, &row, err));
    SN_TRY(sn_lp_entry(p->lp, row, p->made[i], need, err));
    if (w > 0)
        SN_TRY(sn_lp_entry(p->lp, row, p->time,
                           -need * left_of_node(p, i) * w * rate(p, net->output[i]), err));
    for (size_t k = net->seg_in[segment]; k < net->seg_in[segment + 1]; k++)
        if (p->shipped[net->in_flow[k]] >= 0)
            SN_TRY(sn_lp_entry(p->lp, row, p->shipped[net->in_flow[k]], -1, err));
out:
    return status;
}

static sn_status add_rows(program *p, sn_error *err)
{
    const sn_network *net = p->net;
    sn_status status = SN_OK;

    for (size_t i = 0; i < net->node_count; i++) {
        double bought = 0;
        if (p->made[i] < 0)
            continue;
        SN_TRY(add_balance(p, i, err));
        for (size_t k = net->in_first[i]; k < net->in_first[i + 1]; k++)
            if (p->shipped[net->in_flow[k]] >= 0)
                bought += net->value[net->in_flow[k]];
        const double own = net->kind[i] == SN_KIND_FIRM ? 0 : net->primary[i];
        for (size_t g = net->seg_first[i]; bought > 0 && g < net->seg_first[i + 1]; g++)
            if (net->seg_need[g] == SN_ESSENTIAL)
                SN_TRY(add_group(p, i, g, own, bought, err));
    }
    status = sn_lp_load(p->lp, err);
out:
    return status;
}

static sn_status solve(program *p, double asked_days, sn_survival *survival, sn_error *err)
{
    double demand = 0;
    sn_status status = SN_OK;

    for (size_t i = 0; i < p->net->node_count; i++)
        if (p->missing[i] >= 0) {
            demand += rate(p, p->net->final_demand[i]);
            sn_lp_bound(p->lp, p->missing[i], 0, 0);
        }
    if (demand > 0) {
        SN_TRY(sn_lp_solve(p->lp, err));
        const double days = sn_lp_value(p->lp, p->time);
        survival->days = days >= longest * (1 - 1e-9) ? INFINITY : fmax(0, days);
    }
    if (isnan(asked_days) || !(demand > 0))
        goto out;
    sn_lp_reset(p->lp);
    sn_lp_bound(p->lp, p->time, asked_days, asked_days);
    sn_lp_cost(p->lp, p->time, 0);
    for (size_t i = 0; i < p->net->node_count; i++)
        if (p->missing[i] >= 0)
            sn_lp_cost(p->lp, p->missing[i], 1);
    SN_TRY(sn_lp_solve(p->lp, err));
    const double lost = fmax(0, sn_lp_objective(p->lp));
    survival->lost = lost * p->scale;
    survival->share = asked_days > 0 ? fmin(1, lost / (demand * asked_days)) : 0;
out:
    return status;
}

sn_status sn_survive(const sn_network *net, const sn_mask *mask, int32_t commodity,
                     const sn_survive_options *options, sn_survival *survival, sn_error *err)
{
    program p = {.net = net, .mask = mask, .options = options};
    sn_status status = SN_OK;

    *survival = (sn_survival){INFINITY, NAN, NAN};
    if (!(options->stock_days >= 0) || !(options->spare >= 0) || !isfinite(options->stock_days) ||
        !isfinite(options->spare) || options->recover_days < 0)
        return sn_fail(err, SN_EUSAGE, "stock, spare capacity and time to recover are at least 0");
    for (size_t i = 0; i < net->node_count; i++)
        if (sn_network_code(net, SN_COMMODITY, i) == commodity)
            p.scale = fmax(p.scale, net->output[i] / days_a_year);
    if (!(p.scale > 0))
        return SN_OK;
    p.made = malloc((net->node_count + 1) * sizeof *p.made);
    p.missing = malloc((net->node_count + 1) * sizeof *p.missing);
    p.shipped = malloc((net->flow_count + 1) * sizeof *p.shipped);
    if (p.made == NULL || p.missing == NULL || p.shipped == NULL) {
        status = sn_nomem(err, "a time to survive");
        goto out;
    }
    SN_TRY(sn_lp_new(&p.lp, err));
    SN_TRY(add_columns(&p, commodity, err));
    SN_TRY(add_rows(&p, err));
    SN_TRY(solve(&p, options->recover_days, survival, err));
out:
    sn_lp_free(p.lp);
    free(p.made);
    free(p.missing);
    free(p.shipped);
    return status;
}
