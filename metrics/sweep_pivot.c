/* sweep_pivot.c - downstream lanes of a network with a large knot: one number first.
 *
 * Firms that must lose alike (a knot, cascade_private.h) can be half of a firm network, and
 * what goes round between them and the rest leaks slowly: a loss may stay for 10^8 rounds
 * (sweep_stay.c), where it stays for a few dozen in the rest alone.  So the largest knot is the
 * pivot: its loss L is given, the other rows are brought to their solution x(L), and what the
 * pivot then loses, g(L), is held against L.
 *
 * Each x_i(L) is the largest of sums of such numbers, so that g is convex, and no x_i grows by
 * more than L does.  The secant through two points left of the solution of L = g(L) therefore
 * leads to a third one left of it; two or three steps are the rule.  (With the slope in place
 * of the secant this is policy iteration: M. L. Puterman, S. L. Brumelle, "On the convergence
 * of policy iteration in stationary dynamic programming", Mathematics of Operations Research 4,
 * 1979, p. 60.)
 *
 * Certificate (Knaster-Tarski; the solution is the only one, as knots are tied).  Let c be the
 * largest change of the last pass over the other rows and e their stay: x is within c e of
 * x(L), and g within c max e.  Where g(L - d) >= L - d in spite of that, the solution is not
 * below x(L - d).  Where passes that only raise, by rounding too, lead to g(L + d) + c max e <=
 * L
 * + d, it is not above x(L + d): there all doubt is a share of the losses themselves, since the
 * pivot may leak as little as one part in 10^8 and lose as little.  x(L) is within d of both.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/sweep_private.h"

enum { PASSES_MAX = 60, PASSES_RETRY = 1000, STEPS_MAX = 24 };

/* Of what is allowed: how far L may be off, and what the other rows may add to that. */
static const double share_of_pivot = 0.5, share_of_rest = 0.4;
/* Of the room beside L: what the doubt about g may take. */
static const double share_of_doubt = 0.1;

/* ---- the plan ---- */

uint32_t sn_pivot_choose(const sn_sweep_plan *plan)
{
    const sn_rows *rows = &plan->rows[SN_DOWN];
    const uint32_t *first = plan->cascade->system[SN_DOWN].knot_first;
    uint32_t most = 1, pivot = rows->count;

    for (uint32_t r = 0; r < rows->count; r++)
        if (first[r + 1] - first[r] > most) {
            most = first[r + 1] - first[r];
            pivot = r;
        }
    return pivot;
}

/* A row that reads nothing is nobody's reader. */
static void drop_reader(sn_rows *rows, uint32_t row)
{
    uint32_t kept = 0, begin = 0;

    for (uint32_t r = 0; r < rows->count; r++) {
        const uint32_t end = rows->reader_first[r + 1];
        for (uint32_t k = begin; k < end; k++)
            if (rows->reader[k] != row) {
                rows->reader_share[kept] = rows->reader_share[k];
                rows->reader[kept++] = rows->reader[k];
            }
        begin = end;
        rows->reader_first[r + 1] = kept;
    }
}

sn_status sn_pivot_take(sn_sweep_plan *plan, uint32_t row, sn_error *err)
{
    sn_status status = SN_OK;
    sn_rows *rows = &plan->rows[SN_DOWN], *own = &plan->pivot.own;
    const uint32_t begin = rows->entry_first[row], end = rows->entry_first[row + 1];
    const uint32_t count = end - begin, rest = rows->entry_first[rows->count] - end;

    own->entry_first = calloc(2, sizeof *own->entry_first);
    SN_TRY_ALLOC(own->entry_first, "a sweep");
    own->peer = calloc(count + (size_t)SN_SWEEP_AHEAD + 4, sizeof *own->peer);
    SN_TRY_ALLOC(own->peer, "a sweep");
    own->share = malloc((count + (size_t)1) * sizeof *own->share);
    SN_TRY_ALLOC(own->share, "a sweep");
    own->count = 1;
    own->entry_first[1] = count;
    memcpy(own->peer, rows->peer + begin, count * sizeof *own->peer);
    memcpy(own->share, rows->share + begin, count * sizeof *own->share);
    memmove(rows->peer + begin, rows->peer + end,
            (rest + (size_t)SN_SWEEP_AHEAD + 4) * sizeof *rows->peer);
    memmove(rows->share + begin, rows->share + end, rest * sizeof *rows->share);
    for (uint32_t r = row + 1; r <= rows->count; r++)
        rows->entry_first[r] -= count;
    drop_reader(rows, row);
    plan->pivot.used = true;
    plan->pivot.row = row;
out:
    return status;
}

