/* makers_usgs.c - the world tables of the USGS Mineral Commodity Summaries, layouts of 2025 and
 * 2026.
 *
 * Both name the table in words ("Mine production: Bentonite, rounded"; "Mine production, cobalt
 * content, estimated"), with remarks on single countries among them.  The words are cut into
 * segments: that with "production" or "capacity" says what is counted, the others tell tables
 * of one commodity apart - if the table has a world total of its own; else they are remarks. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/makers_usgs.h"

typedef struct {
    sn_makers_pass *pass;
    sn_dict commodity, tables, country, year, unit;
    sn_dict shorts;      /* names without what is in parentheses */
    int32_t *short_name; /* [commodity.count] */
    size_t short_room;
    usgs_row *row;
    size_t count, room;
    usgs_table *table;
    size_t table_room;
} usgs;

/* ---------------------------------------------------------------------------------- rows */

static sn_status find_table(usgs *u, const usgs_table *words, int32_t *code, sn_error *err)
{
    char key[320];
    sn_status status = SN_OK;

    (void)snprintf(key, sizeof key, "%d\x1f%s\x1f%s", (int)words->commodity, words->base,
                   words->detail);
    const int32_t before = u->tables.count;
    SN_TRY(sn_dict_add(&u->tables, key, strlen(key), code, err));
    if (u->tables.count == before)
        return SN_OK;
    if ((size_t)*code >= u->table_room) {
        const size_t room = u->table_room == 0 ? 128 : 2 * u->table_room;
        usgs_table *grown = realloc(u->table, room * sizeof *grown);
        SN_TRY_ALLOC(grown, "tables of production");
        u->table = grown;
        u->table_room = room;
    }
    u->table[*code] = *words;
    u->table[*code].joins = *code;
    u->table[*code].stage = sn_usgs_stage(words->base);
out:
    return status;
}

static sn_status add_row(usgs *u, const usgs_row *row, sn_error *err)
{
    if (u->count == u->room) {
        const size_t room = u->room == 0 ? 1024 : 2 * u->room;
        usgs_row *grown = realloc(u->row, room * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "a table of production");
        u->row = grown;
        u->room = room;
    }
    u->row[u->count++] = *row;
    return SN_OK;
}

/* Names of chapters that are misspelt in the publisher's own file. */
static void mend_name(char *slug)
{
    if (strcmp(slug, "gemanium") == 0)
        (void)snprintf(slug, sizeof "germanium", "germanium");
    else if (strcmp(slug, "talc_crude") == 0) /* the chapter's name stands at one row alone */
        (void)snprintf(slug, sizeof "talc_and_pyrophyllite", "talc_and_pyrophyllite");
}

/* The code of a chapter by its whole name, and the short one, which several may have. */
static sn_status add_name(usgs *u, const char *slug, sn_slice commodity, int32_t *code,
                          sn_error *err)
{
    char whole[120];
    size_t n = 0;
    sn_status status = SN_OK;

    for (size_t k = 0; k < commodity.length && n + 1 < sizeof whole; k++)
        if (strchr("()", commodity.text[k]) == NULL)
            whole[n++] = commodity.text[k];
    char name[120];
    sn_makers_slug((sn_slice){whole, n}, name, sizeof name);
    mend_name(name);
    const int32_t before = u->commodity.count;
    SN_TRY(sn_dict_add(&u->commodity, name, strlen(name), code, err));
    if (u->commodity.count == before)
        return SN_OK;
    if ((size_t)*code >= u->short_room) {
        const size_t room = u->short_room == 0 ? 128 : 2 * u->short_room;
        int32_t *grown = realloc(u->short_name, room * sizeof *grown);
        SN_TRY_ALLOC(grown, "names");
        u->short_name = grown;
        u->short_room = room;
    }
    SN_TRY(sn_dict_add(&u->shorts, slug, strlen(slug), &u->short_name[*code], err));
out:
    return status;
}

/* The short name of a commodity, unless it has to share it. */
static const char *name_of(const usgs *u, int32_t commodity)
{
    for (int32_t c = 0; c < u->commodity.count; c++)
        if (c != commodity && u->short_name[c] == u->short_name[commodity])
            return sn_dict_text(&u->commodity, commodity);
    return sn_dict_text(&u->shorts, u->short_name[commodity]);
}

