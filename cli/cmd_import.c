/* cmd_import.c - tables of others as native files, with a word on what they are worth. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/call.h"
#include "cli/native_files.h"
#include "cli/trade_report.h"
#include "cli/verbs.h"
#include "cli/years.h"
#include "datasets/makers.h"
#include "datasets/trade.h"
#include "reports/number.h"

static const sn_option options[] = {
    {.name = "years",
     .kind = SN_OPTION_TEXT,
     .argument = "A:B",
     .help = "only these years; all of them go into one file"},
    {.name = NULL},
};

static const sn_method methods[] = {
    {"import", "1",
     "one row a trade: totals, parts, duplicates and sums of countries left out, one level of "
     "product codes, one of two mirror reports; countries as ISO 3166 alpha-3",
     "docs/import.md"},
    SN_METHOD_TRADE_QUALITY,
};

/* What was imported. */
typedef struct {
    const char *kind;   /* trade, production, network */
    const char *preset; /* NULL for stages */
    sn_trades trade;
    sn_makers makers;
    size_t rows[2];     /* written: flows or production, nodes */
    const char *folder; /* or NULL */
} importing;

/* ------------------------------------------------------------------------------ CSV by hand */

static void put_text(sn_out *out, const char *text)
{
    if (strpbrk(text, ",\"\n\r") == NULL) {
        sn_out_puts(out, text);
        return;
    }
    sn_out_putc(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            sn_out_putc(out, '"');
        sn_out_putc(out, *text);
    }
    sn_out_putc(out, '"');
}

static void put_number(sn_out *out, double x)
{
    char text[SN_NUMBER_SIZE];

    if (!isnan(x))
        sn_out_puts(out, sn_number_json(x, text));
}

static void put_flow(const sn_trades *trade, const sn_trades_row *row, sn_trade_amount measure,
                     sn_out *out)
{
    const bool by_value = measure == SN_AMOUNT_VALUE;
    const char *unit = by_value ? trade->value_unit : "t";

    put_text(out, sn_dict_text(&trade->place, row->exporter));
    sn_out_putc(out, ',');
    put_text(out, sn_dict_text(&trade->place, row->importer));
    sn_out_putc(out, ',');
    put_text(out, sn_dict_text(&trade->product, row->product));
    sn_out_putc(out, ',');
    put_text(out, sn_dict_text(&trade->year, row->year));
    sn_out_putc(out, ',');
    put_number(out, sn_trades_amount(row, measure));
    sn_out_putc(out, ',');
    sn_out_puts(out, unit != NULL ? unit : "");
    sn_out_putc(out, ',');
    put_number(out, row->quantity);
    sn_out_puts(out, row->estimated && !by_value ? ",estimated\n"
                     : row->averaged             ? ",balanced\n"
                                                 : ",reported\n");
}

/* flows.csv, and which places it names. */
static void put_flows(importing *it, sn_trade_amount measure, bool *named, sn_out *out)
{
    const sn_trades *trade = &it->trade;

    sn_out_puts(out, "source,target,product,year,value,unit,quantity,basis\n");
    for (size_t r = 0; r < trade->count; r++) {
        const sn_trades_row *row = &trade->row[r];
        if (!(sn_trades_amount(row, measure) > 0))
            continue;
        put_flow(trade, row, measure, out);
        named[row->exporter] = named[row->importer] = true;
        it->rows[0]++;
    }
}

static void put_nodes(importing *it, const bool *named, sn_out *out)
{
    sn_out_puts(out, "id,label,kind,country\n");
    for (int32_t p = 0; p < it->trade.place.count; p++) {
        const char *id = sn_dict_text(&it->trade.place, p), *name = sn_call_place(id);
        if (!named[p])
            continue;
        put_text(out, id);
        sn_out_putc(out, ',');
        put_text(out, name != NULL ? name : "");
        sn_out_puts(out, ",country,");
        put_text(out, id);
        sn_out_putc(out, '\n');
        it->rows[1]++;
    }
}

