/* links.c - links gathered by supplier, merged, and turned round. */
#include "metrics/links.h"

#include <stdlib.h>
#include <string.h>

#include "graph/network_private.h"
#include "metrics/links_private.h"

static int compare_links(const void *left, const void *right)
{
    const sn_link *a = left, *b = right;

    if (a->to != b->to)
        return a->to > b->to ? 1 : -1;
    return (a->amount > b->amount) - (a->amount < b->amount); /* one order of summation */
}

/* Sort the links of every vertex and merge those with the same end; first[] becomes exact. */
static size_t merge(size_t n, size_t *first, sn_link *list)
{
    size_t kept = 0;

    for (size_t v = 0; v < n; v++) {
        const size_t begin = first[v], end = first[v + 1];
        size_t start = kept;
        for (size_t k = begin + 1; k < end; k++)
            if (compare_links(&list[k - 1], &list[k]) > 0) {
                qsort(list + begin, end - begin, sizeof *list, compare_links);
                break;
            }
        for (size_t k = begin; k < end; k++) {
            if (kept > start && list[kept - 1].to == list[k].to)
                list[kept - 1].amount += list[k].amount;
            else
                list[kept++] = list[k];
        }
        first[v] = start;
    }
    first[n] = kept;
    return kept;
}

sn_status sn_links_fill(sn_links *links, size_t n, size_t *first, const sn_link *list,
                        sn_error *err)
{
    const size_t m = first[n];
    size_t *at = NULL;
    sn_status status = SN_OK;

    links->n = n;
    links->m = m;
    links->out_first = first;
    links->out_to = malloc((m + 1) * sizeof *links->out_to);
    links->out_amount = malloc((m + 1) * sizeof *links->out_amount);
    links->in_first = calloc(n + 2, sizeof *links->in_first);
    links->in_from = malloc((m + 1) * sizeof *links->in_from);
    links->in_amount = malloc((m + 1) * sizeof *links->in_amount);
    links->in_link = malloc((m + 1) * sizeof *links->in_link);
    at = malloc((n + 1) * sizeof *at);
    if (links->out_to == NULL || links->out_amount == NULL || links->in_first == NULL ||
        links->in_from == NULL || links->in_amount == NULL || links->in_link == NULL || at == NULL) {
        status = sn_nomem(err, "links");
        goto out;
    }
    for (size_t e = 0; e < m; e++) {
        links->out_to[e] = list[e].to;
        links->out_amount[e] = list[e].amount;
        links->in_first[list[e].to + 1]++;
    }
    for (size_t v = 0; v < n; v++)
        links->in_first[v + 1] += links->in_first[v];
    memcpy(at, links->in_first, n * sizeof *at);
    for (size_t v = 0; v < n; v++)
        for (size_t e = first[v]; e < first[v + 1]; e++) {
            const size_t place = at[list[e].to]++;
            links->in_from[place] = (int32_t)v;
            links->in_amount[place] = list[e].amount;
            links->in_link[place] = e;
        }
out:
    free(at);
    return status;
}

sn_status sn_links_make(const sn_network *net, const int32_t *vertex, size_t n, sn_links *links,
                        sn_error *err)
{
    size_t *first = calloc(n + 2, sizeof *first), *at = malloc((n + 1) * sizeof *at);
    sn_link *list = malloc((net->flow_count + 1) * sizeof *list);
    sn_status status = SN_OK;

    memset(links, 0, sizeof *links);
    links->self = calloc(n + 1, sizeof *links->self);
    if (first == NULL || at == NULL || list == NULL || links->self == NULL) {
        status = sn_nomem(err, "links");
        goto out;
    }
    for (size_t e = 0; e < net->flow_count; e++) {
        const int32_t from = vertex[net->supplier[e]], to = vertex[net->buyer[e]];
        if (from == SN_NONE || to == SN_NONE)
            continue;
        if (from == to)
            links->self[from] += net->value[e];
        else
            first[from + 1]++;
    }
    for (size_t v = 0; v < n; v++)
        first[v + 1] += first[v];
    memcpy(at, first, n * sizeof *at);
    for (size_t e = 0; e < net->flow_count; e++) {
        const int32_t from = vertex[net->supplier[e]], to = vertex[net->buyer[e]];
        if (from != SN_NONE && to != SN_NONE && from != to)
            list[at[from]++] = (sn_link){to, net->value[e]};
    }
    (void)merge(n, first, list);
    status = sn_links_fill(links, n, first, list, err);
    first = NULL; /* the links' now, also after a failure */
out:
    if (status != SN_OK)
        sn_links_clear(links);
    free(first);
    free(at);
    free(list);
    return status;
}

sn_status sn_links_undirected(const sn_links *links, sn_links *both, sn_error *err)
{
    const size_t n = links->n;
    size_t *first = calloc(n + 2, sizeof *first);
    sn_link *list = malloc((2 * links->m + 1) * sizeof *list);
    size_t used = 0;
    sn_status status = SN_OK;

    memset(both, 0, sizeof *both);
    both->self = malloc((n + 1) * sizeof *both->self);
    if (first == NULL || list == NULL || both->self == NULL) {
        status = sn_nomem(err, "links");
        goto out;
    }
    memcpy(both->self, links->self, n * sizeof *both->self);
    for (size_t v = 0; v < n; v++) {
        size_t a = links->out_first[v], b = links->in_first[v];
        const size_t a_end = links->out_first[v + 1], b_end = links->in_first[v + 1];
        first[v] = used;
        while (a < a_end || b < b_end) {
            const int32_t to = a < a_end && (b == b_end || links->out_to[a] <= links->in_from[b])
                                   ? links->out_to[a]
                                   : links->in_from[b];
            /* The sum is made in one order on both sides, so that both links are equal. */
            const double sold = a < a_end && links->out_to[a] == to ? links->out_amount[a++] : 0;
            const double bought = b < b_end && links->in_from[b] == to ? links->in_amount[b++] : 0;
            list[used++] = (sn_link){to, sold + bought};
        }
    }
    first[n] = used;
    status = sn_links_fill(both, n, first, list, err);
    first = NULL;
out:
    if (status != SN_OK)
        sn_links_clear(both);
    free(first);
    free(list);
    return status;
}

void sn_links_clear(sn_links *links)
{
    free(links->out_first);
    free(links->out_to);
    free(links->out_amount);
    free(links->in_first);
    free(links->in_from);
    free(links->in_amount);
    free(links->in_link);
    free(links->self);
    memset(links, 0, sizeof *links);
}
