/* makers.c - rows of production by country, and the nodes that they are. */
#include "datasets/makers.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/csv_private.h"
#include "datasets/makers_private.h"
#include "datasets/native_private.h"

void sn_makers_clear(sn_makers *makers)
{
    sn_dict *const dict[] = {&makers->commodity, &makers->stage, &makers->place,
                             &makers->year,      &makers->unit,  &makers->source,
                             &makers->uncoded};

    for (size_t d = 0; d < sizeof dict / sizeof dict[0]; d++)
        sn_dict_clear(dict[d]);
    free(makers->row);
    free(makers->total);
    *makers = (sn_makers){0};
}

/* ------------------------------------------------------------------------------- amounts */

static bool is_one_of(sn_slice text, const char *words)
{
    for (const char *at = words; *at != '\0';) {
        const size_t size = strcspn(at, "|");
        if (size == text.length && strncasecmp(at, text.text, size) == 0)
            return true;
        at += size + (at[size] == '|');
    }
    return text.length == 0;
}

/* A number with its thousands separators. */
static bool parse_plain(sn_slice text, double *value)
{
    char digits[40];
    size_t n = 0;
    bool marked;

    text = sn_csv_trim(text);
    for (size_t k = 0; k < text.length; k++)
        if (text.text[k] != ',' && n < sizeof digits)
            digits[n++] = text.text[k];
    return n > 0 && n < sizeof digits &&
           sn_csv_parse_number((sn_slice){digits, n}, '.', value, &marked) == SN_PARSED &&
           *value >= 0;
}

bool sn_makers_parse(sn_slice text, sn_printed *printed)
{
    *printed = (sn_printed){NAN, NAN, NAN, false};
    text = sn_csv_trim(text);
    printed->withheld = text.length == 1 && text.text[0] == 'W';
    if (is_one_of(text, "W|NA|N/A|XX|s|Large|Moderate|Small|Very small|Moderate to large|..|:"))
        return true;
    if (is_one_of(text, "--|-|\xe2\x80\x94|\xe2\x80\x93")) { /* dashes mean zero */
        printed->value = 0;
        return true;
    }
    if (text.text[0] == '>' || text.text[0] == '<') {
        const bool above = text.text[0] == '>';
        const bool good =
            parse_plain((sn_slice){text.text + 1, text.length - 1}, &printed->value);
        *(above ? &printed->low : &printed->high) = printed->value;
        return good;
    }
    for (size_t k = 1; k + 2 < text.length; k++) /* 330 - 390 */
        if (memcmp(text.text + k, " - ", 3) == 0 &&
            parse_plain((sn_slice){text.text, k}, &printed->low) &&
            parse_plain((sn_slice){text.text + k + 3, text.length - k - 3}, &printed->high)) {
            printed->value = (printed->low + printed->high) / 2;
            return true;
        }
    return parse_plain(text, &printed->value);
}

void sn_makers_slug(sn_slice text, char *slug, size_t room)
{
    size_t n = 0;
    bool gap = false;
    int depth = 0;

    for (size_t k = 0; k < text.length && n + 2 < room; k++) {
        const unsigned char c = (unsigned char)text.text[k];
        depth += c == '(';
        if (depth == 0 && (isalnum(c) || c >= 0x80)) {
            if (c == 0xe2 && k + 2 < text.length) { /* a dash or quote */
                k += 2;
                gap = n > 0;
                continue;
            }
            if (c == 0xc2 && k + 1 < text.length) { /* a no-break space */
                k += 1;
                gap = n > 0;
                continue;
            }
            if (gap)
                slug[n++] = '_';
            slug[n++] = (char)tolower(c);
            gap = false;
        } else {
            gap = n > 0;
        }
        depth -= c == ')' && depth > 0;
    }
    slug[n] = '\0';
}

/* ---------------------------------------------------------------------------------- rows */

static sn_status code_of(sn_dict *dict, sn_slice text, int32_t *code, sn_error *err)
{
    *code = SN_NONE;
    return text.length == 0 ? SN_OK : sn_dict_add(dict, text.text, text.length, code, err);
}

