/* test_centrality_forms.c - centralities whose values follow by hand. */
#include "sn_test.h"
#include "sn_build.h"

#include <gsl/gsl_rng.h>

#include "graph/bridge.h"
#include "metrics/centrality.h"

enum { MOST = 300 };

/* Links between the nodes of a text, in the order of their ids; `both`: without direction. */
static sn_links link_up(const char *text, bool both)
{
    sn_network *net = NULL;
    sn_links links = {0}, undirected = {0};
    int32_t vertex[MOST];
    sn_error err = {0};

    for (int32_t v = 0; v < MOST; v++)
        vertex[v] = v;
    if (sn_build(text, &net, &err) != SN_OK ||
        sn_links_make(net, vertex, sn_network_node_count(net), &links, &err) != SN_OK ||
        (both && sn_links_undirected(&links, &undirected, &err) != SN_OK))
        fail_msg("%s", err.message);
    sn_network_free(net);
    if (!both)
        return links;
    sn_links_clear(&links);
    return undirected;
}

static void assert_scores(const double *score, const double *expected, size_t n, double within)
{
    for (size_t v = 0; v < n; v++)
        if (!(fabs(score[v] - expected[v]) <= within))
            fail_msg("vertex %zu: %.17g, expected %.17g", v, score[v], expected[v]);
}

static void degree__counts_links_and_adds_amounts_each_way(void **state)
{
    sn_links links = link_up("A B 2.5;A C 4;C B 8;B B 3\n", false);
    double in[3], out[3], bought[3], sold[3];
    (void)state;

    sn_centrality_degree(&links, in, out, bought, sold);
    sn_links_clear(&links);
    assert_scores(in, (double[]){0, 2, 1}, 3, 0);
    assert_scores(out, (double[]){2, 0, 1}, 3, 0);
    assert_scores(bought, (double[]){0, 10.5, 4}, 3, 1e-12);
    assert_scores(sold, (double[]){6.5, 0, 8}, 3, 1e-12);
}

/* ---- closeness, against the distances of Floyd and Warshall ---- */

enum { NEAR = 8 };

/* Links drawn at random, as text; their lengths into `away`, infinite where there is none. */
static void draw_links(unsigned long seed, bool amounts, char *text, size_t room,
                       double away[NEAR][NEAR])
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    size_t used = 0;

    gsl_rng_set(rng, seed);
    for (int a = 0; a < NEAR; a++)
        used += (size_t)snprintf(text + used, room - used, "%c: kind=firm\n", 'A' + a);
    for (int a = 0; a < NEAR; a++)
        for (int b = 0; b < NEAR; b++) {
            const double amount = 0.5 + 4 * gsl_rng_uniform(rng);
            away[a][b] = a == b ? 0 : INFINITY;
            if (a == b || gsl_rng_uniform(rng) > 0.2)
                continue;
            used += (size_t)snprintf(text + used, room - used, "%c %c %.17g\n", 'A' + a,
                                     'A' + b, amount);
            away[a][b] = amounts ? 1 / amount : 1;
        }
    gsl_rng_free(rng);
    for (int k = 0; k < NEAR; k++)
        for (int a = 0; a < NEAR; a++)
            for (int b = 0; b < NEAR; b++)
                away[a][b] = fmin(away[a][b], away[a][k] + away[k][b]);
}

/* From or to vertex v, as centrality.h writes both. */
static void near_by_formula(double away[NEAR][NEAR], int v, bool out, double *closeness,
                            double *harmonic)
{
    double sum = 0, reached = 0;

    *harmonic = 0;
    for (int u = 0; u < NEAR; u++) {
        const double d = out ? away[v][u] : away[u][v];
        if (u == v || isinf(d))
            continue;
        reached++;
        sum += d;
        *harmonic += 1 / d;
    }
    *closeness = reached > 0 ? reached / (NEAR - 1) * reached / sum : 0;
}

