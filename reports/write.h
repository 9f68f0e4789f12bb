/* write.h - tables in every format that supplynet offers. */
#ifndef SN_REPORTS_WRITE_H
#define SN_REPORTS_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/out.h"
#include "reports/json.h"
#include "reports/table.h"

typedef enum {
    SN_FORMAT_TEXT,    /* aligned columns for a terminal; may change at any time   */
    SN_FORMAT_JSON,    /* one document: title, columns, rows, notes                */
    SN_FORMAT_CSV,     /* RFC 4180 with \n line ends; the header has machine names */
    SN_FORMAT_TSV,     /* no quoting: tabs and line ends inside text become spaces */
    SN_FORMAT_NDJSON,  /* one object a line, "type" first                          */
    SN_FORMAT_MARKDOWN /* a GitHub table                                           */
} sn_format;

/* What sn_format_parse knows, in the order of the enum; for help texts. */
#define SN_FORMAT_NAMES "text, json, csv, tsv, ndjson, md"

/**
 * sn_format_parse - the format called name.
 *
 * Returns  SN_OK; SN_EUSAGE naming what was asked for and what there is.
 */
sn_status sn_format_parse(const char *name, sn_format *format, sn_error *err);

/** sn_format_name - the name of a format, as sn_format_parse takes it. */
const char *sn_format_name(sn_format format);

/** sn_table_style - how a table is written; all zero is the default. */
typedef struct {
    size_t width;  /* text: columns of the terminal; 0: as wide as the table needs          */
    bool color;    /* text: terminal escapes for bold, dim, underlined                      */
    bool csv_safe; /* csv, tsv: an apostrophe before text that a spreadsheet would evaluate */
} sn_table_style;

/**
 * sn_table_write - write a table in the given format.
 *
 * Text and Markdown are for people: rounded numbers (reports/number.h), units in the headings,
 * "-" for the unknown, control characters as spaces, invalid UTF-8 as U+FFFD.  In text that is
 * wider than style->width a last column of words goes on in further lines, then details are left
 * out (and named below), bars get shorter and go, and the widest text columns are cut with an
 * ellipsis; a number is never cut, rather the line is too long.
 *
 * The others are for machines: exact numbers, shares as shares, no units in csv, tsv, ndjson.
 * The unknown is null in JSON, with "<name>_reason" beside it where one was given; an empty
 * field in csv, where an empty text is "".
 *
 * Several tables go to one sink one after the other; what stands between them (a newline,
 * except in NDJSON) is up to the caller.
 *
 * style  [in]   NULL: the default
 * out    [in]   failures to write are reported by sn_out_close
 *
 * Returns  SN_OK; SN_ENOMEM when the table is incomplete (sn_table_status); nothing is written
 * then. Cost     O(cells); text formats each cell twice.
 */
sn_status sn_table_write(const sn_table *table, sn_format format, const sn_table_style *style,
                         sn_out *out, sn_error *err);

/** sn_write_paragraph - text for people, broken between words where a line would pass `width`
 *  columns of a terminal (0: not broken); control characters become spaces. */
void sn_write_paragraph(sn_out *out, const char *text, size_t width);

/**
 * sn_table_write_rows - the rows as a JSON array of objects, one a line: the value of a key in
 * a document of the caller.  The caller has asked sn_table_status.
 */
void sn_table_write_rows(const sn_table *table, sn_json *json);

#endif /* SN_REPORTS_WRITE_H */
