/* centrality_spectral.c - eigenvectors and walks: PageRank, eigenvector, hubs and authorities,
 * Katz, influence. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/centrality.h"
#include "metrics/order.h"

enum { MOST_PASSES = 20000 };

static double weight_of(const double *amount, size_t e, sn_link_weight weight)
{
    return weight == SN_LINK_AMOUNT ? amount[e] : 1;
}

/* Compensated, so that no error of summation gets near the tolerances. */
static double sum_of(const double *x, size_t n)
{
    double sum = 0, rest = 0;

    for (size_t v = 0; v < n; v++) {
        const double t = sum + x[v];
        rest += fabs(sum) >= fabs(x[v]) ? (sum - t) + x[v] : (x[v] - t) + sum;
        sum = t;
    }
    return sum + rest;
}

/* Vertices such that those linking to one come before it, loops apart. */
static sn_status order_links(const sn_links *links, sn_order *order, sn_error *err)
{
    return sn_order_make(links->n, links->in_first, links->in_from, order, err);
}

/* The share of its out-going weight that each incoming link of a vertex carries. */
static sn_status make_shares(const sn_links *links, sn_link_weight weight, double **share,
                             sn_error *err)
{
    double *total = calloc(links->n + 1, sizeof *total);
    sn_status status = SN_OK;

    *share = malloc((links->m + 1) * sizeof **share);
    if (*share == NULL || total == NULL) {
        status = sn_nomem(err, "shares");
        goto out;
    }
    for (size_t v = 0; v < links->n; v++)
        for (size_t e = links->out_first[v]; e < links->out_first[v + 1]; e++)
            total[v] += weight_of(links->out_amount, e, weight);
    for (size_t e = 0; e < links->m; e++)
        (*share)[e] = weight_of(links->in_amount, e, weight) / total[links->in_from[e]];
out:
    free(total);
    return status;
}

/* x = 1 + factor * S x by Gauss-Seidel in the order of dependence, from below.  `residual` is
 * the sum of what is still missing.  Whole numbers of the right size: the answer is >= 1. */
static void solve_walks(const sn_links *links, const double *share, const sn_order *order,
                        double factor, double tolerance, double *x, double *residual)
{
    for (size_t v = 0; v < links->n; v++)
        x[v] = 0;
    for (int pass = 0; pass < MOST_PASSES; pass++) {
        double change = 0, all = 0;
        for (size_t k = 0; k < links->n; k++) {
            const size_t v = (size_t)order->node[k];
            double sum = 0;
            for (size_t e = links->in_first[v]; e < links->in_first[v + 1]; e++)
                sum += (share != NULL ? share[e] : 1) * x[links->in_from[e]];
            const double next = 1 + factor * sum;
            change += fabs(next - x[v]);
            all += next;
            x[v] = next;
        }
        *residual = change;
        if (change <= tolerance * all || order->count == links->n)
            break; /* without loops one pass is exact */
    }
}

sn_status sn_centrality_pagerank(const sn_links *links, sn_link_weight weight, double damping,
                                 double *score, double *bound, sn_error *err)
{
    double *share = NULL, residual = 0;
    sn_order order = {0};
    sn_status status = SN_OK;

    *bound = 0;
    if (!(damping >= 0) || !(damping < 1)) {
        status = sn_fail(err, SN_EUSAGE, "the damping must be at least 0 and below 1");
        goto out;
    }
    SN_TRY(make_shares(links, weight, &share, err));
    SN_TRY(order_links(links, &order, err));
    solve_walks(links, share, &order, damping, 1e-10, score, &residual);
    /* Starting anew where there is no link only scales the solution (Del Corso et al. 2005). */
    const double all = sum_of(score, links->n);
    for (size_t v = 0; v < links->n; v++)
        score[v] /= all;
    if (order.count < links->n)
        *bound = 2 * residual * damping / (1 - damping) / all;
out:
    sn_order_clear(&order);
    free(share);
    return status;
}

