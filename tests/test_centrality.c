/* test_centrality.c - published tables, brute force, and what sampling promises; networkx is met in
 * e2e/test_centrality.py. */
#include "sn_test.h"
#include "sn_build.h"

#include <gsl/gsl_linalg.h>
#include <gsl/gsl_rng.h>

#include "graph/bridge.h"
#include "metrics/centrality.h"
#include "metrics/sweep.h"

enum { N = 9, MOST = 40 };

/* Leontief inverse, outputs and measures of three countries with three sectors each: the leather
 * table of Quast and Kummritz (2015), package decompr. */
static const double leontief[N][N] = {
    {1.276359809, 0.145644234, 0.203459343, 0.058606508, 0.078232633, 0.062749241, 0.047464992, 0.062437867, 0.078590702},
    {0.056175283, 1.178109287, 0.282408683, 0.018505220, 0.054368594, 0.088955294, 0.026939504, 0.065355794, 0.107052889},
    {0.019742750, 0.015550130, 1.274288769, 0.002259354, 0.004159380, 0.014747907, 0.001866004, 0.007517955, 0.007727394},
    {0.034992437, 0.076049535, 0.071441207, 1.228620307, 0.190903380, 0.280584779, 0.106569011, 0.079279330, 0.128104226},
    {0.024389354, 0.095523114, 0.088922524, 0.115302641, 1.333453876, 0.304736763, 0.056338554, 0.073037663, 0.239844850},
    {0.003625315, 0.010371807, 0.035457625, 0.061146479, 0.052979483, 1.284987120, 0.010280404, 0.008303615, 0.028680508},
    {0.045710106, 0.129562438, 0.102331853, 0.082583773, 0.057058923, 0.098813097, 1.266142090, 0.277607871, 0.202130200},
    {0.042624538, 0.055888070, 0.069390913, 0.073344629, 0.094221180, 0.163010945, 0.082521853, 1.338333760, 0.229182272},
    {0.061781246, 0.070287504, 0.305519199, 0.086551186, 0.077367490, 0.206171440, 0.137768781, 0.150327288, 1.372810890},
};
static const double output[N] = {77.7, 58.3, 19.0, 112.7, 124.6, 43.2, 156.3, 127.8, 217.0};
static const double upstreamness[N] = {2.098403735, 2.176855601, 1.631124414, 2.107103524, 2.180155929,
                                       1.839251226, 1.989593585, 2.101771311, 1.758751127};
static const double downstreamness[N] = {1.565400837, 1.776986119, 2.433220115, 1.726920096, 1.942744939,
                                         2.504756586, 1.735891192, 2.062201145, 2.394123932};
static const double influence[N] = {0.128950263, 0.101468854, 0.070863992, 0.12628458, 0.122849624,
                                    0.078150895, 0.13072055, 0.113659867, 0.127051374};
/* Output lost without each country, its own included. */
static const double extraction[3] = {.207864, .374340, .668383};

static sn_network *build(const char *text)
{
    sn_network *net = NULL;
    sn_error err = {0};

    if (sn_build(text, &net, &err) != SN_OK)
        fail_msg("%s", err.message);
    return net;
}

static sn_links link_up(const sn_network *net)
{
    const size_t n = sn_network_node_count(net);
    int32_t *vertex = malloc((n + 1) * sizeof *vertex);
    sn_links links;
    sn_error err = {0};

    for (size_t v = 0; v < n; v++)
        vertex[v] = (int32_t)v;
    if (sn_links_make(net, vertex, n, &links, &err) != SN_OK)
        fail_msg("%s", err.message);
    free(vertex);
    return links;
}

