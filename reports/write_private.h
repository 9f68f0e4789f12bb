/* write_private.h - what the writers share; for reports/ only. */
#ifndef SN_REPORTS_WRITE_PRIVATE_H
#define SN_REPORTS_WRITE_PRIVATE_H

#include <stdbool.h>

#include "reports/number.h"
#include "reports/write.h"

enum { SN_HEADING_SIZE = 128 };

/**
 * sn_write_cell - a cell for people; "-" when it is missing.
 *
 * buffer  [out]  where a number is printed
 *
 * Returns  buffer, or the text of the cell.
 */
const char *sn_write_cell(const sn_table *table, size_t row, size_t column,
                          char buffer[SN_NUMBER_SIZE]);

/** sn_write_heading - a heading for people, with its unit: "Lost (t/a)".  Returns buffer. */
const char *sn_write_heading(const sn_table_head *column, char buffer[SN_HEADING_SIZE]);

/** sn_write_is_right - whether a column is aligned to the right. */
bool sn_write_is_right(const sn_table_head *column);

/* The writers; see sn_table_write. */
void sn_write_text(const sn_table *table, const sn_table_style *style, sn_out *out);
void sn_write_delimited(const sn_table *table, sn_format format, bool csv_safe, sn_out *out);
void sn_write_json(const sn_table *table, sn_out *out);
void sn_write_ndjson(const sn_table *table, sn_out *out);
void sn_write_markdown(const sn_table *table, sn_out *out);

#endif /* SN_REPORTS_WRITE_PRIVATE_H */
