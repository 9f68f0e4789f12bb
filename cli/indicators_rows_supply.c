/* indicators_rows_supply.c - concentration, sourcing, own supply, IEA. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/indicators_private.h"

static const double small = 0.01; /* a supplier of less is not counted as one */
static const char shares_only[] = "published shares have no amounts";

static void add_hhi(sn_indicators *it, const sn_sourcing *product, const sn_lens *lens,
                    sn_lens_view view, const char *part)
{
    sn_indicator *row = sn_row(it, product, NULL, "hhi", part, sn_lens_name(view));

    row->coverage = lens->named;
    sn_row_value(row, lens->hhi, lens->hhi, lens->highest_hhi,
                 sn_lens_missing(it, product, lens, view));
    sn_row_thin(row);
}

static void add_hhi_wgi(sn_indicators *it, const sn_sourcing *product, const sn_lens *lens,
                        sn_lens_view view, const char *part)
{
    sn_indicator *row = sn_row(it, product, NULL, "hhi_wgi", part, sn_lens_name(view));
    const char *missing = sn_lens_missing(it, product, lens, view);
    const bool scored = lens->governed.coverage > 0;

    row->coverage = lens->count > 0 ? lens->governed.coverage : NAN;
    sn_row_value(row, missing == NULL && scored ? lens->governed.value.low / 10 : NAN,
                 lens->governed.value.low / 10, lens->governed.value.high / 10,
                 missing != NULL ? missing : "no governance score is known");
    sn_row_thin(row);
}

static void add_t(sn_indicators *it, const sn_sourcing *product, const sn_lens *lens,
                  sn_lens_view view, const char *part)
{
    sn_indicator *row = sn_row(it, product, NULL, "t", part, sn_lens_name(view));
    double sum = 0, named = 0;

    for (size_t k = 0; k < lens->count; k++) {
        sum += lens->share[k] * lens->t[k];
        named += lens->share[k];
    }
    row->coverage = lens->count > 0 ? named : NAN;
    sn_row_value(row, named > 0 ? sum / named : NAN, NAN, NAN,
                 sn_lens_missing(it, product, lens, view));
    sn_row_thin(row);
    if (!it->from_shares)
        (void)snprintf(row->assumed, sizeof row->assumed,
                       "measures as the EU found them in 2016-2020, unless given");
}

void sn_rows_concentration(sn_indicators *it, const sn_sourcing *product, const sn_lenses *l)
{
    static const struct {
        sn_lens_view view;
        const char *part;
    } seen[] = {
        {SN_LENS_WORLD, "world"}, {SN_LENS_FACE, "sourcing"}, {SN_LENS_ORIGIN, "sourcing"}};

    for (size_t k = 0; k < (it->from_shares ? 2 : 3); k++) { /* shares have no origin */
        const sn_lens *lens = &l->at[seen[k].view];
        if (sn_wants(it, "hhi"))
            add_hhi(it, product, lens, seen[k].view, seen[k].part);
        if (sn_wants(it, "hhi_wgi"))
            add_hhi_wgi(it, product, lens, seen[k].view, seen[k].part);
        if (sn_wants(it, "t"))
            add_t(it, product, lens, seen[k].view, seen[k].part);
    }
}

/* The largest party, or the largest that is not of the consumer; -1: none. */
static int largest_of(const sn_lens *lens, bool third)
{
    int largest = -1;

    for (size_t k = 0; k < lens->count; k++)
        if (!(third && lens->member[k]) &&
            (largest < 0 || lens->share[k] > lens->share[largest]))
            largest = (int)k;
    return largest;
}

static void add_largest(sn_indicators *it, const sn_sourcing *product, const sn_lens *lens,
                        sn_lens_view view, bool third)
{
    sn_indicator *row =
        sn_row(it, product, NULL, "sourcing", third ? "top_third" : "top1", sn_lens_name(view));
    const int k = largest_of(lens, third);
    const char *missing = sn_lens_missing(it, product, lens, view);
    const double share = k >= 0 ? lens->share[k] : 0;

    row->unit = "share";
    row->who = k >= 0 ? lens->id[k] : NULL;
    row->coverage = lens->named;
    sn_row_value(row, missing == NULL ? share : NAN, share,
                 fmin(1, fmax(share, lens->other) + lens->unknown), missing);
    sn_row_thin(row);
}

