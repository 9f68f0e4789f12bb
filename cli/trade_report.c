/* trade_report.c - the quality of a trade table as tables, findings and JSON. */
#include "cli/trade_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "reports/number.h"

/* Beyond these a table does not say what it seems to. */
static const double most_unknown = 0.01, least_coverage = 0.9, most_coverage = 1.1,
                    most_missing = 0.2, most_outside = 0.05, most_outliers = 0.05,
                    most_apart = 0.5, most_through = 0.25;

static const char *const place_kinds[] = {"country", "rest of world", "no country",
                                          "sum of countries", "unknown"};

const sn_trades_quality *sn_trade_report_of(const sn_call *call)
{
    for (size_t s = 0; s < call->sources.count; s++)
        if (call->sources.source[s].trade != NULL)
            return call->sources.source[s].trade;
    return NULL;
}

static size_t at_most(const sn_call *call, size_t count)
{
    const size_t top = (size_t)sn_options_integer(&call->options, "top");

    return top == 0 || count < top ? count : top;
}

/* -------------------------------------------------------------------------------- tables */

static sn_status make_groups(const sn_call *call, const sn_trades_quality *quality,
                             sn_table **table, sn_error *err)
{
    const sn_table_head head[] = {
        {.name = "product"},
        {.name = "year"},
        {.name = "trades", .type = SN_COLUMN_INTEGER},
        {.name = "value", .type = SN_COLUMN_AMOUNT, .unit = quality->value_unit},
        {.name = "quantity", .type = SN_COLUMN_AMOUNT, .unit = "t"},
        {.name = "no_quantity", .heading = "no t", .type = SN_COLUMN_PERCENT},
        {.name = "top", .heading = "top"},
        {.name = "top_share", .heading = "share", .type = SN_COLUMN_PERCENT},
        {.name = "through", .type = SN_COLUMN_PERCENT},
        {.name = "unit_value", .heading = "unit value", .type = SN_COLUMN_NUMBER, .detail = 2},
        {.name = "outliers", .type = SN_COLUMN_INTEGER, .detail = 3},
        {.name = "pairs", .type = SN_COLUMN_INTEGER, .detail = 1},
        {.name = "ratio", .heading = "M/X", .type = SN_COLUMN_NUMBER, .detail = 1}};
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("product", "Trade by product and year", head,
                        sizeof head / sizeof head[0], table, err));
    for (size_t g = 0; g < at_most(call, quality->groups); g++) {
        const sn_trades_group *group = &quality->group[g];
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, group->product);
        sn_table_set_text(*table, 1, group->year);
        sn_table_set_number(*table, 2, (double)group->trades);
        sn_table_set_number(*table, 3, group->value);
        sn_table_set_number(*table, 4, group->quantity);
        sn_table_set_number(*table, 5,
                            group->value > 0 ? group->no_quantity_value / group->value : NAN);
        sn_table_set_text(*table, 6, group->top);
        sn_table_set_number(*table, 7, group->top_share);
        sn_table_set_number(*table, 8, group->through);
        sn_table_set_number(*table, 9, group->unit_value);
        sn_table_set_number(*table, 10, (double)group->outliers);
        sn_table_set_number(*table, 11, (double)group->pairs);
        sn_table_set_number(*table, 12, group->ratio);
    }
    if (at_most(call, quality->groups) < quality->groups) {
        char line[80];
        (void)snprintf(line, sizeof line, "%zu more; --top 0 shows all",
                       quality->groups - at_most(call, quality->groups));
        sn_table_add_note(*table, line);
    }
    sn_table_add_note(*table, "no t: share of the value without tonnes; through: exports that "
                              "imports of the same country may cover, re-exports at most; M/X: "
                              "median of the importer's over the exporter's report");
out:
    return status;
}

