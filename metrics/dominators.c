/* dominators.c - Semi-NCA: semidominators with path compression over a depth-first tree, then
 * each parent by walking up the tree that is already there. */
#include "metrics/dominators.h"

#include <stdlib.h>
#include <string.h>

/* Vertices by their number in the depth-first search; number 0 is the root of all sources. */
typedef struct {
    const size_t *first, *back_first; /* links followed, and the same links backwards */
    const int32_t *end, *back_end;
    const bool *source;
    size_t n, count;  /* numbers given, root included */
    int32_t *number;  /* [n] of a vertex, or -1       */
    int32_t *vertex;  /* [n + 1] of a number          */
    int32_t *above;   /* [n + 1] parent in the search */
    int32_t *semi, *label, *forest, *dominator; /* [n + 1] */
    int32_t *stack;   /* [n + 1] */
    size_t *at;       /* [n] the next link to follow */
} search;

static void enter(search *s, int32_t vertex, int32_t above)
{
    const int32_t number = (int32_t)s->count++;

    s->number[vertex] = number;
    s->vertex[number] = vertex;
    s->above[number] = above;
}

static void number_from(search *s, int32_t start)
{
    size_t depth = 0;

    if (s->number[start] >= 0)
        return;
    enter(s, start, 0);
    s->stack[depth++] = start;
    while (depth > 0) {
        const int32_t v = s->stack[depth - 1];
        if (s->at[v] == s->first[v + 1]) {
            depth--;
            continue;
        }
        const int32_t next = s->end[s->at[v]++];
        if (s->number[next] < 0) {
            enter(s, next, s->number[v]);
            s->stack[depth++] = next;
        }
    }
}

/* The number of least semidominator on the way up the forest from a number, which is shortened.
 * The stack holds the way. */
static int32_t evaluate(search *s, int32_t v)
{
    size_t depth = 0;

    if (s->forest[v] < 0)
        return v;
    for (int32_t u = v; s->forest[s->forest[u]] >= 0; u = s->forest[u])
        s->stack[depth++] = u;
    while (depth > 0) {
        const int32_t u = s->stack[--depth], up = s->forest[u];
        if (s->semi[s->label[up]] < s->semi[s->label[u]])
            s->label[u] = s->label[up];
        s->forest[u] = s->forest[up];
    }
    return s->label[v];
}

static void find_semidominators(search *s)
{
    for (int32_t w = (int32_t)s->count - 1; w > 0; w--) {
        const int32_t v = s->vertex[w];
        int32_t least = s->source[v] ? 0 : s->above[w];
        for (size_t e = s->back_first[v]; e < s->back_first[v + 1]; e++) {
            const int32_t u = s->number[s->back_end[e]];
            if (u < 0)
                continue;
            const int32_t semi = s->semi[evaluate(s, u)];
            if (semi < least)
                least = semi;
        }
        s->semi[w] = least;
        s->forest[w] = s->above[w]; /* joined to the forest */
    }
}

static sn_status make_room(search *s, sn_error *err)
{
    const size_t room = (s->n + 1) * sizeof(int32_t);

    s->number = malloc(room);
    s->vertex = malloc(room);
    s->above = malloc(room);
    s->semi = malloc(room);
    s->label = malloc(room);
    s->forest = malloc(room);
    s->dominator = malloc(room);
    s->stack = malloc(room);
    s->at = malloc((s->n + 1) * sizeof *s->at);
    return s->number == NULL || s->vertex == NULL || s->above == NULL || s->semi == NULL ||
                   s->label == NULL || s->forest == NULL || s->dominator == NULL ||
                   s->stack == NULL || s->at == NULL
               ? sn_nomem(err, "dominators")
               : SN_OK;
}

static void clear(search *s)
{
    free(s->number);
    free(s->vertex);
    free(s->above);
    free(s->semi);
    free(s->label);
    free(s->forest);
    free(s->dominator);
    free(s->stack);
    free(s->at);
}

