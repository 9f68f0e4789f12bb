/* places.c - countries by number, code and name.
 *
 * Names are compared folded: ASCII letters and digits in lower case, accents dropped, one space
 * between words.  All spellings of countries.csv and places.csv are entered so. */
#include "datasets/places.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/csv.h"
#include "datasets/embedded.h"
#include "datasets/reference.h"
#include "graph/dict.h"

enum { NUMBERS = 1000, LONGEST = 200 };

struct sn_places {
    sn_countries countries;
    sn_arena texts;
    sn_dict names;    /* folded spellings                     */
    int32_t *meaning; /* [names.count] place of a spelling */
    size_t meaning_room;
    int32_t number[NUMBERS]; /* place of a number, or SN_NONE */
    sn_place *place;
    size_t count, room;
};

/* ------------------------------------------------------------------------------ folding */

/* The letter under an accent, for U+00C0 .. U+017F; ' ' is no letter. */
static const char plain_letter[] =
    "aaaaaaaceeeeiiiidnooooo ouuuuypsaaaaaaaceeeeiiiidnooooo ouuuuypy"  /* 00C0 .. 00FF */
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllll" /* 0100 .. 0140 */
    "llnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";  /* 0141 .. 017F */

/* One character of UTF-8; steps over it. */
static uint32_t take_character(const unsigned char **at, const unsigned char *end)
{
    const unsigned char first = *(*at)++;
    const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    uint32_t c = more == 3   ? first & 7u
                 : more == 2 ? first & 15u
                 : more == 1 ? first & 31u
                             : first;

    for (int k = 0; k < more && *at < end; k++)
        c = c << 6 | (*(*at)++ & 63u);
    return c;
}

/* Fold a text into `folded`; its length, 0 when it is too long. */
static size_t fold(sn_slice text, char folded[LONGEST])
{
    const unsigned char *at = (const unsigned char *)text.text, *end = at + text.length;
    size_t n = 0;
    bool gap = false;

    while (at < end) {
        const uint32_t c = take_character(&at, end);
        char plain = c < 128 ? (char)c : c >= 0xc0 && c <= 0x17f ? plain_letter[c - 0xc0] : ' ';
        if (plain == '\'' || c == 0x2019 || c == 0x60 || c == 0xb4 || plain == '.')
            continue; /* Cote d'Ivoire, U.S.A. */
        if (!isalnum((unsigned char)plain) && plain != '&' && plain != '_') {
            gap = n > 0;
            continue;
        }
        if (n + 5 >= LONGEST)
            return 0;
        if (gap)
            folded[n++] = ' ';
        gap = false;
        if (plain == '&') {
            memcpy(folded + n, "and", 3);
            n += 3;
        } else {
            folded[n++] = (char)tolower((unsigned char)plain);
        }
    }
    if (n > 4 && memcmp(folded, "the ", 4) == 0) {
        memmove(folded, folded + 4, n - 4);
        n -= 4;
    }
    return n;
}

/* ------------------------------------------------------------------------------ filling */

static sn_status enter_spelling(sn_places *p, sn_slice text, int32_t place, sn_error *err)
{
    char folded[LONGEST];
    const size_t length = fold(text, folded);
    sn_status status = SN_OK;
    int32_t code;

    if (length == 0)
        return SN_OK;
    SN_TRY(sn_dict_add(&p->names, folded, length, &code, err));
    if ((size_t)code >= p->meaning_room) {
        const size_t room = p->meaning_room == 0 ? 1024 : 2 * p->meaning_room;
        int32_t *grown = realloc(p->meaning, room * sizeof *grown);
        SN_TRY_ALLOC(grown, "countries");
        for (size_t k = p->meaning_room; k < room; k++)
            grown[k] = SN_NONE;
        p->meaning = grown;
        p->meaning_room = room;
    }
    if (p->meaning[code] == SN_NONE) /* the first spelling stands */
        p->meaning[code] = place;
out:
    return status;
}

/* The value of a text of one to three digits, or -1. */
static int number_of(sn_slice text)
{
    int value = 0;

    if (text.length == 0 || text.length > 3)
        return -1;
    for (size_t k = 0; k < text.length; k++) {
        if (!isdigit((unsigned char)text.text[k]))
            return -1;
        value = 10 * value + (text.text[k] - '0');
    }
    return value;
}

