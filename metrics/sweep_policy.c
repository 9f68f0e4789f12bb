/* sweep_policy.c - policy iteration on one lane of a sweep.
 *
 * At x each row has a worst action; with these kept, F is linear, and x + d solves it for
 * (I - A) d = F(x) - x.  The right-hand side is summed in long doubles and scaled to 1 before
 * it is solved for, so that d has digits however small it is (iterative refinement:
 * J. H. Wilkinson, "Rounding errors in algebraic processes", 1963); d itself needs few, and
 * comes from GMRES (Y. Saad, M. H. Schultz, SIAM Journal on Scientific and Statistical
 * Computing 7, 1986, p. 856), which takes a few slow shapes of error in its stride.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_splinalg.h>
#include <gsl/gsl_spmatrix.h>

#include "metrics/sweep_private.h"

enum { SUBSPACE = 40, RESTARTS = 6 };

static const double digits = 1e-3; /* of d */

struct sn_policy {
    const sn_rows *rows;
    gsl_spmatrix *matrix; /* I - A, compressed rows */
    gsl_vector *lack, *step;
    gsl_splinalg_itersolve *solver;
    uint8_t *lost;    /* [rows] for sn_stay_without */
    uint8_t *dropped; /* [entries]                  */
    double *scratch;  /* [2 (rows + 1)]             */
    double *least;    /* [rows] what the lane's hits take */
};

void sn_policy_free(sn_policy *policy)
{
    if (policy == NULL)
        return;
    gsl_spmatrix_free(policy->matrix);
    gsl_vector_free(policy->lack);
    gsl_vector_free(policy->step);
    gsl_splinalg_itersolve_free(policy->solver);
    free(policy->lost);
    free(policy->dropped);
    free(policy->scratch);
    free(policy->least);
    free(policy);
}

sn_status sn_policy_new(const sn_rows *rows, sn_policy **policy, sn_error *err)
{
    sn_status status = SN_OK;
    const size_t n = rows->count, entries = rows->entry_first[n];
    const size_t subspace = n < SUBSPACE ? n : SUBSPACE;
    sn_policy *p = calloc(1, sizeof *p);

    SN_TRY_ALLOC(p, "a sweep");
    p->rows = rows;
    p->matrix = gsl_spmatrix_alloc_nzmax(n, n, entries + n, GSL_SPMATRIX_CRS);
    SN_TRY_ALLOC(p->matrix, "a sweep");
    p->lack = gsl_vector_alloc(n);
    SN_TRY_ALLOC(p->lack, "a sweep");
    p->step = gsl_vector_alloc(n);
    SN_TRY_ALLOC(p->step, "a sweep");
    p->solver = gsl_splinalg_itersolve_alloc(gsl_splinalg_itersolve_gmres, n, subspace);
    SN_TRY_ALLOC(p->solver, "a sweep");
    p->lost = malloc(n + 1);
    SN_TRY_ALLOC(p->lost, "a sweep");
    p->dropped = malloc(entries + 1);
    SN_TRY_ALLOC(p->dropped, "a sweep");
    p->scratch = malloc(2 * (n + 1) * sizeof *p->scratch);
    SN_TRY_ALLOC(p->scratch, "a sweep");
    p->least = malloc((n + 1) * sizeof *p->least);
    SN_TRY_ALLOC(p->least, "a sweep");
    *policy = p;
    p = NULL;
out:
    sn_policy_free(p);
    return status;
}

/* An action: its entries, and what it loses at x. */
typedef struct {
    uint32_t first, end;
    long double lost;
} choice;

/* The action that begins at an entry. */
static choice weigh(const sn_policy *policy, const sn_stay *stay, const sn_pass *pass,
                    size_t lane, uint32_t first, uint32_t end)
{
    const uint32_t *peer = policy->rows->peer;
    choice action = {first, first, 0};

    do {
        const uint32_t e = action.end++;
        action.lost += stay->share[e] * pass->x[peer[e] % SN_SWEEP_START][lane];
    } while (action.end < end && peer[action.end] < SN_SWEEP_START);
    return action;
}

static choice worst_action(const sn_policy *policy, const sn_stay *stay, const sn_pass *pass,
                           size_t lane, uint32_t row)
{
    const uint32_t begin = policy->rows->entry_first[row];
    const uint32_t end = policy->rows->entry_first[row + 1];
    choice worst = {begin, begin, 0};

    for (uint32_t e = begin; e < end;) {
        const choice action = weigh(policy, stay, pass, lane, e, end);
        worst = action.lost > worst.lost ? action : worst;
        e = action.end;
    }
    return worst;
}

