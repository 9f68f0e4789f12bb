/* test_indicators.c - official indices by hand, against published tables, and against wrong
 * formulas that the tables must refuse. */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_linalg.h>
#include <gsl/gsl_rng.h>

#include "metrics/indicators.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- governance and weighted concentration ------------------------------------------------
 */

static void wgi__turns_the_mean_of_complete_years_around(void **state)
{
    const double six[3][6] = {{1, 2, 0.5, -1, 0, 0.5},     /* mean 0.5  */
                              {1, 2, 0.5, NAN, 0, 0.5},    /* left out  */
                              {-1, -1, -1, -1, -1, -2.2}}; /* mean -1.2 */

    (void)state;
    assert_close(sn_wgi_scaled(six, 1), 4, 1e-15);
    assert_close(sn_wgi_scaled(six, 3), 2 * (2.5 + 0.35), 1e-14);
    assert_true(isnan(sn_wgi_scaled(&six[1], 1)));
    assert_close(sn_geopolrisk_weight(-2.5), 1, 0);
    assert_close(sn_geopolrisk_weight(0.7), 0.36, 1e-15);
}

static void weighted_hhi__bounds_what_scores_are_missing(void **state)
{
    const double share[] = {0.5, 0.3, 0.1}, score[] = {4, NAN, 6}, t[] = {1.1, 1.3, NAN};
    const sn_weighted_hhi hhi = sn_hhi_weighted(share, score, t, 3, 0.05, 10);

    (void)state;
    assert_close(hhi.value.low, 0.25 * 4 * 1.1 + 0.01 * 6, 1e-15);
    assert_close(hhi.value.high, hhi.value.low + 0.09 * 10 * 1.3 + 0.0025 * 10, 1e-15);
    assert_close(hhi.sum, 0.95, 1e-15);
    assert_close(hhi.coverage, 0.6, 1e-15);
    /* dysprosium, processing, EU 2023: China has all of it */
    const double all = 1, china = 5.676;
    assert_close(sn_hhi_weighted(&all, &china, NULL, 1, 0, 10).value.high, 5.676, 0);
}

/* ---- EU supply risk ---------------------------------------------------------------------- */

static void import_reliance__of_a_net_exporter_is_zero(void **state)
{
    (void)state;
    assert_close(sn_eu_import_reliance(60, 50, 10), 0.4, 1e-15);
    assert_close(sn_eu_import_reliance(60, 10, 50), 0, 0);
    assert_close(sn_eu_import_reliance(0, 7, 0), 1, 0);
    assert_true(isnan(sn_eu_import_reliance(0, 0, 0)) || sn_eu_import_reliance(0, 0, 0) == 0);
    assert_true(isnan(sn_eu_import_reliance(NAN, 3, 1)));
    assert_close(sn_eu_global_weight(1.2), 0.5, 0);
    assert_close(sn_eu_global_weight(-0.12), 0, 0); /* aggregates, 2017 */
}

/* Rows of the 2023 study: HHI from its shares, and what it published. */
static const struct {
    const char *material;
    double global, sourcing, reliance, eol, si, computed, published;
    sn_eu_supply supply;
} rows_2023[] = {
    {"palladium P", 1.720, NAN, NAN, 12, .99, 1.499, 1.5, SN_EU_GLOBAL},
    {"niobium E", 4.581, NAN, NAN, 0, .96, 4.398, 4.4, SN_EU_GLOBAL},
    {"dysprosium P", 5.676, NAN, NAN, 1, .99, 5.563, 5.6, SN_EU_GLOBAL},
    {"magnesium P", 4.667, 5.341, 100, 13, .94, 4.093, 4.1, SN_EU_COMBINED},
    {"tungsten P", 4.176, 0.808, 80, 42, .96, 1.200, 1.2, SN_EU_COMBINED},
    {"cobalt E", 3.630, NAN, 81, 22, .98, 2.775, 2.8, SN_EU_GLOBAL},
    {"antimony E", 2.388, 2.862, 100, 28, .94, 1.777, 1.8, SN_EU_COMBINED},
    {"beryllium P", 1.136, 1.362, 100, 0, .99, 1.237, 1.2, SN_EU_COMBINED},
    {"aluminium E", 0.742, 3.046, 89, 32, .86, 1.182, 1.2, SN_EU_COMBINED},
    {"feldspar E", 0.900, 1.727, 54, 1, .99, 1.474, 1.5, SN_EU_COMBINED},
    {"tin P", 2.407, 0.771, 73, 31, .92, 0.868, 0.9, SN_EU_COMBINED},
    {"aggregates E", NAN, 0.213, 1, 9, 1, 0.194, 0.2, SN_EU_SOURCING},
};

