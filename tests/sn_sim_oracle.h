/* sn_sim_oracle.h - the models of docs/simulation.md by their formulas, one node after another.
 *
 * For small networks whose flows lead from lower to higher node numbers: then a step needs no
 * order to be found.  One event of the shape SN_SIM_STEP takes something of some nodes.
 */
#ifndef SN_TESTS_SN_SIM_ORACLE_H
#define SN_TESTS_SN_SIM_ORACLE_H

#include "graph/network_private.h"
#include "metrics/simulate.h"
#include "sn_nets.h"

enum { SIM_SEGMENTS = NET_FLOWS, SIM_STEPS = 60 };

typedef struct {
    const sn_network *net;
    const sn_sim_options *how;
    double normal[NET_NODES], own[NET_NODES], bought[NET_NODES], left[NET_NODES];
    double demand[NET_NODES], made[NET_NODES], final[NET_NODES], grown[NET_NODES];
    double need[SIM_SEGMENTS], group_stock[SIM_SEGMENTS], reserve[SIM_SEGMENTS];
    double short_days[SIM_SEGMENTS];
    double buys[NET_FLOWS], order[NET_FLOWS], ship[NET_FLOWS], flow_stock[NET_FLOWS];
} sim_oracle;

static inline double oracle_days(const sim_oracle *o)
{
    return o->how->stock_days + o->how->extra_days;
}

/* The steady state. */
static inline void oracle_start(sim_oracle *o)
{
    const sn_network *net = o->net;

    for (size_t e = 0; e < net->flow_count; e++) {
        o->buys[e] = o->order[e] = o->ship[e] = sn_network_is_own(net, e) ? 0 : net->value[e];
        o->flow_stock[e] = oracle_days(o) * o->buys[e];
    }
    for (size_t i = 0; i < net->node_count; i++) {
        const double primary = net->kind[i] == SN_KIND_FIRM ? 0 : net->primary[i];
        o->normal[i] = net->final_demand[i];
        o->bought[i] = 0;
        for (size_t e = net->out_first[i]; e < net->out_first[i + 1]; e++)
            o->normal[i] += o->buys[e];
        for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++) {
            o->need[s] = o->short_days[s] = 0;
            for (size_t k = net->seg_in[s]; k < net->seg_in[s + 1]; k++)
                o->need[s] += o->buys[net->in_flow[k]];
            o->group_stock[s] = oracle_days(o) * o->need[s];
            o->reserve[s] = o->how->reserve_days * o->need[s];
            o->bought[i] += o->need[s];
        }
        o->own[i] = o->bought[i] > 0 ? primary / (primary + o->bought[i]) : 1;
        o->demand[i] = o->made[i] = o->normal[i];
        o->final[i] = net->final_demand[i];
        o->grown[i] = o->left[i] = 1;
    }
}

static inline double oracle_capacity(const sim_oracle *o, size_t i)
{
    return o->normal[i] * (1 + o->how->spare) * o->left[i] * o->grown[i];
}

/* f: the part of normal input use that making `rate` takes. */
static inline double oracle_part(const sim_oracle *o, size_t i, double rate)
{
    if (o->own[i] >= 1)
        return 0;
    if (o->normal[i] <= 0)
        return o->left[i];
    return fmax(0, rate / o->normal[i] - o->own[i]) / (1 - o->own[i]);
}

static inline double oracle_gap(double target, double stock)
{
    return fabs(target - stock) <= 1e-11 * target ? 0 : target - stock;
}

static inline void oracle_hear(sim_oracle *o, size_t i)
{
    double sum = o->net->final_demand[i];

    for (size_t e = o->net->out_first[i]; e < o->net->out_first[i + 1]; e++)
        sum += o->order[e];
    o->demand[i] = fabs(sum - o->normal[i]) <= 1e-12 * sum ? o->normal[i] : sum;
}

/* ---- rationing ---- */

static inline bool oracle_is_ally(const sim_oracle *o, size_t e)
{
    return o->how->ally != NULL && o->how->ally[o->net->buyer[e]] > 0;
}

