/* cmd_indicators.c - the official indices of every commodity and stage for a consumer. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/indicators.h"
#include "cli/verbs.h"

enum { ROWS_IN_TEXT = 120 }; /* more of them only where --index asks for it */

static const sn_option options[] = {
    {.name = "index",
     .letter = 'i',
     .kind = SN_OPTION_LIST,
     .argument = "NAME",
     .help = "only this index (default all; listed above)"},
    SN_OPTION_CONSUMER,
    {.name = NULL},
};

/* ---- JSON
 * -------------------------------------------------------------------------------------- */

static void write_product(sn_json *json, const sn_sourcing *product)
{
    double made = 0, bought = 0;

    for (size_t k = 0; k < product->count; k++) {
        made += product->party[k].made;
        bought += product->party[k].bought;
    }
    const struct {
        const char *name;
        double amount;
    } amount[] = {{"world_supply", product->made.total},
                  {"world_supply_named", made},
                  {"supply_of_consumer", product->bought.total},
                  {"supply_of_consumer_named", bought},
                  {"production", product->production},
                  {"imports", product->imports},
                  {"exports", product->exports},
                  {"between_members", product->intra},
                  {"final_use", product->final_use},
                  {"world_use", product->used},
                  {"world_use_unnamed", product->used_unknown}};

    sn_json_begin_object(json);
    sn_json_kv_string(json, "commodity", product->commodity);
    sn_json_kv_string(json, "stage", product->stage);
    if (product->product != NULL)
        sn_json_kv_string(json, "product", product->product);
    sn_json_kv_string(json, "unit", product->unit);
    for (size_t k = 0; k < sizeof amount / sizeof amount[0]; k++)
        sn_json_kv_number_or_reason(json, amount[k].name, amount[k].amount, "not known");
    sn_json_kv_number_or_reason(json, "estimated_share", product->estimated,
                                "the consumer has none of it, or shares alone are given");
    sn_json_kv_number(json, "world_unnamed", product->made.other + product->made.unknown);
    sn_json_kv_number(json, "left_out", product->made.left_out);
    sn_json_end_object(json);
}

static const char *direction_of(const sn_indicator *row)
{
    return row->below ? "below" : row->strict ? "above" : "at_least";
}

static void write_row(sn_json *json, const sn_indicator *row)
{
    const double interval[] = {row->interval.low, row->interval.high};

    sn_json_begin_object(json);
    sn_json_kv_string(json, "commodity", row->commodity);
    sn_json_kv_string(json, "stage", row->product != NULL ? row->product->stage : NULL);
    sn_json_kv_string(json, "index", row->index);
    sn_json_kv_string(json, "part", row->part);
    sn_json_kv_string(json, "view", row->view);
    sn_json_kv_number_or_reason(json, "value", row->value, row->reason);
    if (isnan(interval[0]) || isnan(interval[1]))
        sn_json_kv_null(json, "interval");
    else
        sn_json_kv_numbers(json, "interval", interval, 2);
    sn_json_kv_string(json, "unit", row->unit);
    sn_json_kv_number(json, "threshold", row->threshold);
    sn_json_kv_string(json, "critical_when", isnan(row->threshold) ? NULL : direction_of(row));
    sn_json_kv_string(json, "critical",
                      isnan(row->threshold) ? NULL : sn_verdict_word(row->met));
    sn_json_kv_number(json, "coverage", row->coverage);
    sn_json_kv_string(json, "who", row->who);
    sn_json_kv_string(json, "assumed", row->assumed[0] != '\0' ? row->assumed : NULL);
    sn_json_kv_string(json, "method", row->method);
    sn_json_end_object(json);
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const sn_indicators *it = data;

    (void)call;
    sn_json_begin_object(json);
    sn_consumer_write(json, "consumer", &it->consumer);
    sn_json_kv_string(json, "by", it->by_owner ? "owner" : "country");
    sn_consumer_write(json, "coalition", &it->coalition);
    sn_json_kv_string(json, "supply", it->from_shares ? "shares" : "network");
    sn_json_kv_string(json, "governance", it->governance.period);
    sn_json_key(json, "period");
    sn_json_begin_array_inline(json);
    sn_json_integer(json, it->period[0]);
    sn_json_integer(json, it->period[1]);
    sn_json_end_array(json);
    sn_json_kv_array(json, "products");
    for (size_t p = 0; p < it->products.count; p++)
        write_product(json, &it->products.product[p]);
    sn_json_end_array(json);
    sn_json_kv_array(json, "indicators");
    for (size_t k = 0; k < it->count; k++)
        write_row(json, &it->row[k]);
    sn_json_end_array(json);
    sn_json_end_object(json);
}

