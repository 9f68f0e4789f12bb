/* reroute_private.h - the linear program of one component, for the files of reroute only.
 *
 * The program counts in departures from normal operation, all >= 0 and all 0 in normal times:
 *
 *   less_i, more_i  output below and above normal, in shares of base_i
 *   short_i         final demand not served, as a share of it
 *   fall_e, rise_e  purchases below and above normal
 *   hub columns     what is sold to and bought from an open market
 *
 * and minimises the weighted shortage.  Every cost is >= 0 and a disruption moves bounds only,
 * so the basis of all slacks is dual feasible whatever the disruption: each run starts there,
 * pays for what the disruption touches, and does not depend on earlier runs.
 *
 * Coefficients are ratios of amounts, so the program is the same in every unit.  A node's rows
 * are divided by base_i; the unit of fall_e and rise_e is sqrt(base of supplier * amount bought
 * in the group), which gives a flow the same weight in its supplier's and its buyer's row.
 */
#ifndef SN_METRICS_REROUTE_PRIVATE_H
#define SN_METRICS_REROUTE_PRIVATE_H

#include "graph/network_private.h"
#include "metrics/reroute.h"
#include "metrics/reroute_lp.h"

/* A column or row that a program does not have. */
enum { SN_NO_PLACE = -1 };

/* One side of a market: what a node sells, or buys, of a product group. */
typedef struct {
    int32_t node, group;
    int32_t place;                        /* country code, or below -1 a node of no country   */
    int32_t world, home;                  /* columns: of the world hub, of the domestic one   */
    uint32_t crossing, domestic;          /* flows of this side from or to abroad, at home    */
    uint32_t cut_crossing, cut_domestic;  /* of them cut by the mask of the run               */
    bool world_closed, home_closed;       /* in the run                                       */
} sn_post;

/* Who can sell what to whom; only for open markets and levers. */
typedef struct {
    sn_post *sale, *purchase; /* by (component, group, place, node) */
    size_t sales, purchases;
    uint32_t *sale_of, *purchase_of;       /* [m] the posts of a flow that is used           */
    size_t *sale_first, *purchase_first;   /* [components + 1]                               */
} sn_trade;

struct sn_reroute {
    const sn_network *net;
    sn_reroute_options options;
    double *weight;    /* [n] */
    double weight_sum;

    /* The network as programs see it (reroute_plan.c). */
    double *base;      /* [n] normal output, at least sales and final demand [unit / year]    */
    double *reach;     /* [n] capacity / base, >= 1                                           */
    double *passed;    /* [n] share of supply that is bought from others                      */
    double *bought;    /* [n] bought from others, negligible inputs too [unit / year]         */
    double *total;     /* [segments] bought from others in the group [unit / year]            */
    double *unit;      /* [m] of fall_e and rise_e; 0 where the flow is not in a program      */
    bool *splits;      /* [n] sells and serves final demand: has a column short_i             */
    int32_t *component; /* [n] */
    size_t components;
    size_t *first;     /* [components + 1] places in `member` */
    int32_t *member;   /* [n] nodes by component, ascending inside */
    sn_trade trade;

    /* The programs (reroute_program.c), each made when it is first needed. */
    sn_lp **program;   /* [components] */
    double *mass;      /* [components] sum of weights; costs are divided by it                */
    int32_t *less;     /* [n] column of less_i; more_i is the next, then short_i if it splits */
    int32_t *fall;     /* [m] column of fall_e; rise_e is the next                            */
    int32_t *balance;  /* [n] row: what is sold is made                                       */
    int32_t *bundle;   /* [n] row of the non-essential inputs                                 */
    int32_t *input;    /* [segments] row of an essential group, or of the most that counts of
                        * a non-essential one                                                 */

    /* Of a run. */
    const sn_mask *mask;
    bool *disturbed;   /* [components] */
    double *best;      /* [n] bound on y_i / base_i (reroute_reach.c); 0 = dead */
    bool *hopeful;     /* [n] dead, and one new link could change that; levers only */
    int32_t *revived;  /* [n] of sn_reroute_revive */
    double *served;    /* [n] */
    sn_lever *lever;   /* [lever_room] */
    size_t lever_count, lever_room;
};

static inline double sn_node_left(const sn_reroute *r, size_t node)
{
    return r->mask->node == NULL ? 1 : r->mask->node[node];
}

static inline double sn_flow_left(const sn_reroute *r, size_t flow)
{
    return r->mask->flow == NULL ? 1 : r->mask->flow[flow];
}

/** sn_reroute_column - the column that counts against a node's served share: short_i, else
 *  less_i (less more_i).  */
static inline int32_t sn_reroute_column(const sn_reroute *r, size_t node)
{
    return r->less[node] + (r->splits[node] && !r->options.by_output ? 2 : 0);
}

/** sn_segment_of - where a network lists what the node of a purchase buys of its group. */
static inline size_t sn_segment_of(const sn_network *net, const sn_post *purchase)
{
    size_t s = net->seg_first[purchase->node];

    while (net->seg_group[s] != purchase->group)
        s++;
    return s;
}

/** sn_reroute_program - the program of a component in normal times, made if need be. */
sn_status sn_reroute_program(sn_reroute *r, size_t component, sn_error *err);

/** sn_trade_new - find the posts; sn_trade_read - which hubs the mask closes to whom, for one
 *  component; sn_trade_columns - hubs of a program; sn_trade_bound - close them in it. */
sn_status sn_trade_new(sn_reroute *r, sn_error *err);
void sn_trade_clear(sn_trade *trade);
void sn_trade_read(sn_reroute *r, size_t component);
sn_status sn_trade_columns(sn_reroute *r, size_t component, sn_lp *lp, sn_error *err);
void sn_trade_bound(sn_reroute *r, size_t component);

/** sn_reroute_reach - an upper bound on what each node of a component can still make. */
void sn_reroute_reach(sn_reroute *r, size_t component);
/** sn_reroute_revive - list in `revived` the dead nodes that could make something if dead node j
 *  were sent something in segment s of its inputs; returns how many.  */
size_t sn_reroute_revive(sn_reroute *r, size_t j, size_t s);
/** sn_reroute_bound - lay the mask on a program; tight: the bounds of sn_reroute_reach too, else
 *  only that the dead make nothing, but for the hopeful. */
void sn_reroute_bound(sn_reroute *r, size_t component, bool tight);

/** sn_reroute_even - objective (2) in a program that has been solved for (1). */
sn_status sn_reroute_even(sn_reroute *r, size_t component, sn_error *err);

/** sn_reroute_levers - add a component's levers; its program has been solved for (1). */
sn_status sn_reroute_levers(sn_reroute *r, size_t component, sn_error *err);

#endif /* SN_METRICS_REROUTE_PRIVATE_H */
