/* tables.c - read the three tables row by row. */
#include "datasets/tables.h"

#include <stdbool.h>
#include <string.h>

#include "datasets/csv.h"
#include "datasets/tables_rows.h"

/* A wanted column and what sn_tables_add_... calls it. */
static const sn_csv_column stage_columns[] = {{"commodity", "mineral", true},
                                              {"stage", NULL, true},
                                              {"next", NULL, true},
                                              {"yield", NULL, false}};
static const sn_tables_column stage_ids[] = {SN_TABLES_COMMODITY, SN_TABLES_STAGE,
                                             SN_TABLES_NEXT, SN_TABLES_YIELD};

static const sn_csv_column output_columns[] = {{"commodity", "mineral", true},
                                               {"stage", NULL, true},
                                               {"country", "country_iso3|iso3", true},
                                               {"value", "output", true},
                                               {"need", NULL, false},
                                               {"unit", NULL, false},
                                               {"year", "period|t", false},
                                               {"source", NULL, false}};
static const sn_tables_column output_ids[] = {
    SN_TABLES_COMMODITY, SN_TABLES_STAGE, SN_TABLES_COUNTRY, SN_TABLES_VALUE,
    SN_TABLES_NEED,      SN_TABLES_UNIT,  SN_TABLES_COLUMNS, SN_TABLES_COLUMNS};

static const sn_csv_column trade_columns[] = {
    {"commodity", "mineral", true},      {"stage", NULL, true},
    {"exporter", "exporter_iso3", true}, {"importer", "importer_iso3", true},
    {"quantity", "quantity_t", true},    {"basis", NULL, false}};
static const sn_tables_column trade_ids[] = {SN_TABLES_COMMODITY, SN_TABLES_STAGE,
                                             SN_TABLES_EXPORTER,  SN_TABLES_IMPORTER,
                                             SN_TABLES_QUANTITY,  SN_TABLES_BASIS};

/* Put the position of the column to blame before the message of a refused row. */
static sn_status blame_column(const sn_csv *csv, const sn_tables_column *ids, size_t count,
                              sn_tables_column blame, sn_status status, sn_error *err)
{
    size_t column = SN_CSV_ROW;

    for (size_t k = 0; k < count; k++)
        if (ids[k] == blame)
            column = k;
    return sn_csv_blame(csv, column, status, err);
}

static sn_status take_stage(sn_csv *csv, sn_tables *tables, sn_tables_column *blame,
                            sn_status *refused, sn_error *err)
{
    sn_status status = SN_OK;
    sn_tables_stage row = {.commodity = sn_csv_text(csv, 0),
                           .stage = sn_csv_text(csv, 1),
                           .next = sn_csv_text(csv, 2),
                           .line = sn_csv_line(csv)};

    SN_TRY(sn_csv_amount(csv, 3, &row.yield, err));
    *refused = sn_tables_add_stage(tables, &row, blame, err);
out:
    return status;
}

static sn_status take_output(sn_csv *csv, sn_tables *tables, sn_tables_column *blame,
                             sn_status *refused, sn_error *err)
{
    sn_status status = SN_OK;
    sn_tables_output row = {.commodity = sn_csv_text(csv, 0),
                            .stage = sn_csv_text(csv, 1),
                            .country = sn_csv_text(csv, 2),
                            .unit = sn_csv_text(csv, 5),
                            .year = sn_csv_text(csv, 6),
                            .source = sn_csv_text(csv, 7)};

    SN_TRY(sn_csv_amount(csv, 3, &row.value, err));
    SN_TRY(sn_csv_amount(csv, 4, &row.need, err));
    *refused = sn_tables_add_output(tables, &row, blame, err);
out:
    return status;
}

static sn_status take_trade(sn_csv *csv, sn_tables *tables, sn_tables_column *blame,
                            sn_status *refused, sn_error *err)
{
    sn_status status = SN_OK;
    sn_tables_trade row = {.commodity = sn_csv_text(csv, 0),
                           .stage = sn_csv_text(csv, 1),
                           .exporter = sn_csv_text(csv, 2),
                           .importer = sn_csv_text(csv, 3),
                           .basis = sn_csv_text(csv, 5)};

    SN_TRY(sn_csv_amount(csv, 4, &row.quantity, err));
    *refused = sn_tables_add_trade(tables, &row, blame, err);
out:
    return status;
}