/* z = A diag(x) with A = I - L^-1, as firms a .. i. */
static sn_network *leather(void)
{
    gsl_matrix *l = gsl_matrix_alloc(N, N), *inverse = gsl_matrix_alloc(N, N);
    gsl_permutation *p = gsl_permutation_alloc(N);
    static char text[20000];
    int sign;

    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            gsl_matrix_set(l, i, j, leontief[i][j]);
    gsl_linalg_LU_decomp(l, p, &sign);
    gsl_linalg_LU_invert(l, p, inverse);
    text[0] = '\0';
    for (size_t i = 0; i < N; i++) {
        double sold = 0;
        for (size_t j = 0; j < N; j++) {
            const double a = (i == j) - gsl_matrix_get(inverse, i, j);
            if (a * output[j] < 1e-4) /* rounding of the table's digits */
                continue;
            sold += a * output[j];
            snprintf(text + strlen(text), sizeof text - strlen(text), "%c %c %.9f;", (int)('a' + i),
                     (int)('a' + j), a * output[j]);
        }
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "%c: kind=firm final_demand=%.9f output=%.9f;", (int)('a' + i), output[i] - sold, output[i]);
    }
    gsl_matrix_free(l);
    gsl_matrix_free(inverse);
    gsl_permutation_free(p);
    return build(text);
}

static void leather__has_its_published_streams_influence_and_extractions(void **state)
{
    sn_network *net = leather();
    sn_links links = link_up(net);
    double up[N], down[N], shock[N];
    const size_t first[4] = {0, 3, 6, 9};
    const int32_t node[N] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    sn_sweep_loss loss[3];
    sn_sweep_plan *plan = NULL;
    sn_error err = {0};

    (void)state;
    if (sn_centrality_streams(&links, output, up, down, &err) != SN_OK ||
        sn_centrality_influence(&links, 0.5, shock, &err) != SN_OK ||
        sn_sweep_plan_new(net, &(sn_sweep_options){.weight = output}, &plan, &err) != SN_OK ||
        sn_sweep_run(plan, &(sn_sweep_scenarios){3, first, node, NULL}, 1, NULL, NULL, loss, &err) !=
            SN_OK)
        fail_msg("%s", err.message);
    sn_sweep_plan_free(plan);
    sn_links_clear(&links);
    sn_network_free(net);
    for (size_t v = 0; v < N; v++) {
        assert_close(up[v], upstreamness[v], 2e-6);
        assert_close(down[v], downstreamness[v], 2e-6);
        assert_close(shock[v], influence[v], 1e-6);
    }
    for (size_t c = 0; c < 3; c++)
        assert_close(loss[c].loss_up, extraction[c], 2e-6);
}

/* A seeded random network with amounts over so many decades. */
static sn_network *draw(unsigned long seed, size_t n, size_t m, double decades)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    char *text = malloc(m * 40 + 1);

    gsl_rng_set(rng, seed);
    text[0] = '\0';
    for (size_t e = 0, used = 0; e < m; e++) {
        const unsigned long a = gsl_rng_uniform_int(rng, n), b = gsl_rng_uniform_int(rng, n);
        used += (size_t)snprintf(text + used, 40, "v%03lu v%03lu %.6g;", a, b,
                                 decades > 0 ? pow(10, decades * gsl_rng_uniform(rng)) : 1);
    }
    sn_network *net = build(text);
    free(text);
    gsl_rng_free(rng);
    return net;
}

static void sampling__keeps_its_promise_and_its_bits(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= 12; seed++) {
        sn_network *net = draw(seed, 120, 500, seed % 3 == 0 ? 0 : 6);
        sn_links links = link_up(net);
        const size_t n = links.n;
        const sn_link_weight weight = seed % 2 == 0 ? SN_LINK_ONE : SN_LINK_AMOUNT;
        double *exact = malloc(n * sizeof *exact), *one = malloc(n * sizeof *one);
        double *two = malloc(n * sizeof *two), farthest = 0, moved = 0, most = 0;
        sn_sampling a = {.epsilon = 0.02, .confidence = 0.999, .seed = seed}, b = a;
        sn_error err = {0};
        if (sn_centrality_betweenness(&links, weight, 2, exact, NULL, &err) != SN_OK ||
            sn_centrality_betweenness_sampled(&links, weight, 1, &a, one, &err) != SN_OK ||
            sn_centrality_betweenness_sampled(&links, weight, 3, &b, two, &err) != SN_OK)
            fail_msg("%s", err.message);
        for (size_t v = 0; v < n; v++) {
            farthest = fmax(farthest, fabs(one[v] - exact[v]) / (double)(n * (n - 1)));
            most = fmax(most, exact[v] / (double)(n * (n - 1)));
            moved = fmax(moved, fabs(one[v] - two[v]));
        }
        free(exact);
        free(one);
        free(two);
        sn_links_clear(&links);
        sn_network_free(net);
        assert_true(most > 0.05);
        assert_true(a.reached <= 0.02);
        assert_close(farthest, 0, a.reached);
        assert_true(moved == 0 && a.samples == b.samples);
    }
}

