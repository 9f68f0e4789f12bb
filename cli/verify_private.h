/* verify_private.h - what the checks share: tables, networks out of tables, rows. */
#ifndef SN_CLI_VERIFY_PRIVATE_H
#define SN_CLI_VERIFY_PRIVATE_H

#include "cli/verify.h"

/** sn_verify_table - a built-in table, all of it; zeroed it is empty and may be cleared. */
typedef struct {
    size_t rows, columns;
    const char **text; /* [rows][columns] lent by the sn_verify                      */
    double *number;    /* [rows][columns] NaN: empty, or a column of words            */
} sn_verify_table;

/**
 * sn_verify_open - read a table.
 *
 * columns  [in]   the wanted ones, all required: "material|#share"; # begins a number
 */
sn_status sn_verify_open(sn_verify *verify, const char *dataset, const char *file,
                         const char *columns, sn_verify_table *table, sn_error *err);
void sn_verify_table_clear(sn_verify_table *table);
const char *sn_verify_text(const sn_verify_table *table, size_t row, size_t column);
double sn_verify_number(const sn_verify_table *table, size_t row, size_t column);

/** sn_verify_adopt - enter the inputs of a network, each once. */
sn_status sn_verify_adopt(sn_verify *verify, sn_sources *sources, sn_error *err);

/** sn_verify_network - a network out of tables of one dataset; nodes and recipes may be NULL.
 */
sn_status sn_verify_network(sn_verify *verify, const char *dataset, const char *flows,
                            const char *nodes, const char *recipes, sn_network **net,
                            sn_error *err);

/** sn_verify_format - a text that lives as long as the run; NULL when memory ran out. */
const char *sn_verify_format(sn_verify *verify, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/** sn_verify_half - half a unit of a decimal place, and what rounding in binary may add. */
double sn_verify_half(double published, int decimals);

/**
 * sn_verify_compare - enter a number: it agrees when the computed interval, widened by half,
 * holds it.
 *
 * subject, measure  [in]  live as long as the run; NULL is SN_ENOMEM, for sn_verify_format
 */
sn_status sn_verify_compare(sn_verify *verify, const char *subject, const char *measure,
                            double published, double half, sn_interval computed, sn_error *err);

/** sn_verify_known - the last row is a known miss: it must come out at `recorded`, to half a
 * unit of the third decimal, and must not agree. */
void sn_verify_known(sn_verify *verify, double recorded, const char *reason);

/** sn_verify_lacking - enter a number that cannot be computed, and why. */
sn_status sn_verify_lacking(sn_verify *verify, const char *subject, const char *measure,
                            double published, const char *reason, sn_error *err);

/** sn_verify_point - an interval of one number. */
static inline sn_interval sn_verify_point(double x)
{
    return (sn_interval){x, x};
}

/** sn_verify_each - published-examples/expected.csv, row by row, for one check.
 *
 * make  [in]  called once a row: computes what `measure` is of `subject` in `case`
 */
typedef sn_status (*sn_verify_maker)(void *context, const char *its_case, const char *subject,
                                     const char *measure, double *computed, sn_error *err);
sn_status sn_verify_each(sn_verify *verify, const char *check, sn_verify_maker make,
                         void *context, sn_error *err);

/* The checks, one file a family. */
sn_status sn_verify_eu_2017_global(sn_verify *verify, sn_error *err);
sn_status sn_verify_eu_2017_sourcing(sn_verify *verify, sn_error *err);
sn_status sn_verify_eu_2017_both(sn_verify *verify, sn_error *err);
sn_status sn_verify_eu_2023(sn_verify *verify, sn_error *err);
sn_status sn_verify_eu_importance(sn_verify *verify, sn_error *err);
sn_status sn_verify_eu_history(sn_verify *verify, sn_error *err);
sn_status sn_verify_crma(sn_verify *verify, sn_error *err);
sn_status sn_verify_usgs(sn_verify *verify, sn_error *err);
sn_status sn_verify_geopolrisk(sn_verify *verify, sn_error *err);
sn_status sn_verify_reexports(sn_verify *verify, sn_error *err);
sn_status sn_verify_esri_test(sn_verify *verify, sn_error *err);
sn_status sn_verify_esri_figure(sn_verify *verify, sn_error *err);
sn_status sn_verify_inoue_todo(sn_verify *verify, sn_error *err);
sn_status sn_verify_input_output(sn_verify *verify, sn_error *err);
sn_status sn_verify_kite(sn_verify *verify, sn_error *err);
sn_status sn_verify_white_paper(sn_verify *verify, sn_error *err);
sn_status sn_verify_survive(sn_verify *verify, sn_error *err);

#endif /* SN_CLI_VERIFY_PRIVATE_H */
