/* tables.h - production and trade tables -> a balanced network of stages.
 *
 * Three tables describe it:
 *   stages.csv      commodity, stage, next, yield             the chain of each commodity
 *   production.csv  commodity, stage, country, value, need, unit, year, source
 *   trade.csv       commodity, stage, exporter, importer, quantity, basis
 * Each step of a chain is solved (stages.h); nodes are `COUNTRY:commodity:stage`.
 */
#ifndef SN_DATASETS_TABLES_H
#define SN_DATASETS_TABLES_H

#include <stddef.h>

#include "datasets/bytes.h"
#include "datasets/stages.h"
#include "graph/arena.h"
#include "graph/builder.h"
#include "graph/dict.h"
#include "graph/error.h"

/** sn_stages_line - one step in the report; texts live as long as the report. */
typedef struct {
    const char *commodity, *stage, *next, *unit;
    const char *worst;          /* country of quality.residual                    */
    const char *worst_exporter; /* country of quality.worst_factor                */
    size_t flows;               /* flows of this step                             */
    sn_stages_quality quality;  /* its `worst` and `worst_exporter` are SIZE_MAX: */
} sn_stages_line;               /* the names above say who                        */

/** sn_stages_report - zeroed it is empty and may be cleared. */
typedef struct {
    sn_stages_line *line; /* by commodity, then along its chain */
    size_t count;
    size_t stage_rows, output_rows, trade_rows; /* read, blank ones left out */
    sn_dict uncoded;       /* country texts that are no code: counted as ROW     */
    size_t other_stages, other_outputs, other_trades; /* rows of commodities not asked for */
    size_t missing_output; /* production rows without a value: left out          */
    size_t missing_trade;  /* trade rows without a quantity: left out            */
    size_t domestic_trade; /* trade rows of a country with itself: left out      */
    sn_arena texts;
} sn_stages_report;

/** sn_stages_report_clear - free everything and leave the report empty. */
void sn_stages_report_clear(sn_stages_report *report);

/** sn_tables_namer - the name of a country code, or NULL; for labels. */
typedef const char *sn_tables_namer(const void *context, const char *iso3);

/**
 * sn_tables_load - read three tables and add the network they describe to a builder.
 *
 * stages, production  [in]   bytes.h; names of inputs are as they shall stand in messages
 * trade               [in]   NULL when there is no table: every step is estimated
 * namer, context      [in]   NULL: nodes get no labels
 * commodity           [in]   "cobalt|nickel": only these; NULL: all
 * builder             [in]   in an undefined state after a failure
 * report              [out]  the caller clears it, whatever the outcome
 *
 * Returns  SN_OK; SN_EUSAGE when stages.csv knows none of the asked commodities; SN_EDATA with "file:line:field: what is wrong"; SN_ENUMERIC when a step has
 * no fit, naming commodity and step; SN_ENOMEM. Cost     O(rows log rows), and a step of a
 * chain as sn_stages_solve.
 */
sn_status sn_tables_load(const sn_bytes *stages, const sn_bytes *production,
                         const sn_bytes *trade, const char *commodity, sn_tables_namer *namer,
                         const void *context, sn_builder *builder, sn_stages_report *report,
                         sn_error *err);

#endif /* SN_DATASETS_TABLES_H */
