/* cascade_knots.c - which nodes of a loop must lose alike.
 *
 * Known from Markov decision processes as maximal end components (L. de Alfaro, "Formal
 * verification of probabilistic systems", Stanford 1997, section 3.3): start with all actions
 * that stay inside and leak nothing; take strongly connected components over them; drop the
 * actions that leave their component; repeat until none is dropped.  Most of a large loop goes
 * before any of that: a node that has lost all its actions can be tied to nobody, so the
 * actions it is a part of go with it, and so on.
 *
 * What looks at every action does so on several threads; each writes of its own nodes only.
 */
#include <stdlib.h>
#include <string.h>

#include "metrics/cascade_private.h"

enum {
    MANY = 1 << 15, /* nodes from which on threads are worth it */
    AHEAD = 8       /* nodes, which lie all over, that memory is asked for in advance */
};

/* The part of a system between the nodes of one loop, by place in the list of nodes. */
typedef struct {
    const sn_network *net;
    const sn_system *s;
    const int32_t *node;
    int64_t count;
    const int32_t *local; /* [n] place of a node, or SN_NONE */
    uint8_t *mark;
    uint32_t *left; /* [count] candidates that a node still has          */
    uint8_t *alive; /* [count] whether it had any at first               */
    int32_t *queue; /* [count] nodes that have lost their last candidate */
} part;

/* Nodes come in no order: ask for the actions of those to come. */
static void ask_for(const part *p, int64_t k)
{
    const sn_system *s = p->s;

    if (k + AHEAD < p->count)
        __builtin_prefetch(&s->row[p->node[k + AHEAD]]);
    if (k + AHEAD / 2 < p->count) {
        const size_t a = s->row[p->node[k + AHEAD / 2]].first;
        __builtin_prefetch(&s->entry_first[a]);
        __builtin_prefetch(&p->mark[a]);
    }
    if (k + AHEAD / 4 < p->count)
        __builtin_prefetch(&s->peer[s->entry_first[s->row[p->node[k + AHEAD / 4]].first]]);
}

static bool stays_inside(const part *p, size_t action)
{
    for (size_t e = p->s->entry_first[action]; e < p->s->entry_first[action + 1]; e++)
        if (p->local[p->s->peer[e]] == SN_NONE)
            return false;
    return true;
}

/* Mark the actions that may tie; returns how many entries they have. */
static size_t find_candidates(const part *p,
                              bool (*leaks)(const void *, size_t node, size_t action),
                              const void *context)
{
    const sn_system *s = p->s;
    size_t entries = 0;

#pragma omp parallel for schedule(static) reduction(+ : entries) if (p->count > MANY)
    for (int64_t k = 0; k < p->count; k++) {
        const size_t i = (size_t)p->node[k];
        ask_for(p, k);
        p->left[k] = 0;
        for (size_t a = s->row[i].first; a < s->row[i].end; a++) {
            p->mark[a] &= (uint8_t)~MARK_KNOT;
            if ((p->mark[a] & MARK_WHOLE) && stays_inside(p, a) &&
                (leaks == NULL || !leaks(context, i, a))) {
                p->mark[a] |= MARK_KNOT;
                p->left[k]++;
                entries += s->entry_first[a + 1] - s->entry_first[a];
            }
        }
        p->alive[k] = p->left[k] > 0;
    }
    return entries;
}

/* ---- nodes without candidates take along what they are a part of ---- */

static bool has_dead_peer(const part *p, size_t action)
{
    for (size_t e = p->s->entry_first[action]; e < p->s->entry_first[action + 1]; e++)
        if (!p->alive[p->local[p->s->peer[e]]])
            return true;
    return false;
}

static void drop_dead(const part *p)
{
    const sn_system *s = p->s;

#pragma omp parallel for schedule(static) if (p->count > MANY)
    for (int64_t k = 0; k < p->count; k++) {
        const size_t i = (size_t)p->node[k];
        ask_for(p, k);
        for (size_t a = s->row[i].first; p->alive[k] && a < s->row[i].end; a++)
            if ((p->mark[a] & MARK_KNOT) && has_dead_peer(p, a)) {
                p->mark[a] &= (uint8_t)~MARK_KNOT;
                p->left[k]--;
            }
    }
}

static bool has_peer(const sn_system *s, size_t action, int32_t peer)
{
    for (size_t e = s->entry_first[action]; e < s->entry_first[action + 1]; e++)
        if (s->peer[e] == peer)
            return true;
    return false;
}

/* Drop the candidates of a node of which a dead one is a part; returns the end of the queue. */
static size_t drop_with(const part *p, int32_t node, int32_t dead, size_t end)
{
    const sn_system *s = p->s;
    const int32_t k = p->local[node];

    if (k == SN_NONE || p->left[k] == 0)
        return end;
    for (size_t a = s->row[node].first; a < s->row[node].end; a++)
        if ((p->mark[a] & MARK_KNOT) && has_peer(s, a, dead)) {
            p->mark[a] &= (uint8_t)~MARK_KNOT;
            if (--p->left[k] == 0)
                p->queue[end++] = k;
        }
    return end;
}

