/* chokepoint.h - whose removal costs final buyers most, and by what proof. */
#ifndef SN_METRICS_CHOKEPOINT_H
#define SN_METRICS_CHOKEPOINT_H

#include "graph/aggregate.h"
#include "graph/error.h"
#include "graph/mask.h"
#include "metrics/cascade.h"
#include "metrics/impact.h"

/** sn_chokepoint_options - what is removed, how, and what is told about it. */
typedef struct {
    sn_level level;
    sn_ownership ownership; /* SN_LEVEL_OWNER: which shares count                            */
    sn_mode mode;           /* any but SN_MODE_FLOW                                          */
    double fraction;        /* 0..1 of the candidate that is removed; 1 = all of it          */
    size_t hits;            /* buyers listed per candidate, worst first                      */
    size_t soles;           /* sole-supplier certificates listed per candidate               */
    size_t shown;           /* rows that must be whole; 0 = all                              */
    int threads;            /* for losses of many candidates; 0 = all there are              */
} sn_chokepoint_options;

/** sn_chokepoint_hit - a buyer that loses. */
typedef struct {
    int32_t node;
    double loss; /* downstream, 0..1                      */
    double lost; /* [unit / year] of the buyer's commodity */
} sn_chokepoint_hit;

/** sn_chokepoint_sole - a proof: every supplier of this essential input of the buyer, which
 *  makes none of it itself, is part of the candidate. */
typedef struct {
    int32_t buyer;
    int32_t group; /* product group */
} sn_chokepoint_sole;

/** sn_chokepoint - one candidate.  Texts are lent by the sn_chokepoints or the network. */
typedef struct {
    const char *name;     /* node id, country, owner, firm, commodity:stage or commodity        */
    const char *label;    /* the node's label where the candidate is one node, else the name    */
    int32_t node;         /* the node where the candidate is one node, else SN_NONE             */
    int32_t commodity;    /* its commodity; SN_NONE: unknown                                    */
    int32_t stage;        /* of all its nodes; SN_NONE when they differ                         */
    int32_t country;      /* of all its nodes; SN_NONE when they differ                         */
    int32_t owner;        /* of all its nodes; SN_NONE when they differ                         */
    int32_t main_stage;   /* where it makes most; SN_NONE: unknown                              */
    double share;         /* of the commodity's output at main_stage, 0..1; NaN: none is made   */
    double loss, loss_down, loss_up, loss_others; /* sn_impact_total, of its commodity          */
    double lost;          /* [unit / year] of its commodity                                     */
    bool whole;           /* false: loss_others and lost are NaN, and nothing is listed         */
    double bound;         /* no loss is farther from the exact one                              */
    bool closed_loop;     /* sn_cascade_result                                                  */
    bool uncertain;       /* the bound is above the tolerance                                   */
    size_t nodes;         /* how many nodes it has                                              */
    size_t hit_first, hit_count;   /* in sn_chokepoints.hit                                     */
    size_t sole_first, sole_count; /* in sn_chokepoints.sole                                    */
    size_t sole_total;    /* how many there are, listed or not                                  */
} sn_chokepoint;

/** sn_chokepoints - cleared by sn_chokepoints_clear; zeroed it is empty. */
typedef struct {
    sn_chokepoint *row; /* loss descending (NaN last), then name, then commodity */
    size_t count;
    sn_chokepoint_hit *hit;
    sn_chokepoint_sole *sole;
    size_t hit_count, sole_count;
    sn_grouping grouping; /* owns the names */
} sn_chokepoints;

/**
 * sn_chokepoints_rank - remove every candidate by itself and rank them by what buyers lose.
 *
 * A candidate is one group of the level within one commodity: its nodes, or at the owner
 * level the owned parts of them.  The rest of the world is no candidate (but part of a stage
 * or a commodity), and neither, but under mode imports, is a group that makes nothing.  Losses are those of the
 * candidate's own commodity where that is asked about, else the mean over all commodities.
 *
 * cascade  [in,out]  scratch of the runs, over the frame's plan; its options choose response
 *                    and tolerance
 * frame    [in,out]  the buyers and weights
 * options  [in]
 * list     [out]     cleared by sn_chokepoints_clear
 *
 * Of many candidates only `shown` are run one by one: in mode production, where all buyers are of
 * one commodity, the losses of all are swept first (sweep.h), the first rows are made whole, and
 * so is whoever could by its bound be among them, until the first rows stay.  Of the others
 * closed_loop is not known, and false.
 *
 * Returns  SN_OK, also when single losses are uncertain; SN_EUSAGE for mode flow or a fraction
 *          outside 0..1; SN_ENOMEM.
 * Cost     one run a whole row: O(flows of the nodes touched + nodes asked about) each for
 *          mode production, plus O(V + E) each for the others; and that of the sweep.
 */
sn_status sn_chokepoints_rank(sn_cascade *cascade, sn_impact_frame *frame,
                              const sn_chokepoint_options *options, sn_chokepoints *list,
                              sn_error *err);
void sn_chokepoints_clear(sn_chokepoints *list);

#endif /* SN_METRICS_CHOKEPOINT_H */
