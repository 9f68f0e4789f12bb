/* reroute_reach.c - what no rerouting can avoid: bounds on outputs by propagation.
 *
 * A node makes at most what its capacity and, group by group, all that its suppliers make
 * would allow if they sent it everything.  Iterated from full capacities down, this finds the
 * nodes that a dead sole supplier kills, and theirs, at once: in a dense web of sole suppliers
 * that is most of the answer, and the part on which the simplex method would stall.
 */
#include <math.h>

#include "metrics/reroute_private.h"

/* Zero spreads until nothing changes, partial losses for a few rounds while it is worth it. */
enum { MOST_ROUNDS = 60 };

/* To ask after larger regions of the dead, once for each of their inputs, would take long. */
enum { MOST_WOKEN = 400 };
static const size_t no_segment = SIZE_MAX;
static const double worth_it = 1e-3, nothing = 1e-13;

/* Everything that the suppliers in segment s could send, over what is normally bought. */
static double most_input(const sn_reroute *r, size_t s)
{
    const sn_network *net = r->net;
    double sum = 0;

    for (size_t k = net->seg_in[s]; k < net->seg_in[s + 1]; k++) {
        const size_t e = net->in_flow[k];
        const double made = r->best[net->supplier[e]] * r->base[net->supplier[e]];
        const double left = sn_flow_left(r, e);

        if (r->unit[e] > 0)
            sum += left < 1 ? fmin(left * net->value[e], made) : made;
    }
    return sum / r->total[s];
}

/* Segment `given` brings all that could be wanted. */
static double most_output(const sn_reroute *r, size_t i, size_t given)
{
    const sn_network *net = r->net;
    const double passed = r->passed[i], reach = r->reach[i];
    double best = r->best[i], needed = 0, got = 0;

    for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++) {
        if (net->seg_need[s] == SN_NEGLIGIBLE || r->total[s] <= 0)
            continue;
        const double input = s == given ? INFINITY : most_input(r, s);
        if (net->seg_need[s] == SN_ESSENTIAL) {
            best = fmin(best, (1 - passed) * reach + passed * input);
        } else {
            needed += r->total[s];
            got += fmin(input, reach) * r->total[s];
        }
    }
    if (needed > 0) {
        const double share = passed / r->bought[i];
        best = fmin(best, fmax(0, 1 - share * needed) * reach + share * got);
    }
    return best <= nothing ? 0 : best;
}

/* With an open market anybody may supply: then only capacities bind. */
void sn_reroute_reach(sn_reroute *r, size_t component)
{
    const size_t begin = r->first[component], end = r->first[component + 1];
    bool again = !r->options.open_market;

    for (size_t k = begin; k < end; k++) {
        const size_t i = (size_t)r->member[k];
        r->best[i] = sn_node_left(r, i) * r->reach[i];
    }
    for (size_t round = 0; again; round++) {
        again = false;
        for (size_t k = begin; k < end; k++) {
            const size_t i = (size_t)r->member[k];
            if (r->best[i] <= 0)
                continue;
            const double best = most_output(r, i, no_segment);
            if (best <= 0 || (best < r->best[i] - worth_it && round < MOST_ROUNDS)) {
                r->best[i] = best;
                again = true;
            }
        }
    }
}

/* Take a dead node for one at full capacity. */
static void wake(sn_reroute *r, size_t i, size_t *count)
{
    if (r->best[i] > 0 || sn_node_left(r, i) <= 0)
        return;
    r->best[i] = sn_node_left(r, i) * r->reach[i];
    r->revived[(*count)++] = (int32_t)i;
}

/* All that buy from j, directly or not, are woken, and fall back until those left feed each
 * other: then no more could live. */
size_t sn_reroute_revive(sn_reroute *r, size_t j, size_t s)
{
    const sn_network *net = r->net;
    size_t count = 0, kept = 0;

    wake(r, j, &count);
    for (size_t k = 0; k < count && count <= MOST_WOKEN; k++) {
        const size_t i = (size_t)r->revived[k];
        for (size_t e = net->out_first[i]; e < net->out_first[i + 1]; e++)
            if (r->unit[e] > 0 && sn_flow_left(r, e) > 0)
                wake(r, (size_t)net->buyer[e], &count);
    }
    for (bool again = count <= MOST_WOKEN; again && r->best[j] > 0;) {
        again = false;
        for (size_t k = 0; k < count; k++) {
            const size_t i = (size_t)r->revived[k];
            if (r->best[i] > 0 && most_output(r, i, i == j ? s : no_segment) <= 0) {
                r->best[i] = 0;
                again = true;
            }
        }
    }
    const bool lives = count <= MOST_WOKEN && r->best[j] > 0;
    for (size_t k = 0; k < count; k++) {
        const int32_t i = r->revived[k];
        if (lives && r->best[i] > 0)
            r->revived[kept++] = i;
        r->best[i] = 0;
    }
    return kept;
}
