/* matrix.c - once for the labels of the rows, once for the cells. */
#include "datasets/matrix.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/csv_private.h"
#include "datasets/places.h"

/* What a row or column is. */
typedef enum { NODE, FINAL_DEMAND, VALUE_ADDED, OUTPUT, UNKNOWN } role;

typedef struct {
    sn_native *native;
    sn_source *source;
    const char *name;
    sn_csv *csv;
    sn_places *places; /* NULL: labels name no countries */
    sn_dict rows;      /* labels of the rows                                          */
    role *role;        /* [width] of the columns                                      */
    int32_t *node;     /* [width] builder index of a NODE column, or SN_NONE: left out */
    double *bought;    /* [width] what each column buys                               */
    double *added;     /* [width] its value added                                     */
    double *stated;    /* [width] its output by the last row, NaN                     */
    bool is_known;     /* nodes were there before                                     */
    bool has_added, has_books;
    size_t flows, negative;
    double negative_sum;
    char mark;
} matrix;

/* ---- labels ---- */

static bool begins(sn_slice label, const char *word)
{
    const size_t length = strlen(word);

    if (label.length < length)
        return false;
    for (size_t i = 0; i < length; i++) {
        const char c = label.text[i] == ' ' || label.text[i] == '-' ? '_' : label.text[i];
        if (strncasecmp(&c, &word[i], 1) != 0)
            return false;
    }
    return label.length == length || label.text[length] == ':';
}

static role special(sn_slice label)
{
    if (begins(label, "final_demand") || begins(label, "final_use"))
        return FINAL_DEMAND;
    if (begins(label, "value_added"))
        return VALUE_ADDED;
    if (begins(label, "output") || begins(label, "gross_output") || begins(label, "total_output"))
        return OUTPUT;
    return UNKNOWN;
}

/* Whether a label is a header beside the first one. */
static bool is_header(const sn_preset_header *header, sn_slice label)
{
    for (size_t f = 1; f < header->count; f++)
        if (header->name[f].length == label.length &&
            memcmp(header->name[f].text, label.text, label.length) == 0)
            return true;
    return false;
}

static bool is_amount(sn_slice text)
{
    double value;
    bool marked;

    return sn_csv_is_missing(text) || sn_csv_parse_number(text, '.', &value, &marked) == SN_PARSED ||
           sn_csv_parse_number(text, ',', &value, &marked) == SN_PARSED;
}

bool sn_matrix_knows(const sn_preset_header *header)
{
    const sn_bytes bytes = {.data = header->bytes, .size = header->size, .name = (char[]){"matrix"}};
    bool more = false;
    sn_csv *csv = NULL;

    if (header->count < 2 ||
        (sn_preset_has(header, "source|from|supplier|exporter|i|id|node_id") &&
         sn_preset_has(header, "target|to|buyer|importer|j|value|v")))
        return false;
    const bool found = sn_csv_open(&bytes, NULL, 0, &csv, NULL) == SN_OK &&
                       sn_csv_next(csv, &more, NULL) == SN_OK && more &&
                       sn_csv_field(csv, 0).length > 0 && is_header(header, sn_csv_field(csv, 0)) &&
                       is_amount(sn_csv_field(csv, 1));
    sn_csv_free(csv);
    return found;
}

static sn_status fail_at(const matrix *m, size_t column, sn_error *err, const char *what,
                         sn_slice label)
{
    char quoted[SN_CSV_QUOTE_SIZE];

    return sn_fail(err, SN_EDATA, "%s:%zu:%zu: %s \"%s\"", m->name, sn_csv_line(m->csv), column + 1,
                   what, sn_csv_quote(label, quoted));
}

static sn_status list_rows(matrix *m, sn_error *err)
{
    sn_status status = SN_OK;
    bool more;

    for (;;) {
        int32_t code;
        SN_TRY(sn_csv_next(m->csv, &more, err));
        if (!more)
            return SN_OK;
        const sn_slice label = sn_csv_field(m->csv, 0);
        if (label.length == 0)
            return fail_at(m, 0, err, "a row without a label", label);
        if (special(label) != UNKNOWN)
            continue;
        const int32_t before = m->rows.count;
        SN_TRY(sn_dict_add(&m->rows, label.text, label.length, &code, err));
        if (code < before)
            return fail_at(m, 0, err, "a second row", label);
    }
out:
    return status;
}

