/* scenario.c - a JSON file, checked member by member. */
#include "datasets/scenario_private.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const file_members[] = {"schema",      "name",      "description", "source",
                                           "date",        "status",    "horizon",
                                           "assumptions", "time_unit", "events",
                                           "notes",       "probability"};
static const char *const event_members[] = {
    "select",      "buyers",            "mode",    "fraction",   "start",         "duration",
    "recovery",    "source",            "measure", "cap",        "cap_amount",    "ration",
    "allies",      "rate",              "demand_elasticity",     "supply_elasticity",
    "delay",       "haircut",           "factor",  "share",      "ramp",          "enforcement",
    "leakage",     "leakage_delay"};
static const char *const recovery_members[] = {"shape", "time"};
static const char *const time_units[] = {"day", "week", "month", "year"};
static const char *const shapes[] = {"step", "linear", "concave", "convex", "exponential"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static sn_status read_recovery(sn_json_place *r, const cJSON *item, sn_event *event,
                               sn_error *err)
{
    const cJSON *recovery = cJSON_GetObjectItemCaseSensitive(item, "recovery");
    sn_status status = SN_OK;

    event->recovery_time = NAN;
    if (recovery == NULL)
        return SN_OK;
    if (!cJSON_IsObject(recovery))
        return sn_json_bad(r, "recovery", "an object with shape and time", err);
    SN_TRY(sn_json_check_members(r, recovery, recovery_members, COUNT(recovery_members), err));
    SN_TRY(sn_json_read_text(r, recovery, "shape", &event->recovery_shape, err));
    SN_TRY(sn_json_check_word(r, "recovery.shape", event->recovery_shape, shapes, COUNT(shapes),
                      "step, linear, concave, convex or exponential", err));
    SN_TRY(sn_json_read_number(r, recovery, "time", HUGE_VAL, NAN, &event->recovery_time, err));
out:
    return status;
}

/* Measures act on flows, demand on nobody's; buyers narrow measures and belong to mode flow. */
static sn_status check_mode(const sn_json_place *r, const sn_event *event,
                            bool mode_given, sn_error *err)
{
    const sn_measure_kind kind = event->measure.kind;
    const bool flow = event->mode == SN_MODE_FLOW;

    if (kind == SN_MEASURE_DEMAND) {
        if (mode_given || event->buyers != NULL)
            return sn_json_bad(r, mode_given ? "mode" : "buyers",
                                   "nothing: measure demand is about those who select names", err);
        return SN_OK;
    }
    if (kind != SN_MEASURE_NONE && !flow && event->mode != SN_MODE_EXPORTS &&
        event->mode != SN_MODE_IMPORTS)
        return sn_json_bad(r, "mode", "exports, imports or flow with a measure", err);
    if (kind == SN_MEASURE_NONE ? flow != (event->buyers != NULL) : flow && event->buyers == NULL)
        return sn_json_bad(r, "buyers",
                               kind == SN_MEASURE_NONE
                                   ? "a selector with mode flow or a measure, and only with them"
                                   : "a selector with mode flow",
                               err);
    return SN_OK;
}

/* Texts for people, by any name. */
static sn_status check_notes(const sn_json_place *r, const cJSON *root, sn_error *err)
{
    const cJSON *notes = cJSON_GetObjectItemCaseSensitive(root, "notes"), *one;

    if (notes == NULL)
        return SN_OK;
    if (!cJSON_IsObject(notes))
        return sn_json_bad(r, "notes", "an object of texts", err);
    cJSON_ArrayForEach(one, notes) {
        if (!cJSON_IsString(one))
            return sn_fail(err, SN_EDATA, "%s: notes.%s: expected a text", r->name, one->string);
    }
    return SN_OK;
}

static sn_status read_event(sn_json_place *r, const cJSON *item, sn_event *event, sn_error *err)
{
    char *mode = NULL;
    sn_status status = SN_OK;

    if (!cJSON_IsObject(item))
        return sn_json_bad(r, "", "an object", err);
    SN_TRY(sn_json_check_members(r, item, event_members, COUNT(event_members), err));
    SN_TRY(sn_json_read_text(r, item, "select", &event->select, err));
    SN_TRY(sn_json_read_text(r, item, "buyers", &event->buyers, err));
    SN_TRY(sn_json_read_text(r, item, "mode", &mode, err));
    SN_TRY(sn_json_read_number(r, item, "fraction", 1, 1, &event->fraction, err));
    SN_TRY(sn_json_read_number(r, item, "start", HUGE_VAL, 0, &event->start, err));
    SN_TRY(sn_json_read_number(r, item, "duration", HUGE_VAL, NAN, &event->duration, err));
    SN_TRY(read_recovery(r, item, event, err));
    if (event->select == NULL) {
        status = sn_json_bad(r, "select", "a selector", err);
        goto out;
    }
    SN_TRY(sn_scenario_measure(r, item, event, err));
    SN_TRY(sn_json_read_number(r, item, "ramp", HUGE_VAL, 0, &event->ramp, err));
    event->mode = event->measure.kind == SN_MEASURE_NONE || event->measure.kind == SN_MEASURE_DEMAND
                      ? SN_MODE_PRODUCTION
                      : SN_MODE_EXPORTS;
    if (mode != NULL && sn_mode_parse(mode, &event->mode, NULL) != SN_OK) {
        status = sn_json_bad(r, "mode", "production, exports, imports, transit or flow", err);
        goto out;
    }
    SN_TRY(check_mode(r, event, mode != NULL, err));
out:
    free(mode);
    return status;
}

static sn_status read_file(sn_json_place *r, const cJSON *root, sn_scenario *scenario,
                           sn_error *err)
{
    char *schema = NULL;
    const cJSON *item;
    sn_status status = SN_OK;

    if (!cJSON_IsObject(root))
        return sn_fail(err, SN_EDATA, "%s: a scenario is a JSON object", r->name);
    SN_TRY(sn_json_check_members(r, root, file_members, COUNT(file_members), err));
    SN_TRY(sn_json_read_text(r, root, "schema", &schema, err));
    if (schema == NULL || strcmp(schema, "supplynet.scenario/1") != 0) {
        status = sn_json_bad(r, "schema", "\"supplynet.scenario/1\"", err);
        goto out;
    }
    SN_TRY(sn_json_read_text(r, root, "name", &scenario->name, err));
    SN_TRY(sn_json_read_text(r, root, "date", &scenario->date, err));
    SN_TRY(sn_json_read_text(r, root, "status", &scenario->status, err));
    SN_TRY(sn_json_read_text(r, root, "source", &scenario->source, err));
    SN_TRY(sn_json_read_text(r, root, "description", &scenario->description, err));
    SN_TRY(sn_json_read_text(r, root, "time_unit", &scenario->time_unit, err));
    SN_TRY(sn_json_check_word(r, "time_unit", scenario->time_unit, time_units, COUNT(time_units),
                      "day, week, month or year", err));
    SN_TRY(sn_json_read_number(r, root, "horizon", HUGE_VAL, NAN, &scenario->horizon, err));
    SN_TRY(sn_json_read_number(r, root, "probability", 1, NAN, &scenario->probability, err));
    SN_TRY(check_notes(r, root, err));
    SN_TRY(sn_scenario_assumptions(r, root, scenario, err));
    const cJSON *events = cJSON_GetObjectItemCaseSensitive(root, "events");
    if (!cJSON_IsArray(events) || cJSON_GetArraySize(events) == 0) {
        status = sn_json_bad(r, "events", "a list of at least one event", err);
        goto out;
    }
    scenario->event = calloc((size_t)cJSON_GetArraySize(events), sizeof *scenario->event);
    SN_TRY_ALLOC(scenario->event, "a scenario");
    cJSON_ArrayForEach(item, events) {
        (void)snprintf(r->where, sizeof r->where, "events[%zu]", scenario->event_count);
        SN_TRY(read_event(r, item, &scenario->event[scenario->event_count++], err));
    }
out:
    free(schema);
    return status;
}

sn_status sn_scenario_read(const sn_bytes *bytes, sn_scenario *scenario, sn_error *err)
{
    sn_json_place place = {bytes->name, ""};
    cJSON *root = NULL;
    sn_status status = SN_OK;

    memset(scenario, 0, sizeof *scenario);
    SN_TRY(sn_json_file_parse(bytes, &root, err));
    SN_TRY(read_file(&place, root, scenario, err));
out:
    cJSON_Delete(root);
    if (status != SN_OK)
        sn_scenario_clear(scenario);
    return status;
}

void sn_scenario_clear(sn_scenario *scenario)
{
    for (size_t e = 0; e < scenario->event_count; e++) {
        free(scenario->event[e].select);
        free(scenario->event[e].buyers);
        free(scenario->event[e].allies);
        free(scenario->event[e].recovery_shape);
    }
    for (int k = 0; k < SN_ASSUMPTIONS; k++) {
        free(scenario->assumed[k].text);
        free(scenario->assumed[k].why);
    }
    free(scenario->event);
    free(scenario->name);
    free(scenario->date);
    free(scenario->status);
    free(scenario->source);
    free(scenario->description);
    free(scenario->time_unit);
    memset(scenario, 0, sizeof *scenario);
}
