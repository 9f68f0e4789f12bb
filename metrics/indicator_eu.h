/* indicator_eu.h - supply risk and economic importance as the EU assesses raw materials.
 *
 * Source of all formulas, unless one says otherwise: European Commission, "Methodology for
 * establishing the EU list of critical raw materials: guidelines", 2017; as applied in
 * "Study on the review of the list of critical raw materials", 2017, section 3.4, and in
 * M. Grohol, C. Veeh, "Study on the critical raw materials for the EU 2023".
 *
 * NaN stands for unknown everywhere, and unknown in gives unknown out.
 */
#ifndef SN_METRICS_INDICATOR_EU_H
#define SN_METRICS_INDICATOR_EU_H

#include <stddef.h>

/** sn_interval - the lowest and highest value that a number can have; both NaN: unknown. */
typedef struct {
    double low, high;
} sn_interval;

/** sn_interval_rounded - what a number published as x can have been: x +- half. */
sn_interval sn_interval_rounded(double x, double half);

/** sn_interval_clip - the part of an interval inside least..most; an interval outside becomes
 * the nearer end. */
sn_interval sn_interval_clip(sn_interval x, double least, double most);

/* What the EU holds against its thresholds: critical is supply risk >= 1.0 and economic
 * importance >= 2.8, both rounded to one decimal first. */
#define SN_EU_SR_THRESHOLD 1.0
#define SN_EU_EI_THRESHOLD 2.8

/** sn_eu_round - a result as it is published and compared: to one decimal, halves up. */
double sn_eu_round(double x);

/**
 * sn_wgi_scaled - governance of a country on the EU's scale.
 *
 *     2 (2.5 - mean over years of the mean of the six indicators)
 *
 * on the fixed bounds -2.5..2.5 of the World Governance Indicators: 0 best, 10 worst.  An
 * estimate beyond the bounds goes beyond the scale.
 *
 * six    [in]  years rows of six estimates; a year with a NaN is left out
 * years  [in]  how many
 *
 * Returns  the score; NaN when no year is complete.
 */
double sn_wgi_scaled(const double (*six)[6], size_t years);

/** sn_weighted_hhi - a Herfindahl-Hirschman index with country weights. */
typedef struct {
    sn_interval value; /* low: countries without a score count as perfect; high: as the worst,
                          and `other` as one such country                                    */
    double sum;        /* of the shares and `other`; 1 when nothing is missing or doubled    */
    double coverage;   /* sum of the shares that have a score, 0..1                          */
} sn_weighted_hhi;

/**
 * sn_hhi_weighted - sum over countries of share^2 * governance * trade parameter.
 *
 *     HHI_WGI,t = sum_c s_c^2 WGI_c t_c
 *
 * share  [in]  count shares of a total, 0..1; they are not renormalised
 * score  [in]  count governance scores >= 0, NaN = none
 * t      [in]  count trade parameters, or NULL = all 1; NaN = 1
 * other  [in]  share of countries that are not named, 0..1
 * worst  [in]  the worst score there is: 10 on the EU's scale, 1 for GeoPolRisk's
 *
 * A country without a score adds nothing to `low`, which is therefore the index where coverage
 * is full, and never a statement that its governance is perfect.
 */
sn_weighted_hhi sn_hhi_weighted(const double *share, const double *score, const double *t,
                                size_t count, double other, double worst);

/** sn_eu_supply - which shares a supply risk rests on. */
typedef enum {
    SN_EU_GLOBAL,   /* global supply only: sourcing is not known well              */
    SN_EU_SOURCING, /* EU sourcing only: no imports, or no global market           */
    SN_EU_COMBINED  /* both, weighted by import reliance                           */
} sn_eu_supply;

/** sn_eu_factors - what a supply risk is made of. */
typedef struct {
    double hhi_global;   /* HHI_WGI,t of global supply, >= 0                               */
    double hhi_sourcing; /* HHI_WGI,t of EU sourcing (domestic supply and imports), >= 0   */
    double eol_rir;      /* end-of-life recycling input rate, 0..1                         */
    double si_sr;        /* substitution index of supply risk, 0..1; 1 = no substitute     */
} sn_eu_factors;

