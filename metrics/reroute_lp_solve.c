/* reroute_lp_solve.c - bases, the simplex method, and what it found. */
#include <math.h>

#include "graph/memory.h"
#include "metrics/reroute_lp_private.h"

static const double tolerance = 1e-9, loose_tolerance = 1e-7;
/* The primal simplex comes first although the slack basis is dual feasible: with most costs 0
 * the dual simplex sees ties everywhere.  It is a third faster on most programs of firms and
 * twice as slow on minerals; on an open market of 10^3 firms its worst case is 6 s, not 1. */

sn_status sn_lp_keep(sn_lp *lp, sn_error *err)
{
    const size_t room = (size_t)lp->rows + (size_t)lp->columns;

    if (sn_lp_lost(lp))
        return sn_nomem(err, "a linear program");
    if (room > lp->basis_room) {
        if (!sn_grow(&lp->basis, room, 1))
            return sn_nomem(err, "a linear program");
        lp->basis_room = room;
    }
    for (int32_t i = 0; i < lp->normal_rows; i++)
        lp->basis[i] = (uint8_t)glp_get_row_stat(lp->problem, i + 1);
    for (int32_t j = 0; j < lp->normal_columns; j++)
        lp->basis[lp->normal_rows + j] = (uint8_t)glp_get_col_stat(lp->problem, j + 1);
    return SN_OK;
}

void sn_lp_back(sn_lp *lp)
{
    if (sn_lp_lost(lp))
        return;
    for (int32_t i = 0; i < lp->rows; i++)
        glp_set_row_stat(lp->problem, i + 1, i < lp->normal_rows ? lp->basis[i] : GLP_BS);
    for (int32_t j = 0; j < lp->columns; j++)
        glp_set_col_stat(lp->problem, j + 1,
                         j < lp->normal_columns ? lp->basis[lp->normal_rows + j] : GLP_NL);
}

/* One try; the outcome is an optimum or not. */
static bool optimal(sn_lp *lp, int method, double tol)
{
    glp_smcp how;

    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    how.meth = method;
    how.tol_bnd = how.tol_dj = tol;
    how.it_lim = 100 * (lp->rows + 1000); /* a loop of ties shall end, and not by the clock */
    return glp_simplex(lp->problem, &how) == 0 && glp_get_status(lp->problem) == GLP_OPT;
}

static void solve(sn_lp *lp)
{
    lp->outcome = optimal(lp, GLP_PRIMAL, tolerance) || optimal(lp, GLP_DUALP, tolerance);
    if (lp->outcome)
        return;
    glp_std_basis(lp->problem);
    lp->outcome = optimal(lp, GLP_DUALP, tolerance) || optimal(lp, GLP_PRIMAL, loose_tolerance);
}

sn_status sn_lp_solve(sn_lp *lp, sn_error *err)
{
    if (sn_lp_lost(lp) || !sn_lp_survives(lp, solve))
        return sn_nomem(err, "a linear program");
    if (!lp->outcome)
        return sn_fail(err, SN_ENUMERIC, "no optimum found for a linear program of %d rows",
                       (int)lp->rows);
    return SN_OK;
}

double sn_lp_objective(const sn_lp *lp)
{
    return sn_lp_lost(lp) ? NAN : glp_get_obj_val(lp->problem);
}

double sn_lp_value(const sn_lp *lp, int32_t column)
{
    return sn_lp_lost(lp) ? NAN : glp_get_col_prim(lp->problem, column + 1);
}

double sn_lp_reduced(const sn_lp *lp, int32_t column)
{
    return sn_lp_lost(lp) ? NAN : glp_get_col_dual(lp->problem, column + 1);
}

double sn_lp_dual(const sn_lp *lp, int32_t row)
{
    return sn_lp_lost(lp) ? NAN : glp_get_row_dual(lp->problem, row + 1);
}

size_t sn_lp_steps(const sn_lp *lp)
{
    return sn_lp_lost(lp) ? 0 : (size_t)glp_get_it_cnt(lp->problem);
}
