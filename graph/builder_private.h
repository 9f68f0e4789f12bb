/* builder_private.h - the layout of a builder, for builder.c, aggregate.c, the freeze
 * files, and for image_check.c, which derives once more what they derived. */
#ifndef SN_GRAPH_BUILDER_PRIVATE_H
#define SN_GRAPH_BUILDER_PRIVATE_H

#include "graph/builder.h"

#define SN_KIND_UNSET ((uint8_t)0xff)

struct sn_builder_owner {
    int32_t node, owner;
    double share;
    uint8_t rule;
};

struct sn_builder {
    /* Nodes by builder index; the lazy arrays are NULL until a value is set. */
    sn_dict ids;
    size_t node_room;
    uint8_t *kind; /* sn_kind or SN_KIND_UNSET */
    uint8_t *declared;
    const char **label;           /* lazy */
    int32_t *code[SN_COLUMNS];    /* lazy */
    double *given[SN_QUANTITIES]; /* lazy */
    sn_dict dict[SN_COLUMNS];     /* owners stand in dict[SN_COUNTRY] */
    sn_arena texts;

    size_t attribute_count;
    const char **attribute_name;
    const char ***attribute; /* [attribute][node], each lazy */

    /* Flows in the order of the input; the lazy arrays are NULL until a value differs. */
    size_t flow_count, flow_room;
    int32_t *supplier, *buyer;
    double *value;
    int32_t *product; /* lazy */
    uint8_t *basis;   /* lazy */
    int32_t *unit;    /* lazy; code in dict[SN_UNIT] */
    double *lead;     /* lazy; days */
    sn_dict products;
    bool ordered; /* the order of the flows is that of a frozen network: sums may keep to it */

    size_t owner_count, owner_room;
    struct sn_builder_owner *owner;

    size_t recipe_count, recipe_room;
    sn_recipe *recipe;
};

/* builder.c */
sn_status sn_builder_check_text(const char *what, const char *text, size_t length,
                                size_t longest, sn_error *err);
sn_status sn_builder_expect_nodes(sn_builder *builder, size_t nodes, sn_error *err);

/* freeze.c: where a stage stands in process order; equals are ordered by name. */
int sn_stage_place(const char *stage);

/* The steps of sn_builder_freeze; each reads the builder and fills its part of the network. */
sn_status sn_freeze_flows(sn_builder *builder, const int32_t *rank, sn_network *net,
                          sn_error *err);
struct sn_buckets; /* the second half of it, in the memory of the first */
sn_status sn_freeze_buyers(struct sn_buckets *buckets, sn_network *net, sn_error *err);
sn_status sn_freeze_amounts(sn_network *net, sn_error *err);
sn_status sn_freeze_recipes(sn_builder *builder, sn_network *net, sn_error *err);
sn_status sn_freeze_owners(const sn_builder *builder, const int32_t *node_rank,
                           const int32_t *place_rank, sn_network *net, sn_error *err);

#endif /* SN_GRAPH_BUILDER_PRIVATE_H */
