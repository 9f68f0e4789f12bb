/* cascade.c - one run after another over a prepared network.
 *
 * A run walks the components in the order of dependence, but only those that a loss can have
 * reached: a bit per component says so, set by the nodes and flows that are hit and then by
 * every node that turns out to lose something, for those that depend on it.  All of these lie
 * ahead, so one pass over the bits is enough.
 */
#include "metrics/cascade.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/cascade_private.h"

static void add_bit(sn_bits *set, size_t k)
{
    set->word[k / 64] |= (uint64_t)1 << (k % 64);
}

/* Move *at to the least number >= *at of the set and take it out; false when there is none. */
static bool take_bit(sn_bits *set, size_t *at)
{
    uint64_t mask = ~(uint64_t)0 << (*at % 64);

    for (size_t w = *at / 64; w < set->words; w++, mask = ~(uint64_t)0) {
        const uint64_t rest = set->word[w] & mask;
        if (rest != 0) {
            *at = w * 64 + (size_t)__builtin_ctzll(rest);
            set->word[w] ^= rest & (~rest + 1);
            return true;
        }
    }
    return false;
}

static void wake_dependents(sn_cascade *run, int direction, size_t node)
{
    const sn_network *net = run->plan->net;
    const int32_t *component = run->plan->system[direction].order.component;

    if (direction == SN_DOWN)
        for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
            add_bit(&run->pending, (size_t)component[net->buyer[e]]);
    else
        for (size_t k = net->in_first[node]; k < net->in_first[node + 1]; k++)
            add_bit(&run->pending, (size_t)component[net->supplier[net->in_flow[k]]]);
}

static void list_cut(sn_cascade *run, int direction)
{
    const sn_network *net = run->plan->net;
    sn_side *s = &run->side[direction];

    for (size_t k = 0; k < run->shock.cut_count; k++) {
        const size_t e = run->shock.cut[k];
        const int32_t node = direction == SN_DOWN ? net->buyer[e] : net->supplier[e];

        if (!s->cut[node])
            s->cut_node[s->cut_count++] = node;
        s->cut[node] = 1;
    }
}

static void wake_hit(sn_cascade *run, int direction)
{
    const int32_t *component = run->plan->system[direction].order.component;
    const sn_side *s = &run->side[direction];

    /* What a flow woke that does not count as a dependence may lie behind the walk. */
    memset(run->pending.word, 0, run->pending.words * sizeof *run->pending.word);
    for (size_t k = 0; k < run->shock.hit_count; k++)
        add_bit(&run->pending, (size_t)component[run->shock.hit[k]]);
    for (size_t k = 0; k < s->cut_count; k++)
        add_bit(&run->pending, (size_t)component[s->cut_node[k]]);
}

static void record(sn_side *s, int32_t node)
{
    if (s->solver.x[node] > 0)
        s->lost[s->lost_count++] = node;
}

/* Whether an action that could pass on the whole loss has a cut flow, or a supplier that the
 * others of its market can partly replace. */
static bool leaks_now(const void *context, size_t node, size_t action)
{
    const sn_solver *solver = context;
    const sn_system *s = solver->system;

    for (size_t e = s->entry_first[action]; e < s->entry_first[action + 1]; e++)
        if ((solver->cut[node] && solver->shock->flow[sn_entry_flow(s, e)] < 1) ||
            (solver->sigma != NULL && solver->sigma[s->peer[e]] < 1))
            return true;
    return false;
}

/* Tie the knots of the run->knot_node listed first. */
static sn_status tie_again(sn_cascade *run, int direction, size_t count, sn_knots *knots,
                           sn_error *err)
{
    sn_status status = SN_OK;
    const sn_system *s = &run->plan->system[direction];
    size_t found = 0;

    for (size_t k = 0; k < count; k++) {
        const int32_t i = run->knot_node[k];
        const size_t begin = s->row[i].first;
        memcpy(run->knot_mark + begin, s->mark + begin, s->row[i].end - begin);
    }
    SN_TRY(sn_knots_find(run->plan->net, s, run->knot_node, count, run->knot_first, &found,
                         run->knot_mark, run->local, leaks_now, &run->side[direction].solver,
                         err));
    run->knot_first[found] = (uint32_t)count;
    *knots = (sn_knots){run->knot_node, run->knot_first, found, run->knot_mark};
out:
    return status;
}

