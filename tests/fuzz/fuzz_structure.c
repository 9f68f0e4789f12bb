/* fuzz_structure.c - dominators, cuts, flows and articulation points against trying it out. */
#include <math.h>

#include "fuzz_net.h"

#include "../sn_brute.h"

enum { MOST = 9 }; /* of a cut all subsets are tried */

static void check_dominators(const brute_graph *g, const sn_links *links, const bool *source)
{
    for (int forward = 0; forward < 2; forward++) {
        int32_t parent[FUZZ_NODES];
        size_t dominated = 0;
        if (sn_dominators_make(links, source, forward, parent, NULL) != SN_OK ||
            brute_dominators(g, forward, parent, &dominated) != 0)
            abort();
    }
}

static void check_articulation(const brute_graph *g, const sn_links *links)
{
    int32_t parts[FUZZ_NODES];
    sn_links both;

    if (sn_links_undirected(links, &both, NULL) != SN_OK ||
        sn_articulation(&both, parts, NULL, NULL) != SN_OK)
        abort();
    for (size_t v = 0; v < g->n; v++)
        if (parts[v] != brute_parts(g, v))
            abort();
    sn_links_clear(&both);
}

/* What all ways together may carry into the buyer, over any set of vertices that holds it: the
 * smallest of these is the largest flow (Ford and Fulkerson). */
static double narrowest(const sn_links *links, const double *supply, size_t buyer)
{
    double least = INFINITY;

    for (unsigned set = 0; set < 1u << links->n; set++) {
        double in = 0;
        if (!(set >> buyer & 1))
            continue;
        for (size_t v = 0; v < links->n; v++) {
            if (!(set >> v & 1))
                continue;
            in += supply[v];
            for (size_t e = links->in_first[v]; e < links->in_first[v + 1]; e++)
                if (!(set >> links->in_from[e] & 1))
                    in += links->in_amount[e];
        }
        least = fmin(least, in);
    }
    return least;
}

static void check_buyer(const brute_graph *g, const sn_links *links, const bool *source,
                        const double *supply, size_t buyer)
{
    const double want = narrowest(links, supply, buyer);
    double flow = -1, largest = 0;
    sn_cut cut;

    if (sn_cut_make(links, source, NULL, (int32_t)buyer, &cut, NULL) != SN_OK ||
        brute_cut(g, buyer, &cut) != 0 ||
        sn_max_flow(links, supply, NULL, (int32_t)buyer, &flow, NULL) != SN_OK)
        abort();
    for (size_t e = 0; e < links->m; e++)
        largest = fmax(largest, links->out_amount[e]);
    for (size_t v = 0; v < links->n; v++)
        largest = fmax(largest, supply[v]);
    if (!(fabs(flow - want) <= 1e-12 * largest * (double)(links->m + links->n)))
        abort();
    sn_cut_clear(&cut);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes b = {data, size};
    const unsigned sources = fuzz_below(&b, 256) | fuzz_below(&b, 256) << 8;
    sn_network *net = fuzz_network(&b);
    brute_graph g = {.n = net->node_count};
    int32_t vertex[FUZZ_NODES];
    bool source[FUZZ_NODES];
    double supply[FUZZ_NODES];
    sn_links links;

    for (size_t v = 0; v < g.n; v++) {
        vertex[v] = (int32_t)v;
        source[v] = sources >> v & 1;
        g.source |= (unsigned)source[v] << v;
        supply[v] = source[v] ? fmax(net->primary[v], 1) : 0;
    }
    for (size_t e = 0; e < net->flow_count; e++)
        brute_link(&g, (size_t)sn_network_flow(net, e).supplier,
                   (size_t)sn_network_flow(net, e).buyer);
    if (sn_links_make(net, vertex, g.n, &links, NULL) != SN_OK)
        abort();
    check_dominators(&g, &links, source);
    check_articulation(&g, &links);
    for (size_t v = 0; v < g.n && g.n <= MOST; v++)
        check_buyer(&g, &links, source, supply, v);
    sn_links_clear(&links);
    sn_network_free(net);
    return 0;
}
