/* freeze_flows.c - flows sorted by supplier and by buyer, parallel ones merged, input groups.
 *
 * One counting pass brings the flows, with their amounts, to their suppliers; each supplier's
 * short list is then sorted by buyer where it lies, in cache.  Parallel flows are sorted by
 * product group and then added in ascending order of amount, so that no sum depends on the
 * order of the rows.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/builder_private.h"
#include "graph/network_private.h"
#include "graph/sort.h"

struct sorter {
    const sn_builder *builder;
    const int32_t *rank;                 /* builder index of a node -> network index     */
    size_t *first;                       /* [n + 1] start of each supplier's list        */
    sn_sort_item *sold;                  /* [m] by supplier: key buyer, rest builder flow */
    sn_sort_item *scratch;               /* [longest of these lists]                     */
    int32_t *node_group, *product_group; /* SN_NONE where no flow needs it               */
};

static int32_t product_of(const struct sorter *s, uint32_t flow)
{
    return s->builder->product != NULL ? s->builder->product[flow] : SN_NONE;
}

static sn_basis basis_of(const struct sorter *s, uint32_t flow)
{
    return s->builder->basis != NULL ? (sn_basis)s->builder->basis[flow] : SN_BASIS_REPORTED;
}

static double lead_of(const struct sorter *s, uint32_t flow)
{
    return s->builder->lead != NULL ? s->builder->lead[flow] : 0;
}

static int32_t group_of(const struct sorter *s, size_t supplier, uint32_t flow)
{
    const int32_t product = product_of(s, flow);

    return product != SN_NONE ? s->product_group[product] : s->node_group[supplier];
}

/* Step 1: every supplier's flows side by side, in the order of the input. */
static void gather_by_supplier(struct sorter *s, size_t n)
{
    const sn_builder *b = s->builder;
    size_t *next = s->first + 1; /* filled one place up: ends as the start of the next list */

    for (size_t e = 0; e < b->flow_count; e++)
        if ((size_t)s->rank[b->supplier[e]] + 1 < n)
            next[s->rank[b->supplier[e]] + 1]++;
    for (size_t i = 1; i < n; i++)
        next[i] += next[i - 1];
    for (size_t e = 0; e < b->flow_count; e++)
        s->sold[next[s->rank[b->supplier[e]]]++] =
            (sn_sort_item){(uint32_t)s->rank[b->buyer[e]], (uint32_t)e, b->value[e]};
}

/* What is in the sorted flows now; freezing would need its greatest memory with it. */
static void release_flows(sn_builder *builder)
{
    free(builder->supplier), builder->supplier = NULL;
    free(builder->buyer), builder->buyer = NULL;
    free(builder->value), builder->value = NULL;
    free(builder->unit), builder->unit = NULL; /* checked before */
}

/* The product group of what a node sells: commodity:stage, or as much of it as is known. */
static sn_status name_node_group(const sn_network *net, size_t node, sn_dict *groups,
                                 int32_t *group, sn_error *err)
{
    char both[SN_LONGEST_PAIR + 1];
    const char *commodity = sn_network_text(net, SN_COMMODITY, node);
    const char *stage = sn_network_text(net, SN_STAGE, node);
    const char *sector = sn_network_text(net, SN_SECTOR, node);
    const char *name = commodity != NULL ? commodity
                       : stage != NULL   ? stage
                       : sector != NULL  ? sector
                                         : "all";

    if (commodity != NULL && stage != NULL) {
        (void)snprintf(both, sizeof both, "%s:%s", commodity, stage);
        name = both;
    }
    return sn_dict_add(groups, name, strlen(name), group, err);
}

