/* number.c - doubles to text: exact for machines, readable for people. */
#include "reports/number.h"

#include <ctype.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Copy what printf made, with '.' for the locale's point (which may be several bytes) and the
 * exponent without '+' and leading zeros. */
static void copy_tidy(char text[SN_NUMBER_SIZE], const char *raw)
{
    while (*raw != '\0') {
        if (isdigit((unsigned char)*raw) || *raw == '-') {
            *text++ = *raw++;
        } else if (*raw == 'e') {
            *text++ = *raw++;
            if (*raw == '-')
                *text++ = '-';
            raw += 1 + strspn(raw + 1, "0");
        } else {
            *text++ = '.';
            while (*raw != '\0' && !isdigit((unsigned char)*raw))
                raw++;
        }
    }
    *text = '\0';
}

const char *sn_number_json(double x, char text[SN_NUMBER_SIZE])
{
    char raw[SN_NUMBER_SIZE];

    if (!isfinite(x)) {
        (void)snprintf(text, SN_NUMBER_SIZE, "null");
        return text;
    }
    if (fabs(x) < 0x1p53 && x == trunc(x)) {
        (void)snprintf(text, SN_NUMBER_SIZE, "%" PRId64, (int64_t)x);
        return text;
    }
    /* 15 digits survive the way through any normal double, and printf drops trailing zeros: so
     * no shorter text is missed.  Subnormals hold fewer digits. */
    for (int digits = fabs(x) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
        (void)snprintf(raw, sizeof raw, "%.*g", digits, x);
        if (strtod(raw, NULL) == x)
            break;
    }
    copy_tidy(text, raw);
    return text;
}

/* Print a whole number below 1e15 in size. */
static void print_grouped(char text[SN_NUMBER_SIZE], double x)
{
    char digits[SN_NUMBER_SIZE];
    const int64_t whole = (int64_t)round(x);
    const size_t length =
        (size_t)snprintf(digits, sizeof digits, "%" PRId64, whole < 0 ? -whole : whole);

    if (whole < 0)
        *text++ = '-';
    for (size_t k = 0; k < length; k++) {
        if (length > 4 && k > 0 && (length - k) % 3 == 0)
            *text++ = ',';
        *text++ = digits[k];
    }
    *text = '\0';
}

/* Print what is not of ordinary size.  Returns false, and prints nothing, if x is. */
static bool print_unusual(char text[SN_NUMBER_SIZE], double x)
{
    char raw[SN_NUMBER_SIZE];

    if (isnan(x)) {
        (void)snprintf(text, SN_NUMBER_SIZE, "-");
    } else if (isinf(x)) {
        (void)snprintf(text, SN_NUMBER_SIZE, x < 0 ? "-inf" : "inf");
    } else if (fabs(x) >= 1e15) {
        (void)snprintf(raw, sizeof raw, "%.4g", x);
        copy_tidy(text, raw);
    } else {
        return false;
    }
    return true;
}

const char *sn_number_text(double x, char text[SN_NUMBER_SIZE])
{
    if (print_unusual(text, x))
        return text;
    if (fabs(x) >= 1000 || x == 0) {
        print_grouped(text, x);
    } else {
        char raw[SN_NUMBER_SIZE];

        (void)snprintf(raw, sizeof raw, "%.4g", x);
        copy_tidy(text, raw);
    }
    return text;
}

const char *sn_number_whole(double x, char text[SN_NUMBER_SIZE])
{
    if (!print_unusual(text, x))
        print_grouped(text, x);
    return text;
}

const char *sn_number_percent(double share, char text[SN_NUMBER_SIZE])
{
    char raw[SN_NUMBER_SIZE];

    if (!isfinite(share))
        return sn_number_text(share, text);
    if (share > 0 && share < 0.0005) {
        (void)snprintf(text, SN_NUMBER_SIZE, "<0.1 %%");
        return text;
    }
    if (share >= 0.9995 && share < 1) {
        (void)snprintf(text, SN_NUMBER_SIZE, ">99.9 %%");
        return text;
    }
    if (fabs(share) >= 10) {
        (void)sn_number_text(share * 100, text);
    } else {
        (void)snprintf(raw, sizeof raw, "%.1f", fabs(share) < 0.0005 ? 0 : share * 100);
        copy_tidy(text, raw); /* and 0 rather than share: no "-0.0 %" */
    }
    (void)strcat(text, " %");
    return text;
}