/* What one line of either layout says; its amount comes after. */
static sn_status begin_row(usgs *u, sn_slice commodity, sn_slice country, sn_slice words,
                           sn_slice unit, bool is_capacity, usgs_row *row, sn_error *err)
{
    usgs_table table = {0};
    char slug[120];
    sn_status status = SN_OK;

    *row = (usgs_row){.line = sn_csv_line(u->pass->csv), .is_capacity = is_capacity};
    sn_makers_slug(commodity, slug, sizeof slug);
    mend_name(slug);
    SN_TRY(add_name(u, slug, commodity, &row->commodity, err));
    const sn_slice unit_text = sn_usgs_unit(unit, &row->scale);
    SN_TRY(sn_dict_add(&u->country, country.text, country.length, &row->country, err));
    SN_TRY(sn_dict_add(&u->unit, unit_text.text, unit_text.length, &row->unit, err));
    sn_usgs_cut(words, slug, &table);
    table.commodity = row->commodity;
    table.is_capacity = sn_usgs_holds(table.base, "capacity");
    row->is_capacity |= table.is_capacity; /* in a column of production, in 2025 */
    SN_TRY(find_table(u, &table, &row->table, err));
    const sn_place place = sn_places_find(u->pass->places, country);
    row->is_total = place.kind == SN_PLACE_AGGREGATE ||
                    (country.length >= 5 && strncasecmp(country.text, "world", 5) == 0);
    u->table[row->table].has_total |= row->is_total;
    u->table[row->table].has_countries |= !row->is_total;
out:
    return status;
}

static sn_status end_row(usgs *u, usgs_row row, sn_slice text, size_t column, sn_slice year,
                         sn_error *err)
{
    char quoted[SN_CSV_QUOTE_SIZE];
    sn_status status = SN_OK;

    if (!sn_makers_parse(text, &row.value)) {
        if (column == SN_CSV_ROW)
            return sn_csv_fail(u->pass->csv, column, err, "\"%s\" is no amount",
                               sn_csv_quote(text, quoted));
        return sn_csv_fail(u->pass->csv, column, err,
                           "\"%s\" is no amount (10,000, >95, <1, W, NA, --)",
                           sn_csv_quote(text, quoted));
    }
    row.value.value *= row.scale;
    row.value.low *= row.scale;
    row.value.high *= row.scale;
    SN_TRY(sn_dict_add(&u->year, year.text, year.length, &row.year, err));
    SN_TRY(add_row(u, &row, err));
out:
    return status;
}

/* 2026: one amount a line. */
static sn_status read_long(usgs *u, sn_error *err)
{
    enum { CHAPTER, SECTION, COMMODITY, COUNTRY, STATISTICS, DETAIL, UNIT, YEAR, VALUE };
    static const sn_csv_column columns[] = {
        {"MCS chapter", NULL, false}, {"Section", NULL, true},
        {"Commodity", NULL, true},    {"Country", NULL, true},
        {"Statistics", NULL, true},   {"Statistics_detail", NULL, true},
        {"Unit", NULL, true},         {"Year", NULL, true},
        {"Value", NULL, true}};
    sn_makers_pass *pass = u->pass;
    sn_status status = SN_OK;
    bool more;

    SN_TRY(sn_preset_open(pass->input->bytes, pass->input->how, columns, 9, &pass->columns,
                          &pass->csv, err));
    for (;;) {
        usgs_row row;
        bool keep;
        SN_TRY(sn_preset_next(pass->csv, &pass->columns, pass->source, &more, err));
        if (!more)
            break;
        const sn_slice section = sn_csv_text(pass->csv, SECTION);
        const sn_slice kind = sn_csv_text(pass->csv, STATISTICS),
                       year = sn_csv_text(pass->csv, YEAR);
        const bool capacity = kind.length == 8 && strncasecmp(kind.text, "capacity", 8) == 0;
        if (section.length < 5 || strncasecmp(section.text, "World", 5) != 0) {
            sn_source_drop(pass->source, "no world table", 1);
            continue;
        }
        if (!capacity &&
            !(kind.length == 10 && strncasecmp(kind.text, "production", 10) == 0)) {
            sn_source_drop(pass->source, "reserves", 1);
            continue;
        }
        SN_TRY(sn_makers_keep_year(pass, year, &keep, err));
        if (!keep) {
            sn_source_drop(pass->source, "other year", 1);
            continue;
        }
        SN_TRY(begin_row(u, sn_csv_text(pass->csv, COMMODITY), sn_csv_text(pass->csv, COUNTRY),
                         sn_csv_text(pass->csv, DETAIL), sn_csv_text(pass->csv, UNIT), capacity,
                         &row, err));
        SN_TRY(end_row(u, row, sn_csv_text(pass->csv, VALUE), VALUE, year, err));
    }
out:
    return status;
}

