/* indicators.c - what is asked, what it takes, and the rows that come of it. */
#include "cli/indicators.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/indicators_private.h"
#include "graph/selector.h"

const char *const sn_indices[] = {
    "eu_sr", "eu_ei", "geopolrisk", "cepii",    "ec",           "oecd",
    "iea_top3", "iea_n1", "nir",    "hhi",      "hhi_wgi",      "look_through",
    "t",     "sourcing", "own_supply", "recycling", "expected_loss", NULL};

/* In the order of sn_indices, then benchmark. */
const sn_method sn_indicator_methods[SN_BENCHMARK_METHODS] = {
    {"eu-supply-risk", "1",
     "supply risk of a stage: (w HHI_world + (1 - w) HHI_sourcing) (1 - EoL-RIR) SI, HHI = sum s^2 WGI t, "
     "w = half the import reliance; material: the worst stage; threshold 1.0 after rounding",
     "European Commission 2017, Methodology for establishing the EU list of critical raw materials"},
    {"eu-economic-importance", "1",
     "economic importance: 10 SI sum A Q / max Q over sectors of end use; threshold 2.8 after rounding",
     "European Commission 2017, Methodology for establishing the EU list of critical raw materials"},
    {"geopolrisk", "1",
     "HHI of production times sum g f / (p + F); factor: times price / 0.409412948",
     "Gemechu et al. 2016, Journal of Industrial Ecology 20(1); Koyamparambath et al. 2024"},
    {"cepii-dependency", "1",
     "HHI of imports > 0.4, HHI of world exports > 0.4, imports / exports > 1 (9999 without exports), "
     "in 2 of 3 years",
     "CEPII, GeoDep; CEPII Policy Brief 41"},
    {"ec-core-indicators", "1",
     "core dependency indicators of the European Commission: HHI of imports from outside > 0.4, their "
     "share of all imports > 0.5, imports / exports > 1",
     "European Commission, SWD(2021) 352, as cited by others"},
    {"oecd-concentration", "1",
     "effective suppliers of imports over effective exporters in the world: (1/HHI) / (1/HHI) < 0.5",
     "OECD 2025, Supply Chain Resilience Review; our reading"},
    {"iea-top-3", "1", "share of the three largest suppliers of the world",
     "IEA, Global Critical Minerals Outlook 2025"},
    {"iea-n-1", "1",
     "supply without the largest supplier over demand (total), and over the demand of all others "
     "(remaining)",
     "IEA, Global Critical Minerals Outlook 2025; remaining: our reading"},
    {"net-import-reliance", "1",
     "net import reliance: (imports - exports + stocks drawn) / (primary and secondary production + the same)",
     "US Geological Survey, Mineral Commodity Summaries"},
    {"supply-hhi", "1", "sum of squared shares, 0..1; interval: what the unnamed rest allows",
     "Hirschman 1964, American Economic Review 54(5)"},
    {"governance-hhi", "1",
     "sum of squared shares times governance, 0 best and 1 worst: (2.5 - mean of six WGI) / 5",
     "World Bank, World Governance Indicators; the weighting is that of the EU's supply risk with t = 1"},
    {"look-through-risk", "1",
     "governance of the countries that the consumer's final use came from or passed, tier k counted "
     "D^(k-1) times: mean; D is --damping",
     "our own; docs/indicators.md"},
    {"trade-parameter", "1",
     "mean trade parameter of the suppliers by share: 0.8 the consumer's own, 1 no measure, above 1 "
     "export measures; dated ones as mean of yearly values",
     "European Commission 2017, as above"},
    {"sourcing", "1",
     "largest supplier, largest outside the consumer, its own part, and suppliers of at least 1 %",
     "docs/indicators.md"},
    {"own-supply", "1",
     "own production at a stage over the consumption of the commodity",
     "Regulation (EU) 2024/1252, article 5"},
    {"recycling-rate", "1", "end-of-life recycling input rate, for recycling over consumption",
     "European Commission, Study on the critical raw materials for the EU 2023"},
    {"expected-loss", "1",
     "sum over scenarios of probability times loss of the consumer; lower end: best rerouting",
     "US Geological Survey, Open-File Report 2025-1047 (there: of GDP)"},
    {"benchmark", "1",
     "a rule passes if its figure meets the limit over all of its interval, fails if over none, else "
     "unknown; missing: limit times consumption (or supply, or demand) less the amount, at least 0",
     "docs/indicators.md; limits: the policy's source"},
};