/* Each column is a node, or one of the others. */
static sn_status judge_columns(matrix *m, sn_error *err)
{
    const size_t width = sn_csv_width(m->csv);
    sn_dict seen = {0};
    sn_status status = SN_OK;

    for (size_t f = 1; f < width; f++) {
        const sn_slice label = sn_csv_header(m->csv, f);
        const int32_t before = seen.count;
        int32_t code;
        m->role[f] = special(label);
        if (m->role[f] == VALUE_ADDED)
            m->role[f] = UNKNOWN;
        if (m->role[f] == UNKNOWN && sn_dict_find(&m->rows, label.text, label.length) != SN_NONE)
            m->role[f] = NODE;
        if (m->role[f] == UNKNOWN) {
            status = fail_at(m, f, err, "no row and not final_demand:... or output: column", label);
            goto out;
        }
        SN_TRY(sn_dict_add(&seen, label.text, label.length, &code, err));
        if (code < before) {
            status = fail_at(m, f, err, "a second column", label);
            goto out;
        }
        m->has_books |= m->role[f] != NODE;
    }
    for (int32_t r = 0; r < m->rows.count; r++) {
        const sn_slice label = {sn_dict_text(&m->rows, r), m->rows.length[r]};
        if (sn_dict_find(&seen, label.text, label.length) == SN_NONE) {
            status = fail_at(m, 0, err, "no column and not value_added:... or output: row", label);
            goto out;
        }
    }
out:
    sn_dict_clear(&seen);
    return status;
}

/* ---- nodes ---- */

/* The divider of "country:sector" that all labels have and whose parts both repeat, or NUL. */
static sn_status find_divider(matrix *m, char *divider, size_t count[2], sn_error *err)
{
    sn_status status = SN_OK;

    *divider = '\0';
    for (const char *try = ":.|_"; *try != '\0' && *divider == '\0'; try++) {
        sn_dict part[2] = {{.count = 0}, {.count = 0}};
        int32_t r = 0, code;
        for (; r < m->rows.count && status == SN_OK; r++) {
            const char *label = sn_dict_text(&m->rows, r), *at = strchr(label, *try);
            if (at == NULL || at == label || at[1] == '\0')
                break;
            status = sn_dict_add(&part[0], label, (size_t)(at - label), &code, err);
            if (status == SN_OK)
                status = sn_dict_add(&part[1], at + 1, strlen(at + 1), &code, err);
        }
        if (status == SN_OK && r == m->rows.count && part[0].count < r && part[1].count < r) {
            *divider = *try;
            count[0] = (size_t)part[0].count;
            count[1] = (size_t)part[1].count;
        }
        sn_dict_clear(&part[0]);
        sn_dict_clear(&part[1]);
        SN_TRY(status);
    }
out:
    return status;
}

static sn_status describe(matrix *m, int32_t node, const char *label, char divider, sn_error *err)
{
    sn_builder *builder = m->native->builder;
    const char *at = divider != '\0' ? strchr(label, divider) : NULL;
    sn_status status = SN_OK;

    if (at == NULL && !m->has_books)
        return SN_OK;
    sn_builder_set_kind(builder, node, SN_KIND_FIRM);
    const char *sector = at != NULL ? at + 1 : label;
    if (at != NULL) {
        const sn_slice text = {label, (size_t)(at - label)};
        const sn_place place = sn_places_find(m->places, text);
        const bool known = place.kind == SN_PLACE_COUNTRY || place.kind == SN_PLACE_REST;
        SN_TRY(sn_builder_set_text(builder, node, SN_COUNTRY, known ? place.code : text.text,
                                   known ? strlen(place.code) : text.length, err));
    }
    SN_TRY(sn_builder_set_text(builder, node, SN_SECTOR, sector, strlen(sector), err));
out:
    return status;
}

