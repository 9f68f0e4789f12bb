/* links_core.c - first the links that a way over one other vertex beats, then the rest.
 *
 * Leaving out a link that is longer than another way from end to end changes no distance, so
 * that whatever is left out first, the others can be judged on what is left.  Most links of a dense
 * network are beaten by a way of two links that begins with one of the shortest.  For the others
 * a search goes from every vertex until its buyers are reached: it holds one way for each vertex
 * that it has reached, the shortest that it has not looked at yet, so that only few of the links
 * of a vertex are ever looked at. */
#include "metrics/links_core.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/links_private.h"

enum { BEGINNINGS = 32 }; /* shortest links of a vertex that ways of two links may begin with */

/* A link that is longer than another way by no more than this share is kept. */
#define SLACK (1 + 0x1p-30)

typedef struct {
    double length;
    int32_t to;
} way;

/* The ways of all vertices, each vertex's by length; apart, since most are looked at for their end
 * alone. */
typedef struct {
    double *length; /* [m] */
    int32_t *to;    /* [m] */
} ways;

typedef struct {
    double distance; /* of the end of the next way of `from` */
    int32_t from;
} candidate;

/* One search; scratch of one thread. */
typedef struct {
    double *distance; /* [n] of what is reached */
    uint8_t *is_reached; /* [n] */
    size_t *next;     /* [n] place of the next way of a reached vertex */
    uint8_t *wanted;  /* [n] buyers of the vertex where the search began */
    int32_t *reached; /* [n] */
    candidate *heap;  /* [n] the nearest first */
    size_t reached_count, heap_count;
} search;

static int compare_ways(const void *left, const void *right)
{
    const way *a = left, *b = right;

    if (a->length < b->length || a->length > b->length)
        return a->length > b->length ? 1 : -1;
    return a->to > b->to ? 1 : -1;
}

static void ways_clear(ways *w)
{
    free(w->length);
    free(w->to);
}

static bool sort_ways(const sn_links *links, ways *w)
{
    way *sorted = malloc((links->n + 1) * sizeof *sorted); /* no vertex has more */

    w->length = malloc((links->m + 1) * sizeof *w->length);
    w->to = malloc((links->m + 1) * sizeof *w->to);
    const bool done = sorted != NULL && w->length != NULL && w->to != NULL;
    for (size_t v = 0; done && v < links->n; v++) {
        const size_t first = links->out_first[v], count = links->out_first[v + 1] - first;
        for (size_t k = 0; k < count; k++)
            sorted[k] = (way){1 / links->out_amount[first + k], links->out_to[first + k]};
        qsort(sorted, count, sizeof *sorted, compare_ways);
        for (size_t k = 0; k < count; k++) {
            w->length[first + k] = sorted[k].length;
            w->to[first + k] = sorted[k].to;
        }
    }
    free(sorted);
    return done;
}

static bool search_new(size_t n, search *s)
{
    s->distance = malloc((n + 1) * sizeof *s->distance);
    s->next = malloc((n + 1) * sizeof *s->next);
    s->wanted = calloc(n + 1, sizeof *s->wanted);
    s->reached = malloc((n + 1) * sizeof *s->reached);
    s->heap = malloc((n + 1) * sizeof *s->heap);
    s->is_reached = calloc(n + 1, sizeof *s->is_reached);
    return s->distance != NULL && s->is_reached != NULL && s->next != NULL && s->wanted != NULL && s->reached != NULL &&
           s->heap != NULL;
}

static void search_clear(search *s)
{
    free(s->distance);
    free(s->is_reached);
    free(s->next);
    free(s->wanted);
    free(s->reached);
    free(s->heap);
}

/* Put a candidate where the first one was, and down until none below is nearer. */
static void sink(search *s, candidate moved)
{
    size_t place = 0;

    for (size_t child; (child = 2 * place + 1) < s->heap_count; place = child) {
        if (child + 1 < s->heap_count && s->heap[child + 1].distance < s->heap[child].distance)
            child++;
        if (!(s->heap[child].distance < moved.distance))
            break;
        s->heap[place] = s->heap[child];
    }
    s->heap[place] = moved;
}

static void rise(search *s, candidate moved)
{
    size_t place = s->heap_count++;

    for (; place > 0 && moved.distance < s->heap[(place - 1) / 2].distance;
         place = (place - 1) / 2)
        s->heap[place] = s->heap[(place - 1) / 2];
    s->heap[place] = moved;
}

/* The next way of a vertex to one that is not reached; false when there is none. */
static bool next_way(const sn_links *links, const ways *w, search *s, int32_t from,
                     candidate *found)
{
    size_t at = s->next[from];
    const size_t end = links->out_first[from + 1];

    while (at < end && s->is_reached[w->to[at]])
        at++;
    s->next[from] = at;
    if (at == end)
        return false;
    *found = (candidate){s->distance[from] + w->length[at], from};
    return true;
}

/* Take the first candidate away, or put the next way of the same vertex in its place. */
static void follow(const sn_links *links, const ways *w, search *s)
{
    candidate following;

    if (next_way(links, w, s, s->heap[0].from, &following))
        sink(s, following);
    else if (--s->heap_count > 0)
        sink(s, s->heap[s->heap_count]);
}

static void reach(const sn_links *links, const ways *w, search *s, int32_t vertex)
{
    candidate first;

    s->reached[s->reached_count++] = vertex;
    s->next[vertex] = links->out_first[vertex];
    if (next_way(links, w, s, vertex, &first))
        rise(s, first);
}

