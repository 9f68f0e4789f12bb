/* simulate_step.c - one step of the default model.
 *
 * Orders first go up the chain, level by level from the last buyers on: a node knows what its
 * buyers order today before it orders itself.  Then goods come down: a node uses today what its
 * suppliers made today.  Inside a loop of suppliers neither is possible, so its flows lag by
 * one step.  Each level is done in two sweeps, of which the first only reads and the second
 * only writes flows, so that threads and the order of nodes do not matter. */
#include "metrics/simulate_lanes.h"

/* A supplier that gives less than asked for long is asked for less, until it recovers; a
 * hundredth is always asked, to see whether it has. */
static void lean_away(sim_state *s, size_t e)
{
    const size_t i = (size_t)s->plan->net->supplier[e];
    const lanes passes = s->passes != NULL ? s->passes[e] : all(1);
    const lanes made = s->made[i], demand = s->demand[i];
    const lanes can = choose(demand > made, passes * made / demand, passes);
    const double move = s->how->switch_ramp > 0 ? s->how->step / s->how->switch_ramp : 1;
    const mask serves = can >= 0.99, waited = s->wait[e] >= s->how->switch_delay;
    const lanes back = smaller(all(1), s->lean[e] + move);
    const lanes away = larger(larger(can, all(0.01)), s->lean[e] - move);

    s->lean[e] = choose(serves, back, choose(waited, away, s->lean[e]));
    s->wait[e] = choose(serves, all(0), s->wait[e] + s->how->step);
}

/* What is under way to a group lacks or abounds: goods on the road are as good as stock. */
static void count_under_way(const sim_state *s, size_t seg, lanes part, lanes *target,
                            lanes *there)
{
    const sn_network *net = s->plan->net;

    for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++) {
        const size_t e = net->in_flow[k];
        const lanes passes = s->passes != NULL ? s->passes[e] : all(1);
        *target += net->lead_time[e] * s->plan->buys[k] * smaller(part, passes);
        *there += s->pipe.under_way[e];
    }
}

/* What is ordered of a group, as a part of normal before suppliers that fail are asked less;
 * `leans` where they are, and not all of them are given up. */
static lanes order_ratio(sim_state *s, size_t seg, lanes wanted, mask *leans)
{
    const sn_network *net = s->plan->net;
    const double need = s->plan->need[seg];
    const lanes as_ever = need > 0 ? wanted / need : all(0);
    lanes base = all(0);

    for (size_t k = net->seg_in[seg]; s->lean != NULL && k < net->seg_in[seg + 1]; k++) {
        lean_away(s, net->in_flow[k]);
        base += s->plan->buys[k] * s->lean[net->in_flow[k]];
    }
    *leans = base > 0;
    return choose(*leans, wanted / base, as_ever);
}

static void order_group(sim_state *s, size_t seg, lanes part, lanes target_days)
{
    const sn_network *net = s->plan->net;
    const double need = s->plan->need[seg], *buys = s->plan->buys;
    const uint32_t *in_flow = s->plan->in_flow;
    const double days = s->how->adjust_days > s->how->step ? s->how->adjust_days : s->how->step;
    lanes target = target_days * need, there = s->stock[seg];
    mask leans;

    if (s->pipe.under_way != NULL)
        count_under_way(s, seg, part, &target, &there);
    const lanes wanted = at_least_0(need * part + sim_gap_of(target, there) / days);
    const lanes ratio = order_ratio(s, seg, wanted, &leans);
    for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++) {
        __builtin_prefetch(&s->order[in_flow[k + SIM_AHEAD]], 1);
        s->order[in_flow[k]] = ratio * buys[k];
    }
    for (size_t k = net->seg_in[seg]; s->lean != NULL && k < net->seg_in[seg + 1]; k++) {
        const size_t e = net->in_flow[k];
        s->order[e] = choose(leans, s->order[e] * s->lean[e], s->order[e]);
    }
}

static void place_orders(sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;
    const lanes aim = smaller(s->demand[node], sim_capacity(s, node));
    const lanes part = sim_input_part(s, node, aim);

    for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++)
        order_group(s, seg, part, sim_target_days(s, node, seg));
    sim_cap_orders(s, node);
}

void sim_receive(sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;
    const uint32_t *in_flow = s->plan->in_flow;
    const bool direct = s->pipe.first == NULL;

    for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++) {
        lanes sum = all(0);
        for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++) {
            __builtin_prefetch(&s->ship[in_flow[k + SIM_AHEAD]]);
            sum += direct ? s->ship[in_flow[k]] : sim_arrival(s, in_flow[k]);
        }
        s->stock[seg] += sum * s->how->step;
    }
}

/* What the state's reserve gives in this step: it opens after days of shortage, and not faster
 * than it is told. */
static lanes released(const sim_state *s, size_t seg)
{
    if (s->reserve == NULL)
        return all(0);
    const double most = s->how->release_rate * s->plan->need[seg] * s->how->step;
    const lanes given = smaller(s->reserve[seg], all(most));
    if (s->short_days == NULL)
        return given;
    return choose(s->short_days[seg] < s->how->release_after * (1 - 1e-12), all(0), given);
}

/* What there is of a group in this step, as a part of its normal use. */
static lanes at_hand(const sim_state *s, size_t seg)
{
    return (s->stock[seg] + released(s, seg)) / (s->plan->need[seg] * s->how->step) +
           s->how->recycle;
}

/* Whether production cannot do without a group. */
static bool binds(const sim_state *s, size_t seg)
{
    const sn_need need = (sn_need)s->plan->net->seg_need[seg];
    const sn_sim_binding rule = s->how->binding;

    return rule == SN_SIM_LEONTIEF || (need == SN_ESSENTIAL && rule != SN_SIM_LINEAR) ||
           (need == SN_NON_ESSENTIAL && rule == SN_SIM_STRONG);
}

