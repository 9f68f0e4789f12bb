/* network_private.h - the layout of a network, for graph/ and metrics/ only. */
#ifndef SN_GRAPH_NETWORK_PRIVATE_H
#define SN_GRAPH_NETWORK_PRIVATE_H

#include <igraph.h>

#include "graph/network.h"

struct sn_network {
    size_t node_count, flow_count;

    /* Nodes, in ascending order of id. */
    sn_dict ids;                    /* code == node index                                    */
    const char **label;             /* [n] or NULL when no node has one; NULL entry = the id */
    sn_arena texts;                 /* labels, attributes, recipes                           */
    uint8_t *kind;                  /* [n] sn_kind                                           */
    int32_t *code[SN_COLUMNS];      /* [n] or NULL when the column is empty                  */
    sn_dict dict[SN_COLUMNS];       /* dict[SN_OWNER] is unused: owners are places too       */
    double *given[SN_QUANTITIES];   /* [n] or NULL when the column is empty; NaN = not given */
    double *output, *final_demand, *primary; /* [n] resolved, never NaN                      */
    double *sales, *purchases, *self;        /* [n] self is part of both                     */

    /* Flows, by supplier: out_first[i] .. out_first[i + 1] are the flows that i sells, in
     * (buyer, group) order; a flow's index is its place here. */
    size_t *out_first;           /* [n + 1] */
    int32_t *supplier, *buyer;   /* [m] */
    double *value;               /* [m] */
    int32_t *group;              /* [m] */
    uint8_t *basis;              /* [m] */
    double *lead_time;           /* [m] days from supplier to buyer, or NULL when none is given */

    /* The same flows by buyer: in_flow[in_first[j] .. in_first[j + 1]) are flow indices in
     * (group, supplier) order. */
    size_t *in_first; /* [n + 1] */
    size_t *in_flow;  /* [m] */

    /* Input groups: the runs of equal group among a buyer's flows, self-flows included.
     * Buyer j has segments seg_first[j] .. seg_first[j + 1]; segment s holds in_flow[seg_in[s]
     * .. seg_in[s + 1]). */
    size_t seg_count;
    size_t *seg_first;  /* [n + 1] */
    size_t *seg_in;     /* [seg_count + 1] */
    int32_t *seg_group; /* [seg_count] */
    double *seg_total;  /* [seg_count] amount bought in this group */
    uint8_t *seg_need;  /* [seg_count] sn_need */
    double *seg_days;   /* [seg_count] inventory_days of its recipe or NaN; NULL when none says */

    sn_dict groups;
    bool has_product;

    size_t attribute_count;
    const char **attribute_name;
    const char ***attribute; /* [attribute_count][n]; NULL entry = not given */

    size_t *owner_first[2];       /* [n + 1] by sn_ownership, or NULL when nothing is known */
    sn_owner_share *owner_share[2];

    size_t recipe_count;
    sn_recipe *recipe;

    int32_t rest;         /* code of country ROW, or SN_NONE */
    int32_t *unit_of;     /* [commodities] unit code, or SN_NONE */
    int32_t unit_overall; /* unit code, or SN_NONE when unstated or mixed */

    igraph_t *topology; /* built on first need by sn_network_topology */

    bool is_lent; /* the columns lie in an image (image.h) and are not freed */
    void (*release)(void *memory), *memory; /* what frees the image, or NULL; its argument */
};

/**
 * sn_network_topology - the network as a directed igraph, vertex = node, edge = flow index.
 *
 * Built once, on first need (seconds and hundreds of MB at 10^7 flows), and owned by the
 * network.  igraph is not thread-safe here: call from one thread only.
 *
 * Returns  SN_OK; SN_ENOMEM.
 */
sn_status sn_network_topology(const sn_network *net, const igraph_t **topology, sn_error *err);

/** sn_network_is_own - whether a flow is a country's own production used at home: neither a
 *  purchase nor a sale. */
static inline bool sn_network_is_own(const sn_network *net, size_t flow)
{
    return net->supplier[flow] == net->buyer[flow] &&
           net->kind[net->supplier[flow]] == SN_KIND_COUNTRY;
}

/** sn_network_bought_own - sn_network_is_own for place k of in_flow, one of its buyer's. */
static inline bool sn_network_bought_own(const sn_network *net, size_t buyer, size_t k)
{
    return net->kind[buyer] == SN_KIND_COUNTRY &&
           net->supplier[net->in_flow[k]] == (int32_t)buyer;
}

/** sn_image_forget - set every column that lies in an image to NULL; what is left, tables of
 *  pointers, is the network's own and is freed with it. */
void sn_image_forget(sn_network *net);

#endif /* SN_GRAPH_NETWORK_PRIVATE_H */
