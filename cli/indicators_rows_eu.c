/* indicators_rows_eu.c - supply risk and economic importance as the EU defines them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/indicators_private.h"

/* Everything that a supply risk of one product is made of. */
typedef struct {
    sn_eu_factors factors; /* hhi_sourcing: by face value */
    sn_eu_factor_ranges ranges;
    double hhi_origin;
    sn_interval range_origin;
    double reliance;
    sn_interval reliance_range;
    double coverage[3]; /* of governance: world, face value, origin */
    char assumed[SN_REASON];
} sn_supply_risk;

/* The index of a lens, NaN without a score of anybody. */
static double traded_hhi(const sn_lens *lens, sn_interval *range, double *coverage)
{
    const bool known = lens->count > 0 && lens->traded.coverage > 0;

    *range = known ? lens->traded.value : (sn_interval){NAN, NAN};
    *coverage = lens->count > 0 ? lens->traded.coverage : NAN;
    return range->low;
}

static void read_reliance(const sn_indicators *it, const sn_sourcing *product,
                          sn_supply_risk *risk)
{
    const double more = product->production + sn_unnamed_production(it, product);

    risk->reliance =
        it->from_shares
            ? NAN
            : sn_eu_import_reliance(product->production, product->imports, product->exports);
    risk->reliance_range = (sn_interval){
        it->from_shares ? NAN : sn_eu_import_reliance(more, product->imports, product->exports),
        risk->reliance};
    if (isnan(risk->reliance))
        risk->reliance = sn_consumer_factor(it, SN_FACTOR_IMPORT_RELIANCE,
                                            product->commodity != NULL ? product->commodity
                                                                       : product->product,
                                            product->stage, &risk->reliance_range, NULL);
}

static sn_supply_risk gather(const sn_indicators *it, const sn_sourcing *product,
                             const sn_lenses *l)
{
    sn_supply_risk risk = {0};
    const char *commodity = product->commodity != NULL ? product->commodity : product->product;

    risk.factors.hhi_global =
        traded_hhi(&l->at[SN_LENS_WORLD], &risk.ranges.hhi_global, &risk.coverage[0]);
    risk.factors.hhi_sourcing =
        traded_hhi(&l->at[SN_LENS_FACE], &risk.ranges.hhi_sourcing, &risk.coverage[1]);
    risk.hhi_origin = traded_hhi(&l->at[SN_LENS_ORIGIN], &risk.range_origin, &risk.coverage[2]);
    risk.factors.eol_rir = sn_consumer_factor(it, SN_FACTOR_EOL_RIR, commodity, product->stage,
                                              &risk.ranges.eol_rir, risk.assumed);
    risk.factors.si_sr = sn_consumer_factor(it, SN_FACTOR_SI_SR, commodity, product->stage,
                                            &risk.ranges.si_sr, risk.assumed);
    read_reliance(it, product, &risk);
    return risk;
}

static const char *why_unknown(const sn_supply_risk *risk, sn_eu_supply supply, double sourcing)
{
    if (isnan(risk->factors.eol_rir) || isnan(risk->factors.si_sr))
        return "no recycling rate or substitution index is known; --factors FILE may give them";
    if (supply != SN_EU_SOURCING && isnan(risk->factors.hhi_global))
        return "no governance score of the world's suppliers is known";
    if (supply == SN_EU_COMBINED && isnan(risk->reliance))
        return "the import reliance is not known";
    return supply != SN_EU_GLOBAL && isnan(sourcing) ? "the consumer's sourcing is not known"
                                                     : NULL;
}

