/* test_time_to_survive.c - stocks that last, by hand. */
#include "sn_test.h"
#include "sn_build.h"

#include "graph/bridge.h"
#include "metrics/time_to_survive.h"

/* What is lost: a share of node `gone`, and of every flow that it sells. */
typedef struct {
    const char *gone;
    double share, of_flows;
} loss;

static sn_survival ask_within(const char *text, const char *commodity, loss lost,
                              const sn_survive_options *how)
{
    sn_network *net = NULL;
    sn_mask mask = {0};
    sn_survival survival;
    sn_error err = {0};

    if (sn_build(text, &net, &err) != SN_OK)
        fail_msg("%s", err.message);
    const size_t n = sn_network_node_count(net), m = sn_network_flow_count(net);
    const int32_t code = commodity == NULL ? SN_NONE
                                           : sn_dict_find(sn_network_dict(net, SN_COMMODITY),
                                                          commodity, strlen(commodity));
    mask.node = malloc((n + 1) * sizeof *mask.node);
    mask.flow = malloc((m + 1) * sizeof *mask.flow);
    for (size_t i = 0; i < n; i++) {
        const bool hit = lost.gone != NULL && strcmp(sn_network_id(net, i), lost.gone) == 0;
        mask.node[i] = hit ? 1 - lost.share : 1;
    }
    for (size_t e = 0; e < m; e++) {
        const char *from = sn_network_id(net, (size_t)sn_network_flow(net, e).supplier);
        const bool hit = lost.gone != NULL && strcmp(from, lost.gone) == 0;
        mask.flow[e] = hit ? 1 - lost.of_flows : 1;
    }
    const sn_status status = sn_survive(net, &mask, code, how, &survival, &err);
    sn_mask_clear(&mask);
    sn_network_free(net);
    if (status != SN_OK)
        fail_msg("%s", err.message);
    return survival;
}

static sn_survival ask(const char *text, const char *gone, double share, double stock,
                       double spare, double recover)
{
    const sn_survive_options how = {stock, spare, recover};

    return ask_within(text, NULL, (loss){gone, share, 0}, &how);
}

/* 700 a week: 36500 a year; 20 days of parts are 2000. */
static const char maker[] = "S: kind=firm; M: kind=firm final_demand=36500; S M 36500";

static void survival__of_a_maker_is_his_stock_over_his_demand(void **state)
{
    const sn_survival survival = ask(maker, "S", 1, 20, 0, 28);

    (void)state;
    assert_close(survival.days, 20, 1e-6); /* 2.857 weeks */
    assert_close(survival.lost, 800, 1e-4);
    assert_close(survival.share, 800.0 / 2800, 1e-7);
}

static void survival__is_for_ever_when_nobody_goes_or_others_have_room(void **state)
{
    static const char two[] =
        "S: kind=firm; T: kind=firm; M: kind=firm final_demand=10; S M 4 product=p; T M 6 product=p";

    (void)state;
    assert_true(isinf(ask(maker, NULL, 0, 0, 0, 100).days));
    assert_close(ask(maker, NULL, 0, 0, 0, 100).lost, 0, 1e-9);
    assert_true(isinf(ask(two, "S", 1, 0, 1, NAN).days)); /* T can double */
    assert_close(ask(two, "S", 1, 10, 0, NAN).days, 10 / 0.4, 1e-6);
    assert_close(ask(two, "S", 1, 10, 0.5, NAN).days, 10 / 0.1, 1e-6);
    assert_close(ask(two, "S", 0.5, 10, 0, NAN).days, 10 / 0.2, 1e-6);
}

static void survival__counts_what_others_can_make_at_capacity(void **state)
{
    /* T makes 6 and can make 9: of the 10 that M uses a day's tenth comes out of stock. */
    static const char room[] = "S: kind=firm; T: kind=firm capacity=9; M: kind=firm "
                               "final_demand=10; S M 4 product=p; T M 6 product=p";

    (void)state;
    assert_close(ask(room, "S", 1, 10, 0, NAN).days, 10 / 0.1, 1e-6);
    assert_close(ask(room, "S", 1, 10, 0.25, NAN).days, 10 / 0.1, 1e-6); /* 7.5 is less */
    assert_true(isinf(ask(room, "S", 0.75, 10, 0, NAN).days));
}

/* B makes 100 of its 200 itself and could make 400.  Half of it is lost: it still delivers all,
 * with 50 of its own and 150 from S, who can make 120. */
static void survival__of_a_node_that_is_hit_leaves_less_of_its_own(void **state)
{
    static const char own[] = "S: kind=stage output=100 capacity=120; S B 100;"
                              "B: kind=stage primary=100 final_demand=200 capacity=400;"
                              "Z: kind=stage primary=1000 final_demand=1000"; /* the largest */

    (void)state;
    assert_true(isinf(ask(own, NULL, 0, 5, 0, NAN).days));
    assert_close(ask(own, "B", 0.5, 5, 0, NAN).days, 5 * 100 / 30.0, 1e-6);
}

/* A link that is cut carries what is left of it, however much could be made at its end. */
static void survival__of_a_cut_link_is_stock_over_what_it_carried(void **state)
{
    static const char two[] = "S: kind=firm; T: kind=firm; M: kind=firm final_demand=10;"
                              "S M 4 product=p; T M 6 product=p";
    const sn_survive_options how = {10, 0, 80};

    (void)state;
    assert_close(ask_within(two, NULL, (loss){"S", 0, 0.5}, &how).days, 10 / 0.2, 1e-6);
    assert_close(ask_within(two, NULL, (loss){"S", 0, 1}, &how).days, 10 / 0.4, 1e-6);
    /* 80 days: 0.2 of 10 a year are lost in 30 of them, in a program of 365 days a year */
    const double lost = ask_within(two, NULL, (loss){"S", 0, 0.5}, &how).lost;
    assert_close(lost, 0.2 * 10 * 30 / 365, 1e-7);
}

