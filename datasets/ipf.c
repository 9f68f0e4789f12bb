/* ipf.c - iterative proportional fitting (RAS) of a table to its margins.
 *
 * Scaling in turn is safe but creeps where a margin can only be met through cells that are tiny
 * in the prior: thousands of rounds.  With x = a prior b and columns that fit, the row factors
 * log a = u minimise the convex
 *     f(u) = sum_j d_j log(sum_i prior_ij e^u_i) - sum_i r_i u_i,
 * whose gradient is row sum - r and whose Hessian is S = diag(row sum) - x diag(1/d) x'.  So
 * after some rounds each further one begins with a Newton step; the limit is the same.
 */
#include "datasets/ipf.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const sn_ipf_options defaults = {1e-12, 1e-10, 10000};
enum { PATIENCE = 20, MAX_NEWTON = 100, MAX_HALVINGS = 40 };
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

/* What a Newton step needs; made on first need. */
typedef struct {
    gsl_matrix *s;    /* [rows - 1]^2: u of the last row is held */
    gsl_vector *step; /* [rows - 1] */
    double *trial, *col;
    int taken;
} newton;

static void clear_newton(newton *w)
{
    if (w->s != NULL)
        gsl_matrix_free(w->s);
    if (w->step != NULL)
        gsl_vector_free(w->step);
    free(w->trial);
    free(w->col);
}

static sn_status make_newton(size_t rows, size_t cols, newton *w, sn_error *err)
{
    sn_status status = SN_OK;

    w->s = gsl_matrix_alloc(rows - 1, rows - 1);
    SN_TRY_ALLOC(w->s, "a fit");
    w->step = gsl_vector_alloc(rows - 1);
    SN_TRY_ALLOC(w->step, "a fit");
    w->trial = malloc(rows * cols * sizeof *w->trial);
    SN_TRY_ALLOC(w->trial, "a fit");
    w->col = malloc(cols * sizeof *w->col);
    SN_TRY_ALLOC(w->col, "a fit");
out:
    return status;
}

/* S step = r - row sum.  False where S is singular: the prior falls apart into blocks. */
static bool solve_newton(size_t rows, size_t cols, const double *r, const double *d,
                         const double *cell, const double *row, newton *w)
{
    for (size_t i = 0; i + 1 < rows; i++) {
        for (size_t k = 0; k <= i; k++) {
            double both = 0;
            for (size_t j = 0; j < cols; j++)
                if (d[j] > 0)
                    both += cell[i * cols + j] * (cell[k * cols + j] / d[j]);
            gsl_matrix_set(w->s, i, k, (i == k ? row[i] : 0) - both);
        }
        gsl_vector_set(w->step, i, r[i] - row[i]);
        if (!(r[i] > 0)) /* an empty row has no factor */
            gsl_matrix_set(w->s, i, i, 1);
    }
    return gsl_linalg_cholesky_decomp1(w->s) == GSL_SUCCESS &&
           gsl_linalg_cholesky_svx(w->s, w->step) == GSL_SUCCESS;
}

/* Go along the step as far as f falls by at least a tenth of what its slope promises. */
static bool follow_newton(size_t rows, size_t cols, const double *r, const double *d,
                          const double *row, newton *w, double *cell)
{
    double slope = 0;

    for (size_t i = 0; i + 1 < rows; i++)
        slope += (row[i] - r[i]) * gsl_vector_get(w->step, i);
    double part = 1;
    for (int k = 0; k < MAX_HALVINGS; k++, part /= 2) {
        double change = 0;
        memset(w->col, 0, cols * sizeof *w->col);
        for (size_t i = 0; i < rows; i++) {
            const double u = i + 1 < rows ? part * gsl_vector_get(w->step, i) : 0;
            const double factor = exp(u);
            change -= r[i] * u;
            for (size_t j = 0; j < cols; j++)
                w->col[j] += w->trial[i * cols + j] = cell[i * cols + j] * factor;
        }
        for (size_t j = 0; j < cols; j++)
            if (d[j] > 0)
                change += d[j] * log(w->col[j] / d[j]);
        if (change <= 0.1 * part * slope) {
            memcpy(cell, w->trial, rows * cols * sizeof *cell);
            return true;
        }
    }
    return false;
}

/* Improve a table whose columns fit; leaves its row sums for the next round. */
static sn_status step_newton(size_t rows, size_t cols, const double *r, const double *d,
                             double *cell, double *row, newton *w, sn_error *err)
{
    sn_status status = SN_OK;

    if (w->s == NULL)
        SN_TRY(make_newton(rows, cols, w, err));
    w->taken++;
    if (!solve_newton(rows, cols, r, d, cell, row, w) ||
        !follow_newton(rows, cols, r, d, row, w, cell))
        return SN_OK;
    for (size_t j = 0; j < cols; j++)
        w->col[j] = w->col[j] > 0 ? d[j] / w->col[j] : 0;
    for (size_t i = 0; i < rows; i++) {
        row[i] = 0;
        for (size_t j = 0; j < cols; j++)
            row[i] += cell[i * cols + j] *= w->col[j];
    }
out:
    return status;
}

sn_status sn_ipf_fit(size_t rows, size_t cols, const double *prior, const double *r,
                     const double *d, const sn_ipf_options *options, double *fit,
                     sn_ipf_result *result, sn_error *err)
{
    sn_status status = SN_OK;
    sn_ipf_result mine = {0};
    double *row = NULL, *col = NULL;
    newton n = {0};
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
        if (mine.rounds >= PATIENCE && rows > 1 && n.taken < MAX_NEWTON)
            SN_TRY(step_newton(rows, cols, r, d, fit, row, &n, err));
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
    clear_newton(&n);
    free(row);
    free(col);
    if (result != NULL)
        *result = mine;
    return status;
}
