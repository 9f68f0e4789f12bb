/* trade_build.c - from settled rows to a network of countries, and what to say about them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/native_private.h"
#include "datasets/trade_private.h"

/* ----------------------------------------------------------------------------- estimates */

typedef struct {
    int32_t product, exporter;
    double unit_value;
} priced;

static int by_price(const void *left, const void *right)
{
    const priced *a = left, *b = right;

    if (a->product != b->product)
        return a->product < b->product ? -1 : 1;
    if (a->exporter != b->exporter)
        return a->exporter < b->exporter ? -1 : 1;
    return (a->unit_value > b->unit_value) - (a->unit_value < b->unit_value);
}

/* The median; of two in the middle the geometric mean, as unit values are ratios. */
static double median_of(const priced *sorted, size_t count)
{
    const double high = sorted[count / 2].unit_value;

    return count % 2 == 1 ? high : sqrt(sorted[count / 2 - 1].unit_value) * sqrt(high);
}

/* Rows with value and quantity, twice: as they are, and for the product as a whole under the
 * exporter SN_NONE.  Sorted. */
static sn_status list_prices(const sn_trades *trade, priced **list, size_t *count,
                             sn_error *err)
{
    priced *p = malloc((2 * trade->count + 1) * sizeof *p);
    size_t n = 0;

    if (p == NULL)
        return sn_nomem(err, "unit values");
    for (size_t r = 0; r < trade->count; r++) {
        const sn_trades_row *row = &trade->row[r];
        if (!(row->value > 0 && row->quantity > 0))
            continue;
        const double unit_value = row->value / row->quantity;
        p[n++] = (priced){row->product, row->exporter, unit_value};
        p[n++] = (priced){row->product, SN_NONE, unit_value};
    }
    qsort(p, n, sizeof *p, by_price);
    *list = p;
    *count = n;
    return SN_OK;
}

/* The run of a product and exporter among the prices: its beginning and length. */
static const priced *find_run(const priced *list, size_t count, int32_t product,
                              int32_t exporter, size_t *length)
{
    size_t low = 0, high = count;

    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        const bool before = list[mid].product != product ? list[mid].product < product
                                                         : list[mid].exporter < exporter;
        if (before)
            low = mid + 1;
        else
            high = mid;
    }
    *length = 0;
    while (low + *length < count && list[low + *length].product == product &&
           list[low + *length].exporter == exporter)
        ++*length;
    return list + low;
}

sn_status sn_trades_estimate(sn_trades *trade, size_t *filled, sn_error *err)
{
    enum { ENOUGH = 5 };
    priced *list = NULL;
    size_t count = 0;
    sn_status status = SN_OK;

    *filled = 0;
    SN_TRY(list_prices(trade, &list, &count, err));
    for (size_t r = 0; r < trade->count; r++) {
        sn_trades_row *row = &trade->row[r];
        size_t length;
        if (!isnan(row->quantity) || !(row->value > 0))
            continue;
        const priced *run = find_run(list, count, row->product, row->exporter, &length);
        if (length < ENOUGH)
            run = find_run(list, count, row->product, SN_NONE, &length);
        if (length == 0)
            continue;
        row->quantity = row->value / median_of(run, length);
        row->estimated = true;
        ++*filled;
    }
out:
    free(list);
    return status;
}

/* -------------------------------------------------------------------------------- network */

static const char *unit_of(const sn_trades *trade, sn_trade_amount measure)
{
    return measure == SN_AMOUNT_QUANTITY ? "t" : trade->value_unit;
}

sn_status sn_trades_one_year(const sn_trades *trade, const char *name, sn_error *err)
{
    const int32_t year = trade->count > 0 ? trade->row[0].year : SN_NONE;
    char names[256];

    for (size_t r = 1; r < trade->count; r++) {
        if (trade->row[r].year == year)
            continue;
        sn_status status = sn_native_list_years(&trade->year, names, sizeof names, err);
        if (status != SN_OK)
            return status;
        return sn_fail(err, SN_EDATA, "%s holds several years (%s); choose one with --year",
                       name, names);
    }
    return SN_OK;
}

/* Make the node of a place, labelled with its name. */
static sn_status find_node(const sn_trades *trade, int32_t place, const sn_places *places,
                           sn_builder *builder, int32_t *node, sn_error *err)
{
    const sn_slice id = {trade->place.text[place], trade->place.length[place]};
    const sn_place known = sn_places_find(places, id);
    sn_status status = SN_OK;

    SN_TRY(sn_builder_touch(builder, id.text, id.length, &node[place], err));
    if (known.kind == SN_PLACE_COUNTRY)
        SN_TRY(sn_builder_set_label(builder, node[place], known.name, strlen(known.name), err));
out:
    return status;
}