static void supply_risk__is_that_of_the_2023_study(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(rows_2023); k++) {
        const sn_eu_factors factors = {rows_2023[k].global, rows_2023[k].sourcing,
                                       rows_2023[k].eol / 100, rows_2023[k].si};
        const double risk =
            sn_eu_supply_risk(&factors, rows_2023[k].supply, rows_2023[k].reliance / 100);
        if (!(fabs(risk - rows_2023[k].computed) <= 0.0011)) /* factors have three decimals */
            fail_msg("%s: %g, not %g", rows_2023[k].material, risk, rows_2023[k].computed);
        assert_close(sn_eu_round(risk), rows_2023[k].published, 1e-12);
    }
}

static void supply_risk__takes_the_supply_that_is_known(void **state)
{
    sn_eu_factors factors = {4, 2, 0.25, 0.8};

    (void)state;
    assert_int_equal(sn_eu_choose(&factors, 0.5), SN_EU_COMBINED);
    assert_int_equal(sn_eu_choose(&factors, -0.25), SN_EU_SOURCING); /* feldspar, 2017 */
    assert_close(sn_eu_supply_risk(&factors, SN_EU_COMBINED, 0.5), (4 * .25 + 2 * .75) * .6,
                 1e-15);
    assert_close(sn_eu_supply_risk(&factors, SN_EU_COMBINED, 3), (4 * .5 + 2 * .5) * .6, 1e-15);
    assert_close(sn_eu_supply_risk(&factors, SN_EU_SOURCING, NAN), 2 * .6, 1e-15);
    factors.hhi_sourcing = NAN;
    assert_int_equal(sn_eu_choose(&factors, 0.5), SN_EU_GLOBAL);
    assert_close(sn_eu_supply_risk(&factors, SN_EU_GLOBAL, NAN), 4 * .6, 1e-15);
    assert_true(isnan(sn_eu_supply_risk(&factors, SN_EU_COMBINED, 0.5)));
    factors = (sn_eu_factors){NAN, 2, 0.25, 0.8};
    assert_int_equal(sn_eu_choose(&factors, 0.5), SN_EU_SOURCING);
    factors.eol_rir = NAN;
    assert_true(isnan(sn_eu_supply_risk(&factors, SN_EU_SOURCING, 0.5)));
}

static void supply_risk__of_a_material_is_its_worst_known_stage(void **state)
{
    const double stages[] = {1.8, NAN, 0.7}, none[] = {NAN};

    (void)state;
    assert_close(sn_eu_material(stages, 3), 1.8, 0);
    assert_true(isnan(sn_eu_material(none, 1)));
}

static void rounding__meets_the_threshold_as_published(void **state)
{
    (void)state;
    assert_close(sn_eu_round(0.95), 1.0, 1e-15); /* coking coal: 1.0 meets the threshold */
    assert_close(sn_eu_round(0.9499), 0.9, 1e-15);
    assert_close(sn_eu_round(2.75), 2.8, 1e-15);
}

/* ---- intervals: the study of 2017 has its factors to one decimal only ---------------------
 */

/* Another formula, to be refused: its weight of global supply, and which factors it forgets. */
typedef struct {
    double (*weight)(double reliance);
    int without_eol, without_si;
} sn_formula;

static double half(double reliance)
{
    return reliance / 2;
}
static double whole(double reliance)
{
    return reliance;
}
static double constant(double reliance)
{
    (void)reliance;
    return 0.5;
}
static double swapped(double reliance)
{
    return 1 - reliance / 2;
}
static double nothing(double reliance)
{
    (void)reliance;
    return 0;
}
static double all(double reliance)
{
    (void)reliance;
    return 1;
}

typedef struct {
    double reliance, eol, si, global, sourcing,
        published[3]; /* percent, published: GS, EU, both */
} sn_row_2017;

static int agrees(const sn_row_2017 *row, double published, const sn_formula *formula)
{
    const sn_interval one = {1, 1}, zero = {0, 0};
    const sn_eu_factor_ranges factors = {
        sn_interval_rounded(row->global, 0.05), sn_interval_rounded(row->sourcing, 0.05),
        formula->without_eol ? zero : sn_interval_rounded(row->eol / 100, 0.005),
        formula->without_si ? one : sn_interval_rounded(row->si, 0.05)};
    const sn_interval reliance =
        sn_interval_clip(sn_interval_rounded(row->reliance / 100, 0.005), 0, 1);
    const double a = formula->weight(reliance.low), b = formula->weight(reliance.high);
    const sn_interval risk =
        sn_eu_supply_risk_range(&factors, (sn_interval){fmin(a, b), fmax(a, b)});

    return risk.low <= published + 0.05 + 1e-9 && risk.high >= published - 0.05 - 1e-9;
}

