/* verify_eu.c - supply risk as the EU published it in 2017, from rounded factors; and formulas
 * that are nearly right, which must not pass. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "cli/verify_private.h"

enum {
    MATERIAL,
    STAGE,
    SUPPLY,
    RELIANCE,
    RECYCLING,
    SUBSTITUTION,
    HHI_GLOBAL,
    HHI_SOURCING,
    SR_GLOBAL,
    SR_SOURCING,
    SR_BOTH,
    SR
};
static const char columns[] = "material|stage|supply|#import_reliance|#recycling|#substitution|"
                              "#hhi_global|#hhi_sourcing|#sr_global|#sr_sourcing|#sr_both|#sr";

/* Indices are printed to one decimal, rates to one percent. */
static const double index_half = 0.05, rate_half = 0.005;

/* Which formula; the first is the right one. */
typedef enum {
    RIGHT,
    WHOLE_RELIANCE,
    CONSTANT_HALF,
    SWAPPED,
    SOURCING_ONLY,
    NO_RECYCLING,
    NO_SUBSTITUTION
} formula;

static sn_interval weight_of(formula which, sn_interval reliance)
{
    const sn_interval half = {sn_eu_global_weight(reliance.low),
                              sn_eu_global_weight(reliance.high)};

    switch (which) {
    case WHOLE_RELIANCE:
        return (sn_interval){2 * half.low, 2 * half.high};
    case CONSTANT_HALF:
        return sn_verify_point(0.5);
    case SWAPPED:
        return (sn_interval){1 - half.high, 1 - half.low};
    case SOURCING_ONLY:
        return sn_verify_point(0);
    default:
        return half;
    }
}

static sn_eu_factor_ranges factors_of(const sn_verify_table *t, size_t r, formula which)
{
    sn_eu_factor_ranges f = {
        sn_interval_rounded(sn_verify_number(t, r, HHI_GLOBAL), index_half),
        sn_interval_rounded(sn_verify_number(t, r, HHI_SOURCING), index_half),
        sn_interval_rounded(sn_verify_number(t, r, RECYCLING), rate_half),
        sn_interval_rounded(sn_verify_number(t, r, SUBSTITUTION), index_half),
    };

    if (which == NO_RECYCLING)
        f.eol_rir = sn_verify_point(0);
    if (which == NO_SUBSTITUTION)
        f.si_sr = sn_verify_point(1);
    if (isnan(f.hhi_sourcing.low)) /* no weight, and no number */
        f.hhi_sourcing = sn_verify_point(0);
    return f;
}

static sn_interval risk_of(const sn_verify_table *t, size_t r, formula which, int measure)
{
    const sn_eu_factor_ranges factors = factors_of(t, r, which);
    const sn_interval reliance = sn_interval_clip(
        sn_interval_rounded(sn_verify_number(t, r, RELIANCE), rate_half), 0, 1);
    const sn_interval weight = measure == SR_GLOBAL     ? sn_verify_point(1)
                               : measure == SR_SOURCING ? sn_verify_point(0)
                                                        : weight_of(which, reliance);

    return sn_eu_supply_risk_range(&factors, weight);
}

/* Whether there is a number to check. */
static bool has(const sn_verify_table *t, size_t r, int measure)
{
    return !isnan(sn_verify_number(t, r, (size_t)measure)) &&
           (measure == SR_GLOBAL || !isnan(sn_verify_number(t, r, HHI_SOURCING)));
}

/* The wrong ones, and the column that each would have to meet. */
static const struct {
    formula which;
    int measure;
    const char *name;
} wrong_ones[] = {{NO_RECYCLING, SR_GLOBAL, "without recycling"},
                  {NO_SUBSTITUTION, SR_GLOBAL, "without substitution"},
                  {WHOLE_RELIANCE, SR_BOTH, "weight IR instead of IR / 2"},
                  {CONSTANT_HALF, SR_BOTH, "weight 1/2 for all"},
                  {SWAPPED, SR_BOTH, "weights swapped"},
                  {SOURCING_ONLY, SR_BOTH, "EU sourcing only"}};

static void try_wrong(sn_verify *verify, const sn_verify_table *t, size_t k)
{
    const int measure = wrong_ones[k].measure;
    assert(verify->wrong_count < sizeof verify->wrong / sizeof verify->wrong[0]);
    sn_wrong_formula *wrong = &verify->wrong[verify->wrong_count++];
    *wrong = (sn_wrong_formula){verify->check, wrong_ones[k].name, 0, 0};
    for (size_t r = 0; r < t->rows; r++) {
        if (!has(t, r, measure))
            continue;
        const double published = sn_verify_number(t, r, (size_t)measure);
        const sn_interval risk = risk_of(t, r, wrong_ones[k].which, measure);
        const double half = sn_verify_half(published, 1);
        wrong->rows++;
        wrong->passes += published >= risk.low - half && published <= risk.high + half;
    }
}

