/* cascade_plan.c - a network as two systems of weighted means, in the order of dependence. */
#include <stdlib.h>
#include <string.h>

#include "graph/memory.h"
#include "metrics/cascade_private.h"

/* Amounts that agree to this are equal: tables are rounded, and a leak of one unit in 10^12
 * would otherwise keep a loop busy for 10^12 rounds. */
static const double negligible = 1e-12;

enum {
    LARGE = 400000, /* flows from which on a plan is not completed before a run needs it */
    AHEAD = 24      /* purchases, which lie all over, that memory is asked for in advance */
};

sn_status sn_cascade_allocate(sn_system *s, size_t actions, size_t entries, sn_error *err)
{
    sn_status status = SN_OK;

    s->actions = actions;
    s->entry_first = sn_large_alloc((actions + 1) * sizeof *s->entry_first);
    SN_TRY_ALLOC(s->entry_first, "a cascade");
    s->total = sn_large_alloc((actions + 1) * sizeof *s->total);
    SN_TRY_ALLOC(s->total, "a cascade");
    s->group = sn_large_alloc((actions + 1) * sizeof *s->group);
    SN_TRY_ALLOC(s->group, "a cascade");
    s->mark = calloc(actions + 1, sizeof *s->mark);
    SN_TRY_ALLOC(s->mark, "a cascade");
    s->entry_first[0] = 0;
    s->entry_first[actions] = entries;
    if (s->is_lent)
        goto out;
    s->peer = sn_large_alloc((entries + 1) * sizeof *s->peer);
    SN_TRY_ALLOC(s->peer, "a cascade");
    s->value = sn_large_alloc((entries + 1) * sizeof *s->value);
    SN_TRY_ALLOC(s->value, "a cascade");
    s->flow = sn_large_alloc((entries + 1) * sizeof *s->flow);
    SN_TRY_ALLOC(s->flow, "a cascade");
out:
    return status;
}

void sn_cascade_clear_actions(sn_system *s)
{
    free(s->entry_first);
    free(s->total);
    free(s->group);
    free(s->mark);
    if (s->is_lent)
        return;
    free((void *)s->peer);
    free((void *)s->value);
    free((void *)s->flow);
}

static void clear_system(sn_system *s)
{
    sn_cascade_clear_actions(s);
    free(s->row);
    sn_cascade_forget_order(s);
}

/* ---- how many actions and entries a node has ---- */

/* Purchases that a list of flows holds, a country's own production aside. */
static size_t count_purchases(const sn_network *net, size_t node, size_t begin, size_t end)
{
    size_t count = end - begin;

    for (size_t k = begin; k < end && net->kind[node] == SN_KIND_COUNTRY; k++)
        count -= sn_network_bought_own(net, node, k);
    return count;
}

/* Leaves the number of actions in row->first and that of entries in row->end. */
static void count_down(const sn_network *net, size_t i, sn_row *row)
{
    size_t actions = 0, entries = 0, bundle = 0;

    for (size_t g = net->seg_first[i]; g < net->seg_first[i + 1]; g++) {
        const size_t inputs = count_purchases(net, i, net->seg_in[g], net->seg_in[g + 1]);

        if (net->seg_need[g] == SN_NEGLIGIBLE)
            continue;
        entries += inputs;
        if (net->seg_need[g] == SN_ESSENTIAL)
            actions += inputs > 0;
        else
            bundle += inputs;
    }
    row->first = actions + (bundle > 0);
    row->end = entries;
}

static void count_up(const sn_network *net, size_t i, sn_row *row)
{
    size_t sales = net->out_first[i + 1] - net->out_first[i];

    for (size_t e = net->out_first[i];
         e < net->out_first[i + 1] && net->kind[i] == SN_KIND_COUNTRY; e++)
        sales -= sn_network_is_own(net, e);
    row->first = sales > 0;
    row->end = sales;
}

