/* test_dominators.c - dominators, cuts, flows and articulation points against brute force. */
#include "sn_test.h"
#include "sn_brute.h"
#include "sn_build.h"

#include <gsl/gsl_rng.h>

#include "graph/bridge.h"

enum { MOST = BRUTE_NODES, GRAPHS = 500 };

/* A small random digraph, its links and its sources. */
typedef struct {
    size_t n;
    brute_graph brute;
    bool source[MOST];
    sn_network *net;
    sn_links links;
} graph;

static void make_links(graph *g, sn_network *net)
{
    int32_t vertex[MOST];
    sn_error err = {0};

    for (size_t v = 0; v < MOST; v++)
        vertex[v] = (int32_t)v;
    g->net = net;
    if (sn_links_make(net, vertex, g->n, &g->links, &err) != SN_OK)
        fail_msg("%s", err.message);
}

static void draw(graph *g, unsigned long seed)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    char text[4000] = "";
    sn_network *net = NULL;
    sn_error err = {0};

    gsl_rng_set(rng, seed);
    memset(g, 0, sizeof *g);
    g->n = 2 + gsl_rng_uniform_int(rng, MOST - 1);
    g->brute.n = g->n;
    const double density = gsl_rng_uniform(rng) * 3 / (double)g->n;
    for (size_t i = 0; i < g->n; i++) {
        g->source[i] = gsl_rng_uniform(rng) < 0.25;
        g->brute.source |= (unsigned)g->source[i] << i;
        snprintf(text + strlen(text), sizeof text - strlen(text), "%c: kind=stage;", (int)('a' + i));
        for (size_t j = 0; j < g->n; j++)
            if (gsl_rng_uniform(rng) < density) {
                brute_link(&g->brute, i, j);
                snprintf(text + strlen(text), sizeof text - strlen(text), "%c %c %.3f;", (int)('a' + i),
                         (int)('a' + j), 0.1 + gsl_rng_uniform(rng));
            }
    }
    gsl_rng_free(rng);
    if (sn_build(text, &net, &err) != SN_OK)
        fail_msg("%s", err.message);
    make_links(g, net);
}

static void drop(graph *g)
{
    sn_links_clear(&g->links);
    sn_network_free(g->net);
}

static void dominators__are_what_removal_says_on_500_random_networks(void **state)
{
    size_t dominated = 0, wrong = 0;

    (void)state;
    for (unsigned long seed = 1; seed <= GRAPHS; seed++) {
        int32_t parent[MOST];
        graph g;
        draw(&g, seed);
        const sn_status status = sn_dominators_make(&g.links, g.source, true, parent, NULL);
        if (status == SN_OK)
            wrong += brute_dominators(&g.brute, true, parent, &dominated);
        drop(&g);
        assert_int_equal(status, SN_OK);
    }
    assert_int_equal(wrong, 0);
    assert_true(dominated > 200);
}

static void cuts__are_smallest_and_their_paths_share_nothing_on_500_random_networks(void **state)
{
    size_t wrong = 0, sizes[MOST] = {0};

    (void)state;
    for (unsigned long seed = 1; seed <= GRAPHS; seed++) {
        graph g;
        draw(&g, seed);
        for (size_t b = 0; b < g.n; b++) {
            sn_cut cut;
            if (sn_cut_make(&g.links, g.source, NULL, (int32_t)b, &cut, NULL) != SN_OK)
                fail();
            wrong += brute_cut(&g.brute, b, &cut);
            if (!cut.own)
                sizes[cut.size]++;
            sn_cut_clear(&cut);
        }
        drop(&g);
    }
    assert_int_equal(wrong, 0);
    assert_true(sizes[1] > 100 && sizes[2] > 20);
}

/* Ford and Fulkerson with depth-first search, on a dense matrix. */
static double push(double room[MOST + 1][MOST + 1], bool *seen, size_t n, size_t at, size_t sink,
                   double amount)
{
    if (at == sink)
        return amount;
    seen[at] = true;
    for (size_t to = 0; to < n; to++) {
        if (seen[to] || room[at][to] <= 1e-13)
            continue;
        const double sent = push(room, seen, n, to, sink, fmin(amount, room[at][to]));
        if (sent > 0) {
            room[at][to] -= sent;
            room[to][at] += sent;
            return sent;
        }
    }
    return 0;
}

static void max_flow__agrees_with_ford_and_fulkerson(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= GRAPHS; seed++) {
        double room[MOST + 1][MOST + 1] = {{0}}, supply[MOST] = {0}, expected = 0, flow = -1, sent;
        bool gone[MOST] = {false};
        graph g;
        draw(&g, seed);
        const size_t n = g.n, sink = seed % n;
        gone[(seed / 7) % n] = seed % 3 == 0 && (seed / 7) % n != sink;
        for (size_t v = 0; v < n; v++) {
            supply[v] = g.source[v] ? 0.3 + 0.1 * (double)v : 0;
            room[n][v] = gone[v] ? 0 : supply[v];
            for (size_t e = g.links.out_first[v]; e < g.links.out_first[v + 1]; e++)
                if (!gone[v] && !gone[g.links.out_to[e]])
                    room[v][g.links.out_to[e]] = g.links.out_amount[e];
        }
        do {
            bool seen[MOST + 1] = {false};
            sent = push(room, seen, n + 1, n, sink, INFINITY);
            expected += sent;
        } while (sent > 0);
        const sn_status status = sn_max_flow(&g.links, supply, gone, (int32_t)sink, &flow, NULL);
        drop(&g);
        assert_int_equal(status, SN_OK);
        assert_close(flow, expected, 1e-9);
    }
}

