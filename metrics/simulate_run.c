/* simulate_run.c - a run: state, steps, measures. */
#include "metrics/simulate_lanes.h"

static const double balance_tolerance = 1e-9;

static void check_balance(const sim_state *s, lanes *worst)
{
    lanes made = all(0), error = all(0);

    for (size_t i = 0; i < s->plan->net->node_count; i++) {
        made += s->made[i];
        error += s->error[i];
    }
    const lanes now = choose(made > 0, error / made, error);
    *worst =
        choose((now <= *worst) | (*worst != *worst), *worst, now); /* no number: for good */
}

static sn_status run(const sim_job *job, sn_error *err)
{
    static void (*const step[])(sim_state *) = {sim_step_default, sim_step_inoue_todo,
                                                sim_step_ario, sim_step_inoue_todo};
    const double days = job->how->step;
    sim_state s;
    sim_watch w = {0};
    sn_status status = SN_OK;

    SN_TRY(sim_state_make(&s, job, err));
    SN_TRY(sim_watch_start(job, &w, err));
    for (size_t t = 0; t < job->result->step_count; t++) {
        s.now = t;
        sim_apply(&s, (double)t * days, (double)(t + 1) * days);
        step[job->how->model](&s);
        check_balance(&s, w.balance_error);
        sim_watch_step(&s, &w, t);
        if (job->progress != NULL && !job->progress(job->context, t + 1)) {
            status = sn_fail(err, SN_EUSAGE, "stopped");
            goto out;
        }
    }
    sim_watch_end(&s, &w);
    for (size_t l = 0; l < LANES && status == SN_OK; l++)
        if (!(job->result[l].balance_error <= balance_tolerance))
            status = sn_fail(err, SN_ENUMERIC,
                             "a step does not balance: %g of what is made is unaccounted for",
                             job->result[l].balance_error);
out:
    sim_watch_clear(&w);
    sim_state_clear(&s);
    return status;
}

#define SN_SIM_TEXT(engine) #engine
#define SN_SIM_TEXT_OF(engine) SN_SIM_TEXT(engine)

const sim_engine sim_engine_this = {
    .name = SN_SIM_TEXT_OF(SN_SIM_ENGINE), .lanes = LANES, .run = run};
