/* centrality_search.c - Dijkstra's search that counts paths, and breadth-first search as its
 * special case: with lengths of 1 the heap is a queue. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/centrality_private.h"

sn_status sn_lengths_make(const sn_links *links, sn_link_weight weight, sn_lengths *lengths,
                          sn_error *err)
{
    memset(lengths, 0, sizeof *lengths);
    if (weight == SN_LINK_ONE)
        return SN_OK;
    lengths->out = malloc((links->m + 1) * sizeof *lengths->out);
    lengths->in = malloc((links->m + 1) * sizeof *lengths->in);
    if (lengths->out == NULL || lengths->in == NULL) {
        sn_lengths_clear(lengths);
        return sn_nomem(err, "lengths");
    }
    for (size_t e = 0; e < links->m; e++) {
        lengths->out[e] = 1 / (sn_length)links->out_amount[e];
        lengths->in[e] = 1 / (sn_length)links->in_amount[e];
    }
    return SN_OK;
}

void sn_lengths_clear(sn_lengths *lengths)
{
    free(lengths->out);
    free(lengths->in);
    memset(lengths, 0, sizeof *lengths);
}

sn_status sn_search_new(size_t n, sn_search *search, sn_error *err)
{
    memset(search, 0, sizeof *search);
    search->distance = malloc((n + 1) * sizeof *search->distance);
    search->paths = malloc((n + 1) * sizeof *search->paths);
    search->state = calloc(n + 1, sizeof *search->state);
    search->settled = malloc((n + 1) * sizeof *search->settled);
    search->touched = malloc((n + 1) * sizeof *search->touched);
    search->heap = malloc((n + 1) * sizeof *search->heap);
    search->place = malloc((n + 1) * sizeof *search->place);
    if (search->distance != NULL && search->paths != NULL && search->state != NULL &&
        search->settled != NULL && search->touched != NULL && search->heap != NULL &&
        search->place != NULL)
        return SN_OK;
    sn_search_clear(search);
    return sn_nomem(err, "a search for paths");
}

void sn_search_clear(sn_search *search)
{
    free(search->distance);
    free(search->paths);
    free(search->state);
    free(search->settled);
    free(search->touched);
    free(search->heap);
    free(search->place);
    memset(search, 0, sizeof *search);
}

static void put(sn_search *s, size_t place, int32_t vertex)
{
    s->heap[place] = vertex;
    s->place[vertex] = (int32_t)place;
}

/* Move a vertex to the front until nothing before it is farther; four children a vertex. */
static void rise(sn_search *s, size_t place, int32_t vertex)
{
    while (place > 0) {
        const size_t parent = (place - 1) / 4;
        if (!(s->distance[vertex] < s->distance[s->heap[parent]]))
            break;
        put(s, place, s->heap[parent]);
        place = parent;
    }
    put(s, place, vertex);
}

static int32_t take_nearest(sn_search *s)
{
    const int32_t nearest = s->heap[0], last = s->heap[--s->heap_count];
    size_t place = 0;

    for (;;) {
        size_t best = 4 * place + 1;
        const size_t end = best + 4 < s->heap_count ? best + 4 : s->heap_count;
        if (best >= end)
            break;
        for (size_t child = best + 1; child < end; child++)
            if (s->distance[s->heap[child]] < s->distance[s->heap[best]])
                best = child;
        if (!(s->distance[s->heap[best]] < s->distance[last]))
            break;
        put(s, place, s->heap[best]);
        place = best;
    }
    if (s->heap_count > 0)
        put(s, place, last);
    return nearest;
}

void sn_search_start(sn_search *s, int32_t start)
{
    for (size_t k = 0; k < s->touched_count; k++)
        s->state[s->touched[k]] = SN_NEW;
    s->touched_count = s->settled_count = 0;
    s->limit = INFINITY;
    s->heap_count = 1;
    s->touched[s->touched_count++] = start;
    s->state[start] = SN_SEEN;
    s->distance[start] = 0;
    s->paths[start] = 1;
    put(s, 0, start);
}

/* A way of some length to a vertex, over one that has just been settled. */
static void reach(sn_search *s, int32_t vertex, sn_length distance, double paths)
{
    if (s->state[vertex] == SN_SETTLED)
        return;
    if (s->state[vertex] == SN_SEEN && sn_same_length(distance, s->distance[vertex])) {
        s->paths[vertex] += paths;
        return;
    }
    if (s->state[vertex] == SN_SEEN && distance > s->distance[vertex])
        return;
    s->distance[vertex] = distance;
    s->paths[vertex] = paths;
    if (s->state[vertex] == SN_NEW) {
        s->state[vertex] = SN_SEEN;
        s->touched[s->touched_count++] = vertex;
        put(s, s->heap_count, vertex);
        s->heap_count++;
    }
    rise(s, (size_t)s->place[vertex], vertex);
}

int32_t sn_search_step(sn_search *s)
{
    if (s->heap_count == 0)
        return -1;
    const int32_t nearest = take_nearest(s);
    s->state[nearest] = SN_SETTLED;
    s->settled[s->settled_count++] = nearest;
    for (size_t e = s->first[nearest]; e < s->first[nearest + 1]; e++) {
        const sn_length distance =
            s->distance[nearest] + (s->length != NULL ? s->length[e] : 1);
        if (!(distance > s->limit))
            reach(s, s->end[e], distance, s->paths[nearest]);
        else if (s->sorted)
            break;
    }
    return nearest;
}