static void add_counts(sn_indicators *it, const sn_sourcing *product, const sn_lens *lens,
                       sn_lens_view view)
{
    sn_indicator *own = sn_row(it, product, NULL, "sourcing", "own", sn_lens_name(view));
    double domestic = 0, suppliers = 0;
    const char *missing = sn_lens_missing(it, product, lens, view);

    for (size_t k = 0; k < lens->count; k++) {
        domestic += lens->member[k] ? lens->share[k] : 0;
        suppliers += lens->share[k] >= small;
    }
    own->unit = "share";
    sn_row_value(own, missing == NULL ? domestic : NAN, domestic,
                 fmin(1, domestic + lens->unknown), missing);
    own->coverage = lens->named;
    sn_row_thin(own);
    sn_indicator *count =
        sn_row(it, product, NULL, "sourcing", "suppliers", sn_lens_name(view));
    count->unit = "count";
    count->coverage = lens->named;
    sn_row_value(count, missing == NULL ? suppliers : NAN, NAN, NAN, missing);
    sn_row_thin(count);
}

/* What the consumer consumes of the commodity: stated, or its final use in the network. */
static double consumption_of(const sn_indicators *it, const sn_sourcing *product)
{
    const double given =
        sn_consumer_factor(it, SN_FACTOR_CONSUMPTION, product->commodity, NULL, NULL, NULL);

    return !isnan(given) ? given : product->final_use;
}

/* Mining is extraction, and so is the first of several stages. */
static bool is_extraction(const sn_sourcing *product)
{
    static const char *const word[] = {"mining", "extraction"};

    for (size_t k = 0; product->stage != NULL && k < 2; k++)
        if (strcmp(product->stage, word[k]) == 0)
            return true;
    return product->first && !product->last;
}

static void add_own_supply(sn_indicators *it, const sn_sourcing *product)
{
    sn_indicator *row = sn_row(it, product, NULL, "own_supply",
                               is_extraction(product) ? "extraction" : "processing", NULL);
    const double consumption = consumption_of(it, product);
    double made = product->production;

    /* Where a coalition's supply counts, so do its deliveries. */
    for (size_t k = 0; it->coalition.count > 0 && k < product->count; k++)
        made += product->party[k].member ? 0 : product->party[k].bought;
    row->unit = "share";
    row->base = consumption;
    sn_row_value(row, consumption > 0 ? made / consumption : NAN, made / consumption,
                 (made + sn_unnamed_production(it, product)) / consumption,
                 it->from_shares             ? shares_only
                 : isnan(made)               ? "the network states no production"
                 : !sn_buyers_known(product) ? sn_no_buyers
                                             : "the consumer has no use of it");
}

static void add_reliance(sn_indicators *it, const sn_sourcing *product)
{
    sn_indicator *row = sn_row(it, product, NULL, "nir", "net_imports", NULL);
    const double secondary = sn_consumer_factor(it, SN_FACTOR_SECONDARY, product->commodity,
                                                product->stage, NULL, NULL);
    const double stocks = sn_consumer_factor(it, SN_FACTOR_STOCKS, product->commodity,
                                             product->stage, NULL, NULL);

    row->unit = "share";
    if (isnan(secondary) || isnan(stocks))
        (void)snprintf(row->assumed, sizeof row->assumed, "no %s%s%s",
                       isnan(secondary) ? "secondary production" : "",
                       isnan(secondary) && isnan(stocks) ? ", no " : "",
                       isnan(stocks) ? "change of stocks" : "");
    const double made = product->production + (isnan(secondary) ? 0 : secondary);
    const double drawn = isnan(stocks) ? 0 : stocks;
    const double value =
        sn_net_import_reliance(made, 0, product->imports, product->exports, drawn);
    const double other = sn_net_import_reliance(made + sn_unnamed_production(it, product), 0,
                                                product->imports, product->exports, drawn);
    sn_row_value(row, value, fmin(value, other), fmax(value, other),
                 it->from_shares              ? shares_only
                 : isnan(product->production) ? "the network states no production"
                 : !sn_buyers_known(product)  ? sn_no_buyers
                                              : "nothing is consumed at this stage");
}

