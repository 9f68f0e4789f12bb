/* scan.h - all rows of a table at once, on several threads, or only those that are wanted.
 *
 * The text is cut into pieces, each of which is read by one thread into a state of its own; the
 * states are then taken in the order of the file.  What comes out, the first error and its
 * place included, does not depend on the number of threads: a piece is cut at a line end, and
 * should that one lie inside quotes, it is read again from where the row before it ends; if a
 * row fails, its piece is read again row by row to say exactly where.
 */
#ifndef SN_DATASETS_SCAN_H
#define SN_DATASETS_SCAN_H

#include "datasets/csv.h"
#include "graph/dict.h"

/** sn_scan_plan - what to do with rows. */
typedef struct {
    size_t state_size; /* bytes of the state of a piece; zeroed it is empty */

    /* Read the current row of `row` into the state, by sn_csv_text and the like.  Called by
     * several threads: what context points to must not change. */
    sn_status (*read)(const void *context, void *state, sn_csv *row, sn_error *err);

    /* Finish what `read` has put off; its texts are good as long as sn_csv_is_lasting says.  An
     * error is put down to the current row.  May be NULL. */
    sn_status (*settle)(const void *context, void *state, sn_csv *row, sn_error *err);

    /* Take over a state, in the order of the file, one at a time.  `lines` is to be added to
     * what sn_csv_line said while it was read: then it counted from the beginning of the piece.
     */
    sn_status (*take)(void *context, void *state, size_t lines, sn_error *err);

    /* What of that can be done for several states at once, after `take`.  May be NULL. */
    void (*put)(void *context, void *state);

    /* Empty a state for another piece, which may keep its memory; then free that too. */
    void (*empty)(void *state);
    void (*clear)(void *state);
} sn_scan_plan;

/**
 * sn_csv_scan - read all rows from here to the end.
 *
 * csv  [in,out]  freshly opened; afterwards sn_csv_rows and the like tell about the whole file
 *
 * Returns  SN_OK; SN_EDATA as sn_csv_next, or what the plan's functions fail with.
 */
sn_status sn_csv_scan(sn_csv *csv, const sn_scan_plan *plan, void *context, sn_error *err);

/** sn_csv_is_lasting - whether the texts of the current row stay where they are until the piece
 *  ends: they do, unless one had doubled quotes. */
bool sn_csv_is_lasting(const sn_csv *row);

/** SN_CSV_REASONS - most reasons for which a filter leaves out rows, and 0 for keeping them. */
enum { SN_CSV_REASONS = 4, SN_CSV_NOTED = 2 };

/** sn_csv_filter - which rows are wanted. */
typedef struct {
    /* 0: keep this row; else why not, below SN_CSV_REASONS.  Called by several threads. */
    int (*judge)(const void *context, const sn_csv *row);
    const void *context;
    size_t noted[SN_CSV_NOTED]; /* wanted columns whose values are noted, in kept rows and others;
                                   SN_CSV_ROW: none */
} sn_csv_filter;

/**
 * sn_csv_set_filter - let sn_csv_next go to wanted rows only.
 *
 * The others are found on several threads before anybody looks at them: their number of fields
 * is checked, and nothing else.  sn_csv_rows counts them too; after the last row it is right.
 *
 * csv     [in,out]  freshly opened
 * filter  [in]      copied
 */
sn_status sn_csv_set_filter(sn_csv *csv, const sn_csv_filter *filter, sn_error *err);

/** sn_csv_left_out - how many rows were left out for a reason, so far. */
size_t sn_csv_left_out(const sn_csv *csv, int reason);

/** sn_csv_noted - the values of noted column k so far, in the order of first sight; an empty one
 *  is none. */
const sn_dict *sn_csv_noted(const sn_csv *csv, int k);

#endif /* SN_DATASETS_SCAN_H */