/* The code of a country, ROW for what is none; SN_NONE for a sum of countries. */
static sn_status place_of(sn_makers_pass *pass, sn_slice text, int32_t *code, sn_error *err)
{
    const sn_place place = sn_places_find(pass->places, text);
    sn_makers *makers = pass->makers;
    sn_status status = SN_OK;

    *code = SN_NONE;
    if (place.kind == SN_PLACE_AGGREGATE)
        return SN_OK;
    if (place.kind == SN_PLACE_COUNTRY)
        return sn_dict_add(&makers->place, place.code, strlen(place.code), code, err);
    if (place.kind != SN_PLACE_REST)
        SN_TRY(sn_dict_add(&makers->uncoded, text.text, text.length, code, err));
    SN_TRY(sn_dict_add(&makers->place, "ROW", 3, code, err));
out:
    return status;
}

static bool is_same_row(const sn_maker *a, const sn_maker *b)
{
    return a->commodity == b->commodity && a->stage == b->stage && a->place == b->place &&
           a->year == b->year;
}

static sn_status new_row(sn_makers *makers, const sn_maker *row, sn_maker **found,
                         sn_error *err)
{
    if (makers->count == makers->room) {
        const size_t room = makers->room == 0 ? 256 : 2 * makers->room;
        sn_maker *grown = realloc(makers->row, room * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "a table of production");
        makers->row = grown;
        makers->room = room;
    }
    *found = &makers->row[makers->count];
    makers->row[makers->count++] = *row;
    return SN_OK;
}

static double plus(double a, double b)
{
    return isnan(a) ? b : isnan(b) ? a : a + b;
}

static bool differ(double a, double b)
{
    return !isnan(a) && !isnan(b) && fabs(a - b) > 1e-9 * fmax(fabs(a), fabs(b));
}

/* Put an amount into a row that may hold one: ROW gathers, a country has one. */
static sn_status put(sn_makers_pass *pass, sn_maker *row, const sn_makers_entry *entry,
                     const sn_maker *key, sn_error *err)
{
    const sn_makers *makers = pass->makers;
    const bool rest = strcmp(sn_dict_text(&makers->place, row->place), "ROW") == 0;
    double *amount = entry->is_capacity ? &row->capacity : &row->value;

    if (rest || (entry->is_part && !isnan(*amount))) {
        *amount = plus(*amount, entry->value.value);
        return SN_OK;
    }
    if (differ(*amount, entry->value.value)) {
        if (key->source != row->source)
            return sn_fail(
                err, SN_EDATA,
                "%s:%zu: %s %s of %s comes from two sources, \"%.60s\" and \"%.60s\"; choose "
                "one with --where source=NAME",
                pass->input->bytes->name, entry->line,
                sn_dict_text(&makers->commodity, row->commodity),
                sn_dict_text(&makers->stage, row->stage),
                sn_dict_text(&makers->place, row->place),
                sn_dict_text(&makers->source, row->source),
                sn_dict_text(&makers->source, key->source));
        return sn_fail(err, SN_EDATA, "%s:%zu: %s %s of %s is given twice: %g and %g",
                       pass->input->bytes->name, entry->line,
                       sn_dict_text(&makers->commodity, row->commodity),
                       sn_dict_text(&makers->stage, row->stage),
                       sn_dict_text(&makers->place, row->place), *amount, entry->value.value);
    }
    if (isnan(*amount))
        *amount = entry->value.value;
    if (!entry->is_capacity) {
        row->low = entry->value.low;
        row->high = entry->value.high;
    }
    return SN_OK;
}

sn_status sn_makers_keep_year(sn_makers_pass *pass, sn_slice year, bool *keep, sn_error *err)
{
    int32_t code;

    *keep = pass->year[0] == '\0' || (year.length == strlen(pass->year) &&
                                      memcmp(year.text, pass->year, year.length) == 0);
    return code_of(&pass->makers->year, year, &code, err);
}

