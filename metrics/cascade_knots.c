/* cascade_knots.c - which nodes of a loop must lose alike.
 *
 * Known from Markov decision processes as maximal end components (L. de Alfaro, "Formal
 * verification of probabilistic systems", Stanford 1997, section 3.3): start with all actions
 * that stay inside and leak nothing; take strongly connected components over them; drop the
 * actions that leave their component; repeat until none is dropped.  Most of a large loop goes
 * before any of that: a node that has lost all its actions can be tied to nobody, so the actions
 * it is a part of go with it, and so on.
 */
#include <stdlib.h>
#include <string.h>

#include "metrics/cascade_private.h"

/* The part of a system between the nodes of one loop, by place in the list of nodes. */
typedef struct {
    const sn_system *s;
    const int32_t *node;
    size_t count;
    const int32_t *local; /* [n] place of a node, or SN_NONE */
    uint8_t *mark;
} part;

static bool stays_inside(const part *p, size_t action)
{
    for (size_t e = p->s->entry_first[action]; e < p->s->entry_first[action + 1]; e++)
        if (p->local[p->s->peer[e]] == SN_NONE)
            return false;
    return true;
}

static size_t candidate_entries(const part *p,
                                bool (*leaks)(const void *, size_t node, size_t action),
                                const void *context)
{
    const sn_system *s = p->s;
    size_t entries = 0;

    for (size_t k = 0; k < p->count; k++) {
        const size_t i = (size_t)p->node[k];
        for (size_t a = s->row[i].first; a < s->row[i].end; a++) {
            p->mark[a] &= (uint8_t)~MARK_KNOT;
            if ((p->mark[a] & MARK_WHOLE) && stays_inside(p, a) &&
                (leaks == NULL || !leaks(context, i, a))) {
                p->mark[a] |= MARK_KNOT;
                entries += s->entry_first[a + 1] - s->entry_first[a];
            }
        }
    }
    return entries;
}

static void connect(const part *p, size_t *first, int32_t *target)
{
    const sn_system *s = p->s;
    size_t used = 0;

    for (size_t k = 0; k < p->count; k++) {
        const size_t i = (size_t)p->node[k];
        first[k] = used;
        for (size_t a = s->row[i].first; a < s->row[i].end; a++)
            if (p->mark[a] & MARK_KNOT)
                for (size_t e = s->entry_first[a]; e < s->entry_first[a + 1]; e++)
                    target[used++] = p->local[s->peer[e]];
    }
    first[p->count] = used;
}

/* Drop the actions with a peer in another component; false when there were none. */
static bool drop_leaving(const part *p, const int32_t *component)
{
    const sn_system *s = p->s;
    bool dropped = false;

    for (size_t k = 0; k < p->count; k++) {
        const size_t i = (size_t)p->node[k];
        for (size_t a = s->row[i].first; a < s->row[i].end; a++)
            for (size_t e = s->entry_first[a];
                 (p->mark[a] & MARK_KNOT) && e < s->entry_first[a + 1]; e++)
                if (component[p->local[s->peer[e]]] != component[k]) {
                    p->mark[a] &= (uint8_t)~MARK_KNOT;
                    dropped = true;
                }
    }
    return dropped;
}

/* Stable sort by component, components by their first node. */
static size_t sort_knots(const sn_order *order, int32_t *node, size_t count, uint32_t *first,
                         int32_t *rank, int32_t *sorted)
{
    size_t knots = 0, used = 0;

    for (size_t c = 0; c < order->count; c++)
        rank[c] = SN_NONE;
    for (size_t k = 0; k < count; k++)
        if (rank[order->component[k]] == SN_NONE) {
            rank[order->component[k]] = (int32_t)knots;
            first[knots++] = 0;
        }
    for (size_t k = 0; k < count; k++)
        first[rank[order->component[k]]]++;
    for (size_t q = 0; q < knots; q++) {
        const uint32_t size = first[q];
        first[q] = (uint32_t)used;
        used += size;
    }
    for (size_t k = 0; k < count; k++)
        sorted[first[rank[order->component[k]]]++] = node[k];
    for (size_t q = knots; q-- > 1;)
        first[q] = first[q - 1];
    first[0] = 0;
    memcpy(node, sorted, count * sizeof *node);
    return knots;
}

/* Who is a part of which candidate: actions by the place of their peers. */
typedef struct {
    size_t *first; /* [count + 1] */
    uint32_t *action, *owner; /* by place of the peer: the action, and the place of its node */
    uint32_t *left;  /* [count] candidates that a node still has */
    int32_t *queue;  /* [count] nodes that have lost their last */
} parties;