/* From counts to places: row->first is the first action, row->end the first entry of a node. */
static void place(sn_system *s, size_t n, size_t *actions, size_t *entries)
{
    *actions = *entries = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t a = s->row[i].first, e = s->row[i].end;

        s->row[i].first = *actions;
        s->row[i].end = *entries;
        *actions += a;
        *entries += e;
    }
}

/* ---- the actions of a node ---- */

/* Where the next action and entry of a node go. */
typedef struct {
    sn_system *s;
    size_t begin, actions, entries; /* begin: where the open action begins */
    double sum; /* of the open action's values, in the order in which runs add them */
    double passed;
} filler;

static filler fill_at(sn_system *s, size_t node, double passed)
{
    const sn_row *row = &s->row[node];

    return (filler){.s = s,
                    .begin = row->end,
                    .actions = row->first,
                    .entries = row->end,
                    .passed = passed};
}

static void add_entry(filler *f, int32_t peer, double value, size_t flow)
{
    if (!f->s->is_lent) {
        ((int32_t *)f->s->peer)[f->entries] = peer;
        ((double *)f->s->value)[f->entries] = value;
        ((uint32_t *)f->s->flow)[f->entries] = (uint32_t)flow;
    }
    f->sum += value;
    f->entries++;
}

/* Close the open action; total 0 stands for the sum of its values. */
static void close_action(filler *f, int32_t group, double total)
{
    if (f->entries == f->begin) {
        f->sum = 0;
        return;
    }
    if (total <= f->sum * (1 + negligible))
        total = f->sum;
    f->s->total[f->actions] = total;
    f->s->group[f->actions] = group;
    f->s->entry_first[f->actions] = f->begin;
    if (total == f->sum && f->passed == 1)
        f->s->mark[f->actions] = MARK_WHOLE;
    f->actions++;
    f->begin = f->entries;
    f->sum = 0;
}

static void finish_row(const filler *f, size_t node)
{
    f->s->row[node].end = f->actions;
    f->s->row[node].passed = f->passed;
}

/* 1 - w: the share of a node's supply that is bought from others. */
static double passed_on(const sn_network *net, size_t node, double bought)
{
    const double own = net->kind[node] == SN_KIND_FIRM ? 0 : net->primary[node];

    return own <= bought * negligible ? 1 : bought / (bought + own);
}

static void add_inputs(filler *f, const sn_network *net, size_t buyer, size_t segment)
{
    for (size_t k = net->seg_in[segment]; k < net->seg_in[segment + 1]; k++) {
        const size_t flow = net->in_flow[k];
        if (!sn_network_bought_own(net, buyer, k))
            add_entry(f, net->supplier[flow], net->value[flow], flow);
    }
}

/* What a node buys from others. */
static double sum_bought(const sn_network *net, size_t i)
{
    double bought = 0;

    for (size_t k = net->in_first[i]; k < net->in_first[i + 1]; k++) {
        if (k + AHEAD < net->flow_count) {
            __builtin_prefetch(&net->value[net->in_flow[k + AHEAD]]);
            __builtin_prefetch(&net->supplier[net->in_flow[k + AHEAD]]);
        }
        if (!sn_network_bought_own(net, i, k))
            bought += net->value[net->in_flow[k]];
    }
    return bought;
}

static void fill_down(const sn_network *net, sn_system *s, size_t i)
{
    const double bought = sum_bought(net, i);
    filler f = fill_at(s, i, passed_on(net, i, bought));
    for (size_t g = net->seg_first[i]; g < net->seg_first[i + 1]; g++)
        if (net->seg_need[g] == SN_ESSENTIAL) {
            add_inputs(&f, net, i, g);
            close_action(&f, net->seg_group[g], 0);
        }
    for (size_t g = net->seg_first[i]; g < net->seg_first[i + 1]; g++)
        if (net->seg_need[g] == SN_NON_ESSENTIAL)
            add_inputs(&f, net, i, g);
    close_action(&f, SN_NONE, bought);
    finish_row(&f, i);
}

