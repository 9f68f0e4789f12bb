/* write_text.c - tables for a terminal.
 *
 * First every cell is measured, then the columns are fitted to the width that was asked for,
 * then the lines are printed.  Widths are columns of the terminal, not bytes. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "reports/utf8.h"
#include "reports/write_private.h"

enum {
    GAP = 2,        /* blanks between columns                              */
    NARROWEST = 8,  /* text columns are not cut below this                 */
    WRAPPED = 20,   /* nor is a last one that goes on in the next line     */
    BAR = 10,       /* length of a bar that means 100 %                    */
    SHORT_BAR = 4   /* and the shortest                                    */
};

typedef struct {
    const sn_table *table;
    sn_out *out;
    size_t columns;                 /* shown */
    size_t column[SN_TABLE_COLUMNS]; /* which of the table's */
    size_t width[SN_TABLE_COLUMNS]; /* without the bar */
    bool has_bar[SN_TABLE_COLUMNS];
    size_t bar;   /* length of a bar that means 100 % */
    bool wraps;   /* the last column goes on in the next line */
    bool hides;   /* a column is left out */
    bool color;
} layout;

static const sn_table_head *head_of(const layout *l, size_t c)
{
    return sn_table_column(l->table, l->column[c]);
}

static void put_escape(const layout *l, const char *code)
{
    if (l->color)
        sn_out_printf(l->out, "\033[%sm", code);
}

/* Print the start of a text that fits into so many columns.  What would steer the terminal
 * becomes a space: text comes from files, and no file may move our cursor. */
static void put_clean(sn_out *out, const char *text, size_t width)
{
    while (*text != '\0') {
        const char *start = text;
        const uint32_t point = sn_utf8_next(&text);
        const unsigned cells = sn_utf8_cells(point);

        if (cells > width)
            break;
        width -= cells;
        if (point < 0x20 || (point >= 0x7F && point < 0xA0))
            sn_out_putc(out, ' ');
        else if (point == 0xFFFD)
            sn_out_puts(out, SN_UTF8_REPLACEMENT);
        else
            sn_out_write(out, start, (size_t)(text - start));
    }
}

/* The width of what fits into `limit` columns; one less where a wide character does not. */
static size_t fitting_width(const char *text, size_t limit)
{
    size_t width = 0;

    for (uint32_t point; (point = sn_utf8_next(&text)) != 0;) {
        if (width + sn_utf8_cells(point) > limit)
            break;
        width += sn_utf8_cells(point);
    }
    return width;
}

/* Print text in so many columns, cut or padded; is_open leaves out blanks at the right. */
static void put_field(const layout *l, const char *text, size_t width, bool is_right,
                      bool is_open)
{
    const bool is_cut = sn_utf8_width(text) > width;
    const size_t shown = fitting_width(text, is_cut ? width - 1 : width);
    const size_t blanks = width - shown - (is_cut ? 1 : 0);

    if (is_right)
        sn_out_fill(l->out, " ", blanks);
    put_clean(l->out, text, shown);
    if (is_cut)
        sn_out_puts(l->out, "…");
    if (!is_right && !is_open)
        sn_out_fill(l->out, " ", blanks);
}

/* Draw a share as a bar, in eighths of a character; a share above 0 is always to be seen. */
static void put_bar(const layout *l, double share, bool is_open)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const double fraction = share > 0 ? fmin(share, 1) : 0; /* NaN: no bar */
    const size_t length = (size_t)ceil(fraction * (double)l->bar * 8);

    sn_out_fill(l->out, "█", length / 8);
    sn_out_puts(l->out, eighths[length % 8]);
    if (!is_open)
        sn_out_fill(l->out, " ", l->bar - (length + 7) / 8);
}

static size_t total_width(const layout *l)
{
    size_t total = GAP * (l->columns - 1);

    for (size_t c = 0; c < l->columns; c++)
        total += l->width[c] + (l->has_bar[c] ? 1 + l->bar : 0);
    return total;
}

