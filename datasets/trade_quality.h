/* trade_quality.h - what a trade table is worth: gaps, contradictions and odd values. */
#ifndef SN_DATASETS_TRADE_QUALITY_H
#define SN_DATASETS_TRADE_QUALITY_H

#include <stddef.h>

#include "datasets/trade.h"
#include "graph/arena.h"
#include "graph/error.h"

/** sn_trades_group - all trades of one product and year; texts as long as the quality. */
typedef struct {
    const char *product, *year; /* NULL: not stated */
    size_t trades, exporters, importers;
    double value, quantity; /* sums [value unit], [t]; NaN: none is known            */
    size_t no_quantity;     /* trades without                                        */
    double no_quantity_value;
    size_t estimated; /* trades whose quantity is an estimate                  */
    double through;   /* sum over countries of min(exports, imports) / exports,
                         by value: re-exports at most                          */
    const char *top;  /* largest exporter, by value                            */
    double top_share;
    double unit_value; /* median of value / quantity [value unit / t]; NaN      */
    double spread;     /* exp(1.4826 MAD of its logarithm): a factor; NaN       */
    size_t outliers;   /* unit values with |0.6745 (x - median) / MAD| > 3.5    */
    double outlier_value;
    size_t pairs;                    /* trades that both sides report                         */
    size_t apart;                    /* of these, a factor of 2 or more apart                 */
    double by_exporter, by_importer; /* sums over the pairs                           */
    double ratio;                    /* median of importer's / exporter's report; NaN         */
} sn_trades_group;

/** sn_trades_case - one trade that stands out. */
typedef struct {
    enum { SN_CASE_MIRROR, SN_CASE_UNIT_VALUE } kind;
    const char *product, *year, *exporter, *importer;
    double value;  /* of the trade, or the larger report [value unit]         */
    double first;  /* exporter's report, or its unit value                    */
    double second; /* importer's report, or the median unit value             */
} sn_trades_case;

/** sn_trades_outside - a text in a country column that is no country. */
typedef struct {
    const char *text;
    const char *name; /* what it is; NULL when not known */
    sn_place_kind kind;
    size_t rows;
    double share; /* of the value that is kept or kept out; NaN for sums of countries */
} sn_trades_outside;

typedef struct sn_trades_quality {
    sn_trades_group *group; /* by product, then year */
    size_t groups;
    sn_trades_case *odd; /* the largest by value first */
    size_t odds;
    sn_trades_outside *outside; /* by share, then text */
    size_t outsides;
    double coverage[3]; /* by side: partners / stated total of the same reporters; NaN     */
    double reexports;   /* reported re-exports / exports; NaN where the table has none     */
    double value;       /* of all trades [value unit]                                      */
    double no_quantity; /* share of the value without a quantity                           */
    const char *value_unit; /* static, or NULL */
    sn_arena texts;
} sn_trades_quality;

/**
 * sn_trades_judge - look at settled trades.
 *
 * quality  [out]  cleared by sn_trades_quality_clear, whatever the outcome
 *
 * Cost     O(count log count).
 * Source   modified z-score: B. Iglewicz, D. Hoaglin, "How to detect and handle outliers",
 * 1993; mirror reports: Gaulier & Zignago, "BACI", CEPII 2010-23.
 */
sn_status sn_trades_judge(const sn_trades *trade, sn_trades_quality *quality, sn_error *err);
void sn_trades_quality_clear(sn_trades_quality *quality);

#endif /* SN_DATASETS_TRADE_QUALITY_H */
