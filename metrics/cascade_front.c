/* cascade_front.c - a run without the order of the network: what it reaches, and no more.
 *
 * 1. From below.  Losses are passed on from what is hit, first from a queue and, once much of
 *    the network is involved, in passes over all nodes.  They never exceed the solution, so
 *    that a node at 1 stays there.
 * 2. The nodes in between, 0 < x < 1, get a vector e >= 1 + G(e), G being the worst action over
 *    these nodes alone (the reasoning of sweep_stay.c; nodes at 0 and 1 have e = 0).  A loop of
 *    nodes that must lose alike has none: then the walk in order, which ties such knots, must
 *    do it.
 * 3. Gauss-Seidel passes over the same nodes, both ways, with leaps along the change where it
 *    shrinks evenly (A. C. Aitken, Proceedings of the Royal Society of Edinburgh 46, 1926, p.
 *    289).  Where the last pass changed nothing by more than c, |F(x) - x| <= c, and the
 *    solution lies within c e, whatever came before.
 *
 * Nothing here depends on the number of threads: a direction is one thread's work.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/cascade_private.h"

enum {
    QUEUE_SHARE = 64, /* of the entries: so many are looked at from the queue     */
    RISE_MAX = 60,    /* passes from below                                        */
    STAY_MAX = 48,    /* passes for e                                             */
    STAY_LEAP = 6,
    SETTLE_MAX = 80,  /* passes both ways                                         */
    PEEL_MAX = 64,
    AHEAD = 24        /* entries that memory is asked for in advance              */
};

/* Growth of a loss that is worth passing on at once, as a share of the tolerance. */
static const double trifle = 1.0 / 64;
/* Of a loss that reaches a node, so much may pass for a common stay. */
static const double leaky = 0.9;
/* Passes from below end when nothing grows by more; what is left is done both ways. */
static const double rough = 1e-2;

struct sn_front {
    double *e, *step; /* [n] e is 0 where it is not in use          */
    int32_t *ring;    /* [n] the queue; then the nodes in between   */
    uint8_t *flag;    /* [n] 0 between uses                         */
};

/* One direction of one run. */
typedef struct {
    const sn_network *net;
    const sn_system *s;
    sn_solver *v;
    sn_side *side;
    struct sn_front *m;
    int direction;
    size_t between; /* nodes in m->ring */
    double least;   /* of e - G(e)      */
} front;

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

