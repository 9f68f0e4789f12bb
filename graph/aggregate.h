/* aggregate.h - the same network seen at a coarser level. */
#ifndef SN_GRAPH_AGGREGATE_H
#define SN_GRAPH_AGGREGATE_H

#include "graph/error.h"
#include "graph/network.h"

/** sn_level - what becomes one node. */
typedef enum {
    SN_LEVEL_NODE,      /* each node by itself                               */
    SN_LEVEL_COUNTRY,   /* all nodes of a country                            */
    SN_LEVEL_OWNER,     /* all nodes of a headquarters country               */
    SN_LEVEL_FIRM,      /* firms stay, other nodes become their country      */
    SN_LEVEL_STAGE,     /* all nodes of a commodity's stage, over countries  */
    SN_LEVEL_COMMODITY  /* all nodes of a commodity                          */
} sn_level;

const char *sn_level_name(sn_level level);
/** sn_level_parse - SN_EUSAGE when the word is none of node, country, owner, firm, stage,
 *  commodity. */
sn_status sn_level_parse(const char *word, sn_level *level, sn_error *err);

/** sn_grouping - which group each node belongs to. */
typedef struct {
    sn_dict names;   /* group code -> name, ascending */
    int32_t *group;  /* [n] group of a node, or SN_NONE (its country, owner ... is unknown) */
} sn_grouping;

/**
 * sn_grouping_make - put every node of a network into its group at a level.
 *
 * At SN_LEVEL_OWNER a node belongs to its owner column; shares in owners.csv are the
 * selectors' business (selector.h), since a group holds whole nodes.
 *
 * grouping  [out]  cleared by sn_grouping_clear
 *
 * Returns  SN_OK; SN_ENOMEM.  Cost O(V).
 */
sn_status sn_grouping_make(const sn_network *net, sn_level level, sn_grouping *grouping,
                           sn_error *err);
void sn_grouping_clear(sn_grouping *grouping);

/**
 * sn_aggregate - the network between groups.
 *
 * Every flow keeps its amount, product group and basis (the weaker of merged ones); flows
 * inside a group become the group's self-flow: the sum of all flows is unchanged.  Output,
 * final demand and own production of a group are sums; a text column is kept where all members
 * agree; other quantities, labels, attributes, recipes and owners' shares are not carried over.
 * A node without a group keeps its id, with " (ungrouped)" behind it where a group has that
 * name.  Groups at the levels country and owner, and those of other nodes at level firm, are of
 * kind country; an owner's group lies in the owner's country.  Mixed units inside one group, or
 * in a coarse network without commodities, are an error.
 *
 * Returns  SN_OK; SN_EDATA for mixed units; SN_ENOMEM.  Cost O(V + E log E).
 */
sn_status sn_aggregate(const sn_network *net, sn_level level, sn_network **coarse, sn_error *err);

#endif /* SN_GRAPH_AGGREGATE_H */