static void measure(layout *l)
{
    char heading[SN_HEADING_SIZE], number[SN_NUMBER_SIZE];
    const size_t rows = sn_table_row_count(l->table);

    l->bar = BAR;
    for (size_t c = 0; c < l->columns; c++) {
        const sn_table_head *column = sn_table_column(l->table, c);

        l->column[c] = c;
        l->has_bar[c] = column->bar && column->type == SN_COLUMN_PERCENT;
        l->width[c] = sn_utf8_width(sn_write_heading(column, heading));
        for (size_t r = 0; r < rows; r++) {
            const size_t width = sn_utf8_width(sn_write_cell(l->table, r, c, number));
            if (width > l->width[c])
                l->width[c] = width;
        }
    }
}

/* Leave out the column that is the finest detail, the last of them.  Returns whether there was
 * one. */
static bool hide_a_detail(layout *l)
{
    size_t hidden = l->columns;
    unsigned finest = 0;

    for (size_t c = 0; c < l->columns; c++) {
        if (head_of(l, c)->detail > 0 && head_of(l, c)->detail >= finest) {
            hidden = c;
            finest = head_of(l, c)->detail;
        }
    }
    if (hidden == l->columns)
        return false;
    l->columns--;
    l->hides = true;
    for (size_t c = hidden; c < l->columns; c++) {
        l->column[c] = l->column[c + 1];
        l->width[c] = l->width[c + 1];
        l->has_bar[c] = l->has_bar[c + 1];
    }
    return true;
}

/* Give the last column what is left of `limit`, if that is enough to read in several lines. */
static bool wrap_last(layout *l, size_t limit)
{
    const size_t last = l->columns - 1, others = total_width(l) - l->width[last];

    if (head_of(l, last)->type != SN_COLUMN_TEXT || others + WRAPPED > limit)
        return false;
    l->wraps = true;
    l->width[last] = limit - others;
    return true;
}

/* The widest column of words; names for people go before ids.  l->columns: none is left. */
static size_t column_to_cut(const layout *l)
{
    size_t cut = l->columns, most = NARROWEST;
    bool is_label = false;

    for (size_t c = 0; c < l->columns; c++) {
        const sn_table_head *head = head_of(l, c);
        const bool label = strcmp(head->name, "label") == 0;

        if (head->type == SN_COLUMN_TEXT && l->width[c] > NARROWEST && label >= is_label &&
            (l->width[c] > most || label > is_label)) {
            cut = c;
            most = l->width[c];
            is_label = label;
        }
    }
    return cut;
}

/* Make the table fit into `limit` columns as well as it goes: with a last column of several
 * lines, without details, with shorter bars, without bars, and then with less text. */
static void fit(layout *l, size_t limit)
{
    while (total_width(l) > limit && !wrap_last(l, limit) && hide_a_detail(l)) {
    }
    while (total_width(l) > limit && l->bar > SHORT_BAR)
        l->bar--;
    if (total_width(l) > limit)
        memset(l->has_bar, 0, sizeof l->has_bar);
    for (size_t total = total_width(l); total > limit; total--) {
        const size_t cut = column_to_cut(l);

        if (cut == l->columns)
            return; /* only numbers are left */
        l->width[cut]--;
    }
}

static void put_headings(const layout *l)
{
    char heading[SN_HEADING_SIZE];

    for (size_t c = 0; c < l->columns; c++) {
        const sn_table_head *column = head_of(l, c);
        const bool is_last = c + 1 == l->columns;

        put_escape(l, "4");
        put_field(l, sn_write_heading(column, heading), l->width[c], sn_write_is_right(column),
                  is_last && !l->color);
        put_escape(l, "0");
        if (!is_last)
            sn_out_fill(l->out, " ", GAP + (l->has_bar[c] ? 1 + l->bar : 0));
    }
    sn_out_putc(l->out, '\n');
    if (l->color) /* the headings are underlined */
        return;
    for (size_t c = 0; c < l->columns; c++) {
        sn_out_fill(l->out, "-", l->width[c]);
        if (c + 1 < l->columns)
            sn_out_fill(l->out, " ", GAP + (l->has_bar[c] ? 1 + l->bar : 0));
    }
    sn_out_putc(l->out, '\n');
}