static void interval__holds_every_risk_of_its_factors(void **state)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    int outside = 0;
    double widest = 0;

    (void)state;
    gsl_rng_set(rng, 20170917);
    for (int trial = 0; trial < 200; trial++) {
        const double g = 8 * gsl_rng_uniform(rng), e = 8 * gsl_rng_uniform(rng);
        const sn_eu_factor_ranges ranges = {{g, g + gsl_rng_uniform(rng)},
                                            {e, e + gsl_rng_uniform(rng)},
                                            {0.2, 0.2 + 0.2 * gsl_rng_uniform(rng)},
                                            {0.6, 0.6 + 0.2 * gsl_rng_uniform(rng)}};
        const sn_interval reliance = {0.4, 0.4 + 0.5 * gsl_rng_uniform(rng)};
        const sn_interval range = sn_eu_supply_risk_range(
            &ranges, (sn_interval){reliance.low / 2, reliance.high / 2});
        sn_interval seen = {INFINITY, -INFINITY};
        for (int corner = 0; corner < 64; corner++) { /* corners, and points between */
            const double u[] = {corner & 1, corner >> 1 & 1, corner >> 2 & 1, corner >> 3 & 1,
                                corner >> 4 & 1};
            const double v = corner & 32 ? gsl_rng_uniform(rng) : 1;
#define AT(x, k) ((x).low + v * u[k] * ((x).high - (x).low))
            const sn_eu_factors point = {AT(ranges.hhi_global, 0), AT(ranges.hhi_sourcing, 1),
                                         AT(ranges.eol_rir, 2), AT(ranges.si_sr, 3)};
            const double risk = sn_eu_supply_risk(&point, SN_EU_COMBINED, AT(reliance, 4));
            outside += !(risk >= range.low - 1e-12 && risk <= range.high + 1e-12);
            seen.low = fmin(seen.low, risk);
            seen.high = fmax(seen.high, risk);
        }
        widest = fmax(widest, fmax(seen.low - range.low, range.high - seen.high));
    }
    gsl_rng_free(rng);
    assert_int_equal(outside, 0);
    assert_close(widest, 0, 1e-12); /* reached at a corner: not wider than it must be */
}

static void sample_rows_of_2017__agree_and_refuse_wrong_formulas(void **state)
{
    static const sn_row_2017 row[] = {{100, 28, 0.9, 7.1, 5.7, {4.8, 3.9, 4.3}}, /* antimony  */
                                      {100, 9, 0.9, 4.4, 5.2, {3.7, 4.3, 4.0}},  /* magnesium */
                                      {44, 42, 1.0, 7.5, 1.9, {4.2, 1.1, 1.8}},  /* tungsten  */
                                      {32, 0, 1.0, 3.6, 1.3, {3.6, 1.3, 1.6}},   /* cobalt    */
                                      {100, 1, 0.9, 8.8, 1.8, {8.0, 1.6, 4.8}},  /* neodymium */
                                      {0, 0, 1.0, 2.5, 0.8, {2.4, 0.7, 0.7}},    /* indium    */
                                      {99, 3, 1.0, 3.2, 2.9, {3.0, 2.7, 2.9}}};  /* graphite  */
    const sn_formula good = {half, 0, 0}, global = {all, 0, 0}, sourcing = {nothing, 0, 0};
    const sn_formula wrong[] = {
        {whole, 0, 0}, {constant, 0, 0}, {swapped, 0, 0}, {nothing, 0, 0}, {half, 1, 0}};

    (void)state;
    for (size_t k = 0; k < COUNT(row); k++) {
        assert_true(agrees(&row[k], row[k].published[0], &global));
        assert_true(agrees(&row[k], row[k].published[1], &sourcing));
        assert_true(agrees(&row[k], row[k].published[2], &good));
    }
    for (size_t w = 0; w < COUNT(wrong); w++) {
        size_t agreeing = 0;
        for (size_t k = 0; k < COUNT(row); k++)
            agreeing += (size_t)agrees(&row[k], row[k].published[2], &wrong[w]);
        assert_true(agreeing < COUNT(row));
    }
}

enum { FIELDS_2017 = 14 };

/* Split at commas; no field of that file has one inside. */
static size_t split(char *line, char **field, size_t room)
{
    size_t count = 0;

    for (char *start = line; start != NULL && count < room;) {
        char *comma = strpbrk(start, ",\r\n");
        field[count++] = start;
        start = comma != NULL && *comma == ',' ? comma + 1 : NULL;
        if (comma != NULL)
            *comma = '\0';
    }
    return count;
}

static size_t read_2017(const char *path, sn_row_2017 *row, size_t room)
{
    FILE *file = fopen(path, "r");
    char line[1000], *field[FIELDS_2017];
    size_t count = 0;

    if (file == NULL)
        return 0;
    if (fgets(line, sizeof line, file) == NULL)
        line[0] = '\0';
    while (count < room && fgets(line, sizeof line, file) != NULL) {
        if (split(line, field, FIELDS_2017) < FIELDS_2017)
            continue;
        double number[FIELDS_2017];
        for (size_t k = 0; k < FIELDS_2017; k++)
            number[k] = field[k][0] == '\0' ? NAN : strtod(field[k], NULL);
        row[count++] =
            (sn_row_2017){number[4], number[5],  number[8],
                          number[9], number[10], {number[11], number[12], number[13]}};
    }
    (void)fclose(file);
    return count;
}