static sn_status make_memory(size_t n, struct sn_front **memory, sn_error *err)
{
    sn_status status = SN_OK;
    struct sn_front *m = calloc(1, sizeof *m);

    SN_TRY_ALLOC(m, "a cascade");
    m->e = calloc(n + 1, sizeof *m->e);
    SN_TRY_ALLOC(m->e, "a cascade");
    m->step = calloc(n + 1, sizeof *m->step);
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

static size_t entries_of(const sn_system *s, size_t node)
{
    return s->entry_first[s->row[node].end] - s->entry_first[s->row[node].first];
}

/* What rounding may do to a node's loss, as a share of it. */
static double rounding(const sn_system *s, size_t node)
{
    return (double)(entries_of(s, node) + 10) * DBL_EPSILON;
}

/* The worst action of a node over any vector, cut flows aside. */
static double worst_action(const sn_system *s, const double *x, size_t node)
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

static double hit_of(const front *f, size_t node)
{
    return f->v->shock->node != NULL ? 1 - f->v->shock->node[node] : 0;
}

/* F at a node. */
static double renewed(const front *f, size_t node)
{
    if (f->v->cut[node])
        return sn_cascade_node(f->v, f->s->mark, node);
    const double lost = worst_action(f->s, f->v->x, node), hit = hit_of(f, node);

    return lost > hit ? (lost < 1 ? lost : 1) : hit;
}

/* ---- 1. from below ---- */

typedef struct {
    size_t head, count, visits;
} queue;

static void enqueue(const front *f, queue *q, int32_t node)
{
    size_t place = q->head + q->count;

    if (f->m->flag[node] || f->v->x[node] >= 1)
        return;
    f->m->flag[node] = 1;
    place -= place >= f->net->node_count ? f->net->node_count : 0;
    f->m->ring[place] = node;
    q->count++;
}

static int32_t dequeue(const front *f, queue *q)
{
    const int32_t node = f->m->ring[q->head];

    q->head = q->head + 1 == f->net->node_count ? 0 : q->head + 1;
    q->count--;
    f->m->flag[node] = 0;
    return node;
}

static void enqueue_dependents(const front *f, queue *q, size_t node)
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
static bool flood(const front *f)
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
        const double old = f->v->x[node], now = renewed(f, node);

        q.visits += entries_of(f->s, node) + 1;
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
static bool rise(const front *f)
{
    double *x = f->v->x;

    for (int k = 0; k < RISE_MAX; k++) {
        double largest = 0;
        bool grew = false;

        for (size_t i = 0; i < f->net->node_count; i++) {
            const double old = x[i];
            if (old >= 1)
                continue;
            const double now = renewed(f, i);
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
static void list_lost(const front *f)
{
    f->side->lost_count = 0;
    for (size_t i = 0; i < f->net->node_count; i++)
        if (f->v->x[i] > 0)
            f->side->lost[f->side->lost_count++] = (int32_t)i;
}

static void list_between(front *f)
{
    f->between = 0;
    for (size_t k = 0; k < f->side->lost_count; k++)
        if (f->v->x[f->side->lost[k]] < 1)
            f->m->ring[f->between++] = f->side->lost[k];
}

/* ---- 2. how long a loss can stay ---- */

/* One pass of e = 1 + G(e) upwards; the largest growth.  Every row then has e - G(e) >= 1 - that
 * growth, since the shares of an action add up to at most 1. */
static double grow(const front *f)
{
    double largest = 0;

    for (size_t k = 0; k < f->between; k++) {
        const size_t i = (size_t)f->m->ring[k];
        const double now = 1 + worst_action(f->s, f->m->e, i) * (1 + rounding(f->s, i));
        const double grown = now > f->m->e[i] ? now - f->m->e[i] : 0;

        f->m->step[i] = grown;
        f->m->e[i] += grown;
        largest = grown > largest ? grown : largest;
    }
    return largest;
}

/* What the worst action of a node passes on at most: no look at its peers. */
static double passed_on(const sn_system *s, size_t node)
{
    const sn_row row = s->row[node];
    double most = 0;

    for (size_t a = row.first; a < row.end; a++) {
        double sum = 0;
        if (s->mark[a] & MARK_WHOLE)
            return 1;
        for (size_t e = s->entry_first[a]; e < s->entry_first[a + 1]; e++)
            sum += s->value[e];
        most = fmax(most, sum / s->total[a]);
    }
    return most * row.passed * (1 + rounding(s, node));
}

/* Where every node leaks a good part of what reaches it, one number does for all. */
static bool find_common_stay(front *f)
{
    double most = 0;

    for (size_t k = 0; k < f->between && most <= leaky; k++)
        most = fmax(most, passed_on(f->s, (size_t)f->m->ring[k]));
    if (most > leaky)
        return false;
    for (size_t k = 0; k < f->between; k++)
        f->m->e[f->m->ring[k]] = 1;
    f->least = 0.999999 * (1 - most);
    return true;
}

static bool find_stay(front *f)
{
    double before = 0;

    if (find_common_stay(f))
        return true;

    for (int k = 1; k <= STAY_MAX; k++) {
        const double largest = grow(f), ratio = before > 0 ? largest / before : 1;

        if (largest <= 0.75) {
            f->least = 0.999 - largest;
            return true;
        }
        before = largest;
        if (k % STAY_LEAP != 0 || !(ratio < 1))
            continue;
        for (size_t q = 0; q < f->between; q++) {
            const int32_t i = f->m->ring[q];
            f->m->e[i] += 1.1 * ratio / (1 - ratio) * f->m->step[i];
        }
        before = 0;
    }
    return false;
}

static double longest_stay(const front *f)
{
    double longest = 0;

    for (size_t k = 0; k < f->between; k++)
        longest = fmax(longest, f->m->e[f->m->ring[k]]);
    return longest / f->least;
}

static void forget_stay(const front *f)
{
    for (size_t k = 0; k < f->between; k++)
        f->m->e[f->m->ring[k]] = 0;
}

/* ---- 3. both ways ---- */

typedef struct {
    double largest, sum, rounding;
} change;

static change settle(const front *f)
{
    change all = {0};

    for (size_t k = 0; k < f->between; k++) {
        const size_t i = (size_t)f->m->ring[k];
        const double now = renewed(f, i), moved = now - f->v->x[i];

        all.largest = fmax(all.largest, fabs(moved));
        all.sum += moved;
        all.rounding = fmax(all.rounding, now * rounding(f->s, i));
        f->m->step[i] = moved;
        f->v->x[i] = now;
    }
    return all;
}

static void leap(const front *f, double far)
{
    for (size_t k = 0; k < f->between; k++) {
        const size_t i = (size_t)f->m->ring[k];
        const double x = f->v->x[i] + far * f->m->step[i];

        f->v->x[i] = fmin(1, fmax(hit_of(f, i), x));
    }
}

/* Returns whether the tolerance is reached. */
static bool settle_all(const front *f, double *bound)
{
    const double longest = longest_stay(f);
    double before = 0, ratio_before = NAN;

    *bound = 0;
    for (int k = 0; k < SETTLE_MAX; k++) {
        const change now = settle(f);
        const double ratio = before != 0 ? now.sum / before : NAN;

        /* Twice what is proven: a tighter tolerance goes on from here, to less than this. */
        *bound = 2 * (now.largest + 2 * now.rounding) * longest;
        if (*bound <= f->v->tolerance)
            return true;
        if (4 * now.rounding * longest > f->v->tolerance)
            return false;
        before = now.sum;
        if (fabs(ratio - ratio_before) < 0.1 * (1 - ratio) && ratio > 0.1) {
            leap(f, ratio / (1 - ratio));
            before = 0;
        }
        ratio_before = ratio;
    }
    return f->between == 0;
}

/* ---- loops that sell nothing to final demand ---- */

/* Whether any nodes that lose sell to one another only, and nothing to final demand: take out
 * those that do not until the rest does.  *sure: whether that ended. */
static bool has_closed_loop(const front *f, bool *sure)
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

/* ---- all together ---- */

static bool solve(front *f, sn_front_result *result)
{
    bool sure = true;

    result->from_below = true;
    result->all_reached = flood(f);
    if (!result->all_reached) {
        result->all_reached = rise(f);
        list_lost(f);
    }
    if (!result->all_reached)
        return false;
    list_between(f);
    if (f->direction == SN_UP)
        result->closed_loop = has_closed_loop(f, &sure);
    bool solved = sure && find_stay(f);
    if (solved) {
        result->from_below = false;
        solved = settle_all(f, &f->side->bound);
    }
    forget_stay(f);
    return solved;
}

sn_status sn_cascade_front(const sn_cascade_plan *plan, sn_side *side, int direction,
                           sn_front_result *result, sn_error *err)
{
    sn_status status = SN_OK;

    *result = (sn_front_result){0};
    if (side->front == NULL)
        SN_TRY(make_memory(plan->net->node_count, &side->front, err));
    front f = {.net = plan->net,
               .s = &plan->system[direction],
               .v = &side->solver,
               .side = side,
               .m = side->front,
               .direction = direction};
    result->solved = solve(&f, result);
out:
    return status;
}