/* Distances from a vertex to all its buyers. */
static void reach_buyers(const sn_links *links, const ways *w, search *s, int32_t start)
{
    size_t left = links->out_first[start + 1] - links->out_first[start];

    for (size_t e = links->out_first[start]; e < links->out_first[start + 1]; e++)
        s->wanted[links->out_to[e]] = 1;
    s->reached_count = s->heap_count = 0;
    s->distance[start] = 0;
    s->is_reached[start] = 1;
    reach(links, w, s, start);
    while (left > 0 && s->heap_count > 0) {
        const candidate nearest = s->heap[0];
        const int32_t end = w->to[s->next[nearest.from]];
        const bool is_new = !s->is_reached[end];

        if (is_new) {
            s->distance[end] = nearest.distance;
            s->is_reached[end] = 1;
        }
        follow(links, w, s);
        if (is_new) {
            left -= s->wanted[end];
            reach(links, w, s, end);
        }
    }
}

/* Mark the links of a vertex that are as short as the shortest path, and forget the search. */
static void mark(const sn_links *links, search *s, int32_t start, uint8_t *kept)
{
    for (size_t e = links->out_first[start]; e < links->out_first[start + 1]; e++) {
        const int32_t to = links->out_to[e];
        kept[e] = 1 / links->out_amount[e] <= s->distance[to] * SLACK;
        s->wanted[to] = 0;
    }
    for (size_t k = 0; k < s->reached_count; k++)
        s->is_reached[s->reached[k]] = 0;
}

static bool mark_all(const sn_links *links, const ways *w, int threads, uint8_t *kept)
{
    bool failed = false;

    (void)threads;
#pragma omp parallel num_threads(threads) reduction(|| : failed)
    {
        search s = {0};
        failed = !search_new(links->n, &s);
#pragma omp for schedule(dynamic, 16)
        for (size_t v = 0; v < links->n; v++)
            if (!failed) {
                reach_buyers(links, w, &s, (int32_t)v);
                mark(links, &s, (int32_t)v, kept);
            }
        search_clear(&s);
    }
    return !failed;
}

/* The links that are marked, in their order. */
static sn_status pick(const sn_links *links, const uint8_t *kept, sn_links *core, size_t **origin,
                      sn_error *err)
{
    size_t *first = calloc(links->n + 2, sizeof *first), count = 0;
    sn_link *list = malloc((links->m + 1) * sizeof *list);
    size_t *from = malloc((links->m + 1) * sizeof *from);
    sn_status status = SN_OK;

    memset(core, 0, sizeof *core);
    if (first == NULL || list == NULL || from == NULL) {
        status = sn_nomem(err, "links");
        goto out;
    }
    for (size_t v = 0; v < links->n; v++) {
        first[v] = count;
        for (size_t e = links->out_first[v]; e < links->out_first[v + 1]; e++) {
            if (!kept[e])
                continue;
            list[count] = (sn_link){links->out_to[e], links->out_amount[e]};
            from[count++] = e;
        }
    }
    first[links->n] = count;
    status = sn_links_fill(core, links->n, first, list, err);
    first = NULL; /* the core's now, also after a failure */
    if (status == SN_OK) {
        *origin = from;
        from = NULL;
    }
out:
    if (status != SN_OK)
        sn_links_clear(core);
    free(first);
    free(list);
    free(from);
    return status;
}

/* The shortest ways of two links from a vertex. */
static void go_two(const sn_links *links, const ways *w, size_t start, double *length)
{
    const size_t first = links->out_first[start], end = links->out_first[start + 1];

    for (size_t v = 0; v < links->n; v++)
        length[v] = INFINITY;
    for (size_t k = first; k < end && k < first + BEGINNINGS; k++) {
        const size_t middle = (size_t)w->to[k];
        for (size_t e = links->out_first[middle]; e < links->out_first[middle + 1]; e++) {
            const double both = w->length[k] + w->length[e];
            double *least = &length[w->to[e]];
            *least = both < *least ? both : *least;
        }
    }
}

/* Mark the links that no such way beats. */
static bool mark_unbeaten(const sn_links *links, const ways *w, int threads, uint8_t *kept)
{
    bool failed = false;

    (void)threads;
#pragma omp parallel num_threads(threads) reduction(|| : failed)
    {
        double *length = malloc((links->n + 1) * sizeof *length);
        failed = length == NULL;
#pragma omp for schedule(dynamic, 16)
        for (size_t v = 0; v < links->n; v++) {
            if (failed)
                continue;
            go_two(links, w, v, length);
            for (size_t e = links->out_first[v]; e < links->out_first[v + 1]; e++)
                kept[e] = 1 / links->out_amount[e] <= length[links->out_to[e]] * SLACK;
        }
        free(length);
    }
    return !failed;
}

typedef bool mark_links(const sn_links *links, const ways *w, int threads, uint8_t *kept);

static sn_status reduce(const sn_links *links, int threads, mark_links *mark_them, sn_links *core,
                        size_t **origin, sn_error *err)
{
    uint8_t *kept = calloc(links->m + 1, 1);
    ways w = {0};
    const sn_status status =
        kept != NULL && sort_ways(links, &w) && mark_them(links, &w, threads, kept)
            ? pick(links, kept, core, origin, err)
            : sn_nomem(err, "links");

    ways_clear(&w);
    free(kept);
    return status;
}

sn_status sn_links_core(const sn_links *links, int threads, sn_links *core, size_t **origin,
                        sn_error *err)
{
    sn_links unbeaten = {0};
    size_t *first = NULL;
    sn_status status = SN_OK;

    SN_TRY(reduce(links, threads, mark_unbeaten, &unbeaten, &first, err));
    SN_TRY(reduce(&unbeaten, threads, mark_all, core, origin, err));
    for (size_t e = 0; e < core->m; e++)
        (*origin)[e] = first[(*origin)[e]];
out:
    sn_links_clear(&unbeaten);
    free(first);
    return status;
}
