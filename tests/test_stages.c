/* test_stages.c - one step of a chain, from output, need and trade to flows. */
#include "sn_test.h"

#include <stdbool.h>
#include <string.h>

#include "datasets/stages.h"
#include "graph/bridge.h"

enum { MOST = 16 };

static double uniform(uint64_t *seed)
{
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* A random step; the last place is ROW. */
typedef struct {
    size_t n;
    double output[MOST], need[MOST], trade[MOST * MOST], estimated[MOST * MOST];
} world;

static void make_world(uint64_t seed, world *w)
{
    const size_t n = w->n = 5 + (size_t)(uniform(&seed) * (MOST - 5));

    for (size_t i = 0; i < n; i++) {
        w->output[i] = uniform(&seed) < 0.5 ? 900 * uniform(&seed) : NAN;
        w->need[i] = uniform(&seed) < 0.5 ? 400 * uniform(&seed) : NAN;
    }
    w->output[0] = 313.75;
    w->need[1] = 71.5;
    for (size_t k = 0; k < n * n; k++) {
        const bool sold = k / n != k % n && k / n != n - 1 && uniform(&seed) < 0.4;
        w->trade[k] = sold ? 250 * uniform(&seed) : 0;
        w->estimated[k] = uniform(&seed) < 0.5 ? w->trade[k] : 0;
    }
}

typedef enum { TO_USE, TO_STAGE, WITHOUT_TRADE } what;

static sn_stages_step step_of(const world *w, what kind)
{
    return (sn_stages_step){.places = w->n,
                            .rest = w->n - 1,
                            .output = w->output,
                            .need = kind == TO_USE ? NULL : w->need,
                            .trade = kind == WITHOUT_TRADE ? NULL : w->trade,
                            .estimated = kind == WITHOUT_TRADE ? NULL : w->estimated};
}

static double positive(double x)
{
    return x > 0 ? x : 0;
}

static void stages__trace_re_exports_to_use(void **state)
{
    /* METHODS A6 with a rest of world that makes nothing: A B C H ROW */
    const double output[5] = {100, 20, NAN, NAN, NAN};
    double trade[25] = {0}, flow[25];
    const double want[25] = {10, 70, 15, 5, 0, 0, 20};
    sn_basis basis[25];
    sn_stages_quality q;

    (void)state;
    trade[0 * 5 + 3] = 80;
    trade[0 * 5 + 1] = 10;
    trade[3 * 5 + 1] = 60;
    trade[3 * 5 + 2] = 15;
    const sn_stages_step step = {.places = 5, .rest = 4, .output = output, .trade = trade};
    assert_int_equal(sn_stages_solve(&step, flow, basis, &q, NULL), SN_OK);
    for (size_t k = 0; k < 25; k++) {
        assert_close(flow[k], want[k], 1e-11);
        assert_int_equal(basis[k], want[k] > 0 ? SN_BASIS_BALANCED : SN_BASIS_ESTIMATED);
    }
    assert_close(q.output, 120, 0);
    assert_close(q.coverage, 165.0 / 120, 1e-15);
    assert_close(q.estimated, 0, 0);
    assert_true(isnan(q.scale));
    assert_true(fabs(q.residual) < 1e-12);
}

static void stages__send_goods_without_trade_to_unknown_buyers(void **state)
{
    const double output[3] = {7.25, NAN, 1.5};
    double flow[9];
    sn_basis basis[9];
    sn_stages_quality q;
    const sn_stages_step step = {.places = 3, .rest = 2, .output = output};

    (void)state;
    assert_int_equal(sn_stages_solve(&step, flow, basis, &q, NULL), SN_OK);
    assert_close(flow[0 * 3 + 2], 7.25, 0);
    assert_close(flow[2 * 3 + 2], 1.5, 0);
    assert_close(flow[0], 0, 0);
    assert_close(q.estimated, 1, 0);
    assert_close(q.coverage, 0, 0);
}

/* A makes 60; X and Y are named by no table but export 8 and, net, 4; Z only imports. */
static sn_status spread(double rest, double *flow, sn_basis *basis, sn_stages_quality *q)
{
    const double output[5] = {60, NAN, NAN, NAN, rest}; /* A X Y Z ROW */
    double trade[25] = {0};

    trade[0 * 5 + 3] = 40;
    trade[0 * 5 + 2] = 2;
    trade[1 * 5 + 3] = 8;
    trade[2 * 5 + 3] = 6;
    const sn_stages_step step = {.places = 5, .rest = 4, .output = output, .trade = trade};
    return sn_stages_solve(&step, flow, basis, q, NULL);
}

static void stages__let_the_rest_of_world_follow_unnamed_exporters(void **state)
{
    double flow[25];
    sn_basis basis[25];
    sn_stages_quality q;

    (void)state;
    /* 6 t: X stands for 4, Y for 2.  X sells 4 (not 8); Y sells 2 of its own and 2 of A (not
     * 6).  So Z gets 40 + 2 of A and 4 + 2 of ROW, and A keeps 18. */
    assert_int_equal(spread(6, flow, basis, &q), SN_OK);
    assert_close(flow[0 * 5 + 0], 18, 1e-11);
    assert_close(flow[0 * 5 + 3], 42, 1e-11);
    assert_close(flow[4 * 5 + 3], 6, 1e-11);
    assert_close(flow[4 * 5 + 4], 0, 0);
    assert_int_equal(basis[0 * 5 + 3], SN_BASIS_BALANCED);
    assert_int_equal(basis[4 * 5 + 3], SN_BASIS_ESTIMATED);
    assert_close(q.spread, 6, 1e-14);
    assert_close(q.unspread, 0, 0);
    assert_close(q.worst_factor, 0.5, 1e-12);
    assert_int_equal(q.worst_exporter, 1);
    assert_close(q.estimated, 6.0 / 66, 1e-13);

    /* 20 t: X and Y stand for their net exports, 12; of 8 no trade shows the way. */
    assert_int_equal(spread(20, flow, basis, &q), SN_OK);
    assert_close(flow[0 * 5 + 3], 42, 1e-11);
    assert_close(flow[4 * 5 + 3], 12, 1e-11);
    assert_close(flow[4 * 5 + 4], 8, 1e-11);
    assert_close(q.unspread, 8, 1e-14);
    assert_close(q.worst_factor, 1, 0);
}

static void stages__keep_a_named_country_that_makes_nothing_out_of_the_rest(void **state)
{
    /* X is in the table with 0: its exports are re-exports of A, not output of ROW. */
    const double output[4] = {60, 0, NAN, 5}; /* A X Z ROW */
    double trade[16] = {0}, flow[16];
    sn_basis basis[16];
    sn_stages_quality q;

    (void)state;
    trade[0 * 4 + 1] = 3;
    trade[1 * 4 + 2] = 8;
    const sn_stages_step step = {.places = 4, .rest = 3, .output = output, .trade = trade};
    assert_int_equal(sn_stages_solve(&step, flow, basis, &q, NULL), SN_OK);
    assert_close(flow[0 * 4 + 2], 3, 1e-12);
    assert_close(flow[3 * 4 + 3], 5, 1e-12);
    assert_close(q.unspread, 5, 0);
}

static void stages__supply_own_processors_first_where_no_trade_is_known(void **state)
{
    /* Output A 10, B 5; need B 6, C 6, so k = 15/12 and d = 7.5 each.  B keeps 5; the 10 of A
     * are split over the needs that are left, 2.5 and 7.5. */
    const double output[4] = {10, 5, NAN, NAN}, need[4] = {NAN, 6, 6, NAN};
    const double want[16] = {0, 2.5, 7.5, 0, 0, 5};
    double flow[16];
    sn_basis basis[16];
    sn_stages_quality q;
    const sn_stages_step step = {.places = 4, .rest = 3, .output = output, .need = need};

    (void)state;
    assert_int_equal(sn_stages_solve(&step, flow, basis, &q, NULL), SN_OK);
    for (size_t k = 0; k < 16; k++) {
        assert_close(flow[k], want[k], 1e-14);
        assert_int_equal(basis[k], SN_BASIS_ESTIMATED);
    }
    assert_close(q.scale, 1.25, 1e-15);
    assert_int_equal(q.rounds, 1);
    assert_close(q.estimated, 1, 0);
}

static void stages__keep_trade_that_meets_the_margins(void **state)
{
    const double output[5] = {10, 5, NAN, NAN, NAN}, need[5] = {NAN, NAN, 4, 3.5, NAN};
    double trade[25] = {0}, flow[25];
    sn_basis basis[25];
    sn_stages_quality q;

    (void)state;
    trade[0 * 5 + 2] = 6;
    trade[0 * 5 + 3] = 4;
    trade[1 * 5 + 2] = 2;
    trade[1 * 5 + 3] = 3;
    const sn_stages_step step = {
        .places = 5, .rest = 4, .output = output, .need = need, .trade = trade};
    assert_int_equal(sn_stages_solve(&step, flow, basis, &q, NULL), SN_OK);
    for (size_t k = 0; k < 25; k++) {
        assert_close(flow[k], trade[k], 1e-5);
        assert_int_equal(basis[k], trade[k] > 0 ? SN_BASIS_BALANCED : SN_BASIS_ESTIMATED);
    }
    assert_close(q.scale, 2, 0);
    assert_close(q.outside, 0, 0);
}

/* A sells 6 to C and 4 to E, B sells 5 to C; no table names E as a processor. */
static sn_status deliver(const double need[5], double *flow, sn_basis *basis,
                         sn_stages_quality *q)
{
    const double output[5] = {10, 5, NAN, NAN, NAN}; /* A B C E ROW */
    double trade[25] = {0};

    trade[0 * 5 + 2] = 6;
    trade[0 * 5 + 3] = 4;
    trade[1 * 5 + 2] = 5;
    const sn_stages_step step = {
        .places = 5, .rest = 4, .output = output, .need = need, .trade = trade};
    return sn_stages_solve(&step, flow, basis, q, NULL);
}

static void stages__deliver_to_the_rest_what_goes_to_unnamed_processors(void **state)
{
    const double with_rest[5] = {NAN, NAN, 11, NAN, 4}, without[5] = {NAN, NAN, 3, NAN, NAN};
    const double named[5] = {NAN, NAN, 3, 0, 1};
    double flow[25];
    sn_basis basis[25];
    sn_stages_quality q;

    (void)state;
    assert_int_equal(deliver(with_rest, flow, basis, &q), SN_OK);
    assert_close(flow[0 * 5 + 2], 6, 1e-4);
    assert_close(flow[0 * 5 + 4], 4, 1e-4);
    assert_close(flow[1 * 5 + 2], 5, 1e-4);
    assert_close(flow[1 * 5 + 4], 0, 1e-4);
    assert_int_equal(basis[0 * 5 + 2], SN_BASIS_BALANCED);
    assert_int_equal(basis[0 * 5 + 4], SN_BASIS_ESTIMATED); /* ROW always is */
    assert_close(q.outside, 0, 0);

    assert_int_equal(deliver(without, flow, basis, &q), SN_OK);
    assert_close(flow[0 * 5 + 2], 10, 1e-12); /* the fit finds the 4 another place */
    assert_close(flow[1 * 5 + 2], 5, 1e-12);
    assert_close(q.outside, 4, 1e-13);

    assert_int_equal(deliver(named, flow, basis, &q), SN_OK); /* E is named, with nothing */
    assert_close(q.outside, 4, 1e-13);
}

static void stages__call_flows_estimated_where_most_of_the_trade_is(void **state)
{
    const double output[4] = {10, 10, NAN, NAN}; /* A B C ROW */
    double trade[16] = {0}, estimated[16] = {0}, flow[16];
    sn_basis basis[16];
    sn_stages_quality q;

    (void)state;
    trade[0 * 4 + 2] = 4;
    trade[0 * 4 + 1] = 2;
    estimated[0 * 4 + 2] = 3; /* exactly half of A's exports: still reported */
    trade[1 * 4 + 2] = 8;
    estimated[1 * 4 + 2] = 5;
    const sn_stages_step step = {
        .places = 4, .rest = 3, .output = output, .trade = trade, .estimated = estimated};
    assert_int_equal(sn_stages_solve(&step, flow, basis, &q, NULL), SN_OK);
    assert_int_equal(basis[0 * 4 + 2], SN_BASIS_BALANCED);
    assert_int_equal(basis[1 * 4 + 2], SN_BASIS_ESTIMATED);
    assert_close(q.estimated, 0.5, 1e-14);
}

static void stages__drop_trade_that_is_too_small_to_mean_anything(void **state)
{
    const double output[4] = {1000, 1000, NAN, NAN};
    double trade[16] = {0}, flow[16];
    sn_basis basis[16];
    sn_stages_quality q;

    (void)state;
    trade[0 * 4 + 2] = 999.999;
    trade[1 * 4 + 2] = 2e-4;
    trade[1 * 4 + 0] = 8e-4;
    trade[1 * 4 + 1] = 5000; /* the diagonal is no trade */
    const sn_stages_step step = {.places = 4, .rest = 3, .output = output, .trade = trade};
    assert_int_equal(sn_stages_solve(&step, flow, basis, &q, NULL), SN_OK);
    assert_int_equal(q.trade_cells, 3);
    assert_int_equal(q.dropped, 2);
    assert_close(q.dropped_sum, 1e-3, 1e-18);
    assert_close(q.trade, 1000, 1e-12);
    assert_close(flow[1 * 4 + 1], 1000, 1e-12);
}

static void check_margins(const world *w, const double *flow, const sn_stages_quality *q,
                          what kind)
{
    for (size_t i = 0; i < w->n; i++) {
        double out = 0, in = 0;
        for (size_t j = 0; j < w->n; j++) {
            assert_true(flow[i * w->n + j] >= 0);
            out += flow[i * w->n + j];
            in += flow[j * w->n + i];
        }
        assert_close(out, positive(w->output[i]), 1e-10 * positive(w->output[i]));
        if (kind != TO_USE)
            assert_close(in, positive(w->need[i]) * q->scale,
                         1e-10 * positive(w->need[i]) * q->scale);
    }
    assert_true(q->balance_excess < 1e-12);
    assert_true(q->margin_error < 1e-10);
    assert_true(q->estimated >= 0 && q->estimated <= 1);
}

static void stages__meet_the_margins_of_any_step(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++)
        for (int kind = TO_USE; kind <= WITHOUT_TRADE; kind++) {
            world w;
            double flow[MOST * MOST];
            sn_basis basis[MOST * MOST];
            sn_stages_quality q;

            make_world(seed, &w);
            const sn_stages_step step = step_of(&w, (what)kind);
            assert_int_equal(sn_stages_solve(&step, flow, basis, &q, NULL), SN_OK);
            check_margins(&w, flow, &q, (what)kind);
        }
}

