/* indicators_lens.c - the amounts of a product as shares, with the scores of their countries.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/indicators_private.h"

const char *sn_lens_name(sn_lens_view view)
{
    switch (view) {
    case SN_LENS_FACE:
    case SN_LENS_IMPORTS:
        return "face_value";
    case SN_LENS_ORIGIN:
    case SN_LENS_IMPORTS_ORIGIN:
        return "origin";
    default:
        return NULL;
    }
}

static double amount_of(const sn_sourcing_party *party, sn_lens_view view)
{
    switch (view) {
    case SN_LENS_WORLD:
        return party->made;
    case SN_LENS_FACE:
        return party->bought;
    case SN_LENS_ORIGIN:
        return party->origin;
    case SN_LENS_EXPORTS:
        return party->exported;
    case SN_LENS_IMPORTS:
        return party->member ? 0 : party->bought;
    case SN_LENS_IMPORTS_ORIGIN:
        return party->member ? 0 : party->origin;
    default:
        return NAN;
    }
}

static const sn_sourcing_sums *sums_of(const sn_sourcing *product, sn_lens_view view)
{
    switch (view) {
    case SN_LENS_WORLD:
        return &product->made;
    case SN_LENS_EXPORTS:
        return &product->exported;
    case SN_LENS_FACE:
    case SN_LENS_IMPORTS:
        return &product->bought;
    default:
        return &product->origin;
    }
}

/* What does not count is not in the denominator; nor, of imports, is what the consumer makes.
 */
static double total_of(const sn_sourcing *product, sn_lens_view view)
{
    const sn_sourcing_sums *sums = sums_of(product, view);
    double total = sums->total - sums->left_out;

    if (view == SN_LENS_IMPORTS || view == SN_LENS_IMPORTS_ORIGIN)
        for (size_t k = 0; k < product->count; k++)
            if (product->party[k].member)
                total -= view == SN_LENS_IMPORTS ? product->party[k].bought
                                                 : product->party[k].origin;
    if (isnan(total))
        return NAN;
    return total > 1e-12 * sums->total ? total : 0; /* what rounding leaves is nothing */
}

static const sn_factor *supplier_factor(const sn_indicators *it, sn_factor_kind kind,
                                        const sn_sourcing *product, const char *country,
                                        const sn_factor *from)
{
    const sn_factor_query query = {.kind = kind,
                                   .commodity = product->commodity != NULL ? product->commodity
                                                                           : product->product,
                                   .stage = product->stage,
                                   .country = country};

    return sn_factors_next(&it->factors, &query, from);
}

/* A stated factor of a country, else the built-in score. */
static double score_of(const sn_indicators *it, const sn_sourcing *product, const char *country,
                       bool stability)
{
    const sn_factor *given = supplier_factor(
        it, stability ? SN_FACTOR_STABILITY : SN_FACTOR_GOVERNANCE, product, country, NULL);
    const sn_governance_row *row = sn_governance_find(&it->governance, country);

    if (given != NULL)
        return given->value;
    return row == NULL ? NAN : stability ? row->political_stability : row->score;
}

/* The trade parameter that a table of shares states beside its shares; NaN.  The two supplies
 * have their own: the EU counts DR Congo's tantalum 1.1 in one and 1 in the other. */
static double stated_parameter(const sn_indicators *it, const sn_sourcing *product,
                               const char *country, bool sourcing)
{
    size_t low = 0, high = it->shares.count;

    while (low < high) { /* the rows are by material, stage, country */
        const size_t middle = (low + high) / 2;
        const sn_share_row *row = &it->shares.row[middle];
        int order = strcasecmp(row->material, product->commodity);
        order = order != 0 ? order : strcmp(row->stage, product->stage);
        order = order != 0 ? order : strcmp(row->country, country);
        order = order != 0 ? order : (int)row->is_sourcing - (int)sourcing;
        if (order == 0)
            return row->t;
        *(order < 0 ? &low : &high) = order < 0 ? middle + 1 : middle;
    }
    return NAN;
}

/* Dated measures are averaged over the reference years; one without dates is a mean already. */
static double trade_parameter(const sn_indicators *it, const sn_sourcing *product,
                              const sn_sourcing_party *party, bool sourcing)
{
    const double usual = party->member ? 0.8 : 1;
    const sn_factor *factor = supplier_factor(it, SN_FACTOR_T, product, party->id, NULL);
    const double stated =
        it->from_shares ? stated_parameter(it, product, party->id, sourcing) : NAN;
    sn_trade_measure measure[64];
    size_t count = 0;

    if (!isnan(stated) && (factor == NULL || !factor->is_given))
        return stated;
    if (factor == NULL)
        return usual;
    if (isnan(factor->start) && isnan(factor->end))
        return factor->value;
    for (; factor != NULL && count < sizeof measure / sizeof measure[0];
         factor = supplier_factor(it, SN_FACTOR_T, product, party->id, factor))
        if (!isnan(factor->start) || !isnan(factor->end))
            measure[count++] = (sn_trade_measure){factor->start, factor->end, factor->value};
    return sn_trade_parameter(measure, count, usual, it->period[0], it->period[1]);
}