static sn_status write_trade(importing *it, const sn_import_options *how, sn_source *source,
                             sn_error *err)
{
    bool *named = calloc((size_t)it->trade.place.count + 1, sizeof *named);
    sn_out *flows = NULL, *nodes = NULL;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(named, "places");
    if (it->folder != NULL) {
        SN_TRY(sn_native_files_folder(it->folder, err));
        SN_TRY(sn_native_files_open(it->folder, "flows", &flows, err));
        SN_TRY(sn_native_files_open(it->folder, "nodes", &nodes, err));
    } else {
        SN_TRY(sn_out_memory(&flows, err)); /* counted, not kept */
        SN_TRY(sn_out_memory(&nodes, err));
    }
    put_flows(it, how->measure, named, flows);
    put_nodes(it, named, nodes);
    source->rows_used = it->rows[0];
    sn_source_drop(source,
                   how->measure == SN_AMOUNT_VALUE ? "zero or missing value"
                                                   : "zero or missing quantity",
                   it->trade.count - it->rows[0]);
    if (it->folder != NULL) { /* neither appears unless both could be written */
        SN_TRY(sn_out_close(flows, err));
        SN_TRY(sn_out_close(nodes, err));
    }
out:
    free(named);
    sn_out_free(flows);
    sn_out_free(nodes);
    return status;
}

static sn_status write_production(importing *it, sn_error *err)
{
    const sn_makers *m = &it->makers;
    sn_out *out = NULL;
    sn_status status = SN_OK;

    it->rows[0] = m->count;
    if (it->folder == NULL)
        return SN_OK;
    SN_TRY(sn_native_files_folder(it->folder, err));
    SN_TRY(sn_native_files_open(it->folder, "production", &out, err));
    sn_out_puts(out, "commodity,stage,country,year,value,unit,capacity,low,high,source\n");
    for (size_t r = 0; r < m->count; r++) {
        const sn_maker *row = &m->row[r];
        const char *text[] = {
            sn_dict_text(&m->commodity, row->commodity), sn_dict_text(&m->stage, row->stage),
            sn_dict_text(&m->place, row->place), sn_dict_text(&m->year, row->year)};
        for (size_t t = 0; t < 4; t++) {
            put_text(out, text[t]);
            sn_out_putc(out, ',');
        }
        put_number(out, row->value);
        sn_out_putc(out, ',');
        put_text(out, sn_dict_text(&m->unit, row->unit));
        const double number[] = {row->capacity, row->low, row->high};
        for (size_t n = 0; n < 3; n++) {
            sn_out_putc(out, ',');
            put_number(out, number[n]);
        }
        sn_out_putc(out, ',');
        put_text(out, sn_dict_text(&m->source, row->source));
        sn_out_putc(out, '\n');
    }
    SN_TRY(sn_out_close(out, err));
out:
    sn_out_free(out);
    return status;
}

/* --------------------------------------------------------------------------------- tables */

