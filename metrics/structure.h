/* structure.h - how a network hangs together. */
#ifndef SN_METRICS_STRUCTURE_H
#define SN_METRICS_STRUCTURE_H

#include "graph/network.h"

/** sn_structure - counts; all of nodes unless the name says otherwise. */
typedef struct {
    size_t kind[3];          /* by sn_kind                                              */
    size_t self_flows;       /* flows of a node to itself                               */
    size_t isolated;         /* nodes without any flow                                  */
    size_t components;       /* parts that no flow joins, direction ignored             */
    size_t largest_component;
    size_t loops;            /* strongly connected components of two nodes or more      */
    size_t largest_loop;     /* nodes of the largest of them, 0 if there is none        */
    size_t producers;        /* nodes with own production                               */
    size_t final_users;      /* nodes with final demand                                 */
    size_t with_owner;       /* nodes whose owner is at least partly known              */
} sn_structure;

/**
 * sn_structure_count - count kinds, components and loops.
 *
 * net        [in]   the network
 * structure  [out]  the counts
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(V + E), with igraph's topology built on first use.
 * Source   components by igraph_connected_components.
 */
sn_status sn_structure_count(const sn_network *net, sn_structure *structure, sn_error *err);

#endif /* SN_METRICS_STRUCTURE_H */