bool sn_wants(const sn_indicators *it, const char *index)
{
    for (size_t k = 0; sn_indices[k] != NULL; k++)
        if (strcmp(sn_indices[k], index) == 0)
            return it->wanted[k];
    return false;
}

static const char *method_of(const char *index)
{
    for (size_t k = 0; sn_indices[k] != NULL; k++)
        if (strcmp(sn_indices[k], index) == 0)
            return sn_indicator_methods[k].id;
    return NULL;
}

/* ---- rows ------------------------------------------------------------------------------------ */

sn_indicator *sn_row(sn_indicators *it, const sn_sourcing *product, const char *commodity,
                     const char *index, const char *part, const char *view)
{
    static sn_indicator nowhere;
    sn_indicator *row = &nowhere;

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
    *row = (sn_indicator){.product = product, .commodity = commodity, .index = index, .part = part,
                          .view = view, .unit = "1", .value = NAN, .interval = {NAN, NAN},
                          .base = NAN, .coverage = NAN, .threshold = NAN, .digits = NAN, .met = SN_UNKNOWN,
                          .method = method_of(index)};
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
    (void)snprintf(row->reason, sizeof row->reason, "%s", reason != NULL ? reason : "not known");
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

/* ---- factors --------------------------------------------------------------------------------- */

static const sn_factor *factor_of(const sn_indicators *it, sn_factor_kind kind,
                                  const char *commodity, const char *stage, const char *consumer)
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
            (void)snprintf(assumed + used, SN_REASON - used, "%s%s of EU27", used > 0 ? ", " : "",
                           sn_factor_name(kind));
    }
    if (factor == NULL) {
        if (interval != NULL)
            *interval = (sn_interval){NAN, NAN};
        return NAN;
    }
    const bool ranged = !isnan(factor->low) && !isnan(factor->high);
    const double value = !isnan(factor->value) ? factor->value : (factor->low + factor->high) / 2;
    if (interval != NULL)
        *interval = ranged ? (sn_interval){factor->low, factor->high} : (sn_interval){value, value};
    return value;
}

/* ---- who is asked about ------------------------------------------------------------------------ */

