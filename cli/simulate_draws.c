/* simulate_draws.c - the runs of a case, and what they say at 5, 50 and 95 %. */
#include <math.h>
#include <stdlib.h>

#include "cli/simulate_private.h"

static int compare_numbers(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The smallest value that so many runs do not exceed. */
static void quantiles(double *value, size_t runs, double at[3])
{
    static const double share[3] = {0.05, 0.5, 0.95};

    qsort(value, runs, sizeof *value, compare_numbers);
    for (int q = 0; q < 3; q++)
        at[q] = value[(size_t)fmax(0, ceil(share[q] * (double)runs) - 1)];
}

/* A run without a loss survives, and one that is not back recovers, for ever. */
static void sum_up(const sn_sim_measure *run, size_t runs, size_t stride, double *value,
                   sn_sim_quantiles *q)
{
    for (size_t k = 0; k < runs; k++)
        value[k] = isnan(run[k * stride].survive) ? INFINITY : run[k * stride].survive;
    quantiles(value, runs, q->survive);
    for (size_t k = 0; k < runs; k++)
        value[k] = isnan(run[k * stride].recover) ? INFINITY : run[k * stride].recover;
    quantiles(value, runs, q->recover);
    for (size_t k = 0; k < runs; k++)
        value[k] = run[k * stride].depth;
    quantiles(value, runs, q->depth);
    for (size_t k = 0; k < runs; k++)
        value[k] = run[k * stride].area;
    quantiles(value, runs, q->area);
}

sn_status sn_sim_draw(sn_call *call, sn_sim_job *job, sn_sim_case *kase,
                      sn_sim_progress progress, sn_error *err)
{
    sn_sim_measure *buyer = calloc(job->runs * job->shown + 1, sizeof *buyer);
    double *value = malloc((job->runs + 1) * sizeof *value);
    size_t losing = 0;
    sn_status status = SN_OK;

    kase->total = calloc(job->runs + 1, sizeof *kase->total);
    kase->buyer = calloc(job->shown + 1, sizeof *kase->buyer);
    SN_TRY_ALLOC(kase->total, "runs");
    SN_TRY_ALLOC(kase->buyer, "runs");
    SN_TRY_ALLOC(buyer, "runs");
    SN_TRY_ALLOC(value, "runs");
    SN_TRY(sn_sim_many(job->plan, &kase->how, job->event, job->event_count, &job->spread,
                       (uint64_t)sn_options_integer(&call->options, "seed"), job->runs,
                       call->threads, progress, NULL, kase->total, job->order, job->shown,
                       buyer, err));
    sum_up(kase->total, job->runs, 1, value, &kase->runs);
    for (size_t k = 0; k < job->runs; k++)
        losing += kase->total[k].depth > 0;
    kase->share_with_loss = (double)losing / (double)job->runs;
    for (size_t b = 0; b < job->shown; b++)
        sum_up(buyer + b, job->runs, job->shown, value, &kase->buyer[b]);
out:
    free(buyer);
    free(value);
    return status;
}
