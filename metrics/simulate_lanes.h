/* simulate_lanes.h - the numbers of a run in every lane, and the loops' state.
 *
 * The files that include this are compiled once per width of lanes: with one lane for a single
 * path, and with as many as a register holds for draws.  SN_SIM_ENGINE names the engine.
 * Formulas are written once, for lanes: where a lane asks for another case than its neighbour
 * both are computed and the lane chooses.  What all lanes have in common is a plain number.
 */
#ifndef SN_METRICS_SIMULATE_LANES_H
#define SN_METRICS_SIMULATE_LANES_H

#include <math.h>

#include "metrics/lanes.h"
#include "metrics/simulate_private.h"

#ifndef SN_SIM_ENGINE
#define SN_SIM_ENGINE portable
#endif
#define SN_SIM_PASTE(name, engine) name##_##engine
#define SN_SIM_PASTE_VALUE(name, engine) SN_SIM_PASTE(name, engine)
#define SN_SIM_NAMED(name) SN_SIM_PASTE_VALUE(name, SN_SIM_ENGINE)

/* Each engine has its own. */
#define sim_engine_this SN_SIM_NAMED(sim_engine)
#define sim_lanes_new SN_SIM_NAMED(sim_lanes_new)
#define sim_state_make SN_SIM_NAMED(sim_state_make)
#define sim_state_clear SN_SIM_NAMED(sim_state_clear)
#define sim_apply SN_SIM_NAMED(sim_apply)
#define sim_watch_start SN_SIM_NAMED(sim_watch_start)
#define sim_watch_step SN_SIM_NAMED(sim_watch_step)
#define sim_watch_end SN_SIM_NAMED(sim_watch_end)
#define sim_watch_clear SN_SIM_NAMED(sim_watch_clear)
#define sim_ration SN_SIM_NAMED(sim_ration)
#define sim_ration_published SN_SIM_NAMED(sim_ration_published)
#define sim_pipe_make SN_SIM_NAMED(sim_pipe_make)
#define sim_pipe_clear SN_SIM_NAMED(sim_pipe_clear)
#define sim_arrival SN_SIM_NAMED(sim_arrival)
#define sim_dispatch SN_SIM_NAMED(sim_dispatch)
#define sim_step_default SN_SIM_NAMED(sim_step_default)
#define sim_step_inoue_todo SN_SIM_NAMED(sim_step_inoue_todo)
#define sim_step_ario SN_SIM_NAMED(sim_step_ario)
#define sim_receive SN_SIM_NAMED(sim_receive)
#define sim_hand_out SN_SIM_NAMED(sim_hand_out)
#define sim_adapt_capacity SN_SIM_NAMED(sim_adapt_capacity)

enum { LANES = SN_WIDTH };

typedef pack lanes;
typedef pack_mask mask;

SN_INLINE lanes all(double a)
{
    return a - (lanes){0};
}

/* One lane of many. */
SN_INLINE double *lane(lanes *a, size_t l)
{
    return (double *)a + l;
}

SN_INLINE lanes choose(mask m, lanes a, lanes b)
{
    return pack_choose(m, a, b);
}

/* fmax and fmin where nothing is NaN. */
SN_INLINE lanes larger(lanes a, lanes b)
{
    return pack_larger(a, b);
}

SN_INLINE lanes smaller(lanes a, lanes b)
{
    return pack_smaller(a, b);
}

SN_INLINE lanes at_least_0(lanes a)
{
    return larger(all(0), a);
}

SN_INLINE lanes size_of(lanes a)
{
    return larger(a, -a);
}

SN_INLINE bool any(mask m)
{
    return pack_any(m);
}

/** Goods under way; all NULL without lead times. */
typedef struct {
    size_t *first;    /* [m + 1] places of a flow's last shipments: a ring */
    lanes *shipped;   /* rate                                             */
    lanes *under_way; /* [m] rate x days                                  */
} sim_pipe;

/** The state of a run. */
typedef struct {
    const sim_job *job;
    const sn_sim_plan *plan;
    const sn_sim_options *how; /* of the first lane, for what all lanes have in common */
    lanes stock_days, extra_days, reserve_days;
    lanes *severity; /* [events] in force; NaN at first */
    int threads;
    bool by_flow; /* one stock a flow, not a group */
    size_t now;   /* number of the step */

    bool *moves;       /* [pieces] whether an event reaches it                          */
    lanes *left;       /* [n] capacity left, 0..1                                       */
    lanes *passes;     /* [m] share of a flow that can pass; NULL: all                  */
    size_t *cut_first; /* [n + 1] flows to a node that some event cuts, in `cut`        */
    size_t *cut;
    lanes *grown;      /* [n] overproduction factor >= 1; NULL: none                    */
    lanes *want;       /* [n] final demand now where it moves; NULL: the normal one     */
    lanes *demand;     /* [n] rate                                                      */
    lanes *made;       /* [n] rate                                                      */
    lanes *final;      /* [n] rate delivered to final demand                            */
    lanes *error;      /* [n] mass balance of the step                                  */
    lanes *short_of;   /* [n] number of the group that limits, or SN_NONE              */
    lanes *order;      /* [m] rate                                                      */
    lanes *ship;       /* [m] rate                                                      */
    lanes *stock;      /* [segments] or [m] rate x days                                 */
    lanes *reserve;    /* [segments] rate x days; NULL: none                            */
    lanes *short_days; /* [segments] days of shortage so far; NULL: nothing asks        */
    lanes *waste;      /* [n] rate made and given to nobody; NULL: cannot be            */
    lanes *open;       /* [m] scratch of the published rationing, with waste            */
    sim_pipe pipe;
    lanes *wait; /* [m] days of short supply; NULL: no switching                  */
    lanes *lean; /* [m] 0..1 how far orders still go there; NULL: no switching    */
} sim_state;

