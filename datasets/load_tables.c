/* load_tables.c - a folder with tables of production and trade in place of flows.
 *
 * Each commodity is fitted on its own, so that a commodity filter may be applied to the
 * finished network without changing a number. */
#include <stdio.h>
#include <string.h>

#include "datasets/load_private.h"
#include "datasets/native_private.h"
#include "datasets/tables.h"
#include "graph/builder.h"

enum { STAGES, PRODUCTION, TRADE, TABLES };

static const char *name_country(const void *context, const char *iso3)
{
    const sn_country *country = sn_countries_find(context, iso3);
    return country != NULL ? country->name : NULL;
}

static void account(sn_source *source, size_t rows, size_t missing, size_t domestic)
{
    source->delimiter = ',';
    source->rows_read = rows;
    source->rows_used = rows - missing - domestic;
    sn_source_drop(source, "missing value", missing);
    sn_source_drop(source, "domestic trade", domestic);
}

/* "3 places are no country codes and count as rest of the world: World, EU27, ..." */
static sn_status note_uncoded(sn_source *source, const sn_stages_report *report, sn_error *err)
{
    char names[160] = "";

    if (report->uncoded.count == 0)
        return SN_OK;
    for (int32_t c = 0; c < report->uncoded.count; c++) {
        const size_t used = strlen(names);
        if (used + report->uncoded.length[c] + 8 >= sizeof names) {
            (void)snprintf(names + used, sizeof names - used, ", ...");
            break;
        }
        (void)snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "",
                       report->uncoded.text[c]);
    }
    return sn_source_note(source, err,
                          "%d places are no country codes and count as rest of the world: %s",
                          (int)report->uncoded.count, names);
}

static sn_status add_sources(sn_bytes *bytes, const sn_stages_report *report,
                             sn_sources *sources, sn_error *err)
{
    static const char *const role[TABLES] = {"stages", "production", "trade"};
    sn_source *source;
    sn_status status = SN_OK;

    SN_TRY(sn_sources_add(sources, role[STAGES], &bytes[STAGES], &source, err));
    account(source, report->stage_rows, 0, 0);
    SN_TRY(sn_sources_add(sources, role[PRODUCTION], &bytes[PRODUCTION], &source, err));
    account(source, report->output_rows, report->missing_output, 0);
    SN_TRY(note_uncoded(source, report, err));
    if (bytes[TRADE].data != NULL) {
        SN_TRY(sn_sources_add(sources, role[TRADE], &bytes[TRADE], &source, err));
        account(source, report->trade_rows, report->missing_trade, report->domestic_trade);
    }
out:
    return status;
}

/* Copy a node of a network into a builder. */
static sn_status copy_node(const sn_network *net, size_t node, sn_builder *builder,
                           sn_error *err)
{
    const char *id = sn_network_id(net, node), *label = sn_network_label(net, node);
    sn_status status = SN_OK;
    int32_t copy;

    SN_TRY(sn_builder_declare(builder, id, strlen(id), &copy, err));
    SN_TRY(sn_builder_set_label(builder, copy, label, strlen(label), err));
    sn_builder_set_kind(builder, copy, sn_network_kind(net, node));
    for (int c = 0; c < SN_COLUMNS; c++) {
        const char *text = sn_network_text(net, (sn_column)c, node);
        if (text != NULL)
            SN_TRY(sn_builder_set_text(builder, copy, (sn_column)c, text, strlen(text), err));
    }
    for (int q = 0; q < SN_QUANTITIES; q++)
        SN_TRY(sn_builder_set_number(builder, copy, (sn_quantity)q,
                                     sn_network_given(net, (sn_quantity)q, node), err));
    for (size_t a = 0; a < sn_network_attribute_count(net); a++) {
        const char *text = sn_network_attribute(net, a, node);
        if (text != NULL)
            SN_TRY(
                sn_builder_set_attribute(builder, copy, (int32_t)a, text, strlen(text), err));
    }
out:
    return status;
}

static sn_status copy_flow(const sn_network *net, sn_flow flow, sn_builder *builder,
                           sn_error *err)
{
    const char *supplier = sn_network_id(net, (size_t)flow.supplier),
               *buyer = sn_network_id(net, (size_t)flow.buyer),
               *group = sn_dict_text(sn_network_groups(net), flow.group);
    const int32_t from = sn_builder_find(builder, supplier, strlen(supplier)),
                  to = sn_builder_find(builder, buyer, strlen(buyer));
    int32_t product = SN_NONE;
    sn_status status = SN_OK;

    if (from == SN_NONE || to == SN_NONE)
        return SN_OK;
    if (sn_network_has_product(net))
        SN_TRY(sn_builder_product(builder, group, strlen(group), &product, err));
    SN_TRY(sn_builder_flow(builder, from, to, flow.value, product, flow.basis, NULL, 0, err));
out:
    return status;
}