/* One table: its columns, and how a row is taken.  The status of `take` is that of the csv
 * reader, whose messages have their position; `refused` is that of the row. */
typedef struct {
    const sn_csv_column *column;
    const sn_tables_column *id;
    size_t count;
    sn_status (*take)(sn_csv *, sn_tables *, sn_tables_column *, sn_status *, sn_error *);
} kind;

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
static const kind stage_table = {stage_columns, stage_ids, COUNT(stage_ids), take_stage};
static const kind output_table = {output_columns, output_ids, COUNT(output_ids), take_output};
static const kind trade_table = {trade_columns, trade_ids, COUNT(trade_ids), take_trade};

/* Whether a list like "cobalt|nickel" names a commodity; NULL names all. */
static bool is_asked(const char *list, sn_slice commodity)
{
    for (const char *at = list; at != NULL; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (strcspn(at, "|") == commodity.length &&
            strncmp(at, commodity.text, commodity.length) == 0)
            return true;
    return list == NULL;
}

/* The first column of every table is the commodity. */
static sn_status read_table(const sn_bytes *bytes, const kind *k, const char *commodity,
                            sn_tables *tables, size_t *rows, size_t *other, sn_error *err)
{
    sn_status status = SN_OK;
    sn_csv *csv = NULL;
    bool more;

    SN_TRY(sn_csv_open(bytes, k->column, k->count, &csv, err));
    for (;;) {
        sn_tables_column blame = SN_TABLES_COLUMNS;
        sn_status refused = SN_OK;

        SN_TRY(sn_csv_next(csv, &more, err));
        if (!more)
            break;
        if (!is_asked(commodity, sn_csv_text(csv, 0))) {
            ++*other;
            continue;
        }
        SN_TRY(k->take(csv, tables, &blame, &refused, err));
        SN_TRY(blame_column(csv, k->id, k->count, blame, refused, err));
    }
    *rows = sn_csv_rows(csv);
out:
    sn_csv_free(csv);
    return status;
}

sn_status sn_tables_load(const sn_bytes *stages, const sn_bytes *production,
                         const sn_bytes *trade, const char *commodity, sn_tables_namer *namer,
                         const void *context, sn_builder *builder, sn_stages_report *report,
                         sn_error *err)
{
    sn_status status = SN_OK;
    sn_tables *tables = sn_tables_new();
    size_t stage_rows = 0, output_rows = 0, trade_rows = 0, line, other[3] = {0};
    sn_error reason = {0};

    *report = (sn_stages_report){0};
    SN_TRY_ALLOC(tables, "tables");
    SN_TRY(read_table(stages, &stage_table, commodity, tables, &stage_rows, &other[0], err));
    if (stage_rows > 0 && other[0] == stage_rows) {
        status = sn_fail(err, SN_EUSAGE, "%s knows no commodity \"%s\"", stages->name, commodity);
        goto out;
    }
    SN_TRY(read_table(production, &output_table, commodity, tables, &output_rows, &other[1], err));
    if (trade != NULL)
        SN_TRY(read_table(trade, &trade_table, commodity, tables, &trade_rows, &other[2], err));
    status = sn_tables_build(tables, namer, context, builder, &line, report, &reason);
    if (status != SN_OK && line > 0)
        (void)sn_fail(err, status, "%s:%zu: %.400s", stages->name, line, reason.message);
    else if (status != SN_OK)
        (void)sn_fail(err, status, "%s", reason.message);
    report->stage_rows = stage_rows;
    report->output_rows = output_rows;
    report->trade_rows = trade_rows;
    report->other_stages = other[0];
    report->other_outputs = other[1];
    report->other_trades = other[2];
out:
    sn_tables_free(tables);
    return status;
}
