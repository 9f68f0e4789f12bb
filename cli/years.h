/* years.h - a span of years on the command line. */
#ifndef SN_CLI_YEARS_H
#define SN_CLI_YEARS_H

#include "graph/error.h"

/** sn_years_parse - "2000:2024" or "2010"; NULL: 0 and 0.  SN_EUSAGE for anything else. */
sn_status sn_years_parse(const char *text, int *first, int *last, sn_error *err);

#endif /* SN_CLI_YEARS_H */
