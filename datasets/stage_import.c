/* stage_import.c - who makes and who trades what, step by step of a chain. */
#include "datasets/stage_import.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/load_private.h"
#include "datasets/makers_private.h"
#include "datasets/native_private.h"
#include "datasets/tables_rows.h"
#include "datasets/trade_private.h"

/* One code of one stage. */
typedef struct {
    const char *commodity, *stage; /* in texts */
    const char *hs;                /* the beginning of product codes; NULL: no trade */
    double content;
    size_t rows; /* trades that it takes */
} product_row;

/* A stage and what the table of production calls it. */
typedef struct {
    const char *commodity, *stage, *maker_commodity, *maker_stage;
    size_t rows;
} stage_row;

typedef struct {
    const sn_load_options *options;
    sn_tables *tables;
    sn_arena texts;
    product_row *product;
    size_t products, product_room;
    stage_row *stage;
    size_t stages, stage_room;
    sn_sources *sources;
} stage_import;

static sn_status copy(stage_import *s, sn_slice text, const char **kept, sn_error *err)
{
    *kept = sn_arena_copy(&s->texts, text.text, text.length);
    return *kept != NULL ? SN_OK : sn_nomem(err, "stages");
}

static sn_status grow(void **array, size_t *room, size_t count, size_t size, sn_error *err)
{
    if (count < *room)
        return SN_OK;
    const size_t more = *room > 0 ? 2 * *room : 32;
    void *bigger = realloc(*array, more * size);
    if (bigger == NULL)
        return sn_nomem(err, "stages");
    *array = bigger;
    *room = more;
    return SN_OK;
}

/* --------------------------------------------------------------------------------- stages */

enum { COMMODITY, STAGE, NEXT, YIELD, HS, CONTENT, MAKERS, COLUMNS };

static stage_row *find_stage(stage_import *s, sn_slice commodity, sn_slice stage)
{
    for (size_t k = 0; k < s->stages; k++)
        if (strlen(s->stage[k].commodity) == commodity.length &&
            memcmp(s->stage[k].commodity, commodity.text, commodity.length) == 0 &&
            strlen(s->stage[k].stage) == stage.length &&
            memcmp(s->stage[k].stage, stage.text, stage.length) == 0)
            return &s->stage[k];
    return NULL;
}

/* The first row of a stage. */
static sn_status begin_stage(stage_import *s, sn_csv *csv, sn_slice commodity, sn_slice stage,
                             sn_error *err)
{
    const sn_slice makers = sn_csv_text(csv, MAKERS);
    const char *colon = memchr(makers.text, ':', makers.length);
    sn_tables_stage row = {.commodity = commodity, .stage = stage, .line = sn_csv_line(csv)};
    sn_tables_column blame;
    stage_row kept = {0};
    sn_status status = SN_OK;

    SN_TRY(sn_csv_require(csv, NEXT, &row.next, err));
    SN_TRY(sn_csv_amount(csv, YIELD, &row.yield, err));
    SN_TRY(sn_csv_blame(csv, STAGE, sn_tables_add_stage(s->tables, &row, &blame, err), err));
    SN_TRY(copy(s, commodity, &kept.commodity, err));
    SN_TRY(copy(s, stage, &kept.stage, err));
    kept.maker_commodity = kept.commodity;
    kept.maker_stage = kept.stage;
    if (makers.length > 0 && colon == NULL)
        return sn_csv_fail(csv, MAKERS, err, "\"%.*s\" is not of the form commodity:stage",
                           (int)(makers.length < 60 ? makers.length : 60), makers.text);
    if (colon != NULL) {
        const size_t size = (size_t)(colon - makers.text);
        SN_TRY(copy(s, (sn_slice){makers.text, size}, &kept.maker_commodity, err));
        SN_TRY(
            copy(s, (sn_slice){colon + 1, makers.length - size - 1}, &kept.maker_stage, err));
    }
    SN_TRY(grow((void **)&s->stage, &s->stage_room, s->stages, sizeof kept, err));
    s->stage[s->stages++] = kept;
out:
    return status;
}

