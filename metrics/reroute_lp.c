/* reroute_lp.c - linear programs by GLPK.
 *
 * Why GLPK and not Clp, measured on Debian 12: on the built-in data they are equal (nickel with
 * 1478 flows: 1 to 4 ms each).  On bare programs of 10^3 firms Clp is 5 times as fast, and it
 * finds optima where GLPK stalls; but with the losses that no rerouting can avoid fixed
 * beforehand (reroute_reach.c) GLPK takes 10 to 20 ms where bare Clp takes 5 to 9000.  Clp is
 * under the Eclipse Public License 1.0, which may not be combined with GPL-3 libraries such as
 * GSL in one binary, and needs the C++ runtime; GLPK is GPL-3 and C, and Debian's igraph
 * depends on it already.
 *
 * Why no maximum flow where it would do (one input group, yield 1): igraph needs 0.2 ms for
 * nickel, this 1 to 2.5 ms.  But a quarter of the processing nodes of the built-in data have
 * another yield, and a flow spreads no shortage evenly; all 460 removals take 0.5 to 0.8 s.
 */
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "graph/memory.h"
#include "metrics/reroute_lp_private.h"

/* GLPK's environment is one per thread; it is released with the thread's last program. */
static _Thread_local jmp_buf escape;
static _Thread_local unsigned life = 1;
static _Thread_local size_t alive;

static void on_error(void *info)
{
    (void)info;
    longjmp(escape, 1);
}

static int be_silent(void *info, const char *text)
{
    (void)info, (void)text;
    return 1;
}

/* Do some work that may run out of memory inside GLPK. */
bool sn_lp_survives(sn_lp *lp, void (*work)(sn_lp *))
{
    if (lp->life != life || glp_init_env() > 1) /* 2: no memory; else the process would end */
        return false;
    if (setjmp(escape) == 0) {
        glp_term_hook(be_silent, NULL);
        glp_error_hook(on_error, NULL);
        work(lp);
        glp_error_hook(NULL, NULL);
        glp_term_hook(NULL, NULL);
        return true;
    }
    glp_free_env(); /* nothing that GLPK holds can be trusted any more */
    life++;
    alive = 0;
    return false;
}

bool sn_lp_lost(const sn_lp *lp)
{
    return lp->problem == NULL || lp->life != life;
}

static void create(sn_lp *lp)
{
    lp->problem = glp_create_prob();
}

sn_status sn_lp_new(sn_lp **lp, sn_error *err)
{
    sn_lp *made = calloc(1, sizeof *made);

    if (made == NULL)
        return sn_nomem(err, "a linear program");
    made->life = life;
    if (!sn_lp_survives(made, create)) {
        free(made);
        return sn_nomem(err, "a linear program");
    }
    alive++;
    *lp = made;
    return SN_OK;
}

void sn_lp_free(sn_lp *lp)
{
    if (lp == NULL)
        return;
    if (!sn_lp_lost(lp)) {
        glp_delete_prob(lp->problem);
        if (--alive == 0)
            glp_free_env();
    }
    free(lp->lower);
    free(lp->upper);
    free(lp->cost);
    free(lp->limit);
    free(lp->lower_now);
    free(lp->upper_now);
    free(lp->column_touched);
    free(lp->row_touched);
    free(lp->touched_columns);
    free(lp->touched_rows);
    free(lp->entry_row);
    free(lp->entry_column);
    free(lp->entry);
    free(lp->basis);
    free(lp->extra_place);
    free(lp->extra_value);
    free(lp);
}

sn_status sn_lp_column(sn_lp *lp, double lower, double upper, double cost, int32_t *column,
                       sn_error *err)
{
    const size_t k = (size_t)lp->columns;

    if (k == lp->column_room) {
        const size_t room = 2 * k + 64;
        if (room > INT32_MAX / 2 || !sn_grow(&lp->lower, room, sizeof *lp->lower) ||
            !sn_grow(&lp->upper, room, sizeof *lp->upper) ||
            !sn_grow(&lp->cost, room, sizeof *lp->cost) ||
            !sn_grow(&lp->lower_now, room, sizeof *lp->lower_now) ||
            !sn_grow(&lp->upper_now, room, sizeof *lp->upper_now) ||
            !sn_grow(&lp->column_touched, room, sizeof *lp->column_touched) ||
            !sn_grow(&lp->touched_columns, room, sizeof *lp->touched_columns))
            return sn_nomem(err, "a linear program");
        lp->column_room = room;
    }
    lp->lower[k] = lp->lower_now[k] = lower;
    lp->upper[k] = lp->upper_now[k] = upper;
    lp->cost[k] = cost;
    lp->column_touched[k] = 0;
    *column = lp->columns++;
    return SN_OK;
}

