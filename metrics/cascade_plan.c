/* cascade_plan.c - a network as two systems of weighted means, in the order of dependence. */
#include <stdlib.h>
#include <string.h>

#include "metrics/cascade_private.h"

/* Amounts that agree to this are equal: tables are rounded, and a leak of one unit in 10^12
 * would otherwise keep a loop busy for 10^12 rounds. */
static const double negligible = 1e-12;

static sn_status allocate_actions(sn_system *s, size_t actions, size_t entries, sn_error *err)
{
    sn_status status = SN_OK;

    s->entry_first = malloc((actions + 1) * sizeof *s->entry_first);
    SN_TRY_ALLOC(s->entry_first, "a cascade");
    s->total = malloc((actions + 1) * sizeof *s->total);
    SN_TRY_ALLOC(s->total, "a cascade");
    s->group = malloc((actions + 1) * sizeof *s->group);
    SN_TRY_ALLOC(s->group, "a cascade");
    s->mark = calloc(actions + 1, sizeof *s->mark);
    SN_TRY_ALLOC(s->mark, "a cascade");
    s->peer = malloc((entries + 1) * sizeof *s->peer);
    SN_TRY_ALLOC(s->peer, "a cascade");
    s->value = malloc((entries + 1) * sizeof *s->value);
    SN_TRY_ALLOC(s->value, "a cascade");
    s->flow = malloc((entries + 1) * sizeof *s->flow);
    SN_TRY_ALLOC(s->flow, "a cascade");
    s->entry_first[0] = 0;
out:
    return status;
}

static sn_status allocate_system(sn_system *s, size_t n, size_t actions, size_t entries,
                                 sn_error *err)
{
    s->row = calloc(n + 1, sizeof *s->row);
    return s->row != NULL ? allocate_actions(s, actions, entries, err)
                          : sn_nomem(err, "a cascade");
}

static void clear_actions(sn_system *s)
{
    free(s->entry_first);
    free(s->total);
    free(s->group);
    free(s->mark);
    free(s->peer);
    free(s->value);
    free(s->flow);
}

static void clear_system(sn_system *s)
{
    clear_actions(s);
    free(s->row);
    sn_order_clear(&s->order);
    free(s->loop);
    free(s->knot_of);
    free(s->knot_first);
}

/* Where the next action and entry go. */
typedef struct {
    sn_system *s;
    size_t actions, entries;
    double sum; /* of the open action's values, in the order in which runs add them */
} filler;

static void add_entry(filler *f, int32_t peer, double value, size_t flow)
{
    f->s->peer[f->entries] = peer;
    f->s->value[f->entries] = value;
    f->s->flow[f->entries] = (uint32_t)flow;
    f->sum += value;
    f->entries++;
}

/* Close the open action; total 0 stands for the sum of its values. */
static void close_action(filler *f, size_t node, int32_t group, double total)
{
    if (f->entries == f->s->entry_first[f->actions]) {
        f->sum = 0;
        return;
    }
    if (total <= f->sum * (1 + negligible))
        total = f->sum;
    f->s->total[f->actions] = total;
    f->s->group[f->actions] = group;
    if (total == f->sum && f->s->row[node].passed == 1)
        f->s->mark[f->actions] = MARK_WHOLE;
    f->actions++;
    f->s->entry_first[f->actions] = f->entries;
    f->sum = 0;
}

/* 1 - w: the share of a node's supply that is bought from others. */
static double passed_on(const sn_network *net, size_t node, double bought)
{
    const double own = net->kind[node] == SN_KIND_FIRM ? 0 : net->primary[node];

    return own <= bought * negligible ? 1 : bought / (bought + own);
}

static void add_inputs(filler *f, const sn_network *net, size_t segment)
{
    for (size_t k = net->seg_in[segment]; k < net->seg_in[segment + 1]; k++) {
        const size_t flow = net->in_flow[k];
        if (!sn_network_is_own(net, flow))
            add_entry(f, net->supplier[flow], net->value[flow], flow);
    }
}

static void fill_down(const sn_network *net, sn_system *s)
{
    filler f = {.s = s};

    for (size_t i = 0; i < net->node_count; i++) {
        double bought = 0;

        s->row[i].first = f.actions;
        for (size_t k = net->in_first[i]; k < net->in_first[i + 1]; k++)
            if (!sn_network_is_own(net, net->in_flow[k]))
                bought += net->value[net->in_flow[k]];
        s->row[i].passed = passed_on(net, i, bought);
        for (size_t g = net->seg_first[i]; g < net->seg_first[i + 1]; g++)
            if (net->seg_need[g] == SN_ESSENTIAL) {
                add_inputs(&f, net, g);
                close_action(&f, i, net->seg_group[g], 0);
            }
        for (size_t g = net->seg_first[i]; g < net->seg_first[i + 1]; g++)
            if (net->seg_need[g] == SN_NON_ESSENTIAL)
                add_inputs(&f, net, g);
        close_action(&f, i, SN_NONE, bought);
        s->row[i].end = s->actions = f.actions;
    }
}

static bool fill_up(const sn_network *net, sn_system *s)
{
    filler f = {.s = s};
    bool no_final_demand = true;

    for (size_t i = 0; i < net->node_count; i++) {
        double own = 0;

        s->row[i].first = f.actions;
        s->row[i].passed = 1;
        for (size_t e = net->out_first[i]; e < net->out_first[i + 1]; e++)
            if (sn_network_is_own(net, e))
                own += net->value[e];
            else
                add_entry(&f, net->buyer[e], net->value[e], e);
        const double sales = f.sum + own;
        const double output = net->output[i] > sales ? net->output[i] : sales;
        if (output > f.sum * (1 + negligible))
            no_final_demand = false;
        close_action(&f, i, SN_NONE, output);
        s->row[i].end = s->actions = f.actions;
    }
    return no_final_demand;
}

