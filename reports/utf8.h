/* utf8.h - what a string holds, and how wide a terminal draws it. */
#ifndef SN_REPORTS_UTF8_H
#define SN_REPORTS_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* U+FFFD, which stands for bytes that are not UTF-8. */
#define SN_UTF8_REPLACEMENT "\xEF\xBF\xBD"

/**
 * sn_utf8_next - take one code point off the front of a string.
 *
 * text  [in,out]  moved behind what was taken; not moved at the end of the string
 *
 * Returns  the code point; 0 at the end; 0xFFFD for the longest start of a valid sequence that
 *          breaks off, or for one byte that cannot start one.
 * Source   The Unicode Standard 15.0, table 3-7 and section 3.9, "U+FFFD Substitution of
 * Maximal Subparts".
 */
uint32_t sn_utf8_next(const char **text);

/**
 * sn_utf8_cells - the columns a code point takes on a terminal: 0 for combining marks and
 * invisible signs, 2 for East Asian wide characters and pictures, otherwise 1.
 *
 * wcwidth(3) would know more, but answers for the locale, and we never set one.
 */
unsigned sn_utf8_cells(uint32_t point);

/** sn_utf8_width - the columns a string takes on a terminal. */
size_t sn_utf8_width(const char *text);

#endif /* SN_REPORTS_UTF8_H */