/* Ten suppliers, four hubs, ten buyers, all linked: each hub has a quarter of 100 pairs. */
static void sampling__shares_evenly_among_paths_of_one_length(void **state)
{
    char text[8192];
    size_t used = 0;

    (void)state;
    for (int i = 0; i < 10; i++)
        for (int h = 0; h < 4; h++)
            used += (size_t)snprintf(text + used, sizeof text - used, "s%d h%d 1;h%d t%d 1;", i, h,
                                     h, i);
    sn_network *net = build(text);
    sn_links links = link_up(net);
    double score[24], pairs = 24 * 23;
    sn_sampling a = {.epsilon = 0.01, .confidence = 0.999, .seed = 5};
    const sn_status status =
        sn_centrality_betweenness_sampled(&links, SN_LINK_ONE, 1, &a, score, NULL);
    size_t hubs = 0;
    for (size_t v = 0; v < links.n; v++) {
        const bool hub = sn_network_id(net, v)[0] == 'h';
        hubs += hub && fabs(score[v] / pairs - 25 / pairs) <= 0.01;
        assert_true(hub || score[v] == 0);
    }
    sn_links_clear(&links);
    sn_network_free(net);
    assert_int_equal(status, SN_OK);
    assert_int_equal(hubs, 4);
}

/* Of a -> b -> c the pair (a, c) of six meets b.  The interval of b after few samples holds all q
 * that Chernoff's bound does not exclude, above the share that was met as well as below. */
static void sampling__allows_for_chance_in_both_directions(void **state)
{
    sn_network *net = build("a b 1;b c 1");
    sn_links links = link_up(net);
    double score[3];
    sn_sampling a = {.epsilon = 1e-3, .confidence = 0.9, .seed = 11, .most = 60};

    (void)state;
    assert_int_equal(sn_centrality_betweenness_sampled(&links, SN_LINK_ONE, 1, &a, score, NULL),
                     SN_OK);
    const double p = score[1] / 6, q = fmin(p + a.reached, 1);
    const double kl = p * log(p / q) + (1 - p) * log((1 - p) / (1 - q));
    sn_links_clear(&links);
    sn_network_free(net);
    assert_int_equal(a.samples, 60);
    assert_true(p > 0 && p < 0.5);
    /* one look: (1 - confidence) / 2, of which half for three vertices, both sides */
    assert_true(60 * kl >= log(2 * 2 * 2 * 3 / (1 - 0.9)));
    assert_true(a.reached > 1e-3);
}

/* As many chains lead out of one vertex as into it: it is on about a quarter of all paths, and
 * each of the 240 around it on few, half of which come before it in the list.  It is among the
 * 64 that share half of the chance to miss. */
static void sampling__asks_the_most_central_for_least(void **state)
{
    enum { CHAINS = 120, VERTICES = 4 * CHAINS + 1 };
    char text[CHAINS * 60] = "";
    size_t used = 0;
    double score[VERTICES], p = 0;
    sn_sampling a = {.epsilon = 1e-3, .confidence = 0.9, .seed = 4, .most = 2000};

    (void)state;
    for (int k = 0; k < CHAINS; k++)
        used += (size_t)snprintf(text + used, sizeof text - used, "s%d x%d 1;", k, k);
    for (int k = 0; k < CHAINS; k++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "x%d xx 1;xx y%d 1;y%d t%d 1;", k, k, k, k);
    sn_network *net = build(text);
    sn_links links = link_up(net);
    const sn_status status =
        sn_centrality_betweenness_sampled(&links, SN_LINK_ONE, 1, &a, score, NULL);
    for (size_t v = 0; v < links.n; v++)
        p = fmax(p, score[v] / (VERTICES * (VERTICES - 1.0)));
    sn_links_clear(&links);
    sn_network_free(net);
    const double q = p + a.reached;
    const double kl = p * log(p / q) + (1 - p) * log((1 - p) / (1 - q));
    assert_int_equal(status, SN_OK);
    assert_int_equal(a.samples, 2000);
    assert_true(p > 0.2 && p < 0.3);
    /* one look: (1 - confidence) / 2, of which half for 64, both sides */
    assert_close(2000 * kl, log(2 * 2 * 2 * 64 / (1 - 0.9)), 1e-6);
}

