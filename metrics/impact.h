/* impact.h - the numbers of one what-if: totals, buyers, and why each loses. */
#ifndef SN_METRICS_IMPACT_H
#define SN_METRICS_IMPACT_H

#include "graph/error.h"
#include "graph/selector.h"
#include "metrics/cascade.h"

/** sn_weight - what a node counts for in a total. */
typedef enum {
    SN_WEIGHT_AUTO,         /* final demand where any country or stage node has some, else output */
    SN_WEIGHT_OUTPUT,       /* resolved output                                                    */
    SN_WEIGHT_FINAL_DEMAND, /* resolved final demand                                              */
    SN_WEIGHT_VALUE         /* sales                                                              */
} sn_weight;

/** sn_weight_name, sn_weight_parse - the word in options and reports: auto, output,
 *  final_demand, value.  SN_EUSAGE when it is none of them. */
const char *sn_weight_name(sn_weight weight);
sn_status sn_weight_parse(const char *word, sn_weight *weight, sn_error *err);

/** sn_weight_resolve - the rule that SN_WEIGHT_AUTO stands for in a network; others stay.  O(V). */
sn_weight sn_weight_resolve(const sn_network *net, sn_weight weight);

/** sn_weight_of - what a node counts under a resolved rule [unit / year]. */
double sn_weight_of(const sn_network *net, sn_weight weight, size_t node);

/** sn_impact_frame - who is asked about, weighted by what; serves any number of runs over the
 *  same plan.  Holds scratch memory: one per thread. */
typedef struct sn_impact_frame sn_impact_frame;

/**
 * sn_impact_frame_new - fix the weights and the buyers.
 *
 * A buyer is a node with final demand, and that is its amount.  Named buyers are the nodes of
 * a selection; one without final demand counts with its purchases, else with its output.
 * Totals are then over the named buyers only, weighted by these amounts unless the weight
 * says output or value; the selection's weights multiply.
 *
 * plan    [in]   must outlive the frame
 * weight  [in]   see sn_weight
 * buyers  [in]   named buyers, or NULL
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(V).
 */
sn_status sn_impact_frame_new(const sn_cascade_plan *plan, sn_weight weight,
                              const sn_selection *buyers, sn_impact_frame **frame,
                              sn_error *err);
void sn_impact_frame_free(sn_impact_frame *frame);

/** sn_impact_frame_weight - the weight used; never SN_WEIGHT_AUTO. */
sn_weight sn_impact_frame_weight(const sn_impact_frame *frame);

/** sn_impact_frame_amount - what a buyer normally gets [unit / year]; 0: the node is none. */
double sn_impact_frame_amount(const sn_impact_frame *frame, size_t node);

/** sn_impact_frame_weights - the weight of each node in losses.
 *
 * weight  [out]  [n] >= 0; 0 for nodes that are not asked about
 */
void sn_impact_frame_weights(const sn_impact_frame *frame, double *weight);

/** sn_impact_total - losses of a commodity, or of all.  Shares are 0..1 and weighted means
 *  over the nodes asked about; NaN where their weight is 0. */
typedef struct {
    int32_t commodity;  /* code of SN_COMMODITY; SN_NONE: not known, or the total over all  */
    double loss;        /* of the worse of both directions at each node                    */
    double loss_down;   /* of what suppliers no longer send                                */
    double loss_up;     /* of what customers no longer take                                */
    double loss_others; /* loss over the nodes in countries where nothing is hit directly  */
    double lost;        /* sum over buyers of amount times downstream loss [unit / year];
                         * NaN over several commodities: amounts of different ones are
                         * never added                                                     */
} sn_impact_total;

/** sn_impact_frame_commodities - how many commodities have weight or buyers. */
size_t sn_impact_frame_commodities(const sn_impact_frame *frame);

/**
 * sn_impact_measure - the totals of a run.
 *
 * The total over several commodities is the unweighted mean of their losses.  Hit directly are
 * nodes with remaining capacity < 1 and the suppliers of flows with remaining capacity < 1.
 *
 * frame      [in,out]  its scratch memory is used
 * result     [in]      of a run over the same plan
 * shock      [in]      of that run (sn_cascade_shock)
 * commodity  [out]     sn_impact_frame_commodities(frame) entries by commodity; may be NULL
 * total      [out]
 *
 * Cost  O(nodes asked about + V / 64).
 */
void sn_impact_measure(sn_impact_frame *frame, const sn_cascade_result *result,
                       const sn_shock *shock, sn_impact_total *commodity,
                       sn_impact_total *total);

/** sn_impact_buyer - what one buyer loses, and why. */
typedef struct {
    int32_t node, commodity;
    double amount;         /* normally [unit / year]                            */
    double loss;           /* downstream: the share that it does not get, 0..1  */
    double lost;           /* amount times loss [unit / year]                   */
    bool has_reason;       /* false where nothing is lost                       */
    sn_cascade_reason why;
} sn_impact_buyer;

/** sn_impact - cleared by sn_impact_clear; zeroed it is empty. */
typedef struct {
    sn_impact_total total;
    sn_impact_total *commodity; /* by commodity; the unknown one first              */
    size_t commodity_count;
    sn_impact_buyer *buyer;     /* by commodity, then lost descending, then node id; beyond
                                 * the first `top` of a commodity by node id alone */
    size_t buyer_count;
} sn_impact;

/**
 * sn_impact_make - totals, and every buyer, after a run.
 *
 * cascade, result  [in]  the last run over the frame's plan
 * top              [in]  so many buyers of each commodity are put in order and get a reason;
 *                        0 = all
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(B + suppliers of those buyers), and O(B log B) where all are asked for.
 */
sn_status sn_impact_make(sn_impact_frame *frame, const sn_cascade *cascade,
                         const sn_cascade_result *result, size_t top, sn_impact *impact,
                         sn_error *err);
void sn_impact_clear(sn_impact *impact);

/**
 * sn_impact_worst - bring the worst to the front.
 *
 * key   [in]      [n] by node; never NaN
 * node  [in,out]  count nodes, ascending; on return the first `top` (0 = all) are those with the
 *                 largest keys, in that order, ties by node; the others ascend
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(count) for few, O(count log count) for all.
 */
sn_status sn_impact_worst(const double *key, int32_t *node, size_t count, size_t top,
                          sn_error *err);

#endif /* SN_METRICS_IMPACT_H */
