/* native_nodes.c - nodes.csv. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/csv_private.h"
#include "datasets/native_private.h"

enum {
    ID = SN_NODE_ID,
    LABEL = SN_NODE_LABEL,
    KIND = SN_NODE_KIND,
    TEXTS = SN_NODE_TEXTS,
    NUMBERS = SN_NODE_NUMBERS,
    COLUMNS = SN_NODE_COLUMNS
};

static const sn_csv_column columns[COLUMNS] = {
    [ID] = {"id", "node_id", true},
    [LABEL] = {"label", NULL, false},
    [KIND] = {"kind", NULL, false},
    [TEXTS + SN_COUNTRY] = {"country", NULL, false},
    [TEXTS + SN_OWNER] = {"owner", NULL, false},
    [TEXTS + SN_COMMODITY] = {"commodity", NULL, false},
    [TEXTS + SN_STAGE] = {"stage", NULL, false},
    [TEXTS + SN_SECTOR] = {"sector", NULL, false},
    [TEXTS + SN_UNIT] = {"unit", NULL, false},
    [NUMBERS + SN_OUTPUT] = {"output", NULL, false},
    [NUMBERS + SN_CAPACITY] = {"capacity", NULL, false},
    [NUMBERS + SN_FINAL_DEMAND] = {"final_demand", NULL, false},
    [NUMBERS + SN_PRIMARY] = {"primary", NULL, false},
    [NUMBERS + SN_INVENTORY_DAYS] = {"inventory_days", NULL, false},
    [NUMBERS + SN_LOW] = {"low", NULL, false},
    [NUMBERS + SN_HIGH] = {"high", NULL, false},
    [NUMBERS + SN_LAT] = {"lat", "latitude", false},
    [NUMBERS + SN_LON] = {"lon", "longitude|lng", false},
};

int sn_native_node_column(sn_slice name)
{
    for (int c = 0; c < COLUMNS; c++)
        if (sn_csv_means(name, &columns[c]))
            return c;
    return -1;
}

enum { LONG_ROW = 40 }; /* bytes: room is made for so many nodes, and more as they come */

/* One pass over nodes.csv. */
typedef struct {
    sn_native *native;
    sn_csv *csv;
    sn_source *source;
    int32_t *attribute; /* [width] attribute of a field, or SN_NONE */
    size_t *line;       /* [line_room] by builder index: where the node was declared */
    size_t line_room;
    size_t from_stocks; /* rows whose final demand is negative */
} pass;

static sn_status name_attributes(pass *p, sn_error *err)
{
    const size_t width = sn_csv_width(p->csv);
    sn_status status = SN_OK;

    p->attribute = malloc(width * sizeof *p->attribute);
    SN_TRY_ALLOC(p->attribute, "attributes");
    for (size_t f = 0; f < width; f++) {
        const sn_slice name = sn_csv_header(p->csv, f);
        p->attribute[f] = SN_NONE;
        if (name.length > 0 && !sn_csv_is_wanted(p->csv, f))
            SN_TRY(sn_builder_attribute(p->native->builder, name.text, name.length,
                                        &p->attribute[f], err));
    }
out:
    return status;
}

static sn_status declare(pass *p, sn_slice id, int32_t *node, sn_error *err)
{
    sn_error reason = {0};
    const sn_status status =
        sn_builder_declare(p->native->builder, id.text, id.length, node, &reason);

    if (status != SN_OK) {
        const int32_t known = sn_builder_find(p->native->builder, id.text, id.length);
        char quoted[SN_CSV_QUOTE_SIZE];
        if (status == SN_EDATA && known != SN_NONE)
            return sn_csv_fail(p->csv, ID, err,
                               "node \"%s\" is declared twice, first on line %zu",
                               sn_csv_quote(id, quoted), p->line[known]);
        return sn_csv_blame(p->csv, ID, sn_fail(err, status, "%s", reason.message), err);
    }
    if ((size_t)*node >= p->line_room) {
        const size_t room = p->line_room == 0 ? 256 : p->line_room * 2;
        size_t *grown = realloc(p->line, room * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "a larger network");
        p->line = grown;
        p->line_room = room;
    }
    p->line[*node] = sn_csv_line(p->csv);
    return SN_OK;
}

static bool is_beyond(double value, double limit)
{
    return value < -limit || value > limit; /* false for NaN */
}

