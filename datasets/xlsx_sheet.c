/* xlsx_sheet.c - the cells of a sheet as lines of CSV: row r is line r, column c is field c. */
#include <stdlib.h>
#include <string.h>

#include "datasets/xlsx_private.h"

enum { MOST_ROWS = 1048576, MOST_COLUMNS = 16384, LONGEST_CELL = 1 << 20 }; /* Excel's limits */

typedef enum { NUMBER, SHARED, TEXT, BOOLEAN } cell_type;

typedef struct {
    sn_xlsx *book;
    const sn_xlsx_shared *shared;
    size_t row, column;    /* where the next cell is, from 1 */
    size_t line, field;    /* where the text is, from 1; field 0: a new line */
    size_t width;          /* fields of the first row that has any */
    cell_type type;
    bool in_cell, in_value;
    sn_xlsx_text value;
} reader;

static void put(reader *r, const char *text, size_t length)
{
    sn_block *block = r->book->block;

    while (length > 0 && sn_xml_goes_on(r->book->xml)) {
        sn_xml_stop(r->book->xml, sn_block_grow(block, r->book->err));
        if (!sn_xml_goes_on(r->book->xml))
            return;
        const size_t room = block->room - block->size, part = length < room ? length : room;
        memcpy(block->data + block->size, text, part);
        block->size += part;
        text += part;
        length -= part;
    }
}

/* A text in quotes, on one line. */
static void put_quoted(reader *r, const char *text, size_t length)
{
    put(r, "\"", 1);
    for (size_t i = 0; i < length; i++) {
        const char c = text[i];
        put(r, c == '"' ? "\"\"" : c == '\n' || c == '\r' ? " " : &text[i], c == '"' ? 2 : 1);
    }
    put(r, "\"", 1);
}

static void put_value(reader *r, const char *text, size_t length)
{
    const bool comment = r->column == 1 && length > 0 && text[0] == '#';

    if (r->type == NUMBER || comment) {
        for (size_t i = 0; i < length; i++)
            put(r, text[i] == '\n' || text[i] == '\r' ? " " : &text[i], 1);
    } else if (r->type == BOOLEAN) {
        if (length == 1 && text[0] == '1')
            put(r, "TRUE", 4);
        else
            put(r, "FALSE", 5);
    } else {
        put_quoted(r, text, length);
    }
}

/* Bring the text to the place of the cell. */
static void move_there(reader *r)
{
    if (r->line == 0)
        r->line = 1;
    for (; r->line < r->row; r->line++, r->field = 0)
        put(r, "\n", 1);
    if (r->field == 0)
        r->field = 1;
    for (; r->field < r->column; r->field++)
        put(r, ",", 1);
}

/* "BC12" -> column 55, row 12; false when it is no such reference. */
static bool parse_reference(sn_slice text, size_t *row, size_t *column)
{
    size_t i = 0;

    *row = *column = 0;
    for (; i < text.length && text.text[i] >= 'A' && text.text[i] <= 'Z' && i < 4; i++)
        *column = *column * 26 + (size_t)(text.text[i] - 'A') + 1;
    for (; i < text.length && text.text[i] >= '0' && text.text[i] <= '9' && i < 12; i++)
        *row = *row * 10 + (size_t)(text.text[i] - '0');
    return i == text.length && *row >= 1 && *row <= MOST_ROWS && *column >= 1 &&
           *column <= MOST_COLUMNS;
}

static bool parse_index(const char *text, size_t length, size_t *index)
{
    *index = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || *index > (size_t)1 << 40)
            return false;
        *index = *index * 10 + (size_t)(text[i] - '0');
    }
    return length > 0;
}

static void begin_row(reader *r, const sn_xml_tag *tag)
{
    const sn_slice stated = sn_xml_attribute(tag, "r");
    size_t row = r->row + 1;

    if (stated.text != NULL && (!parse_index(stated.text, stated.length, &row) || row <= r->row))
        sn_xml_fail(r->book->xml, "row \"%.*s\" does not follow row %zu",
                    (int)(stated.length < 40 ? stated.length : 40), stated.text, r->row);
    else if (row > MOST_ROWS)
        sn_xml_fail(r->book->xml, "more than %d rows", MOST_ROWS);
    r->row = row;
    r->column = 0;
}

