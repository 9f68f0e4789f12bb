/* freeze_flows.c - flows sorted by supplier, parallel ones merged, product groups named.
 *
 * Parallel flows are sorted by product group and then added in ascending order of amount, so
 * that no sum depends on the order of the rows.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/buckets.h"
#include "graph/builder_private.h"
#include "graph/memory.h"
#include "graph/network_private.h"

struct sorter {
    const sn_builder *builder;
    const int32_t *rank;                 /* builder index of a node -> network index */
    int32_t *node_group, *product_group; /* SN_NONE where no flow needs it           */
    sn_buckets buckets;                  /* by supplier: key buyer, rest flow        */
    size_t *merged;                      /* [buckets] flows after merging            */
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

/* Step 1: the builder's flows, for the buckets. */
static void flows_of_builder(const void *context, size_t first, size_t count, bool only_node,
                             sn_bucket_item *item)
{
    const struct sorter *s = context;
    const sn_builder *b = s->builder;

    for (size_t k = 0; k < count; k++)
        item[k].node = (uint32_t)s->rank[b->supplier[first + k]];
    for (size_t k = 0; k < count && !only_node; k++) {
        const size_t e = first + k;
        item[k].key = (uint32_t)s->rank[b->buyer[e]];
        item[k].rest = (uint32_t)e;
        item[k].value = b->value[e];
    }
}

/* What is in the buckets now leaves its memory to the network: the system would have to clear
 * that of new columns first. */
static void hand_over_columns(sn_builder *builder, sn_network *net)
{
    net->supplier = builder->supplier, builder->supplier = NULL;
    net->buyer = builder->buyer, builder->buyer = NULL;
    net->value = builder->value, builder->value = NULL;
    free(builder->unit), builder->unit = NULL; /* checked before */
}

