/* simulate.c - a run: state, steps, measures. */
#include "metrics/simulate_private.h"

#include <math.h>
#include <string.h>

static const double balance_tolerance = 1e-9;

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

static double imbalance(const sim_state *s)
{
    double made = 0, error = 0;

    for (size_t i = 0; i < s->plan->net->node_count; i++) {
        made += s->made[i];
        error += s->error[i];
    }
    return made > 0 ? error / made : error;
}

static sn_status check(const sn_sim_options *o, const sn_sim_event *event, size_t count,
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

sn_status sn_sim_run(const sn_sim_plan *plan, const sn_sim_options *options,
                     const sn_sim_event *event, size_t count, int threads, bool series,
                     sn_sim_progress progress, void *context, sn_sim_result *r, sn_error *err)
{
    static void (*const step[])(sim_state *) = {sim_step_default, sim_step_inoue_todo,
                                                sim_step_ario, sim_step_inoue_todo};
    sim_state s = {
        .plan = plan, .how = options, .event = event, .event_count = count, .threads = threads};
    sim_watch w = {0};
    sn_status status = SN_OK;

    memset(r, 0, sizeof *r);
    SN_TRY(check(options, event, count, err));
    SN_TRY(sim_state_make(&s, err));
    SN_TRY(sim_result_make(plan, options, series, r, err));
    SN_TRY(sim_watch_start(event, count, r, &w, err));
    sim_normal_step(plan, &r->normal_step);
    for (size_t t = 0; t < r->step_count; t++) {
        s.now = t;
        sim_apply(&s, (double)t * options->step, (double)(t + 1) * options->step);
        step[options->model](&s);
        r->balance_error = fmax(r->balance_error, imbalance(&s));
        sim_look(&s, &w, r, t);
        if (progress != NULL && !progress(context, t + 1)) {
            status = sn_fail(err, SN_EUSAGE, "stopped");
            goto out;
        }
    }
    sim_watch_end(&s, &w, r);
    if (!(r->balance_error <= balance_tolerance))
        status = sn_fail(err, SN_ENUMERIC,
                         "a step does not balance: %g of what is made is "
                         "unaccounted for",
                         r->balance_error);
out:
    sim_watch_clear(&w);
    sim_state_clear(&s);
    if (status != SN_OK)
        sn_sim_result_clear(r);
    return status;
}
