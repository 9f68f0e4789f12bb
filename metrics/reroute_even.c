/* reroute_even.c - among the optima, the one that spreads the shortage evenly.
 *
 * Keep the total; minimise the largest shortage T.  Who is at T in every solution (a positive
 * dual says so) stays there; the others' largest comes next, and so on until nobody is short.
 */
#include <math.h>
#include <stdlib.h>

#include "metrics/reroute_private.h"

/* So much may the total grow, relatively; the last duals that count; the last shortage. */
static const double total_slack = 1e-9, least_dual = 1e-9, least_shortage = 1e-11;
/* Enough for every country; after that, levels are left as they are. */
enum { MOST_LEVELS = 256 };

typedef struct {
    int32_t *column; /* of each counted node whose shortage is not settled */
    int32_t *row;    /* its row: shortage <= T                             */
    double *cost;
    size_t count;
} open_nodes;

static sn_status allocate(open_nodes *open, size_t count, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY_ALLOC(open->column = malloc((count + 1) * sizeof *open->column), "shortages");
    SN_TRY_ALLOC(open->row = malloc((count + 1) * sizeof *open->row), "shortages");
    SN_TRY_ALLOC(open->cost = malloc((count + 1) * sizeof *open->cost), "shortages");
out:
    return status;
}

/* Who can be more or less short; the total of all of them stays what it is. */
static sn_status hold_total(sn_reroute *r, size_t component, open_nodes *open, sn_error *err)
{
    sn_status status = SN_OK;
    sn_lp *lp = r->program[component];
    double total = 0;
    int32_t row;

    for (size_t k = r->first[component]; k < r->first[component + 1]; k++) {
        const size_t i = (size_t)r->member[k];
        const int32_t column = sn_reroute_column(r, i);
        if (r->weight[i] <= 0 || sn_lp_lower(lp, column) >= sn_lp_upper(lp, column))
            continue;
        open->column[open->count] = column;
        open->cost[open->count] = r->weight[i] / r->mass[component];
        total += open->cost[open->count] * sn_lp_value(lp, column);
        open->count++;
    }
    if (total > 0)
        SN_TRY(sn_lp_extra_row(lp, total * (1 + total_slack), (int)open->count, open->column,
                               open->cost, &row, err));
    else
        open->count = 0;
out:
    return status;
}

static sn_status add_levels(sn_lp *lp, open_nodes *open, int32_t *worst, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(sn_lp_extra_column(lp, INFINITY, 1, 0, NULL, NULL, worst, err));
    for (size_t k = 0; k < open->count; k++) {
        const int32_t column[2] = {open->column[k], *worst};
        const double value[2] = {1, -1};
        sn_lp_cost(lp, open->column[k], 0);
        SN_TRY(sn_lp_extra_row(lp, 0, 2, column, value, &open->row[k], err));
    }
out:
    return status;
}

/* Settle who must be at the level; how many are still open. */
static size_t settle(sn_lp *lp, open_nodes *open, double level)
{
    size_t kept = 0;

    for (size_t k = 0; k < open->count; k++) {
        const int32_t column = open->column[k], row = open->row[k];
        if (sn_lp_dual(lp, row) < -least_dual) {
            const double lower = sn_lp_lower(lp, column);
            sn_lp_bound(lp, column, lower, fmax(lower, level));
            sn_lp_limit(lp, row, INFINITY);
        } else {
            open->column[kept] = column;
            open->row[kept++] = row;
        }
    }
    const size_t settled = open->count - kept;
    open->count = kept;
    return settled;
}

sn_status sn_reroute_even(sn_reroute *r, size_t component, sn_error *err)
{
    sn_status status = SN_OK;
    sn_lp *lp = r->program[component];
    open_nodes open = {0};
    int32_t worst;

    SN_TRY(allocate(&open, r->first[component + 1] - r->first[component], err));
    SN_TRY(hold_total(r, component, &open, err));
    if (open.count == 0)
        goto out;
    SN_TRY(add_levels(lp, &open, &worst, err));
    for (int level = 0; level < MOST_LEVELS && open.count > 0; level++) {
        SN_TRY(sn_lp_solve(lp, err));
        const double shortage = sn_lp_value(lp, worst);
        if (shortage <= least_shortage || settle(lp, &open, shortage) == 0)
            break;
    }
out:
    free(open.column);
    free(open.row);
    free(open.cost);
    return status;
}
