/* reroute_plan.c - a network as linear programs see it: bases, capacities, components. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/reroute_private.h"

/* Amounts that agree to this are equal, as in the cascade. */
static const double negligible = 1e-12;

static sn_status check(const sn_network *net, const double *weight,
                       const sn_reroute_options *options, sn_error *err)
{
    if (!(options->spare >= 0 && isfinite(options->spare)))
        return sn_fail(err, SN_EUSAGE, "spare capacity %g is not a number >= 0",
                       options->spare);
    for (size_t i = 0; i < net->node_count; i++)
        if (!(weight[i] >= 0 && isfinite(weight[i])))
            return sn_fail(err, SN_EUSAGE, "weight %g of '%s' is not a number >= 0", weight[i],
                           sn_network_id(net, i));
    return SN_OK;
}

static sn_status allocate(sn_reroute *r, sn_error *err)
{
    sn_status status = SN_OK;
    const size_t n = r->net->node_count + 1, m = r->net->flow_count + 1;
    const size_t segments = r->net->seg_count + 1;

    SN_TRY_ALLOC(r->weight = malloc(n * sizeof *r->weight), "a linear program");
    SN_TRY_ALLOC(r->base = malloc(n * sizeof *r->base), "a linear program");
    SN_TRY_ALLOC(r->reach = malloc(n * sizeof *r->reach), "a linear program");
    SN_TRY_ALLOC(r->passed = malloc(n * sizeof *r->passed), "a linear program");
    SN_TRY_ALLOC(r->bought = calloc(n, sizeof *r->bought), "a linear program");
    SN_TRY_ALLOC(r->total = calloc(segments, sizeof *r->total), "a linear program");
    SN_TRY_ALLOC(r->unit = calloc(m, sizeof *r->unit), "a linear program");
    SN_TRY_ALLOC(r->splits = calloc(n, sizeof *r->splits), "a linear program");
    SN_TRY_ALLOC(r->component = malloc(n * sizeof *r->component), "a linear program");
    SN_TRY_ALLOC(r->first = calloc(n + 2, sizeof *r->first), "a linear program");
    SN_TRY_ALLOC(r->member = malloc(n * sizeof *r->member), "a linear program");
    SN_TRY_ALLOC(r->less = malloc(n * sizeof *r->less), "a linear program");
    SN_TRY_ALLOC(r->fall = malloc(m * sizeof *r->fall), "a linear program");
    SN_TRY_ALLOC(r->balance = malloc(n * sizeof *r->balance), "a linear program");
    SN_TRY_ALLOC(r->bundle = malloc(n * sizeof *r->bundle), "a linear program");
    SN_TRY_ALLOC(r->input = malloc(segments * sizeof *r->input), "a linear program");
    SN_TRY_ALLOC(r->best = malloc(n * sizeof *r->best), "a linear program");
    SN_TRY_ALLOC(r->hopeful = calloc(n, sizeof *r->hopeful), "a linear program");
    SN_TRY_ALLOC(r->revived = malloc(n * sizeof *r->revived), "a linear program");
    SN_TRY_ALLOC(r->served = malloc(n * sizeof *r->served), "a linear program");
out:
    return status;
}

/* What a node makes, can make, and buys. */
static void resolve_node(sn_reroute *r, size_t i)
{
    const sn_network *net = r->net;
    const double sales = net->sales[i] - (net->kind[i] == SN_KIND_COUNTRY ? net->self[i] : 0);
    const double needed = sales + net->final_demand[i];
    const double capacity = sn_network_given(net, SN_CAPACITY, i);
    const double own = net->kind[i] == SN_KIND_FIRM ? 0 : net->primary[i];

    r->base[i] = fmax(net->output[i], needed);
    if (r->base[i] <= needed * (1 + negligible))
        r->base[i] = needed;
    if (isnan(capacity) || r->base[i] <= 0)
        r->reach[i] = 1 + r->options.spare;
    else
        r->reach[i] = fmax(1, capacity / r->base[i]);
    for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++)
        for (size_t k = net->seg_in[s]; k < net->seg_in[s + 1]; k++)
            if (!sn_network_is_own(net, net->in_flow[k])) {
                r->total[s] += net->value[net->in_flow[k]];
                r->bought[i] += net->value[net->in_flow[k]];
            }
    r->passed[i] = own <= r->bought[i] * negligible ? 1 : r->bought[i] / (r->bought[i] + own);
}

/* The units of the flows that matter; who divides output between buyers and final demand. */
static void resolve_flows(sn_reroute *r)
{
    const sn_network *net = r->net;

    for (size_t i = 0; i < net->node_count; i++)
        for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++)
            for (size_t k = net->seg_in[s]; k < net->seg_in[s + 1]; k++) {
                const size_t e = net->in_flow[k];
                if (net->seg_need[s] != SN_NEGLIGIBLE && !sn_network_is_own(net, e))
                    r->unit[e] = sqrt(r->base[net->supplier[e]] * r->total[s]);
            }
    for (size_t i = 0; i < net->node_count; i++)
        r->splits[i] = net->final_demand[i] > 0 && r->base[i] > net->final_demand[i];
}