static bool is_tied(const sn_system *s, const sn_knots *knots, size_t place)
{
    const int32_t i = knots->node[place];

    for (size_t a = s->row[i].first; a < s->row[i].end; a++)
        if (knots->mark[a] & MARK_KNOT)
            return true;
    return false;
}

/* Solve nodes together; wake: list those that lose, and let everybody know who depends on
 * them. */
static sn_status solve_knots(sn_cascade *run, int direction, const sn_knots *knots, bool wake,
                             sn_error *err)
{
    sn_side *s = &run->side[direction];
    const int32_t only = knots->node[knots->first[0]];
    sn_status status = SN_OK;
    double bound = 0;

    if (knots->first[knots->count] - knots->first[0] == 1 && !s->cut[only])
        s->solver.x[only] = sn_cascade_alone(&s->solver, (size_t)only);
    else
        status = sn_cascade_solve(&s->solver, knots, &bound, err);
    s->bound += bound; /* losses are averages: an error upstream is passed on at most whole */
    for (size_t k = knots->first[0]; k < knots->first[knots->count]; k++) {
        const int32_t i = knots->node[k];

        if (!(s->solver.x[i] > 0))
            continue;
        if (wake) {
            record(s, i);
            wake_dependents(run, direction, (size_t)i);
        }
        if (direction == SN_UP && is_tied(s->solver.system, knots, k))
            run->closed_loop = true;
    }
    return status;
}

static sn_status solve_loop(sn_cascade *run, int direction, size_t component, sn_error *err)
{
    sn_status status = SN_OK;
    sn_side *s = &run->side[direction];
    const sn_system *system = s->solver.system;
    const sn_order *order = &system->order;
    const size_t begin = order->first[component], end = order->first[component + 1];
    const size_t knot = system->knot_of[component];
    sn_knots knots = {order->node, system->knot_first + knot,
                      system->knot_of[component + 1] - knot, system->tied};
    bool cut = false;

    for (size_t k = begin; k < end && !cut; k++)
        cut = s->cut[order->node[k]] != 0;
    if (cut) {
        memcpy(run->knot_node, order->node + begin, (end - begin) * sizeof *run->knot_node);
        SN_TRY(tie_again(run, direction, end - begin, &knots, err));
    }
    status = solve_knots(run, direction, &knots, true, err);
out:
    return status;
}

/* First failure wins, but a loop that is not certain enough does not stop the walk. */
static sn_status walk(sn_cascade *run, int direction, sn_error *err)
{
    sn_status status = SN_OK, worst = SN_OK;
    sn_side *s = &run->side[direction];
    const sn_system *system = s->solver.system;

    if (sn_cascade_complete(run->plan, err) != SN_OK)
        return SN_ENOMEM;
    wake_hit(run, direction);
    for (size_t c = 0; take_bit(&run->pending, &c); c++) {
        if (!system->loop[c]) {
            const int32_t i = system->order.node[system->order.first[c]];

            s->solver.x[i] = sn_cascade_node(&s->solver, system->tied, (size_t)i);
            record(s, i);
            if (s->solver.x[i] > 0)
                wake_dependents(run, direction, (size_t)i);
            continue;
        }
        status = solve_loop(run, direction, c, err);
        worst = worst == SN_OK ? status : worst;
        if (status != SN_OK && status != SN_ENUMERIC)
            break;
    }
    return worst;
}

/* ---- without order ---- */

enum { TOGETHER_MAX = 20000, FEW_OF = 20 };

/* The nodes with a loss that are to be tied: all of them where they are few, else those that do
 * not lose everything: the others are sure of it. */
static size_t list_open(sn_cascade *run, const sn_side *s, size_t count)
{
    size_t open = 0;

    for (size_t k = 0; k < count; k++)
        if (count <= TOGETHER_MAX || s->solver.x[s->lost[k]] < 1)
            run->knot_node[open++] = s->lost[k];
    return open;
}

/* What the front left open: few nodes are tied and solved together; else the loss of the
 * largest knot is sought first; and else the walk starts afresh. */
