/* cascade_memory.c - the scratch memory of a run, and what a finished run says about a node. */
#include <math.h>
#include <stdlib.h>

#include "graph/memory.h"
#include "metrics/cascade_private.h"

static const double default_tolerance = 1e-9;
static const size_t default_sweeps = 20000;

static sn_status make_side(sn_cascade *run, int direction, sn_error *err)
{
    sn_status status = SN_OK;
    const size_t n = run->plan->net->node_count;
    sn_side *s = &run->side[direction];

    s->solver = (sn_solver){.plan = run->plan,
                            .system = &run->plan->system[direction],
                            .shock = &run->shock,
                            .kept = run->kept,
                            .step = run->step,
                            .local = run->local,
                            .tolerance = run->options.tolerance,
                            .max_sweeps = run->options.max_sweeps};
    s->solver.x = sn_large_zero((n + 1) * sizeof *s->solver.x);
    SN_TRY_ALLOC(s->solver.x, "a cascade");
    s->lost = malloc((n + 1) * sizeof *s->lost);
    SN_TRY_ALLOC(s->lost, "a cascade");
    s->cut_node = malloc((n + 1) * sizeof *s->cut_node);
    SN_TRY_ALLOC(s->cut_node, "a cascade");
    s->cut = calloc(n + 1, sizeof *s->cut);
    SN_TRY_ALLOC(s->cut, "a cascade");
    s->solver.cut = s->cut;
out:
    return status;
}

static sn_status make_bits(sn_bits *set, size_t size, sn_error *err)
{
    set->words = size / 64 + 1;
    set->word = calloc(set->words, sizeof *set->word);
    return set->word != NULL ? SN_OK : sn_nomem(err, "a cascade");
}

static sn_status make_market(sn_cascade *run, sn_error *err)
{
    sn_status status = SN_OK;
    const size_t markets = run->plan->market_count;
    sn_solver *solver = &run->side[SN_DOWN].solver;

    run->sigma = malloc((run->plan->net->node_count + 1) * sizeof *run->sigma);
    SN_TRY_ALLOC(run->sigma, "markets");
    run->markets = malloc((markets + 1) * sizeof *run->markets);
    SN_TRY_ALLOC(run->markets, "markets");
    run->in_market = calloc(markets + 1, sizeof *run->in_market);
    SN_TRY_ALLOC(run->in_market, "markets");
    for (size_t m = 0; m < markets; m++)
        run->markets[m] = (int32_t)m;
    solver->sigma = run->sigma;
    solver->markets = run->markets;
    solver->markets_used = markets;
    sn_cascade_refresh(solver); /* at no loss */
out:
    return status;
}

static sn_status make_lists(sn_cascade *run, sn_error *err)
{
    sn_status status = SN_OK;
    const size_t n = run->plan->net->node_count;
    const sn_system *down = &run->plan->system[SN_DOWN], *up = &run->plan->system[SN_UP];
    const size_t actions = down->actions > up->actions ? down->actions : up->actions;

    run->hit = malloc((n + 1) * sizeof *run->hit);
    SN_TRY_ALLOC(run->hit, "a cascade");
    run->touched = malloc((n + 1) * sizeof *run->touched);
    SN_TRY_ALLOC(run->touched, "a cascade");
    run->kept = malloc((n + 1) * sizeof *run->kept);
    SN_TRY_ALLOC(run->kept, "a cascade");
    run->step = malloc((n + 1) * sizeof *run->step);
    SN_TRY_ALLOC(run->step, "a cascade");
    run->local = malloc((n + 1) * sizeof *run->local);
    SN_TRY_ALLOC(run->local, "a cascade");
    run->knot_node = malloc((n + 1) * sizeof *run->knot_node);
    SN_TRY_ALLOC(run->knot_node, "a cascade");
    run->knot_first = malloc((n + 1) * sizeof *run->knot_first);
    SN_TRY_ALLOC(run->knot_first, "a cascade");
    run->knot_mark = malloc(actions + 1);
    SN_TRY_ALLOC(run->knot_mark, "a cascade");
    for (size_t i = 0; i < n; i++)
        run->local[i] = SN_NONE;
out:
    return status;
}

