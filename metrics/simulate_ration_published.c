/* simulate_ration_published.c - water filling as the program of Inoue & Todo does it.
 *
 * The program raises all customers together by the smallest ratio of order to normal that is
 * not yet filled, and goes on with the differences.  Two of its ways differ from its own
 * description, and are kept here because its published figures hold them: final demand still
 * counts in the sum after it has been filled, so that some goods go to nobody, and a customer
 * that has ordered nothing is served like the smallest order in the first round. */
#include "metrics/simulate_private.h"

#include <math.h>

static const double gone = -1; /* order[e]: what is not filled yet, or left the round */

typedef struct {
    double smallest, /* ratio not filled yet, 0: none */
        whole;       /* normal amount of who is still in the round and of final demand */
} round_sums;

static round_sums sum_up(const sim_state *s, size_t node, const double *open, bool with_final,
                         double final_open)
{
    const sn_network *net = s->plan->net;
    round_sums r = {0, with_final ? net->final_demand[node] : 0};

    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++) {
        if (open[e] < 0 || sn_network_is_own(net, e))
            continue;
        r.whole += net->value[e];
        if (open[e] > 0 && (r.smallest <= 0 || open[e] < r.smallest))
            r.smallest = open[e];
    }
    if (with_final && final_open > 0 && (r.smallest <= 0 || final_open < r.smallest))
        r.smallest = final_open;
    return r;
}

/* The last round: what is there is spread over who is not full yet. */
static void spread(sim_state *s, size_t node, const double *open, bool with_final,
                   double final_open, double there)
{
    const sn_network *net = s->plan->net;
    double whole = with_final && final_open > 0 ? net->final_demand[node] : 0;

    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
        whole += open[e] > 0 && !sn_network_is_own(net, e) ? net->value[e] : 0;
    const double ratio = whole > 0 ? there / whole : 0;
    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
        if (open[e] > 0 && !sn_network_is_own(net, e))
            s->ship[e] += ratio * net->value[e];
    if (with_final && final_open > 0)
        s->final[node] += ratio * net->final_demand[node];
}

void sim_ration_published(sim_state *s, size_t node, double made)
{
    const sn_network *net = s->plan->net;
    const double normal_final = net->final_demand[node];
    const bool with_final = s->how->rationing == SN_SIM_WATER_FILLING;
    double *open = s->open, left = made;
    double final_open = normal_final > 0 ? s->want[node] / normal_final : 1;

    s->final[node] = with_final ? 0
                                : sim_min(s->want[node],
                                          sim_max(0, made - (s->demand[node] - s->want[node])));
    left -= s->final[node];
    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++) {
        open[e] = sn_network_is_own(net, e) ? gone : s->order[e] / net->value[e];
        s->ship[e] = 0;
    }
    for (;;) {
        const round_sums r = sum_up(s, node, open, with_final, final_open);
        if (!(r.smallest > 0))
            return;
        if (!(left > r.smallest * r.whole)) {
            spread(s, node, open, with_final, final_open, left);
            return;
        }
        for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
            if (open[e] >= 0) {
                s->ship[e] += r.smallest * net->value[e];
                open[e] = open[e] > r.smallest ? open[e] - r.smallest : gone;
            }
        if (with_final && final_open > 0) {
            s->final[node] += r.smallest * normal_final;
            final_open = sim_max(0, final_open - r.smallest);
        }
        left -= r.smallest * r.whole;
    }
}
