/* centrality_sample.c - betweenness from random shortest paths.
 *
 * Sample k has random numbers of its own, made from the seed and k, and adds whole numbers: no
 * bit depends on who draws it.  A path is found by two searches, forwards from s and backwards
 * from t, the one that is nearer going on, until together they are longer than the shortest way
 * found.  On every shortest path the vertices settled from s then form the first part, and all
 * others are settled from t: a path is drawn by the link at which it changes over.  What lies
 * farther than the way found allows is never looked at; links sorted by length end the look early. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/centrality_private.h"

enum {
    SCOUTS = 1024, /* samples that only tell which vertices may be the most central */
    FAVOURED = 64, /* as many of these, who then share half of the chance to miss     */
    FIRST_LOOK = 4096,
    MOST_LOOKS = 40
};

/* Links by the vertex they leave or enter, shortest first. */
typedef struct {
    int32_t *end;
    sn_length *length; /* NULL: all are 1, as they come */
} ladder;

/* One thread's searches, and what it has drawn. */
typedef struct {
    const sn_links *links;
    const sn_lengths *lengths;
    sn_search forth, back;
    uint32_t *count; /* [n] */
    uint64_t random;
} sampler;

/* SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static double uniform(uint64_t *state)
{
    return (double)(next_random(state) >> 11) * 0x1p-53;
}

static int32_t draw_vertex(uint64_t *state, size_t n)
{
    const uint64_t least = (0 - (uint64_t)n) % n; /* no remainder is likelier than another */
    uint64_t x;

    do
        x = next_random(state);
    while (x < least);
    return (int32_t)(x % n);
}

static sn_length length_out(const sampler *s, size_t e)
{
    return s->lengths->out != NULL ? s->lengths->out[e] : 1;
}

/* The shortest length over one link from what s settled last to what t has seen, and back. */
static sn_length meet(const sn_search *own, const sn_search *other, int32_t vertex, sn_length best)
{
    for (size_t e = own->first[vertex]; e < own->first[vertex + 1]; e++) {
        const sn_length so_far =
            own->distance[vertex] + (own->length != NULL ? own->length[e] : 1);
        if (so_far > own->limit)
            break; /* sorted, or all of one length */
        if (other->state[own->end[e]] != SN_NEW && so_far + other->distance[own->end[e]] < best)
            best = so_far + other->distance[own->end[e]];
    }
    return best;
}

/* Search until every shortest path from s to t is known.  Returns its length; infinite: none. */
static sn_length search_both(sampler *s, int32_t from, int32_t to)
{
    sn_search *forth = &s->forth, *back = &s->back;
    sn_length best = INFINITY;

    sn_search_start(forth, from);
    sn_search_start(back, to);
    while (forth->heap_count > 0 && back->heap_count > 0) {
        const sn_length a = forth->distance[forth->heap[0]], b = back->distance[back->heap[0]];
        if (a + b > best && !sn_same_length(a + b, best))
            break;
        /* What the other side has not settled is at least as far from its end as its nearest. */
        const sn_length slack = best * 0x1p-50L;
        if (forth->heap_count <= back->heap_count) {
            forth->limit = best - b + slack;
            best = meet(forth, back, sn_search_step(forth), best);
        } else {
            back->limit = best - a + slack;
            best = meet(back, forth, sn_search_step(back), best);
        }
    }
    return best;
}

/* Walk from a settled vertex to where its search began, each shortest path equally likely. */
static void walk_back(sampler *s, const sn_search *search, bool forward, int32_t vertex,
                      int32_t start)
{
    const size_t *first = forward ? s->links->in_first : s->links->out_first;
    const int32_t *end = forward ? s->links->in_from : s->links->out_to;
    const sn_length *length = forward ? s->lengths->in : s->lengths->out;

    while (vertex != start) {
        double left = uniform(&s->random) * search->paths[vertex];
        int32_t chosen = -1;
        s->count[vertex]++;
        for (size_t e = first[vertex]; e < first[vertex + 1] && (chosen < 0 || left >= 0); e++) {
            const int32_t before = end[e];
            if (search->state[before] != SN_SETTLED ||
                !(search->distance[before] < search->distance[vertex]) ||
                !sn_same_length(search->distance[before] + (length != NULL ? length[e] : 1),
                                search->distance[vertex]))
                continue;
            chosen = before;
            left -= search->paths[before];
        }
        if (chosen < 0)
            return; /* not possible: a settled vertex was reached from one */
        vertex = chosen;
    }
}

/* Whether a link changes from the part of s to the part of t on a path of the best length. */
static bool changes_over(const sampler *s, int32_t u, size_t e, sn_length best)
{
    const int32_t v = s->links->out_to[e];

    return s->forth.state[v] != SN_SETTLED && s->back.state[v] == SN_SETTLED &&
           sn_same_length(s->forth.distance[u] + length_out(s, e) + s->back.distance[v], best);
}

