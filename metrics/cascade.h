/* cascade.h - how a disruption spreads: to the true fixed point, with a certified bound.
 *
 * Downstream, a node lacks what its suppliers no longer send; upstream, it lacks the customers
 * who no longer buy.  With psi_i the remaining capacity of a node and c_e that of a flow
 * e = (j -> i) of value z_e (mask.h), both losses x = 1 - h are the least solutions of
 *
 *   down_i = max( 1 - psi_i,
 *                 (1 - w_i) * max over essential groups k of
 *                     sum_{e in k} z_e s_j (1 - c_e h_j) / sum_{e in k} z_e,
 *                 (1 - w_i) * sum_{e non-essential} z_e s_j (1 - c_e h_j) / purchases_i )
 *   up_i   = max( 1 - psi_i,  sum_{e = (i -> j)} z_e (1 - c_e h_j) / output_i )
 *
 * w_i is the own share of supply, primary / (primary + purchases), for kinds country and
 * stage, and 0 for firms.  A country's flow to itself is its own production: no input, and no
 * sale to a customer.  purchases_i holds negligible inputs too, though they never bind.
 * output_i is the resolved output, at least the sales; up_i is thus the probability that a
 * unit sold by i, followed from customer to customer, meets the disruption before it reaches
 * final demand.  s_j = 1, or under the market response the replaceability
 *
 *   s_j = min( 1, out_j / sum_{l in market of j} out_l h_l ),  1 where nothing is left,
 *
 * with out the output and market the sector, else the commodity's stage, else all nodes.
 * Amounts that agree to 1e-12 count as equal (is anything sold to final demand? is anything
 * made of its own?).
 *
 * Source  C. Diem, A. Borsos, T. Reisch, J. Kertesz, S. Thurner, "Quantifying firm-level
 *         economic systemic risk from nation-wide supply networks", Scientific Reports 12,
 *         7719, 2022.  Theirs stops early and gives closed loops without final demand
 *         whatever loss the stopping rule happens to reach; see docs/model.md.
 */
#ifndef SN_METRICS_CASCADE_H
#define SN_METRICS_CASCADE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "graph/mask.h"
#include "graph/network.h"

/** sn_response - what suppliers that still work do for the buyers of those that do not. */
typedef enum {
    SN_RESPONSE_NONE,  /* nothing: no substitution                          */
    SN_RESPONSE_MARKET /* take over in proportion to their market share     */
} sn_response;

/** sn_cascade_plan - all that does not depend on the disruption; const once made. */
typedef struct sn_cascade_plan sn_cascade_plan;

/** sn_cascade - the scratch memory of one run after another, and the last run's losses. */
typedef struct sn_cascade sn_cascade;

/** sn_shock - a mask, and where it is not one; NULL arrays stand for all ones. */
typedef struct {
    const double *node;  /* [n] as sn_mask.node                                             */
    const double *flow;  /* [m] as sn_mask.flow                                             */
    const int32_t *hit;  /* the nodes with node[i] < 1, each once                           */
    size_t hit_count;
    const size_t *cut;   /* the flows with flow[e] < 1, each once                           */
    size_t cut_count;
} sn_shock;

/** sn_walk - how a run finds its way; the losses are the same within the bounds. */
typedef enum {
    SN_WALK_AUTO,    /* in order on small networks; large ones as SN_WALK_FRONT            */
    SN_WALK_ORDERED, /* along the order of dependence, loop by loop                        */
    SN_WALK_FRONT    /* from what is hit outwards, and in order only where that fails.  The
                      * market response has one way only                                   */
} sn_walk;

/** sn_cascade_options - zeroed: the defaults. */
typedef struct {
    sn_response response;
    sn_walk walk;
    double tolerance;  /* of the certified bound; 0 = 1e-9                            */
    size_t max_sweeps; /* over one loop of suppliers before giving up; 0 = 20000       */
} sn_cascade_options;

/** sn_cascade_result - lent by the sn_cascade until its next run. */
typedef struct {
    const double *down, *up;     /* [n] loss 0..1, never NaN                                */
    const int32_t *touched;      /* the nodes with down > 0 or up > 0, ascending            */
    size_t touched_count;
    double bound_down, bound_up; /* no node's loss is farther from the least solution; also
                                  * a bound for every weighted mean of losses               */
    bool closed_loop;            /* an upstream loss went round a loop that sells nothing to
                                  * final demand: certain to be hit, and meaning little     */
} sn_cascade_result;