/* y = Z' x (forward) or Z x; then y is scaled to sum 1.  Returns the sum. */
static double multiply(const sn_links *links, sn_link_weight weight, bool forward, double shift,
                       const double *x, double *y)
{
    const size_t *first = forward ? links->in_first : links->out_first;
    const int32_t *end = forward ? links->in_from : links->out_to;
    const double *amount = forward ? links->in_amount : links->out_amount;

    for (size_t v = 0; v < links->n; v++) {
        double sum = shift * x[v];
        for (size_t e = first[v]; e < first[v + 1]; e++)
            sum += weight_of(amount, e, weight) * x[end[e]];
        y[v] = sum;
    }
    const double all = sum_of(y, links->n);
    for (size_t v = 0; all > 0 && v < links->n; v++)
        y[v] /= all;
    return all;
}

static double distance(const double *x, const double *y, size_t n)
{
    double sum = 0;

    for (size_t v = 0; v < n; v++)
        sum += fabs(x[v] - y[v]);
    return sum;
}

static void fill(double *x, size_t n, double value)
{
    for (size_t v = 0; v < n; v++)
        x[v] = value;
}

sn_status sn_centrality_eigenvector(const sn_links *links, sn_link_weight weight, double *score,
                                    double *radius, sn_error *err)
{
    const size_t n = links->n;
    double *next = malloc((n + 1) * sizeof *next), shift = 0, all = 0, moved = INFINITY;
    sn_order order = {0};
    sn_status status = SN_OK;

    *radius = 0;
    fill(score, n, NAN);
    SN_TRY_ALLOC(next, "an eigenvector");
    SN_TRY(order_links(links, &order, err));
    if (order.count == n)
        goto out; /* no loop */
    fill(score, n, 1 / (double)n);
    /* A shift of the size of the radius keeps loops of even length from swinging. */
    for (int k = 0; k < 20; k++) {
        all = multiply(links, weight, true, shift, score, next);
        memcpy(score, next, n * sizeof *score);
        shift = all - shift > 0 ? (all - shift) / 2 : shift;
    }
    for (int pass = 0; pass < MOST_PASSES && moved > 1e-14; pass++) {
        all = multiply(links, weight, true, shift, score, next);
        moved = distance(score, next, n);
        memcpy(score, next, n * sizeof *score);
    }
    *radius = all - shift;
    double square = 0;
    for (size_t v = 0; v < n; v++)
        square += score[v] * score[v];
    for (size_t v = 0; v < n; v++)
        score[v] /= sqrt(square);
    if (moved > 1e-9) {
        fill(score, n, NAN);
        status = sn_fail(err, SN_ENUMERIC, "the eigenvector does not settle: "
                                           "several loops are about equally strong");
    }
out:
    sn_order_clear(&order);
    free(next);
    return status;
}

sn_status sn_centrality_hits(const sn_links *links, sn_link_weight weight, double *hub,
                             double *authority, sn_error *err)
{
    const size_t n = links->n;
    double *next = malloc((n + 1) * sizeof *next), moved = INFINITY;
    sn_status status = SN_OK;

    fill(hub, n, NAN);
    fill(authority, n, NAN);
    SN_TRY_ALLOC(next, "hubs");
    if (links->m == 0)
        goto out;
    fill(hub, n, 1 / (double)n);
    for (int pass = 0; pass < MOST_PASSES && moved > 1e-14; pass++) {
        (void)multiply(links, weight, true, 0, hub, authority);
        (void)multiply(links, weight, false, 0, authority, next);
        moved = distance(hub, next, n);
        memcpy(hub, next, n * sizeof *hub);
    }
    (void)multiply(links, weight, true, 0, hub, authority);
    if (moved > 1e-9) {
        fill(hub, n, NAN);
        fill(authority, n, NAN);
        status = sn_fail(err, SN_ENUMERIC, "hubs and authorities do not settle: several groups are "
                                           "about equally strong");
    }
out:
    free(next);
    return status;
}

/* The spectral radius of the links as 0 and 1, from above: max_v (A x)_v / x_v of power
 * iteration on I + A (Collatz and Wielandt). */
