/* sweep_fine.c - downstream lanes whose losses stay so long that doubles are not enough.
 *
 * Where a loop leaks one part in 10^6 a round, sweeps crawl along one shape of error, and the
 * rounding of a row, times the length of the stay (sweep_stay.c), is wider than the tolerance.
 * Here rows are summed in long doubles.  The shape is close to e itself, which is how long a
 * loss stays; so x moves along it until what all rows lack is nil (one step of the method of
 * F. Chatelin and W. L. Miranker, "Acceleration by aggregation of successive approximation
 * methods", Linear Algebra and its Applications 43, 1982, p. 17, with one aggregate), and two
 * Gauss-Seidel passes settle the rest.  The certificate is that of sweep_stay.c: whatever
 * came before, only the last pass counts.
 */
#include <float.h>
#include <math.h>

#include "metrics/sweep_private.h"

enum { ROUNDS_MAX = 10, ROUNDS_SHIFT = 2, PASSES = 2 };

/* What a row loses through its worst action, and what `mode` would add to that. */
typedef struct {
    long double lost[SN_LANES], more[SN_LANES];
} answer;

static void keep_worst(answer *worst, answer *action)
{
    for (int l = 0; l < SN_LANES; l++) {
        if (action->lost[l] > worst->lost[l]) {
            worst->lost[l] = action->lost[l];
            worst->more[l] = action->more[l];
        }
        action->lost[l] = action->more[l] = 0;
    }
}

/* mode may be NULL. */
static void ask(const sn_pass *pass, const long double *share, const sn_lanes *mode,
                uint32_t row, answer *worst)
{
    const sn_rows *rows = pass->rows;
    answer action = {{0}, {0}};

    *worst = action;
    for (uint32_t e = rows->entry_first[row]; e < rows->entry_first[row + 1]; e++) {
        const uint32_t peer = rows->peer[e] % SN_SWEEP_START;

        if (rows->peer[e] >= SN_SWEEP_START)
            keep_worst(worst, &action);
        for (int l = 0; l < SN_LANES; l++)
            action.lost[l] += share[e] * pass->x[peer][l];
        for (int l = 0; l < SN_LANES && mode != NULL; l++)
            action.more[l] += share[e] * mode[peer][l];
    }
    keep_worst(worst, &action);
    for (int l = 0; l < SN_LANES; l++)
        worst->lost[l] = worst->lost[l] < 1 ? worst->lost[l] : 1;
}

/* Move the open lanes along e.  Rows that lose nothing, or all, or what hit them, stay. */
static void shift(const sn_batch *batch, sn_pass *pass)
{
    const sn_stay *stay = &batch->plan->stay;
    sn_lanes *mode = pass->before;
    long double lack[SN_LANES] = {0}, yield[SN_LANES] = {0};
    double by[SN_LANES];
    answer worst;

    for (uint32_t r = 0; r < pass->rows->count; r++)
        for (int l = 0; l < SN_LANES; l++)
            mode[r][l] = pass->x[r][l] > 0 && pass->x[r][l] < 1 ? stay->each[r] : 0;
    for (size_t k = 0; k < pass->hit_count; k++)
        if (pass->x[pass->hit[k].row][pass->hit[k].lane] <= pass->hit[k].loss)
            mode[pass->hit[k].row][pass->hit[k].lane] = 0;
    for (uint32_t r = 0; r < pass->rows->count; r++) {
        ask(pass, stay->share, mode, r, &worst);
        for (int l = 0; l < SN_LANES; l++)
            if (mode[r][l] > 0) {
                lack[l] += worst.lost[l] - pass->x[r][l];
                yield[l] += mode[r][l] - worst.more[l];
            }
    }
    for (int l = 0; l < SN_LANES; l++)
        by[l] = pass->gate[l] <= 0 && yield[l] > 0 ? (double)(lack[l] / yield[l]) : 0;
    for (uint32_t r = 0; r < pass->rows->count; r++)
        for (int l = 0; l < SN_LANES; l++)
            pass->x[r][l] = fmin(1, fmax(0, pass->x[r][l] + by[l] * mode[r][l]));
}

/* One Gauss-Seidel pass, both ways; the largest change of each lane. */
static void renew(const sn_batch *batch, sn_pass *pass)
{
    answer worst;
    size_t hit = 0;

    for (int l = 0; l < SN_LANES; l++)
        pass->largest[l] = 0;
    for (uint32_t r = 0; r < pass->rows->count; r++) {
        ask(pass, batch->plan->stay.share, NULL, r, &worst);
        for (; hit < pass->hit_count && pass->hit[hit].row == r; hit++)
            if (worst.lost[pass->hit[hit].lane] < pass->hit[hit].loss)
                worst.lost[pass->hit[hit].lane] = pass->hit[hit].loss;
        for (int l = 0; l < SN_LANES; l++) {
            if (pass->gate[l] > 0)
                continue;
            const double x = (double)worst.lost[l];
            pass->largest[l] = fmax(pass->largest[l], fabs(x - pass->x[r][l]));
            pass->x[r][l] = x;
        }
    }
}

void sn_batch_fine(sn_batch *batch, double tolerance, double *doubt, sn_sweep_loss *loss)
{
    sn_pass *pass = &batch->pass[SN_DOWN];
    const sn_stay *stay = &batch->plan->stay;
    const double rounding = 2 * stay->slack + DBL_EPSILON / 2; /* of a sum, and of x */
    size_t open = 0;

    for (size_t l = 0; l < batch->count; l++)
        open += pass->gate[l] <= 0;
    for (int k = 1; k <= ROUNDS_MAX && open > 0; k++) {
        if (k <= ROUNDS_SHIFT)
            shift(batch, pass);
        for (size_t l = 0; l < batch->count && k > ROUNDS_SHIFT; l++)
            if (pass->gate[l] <= 0)
                sn_policy_step(batch->policy, stay, pass, l);
        for (int p = 0; p < PASSES; p++)
            renew(batch, pass);
        for (size_t l = 0; l < batch->count; l++) {
            const double c = pass->largest[l] + rounding;

            if (pass->gate[l] > 0)
                continue;
            loss[l].rounds += 1 + PASSES;
            doubt[l] = c * stay->total;
            if (doubt[l] > tolerance && k > ROUNDS_SHIFT + 1)
                doubt[l] = c * sn_policy_stay(batch->policy, stay, pass, l, c);
            if (doubt[l] <= tolerance) {
                pass->gate[l] = INFINITY;
                open--;
            }
        }
    }
    pass->sparse = false;
}
