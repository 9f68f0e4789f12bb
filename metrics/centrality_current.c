/* centrality_current.c - current-flow betweenness, one connected part after the other.
 *
 * With one vertex grounded the Laplacian L of a part is positive definite; C = L^-1 (0 for the
 * grounded one) gives potentials, and over a link (v, w) of conductance c the current from s to t
 * is I = r_s - r_t with r_x = c (C_vx - C_wx).  Summed over all pairs, |r_s - r_t| is a sum over
 * the sorted r (Brandes and Fleischer 2005). */
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/bridge.h"
#include "metrics/centrality.h"

/* Vertices of the part of `start`, which gets the number `part`. */
static size_t collect(const sn_links *links, int32_t start, int32_t part, int32_t *part_of,
                      int32_t *place, int32_t *member)
{
    size_t count = 1;

    part_of[start] = part;
    member[0] = start;
    for (size_t k = 0; k < count; k++) {
        place[member[k]] = (int32_t)k;
        for (size_t e = links->out_first[member[k]]; e < links->out_first[member[k] + 1]; e++)
            if (part_of[links->out_to[e]] < 0) {
                part_of[links->out_to[e]] = part;
                member[count++] = links->out_to[e];
            }
    }
    return count;
}

static double conductance(const sn_links *links, size_t e, sn_link_weight weight, double scale)
{
    return weight == SN_LINK_AMOUNT ? links->out_amount[e] / scale : 1;
}

/* Sum over all pairs of |r_s - r_t|. */
static double sum_differences(double *r, size_t k)
{
    double sum = 0;

    gsl_sort(r, 1, k);
    for (size_t i = 0; i < k; i++)
        sum += (2 * (double)i + 1 - (double)k) * r[i];
    return sum;
}

static sn_status solve_part(const sn_links *links, sn_link_weight weight, const int32_t *member,
                            size_t k, const int32_t *place, double *score, sn_error *err)
{
    gsl_matrix *c = gsl_matrix_calloc(k - 1, k - 1);
    double *r = malloc((k + 1) * sizeof *r), scale = 0;
    sn_status status = SN_OK;

    if (c == NULL || r == NULL) {
        status = sn_nomem(err, "current-flow betweenness");
        goto out;
    }
    for (size_t i = 0; i < k; i++)
        for (size_t e = links->out_first[member[i]]; e < links->out_first[member[i] + 1]; e++)
            scale = fmax(scale, links->out_amount[e]);
    for (size_t i = 1; i < k; i++) /* the first is grounded */
        for (size_t e = links->out_first[member[i]]; e < links->out_first[member[i] + 1]; e++) {
            const size_t j = (size_t)place[links->out_to[e]];
            const double w = conductance(links, e, weight, scale);
            *gsl_matrix_ptr(c, i - 1, i - 1) += w;
            if (j > 0)
                *gsl_matrix_ptr(c, i - 1, j - 1) -= w;
        }
    SN_TRY_GSL(gsl_linalg_cholesky_decomp1(c));
    SN_TRY_GSL(gsl_linalg_cholesky_invert(c));
    for (size_t i = 0; i < k; i++)
        score[member[i]] = 0;
    for (size_t i = 0; i < k; i++)
        for (size_t e = links->out_first[member[i]]; e < links->out_first[member[i] + 1]; e++) {
            const size_t j = (size_t)place[links->out_to[e]];
            if (j < i)
                continue; /* the same link once */
            const double w = conductance(links, e, weight, scale);
            for (size_t x = 0; x < k; x++)
                r[x] = x == 0 ? 0
                              : w * ((i > 0 ? gsl_matrix_get(c, i - 1, x - 1) : 0) -
                                     gsl_matrix_get(c, j - 1, x - 1));
            const double all = sum_differences(r, k);
            score[member[i]] += all / 2;
            score[member[j]] += all / 2;
        }
    for (size_t i = 0; i < k; i++) /* without the pairs it is an end of: half a unit each */
        score[member[i]] = fmax(0, score[member[i]] - (double)(k - 1) / 2);
out:
    gsl_matrix_free(c);
    free(r);
    return status;
}

sn_status sn_centrality_current(const sn_links *links, sn_link_weight weight, double *score,
                                sn_error *err)
{
    const size_t n = links->n;
    int32_t *part_of = malloc((n + 1) * sizeof *part_of), *place = malloc((n + 1) * sizeof *place);
    int32_t *member = malloc((n + 1) * sizeof *member);
    sn_status status = SN_OK;

    if (part_of == NULL || place == NULL || member == NULL) {
        status = sn_nomem(err, "current-flow betweenness");
        goto out;
    }
    memset(part_of, 0xFF, (n + 1) * sizeof *part_of);
    for (size_t v = 0; v < n; v++) {
        if (part_of[v] >= 0)
            continue;
        const size_t k = collect(links, (int32_t)v, (int32_t)v, part_of, place, member);
        if (k <= 2 || k > SN_CURRENT_MOST)
            for (size_t i = 0; i < k; i++)
                score[member[i]] = k <= 2 ? 0 : NAN;
        else
            SN_TRY(solve_part(links, weight, member, k, place, score, err));
    }
out:
    free(part_of);
    free(place);
    free(member);
    return status;
}