static size_t count_agreeing(const sn_row_2017 *row, size_t count, size_t published,
                             const sn_formula *formula, size_t *asked)
{
    size_t agreeing = 0;

    *asked = 0;
    for (size_t k = 0; k < count; k++) {
        if (isnan(row[k].published[published]))
            continue;
        ++*asked;
        agreeing += (size_t)agrees(&row[k], row[k].published[published], formula);
    }
    return agreeing;
}

/* All rows of tables 3, 18 and 19; and how many a wrong formula gets. */
static void all_rows_of_2017__agree_and_refuse_wrong_formulas(void **state)
{
    static const struct {
        sn_formula formula;
        size_t published, agreeing, of;
    } expected[] = {{{all, 0, 0}, 0, 78, 78},      {{nothing, 0, 0}, 1, 77, 77},
                    {{half, 0, 0}, 2, 77, 77},     {{whole, 0, 0}, 2, 29, 77},
                    {{constant, 0, 0}, 2, 56, 77}, {{swapped, 0, 0}, 2, 52, 77},
                    {{nothing, 0, 0}, 2, 31, 77},  {{all, 1, 0}, 0, 54, 78},
                    {{all, 0, 1}, 0, 55, 78}};
    sn_row_2017 row[100];
    const size_t count =
        read_2017(SN_SHARED "/fixtures/eu_crm/eu_crm_2017_tables_3_18_19.csv", row, COUNT(row));

    (void)state;
    if (count == 0) {
        print_message("tables of 2017 are not at hand: skipped\n");
        skip();
    }
    assert_int_equal(count, 78);
    for (size_t k = 0; k < COUNT(expected); k++) {
        size_t asked = 0;
        const size_t agreeing =
            count_agreeing(row, count, expected[k].published, &expected[k].formula, &asked);
        if (agreeing != expected[k].agreeing || asked != expected[k].of)
            fail_msg("formula %zu: %zu of %zu agree, expected %zu of %zu", k, agreeing, asked,
                     expected[k].agreeing, expected[k].of);
    }
}

/* ---- economic importance and t ------------------------------------------------------------
 */

static void economic_importance__is_that_of_the_2023_study(void **state)
{
    /* sum of A Q [MEUR], SI_EI and the published index of 2023 */
    static const double row[][3] = {
        {187086, 0.95, 8.7}, {64990, 1.0, 3.2}, {119621, 0.92, 5.4}};
    const double use[] = {0.6, 0.3}, value_added[] = {100, 40}; /* a tenth is not allocated */

    (void)state;
    for (size_t k = 0; k < COUNT(row); k++) {
        const double one = 1;
        assert_close(
            sn_eu_round(sn_eu_economic_importance(&one, &row[k][0], 1, row[k][1], 204200)),
            row[k][2], 1e-12);
    }
    assert_close(sn_eu_economic_importance(use, value_added, 2, 0.9, 120), 9 * 72 / 120.0,
                 1e-14);
    assert_true(isnan(sn_eu_economic_importance(use, value_added, 2, 0.9, NAN)));
}

static void trade_parameter__is_the_mean_of_the_yearly_worst(void **state)
{
    const sn_trade_measure nickel[] = {{NAN, NAN, 1.1}, {2020, NAN, 2}};
    const sn_trade_measure dated[] = {{2017.9, 2018.2, 1.5}, {2018, 2019, 1.2}};

    (void)state;
    assert_close(sn_trade_parameter(nickel, 2, 1, 2016, 2020), 1.28, 1e-14);
    assert_close(sn_trade_parameter(nickel, 0, 0.8, 2016, 2020), 0.8, 1e-15);
    assert_close(sn_trade_parameter(dated, 2, 1, 2016, 2020), (1 + 1.5 + 1.5 + 1 + 1) / 5,
                 1e-15);
    assert_true(isnan(sn_trade_parameter(dated, 2, 1, 2020, 2016)));
}

/* ---- GeoPolRisk -------------------------------------------------------------------------- */

static void geopolrisk__is_that_of_its_authors(void **state)
{
    /* USA 2022: HHI, import risk, score, price, characterisation factor */
    static const double row[][5] = {{.470663, .584227, .274974, 2.226907, 1.495658},
                                    {.203518, .545189, .110956, NAN, .108604},
                                    {.267490, .0012077, .00032304, NAN, .0037927}};
    const double one = 1;

    (void)state;
    for (size_t k = 0; k < COUNT(row); k++) {
        const sn_geopolrisk risk = sn_geopolrisk_score(row[k][0], &row[k][1], &one, 1, 0);
        assert_close(risk.score / row[k][2], 1, 6e-5); /* .0012077 has five digits only */
        assert_close(risk.range.low, risk.score, 1e-15);
    }
    assert_close(sn_geopolrisk_factor(row[0][2], row[0][3]), row[0][4], 5e-6);
}

