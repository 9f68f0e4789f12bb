/* document.c - the JSON document that every verb writes around its results. */
#include <gsl/gsl_version.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "cli/call.h"
#include "cli/version.h"
#include "datasets/bytes.h"
#include "reports/number.h"

static void write_tool(sn_json *json)
{
    sn_json_kv_object(json, "tool");
    sn_json_kv_string(json, "name", "supplynet");
    sn_json_kv_string(json, "version", SN_VERSION);
    sn_json_key(json, "libraries");
    sn_json_begin_object_inline(json);
    sn_json_kv_string(json, "igraph", SN_IGRAPH_VERSION);
    sn_json_kv_string(json, "gsl", gsl_version);
    sn_json_end_object(json);
    sn_json_end_object(json);
}

static void write_source(sn_json *json, const sn_source *source)
{
    sn_json_begin_object(json);
    sn_json_kv_string(json, "role", source->role);
    sn_json_kv_string(json, "path", source->path);
    sn_json_kv_integer(json, "bytes", (int64_t)source->bytes);
    sn_json_kv_string(json, "sha256", sn_source_sha256(source));
    if (source->preset != NULL)
        sn_json_kv_string(json, "preset", source->preset);
    sn_json_key(json, "rows");
    sn_json_begin_object_inline(json);
    sn_json_kv_integer(json, "read", (int64_t)source->rows_read);
    sn_json_kv_integer(json, "used", (int64_t)source->rows_used);
    sn_json_kv_object(json, "dropped");
    for (size_t d = 0; d < source->dropped_count; d++)
        sn_json_kv_integer(json, source->dropped[d].reason, (int64_t)source->dropped[d].count);
    sn_json_end_object(json);
    sn_json_end_object(json);
    sn_json_end_object(json);
}

static void write_parameter(sn_json *json, const sn_call *call, const sn_option *option)
{
    const char *text = option->kind == SN_OPTION_LIST || option->kind == SN_OPTION_FLAG
                           ? NULL
                           : sn_options_text(&call->options, option->name);

    sn_json_key(json, option->name);
    switch (option->kind) {
    case SN_OPTION_FLAG:
        sn_json_bool(json, sn_options_flag(&call->options, option->name));
        return;
    case SN_OPTION_NUMBER:
    case SN_OPTION_INTEGER:
        sn_json_number(json, sn_options_number(&call->options, option->name));
        return;
    case SN_OPTION_LIST:
        sn_json_begin_array_inline(json);
        for (size_t k = 0; sn_options_list(&call->options, option->name, k) != NULL; k++)
            sn_json_string(json, sn_options_list(&call->options, option->name, k));
        sn_json_end_array(json);
        return;
    default:
        sn_json_string(json, text); /* NULL is written as null */
    }
}

static void write_parameters(sn_json *json, const sn_call *call)
{
    sn_json_kv_object(json, "parameters");
    for (int t = 0; t < 2; t++)
        for (const sn_option *option = call->options.table[t]; option->name != NULL; option++)
            if (!option->silent && !(t == 1 && sn_verb_ignores(call->verb, option)))
                write_parameter(json, call, option);
    sn_json_end_object(json);
}

/* What makes two runs the same: verb, methods, parameters, and the bytes of every input. */
static sn_status fingerprint(const sn_call *call, const sn_report *report, char hex[65],
                             sn_error *err)
{
    sn_out *text = NULL;
    sn_json json;
    size_t length;
    sn_status status = SN_OK;

    SN_TRY(sn_out_memory(&text, err));
    sn_json_init(&json, text);
    sn_json_begin_object(&json);
    sn_json_kv_string(&json, "verb", call->verb->name);
    for (size_t m = 0; m < report->method_count; m++)
        sn_json_kv_string(&json, report->method[m].id, report->method[m].version);
    write_parameters(&json, call);
    for (size_t s = 0; s < call->sources.count; s++)
        sn_json_kv_string(&json, call->sources.source[s].role,
                          sn_source_sha256(&call->sources.source[s]));
    sn_json_end_object(&json);
    SN_TRY(sn_out_close(text, err));
    const char *bytes = sn_out_text(text, &length);
    sn_sha256_hex(bytes, length, hex);
out:
    sn_out_free(text);
    return status;
}

static sn_status write_provenance(sn_json *json, const sn_call *call, const sn_report *report,
                                  sn_error *err)
{
    char hex[65] = "";
    const sn_status status = fingerprint(call, report, hex, err);

    sn_json_kv_object(json, "provenance");
    sn_json_kv_array(json, "inputs");
    for (size_t s = 0; s < call->sources.count; s++)
        write_source(json, &call->sources.source[s]);
    sn_json_end_array(json);
    write_parameters(json, call);
    if (sn_verb_ignores(call->verb, &(sn_option){.name = "seed"}))
        sn_json_kv_null(json, "seed");
    else
        sn_json_kv_integer(json, "seed", sn_options_integer(&call->options, "seed"));
    sn_json_kv_string(json, "fingerprint", hex);
    sn_json_end_object(json);
    return status;
}

static void write_dict(sn_json *json, const char *key, const sn_dict *dict)
{
    sn_json_key(json, key);
    sn_json_begin_array_inline(json);
    for (int32_t c = 0; c < dict->count; c++)
        sn_json_string(json, dict->text[c]);
    sn_json_end_array(json);
}