/* The largest part of normal input use that lacking groups allow when `wanted` is aimed at. */
static lanes input_limit(const sim_state *s, size_t node, lanes wanted, lanes *short_of)
{
    const sn_network *net = s->plan->net;
    const sn_sim_binding rule = s->how->binding;
    lanes most = wanted, missing = all(0), there = all(0), worst = all(0);
    lanes group = all(SN_NONE), worst_group = all(SN_NONE);
    double whole = 0;

    for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++) {
        const double need = s->plan->need[seg];
        const bool matters = net->seg_need[seg] == SN_NON_ESSENTIAL;
        if (!(need > 0))
            continue;
        lanes part = at_hand(s, seg), bound = wanted;
        part = choose(part > wanted * (1 - 1e-11), larger(part, wanted), part); /* rounding */
        const lanes lacks = at_least_0(wanted - part) * need;
        there += part * need;
        whole += need;
        if (binds(s, seg))
            bound = part;
        else if (matters && rule == SN_SIM_HALF)
            bound = (part + 1) / 2;
        else if (matters && rule == SN_SIM_BY_SHARE)
            missing += lacks / s->plan->bought[node];
        worst_group = choose(lacks > worst, all(net->seg_group[seg]), worst_group);
        worst = larger(lacks, worst);
        group = choose(bound < most, all(net->seg_group[seg]), group);
        most = smaller(bound, most);
    }
    if (rule == SN_SIM_LINEAR && whole > 0)
        most = smaller(wanted, there / whole);
    most = smaller(most, at_least_0(wanted - missing));
    *short_of = choose((most < wanted) & (group == SN_NONE), worst_group, group);
    return most;
}

/* Take what production uses: firm stock first, then recycling, then the state's reserve.
 * Returns the rate of what binding groups were short of all the same: nothing but rounding. */
static lanes use_inputs(sim_state *s, size_t node, lanes part, lanes wanted_part)
{
    const sn_network *net = s->plan->net;
    lanes missing = all(0);

    for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++) {
        const double daily = s->plan->need[seg] * s->how->step;
        const double recycled = s->how->recycle * daily;
        lanes wanted = daily * part;
        if (!(daily > 0))
            continue;
        const lanes own = smaller(wanted, s->stock[seg]), open = released(s, seg);
        if (s->short_days != NULL) /* what opens the reserve for the next step */
            s->short_days[seg] +=
                choose(s->stock[seg] + recycled < daily * wanted_part * (1 - 1e-9),
                       all(s->how->step), all(0));
        s->stock[seg] -= own;
        wanted -= own;
        wanted -= smaller(wanted, all(recycled));
        if (s->reserve != NULL) {
            const lanes given = smaller(wanted, open);
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
    const lanes made = s->made[node], demand = s->demand[node];
    const lanes lack = choose((demand > made) & (demand > 0), 1 - made / demand, all(0));
    const mask scarce = lack > 0;
    lanes *grown = &s->grown[node];

    *grown += smaller(all(1), pace * choose(scarce, lack, all(1))) *
              (choose(scarce, all(s->how->over_most), all(1)) - *grown);
}

void sim_hand_out(sim_state *s, size_t node, lanes made)
{
    const lanes gone = sim_ration(s, node, made);

    s->made[node] = made;
    if (s->waste != NULL) /* the published rule leaves goods, but makes none */
        s->waste[node] = at_least_0(made - gone);
    s->error[node] = s->waste != NULL ? at_least_0(gone - made) : size_of(made - gone);
    if (s->pipe.first != NULL)
        sim_dispatch(s, node);
    if (s->grown != NULL && s->how->model != SN_SIM_ARIO)
        sim_adapt_capacity(s, node);
}

static void produce(sim_state *s, size_t node)
{
    const double normal = s->plan->normal[node], own = s->plan->own[node];

    if (s->plan->in_loop[node]) /* orders have changed since */
        sim_hear_orders(s, node);
    const lanes aim = smaller(s->demand[node], sim_capacity(s, node));
    const lanes wanted = sim_input_part(s, node, aim);
    const lanes part = input_limit(s, node, wanted, &s->short_of[node]);
    const lanes less = smaller(aim, normal * (own + (1 - own) * part));

    const lanes missing = use_inputs(s, node, part, wanted);
    sim_hand_out(s, node, choose(part < wanted, less, aim));
    s->error[node] += missing;
}

typedef void (*visit)(sim_state *s, size_t node);

SN_INLINE void for_layer(sim_state *s, size_t layer, visit what)
{
    const int32_t *node = s->plan->node;
    const int64_t first = (int64_t)s->plan->layer_first[layer];
    const int64_t end = (int64_t)s->plan->layer_first[layer + 1];

    if (s->threads == 1 || end - first <= 4096) { /* a team costs more than it saves */
        for (int64_t k = first; k < end; k++)
            what(s, (size_t)node[k]);
        return;
    }
#pragma omp parallel for schedule(static) num_threads(s->threads)
    for (int64_t k = first; k < end; k++)
        what(s, (size_t)node[k]);
}

void sim_step_default(sim_state *s)
{
    for (size_t piece = 0; piece < s->plan->piece_count; piece++) {
        const size_t first = s->plan->piece_first[piece];
        const size_t end = s->plan->piece_first[piece + 1];
        if (!s->moves[piece])
            continue;
        for (size_t layer = end; layer-- > first;) {
            for_layer(s, layer, sim_hear_orders);
            for_layer(s, layer, place_orders);
        }
        for (size_t layer = first; layer < end; layer++) {
            for_layer(s, layer, sim_receive);
            for_layer(s, layer, produce);
        }
    }
}
