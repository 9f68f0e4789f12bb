/* links_core.h - the links that shortest paths use. */
#ifndef SN_METRICS_LINKS_CORE_H
#define SN_METRICS_LINKS_CORE_H

#include "metrics/links.h"

/**
 * sn_links_core - leave out every link that lies on no shortest path, where a link is as long as
 * the inverse of its amount.
 *
 * A link i -> j that is longer than the shortest path from i to j is part of no shortest path at
 * all, since the parts of shortest paths are shortest.  In a dense network of unequal amounts
 * nearly all links are like that, and without them distances, the shortest paths and their
 * number are the same.  A link that is longer by a share of 2^-30 or less is kept: whether the two
 * are equally long is for others to judge.
 *
 * threads  [in]   never changes the result
 * core     [out]  the same vertices; cleared by sn_links_clear.  Its `self` is empty
 * origin   [out]  [core->m] for each of its links the place among the out links of `links`; the
 *                 caller frees it
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(m log m) and, expected, O(n^2 log n) in dense networks: of the links that no way of
 *          two others beats, ways are followed from each vertex, shortest first and only until all
 *          its buyers are reached.
 * Source   P. M. Spira, "A new algorithm for finding all shortest paths in a graph of positive
 *          arcs in average time O(n^2 log^2 n)", SIAM J. Comput. 2(1), 1973; the links kept are
 *          the "essential" ones of C. C. McGeoch, Algorithmica 13, 1995.
 */
sn_status sn_links_core(const sn_links *links, int threads, sn_links *core, size_t **origin,
                        sn_error *err);

#endif /* SN_METRICS_LINKS_CORE_H */
