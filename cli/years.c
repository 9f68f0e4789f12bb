/* years.c - "2000:2024". */
#include "cli/years.h"

#include <stddef.h>
#include <stdlib.h>

sn_status sn_years_parse(const char *text, int *first, int *last, sn_error *err)
{
    char *end;

    *first = *last = 0;
    if (text == NULL)
        return SN_OK;
    const long from = strtol(text, &end, 10);
    const long to = *end == ':' ? strtol(end + 1, &end, 10) : from;
    if (end == text || *end != '\0' || from < 1 || to > 9999 || from > to)
        return sn_fail(err, SN_EUSAGE, "option --years: \"%.60s\" is not of the form 2000:2024",
                       text);
    *first = (int)from;
    *last = (int)to;
    return SN_OK;
}
