/* simulate_published.c - the steps of Inoue & Todo and of ARIO. */
#include "metrics/simulate_lanes.h"

#include <float.h>

typedef void (*visit)(sim_state *s, size_t node);

static void for_all(sim_state *s, visit what)
{
    const int64_t n = (int64_t)s->plan->net->node_count;

#pragma omp parallel for schedule(static)                                                      \
    num_threads(s->threads) if (s->threads > 1 && n > 4096)
    for (int64_t i = 0; i < n; i++)
        what(s, (size_t)i);
}

static void order_as_ever(sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;

    for (size_t k = net->in_first[node]; k < net->in_first[node + 1]; k++)
        s->order[net->in_flow[k]] = all(s->plan->buys[k]);
}

/* What is there of a group whose stocks are by flow. */
static lanes sum_stocks(const sim_state *s, size_t seg)
{
    const sn_network *net = s->plan->net;
    lanes there = all(0);

    for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++)
        there += s->stock[net->in_flow[k]];
    return there;
}

/* Use of the last step is pro rata within a group; orders follow what was made. */
static void settle_group(sim_state *s, size_t seg, lanes days, lanes part, lanes inputs)
{
    const sn_network *net = s->plan->net;
    const double step = s->how->step;
    const lanes there = sum_stocks(s, seg);
    const lanes share = inputs * s->plan->need[seg] * step / there;
    const lanes used =
        choose(there > 0, smaller(share, all(DBL_MAX)), all(0)); /* 0 x used: 0 */

    for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++) {
        const size_t e = net->in_flow[k];
        const double value = s->plan->buys[k];
        const lanes stock = at_least_0(s->stock[e] + s->ship[e] * step - s->stock[e] * used);
        const lanes gap = sim_gap_of(days * value * part, stock);
        s->stock[e] = stock;
        s->order[e] = at_least_0(value * part + gap / s->how->adjust_days);
    }
}

/* Who makes nothing for anyone orders what it always does, as in the published program. */
static void settle_and_order(sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;
    const double normal = s->plan->normal[node];

    if (normal > 0) {
        const lanes part = s->made[node] / normal;
        const lanes inputs = sim_input_part(s, node, s->made[node]);
        for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++)
            settle_group(s, seg, sim_target_days(s, node, seg), part, inputs);
    } else {
        order_as_ever(s, node);
    }
    sim_cap_orders(s, node);
}

static void produce_from_stocks(sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;
    const double own = s->plan->own[node], step = s->how->step;
    lanes part = all(INFINITY), short_of = all(SN_NONE);

    sim_hear_orders(s, node);
    const lanes aim = smaller(s->demand[node], sim_capacity(s, node));
    for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++) {
        if (net->seg_need[seg] == SN_NEGLIGIBLE || !(s->plan->need[seg] > 0))
            continue;
        const lanes can = sum_stocks(s, seg) / (s->plan->need[seg] * step);
        short_of = choose(can < part, all(net->seg_group[seg]), short_of);
        part = smaller(can, part);
    }
    const lanes most =
        choose(part < INFINITY, s->plan->normal[node] * (own + (1 - own) * part), aim);
    s->short_of[node] = choose(most >= aim, all(SN_NONE), short_of);
    sim_hand_out(s, node, smaller(aim, most));
}

void sim_step_inoue_todo(sim_state *s)
{
    for_all(s, settle_and_order);
    for_all(s, produce_from_stocks);
}

/* ARIO: stocks below psi of their target bind already. */
static void produce_with_caution(sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;

    sim_hear_orders(s, node);
    const lanes aim = smaller(s->demand[node], sim_capacity(s, node));
    const lanes wanted = sim_input_part(s, node, aim);
    lanes share = all(1), short_of = all(SN_NONE);

    for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++) {
        const lanes daily = s->plan->need[seg] * wanted;
        const lanes days = sim_target_days(s, node, seg);
        const lanes floor = larger(s->how->psi * days, all(s->how->step)) * daily;
        if (net->seg_need[seg] == SN_NEGLIGIBLE)
            continue;
        const lanes there = choose(floor > 0, s->stock[seg] / floor, all(1));
        short_of = choose(there < share, all(net->seg_group[seg]), short_of);
        share = smaller(there, share);
    }
    const lanes own = smaller(aim, all(s->plan->normal[node] * s->plan->own[node]));
    s->short_of[node] = short_of;
    sim_hand_out(s, node, choose(share < 1, own + (aim - own) * share, aim));
}

static void settle_with_caution(sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;
    const lanes aim = smaller(s->demand[node], sim_capacity(s, node));
    const lanes wanted = sim_input_part(s, node, aim),
                used = sim_input_part(s, node, s->made[node]);

    sim_receive(s, node);
    for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++) {
        const double need = s->plan->need[seg];
        if (!(need > 0))
            continue;
        s->stock[seg] = at_least_0(s->stock[seg] - used * need * s->how->step);
        const lanes gap =
            sim_gap_of(sim_target_days(s, node, seg) * need * wanted, s->stock[seg]);
        const lanes ratio = used + at_least_0(gap) / s->how->adjust_days / need;
        for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++)
            s->order[net->in_flow[k]] = ratio * s->plan->buys[k];
    }
    sim_cap_orders(s, node);
    if (s->grown != NULL)
        sim_adapt_capacity(s, node);
}

void sim_step_ario(sim_state *s)
{
    for_all(s, produce_with_caution);
    for_all(s, settle_with_caution);
}
