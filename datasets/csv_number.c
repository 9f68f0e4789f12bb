/* csv_number.c - decimal text -> double, correctly rounded and the same in every locale.
 *
 * If the digits are an integer m <= 2^53 and the power of ten is at most 22 in size, both are
 * exact doubles and one IEEE multiplication or division rounds once, hence correctly (W. D.
 * Clinger, "How to read floating point numbers accurately", PLDI 1990).  Everything else goes
 * to strtod. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/csv_private.h"

enum { LONGEST = 400, EXACT_POWER = 22, MOST_DIGITS = 19 };

static const double power_of_ten[EXACT_POWER + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "-12,345,678.9": groups of three after the first comma. */
static bool has_thousands(sn_slice text, char comma)
{
    size_t i = 0, groups = 0, digits = 0;

    if (text.length > 0 && (text.text[0] == '-' || text.text[0] == '+'))
        i++;
    for (; i < text.length; i++) {
        if (is_digit(text.text[i])) {
            digits++;
        } else if (text.text[i] == comma) {
            if (digits == 0 || digits > 3 || (groups > 0 && digits != 3))
                return false;
            groups++;
            digits = 0;
        } else {
            break;
        }
    }
    return groups > 0 && digits == 3;
}

/* The rare case: many digits or a large exponent.  The form is known to be right. */
static sn_parse parse_slowly(sn_slice text, char mark, double *value)
{
    char copy[LONGEST + 1];

    if (text.length > LONGEST)
        return SN_PARSE_BAD;
    memcpy(copy, text.text, text.length);
    copy[text.length] = '\0';
    char *comma = mark != '.' ? strchr(copy, mark) : NULL;
    if (comma != NULL)
        *comma = '.';
    *value = strtod(copy, NULL);
    return isfinite(*value) ? SN_PARSED : SN_PARSE_HUGE;
}

static sn_parse refuse(sn_slice text, char mark)
{
    return has_thousands(text, mark == '.' ? ',' : '.') || has_thousands(text, mark)
               ? SN_PARSE_THOUSANDS
               : SN_PARSE_BAD;
}

sn_parse sn_csv_parse_number(sn_slice text, char mark, double *value, bool *marked)
{
    const char *p = text.text, *end = p + text.length;
    const bool negative = p < end && *p == '-';
    uint64_t mantissa = 0;
    long scale = 0, exponent = 0;
    int digits = 0, significant = 0;

    *marked = false;
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    for (; p < end; p++) {
        if (is_digit(*p)) {
            digits = 1;
            if (significant > 0 || *p != '0')
                significant++;
            mantissa = mantissa * 10 + (uint64_t)(*p - '0'); /* wraps unseen past 19 digits */
            scale -= *marked;
        } else if (*p == mark && !*marked) {
            *marked = true;
        } else {
            break;
        }
    }
    if (digits == 0)
        return refuse(text, mark);
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        const bool down = p < end && *p == '-';
        if (p < end && (*p == '-' || *p == '+'))
            p++;
        if (p == end)
            return SN_PARSE_BAD;
        for (; p < end && is_digit(*p); p++)
            if (exponent < 100000)
                exponent = exponent * 10 + (*p - '0');
        if (down)
            exponent = -exponent;
    }
    if (p != end)
        return refuse(text, mark);

    exponent += scale;
    if (significant == 0) {
        *value = 0; /* never -0 */
    } else if (significant <= MOST_DIGITS && mantissa <= (uint64_t)1 << 53 &&
               exponent >= -EXACT_POWER && exponent <= EXACT_POWER) {
        const double exact = (double)mantissa;
        *value =
            exponent < 0 ? exact / power_of_ten[-exponent] : exact * power_of_ten[exponent];
        if (negative)
            *value = -*value;
    } else {
        return parse_slowly(text, mark, value);
    }
    return SN_PARSED;
}
