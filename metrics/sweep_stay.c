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
#include <math.h>
#include <stdlib.h>

#include "metrics/sweep_private.h"

enum { PASSES_MAX = 400, LEAP_EVERY = 6 };

/* G(e) at a row. */
static double largest_action(const sn_rows *rows, const double *e, uint32_t row)
{
    double sum = 0, largest = 0;

    for (uint32_t k = rows->entry_first[row]; k < rows->entry_first[row + 1]; k++) {
        if (rows->peer[k] >= SN_SWEEP_START)
            sum = 0;
        sum += rows->share[k] * e[rows->peer[k] % SN_SWEEP_START];
        largest = sum > largest ? sum : largest;
    }
    return largest * (1 + rows->slack);
}

/* One pass of e = 1 + G(e) upwards; the largest growth, and each row's in `grown`. */
static double grow(const sn_rows *rows, double *e, double *grown)
{
    double largest = 0;

    for (uint32_t r = 0; r < rows->count; r++) {
        const double now = 1 + largest_action(rows, e, r);
        grown[r] = now > e[r] ? now - e[r] : 0;
        e[r] += grown[r];
        largest = grown[r] > largest ? grown[r] : largest;
    }
    return largest;
}

/* The least of e - G(e): where it is positive, e over it is what we look for. */
static double margin(const sn_rows *rows, const double *e)
{
    double least = 1;

    for (uint32_t r = 0; r < rows->count; r++)
        least = fmin(least, e[r] - largest_action(rows, e, r));
    return least;
}

/* Leaps go beyond the mark on purpose: only the margin counts. */
static double search(const sn_rows *rows, double *e, double *grown)
{
    double before = 0;

    for (int k = 1; k <= PASSES_MAX; k++) {
        const double largest = grow(rows, e, grown), ratio = before > 0 ? largest / before : 1;

        before = largest;
        if (k % LEAP_EVERY != 0 && largest > 0.5)
            continue;
        if (largest > 0.5 && ratio < 1) {
            for (uint32_t r = 0; r < rows->count; r++)
                e[r] += 1.1 * ratio / (1 - ratio) * grown[r];
            before = 0;
        }
        const double least = margin(rows, e);
        if (least > 0.25)
            return least;
    }
    return 0;
}

sn_status sn_stay_make(const sn_rows *rows, double *stay, sn_error *err)
{
    sn_status status = SN_OK;
    double *e = calloc(2 * (rows->count + (size_t)1), sizeof *e);

    SN_TRY_ALLOC(e, "a sweep");
    const double least = search(rows, e, e + rows->count + 1);
    *stay = 0;
    for (uint32_t r = 0; r < rows->count; r++)
        *stay += rows->weight[r] * e[r] / least;
    if (!(least > 0))
        *stay = INFINITY;
out:
    free(e);
    return status;
}