static sn_status radius_above(const sn_links *links, const sn_order *order, double *radius,
                              sn_error *err)
{
    const size_t n = links->n;
    double *x = malloc((n + 1) * sizeof *x), *next = malloc((n + 1) * sizeof *next);
    sn_status status = SN_OK;

    *radius = 0;
    if (x == NULL || next == NULL) {
        status = sn_nomem(err, "a spectral radius");
        goto out;
    }
    for (size_t c = 0; c < order->count; c++) { /* each loop by itself: a radius is the largest */
        const size_t first = order->first[c], last = order->first[c + 1];
        double least = 0, most = 1;
        for (size_t k = first; k < last; k++)
            x[order->node[k]] = 1;
        for (int pass = 0; last - first > 1 && pass < 500; pass++) {
            if (pass > 0 && most - least <= 1e-10 * most)
                break;
            double all = 0;
            least = INFINITY;
            most = 0;
            for (size_t k = first; k < last; k++) {
                const size_t v = (size_t)order->node[k];
                double sum = x[v];
                for (size_t e = links->in_first[v]; e < links->in_first[v + 1]; e++)
                    if (order->component[links->in_from[e]] == (int32_t)c)
                        sum += x[links->in_from[e]];
                next[v] = sum;
                all += sum;
                most = fmax(most, sum / x[v]);
                least = fmin(least, sum / x[v]);
            }
            for (size_t k = first; k < last; k++)
                x[order->node[k]] = next[order->node[k]] / all;
        }
        *radius = fmax(*radius, most - 1);
    }
out:
    free(x);
    free(next);
    return status;
}

sn_status sn_centrality_katz(const sn_links *links, double alpha, double *score, sn_error *err)
{
    sn_order order = {0};
    double radius, residual;
    sn_status status = SN_OK;

    SN_TRY(order_links(links, &order, err));
    SN_TRY(radius_above(links, &order, &radius, err));
    if (!(alpha > 0) || alpha * radius >= 1 - 1e-9) {
        status = sn_fail(err, SN_EUSAGE,
                         "alpha = %g: must be above 0 and below 1 / %g, the spectral radius of the "
                         "links", alpha, radius);
        goto out;
    }
    solve_walks(links, NULL, &order, alpha, 1e-15, score, &residual);
out:
    sn_order_clear(&order);
    return status;
}

/* Walks up: v_j = 1 + (1 - alpha) sum_i W_ij v_i, with i the buyers of j. */
sn_status sn_centrality_influence(const sn_links *links, double alpha, double *score,
                                  sn_error *err)
{
    const size_t n = links->n;
    double *bought = calloc(n + 1, sizeof *bought);
    sn_order order = {0};
    sn_status status = SN_OK;

    if (!(alpha > 0) || !(alpha <= 1)) {
        status = sn_fail(err, SN_EUSAGE, "the labour share must be above 0 and at most 1");
        goto out;
    }
    SN_TRY_ALLOC(bought, "influence");
    SN_TRY(sn_order_make(n, links->out_first, links->out_to, &order, err));
    for (size_t v = 0; v < n; v++) {
        bought[v] = links->self[v];
        for (size_t e = links->in_first[v]; e < links->in_first[v + 1]; e++)
            bought[v] += links->in_amount[e];
    }
    fill(score, n, 0);
    for (int pass = 0; pass < MOST_PASSES; pass++) {
        double change = 0, all = 0;
        for (size_t k = 0; k < n; k++) {
            const size_t v = (size_t)order.node[k];
            double sum = 0;
            for (size_t e = links->out_first[v]; e < links->out_first[v + 1]; e++)
                sum += links->out_amount[e] / bought[links->out_to[e]] * score[links->out_to[e]];
            const double own = bought[v] > 0 ? (1 - alpha) * links->self[v] / bought[v] : 0;
            const double next = (1 + (1 - alpha) * sum) / (1 - own);
            change += fabs(next - score[v]);
            all += next;
            score[v] = next;
        }
        if (change <= 1e-15 * all)
            break;
    }
    for (size_t v = 0; v < n; v++)
        score[v] *= alpha / (double)n;
out:
    sn_order_clear(&order);
    free(bought);
    return status;
}
