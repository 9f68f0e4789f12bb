/* preset.c - the table of layouts, and how the one of a file is found. */
#include "datasets/preset.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/graph_load.h"
#include "datasets/matrix.h"
#include "datasets/makers_private.h"
#include "datasets/native_private.h"
#include "datasets/trade_private.h"
#include "graph/selector.h"

enum { LOOK_AT = 64 << 10 }; /* bytes of a file that tell its layout */

/* Anything with a header: the columns are asked for when it is read. */
static bool knows_edges(const sn_preset_header *header)
{
    (void)header;
    return true;
}

static sn_status read_edges(const sn_preset_input *input, sn_native *native, sn_error *err)
{
    return sn_native_flows(native, input->bytes, input->how, input->sources, err);
}

static bool knows_comtrade(const sn_preset_header *header)
{
    return sn_preset_has_all(header,
                             "reportercode|reporteriso|countrycode,partnercode|partneriso,"
                             "flowcode,cmdcode,primaryvalue") ||
           sn_preset_has_all(header,
                             "reporter,partner,cmd|cmdcode,flow|flowcode,value|primaryvalue");
}

static bool knows_comtrade_classic(const sn_preset_header *header)
{
    return sn_preset_has_all(header, "trade flow|trade flow code,reporter|reporter code,"
                                     "partner|partner code,commodity code,trade value (us$)");
}

static bool knows_baci(const sn_preset_header *header)
{
    return sn_preset_has_all(header, "t,i,j,k,v");
}

static bool knows_trade(const sn_preset_header *header)
{
    return sn_preset_has_all(header, "exporter|exporter_iso3|exporter_iso,"
                                     "importer|importer_iso3|importer_iso,"
                                     "value_kusd|value_usd|value_1000usd|value_thousand_usd");
}

static bool knows_usgs(const sn_preset_header *header)
{
    return sn_preset_has_all(header,
                             "section,commodity,country,statistics,statistics_detail,value") ||
           sn_preset_has_all(header, "commodity,country,type,unit_meas");
}

static bool knows_eu_crm(const sn_preset_header *header)
{
    return header->count <= 6 && sn_preset_has_all(header, "material,stage,country,share");
}

static bool knows_production(const sn_preset_header *header)
{
    return sn_preset_has_all(header, "commodity|mineral,stage,country|country_iso3|iso3,"
                                     "value|output") &&
           !sn_preset_has(header, "id|source_id|target|importer");
}

static const char comtrade_columns[] =
    "refYear|year|period|flowCode|flow|cmdCode|primaryValue|netWgt|netWeight|qty|qtyUnitAbbr|"
    "partner2Code|motCode|mosCode|customsCode|reporterCode|reporterISO|reporter|partnerCode|"
    "partnerISO|partner";

