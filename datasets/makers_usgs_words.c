/* makers_usgs_words.c - what the words of a USGS table say: stage, detail, unit, remark. */
#include "datasets/makers_usgs.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------------------- wording */

bool sn_usgs_holds(const char *text, const char *word)
{
    return strstr(text, word) != NULL;
}

const char *sn_usgs_stage(const char *base)
{
    if (sn_usgs_holds(base, "mine"))
        return "mining";
    if (sn_usgs_holds(base, "refin") || sn_usgs_holds(base, "smelter") ||
        sn_usgs_holds(base, "plant") || sn_usgs_holds(base, "primary") ||
        sn_usgs_holds(base, "sponge") || sn_usgs_holds(base, "pigment"))
        return "refining";
    return "production";
}

/* Lower case; a parenthesis with a comma or a scale is left out, others are set off by commas;
 * colons and dashes become commas. */
static void plain_words(sn_slice text, char *words, size_t room)
{
    size_t n = 0;

    for (size_t k = 0; k < text.length && n + 2 < room; k++) {
        const unsigned char c = (unsigned char)text.text[k];
        const char *close = c == '(' ? memchr(text.text + k, ')', text.length - k) : NULL;
        if (close != NULL) {
            const size_t size = (size_t)(close - text.text) - k;
            char inside[80] = "";
            if (size < sizeof inside)
                for (size_t i = 0; i < size; i++)
                    inside[i] = (char)tolower((unsigned char)text.text[k + i]);
            if (size >= sizeof inside || strchr(inside, ',') != NULL ||
                sn_usgs_holds(inside, "illion") || sn_usgs_holds(inside, "thousand")) {
                k += size;
                continue;
            }
        }
        if (c == ':' || c == '(' || c == ')') {
            words[n++] = ',';
        } else if (c == 0xe2 && k + 2 < text.length) { /* dashes and quotes */
            if ((unsigned char)text.text[k + 2] <= 0x95)
                words[n++] = ',';
            k += 2;
        } else if (c == 0xc2 && k + 1 < text.length) { /* a no-break space */
            words[n++] = ' ';
            k++;
        } else {
            words[n++] = (char)tolower(c);
        }
    }
    words[n] = '\0';
}

/* Whether a segment says nothing that tells tables apart. */
static bool is_idle(const char *segment, const char *commodity)
{
    static const char *const idle[] = {"",         "estimated",    "rounded",
                                       "reported", "gross weight", "marketable"};
    char slug[120];

    for (size_t k = 0; k < sizeof idle / sizeof idle[0]; k++)
        if (strcmp(segment, idle[k]) == 0)
            return true;
    sn_makers_slug((sn_slice){segment, strlen(segment)}, slug, sizeof slug);
    if (strcmp(slug, commodity) == 0)
        return true;
    /* "cobalt content" of cobalt */
    const size_t first = strcspn(segment, " "), length = strlen(segment);
    return length > 8 && strcmp(segment + length - 8, " content") == 0 &&
           strncmp(segment, commodity, first) == 0 &&
           (commodity[first] == '\0' || commodity[first] == '_');
}

/* Cut the words of a table into its base and the rest. */
void sn_usgs_cut(sn_slice text, const char *commodity, usgs_table *table)
{
    char words[400];

    plain_words(text, words, sizeof words);
    table->base[0] = table->detail[0] = '\0';
    for (char *at = words; at != NULL;) {
        char *comma = strchr(at, ',');
        if (comma != NULL)
            *comma = '\0';
        at += strspn(at, " ");
        for (size_t n = strlen(at); n > 0 && (at[n - 1] == ' ' || at[n - 1] == '.'); n--)
            at[n - 1] = '\0';
        /* "Mine poduction" is there too */
        if (table->base[0] == '\0' &&
            (sn_usgs_holds(at, "duction") || sn_usgs_holds(at, "capacity"))) {
            (void)snprintf(table->base, sizeof table->base, "%s", at);
        } else if (!is_idle(at, commodity)) {
            const size_t used = strlen(table->detail);
            (void)snprintf(table->detail + used, sizeof table->detail - used, "%s%s",
                           used > 0 ? ", " : "", at);
        }
        at = comma != NULL ? comma + 1 : NULL;
    }
    char *poduction = strstr(table->base, "poduction");
    if (poduction != NULL && strlen(table->base) + 2 < sizeof table->base) {
        memmove(poduction + 2, poduction + 1, strlen(poduction + 1) + 1);
        poduction[1] = 'r';
    }
}

/* Unit, and what an amount in it is to be multiplied by. */
sn_slice sn_usgs_unit(sn_slice text, double *scale)
{
    char words[60];

    plain_words(text, words, sizeof words);
    *scale = sn_usgs_holds(words, "thousand") ? 1e3 : sn_usgs_holds(words, "million") ? 1e6 : 1;
    if (sn_usgs_holds(words, "carat"))
        return (sn_slice){"ct", 2};
    if (sn_usgs_holds(words, "cubic meter"))
        return (sn_slice){"m3", 2};
    if (sn_usgs_holds(words, "liter"))
        return (sn_slice){"l", 1};
    if (sn_usgs_holds(words, "kilogram"))
        *scale *= 1e-3;
    return (sn_slice){"t", 1};
}

/* The next word of a base that says what is made, not that it is; NULL at the end. */
static const char *next_word(const char **at, size_t *length)
{
    static const char *const idle[] = {"production", "capacity", "yearend", "global", "for",
                                       "world",      "total",    "metal",   "year"};

    for (;;) {
        const char *word = *at + strspn(*at, " ");
        *length = strcspn(word, " ");
        *at = word + *length;
        if (*length == 0)
            return NULL;
        bool skip = false;
        for (size_t k = 0; k < sizeof idle / sizeof idle[0]; k++)
            skip |= strlen(idle[k]) == *length && memcmp(idle[k], word, *length) == 0;
        if (!skip)
            return word;
    }
}

/* Whether a table of capacity may be that of a table of production: "Refinery capacity" is of
 * "Refinery production", "Production capacity" of any, "Clinker capacity" not of "Cement
 * production". */
bool sn_usgs_may_belong(const char *capacity, const char *production)
{
    const char *a, *at = capacity;
    size_t length, other;
    bool any = false;

    while ((a = next_word(&at, &length)) != NULL) {
        const char *b, *by = production;
        bool any_b = false;
        any = true;
        while ((b = next_word(&by, &other)) != NULL) {
            any_b = true;
            if (length == other && memcmp(a, b, length) == 0)
                return true;
        }
        if (!any_b)
            return true;
    }
    return !any;
}