sn_status sn_makers_add(sn_makers_pass *pass, const sn_makers_entry *entry, const char **why,
                        sn_error *err)
{
    sn_makers *makers = pass->makers;
    int32_t code;
    sn_maker key = {.value = NAN, .capacity = NAN, .low = NAN, .high = NAN};
    sn_maker *row = NULL;
    sn_status status = SN_OK;

    *why = NULL;
    if (pass->seen != NULL)
        SN_TRY(sn_dict_add(pass->seen, entry->commodity.text, entry->commodity.length, &code,
                           err));
    if (pass->asked != NULL && pass->asked->count > 0 &&
        sn_dict_find(pass->asked, entry->commodity.text, entry->commodity.length) == SN_NONE)
        *why = "other commodity";
    else if (isnan(entry->value.value))
        *why = entry->value.withheld ? "withheld (W): not known" : "missing value";
    if (*why != NULL)
        return SN_OK;
    SN_TRY(place_of(pass, entry->country, &key.place, err));
    if (key.place == SN_NONE) {
        *why = "World or other sum of countries";
        return SN_OK;
    }
    SN_TRY(code_of(&makers->commodity, entry->commodity, &key.commodity, err));
    SN_TRY(code_of(&makers->stage, entry->stage, &key.stage, err));
    SN_TRY(code_of(&makers->year, entry->year, &key.year, err));
    SN_TRY(code_of(&makers->unit, entry->unit, &key.unit, err));
    SN_TRY(code_of(&makers->source, entry->source, &key.source, err));
    for (size_t r = makers->count; r-- > 0 && row == NULL;) /* usually among the last ones */
        if (is_same_row(&makers->row[r], &key))
            row = &makers->row[r];
    if (row == NULL)
        SN_TRY(new_row(makers, &key, &row, err));
    SN_TRY(put(pass, row, entry, &key, err));
out:
    return status;
}

/* -------------------------------------------------------------------------------- tables */

sn_status sn_makers_read_native(sn_makers_pass *pass, sn_error *err)
{
    enum { COMMODITY, STAGE, COUNTRY, VALUE, UNIT, YEAR, SOURCE, CAPACITY };
    static const sn_csv_column columns[] = {{"commodity", "mineral|material", true},
                                            {"stage", NULL, true},
                                            {"country", "country_iso3|iso3", true},
                                            {"value", "output|production|quantity_t", true},
                                            {"unit", NULL, false},
                                            {"year", "period|t", false},
                                            {"source", NULL, false},
                                            {"capacity", NULL, false}};
    sn_status status = SN_OK;
    bool more;

    SN_TRY(sn_preset_open(pass->input->bytes, pass->input->how, columns, 8, &pass->columns,
                          &pass->csv, err));
    for (;;) {
        sn_makers_entry entry = {.value = {NAN, NAN, NAN, false}};
        const char *why;
        double capacity;
        bool keep;
        SN_TRY(sn_preset_next(pass->csv, &pass->columns, pass->source, &more, err));
        if (!more)
            break;
        entry.line = sn_csv_line(pass->csv);
        entry.year = sn_csv_text(pass->csv, YEAR);
        SN_TRY(sn_makers_keep_year(pass, entry.year, &keep, err));
        if (!keep) {
            sn_source_drop(pass->source, "other year", 1);
            continue;
        }
        SN_TRY(sn_csv_require(pass->csv, COMMODITY, &entry.commodity, err));
        SN_TRY(sn_csv_require(pass->csv, STAGE, &entry.stage, err));
        SN_TRY(sn_csv_require(pass->csv, COUNTRY, &entry.country, err));
        entry.unit = sn_csv_text(pass->csv, UNIT);
        entry.source = sn_csv_text(pass->csv, SOURCE);
        SN_TRY(sn_csv_amount(pass->csv, VALUE, &entry.value.value, err));
        SN_TRY(sn_csv_amount(pass->csv, CAPACITY, &capacity, err));
        SN_TRY(sn_makers_add(pass, &entry, &why, err));
        entry.is_capacity = true;
        entry.value.value = capacity;
        if (!isnan(capacity))
            SN_TRY(sn_makers_add(pass, &entry, &why, err));
        if (why != NULL)
            sn_source_drop(pass->source, why, 1);
    }
out:
    return status;
}

