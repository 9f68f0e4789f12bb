/* freeze.c - from a builder to a frozen network: sort, merge, resolve, check.
 *
 * Everything is put in an order that depends on the data alone (ids, texts, amounts), never on
 * the order of the rows, so that the same network gives the same bits however it was written.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/builder_private.h"
#include "graph/network_private.h"

static const char *const process_order[] = {"mining",    "refining",    "processing",
                                            "component", "end_product", "use"};

/* Stages in process order: mining first, use last, unknown ones by name before component. */
int sn_stage_place(const char *stage)
{
    const int known = (int)(sizeof process_order / sizeof process_order[0]);

    for (int i = 0; i < known; i++)
        if (strcmp(stage, process_order[i]) == 0)
            return i <= 2 ? i : i + 1;
    return 3;
}

struct stage_key {
    int place;
    int32_t name_rank, code;
};

static int compare_stages(const void *left, const void *right)
{
    const struct stage_key *a = left, *b = right;

    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    return (a->name_rank > b->name_rank) - (a->name_rank < b->name_rank);
}

/* Turn the alphabetical rank of the stages into their process order. */
static sn_status order_stages(const sn_dict *stages, int32_t *rank, sn_error *err)
{
    const size_t count = (size_t)stages->count;
    struct stage_key *key = malloc((count + 1) * sizeof *key);

    if (key == NULL)
        return sn_nomem(err, "sorting stages");
    for (size_t c = 0; c < count; c++)
        key[c] = (struct stage_key){sn_stage_place(stages->text[c]), rank[c], (int32_t)c};
    qsort(key, count, sizeof *key, compare_stages);
    for (size_t at = 0; at < count; at++)
        rank[key[at].code] = (int32_t)at;
    free(key);
    return SN_OK;
}

/* permuted[rank[i]] = column[i], the column freed; NULL stays NULL. */
static sn_status permute(void *column, const int32_t *rank, size_t count, size_t size,
                         sn_error *err)
{
    char *old, *fresh;

    memcpy(&old, column, sizeof old); /* *column has some object pointer type */
    if (old == NULL)
        return SN_OK;
    fresh = malloc(count * size + 1);
    if (fresh == NULL)
        return sn_nomem(err, "sorting nodes");
    for (size_t i = 0; i < count; i++)
        memcpy(fresh + (size_t)rank[i] * size, old + i * size, size);
    free(old);
    memcpy(column, &fresh, sizeof fresh);
    return SN_OK;
}

/* Sort one text column's dictionary and move it, with its codes, into the network. */
static sn_status freeze_dict(sn_builder *builder, sn_network *net, sn_column column,
                             int32_t **rank, sn_error *err)
{
    sn_dict *dict = &builder->dict[column];
    sn_status status = SN_OK;

    *rank = malloc(((size_t)dict->count + 1) * sizeof **rank);
    SN_TRY_ALLOC(*rank, "sorting names");
    SN_TRY(sn_dict_order(dict, *rank, err));
    if (column == SN_STAGE)
        SN_TRY(order_stages(dict, *rank, err));
    SN_TRY(sn_dict_sort(dict, *rank, err));
    net->dict[column] = *dict;
    memset(dict, 0, sizeof *dict);
out:
    return status;
}

static void recode(int32_t *code, size_t count, const int32_t *rank)
{
    for (size_t i = 0; code != NULL && i < count; i++)
        if (code[i] != SN_NONE)
            code[i] = rank[code[i]];
}

/* Every kind country node is a place: its id stands in where no country is given. */
static sn_status default_country(sn_builder *builder, sn_error *err)
{
    sn_status status = SN_OK;

    for (int32_t i = 0; i < builder->ids.count; i++) {
        const int32_t *country = builder->code[SN_COUNTRY];
        if (builder->kind[i] != SN_KIND_COUNTRY || (country != NULL && country[i] != SN_NONE))
            continue;
        SN_TRY(sn_builder_set_text(builder, i, SN_COUNTRY, builder->ids.text[i],
                                   builder->ids.length[i], err));
    }
out:
    return status;
}

/* Kinds that no row gives: a stage where the node has one, else firms if the file speaks of
 * sectors, else countries. */
static void default_kinds(sn_builder *builder)
{
    const int32_t *stage = builder->code[SN_STAGE];
    const sn_kind other = builder->code[SN_SECTOR] != NULL ? SN_KIND_FIRM : SN_KIND_COUNTRY;

    for (int32_t i = 0; i < builder->ids.count; i++)
        if (builder->kind[i] == SN_KIND_UNSET)
            builder->kind[i] =
                (uint8_t)(stage != NULL && stage[i] != SN_NONE ? SN_KIND_STAGE : other);
}