/* The year at the end of "PROD_EST_ 2024", if the header begins with a prefix. */
static bool dated(sn_slice header, const char *prefix, sn_slice *year)
{
    if (header.length < 8 || strncasecmp(header.text, prefix, strlen(prefix)) != 0)
        return false;
    *year = (sn_slice){header.text + header.length - 4, 4};
    for (size_t k = 0; k < 4; k++)
        if (!isdigit((unsigned char)year->text[k]))
            return false;
    return true;
}

/* 2025: a line a country, a column a year. */
static sn_status read_wide(usgs *u, sn_error *err)
{
    enum { COMMODITY, COUNTRY, TYPE, UNIT };
    static const sn_csv_column columns[] = {{"COMMODITY", NULL, true},
                                            {"COUNTRY", NULL, true},
                                            {"TYPE", NULL, true},
                                            {"UNIT_MEAS", NULL, true}};
    sn_makers_pass *pass = u->pass;
    sn_status status = SN_OK;
    bool more;

    SN_TRY(sn_preset_open(pass->input->bytes, pass->input->how, columns, 4, &pass->columns,
                          &pass->csv, err));
    for (;;) {
        size_t amounts = 0;
        SN_TRY(sn_preset_next(pass->csv, &pass->columns, pass->source, &more, err));
        if (!more)
            break;
        for (size_t f = 0; f < sn_csv_width(pass->csv); f++) {
            const sn_slice text = sn_csv_field(pass->csv, f);
            const bool capacity = strncasecmp(sn_csv_header(pass->csv, f).text, "CAP", 3) == 0;
            sn_slice year;
            usgs_row row;
            bool keep;
            if (!dated(sn_csv_header(pass->csv, f), capacity ? "CAP_" : "PROD_", &year) ||
                text.length == 0)
                continue;
            SN_TRY(sn_makers_keep_year(pass, year, &keep, err));
            if (!keep)
                continue;
            SN_TRY(begin_row(u, sn_csv_text(pass->csv, COMMODITY),
                             sn_csv_text(pass->csv, COUNTRY), sn_csv_text(pass->csv, TYPE),
                             sn_csv_text(pass->csv, UNIT), capacity, &row, err));
            SN_TRY(end_row(u, row, text, SN_CSV_ROW, year, err));
            amounts++;
        }
        if (amounts == 0)
            sn_source_drop(pass->source, "no amount", 1);
    }
out:
    return status;
}

/* ------------------------------------------------------------------------------ tables */

/* Remarks on single countries join the table without them; capacity the only production table
 * of its commodity; a second table of one stage gets its words into its name. */
static void settle_tables(usgs *u)
{
    const size_t n = (size_t)u->tables.count;

    for (size_t a = 0; a < n; a++) {
        usgs_table *t = &u->table[a];
        if (t->has_total || t->detail[0] == '\0')
            continue;
        for (size_t b = 0; b < n; b++) {
            const usgs_table *o = &u->table[b];
            if (o->commodity == t->commodity && o->detail[0] == '\0' && o->has_total &&
                strcmp(o->base, t->base) == 0)
                t->joins = (int32_t)b;
        }
    }
    for (size_t a = 0; a < n; a++) {
        usgs_table *t = &u->table[a];
        size_t makers = 0;
        const char *stage = t->stage;
        for (size_t b = 0; b < n && t->is_capacity; b++) {
            const usgs_table *o = &u->table[b];
            if (o->commodity != t->commodity || o->is_capacity || !o->has_countries ||
                o->joins != (int32_t)b || !sn_usgs_may_belong(t->base, o->base))
                continue;
            makers++;
            stage = o->stage;
        }
        if (makers == 1)
            t->stage = stage;
        else if (t->is_capacity && t->detail[0] == '\0') /* of its own: it needs a name */
            (void)snprintf(t->detail, sizeof t->detail, "%.*s",
                           (int)(strstr(t->base, " capacity") != NULL
                                     ? strstr(t->base, " capacity") - t->base
                                     : 0),
                           t->base);
    }
    for (size_t a = 0; a < n; a++) {
        usgs_table *t = &u->table[a];
        bool alone = true;
        char slug[160];
        for (size_t b = 0; b < n; b++) {
            const usgs_table *o = &u->table[b];
            alone &= b == a || o->joins != (int32_t)b || !o->has_countries ||
                     o->commodity != t->commodity || strcmp(o->stage, t->stage) != 0 ||
                     (o->is_capacity != t->is_capacity &&
                      sn_usgs_may_belong(t->is_capacity ? t->base : o->base,
                                         t->is_capacity ? o->base : t->base));
        }
        const char *commodity = name_of(u, t->commodity);
        sn_makers_slug((sn_slice){t->detail, strlen(t->detail)}, slug, sizeof slug);
        (void)snprintf(t->name, sizeof t->name, "%.80s%s%.100s", commodity,
                       alone || slug[0] == '\0' ? "" : "_", alone ? "" : slug);
    }
}

