/* cascade_front.c - a run without the order of the network: what it reaches, and no more.
 *
 * 1. From below (cascade_reach.c): losses are passed on from what is hit, first from a queue
 *    and, once much of the network is involved, in passes over all nodes.
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

#include "metrics/cascade_front.h"

enum {
    STAY_MAX = 48,    /* passes for e        */
    STAY_LEAP = 6,
    SETTLE_MAX = 80   /* passes both ways    */
};

/* Of a loss that reaches a node, so much may pass for a common stay. */
static const double leaky = 0.9;

/* What rounding may do to a node's loss, as a share of it. */
static double rounding(const sn_system *s, size_t node)
{
    return (double)(sn_front_entries(s, node) + 10) * DBL_EPSILON;
}

/* ---- 2. how long a loss can stay ---- */

/* One pass of e = 1 + G(e) upwards; the largest growth.  Every row then has e - G(e) >= 1 - that
 * growth, since the shares of an action add up to at most 1. */
static double grow(const sn_front_run *f)
{
    double largest = 0;

    for (size_t k = 0; k < f->between; k++) {
        const size_t i = (size_t)f->m->ring[k];
        const double now = 1 + sn_front_worst(f->s, f->m->e, i) * (1 + rounding(f->s, i));
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
static bool find_common_stay(sn_front_run *f)
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

static bool find_stay(sn_front_run *f)
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

static double longest_stay(const sn_front_run *f)
{
    double longest = 0;

    for (size_t k = 0; k < f->between; k++)
        longest = fmax(longest, f->m->e[f->m->ring[k]]);
    return longest / f->least;
}

static void forget_stay(const sn_front_run *f)
{
    for (size_t k = 0; k < f->between; k++)
        f->m->e[f->m->ring[k]] = 0;
}

/* ---- 3. both ways ---- */

typedef struct {
    double largest, sum, rounding;
} change;

static change settle(const sn_front_run *f)
{
    change all = {0};

    for (size_t k = 0; k < f->between; k++) {
        const size_t i = (size_t)f->m->ring[k];
        const double now = sn_front_renewed(f, i), moved = now - f->v->x[i];

        all.largest = fmax(all.largest, fabs(moved));
        all.sum += moved;
        all.rounding = fmax(all.rounding, now * rounding(f->s, i));
        f->m->step[i] = moved;
        f->v->x[i] = now;
    }
    return all;
}

static void leap(const sn_front_run *f, double far)
{
    for (size_t k = 0; k < f->between; k++) {
        const size_t i = (size_t)f->m->ring[k];
        const double x = f->v->x[i] + far * f->m->step[i];

        f->v->x[i] = fmin(1, fmax(sn_front_hit(f, i), x));
    }
}

/* Returns whether the tolerance is reached. */
static bool settle_all(const sn_front_run *f, double *bound)
{
    const double longest = longest_stay(f);
    double before = 0, ratio_before = NAN;

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

/* ---- all together ---- */

static bool solve(sn_front_run *f, sn_front_result *result)
{
    bool sure = true;

    result->from_below = true;
    result->all_reached = sn_front_reach(f);
    if (!result->all_reached)
        return false;
    if (f->direction == SN_UP)
        result->closed_loop = sn_front_closed(f, &sure);
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
        SN_TRY(sn_front_make(plan->net->node_count, &side->front, err));
    sn_front_run f = {.net = plan->net,
               .s = &plan->system[direction],
               .v = &side->solver,
               .side = side,
               .m = side->front,
               .direction = direction};
    result->solved = solve(&f, result);
out:
    return status;
}