/* Give the flows of a class (0 or 1 of allies, 2: all) the same share; returns what is left. */
static inline double oracle_serve(sim_oracle *o, size_t i, int class, double there)
{
    double asked = 0;

    for (size_t e = o->net->out_first[i]; e < o->net->out_first[i + 1]; e++)
        asked += class == 2 || oracle_is_ally(o, e) == (class == 0) ? o->order[e] : 0;
    const double share = asked > there ? there / asked : 1;
    for (size_t e = o->net->out_first[i]; e < o->net->out_first[i + 1]; e++)
        if (class == 2 || oracle_is_ally(o, e) == (class == 0))
            o->ship[e] = o->order[e] * share;
    return fmax(0, there - asked * share);
}

/* What min(order, level x normal) adds up to. */
static inline double oracle_filled(const sim_oracle *o, size_t i, double level, bool final)
{
    double sum = final ? fmin(1, level) * o->net->final_demand[i] : 0;

    for (size_t e = o->net->out_first[i]; e < o->net->out_first[i + 1]; e++)
        sum += fmin(o->order[e], level * o->buys[e]);
    return sum;
}

static inline void oracle_fill(sim_oracle *o, size_t i, double made, bool final)
{
    double low = 0, high = 1;

    while (oracle_filled(o, i, high, final) < made && high < 1e9)
        high *= 2;
    for (int k = 0; k < 200; k++) {
        const double level = low + (high - low) / 2;
        if (oracle_filled(o, i, level, final) > made)
            high = level;
        else
            low = level;
    }
    double used = 0;
    for (size_t e = o->net->out_first[i]; e < o->net->out_first[i + 1]; e++)
        used += o->ship[e] = fmin(o->order[e], low * o->buys[e]);
    o->final[i] = final ? fmin(1, low) * o->net->final_demand[i]
                        : fmin(o->net->final_demand[i], fmax(0, made - used));
}

static inline void oracle_ration(sim_oracle *o, size_t i, double made)
{
    const double wanted = o->net->final_demand[i];
    const sn_sim_rationing rule = o->how->rationing;

    o->made[i] = made;
    if (made >= o->demand[i]) {
        (void)oracle_serve(o, i, 2, INFINITY);
        o->final[i] = wanted;
    } else if (rule == SN_SIM_PROPORTIONAL) {
        const double share = made / o->demand[i];
        for (size_t e = o->net->out_first[i]; e < o->net->out_first[i + 1]; e++)
            o->ship[e] = o->order[e] * share;
        o->final[i] = wanted * share;
    } else if (rule == SN_SIM_FINAL_LAST) {
        o->final[i] = fmin(wanted, oracle_serve(o, i, 2, made));
    } else if (rule == SN_SIM_FINAL_FIRST || rule == SN_SIM_ALLIES_FIRST) {
        o->final[i] = fmin(wanted, made);
        const double rest = made - o->final[i];
        if (rule == SN_SIM_FINAL_FIRST)
            (void)oracle_serve(o, i, 2, rest);
        else
            (void)oracle_serve(o, i, 1, oracle_serve(o, i, 0, rest));
    } else {
        oracle_fill(o, i, made, rule == SN_SIM_WATER_FILLING);
    }
}

/* Overproduction. */
static inline void oracle_adapt(sim_oracle *o, size_t i)
{
    const double pace = o->how->step / o->how->over_days;
    const double lack = o->demand[i] > o->made[i] ? 1 - o->made[i] / o->demand[i] : 0;

    if (lack > 0)
        o->grown[i] += fmin(1, pace * lack) * (o->how->over_most - o->grown[i]);
    else
        o->grown[i] += fmin(1, pace) * (1 - o->grown[i]);
}

/* ---- the default model ---- */

static inline double oracle_released(const sim_oracle *o, size_t s)
{
    if (o->short_days[s] < o->how->release_after * (1 - 1e-12))
        return 0;
    return fmin(o->reserve[s], o->how->release_rate * o->need[s] * o->how->step);
}

