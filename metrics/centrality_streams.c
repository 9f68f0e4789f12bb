/* centrality_streams.c - upstreamness and downstreamness: one linear system each, loop by loop. */
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>

#include "graph/bridge.h"
#include "metrics/centrality.h"
#include "metrics/order.h"

enum { DENSE = 200, MOST_PASSES = 200000 };

static const double closed = 1e-12; /* a loop that leaks less of its output has no answer */

/* u_i = 1 + sum_j b_ij u_j over the links of i, self-link included. */
typedef struct {
    size_t n;
    const size_t *first;
    const int32_t *end;
    const double *amount, *self, *output;
    double *u;
} stream;

static double coefficient(const stream *s, size_t i, size_t e)
{
    return s->amount[e] / s->output[i];
}

/* What of i's unit stays in its loop, and what its links outside bring. */
static void split(const stream *s, const sn_order *order, size_t i, double *inside,
                  double *outside)
{
    *inside = s->self[i] / s->output[i];
    *outside = 1;
    for (size_t e = s->first[i]; e < s->first[i + 1]; e++) {
        const double b = coefficient(s, i, e);
        if (order->component[s->end[e]] == order->component[i])
            *inside += b;
        else
            *outside += b * s->u[s->end[e]];
    }
}

static sn_status solve_dense(const stream *s, const sn_order *order, size_t first, size_t size,
                             int32_t *place, sn_error *err)
{
    gsl_matrix *a = gsl_matrix_calloc(size, size);
    gsl_vector *b = gsl_vector_alloc(size), *x = gsl_vector_alloc(size);
    gsl_permutation *p = gsl_permutation_alloc(size);
    int sign;
    sn_status status = SN_OK;

    if (a == NULL || b == NULL || x == NULL || p == NULL) {
        status = sn_nomem(err, "a loop");
        goto out;
    }
    for (size_t k = 0; k < size; k++)
        place[order->node[first + k]] = (int32_t)k;
    for (size_t k = 0; k < size; k++) {
        const size_t i = (size_t)order->node[first + k];
        double inside, outside;
        split(s, order, i, &inside, &outside);
        gsl_vector_set(b, k, outside);
        *gsl_matrix_ptr(a, k, k) += 1 - s->self[i] / s->output[i];
        for (size_t e = s->first[i]; e < s->first[i + 1]; e++)
            if (order->component[s->end[e]] == order->component[i])
                *gsl_matrix_ptr(a, k, (size_t)place[s->end[e]]) -= coefficient(s, i, e);
    }
    SN_TRY_GSL(gsl_linalg_LU_decomp(a, p, &sign));
    SN_TRY_GSL(gsl_linalg_LU_solve(a, p, b, x));
    for (size_t k = 0; k < size; k++)
        s->u[order->node[first + k]] = gsl_vector_get(x, k);
out:
    gsl_matrix_free(a);
    gsl_vector_free(b);
    gsl_vector_free(x);
    gsl_permutation_free(p);
    return status;
}

/* Gauss-Seidel from below. */
static sn_status solve_passes(const stream *s, const sn_order *order, size_t first, size_t size,
                              sn_error *err)
{
    for (size_t k = 0; k < size; k++)
        s->u[order->node[first + k]] = 1;
    for (int pass = 0; pass < MOST_PASSES; pass++) {
        double change = 0;
        for (size_t k = 0; k < size; k++) {
            const size_t i = (size_t)order->node[first + k];
            double sum = 1;
            for (size_t e = s->first[i]; e < s->first[i + 1]; e++)
                sum += coefficient(s, i, e) * s->u[s->end[e]];
            const double next = sum / (1 - s->self[i] / s->output[i]);
            change = fmax(change, fabs(next - s->u[i]) / next);
            s->u[i] = next;
        }
        if (change < 1e-15)
            return SN_OK;
    }
    return sn_fail(err, SN_ENUMERIC, "a loop of %zu is too nearly closed to solve", size);
}

static sn_status solve(const stream *s, sn_error *err)
{
    sn_order order = {0};
    int32_t *place = malloc((s->n + 1) * sizeof *place);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(place, "streams");
    SN_TRY(sn_order_make(s->n, s->first, s->end, &order, err));
    for (size_t c = 0; c < order.count; c++) {
        const size_t first = order.first[c], size = order.first[c + 1] - first;
        bool known = true, leaks = false;
        double inside = 0, outside = 0;
        for (size_t k = first; k < first + size; k++) {
            const size_t i = (size_t)order.node[k];
            if (!(s->output[i] > 0)) {
                known = false;
                break;
            }
            split(s, &order, i, &inside, &outside);
            known &= !isnan(outside);
            leaks |= inside < 1 - closed;
        }
        if (!known || !leaks) {
            for (size_t k = first; k < first + size; k++)
                s->u[order.node[k]] = NAN;
        } else if (size == 1) {
            s->u[order.node[first]] = outside / (1 - inside);
        } else {
            SN_TRY(size <= DENSE ? solve_dense(s, &order, first, size, place, err)
                                 : solve_passes(s, &order, first, size, err));
        }
    }
out:
    sn_order_clear(&order);
    free(place);
    return status;
}

sn_status sn_centrality_streams(const sn_links *links, const double *output, double *upstream,
                                double *downstream, sn_error *err)
{
    const stream up = {links->n, links->out_first, links->out_to, links->out_amount,
                       links->self, output, upstream};
    const stream down = {links->n, links->in_first, links->in_from, links->in_amount,
                         links->self, output, downstream};
    sn_status status = SN_OK;

    /* D_j = 1 + sum_i D_i a_ij with a_ij = z_ij / x_j: the same system over what j buys. */
    SN_TRY(solve(&up, err));
    SN_TRY(solve(&down, err));
out:
    return status;
}
