/* cmd_market.c - the price and the shortfall when suppliers of a commodity are gone. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/call.h"
#include "cli/verbs.h"
#include "cli/whatif_options.h"
#include "metrics/market.h"

static const sn_option options[] = {
    {.name = "remove", .letter = 'r', .kind = SN_OPTION_LIST, .argument = "SELECTOR",
     .help = "suppliers that are gone"},
    {.name = "fraction", .kind = SN_OPTION_NUMBER, .argument = "F", .least = 0, .most = 1,
     .fallback = "1", .help = "how much of them is gone"},
    {.name = "demand-elasticity", .kind = SN_OPTION_TEXT, .argument = "E[:E]",
     .help = "how demand answers to the price; two numbers are a range"},
    {.name = "supply-elasticity", .kind = SN_OPTION_TEXT, .argument = "E[:E]",
     .help = "how suppliers answer to the price, up to their capacity"},
    {.name = "spare", .kind = SN_OPTION_NUMBER, .argument = "F", .least = 0, .most = 1000,
     .fallback = "0.1", .help = "how much more than today each can sell at most"},
    SN_OPTION_OWNERSHIP,
    {.name = NULL},
};

static const sn_method methods[] = {
    {"market", "1",
     "price at which isoelastic demand meets isoelastic supply of those left, each up to its capacity; "
     "the range over the corners of the elasticities; the price before is 1",
     "price step of USGS Open-File Report 2024-1057, in our own form; docs/market.md"},
};

/* The market of a commodity's stage. */
typedef struct {
    int32_t commodity, stage;
    double total, gone;       /* [unit / year], share of total */
    sn_market at[4], middle;  /* corners; middle of both ranges */
    double price[2], shortfall[2];
    size_t count;
    int32_t *node;
    double *quantity, *left, *sold;
} market_row;

typedef struct {
    double demand[2], supply[2], spare;
    market_row *row;
    size_t count;
} question;

static void clear(question *q)
{
    for (size_t k = 0; k < q->count; k++) {
        free(q->row[k].node);
        free(q->row[k].quantity);
        free(q->row[k].left);
        free(q->row[k].sold);
    }
    free(q->row);
}

/* "-0.5:-0.1" or "-0.3", the lower one first. */
static sn_status read_range(const sn_call *call, const char *option, double range[2],
                            sn_error *err)
{
    const char *text = sn_options_text(&call->options, option);
    char *end;

    if (text == NULL)
        return sn_fail(err, SN_EUSAGE, "give --demand-elasticity and --supply-elasticity: they decide the "
                                       "answer, and no default is true of every commodity");
    range[0] = range[1] = strtod(text, &end);
    if (end != text && *end == ':') {
        const char *rest = end + 1;
        range[1] = strtod(rest, &end);
        if (end == rest)
            end = (char *)text; /* no number */
    }
    if (end == text || *end != '\0' || !isfinite(range[0]) || !isfinite(range[1]))
        return sn_fail(err, SN_EUSAGE, "option --%s: \"%s\" is not a number or a range A:B", option,
                       text);
    if (range[0] > range[1]) {
        const double other = range[0];
        range[0] = range[1];
        range[1] = other;
    }
    if (option[0] == 'd' ? range[1] > 0 : range[0] < 0)
        return sn_fail(err, SN_EUSAGE, "option --%s: \"%s\": demand falls with the price (at most 0), "
                                       "supply rises (at least 0)", option, text);
    return SN_OK;
}

static sn_status solve_corner(const question *q, market_row *row, double demand, double supply,
                              double *sold, sn_market *market, sn_error *err)
{
    const sn_market_terms terms = {demand, supply, q->spare};

    return sn_market_solve(row->quantity, row->left, row->count, &terms, sold, market, err);
}

static sn_status solve_row(const question *q, market_row *row, sn_error *err)
{
    sn_status status = SN_OK;

    for (int k = 0; k < 4; k++)
        SN_TRY(solve_corner(q, row, q->demand[k / 2], q->supply[k % 2], NULL, &row->at[k], err));
    SN_TRY(solve_corner(q, row, (q->demand[0] + q->demand[1]) / 2,
                        (q->supply[0] + q->supply[1]) / 2, row->sold, &row->middle, err));
    row->price[0] = row->price[1] = row->at[0].price;
    row->shortfall[0] = row->shortfall[1] = row->at[0].shortfall;
    for (int k = 1; k < 4; k++) {
        row->price[0] = fmin(row->price[0], row->at[k].price);
        row->price[1] = isnan(row->at[k].price) ? NAN : fmax(row->price[1], row->at[k].price);
        row->shortfall[0] = fmin(row->shortfall[0], row->at[k].shortfall);
        row->shortfall[1] = fmax(row->shortfall[1], row->at[k].shortfall);
    }
out:
    return status;
}