static void geopolrisk__counts_own_production_as_safe_and_takes_a_half_for_unknown(void **state)
{
    const double g[] = {0.2, NAN}, f[] = {30, 10};
    const sn_geopolrisk risk = sn_geopolrisk_score(0.5, g, f, 2, 60);

    (void)state;
    assert_close(risk.wta, (6 + 5) / 100.0, 1e-15);
    assert_close(risk.score, 0.055, 1e-15);
    assert_close(risk.assumed, 0.25, 1e-15);
    assert_close(risk.range.low, 0.5 * 0.06, 1e-15);
    assert_close(risk.range.high, 0.5 * 0.16, 1e-15);
    assert_true(isnan(sn_geopolrisk_score(0.5, g, f, 0, 0).score));
    assert_close(sn_geopolrisk_score(0.5, g, f, 0, 3).score, 0, 0); /* buys nothing abroad */
}

/* ---- dependency screens -------------------------------------------------------------------
 */

static void cepii__asks_for_two_of_three_years(void **state)
{
    const sn_cepii_year yes = {0.41, 0.5, 9999}, no = {0.4, 0.5, 3}, open = {0.41, NAN, 1.1};
    const sn_cepii_year two[] = {yes, no, yes}, one[] = {no, yes, no},
                        maybe[] = {yes, open, no}, anyway[] = {yes, open, yes},
                        never[] = {no, open, no};

    (void)state;
    assert_int_equal(sn_cepii_dependent(&no), SN_NO); /* 0.4 is not above 0.4 */
    assert_int_equal(sn_cepii_dependent(&open), SN_UNKNOWN);
    assert_int_equal(sn_cepii_window(two, 3, 2), SN_YES);
    assert_int_equal(sn_cepii_window(one, 3, 2), SN_NO);
    assert_int_equal(sn_cepii_window(maybe, 3, 2), SN_UNKNOWN);
    assert_int_equal(sn_cepii_window(anyway, 3, 2), SN_YES);
    assert_int_equal(sn_cepii_window(never, 3, 2), SN_NO);
    assert_close(sn_import_ratio(3, 0), 9999, 0);
    assert_close(sn_import_ratio(3, 4), 0.75, 0);
    assert_true(isnan(sn_import_ratio(0, 0)));
    assert_true(isnan(sn_import_ratio(3, NAN)));
}

static void ec_core__needs_all_three(void **state)
{
    const double extra[] = {60, 20};
    sn_ec_core core = sn_ec_core_indicators(extra, 2, 40, 50);

    (void)state;
    assert_close(core.cdi1, (3600 + 400) / 6400.0, 1e-15);
    assert_close(core.cdi2, 80 / 120.0, 1e-15);
    assert_close(core.cdi3, 1.6, 1e-15);
    assert_int_equal(core.dependent, SN_YES);
    assert_int_equal(sn_ec_core_indicators(extra, 2, 80, 50).dependent, SN_NO); /* CDI2 = 0.5 */
    assert_int_equal(sn_ec_core_indicators(extra, 2, 40, NAN).dependent, SN_UNKNOWN);
    assert_int_equal(sn_ec_core_indicators(extra, 2, 80, NAN).dependent, SN_NO);
    core = sn_ec_core_indicators(extra, 0, 0, 0);
    assert_true(isnan(core.cdi1) && isnan(core.cdi2) && isnan(core.cdi3));
}

static void ec_core__does_not_depend_on_the_unit(void **state)
{
    static const double unit[] = {1e-9, 1, 1e9};

    (void)state;
    for (size_t k = 0; k < 3; k++) {
        const double extra[] = {60 * unit[k], 20 * unit[k]};
        const sn_ec_core core = sn_ec_core_indicators(extra, 2, 40 * unit[k], 50 * unit[k]);
        assert_close(core.cdi1, (3600 + 400) / 6400.0, 1e-12);
        assert_close(core.cdi2, 80 / 120.0, 1e-12);
        assert_close(core.cdi3, 1.6, 1e-12);
        assert_int_equal(core.dependent, SN_YES);
    }
}

static void verdicts__are_unknown_only_where_the_interval_straddles(void **state)
{
    (void)state;
    assert_int_equal(sn_verdict_at_least((sn_interval){0.1, 0.3}, 0.1), SN_YES);
    assert_int_equal(sn_verdict_at_least((sn_interval){0.05, 0.3}, 0.1), SN_UNKNOWN);
    assert_int_equal(sn_verdict_at_least((sn_interval){0.05, 0.09}, 0.1), SN_NO);
    assert_int_equal(sn_verdict_at_least((sn_interval){NAN, NAN}, 0.1), SN_UNKNOWN);
    assert_int_equal(sn_verdict_at_most((sn_interval){0.65, 0.65}, 0.65), SN_YES);
    assert_int_equal(sn_verdict_at_most((sn_interval){0.6, 0.7}, 0.65), SN_UNKNOWN);
    assert_int_equal(sn_verdict_at_most((sn_interval){0.66, 0.7}, 0.65), SN_NO);
    assert_string_equal(sn_verdict_word(SN_UNKNOWN), "unknown");
    assert_int_equal(sn_verdict_and(SN_UNKNOWN, SN_NO), SN_NO);
    assert_int_equal(sn_verdict_not(SN_UNKNOWN), SN_UNKNOWN);
}

