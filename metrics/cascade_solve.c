/* cascade_solve.c - the least solution on a loop, and the proof of how far off it may be.
 *
 * Let F be the right-hand side of cascade.h on the nodes to be solved.  F is monotone, and once
 * knots are tied its solution is unique.  Gauss-Seidel sweeps from below never pass the
 * solution; where they are slow, they leap, or policy iteration (cascade_direct.c) jumps to it.
 *
 * Certificate (Knaster-Tarski): any y with F(y) <= y is an upper bound.  Such a y is found by
 * sweeping over F + shift from x on: as soon as one more round would add less than the shift,
 * F(y) <= y holds, and that is checked directly, with the rounding of the sums on top.  The
 * solution then lies in [x, y].  After a leap or a direct solve, which may land above the
 * solution by rounding, the same is done downwards with F - shift.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "metrics/cascade_private.h"

enum { DIRECT_MAX = 2000, SWEEPS_BEFORE_DIRECT = 16, SWEEPS_BEFORE_LEAP = 4, BUMPS_MAX = 512, POLICIES_MAX = 64 };

double sn_cascade_action(const sn_solver *solver, size_t node, size_t action)
{
    const sn_system *s = solver->system;
    const double *x = solver->x;
    const size_t end = s->entry_first[action + 1];
    double lost = 0;

    if (!solver->cut[node] && solver->sigma == NULL)
        for (size_t e = s->entry_first[action]; e < end; e++)
            lost += s->value[e] * x[s->peer[e]];
    else
        for (size_t e = s->entry_first[action]; e < end; e++) {
            const double c = solver->cut[node] ? solver->shock->flow[sn_entry_flow(s, e)] : 1;
            const double missing = (1 - c) + c * x[s->peer[e]]; /* 1 - c h, exact for c = 1 */
            lost += s->value[e] * missing *
                    (solver->sigma != NULL ? solver->sigma[s->peer[e]] : 1);
        }
    lost = lost / s->total[action] * s->row[node].passed;
    return lost < 1 ? lost : 1;
}

double sn_cascade_node(const sn_solver *solver, const uint8_t *mark, size_t node)
{
    const sn_system *s = solver->system;
    double worst = solver->shock->node != NULL ? 1 - solver->shock->node[node] : 0;

    for (size_t a = s->row[node].first; a < s->row[node].end; a++) {
        if (mark[a] & MARK_KNOT)
            continue;
        const double lost = sn_cascade_action(solver, node, a);
        worst = lost > worst ? lost : worst;
    }
    return worst;
}

void sn_cascade_refresh(const sn_solver *solver)
{
    const sn_cascade_plan *plan = solver->plan;
    const double *output = plan->net->output;

    for (size_t q = 0; q < solver->markets_used; q++) {
        const size_t begin = plan->market_first[solver->markets[q]];
        const size_t end = plan->market_first[solver->markets[q] + 1];
        double available = 0;

        for (size_t k = begin; k < end; k++) {
            const int32_t i = plan->market_node[k];
            available += output[i] * (1 - solver->x[i]);
        }
        for (size_t k = begin; k < end; k++) {
            const int32_t i = plan->market_node[k];
            solver->sigma[i] = output[i] < available ? output[i] / available : 1;
        }
    }
}

static double knot_loss(const sn_solver *solver, const sn_knots *knots, size_t k)
{
    double worst = 0;

    for (size_t m = knots->first[k]; m < knots->first[k + 1]; m++) {
        const double lost = sn_cascade_node(solver, knots->mark, (size_t)knots->node[m]);
        worst = lost > worst ? lost : worst;
    }
    return worst;
}

static size_t entries_of(const sn_system *s, int32_t node)
{
    return s->entry_first[s->row[node].end] - s->entry_first[s->row[node].first];
}

/* What rounding may do to knot_loss, as a share of it: a sum of d terms >= 0 is off by less
 * than d + 8 half ulps. */
static double rounding(const sn_solver *solver, const sn_knots *knots, size_t k)
{
    size_t longest = 0;

    for (size_t m = knots->first[k]; m < knots->first[k + 1]; m++) {
        const size_t entries = entries_of(solver->system, knots->node[m]);
        longest = entries > longest ? entries : longest;
    }
    return (double)(longest + 8) * (DBL_EPSILON / 2);
}

static void set_knot(const sn_solver *solver, const sn_knots *knots, size_t k, double loss)
{
    for (size_t m = knots->first[k]; m < knots->first[k + 1]; m++)
        solver->x[knots->node[m]] = loss;
}

static double knot_x(const sn_solver *solver, const sn_knots *knots, size_t k)
{
    return solver->x[knots->node[knots->first[k]]];
}

