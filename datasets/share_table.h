/* share_table.h - supply shares as offices publish them, without a network behind them.
 *
 * A CSV file with the columns
 *
 *   supply    global (of the world's supply) or sourcing (of a bloc's, domestic supply
 * included) material  or commodity; upper and lower case are the same stage country   ISO 3166
 * alpha-3 share     0..1 of the total; empty where only a bound is known below     optional: an
 * upper bound in its place ("<0.1 %") t         optional: trade parameter of the country
 */
#ifndef SN_DATASETS_SHARE_TABLE_H
#define SN_DATASETS_SHARE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "datasets/source.h"
#include "graph/arena.h"
#include "graph/error.h"

/** sn_share_row - one country's part of a supply; texts are never NULL. */
typedef struct {
    const char *material, *stage, *country;
    bool is_sourcing;    /* else of global supply */
    double share, below; /* 0..1; NaN where not given */
    double t;            /* NaN where not given       */
} sn_share_row;

/** sn_share_table - by material, stage, country; zeroed it is empty and may be cleared. */
typedef struct {
    sn_share_row *row;
    size_t count;
    sn_arena texts;
} sn_share_table;

/** SN_SHARES_BUILT_IN - the name of the built-in table: EU study 2023, mean of 2016-2020. */
#define SN_SHARES_BUILT_IN "eu-crm"

/**
 * sn_share_table_load - read a table of shares.
 *
 * name     [in]      SN_SHARES_BUILT_IN, or a file
 * sources  [in,out]  where the input is entered
 * table    [out]     cleared by sn_share_table_clear
 *
 * Returns  SN_OK; SN_EDATA for a file that cannot be read, a share above 1, a row with neither
 *          share nor bound, or a country given twice in one supply; SN_ENOMEM.
 */
sn_status sn_share_table_load(const char *name, sn_sources *sources, sn_share_table *table,
                              sn_error *err);
void sn_share_table_clear(sn_share_table *table);

#endif /* SN_DATASETS_SHARE_TABLE_H */
