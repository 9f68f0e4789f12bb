/* table.c - cells row by row in one array, all strings in a list of blocks that never move. */
#include "reports/table.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 1 << 14 };

typedef struct block {
    struct block *next;
    size_t used, size;
    char bytes[];
} block;

struct sn_table {
    const char *record;
    const char *title;
    sn_table_head columns[SN_TABLE_COLUMNS];
    size_t column_count;
    sn_cell *cells; /* [row * column_count + column] */
    size_t row_count, row_room;
    const char **notes;
    size_t note_count, note_room;
    block *blocks; /* the one in use first */
    bool failed;
};

/* Copy a string into the table.  Returns NULL for NULL, and when memory runs out. */
static const char *keep(sn_table *table, const char *text)
{
    block *b = table->blocks;
    char *copy;
    size_t size;

    if (text == NULL || table->failed)
        return NULL;
    size = strlen(text) + 1;
    if (b == NULL || b->size - b->used < size) {
        const size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;

        b = malloc(sizeof *b + room);
        if (b == NULL) {
            table->failed = true;
            return NULL;
        }
        *b = (block){.next = table->blocks, .size = room};
        table->blocks = b;
    }
    copy = b->bytes + b->used;
    memcpy(copy, text, size);
    b->used += size;
    return copy;
}

/* Make room for one more item.  Returns the array, moved or not; NULL when memory runs out. */
static void *grow(sn_table *table, void *items, size_t count, size_t *room, size_t item_size)
{
    const size_t wanted = *room == 0 ? 16 : *room * 2;
    void *grown = NULL;

    if (count < *room)
        return items;
    if (wanted <= SIZE_MAX / item_size)
        grown = realloc(items, wanted * item_size);
    if (grown == NULL)
        table->failed = true;
    else
        *room = wanted;
    return grown;
}

sn_status sn_table_new(const char *record, const char *title, const sn_table_head *columns,
                       size_t count, sn_table **out_table, sn_error *err)
{
    sn_status status = SN_OK;
    sn_table *table = calloc(1, sizeof *table);

    assert(count >= 1 && count <= SN_TABLE_COLUMNS);
    SN_TRY_ALLOC(table, "a table");
    table->column_count = count;
    table->record = keep(table, record);
    table->title = keep(table, title);
    for (size_t c = 0; c < count; c++) {
        sn_table_head *column = &table->columns[c];

        assert(strcmp(columns[c].name, "type") != 0 && "NDJSON needs that name for the record");
        *column = columns[c];
        column->name = keep(table, columns[c].name);
        column->heading =
            columns[c].heading != NULL ? keep(table, columns[c].heading) : column->name;
        column->unit = keep(table, columns[c].unit);
    }
    SN_TRY(sn_table_status(table, err));
    *out_table = table;
    table = NULL;
out:
    sn_table_free(table);
    return status;
}

void sn_table_free(sn_table *table)
{
    if (table == NULL)
        return;
    for (block *b = table->blocks, *next; b != NULL; b = next) {
        next = b->next;
        free(b);
    }
    free(table->cells);
    free(table->notes);
    free(table);
}

void sn_table_add_row(sn_table *table)
{
    const size_t row_size = table->column_count * sizeof *table->cells;
    sn_cell *cells;

    if (table->failed)
        return;
    cells = grow(table, table->cells, table->row_count, &table->row_room, row_size);
    if (cells == NULL)
        return;
    table->cells = cells;
    for (size_t c = 0; c < table->column_count; c++)
        cells[table->row_count * table->column_count + c] = (sn_cell){.number = NAN};
    table->row_count++;
}

/* The cell to be set; NULL when the table has failed and the last row may be the wrong one. */
static sn_cell *last_cell(sn_table *table, size_t column)
{
    assert(column < table->column_count);
    if (table->failed)
        return NULL;
    assert(table->row_count > 0);
    return &table->cells[(table->row_count - 1) * table->column_count + column];
}

void sn_table_set_text(sn_table *table, size_t column, const char *text)
{
    sn_cell *cell = last_cell(table, column);

    assert(table->columns[column].type == SN_COLUMN_TEXT);
    if (cell != NULL)
        *cell = (sn_cell){.kind = text != NULL ? SN_CELL_TEXT : SN_CELL_MISSING,
                          .number = NAN,
                          .text = keep(table, text)};
}

void sn_table_set_number(sn_table *table, size_t column, double x)
{
    sn_cell *cell = last_cell(table, column);

    assert(table->columns[column].type != SN_COLUMN_TEXT);
    if (cell != NULL)
        *cell = (sn_cell){.kind = isnan(x) ? SN_CELL_MISSING : SN_CELL_NUMBER, .number = x};
}

void sn_table_set_missing(sn_table *table, size_t column, const char *reason)
{
    sn_cell *cell = last_cell(table, column);

    if (cell != NULL)
        *cell = (sn_cell){.number = NAN, .text = keep(table, reason)};
}

void sn_table_add_note(sn_table *table, const char *text)
{
    const char **notes;

    if (table->failed)
        return;
    notes = grow(table, table->notes, table->note_count, &table->note_room, sizeof *notes);
    if (notes == NULL)
        return;
    table->notes = notes;
    notes[table->note_count++] = keep(table, text);
}

sn_status sn_table_status(const sn_table *table, sn_error *err)
{
    return table->failed ? sn_nomem(err, "a table") : SN_OK;
}

const char *sn_table_record(const sn_table *table)
{
    return table->record;
}

const char *sn_table_title(const sn_table *table)
{
    return table->title;
}

size_t sn_table_column_count(const sn_table *table)
{
    return table->column_count;
}

size_t sn_table_row_count(const sn_table *table)
{
    return table->row_count;
}

size_t sn_table_note_count(const sn_table *table)
{
    return table->note_count;
}

const sn_table_head *sn_table_column(const sn_table *table, size_t column)
{
    assert(column < table->column_count);
    return &table->columns[column];
}

const sn_cell *sn_table_cell(const sn_table *table, size_t row, size_t column)
{
    assert(row < table->row_count && column < table->column_count);
    return &table->cells[row * table->column_count + column];
}

const char *sn_table_note(const sn_table *table, size_t note)
{
    assert(note < table->note_count);
    return table->notes[note];
}
