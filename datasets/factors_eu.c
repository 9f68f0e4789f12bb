/* factors_eu.c - the tables of the EU's study of 2023 as factors of the consumer EU27. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/factors_private.h"
#include "datasets/rows.h"

static const char consumer[] = "EU27";
static const char study[] =
    "European Commission, Study on the critical raw materials for the EU 2023";
static const double largest_sector = 204200; /* [MEUR] C28, machinery */

static sn_status add(sn_factors *factors, const sn_factor *like, sn_factor_kind kind,
                     double value, double half, sn_error *err)
{
    sn_factor factor = *like;

    if (isnan(value))
        return SN_OK;
    factor.kind = kind;
    factor.value = value;
    factor.low = half > 0 ? fmax(0, value - half) : NAN; /* NaN: as good as exact */
    factor.high = half > 0 ? value + half : NAN;
    if (kind != SN_FACTOR_EU_SR && kind != SN_FACTOR_EU_EI && factor.high > 1)
        factor.high = 1; /* rates and substitution indices */
    return sn_factors_add(factors, &factor, err);
}

static sn_factor eu_factor(const char *material, const char *stage)
{
    return (sn_factor){.commodity = material,
                       .stage = stage,
                       .country = consumer,
                       .key = "",
                       .unit = "",
                       .source = study,
                       .start = NAN,
                       .end = NAN,
                       .is_eu = true};
}

typedef struct {
    const char *material, *stage;
    int supply;
    double reliance, recycling, substitution, risk;
} risk_row;

static sn_status read_risk(sn_csv *csv, sn_arena *texts, void *to, sn_error *err)
{
    risk_row *row = to;
    sn_status status = SN_OK;

    SN_TRY(sn_rows_text(csv, 0, texts, &row->material, err));
    SN_TRY(sn_rows_text(csv, 1, texts, &row->stage, err));
    SN_TRY(sn_csv_choice(csv, 2, "global|sourcing|both", &row->supply, err));
    SN_TRY(sn_csv_number(csv, 3, &row->reliance, err));
    SN_TRY(sn_csv_number(csv, 4, &row->recycling, err));
    SN_TRY(sn_csv_number(csv, 5, &row->substitution, err));
    SN_TRY(sn_csv_number(csv, 6, &row->risk, err));
out:
    return status;
}

/* Rates are published to a percent, the substitution index to two decimals. */
static sn_status add_risks(sn_factors *factors, sn_error *err)
{
    static const sn_csv_column columns[] = {
        {"material", NULL, true},  {"stage", NULL, true},
        {"supply", NULL, true},    {"import_reliance", NULL, true},
        {"recycling", NULL, true}, {"substitution", NULL, true},
        {"sr", NULL, true}};
    static const sn_rows_kind kind = {columns, 7, sizeof(risk_row), read_risk};
    void *rows = NULL;
    size_t count = 0;
    sn_status status = SN_OK;

    SN_TRY(sn_rows_built_in("eu-crm", "supply_risk_2023.csv", &kind, &factors->texts, &rows,
                            &count, err));
    for (size_t k = 0; k < count; k++) {
        const risk_row *row = &((const risk_row *)rows)[k];
        const sn_factor like = eu_factor(row->material, row->stage);
        SN_TRY(add(factors, &like, SN_FACTOR_IMPORT_RELIANCE, row->reliance, 0.005, err));
        SN_TRY(add(factors, &like, SN_FACTOR_EOL_RIR, row->recycling, 0.005, err));
        SN_TRY(add(factors, &like, SN_FACTOR_SI_SR, row->substitution, 0.005, err));
        SN_TRY(add(factors, &like, SN_FACTOR_EU_SR, row->risk, 0.05, err));
        if (row->supply >= 0)
            SN_TRY(add(factors, &like, SN_FACTOR_SUPPLY, row->supply, 0, err));
    }
out:
    free(rows);
    return status;
}

typedef struct {
    const char *material;
    double substitution, importance;
} importance_row;

static sn_status read_importance(sn_csv *csv, sn_arena *texts, void *to, sn_error *err)
{
    importance_row *row = to;
    sn_status status = SN_OK;

    SN_TRY(sn_rows_text(csv, 0, texts, &row->material, err));
    SN_TRY(sn_csv_number(csv, 1, &row->substitution, err));
    SN_TRY(sn_csv_number(csv, 2, &row->importance, err));
out:
    return status;
}

