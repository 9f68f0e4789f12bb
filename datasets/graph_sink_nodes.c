/* graph_sink_nodes.c - a node of a graph file as a row of nodes.csv. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/csv_private.h"
#include "datasets/graph_sink_private.h"

static bool same(sn_slice a, const char *b)
{
    return a.length == strlen(b) && memcmp(a.text, b, a.length) == 0;
}

/* Whether the first node shows that the file's ids are not those of the user. */
static bool shows_other_ids(const sn_sink *sink, sn_slice file_id)
{
    return sn_sink_text(sink, SN_NODE_ID).length > 0 ||
           (same(file_id, "n0") && sn_sink_text(sink, SN_SINK_NAME).length > 0);
}

/* The id of the current node as the user knows it. */
static sn_status choose_id(sn_sink *sink, sn_slice *id, sn_error *err)
{
    const sn_slice file_id = sn_sink_value_of(sink, &sink->id[0]);
    const sn_slice stated = sn_sink_text(sink, SN_NODE_ID);
    sn_status status = SN_OK;

    if (sink->nodes == 1 && sink->flows == 0) {
        sink->rename = shows_other_ids(sink, file_id);
        if (sink->rename && sink->source != NULL)
            SN_TRY(sn_source_note(sink->source, err, "nodes are called by their attribute \"%s\"",
                                  stated.length > 0 ? "id" : "name"));
    }
    if (!sink->rename && stated.length > 0)
        return sn_sink_blame(sink, err, "it has an attribute \"id\", but the first node has none");
    *id = stated.length > 0 ? stated : file_id;
    if (sink->rename && stated.length == 0 && sn_sink_text(sink, SN_SINK_NAME).length > 0)
        *id = sn_sink_text(sink, SN_SINK_NAME);
    if (id->length == 0)
        return sn_sink_blame(sink, err, "it has no id");
out:
    return status;
}

/* Remember which node the file's own id stands for. */
static sn_status remember_id(sn_sink *sink, int32_t node, sn_error *err)
{
    const sn_slice file_id = sn_sink_value_of(sink, &sink->id[0]);
    const int32_t before = sink->ids.count;
    int32_t code;
    sn_status status = sn_dict_add(&sink->ids, file_id.text, file_id.length, &code, err);

    if (status != SN_OK)
        return status;
    if (code < before)
        return sn_sink_blame(sink, err, "the id is given twice");
    if ((size_t)code >= sink->renamed_room) {
        const size_t room = sink->renamed_room == 0 ? 256 : sink->renamed_room * 2;
        int32_t *grown = realloc(sink->renamed, room * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "a larger network");
        sink->renamed = grown;
        sink->renamed_room = room;
    }
    sink->renamed[code] = node;
    return SN_OK;
}

static sn_status read_numbers(sn_sink *sink, int32_t node, sn_error *err)
{
    double value[SN_QUANTITIES];
    sn_status status = SN_OK;

    for (int q = 0; q < SN_QUANTITIES; q++) {
        const bool place = q == SN_LAT || q == SN_LON;
        SN_TRY(place || q == SN_FINAL_DEMAND
                   ? sn_sink_number(sink, SN_NODE_NUMBERS + q, &value[q], err)
                   : sn_sink_amount(sink, SN_NODE_NUMBERS + q, &value[q], err));
        if (q == SN_FINAL_DEMAND && value[q] < 0) { /* drawn from stocks: no demand */
            sink->from_stocks++;
            value[q] = 0;
        }
        if (place && fabs(value[q]) > (q == SN_LAT ? 90 : 180))
            return sn_sink_blame(sink, err, "value %g is no place on earth", value[q]);
        SN_TRY(sn_sink_builder(sink,
                               sn_builder_set_number(sink->native->builder, node,
                                                     (sn_quantity)q, value[q], err),
                               err));
    }
    if (value[SN_LOW] > value[SN_HIGH])
        return sn_sink_blame(sink, err, "low %g is above high %g", value[SN_LOW], value[SN_HIGH]);
out:
    return status;
}

