/* indicators_rows_trade.c - GeoPolRisk, and the screens of CEPII, EC and OECD. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/indicators_private.h"

static const char by_place[] = "defined by place: leave out --by owner";
static const char shares_only[] = "published shares have no imports and exports";

/* ---- GeoPolRisk
 * ------------------------------------------------------------------------------ */

static void add_factor(sn_indicators *it, const sn_sourcing *product, const char *view,
                       double score)
{
    sn_indicator *row = sn_row(it, product, NULL, "geopolrisk", "factor", view);
    const double price =
        sn_consumer_factor(it, SN_FACTOR_PRICE, row->commodity, product->stage, NULL, NULL);

    row->unit = "kg Cu-eq/kg";
    sn_row_value(row, sn_geopolrisk_factor(score, price), NAN, NAN,
                 isnan(price) ? "no price is known; --factors FILE may give it"
                              : "the score is not known");
}

static void add_geopolrisk(sn_indicators *it, const sn_sourcing *product, const sn_lenses *l,
                           sn_lens_view view)
{
    const sn_lens *lens = &l->at[view], *world = &l->at[SN_LENS_WORLD];
    sn_indicator *row = sn_row(it, product, NULL, "geopolrisk", "score", sn_lens_name(view));
    double *imports = calloc(lens->count + 1, sizeof *imports), *risk = NULL;
    sn_geopolrisk result = {NAN, NAN, NAN, {NAN, NAN}};
    const char *reason = it->by_owner                 ? by_place
                         : it->from_shares            ? shares_only
                         : isnan(product->production) ? "the network states no production"
                         : !sn_buyers_known(product)  ? sn_no_buyers
                         : isnan(lens->total)         ? sn_lens_missing(it, product, lens, view)
                         : isnan(world->hhi)          ? "nobody who counts makes it"
                                                      : NULL;

    risk = calloc(lens->count + 1, sizeof *risk);
    if (imports == NULL || risk == NULL) {
        it->status = SN_ENOMEM;
        free(imports);
        free(risk);
        return;
    }
    for (size_t k = 0; k < lens->count; k++) {
        imports[k] = lens->share[k] * lens->total;
        risk[k] = lens->risk[k];
    }
    imports[lens->count] = (lens->other + lens->unknown) * lens->total;
    risk[lens->count] = NAN;
    if (reason == NULL)
        result = sn_geopolrisk_score(world->hhi, risk, imports, lens->count + 1,
                                     product->production);
    /* More production at home, where it is not named, would mean less risk. */
    const double supply = product->production + lens->total;
    result.range.low *= supply / (supply + sn_unnamed_production(it, product));
    row->coverage = 1 - result.assumed;
    if (result.assumed > 0)
        (void)snprintf(row->assumed, sizeof row->assumed, "risk 0.5 where none is known");
    sn_row_value(row, result.score, result.range.low, result.range.high,
                 reason != NULL ? reason : "neither made nor imported");
    sn_row_thin(row);
    add_factor(it, product, sn_lens_name(view), row->value);
    free(imports);
    free(risk);
}

void sn_rows_geopolrisk(sn_indicators *it, const sn_sourcing *product, const sn_lenses *l)
{
    if (!sn_wants(it, "geopolrisk"))
        return;
    add_geopolrisk(it, product, l, SN_LENS_IMPORTS);
    add_geopolrisk(it, product, l, SN_LENS_IMPORTS_ORIGIN);
}

/* ---- CEPII
 * ------------------------------------------------------------------------------------ */

static const char *screened(const sn_indicators *it, const sn_sourcing *product)
{
    return it->by_owner                ? by_place
           : it->from_shares           ? shares_only
           : !sn_buyers_known(product) ? sn_no_buyers
                                       : NULL;
}

/* An HHI, unless the unnamed rest decides whether it is above the threshold. */
static double decided(const sn_lens *lens)
{
    return lens->hhi <= SN_DEPENDENCY_HHI && lens->highest_hhi > SN_DEPENDENCY_HHI ? NAN
                                                                                   : lens->hhi;
}

