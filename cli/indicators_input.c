/* indicators_input.c - whom the question is about, and the supply that answers it: a network,
 * its other years, or published shares. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/indicators_private.h"
#include "graph/selector.h"

/* ---- who is asked about
 * ------------------------------------------------------------------------ */

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
        return sn_fail(err, SN_EUSAGE,
                       "option --of: \"%s\" is neither a coalition nor a country code", text);
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
    const char *of = sn_options_text(options, "of"),
               *only = sn_options_text(options, "coalition");
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

/* ---- what it takes
 * ------------------------------------------------------------------------------ */

static void mark(const sn_network *net, const sn_consumer *consumer, bool *set)
{
    const sn_dict *countries = sn_network_dict(net, SN_COUNTRY);

    for (size_t k = 0; k < consumer->count; k++) {
        const char *code = consumer->country[k];
        const int32_t c = sn_dict_find(countries, code, strlen(code)); /* NOLINT: a code */
        if (c != SN_NONE)
            set[c] = true;
    }
}

/* Where most of a product goes to buyers whom the network does not name, what anybody imports
 * is not known: not little. */
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
        if (end == at || y < 1 || y > 9999 || *count == 15 ||
            (*count > 0 && y <= year[*count - 1]))
            break;
        year[(*count)++] = (int)y;
        if (*end == '\0')
            return SN_OK;
        if (*end != ',')
            break;
    }
    return sn_fail(err, SN_EUSAGE,
                   "option --window: \"%s\" is not a list of years like 2022,2023,2024", text);
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
    if (it->call->coalitions.list.count == 0) /* else they are lent */
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
    if (it->call->net != NULL && years > 0)
        return sn_fail(err, SN_EUSAGE, "option --window: the network is lent, and of one year");
    if (it->call->net == NULL) { /* else it is lent by whoever asks */
        if (years > 0 && !sn_options_given(&it->call->options, "year"))
            SN_TRY(sn_call_load_latest(it->call, year[years - 1], err));
        else
            SN_TRY(sn_call_load(it->call, err));
    }
    SN_TRY(take_parties(it, err));
    SN_TRY(make_products(it, it->call->net, &it->products, err));
    if (years > 0)
        SN_TRY(load_window(it, year, years, err));
out:
    return status;
}

sn_status sn_indicators_period(sn_indicators *it, sn_error *err)
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
        if (end != rest && *end == '\0' && it->period[0] > 0 &&
            it->period[0] <= it->period[1] && it->period[1] <= 9999)
            return SN_OK;
    }
    return sn_fail(err, SN_EUSAGE,
                   "option --period: \"%s\" is not a range of years like 2020:2024", text);
}

sn_status sn_indicators_load(sn_indicators *it, sn_error *err)
{
    return it->from_shares ? load_shares(it, err) : load_network(it, err);
}