static sn_status name_flow_group(struct sorter *s, sn_network *net, size_t supplier,
                                 uint32_t flow, sn_error *err)
{
    const sn_dict *products = &s->builder->products;
    const int32_t p = product_of(s, flow);

    if (p == SN_NONE)
        return s->node_group[supplier] != SN_NONE
                   ? SN_OK
                   : name_node_group(net, supplier, &net->groups, &s->node_group[supplier],
                                     err);
    net->has_product = true;
    return s->product_group[p] != SN_NONE
               ? SN_OK
               : sn_dict_add(&net->groups, products->text[p], products->length[p],
                             &s->product_group[p], err);
}

static void recode(int32_t *code, size_t count, const int32_t *rank)
{
    for (size_t i = 0; i < count; i++)
        if (code[i] != SN_NONE)
            code[i] = rank[code[i]];
}

/* Step 2: name the groups of the flows that are there, in ascending order of the names. */
static sn_status name_groups(struct sorter *s, sn_network *net, sn_error *err)
{
    const size_t n = net->node_count, products = (size_t)s->builder->products.count;
    int32_t *order = NULL;
    sn_status status = SN_OK;

    memset(s->node_group, 0xff, n * sizeof *s->node_group); /* all bits set is SN_NONE */
    memset(s->product_group, 0xff, products * sizeof *s->product_group);
    for (size_t i = 0; i < n; i++) {
        size_t last = s->first[i + 1];
        if (s->builder->product == NULL && last > s->first[i] + 1)
            last = s->first[i] + 1; /* all in the node's own group */
        for (size_t k = s->first[i]; k < last; k++)
            SN_TRY(name_flow_group(s, net, i, s->sold[k].rest, err));
    }
    order = malloc(((size_t)net->groups.count + 1) * sizeof *order);
    SN_TRY_ALLOC(order, "sorting product groups");
    SN_TRY(sn_dict_order(&net->groups, order, err));
    SN_TRY(sn_dict_sort(&net->groups, order, err));
    recode(s->node_group, n, order);
    recode(s->product_group, products, order);
out:
    free(order);
    return status;
}

static void append_flow(sn_network *net, size_t supplier, int32_t buyer, double value,
                        int32_t group, sn_basis basis, double lead)
{
    const size_t at = net->flow_count++;

    net->supplier[at] = (int32_t)supplier;
    net->buyer[at] = buyer;
    net->value[at] = value;
    net->group[at] = group;
    net->basis[at] = (uint8_t)basis;
    if (net->lead_time != NULL)
        net->lead_time[at] = lead;
}

static int compare_values(const void *left, const void *right)
{
    const sn_sort_item *a = left, *b = right;

    return (a->value > b->value) - (a->value < b->value);
}

/* Append `count` flows that share supplier and buyer, merged by group; their keys are lost. */
static void append_parallel(struct sorter *s, size_t supplier, sn_sort_item *flow, size_t count,
                            sn_network *net)
{
    const int32_t buyer = (int32_t)flow[0].key;

    for (size_t k = 0; k < count; k++)
        flow[k].key = (uint32_t)group_of(s, supplier, flow[k].rest);
    sn_sort_by_key(flow, count, s->scratch);
    for (size_t first = 0, last; first < count; first = last) {
        double sum = 0, days = 0;
        sn_basis basis = SN_BASIS_REPORTED;

        for (last = first + 1; last < count && flow[last].key == flow[first].key;)
            last++;
        if (last - first > 2 && !s->builder->ordered) /* two add up to the same anyway */
            qsort(flow + first, last - first, sizeof *flow, compare_values);
        for (size_t k = first; k < last; k++) {
            sum += flow[k].value;
            days += flow[k].value * lead_of(s, flow[k].rest);
            if (basis_of(s, flow[k].rest) > basis) /* the weaker basis speaks for the sum */
                basis = basis_of(s, flow[k].rest);
        }
        append_flow(net, supplier, buyer, sum, (int32_t)flow[first].key, basis,
                    last == first + 1 ? lead_of(s, flow[first].rest)
                                      : round(days / sum * 1e6) / 1e6);
    }
}