/* Which groups flows need: 0 in place of SN_NONE. */
static sn_status mark_groups(struct sorter *s, size_t n, size_t products, sn_error *err)
{
    const sn_builder *b = s->builder;
    uint8_t *sells = calloc(n + 1, 1); /* by builder index: something in its own group */

    if (sells == NULL)
        return sn_nomem(err, "sorting flows");
    memset(s->product_group, 0xff, products * sizeof *s->product_group); /* all bits: SN_NONE */
    for (size_t e = 0; e < b->flow_count; e++)
        if (b->product == NULL || b->product[e] == SN_NONE)
            sells[b->supplier[e]] = 1;
        else
            s->product_group[b->product[e]] = 0;
    for (size_t i = 0; i < n; i++)
        s->node_group[s->rank[i]] = sells[i] ? 0 : SN_NONE;
    free(sells);
    return SN_OK;
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

static void recode(int32_t *code, size_t count, const int32_t *rank)
{
    for (size_t i = 0; i < count; i++)
        if (code[i] != SN_NONE)
            code[i] = rank[code[i]];
}

/* Step 2: name the groups of the flows that are there, in ascending order of the names. */
static sn_status name_groups(struct sorter *s, sn_network *net, sn_error *err)
{
    const sn_dict *products = &s->builder->products;
    const size_t n = net->node_count, count = (size_t)products->count;
    int32_t *order = NULL;
    sn_status status = SN_OK;

    SN_TRY(mark_groups(s, n, count, err));
    for (size_t p = 0; p < count; p++) {
        if (s->product_group[p] == SN_NONE)
            continue;
        net->has_product = true;
        SN_TRY(sn_dict_add(&net->groups, products->text[p], products->length[p],
                           &s->product_group[p], err));
    }
    for (size_t i = 0; i < n; i++)
        if (s->node_group[i] != SN_NONE)
            SN_TRY(name_node_group(net, i, &net->groups, &s->node_group[i], err));
    order = malloc(((size_t)net->groups.count + 1) * sizeof *order);
    SN_TRY_ALLOC(order, "sorting product groups");
    SN_TRY(sn_dict_order(&net->groups, order, err));
    SN_TRY(sn_dict_sort(&net->groups, order, err));
    recode(s->node_group, n, order);
    recode(s->product_group, count, order);
out:
    free(order);
    return status;
}

static void put_flow(const struct sorter *s, sn_network *net, size_t at, size_t supplier,
                     const sn_sort_item *flow)
{
    net->supplier[at] = (int32_t)supplier;
    net->buyer[at] = (int32_t)flow->key;
    net->value[at] = flow->value;
    net->group[at] = group_of(s, supplier, flow->rest);
    net->basis[at] = (uint8_t)basis_of(s, flow->rest);
    if (net->lead_time != NULL)
        net->lead_time[at] = lead_of(s, flow->rest);
}

static int compare_values(const void *left, const void *right)
{
    const sn_sort_item *a = left, *b = right;

    return (a->value > b->value) - (a->value < b->value);
}

/* Flows of one group added: the amounts in ascending order, the weakest basis, the mean of the
 * lead times by amount. */
static void put_sum(const struct sorter *s, sn_network *net, size_t at, size_t supplier,
                    int32_t buyer, const sn_sort_item *flow, size_t count)
{
    double sum = 0, days = 0;
    sn_basis basis = SN_BASIS_REPORTED;

    for (size_t k = 0; k < count; k++) {
        sum += flow[k].value;
        days += flow[k].value * lead_of(s, flow[k].rest);
        if (basis_of(s, flow[k].rest) > basis) /* the weaker basis speaks for the sum */
            basis = basis_of(s, flow[k].rest);
    }
    net->supplier[at] = (int32_t)supplier;
    net->buyer[at] = buyer;
    net->value[at] = sum;
    net->group[at] = (int32_t)flow[0].key;
    net->basis[at] = (uint8_t)basis;
    if (net->lead_time != NULL)
        net->lead_time[at] =
            count == 1 ? lead_of(s, flow[0].rest) : round(days / sum * 1e6) / 1e6;
}

/* Put `count` flows that share supplier and buyer at `at`, merged by group; their keys are
 * lost.  Returns how many are left. */
static size_t put_parallel(const struct sorter *s, size_t supplier, sn_sort_item *flow,
                           size_t count, sn_sort_item *scratch, sn_network *net, size_t at)
{
    const int32_t buyer = (int32_t)flow[0].key;
    const size_t start = at;

    for (size_t k = 0; k < count; k++)
        flow[k].key = (uint32_t)group_of(s, supplier, flow[k].rest);
    sn_sort_by_key(flow, count, scratch);
    for (size_t first = 0, last; first < count; first = last) {
        for (last = first + 1; last < count && flow[last].key == flow[first].key;)
            last++;
        if (last - first > 2 && !s->builder->ordered) /* two add up to the same anyway */
            qsort(flow + first, last - first, sizeof *flow, compare_values);
        put_sum(s, net, at++, supplier, buyer, flow + first, last - first);
    }
    return at - start;
}

/* The flows of one bucket, merged, from its start on; out_first holds how many each has. */
static sn_status merge_bucket(struct sorter *s, size_t b, sn_bucket_lists *lists,
                              sn_network *net, sn_error *err)
{
    size_t at = s->buckets.first[b];
    const sn_status status = sn_bucket_sort(&s->buckets, b, lists, err);

    if (status != SN_OK)
        return status;
    for (size_t i = 0; i < lists->nodes; i++) {
        const size_t supplier = lists->first_node + i, end = lists->first[i + 1], start = at;
        for (size_t k = lists->first[i], last; k < end; k = last) {
            sn_sort_item *flow = &lists->item[k];
            for (last = k + 1; last < end && lists->item[last].key == flow->key;)
                last++;
            if (last > k + 1)
                at += put_parallel(s, supplier, flow, last - k, lists->scratch, net, at);
            else
                put_flow(s, net, at++, supplier, flow);
        }
        net->out_first[supplier + 1] = at - start;
    }
    s->merged[b] = at - s->buckets.first[b];
    return SN_OK;
}

/* Close the gaps that merging left behind the buckets. */
static void close_gaps(const struct sorter *s, sn_network *net)
{
    size_t to = 0;

    for (size_t b = 0; b < s->buckets.buckets; b++) {
        const size_t from = s->buckets.first[b], count = s->merged[b];
        if (to < from) {
            memmove(net->supplier + to, net->supplier + from, count * sizeof *net->supplier);
            memmove(net->buyer + to, net->buyer + from, count * sizeof *net->buyer);
            memmove(net->value + to, net->value + from, count * sizeof *net->value);
            memmove(net->group + to, net->group + from, count * sizeof *net->group);
            memmove(net->basis + to, net->basis + from, count * sizeof *net->basis);
            if (net->lead_time != NULL)
                memmove(net->lead_time + to, net->lead_time + from,
                        count * sizeof *net->lead_time);
        }
        to += count;
    }
    net->flow_count = to;
    for (size_t i = 0; i < net->node_count; i++)
        net->out_first[i + 1] += net->out_first[i];
}

/* Step 3: each supplier's flows in (buyer, group) order, parallel ones added. */
static sn_status merge_flows(struct sorter *s, sn_network *net, sn_error *err)
{
    const size_t m = s->buckets.count, buckets = s->buckets.buckets;
    const int threads = sn_threads_for(buckets, 8);
    (void)threads; /* without OpenMP nobody asks */
    sn_status status = SN_OK;

    s->merged = calloc(buckets, sizeof *s->merged);
    net->out_first = calloc(net->node_count + 1, sizeof *net->out_first);
    net->group = sn_large_alloc((m + 1) * sizeof *net->group);
    net->basis = sn_large_alloc((m + 1) * sizeof *net->basis);
    if (s->builder->lead != NULL) {
        net->lead_time = sn_large_alloc((m + 1) * sizeof *net->lead_time);
        if (net->lead_time == NULL)
            return sn_nomem(err, "lead times");
    }
    if (s->merged == NULL || net->out_first == NULL || net->group == NULL || net->basis == NULL)
        return sn_nomem(err, "flows");
#pragma omp parallel num_threads(threads) if (threads > 1)
    {
        sn_bucket_lists lists = {0};
        sn_error reason = {0};
#pragma omp for schedule(dynamic, 1)
        for (size_t b = 0; b < buckets; b++)
            if (reason.status == SN_OK)
                (void)merge_bucket(s, b, &lists, net, &reason);
        sn_bucket_lists_clear(&lists);
        if (reason.status != SN_OK) {
#pragma omp critical(freeze)
            status = sn_fail(err, reason.status, "%s", reason.message);
        }
    }
    if (status == SN_OK)
        close_gaps(s, net);
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
    if (m == 0) /* a network's columns are there, be they empty */
        SN_TRY(sn_builder_expect(builder, 0, 1, err));
    s.node_group = malloc((n + 1) * sizeof *s.node_group);
    s.product_group = malloc((products + 1) * sizeof *s.product_group);
    if (s.node_group == NULL || s.product_group == NULL) {
        status = sn_nomem(err, "sorting flows");
        goto out;
    }
    SN_TRY(name_groups(&s, net, err));
    SN_TRY(sn_buckets_deal(&s.buckets, n, m, flows_of_builder, &s, err));
    hand_over_columns(builder, net);
    SN_TRY(merge_flows(&s, net, err));
    SN_TRY(sn_freeze_buyers(&s.buckets, net, err));
out:
    free(s.node_group);
    free(s.product_group);
    free(s.merged);
    sn_buckets_clear(&s.buckets);
    return status;
}
