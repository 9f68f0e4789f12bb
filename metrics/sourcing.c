/* sourcing.c - one product at a time, added up by country.
 *
 * Step 1 (sourcing_sort.c) sorts flows and makers by product; step 2, here, adds up the cells
 * of one product and leaves them zero for the next; step 3 (sourcing_origin.c) follows the
 * bloc's final use upstream.
 */
#include "metrics/sourcing.h"

#include <math.h>
#include <stdlib.h>

#include "metrics/sourcing_private.h"

static void add_to(sn_sorter *s, int32_t country, size_t column, double amount,
                   sn_sourcing_sums *sums)
{
    const bool *counts = s->question->counts;

    sums->total += amount;
    if (country == SN_NONE)
        sums->unknown += amount;
    else if (country == s->rest)
        sums->other += amount;
    else if (counts != NULL && !counts[country])
        sums->left_out += amount;
    else
        s->cell[country].amount[column] += amount;
}

void sn_sourcing_add(sn_sorter *s, size_t node, size_t column, double amount,
                     sn_sourcing_sums *sums)
{
    size_t count;
    double rest = amount;

    if (!s->question->by_owner || sn_network_is_rest(s->net, node)) {
        add_to(s, sn_network_code(s->net, SN_COUNTRY, node), column, amount, sums);
        return;
    }
    const sn_owner_share *owner = sn_network_owners(s->net, s->question->rule, node, &count);
    for (size_t k = 0; k < count; k++) {
        add_to(s, owner[k].owner, column, amount * owner[k].share, sums);
        rest -= amount * owner[k].share;
    }
    if (rest > 1e-12 * amount) /* of shares that add up to 1, rounding leaves something */
        add_to(s, SN_NONE, column, rest, sums);
}

bool sn_sourcing_is_member(const sn_sorter *s, size_t node)
{
    const int32_t code = sn_network_code(s->net, SN_COUNTRY, node);

    return code != SN_NONE && code != s->rest && s->question->member[code];
}

static bool crosses_border(const sn_sorter *s, const sn_flow *flow)
{
    const int32_t a = sn_network_code(s->net, SN_COUNTRY, (size_t)flow->supplier);
    const int32_t b = sn_network_code(s->net, SN_COUNTRY, (size_t)flow->buyer);

    return a == SN_NONE || b == SN_NONE || a != b;
}

/* The bloc's own border. */
static void add_border(const sn_sorter *s, const sn_flow *flow, sn_sourcing *product)
{
    const bool sells = sn_sourcing_is_member(s, (size_t)flow->supplier);
    const bool buys = sn_sourcing_is_member(s, (size_t)flow->buyer);

    if (sells && !buys)
        product->exports += flow->value;
    else if (buys && !sells)
        product->imports += flow->value;
    else if (sells && crosses_border(s, flow))
        product->intra += flow->value;
}

/* What is used in a buyer's country; only coalition and bloc where a coalition counts. */
static void add_use(sn_sorter *s, size_t buyer, double value, sn_sourcing *product)
{
    const bool *counts = s->question->counts;
    const int32_t code = sn_network_code(s->net, SN_COUNTRY, buyer);

    if (counts != NULL && (code == SN_NONE || !(counts[code] || s->question->member[code])))
        return;
    product->used += value;
    if (code != SN_NONE && code != s->rest)
        s->cell[code].amount[SN_SOURCING_USED] += value;
    else
        product->used_unknown += value;
}

static void add_flow(sn_sorter *s, size_t e, sn_sourcing *product, double *estimated)
{
    const sn_flow flow = sn_network_flow(s->net, e);
    const size_t supplier = (size_t)flow.supplier;

    add_border(s, &flow, product);
    if (sn_network_kind(s->net, (size_t)flow.buyer) != SN_KIND_COUNTRY)
        add_use(s, (size_t)flow.buyer, flow.value, product); /* countries may sell it on */
    if (crosses_border(s, &flow))
        sn_sourcing_add(s, supplier, SN_SOURCING_EXPORTED, flow.value, &product->exported);
    if (sn_sourcing_is_member(s, (size_t)flow.buyer)) {
        sn_sourcing_add(s, supplier, SN_SOURCING_BOUGHT, flow.value, &product->bought);
        *estimated += flow.basis == SN_BASIS_ESTIMATED ? flow.value : 0;
    }
    if (s->sells[supplier] == SN_SEVERAL && !isnan(product->production) &&
        sn_network_code(s->net, SN_COMMODITY, supplier) == SN_NONE) {
        sn_sourcing_add(s, supplier, SN_SOURCING_MADE, flow.value, &product->made);
        product->production += sn_sourcing_is_member(s, supplier) ? flow.value : 0;
    }
}

/* Own production of a country node that is neither sold nor a stated self-flow. */
static double kept_at_home(const sn_sorter *s, size_t node, double made)
{
    return s->self[node] <= 0 && made > s->sold[node] ? made - s->sold[node] : 0;
}

static void add_maker(sn_sorter *s, size_t node, sn_sourcing *product)
{
    const bool country = sn_network_kind(s->net, node) == SN_KIND_COUNTRY;
    const double made =
        country ? sn_network_primary(s->net, node) : sn_network_output(s->net, node);
    const bool member = sn_sourcing_is_member(s, node);

    sn_sourcing_add(s, node, SN_SOURCING_MADE, made, &product->made);
    product->production += member ? made : 0;
    const double kept = country ? kept_at_home(s, node, made) : 0;
    if (kept > 0 && member)
        sn_sourcing_add(s, node, SN_SOURCING_BOUGHT, kept, &product->bought);
}