/* One line of a table of production: all countries of a commodity, stage and year. */
static sn_status make_makers(const sn_makers *m, sn_table **table, sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "commodity"},
        {.name = "stage"},
        {.name = "year", .detail = 1},
        {.name = "makers", .type = SN_COLUMN_INTEGER, .detail = 2},
        {.name = "sum", .type = SN_COLUMN_AMOUNT},
        {.name = "printed", .type = SN_COLUMN_AMOUNT, .detail = 1},
        {.name = "unit"},
        {.name = "gap", .type = SN_COLUMN_PERCENT},
        {.name = "withheld", .type = SN_COLUMN_INTEGER, .detail = 3},
        {.name = "top"},
        {.name = "top_share", .heading = "share", .type = SN_COLUMN_PERCENT}};
    bool *done = calloc(m->count + 1, sizeof *done);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(done, "a table");
    SN_TRY(sn_table_new("table", "Production by commodity, stage and year", head,
                        sizeof head / sizeof head[0], table, err));
    for (size_t r = 0; r < m->count; r++) {
        const sn_maker *first = &m->row[r];
        double sum = NAN, most = -1, printed = NAN;
        size_t makers = 0, withheld = 0;
        const char *top = NULL;
        if (done[r])
            continue;
        for (size_t k = r; k < m->count; k++) {
            const sn_maker *row = &m->row[k];
            if (row->commodity != first->commodity || row->stage != first->stage ||
                row->year != first->year)
                continue;
            done[k] = true;
            const char *place = sn_dict_text(&m->place, row->place);
            makers += row->value > 0;
            if (!isnan(row->value))
                sum = (isnan(sum) ? 0 : sum) + row->value;
            if (row->value > most && strcmp(place, "ROW") != 0) {
                most = row->value;
                top = place;
            }
        }
        for (size_t t = 0; t < m->totals; t++)
            if (m->total[t].commodity == first->commodity &&
                m->total[t].stage == first->stage && m->total[t].year == first->year) {
                printed = m->total[t].printed;
                withheld = m->total[t].withheld;
            }
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, sn_dict_text(&m->commodity, first->commodity));
        sn_table_set_text(*table, 1, sn_dict_text(&m->stage, first->stage));
        sn_table_set_text(*table, 2, sn_dict_text(&m->year, first->year));
        sn_table_set_number(*table, 3, (double)makers);
        sn_table_set_number(*table, 4, sum);
        sn_table_set_number(*table, 5, printed);
        sn_table_set_text(*table, 6, sn_dict_text(&m->unit, first->unit));
        sn_table_set_number(*table, 7, printed > 0 ? sum / printed - 1 : NAN);
        sn_table_set_number(*table, 8, (double)withheld);
        sn_table_set_text(*table, 9, top);
        sn_table_set_number(*table, 10, sum > 0 && most >= 0 ? most / sum : NAN);
    }
    sn_table_add_note(*table,
                      "printed: world total in the file; gap: sum of the countries against "
                      "it; withheld: countries without a value");
out:
    free(done);
    return status;
}

static sn_status make_network(const sn_call *call, sn_table **table, sn_error *err)
{
    static const sn_table_head head[] = {{.name = "nodes", .type = SN_COLUMN_INTEGER},
                                         {.name = "flows", .type = SN_COLUMN_INTEGER}};
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("network", "Imported", head, 2, table, err));
    sn_table_add_row(*table);
    sn_table_set_number(*table, 0, (double)sn_network_node_count(call->net));
    sn_table_set_number(*table, 1, (double)sn_network_flow_count(call->net));
out:
    return status;
}

/* ----------------------------------------------------------------------------------- JSON */

static void write_strings(sn_json *json, const char *key, const sn_dict *dict)
{
    int32_t *rank = calloc((size_t)dict->count + 1, sizeof *rank);

    sn_json_kv_array(json, key);
    if (rank != NULL && sn_dict_order(dict, rank, NULL) == SN_OK)
        for (int32_t at = 0; at < dict->count; at++)
            for (int32_t c = 0; c < dict->count; c++)
                if (rank[c] == at)
                    sn_json_string(json, sn_dict_text(dict, c));
    sn_json_end_array(json);
    free(rank);
}

static void write_makers(sn_json *json, const sn_makers *m)
{
    sn_json_kv_object(json, "production");
    write_strings(json, "commodities", &m->commodity);
    write_strings(json, "years", &m->year);
    sn_json_kv_array(json, "totals");
    for (size_t t = 0; t < m->totals; t++) {
        const sn_maker_total *total = &m->total[t];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "commodity", sn_dict_text(&m->commodity, total->commodity));
        sn_json_kv_string(json, "stage", sn_dict_text(&m->stage, total->stage));
        sn_json_kv_string(json, "year", sn_dict_text(&m->year, total->year));
        sn_json_kv_number(json, "sum", total->sum);
        sn_json_kv_number_or_reason(json, "printed", total->printed, "no total is printed");
        sn_json_kv_string(json, "unit", sn_dict_text(&m->unit, total->unit));
        sn_json_kv_integer(json, "withheld", (int64_t)total->withheld);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const importing *it = data;
    const sn_trades_quality *quality = sn_trade_report_of(call);

    sn_json_begin_object(json);
    sn_json_kv_string(json, "kind", it->kind);
    sn_json_kv_string(json, "preset", it->preset);
    sn_json_kv_bool(json, "sound", !call->answer_is_no);
    sn_json_kv_string(json, "folder", it->folder);
    sn_json_kv_integer(json, "rows", (int64_t)it->rows[0]);
    if (quality != NULL) {
        write_strings(json, "years", &it->trade.year);
        sn_trade_report_write(json, quality);
    }
    if (strcmp(it->kind, "production") == 0)
        write_makers(json, &it->makers);
    sn_json_end_object(json);
}