/**
 * sn_cascade_plan_new - prepare a network for cascades.
 *
 * net   [in]   must outlive the plan
 * plan  [out]  freed by sn_cascade_plan_free
 *
 * Returns  SN_OK; SN_ENOMEM, also for 2^32 flows or more.
 * Cost     O(V + E) time on all threads; about 24 bytes a flow and 120 a node.  Above 400,000
 *          flows the order of the nodes is left until a run needs it (sn_walk).
 */
sn_status sn_cascade_plan_new(const sn_network *net, sn_cascade_plan **plan, sn_error *err);
void sn_cascade_plan_free(sn_cascade_plan *plan);

/** sn_cascade_plan_network - the network of a plan. */
const sn_network *sn_cascade_plan_network(const sn_cascade_plan *plan);

/** sn_cascade_no_final_demand - whether no node sells anything to final demand: then upstream
 *  losses say little. */
bool sn_cascade_no_final_demand(const sn_cascade_plan *plan);

/**
 * sn_cascade_new - scratch memory for runs; one per thread, any number per plan.
 *
 * options  [in]   NULL = the defaults
 *
 * Returns  SN_OK; SN_EUSAGE when the tolerance is negative or not finite; SN_ENOMEM.
 * Cost     O(V + E / 64) memory.
 */
sn_status sn_cascade_new(const sn_cascade_plan *plan, const sn_cascade_options *options,
                         sn_cascade **cascade, sn_error *err);
void sn_cascade_free(sn_cascade *cascade);

/**
 * sn_cascade_run - the losses after a disruption.
 *
 * mask    [in]   remaining capacities in 0..1; must live until the last sn_cascade_why
 * result  [out]  lent until the next run
 *
 * The bound covers what iteration, loops and rounding inside loops leave open; rounding along
 * a chain of d suppliers adds at most about d times 1e-16 times the number of suppliers.
 *
 * Returns  SN_OK; SN_ENUMERIC when the bound cannot be brought under the tolerance (the
 *          message tells what was reached; *result then holds the losses and that bound);
 *          SN_ENOMEM.
 * Cost     O(V + flows of the nodes touched); a loop of suppliers costs its flows times the
 *          sweeps it needs (typically 10 to 60), or k^3 for k nodes where that is cheaper.
 */
sn_status sn_cascade_run(sn_cascade *cascade, const sn_mask *mask, sn_cascade_result *result,
                         sn_error *err);

/** sn_cascade_run_shock - the same without looking for the nodes and flows hit; O(touched). */
sn_status sn_cascade_run_shock(sn_cascade *cascade, const sn_shock *shock,
                               sn_cascade_result *result, sn_error *err);

/** sn_cascade_shock - the shock of the last run, lent until the next. */
const sn_shock *sn_cascade_shock(const sn_cascade *cascade);

/** sn_cascade_reason - why a node lacks inputs. */
typedef struct {
    sn_need need;      /* SN_ESSENTIAL, SN_NON_ESSENTIAL; SN_NEGLIGIBLE: it is hit itself     */
    int32_t group;     /* the product group that binds (of non-essential ones: where most is
                        * lost); SN_NONE when it is hit itself                                */
    int32_t supplier;  /* the supplier in it with the largest lost amount; SN_NONE            */
    double lost;       /* that amount [unit / year]                                           */
    double missing;    /* what all its suppliers in the group withhold: so much substitute
                        * supply would lift this input's loss [unit / year]                   */
} sn_cascade_reason;

/**
 * sn_cascade_why - the input that binds at a node after the last run.
 *
 * Ties go to the node's own hit, then to the lower group, then to the lower supplier.
 *
 * Returns  whether the node has any downstream loss; *reason is written only then.
 * Cost     O(suppliers of the node).
 */
bool sn_cascade_why(const sn_cascade *cascade, size_t node, sn_cascade_reason *reason);

/** sn_cascade_plan_of - the plan that a run works on. */
const sn_cascade_plan *sn_cascade_plan_of(const sn_cascade *cascade);

/**
 * sn_cascade_sole - an essential input of a node, none of which it makes itself, all of whose
 * suppliers lie in a set: without the set, the node gets nothing.
 *
 * inside  [in]   [n] 1 = in the set; less: only a part of the node is
 * group   [out]  the product group, the lowest if there are several
 *
 * Returns  whether there is such an input.
 * Cost     O(suppliers of the node).
 */
bool sn_cascade_sole(const sn_cascade_plan *plan, size_t node, const double *inside,
                     int32_t *group);

#endif /* SN_METRICS_CASCADE_H */
