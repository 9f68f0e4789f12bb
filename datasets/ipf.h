/* ipf.h - iterative proportional fitting (RAS) of a table to its margins. */
#ifndef SN_DATASETS_IPF_H
#define SN_DATASETS_IPF_H

#include <stddef.h>

#include "graph/error.h"

/** sn_ipf_options - when a fit is good enough; a field of 0 means its default. */
typedef struct {
    double goal;    /* stop below this relative margin error; default 1e-12                */
    double promise; /* a fit that stops above this error has failed; default 1e-10         */
    int max_rounds; /* one round scales every row and column once; default 10000           */
} sn_ipf_options;

/** sn_ipf_result - how the fit went; written on success and on SN_ENUMERIC. */
typedef struct {
    int rounds;
    double error; /* largest |row sum / margin - 1|; the column sums are exact to rounding */
    size_t worst; /* the row of that error, or the row or column that cannot be met        */
    int worst_is_column;
} sn_ipf_result;

/**
 * sn_ipf_fit - the table nearest to a prior that has the given row and column sums.
 *
 *     f_ij = a_i prior_ij b_j   with   sum_j f_ij = r_i,   sum_i f_ij = d_j
 *
 * found by scaling rows, then columns, in turn, and by Newton steps where that is slow.  Of all
 * tables with these margins f has the least relative entropy to the prior.  Cells that are 0 in
 * the prior stay 0.  Only ratios matter: priors times a constant give the same fit.
 *
 * rows, cols  [in]   shape; 0 is fine
 * prior       [in]   rows * cols numbers, row by row; finite, >= 0, any unit
 * r           [in]   rows row sums, finite, >= 0; a row of 0 becomes 0
 * d           [in]   cols column sums, in the unit of r, with the same total (to 1e-9)
 * options     [in]   NULL for the defaults
 * fit         [out]  rows * cols numbers in the unit of r; may be `prior` itself
 * result      [out]  may be NULL
 *
 * Returns  SN_OK; SN_EDATA for a negative or non-finite number or totals that differ;
 *          SN_ENUMERIC when the zeros of the prior leave no such table, or the rounds are used
 *          up above the promised error; SN_ENOMEM.
 * Cost     O(rows cols) a round; O(rows^2 (rows + cols)) for rounds 20 to 120.
 * Source   W. E. Deming, F. F. Stephan, "On a least squares adjustment of a sampled frequency
 *          table when the expected marginal totals are known", Annals of Mathematical
 *          Statistics 11(4), 1940; R. Stone, "Input-Output and National Accounts", OEEC, 1961.
 */
sn_status sn_ipf_fit(size_t rows, size_t cols, const double *prior, const double *r,
                     const double *d, const sn_ipf_options *options, double *fit,
                     sn_ipf_result *result, sn_error *err);

#endif /* SN_DATASETS_IPF_H */
