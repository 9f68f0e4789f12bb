/* native_files.c - a network as nodes.csv, flows.csv, owners.csv and recipes.csv. */
#include "cli/native_files.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *const kind_names[] = {"country", "firm", "stage"};
static const char *const basis_names[] = {"reported", "balanced", "estimated"};
static const char *const need_names[] = {"negligible", "non_essential", "essential"};
static const char *const column_names[] = {"country", "owner",  "commodity",
                                           "stage",   "sector", "unit"};
static const char *const quantity_names[] = {
    "output", "capacity", "final_demand", "primary", "inventory_days",
    "low",    "high",     "lat",          "lon"};

/* Whether any node has a value in a numeric column. */
static bool any_given(const sn_network *net, sn_quantity quantity)
{
    for (size_t i = 0; i < sn_network_node_count(net); i++)
        if (!isnan(sn_network_given(net, quantity, i)))
            return true;
    return false;
}

static bool any_text(const sn_network *net, sn_column column)
{
    for (size_t i = 0; i < sn_network_node_count(net); i++)
        if (sn_network_code(net, column, i) != SN_NONE)
            return true;
    return false;
}

sn_status sn_native_files_nodes(const sn_network *net, sn_table **table, sn_error *err)
{
    sn_table_head head[SN_TABLE_COLUMNS] = {
        {.name = "id"}, {.name = "label"}, {.name = "kind"}};
    size_t text_at[SN_COLUMNS], number_at[SN_QUANTITIES], count = 3;
    const size_t attributes = sn_network_attribute_count(net);
    sn_status status = SN_OK;

    for (int c = 0; c < SN_COLUMNS; c++) {
        text_at[c] = any_text(net, (sn_column)c) ? count : 0;
        if (text_at[c] != 0)
            head[count++] = (sn_table_head){.name = column_names[c]};
    }
    for (int q = 0; q < SN_QUANTITIES; q++) {
        number_at[q] = any_given(net, (sn_quantity)q) ? count : 0;
        if (number_at[q] != 0)
            head[count++] =
                (sn_table_head){.name = quantity_names[q], .type = SN_COLUMN_NUMBER};
    }
    const size_t first_attribute = count;
    for (size_t a = 0; a < attributes && count < SN_TABLE_COLUMNS; a++)
        head[count++] = (sn_table_head){.name = sn_network_attribute_name(net, a)};
    SN_TRY(sn_table_new("node", NULL, head, count, table, err));
    for (size_t i = 0; i < sn_network_node_count(net); i++) {
        const char *id = sn_network_id(net, i), *label = sn_network_label(net, i);
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, id);
        if (strcmp(label, id) != 0)
            sn_table_set_text(*table, 1, label);
        sn_table_set_text(*table, 2, kind_names[sn_network_kind(net, i)]);
        for (int c = 0; c < SN_COLUMNS; c++)
            if (text_at[c] != 0)
                sn_table_set_text(*table, text_at[c], sn_network_text(net, (sn_column)c, i));
        for (int q = 0; q < SN_QUANTITIES; q++)
            if (number_at[q] != 0)
                sn_table_set_number(*table, number_at[q],
                                    sn_network_given(net, (sn_quantity)q, i));
        for (size_t a = first_attribute; a < count; a++)
            sn_table_set_text(*table, a, sn_network_attribute(net, a - first_attribute, i));
    }
out:
    return status;
}

sn_status sn_native_files_flows(const sn_network *net, sn_table **table, sn_error *err)
{
    const bool product = sn_network_has_product(net), unit = !any_text(net, SN_UNIT);
    static const sn_table_head head[] = {
        {.name = "source"},
        {.name = "target"},
        {.name = "value", .type = SN_COLUMN_NUMBER},
        {.name = "basis"},
        {.name = "product"},
        {.name = "unit"},
        {.name = "lead_time", .type = SN_COLUMN_NUMBER},
    };
    const bool lead = sn_network_has_lead_time(net);
    const size_t unit_at = product ? 5 : 4, lead_at = unit_at + unit;
    sn_table_head used[7];
    sn_status status = SN_OK;

    memcpy(used, head, sizeof used);
    used[unit_at] = head[5];
    used[lead_at] = head[6];
    SN_TRY(sn_table_new("flow", NULL, used, lead_at + lead, table, err));
    for (size_t e = 0; e < sn_network_flow_count(net); e++) {
        const sn_flow flow = sn_network_flow(net, e);
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, sn_network_id(net, (size_t)flow.supplier));
        sn_table_set_text(*table, 1, sn_network_id(net, (size_t)flow.buyer));
        sn_table_set_number(*table, 2, flow.value);
        sn_table_set_text(*table, 3, basis_names[flow.basis]);
        if (product)
            sn_table_set_text(*table, 4, sn_dict_text(sn_network_groups(net), flow.group));
        if (unit)
            sn_table_set_text(*table, unit_at,
                              sn_network_unit(net, sn_network_code(net, SN_COMMODITY,
                                                                   (size_t)flow.supplier)));
        if (lead)
            sn_table_set_number(*table, lead_at, sn_network_lead_time(net, e));
    }