static int32_t find_root(int32_t *parent, int32_t i)
{
    while (parent[i] != i)
        i = parent[i] = parent[parent[i]];
    return i;
}

/* The smaller index becomes the root, so that components are in order of their first node. */
static void join(int32_t *parent, int32_t a, int32_t b)
{
    a = find_root(parent, a);
    b = find_root(parent, b);
    if (a < b)
        parent[b] = a;
    else
        parent[a] = b;
}

/* An open market joins all that sell or buy a product group. */
static sn_status find_components(sn_reroute *r, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_network *net = r->net;
    const size_t groups = (size_t)net->groups.count;
    int32_t *parent = r->component, *in_group = malloc((groups + 1) * sizeof *in_group);

    SN_TRY_ALLOC(in_group, "product groups");
    for (size_t g = 0; g < groups; g++)
        in_group[g] = SN_NONE;
    for (size_t i = 0; i < net->node_count; i++)
        parent[i] = (int32_t)i;
    for (size_t e = 0; e < net->flow_count; e++) {
        if (r->unit[e] <= 0)
            continue;
        join(parent, net->supplier[e], net->buyer[e]);
        if (r->options.open_market && in_group[net->group[e]] == SN_NONE)
            in_group[net->group[e]] = net->supplier[e];
        else if (r->options.open_market)
            join(parent, net->supplier[e], in_group[net->group[e]]);
    }
    for (size_t i = 0; i < net->node_count; i++)
        parent[i] = find_root(parent, (int32_t)i);
    for (size_t i = 0; i < net->node_count; i++) /* roots come before what hangs on them */
        r->component[i] =
            parent[i] == (int32_t)i ? (int32_t)r->components++ : r->component[parent[i]];
out:
    free(in_group);
    return status;
}

static sn_status group_components(sn_reroute *r, sn_error *err)
{
    sn_status status = SN_OK;
    const size_t n = r->net->node_count, count = r->components + 1;

    SN_TRY_ALLOC(r->program = calloc(count, sizeof *r->program), "linear programs");
    SN_TRY_ALLOC(r->mass = calloc(count, sizeof *r->mass), "linear programs");
    SN_TRY_ALLOC(r->disturbed = calloc(count, sizeof *r->disturbed), "linear programs");
    for (size_t i = 0; i < n; i++) {
        r->first[r->component[i] + 2]++;
        r->mass[r->component[i]] += r->weight[i];
        r->weight_sum += r->weight[i];
    }
    for (size_t c = 2; c <= r->components + 1; c++)
        r->first[c] += r->first[c - 1];
    for (size_t i = 0; i < n; i++)
        r->member[r->first[r->component[i] + 1]++] = (int32_t)i;
out:
    return status;
}

sn_status sn_reroute_new(const sn_network *net, const double *weight,
                         const sn_reroute_options *options, sn_reroute **reroute, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_reroute_options defaults = {0};
    sn_reroute *r = NULL;

    SN_TRY(check(net, weight, options == NULL ? &defaults : options, err));
    SN_TRY_ALLOC(r = calloc(1, sizeof *r), "a linear program");
    r->net = net;
    r->options = options == NULL ? defaults : *options;
    SN_TRY(allocate(r, err));
    if (net->node_count > 0)
        memcpy(r->weight, weight, net->node_count * sizeof *weight);
    for (size_t i = 0; i < net->node_count; i++)
        resolve_node(r, i);
    resolve_flows(r);
    SN_TRY(find_components(r, err));
    SN_TRY(group_components(r, err));
    if (r->options.open_market || r->options.levers > 0)
        SN_TRY(sn_trade_new(r, err));
    *reroute = r;
    r = NULL;
out:
    sn_reroute_free(r);
    return status;
}

void sn_reroute_free(sn_reroute *reroute)
{
    sn_reroute *r = reroute;

    if (r == NULL)
        return;
    for (size_t c = 0; r->program != NULL && c < r->components; c++)
        sn_lp_free(r->program[c]);
    free(r->program);
    free(r->mass);
    free(r->disturbed);
    sn_trade_clear(&r->trade);
    free(r->weight);
    free(r->base);
    free(r->reach);
    free(r->passed);
    free(r->bought);
    free(r->total);
    free(r->unit);
    free(r->splits);
    free(r->component);
    free(r->first);
    free(r->member);
    free(r->less);
    free(r->fall);
    free(r->balance);
    free(r->bundle);
    free(r->input);
    free(r->best);
    free(r->hopeful);
    free(r->revived);
    free(r->served);
    free(r->lever);
    free(r);
}