static void oecd__compares_effective_suppliers(void **state)
{
    (void)state;
    assert_close(sn_oecd_concentration(0.5, 0.2), (1 / 0.5) / (1 / 0.2), 1e-15);
    assert_true(isnan(sn_oecd_concentration(0, 0.2)));
}

static void net_import_reliance__counts_scrap_and_stocks(void **state)
{
    (void)state;
    assert_close(sn_net_import_reliance(20, 10, 50, 15, 5), 40 / 70.0, 1e-15);
    assert_close(sn_net_import_reliance(100, 0, 5, 55, 0), -1, 1e-15); /* net exporter */
    assert_true(isnan(sn_net_import_reliance(0, 0, 5, 5, 0)));
}

/* ---- IEA and CRMA ------------------------------------------------------------------------ */

static void iea__leaves_out_the_largest_supplier_and_its_own_use(void **state)
{
    const double supply[] = {10, 50, 20, 15}, demand[] = {30, 35, 0, 5};
    const sn_iea iea = sn_iea_n_minus_1(supply, demand, 4, 5, 110);

    (void)state;
    assert_int_equal(iea.largest, 1);
    assert_close(iea.top1, 0.5, 1e-15);
    assert_close(iea.top3, 0.85, 1e-15);
    assert_close(iea.n1_total, 50 / 110.0, 1e-15);
    assert_close(iea.n1_remaining, 50 / 75.0, 1e-15);
    assert_true(isnan(sn_iea_n_minus_1(supply, NULL, 4, 0, 110).n1_remaining));
    assert_true(isnan(sn_iea_n_minus_1(supply, demand, 4, 0, NAN).n1_total));
    assert_true(isnan(sn_iea_n_minus_1(supply, demand, 0, 0, 110).top1));
}

static void crma__says_how_much_is_missing(void **state)
{
    const sn_benchmark own =
        sn_benchmark_least((sn_interval){30, 30}, 100, sn_crma_threshold(SN_CRMA_PROCESSING));
    const sn_benchmark open = sn_benchmark_least((sn_interval){30, 45}, 100, 0.4);
    const sn_benchmark third =
        sn_benchmark_most((sn_interval){70, 70}, 100, sn_crma_threshold(SN_CRMA_DIVERSITY));

    (void)state;
    assert_int_equal(own.met, SN_NO);
    assert_close(own.share.low, 0.3, 1e-15);
    assert_close(own.missing.low, 10, 1e-13);
    assert_int_equal(open.met, SN_UNKNOWN);
    assert_close(open.missing.low, 0, 0);
    assert_close(open.missing.high, 10, 1e-13);
    assert_int_equal(third.met, SN_NO);
    assert_close(third.missing.high, 5, 1e-13);
    assert_int_equal(sn_benchmark_least((sn_interval){NAN, NAN}, 100, 0.4).met, SN_UNKNOWN);
    assert_int_equal(sn_benchmark_most((sn_interval){1, 1}, 0, 0.4).met, SN_UNKNOWN);
    assert_string_equal(sn_crma_name(SN_CRMA_RECYCLING), "recycling");
    assert_close(sn_crma_threshold(SN_CRMA_EXTRACTION), 0.1, 0);
}

static void expected_loss__adds_up(void **state)
{
    const double p[] = {0.1, 0.02, 0}, loss[] = {50, 400, 1e9};

    (void)state;
    assert_close(sn_expected_loss(p, loss, 3), 13, 1e-13);
}

/* ---- look-through risk ------------------------------------------------------------------- */

static void look_through__of_a_chain_by_hand(void **state)
{
    /* mine 0 (risk .8) -> smelter 1 (.2) -> user 2, which also buys 1 of 4 from mine 3 (.4) */
    const sn_risk_flow flow[] = {{0, 1, 5}, {1, 2, 3}, {3, 2, 1}};
    const double risk[] = {0.8, 0.2, 0.1, 0.4}, own[] = {5, 0, 0, 1}, d = 0.5;
    sn_look_through r[4];

    (void)state;
    assert_int_equal(sn_look_through_risk(flow, 3, risk, own, 4, d, r, NULL), SN_OK);
    assert_close(r[0].sum, 0.8, 1e-12);
    assert_close(r[1].sum, 0.8 + d * 0.8, 1e-12);
    assert_close(r[2].sum, 0.75 * (0.2 + d * 1.2) + 0.25 * (0.4 + d * 0.4), 1e-12);
    assert_close(r[2].mean, r[2].sum / (0.75 * (1 + d * 1.5) + 0.25 * (1 + d)), 1e-12);
    assert_close(r[2].known, 1, 1e-15);
    assert_int_equal(sn_look_through_risk(flow, 3, risk, own, 4, 0, r, NULL), SN_OK);
    assert_close(r[2].mean, 0.75 * 0.2 + 0.25 * 0.4, 1e-15); /* direct suppliers only */
}

