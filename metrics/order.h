/* order.h - what depends on what: strongly connected components, dependencies first. */
#ifndef SN_METRICS_ORDER_H
#define SN_METRICS_ORDER_H

#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "graph/network.h"

/** sn_order - components one after another; zeroed it is empty and may be cleared. */
typedef struct {
    size_t count;       /* components                                                   */
    size_t *first;      /* [count + 1] component c holds node[first[c]] .. first[c + 1] */
    int32_t *node;      /* [n] the nodes, component by component                        */
    int32_t *component; /* [n] component of a node                                      */
} sn_order;

/**
 * sn_order_make - the strongly connected components of a dependency graph, such that every
 * component comes after all components that it depends on.
 *
 * Two nodes share a component when each depends on the other, directly or not.  Inside a
 * component the nodes stand in the order in which a depth-first search leaves them, which
 * again puts most dependencies first.  The result depends on the arrays only.
 *
 * n       [in]   nodes
 * first   [in]   n + 1 offsets into target
 * target  [in]   node i depends on target[first[i]] .. target[first[i + 1]]; 0 .. n - 1
 * order   [out]  cleared by sn_order_clear; unchanged after a failure
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(V + E) time, O(V) memory; no recursion.
 * Source   R. Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on
 *          Computing 1(2), 1972, p. 146.
 */
sn_status sn_order_make(size_t n, const size_t *first, const int32_t *target, sn_order *order,
                        sn_error *err);

/**
 * sn_order_network - sn_order_make where a buyer depends on its suppliers: suppliers before
 * buyers.
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(V + E) time, O(V + E) extra memory while it runs.
 */
sn_status sn_order_network(const sn_network *net, sn_order *order, sn_error *err);

/** sn_order_clear - free what an order holds and leave it empty. */
void sn_order_clear(sn_order *order);

#endif /* SN_METRICS_ORDER_H */
