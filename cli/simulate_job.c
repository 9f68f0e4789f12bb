/* simulate_job.c - every case run, and its buyers ranked. */
#include "cli/simulate_private.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>

#include "cli/whatif_options.h"
#include "metrics/sweep.h"

static volatile sig_atomic_t stopped_by;

static void on_signal(int number)
{
    stopped_by = number;
}

static bool go_on(void *context, size_t done)
{
    (void)context, (void)done;
    return stopped_by == 0;
}

void sn_sim_job_clear(sn_sim_job *job)
{
    for (size_t e = 0; e < job->said_count; e++) {
        free(job->said[e].select);
        free(job->said[e].buyers);
        free(job->said[e].shape);
        free(job->said[e].allies);
        free(job->said[e].flow_cut);
        sn_selection_clear(&job->said[e].hit);
        sn_selection_clear(&job->said[e].to);
    }
    free(job->said);
    free(job->event);
    free(job->event_of);
    for (size_t k = 0; k < job->part_count; k++)
        free(job->part[k].name);
    free(job->part);
    for (int k = 0; k < SN_ASSUMPTIONS; k++) {
        free(job->assumed[k].text);
        free(job->assumed[k].why);
    }
    for (size_t c = 0; c < job->case_count; c++) {
        sn_sim_result_clear(&job->kase[c].result);
        free(job->kase[c].total);
        free(job->kase[c].buyer);
    }
    free(job->kase);
    free(job->order);
    sn_selection_clear(&job->buyers);
    sn_selection_clear(&job->allies);
    sn_sim_plan_free(job->plan);
}

static sn_status make_cases(sn_call *call, sn_sim_job *job, sn_error *err)
{
    const char *text;
    size_t count = 1;
    sn_status status = SN_OK;

    while (sn_options_list(&call->options, "mitigate", count - 1) != NULL)
        count++;
    job->kase = calloc(count, sizeof *job->kase);
    SN_TRY_ALLOC(job->kase, "cases");
    job->case_count = count;
    job->kase[0].how.days = sn_options_number(&call->options, "days");
    SN_TRY(sn_sim_words(call, job, &job->kase[0].how.days, err));
    SN_TRY(sn_sim_setting(call, job, &job->kase[0].how, err));
    for (size_t k = 1; k < count; k++) {
        text = sn_options_list(&call->options, "mitigate", k - 1);
        job->kase[k].how = job->kase[0].how;
        job->kase[k].mitigation = text;
        SN_TRY(sn_sim_mitigation(text, &job->kase[k].how, err));
    }
    SN_TRY(sn_sim_events(call, job, err));
out:
    return status;
}

/* Where a place is named its final users are meant. */
static void keep_final_users(const sn_network *net, sn_selection *buyers)
{
    bool any = false;

    for (size_t i = 0; i < sn_network_node_count(net); i++)
        any |= buyers->weight[i] > 0 && sn_network_final_demand(net, i) > 0;
    for (size_t i = 0; any && !buyers->names_node && i < sn_network_node_count(net); i++)
        if (!(sn_network_final_demand(net, i) > 0))
            buyers->weight[i] = 0;
}

static sn_status run_case(sn_call *call, sn_sim_job *job, sn_sim_case *kase, sn_error *err)
{
    const bool series = sn_options_flag(&call->options, "series") && job->buyers_named;
    sn_status status = SN_OK;

    SN_TRY(sn_sim_run(job->plan, &kase->how, job->event, job->event_count, call->threads,
                      series, go_on, NULL, &kase->result, err));
out:
    return status;
}

static const sn_sim_job *sorted; /* qsort has no context */

static int by_area(const void *a, const void *b)
{
    const size_t p = *(const size_t *)a, q = *(const size_t *)b;
    const sn_sim_measure *m = sorted->kase[0].result.measure;

    return m[p].area != m[q].area ? (m[p].area > m[q].area ? -1 : 1) : (p > q) - (p < q);
}

/* The buyers that lose most come first. */
static sn_status rank_buyers(const sn_call *call, sn_sim_job *job, sn_error *err)
{
    const size_t count = sn_sim_buyers(job->plan);
    const int64_t top = sn_options_integer(&call->options, "top");
    sn_status status = SN_OK;

    job->order = malloc((count + 1) * sizeof *job->order);
    SN_TRY_ALLOC(job->order, "buyers");
    for (size_t b = 0; b < count; b++)
        job->order[b] = b;
    sorted = job;
    qsort(job->order, count, sizeof *job->order, by_area);
    job->shown = count;
    while (!job->buyers_named && job->shown > 0 &&
           !(sorted->kase[0].result.measure[job->order[job->shown - 1]].area > 0))
        job->shown--; /* who loses nothing is shown on request only */
    if (top > 0 && (size_t)top < job->shown)
        job->shown = (size_t)top;
out:
    return status;
}