/* Until every node has candidates or is out. */
static void peel(const part *p)
{
    const sn_network *net = p->net;
    size_t begin = 0, end = 0;

    drop_dead(p);
    for (int64_t k = 0; k < p->count; k++)
        if (p->alive[k] && p->left[k] == 0)
            p->queue[end++] = (int32_t)k;
    for (; begin < end; begin++) {
        const int32_t dead = p->node[p->queue[begin]];
        if (p->s->is_up)
            for (size_t k = net->in_first[dead]; k < net->in_first[dead + 1]; k++)
                end = drop_with(p, net->supplier[net->in_flow[k]], dead, end);
        else
            for (size_t e = net->out_first[dead]; e < net->out_first[dead + 1]; e++)
                end = drop_with(p, net->buyer[e], dead, end);
    }
}

/* Whether any candidate is left. */
static bool any_left(const part *p)
{
    for (int64_t k = 0; k < p->count; k++)
        if (p->left[k] > 0)
            return true;
    return false;
}

/* ---- components over the candidates ---- */

/* The peers of a node in candidates, to `target` if that is not NULL; how many. */
static size_t list_peers(const part *p, int64_t k, int32_t *target)
{
    const sn_system *s = p->s;
    const size_t i = (size_t)p->node[k];
    size_t used = 0;

    for (size_t a = s->row[i].first; a < s->row[i].end; a++) {
        if (!(p->mark[a] & MARK_KNOT))
            continue;
        for (size_t e = s->entry_first[a]; e < s->entry_first[a + 1] && target != NULL; e++)
            target[used + e - s->entry_first[a]] = p->local[s->peer[e]];
        used += s->entry_first[a + 1] - s->entry_first[a];
    }
    return used;
}

static void connect(const part *p, size_t *first, int32_t *target)
{
    first[0] = 0;
#pragma omp parallel for schedule(static) if (p->count > MANY)
    for (int64_t k = 0; k < p->count; k++) {
        ask_for(p, k);
        first[k + 1] = list_peers(p, k, NULL);
    }
    for (int64_t k = 0; k < p->count; k++)
        first[k + 1] += first[k];
#pragma omp parallel for schedule(static) if (p->count > MANY)
    for (int64_t k = 0; k < p->count; k++) {
        ask_for(p, k);
        (void)list_peers(p, k, target + first[k]);
    }
}

static bool leaves(const part *p, size_t action, const int32_t *component, int32_t own)
{
    for (size_t e = p->s->entry_first[action]; e < p->s->entry_first[action + 1]; e++)
        if (component[p->local[p->s->peer[e]]] != own)
            return true;
    return false;
}

/* Drop the actions with a peer in another component; false when there were none. */
static bool drop_leaving(const part *p, const int32_t *component)
{
    const sn_system *s = p->s;
    bool dropped = false;

#pragma omp parallel for schedule(static) reduction(|| : dropped) if (p->count > MANY)
    for (int64_t k = 0; k < p->count; k++) {
        const size_t i = (size_t)p->node[k];
        ask_for(p, k);
        for (size_t a = s->row[i].first; a < s->row[i].end; a++)
            if ((p->mark[a] & MARK_KNOT) && leaves(p, a, component, component[k])) {
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

sn_status sn_knots_find(const sn_network *net, const sn_system *system, int32_t *node,
                        size_t count, uint32_t *first, size_t *knots, uint8_t *mark,
                        int32_t *local,
                        bool (*leaks)(const void *context, size_t node, size_t action),
                        const void *context, sn_error *err)
{
    sn_status status = SN_OK;
    part p = {.net = net,
              .s = system,
              .node = node,
              .count = (int64_t)count,
              .local = local,
              .mark = mark};
    sn_order order = {0};
    size_t *edge_first = NULL, entries;
    int32_t *target = NULL, *scratch = NULL;

    for (size_t k = 0; k < count; k++)
        local[node[k]] = (int32_t)k;
    p.left = malloc((count + 1) * sizeof *p.left);
    SN_TRY_ALLOC(p.left, "loops of suppliers");
    p.alive = malloc(count + 1);
    SN_TRY_ALLOC(p.alive, "loops of suppliers");
    p.queue = malloc((count + 1) * sizeof *p.queue);
    SN_TRY_ALLOC(p.queue, "loops of suppliers");
    entries = find_candidates(&p, leaks, context);
    if (entries > 0)
        peel(&p);
    if (entries == 0 || !any_left(&p)) {
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
    free(p.left);
    free(p.alive);
    free(p.queue);
    free(edge_first);
    free(target);
    free(scratch);
    return status;
}