/* One Gauss-Seidel pass upwards; the largest increase. */
static double sweep(const sn_solver *solver, const sn_knots *knots)
{
    double largest = 0;

    if (solver->sigma != NULL)
        sn_cascade_refresh(solver);
    for (size_t k = 0; k < knots->count; k++) {
        const double loss = knot_loss(solver, knots, k), old = knot_x(solver, knots, k);
        if (loss > old) {
            largest = loss - old > largest ? loss - old : largest;
            set_knot(solver, knots, k, loss);
        }
    }
    return largest;
}

/* One pass over F + shift upwards or, for a negative shift, downwards. */
static void bump(const sn_solver *solver, const sn_knots *knots, double shift)
{
    if (solver->sigma != NULL)
        sn_cascade_refresh(solver);
    for (size_t k = 0; k < knots->count; k++) {
        const double slack = 2 * rounding(solver, knots, k);
        const double old = knot_x(solver, knots, k);
        double loss = knot_loss(solver, knots, k) * (shift > 0 ? 1 + slack : 1 - slack) + shift;

        loss = loss > 1 ? 1 : loss < 0 ? 0 : loss;
        if (shift > 0 ? loss > old : loss < old)
            set_knot(solver, knots, k, loss);
    }
}

/* Whether F(x) <= x (shift > 0) or F(x) >= x (shift < 0), whatever rounding did; for shift 0,
 * whether F(x) >= x but for rounding. */
static bool encloses(const sn_solver *solver, const sn_knots *knots, double shift)
{
    if (solver->sigma != NULL)
        sn_cascade_refresh(solver);
    for (size_t k = 0; k < knots->count; k++) {
        const double old = knot_x(solver, knots, k);

        if (shift > 0 ? old >= 1 : old <= 0)
            continue;
        const double loss = knot_loss(solver, knots, k);
        const double slack = loss * rounding(solver, knots, k);
        if (shift > 0 ? loss + slack > old : loss + (shift < 0 ? -slack : 2 * slack) < old)
            return false;
    }
    return true;
}

static void keep(const sn_solver *solver, const sn_knots *knots)
{
    for (size_t m = knots->first[0]; m < knots->first[knots->count]; m++)
        solver->kept[knots->node[m]] = solver->x[knots->node[m]];
}

static void restore(const sn_solver *solver, const sn_knots *knots)
{
    for (size_t m = knots->first[0]; m < knots->first[knots->count]; m++)
        solver->x[knots->node[m]] = solver->kept[knots->node[m]];
    if (solver->sigma != NULL)
        sn_cascade_refresh(solver);
}

static bool may_solve_directly(const sn_solver *solver, const sn_knots *knots)
{
    return solver->sigma == NULL && knots->count <= DIRECT_MAX;
}

/* Move x to a solution of F + shift, or past it, until the certificate holds. */
static sn_status enclose(sn_solver *solver, const sn_knots *knots, double shift, bool *found,
                         sn_error *err)
{
    sn_status status = SN_OK;
    double wider = 0;

    *found = false;
    for (int rounds = 2, done = 0; rounds <= BUMPS_MAX && !*found; rounds *= 2) {
        for (; done < rounds; done++)
            bump(solver, knots, shift);
        *found = encloses(solver, knots, shift);
    }
    if (*found || !may_solve_directly(solver, knots))
        return SN_OK;
    restore(solver, knots);
    for (size_t k = 0; k < knots->count; k++) {
        const double room = 4 * rounding(solver, knots, k) * knot_x(solver, knots, k);
        wider = room > wider ? room : wider;
    }
    wider = shift > 0 ? shift + wider : shift - wider;
    for (int policy = 0; policy < POLICIES_MAX && !*found; policy++) {
        SN_TRY(sn_cascade_direct(solver, knots, wider, err));
        *found = encloses(solver, knots, shift);
    }
out:
    return status;
}

/* Certify x from one side; *bound becomes the largest distance, or 1 when there is no proof. */
static sn_status certify(sn_solver *solver, const sn_knots *knots, double shift, double *bound,
                         sn_error *err)
{
    sn_status status = SN_OK;
    bool found;

    keep(solver, knots);
    SN_TRY(enclose(solver, knots, shift, &found, err));
    *bound = found ? 0 : 1;
    for (size_t m = knots->first[0]; m < knots->first[knots->count] && found; m++) {
        const int32_t i = knots->node[m];
        const double apart = fabs(solver->x[i] - solver->kept[i]);
        *bound = apart > *bound ? apart : *bound;
    }
    restore(solver, knots);
out:
    return status;
}