/* A measure in the making. */
typedef struct {
    lanes first_share; /* of the first step with a loss, until the next is known; else NaN */
    lanes first_day, low_until, lost; /* lost: rate x days */
    lanes survive, depth, peak, area; /* as in sn_sim_measure */
} sim_track;

/* What a run looks at while it goes. */
typedef struct {
    sim_track *total, *commodity, *buyer;
    lanes *why;           /* [buyers] as in sn_sim_result */
    lanes *wanted, *got;  /* [commodities] now */
    lanes *balance_error; /* [1] worst so far */
    lanes *made, *waste;  /* [1] over all steps */
    double origin;        /* day of the first event */
} sim_watch;

/* simulate_state.c: count lanes that are `value`; the state before the first step; left, passes
 * and want brought up to date. */
sn_status sim_lanes_new(lanes **array, size_t count, double value, sn_error *err);
sn_status sim_state_make(sim_state *s, const sim_job *job, sn_error *err);
void sim_state_clear(sim_state *s);
void sim_apply(sim_state *s, double from, double to);

/* simulate_watch.c: look at each step, and draw the measures from it. */
sn_status sim_watch_start(const sim_job *job, sim_watch *w, sn_error *err);
void sim_watch_step(const sim_state *s, sim_watch *w, size_t t);
void sim_watch_end(sim_state *s, sim_watch *w);
void sim_watch_clear(sim_watch *w);

/* simulate_ration.c: what a node makes to those who ordered; writes ship and final, returns the
 * sum. */
lanes sim_ration(sim_state *s, size_t node, lanes made);

/* simulate_ration_published.c: water filling of the published program. */
void sim_ration_published(sim_state *s, size_t node, lanes made);

/* simulate_pipe.c: what arrives in this step (asked once a step); and a node's shipments. */
sn_status sim_pipe_make(sim_state *s, sn_error *err);
void sim_pipe_clear(sim_pipe *pipe);
lanes sim_arrival(sim_state *s, size_t e);
void sim_dispatch(sim_state *s, size_t node);

/* simulate_published.c */
void sim_step_inoue_todo(sim_state *s);
void sim_step_ario(sim_state *s);

/* simulate_step.c */
void sim_step_default(sim_state *s);
/* Let what arrives join a node's stocks; ration, and see that all that was made went somewhere.
 */
void sim_receive(sim_state *s, size_t node);
void sim_hand_out(sim_state *s, size_t node, lanes made);
/* Overproduction: scarcity raises capacity; under ARIO once orders are placed. */
void sim_adapt_capacity(sim_state *s, size_t node);

SN_INLINE lanes sim_want(const sim_state *s, size_t node)
{
    return s->want != NULL ? s->want[node] : all(s->plan->net->final_demand[node]);
}

/* The days of normal use that a node aims to hold of an input. */
SN_INLINE lanes sim_target_days(const sim_state *s, size_t node, size_t seg)
{
    const sn_network *net = s->plan->net;
    const double *given = net->given[SN_INVENTORY_DAYS];
    lanes days = s->stock_days;

    if (net->seg_days != NULL && !isnan(net->seg_days[seg]))
        days = all(net->seg_days[seg]);
    else if (given != NULL && !isnan(given[node]))
        days = all(given[node]);
    return days + s->extra_days;
}

/* Capacity as a rate. */
SN_INLINE lanes sim_capacity(const sim_state *s, size_t node)
{
    const double normal = s->plan->normal[node], *given = s->plan->net->given[SN_CAPACITY];
    const double demand = s->plan->net->final_demand[node];
    double stated = normal * (1 + s->how->spare);

    if (!s->by_flow && given != NULL && given[node] > stated)
        stated = given[node];
    lanes most = all(stated);
    if (s->want != NULL && normal <= demand) /* who only uses can use more */
        most = choose(s->want[node] > demand, most * (s->want[node] / demand), most);
    most *= s->left[node];
    return s->grown != NULL ? most * s->grown[node] : most;
}

/* The part of normal input use that making `rate` takes: own production comes first.  Who makes
 * nothing for anyone uses what it buys. */
SN_INLINE lanes sim_input_part(const sim_state *s, size_t node, lanes rate)
{
    const double normal = s->plan->normal[node], own = s->plan->own[node];

    if (own >= 1)
        return all(0);
    if (!(normal > 0))
        return s->left[node];
    return at_least_0(rate / normal - own) / (1 - own);
}

/* What a stock lacks; rounding is no lack, or loops of suppliers would let it grow. */
SN_INLINE lanes sim_gap_of(lanes target, lanes stock)
{
    const lanes gap = target - stock;

    return choose(size_of(gap) <= 1e-11 * target, all(0), gap);
}

/* Sum up the orders of a node. */
SN_INLINE void sim_hear_orders(sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;
    const double normal = s->plan->normal[node];
    lanes sum = all(0);

    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
        sum += s->order[e];
    sum += sim_want(s, node);
    s->demand[node] = choose(size_of(sum - normal) <= 1e-12 * sum, all(normal), sum);
}

/* No more is ordered than can pass. */
SN_INLINE void sim_cap_orders(sim_state *s, size_t node)
{
    if (s->passes == NULL)
        return;
    for (size_t k = s->cut_first[node]; k < s->cut_first[node + 1]; k++) {
        const size_t e = s->cut[k];
        const lanes passes = s->passes[e], order = s->order[e];
        const lanes most = passes * s->plan->net->value[e];
        s->order[e] = choose(passes < 1, smaller(order, most), order);
    }
}

#endif /* SN_METRICS_SIMULATE_LANES_H */
