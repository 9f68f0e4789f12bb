/* sweep_batch.c - eight scenarios at a time, from their hits to their losses.
 *
 * The lanes of a batch start together and leave one by one: a lane that has arrived is closed
 * (its gate is infinite) and keeps its losses while the others go on.
 */
#define _DEFAULT_SOURCE /* madvise */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "metrics/sweep_private.h"

/* A slow loop is retried with a finer step and more patience; its passes skip other rows. */
enum { PASSES_MAX = 60, PASSES_RETRY = 400, PASSES_RULE_MAX = 1000000, LEAP_EVERY = 5 };

/* Large pages where the system has them: rows are read in no order. */
static void *lanes_new(size_t count)
{
    const size_t page = (size_t)2 << 20, size = (count + 1) * sizeof(sn_lanes);

    if (size < page / 8)
        return aligned_alloc(sizeof(sn_lanes), size);
    const size_t whole = (size + page - 1) / page * page;
    void *lanes = aligned_alloc(page, whole);
#ifdef MADV_HUGEPAGE
    if (lanes != NULL)
        (void)madvise(lanes, whole, MADV_HUGEPAGE);
#endif
    return lanes;
}

static sn_status init_pass(sn_pass *pass, const sn_sweep_plan *plan, int direction, sn_error *err)
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
    if (direction == SN_DOWN && isfinite(plan->stay)) {
        pass->before = lanes_new(rows->count);
        SN_TRY_ALLOC(pass->before, "a sweep");
    }
    pass->follow = plan->rule == SN_SWEEP_CERTIFIED;
    pass->active = calloc(room, sizeof *pass->active);
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
out:
    return status;
}

void sn_batch_clear(sn_batch *batch)
{
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

    return p->row != q->row ? (p->row < q->row ? -1 : 1) : (p->lane > q->lane) - (p->lane < q->lane);
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
    qsort(hit, count, sizeof *hit, compare_hits);
    pass->hit = hit;
    pass->hit_count = count;
    pass->sparse = true;
    pass->marked = 0;
    pass->changed_count = 0;
    for (size_t k = 0; k < count; k++) {
        const uint32_t r = hit[k].row;
        double *x = (double *)&pass->x[r] + hit[k].lane;

        *x = hit[k].loss > *x ? hit[k].loss : *x;
        if (pass->market == NULL)
            pass->sent[r] = pass->x[r];
        pass->is_hit[r] = 1;
        for (uint32_t q = rows->reader_first[r]; q < rows->reader_first[r + 1]; q++)
            pass->active[rows->reader[q]] = 1;
        pass->active[r] = 1;
    }
}

sn_status sn_batch_load(sn_batch *batch, const uint32_t *scenario, size_t count, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_sweep_scenarios *all = batch->scenarios;
    size_t hits = 0;

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

        for (size_t l = 0; l < count; l++)
            for (size_t k = all->first[scenario[l]]; k < all->first[scenario[l] + 1]; k++)
                if (all->left == NULL || all->left[k] < 1)
                    batch->hit[direction][used++] = (sn_lane_hit){
                        rows->of_node[all->node[k]], (uint32_t)l,
                        all->left == NULL ? 1 : 1 - all->left[k]};
        load_pass(&batch->pass[direction], batch->hit[direction], used);
    }
    memcpy(batch->scenario, scenario, count * sizeof *scenario);
    batch->count = count;
out:
    return status;
}

static void report(const sn_batch *batch, sn_sweep_loss *loss)
{
    sn_lanes total[3];

    batch->plan->kernel->totals(batch->plan, batch->pass[SN_DOWN].x, batch->pass[SN_UP].x, total);
    for (size_t l = 0; l < batch->count; l++) {
        loss[l].loss = fmin(1, fmax(0, total[0][l]));
        loss[l].loss_down = fmin(1, fmax(0, total[1][l]));
        loss[l].loss_up = fmin(1, fmax(0, total[2][l]));
    }
}

static int patience(const sn_batch *batch)
{
    return batch->narrow > 1 ? PASSES_RETRY : PASSES_MAX;
}

static void open_lanes(sn_pass *pass, size_t count)
{
    for (size_t l = 0; l < SN_LANES; l++)
        pass->gate[l] = l < count ? 0 : INFINITY;
}

/* ---- certified ---- */

