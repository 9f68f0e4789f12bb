/* compare.h - the flows of two networks side by side. */
#ifndef SN_METRICS_COMPARE_H
#define SN_METRICS_COMPARE_H

#include "graph/error.h"
#include "graph/network.h"

/** sn_flow_change - one flow as it is in two networks.  Texts are lent by the networks. */
typedef struct {
    const char *supplier, *buyer, *group; /* ids and product group             */
    const char *unit;                     /* of the supplier; NULL: not stated */
    double before, after; /* [unit / year]; 0: no such flow, never 0 twice     */
} sn_flow_change;

/** sn_flow_changes - cleared by sn_flow_changes_clear; zeroed it is empty. */
typedef struct {
    sn_flow_change *row; /* |after - before| descending, then supplier, buyer, group */
    size_t count;
    size_t appeared, vanished, moved, same; /* rows with before 0, after 0, both and different;
                                               flows that are equal make no row              */
} sn_flow_changes;

/**
 * sn_compare_flows - every flow that is not the same in both networks.
 *
 * Flows are the same flow where supplier, buyer and product group have the same names.
 *
 * before, after  [in]
 * tolerance      [in]   relative: amounts are equal when they differ by at most this much of the
 *                       larger one; 0..1
 * changes        [out]
 *
 * Returns  SN_OK; SN_EDATA where a flow has one unit in one network and another in the other,
 *          naming it (a unit that is not stated fits any); SN_ENOMEM.
 * Cost     O(E log E).
 */
sn_status sn_compare_flows(const sn_network *before, const sn_network *after, double tolerance,
                           sn_flow_changes *changes, sn_error *err);
void sn_flow_changes_clear(sn_flow_changes *changes);

#endif /* SN_METRICS_COMPARE_H */