/* ---- a run ---- */

typedef enum {
    REACH,   /* L is what hits the pivot itself                        */
    QUIET,   /* nothing has come to it: until nothing moves at all     */
    CLIMB,   /* L is below the solution                                */
    BELOW,   /* L is a little below the best, for the proof            */
    BETWEEN, /* L is the best                                          */
    DONE
} stage;

typedef struct {
    stage at;
    double loss;         /* L, as it is given now                              */
    double hit;          /* what hits the pivot itself: L is not less          */
    double before, then; /* the L before, and its g                            */
    double target;       /* the best L                                         */
    double low, high;    /* the solution lies between them                     */
    double change;       /* of the last pass                                   */
    double leak;         /* 1 less the growth of g, as far as is known         */
    int steps;
} lane_state;

typedef struct {
    sn_batch *batch;
    sn_pass *pass;
    size_t hit, hit_end; /* the pivot among the pass's hits       */
    double apart;        /* how far to go beside the best L       */
    double still;        /* the largest change of a last pass     */
    double longest;      /* stay                                  */
    double slack;        /* rounding of a row, as a share of it   */
    int passes;
    lane_state lane[SN_LANES];
    sn_lanes answer; /* g */
} pivot_run;

static void give(pivot_run *run, size_t l, double loss)
{
    sn_lane_hit *hit = run->batch->hit[SN_DOWN];

    run->lane[l].loss = loss;
    for (size_t k = run->hit; k < run->hit_end; k++)
        if (hit[k].lane == l)
            hit[k].loss = loss;
    run->pass->x[run->batch->plan->pivot.row][l] = loss;
}

static void start(pivot_run *run)
{
    const sn_pass *pass = run->pass;
    const uint32_t row = run->batch->plan->pivot.row;

    while (run->hit < pass->hit_count && pass->hit[run->hit].row < row)
        run->hit++;
    run->hit_end = run->hit;
    for (; run->hit_end < pass->hit_count && pass->hit[run->hit_end].row == row;
         run->hit_end++) {
        lane_state *lane = &run->lane[pass->hit[run->hit_end].lane];
        lane->hit = fmax(lane->hit, pass->hit[run->hit_end].loss);
    }
    for (size_t l = 0; l < SN_LANES; l++) {
        run->lane[l].at = l < run->batch->count ? REACH : DONE;
        run->lane[l].leak = 1;
        run->lane[l].high = INFINITY;
        if (l < run->batch->count)
            give(run, l, run->lane[l].hit);
    }
}

/* When the other rows are near enough to x(L) for what comes next. */
static double near_enough(const pivot_run *run, const lane_state *lane)
{
    if (lane->at == QUIET)
        return 0;
    if (lane->at == BETWEEN || lane->loss >= 1)
        return run->still;
    return share_of_doubt * lane->leak * run->apart / run->longest / run->batch->narrow;
}

/* Open the lanes that are not done; how many. */
static size_t open_lanes(const pivot_run *run)
{
    size_t open = 0;

    for (size_t l = 0; l < SN_LANES; l++) {
        run->pass->gate[l] = run->lane[l].at == DONE ? INFINITY : 0;
        open += run->lane[l].at != DONE;
    }
    return open;
}

/* Bring the rows but the pivot to x(L), lane by lane as far as it needs. */
static void settle(pivot_run *run, size_t open, sn_sweep_loss *loss)
{
    sn_pass *pass = run->pass;

    for (int k = 0; k < run->passes && open > 0; k++) {
        run->batch->plan->kernel->descend(pass);
        for (size_t l = 0; l < SN_LANES; l++) {
            lane_state *lane = &run->lane[l];
            if (pass->gate[l] > 0)
                continue;
            loss[l].rounds++;
            lane->change = pass->largest[l];
            if (lane->change > near_enough(run, lane))
                continue;
            pass->gate[l] = INFINITY;
            open--;
        }
    }
    pass->sparse = false;
}

static void certain(lane_state *lane, double low)
{
    lane->low = low;
    lane->high = lane->target = lane->loss;
    lane->at = DONE;
}