static sn_status add_importances(sn_factors *factors, sn_error *err)
{
    static const sn_csv_column columns[] = {
        {"material", NULL, true}, {"substitution", NULL, true}, {"ei", NULL, true}};
    static const sn_rows_kind kind = {columns, 3, sizeof(importance_row), read_importance};
    sn_factor like = eu_factor("", "");
    void *rows = NULL;
    size_t count = 0;
    sn_status status = SN_OK;

    like.unit = "MEUR";
    SN_TRY(add(factors, &like, SN_FACTOR_LARGEST_SECTOR, largest_sector, 0, err));
    SN_TRY(sn_rows_built_in("eu-crm", "importance_2023.csv", &kind, &factors->texts, &rows,
                            &count, err));
    for (size_t k = 0; k < count; k++) {
        const importance_row *row = &((const importance_row *)rows)[k];
        like = eu_factor(row->material, "");
        SN_TRY(add(factors, &like, SN_FACTOR_SI_EI, row->substitution, 0.005, err));
        SN_TRY(add(factors, &like, SN_FACTOR_EU_EI, row->importance, 0.05, err));
    }
out:
    free(rows);
    return status;
}

typedef struct {
    const char *material, *sector;
    double share, value_added;
} use_row;

static sn_status read_use(sn_csv *csv, sn_arena *texts, void *to, sn_error *err)
{
    use_row *row = to;
    sn_status status = SN_OK;

    SN_TRY(sn_rows_text(csv, 0, texts, &row->material, err));
    SN_TRY(sn_csv_number(csv, 1, &row->share, err));
    SN_TRY(sn_rows_text(csv, 2, texts, &row->sector, err));
    SN_TRY(sn_csv_number(csv, 3, &row->value_added, err));
out:
    return status;
}

static sn_status add_uses(sn_factors *factors, sn_error *err)
{
    static const sn_csv_column columns[] = {{"material", NULL, true},
                                            {"share", NULL, true},
                                            {"sector", NULL, true},
                                            {"value_added", NULL, true}};
    static const sn_rows_kind kind = {columns, 4, sizeof(use_row), read_use};
    void *rows = NULL;
    size_t count = 0;
    sn_status status = SN_OK;

    SN_TRY(sn_rows_built_in("eu-crm", "end_uses_2023.csv", &kind, &factors->texts, &rows,
                            &count, err));
    for (size_t k = 0; k < count; k++) {
        const use_row *row = &((const use_row *)rows)[k];
        sn_factor like = eu_factor(row->material, "");
        if (row->sector[0] == '\0' || isnan(row->value_added))
            continue; /* a use without a sector adds nothing */
        like.key = row->sector;
        SN_TRY(add(factors, &like, SN_FACTOR_USE, row->share, 0, err));
        like.unit = "MEUR";
        SN_TRY(add(factors, &like, SN_FACTOR_VALUE_ADDED, row->value_added, 0, err));
    }
out:
    free(rows);
    return status;
}

typedef struct {
    const char *material, *stage, *country;
    double t;
} t_row;

static sn_status read_t(sn_csv *csv, sn_arena *texts, void *to, sn_error *err)
{
    t_row *row = to;
    sn_status status = SN_OK;

    SN_TRY(sn_rows_text(csv, 0, texts, &row->material, err));
    SN_TRY(sn_rows_text(csv, 1, texts, &row->stage, err));
    SN_TRY(sn_rows_text(csv, 2, texts, &row->country, err));
    SN_TRY(sn_csv_number(csv, 3, &row->t, err));
out:
    return status;
}

/* Of t only what stands for a measure: 1 is none, and below 1 is the EU's own. */
static sn_status add_trade_parameters(sn_factors *factors, sn_error *err)
{
    static const sn_csv_column columns[] = {{"material", NULL, true},
                                            {"stage", NULL, true},
                                            {"country", NULL, true},
                                            {"t", NULL, true}};
    static const sn_rows_kind kind = {columns, 4, sizeof(t_row), read_t};
    void *rows = NULL;
    size_t count = 0;
    sn_status status = SN_OK;

    SN_TRY(sn_rows_built_in("eu-crm", "shares_2023.csv", &kind, &factors->texts, &rows, &count,
                            err));
    for (size_t k = 0; k < count; k++) {
        const t_row *row = &((const t_row *)rows)[k];
        sn_factor like = eu_factor(row->material, row->stage);
        like.country = row->country;
        if (row->t > 1)
            SN_TRY(add(factors, &like, SN_FACTOR_T, row->t, 0, err));
    }
out:
    free(rows);
    return status;
}

sn_status sn_factors_add_eu(sn_factors *factors, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(add_risks(factors, err));
    SN_TRY(add_importances(factors, err));
    SN_TRY(add_uses(factors, err));
    SN_TRY(add_trade_parameters(factors, err));
out:
    return status;
}
