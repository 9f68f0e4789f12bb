/* reference.c - built-in tables into rows. */
#include "datasets/reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/embedded.h"
#include "datasets/rows.h"

/* Laid out as the rows of sn_coalitions. */
typedef struct {
    const char *coalition, *country;
} coalition_row;

static sn_status read_coalition(sn_csv *csv, sn_arena *texts, void *to, sn_error *err)
{
    coalition_row *row = to;
    sn_status status = SN_OK;

    SN_TRY(sn_rows_text(csv, 0, texts, &row->coalition, err));
    SN_TRY(sn_rows_text(csv, 1, texts, &row->country, err));
out:
    return status;
}

sn_status sn_coalitions_load(sn_coalition_list *coalitions, sn_error *err)
{
    static const sn_csv_column columns[] = {{"coalition", NULL, true}, {"country", NULL, true}};
    static const sn_rows_kind kind = {columns, 2, sizeof(coalition_row), read_coalition};
    size_t count = 0;

    _Static_assert(sizeof(coalition_row) == sizeof *coalitions->list.row, "rows of a kind");
    coalitions->rows = NULL;
    const sn_status status = sn_rows_built_in("coalitions", "coalitions.csv", &kind,
                                              &coalitions->texts, &coalitions->rows, &count, err);
    if (status != SN_OK) {
        sn_coalitions_clear(coalitions);
        return status;
    }
    coalitions->list.count = count;
    coalitions->list.row = coalitions->rows;
    return SN_OK;
}

void sn_coalitions_clear(sn_coalition_list *coalitions)
{
    free(coalitions->rows);
    sn_arena_clear(&coalitions->texts);
    *coalitions = (sn_coalition_list){0};
}

static sn_status read_country(sn_csv *csv, sn_arena *texts, void *to, sn_error *err)
{
    sn_country *row = to;
    const char **text[] = {&row->iso3, &row->iso2,    &row->numeric,
                           &row->name, &row->aliases, &row->comtrade};
    sn_status status = SN_OK;

    for (size_t c = 0; c < sizeof text / sizeof text[0]; c++)
        SN_TRY(sn_rows_text(csv, c, texts, text[c], err));
out:
    return status;
}

static int by_iso3(const void *a, const void *b)
{
    return strcmp(((const sn_country *)a)->iso3, ((const sn_country *)b)->iso3);
}

sn_status sn_countries_load(sn_countries *countries, sn_error *err)
{
    static const sn_csv_column columns[] = {{"iso3", NULL, true},    {"iso2", NULL, true},
                                            {"numeric", NULL, true}, {"name", NULL, true},
                                            {"aliases", NULL, true}, {"comtrade", NULL, true}};
    static const sn_rows_kind kind = {columns, 6, sizeof(sn_country), read_country};
    void *rows = NULL;
    size_t count = 0;
    const sn_status status = sn_rows_built_in("countries", "countries.csv", &kind,
                                              &countries->texts, &rows, &count, err);

    countries->country = rows;
    if (status != SN_OK) {
        sn_countries_clear(countries);
        return status;
    }
    countries->count = count;
    qsort(countries->country, countries->count, sizeof *countries->country, by_iso3);
    return SN_OK;
}

const sn_country *sn_countries_find(const sn_countries *countries, const char *iso3)
{
    const sn_country key = {.iso3 = iso3};

    return countries->count == 0 ? NULL
                                 : bsearch(&key, countries->country, countries->count,
                                           sizeof *countries->country, by_iso3);
}

void sn_countries_clear(sn_countries *countries)
{
    free(countries->country);
    sn_arena_clear(&countries->texts);
    *countries = (sn_countries){0};
}

static sn_status read_anchor(sn_csv *csv, sn_arena *texts, void *to, sn_error *err)
{
    sn_anchor *row = to;
    sn_status status = SN_OK;

    SN_TRY(sn_rows_text(csv, 0, texts, &row->iso3, err));
    SN_TRY(sn_csv_number(csv, 1, &row->lat, err));
    SN_TRY(sn_csv_number(csv, 2, &row->lon, err));
out:
    return status;
}

