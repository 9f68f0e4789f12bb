/* concentration_index.c - one number for the shares of a group. */
#include "metrics/concentration_private.h"

double sn_concentration_hhi(const double *amount, size_t count, double total)
{
    struct sum squares = {0, 0};

    for (size_t k = 0; k < count; k++)
        add(&squares, (amount[k] / total) * (amount[k] / total));
    return total > 0 ? value_of(&squares) : NAN;
}

/* -s ln s, 0 at both ends. */
static double entropy(double share)
{
    return share > 0 ? -share * log(share) : 0;
}

/* The least that the entropy can be: joining two members only lowers it. */
static double least_diversity(const sn_concentration_group *g)
{
    const double o = g->other_share, u = g->unknown_share;
    struct sum h = {0, 0};

    if (g->count == 0)
        return NAN;
    const double top1 = g->member[0].share;
    add(&h, entropy(o > top1 ? o + u : o));
    add(&h, entropy(o > top1 ? top1 : top1 + u));
    for (size_t k = 1; k < g->count; k++)
        add(&h, entropy(g->member[k].share));
    return fmax(1, exp(value_of(&h)));
}

void sn_concentration_measure(sn_concentration_group *g)
{
    const double o = g->other_share, u = g->unknown_share;
    struct sum squares = {0, 0}, named = {0, 0};
    const double top1 = g->count > 0 ? g->member[0].share : NAN;

    g->top3 = g->count > 0 ? 0 : NAN;
    for (size_t k = 0; k < g->count; k++) {
        add(&squares, g->member[k].share * g->member[k].share);
        add(&named, g->member[k].share);
        if (k < 3)
            g->top3 += g->member[k].share;
    }
    g->hhi_bounds[0] = value_of(&squares);
    g->hhi_bounds[1] = fmin(g->hhi_bounds[0] + o * o + u * u + 2 * u * fmax(o, top1), 1);
    g->hhi = g->count > 0 ? g->hhi_bounds[0] : NAN;
    g->effective = 1 / g->hhi;
    g->diversity = least_diversity(g);
    g->top1 = top1;
    g->n_minus_1 = 1 - top1;
    g->coverage = value_of(&named);
}
