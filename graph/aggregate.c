/* aggregate.c - groups of nodes, and the network between groups. */
#include "graph/aggregate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/builder_private.h"
#include "graph/network_private.h"
#include "graph/selector.h"

static const char *const level_names[] = {"node", "country", "owner",
                                          "firm", "stage",   "commodity"};

const char *sn_level_name(sn_level level)
{
    return level_names[level];
}

sn_status sn_level_parse(const char *word, sn_level *level, sn_error *err)
{
    size_t chosen;
    const sn_status status =
        sn_choose("level", word, level_names, sizeof level_names / sizeof level_names[0], &chosen, err);

    if (status == SN_OK)
        *level = (sn_level)chosen;
    return status;
}

/* The name of a node's group at a level, or NULL; `both` is scratch for joined names. */
static const char *group_name(const sn_network *net, sn_level level, size_t node,
                              char both[SN_LONGEST_PAIR + 1])
{
    const char *commodity = sn_network_text(net, SN_COMMODITY, node);
    const char *stage = sn_network_text(net, SN_STAGE, node);

    switch (level) {
    case SN_LEVEL_NODE:
        return net->ids.text[node];
    case SN_LEVEL_COUNTRY:
        return sn_network_text(net, SN_COUNTRY, node);
    case SN_LEVEL_OWNER:
        return sn_network_text(net, SN_OWNER, node);
    case SN_LEVEL_FIRM:
        return net->kind[node] == SN_KIND_FIRM ? net->ids.text[node]
                                               : sn_network_text(net, SN_COUNTRY, node);
    case SN_LEVEL_STAGE:
        if (commodity == NULL || stage == NULL)
            return stage;
        (void)snprintf(both, SN_LONGEST_PAIR + 1, "%s:%s", commodity, stage);
        return both;
    case SN_LEVEL_COMMODITY:
        return commodity;
    }
    return NULL;
}

sn_status sn_grouping_make(const sn_network *net, sn_level level, sn_grouping *grouping,
                           sn_error *err)
{
    const size_t n = net->node_count;
    sn_dict *names = &grouping->names;
    int32_t *rank = NULL;
    bool ascending = true;
    sn_status status = SN_OK;

    memset(grouping, 0, sizeof *grouping);
    grouping->group = malloc((n + 1) * sizeof *grouping->group);
    SN_TRY_ALLOC(grouping->group, "groups");
    if (level == SN_LEVEL_NODE || level == SN_LEVEL_FIRM)
        SN_TRY(sn_dict_reserve(names, n, err));
    for (size_t i = 0; i < n; i++) {
        char both[SN_LONGEST_PAIR + 1];
        const char *name = group_name(net, level, i, both);
        const int32_t before = names->count;
        grouping->group[i] = SN_NONE;
        if (name == NULL)
            continue;
        SN_TRY(sn_dict_add(names, name, strlen(name), &grouping->group[i], err));
        ascending = ascending && (before == 0 || names->count == before ||
                                  strcmp(names->text[before - 1], names->text[before]) < 0);
    }
    if (ascending) /* as ids are */
        goto out;
    rank = malloc(((size_t)grouping->names.count + 1) * sizeof *rank);
    SN_TRY_ALLOC(rank, "groups");
    SN_TRY(sn_dict_order(&grouping->names, rank, err));
    SN_TRY(sn_dict_sort(&grouping->names, rank, err));
    for (size_t i = 0; i < n; i++)
        if (grouping->group[i] != SN_NONE)
            grouping->group[i] = rank[grouping->group[i]];
out:
    free(rank);
    if (status != SN_OK)
        sn_grouping_clear(grouping);
    return status;
}

void sn_grouping_clear(sn_grouping *grouping)
{
    sn_dict_clear(&grouping->names);
    free(grouping->group);
    memset(grouping, 0, sizeof *grouping);
}

struct coarse {
    const sn_network *net;
    const sn_grouping *grouping;
    sn_level level;
    sn_builder *builder;
    int32_t *node;   /* [n] builder index of each node's group, or of itself without one */
    int32_t *unit;   /* [n] unit of a node's amounts, or SN_NONE                         */
    int32_t *common; /* [groups and such nodes] scratch                                  */
};

/* A node without a group keeps its id, unless that is a group's name too: the country node CHN
 * of unknown owner is not what owners in CHN own. */
