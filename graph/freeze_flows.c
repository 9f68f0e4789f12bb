/* freeze_flows.c - flows sorted by supplier and by buyer, parallel ones merged, input groups.
 *
 * Two stable counting sorts bring the flows into (supplier, buyer) order in linear time; only
 * the short runs of parallel flows are compared.  Parallel flows of one product group are
 * added in ascending order of amount, so the sum does not depend on the order of the rows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/builder_private.h"
#include "graph/network_private.h"

/* The product group of what a node sells: commodity:stage, or as much of it as is known. */
static sn_status name_node_group(const sn_network *net, size_t node, sn_dict *groups,
                                 int32_t *group, sn_error *err)
{
    char name[512];
    const char *commodity = sn_network_text(net, SN_COMMODITY, node);
    const char *stage = sn_network_text(net, SN_STAGE, node);
    const char *sector = sn_network_text(net, SN_SECTOR, node);
    int length;

    if (commodity != NULL && stage != NULL)
        length = snprintf(name, sizeof name, "%s:%s", commodity, stage);
    else
        length = snprintf(name, sizeof name, "%s",
                          commodity != NULL ? commodity
                          : stage != NULL   ? stage
                          : sector != NULL  ? sector
                                            : "all");
    if (length < 0 || (size_t)length >= sizeof name)
        return sn_fail(err, SN_EDATA, "node \"%.60s\": commodity and stage are longer than %zu bytes",
                       net->ids.text[node], sizeof name - 1);
    return sn_dict_add(groups, name, (size_t)length, group, err);
}

/* Fill node_group[i] for every supplier and product_group[p] for every product, with final
 * (sorted) codes. */
static sn_status name_groups(const sn_builder *builder, const int32_t *rank, sn_network *net,
                             int32_t *node_group, int32_t *product_group, sn_error *err)
{
    const size_t products = (size_t)builder->products.count;
    int32_t *order = NULL;
    sn_status status = SN_OK;

    for (size_t i = 0; i < net->node_count; i++)
        node_group[i] = SN_NONE;
    for (size_t e = 0; e < builder->flow_count; e++) {
        const int32_t product = builder->product != NULL ? builder->product[e] : SN_NONE;
        const size_t supplier = (size_t)rank[builder->supplier[e]];
        if (product == SN_NONE && node_group[supplier] == SN_NONE)
            SN_TRY(name_node_group(net, supplier, &net->groups, &node_group[supplier], err));
    }
    for (size_t p = 0; p < products; p++)
        SN_TRY(sn_dict_add(&net->groups, builder->products.text[p], builder->products.length[p],
                           &product_group[p], err));
    net->has_product = products > 0;
    order = malloc(((size_t)net->groups.count + 1) * sizeof *order);
    SN_TRY_ALLOC(order, "sorting product groups");
    SN_TRY(sn_dict_order(&net->groups, order, err));
    SN_TRY(sn_dict_sort(&net->groups, order, err));
    for (size_t i = 0; i < net->node_count; i++)
        if (node_group[i] != SN_NONE)
            node_group[i] = order[node_group[i]];
    for (size_t p = 0; p < products; p++)
        product_group[p] = order[product_group[p]];
out:
    free(order);
    return status;
}

/* Stable counting sort of the flow numbers in `from` by key[flow]; first has n + 1 places and
 * ends up as the start of each key's run. */
