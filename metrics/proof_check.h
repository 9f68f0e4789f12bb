/* proof_check.h - proofs gone over again, by means as plain as can be and not those that found
 * them: lists of flows gone through until nothing changes, and igraph for flows. */
#ifndef SN_METRICS_PROOF_CHECK_H
#define SN_METRICS_PROOF_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "graph/network.h"

/** sn_check_path - whether flows lead along the nodes, from one with own production (`sales`: and to
 *  one with final demand). */
bool sn_check_path(const sn_network *net, const int32_t *step, size_t count, bool sales);

/**
 * sn_check_apart - whether no path leads from a producer to a node when nodes are gone, or, for
 * sales, none from the node to a final user.
 *
 * gone    [in]   [nodes]
 * holds   [out]
 * Returns  SN_OK; SN_ENOMEM.
 */
sn_status sn_check_apart(const sn_network *net, const bool *gone, int32_t node, bool sales,
                         bool *holds, sn_error *err);

/** sn_check_sole - whether a buyer buys an input, and all of it from nodes that are gone. */
bool sn_check_sole(const sn_network *net, const bool *gone, int32_t buyer, const char *input);

/** sn_check_parts - how many parts a node's part of the network falls into without it. */
sn_status sn_check_parts(const sn_network *net, int32_t node, int32_t *parts, sn_error *err);

/** sn_check_flow - the largest flow to a buyer when nodes are gone (igraph_maxflow_value). */
sn_status sn_check_flow(const sn_network *net, const bool *gone, int32_t buyer, double *flow,
                        sn_error *err);

#endif /* SN_METRICS_PROOF_CHECK_H */
