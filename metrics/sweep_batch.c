/* sweep_batch.c - eight scenarios at a time, from their hits to their losses.
 *
 * The lanes of a batch start together and leave one by one: a lane that has arrived is closed
 * (its gate is infinite) and keeps its losses while the others go on.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/memory.h"
#include "metrics/sweep_private.h"

enum { PASSES_RULE_MAX = 1000000, FLOOR_VISITS = 2000 };

/* Rows are read in no order: in large pages where the system has them. */
static void *lanes_new(size_t count)
{
    const size_t size = (count + 1) * sizeof(sn_lanes);

    return size < SN_LARGE ? aligned_alloc(sizeof(sn_lanes), size) : sn_large_alloc(size);
}

static sn_status init_pass(sn_pass *pass, const sn_sweep_plan *plan, int direction,
                           sn_error *err)
{
    sn_status status = SN_OK;
    const sn_rows *rows = &plan->rows[direction];
    const size_t room = rows->count + (size_t)1;
    const bool market = direction == SN_DOWN && plan->market_count > 0;

    pass->rows = rows;
    pass->ascent = direction == SN_UP ? &plan->ascent : NULL;
    pass->limit = rows->reader_first[rows->count] / 4;
    pass->x = lanes_new(rows->count);
    SN_TRY_ALLOC(pass->x, "a sweep");
    pass->sent = pass->x;
    if (market || plan->rule == SN_SWEEP_GLCASCADE) {
        pass->sent = lanes_new(rows->count);
        SN_TRY_ALLOC(pass->sent, "a sweep");
    }
    if (direction == SN_DOWN && isfinite(plan->stay.total) && !plan->pivot.used) {
        pass->before = lanes_new(rows->count);
        SN_TRY_ALLOC(pass->before, "a sweep");
    }
    pass->follow = plan->rule == SN_SWEEP_CERTIFIED;
    pass->active = calloc(room + 8, sizeof *pass->active);
    SN_TRY_ALLOC(pass->active, "a sweep");
    pass->is_hit = calloc(room, sizeof *pass->is_hit);
    SN_TRY_ALLOC(pass->is_hit, "a sweep");
    pass->changed = malloc(room * sizeof *pass->changed);
    SN_TRY_ALLOC(pass->changed, "a sweep");
    if (!market)
        goto out;
    pass->market = plan->market;
    pass->size = plan->size;
    pass->market_count = plan->market_count;
    pass->market_first = plan->cascade->market_first;
    pass->market_row = plan->market_row;
    pass->scarcity = lanes_new(plan->market_count);
    SN_TRY_ALLOC(pass->scarcity, "a sweep");
out:
    return status;
}

sn_status sn_batch_init(sn_batch *batch, const sn_sweep_plan *plan,
                        const sn_sweep_scenarios *scenarios, sn_error *err)
{
    sn_status status = SN_OK;

    batch->plan = plan;
    batch->scenarios = scenarios;
    SN_TRY(init_pass(&batch->pass[SN_DOWN], plan, SN_DOWN, err));
    SN_TRY(init_pass(&batch->pass[SN_UP], plan, SN_UP, err));
    batch->lost = calloc(plan->net->node_count + 1, sizeof *batch->lost);
    SN_TRY_ALLOC(batch->lost, "a sweep");
    batch->queue = malloc((plan->net->node_count + 1) * sizeof *batch->queue);
    SN_TRY_ALLOC(batch->queue, "a sweep");
    if (plan->stay.share != NULL)
        SN_TRY(sn_policy_new(&plan->rows[SN_DOWN], &batch->policy, err));
out:
    return status;
}

void sn_batch_clear(sn_batch *batch)
{
    sn_policy_free(batch->policy);
    sn_cascade_free(batch->alone);
    free(batch->left);
    free(batch->lost);
    free(batch->queue);
    for (int direction = SN_DOWN; direction <= SN_UP; direction++) {
        sn_pass *pass = &batch->pass[direction];

        if (pass->sent != pass->x)
            free(pass->sent);
        free(pass->x);
        free(pass->before);
        free(pass->active);
        free(pass->is_hit);
        free(pass->changed);
        free(pass->scarcity);
        free(batch->hit[direction]);
    }
}

static sn_status make_room(sn_batch *batch, size_t hits, sn_error *err)
{
    sn_status status = SN_OK;

    if (hits <= batch->hit_room)
        return SN_OK;
    for (int direction = SN_DOWN; direction <= SN_UP; direction++) {
        free(batch->hit[direction]);
        batch->hit[direction] = malloc(hits * sizeof *batch->hit[direction]);
        SN_TRY_ALLOC(batch->hit[direction], "a sweep");
    }
    batch->hit_room = hits;
out:
    if (status != SN_OK)
        batch->hit_room = 0;
    return status;
}

static int compare_hits(const void *a, const void *b)
{
    const sn_lane_hit *p = a, *q = b;

    return p->row != q->row ? (p->row < q->row ? -1 : 1)
                            : (p->lane > q->lane) - (p->lane < q->lane);
}

