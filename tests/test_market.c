/* test_market.c - prices by hand, by bisection, and where there is none. */
#include "sn_test.h"

#include <gsl/gsl_rng.h>

#include "graph/bridge.h"
#include "metrics/market.h"

static sn_market solve(const double *q, const double *left, size_t n, double demand, double supply,
                       double spare)
{
    const sn_market_terms terms = {demand, supply, spare};
    sn_market market;
    sn_error err = {0};

    if (sn_market_solve(q, left, n, &terms, NULL, &market, &err) != SN_OK)
        fail_msg("%s", err.message);
    return market;
}

static void price__without_capacities_has_a_closed_form(void **state)
{
    const double q[2] = {60, 40}, left[2] = {0, 1};
    const sn_market market = solve(q, left, 2, -0.5, 0.25, 1e9);

    (void)state; /* 100 P^-0.5 = 40 P^0.25 */
    assert_close(market.price, pow(100.0 / 40, 1 / 0.75), 1e-12);
    assert_close(market.shortfall, 1 - pow(market.price, -0.5), 1e-12);
    assert_close(market.supply, 40 * pow(market.price, 0.25), 1e-9);
    assert_false(market.at_capacity);
}

static void price__at_capacity_rises_until_demand_falls(void **state)
{
    const double q[2] = {60, 40}, left[2] = {0, 1};
    const sn_market market = solve(q, left, 2, -0.5, 1, 0.1);

    (void)state; /* 100 P^-0.5 = 44 */
    assert_close(market.price, pow(100 / 44.0, 2), 1e-9);
    assert_close(market.shortfall, 0.56, 1e-12);
    assert_true(market.at_capacity);
}

static void price__stays_when_nobody_goes(void **state)
{
    const double q[2] = {60, 40}, left[2] = {1, 1};
    const sn_market market = solve(q, left, 2, -0.5, 0.5, 0.1);

    (void)state;
    assert_close(market.price, 1, 1e-12);
    assert_close(market.shortfall, 0, 1e-12);
}

static void price__is_unknown_where_none_balances(void **state)
{
    const double q[2] = {60, 40}, none[2] = {0, 0}, half[2] = {0, 1};
    const sn_market nobody = solve(q, none, 2, -0.5, 0.5, 0.1);
    const sn_market rigid = solve(q, half, 2, 0, 0.5, 0.1), enough = solve(q, half, 2, 0, 0.5, 2);

    (void)state;
    assert_true(isnan(nobody.price));
    assert_close(nobody.shortfall, 1, 0);
    assert_true(isnan(rigid.price));
    assert_close(rigid.shortfall, 0.56, 1e-12);
    assert_close(enough.price, pow(100 / 40.0, 2), 1e-9); /* 40 P^0.5 = 100 */
    assert_close(enough.shortfall, 0, 0);
}

static double excess(const double *q, const double *left, size_t n, double all, double price,
                     double demand, double supply, double spare)
{
    double sold = 0;

    for (size_t c = 0; c < n; c++)
        sold += left[c] * fmin(q[c] * pow(price, supply), q[c] * (1 + spare));
    return all * pow(price, demand) - sold;
}

static void price__agrees_with_bisection_keeps_the_unit_out_and_rises_with_what_is_gone(void **state)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    (void)state;
    gsl_rng_set(rng, 11);
    for (int k = 0; k < 200; k++) {
        const size_t n = 1 + gsl_rng_uniform_int(rng, 9);
        const double demand = -0.05 - gsl_rng_uniform(rng), supply = gsl_rng_uniform(rng);
        const double spare = gsl_rng_uniform(rng) * 0.3;
        double q[10], left[10], scaled[10], all = 0, low = 1, high = 1;
        for (size_t c = 0; c < n; c++) {
            q[c] = exp(6 * gsl_rng_uniform(rng));
            left[c] = c == 0 ? 0.5 : gsl_rng_uniform(rng) < 0.4 ? 0 : gsl_rng_uniform(rng);
            scaled[c] = q[c] * 1e-6;
            all += q[c];
        }
        while (excess(q, left, n, all, high, demand, supply, spare) > 0)
            high *= 2;
        for (int b = 0; b < 200; b++) {
            const double middle = (low + high) / 2;
            if (excess(q, left, n, all, middle, demand, supply, spare) > 0)
                low = middle;
            else
                high = middle;
        }
        const sn_market market = solve(q, left, n, demand, supply, spare);
        assert_close(market.price / low, 1, 1e-9);
        assert_close(solve(scaled, left, n, demand, supply, spare).price / low, 1, 1e-9);
        left[0] = 0.25;
        assert_true(solve(q, left, n, demand, supply, spare).price >= market.price);
    }
    gsl_rng_free(rng);
}

