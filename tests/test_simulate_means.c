/* test_simulate_means.c - what softens a disruption in time, and what does not: stocks,
 * reserves, lead times, other suppliers, more capacity, allies, and demand that grows. */
#include "sn_test.h"
#include "sn_sim.h"

static const char maker[] = "M: kind=firm final_demand=36500 inventory_days=20\n"
                            "S: kind=firm\nS M 36500";

static void lead_time__lets_what_is_under_way_arrive(void **state)
{
    static const double steps[] = {1, 0.5, 4, 7};
    (void)state;
    for (size_t k = 0; k < 4; k++) {
        sn_sim_options how = sn_sim_defaults();
        how.step = steps[k];
        how.days = 364;
        const sn_sim_measure m =
            sim_under("M: kind=firm final_demand=36500 inventory_days=20\nS: kind=firm\n"
                      "S M 36500 lead=10",
                      "S", outage(1, 28), &how);
        /* the gap of 28 days starts 10 days later and meets the same stock */
        assert_close(m.survive, 30, steps[k] + 1e-9);
        assert_close(m.area, 8, 1e-9);
        assert_close(m.lost, 800, 1e-6);
        assert_close(m.recover, 38, steps[k] + 1e-9);
    }
}

static void lead_time__of_a_chain_adds_up_and_leaves_the_steady_state_alone(void **state)
{
    static const char chain[] = "M: kind=firm final_demand=100\nT: kind=firm\nS: kind=firm\n"
                                "S T 100 lead=12.25\nT M 100 lead=3.5";
    static const char loop[] = "M: kind=firm final_demand=100\nT: kind=firm\nS: kind=firm\n"
                               "S T 100 lead=12.25\nT M 100 lead=3.5\nM T 1 lead=2";
    sn_sim_options how = sn_sim_defaults();
    (void)state;
    how.days = 10000;
    how.stock_days = 4;
    assert_true(isnan(sim_under(chain, "S", outage(0, 0), &how).survive));
    assert_true(isnan(sim_under(loop, "S", outage(0, 0), &how).survive));
    how.days = 200;
    const sn_sim_measure m = sim_under(chain, "S", outage(1, INFINITY), &how);
    assert_close(m.survive, 4 + 4 + 12.25 + 3.5, 1);
}

/* M has stock for 60 days, S can make half as much again: nobody goes short, and M orders what it
 * uses and a sixth of its gap a day.  Goods on the road count as stock, so that the gap is what S
 * has not sent, and the lead time does not show in what S makes. */
static void lead_time__lets_a_buyer_order_no_more_than_is_neither_there_nor_under_way(void **state)
{
    static const char text[] = "M: kind=firm final_demand=36500 inventory_days=60\n"
                               "S: kind=firm\nS M 36500 lead=10";
    static const double steps[] = {1, 0.5, 4, 7};
    (void)state;
    for (size_t k = 0; k < 4; k++) {
        sn_sim_options how = sn_sim_defaults();
        sn_network *net = sim_make(text);
        sn_sim_result r = {0};
        double gap = 0, worst = 0, most = 0;

        how.step = steps[k];
        how.days = 364;
        how.spare = 0.5;
        const double days = fmax(how.adjust_days, how.step);
        const sn_status status =
            sim_run(net, &how, sn_network_find(net, "S"), outage(1, 28), 1, &r, NULL);
        for (size_t t = 0; t < r.step_count; t++) {
            const bool out = (double)t * how.step < 28;
            const double sent = out ? 0 : fmin(1 + gap / days, 1.5);
            gap += (1 - sent) * how.step;
            most = fmax(most, gap);
            worst = fmax(worst, fabs(r.step[t].made - (1 + sent) * 36500) / 36500);
        }
        const size_t count = r.step_count;
        const double survive = r.total.survive;
        sn_sim_result_clear(&r);
        sn_network_free(net);
        assert_int_equal(status, SN_OK);
        assert_int_equal(count, 364 / steps[k]);
        assert_true(isnan(survive));
        assert_close(most, 28, 1e-9);
        assert_close(gap, 0, 1e-9); /* all is made up for */
        assert_close(worst, 0, 1e-9);
    }
}