/* How much of the flows rests on what, by number of flows. */
static void write_coverage(sn_json *json, const sn_network *net)
{
    size_t flows[3];
    int64_t owned = 0;

    sn_network_basis_counts(net, flows);
    for (size_t i = 0; i < sn_network_node_count(net); i++) {
        size_t count;
        (void)sn_network_owners(net, SN_LARGEST, i, &count);
        owned += count > 0;
    }
    sn_json_key(json, "coverage");
    sn_json_begin_object_inline(json);
    sn_json_kv_integer(json, "flows_reported", (int64_t)flows[SN_BASIS_REPORTED]);
    sn_json_kv_integer(json, "flows_balanced", (int64_t)flows[SN_BASIS_BALANCED]);
    sn_json_kv_integer(json, "flows_estimated", (int64_t)flows[SN_BASIS_ESTIMATED]);
    sn_json_kv_integer(json, "nodes_with_owner", owned);
    sn_json_end_object(json);
}

static void write_network(sn_json *json, const sn_network *net)
{
    const sn_dict *commodities = sn_network_dict(net, SN_COMMODITY);

    sn_json_kv_object(json, "network");
    sn_json_kv_integer(json, "nodes", (int64_t)sn_network_node_count(net));
    sn_json_kv_integer(json, "flows", (int64_t)sn_network_flow_count(net));
    write_dict(json, "commodities", commodities);
    write_dict(json, "stages", sn_network_dict(net, SN_STAGE));
    sn_json_key(json, "units");
    sn_json_begin_object_inline(json);
    for (int32_t c = 0; c < commodities->count; c++)
        sn_json_kv_string(json, commodities->text[c], sn_network_unit(net, c));
    if (commodities->count == 0)
        sn_json_kv_string(json, "all", sn_network_unit(net, SN_NONE));
    sn_json_end_object(json);
    write_coverage(json, net);
    sn_json_end_object(json);
}

static void write_methods(sn_json *json, const sn_report *report)
{
    sn_json_kv_array(json, "methods");
    for (size_t m = 0; m < report->method_count; m++) {
        sn_json_begin_object(json);
        sn_json_kv_string(json, "id", report->method[m].id);
        sn_json_kv_string(json, "version", report->method[m].version);
        sn_json_kv_string(json, "definition", report->method[m].definition);
        sn_json_kv_string(json, "source", report->method[m].source);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

static void write_findings(sn_json *json, const sn_call *call)
{
    static const char *const level[] = {"note", "warning", "error"};

    sn_json_kv_array(json, "findings");
    for (size_t f = 0; f < call->finding_count; f++) {
        const sn_finding *finding = &call->finding[f];
        sn_json_begin_object(json);
        sn_json_kv_string(json, "rule", finding->rule);
        sn_json_kv_string(json, "level", level[finding->level]);
        sn_json_kv_string(json, "subject", finding->subject);
        sn_json_kv_number(json, "value", finding->value);
        sn_json_kv_number(json, "threshold", finding->threshold);
        sn_json_kv_string(json, "message", finding->message);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_kv_array(json, "diagnostics");
    for (size_t s = 0; s < call->sources.count; s++)
        for (size_t k = 0; k < call->sources.source[s].note_count; k++) {
            sn_json_begin_object(json);
            sn_json_kv_string(json, "level", "note");
            sn_json_kv_string(json, "subject", call->sources.source[s].path);
            sn_json_kv_string(json, "message", call->sources.source[s].note[k]);
            sn_json_end_object(json);
        }
    sn_json_end_array(json);
}

/* Everything that may differ between two runs. */
static void write_run(sn_json *json, const sn_call *call)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    const time_t started =
        epoch != NULL ? (time_t)strtoll(epoch, NULL, 10) : call->started.tv_sec;
    struct timespec now = call->started;
    struct utsname host;
    struct tm utc;
    char date[32] = "";

    if (gmtime_r(&started, &utc) != NULL)
        (void)strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
    (void)clock_gettime(CLOCK_REALTIME, &now);
    sn_json_kv_object(json, "run");
    sn_json_key(json, "command");
    sn_json_begin_array_inline(json);
    for (int a = 0; a < call->argc; a++)
        sn_json_string(json, call->argv[a]);
    sn_json_end_array(json);
    sn_json_kv_string(json, "started", date);
    sn_json_kv_number(json, "seconds",
                      (double)(now.tv_sec - call->started.tv_sec) +
                          1e-9 * (double)(now.tv_nsec - call->started.tv_nsec));
    sn_json_kv_integer(json, "threads", call->threads > 0 ? call->threads : 1);
    if (call->ranks > 0)
        sn_json_kv_integer(json, "ranks", call->ranks);
    if (uname(&host) == 0) {
        char system[256];
        (void)snprintf(system, sizeof system, "%s %s", host.sysname, host.machine);
        sn_json_kv_string(json, "host", system);
    }
    sn_json_end_object(json);
}

sn_status sn_document_write(const sn_call *call, const sn_report *report, sn_out *out,
                            sn_error *err)
{
    char schema[80];
    sn_json json;

    (void)snprintf(schema, sizeof schema, "supplynet.%s/1", call->verb->name);
    sn_json_init(&json, out);
    sn_json_begin_object(&json);
    sn_json_kv_string(&json, "schema", schema);
    write_tool(&json);
    const sn_status status = write_provenance(&json, call, report, err);
    if (call->net != NULL)
        write_network(&json, call->net);
    write_methods(&json, report);
    sn_json_key(&json, "results");
    report->write(&json, call, report->data);
    write_findings(&json, call);
    write_run(&json, call);
    sn_json_end_object(&json);
    sn_json_finish(&json);
    return status;
}