sn_status sn_lp_row(sn_lp *lp, double upper, int32_t *row, sn_error *err)
{
    const size_t k = (size_t)lp->rows;

    if (k == lp->row_room) {
        const size_t room = 2 * k + 64;
        if (room > INT32_MAX / 2 || !sn_grow(&lp->limit, room, sizeof *lp->limit) ||
            !sn_grow(&lp->row_touched, room, sizeof *lp->row_touched) ||
            !sn_grow(&lp->touched_rows, room, sizeof *lp->touched_rows))
            return sn_nomem(err, "a linear program");
        lp->row_room = room;
    }
    lp->limit[k] = upper;
    lp->row_touched[k] = 0;
    *row = lp->rows++;
    return SN_OK;
}

sn_status sn_lp_entry(sn_lp *lp, int32_t row, int32_t column, double value, sn_error *err)
{
    if (lp->entries + 1 >= lp->entry_room) {
        const size_t room = 2 * lp->entries + 256;
        if (room > INT_MAX / 2 || !sn_grow(&lp->entry_row, room, sizeof *lp->entry_row) ||
            !sn_grow(&lp->entry_column, room, sizeof *lp->entry_column) ||
            !sn_grow(&lp->entry, room, sizeof *lp->entry))
            return sn_nomem(err, "a linear program");
        lp->entry_room = room;
    }
    lp->entries++;
    lp->entry_row[lp->entries] = row + 1;
    lp->entry_column[lp->entries] = column + 1;
    lp->entry[lp->entries] = value;
    return SN_OK;
}

static void tell_bound(sn_lp *lp, int32_t column)
{
    const double lower = lp->lower_now[column], upper = lp->upper_now[column];

    glp_set_col_bnds(lp->problem, column + 1,
                     isinf(upper) ? GLP_LO : upper > lower ? GLP_DB : GLP_FX, lower, upper);
}

static void tell_limit(sn_lp *lp, int32_t row, double upper)
{
    glp_set_row_bnds(lp->problem, row + 1, isinf(upper) ? GLP_FR : GLP_UP, 0, upper);
}

static void load(sn_lp *lp)
{
    const int none = 0;
    const double nothing = 0;

    if (lp->rows > 0)
        glp_add_rows(lp->problem, lp->rows);
    if (lp->columns > 0)
        glp_add_cols(lp->problem, lp->columns);
    for (int32_t i = 0; i < lp->rows; i++)
        tell_limit(lp, i, lp->limit[i]);
    for (int32_t j = 0; j < lp->columns; j++) {
        tell_bound(lp, j);
        glp_set_obj_coef(lp->problem, j + 1, lp->cost[j]);
    }
    if (lp->entries > 0)
        glp_load_matrix(lp->problem, (int)lp->entries, lp->entry_row, lp->entry_column,
                        lp->entry);
    else
        glp_load_matrix(lp->problem, 0, &none, &none, &nothing);
    glp_std_basis(lp->problem);
}

sn_status sn_lp_load(sn_lp *lp, sn_error *err)
{
    if (!sn_lp_survives(lp, load))
        return sn_nomem(err, "a linear program");
    lp->normal_columns = lp->columns;
    lp->normal_rows = lp->rows;
    free(lp->entry_row);
    free(lp->entry_column);
    free(lp->entry);
    lp->entry_row = lp->entry_column = NULL;
    lp->entry = NULL;
    lp->entries = lp->entry_room = 0;
    return SN_OK;
}

void sn_lp_bound(sn_lp *lp, int32_t column, double lower, double upper)
{
    if (sn_lp_lost(lp))
        return;
    if (!lp->column_touched[column]) {
        lp->column_touched[column] = 1;
        lp->touched_columns[lp->touched_column_count++] = column;
    }
    lp->lower_now[column] = lower;
    lp->upper_now[column] = upper;
    tell_bound(lp, column);
}

void sn_lp_cost(sn_lp *lp, int32_t column, double cost)
{
    if (sn_lp_lost(lp))
        return;
    sn_lp_bound(lp, column, lp->lower_now[column], lp->upper_now[column]);
    glp_set_obj_coef(lp->problem, column + 1, cost);
}

void sn_lp_limit(sn_lp *lp, int32_t row, double upper)
{
    if (sn_lp_lost(lp))
        return;
    if (!lp->row_touched[row]) {
        lp->row_touched[row] = 1;
        lp->touched_rows[lp->touched_row_count++] = row;
    }
    tell_limit(lp, row, upper);
}

double sn_lp_lower(const sn_lp *lp, int32_t column)
{
    return lp->lower_now[column];
}

double sn_lp_upper(const sn_lp *lp, int32_t column)
{
    return lp->upper_now[column];
}

