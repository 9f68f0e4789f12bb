/* sweep_certified.c - eight scenarios to the least solution, with a bound for each.
 *
 * Upstream the bound comes from sweep_ascent.c, downstream without substitution from
 * sweep_stay.c.  Under the market response the right-hand side is no longer a maximum of sums,
 * and the bound is found by enclosure, scenario by scenario (sweep.h).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/sweep_private.h"

/* A slow loop is retried with a finer step and more patience; its passes skip other rows. */
enum { PASSES_MAX = 60, PASSES_RETRY = 1000, LEAP_EVERY = 10, ENCLOSE_SHARE = 4 };

static int patience(const sn_batch *batch)
{
    return batch->narrow > 1 ? PASSES_RETRY : PASSES_MAX;
}

/* Upstream: Gauss-Seidel, and after each pass what is still missing is spread. */
static void climb(sn_batch *batch, double tolerance, double *doubt, sn_sweep_loss *loss)
{
    sn_pass *pass = &batch->pass[SN_UP];
    const sn_ascent *ascent = &batch->plan->ascent;
    const double rounding = 2 * pass->rows->slack * ascent->sum;
    double before[SN_LANES];
    bool spread[SN_LANES];
    size_t open = ascent->certain ? batch->count : 0;

    sn_batch_open(pass, open);
    for (size_t l = 0; l < SN_LANES; l++) {
        before[l] = INFINITY;
        spread[l] = ascent->pull > 0;
        doubt[l] = INFINITY;
    }
    for (int k = 0; k < patience(batch) && open > 0; k++) {
        batch->plan->kernel->ascend(pass);
        for (size_t l = 0; l < batch->count; l++) {
            if (pass->gate[l] > 0)
                continue;
            loss[l].rounds++;
            doubt[l] = pass->doubt[l] + rounding;
            if (doubt[l] <= tolerance) {
                pass->gate[l] = INFINITY;
                open--;
            }
            spread[l] &= doubt[l] < 0.9 * before[l]; /* it must help, or it ends */
            before[l] = doubt[l];
        }
        bool any = false;
        for (size_t l = 0; l < SN_LANES; l++) {
            if (pass->gate[l] > 0 || !spread[l])
                pass->left[l] = 0;
            any |= pass->left[l] != 0;
        }
        if (any) {
            batch->plan->kernel->shift(pass);
            pass->sparse = false;
        }
    }
}

/* Where the changes of a lane, now and in the two passes before, have shrunk evenly and slowly:
 * how far they still lead. */
static bool plan_leap(sn_batch *batch, double (*before)[SN_LANES])
{
    sn_pass *pass = &batch->pass[SN_DOWN];
    bool any = false;

    for (size_t l = 0; l < SN_LANES; l++) {
        const double ratio = pass->largest[l] / before[0][l];
        const double uneven = fabs(ratio - before[0][l] / before[1][l]);

        pass->left[l] = 0;
        if (l >= batch->count || pass->gate[l] > 0 || !(ratio > 0.4 && ratio < 0.9999999) ||
            !(uneven < 0.2 * (1 - ratio)))
            continue;
        pass->left[l] = ratio / (1 - ratio);
        any = true;
    }
    return any;
}

/* Downstream where no supplier is replaced: Gauss-Seidel, and leaps where it is slow. */
static void descend(sn_batch *batch, double tolerance, double *doubt, sn_sweep_loss *loss)
{
    sn_pass *pass = &batch->pass[SN_DOWN];
    double before[2][SN_LANES] = {{0}};
    size_t open = batch->count;

    sn_batch_open(pass, open);
    for (int k = 1; k <= patience(batch) && open > 0; k++) {
        const bool may_leap = k % LEAP_EVERY == 0;

        if (may_leap)
            memcpy(pass->before, pass->x, pass->rows->count * sizeof *pass->x);
        batch->plan->kernel->descend(pass);
        for (size_t l = 0; l < batch->count; l++) {
            if (pass->gate[l] > 0)
                continue;
            loss[l].rounds++;
            doubt[l] = (pass->largest[l] + 2 * pass->rows->slack) * batch->plan->stay.total;
            if (doubt[l] <= tolerance) {
                pass->gate[l] = INFINITY;
                open--;
            }
        }
        if (may_leap && open > 0 && plan_leap(batch, before)) {
            batch->plan->kernel->leap(pass);
            pass->sparse = false;
        }
        memcpy(before[1], before[0], sizeof before[1]);
        memcpy(before[0], &pass->largest, sizeof before[0]);
    }
}

/* Downstream from below, until a pass raises nothing by more than `step`. */
static void approach(sn_batch *batch, double step, sn_sweep_loss *loss)
{
    sn_pass *pass = &batch->pass[SN_DOWN];
    size_t open = batch->count;

    sn_batch_open(pass, open);
    pass->factor = 1 - pass->rows->slack; /* rounding never leads above the solution */
    pass->raise *= 0;
    for (int k = 0; k < patience(batch) && open > 0; k++) {
        if (pass->market != NULL)
            batch->plan->kernel->refresh(pass);
        batch->plan->kernel->worst(pass);
        for (size_t l = 0; l < batch->count; l++) {
            if (pass->gate[l] > 0)
                continue;
            loss[l].rounds++;
            if (pass->largest[l] <= step) {
                pass->gate[l] = INFINITY;
                open--;
            }
        }
    }
}

