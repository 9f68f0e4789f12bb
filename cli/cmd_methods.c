/* cmd_methods.c - how numbers are made: the methods of all verbs in one place. */
#include <stdio.h>
#include <string.h>

#include "cli/call.h"
#include "cli/verbs.h"

static const sn_option options[] = {{.name = NULL}};

enum { LISTS = sizeof((sn_verb *)0)->methods / sizeof((sn_verb *)0)->methods[0] };

/* The k-th method of a verb, or NULL past the end. */
static const sn_method *method_of(const sn_verb *verb, size_t k)
{
    for (size_t l = 0; l < LISTS; l++) {
        if (k < verb->methods[l].count)
            return &verb->methods[l].method[k];
        k -= verb->methods[l].count;
    }
    return NULL;
}

static bool has(const sn_verb *verb, const sn_method *method)
{
    const sn_method *own;

    for (size_t k = 0; (own = method_of(verb, k)) != NULL; k++)
        if (strcmp(own->id, method->id) == 0 && strcmp(own->version, method->version) == 0)
            return true;
    return false;
}

/* Whether no verb before the v-th has a method. */
static bool is_new(size_t v, const sn_method *method)
{
    for (size_t before = 0; before < v; before++)
        if (has(sn_verbs[before], method))
            return false;
    return true;
}

static const char *first_word(const sn_call *call)
{
    return call->options.word_count > 0 ? call->options.words[0] : NULL;
}

/* Calls `each` with every method once, or with those of one verb. */
static void for_each(const char *only, void (*each)(void *context, const sn_method *method),
                     void *context)
{
    for (size_t v = 0; sn_verbs[v] != NULL; v++) {
        const sn_method *method;
        if (only != NULL && strcmp(sn_verbs[v]->name, only) != 0)
            continue;
        for (size_t k = 0; (method = method_of(sn_verbs[v], k)) != NULL; k++)
            if (only != NULL || is_new(v, method))
                each(context, method);
    }
}

static void write_method(void *context, const sn_method *method)
{
    sn_json *json = context;

    sn_json_begin_object(json);
    sn_json_kv_string(json, "id", method->id);
    sn_json_kv_string(json, "version", method->version);
    sn_json_kv_array(json, "verbs");
    for (size_t v = 0; sn_verbs[v] != NULL; v++)
        if (has(sn_verbs[v], method))
            sn_json_string(json, sn_verbs[v]->name);
    sn_json_end_array(json);
    sn_json_kv_string(json, "definition", method->definition);
    sn_json_kv_string(json, "source", method->source);
    sn_json_end_object(json);
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    (void)data;
    sn_json_begin_object(json);
    sn_json_kv_array(json, "methods");
    for_each(first_word(call), write_method, json);
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static void add_method(void *context, const sn_method *method)
{
    sn_table *table = context;
    char verbs[256] = "";

    for (size_t v = 0; sn_verbs[v] != NULL; v++)
        if (has(sn_verbs[v], method) &&
            strlen(verbs) + strlen(sn_verbs[v]->name) + 3 < sizeof verbs) {
            strcat(verbs, verbs[0] != '\0' ? ", " : "");
            strcat(verbs, sn_verbs[v]->name);
        }
    sn_table_add_row(table);
    sn_table_set_text(table, 0, method->id);
    sn_table_set_text(table, 1, method->version);
    sn_table_set_text(table, 2, verbs);
    sn_table_set_text(table, 3, method->source);
    sn_table_set_text(table, 4, method->definition);
}

static sn_status run(sn_call *call, sn_error *err)
{
    static const sn_table_head head[] = {{.name = "id"},
                                         {.name = "version", .detail = 3},
                                         {.name = "verbs", .detail = 2},
                                         {.name = "source", .detail = 1},
                                         {.name = "definition"}};
    const char *only = first_word(call);
    sn_table *table = NULL;
    sn_report report = {NULL, 0, {NULL}, 1, write_results, NULL, 0};
    sn_status status = SN_OK;

    if (call->options.word_count > 1)
        return sn_fail(err, SN_EUSAGE, "unexpected argument \"%s\"", call->options.words[1]);
    if (only != NULL && sn_verb_find(only) == NULL) {
        const char *near = sn_verb_nearest(only);
        return sn_fail(err, SN_EUSAGE, "no verb \"%s\"%s%s%s", only,
                       near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                       near != NULL ? "\"?" : "");
    }
    SN_TRY(sn_table_new("method", "How numbers are made", head, sizeof head / sizeof head[0],
                        &table, err));
    for_each(only, add_method, table);
    sn_table_add_note(table, "docs/methods.md has formulas and edge cases");
    report.table[0] = table;
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(table);
    return status;
}

const sn_verb sn_verb_methods = {
    .name = "methods",
    .summary = "How numbers are made: every method with its definition and source",
    .words = "[VERB]",
    .options = options,
    .about = "Lists the methods that documents name in `methods`, or those of one verb.  A "
             "method whose\n"
             "numbers would change gets a new version.",
    .examples = "supplynet methods\n"
                "supplynet methods concentration\n"
                "supplynet methods -f csv",
    .unused = "NETWORK|seed|threads|top",
    .run = run,
};
