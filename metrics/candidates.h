/* candidates.h - everything that a sweep removes, one after the other. */
#ifndef SN_METRICS_CANDIDATES_H
#define SN_METRICS_CANDIDATES_H

#include "graph/aggregate.h"
#include "graph/error.h"
#include "graph/network.h"

/** sn_candidates - groups of a level within one commodity; ordered by name, then commodity. */
typedef struct {
    size_t count;
    const char **name;   /* [count] lent by the grouping or the network              */
    int32_t *commodity;  /* [count] SN_NONE where nodes have none                    */
    size_t *first;       /* [count + 1] members of candidate k: first[k] .. first[k + 1] */
    int32_t *node;       /* the member nodes, ascending                              */
    double *part;        /* 0..1 of that node belongs to the candidate               */
    sn_grouping grouping;
} sn_candidates;

/**
 * sn_candidates_make - the candidates of a level, as chokepoint.h has them, but also groups that
 * make nothing: their customers' demand is missed all the same.
 *
 * The rest of the world is none (but part of a stage or commodity), nor are pure users of kind
 * country or stage.
 *
 * rule        [in]   SN_LEVEL_OWNER: which shares count
 * candidates  [out]  cleared by sn_candidates_clear
 *
 * Returns  SN_OK; SN_ENOMEM.  Cost O(V log V).
 */
sn_status sn_candidates_make(const sn_network *net, sn_level level, sn_ownership rule,
                             sn_candidates *candidates, sn_error *err);
void sn_candidates_clear(sn_candidates *candidates);

#endif /* SN_METRICS_CANDIDATES_H */