static int by_anchor(const void *a, const void *b)
{
    return strcmp(((const sn_anchor *)a)->iso3, ((const sn_anchor *)b)->iso3);
}

sn_status sn_anchors_load(sn_anchors *anchors, sn_error *err)
{
    static const sn_csv_column columns[] = {
        {"iso3", NULL, true}, {"lat", NULL, true}, {"lon", NULL, true}};
    static const sn_rows_kind kind = {columns, 3, sizeof(sn_anchor), read_anchor};
    void *rows = NULL;
    size_t count = 0;
    const sn_status status = sn_rows_built_in("countries", "anchors.csv", &kind, &anchors->texts,
                                              &rows, &count, err);

    anchors->anchor = rows;
    if (status != SN_OK) {
        sn_anchors_clear(anchors);
        return status;
    }
    anchors->count = count;
    qsort(anchors->anchor, anchors->count, sizeof *anchors->anchor, by_anchor);
    return SN_OK;
}

void sn_anchors_clear(sn_anchors *anchors)
{
    free(anchors->anchor);
    sn_arena_clear(&anchors->texts);
    *anchors = (sn_anchors){0};
}

enum { COMMODITY, STAGE, BY, ID, LABEL, SHARE, LOW, HIGH, YEAR, SOURCE, NOTE };

static sn_status read_quoted_share(sn_csv *csv, sn_arena *texts, void *to, sn_error *err)
{
    sn_quoted_share *row = to;
    sn_status status = SN_OK;
    double year;

    SN_TRY(sn_rows_text(csv, COMMODITY, texts, &row->commodity, err));
    SN_TRY(sn_rows_text(csv, STAGE, texts, &row->stage, err));
    SN_TRY(sn_rows_text(csv, BY, texts, &row->by, err));
    SN_TRY(sn_rows_text(csv, ID, texts, &row->id, err));
    SN_TRY(sn_rows_text(csv, LABEL, texts, &row->label, err));
    SN_TRY(sn_csv_amount(csv, SHARE, &row->share, err));
    SN_TRY(sn_csv_amount(csv, LOW, &row->low, err));
    SN_TRY(sn_csv_amount(csv, HIGH, &row->high, err));
    SN_TRY(sn_csv_amount(csv, YEAR, &year, err));
    row->year = year >= 1 && year <= 9999 ? (int)year : 0;
    SN_TRY(sn_rows_text(csv, SOURCE, texts, &row->source, err));
    SN_TRY(sn_rows_text(csv, NOTE, texts, &row->note, err));
out:
    return status;
}

sn_status sn_quoted_shares_load(const char *dataset, sn_quoted_shares *shares, sn_error *err)
{
    static const sn_csv_column columns[] = {[COMMODITY] = {"commodity", NULL, true},
                                            [STAGE] = {"stage", NULL, true},
                                            [BY] = {"by", NULL, true},
                                            [ID] = {"id", NULL, true},
                                            [LABEL] = {"label", NULL, true},
                                            [SHARE] = {"share", NULL, true},
                                            [LOW] = {"low", NULL, true},
                                            [HIGH] = {"high", NULL, true},
                                            [YEAR] = {"year", NULL, true},
                                            [SOURCE] = {"source", NULL, true},
                                            [NOTE] = {"note", NULL, true}};
    static const sn_rows_kind kind = {columns, NOTE + 1, sizeof(sn_quoted_share),
                                      read_quoted_share};
    void *rows = NULL;
    size_t count = 0;
    sn_status status = SN_OK;

    if (sn_embedded_find(dataset, "quoted_shares.csv") != NULL)
        status = sn_rows_built_in(dataset, "quoted_shares.csv", &kind, &shares->texts, &rows,
                                  &count, err);
    shares->share = rows;
    shares->count = count;
    if (status != SN_OK)
        sn_quoted_shares_clear(shares);
    return status;
}

void sn_quoted_shares_clear(sn_quoted_shares *shares)
{
    free(shares->share);
    sn_arena_clear(&shares->texts);
    *shares = (sn_quoted_shares){0};
}