static void add_risk(sn_indicators *it, const sn_sourcing *product, const sn_supply_risk *risk,
                     const char *part, sn_eu_supply supply, bool origin)
{
    sn_indicator *row = sn_row(it, product, NULL, "eu_sr", part,
                               supply == SN_EU_GLOBAL ? NULL
                               : origin               ? "origin"
                                                      : "face_value");
    sn_eu_factors factors = risk->factors;
    sn_eu_factor_ranges ranges = risk->ranges;
    const sn_interval reliance = sn_interval_clip(risk->reliance_range, 0, 1);

    if (origin) {
        factors.hhi_sourcing = risk->hhi_origin;
        ranges.hhi_sourcing = risk->range_origin;
    }
    const sn_interval weight = supply == SN_EU_GLOBAL ? (sn_interval){1, 1}
                               : supply == SN_EU_SOURCING
                                   ? (sn_interval){0, 0}
                                   : (sn_interval){reliance.low / 2, reliance.high / 2};
    const sn_interval range = sn_eu_supply_risk_range(&ranges, weight);
    const double at_world = risk->coverage[0], at_home = risk->coverage[origin ? 2 : 1];
    row->coverage = supply == SN_EU_GLOBAL     ? at_world
                    : supply == SN_EU_SOURCING ? at_home
                                               : fmin(at_world, at_home);
    (void)snprintf(row->assumed, sizeof row->assumed, "%s", risk->assumed);
    sn_row_value(row, sn_eu_supply_risk(&factors, supply, risk->reliance), range.low,
                 range.high, why_unknown(risk, supply, factors.hhi_sourcing));
    sn_row_threshold(row, SN_EU_SR_THRESHOLD, false, false, 1);
    sn_row_thin(row);
}

/* What the EU took for this material, if the consumer is the EU; else the guidelines' rule. */
static sn_eu_supply choose(const sn_indicators *it, const sn_sourcing *product,
                           const sn_supply_risk *risk)
{
    static const sn_eu_supply taken[] = {SN_EU_GLOBAL, SN_EU_SOURCING, SN_EU_COMBINED};
    const double published =
        sn_consumer_factor(it, SN_FACTOR_SUPPLY,
                           product->commodity != NULL ? product->commodity : product->product,
                           product->stage, NULL, NULL);

    return it->from_shares && !isnan(published) ? taken[(int)published]
                                                : sn_eu_choose(&risk->factors, risk->reliance);
}

static void add_published(sn_indicators *it, const sn_sourcing *product, sn_factor_kind kind,
                          const char *index, const char *commodity)
{
    sn_interval range = {NAN, NAN};
    const double value = sn_consumer_factor(
        it, kind, commodity, product != NULL ? product->stage : NULL, &range, NULL);

    if (isnan(value))
        return; /* nothing was published about this consumer */
    sn_indicator *row = sn_row(it, product, commodity, index, "published", NULL);
    sn_row_value(row, value, range.low, range.high, NULL);
    sn_row_threshold(row, kind == SN_FACTOR_EU_SR ? SN_EU_SR_THRESHOLD : SN_EU_EI_THRESHOLD,
                     false, false, 1);
}

void sn_rows_eu(sn_indicators *it, const sn_sourcing *product, const sn_lenses *l)
{
    if (!sn_wants(it, "eu_sr"))
        return;
    const sn_supply_risk risk = gather(it, product, l);
    const char *commodity = product->commodity != NULL ? product->commodity : product->product;

    sn_indicator *row = sn_row(it, product, NULL, "eu_sr", "reliance", NULL);
    row->unit = "share";
    sn_row_value(row, risk.reliance, risk.reliance_range.low, risk.reliance_range.high,
                 !sn_buyers_known(product)
                     ? sn_no_buyers
                     : "neither amounts nor a published figure are known");
    add_risk(it, product, &risk, "global", SN_EU_GLOBAL, false);
    for (int origin = 0; origin < (it->from_shares ? 1 : 2); origin++) { /* shares have none */
        add_risk(it, product, &risk, "sourcing", SN_EU_SOURCING, origin != 0);
        add_risk(it, product, &risk, "combined", SN_EU_COMBINED, origin != 0);
    }
    add_risk(it, product, &risk, "used", choose(it, product, &risk), false);
    add_published(it, product, SN_FACTOR_EU_SR, "eu_sr", commodity);
}

