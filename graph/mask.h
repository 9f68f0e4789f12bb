/* mask.h - a what-if: how much of each node and flow is left.  Never copies the network. */
#ifndef SN_GRAPH_MASK_H
#define SN_GRAPH_MASK_H

#include "graph/error.h"
#include "graph/network.h"
#include "graph/selector.h"

/** sn_mode - what a disruption does to the nodes that it hits. */
typedef enum {
    SN_MODE_PRODUCTION, /* the node makes 1 - f of normal                                    */
    SN_MODE_EXPORTS,    /* its flows to other countries times 1 - f                          */
    SN_MODE_IMPORTS,    /* flows from other countries into it times 1 - f                    */
    SN_MODE_TRANSIT,    /* it keeps its own production and passes 1 - f of the rest on       */
    SN_MODE_FLOW        /* the flows from the first selection to the second times 1 - f      */
} sn_mode;

/** sn_mask - remaining capacity; NULL arrays stand for all ones. */
typedef struct {
    double *node; /* [n] 0..1: what the node can still make, as a share of normal        */
    double *flow; /* [m] 0..1: what can still pass, as a share of what its supplier sends */
} sn_mask;

/** sn_mode_name, sn_mode_parse - the mode's word in options and reports.  SN_EUSAGE when it is
 *  none of production, exports, imports, transit, flow. */
const char *sn_mode_name(sn_mode mode);
sn_status sn_mode_parse(const char *word, sn_mode *mode, sn_error *err);

/**
 * sn_mask_apply - let a disruption act on a mask; several multiply.
 *
 * Under SN_MODE_PRODUCTION a country or stage node that sells nothing and makes nothing of its
 * own (a final user) is not hit unless the selector names it by id or stage: users do not
 * produce.  "Other countries" compares the country column; where one end's country is not
 * known, the flow counts as crossing unless both ends are the same node.
 *
 * net       [in]      the network
 * hit       [in]      the nodes hit; weight times fraction is the loss of capacity
 * buyers    [in]      SN_MODE_FLOW only: the other end; NULL otherwise
 * mode, fraction [in] what happens, 0 <= fraction <= 1
 * mask      [in,out]  zeroed before the first call; freed by sn_mask_clear
 *
 * Returns  SN_OK; SN_EUSAGE when fraction is not in 0..1; SN_ENOMEM.
 * Cost     O(V + E).
 */
sn_status sn_mask_apply(const sn_network *net, const sn_selection *hit,
                        const sn_selection *buyers, sn_mode mode, double fraction,
                        sn_mask *mask, sn_error *err);

/** sn_mask_clear - free what a mask holds. */
void sn_mask_clear(sn_mask *mask);

#endif /* SN_GRAPH_MASK_H */
