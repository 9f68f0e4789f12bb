/* sn_reroute.h - networks, disruptions and answers for the tests of rerouting. */
#ifndef SN_TESTS_SN_REROUTE_H
#define SN_TESTS_SN_REROUTE_H

#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <string.h>

#include "graph/builder.h"
#include "graph/network_private.h"
#include "metrics/reroute.h"
#include "sn_test.h"

typedef struct {
    const char *id;
    sn_kind kind;
    const char *country, *stage;
    double output, final_demand, primary, capacity; /* 0 = not given */
} node_row;

typedef struct {
    const char *supplier, *buyer;
    double value;
    const char *product;
} flow_row;

static inline int32_t touch(sn_builder *b, const char *id)
{
    int32_t node = SN_NONE;

    assert_int_equal(sn_builder_touch(b, id, strlen(id), &node, NULL), SN_OK);
    return node;
}

static inline void add_node(sn_builder *b, const node_row *row, double unit)
{
    const int32_t i = touch(b, row->id);
    const double amount[] = {row->output, row->final_demand, row->primary, row->capacity};
    const sn_quantity column[] = {SN_OUTPUT, SN_FINAL_DEMAND, SN_PRIMARY, SN_CAPACITY};

    sn_builder_set_kind(b, i, row->kind);
    if (row->country != NULL)
        sn_builder_set_text(b, i, SN_COUNTRY, row->country, strlen(row->country), NULL);
    if (row->stage != NULL)
        sn_builder_set_text(b, i, SN_STAGE, row->stage, strlen(row->stage), NULL);
    for (int q = 0; q < 4; q++)
        if (amount[q] > 0)
            sn_builder_set_number(b, i, column[q], amount[q] * unit, NULL);
}

static inline void add_flow(sn_builder *b, const flow_row *row, double unit)
{
    int32_t product = SN_NONE;

    if (row->product != NULL)
        sn_builder_product(b, row->product, strlen(row->product), &product, NULL);
    assert_int_equal(sn_builder_flow(b, touch(b, row->supplier), touch(b, row->buyer),
                                     row->value * unit, product, SN_BASIS_REPORTED, NULL, 0,
                                     NULL),
                     SN_OK);
}

static inline sn_network *freeze(sn_builder *b)
{
    sn_network *net = NULL;
    sn_error err = {0};

    if (sn_builder_freeze(&b, &net, &err) != SN_OK)
        fail_msg("cannot freeze: %s", err.message);
    return net;
}

static inline sn_network *make(const node_row *node, size_t nodes, const flow_row *flow,
                               size_t flows)
{
    sn_builder *b = sn_builder_new();

    for (size_t i = 0; i < nodes; i++)
        add_node(b, &node[i], 1);
    for (size_t e = 0; e < flows; e++)
        add_flow(b, &flow[e], 1);
    return freeze(b);
}

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define MAKE(nodes, flows) make(nodes, COUNT(nodes), flows, COUNT(flows))

static inline size_t at(const sn_network *net, const char *id)
{
    const int64_t i = sn_network_find(net, id);

    assert_true(i >= 0);
    return (size_t)i;
}

/* A mask of all ones; what a test takes away is set by hand. */
static inline sn_mask whole(const sn_network *net)
{
    sn_mask mask = {malloc((net->node_count + 1) * sizeof *mask.node),
                    malloc((net->flow_count + 1) * sizeof *mask.flow)};

    for (size_t i = 0; i < net->node_count; i++)
        mask.node[i] = 1;
    for (size_t e = 0; e < net->flow_count; e++)
        mask.flow[e] = 1;
    return mask;
}

enum { MOST_NODES = 40, MOST_LEVERS = 8 };

typedef struct {
    double loss, lost, served[MOST_NODES]; /* by node */
    sn_lever lever[MOST_LEVERS];
    size_t levers;
} answer;

/* Weights are final demand, or output where options say so. */
static inline answer solve(const sn_network *net, const sn_mask *mask,
                           const sn_reroute_options *options)
{
    answer a = {0};
    sn_reroute *r = NULL;
    sn_reroute_result result;
    sn_error err = {0};
    const double *weight = options->by_output ? net->output : net->final_demand;

    if (sn_reroute_new(net, weight, options, &r, &err) != SN_OK ||
        sn_reroute_run(r, mask, &result, &err) != SN_OK)
        fail_msg("%s", err.message);
    a.loss = result.loss;
    a.lost = result.lost;
    memcpy(a.served, result.served, net->node_count * sizeof *a.served);
    a.levers = result.lever_count;
    for (size_t k = 0; k < a.levers; k++)
        a.lever[k] = result.lever[k];
    sn_reroute_free(r);
    return a;
}