/* Every part of "a|b|c" as a spelling, or as a number of Comtrade's. */
static sn_status enter_list(sn_places *p, const char *list, bool numbers, int32_t place,
                            sn_error *err)
{
    sn_status status = SN_OK;

    for (const char *at = list; *at != '\0';) {
        const sn_slice part = {at, strcspn(at, "|")};
        const int number = numbers ? number_of(part) : -1;
        if (number >= 0)
            p->number[number] = place;
        else if (!numbers)
            SN_TRY(enter_spelling(p, part, place, err));
        at += part.length + (at[part.length] == '|');
    }
out:
    return status;
}

static sn_status add_place(sn_places *p, sn_place place, int32_t *index, sn_error *err)
{
    if (p->count == p->room) {
        const size_t room = p->room == 0 ? 512 : 2 * p->room;
        sn_place *grown = realloc(p->place, room * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "countries");
        p->place = grown;
        p->room = room;
    }
    *index = (int32_t)p->count;
    p->place[p->count++] = place;
    return SN_OK;
}

static sn_slice slice_of(const char *text)
{
    return (sn_slice){text, strlen(text)};
}

static sn_status enter_countries(sn_places *p, sn_error *err)
{
    sn_status status = SN_OK;
    int32_t index = SN_NONE;

    for (size_t c = 0; c < p->countries.count; c++) {
        const sn_country *country = &p->countries.country[c];
        const int number = number_of(slice_of(country->numeric));
        SN_TRY(add_place(p, (sn_place){SN_PLACE_COUNTRY, country->iso3, country->name}, &index,
                         err));
        SN_TRY(enter_spelling(p, slice_of(country->iso3), index, err));
        if (number >= 0)
            p->number[number] = index;
    }
    for (size_t c = 0; c < p->countries.count;
         c++) { /* codes before names, names before others */
        SN_TRY(enter_spelling(p, slice_of(p->countries.country[c].iso2), (int32_t)c, err));
        SN_TRY(enter_spelling(p, slice_of(p->countries.country[c].name), (int32_t)c, err));
    }
    for (size_t c = 0; c < p->countries.count; c++) {
        SN_TRY(enter_list(p, p->countries.country[c].aliases, false, (int32_t)c, err));
        SN_TRY(enter_list(p, p->countries.country[c].comtrade, true, (int32_t)c, err));
    }
out:
    return status;
}

static sn_status read_place(sn_places *p, sn_csv *csv, sn_error *err)
{
    static const sn_place_kind kinds[] = {SN_PLACE_COUNTRY, SN_PLACE_AGGREGATE, SN_PLACE_REST,
                                          SN_PLACE_AREA};
    const char *text[5];
    sn_status status = SN_OK;
    int32_t index = SN_NONE;
    int kind;

    SN_TRY(sn_csv_choice(csv, 0, "historical|aggregate|rest|area", &kind, err));
    for (size_t c = 1; c < 5; c++) {
        const sn_slice field = sn_csv_text(csv, c);
        text[c] = sn_arena_copy(&p->texts, field.text, field.length);
        SN_TRY_ALLOC(text[c], "countries");
    }
    SN_TRY(add_place(p, (sn_place){kinds[kind < 0 ? 0 : kind], text[1], text[2]}, &index, err));
    SN_TRY(enter_spelling(p, slice_of(text[1]), index, err));
    SN_TRY(enter_spelling(p, slice_of(text[2]), index, err));
    SN_TRY(enter_list(p, text[3], false, index, err));
    SN_TRY(enter_list(p, text[4], true, index, err));
out:
    return status;
}

static sn_status enter_places(sn_places *p, sn_error *err)
{
    static const sn_csv_column columns[] = {{"kind", NULL, true},
                                            {"code", NULL, true},
                                            {"name", NULL, true},
                                            {"aliases", NULL, true},
                                            {"comtrade", NULL, true}};
    const sn_embedded_file *file = sn_embedded_find("countries", "places.csv");
    sn_bytes bytes = {0};
    sn_csv *csv = NULL;
    sn_status status = SN_OK;
    bool more;

    if (file == NULL)
        return sn_fail(err, SN_EINTERNAL, "countries/places.csv is not built in");
    SN_TRY(sn_embedded_open(file, &bytes, err));
    SN_TRY(sn_csv_open(&bytes, columns, 5, &csv, err));
    for (;;) {
        SN_TRY(sn_csv_next(csv, &more, err));
        if (!more)
            break;
        SN_TRY(read_place(p, csv, err));
    }
out:
    sn_csv_free(csv);
    sn_bytes_clear(&bytes);
    return status;
}