/* What countries use: what they have and do not sell on, if their production is known. */
static void add_final_use(sn_sorter *s, sn_sourcing *product)
{
    if (!s->production_known) {
        product->used = NAN;
        return;
    }
    for (size_t i = 0; i < sn_network_node_count(s->net) && s->products == 1; i++)
        if (sn_network_kind(s->net, i) == SN_KIND_COUNTRY)
            add_use(s, i, sn_network_final_demand(s->net, i), product);
}

static bool is_used(const sn_sourcing_cell *cell)
{
    for (size_t k = 0; k < SN_SOURCING_COLUMNS; k++)
        if (cell->amount[k] > 0)
            return true;
    return false;
}

static sn_status keep_parties(sn_sorter *s, sn_sourcing *product, sn_error *err)
{
    const sn_dict *countries = sn_network_dict(s->net, SN_COUNTRY);
    size_t count = 0;

    for (int32_t c = 0; c < countries->count; c++)
        count += is_used(&s->cell[c]);
    product->party = calloc(count + 1, sizeof *product->party);
    if (product->party == NULL)
        return sn_nomem(err, "suppliers of a product");
    for (int32_t c = 0; c < countries->count; c++) { /* codes are in the order of ids */
        const double *amount = s->cell[c].amount;
        if (!is_used(&s->cell[c]))
            continue;
        product->party[product->count++] = (sn_sourcing_party){
            .id = sn_dict_text(countries, c),
            .member = s->question->member[c],
            .made = amount[s->production_known ? SN_SOURCING_MADE : SN_SOURCING_EXPORTED],
            .bought = amount[SN_SOURCING_BOUGHT],
            .origin = NAN,
            .exported = amount[SN_SOURCING_EXPORTED],
            .used =
                s->question->by_owner || !s->production_known ? NAN : amount[SN_SOURCING_USED]};
        s->cell[c] = (sn_sourcing_cell){{0}};
    }
    return SN_OK;
}

static void name_product(const sn_sorter *s, const sn_flow *flow, sn_sourcing *product)
{
    const size_t seller = (size_t)flow->supplier;

    product->commodity_code = sn_network_code(s->net, SN_COMMODITY, seller);
    product->commodity = sn_network_text(s->net, SN_COMMODITY, seller);
    product->unit = sn_network_unit(s->net, product->commodity_code);
    if (product->commodity != NULL)
        product->stage = sn_network_text(s->net, SN_STAGE, seller);
    else
        product->product = sn_dict_text(sn_network_groups(s->net), flow->group);
}

static sn_status make_product(sn_sorter *s, size_t p, sn_sourcing *product, sn_error *err)
{
    const sn_flow any = sn_network_flow(s->net, s->flow.item[s->flow.first[p]]);
    double estimated = 0;

    name_product(s, &any, product);
    product->production = s->production_known ? 0 : NAN;
    product->origin.total = product->final_use = NAN;
    for (size_t k = s->flow.first[p]; k < s->flow.first[p + 1]; k++)
        add_flow(s, s->flow.item[k], product, &estimated);
    for (size_t k = s->maker.first[p]; k < s->maker.first[p + 1] && s->production_known; k++)
        add_maker(s, s->maker.item[k], product);
    add_final_use(s, product);
    if (!s->production_known)
        product->made = product->exported;
    product->estimated = product->bought.total > 0 ? estimated / product->bought.total : NAN;
    return keep_parties(s, product, err);
}

/* The first and the last stage of each commodity that make something. */
static void mark_ends(sn_sourcings *all)
{
    for (size_t p = 0; p < all->count; p++) {
        sn_sourcing *product = &all->product[p];
        const int32_t commodity = product->commodity_code;
        product->first =
            p == 0 || commodity == SN_NONE || product[-1].commodity_code != commodity;
        product->last = p + 1 == all->count || commodity == SN_NONE ||
                        all->product[p + 1].commodity_code != commodity;
    }
}

sn_status sn_sourcing_make(const sn_network *net, const sn_sourcing_question *question,
                           sn_sourcings *sourcings, sn_error *err)
{
    sn_sorter sorter = {0};
    sn_status status = SN_OK;

    *sourcings = (sn_sourcings){0};
    SN_TRY(sn_sorter_make(net, question, &sorter, err));
    sourcings->product = calloc(sorter.products + 1, sizeof *sourcings->product);
    SN_TRY_ALLOC(sourcings->product, "products");
    for (size_t p = 0; p < sorter.products; p++)
        SN_TRY(make_product(&sorter, p, &sourcings->product[sourcings->count++], err));
    mark_ends(sourcings);
    SN_TRY(sn_sourcing_trace(&sorter, sourcings, err));
out:
    sn_sorter_clear(&sorter);
    if (status != SN_OK)
        sn_sourcings_clear(sourcings);
    return status;
}

void sn_sourcings_clear(sn_sourcings *sourcings)
{
    for (size_t p = 0; p < sourcings->count; p++)
        free(sourcings->product[p].party);
    free(sourcings->product);
    *sourcings = (sn_sourcings){0};
}