static void stock__of_a_recipe_goes_before_that_of_the_node(void **state)
{
    sn_sim_options how = sn_sim_defaults();
    sn_sim_measure m[2];
    (void)state;
    for (int k = 0; k < 2; k++)
        m[k] = sim_under(k == 0 ? "M: kind=firm sector=m final_demand=36500 inventory_days=20\n"
                                  "S: kind=firm sector=s\nS M 36500\nrecipe m s 2 5"
                                : "M: kind=firm sector=m final_demand=36500 inventory_days=20\n"
                                  "S: kind=firm sector=s\nS M 36500\nrecipe m s 2",
                         "S", outage(1, 28), &how);
    assert_close(m[0].survive, 5, 1e-9);
    assert_close(m[1].survive, 20, 1e-9);
}

static void reserve__opens_after_its_delay_and_not_faster_than_told(void **state)
{
    sn_sim_options how = sn_sim_defaults();
    (void)state;
    how.reserve_days = 5;
    how.release_after = 3;
    /* stock to day 20, three days of shortage, five days of reserve, nothing for the rest */
    sn_sim_measure m = sim_under(maker, "S", outage(1, 40), &how);
    assert_close(m.survive, 20, 1e-9);
    assert_close(m.area, 15, 1e-9);
    how.release_rate = 0.5; /* ten days at half */
    m = sim_under(maker, "S", outage(1, 40), &how);
    assert_close(m.area, 15, 1e-9);
    m = sim_under(maker, "S", outage(1, 27), &how); /* 3 days whole, 4 days half */
    assert_close(m.area, 5, 1e-9);
}

static void reserve__of_who_makes_one_input_at_home_is_told_too(void **state)
{
    sn_network *net = sim_make("C: kind=country primary=50 final_demand=100\nS: kind=country\n"
                               "C C 50 product=p\nS C 50 product=q");
    sn_sim_options how = sn_sim_defaults();
    sn_sim_result r = {0};
    double left = NAN;
    (void)state;
    how.reserve_days = 40;
    const sn_status status =
        sim_run(net, &how, sn_network_find(net, "S"), outage(1, 10), 1, &r, NULL);
    if (status == SN_OK)
        left = r.reserve_left[0];
    sn_sim_result_clear(&r);
    sn_network_free(net);
    assert_int_equal(status, SN_OK);
    assert_close(left, 0.75, 1e-9); /* 10 of 40 days */
}

static void demand__that_grows_past_capacity_leaves_a_gap(void **state)
{
    sn_sim_event event = {.growth = 0.5, .duration = INFINITY, .ramp = 100, .fraction = 1};
    sn_sim_options how = sn_sim_defaults();
    sn_network *net = sim_make("M: kind=stage stage=use final_demand=100\n"
                               "S: kind=stage stage=mining\nS M 100");
    sn_sim_result r = {0};
    (void)state;
    how.days = 300;
    how.spare = 0.25;
    const sn_status status = sim_run(net, &how, sn_network_find(net, "M"), event, 1, &r, NULL);
    const double wanted = r.wanted[0], got = r.delivered[0], survive = r.total.survive;
    const double area = r.total.area, lost = r.total.lost;
    sn_sim_result_clear(&r);
    sn_network_free(net);
    assert_int_equal(status, SN_OK);
    assert_close(wanted, 150, 1e-9);
    assert_close(got, 125, 1e-9);
    assert_close(survive, 50, 1); /* demand passes 125 in the middle of the way */
    /* integral of 1 - 125 / (100 + t / 2) over t = 50..100, and a sixth of the rest */
    assert_close(area, 50 - 250 * log(150 / 125.0) + 200 / 6.0, 0.01);
    assert_close(lost, (25 * 50 / 2.0 + 25 * 200) / 365, 0.01);
}