static void terms__out_of_range_are_refused(void **state)
{
    const double q[1] = {1}, left[1] = {1}, bad[1] = {-1}, zero[1] = {0};
    const sn_market_terms good = {-0.5, 0.5, 0}, up = {0.5, 0.5, 0}, down = {-0.5, -0.5, 0};
    sn_market market;

    (void)state;
    assert_int_equal(sn_market_solve(q, left, 1, &up, NULL, &market, NULL), SN_EUSAGE);
    assert_int_equal(sn_market_solve(q, left, 1, &down, NULL, &market, NULL), SN_EUSAGE);
    assert_int_equal(sn_market_solve(bad, left, 1, &good, NULL, &market, NULL), SN_EDATA);
    assert_int_equal(sn_market_solve(q, bad, 1, &good, NULL, &market, NULL), SN_EDATA);
    assert_int_equal(sn_market_solve(zero, left, 1, &good, NULL, &market, NULL), SN_EDATA);
    assert_int_equal(sn_market_solve(NULL, NULL, 0, &good, NULL, &market, NULL), SN_EDATA);
}

/* P^e_s of what is left, but no more than there is capacity for; in a market without a price
 * all that can be made. */
static void sold__is_what_the_price_and_the_capacity_allow(void **state)
{
    const double q[4] = {60, 30, 8, 2}, left[4] = {0.25, 1, 0.5, 0};
    const sn_market_terms terms[2] = {{-0.5, 0.25, 0.1}, {0, 0.25, 0.1}};
    double sold[4];
    sn_market market;

    (void)state;
    assert_int_equal(sn_market_solve(q, left, 4, &terms[0], sold, &market, NULL), SN_OK);
    for (size_t c = 0; c < 4; c++)
        assert_close(sold[c], left[c] * q[c] * fmin(pow(market.price, 0.25), 1.1), 1e-12);
    assert_close(sold[0] + sold[1] + sold[2] + sold[3], market.supply, 1e-12);
    assert_int_equal(sn_market_solve(q, left, 4, &terms[1], sold, &market, NULL), SN_OK);
    assert_true(isnan(market.price) && market.at_capacity);
    for (size_t c = 0; c < 4; c++)
        assert_close(sold[c], left[c] * q[c] * 1.1, 1e-12);
}

static void quantities__that_are_no_amounts_are_refused_and_named(void **state)
{
    static const double q[][2] = {{1, INFINITY}, {1, NAN}, {1, -1}, {1, 1}, {1, 1}, {1, 1}};
    static const double left[][2] = {{1, 1}, {1, 1}, {1, 1}, {1, NAN}, {1, 1.5}, {1, -0.5}};
    const sn_market_terms terms = {-0.5, 0.5, 0};

    (void)state;
    for (size_t k = 0; k < 6; k++) {
        sn_market market;
        sn_error err = {0};
        assert_int_equal(sn_market_solve(q[k], left[k], 2, &terms, NULL, &market, &err),
                         SN_EDATA);
        assert_memory_equal(err.message, "supplier 1:", 11);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(price__without_capacities_has_a_closed_form),
        cmocka_unit_test(price__at_capacity_rises_until_demand_falls),
        cmocka_unit_test(price__stays_when_nobody_goes),
        cmocka_unit_test(price__is_unknown_where_none_balances),
        cmocka_unit_test(
            price__agrees_with_bisection_keeps_the_unit_out_and_rises_with_what_is_gone),
        cmocka_unit_test(terms__out_of_range_are_refused),
        cmocka_unit_test(sold__is_what_the_price_and_the_capacity_allow),
        cmocka_unit_test(quantities__that_are_no_amounts_are_refused_and_named),
    };
    sn_bridge_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
