/* sweep_stay.c - how long a loss may go round in the downstream rows before it leaks away.
 *
 * Let G(d) be the largest action of each row over losses d: F(x) = max(s, G(x)) with the hits
 * s. G is monotone, G(a d) = a G(d) and G(d + d') <= G(d) + G(d').  Take e >= 1 + G(e).  If no
 * row has |F(x) - x| > c, then
 *
 *   F(x + c e) <= F(x) + c G(e) <= x + c + c (e - 1) = x + c e,
 *   F(x - c e) >= F(x) - c G(e) >= x - c - c (e - 1) = x - c e,
 *
 * so that a solution lies between x - c e and x + c e, and it is the only one: G shrinks every
 * difference, measured against e, by 1 - 1 / max e.  One vector certifies every scenario, from
 * whatever side x comes.  The least e tells how many firms a loss can pass at most, on average
 * and however it chooses its way, before it leaks away; where knots are tied it is finite.
 *
 * After a Gauss-Seidel pass whose largest change was c, no row has |F(x) - x| > c, as the
 * shares of an action add up to at most 1.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/memory.h"
#include "metrics/sweep_private.h"

/* Passes over all entries: as many as make visits_max, but at least PASSES_MIN. */
enum { PASSES_FEW = 16, PASSES_MIN = 400, LEAP_EVERY = 6 };

/* So many entries, and patience is dear: a pivot is tried first. */
enum { LARGE = 1000000 };

static const double visits_max = 2e9;
/* A stay so short needs no pivot. */
static const double brief = 200;

/* What is left out: rows that are lost entirely, and so stay whatever their peers do, and
 * actions that cannot be the worst.  NULL arrays leave out nothing. */
typedef struct {
    const uint8_t *lost, *dropped;
} outside;

/* G(e) at a row. */
static double largest_action(const sn_rows *rows, const outside *out, const double *e,
                             uint32_t row)
{
    double sum = 0, largest = 0;
    bool dropped = false;

    for (uint32_t k = rows->entry_first[row]; k < rows->entry_first[row + 1]; k++) {
        if (rows->peer[k] >= SN_SWEEP_START) {
            sum = 0;
            dropped = out->dropped != NULL && out->dropped[k];
        }
        if (dropped)
            continue;
        __builtin_prefetch(&e[rows->peer[k + SN_SWEEP_AHEAD] % SN_SWEEP_START]);
        sum += rows->share[k] * e[rows->peer[k] % SN_SWEEP_START];
        largest = sum > largest ? sum : largest;
    }
    return largest * (1 + rows->slack);
}

/* One pass of e = 1 + G(e) upwards; the largest growth, and each row's in `grown`. */
static double grow(const sn_rows *rows, const outside *out, double *e, double *grown)
{
    double largest = 0;

    for (uint32_t r = 0; r < rows->count; r++) {
        if (out->lost != NULL && out->lost[r])
            continue;
        const double now = 1 + largest_action(rows, out, e, r);
        grown[r] = now > e[r] ? now - e[r] : 0;
        e[r] += grown[r];
        largest = grown[r] > largest ? grown[r] : largest;
    }
    return largest;
}

/* The least of e - G(e): where it is positive, e over it is what we look for. */
static double margin(const sn_rows *rows, const outside *out, const double *e)
{
    double least = 1;

    for (uint32_t r = 0; r < rows->count; r++)
        if (out->lost == NULL || !out->lost[r])
            least = fmin(least, e[r] - largest_action(rows, out, e, r));
    return least;
}

static double affordable(const sn_rows *rows)
{
    return fmax(PASSES_MIN, visits_max / (rows->entry_first[rows->count] + 1.0));
}

/* Leaps go beyond the mark on purpose: only the margin counts. */
static double search(const sn_rows *rows, const outside *out, double passes, double *e,
                     double *grown)
{
    double before = 0;

    for (int k = 1; k <= passes; k++) {
        const double largest = grow(rows, out, e, grown);
        const double ratio = before > 0 ? largest / before : 1;

        before = largest;
        if (k % LEAP_EVERY != 0 && largest > 0.5)
            continue;
        if (largest > 0.5 && ratio < 1) {
            for (uint32_t r = 0; r < rows->count; r++)
                e[r] += 1.1 * ratio / (1 - ratio) * grown[r];
            before = 0;
        }
        const double least = margin(rows, out, e);
        if (least > 0.25)
            return least;
    }
    return 0;
}