static void articulation__counts_the_parts_that_are_left(void **state)
{
    size_t points = 0;

    (void)state;
    for (unsigned long seed = 1; seed <= GRAPHS; seed++) {
        int32_t parts[MOST];
        size_t wrong = 0;
        sn_links both;
        graph g;
        draw(&g, seed);
        if (sn_links_undirected(&g.links, &both, NULL) != SN_OK ||
            sn_articulation(&both, parts, NULL, NULL) != SN_OK)
            fail();
        for (size_t v = 0; v < g.n; v++) {
            wrong += parts[v] != brute_parts(&g.brute, v);
            points += parts[v] > 1;
        }
        sn_links_clear(&both);
        drop(&g);
        assert_int_equal(wrong, 0);
    }
    assert_true(points > 200);
}

static graph read_graph(const char *text, const char *sources)
{
    sn_network *net = NULL;
    sn_error err = {0};
    graph g = {0};

    if (sn_build(text, &net, &err) != SN_OK)
        fail_msg("%s", err.message);
    g.n = sn_network_node_count(net);
    for (; *sources != '\0'; sources++)
        g.source[*sources - 'a'] = true;
    make_links(&g, net);
    return g;
}

static void articulation__of_the_kite_is_7_and_8_in_3_blocks(void **state)
{
    graph g = read_graph("a b 1;a c 1;a d 1;a f 1;b d 1;b e 1;b g 1;c d 1;c f 1;d e 1;d f 1;d g 1;"
                         "e g 1;f g 1;f h 1;g h 1;h i 1;i j 1", "");
    int32_t parts[MOST];
    size_t blocks = 0;
    sn_links both;

    (void)state;
    if (sn_links_undirected(&g.links, &both, NULL) != SN_OK ||
        sn_articulation(&both, parts, &blocks, NULL) != SN_OK)
        fail();
    sn_links_clear(&both);
    drop(&g);
    for (size_t v = 0; v < 10; v++)
        assert_int_equal(parts[v], v == 7 || v == 8 ? 2 : 1);
    assert_int_equal(blocks, 3);
}

static void post_dominators__are_what_all_sales_pass(void **state)
{
    /* a and b sell to c, which sells to d; d sells to the final users e and f. */
    graph g = read_graph("a c 1;b c 1;c d 1;d e 1;d f 1", "ef");
    int32_t parent[MOST];
    const sn_status status = sn_dominators_make(&g.links, g.source, false, parent, NULL);

    (void)state;
    drop(&g);
    assert_int_equal(status, SN_OK);
    assert_int_equal(parent[0], 2);
    assert_int_equal(parent[1], 2);
    assert_int_equal(parent[2], 3);
    assert_int_equal(parent[3], SN_ROOT);
    assert_int_equal(parent[4], SN_ROOT);
}

static void everything__works_on_no_vertex_and_on_one(void **state)
{
    graph g = read_graph("", ""), one = read_graph("a a 5", "a");
    int32_t parent[MOST] = {7}, parts[MOST] = {7};
    size_t blocks = 9;
    double flow = -1, supply[1] = {3};
    sn_cut cut;

    (void)state;
    sn_status status = sn_dominators_make(&g.links, g.source, true, parent, NULL);
    if (status == SN_OK)
        status = sn_articulation(&g.links, parts, &blocks, NULL);
    const size_t no_blocks = blocks;
    if (status == SN_OK)
        status = sn_dominators_make(&one.links, one.source, true, parent, NULL);
    if (status == SN_OK)
        status = sn_articulation(&one.links, parts, &blocks, NULL);
    if (status == SN_OK)
        status = sn_cut_make(&one.links, one.source, NULL, 0, &cut, NULL);
    if (status == SN_OK)
        status = sn_max_flow(&one.links, supply, NULL, 0, &flow, NULL);
    const bool own = cut.own;
    sn_cut_clear(&cut);
    drop(&g);
    drop(&one);
    assert_int_equal(status, SN_OK);
    assert_int_equal(no_blocks, 0);
    assert_int_equal(parent[0], SN_ROOT);
    assert_int_equal(parts[0], 0);
    assert_true(own);
    assert_close(flow, 3, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dominators__are_what_removal_says_on_500_random_networks),
        cmocka_unit_test(cuts__are_smallest_and_their_paths_share_nothing_on_500_random_networks),
        cmocka_unit_test(max_flow__agrees_with_ford_and_fulkerson),
        cmocka_unit_test(articulation__counts_the_parts_that_are_left),
        cmocka_unit_test(articulation__of_the_kite_is_7_and_8_in_3_blocks),
        cmocka_unit_test(post_dominators__are_what_all_sales_pass),
        cmocka_unit_test(everything__works_on_no_vertex_and_on_one),
    };
    sn_bridge_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