static sn_status check_2017(sn_verify *verify, int measure, sn_error *err)
{
    sn_verify_table t;
    sn_status status = SN_OK;

    SN_TRY(sn_verify_open(verify, "eu-crm", "supply_risk_2017.csv", columns, &t, err));
    for (size_t r = 0; r < t.rows; r++) {
        if (!has(&t, r, measure))
            continue; /* one material has no sourcing */
        const double published = sn_verify_number(&t, r, (size_t)measure);
        SN_TRY(sn_verify_compare(verify, sn_verify_text(&t, r, MATERIAL), "risk", published,
                                 sn_verify_half(published, 1), risk_of(&t, r, RIGHT, measure),
                                 err));
    }
    for (size_t k = 0; k < sizeof wrong_ones / sizeof wrong_ones[0]; k++)
        if (wrong_ones[k].measure == measure)
            try_wrong(verify, &t, k);
out:
    sn_verify_table_clear(&t);
    return status;
}

sn_status sn_verify_eu_2017_global(sn_verify *verify, sn_error *err)
{
    return check_2017(verify, SR_GLOBAL, err);
}

sn_status sn_verify_eu_2017_sourcing(sn_verify *verify, sn_error *err)
{
    return check_2017(verify, SR_SOURCING, err);
}

sn_status sn_verify_eu_2017_both(sn_verify *verify, sn_error *err)
{
    return check_2017(verify, SR_BOTH, err);
}

/* The risk of the supply that the study used for a material, or NaN where it is not there. */
static sn_interval used_2017(const sn_verify_table *t, const char *material)
{
    for (size_t r = 0; r < t->rows; r++) {
        if (strcmp(sn_verify_text(t, r, MATERIAL), material) != 0)
            continue;
        const char *supply = sn_verify_text(t, r, SUPPLY);
        return risk_of(t, r, RIGHT,
                       strcmp(supply, "global") == 0     ? SR_GLOBAL
                       : strcmp(supply, "sourcing") == 0 ? SR_SOURCING
                                                         : SR_BOTH);
    }
    return sn_verify_point(NAN);
}

/* The highest published stage of a material in 2023. */
static double highest_2023(const sn_verify_table *t, const char *material)
{
    double stage[2];
    size_t count = 0;

    for (size_t r = 0; r < t->rows && count < 2; r++)
        if (strcmp(sn_verify_text(t, r, 0), material) == 0)
            stage[count++] = sn_verify_number(t, r, 1);
    return sn_eu_material(stage, count);
}

sn_status sn_verify_eu_history(sn_verify *verify, sn_error *err)
{
    sn_verify_table history = {0}, old = {0}, new = {0};
    sn_status status = SN_OK;

    SN_TRY(sn_verify_open(verify, "eu-crm", "history.csv",
                          "material|year|#sr|status|#computed|reason", &history, err));
    SN_TRY(sn_verify_open(verify, "eu-crm", "supply_risk_2017.csv", columns, &old, err));
    SN_TRY(sn_verify_open(verify, "eu-crm", "supply_risk_2023.csv", "material|#sr", &new, err));
    for (size_t r = 0; r < history.rows; r++) {
        const char *material = sn_verify_text(&history, r, 0);
        const char *year = sn_verify_text(&history, r, 1);
        const double published = sn_verify_number(&history, r, 2);
        const bool is_2017 = strcmp(year, "2017") == 0;
        if ((!is_2017 && strcmp(year, "2023") != 0) || isnan(published))
            continue; /* the factors of 2011, 2014 and 2020 are not at hand */
        const sn_interval risk =
            is_2017 ? used_2017(&old, material) : sn_verify_point(highest_2023(&new, material));
        if (isnan(risk.low))
            continue; /* under another name, or without factors */
        SN_TRY(sn_verify_compare(verify, material,
                                 is_2017 ? "risk 2017" : "risk 2023, highest stage", published,
                                 sn_verify_half(published, 1), risk, err));
        if (strcmp(sn_verify_text(&history, r, 3), "known") == 0)
            sn_verify_known(verify, sn_verify_number(&history, r, 4),
                            sn_verify_text(&history, r, 5));
    }
out:
    sn_verify_table_clear(&history);
    sn_verify_table_clear(&old);
    sn_verify_table_clear(&new);
    return status;
}
