/* concentration_private.h - what the files of concentration share. */
#ifndef SN_METRICS_CONCENTRATION_PRIVATE_H
#define SN_METRICS_CONCENTRATION_PRIVATE_H

#include <math.h>

#include "metrics/concentration.h"

/* A compensated sum: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation
 * endlicher Summen", Zeitschrift für Angewandte Mathematik und Mechanik 54, 1974. */
struct sum {
    double sum, lost;
};

static inline void add(struct sum *s, double x)
{
    const double t = s->sum + x;

    s->lost += fabs(s->sum) >= fabs(x) ? (s->sum - t) + x : (x - t) + s->sum;
    s->sum = t;
}

static inline double value_of(const struct sum *s)
{
    return s->sum + s->lost;
}

/** sn_concentration_measure - the indices of a group whose members and shares are known. */
void sn_concentration_measure(sn_concentration_group *g);

#endif /* SN_METRICS_CONCENTRATION_PRIVATE_H */