static void overproduction__fills_a_gap_at_its_pace(void **state)
{
    /* half of what M buys is gone for good; the other supplier may grow to twice its size */
    static const char two[] = "M: kind=firm sector=m final_demand=100\nS: kind=firm sector=s\n"
                              "T: kind=firm sector=s\nS M 50\nT M 50";
    sn_sim_options how = sn_sim_defaults();
    double area[3];
    (void)state;
    for (int k = 0; k < 3; k++) {
        how.over_most = k == 0 ? 1 : 2;
        how.over_days = k == 1 ? 100 : 20;
        how.switch_delay = 0;
        how.switch_ramp = 1;
        area[k] = sim_under(two, "S", outage(1, INFINITY), &how).area;
    }
    assert_close(area[0], 182.5, 1);
    assert_true(area[2] < area[1] && area[1] < area[0]);
}

static void allies__are_served_before_others(void **state)
{
    sn_network *net =
        sim_make("A: kind=country final_demand=50\nB: kind=country final_demand=30\n"
                 "S: kind=country final_demand=20 primary=100\nS A 50\nS B 30");
    double ally[3] = {0}, area[3];
    sn_sim_options how = sn_sim_defaults();
    sn_sim_result r = {0};
    (void)state;
    ally[sn_network_find(net, "A")] = 1;
    how.rationing = SN_SIM_ALLIES_FIRST;
    how.ally = ally;
    how.days = 10;
    const sn_status status =
        sim_run(net, &how, sn_network_find(net, "S"), outage(0.4, INFINITY), 1, &r, NULL);
    for (int b = 0; b < 3 && status == SN_OK; b++)
        area[b] = r.measure[b].area;
    sn_sim_result_clear(&r);
    sn_network_free(net);
    assert_int_equal(status, SN_OK);
    /* 60 left: 20 at home, 40 of the ally's 50, none for the other */
    assert_close(area[0], 10 * 0.2, 1e-9);
    assert_close(area[1], 10, 1e-9);
    assert_close(area[2], 0, 1e-9);
}

/* First losses of the buyers of a network by id, with a node gone for 60 days. */
static bool first_losses(const char *text, const char *hit, double stock, double spare,
                         double *survive)
{
    sn_network *net = sim_make(text);
    sn_sim_options how = sn_sim_defaults();
    sn_sim_result r = {0};

    how.stock_days = stock;
    how.spare = spare;
    const sn_status status =
        sim_run(net, &how, sn_network_find(net, hit), outage(0.8, 60), 1, &r, NULL);
    for (size_t b = 0; status == SN_OK && b < r.buyer_count; b++)
        survive[b] = isnan(r.measure[b].survive) ? INFINITY : r.measure[b].survive;
    sn_sim_result_clear(&r);
    sn_network_free(net);
    return status == SN_OK;
}

static void longer_stock__never_shortens_survival_where_each_has_one_supplier(void **state)
{
    int longer = 0;
    unsigned long x = 11;
    (void)state;
    for (int seed = 0; seed < 60; seed++) {
        enum { N = 9 };
        char text[1200] = "";
        double survive[6][N];
        for (int i = 0; i < N; i++) { /* a tree: who comes first sells to who comes later */
            const size_t used = strlen(text);
            x = x * 6364136223846793005u + 1442695040888963407u;
            (void)snprintf(text + used, sizeof text - used, "n%d: kind=firm final_demand=%d\n",
                           i, 1 + (int)((x >> 40) % 9));
            if (i > 0)
                (void)snprintf(text + strlen(text), sizeof text - strlen(text), "n%d n%d %d\n",
                               (int)((x >> 20) % (unsigned)i), i, 1 + (int)((x >> 50) % 9));
        }
        for (int k = 0; k < 6; k++)
            assert_true(first_losses(text, "n0", 4 * k, 0, survive[k]));
        for (int k = 1; k < 6; k++)
            for (int b = 0; b < N; b++) {
                assert_true(survive[k][b] >= survive[k - 1][b] - 1e-9);
                longer += survive[k][b] > survive[k - 1][b];
            }
    }
    assert_true(longer > 500);
}

/* The exception: M refills its stock from T as well, which has nothing to spare, so that T's
 * own final demand goes short; without stock M orders what it always does. */
