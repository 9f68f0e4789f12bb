/* cmd_scenarios.c - the built-in scenarios: what happened or may happen, when, and who says so. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/call.h"
#include "cli/verbs.h"
#include "datasets/scenario_library.h"

static const sn_option options[] = {{.name = NULL}};

/* The terms as the file has them. */
static void write_measure(sn_json *json, const sn_event *event)
{
    const sn_measure *m = &event->measure;

    sn_json_kv_string(json, "measure", sn_measure_name(m->kind));
    if (m->kind == SN_MEASURE_QUOTA) {
        sn_json_kv_number(json, isnan(m->cap) ? "cap_amount" : "cap",
                          isnan(m->cap) ? m->cap_amount : m->cap);
        sn_json_kv_string(json, "ration", m->allies_first ? "allies-first" : "proportional");
        sn_json_kv_string(json, "allies", event->allies);
    } else if (m->kind == SN_MEASURE_TAX) {
        sn_json_kv_number(json, "rate", m->rate);
        sn_json_kv_number_or_reason(json, "demand_elasticity", m->demand_elasticity,
                                    "in assumptions");
        sn_json_kv_number_or_reason(json, "supply_elasticity", m->supply_elasticity,
                                    isinf(m->supply_elasticity) ? "infinite" : "in assumptions");
    } else if (m->kind == SN_MEASURE_LICENCE) {
        sn_json_kv_number(json, "delay", m->delay);
        sn_json_kv_number(json, "haircut", m->haircut);
    } else if (m->kind == SN_MEASURE_DEMAND) {
        sn_json_kv_number(json, "factor", m->factor);
        sn_json_kv_number(json, "share", m->share);
    }
    if (m->kind == SN_MEASURE_DEMAND)
        return;
    sn_json_kv_number(json, "enforcement", m->enforcement);
    sn_json_kv_number(json, "leakage", m->leakage);
    sn_json_kv_number(json, "leakage_delay", m->leakage_delay);
}

static void write_event(sn_json *json, const sn_event *event)
{
    sn_json_begin_object_inline(json);
    sn_json_kv_string(json, "select", event->select);
    sn_json_kv_string(json, "buyers", event->buyers);
    if (event->measure.kind != SN_MEASURE_DEMAND)
        sn_json_kv_string(json, "mode", sn_mode_name(event->mode));
    if (event->measure.kind != SN_MEASURE_NONE)
        write_measure(json, event);
    else
        sn_json_kv_number(json, "fraction", event->fraction);
    sn_json_kv_number(json, "start", event->start);
    sn_json_kv_number_or_reason(json, "duration", event->duration, "does not end");
    sn_json_kv_string(json, "recovery", event->recovery_shape);
    sn_json_kv_number_or_reason(json, "recovery_time", event->recovery_time, "none is given");
    sn_json_kv_number(json, "ramp", event->ramp);
    sn_json_end_object(json);
}

static void write_assumptions(sn_json *json, const sn_scenario *scenario)
{
    sn_json_kv_object(json, "assumptions");
    for (int k = 0; k < SN_ASSUMPTIONS; k++) {
        const sn_assumed *a = &scenario->assumed[k];
        if (!a->given)
            continue;
        sn_json_kv_object(json, sn_assumption_name((sn_assumption)k));
        if (a->text != NULL)
            sn_json_kv_string(json, "value", a->text);
        else if (k >= SN_ASSUME_VARY_DURATION)
            sn_json_kv_numbers(json, "value", (const double[]){a->number, a->high}, 2);
        else
            sn_json_kv_number_or_reason(json, "value", a->number, "infinite");
        sn_json_kv_string(json, "why", a->why);
        sn_json_end_object(json);
    }
    sn_json_end_object(json);
}

