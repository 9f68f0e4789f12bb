/* proof_check.c - see proof_check.h: simple before fast. */
#include "metrics/proof_check.h"

#include <igraph.h>
#include <stdlib.h>
#include <string.h>

#include "graph/bridge.h"

static bool has_flow(const sn_network *net, int32_t supplier, int32_t buyer)
{
    for (size_t e = 0; e < sn_network_flow_count(net); e++) {
        const sn_flow flow = sn_network_flow(net, e);
        if (flow.supplier == supplier && flow.buyer == buyer)
            return true;
    }
    return false;
}

bool sn_check_path(const sn_network *net, const int32_t *step, size_t count, bool sales)
{
    if (count == 0 || !(sn_network_primary(net, (size_t)step[0]) > 0) ||
        (sales && !(sn_network_final_demand(net, (size_t)step[count - 1]) > 0)))
        return false;
    for (size_t k = 1; k < count; k++)
        if (step[k - 1] == step[k] || !has_flow(net, step[k - 1], step[k]))
            return false;
    return true;
}

sn_status sn_check_apart(const sn_network *net, const bool *gone, int32_t node, bool sales,
                         bool *holds, sn_error *err)
{
    const size_t n = sn_network_node_count(net);
    bool *joined = calloc(n + 1, sizeof *joined), more = true;

    if (joined == NULL)
        return sn_nomem(err, "a check");
    for (size_t v = 0; v < n; v++)
        joined[v] =
            (sales ? sn_network_final_demand(net, v) : sn_network_primary(net, v)) > 0 && !gone[v];
    while (more) {
        more = false;
        for (size_t e = 0; e < sn_network_flow_count(net); e++) {
            const sn_flow flow = sn_network_flow(net, e);
            const int32_t known = sales ? flow.buyer : flow.supplier;
            const int32_t next = sales ? flow.supplier : flow.buyer;
            if (joined[known] && !joined[next] && !gone[next])
                more = joined[next] = true;
        }
    }
    *holds = !joined[node];
    free(joined);
    return SN_OK;
}

bool sn_check_sole(const sn_network *net, const bool *gone, int32_t buyer, const char *input)
{
    bool any = false;

    for (size_t e = 0; e < sn_network_flow_count(net); e++) {
        const sn_flow flow = sn_network_flow(net, e);
        if (flow.buyer != buyer || strcmp(sn_dict_text(sn_network_groups(net), flow.group), input) != 0)
            continue;
        if (!gone[flow.supplier])
            return false;
        any = true;
    }
    return any;
}

sn_status sn_check_parts(const sn_network *net, int32_t node, int32_t *parts, sn_error *err)
{
    const size_t n = sn_network_node_count(net);
    int32_t *label = malloc((n + 1) * sizeof *label);
    bool *neighbour = calloc(n + 1, sizeof *neighbour), *counted = calloc(n + 1, sizeof *counted);
    bool more = true;
    sn_status status = SN_OK;

    *parts = 0;
    if (label == NULL || neighbour == NULL || counted == NULL) {
        status = sn_nomem(err, "a check");
        goto out;
    }
    for (size_t v = 0; v < n; v++)
        label[v] = (int32_t)v;
    while (more) { /* the smallest label of a part spreads over it */
        more = false;
        for (size_t e = 0; e < sn_network_flow_count(net); e++) {
            const sn_flow flow = sn_network_flow(net, e);
            if (flow.supplier == node || flow.buyer == node) {
                neighbour[flow.supplier] = neighbour[flow.buyer] = true;
                continue;
            }
            const int32_t a = label[flow.supplier], b = label[flow.buyer];
            if (a != b) {
                label[flow.supplier] = label[flow.buyer] = a < b ? a : b;
                more = true;
            }
        }
    }
    for (size_t v = 0; v < n; v++)
        if (neighbour[v] && (int32_t)v != node && !counted[label[v]]) {
            counted[label[v]] = true;
            ++*parts;
        }
out:
    free(label);
    free(neighbour);
    free(counted);
    return status;
}

sn_status sn_check_flow(const sn_network *net, const bool *gone, int32_t buyer, double *flow,
                        sn_error *err)
{
    const size_t n = sn_network_node_count(net);
    igraph_vector_int_t edges = {0};
    igraph_vector_t capacity = {0};
    igraph_t graph = {0};
    bool made = false;
    sn_status status = SN_OK;

    SN_TRY_INIT(&edges, igraph_vector_int_init(&edges, 0));
    SN_TRY_INIT(&capacity, igraph_vector_init(&capacity, 0));
    for (size_t v = 0; v < n; v++)
        if (!gone[v] && sn_network_primary(net, v) > 0) {
            SN_TRY_IGRAPH(igraph_vector_int_push_back(&edges, (igraph_integer_t)n));
            SN_TRY_IGRAPH(igraph_vector_int_push_back(&edges, (igraph_integer_t)v));
            SN_TRY_IGRAPH(igraph_vector_push_back(&capacity, sn_network_primary(net, v)));
        }
    for (size_t e = 0; e < sn_network_flow_count(net); e++) {
        const sn_flow one = sn_network_flow(net, e);
        if (gone[one.supplier] || gone[one.buyer] || one.supplier == one.buyer)
            continue;
        SN_TRY_IGRAPH(igraph_vector_int_push_back(&edges, one.supplier));
        SN_TRY_IGRAPH(igraph_vector_int_push_back(&edges, one.buyer));
        SN_TRY_IGRAPH(igraph_vector_push_back(&capacity, one.value));
    }
    SN_TRY_IGRAPH(igraph_create(&graph, &edges, (igraph_integer_t)n + 1, IGRAPH_DIRECTED));
    made = true;
    SN_TRY_IGRAPH(igraph_maxflow_value(&graph, flow, (igraph_integer_t)n, buyer, &capacity, NULL));
out:
    if (made)
        igraph_destroy(&graph);
    igraph_vector_destroy(&capacity);
    igraph_vector_int_destroy(&edges);
    return status;
}