static void closeness__follows_its_formula_each_way(void **state)
{
    size_t apart = 0;
    (void)state;

    for (unsigned long seed = 1; seed <= 100; seed++) {
        const bool amounts = seed % 2 == 0;
        static char text[4000];
        double away[NEAR][NEAR], got[4][NEAR], expected[4][NEAR];

        draw_links(seed, amounts, text, sizeof text, away);
        for (int v = 0; v < NEAR; v++) {
            near_by_formula(away, v, false, &expected[0][v], &expected[2][v]);
            near_by_formula(away, v, true, &expected[1][v], &expected[3][v]);
            apart += expected[0][v] == 0;
        }
        sn_links links = link_up(text, false);
        const sn_status status = sn_centrality_closeness(
            &links, amounts ? SN_LINK_AMOUNT : SN_LINK_ONE, 1 + (int)(seed % 3),
            &(sn_closeness){got[0], got[1], got[2], got[3]}, NULL);
        sn_links_clear(&links);
        assert_int_equal(status, SN_OK);
        for (int k = 0; k < 4; k++)
            assert_scores(got[k], expected[k], NEAR, 1e-12);
    }
    assert_in_range(apart, 50, 400); /* some are reached by nobody */
}

static void current__on_a_tree_is_the_number_of_pairs_that_pass(void **state)
{
    sn_links links = link_up("A B 3;B C 5;C D 2;D E 7\n", true);
    double score[5];
    (void)state;

    assert_int_equal(sn_centrality_current(&links, SN_LINK_AMOUNT, score, NULL), SN_OK);
    sn_links_clear(&links);
    assert_scores(score, (double[]){0, 3, 4, 3, 0}, 5, 1e-12);
}

/* On a triangle the third vertex takes its series conductance's share of the current. */
static void current__divides_by_conductance_on_a_triangle(void **state)
{
    sn_links links = link_up("A B 1;B C 2;A C 3\n", true);
    sn_links other = link_up("A B 1e6;B C 2e6;A C 3e6;D E 4;F G 1;G H 1\n", true);
    double score[8];
    (void)state;

    assert_int_equal(sn_centrality_current(&links, SN_LINK_AMOUNT, score, NULL), SN_OK);
    assert_scores(score, (double[]){3. / 11, 2. / 11, 6. / 11}, 3, 1e-12);
    assert_int_equal(sn_centrality_current(&links, SN_LINK_ONE, score, NULL), SN_OK);
    assert_scores(score, (double[]){1. / 3, 1. / 3, 1. / 3}, 3, 1e-12);
    /* Another unit and other parts of the network change nothing. */
    assert_int_equal(sn_centrality_current(&other, SN_LINK_AMOUNT, score, NULL), SN_OK);
    assert_scores(score, (double[]){3. / 11, 2. / 11, 6. / 11, 0, 0, 0, 1, 0}, 8, 1e-12);
    sn_links_clear(&links);
    sn_links_clear(&other);
}

static void coreness__is_that_of_the_densest_part_a_vertex_is_in(void **state)
{
    sn_links links = link_up("A B 1;B C 1;A C 1;C D 1;E: kind=firm\n", true);
    sn_links way = link_up("A D 1;B C 1;B D 1\n", true); /* a path, but for its names */
    double score[5];
    (void)state;

    assert_int_equal(sn_centrality_coreness(&links, score, NULL), SN_OK);
    assert_scores(score, (double[]){2, 2, 2, 1, 0}, 5, 0);
    assert_int_equal(sn_centrality_coreness(&way, score, NULL), SN_OK);
    assert_scores(score, (double[]){1, 1, 1, 1}, 4, 0);
    sn_links_clear(&links);
    sn_links_clear(&way);
}

/* H in the middle of three arms of two vertices each. */
static void collective__weighs_who_is_just_at_the_radius(void **state)
{
    sn_links links = link_up("H A 1;A D 1;H B 1;B E 1;H C 1;C F 1\n", true);
    double score[7];
    (void)state;

    assert_int_equal(sn_centrality_collective(&links, 1, score, NULL), SN_OK);
    assert_scores(score, (double[]){2, 2, 2, 0, 0, 0, 6}, 7, 0);
    assert_int_equal(sn_centrality_collective(&links, 2, score, NULL), SN_OK);
    assert_scores(score, (double[]){2, 2, 2, 0, 0, 0, 0}, 7, 0);
    assert_int_equal(sn_centrality_collective(&links, 0, score, NULL), SN_OK);
    assert_scores(score, (double[]){1, 1, 1, 0, 0, 0, 4}, 7, 0);
    sn_links_clear(&links);
}