static const sn_preset presets[] = {
    {SN_PRESET_FLOWS, "graphml", "GraphML (networkx, igraph, Gephi, yEd): edges with a weight",
     "", sn_graph_is_graphml, sn_graph_read},
    {SN_PRESET_FLOWS, "node-link",
     "JSON graph: node-link of networkx and d3, JSON Graph Format", "", sn_graph_is_json,
     sn_graph_read},
    {SN_PRESET_TRADE, "baci", "CEPII BACI: t, i, j, k, v, q; thousand USD, tonnes",
     "t|i|j|k|v|q|source", knows_baci, sn_trades_to_network},
    {SN_PRESET_TRADE, "comtrade",
     "UN Comtrade, present columns: reporterCode, partnerCode, flowCode, cmdCode, ...",
     comtrade_columns, knows_comtrade, sn_trades_to_network},
    {SN_PRESET_TRADE, "comtrade-classic",
     "UN Comtrade, former columns: Reporter Code, Trade Flow, ...", comtrade_columns,
     knows_comtrade_classic, sn_trades_to_network},
    {SN_PRESET_TRADE, "trade",
     "any trade table: exporter, importer, product, value_kusd or value_usd, quantity_t",
     "year|exporter|importer|product|value_kusd|value_usd|value|quantity_t|quantity_kg|source",
     knows_trade, sn_trades_to_network},
    {SN_PRESET_PRODUCTION, "usgs-mcs",
     "USGS Mineral Commodity Summaries, world tables of 2025 and 2026: production",
     "Commodity|Country|Statistics|Statistics_detail|Unit|Year|Value", knows_usgs,
     sn_makers_to_network},
    {SN_PRESET_PRODUCTION, "eu-crm",
     "EU critical raw materials study: Material, Stage, Country, Share: production",
     "Material|Stage|Country|Share", knows_eu_crm, sn_makers_to_network},
    {SN_PRESET_PRODUCTION, "production",
     "native production.csv: commodity, stage, country, value, unit, year, source",
     "commodity|stage|country|value|unit|year|source|capacity", knows_production,
     sn_makers_to_network},
    {SN_PRESET_FLOWS, "matrix",
     "input-output table: rows supply columns; final_demand, output, value_added", "",
     sn_matrix_knows, sn_matrix_read},
    {SN_PRESET_FLOWS, "edges",
     "edge list (native, Gephi, networkx, DisruptSC): source, target, value",
     "source|target|value|product|unit|quantity|year|lead_time|basis", knows_edges, read_edges},
};

sn_trades_reader *sn_trades_reader_of(const sn_preset *preset)
{
    return preset->kind != SN_PRESET_TRADE      ? NULL
           : strcmp(preset->name, "baci") == 0  ? sn_trades_read_baci
           : strcmp(preset->name, "trade") == 0 ? sn_trades_read_tidy
                                                : sn_trades_read_comtrade;
}

size_t sn_preset_count(void)
{
    return sizeof presets / sizeof presets[0];
}

const sn_preset *sn_preset_at(size_t k)
{
    return &presets[k];
}

/* ------------------------------------------------------------------------------ names */

/* Whether a list "a|b|c" holds a text, in any case. */
static bool list_holds(const char *list, const char *text, size_t length)
{
    for (const char *at = list; at != NULL;) {
        const size_t size = strcspn(at, "|");
        if (size == length && strncasecmp(at, text, length) == 0)
            return true;
        at = at[size] == '|' ? at + size + 1 : NULL;
    }
    return false;
}

bool sn_preset_has(const sn_preset_header *header, const char *names)
{
    for (size_t f = 0; f < header->count; f++)
        if (header->name[f].length > 0 &&
            list_holds(names, header->name[f].text, header->name[f].length))
            return true;
    return false;
}

bool sn_preset_has_all(const sn_preset_header *header, const char *lists)
{
    for (const char *at = lists; at != NULL;) {
        const size_t size = strcspn(at, ",");
        char names[200];
        if (size >= sizeof names)
            return false;
        memcpy(names, at, size);
        names[size] = '\0';
        if (!sn_preset_has(header, names))
            return false;
        at = at[size] == ',' ? at + size + 1 : NULL;
    }
    return true;
}

bool sn_preset_wants(const sn_import_options *how, sn_slice product)
{
    const char *at = how->product;

    if (at == NULL)
        return true;
    for (;;) {
        const size_t size = strcspn(at, "|,");
        if (size > 0 && size <= product.length && memcmp(at, product.text, size) == 0)
            return true;
        if (at[size] == '\0')
            return false;
        at += size + 1;
    }
}

/* -------------------------------------------------------------------------------- map */

/* One "key=header" of --map. */
typedef struct {
    sn_slice key, header;
} mapping;

/* The next one of a list "key=header,key=header"; false at its end.  Without `=` or a name on
 * either side of it the header is empty. */