sn_status sn_makers_read_eu_crm(sn_makers_pass *pass, sn_error *err)
{
    enum { MATERIAL, STAGE, COUNTRY, SHARE };
    static const sn_csv_column columns[] = {{"Material", NULL, true},
                                            {"Stage", NULL, true},
                                            {"Country", NULL, true},
                                            {"Share", NULL, true}};
    static const sn_slice unit = {"share", 5};
    sn_status status = SN_OK;
    bool more;

    SN_TRY(sn_preset_open(pass->input->bytes, pass->input->how, columns, 4, &pass->columns,
                          &pass->csv, err));
    for (;;) {
        sn_makers_entry entry = {.unit = unit};
        char slug[100], quoted[SN_CSV_QUOTE_SIZE];
        const char *why;
        sn_slice text;
        int stage;
        SN_TRY(sn_preset_next(pass->csv, &pass->columns, pass->source, &more, err));
        if (!more)
            break;
        entry.line = sn_csv_line(pass->csv);
        SN_TRY(sn_csv_require(pass->csv, MATERIAL, &text, err));
        sn_makers_slug(text, slug, sizeof slug);
        entry.commodity = (sn_slice){slug, strlen(slug)};
        SN_TRY(sn_csv_require(pass->csv, COUNTRY, &entry.country, err));
        SN_TRY(sn_csv_choice(pass->csv, STAGE, "E|P", &stage, err));
        entry.stage = stage == 0 ? (sn_slice){"mining", 6} : (sn_slice){"refining", 8};
        text = sn_csv_text(pass->csv, SHARE);
        const bool percent = text.length > 0 && text.text[text.length - 1] == '%';
        const double scale = percent ? 0.01 : 1;
        text.length -= percent;
        if (!sn_makers_parse(text, &entry.value))
            return sn_csv_fail(pass->csv, SHARE, err, "\"%s\" is no share",
                               sn_csv_quote(text, quoted));
        entry.value.value *= scale;
        entry.value.low *= scale;
        entry.value.high *= scale;
        SN_TRY(sn_makers_add(pass, &entry, &why, err));
        if (why != NULL)
            sn_source_drop(pass->source, why, 1);
    }
out:
    return status;
}

/* -------------------------------------------------------------------------------- loading */

static sn_status note_totals(const sn_makers *makers, sn_source *source, sn_error *err)
{
    sn_status status = SN_OK;
    size_t held = 0, met = 0;

    for (size_t t = 0; t < makers->totals; t++) {
        const sn_maker_total *total = &makers->total[t];
        if (!(total->printed > 0) || !(total->sum > 0))
            continue;
        held++;
        if (fabs(total->sum - total->printed) <= 0.06 * total->printed)
            met++;
        else
            SN_TRY(sn_source_note(
                source, err,
                "%s %s %s: the countries add up to %.6g %s, the printed total is "
                "%.6g%s",
                sn_dict_text(&makers->commodity, total->commodity),
                sn_dict_text(&makers->stage, total->stage),
                sn_dict_text(&makers->year, total->year), total->sum,
                sn_dict_text(&makers->unit, total->unit), total->printed,
                total->withheld > 0 ? " (some are withheld)" : ""));
    }
    if (held > 0)
        SN_TRY(sn_source_note(source, err,
                              "countries add up to the printed total within 6 %% in %zu of %zu "
                              "tables and years",
                              met, held));
    for (int32_t u = 0; u < makers->uncoded.count; u++)
        SN_TRY(sn_source_note(source, err, "\"%.80s\" is no country: counted as rest of world",
                              sn_dict_text(&makers->uncoded, u)));
out:
    return status;
}

sn_status sn_makers_load(const sn_preset_input *input, const char *year,
                         const sn_dict *commodity, sn_makers *makers, sn_dict *seen,
                         size_t *source, sn_error *err)
{
    sn_makers_pass pass = {
        .input = input, .year = year, .asked = commodity, .seen = seen, .makers = makers};
    const sn_preset *preset;
    sn_status status = SN_OK;

    SN_TRY(sn_preset_choose(input->bytes, input->how, &preset, err));
    SN_TRY(sn_sources_add(input->sources, "production", input->bytes, &pass.source, err));
    *source = input->sources->count - 1;
    pass.source->preset = preset->name;
    SN_TRY(sn_places_new(&pass.places, err));
    if (strcmp(preset->name, "usgs-mcs") == 0)
        SN_TRY(sn_makers_read_usgs(&pass, err));
    else if (strcmp(preset->name, "eu-crm") == 0)
        SN_TRY(sn_makers_read_eu_crm(&pass, err));
    else
        SN_TRY(sn_makers_read_native(&pass, err));
    SN_TRY(sn_source_finish(pass.source, pass.csv, err));
    pass.source->rows_used = pass.source->rows_read;
    for (size_t d = 0; d < pass.source->dropped_count; d++)
        pass.source->rows_used -= pass.source->dropped[d].count;
    SN_TRY(sn_native_check_year(&makers->year, year, input->bytes->name, err));
    if (makers->count == 0 && (commodity == NULL || commodity->count == 0)) {
        char reasons[400];
        status = sn_fail(err, SN_EDATA, "%s: no row can be used (%s)", input->bytes->name,
                         sn_native_reasons(pass.source, reasons));
        goto out;
    }
    SN_TRY(note_totals(makers, pass.source, err));
out:
    sn_csv_free(pass.csv);
    sn_places_free(pass.places);
    return status;
}