static void look_through__leaves_unknown_countries_out_and_says_so(void **state)
{
    const sn_risk_flow flow[] = {{0, 2, 1}, {1, 2, 3}};
    const double risk[] = {0.6, NAN, 0.1};
    sn_look_through r[4];
    sn_error err = {0};

    (void)state;
    assert_int_equal(sn_look_through_risk(flow, 2, risk, NULL, 3, 0.9, r, NULL), SN_OK);
    assert_close(r[2].mean, 0.6, 1e-12);
    assert_close(r[2].known, 0.25, 1e-12);
    assert_true(isnan(r[0].sum) && isnan(r[0].mean) && isnan(r[0].known));
    assert_int_equal(sn_look_through_risk(flow, 2, risk, NULL, 3, 1, r, &err), SN_EUSAGE);
    assert_string_equal(err.message, "damping 1 is not within 0 and 0.999");
}

/* Two that buy all from each other: r = w + d r, at the largest d that is allowed. */
static void look_through__of_a_closed_pair_is_a_geometric_series(void **state)
{
    const sn_risk_flow flow[] = {{0, 1, 3.25}, {1, 0, 0.5}};
    const double risk[] = {0.37, 0.37};
    sn_look_through r[2];

    (void)state;
    assert_int_equal(sn_look_through_risk(flow, 2, risk, NULL, 2, 0.999, r, NULL), SN_OK);
    for (int j = 0; j < 2; j++) {
        assert_close(r[j].sum, 0.37 / (1 - 0.999), 1e-9 * 370);
        assert_close(r[j].mean, 0.37, 1e-12);
        assert_close(r[j].known, 1, 1e-12);
    }
}

enum { MOST_NODES = 9 };

/* (I - d S') r = S' w + s w, solved by LU. */
static void solve_dense(const double z[MOST_NODES][MOST_NODES], const double *own,
                        const double *risk, size_t n, double d, double *r)
{
    gsl_matrix *a = gsl_matrix_alloc(n, n);
    gsl_vector *b = gsl_vector_alloc(n), *x = gsl_vector_alloc(n);
    gsl_permutation *order = gsl_permutation_alloc(n);
    int sign;

    for (size_t j = 0; j < n; j++) {
        double supply = own[j], right = own[j] * risk[j];
        for (size_t i = 0; i < n; i++) {
            supply += z[i][j];
            right += z[i][j] * risk[i];
        }
        for (size_t i = 0; i < n; i++)
            gsl_matrix_set(a, j, i, (i == j ? 1 : 0) - d * z[i][j] / supply);
        gsl_vector_set(b, j, right / supply);
    }
    gsl_linalg_LU_decomp(a, order, &sign);
    gsl_linalg_LU_solve(a, order, b, x);
    for (size_t j = 0; j < n; j++)
        r[j] = gsl_vector_get(x, j);
    gsl_matrix_free(a);
    gsl_vector_free(b);
    gsl_vector_free(x);
    gsl_permutation_free(order);
}

static void look_through__is_the_solution_of_its_equations_in_any_unit(void **state)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double worst = 0;

    (void)state;
    gsl_rng_set(rng, 350);
    for (int trial = 0; trial < 200; trial++) {
        double z[MOST_NODES][MOST_NODES] = {{0}}, own[MOST_NODES], risk[MOST_NODES],
               exact[MOST_NODES];
        sn_risk_flow flow[MOST_NODES * MOST_NODES];
        sn_look_through r[MOST_NODES];
        const size_t n = 1 + gsl_rng_uniform_int(rng, MOST_NODES);
        const double d = 0.99 * gsl_rng_uniform(rng), unit = pow(10, trial % 13 - 6);
        size_t flows = 0;

        for (size_t i = 0; i < n; i++) {
            own[i] = unit * (0.01 + gsl_rng_uniform(rng));
            risk[i] = gsl_rng_uniform(rng);
        }
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                if (gsl_rng_uniform(rng) < 0.4) { /* loops and self-flows too */
                    z[i][j] = unit * gsl_rng_uniform_pos(rng);
                    flow[flows++] = (sn_risk_flow){(int32_t)i, (int32_t)j, z[i][j]};
                }
        solve_dense((const double(*)[MOST_NODES])z, own, risk, n, d, exact);
        (void)sn_look_through_risk(flow, flows, risk, own, n, d, r, NULL);
        for (size_t j = 0; j < n; j++)
            worst = fmax(worst, fabs(r[j].sum - exact[j]) * (1 - d));
    }
    gsl_rng_free(rng);
    assert_close(worst, 0, 1e-11);
}

