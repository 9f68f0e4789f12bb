/* sn_nets.h - networks for tests, out of tables and out of random numbers. */
#ifndef SN_TESTS_SN_NETS_H
#define SN_TESTS_SN_NETS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_rng.h>

#include "graph/builder.h"
#include "graph/network_private.h"

/* One flow of a table; product may be NULL. */
typedef struct {
    const char *supplier, *buyer;
    double value;
    const char *product;
} net_flow;

/* One node of a table: texts may be NULL, amounts 0 = not given. */
typedef struct {
    const char *id;
    sn_kind kind;
    const char *country, *commodity, *stage, *sector;
    double output, final_demand, primary;
} net_node;

typedef struct {
    const char *buyer, *input;
    sn_need need;
} net_recipe;

static inline void net_text(sn_builder *b, int32_t node, sn_column column, const char *text)
{
    if (text != NULL && sn_builder_set_text(b, node, column, text, strlen(text), NULL) != SN_OK)
        abort();
}

static inline void net_add_node(sn_builder *b, const net_node *node)
{
    int32_t i;
    const double amount[] = {node->output, node->final_demand, node->primary};
    const sn_quantity column[] = {SN_OUTPUT, SN_FINAL_DEMAND, SN_PRIMARY};

    if (sn_builder_declare(b, node->id, strlen(node->id), &i, NULL) != SN_OK)
        abort();
    sn_builder_set_kind(b, i, node->kind);
    net_text(b, i, SN_COUNTRY, node->country);
    net_text(b, i, SN_COMMODITY, node->commodity);
    net_text(b, i, SN_STAGE, node->stage);
    net_text(b, i, SN_SECTOR, node->sector);
    for (int q = 0; q < 3; q++)
        if (amount[q] > 0)
            (void)sn_builder_set_number(b, i, column[q], amount[q], NULL);
}

static inline void net_add_flow(sn_builder *b, const net_flow *flow, double scale)
{
    int32_t supplier, buyer, product = SN_NONE;

    if (sn_builder_touch(b, flow->supplier, strlen(flow->supplier), &supplier, NULL) != SN_OK ||
        sn_builder_touch(b, flow->buyer, strlen(flow->buyer), &buyer, NULL) != SN_OK ||
        (flow->product != NULL && sn_builder_product(b, flow->product, strlen(flow->product),
                                                     &product, NULL) != SN_OK) ||
        sn_builder_flow(b, supplier, buyer, flow->value * scale, product, SN_BASIS_REPORTED,
                        NULL, 0, NULL) != SN_OK)
        abort();
}

static inline sn_network *net_freeze(sn_builder *b)
{
    sn_network *net = NULL;
    sn_error err = {0};

    if (sn_builder_freeze(&b, &net, &err) != SN_OK) {
        fprintf(stderr, "cannot freeze: %s\n", err.message);
        abort();
    }
    return net;
}

/* The network of three tables. */
static inline sn_network *net_make(const net_node *node, size_t nodes, const net_flow *flow,
                                   size_t flows, const net_recipe *recipe, size_t recipes)
{
    sn_builder *b = sn_builder_new();

    for (size_t i = 0; i < nodes; i++)
        net_add_node(b, &node[i]);
    for (size_t e = 0; e < flows; e++)
        net_add_flow(b, &flow[e], 1);
    for (size_t r = 0; r < recipes; r++)
        if (sn_builder_recipe(b, recipe[r].buyer, strlen(recipe[r].buyer), recipe[r].input,
                              strlen(recipe[r].input), recipe[r].need, NAN, NAN, NULL) != SN_OK)
            abort();
    return net_freeze(b);
}

#define NET_COUNT(table) (sizeof(table) / sizeof(table)[0])

/* A random network as tables, so that it can be built again scaled or in another order. */
enum { NET_NODES = 14, NET_FLOWS = 60, NET_RECIPES = 10 };

typedef struct {
    char id[NET_NODES][24];
    net_node node[NET_NODES];
    net_flow flow[NET_FLOWS];
    net_recipe recipe[NET_RECIPES];
    size_t nodes, flows, recipes;
} net_random;

/* Loops, self-flows, parallel flows, several groups and needs, all kinds of nodes. */
static inline void net_draw(net_random *r, unsigned long seed)
{
    static const char *const sector[] = {"s0", "s1", "s2"};
    static const char *const product[] = {"p0", "p1", "p2"};
    static const char *const country[] = {"AAA", "BBB", "CCC", "DDD"};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    gsl_rng_set(rng, seed);
    memset(r, 0, sizeof *r);
    r->nodes = 1 + gsl_rng_uniform_int(rng, NET_NODES);
    r->flows = gsl_rng_uniform_int(rng, 4 * r->nodes + 1);
    for (size_t i = 0; i < r->nodes; i++) {
        snprintf(r->id[i], sizeof r->id[i], "n%02u", (unsigned)(i % 100));
        r->node[i] = (net_node){.id = r->id[i],
                                .kind = (sn_kind)gsl_rng_uniform_int(rng, 3),
                                .country = country[gsl_rng_uniform_int(rng, 4)],
                                .sector = sector[gsl_rng_uniform_int(rng, 3)]};
        if (gsl_rng_uniform(rng) < 0.3)
            r->node[i].primary = 3 * gsl_rng_uniform_pos(rng);
        if (gsl_rng_uniform(rng) < 0.5)
            r->node[i].final_demand = 5 * gsl_rng_uniform_pos(rng);
    }
    for (size_t e = 0; e < r->flows; e++)
        r->flow[e] = (net_flow){r->id[gsl_rng_uniform_int(rng, r->nodes)],
                                r->id[gsl_rng_uniform_int(rng, r->nodes)],
                                exp(4 * gsl_rng_uniform(rng) - 2),
                                product[gsl_rng_uniform_int(rng, 3)]};
    for (size_t s = 0; s < 3; s++)
        for (size_t p = 0; p < 3; p++)
            r->recipe[r->recipes++] =
                (net_recipe){sector[s], product[p], (sn_need)gsl_rng_uniform_int(rng, 3)};
    gsl_rng_free(rng);
}

/* Build it with all amounts times `scale`; backwards: rows in opposite order. */
static inline sn_network *net_build(const net_random *r, double scale, bool backwards)
{
    sn_builder *b = sn_builder_new();

    for (size_t i = 0; i < r->nodes; i++) {
        net_node node = r->node[backwards ? r->nodes - 1 - i : i];
        node.primary *= scale;
        node.final_demand *= scale;
        net_add_node(b, &node);
    }
    for (size_t e = 0; e < r->flows; e++)
        net_add_flow(b, &r->flow[backwards ? r->flows - 1 - e : e], scale);
    for (size_t q = 0; q < r->recipes; q++) {
        const net_recipe *row = &r->recipe[backwards ? r->recipes - 1 - q : q];
        if (sn_builder_recipe(b, row->buyer, strlen(row->buyer), row->input,
                              strlen(row->input), row->need, NAN, NAN, NULL) != SN_OK)
            abort();
    }
    return net_freeze(b);
}

#endif /* SN_TESTS_SN_NETS_H */
