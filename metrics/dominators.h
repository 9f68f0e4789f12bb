/* dominators.h - what every path must pass. */
#ifndef SN_METRICS_DOMINATORS_H
#define SN_METRICS_DOMINATORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "metrics/links.h"

/** SN_ROOT - the place from which all sources are reached; SN_UNREACHED - no path leads there. */
enum { SN_ROOT = -1, SN_UNREACHED = -2 };

/**
 * sn_dominators_make - the last vertex that every path from the sources to a vertex passes.
 *
 * Vertex d dominates v when every path from any source to v holds d; the dominators of v other
 * than v itself form a chain, of which parent[v] is the last: v's, parent[v]'s, and so on up to
 * SN_ROOT.  A source has the parent SN_ROOT: the path that begins at it avoids all others.
 *
 * links    [in]
 * source   [in]   [n] where paths may begin: primary producers
 * forward  [in]   false: links are followed from buyer to supplier (then these are the
 *                 post-dominators: what every path from a seller to the final users passes,
 *                 with the users as sources)
 * parent   [out]  [n] a vertex, SN_ROOT or SN_UNREACHED
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O((n + m) log n) time at most, linear in practice; 36 bytes a vertex.
 * Source   T. Lengauer, R. Tarjan, ACM TOPLAS 1(1), 1979; L. Georgiadis, R. Tarjan, R. Werneck,
 *          "Finding dominators in practice", Journal of Graph Algorithms and Applications 10(1),
 *          2006 (Semi-NCA).
 */
sn_status sn_dominators_make(const sn_links *links, const bool *source, bool forward,
                             int32_t *parent, sn_error *err);

/**
 * sn_reach - which vertices paths from the sources lead to when some vertices are gone.
 *
 * forward  [in]   false: links are followed from buyer to supplier
 * gone     [in]   [n] may be NULL: none.  A source that is gone is no source
 * reached  [out]  [n]
 * from     [out]  [n] the vertex before it on a shortest path, SN_ROOT for a source, SN_UNREACHED;
 *                 may be NULL
 * queue    [in]   [n] scratch
 *
 * Cost     O(n + m).
 */
void sn_reach(const sn_links *links, const bool *source, bool forward, const bool *gone,
              bool *reached, int32_t *from, int32_t *queue);

/**
 * sn_articulation - how many parts the rest of its component falls into without a vertex.
 *
 * both    [in]   of sn_links_undirected
 * parts   [out]  [n] 0: it is alone; 1: the rest stays together; 2 and more: an articulation
 *                point
 * blocks  [out]  biconnected components (single links included); may be NULL
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(n + m), no recursion.
 * Source   J. Hopcroft, R. Tarjan, Communications of the ACM 16(6), 1973.
 */
sn_status sn_articulation(const sn_links *both, int32_t *parts, size_t *blocks, sn_error *err);

#endif /* SN_METRICS_DOMINATORS_H */
