/* simulate_job.c - options in, cases out. */
#include "cli/simulate_job.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/whatif_options.h"
#include "datasets/scenario_library.h"
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
    for (size_t e = 0; e < job->event_count; e++) {
        free(job->said[e].select);
        free(job->said[e].buyers);
        free(job->said[e].shape);
        sn_selection_clear(&job->said[e].hit);
        sn_selection_clear(&job->said[e].to);
    }
    free(job->said);
    free(job->event);
    for (size_t c = 0; c < job->case_count; c++) {
        sn_sim_result_clear(&job->kase[c].result);
        free(job->kase[c].total);
    }
    free(job->kase);
    free(job->order);
    sn_selection_clear(&job->buyers);
    sn_selection_clear(&job->allies);
    sn_sim_plan_free(job->plan);
}

static char *copy(const char *text, size_t length)
{
    char *fresh = malloc(length + 1);

    if (fresh != NULL) {
        memcpy(fresh, text, length);
        fresh[length] = '\0';
    }
    return fresh;
}

/* A non-negative number and what follows it. */
static bool read_number(const char *text, double *number, const char **rest)
{
    char *end = NULL;

    *number = strtod(text, &end);
    *rest = end;
    return end != text && isfinite(*number) && *number >= 0;
}

/* The event takes what it is given; the texts are copied. */
static sn_status add_event(sn_sim_job *job, const char *select, size_t length, const char *buyers,
                           const char *shape, sn_sim_said said, sn_error *err)
{
    sn_sim_said *grown = realloc(job->said, (job->event_count + 1) * sizeof *grown);

    if (grown == NULL)
        return sn_nomem(err, "events");
    job->said = grown;
    said.select = copy(select, length);
    said.buyers = buyers != NULL ? copy(buyers, strlen(buyers)) : NULL;
    said.shape = copy(shape, strlen(shape));
    grown[job->event_count++] = said;
    if (said.select == NULL || said.shape == NULL || (buyers != NULL && said.buyers == NULL))
        return sn_nomem(err, "events");
    return SN_OK;
}

/* --recovery SHAPE:DAYS */
static sn_status read_recovery(const sn_call *call, char shape[16], double *days, sn_error *err)
{
    const char *text = sn_options_text(&call->options, "recovery"), *rest = "";

    strcpy(shape, "step");
    *days = 0;
    if (text == NULL)
        return SN_OK;
    const size_t length = strcspn(text, ":");
    if (text[length] != ':' || length >= 16 || !read_number(text + length + 1, days, &rest) ||
        *rest != '\0')
        return sn_fail(err, SN_EUSAGE, "option --recovery: \"%s\" is not SHAPE:DAYS", text);
    memcpy(shape, text, length);
    shape[length] = '\0';
    return SN_OK;
}

static sn_status read_words(const sn_call *call, sn_sim_job *job, const char *text, size_t length,
                            double fraction, sn_error *err)
{
    char *whole = copy(text, length), *arrow = whole != NULL ? strstr(whole, "->") : NULL;
    sn_sim_said said = {.fraction = fraction, .start = sn_options_number(&call->options, "start"),
                        .duration = sn_options_given(&call->options, "duration")
                                        ? sn_options_number(&call->options, "duration")
                                        : INFINITY};
    char shape[16];
    sn_status status = SN_OK;

    SN_TRY_ALLOC(whole, "events");
    SN_TRY(sn_mode_parse(sn_options_text(&call->options, "mode"), &said.mode, err));
    SN_TRY(read_recovery(call, shape, &said.recovery, err));
    if (arrow == NULL && said.mode == SN_MODE_FLOW) {
        status = sn_fail(err, SN_EUSAGE, "--mode flow needs SUPPLIERS->BUYERS, not \"%s\"", whole);
        goto out;
    }
    if (arrow != NULL && sn_options_given(&call->options, "mode") && said.mode != SN_MODE_FLOW) {
        status = sn_fail(err, SN_EUSAGE, "\"%s\" names flows; that is --mode flow, not %s", whole,
                         sn_mode_name(said.mode));
        goto out;
    }
    said.mode = arrow != NULL ? SN_MODE_FLOW : said.mode;
    SN_TRY(add_event(job, whole, arrow != NULL ? (size_t)(arrow - whole) : length,
                     arrow != NULL ? arrow + 2 : NULL, shape, said, err));
out:
    free(whole);
    return status;
}

