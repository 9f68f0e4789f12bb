/* indicator_eu.c - the EU's formulas, one after the other. */
#include "metrics/indicator_eu.h"

#include <math.h>

sn_interval sn_interval_rounded(double x, double half)
{
    return (sn_interval){x - half, x + half};
}

/* NaN stays: fmin and fmax would drop it. */
static double clip(double x, double least, double most)
{
    return x < least ? least : x > most ? most : x;
}

sn_interval sn_interval_clip(sn_interval x, double least, double most)
{
    return (sn_interval){clip(x.low, least, most), clip(x.high, least, most)};
}

double sn_eu_round(double x)
{
    /* 1e-9 of a tenth: 0.95 is 0.95, although the nearest double lies below it. */
    return floor(x * 10 + 0.5 + 1e-9) / 10;
}

double sn_wgi_scaled(const double (*six)[6], size_t years)
{
    double sum = 0;
    size_t complete = 0;

    for (size_t y = 0; y < years; y++) {
        double mean = 0;
        for (size_t k = 0; k < 6; k++)
            mean += six[y][k] / 6;
        if (isnan(mean))
            continue;
        sum += mean;
        complete++;
    }
    return complete > 0 ? 2 * (2.5 - sum / (double)complete) : NAN;
}

sn_weighted_hhi sn_hhi_weighted(const double *share, const double *score, const double *t,
                                size_t count, double other, double worst)
{
    sn_weighted_hhi hhi = {.sum = other};

    for (size_t c = 0; c < count; c++) {
        const double square = share[c] * share[c] * (t != NULL && !isnan(t[c]) ? t[c] : 1);
        hhi.sum += share[c];
        if (isnan(score[c])) {
            hhi.value.high += square * worst;
            continue;
        }
        hhi.coverage += share[c];
        hhi.value.low += square * score[c];
        hhi.value.high += square * score[c];
    }
    hhi.value.high += other * other * worst;
    return hhi;
}

double sn_eu_import_reliance(double production, double imports, double exports)
{
    const double net = imports - exports;

    if (net <= 0)
        return isnan(production) ? NAN : 0;
    return production + net > 0 ? clip(net / (production + net), 0, 1) : NAN;
}

double sn_eu_global_weight(double import_reliance)
{
    return clip(import_reliance, 0, 1) / 2;
}

sn_eu_supply sn_eu_choose(const sn_eu_factors *factors, double import_reliance)
{
    if (isnan(factors->hhi_sourcing))
        return SN_EU_GLOBAL;
    return isnan(factors->hhi_global) || import_reliance <= 0 ? SN_EU_SOURCING : SN_EU_COMBINED;
}

/* a * x, where nothing of an unknown is nothing. */
static double part(double a, double x)
{
    return a == 0 ? 0 : a * x; /* == 0 on purpose: a weight is exactly 0 or counts */
}

double sn_eu_supply_risk(const sn_eu_factors *factors, sn_eu_supply supply,
                         double import_reliance)
{
    const double w = supply == SN_EU_GLOBAL     ? 1
                     : supply == SN_EU_SOURCING ? 0
                                                : sn_eu_global_weight(import_reliance);

    return (part(w, factors->hhi_global) + part(1 - w, factors->hhi_sourcing)) *
           (1 - factors->eol_rir) * factors->si_sr;
}

sn_interval sn_eu_supply_risk_range(const sn_eu_factor_ranges *factors, sn_interval weight)
{
    const sn_interval global = sn_interval_clip(factors->hhi_global, 0, INFINITY);
    const sn_interval sourcing = sn_interval_clip(factors->hhi_sourcing, 0, INFINITY);
    const sn_interval eol = sn_interval_clip(factors->eol_rir, 0, 1);
    const sn_interval si = sn_interval_clip(factors->si_sr, 0, 1);
    const sn_interval w = sn_interval_clip(weight, 0, 1);
    const double end[] = {w.low, w.high};
    sn_interval core = {INFINITY, -INFINITY};

    for (size_t k = 0; k < 2; k++) {
        const double low = part(end[k], global.low) + part(1 - end[k], sourcing.low);
        const double high = part(end[k], global.high) + part(1 - end[k], sourcing.high);
        core.low = low > core.low ? core.low : low; /* this way round, NaN wins */
        core.high = high < core.high ? core.high : high;
    }
    return (sn_interval){core.low * (1 - eol.high) * si.low,
                         core.high * (1 - eol.low) * si.high};
}

double sn_eu_material(const double *stage_risk, size_t count)
{
    double highest = NAN;

    for (size_t k = 0; k < count; k++)
        highest = fmax(highest, stage_risk[k]); /* fmax(NaN, x) is x */
    return highest;
}

double sn_eu_economic_importance(const double *use, const double *value_added, size_t count,
                                 double si_ei, double largest)
{
    double sum = 0;

    for (size_t s = 0; s < count; s++)
        sum += use[s] * value_added[s];
    return largest > 0 ? 10 * si_ei * sum / largest : NAN;
}

static int is_in_force(const sn_trade_measure *measure, int year)
{
    return !(measure->start >= year + 1) && !(measure->end <= year);
}

double sn_trade_parameter(const sn_trade_measure *measure, size_t count, double usual,
                          int first_year, int last_year)
{
    double sum = 0;

    if (last_year < first_year)
        return NAN;
    for (int year = first_year; year <= last_year; year++) {
        double t = NAN;
        for (size_t k = 0; k < count; k++)
            if (is_in_force(&measure[k], year))
                t = fmax(t, measure[k].t);
        sum += isnan(t) ? usual : t;
    }
    return sum / (double)(last_year - first_year + 1);
}
