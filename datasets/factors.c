/* factors.c - a file of factors, and the built-in ones behind it. */
#include "datasets/factors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/factors_private.h"
#include "datasets/rows.h"
#include "graph/selector.h"

/* The word, and the range of the number. */
static const struct {
    const char *name;
    double least, most;
} known[SN_FACTORS] = {
    [SN_FACTOR_EOL_RIR] = {"eol_rir", 0, 1},
    [SN_FACTOR_SI_SR] = {"si_sr", 0, 1},
    [SN_FACTOR_SI_EI] = {"si_ei", 0, 1},
    [SN_FACTOR_USE] = {"use", 0, 1},
    [SN_FACTOR_VALUE_ADDED] = {"value_added", 0, HUGE_VAL},
    [SN_FACTOR_LARGEST_SECTOR] = {"largest_sector", 0, HUGE_VAL},
    [SN_FACTOR_IMPORT_RELIANCE] = {"import_reliance", -HUGE_VAL, 1},
    [SN_FACTOR_SUPPLY] = {"supply", 0, 2},
    [SN_FACTOR_T] = {"t", 0, 10},
    [SN_FACTOR_GOVERNANCE] = {"governance", 0, 10},
    [SN_FACTOR_STABILITY] = {"political_stability", -4, 4},
    [SN_FACTOR_PRICE] = {"price", 0, HUGE_VAL},
    [SN_FACTOR_SECONDARY] = {"secondary", 0, HUGE_VAL},
    [SN_FACTOR_STOCKS] = {"stocks", -HUGE_VAL, HUGE_VAL},
    [SN_FACTOR_CONSUMPTION] = {"consumption", 0, HUGE_VAL},
    [SN_FACTOR_EU_SR] = {"eu_sr", 0, HUGE_VAL},
    [SN_FACTOR_EU_EI] = {"eu_ei", 0, HUGE_VAL},
};

const char *sn_factor_name(sn_factor_kind kind)
{
    return known[kind].name;
}

enum {
    FACTOR,
    VALUE,
    LOW,
    HIGH,
    COMMODITY,
    STAGE,
    COUNTRY,
    KEY,
    START,
    END,
    UNIT,
    SOURCE,
    COLUMNS
};

static const sn_csv_column columns[] = {[FACTOR] = {"factor", NULL, true},
                                        [VALUE] = {"value", NULL, true},
                                        [LOW] = {"low", NULL, false},
                                        [HIGH] = {"high", NULL, false},
                                        [COMMODITY] = {"commodity", NULL, false},
                                        [STAGE] = {"stage", NULL, false},
                                        [COUNTRY] = {"country", NULL, false},
                                        [KEY] = {"key", "sector", false},
                                        [START] = {"start", NULL, false},
                                        [END] = {"end", NULL, false},
                                        [UNIT] = {"unit", NULL, false},
                                        [SOURCE] = {"source", NULL, false}};

static sn_status read_kind(const sn_csv *csv, sn_factor_kind *kind, sn_error *err)
{
    const char *names[SN_FACTORS];
    char quoted[SN_CSV_QUOTE_SIZE], word[24] = "";
    const sn_slice text = sn_csv_text(csv, FACTOR);

    for (int k = 0; k < SN_FACTORS; k++) {
        names[k] = known[k].name;
        if (strlen(names[k]) == text.length && memcmp(names[k], text.text, text.length) == 0) {
            *kind = (sn_factor_kind)k;
            return SN_OK;
        }
    }
    if (text.length < sizeof word)
        memcpy(word, text.text, text.length);
    const char *near = sn_nearest(word, names, SN_FACTORS);
    return sn_csv_fail(csv, FACTOR, err, "no factor is called \"%s\"%s%s%s",
                       sn_csv_quote(text, quoted), near != NULL ? "; did you mean \"" : "",
                       near != NULL ? near : "", near != NULL ? "\"?" : "");
}

