/* sn_build.h - networks written as text, for the tests of graph/ and metrics/.
 *
 *   A: kind=stage country=COD output=100     a node: text and numeric columns by name
 *   A B 80 product=ore basis=estimated       a flow, supplier first; product, basis, unit,
 *                                            lead (days under way)
 *   owner A CHN 0.6 equity                   a share, under the rule equity or largest
 *   recipe C20 cobalt:mining 2 30            buyer, input, need (2, 1 or 0), inventory days
 *
 * Rows end at a line's end or at a semicolon; words are divided by spaces.  Nodes that only
 * flows name are made.
 */
#ifndef SN_TESTS_SN_BUILD_H
#define SN_TESTS_SN_BUILD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/builder.h"
#include "graph/network.h"

static inline int sn_build_index(const char *word, const char *const *names, int count)
{
    for (int k = 0; k < count; k++)
        if (strcmp(word, names[k]) == 0)
            return k;
    return -1;
}

static inline sn_status sn_build_cell(sn_builder *b, int32_t node, char *cell, sn_error *err)
{
    static const char *const kinds[] = {"country", "firm", "stage"};
    static const char *const columns[] = {"country", "owner",  "commodity",
                                          "stage",   "sector", "unit"};
    static const char *const quantities[] = {
        "output", "capacity", "final_demand", "primary", "inventory_days",
        "low",    "high",     "lat",          "lon"};
    char *value = strchr(cell, '=');

    if (value == NULL)
        return sn_fail(err, SN_EINTERNAL, "test network: no '=' in \"%s\"", cell);
    *value++ = '\0';
    const int column = sn_build_index(cell, columns, SN_COLUMNS);
    const int quantity = sn_build_index(cell, quantities, SN_QUANTITIES);
    if (strcmp(cell, "kind") == 0) {
        sn_builder_set_kind(b, node, (sn_kind)sn_build_index(value, kinds, 3));
        return SN_OK;
    }
    if (strcmp(cell, "label") == 0)
        return sn_builder_set_label(b, node, value, strlen(value), err);
    if (column >= 0)
        return sn_builder_set_text(b, node, (sn_column)column, value, strlen(value), err);
    if (quantity >= 0)
        return sn_builder_set_number(b, node, (sn_quantity)quantity, strtod(value, NULL), err);
    return sn_fail(err, SN_EINTERNAL, "test network: unknown column \"%s\"", cell);
}

static inline sn_status sn_build_flow(sn_builder *b, char **word, size_t words, sn_error *err)
{
    static const char *const bases[] = {"reported", "balanced", "estimated"};
    int32_t supplier, buyer, product = SN_NONE;
    sn_basis basis = SN_BASIS_REPORTED;
    const char *unit = NULL, *lead = NULL;
    sn_status status = SN_OK;

    if (words < 3)
        return sn_fail(err, SN_EINTERNAL, "test network: a row of %zu words", words);
    SN_TRY(sn_builder_touch(b, word[0], strlen(word[0]), &supplier, err));
    SN_TRY(sn_builder_touch(b, word[1], strlen(word[1]), &buyer, err));
    for (size_t k = 3; k < words; k++) {
        if (strncmp(word[k], "product=", 8) == 0)
            SN_TRY(sn_builder_product(b, word[k] + 8, strlen(word[k] + 8), &product, err));
        else if (strncmp(word[k], "basis=", 6) == 0)
            basis = (sn_basis)sn_build_index(word[k] + 6, bases, 3);
        else if (strncmp(word[k], "unit=", 5) == 0)
            unit = word[k] + 5;
        else if (strncmp(word[k], "lead=", 5) == 0)
            lead = word[k] + 5;
    }
    SN_TRY(sn_builder_flow(b, supplier, buyer, strtod(word[2], NULL), product, basis, unit,
                           unit == NULL ? 0 : strlen(unit), err));
    if (lead != NULL)
        SN_TRY(sn_builder_lead_time(b, strtod(lead, NULL), err));
out:
    return status;
}

static inline sn_status sn_build_row(sn_builder *b, const char *text, size_t length,
                                     sn_error *err)
{
    char row[4096], *word[24], *state = NULL;
    size_t words = 0;
    int32_t node;
    sn_status status = SN_OK;

    snprintf(row, sizeof row, "%.*s", (int)length, text);
    for (char *w = strtok_r(row, " ", &state); w != NULL && words < 24;
         w = strtok_r(NULL, " ", &state))
        word[words++] = w;
    if (words == 0)
        return SN_OK;
    if (words == 5 && strcmp(word[0], "owner") == 0) {
        SN_TRY(sn_builder_touch(b, word[1], strlen(word[1]), &node, err));
        return sn_builder_owner(b, node, word[2], strlen(word[2]), strtod(word[3], NULL),
                                strcmp(word[4], "equity") == 0 ? SN_EQUITY : SN_LARGEST, err);
    }
    if ((words == 4 || words == 5) && strcmp(word[0], "recipe") == 0)
        return sn_builder_recipe(b, word[1], strlen(word[1]), word[2], strlen(word[2]),
                                 (sn_need)atoi(word[3]), NAN,
                                 words == 5 ? strtod(word[4], NULL) : NAN, err);
    const size_t end = strlen(word[0]) - 1;
    if (word[0][end] != ':')
        return sn_build_flow(b, word, words, err);
    SN_TRY(sn_builder_declare(b, word[0], end, &node, err));
    for (size_t k = 1; k < words; k++)
        SN_TRY(sn_build_cell(b, node, word[k], err));
out:
    return status;
}

/** sn_build - a frozen network from its text; see above. */
static inline sn_status sn_build(const char *text, sn_network **net, sn_error *err)
{
    sn_builder *b = sn_builder_new();
    sn_status status = SN_OK;

    SN_TRY_ALLOC(b, "a builder");
    for (size_t length; *text != '\0'; text += length + (text[length] != '\0')) {
        length = strcspn(text, ";\n");
        SN_TRY(sn_build_row(b, text, length, err));
    }
    SN_TRY(sn_builder_freeze(&b, net, err));
out:
    sn_builder_free(b);
    return status;
}

#endif /* SN_TESTS_SN_BUILD_H */
