/* best_set.h - the few whose joint removal costs most. */
#ifndef SN_METRICS_BEST_SET_H
#define SN_METRICS_BEST_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "metrics/sweep.h"

/** sn_set_candidates - what may be removed, each a list of nodes. */
typedef struct {
    size_t count;
    const size_t *first; /* [count + 1] candidate k holds node[first[k]] .. node[first[k + 1]] */
    const int32_t *node;
    const double *part;  /* 0..1 of the node is the candidate's; of a node in several, parts
                          * remove in turn: what is left is the product of 1 - part          */
} sn_set_candidates;

/** sn_set_question - how large, or how much. */
typedef struct {
    size_t size;     /* sets of this many; with `share`, at most this many                     */
    double share;    /* > 0: the smallest set that costs at least this; 0: the costliest of size */
    size_t effort;   /* joint removals worked out at most; 0: a million                        */
    int threads;
} sn_set_question;

/** sn_best_set - the answer; cleared by sn_best_set_clear. */
typedef struct {
    size_t size;      /* candidates in the set; 0: none is worth removing, or `share` is out of reach */
    size_t *member;   /* [size] ascending */
    double loss;      /* of the set; 0..1 */
    double error;     /* the loss is within this of the exact one */
    double bound;     /* no set of the size asked for costs more */
    bool exact;       /* proved: no set costs more, beyond `error`; with `share`: no smaller set does */
    size_t tried;     /* joint removals worked out */
} sn_best_set;

/**
 * sn_best_set_find - the set of candidates whose joint removal costs most.
 *
 * Without substitution losses are subadditive: what A and B cost together is at most what each
 * costs alone.  For in cascade.h's fixed point each downstream loss is a maximum of sums of
 * losses with weights, and each upstream loss the chance of a walk to hit the removed; both are
 * so bounded at every step from nothing, hence at the end, and so is the worse of both.
 * Branch and bound: sets grow in the order of single losses; a set C that still lacks k can cost
 * at most loss(C) plus the k largest single losses after its last.  A first good set comes from
 * adding the costliest next one and then exchanging.  A candidate that costs nothing alone reaches
 * nobody who is asked about, and costs nothing with others either.
 *
 * plan        [in]   its weights say who is asked about.  Under the market response the bound does
 *                    not hold: then only complete enumeration is `exact`
 * market      [in]   whether the plan's response is the market's
 * candidates  [in]
 * question    [in]
 * best        [out]
 *
 * Returns  SN_OK, also when single losses are known less well than the plan's tolerance (see
 *          error); SN_EUSAGE for size 0; SN_ENOMEM.
 * Cost     one scenario of a sweep per set that is worked out.
 * Source   greedy and exchange: G. Nemhauser, L. Wolsey, M. Fisher, Mathematical Programming 14,
 *          1978; key players: S. Borgatti, Computational & Mathematical Organization Theory 12,
 *          2006; branch and bound: A. Land, A. Doig, Econometrica 28(3), 1960.
 */
sn_status sn_best_set_find(const sn_sweep_plan *plan, bool market,
                           const sn_set_candidates *candidates, const sn_set_question *question,
                           sn_best_set *best, sn_error *err);
void sn_best_set_clear(sn_best_set *best);

#endif /* SN_METRICS_BEST_SET_H */
