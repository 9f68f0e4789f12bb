/* concentration.c - shares and concentration, group by group.
 *
 * Items (nodes, or flows where these carry products) are sorted into groups by counting; one
 * group after the other is then added up into a dense array of accumulators by key.  A key is
 * a country or owner code, or the number of countries plus a node.  All sums run in the order
 * of ids and are compensated, so that they depend on nothing but the amounts.
 */
#include "metrics/concentration_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/network_private.h"

enum grouped { BY_STAGE, BY_PRODUCT, BY_SECTOR, ALL_IN_ONE };

struct work {
    const sn_network *net;
    sn_level by;
    sn_ownership rule;
    enum grouped grouped;
    bool production; /* some country states an output or own production                      */
    int32_t use;     /* code of stage `use`, or SN_NONE                                      */
    size_t items;    /* nodes, or flows by product                                           */
    size_t groups;   /* group codes                                                          */
    size_t *first;   /* [groups + 1] items of a group are item[first[g] .. first[g + 1])     */
    size_t *item;    /* [items] ascending within a group                                     */
    size_t places;   /* countries and owners                                                 */
    struct sum *key; /* [places + nodes]                                                     */
    bool *seen;      /* [places + nodes] */
    size_t *touched; /* [places + nodes] keys of this group, in order of first sight         */
    size_t touched_count;
    struct sum *place, *owned; /* [places] amounts with known owner: by place, by owner      */
    struct sum total, other, unknown, known;
};

static size_t node_of(const struct work *w, size_t item)
{
    return w->grouped == BY_PRODUCT ? (size_t)w->net->supplier[item] : item;
}

static double amount_of(const struct work *w, size_t item)
{
    const sn_network *net = w->net;

    if (w->grouped == BY_PRODUCT)
        return net->value[item];
    if (net->kind[item] == SN_KIND_COUNTRY)
        return w->production ? net->primary[item] : net->sales[item];
    return net->output[item];
}

/* The group code of an item, or SIZE_MAX when it makes nothing or only uses. */
static size_t group_of(const struct work *w, size_t item)
{
    const sn_network *net = w->net;

    if (!(amount_of(w, item) > 0))
        return SIZE_MAX;
    switch (w->grouped) {
    case BY_STAGE: {
        const int32_t stage = sn_network_code(net, SN_STAGE, item);
        const size_t stages = (size_t)net->dict[SN_STAGE].count + 1;
        if (stage != SN_NONE && stage == w->use)
            return SIZE_MAX;
        return (size_t)(sn_network_code(net, SN_COMMODITY, item) + 1) * stages +
               (size_t)(stage + 1);
    }
    case BY_PRODUCT:
        return (size_t)net->group[item];
    case BY_SECTOR:
        return (size_t)(sn_network_code(net, SN_SECTOR, item) + 1);
    case ALL_IN_ONE:
        break;
    }
    return 0;
}

static void choose_groups(struct work *w)
{
    const sn_network *net = w->net;

    w->use = sn_dict_find(&net->dict[SN_STAGE], "use", 3);
    w->items = net->node_count;
    w->groups = 1;
    w->grouped = ALL_IN_ONE;
    if (net->code[SN_COMMODITY] != NULL || net->code[SN_STAGE] != NULL) {
        w->grouped = BY_STAGE;
        w->groups = ((size_t)net->dict[SN_COMMODITY].count + 1) *
                    ((size_t)net->dict[SN_STAGE].count + 1);
    } else if (net->has_product) {
        w->grouped = BY_PRODUCT;
        w->items = net->flow_count;
        w->groups = (size_t)net->groups.count;
    } else if (net->code[SN_SECTOR] != NULL) {
        w->grouped = BY_SECTOR;
        w->groups = (size_t)net->dict[SN_SECTOR].count + 1;
    }
    for (size_t i = 0; i < net->node_count && !w->production; i++)
        w->production =
            net->kind[i] == SN_KIND_COUNTRY && (!isnan(sn_network_given(net, SN_OUTPUT, i)) ||
                                                !isnan(sn_network_given(net, SN_PRIMARY, i)));
}

static sn_amount amount_kind(const struct work *w)
{
    const sn_network *net = w->net;

    if (w->grouped == BY_PRODUCT)
        return SN_AMOUNT_SALES;
    for (size_t i = 0; i < net->node_count; i++)
        if (net->kind[i] == SN_KIND_COUNTRY)
            return w->production ? SN_AMOUNT_PRODUCTION : SN_AMOUNT_SALES;
    return SN_AMOUNT_OUTPUT;
}