static bool next_mapping(const char **at, mapping *one)
{
    const char *text = *at;
    const size_t size = strcspn(text, ","), key = strcspn(text, "=,");

    if (size == 0 && text[0] == '\0')
        return false;
    *at = text + size + (text[size] == ',');
    one->key = (sn_slice){text, key};
    one->header = key > 0 && key + 1 < size ? (sn_slice){text + key + 1, size - key - 1}
                                            : (sn_slice){"", 0};
    return true;
}

/* The first mapping that is malformed or names no column of a preset; NULL: all are fine. */
static const char *misfit(const sn_preset *preset, const sn_import_options *how)
{
    for (size_t m = 0; m < how->map_count; m++) {
        mapping one;
        for (const char *at = how->map[m]; next_mapping(&at, &one);)
            if (one.header.length == 0 ||
                (preset != NULL && !list_holds(preset->columns, one.key.text, one.key.length)))
                return one.key.text;
    }
    return NULL;
}

static sn_status check_map(const sn_preset *preset, const sn_import_options *how, sn_error *err)
{
    const char *bad = misfit(NULL, how);

    if (bad != NULL)
        return sn_fail(err, SN_EUSAGE, "--map \"%.100s\" is not of the form value=OBS_VALUE",
                       bad);
    bad = misfit(preset, how);
    if (bad != NULL)
        return sn_fail(err, SN_EUSAGE, "--map: preset %s has no column \"%.*s\"; it has %s",
                       preset->name, (int)strcspn(bad, "="), bad, preset->columns);
    return SN_OK;
}

/* The fields that --where names. */
static sn_status find_where(const sn_import_options *how, const sn_csv *csv, const char *name,
                            sn_preset_columns *room, sn_error *err)
{
    room->where_count = 0;
    for (size_t w = 0; w < how->where_count; w++) {
        const char *text = how->where[w];
        const size_t key = strcspn(text, "=");
        size_t field = 0;
        if (key == 0 || text[key] == '\0')
            return sn_fail(err, SN_EUSAGE, "--where \"%.100s\" is not of the form source=BACI*",
                           text);
        while (field < sn_csv_width(csv) &&
               (sn_csv_header(csv, field).length != key ||
                strncasecmp(sn_csv_header(csv, field).text, text, key) != 0))
            field++;
        if (field == sn_csv_width(csv))
            return sn_fail(err, SN_EUSAGE, "--where: %s has no column \"%.*s\"", name, (int)key,
                           text);
        room->where[w].field = field;
        room->where[w].pattern = (sn_slice){text + key + 1, strlen(text + key + 1)};
        room->where_count++;
    }
    return SN_OK;
}

sn_status sn_preset_open(const sn_bytes *bytes, const sn_import_options *how,
                         const sn_csv_column *column, size_t count, sn_preset_columns *room,
                         sn_csv **csv, sn_error *err)
{
    size_t used = 0;

    memcpy(room->column, column, count * sizeof *column);
    for (size_t m = 0; m < how->map_count; m++) {
        mapping one;
        for (const char *at = how->map[m]; next_mapping(&at, &one);)
            for (size_t c = 0; c < count; c++) {
                if (!list_holds(column[c].name, one.key.text, one.key.length))
                    continue;
                if (used + one.header.length >= sizeof room->text)
                    return sn_fail(err, SN_EUSAGE, "--map is too long");
                char *name = room->text + used;
                memcpy(name, one.header.text, one.header.length);
                name[one.header.length] = '\0';
                used += one.header.length + 1;
                room->column[c] = (sn_csv_column){name, NULL, true};
            }
    }
    const sn_status status = sn_csv_open(bytes, room->column, count, csv, err);
    return status == SN_OK ? find_where(how, *csv, bytes->name, room, err) : status;
}

bool sn_preset_keeps(const sn_csv *csv, const sn_preset_columns *room)
{
    for (size_t w = 0; w < room->where_count; w++) {
        const sn_slice text = sn_csv_field(csv, room->where[w].field);
        const sn_slice pattern = room->where[w].pattern;
        const bool open = pattern.length > 0 && pattern.text[pattern.length - 1] == '*';
        const size_t size = pattern.length - open;
        if (text.length < size || (!open && text.length > size) ||
            memcmp(text.text, pattern.text, size) != 0)
            return false;
    }
    return true;
}