static void longer_stock__of_one_can_shorten_survival_of_another_by_refilling(void **state)
{
    static const char text[] = "M: kind=firm sector=m final_demand=80\nS: kind=firm sector=s\n"
                               "T: kind=firm sector=s final_demand=20\nS M 40\nT M 40";
    double none[2], some[2], spared[2];
    (void)state;
    assert_true(first_losses(text, "S", 0, 0, none));
    assert_true(first_losses(text, "S", 30, 0, some));
    assert_true(first_losses(text, "S", 30, 1, spared));
    assert_close(none[0], 0, 0); /* M */
    assert_true(isinf(none[1])); /* T */
    assert_true(some[0] > 30);
    assert_true(some[1] < 5);
    assert_true(isinf(spared[1]));
}

static void switching__moves_orders_to_a_supplier_with_spare_capacity(void **state)
{
    double area[2];
    (void)state;
    for (int k = 0; k < 2; k++) {
        sn_network *net = sim_make("B: kind=firm final_demand=100\nS: kind=firm sector=s\n"
                                   "T: kind=firm sector=s\nS B 50\nT B 50");
        sn_sim_options how = sn_sim_defaults();
        sn_sim_result r = {0};
        how.spare = 1;
        how.switch_delay = k == 0 ? NAN : 10;
        how.switch_ramp = 10;
        const sn_status status =
            sim_run(net, &how, sn_network_find(net, "S"), outage(1, INFINITY), 1, &r, NULL);
        area[k] = r.total.area;
        sn_sim_result_clear(&r);
        sn_network_free(net);
        assert_int_equal(status, SN_OK);
    }
    assert_true(area[1] < area[0]);
    assert_true(area[1] < 20);
}

/* T can take over the 50 of 100 that S made.  Orders lean away from S evenly for as long as the
 * ramp says, so that at least half of S's part is lost meanwhile. */
static void switching__takes_as_long_as_its_ramp(void **state)
{
    static const double ramp[] = {0, 10, 40};
    double area[3];
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        sn_sim_options how = sn_sim_defaults();
        how.days = 100;
        how.step = 0.25;
        how.spare = 1;
        how.switch_delay = 5;
        how.switch_ramp = ramp[k];
        area[k] = sim_under("B: kind=firm final_demand=100\nS: kind=firm sector=s\n"
                            "T: kind=firm sector=s\nS B 50\nT B 50",
                            "S", outage(1, INFINITY), &how)
                      .area;
    }
    assert_true(area[0] > 0.5 * 5); /* the delay, and the hundredth that S is still asked */
    assert_true(area[0] < 0.5 * 8);
    for (size_t k = 1; k < 3; k++) {
        assert_true(area[k] - area[0] > 0.5 * ramp[k] / 2 - 0.5);
        assert_true(area[k] - area[0] < 0.5 * ramp[k]); /* as if nothing leant till the end */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lead_time__lets_what_is_under_way_arrive),
        cmocka_unit_test(lead_time__of_a_chain_adds_up_and_leaves_the_steady_state_alone),
        cmocka_unit_test(
            lead_time__lets_a_buyer_order_no_more_than_is_neither_there_nor_under_way),
        cmocka_unit_test(stock__of_a_recipe_goes_before_that_of_the_node),
        cmocka_unit_test(reserve__opens_after_its_delay_and_not_faster_than_told),
        cmocka_unit_test(reserve__of_who_makes_one_input_at_home_is_told_too),
        cmocka_unit_test(demand__that_grows_past_capacity_leaves_a_gap),
        cmocka_unit_test(overproduction__fills_a_gap_at_its_pace),
        cmocka_unit_test(allies__are_served_before_others),
        cmocka_unit_test(longer_stock__never_shortens_survival_where_each_has_one_supplier),
        cmocka_unit_test(longer_stock__of_one_can_shorten_survival_of_another_by_refilling),
        cmocka_unit_test(switching__moves_orders_to_a_supplier_with_spare_capacity),
        cmocka_unit_test(switching__takes_as_long_as_its_ramp),
    };
    return cmocka_run_group_tests_name("simulate_means", tests, NULL, NULL);
}