static sn_status read_cut(const sn_call *call, sn_sim_job *job, const char *text, sn_error *err)
{
    const char *equals = strrchr(text, '='), *rest = "x";
    double fraction = NAN;

    if (equals == NULL || equals == text || !read_number(equals + 1, &fraction, &rest) ||
        *rest != '\0' || fraction > 1)
        return sn_fail(err, SN_EUSAGE, "option --cut: \"%s\" does not end in =F, a share in 0..1",
                       text);
    return read_words(call, job, text, (size_t)(equals - text), fraction, err);
}

static double days_of(const char *unit)
{
    if (unit == NULL || strcmp(unit, "day") == 0)
        return 1;
    return strcmp(unit, "week") == 0 ? 7 : strcmp(unit, "month") == 0 ? 365.0 / 12 : 365;
}

/* The horizon of the first scenario counts, or that of a longer later one. */
static sn_status read_scenario(sn_call *call, sn_sim_job *job, const char *name, bool is_first,
                               double *days, sn_error *err)
{
    sn_bytes bytes = {0};
    sn_scenario scenario = {0};
    sn_source *source;
    sn_status status = SN_OK;

    SN_TRY(sn_scenario_open(name, &bytes, &scenario, err));
    const double unit = days_of(scenario.time_unit);
    for (size_t e = 0; e < scenario.event_count; e++) {
        const sn_event *event = &scenario.event[e];
        SN_TRY(add_event(job, event->select, strlen(event->select), event->buyers,
                         event->recovery_shape != NULL ? event->recovery_shape : "step",
                         (sn_sim_said){.mode = event->mode,
                                       .fraction = event->fraction,
                                       .start = event->start * unit,
                                       .duration = isnan(event->duration) ? INFINITY
                                                                          : event->duration * unit,
                                       .recovery = isnan(event->recovery_time)
                                                       ? 0
                                                       : event->recovery_time * unit},
                         err));
    }
    if (!isnan(scenario.horizon) && !sn_options_given(&call->options, "days"))
        *days = is_first ? scenario.horizon * unit : fmax(*days, scenario.horizon * unit);
    SN_TRY(sn_sources_add(&call->sources, "scenario", &bytes, &source, err));
    source->rows_read = source->rows_used = scenario.event_count;
out:
    sn_scenario_clear(&scenario);
    sn_bytes_clear(&bytes);
    return status;
}

static sn_status read_events(sn_call *call, sn_sim_job *job, double *days, sn_error *err)
{
    static const char *const shapes[] = {"step", "linear", "concave", "convex", "exponential"};
    const char *text;
    sn_status status = SN_OK;

    for (size_t k = 0; (text = sn_options_list(&call->options, "remove", k)) != NULL; k++)
        SN_TRY(read_words(call, job, text, strlen(text), 1, err));
    for (size_t k = 0; (text = sn_options_list(&call->options, "cut", k)) != NULL; k++)
        SN_TRY(read_cut(call, job, text, err));
    for (size_t k = 0; (text = sn_options_list(&call->options, "scenario", k)) != NULL; k++)
        SN_TRY(read_scenario(call, job, text, k == 0, days, err));
    job->event = calloc(job->event_count + 1, sizeof *job->event);
    SN_TRY_ALLOC(job->event, "events");
    for (size_t e = 0; e < job->event_count; e++) {
        sn_sim_said *said = &job->said[e];
        size_t shape;
        SN_TRY(sn_choose("recovery", said->shape, shapes, 5, &shape, err));
        SN_TRY(sn_call_select(call, said->select, &said->hit, err));
        if (said->buyers != NULL)
            SN_TRY(sn_call_select(call, said->buyers, &said->to, err));
        job->event[e] = (sn_sim_event){&said->hit, said->buyers != NULL ? &said->to : NULL,
                                       said->mode, said->fraction, said->start, said->duration,
                                       (sn_sim_shape)shape, said->recovery};
    }
out:
    return status;
}