/* Attributes that nothing is known of; a name that is neither id nor label is one. */
static sn_status keep_others(sn_sink *sink, int32_t node, bool name_is_free, sn_error *err)
{
    sn_builder *builder = sink->native->builder;
    sn_status status = SN_OK;

    for (int32_t a = 0; a < sink->names[SN_SINK_NODE].count; a++) {
        const int role = sink->role[SN_SINK_NODE][a];
        const sn_slice text = sn_sink_value_of(sink, &sink->value[a]);
        int32_t *kept = &sink->kept[SN_SINK_NODE][a];
        if (text.length == 0 ||
            !(role == SN_SINK_KEPT || (role == SN_SINK_NAME && name_is_free)))
            continue;
        const char *name = sn_dict_text(&sink->names[SN_SINK_NODE], a);
        if (*kept == SN_NONE)
            SN_TRY(sn_sink_builder(
                sink, sn_builder_attribute(builder, name, strlen(name), kept, err), err));
        SN_TRY(sn_sink_builder(
            sink, sn_builder_set_attribute(builder, node, *kept, text.text, text.length, err),
            err));
    }
out:
    return status;
}

static sn_status read_texts(sn_sink *sink, int32_t node, sn_error *err)
{
    const sn_slice name = sn_sink_text(sink, SN_SINK_NAME);
    const sn_slice label = sn_sink_text(sink, SN_NODE_LABEL);
    const sn_slice shown = label.length > 0 ? label : sink->rename ? (sn_slice){"", 0} : name;
    sn_builder *builder = sink->native->builder;
    sn_status status = SN_OK;
    int kind;

    SN_TRY(sn_sink_builder(
        sink, sn_builder_set_label(builder, node, shown.text, shown.length, err), err));
    SN_TRY(sn_sink_choice(sink, SN_NODE_KIND, "country|firm|stage", &kind, err));
    if (kind >= 0)
        sn_builder_set_kind(builder, node, (sn_kind)kind);
    for (int c = 0; c < SN_COLUMNS; c++) {
        const sn_slice text = sn_sink_text(sink, SN_NODE_TEXTS + c);
        SN_TRY(sn_sink_builder(sink,
                               sn_builder_set_text(builder, node, (sn_column)c, text.text,
                                                   text.length, err),
                               err));
    }
    SN_TRY(keep_others(sink, node, label.length > 0 && !sink->rename, err));
out:
    return status;
}

/* Whether --commodity keeps the node. */
static sn_status filter(sn_sink *sink, sn_slice id, bool *keep, sn_error *err)
{
    const sn_slice commodity = sn_sink_text(sink, SN_NODE_TEXTS + SN_COMMODITY);
    sn_native *native = sink->native;
    sn_status status = SN_OK;
    int32_t code;

    *keep = native->keep != SN_KEEP_NODES ||
            sn_dict_find(&native->asked, commodity.text, commodity.length) != SN_NONE;
    if (native->keep == SN_KEEP_NODES && sink->flows > 0)
        return sn_sink_blame(sink, err,
                             "nodes must come before edges where a commodity is asked for");
    if (*keep)
        return SN_OK;
    sn_source_drop(sink->source, "other commodity", 1);
    SN_TRY(sn_dict_add(&native->skipped, id.text, id.length, &code, err));
    if (sink->rename)
        SN_TRY(remember_id(sink, SN_NONE, err));
out:
    return status;
}

static sn_status read_node(sn_sink *sink, sn_error *err)
{
    sn_slice id = {"", 0};
    sn_status status = SN_OK;
    int32_t node;
    bool keep;

    sink->nodes++;
    SN_TRY(choose_id(sink, &id, err));
    SN_TRY(filter(sink, id, &keep, err));
    if (!keep)
        return SN_OK;
    SN_TRY(sn_sink_builder(
        sink, sn_builder_declare(sink->native->builder, id.text, id.length, &node, err), err));
    if (sink->rename)
        SN_TRY(remember_id(sink, node, err));
    SN_TRY(read_texts(sink, node, err));
    SN_TRY(read_numbers(sink, node, err));
    sink->source->rows_used++;
out:
    return status;
}

/* The first pass under --commodity: which are there? */
static sn_status look_at(sn_sink *sink, sn_error *err)
{
    const sn_slice commodity = sn_sink_text(sink, SN_NODE_TEXTS + SN_COMMODITY);
    int32_t code;

    return commodity.length == 0 ? SN_OK
                                 : sn_dict_add(&sink->native->seen, commodity.text,
                                               commodity.length, &code, err);
}

sn_status sn_sink_end(sn_sink *sink, sn_error *err)
{
    if (sink->look)
        return sink->kind == SN_SINK_NODE ? look_at(sink, err) : SN_OK;
    sink->source->rows_read++;
    return sink->kind == SN_SINK_NODE ? read_node(sink, err) : sn_sink_flow(sink, err);
}
