/* cuts.c - Dinitz's algorithm on the part of a network that lies upstream of one buyer.
 *
 * For vertex-disjoint paths each vertex v becomes an arc in(v) -> out(v) of capacity 1; places
 * 2 v and 2 v + 1.  For amounts places are vertices.  The last place is the common source. */
#include "metrics/cuts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int32_t to;
    size_t back; /* the arc the other way */
    double left; /* remaining capacity */
} arc;

typedef struct {
    size_t places, arcs;
    size_t *first; /* [places + 1] */
    arc *arc;
    int32_t *level, *queue, *path_place;
    size_t *next, *path; /* the next arc to try; arcs of the way in hand */
    int32_t source, sink;
    double least; /* capacities up to this are rounding */
} net;

/* A link of the flow network before it is in place. */
typedef struct {
    int32_t from, to;
    double capacity;
} pending;

static void net_clear(net *f)
{
    free(f->first);
    free(f->arc);
    free(f->level);
    free(f->queue);
    free(f->path_place);
    free(f->next);
    free(f->path);
    memset(f, 0, sizeof *f);
}

static sn_status net_build(net *f, size_t places, const pending *list, size_t count, sn_error *err)
{
    size_t *at = NULL;
    sn_status status = SN_OK;

    f->places = places;
    f->arcs = 2 * count;
    f->first = calloc(places + 2, sizeof *f->first);
    f->arc = malloc((f->arcs + 1) * sizeof *f->arc);
    f->level = malloc((places + 1) * sizeof *f->level);
    f->queue = malloc((places + 1) * sizeof *f->queue);
    f->path_place = malloc((places + 1) * sizeof *f->path_place);
    f->next = malloc((places + 1) * sizeof *f->next);
    f->path = malloc((places + 1) * sizeof *f->path);
    at = malloc((places + 1) * sizeof *at);
    if (f->first == NULL || f->arc == NULL || f->level == NULL || f->queue == NULL ||
        f->path_place == NULL || f->next == NULL || f->path == NULL || at == NULL) {
        status = sn_nomem(err, "a flow network");
        goto out;
    }
    for (size_t k = 0; k < count; k++) {
        f->first[list[k].from + 1]++;
        f->first[list[k].to + 1]++;
    }
    for (size_t p = 0; p < places; p++)
        f->first[p + 1] += f->first[p];
    memcpy(at, f->first, places * sizeof *at);
    for (size_t k = 0; k < count; k++) {
        const size_t there = at[list[k].from]++, back = at[list[k].to]++;
        f->arc[there] = (arc){list[k].to, back, list[k].capacity};
        f->arc[back] = (arc){list[k].from, there, 0};
    }
out:
    free(at);
    return status;
}

/* Distances from the source over arcs with room.  Returns whether the sink has one. */
static bool find_levels(net *f)
{
    size_t begin = 0, end = 1;

    memset(f->level, 0xFF, f->places * sizeof *f->level);
    f->queue[0] = f->source;
    f->level[f->source] = 0;
    for (; begin < end; begin++) {
        const int32_t p = f->queue[begin];
        for (size_t a = f->first[p]; a < f->first[p + 1]; a++) {
            const int32_t to = f->arc[a].to;
            if (f->arc[a].left > f->least && f->level[to] < 0) {
                f->level[to] = f->level[p] + 1;
                f->queue[end++] = to;
            }
        }
    }
    return f->level[f->sink] >= 0;
}

/* Send as much as one way of the levels carries; 0 when there is none left. */
static double send_once(net *f)
{
    int32_t p = f->source;
    size_t depth = 0;

    while (p != f->sink) {
        size_t *a = &f->next[p];
        while (*a < f->first[p + 1] && !(f->arc[*a].left > f->least &&
                                         f->level[f->arc[*a].to] == f->level[p] + 1))
            (*a)++;
        if (*a < f->first[p + 1]) {
            f->path_place[depth] = p;
            f->path[depth++] = *a;
            p = f->arc[*a].to;
        } else if (depth == 0) {
            return 0;
        } else { /* a dead end */
            p = f->path_place[--depth];
            f->next[p]++;
        }
    }
    double amount = INFINITY;
    for (size_t k = 0; k < depth; k++)
        amount = fmin(amount, f->arc[f->path[k]].left);
    for (size_t k = 0; k < depth; k++) {
        f->arc[f->path[k]].left -= amount;
        f->arc[f->arc[f->path[k]].back].left += amount;
    }
    return amount;
}

static double run(net *f)
{
    double all = 0, amount;

    while (find_levels(f)) {
        memcpy(f->next, f->first, f->places * sizeof *f->next);
        while ((amount = send_once(f)) > 0)
            all += amount;
    }
    return all;
}

/* The vertices from which paths lead to the buyer.  Returns how many; place[v] or -1. */
static size_t find_upstream(const sn_links *links, const bool *gone, int32_t buyer,
                            int32_t *place, int32_t *vertex)
{
    size_t count = 1;

    memset(place, 0xFF, links->n * sizeof *place);
    place[buyer] = 0;
    vertex[0] = buyer;
    for (size_t k = 0; k < count; k++)
        for (size_t e = links->in_first[vertex[k]]; e < links->in_first[vertex[k] + 1]; e++) {
            const int32_t v = links->in_from[e];
            if (place[v] < 0 && (gone == NULL || !gone[v])) {
                place[v] = (int32_t)count;
                vertex[count++] = v;
            }
        }
    return count;
}

static int compare_vertices(const void *left, const void *right)
{
    const int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;

    return (a > b) - (a < b);
}

