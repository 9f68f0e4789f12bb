/* native_flows.c - flows.csv: the long file, read in pieces (scan.h), and what is said about it
 * when all of it is read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/csv_private.h"
#include "datasets/native_flows.h"
#include "graph/memory.h"

static const sn_csv_column columns[SN_FLOW_COLUMNS] = {
    [SN_FLOW_SOURCE] = {"source", "from|supplier|supplier_id|seller_firm_id|exporter|i", true},
    [SN_FLOW_TARGET] = {"target", "to|buyer|buyer_id|buyer_firm_id|importer|customer|j", true},
    [SN_FLOW_VALUE] = {"value", "weight|v|transaction_value|primaryValue|flow", true},
    [SN_FLOW_PRODUCT] = {"product", "k|cmdCode|commodity", false},
    [SN_FLOW_UNIT] = {"unit", NULL, false},
    [SN_FLOW_QUANTITY] = {"quantity", NULL, false},
    [SN_FLOW_YEAR] = {"year", "t|period", false},
    [SN_FLOW_LEAD_TIME] = {"lead_time", NULL, false},
    [SN_FLOW_BASIS] = {"basis", NULL, false},
};

const char *sn_native_flow_column(sn_slice header)
{
    for (int c = 0; c < SN_FLOW_COLUMNS; c++)
        if (sn_csv_means(header, &columns[c]))
            return columns[c].name;
    return NULL;
}

sn_status sn_native_list_years(const sn_dict *years, char *names, size_t room, sn_error *err)
{
    int32_t *rank = calloc((size_t)years->count + 1, sizeof *rank);
    sn_status status = SN_OK;

    names[0] = '\0';
    SN_TRY_ALLOC(rank, "a list of years");
    SN_TRY(sn_dict_order(years, rank, err));
    for (int32_t at = 0; at < years->count && at < 40; at++)
        for (int32_t y = 0; y < years->count; y++) {
            const size_t used = strlen(names);
            if (rank[y] == at)
                (void)snprintf(names + used, room - used, "%s%.16s", at > 0 ? ", " : "",
                               years->text[y]);
        }
out:
    free(rank);
    return status;
}

sn_status sn_native_check_year(const sn_dict *years, const char *asked, const char *file,
                               sn_error *err)
{
    char names[256];
    sn_status status = SN_OK;

    if (asked[0] == '\0' || sn_dict_find(years, asked, strlen(asked)) != SN_NONE)
        return SN_OK;
    SN_TRY(sn_native_list_years(years, names, sizeof names, err));
    status = sn_fail(err, SN_EUSAGE, "%s has no year %s; it holds %s", file, asked,
                     years->count > 0 ? names : "none");
out:
    return status;
}

static sn_status judge_years(const sn_flows_pass *p, const sn_csv *csv, const sn_bytes *bytes,
                             sn_error *err)
{
    const char *asked = p->native->year;
    char names[256];
    sn_status status = SN_OK;

    if (asked[0] != '\0' && !sn_csv_has(csv, SN_FLOW_YEAR))
        return sn_fail(err, SN_EUSAGE,
                       "%s has no column \"year\", so the year %s means nothing", bytes->name,
                       asked);
    SN_TRY(sn_native_list_years(&p->years, names, sizeof names, err));
    if (asked[0] == '\0' && p->years.count > 1)
        return sn_fail(err, SN_EDATA, "%s holds several years (%s); choose one with --year",
                       bytes->name, names);
    SN_TRY(sn_native_check_year(&p->years, asked, bytes->name, err));
out:
    return status;
}

static sn_status judge_rows(sn_flows_pass *p, const sn_csv *csv, const sn_bytes *bytes,
                            sn_error *err)
{
    sn_status status = SN_OK;

    if (sn_csv_rows(csv) == 0)
        return sn_fail(err, SN_EDATA, "%s: no rows after the header", bytes->name);
    SN_TRY(judge_years(p, csv, bytes, err));
    if (p->native->keep == SN_KEEP_PRODUCTS)
        SN_TRY(sn_native_check_asked(p->native, bytes->name, err));
    if (p->source->rows_used == 0 && sn_builder_node_count(p->native->builder) == 0) {
        char reasons[400];
        return sn_fail(err, SN_EDATA, "%s: no row can be used (%s)", bytes->name,
                       sn_native_reasons(p->source, reasons));
    }
    if (p->checked > 0)
        SN_TRY(sn_source_note(p->source, err, "column quantity: %zu values checked, not used",
                              p->checked));
out:
    return status;
}

/* Whether the network of a plain file can be had at all, going by the rows of its beginning. */
static sn_status check_memory(const sn_bytes *bytes, sn_error *err)
{
    enum { BEGINNING = 1 << 20, A_FLOW = 80 }; /* [bytes] as a network, names apart */
    const size_t seen = bytes->size < BEGINNING ? bytes->size : BEGINNING;
    size_t lines = 1;
    char what[300];

    for (size_t k = 0; k < seen; k++)
        lines += bytes->data[k] == '\n';
    const double flows = (double)lines / (double)seen * (double)bytes->size;
    (void)snprintf(what, sizeof what, "the %.2g flows of %.200s", flows, bytes->name);
    return sn_memory_need(flows * A_FLOW, what, err);
}

/* Room for the flows of a plain file, guessed from its size: memory that is not used is never
 * touched, so a guess that is too large costs nothing. */
static sn_status expect_flows(sn_builder *builder, const sn_bytes *bytes, sn_error *err)
{
    enum { SHORT_ROW = 20, WORTH = 1 << 16 };
    const size_t rows = bytes->is_partial ? 0 : bytes->size / SHORT_ROW;
    sn_status status = SN_OK;

    if (rows <= WORTH)
        return SN_OK;
    SN_TRY(check_memory(bytes, err));
    status = sn_builder_expect(builder, 0, rows, err);
out:
    return status;
}

sn_status sn_native_flows(sn_native *native, sn_bytes *bytes, const sn_import_options *how,
                          sn_sources *sources, sn_error *err)
{
    sn_preset_columns room;
    sn_flows_pass p = {.native = native, .where = &room};
    sn_csv *csv = NULL;
    sn_status status = SN_OK;

    SN_TRY(sn_sources_add(sources, "flows", bytes, &p.source, err));
    SN_TRY(sn_preset_open(bytes, how, columns, SN_FLOW_COLUMNS, &room, &csv, err));
    if (native->keep == SN_KEEP_ALL && native->year[0] == '\0')
        SN_TRY(expect_flows(native->builder, bytes, err));
    SN_TRY(sn_flows_read(&p, csv, err));
    SN_TRY(sn_source_finish(p.source, csv, err));
    SN_TRY(judge_rows(&p, csv, bytes, err));
out:
    sn_csv_free(csv);
    sn_dict_clear(&p.years);
    return status;
}