static sn_status add_alone(struct coarse *c, size_t node, sn_error *err)
{
    const sn_dict *ids = &c->net->ids, *names = &c->grouping->names;
    char id[SN_LONGEST_ID + 16];

    if (sn_dict_find(names, ids->text[node], ids->length[node]) == SN_NONE)
        return sn_builder_touch(c->builder, ids->text[node], ids->length[node], &c->node[node],
                                err);
    const int length = snprintf(id, sizeof id, "%s (ungrouped)", ids->text[node]);
    return sn_builder_touch(c->builder, id, (size_t)length, &c->node[node], err);
}

static sn_status add_groups(struct coarse *c, sn_error *err)
{
    const sn_dict *names = &c->grouping->names;
    sn_status status = SN_OK;

    for (int32_t g = 0; g < names->count; g++) {
        int32_t at; /* == g: the first nodes of the builder are the groups */
        SN_TRY(sn_builder_touch(c->builder, names->text[g], names->length[g], &at, err));
    }
    for (size_t i = 0; i < c->net->node_count; i++) {
        c->node[i] = c->grouping->group[i];
        if (c->node[i] == SN_NONE)
            SN_TRY(add_alone(c, i, err));
    }
out:
    return status;
}

/* common[group] = the members' common code, or SN_NONE where they differ. */
static void find_common(const struct coarse *c, sn_column column)
{
    const int32_t unseen = -2;
    const size_t groups = sn_builder_node_count(c->builder);

    for (size_t g = 0; g < groups; g++)
        c->common[g] = unseen;
    for (size_t i = 0; i < c->net->node_count; i++) {
        const int32_t code = sn_network_code(c->net, column, i);
        int32_t *common = &c->common[c->node[i]];
        *common = *common == unseen || *common == code ? code : SN_NONE;
    }
}

static sn_status set_columns(struct coarse *c, sn_error *err)
{
    const size_t groups = sn_builder_node_count(c->builder);
    const size_t named = (size_t)c->grouping->names.count;
    sn_status status = SN_OK;

    for (int column = 0; column < SN_UNIT; column++) { /* set_units knows more about units */
        const sn_dict *dict = sn_network_dict(c->net, (sn_column)column);
        find_common(c, (sn_column)column);
        for (size_t g = 0; g < groups; g++) {
            /* The place of an owner's group is the owner's: it stands for a headquarters. */
            if (c->level == SN_LEVEL_OWNER && column == SN_COUNTRY && g < named)
                continue;
            if (c->common[g] != SN_NONE)
                SN_TRY(sn_builder_set_text(c->builder, (int32_t)g, (sn_column)column,
                                           dict->text[c->common[g]], dict->length[c->common[g]],
                                           err));
        }
    }
out:
    return status;
}

/* Every amount of a group has one unit.  A node's unit may be stated by itself, by another node
 * of its commodity, or by a flow. */
static sn_status set_units(struct coarse *c, sn_error *err)
{
    const sn_network *net = c->net;
    const sn_dict *units = &net->dict[SN_UNIT];
    const size_t groups = sn_builder_node_count(c->builder);
    sn_status status = SN_OK;

    for (size_t g = 0; g < groups; g++)
        c->common[g] = SN_NONE;
    for (size_t i = 0; i < net->node_count; i++) {
        const int32_t commodity = sn_network_code(net, SN_COMMODITY, i);
        const char *of_all = sn_network_unit(net, commodity);
        int32_t *common = &c->common[c->node[i]];

        c->unit[i] = sn_network_code(net, SN_UNIT, i);
        if (c->unit[i] == SN_NONE && of_all != NULL)
            c->unit[i] = sn_dict_find(units, of_all, strlen(of_all));
        if (c->unit[i] == SN_NONE)
            continue;
        if (*common != SN_NONE && *common != c->unit[i]) {
            status =
                sn_fail(err, SN_EDATA,
                        "mixed units at level %s: \"%s\" and, at \"%s\", \"%s\"; choose one "
                        "commodity, or a level that keeps commodities apart",
                        sn_level_name(c->level), units->text[*common], net->ids.text[i],
                        units->text[c->unit[i]]);
            goto out;
        }
        *common = c->unit[i];
    }
    for (size_t g = 0; g < groups; g++)
        if (c->common[g] != SN_NONE)
            SN_TRY(sn_builder_set_text(c->builder, (int32_t)g, SN_UNIT,
                                       units->text[c->common[g]], units->length[c->common[g]],
                                       err));
out:
    return status;
}

