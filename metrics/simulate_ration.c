/* simulate_ration.c - who gets what when less is made than was ordered.
 *
 * The customers of a node are its flows and, as one more customer, its own final demand. */
#include "metrics/simulate_private.h"

#include <math.h>

/* Serve a class of customers alike, from what is there; returns what is left. */
static double serve(sim_state *s, size_t node, int class, double there)
{
    const sn_network *net = s->plan->net;
    const double *ally = s->how->ally;
    const bool allies = s->how->rationing == SN_SIM_ALLIES_FIRST;
    double asked = 0, share;

    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
        if (!allies || (ally != NULL && ally[net->buyer[e]] > 0) == (class == 0))
            asked += s->order[e];
    share = asked > there ? there / asked : 1;
    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
        if (!allies || (ally != NULL && ally[net->buyer[e]] > 0) == (class == 0))
            s->ship[e] = s->order[e] * share;
    return sim_max(0, there - asked * share);
}

/* The level L at which customers who get min(order, L x normal) use up what is there: the
 * smallest order relative to normal is filled first.  Found by raising L over those who are
 * not full yet; each round fills one at least or ends. */
static double water_level(const sim_state *s, size_t node, bool final, double there)
{
    const sn_network *net = s->plan->net;
    const double normal_final = net->final_demand[node];
    double level = 0;

    for (;;) {
        double base = 0, full = 0;
        for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++) {
            if (sn_network_is_own(net, e))
                continue;
            if (s->order[e] > level * net->value[e])
                base += net->value[e];
            else
                full += s->order[e];
        }
        if (final && s->want[node] > level * normal_final)
            base += normal_final;
        else if (final)
            full += s->want[node];
        const double next = base > 0 ? (there - full) / base : level;
        if (!(next > level * (1 + 1e-15)))
            return level;
        level = next;
    }
}

static void fill(sim_state *s, size_t node, bool with_final, double made)
{
    const sn_network *net = s->plan->net;
    const double level = water_level(s, node, with_final, made);
    double used = 0;

    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++) {
        s->ship[e] =
            sn_network_is_own(net, e) ? 0 : sim_min(s->order[e], level * net->value[e]);
        used += s->ship[e];
    }
    s->final[node] = with_final ? sim_min(s->want[node], net->final_demand[node] * level)
                                : sim_min(s->want[node], sim_max(0, made - used));
}

void sim_ration(sim_state *s, size_t node, double made)
{
    const sn_network *net = s->plan->net;
    const double wanted = s->want[node];
    double left = made;

    if (s->waste != NULL && (s->how->rationing == SN_SIM_WATER_FILLING ||
                             s->how->rationing == SN_SIM_WATER_FILLING_FINAL_LAST)) {
        sim_ration_published(s, node, made);
        return;
    }
    if (made >= s->demand[node]) { /* everyone gets what was ordered */
        for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
            s->ship[e] = s->order[e];
        s->final[node] = wanted;
        return;
    }
    switch (s->how->rationing) {
    case SN_SIM_WATER_FILLING:
    case SN_SIM_WATER_FILLING_FINAL_LAST:
        fill(s, node, s->how->rationing == SN_SIM_WATER_FILLING, made);
        return;
    case SN_SIM_FINAL_FIRST:
        s->final[node] = sim_min(wanted, left);
        (void)serve(s, node, 0, left - s->final[node]);
        return;
    case SN_SIM_FINAL_LAST:
        left = serve(s, node, 0, left);
        s->final[node] = sim_min(wanted, left);
        return;
    case SN_SIM_ALLIES_FIRST:
        s->final[node] = sim_min(wanted, left);
        left = serve(s, node, 0, left - s->final[node]);
        (void)serve(s, node, 1, left);
        return;
    case SN_SIM_PROPORTIONAL:
        break;
    }
    const double share = s->demand[node] > 0 ? made / s->demand[node] : 0;
    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
        s->ship[e] = s->order[e] * share;
    s->final[node] = wanted * share;
}