/* ------------------------------------------------------------------------------------ run */

static const char *path_of(const sn_call *call)
{
    const sn_options *o = &call->options;

    return o->word_count > 0                     ? o->words[0]
           : sn_options_text(o, "flows") != NULL ? sn_options_text(o, "flows")
           : sn_options_given(o, "network")      ? sn_options_text(o, "network")
                                                 : NULL;
}

/* Read each asked year of an archive with several, else the one table. */
static sn_status read_years(importing *it, sn_call *call, const sn_import_options *how,
                            const char *path, const char *year, sn_bytes *bytes, size_t *source,
                            sn_error *err)
{
    const sn_trades_filter filter = {how, year, NULL};
    size_t members = 0;
    sn_status status = SN_OK;

    if (sn_bytes_is_zip(path))
        SN_TRY(sn_bytes_zip_holds(path, "BACI_*_Y*_V*.csv", &members, err));
    if (members < 2 || how->last_year == 0) {
        const sn_preset_input input = {bytes, path, how, &call->sources};
        SN_TRY(sn_trades_read(&input, &filter, &it->trade, source, err));
        return SN_OK;
    }
    for (int y = how->first_year; y <= how->last_year; y++) {
        sn_bytes one = {0};
        const sn_preset_input input = {&one, path, how, &call->sources};
        status = sn_load_open_table(path, y, &one, err);
        if (status == SN_OK)
            status = sn_trades_read(&input, &filter, &it->trade, source, err);
        sn_bytes_clear(&one);
        if (status != SN_OK)
            return status;
    }
out:
    return status;
}

static sn_status import_trade(importing *it, sn_call *call, const sn_import_options *how,
                              const char *path, const char *year, sn_bytes *bytes,
                              sn_table **table, size_t *tables, sn_error *err)
{
    const sn_preset_input input = {bytes, path, how, &call->sources};
    size_t source = 0;
    sn_status status = SN_OK;

    it->kind = "trade";
    SN_TRY(read_years(it, call, how, path, year, bytes, &source, err));
    SN_TRY(sn_trades_finish(&it->trade, &input, source, err));
    const sn_trades_quality *quality = sn_trade_report_of(call);
    SN_TRY(sn_trade_report_judge(call, quality, err));
    SN_TRY(write_trade(it, how, &call->sources.source[source], err));
    SN_TRY(sn_trade_report_tables(call, quality, table, err));
    *tables = SN_TRADE_TABLES;
out:
    return status;
}

static sn_status import_makers(importing *it, sn_call *call, const sn_import_options *how,
                               const char *path, const char *year, sn_bytes *bytes,
                               sn_table **table, sn_error *err)
{
    const sn_preset_input input = {bytes, path, how, &call->sources};
    size_t source;
    sn_status status = SN_OK;

    it->kind = "production";
    SN_TRY(sn_makers_load(&input, year, NULL, &it->makers, NULL, &source, err));
    SN_TRY(write_production(it, err));
    SN_TRY(make_makers(&it->makers, table, err));
out:
    return status;
}

static sn_status import_network(importing *it, sn_call *call, sn_table **table, sn_error *err)
{
    sn_status status = SN_OK;

    it->kind = "network";
    SN_TRY(sn_call_load(call, err));
    it->rows[0] = sn_network_flow_count(call->net);
    if (it->folder != NULL)
        SN_TRY(sn_native_files_write(call->net, it->folder, err));
    SN_TRY(make_network(call, table, err));
out:
    return status;
}