/* The members of a coalition, whatever the case of its name; 0 when there is none. */
static sn_status take_coalition(const sn_call *call, const char *name, sn_consumer *consumer,
                                sn_error *err)
{
    const sn_coalitions *all = &call->coalitions.list;

    consumer->country = calloc(all->count + 1, sizeof *consumer->country);
    if (consumer->country == NULL)
        return sn_nomem(err, "a coalition");
    for (size_t k = 0; k < all->count; k++)
        if (strcasecmp(all->row[k].coalition, name) == 0) {
            (void)snprintf(consumer->name, sizeof consumer->name, "%s", all->row[k].coalition);
            consumer->country[consumer->count++] = all->row[k].country;
        }
    return SN_OK;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The countries of the nodes that a selector means. */
static sn_status take_selection(sn_indicators *it, const char *text, sn_error *err)
{
    const sn_dict *countries = sn_network_dict(it->call->net, SN_COUNTRY);
    sn_selection selection = {0};
    bool *seen = NULL;
    sn_status status = SN_OK;

    SN_TRY(sn_call_select(it->call, text, &selection, err));
    free(it->consumer.country);
    it->consumer.country = calloc((size_t)countries->count + 1, sizeof *it->consumer.country);
    seen = calloc((size_t)countries->count + 1, sizeof *seen);
    SN_TRY_ALLOC(it->consumer.country, "a consumer");
    SN_TRY_ALLOC(seen, "a consumer");
    for (size_t i = 0; i < sn_network_node_count(it->call->net); i++) {
        const int32_t code = sn_network_code(it->call->net, SN_COUNTRY, i);
        if (selection.weight[i] > 0 && code != SN_NONE)
            seen[code] = true;
    }
    for (int32_t c = 0; c < countries->count; c++)
        if (seen[c])
            it->consumer.country[it->consumer.count++] = sn_dict_text(countries, c);
    if (it->consumer.count == 0)
        status = sn_fail(err, SN_EUSAGE, "nothing that \"%s\" selects has a country", text);
    (void)snprintf(it->consumer.name, sizeof it->consumer.name, "%s",
                   it->consumer.count == 1 ? it->consumer.country[0] : text);
out:
    free(seen);
    sn_selection_clear(&selection);
    return status;
}

/* Without a network: a country code, as it is. */
static sn_status take_country(sn_indicators *it, const char *text, sn_error *err)
{
    if (sn_call_place(text) == NULL)
        return sn_fail(err, SN_EUSAGE, "option --of: \"%s\" is neither a coalition nor a country code",
                       text);
    it->consumer.country[it->consumer.count++] = text;
    (void)snprintf(it->consumer.name, sizeof it->consumer.name, "%s", text);
    return SN_OK;
}

static sn_status unknown_coalition(const sn_call *call, const char *name, sn_error *err)
{
    const sn_coalitions *all = &call->coalitions.list;
    const char *known[64];
    size_t count = 0;

    for (size_t k = 0; k < all->count && count < 64; k++)
        if (k == 0 || strcmp(all->row[k].coalition, all->row[k - 1].coalition) != 0)
            known[count++] = all->row[k].coalition;
    size_t chosen;
    return sn_choose("coalition", name, known, count, &chosen, err);
}

static sn_status take_parties(sn_indicators *it, sn_error *err)
{
    const sn_options *options = &it->call->options;
    const char *of = sn_options_text(options, "of"), *only = sn_options_text(options, "coalition");
    const char *bare = strncmp(of, "coalition=", 10) == 0 ? of + 10 : of;
    sn_status status = SN_OK;

    SN_TRY(take_coalition(it->call, bare, &it->consumer, err));
    if (it->consumer.count == 0 && bare != of)
        SN_TRY(unknown_coalition(it->call, bare, err));
    if (it->consumer.count == 0)
        SN_TRY(it->from_shares ? take_country(it, of, err) : take_selection(it, of, err));
    qsort(it->consumer.country, it->consumer.count, sizeof *it->consumer.country, by_text);
    if (only == NULL)
        goto out;
    SN_TRY(take_coalition(it->call, only, &it->coalition, err));
    if (it->coalition.count == 0)
        SN_TRY(unknown_coalition(it->call, only, err));
out:
    return status;
}

/* ---- what it takes ------------------------------------------------------------------------------ */

static void mark(const sn_network *net, const sn_consumer *consumer, bool *set)
{
    const sn_dict *countries = sn_network_dict(net, SN_COUNTRY);

    for (size_t k = 0; k < consumer->count; k++) {
        const char *code = consumer->country[k];
        const int32_t c = sn_dict_find(countries, code, strlen(code));
        if (c != SN_NONE)
            set[c] = true;
    }
}

/* Where most of a product goes to buyers whom the network does not name, what anybody imports is
 * not known: not little. */
static void forget_unknown_buyers(sn_sourcings *products)
{
    for (size_t p = 0; p < products->count; p++) {
        sn_sourcing *product = &products->product[p];
        if (sn_buyers_known(product))
            continue;
        product->imports = product->exports = product->intra = NAN;
        product->bought.total = product->exported.total = NAN;
        product->origin.total = product->final_use = product->estimated = NAN;
        for (size_t k = 0; k < product->count; k++) {
            sn_sourcing_party *party = &product->party[k];
            party->bought = party->origin = party->exported = party->used = NAN;
        }
    }
}

bool sn_buyers_known(const sn_sourcing *product)
{
    return !(product->used > 0 && product->used_unknown >= 0.5 * product->used);
}

static sn_status make_products(sn_indicators *it, const sn_network *net, sn_sourcings *products,
                               sn_error *err)
{
    const size_t countries = (size_t)sn_network_dict(net, SN_COUNTRY)->count;
    bool *member = calloc(countries + 1, sizeof *member);
    bool *counts = calloc(countries + 1, sizeof *counts);
    sn_status status = SN_OK;

    if (member == NULL || counts == NULL) {
        status = sn_nomem(err, "countries");
        goto out;
    }
    mark(net, &it->consumer, member);
    mark(net, &it->consumer, counts);
    mark(net, &it->coalition, counts);
    const sn_sourcing_question question = {.member = member,
                                           .counts = it->coalition.count > 0 ? counts : NULL,
                                           .by_owner = it->by_owner,
                                           .rule = sn_call_ownership(it->call)};
    SN_TRY(sn_sourcing_make(net, &question, products, err));
    forget_unknown_buyers(products);
out:
    free(member);
    free(counts);
    return status;
}

/* "2022,2023,2024": at most 15 years, ascending. */
static sn_status read_window(const char *text, int *year, size_t *count, sn_error *err)
{
    char *end = (char *)text;

    *count = 0;
    for (const char *at = text;; at = end + 1) {
        const long y = strtol(at, &end, 10);
        if (end == at || y < 1 || y > 9999 || *count == 15 || (*count > 0 && y <= year[*count - 1]))
            break;
        year[(*count)++] = (int)y;
        if (*end == '\0')
            return SN_OK;
        if (*end != ',')
            break;
    }
    return sn_fail(err, SN_EUSAGE, "option --window: \"%s\" is not a list of years like 2022,2023,2024",
                   text);
}

static sn_status load_window(sn_indicators *it, const int *year, size_t count, sn_error *err)
{
    sn_status status = SN_OK;

    it->year = calloc(count + 1, sizeof *it->year);
    it->year_net = calloc(count + 1, sizeof(sn_network *));
    SN_TRY_ALLOC(it->year, "years");
    SN_TRY_ALLOC(it->year_net, "years");
    for (; it->years < count; it->years++) {
        const size_t y = it->years;
        SN_TRY(sn_call_load_year(it->call, year[y], &it->year_net[y], err));
        SN_TRY(make_products(it, it->year_net[y], &it->year[y], err));
    }
out:
    return status;
}

static sn_status load_shares(sn_indicators *it, sn_error *err)
{
    const char *name = sn_options_text(&it->call->options, "shares");
    sn_status status = SN_OK;

    if (it->by_owner)
        return sn_fail(err, SN_EUSAGE, "option --by owner: published shares are by place");
    if (it->call->options.word_count > 0)
        return sn_fail(err, SN_EUSAGE, "give either a network or --shares, not both");
    SN_TRY(sn_coalitions_load(&it->call->coalitions, err));
    SN_TRY(sn_share_table_load(name, &it->call->sources, &it->shares, err));
    SN_TRY(take_parties(it, err));
    SN_TRY(sn_products_from_shares(it, err));
out:
    return status;
}

static sn_status load_network(sn_indicators *it, sn_error *err)
{
    const char *window = sn_options_text(&it->call->options, "window");
    int year[16];
    size_t years = 0;
    sn_status status = SN_OK;

    if (window != NULL)
        SN_TRY(read_window(window, year, &years, err));
    if (years > 0 && !sn_options_given(&it->call->options, "year"))
        SN_TRY(sn_call_load_latest(it->call, year[years - 1], err));
    else
        SN_TRY(sn_call_load(it->call, err));
    SN_TRY(take_parties(it, err));
    SN_TRY(make_products(it, it->call->net, &it->products, err));
    if (years > 0)
        SN_TRY(load_window(it, year, years, err));
out:
    return status;
}

static sn_status read_period(sn_indicators *it, sn_error *err)
{
    const char *text = sn_options_text(&it->call->options, "period");
    char *end;

    it->period[0] = it->from_shares ? 2016 : 2020;
    it->period[1] = it->period[0] + 4;
    if (text == NULL)
        return SN_OK;
    it->period[0] = (int)strtol(text, &end, 10);
    if (end != text && *end == ':') {
        const char *rest = end + 1;
        it->period[1] = (int)strtol(rest, &end, 10);
        if (end != rest && *end == '\0' && it->period[0] > 0 && it->period[0] <= it->period[1] &&
            it->period[1] <= 9999)
            return SN_OK;
    }
    return sn_fail(err, SN_EUSAGE, "option --period: \"%s\" is not a range of years like 2020:2024",
                   text);
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
            return sn_fail(err, SN_EUSAGE, "index expected_loss: give --scenario FILE, with a "
                                           "probability; may be repeated");
        for (size_t i = 0; i < names; i++)
            it->wanted[i] |= chosen == names || chosen == i;
    }
    /* Shares alone answer some questions only; who asks for another by name is told so. */
    static const char *const by_amounts[] = {"geopolrisk", "cepii",      "ec",           "oecd",
                                             "nir",        "own_supply", "look_through", "expected_loss"};
    for (size_t i = 0; i < names && it->from_shares && strcmp(index[0], "all") == 0; i++)
        for (size_t k = 0; k < sizeof by_amounts / sizeof by_amounts[0]; k++)
            it->wanted[i] &= strcmp(known[i], by_amounts[k]) != 0;
    return SN_OK;
}

