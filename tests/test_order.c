/* test_order.c - components come in the order of dependence. */
#include "sn_test.h"
#include "sn_nets.h"

#include <igraph.h>

#include "graph/bridge.h"
#include "metrics/order.h"

enum { N = 40 };

typedef struct {
    bool reaches[N][N];
    size_t first[N + 1];
    int32_t target[N * 8];
} graph;

static void draw(graph *g, unsigned long seed, size_t n)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    size_t used = 0;

    gsl_rng_set(rng, seed);
    memset(g, 0, sizeof *g);
    for (size_t i = 0; i < n; i++) {
        g->first[i] = used;
        for (size_t k = gsl_rng_uniform_int(rng, 4); k > 0; k--) {
            const size_t j = gsl_rng_uniform_int(rng, n);
            g->target[used++] = (int32_t)j;
            g->reaches[i][j] = true;
        }
    }
    g->first[n] = used;
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                g->reaches[i][j] |= g->reaches[i][k] && g->reaches[k][j];
    gsl_rng_free(rng);
}

static size_t igraph_count(const graph *g, size_t n)
{
    igraph_t topology;
    igraph_vector_int_t edges;
    igraph_integer_t count;

    igraph_vector_int_init(&edges, 0);
    for (size_t i = 0; i < n; i++)
        for (size_t e = g->first[i]; e < g->first[i + 1]; e++) {
            igraph_vector_int_push_back(&edges, (igraph_integer_t)i);
            igraph_vector_int_push_back(&edges, g->target[e]);
        }
    igraph_create(&topology, &edges, (igraph_integer_t)n, IGRAPH_DIRECTED);
    igraph_connected_components(&topology, NULL, NULL, &count, IGRAPH_STRONG);
    igraph_destroy(&topology);
    igraph_vector_int_destroy(&edges);
    return (size_t)count;
}

/* Number of broken promises. */
static int check(const graph *g, const sn_order *order, size_t n)
{
    int broken = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            const bool together = i == j || (g->reaches[i][j] && g->reaches[j][i]);
            broken += together != (order->component[i] == order->component[j]);
            broken += g->reaches[i][j] && order->component[j] > order->component[i];
        }
    for (size_t c = 0; c < order->count; c++)
        for (size_t k = order->first[c]; k < order->first[c + 1]; k++)
            broken += order->component[order->node[k]] != (int32_t)c;
    return broken + (order->first[order->count] != n);
}

static void order__agrees_with_reachability_and_with_igraph(void **state)
{
    int broken = 0;
    (void)state;

    for (unsigned long seed = 1; seed <= 200; seed++) {
        const size_t n = 1 + seed % N;
        graph g;
        sn_order order = {0};

        draw(&g, seed, n);
        assert_int_equal(sn_order_make(n, g.first, g.target, &order, NULL), SN_OK);
        broken += check(&g, &order, n) + (order.count != igraph_count(&g, n));
        sn_order_clear(&order);
    }
    assert_int_equal(broken, 0);
}

static void order__survives_a_chain_of_a_million_nodes(void **state)
{
    const size_t n = 1000000;
    size_t *first = malloc((n + 1) * sizeof *first);
    int32_t *target = malloc(n * sizeof *target);
    sn_order order = {0};
    (void)state;

    for (size_t i = 0; i < n; i++) {
        first[i] = i;
        target[i] = i + 1 < n ? (int32_t)i + 1 : 0; /* and back to the start: one loop */
    }
    first[n] = n;
    assert_int_equal(sn_order_make(n, first, target, &order, NULL), SN_OK);
    const size_t ring = order.count;
    sn_order_clear(&order);
    first[n] = n - 1; /* open the ring */
    assert_int_equal(sn_order_make(n, first, target, &order, NULL), SN_OK);
    const size_t chain = order.count;
    const int32_t foremost = order.node[0];
    sn_order_clear(&order);
    free(first);
    free(target);
    assert_int_equal(ring, 1);
    assert_int_equal(chain, n);
    assert_int_equal(foremost, n - 1);
}

static void order__of_nothing_is_empty(void **state)
{
    const size_t first[1] = {0};
    sn_order order = {0};
    (void)state;

    assert_int_equal(sn_order_make(0, first, NULL, &order, NULL), SN_OK);
    const size_t count = order.count;
    sn_order_clear(&order);
    sn_order_clear(&order);
    assert_int_equal(count, 0);
}

static void order__of_a_network_puts_suppliers_first(void **state)
{
    static const net_flow flow[] = {{"z", "y", 2.5, NULL}, {"y", "x", 1.25, NULL},
                                    {"x", "y", 3.5, NULL}, {"x", "a", 0.75, NULL}};
    sn_network *net = net_make(NULL, 0, flow, 4, NULL, 0);
    sn_order order = {0};
    (void)state;

    assert_int_equal(sn_order_network(net, &order, NULL), SN_OK);
    const int32_t a = order.component[0], x = order.component[1], y = order.component[2],
                  z = order.component[3];
    const size_t count = order.count;
    sn_order_clear(&order);
    sn_network_free(net);
    assert_int_equal(count, 3);
    assert_int_equal(z, 0);
    assert_int_equal(x, 1);
    assert_int_equal(y, 1);
    assert_int_equal(a, 2);
}

static int setup(void **state)
{
    (void)state;
    sn_bridge_setup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order__agrees_with_reachability_and_with_igraph),
        cmocka_unit_test(order__survives_a_chain_of_a_million_nodes),
        cmocka_unit_test(order__of_nothing_is_empty),
        cmocka_unit_test(order__of_a_network_puts_suppliers_first),
    };
    return cmocka_run_group_tests_name("order", tests, setup, NULL);
}
