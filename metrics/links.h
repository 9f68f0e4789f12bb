/* links.h - a network as a plain weighted digraph: what the centralities see. */
#ifndef SN_METRICS_LINKS_H
#define SN_METRICS_LINKS_H

#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "graph/network.h"

/**
 * sn_links - vertices 0 .. n - 1 and links between two different ones, at most one each way.
 *
 * Parallel flows are one link with the sum of their amounts.  Flows inside a vertex are kept
 * apart in `self`.  Both lists of a vertex are in ascending order of the other end.
 * Zeroed it is empty and may be cleared.
 */
typedef struct {
    size_t n, m;
    size_t *out_first;  /* [n + 1] links out_first[i] .. out_first[i + 1] leave i */
    int32_t *out_to;    /* [m] */
    double *out_amount; /* [m] > 0 [unit / year] */
    size_t *in_first;   /* [n + 1] */
    int32_t *in_from;   /* [m] */
    double *in_amount;  /* [m] */
    size_t *in_link;    /* [m] the place of the same link among out_to */
    double *self;       /* [n] [unit / year] */
} sn_links;

/**
 * sn_links_make - the links between groups of nodes.
 *
 * vertex  [in]   [nodes] vertex 0 .. n - 1 of each node, or SN_NONE: left out with its flows
 * n       [in]   vertices
 * links   [out]  cleared by sn_links_clear
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(V + E) and the sorting of each vertex's links.
 */
sn_status sn_links_make(const sn_network *net, const int32_t *vertex, size_t n, sn_links *links,
                        sn_error *err);

/**
 * sn_links_undirected - the same vertices where each link is there both ways, with the amounts
 * of both directions added up.
 */
sn_status sn_links_undirected(const sn_links *links, sn_links *both, sn_error *err);

void sn_links_clear(sn_links *links);

#endif /* SN_METRICS_LINKS_H */