static sn_status freeze_nodes(sn_builder *builder, const int32_t *rank, sn_network *net,
                              sn_error *err)
{
    const size_t n = net->node_count;
    sn_status status = SN_OK;

    SN_TRY(sn_dict_sort(&builder->ids, rank, err));
    net->ids = builder->ids;
    memset(&builder->ids, 0, sizeof builder->ids);
    net->texts = builder->texts;
    builder->texts = (sn_arena){0};

    SN_TRY(permute(&builder->kind, rank, n, sizeof *builder->kind, err));
    SN_TRY(permute(&builder->label, rank, n, sizeof *builder->label, err));
    net->kind = builder->kind, builder->kind = NULL;
    net->label = builder->label, builder->label = NULL;
    for (int c = 0; c < SN_COLUMNS; c++) {
        SN_TRY(permute(&builder->code[c], rank, n, sizeof(int32_t), err));
        net->code[c] = builder->code[c], builder->code[c] = NULL;
    }
    for (int q = 0; q < SN_QUANTITIES; q++) {
        SN_TRY(permute(&builder->given[q], rank, n, sizeof(double), err));
        net->given[q] = builder->given[q], builder->given[q] = NULL;
    }
    for (size_t a = 0; a < builder->attribute_count; a++)
        SN_TRY(permute(&builder->attribute[a], rank, n, sizeof(char *), err));
    net->attribute_count = builder->attribute_count, builder->attribute_count = 0;
    net->attribute_name = builder->attribute_name, builder->attribute_name = NULL;
    net->attribute = builder->attribute, builder->attribute = NULL;
out:
    return status;
}

/* One unit for each commodity, or for the whole network where nodes have no commodity. */
static sn_status check_unit(sn_network *net, int32_t commodity, int32_t unit, const char *where,
                            sn_error *err)
{
    int32_t *known = commodity == SN_NONE ? &net->unit_overall : &net->unit_of[commodity];

    if (unit == SN_NONE || *known == unit)
        return SN_OK;
    if (*known == SN_NONE) {
        *known = unit;
        return SN_OK;
    }
    return sn_fail(err, SN_EDATA,
                   "mixed units%s%s: \"%s\" and, at \"%s\", \"%s\"; one unit is expected",
                   commodity == SN_NONE ? "" : " in commodity ",
                   sn_dict_text(&net->dict[SN_COMMODITY], commodity),
                   sn_dict_text(&net->dict[SN_UNIT], *known), where,
                   sn_dict_text(&net->dict[SN_UNIT], unit));
}

static int32_t commodity_of(const sn_network *net, size_t node)
{
    return net->code[SN_COMMODITY] != NULL ? net->code[SN_COMMODITY][node] : SN_NONE;
}

static sn_status freeze_units(const sn_builder *builder, const int32_t *node_rank,
                              const int32_t *unit_rank, sn_network *net, sn_error *err)
{
    const size_t commodities = (size_t)net->dict[SN_COMMODITY].count;
    sn_status status = SN_OK;

    net->unit_overall = SN_NONE;
    net->unit_of = malloc((commodities + 1) * sizeof *net->unit_of);
    SN_TRY_ALLOC(net->unit_of, "units");
    for (size_t c = 0; c < commodities; c++)
        net->unit_of[c] = SN_NONE;
    for (size_t i = 0; net->code[SN_UNIT] != NULL && i < net->node_count; i++)
        SN_TRY(check_unit(net, commodity_of(net, i), net->code[SN_UNIT][i], net->ids.text[i],
                          err));
    for (size_t e = 0; builder->unit != NULL && e < builder->flow_count; e++) {
        const size_t supplier = (size_t)node_rank[builder->supplier[e]];
        if (builder->unit[e] != SN_NONE)
            SN_TRY(check_unit(net, commodity_of(net, supplier), unit_rank[builder->unit[e]],
                              net->ids.text[supplier], err));
    }
    /* The network as a whole has a unit only if all its commodities share one. */
    for (size_t c = 0; c < commodities; c++) {
        if (c == 0 && net->unit_overall == SN_NONE)
            net->unit_overall = net->unit_of[0];
        if (net->unit_of[c] != net->unit_overall)
            net->unit_overall = SN_NONE;
    }
out:
    return status;
}

static sn_status freeze(sn_builder *builder, sn_network *net, sn_error *err)
{
    int32_t *node_rank = NULL, *rank[SN_COLUMNS] = {NULL};
    sn_status status = SN_OK;

    net->node_count = (size_t)builder->ids.count;
    default_kinds(builder);
    SN_TRY(default_country(builder, err));
    node_rank = malloc((net->node_count + 1) * sizeof *node_rank);
    SN_TRY_ALLOC(node_rank, "sorting nodes");
    SN_TRY(sn_dict_order(&builder->ids, node_rank, err));
    for (int c = 0; c < SN_COLUMNS; c++) {
        SN_TRY(freeze_dict(builder, net, (sn_column)c, &rank[c], err));
        recode(builder->code[c], net->node_count, rank[c == SN_OWNER ? SN_COUNTRY : c]);
    }
    net->rest = sn_dict_find(&net->dict[SN_COUNTRY], "ROW", 3);
    SN_TRY(freeze_nodes(builder, node_rank, net, err));
    SN_TRY(freeze_units(builder, node_rank, rank[SN_UNIT], net, err));
    SN_TRY(sn_freeze_flows(builder, node_rank, net, err));
    SN_TRY(sn_freeze_amounts(net, err));
    SN_TRY(sn_freeze_recipes(builder, net, err));
    SN_TRY(sn_freeze_owners(builder, node_rank, rank[SN_COUNTRY], net, err));
out:
    free(node_rank);
    for (int c = 0; c < SN_COLUMNS; c++)
        free(rank[c]);
    return status;
}

sn_status sn_builder_freeze(sn_builder **builder, sn_network **net, sn_error *err)
{
    sn_network *fresh = calloc(1, sizeof *fresh);
    sn_status status =
        fresh == NULL ? sn_nomem(err, "a network") : freeze(*builder, fresh, err);

    sn_builder_free(*builder);
    *builder = NULL;
    if (status != SN_OK)
        sn_network_free(fresh);
    else
        *net = fresh;
    return status;
}