static void begin_cell(reader *r, const sn_xml_tag *tag)
{
    const sn_slice stated = sn_xml_attribute(tag, "r"), type = sn_xml_attribute(tag, "t");
    const size_t last = r->column;
    size_t row = r->row;

    r->column++;
    if (stated.text != NULL &&
        (!parse_reference(stated, &row, &r->column) || row != r->row || r->column <= last))
        sn_xml_fail(r->book->xml, "cell \"%.*s\" does not follow column %zu of row %zu",
                    (int)(stated.length < 40 ? stated.length : 40), stated.text, last, r->row);
    else if (r->row == 0 || r->column > MOST_COLUMNS)
        sn_xml_fail(r->book->xml, "a cell outside a row, or more than %d columns", MOST_COLUMNS);
    r->type = type.text == NULL || sn_xml_is(type, "n") ? NUMBER
              : sn_xml_is(type, "s")                    ? SHARED
              : sn_xml_is(type, "b")                    ? BOOLEAN
                                                        : TEXT;
    r->in_cell = true;
    r->value.size = 0;
}

static void on_begin(void *context, const char *name, const sn_xml_tag *tag)
{
    reader *r = context;

    if (strcmp(name, "row") == 0) {
        begin_row(r, tag);
    } else if (strcmp(name, "c") == 0) {
        begin_cell(r, tag);
    } else if (strcmp(name, "mergeCell") == 0) {
        const sn_slice area = sn_xml_attribute(tag, "ref");
        sn_xml_fail(r->book->xml, "the cells %.*s are merged: a table needs one cell for each value",
                    (int)(area.length < 40 ? area.length : 40), area.text != NULL ? area.text : "");
    }
    r->in_value = r->in_cell && (strcmp(name, "v") == 0 || strcmp(name, "t") == 0);
}

static void end_cell(reader *r)
{
    const char *text = r->value.data;
    size_t length = r->value.size, index;

    r->in_cell = false;
    if (length == 0)
        return;
    if (r->type == SHARED) {
        if (!parse_index(text, length, &index) || index >= r->shared->count) {
            sn_xml_fail(r->book->xml, "there is no text number %.*s",
                        (int)(length < 20 ? length : 20), text);
            return;
        }
        const size_t begin = index > 0 ? r->shared->end[index - 1] : 0;
        text = r->shared->all.data + begin;
        length = r->shared->end[index] - begin;
        if (length == 0)
            return;
    }
    move_there(r);
    put_value(r, text, length);
}

/* A sheet leaves out empty cells at the end of a row; a table of text does not. */
static void end_row(reader *r)
{
    if (r->field == 0 || r->line != r->row)
        return;
    if (r->width == 0)
        r->width = r->field;
    for (; r->field < r->width; r->field++)
        put(r, ",", 1);
}

static void on_end(void *context, const char *name)
{
    reader *r = context;

    r->in_value = false;
    if (strcmp(name, "row") == 0)
        end_row(r);
    else if (r->in_cell && strcmp(name, "c") == 0)
        end_cell(r);
}

static void on_text(void *context, const char *text, size_t length)
{
    reader *r = context;

    if (!r->in_value)
        return;
    if (r->value.size + length > LONGEST_CELL)
        sn_xml_fail(r->book->xml, "a cell with more than 1 MiB of text");
    else
        sn_xml_stop(r->book->xml, sn_xlsx_append(&r->value, text, length, r->book->err));
}

sn_status sn_xlsx_sheet(sn_xlsx *book, const char *part, const sn_xlsx_shared *shared)
{
    static const sn_xml_events events = {on_begin, on_end, on_text};
    reader r = {.book = book, .shared = shared};
    const sn_status status = sn_xlsx_part(book, part, false, &events, &r);

    free(r.value.data);
    return status;
}
