/* indicator_trade.c - indices that read a country's imports. */
#include "metrics/indicator_trade.h"

#include <math.h>

static const double copper = 0.409412948;    /* of sn_geopolrisk_factor                  */
static const double assumed_risk = 0.5;      /* GeoPolRisk, for a partner without a score */
static const double nothing_exported = 9999; /* CEPII's stand-in for infinity             */

const char *sn_verdict_word(sn_verdict verdict)
{
    return verdict == SN_YES ? "yes" : verdict == SN_NO ? "no" : "unknown";
}

sn_verdict sn_verdict_not(sn_verdict verdict)
{
    return verdict == SN_UNKNOWN ? SN_UNKNOWN : verdict == SN_YES ? SN_NO : SN_YES;
}

sn_verdict sn_verdict_and(sn_verdict a, sn_verdict b)
{
    if (a == SN_NO || b == SN_NO)
        return SN_NO;
    return a == SN_YES && b == SN_YES ? SN_YES : SN_UNKNOWN;
}

sn_verdict sn_verdict_above(sn_interval x, double limit)
{
    return x.low > limit ? SN_YES : x.high <= limit ? SN_NO : SN_UNKNOWN;
}

sn_verdict sn_verdict_at_least(sn_interval x, double limit)
{
    return x.low >= limit ? SN_YES : x.high < limit ? SN_NO : SN_UNKNOWN;
}

sn_verdict sn_verdict_at_most(sn_interval x, double limit)
{
    return sn_verdict_not(sn_verdict_above(x, limit));
}

double sn_geopolrisk_weight(double political_stability)
{
    return (2.5 - political_stability) / 5;
}

sn_geopolrisk sn_geopolrisk_score(double hhi, const double *risk, const double *imports,
                                  size_t count, double production)
{
    double total = 0, weighted = 0, unknown = 0;

    for (size_t i = 0; i < count; i++) {
        total += imports[i];
        if (isnan(risk[i]))
            unknown += imports[i];
        else
            weighted += risk[i] * imports[i];
    }
    const double supply = production + total;
    if (!(supply > 0))
        return (sn_geopolrisk){NAN, NAN, NAN, {NAN, NAN}};
    const double wta = (weighted + assumed_risk * unknown) / supply;
    return (sn_geopolrisk){
        .score = hhi * wta,
        .wta = wta,
        .assumed = total > 0 ? unknown / total : 0,
        .range = {hhi * weighted / supply, hhi * (weighted + unknown) / supply}};
}

double sn_geopolrisk_factor(double score, double price)
{
    return score * price / copper;
}

double sn_import_ratio(double imports, double exports)
{
    if (exports > 0 || isnan(exports))
        return imports / exports;
    return imports > 0 ? nothing_exported : NAN;
}

static sn_verdict above(double x, double limit)
{
    return sn_verdict_above((sn_interval){x, x}, limit);
}

sn_verdict sn_cepii_dependent(const sn_cepii_year *year)
{
    return sn_verdict_and(sn_verdict_and(above(year->hhi_imports, SN_DEPENDENCY_HHI),
                                         above(year->hhi_exports, SN_DEPENDENCY_HHI)),
                          above(year->ratio, SN_DEPENDENCY_RATIO));
}

sn_verdict sn_cepii_window(const sn_cepii_year *year, size_t years, size_t needed)
{
    size_t yes = 0, unknown = 0;

    for (size_t y = 0; y < years; y++) {
        const sn_verdict verdict = sn_cepii_dependent(&year[y]);
        yes += verdict == SN_YES;
        unknown += verdict == SN_UNKNOWN;
    }
    return yes >= needed ? SN_YES : yes + unknown < needed ? SN_NO : SN_UNKNOWN;
}

sn_ec_core sn_ec_core_indicators(const double *extra, size_t count, double intra,
                                 double exports)
{
    double imports = 0, squares = 0;

    for (size_t i = 0; i < count; i++) {
        imports += extra[i];
        squares += extra[i] * extra[i];
    }
    sn_ec_core core = {
        .cdi1 = imports > 0 ? squares / (imports * imports) : NAN,
        .cdi2 = imports + intra > 0 ? imports / (imports + intra) : NAN,
        .cdi3 = sn_import_ratio(imports, exports),
    };
    core.dependent = sn_verdict_and(sn_verdict_and(above(core.cdi1, SN_DEPENDENCY_HHI),
                                                   above(core.cdi2, SN_DEPENDENCY_SCARCITY)),
                                    above(core.cdi3, SN_DEPENDENCY_RATIO));
    return core;
}

double sn_oecd_concentration(double hhi_imports, double hhi_exports)
{
    return hhi_imports > 0 ? hhi_exports / hhi_imports : NAN;
}

double sn_net_import_reliance(double production, double secondary, double imports,
                              double exports, double from_stocks)
{
    const double net = imports - exports + from_stocks;
    const double consumption = production + secondary + net;

    return consumption > 0 ? net / consumption : NAN;
}