static sn_status make_odd(const sn_call *call, const sn_trades_quality *quality,
                          sn_table **table, sn_error *err)
{
    const sn_table_head head[] = {
        {.name = "what"},
        {.name = "product"},
        {.name = "year"},
        {.name = "exporter", .heading = "exp."},
        {.name = "importer", .heading = "imp."},
        {.name = "value", .type = SN_COLUMN_AMOUNT, .unit = quality->value_unit},
        {.name = "first", .type = SN_COLUMN_AMOUNT},
        {.name = "second", .type = SN_COLUMN_AMOUNT},
        {.name = "factor", .type = SN_COLUMN_NUMBER}};
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("odd", "Trades that stand out, by value", head,
                        sizeof head / sizeof head[0], table, err));
    for (size_t k = 0; k < at_most(call, quality->odds); k++) {
        const sn_trades_case *odd = &quality->odd[k];
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, odd->kind == SN_CASE_MIRROR ? "mirror" : "unit value");
        sn_table_set_text(*table, 1, odd->product);
        sn_table_set_text(*table, 2, odd->year);
        sn_table_set_text(*table, 3, odd->exporter);
        sn_table_set_text(*table, 4, odd->importer);
        sn_table_set_number(*table, 5, odd->value);
        sn_table_set_number(*table, 6, odd->first);
        sn_table_set_number(*table, 7, odd->second);
        sn_table_set_number(*table, 8, odd->first > 0 ? odd->second / odd->first : NAN);
    }
    sn_table_add_note(*table,
                      "mirror: first what the exporter reports, second the importer; unit "
                      "value: first its own, second the median of the product and year");
out:
    return status;
}

static sn_status make_outside(const sn_call *call, const sn_trades_quality *quality,
                              sn_table **table, sn_error *err)
{
    static const sn_table_head head[] = {{.name = "text"},
                                         {.name = "name"},
                                         {.name = "is"},
                                         {.name = "kept"},
                                         {.name = "rows", .type = SN_COLUMN_INTEGER},
                                         {.name = "share", .type = SN_COLUMN_PERCENT}};
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("place", "Texts in country columns that are no country", head, 6, table,
                        err));
    for (size_t k = 0; k < at_most(call, quality->outsides); k++) {
        const sn_trades_outside *one = &quality->outside[k];
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, one->text);
        sn_table_set_text(*table, 1, one->name);
        sn_table_set_text(*table, 2, place_kinds[one->kind]);
        sn_table_set_text(*table, 3, one->kind == SN_PLACE_UNKNOWN ? "yes" : "no");
        sn_table_set_number(*table, 4, (double)one->rows);
        sn_table_set_number(*table, 5, one->share);
    }
out:
    return status;
}

sn_status sn_trade_report_tables(const sn_call *call, const sn_trades_quality *quality,
                                 sn_table *table[SN_TRADE_TABLES], sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(make_groups(call, quality, &table[0], err));
    SN_TRY(make_odd(call, quality, &table[1], err));
    SN_TRY(make_outside(call, quality, &table[2], err));
out:
    return status;
}

/* ------------------------------------------------------------------------------- findings */

static sn_status judge_places(sn_call *call, const sn_trades_quality *quality, sn_error *err)
{
    double unknown = 0, outside = 0;
    char number[SN_NUMBER_SIZE];
    sn_status status = SN_OK;

    for (size_t k = 0; k < quality->outsides; k++) {
        const sn_trades_outside *one = &quality->outside[k];
        if (isnan(one->share))
            continue;
        *(one->kind == SN_PLACE_UNKNOWN ? &unknown : &outside) += one->share;
    }
    if (unknown > most_unknown) {
        SN_TRY(sn_call_find(call, SN_ERROR, "unknown-places", "trade", unknown, most_unknown,
                            err, "texts that are no known country take part in %s of the value",
                            sn_number_percent(unknown, number)));
        call->answer_is_no = true;
    }
    if (outside > most_outside)
        SN_TRY(sn_call_find(
            call, SN_WARNING, "no-country", "trade", outside, most_outside, err,
            "%s of the value is trade with no country (areas nes, bunkers, rest of "
            "world) and was left out",
            sn_number_percent(outside, number)));
out:
    return status;
}

