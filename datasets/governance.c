/* governance.c - two built-in tables, one kind of row. */
#include "datasets/governance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/rows.h"

static sn_status read_six(sn_csv *csv, sn_arena *texts, void *to, sn_error *err)
{
    sn_governance_row *row = to;
    double mean = 0;
    sn_status status = SN_OK;

    SN_TRY(sn_rows_text(csv, 0, texts, &row->country, err));
    for (size_t k = 0; k < 6; k++) {
        SN_TRY(sn_csv_number(csv, 1 + k, &row->six[k], err));
        mean += row->six[k] / 6;
    }
    row->score = 2 * (2.5 - mean);
    row->political_stability = row->six[1];
out:
    return status;
}

static sn_status read_score(sn_csv *csv, sn_arena *texts, void *to, sn_error *err)
{
    sn_governance_row *row = to;
    sn_status status = SN_OK;

    SN_TRY(sn_rows_text(csv, 0, texts, &row->country, err));
    SN_TRY(sn_csv_amount(csv, 1, &row->score, err));
    row->political_stability = NAN;
    for (size_t k = 0; k < 6; k++)
        row->six[k] = NAN;
out:
    return status;
}

static int by_country(const void *a, const void *b)
{
    return strcmp(((const sn_governance_row *)a)->country,
                  ((const sn_governance_row *)b)->country);
}

sn_status sn_governance_load(const char *period, sn_governance *governance, sn_error *err)
{
    static const sn_csv_column six[] = {{"country", NULL, true},
                                        {"voice_accountability", NULL, true},
                                        {"political_stability", NULL, true},
                                        {"government_effectiveness", NULL, true},
                                        {"regulatory_quality", NULL, true},
                                        {"rule_of_law", NULL, true},
                                        {"control_of_corruption", NULL, true}};
    static const sn_csv_column score[] = {{"country", NULL, true}, {"score", NULL, true}};
    static const sn_rows_kind of_six = {six, 7, sizeof(sn_governance_row), read_six};
    static const sn_rows_kind of_score = {score, 2, sizeof(sn_governance_row), read_score};
    const bool mean = strcmp(period, "2016-2020") == 0;
    void *rows = NULL;

    *governance = (sn_governance){.period = mean ? "2016-2020" : "2023"};
    if (!mean && strcmp(period, "2023") != 0)
        return sn_fail(err, SN_EUSAGE,
                       "no governance scores of \"%s\" are built in (2023, 2016-2020)", period);
    const sn_status status = sn_rows_built_in(
        mean ? "eu-crm" : "governance", mean ? "governance_2016_2020.csv" : "governance.csv",
        mean ? &of_score : &of_six, &governance->texts, &rows, &governance->count, err);
    governance->row = rows;
    if (status != SN_OK) {
        sn_governance_clear(governance);
        return status;
    }
    qsort(governance->row, governance->count, sizeof *governance->row, by_country);
    return SN_OK;
}

const sn_governance_row *sn_governance_find(const sn_governance *governance,
                                            const char *country)
{
    const sn_governance_row key = {.country = country};

    return governance->count == 0 ? NULL
                                  : bsearch(&key, governance->row, governance->count,
                                            sizeof *governance->row, by_country);
}

void sn_governance_clear(sn_governance *governance)
{
    free(governance->row);
    sn_arena_clear(&governance->texts);
    *governance = (sn_governance){0};
}
