/* simulate_events.c - the events that options and scenarios ask for. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/simulate_private.h"
#include "datasets/scenario_library.h"

static char *copy(const char *text, size_t length)
{
    char *fresh = malloc(length + 1);

    if (fresh != NULL) {
        memcpy(fresh, text, length);
        fresh[length] = '\0';
    }
    return fresh;
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
    if (text[length] != ':' || length >= 16 || !sn_sim_number(text + length + 1, days, &rest) ||
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

    if (equals == NULL || equals == text || !sn_sim_number(equals + 1, &fraction, &rest) ||
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

sn_status sn_sim_events(sn_call *call, sn_sim_job *job, double *days, sn_error *err)
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
        job->event[e] = (sn_sim_event){.hit = &said->hit,
                                       .buyers = said->buyers != NULL ? &said->to : NULL,
                                       .mode = said->mode,
                                       .fraction = said->fraction,
                                       .start = said->start,
                                       .duration = said->duration,
                                       .shape = (sn_sim_shape)shape,
                                       .recovery_time = said->recovery};
    }
out:
    return status;
}