/* Every code of a row: "2825|283691". */
static sn_status add_products(stage_import *s, sn_slice list, const stage_row *stage,
                              double content, sn_error *err)
{
    sn_status status = SN_OK;
    size_t at = 0;

    while (at < list.length) {
        const char *bar = memchr(list.text + at, '|', list.length - at);
        const size_t size = bar != NULL ? (size_t)(bar - list.text) - at : list.length - at;
        product_row row = {.commodity = stage->commodity,
                           .stage = stage->stage,
                           .content = isnan(content) ? 1 : content};
        if (size > 0) {
            SN_TRY(copy(s, (sn_slice){list.text + at, size}, &row.hs, err));
            SN_TRY(grow((void **)&s->product, &s->product_room, s->products, sizeof row, err));
            s->product[s->products++] = row;
        }
        at += size + 1;
    }
out:
    return status;
}

static bool is_asked(const char *list, sn_slice commodity)
{
    for (const char *at = list; at != NULL; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (strcspn(at, "|") == commodity.length &&
            memcmp(at, commodity.text, commodity.length) == 0)
            return true;
    return list == NULL;
}

static sn_status read_stage(stage_import *s, sn_csv *csv, sn_source *source, sn_error *err)
{
    sn_slice commodity, stage;
    double content;
    sn_status status = SN_OK;

    SN_TRY(sn_csv_require(csv, COMMODITY, &commodity, err));
    SN_TRY(sn_csv_require(csv, STAGE, &stage, err));
    if (!is_asked(s->options->commodity, commodity)) {
        sn_source_drop(source, "other commodity", 1);
        return SN_OK;
    }
    SN_TRY(sn_csv_amount(csv, CONTENT, &content, err));
    if (find_stage(s, commodity, stage) == NULL)
        SN_TRY(begin_stage(s, csv, commodity, stage, err));
    SN_TRY(
        add_products(s, sn_csv_text(csv, HS), find_stage(s, commodity, stage), content, err));
    source->rows_used++;
out:
    return status;
}

static sn_status read_stages(stage_import *s, sn_error *err)
{
    static const sn_csv_column columns[COLUMNS] = {[COMMODITY] = {"commodity", "mineral", true},
                                                   [STAGE] = {"stage", NULL, true},
                                                   [NEXT] = {"next", NULL, true},
                                                   [YIELD] = {"yield", NULL, false},
                                                   [HS] = {"hs", "product|code|hs6|k", true},
                                                   [CONTENT] = {"content", NULL, false},
                                                   [MAKERS] = {"makers", "production", false}};
    sn_bytes bytes = {0};
    sn_source *source;
    sn_csv *csv = NULL;
    sn_status status = SN_OK;
    bool more;

    SN_TRY(sn_bytes_open(s->options->stages, NULL, SN_BYTES_LIMIT, &bytes, err));
    SN_TRY(sn_sources_add(s->sources, "stages", &bytes, &source, err));
    SN_TRY(sn_csv_open(&bytes, columns, COLUMNS, &csv, err));
    for (;;) {
        SN_TRY(sn_csv_next(csv, &more, err));
        if (!more)
            break;
        SN_TRY(read_stage(s, csv, source, err));
    }
    SN_TRY(sn_source_finish(source, csv, err));
    if (s->stages == 0)
        status = sn_fail(err, s->options->commodity != NULL ? SN_EUSAGE : SN_EDATA,
                         "%s has no stage%s%s", bytes.name,
                         s->options->commodity != NULL ? " of commodity " : "",
                         s->options->commodity != NULL ? s->options->commodity : "");
out:
    sn_csv_free(csv);
    sn_bytes_clear(&bytes);
    return status;
}

/* ------------------------------------------------------------------------------ production */

static sn_slice slice_of(const char *text)
{
    return (sn_slice){text, strlen(text)};
}

static sn_status add_output(stage_import *s, const sn_makers *makers, const sn_maker *row,
                            stage_row *stage, const char *name, sn_error *err)
{
    const sn_tables_output output = {
        .commodity = slice_of(stage->commodity),
        .stage = slice_of(stage->stage),
        .country = slice_of(sn_dict_text(&makers->place, row->place)),
        .unit = slice_of(sn_dict_text(&makers->unit, row->unit)),
        .year = slice_of(sn_dict_text(&makers->year, row->year)),
        .source = slice_of(sn_dict_text(&makers->source, row->source)),
        .value = row->value,
        .need = NAN};
    sn_tables_column blame;
    sn_error reason = {0};
    const sn_status status = sn_tables_add_output(s->tables, &output, &blame, &reason);

    stage->rows++;
    return status == SN_OK ? SN_OK : sn_fail(err, status, "%s: %.400s", name, reason.message);
}

static sn_status read_production(stage_import *s, const char *year, sn_error *err)
{
    sn_import_options how = s->options->import;
    sn_bytes bytes = {0};
    sn_makers makers = {0};
    size_t source, unused = 0;
    sn_status status = SN_OK;

    how.preset = NULL; /* that and the rest are about the trade */
    how.map_count = how.where_count = 0;
    SN_TRY(sn_load_open_table(s->options->production, 0, &bytes, err));
    const sn_preset_input input = {&bytes, s->options->production, &how, s->sources};
    SN_TRY(sn_makers_load(&input, year, NULL, &makers, NULL, &source, err));
    for (size_t r = 0; r < makers.count; r++) {
        const sn_maker *row = &makers.row[r];
        const char *commodity = sn_dict_text(&makers.commodity, row->commodity);
        const char *stage = sn_dict_text(&makers.stage, row->stage);
        bool used = false;
        for (size_t k = 0; k < s->stages; k++)
            if (strcmp(s->stage[k].maker_commodity, commodity) == 0 &&
                strcmp(s->stage[k].maker_stage, stage) == 0 && !isnan(row->value)) {
                SN_TRY(add_output(s, &makers, row, &s->stage[k], bytes.name, err));
                used = true;
            }
        unused += !used;
    }
    for (size_t k = 0; k < s->stages; k++)
        if (s->stage[k].rows == 0) {
            status =
                sn_fail(err, SN_EDATA, "%s has no production of %s:%s%s%s, which %s asks for",
                        bytes.name, s->stage[k].maker_commodity, s->stage[k].maker_stage,
                        year[0] != '\0' ? " in " : "", year, s->options->stages);
            goto out;
        }
    if (unused > 0)
        SN_TRY(sn_source_note(&s->sources->source[source], err,
                              "%zu amounts are of no stage in %s", unused, s->options->stages));
out:
    sn_makers_clear(&makers);
    sn_bytes_clear(&bytes);
    return status;
}

/* ----------------------------------------------------------------------------------- trade */

static bool begins(const char *code, const char *hs)
{
    return hs != NULL && strncmp(code, hs, strlen(hs)) == 0;
}

static sn_status add_trade(stage_import *s, const sn_trades *trade, const sn_trades_row *row,
                           const product_row *product, const char *name, sn_error *err)
{
    const sn_tables_trade entry = {
        .commodity = slice_of(product->commodity),
        .stage = slice_of(product->stage),
        .exporter = slice_of(sn_dict_text(&trade->place, row->exporter)),
        .importer = slice_of(sn_dict_text(&trade->place, row->importer)),
        .basis = slice_of(row->estimated ? "estimated" : "reported"),
        .quantity = row->quantity * product->content};
    sn_tables_column blame;
    sn_error reason = {0};
    const sn_status status = sn_tables_add_trade(s->tables, &entry, &blame, &reason);

    return status == SN_OK ? SN_OK : sn_fail(err, status, "%s: %.400s", name, reason.message);
}

static sn_status use_trades(stage_import *s, const sn_trades *trade, sn_source *source,
                            const char *name, sn_error *err)
{
    size_t unused = 0, missing = 0;
    double missing_value = 0, value = 0;
    sn_status status = SN_OK;

    for (size_t r = 0; r < trade->count; r++) {
        const sn_trades_row *row = &trade->row[r];
        const char *code = sn_dict_text(&trade->product, row->product);
        bool used = false;
        for (size_t p = 0; p < s->products; p++) {
            if (!begins(code, s->product[p].hs))
                continue;
            used = true;
            s->product[p].rows++;
            SN_TRY(add_trade(s, trade, row, &s->product[p], name, err));
        }
        value += used && !isnan(row->value) ? row->value : 0;
        if (!used)
            unused++;
        else if (isnan(row->quantity)) {
            missing++;
            missing_value += isnan(row->value) ? 0 : row->value;
        } else
            source->rows_used++;
    }
    sn_source_drop(source, "product of no stage", unused);
    sn_source_drop(source, "missing quantity", missing);
    if (missing > 0)
        SN_TRY(sn_source_note(source, err,
                              "%zu rows of %.2g %% of the value have no quantity: left out; "
                              "--estimate-quantity fills them in",
                              missing, value > 0 ? 100 * missing_value / value : 0.0));
    for (size_t p = 0; p < s->products; p++) {
        const product_row *product = &s->product[p];
        if (product->rows == 0)
            SN_TRY(sn_source_note(source, err, "no trade of %s: %s %s is estimated without it",
                                  product->hs, product->commodity, product->stage));
        for (size_t q = 0; q < p; q++)
            if (begins(product->hs, s->product[q].hs) || begins(s->product[q].hs, product->hs))
                SN_TRY(
                    sn_source_note(source, err,
                                   "%s stands for %s %s and for %s %s: the same trade serves "
                                   "both",
                                   product->hs, s->product[q].commodity, s->product[q].stage,
                                   product->commodity, product->stage));
    }
out:
    return status;
}

/* All codes as one list for --product: it also keeps headings that are named whole. */
static sn_status join_codes(const stage_import *s, char **list, sn_error *err)
{
    size_t size = 1;

    for (size_t p = 0; p < s->products; p++)
        size += strlen(s->product[p].hs) + 1;
    *list = calloc(size, 1);
    if (*list == NULL)
        return sn_nomem(err, "product codes");
    for (size_t p = 0; p < s->products; p++) {
        if (p > 0)
            strcat(*list, "|");
        strcat(*list, s->product[p].hs);
    }
    return SN_OK;
}

static sn_status read_trade(stage_import *s, const char *year, sn_error *err)
{
    sn_import_options how = s->options->import;
    const sn_trades_filter filter = {&how, year, NULL};
    const char *path = s->options->flows != NULL ? s->options->flows : s->options->network;
    sn_bytes bytes = {0};
    sn_trades trade = {0};
    char *codes = NULL;
    size_t source;
    sn_status status = SN_OK;

    SN_TRY(join_codes(s, &codes, err));
    if (how.product == NULL && codes[0] != '\0')
        how.product = codes;
    SN_TRY(sn_load_open_table(path, s->options->year, &bytes, err));
    const sn_preset_input input = {&bytes, path, &how, s->sources};
    SN_TRY(sn_trades_load(&input, &filter, &trade, &source, err));
    if (year[0] == '\0')
        SN_TRY(sn_trades_one_year(&trade, bytes.name, err));
    SN_TRY(use_trades(s, &trade, &s->sources->source[source], bytes.name, err));
out:
    sn_trades_clear(&trade);
    sn_bytes_clear(&bytes);
    free(codes);
    return status;
}

/* --------------------------------------------------------------------------------- network */

static sn_status build(stage_import *s, sn_builder *builder, sn_error *err)
{
    sn_countries countries = {0};
    sn_stages_report report = {0};
    sn_error reason = {0};
    size_t line = 0;
    sn_status status = SN_OK;

    SN_TRY(sn_countries_load(&countries, err));
    status = sn_tables_build(s->tables, sn_load_name_country, &countries, builder, &line,
                             &report, &reason);
    if (status != SN_OK) {
        if (line > 0)
            (void)sn_fail(err, status, "%s:%zu: %.400s", s->options->stages, line,
                          reason.message);
        else
            (void)sn_fail(err, status, "%s", reason.message);
        goto out;
    }
    SN_TRY(sn_load_note_steps(&report, &s->sources->source[0], err));
out:
    sn_countries_clear(&countries);
    sn_stages_report_clear(&report);
    return status;
}

sn_status sn_stage_import(const sn_load_options *options, sn_network **net, sn_sources *sources,
                          sn_error *err)
{
    stage_import s = {.options = options, .sources = sources, .tables = sn_tables_new()};
    sn_builder *builder = sn_builder_new();
    char year[16] = "", made[16] = "";
    sn_status status = SN_OK;

    SN_TRY_ALLOC(s.tables, "tables");
    SN_TRY_ALLOC(builder, "a network");
    if (options->production == NULL) {
        status =
            sn_fail(err, SN_EUSAGE, "--stages needs a table of production: --production FILE");
        goto out;
    }
    if (options->year != 0)
        (void)snprintf(year, sizeof year, "%d", options->year);
    const int production_year =
        options->production_year != 0 ? options->production_year : options->year;
    if (production_year != 0)
        (void)snprintf(made, sizeof made, "%d", production_year);
    SN_TRY(read_stages(&s, err));
    SN_TRY(read_production(&s, made, err));
    SN_TRY(read_trade(&s, year, err));
    SN_TRY(build(&s, builder, err));
    SN_TRY(sn_builder_freeze(&builder, net, err));
out:
    sn_tables_free(s.tables);
    sn_builder_free(builder);
    sn_arena_clear(&s.texts);
    free(s.product);
    free(s.stage);
    return status;
}
