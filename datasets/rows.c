/* rows.c - one loop for all tables that become arrays: a callback takes each row. */
#include "datasets/rows.h"

#include <stdbool.h>
#include <stdlib.h>

#include "datasets/embedded.h"

sn_status sn_rows_read(sn_csv *csv, const sn_rows_kind *kind, sn_arena *texts, void **rows,
                       size_t *count, sn_error *err)
{
    sn_status status = SN_OK;
    size_t room = *count;
    bool more;

    for (;;) {
        SN_TRY(sn_csv_next(csv, &more, err));
        if (!more)
            break;
        if (*count == room) {
            room = room < 32 ? 64 : room * 2;
            void *grown = realloc(*rows, room * kind->size);
            SN_TRY_ALLOC(grown, "the rows of a table");
            *rows = grown;
        }
        SN_TRY(kind->read(csv, texts, (char *)*rows + *count * kind->size, err));
        ++*count;
    }
out:
    return status;
}

sn_status sn_rows_built_in(const char *dataset, const char *file, const sn_rows_kind *kind,
                           sn_arena *texts, void **rows, size_t *count, sn_error *err)
{
    const sn_embedded_file *built_in = sn_embedded_find(dataset, file);
    sn_bytes bytes = {0};
    sn_csv *csv = NULL;
    sn_error reason = {0};

    if (built_in == NULL)
        return sn_fail(err, SN_EINTERNAL, "%s/%s is not built in", dataset, file);
    sn_status status = sn_embedded_open(built_in, &bytes, &reason);
    if (status == SN_OK)
        status = sn_csv_open(&bytes, kind->column, kind->column_count, &csv, &reason);
    if (status == SN_OK)
        status = sn_rows_read(csv, kind, texts, rows, count, &reason);
    sn_csv_free(csv);
    sn_bytes_clear(&bytes);
    if (status != SN_OK)
        status =
            sn_fail(err, status == SN_ENOMEM ? status : SN_EINTERNAL, "%s", reason.message);
    return status;
}

sn_status sn_rows_text(const sn_csv *csv, size_t column, sn_arena *texts, const char **text,
                       sn_error *err)
{
    const sn_slice slice = sn_csv_text(csv, column);

    *text = sn_arena_copy(texts, slice.text, slice.length);
    return *text == NULL ? sn_nomem(err, "the texts of a table") : SN_OK;
}
