/* network.h - the frozen supply network: who supplies whom with how much of what.
 *
 * A network is made by a builder (builder.h), is const from then on, and is freed once.
 * Nodes are in ascending byte order of their ids and flows in (supplier, buyer, product
 * group) order, whatever the order of the input: results do not depend on row order.
 * Users see ids; code sees indices 0 .. node_count - 1 and 0 .. flow_count - 1.
 */
#ifndef SN_GRAPH_NETWORK_H
#define SN_GRAPH_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/dict.h"
#include "graph/error.h"

typedef struct sn_network sn_network;

typedef enum { SN_KIND_COUNTRY, SN_KIND_FIRM, SN_KIND_STAGE } sn_kind;

/** sn_basis - where the amount of a flow comes from. */
typedef enum {
    SN_BASIS_REPORTED, /* a statistic says so                                    */
    SN_BASIS_BALANCED, /* reported trade fitted to production and consumption    */
    SN_BASIS_ESTIMATED /* no trade statistic for this link: a stated prior, fitted */
} sn_basis;

/** sn_column - the text columns of a node; COUNTRY and OWNER share one dictionary. */
typedef enum {
    SN_COUNTRY,   /* ISO 3166 alpha-3 of the place; ROW = rest of the world    */
    SN_OWNER,     /* ISO 3166 alpha-3 of the largest shareholder's headquarters */
    SN_COMMODITY, /* what: cobalt                                              */
    SN_STAGE,     /* the step: mining, refining, ..., use                      */
    SN_SECTOR,    /* a firm's sector                                           */
    SN_UNIT,      /* of every amount of the node: t, MUSD                      */
    SN_COLUMNS
} sn_column;

/** sn_quantity - the numeric columns of a node; NaN = not given. */
typedef enum {
    SN_OUTPUT,         /* [unit / year]                                              */
    SN_CAPACITY,       /* [unit / year]                                              */
    SN_FINAL_DEMAND,   /* [unit / year]                                              */
    SN_PRIMARY,        /* own production that needs no purchased input [unit / year] */
    SN_INVENTORY_DAYS, /* [days of normal use]                                       */
    SN_LOW,            /* lower bound of output [unit / year]                        */
    SN_HIGH,           /* upper bound of output [unit / year]                        */
    SN_LAT,            /* [degrees north]                                            */
    SN_LON,            /* [degrees east]                                             */
    SN_QUANTITIES
} sn_quantity;

/** sn_need - how a buyer needs a product group. */
typedef enum { SN_NEGLIGIBLE = 0, SN_NON_ESSENTIAL = 1, SN_ESSENTIAL = 2 } sn_need;

/** sn_ownership - how a node with several owners is counted. */
typedef enum {
    SN_LARGEST, /* all of it belongs to the largest shareholder's country */
    SN_EQUITY   /* in proportion to equity                                */
} sn_ownership;

/** sn_network_free - free a network; NULL is fine. */
void sn_network_free(sn_network *net);

/** sn_network_node_count, sn_network_flow_count - sizes. */
size_t sn_network_node_count(const sn_network *net);
size_t sn_network_flow_count(const sn_network *net);

/** sn_network_id, sn_network_label - texts of a node, lent; the label is the id where none is
 *  given. */
const char *sn_network_id(const sn_network *net, size_t node);
const char *sn_network_label(const sn_network *net, size_t node);

/** sn_network_find - the index of a node id, or -1. */
int64_t sn_network_find(const sn_network *net, const char *id);

sn_kind sn_network_kind(const sn_network *net, size_t node);

/** sn_network_dict - the values of a text column, in ascending order (stages: in process
 *  order, mining first, use last, others by name between). */
const sn_dict *sn_network_dict(const sn_network *net, sn_column column);

/** sn_network_code - the value of a node in a text column as a code of sn_network_dict, or
 *  SN_NONE; sn_network_text - the same as text, NULL when not known. */
int32_t sn_network_code(const sn_network *net, sn_column column, size_t node);
const char *sn_network_text(const sn_network *net, sn_column column, size_t node);

/** sn_network_given - a numeric column as it was given; NaN where it was not. */
double sn_network_given(const sn_network *net, sn_quantity quantity, size_t node);