static void counting_sort(const uint32_t *from, uint32_t *to, size_t m, const int32_t *key,
                          const int32_t *rank, size_t *first, size_t n)
{
    memset(first, 0, (n + 1) * sizeof *first);
    for (size_t e = 0; e < m; e++)
        first[rank[key[e]] + 1]++;
    for (size_t i = 0; i < n; i++)
        first[i + 1] += first[i];
    for (size_t k = 0; k < m; k++) {
        const uint32_t e = from != NULL ? from[k] : (uint32_t)k;
        to[first[rank[key[e]]]++] = e;
    }
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

struct sorter {
    const sn_builder *builder;
    const int32_t *rank, *node_group, *product_group;
    struct parallel *run; /* scratch of `room` entries */
    size_t room;
};

/* Append the flows order[first .. last), which share supplier and buyer, merged by group. */
static sn_status append_run(struct sorter *s, const uint32_t *order, size_t first, size_t last,
                            sn_network *net, sn_error *err)
{
    const sn_builder *b = s->builder;
    const size_t count = last - first;

    if (count > s->room) {
        struct parallel *grown = realloc(s->run, count * 2 * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "parallel flows");
        s->run = grown;
        s->room = count * 2;
    }
    const int32_t supplier = s->rank[b->supplier[order[first]]];
    for (size_t k = 0; k < count; k++) {
        const uint32_t e = order[first + k];
        const int32_t product = b->product != NULL ? b->product[e] : SN_NONE;
        s->run[k] = (struct parallel){
            b->value[e], product != SN_NONE ? s->product_group[product] : s->node_group[supplier],
            b->basis != NULL ? b->basis[e] : (uint8_t)SN_BASIS_REPORTED};
    }
    if (count > 1)
        qsort(s->run, count, sizeof *s->run, compare_parallel);
    for (size_t k = 0; k < count; k++) {
        const size_t at = net->flow_count;
        if (k > 0 && s->run[k].group == s->run[k - 1].group) {
            net->value[at - 1] += s->run[k].value;
            if (s->run[k].basis > net->basis[at - 1]) /* the weaker basis speaks for the sum */
                net->basis[at - 1] = s->run[k].basis;
            continue;
        }
        net->supplier[at] = supplier;
        net->buyer[at] = s->rank[b->buyer[order[first]]];
        net->value[at] = s->run[k].value;
        net->group[at] = s->run[k].group;
        net->basis[at] = s->run[k].basis;
        net->flow_count++;
    }
    return SN_OK;
}

static sn_status merge_flows(struct sorter *s, const uint32_t *order, sn_network *net,
                             sn_error *err)
{
    const sn_builder *b = s->builder;
    const size_t m = b->flow_count;
    sn_status status = SN_OK;

    net->out_first = calloc(net->node_count + 1, sizeof *net->out_first);
    net->supplier = malloc((m + 1) * sizeof *net->supplier);
    net->buyer = malloc((m + 1) * sizeof *net->buyer);
    net->value = malloc((m + 1) * sizeof *net->value);
    net->group = malloc((m + 1) * sizeof *net->group);
    net->basis = malloc((m + 1) * sizeof *net->basis);
    if (net->out_first == NULL || net->supplier == NULL || net->buyer == NULL ||
        net->value == NULL || net->group == NULL || net->basis == NULL)
        return sn_nomem(err, "flows");
    for (size_t first = 0, last; first < m; first = last) {
        last = first + 1;
        while (last < m && b->supplier[order[last]] == b->supplier[order[first]] &&
               b->buyer[order[last]] == b->buyer[order[first]])
            last++;
        SN_TRY(append_run(s, order, first, last, net, err));
    }
    for (size_t e = 0; e < net->flow_count; e++)
        net->out_first[net->supplier[e] + 1]++;
    for (size_t i = 0; i < net->node_count; i++)
        net->out_first[i + 1] += net->out_first[i];
out:
    return status;
}

/* The flows by buyer, each buyer's in (group, supplier) order: two stable passes again. */
static sn_status index_buyers(sn_network *net, sn_error *err)
{
    const size_t n = net->node_count, m = net->flow_count, groups = (size_t)net->groups.count;
    size_t *first = malloc((groups + 1) * sizeof *first);
    uint32_t *by_group = malloc((m + 1) * sizeof *by_group);
    sn_status status = SN_OK;

    net->in_first = calloc(n + 2, sizeof *net->in_first);
    net->in_flow = malloc((m + 1) * sizeof *net->in_flow);
    if (first == NULL || by_group == NULL || net->in_first == NULL || net->in_flow == NULL) {
        status = sn_nomem(err, "flows by buyer");
        goto out;
    }
    memset(first, 0, (groups + 1) * sizeof *first);
    for (size_t e = 0; e < m; e++)
        first[net->group[e] + 1]++;
    for (size_t g = 0; g < groups; g++)
        first[g + 1] += first[g];
    for (size_t e = 0; e < m; e++) /* e is in supplier order already */
        by_group[first[net->group[e]]++] = (uint32_t)e;

    /* Counts go two places up, so that after the sums in_first[j + 1] is where j's run starts,
     * and after the filling where it ends, which is where the run of j + 1 starts. */
    for (size_t e = 0; e < m; e++)
        net->in_first[net->buyer[e] + 2]++;
    for (size_t j = 2; j <= n; j++)
        net->in_first[j] += net->in_first[j - 1];
    for (size_t k = 0; k < m; k++)
        net->in_flow[net->in_first[net->buyer[by_group[k]] + 1]++] = by_group[k];
out:
    free(first);
    free(by_group);
    return status;
}

static sn_status find_segments(sn_network *net, sn_error *err)
{
    const size_t n = net->node_count;

    net->seg_first = calloc(n + 1, sizeof *net->seg_first);
    if (net->seg_first == NULL)
        return sn_nomem(err, "input groups");
    for (int pass = 0; pass < 2; pass++) { /* count, then fill */
        size_t s = 0;
        for (size_t j = 0; j < n; j++) {
            net->seg_first[j] = s;
            for (size_t k = net->in_first[j]; k < net->in_first[j + 1]; k++) {
                const int32_t group = net->group[net->in_flow[k]];
                const bool opens =
                    k == net->in_first[j] || group != net->group[net->in_flow[k - 1]];
                if (pass == 1 && opens) {
                    net->seg_in[s] = k;
                    net->seg_group[s] = group;
                    net->seg_total[s] = 0;
                    net->seg_need[s] = SN_ESSENTIAL;
                }
                s += opens;
                if (pass == 1)
                    net->seg_total[s - 1] += net->value[net->in_flow[k]];
            }
        }
        net->seg_first[n] = net->seg_count = s;
        if (pass == 0) {
            net->seg_in = malloc((s + 1) * sizeof *net->seg_in);
            net->seg_group = malloc((s + 1) * sizeof *net->seg_group);
            net->seg_total = malloc((s + 1) * sizeof *net->seg_total);
            net->seg_need = malloc((s + 1) * sizeof *net->seg_need);
            if (net->seg_in == NULL || net->seg_group == NULL || net->seg_total == NULL ||
                net->seg_need == NULL)
                return sn_nomem(err, "input groups");
        }
        net->seg_in[s] = net->flow_count;
    }
    return SN_OK;
}

sn_status sn_freeze_flows(sn_builder *builder, const int32_t *rank, sn_network *net,
                          sn_error *err)
{
    const size_t n = net->node_count, m = builder->flow_count;
    int32_t *node_group = malloc((n + 1) * sizeof *node_group);
    int32_t *product_group = malloc(((size_t)builder->products.count + 1) * sizeof *product_group);
    size_t *first = malloc((n + 1) * sizeof *first);
    uint32_t *by_buyer = malloc((m + 1) * sizeof *by_buyer);
    uint32_t *order = malloc((m + 1) * sizeof *order);
    struct sorter s = {builder, rank, node_group, product_group, NULL, 0};
    sn_status status = SN_OK;

    if (node_group == NULL || product_group == NULL || first == NULL || by_buyer == NULL ||
        order == NULL) {
        status = sn_nomem(err, "sorting flows");
        goto out;
    }
    if (m >= UINT32_MAX) {
        status = sn_fail(err, SN_ENOMEM, "more than %lu flows", (unsigned long)UINT32_MAX - 1);
        goto out;
    }
    SN_TRY(name_groups(builder, rank, net, node_group, product_group, err));
    counting_sort(NULL, by_buyer, m, builder->buyer, rank, first, n);
    counting_sort(by_buyer, order, m, builder->supplier, rank, first, n);
    SN_TRY(merge_flows(&s, order, net, err));
    SN_TRY(index_buyers(net, err));
    SN_TRY(find_segments(net, err));
out:
    free(s.run);
    free(node_group);
    free(product_group);
    free(first);
    free(by_buyer);
    free(order);
    return status;
}
