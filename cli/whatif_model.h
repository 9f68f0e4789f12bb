/* whatif_model.h - one what-if as the command line asks for it: read, applied, computed. */
#ifndef SN_CLI_WHATIF_MODEL_H
#define SN_CLI_WHATIF_MODEL_H

#include "cli/best_case.h"
#include "cli/call.h"
#include "cli/survival.h"
#include "cli/whatif_options.h"
#include "graph/measure.h"
#include "metrics/paths.h"

/** sn_disruption - one disruption as asked for. */
typedef struct {
    char *select, *buyers; /* buyers: NULL but for mode flow and measures */
    char *allies;          /* whom a quota serves first, or NULL */
    sn_measure measure;    /* fraction is the most of it that is ever in force */
    sn_mode mode;
    double fraction;
    size_t nodes;  /* that it hits */
    bool outside;  /* --only: everybody but those selected is hit */
    size_t part;   /* which part of the question it belongs to: events of one scenario are one */
} sn_disruption;

/** sn_part - one of several things that happen together. */
typedef struct {
    char *name;  /* selector, or name of the scenario */
    double loss; /* total loss if it happens alone; NaN: not worked out */
} sn_part;

/** sn_span - lowest and highest loss: best rerouting, and no reaction at all. */
typedef struct {
    double low, high; /* low NaN: not worked out */
} sn_span;

typedef struct {
    sn_setting setting;
    sn_best_case best;
    sn_span total, *commodity, *buyer; /* in the order of impact's lists */
    sn_disruption *disruption;
    size_t count;
    sn_survivals survivals; /* where they are asked for */
    sn_part *part; /* losses alone are worked out where there are several */
    size_t parts;
    sn_mask mask;
    bool *removed; /* [n] */
    sn_cascade_result result;
    sn_impact impact;
    sn_paths *paths; /* of the shown buyers, in the order of impact.buyer */
    bool *shown;     /* [impact.buyer_count] */
    uint32_t *rounds; /* [n] in which round the loss arrived */
    int32_t *worst;  /* touched nodes, largest loss first */
    size_t nodes_shown;
} sn_whatif;

/** sn_whatif_make - read the options, apply the disruptions, follow the losses.  Clear with
 *  sn_whatif_clear, also after a failure. */
sn_status sn_whatif_make(sn_call *call, sn_whatif *whatif, sn_error *err);
void sn_whatif_clear(sn_whatif *whatif);

#endif /* SN_CLI_WHATIF_MODEL_H */
