/* centrality_local.c - what a vertex is among its neighbours, and rank correlation. */
#include <gsl/gsl_statistics.h>
#include <igraph.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/bridge.h"
#include "metrics/centrality.h"

void sn_centrality_degree(const sn_links *links, double *in_degree, double *out_degree,
                          double *in_strength, double *out_strength)
{
    for (size_t v = 0; v < links->n; v++) {
        double in = 0, out = 0;
        for (size_t e = links->in_first[v]; e < links->in_first[v + 1]; e++)
            in += links->in_amount[e];
        for (size_t e = links->out_first[v]; e < links->out_first[v + 1]; e++)
            out += links->out_amount[e];
        if (in_degree != NULL)
            in_degree[v] = (double)(links->in_first[v + 1] - links->in_first[v]);
        if (out_degree != NULL)
            out_degree[v] = (double)(links->out_first[v + 1] - links->out_first[v]);
        if (in_strength != NULL)
            in_strength[v] = in;
        if (out_strength != NULL)
            out_strength[v] = out;
    }
}

sn_status sn_centrality_constraint(const sn_links *links, sn_link_weight weight, double *score,
                                   sn_error *err)
{
    const size_t n = links->n;
    double *total = calloc(n + 1, sizeof *total), *through = calloc(n + 1, sizeof *through);
    sn_status status = SN_OK;

    if (total == NULL || through == NULL) {
        status = sn_nomem(err, "constraint");
        goto out;
    }
    for (size_t v = 0; v < n; v++)
        for (size_t e = links->out_first[v]; e < links->out_first[v + 1]; e++)
            total[v] += weight == SN_LINK_AMOUNT ? links->out_amount[e] : 1;
    for (size_t v = 0; v < n; v++) {
        const size_t first = links->out_first[v], last = links->out_first[v + 1];
        double sum = 0;
        for (size_t e = first; e < last; e++) {
            const int32_t q = links->out_to[e];
            const double share = (weight == SN_LINK_AMOUNT ? links->out_amount[e] : 1) / total[v];
            through[q] += share;
            for (size_t f = links->out_first[q]; f < links->out_first[q + 1]; f++)
                through[links->out_to[f]] +=
                    share * (weight == SN_LINK_AMOUNT ? links->out_amount[f] : 1) / total[q];
        }
        for (size_t e = first; e < last; e++)
            sum += through[links->out_to[e]] * through[links->out_to[e]];
        score[v] = first < last ? sum : NAN;
        for (size_t e = first; e < last; e++) {
            const int32_t q = links->out_to[e];
            through[q] = 0;
            for (size_t f = links->out_first[q]; f < links->out_first[q + 1]; f++)
                through[links->out_to[f]] = 0;
        }
    }
out:
    free(total);
    free(through);
    return status;
}

sn_status sn_centrality_coreness(const sn_links *links, double *score, sn_error *err)
{
    igraph_vector_int_t edges = {0}, cores = {0};
    igraph_t graph = {0};
    bool made = false;
    sn_status status = SN_OK;

    SN_TRY_INIT(&edges, igraph_vector_int_init(&edges, 0));
    SN_TRY_INIT(&cores, igraph_vector_int_init(&cores, 0));
    SN_TRY_IGRAPH(igraph_vector_int_reserve(&edges, (igraph_integer_t)links->m));
    for (size_t v = 0; v < links->n; v++)
        for (size_t e = links->out_first[v]; e < links->out_first[v + 1]; e++)
            if (links->out_to[e] > (int32_t)v) {
                SN_TRY_IGRAPH(igraph_vector_int_push_back(&edges, (igraph_integer_t)v));
                SN_TRY_IGRAPH(igraph_vector_int_push_back(&edges, links->out_to[e]));
            }
    SN_TRY_IGRAPH(igraph_create(&graph, &edges, (igraph_integer_t)links->n, IGRAPH_UNDIRECTED));
    made = true;
    SN_TRY_IGRAPH(igraph_coreness(&graph, &cores, IGRAPH_ALL));
    for (size_t v = 0; v < links->n; v++)
        score[v] = (double)VECTOR(cores)[v];
out:
    if (made)
        igraph_destroy(&graph);
    igraph_vector_int_destroy(&cores);
    igraph_vector_int_destroy(&edges);
    return status;
}

static double degree_of(const sn_links *links, int32_t v)
{
    return (double)(links->out_first[v + 1] - links->out_first[v]);
}

sn_status sn_centrality_collective(const sn_links *links, unsigned radius, double *score,
                                   sn_error *err)
{
    const size_t n = links->n;
    int32_t *queue = malloc((n + 1) * sizeof *queue), *seen = malloc((n + 1) * sizeof *seen);
    sn_status status = SN_OK;

    if (queue == NULL || seen == NULL) {
        status = sn_nomem(err, "collective influence");
        goto out;
    }
    memset(seen, 0xFF, (n + 1) * sizeof *seen); /* by nobody */
    for (size_t v = 0; v < n; v++) {
        size_t begin = 0, end = 1;
        double sum = 0;
        queue[0] = (int32_t)v;
        seen[v] = (int32_t)v;
        for (unsigned step = 0; step < radius && begin < end; step++) {
            const size_t last = end;
            for (; begin < last; begin++)
                for (size_t e = links->out_first[queue[begin]];
                     e < links->out_first[queue[begin] + 1]; e++) {
                    const int32_t w = links->out_to[e];
                    if (seen[w] != (int32_t)v) {
                        seen[w] = (int32_t)v;
                        queue[end++] = w;
                    }
                }
        }
        for (; begin < end; begin++)
            sum += degree_of(links, queue[begin]) - 1;
        score[v] = (degree_of(links, (int32_t)v) - 1) * sum;
    }
out:
    free(queue);
    free(seen);
    return status;
}

sn_status sn_rank_correlation(const double *a, const double *b, size_t n, size_t *pairs,
                              double *rho, sn_error *err)
{
    double *work = malloc((4 * n + 1) * sizeof *work);
    size_t k = 0;

    if (work == NULL)
        return sn_nomem(err, "a rank correlation");
    double *x = work, *y = work + n;
    for (size_t v = 0; v < n; v++)
        if (!isnan(a[v]) && !isnan(b[v])) {
            x[k] = a[v];
            y[k++] = b[v];
        }
    *pairs = k;
    *rho = k >= 3 ? gsl_stats_spearman(x, 1, y, 1, k, work + 2 * n) : NAN;
    free(work);
    return SN_OK;
}
