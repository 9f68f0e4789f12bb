/* sweep.h - the losses of many removals on one network.
 *
 * The model is that of cascade.h, for nodes that are hit (production mode); a sweep answers
 * many such scenarios at once, eight to a vector register, and gives totals only.  With down_i
 * and up_i as there and weights w:
 *
 *   loss      = sum_i w_i max(down_i, up_i) / sum_i w_i
 *   loss_down = sum_i w_i down_i / sum_i w_i,   loss_up = sum_i w_i up_i / sum_i w_i
 *
 * The answer to a scenario does not depend by a single bit on the other scenarios of the run,
 * on their order or on the number of threads.
 */
#ifndef SN_METRICS_SWEEP_H
#define SN_METRICS_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "graph/network.h"
#include "metrics/cascade.h"

/** sn_sweep_plan - a network made ready for sweeps; const once made, shared by threads. */
typedef struct sn_sweep_plan sn_sweep_plan;

/** sn_sweep_rule - when a scenario is finished. */
typedef enum {
    SN_SWEEP_CERTIFIED, /* at the least solution, within a proven bound */
    SN_SWEEP_GLCASCADE  /* as GLcascade does: from h = psi all h_d and h_u are renewed at once,
                         * until no h falls by more than the tolerance.  Replaceability is taken
                         * over sales as published, not over output                           */
} sn_sweep_rule;

/** sn_sweep_options - zeroed but for the weights: certified to 1e-9, no substitution. */
typedef struct {
    const double *weight; /* [n] finite, >= 0, not all 0; any unit; copied                    */
    sn_response response;
    sn_sweep_rule rule;
    double tolerance; /* certified: of the bound, 0 = 1e-9; GLCASCADE: its epsilon, 0 = 1e-2 */
} sn_sweep_options;

/** sn_sweep_scenarios - lists of hit nodes, one list per scenario. */
typedef struct {
    size_t count;
    const size_t *first; /* [count + 1] scenario k hits node[first[k]] .. node[first[k + 1]] */
    const int32_t *node; /* a node stands at most once in a scenario */
    const double *left; /* remaining capacity 0..1 of that node; NULL = 0, removed            */
} sn_sweep_scenarios;

/** sn_sweep_loss - the answer to a scenario. */
typedef struct {
    double loss, loss_down, loss_up; /* 0..1                                                  */
    double bound;    /* none of the three is farther from the least solution, or from what a
                      * tighter tolerance gives; NaN under SN_SWEEP_GLCASCADE, which proves
                      * nothing                                                               */
    uint32_t rounds; /* passes over the network that the scenario needed                      */
} sn_sweep_loss;

/** sn_sweep_progress - told now and then how many scenarios are done, never by two threads at
 *  once; false stops the run. */
typedef bool (*sn_sweep_progress)(void *context, size_t done);

/**
 * sn_sweep_plan_new - prepare a network for sweeps.
 *
 * net   [in]   must outlive the plan
 * plan  [out]  freed by sn_sweep_plan_free
 *
 * Returns  SN_OK; SN_EUSAGE for weights or a tolerance out of range; SN_ENOMEM.
 * Cost     O(V + E) time and up to 500 passes over the flows for the certificates (a few, as a
 *          rule); about 75 bytes a flow and 350 a node, those of the cascade included.
 */
sn_status sn_sweep_plan_new(const sn_network *net, const sn_sweep_options *options,
                            sn_sweep_plan **plan, sn_error *err);
void sn_sweep_plan_free(sn_sweep_plan *plan);

/**
 * sn_sweep_run - the losses of many scenarios.
 *
 * threads   [in]   >= 1; without OpenMP one is used (sn_sweep_threads_max)
 * progress  [in]   may be NULL
 * loss      [out]  [scenarios->count]; where the run was stopped before a scenario, rounds is 0
 *                  and the losses are NaN
 *
 * The certificate.  Let F be the right-hand side of cascade.h and x the losses reached.
 *   Upstream, with L the shares of sales and w the weights: x is within p . |F(x) - x| of the
 *   solution, in total weight, for any p >= w + L' p (sweep_ascent.c).
 *   Downstream without substitution: no row is farther from it than max |F(x) - x| times its
 *   e, for any e >= 1 + G(e) with G the worst action (sweep_stay.c).
 *   Both vectors are found once per plan and serve all scenarios.  Under the market response x
 *   comes from below and is then raised wherever F is above it, and by a little more than
 *   needed, until a whole pass finds nothing to raise: F(y) <= y proves that the least solution
 *   lies in [x, y] (Knaster-Tarski).
 * The bound covers rounding.  A scenario whose bound stays above the tolerance is tried again
 * with more patience, and then left to sn_cascade_run_shock.
 *
 * Returns  SN_OK; SN_EUSAGE for a node or a capacity out of range, a node hit twice, or when
 *          stopped by progress; SN_ENUMERIC when some bound stayed above the tolerance (all
 *          losses are filled in, with the bounds reached); SN_ENOMEM.
 * Cost     0.3 to 0.5 ns per flow, round and scenario on one core of a server of 2023 while the
 *          losses fit its second-level cache, about 1 ns beyond; four to five rounds under
 *          SN_SWEEP_GLCASCADE, ten to twenty certified.  Memory: 64 bytes a node and thread for
 *          each of two to four vectors.
 */
sn_status sn_sweep_run(const sn_sweep_plan *plan, const sn_sweep_scenarios *scenarios,
                       int threads, sn_sweep_progress progress, void *context,
                       sn_sweep_loss *loss, sn_error *err);

/** sn_sweep_threads_max - the threads of this machine, 1 when built without OpenMP. */
int sn_sweep_threads_max(void);

/** sn_sweep_kernel_name - the instruction set in use: "avx512", "avx2" or "portable". */
const char *sn_sweep_kernel_name(void);

#endif /* SN_METRICS_SWEEP_H */
