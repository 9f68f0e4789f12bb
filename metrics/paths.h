/* paths.h - along which chains of suppliers a disruption reaches a buyer. */
#ifndef SN_METRICS_PATHS_H
#define SN_METRICS_PATHS_H

#include "graph/error.h"
#include "metrics/cascade.h"

/** sn_path - one chain, from the disrupted supplier to the buyer. */
typedef struct {
    int32_t *node;     /* node_count node indices; the last is the buyer                    */
    size_t node_count;
    double share;      /* of the buyer's normal supply that this chain carried and loses    */
    double amount;     /* the same [unit / year] of the buyer                               */
    bool cut_flow;     /* the first step is a disrupted flow (its supplier may work)        */
} sn_path;

/** sn_paths - zeroed it is empty and may be cleared. */
typedef struct {
    sn_path *path; /* share descending; ties: the chain with the lower nodes at the buyer's end */
    size_t count;
    int32_t *nodes;  /* where the paths' nodes are kept */
    bool complete;   /* no other chain carries more than the last one listed */
} sn_paths;

/**
 * sn_paths_find - the chains that carry most of what a buyer loses.
 *
 * Walking up from the buyer, a step to supplier j multiplies the share by
 *
 *     (1 - w_i) z_e / sum of z over the input group     for an essential group,
 *     (1 - w_i) z_e / purchases_i                       for a non-essential input,
 *
 * the slopes of the cascade (cascade.h).  Within one input group these add up to what a node
 * buys as a share of its supply; different groups are needed side by side, so that chains
 * through different groups must not be added up.  Negligible inputs are not followed.  A
 * chain ends at the first disrupted element: a flow with capacity c_e < 1 or a supplier with
 * capacity psi_j < 1 multiplies the share by 1 - c_e psi_j.  No node appears twice.
 *
 * The search goes best first: what a chain can still come to is bounded by its share times the
 * downstream loss of the node it has reached.
 *
 * cascade  [in]   after a run without market response; that run's shock and losses are used
 * buyer    [in]   a node
 * amount   [in]   its normal supply [unit / year], >= 0
 * limit    [in]   how many chains are wanted
 * steps    [in]   how many nodes may be looked into, 0 = 100000; then `complete` is false
 * paths    [out]  cleared by sn_paths_clear; a buyer without loss has none; one that is hit
 *                 itself has the chain of itself alone
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(steps * (suppliers of a node + log steps)) at most.
 */
sn_status sn_paths_find(const sn_cascade *cascade, size_t buyer, double amount, size_t limit,
                        size_t steps, sn_paths *paths, sn_error *err);
void sn_paths_clear(sn_paths *paths);

/** sn_paths_wanted - a buyer and its normal supply, as sn_paths_find takes them. */
typedef struct {
    size_t buyer;
    double amount;
} sn_paths_wanted;

/**
 * sn_paths_find_all - sn_paths_find for several buyers, on several threads.
 *
 * wanted  [in]   count buyers
 * paths   [out]  count places, each as for sn_paths_find; on failure some may hold paths
 */
sn_status sn_paths_find_all(const sn_cascade *cascade, const sn_paths_wanted *wanted,
                            size_t count, size_t limit, size_t steps, sn_paths *const *paths,
                            sn_error *err);

/** SN_ROUND_NONE - the round of a node that downstream losses do not reach. */
#define SN_ROUND_NONE ((uint32_t)-1)

/**
 * sn_paths_rounds - in which round the first loss reaches each node.
 *
 * Nodes that are hit themselves lose in round 0, buyers of what is hit or cut in round 1, their
 * buyers in round 2: the least number of purchases between a node and the disruption.
 *
 * cascade  [in]   after a run
 * result   [in]   of that run
 * asked    [in]   asked_count nodes, each once, whose rounds are wanted; NULL = all
 * rounds   [out]  [n] rounds; SN_ROUND_NONE where nothing is lost downstream, and at some
 *                 nodes that are not asked for
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(V + flows of the nodes that lose).
 */
sn_status sn_paths_rounds(const sn_cascade *cascade, const sn_cascade_result *result,
                          const int32_t *asked, size_t asked_count, uint32_t *rounds,
                          sn_error *err);

#endif /* SN_METRICS_PATHS_H */
