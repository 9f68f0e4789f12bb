/* simulate_words.c - what options and scenarios say: events, and the settings of their run. */
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
static sn_status add_event(sn_sim_job *job, const char *select, size_t length,
                           const char *buyers, const char *shape, sn_sim_said said,
                           sn_error *err)
{
    sn_sim_said *grown = realloc(job->said, (job->said_count + 1) * sizeof *grown);

    if (grown == NULL)
        return sn_nomem(err, "events");
    job->said = grown;
    said.select = copy(select, length);
    said.buyers = buyers != NULL ? copy(buyers, strlen(buyers)) : NULL;
    said.shape = copy(shape, strlen(shape));
    said.allies = NULL;
    said.part = job->part_count - 1;
    grown[job->said_count++] = said;
    if (said.select == NULL || said.shape == NULL || (buyers != NULL && said.buyers == NULL))
        return sn_nomem(err, "events");
    return SN_OK;
}

/* What is added from now on belongs to a new part. */
static sn_status open_part(sn_sim_job *job, const char *name, sn_error *err)
{
    sn_sim_part *grown = realloc(job->part, (job->part_count + 1) * sizeof *grown);

    if (grown == NULL)
        return sn_nomem(err, "events");
    job->part = grown;
    grown[job->part_count++] = (sn_sim_part){copy(name, strlen(name)), NAN};
    return grown[job->part_count - 1].name != NULL ? SN_OK : sn_nomem(err, "events");
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

static sn_status read_words(const sn_call *call, sn_sim_job *job, const char *text,
                            size_t length, double fraction, sn_error *err)
{
    char *whole = copy(text, length), *arrow = whole != NULL ? strstr(whole, "->") : NULL;
    sn_sim_said said = {.fraction = fraction,
                        .start = sn_options_number(&call->options, "start"),
                        .duration = sn_options_given(&call->options, "duration")
                                        ? sn_options_number(&call->options, "duration")
                                        : INFINITY};
    char shape[16];
    sn_status status = SN_OK;

    SN_TRY_ALLOC(whole, "events");
    SN_TRY(sn_mode_parse(sn_options_text(&call->options, "mode"), &said.mode, err));
    SN_TRY(read_recovery(call, shape, &said.recovery, err));
    if (arrow == NULL && said.mode == SN_MODE_FLOW) {
        status =
            sn_fail(err, SN_EUSAGE, "--mode flow needs SUPPLIERS->BUYERS, not \"%s\"", whole);
        goto out;
    }
    if (arrow != NULL && sn_options_given(&call->options, "mode") &&
        said.mode != SN_MODE_FLOW) {
        status = sn_fail(err, SN_EUSAGE, "\"%s\" names flows; that is --mode flow, not %s",
                         whole, sn_mode_name(said.mode));
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
        return sn_fail(err, SN_EUSAGE,
                       "option --cut: \"%s\" does not end in =F, a share in 0..1", text);
    return read_words(call, job, text, (size_t)(equals - text), fraction, err);
}

/* The option that says the same as an assumption, or NULL. */
static const char *option_of(int which)
{
    switch ((sn_assumption)which) {
    case SN_ASSUME_MODEL:
        return "model";
    case SN_ASSUME_RATIONING:
        return "rationing";
    case SN_ASSUME_ALLIES:
        return "allies";
    case SN_ASSUME_BINDING:
        return "binding";
    case SN_ASSUME_STEP:
        return "step";
    case SN_ASSUME_STOCK:
        return "stock";
    case SN_ASSUME_ADJUST:
        return "adjust";
    case SN_ASSUME_PSI:
        return "psi";
    case SN_ASSUME_OVER_MOST:
    case SN_ASSUME_OVER_DAYS:
        return "overproduction";
    case SN_ASSUME_RUNS:
        return "runs";
    case SN_ASSUME_VARY_DURATION:
    case SN_ASSUME_VARY_STOCK:
    case SN_ASSUME_VARY_FRACTION:
    case SN_ASSUME_VARY_RECOVERY:
    case SN_ASSUME_VARY_DEMAND:
    case SN_ASSUME_VARY_SUPPLY:
        return "vary";
    default:
        return NULL;
    }
}

static bool is_same(const sn_assumed *a, const sn_assumed *b)
{
    if (a->text != NULL || b->text != NULL)
        return a->text != NULL && b->text != NULL && strcmp(a->text, b->text) == 0;
    return a->number == b->number && a->high == b->high;
}

/* The settings of one run: scenarios that are played together must agree, unless an option says
 * what counts.  Elasticities belong to the taxes of their own file. */
static sn_status take_assumptions(const sn_call *call, sn_sim_job *job, sn_scenario *scenario,
                                  const char *name, sn_error *err)
{
    for (int k = 0; k < SN_ASSUMPTIONS; k++) {
        sn_assumed *here = &scenario->assumed[k], *kept = &job->assumed[k];
        const char *option = option_of(k);
        if (!here->given || k == SN_ASSUME_DEMAND_ELASTICITY ||
            k == SN_ASSUME_SUPPLY_ELASTICITY)
            continue;
        if (!kept->given) {
            *kept = *here; /* the texts change hands */
            *here = (sn_assumed){0};
        } else if (!is_same(here, kept) &&
                   (option == NULL || !sn_options_given(&call->options, option))) {
            return sn_fail(
                err, SN_EUSAGE, "scenario %s assumes another %s than those before it%s%s", name,
                sn_assumption_name((sn_assumption)k),
                option != NULL ? "; say which counts: --" : "", option != NULL ? option : "");
        }
    }
    return SN_OK;
}

/* An event of a scenario, in days. */
static sn_status read_event(sn_sim_job *job, const sn_scenario *scenario, size_t e,
                            const char *name, sn_error *err)
{
    const sn_event *event = &scenario->event[e];
    const double unit = sn_scenario_days(scenario);
    sn_sim_said said = {.mode = event->mode,
                        .fraction = event->fraction,
                        .start = event->start * unit,
                        .duration = isnan(event->duration) ? INFINITY : event->duration * unit,
                        .recovery =
                            isnan(event->recovery_time) ? 0 : event->recovery_time * unit,
                        .ramp = event->ramp * unit};
    sn_status status = SN_OK;

    SN_TRY(sn_scenario_terms(scenario, e, name, &said.measure, err));
    SN_TRY(add_event(job, event->select, strlen(event->select), event->buyers,
                     event->recovery_shape != NULL ? event->recovery_shape : "step", said,
                     err));
    if (event->allies != NULL) {
        job->said[job->said_count - 1].allies = copy(event->allies, strlen(event->allies));
        SN_TRY_ALLOC(job->said[job->said_count - 1].allies, "events");
    }
out:
    return status;
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
    const double unit = sn_scenario_days(&scenario);
    for (size_t e = 0; e < scenario.event_count; e++)
        SN_TRY(read_event(job, &scenario, e, name, err));
    if (!isnan(scenario.horizon) && !sn_options_given(&call->options, "days"))
        *days = is_first ? scenario.horizon * unit : fmax(*days, scenario.horizon * unit);
    SN_TRY(take_assumptions(call, job, &scenario, name, err));
    SN_TRY(sn_sources_add(&call->sources, "scenario", &bytes, &source, err));
    source->rows_read = source->rows_used = scenario.event_count;
out:
    sn_scenario_clear(&scenario);
    sn_bytes_clear(&bytes);
    return status;
}

sn_status sn_sim_words(sn_call *call, sn_sim_job *job, double *days, sn_error *err)
{
    const char *text;
    sn_status status = SN_OK;

    for (size_t k = 0; (text = sn_options_list(&call->options, "remove", k)) != NULL; k++) {
        SN_TRY(open_part(job, text, err));
        SN_TRY(read_words(call, job, text, strlen(text), 1, err));
    }
    for (size_t k = 0; (text = sn_options_list(&call->options, "cut", k)) != NULL; k++) {
        SN_TRY(open_part(job, text, err));
        SN_TRY(read_cut(call, job, text, err));
    }
    for (size_t k = 0; (text = sn_options_list(&call->options, "scenario", k)) != NULL; k++) {
        SN_TRY(open_part(job, text, err));
        SN_TRY(read_scenario(call, job, text, k == 0, days, err));
    }
out:
    return status;
}
