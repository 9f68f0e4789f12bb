/* ipf.c - iterative proportional fitting (RAS) of a table to its margins. */
#include "datasets/ipf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const sn_ipf_options defaults = {1e-12, 1e-10, 10000};
static const double same_total =
    1e-9; /* how far apart the totals of r and d may be, relative */

static sn_status check_numbers(const double *x, size_t count, const char *what, sn_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!(x[i] >= 0 && isfinite(x[i])))
            return sn_fail(err, SN_EDATA, "%s %zu of the fit is %g, not a number >= 0", what, i,
                           x[i]);
    return SN_OK;
}

static double total(const double *x, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += x[i];
    return sum;
}

/* Add up the rows and the columns of a table. */
static void add_up(size_t rows, size_t cols, const double *cell, double *row_sum,
                   double *col_sum)
{
    memset(col_sum, 0, cols * sizeof *col_sum);
    for (size_t i = 0; i < rows; i++) {
        row_sum[i] = 0;
        for (size_t j = 0; j < cols; j++) {
            row_sum[i] += cell[i * cols + j];
            col_sum[j] += cell[i * cols + j];
        }
    }
}

/* A margin above 0 needs a cell above 0: name the first one that has none. */
static sn_status check_support(size_t rows, size_t cols, const double *r, const double *d,
                               const double *row_sum, const double *col_sum,
                               sn_ipf_result *result, sn_error *err)
{
    for (size_t i = 0; i < rows; i++)
        if (r[i] > 0 && !(row_sum[i] > 0)) {
            *result = (sn_ipf_result){0, 1, i, 0};
            return sn_fail(err, SN_ENUMERIC,
                           "row %zu of the fit must add up to %g but is empty", i, r[i]);
        }
    for (size_t j = 0; j < cols; j++)
        if (d[j] > 0 && !(col_sum[j] > 0)) {
            *result = (sn_ipf_result){0, 1, j, 1};
            return sn_fail(err, SN_ENUMERIC,
                           "column %zu of the fit must add up to %g but is empty", j, d[j]);
        }
    return SN_OK;
}

/* Turn sums into the factors that bring them to their margins. */
static void to_factors(size_t count, const double *margin, double *sum)
{
    for (size_t i = 0; i < count; i++)
        sum[i] = sum[i] > 0 ? margin[i] / sum[i] : 0;
}

/* One round: rows to r, then columns to d; leaves the new row sums and their error. */
static void scale_once(size_t rows, size_t cols, const double *r, const double *d, double *cell,
                       double *row, double *col, sn_ipf_result *result)
{
    to_factors(rows, r, row);
    memset(col, 0, cols * sizeof *col);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            col[j] += cell[i * cols + j] *= row[i];
    to_factors(cols, d, col);
    result->rounds++;
    result->error = 0;
    for (size_t i = 0; i < rows; i++) {
        row[i] = 0;
        for (size_t j = 0; j < cols; j++)
            row[i] += cell[i * cols + j] *= col[j];
        const double error = r[i] > 0 ? fabs(row[i] / r[i] - 1) : 0;
        if (!(error <= result->error)) { /* a NaN is the worst of all */
            result->error = error;
            result->worst = i;
        }
    }
}

sn_status sn_ipf_fit(size_t rows, size_t cols, const double *prior, const double *r,
                     const double *d, const sn_ipf_options *options, double *fit,
                     sn_ipf_result *result, sn_error *err)
{
    sn_status status = SN_OK;
    sn_ipf_result mine = {0};
    double *row = NULL, *col = NULL;
    sn_ipf_options o = options != NULL ? *options : defaults;
    const double supply = total(r, rows), need = total(d, cols);

    o.goal = o.goal > 0 ? o.goal : defaults.goal;
    o.promise = o.promise > 0 ? o.promise : defaults.promise;
    o.max_rounds = o.max_rounds > 0 ? o.max_rounds : defaults.max_rounds;
    SN_TRY(check_numbers(r, rows, "row margin", err));
    SN_TRY(check_numbers(d, cols, "column margin", err));
    SN_TRY(check_numbers(prior, rows * cols, "prior cell", err));
    if (!(fabs(supply - need) <= same_total * supply)) {
        status = sn_fail(err, SN_EDATA, "row margins add up to %.12g, column margins to %.12g",
                         supply, need);
        goto out;
    }
    row = calloc(rows + 1, sizeof *row);
    col = calloc(cols + 1, sizeof *col);
    SN_TRY_ALLOC(row, "row sums");
    SN_TRY_ALLOC(col, "column sums");
    if (fit != prior && rows * cols > 0)
        memcpy(fit, prior, rows * cols * sizeof *fit);
    add_up(rows, cols, fit, row, col);
    SN_TRY(check_support(rows, cols, r, d, row, col, &mine, err));

    /* The largest ratio of margin to sum never grows (the scaling contracts Hilbert's metric),
     * so an error that no longer falls is rounding. */
    for (double last = INFINITY; mine.rounds < o.max_rounds; last = mine.error) {
        scale_once(rows, cols, r, d, fit, row, col, &mine);
        if (mine.error < o.goal || isnan(mine.error))
            break;
        if (mine.error < o.promise && mine.error >= last)
            break;
    }
    if (!(mine.error < o.promise))
        status = sn_fail(err, SN_ENUMERIC,
                         "row %zu of the fit is off by %.3g of its margin after %d rounds",
                         mine.worst, mine.error, mine.rounds);
out:
    free(row);
    free(col);
    if (result != NULL)
        *result = mine;
    return status;
}
