/* reexport.c - from trade between countries to amounts from origin to consumer. */
#include "datasets/reexport.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "graph/bridge.h"

enum { MAX_PASSES = 1000 };
static const double balanced = 1e-12; /* relative excess of exports that is only rounding */
static const double conserved = 1e-6; /* a row further off is an error, not rounding      */

static sn_status check_amounts(size_t n, const double *production, const double *trade,
                               sn_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (!(production[i] >= 0 && isfinite(production[i])))
            return sn_fail(err, SN_EDATA, "production %zu is %g, not a number >= 0", i,
                           production[i]);
    for (size_t k = 0; k < n * n; k++)
        if (!(trade[k] >= 0 && isfinite(trade[k])))
            return sn_fail(err, SN_EDATA, "trade %zu -> %zu is %g, not a number >= 0", k / n,
                           k % n, trade[k]);
    return SN_OK;
}

/* exports[i] = all that i sells abroad; supply[i] = what it makes plus what it buys. */
static double add_up(size_t n, const double *production, const double *trade, double *exports,
                     double *supply)
{
    double sum = 0;

    memcpy(supply, production, n * sizeof *supply);
    for (size_t i = 0; i < n; i++) {
        exports[i] = 0;
        for (size_t j = 0; j < n; j++) {
            exports[i] += trade[i * n + j];
            supply[j] += trade[i * n + j];
        }
        sum += exports[i];
    }
    return sum;
}

/* Mark every country that goods can reach from a producer. */
static void mark_reached(size_t n, const double *production, const double *trade, size_t *stack,
                         bool *reached)
{
    size_t depth = 0;

    for (size_t i = 0; i < n; i++)
        if (production[i] > 0) {
            reached[i] = true;
            stack[depth++] = i;
        }
    while (depth > 0) {
        const double *sells = trade + stack[--depth] * n;
        for (size_t j = 0; j < n; j++)
            if (sells[j] > 0 && !reached[j]) {
                reached[j] = true;
                stack[depth++] = j;
            }
    }
}

/* Mark who exports more than its supply; returns the largest relative excess. */
static double find_short(size_t n, const double *exports, const double *supply, bool *is_short,
                         bool *grew)
{
    double worst = 0;

    *grew = false;
    for (size_t i = 0; i < n; i++)
        if (exports[i] > supply[i]) {
            worst = fmax(worst, supply[i] > 0 ? exports[i] / supply[i] - 1 : 1);
            *grew = *grew || !is_short[i];
            is_short[i] = true;
        }
    return worst;
}

/* What the short countries S can export when each of them sells all that it gets:
 * e_S = b + A_SS e_S, b = production of S and imports from countries that are not short,
 * A_ij = T_ji / exports_j.  Writes e over supply[S]. */
static sn_status settle_short(size_t n, const double *production, const double *trade,
                              const double *exports, const bool *is_short, size_t *at,
                              double *supply, sn_error *err)
{
    sn_status status = SN_OK;
    gsl_matrix *system = NULL;
    gsl_permutation *order = NULL;
    gsl_vector *sold = NULL;
    size_t m = 0;
    int sign;

    for (size_t i = 0; i < n; i++)
        if (is_short[i])
            at[m++] = i;
    system = gsl_matrix_alloc(m, m);
    SN_TRY_ALLOC(system, "a trade matrix");
    order = gsl_permutation_alloc(m);
    SN_TRY_ALLOC(order, "a trade matrix");
    sold = gsl_vector_alloc(m);
    SN_TRY_ALLOC(sold, "a trade matrix");
    for (size_t a = 0; a < m; a++) {
        double b = production[at[a]];
        for (size_t j = 0; j < n; j++)
            if (!is_short[j])
                b += trade[j * n + at[a]];
        gsl_vector_set(sold, a, b);
        for (size_t c = 0; c < m; c++) {
            const double part =
                exports[at[c]] > 0 ? trade[at[c] * n + at[a]] / exports[at[c]] : 0;
            gsl_matrix_set(system, a, c, (a == c ? 1 : 0) - part);
        }
    }
    SN_TRY_GSL(gsl_linalg_LU_decomp(system, order, &sign));
    SN_TRY_GSL(gsl_linalg_LU_svx(system, order, sold));
    for (size_t a = 0; a < m; a++)
        supply[at[a]] = fmax(0, gsl_vector_get(sold, a));
out:
    if (system != NULL)
        gsl_matrix_free(system);
    if (order != NULL)
        gsl_permutation_free(order);
    if (sold != NULL)
        gsl_vector_free(sold);
    return status;
}

static void scale_short(size_t n, const bool *is_short, const double *exports,
                        const double *supply, double *trade)
{
    for (size_t i = 0; i < n; i++)
        if (is_short[i] && exports[i] > supply[i])
            for (size_t j = 0; j < n; j++)
                trade[i * n + j] *= supply[i] / exports[i];
}

