/* preset.h - which layout a file has, and who reads it.
 *
 * A preset is one layout that people have: BACI, Comtrade, USGS, an edge list.  The table in
 * preset.c holds them all, the more special ones first; the first that knows the file is taken,
 * unless the user names one.  To add one: a `knows` and a `read`, and a row in that table.
 */
#ifndef SN_DATASETS_PRESET_H
#define SN_DATASETS_PRESET_H

#include <stdbool.h>
#include <stddef.h>

#include "datasets/bytes.h"
#include "datasets/csv.h"
#include "datasets/source.h"
#include "graph/error.h"

enum { SN_PRESET_COLUMNS = 40 }; /* most columns of a preset */

/** What a flow of a trade table is measured by. */
typedef enum { SN_AMOUNT_VALUE, SN_AMOUNT_QUANTITY } sn_trade_amount;

/** Whose report of a trade is taken where exporter and importer both have one. */
typedef enum {
    SN_REPORT_IMPORTER,
    SN_REPORT_EXPORTER,
    SN_REPORT_MAX,
    SN_REPORT_MEAN
} sn_report_of;

/** sn_import_options - how foreign tables are read; zeroed: as found. */
typedef struct {
    const char *preset; /* its name; NULL: found from the file                            */
    const char
        *map[SN_PRESET_COLUMNS]; /* "value=OBS_VALUE,unit=UNIT": the headers of columns */
    size_t map_count;
    const char *where[SN_PRESET_COLUMNS]; /* "source=BACI*": only rows that have this         */
    size_t where_count;
    const char *product; /* "8110|2603": only codes that begin so; NULL: all               */
    sn_trade_amount measure;
    sn_report_of report_of;
    int first_year, last_year; /* only these; 0: all                                          */
    bool judge;             /* look into the quality of a trade table: sn_source.trade        */
    bool estimate_quantity; /* fill missing tonnes from unit values                           */
} sn_import_options;

/** sn_preset_header - what a file looks like from its first bytes. */
typedef struct {
    const char *bytes; /* the first bytes, whatever they are           */
    size_t size;
    const sn_slice *name; /* fields of the header; none when there is none */
    size_t count;
} sn_preset_header;

struct sn_native;

/** sn_preset_input - what a preset reads. */
typedef struct {
    sn_bytes *bytes;
    const char *path; /* where it lies, for code lists beside it; NULL: nowhere           */
    const sn_import_options *how;
    sn_sources *sources; /* the reader enters the file here                                  */
} sn_preset_input;

/** What a preset's file describes. */
typedef enum { SN_PRESET_FLOWS, SN_PRESET_TRADE, SN_PRESET_PRODUCTION } sn_preset_kind;

/** sn_preset - one layout. */
typedef struct {
    sn_preset_kind kind;
    const char *name;    /* as the user writes it: "baci"              */
    const char *what;    /* one line: "CEPII BACI: t, i, j, k, v, q"   */
    const char *columns; /* what --map can name: "source|target|value" */
    bool (*knows)(const sn_preset_header *header);
    /* Into native->builder, heeding native->year and native->asked. */
    sn_status (*read)(const sn_preset_input *input, struct sn_native *native, sn_error *err);
} sn_preset;

/** sn_preset_count, sn_preset_at - all presets, the more special ones first. */
size_t sn_preset_count(void);
const sn_preset *sn_preset_at(size_t k);

/**
 * sn_preset_choose - the preset that reads an input.
 *
 * how     [in]   its preset, if named, and its map, if that fits one preset alone
 * preset  [out]  static
 *
 * Returns  SN_OK; SN_EUSAGE for an unknown name (the nearest in the message), or a map that is
 *          not KEY=HEADER or names a key that the preset has not; SN_ENOMEM.
 * Cost     looks at the first 64 kB, or the first line if that is longer.
 */
sn_status sn_preset_choose(const sn_bytes *bytes, const sn_import_options *how,
                           const sn_preset **preset, sn_error *err);

/** sn_preset_has - whether a header has a field by one of these names, "t|year", in any case;
 *  sn_preset_has_all - one for each of several: "t,i,j,k,v". */
bool sn_preset_has(const sn_preset_header *header, const char *names);
bool sn_preset_has_all(const sn_preset_header *header, const char *lists);

/**
 * sn_preset_open - sn_csv_open, where --map replaces the names of columns.
 *
 * column, count  [in]  at most SN_PRESET_COLUMNS of them
 * room           [out] holds the columns as they are looked for; must outlive *csv
 */
typedef struct {
    sn_csv_column column[SN_PRESET_COLUMNS];
    char text[2000]; /* the mapped headers */
    struct {
        size_t field;
        sn_slice pattern; /* a text, or the beginning of one before `*` */
    } where[SN_PRESET_COLUMNS];
    size_t where_count;
} sn_preset_columns;
sn_status sn_preset_open(const sn_bytes *bytes, const sn_import_options *how,
                         const sn_csv_column *column, size_t count, sn_preset_columns *room,
                         sn_csv **csv, sn_error *err);

/** SN_PRESET_OTHER_ROWS - why rows are left out that --where does not keep. */
#define SN_PRESET_OTHER_ROWS "other rows (--where)"

/** sn_preset_keeps - whether --where keeps the current row. */
bool sn_preset_keeps(const sn_csv *csv, const sn_preset_columns *room);

/** sn_preset_next - sn_csv_next, past the rows that --where does not keep; those are counted as
 *  "other rows (--where)". */
sn_status sn_preset_next(sn_csv *csv, const sn_preset_columns *room, sn_source *source,
                         bool *more, sn_error *err);

/** sn_preset_wants - whether --product keeps a product: its code begins with one of those asked
 *  for. */
bool sn_preset_wants(const sn_import_options *how, sn_slice product);

#endif /* SN_DATASETS_PRESET_H */
