/* time_to_survive.h - how long nobody need go short, and what is lost if it lasts longer. */
#ifndef SN_METRICS_TIME_TO_SURVIVE_H
#define SN_METRICS_TIME_TO_SURVIVE_H

#include "graph/error.h"
#include "graph/mask.h"
#include "graph/network.h"

/** sn_survive_options */
typedef struct {
    double stock_days; /* of every essential input, where a node states no inventory_days; >= 0 */
    double spare;      /* share that nodes can make beyond normal; >= 0                         */
    double recover_days; /* time to recover: how long the disruption lasts; NaN: not asked      */
} sn_survive_options;

/** sn_survival - the answer for one commodity. */
typedef struct {
    double days;   /* time to survive; INFINITY: nobody ever need go short                     */
    double lost;   /* final demand not served within recover_days, at best [unit]; NaN: not asked */
    double share;  /* of all final demand in that time, 0..1; NaN                              */
} sn_survival;

/**
 * sn_survive - the time to survive, and the least loss within a time to recover.
 *
 * With the time t, production u and shipments y within it, stocks s, all linear:
 *
 *   time to survive   max t      such that all final demand d t is served
 *   time to recover   min sum l  with t given and l <= d t not served
 *     sum of what i ships + d_i t - l_i <= u_i
 *     u_i <= psi_i max(X_i (1 + spare), capacity_i) t,    y_e <= c_e v_e t where c_e < 1
 *     k_g (u_i - psi_i w_i X_i t) <= s_g + sum of y over e in g      for essential groups g
 *
 * with psi and c what the mask leaves, w the share of own production in supply (0 for firms),
 * k_g = a_g / ((1 - w) X), a_g the normal purchases of g and s_g the stock of g: a_g times
 * days / 365.  It is the best that a planner could do who knows how long it lasts; `simulate`
 * shows what rules of thumb do.  Inputs that are not essential are left out.
 *
 * commodity  [in]  its nodes and the flows between them; SN_NONE: nodes without one
 *
 * Returns  SN_OK; SN_EUSAGE for options out of range; SN_ENUMERIC; SN_ENOMEM.
 * Cost     a linear program with a column per node and flow, solved at most twice.
 * Source   D. Simchi-Levi et al., Harvard Business Review 92(1), 2014; Interfaces 45(5), 2015; theirs
 *          has stocks of products, ours of inputs.
 */
sn_status sn_survive(const sn_network *net, const sn_mask *mask, int32_t commodity,
                     const sn_survive_options *options, sn_survival *survival, sn_error *err);

#endif /* SN_METRICS_TIME_TO_SURVIVE_H */