/* "MOST:DAYS" or "DELAY:RAMP" */
static sn_status read_pair(const char *what, const char *text, size_t length, double *a, double *b,
                           sn_error *err)
{
    const char *rest = "", *end = text + length;

    if (!read_number(text, a, &rest) || *rest != ':' || rest > end ||
        !read_number(rest + 1, b, &rest) || rest != end)
        return sn_fail(err, SN_EUSAGE, "%s: \"%.*s\" is not two numbers A:B", what, (int)length,
                       text);
    return SN_OK;
}

static sn_status read_mitigation(const char *text, sn_sim_options *how, sn_error *err)
{
    static const char *const keys[] = {"stock", "reserve", "recycle", "spare", "switch"};
    sn_status status = SN_OK;

    for (const char *at = text; *at != '\0';) {
        const size_t length = strcspn(at, ","), name = strcspn(at, "=");
        char key[16] = "";
        const char *value = at + name + 1, *rest = "";
        double number = NAN;
        size_t k;
        if (name >= length || name >= sizeof key)
            return sn_fail(err, SN_EUSAGE, "option --mitigate: \"%s\" is not KEY=VALUE,...", text);
        memcpy(key, at, name);
        SN_TRY(sn_choose("mitigation", key, keys, 5, &k, err));
        if (k == 4) {
            SN_TRY(read_pair("option --mitigate: switch", value, length - name - 1,
                             &how->switch_delay, &how->switch_ramp, err));
        } else {
            if (!read_number(value, &number, &rest) ||
                (rest != at + length && !(k < 2 && *rest == 'd' && rest + 1 == at + length)) ||
                (k == 2 && number > 1))
                return sn_fail(err, SN_EUSAGE, "option --mitigate: \"%.*s\" is not %s", (int)length,
                               at, k < 2 ? "a number of days" : "a share");
            *(k == 0   ? &how->extra_days
              : k == 1 ? &how->reserve_days
              : k == 2 ? &how->recycle
                       : &how->spare) = number;
        }
        at += length + (at[length] == ',');
    }
out:
    return status;
}

/* --vary duration=0.5:1.5,stock=0.8:1.2 */
static sn_status read_spread(const sn_call *call, sn_sim_uncertainty *u, sn_error *err)
{
    static const char *const keys[] = {"duration", "stock", "fraction", "recovery"};
    sn_sim_spread *const place[] = {&u->duration, &u->stock, &u->fraction, &u->recovery};
    const char *text = sn_options_text(&call->options, "vary");
    sn_status status = SN_OK;

    for (size_t k = 0; k < 4; k++)
        *place[k] = (sn_sim_spread){1, 1};
    for (const char *at = text; at != NULL && *at != '\0';) {
        const size_t length = strcspn(at, ","), name = strcspn(at, "=");
        char key[16] = "";
        size_t k;
        if (name >= length || name >= sizeof key)
            return sn_fail(err, SN_EUSAGE, "option --vary: \"%s\" is not KEY=LOW:HIGH,...", text);
        memcpy(key, at, name);
        SN_TRY(sn_choose("quantity", key, keys, 4, &k, err));
        SN_TRY(read_pair("option --vary", at + name + 1, length - name - 1, &place[k]->low,
                         &place[k]->high, err));
        if (place[k]->low > place[k]->high)
            return sn_fail(err, SN_EUSAGE, "option --vary: %s from high to low", key);
        at += length + (at[length] == ',');
    }
out:
    return status;
}

static size_t choice(const sn_call *call, const char *option, const char *const *words, size_t count)
{
    size_t k = 0;

    (void)sn_choose(option, sn_options_text(&call->options, option), words, count, &k, NULL);
    return k;
}