sn_status sn_trades_build(const sn_trades *trade, sn_trade_amount measure, int32_t year,
                          int32_t only_product, sn_builder *builder, const sn_places *places,
                          const char *name, sn_source *source, sn_error *err)
{
    const char *unit = unit_of(trade, measure);
    int32_t *node = malloc(((size_t)trade->place.count + 1) * sizeof *node);
    int32_t *product = malloc(((size_t)trade->product.count + 1) * sizeof *product);
    size_t missing = 0, zero = 0;
    double missing_value = 0, all_value = 0;
    char reasons[400];
    sn_status status = SN_OK;

    if (node == NULL || product == NULL) {
        status = sn_nomem(err, "a network");
        goto out;
    }
    if (year == SN_NONE)
        SN_TRY(sn_trades_one_year(trade, name, err));
    for (int32_t p = 0; p < trade->place.count; p++)
        node[p] = SN_NONE;
    product[0] = SN_NONE;
    for (int32_t p = 0; p < trade->product.count; p++)
        SN_TRY(sn_builder_product(builder, trade->product.text[p], trade->product.length[p],
                                  &product[p + 1], err));
    for (size_t r = 0; r < trade->count; r++) {
        const sn_trades_row *row = &trade->row[r];
        const double amount = sn_trades_amount(row, measure);
        if ((year != SN_NONE && row->year != year) ||
            (only_product != SN_NONE && row->product != only_product))
            continue;
        all_value += isnan(row->value) ? 0 : row->value;
        if (isnan(amount)) {
            missing++;
            missing_value += isnan(row->value) ? 0 : row->value;
            continue;
        }
        if (amount <= 0) {
            zero++;
            continue;
        }
        if (node[row->exporter] == SN_NONE)
            SN_TRY(find_node(trade, row->exporter, places, builder, node, err));
        if (node[row->importer] == SN_NONE)
            SN_TRY(find_node(trade, row->importer, places, builder, node, err));
        const sn_basis basis = row->estimated && measure == SN_AMOUNT_QUANTITY
                                   ? SN_BASIS_ESTIMATED
                               : row->averaged ? SN_BASIS_BALANCED
                                               : SN_BASIS_REPORTED;
        SN_TRY(sn_builder_flow(builder, node[row->exporter], node[row->importer], amount,
                               product[row->product + 1], basis, unit,
                               unit != NULL ? strlen(unit) : 0, err));
        source->rows_used++;
    }
    sn_source_drop(source, measure == SN_AMOUNT_QUANTITY ? "missing quantity" : "missing value",
                   missing);
    sn_source_drop(source, "zero", zero);
    if (measure == SN_AMOUNT_QUANTITY && missing > 0)
        SN_TRY(sn_source_note(source, err,
                              "%zu rows of %.2g %% of the value have no quantity: left out",
                              missing, all_value > 0 ? 100 * missing_value / all_value : 0.0));
    if (source->rows_used == 0)
        status = sn_fail(err, SN_EDATA, "%s: no row can be used (%s)", name,
                         sn_native_reasons(source, reasons));
out:
    free(node);
    free(product);
    return status;
}

/* ---------------------------------------------------------------------------------- notes */

sn_status sn_trades_note_places(const sn_trades *trade, sn_source *source, sn_error *err)
{
    double all = 0;
    sn_status status = SN_OK;

    for (size_t r = 0; r < trade->count; r++)
        all += isnan(trade->row[r].value) ? 0 : trade->row[r].value;
    for (int32_t s = 0; s < trade->spelled.count; s++) {
        const sn_trades_spelling *spelling = &trade->spelling[s];
        const char *text = sn_dict_text(&trade->spelled, s);
        if (spelling->rows == 0 || spelling->kind == SN_PLACE_COUNTRY ||
            spelling->kind == SN_PLACE_AGGREGATE)
            continue;
        if (spelling->kind == SN_PLACE_UNKNOWN)
            SN_TRY(sn_source_note(
                source, err,
                "\"%.60s\" is no country that is known: kept as it is (%zu rows, "
                "%.2g %% of the value)",
                text, spelling->rows, all > 0 ? 100 * spelling->value / all : 0.0));
        else
            SN_TRY(
                sn_source_note(source, err,
                               "\"%.60s\" (%.60s) is no country: kept out (%zu rows, %.2g %% "
                               "beside the value that is kept)",
                               text, sn_dict_text(&trade->known, spelling->name),
                               spelling->rows, all > 0 ? 100 * spelling->value / all : 0.0));
    }
out:
    return status;
}

/* --------------------------------------------------------------------------------- preset */

sn_status sn_trades_to_network(const sn_preset_input *input, sn_native *native, sn_error *err)
{
    const sn_trades_filter filter = {input->how, native->year, &native->asked};
    sn_trades trade = {0};
    sn_places *places = NULL;
    size_t source;
    sn_status status = SN_OK;

    SN_TRY(sn_places_new(&places, err));
    SN_TRY(sn_trades_load(input, &filter, &trade, &source, err));
    for (int32_t p = 0; p < trade.product.count; p++) { /* so that --commodity can be checked */
        int32_t code;
        SN_TRY(sn_dict_add(&native->seen, trade.product.text[p], trade.product.length[p], &code,
                           err));
    }
    if (native->asked.count > 0)
        SN_TRY(sn_native_check_asked(native, input->bytes->name, err));
    SN_TRY(sn_trades_build(&trade, input->how->measure, SN_NONE, SN_NONE, native->builder,
                           places, input->bytes->name, &input->sources->source[source], err));
out:
    sn_trades_clear(&trade);
    sn_places_free(places);
    return status;
}