sn_status sn_scores_make(const sn_indicators *it, const sn_sourcing *product, sn_scores *scores,
                         sn_error *err)
{
    const size_t room = product->count + 1;

    *scores = (sn_scores){0};
    scores->score = calloc(4 * room, sizeof *scores->score);
    if (scores->score == NULL)
        return sn_nomem(err, "scores");
    scores->risk = scores->score + room;
    scores->t[0] = scores->score + 2 * room;
    scores->t[1] = scores->score + 3 * room;
    for (size_t k = 0; k < product->count; k++) {
        const sn_sourcing_party *party = &product->party[k];
        scores->score[k] = score_of(it, product, party->id, false);
        scores->risk[k] = sn_geopolrisk_weight(score_of(it, product, party->id, true));
        for (size_t sourcing = 0; sourcing < 2; sourcing++)
            scores->t[sourcing][k] = trade_parameter(it, product, party, sourcing == 1);
    }
    return SN_OK;
}

void sn_scores_clear(sn_scores *scores)
{
    free(scores->score);
    *scores = (sn_scores){0};
}

/* What the unnamed rest can make of an HHI: one more country, and more of the largest. */
static double highest_hhi(const sn_lens *lens)
{
    double largest = lens->other;

    for (size_t k = 0; k < lens->count; k++)
        largest = fmax(largest, lens->share[k]);
    return fmin(1, lens->hhi + lens->other * lens->other + lens->unknown * lens->unknown +
                       2 * lens->unknown * largest);
}

static void weigh(sn_lens *lens)
{
    const double rest = lens->other + lens->unknown;

    lens->governed = sn_hhi_weighted(lens->share, lens->score, NULL, lens->count, rest, 10);
    lens->traded = sn_hhi_weighted(lens->share, lens->score, lens->t, lens->count, rest, 10);
}

sn_status sn_lens_make(const sn_sourcing *product, const sn_scores *scores, sn_lens_view view,
                       sn_lens *lens, sn_error *err)
{
    const size_t room = product->count + 1;
    const sn_sourcing_sums *sums = sums_of(product, view);
    double squares = 0;

    *lens = (sn_lens){.total = total_of(product, view), .hhi = NAN};
    lens->share = calloc(4 * room, sizeof *lens->share);
    lens->id = calloc(room, sizeof *lens->id);
    lens->member = calloc(room, sizeof *lens->member);
    if (lens->share == NULL || lens->id == NULL || lens->member == NULL)
        return sn_nomem(err, "shares");
    lens->score = lens->share + room;
    lens->risk = lens->share + 2 * room;
    lens->t = lens->share + 3 * room;
    for (size_t k = 0; k < product->count && lens->total > 0; k++) {
        const sn_sourcing_party *party = &product->party[k];
        const double amount = amount_of(party, view);
        if (!(amount > 0))
            continue;
        const size_t at = lens->count++;
        lens->share[at] = amount / lens->total;
        squares += lens->share[at] * lens->share[at];
        lens->id[at] = party->id;
        lens->member[at] = party->member;
        lens->score[at] = scores != NULL ? scores->score[k] : NAN;
        lens->risk[at] = scores != NULL ? scores->risk[k] : NAN;
        lens->t[at] = scores != NULL ? scores->t[view != SN_LENS_WORLD][k] : 1;
    }
    if (lens->total > 0) {
        lens->other = sums->other / lens->total;
        lens->unknown = sums->unknown / lens->total;
    }
    lens->hhi = lens->count > 0 ? squares : NAN;
    lens->named = lens->count > 0 ? 1 - lens->other - lens->unknown : NAN;
    lens->highest_hhi = highest_hhi(lens);
    weigh(lens);
    return SN_OK;
}

void sn_lens_clear(sn_lens *lens)
{
    free(lens->share);
    free(lens->id);
    free(lens->member);
    *lens = (sn_lens){0};
}

const char sn_no_buyers[] = "the network does not say who buys most of it";

const char *sn_lens_missing(const sn_indicators *it, const sn_sourcing *product,
                            const sn_lens *lens, sn_lens_view view)
{
    const bool origin = view == SN_LENS_ORIGIN || view == SN_LENS_IMPORTS_ORIGIN;

    if (lens->count > 0)
        return NULL;
    if (view != SN_LENS_WORLD && !sn_buyers_known(product))
        return sn_no_buyers;
    if (origin && it->from_shares)
        return "published shares have no flows to follow";
    if (view == SN_LENS_EXPORTS && it->from_shares)
        return "published shares have no exports";
    if (isnan(lens->total))
        return origin ? "the network states no final use of it" : "not known";
    if (lens->total > 0)
        return it->by_owner ? "no owner is known" : "no country of the supply is known";
    switch (view) {
    case SN_LENS_WORLD:
        return "nobody who counts makes it";
    case SN_LENS_EXPORTS:
        return "nobody who counts sells it abroad";
    case SN_LENS_IMPORTS:
    case SN_LENS_IMPORTS_ORIGIN:
        return "the consumer imports none of it";
    default:
        return "the consumer has none of it";
    }
}
