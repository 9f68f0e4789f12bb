/* order.c - strongly connected components by Tarjan's algorithm, without recursion.
 *
 * Invariant of the search: `path` is the chain of nodes being explored, `open` holds every
 * node seen whose component is not known yet, in the order of discovery, and low[v] is the
 * smallest discovery number that v is known to reach inside `open`.  When v is left with
 * low[v] == number[v], the top of `open` down to v is one component, and everything it depends
 * on has been emitted before.
 */
#include "metrics/order.h"

#include <stdlib.h>

#include "graph/memory.h"
#include "graph/network_private.h"

/* What the search asks of a node: side by side, since nodes come in no order. */
typedef struct {
    int32_t number; /* of discovery, from 1 on; 0 = not seen; CLOSED: its component is known */
    int32_t low;
    size_t cursor; /* next dependency to look at */
} state;

enum { CLOSED = INT32_MAX };

typedef struct {
    const size_t *first;
    const int32_t *target;
    state *of;            /* [n] */
    int32_t *path, *open; /* [n] stacks                                     */
    size_t path_size, open_size;
    int32_t *left; /* [n] nodes in the order in which they were left */
    size_t left_size;
    int32_t *component; /* [n] */
    int32_t seen, components;
} search;

static void enter(search *s, int32_t v)
{
    const size_t first = s->first[v], last = s->first[v + 1];

    s->of[v] = (state){++s->seen, s->seen, first};
    s->path[s->path_size++] = v;
    s->open[s->open_size++] = v;
    for (size_t e = first; e < last; e++) {
        __builtin_prefetch(&s->of[s->target[e]]);
        __builtin_prefetch(&s->first[s->target[e]]);
    }
}

static void leave(search *s, int32_t v)
{
    const state own = s->of[v];

    s->path_size--;
    s->left[s->left_size++] = v;
    if (own.low == own.number) {
        int32_t w;
        do {
            w = s->open[--s->open_size];
            s->component[w] = s->components;
            s->of[w].number = CLOSED;
        } while (w != v);
        s->components++;
    } else if (s->path_size > 0) {
        state *parent = &s->of[s->path[s->path_size - 1]];
        if (own.low < parent->low)
            parent->low = own.low;
    }
}

static void explore(search *s, int32_t root)
{
    enter(s, root);
    while (s->path_size > 0) {
        const int32_t v = s->path[s->path_size - 1];
        state *own = &s->of[v];

        if (own->cursor == s->first[v + 1]) {
            leave(s, v);
            continue;
        }
        const int32_t w = s->target[own->cursor++];
        if (s->of[w].number == 0)
            enter(s, w);
        else if (s->of[w].number < own->low)
            own->low = s->of[w].number;
    }
}

/* Stable counting sort of the nodes, in the order in which they were left, by component. */
static void sort_by_component(const search *s, size_t n, size_t *first, int32_t *node)
{
    for (size_t i = 0; i < n; i++)
        first[s->component[i] + 1]++;
    for (int32_t c = 0; c < s->components; c++)
        first[c + 1] += first[c];
    for (size_t k = 0; k < n; k++)
        node[first[s->component[s->left[k]]]++] = s->left[k];
    for (int32_t c = s->components; c > 0; c--) /* undo the shift that filling made */
        first[c] = first[c - 1];
    first[0] = 0;
}

sn_status sn_order_make(size_t n, const size_t *first, const int32_t *target, sn_order *order,
                        sn_error *err)
{
    sn_status status = SN_OK;
    search s = {.first = first, .target = target};
    size_t *component_first = NULL;
    int32_t *node = NULL;
    int32_t *block = NULL; /* three int32 arrays of the search in one */

    block = malloc((3 * n + 1) * sizeof *block);
    SN_TRY_ALLOC(block, "the order of the nodes");
    s.path = block, s.open = block + n, s.left = block + 2 * n;
    s.of = sn_large_zero((n + 1) * sizeof *s.of);
    SN_TRY_ALLOC(s.of, "the order of the nodes");
    s.component = sn_large_alloc((n + 1) * sizeof *s.component);
    SN_TRY_ALLOC(s.component, "the order of the nodes");
    for (size_t i = 0; i < n; i++)
        if (s.of[i].number == 0)
            explore(&s, (int32_t)i);

    component_first = calloc((size_t)s.components + 1, sizeof *component_first);
    SN_TRY_ALLOC(component_first, "the order of the nodes");
    node = malloc((n + 1) * sizeof *node);
    SN_TRY_ALLOC(node, "the order of the nodes");
    sort_by_component(&s, n, component_first, node);
    *order = (sn_order){.count = (size_t)s.components,
                        .first = component_first,
                        .node = node,
                        .component = s.component};
    component_first = NULL, node = NULL, s.component = NULL;
out:
    free(node);
    free(component_first);
    free(s.component);
    free(s.of);
    free(block);
    return status;
}

sn_status sn_order_network(const sn_network *net, sn_order *order, sn_error *err)
{
    sn_status status = SN_OK;
    int32_t *supplier = malloc((net->flow_count + 1) * sizeof *supplier);

    SN_TRY_ALLOC(supplier, "the order of the nodes");
    for (size_t k = 0; k < net->flow_count; k++)
        supplier[k] = net->supplier[net->in_flow[k]];
    SN_TRY(sn_order_make(net->node_count, net->in_first, supplier, order, err));
out:
    free(supplier);
    return status;
}

void sn_order_clear(sn_order *order)
{
    free(order->first);
    free(order->node);
    free(order->component);
    *order = (sn_order){0};
}
