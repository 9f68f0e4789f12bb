/* tables_private.h - how the rows of the tables are held; for tables_rows.c and tables_build.c.
 */
#ifndef SN_DATASETS_TABLES_PRIVATE_H
#define SN_DATASETS_TABLES_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "datasets/tables_rows.h"
#include "graph/arena.h"
#include "graph/dict.h"

enum {
    SN_TABLES_USE = 0, /* code of "use" among the stages   */
    SN_TABLES_REST = 0 /* code of "ROW" among the countries */
};

typedef struct {
    int32_t commodity, stage, next; /* codes */
    double yield;
    size_t line;
} step_row;

typedef struct {
    int32_t step, place; /* number of the step row, code of the country */
    double value, need;  /* need is NaN where the table does not give it */
    const char *source;  /* source and year, or "" */
} output_row;

typedef struct {
    int32_t step, exporter, importer;
    double quantity;
    bool estimated;
} trade_row;

struct sn_tables {
    sn_dict commodities, stages, places, units;
    sn_dict step_keys;   /* commodity, stage -> number of the step row */
    sn_dict fed_keys;    /* commodity, next: what a step leads to      */
    sn_dict output_keys; /* commodity, stage, country                  */
    sn_dict uncoded;     /* country texts that are no code             */
    sn_arena texts;
    int32_t *unit; /* [commodity] code, or SN_NONE before its first output */
    size_t unit_room;
    step_row *step;
    size_t steps, step_room;
    output_row *output;
    size_t outputs, output_room;
    trade_row *trade;
    size_t trades, trade_room;
    size_t missing_output, missing_trade, domestic_trade;
};

#endif /* SN_DATASETS_TABLES_PRIVATE_H */
