/* test_reexport.c - re-exports are traced back to where the goods were made. */
#include "sn_test.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/reexport.h"
#include "graph/bridge.h"

enum { MOST = 24, CASES = 200 };

/* splitmix64: the same numbers everywhere */
static double uniform(uint64_t *seed)
{
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* A random world: some producers, some hubs without output, some places without anything. */
static size_t make_world(uint64_t seed, double *production, double *trade)
{
    const size_t n = 3 + (size_t)(uniform(&seed) * (MOST - 3));
    const double density = 0.1 + 0.5 * uniform(&seed);

    for (size_t i = 0; i < n; i++)
        production[i] = uniform(&seed) < 0.4 ? 1000 * uniform(&seed) : 0;
    production[seed % n] = 517.25;
    for (size_t k = 0; k < n * n; k++)
        trade[k] = k / n != k % n && uniform(&seed) < density ? 300 * uniform(&seed) : 0;
    return n;
}

static double row_sum(size_t n, const double *table, size_t row)
{
    double sum = 0;
    for (size_t j = 0; j < n; j++)
        sum += table[row * n + j];
    return sum;
}

static double col_sum(size_t n, const double *table, size_t col)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += table[i * n + col];
    return sum;
}

/* Oracle: follow the goods of one maker from sale to sale until none is on its way. */
static void trace_slowly(size_t n, const double *production, const double *trade, size_t maker,
                         double *eaten)
{
    double moving[MOST] = {0}, next[MOST];

    memset(eaten, 0, n * sizeof *eaten);
    moving[maker] = production[maker];
    for (int step = 0; step < 20000; step++) {
        double left = 0;
        memset(next, 0, sizeof next);
        for (size_t i = 0; i < n; i++) {
            if (moving[i] == 0)
                continue;
            const double supply = production[i] + col_sum(n, trade, i);
            eaten[i] += moving[i] * fmax(0, 1 - row_sum(n, trade, i) / supply);
            for (size_t j = 0; j < n; j++)
                next[j] += moving[i] * trade[i * n + j] / supply;
        }
        memcpy(moving, next, sizeof moving);
        for (size_t i = 0; i < n; i++)
            left += moving[i];
        if (left < 1e-12 * production[maker])
            break;
    }
}

/* Oracle: scale whoever is short, again and again. */
static void balance_slowly(size_t n, const double *production, double *trade)
{
    for (int pass = 0; pass < 20000; pass++) {
        double factor[MOST], worst = 0;
        for (size_t i = 0; i < n; i++) {
            const double exports = row_sum(n, trade, i);
            const double supply = production[i] + col_sum(n, trade, i);
            factor[i] = exports > supply ? supply / exports : 1;
            worst = fmax(worst, 1 - factor[i]);
        }
        for (size_t k = 0; k < n * n; k++)
            trade[k] *= factor[k / n];
        if (worst < 1e-14)
            break;
    }
}

static const double a6_production[] = {100, 20, 0, 0}; /* A, B, C, H */
static const double a6_trade[] = {0, 10, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60, 15, 0};
static const double a6_origin[] = {10, 70, 15, 5, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

static void reexport__agrees_with_the_worked_example(void **state)
{
    double trade[16], origin[16];
    sn_reexport_balance balance;

    (void)state;
    memcpy(trade, a6_trade, sizeof trade);
    assert_int_equal(sn_reexport_prebalance(4, a6_production, trade, &balance, NULL), SN_OK);
    assert_memory_equal(trade, a6_trade, sizeof trade); /* possible trade is left alone */
    assert_int_equal(balance.passes, 0);
    assert_close(balance.after, 165, 0);
    assert_close(balance.worst_factor, 1, 0);
    assert_int_equal(sn_reexport_correct(4, a6_production, trade, origin, NULL), SN_OK);
    for (size_t k = 0; k < 16; k++)
        assert_close(origin[k], a6_origin[k], 1e-13 * 100);
}

static void reexport__conserves_goods_and_agrees_with_tracing(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        double production[MOST], trade[MOST * MOST], origin[MOST * MOST], eaten[MOST];
        const size_t n = make_world(seed, production, trade);
        sn_reexport_balance balance;

        assert_int_equal(sn_reexport_prebalance(n, production, trade, &balance, NULL), SN_OK);
        assert_true(balance.excess < 1e-12);
        assert_int_equal(sn_reexport_correct(n, production, trade, origin, NULL), SN_OK);
        for (size_t i = 0; i < n; i++) {
            const double supply = production[i] + col_sum(n, trade, i);
            assert_close(row_sum(n, origin, i), production[i], 1e-12 * production[i]);
            assert_close(col_sum(n, origin, i), supply - row_sum(n, trade, i), 1e-9 * 1000);
            trace_slowly(n, production, trade, i, eaten);
            for (size_t j = 0; j < n; j++)
                assert_close(origin[i * n + j], eaten[j], 1e-9 * production[i]);
        }
    }
}