sn_status sn_preset_next(sn_csv *csv, const sn_preset_columns *room, sn_source *source,
                         bool *more, sn_error *err)
{
    sn_status status = SN_OK;

    for (;;) {
        SN_TRY(sn_csv_next(csv, more, err));
        if (!*more || sn_preset_keeps(csv, room))
            return SN_OK;
        sn_source_drop(source, SN_PRESET_OTHER_ROWS, 1);
    }
out:
    return status;
}

/* ----------------------------------------------------------------------------- choose */

static sn_status find_named(const char *name, const sn_preset **preset, sn_error *err)
{
    const char *names[sizeof presets / sizeof presets[0]];

    for (size_t p = 0; p < sn_preset_count(); p++) {
        names[p] = presets[p].name;
        if (strcasecmp(name, names[p]) == 0) {
            *preset = &presets[p];
            return SN_OK;
        }
    }
    const char *nearest = sn_nearest(name, names, sn_preset_count());
    return nearest != NULL
               ? sn_fail(err, SN_EUSAGE, "unknown preset \"%.60s\"; nearest: \"%s\"", name,
                         nearest)
               : sn_fail(err, SN_EUSAGE,
                         "unknown preset \"%.60s\"; supplynet help import lists them", name);
}

/* A reader of the first lines: with it the header's names.  NULL where there is no header. */
static sn_csv *read_header(const sn_bytes *bytes)
{
    sn_bytes first = *bytes;
    sn_csv *csv = NULL;

    if (first.size > LOOK_AT) { /* up to the end of a line */
        const char *end = memchr(first.data + LOOK_AT, '\n', first.size - LOOK_AT);
        first.size = end != NULL ? (size_t)(end - first.data) + 1 : first.size;
    }
    first.is_partial = false; /* the beginning is enough */
    return sn_csv_open(&first, NULL, 0, &csv, NULL) == SN_OK ? csv : NULL;
}

static sn_status find_known(const sn_bytes *bytes, const sn_import_options *how,
                            const sn_preset **preset, sn_error *err)
{
    sn_preset_header header = {.bytes = bytes->data, .size = bytes->size};

    for (size_t p = 0; p + 1 < sn_preset_count(); p++) /* what has no header at all */
        if (presets[p].knows(&header)) {
            *preset = &presets[p];
            return SN_OK;
        }
    sn_csv *csv = read_header(bytes);
    header.count = csv != NULL ? sn_csv_width(csv) : 0;
    sn_slice *names = calloc(header.count + 1, sizeof *names);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(names, "a header");
    for (size_t f = 0; f < header.count; f++)
        names[f] = sn_csv_header(csv, f);
    header.name = names;
    *preset = &presets[sn_preset_count() - 1];
    for (size_t p = 0; p < sn_preset_count(); p++)
        if (presets[p].knows(&header)) {
            *preset = &presets[p];
            break;
        }
    /* Whoever maps columns has a header that no preset knows. */
    if (how->map_count > 0 && misfit(*preset, how) != NULL)
        for (size_t p = sn_preset_count(); p-- > 0;)
            if (misfit(&presets[p], how) == NULL) {
                *preset = &presets[p];
                break;
            }
out:
    free(names);
    sn_csv_free(csv);
    return status;
}

sn_status sn_preset_choose(const sn_bytes *bytes, const sn_import_options *how,
                           const sn_preset **preset, sn_error *err)
{
    sn_status status = SN_OK;

    if (how->preset != NULL)
        SN_TRY(find_named(how->preset, preset, err));
    else
        SN_TRY(find_known(bytes, how, preset, err));
    SN_TRY(check_map(*preset, how, err));
out:
    return status;
}
