/* simulate_step.c - one step of the default model.
 *
 * Orders first go up the chain, level by level from the last buyers on: a node knows what its
 * buyers order today before it orders itself.  Then goods come down: a node uses today what its
 * suppliers made today.  Inside a loop of suppliers neither is possible, so its flows lag by
 * one step.  Each level is done in two sweeps, of which the first only reads and the second
 * only writes flows, so that threads and the order of nodes do not matter. */
#include "metrics/simulate_private.h"

#include <math.h>

double sim_target_days(const sim_state *s, size_t node, size_t seg)
{
    const sn_network *net = s->plan->net;
    const double *given = net->given[SN_INVENTORY_DAYS];
    double days = s->how->stock_days;

    if (net->seg_days != NULL && !isnan(net->seg_days[seg]))
        days = net->seg_days[seg];
    else if (given != NULL && !isnan(given[node]))
        days = given[node];
    return days + s->how->extra_days;
}

double sim_capacity(const sim_state *s, size_t node)
{
    const double normal = s->plan->normal[node], *given = s->plan->net->given[SN_CAPACITY];
    double most = normal * (1 + s->how->spare);

    if (!s->by_flow && given != NULL && given[node] > most)
        most = given[node];
    if (s->own_want != NULL && s->want[node] > s->plan->net->final_demand[node] &&
        normal <= s->plan->net->final_demand[node]) /* who only uses can use more */
        most *= s->want[node] / s->plan->net->final_demand[node];
    return most * s->left[node] * (s->grown != NULL ? s->grown[node] : 1);
}

double sim_input_part(const sim_state *s, size_t node, double rate)
{
    const double normal = s->plan->normal[node], own = s->plan->own[node];

    if (own >= 1)
        return 0;
    if (!(normal > 0))
        return s->left[node];
    return sim_max(0, rate / normal - own) / (1 - own);
}

/* A supplier that gives less than asked for long is asked for less, until it recovers; a
 * hundredth is always asked, to see whether it has. */
static void lean_away(sim_state *s, size_t e)
{
    const size_t i = (size_t)s->plan->net->supplier[e];
    const double passes = s->passes != NULL ? s->passes[e] : 1;
    const double can = s->demand[i] > s->made[i] ? passes * s->made[i] / s->demand[i] : passes;
    const double move = s->how->switch_ramp > 0 ? s->how->step / s->how->switch_ramp : 1;

    if (can >= 0.99) {
        s->wait[e] = 0;
        s->lean[e] = sim_min(1, s->lean[e] + move);
        return;
    }
    if (s->wait[e] >= s->how->switch_delay)
        s->lean[e] = sim_max(sim_max(can, 0.01), s->lean[e] - move);
    s->wait[e] += s->how->step;
}

double sim_gap_of(double target, double stock)
{
    return fabs(target - stock) <= 1e-11 * target ? 0 : target - stock;
}

/* What is under way to a group lacks or abounds: goods on the road are as good as stock. */
static void count_under_way(const sim_state *s, size_t seg, double part, double *target,
                            double *there)
{
    const sn_network *net = s->plan->net;

    for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++) {
        const size_t e = net->in_flow[k];
        const double passes = s->passes != NULL ? s->passes[e] : 1;
        if (sn_network_is_own(net, e))
            continue;
        *target += net->lead_time[e] * net->value[e] * sim_min(part, passes);
        *there += s->pipe.under_way[e];
    }
}

static void order_group(sim_state *s, size_t seg, double part, double target_days)
{
    const sn_network *net = s->plan->net;
    const double need = s->plan->need[seg];
    const double days = sim_max(s->how->adjust_days, s->how->step);
    double target = target_days * need, there = s->stock[seg];

    if (s->pipe.under_way != NULL)
        count_under_way(s, seg, part, &target, &there);
    const double wanted = sim_max(0, need * part + sim_gap_of(target, there) / days);
    double base = need;

    if (s->lean != NULL) {
        base = 0;
        for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++) {
            const size_t e = net->in_flow[k];
            if (sn_network_is_own(net, e))
                continue;
            lean_away(s, e);
            base += net->value[e] * s->lean[e];
        }
    }
    const bool nobody = !(base > 0); /* all suppliers are given up: ask them as ever */
    const double ratio = nobody ? (need > 0 ? wanted / need : 0) : wanted / base;
    for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++) {
        const size_t e = net->in_flow[k];
        if (sn_network_is_own(net, e))
            continue;
        s->order[e] = ratio * net->value[e] * (s->lean != NULL && !nobody ? s->lean[e] : 1);
        if (s->passes != NULL && s->passes[e] < 1)
            s->order[e] = sim_min(s->order[e], s->passes[e] * net->value[e]);
    }
}

