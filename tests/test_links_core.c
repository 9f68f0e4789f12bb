/* test_links_core.c - what is left out lies on no shortest path, and nothing else is left out. */
#include "sn_test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_rng.h>

#include "graph/builder.h"
#include "metrics/centrality.h"
#include "metrics/links_core.h"

enum { N = 45, ROUNDS = 60 };

/* A dense network; amounts are powers of two, so that there are many equal ways, or of ten
 * decades. */
static sn_links make(gsl_rng *rng, double density, bool ties)
{
    sn_builder *builder = sn_builder_new();
    sn_network *net = NULL;
    sn_links links = {0};
    int32_t vertex[N], node[N];

    for (int v = 0; v < N; v++) {
        char id[8];
        const int length = snprintf(id, sizeof id, "%02d", v);
        if (sn_builder_declare(builder, id, (size_t)length, &node[v], NULL) != SN_OK)
            abort();
        vertex[v] = v;
    }
    for (int a = 0; a < N; a++)
        for (int b = 0; b < N; b++) {
            const double amount = ties ? pow(2, (double)gsl_rng_uniform_int(rng, 3))
                                       : pow(10, -5 + 10 * gsl_rng_uniform(rng));
            if (gsl_rng_uniform(rng) < density &&
                sn_builder_flow(builder, node[a], node[b], amount, SN_NONE, SN_BASIS_REPORTED, NULL,
                                0, NULL) != SN_OK)
                abort();
        }
    if (sn_builder_freeze(&builder, &net, NULL) != SN_OK ||
        sn_links_make(net, vertex, N, &links, NULL) != SN_OK)
        abort();
    sn_network_free(net);
    return links;
}

/* Floyd and Warshall. */
static void measure_all(const sn_links *links, long double distance[N][N])
{
    for (int a = 0; a < N; a++)
        for (int b = 0; b < N; b++)
            distance[a][b] = a == b ? 0 : INFINITY;
    for (size_t v = 0; v < N; v++)
        for (size_t e = links->out_first[v]; e < links->out_first[v + 1]; e++)
            distance[v][links->out_to[e]] = 1 / (long double)links->out_amount[e];
    for (int k = 0; k < N; k++)
        for (int a = 0; a < N; a++)
            for (int b = 0; b < N; b++)
                if (distance[a][k] + distance[k][b] < distance[a][b])
                    distance[a][b] = distance[a][k] + distance[k][b];
}

/* The core must hold the links that are shortest ways, in order, and know where they come from. */
static const char *check_links(const sn_links *links, const sn_links *core, const size_t *origin)
{
    static long double distance[N][N];
    size_t at = 0;

    measure_all(links, distance);
    for (size_t v = 0; v < N; v++) {
        if (core->out_first[v] != at)
            return "links of another vertex";
        for (size_t e = links->out_first[v]; e < links->out_first[v + 1]; e++) {
            const int32_t to = links->out_to[e];
            if (1 / (long double)links->out_amount[e] > distance[v][to] * (1 + 1e-9L))
                continue;
            if (at == core->m || origin[at] != e || core->out_to[at] != to ||
                core->out_amount[at] < links->out_amount[e] ||
                core->out_amount[at] > links->out_amount[e])
                return "a shortest way is missing";
            at++;
        }
    }
    return at == core->m ? NULL : "a link that is no shortest way";
}

/* Betweenness and closeness must not notice. */
static double worst_difference(const sn_links *links, const sn_links *core)
{
    double node[2][N], near[2][N], far[2][N], worst = 0;

    for (int k = 0; k < 2; k++) {
        const sn_links *used = k == 0 ? links : core;
        if (sn_centrality_betweenness(used, SN_LINK_AMOUNT, 1, node[k], NULL, NULL) != SN_OK ||
            sn_centrality_closeness(used, SN_LINK_AMOUNT, 1,
                                    &(sn_closeness){near[k], far[k], NULL, NULL}, NULL) != SN_OK)
            return INFINITY;
    }
    for (int v = 0; v < N; v++) {
        worst = fmax(worst, fabs(node[0][v] - node[1][v]) / (1 + node[0][v]));
        worst = fmax(worst, fabs(near[0][v] - near[1][v]) / (1e-300 + near[0][v]));
        worst = fmax(worst, fabs(far[0][v] - far[1][v]) / (1e-300 + far[0][v]));
    }
    return worst;
}

static void core__holds_the_links_of_shortest_paths_and_no_other(void **state)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    const char *fault = NULL;
    double worst = 0;
    size_t kept = 0, all = 0;
    (void)state;

    gsl_rng_set(rng, 20240611);
    for (int round = 0; round < ROUNDS && fault == NULL; round++) {
        sn_links links = make(rng, (round % 20) / 19.0, round % 2 == 0), core = {0}, four = {0};
        size_t *origin = NULL, *other = NULL;
        if (sn_links_core(&links, 1, &core, &origin, NULL) != SN_OK ||
            sn_links_core(&links, 4, &four, &other, NULL) != SN_OK)
            abort();
        fault = check_links(&links, &core, origin);
        worst = fmax(worst, worst_difference(&links, &core));
        if (four.m != core.m || memcmp(origin, other, core.m * sizeof *origin) != 0)
            fault = "threads change the result";
        kept += round % 2 == 1 ? core.m : 0;
        all += round % 2 == 1 ? links.m : 0;
        sn_links_clear(&links);
        sn_links_clear(&core);
        sn_links_clear(&four);
        free(origin);
        free(other);
    }
    gsl_rng_free(rng);
    assert_string_equal(fault == NULL ? "" : fault, "");
    assert_close(worst, 0, 1e-12);
    assert_true(kept * 4 < all); /* it is worth while */
}

static void core__of_nothing_is_nothing(void **state)
{
    sn_links none = {0}, core = {0};
    size_t first[2] = {0, 0}, *origin = NULL;
    (void)state;

    none.out_first = first;
    assert_int_equal(sn_links_core(&none, 1, &core, &origin, NULL), SN_OK);
    const size_t m = core.m;
    sn_links_clear(&core);
    free(origin);
    assert_int_equal(m, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(core__holds_the_links_of_shortest_paths_and_no_other),
        cmocka_unit_test(core__of_nothing_is_nothing),
    };
    return cmocka_run_group_tests_name("links_core", tests, NULL, NULL);
}
