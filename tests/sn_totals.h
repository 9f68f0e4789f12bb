/* sn_totals.h - what a removal leaves, its total losses, and how far two of them are apart. */
#ifndef SN_TESTS_SN_TOTALS_H
#define SN_TESTS_SN_TOTALS_H

#include <math.h>
#include <stddef.h>

#include "metrics/sweep.h"

/* left  [out]  n shares of capacity that scenario s leaves. */
static inline void capacities(const sn_sweep_scenarios *list, size_t s, size_t n, double *left)
{
    for (size_t i = 0; i < n; i++)
        left[i] = 1;
    for (size_t k = list->first[s]; k < list->first[s + 1]; k++)
        left[list->node[k]] = list->left[k];
}

/* The losses of a sweep, from those of its nodes. */
static inline sn_sweep_loss total(const double *weight, size_t n, const double *down,
                                  const double *up)
{
    sn_sweep_loss t = {0};
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        sum += weight[i];
        t.loss += weight[i] * fmax(down[i], up[i]);
        t.loss_down += weight[i] * down[i];
        t.loss_up += weight[i] * up[i];
    }
    t.loss /= sum;
    t.loss_down /= sum;
    t.loss_up /= sum;
    return t;
}

static inline double apart(sn_sweep_loss a, sn_sweep_loss b)
{
    return fmax(fabs(a.loss - b.loss),
                fmax(fabs(a.loss_down - b.loss_down), fabs(a.loss_up - b.loss_up)));
}

#endif /* SN_TESTS_SN_TOTALS_H */
