/* structure.c - components and counts, through igraph. */
#include "metrics/structure.h"

#include <string.h>

#include "graph/bridge.h"
#include "graph/network_private.h"

/* Sizes of the weakly or strongly connected components. */
static sn_status component_sizes(const igraph_t *graph, igraph_connectedness_t mode,
                                 igraph_vector_int_t *sizes, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY_IGRAPH(igraph_connected_components(graph, NULL, sizes, NULL, mode));
out:
    return status;
}

static size_t largest(const igraph_vector_int_t *sizes)
{
    const igraph_integer_t count = igraph_vector_int_size(sizes);

    return count > 0 ? (size_t)igraph_vector_int_max(sizes) : 0;
}

sn_status sn_structure_count(const sn_network *net, sn_structure *structure, sn_error *err)
{
    igraph_vector_int_t sizes = {0};
    const igraph_t *graph;
    sn_status status = SN_OK;

    memset(structure, 0, sizeof *structure);
    SN_TRY(sn_network_topology(net, &graph, err));
    SN_TRY_INIT(&sizes, igraph_vector_int_init(&sizes, 0));
    SN_TRY(component_sizes(graph, IGRAPH_WEAK, &sizes, err));
    structure->components = (size_t)igraph_vector_int_size(&sizes);
    structure->largest_component = largest(&sizes);
    SN_TRY(component_sizes(graph, IGRAPH_STRONG, &sizes, err));
    for (igraph_integer_t c = 0; c < igraph_vector_int_size(&sizes); c++)
        structure->loops += VECTOR(sizes)[c] > 1;
    structure->largest_loop = structure->loops > 0 ? largest(&sizes) : 0;
    for (size_t i = 0; i < net->node_count; i++) {
        size_t owners;
        (void)sn_network_owners(net, SN_LARGEST, i, &owners);
        structure->kind[net->kind[i]]++;
        structure->self_flows += net->self[i] > 0;
        structure->isolated += net->out_first[i] == net->out_first[i + 1] &&
                               net->in_first[i] == net->in_first[i + 1];
        structure->producers += net->primary[i] > 0;
        structure->final_users += net->final_demand[i] > 0;
        structure->with_owner += owners > 0;
    }
out:
    igraph_vector_int_destroy(&sizes);
    return status;
}
