/* trade_report.h - what a trade table is worth: tables, findings and JSON for inspect and
 * import. */
#ifndef SN_CLI_TRADE_REPORT_H
#define SN_CLI_TRADE_REPORT_H

#include "cli/call.h"
#include "datasets/trade_quality.h"

enum { SN_TRADE_TABLES = 3 }; /* products, trades that stand out, texts that are no country */

/* The quality of trade, as every verb that reports it calls its method. */
#define SN_METHOD_TRADE_QUALITY                                                                \
    {                                                                                          \
        "trade-quality", "1",                                                                  \
            "unit value outliers: |0.6745 (x - median) / MAD| > 3.5 of ln(value / quantity) "  \
            "within a "                                                                        \
            "product and year; through: sum over countries of min(exports, imports) / "        \
            "exports; "                                                                        \
            "coverage: partners / stated total of the same reporter and product",              \
            "Iglewicz and Hoaglin 1993; Gaulier and Zignago 2010 (mirror reports)"             \
    }

/** sn_trade_report_of - the quality of the trade table among a call's sources, or NULL. */
const sn_trades_quality *sn_trade_report_of(const sn_call *call);

/** sn_trade_report_tables - each freed by sn_table_free, also after a failure. */
sn_status sn_trade_report_tables(const sn_call *call, const sn_trades_quality *quality,
                                 sn_table *table[SN_TRADE_TABLES], sn_error *err);

/** sn_trade_report_judge - add findings; what makes a table unsound sets call->answer_is_no. */
sn_status sn_trade_report_judge(sn_call *call, const sn_trades_quality *quality, sn_error *err);

/** sn_trade_report_write - the members of the object "trade". */
void sn_trade_report_write(sn_json *json, const sn_trades_quality *quality);

#endif /* SN_CLI_TRADE_REPORT_H */
