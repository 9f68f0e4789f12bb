/* write_delimited.c - comma- and tab-separated values. */
#include <math.h>
#include <string.h>

#include "reports/write_private.h"

static void put_csv_field(sn_out *out, const char *text, bool is_armed)
{
    if (text[0] != '\0' && text[strcspn(text, ",\"\r\n")] == '\0') {
        if (is_armed)
            sn_out_putc(out, '\'');
        sn_out_puts(out, text);
        return;
    }
    sn_out_putc(out, '"'); /* an empty text too: a field without quotes is a missing one */
    if (is_armed)
        sn_out_putc(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            sn_out_putc(out, '"');
        sn_out_putc(out, *text);
    }
    sn_out_putc(out, '"');
}

static void put_tsv_field(sn_out *out, const char *text, bool is_armed)
{
    if (is_armed)
        sn_out_putc(out, '\'');
    for (; *text != '\0'; text++)
        sn_out_putc(out, strchr("\t\r\n", *text) != NULL ? ' ' : *text);
}

static void put_cell(sn_out *out, const sn_cell *cell, sn_format format, bool csv_safe)
{
    if (cell->kind == SN_CELL_NUMBER && isfinite(cell->number)) {
        char number[SN_NUMBER_SIZE];

        sn_out_puts(out, sn_number_json(cell->number, number));
    } else if (cell->kind == SN_CELL_TEXT) {
        /* Spreadsheets take text that begins like this for a formula, and run it. */
        const bool is_armed =
            csv_safe && cell->text[0] != '\0' && strchr("=+-@\t\r", cell->text[0]) != NULL;

        if (format == SN_FORMAT_CSV)
            put_csv_field(out, cell->text, is_armed);
        else
            put_tsv_field(out, cell->text, is_armed);
    }
}

void sn_write_delimited(const sn_table *table, sn_format format, bool csv_safe, sn_out *out)
{
    const char separator = format == SN_FORMAT_CSV ? ',' : '\t';
    const size_t columns = sn_table_column_count(table), rows = sn_table_row_count(table);

    for (size_t c = 0; c < columns; c++) {
        sn_out_puts(out, sn_table_column(table, c)->name);
        sn_out_putc(out, c + 1 < columns ? separator : '\n');
    }
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < columns; c++) {
            put_cell(out, sn_table_cell(table, r, c), format, csv_safe);
            sn_out_putc(out, c + 1 < columns ? separator : '\n');
        }
    }
}
