/* simulate_private.h - what the files of the simulation share. */
#ifndef SN_METRICS_SIMULATE_PRIVATE_H
#define SN_METRICS_SIMULATE_PRIVATE_H

#include "graph/network_private.h"
#include "metrics/simulate.h"

/* So many flows ahead are fetched. */
enum { SIM_AHEAD = 12 };

struct sn_sim_plan {
    const sn_network *net;
    size_t piece_count, layer_count;
    size_t *piece_first; /* [pieces + 1] layers of a piece, suppliers before buyers    */
    size_t *layer_first; /* [layers + 1] nodes of a layer; loops share one             */
    int32_t *node;       /* [n] by layer                                               */
    bool *in_loop;       /* [n] whether orders may reach it after it has heard them    */
    int32_t *piece;      /* [n] no flow connects two pieces                            */
    double *normal;      /* [n] sales to others plus final demand                      */
    double *own;         /* [n] share of supply that is the node's own production      */
    double *bought;      /* [n] purchases, all groups                                  */
    double *added;       /* [n] share of normal that is not bought; 0 without sales    */
    double *need;        /* [segments] normal purchases of the group                   */
    uint32_t *in_flow;   /* [m + SIM_AHEAD] as in net; 0 past the end                  */
    double *buys;        /* [m] in the order of in_flow: value, 0 of own production    */
    size_t buyer_count, commodity_count;
    int32_t *buyer;           /* [buyers] */
    bool *is_final;           /* [buyers] measured by final demand, else by production */
    int32_t *commodity;       /* [commodities] codes */
    int32_t *buyer_commodity; /* [buyers] place in commodity */
};

/** What an event does to nodes and flows when it is at its full strength. */
typedef struct {
    size_t node_count, flow_count;
    int32_t *node;
    size_t *flow;
    double *node_cut, *flow_cut; /* 0..1; of growth the share that demand grows by */
} sim_hit;

/** Paths through time that differ in the strength of their events and in their stocks only:
 *  one a lane. */
typedef struct {
    const sn_sim_plan *plan;
    const sim_hit *hit; /* [events] */
    size_t event_count;
    const sn_sim_event *event;   /* [lanes][events] */
    const sn_sim_options *how;   /* [lanes] */
    sn_sim_result *const result; /* [lanes] zeroed; to be cleared after a failure too */
    int threads;
    bool series;
    sn_sim_progress progress; /* told the steps done; may be NULL */
    void *context;
} sim_job;

/** sim_engine - the steps of a run, compiled for so many lanes.  A lane's path does not depend
 *  by a bit on what the others do, or on the engine. */
typedef struct {
    const char *name;
    size_t lanes;
    sn_status (*run)(const sim_job *job, sn_error *err);
} sim_engine;

extern const sim_engine sim_engine_one, sim_engine_portable, sim_engine_avx2, sim_engine_avx512;

/* simulate.c: the widest that this machine runs; and whether a setting makes sense. */
const sim_engine *sim_engine_here(void);
sn_status sim_check(const sn_sim_options *o, const sn_sim_event *event, size_t count,
                    sn_error *err);

/* simulate_many.c: sn_sim_many by an engine of one's choice. */
sn_status sim_many(const sim_engine *engine, const sn_sim_plan *plan,
                   const sn_sim_options *options, const sn_sim_event *event, size_t count,
                   const sn_sim_uncertainty *uncertainty, uint64_t seed, size_t runs,
                   int threads, sn_sim_progress progress, void *context, sn_sim_measure *total,
                   const size_t *pick, size_t picks, sn_sim_measure *buyer, sn_error *err);

/* simulate_hits.c: what events hit, whatever their strength and dates. */
sn_status sim_hits_make(const sn_network *net, const sn_sim_event *event, size_t count,
                        sim_hit **hit, sn_error *err);
void sim_hits_free(sim_hit *hit, size_t count);
/* Mean strength of an event over a step, or its value at the step's start. */
double sim_severity(const sn_sim_event *event, double from, double to, bool at_start);

/* simulate_result.c: room for what a run finds. */
sn_status sim_result_make(const sn_sim_plan *plan, const sn_sim_options *how, bool series,
                          sn_sim_result *r, sn_error *err);

#endif /* SN_METRICS_SIMULATE_PRIVATE_H */
