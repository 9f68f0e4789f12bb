/* csv_scan.c - one row of text into fields.
 *
 * Fields point into the input; only a quoted field with doubled quotes is copied, into the
 * scratch memory of the row.  A quote opens a quoted field only where the field begins (blanks
 * before it do not count): 5" pipe is plain text. */
#include <stdlib.h>
#include <string.h>

#include "datasets/csv_private.h"

/* Length of a blank at the start of a text: a space, a tab, or a no-break space in UTF-8. */
static size_t blank_at_start(sn_slice text)
{
    if (text.length >= 1 && (text.text[0] == ' ' || text.text[0] == '\t'))
        return 1;
    return text.length >= 2 && memcmp(text.text, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

static size_t blank_at_end(sn_slice text)
{
    const char *end = text.text + text.length;

    if (text.length >= 1 && (end[-1] == ' ' || end[-1] == '\t'))
        return 1;
    return text.length >= 2 && memcmp(end - 2, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

sn_slice sn_csv_trim(sn_slice text)
{
    size_t blank;

    while ((blank = blank_at_start(text)) > 0) {
        text.text += blank;
        text.length -= blank;
    }
    while ((blank = blank_at_end(text)) > 0)
        text.length -= blank;
    return text;
}

static sn_status push_field(sn_csv *csv, const char *text, size_t length, sn_error *err)
{
    if (csv->field_count == csv->field_room) {
        const size_t room = csv->field_room == 0 ? 16 : csv->field_room * 2;
        sn_slice *grown = realloc(csv->field, room * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "the fields of a row");
        csv->field = grown;
        csv->field_room = room;
    }
    csv->field[csv->field_count++] = sn_csv_trim((sn_slice){text, length});
    return SN_OK;
}

/* Room for `length` more bytes of scratch; fields of this row that lie in it move along. */
static sn_status grow_scratch(sn_csv *csv, size_t length, sn_error *err)
{
    if (csv->scratch_room - csv->scratch_size >= length)
        return SN_OK;

    const size_t room = (csv->scratch_size + length) * 2;
    char *fresh = malloc(room);
    if (fresh == NULL)
        return sn_nomem(err, "a quoted field");
    if (csv->scratch_size > 0)
        memcpy(fresh, csv->scratch, csv->scratch_size);
    for (size_t f = 0; f < csv->field_count; f++) {
        const uintptr_t at = (uintptr_t)csv->field[f].text, old = (uintptr_t)csv->scratch;
        if (csv->scratch != NULL && at >= old && at < old + csv->scratch_size)
            csv->field[f].text = fresh + (at - old);
    }
    free(csv->scratch);
    csv->scratch = fresh;
    csv->scratch_room = room;
    return SN_OK;
}

static sn_status push_doubled(sn_csv *csv, const char *text, size_t length, sn_error *err)
{
    sn_status status = grow_scratch(csv, length, err);

    if (status != SN_OK)
        return status;
    char *to = csv->scratch + csv->scratch_size, *start = to;
    for (size_t i = 0; i < length; i++) {
        *to++ = text[i];
        if (text[i] == '"')
            i++; /* its twin */
    }
    csv->scratch_size += (size_t)(to - start);
    return push_field(csv, start, (size_t)(to - start), err);
}

static size_t count_lines(const char *text, size_t length)
{
    size_t lines = 0;

    for (size_t i = 0; i < length; i++)
        lines +=
            text[i] == '\n' || (text[i] == '\r' && (i + 1 == length || text[i + 1] != '\n'));
    return lines;
}

/* A field that begins with the quote at *p; leaves *p at the byte that ends the field. */
static sn_status scan_quoted(sn_csv *csv, const char **p, sn_error *err)
{
    const char *start = *p + 1, *at = start, *end = csv->end;
    bool doubled = false;
    sn_status status;

    for (;;) {
        at = memchr(at, '"', (size_t)(end - at));
        if (at == NULL)
            return sn_fail(err, SN_EDATA,
                           "%s:%zu:%zu: the quote that begins here is never closed", csv->name,
                           csv->line, csv->field_count + 1);
        if (at + 1 == end || at[1] != '"')
            break;
        doubled = true;
        at += 2;
    }
    const size_t length = (size_t)(at - start);
    for (at++; at < end && !csv->stop[(unsigned char)*at]; at++)
        if (*at != ' ' && *at != '\t')
            return sn_fail(
                err, SN_EDATA,
                "%s:%zu:%zu: text after a closing quote (a quote inside a quoted field "
                "is written twice)",
                csv->name, csv->line, csv->field_count + 1);
    status =
        doubled ? push_doubled(csv, start, length, err) : push_field(csv, start, length, err);
    csv->line += count_lines(start, length);
    *p = at;
    return status;
}

sn_status sn_csv_scan_row(sn_csv *csv, sn_error *err)
{
    const char *p = csv->at, *end = csv->end;
    sn_status status = SN_OK;

    csv->field_count = 0;
    csv->scratch_size = 0;
    csv->row_line = csv->line;
    for (;;) {
        const char *start = p;
        while (p < end && *p == ' ')
            p++;
        if (p < end && *p == '"') {
            SN_TRY(scan_quoted(csv, &p, err));
        } else {
            while (p < end && !csv->stop[(unsigned char)*p])
                p++;
            SN_TRY(push_field(csv, start, (size_t)(p - start), err));
        }
        if (p == end || *p != csv->delimiter)
            break;
        p++;
    }
    if ((size_t)(p - csv->at) > SN_CSV_LONGEST_ROW) {
        status = sn_fail(err, SN_EDATA, "%s:%zu: the row takes %zu bytes, more than 16 MiB",
                         csv->name, csv->row_line, (size_t)(p - csv->at));
        goto out;
    }
    if (p < end) { /* LF, CRLF or CR */
        p += *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
        csv->line++;
    }
    csv->at = p;
out:
    return status;
}
