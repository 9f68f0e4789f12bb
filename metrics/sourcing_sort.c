/* sourcing_sort.c - which product a flow sells and a node makes, and both sorted by it. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/sourcing_private.h"

/* The place of the product of what a node sells. */
static int32_t *place_of(const sn_sorter *s, size_t seller, int32_t group)
{
    const int32_t commodity = sn_network_code(s->net, SN_COMMODITY, seller);
    const int32_t stages = sn_network_dict(s->net, SN_STAGE)->count;

    if (commodity == SN_NONE) {
        assert(group != SN_NONE); /* every flow has one */
        return &s->by_group[group];
    }
    return &s->by_stage[(size_t)commodity * (size_t)(stages + 1) +
                        (size_t)(sn_network_code(s->net, SN_STAGE, seller) + 1)];
}

static size_t number_marked(int32_t *place, size_t count, size_t next)
{
    for (size_t k = 0; k < count; k++)
        if (place[k] >= 0)
            place[k] = (int32_t)next++;
    return next;
}

/* Products that are sold, by commodity and stage in their orders, then by name. */
static sn_status number_products(sn_sorter *s, sn_error *err)
{
    const size_t flows = sn_network_flow_count(s->net);
    const size_t stages = (size_t)sn_network_dict(s->net, SN_COMMODITY)->count *
                          ((size_t)sn_network_dict(s->net, SN_STAGE)->count + 1);
    const size_t groups = (size_t)sn_network_groups(s->net)->count;

    s->by_stage = malloc((stages + 1) * sizeof *s->by_stage);
    s->by_group = malloc((groups + 1) * sizeof *s->by_group);
    s->of_flow = malloc((flows + 1) * sizeof *s->of_flow);
    if (s->by_stage == NULL || s->by_group == NULL || s->of_flow == NULL)
        return sn_nomem(err, "products");
    memset(s->by_stage, 0xff, stages * sizeof *s->by_stage); /* all bits set is SN_NONE */
    memset(s->by_group, 0xff, groups * sizeof *s->by_group);
    for (size_t e = 0; e < flows; e++) {
        const sn_flow flow = sn_network_flow(s->net, e);
        *place_of(s, (size_t)flow.supplier, flow.group) = 0;
    }
    s->products = number_marked(s->by_stage, stages, 0);
    s->products = number_marked(s->by_group, groups, s->products);
    for (size_t e = 0; e < flows; e++) {
        const sn_flow flow = sn_network_flow(s->net, e);
        s->of_flow[e] = *place_of(s, (size_t)flow.supplier, flow.group);
    }
    return SN_OK;
}

/* Counting sort; items with a key < 0 are left out. */
static sn_status sort_into(const int32_t *key, size_t count, size_t buckets, sn_buckets *sorted,
                           sn_error *err)
{
    size_t *next = calloc(buckets + 1, sizeof *next);

    sorted->first = calloc(buckets + 1, sizeof *sorted->first);
    sorted->item = malloc((count + 1) * sizeof *sorted->item);
    if (next == NULL || sorted->first == NULL || sorted->item == NULL) {
        free(next);
        return sn_nomem(err, "sorting by product");
    }
    for (size_t k = 0; k < count; k++)
        if (key[k] >= 0)
            sorted->first[key[k] + 1]++;
    for (size_t b = 0; b < buckets; b++) {
        sorted->first[b + 1] += sorted->first[b];
        next[b] = sorted->first[b];
    }
    for (size_t k = 0; k < count; k++)
        if (key[k] >= 0)
            sorted->item[next[key[k]]++] = k;
    free(next);
    return SN_OK;
}

/* What every node sells, and to whom. */
static sn_status look_at_sales(sn_sorter *s, sn_error *err)
{
    const size_t n = sn_network_node_count(s->net);

    s->sold = calloc(n + 1, sizeof *s->sold);
    s->self = calloc(n + 1, sizeof *s->self);
    s->sells = malloc((n + 1) * sizeof *s->sells);
    if (s->sold == NULL || s->self == NULL || s->sells == NULL)
        return sn_nomem(err, "sales");
    memset(s->sells, 0xff, n * sizeof *s->sells);
    for (size_t e = 0; e < sn_network_flow_count(s->net); e++) {
        const sn_flow flow = sn_network_flow(s->net, e);
        int32_t *sells = &s->sells[flow.supplier];
        *(flow.supplier == flow.buyer ? &s->self[flow.buyer] : &s->sold[flow.supplier]) +=
            flow.value;
        *sells = *sells == SN_NONE || *sells == s->of_flow[e] ? s->of_flow[e] : SN_SEVERAL;
    }
    return SN_OK;
}

/* Of countries, production is known where it is stated and there is one product to be made. */
static bool is_production_known(const sn_sorter *s)
{
    bool country = false, stated = false;

    for (size_t i = 0; i < sn_network_node_count(s->net); i++)
        if (sn_network_kind(s->net, i) == SN_KIND_COUNTRY) {
            country = true;
            stated |= !isnan(sn_network_given(s->net, SN_OUTPUT, i)) ||
                      !isnan(sn_network_given(s->net, SN_PRIMARY, i));
        }
    return !country || (stated && s->products == 1);
}

/* What a node makes: what its commodity and stage say, the one product that there is, or what
 * it sells.  Who only uses makes nothing. */
static int32_t product_of(const sn_sorter *s, size_t node)
{
    if (sn_network_is_user(s->net, node))
        return SN_NONE;
    if (sn_network_code(s->net, SN_COMMODITY, node) != SN_NONE)
        return *place_of(s, node, SN_NONE);
    return s->products == 1 ? 0 : s->sells[node];
}

static sn_status sort_makers(sn_sorter *s, sn_error *err)
{
    const size_t n = sn_network_node_count(s->net);
    int32_t *makes = malloc((n + 1) * sizeof *makes);

    if (makes == NULL)
        return sn_nomem(err, "makers");
    for (size_t i = 0; i < n; i++)
        makes[i] = product_of(s, i);
    const sn_status status = sort_into(makes, n, s->products, &s->maker, err);
    free(makes);
    return status;
}

sn_status sn_sorter_make(const sn_network *net, const sn_sourcing_question *question,
                         sn_sorter *sorter, sn_error *err)
{
    const sn_dict *countries = sn_network_dict(net, SN_COUNTRY);
    sn_status status = SN_OK;

    *sorter = (sn_sorter){.net = net, .question = question};
    sorter->rest = sn_dict_find(countries, "ROW", 3);
    sorter->cell = calloc((size_t)countries->count + 1, sizeof *sorter->cell);
    SN_TRY_ALLOC(sorter->cell, "countries");
    SN_TRY(number_products(sorter, err));
    SN_TRY(look_at_sales(sorter, err));
    sorter->production_known = is_production_known(sorter);
    SN_TRY(sort_into(sorter->of_flow, sn_network_flow_count(net), sorter->products,
                     &sorter->flow, err));
    SN_TRY(sort_makers(sorter, err));
out:
    return status;
}

void sn_sorter_clear(sn_sorter *sorter)
{
    free(sorter->by_stage);
    free(sorter->by_group);
    free(sorter->of_flow);
    free(sorter->sells);
    free(sorter->sold);
    free(sorter->self);
    free(sorter->flow.first);
    free(sorter->flow.item);
    free(sorter->maker.first);
    free(sorter->maker.item);
    free(sorter->cell);
}