/* Step 3: each supplier's flows in (buyer, group) order, parallel ones added. */
static sn_status merge_flows(struct sorter *s, sn_network *net, sn_error *err)
{
    const size_t n = net->node_count, m = s->builder->flow_count;
    size_t longest = 0;

    for (size_t i = 0; i < n; i++)
        if (s->first[i + 1] - s->first[i] > longest)
            longest = s->first[i + 1] - s->first[i];
    s->scratch = malloc((longest + 1) * sizeof *s->scratch);
    net->out_first = calloc(n + 1, sizeof *net->out_first);
    net->supplier = malloc((m + 1) * sizeof *net->supplier);
    net->buyer = malloc((m + 1) * sizeof *net->buyer);
    net->value = malloc((m + 1) * sizeof *net->value);
    net->group = malloc((m + 1) * sizeof *net->group);
    net->basis = malloc((m + 1) * sizeof *net->basis);
    if (s->builder->lead != NULL) {
        net->lead_time = malloc((m + 1) * sizeof *net->lead_time);
        if (net->lead_time == NULL)
            return sn_nomem(err, "lead times");
    }
    if (s->scratch == NULL || net->out_first == NULL || net->supplier == NULL ||
        net->buyer == NULL || net->value == NULL || net->group == NULL || net->basis == NULL)
        return sn_nomem(err, "flows");
    for (size_t i = 0; i < n; i++) {
        const size_t end = s->first[i + 1];
        sn_sort_by_key(s->sold + s->first[i], end - s->first[i], s->scratch);
        for (size_t k = s->first[i], last; k < end; k = last) {
            const sn_sort_item *flow = &s->sold[k];
            for (last = k + 1; last < end && s->sold[last].key == flow->key;)
                last++;
            if (last > k + 1)
                append_parallel(s, i, &s->sold[k], last - k, net);
            else
                append_flow(net, i, (int32_t)flow->key, flow->value, group_of(s, i, flow->rest),
                            basis_of(s, flow->rest), lead_of(s, flow->rest));
        }
        net->out_first[i + 1] = net->flow_count;
    }
    return SN_OK;
}

/* The flow indices by product group, in supplier order within; first has groups + 1 zeros. */
static void sort_by_group(const sn_network *net, size_t *first, uint32_t *by_group)
{
    const size_t groups = (size_t)net->groups.count;

    for (size_t e = 0; e < net->flow_count; e++)
        first[net->group[e] + 1]++;
    for (size_t g = 0; g < groups; g++)
        first[g + 1] += first[g];
    for (size_t e = 0; e < net->flow_count; e++)
        by_group[first[net->group[e]]++] = (uint32_t)e;
}

/* Step 4: the flows by buyer, each buyer's in (group, supplier) order: two stable passes. */
static sn_status index_buyers(sn_network *net, sn_error *err)
{
    const size_t n = net->node_count, m = net->flow_count, groups = (size_t)net->groups.count;
    size_t *first = calloc(groups + 1, sizeof *first);
    uint32_t *by_group = groups > 1 ? malloc((m + 1) * sizeof *by_group) : NULL;
    sn_status status = SN_OK;

    net->in_first = calloc(n + 2, sizeof *net->in_first);
    net->in_flow = malloc((m + 1) * sizeof *net->in_flow);
    if (first == NULL || (groups > 1 && by_group == NULL) || net->in_first == NULL ||
        net->in_flow == NULL) {
        status = sn_nomem(err, "flows by buyer");
        goto out;
    }
    if (groups > 1)
        sort_by_group(net, first, by_group);

    /* Counts go two places up, so that after the sums in_first[j + 1] is where j's run starts,
     * and after the filling where it ends, which is where the run of j + 1 starts. */
    for (size_t e = 0; e < m; e++)
        net->in_first[net->buyer[e] + 2]++;
    for (size_t j = 2; j <= n; j++)
        net->in_first[j] += net->in_first[j - 1];
    for (size_t k = 0; k < m; k++) {
        const size_t e = by_group != NULL ? by_group[k] : k;
        net->in_flow[net->in_first[net->buyer[e] + 1]++] = e;
    }
out:
    free(first);
    free(by_group);
    return status;
}