sn_status sn_cascade_new(const sn_cascade_plan *plan, const sn_cascade_options *options,
                         sn_cascade **cascade, sn_error *err)
{
    sn_status status = SN_OK;
    const size_t n = plan->net->node_count;
    sn_cascade *run = calloc(1, sizeof *run);

    SN_TRY_ALLOC(run, "a cascade");
    run->plan = plan;
    if (options != NULL)
        run->options = *options;
    if (!(run->options.tolerance >= 0 && isfinite(run->options.tolerance))) {
        status = sn_fail(err, SN_EUSAGE, "tolerance %g is not a number >= 0",
                         run->options.tolerance);
        goto out;
    }
    if (run->options.tolerance == 0)
        run->options.tolerance = default_tolerance;
    if (run->options.max_sweeps == 0)
        run->options.max_sweeps = default_sweeps;
    SN_TRY(make_lists(run, err));
    SN_TRY(make_side(run, SN_DOWN, err));
    SN_TRY(make_side(run, SN_UP, err));
    SN_TRY(make_bits(&run->nodes, n, err));
    SN_TRY(make_bits(&run->pending, n, err));
    if (run->options.response == SN_RESPONSE_MARKET)
        SN_TRY(make_market(run, err));
    *cascade = run;
    run = NULL;
out:
    sn_cascade_free(run);
    return status;
}

void sn_cascade_free(sn_cascade *cascade)
{
    if (cascade == NULL)
        return;
    for (int direction = SN_DOWN; direction <= SN_UP; direction++) {
        free(cascade->side[direction].solver.x);
        free(cascade->side[direction].lost);
        free(cascade->side[direction].cut_node);
        free(cascade->side[direction].cut);
        sn_front_free(cascade->side[direction].front);
    }
    free(cascade->hit);
    free(cascade->cut);
    free(cascade->pending.word);
    free(cascade->nodes.word);
    free(cascade->touched);
    free(cascade->kept);
    free(cascade->step);
    free(cascade->local);
    free(cascade->sigma);
    free(cascade->markets);
    free(cascade->in_market);
    free(cascade->knot_node);
    free(cascade->knot_first);
    free(cascade->knot_mark);
    free(cascade);
}

const sn_shock *sn_cascade_shock(const sn_cascade *cascade)
{
    return &cascade->shock;
}

/* The supplier of an action that withholds most. */
static void name_supplier(const sn_cascade *run, size_t node, size_t action,
                          sn_cascade_reason *reason)
{
    const sn_solver *solver = &run->side[SN_DOWN].solver;
    const sn_system *s = solver->system;

    for (size_t e = s->entry_first[action]; e < s->entry_first[action + 1]; e++) {
        const double c = solver->cut[node] ? solver->shock->flow[sn_entry_flow(s, e)] : 1;
        const double missing = (1 - c) + c * solver->x[s->peer[e]];
        const double lost =
            s->value[e] * missing * (solver->sigma != NULL ? solver->sigma[s->peer[e]] : 1);

        reason->missing += lost;
        if (lost > reason->lost) {
            reason->lost = lost;
            reason->supplier = s->peer[e];
            reason->group = run->plan->net->group[sn_entry_flow(s, e)];
        }
    }
}

bool sn_cascade_why(const sn_cascade *cascade, size_t node, sn_cascade_reason *reason)
{
    const sn_solver *solver = &cascade->side[SN_DOWN].solver;
    const sn_system *s = solver->system;
    double worst = solver->shock->node != NULL ? 1 - solver->shock->node[node] : 0;
    size_t binding = SIZE_MAX;

    if (!(solver->x[node] > 0))
        return false;
    for (size_t a = s->row[node].first; a < s->row[node].end; a++) {
        const double lost = sn_cascade_action(solver, node, a);
        if (lost > worst) {
            worst = lost;
            binding = a;
        }
    }
    *reason = (sn_cascade_reason){SN_NEGLIGIBLE, SN_NONE, SN_NONE, 0, 0};
    if (binding != SIZE_MAX) {
        reason->need = s->group[binding] == SN_NONE ? SN_NON_ESSENTIAL : SN_ESSENTIAL;
        name_supplier(cascade, node, binding, reason);
    }
    return true;
}

const sn_cascade_plan *sn_cascade_plan_of(const sn_cascade *cascade)
{
    return cascade->plan;
}

bool sn_cascade_sole(const sn_cascade_plan *plan, size_t node, const double *inside,
                     int32_t *group)
{
    const sn_system *s = &plan->system[SN_DOWN];

    if (s->row[node].passed < 1)
        return false;
    for (size_t a = s->row[node].first; a < s->row[node].end; a++) {
        size_t e = s->entry_first[a];

        if (s->group[a] == SN_NONE) /* not essential */
            continue;
        while (e < s->entry_first[a + 1] && inside[s->peer[e]] >= 1)
            e++;
        if (e == s->entry_first[a + 1]) {
            *group = s->group[a];
            return true;
        }
    }
    return false;
}
