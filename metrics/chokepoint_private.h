/* chokepoint_private.h - who belongs to which candidate; for the files of the ranking only. */
#ifndef SN_METRICS_CHOKEPOINT_PRIVATE_H
#define SN_METRICS_CHOKEPOINT_PRIVATE_H

#include "graph/network_private.h"
#include "metrics/chokepoint.h"

/** sn_member - a node, or a part of it, in a candidate: equal group and commodity. */
typedef struct {
    int32_t group, commodity, node;
    double part; /* 0..1 of the node belongs to the group */
} sn_member;

typedef struct {
    sn_member *member; /* by group, commodity, node; freed by the caller */
    size_t count, room;
} sn_members;

/**
 * sn_members_collect - every node that a disruption of its group would hit, under its group.
 *
 * grouping  [out]  unused at the owner level, where group is a code of SN_OWNER
 *
 * Returns  SN_OK; SN_ENOMEM.  Cost O(V log V).
 */
sn_status sn_members_collect(const sn_network *net, const sn_chokepoint_options *options,
                             sn_grouping *grouping, sn_members *members, sn_error *err);

/** sn_members_matter - whether they make anything; under mode imports any do, for what they
 *  take from others. */
bool sn_members_matter(const sn_network *net, const sn_chokepoint_options *options,
                       const sn_member *member, size_t count);

/** sn_ranked - a row in the making. */
typedef struct {
    sn_chokepoint row;
    size_t first; /* its row.nodes members begin here */
} sn_ranked;

/** sn_ranked_pay - whether sweeping all candidates first costs less than to run each: many
 *  of them, few shown, nodes are hit, and the losses are weighted means over one commodity. */
bool sn_ranked_pay(const sn_impact_frame *frame, const sn_chokepoint_options *options,
                   size_t count);

/**
 * sn_ranked_sweep - loss, loss_down, loss_up, bound and uncertain of every candidate.
 *
 * candidate  [in,out]  [count]
 *
 * Returns  SN_OK, also when single losses are uncertain; SN_EUSAGE where nothing asked about has
 *          weight; SN_ENOMEM.  Cost: sn_sweep_plan_new and sn_sweep_run.
 */
sn_status sn_ranked_sweep(const sn_cascade *cascade, const sn_impact_frame *frame,
                          const sn_chokepoint_options *options, const sn_members *members,
                          sn_ranked *candidate, size_t count, sn_error *err);

/** sn_grown - the array with room for one more; NULL, and the array left alone, when memory
 *  ran out. */
void *sn_grown(void *array, size_t size, size_t count, size_t *room);

#endif /* SN_METRICS_CHOKEPOINT_PRIVATE_H */
