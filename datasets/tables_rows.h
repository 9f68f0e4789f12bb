/* tables_rows.h - the rows behind tables.h: taken one by one, then built.
 *
 * All stages come before the first output, all outputs before the first trade; each row is
 * checked where it stands, so that whoever reads it knows the position of a fault.
 */
#ifndef SN_DATASETS_TABLES_ROWS_H
#define SN_DATASETS_TABLES_ROWS_H

#include <stddef.h>

#include "datasets/bytes.h"
#include "datasets/tables.h"
#include "graph/builder.h"
#include "graph/error.h"

/** sn_tables - the rows of the three tables. */
typedef struct sn_tables sn_tables;

/** sn_tables_new - empty tables; NULL when memory ran out. */
sn_tables *sn_tables_new(void);

/** sn_tables_free - NULL is fine. */
void sn_tables_free(sn_tables *tables);

/** One row of each table.  Numbers are NaN and texts empty where missing. */
typedef struct {
    sn_slice commodity, stage, next; /* next: a stage of the same commodity, or "use" */
    double yield;                    /* output of next per unit of input; NaN = 1     */
    size_t line;                     /* for messages that concern the whole chain     */
} sn_tables_stage;

typedef struct {
    sn_slice commodity, stage, country; /* ISO 3166 alpha-3, or ROW                    */
    sn_slice unit, year, source;
    double value; /* output [unit / year]                                                    */
    double need;  /* input that it takes, before scaling [unit / year]; NaN = value / yield  */
} sn_tables_output;

typedef struct {
    sn_slice commodity, stage; /* the stage that the goods leave      */
    sn_slice exporter, importer;
    sn_slice basis;  /* reported, estimated, or missing = reported     */
    double quantity; /* contained units, as in production              */
} sn_tables_trade;

/** The column that a failed row is to blame on, to find its position. */
typedef enum {
    SN_TABLES_COMMODITY,
    SN_TABLES_STAGE,
    SN_TABLES_NEXT,
    SN_TABLES_YIELD,
    SN_TABLES_COUNTRY,
    SN_TABLES_VALUE,
    SN_TABLES_NEED,
    SN_TABLES_UNIT,
    SN_TABLES_EXPORTER,
    SN_TABLES_IMPORTER,
    SN_TABLES_QUANTITY,
    SN_TABLES_BASIS,
    SN_TABLES_COLUMNS
} sn_tables_column;

/**
 * sn_tables_add_stage, sn_tables_add_output, sn_tables_add_trade - take one row.
 *
 * blame  [out]  on SN_EDATA the column at fault
 *
 * Returns  SN_OK; SN_EDATA for a stage that is given or fed twice, an unknown stage, a country
 *          given twice, an aggregate in place of a country, a negative or infinite amount, a
 *          unit other than the commodity's, trade of a step that does not exist; SN_ENOMEM.
 */
sn_status sn_tables_add_stage(sn_tables *tables, const sn_tables_stage *row,
                              sn_tables_column *blame, sn_error *err);
sn_status sn_tables_add_output(sn_tables *tables, const sn_tables_output *row,
                               sn_tables_column *blame, sn_error *err);
sn_status sn_tables_add_trade(sn_tables *tables, const sn_tables_trade *row,
                              sn_tables_column *blame, sn_error *err);

/**
 * sn_tables_build - solve every step and add its nodes and flows to a builder.
 *
 * Rows may come in any order: the result does not depend on it.  Nodes get kind stage, country,
 * commodity, stage, unit; those of production output, primary (output at the first stage and
 * where nothing flows in, else 0) and the attribute `source`; those of use their inflow as
 * final demand.  Labels are "Name commodity stage" where `namer` knows the country.
 *
 * namer, context  [in]   NULL: no labels
 * line            [out]  line of stages.csv that an SN_EDATA is to blame on, else 0
 * report          [out]  the caller clears it, whatever the outcome
 *
 * Returns  SN_OK; SN_EDATA for a chain with a loop or without an end, or a stage without
 * output; SN_ENUMERIC when a step has no fit, naming commodity and step; SN_ENOMEM.
 */
sn_status sn_tables_build(const sn_tables *tables, sn_tables_namer *namer, const void *context,
                          sn_builder *builder, size_t *line, sn_stages_report *report,
                          sn_error *err);

#endif /* SN_DATASETS_TABLES_ROWS_H */
