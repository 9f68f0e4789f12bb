/* governance.h - how well countries are governed, on the scales that indices use. */
#ifndef SN_DATASETS_GOVERNANCE_H
#define SN_DATASETS_GOVERNANCE_H

#include <stddef.h>

#include "graph/arena.h"
#include "graph/error.h"

/** sn_governance_row - one country; NaN where an indicator is missing. */
typedef struct {
    const char *country;        /* ISO 3166 alpha-3                                           */
    double six[6];              /* World Governance Indicators, -2.5..2.5, 2.5 best; NaN all
                                   of them where only the score is known                      */
    double score;               /* 2 (2.5 - mean of the six), 0 best, 10 worst                */
    double political_stability; /* the second of the six                                      */
} sn_governance_row;

typedef struct {
    sn_governance_row *row; /* by country */
    size_t count;
    const char *period; /* "2023", "2016-2020" */
    sn_arena texts;
} sn_governance;

/** sn_governance_load - the built-in scores.  period: "2023", or "2016-2020" for the means that
 *  the EU's study of 2023 used (no political stability).  SN_EUSAGE for another; SN_ENOMEM. */
sn_status sn_governance_load(const char *period, sn_governance *governance, sn_error *err);

/** sn_governance_find - the row of a country, or NULL.  O(log count). */
const sn_governance_row *sn_governance_find(const sn_governance *governance,
                                            const char *country);
void sn_governance_clear(sn_governance *governance);

#endif /* SN_DATASETS_GOVERNANCE_H */