static sn_status judge_coverage(sn_call *call, const sn_trades_quality *quality, sn_error *err)
{
    static const char *const side[] = {"", "exports", "imports"};
    char number[SN_NUMBER_SIZE];
    sn_status status = SN_OK;

    for (int k = 1; k < 3; k++) {
        const double coverage = quality->coverage[k];
        if (isnan(coverage) || (coverage >= least_coverage && coverage <= most_coverage))
            continue;
        SN_TRY(
            sn_call_find(call, SN_ERROR, "coverage", side[k], coverage,
                         coverage < least_coverage ? least_coverage : most_coverage, err,
                         "the partners add up to %s of the %s that the reporters give as their "
                         "total",
                         sn_number_percent(coverage, number), side[k]));
        call->answer_is_no = true;
    }
out:
    return status;
}

static sn_status judge_quantities(sn_call *call, const sn_trades_quality *quality,
                                  sn_error *err)
{
    const bool by_quantity =
        strcmp(sn_options_text(&call->options, "measure"), "quantity") == 0;
    double outliers = 0;
    char number[SN_NUMBER_SIZE];
    sn_status status = SN_OK;

    for (size_t g = 0; g < quality->groups; g++)
        outliers += quality->group[g].outlier_value;
    if (quality->no_quantity > most_missing) {
        SN_TRY(sn_call_find(call, by_quantity ? SN_ERROR : SN_NOTE, "missing-quantity", "trade",
                            quality->no_quantity, most_missing, err,
                            "%s of the value has no tonnes; --estimate-quantity fills them in, "
                            "marked as estimated",
                            sn_number_percent(quality->no_quantity, number)));
        call->answer_is_no |= by_quantity;
    }
    if (quality->value > 0 && outliers > most_outliers * quality->value)
        SN_TRY(sn_call_find(call, SN_WARNING, "unit-values", "trade", outliers / quality->value,
                            most_outliers, err,
                            "unit values far from the median of their product carry %s of the "
                            "value: tonnes may be wrong there",
                            sn_number_percent(outliers / quality->value, number)));
out:
    return status;
}

static sn_status judge_reports(sn_call *call, const sn_trades_quality *quality, sn_error *err)
{
    double pairs = 0, apart = 0, through = 0, known = 0;
    char number[SN_NUMBER_SIZE];
    sn_status status = SN_OK;

    for (size_t g = 0; g < quality->groups; g++) {
        const sn_trades_group *group = &quality->group[g];
        pairs += (double)group->pairs;
        apart += (double)group->apart;
        if (!isnan(group->through) && !isnan(group->value)) {
            through += group->through * group->value;
            known += group->value;
        }
    }
    if (pairs > 0 && apart > most_apart * pairs)
        SN_TRY(sn_call_find(
            call, SN_WARNING, "mirror-gap", "trade", apart / pairs, most_apart, err,
            "both sides report %.0f trades, and %s of these differ by a factor of 2 "
            "or more: hold --basis importer against --basis exporter",
            pairs, sn_number_percent(apart / pairs, number)));
    if (known > 0 && through > most_through * known)
        SN_TRY(sn_call_find(
            call, SN_NOTE, "re-exports", "trade", through / known, most_through, err,
            "up to %s of the exports may be re-exports: what a country ships is "
            "not what it makes",
            sn_number_percent(through / known, number)));
out:
    return status;
}

sn_status sn_trade_report_judge(sn_call *call, const sn_trades_quality *quality, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(judge_places(call, quality, err));
    SN_TRY(judge_coverage(call, quality, err));
    SN_TRY(judge_quantities(call, quality, err));
    SN_TRY(judge_reports(call, quality, err));
out:
    return status;
}

/* ----------------------------------------------------------------------------------- JSON */

