/* graph_sink.c - one element of a graph file at a time: its texts are gathered in one buffer,
 * then read as a row of nodes.csv or flows.csv would be. */
#include "datasets/graph_sink.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/csv_private.h"
#include "datasets/graph_sink_private.h"

sn_sink *sn_sink_new(sn_native *native, const char *name, sn_source *source, bool look)
{
    sn_sink *sink = calloc(1, sizeof *sink);

    if (sink != NULL) {
        sink->native = native;
        sink->name = name;
        sink->source = source;
        sink->look = look;
        for (int k = 0; k < SN_SINK_KINDS; k++)
            for (int r = 0; r < SN_SINK_ROLES; r++)
                sink->of_role[k][r] = SN_NONE;
    }
    return sink;
}

void sn_sink_free(sn_sink *sink)
{
    if (sink == NULL)
        return;
    for (int k = 0; k < SN_SINK_KINDS; k++) {
        sn_dict_clear(&sink->names[k]);
        free(sink->role[k]);
        free(sink->kept[k]);
    }
    free(sink->value);
    free(sink->text);
    free(sink->renamed);
    sn_dict_clear(&sink->ids);
    sn_dict_clear(&sink->years);
    free(sink);
}

sn_status sn_sink_fail(const sn_sink *sink, sn_sink_place place, sn_error *err, const char *fmt,
                       ...)
{
    char text[400];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (place.column == 0)
        return sn_fail(err, SN_EDATA, "%s:%zu: %s", sink->name, place.line, text);
    return sn_fail(err, SN_EDATA, "%s:%zu:%zu: %s", sink->name, place.line, place.column, text);
}

sn_status sn_sink_note(sn_sink *sink, sn_sink_kind kind, int32_t attribute, const char *what,
                       sn_error *err)
{
    if (sink->source == NULL)
        return SN_OK;
    return sn_source_note(sink->source, err, "attribute \"%.100s\" of %s: %s",
                          sn_dict_text(&sink->names[kind], attribute),
                          kind == SN_SINK_NODE ? "nodes" : "edges", what);
}

/* What an attribute means, by the headers of nodes.csv and flows.csv. */
static int role_of(sn_sink_kind kind, sn_slice name)
{
    static const sn_csv_column just_name = {"name", NULL, false};

    if (kind == SN_SINK_NODE) {
        const int column = sn_native_node_column(name);
        return column >= 0                       ? column
               : sn_csv_means(name, &just_name) ? SN_SINK_NAME
                                                 : SN_SINK_KEPT;
    }
    static const char *const flow_roles[] = {
        [SN_SINK_VALUE] = "value", [SN_SINK_PRODUCT] = "product",
        [SN_SINK_UNIT] = "unit", [SN_SINK_YEAR] = "year", [SN_SINK_BASIS] = "basis"};
    const char *column = sn_native_flow_column(name);
    for (int r = 0; column != NULL && r <= SN_SINK_BASIS; r++)
        if (strcmp(column, flow_roles[r]) == 0)
            return r;
    return SN_SINK_KEPT;
}

/* The arrays that stand beside the names. */
static sn_status grow_attributes(sn_sink *sink, sn_sink_kind kind, sn_error *err)
{
    const size_t count = (size_t)sink->names[kind].count + 1;
    sn_status status = SN_OK;

    if (count % 16 != 1)
        return SN_OK;
    int *role = realloc(sink->role[kind], (count + 16) * sizeof *role);
    SN_TRY_ALLOC(role, "attributes");
    sink->role[kind] = role;
    int32_t *kept = realloc(sink->kept[kind], (count + 16) * sizeof *kept);
    SN_TRY_ALLOC(kept, "attributes");
    sink->kept[kind] = kept;
    if (count + 16 > sink->value_room) {
        struct sn_sink_value *value = realloc(sink->value, (count + 16) * sizeof *value);
        SN_TRY_ALLOC(value, "attributes");
        memset(value + sink->value_room, 0, (count + 16 - sink->value_room) * sizeof *value);
        sink->value = value;
        sink->value_room = count + 16;
    }
out:
    return status;
}

sn_status sn_sink_attribute(sn_sink *sink, sn_sink_kind kind, sn_slice name,
                            sn_sink_place place, int32_t *attribute, sn_error *err)
{
    char one[SN_CSV_QUOTE_SIZE], two[SN_CSV_QUOTE_SIZE];
    sn_status status = SN_OK;

    *attribute = sn_dict_find(&sink->names[kind], name.text, name.length);
    if (*attribute != SN_NONE)
        return SN_OK;
    if (name.length == 0 || name.length > SN_LONGEST_TEXT)
        return sn_sink_fail(sink, place, err, "the name of an attribute has %zu bytes",
                            name.length);
    if (sink->names[kind].count >= SN_SINK_ATTRIBUTES)
        return sn_sink_fail(sink, place, err, "more than %d attributes of %s", SN_SINK_ATTRIBUTES,
                            kind == SN_SINK_NODE ? "nodes" : "edges");
    SN_TRY(grow_attributes(sink, kind, err));
    const int role = role_of(kind, name);
    if (role != SN_SINK_KEPT && sink->of_role[kind][role] != SN_NONE) {
        const char *first = sn_dict_text(&sink->names[kind], sink->of_role[kind][role]);
        return sn_sink_fail(sink, place, err,
                            "the attributes \"%s\" and \"%s\" mean the same; rename one",
                            sn_csv_quote((sn_slice){first, strlen(first)}, one),
                            sn_csv_quote(name, two));
    }
    SN_TRY(sn_dict_add(&sink->names[kind], name.text, name.length, attribute, err));
    sink->role[kind][*attribute] = role;
    sink->kept[kind][*attribute] = SN_NONE;
    if (role != SN_SINK_KEPT)
        sink->of_role[kind][role] = *attribute;
out:
    return status;
}