/* f' of step 2. */
static inline double oracle_limit(const sim_oracle *o, size_t i, double f)
{
    const sn_network *net = o->net;
    const sn_sim_binding rule = o->how->binding;
    double most = f, lacks = 0, there = 0, whole = 0;

    for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++) {
        const sn_need need = (sn_need)net->seg_need[s];
        if (o->need[s] <= 0)
            continue;
        double p = (o->group_stock[s] + oracle_released(o, s)) / (o->need[s] * o->how->step) +
                   o->how->recycle;
        p = p > f * (1 - 1e-11) ? fmax(p, f) : p;
        there += p * o->need[s];
        whole += o->need[s];
        if (rule == SN_SIM_LEONTIEF || (need == SN_ESSENTIAL && rule != SN_SIM_LINEAR) ||
            (need == SN_NON_ESSENTIAL && rule == SN_SIM_STRONG))
            most = fmin(most, p);
        else if (need == SN_NON_ESSENTIAL && rule == SN_SIM_HALF)
            most = fmin(most, (p + 1) / 2);
        else if (need == SN_NON_ESSENTIAL && rule == SN_SIM_BY_SHARE)
            lacks += fmax(0, f - p) * o->need[s] / o->bought[i];
    }
    if (rule == SN_SIM_LINEAR && whole > 0)
        most = fmin(f, there / whole);
    return fmin(most, fmax(0, f - lacks));
}

static inline void oracle_use(sim_oracle *o, size_t i, double part, double f)
{
    for (size_t s = o->net->seg_first[i]; s < o->net->seg_first[i + 1]; s++) {
        const double daily = o->need[s] * o->how->step, recycled = o->how->recycle * daily;
        double wanted = daily * part;
        if (daily <= 0)
            continue;
        const double own = fmin(wanted, o->group_stock[s]);
        const bool lacks = o->group_stock[s] + recycled < daily * f * (1 - 1e-9);
        const double most = oracle_released(o, s); /* asked before this day counts as short */
        o->short_days[s] += lacks ? o->how->step : 0;
        o->group_stock[s] -= own;
        wanted -= own;
        wanted -= fmin(wanted, recycled);
        o->reserve[s] -= fmin(wanted, most);
    }
}

static inline void oracle_order(sim_oracle *o, size_t i)
{
    const sn_network *net = o->net;
    const double f = oracle_part(o, i, fmin(o->demand[i], oracle_capacity(o, i)));

    for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++) {
        const double gap = oracle_gap(oracle_days(o) * o->need[s], o->group_stock[s]);
        const double wanted =
            fmax(0, o->need[s] * f + gap / fmax(o->how->adjust_days, o->how->step));
        for (size_t k = net->seg_in[s]; k < net->seg_in[s + 1]; k++) {
            const size_t e = net->in_flow[k];
            o->order[e] = o->need[s] > 0 ? wanted * o->buys[e] / o->need[s] : 0;
        }
    }
}

static inline void oracle_receive(sim_oracle *o, size_t i)
{
    const sn_network *net = o->net;

    for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++)
        for (size_t k = net->seg_in[s]; k < net->seg_in[s + 1]; k++)
            o->group_stock[s] += o->ship[net->in_flow[k]] * o->how->step;
}

static inline void oracle_step_default(sim_oracle *o)
{
    for (size_t i = o->net->node_count; i-- > 0;) {
        oracle_hear(o, i);
        oracle_order(o, i);
    }
    for (size_t i = 0; i < o->net->node_count; i++) {
        oracle_receive(o, i);
        const double aim = fmin(o->demand[i], oracle_capacity(o, i));
        const double f = oracle_part(o, i, aim), part = oracle_limit(o, i, f);
        const double can = o->normal[i] * (o->own[i] + (1 - o->own[i]) * part);
        oracle_use(o, i, part, f);
        oracle_ration(o, i, part < f ? fmin(aim, can) : aim);
        if (o->how->over_most > 1)
            oracle_adapt(o, i);
    }
}

/* ---- Inoue and Todo: stocks by supplier, all a step behind ---- */

static inline double oracle_there(const sim_oracle *o, size_t s)
{
    double there = 0;

    for (size_t k = o->net->seg_in[s]; k < o->net->seg_in[s + 1]; k++)
        there += o->flow_stock[o->net->in_flow[k]];
    return there;
}