/* The notes as they stand in the file, which has been read without complaint. */
static void write_notes(sn_json *json, const sn_bytes *bytes)
{
    cJSON *root = cJSON_ParseWithLength(bytes->data, bytes->size);
    const cJSON *one;

    sn_json_kv_object(json, "notes");
    cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(root, "notes"))
    {
        if (cJSON_IsString(one))
            sn_json_kv_string(json, one->string, one->valuestring);
    }
    sn_json_end_object(json);
    cJSON_Delete(root);
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const char *only = data;
    char name[SN_LIBRARY_NAME];

    (void)call;
    sn_json_begin_object(json);
    sn_json_kv_array(json, "scenarios");
    for (size_t k = 0; k < sn_library_count(); k++) {
        sn_bytes bytes = {0};
        sn_scenario scenario = {0};
        (void)sn_library_name(k, name);
        if ((only == NULL || strcmp(only, name) == 0) &&
            sn_scenario_open(name, &bytes, &scenario, NULL) == SN_OK) {
            sn_json_begin_object(json);
            sn_json_kv_string(json, "id", name);
            sn_json_kv_string(json, "name", scenario.name);
            sn_json_kv_string(json, "date", scenario.date);
            sn_json_kv_string(json, "status", scenario.status);
            sn_json_kv_string(json, "source", scenario.source);
            sn_json_kv_string(json, "description", scenario.description);
            sn_json_kv_string(json, "time_unit", scenario.time_unit);
            sn_json_kv_number_or_reason(json, "horizon", scenario.horizon, "none is given");
            sn_json_kv_array(json, "events");
            for (size_t e = 0; e < scenario.event_count; e++)
                write_event(json, &scenario.event[e]);
            sn_json_end_array(json);
            write_assumptions(json, &scenario);
            write_notes(json, &bytes);
            sn_json_end_object(json);
        }
        sn_scenario_clear(&scenario);
        sn_bytes_clear(&bytes);
    }
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static sn_status make_table(sn_table **table, sn_error *err)
{
    static const sn_table_head head[] = {{.name = "id"},
                                         {.name = "date"},
                                         {.name = "status"},
                                         {.name = "events", .type = SN_COLUMN_INTEGER, .detail = 1},
                                         {.name = "name", .heading = "what"}};
    char name[SN_LIBRARY_NAME];
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("scenario", "Built-in scenarios", head, 5, table, err));
    for (size_t k = 0; k < sn_library_count(); k++) {
        sn_bytes bytes = {0};
        sn_scenario scenario = {0};
        status = sn_scenario_open(sn_library_name(k, name), &bytes, &scenario, err);
        if (status == SN_OK) {
            sn_table_add_row(*table);
            sn_table_set_text(*table, 0, name);
            sn_table_set_text(*table, 1, scenario.date);
            sn_table_set_text(*table, 2, scenario.status);
            sn_table_set_number(*table, 3, (double)scenario.event_count);
            sn_table_set_text(*table, 4, scenario.name);
        }
        sn_scenario_clear(&scenario);
        sn_bytes_clear(&bytes);
        SN_TRY(status);
    }
    sn_table_add_note(*table, "`supplynet scenarios NAME` prints the file, with sources and "
                              "assumptions; whatif and simulate play it: --scenario NAME");
out:
    return status;
}

/* The file as it is: to be read, saved and changed. */
static sn_status print_file(const sn_call *call, const sn_bytes *bytes, sn_error *err)
{
    sn_out *out = NULL;
    sn_status status = SN_OK;

    SN_TRY(sn_call_open(call, &out, err));
    sn_out_write(out, bytes->data, bytes->size);
    status = sn_call_done(call, out, err);
out:
    sn_out_free(out);
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    const char *only = call->options.word_count > 0 ? call->options.words[0] : NULL;
    sn_table *table = NULL;
    sn_report report = {NULL, 0, {NULL}, 1, write_results, only, 0};
    sn_bytes bytes = {0};
    sn_scenario scenario = {0};
    sn_status status = SN_OK;

    if (call->options.word_count > 1)
        return sn_fail(err, SN_EUSAGE, "unexpected argument \"%s\"", call->options.words[1]);
    if (only != NULL)
        SN_TRY(sn_scenario_open(only, &bytes, &scenario, err));
    if (only != NULL && call->format != SN_FORMAT_JSON) {
        status = print_file(call, &bytes, err);
        goto out;
    }
    SN_TRY(make_table(&table, err));
    report.table[0] = table;
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(table);
    sn_scenario_clear(&scenario);
    sn_bytes_clear(&bytes);
    return status;
}

const sn_verb sn_verb_scenarios = {
    .name = "scenarios",
    .summary = "Built-in scenarios: dated export measures, past events, templates",
    .words = "[NAME]",
    .options = options,
    .about = "Lists the scenarios that whatif and simulate know by name; with a NAME prints the file:\n"
             "who, what, when, by which source, and every number that no source gives, with its\n"
             "reason.  Save it, change it, and play it with --scenario FILE.",
    .examples = "supplynet scenarios\n"
                "supplynet scenarios chn-gallium-germanium-2023\n"
                "supplynet simulate --scenario chn-gallium-germanium-2023 --buyer JPN --stock 60",
    .unused = "NETWORK|seed|threads|top|fail-if",
    .run = run,
};