/* From below: the secant, or g itself at first. */
static void climb(pivot_run *run, size_t l, double g)
{
    lane_state *lane = &run->lane[l];
    const double way = lane->loss - lane->before;
    const double slope =
        lane->steps > 0 && way > 0 ? fmin(fmax(0, (g - lane->then) / way), 1 - 1e-9) : 0;
    const double gap = (g - lane->loss) / (1 - slope);

    lane->at = CLIMB;
    lane->steps++;
    lane->leak = 1 - slope;
    lane->target = fmin(1, fmax(lane->hit, lane->loss + gap));
    if (gap > run->apart / 4 && lane->steps <= STEPS_MAX) {
        lane->before = lane->loss;
        lane->then = g;
        give(run, l, lane->target);
        return;
    }
    lane->low = fmax(lane->hit, lane->target - run->apart);
    lane->at = lane->low > lane->hit ? BELOW : BETWEEN;
    give(run, l, lane->at == BELOW ? lane->low : lane->target);
}

static void advance(pivot_run *run, size_t l)
{
    lane_state *lane = &run->lane[l];
    const double g = fmin(1, fmax(lane->hit, run->answer[l]));
    const double doubt = (lane->change + 2 * run->slack) * run->longest + run->slack;

    switch (lane->at) {
    case REACH:
    case QUIET:
    case CLIMB:
        if (lane->loss >= 1 || (lane->loss == 0 && g == 0 && lane->change == 0))
            certain(lane, lane->at == REACH ? lane->loss : lane->low);
        else if (lane->at == REACH && g <= lane->loss && lane->change > 0)
            lane->at = QUIET;
        else {
            lane->low = g - doubt; /* of a step to 1 */
            climb(run, l, g);
        }
        break;
    case BELOW:
        if (!(g - doubt >= lane->loss))
            lane->low = -INFINITY;
        lane->at = BETWEEN;
        give(run, l, lane->target);
        break;
    case BETWEEN:
    case DONE:
        lane->at = DONE;
        break;
    }
}

static void find(pivot_run *run, sn_sweep_loss *loss)
{
    const sn_sweep_plan *plan = run->batch->plan;

    start(run);
    for (size_t open; (open = open_lanes(run)) > 0;) {
        settle(run, open, loss);
        plan->kernel->ask(&plan->pivot.own, run->pass->x, 0, &run->answer);
        for (size_t l = 0; l < run->batch->count; l++)
            advance(run, l);
    }
}

/* Raise the rows from the best L to a little above it, and until the pivot stays below that. */
static void prove(pivot_run *run, sn_sweep_loss *loss)
{
    const sn_sweep_plan *plan = run->batch->plan;
    sn_pass *pass = run->pass;
    size_t open = 0;

    for (size_t l = 0; l < SN_LANES; l++) {
        const bool is_open = l < run->batch->count && !(run->lane[l].high < INFINITY);
        pass->gate[l] = is_open ? 0 : INFINITY;
        open += is_open;
        if (is_open)
            give(run, l, fmin(1, run->lane[l].target + run->apart));
    }
    pass->factor = 1 + run->slack;
    pass->raise *= 0;
    pass->sparse = false;
    for (int k = 0; k < run->passes && open > 0; k++) {
        plan->kernel->worst(pass);
        plan->kernel->ask(&plan->pivot.own, pass->x, 0, &run->answer);
        for (size_t l = 0; l < run->batch->count; l++) {
            lane_state *lane = &run->lane[l];
            if (pass->gate[l] > 0)
                continue;
            loss[l].rounds++;
            const double g = run->answer[l] * pass->factor + pass->largest[l] * run->longest;
            if (lane->loss < 1 && g > lane->loss && pass->largest[l] > 0)
                continue;
            if (lane->loss >= 1 || g <= lane->loss)
                lane->high = lane->loss;
            pass->gate[l] = INFINITY;
            open--;
        }
    }
}

void sn_batch_pivot(sn_batch *batch, double tolerance, double *apart, sn_sweep_loss *loss)
{
    const sn_sweep_plan *plan = batch->plan;
    const sn_stay *stay = &plan->stay;
    pivot_run run = {.batch = batch,
                     .pass = &batch->pass[SN_DOWN],
                     .apart = share_of_pivot * tolerance,
                     .still = share_of_rest * tolerance / stay->total / batch->narrow,
                     .longest = stay->longest,
                     .slack = plan->rows[SN_DOWN].slack,
                     .passes = batch->narrow > 1 ? PASSES_RETRY : PASSES_MAX};

    find(&run, loss);
    sn_batch_report(batch, loss);
    prove(&run, loss);
    for (size_t l = 0; l < batch->count; l++) {
        const lane_state *lane = &run.lane[l];
        const double far = fmax(lane->high - lane->target, lane->target - lane->low);

        apart[l] = 1.0001 * far + (lane->change + 2 * run.slack) * stay->total;
    }
}
