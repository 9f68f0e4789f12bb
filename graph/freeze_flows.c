/* freeze_flows.c - flows sorted by supplier and by buyer, parallel ones merged, input groups.
 *
 * A flow is sorted by one number, its buyer above its place in the input, and takes its amount
 * along: one counting pass brings the flows to their suppliers, and each supplier's short list
 * is then sorted where it lies, in cache.  Parallel flows of one product group are added in
 * ascending order of amount, so the sum does not depend on the order of the rows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/builder_private.h"
#include "graph/network_private.h"

struct sold {
    uint64_t place; /* buyer << 32 | flow of the builder */
    double value;
};

struct sorter {
    const sn_builder *builder;
    const int32_t *rank;                 /* builder index of a node -> network index     */
    size_t *first;                       /* [n + 1] start of each supplier's list        */
    struct sold *sold;                   /* [m] the flows by supplier                    */
    int32_t *node_group, *product_group; /* SN_NONE where no flow needs it               */
    struct parallel *run;                /* scratch of `room` entries                    */
    size_t room;
};

static int32_t buyer_of(const struct sold *sold)
{
    return (int32_t)(sold->place >> 32);
}

static int32_t product_of(const struct sorter *s, const struct sold *sold)
{
    const uint32_t flow = (uint32_t)sold->place;

    return s->builder->product != NULL ? s->builder->product[flow] : SN_NONE;
}

static sn_basis basis_of(const struct sorter *s, const struct sold *sold)
{
    const uint32_t flow = (uint32_t)sold->place;

    return s->builder->basis != NULL ? (sn_basis)s->builder->basis[flow] : SN_BASIS_REPORTED;
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
            (struct sold){(uint64_t)s->rank[b->buyer[e]] << 32 | e, b->value[e]};
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
                                 const struct sold *sold, sn_error *err)
{
    const sn_dict *products = &s->builder->products;
    const int32_t p = product_of(s, sold);

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
            SN_TRY(name_flow_group(s, net, i, &s->sold[k], err));
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

struct parallel {
    double value;
    int32_t group;
    uint8_t basis;
};

static int compare_parallel(const void *left, const void *right)
{
    const struct parallel *a = left, *b = right;

    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    return (a->value > b->value) - (a->value < b->value);
}

static void append_flow(sn_network *net, int32_t supplier, int32_t buyer,
                        const struct parallel *flow)
{
    const size_t at = net->flow_count++;

    net->supplier[at] = supplier;
    net->buyer[at] = buyer;
    net->value[at] = flow->value;
    net->group[at] = flow->group;
    net->basis[at] = flow->basis;
}

static struct parallel read_flow(const struct sorter *s, size_t supplier,
                                 const struct sold *sold)
{
    const int32_t product = product_of(s, sold);
    const int32_t group =
        product != SN_NONE ? s->product_group[product] : s->node_group[supplier];

    return (struct parallel){sold->value, group, (uint8_t)basis_of(s, sold)};
}

/* Append `count` flows that share supplier and buyer, merged by group. */
static sn_status append_parallel(struct sorter *s, size_t supplier, const struct sold *sold,
                                 size_t count, sn_network *net, sn_error *err)
{
    if (count > s->room) {
        struct parallel *grown = realloc(s->run, count * 2 * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "parallel flows");
        s->run = grown;
        s->room = count * 2;
    }
    for (size_t k = 0; k < count; k++)
        s->run[k] = read_flow(s, supplier, &sold[k]);
    qsort(s->run, count, sizeof *s->run, compare_parallel);
    for (size_t k = 0; k < count; k++) {
        const size_t at = net->flow_count;
        if (k == 0 || s->run[k].group != s->run[k - 1].group) {
            append_flow(net, (int32_t)supplier, buyer_of(sold), &s->run[k]);
            continue;
        }
        net->value[at - 1] += s->run[k].value;
        if (s->run[k].basis > net->basis[at - 1]) /* the weaker basis speaks for the sum */
            net->basis[at - 1] = s->run[k].basis;
    }
    return SN_OK;
}

static int compare_sold(const void *left, const void *right)
{
    const struct sold *a = left, *b = right;

    return (a->place > b->place) - (a->place < b->place);
}

static void sort_sold(struct sold *sold, size_t count)
{
    if (count > 48) { /* few suppliers have so many buyers */
        qsort(sold, count, sizeof *sold, compare_sold);
        return;
    }
    for (size_t k = 1; k < count; k++) {
        const struct sold moved = sold[k];
        size_t at = k;
        for (; at > 0 && sold[at - 1].place > moved.place; at--)
            sold[at] = sold[at - 1];
        sold[at] = moved;
    }
}

/* Step 3: each supplier's flows in (buyer, group) order, parallel ones added. */
static sn_status merge_flows(struct sorter *s, sn_network *net, sn_error *err)
{
    const size_t n = net->node_count, m = s->builder->flow_count;

    net->out_first = calloc(n + 1, sizeof *net->out_first);
    net->supplier = malloc((m + 1) * sizeof *net->supplier);
    net->buyer = malloc((m + 1) * sizeof *net->buyer);
    net->value = malloc((m + 1) * sizeof *net->value);
    net->group = malloc((m + 1) * sizeof *net->group);
    net->basis = malloc((m + 1) * sizeof *net->basis);
    if (net->out_first == NULL || net->supplier == NULL || net->buyer == NULL ||
        net->value == NULL || net->group == NULL || net->basis == NULL)
        return sn_nomem(err, "flows");
    for (size_t i = 0; i < n; i++) {
        const size_t end = s->first[i + 1];
        sort_sold(s->sold + s->first[i], end - s->first[i]);
        for (size_t k = s->first[i], last; k < end; k = last) {
            last = k + 1;
            while (last < end && buyer_of(&s->sold[last]) == buyer_of(&s->sold[k]))
                last++;
            if (last == k + 1) {
                const struct parallel flow = read_flow(s, i, &s->sold[k]);
                append_flow(net, (int32_t)i, buyer_of(&s->sold[k]), &flow);
                continue;
            }
            const sn_status status = append_parallel(s, i, s->sold + k, last - k, net, err);
            if (status != SN_OK)
                return status;
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
    SN_TRY(index_buyers(net, err));
    SN_TRY(find_segments(net, err));
out:
    free(s.first);
    free(s.sold);
    free(s.node_group);
    free(s.product_group);
    free(s.run);
    return status;
}
