/* aggregate.c - groups of nodes, and the network between groups. */
#include "graph/aggregate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/builder.h"
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
    const size_t count = sizeof level_names / sizeof level_names[0];

    for (size_t l = 0; l < count; l++)
        if (strcmp(word, level_names[l]) == 0) {
            *level = (sn_level)l;
            return SN_OK;
        }
    const char *near = sn_nearest(word, level_names, count);
    return sn_fail(err, SN_EUSAGE,
                   "unknown level \"%s\"%s%s%s (node, country, owner, firm, stage, commodity)",
                   word, near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                   near != NULL ? "\"?" : "");
}

/* The name of a node's group at a level, or NULL; `both` is scratch for joined names. */
static const char *group_name(const sn_network *net, sn_level level, size_t node,
                              char both[600])
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
        (void)snprintf(both, 600, "%s:%s", commodity, stage);
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
    int32_t *rank = NULL;
    sn_status status = SN_OK;

    memset(grouping, 0, sizeof *grouping);
    grouping->group = malloc((n + 1) * sizeof *grouping->group);
    SN_TRY_ALLOC(grouping->group, "groups");
    for (size_t i = 0; i < n; i++) {
        char both[600];
        const char *name = group_name(net, level, i, both);
        grouping->group[i] = SN_NONE;
        if (name != NULL)
            SN_TRY(sn_dict_add(&grouping->names, name, strlen(name), &grouping->group[i], err));
    }
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

/* A text column of a group: the members' common value, or nothing where they differ. */
static void merge_column(const sn_network *net, sn_column column, size_t node, int32_t *common,
                         int32_t group)
{
    const int32_t unseen = -2, code = sn_network_code(net, column, node);

    if (common[group] == unseen)
        common[group] = code;
    else if (common[group] != code)
        common[group] = SN_NONE;
}

struct coarse {
    const sn_network *net;
    const sn_grouping *grouping;
    sn_level level;
    sn_builder *builder;
    int32_t *node; /* [n] builder index of each node's group */
};

static sn_status add_groups(struct coarse *c, sn_error *err)
{
    const sn_network *net = c->net;
    const sn_dict *names = &c->grouping->names;
    sn_status status = SN_OK;

    for (int32_t g = 0; g < names->count; g++) {
        int32_t at;
        SN_TRY(sn_builder_touch(c->builder, names->text[g], names->length[g], &at, err));
    }
    for (size_t i = 0; i < net->node_count; i++) {
        const int32_t g = c->grouping->group[i];
        if (g != SN_NONE)
            SN_TRY(sn_builder_touch(c->builder, names->text[g], names->length[g], &c->node[i],
                                    err));
        else
            SN_TRY(sn_builder_touch(c->builder, net->ids.text[i], net->ids.length[i], &c->node[i],
                                    err));
    }
out:
    return status;
}

static sn_status set_columns(struct coarse *c, sn_error *err)
{
    const sn_network *net = c->net;
    const size_t groups = sn_builder_node_count(c->builder);
    int32_t *common = malloc((groups + 1) * sizeof *common);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(common, "groups");
    for (int column = 0; column < SN_COLUMNS; column++) {
        const sn_dict *dict = sn_network_dict(net, (sn_column)column);
        for (size_t g = 0; g < groups; g++)
            common[g] = -2;
        for (size_t i = 0; i < net->node_count; i++)
            merge_column(net, (sn_column)column, i, common, c->node[i]);
        for (size_t g = 0; g < groups; g++)
            if (common[g] >= 0)
                SN_TRY(sn_builder_set_text(c->builder, (int32_t)g, (sn_column)column,
                                           dict->text[common[g]], dict->length[common[g]], err));
    }
out:
    free(common);
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
    for (size_t i = 0; i < net->node_count; i++)
        sn_builder_set_kind(c->builder, c->node[i],
                            c->level == SN_LEVEL_COUNTRY || c->level == SN_LEVEL_OWNER
                                ? SN_KIND_COUNTRY
                                : (sn_kind)net->kind[i]);
out:
    free(sum);
    return status;
}

sn_status sn_aggregate(const sn_network *net, sn_level level, sn_network **coarse, sn_error *err)
{
    sn_grouping grouping = {0};
    struct coarse c = {net, &grouping, level, NULL, NULL};
    sn_status status = SN_OK;

    SN_TRY(sn_grouping_make(net, level, &grouping, err));
    c.builder = sn_builder_new();
    c.node = malloc((net->node_count + 1) * sizeof *c.node);
    if (c.builder == NULL || c.node == NULL) {
        status = sn_nomem(err, "an aggregated network");
        goto out;
    }
    SN_TRY(add_groups(&c, err));
    SN_TRY(set_columns(&c, err));
    SN_TRY(set_amounts(&c, err));
    for (size_t e = 0; e < net->flow_count; e++) {
        const sn_dict *groups = &net->groups;
        int32_t product;
        const int32_t unit = sn_network_code(net, SN_UNIT, (size_t)net->supplier[e]);
        const char *unit_text = unit == SN_NONE ? NULL : net->dict[SN_UNIT].text[unit];
        SN_TRY(sn_builder_product(c.builder, groups->text[net->group[e]],
                                  groups->length[net->group[e]], &product, err));
        SN_TRY(sn_builder_flow(c.builder, c.node[net->supplier[e]], c.node[net->buyer[e]],
                               net->value[e], product, (sn_basis)net->basis[e], unit_text,
                               unit_text == NULL ? 0 : strlen(unit_text), err));
    }
    SN_TRY(sn_builder_freeze(&c.builder, coarse, err));
out:
    free(c.node);
    sn_builder_free(c.builder);
    sn_grouping_clear(&grouping);
    return status;
}
