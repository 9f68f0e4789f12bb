/* cascade_reach.c - how far a loss spreads from what is hit, from below.
 *
 * A queue serves while little of the network is involved, passes over all nodes afterwards.
 * Losses never exceed the solution, so that a node at 1 stays there.
 */
#include <stdlib.h>

#include "graph/memory.h"
#include "metrics/cascade_front.h"

enum {
    QUEUE_SHARE = 64, /* of the entries: so many are looked at from the queue     */
    RISE_MAX = 60,    /* passes from below                                        */
    PEEL_MAX = 64,
    AHEAD = 24        /* entries that memory is asked for in advance              */
};

/* Growth of a loss that is worth passing on at once, as a share of the tolerance. */
static const double trifle = 1.0 / 64;
/* Passes from below end when nothing grows by more; what is left is done both ways. */
static const double rough = 1e-2;

void sn_front_free(struct sn_front *memory)
{
    if (memory == NULL)
        return;
    free(memory->e);
    free(memory->step);
    free(memory->ring);
    free(memory->flag);
    free(memory);
}

sn_status sn_front_make(size_t n, struct sn_front **memory, sn_error *err)
{
    sn_status status = SN_OK;
    struct sn_front *m = calloc(1, sizeof *m);

    SN_TRY_ALLOC(m, "a cascade");
    m->e = sn_large_zero((n + 1) * sizeof *m->e);
    SN_TRY_ALLOC(m->e, "a cascade");
    m->step = sn_large_zero((n + 1) * sizeof *m->step);
    SN_TRY_ALLOC(m->step, "a cascade");
    m->ring = malloc((n + 1) * sizeof *m->ring);
    SN_TRY_ALLOC(m->ring, "a cascade");
    m->flag = calloc(n + 1, sizeof *m->flag);
    SN_TRY_ALLOC(m->flag, "a cascade");
    *memory = m;
    m = NULL;
out:
    sn_front_free(m);
    return status;
}

double sn_front_worst(const sn_system *s, const double *x, size_t node)
{
    const size_t last = s->entry_first[s->actions];
    const sn_row row = s->row[node];
    double worst = 0;
    size_t e = s->entry_first[row.first];

    for (size_t a = row.first; a < row.end; a++) {
        const size_t end = s->entry_first[a + 1];
        double lost = 0;

        for (; e < end; e++) {
            if (e + AHEAD < last)
                __builtin_prefetch(&x[s->peer[e + AHEAD]]);
            lost += s->value[e] * x[s->peer[e]];
        }
        lost /= s->total[a];
        worst = lost > worst ? lost : worst;
    }
    return worst * row.passed;
}

double sn_front_hit(const sn_front_run *f, size_t node)
{
    return f->v->shock->node != NULL ? 1 - f->v->shock->node[node] : 0;
}

double sn_front_renewed(const sn_front_run *f, size_t node)
{
    if (f->v->cut[node])
        return sn_cascade_node(f->v, f->s->mark, node);
    const double lost = sn_front_worst(f->s, f->v->x, node), hit = sn_front_hit(f, node);

    return lost > hit ? (lost < 1 ? lost : 1) : hit;
}

typedef struct {
    size_t head, count, visits;
} queue;

static void enqueue(const sn_front_run *f, queue *q, int32_t node)
{
    size_t place = q->head + q->count;

    if (f->m->flag[node] || f->v->x[node] >= 1)
        return;
    f->m->flag[node] = 1;
    place -= place >= f->net->node_count ? f->net->node_count : 0;
    f->m->ring[place] = node;
    q->count++;
}

static int32_t dequeue(const sn_front_run *f, queue *q)
{
    const int32_t node = f->m->ring[q->head];

    q->head = q->head + 1 == f->net->node_count ? 0 : q->head + 1;
    q->count--;
    f->m->flag[node] = 0;
    return node;
}

static void enqueue_dependents(const sn_front_run *f, queue *q, size_t node)
{
    const sn_network *net = f->net;

    if (f->direction == SN_DOWN)
        for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
            enqueue(f, q, net->buyer[e]);
    else
        for (size_t k = net->in_first[node]; k < net->in_first[node + 1]; k++)
            enqueue(f, q, net->supplier[net->in_flow[k]]);
}