double sn_stay_without(const sn_rows *rows, const uint8_t *lost, const uint8_t *dropped,
                       double *scratch)
{
    const outside out = {lost, dropped};
    const size_t room = rows->count + (size_t)1;
    double total = 0;

    memset(scratch, 0, 2 * room * sizeof *scratch);
    const double least = search(rows, &out, affordable(rows), scratch, scratch + room);
    for (uint32_t r = 0; r < rows->count; r++)
        total += rows->weight[r] * scratch[r];
    return least > 0 ? total / least : INFINITY;
}

void sn_stay_clear(sn_stay *stay)
{
    free(stay->each);
    free(stay->share);
    *stay = (sn_stay){0};
}

/* Whether rounding alone, over so long a stay, would use up the bound. */
static bool is_too_coarse(const sn_sweep_plan *plan, double slack)
{
    return 16 * slack * plan->stay.total > plan->tolerance;
}

static sn_status take_more_digits(sn_sweep_plan *plan, sn_error *err)
{
    sn_status status = SN_OK;
    sn_rows *rows = &plan->rows[SN_DOWN];
    sn_stay *stay = &plan->stay;

    /* A loss is kept as a double: half an ulp of 1. */
    stay->slack = rows->slack / 1.2e-16 * (1.1 * (double)LDBL_EPSILON);
    if (is_too_coarse(plan, stay->slack + DBL_EPSILON / 2))
        stay->total = INFINITY;
    else
        SN_TRY(
            sn_rows_share(plan->net, &plan->cascade->system[SN_DOWN], rows, &stay->share, err));
out:
    return status;
}

/* e of `least` a margin, or none for 0. */
static void keep(sn_sweep_plan *plan, double *e, double least)
{
    const sn_rows *rows = &plan->rows[SN_DOWN];
    sn_stay *stay = &plan->stay;

    stay->each = e;
    stay->total = stay->longest = least > 0 ? 0 : INFINITY;
    for (uint32_t r = 0; r < rows->count; r++) {
        e[r] = least > 0 ? e[r] / least : 0;
        stay->total += rows->weight[r] * e[r];
        stay->longest = fmax(stay->longest, e[r]);
    }
}

sn_status sn_stay_pivot(sn_sweep_plan *plan, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_rows *rows = &plan->rows[SN_DOWN];
    const uint32_t pivot = sn_pivot_choose(plan);
    uint8_t *without = NULL;
    double *e = plan->stay.each;

    if (pivot == rows->count)
        return SN_OK;
    without = calloc(rows->count, 1);
    SN_TRY_ALLOC(without, "a sweep");
    without[pivot] = 1;
    memset(e, 0, 2 * (rows->count + (size_t)1) * sizeof *e);
    const outside rest = {.lost = without};
    keep(plan, e, search(rows, &rest, PASSES_MIN, e, e + rows->count + 1));
    if (!(plan->stay.total < INFINITY) || is_too_coarse(plan, rows->slack)) {
        plan->stay.total = INFINITY; /* it was not of all rows */
        goto out;
    }
    free(plan->stay.share);
    plan->stay.share = NULL;
    SN_TRY(sn_pivot_take(plan, pivot, err));
out:
    free(without);
    return status;
}

static sn_status make_with_patience(sn_sweep_plan *plan, sn_error *err)
{
    const sn_rows *rows = &plan->rows[SN_DOWN];
    double *e = plan->stay.each, *grown = e + rows->count + 1;

    memset(e, 0, 2 * (rows->count + (size_t)1) * sizeof *e);
    keep(plan, e, search(rows, &(outside){0}, affordable(rows), e, grown));
    return is_too_coarse(plan, rows->slack) ? take_more_digits(plan, err) : SN_OK;
}

sn_status sn_stay_make(sn_sweep_plan *plan, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_rows *rows = &plan->rows[SN_DOWN];
    const bool is_large = rows->entry_first[rows->count] > LARGE;
    double *e = sn_large_zero(2 * (rows->count + (size_t)1) * sizeof *e);

    SN_TRY_ALLOC(e, "a sweep");
    keep(plan, e, search(rows, &(outside){0}, PASSES_FEW, e, e + rows->count + 1));
    if (plan->stay.longest <= brief)
        goto out;
    if (is_large)
        SN_TRY(sn_stay_pivot(plan, err));
    if (!plan->pivot.used)
        SN_TRY(make_with_patience(plan, err));
    if (!plan->pivot.used && !is_large && !(plan->stay.total < INFINITY))
        SN_TRY(sn_stay_pivot(plan, err));
out:
    return status;
}