static void set_least(sn_policy *policy, const sn_pass *pass, size_t lane)
{
    memset(policy->least, 0, policy->rows->count * sizeof *policy->least);
    for (size_t k = 0; k < pass->hit_count; k++)
        if (pass->hit[k].lane == lane)
            policy->least[pass->hit[k].row] =
                fmax(policy->least[pass->hit[k].row], pass->hit[k].loss);
}

/* Row of I - A, and what x lacks there; rows that lose nothing, all, or what hit them stay. */
static void set_row(sn_policy *policy, const sn_stay *stay, const sn_pass *pass, size_t lane,
                    uint32_t row)
{
    gsl_spmatrix *matrix = policy->matrix;
    const double x = pass->x[row][lane];
    const choice worst = worst_action(policy, stay, pass, lane, row);
    const bool moves = worst.lost > policy->least[row] && worst.lost < 1;

    matrix->p[row] = (int)matrix->nz;
    matrix->i[matrix->nz] = (int)row;
    matrix->data[matrix->nz++] = 1;
    gsl_vector_set(policy->lack, row,
                   (double)fmaxl(policy->least[row], fminl(worst.lost, 1)) - x);
    if (!moves)
        return;
    gsl_vector_set(policy->lack, row, (double)(worst.lost - x));
    for (uint32_t e = worst.first; e < worst.end; e++) {
        matrix->i[matrix->nz] = (int)(policy->rows->peer[e] % SN_SWEEP_START);
        matrix->data[matrix->nz++] = -(double)stay->share[e];
    }
}

void sn_policy_step(sn_policy *policy, const sn_stay *stay, sn_pass *pass, size_t lane)
{
    const uint32_t n = policy->rows->count;
    double largest = 0;

    set_least(policy, pass, lane);
    policy->matrix->nz = 0;
    for (uint32_t r = 0; r < n; r++) {
        set_row(policy, stay, pass, lane, r);
        largest = fmax(largest, fabs(gsl_vector_get(policy->lack, r)));
    }
    policy->matrix->p[n] = (int)policy->matrix->nz;
    if (!(largest > 0))
        return;
    gsl_vector_scale(policy->lack, 1 / largest);
    gsl_vector_set_zero(policy->step);
    for (int k = 0; k < RESTARTS; k++)
        if (gsl_splinalg_itersolve_iterate(policy->matrix, policy->lack, digits, policy->step,
                                           policy->solver) != GSL_CONTINUE)
            break;
    for (uint32_t r = 0; r < n; r++) {
        const double x = pass->x[r][lane] + gsl_vector_get(policy->step, r) * largest;
        if (isfinite(x))
            pass->x[r][lane] = fmin(1, fmax(0, x));
    }
}

/* Within c e of x an action changes by c max e at most. */
static void drop_actions(sn_policy *policy, const sn_stay *stay, const sn_pass *pass,
                         size_t lane, uint32_t row, long double width)
{
    const uint32_t begin = policy->rows->entry_first[row];
    const uint32_t end = policy->rows->entry_first[row + 1];
    const choice worst = worst_action(policy, stay, pass, lane, row);
    const long double least = fmaxl(worst.lost, policy->least[row]) - 2 * width;

    for (uint32_t e = begin; e < end;) {
        const choice action = weigh(policy, stay, pass, lane, e, end);
        policy->dropped[e] = action.lost < least;
        e = action.end;
    }
}

double sn_policy_stay(sn_policy *policy, const sn_stay *stay, const sn_pass *pass, size_t lane,
                      double c)
{
    const sn_rows *rows = policy->rows;
    double width = 0;

    set_least(policy, pass, lane);
    for (uint32_t r = 0; r < rows->count; r++)
        width = fmax(width, stay->each[r]);
    width = width * c + 1e-15; /* and the rounding of the sums compared */
    for (uint32_t r = 0; r < rows->count; r++) {
        policy->lost[r] = policy->least[r] >= 1;
        drop_actions(policy, stay, pass, lane, r, width);
    }
    return fmin(stay->total,
                sn_stay_without(rows, policy->lost, policy->dropped, policy->scratch));
}
