/* csv.c - opening a table, stepping through it, and saying what is wrong where. */
#include "datasets/csv.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/csv_private.h"

static sn_status decode(sn_csv *csv, const sn_bytes *bytes, sn_error *err)
{
    const char *data = bytes->data;
    size_t size = bytes->size, valid;
    sn_status status = SN_OK;

    if (size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
        data += 3;
        size -= 3;
    }
    SN_TRY(sn_csv_check_text(bytes->name, data, size, &valid, err));
    if (valid < size) {
        csv->not_utf8_line = 1;
        for (size_t i = 0; i < valid; i++)
            csv->not_utf8_line += data[i] == '\n';
        csv->converted = sn_csv_from_cp1252(data, size, &size);
        SN_TRY_ALLOC(csv->converted, csv->name);
        data = csv->converted;
    }
    csv->at = data;
    csv->end = data + size;
out:
    return status;
}

/* The first window of text that is unpacked as it is read. */
static sn_status feed(sn_csv *csv, sn_error *err)
{
    size_t size;
    sn_status status = SN_OK;

    SN_TRY(sn_csv_feed_open(csv, &csv->feed, err));
    SN_TRY(sn_csv_feed_next(csv->feed, NULL, 0, &csv->at, &size, &csv->more_follows, err));
    csv->end = csv->at + size;
out:
    return status;
}

sn_status sn_csv_open(const sn_bytes *bytes, const sn_csv_column *column, size_t count,
                      sn_csv **out_csv, sn_error *err)
{
    sn_csv *csv = calloc(1, sizeof *csv);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(csv, "a table");
    if (bytes->is_image) {
        status =
            sn_fail(err, SN_EDATA, "\"%s\" is an image of a network, not a table", bytes->name);
        goto out;
    }
    csv->name = bytes->name;
    csv->bytes = bytes;
    csv->line = 1;
    csv->column = column;
    csv->column_count = count;
    csv->field_of = calloc(count + 1, sizeof *csv->field_of);
    SN_TRY_ALLOC(csv->field_of, "a table");
    SN_TRY(bytes->is_partial ? feed(csv, err) : decode(csv, bytes, err));
    SN_TRY(sn_csv_read_header(csv, err));
    *out_csv = csv;
    csv = NULL;
out:
    sn_csv_free(csv);
    return status;
}

void sn_csv_free(sn_csv *csv)
{
    if (csv == NULL)
        return;
    sn_csv_queue_free(csv->queue);
    sn_csv_feed_close(csv->feed);
    free(csv->converted);
    free(csv->field_of);
    free(csv->header_text);
    free(csv->header);
    free(csv->wanted);
    free(csv->field);
    free(csv->scratch);
    free(csv);
}

static bool is_blank(const sn_csv *csv)
{
    for (size_t f = 0; f < csv->field_count; f++)
        if (csv->field[f].length > 0)
            return false;
    return true;
}

/* Bring the row to the header's width, or say why that cannot be. */
static sn_status fit_row(sn_csv *csv, sn_error *err)
{
    const size_t found = csv->field_count;

    while (csv->field_count > csv->width && csv->field[csv->field_count - 1].length == 0)
        csv->field_count--;
    if (csv->field_count > csv->width || found < csv->least_width)
        return sn_fail(err, SN_EDATA, "%s:%zu: %zu field%s, but the header has %zu", csv->name,
                       csv->row_line, found, found == 1 ? "" : "s", csv->width);
    return SN_OK;
}

sn_status sn_csv_step(sn_csv *csv, const char *to, bool *more, sn_error *err)
{
    sn_status status = SN_OK;

    while (csv->at < to) {
        SN_TRY(sn_csv_scan_row(csv, err));
        if (csv->starved)
            break;
        if (csv->field[0].length == 0 && is_blank(csv)) {
            csv->blank_rows++;
            continue;
        }
        SN_TRY(fit_row(csv, err));
        csv->rows++;
        *more = true;
        return SN_OK;
    }
    csv->field_count = 0;
    *more = false;
out:
    return status;
}

