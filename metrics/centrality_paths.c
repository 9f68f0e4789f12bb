/* centrality_paths.c - betweenness and closeness: one search from every vertex.
 *
 * Sources are divided into at most 64 blocks, each with sums of its own that are added up in
 * order: the number of threads changes no bit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/centrality_private.h"

enum { BLOCKS = 64 };

static void begin(sn_search *search, const sn_links *links, const sn_lengths *lengths,
                  bool forward)
{
    search->first = forward ? links->out_first : links->in_first;
    search->end = forward ? links->out_to : links->in_from;
    search->length = forward ? lengths->out : lengths->in;
}

/* Add what the shortest paths from one source put on vertices and links (Brandes). */
static void add_dependencies(const sn_links *links, const sn_lengths *lengths, sn_search *search,
                             int32_t source, double *dependency, double *node, double *link)
{
    sn_search_start(search, source);
    while (sn_search_step(search) >= 0) {
    }
    for (size_t k = 0; k < search->settled_count; k++)
        dependency[search->settled[k]] = 0;
    for (size_t k = search->settled_count; k-- > 0;) {
        const int32_t w = search->settled[k];
        for (size_t e = links->in_first[w]; e < links->in_first[w + 1]; e++) {
            const int32_t v = links->in_from[e];
            if (search->state[v] != SN_SETTLED || !(search->distance[v] < search->distance[w]))
                continue;
            const sn_length length = lengths->in != NULL ? lengths->in[e] : 1;
            if (!sn_same_length(search->distance[v] + length, search->distance[w]))
                continue;
            const double share =
                search->paths[v] / search->paths[w] * (1 + dependency[w]);
            dependency[v] += share;
            if (link != NULL)
                link[links->in_link[e]] += share;
        }
        if (w != source)
            node[w] += dependency[w];
    }
}

static sn_status betweenness_block(const sn_links *links, const sn_lengths *lengths, size_t block,
                                   size_t blocks, double *node, double *link)
{
    double *dependency = malloc((links->n + 1) * sizeof *dependency);
    sn_search search = {0};
    sn_status status = dependency != NULL ? sn_search_new(links->n, &search, NULL) : SN_ENOMEM;

    begin(&search, links, lengths, true);
    for (size_t s = block; status == SN_OK && s < links->n; s += blocks)
        add_dependencies(links, lengths, &search, (int32_t)s, dependency, node, link);
    sn_search_clear(&search);
    free(dependency);
    return status;
}

sn_status sn_centrality_betweenness(const sn_links *links, sn_link_weight weight, int threads,
                                    double *node, double *link, sn_error *err)
{
    const size_t n = links->n, m = link != NULL ? links->m : 0;
    const size_t blocks = n < BLOCKS ? n : BLOCKS;
    double *sums = calloc(blocks * (n + m) + 1, sizeof *sums);
    sn_lengths lengths = {0};
    bool failed = false;
    sn_status status = SN_OK;

    (void)threads;
    SN_TRY_ALLOC(sums, "betweenness");
    SN_TRY(sn_lengths_make(links, weight, &lengths, err));
#pragma omp parallel for schedule(dynamic) num_threads(threads) reduction(|| : failed)
    for (size_t b = 0; b < blocks; b++) {
        double *own = sums + b * (n + m);
        failed = betweenness_block(links, &lengths, b, blocks, own, m > 0 ? own + n : NULL) !=
                     SN_OK ||
                 failed;
    }
    if (failed) {
        status = sn_nomem(err, "betweenness");
        goto out;
    }
    memset(node, 0, n * sizeof *node);
    if (link != NULL)
        memset(link, 0, m * sizeof *link);
    for (size_t b = 0; b < blocks; b++) {
        for (size_t v = 0; v < n; v++)
            node[v] += sums[b * (n + m) + v];
        for (size_t e = 0; e < m; e++)
            link[e] += sums[b * (n + m) + n + e];
    }
out:
    sn_lengths_clear(&lengths);
    free(sums);
    return status;
}

/* Closeness and harmonic of one vertex: a search against or along the links. */
static void measure_vertex(sn_search *search, size_t n, int32_t vertex, double *closeness,
                           double *harmonic)
{
    sn_length sum = 0, inverse = 0;

    sn_search_start(search, vertex);
    while (sn_search_step(search) >= 0) {
    }
    for (size_t k = 1; k < search->settled_count; k++) {
        sum += search->distance[search->settled[k]];
        inverse += 1 / search->distance[search->settled[k]];
    }
    const double reached = (double)(search->settled_count - 1);
    if (closeness != NULL)
        closeness[vertex] =
            reached > 0 ? (double)(reached / (double)(n - 1) * reached / sum) : 0;
    if (harmonic != NULL)
        harmonic[vertex] = (double)inverse;
}

static sn_status measure_all(const sn_links *links, const sn_lengths *lengths, bool forward,
                             int threads, double *closeness, double *harmonic, sn_error *err)
{
    bool failed = false;

    (void)threads;
#pragma omp parallel num_threads(threads) reduction(|| : failed)
    {
        sn_search search = {0};
        failed = sn_search_new(links->n, &search, NULL) != SN_OK;
        begin(&search, links, lengths, forward);
#pragma omp for schedule(dynamic, 16)
        for (size_t v = 0; v < links->n; v++)
            if (!failed)
                measure_vertex(&search, links->n, (int32_t)v, closeness, harmonic);
        sn_search_clear(&search);
    }
    return failed ? sn_nomem(err, "closeness") : SN_OK;
}

sn_status sn_centrality_closeness(const sn_links *links, sn_link_weight weight, int threads,
                                  const sn_closeness *closeness, sn_error *err)
{
    sn_lengths lengths = {0};
    sn_status status = SN_OK;

    SN_TRY(sn_lengths_make(links, weight, &lengths, err));
    if (closeness->closeness_in != NULL || closeness->harmonic_in != NULL)
        SN_TRY(measure_all(links, &lengths, false, threads, closeness->closeness_in,
                           closeness->harmonic_in, err));
    if (closeness->closeness_out != NULL || closeness->harmonic_out != NULL)
        SN_TRY(measure_all(links, &lengths, true, threads, closeness->closeness_out,
                           closeness->harmonic_out, err));
out:
    sn_lengths_clear(&lengths);
    return status;
}