static sn_status make_nodes(matrix *m, sn_error *err)
{
    sn_builder *builder = m->native->builder;
    size_t count[2] = {0, 0};
    char divider = '\0';
    sn_status status = SN_OK;

    if (!m->is_known)
        SN_TRY(find_divider(m, &divider, count, err));
    if (divider != '\0')
        SN_TRY(sn_places_new(&m->places, err));
    for (size_t f = 1; f < sn_csv_width(m->csv); f++) {
        const sn_slice label = sn_csv_header(m->csv, f);
        if (m->role[f] != NODE)
            continue;
        m->node[f] = sn_builder_find(builder, label.text, label.length);
        if (m->node[f] != SN_NONE || m->native->keep == SN_KEEP_NODES)
            continue;
        status = sn_builder_touch(builder, label.text, label.length, &m->node[f], err);
        if (status == SN_EDATA)
            return fail_at(m, f, err, "no id of a node:", label);
        SN_TRY(status);
        if (!m->is_known)
            SN_TRY(describe(m, m->node[f],
                            sn_dict_text(&m->rows, sn_dict_find(&m->rows, label.text, label.length)),
                            divider, err));
    }
    if (divider != '\0')
        SN_TRY(sn_source_note(m->source, err,
                              "labels are read as country%csector: %zu countries, %zu sectors",
                              divider, count[0], count[1]));
out:
    return status;
}

/* ---- cells ---- */

static sn_status read_cell(matrix *m, size_t column, bool may_be_negative, double *value,
                           sn_error *err)
{
    const sn_slice text = sn_csv_field(m->csv, column);
    const char delimiter = sn_csv_delimiter(m->csv);
    bool marked;

    *value = 0;
    if (sn_csv_is_missing(text))
        return SN_OK;
    const bool comma = (delimiter == ';' || delimiter == '\t') && text.length > 0 &&
                       memchr(text.text, ',', text.length) != NULL &&
                       memchr(text.text, '.', text.length) == NULL;
    const char mark = comma ? ',' : '.';
    const sn_parse how = sn_csv_parse_number(text, mark, value, &marked);
    if (how != SN_PARSED)
        return fail_at(m, column, err,
                       how == SN_PARSE_HUGE        ? "too large:"
                       : how == SN_PARSE_THOUSANDS ? "not a number, write it without thousands "
                                                     "separators:"
                                                   : "not a number:",
                       text);
    if (marked && m->mark != '\0' && m->mark != mark)
        return fail_at(m, column, err, "decimal commas and decimal points in one file:", text);
    m->mark = marked ? mark : m->mark;
    if (*value < 0 && !may_be_negative)
        return fail_at(m, column, err, "a negative flow:", text);
    return SN_OK;
}

/* Columns beside the matrix in the row of a node. */
static sn_status state(matrix *m, int32_t node, double demand, double output, sn_error *err)
{
    sn_builder *builder = m->native->builder;
    sn_status status = SN_OK;

    if (demand < 0) {
        m->negative++;
        m->negative_sum += demand;
        demand = 0;
    }
    SN_TRY(sn_builder_set_number(builder, node, SN_FINAL_DEMAND, demand, err));
    SN_TRY(sn_builder_set_number(builder, node, SN_OUTPUT, output, err));
out:
    return status;
}

static sn_status read_supplier(matrix *m, int32_t supplier, sn_error *err)
{
    double demand = NAN, output = NAN, value;
    sn_status status = SN_OK;

    for (size_t f = 1; f < sn_csv_width(m->csv); f++) {
        SN_TRY(read_cell(m, f, m->role[f] == FINAL_DEMAND, &value, err));
        if (m->role[f] == FINAL_DEMAND)
            demand = isnan(demand) ? value : demand + value;
        else if (m->role[f] == OUTPUT)
            output = sn_csv_is_missing(sn_csv_field(m->csv, f)) ? NAN : value;
        else
            m->bought[f] += value;
        if (m->role[f] != NODE || value <= 0 || supplier == SN_NONE || m->node[f] == SN_NONE)
            continue;
        SN_TRY(sn_builder_flow(m->native->builder, supplier, m->node[f], value, SN_NONE,
                               SN_BASIS_REPORTED, NULL, 0, err));
        m->flows++;
    }
    if (supplier != SN_NONE)
        SN_TRY(state(m, supplier, demand, output, err));
out:
    return status;
}

static sn_status read_row(matrix *m, sn_error *err)
{
    const sn_slice label = sn_csv_field(m->csv, 0);
    const role what = special(label);
    sn_status status = SN_OK;
    double value;

    if (what == UNKNOWN) {
        const int32_t node = sn_builder_find(m->native->builder, label.text, label.length);
        if (node == SN_NONE)
            sn_source_drop(m->source, "other commodity", 1);
        else
            m->source->rows_used++;
        return read_supplier(m, node, err);
    }
    m->source->rows_used++;
    for (size_t f = 1; f < sn_csv_width(m->csv); f++) {
        if (m->role[f] != NODE)
            continue;
        SN_TRY(read_cell(m, f, true, &value, err));
        if (what == VALUE_ADDED)
            m->added[f] += value;
        else if (what == OUTPUT)
            m->stated[f] = value;
        else
            return fail_at(m, 0, err, "no column and not value_added:... or output: row", label);
        m->has_added |= what == VALUE_ADDED;
    }
out:
    return status;
}