static void add_recycling(sn_indicators *it, const sn_sourcing *product)
{
    sn_indicator *row = sn_row(it, product, NULL, "recycling", "eol_rir", NULL);
    sn_interval range = {NAN, NAN};
    const double rate = sn_consumer_factor(it, SN_FACTOR_EOL_RIR, row->commodity,
                                           product->stage, &range, row->assumed);

    row->unit = "share";
    row->base = consumption_of(it, product);
    sn_row_value(row, rate, range.low, range.high,
                 "no end-of-life recycling input rate is known; --factors FILE may give it");
}

void sn_rows_sourcing(sn_indicators *it, const sn_sourcing *product, const sn_lenses *l)
{
    const sn_lens_view last = it->from_shares ? SN_LENS_FACE : SN_LENS_ORIGIN;

    for (sn_lens_view view = SN_LENS_FACE; view <= last && sn_wants(it, "sourcing"); view++) {
        add_largest(it, product, &l->at[view], view, false);
        add_largest(it, product, &l->at[view], view, true);
        add_counts(it, product, &l->at[view], view);
    }
    if (sn_wants(it, "own_supply"))
        add_own_supply(it, product);
    if (sn_wants(it, "nir"))
        add_reliance(it, product);
    if (sn_wants(it, "recycling"))
        add_recycling(it, product);
}

/* ---- IEA ------------------------------------------------------------------------------------
 */

static void add_n_minus_1(sn_indicators *it, const sn_sourcing *product, const sn_iea *iea)
{
    const double demand = product->used;
    const char *who = iea->largest < product->count ? product->party[iea->largest].id : NULL;
    sn_indicator *total = sn_row(it, product, NULL, "iea_n1", "total", NULL);

    total->unit = "share";
    total->base = demand;
    total->who = who;
    if (it->from_shares)
        (void)snprintf(total->assumed, sizeof total->assumed, "demand equals supply");
    sn_row_value(total, iea->n1_total, NAN, NAN,
                 who == NULL ? "nobody who counts makes it" : "the demand is not known");
    sn_indicator *remaining = sn_row(it, product, NULL, "iea_n1", "remaining", NULL);
    remaining->unit = "share";
    remaining->base = who != NULL ? demand - product->party[iea->largest].used : NAN;
    remaining->who = who;
    sn_row_value(remaining, iea->n1_remaining, NAN, NAN,
                 who == NULL    ? "nobody who counts makes it"
                 : it->by_owner ? "what an owner's country uses is not what its firms use"
                 : it->from_shares
                     ? "published shares do not say what the largest supplier uses"
                 : !sn_buyers_known(product) ? sn_no_buyers
                                             : "only the largest supplier uses it");
}

void sn_rows_iea(sn_indicators *it, const sn_sourcing *product)
{
    double *made, *used;
    const double rest = product->made.other + product->made.unknown;
    const bool by_use = !it->by_owner && !it->from_shares;

    if (!sn_wants(it, "iea_top3") && !sn_wants(it, "iea_n1"))
        return;
    made = calloc(2 * product->count + 2, sizeof *made);
    if (made == NULL) {
        it->status = SN_ENOMEM;
        return;
    }
    used = made + product->count + 1;
    for (size_t k = 0; k < product->count; k++) {
        made[k] = product->party[k].made;
        used[k] = product->party[k].used;
    }
    const sn_iea iea = sn_iea_n_minus_1(made, by_use ? used : NULL, product->count, rest,
                                        it->from_shares ? 1 : product->used);
    free(made);
    if (sn_wants(it, "iea_top3")) {
        sn_indicator *row = sn_row(it, product, NULL, "iea_top3", "world", NULL);
        row->coverage = 1 - rest / (product->made.total - product->made.left_out);
        row->unit = "share";
        row->who = iea.largest < product->count ? product->party[iea.largest].id : NULL;
        sn_row_value(row, iea.top3, iea.top3,
                     fmin(1, iea.top3 + rest / (product->made.total - product->made.left_out)),
                     "nobody who counts makes it");
        sn_row_thin(row);
    }
    if (sn_wants(it, "iea_n1"))
        add_n_minus_1(it, product, &iea);
}