static void survival__asks_of_one_commodity_and_its_essential_inputs(void **state)
{
    static const char both[] =
        "A: kind=firm commodity=a; B: kind=firm commodity=a sector=m final_demand=365;"
        "C: kind=firm commodity=c; D: kind=firm commodity=c sector=m final_demand=365;"
        "E: kind=firm commodity=c; A B 100 product=x; C D 100 product=x; E D 50 product=y;"
        "recipe m x 2; recipe m y 1";
    const sn_survive_options how = {6, 0, NAN};

    (void)state;
    assert_close(ask_within(both, "a", (loss){"A", 1, 0}, &how).days, 6, 1e-6);
    assert_true(isinf(ask_within(both, "a", (loss){"C", 1, 0}, &how).days));
    assert_close(ask_within(both, "c", (loss){"C", 1, 0}, &how).days, 6, 1e-6);
    assert_true(isinf(ask_within(both, "c", (loss){"E", 1, 0}, &how).days)); /* not essential */
}

static void survival__adds_up_stocks_along_a_chain_and_stops_at_the_scarcest_input(void **state)
{
    static const char chain[] = "S: kind=firm; A: kind=firm; B: kind=firm final_demand=365;"
                                "S A 365; A B 365";
    static const char pair[] = "S: kind=firm; T: kind=firm; B: kind=firm final_demand=365;"
                               "S B 100 product=p; T B 200 product=q";

    (void)state;
    assert_close(ask(chain, "S", 1, 10, 0, NAN).days, 20, 1e-6);
    assert_close(ask(chain, "A", 1, 10, 0, NAN).days, 10, 1e-6);
    assert_close(ask(pair, "T", 1, 7, 0, NAN).days, 7, 1e-6);
}

static void survival__counts_own_production_and_stated_stocks(void **state)
{
    /* B makes half of its supply itself: S matters half. */
    static const char own[] = "S: kind=stage output=100; B: kind=stage primary=100 final_demand=200; S B 100";
    static const char stated[] = "S: kind=firm; M: kind=firm final_demand=365 inventory_days=3; S M 365";

    (void)state;
    assert_close(ask(own, "S", 1, 5, 0, 10).days, 5, 1e-6);
    assert_close(ask(own, "S", 1, 5, 0, 10).share, 0.25, 1e-7);
    assert_close(ask(stated, "S", 1, 30, 0, NAN).days, 3, 1e-6);
}

static void survival__without_stock_is_nothing_and_without_demand_for_ever(void **state)
{
    (void)state;
    assert_close(ask(maker, "S", 1, 0, 0, 5).days, 0, 1e-9);
    assert_close(ask(maker, "S", 1, 0, 0, 5).share, 1, 1e-9);
    assert_true(isinf(ask("S: kind=firm; M: kind=firm; S M 5", "S", 1, 0, 0, NAN).days));
    assert_true(isinf(ask("", NULL, 0, 0, 0, NAN).days));
}

static void survival__does_not_depend_on_the_unit_and_grows_with_stock(void **state)
{
    static const char small[] = "S: kind=firm; T: kind=firm; M: kind=firm final_demand=1e-5; "
                                "S M 4e-6 product=p; T M 6e-6 product=p";
    double before = 0;

    (void)state;
    assert_close(ask(small, "S", 1, 10, 0, NAN).days, 25, 1e-6);
    for (double stock = 1; stock < 100; stock *= 2) {
        const double days = ask(small, "S", 1, stock, 0.1, NAN).days;
        assert_true(days > before);
        before = days;
    }
}

static void options__out_of_range_are_refused(void **state)
{
    const sn_survive_options bad[] = {{-1, 0, NAN}, {0, -1, NAN}, {0, 0, -1}, {NAN, 0, NAN}};
    sn_network *net = NULL;
    sn_mask mask = {0};
    sn_survival survival;

    (void)state;
    if (sn_build(maker, &net, NULL) != SN_OK)
        fail();
    for (size_t k = 0; k < 4; k++)
        assert_int_equal(sn_survive(net, &mask, SN_NONE, &bad[k], &survival, NULL), SN_EUSAGE);
    sn_network_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(survival__of_a_maker_is_his_stock_over_his_demand),
        cmocka_unit_test(survival__is_for_ever_when_nobody_goes_or_others_have_room),
        cmocka_unit_test(survival__counts_what_others_can_make_at_capacity),
        cmocka_unit_test(survival__of_a_node_that_is_hit_leaves_less_of_its_own),
        cmocka_unit_test(survival__of_a_cut_link_is_stock_over_what_it_carried),
        cmocka_unit_test(survival__asks_of_one_commodity_and_its_essential_inputs),
        cmocka_unit_test(
            survival__adds_up_stocks_along_a_chain_and_stops_at_the_scarcest_input),
        cmocka_unit_test(survival__counts_own_production_and_stated_stocks),
        cmocka_unit_test(survival__without_stock_is_nothing_and_without_demand_for_ever),
        cmocka_unit_test(survival__does_not_depend_on_the_unit_and_grows_with_stock),
        cmocka_unit_test(options__out_of_range_are_refused),
    };
    sn_bridge_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
