/* paths.c - best-first search from a buyer up to what is disrupted.
 *
 * The chains met so far form a tree: a step knows the step nearer to the buyer.  A heap holds
 * the steps by what their chain can still come to.  A finished chain is worth exactly its
 * share, so the first finished ones to leave the heap are the best ones.  As soon as as many
 * finished ones as are wanted have been met, a chain that cannot come to more than the least of
 * them need not enter the heap: these were met before it and leave before it.  The suppliers of a
 * node are put in the order of what passes through them when it is first looked into, so that
 * the first one that cannot count ends the look.
 */
#include "metrics/paths.h"

#include <stdlib.h>

#include "graph/memory.h"
#include "metrics/cascade_private.h"

enum { STEPS = 100000, MET_MAX = 1 << 24 /* steps kept: 640 MB */ };

typedef struct {
    int32_t node;
    uint32_t nearer; /* step towards the buyer; the buyer's own step points to itself */
    uint32_t length; /* nodes in the chain                                            */
    bool done, cut_flow;
    double share;    /* of the buyer's supply                                         */
    double worth;    /* what the chain can still come to                              */
} step;

/* A supplier of a node. */
typedef struct {
    int32_t node;
    uint32_t place; /* among the node's suppliers, as they are kept */
    bool done, cut_flow;
    double passed;  /* share of the node's supply       */
    double missing; /* what of it is lost there, if done */
    double worth;   /* passed * missing, or what it can still come to */
} source;

/* The suppliers of a node through which something is lost, most worth first. */
typedef struct {
    source *source;
    size_t count;
} sources;

typedef struct {
    const sn_cascade *cascade;
    sn_dict looked; /* the nodes looked into so far, each taken as four bytes */
    sources *of;    /* by code of `looked` */
    size_t of_count, of_room;
    step *steps;
    size_t count, room;
    uint32_t *heap; /* steps, the best first */
    size_t heap_size;
    double *best; /* [limit] the most that finished chains came to, descending */
    size_t best_count, limit;
} search;

/* More worth first; equal ones in the order in which they were met, which is by node. */
static bool better(const search *s, uint32_t a, uint32_t b)
{
    const double x = s->steps[a].worth, y = s->steps[b].worth;

    return x != y ? x > y : a < b;
}