/* The nodes that make something at a stage, and what is left of each. */
static sn_status make_row(const sn_call *call, const double *hit, double fraction, market_row *row,
                          sn_error *err)
{
    const sn_network *net = call->net;
    const size_t n = sn_network_node_count(net);

    row->node = malloc((n + 1) * sizeof *row->node);
    row->quantity = malloc((n + 1) * sizeof *row->quantity);
    row->left = malloc((n + 1) * sizeof *row->left);
    row->sold = malloc((n + 1) * sizeof *row->sold);
    if (row->node == NULL || row->quantity == NULL || row->left == NULL || row->sold == NULL)
        return sn_nomem(err, "a market");
    for (size_t i = 0; i < n; i++) {
        const double made = sn_network_output(net, i);
        if (sn_network_code(net, SN_COMMODITY, i) != row->commodity ||
            sn_network_code(net, SN_STAGE, i) != row->stage || sn_network_is_user(net, i) || !(made > 0))
            continue;
        row->node[row->count] = (int32_t)i;
        row->quantity[row->count] = made;
        row->left[row->count++] = 1 - fraction * hit[i];
        row->total += made;
        row->gone += fraction * hit[i] * made;
    }
    row->gone = row->total > 0 ? row->gone / row->total : 0;
    return SN_OK;
}

static sn_status ask(sn_call *call, question *q, sn_error *err)
{
    const int32_t commodities = sn_network_dict(call->net, SN_COMMODITY)->count;
    const int32_t stages = sn_network_dict(call->net, SN_STAGE)->count;
    const double fraction = sn_options_number(&call->options, "fraction");
    sn_selection hit = {0};
    sn_status status = SN_OK;

    SN_TRY(sn_select_union(call, "remove", &hit, err));
    if (hit.weight == NULL) {
        status = sn_fail(err, SN_EUSAGE, "nothing to do: give --remove SELECTOR");
        goto out;
    }
    q->row = calloc((size_t)(commodities + 1) * (size_t)(stages + 1) + 1, sizeof *q->row);
    SN_TRY_ALLOC(q->row, "markets");
    for (int32_t c = SN_NONE; c < commodities; c++)
        for (int32_t s = SN_NONE; s < stages; s++) {
            market_row *row = &q->row[q->count++];
            *row = (market_row){.commodity = c, .stage = s};
            SN_TRY(make_row(call, hit.weight, fraction, row, err));
            if (row->gone > 0) {
                SN_TRY(solve_row(q, row, err));
                continue;
            }
            free(row->node);
            free(row->quantity);
            free(row->left);
            free(row->sold);
            q->count--;
        }
out:
    sn_selection_clear(&hit);
    return status;
}

static const double far = 10; /* times the old price: our own line */

static const char no_price[] = "nothing is left, or demand does not answer to the price";