sn_status sn_reexport_prebalance(size_t n, const double *production, double *trade,
                                 sn_reexport_balance *balance, sn_error *err)
{
    sn_status status = SN_OK;
    sn_reexport_balance b = {.worst_factor = 1};
    double *first = calloc(n + 1, sizeof *first); /* exports before scaling */
    double *exports = calloc(n + 1, sizeof *exports);
    double *supply = calloc(n + 1, sizeof *supply);
    size_t *stack = calloc(n + 1, sizeof *stack);
    bool *reached = calloc(n + 1, sizeof *reached);
    bool *is_short = calloc(n + 1, sizeof *is_short);

    if (first == NULL || exports == NULL || supply == NULL || stack == NULL ||
        reached == NULL || is_short == NULL) {
        status = sn_nomem(err, "trade balances");
        goto out;
    }
    SN_TRY(check_amounts(n, production, trade, err));
    for (size_t i = 0; i < n; i++)
        trade[i * n + i] = 0;
    mark_reached(n, production, trade, stack, reached);
    b.before = add_up(n, production, trade, first, supply);
    for (size_t i = 0; i < n; i++)
        if (!reached[i]) {
            b.unreached += first[i];
            memset(trade + i * n, 0, n * sizeof *trade);
        }
    /* Scaling in turn would only creep where hubs sell to each other.  Who is short stays short
     * while exports fall, so the set of short countries grows to its end in at most n passes,
     * and with the set known the limit is a linear system. */
    for (;; b.passes++) {
        bool grew;

        b.after = add_up(n, production, trade, exports, supply);
        b.excess = find_short(n, exports, supply, is_short, &grew);
        if (b.excess < balanced || b.passes == MAX_PASSES)
            break;
        if (grew)
            SN_TRY(settle_short(n, production, trade, exports, is_short, stack, supply, err));
        scale_short(n, is_short, exports, supply, trade);
    }
    for (size_t i = 0; i < n; i++)
        if (reached[i] && exports[i] < b.worst_factor * first[i]) {
            b.worst_factor = exports[i] / first[i];
            b.worst = i;
        }
    if (balance != NULL)
        *balance = b;
out:
    free(first);
    free(exports);
    free(supply);
    free(stack);
    free(reached);
    free(is_short);
    return status;
}

/* I - A over the countries in use[0 .. m-1]: all that have any supply. */
static void fill_system(size_t n, const double *trade, const double *supply, const size_t *use,
                        size_t m, gsl_matrix *system)
{
    for (size_t a = 0; a < m; a++)
        for (size_t b = 0; b < m; b++) {
            const double sold = trade[use[b] * n + use[a]]; /* b -> a */
            gsl_matrix_set(system, a, b, (a == b ? 1 : 0) - sold / supply[use[b]]);
        }
}

/* One row of C: where the goods that `maker` made are consumed. */
static sn_status trace_origin(size_t n, size_t maker, double made, const size_t *use, size_t m,
                              const double *kept, const gsl_matrix *lu,
                              const gsl_permutation *order, gsl_vector *mix, double *row,
                              sn_error *err)
{
    sn_status status = SN_OK;
    double sum = 0;

    gsl_vector_set_zero(mix);
    for (size_t a = 0; a < m; a++)
        if (use[a] == maker)
            gsl_vector_set(mix, a, made);
    SN_TRY_GSL(gsl_linalg_LU_svx(lu, order, mix));
    memset(row, 0, n * sizeof *row);
    for (size_t a = 0; a < m; a++) {
        const double amount = kept[use[a]] * gsl_vector_get(mix, a);
        row[use[a]] = amount > 0 ? amount : 0; /* (I - A)^-1 >= 0: below 0 is rounding */
        sum += row[use[a]];
    }
    if (!(fabs(sum / made - 1) < conserved))
        return sn_fail(err, SN_ENUMERIC,
                       "consumption of what country %zu made adds up to %g of its output: "
                       "trade is not balanced",
                       maker, sum / made);
    for (size_t j = 0; j < n; j++)
        row[j] *= made / sum;
out:
    return status;
}

sn_status sn_reexport_correct(size_t n, const double *production, const double *trade,
                              double *origin, sn_error *err)
{
    sn_status status = SN_OK;
    gsl_matrix *lu = NULL;
    gsl_permutation *order = NULL;
    gsl_vector *mix = NULL;
    double *kept = calloc(n + 1, sizeof *kept); /* [country] exports, then the share kept */
    double *supply = calloc(n + 1, sizeof *supply);
    size_t *use = calloc(n + 1, sizeof *use);
    size_t m = 0;
    int sign;

    if (kept == NULL || supply == NULL || use == NULL) {
        status = sn_nomem(err, "countries of a trade table");
        goto out;
    }
    SN_TRY(check_amounts(n, production, trade, err));
    memset(origin, 0, n * n * sizeof *origin);
    (void)add_up(n, production, trade, kept, supply);
    for (size_t i = 0; i < n; i++)
        if (supply[i] > 0) {
            kept[i] = fmax(0, (supply[i] - kept[i]) / supply[i]);
            use[m++] = i;
        }
    if (m == 0)
        goto out;
    lu = gsl_matrix_alloc(m, m);
    SN_TRY_ALLOC(lu, "a trade matrix");
    order = gsl_permutation_alloc(m);
    SN_TRY_ALLOC(order, "a trade matrix");
    mix = gsl_vector_alloc(m);
    SN_TRY_ALLOC(mix, "a trade matrix");
    fill_system(n, trade, supply, use, m, lu);
    SN_TRY_GSL(gsl_linalg_LU_decomp(lu, order, &sign));
    for (size_t i = 0; i < n; i++)
        if (production[i] > 0)
            SN_TRY(trace_origin(n, i, production[i], use, m, kept, lu, order, mix,
                                origin + i * n, err));
out:
    if (lu != NULL)
        gsl_matrix_free(lu);
    if (order != NULL)
        gsl_permutation_free(order);
    if (mix != NULL)
        gsl_vector_free(mix);
    free(kept);
    free(supply);
    free(use);
    return status;
}