/* Forget the last batch and let the hits in. */
static void load_pass(sn_pass *pass, sn_lane_hit *hit, size_t count)
{
    const sn_rows *rows = pass->rows;

    for (size_t k = 0; k < pass->hit_count; k++)
        pass->is_hit[pass->hit[k].row] = 0;
    memset(pass->x, 0, rows->count * sizeof *pass->x);
    if (pass->sent != pass->x)
        memset(pass->sent, 0, rows->count * sizeof *pass->sent);
    memset(pass->active, 0, rows->count);
    if (count > 0)
        qsort(hit, count, sizeof *hit, compare_hits);
    pass->hit = hit;
    pass->hit_count = count;
    pass->sparse = true;
    pass->marked = 0;
    pass->changed_count = 0;
    for (size_t k = 0; k < count; k++) {
        const uint32_t r = hit[k].row;
        double *x = (double *)&pass->x[r] + hit[k].lane;

        pass->is_hit[r] = 1;
        if (!(hit[k].loss > 0))
            continue;
        *x = hit[k].loss > *x ? hit[k].loss : *x;
        if (pass->market == NULL)
            pass->sent[r] = pass->x[r];
        for (uint32_t q = rows->reader_first[r]; q < rows->reader_first[r + 1]; q++)
            pass->active[rows->reader[q]] = 1;
        pass->active[r] = 1;
    }
}

sn_status sn_batch_load(sn_batch *batch, const uint32_t *scenario, size_t count, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_sweep_scenarios *all = batch->scenarios;
    const sn_pivot *pivot = &batch->plan->pivot;
    size_t hits = SN_LANES;

    for (size_t l = 0; l < count; l++)
        hits += all->first[scenario[l] + 1] - all->first[scenario[l]];
    /* The last batch's list is still needed to clear its flags. */
    for (int direction = SN_DOWN; direction <= SN_UP; direction++) {
        sn_pass *pass = &batch->pass[direction];
        for (size_t k = 0; k < pass->hit_count; k++)
            pass->is_hit[pass->hit[k].row] = 0;
        pass->hit_count = 0;
    }
    SN_TRY(make_room(batch, hits, err));
    for (int direction = SN_DOWN; direction <= SN_UP; direction++) {
        const sn_rows *rows = &batch->plan->rows[direction];
        size_t used = 0;

        for (size_t l = 0; l < count && direction == SN_DOWN && pivot->used; l++)
            batch->hit[direction][used++] = (sn_lane_hit){pivot->row, (uint32_t)l, 0};
        for (size_t l = 0; l < count; l++)
            for (size_t k = all->first[scenario[l]]; k < all->first[scenario[l] + 1]; k++)
                if (all->left == NULL || all->left[k] < 1)
                    batch->hit[direction][used++] =
                        (sn_lane_hit){rows->of_node[all->node[k]], (uint32_t)l,
                                      all->left == NULL ? 1 : 1 - all->left[k]};
        load_pass(&batch->pass[direction], batch->hit[direction], used);
    }
    memcpy(batch->scenario, scenario, count * sizeof *scenario);
    batch->count = count;
out:
    return status;
}

void sn_batch_report(const sn_batch *batch, sn_sweep_loss *loss)
{
    sn_lanes total[3];

    batch->plan->kernel->totals(batch->plan, batch->pass[SN_DOWN].x, batch->pass[SN_UP].x,
                                total);
    for (size_t l = 0; l < batch->count; l++) {
        loss[l].loss = fmin(1, fmax(0, total[0][l]));
        loss[l].loss_down = fmin(1, fmax(0, total[1][l]));
        loss[l].loss_up = fmin(1, fmax(0, total[2][l]));
    }
}

void sn_batch_floor(const sn_batch *batch, sn_sweep_loss *loss)
{
    const sn_sweep_scenarios *all = batch->scenarios;

    for (size_t l = 0; l < batch->count; l++) {
        const size_t begin = all->first[batch->scenario[l]];
        const size_t hits = all->first[batch->scenario[l] + 1] - begin;
        const double least =
            sn_sweep_floor(batch->plan, all->node + begin,
                           all->left == NULL ? NULL : all->left + begin, hits, FLOOR_VISITS,
                           batch->lost, batch->queue);
        loss[l].least = fmin(least, loss[l].loss);
    }
}

void sn_batch_open(sn_pass *pass, size_t count)
{
    for (size_t l = 0; l < SN_LANES; l++)
        pass->gate[l] = l < count ? 0 : INFINITY;
}

/* ---- as published ---- */

/* Renew one direction at once from the losses before; the largest change per lane. */
static void renew(sn_batch *batch, int direction)
{
    sn_pass *pass = &batch->pass[direction];

    if (pass->market != NULL)
        batch->plan->kernel->refresh(pass);
    else
        batch->plan->kernel->follow(pass);
    (direction == SN_DOWN ? batch->plan->kernel->worst : batch->plan->kernel->sum)(pass);
}

void sn_batch_glcascade(sn_batch *batch, sn_sweep_loss *loss)
{
    size_t open = batch->count;

    for (int direction = SN_DOWN; direction <= SN_UP; direction++) {
        sn_pass *pass = &batch->pass[direction];
        sn_batch_open(pass, open);
        pass->factor = 1;
        pass->raise *= 0;
    }
    for (size_t l = 0; l < batch->count; l++)
        loss[l].rounds = 0;
    for (int k = 0; k < PASSES_RULE_MAX && open > 0; k++) {
        renew(batch, SN_DOWN);
        renew(batch, SN_UP);
        for (size_t l = 0; l < batch->count; l++) {
            if (batch->pass[SN_DOWN].gate[l] > 0)
                continue;
            loss[l].rounds++;
            if (batch->pass[SN_DOWN].largest[l] > batch->plan->tolerance ||
                batch->pass[SN_UP].largest[l] > batch->plan->tolerance)
                continue;
            batch->pass[SN_DOWN].gate[l] = batch->pass[SN_UP].gate[l] = INFINITY;
            open--;
        }
    }
    sn_batch_report(batch, loss);
    for (size_t l = 0; l < batch->count; l++)
        loss[l].bound = loss[l].least = NAN;
}
