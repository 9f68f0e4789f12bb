/* trade.h - the rows of a trade table between countries: BACI, Comtrade, tidy tables.
 *
 * Call order: sn_trades_read_... fills the rows as they stand; sn_trades_settle makes one row
 * of every trade: duplicates and sums out, one level of product codes, one of two mirror
 * reports; sn_trades_estimate, if asked for, fills missing tonnes.  Then the rows may be looked
 * at (trade_quality.h), written down, or built into a network.
 */
#ifndef SN_DATASETS_TRADE_H
#define SN_DATASETS_TRADE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "datasets/places.h"
#include "datasets/preset.h"
#include "datasets/source.h"
#include "graph/builder.h"
#include "graph/dict.h"
#include "graph/error.h"

/** Who reported a row. */
typedef enum { SN_SIDE_NONE, SN_SIDE_EXPORTER, SN_SIDE_IMPORTER } sn_trades_side;

/** SN_TRADE_WORLD - in place of a partner: the reporter's total. */
#define SN_TRADE_WORLD ((int32_t)-2)

/** sn_trades_row - what exporter sold to importer. */
typedef struct {
    int32_t exporter, importer; /* codes in trade->place                                      */
    int32_t product, year;  /* codes in trade->product, trade->year; SN_NONE: not stated   */
    int32_t period;         /* code in trade->period: month, or source of a tidy table     */
    uint8_t side;           /* sn_trades_side                                              */
    bool estimated;         /* the quantity is an estimate                                */
    bool averaged;          /* of both reports                                            */
    double value, quantity; /* [trade->value_unit], [t]; NaN: missing                     */
} sn_trades_row;

/** sn_trades_spelling - what stood in a country column, and what became of it. */
typedef struct {
    sn_place_kind kind;
    int32_t place; /* code in trade->place, or SN_NONE where it is kept out */
    int32_t name;  /* code in trade->known: what it is; SN_NONE: not known  */
    size_t rows;
    double value; /* of these rows, as far as known */
} sn_trades_spelling;

/** sn_trades_mirror - what both sides said of the same trade. */
typedef struct {
    int32_t exporter, importer, product, year;
    double by_exporter, by_importer; /* [value_unit] */
} sn_trades_mirror;

/** sn_trades - zeroed it is empty and may be cleared. */
typedef struct {
    sn_dict place; /* ISO alpha-3, or the text where that is unknown */
    sn_dict product, year, period;
    sn_trades_row *row;
    size_t count, room;
    const char *value_unit; /* "kUSD", or NULL where the file does not say */

    sn_dict known;                /* names of places that are met                     */
    sn_dict spelled;              /* texts of the country columns                     */
    sn_trades_spelling *spelling; /* [spelled.count]                      */
    size_t spelling_room;

    bool is_reconciled;       /* one row a trade by its making     */
    bool two_sided;           /* rows are reports of one side or the other */
    sn_trades_mirror *mirror; /* pairs of reports, made by sn_trades_settle */
    size_t mirrors, mirror_room;
    double world[3], partners[3]; /* by side: stated totals, and the sum of their partners */
    double reexports; /* [value_unit] reported as such; NaN: the table does not tell */
} sn_trades;

void sn_trades_clear(sn_trades *trade);

/** What sn_trades_read keeps of a file. */
typedef struct {
    const sn_import_options *how;
    const char *year;       /* "2023"; "" = all                          */
    const sn_dict *product; /* only these exactly; empty or NULL = all   */
} sn_trades_filter;

/** sn_trades_reader - reads one layout; enters the file among the sources. */
typedef sn_status sn_trades_reader(const sn_preset_input *input, const sn_trades_filter *filter,
                                   sn_trades *trade, sn_error *err);
sn_trades_reader sn_trades_read_baci, sn_trades_read_tidy, sn_trades_read_comtrade;

/** sn_trades_reader_of - the reader of a preset, or NULL when it is no trade table. */
sn_trades_reader *sn_trades_reader_of(const sn_preset *preset);

/**
 * sn_trades_settle - one row a trade: exporter, importer, product, year.
 *
 * Left out and counted in source: exact duplicates; rows that are a part of a larger one of the
 * same flow; months where the year is there too; totals of reporters; a heading whose parts
 * are in the table too - or, where `how->product` names the heading itself, the parts; the
 * other side's report of the same trade.  Rows of one flow and different periods are added.
 *
 * Which report counts is how->report_of: that side's, or the other's where it has none; the
 * larger; or the mean of both.  Value and quantity are taken from the same side if it has both.
 *
 * Cost  O(count log count) for reports of two sides, else O(count).
 */
sn_status sn_trades_settle(sn_trades *trade, const sn_import_options *how, sn_source *source,
                           sn_error *err);

/**
 * sn_trades_estimate - fill missing quantities: value over the median unit value of the same
 * exporter and product, if five rows or more have one, else of the product; such rows are
 * `estimated`.
 *
 * filled  [out]  rows that got a quantity
 */
sn_status sn_trades_estimate(sn_trades *trade, size_t *filled, sn_error *err);

/** sn_trades_amount - value or quantity of a row. */
double sn_trades_amount(const sn_trades_row *row, sn_trade_amount measure);

/** sn_trades_build - add countries and flows to a builder; rows without the measure, and of 0,
 * are left out and counted, the rest is counted as used.  Only rows of one year (a code) and
 * one product, if these are not SN_NONE; SN_EDATA when no year is given and several are there.
 */
sn_status sn_trades_build(const sn_trades *trade, sn_trade_amount measure, int32_t year,
                          int32_t product, sn_builder *builder, const sn_places *places,
                          const char *name, sn_source *source, sn_error *err);

/** sn_trades_note_places - say what was kept out or not understood in the country columns. */
sn_status sn_trades_note_places(const sn_trades *trade, sn_source *source, sn_error *err);

/** sn_trades_read - choose the preset and read; may be called for several files of one kind.
 *  SN_EUSAGE when the preset is no trade table.
 *  sn_trades_finish - settle, estimate and judge as input->how says; notes go to a source.
 *  sn_trades_load - both.
 *
 *  source  [out]  its number among input->sources */
sn_status sn_trades_read(const sn_preset_input *input, const sn_trades_filter *filter,
                         sn_trades *trade, size_t *source, sn_error *err);
sn_status sn_trades_finish(sn_trades *trade, const sn_preset_input *input, size_t source,
                           sn_error *err);
sn_status sn_trades_load(const sn_preset_input *input, const sn_trades_filter *filter,
                         sn_trades *trade, size_t *source, sn_error *err);

#endif /* SN_DATASETS_TRADE_H */