void sn_lp_reset(sn_lp *lp)
{
    if (sn_lp_lost(lp))
        return;
    sn_lp_shrink(lp);
    for (int32_t k = 0; k < lp->touched_column_count; k++) {
        const int32_t j = lp->touched_columns[k];
        lp->column_touched[j] = 0;
        lp->lower_now[j] = lp->lower[j];
        lp->upper_now[j] = lp->upper[j];
        tell_bound(lp, j);
        glp_set_obj_coef(lp->problem, j + 1, lp->cost[j]);
    }
    for (int32_t k = 0; k < lp->touched_row_count; k++) {
        lp->row_touched[lp->touched_rows[k]] = 0;
        tell_limit(lp, lp->touched_rows[k], lp->limit[lp->touched_rows[k]]);
    }
    lp->touched_column_count = lp->touched_row_count = 0;
    glp_std_basis(lp->problem);
}

static void add_column(sn_lp *lp)
{
    const int32_t j = lp->columns - 1;

    glp_add_cols(lp->problem, 1);
    tell_bound(lp, j);
    glp_set_obj_coef(lp->problem, j + 1, lp->cost[j]);
    glp_set_mat_col(lp->problem, j + 1, lp->extra_count, lp->extra_place, lp->extra_value);
}

static void add_row(sn_lp *lp)
{
    const int32_t i = lp->rows - 1;

    glp_add_rows(lp->problem, 1);
    tell_limit(lp, i, lp->limit[i]);
    glp_set_mat_row(lp->problem, i + 1, lp->extra_count, lp->extra_place, lp->extra_value);
}

/* GLPK counts from 1: places and values of the next add_column or add_row. */
static bool copy_extra(sn_lp *lp, int count, const int32_t *place, const double *value)
{
    const int32_t extra = lp->rows - lp->normal_rows + lp->columns - lp->normal_columns;
    size_t room = (size_t)(count > extra ? count : extra); /* of list_last as well */

    if (room + 1 > lp->extra_room) {
        room = 2 * room + 16;
        if (!sn_grow(&lp->extra_place, room, sizeof *lp->extra_place) ||
            !sn_grow(&lp->extra_value, room, sizeof *lp->extra_value))
            return false;
        lp->extra_room = room;
    }
    for (int k = 0; k < count; k++) {
        lp->extra_place[k + 1] = place[k] + 1;
        lp->extra_value[k + 1] = value[k];
    }
    lp->extra_count = count;
    return true;
}

sn_status sn_lp_extra_column(sn_lp *lp, double upper, double cost, int count,
                             const int32_t *row, const double *value, int32_t *column,
                             sn_error *err)
{
    sn_status status = sn_lp_column(lp, 0, upper, cost, column, err);

    if (status != SN_OK)
        return status;
    if (!copy_extra(lp, count, row, value) || !sn_lp_survives(lp, add_column))
        return sn_nomem(err, "a linear program");
    return SN_OK;
}

sn_status sn_lp_extra_row(sn_lp *lp, double upper, int count, const int32_t *column,
                          const double *value, int32_t *row, sn_error *err)
{
    sn_status status = sn_lp_row(lp, upper, row, err);

    if (status != SN_OK)
        return status;
    if (!copy_extra(lp, count, column, value) || !sn_lp_survives(lp, add_row))
        return sn_nomem(err, "a linear program");
    return SN_OK;
}

/* The numbers first + 1 .. last as GLPK wants a list; extra_place has room for them. */
static int list_last(sn_lp *lp, int32_t first, int32_t last)
{
    for (int32_t k = first; k < last; k++)
        lp->extra_place[k - first + 1] = k + 1;
    return last - first;
}

void sn_lp_shrink(sn_lp *lp)
{
    int32_t kept = 0;

    if (sn_lp_lost(lp))
        return;
    if (lp->rows > lp->normal_rows)
        glp_del_rows(lp->problem, list_last(lp, lp->normal_rows, lp->rows), lp->extra_place);
    if (lp->columns > lp->normal_columns)
        glp_del_cols(lp->problem, list_last(lp, lp->normal_columns, lp->columns),
                     lp->extra_place);
    lp->rows = lp->normal_rows;
    lp->columns = lp->normal_columns;
    for (int32_t k = 0; k < lp->touched_column_count; k++)
        if (lp->touched_columns[k] < lp->columns)
            lp->touched_columns[kept++] = lp->touched_columns[k];
    lp->touched_column_count = kept;
    kept = 0;
    for (int32_t k = 0; k < lp->touched_row_count; k++)
        if (lp->touched_rows[k] < lp->rows)
            lp->touched_rows[kept++] = lp->touched_rows[k];
    lp->touched_row_count = kept;
}
