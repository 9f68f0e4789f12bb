/* scenario.c - a JSON file, checked member by member. */
#include "datasets/scenario_private.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/selector.h"

static const char *const file_members[] = {"schema",    "name",   "description", "source",
                                           "date",      "status", "horizon",     "assumptions",
                                           "time_unit", "events", "notes"};
static const char *const event_members[] = {"select",
                                            "buyers",
                                            "mode",
                                            "fraction",
                                            "start",
                                            "duration",
                                            "recovery",
                                            "source",
                                            "measure",
                                            "cap",
                                            "cap_amount",
                                            "ration",
                                            "allies",
                                            "rate",
                                            "demand_elasticity",
                                            "supply_elasticity",
                                            "delay",
                                            "haircut",
                                            "factor",
                                            "share",
                                            "ramp",
                                            "enforcement",
                                            "leakage",
                                            "leakage_delay"};
static const char *const recovery_members[] = {"shape", "time"};
static const char *const time_units[] = {"day", "week", "month", "year"};
static const char *const shapes[] = {"step", "linear", "concave", "convex", "exponential"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Blank out comments, keeping line ends, so that positions in messages stay true. */
static void blank_comments(char *text)
{
    bool in_string = false;

    for (char *c = text; *c != '\0'; c++) {
        if (in_string && *c == '\\' && c[1] != '\0')
            c++;
        else if (*c == '"')
            in_string = !in_string;
        else if (!in_string && c[0] == '/' && c[1] == '/')
            for (; c[1] != '\0' && c[1] != '\n'; c++)
                c[0] = c[1] = ' ';
        else if (!in_string && c[0] == '/' && c[1] == '*') {
            char *end = strstr(c + 2, "*/");
            char *last = end != NULL ? end + 1 : c + strlen(c) - 1;
            for (char *k = c; k <= last; k++)
                if (*k != '\n')
                    *k = ' ';
            c = last;
        }
    }
}

static sn_status syntax_error(const char *name, const char *text, const char *at, sn_error *err)
{
    size_t line = 1, column = 1;

    for (const char *c = text; c < at && *c != '\0'; c++) {
        line += *c == '\n';
        column = *c == '\n' ? 1 : column + 1;
    }
    return sn_fail(err, SN_EDATA, "%s:%zu:%zu: not JSON from here on (\"%.20s\")", name, line,
                   column, at);
}

sn_status sn_scenario_bad(const struct sn_scenario_reader *r, const char *member,
                          const char *expected, sn_error *err)
{
    return sn_fail(err, SN_EDATA, "%s: %s%s%s: expected %s", r->name, r->where,
                   r->where[0] != '\0' ? "." : "", member, expected);
}

/* Only known members, each once. */
sn_status sn_scenario_members(const struct sn_scenario_reader *r, const cJSON *object,
                              const char *const *known, size_t count, sn_error *err)
{
    for (const cJSON *item = object->child; item != NULL; item = item->next) {
        bool found = false;
        for (size_t k = 0; k < count; k++)
            found |= strcmp(item->string, known[k]) == 0;
        if (!found) {
            const char *near = sn_nearest(item->string, known, count);
            return sn_fail(err, SN_EDATA, "%s: %s%sunknown member \"%s\"%s%s%s", r->name,
                           r->where, r->where[0] != '\0' ? ": " : "", item->string,
                           near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                           near != NULL ? "\"?" : "");
        }
        for (const cJSON *other = object->child; other != item; other = other->next)
            if (strcmp(other->string, item->string) == 0)
                return sn_fail(err, SN_EDATA, "%s: %s%smember \"%s\" is given twice", r->name,
                               r->where, r->where[0] != '\0' ? ": " : "", item->string);
    }
    return SN_OK;
}

sn_status sn_scenario_text(const struct sn_scenario_reader *r, const cJSON *object,
                           const char *member, char **text, sn_error *err)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, member);

    if (item == NULL)
        return SN_OK;
    if (!cJSON_IsString(item) || item->valuestring[0] == '\0')
        return sn_scenario_bad(r, member, "a text that is not empty", err);
    const size_t size = strlen(item->valuestring) + 1;
    *text = malloc(size);
    if (*text == NULL)
        return sn_nomem(err, "a scenario");
    memcpy(*text, item->valuestring, size);
    return SN_OK;
}

