/* xlsx.h - a sheet of an XLSX workbook as CSV text; for unpack.c only. */
#ifndef SN_DATASETS_XLSX_H
#define SN_DATASETS_XLSX_H

#include <stdbool.h>

#include <zip.h>

#include "datasets/bytes_private.h"

/** sn_xlsx_is_one - whether an archive is a workbook. */
bool sn_xlsx_is_one(zip_t *archive);

/**
 * sn_xlsx_count - how many visible sheets a pattern means.
 *
 * sheet  [in]  a pattern (* and ?) for the name of the sheet, or for that name and ".csv", so that
 *              a workbook with the sheets flows and nodes is a network; NULL: any
 */
sn_status sn_xlsx_count(const sn_bytes *bytes, zip_t *archive, const char *sheet, size_t *count,
                        sn_error *err);

/**
 * sn_xlsx_unpack - the one sheet that a pattern means, as CSV.
 *
 * Row r of the sheet is line r of the text, column c its field c, so that messages about the text
 * are true of the sheet: empty rows are empty lines, and line ends inside a cell become blanks.
 * Texts stand in quotes, except for a first cell that begins with `#`, a comment.  Numbers, also
 * dates, are what the file stores; formulas count by their last result.  Errors such as #N/A are
 * text.
 *
 * block  [out]  as sn_unpack_zip_find, but at most 1 GiB; within its limit is also what the parts of the
 *               workbook unpack to
 * found  [out]  the sheet's name, owned by the caller
 *
 * Returns  SN_OK; SN_EDATA when no sheet or several are meant, for merged cells, and for what
 *          is not a workbook; SN_ENOMEM at the limit.
 * Cost     O(size unpacked) time; memory for the text and the workbook's shared texts.
 * Source   ECMA-376, part 1, 18.2, 18.3, 18.4.
 */
sn_status sn_xlsx_unpack(const sn_bytes *bytes, zip_t *archive, const char *sheet,
                         sn_block *block, char **found, sn_error *err);

#endif /* SN_DATASETS_XLSX_H */
