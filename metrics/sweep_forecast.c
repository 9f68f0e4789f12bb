/* sweep_forecast.c - how many passes a scenario will take, so that a batch holds equals.
 *
 * The published rule is followed round by round, but only changes above `trifle` are passed on
 * and replaceability stays as it was before the hit: a few hundred entries instead of all.  A
 * wrong forecast costs time, never a digit.
 */
#include <stdlib.h>
#include <string.h>

#include "metrics/sweep_private.h"

enum { ROUNDS_MAX = 40, VISITS_MAX = 30000 };

static const double settled = 1e-2, trifle = 1e-3, too_little = 4e-4;

void sn_forecast_clear(sn_forecast *f)
{
    for (int direction = SN_DOWN; direction <= SN_UP; direction++) {
        free(f->side[direction].x);
        free(f->side[direction].seen);
        free(f->side[direction].changed);
        free(f->side[direction].touched);
        free(f->side[direction].due);
        free(f->side[direction].fresh);
    }
}

sn_status sn_forecast_init(sn_forecast *f, const sn_sweep_plan *plan, sn_error *err)
{
    sn_status status = SN_OK;

    f->plan = plan;
    for (int direction = SN_DOWN; direction <= SN_UP; direction++) {
        sn_forecast_side *side = &f->side[direction];
        const size_t room = plan->rows[direction].count + (size_t)1;

        side->rows = &plan->rows[direction];
        side->x = calloc(room, sizeof *side->x);
        SN_TRY_ALLOC(side->x, "a sweep");
        side->seen = calloc(room, sizeof *side->seen);
        SN_TRY_ALLOC(side->seen, "a sweep");
        side->changed = malloc(room * sizeof *side->changed);
        SN_TRY_ALLOC(side->changed, "a sweep");
        side->touched = malloc(room * sizeof *side->touched);
        SN_TRY_ALLOC(side->touched, "a sweep");
        side->due = malloc(room * sizeof *side->due);
        SN_TRY_ALLOC(side->due, "a sweep");
        side->fresh = malloc(room * sizeof *side->fresh);
        SN_TRY_ALLOC(side->fresh, "a sweep");
    }
out:
    return status;
}

static double row_loss(const sn_forecast_side *side, const double *part, uint32_t row)
{
    const sn_rows *rows = side->rows;
    double lost = 0, worst = 0;

    for (uint32_t e = rows->entry_first[row]; e < rows->entry_first[row + 1]; e++) {
        const uint32_t peer = rows->peer[e] % SN_SWEEP_START;
        if (rows->peer[e] >= SN_SWEEP_START)
            lost = 0;
        lost += rows->share[e] * side->x[peer] * (part != NULL ? part[peer] : 1);
        worst = lost > worst ? lost : worst;
    }
    return worst < 1 ? worst : 1;
}

static void hit(sn_forecast_side *side, uint32_t row, double loss)
{
    if (!(loss > side->x[row]))
        return;
    if (side->x[row] == 0) {
        side->touched[side->touched_count++] = row;
        side->changed[side->changed_count++] = row;
    }
    side->x[row] = loss;
}

/* The rows that a change may move by something; not more than can be looked at. */
static void list_due(sn_forecast_side *side, const double *part)
{
    const sn_rows *rows = side->rows;

    side->due_count = 0;
    for (size_t k = 0; k < side->changed_count; k++) {
        const uint32_t r = side->changed[k];
        const double sent = side->x[r] * (part != NULL ? part[r] : 1);
        for (uint32_t q = rows->reader_first[r];
             q < rows->reader_first[r + 1] && side->due_count < VISITS_MAX; q++)
            if (sent * (double)rows->reader_share[q] > too_little &&
                !side->seen[rows->reader[q]]) {
                side->seen[rows->reader[q]] = 1;
                side->due[side->due_count++] = rows->reader[q];
            }
    }
}

/* One round of a direction; the largest change. */
static double renew(sn_forecast_side *side, const double *part, size_t *visits)
{
    double largest = 0;

    list_due(side, part);
    for (size_t k = 0; k < side->due_count; k++) {
        const uint32_t r = side->due[k];
        side->fresh[k] = *visits < VISITS_MAX ? row_loss(side, part, r) : side->x[r];
        side->seen[r] = 0;
        *visits += side->rows->entry_first[r + 1] - side->rows->entry_first[r];
    }
    side->changed_count = 0;
    for (size_t k = 0; k < side->due_count; k++) {
        const uint32_t r = side->due[k];
        const double change = side->fresh[k] - side->x[r];
        if (!(change > trifle))
            continue;
        largest = change > largest ? change : largest;
        if (side->x[r] == 0)
            side->touched[side->touched_count++] = r;
        side->changed[side->changed_count++] = r;
        side->x[r] = side->fresh[k];
    }
    return largest;
}

double sn_forecast_rounds(sn_forecast *f, const sn_sweep_scenarios *all, size_t scenario)
{
    size_t visits = 0;
    int rounds = 0;
    double largest = 1;

    for (int direction = SN_DOWN; direction <= SN_UP; direction++)
        for (size_t k = all->first[scenario]; k < all->first[scenario + 1]; k++)
            hit(&f->side[direction], f->side[direction].rows->of_node[all->node[k]],
                all->left == NULL ? 1 : 1 - all->left[k]);
    for (; rounds < ROUNDS_MAX && visits < VISITS_MAX && largest > settled; rounds++) {
        const double down = renew(&f->side[SN_DOWN], f->plan->part, &visits);
        const double up = renew(&f->side[SN_UP], NULL, &visits);
        largest = down > up ? down : up;
    }
    for (int direction = SN_DOWN; direction <= SN_UP; direction++) {
        sn_forecast_side *side = &f->side[direction];
        for (size_t k = 0; k < side->touched_count; k++)
            side->x[side->touched[k]] = 0;
        side->touched_count = side->changed_count = 0;
    }
    return rounds + (largest > settled);
}