static sn_status order_system(sn_system *s, size_t n, sn_error *err)
{
    sn_status status = SN_OK;
    size_t *first = malloc((n + 1) * sizeof *first); /* entries of a node: its actions are
                                                      * contiguous */
    SN_TRY_ALLOC(first, "a cascade");
    for (size_t i = 0; i < n; i++)
        first[i] = s->entry_first[s->row[i].first];
    first[n] = s->entry_first[s->actions];
    SN_TRY(sn_order_make(n, first, s->peer, &s->order, err));
    s->loop = calloc(s->order.count + 1, sizeof *s->loop);
    SN_TRY_ALLOC(s->loop, "a cascade");
    for (size_t c = 0; c < s->order.count; c++) {
        const size_t begin = s->order.first[c];
        const int32_t node = s->order.node[begin];

        s->loop[c] = s->order.first[c + 1] - begin > 1;
        for (size_t e = first[node]; e < first[node + 1] && !s->loop[c]; e++)
            s->loop[c] = s->peer[e] == node;
    }
out:
    free(first);
    return status;
}

static sn_status tie_knots(sn_system *s, size_t n, sn_error *err)
{
    sn_status status = SN_OK;
    int32_t *local = malloc((n + 1) * sizeof *local);
    size_t knots = 0;

    SN_TRY_ALLOC(local, "a cascade");
    for (size_t i = 0; i < n; i++)
        local[i] = SN_NONE;
    s->knot_of = malloc((s->order.count + 1) * sizeof *s->knot_of);
    SN_TRY_ALLOC(s->knot_of, "a cascade");
    s->knot_first = malloc((n + 1) * sizeof *s->knot_first);
    SN_TRY_ALLOC(s->knot_first, "a cascade");
    for (size_t c = 0; c < s->order.count; c++) {
        const size_t begin = s->order.first[c], size = s->order.first[c + 1] - begin;
        size_t found = 1;

        s->knot_of[c] = (uint32_t)knots;
        s->knot_first[knots] = 0;
        if (s->loop[c])
            SN_TRY(sn_knots_find(s, s->order.node + begin, size, s->knot_first + knots, &found,
                                 s->mark, local, NULL, NULL, err));
        for (size_t k = 0; k < found; k++)
            s->knot_first[knots + k] += (uint32_t)begin;
        knots += found;
    }
    s->knot_of[s->order.count] = (uint32_t)knots;
    s->knot_first[knots] = (uint32_t)n;
out:
    free(local);
    return status;
}

/* Copy the actions into the order of the walk, so that it streams through memory. */
static sn_status store_in_order(sn_system *s, size_t n, sn_error *err)
{
    sn_status status = SN_OK;
    sn_system sorted = {0};
    size_t to = 0, entry = 0;

    SN_TRY(allocate_actions(&sorted, s->actions, s->entry_first[s->actions], err));
    for (size_t k = 0; k < n; k++) {
        sn_row *row = &s->row[s->order.node[k]];
        const size_t first = to;

        for (size_t a = row->first; a < row->end; a++, to++) {
            sorted.total[to] = s->total[a];
            sorted.group[to] = s->group[a];
            sorted.mark[to] = s->mark[a];
            for (size_t e = s->entry_first[a]; e < s->entry_first[a + 1]; e++, entry++) {
                sorted.peer[entry] = s->peer[e];
                sorted.value[entry] = s->value[e];
                sorted.flow[entry] = s->flow[e];
            }
            sorted.entry_first[to + 1] = entry;
        }
        row->first = first;
        row->end = to;
    }
    clear_actions(s);
    s->entry_first = sorted.entry_first, s->total = sorted.total, s->group = sorted.group;
    s->mark = sorted.mark, s->peer = sorted.peer, s->value = sorted.value;
    s->flow = sorted.flow;
    sorted = (sn_system){0};
out:
    clear_actions(&sorted);
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

sn_status sn_cascade_plan_new(const sn_network *net, sn_cascade_plan **plan, sn_error *err)
{
    sn_status status = SN_OK;
    const size_t n = net->node_count, m = net->flow_count;
    sn_cascade_plan *p = calloc(1, sizeof *p);

    SN_TRY_ALLOC(p, "a cascade");
    if (m > UINT32_MAX) {
        status = sn_nomem(err, "a cascade over more than 2^32 - 1 flows");
        goto out;
    }
    p->net = net;
    SN_TRY(allocate_system(&p->system[SN_DOWN], n, net->seg_count + n, m, err));
    fill_down(net, &p->system[SN_DOWN]);
    SN_TRY(allocate_system(&p->system[SN_UP], n, n, m, err));
    p->no_final_demand = fill_up(net, &p->system[SN_UP]);
    for (int side = SN_DOWN; side <= SN_UP; side++) {
        SN_TRY(order_system(&p->system[side], n, err));
        SN_TRY(tie_knots(&p->system[side], n, err));
        SN_TRY(store_in_order(&p->system[side], n, err));
    }
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
    clear_system(&plan->system[SN_DOWN]);
    clear_system(&plan->system[SN_UP]);
    free(plan->market);
    free(plan->market_first);
    free(plan->market_node);
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