static void draw_path(sampler *s, int32_t from, int32_t to, sn_length best)
{
    double all = 0, left;
    int32_t u = -1, v = -1;

    if (s->forth.state[to] == SN_SETTLED) {
        walk_back(s, &s->forth, true, to, from);
        s->count[to]--; /* ends are not inside */
        return;
    }
    for (int pass = 0; pass < 2; pass++) {
        left = pass == 1 ? uniform(&s->random) * all : 0;
        for (size_t k = 0; k < s->forth.settled_count; k++) {
            const int32_t at = s->forth.settled[k];
            for (size_t e = s->links->out_first[at]; e < s->links->out_first[at + 1]; e++) {
                if (!changes_over(s, at, e, best))
                    continue;
                const double paths = s->forth.paths[at] * s->back.paths[s->links->out_to[e]];
                all += pass == 0 ? paths : 0;
                if (pass == 1 && (v < 0 || left >= 0)) {
                    u = at;
                    v = s->links->out_to[e];
                    left -= paths;
                }
            }
        }
    }
    if (v < 0)
        return;
    walk_back(s, &s->forth, true, u, from);
    walk_back(s, &s->back, false, v, to);
}

static void draw_sample(sampler *s, uint64_t seed, uint64_t index)
{
    s->random = seed * 0xd1342543de82ef95u + index * 0x2545f4914f6cdd1du;
    (void)next_random(&s->random);
    const int32_t from = draw_vertex(&s->random, s->links->n);
    int32_t to;
    do
        to = draw_vertex(&s->random, s->links->n);
    while (to == from);
    const sn_length best = search_both(s, from, to);
    if (best < INFINITY)
        draw_path(s, from, to, best);
}

/* For qsort. */
typedef struct {
    sn_length length;
    int32_t end;
} rung;

static int compare_rungs(const void *left, const void *right)
{
    const rung *a = left, *b = right;

    if (a->length < b->length || a->length > b->length)
        return a->length > b->length ? 1 : -1;
    return (a->end > b->end) - (a->end < b->end);
}

static void ladder_clear(ladder *l)
{
    free(l->end);
    free(l->length);
}

static sn_status ladder_make(const size_t *first, const int32_t *end, const sn_length *length,
                             size_t n, ladder *l, sn_error *err)
{
    const size_t m = first[n];
    rung *list = malloc((m + 1) * sizeof *list);
    sn_status status = SN_OK;

    l->end = malloc((m + 1) * sizeof *l->end);
    l->length = length != NULL ? malloc((m + 1) * sizeof *l->length) : NULL;
    if (list == NULL || l->end == NULL || (length != NULL && l->length == NULL)) {
        status = sn_nomem(err, "samples");
        goto out;
    }
    for (size_t e = 0; e < m; e++)
        list[e] = (rung){length != NULL ? length[e] : 1, end[e]};
    for (size_t v = 0; length != NULL && v < n; v++)
        qsort(list + first[v], first[v + 1] - first[v], sizeof *list, compare_rungs);
    for (size_t e = 0; e < m; e++) {
        l->end[e] = list[e].end;
        if (length != NULL)
            l->length[e] = list[e].length;
    }
out:
    free(list);
    return status;
}

static sn_status sampler_new(const sn_links *links, const sn_lengths *lengths, const ladder *out,
                             const ladder *in, sampler *s)
{
    *s = (sampler){.links = links, .lengths = lengths};
    s->count = calloc(links->n + 1, sizeof *s->count);
    if (s->count == NULL || sn_search_new(links->n, &s->forth, NULL) != SN_OK ||
        sn_search_new(links->n, &s->back, NULL) != SN_OK)
        return SN_ENOMEM;
    s->forth.first = links->out_first;
    s->forth.end = out->end;
    s->forth.length = out->length;
    s->back.first = links->in_first;
    s->back.end = in->end;
    s->back.length = in->length;
    s->forth.sorted = s->back.sorted = true;
    return SN_OK;
}

static void sampler_clear(sampler *s)
{
    sn_search_clear(&s->forth);
    sn_search_clear(&s->back);
    free(s->count);
}

/* Draw samples first .. last - 1 and add their counts. */
static sn_status draw_samples(const sn_links *links, const sn_lengths *lengths, const ladder *out,
                              const ladder *in, uint64_t seed, size_t first, size_t last,
                              int threads, uint64_t *count)
{
    bool failed = false;

    (void)threads;
#pragma omp parallel num_threads(threads) reduction(|| : failed)
    {
        sampler s;
        failed = sampler_new(links, lengths, out, in, &s) != SN_OK;
#pragma omp for schedule(dynamic, 16)
        for (size_t k = first; k < last; k++)
            if (!failed)
                draw_sample(&s, seed, k);
        if (!failed) {
#pragma omp critical
            for (size_t v = 0; v < links->n; v++)
                count[v] += s.count[v];
        }
        sampler_clear(&s);
    }
    return failed ? SN_ENOMEM : SN_OK;
}