/* Purchases and value added against output, column by column. */
static sn_status judge_books(matrix *m, sn_error *err)
{
    double worst = 0;
    size_t at = 0, off = 0;
    char quoted[SN_CSV_QUOTE_SIZE];
    sn_status status = SN_OK;

    for (size_t f = 1; m->has_added && f < sn_csv_width(m->csv); f++) {
        const double made = m->bought[f] + m->added[f];
        const double gap = m->stated[f] > 0 ? fabs(made - m->stated[f]) / m->stated[f] : 0;
        off += gap > 0.01;
        if (gap > worst) {
            worst = gap;
            at = f;
        }
    }
    if (off > 0)
        SN_TRY(sn_source_note(m->source, err,
                              "purchases and value added miss the stated output of %zu columns by "
                              "more than 1 %%, most that of \"%s\": by %.3g %%",
                              off, sn_csv_quote(sn_csv_header(m->csv, at), quoted), 100 * worst));
    if (m->negative > 0)
        SN_TRY(sn_source_note(m->source, err,
                              "final demand of %zu row%s is negative (drawn from stocks), together "
                              "%.6g: taken as 0",
                              m->negative, m->negative == 1 ? "" : "s", m->negative_sum));
    SN_TRY(sn_source_note(m->source, err, "a matrix of %d nodes with %zu flows", (int)m->rows.count,
                          m->flows));
out:
    return status;
}

static sn_status make_room(matrix *m, sn_error *err)
{
    const size_t width = sn_csv_width(m->csv);
    sn_status status = SN_OK;

    m->role = calloc(width, sizeof *m->role);
    m->node = calloc(width, sizeof *m->node);
    m->bought = calloc(width, sizeof *m->bought);
    m->added = calloc(width, sizeof *m->added);
    m->stated = calloc(width, sizeof *m->stated);
    SN_TRY_ALLOC(m->role, "a matrix");
    SN_TRY_ALLOC(m->node, "a matrix");
    SN_TRY_ALLOC(m->bought, "a matrix");
    SN_TRY_ALLOC(m->added, "a matrix");
    SN_TRY_ALLOC(m->stated, "a matrix");
    for (size_t f = 0; f < width; f++)
        m->stated[f] = NAN;
out:
    return status;
}

/* The first pass, and what follows from it. */
static sn_status prepare(matrix *m, const sn_preset_input *input, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(sn_csv_open(input->bytes, NULL, 0, &m->csv, err));
    SN_TRY(make_room(m, err));
    SN_TRY(list_rows(m, err));
    SN_TRY(judge_columns(m, err));
    SN_TRY(make_nodes(m, err));
    sn_csv_free(m->csv);
    m->csv = NULL;
    SN_TRY(sn_csv_open(input->bytes, NULL, 0, &m->csv, err));
out:
    return status;
}

sn_status sn_matrix_read(const sn_preset_input *input, sn_native *native, sn_error *err)
{
    matrix m = {.native = native, .name = input->bytes->name,
                .is_known = sn_builder_node_count(native->builder) > 0};
    sn_status status = SN_OK;
    bool more;

    if (native->year[0] != '\0')
        return sn_fail(err, SN_EUSAGE, "%s is a matrix without years, so the year %s means nothing",
                       m.name, native->year);
    if (native->keep == SN_KEEP_PRODUCTS)
        return sn_native_check_asked(native, m.name, err);
    SN_TRY(sn_sources_add(input->sources, "flows", input->bytes, &m.source, err));
    SN_TRY(prepare(&m, input, err));
    for (;;) {
        SN_TRY(sn_csv_next(m.csv, &more, err));
        if (!more)
            break;
        SN_TRY(read_row(&m, err));
    }
    SN_TRY(sn_source_finish(m.source, m.csv, err));
    SN_TRY(judge_books(&m, err));
out:
    sn_csv_free(m.csv);
    sn_dict_clear(&m.rows);
    sn_places_free(m.places);
    free(m.role);
    free(m.node);
    free(m.bought);
    free(m.added);
    free(m.stated);
    return status;
}