sn_status sn_dominators_make(const sn_links *links, const bool *source, bool forward,
                             int32_t *parent, sn_error *err)
{
    const size_t n = links->n;
    search s = {.first = forward ? links->out_first : links->in_first,
                .end = forward ? links->out_to : links->in_from,
                .back_first = forward ? links->in_first : links->out_first,
                .back_end = forward ? links->in_from : links->out_to,
                .source = source,
                .n = n,
                .count = 1};
    sn_status status = SN_OK;

    SN_TRY(make_room(&s, err));
    memset(s.number, 0xFF, (n + 1) * sizeof *s.number);
    if (n > 0)
        memcpy(s.at, s.first, n * sizeof *s.at);
    for (size_t v = 0; v < n; v++)
        if (source[v])
            number_from(&s, (int32_t)v);
    for (size_t k = 0; k < s.count; k++) {
        s.semi[k] = s.label[k] = (int32_t)k;
        s.forest[k] = -1;
    }
    find_semidominators(&s);
    s.dominator[0] = 0;
    for (size_t k = 1; k < s.count; k++) {
        int32_t d = s.above[k];
        while (d > s.semi[k])
            d = s.dominator[d];
        s.dominator[k] = d;
    }
    for (size_t v = 0; v < n; v++) {
        const int32_t number = s.number[v];
        parent[v] = number < 0                     ? SN_UNREACHED
                    : s.dominator[number] == 0 ? SN_ROOT
                                               : s.vertex[s.dominator[number]];
    }
out:
    clear(&s);
    return status;
}

void sn_reach(const sn_links *links, const bool *source, bool forward, const bool *gone,
              bool *reached, int32_t *from, int32_t *queue)
{
    const size_t *first = forward ? links->out_first : links->in_first;
    const int32_t *other = forward ? links->out_to : links->in_from;
    size_t begin = 0, end = 0;

    for (size_t v = 0; v < links->n; v++) {
        reached[v] = source[v] && (gone == NULL || !gone[v]);
        if (from != NULL)
            from[v] = reached[v] ? SN_ROOT : SN_UNREACHED;
        if (reached[v])
            queue[end++] = (int32_t)v;
    }
    for (; begin < end; begin++) {
        const int32_t v = queue[begin];
        for (size_t e = first[v]; e < first[v + 1]; e++) {
            const int32_t w = other[e];
            if (reached[w] || (gone != NULL && gone[w]))
                continue;
            reached[w] = true;
            if (from != NULL)
                from[w] = v;
            queue[end++] = w;
        }
    }
}

sn_status sn_articulation(const sn_links *both, int32_t *parts, size_t *blocks, sn_error *err)
{
    const size_t n = both->n;
    int32_t *number = malloc((n + 1) * sizeof *number), *low = malloc((n + 1) * sizeof *low);
    int32_t *above = malloc((n + 1) * sizeof *above), *stack = malloc((n + 1) * sizeof *stack);
    size_t *at = malloc((n + 1) * sizeof *at), found = 0;
    int32_t next = 0;
    sn_status status = SN_OK;

    if (number == NULL || low == NULL || above == NULL || stack == NULL || at == NULL) {
        status = sn_nomem(err, "articulation points");
        goto out;
    }
    memset(number, 0xFF, (n + 1) * sizeof *number);
    if (n > 0)
        memcpy(at, both->out_first, n * sizeof *at);
    for (size_t v = 0; v < n; v++)
        parts[v] = 0;
    for (size_t start = 0; start < n; start++) {
        size_t depth = 0;
        if (number[start] >= 0)
            continue;
        number[start] = low[start] = next++;
        above[start] = -1;
        stack[depth++] = (int32_t)start;
        while (depth > 0) {
            const int32_t v = stack[depth - 1];
            if (at[v] < both->out_first[v + 1]) {
                const int32_t w = both->out_to[at[v]++];
                if (number[w] < 0) {
                    number[w] = low[w] = next++;
                    above[w] = v;
                    stack[depth++] = w;
                } else if (w != above[v] && number[w] < low[v]) {
                    low[v] = number[w];
                }
                continue;
            }
            depth--;
            const int32_t u = above[v];
            if (u < 0)
                continue;
            parts[v]++; /* what lies above it */
            if (low[v] < low[u])
                low[u] = low[v];
            if (low[v] >= number[u]) { /* only through u does the part below v hang on */
                parts[u]++;
                found++;
            }
        }
    }
    if (blocks != NULL)
        *blocks = found;
out:
    free(number);
    free(low);
    free(above);
    free(stack);
    free(at);
    return status;
}
