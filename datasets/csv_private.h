/* csv_private.h - the reader's layout, for the csv files only. */
#ifndef SN_DATASETS_CSV_PRIVATE_H
#define SN_DATASETS_CSV_PRIVATE_H

#include <stdint.h>

#include "datasets/csv.h"

typedef struct sn_csv_feed sn_csv_feed;
typedef struct sn_csv_queue sn_csv_queue;

struct sn_csv {
    const char *name; /* of the input, for messages */
    const sn_bytes *bytes;
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

    size_t line;        /* the next row begins on it    */
    size_t row_line;    /* the current row began on it  */
    const char *row_at; /* and there */
    size_t rows, blank_rows;
    char mark;        /* '.' or ',' once a number had one */
    size_t mark_line; /* where that was                   */

    sn_csv_feed *feed; /* where the text comes from, piece by piece; NULL: all of it is here */
    sn_csv_queue *queue; /* rows that were found beforehand: see csv_filter.c; or NULL */
};

#define NO_FIELD ((size_t)-1)

/* csv.c: go to the next row that begins before `to` and has any text; *more is false where
 * there is none, also where the text ends before the row does (csv->starved). */
sn_status sn_csv_step(sn_csv *csv, const char *to, bool *more, sn_error *err);

/* csv_scan.c: split the next row at csv->at into csv->field, trimmed. */
sn_status sn_csv_scan_row(sn_csv *csv, sn_error *err);
sn_slice sn_csv_trim(sn_slice text);

/* csv_header.c */
sn_status sn_csv_read_header(sn_csv *csv, sn_error *err);
/* Whether a header means a column, by name or alias, without regard to case. */
bool sn_csv_means(sn_slice header, const sn_csv_column *column);

/* csv.c: whether a text in a numeric column stands for a missing number; the place of a text
 * among words "a|b|c" in any case, or -1. */
bool sn_csv_is_missing(sn_slice text);
int sn_csv_word(sn_slice text, const char *words);

/* csv_utf8.c: is all of it text?  SN_EDATA for a NUL; *valid is the offset of the first byte
 * that is not UTF-8, or size.  On several threads. */
sn_status sn_csv_check_text(const char *name, const char *data, size_t size, size_t *valid,
                            sn_error *err);
/* Offset of the first byte that is not UTF-8, or size. */
size_t sn_csv_utf8_length(const char *data, size_t size);
/* Windows-1252 -> UTF-8, into memory that the caller frees; NULL when memory ran out. */
char *sn_csv_from_cp1252(const char *data, size_t size, size_t *converted);

/* csv_feed.c: the text of packed input, window by window, in UTF-8. */

enum { SN_CSV_WINDOW = 16 << 20 };
extern size_t sn_csv_window; /* SN_CSV_WINDOW; tests make it smaller */

/* From the beginning of the text on; csv->not_utf8_line is set where it turns out not to be
 * UTF-8.  Reads ahead by a thread of its own. */
sn_status sn_csv_feed_open(sn_csv *csv, sn_csv_feed **feed, sn_error *err);
/* The next window: `kept` bytes at `keep`, the end of the last one, and what comes after. *more
 * is false when the text ends with it. */
sn_status sn_csv_feed_next(sn_csv_feed *feed, const char *keep, size_t kept, const char **text,
                           size_t *size, bool *more, sn_error *err);
void sn_csv_feed_close(sn_csv_feed *feed);

/* csv_filter.c */
sn_status sn_csv_queue_next(sn_csv *csv, bool *more, sn_error *err);
void sn_csv_queue_free(sn_csv_queue *queue);
/* Find rows beforehand, all of them, unless there is a filter already. */
sn_status sn_csv_queue_all(sn_csv *csv, sn_error *err);

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