/* Downstream upwards, past the solution, until nothing needs raising: y of sn_sweep_run. */
static void enclose(sn_batch *batch, double step, double *apart, sn_sweep_loss *loss)
{
    sn_pass *pass = &batch->pass[SN_DOWN];
    size_t open = batch->count;
    double raised[SN_LANES] = {0};

    sn_batch_open(pass, open);
    pass->factor = 1 + pass->rows->slack;
    for (size_t l = 0; l < SN_LANES; l++) {
        pass->raise[l] = step;
        apart[l] = INFINITY;
    }
    pass->sparse = false;
    for (int k = 0; k < patience(batch) / ENCLOSE_SHARE && open > 0; k++) {
        if (pass->market != NULL)
            batch->plan->kernel->refresh(pass);
        batch->plan->kernel->worst(pass);
        for (size_t l = 0; l < batch->count; l++) {
            if (pass->gate[l] > 0)
                continue;
            loss[l].rounds++;
            raised[l] += pass->raised[l];
            if (!(pass->largest[l] > 0)) {
                pass->gate[l] = INFINITY;
                apart[l] = raised[l] * (1 + 1e-9);
                open--;
            }
        }
    }
}

/* ---- lane by lane ---- */

static sn_status make_alone(sn_batch *batch, double tolerance)
{
    const size_t n = batch->plan->net->node_count;
    sn_error err = {0};
    const sn_cascade_options how = {.tolerance = tolerance};

    batch->left = malloc((n + 1) * sizeof *batch->left);
    for (size_t i = 0; i < n && batch->left != NULL; i++)
        batch->left[i] = 1;
    return batch->left == NULL
               ? SN_ENOMEM
               : sn_cascade_new(batch->plan->cascade, &how, &batch->alone, &err);
}

/* Run one lane, and put its losses into the rows. */
static double run_lane(sn_batch *batch, size_t lane)
{
    const sn_sweep_scenarios *all = batch->scenarios;
    const size_t begin = all->first[batch->scenario[lane]];
    const size_t end = all->first[batch->scenario[lane] + 1];
    sn_pass *pass = &batch->pass[SN_DOWN];
    sn_cascade_result result = {0};
    sn_error err = {0};

    for (size_t k = begin; k < end; k++)
        batch->left[all->node[k]] = all->left == NULL ? 0 : all->left[k];
    const sn_status status = sn_cascade_run_down(
        batch->alone,
        &(sn_shock){.node = batch->left, .hit = all->node + begin, .hit_count = end - begin},
        &result, &err);
    for (size_t k = begin; k < end; k++)
        batch->left[all->node[k]] = 1;
    if (status != SN_OK)
        return INFINITY;
    for (size_t k = 0; k < result.touched_count; k++) {
        const int32_t i = result.touched[k];
        pass->x[pass->rows->of_node[i]][lane] = result.down[i];
    }
    return result.bound_down;
}

bool sn_batch_alone(sn_batch *batch, double tolerance, double *doubt, sn_sweep_loss *loss)
{
    if (!batch->plan->cascade->is_large || batch->pass[SN_DOWN].market != NULL ||
        batch->narrow > 1 || (batch->alone == NULL && make_alone(batch, tolerance) != SN_OK))
        return false;
    for (size_t l = 0; l < batch->count; l++) {
        doubt[l] = run_lane(batch, l);
        loss[l].rounds++;
    }
    return true;
}

/* Twice what is proven is reported.  With a tighter tolerance a scenario goes the same way and
 * only farther, to where less than this is left: so the loss never moves by more than the bound
 * reported before. */
void sn_batch_certified(sn_batch *batch, sn_sweep_loss *loss)
{
    const double proven = batch->plan->tolerance / 2;
    const double step = proven / 8 / batch->narrow;
    const size_t n = batch->plan->net->node_count;
    const double sums = (512 + (double)n / 512 + 8) * 1.2e-16; /* rounding of the totals */
    double doubt[SN_LANES], apart[SN_LANES];

    for (size_t l = 0; l < batch->count; l++)
        loss[l].rounds = 0;
    climb(batch, proven / 2, doubt, loss);
    if (batch->plan->pivot.used) {
        sn_batch_pivot(batch, proven / 2, apart, loss);
    } else if (isfinite(batch->plan->stay.total)) {
        descend(batch, proven / 2, apart, loss);
        if (batch->plan->stay.share != NULL)
            sn_batch_fine(batch, proven / 2, apart, loss);
        sn_batch_report(batch, loss);
    } else if (sn_batch_alone(batch, proven / 2, apart, loss)) {
        sn_batch_report(batch, loss);
    } else {
        approach(batch, step / 4, loss);
        sn_batch_report(batch, loss);
        enclose(batch, step, apart, loss);
    }
    for (size_t l = 0; l < batch->count; l++)
        loss[l].bound =
            2 * (doubt[l] + apart[l]) + sums * (loss[l].loss_down + loss[l].loss_up);
    sn_batch_floor(batch, loss);
}
