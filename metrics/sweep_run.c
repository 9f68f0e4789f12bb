/* sweep_run.c - scenarios in batches, batches over threads, stragglers to the cascade.
 *
 * Batches are cut from the list of scenarios sorted by the passes they are likely to need, most
 * first, then by the weight that is hit.  Those whose bound is not proven at the usual
 * step are run once more at a finer one; what is then left goes to sn_cascade_run_shock one by
 * one.  Which way a scenario takes depends on itself only.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "metrics/sweep_private.h"

enum { NARROW = 64 }; /* how much finer the second attempt works */

typedef struct {
    double rounds; /* forecast   */
    double weight; /* that is hit */
    uint32_t scenario;
} ticket;

typedef struct {
    const sn_sweep_plan *plan;
    const sn_sweep_scenarios *scenarios;
    int threads;
    sn_sweep_progress progress;
    void *context;
    sn_sweep_loss *loss;
    ticket *queue; /* scenarios in the order of batches */
    size_t queued, done;
    double narrow;
    sn_status status; /* the first failure of any thread */
    sn_error *err;
} sweep_run;

static sn_status check_scenario(const sweep_run *run, size_t s, uint32_t *seen)
{
    const sn_sweep_scenarios *all = run->scenarios;
    const sn_network *net = run->plan->net;

    for (size_t k = all->first[s]; k < all->first[s + 1]; k++) {
        const int32_t node = all->node[k];
        if (node < 0 || (size_t)node >= net->node_count)
            return sn_fail(run->err, SN_EUSAGE, "scenario %zu: there is no node %d", s,
                           (int)node);
        if (all->left != NULL && !(all->left[k] >= 0 && all->left[k] <= 1))
            return sn_fail(run->err, SN_EUSAGE,
                           "scenario %zu, node '%s': remaining capacity %g is not in 0..1", s,
                           sn_network_id(net, (size_t)node), all->left[k]);
        if (seen[node] == s + 1)
            return sn_fail(run->err, SN_EUSAGE, "scenario %zu: node '%s' is hit twice", s,
                           sn_network_id(net, (size_t)node));
        seen[node] = (uint32_t)(s + 1);
        run->queue[s].weight += run->plan->weight[node];
    }
    return SN_OK;
}

static int compare_tickets(const void *a, const void *b)
{
    const ticket *s = a, *t = b;

    if (s->rounds != t->rounds)
        return s->rounds > t->rounds ? -1 : 1;
    if (s->weight != t->weight)
        return s->weight > t->weight ? -1 : 1;
    return (s->scenario > t->scenario) - (s->scenario < t->scenario);
}

static sn_status queue_all(sweep_run *run)
{
    sn_status status = SN_OK;
    sn_error *err = run->err;
    const size_t count = run->scenarios->count;
    uint32_t *seen = calloc(run->plan->net->node_count + 1, sizeof *seen);

    SN_TRY_ALLOC(seen, "a sweep");
    run->queue = malloc((count + 1) * sizeof *run->queue);
    SN_TRY_ALLOC(run->queue, "a sweep");
    if (count >= UINT32_MAX) {
        status = sn_nomem(err, "a sweep of more than 2^32 - 2 scenarios");
        goto out;
    }
    for (size_t s = 0; s < count; s++) {
        run->queue[s] = (ticket){0, 0, (uint32_t)s};
        run->loss[s] = (sn_sweep_loss){NAN, NAN, NAN, NAN, 0, NAN};
        SN_TRY(check_scenario(run, s, seen));
    }
    run->queued = count;
out:
    free(seen);
    return status;
}

static bool is_stopped(const sweep_run *run)
{
    sn_status status;

#pragma omp atomic read
    status = run->status;
    return status != SN_OK;
}

static void stop(sweep_run *run, sn_status status, const sn_error *why)
{
#pragma omp critical(sweep)
    if (run->status == SN_OK) {
        (void)sn_fail(run->err, status, "%s", why->message);
#pragma omp atomic write
        run->status = status;
    }
}

/* No more threads than pieces of work. */
static int threads_for(const sweep_run *run, int64_t pieces)
{
    return pieces < 1 ? 1 : pieces < run->threads ? (int)pieces : run->threads;
}