static void benchmark__shares_are_of_consumption_at_both_ends(void **state)
{
    const sn_benchmark least = sn_benchmark_least((sn_interval){30, 45}, 120, 0.4);
    const sn_benchmark most = sn_benchmark_most((sn_interval){30, 45}, 120, 0.3);

    (void)state;
    assert_close(least.share.low, 0.25, 1e-15);
    assert_close(least.share.high, 0.375, 1e-15);
    assert_close(least.missing.low, 3, 1e-13);
    assert_close(least.missing.high, 18, 1e-13);
    assert_int_equal(least.met, SN_NO);
    assert_int_equal(most.met, SN_UNKNOWN);
    assert_close(most.share.low, 0.25, 1e-15);
    assert_close(most.share.high, 0.375, 1e-15);
    assert_close(most.missing.low, 0, 0);
    assert_close(most.missing.high, 9, 1e-13);
    const sn_benchmark small =
        sn_benchmark_least((sn_interval){0.1, 0.2}, 0.5, 0.2); /* kt for t */
    assert_close(small.share.low, 0.2, 1e-15);
    assert_close(small.share.high, 0.4, 1e-15);
    assert_int_equal(sn_benchmark_most((sn_interval){0.1, 0.2}, 0.5, 0.5).met, SN_YES);
    const sn_benchmark none[] = {sn_benchmark_least((sn_interval){0, 0}, 0, 0.4),
                                 sn_benchmark_most((sn_interval){0, 0}, NAN, 0.4)};
    for (size_t k = 0; k < 2; k++) {
        assert_int_equal(none[k].met, SN_UNKNOWN);
        assert_true(isnan(none[k].share.low) && isnan(none[k].share.high));
        assert_true(isnan(none[k].missing.low) && isnan(none[k].missing.high));
    }
}

static void iea__does_not_depend_on_the_unit(void **state)
{
    static const double supply[] = {3, 5, 1.5}, demand[] = {1, 2, 0.5}, unit[] = {1e-3, 1, 1e3};

    (void)state;
    for (size_t k = 0; k < 3; k++) {
        double s[3], d[3];
        for (size_t i = 0; i < 3; i++) {
            s[i] = supply[i] * unit[k];
            d[i] = demand[i] * unit[k];
        }
        const sn_iea iea = sn_iea_n_minus_1(s, d, 3, 0.5 * unit[k], 9 * unit[k]);
        assert_int_equal(iea.largest, 1);
        assert_close(iea.top1, 0.5, 1e-15);
        assert_close(iea.top3, 0.95, 1e-15);
        assert_close(iea.n1_total, 5. / 9, 1e-15);
        assert_close(iea.n1_remaining, 5. / 7, 1e-15);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wgi__turns_the_mean_of_complete_years_around),
        cmocka_unit_test(weighted_hhi__bounds_what_scores_are_missing),
        cmocka_unit_test(import_reliance__of_a_net_exporter_is_zero),
        cmocka_unit_test(supply_risk__is_that_of_the_2023_study),
        cmocka_unit_test(supply_risk__takes_the_supply_that_is_known),
        cmocka_unit_test(supply_risk__of_a_material_is_its_worst_known_stage),
        cmocka_unit_test(rounding__meets_the_threshold_as_published),
        cmocka_unit_test(interval__holds_every_risk_of_its_factors),
        cmocka_unit_test(sample_rows_of_2017__agree_and_refuse_wrong_formulas),
        cmocka_unit_test(all_rows_of_2017__agree_and_refuse_wrong_formulas),
        cmocka_unit_test(economic_importance__is_that_of_the_2023_study),
        cmocka_unit_test(trade_parameter__is_the_mean_of_the_yearly_worst),
        cmocka_unit_test(geopolrisk__is_that_of_its_authors),
        cmocka_unit_test(
            geopolrisk__counts_own_production_as_safe_and_takes_a_half_for_unknown),
        cmocka_unit_test(cepii__asks_for_two_of_three_years),
        cmocka_unit_test(ec_core__needs_all_three),
        cmocka_unit_test(ec_core__does_not_depend_on_the_unit),
        cmocka_unit_test(verdicts__are_unknown_only_where_the_interval_straddles),
        cmocka_unit_test(oecd__compares_effective_suppliers),
        cmocka_unit_test(net_import_reliance__counts_scrap_and_stocks),
        cmocka_unit_test(iea__leaves_out_the_largest_supplier_and_its_own_use),
        cmocka_unit_test(crma__says_how_much_is_missing),
        cmocka_unit_test(expected_loss__adds_up),
        cmocka_unit_test(look_through__of_a_chain_by_hand),
        cmocka_unit_test(look_through__leaves_unknown_countries_out_and_says_so),
        cmocka_unit_test(look_through__of_a_closed_pair_is_a_geometric_series),
        cmocka_unit_test(look_through__is_the_solution_of_its_equations_in_any_unit),
        cmocka_unit_test(benchmark__shares_are_of_consumption_at_both_ends),
        cmocka_unit_test(iea__does_not_depend_on_the_unit),
    };
    return cmocka_run_group_tests_name("indicators", tests, NULL, NULL);
}