static void stages__do_not_depend_on_the_unit(void **state)
{
    const double factor[] = {1e-6, 1e6, 0x1p-30, 0x1p30};

    (void)state;
    for (uint64_t seed = 1; seed <= 160; seed++) {
        const double unit = factor[seed % 4];
        const what kind = (what)(seed / 4 % 3);
        world w;
        double plain[MOST * MOST], scaled[MOST * MOST];
        sn_basis basis[MOST * MOST], other[MOST * MOST];
        sn_stages_quality q;

        make_world(seed, &w);
        const sn_stages_step step = step_of(&w, kind);
        assert_int_equal(sn_stages_solve(&step, plain, basis, &q, NULL), SN_OK);
        for (size_t i = 0; i < w.n; i++) {
            w.output[i] *= unit;
            w.need[i] *= unit;
        }
        for (size_t k = 0; k < w.n * w.n; k++) {
            w.trade[k] *= unit;
            w.estimated[k] *= unit;
        }
        assert_int_equal(sn_stages_solve(&step, scaled, other, &q, NULL), SN_OK);
        for (size_t k = 0; k < w.n * w.n; k++)
            assert_close(scaled[k] / unit, plain[k],
                         seed % 4 < 2 ? 1e-10 * q.output / unit : 0);
        assert_memory_equal(basis, other, w.n * w.n * sizeof *basis);
    }
}