/* Counting sort of the items by group. */
static sn_status sort_items(struct work *w, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY_ALLOC(w->first = calloc(w->groups + 2, sizeof *w->first), "groups");
    SN_TRY_ALLOC(w->item = malloc((w->items + 1) * sizeof *w->item), "groups");
    for (size_t i = 0; i < w->items; i++) {
        const size_t g = group_of(w, i);
        if (g != SIZE_MAX)
            w->first[g + 2]++;
    }
    for (size_t g = 0; g < w->groups; g++)
        w->first[g + 2] += w->first[g + 1];
    for (size_t i = 0; i < w->items; i++) { /* first[g + 1] runs from g's start to its end */
        const size_t g = group_of(w, i);
        if (g != SIZE_MAX)
            w->item[w->first[g + 1]++] = i;
    }
out:
    return status;
}

static sn_status allocate(struct work *w, sn_error *err)
{
    sn_status status = SN_OK;

    w->places = (size_t)w->net->dict[SN_COUNTRY].count;
    const size_t keys = w->places + w->net->node_count;
    SN_TRY_ALLOC(w->key = calloc(keys + 1, sizeof *w->key), "members");
    SN_TRY_ALLOC(w->seen = calloc(keys + 1, sizeof *w->seen), "members");
    SN_TRY_ALLOC(w->touched = malloc((keys + 1) * sizeof *w->touched), "members");
    SN_TRY_ALLOC(w->place = calloc(w->places + 1, sizeof *w->place), "members");
    SN_TRY_ALLOC(w->owned = calloc(w->places + 1, sizeof *w->owned), "members");
out:
    return status;
}

static void release(struct work *w)
{
    free(w->first);
    free(w->item);
    free(w->key);
    free(w->seen);
    free(w->touched);
    free(w->place);
    free(w->owned);
}

static void credit(struct work *w, size_t key, double amount)
{
    if (!w->seen[key]) {
        w->seen[key] = true;
        w->touched[w->touched_count++] = key;
    }
    add(&w->key[key], amount);
}

static void credit_place(struct work *w, int32_t place, double amount)
{
    if (place == SN_NONE)
        add(&w->unknown, amount);
    else if (place == w->net->rest)
        add(&w->other, amount);
    else
        credit(w, (size_t)place, amount);
}

static void credit_owners(struct work *w, size_t node, double amount)
{
    const int32_t place = sn_network_code(w->net, SN_COUNTRY, node);
    size_t count;
    const sn_owner_share *owner = sn_network_owners(w->net, w->rule, node, &count);
    double known = 0;

    for (size_t k = 0; k < count; k++) {
        credit_place(w, owner[k].owner, amount * owner[k].share);
        known += owner[k].share;
        if (place != SN_NONE && owner[k].owner != w->net->rest) {
            add(&w->place[place], amount * owner[k].share);
            add(&w->owned[owner[k].owner], amount * owner[k].share);
            add(&w->known, amount * owner[k].share);
        }
    }
    if (known < 1)
        add(&w->unknown, amount * (1 - known));
}

static void credit_item(struct work *w, size_t item)
{
    const size_t node = node_of(w, item);
    const double amount = amount_of(w, item);
    const bool itself = w->by == SN_LEVEL_NODE ||
                        (w->by == SN_LEVEL_FIRM && w->net->kind[node] == SN_KIND_FIRM);

    add(&w->total, amount);
    if (sn_network_is_rest(w->net, node))
        add(&w->other, amount);
    else if (itself)
        credit(w, w->places + node, amount);
    else if (w->by == SN_LEVEL_OWNER)
        credit_owners(w, node, amount);
    else
        credit_place(w, sn_network_code(w->net, SN_COUNTRY, node), amount);
}

static int by_amount(const void *left, const void *right)
{
    const sn_concentration_member *a = left, *b = right;

    if (a->amount != b->amount)
        return a->amount > b->amount ? -1 : 1;
    return strcmp(a->id, b->id);
}

