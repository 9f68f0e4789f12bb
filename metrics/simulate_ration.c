/* simulate_ration.c - who gets what when less is made than was ordered.
 *
 * The customers of a node are its flows and, as one more customer, its own final demand.  Where
 * enough is made everyone gets what was ordered, to the bit. */
#include "metrics/simulate_lanes.h"

/* Serve a class of customers alike, from what is there; returns what is left. */
static lanes serve(sim_state *s, size_t node, int class, lanes there)
{
    const sn_network *net = s->plan->net;
    const double *ally = s->how->ally;
    const bool allies = s->how->rationing == SN_SIM_ALLIES_FIRST;
    lanes asked = all(0), share;

    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
        if (!allies || (ally != NULL && ally[net->buyer[e]] > 0) == (class == 0))
            asked += s->order[e];
    share = choose(asked > there, there / asked, all(1));
    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
        if (!allies || (ally != NULL && ally[net->buyer[e]] > 0) == (class == 0))
            s->ship[e] = s->order[e] * share;
    return at_least_0(there - asked * share);
}

/* The level L at which customers who get min(order, L x normal) use up what is there: the
 * smallest order relative to normal is filled first.  Found by raising L over those who are
 * not full yet; each round fills one at least or ends.  A lane that has arrived stays. */
static lanes water_level(const sim_state *s, size_t node, bool final, lanes there)
{
    const sn_network *net = s->plan->net;
    const double normal_final = net->final_demand[node];
    const lanes want = sim_want(s, node);
    lanes level = all(0);

    for (;;) {
        lanes base = all(0), full = all(0);
        for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++) {
            if (sn_network_is_own(net, e))
                continue;
            const mask open = s->order[e] > level * net->value[e];
            base += choose(open, all(net->value[e]), all(0));
            full += choose(open, all(0), s->order[e]);
        }
        if (final) {
            const mask open = want > level * normal_final;
            base += choose(open, all(normal_final), all(0));
            full += choose(open, all(0), want);
        }
        const lanes next = choose(base > 0, (there - full) / base, level);
        const mask rises = next > level * (1 + 1e-15);
        if (!any(rises))
            return level;
        level = choose(rises, next, level);
    }
}

static void fill(sim_state *s, size_t node, mask enough, lanes made)
{
    const sn_network *net = s->plan->net;
    const bool with_final = s->how->rationing == SN_SIM_WATER_FILLING;
    const lanes want = sim_want(s, node), level = water_level(s, node, with_final, made);
    lanes used = all(0);

    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++) {
        const lanes order = s->order[e];
        s->ship[e] = sn_network_is_own(net, e)
                         ? all(0)
                         : choose(enough, order, smaller(order, level * net->value[e]));
        used += s->ship[e];
    }
    const lanes final = with_final ? smaller(want, net->final_demand[node] * level)
                                   : smaller(want, at_least_0(made - used));
    s->final[node] = choose(enough, want, final);
}

/* The same share of every order. */
static lanes serve_alike(sim_state *s, size_t node, lanes share)
{
    const sn_network *net = s->plan->net;
    lanes given = s->final[node] = sim_want(s, node) * share;

    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++) {
        s->ship[e] = s->order[e] * share;
        given += s->ship[e];
    }
    return given;
}

static void serve_in_turn(sim_state *s, size_t node, lanes there)
{
    const lanes wanted = sim_want(s, node);
    lanes left = there;

    if (s->how->rationing == SN_SIM_FINAL_LAST)
        left = serve(s, node, 0, there);
    s->final[node] = smaller(wanted, left);
    left -= s->final[node];
    if (s->how->rationing != SN_SIM_FINAL_LAST)
        left = serve(s, node, 0, left);
    if (s->how->rationing == SN_SIM_ALLIES_FIRST)
        (void)serve(s, node, 1, left);
}

static lanes sum_up(const sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;
    lanes given = s->final[node];

    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
        given += s->ship[e];
    return given;
}

lanes sim_ration(sim_state *s, size_t node, lanes made)
{
    const mask enough = made >= s->demand[node];
    const bool fills = s->how->rationing == SN_SIM_WATER_FILLING ||
                       s->how->rationing == SN_SIM_WATER_FILLING_FINAL_LAST;

    if (fills && s->waste != NULL)
        sim_ration_published(s, node, made);
    else if (s->how->rationing == SN_SIM_PROPORTIONAL || !any(made < s->demand[node]))
        return serve_alike(s, node, choose(enough, all(1), made / s->demand[node]));
    else if (fills)
        fill(s, node, enough, made);
    else /* who has enough for all has no end of it */
        serve_in_turn(s, node, choose(enough, all(INFINITY), made));
    return sum_up(s, node);
}
