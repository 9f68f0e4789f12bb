/* indicator_trade.h - indices that read a country's imports: GeoPolRisk, the dependency screens
 * of CEPII, the EC and the OECD, and net import reliance.
 *
 * NaN stands for unknown everywhere, and unknown in gives unknown out.
 */
#ifndef SN_METRICS_INDICATOR_TRADE_H
#define SN_METRICS_INDICATOR_TRADE_H

#include <stddef.h>

#include "metrics/indicator_eu.h"

/** sn_verdict - whether a rule is met, where the figures may not tell. */
typedef enum { SN_UNKNOWN = -1, SN_NO = 0, SN_YES = 1 } sn_verdict;

/** sn_verdict_word - "yes", "no", "unknown". */
const char *sn_verdict_word(sn_verdict verdict);

/** sn_verdict_not, sn_verdict_and - three-valued logic: unknown unless the known part decides.
 */
sn_verdict sn_verdict_not(sn_verdict verdict);
sn_verdict sn_verdict_and(sn_verdict a, sn_verdict b);

/** sn_verdict_above, _at_least, _at_most - whether x > limit, x >= limit, x <= limit holds for
 *  all of an interval (yes), for none of it (no), or for a part (unknown).  NaN: unknown. */
sn_verdict sn_verdict_above(sn_interval x, double limit);
sn_verdict sn_verdict_at_least(sn_interval x, double limit);
sn_verdict sn_verdict_at_most(sn_interval x, double limit);

/** sn_geopolrisk_weight - political risk of a country: (2.5 - PV) / 5, 0 best, 1 worst; PV is
 * the estimate "political stability and absence of violence" of the WGI. */
double sn_geopolrisk_weight(double political_stability);

/** sn_geopolrisk - the score and what it is made of. */
typedef struct {
    double score;      /* hhi * wta, 0..1                                                  */
    double wta;        /* import risk: trade-weighted average over domestic supply, 0..1   */
    double assumed;    /* share of the imports whose risk was not known and taken as 0.5   */
    sn_interval range; /* score with these at 0 and at 1                                  */
} sn_geopolrisk;

/**
 * sn_geopolrisk_score - geopolitical supply risk of a raw material for a country in a year.
 *
 *     GeoPolRisk = HHI * sum_i g_i f_i / (p + F),   F = sum_i f_i
 *
 * hhi         [in]  of world production, 0..1
 * risk        [in]  count weights g of the partners, 0..1; NaN: 0.5, as the method does
 * imports     [in]  count imports f by partner, >= 0, in the unit of production
 * production  [in]  the country's own, p >= 0: domestic supply has no risk
 *
 * score and wta are NaN when nothing is imported and nothing is produced.
 *
 * Source  E. D. Gemechu et al., "Import-based indicator for the geopolitical supply risk of raw
 *         materials in life cycle sustainability assessments", Journal of Industrial Ecology
 *         20(1), 2016; A. Koyamparambath et al., "geopolrisk-py", 2024.
 */
sn_geopolrisk sn_geopolrisk_score(double hhi, const double *risk, const double *imports,
                                  size_t count, double production);

/** sn_geopolrisk_factor - characterisation factor [kg Cu-eq / kg]: score * price / 0.409412948,
 *  the constant being copper's (OECD mean 2017-2021).  price in USD per kg. */
double sn_geopolrisk_factor(double score, double price);

/** sn_import_ratio - imports over exports; 9999 where something is imported and nothing
 *  exported (CEPII); NaN where neither. */
double sn_import_ratio(double imports, double exports);

#define SN_DEPENDENCY_HHI 0.4      /* above: concentrated (CEPII, EC)                    */
#define SN_DEPENDENCY_RATIO 1.0    /* imports over exports, above: dependent (CEPII, EC) */
#define SN_DEPENDENCY_SCARCITY 0.5 /* extra-EU share of imports, above: dependent (EC)   */

/** sn_cepii_year - one year of a country and product. */
typedef struct {
    double hhi_imports; /* of the country's import shares by partner, 0..1 */
    double hhi_exports; /* of world export shares by exporter, 0..1        */
    double ratio;       /* sn_import_ratio                                 */
} sn_cepii_year;

/** sn_cepii_dependent - whether all three criteria hold in a year: both HHI > 0.4, ratio > 1.
 */
sn_verdict sn_cepii_dependent(const sn_cepii_year *year);

/**
 * sn_cepii_window - whether a product is a dependency: the criteria hold in at least `needed`
 * years of a window.
 *
 * CEPII asks for 2 of 3 years.  A year that is not known leaves the answer open only where it
 * could decide.
 *
 * Source  CEPII, GeoDep database, documentation; CEPII Policy Brief 41.
 */
sn_verdict sn_cepii_window(const sn_cepii_year *year, size_t years, size_t needed);

/** sn_ec_core - the European Commission's three core dependency indicators. */
typedef struct {
    double cdi1;          /* HHI of the shares of extra-bloc imports, threshold 0.4     */
    double cdi2;          /* extra-bloc imports / all imports, threshold 0.5            */
    double cdi3;          /* extra-bloc imports / the bloc's exports, threshold 1       */
    sn_verdict dependent; /* all three above their thresholds                  */
} sn_ec_core;

/**
 * sn_ec_core_indicators - CDI1 to CDI3 of a bloc and product.
 *
 * extra    [in]  count imports from partners outside the bloc, by partner, >= 0
 * intra    [in]  imports of members from members, >= 0
 * exports  [in]  all exports of the bloc, those between members included, >= 0
 *
 * Source  European Commission, SWD(2021) 352, "Strategic dependencies and capacities".  The
 *         document itself was not at hand: thresholds and definitions are as cited by others.
 */
sn_ec_core sn_ec_core_indicators(const double *extra, size_t count, double intra,
                                 double exports);

/**
 * sn_oecd_concentration - imports come from fewer suppliers than half of those there are.
 *
 *     ratio = (1 / HHI_imports) / (1 / HHI_world exports)
 *
 * Returns  the ratio of effective suppliers; significant concentration is a ratio < 0.5
 *          (SN_OECD_RATIO).
 *
 * Source  OECD, "Supply Chain Resilience Review", 2025; the formal version is a reading of its
 *         words.
 */
#define SN_OECD_RATIO 0.5
double sn_oecd_concentration(double hhi_imports, double hhi_exports);

/**
 * sn_net_import_reliance - net imports over apparent consumption.
 *
 *     (I - E + dS) / (P + R + I - E + dS)
 *
 * production  [in]  primary production P, secondary  [in]  from scrap R, imports, exports [in],
 * from_stocks [in]  dS, stock withdrawals; all in one unit per year
 *
 * Returns  a share; below 0 for net exporters; NaN when there is no consumption.
 *
 * Source  US Geological Survey, Mineral Commodity Summaries, appendix.
 */
double sn_net_import_reliance(double production, double secondary, double imports,
                              double exports, double from_stocks);

#endif /* SN_METRICS_INDICATOR_TRADE_H */