/* Give back what a guess from above left over. */
static sn_status shrink(void *array, size_t bytes, sn_error *err)
{
    void *block;

    memcpy(&block, array, sizeof block); /* *array has some object pointer type */
    block = realloc(block, bytes);
    if (block == NULL)
        return sn_nomem(err, "input groups");
    memcpy(array, &block, sizeof block);
    return SN_OK;
}

/* Step 5: the runs of equal group among each buyer's flows.  There are at most m; memory that
 * is not touched costs nothing until it is given back. */
static sn_status find_segments(sn_network *net, sn_error *err)
{
    const size_t n = net->node_count, m = net->flow_count;
    size_t s = 0;
    sn_status status = SN_OK;

    net->seg_first = calloc(n + 1, sizeof *net->seg_first);
    net->seg_in = malloc((m + 1) * sizeof *net->seg_in);
    net->seg_group = malloc((m + 1) * sizeof *net->seg_group);
    net->seg_total = malloc((m + 1) * sizeof *net->seg_total);
    if (net->seg_first == NULL || net->seg_in == NULL || net->seg_group == NULL ||
        net->seg_total == NULL)
        return sn_nomem(err, "input groups");
    for (size_t j = 0; j < n; j++) {
        for (size_t k = net->in_first[j]; k < net->in_first[j + 1]; k++) {
            const size_t e = net->in_flow[k];
            if (s == net->seg_first[j] || net->seg_group[s - 1] != net->group[e]) {
                net->seg_in[s] = k;
                net->seg_group[s] = net->group[e];
                net->seg_total[s] = 0;
                s++;
            }
            net->seg_total[s - 1] += net->value[e];
        }
        net->seg_first[j + 1] = s;
    }
    net->seg_in[s] = m;
    net->seg_count = s;
    SN_TRY(shrink(&net->seg_in, (s + 1) * sizeof *net->seg_in, err));
    SN_TRY(shrink(&net->seg_group, (s + 1) * sizeof *net->seg_group, err));
    SN_TRY(shrink(&net->seg_total, (s + 1) * sizeof *net->seg_total, err));
    net->seg_need = malloc(s + 1);
    SN_TRY_ALLOC(net->seg_need, "input groups");
    memset(net->seg_need, SN_ESSENTIAL, s + 1);
out:
    return status;
}

sn_status sn_freeze_flows(sn_builder *builder, const int32_t *rank, sn_network *net,
                          sn_error *err)
{
    const size_t n = net->node_count, m = builder->flow_count;
    const size_t products = (size_t)builder->products.count;
    struct sorter s = {.builder = builder, .rank = rank};
    sn_status status = SN_OK;

    if (m > UINT32_MAX) {
        status = sn_fail(err, SN_ENOMEM, "more than %lu flows", (unsigned long)UINT32_MAX);
        goto out;
    }
    s.first = calloc(n + 1, sizeof *s.first);
    s.sold = malloc((m + 1) * sizeof *s.sold);
    s.node_group = malloc((n + 1) * sizeof *s.node_group);
    s.product_group = malloc((products + 1) * sizeof *s.product_group);
    if (s.first == NULL || s.sold == NULL || s.node_group == NULL || s.product_group == NULL) {
        status = sn_nomem(err, "sorting flows");
        goto out;
    }
    gather_by_supplier(&s, n);
    release_flows(builder);
    SN_TRY(name_groups(&s, net, err));
    SN_TRY(merge_flows(&s, net, err));
    free(s.sold), s.sold = NULL;
    free(s.scratch), s.scratch = NULL;
    SN_TRY(index_buyers(net, err));
    SN_TRY(find_segments(net, err));
out:
    free(s.first);
    free(s.sold);
    free(s.node_group);
    free(s.product_group);
    free(s.scratch);
    return status;
}
