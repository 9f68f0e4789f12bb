/* load_tables.c - a folder with tables of production and trade in place of flows: opening them,
 * and telling how each step came out. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "datasets/load_private.h"
#include "datasets/native_private.h"
#include "datasets/tables.h"

enum { STAGES, PRODUCTION, TRADE, TABLES };

static const char *const role[TABLES] = {"stages", "production", "trade"};
static const char *const file_name[TABLES] = {"stages.csv", "production.csv", "trade.csv"};

const char *sn_load_name_country(const void *context, const char *iso3)
{
    const sn_country *country = sn_countries_find(context, iso3);

    return country != NULL ? country->name : strcmp(iso3, "ROW") == 0 ? "Rest of world" : NULL;
}

/* One line a step: what the fit had to assume. */
sn_status sn_load_note_steps(const sn_stages_report *report, sn_source *source, sn_error *err)
{
    sn_status status = SN_OK;

    for (size_t k = 0; k < report->count; k++) {
        const sn_stages_line *line = &report->line[k];
        const sn_stages_quality *q = &line->quality;
        char scale[40] = "";
        if (!isnan(q->scale) && fabs(q->scale - 1) > 1e-9)
            (void)snprintf(scale, sizeof scale, "needs scaled by %.4g, ", q->scale);
        SN_TRY(sn_source_note(
            source, err,
            "%s %s -> %s: %zu flows, %strade is %.0f %% of output, %.0f %% of "
            "the flow is estimated, worst residual %.1e (%s)",
            line->commodity, line->stage, line->next, line->flows, scale, 100 * q->coverage,
            100 * q->estimated, q->output > 0 ? fabs(q->residual) / q->output : 0.0,
            line->worst != NULL ? line->worst : "-"));
    }
    for (int32_t k = 0; k < report->uncoded.count; k++)
        SN_TRY(sn_source_note(source, err,
                              "\"%s\" is no country code: counted as rest of world",
                              sn_dict_text(&report->uncoded, k)));
out:
    return status;
}

static sn_status account(const sn_stages_report *report, sn_bytes bytes[TABLES],
                         sn_sources *sources, sn_error *err)
{
    const size_t read[TABLES] = {report->stage_rows, report->output_rows, report->trade_rows};
    const size_t other[TABLES] = {report->other_stages, report->other_outputs,
                                  report->other_trades};
    const size_t missing[TABLES] = {0, report->missing_output, report->missing_trade};
    sn_status status = SN_OK;

    for (int t = 0; t < TABLES; t++) {
        sn_source *source;
        if (bytes[t].data == NULL)
            continue;
        const size_t domestic = t == TRADE ? report->domestic_trade : 0;
        SN_TRY(sn_sources_add(sources, role[t], &bytes[t], &source, err));
        source->rows_read = read[t];
        source->rows_used = read[t] - other[t] - missing[t] - domestic;
        sn_source_drop(source, "other commodity", other[t]);
        sn_source_drop(source, "missing value", missing[t]);
        sn_source_drop(source, "domestic trade", domestic);
        if (t == STAGES)
            SN_TRY(sn_load_note_steps(report, source, err));
    }
out:
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

/* recipes.csv and owners.csv of the folder, for the nodes that the tables made. */
static sn_status add_rules(const sn_load_options *options, sn_native *native,
                           sn_sources *sources, sn_error *err)
{
    sn_bytes recipes = {0}, owners = {0};
    sn_status status = SN_OK;

    if (options->commodity != NULL) /* a node that is not there is of another commodity */
        native->keep = SN_KEEP_PRODUCTS;
    SN_TRY(sn_load_in_folder(options->network, "recipes.csv", &recipes, err));
    SN_TRY(sn_load_in_folder(options->network, "owners.csv", &owners, err));
    if (recipes.data != NULL)
        SN_TRY(sn_native_recipes(native, &recipes, sources, err));
    if (owners.data != NULL)
        SN_TRY(sn_native_owners(native, &owners, sources, err));
out:
    sn_bytes_clear(&recipes);
    sn_bytes_clear(&owners);
    return status;
}

sn_status sn_load_tables(const sn_load_options *options, sn_network **net, sn_sources *sources,
                         sn_error *err)
{
    const sn_native_filter filter = {.commodity = options->commodity};
    sn_native native = {.builder = sn_builder_new()};
    sn_bytes bytes[TABLES] = {{0}};
    sn_stages_report report = {0};
    sn_countries countries = {0};
    sn_status status = SN_OK;

    SN_TRY_ALLOC(native.builder, "a network");
    SN_TRY(check_options(options, err));
    for (int t = 0; t < TABLES; t++)
        SN_TRY(sn_load_in_folder(options->network, file_name[t], &bytes[t], err));
    SN_TRY(sn_native_ask(&native, &filter, &bytes[STAGES], "mineral", err));
    SN_TRY(sn_countries_load(&countries, err));
    SN_TRY(sn_tables_load(&bytes[STAGES], &bytes[PRODUCTION],
                          bytes[TRADE].data != NULL ? &bytes[TRADE] : NULL, options->commodity,
                          sn_load_name_country, &countries, native.builder, &report, err));
    SN_TRY(account(&report, bytes, sources, err));
    SN_TRY(add_rules(options, &native, sources, err));
    SN_TRY(sn_builder_freeze(&native.builder, net, err));
out:
    sn_native_clear(&native);
    sn_stages_report_clear(&report);
    sn_countries_clear(&countries);
    for (int t = 0; t < TABLES; t++)
        sn_bytes_clear(&bytes[t]);
    return status;
}