/* Copy the nodes of the asked commodities, and the flows among them. */
static sn_status copy_part(const sn_network *net, sn_native *native, sn_error *err)
{
    sn_status status = SN_OK;
    int32_t code;

    for (size_t a = 0; a < sn_network_attribute_count(net); a++) {
        const char *name = sn_network_attribute_name(net, a);
        SN_TRY(sn_builder_attribute(native->builder, name, strlen(name), &code, err));
    }
    for (size_t n = 0; n < sn_network_node_count(net); n++) {
        const char *id = sn_network_id(net, n),
                   *commodity = sn_network_text(net, SN_COMMODITY, n);
        if (native->keep == SN_KEEP_ALL ||
            (commodity != NULL &&
             sn_dict_find(&native->asked, commodity, strlen(commodity)) != SN_NONE))
            SN_TRY(copy_node(net, n, native->builder, err));
        else
            SN_TRY(sn_dict_add(&native->skipped, id, strlen(id), &code, err));
    }
    for (size_t f = 0; f < sn_network_flow_count(net); f++)
        SN_TRY(copy_flow(net, sn_network_flow(net, f), native->builder, err));
out:
    return status;
}

static sn_status ask_commodities(const sn_network *net, const char *asked, sn_native *native,
                                 sn_error *err)
{
    const sn_dict *commodities = sn_network_dict(net, SN_COMMODITY);
    sn_status status = SN_OK;
    int32_t code;

    for (int32_t c = 0; c < commodities->count; c++)
        SN_TRY(sn_dict_add(&native->seen, commodities->text[c], commodities->length[c], &code,
                           err));
    native->keep = SN_KEEP_NODES;
    SN_TRY(sn_native_split_asked(native, asked, err));
    SN_TRY(sn_native_check_asked(native, "production.csv", err));
out:
    return status;
}

/* Narrow the network that came out of the tables, and add recipes and owners. */
static sn_status finish(const sn_load_options *options, sn_network **net, sn_sources *sources,
                        sn_error *err)
{
    sn_native native = {.builder = sn_builder_new()};
    sn_bytes recipes = {0}, owners = {0};
    sn_network *finished = NULL;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(native.builder, "a network");
    SN_TRY(sn_load_in_folder(options->network, "recipes.csv", &recipes, err));
    SN_TRY(sn_load_in_folder(options->network, "owners.csv", &owners, err));
    if (options->commodity == NULL && recipes.data == NULL && owners.data == NULL)
        goto out;
    if (options->commodity != NULL)
        SN_TRY(ask_commodities(*net, options->commodity, &native, err));
    SN_TRY(copy_part(*net, &native, err));
    if (recipes.data != NULL)
        SN_TRY(sn_native_recipes(&native, &recipes, sources, err));
    if (owners.data != NULL)
        SN_TRY(sn_native_owners(&native, &owners, sources, err));
    SN_TRY(sn_builder_freeze(&native.builder, &finished, err));
    sn_network_free(*net);
    *net = finished;
out:
    sn_native_clear(&native);
    sn_bytes_clear(&recipes);
    sn_bytes_clear(&owners);
    return status;
}

/* What a folder of tables cannot be asked for. */
static sn_status check_options(const sn_load_options *options, sn_error *err)
{
    if (options->year != 0)
        return sn_fail(
            err, SN_EUSAGE,
            "\"%s\" holds tables of production and trade, which are of one year: the "
            "year %d means nothing",
            options->network, options->year);
    if (options->nodes != NULL || options->recipes != NULL || options->owners != NULL)
        return sn_fail(err, SN_EUSAGE,
                       "\"%s\" holds tables of production and trade: recipes and owners belong "
                       "into the folder, nodes are made",
                       options->network);
    return SN_OK;
}

sn_status sn_load_tables(const sn_load_options *options, sn_network **net, sn_sources *sources,
                         sn_error *err)
{
    static const char *const name[TABLES] = {"stages.csv", "production.csv", "trade.csv"};
    sn_builder *builder = sn_builder_new();
    sn_bytes bytes[TABLES] = {{0}};
    sn_stages_report report = {0};
    sn_countries countries = {0};
    sn_network *made = NULL;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(builder, "a network");
    SN_TRY(check_options(options, err));
    for (int t = 0; t < TABLES; t++)
        SN_TRY(sn_load_in_folder(options->network, name[t], &bytes[t], err));
    SN_TRY(sn_countries_load(&countries, err));
    SN_TRY(sn_tables_load(&bytes[STAGES], &bytes[PRODUCTION],
                          bytes[TRADE].data != NULL ? &bytes[TRADE] : NULL, name_country,
                          &countries, builder, &report, err));
    SN_TRY(sn_builder_freeze(&builder, &made, err));
    SN_TRY(add_sources(bytes, &report, sources, err));
    SN_TRY(finish(options, &made, sources, err));
    *net = made;
    made = NULL;
out:
    sn_network_free(made);
    sn_builder_free(builder);
    sn_stages_report_clear(&report);
    sn_countries_clear(&countries);
    for (int t = 0; t < TABLES; t++)
        sn_bytes_clear(&bytes[t]);
    return status;
}
