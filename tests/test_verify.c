/* test_verify.c - the checks of `verify` pass on the built-in tables, and cannot pass on
 * others. */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/verify.h"
#include "cli/verify_private.h"
#include "datasets/embedded.h"
#include "graph/bridge.h"

static int setup(void **state)
{
    (void)state;
    sn_bridge_setup();
    return 0;
}

static size_t all_of(const sn_verify *verify, sn_outcome outcome)
{
    size_t count, found = 0;

    (void)sn_verify_checks(&count);
    for (size_t c = 0; c < count; c++)
        found += sn_verify_count(verify, c, outcome);
    return found;
}

static void built_in__tables_agree_as_the_record_says(void **state)
{
    sn_verify verify = {0};
    sn_error err = {0};
    size_t count;
    (void)state;

    const sn_status status = sn_verify_run(&verify, &err);
    const sn_verify_check *check = sn_verify_checks(&count);
    size_t agrees[32] = {0}, known[32] = {0};
    assert_true(count < 32);
    for (size_t c = 0; c < count; c++) {
        agrees[c] = sn_verify_count(&verify, c, SN_AGREES);
        known[c] = sn_verify_count(&verify, c, SN_KNOWN);
    }
    const size_t wrong = all_of(&verify, SN_WRONG), failed = sn_verify_failed(&verify);
    sn_wrong_formula formula[16];
    const size_t formulas = verify.wrong_count;
    memcpy(formula, verify.wrong, sizeof formula);
    sn_verify_clear(&verify);

    assert_string_equal(err.message, "");
    assert_int_equal(status, SN_OK);
    assert_int_equal(wrong, 0);
    assert_int_equal(failed, 0);
    assert_string_equal(check[0].name, "eu-2017-global");
    assert_int_equal(agrees[0], 78);
    assert_int_equal(agrees[1], 77);
    assert_int_equal(agrees[2], 77);
    assert_int_equal(agrees[3], 76);
    assert_int_equal(known[3], 21);
    /* What an independent program found these to pass. */
    static const size_t passes[] = {54, 55, 29, 56, 52, 31};
    assert_int_equal(formulas, 6);
    for (size_t w = 0; w < 6; w++)
        assert_int_equal(formula[w].passes, passes[w]);
}

/* The place of the k-th field of a line; only tables without quotes before that field are
 * damaged. */
static char *field(char *line, size_t k)
{
    bool quoted = false;

    while (k > 0) {
        quoted ^= *line == '"';
        if (*line == ',' && !quoted)
            k--;
        line++;
    }
    return line;
}

/* A copy of a built-in table in which the number in column `column` of data row `row` is
 * another one; NULL past the last row; *skip where there is no number. */
static char *damage(const sn_embedded_file *file, size_t row, size_t column, bool *skip)
{
    char *text = malloc(file->size + 64), *line;

    if (text == NULL)
        abort();
    memcpy(text, file->data, file->size);
    text[file->size] = '\0';
    line = text;
    for (size_t r = 0; r <= row && line != NULL; r++) {
        line = strchr(line, '\n');
        line = line != NULL && line[1] != '\0' ? line + 1 : NULL;
    }
    if (line == NULL) {
        free(text);
        return NULL;
    }
    char *at = field(line, column), *end;
    const double x = strtod(at, &end);
    *skip = end == at;
    if (!*skip) {
        char other[32];
        const int length =
            snprintf(other, sizeof other, "%.9g", x == 0 ? 7.25 : 1.7 * x + 0.31);
        memmove(at + length, end, strlen(end) + 1);
        memcpy(at, other, (size_t)length);
    }
    return text;
}

/* How many single damages of a column pass unseen, of how many. */
static void damage_each(const char *check, const char *dataset, const char *file, size_t column,
                        size_t *unseen, size_t *tried)
{
    const sn_embedded_file *built_in = sn_embedded_find(dataset, file);
    char *text;
    bool skip = false;

    *unseen = *tried = 0;
    assert_non_null(built_in);
    for (size_t row = 0; (text = damage(built_in, row, column, &skip)) != NULL; row++) {
        const sn_verify_patch patch = {dataset, file, text, strlen(text)};
        sn_verify verify = {.only = check, .patch = &patch};
        if (!skip) {
            ++*tried;
            *unseen += sn_verify_run(&verify, NULL) == SN_OK && sn_verify_failed(&verify) == 0;
        }
        sn_verify_clear(&verify);
        free(text);
    }
}

static void checks__turn_red_for_every_published_figure_that_is_changed(void **state)
{
    static const struct {
        const char *check, *dataset, *file;
        size_t column, least;
    } columns[] = {
        {"eu-2017-global", "eu-crm", "supply_risk_2017.csv", 8, 78},
        {"eu-2017-sourcing", "eu-crm", "supply_risk_2017.csv", 9, 77},
        {"eu-2017-both", "eu-crm", "supply_risk_2017.csv", 10, 77},
        {"crma-65", "eu-crm", "largest_third_country_2023.csv", 3, 96},
        {"usgs-2025", "usgs-mcs-2025", "concentration.csv", 4, 48},
        {"usgs-2025", "usgs-mcs-2025", "concentration.csv", 5, 48},
        {"usgs-2025", "usgs-mcs-2025", "concentration.csv", 6, 48},
        {"geopolrisk", "published-examples", "geopolrisk.csv", 5, 3},
        /* what they are made of */
        {"usgs-2025", "usgs-mcs-2025", "production.csv", 4, 480},
        {"esri-test", "published-examples", "esri_test_flows.csv", 2, 12},
        {"esri-figure-1", "published-examples", "esri_figure_flows.csv", 2, 10},
        {"inoue-todo", "published-examples", "inoue_todo_flows.csv", 2, 2},
        {"input-output", "published-examples", "leather_flows.csv", 2, 76},
        {"re-exports", "published-examples", "hub_trade.csv", 2, 4},
        {"re-exports", "published-examples", "hub_production.csv", 1, 2},
        {"time-to-survive", "published-examples", "maker_nodes.csv", 3, 1},
    };
    (void)state;

    for (size_t k = 0; k < sizeof columns / sizeof columns[0]; k++) {
        size_t unseen, tried;
        damage_each(columns[k].check, columns[k].dataset, columns[k].file, columns[k].column,
                    &unseen, &tried);
        if (tried < columns[k].least || unseen > 0)
            fail_msg("%s, column %zu of %s: %zu of %zu changed figures pass", columns[k].check,
                     columns[k].column, columns[k].file, unseen, tried);
    }
}