static void prebalance__is_the_limit_of_scaling_again_and_again(void **state)
{
    int cut = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        double production[MOST], trade[MOST * MOST], slow[MOST * MOST];
        const size_t n = make_world(seed, production, trade);
        sn_reexport_balance balance;

        memcpy(slow, trade, sizeof slow);
        balance_slowly(n, production, slow);
        assert_int_equal(sn_reexport_prebalance(n, production, trade, &balance, NULL), SN_OK);
        for (size_t k = 0; k < n * n; k++)
            assert_close(trade[k], slow[k], 1e-8);
        cut += balance.worst_factor < 1;
    }
    assert_true(cut > CASES / 2); /* the cases do test something */
}

static void prebalance__solves_hubs_that_sell_to_each_other(void **state)
{
    /* M makes 10 for H; H and G sell each other 5000, H sells 100 to C.  Scaling in turn takes
     * thousands of passes.  By hand: h = 10 + g, g = h 5000/5100, so h = 510, g = 500. */
    double trade[16] = {0, 10, 0, 0, 0, 0, 5000, 100, 0, 5000, 0, 0, 0, 0, 0, 0};
    const double production[4] = {10, 0, 0, 0};
    double origin[16];
    sn_reexport_balance balance;

    (void)state;
    assert_int_equal(sn_reexport_prebalance(4, production, trade, &balance, NULL), SN_OK);
    assert_true(balance.passes < 10);
    assert_close(trade[1 * 4 + 2], 500, 1e-9);
    assert_close(trade[1 * 4 + 3], 10, 1e-11);
    assert_close(trade[2 * 4 + 1], 500, 1e-9);
    assert_int_equal(balance.worst, 1);
    assert_close(balance.worst_factor, 0.1, 1e-12);
    assert_int_equal(sn_reexport_correct(4, production, trade, origin, NULL), SN_OK);
    assert_close(origin[3], 10, 1e-11);
}

static void prebalance__takes_out_circles_that_nobody_feeds(void **state)
{
    /* 1 and 2 sell each other 40 of nothing; 2 sells 7.5 to 3; 0 makes 12.5 for 3. */
    double trade[16] = {0, 0, 0, 12.5, 0, 0, 40, 0, 0, 40, 0, 7.5, 0, 0, 0, 0};
    const double production[4] = {12.5, 0, 0, 0};
    double origin[16];
    sn_reexport_balance balance;

    (void)state;
    assert_int_equal(sn_reexport_prebalance(4, production, trade, &balance, NULL), SN_OK);
    assert_close(balance.unreached, 87.5, 0);
    assert_close(balance.after, 12.5, 0);
    assert_close(balance.worst_factor, 1, 0);
    assert_int_equal(sn_reexport_correct(4, production, trade, origin, NULL), SN_OK);
    for (size_t k = 0; k < 16; k++)
        assert_close(origin[k], k == 3 ? 12.5 : 0, 1e-14);
}

static void reexport__resolves_two_countries_that_trade_both_ways(void **state)
{
    /* A makes 30 and sells 20 to B; B makes 10 and sells 15 to A.
     * Supplies 45 and 30; A keeps 25/45, B keeps 15/30.  By hand, what A made:
     * m_A = 30 + m_B/2, m_B = m_A 20/45, so m_A = 270/7, m_B = 120/7; kept 150/7 and 60/7. */
    const double production[2] = {30, 10};
    const double trade[4] = {0, 20, 15, 0};
    double origin[4];

    (void)state;
    assert_int_equal(sn_reexport_correct(2, production, trade, origin, NULL), SN_OK);
    assert_close(origin[0], 150.0 / 7, 1e-13);
    assert_close(origin[1], 60.0 / 7, 1e-13);
    assert_close(origin[2], 25 - 150.0 / 7, 1e-13);
    assert_close(origin[3], 15 - 60.0 / 7, 1e-13);
}