static void write_row(sn_json *json, const sn_call *call, const market_row *row, size_t top)
{
    sn_json_begin_object(json);
    sn_json_kv_string(json, "commodity", sn_call_text(call, SN_COMMODITY, row->commodity));
    sn_json_kv_string(json, "stage", sn_call_text(call, SN_STAGE, row->stage));
    sn_json_kv_number(json, "amount", row->total);
    sn_json_kv_string(json, "unit", sn_network_unit(call->net, row->commodity));
    sn_json_kv_number(json, "removed", row->gone);
    sn_json_kv_number_or_reason(json, "price", row->middle.price, no_price);
    sn_json_kv_numbers(json, "price_range", row->price, 2);
    sn_json_kv_number(json, "shortfall", row->middle.shortfall);
    sn_json_kv_numbers(json, "shortfall_range", row->shortfall, 2);
    sn_json_kv_bool(json, "at_capacity", row->middle.at_capacity);
    sn_json_kv_array(json, "suppliers");
    for (size_t k = 0; k < row->count && (top == 0 || k < top); k++) {
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "id", sn_network_id(call->net, (size_t)row->node[k]));
        sn_json_kv_number(json, "before", row->quantity[k]);
        sn_json_kv_number(json, "after", row->sold[k]);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const question *q = data;

    sn_json_begin_object(json);
    sn_json_kv_numbers(json, "demand_elasticity", q->demand, 2);
    sn_json_kv_numbers(json, "supply_elasticity", q->supply, 2);
    sn_json_kv_number(json, "spare", q->spare);
    sn_json_kv_array(json, "markets");
    for (size_t k = 0; k < q->count; k++)
        write_row(json, call, &q->row[k], (size_t)sn_options_integer(&call->options, "top"));
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static sn_status make_table(const sn_call *call, const question *q, sn_table **table,
                            sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "commodity"},
        {.name = "stage"},
        {.name = "removed", .type = SN_COLUMN_PERCENT},
        {.name = "price", .heading = "price x", .type = SN_COLUMN_NUMBER},
        {.name = "price_low", .heading = "from", .type = SN_COLUMN_NUMBER},
        {.name = "price_high", .heading = "to", .type = SN_COLUMN_NUMBER},
        {.name = "shortfall", .heading = "priced out", .type = SN_COLUMN_PERCENT},
        {.name = "shortfall_low", .heading = "from", .type = SN_COLUMN_PERCENT, .detail = 1},
        {.name = "shortfall_high", .heading = "to", .type = SN_COLUMN_PERCENT, .detail = 1},
        {.name = "at_capacity", .heading = "all sell all they can", .detail = 2}};
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("market", "Price and demand when suppliers are gone", head, 10, table, err));
    for (size_t k = 0; k < q->count; k++) {
        const market_row *row = &q->row[k];
        const double number[] = {row->gone,     row->middle.price,     row->price[0],
                                 row->price[1], row->middle.shortfall, row->shortfall[0],
                                 row->shortfall[1]};
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, sn_call_text(call, SN_COMMODITY, row->commodity));
        sn_table_set_text(*table, 1, sn_call_text(call, SN_STAGE, row->stage));
        for (size_t c = 0; c < sizeof number / sizeof number[0]; c++)
            sn_table_set_number(*table, 2 + c, number[c]);
        sn_table_set_text(*table, 9, row->middle.at_capacity ? "yes" : "no");
    }
    sn_table_add_note(*table, "price x: times the price before; priced out: share of demand that "
                              "the price drives away; from, to: over the ranges of elasticities");
out:
    return status;
}

/* What people call a market: its commodity, or the whole network. */
static const char *name_of(const sn_call *call, const market_row *row)
{
    const char *commodity = sn_call_text(call, SN_COMMODITY, row->commodity);

    return commodity != NULL ? commodity : "the network";
}

static sn_status run(sn_call *call, sn_error *err)
{
    question q = {.spare = sn_options_number(&call->options, "spare")};
    sn_table *table = NULL;
    sn_report report = {methods, 1, {NULL}, 1, write_results, &q, 0};
    sn_status status = SN_OK;

    SN_TRY(read_range(call, "demand-elasticity", q.demand, err));
    SN_TRY(read_range(call, "supply-elasticity", q.supply, err));
    SN_TRY(ask(call, &q, err));
    for (size_t k = 0; k < q.count; k++)
        if (q.row[k].price[1] > far)
            SN_TRY(sn_call_find(call, SN_WARNING, "far-price", name_of(call, &q.row[k]),
                                q.row[k].price[1], far, err,
                                "%s: above %g times the old price a constant elasticity is no more than a "
                                "word: demand would change its ways first",
                                name_of(call, &q.row[k]), far));
    if (q.count == 0)
        SN_TRY(sn_call_find(call, SN_WARNING, "nothing-hit", "market", 0, NAN, err,
                            "what is removed makes nothing"));
    SN_TRY(make_table(call, &q, &table, err));
    report.table[0] = table;
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(table);
    clear(&q);
    return status;
}

const sn_verb sn_verb_market = {
    .name = "market",
    .summary = "What the price does when suppliers are gone, and how much demand it drives away",
    .options = options,
    .about = "Takes the makers of each commodity and stage as one market: demand and supply answer to\n"
             "the price with constant elasticities, each supplier up to its capacity, those removed not\n"
             "at all.  It says what the world pays; who goes short through which links is `whatif`.",
    .examples = "supplynet market --remove CHN -c nickel --demand-elasticity -0.8:-0.4 --supply-elasticity 0.1:0.5\n"
                "supplynet market --remove COD -c cobalt --fraction 0.3 --demand-elasticity -0.5 --supply-elasticity 0.2",
    .takes_network = true,
    .unused = "seed|threads",
    .methods = {{methods, sizeof methods / sizeof methods[0]}},
    .run = run,
};
