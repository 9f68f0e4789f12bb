/* csv_private.h - the reader's layout, for the csv files only. */
#ifndef SN_DATASETS_CSV_PRIVATE_H
#define SN_DATASETS_CSV_PRIVATE_H

#include <stdint.h>

#include "datasets/csv.h"

struct sn_csv {
    const char *name; /* of the input, for messages */
    const char *at, *end;
    const char *block; /* 64 bytes of the text, and which of them end an unquoted field */
    uint64_t stops;
    bool
        more_follows; /* the text goes on after `end`: a row that reaches it is not whole ... */
    bool starved;     /* ... which is noted here, and `at` left where the row begins          */
    char *converted;  /* the whole text in UTF-8 when the input was not, or NULL */
    size_t not_utf8_line;

    char delimiter;

    const sn_csv_column *column;
    size_t column_count;
    size_t *field_of; /* [column_count] or NO_FIELD */

    char *header_text;  /* owns the header's names */
    sn_slice *header;   /* [width] */
    bool *wanted;       /* [width] */
    size_t width;       /* fields of the header                             */
    size_t least_width; /* without the empty names at the end of the header */

    sn_slice *field; /* [field_room] of the current row, trimmed */
    size_t field_count, field_room;
    char *scratch; /* unescaped fields of the current row */
    size_t scratch_size, scratch_room;

    size_t line;     /* the next row begins on it    */
    size_t row_line; /* the current row began on it  */
    size_t rows, blank_rows;
    char mark;        /* '.' or ',' once a number had one */
    size_t mark_line; /* where that was                   */
};

#define NO_FIELD ((size_t)-1)

/* csv_scan.c: split the next row at csv->at into csv->field, trimmed. */
sn_status sn_csv_scan_row(sn_csv *csv, sn_error *err);
sn_slice sn_csv_trim(sn_slice text);

/* csv_header.c */
sn_status sn_csv_read_header(sn_csv *csv, sn_error *err);
/* Whether a header means a column, by name or alias, without regard to case. */
bool sn_csv_means(sn_slice header, const sn_csv_column *column);

/* csv.c: whether a text in a numeric column stands for a missing number; the place of a text among
 * words "a|b|c" in any case, or -1. */
bool sn_csv_is_missing(sn_slice text);
int sn_csv_word(sn_slice text, const char *words);

/* csv_utf8.c: offset of the first byte that is not UTF-8, or size. */
size_t sn_csv_utf8_length(const char *data, size_t size);
/* Windows-1252 -> UTF-8, into memory that the caller frees; NULL when memory ran out. */
char *sn_csv_from_cp1252(const char *data, size_t size, size_t *converted);

/* csv_number.c */
typedef enum {
    SN_PARSED,
    SN_PARSE_BAD,      /* not a number                      */
    SN_PARSE_HUGE,     /* overflows                         */
    SN_PARSE_THOUSANDS /* would be one without its commas   */
} sn_parse;

/* Exact, locale-free; `mark` is the decimal mark, *marked whether it occurs. */
sn_parse sn_csv_parse_number(sn_slice text, char mark, double *value, bool *marked);

#endif /* SN_DATASETS_CSV_PRIVATE_H */