sn_status sn_scenario_number(const struct sn_scenario_reader *r, const cJSON *object,
                             const char *member, double most, double fallback, double *number,
                             sn_error *err)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, member);

    *number = fallback;
    if (item == NULL || cJSON_IsNull(item))
        return SN_OK;
    if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble) || item->valuedouble < 0 ||
        item->valuedouble > most)
        return sn_scenario_bad(r, member,
                               most <= 1 ? "a number in 0..1" : "a finite number >= 0", err);
    *number = item->valuedouble;
    return SN_OK;
}

static sn_status check_word(const struct sn_scenario_reader *r, const char *member,
                            const char *word, const char *const *known, size_t count,
                            const char *expected, sn_error *err)
{
    for (size_t k = 0; word != NULL && k < count; k++)
        if (strcmp(word, known[k]) == 0)
            return SN_OK;
    return word == NULL ? SN_OK : sn_scenario_bad(r, member, expected, err);
}

static sn_status read_recovery(struct sn_scenario_reader *r, const cJSON *item, sn_event *event,
                               sn_error *err)
{
    const cJSON *recovery = cJSON_GetObjectItemCaseSensitive(item, "recovery");
    sn_status status = SN_OK;

    event->recovery_time = NAN;
    if (recovery == NULL)
        return SN_OK;
    if (!cJSON_IsObject(recovery))
        return sn_scenario_bad(r, "recovery", "an object with shape and time", err);
    SN_TRY(sn_scenario_members(r, recovery, recovery_members, COUNT(recovery_members), err));
    SN_TRY(sn_scenario_text(r, recovery, "shape", &event->recovery_shape, err));
    SN_TRY(check_word(r, "recovery.shape", event->recovery_shape, shapes, COUNT(shapes),
                      "step, linear, concave, convex or exponential", err));
    SN_TRY(sn_scenario_number(r, recovery, "time", HUGE_VAL, NAN, &event->recovery_time, err));
out:
    return status;
}

/* Measures act on flows, demand on nobody's; buyers narrow measures and belong to mode flow. */
static sn_status check_mode(const struct sn_scenario_reader *r, const sn_event *event,
                            bool mode_given, sn_error *err)
{
    const sn_measure_kind kind = event->measure.kind;
    const bool flow = event->mode == SN_MODE_FLOW;

    if (kind == SN_MEASURE_DEMAND) {
        if (mode_given || event->buyers != NULL)
            return sn_scenario_bad(r, mode_given ? "mode" : "buyers",
                                   "nothing: measure demand is about those who select names",
                                   err);
        return SN_OK;
    }
    if (kind != SN_MEASURE_NONE && !flow && event->mode != SN_MODE_EXPORTS &&
        event->mode != SN_MODE_IMPORTS)
        return sn_scenario_bad(r, "mode", "exports, imports or flow with a measure", err);
    if (kind == SN_MEASURE_NONE ? flow != (event->buyers != NULL)
                                : flow && event->buyers == NULL)
        return sn_scenario_bad(
            r, "buyers",
            kind == SN_MEASURE_NONE
                ? "a selector with mode flow or a measure, and only with them"
                : "a selector with mode flow",
            err);
    return SN_OK;
}

/* Texts for people, by any name. */
static sn_status check_notes(const struct sn_scenario_reader *r, const cJSON *root,
                             sn_error *err)
{
    const cJSON *notes = cJSON_GetObjectItemCaseSensitive(root, "notes"), *one;

    if (notes == NULL)
        return SN_OK;
    if (!cJSON_IsObject(notes))
        return sn_scenario_bad(r, "notes", "an object of texts", err);
    cJSON_ArrayForEach(one, notes)
    {
        if (!cJSON_IsString(one))
            return sn_fail(err, SN_EDATA, "%s: notes.%s: expected a text", r->name,
                           one->string);
    }
    return SN_OK;
}