/* ---- random networks ---- */

enum { NODES = 16, FLOWS = 60, NETWORKS = 200 };

typedef struct {
    size_t supplier, buyer;
    double value;
    const char *product;
} drawn_flow;

typedef struct {
    size_t nodes, flows;
    node_row node[NODES];
    drawn_flow flow[FLOWS];
    sn_need need[3][3];
    int stage[NODES];
    double psi[NODES], left[NODES]; /* left: of all sales of the node */
    const char *const *id;
} drawn;

static const char *const names[] = {"n00", "n01", "n02", "n03", "n04", "n05", "n06", "n07",
                                    "n08", "n09", "n10", "n11", "n12", "n13", "n14", "n15"};
static const char *const stages[] = {"s0", "s1", "s2"};
static const char *const places[] = {"AAA", "BBB", "CCC"};
static const char *const products[] = {"p0", "p1", "p2"};

static inline double uniform(gsl_rng *rng)
{
    return gsl_rng_uniform_pos(rng);
}

static inline void draw_nodes(gsl_rng *rng, drawn *d)
{
    for (size_t i = 0; i < d->nodes; i++) {
        d->stage[i] = (int)gsl_rng_uniform_int(rng, 3);
        d->node[i] = (node_row){NULL,
                                (sn_kind)gsl_rng_uniform_int(rng, 3),
                                places[gsl_rng_uniform_int(rng, 3)],
                                stages[d->stage[i]],
                                uniform(rng) < 0.3 ? 40 * uniform(rng) : 0,
                                uniform(rng) < 0.6 ? 10 * uniform(rng) : 0,
                                uniform(rng) < 0.4 ? 10 * uniform(rng) : 0,
                                uniform(rng) < 0.3 ? 40 * uniform(rng) : 0};
        d->psi[i] = uniform(rng) < 0.7 ? 1 : uniform(rng) < 0.5 ? 0 : uniform(rng);
        d->left[i] = uniform(rng) < 0.8 ? 1 : uniform(rng) < 0.5 ? 0 : uniform(rng);
    }
}

static inline drawn draw(unsigned long seed)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    drawn d = {.id = names};

    gsl_rng_set(rng, seed);
    d.nodes = 1 + gsl_rng_uniform_int(rng, NODES);
    d.flows = gsl_rng_uniform_int(rng, FLOWS + 1);
    draw_nodes(rng, &d);
    for (size_t e = 0; e < d.flows; e++)
        d.flow[e] =
            (drawn_flow){gsl_rng_uniform_int(rng, d.nodes), gsl_rng_uniform_int(rng, d.nodes),
                         exp(4 * uniform(rng) - 2), products[gsl_rng_uniform_int(rng, 3)]};
    for (int b = 0; b < 3; b++)
        for (int p = 0; p < 3; p++)
            d.need[b][p] = (sn_need)(2 - (int)gsl_rng_uniform_int(rng, 5) / 2);
    gsl_rng_free(rng);
    return d;
}

static inline sn_network *build(const drawn *d, double unit)
{
    sn_builder *b = sn_builder_new();

    for (size_t i = 0; i < d->nodes; i++) {
        node_row row = d->node[i];
        row.id = d->id[i];
        add_node(b, &row, unit);
    }
    for (size_t e = 0; e < d->flows; e++) {
        const drawn_flow *f = &d->flow[e];
        add_flow(b, &(flow_row){d->id[f->supplier], d->id[f->buyer], f->value, f->product},
                 unit);
    }
    for (int s = 0; s < 3; s++)
        for (int p = 0; p < 3; p++)
            sn_builder_recipe(b, stages[s], 2, products[p], 2, d->need[s][p], NAN, NAN, NULL);
    return freeze(b);
}

static inline sn_mask mask_of(const drawn *d, const sn_network *net)
{
    sn_mask mask = whole(net);

    for (size_t i = 0; i < d->nodes; i++) {
        const size_t node = at(net, d->id[i]);
        mask.node[node] = d->psi[i];
        for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
            mask.flow[e] = d->left[i];
    }
    return mask;
}

static inline answer solve_drawn(const drawn *d, double unit, sn_reroute_options options)
{
    sn_network *net = build(d, unit);
    sn_mask mask = mask_of(d, net);
    const answer a = solve(net, &mask, &options);

    sn_mask_clear(&mask);
    sn_network_free(net);
    return a;
}

#endif /* SN_TESTS_SN_REROUTE_H */
