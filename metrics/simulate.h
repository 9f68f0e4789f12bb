/* simulate.h - a disruption day by day: stocks, orders, rationing, recovery.
 *
 * All flows and outputs are rates [unit / year], stocks are rates times days.
 * docs/simulation.md derives the default model step by step and states what the published ones
 * do.
 */
#ifndef SN_METRICS_SIMULATE_H
#define SN_METRICS_SIMULATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "graph/measure.h"
#include "graph/network.h"

/** sn_sim_model - whose step is taken. */
typedef enum {
    SN_SIM_DEFAULT,    /* orders go up and goods come down the chain within a step        */
    SN_SIM_INOUE_TODO, /* Inoue & Todo 2019: one stock a supplier, all moves lag one step; water
                        * filling as in their program                                     */
    SN_SIM_ARIO,       /* Hallegatte 2008, 2013: one stock a product group, psi           */
    SN_SIM_INOUE_TODO_CONSERVING /* as SN_SIM_INOUE_TODO, with water filling by its description:
                                  * all that is made goes to someone                      */
} sn_sim_model;

/** sn_sim_rationing - who is served when a maker makes less than is ordered. */
typedef enum {
    SN_SIM_PROPORTIONAL,            /* all in proportion to their orders                     */
    SN_SIM_FINAL_LAST,              /* final demand gets what firms leave                    */
    SN_SIM_FINAL_FIRST,             /* final demand first                                    */
    SN_SIM_ALLIES_FIRST,            /* own final demand and allies first                     */
    SN_SIM_WATER_FILLING,           /* orders relative to normal are filled from the lowest  */
    SN_SIM_WATER_FILLING_FINAL_LAST /* the same among firms; final demand gets the rest      */
} sn_sim_rationing;

/** sn_sim_binding - how lacking inputs bind production (Pichler et al. 2022). */
typedef enum {
    SN_SIM_BY_SHARE, /* essential groups bind; non-essential ones by their share of purchases */
    SN_SIM_LEONTIEF, /* every group binds                                                     */
    SN_SIM_STRONG,   /* essential and non-essential ones bind                                 */
    SN_SIM_HALF,     /* essential ones bind, non-essential ones half                          */
    SN_SIM_WEAK,     /* essential ones bind                                                   */
    SN_SIM_LINEAR    /* all inputs replace one another                                        */
} sn_sim_binding;

/** sn_sim_shape - the way back after an event; s = 0..1 is the time since its end over the
 *  recovery time.  What is still lost, as a share: */
typedef enum {
    SN_SIM_STEP,       /* 1 until s = 1                       */
    SN_SIM_LINEAR_WAY, /* 1 - s                               */
    SN_SIM_CONCAVE,    /* (1 - s)^2: quick at first           */
    SN_SIM_CONVEX,     /* 1 - s^2: slow at first              */
    SN_SIM_EXPONENTIAL /* 0.01^s, and 0 from s = 3 on         */
} sn_sim_shape;

/** sn_sim_event - one dated disruption. */
typedef struct {
    const sn_selection *hit, *buyers; /* buyers: SN_MODE_FLOW only                  */
    sn_mode mode;
    double fraction; /* 0..1                                                   */
    double start;    /* [days] >= 0                                            */
    double duration; /* [days] INFINITY: it does not end                       */
    sn_sim_shape shape;
    double recovery_time; /* [days] >= 0                                            */
    double ramp;          /* [days] >= 0 from the start until the event is in full force */
    const double
        *flow_cut; /* [m] 0..1: what is cut of each flow, in place of hit and mode; or NULL */
    double growth; /* >= -1: final demand of hit grows by this share of normal, in place of
                    * what mode says; 0: the event is none of demand          */
    double tax;    /* > 0: fraction is that of sn_tax_cut with these terms; 0: no tax */
    double demand_elasticity, supply_elasticity;
} sn_sim_event;

/** sn_sim_options - the setting of a run; sn_sim_defaults fills it. */
typedef struct {
    sn_sim_model model;
    sn_sim_rationing rationing;
    sn_sim_binding binding;
    double days, step;    /* horizon and step [days]                                          */
    double stock_days;    /* of buyers without inventory_days: stock in days of normal use    */
    double adjust_days;   /* tau: a gap in stock is ordered over so many days                 */
    double extra_days;    /* firm stock beyond that, refilled like it                         */
    double reserve_days;  /* state stock: drawn last, not refilled                            */
    double release_after; /* [days] of shortage before it opens                               */
    double release_rate; /* most that it gives, as a share of normal use; INFINITY: all       */
    double recycle;      /* share of normal use that recycling can add when stock runs out   */
    double spare;        /* spare capacity, as a share of normal output, where none is given */
    double switch_delay; /* [days] of short supply before a buyer looks elsewhere; NaN never */
    double switch_ramp;  /* [days] until all orders have moved                               */
    double over_most;    /* >= 1: most that scarcity lets capacity grow to, as a factor      */
    double over_days;    /* [days] that it takes to get there                                */
    double psi;          /* SN_SIM_ARIO: share of its stock that binds a buyer, 0..1         */
    const double *ally;  /* [n] > 0: an ally; NULL none                                      */
} sn_sim_options;

/** sn_sim_measure - what a buyer, a commodity or all of them go through; days count from the
 *  start of the first event. */