static void paths__of_equal_length_share_and_others_do_not_however_near(void **state)
{
    /* a to d: over b, 1/3 + 1/6 = 1/2, and straight, 1/2.  e to h: 1 + 1e-10 against 1. */
    sn_network *net = build("a b 3;b d 6;a d 2;e f 1;f h 1e10;e h 1");
    sn_links links = link_up(net);
    double node[7] = {0};
    const sn_status status = sn_centrality_betweenness(&links, SN_LINK_AMOUNT, 1, node, NULL, NULL);

    (void)state;
    sn_links_clear(&links);
    sn_network_free(net);
    assert_int_equal(status, SN_OK);
    assert_close(node[1], 0.5, 0); /* b */
    assert_close(node[4], 0, 0);   /* f */
}

static void links__merge_parallel_flows_and_keep_flows_inside_apart(void **state)
{
    sn_network *net = build("a b 1 product=x;a b 2 product=y;b a 5;a a 7;c a 1;b c 4");
    const int32_t vertex[3] = {0, 1, 0}; /* c belongs to a */
    sn_links links, both;
    sn_error err = {0};

    (void)state;
    if (sn_links_make(net, vertex, 2, &links, &err) != SN_OK ||
        sn_links_undirected(&links, &both, &err) != SN_OK)
        fail_msg("%s", err.message);
    const bool good = links.m == 2 && links.out_to[0] == 1 && links.out_amount[0] == 3 &&
                      links.out_to[1] == 0 && links.out_amount[1] == 9 && links.self[0] == 8 &&
                      links.self[1] == 0 && both.m == 2 && both.out_amount[0] == 12 &&
                      both.out_amount[1] == 12 && links.in_from[0] == 1 && links.in_link[0] == 1;
    sn_links_clear(&links);
    sn_links_clear(&both);
    sn_network_free(net);
    assert_true(good);
}

static void streams__of_a_closed_loop_are_unknown(void **state)
{
    /* a and b sell only to each other; c sells to a. */
    sn_network *net = build("a b 1;b a 1;c a 1;d: kind=country");
    sn_links links = link_up(net);
    const double x[4] = {1, 1, 1, 0};
    double up[4], down[4];
    const sn_status status = sn_centrality_streams(&links, x, up, down, NULL);

    (void)state;
    sn_links_clear(&links);
    sn_network_free(net);
    assert_int_equal(status, SN_OK);
    assert_true(isnan(up[0]) && isnan(up[1]) && isnan(up[2]) && isnan(up[3]) && isnan(down[3]));
    assert_close(down[2], 1, 0);
}

static void parameters__out_of_range_are_refused(void **state)
{
    sn_network *net = build("a b 1;b a 1");
    sn_links links = link_up(net);
    double score[2], bound;
    sn_sampling none = {.epsilon = 0, .confidence = 0.9}, sure = {.epsilon = 0.1, .confidence = 1};
    sn_error err = {0}, katz = {0};
    const sn_status status[] = {
        sn_centrality_pagerank(&links, SN_LINK_ONE, 1, score, &bound, &err),
        sn_centrality_katz(&links, 1, score, &katz),
        sn_centrality_influence(&links, 0, score, NULL),
        sn_centrality_betweenness_sampled(&links, SN_LINK_ONE, 1, &none, score, NULL),
        sn_centrality_betweenness_sampled(&links, SN_LINK_ONE, 1, &sure, score, NULL)};

    (void)state;
    sn_links_clear(&links);
    sn_network_free(net);
    for (size_t k = 0; k < sizeof status / sizeof status[0]; k++)
        assert_int_equal(status[k], SN_EUSAGE);
    assert_non_null(strstr(katz.message, "spectral radius"));
}