/* Returns whether something is sold to final demand. */
static bool fill_up(const sn_network *net, sn_system *s, size_t i)
{
    filler f = fill_at(s, i, 1);
    double own = 0;

    for (size_t e = net->out_first[i]; e < net->out_first[i + 1]; e++)
        if (sn_network_is_own(net, e))
            own += net->value[e];
        else
            add_entry(&f, net->buyer[e], net->value[e], e);
    const double sales = f.sum + own;
    const double output = net->output[i] > sales ? net->output[i] : sales;
    const bool final_demand = output > f.sum * (1 + negligible);
    close_action(&f, SN_NONE, output);
    finish_row(&f, i);
    return final_demand;
}

static bool has_own_flows(const sn_network *net)
{
    for (size_t i = 0; i < net->node_count; i++)
        for (size_t e = net->out_first[i];
             e < net->out_first[i + 1] && net->kind[i] == SN_KIND_COUNTRY; e++)
            if (sn_network_is_own(net, e))
                return true;
    return false;
}

static sn_status make_system(sn_cascade_plan *plan, int direction, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_network *net = plan->net;
    const int64_t n = (int64_t)net->node_count;
    sn_system *s = &plan->system[direction];
    size_t actions, entries;
    bool final_demand = false;

    s->is_up = direction == SN_UP;
    s->row = sn_large_alloc((net->node_count + 1) * sizeof *s->row);
    SN_TRY_ALLOC(s->row, "a cascade");
#pragma omp parallel for schedule(static) if (n > LARGE / 10)
    for (int64_t i = 0; i < n; i++)
        (direction == SN_DOWN ? count_down : count_up)(net, (size_t)i, &s->row[i]);
    place(s, net->node_count, &actions, &entries);
    if (direction == SN_UP && plan->is_large && !has_own_flows(net)) {
        s->is_lent = true;
        s->peer = net->buyer;
        s->value = net->value;
    }
    SN_TRY(sn_cascade_allocate(s, actions, entries, err));
#pragma omp parallel for schedule(static) reduction(|| : final_demand) if (n > LARGE / 10)
    for (int64_t i = 0; i < n; i++) {
        if (direction == SN_DOWN)
            fill_down(net, s, (size_t)i);
        else
            final_demand = fill_up(net, s, (size_t)i) || final_demand;
    }
    if (direction == SN_UP)
        plan->no_final_demand = !final_demand;
out:
    return status;
}

/* A market holds the nodes that can replace one another: the sector, else the commodity's
 * stage, else everybody. */
static size_t market_key(const sn_network *net, size_t node)
{
    const size_t stages = (size_t)net->dict[SN_STAGE].count + 1;
    const size_t commodities = (size_t)net->dict[SN_COMMODITY].count + 1;
    const int32_t sector = sn_network_code(net, SN_SECTOR, node);

    if (sector != SN_NONE)
        return stages * commodities + (size_t)sector;
    return (size_t)(sn_network_code(net, SN_COMMODITY, node) + 1) * stages +
           (size_t)(sn_network_code(net, SN_STAGE, node) + 1);
}

static sn_status group_markets(sn_cascade_plan *plan, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_network *net = plan->net;
    const size_t n = net->node_count;

    plan->market_count =
        ((size_t)net->dict[SN_STAGE].count + 1) * ((size_t)net->dict[SN_COMMODITY].count + 1) +
        (size_t)net->dict[SN_SECTOR].count;
    plan->market = malloc((n + 1) * sizeof *plan->market);
    SN_TRY_ALLOC(plan->market, "markets");
    plan->market_node = malloc((n + 1) * sizeof *plan->market_node);
    SN_TRY_ALLOC(plan->market_node, "markets");
    plan->market_first = calloc(plan->market_count + 2, sizeof *plan->market_first);
    SN_TRY_ALLOC(plan->market_first, "markets");
    for (size_t i = 0; i < n; i++) {
        plan->market[i] = (int32_t)market_key(net, i);
        plan->market_first[plan->market[i] + 2]++;
    }
    for (size_t k = 2; k <= plan->market_count + 1; k++)
        plan->market_first[k] += plan->market_first[k - 1];
    for (size_t i = 0; i < n; i++)
        plan->market_node[plan->market_first[plan->market[i] + 1]++] = (int32_t)i;
out:
    return status;
}