/* A value, or the range in which it lies. */
static sn_status read_value(sn_csv *csv, sn_factor *row, sn_error *err)
{
    const double least = known[row->kind].least, most = known[row->kind].most;
    sn_status status = SN_OK;

    SN_TRY(sn_csv_number(csv, VALUE, &row->value, err));
    SN_TRY(sn_csv_number(csv, LOW, &row->low, err));
    SN_TRY(sn_csv_number(csv, HIGH, &row->high, err));
    if (isnan(row->value) && (isnan(row->low) || isnan(row->high)))
        status = sn_csv_fail(csv, VALUE, err, "neither a value nor low and high");
    else if (row->low > row->high || row->value < row->low || row->value > row->high)
        status = sn_csv_fail(csv, VALUE, err, "low, value and high are not in this order");
    else if (fmin(row->value, row->low) < least || fmax(row->value, row->high) > most)
        status = sn_csv_fail(csv, VALUE, err, "%s is within %g and %g", known[row->kind].name,
                             least, most);
out:
    return status;
}

static sn_status read_factor(sn_csv *csv, sn_arena *texts, void *to, sn_error *err)
{
    sn_factor *row = to;
    sn_status status = SN_OK;

    *row = (sn_factor){0};
    SN_TRY(read_kind(csv, &row->kind, err));
    SN_TRY(read_value(csv, row, err));
    SN_TRY(sn_rows_text(csv, COMMODITY, texts, &row->commodity, err));
    SN_TRY(sn_rows_text(csv, STAGE, texts, &row->stage, err));
    SN_TRY(sn_rows_text(csv, COUNTRY, texts, &row->country, err));
    SN_TRY(sn_rows_text(csv, KEY, texts, &row->key, err));
    SN_TRY(sn_csv_number(csv, START, &row->start, err));
    SN_TRY(sn_csv_number(csv, END, &row->end, err));
    SN_TRY(sn_rows_text(csv, UNIT, texts, &row->unit, err));
    SN_TRY(sn_rows_text(csv, SOURCE, texts, &row->source, err));
    if ((row->kind == SN_FACTOR_USE || row->kind == SN_FACTOR_VALUE_ADDED) &&
        row->key[0] == '\0')
        status = sn_csv_fail(csv, KEY, err, "%s needs a sector", known[row->kind].name);
out:
    return status;
}

static const sn_rows_kind factor_rows = {columns, COLUMNS, sizeof(sn_factor), read_factor};

static sn_status read_file(const char *file, sn_sources *sources, sn_factors *factors,
                           sn_error *err)
{
    sn_bytes bytes = {0};
    sn_csv *csv = NULL;
    sn_source *source;
    void *rows = NULL;
    sn_status status = sn_bytes_open(file, NULL, SN_BYTES_LIMIT, &bytes, err);

    SN_TRY(status == SN_EIO ? SN_EDATA : status); /* an input that cannot be read */
    SN_TRY(sn_csv_open(&bytes, columns, COLUMNS, &csv, err));
    status = sn_rows_read(csv, &factor_rows, &factors->texts, &rows, &factors->count, err);
    factors->factor = rows;
    SN_TRY(status);
    for (size_t k = 0; k < factors->count; k++)
        factors->factor[k].is_given = true;
    SN_TRY(sn_sources_add(sources, "factors", &bytes, &source, err));
    source->rows_used = sn_csv_rows(csv);
    SN_TRY(sn_source_finish(source, csv, err));
out:
    sn_csv_free(csv);
    sn_bytes_clear(&bytes);
    return status;
}

static sn_status read_link(sn_csv *csv, sn_arena *texts, void *to, sn_error *err)
{
    sn_factor_link *row = to;
    sn_status status = SN_OK;

    SN_TRY(sn_rows_text(csv, 0, texts, &row->commodity, err));
    SN_TRY(sn_rows_text(csv, 1, texts, &row->stage, err));
    SN_TRY(sn_rows_text(csv, 2, texts, &row->material, err));
    SN_TRY(sn_rows_text(csv, 3, texts, &row->material_stage, err));
    SN_TRY(sn_rows_text(csv, 4, texts, &row->note, err));
out:
    return status;
}

sn_status sn_factors_add(sn_factors *factors, const sn_factor *factor, sn_error *err)
{
    /* Room is a power of two from 64 on, and full whenever count is one. */
    if (factors->count < 64 || (factors->count & (factors->count - 1)) == 0) {
        const size_t room = factors->count < 64 ? 64 : 2 * factors->count;
        sn_factor *grown = realloc(factors->factor, room * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "factors");
        factors->factor = grown;
    }
    factors->factor[factors->count++] = *factor;
    return SN_OK;
}