static void parties_clear(parties *q)
{
    free(q->first);
    free(q->action);
    free(q->owner);
    free(q->left);
    free(q->queue);
}

static sn_status parties_make(const part *p, size_t entries, parties *q, sn_error *err)
{
    const sn_system *s = p->s;
    sn_status status = SN_OK;

    *q = (parties){calloc(p->count + 2, sizeof *q->first), malloc(entries * sizeof *q->action),
                   malloc(entries * sizeof *q->owner), calloc(p->count + 1, sizeof *q->left),
                   malloc((p->count + 1) * sizeof *q->queue)};
    if (q->first == NULL || q->action == NULL || q->owner == NULL || q->left == NULL ||
        q->queue == NULL) {
        status = sn_nomem(err, "loops of suppliers");
        goto out;
    }
    for (int pass = 0; pass < 2; pass++) {
        for (size_t k = 0; k < p->count; k++) {
            const size_t i = (size_t)p->node[k];
            for (size_t a = s->row[i].first; a < s->row[i].end; a++) {
                if (!(p->mark[a] & MARK_KNOT))
                    continue;
                q->left[k] += pass == 0;
                for (size_t e = s->entry_first[a]; e < s->entry_first[a + 1]; e++) {
                    const size_t peer = (size_t)p->local[s->peer[e]];
                    if (pass == 0) {
                        q->first[peer + 2]++;
                    } else {
                        const size_t at = q->first[peer + 1]++;
                        q->action[at] = (uint32_t)a;
                        q->owner[at] = (uint32_t)k;
                    }
                }
            }
        }
        for (size_t k = 0; pass == 0 && k < p->count; k++)
            q->first[k + 2] += q->first[k + 1];
    }
out:
    return status;
}

/* Take away nodes without candidates, and what they are a part of, until all have some. */
static void peel(const part *p, parties *q)
{
    size_t begin = 0, end = 0;

    for (size_t k = 0; k < p->count; k++)
        if (q->left[k] == 0)
            q->queue[end++] = (int32_t)k;
    for (; begin < end; begin++)
        for (size_t at = q->first[q->queue[begin]]; at < q->first[q->queue[begin] + 1]; at++) {
            const uint32_t a = q->action[at], owner = q->owner[at];
            if (!(p->mark[a] & MARK_KNOT))
                continue;
            p->mark[a] &= (uint8_t)~MARK_KNOT;
            if (--q->left[owner] == 0)
                q->queue[end++] = (int32_t)owner;
        }
}

/* Whether any candidate is left. */
static bool any_left(const part *p, const parties *q)
{
    for (size_t k = 0; k < p->count; k++)
        if (q->left[k] > 0)
            return true;
    return false;
}

sn_status sn_knots_find(const sn_system *system, int32_t *node, size_t count, uint32_t *first,
                        size_t *knots, uint8_t *mark, int32_t *local,
                        bool (*leaks)(const void *context, size_t node, size_t action),
                        const void *context, sn_error *err)
{
    sn_status status = SN_OK;
    const part p = {.s = system, .node = node, .count = count, .local = local, .mark = mark};
    sn_order order = {0};
    parties q = {0};
    size_t *edge_first = NULL;
    int32_t *target = NULL, *scratch = NULL;

    for (size_t k = 0; k < count; k++)
        local[node[k]] = (int32_t)k;
    const size_t entries = candidate_entries(&p, leaks, context);
    if (entries > 0) {
        SN_TRY(parties_make(&p, entries, &q, err));
        peel(&p, &q);
    }
    if (entries == 0 || !any_left(&p, &q)) {
        for (size_t k = 0; k < count; k++)
            first[k] = (uint32_t)k;
        *knots = count;
        goto out;
    }
    edge_first = malloc((count + 1) * sizeof *edge_first);
    SN_TRY_ALLOC(edge_first, "loops of suppliers");
    target = malloc(entries * sizeof *target);
    SN_TRY_ALLOC(target, "loops of suppliers");
    scratch = malloc(2 * count * sizeof *scratch);
    SN_TRY_ALLOC(scratch, "loops of suppliers");
    do {
        sn_order_clear(&order);
        connect(&p, edge_first, target);
        SN_TRY(sn_order_make(count, edge_first, target, &order, err));
    } while (drop_leaving(&p, order.component));
    *knots = sort_knots(&order, node, count, first, scratch, scratch + count);
out:
    for (size_t k = 0; k < count; k++)
        local[node[k]] = SN_NONE;
    sn_order_clear(&order);
    parties_clear(&q);
    free(edge_first);
    free(target);
    free(scratch);
    return status;
}