/* ---- tables
 * --------------------------------------------------------------------------------------- */

static sn_status make_rows(const sn_indicators *it, sn_table **table, sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "commodity"},
        {.name = "stage"},
        {.name = "index"},
        {.name = "part"},
        {.name = "view", .detail = 1},
        {.name = "value", .type = SN_COLUMN_NUMBER},
        {.name = "low", .heading = "from", .type = SN_COLUMN_NUMBER, .detail = 3},
        {.name = "high", .heading = "to", .type = SN_COLUMN_NUMBER, .detail = 2},
        {.name = "unit", .detail = 4},
        {.name = "threshold", .type = SN_COLUMN_NUMBER, .detail = 6},
        {.name = "critical", .heading = "crit."},
        {.name = "who", .detail = 5},
        {.name = "coverage", .heading = "known", .type = SN_COLUMN_PERCENT, .detail = 7},
        {.name = "reason", .detail = 8}};
    sn_status status = SN_OK;

    SN_TRY(
        sn_table_new("indicator", "Indices", head, sizeof head / sizeof head[0], table, err));
    for (size_t k = 0; k < it->count; k++) {
        const sn_indicator *row = &it->row[k];
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, row->commodity);
        sn_table_set_text(*table, 1, row->product != NULL ? row->product->stage : NULL);
        sn_table_set_text(*table, 2, row->index);
        sn_table_set_text(*table, 3, row->part);
        sn_table_set_text(*table, 4, row->view);
        if (isnan(row->value))
            sn_table_set_missing(*table, 5, row->reason);
        else
            sn_table_set_number(*table, 5, row->value);
        sn_table_set_number(*table, 6, row->interval.low);
        sn_table_set_number(*table, 7, row->interval.high);
        sn_table_set_text(*table, 8, row->unit);
        sn_table_set_number(*table, 9, row->threshold);
        sn_table_set_text(*table, 10, isnan(row->threshold) ? NULL : sn_verdict_word(row->met));
        sn_table_set_text(*table, 11, row->who);
        sn_table_set_number(*table, 12, row->coverage);
        sn_table_set_text(*table, 13, row->reason[0] != '\0' ? row->reason : NULL);
    }
    sn_table_add_note(*table,
                      "critical: the published threshold is reached; from, to: what missing "
                      "scores, rounding and the unnamed rest leave open");
out:
    return status;
}

/* The columns of the overview: one figure each. */
static const struct {
    sn_table_head head;
    const char *index, *part, *view;
} overview[] = {
    {{.name = "eu_sr", .heading = "EU SR", .type = SN_COLUMN_NUMBER},
     "eu_sr",
     "used",
     "face_value"},
    {{.name = "geopolrisk", .heading = "GeoPol", .type = SN_COLUMN_NUMBER},
     "geopolrisk",
     "score",
     "face_value"},
    {{.name = "hhi", .heading = "HHI", .type = SN_COLUMN_NUMBER, .detail = 3},
     "hhi",
     "world",
     NULL},
    {{.name = "hhi_wgi", .heading = "x WGI", .type = SN_COLUMN_NUMBER, .detail = 4},
     "hhi_wgi",
     "world",
     NULL},
    {{.name = "top3", .heading = "top 3", .type = SN_COLUMN_PERCENT},
     "iea_top3",
     "world",
     NULL},
    {{.name = "n_minus_1", .heading = "N-1", .type = SN_COLUMN_PERCENT},
     "iea_n1",
     "total",
     NULL},
    {{.name = "n_minus_1_remaining", .heading = "rem.", .type = SN_COLUMN_PERCENT, .detail = 2},
     "iea_n1",
     "remaining",
     NULL},
    {{.name = "nir", .heading = "NIR", .type = SN_COLUMN_PERCENT, .detail = 1},
     "nir",
     "net_imports",
     NULL},
    {{.name = "top_third", .heading = "largest", .type = SN_COLUMN_PERCENT},
     "sourcing",
     "top_third",
     "face_value"},
};
enum { OVERVIEW = sizeof overview / sizeof overview[0], BEFORE = 2 };