void sim_hear_orders(sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;
    double sum = 0;

    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
        sum += s->order[e];
    sum += s->want[node];
    s->demand[node] =
        fabs(sum - s->plan->normal[node]) <= 1e-12 * sum ? s->plan->normal[node] : sum;
}

static void place_orders(sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;
    const double aim = sim_min(s->demand[node], sim_capacity(s, node));
    const double part = sim_input_part(s, node, aim);

    for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++)
        order_group(s, seg, part, sim_target_days(s, node, seg));
}

void sim_receive(sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;
    const bool direct = s->pipe.first == NULL;

    for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++) {
        double sum = 0;
        for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++)
            if (!sn_network_is_own(net, net->in_flow[k]))
                sum += direct ? s->ship[net->in_flow[k]] : sim_arrival(s, net->in_flow[k]);
        s->stock[seg] += sum * s->how->step;
    }
}

/* What the state's reserve gives in this step: it opens after days of shortage, and not faster
 * than it is told. */
static double released(const sim_state *s, size_t seg)
{
    if (s->reserve == NULL ||
        (s->short_days != NULL && s->short_days[seg] < s->how->release_after * (1 - 1e-12)))
        return 0;
    return sim_min(s->reserve[seg], s->how->release_rate * s->plan->need[seg] * s->how->step);
}

/* What there is of a group in this step, as a part of its normal use. */
static double at_hand(const sim_state *s, size_t seg)
{
    return (s->stock[seg] + released(s, seg)) / (s->plan->need[seg] * s->how->step) +
           s->how->recycle;
}

/* The largest part of normal input use that lacking groups allow when `wanted` is aimed at. */
static double input_limit(const sim_state *s, size_t node, double wanted, int32_t *short_of)
{
    const sn_network *net = s->plan->net;
    const sn_sim_binding rule = s->how->binding;
    double most = wanted, missing = 0, there = 0, all = 0, worst = 0;
    int32_t worst_group = SN_NONE;

    *short_of = SN_NONE;
    for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++) {
        const sn_need need = (sn_need)net->seg_need[seg];
        if (!(s->plan->need[seg] > 0))
            continue;
        double part = at_hand(s, seg);
        if (part > wanted * (1 - 1e-11)) /* rounding is no lack */
            part = sim_max(part, wanted);
        const double lacks = sim_max(0, wanted - part) * s->plan->need[seg];
        double bound = wanted;
        there += part * s->plan->need[seg];
        all += s->plan->need[seg];
        if (need == SN_ESSENTIAL || rule == SN_SIM_LEONTIEF ||
            (need == SN_NON_ESSENTIAL && rule == SN_SIM_STRONG))
            bound = part;
        else if (need == SN_NON_ESSENTIAL && rule == SN_SIM_HALF)
            bound = (part + 1) / 2;
        else if (need == SN_NON_ESSENTIAL && rule == SN_SIM_BY_SHARE)
            missing += lacks / s->plan->bought[node];
        if (lacks > worst) {
            worst = lacks;
            worst_group = net->seg_group[seg];
        }
        if (rule != SN_SIM_LINEAR && bound < most) {
            most = bound;
            *short_of = net->seg_group[seg];
        }
    }
    if (rule == SN_SIM_LINEAR && all > 0)
        most = sim_min(wanted, there / all);
    most = sim_min(most, sim_max(0, wanted - missing));
    if (most < wanted && *short_of == SN_NONE)
        *short_of = worst_group;
    return most;
}

