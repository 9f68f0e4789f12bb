/* share_table.c - a table of shares, checked and sorted. */
#include "datasets/share_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/embedded.h"
#include "datasets/rows.h"

enum { SUPPLY, MATERIAL, STAGE, COUNTRY, SHARE, BELOW, T, COLUMNS };

static const sn_csv_column columns[] = {
    [SUPPLY] = {"supply", NULL, true}, [MATERIAL] = {"material", "commodity", true},
    [STAGE] = {"stage", NULL, true},   [COUNTRY] = {"country", NULL, true},
    [SHARE] = {"share", NULL, true},   [BELOW] = {"below", NULL, false},
    [T] = {"t", NULL, false}};

static sn_status read_share(sn_csv *csv, sn_arena *texts, void *to, sn_error *err)
{
    sn_share_row *row = to;
    int supply;
    sn_slice needed;
    sn_status status = SN_OK;

    SN_TRY(sn_csv_require(csv, SUPPLY, &needed, err));
    SN_TRY(sn_csv_choice(csv, SUPPLY, "global|sourcing", &supply, err));
    SN_TRY(sn_csv_require(csv, MATERIAL, &needed, err));
    SN_TRY(sn_csv_require(csv, COUNTRY, &needed, err));
    row->is_sourcing = supply == 1;
    SN_TRY(sn_rows_text(csv, MATERIAL, texts, &row->material, err));
    SN_TRY(sn_rows_text(csv, STAGE, texts, &row->stage, err));
    SN_TRY(sn_rows_text(csv, COUNTRY, texts, &row->country, err));
    SN_TRY(sn_csv_amount(csv, SHARE, &row->share, err));
    SN_TRY(sn_csv_amount(csv, BELOW, &row->below, err));
    SN_TRY(sn_csv_amount(csv, T, &row->t, err));
    if (row->share > 1 || row->below > 1)
        status = sn_csv_fail(csv, row->share > 1 ? SHARE : BELOW, err,
                             "a share is within 0 and 1, not in percent");
    else if (isnan(row->share) && isnan(row->below))
        status = sn_csv_fail(csv, SHARE, err, "neither a share nor a bound");
out:
    return status;
}

static int in_order(const void *a, const void *b)
{
    const sn_share_row *x = a, *y = b;
    int order = strcasecmp(x->material, y->material); /* annexes spell it in their own ways */

    order = order != 0 ? order : strcmp(x->stage, y->stage);
    order = order != 0 ? order : strcmp(x->country, y->country);
    return order != 0 ? order : (int)x->is_sourcing - (int)y->is_sourcing;
}

static sn_status check_twice(const sn_bytes *bytes, const sn_share_table *table, sn_error *err)
{
    for (size_t k = 1; k < table->count; k++) {
        const sn_share_row *row = &table->row[k];
        if (in_order(row, row - 1) == 0)
            return sn_fail(err, SN_EDATA, "%s: %s %s: %s is given twice in %s supply",
                           bytes->name, row->material, row->stage, row->country,
                           row->is_sourcing ? "sourcing" : "global");
    }
    return SN_OK;
}

sn_status sn_share_table_load(const char *name, sn_sources *sources, sn_share_table *table,
                              sn_error *err)
{
    static const sn_rows_kind kind = {columns, COLUMNS, sizeof(sn_share_row), read_share};
    const sn_embedded_file *built_in = strcmp(name, SN_SHARES_BUILT_IN) == 0
                                           ? sn_embedded_find(name, "shares_2023.csv")
                                           : NULL;
    sn_bytes bytes = {0};
    sn_csv *csv = NULL;
    sn_source *source;
    void *rows = NULL;
    sn_status status = SN_OK;

    *table = (sn_share_table){0};
    status = built_in != NULL ? sn_embedded_open(built_in, &bytes, err)
                              : sn_bytes_open(name, NULL, SN_BYTES_LIMIT, &bytes, err);
    SN_TRY(status == SN_EIO ? SN_EDATA : status); /* an input that cannot be read */
    SN_TRY(sn_csv_open(&bytes, columns, COLUMNS, &csv, err));
    status = sn_rows_read(csv, &kind, &table->texts, &rows, &table->count, err);
    table->row = rows;
    SN_TRY(status);
    if (table->count > 0)
        qsort(table->row, table->count, sizeof *table->row, in_order);
    SN_TRY(check_twice(&bytes, table, err));
    SN_TRY(sn_sources_add(sources, "shares", &bytes, &source, err));
    source->rows_used = sn_csv_rows(csv);
    SN_TRY(sn_source_finish(source, csv, err));
out:
    sn_csv_free(csv);
    sn_bytes_clear(&bytes);
    if (status != SN_OK)
        sn_share_table_clear(table);
    return status;
}

void sn_share_table_clear(sn_share_table *table)
{
    free(table->row);
    sn_arena_clear(&table->texts);
    *table = (sn_share_table){0};
}