static void sift_up(search *s, size_t place)
{
    const uint32_t moved = s->heap[place];

    while (place > 0 && better(s, moved, s->heap[(place - 1) / 2])) {
        s->heap[place] = s->heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    s->heap[place] = moved;
}

static uint32_t take_best(search *s)
{
    const uint32_t best = s->heap[0], moved = s->heap[--s->heap_size];
    size_t place = 0;

    for (size_t child; (child = 2 * place + 1) < s->heap_size; place = child) {
        if (child + 1 < s->heap_size && better(s, s->heap[child + 1], s->heap[child]))
            child++;
        if (!better(s, s->heap[child], moved))
            break;
        s->heap[place] = s->heap[child];
    }
    s->heap[place] = moved;
    return best;
}

static sn_status push(search *s, step next, sn_error *err)
{
    if (s->count == s->room) {
        const size_t room = 2 * s->room + 256;
        step *steps = realloc(s->steps, room * sizeof *steps);
        if (steps == NULL)
            return sn_nomem(err, "supply paths");
        s->steps = steps;
        uint32_t *heap = realloc(s->heap, room * sizeof *heap);
        if (heap == NULL)
            return sn_nomem(err, "supply paths");
        s->heap = heap;
        s->room = room;
    }
    s->steps[s->count] = next;
    s->heap[s->heap_size] = (uint32_t)s->count++;
    sift_up(s, s->heap_size++);
    return SN_OK;
}

/* Whether a chain of this worth may still be among those that are wanted. */
static bool may_count(const search *s, double worth)
{
    return worth > 0 && (s->best_count < s->limit || worth > s->best[s->limit - 1]);
}

/* Enter a finished chain among the best. */
static void enter_best(search *s, double worth)
{
    size_t at = s->best_count < s->limit ? s->best_count++ : s->limit - 1;

    for (; at > 0 && worth > s->best[at - 1]; at--)
        s->best[at] = s->best[at - 1];
    s->best[at] = worth;
}

static bool is_on_chain(const search *s, uint32_t at, int32_t node)
{
    for (;;) {
        if (s->steps[at].node == node)
            return true;
        if (s->steps[at].nearer == at)
            return false;
        at = s->steps[at].nearer;
    }
}

static double capacity(const sn_shock *shock, int32_t node)
{
    return shock->node != NULL ? shock->node[node] : 1;
}

static int compare_sources(const void *left, const void *right)
{
    const source *a = left, *b = right;

    if (a->worth < b->worth || a->worth > b->worth)
        return a->worth < b->worth ? 1 : -1;
    return a->place < b->place ? -1 : 1;
}

static sn_status list_sources(const search *s, size_t i, sources *made, sn_error *err)
{
    const sn_side *down = &s->cascade->side[SN_DOWN];
    const sn_system *system = down->solver.system;
    const sn_shock *shock = &s->cascade->shock;
    const size_t begin = system->row[i].first, end = system->row[i].end;
    const size_t most = begin < end ? system->entry_first[end] - system->entry_first[begin] : 0;
    source *list = malloc((most + 1) * sizeof *list);
    size_t count = 0, place = 0;

    if (list == NULL)
        return sn_nomem(err, "supply paths");
    for (size_t a = begin; a < end; a++)
        for (size_t e = system->entry_first[a]; e < system->entry_first[a + 1]; e++) {
            const int32_t j = system->peer[e];
            const double c = shock->flow != NULL ? shock->flow[sn_entry_flow(system, e)] : 1;
            const double missing = 1 - c * capacity(shock, j);
            source *one = &list[count];

            *one = (source){.node = j, .place = (uint32_t)place, .done = missing > 0,
                            .cut_flow = c < 1, .missing = missing > 0 ? missing : 1};
            one->passed = system->value[e] / system->total[a] * system->row[i].passed;
            one->worth = one->passed * (one->done ? missing : down->solver.x[j]);
            count += one->worth > 0;
            place++;
        }
    qsort(list, count, sizeof *list, compare_sources);
    *made = (sources){list, count};
    return SN_OK;
}

/* The suppliers of a node, looked into on first need; lent until the next call. */
static sn_status sources_of(search *s, int32_t node, const sources **found, sn_error *err)
{
    sn_status status = SN_OK;
    int32_t place;

    SN_TRY(sn_dict_add(&s->looked, (const char *)&node, sizeof node, &place, err));
    if ((size_t)place == s->of_count) {
        if (s->of_count == s->of_room) {
            const size_t room = 2 * s->of_room + 256;
            if (!sn_grow(&s->of, room, sizeof *s->of))
                return sn_nomem(err, "supply paths");
            s->of_room = room;
        }
        SN_TRY(list_sources(s, (size_t)node, &s->of[place], err));
        s->of_count++;
    }
    *found = &s->of[place];
out:
    return status;
}

/* Steps to every supplier of a node through which something is lost that may count. */
static sn_status look_into(search *s, uint32_t at, sn_error *err)
{
    const double slack = 1 + 1e-12; /* the worth of a chain is rounded in another order */
    const double *x = s->cascade->side[SN_DOWN].solver.x;
    const step here = s->steps[at]; /* a copy: pushing moves the steps */
    const sources *of;
    sn_status status = SN_OK;

    SN_TRY(sources_of(s, here.node, &of, err));
    for (size_t k = 0; k < of->count; k++) {
        const source *one = &of->source[k];
        step next = {.node = one->node, .nearer = at, .length = here.length + 1,
                     .done = one->done, .cut_flow = one->cut_flow};

        if (!may_count(s, here.share * one->worth * slack))
            break;
        next.share = here.share * one->passed * one->missing;
        next.worth = next.share * (next.done ? 1 : x[one->node]);
        if (!may_count(s, next.worth) || is_on_chain(s, at, one->node))
            continue;
        if (next.done)
            enter_best(s, next.worth);
        SN_TRY(push(s, next, err));
    }
out:
    return status;
}

/* Write the finished chains down, disrupted supplier first. */
static sn_status write_down(const search *s, const uint32_t *found, size_t count, double amount,
                            sn_paths *paths, sn_error *err)
{
    sn_status status = SN_OK;
    size_t nodes = 0;

    for (size_t k = 0; k < count; k++)
        nodes += s->steps[found[k]].length;
    paths->path = calloc(count + 1, sizeof *paths->path);
    SN_TRY_ALLOC(paths->path, "supply paths");
    paths->nodes = malloc((nodes + 1) * sizeof *paths->nodes);
    SN_TRY_ALLOC(paths->nodes, "supply paths");
    nodes = 0;
    for (size_t k = 0; k < count; k++) {
        const step *last = &s->steps[found[k]];
        sn_path *path = &paths->path[k];
        uint32_t at = found[k];

        *path = (sn_path){.node = paths->nodes + nodes,
                          .node_count = last->length,
                          .share = last->share,
                          .amount = last->share * amount,
                          .cut_flow = last->cut_flow};
        for (uint32_t n = 0; n < last->length; n++, at = s->steps[at].nearer)
            paths->nodes[nodes++] = s->steps[at].node;
    }
    paths->count = count;
out:
    return status;
}

sn_status sn_paths_find(const sn_cascade *cascade, size_t buyer, double amount, size_t limit,
                        size_t steps, sn_paths *paths, sn_error *err)
{
    sn_status status = SN_OK;
    search s = {.cascade = cascade};
    sn_paths made = {0};
    uint32_t *found = NULL;
    size_t count = 0, looked = 0;
    const double own_loss = 1 - capacity(&cascade->shock, (int32_t)buyer);
    const double loss = cascade->side[SN_DOWN].solver.x[buyer];
    const step start = {.node = (int32_t)buyer,
                        .length = 1,
                        .done = own_loss > 0,
                        .share = own_loss > 0 ? own_loss : 1,
                        .worth = own_loss > 0 ? own_loss : loss};

    steps = steps > 0 ? steps : STEPS;
    limit = limit < steps ? limit : steps;
    found = malloc((limit + 1) * sizeof *found);
    SN_TRY_ALLOC(found, "supply paths");
    s.limit = limit;
    s.best = malloc((limit + 1) * sizeof *s.best);
    SN_TRY_ALLOC(s.best, "supply paths");
    if (start.worth > 0 && limit > 0)
        SN_TRY(push(&s, start, err));
    while (s.heap_size > 0 && count < limit && looked < steps && s.count < MET_MAX) {
        const uint32_t at = take_best(&s);

        if (s.steps[at].done) {
            found[count++] = at;
            continue;
        }
        looked++;
        SN_TRY(look_into(&s, at, err));
    }
    made.complete = s.heap_size == 0 || count == limit;
    SN_TRY(write_down(&s, found, count, amount, &made, err));
    *paths = made;
    made = (sn_paths){0};
out:
    sn_paths_clear(&made);
    free(found);
    free(s.steps);
    free(s.heap);
    free(s.best);
    for (size_t k = 0; k < s.of_count; k++)
        free(s.of[k].source);
    free(s.of);
    sn_dict_clear(&s.looked);
    return status;
}

sn_status sn_paths_find_all(const sn_cascade *cascade, const sn_paths_wanted *wanted,
                            size_t count, size_t limit, size_t steps, sn_paths *const *paths,
                            sn_error *err)
{
    const int threads = sn_threads_for(count, 2);
    (void)threads; /* without OpenMP nobody asks */
    sn_status status = SN_OK;

#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) if (threads > 1)
    for (size_t k = 0; k < count; k++) {
        sn_error reason = {0};
        if (sn_paths_find(cascade, wanted[k].buyer, wanted[k].amount, limit, steps, paths[k],
                          &reason) != SN_OK) {
#pragma omp critical(paths)
            status = sn_fail(err, reason.status, "%s", reason.message);
        }
    }
    return status;
}

void sn_paths_clear(sn_paths *paths)
{
    free(paths->path);
    free(paths->nodes);
    *paths = (sn_paths){0};
}

/* ---- rounds ---- */

enum {
    NOT_YET = 1, /* SN_ROUND_NONE less these: loses, and is not reached yet */
    WANTED = 2,
    AHEAD = 16 /* nodes that memory is asked for in advance */
};

typedef struct {
    const sn_network *net;
    uint32_t *rounds;
    int32_t *queue;
    size_t filled, wanted; /* nodes reached; nodes asked for that are not */
} reached;

static void reach(reached *r, int32_t node, uint32_t round)
{
    const uint32_t left = SN_ROUND_NONE - r->rounds[node];

    if (left != NOT_YET && left != WANTED)
        return;
    r->wanted -= left == WANTED;
    r->rounds[node] = round;
    r->queue[r->filled++] = node;
}

static void reach_buyers(reached *r, size_t at, uint32_t round)
{
    const sn_network *net = r->net;
    const size_t node = (size_t)r->queue[at], last = net->out_first[node + 1];

    if (at + AHEAD < r->filled)
        __builtin_prefetch(&net->out_first[r->queue[at + AHEAD]]);
    if (at + AHEAD / 2 < r->filled)
        __builtin_prefetch(&net->buyer[net->out_first[r->queue[at + AHEAD / 2]]]);
    for (size_t e = net->out_first[node]; e < last; e++) {
        if (e + AHEAD < net->flow_count)
            __builtin_prefetch(&r->rounds[net->buyer[e + AHEAD]]);
        reach(r, net->buyer[e], round);
    }
}

sn_status sn_paths_rounds(const sn_cascade *cascade, const sn_cascade_result *result,
                          const int32_t *asked, size_t asked_count, uint32_t *rounds,
                          sn_error *err)
{
    const sn_network *net = sn_cascade_plan_network(sn_cascade_plan_of(cascade));
    const sn_shock *shock = sn_cascade_shock(cascade);
    const size_t n = net->node_count;
    reached r = {.net = net,
                 .rounds = rounds,
                 .queue = malloc((n + 1) * sizeof *r.queue),
                 .wanted = asked == NULL};

    if (r.queue == NULL)
        return sn_nomem(err, "rounds");
    for (size_t i = 0; i < n; i++)
        rounds[i] = result->down[i] > 0 ? SN_ROUND_NONE - NOT_YET : SN_ROUND_NONE;
    for (size_t k = 0; asked != NULL && k < asked_count; k++)
        if (result->down[asked[k]] > 0) {
            rounds[asked[k]] = SN_ROUND_NONE - WANTED;
            r.wanted++;
        }
    for (size_t k = 0; k < shock->hit_count; k++)
        reach(&r, shock->hit[k], 0);
    /* Buyers of cut flows come one round later, with the buyers of what is hit. */
    size_t at = 0;
    for (const size_t hit = r.filled; at < hit; at++)
        reach_buyers(&r, at, 1);
    for (size_t k = 0; k < shock->cut_count; k++)
        reach(&r, net->buyer[shock->cut[k]], 1);
    for (; at < r.filled && r.wanted > 0; at++)
        reach_buyers(&r, at, rounds[r.queue[at]] + 1);
    for (size_t i = 0; i < n; i++)
        if (rounds[i] >= SN_ROUND_NONE - WANTED)
            rounds[i] = SN_ROUND_NONE;
    free(r.queue);
    return SN_OK;
}
