/* reroute_lp_private.h - the layout of a linear program, for reroute_lp*.c only. */
#ifndef SN_METRICS_REROUTE_LP_PRIVATE_H
#define SN_METRICS_REROUTE_LP_PRIVATE_H

#include <glpk.h>

#include "metrics/reroute_lp.h"

struct sn_lp {
    glp_prob *problem; /* NULL until loaded */
    unsigned life;     /* of the GLPK environment that the problem lives in */
    int32_t columns, rows, normal_columns, normal_rows;
    size_t column_room, row_room, entries, entry_room;
    double *lower, *upper, *cost, *limit;     /* normal values     */
    double *lower_now, *upper_now;            /* [columns]         */
    uint8_t *column_touched, *row_touched;
    int32_t *touched_columns, *touched_rows;  /* lists of them     */
    int32_t touched_column_count, touched_row_count;
    int *entry_row, *entry_column;            /* from 1, as GLPK counts; freed when loaded */
    double *entry;
    uint8_t *basis;                           /* [rows + columns] of sn_lp_keep */
    size_t basis_room;
    int outcome;
    int extra_count;                          /* of add_column, add_row */
    int *extra_place;
    double *extra_value;
    size_t extra_room;
};

/** sn_lp_survives - do some work that may run out of memory inside GLPK; false: it did. */
bool sn_lp_survives(sn_lp *lp, void (*work)(sn_lp *));

#endif /* SN_METRICS_REROUTE_LP_PRIVATE_H */
