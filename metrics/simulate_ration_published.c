/* simulate_ration_published.c - water filling as the program of Inoue & Todo does it.
 *
 * The program raises all customers together by the smallest ratio of order to normal that is
 * not yet filled, and goes on with the differences.  Two of its ways differ from its own
 * description, and are kept here because its published figures hold them: final demand still
 * counts in the sum after it has been filled, so that some goods go to nobody, and a customer
 * that has ordered nothing is served like the smallest order in the first round. */
#include "metrics/simulate_lanes.h"

static const double gone = -1; /* order[e]: what is not filled yet, or left the round */

/* The rounds of a node: each lane goes through as many as it needs. */
typedef struct {
    sim_state *s;
    size_t node;
    double normal_final;    /* that takes part; 0: none does */
    lanes final_open, left; /* ratio not filled yet; goods not given yet */
    lanes smallest, whole;  /* ratio not filled yet, 0: none; normal amount of who is
                             * still in the round and of final demand */
} rounds;

static lanes smaller_open(lanes open, lanes smallest)
{
    return choose((open > 0) & ((smallest <= 0) | (open < smallest)), open, smallest);
}

static void sum_up(rounds *r)
{
    const sn_network *net = r->s->plan->net;

    r->smallest = all(0);
    r->whole = all(r->normal_final);
    for (size_t e = net->out_first[r->node]; e < net->out_first[r->node + 1]; e++) {
        const lanes open = r->s->open[e];
        if (sn_network_is_own(net, e))
            continue;
        r->whole += choose(open < 0, all(0), all(net->value[e]));
        r->smallest = smaller_open(open, r->smallest);
    }
    r->smallest = smaller_open(r->final_open, r->smallest);
}

/* The last round: what is there is spread over who is not full yet. */
static void spread(rounds *r, mask here)
{
    const sn_network *net = r->s->plan->net;
    const mask final = r->final_open > 0;
    lanes whole = choose(final, all(r->normal_final), all(0));

    for (size_t e = net->out_first[r->node]; e < net->out_first[r->node + 1]; e++)
        whole += choose(r->s->open[e] > 0, all(net->value[e]), all(0));
    const lanes ratio = choose(here & (whole > 0), r->left / whole, all(0));
    for (size_t e = net->out_first[r->node]; e < net->out_first[r->node + 1]; e++)
        r->s->ship[e] += choose(r->s->open[e] > 0, ratio * net->value[e], all(0));
    r->s->final[r->node] += choose(final, ratio * r->normal_final, all(0));
}

/* Who is in the round gets the smallest ratio. */
static void raise(rounds *r, mask here)
{
    const sn_network *net = r->s->plan->net;
    const lanes by = choose(here, r->smallest, all(0));

    for (size_t e = net->out_first[r->node]; e < net->out_first[r->node + 1]; e++) {
        lanes *open = &r->s->open[e];
        const mask in = here & (*open >= 0);
        r->s->ship[e] += choose(in, by * net->value[e], all(0));
        *open = choose(in, choose(*open > by, *open - by, all(gone)), *open);
    }
    r->s->final[r->node] += choose(r->final_open > 0, by * r->normal_final, all(0));
    r->final_open = choose(r->final_open > 0, at_least_0(r->final_open - by), r->final_open);
    r->left -= by * r->whole;
}

void sim_ration_published(sim_state *s, size_t node, lanes made)
{
    const sn_network *net = s->plan->net;
    const double normal_final = net->final_demand[node];
    const bool with_final = s->how->rationing == SN_SIM_WATER_FILLING;
    const lanes want = sim_want(s, node);
    rounds r = {.s = s, .node = node, .normal_final = with_final ? normal_final : 0};

    r.final_open = !with_final ? all(0) : normal_final > 0 ? want / normal_final : all(1);
    s->final[node] =
        with_final ? all(0) : smaller(want, at_least_0(made - (s->demand[node] - want)));
    r.left = made - s->final[node];
    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++) {
        s->open[e] = sn_network_is_own(net, e) ? all(gone) : s->order[e] / net->value[e];
        s->ship[e] = all(0);
    }
    for (mask open = all(0) >= 0;;) {
        sum_up(&r);
        open &= r.smallest > 0;
        if (!any(open))
            return;
        const mask goes_on = open & (r.left > r.smallest * r.whole);
        const mask ends = open & (goes_on == 0);
        if (any(ends))
            spread(&r, ends);
        open = goes_on;
        if (any(open))
            raise(&r, open);
    }
}