static sn_status read_setting(sn_call *call, sn_sim_job *job, sn_sim_options *how, sn_error *err)
{
    static const char *const models[] = {"default", "inoue-todo", "ario"};
    static const char *const rules[] = {"proportional", "final-last", "final-first",
                                        "allies-first", "water-filling",
                                        "water-filling-final-last"};
    static const char *const bindings[] = {"share", "leontief", "strong", "half", "weak", "linear"};
    const sn_options *o = &call->options;
    const char *over = sn_options_text(o, "overproduction");
    sn_status status = SN_OK;

    *how = sn_sim_defaults();
    how->model = (sn_sim_model)choice(call, "model", models, 3);
    how->rationing = (sn_sim_rationing)choice(call, "rationing", rules, 6);
    how->binding = (sn_sim_binding)choice(call, "binding", bindings, 6);
    how->days = sn_options_number(o, "days");
    how->step = sn_options_number(o, "step");
    how->stock_days = sn_options_given(o, "stock")         ? sn_options_number(o, "stock")
                      : how->model == SN_SIM_INOUE_TODO ? 15
                      : how->model == SN_SIM_ARIO       ? 90
                                                        : 0;
    how->adjust_days = sn_options_number(o, "adjust");
    how->psi = sn_options_number(o, "psi");
    if (over != NULL)
        SN_TRY(read_pair("option --overproduction", over, strlen(over), &how->over_most,
                         &how->over_days, err));
    SN_TRY(sn_select_union(call, "allies", &job->allies, err));
    how->ally = job->allies.weight;
    if ((how->rationing == SN_SIM_ALLIES_FIRST) != (how->ally != NULL))
        status = sn_fail(err, SN_EUSAGE, "--allies goes with --rationing allies-first, and only "
                                         "with it");
out:
    return status;
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
    SN_TRY(read_setting(call, job, &job->kase[0].how, err));
    SN_TRY(read_events(call, job, &job->kase[0].how.days, err));
    for (size_t k = 1; k < count; k++) {
        text = sn_options_list(&call->options, "mitigate", k - 1);
        job->kase[k].how = job->kase[0].how;
        job->kase[k].mitigation = text;
        SN_TRY(read_mitigation(text, &job->kase[k].how, err));
    }
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

    SN_TRY(sn_sim_run(job->plan, &kase->how, job->event, job->event_count, call->threads, series,
                      go_on, NULL, &kase->result, err));
    if (job->runs > 0) {
        kase->total = calloc(job->runs, sizeof *kase->total);
        SN_TRY_ALLOC(kase->total, "runs");
        SN_TRY(sn_sim_many(job->plan, &kase->how, job->event, job->event_count, &job->spread,
                           (uint64_t)sn_options_integer(&call->options, "seed"), job->runs,
                           call->threads, go_on, NULL, kase->total, NULL, err));
    }
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

sn_status sn_sim_job_run(sn_call *call, sn_sim_job *job, sn_error *err)
{
    const struct sigaction catch = {.sa_handler = on_signal};
    sn_status status = SN_OK;

    call->threads = sn_options_given(&call->options, "threads")
                        ? (int)sn_options_integer(&call->options, "threads")
                        : sn_sweep_threads_max();
    job->runs = sn_options_given(&call->options, "runs")
                    ? (size_t)sn_options_integer(&call->options, "runs")
                    : 0;
    SN_TRY(make_cases(call, job, err));
    SN_TRY(read_spread(call, &job->spread, err));
    SN_TRY(sn_select_union(call, "buyer", &job->buyers, err));
    job->buyers_named = job->buyers.weight != NULL;
    if (job->buyers_named)
        keep_final_users(call->net, &job->buyers);
    SN_TRY(sn_sim_plan_new(call->net, job->buyers_named ? &job->buyers : NULL, &job->plan, err));
    if (call->capture == NULL) {
        (void)sigaction(SIGINT, &catch, NULL);
        (void)sigaction(SIGTERM, &catch, NULL);
    }
    for (size_t c = 0; c < job->case_count; c++)
        SN_TRY(run_case(call, job, &job->kase[c], err));
    SN_TRY(rank_buyers(call, job, err));
out:
    call->interrupted_by = (int)stopped_by;
    return status;
}
