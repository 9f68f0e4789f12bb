/* indicators.c - what is asked, and the rows that come of it. */
#include "cli/indicators.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/indicators_private.h"
#include "graph/selector.h"

/* ---- rows
 * ------------------------------------------------------------------------------------ */

sn_indicator *sn_row(sn_indicators *it, const sn_sourcing *product, const char *commodity,
                     const char *index, const char *part, const char *view)
{
    sn_indicator *row = &it->nowhere;

    if (it->count == it->room) {
        const size_t room = it->room == 0 ? 256 : 2 * it->room;
        sn_indicator *grown = realloc(it->row, room * sizeof *grown);
        if (grown != NULL) {
            it->row = grown;
            it->room = room;
        } else {
            it->status = SN_ENOMEM;
        }
    }
    if (it->count < it->room)
        row = &it->row[it->count++];
    if (commodity == NULL)
        commodity = product->commodity != NULL ? product->commodity : product->product;
    *row = (sn_indicator){.product = product,
                          .commodity = commodity,
                          .index = index,
                          .part = part,
                          .view = view,
                          .unit = "1",
                          .value = NAN,
                          .interval = {NAN, NAN},
                          .base = NAN,
                          .coverage = NAN,
                          .threshold = NAN,
                          .digits = NAN,
                          .met = SN_UNKNOWN,
                          .method = sn_index_method(index)};
    return row;
}

void sn_row_value(sn_indicator *row, double value, double low, double high, const char *reason)
{
    row->value = value;
    row->interval = (sn_interval){low, high};
    if (row->coverage > 1)
        row->coverage = 1; /* published shares may add up to more */
    if (!isnan(value))
        return;
    row->interval = (sn_interval){NAN, NAN};
    row->assumed[0] = '\0'; /* nothing was assumed for nothing */
    (void)snprintf(row->reason, sizeof row->reason, "%s",
                   reason != NULL ? reason : "not known");
}

static double as_compared(const sn_indicator *row, double x)
{
    return isnan(row->digits) ? x : sn_eu_round(x);
}

void sn_row_threshold(sn_indicator *row, double threshold, bool below, bool strict,
                      double digits)
{
    row->threshold = threshold;
    row->below = below;
    row->strict = strict;
    row->digits = digits;
    if (isnan(row->value))
        return;
    const bool ranged = !isnan(row->interval.low) && !isnan(row->interval.high);
    const sn_interval x = {as_compared(row, ranged ? row->interval.low : row->value),
                           as_compared(row, ranged ? row->interval.high : row->value)};
    row->met = below    ? sn_verdict_not(sn_verdict_at_least(x, threshold))
               : strict ? sn_verdict_above(x, threshold)
                        : sn_verdict_at_least(x, threshold);
}

void sn_row_thin(sn_indicator *row)
{
    static const double thin = 0.5;

    if (isnan(row->value) || !(row->coverage < thin))
        return;
    row->value = NAN;
    (void)snprintf(row->reason, sizeof row->reason,
                   "the supply behind it is known for %.0f %% only: see the interval",
                   100 * row->coverage);
}

double sn_unnamed_production(const sn_indicators *it, const sn_sourcing *product)
{
    size_t named = 0;

    if (it->by_owner) /* production is by place; the parties are not */
        return 0;
    for (size_t k = 0; k < product->count; k++)
        named += product->party[k].member && product->party[k].made > 0;
    return product->made.unknown + (named < it->consumer.count ? product->made.other : 0);
}

/* ---- factors
 * --------------------------------------------------------------------------------- */

static const sn_factor *factor_of(const sn_indicators *it, sn_factor_kind kind,
                                  const char *commodity, const char *stage,
                                  const char *consumer)
{
    const sn_factor_query query = {
        .kind = kind, .commodity = commodity, .stage = stage, .country = consumer};

    return sn_factors_next(&it->factors, &query, NULL);
}

double sn_consumer_factor(const sn_indicators *it, sn_factor_kind kind, const char *commodity,
                          const char *stage, sn_interval *interval, char *assumed)
{
    const sn_factor *factor = factor_of(it, kind, commodity, stage, it->consumer.name);

    if (factor == NULL && assumed != NULL) {
        factor = factor_of(it, kind, commodity, stage, "EU27");
        const size_t used = strlen(assumed);
        if (factor != NULL)
            (void)snprintf(assumed + used, SN_REASON - used, "%s%s of EU27",
                           used > 0 ? ", " : "", sn_factor_name(kind));
    }
    if (factor == NULL) {
        if (interval != NULL)
            *interval = (sn_interval){NAN, NAN};
        return NAN;
    }
    const bool ranged = !isnan(factor->low) && !isnan(factor->high);
    const double value =
        !isnan(factor->value) ? factor->value : (factor->low + factor->high) / 2;
    if (interval != NULL)
        *interval =
            ranged ? (sn_interval){factor->low, factor->high} : (sn_interval){value, value};
    return value;
}