static sn_status read_numbers(pass *p, int32_t node, sn_error *err)
{
    sn_builder *builder = p->native->builder;
    double value[SN_QUANTITIES];
    sn_status status = SN_OK;

    for (int q = 0; q < SN_QUANTITIES; q++) {
        const size_t column = NUMBERS + (size_t)q;
        value[q] = NAN;
        if (!sn_csv_has(p->csv, column))
            continue;
        if (q == SN_LAT || q == SN_LON || q == SN_FINAL_DEMAND)
            SN_TRY(sn_csv_number(p->csv, column, &value[q], err));
        else
            SN_TRY(sn_csv_amount(p->csv, column, &value[q], err));
        if (q == SN_FINAL_DEMAND && value[q] < 0) { /* drawn from stocks: no demand */
            p->from_stocks++;
            value[q] = 0;
        }
        if (is_beyond(value[q], q == SN_LAT ? 90 : q == SN_LON ? 180 : INFINITY))
            return sn_csv_fail(p->csv, column, err, "value %g is no place on earth", value[q]);
        SN_TRY(sn_csv_blame(p->csv, column,
                            sn_builder_set_number(builder, node, (sn_quantity)q, value[q], err),
                            err));
    }
    if (value[SN_LOW] > value[SN_HIGH])
        return sn_csv_fail(p->csv, NUMBERS + SN_LOW, err, "low %g is above high %g",
                           value[SN_LOW], value[SN_HIGH]);
out:
    return status;
}

static sn_status read_texts(pass *p, int32_t node, sn_error *err)
{
    sn_builder *builder = p->native->builder;
    const sn_slice label = sn_csv_text(p->csv, LABEL);
    sn_status status = SN_OK;
    int kind;

    SN_TRY(sn_builder_set_label(builder, node, label.text, label.length, err));
    SN_TRY(sn_csv_choice(p->csv, KIND, "country|firm|stage", &kind, err));
    if (kind >= 0)
        sn_builder_set_kind(builder, node, (sn_kind)kind);
    for (int c = 0; c < SN_COLUMNS; c++) {
        const sn_slice text = sn_csv_text(p->csv, TEXTS + (size_t)c);
        if (text.length > 0)
            SN_TRY(
                sn_builder_set_text(builder, node, (sn_column)c, text.text, text.length, err));
    }
    for (size_t f = 0; f < sn_csv_width(p->csv); f++) {
        const sn_slice text = sn_csv_field(p->csv, f);
        if (p->attribute[f] != SN_NONE && text.length > 0)
            SN_TRY(sn_builder_set_attribute(builder, node, p->attribute[f], text.text,
                                            text.length, err));
    }
out:
    return status;
}

static sn_status read_node(pass *p, sn_error *err)
{
    const sn_slice commodity = sn_csv_text(p->csv, TEXTS + SN_COMMODITY);
    sn_native *native = p->native;
    sn_status status = SN_OK;
    int32_t node;
    sn_slice id;

    SN_TRY(sn_csv_require(p->csv, ID, &id, err));
    if (native->keep == SN_KEEP_NODES &&
        sn_dict_find(&native->asked, commodity.text, commodity.length) == SN_NONE) {
        sn_source_drop(p->source, "other commodity", 1);
        return sn_dict_add(&native->skipped, id.text, id.length, &node, err);
    }
    SN_TRY(declare(p, id, &node, err));
    SN_TRY(read_texts(p, node, err));
    SN_TRY(read_numbers(p, node, err));
    p->source->rows_used++;
out:
    return status;
}

sn_status sn_native_nodes(sn_native *native, sn_bytes *bytes, sn_sources *sources,
                          sn_error *err)
{
    pass p = {.native = native};
    sn_status status = SN_OK;
    bool more;

    SN_TRY(sn_sources_add(sources, "nodes", bytes, &p.source, err));
    SN_TRY(sn_csv_open(bytes, columns, COLUMNS, &p.csv, err));
    if (native->keep == SN_KEEP_ALL && !bytes->is_partial)
        SN_TRY(sn_builder_expect(native->builder, bytes->size / LONG_ROW, 0, err));
    SN_TRY(name_attributes(&p, err));
    for (;;) {
        SN_TRY(sn_csv_next(p.csv, &more, err));
        if (!more)
            break;
        SN_TRY(read_node(&p, err));
    }
    SN_TRY(sn_source_finish(p.source, p.csv, err));
    if (p.from_stocks > 0)
        SN_TRY(sn_source_note(p.source, err,
                              "final demand of %zu row%s is negative (drawn from stocks): taken as 0",
                              p.from_stocks, p.from_stocks == 1 ? "" : "s"));
out:
    sn_csv_free(p.csv);
    free(p.attribute);
    free(p.line);
    return status;
}