static sn_status count_total(usgs *u, const usgs_table *table, const usgs_row *row,
                             sn_error *err)
{
    sn_makers *makers = u->pass->makers;
    sn_status status = SN_OK;
    sn_maker_total key = {.printed = NAN};
    sn_maker_total *total = NULL;

    SN_TRY(
        sn_dict_add(&makers->commodity, table->name, strlen(table->name), &key.commodity, err));
    SN_TRY(sn_dict_add(&makers->stage, table->stage, strlen(table->stage), &key.stage, err));
    const char *year = sn_dict_text(&u->year, row->year),
               *unit = sn_dict_text(&u->unit, row->unit);
    SN_TRY(sn_dict_add(&makers->year, year, strlen(year), &key.year, err));
    SN_TRY(sn_dict_add(&makers->unit, unit, strlen(unit), &key.unit, err));
    for (size_t t = 0; t < makers->totals; t++) {
        sn_maker_total *is = &makers->total[t];
        if (is->commodity == key.commodity && is->stage == key.stage && is->year == key.year)
            total = is;
    }
    if (total == NULL) {
        sn_maker_total *grown = realloc(makers->total, (makers->totals + 1) * sizeof *grown);
        SN_TRY_ALLOC(grown, "totals");
        makers->total = grown;
        total = &grown[makers->totals++];
        *total = key;
    }
    /* "World total (ilmenite and rutile)" is the sum of two tables */
    const char *country = sn_dict_text(&u->country, row->country);
    if (row->is_total && isnan(total->printed) && strstr(country, " and ") == NULL)
        total->printed = row->value.value;
    else if (!row->is_total && isnan(row->value.value))
        total->withheld++;
    else if (!row->is_total)
        total->sum += row->value.value;
out:
    return status;
}

static sn_status hand_over(usgs *u, sn_error *err)
{
    static const sn_slice source = {"USGS Mineral Commodity Summaries", 32};
    sn_status status = SN_OK;
    bool used = false;

    for (size_t r = 0; r < u->count; r++) {
        const usgs_row *row = &u->row[r];
        const usgs_table *table = &u->table[u->table[row->table].joins];
        const char *country = sn_dict_text(&u->country, row->country);
        const char *year = sn_dict_text(&u->year, row->year);
        const char *unit = sn_dict_text(&u->unit, row->unit);
        const char *why = "World or other sum of countries";
        const sn_makers_entry entry = {.commodity = {table->name, strlen(table->name)},
                                       .stage = {table->stage, strlen(table->stage)},
                                       .country = {country, strlen(country)},
                                       .year = {year, strlen(year)},
                                       .unit = {unit, strlen(unit)},
                                       .source = source,
                                       .value = row->value,
                                       .line = row->line,
                                       .is_part = strchr(country, '(') != NULL,
                                       .is_capacity = row->is_capacity};
        if (!row->is_capacity && table->has_countries)
            SN_TRY(count_total(u, table, row, err));
        if (!row->is_total)
            SN_TRY(sn_makers_add(u->pass, &entry, &why, err));
        /* A line with two amounts is left out if both are. */
        used |= why == NULL;
        if (r + 1 == u->count || u->row[r + 1].line != row->line) {
            if (!used)
                sn_source_drop(u->pass->source, why, 1);
            used = false;
        }
    }
out:
    return status;
}

sn_status sn_makers_read_usgs(sn_makers_pass *pass, sn_error *err)
{
    const sn_slice first = {pass->input->bytes->data,
                            pass->input->bytes->size < 300 ? pass->input->bytes->size : 300};
    usgs u = {.pass = pass};
    char head[301];
    sn_status status = SN_OK;

    memcpy(head, first.text, first.length);
    head[first.length] = '\0';
    if (strstr(head, "Statistics_detail") != NULL)
        SN_TRY(read_long(&u, err));
    else
        SN_TRY(read_wide(&u, err));
    settle_tables(&u);
    SN_TRY(hand_over(&u, err));
out:
    sn_dict_clear(&u.commodity);
    sn_dict_clear(&u.tables);
    sn_dict_clear(&u.shorts);
    free(u.short_name);
    sn_dict_clear(&u.country);
    sn_dict_clear(&u.year);
    sn_dict_clear(&u.unit);
    free(u.row);
    free(u.table);
    return status;
}
