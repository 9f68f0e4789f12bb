/* exposure.h - what a buyer depends on, and who depends on a supplier, at every tier.
 *
 * The supply S_j of a node j is what it buys plus what it makes itself (trace.h gives the exact
 * reading for countries, stages and firms).  Trace one unit of it back: at j it was made with
 * probability own_j = made_j / S_j, else it came from supplier i, with probability z_ij / S_j;
 * there it was made, or came from one of i's suppliers, and so on with the matrix A of trace.h.
 * With one walk of this kind in mind, and G a group of nodes (a country, an owner, a stage):
 *
 *   own             the unit was made by the buyer itself
 *   direct(G)       it was bought straight from G:           sum_{i in G} z_ij / S_j
 *   look_through(G) it comes from or passes through G, at any tier: the walk meets G at a
 *                   supplier, or the unit was made by the buyer itself and the buyer is in G.
 *                   A unit that passes G twice counts once, so this is not the sum over the
 *                   members of G; and one that passes G and H counts for both, so the
 *                   look-through shares of all groups may add up to more than 1
 *   origin(G)       it was made in G (METHODS: origin of supply corrected for re-exports)
 *
 * direct(G) <= look_through(G), origin(G) <= look_through(G) <= 1, and
 *
 *   own + sum_G direct(G) = 1,    sum_G origin(G) + unexplained + beyond = 1
 *
 * (groups include the unknown one).  `unexplained` came from nodes that sell what they have
 * neither bought nor made; `beyond` needed more steps than the depth limit.
 *
 * The inputs view is that of input-output analysis and counts purchases, each time they are
 * made, at every tier; it adds up to 1 over the groups.  With a = A and L = (I - A)^-1
 *
 *   inputs_face_value(G)    sum_{i in G} a_ij / sum_i a_ij
 *   inputs_look_through(G)  sum_{i in G} (L - I)_ij / sum_i (L - I)_ij
 *
 * Several buyers are taken together, each with the weight that the caller gives it.
 *
 * Sources  R. Baldwin, R. Freeman, A. Theodorakopoulos, "Hidden exposure: measuring US supply
 *          chain reliance", Brookings Papers on Economic Activity, Fall 2023 (inputs view);
 *          T. Kastner, M. Kastner, S. Nonhebel, "Tracing distant environmental impacts of
 *          agricultural products from a consumer perspective", Ecological Economics 70(6), 2011
 *          (origin); hitting probabilities of a Markov chain: J. G. Kemeny, J. L. Snell,
 * "Finite Markov Chains", 1960.
 */
#ifndef SN_METRICS_EXPOSURE_H
#define SN_METRICS_EXPOSURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/aggregate.h"
#include "graph/error.h"
#include "graph/network.h"

/** sn_exposure_options - zeroed but for commodity = SN_NONE it means "all". */
typedef struct {
    int32_t commodity; /* count only buyers of this commodity; SN_NONE = all           */
    unsigned depth;    /* walks of at most this many purchases; 0 = no limit           */
    size_t limit;      /* at most this many named rows, largest first; 0 = all         */
} sn_exposure_options;

/** sn_exposure_row - one supplier group that the buyers depend on; shares are 0..1. */
typedef struct {
    int32_t group;    /* code of the grouping, or SN_NONE: nodes whose group is unknown */
    const char *name; /* lent by the grouping; NULL for SN_NONE                         */
    bool rest;        /* rest of the world: a remainder, not to be ranked               */
    double direct, look_through, origin;
    double inputs_face_value, inputs_look_through; /* NaN when nothing is bought        */
    double direct_amount, look_through_amount, origin_amount; /* [unit / year]          */
} sn_exposure_row;

/** sn_exposure - what the buyers asked for depend on. */
typedef struct {
    double supply;    /* the weights of all buyers asked for [unit / year]              */
    const char *unit; /* of every amount, lent by the network; NULL when not stated     */
    size_t buyers;    /* nodes asked for                                                */
    double own, unexplained, beyond; /* shares, see above                               */
    double tiers; /* purchases behind a unit of supply, expected number (to `depth`) */
    double spectral_radius, spectral_error; /* of A upstream of the buyers: middle and half
                                               width of a bracket that holds it         */
    double residual_bound; /* certified: direct, look_through and origin are within this of
                              the exact shares (rounding, some 1e-15, apart)            */
    size_t groups;         /* supplier groups with a share, rows left out included      */
    double left_out;       /* no row left out has a larger look-through share; 0 if none */
    size_t count;
    sn_exposure_row *row; /* by look_through descending, then name; rest and unknown last */
} sn_exposure;