/* p_AB = p_AC = 1/2 and no link B-C: 1/2; B and C have one partner: 1.  With B-C all are equal:
 * 2 (1/2 + 1/4)^2. */
static void constraint__is_lower_between_partners_that_do_not_trade(void **state)
{
    sn_links open = link_up("A B 3;C A 3\n", true),
             closed = link_up("A B 3;A C 3;B C 3\n", true);
    double score[3];
    (void)state;

    assert_int_equal(sn_centrality_constraint(&open, SN_LINK_AMOUNT, score, NULL), SN_OK);
    assert_scores(score, (double[]){0.5, 1, 1}, 3, 1e-12);
    assert_int_equal(sn_centrality_constraint(&closed, SN_LINK_AMOUNT, score, NULL), SN_OK);
    assert_scores(score, (double[]){1.125, 1.125, 1.125}, 3, 1e-12);
    sn_links_clear(&open);
    sn_links_clear(&closed);
}

static void eigenvector__of_a_loop_follows_its_amounts(void **state)
{
    sn_links links = link_up("A B 2;B A 8;B C 3\n", false),
             chain = link_up("A B 1;B C 1\n", false);
    double score[3], radius;
    const double length = sqrt(4 + 1 + 0.75 * 0.75), third = sqrt(1. / 3);
    (void)state;

    assert_int_equal(sn_centrality_eigenvector(&links, SN_LINK_AMOUNT, score, &radius, NULL),
                     SN_OK);
    assert_close(radius, 4, 1e-9);
    assert_scores(score, (double[]){2 / length, 1 / length, 0.75 / length}, 3, 1e-9);
    assert_int_equal(sn_centrality_eigenvector(&links, SN_LINK_ONE, score, &radius, NULL),
                     SN_OK);
    assert_close(radius, 1, 1e-9);
    assert_scores(score, (double[]){third, third, third}, 3, 1e-9);
    assert_int_equal(sn_centrality_eigenvector(&chain, SN_LINK_ONE, score, &radius, NULL),
                     SN_OK);
    assert_close(radius, 0, 0);
    assert_true(isnan(score[0]) && isnan(score[2]));
    sn_links_clear(&links);
    sn_links_clear(&chain);
}

/* A sells to C and D, B to D: authorities solve [1 1; 1 2], hubs [2 1; 1 1]: the golden ratio.
 */
static void hits__of_three_links_are_the_golden_ratio(void **state)
{
    sn_links links = link_up("A C 5;A D 5;B D 5\n", false),
             none = link_up("A: kind=firm\n", false);
    const double golden = (1 + sqrt(5)) / 2;
    double hub[4], authority[4];
    (void)state;

    for (int weight = SN_LINK_AMOUNT; weight <= SN_LINK_ONE; weight++) {
        assert_int_equal(
            sn_centrality_hits(&links, (sn_link_weight)weight, hub, authority, NULL), SN_OK);
        assert_scores(hub, (double[]){golden / (1 + golden), 1 / (1 + golden), 0, 0}, 4, 1e-12);
        assert_scores(authority, (double[]){0, 0, 1 / (1 + golden), golden / (1 + golden)}, 4,
                      1e-12);
    }
    assert_int_equal(sn_centrality_hits(&none, SN_LINK_ONE, hub, authority, NULL), SN_OK);
    assert_true(isnan(hub[0]) && isnan(authority[0]));
    sn_links_clear(&links);
    sn_links_clear(&none);
}