static void stages__do_not_depend_on_the_order_of_countries(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        const what kind = (what)(seed % 3);
        world w, v;
        double plain[MOST * MOST], turned[MOST * MOST];
        sn_basis basis[MOST * MOST];
        sn_stages_quality q;

        make_world(seed, &w);
        const size_t n = v.n = w.n;
        for (size_t i = 0; i < n; i++) {
            v.output[n - 1 - i] = w.output[i];
            v.need[n - 1 - i] = w.need[i];
        }
        for (size_t k = 0; k < n * n; k++) {
            v.trade[n * n - 1 - k] = w.trade[k];
            v.estimated[n * n - 1 - k] = w.estimated[k];
        }
        sn_stages_step step = step_of(&w, kind);
        assert_int_equal(sn_stages_solve(&step, plain, basis, &q, NULL), SN_OK);
        step = step_of(&v, kind);
        step.rest = 0;
        assert_int_equal(sn_stages_solve(&step, turned, basis, &q, NULL), SN_OK);
        for (size_t k = 0; k < n * n; k++)
            assert_close(turned[n * n - 1 - k], plain[k], 1e-9 * q.output);
    }
}

static void stages__name_what_is_not_an_amount(void **state)
{
    static const char *const name[] = {"CHL", "CHN", "ROW"};
    double output[3] = {1, -2, NAN}, trade[9] = {0, NAN}, flow[9];
    double need[3] = {NAN, NAN, 0};
    sn_basis basis[9];
    sn_stages_quality q;
    sn_error err = {0};
    sn_stages_step step = {.places = 3, .rest = 2, .output = output, .name = name};

    (void)state;
    assert_int_equal(sn_stages_solve(&step, flow, basis, &q, &err), SN_EDATA);
    assert_string_equal(err.message, "output of \"CHN\" is -2, not a number >= 0");
    output[0] = output[1] = NAN;
    err = (sn_error){0};
    assert_int_equal(sn_stages_solve(&step, flow, basis, &q, &err), SN_EDATA);
    assert_string_equal(err.message, "total output is 0");
    output[0] = 1;
    step.need = need;
    err = (sn_error){0};
    assert_int_equal(sn_stages_solve(&step, flow, basis, &q, &err), SN_EDATA);
    assert_string_equal(err.message, "total need is 0");
    step.need = NULL;
    step.trade = trade;
    err = (sn_error){0};
    assert_int_equal(sn_stages_solve(&step, flow, basis, &q, &err), SN_EDATA);
    assert_string_equal(err.message, "trade of \"CHL\" to \"CHN\" is nan, not a number >= 0");
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
        cmocka_unit_test(stages__trace_re_exports_to_use),
        cmocka_unit_test(stages__send_goods_without_trade_to_unknown_buyers),
        cmocka_unit_test(stages__let_the_rest_of_world_follow_unnamed_exporters),
        cmocka_unit_test(stages__keep_a_named_country_that_makes_nothing_out_of_the_rest),
        cmocka_unit_test(stages__supply_own_processors_first_where_no_trade_is_known),
        cmocka_unit_test(stages__keep_trade_that_meets_the_margins),
        cmocka_unit_test(stages__deliver_to_the_rest_what_goes_to_unnamed_processors),
        cmocka_unit_test(stages__call_flows_estimated_where_most_of_the_trade_is),
        cmocka_unit_test(stages__drop_trade_that_is_too_small_to_mean_anything),
        cmocka_unit_test(stages__meet_the_margins_of_any_step),
        cmocka_unit_test(stages__do_not_depend_on_the_unit),
        cmocka_unit_test(stages__do_not_depend_on_the_order_of_countries),
        cmocka_unit_test(stages__name_what_is_not_an_amount),
    };
    return cmocka_run_group_tests_name("stages", tests, setup, NULL);
}
