/* sn_exact.h - the losses of cascade.h where loops leak so little that rounds (sn_oracle.h)
 * would take for ever.
 *
 * Policy iteration from below: at first every node loses what hits it; then each takes the
 * action through which it loses most, if that is more, and the linear system that this leaves
 * is solved in long doubles (R. A. Howard, "Dynamic Programming and Markov Processes", 1960).
 * Only a gain changes an action, so that loops in which nothing leaks are never closed.
 */
#ifndef SN_TESTS_SN_EXACT_H
#define SN_TESTS_SN_EXACT_H

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "graph/network_private.h"

enum { EXACT_NODES = 24, EXACT_ACTIONS = 5 };

/* An action: what is lost through it where nobody else loses, and by the losses of others. */
typedef struct {
    long double fixed, share[EXACT_NODES];
} exact_action;

typedef struct {
    size_t n, count[EXACT_NODES];
    exact_action of[EXACT_NODES][EXACT_ACTIONS];
} exact_system;

static inline sn_need exact_need(const sn_network *net, size_t buyer, int32_t group)
{
    for (size_t s = net->seg_first[buyer]; s < net->seg_first[buyer + 1]; s++)
        if (net->seg_group[s] == group)
            return (sn_need)net->seg_need[s];
    abort();
}

static inline bool exact_is_own(const sn_network *net, sn_flow f)
{
    return f.supplier == f.buyer && net->kind[f.buyer] == SN_KIND_COUNTRY;
}

/* Through the flows of a product group, or (SN_NONE) of all that are not essential. */
static inline void exact_add_input(const sn_network *net, const double *capacity, size_t i,
                                   int32_t group, long double bought, exact_system *s)
{
    const long double own = net->kind[i] == SN_KIND_FIRM ? 0 : net->primary[i];
    const bool bundle = group == SN_NONE;
    exact_action *a = &s->of[i][s->count[i]];
    long double total = 0, passed = bought / (bought + own);

    memset(a, 0, sizeof *a);
    for (size_t e = 0; e < net->flow_count; e++) {
        const sn_flow f = sn_network_flow(net, e);
        const sn_need need = exact_need(net, (size_t)f.buyer, f.group);
        if ((size_t)f.buyer != i || exact_is_own(net, f) ||
            need != (bundle ? SN_NON_ESSENTIAL : SN_ESSENTIAL) || (!bundle && f.group != group))
            continue;
        const double left = capacity != NULL ? capacity[e] : 1;
        total += f.value;
        a->fixed += f.value * (1 - (long double)left);
        a->share[f.supplier] += f.value * (long double)left;
    }
    if (!(total > 0))
        return;
    if (s->count[i] + 1 > EXACT_ACTIONS)
        abort();
    s->count[i]++;
    total = bundle ? bought : total;
    a->fixed *= passed / total;
    for (size_t j = 0; j < s->n; j++)
        a->share[j] *= passed / total;
}

static inline void exact_down(const sn_network *net, const double *capacity, exact_system *s)
{
    s->n = net->node_count;
    for (size_t i = 0; i < s->n; i++) {
        long double bought = 0;
        s->count[i] = 0;
        for (size_t e = 0; e < net->flow_count; e++) {
            const sn_flow f = sn_network_flow(net, e);
            bought += (size_t)f.buyer == i && !exact_is_own(net, f) ? f.value : 0;
        }
        for (int32_t g = SN_NONE; g < net->groups.count && bought > 0; g++)
            exact_add_input(net, capacity, i, g, bought, s);
    }
}

static inline void exact_up(const sn_network *net, const double *capacity, exact_system *s)
{
    long double sales[EXACT_NODES] = {0};

    s->n = net->node_count;
    for (size_t i = 0; i < s->n; i++) {
        s->count[i] = 0;
        memset(&s->of[i][0], 0, sizeof s->of[i][0]);
    }
    for (size_t e = 0; e < net->flow_count; e++) {
        const sn_flow f = sn_network_flow(net, e);
        const long double left = capacity != NULL ? capacity[e] : 1;
        sales[f.supplier] += f.value;
        if (exact_is_own(net, f))
            continue;
        s->count[f.supplier] = 1;
        s->of[f.supplier][0].fixed += f.value * (1 - left);
        s->of[f.supplier][0].share[f.buyer] += f.value * left;
    }
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; j < s->n && s->count[i] > 0; j++)
            s->of[i][0].share[j] /= fmaxl(sales[i], net->output[i]);
    for (size_t i = 0; i < s->n; i++)
        if (s->count[i] > 0)
            s->of[i][0].fixed /= fmaxl(sales[i], net->output[i]);
}

/* A x = b by elimination; b becomes x.  Shares add up to 1 at most: no pivots are sought. */
static inline void exact_eliminate(size_t n, long double a[][EXACT_NODES], long double *b)
{
    for (size_t k = 0; k < n; k++)
        for (size_t i = k + 1; i < n; i++) {
            const long double by = a[i][k] / a[k][k];
            if (by == 0)
                continue;
            for (size_t j = k; j < n; j++)
                a[i][j] -= by * a[k][j];
            b[i] -= by * b[k];
        }
    for (size_t k = n; k-- > 0;) {
        for (size_t j = k + 1; j < n; j++)
            b[k] -= a[k][j] * b[j];
        b[k] /= a[k][k];
    }
}

/** exact_solve - the least x with x_i = max(hit_i, actions of i at x). */
static inline void exact_solve(const exact_system *s, const double *left, double *lost)
{
    static long double matrix[EXACT_NODES][EXACT_NODES];
    const exact_action *taken[EXACT_NODES] = {NULL};
    long double x[EXACT_NODES];

    for (size_t i = 0; i < s->n; i++)
        x[i] = left != NULL ? 1 - (long double)left[i] : 0;
    for (bool moved = true; moved;) {
        moved = false;
        for (size_t i = 0; i < s->n; i++) {
            long double most = x[i] * (1 + 1e-18L) + 1e-24L;
            for (size_t a = 0; a < s->count[i]; a++) {
                long double sum = s->of[i][a].fixed;
                for (size_t j = 0; j < s->n; j++)
                    sum += s->of[i][a].share[j] * x[j];
                if (!(sum > most) || taken[i] == &s->of[i][a])
                    continue;
                most = sum;
                taken[i] = &s->of[i][a];
                moved = true;
            }
        }
        for (size_t i = 0; i < s->n; i++) {
            for (size_t j = 0; j < s->n; j++)
                matrix[i][j] = (i == j ? 1 : 0) - (taken[i] != NULL ? taken[i]->share[j] : 0);
            x[i] = taken[i] != NULL ? taken[i]->fixed
                   : left != NULL   ? 1 - (long double)left[i]
                                    : 0;
        }
        exact_eliminate(s->n, matrix, x);
    }
    for (size_t i = 0; i < s->n; i++)
        lost[i] = (double)x[i];
}

#endif /* SN_TESTS_SN_EXACT_H */