/* Two links that do not touch, one a millionth stronger: it wins, but not soon. */
static void hits__says_so_where_groups_are_about_equally_strong(void **state)
{
    sn_links links = link_up("A B 1;C D 1.000001\n", false);
    double hub[4], authority[4];
    sn_error err = {0};
    const sn_status status = sn_centrality_hits(&links, SN_LINK_AMOUNT, hub, authority, &err);
    (void)state;

    sn_links_clear(&links);
    assert_int_equal(status, SN_ENUMERIC);
    assert_non_null(strstr(err.message, "equally strong"));
    for (int v = 0; v < 4; v++)
        assert_true(isnan(hub[v]) && isnan(authority[v]));
}

static void pagerank__of_small_networks_follows_by_hand(void **state)
{
    sn_links pair = link_up("A B 7\n", false),
             fan = link_up("A B 3;A C 1;B A 2;C A 9\n", false);
    const double d = 0.85, a = ((1 - d) / 3 + d) / (1 + d);
    double score[3], bound;
    (void)state;

    assert_int_equal(sn_centrality_pagerank(&pair, SN_LINK_AMOUNT, d, score, &bound, NULL),
                     SN_OK);
    assert_scores(score, (double[]){1 / (2 + d), (1 + d) / (2 + d)}, 2, 1e-12);
    assert_close(bound, 0, 0);
    assert_int_equal(sn_centrality_pagerank(&fan, SN_LINK_AMOUNT, d, score, &bound, NULL),
                     SN_OK);
    assert_true(bound > 0 && bound < 1e-7);
    assert_scores(score, (double[]){a, (1 - d) / 3 + d * a * 3 / 4, (1 - d) / 3 + d * a / 4}, 3,
                  bound);
    assert_int_equal(sn_centrality_pagerank(&fan, SN_LINK_ONE, d, score, &bound, NULL), SN_OK);
    assert_scores(score, (double[]){a, (1 - a) / 2, (1 - a) / 2}, 3, bound + 1e-15);
    sn_links_clear(&pair);
    sn_links_clear(&fan);
}

static void katz__counts_walks_that_end_at_the_vertex(void **state)
{
    sn_links chain = link_up("A B 9;B C 9\n", false),
             loop = link_up("A B 9;B A 9;B C 1\n", false);
    double score[3];
    sn_error err = {0};
    (void)state;

    assert_int_equal(sn_centrality_katz(&chain, 0.3, score, NULL), SN_OK);
    assert_scores(score, (double[]){1, 1.3, 1.39}, 3, 1e-12);
    assert_int_equal(sn_centrality_katz(&loop, 0.5, score, NULL), SN_OK);
    assert_scores(score, (double[]){2, 2, 2}, 3, 1e-9);
    assert_int_equal(sn_centrality_katz(&loop, 1.01, score, &err), SN_EUSAGE);
    assert_non_null(strstr(err.message, "1"));
    sn_links_clear(&chain);
    sn_links_clear(&loop);
}

static void influence__passes_on_to_whom_one_buys_from(void **state)
{
    sn_links links = link_up("A B 4;A C 1;B C 3\n",
                             false); /* B buys from A; C a quarter of A, the rest of B */
    const double v = 0.4 / 3, w = 1 - 0.4;
    double score[3];
    (void)state;

    assert_int_equal(sn_centrality_influence(&links, 0.4, score, NULL), SN_OK);
    const double c = v, b = v + w * 0.75 * c, a = v + w * (b + 0.25 * c);
    assert_scores(score, (double[]){a, b, c}, 3, 1e-12);
    sn_links_clear(&links);
}

static void streams__of_a_chain_follow_by_hand(void **state)
{
    sn_links links = link_up("A B 10;B C 15\n", false);
    double up[3], down[3];
    (void)state;

    assert_int_equal(sn_centrality_streams(&links, (double[]){10, 20, 30}, up, down, NULL),
                     SN_OK);
    assert_scores(up, (double[]){2.75, 1.75, 1}, 3, 1e-12);
    assert_scores(down, (double[]){1, 1.5, 1.75}, 3, 1e-12);
    assert_int_equal(sn_centrality_streams(&links, (double[]){10, 0, 30}, up, down, NULL),
                     SN_OK);
    assert_true(isnan(up[1]) && isnan(down[1]) && isnan(up[0]) && isnan(down[2]));
    assert_close(up[2], 1, 0);
    sn_links_clear(&links);
}