static inline void oracle_settle(sim_oracle *o, size_t i)
{
    const sn_network *net = o->net;
    const double step = o->how->step, n = oracle_days(o);

    for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++) {
        const double there = oracle_there(o, s);
        const double use = oracle_part(o, i, o->made[i]) * o->need[s] * step;
        for (size_t k = net->seg_in[s]; k < net->seg_in[s + 1]; k++) {
            const size_t e = net->in_flow[k];
            o->order[e] = o->buys[e];
            if (o->normal[i] <= 0) /* makes nothing: orders as ever, stocks stand still */
                continue;
            const double wish = o->buys[e] * o->made[i] / o->normal[i];
            const double used = there > 0 ? o->flow_stock[e] * use / there : 0;
            o->flow_stock[e] = fmax(0, o->flow_stock[e] + o->ship[e] * step - used);
            o->order[e] =
                fmax(0, wish + oracle_gap(n * wish, o->flow_stock[e]) / o->how->adjust_days);
        }
    }
}

static inline void oracle_step_inoue_todo(sim_oracle *o)
{
    const sn_network *net = o->net;

    for (size_t i = 0; i < net->node_count; i++)
        oracle_settle(o, i);
    for (size_t i = 0; i < net->node_count; i++) {
        double part = INFINITY;
        oracle_hear(o, i);
        for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++)
            if (net->seg_need[s] != SN_NEGLIGIBLE && o->need[s] > 0)
                part = fmin(part, oracle_there(o, s) / (o->need[s] * o->how->step));
        const double aim = fmin(o->demand[i], oracle_capacity(o, i));
        const double can = o->normal[i] * (o->own[i] + (1 - o->own[i]) * part);
        oracle_ration(o, i, isinf(part) ? aim : fmin(aim, can));
    }
}

/* ---- ARIO: stocks by group, which bind already below psi of their target ---- */

static inline void oracle_step_ario(sim_oracle *o)
{
    const sn_network *net = o->net;
    const double n = oracle_days(o), step = o->how->step;
    double wanted[NET_NODES];

    for (size_t i = 0; i < net->node_count; i++) {
        double share = 1;
        oracle_hear(o, i);
        const double aim = fmin(o->demand[i], oracle_capacity(o, i));
        wanted[i] = oracle_part(o, i, aim);
        for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++) {
            const double floor = fmax(o->how->psi * n, step) * o->need[s] * wanted[i];
            if (net->seg_need[s] != SN_NEGLIGIBLE && floor > 0)
                share = fmin(share, o->group_stock[s] / floor);
        }
        const double own = fmin(aim, o->normal[i] * o->own[i]);
        oracle_ration(o, i, own + (aim - own) * share);
    }
    for (size_t i = 0; i < net->node_count; i++) {
        const double used = oracle_part(o, i, o->made[i]);
        oracle_receive(o, i);
        for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++) {
            if (o->need[s] <= 0)
                continue;
            o->group_stock[s] = fmax(0, o->group_stock[s] - used * o->need[s] * step);
            const double gap = oracle_gap(n * o->need[s] * wanted[i], o->group_stock[s]);
            const double ratio = used + fmax(0, gap) / o->how->adjust_days / o->need[s];
            for (size_t k = net->seg_in[s]; k < net->seg_in[s + 1]; k++)
                o->order[net->in_flow[k]] = ratio * o->buys[net->in_flow[k]];
        }
        if (o->how->over_most > 1)
            oracle_adapt(o, i);
    }
}

/* ---- measures ---- */

/** oracle_measure - of the share that a buyer got in each step. */
static inline sn_sim_measure oracle_measure(const double *share, size_t steps, double step,
                                            double wanted)
{
    sn_sim_measure m = {.survive = NAN, .peak = NAN};
    double until = -1;

    for (size_t t = 0; t < steps; t++) {
        const double loss = 1 - share[t] > 1e-9 ? 1 - share[t] : 0, day = (double)t * step;
        if (loss > 0 && isnan(m.survive)) /* it ran out inside the first day if less is next */
            m.survive = t + 1 < steps && share[t + 1] < share[t]
                            ? day + step * (share[t] - share[t + 1]) / (1 - share[t + 1])
                            : day;
        m.peak = loss > m.depth ? day : m.peak;
        m.depth = fmax(m.depth, loss);
        m.area += loss * step;
        m.lost += loss * wanted * step / 365;
        until = share[t] < 0.99 ? day + step : until;
    }
    m.recover = until < 0 ? 0 : until >= (double)steps * step - 1e-9 ? NAN : until;
    return m;
}

#endif /* SN_TESTS_SN_SIM_ORACLE_H */