/**
 * The resolved amounts of a node [unit / year], never NaN.  With in and out the flows from and
 * to other nodes and self the flow to itself; max(0, a - b) is 0 where a exceeds b by no more
 * than 1e-9 of a, so that rounded sums make no producers and no final demand:
 *
 *   sales      out + self
 *   purchases  in + self
 *
 *                 kind country                  kind stage             kind firm
 *   primary       given, or the given output    given, or the output   given, or 0
 *                 read as production, or        if it buys nothing,
 *                 self + max(0, out - in)       or max(0, out - in)
 *   final demand  given, or self + max(0,       given, or              given, or 0: none
 *                 in - out), or max(0,          max(0, in - out)       is invented
 *                 primary + in - out)
 *   output        out + final demand, at        given, or sales +      given, or sales +
 *                 least the given output        final demand           final demand
 *
 * A country's self-flow is its own production used at home, so it is part of primary and of
 * final demand.  A country's given output is production unless its given final demand shows
 * that imports are inside it (|output - out - final demand| smaller than with imports added).
 * docs/model.md explains each case with an example.
 */
double sn_network_output(const sn_network *net, size_t node);
double sn_network_final_demand(const sn_network *net, size_t node);
double sn_network_primary(const sn_network *net, size_t node);
double sn_network_sales(const sn_network *net, size_t node);
double sn_network_purchases(const sn_network *net, size_t node);

/** One flow, supplier -> buyer. */
typedef struct {
    int32_t supplier, buyer; /* node indices                                          */
    double value;            /* [unit / year], > 0                                    */
    int32_t group;           /* product group, a code of sn_network_groups            */
    sn_basis basis;
} sn_flow;

sn_flow sn_network_flow(const sn_network *net, size_t flow);

/** sn_network_basis_counts - how many flows rest on what: count[basis]. */
void sn_network_basis_counts(const sn_network *net, size_t count[3]);

/** sn_network_lead_time - days that a flow is under way, 0 where none is given; parallel flows
 *  that were added have the mean of theirs, by amount, to a millionth of a day.
 *  sn_network_has_lead_time - whether any flow has one. */
double sn_network_lead_time(const sn_network *net, size_t flow);
bool sn_network_has_lead_time(const sn_network *net);

/** sn_network_groups - names of the product groups: the flow's product if one is given, else
 *  the supplier's `commodity:stage`, commodity, stage or sector, else "all". */
const sn_dict *sn_network_groups(const sn_network *net);

/** sn_network_has_product - whether flows carry a product of their own. */
bool sn_network_has_product(const sn_network *net);

/** Attributes: columns of the node file that the network does not interpret; kept as text. */
size_t sn_network_attribute_count(const sn_network *net);
const char *sn_network_attribute_name(const sn_network *net, size_t attribute);
const char *sn_network_attribute(const sn_network *net, size_t attribute, size_t node); /* or NULL */

/** Ownership shares of a node by headquarters country (owners.csv, or 1 for the owner column).
 *  The shares may add up to less than 1: the rest is unknown. */
typedef struct {
    int32_t owner; /* code of sn_network_dict(net, SN_OWNER) */
    double share;  /* 0..1                                   */
} sn_owner_share;

/**
 * sn_network_owners - the owners of a node under a rule.
 *
 * rule   [in]   SN_LARGEST or SN_EQUITY; where only the other rule is known, that one serves,
 *               under SN_LARGEST a firm then belongs to its largest shareholder (the first by
 *               code of equals), other nodes, which hold many sites, in proportion
 * count  [out]  number of shares; 0 = owner unknown
 *
 * Returns  the shares, lent; ordered by owner.
 */
const sn_owner_share *sn_network_owners(const sn_network *net, sn_ownership rule, size_t node,
                                        size_t *count);

/** sn_network_owner_known - the sum of a node's known shares, 0..1 up to rounding. */
double sn_network_owner_known(const sn_network *net, sn_ownership rule, size_t node);

/** sn_network_is_user - whether a node only uses: a country or stage that sells nothing and makes
 *  nothing of its own. */
bool sn_network_is_user(const sn_network *net, size_t node);

/** sn_recipe - one row of recipes.csv, as given. */
typedef struct {
    const char *buyer, *input; /* sector, commodity:stage, product, or "*" */
    sn_need need;
    double coefficient;    /* [input unit per unit of output]; NaN if not given */
    double inventory_days; /* NaN if not given                                  */
} sn_recipe;

size_t sn_network_recipe_count(const sn_network *net);
sn_recipe sn_network_recipe(const sn_network *net, size_t recipe);

/** sn_network_unit - the one unit of a commodity's amounts (of the whole network for SN_NONE);
 *  NULL when none is stated or, for SN_NONE, when commodities differ. */
const char *sn_network_unit(const sn_network *net, int32_t commodity);

/** sn_network_is_rest - whether a node stands for the rest of the world (country ROW): it is
 *  in every denominator and never ranked as a country. */
bool sn_network_is_rest(const sn_network *net, size_t node);

#endif /* SN_GRAPH_NETWORK_H */