static sn_status finish(sn_cascade *run, int direction, const sn_front_result *front,
                        sn_error *err)
{
    sn_status status = SN_OK;
    sn_side *s = &run->side[direction];
    sn_knots knots;

    if (front->solved) {
        run->closed_loop |= front->closed_loop;
        return SN_OK;
    }
    const size_t count = s->lost_count;
    s->bound = 0;
    if (front->all_reached && front->from_below) {
        const size_t open = list_open(run, s, count);
        const bool few =
            open == count ? open <= TOGETHER_MAX
                          : direction == SN_DOWN && open <= run->plan->net->node_count / FEW_OF;
        if (open > 0 && few) {
            SN_TRY(tie_again(run, direction, open, &knots, err));
            status = solve_knots(run, direction, &knots, false, err);
            s->lost_count = count;
            if (status != SN_ENUMERIC || open == count)
                return status;
            *err = (sn_error){0};
        }
    }
    s->lost_count = 0;
    if (direction == SN_DOWN && run->shock.cut_count == 0) {
        bool solved;
        SN_TRY(sn_cascade_pivot(run->plan, s, &solved, err));
        if (solved)
            return SN_OK;
    }
    s->bound = 0;
    for (size_t k = 0; k < run->plan->net->node_count; k++)
        s->solver.x[k] = 0;
    status = walk(run, direction, err);
out:
    return status;
}

/* Both directions at once, from what is hit outwards. */
static sn_status spread(sn_cascade *run, sn_error *err)
{
    sn_front_result front[2];
    sn_status status[2] = {SN_OK, SN_OK};
    sn_error why[2] = {{0}};

#pragma omp parallel for num_threads(2) schedule(static, 1)
    for (int direction = SN_DOWN; direction <= SN_UP; direction++)
        status[direction] = sn_cascade_front(run->plan, &run->side[direction], direction,
                                             &front[direction], &why[direction]);
    for (int direction = SN_DOWN; direction <= SN_UP; direction++) {
        if (status[direction] != SN_OK)
            return sn_fail(err, status[direction], "%s", why[direction].message);
        status[direction] = finish(run, direction, &front[direction], err);
        if (status[direction] != SN_OK && status[direction] != SN_ENUMERIC)
            return status[direction];
    }
    return status[SN_DOWN] != SN_OK ? status[SN_DOWN] : status[SN_UP];
}

/* ---- market response ---- */

/* The nodes that a loss may reach, into run->knot_node; their markets. */
static size_t gather(sn_cascade *run)
{
    sn_side *s = &run->side[SN_DOWN];
    const sn_order *order = &s->solver.system->order;
    size_t count = 0;

    wake_hit(run, SN_DOWN);
    for (size_t c = 0; take_bit(&run->pending, &c); c++) {
        for (size_t k = order->first[c]; k < order->first[c + 1]; k++) {
            run->knot_node[count++] = order->node[k];
            wake_dependents(run, SN_DOWN, (size_t)order->node[k]);
        }
    }
    for (size_t k = 0; k < run->shock.cut_count; k++)
        run->in_market[run->plan->market[run->plan->net->supplier[run->shock.cut[k]]]] = 1;
    for (size_t k = 0; k < count; k++)
        run->in_market[run->plan->market[run->knot_node[k]]] = 1;
    s->solver.markets_used = 0;
    for (size_t m = 0; m < run->plan->market_count; m++)
        if (run->in_market[m]) {
            run->markets[s->solver.markets_used++] = (int32_t)m;
            run->in_market[m] = 0;
        }
    return count;
}

/* Under the market response every loss changes what a supplier's loss means to everybody
 * else's buyers: all nodes that can be reached are one loop.  Knots are tied twice: how
 * irreplaceable suppliers are only grows on the way to the solution. */
static sn_status walk_market(sn_cascade *run, sn_error *err)
{
    sn_status status = SN_OK;
    sn_side *s = &run->side[SN_DOWN];
    sn_knots knots;
    bool jumped = false;

    SN_TRY(sn_cascade_complete(run->plan, err));
    const size_t count = gather(run);
    if (count == 0)
        return SN_OK;
    for (size_t k = 0; k < run->shock.hit_count; k++)
        s->solver.x[run->shock.hit[k]] = 1 - run->shock.node[run->shock.hit[k]];
    sn_cascade_refresh(&s->solver);
    SN_TRY(tie_again(run, SN_DOWN, count, &knots, err));
    SN_TRY(sn_cascade_settle(&s->solver, &knots, s->solver.tolerance * 1e-6, &jumped, err));
    SN_TRY(tie_again(run, SN_DOWN, count, &knots, err));
    status = sn_cascade_solve(&s->solver, &knots, &s->bound, err);
    for (size_t k = 0; k < count; k++)
        record(s, run->knot_node[k]);
out:
    return status;
}