/* Nodes that have just been tied lose what the worst of them lost so far. */
static void level(const sn_solver *solver, const sn_knots *knots)
{
    for (size_t k = 0; k < knots->count; k++) {
        double worst = 0;

        for (size_t m = knots->first[k]; m < knots->first[k + 1]; m++)
            worst = fmax(worst, solver->x[knots->node[m]]);
        set_knot(solver, knots, k, worst);
    }
}

/* Two sweeps, and a leap along the second step d: where every loss now grows at least by the
 * factor r of its last growth, x + d r / (1 - r) is still below the solution of a linear loop
 * (J. MacQueen, "A modified dynamic programming method for Markovian decision problems",
 * Journal of Mathematical Analysis and Applications 14, 1966, p. 38).  With actions to choose
 * from that must be checked: y <= F(y) does it.  Returns whether it leapt. */
static bool leap(const sn_solver *solver, const sn_knots *knots)
{
    const size_t begin = knots->first[0], end = knots->first[knots->count];
    double ratio = 0.9999;

    keep(solver, knots);
    (void)sweep(solver, knots);
    for (size_t m = begin; m < end; m++) {
        const int32_t i = knots->node[m];
        solver->step[i] = solver->x[i] - solver->kept[i];
    }
    keep(solver, knots);
    (void)sweep(solver, knots);
    for (size_t m = begin; m < end; m++) {
        const int32_t i = knots->node[m];
        const double grown = solver->x[i] - solver->kept[i];
        if (solver->step[i] > 0 && grown < ratio * solver->step[i])
            ratio = grown / solver->step[i];
    }
    if (!(ratio > 0.1)) /* fast enough as it is */
        return false;
    const double far = 0.99 * ratio / (1 - ratio); /* a little short, for rounding's sake */
    for (size_t m = begin; m < end; m++) {
        const int32_t i = knots->node[m];
        const double old = solver->x[i];
        solver->x[i] = fmin(1, old + (old - solver->kept[i]) * far);
        solver->kept[i] = old;
    }
    if (encloses(solver, knots, 0))
        return true;
    restore(solver, knots);
    return false;
}

sn_status sn_cascade_settle(sn_solver *solver, const sn_knots *knots, double target,
                            bool *jumped, sn_error *err)
{
    sn_status status = SN_OK;
    const double size = (double)knots->count;
    const double direct_cost = size * size * size / 3;
    double work = 0, entries = 0;

    level(solver, knots);
    for (size_t m = knots->first[0]; m < knots->first[knots->count]; m++)
        entries += (double)entries_of(solver->system, knots->node[m]);
    for (size_t sweeps = 1; sweeps <= solver->max_sweeps; sweeps++) {
        const double increase = sweep(solver, knots);
        if (increase <= target)
            break;
        work += entries;
        if (sweeps % SWEEPS_BEFORE_LEAP == 0 && solver->sigma == NULL)
            *jumped |= leap(solver, knots);
        if (sweeps < SWEEPS_BEFORE_DIRECT || work < direct_cost ||
            !may_solve_directly(solver, knots))
            continue;
        *jumped = true;
        for (int policy = 0; policy < POLICIES_MAX; policy++) {
            SN_TRY(sn_cascade_direct(solver, knots, 0, err));
            if (sweep(solver, knots) <= target + 64 * DBL_EPSILON)
                break;
        }
        break;
    }
out:
    return status;
}

sn_status sn_cascade_solve(sn_solver *solver, const sn_knots *knots, double *bound,
                           sn_error *err)
{
    sn_status status = SN_OK;
    const bool small = knots->count <= DIRECT_MAX;
    double target = solver->tolerance * (small ? 1e-6 : 2e-3); /* bounds come to 10 .. 100 * that */
    bool jumped = false; /* for good: a later attempt goes on from there */

    *bound = 1;
    for (int attempt = 0; attempt < 4; attempt++, target /= 100) {
        double above = 0, below = 0;

        target = target < DBL_EPSILON / 4 ? DBL_EPSILON / 4 : target;
        SN_TRY(sn_cascade_settle(solver, knots, target, &jumped, err));
        SN_TRY(certify(solver, knots, 16 * target, &above, err));
        if (jumped)
            SN_TRY(certify(solver, knots, -16 * target, &below, err));
        above = above > below ? above : below;
        *bound = above < *bound ? above : *bound;
        if (*bound <= solver->tolerance)
            goto out;
    }
    status = sn_fail(err, SN_ENUMERIC,
                     "a loop of %zu nodes is certain to %g only, not to the tolerance %g",
                     (size_t)(knots->first[knots->count] - knots->first[0]), *bound, solver->tolerance);
out:
    return status;
}
