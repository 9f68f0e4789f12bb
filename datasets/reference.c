/* reference.c - built-in tables into rows.  One loop for all: a callback takes each row. */
#include "datasets/reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/csv.h"
#include "datasets/embedded.h"

/* A table on its way into an array of rows of `size` bytes. */
typedef struct table {
    const sn_csv_column *column;
    size_t column_count;
    sn_status (*read)(sn_csv *csv, sn_arena *texts, void *row, sn_error *err);
    size_t size;
    char *rows; /* owned by whoever asked */
    size_t count;
    sn_arena *texts;
} table;

static sn_status read_rows(table *t, sn_csv *csv, sn_error *err)
{
    sn_status status = SN_OK;
    size_t room = 0;
    bool more;

    for (;;) {
        SN_TRY(sn_csv_next(csv, &more, err));
        if (!more)
            break;
        if (t->count == room) {
            room = room == 0 ? 64 : room * 2;
            char *grown = realloc(t->rows, room * t->size);
            SN_TRY_ALLOC(grown, "a built-in table");
            t->rows = grown;
        }
        SN_TRY(t->read(csv, t->texts, t->rows + t->count * t->size, err));
        t->count++;
    }
out:
    return status;
}

/* A built-in file that cannot be read is our bug, not the user's. */
static sn_status load_table(const sn_embedded_file *file, table *t, sn_error *err)
{
    sn_bytes bytes = {0};
    sn_csv *csv = NULL;
    sn_error reason = {0};
    sn_status status = sn_embedded_open(file, &bytes, &reason);

    if (status == SN_OK)
        status = sn_csv_open(&bytes, t->column, t->column_count, &csv, &reason);
    if (status == SN_OK)
        status = read_rows(t, csv, &reason);
    sn_csv_free(csv);
    sn_bytes_clear(&bytes);
    if (status != SN_OK)
        status =
            sn_fail(err, status == SN_ENOMEM ? status : SN_EINTERNAL, "%s", reason.message);
    return status;
}

static sn_status load_built_in(const char *dataset, const char *name, table *t, sn_error *err)
{
    const sn_embedded_file *file = sn_embedded_find(dataset, name);

    if (file == NULL)
        return sn_fail(err, SN_EINTERNAL, "%s/%s is not built in", dataset, name);
    return load_table(file, t, err);
}

static sn_status keep_text(const sn_csv *csv, size_t column, sn_arena *texts, const char **text,
                           sn_error *err)
{
    const sn_slice slice = sn_csv_text(csv, column);

    *text = sn_arena_copy(texts, slice.text, slice.length);
    return *text == NULL ? sn_nomem(err, "a built-in table") : SN_OK;
}

/* Laid out as the rows of sn_coalitions. */
typedef struct {
    const char *coalition, *country;
} coalition_row;

static sn_status read_coalition(sn_csv *csv, sn_arena *texts, void *to, sn_error *err)
{
    coalition_row *row = to;
    sn_status status = SN_OK;

    SN_TRY(keep_text(csv, 0, texts, &row->coalition, err));
    SN_TRY(keep_text(csv, 1, texts, &row->country, err));
out:
    return status;
}

sn_status sn_coalitions_load(sn_coalition_list *coalitions, sn_error *err)
{
    static const sn_csv_column columns[] = {{"coalition", NULL, true}, {"country", NULL, true}};
    table t = {columns, 2, read_coalition, sizeof(coalition_row), NULL, 0, &coalitions->texts};
    const sn_status status = load_built_in("coalitions", "coalitions.csv", &t, err);

    _Static_assert(sizeof(coalition_row) == sizeof *coalitions->list.row, "rows of a kind");
    coalitions->rows = t.rows;
    if (status != SN_OK) {
        sn_coalitions_clear(coalitions);
        return status;
    }
    coalitions->list.count = t.count;
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
        SN_TRY(keep_text(csv, c, texts, text[c], err));
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
    table t = {columns, 6, read_country, sizeof(sn_country), NULL, 0, &countries->texts};
    const sn_status status = load_built_in("countries", "countries.csv", &t, err);

    countries->country = (sn_country *)(void *)t.rows;
    if (status != SN_OK) {
        sn_countries_clear(countries);
        return status;
    }
    countries->count = t.count;
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

    SN_TRY(keep_text(csv, 0, texts, &row->iso3, err));
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
    table t = {columns, 3, read_anchor, sizeof(sn_anchor), NULL, 0, &anchors->texts};
    const sn_status status = load_built_in("countries", "anchors.csv", &t, err);

    anchors->anchor = (sn_anchor *)(void *)t.rows;
    if (status != SN_OK) {
        sn_anchors_clear(anchors);
        return status;
    }
    anchors->count = t.count;
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

    SN_TRY(keep_text(csv, COMMODITY, texts, &row->commodity, err));
    SN_TRY(keep_text(csv, STAGE, texts, &row->stage, err));
    SN_TRY(keep_text(csv, BY, texts, &row->by, err));
    SN_TRY(keep_text(csv, ID, texts, &row->id, err));
    SN_TRY(keep_text(csv, LABEL, texts, &row->label, err));
    SN_TRY(sn_csv_amount(csv, SHARE, &row->share, err));
    SN_TRY(sn_csv_amount(csv, LOW, &row->low, err));
    SN_TRY(sn_csv_amount(csv, HIGH, &row->high, err));
    SN_TRY(sn_csv_amount(csv, YEAR, &year, err));
    row->year = year >= 1 && year <= 9999 ? (int)year : 0;
    SN_TRY(keep_text(csv, SOURCE, texts, &row->source, err));
    SN_TRY(keep_text(csv, NOTE, texts, &row->note, err));
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
    table t = {columns, NOTE + 1, read_quoted_share, sizeof(sn_quoted_share),
               NULL,    0,        &shares->texts};
    const sn_embedded_file *file = sn_embedded_find(dataset, "quoted_shares.csv");
    const sn_status status = file != NULL ? load_table(file, &t, err) : SN_OK;

    shares->share = (sn_quoted_share *)(void *)t.rows;
    shares->count = t.count;
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
