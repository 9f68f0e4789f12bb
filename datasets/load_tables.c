/* load_tables.c - opening the tables, and telling how each step came out. */
#include "datasets/load_tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "datasets/reference.h"
#include "datasets/tables.h"

enum { STAGES, PRODUCTION, TRADE, TABLES };

static const char *const names[TABLES] = {"stages", "production", "trade"};

static const char *name_country(const void *context, const char *iso3)
{
    const sn_country *country = sn_countries_find(context, iso3);

    return country != NULL ? country->name : strcmp(iso3, "ROW") == 0 ? "Rest of world" : NULL;
}

/* Open NAME.csv of the folder; the trade table may be missing. */
static sn_status open_table(const char *folder, int table, sn_bytes *bytes, sn_error *err)
{
    const size_t size = strlen(folder) + strlen(names[table]) + 6;
    char *path = malloc(size);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(path, "a path");
    (void)snprintf(path, size, "%s/%s.csv", folder, names[table]);
    if (table != TRADE || access(path, F_OK) == 0)
        status = sn_bytes_open(path, NULL, SN_BYTES_LIMIT, bytes, err);
out:
    free(path);
    return status;
}

/* One line a step: what the fit had to assume. */
static sn_status note_steps(const sn_stages_report *report, sn_source *source, sn_error *err)
{
    sn_status status = SN_OK;

    for (size_t k = 0; k < report->count; k++) {
        const sn_stages_line *line = &report->line[k];
        const sn_stages_quality *q = &line->quality;
        char scale[40] = "";
        if (!isnan(q->scale) && fabs(q->scale - 1) > 1e-9)
            (void)snprintf(scale, sizeof scale, "needs scaled by %.4g, ", q->scale);
        SN_TRY(sn_source_note(source, err,
                              "%s %s -> %s: %zu flows, %strade is %.0f %% of output, %.0f %% of the "
                              "flow is estimated, worst residual %.1e (%s)",
                              line->commodity, line->stage, line->next, line->flows, scale,
                              100 * q->coverage, 100 * q->estimated,
                              q->output > 0 ? fabs(q->residual) / q->output : 0.0,
                              line->worst != NULL ? line->worst : "-"));
    }
    for (int32_t k = 0; k < report->uncoded.count; k++)
        SN_TRY(sn_source_note(source, err, "\"%s\" is no country code: counted as rest of world",
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
        if (bytes[t].name == NULL)
            continue;
        const size_t domestic = t == TRADE ? report->domestic_trade : 0;
        SN_TRY(sn_sources_add(sources, names[t], &bytes[t], &source, err));
        source->rows_read = read[t];
        source->rows_used = read[t] - other[t] - missing[t] - domestic;
        sn_source_drop(source, "other commodity", other[t]);
        sn_source_drop(source, "missing value", missing[t]);
        sn_source_drop(source, "domestic trade", domestic);
        if (t == STAGES)
            SN_TRY(note_steps(report, source, err));
    }
out:
    return status;
}

sn_status sn_load_tables(const char *folder, const char *commodity, sn_network **net,
                         sn_sources *sources, sn_error *err)
{
    sn_builder *builder = sn_builder_new();
    sn_bytes bytes[TABLES] = {{0}};
    sn_stages_report report = {0};
    sn_countries countries = {0};
    sn_status status = SN_OK;

    SN_TRY_ALLOC(builder, "a network");
    for (int t = 0; t < TABLES; t++)
        SN_TRY(open_table(folder, t, &bytes[t], err));
    SN_TRY(sn_countries_load(&countries, err));
    SN_TRY(sn_tables_load(&bytes[STAGES], &bytes[PRODUCTION],
                          bytes[TRADE].name != NULL ? &bytes[TRADE] : NULL, commodity,
                          name_country, &countries, builder, &report, err));
    SN_TRY(account(&report, bytes, sources, err));
    SN_TRY(sn_builder_freeze(&builder, net, err));
out:
    sn_builder_free(builder);
    sn_stages_report_clear(&report);
    sn_countries_clear(&countries);
    for (int t = 0; t < TABLES; t++)
        sn_bytes_clear(&bytes[t]);
    return status;
}
