/* trade_read.c - tables with one row a trade: CEPII BACI, and tidy tables of its kind. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glob.h>

#include "datasets/scan.h"
#include "datasets/trade_private.h"

/* ------------------------------------------------------------- the code list beside a table */

static sn_status read_codes(sn_places *places, const sn_bytes *bytes, sn_source *source,
                            sn_error *err)
{
    static const sn_csv_column columns[] = {
        {"country_code", "code|i", true},
        {"country_name", "country_name_full|name|country_name_abbreviation", false},
        {"country_iso3", "iso_3digit_alpha|iso3", false}};
    sn_csv *csv = NULL;
    sn_status status = SN_OK;
    bool more;

    SN_TRY(sn_csv_open(bytes, columns, 3, &csv, err));
    for (;;) {
        SN_TRY(sn_csv_next(csv, &more, err));
        if (!more)
            break;
        sn_places_learn(places, sn_csv_text(csv, 0), sn_csv_text(csv, 2), sn_csv_text(csv, 1));
        source->rows_used++;
    }
    SN_TRY(sn_source_finish(source, csv, err));
out:
    sn_csv_free(csv);
    return status;
}

/* The only file beside `path` that fits a pattern, into `found`; false when none does. */
static bool find_beside(const char *path, const char *pattern, char found[PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    const int folder = slash != NULL ? (int)(slash - path + 1) : 0;
    char wanted[PATH_MAX];
    glob_t list;
    bool one = false;

    if (snprintf(wanted, sizeof wanted, "%.*s%s", folder, path, pattern) >= PATH_MAX)
        return false;
    if (glob(wanted, 0, NULL, &list) == 0) {
        one = list.gl_pathc == 1 && strlen(list.gl_pathv[0]) < PATH_MAX;
        if (one)
            (void)snprintf(found, PATH_MAX, "%s", list.gl_pathv[0]);
        globfree(&list);
    }
    return one;
}

/* country_codes*.csv in the archive or folder of the table, if there is one. */
static sn_status learn_codes(sn_trades_pass *pass, sn_error *err)
{
    static const char pattern[] = "country_codes*.csv";
    const char *path = pass->input->path;
    char beside[PATH_MAX];
    sn_bytes bytes = {0};
    sn_source *source;
    sn_status status = SN_OK;
    size_t count = 0;

    if (path == NULL || strcmp(path, "-") == 0)
        return SN_OK;
    if (sn_bytes_is_zip(path)) {
        SN_TRY(sn_bytes_zip_holds(path, pattern, &count, err));
        if (count == 1)
            SN_TRY(sn_bytes_open(path, pattern, SN_BYTES_LIMIT, &bytes, err));
    } else if (find_beside(path, pattern, beside)) {
        SN_TRY(sn_bytes_open(beside, NULL, SN_BYTES_LIMIT, &bytes, err));
    }
    if (bytes.data != NULL) {
        SN_TRY(sn_sources_add(pass->input->sources, "country codes", &bytes, &source, err));
        SN_TRY(read_codes(pass->places, &bytes, source, err));
    }
out:
    sn_bytes_clear(&bytes);
    return status;
}

/* --------------------------------------------------------------------------------- rows */

enum {
    YEAR,
    EXPORTER,
    IMPORTER,
    PRODUCT,
    VALUE,
    VALUE_USD,
    VALUE_ANY,
    TONNES,
    KG,
    SOURCE,
    UNIT,
    COLUMNS
};

static sn_status read_numbers(sn_trades_pass *pass, sn_trades_row *row, sn_error *err)
{
    double usd, any, kg;
    sn_status status = SN_OK;

    SN_TRY(sn_csv_amount(pass->csv, VALUE, &row->value, err));
    SN_TRY(sn_csv_amount(pass->csv, VALUE_USD, &usd, err));
    SN_TRY(sn_csv_amount(pass->csv, VALUE_ANY, &any, err));
    SN_TRY(sn_csv_amount(pass->csv, TONNES, &row->quantity, err));
    SN_TRY(sn_csv_amount(pass->csv, KG, &kg, err));
    if (isnan(row->value))
        row->value = !isnan(usd) ? usd / 1000 : any;
    if (isnan(row->quantity))
        row->quantity = kg / 1000;
out:
    return status;
}

/* The unit of a column that does not say it in its name: that of the first row. */
static sn_status keep_unit(sn_trades_pass *pass, sn_error *err)
{
    const sn_slice text = sn_csv_text(pass->csv, UNIT);
    int32_t code;
    const sn_status status =
        sn_dict_add(&pass->trade->known, text.text, text.length, &code, err);

    if (status == SN_OK)
        pass->trade->value_unit = sn_dict_text(&pass->trade->known, code);
    return status;
}

static sn_status read_row(sn_trades_pass *pass, sn_error *err)
{
    const sn_slice year = sn_csv_text(pass->csv, YEAR);
    sn_slice product = sn_csv_text(pass->csv, PRODUCT), exporter, importer;
    sn_trades_row row = {.period = SN_NONE};
    sn_status status = SN_OK;
    char padded[8];
    bool keep;

    SN_TRY(sn_trades_keep_year(pass, year, &keep, err));
    if (!keep || !sn_trades_keeps_product(pass, &product, padded))
        return SN_OK;
    SN_TRY(sn_csv_require(pass->csv, EXPORTER, &exporter, err));
    SN_TRY(sn_csv_require(pass->csv, IMPORTER, &importer, err));
    SN_TRY(read_numbers(pass, &row, err));
    if (isnan(row.value) && isnan(row.quantity)) {
        sn_source_drop(pass->source, "missing value", 1);
        return SN_OK;
    }
    if (pass->trade->value_unit == NULL && sn_csv_text(pass->csv, UNIT).length > 0)
        SN_TRY(keep_unit(pass, err));
    SN_TRY(sn_trades_code(&pass->trade->year, &pass->year, year, &row.year, err));
    SN_TRY(sn_trades_code(&pass->trade->period, &pass->period, sn_csv_text(pass->csv, SOURCE),
                          &row.period, err));
    SN_TRY(sn_trades_code(&pass->trade->product, &pass->product, product, &row.product, err));
    SN_TRY(sn_trades_spell(pass, 0, exporter, &row.exporter, err));
    SN_TRY(sn_trades_spell(pass, 1, importer, &row.importer, err));
    SN_TRY(sn_trades_add(pass, row, err));
out:
    return status;
}

/* Why a row is left out before anybody looks closer: 0, it is not. */
enum { WANTED, OTHER_ROW, OTHER_YEAR, OTHER_PRODUCT };

static int judge(const void *context, const sn_csv *row)
{
    const sn_trades_pass *pass = context;
    sn_slice product = sn_csv_text(row, PRODUCT);
    char padded[8];

    if (!sn_preset_keeps(row, &pass->columns))
        return OTHER_ROW;
    if (!sn_trades_wants_year(pass->filter, sn_csv_text(row, YEAR)))
        return OTHER_YEAR;
    return sn_trades_wants_product(pass->filter, &product, padded) ? WANTED : OTHER_PRODUCT;
}

/* Let the wanted rows be found on several threads, where not all are wanted. */
static sn_status set_filter(sn_trades_pass *pass, sn_error *err)
{
    const sn_trades_filter *filter = pass->filter;

    if (filter->year[0] == '\0' && filter->how->last_year == 0 && filter->how->product == NULL &&
        filter->how->where_count == 0 && (filter->product == NULL || filter->product->count == 0))
        return SN_OK;
    return sn_csv_set_filter(pass->csv, &(sn_csv_filter){judge, pass, {YEAR, PRODUCT}}, err);
}

/* What the filter saw: rows that were left out, and the years and products that there are. */
static sn_status account(sn_trades_pass *pass, sn_error *err)
{
    const sn_dict *year = sn_csv_noted(pass->csv, 0), *product = sn_csv_noted(pass->csv, 1);
    sn_status status = SN_OK;
    int32_t code;

    sn_source_drop(pass->source, SN_PRESET_OTHER_ROWS, sn_csv_left_out(pass->csv, OTHER_ROW));
    sn_source_drop(pass->source, "other year", sn_csv_left_out(pass->csv, OTHER_YEAR));
    sn_source_drop(pass->source, "other product", sn_csv_left_out(pass->csv, OTHER_PRODUCT));
    for (int32_t k = 0; k < year->count; k++)
        SN_TRY(sn_dict_add(&pass->trade->year, year->text[k], year->length[k], &code, err));
    for (int32_t k = 0; k < product->count; k++)
        SN_TRY(sn_trades_note_product(pass, (sn_slice){product->text[k], product->length[k]}, err));
out:
    return status;
}

static sn_status read_rows(sn_trades_pass *pass, sn_error *err)
{
    sn_status status = SN_OK;
    bool more;

    SN_TRY(set_filter(pass, err));
    for (;;) {
        SN_TRY(sn_preset_next(pass->csv, &pass->columns, pass->source, &more, err));
        if (!more)
            break;
        SN_TRY(read_row(pass, err));
    }
    SN_TRY(account(pass, err));
    SN_TRY(sn_trades_end(pass, err));
out:
    return status;
}

static sn_status read_table(const sn_preset_input *input, const sn_trades_filter *filter,
                            const sn_csv_column *columns, bool with_codes, sn_trades *trade,
                            sn_error *err)
{
    sn_trades_pass pass = {.input = input, .filter = filter, .trade = trade};
    sn_status status = SN_OK;

    SN_TRY(sn_trades_begin(&pass, err));
    if (with_codes) {
        const size_t own = input->sources->count - 1;
        SN_TRY(learn_codes(&pass, err));
        if (own + 1 < input->sources->count) { /* the table stays the last one */
            sn_source *source = input->sources->source;
            const sn_source codes = source[own + 1];
            source[own + 1] = source[own];
            source[own] = codes;
        }
        pass.source = &input->sources->source[input->sources->count - 1];
    }
    SN_TRY(sn_preset_open(input->bytes, input->how, columns, COLUMNS, &pass.columns, &pass.csv,
                          err));
    trade->value_unit =
        sn_csv_has(pass.csv, VALUE) || sn_csv_has(pass.csv, VALUE_USD) ? "kUSD" : NULL;
    SN_TRY(read_rows(&pass, err));
out:
    sn_trades_pass_clear(&pass);
    return status;
}

sn_status sn_trades_read_baci(const sn_preset_input *input, const sn_trades_filter *filter,
                              sn_trades *trade, sn_error *err)
{
    static const sn_csv_column columns[COLUMNS] = {
        [YEAR] = {"t", NULL, true},           [EXPORTER] = {"i", NULL, true},
        [IMPORTER] = {"j", NULL, true},       [PRODUCT] = {"k", NULL, true},
        [VALUE] = {"v", NULL, true},          [VALUE_USD] = {"value_usd", NULL, false},
        [VALUE_ANY] = {"value", NULL, false}, [TONNES] = {"q", NULL, false},
        [KG] = {"netWgt", NULL, false},       [SOURCE] = {"source", NULL, false},
        [UNIT] = {"unit", NULL, false}};

    trade->is_reconciled = true;
    return read_table(input, filter, columns, true, trade, err);
}

sn_status sn_trades_read_tidy(const sn_preset_input *input, const sn_trades_filter *filter,
                              sn_trades *trade, sn_error *err)
{
    static const sn_csv_column columns[COLUMNS] = {
        [YEAR] = {"year", "t|period|refyear|time_period", false},
        [EXPORTER] = {"exporter", "exporter_iso3|exporter_iso|origin|export_country", true},
        [IMPORTER] = {"importer", "importer_iso3|importer_iso|destination|import_country",
                      true},
        [PRODUCT] = {"product", "hs|hs6|hs_code|hscode|product_code|cmdCode|k|commodity_code",
                     false},
        [VALUE] = {"value_kusd", "value_1000usd|value_thousand_usd|v", false},
        [VALUE_USD] = {"value_usd", "trade_value_usd|primaryValue|trade value (us$)", false},
        [VALUE_ANY] = {"value", NULL, false},
        [TONNES] = {"quantity_t", "qty_t|quantity_tonnes|tonnes|quantity|q", false},
        [KG] = {"quantity_kg", "netwgt_kg|weight_kg|netwgt|net_weight_kg", false},
        [SOURCE] = {"source", NULL, false},
        [UNIT] = {"unit", NULL, false}};

    return read_table(input, filter, columns, false, trade, err);
}
