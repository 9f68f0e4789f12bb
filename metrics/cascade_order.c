/* cascade_order.c - what a run walks along: components in the order of dependence, and knots.
 */
#include <stdlib.h>
#include <string.h>

#include "metrics/cascade_private.h"

sn_status sn_cascade_order(sn_system *s, size_t n, sn_error *err)
{
    sn_status status = SN_OK;
    size_t *first = malloc((n + 1) * sizeof *first); /* entries of a node: its actions are
                                                      * contiguous */
    SN_TRY_ALLOC(first, "a cascade");
    for (size_t i = 0; i < n; i++)
        first[i] = s->entry_first[s->row[i].first];
    first[n] = s->entry_first[s->actions];
    SN_TRY(sn_order_make(n, first, s->peer, &s->order, err));
    s->loop = calloc(s->order.count + 1, sizeof *s->loop);
    SN_TRY_ALLOC(s->loop, "a cascade");
    for (size_t c = 0; c < s->order.count; c++) {
        const size_t begin = s->order.first[c];
        const int32_t node = s->order.node[begin];

        s->loop[c] = s->order.first[c + 1] - begin > 1;
        for (size_t e = first[node]; e < first[node + 1] && !s->loop[c]; e++)
            s->loop[c] = s->peer[e] == node;
    }
out:
    free(first);
    return status;
}

static sn_status tie_knots(const sn_network *net, sn_system *s, sn_error *err)
{
    sn_status status = SN_OK;
    const size_t n = net->node_count;
    int32_t *local = malloc((n + 1) * sizeof *local);
    size_t knots = 0;

    SN_TRY_ALLOC(local, "a cascade");
    for (size_t i = 0; i < n; i++)
        local[i] = SN_NONE;
    s->knot_of = malloc((s->order.count + 1) * sizeof *s->knot_of);
    SN_TRY_ALLOC(s->knot_of, "a cascade");
    s->knot_first = malloc((n + 1) * sizeof *s->knot_first);
    SN_TRY_ALLOC(s->knot_first, "a cascade");
    s->tied = malloc(s->actions + 1);
    SN_TRY_ALLOC(s->tied, "a cascade");
    memcpy(s->tied, s->mark, s->actions);
    for (size_t c = 0; c < s->order.count; c++) {
        const size_t begin = s->order.first[c], size = s->order.first[c + 1] - begin;
        size_t found = 1;

        s->knot_of[c] = (uint32_t)knots;
        s->knot_first[knots] = 0;
        if (s->loop[c])
            SN_TRY(sn_knots_find(net, s, s->order.node + begin, size, s->knot_first + knots,
                                 &found, s->tied, local, NULL, NULL, err));
        for (size_t k = 0; k < found; k++)
            s->knot_first[knots + k] += (uint32_t)begin;
        knots += found;
    }
    s->knot_of[s->order.count] = (uint32_t)knots;
    s->knot_first[knots] = (uint32_t)n;
out:
    free(local);
    return status;
}

/* Copy an action and its entries to where `to` and `entry` point. */
static void copy_action(const sn_system *s, size_t action, sn_system *sorted, size_t to,
                        size_t *entry)
{
    sorted->total[to] = s->total[action];
    sorted->group[to] = s->group[action];
    sorted->mark[to] = s->mark[action];
    sorted->tied[to] = s->tied[action];
    for (size_t e = s->entry_first[action]; e < s->entry_first[action + 1]; e++, ++*entry) {
        ((int32_t *)sorted->peer)[*entry] = s->peer[e];
        ((double *)sorted->value)[*entry] = s->value[e];
        ((uint32_t *)sorted->flow)[*entry] = s->flow[e];
    }
    sorted->entry_first[to + 1] = *entry;
}

/* Copy the actions into the order of the walk, so that it streams through memory. */
static sn_status store_in_order(sn_system *s, size_t n, sn_error *err)
{
    sn_status status = SN_OK;
    sn_system sorted = {0};
    size_t to = 0, entry = 0;

    SN_TRY(sn_cascade_allocate(&sorted, s->actions, s->entry_first[s->actions], err));
    sorted.tied = malloc(s->actions + 1);
    SN_TRY_ALLOC(sorted.tied, "a cascade");
    for (size_t k = 0; k < n; k++) {
        sn_row *row = &s->row[s->order.node[k]];
        const size_t first = to;

        for (size_t a = row->first; a < row->end; a++)
            copy_action(s, a, &sorted, to++, &entry);
        row->first = first;
        row->end = to;
    }
    sn_cascade_clear_actions(s);
    free(s->tied);
    s->entry_first = sorted.entry_first, s->total = sorted.total, s->group = sorted.group;
    s->mark = sorted.mark, s->peer = sorted.peer, s->value = sorted.value;
    s->flow = sorted.flow, s->tied = sorted.tied;
    sorted = (sn_system){0};
out:
    sn_cascade_clear_actions(&sorted);
    free(sorted.tied);
    return status;
}

void sn_cascade_forget_order(sn_system *s)
{
    sn_order_clear(&s->order);
    free(s->loop);
    free(s->tied);
    free(s->knot_of);
    free(s->knot_first);
    s->loop = s->tied = NULL;
    s->knot_of = s->knot_first = NULL;
}

sn_status sn_cascade_tie(const sn_network *net, sn_system *system, bool store, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(tie_knots(net, system, err));
    if (store)
        SN_TRY(store_in_order(system, net->node_count, err));
out:
    return status;
}
