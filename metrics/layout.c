/* layout.c - columns, points and the globe; layout_sankey.c stacks and leads ribbons. */
#include "metrics/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <igraph.h>

#include "graph/bridge.h"

/* The links as a graph, edge k = link k. */
static sn_status make_graph(size_t n, const sn_layout_link *link, size_t m, igraph_t *graph,
                            sn_error *err)
{
    igraph_vector_int_t ends = {0};
    sn_status status = SN_OK;

    SN_TRY_INIT(&ends, igraph_vector_int_init(&ends, (igraph_integer_t)(2 * m)));
    for (size_t k = 0; k < m; k++) {
        VECTOR(ends)[2 * k] = link[k].supplier;
        VECTOR(ends)[2 * k + 1] = link[k].buyer;
    }
    SN_TRY_INIT(graph, igraph_create(graph, &ends, (igraph_integer_t)n, IGRAPH_DIRECTED));
out:
    igraph_vector_int_destroy(&ends);
    return status;
}

/* Drop self-links, and the links of a feedback arc set: what is left has no loop.  igraph
 * 0.10.2 may leave a loop where it is given self-links, so it never sees them. */
static sn_status open_loops(size_t n, const sn_layout_link *link, size_t m, bool *dropped,
                            sn_error *err)
{
    sn_layout_link *proper = malloc((m + 1) * sizeof *proper);
    size_t *place = malloc((m + 1) * sizeof *place), count = 0;
    igraph_t graph = {0};
    igraph_vector_t weight = {0};
    igraph_vector_int_t arcs = {0};
    sn_status status = SN_OK;

    SN_TRY_ALLOC(proper, "a layout");
    SN_TRY_ALLOC(place, "a layout");
    for (size_t k = 0; k < m; k++) {
        dropped[k] = link[k].supplier == link[k].buyer;
        if (dropped[k])
            continue;
        place[count] = k;
        proper[count++] = link[k];
    }
    SN_TRY(make_graph(n, proper, count, &graph, err));
    SN_TRY_INIT(&weight, igraph_vector_init(&weight, (igraph_integer_t)count));
    for (size_t k = 0; k < count; k++)
        VECTOR(weight)[k] = proper[k].amount;
    SN_TRY_INIT(&arcs, igraph_vector_int_init(&arcs, 0));
    SN_TRY_IGRAPH(igraph_feedback_arc_set(&graph, &arcs, &weight, IGRAPH_FAS_APPROX_EADES));
    for (igraph_integer_t k = 0; k < igraph_vector_int_size(&arcs); k++)
        dropped[place[VECTOR(arcs)[k]]] = true;
out:
    igraph_vector_int_destroy(&arcs);
    igraph_vector_destroy(&weight);
    igraph_destroy(&graph);
    free(proper);
    free(place);
    return status;
}

sn_status sn_layout_layers(size_t n, const sn_layout_link *link, size_t m, size_t most,
                           int32_t *column, bool *dropped, size_t *columns, sn_error *err)
{
    int32_t last = 0;
    sn_status status = SN_OK;

    memset(column, 0, n * sizeof *column);
    memset(dropped, 0, m * sizeof *dropped);
    *columns = 1;
    if (m == 0)
        return SN_OK;
    SN_TRY(open_loops(n, link, m, dropped, err));
    /* Longest chains; without loops n passes are enough. */
    bool moved = true;
    for (size_t pass = 0; moved && pass <= n; pass++) {
        moved = false;
        for (size_t k = 0; k < m; k++) {
            const int32_t next = column[link[k].supplier] + 1;
            if (dropped[k] || column[link[k].buyer] >= next)
                continue;
            column[link[k].buyer] = next;
            moved = true;
        }
    }
    if (moved) {
        status =
            sn_fail(err, SN_EINTERNAL, "a loop is left after its feedback arcs are dropped");
        goto out;
    }
    for (size_t i = 0; i < n; i++)
        last = column[i] > last ? column[i] : last;
    if ((size_t)last + 1 > most)
        for (size_t i = 0; i < n; i++)
            column[i] = (int32_t)((size_t)column[i] * most / ((size_t)last + 1));
    *columns = (size_t)last + 1 > most ? most : (size_t)last + 1;
    for (size_t k = 0; k < m; k++)
        dropped[k] =
            column[link[k].supplier] >= column[link[k].buyer]; /* some lead on after all */
out:
    return status;
}

/* SplitMix64 (G. L. Steele, D. Lea, C. H. Flood 2014) to 0..1. */
static double next_uniform(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* Stretch one coordinate to 0..1. */
static void stretch(const igraph_matrix_t *place, igraph_integer_t axis, size_t n, double *to)
{
    double low = INFINITY, high = -INFINITY;

    for (size_t i = 0; i < n; i++) {
        to[i] = MATRIX(*place, (igraph_integer_t)i, axis);
        low = fmin(low, to[i]);
        high = fmax(high, to[i]);
    }
    for (size_t i = 0; i < n; i++)
        to[i] = high > low ? (to[i] - low) / (high - low) : 0.5;
}

sn_status sn_layout_sketch(size_t n, const sn_layout_link *link, size_t m, uint64_t seed,
                           double *x, double *y, sn_error *err)
{
    const double turn = 2 * acos(-1.0);
    igraph_t graph = {0};
    igraph_matrix_t place = {0};
    sn_status status = SN_OK;

    if (n == 0)
        return SN_OK;
    SN_TRY(make_graph(n, link, m, &graph, err));
    SN_TRY_INIT(&place, igraph_matrix_init(&place, (igraph_integer_t)n, 2));
    for (size_t i = 0; i < n; i++) { /* a circle, with a jitter so that nothing is in balance */
        const double angle = turn * ((double)i + 0.5 * next_uniform(&seed)) / (double)n;
        MATRIX(place, (igraph_integer_t)i, 0) = cos(angle) * (double)n;
        MATRIX(place, (igraph_integer_t)i, 1) = sin(angle) * (double)n;
    }
    if (n > 2)
        SN_TRY_IGRAPH(igraph_layout_kamada_kawai(&graph, &place, true,
                                                 (igraph_integer_t)(50 * n), 1e-4, (double)n,
                                                 NULL, NULL, NULL, NULL, NULL));
    stretch(&place, 0, n, x);
    stretch(&place, 1, n, y);
out:
    igraph_matrix_destroy(&place);
    igraph_destroy(&graph);
    return status;
}

void sn_layout_globe(double lat, double lon, double *x, double *y)
{
    static const double a1 = 1.340264, a2 = -0.081106, a3 = 0.000893, a4 = 0.003796;
    const double degree = acos(-1.0) / 180, root = sqrt(3);
    const double widest = 2 * root * acos(-1.0) / (3 * a1); /* half the equator */
    double turned = lon - SN_LAYOUT_GLOBE_MIDDLE;

    turned += turned < -180 ? 360 : turned > 180 ? -360 : 0;
    const double t = asin(root / 2 * sin(lat * degree)), t2 = t * t, t6 = t2 * t2 * t2;
    const double east = 2 * root * turned * degree * cos(t) /
                        (3 * (9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1));
    const double north = t * (a1 + a2 * t2 + t6 * (a3 + a4 * t2));
    *x = 0.5 + east / (2 * widest);
    *y = 0.5 - north / (2 * widest / SN_LAYOUT_GLOBE_ASPECT);
}