static void checks__see_a_change_wherever_there_are_known_misses(void **state)
{
    size_t unseen, tried;
    (void)state;

    damage_each("eu-2023-risk", "eu-crm", "supply_risk_2023.csv", 6, &unseen, &tried);
    assert_int_equal(tried, 118);
    assert_int_equal(unseen,
                     21 + 21); /* a known miss still misses; a lacking one is not computed */
    damage_each("eu-2023-importance", "eu-crm", "importance_2023.csv", 2, &unseen, &tried);
    assert_int_equal(tried, 54);
    assert_int_equal(unseen, 17);
    damage_each("eu-2023-risk", "eu-crm", "supply_risk_2023.csv", 8, &unseen,
                &tried); /* on record */
    assert_int_equal(tried, 21);
    assert_int_equal(unseen, 0);
    damage_each("white-paper", "white-paper", "facts.csv", 2, &unseen, &tried);
    assert_int_equal(tried - unseen, 8);
    damage_each("white-paper", "white-paper", "facts.csv", 3, &unseen, &tried); /* at least */
    assert_int_equal(tried - unseen, 4);
    damage_each("white-paper", "white-paper", "facts.csv", 13, &unseen, &tried);
    assert_int_equal(tried, 8);
    assert_int_equal(unseen, 0);
}

static void examples__turn_red_for_every_value(void **state)
{
    const sn_embedded_file *expected = sn_embedded_find("published-examples", "expected.csv");
    const char *line = strchr(expected->data, '\n') + 1;
    size_t rows = 0, unseen = 0;
    char *text;
    bool skip;
    (void)state;

    for (; (text = damage(expected, rows, 4, &skip)) != NULL; rows++) {
        const sn_verify_patch patch = {"published-examples", "expected.csv", text,
                                       strlen(text)};
        char check[32];
        (void)snprintf(check, sizeof check, "%.*s", (int)strcspn(line, ","), line);
        sn_verify verify = {.only = check, .patch = &patch};
        unseen += sn_verify_run(&verify, NULL) == SN_OK && sn_verify_failed(&verify) == 0;
        sn_verify_clear(&verify);
        free(text);
        line = strchr(line, '\n') + 1;
    }
    assert_int_equal(rows, 385);
    assert_int_equal(unseen, 0);
}

static void known__misses_that_agree_or_miss_by_something_else_are_wrong(void **state)
{
    sn_verify verify = {0};
    sn_outcome outcome[3];
    (void)state;

    for (int k = 0; k < 3;
         k++) { /* published 2, computed 3; on record: 3, 3.002; then agrees */
        (void)sn_verify_compare(&verify, "a", "b", k == 2 ? 3 : 2, 0.05, sn_verify_point(3),
                                NULL);
        sn_verify_known(&verify, k == 1 ? 3.002 : 3, "because");
        outcome[k] = verify.row[k].outcome;
    }
    (void)sn_verify_compare(&verify, "a", "b", 2, 0.05, sn_verify_point(NAN), NULL);
    const sn_outcome unknown = verify.row[3].outcome;
    sn_verify_clear(&verify);
    assert_int_equal(outcome[0], SN_KNOWN);
    assert_int_equal(outcome[1], SN_WRONG);
    assert_int_equal(outcome[2], SN_WRONG);
    assert_int_equal(unknown, SN_WRONG);
}

static void run__names_the_nearest_check_and_blames_a_bad_table(void **state)
{
    const sn_verify_patch patch = {"eu-crm", "supply_risk_2017.csv", "material,stage\na,b\n",
                                   19};
    sn_verify verify = {.only = "usgs-2024"},
              broken = {.only = "eu-2017-both", .patch = &patch};
    sn_error err = {0}, other = {0};
    (void)state;

    const sn_status status = sn_verify_run(&verify, &err), bad = sn_verify_run(&broken, &other);
    sn_verify_clear(&verify);
    sn_verify_clear(&broken);
    assert_int_equal(status, SN_EUSAGE);
    assert_non_null(strstr(err.message, "usgs-2025"));
    assert_int_equal(bad, SN_EDATA);
    assert_non_null(strstr(other.message, "supply_risk_2017.csv"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(built_in__tables_agree_as_the_record_says),
        cmocka_unit_test(checks__turn_red_for_every_published_figure_that_is_changed),
        cmocka_unit_test(checks__see_a_change_wherever_there_are_known_misses),
        cmocka_unit_test(examples__turn_red_for_every_value),
        cmocka_unit_test(known__misses_that_agree_or_miss_by_something_else_are_wrong),
        cmocka_unit_test(run__names_the_nearest_check_and_blames_a_bad_table),
    };

    return cmocka_run_group_tests_name("verify", tests, setup, NULL);
}
