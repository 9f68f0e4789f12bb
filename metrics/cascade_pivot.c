/* cascade_pivot.c - one run by the means of a sweep, where a large knot keeps losses going
 * round.
 *
 * A sweep seeks the loss of the largest knot first, and then that of all others
 * (sweep_pivot.c). Its rows are made once for a plan, on first need; one of its lanes is used.
 * Weights do not matter here: the bound is to hold for every node, so that the longest stay
 * takes the place of their mean.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/sweep_private.h"

enum { FINER = 64 };

/* A sweep of downstream losses alone: upstream there is one row that nothing reads. */
static sn_status make_rows(sn_sweep_plan *sweep, sn_error *err)
{
    sn_status status = SN_OK;
    const size_t n = sweep->net->node_count;
    sn_rows *up = &sweep->rows[SN_UP];

    sweep->weight = calloc(n + 1, sizeof *sweep->weight);
    SN_TRY_ALLOC(sweep->weight, "a cascade");
    SN_TRY(sn_rows_make(sweep->net, &sweep->cascade->system[SN_DOWN], true, false, NULL,
                        sweep->weight, &sweep->rows[SN_DOWN], err));
    up->count = 1;
    up->reader_first = calloc(3, sizeof *up->reader_first);
    SN_TRY_ALLOC(up->reader_first, "a cascade");
    up->of_node = calloc(n + 1, sizeof *up->of_node);
    SN_TRY_ALLOC(up->of_node, "a cascade");
    sweep->stay.each =
        calloc(2 * (sweep->rows[SN_DOWN].count + (size_t)1), sizeof *sweep->stay.each);
    SN_TRY_ALLOC(sweep->stay.each, "a cascade");
    SN_TRY(sn_stay_pivot(sweep, err));
    sweep->stay.total = sweep->stay.longest;
out:
    return status;
}

sn_status sn_cascade_aid_make(sn_cascade_plan *plan, sn_error *err)
{
    sn_status status = SN_OK;
    sn_sweep_plan *sweep = calloc(1, sizeof *sweep);

    SN_TRY_ALLOC(sweep, "a cascade");
    *sweep = (sn_sweep_plan){.net = plan->net,
                             .kernel = sn_sweep_kernel_here(),
                             .cascade = plan,
                             .rule = SN_SWEEP_CERTIFIED,
                             .tolerance = 1e-9};
    SN_TRY(make_rows(sweep, err));
    plan->aid = sweep;
    sweep = NULL;
out:
    sn_cascade_aid_free(sweep);
    return status;
}

void sn_cascade_aid_free(struct sn_sweep_plan *aid)
{
    if (aid != NULL)
        aid->cascade = NULL; /* it is lent */
    sn_sweep_plan_free(aid);
}

/* The rows' losses are those of their nodes. */
static void take_losses(const sn_batch *batch, sn_side *side)
{
    const sn_pass *pass = &batch->pass[SN_DOWN];

    side->lost_count = 0;
    for (size_t i = 0; i < batch->plan->net->node_count; i++) {
        const double x = pass->x[pass->rows->of_node[i]][0];
        side->solver.x[i] = x;
        if (x > 0)
            side->lost[side->lost_count++] = (int32_t)i;
    }
}

static sn_status run_lane(const sn_sweep_plan *aid, const sn_sweep_scenarios *scenario,
                          sn_side *side, bool *solved, sn_error *err)
{
    sn_status status = SN_OK;
    sn_batch *batch = aligned_alloc(sizeof(sn_lanes), sizeof *batch);
    const uint32_t only = 0;

    SN_TRY_ALLOC(batch, "a cascade");
    memset(batch, 0, sizeof *batch);
    SN_TRY(sn_batch_init(batch, aid, scenario, err));
    for (batch->narrow = 1; batch->narrow <= FINER && !*solved; batch->narrow *= FINER) {
        sn_sweep_loss loss[SN_LANES] = {{0}};
        double apart[SN_LANES];

        SN_TRY(sn_batch_load(batch, &only, 1, err));
        sn_batch_pivot(batch, side->solver.tolerance / 2, apart, loss);
        side->bound = 2 * apart[0]; /* as everywhere, twice what is proven */
        *solved = side->bound <= side->solver.tolerance;
    }
    if (*solved)
        take_losses(batch, side);
out:
    if (batch != NULL)
        sn_batch_clear(batch);
    free(batch);
    return status;
}

sn_status sn_cascade_pivot(const sn_cascade_plan *plan, sn_side *side, bool *solved,
                           sn_error *err)
{
    sn_status status = SN_OK;
    const sn_shock *shock = side->solver.shock;
    const size_t first[] = {0, shock->hit_count};
    const sn_sweep_plan *aid;
    double *left = NULL;

    *solved = false;
    SN_TRY(sn_cascade_help(plan, &aid, err));
    if (!aid->pivot.used)
        goto out;
    left = malloc((shock->hit_count + 1) * sizeof *left);
    SN_TRY_ALLOC(left, "a cascade");
    for (size_t k = 0; k < shock->hit_count; k++)
        left[k] = shock->node[shock->hit[k]];
    SN_TRY(run_lane(aid, &(sn_sweep_scenarios){1, first, shock->hit, left}, side, solved, err));
out:
    free(left);
    return status;
}
