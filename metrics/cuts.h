/* cuts.h - how many ways lead to a buyer, and where they can be cut. */
#ifndef SN_METRICS_CUTS_H
#define SN_METRICS_CUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "metrics/links.h"

/** sn_cut - the answer; cleared by sn_cut_clear; zeroed it is empty. */
typedef struct {
    bool own;         /* the buyer is a source itself: nothing cuts it off */
    size_t size;      /* vertices in the cut = vertex-disjoint paths */
    int32_t *vertex;  /* [size] the cut, ascending */
    size_t *first;    /* [size + 1] path k is step[first[k]] .. step[first[k + 1]] */
    int32_t *step;    /* vertices from a source to the buyer; paths share the buyer alone */
} sn_cut;

/**
 * sn_cut_make - a smallest set of vertices without which no path leads from a source to the
 * buyer, and as many paths that have no vertex but the buyer in common: each proves the other
 * (Menger 1927).
 *
 * Sources may be cut as well, the buyer may not.  Of all smallest cuts it is the one nearest to
 * the sources; others may exist.
 *
 * links   [in]
 * source  [in]   [n] where paths may begin
 * gone    [in]   [n] vertices that are not there; NULL: none
 * buyer   [in]
 * cut     [out]  size 0 with own = false: no path leads there
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O((n + m) k) for k paths, over what lies upstream of the buyer.
 * Source   K. Menger, Fundamenta Mathematicae 10, 1927; E. Dinitz, Soviet Mathematics Doklady
 *          11, 1970.
 */
sn_status sn_cut_make(const sn_links *links, const bool *source, const bool *gone, int32_t buyer,
                      sn_cut *cut, sn_error *err);
void sn_cut_clear(sn_cut *cut);

/**
 * sn_max_flow - the most that can run from sources to a buyer when no link carries more than its
 * amount.
 *
 * Inputs count as substitutes for one another: where a buyer needs several kinds together this is
 * too hopeful, and the cascade says what is lost.
 *
 * supply  [in]   [n] what each vertex can make itself, >= 0 [unit / year]; the buyer's own counts
 * gone    [in]   [n] vertices that are not there; NULL: none
 * flow    [out]  [unit / year], within 1e-12 of the largest amount times the links in the cut
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     Dinitz's algorithm over what lies upstream of the buyer: O(n^2 m) at worst, a few
 *          passes in practice.
 * Source   L. Ford, D. Fulkerson, Canadian Journal of Mathematics 8, 1956; E. Dinitz 1970.
 */
sn_status sn_max_flow(const sn_links *links, const double *supply, const bool *gone,
                      int32_t buyer, double *flow, sn_error *err);

#endif /* SN_METRICS_CUTS_H */