/* Turn the accumulators into members and leave them zero for the next group. */
static sn_status take_members(struct work *w, sn_concentration_group *group, sn_error *err)
{
    const size_t places = w->places;

    group->member = malloc((w->touched_count + 1) * sizeof *group->member);
    if (group->member == NULL)
        return sn_nomem(err, "members");
    for (size_t k = 0; k < w->touched_count; k++) {
        const size_t key = w->touched[k];
        const double amount = value_of(&w->key[key]);
        const char *id =
            key < places ? w->net->dict[SN_COUNTRY].text[key] : w->net->ids.text[key - places];
        if (amount > 0) /* an owner may hold a share of 0 */
            group->member[group->count++] =
                (sn_concentration_member){id, amount, amount / group->total};
        w->key[key] = (struct sum){0, 0};
        w->seen[key] = false;
    }
    w->touched_count = 0;
    qsort(group->member, group->count, sizeof *group->member, by_amount);
    return SN_OK;
}

static double take_divergence(struct work *w)
{
    const double known = value_of(&w->known);
    struct sum apart = {0, 0};

    for (size_t p = 0; p < w->places; p++) {
        add(&apart, fabs(value_of(&w->place[p]) - value_of(&w->owned[p])));
        w->place[p] = w->owned[p] = (struct sum){0, 0};
    }
    return known > 0 ? value_of(&apart) / known / 2 : NAN;
}

static void name_group(const struct work *w, size_t code, sn_concentration_group *g)
{
    const sn_network *net = w->net;
    const size_t stages = (size_t)net->dict[SN_STAGE].count + 1;
    int32_t commodity = SN_NONE;

    if (w->grouped == BY_STAGE) {
        commodity = (int32_t)(code / stages) - 1;
        g->commodity = commodity != SN_NONE ? net->dict[SN_COMMODITY].text[commodity] : NULL;
        g->stage = code % stages > 0 ? net->dict[SN_STAGE].text[code % stages - 1] : NULL;
    } else if (w->grouped == BY_PRODUCT) {
        g->product = net->groups.text[code];
    } else if (w->grouped == BY_SECTOR && code > 0) {
        g->product = net->dict[SN_SECTOR].text[code - 1];
    }
    g->unit = sn_network_unit(net, commodity);
}

static sn_status make_group(struct work *w, size_t code, sn_concentration_group *g,
                            sn_error *err)
{
    w->total = w->other = w->unknown = w->known = (struct sum){0, 0};
    for (size_t k = w->first[code]; k < w->first[code + 1]; k++)
        credit_item(w, w->item[k]);
    name_group(w, code, g);
    g->total = value_of(&w->total);
    if (!isfinite(g->total))
        return sn_fail(err, SN_EDATA, "the amounts of \"%s\" add up to more than any number",
                       g->commodity != NULL ? g->commodity
                       : g->product != NULL ? g->product
                                            : "all");
    g->other = value_of(&w->other);
    g->unknown = value_of(&w->unknown);
    g->other_share = g->other / g->total;
    g->unknown_share = g->unknown / g->total;
    const double divergence = take_divergence(w);
    g->divergence = w->by == SN_LEVEL_OWNER ? divergence : NAN;
    const sn_status status = take_members(w, g, err);
    if (status == SN_OK)
        sn_concentration_measure(g);
    return status;
}

sn_status sn_concentration_make(const sn_network *net, sn_level by, sn_ownership rule,
                                sn_concentration *out, sn_error *err)
{
    struct work w = {.net = net, .by = by, .rule = rule};
    size_t filled = 0;
    sn_status status = SN_OK;

    *out = (sn_concentration){.by = by, .rule = rule};
    if (by != SN_LEVEL_COUNTRY && by != SN_LEVEL_OWNER && by != SN_LEVEL_FIRM &&
        by != SN_LEVEL_NODE)
        return sn_fail(err, SN_EUSAGE,
                       "no concentration by %s; ask by country, owner, firm or node",
                       sn_level_name(by));
    choose_groups(&w);
    out->amount = amount_kind(&w);
    SN_TRY(allocate(&w, err));
    SN_TRY(sort_items(&w, err));
    for (size_t g = 0; g < w.groups; g++)
        filled += w.first[g + 1] > w.first[g];
    SN_TRY_ALLOC(out->group = calloc(filled + 1, sizeof *out->group), "groups");
    for (size_t g = 0; g < w.groups; g++)
        if (w.first[g + 1] > w.first[g])
            SN_TRY(make_group(&w, g, &out->group[out->count++], err));
out:
    if (status != SN_OK)
        sn_concentration_clear(out);
    release(&w);
    return status;
}

void sn_concentration_clear(sn_concentration *concentration)
{
    for (size_t g = 0; g < concentration->count; g++)
        free(concentration->group[g].member);
    free(concentration->group);
    *concentration = (sn_concentration){0};
}