static void write_group(sn_json *json, const sn_trades_group *group)
{
    sn_json_begin_object_inline(json);
    sn_json_kv_string(json, "product", group->product);
    sn_json_kv_string(json, "year", group->year);
    sn_json_kv_integer(json, "trades", (int64_t)group->trades);
    sn_json_kv_integer(json, "exporters", (int64_t)group->exporters);
    sn_json_kv_integer(json, "importers", (int64_t)group->importers);
    sn_json_kv_number_or_reason(json, "value", group->value, "no trade has a value");
    sn_json_kv_number_or_reason(json, "quantity", group->quantity, "no trade has a quantity");
    sn_json_kv_integer(json, "no_quantity", (int64_t)group->no_quantity);
    sn_json_kv_number(json, "no_quantity_value", group->no_quantity_value);
    sn_json_kv_integer(json, "estimated", (int64_t)group->estimated);
    sn_json_kv_string(json, "top", group->top);
    sn_json_kv_number_or_reason(json, "top_share", group->top_share, "no trade has a value");
    sn_json_kv_number_or_reason(json, "through", group->through, "no trade has a value");
    sn_json_kv_number_or_reason(json, "unit_value", group->unit_value,
                                "no trade has a value and a quantity");
    sn_json_kv_number_or_reason(json, "spread", group->spread,
                                "no trade has a value and a quantity");
    sn_json_kv_integer(json, "outliers", (int64_t)group->outliers);
    sn_json_kv_number(json, "outlier_value", group->outlier_value);
    sn_json_kv_integer(json, "pairs", (int64_t)group->pairs);
    sn_json_kv_integer(json, "apart", (int64_t)group->apart);
    sn_json_kv_number(json, "by_exporter", group->by_exporter);
    sn_json_kv_number(json, "by_importer", group->by_importer);
    sn_json_kv_number_or_reason(json, "ratio", group->ratio,
                                "no trade is reported by both sides");
    sn_json_end_object(json);
}

static void write_lists(sn_json *json, const sn_trades_quality *quality)
{
    sn_json_kv_array(json, "groups");
    for (size_t g = 0; g < quality->groups; g++)
        write_group(json, &quality->group[g]);
    sn_json_end_array(json);
    sn_json_kv_array(json, "odd");
    for (size_t k = 0; k < quality->odds; k++) {
        const sn_trades_case *odd = &quality->odd[k];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "what", odd->kind == SN_CASE_MIRROR ? "mirror" : "unit_value");
        sn_json_kv_string(json, "product", odd->product);
        sn_json_kv_string(json, "year", odd->year);
        sn_json_kv_string(json, "exporter", odd->exporter);
        sn_json_kv_string(json, "importer", odd->importer);
        sn_json_kv_number(json, "value", odd->value);
        sn_json_kv_number(json, "first", odd->first);
        sn_json_kv_number(json, "second", odd->second);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_kv_array(json, "outside");
    for (size_t k = 0; k < quality->outsides; k++) {
        const sn_trades_outside *one = &quality->outside[k];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "text", one->text);
        sn_json_kv_string(json, "name", one->name);
        sn_json_kv_string(json, "is", place_kinds[one->kind]);
        sn_json_kv_bool(json, "kept", one->kind == SN_PLACE_UNKNOWN);
        sn_json_kv_integer(json, "rows", (int64_t)one->rows);
        sn_json_kv_number_or_reason(json, "share", one->share, "a sum of countries");
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

void sn_trade_report_write(sn_json *json, const sn_trades_quality *quality)
{
    static const char none[] = "the table has no totals of reporters";

    sn_json_kv_object(json, "trade");
    sn_json_kv_number(json, "value", quality->value);
    sn_json_kv_string(json, "unit", quality->value_unit);
    sn_json_kv_number_or_reason(json, "no_quantity", quality->no_quantity,
                                "no trade has a value");
    sn_json_kv_number_or_reason(json, "coverage_exports", quality->coverage[1], none);
    sn_json_kv_number_or_reason(json, "coverage_imports", quality->coverage[2], none);
    sn_json_kv_number_or_reason(json, "reexports", quality->reexports,
                                "the table reports no re-exports");
    write_lists(json, quality);
    sn_json_end_object(json);
}
