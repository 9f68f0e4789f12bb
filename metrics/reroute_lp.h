/* reroute_lp.h - minimise a cost over columns between bounds and rows below a limit.
 *
 * The only user of GLPK.  GLPK keeps its memory per thread: a program is made, solved and freed
 * by one thread.  It reports exhausted memory by a call that must not return; that is caught
 * here, after which all programs of the thread are lost and say SN_ENOMEM until made anew.
 *
 * Call order: sn_lp_new, sn_lp_column and sn_lp_row and sn_lp_entry in any order, sn_lp_load,
 * then sn_lp_bound, sn_lp_solve, sn_lp_reset again and again.
 */
#ifndef SN_METRICS_REROUTE_LP_H
#define SN_METRICS_REROUTE_LP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"

typedef struct sn_lp sn_lp;

sn_status sn_lp_new(sn_lp **lp, sn_error *err);
void sn_lp_free(sn_lp *lp);

/** sn_lp_column, sn_lp_row - add one; its number counts from 0.  upper may be INFINITY for a
 *  column; a row is sum <= upper, INFINITY = no limit. */
sn_status sn_lp_column(sn_lp *lp, double lower, double upper, double cost, int32_t *column,
                       sn_error *err);
sn_status sn_lp_row(sn_lp *lp, double upper, int32_t *row, sn_error *err);
/** sn_lp_entry - a coefficient; no pair of row and column twice. */
sn_status sn_lp_entry(sn_lp *lp, int32_t row, int32_t column, double value, sn_error *err);
/** sn_lp_load - the program is complete: its bounds and costs so far are the normal ones. */
sn_status sn_lp_load(sn_lp *lp, sn_error *err);

/** sn_lp_lost - whether the program went when some program of the thread ran out of memory. */
bool sn_lp_lost(const sn_lp *lp);

/** sn_lp_bound, sn_lp_limit, sn_lp_cost - change a column's bounds, a row's limit, a cost until
 *  the next reset. */
void sn_lp_bound(sn_lp *lp, int32_t column, double lower, double upper);
void sn_lp_limit(sn_lp *lp, int32_t row, double upper);
void sn_lp_cost(sn_lp *lp, int32_t column, double cost);
/** sn_lp_lower, sn_lp_upper - bounds as they are now. */
double sn_lp_lower(const sn_lp *lp, int32_t column);
double sn_lp_upper(const sn_lp *lp, int32_t column);

/** sn_lp_reset - normal bounds, limits and costs, and the basis of all slacks: what follows
 *  does not depend on what was before. */
void sn_lp_reset(sn_lp *lp);

/** sn_lp_extra_column, sn_lp_extra_row - one more, after loading, until the next reset; its
 *  entries are count <= SN_LP_EXTRA values for a column, any number for a row. */
enum { SN_LP_EXTRA = 8 };
sn_status sn_lp_extra_column(sn_lp *lp, double upper, double cost, int count,
                             const int32_t *row, const double *value, int32_t *column,
                             sn_error *err);
sn_status sn_lp_extra_row(sn_lp *lp, double upper, int count, const int32_t *column,
                          const double *value, int32_t *row, sn_error *err);
/** sn_lp_shrink - drop what is extra. */
void sn_lp_shrink(sn_lp *lp);

/** sn_lp_keep, sn_lp_back - remember the basis, and return to it (extra columns at 0). */
sn_status sn_lp_keep(sn_lp *lp, sn_error *err);
void sn_lp_back(sn_lp *lp);

/**
 * sn_lp_solve - minimise, from the basis at hand.
 *
 * Bounds and reduced costs hold to 1e-9 of the scale of the program (amounts about 1).
 *
 * Returns  SN_OK; SN_ENUMERIC when no optimum is found; SN_ENOMEM.
 * Cost     simplex: usually about as many steps as the disruption touches rows; each step
 *          O(rows + entries of the rows touched).
 */
sn_status sn_lp_solve(sn_lp *lp, sn_error *err);

/** After a solve: the cost, a column's value and reduced cost, a row's dual (<= 0: what one
 *  more unit of its limit adds to the cost), the simplex steps of all solves so far. */
double sn_lp_objective(const sn_lp *lp);
double sn_lp_value(const sn_lp *lp, int32_t column);
double sn_lp_reduced(const sn_lp *lp, int32_t column);
double sn_lp_dual(const sn_lp *lp, int32_t row);
size_t sn_lp_steps(const sn_lp *lp);

#endif /* SN_METRICS_REROUTE_LP_H */
