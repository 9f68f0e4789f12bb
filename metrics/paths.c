/* paths.c - best-first search from a buyer up to what is disrupted.
 *
 * The chains met so far form a tree: a step knows the step nearer to the buyer.  A heap holds
 * the steps by what their chain can still come to.  A finished chain is worth exactly its
 * share, so the first finished ones to leave the heap are the best ones.  As soon as as many
 * finished ones as are wanted have been met, a chain that cannot come to more than the least of
 * them need not enter the heap: these were met before it and leave before it.
 */
#include "metrics/paths.h"

#include <stdlib.h>

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

typedef struct {
    const sn_cascade *cascade;
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

/* Steps to every supplier of a node through which something is lost. */
static sn_status look_into(search *s, uint32_t at, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_side *down = &s->cascade->side[SN_DOWN];
    const sn_system *system = down->solver.system;
    const sn_shock *shock = &s->cascade->shock;
    const step here = s->steps[at]; /* a copy: pushing moves the steps */
    const size_t i = (size_t)here.node;

    for (size_t a = system->row[i].first; a < system->row[i].end; a++)
        for (size_t e = system->entry_first[a]; e < system->entry_first[a + 1]; e++) {
            const int32_t j = system->peer[e];
            const double c = shock->flow != NULL ? shock->flow[system->flow[e]] : 1;
            const double missing = 1 - c * capacity(shock, j);
            step next = {.node = j, .nearer = at, .length = here.length + 1};

            next.share = here.share * (system->value[e] / system->total[a] * system->row[i].passed);
            next.done = missing > 0;
            next.cut_flow = c < 1;
            next.share *= next.done ? missing : 1;
            next.worth = next.share * (next.done ? 1 : down->solver.x[j]);
            if (!may_count(s, next.worth) || is_on_chain(s, at, j))
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
    return status;
}

void sn_paths_clear(sn_paths *paths)
{
    free(paths->path);
    free(paths->nodes);
    *paths = (sn_paths){0};
}

/* Enter a node into the queue of rounds once. */
static void reach(size_t node, uint32_t round, const double *down, uint32_t *rounds, size_t *queue,
                  size_t *filled)
{
    if (rounds[node] != SN_ROUND_NONE || !(down[node] > 0))
        return;
    rounds[node] = round;
    queue[(*filled)++] = node;
}

sn_status sn_paths_rounds(const sn_cascade *cascade, const sn_cascade_result *result,
                          uint32_t *rounds, sn_error *err)
{
    const sn_network *net = sn_cascade_plan_network(sn_cascade_plan_of(cascade));
    const sn_shock *shock = sn_cascade_shock(cascade);
    size_t *queue = malloc((net->node_count + 1) * sizeof *queue), filled = 0;

    if (queue == NULL)
        return sn_nomem(err, "rounds");
    for (size_t i = 0; i < net->node_count; i++)
        rounds[i] = SN_ROUND_NONE;
    for (size_t k = 0; k < shock->hit_count; k++)
        reach((size_t)shock->hit[k], 0, result->down, rounds, queue, &filled);
    /* Buyers of cut flows come one round later, with the buyers of what is hit. */
    size_t at = 0;
    for (const size_t hit = filled; at < hit; at++)
        for (size_t e = net->out_first[queue[at]]; e < net->out_first[queue[at] + 1]; e++)
            reach((size_t)net->buyer[e], 1, result->down, rounds, queue, &filled);
    for (size_t k = 0; k < shock->cut_count; k++)
        reach((size_t)net->buyer[shock->cut[k]], 1, result->down, rounds, queue, &filled);
    for (; at < filled; at++)
        for (size_t e = net->out_first[queue[at]]; e < net->out_first[queue[at] + 1]; e++)
            reach((size_t)net->buyer[e], rounds[queue[at]] + 1, result->down, rounds, queue,
                  &filled);
    free(queue);
    return SN_OK;
}
