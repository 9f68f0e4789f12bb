/* cmd_convert.c - a network as native files, which load as the same network again, or as one file
 * for programs that draw and study graphs. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/call.h"
#include "cli/verbs.h"
#include "reports/graph_file.h"

static const sn_option options[] = {
    {.name = "to", .kind = SN_OPTION_CHOICE, .argument = "FORMAT",
     .choices = "csv|graphml|gexf|dot|node-link", .fallback = "csv",
     .help = "csv: native nodes.csv, flows.csv, owners.csv, recipes.csv; else one graph file"},
    {.name = "part", .kind = SN_OPTION_CHOICE, .argument = "PART",
     .choices = "flows|nodes|owners|recipes", .fallback = "flows",
     .help = "which of the files goes to standard output without -o DIR"},
    {.name = NULL},
};

static const char *const kind_names[] = {"country", "firm", "stage"};
static const char *const basis_names[] = {"reported", "balanced", "estimated"};
static const char *const need_names[] = {"negligible", "non_essential", "essential"};
static const char *const column_names[] = {"country", "owner", "commodity",
                                           "stage",   "sector", "unit"};
static const char *const quantity_names[] = {"output", "capacity",       "final_demand",
                                             "primary", "inventory_days", "low",
                                             "high",   "lat",            "lon"};

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

static sn_status make_nodes(const sn_network *net, sn_table **table, sn_error *err)
{
    sn_table_head head[SN_TABLE_COLUMNS] = {{.name = "id"}, {.name = "label"}, {.name = "kind"}};
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
            head[count++] = (sn_table_head){.name = quantity_names[q], .type = SN_COLUMN_NUMBER};
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

static sn_status make_flows(const sn_network *net, sn_table **table, sn_error *err)
{
    const bool product = sn_network_has_product(net), unit = !any_text(net, SN_UNIT);
    static const sn_table_head head[] = {
        {.name = "source"}, {.name = "target"}, {.name = "value", .type = SN_COLUMN_NUMBER},
        {.name = "basis"},  {.name = "product"}, {.name = "unit"},
    };
    const size_t unit_at = product ? 5 : 4;
    sn_table_head used[6];
    sn_status status = SN_OK;

    memcpy(used, head, sizeof used);
    if (!product)
        used[4] = head[5];
    SN_TRY(sn_table_new("flow", NULL, used, 4 + (size_t)product + (size_t)unit, table, err));
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
            sn_table_set_text(
                *table, unit_at,
                sn_network_unit(net, sn_network_code(net, SN_COMMODITY, (size_t)flow.supplier)));
    }
out:
    return status;
}

static sn_status make_owners(const sn_network *net, sn_table **table, sn_error *err)
{
    static const sn_table_head head[] = {{.name = "id"}, {.name = "owner"},
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
    {"flows", make_flows, true},
    {"nodes", make_nodes, true},
    {"owners", make_owners, false},
    {"recipes", make_recipes, false},
};

static sn_status write_part(const sn_call *call, size_t part, const char *path, sn_error *err)
{
    sn_table *table = NULL;
    sn_out *out = NULL;
    sn_status status = SN_OK;

    SN_TRY(parts[part].make(call->net, &table, err));
    if (path != NULL && !parts[part].always && sn_table_row_count(table) == 0)
        goto out;
    SN_TRY(path == NULL ? sn_call_open(call, &out, err) : sn_out_open(path, &out, err));
    SN_TRY(sn_table_write(table, SN_FORMAT_CSV, NULL, out, err));
    status = path == NULL ? sn_call_done(call, out, err) : sn_out_close(out, err);
out:
    sn_out_free(out);
    sn_table_free(table);
    return status;
}

/* The formats of one file, in the order of the enum. */
static const char *const graph_formats[] = {"graphml", "gexf", "dot", "node-link"};

/* Whether two flows join the same supplier and buyer: they are sorted by both. */
static bool any_parallel(const sn_network *net)
{
    for (size_t e = 1; e < sn_network_flow_count(net); e++) {
        const sn_flow one = sn_network_flow(net, e - 1), two = sn_network_flow(net, e);
        if (one.supplier == two.supplier && one.buyer == two.buyer)
            return true;
    }
    return false;
}

static sn_status write_graph(const sn_call *call, sn_graph_format format, const char *path,
                             sn_error *err)
{
    sn_table *nodes = NULL, *flows = NULL;
    sn_out *out = NULL;
    sn_status status = SN_OK;

    SN_TRY(make_nodes(call->net, &nodes, err));
    SN_TRY(make_flows(call->net, &flows, err));
    SN_TRY(path == NULL ? sn_call_open(call, &out, err) : sn_out_open(path, &out, err));
    SN_TRY(sn_graph_write(nodes, flows, any_parallel(call->net), format, out, err));
    status = path == NULL ? sn_call_done(call, out, err) : sn_out_close(out, err);
out:
    sn_out_free(out);
    sn_table_free(flows);
    sn_table_free(nodes);
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    const char *to = sn_options_text(&call->options, "to");
    const char *folder = sn_options_text(&call->options, "output");
    const char *part = sn_options_text(&call->options, "part");
    sn_status status = SN_OK;

    if (folder != NULL && strcmp(folder, "-") == 0)
        folder = NULL;
    for (size_t f = 0; f < sizeof graph_formats / sizeof graph_formats[0]; f++)
        if (strcmp(to, graph_formats[f]) == 0)
            return write_graph(call, (sn_graph_format)f, folder, err);
    if (folder != NULL && mkdir(folder, 0777) != 0 && errno != EEXIST)
        return sn_fail(err, SN_EIO, "cannot make the folder \"%s\": %s", folder, strerror(errno));
    for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++) {
        char path[4096];
        if (folder == NULL) {
            if (strcmp(parts[p].name, part) == 0)
                SN_TRY(write_part(call, p, NULL, err));
            continue;
        }
        if ((size_t)snprintf(path, sizeof path, "%s/%s.csv", folder, parts[p].name) >= sizeof path)
            return sn_fail(err, SN_EUSAGE, "the path \"%.60s...\" is too long", folder);
        SN_TRY(write_part(call, p, path, err));
    }
out:
    return status;
}

const sn_verb sn_verb_convert = {
    .name = "convert",
    .summary = "Write a network as native CSV files, GraphML, GEXF, DOT or node-link JSON",
    .options = options,
    .about = "Writes nodes.csv and flows.csv, and owners.csv and recipes.csv where the network has\n"
             "any, into the folder named by -o; without -o one part goes to standard output.  Only\n"
             "what was given is written, nothing derived, in full precision: loading the folder\n"
             "again gives the same network.  Tables of production and trade (see the manual) are\n"
             "converted to the network that is fitted to them.\n"
             "\n"
             "The other formats are one file, to standard output or to the file named by -o, with\n"
             "ids as they are, the amount of a flow as `weight`, and every column that was given\n"
             "as an attribute: GraphML for networkx, igraph, Gephi and yEd, GEXF 1.2 for Gephi,\n"
             "DOT for Graphviz (sfdp rather than dot draws large networks), node-link JSON for\n"
             "networkx and d3.  Owners' shares and recipes are not part of them.",
    .examples = "supplynet convert --commodity cobalt -o cobalt\n"
                "supplynet convert --commodity cobalt --part nodes\n"
                "supplynet convert --commodity cobalt --to graphml -o cobalt.graphml",
    .takes_network = true,
    .unused = "format|top|seed|threads|color|fail-if",
    .run = run,
};