static sn_status read_event(struct sn_scenario_reader *r, const cJSON *item, sn_event *event,
                            sn_error *err)
{
    char *mode = NULL;
    sn_status status = SN_OK;

    if (!cJSON_IsObject(item))
        return sn_scenario_bad(r, "", "an object", err);
    SN_TRY(sn_scenario_members(r, item, event_members, COUNT(event_members), err));
    SN_TRY(sn_scenario_text(r, item, "select", &event->select, err));
    SN_TRY(sn_scenario_text(r, item, "buyers", &event->buyers, err));
    SN_TRY(sn_scenario_text(r, item, "mode", &mode, err));
    SN_TRY(sn_scenario_number(r, item, "fraction", 1, 1, &event->fraction, err));
    SN_TRY(sn_scenario_number(r, item, "start", HUGE_VAL, 0, &event->start, err));
    SN_TRY(sn_scenario_number(r, item, "duration", HUGE_VAL, NAN, &event->duration, err));
    SN_TRY(read_recovery(r, item, event, err));
    if (event->select == NULL) {
        status = sn_scenario_bad(r, "select", "a selector", err);
        goto out;
    }
    SN_TRY(sn_scenario_measure(r, item, event, err));
    SN_TRY(sn_scenario_number(r, item, "ramp", HUGE_VAL, 0, &event->ramp, err));
    event->mode =
        event->measure.kind == SN_MEASURE_NONE || event->measure.kind == SN_MEASURE_DEMAND
            ? SN_MODE_PRODUCTION
            : SN_MODE_EXPORTS;
    if (mode != NULL && sn_mode_parse(mode, &event->mode, NULL) != SN_OK) {
        status =
            sn_scenario_bad(r, "mode", "production, exports, imports, transit or flow", err);
        goto out;
    }
    SN_TRY(check_mode(r, event, mode != NULL, err));
out:
    free(mode);
    return status;
}

static sn_status read_file(struct sn_scenario_reader *r, const cJSON *root,
                           sn_scenario *scenario, sn_error *err)
{
    char *schema = NULL;
    const cJSON *item;
    sn_status status = SN_OK;

    if (!cJSON_IsObject(root))
        return sn_fail(err, SN_EDATA, "%s: a scenario is a JSON object", r->name);
    SN_TRY(sn_scenario_members(r, root, file_members, COUNT(file_members), err));
    SN_TRY(sn_scenario_text(r, root, "schema", &schema, err));
    if (schema == NULL || strcmp(schema, "supplynet.scenario/1") != 0) {
        status = sn_scenario_bad(r, "schema", "\"supplynet.scenario/1\"", err);
        goto out;
    }
    SN_TRY(sn_scenario_text(r, root, "name", &scenario->name, err));
    SN_TRY(sn_scenario_text(r, root, "date", &scenario->date, err));
    SN_TRY(sn_scenario_text(r, root, "status", &scenario->status, err));
    SN_TRY(sn_scenario_text(r, root, "source", &scenario->source, err));
    SN_TRY(sn_scenario_text(r, root, "description", &scenario->description, err));
    SN_TRY(sn_scenario_text(r, root, "time_unit", &scenario->time_unit, err));
    SN_TRY(check_word(r, "time_unit", scenario->time_unit, time_units, COUNT(time_units),
                      "day, week, month or year", err));
    SN_TRY(sn_scenario_number(r, root, "horizon", HUGE_VAL, NAN, &scenario->horizon, err));
    SN_TRY(check_notes(r, root, err));
    SN_TRY(sn_scenario_assumptions(r, root, scenario, err));
    const cJSON *events = cJSON_GetObjectItemCaseSensitive(root, "events");
    if (!cJSON_IsArray(events) || cJSON_GetArraySize(events) == 0) {
        status = sn_scenario_bad(r, "events", "a list of at least one event", err);
        goto out;
    }
    scenario->event = calloc((size_t)cJSON_GetArraySize(events), sizeof *scenario->event);
    SN_TRY_ALLOC(scenario->event, "a scenario");
    cJSON_ArrayForEach(item, events)
    {
        (void)snprintf(r->where, sizeof r->where, "events[%zu]", scenario->event_count);
        SN_TRY(read_event(r, item, &scenario->event[scenario->event_count++], err));
    }
out:
    free(schema);
    return status;
}

sn_status sn_scenario_read(const sn_bytes *bytes, sn_scenario *scenario, sn_error *err)
{
    struct sn_scenario_reader r = {bytes->name, ""};
    char *text = malloc(bytes->size + 1);
    const char *end = NULL;
    cJSON *root = NULL;
    sn_status status = SN_OK;

    memset(scenario, 0, sizeof *scenario);
    SN_TRY_ALLOC(text, "a scenario");
    memcpy(text, bytes->data, bytes->size);
    text[bytes->size] = '\0';
    blank_comments(text);
    root = cJSON_ParseWithOpts(text, &end, 1); /* nothing may follow the value */
    if (root == NULL) {
        status = syntax_error(r.name, text, end != NULL ? end : text, err);
        goto out;
    }
    SN_TRY(read_file(&r, root, scenario, err));
out:
    cJSON_Delete(root);
    free(text);
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
