/* number.h - the only place where a double becomes text. */
#ifndef SN_REPORTS_NUMBER_H
#define SN_REPORTS_NUMBER_H

/* Room for every result below, with its NUL. */
enum { SN_NUMBER_SIZE = 32 };

/**
 * sn_number_json - the shortest decimal that reads back as the same double, for machines.
 *
 * The point is always '.', whatever the locale.  Whole numbers below 2^53 are written without
 * an exponent (2500000), exponents without '+' and leading zeros (1e21, 1.5e-7), -0 as 0, NaN
 * and the infinities as null.
 *
 * text  [out]  the number
 *
 * Returns  text.
 * Cost     at most three tries; seventeen for a subnormal.
 */
const char *sn_number_json(double x, char text[SN_NUMBER_SIZE]);

/**
 * sn_number_text - four significant digits, for people: 0.3333, 12.35, 182,346, 1.5e-7.
 *
 * The whole part is never rounded away, and has commas from 10,000 on; so years and ranks stay
 * plain.  Below 0.0001 and from 1e15 on there is an exponent.  NaN is "-", which means unknown;
 * the infinities are inf and -inf.
 *
 * Returns  text.
 */
const char *sn_number_text(double x, char text[SN_NUMBER_SIZE]);

/** sn_number_whole - as sn_number_text, rounded to a whole number: 9999, 12,346. */
const char *sn_number_whole(double x, char text[SN_NUMBER_SIZE]);

/**
 * sn_number_percent - a share for people, with one decimal: 0.7841 is "78.4 %".
 *
 * Nothing and everything are not made up by rounding: a share in (0, 0.0005) is "<0.1 %", one
 * in [0.9995, 1) is ">99.9 %".
 *
 * share  [in]  dimensionless; 1 is 100 %; NaN gives "-"
 *
 * Returns  text.
 */
const char *sn_number_percent(double share, char text[SN_NUMBER_SIZE]);

#endif /* SN_REPORTS_NUMBER_H */
