/* indicators_shares.c - published shares in the place of a network. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/indicators_private.h"

static bool is_member(const sn_consumer *consumer, const char *country)
{
    for (size_t k = 0; k < consumer->count; k++)
        if (strcmp(consumer->country[k], country) == 0)
            return true;
    return false;
}

/* A share, or the bound in its place, goes to the party or to those without a name. */
static void add_share(const sn_indicators *it, const sn_share_row *row, sn_sourcing *product,
                      sn_sourcing_party *party)
{
    sn_sourcing_sums *sums = row->is_sourcing ? &product->bought : &product->made;
    const bool counts = it->coalition.count == 0 || is_member(&it->coalition, row->country) ||
                        is_member(&it->consumer, row->country);
    const double share = isnan(row->share) ? row->below : row->share;

    if (isnan(sums->total))
        *sums = (sn_sourcing_sums){.total = 1};
    if (!counts)
        sums->left_out += share;
    else if (isnan(row->share) || strcmp(row->country, "ROW") == 0)
        sums->other += share;
    else
        *(row->is_sourcing ? &party->bought : &party->made) += share;
}

static bool same_product(const sn_share_row *a, const sn_share_row *b)
{
    return strcasecmp(a->material, b->material) == 0 && strcmp(a->stage, b->stage) == 0;
}

/* The parties of a product out of its rows, which stand together, those of a country too. */
static sn_status make_product(const sn_indicators *it, const sn_share_row *row, size_t count,
                              sn_sourcing *product, sn_error *err)
{
    *product = (sn_sourcing){.commodity = row->material,
                             .stage = row->stage,
                             .unit = "share",
                             .commodity_code = SN_NONE,
                             .production = NAN,
                             .imports = NAN,
                             .exports = NAN,
                             .intra = NAN,
                             .final_use = NAN,
                             .estimated = NAN,
                             .used = NAN};
    product->made.total = product->bought.total = product->origin.total =
        product->exported.total = NAN;
    product->party = calloc(count + 1, sizeof *product->party);
    if (product->party == NULL)
        return sn_nomem(err, "suppliers of a product");
    for (size_t k = 0; k < count; k++) {
        if (k == 0 || strcmp(row[k].country, row[k - 1].country) != 0)
            product->party[product->count++] =
                (sn_sourcing_party){.id = row[k].country,
                                    .member = is_member(&it->consumer, row[k].country),
                                    .origin = NAN,
                                    .exported = NAN,
                                    .used = NAN};
        add_share(it, &row[k], product, &product->party[product->count - 1]);
    }
    /* What the shares leave open belongs to nobody known. */
    sn_sourcing_sums *sums[] = {&product->made, &product->bought};
    for (size_t s = 0; s < 2; s++) {
        double rest = sums[s]->total - sums[s]->other - sums[s]->left_out;
        for (size_t k = 0; k < product->count; k++)
            rest -= s == 0 ? product->party[k].made : product->party[k].bought;
        sums[s]->unknown = rest > 1e-9 ? rest : 0;
    }
    return SN_OK;
}

static bool is_asked(const sn_indicators *it, const char *material)
{
    const char *asked = sn_options_text(&it->call->options, "commodity");
    const size_t length = strlen(material);

    for (const char *at = asked; at != NULL; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (strncasecmp(at, material, length) == 0 && (at[length] == '|' || at[length] == '\0'))
            return true;
    return asked == NULL;
}

/* The table's own trade parameters go before the built-in ones: they are part of the source. */
sn_status sn_products_from_shares(sn_indicators *it, sn_error *err)
{
    const sn_share_row *row = it->shares.row;
    sn_status status = SN_OK;

    it->products.product = calloc(it->shares.count + 1, sizeof *it->products.product);
    SN_TRY_ALLOC(it->products.product, "products");
    for (size_t k = 0, end; k < it->shares.count; k = end) {
        for (end = k + 1; end < it->shares.count && same_product(&row[k], &row[end]);)
            end++;
        if (is_asked(it, row[k].material))
            SN_TRY(make_product(it, &row[k], end - k,
                                &it->products.product[it->products.count++], err));
    }
    for (size_t p = 0; p < it->products.count; p++) { /* extraction stands before processing */
        sn_sourcing *product = &it->products.product[p];
        product->first = p == 0 || strcasecmp(product[-1].commodity, product->commodity) != 0;
        product->last = p + 1 == it->products.count ||
                        strcasecmp(product[1].commodity, product->commodity) != 0; /* NOLINT: named */
        if (!product->first)
            product->commodity = product[-1].commodity; /* one spelling */
    }
    if (it->products.count == 0)
        status = sn_fail(err, SN_EUSAGE, "the shares have no commodity \"%s\"",
                         sn_options_text(&it->call->options, "commodity"));
out:
    return status;
}