/* Everybody sells a quarter to itself, a fifth to the next and the rest to final users: U = D =
 * 1 / (1 - 0.45), in a small ring as in one too large for a dense matrix. */
static void streams__of_a_ring_do_not_depend_on_its_size(void **state)
{
    static const int size[] = {3, 280};
    (void)state;

    for (int k = 0; k < 2; k++) {
        static char text[40 * MOST];
        double output[MOST], up[MOST], down[MOST], expected[MOST];
        size_t used = 0;

        for (int v = 0; v < size[k]; v++) {
            used +=
                (size_t)snprintf(text + used, sizeof text - used,
                                 "n%03d n%03d 25;n%03d n%03d 20\n", v, v, v, (v + 1) % size[k]);
            output[v] = 100;
            expected[v] = 1 / 0.55;
        }
        sn_links links = link_up(text, false);
        const sn_status status = sn_centrality_streams(&links, output, up, down, NULL);
        sn_links_clear(&links);
        assert_int_equal(status, SN_OK);
        assert_scores(up, expected, (size_t)size[k], 1e-12);
        assert_scores(down, expected, (size_t)size[k], 1e-12);
    }
}

static void correlation__ranks_those_that_have_both_numbers(void **state)
{
    const double a[] = {1, 2, NAN, 40, 3, 7}, b[] = {10, 20, 5, 90, NAN, 30},
                 c[] = {4, 3, 2, 1, 9, 2};
    size_t pairs;
    double rho;
    (void)state;

    assert_int_equal(sn_rank_correlation(a, b, 6, &pairs, &rho, NULL), SN_OK);
    assert_int_equal(pairs, 4);
    assert_close(rho, 1, 1e-12);
    assert_int_equal(sn_rank_correlation(b, c, 4, &pairs, &rho, NULL), SN_OK);
    assert_int_equal(pairs, 4); /* ranks 2 3 1 4 against 4 3 2 1: 1 - 6 (4 + 0 + 1 + 9) / 60 */
    assert_close(rho, -0.4, 1e-12);
    assert_int_equal(sn_rank_correlation(a, b, 2, &pairs, &rho, NULL), SN_OK);
    assert_int_equal(pairs, 2);
    assert_true(isnan(rho));
}

static bool near_equal(double a, double b)
{
    return fabs(a - b) <= 1e-12 * b;
}

/* How many shortest ways lead from s to each, in the order of their lengths. */
static void count_ways(const sn_links *links, bool amounts, double away[NEAR][NEAR], int s,
                       double *ways)
{
    for (int t = 0; t < NEAR; t++)
        ways[t] = t == s;
    for (int round = 0; round < NEAR; round++) { /* no way has more links */
        double now[NEAR] = {0};
        for (size_t u = 0; u < NEAR; u++)
            for (size_t e = links->out_first[u]; e < links->out_first[u + 1]; e++) {
                const double length = amounts ? 1 / links->out_amount[e] : 1;
                if (!isinf(away[s][u]) &&
                    near_equal(away[s][u] + length, away[s][links->out_to[e]]))
                    now[links->out_to[e]] += ways[u];
            }
        now[s] = 1;
        memcpy(ways, now, sizeof now);
    }
}

/* sigma_su sigma_vt / sigma_st where a link u -> v, or a vertex u = v, lies on a shortest way.
 */
static double between_by_formula(double away[NEAR][NEAR], double ways[NEAR][NEAR], size_t u,
                                 size_t v, double length)
{
    double sum = 0;

    for (size_t s = 0; s < NEAR; s++)
        for (size_t t = 0; t < NEAR; t++)
            if (s != t && !isinf(away[s][t]) && (u != v || (s != u && t != u)) &&
                near_equal(away[s][u] + length + away[v][t], away[s][t]))
                sum += ways[s][u] * ways[v][t] / ways[s][t];
    return sum;
}