/* ---- of whole commodities ------------------------------------------------------------------
 */

/* The worst stage.  A stage of which only an interval is known may be it. */
static void add_material(sn_indicators *it, const char *commodity, size_t first)
{
    double value[32] = {0}, low[32] = {0}, high[32] = {0};
    size_t count = 0;

    for (size_t k = first; k < it->count && count < sizeof value / sizeof value[0]; k++) {
        const sn_indicator *row = &it->row[k];
        if (strcmp(row->index, "eu_sr") != 0 || strcmp(row->part, "used") != 0)
            continue;
        value[count] = row->value;
        low[count] = row->interval.low;
        high[count++] = row->interval.high;
    }
    const double worst = sn_eu_material(value, count), most = sn_eu_material(high, count);
    bool open = false;
    for (size_t k = 0; k < count; k++)
        open |= isnan(value[k]) && high[k] > worst;
    sn_indicator *row = sn_row(it, NULL, commodity, "eu_sr", "material", NULL);
    sn_row_value(row, isnan(worst) ? most : worst, sn_eu_material(low, count), most,
                 "no stage has a supply risk");
    sn_row_threshold(row, SN_EU_SR_THRESHOLD, false, false, 1);
    if (!isnan(row->value) && (open || isnan(worst))) {
        row->value = NAN;
        (void)snprintf(row->reason, sizeof row->reason,
                       "a stage of which only an interval is known may be the worst");
    }
}

/* End uses of the consumer's own, else of the EU. */
static void add_importance(sn_indicators *it, const char *commodity)
{
    sn_indicator *row = sn_row(it, NULL, commodity, "eu_ei", "importance", NULL);
    double use[64] = {0}, value[64] = {0};
    size_t count = 0;
    sn_factor_query query = {
        .kind = SN_FACTOR_USE, .commodity = commodity, .country = it->consumer.name};
    sn_interval range;

    for (const sn_factor *f = sn_factors_next(&it->factors, &query, NULL);
         f != NULL && count < 64; f = sn_factors_next(&it->factors, &query, f)) {
        sn_factor_query sector = query;
        sector.kind = SN_FACTOR_VALUE_ADDED;
        sector.key = f->key;
        const sn_factor *added = sn_factors_next(&it->factors, &sector, NULL);
        if (added == NULL)
            continue;
        use[count] = f->value;
        value[count++] = added->value;
    }
    const double si =
        sn_consumer_factor(it, SN_FACTOR_SI_EI, commodity, NULL, &range, row->assumed);
    const double largest =
        sn_consumer_factor(it, SN_FACTOR_LARGEST_SECTOR, commodity, NULL, NULL, NULL);
    double allocated = 0;
    for (size_t k = 0; k < count; k++)
        allocated += use[k];
    row->coverage = count > 0 ? allocated : NAN;
    sn_row_value(row,
                 count > 0 ? sn_eu_economic_importance(use, value, count, si, largest) : NAN,
                 sn_eu_economic_importance(use, value, count, range.low, largest),
                 sn_eu_economic_importance(use, value, count, range.high, largest),
                 count == 0 ? "end uses by sector are not known; --factors FILE may give them"
                 : isnan(largest) ? "the largest sector's value added is not known"
                                  : "no substitution index is known");
    sn_row_threshold(row, SN_EU_EI_THRESHOLD, false, false, 1);
}

void sn_rows_eu_commodity(sn_indicators *it, const char *commodity, size_t first)
{
    if (sn_wants(it, "eu_sr"))
        add_material(it, commodity, first);
    if (sn_wants(it, "eu_ei")) {
        add_importance(it, commodity);
        add_published(it, NULL, SN_FACTOR_EU_EI, "eu_ei", commodity);
    }
}
