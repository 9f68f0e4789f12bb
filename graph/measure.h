/* measure.h - policy measures in numbers: what a ban, a quota, a tax or a licence cuts of
 * flows.
 *
 * A measure acts on the flows that a mode names (exports, imports, flow).  What it cuts of each
 * is a share of normal; what part of that is in force changes in phases: a licence first stops
 * everything, leakage needs time to find its way.
 */
#ifndef SN_GRAPH_MEASURE_H
#define SN_GRAPH_MEASURE_H

#include "graph/mask.h"

typedef enum {
    SN_MEASURE_NONE,    /* a fraction of what the mode says, for whatever reason           */
    SN_MEASURE_BAN,     /* nothing passes                                                  */
    SN_MEASURE_QUOTA,   /* no more than a cap passes                                       */
    SN_MEASURE_TAX,     /* what passes follows from the price and stated elasticities      */
    SN_MEASURE_LICENCE, /* nothing passes for a delay, then all but a haircut              */
    SN_MEASURE_DEMAND   /* no restriction: final demand becomes a multiple of normal       */
} sn_measure_kind;

/** sn_measure - a measure and its terms; only those of its kind count. */
typedef struct {
    sn_measure_kind kind;
    double cap;        /* quota: share of normal, >= 0, or NaN                             */
    double cap_amount; /* quota: amount [unit / year], >= 0, or NaN; one of the two is given */
    bool allies_first; /* quota: allies get their normal amounts first, as far as it goes  */
    double rate;       /* tax: share of the price, >= 0                                    */
    double demand_elasticity; /* tax: <= 0                                                 */
    double supply_elasticity; /* tax: >= 0, INFINITY: the exporter's price stays           */
    double delay;       /* licence: [days] in which nothing passes                          */
    double haircut;     /* licence: share that stays away afterwards, 0..1                  */
    double factor;      /* demand: multiple of normal, >= 0 ...                             */
    double share;       /* ... of this share of final demand, 0..1; the rest stays          */
    double enforcement; /* share of the measure that is enforced, 0..1                   */
    double leakage; /* share of what is cut that still comes, by third countries, 0..1 ... */
    double leakage_delay; /* ... from so many days after the start on                      */
} sn_measure;

/** sn_measure_name, sn_measure_parse - the word in scenario files.  SN_EUSAGE for another. */
const char *sn_measure_name(sn_measure_kind kind);
sn_status sn_measure_parse(const char *word, sn_measure_kind *kind, sn_error *err);

/**
 * sn_tax_cut - the share of normal trade that a tax on it prices away.
 *
 * Buyers pay P (1 + rate), sellers get P; D = (P (1 + rate))^d and S = P^s meet, P = 1 before:
 *
 *     cut = 1 - (1 + rate)^(d s / (s - d)),   and 1 - (1 + rate)^d where s is infinite
 *
 * Returns  0..1; 0 where neither side answers (d = s = 0).
 */
double sn_tax_cut(double rate, double demand_elasticity, double supply_elasticity);

/** sn_phase - a time in which a constant share of a measure's cut is in force. */
typedef struct {
    double start,
        duration;    /* [days] from the start of the measure; INFINITY: it does not end */
    double fraction; /* 0..1 */
} sn_phase;

enum { SN_MOST_PHASES = 3 };

/** sn_measure_phases - the phases of a measure that lasts so long [days]; how many there are.
 *  A tax counts with sn_tax_cut, a licence with its delay and haircut, all with enforcement and
 *  leakage; 0 for demand. */
size_t sn_measure_phases(const sn_measure *measure, double duration,
                         sn_phase phase[SN_MOST_PHASES]);

/**
 * sn_measure_flows - the share of each flow that a measure cuts where it is in full force.
 *
 * A quota caps what all flows of one product group that are hit carry together; under
 * allies_first the allies' flows are served in proportion first, and the others share the rest.
 *
 * hit, buyers, mode  [in]   as in sn_mask_apply; buyers, where given, narrows any mode
 * allies             [in]   quota with allies_first only; NULL otherwise
 * cut                [out]  [m] 0..1, by flow
 * normal             [out]  amount a year that the measure is about, or NULL; NaN where it is
 * of several product groups
 *
 * Returns  SN_OK; SN_EUSAGE when no flow is hit, when mode is neither exports, imports nor
 * flow, or when a cap in amounts is about several product groups; SN_ENOMEM. Cost     O(V + E).
 */
sn_status sn_measure_flows(const sn_network *net, const sn_measure *measure,
                           const sn_selection *hit, const sn_selection *buyers, sn_mode mode,
                           const sn_selection *allies, double *cut, double *normal,
                           sn_error *err);

#endif /* SN_GRAPH_MEASURE_H */
