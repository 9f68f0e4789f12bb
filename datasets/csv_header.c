/* csv_header.c - what comes before the rows: delimiter, names, and which name means what. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/csv_private.h"

static const char *line_end(const char *p, const char *end)
{
    while (p < end && *p != '\n' && *p != '\r')
        p++;
    return p;
}

/* Skip comments, blank lines and Excel's "sep=;", which settles the delimiter. */
static void skip_preamble(sn_csv *csv)
{
    const char *p = csv->at, *end = csv->end;

    while (p < end) {
        const char *stop = line_end(p, end);
        const sn_slice line = sn_csv_trim((sn_slice){p, (size_t)(stop - p)});
        if ((line.length == 4 || line.length == 5) && strncasecmp(line.text, "sep=", 4) == 0)
            csv->delimiter = line.length == 4 ? '\t' : line.text[4]; /* a TAB was trimmed */
        else if (line.length > 0 && line.text[0] != '#')
            break;
        p = stop;
        if (p < end) {
            p += *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
            csv->line++;
        }
    }
    csv->at = p;
}

/* The delimiter that occurs most often in the header, outside quotes. */
static char sniff_delimiter(const sn_csv *csv)
{
    static const char candidate[] = ",;\t|";
    size_t count[sizeof candidate] = {0}, best = 0;
    bool quoted = false;

    for (const char *p = csv->at; p < csv->end; p++) {
        if (*p == '"')
            quoted = !quoted;
        else if (!quoted && (*p == '\n' || *p == '\r'))
            break;
        for (size_t c = 0; !quoted && c + 1 < sizeof candidate; c++)
            count[c] += *p == candidate[c];
    }
    for (size_t c = 1; c + 1 < sizeof candidate; c++)
        if (count[c] > count[best])
            best = c;
    return candidate[best];
}

static bool same_name(sn_slice text, const char *name, size_t length)
{
    return text.length == length && strncasecmp(text.text, name, length) == 0;
}

bool sn_csv_means(sn_slice text, const sn_csv_column *column)
{
    if (same_name(text, column->name, strlen(column->name)))
        return true;
    for (const char *at = column->aliases; at != NULL && *at != '\0';) {
        const size_t length = strcspn(at, "|");
        if (same_name(text, at, length))
            return true;
        at += length + (at[length] == '|');
    }
    return false;
}

/* "target, to, buyer" */
static void list_names(const sn_csv_column *column, char *buffer, size_t room)
{
    size_t used = (size_t)snprintf(buffer, room, "%s", column->name);

    for (const char *at = column->aliases; at != NULL && *at != '\0' && used + 4 < room;) {
        const size_t length = strcspn(at, "|");
        const int written = snprintf(buffer + used, room - used, ", %.*s", (int)length, at);
        used += written > 0 ? (size_t)written : 0;
        at += length + (at[length] == '|');
    }
}

/* The header as it was read, for a message. */
static void show_header(const sn_csv *csv, char *buffer, size_t room)
{
    size_t used = 0;

    buffer[0] = '\0';
    for (size_t f = 0; f < csv->width; f++) {
        char name[SN_CSV_QUOTE_SIZE];
        (void)sn_csv_quote(csv->header[f], name);
        if (used + strlen(name) + 6 >= room) {
            (void)snprintf(buffer + used, room - used, ", ...");
            return;
        }
        used += (size_t)snprintf(buffer + used, room - used, "%s%s", f > 0 ? ", " : "", name);
    }
}

static sn_status fail_missing(const sn_csv *csv, size_t column, sn_error *err)
{
    char header[200], names[160];

    show_header(csv, header, sizeof header);
    list_names(&csv->column[column], names, sizeof names);
    return sn_fail(err, SN_EDATA,
                   "%s:%zu: no column \"%s\" in the header \"%s\" (looked for %s)", csv->name,
                   csv->row_line, csv->column[column].name, header, names);
}

static sn_status map_columns(sn_csv *csv, sn_error *err)
{
    for (size_t c = 0; c < csv->column_count; c++) {
        csv->field_of[c] = NO_FIELD;
        for (size_t f = 0; f < csv->width; f++) {
            if (csv->header[f].length == 0 || !sn_csv_means(csv->header[f], &csv->column[c]))
                continue;
            if (csv->field_of[c] != NO_FIELD) {
                const sn_slice first = csv->header[csv->field_of[c]];
                char one[SN_CSV_QUOTE_SIZE], two[SN_CSV_QUOTE_SIZE];
                return sn_fail(err, SN_EDATA,
                               "%s:%zu:%zu: columns \"%s\" and \"%s\" both mean %s; rename one",
                               csv->name, csv->row_line, f + 1, sn_csv_quote(first, one),
                               sn_csv_quote(csv->header[f], two), csv->column[c].name);
            }
            csv->field_of[c] = f;
            csv->wanted[f] = true;
        }
        if (csv->field_of[c] == NO_FIELD && csv->column[c].required)
            return fail_missing(csv, c, err);
    }
    return SN_OK;
}

/* The row's fields live until the next row only: keep a copy of the names. */
static sn_status keep_names(sn_csv *csv, sn_error *err)
{
    size_t total = 1;
    sn_status status = SN_OK;

    csv->width = csv->field_count;
    csv->header = calloc(csv->width, sizeof *csv->header);
    SN_TRY_ALLOC(csv->header, "a header");
    csv->wanted = calloc(csv->width, sizeof *csv->wanted);
    SN_TRY_ALLOC(csv->wanted, "a header");
    for (size_t f = 0; f < csv->width; f++)
        total += csv->field[f].length;
    csv->header_text = malloc(total);
    SN_TRY_ALLOC(csv->header_text, "a header");
    char *to = csv->header_text;
    for (size_t f = 0; f < csv->width; f++) {
        const sn_slice name = csv->field[f];
        memcpy(to, name.text, name.length);
        csv->header[f] = (sn_slice){to, name.length};
        to += name.length;
        if (name.length > 0)
            csv->least_width = f + 1;
    }
out:
    return status;
}

sn_status sn_csv_read_header(sn_csv *csv, sn_error *err)
{
    sn_status status = SN_OK;

    skip_preamble(csv);
    if (csv->at == csv->end)
        return sn_fail(err, SN_EDATA, "%s: no header line", csv->name);
    if (csv->delimiter == '\0' || strchr(",;\t|", csv->delimiter) == NULL)
        csv->delimiter = sniff_delimiter(csv);
    SN_TRY(sn_csv_scan_row(csv, err));
    if (csv->starved) {
        status = sn_fail(err, SN_EDATA, "%s:%zu: the header takes more than %d MiB", csv->name,
                         csv->row_line, SN_CSV_WINDOW >> 20);
        goto out;
    }
    SN_TRY(keep_names(csv, err));
    SN_TRY(map_columns(csv, err));
out:
    return status;
}