static void betweenness__of_vertices_and_links_follows_its_formula(void **state)
{
    size_t shared = 0;
    (void)state;

    for (unsigned long seed = 1; seed <= 60; seed++) {
        const bool amounts = seed % 2 == 0;
        static char text[4000];
        double away[NEAR][NEAR], ways[NEAR][NEAR], node[NEAR], alone[NEAR], link[NEAR * NEAR];

        draw_links(seed, amounts, text, sizeof text, away);
        sn_links links = link_up(text, false);
        for (int s = 0; s < NEAR; s++)
            count_ways(&links, amounts, away, s, ways[s]);
        const sn_link_weight weight = amounts ? SN_LINK_AMOUNT : SN_LINK_ONE;
        const int threads = 1 + (int)(seed % 3);
        memset(link, 0x55, sizeof link);
        assert_int_equal(sn_centrality_betweenness(&links, weight, threads, node, link, NULL),
                         SN_OK);
        assert_int_equal(sn_centrality_betweenness(&links, weight, threads, alone, NULL, NULL),
                         SN_OK);
        assert_memory_equal(node, alone, sizeof node);
        for (size_t v = 0; v < NEAR; v++) {
            assert_close(node[v], between_by_formula(away, ways, v, v, 0), 1e-12);
            for (size_t e = links.out_first[v]; e < links.out_first[v + 1]; e++) {
                const double length = amounts ? 1 / links.out_amount[e] : 1;
                const size_t to = (size_t)links.out_to[e];
                assert_close(link[e], between_by_formula(away, ways, v, to, length), 1e-12);
                shared += link[e] != floor(link[e]);
            }
        }
        sn_links_clear(&links);
    }
    assert_true(shared > 20); /* among several shortest ways */
}

/* Nobody is between two, or alone; parts that are not connected do not see each other. */
static void current__of_pairs_and_single_vertices_is_nothing(void **state)
{
    sn_links links = link_up("A B 3;B C 5;C D 2;D E 7;P Q 4;Z: kind=firm\n", true);
    double score[8];
    (void)state;

    memset(score, 0x55, sizeof score);
    assert_int_equal(links.n, 8);
    assert_int_equal(sn_centrality_current(&links, SN_LINK_AMOUNT, score, NULL), SN_OK);
    sn_links_clear(&links);
    assert_scores(score, (double[]){0, 3, 4, 3, 0, 0, 0, 0}, 8, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(degree__counts_links_and_adds_amounts_each_way),
        cmocka_unit_test(closeness__follows_its_formula_each_way),
        cmocka_unit_test(current__on_a_tree_is_the_number_of_pairs_that_pass),
        cmocka_unit_test(current__divides_by_conductance_on_a_triangle),
        cmocka_unit_test(coreness__is_that_of_the_densest_part_a_vertex_is_in),
        cmocka_unit_test(collective__weighs_who_is_just_at_the_radius),
        cmocka_unit_test(constraint__is_lower_between_partners_that_do_not_trade),
        cmocka_unit_test(eigenvector__of_a_loop_follows_its_amounts),
        cmocka_unit_test(hits__of_three_links_are_the_golden_ratio),
        cmocka_unit_test(hits__says_so_where_groups_are_about_equally_strong),
        cmocka_unit_test(pagerank__of_small_networks_follows_by_hand),
        cmocka_unit_test(katz__counts_walks_that_end_at_the_vertex),
        cmocka_unit_test(influence__passes_on_to_whom_one_buys_from),
        cmocka_unit_test(streams__of_a_chain_follow_by_hand),
        cmocka_unit_test(streams__of_a_ring_do_not_depend_on_its_size),
        cmocka_unit_test(correlation__ranks_those_that_have_both_numbers),
        cmocka_unit_test(betweenness__of_vertices_and_links_follows_its_formula),
        cmocka_unit_test(current__of_pairs_and_single_vertices_is_nothing),
    };

    sn_bridge_setup();
    return cmocka_run_group_tests_name("centrality_forms", tests, NULL, NULL);
}