static sn_cepii_year year_of(const sn_sourcing *product, const sn_lens *imports,
                             const sn_lens *exports)
{
    return (sn_cepii_year){decided(imports), decided(exports),
                           sn_import_ratio(product->imports, product->exports)};
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static sn_cepii_year make_year(sn_indicators *it, const sn_sourcing *product)
{
    sn_lens imports = {0}, exports = {0};
    sn_cepii_year year = {NAN, NAN, NAN};

    if (sn_lens_make(product, NULL, SN_LENS_IMPORTS, &imports, NULL) == SN_OK &&
        sn_lens_make(product, NULL, SN_LENS_EXPORTS, &exports, NULL) == SN_OK)
        year = year_of(product, &imports, &exports);
    else
        it->status = SN_ENOMEM;
    sn_lens_clear(&imports);
    sn_lens_clear(&exports);
    return year;
}

/* The same product in another year of the window; nothing at all where it is not traded then.
 */
static sn_cepii_year other_year(sn_indicators *it, const sn_sourcing *product, size_t year)
{
    for (size_t p = 0; p < it->year[year].count; p++) {
        const sn_sourcing *other = &it->year[year].product[p];
        if (same_text(other->commodity, product->commodity) &&
            same_text(other->stage, product->stage) &&
            same_text(other->product, product->product))
            return make_year(it, other);
    }
    return (sn_cepii_year){0, 0, 0};
}

static void add_window(sn_indicators *it, const sn_sourcing *product, const sn_cepii_year *now)
{
    sn_indicator *row = sn_row(it, product, NULL, "cepii", "dependent", NULL);
    sn_cepii_year year[16] = {*now, {NAN, NAN, NAN}, {NAN, NAN, NAN}};
    const size_t years = it->years > 0 ? it->years : 3;

    for (size_t y = 0; y < it->years; y++)
        year[y] = other_year(it, product, y);
    const sn_verdict verdict = screened(it, product) != NULL
                                   ? SN_UNKNOWN
                                   : sn_cepii_window(year, years, (years + 2) / 2);
    row->unit = "yes = 1";
    row->threshold = 1;
    sn_row_value(row, verdict == SN_UNKNOWN ? NAN : (double)verdict, NAN, NAN,
                 screened(it, product) != NULL
                     ? screened(it, product)
                     : "one year is known, and two of three must meet it; --window "
                       "takes flows with a year");
    row->met = verdict;
}

static void add_screen_hhi(sn_indicators *it, const sn_sourcing *product, const sn_lenses *l,
                           sn_lens_view view, const char *part)
{
    const char *no = screened(it, product);
    const sn_lens *lens = &l->at[view];
    sn_indicator *row = sn_row(it, product, NULL, "cepii", part, sn_lens_name(view));

    row->coverage = lens->named;
    sn_row_value(row, no == NULL ? lens->hhi : NAN, lens->hhi, lens->highest_hhi,
                 no != NULL ? no : sn_lens_missing(it, product, lens, view));
    sn_row_threshold(row, SN_DEPENDENCY_HHI, false, true, NAN);
    sn_row_thin(row);
}

static void add_cepii(sn_indicators *it, const sn_sourcing *product, const sn_lenses *l)
{
    const char *no = screened(it, product);
    const sn_cepii_year now =
        year_of(product, &l->at[SN_LENS_IMPORTS], &l->at[SN_LENS_EXPORTS]);

    add_screen_hhi(it, product, l, SN_LENS_IMPORTS, "hhi_imports");
    add_screen_hhi(it, product, l, SN_LENS_IMPORTS_ORIGIN, "hhi_imports");
    add_screen_hhi(it, product, l, SN_LENS_EXPORTS, "hhi_exports");
    sn_indicator *row = sn_row(it, product, NULL, "cepii", "ratio", NULL);
    row->unit = "ratio";
    sn_row_value(row, no == NULL ? now.ratio : NAN, NAN, NAN,
                 no != NULL ? no : "neither imported nor exported");
    sn_row_threshold(row, SN_DEPENDENCY_RATIO, false, true, NAN);
    add_window(it, product, &now);
}

/* ---- EC and OECD
 * -------------------------------------------------------------------------------- */

/* CDI1 of the Commission counts every partner; the unnamed ones may be one or many. */
static void add_core(sn_indicators *it, const sn_sourcing *product, const sn_lens *imports)
{
    static const char *const part[] = {"cdi1", "cdi2", "cdi3"};
    static const double limit[] = {SN_DEPENDENCY_HHI, SN_DEPENDENCY_SCARCITY,
                                   SN_DEPENDENCY_RATIO};
    const char *no = screened(it, product);
    const double all = product->imports;
    /* CDI2 and CDI3 know no partners, so one partner of all imports gives them. */
    sn_ec_core core =
        sn_ec_core_indicators(&all, 1, product->intra, product->exports + product->intra);
    const double value[] = {imports->hhi, core.cdi2, core.cdi3};
    const sn_interval hhi = {imports->hhi, imports->highest_hhi};

    for (size_t k = 0; k < 3; k++) {
        sn_indicator *row = sn_row(it, product, NULL, "ec", part[k], "face_value");
        row->unit = k == 2 ? "ratio" : "1";
        row->coverage = k == 0 ? imports->named : NAN;
        sn_row_value(row, no == NULL ? value[k] : NAN, k == 0 ? hhi.low : NAN,
                     k == 0 ? hhi.high : NAN,
                     no != NULL ? no
                     : all > 0  ? "no country of the imports is known"
                                : "nothing is imported");
        sn_row_threshold(row, limit[k], false, true, NAN);
        sn_row_thin(row);
    }
    sn_indicator *row = sn_row(it, product, NULL, "ec", "dependent", "face_value");
    const sn_interval cdi2 = {core.cdi2, core.cdi2}, cdi3 = {core.cdi3, core.cdi3};
    const sn_verdict verdict =
        no != NULL ? SN_UNKNOWN
                   : sn_verdict_and(sn_verdict_above(hhi, limit[0]),
                                    sn_verdict_and(sn_verdict_above(cdi2, limit[1]),
                                                   sn_verdict_above(cdi3, limit[2])));
    row->unit = "yes = 1";
    row->threshold = 1;
    sn_row_value(row, verdict == SN_UNKNOWN ? NAN : (double)verdict, NAN, NAN,
                 no != NULL ? no
                 : all > 0  ? "the partners that are not named decide"
                            : "nothing is imported");
    row->met = verdict;
}

static void add_oecd(sn_indicators *it, const sn_sourcing *product, const sn_lenses *l)
{
    sn_indicator *row = sn_row(it, product, NULL, "oecd", "suppliers", "face_value");
    const sn_lens *imports = &l->at[SN_LENS_IMPORTS], *exports = &l->at[SN_LENS_EXPORTS];
    const char *no = screened(it, product);

    row->unit = "ratio";
    row->coverage = fmin(imports->named, exports->named);
    sn_row_value(row, no == NULL ? sn_oecd_concentration(imports->hhi, exports->hhi) : NAN,
                 sn_oecd_concentration(imports->highest_hhi, exports->hhi),
                 sn_oecd_concentration(imports->hhi, exports->highest_hhi),
                 no != NULL ? no : sn_lens_missing(it, product, imports, SN_LENS_IMPORTS));
    sn_row_threshold(row, SN_OECD_RATIO, true, true, NAN);
    sn_row_thin(row);
}

void sn_rows_screens(sn_indicators *it, const sn_sourcing *product, const sn_lenses *l)
{
    if (sn_wants(it, "cepii"))
        add_cepii(it, product, l);
    if (sn_wants(it, "ec"))
        add_core(it, product, &l->at[SN_LENS_IMPORTS]);
    if (sn_wants(it, "oecd"))
        add_oecd(it, product, l);
}