/* Whether production cannot do without a group. */
static bool binds(const sim_state *s, size_t seg)
{
    const sn_need need = (sn_need)s->plan->net->seg_need[seg];
    const sn_sim_binding rule = s->how->binding;

    return rule == SN_SIM_LEONTIEF || (need == SN_ESSENTIAL && rule != SN_SIM_LINEAR) ||
           (need == SN_NON_ESSENTIAL && rule == SN_SIM_STRONG);
}

/* Take what production uses: firm stock first, then recycling, then the state's reserve.
 * Returns the rate of what binding groups were short of all the same: nothing but rounding. */
static double use_inputs(sim_state *s, size_t node, double part, double wanted_part)
{
    const sn_network *net = s->plan->net;
    double missing = 0;

    for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++) {
        const double daily = s->plan->need[seg] * s->how->step;
        double wanted = daily * part;
        const double own = sim_min(wanted, s->stock[seg]);
        if (s->short_days != NULL &&
            s->stock[seg] + s->how->recycle * daily < daily * wanted_part * (1 - 1e-9))
            s->short_days[seg] += s->how->step;
        s->stock[seg] -= own;
        wanted -= own;
        wanted -= sim_min(wanted, s->how->recycle * daily);
        if (s->reserve != NULL) {
            const double given = sim_min(wanted, released(s, seg));
            s->reserve[seg] -= given;
            wanted -= given;
        }
        if (binds(s, seg))
            missing += wanted;
    }
    return missing / s->how->step;
}

void sim_adapt_capacity(sim_state *s, size_t node)
{
    const double pace = s->how->step / s->how->over_days;
    const double scarce = s->demand[node] > s->made[node] && s->demand[node] > 0
                              ? 1 - s->made[node] / s->demand[node]
                              : 0;
    double *grown = &s->grown[node];

    *grown += sim_min(1, pace * (scarce > 0 ? scarce : 1)) *
              ((scarce > 0 ? s->how->over_most : 1) - *grown);
}

void sim_hand_out(sim_state *s, size_t node, double made)
{
    const sn_network *net = s->plan->net;
    double gone;

    s->made[node] = made;
    sim_ration(s, node, made);
    gone = s->final[node];
    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
        gone += s->ship[e];
    if (s->waste != NULL) /* the published rule leaves goods, but makes none */
        s->waste[node] = sim_max(0, made - gone);
    s->error[node] = s->waste != NULL ? sim_max(0, gone - made) : fabs(made - gone);
    if (s->pipe.first != NULL)
        sim_dispatch(s, node);
    if (s->grown != NULL && s->how->model != SN_SIM_ARIO)
        sim_adapt_capacity(s, node);
}

static void produce(sim_state *s, size_t node)
{
    const double normal = s->plan->normal[node], own = s->plan->own[node];

    sim_hear_orders(s, node); /* again: in a loop they have changed since */
    const double aim = sim_min(s->demand[node], sim_capacity(s, node));
    const double wanted = sim_input_part(s, node, aim);
    const double part = input_limit(s, node, wanted, &s->short_of[node]);
    const double made = part < wanted ? sim_min(aim, normal * (own + (1 - own) * part)) : aim;

    const double missing = use_inputs(s, node, part, wanted);
    sim_hand_out(s, node, made);
    s->error[node] += missing;
}

typedef void (*visit)(sim_state *s, size_t node);

static void for_level(sim_state *s, size_t level, visit what)
{
    const int64_t first = (int64_t)s->level_first[level];
    const int64_t end = (int64_t)s->level_first[level + 1];

#pragma omp parallel for schedule(static)                                                      \
    num_threads(s->threads) if (s->threads > 1 && end - first > 4096)
    for (int64_t k = first; k < end; k++)
        what(s, (size_t)s->node[k]);
}

void sim_step_default(sim_state *s)
{
    for (size_t level = s->plan->level_count; level-- > 0;) {
        for_level(s, level, sim_hear_orders);
        for_level(s, level, place_orders);
    }
    for (size_t level = 0; level < s->plan->level_count; level++) {
        for_level(s, level, sim_receive);
        for_level(s, level, produce);
    }
}