/**
 * sn_exposure_supply - S_j of every node: the natural weight of a buyer.
 *
 * supply  [out]  n numbers >= 0 by node [unit / year]
 *
 * Returns  SN_OK; SN_ENOMEM.  Cost O(V + E).
 */
sn_status sn_exposure_supply(const sn_network *net, double *supply, sn_error *err);

/**
 * sn_exposure_of - what buyers depend on.
 *
 * buyer_weight  [in]   n numbers by node: the amount of supply asked about [unit / year],
 *                      finite, >= 0, 0 = not asked; for one buyer any positive number.  A buyer
 *                      without any supply is unexplained
 * by            [in]   the supplier groups
 * options       [in]   NULL = all
 * exposure      [out]  cleared by sn_exposure_clear
 *
 * Returns  SN_OK; SN_EUSAGE when no weight is positive; SN_EDATA for a bad weight, for buyers
 * in different units, or where a node upstream buys in different units, naming nodes;
 *          SN_ENUMERIC when supply comes out of a closed loop in which nothing is made, naming
 *          it (never with a depth limit); SN_ENOMEM.
 * Cost     one solve of sn_trace_push, and one more per group of several nodes or in a loop;
 *          with a limit only until no further group can be among the rows.
 */
sn_status sn_exposure_of(const sn_network *net, const double *buyer_weight,
                         const sn_grouping *by, const sn_exposure_options *options,
                         sn_exposure *exposure, sn_error *err);

/** sn_exposure_clear - free what an exposure holds. */
void sn_exposure_clear(sn_exposure *exposure);

/** sn_dependence_row - one group of buyers and its dependence on the suppliers asked for. */
typedef struct {
    int32_t group;    /* code of the grouping, or SN_NONE: buyers whose group is unknown */
    const char *name; /* lent by the grouping; NULL for SN_NONE                          */
    bool rest;        /* rest of the world                                               */
    double supply;    /* the weights of its buyers [unit / year]                         */
    double own;       /* share that these buyers make themselves as suppliers asked for  */
    double direct, look_through;               /* shares of supply                       */
    double direct_amount, look_through_amount; /* [unit / year]                          */
} sn_dependence_row;

/** sn_dependence - who depends on the suppliers asked for. */
typedef struct {
    sn_dependence_row total; /* all buyers together; group SN_NONE, name NULL            */
    const char *unit;        /* of every amount, lent by the network; NULL if not stated */
    size_t suppliers;        /* nodes asked for                                          */
    double residual_bound;   /* certified, as in sn_exposure                             */
    size_t groups;           /* buyer groups with a weight, rows left out included       */
    size_t count;
    sn_dependence_row *row; /* by look_through_amount descending, then name; rest and
                               unknown last                                              */
} sn_dependence;

/**
 * sn_exposure_to - who depends on suppliers.
 *
 * supplier      [in]   n numbers 0..1 by node: 1 = asked for; between = the owned part of the
 *                      node: each visit there counts with this probability
 * buyer_weight  [in]   as in sn_exposure_of; sn_network_final_demand for final users
 * by            [in]   the buyer groups
 * options       [in]   NULL = all; the commodity is that of the buyers
 * dependence    [out]  cleared by sn_dependence_clear
 *
 * Returns  SN_OK; SN_EUSAGE when no weight or no supplier is positive; SN_EDATA for a bad
 *          number, for buyers in different units, or where a node that depends on the suppliers
 *          buys in different units; SN_ENUMERIC as sn_trace_pull; SN_ENOMEM.
 * Cost     one solve of sn_trace_pull for all buyers at once.
 */
sn_status sn_exposure_to(const sn_network *net, const double *supplier,
                         const double *buyer_weight, const sn_grouping *by,
                         const sn_exposure_options *options, sn_dependence *dependence,
                         sn_error *err);

/** sn_dependence_clear - free what a dependence holds. */
void sn_dependence_clear(sn_dependence *dependence);

#endif /* SN_METRICS_EXPOSURE_H */