void sn_sink_begin(sn_sink *sink, sn_sink_kind kind, sn_sink_place place)
{
    sink->kind = kind;
    sink->place = place;
    sink->size = 0;
    sink->stamp++;
    sink->id[0] = sink->id[1] = (struct sn_sink_value){0};
}

static sn_status keep_text(sn_sink *sink, const char *name, sn_slice text,
                           struct sn_sink_value *value, sn_error *err)
{
    if (value->stamp == sink->stamp)
        return sn_sink_blame(sink, err, "\"%.60s\" is given twice", name);
    if (sink->size + text.length > SN_SINK_LONGEST)
        return sn_sink_blame(sink, err, "more than 1 MiB of text");
    if (sink->size + text.length > sink->room) {
        const size_t room = (sink->size + text.length) * 2;
        char *grown = realloc(sink->text, room);
        if (grown == NULL)
            return sn_nomem(err, "a node");
        sink->text = grown;
        sink->room = room;
    }
    if (text.length > 0)
        memcpy(sink->text + sink->size, text.text, text.length);
    *value = (struct sn_sink_value){sink->size, text.length, sink->stamp};
    sink->size += text.length;
    return SN_OK;
}

sn_status sn_sink_end_point(sn_sink *sink, int which, sn_slice id, sn_error *err)
{
    const char *name = sink->kind == SN_SINK_NODE ? "id" : which == 0 ? "source" : "target";

    return keep_text(sink, name, id, &sink->id[which], err);
}

sn_status sn_sink_set(sn_sink *sink, int32_t attribute, sn_slice text, sn_error *err)
{
    return keep_text(sink, sn_dict_text(&sink->names[sink->kind], attribute), text,
                     &sink->value[attribute], err);
}

bool sn_sink_has(const sn_sink *sink, int32_t attribute)
{
    return sink->value[attribute].stamp == sink->stamp;
}

sn_slice sn_sink_value_of(const sn_sink *sink, const struct sn_sink_value *value)
{
    return value->stamp == sink->stamp && value->length > 0
               ? sn_csv_trim((sn_slice){sink->text + value->at, value->length})
               : (sn_slice){"", 0};
}

sn_slice sn_sink_text(const sn_sink *sink, int role)
{
    const int32_t attribute = sink->of_role[sink->kind][role];

    return attribute == SN_NONE ? (sn_slice){"", 0}
                                : sn_sink_value_of(sink, &sink->value[attribute]);
}

/* "file:line: edge "A" -> "B": what" */
sn_status sn_sink_blame(const sn_sink *sink, sn_error *err, const char *fmt, ...)
{
    char text[300], one[SN_CSV_QUOTE_SIZE], two[SN_CSV_QUOTE_SIZE];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    (void)sn_csv_quote(sn_sink_value_of(sink, &sink->id[0]), one);
    (void)sn_csv_quote(sn_sink_value_of(sink, &sink->id[1]), two);
    if (sink->kind == SN_SINK_NODE)
        return sn_sink_fail(sink, sink->place, err, "node \"%s\": %s", one, text);
    return sn_sink_fail(sink, sink->place, err, "edge \"%s\" -> \"%s\": %s", one, two, text);
}

sn_status sn_sink_builder(const sn_sink *sink, sn_status status, sn_error *err)
{
    if (status == SN_EDATA && err != NULL) {
        const sn_error reason = *err;
        err->status = SN_OK;
        (void)sn_sink_blame(sink, err, "%s", reason.message);
    }
    return status;
}

sn_status sn_sink_number(const sn_sink *sink, int role, double *number, sn_error *err)
{
    const sn_slice text = sn_sink_text(sink, role);
    char quoted[SN_CSV_QUOTE_SIZE];
    bool marked;

    *number = NAN;
    if (sn_csv_is_missing(text) ||
        (text.length == 3 && sn_csv_means(text, &(sn_csv_column){"nan", NULL, false})))
        return SN_OK;
    const sn_parse how = sn_csv_parse_number(text, '.', number, &marked);
    if (how == SN_PARSED)
        return SN_OK;
    return sn_sink_blame(sink, err, "value \"%s\" is %s (attribute \"%s\")",
                         sn_csv_quote(text, quoted),
                         how == SN_PARSE_HUGE ? "too large" : "not a number",
                         sn_dict_text(&sink->names[sink->kind], sink->of_role[sink->kind][role]));
}

sn_status sn_sink_amount(const sn_sink *sink, int role, double *amount, sn_error *err)
{
    const sn_status status = sn_sink_number(sink, role, amount, err);

    if (status != SN_OK || !(*amount < 0))
        return status;
    char quoted[SN_CSV_QUOTE_SIZE];
    return sn_sink_blame(sink, err, "value \"%s\" is negative (attribute \"%s\")",
                         sn_csv_quote(sn_sink_text(sink, role), quoted),
                         sn_dict_text(&sink->names[sink->kind], sink->of_role[sink->kind][role]));
}

sn_status sn_sink_choice(const sn_sink *sink, int role, const char *words, int *choice,
                         sn_error *err)
{
    const sn_slice text = sn_sink_text(sink, role);
    char quoted[SN_CSV_QUOTE_SIZE];

    *choice = sn_csv_word(text, words);
    if (*choice >= 0 || text.length == 0)
        return SN_OK;
    return sn_sink_blame(sink, err, "value \"%s\" is none of %s (attribute \"%s\")",
                         sn_csv_quote(text, quoted), words,
                         sn_dict_text(&sink->names[sink->kind], sink->of_role[sink->kind][role]));
}