typedef struct {
    double survive; /* [days] until the first loss; NaN: nothing is lost                      */
    double recover; /* [days] until delivered >= 99 % of normal for good; 0: never below;
                     * NaN: not within the horizon                                            */
    double depth;   /* largest share missing in a step, 0..1                                  */
    double peak;    /* [days] when that is; NaN: nothing is lost                              */
    double area; /* [days of supply] lost: wanted and not delivered, as a share of wanted   */
    double lost; /* [unit] wanted and not delivered; NaN over several commodities          */
} sn_sim_measure;

/** sn_sim_step - the totals of one step [unit / year]. */
typedef struct {
    double day;         /* start of the step                                            */
    double made;        /* production of all nodes                                      */
    double value_added; /* production times its normal share that is not bought         */
    double delivered;   /* to final demand                                              */
    double served;      /* share of normal that buyers got: plain mean over commodities */
} sn_sim_step;

/** sn_sim_result - zeroed it is empty and may be cleared. */
typedef struct {
    size_t buyer_count, commodity_count, step_count;
    int32_t *buyer;          /* [buyers] node                                        */
    double *normal;          /* [buyers] normal supply [unit / year]                 */
    sn_sim_measure *measure; /* [buyers]                                             */
    int32_t *why;            /* [buyers] product group short at the first loss; SN_NONE:
                              * the node itself is hit, or nothing is lost           */
    double *reserve_left;    /* [buyers] state stock left, as a share; NaN: had none */
    int32_t *commodity;      /* [commodities] codes; SN_NONE: not known              */
    sn_sim_measure *by_commodity;
    double *wanted, *delivered; /* [commodities] rates of the last step                  */
    sn_sim_measure total;
    sn_sim_step normal_step; /* the steady state before any event                    */
    sn_sim_step *step;       /* [steps]                                              */
    double *series;          /* [buyers][steps] share served; NULL unless asked for  */
    double balance_error;    /* worst mass balance of a step, relative to what is made */
    double undelivered;      /* share of all that is made which the rule gives to nobody */
} sn_sim_result;

/** sn_sim_progress - told the steps or runs done; false stops. */
typedef bool (*sn_sim_progress)(void *context, size_t done);

/** sn_sim_plan - a network made ready; const once made, shared by threads. */
typedef struct sn_sim_plan sn_sim_plan;

/** sn_sim_defaults - the default model, one year by days, no stock, adjustment over 6 days. */
sn_sim_options sn_sim_defaults(void);

/**
 * sn_sim_plan_new - order a network so that goods can pass down chains within a step.
 *
 * net     [in]   must outlive the plan
 * buyers  [in]   who is asked about; NULL: nodes with final demand, or all where none has any
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(V + E).
 */
sn_status sn_sim_plan_new(const sn_network *net, const sn_selection *buyers, sn_sim_plan **plan,
                          sn_error *err);
void sn_sim_plan_free(sn_sim_plan *plan);

/**
 * sn_sim_run - one path through time.
 *
 * event     [in]   count of them; they multiply as in mask.h
 * threads   [in]   >= 1; the result does not depend on it by a bit
 * series    [in]   keep every buyer's share step by step
 * progress  [in]   told the steps done; may be NULL
 * result    [out]  cleared by sn_sim_result_clear
 *
 * Returns  SN_OK; SN_EUSAGE for an option out of range or when stopped; SN_ENUMERIC when a step
 *          does not balance to 1e-9 or is no number; SN_ENOMEM.
 * Cost     O((V + E) steps).
 * Source   H. Inoue, Y. Todo, Nature Sustainability 2, 2019; S. Hallegatte, Risk Analysis
 *          28(3), 2008 and 34(1), 2014; A. Pichler et al., Journal of Economic Dynamics and
 *          Control 144, 2022; D. Simchi-Levi et al., Interfaces 45(5), 2015.
 */
sn_status sn_sim_run(const sn_sim_plan *plan, const sn_sim_options *options,
                     const sn_sim_event *event, size_t count, int threads, bool series,
                     sn_sim_progress progress, void *context, sn_sim_result *result,
                     sn_error *err);
void sn_sim_result_clear(sn_sim_result *result);

/** sn_sim_spread - factors drawn uniformly between low and high, one a run. */
typedef struct {
    double low, high;
} sn_sim_spread;

typedef struct {
    sn_sim_spread duration, stock, fraction, recovery; /* 1..1: certain; fraction is cut at 1 */
    sn_sim_spread demand, supply;                      /* on the elasticities of taxes */
} sn_sim_uncertainty;

/**
 * sn_sim_many - many runs with drawn factors.
 *
 * seed    [in]   run k draws from its own stream, fixed by (seed, k)
 * runs    [in]   >= 1
 * total   [out]  [runs] the measure over all buyers
 * pick    [in]   picks buyers of the plan, by their place in it
 * buyer   [out]  [runs][picks] their measures; NULL with picks 0
 *
 * Returns  as sn_sim_run.  Each run is that of sn_sim_run by itself, to the bit.
 * Cost     O((V + E) steps runs); each thread has as many runs side by side as a vector
 *          register holds numbers.
 */
sn_status sn_sim_many(const sn_sim_plan *plan, const sn_sim_options *options,
                      const sn_sim_event *event, size_t count,
                      const sn_sim_uncertainty *uncertainty, uint64_t seed, size_t runs,
                      int threads, sn_sim_progress progress, void *context,
                      sn_sim_measure *total, const size_t *pick, size_t picks,
                      sn_sim_measure *buyer, sn_error *err);

/** sn_sim_buyers - how many buyers a plan asks about. */
size_t sn_sim_buyers(const sn_sim_plan *plan);

#endif /* SN_METRICS_SIMULATE_H */