static sn_status choose_indices(sn_indicators *it, const char *const *index, size_t count,
                                sn_error *err)
{
    const char *known[sizeof it->wanted / sizeof it->wanted[0]];
    size_t names = 0, chosen;

    for (; sn_indices[names] != NULL; names++)
        known[names] = sn_indices[names];
    known[names] = "all";
    for (size_t k = 0; k < count; k++) {
        if (sn_choose("index", index[k], known, names + 1, &chosen, err) != SN_OK)
            return SN_EUSAGE;
        if (strcmp(index[k], "expected_loss") == 0 &&
            sn_options_list(&it->call->options, "scenario", 0) == NULL)
            return sn_fail(err, SN_EUSAGE,
                           "index expected_loss: give --scenario FILE, with a "
                           "probability; may be repeated");
        for (size_t i = 0; i < names; i++)
            it->wanted[i] |= chosen == names || chosen == i;
    }
    /* Shares alone answer some questions only; who asks for another by name is told so. */
    static const char *const by_amounts[] = {"geopolrisk",   "cepii",        "ec",
                                             "oecd",         "nir",          "own_supply",
                                             "look_through", "expected_loss"};
    for (size_t i = 0; i < names && it->from_shares && strcmp(index[0], "all") == 0; i++)
        for (size_t k = 0; k < sizeof by_amounts / sizeof by_amounts[0]; k++)
            it->wanted[i] &= strcmp(known[i], by_amounts[k]) != 0;
    return SN_OK;
}

/* ---- rows, product by product
 * ------------------------------------------------------------------- */

static sn_status add_rows(sn_indicators *it, const sn_sourcing *product, sn_error *err)
{
    sn_scores scores;
    sn_lenses lenses = {0};
    sn_status status = SN_OK;

    SN_TRY(sn_scores_make(it, product, &scores, err));
    for (sn_lens_view view = 0; view < SN_LENS_VIEWS; view++)
        SN_TRY(sn_lens_make(product, &scores, view, &lenses.at[view], err));
    sn_rows_eu(it, product, &lenses);
    sn_rows_geopolrisk(it, product, &lenses);
    sn_rows_screens(it, product, &lenses);
    sn_rows_iea(it, product);
    sn_rows_concentration(it, product, &lenses);
    sn_rows_sourcing(it, product, &lenses);
out:
    sn_scores_clear(&scores);
    for (sn_lens_view view = 0; view < SN_LENS_VIEWS; view++)
        sn_lens_clear(&lenses.at[view]);
    return status;
}

static bool ends_commodity(const sn_sourcings *all, size_t p)
{
    const sn_sourcing *product = &all->product[p], *next = product + 1;

    return p + 1 == all->count || product->commodity == NULL || next->commodity == NULL ||
           strcmp(product->commodity, next->commodity) != 0;
}

static sn_status make_rows(sn_indicators *it, sn_error *err)
{
    size_t commodity = 0; /* its first row */
    sn_status status = SN_OK;

    it->first = calloc(it->products.count + 1, sizeof *it->first);
    SN_TRY_ALLOC(it->first, "indicators");
    for (size_t p = 0; p < it->products.count; p++) {
        const sn_sourcing *product = &it->products.product[p];
        it->first[p] = it->count;
        SN_TRY(add_rows(it, product, err));
        if (!ends_commodity(&it->products, p))
            continue;
        sn_rows_eu_commodity(
            it, product->commodity != NULL ? product->commodity : product->product, commodity);
        commodity = it->count;
    }
    it->first[it->products.count] = it->count;
    if (!it->from_shares && sn_wants(it, "look_through"))
        SN_TRY(sn_rows_look_through(it, err));
    if (!it->from_shares && sn_wants(it, "expected_loss") &&
        sn_options_list(&it->call->options, "scenario", 0) != NULL)
        SN_TRY(sn_rows_expected_loss(it, err));
    if (it->status != SN_OK)
        status = sn_nomem(err, "indicators");
out:
    return status;
}

