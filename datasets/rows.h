/* rows.h - a whole table read into an array of rows of one kind. */
#ifndef SN_DATASETS_ROWS_H
#define SN_DATASETS_ROWS_H

#include <stddef.h>

#include "datasets/csv.h"
#include "graph/arena.h"
#include "graph/error.h"

/** sn_rows_kind - what a table looks like, and how a row of it is read. */
typedef struct {
    const sn_csv_column *column;
    size_t column_count;
    size_t size; /* of a row [bytes] */
    sn_status (*read)(sn_csv *csv, sn_arena *texts, void *row, sn_error *err);
} sn_rows_kind;

/**
 * sn_rows_read - add all rows of a table to an array.
 *
 * csv    [in]      opened with the columns of `kind`
 * texts  [in,out]  keeps what the rows point to
 * rows, count  [in,out]  an array from malloc, or NULL and 0; freed by the caller, also after a
 *                  failure
 *
 * Returns  SN_OK; SN_EDATA with the position in the table; SN_ENOMEM.
 */
sn_status sn_rows_read(sn_csv *csv, const sn_rows_kind *kind, sn_arena *texts, void **rows,
                       size_t *count, sn_error *err);

/** sn_rows_built_in - the same for a built-in table; SN_EINTERNAL when it is not there or not
 *  sound: our bug, not the user's. */
sn_status sn_rows_built_in(const char *dataset, const char *file, const sn_rows_kind *kind,
                           sn_arena *texts, void **rows, size_t *count, sn_error *err);

/** sn_rows_text - a field of the current row as a text that stays.  SN_ENOMEM. */
sn_status sn_rows_text(const sn_csv *csv, size_t column, sn_arena *texts, const char **text,
                       sn_error *err);

#endif /* SN_DATASETS_ROWS_H */
