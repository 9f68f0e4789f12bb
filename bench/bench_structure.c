/* bench_structure.c FIRMS FLOWS_PER_FIRM - structure and centrality on a generated firm network:
 * the best of three runs of each, in milliseconds. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench/network.h"
#include "graph/bridge.h"
#include "metrics/centrality.h"
#include "metrics/cuts.h"
#include "metrics/dominators.h"
#include "metrics/order.h"
#include "metrics/sweep.h"

enum { RUNS = 3 };

static double now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

/* What is measured works on these. */
typedef struct {
    sn_network *net;
    sn_links links, both;
    bool *source;
    double *supply, *score;
    int32_t *vertex, *parent, buyer;
} bench;

static sn_status run_links(bench *b)
{
    sn_links links;
    const sn_status status =
        sn_links_make(b->net, b->vertex, sn_network_node_count(b->net), &links, NULL);

    sn_links_clear(&links);
    return status;
}

static sn_status run_order(bench *b)
{
    sn_order order;
    const sn_status status = sn_order_network(b->net, &order, NULL);

    sn_order_clear(&order);
    return status;
}

static sn_status run_dominators(bench *b)
{
    return sn_dominators_make(&b->links, b->source, true, b->parent, NULL);
}

static sn_status run_articulation(bench *b)
{
    return sn_articulation(&b->both, b->parent, NULL, NULL);
}

static sn_status run_flow(bench *b)
{
    double flow;

    return sn_max_flow(&b->links, b->supply, NULL, b->buyer, &flow, NULL);
}

static sn_status run_cut(bench *b)
{
    sn_cut cut;
    const sn_status status = sn_cut_make(&b->links, b->source, NULL, b->buyer, &cut, NULL);

    sn_cut_clear(&cut);
    return status;
}

static sn_status run_pagerank(bench *b)
{
    double bound;

    return sn_centrality_pagerank(&b->links, SN_LINK_AMOUNT, 0.85, b->score, &bound, NULL);
}

static sn_status run_sampled(bench *b)
{
    sn_sampling sampling = {.epsilon = 0.01, .confidence = 0.95, .seed = 1};
    const sn_status status = sn_centrality_betweenness_sampled(
        &b->links, SN_LINK_AMOUNT, sn_sweep_threads_max(), &sampling, b->score, NULL);

    printf("%-28s %zu samples, error %.2g\n", "", sampling.samples, sampling.reached);
    return status;
}

static void measure(bench *b, const char *name, sn_status (*run)(bench *), int runs)
{
    double best = 0;

    for (int r = 0; r < runs; r++) {
        const double start = now();
        if (run(b) != SN_OK) {
            printf("%-28s failed\n", name);
            return;
        }
        const double taken = now() - start;
        best = r == 0 || taken < best ? taken : best;
    }
    printf("%-28s %10.1f ms\n", name, best);
}

int main(int argc, char **argv)
{
    const size_t firms = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
    const size_t per_firm = argc > 2 ? strtoull(argv[2], NULL, 10) : 10;
    sn_error err = {0};
    bench b = {0};

    sn_bridge_setup();
    b.net = bench_network(firms, per_firm);
    const size_t n = sn_network_node_count(b.net);
    b.vertex = malloc((n + 1) * sizeof *b.vertex);
    b.parent = malloc((n + 1) * sizeof *b.parent);
    b.source = malloc((n + 1) * sizeof *b.source);
    b.supply = malloc((n + 1) * sizeof *b.supply);
    b.score = malloc((n + 1) * sizeof *b.score);
    if (b.vertex == NULL || b.parent == NULL || b.source == NULL || b.supply == NULL ||
        b.score == NULL)
        return 1;
    for (size_t v = 0; v < n; v++) { /* one firm in ten is a primary producer */
        b.vertex[v] = (int32_t)v;
        b.source[v] = v % 10 == 0;
        b.supply[v] = b.source[v] ? sn_network_output(b.net, v) : 0;
    }
    b.buyer = (int32_t)(n / 2 + 1);
    if (sn_links_make(b.net, b.vertex, n, &b.links, &err) != SN_OK ||
        sn_links_undirected(&b.links, &b.both, &err) != SN_OK)
        return 1;
    printf("%zu firms, %zu flows, %zu links\n", n, sn_network_flow_count(b.net), b.links.m);
    measure(&b, "links", run_links, RUNS);
    measure(&b, "strong components", run_order, RUNS);
    measure(&b, "dominators", run_dominators, RUNS);
    measure(&b, "articulation points", run_articulation, RUNS);
    measure(&b, "largest flow to a buyer", run_flow, RUNS);
    measure(&b, "smallest cut of a buyer", run_cut, RUNS);
    measure(&b, "PageRank", run_pagerank, RUNS);
    measure(&b, "betweenness, sampled to 1 %", run_sampled, 1);
    return 0;
}