/* Forget the last run. */
static void reset(sn_cascade *run)
{
    for (int direction = SN_DOWN; direction <= SN_UP; direction++) {
        sn_side *s = &run->side[direction];

        for (size_t k = 0; k < s->lost_count; k++)
            s->solver.x[s->lost[k]] = 0;
        for (size_t k = 0; k < s->cut_count; k++)
            s->cut[s->cut_node[k]] = 0;
        s->lost_count = 0;
        s->cut_count = 0;
        s->bound = 0;
    }
    if (run->sigma != NULL)
        sn_cascade_refresh(&run->side[SN_DOWN].solver); /* back to no loss */
    run->closed_loop = false;
}

static void report(sn_cascade *run, sn_cascade_result *result)
{
    size_t count = 0;

    for (int direction = SN_DOWN; direction <= SN_UP; direction++)
        for (size_t k = 0; k < run->side[direction].lost_count; k++)
            add_bit(&run->nodes, (size_t)run->side[direction].lost[k]);
    for (size_t i = 0; take_bit(&run->nodes, &i); i++)
        run->touched[count++] = (int32_t)i;
    *result = (sn_cascade_result){
        .down = run->side[SN_DOWN].solver.x,
        .up = run->side[SN_UP].solver.x,
        .touched = run->touched,
        .touched_count = count,
        .bound_down = fmin(run->side[SN_DOWN].bound, 1),
        .bound_up = fmin(run->side[SN_UP].bound, 1),
        .closed_loop = run->closed_loop,
    };
}

sn_status sn_cascade_run_shock(sn_cascade *run, const sn_shock *shock,
                               sn_cascade_result *result, sn_error *err)
{
    const bool ordered = run->options.walk == SN_WALK_ORDERED ||
                         (run->options.walk == SN_WALK_AUTO && !run->plan->is_large);
    sn_status down, up = SN_OK;

    reset(run);
    run->shock = *shock;
    list_cut(run, SN_DOWN);
    list_cut(run, SN_UP);
    if (run->sigma == NULL && !ordered) {
        down = spread(run, err);
        report(run, result);
        return down;
    }
    down = run->sigma != NULL ? walk_market(run, err) : walk(run, SN_DOWN, err);
    if (down == SN_OK || down == SN_ENUMERIC)
        up = walk(run, SN_UP, err);
    report(run, result);
    return down != SN_OK ? down : up;
}

sn_status sn_cascade_run(sn_cascade *run, const sn_mask *mask, sn_cascade_result *result,
                         sn_error *err)
{
    const sn_network *net = run->plan->net;
    sn_shock shock = {.node = mask->node, .flow = mask->flow};

    if (mask->flow != NULL && run->cut == NULL) {
        run->cut = malloc((net->flow_count + 1) * sizeof *run->cut);
        if (run->cut == NULL)
            return sn_nomem(err, "a cascade");
    }
    for (size_t i = 0; mask->node != NULL && i < net->node_count; i++)
        if (mask->node[i] < 1)
            run->hit[shock.hit_count++] = (int32_t)i;
    for (size_t e = 0; mask->flow != NULL && e < net->flow_count; e++)
        if (mask->flow[e] < 1)
            run->cut[shock.cut_count++] = e;
    shock.hit = run->hit;
    shock.cut = run->cut;
    return sn_cascade_run_shock(run, &shock, result, err);
}

sn_status sn_cascade_run_down(sn_cascade *run, const sn_shock *shock, sn_cascade_result *result,
                              sn_error *err)
{
    sn_front_result front;
    sn_status status = SN_OK;

    reset(run);
    run->shock = *shock;
    list_cut(run, SN_DOWN);
    SN_TRY(sn_cascade_front(run->plan, &run->side[SN_DOWN], SN_DOWN, &front, err));
    status = finish(run, SN_DOWN, &front, err);
    report(run, result);
out:
    return status;
}
