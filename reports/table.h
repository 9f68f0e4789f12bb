/* table.h - one table in memory: what every writer of reports is fed with. */
#ifndef SN_REPORTS_TABLE_H
#define SN_REPORTS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "graph/error.h"

enum { SN_TABLE_COLUMNS = 64 }; /* at most */

/** sn_table_type - what the cells hold and how people read them; machines get doubles as such.
 */
typedef enum {
    SN_COLUMN_TEXT,    /* strings                                        */
    SN_COLUMN_NUMBER,  /* four significant digits: 0.3333                */
    SN_COLUMN_PERCENT, /* a share, 1 is all: 0.7841 reads 78.4 %         */
    SN_COLUMN_AMOUNT,  /* as a number, in `unit`: 182,346                */
    SN_COLUMN_INTEGER  /* counts, ranks, years                           */
} sn_table_type;

typedef enum {
    SN_ALIGN_AUTO, /* text left, numbers right */
    SN_ALIGN_LEFT,
    SN_ALIGN_RIGHT
} sn_align;

/** sn_table_head - the head of a column; for designated initialisers, so all zero is the default.
 */
typedef struct {
    const char *name;    /* for machines: snake_case, unique, not "type"    */
    const char *heading; /* for people; NULL: the name                      */
    sn_table_type type;
    const char *unit; /* "t/a"; NULL: none                               */
    sn_align align;
    bool bar; /* percent only: text draws a bar beside the share */
    unsigned char detail; /* where a line of text is too long, the highest goes first; 0: never */
} sn_table_head;

typedef enum {
    SN_CELL_MISSING, /* unknown, which is neither zero nor "" */
    SN_CELL_TEXT,
    SN_CELL_NUMBER
} sn_cell_kind;

typedef struct {
    sn_cell_kind kind;
    double number;    /* of a number; otherwise NaN                           */
    const char *text; /* of a text; of a missing cell the reason, or NULL     */
} sn_cell;

/**
 * sn_table - columns, rows of cells, and notes, all of it in the table's own memory.
 *
 * Rows are filled like this; a cell that is not set is missing:
 *
 *     sn_table_add_row(table);
 *     sn_table_set_text(table, COLUMN_ID, "CL-atacama");
 *     sn_table_set_number(table, COLUMN_SHARE, 0.7841);
 *
 * When memory runs out these calls do nothing from then on, and sn_table_status says so.  Every
 * writer asks it first: a table that lost a cell is never written.
 */
typedef struct sn_table sn_table;

/**
 * sn_table_new - an empty table.
 *
 * record   [in]   what a row is, for machines ("removal"); NDJSON rows begin with it as "type"
 * title    [in]   for people; NULL: none
 * columns  [in]   count heads, in order; copied with their strings
 * count    [in]   1 to SN_TABLE_COLUMNS
 * table    [out]  to be released with sn_table_free
 *
 * Returns  SN_OK; SN_ENOMEM.
 */
sn_status sn_table_new(const char *record, const char *title, const sn_table_head *columns,
                       size_t count, sn_table **table, sn_error *err);

/** sn_table_free - release the table; NULL is fine. */
void sn_table_free(sn_table *table);

/** sn_table_add_row - start a new last row, all of whose cells are missing. */
void sn_table_add_row(sn_table *table);

/** sn_table_set_text - in the last row, in a text column.  The string is copied; NULL: missing.
 */
void sn_table_set_text(sn_table *table, size_t column, const char *text);

/** sn_table_set_number - in the last row, in a column of numbers.  NaN: missing. */
void sn_table_set_number(sn_table *table, size_t column, double x);

/**
 * sn_table_set_missing - in the last row: unknown, and why.
 *
 * reason  [in]  a clause for people, lower case, no full stop; JSON carries it; NULL: none
 * given
 */
void sn_table_set_missing(sn_table *table, size_t column, const char *reason);

/** sn_table_add_note - a sentence to stand under the table. */
void sn_table_add_note(sn_table *table, const char *text);

/** sn_table_status - SN_OK, or SN_ENOMEM when something that was added is not there. */
sn_status sn_table_status(const sn_table *table, sn_error *err);

/* What is in the table.  Strings are lent until it is freed, columns and cells until it
 * changes. */
const char *sn_table_record(const sn_table *table);
const char *sn_table_title(const sn_table *table);
size_t sn_table_column_count(const sn_table *table);
size_t sn_table_row_count(const sn_table *table);
size_t sn_table_note_count(const sn_table *table);
const sn_table_head *sn_table_column(const sn_table *table, size_t column);
const sn_cell *sn_table_cell(const sn_table *table, size_t row, size_t column);
const char *sn_table_note(const sn_table *table, size_t note);

#endif /* SN_REPORTS_TABLE_H */