static void forecast_all(sweep_run *run)
{
    const int64_t count = (int64_t)run->queued;
    const int threads = threads_for(run, count / SN_LANES);

    (void)threads;
#pragma omp parallel num_threads(threads)
    {
        sn_error err = {0};
        sn_forecast forecast = {0};
        const sn_status status = sn_forecast_init(&forecast, run->plan, &err);

        if (status != SN_OK)
            stop(run, status, &err);
#pragma omp for schedule(dynamic, 8)
        for (int64_t k = 0; k < count; k++)
            if (!is_stopped(run))
                run->queue[k].rounds =
                    sn_forecast_rounds(&forecast, run->scenarios, run->queue[k].scenario);
        sn_forecast_clear(&forecast);
    }
    qsort(run->queue, run->queued, sizeof *run->queue, compare_tickets);
}

static bool is_proven(const sweep_run *run, size_t s)
{
    return run->plan->rule == SN_SWEEP_GLCASCADE || run->loss[s].bound <= run->plan->tolerance;
}

/* Keep the scenarios that are not proven. */
static void queue_rest(sweep_run *run)
{
    size_t kept = 0;

    for (size_t k = 0; k < run->queued; k++)
        if (!is_proven(run, run->queue[k].scenario))
            run->queue[kept++] = run->queue[k];
    run->queued = kept;
}

static void count_done(sweep_run *run, size_t more)
{
    bool go_on = true;

    if (more == 0)
        return;
#pragma omp critical(sweep_progress)
    {
        run->done += more;
        if (run->progress != NULL)
            go_on = run->progress(run->context, run->done);
    }
    if (!go_on)
        stop(run, SN_EUSAGE, &(sn_error){.message = "the sweep was stopped"});
}

static void run_batch(sweep_run *run, sn_batch *batch, size_t begin)
{
    sn_sweep_loss loss[SN_LANES];
    uint32_t scenario[SN_LANES];
    sn_error err = {0};
    const size_t rest = run->queued - begin, count = rest < SN_LANES ? rest : SN_LANES;
    size_t proven = 0;

    for (size_t l = 0; l < count; l++)
        scenario[l] = run->queue[begin + l].scenario;
    batch->narrow = run->narrow;
    if (sn_batch_load(batch, scenario, count, &err) != SN_OK) {
        stop(run, SN_ENOMEM, &err);
        return;
    }
    (run->plan->rule == SN_SWEEP_GLCASCADE ? sn_batch_glcascade : sn_batch_certified)(batch,
                                                                                      loss);
    for (size_t l = 0; l < count; l++) {
        run->loss[scenario[l]] = loss[l];
        proven += is_proven(run, scenario[l]);
    }
    count_done(run, proven);
}

static void run_batches(sweep_run *run)
{
    const int64_t batches = (int64_t)((run->queued + SN_LANES - 1) / SN_LANES);
    const int threads = threads_for(run, batches);

    (void)threads;
#pragma omp parallel num_threads(threads)
    {
        sn_error err = {0};
        sn_batch *batch = aligned_alloc(sizeof(sn_lanes), sizeof *batch);
        sn_status status = batch == NULL ? sn_nomem(&err, "a sweep") : SN_OK;

        if (batch != NULL) {
            memset(batch, 0, sizeof *batch);
            status = sn_batch_init(batch, run->plan, run->scenarios, &err);
        }
        if (status != SN_OK)
            stop(run, status, &err);
#pragma omp for schedule(dynamic, 1)
        for (int64_t b = 0; b < batches; b++)
            if (!is_stopped(run))
                run_batch(run, batch, (size_t)b * SN_LANES);
        if (batch != NULL)
            sn_batch_clear(batch);
        free(batch);
    }
}

/* ---- one by one ---- */