static sn_status import_any(importing *it, sn_call *call, sn_table **table, size_t *tables,
                            sn_error *err)
{
    const char *path = path_of(call);
    const int64_t asked = sn_options_integer(&call->options, "year");
    sn_import_options how = sn_call_import(&call->options);
    const sn_preset *preset = NULL;
    sn_bytes bytes = {0};
    char year[16] = "";
    sn_status status = SN_OK;

    if (path == NULL)
        return sn_fail(err, SN_EUSAGE, "a FILE is missing");
    if (call->options.word_count > 1)
        return sn_fail(err, SN_EUSAGE, "unexpected argument \"%s\"", call->options.words[1]);
    how.judge = true;
    SN_TRY(sn_years_parse(sn_options_text(&call->options, "years"), &how.first_year,
                          &how.last_year, err));
    if (asked != 0)
        (void)snprintf(year, sizeof year, "%d", (int)asked);
    *tables = 1;
    if (sn_options_text(&call->options, "stages") != NULL) {
        status = import_network(it, call, table, err);
        goto out;
    }
    status = sn_load_open_table(path, asked != 0 ? (int)asked : how.first_year, &bytes, err);
    SN_TRY(status == SN_EIO ? SN_EDATA : status); /* an input that cannot be read */
    SN_TRY(sn_preset_choose(&bytes, &how, &preset, err));
    it->preset = preset->name;
    if (preset->kind == SN_PRESET_TRADE)
        status = import_trade(it, call, &how, path, year, &bytes, table, tables, err);
    else if (preset->kind == SN_PRESET_PRODUCTION)
        status = import_makers(it, call, &how, path, year, &bytes, table, err);
    else
        status = import_network(it, call, table, err);
out:
    sn_bytes_clear(&bytes);
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    importing it = {.folder = sn_options_text(&call->options, "output")};
    sn_table *table[SN_TRADE_TABLES] = {NULL};
    size_t tables = 0;
    char line[4200];
    sn_status status = SN_OK;

    SN_TRY(import_any(&it, call, table, &tables, err));
    if (call->net == NULL)
        sn_call_tell_sources(call);
    if (it.folder != NULL) {
        (void)snprintf(line, sizeof line, "%zu rows written to %s/%s.csv", it.rows[0],
                       it.folder, strcmp(it.kind, "production") == 0 ? "production" : "flows");
        sn_table_add_note(table[0], line);
    }
    const sn_report report = {methods, 2, {table[0], table[1], table[2]}, tables, write_results,
                              &it,     0};
    SN_TRY(sn_call_emit(call, &report, err));
out:
    for (size_t t = 0; t < SN_TRADE_TABLES; t++)
        sn_table_free(table[t]);
    sn_trades_clear(&it.trade);
    sn_makers_clear(&it.makers);
    return status;
}

const sn_verb sn_verb_import = {
    .name = "import",
    .summary = "Take in BACI, Comtrade, USGS and other tables, and say what they are worth",
    .words = "FILE",
    .options = options,
    .about =
        "Reads a table of trade or production as its publisher made it, plain, packed or in "
        "its\n"
        "archive; says what was read as what, and every gap and contradiction that it finds;\n"
        "with -o DIR writes native files there, which every verb loads.  Every verb also "
        "reads\n"
        "such a table directly: -n FILE with the same options.\n"
        "\n"
        "Presets: baci, comtrade, comtrade-classic, trade (exporter, importer, value_kusd "
        "...),\n"
        "usgs-mcs, eu-crm, production, edges.  They are found from the header; --preset says\n"
        "otherwise, and --map COLUMN=HEADER fits any other header to one of them.\n"
        "\n"
        "With --stages FILE and --production FILE trade by HS code and production become a\n"
        "network of stages.  Exit code 1 if the table is unsound.",
    .examples =
        "supplynet import BACI_HS22_V202501.zip --year 2023 --product 8110 -o antimony\n"
        "supplynet import comtrade.csv --basis exporter --measure quantity\n"
        "supplynet import MCS2026_Commodities_Data.csv --year 2024 -o usgs\n"
        "supplynet import trade.csv --map exporter=from_iso,importer=to_iso,value=usd",
    .output_is_folder = true,
    .judges = true,
    .unused = "seed|threads|nodes|recipes|owners",
    .methods = {{methods, sizeof methods / sizeof methods[0]}},
    .run = run,
};
