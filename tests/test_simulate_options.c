/* test_simulate_options.c - the edges of what a simulation takes. */
#include "sn_test.h"
#include "sn_sim.h"

#include "graph/bridge.h"

static sn_status try(const sn_sim_options *how, sn_sim_event event)
{
    sn_network *net =
        sim_make("A: kind=firm output=10;B: kind=firm output=10 final_demand=10;A B 10\n");
    sn_sim_result r = {0};
    const sn_status status = sim_run(net, how, sn_network_find(net, "A"), event, 1, &r, NULL);

    sn_sim_result_clear(&r);
    sn_network_free(net);
    return status;
}

/* One option at a time: the last value that is taken, and one that is not. */
static void settings__end_where_they_say(void **state)
{
    sn_sim_options how = sn_sim_defaults();
    const struct {
        const char *name;
        double *place, taken, refused;
    } edge[] = {
        {"days", &how.days, 1, 0},
        {"step", &how.step, 5, 5.5},
        {"step", &how.step, 1, 0},
        {"adjust_days", &how.adjust_days, 0.5, 0},
        {"stock_days", &how.stock_days, 0, -1e-9},
        {"extra_days", &how.extra_days, 0, -1e-9},
        {"reserve_days", &how.reserve_days, 0, -1e-9},
        {"recycle", &how.recycle, 0, -1e-9},
        {"recycle", &how.recycle, 1, 1 + 1e-9},
        {"spare", &how.spare, 0, -1e-9},
        {"over_most", &how.over_most, 1, 1 - 1e-9},
        {"over_days", &how.over_days, 0.5, 0},
        {"psi", &how.psi, 0, -1e-9},
        {"psi", &how.psi, 1, 1 + 1e-9},
        {"release_after", &how.release_after, 0, -1e-9},
        {"release_rate", &how.release_rate, 0, -1e-9},
        {"stock_days", &how.stock_days, 2, NAN},
        {"spare", &how.spare, 0.5, NAN},
    };
    (void)state;

    for (size_t k = 0; k < sizeof edge / sizeof *edge; k++) {
        how = sn_sim_defaults();
        how.days = 5;
        *edge[k].place = edge[k].taken;
        if (try(&how, outage(0.5, 2)) != SN_OK)
            fail_msg("%s = %g is refused", edge[k].name, edge[k].taken);
        *edge[k].place = edge[k].refused;
        if (try(&how, outage(0.5, 2)) != SN_EUSAGE)
            fail_msg("%s = %g is taken", edge[k].name, edge[k].refused);
    }
}

static void events__end_where_they_say(void **state)
{
    sn_sim_options how = sn_sim_defaults();
    sn_sim_event event;
    const struct {
        const char *name;
        double *place, taken, refused;
    } edge[] = {
        {"fraction", &event.fraction, 0, -1e-9},
        {"fraction", &event.fraction, 1, 1 + 1e-9},
        {"start", &event.start, 0, -1e-9},
        {"duration", &event.duration, 0, -1e-9},
        {"recovery_time", &event.recovery_time, 0, -1e-9},
        {"ramp", &event.ramp, 0, -1e-9},
        {"growth", &event.growth, -1, -1 - 1e-9},
        {"growth", &event.growth, 3, INFINITY},
        {"tax", &event.tax, 0, -1e-9},
    };
    (void)state;

    how.days = 5;
    for (size_t k = 0; k < sizeof edge / sizeof *edge; k++) {
        event = outage(0.5, 2);
        *edge[k].place = edge[k].taken;
        if (try(&how, event) != SN_OK)
            fail_msg("%s = %g is refused", edge[k].name, edge[k].taken);
        *edge[k].place = edge[k].refused;
        if (try(&how, event) != SN_EUSAGE)
            fail_msg("%s = %g is taken", edge[k].name, edge[k].refused);
    }
}

static void reserves__recycling_and_switching_belong_to_the_default_model(void **state)
{
    sn_sim_options how = sn_sim_defaults();
    (void)state;

    how.days = 5;
    how.recycle = 0.5;
    how.reserve_days = 3;
    how.switch_delay = 2;
    assert_int_equal(try(&how, outage(0.5, 2)), SN_OK);
    for (int k = 0; k < 4; k++) {
        how = sn_sim_defaults();
        how.days = 5;
        how.model = SN_SIM_INOUE_TODO;
        how.recycle = k == 1 ? 0.5 : 0;
        how.reserve_days = k == 2 ? 3 : 0;
        how.switch_delay = k == 3 ? 2 : (double)NAN;
        assert_int_equal(try(&how, outage(0.5, 2)), k == 0 ? SN_OK : SN_EUSAGE);
    }
}

static bool until_third(void *context, size_t done)
{
    *(size_t *)context = done;
    return done < 3;
}

static void progress__counts_steps_and_may_stop(void **state)
{
    sn_network *net =
        sim_make("A: kind=firm output=10;B: kind=firm output=10 final_demand=10;A B 10\n");
    sn_sim_options how = sn_sim_defaults();
    sn_sim_plan *plan = NULL;
    sn_sim_result r = {0};
    sn_error err = {0};
    size_t done = 0;
    (void)state;

    how.days = 10;
    assert_int_equal(sn_sim_plan_new(net, NULL, &plan, NULL), SN_OK);
    const sn_status status =
        sn_sim_run(plan, &how, NULL, 0, 1, false, until_third, &done, &r, &err);
    sn_sim_result_clear(&r);
    sn_sim_plan_free(plan);
    sn_network_free(net);
    assert_int_equal(status, SN_EUSAGE);
    assert_string_equal(err.message, "stopped");
    assert_int_equal(done, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings__end_where_they_say),
        cmocka_unit_test(events__end_where_they_say),
        cmocka_unit_test(reserves__recycling_and_switching_belong_to_the_default_model),
        cmocka_unit_test(progress__counts_steps_and_may_stop),
    };

    sn_bridge_setup();
    return cmocka_run_group_tests_name("simulate_options", tests, NULL, NULL);
}
