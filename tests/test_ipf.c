/* test_ipf.c - fitting a table to its margins. */
#include "sn_test.h"

#include <string.h>

#include "datasets/ipf.h"
#include "graph/bridge.h"

static double uniform(uint64_t *seed)
{
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static void ipf__keeps_the_odds_ratio_of_a_two_by_two_table(void **state)
{
    /* The fit keeps (f11 f22) / (f12 f21) = 6.  With f11 = x, r = d = (4, 3):
     * x (x - 1) = 6 (4 - x)^2, so 5 x^2 - 47 x + 96 = 0 and x = (47 - 17) / 10 = 3. */
    const double prior[4] = {2.5, 1.25, 0.5, 1.5}, r[2] = {4, 3}, d[2] = {4, 3};
    double fit[4];
    sn_ipf_result result;

    (void)state;
    assert_int_equal(sn_ipf_fit(2, 2, prior, r, d, NULL, fit, &result, NULL), SN_OK);
    assert_close(fit[0], 3, 1e-11);
    assert_close(fit[1], 1, 1e-11);
    assert_close(fit[2], 1, 1e-11);
    assert_close(fit[3], 2, 1e-11);
    assert_true(result.error < 1e-12);
}

static void ipf__leaves_a_table_that_fits(void **state)
{
    double fit[6] = {1.5, 0, 2.25, 0.5, 4, 0};
    const double want[6] = {1.5, 0, 2.25, 0.5, 4, 0}, r[2] = {3.75, 4.5}, d[3] = {2, 4, 2.25};
    sn_ipf_result result;

    (void)state;
    assert_int_equal(sn_ipf_fit(2, 3, fit, r, d, NULL, fit, &result, NULL), SN_OK);
    assert_memory_equal(fit, want, sizeof want);
    assert_int_equal(result.rounds, 1);
}

static void ipf__meets_margins_and_keeps_zeros_and_products_of_odds(void **state)
{
    enum { R = 7, C = 5 };
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        uint64_t s = seed;
        double truth[R * C], prior[R * C], fit[R * C], r[R] = {0}, d[C] = {0};
        sn_ipf_result result;

        for (size_t k = 0; k < R * C; k++) {
            truth[k] = uniform(&s) < 0.3 ? 0 : 100 * uniform(&s);
            r[k / C] += truth[k];
            d[k % C] += truth[k];
            prior[k] = truth[k] > 0 ? uniform(&s) + 0.01 : 0; /* feasible zeros */
        }
        assert_int_equal(sn_ipf_fit(R, C, prior, r, d, NULL, fit, &result, NULL), SN_OK);
        for (size_t i = 0; i < R; i++) {
            double sum = 0;
            for (size_t j = 0; j < C; j++) {
                sum += fit[i * C + j];
                assert_true((fit[i * C + j] > 0) == (prior[i * C + j] > 0));
            }
            assert_close(sum, r[i], 1e-10 * r[i]);
        }
        for (size_t j = 0; j < C; j++) {
            double sum = 0;
            for (size_t i = 0; i < R; i++)
                sum += fit[i * C + j];
            assert_close(sum, d[j], 1e-10 * d[j]);
        }
        for (size_t i = 1; i < R; i++) /* f = a_i prior b_j: cross ratios stay */
            for (size_t j = 1; j < C; j++) {
                const size_t a = (i - 1) * C + j - 1, b = a + 1, c = a + C, e = c + 1;
                if (prior[a] > 0 && prior[b] > 0 && prior[c] > 0 && prior[e] > 0)
                    assert_close(log(fit[a] / fit[b] * fit[e] / fit[c]),
                                 log(prior[a] / prior[b] * prior[e] / prior[c]), 1e-11);
            }
    }
}

static void ipf__does_not_depend_on_the_unit(void **state)
{
    const double prior[4] = {2.5, 1.25, 0.375, 3.5}, r[2] = {7.5, 1.75}, d[2] = {3, 6.25};
    double plain[4], scaled[4], tiny[4], q[2], e[2];

    (void)state;
    assert_int_equal(sn_ipf_fit(2, 2, prior, r, d, NULL, plain, NULL, NULL), SN_OK);
    for (size_t k = 0; k < 4; k++)
        tiny[k] = prior[k] * 0x1p-60;
    for (size_t k = 0; k < 2; k++) {
        q[k] = r[k] * 0x1p30;
        e[k] = d[k] * 0x1p30;
    }
    assert_int_equal(sn_ipf_fit(2, 2, tiny, q, e, NULL, scaled, NULL, NULL), SN_OK);
    for (size_t k = 0; k < 4; k++)
        assert_close(scaled[k] * 0x1p-30, plain[k], 0);
}

