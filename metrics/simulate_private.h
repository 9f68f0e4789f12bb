/* simulate_private.h - what the files of the simulation share. */
#ifndef SN_METRICS_SIMULATE_PRIVATE_H
#define SN_METRICS_SIMULATE_PRIVATE_H

#include "graph/network_private.h"
#include "metrics/simulate.h"

struct sn_sim_plan {
    const sn_network *net;
    size_t level_count;
    size_t *level_first; /* [level_count + 1] */
    int32_t *node;       /* [n] by level: suppliers before buyers; loops share a level */
    int32_t *piece;      /* [n] smallest node that any flows connect it with           */
    double *normal;      /* [n] sales to others plus final demand                      */
    double *own;         /* [n] share of supply that is the node's own production      */
    double *bought;      /* [n] purchases, all groups                                  */
    double *need;        /* [segments] normal purchases of the group                   */
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

/** Goods under way; all NULL without lead times. */
typedef struct {
    size_t *first;     /* [m + 1] places of a flow's last shipments: a ring */
    double *shipped;   /* rate                                             */
    double *under_way; /* [m] rate x days                                  */
} sim_pipe;

/** The state of one run. */
typedef struct {
    const sn_sim_plan *plan;
    const sn_sim_options *how;
    const sn_sim_event *event;
    size_t event_count;
    sim_hit *hit;     /* [events] */
    double *severity; /* [events] in force; NaN at first */
    int threads;
    bool by_flow; /* one stock a flow, not a group */
    size_t now;   /* number of the step */

    size_t *level_first; /* [levels + 1] as in the plan, for the nodes that can move */
    int32_t *node;
    double *left;       /* [n] capacity left, 0..1                                       */
    double *passes;     /* [m] share of a flow that can pass; NULL: all                  */
    double *grown;      /* [n] overproduction factor >= 1; NULL: none                    */
    const double *want; /* [n] final demand now                                        */
    double *own_want;   /* [n] the same where demand moves; NULL: it is the normal one   */
    double *demand;     /* [n] rate                                                      */
    double *made;       /* [n] rate                                                      */
    double *final;      /* [n] rate delivered to final demand                            */
    double *error;      /* [n] mass balance of the step                                  */
    int32_t *short_of;  /* [n] group that limits, or SN_NONE                            */
    double *order;      /* [m] rate                                                      */
    double *ship;       /* [m] rate                                                      */
    double *stock;      /* [segments] or [m] rate x days                                 */
    double *reserve;    /* [segments] rate x days; NULL: none                            */
    double *short_days; /* [segments] days of shortage so far; NULL: nothing asks        */
    double *waste;      /* [n] rate made and given to nobody; NULL: cannot be            */
    double *open;       /* [m] scratch of the published rationing, with waste            */
    sim_pipe pipe;
    double *wait; /* [m] days of short supply; NULL: no switching                  */
    double *lean; /* [m] 0..1 how far orders still go there; NULL: no switching    */
} sim_state;

/* A measure in the making. */
typedef struct {
    sn_sim_measure *of;
    double first_share; /* of the first step with a loss, until the next is known; else NaN */
    double first_day, low_until, lost; /* lost: rate x days */
} sim_track;

/* What a run looks at while it goes. */
typedef struct {
    sim_track total, *commodity, *buyer;
    double *wanted, *got; /* [commodities] now */
    double made, waste;   /* over all steps */
    double origin;        /* day of the first event */
} sim_watch;

/* simulate_state.c: count doubles that are `value`; and the state before the first step. */
sn_status sim_fill_new(double **array, size_t count, double value, sn_error *err);
sn_status sim_state_make(sim_state *s, sn_error *err);
void sim_state_clear(sim_state *s);

/* simulate_watch.c: make the result, look at each step, and draw the measures from it. */
sn_status sim_result_make(const sn_sim_plan *plan, const sn_sim_options *how, bool series,
                          sn_sim_result *r, sn_error *err);
void sim_normal_step(const sn_sim_plan *plan, sn_sim_step *row);
sn_status sim_watch_start(const sn_sim_event *event, size_t count, sn_sim_result *r,
                          sim_watch *w, sn_error *err);
void sim_look(const sim_state *s, sim_watch *w, sn_sim_result *r, size_t t);
void sim_watch_end(const sim_state *s, sim_watch *w, sn_sim_result *r);
void sim_watch_clear(sim_watch *w);

/* simulate_event.c */
sn_status sim_hits_make(const sn_network *net, const sn_sim_event *event, size_t count,
                        sim_hit **hit, sn_error *err);
void sim_hits_free(sim_hit *hit, size_t count);
/* Mean strength of an event over a step, or its value at the step's start. */
double sim_severity(const sn_sim_event *event, double from, double to, bool at_start);
/* Bring left and passes up to date. */
void sim_apply(sim_state *s, double from, double to);

/* simulate_ration.c: what a node makes to those who ordered; writes ship and final. */
void sim_ration(sim_state *s, size_t node, double made);

/* simulate_ration_published.c: water filling of the published program. */

void sim_ration_published(sim_state *s, size_t node, double made);

/* simulate_pipe.c: what arrives in this step (asked once a step); and a node's shipments. */
sn_status sim_pipe_make(sim_state *s, sn_error *err);
void sim_pipe_clear(sim_pipe *pipe);
double sim_arrival(sim_state *s, size_t e);
void sim_dispatch(sim_state *s, size_t node);

/* simulate_published.c */
void sim_step_inoue_todo(sim_state *s);
void sim_step_ario(sim_state *s);

/* simulate_step.c */
void sim_step_default(sim_state *s);
/* Sum up the orders of a node; let what arrives join its stocks; ration and see that all that
 * was made went somewhere. */
void sim_hear_orders(sim_state *s, size_t node);
void sim_receive(sim_state *s, size_t node);
void sim_hand_out(sim_state *s, size_t node, double made);
/* Overproduction: scarcity raises capacity; under ARIO once orders are placed. */
void sim_adapt_capacity(sim_state *s, size_t node);
/* The part of normal input use that making `rate` takes: own production comes first.  Who makes
 * nothing for anyone uses what it buys. */
double sim_input_part(const sim_state *s, size_t node, double rate);
/* What a stock lacks; rounding is no lack, or loops of suppliers would let it grow. */
double sim_gap_of(double target, double stock);
/* The days of normal use that a node aims to hold of an input. */
double sim_target_days(const sim_state *s, size_t node, size_t seg);
/* Capacity as a rate. */
double sim_capacity(const sim_state *s, size_t node);
/* fmax and fmin where nothing is NaN: no call into the library. */
static inline double sim_max(double a, double b)
{
    return a > b ? a : b;
}

static inline double sim_min(double a, double b)
{
    return a < b ? a : b;
}

#endif /* SN_METRICS_SIMULATE_PRIVATE_H */