static void reexport__does_not_depend_on_the_unit(void **state)
{
    const double factor[] = {1e-6, 1e6, 0x1p-40, 0x1p40};

    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++)
        for (size_t f = 0; f < 4; f++) {
            double p[MOST], t[MOST * MOST], c[MOST * MOST], scaled[MOST * MOST];
            const size_t n = make_world(seed, p, t);
            double q[MOST], u[MOST * MOST];

            for (size_t i = 0; i < n; i++)
                q[i] = p[i] * factor[f];
            for (size_t k = 0; k < n * n; k++)
                u[k] = t[k] * factor[f];
            assert_int_equal(sn_reexport_prebalance(n, p, t, NULL, NULL), SN_OK);
            assert_int_equal(sn_reexport_correct(n, p, t, c, NULL), SN_OK);
            assert_int_equal(sn_reexport_prebalance(n, q, u, NULL, NULL), SN_OK);
            assert_int_equal(sn_reexport_correct(n, q, u, scaled, NULL), SN_OK);
            for (size_t k = 0; k < n * n; k++)
                assert_close(scaled[k] / factor[f], c[k], f < 2 ? 1e-12 * p[k / n] : 0);
        }
}

static void reexport__does_not_depend_on_the_order_of_countries(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        double p[MOST], t[MOST * MOST], c[MOST * MOST];
        double q[MOST], u[MOST * MOST], other[MOST * MOST];
        const size_t n = make_world(seed, p, t);

        for (size_t i = 0; i < n; i++) {
            q[n - 1 - i] = p[i];
            for (size_t j = 0; j < n; j++)
                u[(n - 1 - i) * n + n - 1 - j] = t[i * n + j];
        }
        assert_int_equal(sn_reexport_prebalance(n, p, t, NULL, NULL), SN_OK);
        assert_int_equal(sn_reexport_correct(n, p, t, c, NULL), SN_OK);
        assert_int_equal(sn_reexport_prebalance(n, q, u, NULL, NULL), SN_OK);
        assert_int_equal(sn_reexport_correct(n, q, u, other, NULL), SN_OK);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                assert_close(other[(n - 1 - i) * n + n - 1 - j], c[i * n + j], 1e-10 * p[i]);
    }
}

static void reexport__leaves_places_without_supply_empty(void **state)
{
    const double production[3] = {0, 7.75, 0};
    double trade[9] = {0}, origin[9];

    (void)state;
    assert_int_equal(sn_reexport_prebalance(3, production, trade, NULL, NULL), SN_OK);
    assert_int_equal(sn_reexport_correct(3, production, trade, origin, NULL), SN_OK);
    for (size_t k = 0; k < 9; k++)
        assert_close(origin[k], k == 4 ? 7.75 : 0, 0); /* no trade: all is consumed at home */
    assert_int_equal(sn_reexport_correct(0, production, trade, origin, NULL), SN_OK);
}

static void reexport__names_the_amount_that_is_not_one(void **state)
{
    double production[2] = {3.5, -1}, trade[4] = {0, 1, 0, 0}, origin[4];
    sn_error err = {0};

    (void)state;
    assert_int_equal(sn_reexport_prebalance(2, production, trade, NULL, &err), SN_EDATA);
    assert_string_equal(err.message, "production 1 is -1, not a number >= 0");
    production[1] = 0;
    trade[1] = INFINITY;
    err = (sn_error){0};
    assert_int_equal(sn_reexport_correct(2, production, trade, origin, &err), SN_EDATA);
    assert_string_equal(err.message, "trade 0 -> 1 is inf, not a number >= 0");
}

static void reexport__refuses_trade_that_is_not_balanced(void **state)
{
    const double production[2] = {10, 0}, trade[4] = {0, 25, 0, 0};
    double origin[4];

    (void)state;
    assert_int_equal(sn_reexport_correct(2, production, trade, origin, NULL), SN_ENUMERIC);
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
        cmocka_unit_test(reexport__agrees_with_the_worked_example),
        cmocka_unit_test(reexport__conserves_goods_and_agrees_with_tracing),
        cmocka_unit_test(prebalance__is_the_limit_of_scaling_again_and_again),
        cmocka_unit_test(prebalance__solves_hubs_that_sell_to_each_other),
        cmocka_unit_test(prebalance__takes_out_circles_that_nobody_feeds),
        cmocka_unit_test(reexport__resolves_two_countries_that_trade_both_ways),
        cmocka_unit_test(reexport__does_not_depend_on_the_unit),
        cmocka_unit_test(reexport__does_not_depend_on_the_order_of_countries),
        cmocka_unit_test(reexport__leaves_places_without_supply_empty),
        cmocka_unit_test(reexport__names_the_amount_that_is_not_one),
        cmocka_unit_test(reexport__refuses_trade_that_is_not_balanced),
    };
    return cmocka_run_group_tests_name("reexport", tests, setup, NULL);
}