static void everything__works_on_no_vertex_and_on_one(void **state)
{
    static const char *const texts[] = {"", "a a 1"};

    (void)state;
    for (size_t k = 0; k < 2; k++) {
        sn_network *net = build(texts[k]);
        sn_links links = link_up(net);
        double s[2] = {0}, t[2] = {0}, x[1] = {1}, bound, radius;
        sn_sampling how = {.epsilon = 0.1, .confidence = 0.9};
        sn_closeness near = {s, t, NULL, NULL};
        sn_status status = SN_OK;
        status |= sn_centrality_betweenness(&links, SN_LINK_AMOUNT, 2, s, NULL, NULL);
        status |= sn_centrality_betweenness_sampled(&links, SN_LINK_ONE, 2, &how, s, NULL);
        status |= sn_centrality_closeness(&links, SN_LINK_AMOUNT, 2, &near, NULL);
        status |= sn_centrality_pagerank(&links, SN_LINK_AMOUNT, 0.85, s, &bound, NULL);
        status |= sn_centrality_eigenvector(&links, SN_LINK_AMOUNT, s, &radius, NULL);
        status |= sn_centrality_hits(&links, SN_LINK_AMOUNT, s, t, NULL);
        status |= sn_centrality_katz(&links, 0.1, s, NULL);
        status |= sn_centrality_influence(&links, 0.5, s, NULL);
        status |= sn_centrality_streams(&links, x, s, t, NULL);
        status |= sn_centrality_current(&links, SN_LINK_AMOUNT, s, NULL);
        status |= sn_centrality_constraint(&links, SN_LINK_AMOUNT, s, NULL);
        status |= sn_centrality_coreness(&links, s, NULL);
        status |= sn_centrality_collective(&links, 2, s, NULL);
        sn_links_clear(&links);
        sn_network_free(net);
        assert_int_equal(status, SN_OK);
    }
}

/* Vertices may stand for several nodes, and nodes may be left out. */
static void links__leave_out_nodes_without_a_vertex(void **state)
{
    sn_network *net = build("A B 1;B C 2;C A 4;A D 8;D C 16;C B 32");
    const int32_t vertex[] = {1, SN_NONE, 0, 1};
    sn_links links;
    sn_error err = {0};

    (void)state;
    const sn_status status = sn_links_make(net, vertex, 2, &links, &err);
    sn_network_free(net);
    assert_int_equal(status, SN_OK);
    assert_int_equal(links.n, 2);
    assert_int_equal(links.m, 2);
    assert_int_equal(links.out_to[links.out_first[0]], 1);
    assert_close(links.out_amount[links.out_first[0]], 4, 0);
    assert_int_equal(links.out_to[links.out_first[1]], 0);
    assert_close(links.out_amount[links.out_first[1]], 16, 0);
    assert_close(links.self[0], 0, 0);
    assert_close(links.self[1], 8, 0);
    sn_links_clear(&links);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leather__has_its_published_streams_influence_and_extractions),
        cmocka_unit_test(sampling__keeps_its_promise_and_its_bits),
        cmocka_unit_test(sampling__shares_evenly_among_paths_of_one_length),
        cmocka_unit_test(sampling__allows_for_chance_in_both_directions),
        cmocka_unit_test(sampling__asks_the_most_central_for_least),
        cmocka_unit_test(paths__of_equal_length_share_and_others_do_not_however_near),
        cmocka_unit_test(links__merge_parallel_flows_and_keep_flows_inside_apart),
        cmocka_unit_test(streams__of_a_closed_loop_are_unknown),
        cmocka_unit_test(parameters__out_of_range_are_refused),
        cmocka_unit_test(everything__works_on_no_vertex_and_on_one),
        cmocka_unit_test(links__leave_out_nodes_without_a_vertex),
    };
    sn_bridge_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