/* Where several things happen together: what each would cost alone. */
static sn_status run_parts(sn_call *call, sn_sim_job *job, sn_error *err)
{
    sn_sim_event *alone = malloc((job->event_count + 1) * sizeof *alone);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(alone, "events");
    for (size_t p = 0; job->part_count > 1 && p < job->part_count; p++) {
        sn_sim_result r = {0};
        size_t count = 0;
        for (size_t e = 0; e < job->event_count; e++)
            if (job->said[job->event_of[e]].part == p)
                alone[count++] = job->event[e];
        SN_TRY(sn_sim_run(job->plan, &job->kase[0].how, alone, count, call->threads, false,
                          go_on, NULL, &r, err));
        job->part[p].area = r.total.area;
        sn_sim_result_clear(&r);
    }
out:
    free(alone);
    return status;
}

static sn_status find_model(sn_call *call, const sn_sim_job *job, sn_error *err)
{
    const sn_sim_options *how = &job->kase[0].how;
    const double undelivered = job->kase[0].result.undelivered;
    sn_status status = SN_OK;

    if (how->model != SN_SIM_DEFAULT && sn_network_has_lead_time(call->net))
        SN_TRY(sn_call_find(
            call, SN_WARNING, "no-lead-time", job->word.model, NAN, NAN, err,
            "the flows' lead times play no part: under --model %s all goods take one "
            "step",
            job->word.model));
    if (job->said_count == 0)
        SN_TRY(sn_call_find(call, SN_NOTE, "no-event", "simulate", 0, NAN, err,
                            "nothing happens: give --remove SELECTOR, --cut SELECTOR=F or "
                            "--scenario NAME|FILE"));
    for (size_t e = 0; e < job->said_count; e++)
        if (job->said[e].start >= how->days)
            SN_TRY(sn_call_find(
                call, SN_WARNING, "late-event", job->said[e].select, job->said[e].start,
                how->days, err,
                "\"%s\" begins on day %g, after the last of the %g days; see --days",
                job->said[e].select, job->said[e].start, how->days));
    if (undelivered > 1e-9)
        SN_TRY(
            sn_call_find(call, SN_NOTE, "undelivered", job->word.model, undelivered, 0, err,
                         "the published program's rationing gives %.2g %% of what is made to "
                         "nobody; --model inoue-todo-conserving shares all of it",
                         100 * undelivered));
out:
    return status;
}

sn_status sn_sim_job_run(sn_call *call, sn_sim_job *job, sn_error *err)
{
    const struct sigaction catch = {.sa_handler = on_signal};
    sn_status status = SN_OK;

    call->threads = sn_options_given(&call->options, "threads")
                        ? (int)sn_options_integer(&call->options, "threads")
                        : sn_sweep_threads_max();
    SN_TRY(make_cases(call, job, err));
    SN_TRY(sn_sim_spreads(call, job, err));
    SN_TRY(sn_sim_run_count(call, job, err));
    SN_TRY(sn_select_union(call, "buyer", &job->buyers, err));
    job->buyers_named = job->buyers.weight != NULL;
    if (job->buyers_named)
        keep_final_users(call->net, &job->buyers);
    SN_TRY(
        sn_sim_plan_new(call->net, job->buyers_named ? &job->buyers : NULL, &job->plan, err));
    if (call->capture == NULL) {
        (void)sigaction(SIGINT, &catch, NULL);
        (void)sigaction(SIGTERM, &catch, NULL);
    }
    for (size_t c = 0; c < job->case_count; c++)
        SN_TRY(run_case(call, job, &job->kase[c], err));
    SN_TRY(rank_buyers(call, job, err));
    for (size_t c = 0; job->runs > 0 && c < job->case_count; c++)
        SN_TRY(sn_sim_draw(call, job, &job->kase[c], go_on, err));
    SN_TRY(run_parts(call, job, err));
    SN_TRY(find_model(call, job, err));
out:
    call->interrupted_by = (int)stopped_by;
    return status;
}