/* Upstream: Gauss-Seidel, and after each pass what is still missing is spread. */
static void climb(sn_batch *batch, double tolerance, double *doubt, sn_sweep_loss *loss)
{
    sn_pass *pass = &batch->pass[SN_UP];
    const sn_ascent *ascent = &batch->plan->ascent;
    const double rounding = 2 * pass->rows->slack * ascent->sum;
    double before[SN_LANES];
    bool spread[SN_LANES];
    size_t open = ascent->certain ? batch->count : 0;

    open_lanes(pass, open);
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
            spread[l] &= doubt[l] < 0.9 * before[l];
            before[l] = doubt[l];
        }
        bool any = false;
        for (size_t l = 0; l < SN_LANES; l++) {
            if (pass->gate[l] > 0 || !spread[l])
                pass->left[l] = 0;
            any |= pass->left[l] != 0;
        }
        if (!any)
            continue;
        batch->plan->kernel->shift(pass);
        pass->sparse = false;
    }
}

/* Where a lane's changes have shrunk evenly and slowly, how far they still lead. */
static bool plan_leap(sn_batch *batch, const double *before)
{
    sn_pass *pass = &batch->pass[SN_DOWN];
    bool any = false;

    for (size_t l = 0; l < SN_LANES; l++) {
        const double ratio = pass->largest[l] / before[l];

        pass->left[l] = 0;
        if (l >= batch->count || pass->gate[l] > 0 || !(ratio > 0.4 && ratio < 0.99999))
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
    double before[SN_LANES] = {0};
    size_t open = batch->count;

    open_lanes(pass, open);
    for (int k = 1; k <= patience(batch) && open > 0; k++) {
        const bool may_leap = k > 8 && k % LEAP_EVERY == 0;

        if (may_leap)
            memcpy(pass->before, pass->x, pass->rows->count * sizeof *pass->x);
        batch->plan->kernel->descend(pass);
        for (size_t l = 0; l < batch->count; l++) {
            if (pass->gate[l] > 0)
                continue;
            loss[l].rounds++;
            doubt[l] = (pass->largest[l] + 2 * pass->rows->slack) * batch->plan->stay;
            if (doubt[l] <= tolerance) {
                pass->gate[l] = INFINITY;
                open--;
            }
        }
        if (may_leap && open > 0 && plan_leap(batch, before)) {
            batch->plan->kernel->leap(pass);
            pass->sparse = false;
        }
        for (size_t l = 0; l < SN_LANES; l++)
            before[l] = pass->largest[l];
    }
}

/* Downstream from below, until a pass raises nothing by more than `step`. */
static void approach(sn_batch *batch, double step, sn_sweep_loss *loss)
{
    sn_pass *pass = &batch->pass[SN_DOWN];
    size_t open = batch->count;

    open_lanes(pass, open);
    pass->factor = 1;
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

    open_lanes(pass, open);
    pass->factor = 1 + pass->rows->slack;
    for (size_t l = 0; l < SN_LANES; l++) {
        pass->raise[l] = step;
        apart[l] = INFINITY;
    }
    pass->sparse = false;
    for (int k = 0; k < patience(batch) / 4 && open > 0; k++) {
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

void sn_batch_certified(sn_batch *batch, sn_sweep_loss *loss)
{
    const double tolerance = batch->plan->tolerance;
    const double step = tolerance / 8 / batch->narrow;
    const size_t n = batch->plan->net->node_count;
    const double sums = (512 + (double)n / 512 + 8) * 1.2e-16; /* rounding of the totals */
    double doubt[SN_LANES], apart[SN_LANES];

    for (size_t l = 0; l < batch->count; l++)
        loss[l].rounds = 0;
    climb(batch, tolerance / 2, doubt, loss);
    if (isfinite(batch->plan->stay)) {
        descend(batch, tolerance / 2, apart, loss);
        report(batch, loss);
    } else {
        approach(batch, step / 4, loss);
        report(batch, loss);
        enclose(batch, step, apart, loss);
    }
    for (size_t l = 0; l < batch->count; l++)
        loss[l].bound = doubt[l] + apart[l] + sums * (loss[l].loss_down + loss[l].loss_up);
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
        open_lanes(pass, open);
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
    report(batch, loss);
    for (size_t l = 0; l < batch->count; l++)
        loss[l].bound = NAN;
}