/** sn_eu_factor_ranges - the same, each within an interval. */
typedef struct {
    sn_interval hhi_global, hhi_sourcing, eol_rir, si_sr;
} sn_eu_factor_ranges;

/** sn_eu_import_reliance - (imports - exports) / (production + imports - exports), 0..1.
 *  Net exporters have 0; NaN when production and net imports add up to nothing. */
double sn_eu_import_reliance(double production, double imports, double exports);

/** sn_eu_global_weight - weight of global supply beside EU sourcing: half the import reliance,
 *  which is clipped to 0..1 first.  100 % reliance: 50/50; none: sourcing only. */
double sn_eu_global_weight(double import_reliance);

/** sn_eu_choose - the supply that the guidelines take: sourcing alone where import reliance is
 *  <= 0 or the global index is NaN, global alone where the sourcing index is NaN, else both. */
sn_eu_supply sn_eu_choose(const sn_eu_factors *factors, double import_reliance);

/**
 * sn_eu_supply_risk - supply risk of one stage.
 *
 *     SR = (w HHI_global + (1 - w) HHI_sourcing) (1 - EoL-RIR) SI_SR
 *
 * factors          [in]
 * supply           [in]  SN_EU_GLOBAL: w = 1; SN_EU_SOURCING: w = 0; SN_EU_COMBINED:
 *                        w = sn_eu_global_weight(import_reliance)
 * import_reliance  [in]  a share; not used unless combined
 *
 * Returns  >= 0, not rounded; NaN where a factor with a weight is NaN.
 */
double sn_eu_supply_risk(const sn_eu_factors *factors, sn_eu_supply supply,
                         double import_reliance);

/**
 * sn_eu_supply_risk_range - every supply risk that factors within intervals can give.
 *
 * factors  [in]  HHI are clipped to >= 0, EoL-RIR and SI to 0..1
 * weight   [in]  w, clipped to 0..1; of interval import reliance half of each end.  Any other
 *                weight is another formula: that is how wrong ones are shown to fail
 *
 * Returns  the exact range: SR rises with both HHI and SI, falls with EoL-RIR, and is linear
 *          in w.
 */
sn_interval sn_eu_supply_risk_range(const sn_eu_factor_ranges *factors, sn_interval weight);

/** sn_eu_material - supply risk of a material: the highest of its stages.  NaN stages are left
 *  out; NaN when all are. */
double sn_eu_material(const double *stage_risk, size_t count);

/**
 * sn_eu_economic_importance - economic importance of a material.
 *
 *     EI = 10 SI_EI sum_s A_s Q_s / max Q
 *
 * use          [in]  count shares of end use by sector, 0..1; what is not allocated adds
 * nothing value_added  [in]  count gross values added of these sectors [MEUR] si_ei        [in]
 * substitution index of economic importance, 0..1 largest      [in]  value added of the largest
 * sector [MEUR]; 2023: 204,200 (C28 machinery)
 */
double sn_eu_economic_importance(const double *use, const double *value_added, size_t count,
                                 double si_ei, double largest);

/** sn_trade_measure - an export measure of a country, and what it makes of t while in force. */
typedef struct {
    double start; /* [year] 2020.0 = 1 January 2020; NaN: always was             */
    double end;   /* [year] exclusive; NaN: still in force                        */
    double t;     /* trade parameter of the measure, e.g. 1.1 for a small tax     */
} sn_trade_measure;

/**
 * sn_trade_parameter - t of a country over a reference period: the mean of its yearly values.
 *
 * A year's value is the largest t of the measures in force on any day of it, else `usual`.
 * The published values are means over five years: 4 years at 1.1 and one at 2 make 1.28,
 * published as 1.3.  Which t a measure has is the caller's: the table of the guidelines could
 * not be read, so none is built in.
 *
 * usual  [in]  without a measure: 1.0, or 0.8 for EU members
 *
 * Returns  the mean; NaN when last_year < first_year.
 */
double sn_trade_parameter(const sn_trade_measure *measure, size_t count, double usual,
                          int first_year, int last_year);

#endif /* SN_METRICS_INDICATOR_EU_H */
