/* cascade_front.h - a run without the order of the network: what its two files share. */
#ifndef SN_METRICS_CASCADE_FRONT_H
#define SN_METRICS_CASCADE_FRONT_H

#include "metrics/cascade_private.h"

/** sn_front - the memory of a direction. */
struct sn_front {
    double *e, *step; /* [n] e is 0 where it is not in use          */
    int32_t *ring;    /* [n] the queue; then the nodes in between   */
    uint8_t *flag;    /* [n] 0 between uses                         */
};

/** sn_front_run - one direction of one run. */
typedef struct {
    const sn_network *net;
    const sn_system *s;
    sn_solver *v;
    sn_side *side;
    struct sn_front *m;
    int direction;
    size_t between; /* nodes in m->ring */
    double least;   /* of e - G(e)      */
} sn_front_run;

/** sn_front_make - the memory for n nodes.  Returns SN_OK; SN_ENOMEM. */
sn_status sn_front_make(size_t n, struct sn_front **memory, sn_error *err);

/** sn_front_entries - the entries of a node's actions. */
static inline size_t sn_front_entries(const sn_system *s, size_t node)
{
    return s->entry_first[s->row[node].end] - s->entry_first[s->row[node].first];
}

/** sn_front_worst - the worst action of a node over any vector, cut flows aside. */
double sn_front_worst(const sn_system *system, const double *x, size_t node);

/** sn_front_hit - what a node loses by being hit; sn_front_renewed - F at a node. */
double sn_front_hit(const sn_front_run *f, size_t node);
double sn_front_renewed(const sn_front_run *f, size_t node);

/**
 * sn_front_reach - pass losses on from below, and list the nodes that lose and those of them that
 * do not lose everything.
 *
 * Returns  whether the nodes reached are all there are.
 */
bool sn_front_reach(sn_front_run *f);

/** sn_front_closed - whether any nodes that lose sell to one another only, and nothing to final
 *  demand.  *sure: false where that was not settled. */
bool sn_front_closed(const sn_front_run *f, bool *sure);

#endif /* SN_METRICS_CASCADE_FRONT_H */
