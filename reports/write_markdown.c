/* write_markdown.c - GitHub's tables (GitHub Flavored Markdown, section 4.10). */
#include <ctype.h>
#include <string.h>

#include "reports/utf8.h"
#include "reports/write_private.h"

/* Print text as itself: what Markdown would take for markup is escaped, and it stays on its
 * line. An underscore inside a word is no markup, and ids are full of them. */
static void put_escaped(sn_out *out, const char *text)
{
    for (char before = ' '; *text != '\0';) {
        const char *start = text;
        const uint32_t point = sn_utf8_next(&text);
        const bool in_word = isalnum((unsigned char)before) && isalnum((unsigned char)*text);

        if (point < 0x20 || point == 0x7F) {
            sn_out_putc(out, ' ');
        } else if (point == 0xFFFD) {
            sn_out_puts(out, SN_UTF8_REPLACEMENT);
        } else {
            if (point < 0x80 && strchr("\\|`*<>[]~$_", (int)point) != NULL &&
                !(point == '_' && in_word))
                sn_out_putc(out, '\\');
            sn_out_write(out, start, (size_t)(text - start));
        }
        before = *start;
    }
}

void sn_write_markdown(const sn_table *table, sn_out *out)
{
    char heading[SN_HEADING_SIZE], number[SN_NUMBER_SIZE];
    const size_t columns = sn_table_column_count(table), rows = sn_table_row_count(table);

    if (sn_table_title(table) != NULL) {
        sn_out_puts(out, "### ");
        put_escaped(out, sn_table_title(table));
        sn_out_puts(out, "\n\n");
    }
    for (size_t c = 0; c < columns; c++) {
        sn_out_puts(out, c == 0 ? "| " : " | ");
        put_escaped(out, sn_write_heading(sn_table_column(table, c), heading));
    }
    sn_out_puts(out, " |\n");
    for (size_t c = 0; c < columns; c++)
        sn_out_puts(out, sn_write_is_right(sn_table_column(table, c)) ? "| ---: " : "| --- ");
    sn_out_puts(out, "|\n");
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < columns; c++) {
            sn_out_puts(out, c == 0 ? "| " : " | ");
            put_escaped(out, sn_write_cell(table, r, c, number));
        }
        sn_out_puts(out, " |\n");
    }
    for (size_t k = 0; k < sn_table_note_count(table); k++) {
        sn_out_putc(out, '\n');
        put_escaped(out, sn_table_note(table, k));
        sn_out_putc(out, '\n');
    }
}
