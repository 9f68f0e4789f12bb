/* sourcing.h - who makes each product, and from whom a bloc of countries has it.
 *
 * A product is what a stage of a commodity makes or, where suppliers state no commodity, what
 * their flows call it.  The bloc is a set of countries; it buys with all its nodes, and what
 * its own nodes make for them is domestic supply.
 */
#ifndef SN_METRICS_SOURCING_H
#define SN_METRICS_SOURCING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "graph/network.h"

/** sn_sourcing_question - whose supply, seen how. */
typedef struct {
    const bool *member; /* by code of SN_COUNTRY: the bloc                                  */
    const bool *counts; /* by code of SN_COUNTRY: only suppliers in these countries (by place
                           or, by owner, owned there) count; NULL = all                     */
    bool by_owner;      /* parties are headquarters countries, else places                  */
    sn_ownership rule;  /* by owner: how sites with several owners are counted              */
} sn_sourcing_question;

/** sn_sourcing_party - one country as maker and as seller; amounts in the unit of the product.
 */
typedef struct {
    const char *id; /* ISO 3166 alpha-3, lent by the network                                  */
    bool member;
    double made;     /* of the world's supply; where production is not known: sold abroad     */
    double bought;   /* what the bloc has straight from here, domestic supply included        */
    double origin;   /* of the bloc's final use: what was made here at this stage, whatever
                        came between (re-exports corrected); NaN where there is no final use  */
    double exported; /* sold to other countries                                               */
    double used;     /* by place: what users here take of it, from anybody, of countries what
                        they do not sell on; by owner NaN                                     */
} sn_sourcing_party;

/** sn_sourcing_sums - amounts that belong to no party. */
typedef struct {
    double total;    /* parties, rest of world, unknown and left out                          */
    double other;    /* rest of world                                                         */
    double unknown;  /* no country, or no owner, known                                        */
    double left_out; /* of countries that do not count                                        */
} sn_sourcing_sums;

/** sn_sourcing - one product; amounts in its unit per year. */
typedef struct {
    const char *commodity, *stage, *product; /* product where the supplier has no commodity */
    const char *unit;                        /* NULL when not stated                        */
    int32_t commodity_code;                  /* of SN_COMMODITY, or SN_NONE                 */
    size_t count;
    sn_sourcing_party *party;                        /* by id */
    sn_sourcing_sums made, bought, origin, exported; /* origin.total NaN: no final use        */
    double used;         /* by everybody who counts, or by all; NaN as production is    */
    double used_unknown; /* of it: by the rest of the world, or nobody knows where      */
    double estimated;    /* share of `bought` whose amounts are estimates                */
    /* The bloc at its border, by place whatever the parties are. */
    double production; /* of members; NaN where production is not known                     */
    double imports;    /* from outside                                                      */
    double exports;    /* to outside                                                        */
    double intra;      /* between members                                                   */
    double final_use;  /* of the commodity, at its last stage; NaN where there is none      */
    bool first, last;  /* stage of its commodity in process order                           */
} sn_sourcing;

/** sn_sourcings - zeroed it is empty and may be cleared. */
typedef struct {
    size_t count;
    sn_sourcing *product; /* by commodity, stage in process order, product name */
} sn_sourcings;

/**
 * sn_sourcing_make - all products of a network as a bloc sees them.
 *
 * Production is the output of stage and firm nodes.  Of country nodes it is their own
 * production where the network has one product and any country's output is given, and then what
 * they neither sell nor state as a self-flow is their domestic supply; else it is unknown, and
 * `made` is what they sell abroad.
 *
 * Origin follows the bloc's final use upstream (exposure.h): shares of what passed each maker
 * of the stage or, for country nodes, of what was made in each country.
 *
 * Returns  SN_OK; SN_EDATA, SN_ENUMERIC as sn_exposure_of; SN_ENOMEM.
 * Cost     O(V + E + products * countries), and an exposure per commodity.
 */
sn_status sn_sourcing_make(const sn_network *net, const sn_sourcing_question *question,
                           sn_sourcings *sourcings, sn_error *err);
void sn_sourcings_clear(sn_sourcings *sourcings);

#endif /* SN_METRICS_SOURCING_H */
