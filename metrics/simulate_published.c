/* simulate_published.c - the steps of Inoue & Todo and of ARIO. */
#include "metrics/simulate_private.h"

#include <math.h>

typedef void (*visit)(sim_state *s, size_t node);

static void for_all(sim_state *s, visit what)
{
    const int64_t n = (int64_t)s->plan->net->node_count;

#pragma omp parallel for schedule(static)                                                      \
    num_threads(s->threads) if (s->threads > 1 && n > 4096)
    for (int64_t i = 0; i < n; i++)
        what(s, (size_t)i);
}

static void cap_order(sim_state *s, size_t e)
{
    if (s->passes != NULL && s->passes[e] < 1)
        s->order[e] = sim_min(s->order[e], s->passes[e] * s->plan->net->value[e]);
}

static void order_as_ever(sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;

    for (size_t k = net->in_first[node]; k < net->in_first[node + 1]; k++) {
        const size_t e = net->in_flow[k];
        s->order[e] = sn_network_is_own(net, e) ? 0 : net->value[e];
        cap_order(s, e);
    }
}

/* Use of the last step is pro rata within a group; orders follow what was made.  Who makes
 * nothing for anyone orders what it always does, as in the published program. */
static void settle_and_order(sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;
    const double normal = s->plan->normal[node];

    if (!(normal > 0)) {
        order_as_ever(s, node);
        return;
    }
    const double part = s->made[node] / normal;
    const double inputs = sim_input_part(s, node, s->made[node]);
    for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++) {
        const double days = sim_target_days(s, node, seg);
        double there = 0;
        for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++)
            if (!sn_network_is_own(net, net->in_flow[k]))
                there += s->stock[net->in_flow[k]];
        const double used = there > 0 ? inputs * s->plan->need[seg] * s->how->step / there : 0;
        for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++) {
            const size_t e = net->in_flow[k];
            const double value = net->value[e];
            if (sn_network_is_own(net, e))
                continue;
            s->stock[e] =
                sim_max(0, s->stock[e] + s->ship[e] * s->how->step - s->stock[e] * used);
            s->order[e] =
                sim_max(0, value * part + sim_gap_of(days * value * part, s->stock[e]) /
                                              s->how->adjust_days);
            cap_order(s, e);
        }
    }
}

static void produce_from_stocks(sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;
    const double own = s->plan->own[node], step = s->how->step;
    double part = INFINITY;

    s->short_of[node] = SN_NONE;
    sim_hear_orders(s, node);
    const double aim = sim_min(s->demand[node], sim_capacity(s, node));
    for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++) {
        double there = 0;
        if (net->seg_need[seg] == SN_NEGLIGIBLE || !(s->plan->need[seg] > 0))
            continue;
        for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++)
            if (!sn_network_is_own(net, net->in_flow[k]))
                there += s->stock[net->in_flow[k]];
        const double can = there / (s->plan->need[seg] * step);
        if (can < part) {
            part = can;
            s->short_of[node] = net->seg_group[seg];
        }
    }
    const double most = isinf(part) ? aim : s->plan->normal[node] * (own + (1 - own) * part);
    if (most >= aim)
        s->short_of[node] = SN_NONE;
    sim_hand_out(s, node, sim_min(aim, most));
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
    const double aim = sim_min(s->demand[node], sim_capacity(s, node));
    const double wanted = sim_input_part(s, node, aim);
    double share = 1;

    s->short_of[node] = SN_NONE;
    for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++) {
        const double daily = s->plan->need[seg] * wanted;
        const double days = sim_target_days(s, node, seg);
        const double floor = sim_max(s->how->psi * days, s->how->step) * daily;
        if (net->seg_need[seg] == SN_NEGLIGIBLE || !(floor > 0))
            continue;
        if (s->stock[seg] / floor < share) {
            share = s->stock[seg] / floor;
            s->short_of[node] = net->seg_group[seg];
        }
    }
    const double own = sim_min(aim, s->plan->normal[node] * s->plan->own[node]);
    sim_hand_out(s, node, share < 1 ? own + (aim - own) * share : aim);
}

static void settle_with_caution(sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;
    const double aim = sim_min(s->demand[node], sim_capacity(s, node));
    const double wanted = sim_input_part(s, node, aim),
                 used = sim_input_part(s, node, s->made[node]);

    sim_receive(s, node);
    for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++) {
        const double need = s->plan->need[seg];
        if (!(need > 0))
            continue;
        s->stock[seg] = sim_max(0, s->stock[seg] - used * need * s->how->step);
        const double gap =
            sim_gap_of(sim_target_days(s, node, seg) * need * wanted, s->stock[seg]);
        const double ratio = used + sim_max(0, gap) / s->how->adjust_days / need;
        for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++) {
            const size_t e = net->in_flow[k];
            if (sn_network_is_own(net, e))
                continue;
            s->order[e] = ratio * net->value[e];
            cap_order(s, e);
        }
    }
    if (s->grown != NULL)
        sim_adapt_capacity(s, node);
}

void sim_step_ario(sim_state *s)
{
    for_all(s, produce_with_caution);
    for_all(s, settle_with_caution);
}