static sn_status make_overview(const sn_indicators *it, sn_table **table, sn_error *err)
{
    sn_table_head head[BEFORE + OVERVIEW + 1] = {{.name = "commodity"}, {.name = "stage"}};
    char title[300];
    sn_status status = SN_OK;

    for (size_t c = 0; c < OVERVIEW; c++)
        head[BEFORE + c] = overview[c].head;
    head[BEFORE + OVERVIEW] = (sn_table_head){.name = "who", .heading = "from"};
    (void)snprintf(title, sizeof title, "What %s depends on, by %s%s%s", it->consumer.name,
                   it->by_owner ? "owner" : "country",
                   it->coalition.count > 0 ? ", if only these supplied: " : "",
                   it->coalition.count > 0 ? it->coalition.name : "");
    SN_TRY(sn_table_new("product", title, head, BEFORE + OVERVIEW + 1, table, err));
    for (size_t p = 0; p < it->products.count; p++) {
        const sn_sourcing *product = &it->products.product[p];
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0,
                          product->commodity != NULL ? product->commodity : product->product);
        sn_table_set_text(*table, 1, product->stage);
        for (size_t c = 0; c < OVERVIEW; c++) {
            const sn_indicator *row = sn_indicators_find(it, product, overview[c].index,
                                                         overview[c].part, overview[c].view);
            if (row == NULL)
                continue;
            if (isnan(row->value))
                sn_table_set_missing(*table, BEFORE + c, row->reason);
            else
                sn_table_set_number(*table, BEFORE + c, row->value);
            if (c + 1 == OVERVIEW)
                sn_table_set_text(*table, BEFORE + OVERVIEW, row->who);
        }
    }
    sn_table_add_note(
        *table, "EU SR: supply risk, 1.0 is critical; top 3, N-1: of the world's supply, "
                "N-1 over demand; NIR: net import reliance; largest: the largest supplier "
                "outside the consumer, as traded");
out:
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    static const char *const every[] = {"all"};
    const char *index[64];
    size_t count = 0;
    sn_indicators it = {0};
    sn_table *shown = NULL, *rows = NULL;
    sn_report report = {
        sn_indicator_methods, SN_INDICATOR_METHODS, {NULL}, 0, write_results, &it, 0};
    sn_status status = SN_OK;

    while (count < 64 && sn_options_list(&call->options, "index", count) != NULL) {
        index[count] = sn_options_list(&call->options, "index", count);
        count++;
    }
    SN_TRY(
        sn_indicators_make(call, count > 0 ? index : every, count > 0 ? count : 1, &it, err));
    SN_TRY(sn_indicators_note(&it, err));
    SN_TRY(make_overview(&it, &shown, err));
    SN_TRY(make_rows(&it, &rows, err));
    const bool people = call->format == SN_FORMAT_TEXT || call->format == SN_FORMAT_MARKDOWN;
    if (count == 0)
        report.table[report.table_count++] = shown;
    if (!people || count > 0 || it.count <= ROWS_IN_TEXT)
        report.table[report.table_count++] = rows;
    else
        sn_table_add_note(shown,
                          "-c COMMODITY or --index NAME shows all figures; -f csv and -f json "
                          "hold them all");
    report.main = report.table_count - 1;
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(shown);
    sn_table_free(rows);
    sn_indicators_clear(&it);
    return status;
}

const sn_verb sn_verb_indicators = {
    .name = "indicators",
    .summary = "The indices of EU, IEA, USGS, CEPII, OECD and GeoPolRisk for a consumer",
    .options = options,
    .about =
        "For a country or bloc, per commodity and stage: eu_sr, eu_ei, geopolrisk, cepii, ec, "
        "oecd,\n"
        "iea_top3, iea_n1, nir, hhi, hhi_wgi, look_through, t, sourcing, own_supply, "
        "recycling,\n"
        "expected_loss.  Each with unit, interval, threshold, coverage and source; none is a "
        "mix of\n"
        "hidden weights.  `face_value` is as traded, `origin` where it was made.\n"
        "What a network does not hold (substitution, recycling, end uses, prices) is built in "
        "for the\n"
        "EU and may be given by --factors FILE; what is not known is null, with the reason.",
    .examples = "supplynet indicators --of JPN\n"
                "supplynet indicators --of EU27 -c cobalt --index eu_sr --index iea_n1\n"
                "supplynet indicators --shares eu-crm --index eu_sr -c Tungsten",
    .takes_network = true,
    .loads_itself = true,
    .unused = "seed|threads|top",
    .methods = {{sn_indicator_methods, SN_INDICATOR_METHODS}},
    .run = run,
};
