/* matrix.h - an input-output table: a square matrix with labels, and what stands beside it. */
#ifndef SN_DATASETS_MATRIX_H
#define SN_DATASETS_MATRIX_H

#include "datasets/native_private.h"
#include "datasets/preset.h"

/** sn_matrix_knows - whether a table is a matrix: the label of its first row is also a header, a
 *  number or nothing stands beside it, and there are no columns of supplier and buyer. */
bool sn_matrix_knows(const sn_preset_header *header);

/**
 * sn_matrix_read - rows are suppliers, columns are buyers, a cell is a flow.
 *
 * The first column holds the labels of the rows.  Labels that are both rows and columns are the
 * nodes.  Beside them may stand, in any order and any case, blanks as `_`:
 *
 *   columns  final_demand or final_demand:ANYTHING, any number: added up, the final demand of a
 *            row; output: its stated output
 *   rows     value_added or value_added:ANYTHING, any number; output, to which the purchases and
 *            the value added of a column should add up
 *
 * Empty cells and missing numbers are no flow.  Where all labels are of the form A:B, A.B, A|B or
 * A_B and both parts occur again, they are read as country and sector, which the file's account
 * notes (names of countries become their codes); else, where there is final demand, value added or output, a label is a sector.  With nodes
 * that are known already (nodes.csv) labels are their ids and nothing else.
 *
 * Final demand below 0 (drawn from stocks) counts as 0, with a note.  Books that do not close by more
 * than 1 % are noted with the worst column.
 *
 * Returns  SN_OK; SN_EDATA with the place for a label twice, a row or column that is neither, and
 *          what is no number or negative; SN_EUSAGE when a year is asked for; SN_ENOMEM.
 * Cost     O(cells): the file is gone through twice.
 */
sn_status sn_matrix_read(const sn_preset_input *input, sn_native *native, sn_error *err);

#endif /* SN_DATASETS_MATRIX_H */
