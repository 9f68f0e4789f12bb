/* write.c - the names of the formats, the way to their writers, and what these share. */
#include "reports/write.h"

#include <stdio.h>
#include <string.h>

#include "reports/write_private.h"

static const char *const names[] = {
    [SN_FORMAT_TEXT] = "text", [SN_FORMAT_JSON] = "json",     [SN_FORMAT_CSV] = "csv",
    [SN_FORMAT_TSV] = "tsv",   [SN_FORMAT_NDJSON] = "ndjson", [SN_FORMAT_MARKDOWN] = "md",
};

sn_status sn_format_parse(const char *name, sn_format *format, sn_error *err)
{
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        if (strcmp(name, names[k]) == 0) {
            *format = (sn_format)k;
            return SN_OK;
        }
    }
    return sn_fail(err, SN_EUSAGE, "unknown format '%s': there are %s", name, SN_FORMAT_NAMES);
}

const char *sn_format_name(sn_format format)
{
    return names[format];
}

sn_status sn_table_write(const sn_table *table, sn_format format, const sn_table_style *style,
                         sn_out *out, sn_error *err)
{
    static const sn_table_style plain = {0};
    sn_status status = SN_OK;

    if (style == NULL)
        style = &plain;
    SN_TRY(sn_table_status(table, err));
    switch (format) {
    case SN_FORMAT_TEXT:
        sn_write_text(table, style, out);
        break;
    case SN_FORMAT_JSON:
        sn_write_json(table, out);
        break;
    case SN_FORMAT_CSV:
    case SN_FORMAT_TSV:
        sn_write_delimited(table, format, style->csv_safe, out);
        break;
    case SN_FORMAT_NDJSON:
        sn_write_ndjson(table, out);
        break;
    case SN_FORMAT_MARKDOWN:
        sn_write_markdown(table, out);
        break;
    }
out:
    return status;
}

const char *sn_write_cell(const sn_table *table, size_t row, size_t column,
                          char buffer[SN_NUMBER_SIZE])
{
    const sn_cell *cell = sn_table_cell(table, row, column);

    if (cell->kind == SN_CELL_TEXT)
        return cell->text;
    switch (
        sn_table_column(table, column)->type) { /* a missing number is NaN, which gives "-" */
    case SN_COLUMN_INTEGER:
        return sn_number_whole(cell->number, buffer);
    case SN_COLUMN_PERCENT:
        return sn_number_percent(cell->number, buffer);
    case SN_COLUMN_TEXT:
    case SN_COLUMN_NUMBER:
    case SN_COLUMN_AMOUNT:
        break;
    }
    return sn_number_text(cell->number, buffer);
}

const char *sn_write_heading(const sn_table_head *column, char buffer[SN_HEADING_SIZE])
{
    if (column->unit == NULL || column->type == SN_COLUMN_PERCENT) /* its cells say "%" */
        (void)snprintf(buffer, SN_HEADING_SIZE, "%s", column->heading);
    else
        (void)snprintf(buffer, SN_HEADING_SIZE, "%s (%s)", column->heading, column->unit);
    return buffer;
}

bool sn_write_is_right(const sn_table_head *column)
{
    return column->align == SN_ALIGN_RIGHT ||
           (column->align == SN_ALIGN_AUTO && column->type != SN_COLUMN_TEXT);
}
