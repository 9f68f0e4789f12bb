/* sweep.c - plans, and runs spread over threads. */
#include "metrics/sweep.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "metrics/sweep_private.h"

const sn_sweep_kernel *sn_sweep_kernel_here(void)
{
#ifdef SN_SWEEP_X86
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
        return &sn_sweep_kernel_avx512;
    if (__builtin_cpu_supports("avx2"))
        return &sn_sweep_kernel_avx2;
#endif
    return &sn_sweep_kernel_portable;
}

const char *sn_sweep_kernel_name(void)
{
    return sn_sweep_kernel_here()->name;
}

int sn_sweep_threads_max(void)
{
#ifdef _OPENMP
    return omp_get_max_threads();
#else
    return 1;
#endif
}

static sn_status copy_weights(sn_sweep_plan *plan, const double *weight, sn_error *err)
{
    const size_t n = plan->net->node_count;
    long double exact = 0; /* a plain sum of 10^6 weights could cost four digits */

    for (size_t i = 0; i < n; i++) {
        if (!(weight[i] >= 0) || isinf(weight[i]))
            return sn_fail(err, SN_EUSAGE, "node '%s': weight %g is not a number >= 0",
                           sn_network_id(plan->net, i), weight[i]);
        exact += weight[i];
    }
    const double sum = (double)exact;
    if (n > 0 && !(sum > 0 && sum <= DBL_MAX))
        return sn_fail(err, SN_EUSAGE, "the weights of the nodes add up to %g", sum);
    plan->weight = malloc((n + 1) * sizeof *plan->weight);
    if (plan->weight == NULL)
        return sn_nomem(err, "a sweep");
    for (size_t i = 0; i < n; i++)
        plan->weight[i] = weight[i] / sum;
    return SN_OK;
}

/* Rows are nodes where replaceability counts. */
static sn_status copy_markets(sn_sweep_plan *plan, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_network *net = plan->net;
    const size_t n = net->node_count;
    const bool sales = plan->rule == SN_SWEEP_GLCASCADE;
    double *total = NULL;

    plan->market_count = plan->cascade->market_count;
    plan->market = malloc((n + 1) * sizeof *plan->market);
    SN_TRY_ALLOC(plan->market, "markets");
    plan->size = malloc((n + 1) * sizeof *plan->size);
    SN_TRY_ALLOC(plan->size, "markets");
    plan->part = malloc((n + 1) * sizeof *plan->part);
    SN_TRY_ALLOC(plan->part, "markets");
    plan->market_row = malloc((n + 1) * sizeof *plan->market_row);
    SN_TRY_ALLOC(plan->market_row, "markets");
    total = calloc(plan->market_count + 1, sizeof *total);
    SN_TRY_ALLOC(total, "markets");
    for (size_t i = 0; i < n; i++) {
        const uint32_t row = plan->rows[SN_DOWN].of_node[i];
        const double size = sales ? net->sales[i] : net->output[i];
        plan->market[row] = (uint32_t)plan->cascade->market[i];
        plan->size[row] = size > 0 ? size : DBL_MIN;
        total[plan->market[row]] += plan->size[row];
    }
    for (size_t r = 0; r < n; r++)
        plan->part[r] = plan->size[r] / total[plan->market[r]];
    for (size_t k = 0; k < n; k++)
        plan->market_row[k] = plan->rows[SN_DOWN].of_node[plan->cascade->market_node[k]];
out:
    free(total);
    return status;
}

static void add_market_slack(sn_sweep_plan *plan)
{
    size_t longest = 0;

    for (size_t m = 0; m < plan->market_count; m++) {
        const size_t size = plan->cascade->market_first[m + 1] - plan->cascade->market_first[m];
        longest = size > longest ? size : longest;
    }
    plan->rows[SN_DOWN].slack += (double)longest * 1.2e-16;
}

/* The rows of a direction, and what certifies them. */
static sn_status make_down(sn_sweep_plan *plan, sn_error *err)
{
    sn_status status = SN_OK;
    const bool certified = plan->rule == SN_SWEEP_CERTIFIED;
    const bool market = plan->response == SN_RESPONSE_MARKET;

    SN_TRY(sn_rows_make(plan->net, &plan->cascade->system[SN_DOWN], certified && !market,
                        market, certified || !market ? NULL : plan->cascade->market_node,
                        plan->weight, &plan->rows[SN_DOWN], err));
    if (market) {
        SN_TRY(copy_markets(plan, err));
        add_market_slack(plan);
    } else if (certified) {
        SN_TRY(sn_stay_make(plan, err));
    }
out:
    return status;
}

static sn_status make_up(sn_sweep_plan *plan, sn_error *err)
{
    sn_status status = SN_OK;
    const bool certified = plan->rule == SN_SWEEP_CERTIFIED;

    SN_TRY(sn_rows_make(plan->net, &plan->cascade->system[SN_UP], certified, false, NULL,
                        plan->weight, &plan->rows[SN_UP], err));
    if (certified)
        SN_TRY(sn_ascent_make(&plan->rows[SN_UP], &plan->ascent, err));
out:
    return status;
}

sn_status sn_sweep_plan_new(const sn_network *net, const sn_sweep_options *options,
                            sn_sweep_plan **plan, sn_error *err)
{
    sn_status status = SN_OK, tried[2] = {SN_OK, SN_OK};
    sn_error why[2] = {{0}, {0}};
    const bool certified = options->rule == SN_SWEEP_CERTIFIED;
    sn_sweep_plan *p = calloc(1, sizeof *p);

    SN_TRY_ALLOC(p, "a sweep");
    if (!(options->tolerance >= 0) || isinf(options->tolerance)) {
        status =
            sn_fail(err, SN_EUSAGE, "tolerance %g is not a number >= 0", options->tolerance);
        goto out;
    }
    p->net = net;
    p->kernel = sn_sweep_kernel_here();
    p->rule = options->rule;
    p->response = options->response;
    p->tolerance = options->tolerance > 0 ? options->tolerance : certified ? 1e-9 : 1e-2;
    SN_TRY(copy_weights(p, options->weight, err));
    SN_TRY(sn_cascade_plan_new(net, &p->cascade, err));
    SN_TRY(sn_cascade_complete(p->cascade, err));
    p->stay.total = INFINITY;
#pragma omp parallel for schedule(static, 1) if (p->cascade->is_large)
    for (int direction = SN_DOWN; direction <= SN_UP; direction++)
        tried[direction] = (direction == SN_DOWN ? make_down : make_up)(p, &why[direction]);
    for (int direction = SN_DOWN; direction <= SN_UP; direction++)
        if (tried[direction] != SN_OK) {
            status = sn_fail(err, tried[direction], "%s", why[direction].message);
            goto out;
        }
    *plan = p;
    p = NULL;
out:
    sn_sweep_plan_free(p);
    return status;
}

void sn_sweep_plan_free(sn_sweep_plan *plan)
{
    if (plan == NULL)
        return;
    free(plan->weight);
    sn_cascade_plan_free(plan->cascade);
    sn_rows_clear(&plan->rows[SN_DOWN]);
    sn_rows_clear(&plan->rows[SN_UP]);
    sn_ascent_clear(&plan->ascent);
    sn_stay_clear(&plan->stay);
    sn_rows_clear(&plan->pivot.own);
    free(plan->market);
    free(plan->market_row);
    free(plan->size);
    free(plan->part);
    free(plan);
}
