/* source.c - keeping account of rows. */
#include "datasets/source.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/trade_quality.h"

sn_status sn_sources_add(sn_sources *sources, const char *role, sn_bytes *bytes,
                         sn_source **source, sn_error *err)
{
    sn_source *grown = realloc(sources->source, (sources->count + 1) * sizeof *grown);

    if (grown == NULL)
        return sn_nomem(err, "the list of inputs");
    sources->source = grown;
    sn_source *added = &grown[sources->count];
    *added = (sn_source){.role = role, .bytes = bytes->stored_size, .encoding = "utf-8"};
    added->path = strdup(bytes->name);
    if (added->path == NULL)
        return sn_nomem(err, "the list of inputs");
    if (sources->later && sn_bytes_is_hashing(bytes))
        added->hashing = bytes;
    else
        memcpy(added->sha256, sn_bytes_sha256(bytes), sizeof added->sha256);
    sources->count++;
    *source = added;
    return SN_OK;
}

const char *sn_source_sha256(const sn_source *source)
{
    return source->hashing != NULL ? sn_bytes_sha256(source->hashing) : source->sha256;
}

void sn_sources_settle(sn_sources *sources)
{
    for (size_t s = 0; s < sources->count; s++) {
        sn_source *source = &sources->source[s];
        if (source->hashing != NULL)
            memcpy(source->sha256, sn_bytes_sha256(source->hashing), sizeof source->sha256);
        source->hashing = NULL;
    }
}

void sn_source_drop(sn_source *source, const char *reason, size_t rows)
{
    size_t at = 0;

    if (rows == 0)
        return;
    while (at < source->dropped_count && strcmp(source->dropped[at].reason, reason) != 0)
        at++;
    if (at == source->dropped_count) {
        if (at == SN_SOURCE_REASONS)
            return;
        source->dropped[source->dropped_count++] = (sn_dropped){reason, 0};
    }
    source->dropped[at].count += rows;
}

sn_status sn_source_note(sn_source *source, sn_error *err, const char *fmt, ...)
{
    char text[256];
    va_list args;

    if (source->note_count == SN_SOURCE_NOTES)
        return SN_OK;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    char *copy = strdup(text);
    if (copy == NULL)
        return sn_nomem(err, "a note");
    source->note[source->note_count++] = copy;
    return SN_OK;
}

sn_status sn_source_finish(sn_source *source, const sn_csv *csv, sn_error *err)
{
    sn_status status = SN_OK;

    source->rows_read = sn_csv_rows(csv) + sn_csv_blank_rows(csv);
    source->delimiter = sn_csv_delimiter(csv);
    sn_source_drop(source, "blank", sn_csv_blank_rows(csv));
    if (sn_csv_not_utf8_line(csv) > 0) {
        source->encoding = "windows-1252";
        SN_TRY(sn_source_note(source, err, "line %zu is not UTF-8: read as Windows-1252",
                              sn_csv_not_utf8_line(csv)));
    }
    if (sn_csv_decimal_comma(csv))
        SN_TRY(sn_source_note(source, err, "numbers are written with a decimal comma"));
out:
    return status;
}

sn_status sn_sources_lend(const sn_sources *from, sn_sources *to, sn_error *err)
{
    *to = (sn_sources){0};
    if (from->count == 0)
        return SN_OK;
    to->source = malloc(from->count * sizeof *to->source);
    if (to->source == NULL)
        return sn_nomem(err, "the list of inputs");
    memcpy(to->source, from->source, from->count * sizeof *to->source);
    to->count = from->count;
    return SN_OK;
}

void sn_sources_return(sn_sources *sources, size_t lent)
{
    for (size_t s = lent; s < sources->count; s++) {
        free(sources->source[s].path);
        for (size_t k = 0; k < sources->source[s].note_count; k++)
            free(sources->source[s].note[k]);
        if (sources->source[s].trade != NULL)
            sn_trades_quality_clear(sources->source[s].trade);
        free(sources->source[s].trade);
    }
    free(sources->source);
    *sources = (sn_sources){0};
}

void sn_sources_clear(sn_sources *sources)
{
    sn_sources_return(sources, 0);
}