/* Output, final demand and own production of a group are the sums of its members'. */
static sn_status set_amounts(struct coarse *c, sn_error *err)
{
    const sn_network *net = c->net;
    const size_t groups = sn_builder_node_count(c->builder);
    const double *column[] = {net->output, net->final_demand, net->primary};
    const sn_quantity quantity[] = {SN_OUTPUT, SN_FINAL_DEMAND, SN_PRIMARY};
    double *sum = malloc((groups + 1) * sizeof *sum);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(sum, "groups");
    for (size_t q = 0; q < 3; q++) {
        memset(sum, 0, (groups + 1) * sizeof *sum);
        for (size_t i = 0; i < net->node_count; i++)
            sum[c->node[i]] += column[q][i];
        for (size_t g = 0; g < groups; g++)
            SN_TRY(sn_builder_set_number(c->builder, (int32_t)g, quantity[q], sum[g], err));
    }
out:
    free(sum);
    return status;
}

/* At the levels of places a group is a country; elsewhere, and without a group, a node stays
 * what it is. */
static void set_kinds(struct coarse *c)
{
    const sn_network *net = c->net;

    for (size_t i = 0; i < net->node_count; i++) {
        const bool grouped = c->grouping->group[i] != SN_NONE;
        const bool place = c->level == SN_LEVEL_COUNTRY || c->level == SN_LEVEL_OWNER ||
                           (c->level == SN_LEVEL_FIRM && net->kind[i] != SN_KIND_FIRM);
        sn_builder_set_kind(c->builder, c->node[i],
                            grouped && place ? SN_KIND_COUNTRY : (sn_kind)net->kind[i]);
    }
}

static sn_status add_flows(struct coarse *c, sn_error *err)
{
    const sn_network *net = c->net;
    const sn_dict *groups = &net->groups, *units = &net->dict[SN_UNIT];
    sn_status status = SN_OK;

    for (int32_t g = 0; g < groups->count; g++) {
        int32_t product; /* == g: both count from the first */
        SN_TRY(
            sn_builder_product(c->builder, groups->text[g], groups->length[g], &product, err));
    }
    c->builder->ordered = true;
    for (size_t e = 0; e < net->flow_count; e++) {
        const int32_t supplier = net->supplier[e], unit = c->unit[supplier];
        SN_TRY(sn_builder_flow(c->builder, c->node[supplier], c->node[net->buyer[e]],
                               net->value[e], net->group[e], (sn_basis)net->basis[e],
                               unit == SN_NONE ? NULL : units->text[unit],
                               unit == SN_NONE ? 0 : units->length[unit], err));
        SN_TRY(sn_builder_lead_time(c->builder, sn_network_lead_time(net, e), err));
    }
out:
    return status;
}

sn_status sn_aggregate(const sn_network *net, sn_level level, sn_network **coarse,
                       sn_error *err)
{
    const size_t n = net->node_count;
    sn_grouping grouping = {0};
    struct coarse c = {.net = net, .grouping = &grouping, .level = level};
    sn_status status = SN_OK;

    SN_TRY(sn_grouping_make(net, level, &grouping, err));
    c.builder = sn_builder_new();
    c.node = malloc((n + 1) * sizeof *c.node);
    c.unit = malloc((n + 1) * sizeof *c.unit);
    c.common = malloc((n + 1) * sizeof *c.common); /* no more groups than nodes */
    if (c.builder == NULL || c.node == NULL || c.unit == NULL || c.common == NULL) {
        status = sn_nomem(err, "an aggregated network");
        goto out;
    }
    SN_TRY(add_groups(&c, err));
    SN_TRY(set_columns(&c, err));
    SN_TRY(set_units(&c, err));
    SN_TRY(set_amounts(&c, err));
    set_kinds(&c);
    SN_TRY(add_flows(&c, err));
    SN_TRY(sn_builder_freeze(&c.builder, coarse, err));
out:
    free(c.node);
    free(c.unit);
    free(c.common);
    sn_builder_free(c.builder);
    sn_grouping_clear(&grouping);
    return status;
}
