/* image_check_flows.c - the flows of an opened image, by supplier and by buyer.
 *
 * Each supplier's flows must come in (buyer, group) order and each buyer's groups in ascending
 * order, the flows of one in ascending order too: then none occurs twice in a list.
 */
#define _DEFAULT_SOURCE /* getentropy */
#include <math.h>
#include <unistd.h>

#include "graph/image_private.h"
#include "graph/memory.h"
#include "graph/network_private.h"

enum { AHEAD = 24 /* purchases that memory is asked for in advance */ };

/* Whether flow e, after the one before it, is in (buyer, group) order. */
static bool is_behind(const sn_network *net, size_t e)
{
    return net->buyer[e] != net->buyer[e - 1] ? net->buyer[e] > net->buyer[e - 1]
                                              : net->group[e] > net->group[e - 1];
}

static const char *seller_fault(const sn_network *net, size_t node)
{
    const size_t first = net->out_first[node], last = net->out_first[node + 1];

    if (first > last || last > net->flow_count)
        return "what it sells is nowhere";
    for (size_t e = first; e < last; e++) {
        if (net->supplier[e] != (int32_t)node)
            return "a flow of it has another supplier";
        if (net->buyer[e] < 0 || (size_t)net->buyer[e] >= net->node_count)
            return "a buyer of it is not there";
        if (net->group[e] < 0 || net->group[e] >= net->groups.count)
            return "a product of it is not there";
        if (e > first && !is_behind(net, e))
            return "its buyers are out of order";
        if (!(net->value[e] > 0 && isfinite(net->value[e])))
            return "a flow of it is not positive and finite";
        if (net->basis[e] > SN_BASIS_ESTIMATED)
            return "the basis of a flow of it is not known";
        if (net->lead_time != NULL && !(net->lead_time[e] >= 0 && isfinite(net->lead_time[e])))
            return "a lead time of it is negative or not finite";
    }
    return NULL;
}

/* ---- the two lists are of the same flows ----
 *
 * To look each flow up in its buyer's list costs a miss of memory or two a flow.  Instead each
 * list adds up a number of (flow, buyer, group), which nobody who does not know the key can
 * make agree: sums that differ are different lists, and equal ones the same but for one chance
 * in 2^64.  No address depends on it. */

typedef struct {
    uint64_t one, two;
} secret;

static secret draw_secret(void)
{
    secret key = {UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xd1b54a32d192ed03)};

    (void)getentropy(&key, sizeof key); /* without it an error is found all the same */
    return key;
}

static uint64_t number_of(secret key, size_t flow, int32_t buyer, int32_t group)
{
    const uint64_t both = (uint64_t)(uint32_t)buyer << 32 | (uint32_t)group;

    return sn_dict_mix(sn_dict_mix(both ^ key.one) + (flow ^ key.two));
}

static uint64_t number_sold(const sn_network *net, secret key, size_t node)
{
    uint64_t sum = 0;

    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
        sum += number_of(key, e, net->buyer[e], net->group[e]);
    return sum;
}

static uint64_t number_bought(const sn_network *net, secret key, size_t node)
{
    uint64_t sum = 0;

    for (size_t s = net->seg_first[node]; s < net->seg_first[node + 1]; s++)
        for (size_t k = net->seg_in[s]; k < net->seg_in[s + 1]; k++)
            sum += number_of(key, net->in_flow[k], (int32_t)node, net->seg_group[s]);
    return sum;
}

/* What number_bought tells, found one by one. */
static const char *stranger_fault(const sn_network *net, size_t node)
{
    for (size_t s = net->seg_first[node]; s < net->seg_first[node + 1]; s++)
        for (size_t k = net->seg_in[s]; k < net->seg_in[s + 1]; k++)
            if (net->buyer[net->in_flow[k]] != (int32_t)node ||
                net->group[net->in_flow[k]] != net->seg_group[s])
                return "it buys what others do";
    return NULL;
}

static sn_status check_lists(const sn_network *net, sn_error *err)
{
    const size_t n = net->node_count;
    const int threads = sn_threads_for(net->flow_count, 1 << 17);
    (void)threads; /* without OpenMP nobody asks */
    const secret key = draw_secret();
    uint64_t differ = 0;

#pragma omp parallel for schedule(static) reduction(+ : differ) num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < n; i++)
        differ += number_sold(net, key, i) - number_bought(net, key, i);
    if (differ == 0)
        return SN_OK;
    const size_t bad = sn_image_first_fault(net, n, stranger_fault);
    return bad < n ? sn_image_fail("node", bad, stranger_fault(net, bad), err) : SN_OK;
}

/* ---- buyers ---- */

/* What a buyer pays lies all over. */
static void ask_for(const sn_network *net, size_t place)
{
    if (place < net->flow_count && net->in_flow[place] < net->flow_count)
        __builtin_prefetch(&net->value[net->in_flow[place]]);
}

static const char *segment_fault(const sn_network *net, size_t s)
{
    const size_t first = net->seg_in[s], last = net->seg_in[s + 1];
    double total = 0;

    if (first >= last || last > net->flow_count)
        return "what it buys is nowhere";
    for (size_t k = first; k < last; k++) {
        const size_t e = net->in_flow[k];
        ask_for(net, k + AHEAD);
        if (e >= net->flow_count || (k > first && e <= net->in_flow[k - 1]))
            return "what it buys is out of order";
        total += net->value[e];
    }
    return total != net->seg_total[s] ? "what it buys adds up to something else" : NULL;
}

static const char *buyer_fault(const sn_network *net, size_t node)
{
    const size_t first = net->seg_first[node], last = net->seg_first[node + 1];

    if (first > last || last > net->seg_count || net->in_first[node] != net->seg_in[first])
        return "its input groups are nowhere";
    for (size_t s = first; s < last; s++) {
        if (s > first && net->seg_group[s] <= net->seg_group[s - 1])
            return "its input groups are out of order";
        const char *fault = segment_fault(net, s);
        if (fault != NULL)
            return fault;
    }
    return NULL;
}

sn_status sn_image_check_flows(const sn_network *net, sn_error *err)
{
    const size_t n = net->node_count, m = net->flow_count, segments = net->seg_count;

    if (m > UINT32_MAX || net->out_first[0] != 0 || net->out_first[n] != m ||
        net->in_first[n] != m || net->seg_first[0] != 0 || net->seg_first[n] != segments ||
        net->seg_in[0] != 0 || net->seg_in[segments] != m)
        return sn_image_fail("flow", 0, "its lists do not begin and end where they must", err);
    const size_t seller = sn_image_first_fault(net, n, seller_fault);
    if (seller < n)
        return sn_image_fail("node", seller, seller_fault(net, seller), err);
    const size_t buyer = sn_image_first_fault(net, n, buyer_fault);
    if (buyer < n)
        return sn_image_fail("node", buyer, buyer_fault(net, buyer), err);
    return check_lists(net, err);
}
