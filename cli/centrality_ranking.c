/* centrality_ranking.c - the order of vertices and links, and how measures go together. */
#include "cli/centrality_ranking.h"

#include <math.h>
#include <stdlib.h>

/* For qsort: the part and the metric that rows are compared by. */
static const sn_ranking *sorted;
static const sn_central *sorted_part;

static int compare_rows(const void *left, const void *right)
{
    const size_t a = *(const size_t *)left, b = *(const size_t *)right;
    const double *value = sorted_part->value[sorted->first];
    const double x = value != NULL && !isnan(value[a]) ? value[a] : -INFINITY;
    const double y = value != NULL && !isnan(value[b]) ? value[b] : -INFINITY;

    if (x < y || x > y)
        return x > y ? -1 : 1;
    return (a > b) - (a < b); /* vertices are in the order of their names */
}

static sn_status order_rows(sn_ranking *ranking, sn_error *err)
{
    ranking->row = calloc(ranking->count + 1, sizeof *ranking->row);
    if (ranking->row == NULL)
        return sn_nomem(err, "a ranking");
    for (size_t p = 0; p < ranking->count; p++) {
        const sn_central *part = &ranking->part[p];
        ranking->row[p] = malloc((part->n + 1) * sizeof **ranking->row);
        if (ranking->row[p] == NULL)
            return sn_nomem(err, "a ranking");
        for (size_t v = 0; v < part->n; v++)
            ranking->row[p][v] = v;
        sorted = ranking;
        sorted_part = part;
        qsort(ranking->row[p], part->n, sizeof **ranking->row, compare_rows);
    }
    return SN_OK;
}

/* The links with most betweenness, first; ties in the order of the links. */
static void order_links(const sn_central *part, size_t top, size_t *link, size_t *count)
{
    size_t kept = 0;

    for (size_t e = 0; e < part->links.m; e++) { /* insertion into the best */
        size_t at = kept < top ? kept++ : top;
        if (at == top && !(part->link_betweenness[e] > part->link_betweenness[link[top - 1]]))
            continue;
        if (at == top)
            at = top - 1;
        for (; at > 0 && part->link_betweenness[e] > part->link_betweenness[link[at - 1]]; at--)
            link[at] = link[at - 1];
        link[at] = e;
    }
    *count = kept;
}

static sn_status order_all_links(sn_ranking *ranking, sn_error *err)
{
    ranking->link = calloc(ranking->count + 1, sizeof *ranking->link);
    ranking->links = calloc(ranking->count + 1, sizeof *ranking->links);
    if (ranking->link == NULL || ranking->links == NULL)
        return sn_nomem(err, "a ranking");
    for (size_t p = 0; p < ranking->count; p++) {
        const sn_central *part = &ranking->part[p];
        if (part->link_betweenness == NULL)
            continue;
        ranking->link[p] = malloc((part->links.m + 1) * sizeof **ranking->link);
        if (ranking->link[p] == NULL)
            return sn_nomem(err, "a ranking");
        order_links(part, ranking->top > 0 ? ranking->top : part->links.m, ranking->link[p],
                    &ranking->links[p]);
    }
    return SN_OK;
}

static sn_status correlate(sn_ranking *ranking, sn_error *err)
{
    sn_status status = SN_OK;

    ranking->correlation = calloc(ranking->count * SN_METRICS * SN_METRICS / 2 + 1,
                                  sizeof *ranking->correlation);
    SN_TRY_ALLOC(ranking->correlation, "rank correlations");
    for (size_t p = 0; p < ranking->count; p++)
        for (int a = 0; a < SN_METRICS; a++)
            for (int b = a + 1; b < SN_METRICS; b++) {
                const sn_central *part = &ranking->part[p];
                sn_correlation *c = &ranking->correlation[ranking->correlations];
                if (part->value[a] == NULL || part->value[b] == NULL)
                    continue;
                *c = (sn_correlation){.part = part, .a = a, .b = b};
                SN_TRY(sn_rank_correlation(part->value[a], part->value[b], part->n, &c->pairs,
                                           &c->rho, err));
                ranking->correlations++;
            }
out:
    return status;
}

sn_status sn_ranking_order(sn_ranking *ranking, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(order_rows(ranking, err));
    SN_TRY(order_all_links(ranking, err));
    SN_TRY(correlate(ranking, err));
out:
    return status;
}

void sn_ranking_clear(sn_ranking *ranking)
{
    for (size_t p = 0; p < ranking->count; p++) {
        sn_central_clear(&ranking->part[p]);
        if (ranking->row != NULL)
            free(ranking->row[p]);
        if (ranking->link != NULL)
            free(ranking->link[p]);
    }
    free(ranking->row);
    free(ranking->link);
    free(ranking->links);
    free(ranking->correlation);
    free(ranking->part);
    sn_grouping_clear(&ranking->grouping);
}