static void sum_up(const sn_sweep_plan *plan, const sn_cascade_result *result,
                   sn_sweep_loss *loss)
{
    double both = 0, down = 0, up = 0;

    for (size_t k = 0; k < result->touched_count; k++) {
        const int32_t i = result->touched[k];
        both += plan->weight[i] * fmax(result->down[i], result->up[i]);
        down += plan->weight[i] * result->down[i];
        up += plan->weight[i] * result->up[i];
    }
    *loss = (sn_sweep_loss){fmin(both, 1), fmin(down, 1), fmin(up, 1),
                            result->bound_down + result->bound_up +
                                (double)result->touched_count * 1.2e-16 * (down + up),
                            loss->rounds + 1, loss->least};
}

static void run_alone(sweep_run *run, sn_cascade *cascade, double *left, uint32_t s)
{
    const sn_sweep_scenarios *all = run->scenarios;
    const size_t begin = all->first[s], end = all->first[s + 1];
    sn_cascade_result result = {0};
    sn_sweep_loss loss = run->loss[s];
    sn_error err = {0};

    for (size_t k = begin; k < end; k++)
        left[all->node[k]] = all->left == NULL ? 0 : all->left[k];
    const sn_status status = sn_cascade_run_shock(
        cascade, &(sn_shock){.node = left, .hit = all->node + begin, .hit_count = end - begin},
        &result, &err);
    for (size_t k = begin; k < end; k++)
        left[all->node[k]] = 1;
    if (status != SN_OK && status != SN_ENUMERIC) {
        stop(run, status, &err);
        return;
    }
    sum_up(run->plan, &result, &loss);
    if (!(run->loss[s].bound <= loss.bound))
        run->loss[s] = loss;
    count_done(run, 1);
}

static void run_stragglers(sweep_run *run)
{
    const sn_cascade_options options = {.response = run->plan->response,
                                        .tolerance = run->plan->tolerance / 4};
    const int64_t count = (int64_t)run->queued;
    const int threads = threads_for(run, count);

    (void)threads;
#pragma omp parallel num_threads(threads)
    {
        sn_error err = {0};
        sn_cascade *cascade = NULL;
        const size_t n = run->plan->net->node_count;
        double *left = malloc((n + 1) * sizeof *left);
        sn_status status = left == NULL ? sn_nomem(&err, "a sweep") : SN_OK;

        if (status == SN_OK)
            status = sn_cascade_new(run->plan->cascade, &options, &cascade, &err);
        for (size_t i = 0; i < n && left != NULL; i++)
            left[i] = 1;
        if (status != SN_OK)
            stop(run, status, &err);
#pragma omp for schedule(dynamic, 1)
        for (int64_t k = 0; k < count; k++)
            if (!is_stopped(run))
                run_alone(run, cascade, left, run->queue[k].scenario);
        sn_cascade_free(cascade);
        free(left);
    }
}

static sn_status judge(const sweep_run *run)
{
    size_t open = 0;
    double widest = 0;

    for (size_t s = 0; s < run->scenarios->count; s++)
        if (!is_proven(run, s)) {
            open++;
            widest = fmax(widest, run->loss[s].bound);
        }
    if (open == 0)
        return SN_OK;
    return sn_fail(run->err, SN_ENUMERIC,
                   "%zu of %zu scenarios are certain to %g only, not to the tolerance %g", open,
                   run->scenarios->count, widest, run->plan->tolerance);
}

sn_status sn_sweep_run(const sn_sweep_plan *plan, const sn_sweep_scenarios *scenarios,
                       int threads, sn_sweep_progress progress, void *context,
                       sn_sweep_loss *loss, sn_error *err)
{
    sn_status status = SN_OK;
    sweep_run run = {.plan = plan,
                     .scenarios = scenarios,
                     .threads = threads,
                     .progress = progress,
                     .context = context,
                     .loss = loss,
                     .narrow = 1,
                     .err = err};

    if (threads < 1) {
        status = sn_fail(err, SN_EUSAGE, "%d threads are too few", threads);
        goto out;
    }
    SN_TRY(queue_all(&run));
    forecast_all(&run);
    SN_TRY(run.status);
    run_batches(&run);
    SN_TRY(run.status);
    queue_rest(&run);
    run.narrow = NARROW;
    run_batches(&run);
    SN_TRY(run.status);
    queue_rest(&run);
    run_stragglers(&run);
    SN_TRY(run.status);
    SN_TRY(judge(&run));
out:
    free(run.queue);
    return status;
}
