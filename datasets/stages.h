/* stages.h - one step of a chain: from output, need and trade to flows (numbers only).
 *
 * A step leads from a stage to the next one, or to use.  tables.h reads the tables and walks
 * whole chains; docs of the method stand with each rule below.
 */
#ifndef SN_DATASETS_STAGES_H
#define SN_DATASETS_STAGES_H

#include <stddef.h>

#include "graph/error.h"
#include "graph/network.h"

/** sn_stages_step - what is known of one step.  All amounts in one unit of content a year. */
typedef struct {
    size_t places;           /* countries that occur, ROW among them                          */
    size_t rest;             /* the place that is ROW, the rest of the world                  */
    const double *output;    /* [places] output of the stage: > 0; 0 or NaN = none, where NaN
                              * means that no table names the place as a producer             */
    const double *need;      /* [places] input that the next stage needs, before scaling: > 0;
                              * 0 or NaN = none; NULL when the next stage is use              */
    const double *trade;     /* [places^2] exporter row by row; NULL when there is no table   */
    const double *estimated; /* [places^2] part of `trade` that is estimated; NULL = none     */
    const char *const *name; /* [places] for messages; NULL: places are named by number       */
} sn_stages_step;

/** sn_stages_quality - how well a step could be put together; amounts in the unit of the step.
 */
typedef struct {
    double output, need;         /* totals; need is 0 for use                                */
    double scale;                /* what needs were multiplied with; NaN for use             */
    int rounds;                  /* of fitting; 0 for use                                    */
    double margin_error;         /* largest relative error of a fitted margin                */
    size_t worst;                /* producer whose outflow is furthest from its output,      */
    double residual;             /* and outflow - output there                               */
    double trade;                /* trade as given                                           */
    size_t trade_cells, dropped; /* pairs with trade, and how many were too small to keep    */
    double dropped_sum;          /* amount of those                                          */
    double unreached;            /* trade that no production reaches, left out               */
    double traded;               /* trade that is left after prebalancing                    */
    double coverage;             /* traded / output; goods that pass a hub count twice       */
    int balance_passes;          /* passes of prebalancing                                   */
    double balance_excess;       /* relative excess of exports that is left                  */
    double worst_factor;         /* part of its exports that the country cut most keeps      */
    size_t worst_exporter;       /* that country                                             */
    double spread;               /* output of ROW that follows the exports of unnamed places */
    double unspread;             /* output of ROW that no trade shows the way of             */
    double outside;              /* goods traced to places that have no next stage           */
    double estimated;            /* part of the flow whose basis is estimated, 0..1          */
} sn_stages_quality;

/**
 * sn_stages_solve - the flows of one step.
 *
 * Trade.  Pairs below 1e-6 of the table's total are dropped.  ROW's output stands in for the
 * places that export on net though no table names them as producers: it is spread over them in
 * proportion to net exports, never above net exports; what is left has no known way.  Trade is
 * prebalanced and corrected for re-exports (reexport.h), and the places that stood in for ROW
 * are added up again.
 *
 * To use.  Flows are the corrected amounts.  What is left of ROW goes from ROW to ROW.  Amounts
 * below 1e-7 of the step are dropped (the largest of each origin stays) and rows scaled back to
 * output.  Without trade all goes to ROW: buyers unknown.
 *
 * To a stage.  Needs are scaled by k = sum(output) / sum(need).  The prior is, for an origin i
 * and a place j with need, the corrected amount; for j = ROW the amounts traced to all places
 * that no table names as processors, up to ROW's need.  What is traced to such places beyond
 * that, and what is left of ROW, goes where traced goods fall short of the need, in proportion
 * to the shortfall.  Everywhere 1e-6 r_i d_j / sum(d) is added, so that a fit exists.  The prior
 * is fitted to output and scaled need (ipf.h); cells below 1e-9 of the total are dropped (the
 * largest of each row and column stays) and the rest is fitted again.
 *
 * To a stage without trade.  Own supply first, min(r_i, d_i); then surplus_i x need_j over the
 * total need that is left.  This meets both margins.
 *
 * Basis.  Balanced where a named producer's trade is, at least half of it, reported (whole
 * exporters, not pairs, because re-exports mix the pairs; for one that does not export, the
 * whole table counts) and, in a step to a stage, more than half of the prior comes from there
 * and the fit moved it by less than a factor of 3.  Else, and for all flows of ROW, estimated.
 *
 * step     [in]   totals must be finite
 * flow     [out]  places^2 amounts: origin row by row
 * basis    [out]  places^2; SN_BASIS_ESTIMATED where flow is 0
 * quality  [out]
 *
 * Returns  SN_OK; SN_EDATA for a bad amount, no output, or no need in a step to a stage;
 *          SN_ENUMERIC when the fit fails; SN_ENOMEM.  The caller knows the commodity and
 *          the stage and is expected to add them to the message.
 * Cost     O(places^3) with trade, else O(places^2) a round of fitting.
 */
sn_status sn_stages_solve(const sn_stages_step *step, double *flow, sn_basis *basis,
                          sn_stages_quality *quality, sn_error *err);

#endif /* SN_DATASETS_STAGES_H */
