/* simulate.c - settings, their check, and which engine runs. */
#include "metrics/simulate_private.h"

#include <math.h>
#include <string.h>

sn_sim_options sn_sim_defaults(void)
{
    return (sn_sim_options){.days = 365,
                            .step = 1,
                            .adjust_days = 6,
                            .over_most = 1,
                            .over_days = 365,
                            .psi = 0.8,
                            .switch_delay = NAN,
                            .release_rate = INFINITY};
}

sn_status sim_check(const sn_sim_options *o, const sn_sim_event *event, size_t count,
                    sn_error *err)
{
    if (!(o->days > 0 && o->step > 0 && o->step <= o->days && o->adjust_days > 0))
        return sn_fail(err, SN_EUSAGE,
                       "days, step and adjustment must be above 0, and the step no "
                       "longer than the days");
    if (!(o->stock_days >= 0 && o->extra_days >= 0 && o->reserve_days >= 0 && o->recycle >= 0 &&
          o->recycle <= 1 && o->spare >= 0 && o->over_most >= 1 && o->over_days > 0 &&
          o->psi >= 0 && o->psi <= 1 && o->release_after >= 0 && o->release_rate >= 0))
        return sn_fail(err, SN_EUSAGE, "a setting of the simulation is out of range");
    if (o->model != SN_SIM_DEFAULT &&
        (o->recycle > 0 || o->reserve_days > 0 || !isnan(o->switch_delay)))
        return sn_fail(err, SN_EUSAGE,
                       "reserves, recycling and switching belong to the default "
                       "model");
    for (size_t e = 0; e < count; e++)
        if (!(event[e].fraction >= 0 && event[e].fraction <= 1 && event[e].start >= 0 &&
              event[e].duration >= 0 && event[e].recovery_time >= 0 && event[e].ramp >= 0 &&
              event[e].growth >= -1 && isfinite(event[e].growth) && event[e].tax >= 0))
            return sn_fail(err, SN_EUSAGE, "event %zu is out of range", e);
    return SN_OK;
}

const sim_engine *sim_engine_here(void)
{
#ifdef SN_SWEEP_X86
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return &sim_engine_avx512;
    if (__builtin_cpu_supports("avx2"))
        return &sim_engine_avx2;
#endif
    return &sim_engine_portable;
}

sn_status sn_sim_run(const sn_sim_plan *plan, const sn_sim_options *options,
                     const sn_sim_event *event, size_t count, int threads, bool series,
                     sn_sim_progress progress, void *context, sn_sim_result *r, sn_error *err)
{
    sim_hit *hit = NULL;
    sn_status status = SN_OK;

    memset(r, 0, sizeof *r);
    SN_TRY(sim_check(options, event, count, err));
    SN_TRY(sim_hits_make(plan->net, event, count, &hit, err));
    SN_TRY(sim_result_make(plan, options, series, r, err));
    SN_TRY(sim_engine_one.run(
        &(sim_job){plan, hit, count, event, options, r, threads, series, progress, context},
        err));
out:
    sim_hits_free(hit, count);
    if (status != SN_OK)
        sn_sim_result_clear(r);
    return status;
}
