/* csv_scan.c - one row of text into fields.
 *
 * Fields point into the input; only a quoted field with doubled quotes is copied, into the
 * scratch memory of the row.  A quote opens a quoted field only where the field begins (blanks
 * before it do not count): 5" pipe is plain text. */
#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

/* Nearly all fields are printable ASCII at both ends. */
static bool needs_trim(const char *text, size_t length)
{
    const unsigned char first = (unsigned char)text[0], last = (unsigned char)text[length - 1];

    return first <= ' ' || last <= ' ' || first == 0xc2 || last == 0xa0;
}

static sn_status grow_fields(sn_csv *csv, sn_error *err)
{
    const size_t room = csv->field_room == 0 ? 16 : csv->field_room * 2;

    if (csv->field_count >= SN_CSV_MOST_FIELDS)
        return sn_fail(err, SN_EDATA, "%s:%zu: the row has more than %d fields", csv->name,
                       csv->row_line, SN_CSV_MOST_FIELDS);
    sn_slice *grown = realloc(csv->field, room * sizeof *grown);
    if (grown == NULL)
        return sn_nomem(err, "the fields of a row");
    csv->field = grown;
    csv->field_room = room;
    return SN_OK;
}

static inline sn_status push_field(sn_csv *csv, const char *text, size_t length, sn_error *err)
{
    if (csv->field_count == csv->field_room) {
        const sn_status status = grow_fields(csv, err);
        if (status != SN_OK)
            return status;
    }
    const sn_slice field = {text, length};
    csv->field[csv->field_count++] =
        length > 0 && needs_trim(text, length) ? sn_csv_trim(field) : field;
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

static bool is_stop(const sn_csv *csv, char byte)
{
    return byte == csv->delimiter || byte == '\n' || byte == '\r';
}

enum { BLOCK = 64 };

/* Which of 64 bytes end an unquoted field: bit k for byte k. */
static inline uint64_t find_stops(const char *block, char delimiter)
{
    uint64_t stops = 0;
#ifdef __SSE2__
    const __m128i d = _mm_set1_epi8(delimiter), n = _mm_set1_epi8('\n'),
                  r = _mm_set1_epi8('\r');

    for (size_t k = 0; k < 4; k++) {
        const __m128i bytes = _mm_loadu_si128((const __m128i_u *)(block + 16 * k));
        const __m128i found =
            _mm_or_si128(_mm_cmpeq_epi8(bytes, d),
                         _mm_or_si128(_mm_cmpeq_epi8(bytes, n), _mm_cmpeq_epi8(bytes, r)));
        stops |= (uint64_t)(uint32_t)_mm_movemask_epi8(found) << 16 * k;
    }
#else
    for (int k = 0; k < BLOCK; k++)
        stops |= (uint64_t)(block[k] == delimiter || block[k] == '\n' || block[k] == '\r') << k;
#endif
    return stops;
}

/* The first byte at or after p that ends an unquoted field, or `end`. */
static inline const char *next_stop(sn_csv *csv, const char *p, const char *end)
{
    if (csv->block != NULL && p >= csv->block && p < csv->block + BLOCK) {
        const unsigned skip = (unsigned)(p - csv->block);
        const uint64_t stops = csv->stops >> skip << skip;
        if (stops != 0)
            return csv->block + __builtin_ctzll(stops);
        p = csv->block + BLOCK;
    }
    for (; end - p >= BLOCK; p += BLOCK) {
        const uint64_t stops = find_stops(p, csv->delimiter);
        if (stops != 0) {
            csv->block = p;
            csv->stops = stops;
            return p + __builtin_ctzll(stops);
        }
    }
    while (p < end && !is_stop(csv, *p))
        p++;
    return p;
}

/* A field that begins with the quote at *p; leaves *p at the byte that ends the field. */
static sn_status scan_quoted(sn_csv *csv, const char **p, const char *end, sn_error *err)
{
    const char *start = *p + 1, *at = start;
    bool doubled = false;
    sn_status status;

    for (;;) {
        at = memchr(at, '"', (size_t)(end - at));
        if (at == NULL) {
            *p = end;
            if (csv->more_follows || end < csv->end)
                return SN_OK; /* not whole, or too long: the caller knows */
            return sn_fail(err, SN_EDATA,
                           "%s:%zu:%zu: the quote that begins here is never closed", csv->name,
                           csv->line, csv->field_count + 1);
        }
        if (at + 1 == end || at[1] != '"')
            break;
        doubled = true;
        at += 2;
    }
    const size_t length = (size_t)(at - start);
    for (at++; at < end && !is_stop(csv, *at); at++)
        if (*at != ' ' && *at != '\t')
            return sn_fail(
                err, SN_EDATA,
                "%s:%zu:%zu: text after a closing quote (a quote inside a quoted field "
                "is written twice)",
                csv->name, csv->line, csv->field_count + 1);
    *p = at;
    if (at == end && csv->more_follows)
        return SN_OK; /* the quote may yet turn out to be doubled */
    status =
        doubled ? push_doubled(csv, start, length, err) : push_field(csv, start, length, err);
    csv->line += count_lines(start, length);
    return status;
}

static sn_status fail_long(const sn_csv *csv, const char *field, sn_error *err)
{
    const bool quoted = *field == '"';

    return sn_fail(err, SN_EDATA, "%s:%zu:%zu: the row takes more than 16 MiB%s", csv->name,
                   csv->row_line, csv->field_count + quoted,
                   quoted ? "; is the quote that begins here closed?" : "");
}

sn_status sn_csv_scan_row(sn_csv *csv, sn_error *err)
{
    const char *p = csv->at, *end = csv->end, *start;
    const size_t left = (size_t)(end - p);
    sn_status status = SN_OK;

    if (left > SN_CSV_LONGEST_ROW + 1) /* look no further than a row may go */
        end = p + SN_CSV_LONGEST_ROW + 1;
    csv->field_count = 0;
    csv->scratch_size = 0;
    csv->row_line = csv->line;
    csv->row_at = csv->at;
    for (;;) {
        start = p;
        while (p < end && *p == ' ')
            p++;
        if (p < end && *p == '"') {
            start = p;
            SN_TRY(scan_quoted(csv, &p, end, err));
        } else {
            p = next_stop(csv, p, end);
            SN_TRY(push_field(csv, start, (size_t)(p - start), err));
        }
        if (p == end || *p != csv->delimiter)
            break;
        p++;
    }
    if ((size_t)(p - csv->at) > SN_CSV_LONGEST_ROW) {
        status = fail_long(csv, start, err);
        goto out;
    }
    if (csv->more_follows && end - p < 2) { /* a CR may be half of a line end */
        csv->starved = true;
        csv->line = csv->row_line;
        return SN_OK;
    }
    if (p < end) { /* LF, CRLF or CR */
        p += *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
        csv->line++;
    }
    csv->at = p;
out:
    return status;
}