/* Vertices whose in-place has room from the source while their out-place has not. */
static void read_cut(net *f, const int32_t *vertex, size_t count, sn_cut *cut)
{
    size_t found = 0;

    (void)find_levels(f);
    for (size_t k = 1; k < count; k++)
        if (f->level[2 * k] >= 0 && f->level[2 * k + 1] < 0 && found < cut->size)
            cut->vertex[found++] = vertex[k];
    qsort(cut->vertex, found, sizeof *cut->vertex, compare_vertices);
}

/* Follow what was sent: every vertex but the buyer was passed at most once. */
static void read_paths(const net *f, const int32_t *vertex, sn_cut *cut)
{
    size_t steps = 0, path = 0;

    cut->first[0] = 0;
    for (size_t a = f->first[f->source]; a < f->first[f->source + 1] && path < cut->size; a++) {
        if (!(f->arc[f->arc[a].back].left > 0)) /* nothing was sent here */
            continue;
        int32_t k = f->arc[a].to / 2;
        cut->step[steps++] = vertex[k];
        while (k != 0) {
            const int32_t out = 2 * k + 1;
            size_t b = f->first[out];
            while (f->arc[b].to == 2 * k || !(f->arc[f->arc[b].back].left > 0) ||
                   f->arc[b].to % 2 != 0)
                b++;
            k = f->arc[b].to / 2;
            cut->step[steps++] = vertex[k];
        }
        cut->first[++path] = steps;
    }
}

sn_status sn_cut_make(const sn_links *links, const bool *source, const bool *gone, int32_t buyer,
                      sn_cut *cut, sn_error *err)
{
    int32_t *place = malloc((links->n + 1) * sizeof *place);
    int32_t *vertex = malloc((links->n + 1) * sizeof *vertex);
    pending *list = NULL;
    net f = {0};
    size_t used = 0, room = 0;
    sn_status status = SN_OK;

    memset(cut, 0, sizeof *cut);
    if (place == NULL || vertex == NULL) {
        status = sn_nomem(err, "a cut");
        goto out;
    }
    if (source[buyer] || (gone != NULL && gone[buyer])) {
        cut->own = source[buyer];
        goto out;
    }
    const size_t count = find_upstream(links, gone, buyer, place, vertex);
    for (size_t k = 0; k < count; k++)
        room += 2 + links->in_first[vertex[k] + 1] - links->in_first[vertex[k]];
    list = malloc((room + 1) * sizeof *list);
    SN_TRY_ALLOC(list, "a cut");
    const int32_t root = (int32_t)(2 * count);
    for (size_t k = 0; k < count; k++) {
        if (k > 0)
            list[used++] = (pending){(int32_t)(2 * k), (int32_t)(2 * k + 1), 1};
        if (source[vertex[k]])
            list[used++] = (pending){root, (int32_t)(2 * k), (double)count};
        for (size_t e = links->in_first[vertex[k]]; e < links->in_first[vertex[k] + 1]; e++) {
            const int32_t from = place[links->in_from[e]];
            if (from > 0) /* what the buyer sells does not help it */
                list[used++] = (pending){2 * from + 1, (int32_t)(2 * k), (double)count};
        }
    }
    SN_TRY(net_build(&f, 2 * count + 1, list, used, err));
    f.source = root;
    f.sink = 0;
    f.least = 0.5;
    cut->size = (size_t)llround(run(&f));
    cut->vertex = malloc((cut->size + 1) * sizeof *cut->vertex);
    cut->first = malloc((cut->size + 2) * sizeof *cut->first);
    cut->step = malloc((count + cut->size + 1) * sizeof *cut->step);
    if (cut->vertex == NULL || cut->first == NULL || cut->step == NULL) {
        status = sn_nomem(err, "a cut");
        goto out;
    }
    read_cut(&f, vertex, count, cut);
    read_paths(&f, vertex, cut);
out:
    if (status != SN_OK)
        sn_cut_clear(cut);
    net_clear(&f);
    free(list);
    free(place);
    free(vertex);
    return status;
}

void sn_cut_clear(sn_cut *cut)
{
    free(cut->vertex);
    free(cut->first);
    free(cut->step);
    memset(cut, 0, sizeof *cut);
}

sn_status sn_max_flow(const sn_links *links, const double *supply, const bool *gone,
                      int32_t buyer, double *flow, sn_error *err)
{
    int32_t *place = malloc((links->n + 1) * sizeof *place);
    int32_t *vertex = malloc((links->n + 1) * sizeof *vertex);
    pending *list = NULL;
    net f = {0};
    size_t used = 0, room = 0;
    double largest = 0;
    sn_status status = SN_OK;

    *flow = 0;
    if (place == NULL || vertex == NULL) {
        status = sn_nomem(err, "a flow");
        goto out;
    }
    if (gone != NULL && gone[buyer])
        goto out;
    const size_t count = find_upstream(links, gone, buyer, place, vertex);
    for (size_t k = 0; k < count; k++)
        room += 1 + links->in_first[vertex[k] + 1] - links->in_first[vertex[k]];
    list = malloc((room + 1) * sizeof *list);
    SN_TRY_ALLOC(list, "a flow");
    for (size_t k = 0; k < count; k++) {
        if (supply[vertex[k]] > 0)
            list[used++] = (pending){(int32_t)count, (int32_t)k, supply[vertex[k]]};
        for (size_t e = links->in_first[vertex[k]]; e < links->in_first[vertex[k] + 1]; e++) {
            const int32_t from = place[links->in_from[e]];
            if (from > 0)
                list[used++] = (pending){from, (int32_t)k, links->in_amount[e]};
            largest = fmax(largest, links->in_amount[e]);
        }
    }
    SN_TRY(net_build(&f, count + 1, list, used, err));
    f.source = (int32_t)count;
    f.sink = 0;
    f.least = 1e-12 * largest;
    *flow = run(&f);
out:
    net_clear(&f);
    free(list);
    free(place);
    free(vertex);
    return status;
}