/* Print the first words of a text that fit into so many columns, at least one.  Returns the
 * rest. */
static const char *put_words(sn_out *out, const char *text, size_t limit)
{
    size_t column = 0;

    while (*text != '\0') {
        const char *end = text;
        size_t width = 0;

        while (*end != '\0' && *end != ' ')
            width += sn_utf8_cells(sn_utf8_next(&end));
        if (column > 0 && limit > 0 && column + 1 + width > limit)
            break;
        if (column > 0) {
            sn_out_putc(out, ' ');
            column++;
        }
        put_clean(out, text, width);
        column += width;
        text = end + (*end == ' ');
    }
    return text;
}

static void put_row(const layout *l, size_t row)
{
    char number[SN_NUMBER_SIZE];

    for (size_t c = 0; c < l->columns; c++) {
        const sn_cell *cell = sn_table_cell(l->table, row, l->column[c]);
        const char *text = sn_write_cell(l->table, row, l->column[c], number);
        const bool is_last = c + 1 == l->columns, is_missing = cell->kind == SN_CELL_MISSING;

        if (is_last && l->wraps && !is_missing) {
            const size_t indent = total_width(l) - l->width[c];
            while (*(text = put_words(l->out, text, l->width[c])) != '\0') {
                sn_out_putc(l->out, '\n');
                sn_out_fill(l->out, " ", indent);
            }
            break;
        }
        if (is_missing)
            put_escape(l, "2");
        put_field(l, text, l->width[c], sn_write_is_right(head_of(l, c)),
                  is_last && !l->has_bar[c]);
        if (is_missing)
            put_escape(l, "0");
        if (l->has_bar[c] && !(is_last && !(cell->number > 0))) {
            sn_out_putc(l->out, ' ');
            put_bar(l, cell->number, is_last);
        }
        if (!is_last)
            sn_out_fill(l->out, " ", GAP);
    }
    sn_out_putc(l->out, '\n');
}

void sn_write_paragraph(sn_out *out, const char *text, size_t width)
{
    do {
        text = put_words(out, text, width);
        sn_out_putc(out, '\n');
    } while (*text != '\0');
}

/* Name the columns that did not fit. */
static void put_hidden(const layout *l, size_t limit)
{
    char text[1024] = "not shown:";

    for (size_t c = 0, shown = 0; c < sn_table_column_count(l->table); c++) {
        const sn_table_head *column = sn_table_column(l->table, c);
        const size_t used = strlen(text);

        if (shown < l->columns && l->column[shown] == c)
            shown++;
        else
            (void)snprintf(text + used, sizeof text - used, "%s %s",
                           text[used - 1] == ':' ? "" : ",", column->heading);
    }
    (void)snprintf(text + strlen(text), sizeof text - strlen(text), " (--width 0 shows all)");
    sn_write_paragraph(l->out, text, limit);
}

void sn_write_text(const sn_table *table, const sn_table_style *style, sn_out *out)
{
    layout l = {.table = table,
                .out = out,
                .columns = sn_table_column_count(table),
                .color = style->color};

    measure(&l);
    if (style->width > 0)
        fit(&l, style->width);
    if (sn_table_title(table) != NULL) {
        put_escape(&l, "1");
        sn_write_paragraph(out, sn_table_title(table), style->width);
        put_escape(&l, "0");
        sn_out_putc(out, '\n');
    }
    put_headings(&l);
    for (size_t r = 0; r < sn_table_row_count(table); r++)
        put_row(&l, r);
    if (sn_table_row_count(table) == 0)
        sn_out_puts(out, "(no rows)\n");
    if (sn_table_note_count(table) > 0 || l.hides)
        sn_out_putc(out, '\n');
    if (l.hides)
        put_hidden(&l, style->width);
    for (size_t k = 0; k < sn_table_note_count(table); k++)
        sn_write_paragraph(out, sn_table_note(table, k), style->width);
}
