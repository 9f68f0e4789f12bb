/* sn_oracle.h - the losses of cascade.h by its formulas, word for word, round after round.
 *
 * All rows are renewed at once from the hits on, in more digits than the program has, until no
 * loss grows by more than `epsilon`.  The losses rise towards the least solution: they are
 * never above it, and at it where epsilon is 0 and `is_settled` says so.
 */
#ifndef SN_TESTS_SN_ORACLE_H
#define SN_TESTS_SN_ORACLE_H

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "graph/network_private.h"

enum { ORACLE_NODES = 16, ORACLE_FLOWS = 64, ORACLE_GROUPS = 32, ORACLE_ROUNDS = 20000 };

typedef struct {
    long double down[ORACLE_NODES], up[ORACLE_NODES];
    int rounds;
    bool is_settled;
} oracle_losses;

/** oracle_question - a disruption, and how it is answered. */
typedef struct {
    const double *node, *flow; /* what is left of each, as in sn_mask; NULL: all           */
    const double *size;        /* [n] market shares under the market response; NULL: none  */
    double epsilon;
    int most; /* rounds; 0: ORACLE_ROUNDS */
} oracle_question;

static inline bool oracle_own_flow(const sn_network *net, sn_flow f)
{
    return f.supplier == f.buyer && sn_network_kind(net, (size_t)f.supplier) == SN_KIND_COUNTRY;
}

static inline sn_need oracle_need(const sn_network *net, sn_flow f)
{
    for (size_t s = net->seg_first[f.buyer]; s < net->seg_first[f.buyer + 1]; s++)
        if (net->seg_group[s] == f.group)
            return (sn_need)net->seg_need[s];
    abort();
}

/* Who can stand in for whom: the sector, else the commodity's stage. */
static inline bool oracle_same_market(const sn_network *net, size_t i, size_t j)
{
    static const sn_column both[] = {SN_COMMODITY, SN_STAGE};
    const int32_t sector = sn_network_code(net, SN_SECTOR, i);

    if (sector != SN_NONE || sn_network_code(net, SN_SECTOR, j) != SN_NONE)
        return sector == sn_network_code(net, SN_SECTOR, j);
    return sn_network_code(net, both[0], i) == sn_network_code(net, both[0], j) &&
           sn_network_code(net, both[1], i) == sn_network_code(net, both[1], j);
}

static inline long double oracle_replaceability(const sn_network *net, const double *size,
                                                const long double *x, size_t j)
{
    long double left = 0;

    for (size_t l = 0; l < net->node_count; l++)
        if (oracle_same_market(net, l, j))
            left += size[l] * (1 - x[l]);
    return left > 0 ? fminl(1, size[j] / left) : 1;
}

/* What a round adds up at a node. */
typedef struct {
    long double bought, bundle, lost[ORACLE_GROUPS], total[ORACLE_GROUPS];
    long double sales, unsold;
} oracle_sums;

static inline void oracle_add(const sn_network *net, const oracle_question *ask,
                              const oracle_losses *l, size_t e, sn_need need,
                              const long double *stands_in, oracle_sums *sums)
{
    const sn_flow f = sn_network_flow(net, e);
    const size_t i = (size_t)f.buyer, j = (size_t)f.supplier, k = (size_t)f.group;
    const long double c = ask->flow != NULL ? ask->flow[e] : 1;
    const long double missing = f.value * stands_in[j] * (1 - c * (1 - l->down[j]));

    sums[j].sales += f.value;
    if (oracle_own_flow(net, f))
        return;
    sums[j].unsold += f.value * (1 - c * (1 - l->up[i]));
    sums[i].bought += f.value;
    if (need == SN_ESSENTIAL) {
        sums[i].lost[k] += missing;
        sums[i].total[k] += f.value;
    } else if (need == SN_NON_ESSENTIAL) {
        sums[i].bundle += missing;
    }
}

static inline long double oracle_down(const sn_network *net, const oracle_sums *sum, size_t i)
{
    const long double own = net->kind[i] == SN_KIND_FIRM ? 0 : net->primary[i];
    long double worst = 0;

    if (sum->bought <= 0)
        return 0;
    for (int32_t k = 0; k < net->groups.count; k++)
        if (sum->total[k] > 0)
            worst =
                fmaxl(worst, sum->bought / (sum->bought + own) * sum->lost[k] / sum->total[k]);
    return fminl(1, fmaxl(worst, sum->bundle / (sum->bought + own)));
}

static inline long double oracle_up(const sn_network *net, const oracle_sums *sum, size_t i)
{
    return sum->unsold > 0 ? fminl(1, sum->unsold / fmaxl(sum->sales, net->output[i])) : 0;
}

/* One round; returns the largest increase. */
static inline long double oracle_round(const sn_network *net, const oracle_question *ask,
                                       const sn_need *need, oracle_losses *l)
{
    static oracle_sums sums[ORACLE_NODES];
    long double stands_in[ORACLE_NODES], change = 0;

    for (size_t i = 0; i < net->node_count; i++) {
        stands_in[i] =
            ask->size != NULL ? oracle_replaceability(net, ask->size, l->down, i) : 1;
        sums[i].bought = sums[i].bundle = sums[i].sales = sums[i].unsold = 0;
        for (int32_t k = 0; k < net->groups.count; k++)
            sums[i].lost[k] = sums[i].total[k] = 0;
    }
    for (size_t e = 0; e < net->flow_count; e++)
        oracle_add(net, ask, l, e, need[e], stands_in, sums);
    for (size_t i = 0; i < net->node_count; i++) {
        const long double down = oracle_down(net, &sums[i], i) - l->down[i];
        const long double up = oracle_up(net, &sums[i], i) - l->up[i];
        change = fmaxl(change, fmaxl(down, up));
        l->down[i] += fmaxl(0, down);
        l->up[i] += fmaxl(0, up);
    }
    return change;
}

/** oracle_run - the losses of a small network. */
static inline oracle_losses oracle_run(const sn_network *net, const oracle_question *ask)
{
    oracle_losses l = {.rounds = 0};
    sn_need need[ORACLE_FLOWS];

    if (net->node_count > ORACLE_NODES || net->flow_count > ORACLE_FLOWS ||
        net->groups.count > ORACLE_GROUPS)
        abort();
    for (size_t e = 0; e < net->flow_count; e++)
        need[e] = oracle_need(net, sn_network_flow(net, e));
    for (size_t i = 0; i < net->node_count; i++)
        l.down[i] = l.up[i] = ask->node != NULL ? 1 - (long double)ask->node[i] : 0;
    while (!l.is_settled && l.rounds < (ask->most > 0 ? ask->most : ORACLE_ROUNDS)) {
        l.is_settled = !(oracle_round(net, ask, need, &l) > ask->epsilon);
        l.rounds++;
    }
    return l;
}

#endif /* SN_TESTS_SN_ORACLE_H */