static void ipf__empties_a_row_and_a_column_of_zero(void **state)
{
    const double prior[4] = {1, 1, 1, 1}, r[2] = {0, 2.385}, d[2] = {2.385, 0};
    double fit[4];

    (void)state;
    assert_int_equal(sn_ipf_fit(2, 2, prior, r, d, NULL, fit, NULL, NULL), SN_OK);
    assert_close(fit[0] + fit[1] + fit[3], 0, 0);
    assert_close(fit[2], 2.385, 0);
    assert_int_equal(sn_ipf_fit(0, 0, prior, r, d, NULL, fit, NULL, NULL), SN_OK);
}

static void ipf__says_which_margin_the_zeros_forbid(void **state)
{
    const double empty_row[4] = {0, 0, 1, 1}, empty_col[4] = {0, 1, 0, 1};
    const double r[2] = {3, 4}, d[2] = {2, 5};
    double fit[4];
    sn_ipf_result result;
    sn_error err = {0};

    (void)state;
    assert_int_equal(sn_ipf_fit(2, 2, empty_row, r, d, NULL, fit, &result, &err), SN_ENUMERIC);
    assert_string_equal(err.message, "row 0 of the fit must add up to 3 but is empty");
    assert_int_equal(result.worst, 0);
    assert_false(result.worst_is_column);
    assert_int_equal(sn_ipf_fit(2, 2, empty_col, r, d, NULL, fit, &result, NULL), SN_ENUMERIC);
    assert_int_equal(result.worst, 0);
    assert_true(result.worst_is_column);
}

static void ipf__gives_up_on_zeros_that_no_table_allows(void **state)
{
    /* Row 0 may only sell to column 0, which needs less than row 0 has. */
    const double prior[4] = {1, 0, 1, 1}, r[2] = {3, 4}, d[2] = {2, 5};
    const sn_ipf_options options = {.max_rounds = 500};
    double fit[4];
    sn_ipf_result result;

    (void)state;
    assert_int_equal(sn_ipf_fit(2, 2, prior, r, d, &options, fit, &result, NULL), SN_ENUMERIC);
    assert_int_equal(result.rounds, 500);
    assert_close(result.error, 1.0 / 3, 0.01);
}

static void ipf__finds_the_way_through_tiny_cells_in_few_rounds(void **state)
{
    /* Like the test above, but the forbidden cell is 1e-9: scaling in turn takes some 10^9
     * rounds. The fit keeps (f11 f22) / (f12 f21) = 1e9 with f11 = 2 - s, f12 = 1 + s, f21 = s,
     * f22 = 4 - s, so s is very nearly 2 4 / (1e9 1) = 8e-9. */
    const double prior[4] = {1, 1e-9, 1, 1}, r[2] = {3, 4}, d[2] = {2, 5};
    double fit[4];
    sn_ipf_result result;

    (void)state;
    assert_int_equal(sn_ipf_fit(2, 2, prior, r, d, NULL, fit, &result, NULL), SN_OK);
    assert_true(result.rounds < 60);
    assert_close(fit[2], 8e-9, 1e-15);
    assert_close(fit[0], 2 - 8e-9, 1e-11);
    assert_close(fit[1], 1 + 8e-9, 1e-11);
}

static void ipf__refuses_what_is_not_an_amount(void **state)
{
    const double prior[2] = {1, NAN}, good[2] = {1, 2}, r[1] = {3}, d[2] = {1, 2};
    const double more[2] = {1, 2.5}, negative[2] = {4, -1};
    double fit[2];
    sn_error err = {0};

    (void)state;
    assert_int_equal(sn_ipf_fit(1, 2, prior, r, d, NULL, fit, NULL, NULL), SN_EDATA);
    assert_int_equal(sn_ipf_fit(1, 2, good, r, negative, NULL, fit, NULL, NULL), SN_EDATA);
    assert_int_equal(sn_ipf_fit(1, 2, good, r, more, NULL, fit, NULL, &err), SN_EDATA);
    assert_string_equal(err.message, "row margins add up to 3, column margins to 3.5");
}

static int setup(void **state)
{
    (void)state;
    sn_bridge_setup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ipf__keeps_the_odds_ratio_of_a_two_by_two_table),
        cmocka_unit_test(ipf__leaves_a_table_that_fits),
        cmocka_unit_test(ipf__meets_margins_and_keeps_zeros_and_products_of_odds),
        cmocka_unit_test(ipf__does_not_depend_on_the_unit),
        cmocka_unit_test(ipf__empties_a_row_and_a_column_of_zero),
        cmocka_unit_test(ipf__says_which_margin_the_zeros_forbid),
        cmocka_unit_test(ipf__gives_up_on_zeros_that_no_table_allows),
        cmocka_unit_test(ipf__finds_the_way_through_tiny_cells_in_few_rounds),
        cmocka_unit_test(ipf__refuses_what_is_not_an_amount),
    };
    return cmocka_run_group_tests_name("ipf", tests, setup, NULL);
}