/* ---- rows, product by product ------------------------------------------------------------------- */

static sn_status add_rows(sn_indicators *it, const sn_sourcing *product, sn_error *err)
{
    sn_lenses lenses = {0};
    sn_status status = SN_OK;

    for (sn_lens_view view = 0; view < SN_LENS_VIEWS; view++)
        SN_TRY(sn_lens_make(it, product, view, &lenses.at[view], err));
    sn_rows_eu(it, product, &lenses);
    sn_rows_geopolrisk(it, product, &lenses);
    sn_rows_screens(it, product, &lenses);
    sn_rows_iea(it, product);
    sn_rows_concentration(it, product, &lenses);
    sn_rows_sourcing(it, product, &lenses);
out:
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
    sn_status status = SN_OK;

    for (size_t p = 0; p < it->products.count; p++) {
        const sn_sourcing *product = &it->products.product[p];
        SN_TRY(add_rows(it, product, err));
        if (ends_commodity(&it->products, p))
            sn_rows_eu_commodity(it, product->commodity != NULL ? product->commodity
                                                               : product->product);
    }
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
    SN_TRY(read_period(it, err));
    SN_TRY(it->from_shares ? load_shares(it, err) : load_network(it, err));
    SN_TRY(sn_factors_load(sn_options_text(options, "factors"), &call->sources, &it->factors, err));
    if (governance == NULL)
        governance = it->from_shares && strcmp(sn_options_text(options, "shares"),
                                               SN_SHARES_BUILT_IN) == 0
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

const sn_indicator *sn_indicators_find(const sn_indicators *it, const sn_sourcing *product,
                                       const char *index, const char *part, const char *view)
{
    const char *commodity = product->commodity != NULL ? product->commodity : product->product;

    for (size_t k = 0; k < it->count; k++) {
        const sn_indicator *row = &it->row[k];
        if (strcmp(row->index, index) == 0 && same(row->part, part) &&
            (view == NULL || same(row->view, view)) &&
            (row->product == product ||
             (row->product == NULL && strcmp(row->commodity, commodity) == 0)))
            return row;
    }
    return NULL;
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
        SN_TRY(sn_call_find(it->call, SN_NOTE, "eu-factors", it->consumer.name, (double)assumed, NAN,
                            err, "%zu figures take the EU's recycling rates and substitution indices for "
                            "%s; --factors FILE gives its own", assumed, it->consumer.name));
    if (thin > 0)
        SN_TRY(sn_call_find(it->call, SN_NOTE, "governance-coverage", it->consumer.name, (double)thin,
                            0.9, err, "governance is known for less than 90 %% of the supply in %zu cases "
                            "(rest of world, or countries without a score); the intervals show what that "
                            "leaves open", thin));
out:
    return status;
}
