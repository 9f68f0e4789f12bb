/* image_check_flows.c - the flows of an opened image, by supplier and by buyer.
 *
 * Each supplier's flows must come in (buyer, group) order and each buyer's groups in ascending
 * order, the flows of one in ascending order too: then none occurs twice, and as there are as
 * many places as flows, every flow stands in its buyer's list once.
 */
#include <math.h>

#include "graph/image_private.h"
#include "graph/memory.h"
#include "graph/network_private.h"

/* Buyers' flows lie all over: they are asked for so many places ahead. */
enum { AHEAD = 24 };

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

static void ask_for(const sn_network *net, size_t place)
{
    if (place >= net->flow_count)
        return;
    const size_t e = net->in_flow[place];
    if (e < net->flow_count) {
        __builtin_prefetch(&net->buyer[e]);
        __builtin_prefetch(&net->group[e]);
        __builtin_prefetch(&net->value[e]);
    }
}

static const char *segment_fault(const sn_network *net, size_t buyer, size_t s)
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
        if (net->buyer[e] != (int32_t)buyer || net->group[e] != net->seg_group[s])
            return "it buys what others do";
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
        const char *fault = segment_fault(net, node, s);
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
    return buyer < n ? sn_image_fail("node", buyer, buyer_fault(net, buyer), err) : SN_OK;
}