sn_status sn_csv_next(sn_csv *csv, bool *more, sn_error *err)
{
    sn_status status = SN_OK;

    if (csv->feed != NULL && csv->queue == NULL)
        SN_TRY(sn_csv_queue_all(csv, err));
    if (csv->queue != NULL)
        return sn_csv_queue_next(csv, more, err);
    return sn_csv_step(csv, csv->end, more, err);
out:
    return status;
}

sn_slice sn_csv_field(const sn_csv *csv, size_t field)
{
    return field < csv->field_count ? csv->field[field] : (sn_slice){"", 0};
}

sn_slice sn_csv_text(const sn_csv *csv, size_t column)
{
    return sn_csv_field(csv, csv->field_of[column]);
}

bool sn_csv_has(const sn_csv *csv, size_t column)
{
    return csv->field_of[column] != NO_FIELD;
}

/* "file:line:field: " */
static void write_position(const sn_csv *csv, size_t column, char *buffer, size_t room)
{
    if (column != SN_CSV_ROW && csv->field_of[column] != NO_FIELD)
        (void)snprintf(buffer, room, "%s:%zu:%zu: ", csv->name, csv->row_line,
                       csv->field_of[column] + 1);
    else
        (void)snprintf(buffer, room, "%s:%zu: ", csv->name, csv->row_line);
}

sn_status sn_csv_fail(const sn_csv *csv, size_t column, sn_error *err, const char *fmt, ...)
{
    char position[200], text[400];
    va_list args;

    write_position(csv, column, position, sizeof position);
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return sn_fail(err, SN_EDATA, "%s%s", position, text);
}

sn_status sn_csv_blame(const sn_csv *csv, size_t column, sn_status status, sn_error *err)
{
    if (status == SN_EDATA && err != NULL) {
        const sn_error reason = *err;
        err->status = SN_OK;
        (void)sn_csv_fail(csv, column, err, "%s", reason.message);
    }
    return status;
}

const char *sn_csv_quote(sn_slice text, char buffer[SN_CSV_QUOTE_SIZE])
{
    enum { MOST = 60 };
    size_t length = text.length <= MOST ? text.length : MOST;

    if (length < text.length) /* not in the middle of a character */
        while (length > 0 && ((unsigned char)text.text[length] & 0xc0) == 0x80)
            length--;
    for (size_t i = 0; i < length; i++) {
        const unsigned char byte = (unsigned char)text.text[i];
        buffer[i] = byte < 0x20 || byte == 0x7f ? '?' : text.text[i];
    }
    (void)snprintf(buffer + length, SN_CSV_QUOTE_SIZE - length, "%s",
                   length < text.length ? "..." : "");
    return buffer;
}

/* The column's name as the file has it, for messages. */
static const char *shown_name(const sn_csv *csv, size_t column, char buffer[SN_CSV_QUOTE_SIZE])
{
    return sn_csv_quote(csv->header[csv->field_of[column]], buffer);
}

bool sn_csv_is_missing(sn_slice text)
{
    switch (text.length) {
    case 0:
        return true;
    case 1:
        return text.text[0] == ':' || text.text[0] == 'W';
    case 2:
        return memcmp(text.text, "..", 2) == 0 || memcmp(text.text, "--", 2) == 0 ||
               strncasecmp(text.text, "na", 2) == 0;
    default:
        return text.length == 3 && strncasecmp(text.text, "n/a", 3) == 0;
    }
}

/* Which decimal mark a text is to be read with. */
static char choose_mark(const sn_csv *csv, sn_slice text)
{
    const bool may_be_comma = csv->delimiter == ';' || csv->delimiter == '\t';

    return may_be_comma && text.length > 0 && memchr(text.text, ',', text.length) != NULL &&
                   memchr(text.text, '.', text.length) == NULL
               ? ','
               : '.';
}

static sn_status fail_number(const sn_csv *csv, size_t column, sn_slice text, sn_parse how,
                             sn_error *err)
{
    char value[SN_CSV_QUOTE_SIZE], name[SN_CSV_QUOTE_SIZE];

    return sn_csv_fail(
        csv, column, err, "value \"%s\" is %s (column \"%s\")", sn_csv_quote(text, value),
        how == SN_PARSE_HUGE        ? "too large"
        : how == SN_PARSE_THOUSANDS ? "not a number: write it without thousands separators"
                                    : "not a number",
        shown_name(csv, column, name));
}