sn_status sn_cascade_complete(const sn_cascade_plan *plan, sn_error *err)
{
    sn_cascade_plan *p = (sn_cascade_plan *)plan; /* what this adds, nobody reads before */
    sn_status status = SN_OK, tried[2] = {SN_OK, SN_OK};
    sn_error why[2] = {{0}, {0}};

    (void)pthread_mutex_lock(&p->lock);
#pragma omp parallel for schedule(static, 1) if (p->is_large && !p->complete)
    for (int side = SN_DOWN; side <= SN_UP; side++)
        if (!p->complete &&
            p->system[side].knot_first == NULL) /* else an earlier try made it */
            tried[side] = sn_cascade_order(&p->system[side], p->net->node_count, &why[side]);
    for (int side = SN_DOWN; side <= SN_UP; side++) {
        sn_system *s = &p->system[side];
        if (!p->complete && tried[side] == SN_OK && s->knot_first == NULL)
            tried[side] = sn_cascade_tie(p->net, s, !p->is_large, &why[side]);
        if (tried[side] == SN_OK)
            continue;
        sn_cascade_forget_order(s);
        if (status == SN_OK)
            status = sn_fail(err, tried[side], "%s", why[side].message);
    }
    p->complete = p->complete || status == SN_OK;
    (void)pthread_mutex_unlock(&p->lock);
    return status;
}

sn_status sn_cascade_help(const sn_cascade_plan *plan, const struct sn_sweep_plan **aid,
                          sn_error *err)
{
    sn_cascade_plan *p = (sn_cascade_plan *)plan; /* as above */
    sn_status status = SN_OK;

    SN_TRY(sn_cascade_complete(plan, err));
    (void)pthread_mutex_lock(&p->lock);
    if (p->aid == NULL)
        status = sn_cascade_aid_make(p, err);
    *aid = p->aid;
    (void)pthread_mutex_unlock(&p->lock);
out:
    return status;
}

sn_status sn_cascade_plan_new(const sn_network *net, sn_cascade_plan **plan, sn_error *err)
{
    sn_status status = SN_OK;
    sn_cascade_plan *p = calloc(1, sizeof *p);

    SN_TRY_ALLOC(p, "a cascade");
    if (net->flow_count > UINT32_MAX) {
        status = sn_nomem(err, "a cascade over more than 2^32 - 1 flows");
        goto out;
    }
    p->has_lock = pthread_mutex_init(&p->lock, NULL) == 0;
    if (!p->has_lock) {
        status = sn_nomem(err, "a cascade");
        goto out;
    }
    p->net = net;
    p->is_large = net->flow_count > LARGE;
    SN_TRY(make_system(p, SN_DOWN, err));
    SN_TRY(make_system(p, SN_UP, err));
    if (!p->is_large)
        SN_TRY(sn_cascade_complete(p, err));
    SN_TRY(group_markets(p, err));
    *plan = p;
    p = NULL;
out:
    sn_cascade_plan_free(p);
    return status;
}

void sn_cascade_plan_free(sn_cascade_plan *plan)
{
    if (plan == NULL)
        return;
    sn_cascade_aid_free(plan->aid);
    clear_system(&plan->system[SN_DOWN]);
    clear_system(&plan->system[SN_UP]);
    free(plan->market);
    free(plan->market_first);
    free(plan->market_node);
    if (plan->has_lock)
        (void)pthread_mutex_destroy(&plan->lock);
    free(plan);
}

const sn_network *sn_cascade_plan_network(const sn_cascade_plan *plan)
{
    return plan->net;
}

bool sn_cascade_no_final_demand(const sn_cascade_plan *plan)
{
    return plan->no_final_demand;
}