out:
    return status;
}

static sn_status make_owners(const sn_network *net, sn_table **table, sn_error *err)
{
    static const sn_table_head head[] = {{.name = "id"},
                                         {.name = "owner"},
                                         {.name = "share", .type = SN_COLUMN_NUMBER},
                                         {.name = "rule"}};
    static const char *const rule_names[] = {"largest", "equity"};
    const sn_dict *places = sn_network_dict(net, SN_OWNER);
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("owner", NULL, head, 4, table, err));
    for (size_t i = 0; i < sn_network_node_count(net); i++) {
        const int32_t column = sn_network_code(net, SN_OWNER, i);
        for (int rule = 0; rule < 2; rule++) {
            size_t count;
            const sn_owner_share *share = sn_network_owners(net, (sn_ownership)rule, i, &count);
            if (count == 1 && share[0].owner == column && share[0].share >= 1)
                continue; /* the owner column of nodes.csv says it */
            for (size_t k = 0; k < count; k++) {
                sn_table_add_row(*table);
                sn_table_set_text(*table, 0, sn_network_id(net, i));
                sn_table_set_text(*table, 1, sn_dict_text(places, share[k].owner));
                sn_table_set_number(*table, 2, share[k].share);
                sn_table_set_text(*table, 3, rule_names[rule]);
            }
        }
    }
out:
    return status;
}

static sn_status make_recipes(const sn_network *net, sn_table **table, sn_error *err)
{
    static const sn_table_head head[] = {{.name = "buyer"},
                                         {.name = "input"},
                                         {.name = "need"},
                                         {.name = "coefficient", .type = SN_COLUMN_NUMBER},
                                         {.name = "inventory_days", .type = SN_COLUMN_NUMBER}};
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("recipe", NULL, head, 5, table, err));
    for (size_t r = 0; r < sn_network_recipe_count(net); r++) {
        const sn_recipe recipe = sn_network_recipe(net, r);
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, recipe.buyer);
        sn_table_set_text(*table, 1, recipe.input);
        sn_table_set_text(*table, 2, need_names[recipe.need]);
        sn_table_set_number(*table, 3, recipe.coefficient);
        sn_table_set_number(*table, 4, recipe.inventory_days);
    }
out:
    return status;
}

typedef sn_status make_table(const sn_network *net, sn_table **table, sn_error *err);

static const struct {
    const char *name;
    make_table *make;
    bool always; /* written even when it has no rows */
} parts[] = {
    {"flows", sn_native_files_flows, true},
    {"nodes", sn_native_files_nodes, true},
    {"owners", make_owners, false},
    {"recipes", make_recipes, false},
};

sn_status sn_native_files_part(const sn_call *call, const char *name, sn_error *err)
{
    sn_table *table = NULL;
    sn_out *out = NULL;
    sn_status status = SN_OK;
    size_t part = 0;

    while (strcmp(parts[part].name, name) != 0)
        part++;
    SN_TRY(parts[part].make(call->net, &table, err));
    SN_TRY(sn_call_open(call, &out, err));
    SN_TRY(sn_table_write(table, SN_FORMAT_CSV, NULL, out, err));
    status = sn_call_done(call, out, err);
out:
    sn_out_free(out);
    sn_table_free(table);
    return status;
}

sn_status sn_native_files_folder(const char *folder, sn_error *err)
{
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return sn_fail(err, SN_EIO, "cannot make the folder \"%s\": %s", folder,
                       strerror(errno));
    return SN_OK;
}

sn_status sn_native_files_open(const char *folder, const char *name, sn_out **out,
                               sn_error *err)
{
    char path[4096];

    if ((size_t)snprintf(path, sizeof path, "%s/%s.csv", folder, name) >= sizeof path)
        return sn_fail(err, SN_EUSAGE, "the path \"%.60s...\" is too long", folder);
    return sn_out_open(path, out, err);
}

sn_status sn_native_files_write(const sn_network *net, const char *folder, sn_error *err)
{
    enum { PARTS = sizeof parts / sizeof parts[0] };
    sn_out *out[PARTS] = {NULL};
    sn_table *table = NULL;
    sn_status status = SN_OK;

    SN_TRY(sn_native_files_folder(folder, err));
    for (size_t p = 0; p < PARTS; p++) {
        sn_table_free(table);
        table = NULL;
        SN_TRY(parts[p].make(net, &table, err));
        if (!parts[p].always && sn_table_row_count(table) == 0)
            continue;
        SN_TRY(sn_native_files_open(folder, parts[p].name, &out[p], err));
        SN_TRY(sn_table_write(table, SN_FORMAT_CSV, NULL, out[p], err));
    }
    for (size_t p = 0; p < PARTS; p++) /* only now does any of them appear */
        if (out[p] != NULL)
            SN_TRY(sn_out_close(out[p], err));
out:
    for (size_t p = 0; p < PARTS; p++)
        sn_out_free(out[p]);
    sn_table_free(table);
    return status;
}