/* Rows of a table that is read into an array of its own, behind those that are there. */
static sn_status add_built_in(const char *file, sn_factors *factors, sn_error *err)
{
    void *rows = NULL;
    size_t count = 0;
    sn_status status = SN_OK;

    SN_TRY(sn_rows_built_in("indicator-factors", file, &factor_rows, &factors->texts, &rows,
                            &count, err));
    for (size_t k = 0; k < count; k++)
        SN_TRY(sn_factors_add(factors, &((const sn_factor *)rows)[k], err));
out:
    free(rows);
    return status;
}

/* By kind, in each the order in which they came. */
static sn_status sort_by_kind(sn_factors *factors, sn_error *err)
{
    sn_factor *sorted = malloc((factors->count + 1) * sizeof *sorted);
    size_t at = 0;

    if (sorted == NULL)
        return sn_nomem(err, "factors");
    for (int kind = 0; kind < SN_FACTORS; kind++) {
        factors->first[kind] = at;
        for (size_t k = 0; k < factors->count; k++)
            if ((int)factors->factor[k].kind == kind)
                sorted[at++] = factors->factor[k];
    }
    factors->first[SN_FACTORS] = at;
    free(factors->factor);
    factors->factor = sorted;
    return SN_OK;
}

sn_status sn_factors_load(const char *file, sn_sources *sources, sn_factors *factors,
                          sn_error *err)
{
    static const sn_csv_column link_columns[] = {{"commodity", NULL, true},
                                                 {"stage", NULL, true},
                                                 {"material", NULL, true},
                                                 {"material_stage", NULL, true},
                                                 {"note", NULL, true}};
    static const sn_rows_kind links = {link_columns, 5, sizeof(sn_factor_link), read_link};
    void *rows = NULL;
    sn_status status = SN_OK;

    *factors = (sn_factors){0};
    if (file != NULL)
        SN_TRY(read_file(file, sources, factors, err));
    SN_TRY(add_built_in("prices.csv", factors, err));
    SN_TRY(sn_factors_add_eu(factors, err));
    SN_TRY(sort_by_kind(factors, err));
    status = sn_rows_built_in("indicator-factors", "materials.csv", &links, &factors->texts,
                              &rows, &factors->links, err);
    factors->link = rows;
out:
    if (status != SN_OK)
        sn_factors_clear(factors);
    return status;
}

void sn_factors_clear(sn_factors *factors)
{
    free(factors->factor);
    free(factors->link);
    sn_arena_clear(&factors->texts);
    *factors = (sn_factors){0};
}

const sn_factor_link *sn_factors_link(const sn_factors *factors, const char *commodity,
                                      const char *stage)
{
    for (size_t k = 0; k < factors->links && commodity != NULL; k++) {
        const sn_factor_link *link = &factors->link[k];
        if (strcmp(link->commodity, commodity) == 0 && link->material[0] != '\0' &&
            (stage == NULL || strcmp(link->stage, stage) == 0))
            return link;
    }
    return NULL;
}

/* A row's text is of all, or the same; what is not asked for is only answered by "of all". */
static bool fits(const char *row, const char *asked)
{
    return row[0] == '\0' || (asked != NULL && strcmp(row, asked) == 0);
}

/* Materials are spelled with and without capitals. */
static bool is_named(const char *row, const char *asked)
{
    return row[0] == '\0' || (asked != NULL && strcasecmp(row, asked) == 0);
}

static bool answers(const sn_factors *factors, const sn_factor *row,
                    const sn_factor_query *query)
{
    const char *commodity = query->commodity, *stage = query->stage;

    if (!fits(row->country, query->country) ||
        !(query->key == NULL || fits(row->key, query->key)))
        return false;
    if (row->is_eu && sn_factors_link(factors, commodity, NULL) != NULL) {
        const sn_factor_link *link = sn_factors_link(factors, commodity, stage);
        if (link == NULL)
            return row->commodity[0] == '\0';
        commodity = link->material;
        stage = stage != NULL ? link->material_stage : NULL;
    }
    return is_named(row->commodity, commodity) && (stage == NULL || fits(row->stage, stage));
}

const sn_factor *sn_factors_next(const sn_factors *factors, const sn_factor_query *query,
                                 const sn_factor *from)
{
    const sn_factor *end = factors->factor + factors->first[query->kind + 1];
    const sn_factor *row =
        from != NULL ? from + 1 : factors->factor + factors->first[query->kind];

    for (; row < end; row++)
        if (answers(factors, row, query))
            return row;
    return NULL;
}