sn_status sn_places_new(sn_places **out_places, sn_error *err)
{
    sn_places *p = calloc(1, sizeof *p);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(p, "countries");
    for (size_t k = 0; k < NUMBERS; k++)
        p->number[k] = SN_NONE;
    SN_TRY(sn_countries_load(&p->countries, err));
    SN_TRY(enter_countries(p, err));
    SN_TRY(enter_places(p, err));
    *out_places = p;
    p = NULL;
out:
    sn_places_free(p);
    return status;
}

void sn_places_free(sn_places *p)
{
    if (p == NULL)
        return;
    sn_countries_clear(&p->countries);
    sn_arena_clear(&p->texts);
    sn_dict_clear(&p->names);
    free(p->meaning);
    free(p->place);
    free(p);
}

/* ------------------------------------------------------------------------------ finding */

/* A spelling as it is; its place, or SN_NONE. */
static int32_t look_up(const sn_places *p, sn_slice text)
{
    char folded[LONGEST];
    const size_t length = fold(text, folded);
    const int32_t code = length > 0 ? sn_dict_find(&p->names, folded, length) : SN_NONE;

    return code == SN_NONE ? SN_NONE : p->meaning[code];
}

/* Without what a footnote left at the end: digits, blanks, superscripts, asterisks, commas. */
static sn_slice without_marks(sn_slice text)
{
    for (;;) {
        const unsigned char *end = (const unsigned char *)text.text + text.length;
        if (text.length >= 1 && (isdigit(end[-1]) || isspace(end[-1]) || end[-1] == ',' ||
                                 end[-1] == '*' || end[-1] == '+'))
            text.length--;
        else if (text.length >= 2 && end[-2] == 0xc2 &&
                 (end[-1] == 0xb9 || end[-1] == 0xb2 || end[-1] == 0xb3 || end[-1] == 0xa0))
            text.length -= 2;
        else
            return text;
    }
}

/* Text that was UTF-8, taken for Latin-1 and encoded once more: undo that.  0: it was not. */
static size_t decode_twice(sn_slice text, char decoded[LONGEST])
{
    const unsigned char *at = (const unsigned char *)text.text, *end = at + text.length;
    size_t n = 0;
    bool any = false;

    while (at < end) {
        const uint32_t c = take_character(&at, end);
        if (c > 0xff || n + 1 >= LONGEST)
            return 0;
        any |= c >= 0xc2;
        decoded[n++] = (char)c;
    }
    return any ? n : 0;
}

static int32_t find_index(const sn_places *p, sn_slice text)
{
    const int number = number_of(text);
    char decoded[LONGEST];
    int32_t found;

    if (number >= 0)
        return p->number[number];
    if ((found = look_up(p, text)) != SN_NONE)
        return found;
    const sn_slice bare = without_marks(text);
    if (bare.length < text.length && (found = look_up(p, bare)) != SN_NONE)
        return found;
    const char *open = memchr(bare.text, '(', bare.length);
    if (open != NULL && open > bare.text &&
        (found = look_up(
             p, without_marks((sn_slice){bare.text, (size_t)(open - bare.text)}))) != SN_NONE)
        return found;
    if (bare.length > 4 && bare.text[bare.length - 1] == 'e' && /* "Russiae": estimated */
        (found = look_up(p, (sn_slice){bare.text, bare.length - 1})) != SN_NONE)
        return found;
    const size_t length = decode_twice(text, decoded);
    return length > 0 ? look_up(p, (sn_slice){decoded, length}) : SN_NONE;
}

sn_place sn_places_find(const sn_places *places, sn_slice text)
{
    static const sn_place unknown = {SN_PLACE_UNKNOWN, "", ""};
    const int32_t index = text.length > 0 ? find_index(places, text) : SN_NONE;

    return index == SN_NONE ? unknown : places->place[index];
}

void sn_places_learn(sn_places *p, sn_slice number, sn_slice iso3, sn_slice name)
{
    const int value = number_of(number);
    int32_t index = iso3.length > 0 ? look_up(p, iso3) : SN_NONE;

    if (index == SN_NONE && name.length > 0)
        index = find_index(p, name);
    if (value >= 0 && index != SN_NONE)
        p->number[value] = index;
}