sn_status sn_indicators_make(sn_call *call, const char *const *index, size_t count,
                             sn_indicators *it, sn_error *err)
{
    const sn_options *options = &call->options;
    const char *governance = sn_options_text(options, "governance");
    sn_status status = SN_OK;

    *it = (sn_indicators){.call = call};
    it->by_owner = strcmp(sn_options_text(options, "by"), "owner") == 0;
    it->from_shares = sn_options_text(options, "shares") != NULL;
    SN_TRY(choose_indices(it, index, count, err));
    SN_TRY(sn_indicators_period(it, err));
    SN_TRY(sn_indicators_load(it, err));
    SN_TRY(sn_factors_load(sn_options_text(options, "factors"), &call->sources, &it->factors,
                           err));
    if (governance == NULL)
        governance = it->from_shares &&
                             strcmp(sn_options_text(options, "shares"), SN_SHARES_BUILT_IN) == 0
                         ? "2016-2020"
                         : "2023";
    SN_TRY(sn_governance_load(governance, &it->governance, err));
    SN_TRY(make_rows(it, err));
out:
    return status;
}

void sn_indicators_clear(sn_indicators *it)
{
    for (size_t y = 0; it->year != NULL && it->year_net != NULL && y <= it->years; y++) {
        sn_sourcings_clear(&it->year[y]);
        sn_network_free(it->year_net[y]);
    }
    free(it->year);
    free(it->year_net);
    free(it->consumer.country);
    free(it->coalition.country);
    free(it->row);
    free(it->first);
    sn_sourcings_clear(&it->products);
    sn_share_table_clear(&it->shares);
    sn_factors_clear(&it->factors);
    sn_governance_clear(&it->governance);
    *it = (sn_indicators){0};
}

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static const sn_indicator *find_among(const sn_indicators *it, size_t from, size_t to,
                                      const sn_indicator *like)
{
    for (size_t k = from; k < to; k++) {
        const sn_indicator *row = &it->row[k];
        if (strcmp(row->index, like->index) == 0 && same(row->part, like->part) &&
            (like->view == NULL || same(row->view, like->view)) &&
            (row->product == like->product ||
             (row->product == NULL && strcmp(row->commodity, like->commodity) == 0)))
            return row;
    }
    return NULL;
}

const sn_indicator *sn_indicators_find(const sn_indicators *it, const sn_sourcing *product,
                                       const char *index, const char *part, const char *view)
{
    const sn_sourcings *all = &it->products;
    const sn_indicator like = {.product = product,
                               .commodity = product->commodity != NULL ? product->commodity
                                                                       : product->product,
                               .index = index,
                               .part = part,
                               .view = view};
    size_t p = (size_t)(product - all->product);
    const size_t from = it->first[p];
    const bool late = strcmp(index, "look_through") == 0 || strcmp(index, "expected_loss") == 0;

    while (!ends_commodity(all, p)) /* its own rows stand behind those of the last stage */
        p++;
    return late ? find_among(it, it->first[all->count], it->count, &like)
                : find_among(it, from, it->first[p + 1], &like);
}

sn_status sn_indicators_note(sn_indicators *it, sn_error *err)
{
    size_t assumed = 0, thin = 0;
    sn_status status = SN_OK;

    for (size_t k = 0; k < it->count; k++) {
        assumed += strstr(it->row[k].assumed, "of EU27") != NULL;
        thin += strcmp(it->row[k].index, "hhi_wgi") == 0 && it->row[k].coverage < 0.9;
    }
    if (assumed > 0)
        SN_TRY(sn_call_find(
            it->call, SN_NOTE, "eu-factors", it->consumer.name, (double)assumed, NAN, err,
            "%zu figures take the EU's recycling rates and substitution indices for "
            "%s; --factors FILE gives its own",
            assumed, it->consumer.name));
    if (thin > 0)
        SN_TRY(sn_call_find(
            it->call, SN_NOTE, "governance-coverage", it->consumer.name, (double)thin, 0.9, err,
            "governance is known for less than 90 %% of the supply in %zu cases "
            "(rest of world, or countries without a score); the intervals show what that "
            "leaves open",
            thin));
out:
    return status;
}

void sn_consumer_write(sn_json *json, const char *key, const sn_consumer *consumer)
{
    if (consumer->count == 0) {
        sn_json_kv_null(json, key);
        return;
    }
    sn_json_kv_object(json, key);
    sn_json_kv_string(json, "name", consumer->name);
    sn_json_key(json, "countries");
    sn_json_begin_array_inline(json);
    for (size_t k = 0; k < consumer->count; k++)
        sn_json_string(json, consumer->country[k]);
    sn_json_end_array(json);
    sn_json_end_object(json);
}
