/* csv.h - a table of text, row by row, that knows where it is.
 *
 * Call order: sn_csv_open, then sn_csv_next until it says that there is no more; between two
 * calls the fields of the current row are read by sn_csv_text, sn_csv_number, sn_csv_amount.
 *
 * What is read: RFC 4180 quotes, with line breaks and doubled quotes inside; lines that end in
 * LF, CRLF or CR; a delimiter , ; TAB or | found in the header; a UTF-8 byte order mark;
 * comment lines (#), blank lines and Excel's "sep=;" before the header; UTF-8, else
 * Windows-1252, which is converted.  Fields are trimmed of blanks, tabs and no-break spaces at
 * both ends.  Rows without any text are skipped and counted.
 *
 * Every message is "file:line:field: what is wrong", with the line on which the row begins and
 * the field counted from 1.
 */
#ifndef SN_DATASETS_CSV_H
#define SN_DATASETS_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "datasets/bytes.h"
#include "graph/error.h"

/** SN_CSV_LONGEST_ROW - a row that takes more is refused [bytes]. */
#define SN_CSV_LONGEST_ROW ((size_t)16 << 20)

/** SN_CSV_MOST_FIELDS - so is a row of more fields: the widest input-output tables have 15,000.
 */
enum { SN_CSV_MOST_FIELDS = 1 << 17 };

/** sn_csv_column - a column that the caller wants. */
typedef struct {
    const char *name;    /* as it is called in messages                             */
    const char *aliases; /* other headers that mean it: "from|supplier", or NULL    */
    bool required;       /* its absence is an error                                 */
} sn_csv_column;

typedef struct sn_csv sn_csv;

/**
 * sn_csv_open - read the header and find the wanted columns.
 *
 * Headers are matched without regard to case and to surrounding blanks.  Headers that nobody
 * wants, and empty ones, are no error.
 *
 * bytes          [in]   borrowed: must outlive *csv
 * column, count  [in]   the wanted columns; borrowed
 * csv            [out]  freed by sn_csv_free
 *
 * Returns  SN_OK; SN_EDATA without a header, when a required column is missing (the message
 *          shows the header and what was looked for) or when two headers mean one column;
 *          SN_ENOMEM.
 * Cost     O(size of the input), to check its encoding.
 */
sn_status sn_csv_open(const sn_bytes *bytes, const sn_csv_column *column, size_t count,
                      sn_csv **csv, sn_error *err);

/** sn_csv_free - NULL is fine. */
void sn_csv_free(sn_csv *csv);

/**
 * sn_csv_next - go to the next row that has any text.
 *
 * A row may lack fields only where the header's last names are empty, and may have more fields
 * than the header only if these are empty.
 *
 * more  [out]  false at the end
 *
 * Returns  SN_OK; SN_EDATA for a wrong number of fields, a quote that is not closed, text after
 *          a closing quote, or a row above SN_CSV_LONGEST_ROW or SN_CSV_MOST_FIELDS; SN_ENOMEM.
 * Cost     O(length of the row); nothing is copied but fields with doubled quotes.
 */
sn_status sn_csv_next(sn_csv *csv, bool *more, sn_error *err);

/** sn_csv_text - a wanted column of the current row, lent until the next sn_csv_next; empty
 * when the file has no such column.  `NA` is text like any other. */
sn_slice sn_csv_text(const sn_csv *csv, size_t column);

/** sn_csv_has - whether the file has a wanted column. */
bool sn_csv_has(const sn_csv *csv, size_t column);

/**
 * sn_csv_number - a wanted column of the current row as a number; sn_csv_amount - the same, and
 * not negative.
 *
 * Missing are: empty, NA, N/A (in any case), `..`, `:`, `W`, `--`.  A decimal comma is accepted
 * where the delimiter is `;` or TAB, as long as no number of the file has a decimal point.
 *
 * value  [out]  finite, correctly rounded; NaN when missing or when the file has no such column
 *
 * Returns  SN_OK; SN_EDATA for anything else, also nan, inf, hexadecimal, thousands separators
 *          and what is too large for a double.
 */
sn_status sn_csv_number(sn_csv *csv, size_t column, double *value, sn_error *err);
sn_status sn_csv_amount(sn_csv *csv, size_t column, double *value, sn_error *err);

/**
 * sn_csv_choice - a wanted column of the current row as one of a few words, in any case.
 *
 * words   [in]   "production|exports|transit"
 * choice  [out]  the place of the word, from 0; -1 when the field is empty
 *
 * Returns  SN_OK; SN_EDATA naming the words.
 */
sn_status sn_csv_choice(const sn_csv *csv, size_t column, const char *words, int *choice,
                        sn_error *err);

/** sn_csv_require - a wanted column of the current row, SN_EDATA when it is empty. */
sn_status sn_csv_require(const sn_csv *csv, size_t column, sn_slice *text, sn_error *err);

/** SN_CSV_ROW - stands for the whole row where a wanted column is asked for. */
#define SN_CSV_ROW ((size_t)-1)

/** sn_csv_fail - fail with SN_EDATA at a wanted column of the current row, or at SN_CSV_ROW. */
sn_status sn_csv_fail(const sn_csv *csv, size_t column, sn_error *err, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/** sn_csv_blame - put the position before a message that somebody else has just made; does
 *  nothing unless status is SN_EDATA.  Returns status. */
sn_status sn_csv_blame(const sn_csv *csv, size_t column, sn_status status, sn_error *err);

/** sn_csv_quote - a text for a message: at most 60 bytes, control characters as `?`. */
#define SN_CSV_QUOTE_SIZE 72
const char *sn_csv_quote(sn_slice text, char buffer[SN_CSV_QUOTE_SIZE]);

/* All columns of the file, wanted or not. */
size_t sn_csv_width(const sn_csv *csv);
sn_slice sn_csv_header(const sn_csv *csv, size_t field);
sn_slice sn_csv_field(const sn_csv *csv, size_t field);
bool sn_csv_is_wanted(const sn_csv *csv, size_t field);

/* Where it is and what it saw. */
size_t sn_csv_line(const sn_csv *csv);       /* line on which the current row begins, from 1 */
size_t sn_csv_rows(const sn_csv *csv);       /* rows so far, blank ones left out             */
size_t sn_csv_blank_rows(const sn_csv *csv); /* rows without any text so far                 */
char sn_csv_delimiter(const sn_csv *csv);
bool sn_csv_decimal_comma(const sn_csv *csv); /* a number was written with a decimal comma    */
/* Line of the first byte that is not UTF-8: the file was read as Windows-1252; 0 = it is UTF-8.
 */
size_t sn_csv_not_utf8_line(const sn_csv *csv);

#endif /* SN_DATASETS_CSV_H */
