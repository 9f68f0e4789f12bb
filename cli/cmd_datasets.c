/* cmd_datasets.c - what is built in, and where it comes from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/call.h"
#include "cli/verbs.h"
#include "datasets/embedded.h"

static const sn_option options[] = {{.name = NULL}};

static char *copy_slice(sn_slice slice)
{
    char *text = malloc(slice.length + 1);

    if (text != NULL) {
        memcpy(text, slice.text, slice.length);
        text[slice.length] = '\0';
        for (char *c = text; *c != '\0'; c++)
            *c = *c == '\n' ? ' ' : *c;
    }
    return text;
}

/* The name of the k-th dataset that people may be told of, or NULL past the end. */
static const char *listed(const char *only, size_t k)
{
    for (size_t d = 0; d < sn_embedded_count(); d++) {
        const char *name = sn_embedded_name(d);
        if (sn_embedded_find(name, "SOURCE.md") == NULL || (only != NULL && strcmp(name, only) != 0))
            continue;
        if (k-- == 0)
            return name;
    }
    return NULL;
}

static void write_dataset(sn_json *json, const char *name, bool with_source)
{
    size_t count;
    const sn_embedded_file *file = sn_embedded_files(name, &count);
    char *summary = copy_slice(sn_embedded_summary(name));

    sn_json_begin_object(json);
    sn_json_kv_string(json, "name", name);
    sn_json_kv_string(json, "summary", summary);
    sn_json_kv_bool(json, "network", sn_embedded_is_network(name));
    sn_json_kv_array(json, "files");
    for (size_t f = 0; f < count; f++) {
        sn_bytes bytes = {0};
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "name", file[f].name);
        sn_json_kv_integer(json, "bytes", (int64_t)file[f].size);
        if (sn_embedded_open(&file[f], &bytes, NULL) == SN_OK)
            sn_json_kv_string(json, "sha256", sn_bytes_sha256(&bytes));
        sn_bytes_clear(&bytes);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    const sn_embedded_file *source = sn_embedded_find(name, "SOURCE.md");
    char *text = with_source ? malloc(source->size + 1) : NULL;
    if (text != NULL) {
        memcpy(text, source->data, source->size);
        text[source->size] = '\0';
        sn_json_kv_string(json, "source", text);
    }
    sn_json_end_object(json);
    free(text);
    free(summary);
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const char *only = data, *name;

    (void)call;
    sn_json_begin_object(json);
    sn_json_kv_array(json, "datasets");
    for (size_t k = 0; (name = listed(only, k)) != NULL; k++)
        write_dataset(json, name, only != NULL);
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static sn_status make_table(const char *only, sn_table **table, sn_error *err)
{
    static const sn_table_head head[] = {{.name = "name"},
                                         {.name = "network"},
                                         {.name = "files", .type = SN_COLUMN_INTEGER},
                                         {.name = "bytes", .type = SN_COLUMN_INTEGER},
                                         {.name = "summary", .heading = "what"}};
    const char *name;
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("dataset", "Built-in data", head, 5, table, err));
    for (size_t k = 0; (name = listed(only, k)) != NULL; k++) {
        size_t count, bytes = 0;
        const sn_embedded_file *file = sn_embedded_files(name, &count);
        char *summary = copy_slice(sn_embedded_summary(name));
        for (size_t f = 0; f < count; f++)
            bytes += file[f].size;
        if (summary != NULL) /* its first sentence */
            summary[strcspn(summary, ".")] = '\0';
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, name);
        sn_table_set_text(*table, 1, sn_embedded_is_network(name) ? "yes" : "no");
        sn_table_set_number(*table, 2, (double)count);
        sn_table_set_number(*table, 3, (double)bytes);
        sn_table_set_text(*table, 4, summary);
        free(summary);
    }
    sn_table_add_note(*table, "networks load with -n NAME; `supplynet datasets NAME` tells sources, "
                              "licences and decisions");
out:
    return status;
}

/* A whole file, as it was written. */
static sn_status print_file(const sn_call *call, const char *name, const char *file, sn_error *err)
{
    const sn_embedded_file *source = sn_embedded_find(name, file);
    sn_out *out = NULL;
    sn_status status = SN_OK;

    SN_TRY(sn_call_open(call, &out, err));
    sn_out_write(out, source->data, source->size);
    status = sn_call_done(call, out, err);
out:
    sn_out_free(out);
    return status;
}

static sn_status print_named(const sn_call *call, const char *name, const char *file, sn_error *err)
{
    const char *names[64];
    size_t count, chosen;
    const sn_embedded_file *files = sn_embedded_files(name, &count);
    sn_status status = SN_OK;

    if (count > 64)
        count = 64;
    for (size_t f = 0; f < count; f++)
        names[f] = files[f].name;
    SN_TRY(sn_choose("file", file, names, count, &chosen, err));
    if (sn_options_given(&call->options, "format"))
        return sn_fail(err, SN_EUSAGE, "a file is printed as it is: --format has no meaning");
    status = print_file(call, name, file, err);
out:
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    const char *only = call->options.word_count > 0 ? call->options.words[0] : NULL;
    sn_table *table = NULL;
    sn_report report = {NULL, 0, {NULL}, 1, write_results, only, 0};
    sn_status status = SN_OK;

    if (call->options.word_count > 2)
        return sn_fail(err, SN_EUSAGE, "unexpected argument \"%s\"", call->options.words[2]);
    if (only != NULL && listed(only, 0) == NULL) {
        const char *names[64], *name;
        size_t count = 0;
        for (; count < 64 && (name = listed(NULL, count)) != NULL; count++)
            names[count] = name;
        const char *near = sn_nearest(only, names, count);
        return sn_fail(err, SN_EUSAGE, "no built-in dataset \"%s\"%s%s%s", only,
                       near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                       near != NULL ? "\"?" : "");
    }
    if (call->options.word_count == 2)
        return print_named(call, only, call->options.words[1], err);
    if (only != NULL && (call->format == SN_FORMAT_TEXT || call->format == SN_FORMAT_MARKDOWN))
        return print_file(call, only, "SOURCE.md", err);
    SN_TRY(make_table(only, &table, err));
    report.table[0] = table;
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(table);
    return status;
}

const sn_verb sn_verb_datasets = {
    .name = "datasets",
    .summary = "What is built in, with sources",
    .words = "[NAME [FILE]]",
    .options = options,
    .about = "Lists the built-in networks and tables; with a name, prints where that data come from,\n"
             "under which licence, what was left out, and what is weak about them; with a file, that file.",
    .examples = "supplynet datasets\n"
                "supplynet datasets critical-minerals-2024\n"
                "supplynet datasets white-paper facts.csv",
    .unused = "NETWORK|seed|threads|top",
    .run = run,
};