/* Returns whether the queue ran empty before too much was looked at. */
static bool flood(const sn_front_run *f)
{
    const size_t most = f->s->entry_first[f->s->actions] / QUEUE_SHARE + 1000;
    const double gate = f->v->tolerance * trifle;
    const sn_shock *shock = f->v->shock;
    queue q = {0};

    for (size_t k = 0; k < shock->hit_count; k++)
        enqueue(f, &q, shock->hit[k]);
    for (size_t k = 0; k < f->side->cut_count; k++)
        enqueue(f, &q, f->side->cut_node[k]);
    while (q.count > 0 && q.visits <= most) {
        const size_t node = (size_t)dequeue(f, &q);
        const double old = f->v->x[node], now = sn_front_renewed(f, node);

        q.visits += sn_front_entries(f->s, node) + 1;
        if (!(now > old))
            continue;
        f->v->x[node] = now;
        if (old > 0 && !(now > old + gate) && now < 1)
            continue;
        if (old == 0)
            f->side->lost[f->side->lost_count++] = (int32_t)node;
        q.visits += f->direction == SN_DOWN
                        ? f->net->out_first[node + 1] - f->net->out_first[node]
                        : f->net->in_first[node + 1] - f->net->in_first[node];
        enqueue_dependents(f, &q, node);
    }
    const bool empty = q.count == 0;
    while (q.count > 0)
        (void)dequeue(f, &q);
    return empty;
}

/* Passes over all nodes; returns whether the nodes reached are all there are. */
static bool rise(const sn_front_run *f)
{
    double *x = f->v->x;

    for (int k = 0; k < RISE_MAX; k++) {
        double largest = 0;
        bool grew = false;

        for (size_t i = 0; i < f->net->node_count; i++) {
            const double old = x[i];
            if (old >= 1)
                continue;
            const double now = sn_front_renewed(f, i);
            if (!(now > old))
                continue;
            grew |= old == 0 || now >= 1;
            largest = now - old > largest ? now - old : largest;
            x[i] = now;
        }
        if (!grew && largest <= rough)
            return true;
    }
    return false;
}

/* All nodes with a loss, ascending. */
static void list_lost(const sn_front_run *f)
{
    f->side->lost_count = 0;
    for (size_t i = 0; i < f->net->node_count; i++)
        if (f->v->x[i] > 0)
            f->side->lost[f->side->lost_count++] = (int32_t)i;
}

static void list_between(sn_front_run *f)
{
    f->between = 0;
    for (size_t k = 0; k < f->side->lost_count; k++)
        if (f->v->x[f->side->lost[k]] < 1)
            f->m->ring[f->between++] = f->side->lost[k];
}

bool sn_front_reach(sn_front_run *f)
{
    bool all = flood(f);

    if (!all) {
        all = rise(f);
        list_lost(f);
    }
    if (all)
        list_between(f);
    return all;
}

/* ---- loops that sell nothing to final demand ---- */

/* Take out those that do not until the rest does. */
bool sn_front_closed(const sn_front_run *f, bool *sure)
{
    const sn_system *s = f->s;
    size_t alive = 0;

    *sure = true;
    for (size_t k = 0; k < f->side->lost_count; k++) {
        const sn_row *row = &s->row[f->side->lost[k]];
        const bool whole = row->end > row->first && (s->mark[row->first] & MARK_WHOLE) != 0 &&
                           !f->v->cut[f->side->lost[k]];
        f->m->flag[f->side->lost[k]] = whole;
        alive += whole;
    }
    for (int round = 0; alive > 0; round++) {
        size_t dropped = 0;

        for (size_t k = 0; k < f->side->lost_count; k++) {
            const size_t i = (size_t)f->side->lost[k];
            const size_t first = s->row[i].first;
            if (!f->m->flag[i])
                continue;
            for (size_t e = s->entry_first[first]; e < s->entry_first[first + 1]; e++)
                f->m->flag[i] &= f->m->flag[s->peer[e]];
            dropped += !f->m->flag[i];
        }
        alive -= dropped;
        if (dropped == 0)
            break;
        if (round == PEEL_MAX) {
            *sure = false;
            break;
        }
    }
    for (size_t k = 0; k < f->side->lost_count; k++)
        f->m->flag[f->side->lost[k]] = 0;
    return alive > 0;
}