/* kl(p, q), the divergence of two coins. */
static double divergence(double p, double q)
{
    const double heads = p > 0 ? p * log(p / q) : 0;

    return heads + (p < 1 ? (1 - p) * log((1 - p) / (1 - q)) : 0);
}

/* Half the width of the interval of all q with samples * kl(count / samples, q) <= ln(2 / miss):
 * it misses the chance that is counted with at most `miss` (Chernoff's bound, both sides). */
static double half_width(double count, double samples, double miss)
{
    const double p = count / samples, most = log(2 / miss) / samples;
    double width = 0;

    for (int side = 0; side < 2; side++) {
        double near = 0, far = side == 0 ? p : 1 - p;
        for (int k = 0; k < 60; k++) {
            const double middle = near + (far - near) / 2;
            if (divergence(p, side == 0 ? p - middle : p + middle) <= most)
                near = middle;
            else
                far = middle;
        }
        width = fmax(width, far);
    }
    return width;
}

/* The widest interval of all: those of the counts nearest to half the samples. */
static double widest(const uint64_t *count, const bool *favoured, size_t n, size_t samples,
                     double miss)
{
    const double t = (double)samples;
    double most[2] = {0, 0};

    for (size_t v = 0; v < n; v++) {
        const double x = (double)count[v];
        most[favoured[v]] = fmax(most[favoured[v]], fmin(x, t - x));
    }
    return fmax(half_width(most[0], t, miss / 2 / (double)n),
                half_width(most[1], t, miss / 2 / FAVOURED));
}

/* Mark the vertices that the scouts met most often; ties by the first. */
static void choose_favoured(const uint64_t *count, size_t n, bool *favoured)
{
    memset(favoured, 0, n * sizeof *favoured);
    for (size_t k = 0; k < FAVOURED; k++) {
        size_t best = n;
        for (size_t v = 0; v < n; v++)
            if (!favoured[v] && count[v] > 0 && (best == n || count[v] > count[best]))
                best = v;
        if (best == n)
            return;
        favoured[best] = true;
    }
}

sn_status sn_centrality_betweenness_sampled(const sn_links *links, sn_link_weight weight,
                                            int threads, sn_sampling *sampling, double *node,
                                            sn_error *err)
{
    const size_t n = links->n;
    uint64_t *count = calloc(n + 1, sizeof *count);
    bool *favoured = calloc(n + 1, sizeof *favoured);
    sn_lengths lengths = {0};
    ladder out_ladder = {0}, in_ladder = {0};
    double look = FIRST_LOOK;
    sn_status status = SN_OK;

    sampling->samples = 0;
    sampling->reached = 0;
    memset(node, 0, n * sizeof *node);
    if (!(sampling->epsilon > 0) || !(sampling->confidence > 0) || !(sampling->confidence < 1)) {
        status = sn_fail(err, SN_EUSAGE, "epsilon must be above 0 and confidence between 0 and 1");
        goto out;
    }
    if (count == NULL || favoured == NULL) {
        status = sn_nomem(err, "samples");
        goto out;
    }
    if (n < 3)
        goto out; /* nothing lies between */
    SN_TRY(sn_lengths_make(links, weight, &lengths, err));
    SN_TRY(ladder_make(links->out_first, links->out_to, lengths.out, n, &out_ladder, err));
    SN_TRY(ladder_make(links->in_first, links->in_from, lengths.in, n, &in_ladder, err));
    /* The scouts are not counted again: whom they favour depends on no sample that is. */
    SN_TRY(draw_samples(links, &lengths, &out_ladder, &in_ladder, ~sampling->seed, 0, SCOUTS,
                        threads, count));
    choose_favoured(count, n, favoured);
    memset(count, 0, n * sizeof *count);
    for (int k = 1; k <= MOST_LOOKS; k++, look *= 1.25) {
        const bool last = sampling->most > 0 && (double)sampling->most < look;
        const size_t end = last ? sampling->most : (size_t)look;
        SN_TRY(draw_samples(links, &lengths, &out_ladder, &in_ladder, sampling->seed,
                            sampling->samples, end, threads, count));
        sampling->samples = end;
        /* The chances of all looks add up to less than 1 - confidence: sum 1 / (k (k + 1)) = 1. */
        sampling->reached =
            widest(count, favoured, n, end, (1 - sampling->confidence) / (k * (k + 1)));
        if (sampling->reached <= sampling->epsilon || last)
            break;
    }
    for (size_t v = 0; v < n; v++)
        node[v] = (double)count[v] / (double)sampling->samples * (double)n * (double)(n - 1);
out:
    if (status == SN_ENOMEM)
        (void)sn_nomem(err, "samples");
    ladder_clear(&out_ladder);
    ladder_clear(&in_ladder);
    sn_lengths_clear(&lengths);
    free(favoured);
    free(count);
    return status;
}