sn_status sn_csv_number(sn_csv *csv, size_t column, double *value, sn_error *err)
{
    const sn_slice text = sn_csv_text(csv, column);
    bool marked;

    *value = NAN;
    if (sn_csv_is_missing(text))
        return SN_OK;
    const char mark = choose_mark(csv, text);
    const sn_parse how = sn_csv_parse_number(text, mark, value, &marked);
    if (how != SN_PARSED)
        return fail_number(csv, column, text, how, err);
    if (marked && csv->mark != mark) {
        if (csv->mark != '\0') {
            char quoted[SN_CSV_QUOTE_SIZE];
            return sn_csv_fail(csv, column, err,
                               "value \"%s\" has a decimal %s, but line %zu has a decimal %s",
                               sn_csv_quote(text, quoted), mark == ',' ? "comma" : "point",
                               csv->mark_line, mark == ',' ? "point" : "comma");
        }
        csv->mark = mark;
        csv->mark_line = csv->row_line;
    }
    return SN_OK;
}

sn_status sn_csv_amount(sn_csv *csv, size_t column, double *value, sn_error *err)
{
    const sn_status status = sn_csv_number(csv, column, value, err);

    if (status == SN_OK && *value < 0) {
        char quoted[SN_CSV_QUOTE_SIZE], name[SN_CSV_QUOTE_SIZE];
        return sn_csv_fail(csv, column, err, "value \"%s\" is negative (column \"%s\")",
                           sn_csv_quote(sn_csv_text(csv, column), quoted),
                           shown_name(csv, column, name));
    }
    return status;
}

int sn_csv_word(sn_slice text, const char *words)
{
    int place = 0;

    for (const char *at = words; *at != '\0'; place++) {
        const size_t length = strcspn(at, "|");
        if (length == text.length && strncasecmp(at, text.text, length) == 0)
            return place;
        at += length + (at[length] == '|');
    }
    return -1;
}

sn_status sn_csv_choice(const sn_csv *csv, size_t column, const char *words, int *choice,
                        sn_error *err)
{
    const sn_slice text = sn_csv_text(csv, column);
    char quoted[SN_CSV_QUOTE_SIZE], name[SN_CSV_QUOTE_SIZE];

    *choice = sn_csv_word(text, words);
    if (*choice >= 0 || text.length == 0)
        return SN_OK;
    return sn_csv_fail(csv, column, err, "value \"%s\" is none of %s (column \"%s\")",
                       sn_csv_quote(text, quoted), words, shown_name(csv, column, name));
}

sn_status sn_csv_require(const sn_csv *csv, size_t column, sn_slice *text, sn_error *err)
{
    char name[SN_CSV_QUOTE_SIZE];

    *text = sn_csv_text(csv, column);
    if (text->length == 0)
        return sn_csv_fail(csv, column, err, "%s is empty (column \"%s\")",
                           csv->column[column].name, shown_name(csv, column, name));
    return SN_OK;
}

size_t sn_csv_width(const sn_csv *csv)
{
    return csv->width;
}

sn_slice sn_csv_header(const sn_csv *csv, size_t field)
{
    return csv->header[field];
}

bool sn_csv_is_wanted(const sn_csv *csv, size_t field)
{
    return csv->wanted[field];
}

size_t sn_csv_line(const sn_csv *csv)
{
    return csv->row_line;
}

size_t sn_csv_rows(const sn_csv *csv)
{
    return csv->rows;
}

size_t sn_csv_blank_rows(const sn_csv *csv)
{
    return csv->blank_rows;
}

char sn_csv_delimiter(const sn_csv *csv)
{
    return csv->delimiter;
}

bool sn_csv_decimal_comma(const sn_csv *csv)
{
    return csv->mark == ',';
}

size_t sn_csv_not_utf8_line(const sn_csv *csv)
{
    return csv->not_utf8_line;
}