static sn_status check_years(const sn_makers *makers, const char *name, sn_error *err)
{
    char names[256];

    for (size_t r = 1; r < makers->count; r++) {
        if (makers->row[r].year == makers->row[0].year)
            continue;
        sn_status status = sn_native_list_years(&makers->year, names, sizeof names, err);
        if (status != SN_OK)
            return status;
        return sn_fail(err, SN_EDATA, "%s holds several years (%s); choose one with --year",
                       name, names);
    }
    return SN_OK;
}

static sn_status set_texts(const sn_makers *makers, const sn_maker *row, sn_builder *builder,
                           int32_t node, sn_error *err)
{
    const struct {
        sn_column column;
        const sn_dict *dict;
        int32_t code;
    } text[] = {{SN_COUNTRY, &makers->place, row->place},
                {SN_COMMODITY, &makers->commodity, row->commodity},
                {SN_STAGE, &makers->stage, row->stage},
                {SN_UNIT, &makers->unit, row->unit}};
    sn_status status = SN_OK;

    for (size_t k = 0; k < sizeof text / sizeof text[0]; k++) {
        const char *is = sn_dict_text(text[k].dict, text[k].code);
        SN_TRY(sn_builder_set_text(builder, node, text[k].column, is, strlen(is), err));
    }
out:
    return status;
}

sn_status sn_makers_build(const sn_makers *makers, sn_builder *builder, const char *name,
                          sn_source *source, sn_error *err)
{
    sn_status status = SN_OK;

    (void)source;
    SN_TRY(check_years(makers, name, err));
    for (size_t r = 0; r < makers->count; r++) {
        const sn_maker *row = &makers->row[r];
        char id[SN_LONGEST_ID + 1];
        int32_t node;
        const int length =
            snprintf(id, sizeof id, "%s:%s:%s", sn_dict_text(&makers->place, row->place),
                     sn_dict_text(&makers->commodity, row->commodity),
                     sn_dict_text(&makers->stage, row->stage));
        if (length < 0 || length > SN_LONGEST_ID)
            return sn_fail(err, SN_EDATA, "%s: a name is too long", name);
        SN_TRY(sn_builder_declare(builder, id, (size_t)length, &node, err));
        sn_builder_set_kind(builder, node, SN_KIND_STAGE);
        SN_TRY(set_texts(makers, row, builder, node, err));
        SN_TRY(sn_builder_set_number(builder, node, SN_OUTPUT, row->value, err));
        SN_TRY(sn_builder_set_number(builder, node, SN_PRIMARY, row->value, err));
        SN_TRY(sn_builder_set_number(builder, node, SN_CAPACITY, row->capacity, err));
        SN_TRY(sn_builder_set_number(builder, node, SN_LOW, row->low, err));
        SN_TRY(sn_builder_set_number(builder, node, SN_HIGH, row->high, err));
    }
out:
    return status;
}

sn_status sn_makers_to_network(const sn_preset_input *input, sn_native *native, sn_error *err)
{
    sn_makers makers = {0};
    size_t source;
    sn_status status = SN_OK;

    SN_TRY(sn_makers_load(input, native->year, &native->asked, &makers, &native->seen, &source,
                          err));
    if (native->asked.count > 0)
        SN_TRY(sn_native_check_asked(native, input->bytes->name, err));
    SN_TRY(sn_makers_build(&makers, native->builder, input->bytes->name,
                           &input->sources->source[source], err));
out:
    sn_makers_clear(&makers);
    return status;
}
