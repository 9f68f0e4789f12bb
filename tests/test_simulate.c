/* test_simulate.c - paths through time: by hand, as published, and what must always hold. */
#include "sn_test.h"
#include "sn_sim.h"
#include "sn_nets.h"

#include "graph/measure.h"
#include "metrics/simulate_private.h"

static const char two_firms[] = "1: kind=firm sector=a final_demand=100 inventory_days=3\n"
                                "2: kind=firm sector=b final_demand=100 inventory_days=3\n"
                                "1 2 100\n2 1 100";

/* Figures of the published program, METHODS of its repository: n = 3, tau = 6, delta_1 = 0.1.
 */
static void inoue_todo__follows_the_published_toy_under_each_rationing(void **state)
{
    static const double made[5] = {380, 363.33333333333331, 364.44444444444446,
                                   365.37037037037038, 366.14197530864197};
    static const struct {
        sn_sim_rationing rule;
        double final[5];
    } want[4] = {
        {SN_SIM_PROPORTIONAL,
         {190, 189.25619834710744, 195.076878304312, 194.05846886858626, 193.17314449793992}},
        {SN_SIM_FINAL_LAST,
         {180, 180, 193.88888888888891, 192.03703703703701, 190.55555555555554}},
        {SN_SIM_WATER_FILLING, {190, 190, 190.5555555555556, 190, 190}},
        {SN_SIM_WATER_FILLING_FINAL_LAST,
         {180, 180, 193.88888888888891, 192.03703703703701, 190.55555555555554}}};
    (void)state;
    for (size_t k = 0; k < 4; k++) {
        sn_network *net = sim_make(two_firms);
        sn_sim_options how = sn_sim_defaults();
        sn_sim_result r = {0};
        sn_sim_step got[5] = {0};
        how.model = SN_SIM_INOUE_TODO;
        how.rationing = want[k].rule;
        how.days = 5;
        const sn_status status = sim_run(net, &how, 0, outage(0.1, INFINITY), 1, &r, NULL);
        if (status == SN_OK)
            memcpy(got, r.step, sizeof got);
        sn_sim_result_clear(&r);
        sn_network_free(net);
        assert_int_equal(status, SN_OK);
        for (int t = 0; t < 5; t++) {
            assert_close(got[t].made, made[t], 1e-9);
            assert_close(got[t].delivered, want[k].final[t], 1e-9);
            assert_close(got[t].value_added, made[t] / 2, 1e-9);
        }
    }
}

/* Of a group that does not bind next to nothing is there, and nothing at all of S's goods. */
static void inoue_todo__takes_no_supplier_down_by_a_stock_too_small_to_divide_by(void **state)
{
    static const char text[] = "M: kind=firm sector=m final_demand=100 inventory_days=1e-320\n"
                               "S: kind=firm sector=s final_demand=10\nT: kind=firm sector=s\n"
                               "S M 1e-5\nT M 90\nrecipe m s 0";
    (void)state;
    for (int k = 0; k < 2; k++) {
        sn_network *net = sim_make(text);
        sn_sim_options how = sn_sim_defaults();
        sn_sim_result r = {0};
        double delivered = NAN;
        how.model = k == 0 ? SN_SIM_INOUE_TODO : SN_SIM_INOUE_TODO_CONSERVING;
        how.days = 20;
        const sn_status status = sim_run(net, &how, -1, outage(0, 0), 1, &r, NULL);
        if (status == SN_OK)
            delivered = r.delivered[0];
        sn_sim_result_clear(&r);
        sn_network_free(net);
        assert_int_equal(status, SN_OK);
        assert_close(delivered, 110, 1e-9);
    }
}

static const char maker[] = "M: kind=firm final_demand=36500 inventory_days=20\n"
                            "S: kind=firm\nS M 36500";

static sn_sim_measure maker_under(double step, double extra, double reserve, double recycle)
{
    sn_network *net = sim_make(maker);
    sn_sim_options how = sn_sim_defaults();
    sn_sim_result r = {0};
    sn_sim_measure got = {0};

    how.step = step;
    how.extra_days = extra;
    how.reserve_days = reserve;
    how.recycle = recycle;
    if (sim_run(net, &how, sn_network_find(net, "S"), outage(1, 28), 1, &r, NULL) == SN_OK)
        got = r.total;
    sn_sim_result_clear(&r);
    sn_network_free(net);
    return got;
}

static void maker__survives_2000_over_700_weeks_and_loses_800(void **state)
{
    static const double steps[] = {7, 1, 0.5, 0.25};
    (void)state;
    for (size_t k = 0; k < 4; k++) {
        const sn_sim_measure m = maker_under(steps[k], 0, 0, 0);
        assert_close(m.survive / 7, 2000.0 / 700, 1e-9);
        assert_close(m.lost, 800, 1e-6);
        assert_close(m.area, 8, 1e-9);
        assert_close(m.recover, 28, 1e-9);
        assert_close(m.depth, 1, 0);
    }
}

static void maker__is_helped_by_each_mitigation_as_computed_by_hand(void **state)
{
    (void)state;
    assert_close(maker_under(1, 5, 0, 0).area, 3, 1e-9);
    assert_close(maker_under(1, 0, 5, 0).area, 3, 1e-9);
    assert_true(isnan(maker_under(1, 8, 0, 0).survive));
    assert_close(maker_under(1, 8, 0, 0).recover, 0, 0);
    /* 20 days of stock; then 8 days at a quarter of normal */
    assert_close(maker_under(1, 0, 0, 0.25).area, 6, 1e-9);
    assert_close(maker_under(1, 0, 0, 0.25).depth, 0.75, 1e-9);
}

static void recovery__loses_the_integral_of_its_shape(void **state)
{
    /* without stock the area is duration + time x integral of what is still lost over 0..1 */
    static const struct {
        sn_sim_shape shape;
        double integral, tolerance;
    } want[] = {{SN_SIM_STEP, 1, 1e-9},
                {SN_SIM_LINEAR_WAY, 1.0 / 2, 1e-9},
                {SN_SIM_CONCAVE, 1.0 / 3, 1e-4},
                {SN_SIM_CONVEX, 2.0 / 3, 1e-4},
                {SN_SIM_EXPONENTIAL, (1 - 1e-6) / 4.605170185988091, 1e-4}};
    (void)state;
    for (size_t k = 0; k < 5; k++) {
        sn_network *net = sim_make("M: kind=firm final_demand=10\nS: kind=firm\nS M 10");
        sn_sim_options how = sn_sim_defaults();
        sn_sim_event event = outage(1, 10);
        sn_sim_result r = {0};
        event.shape = want[k].shape;
        event.recovery_time = 40;
        const sn_status status = sim_run(net, &how, 1, event, 1, &r, NULL);
        const double area = r.total.area;
        sn_sim_result_clear(&r);
        sn_network_free(net);
        assert_int_equal(status, SN_OK);
        assert_close(area, 10 + 40 * want[k].integral, 40 * want[k].tolerance);
    }
}

static void recovery__within_a_step_or_two_counts_too(void **state)
{
    static const double time[] = {0.25, 0.5, 1, 1.5};
    (void)state;
    for (size_t k = 0; k < 4; k++) {
        sn_sim_options how = sn_sim_defaults();
        sn_sim_event event = outage(1, 3);
        event.shape = SN_SIM_LINEAR_WAY;
        event.recovery_time = time[k];
        how.step = 0.5;
        const sn_sim_measure m =
            sim_under("M: kind=firm final_demand=10\nS: kind=firm\nS M 10", "S", event, &how);
        assert_close(m.area, 3 + time[k] / 2, 1e-3);
    }
}

/* M needs part of S and tool of T, and can do without oil of U.  It is short of what it needs
 * and does not get, and of nothing where it is hit itself, though oil may lack too. */
static void why__names_the_group_that_is_short_at_the_first_loss(void **state)
{
    static const struct {
        const char *gone[2], *group;
    } of[] = {{{"S", NULL}, "part"},
              {{"T", NULL}, "tool"},
              {{"M", NULL}, NULL},
              {{"U", "M"}, NULL},
              {{"U", "T"}, "tool"}};
    (void)state;
    for (size_t k = 0; k < sizeof of / sizeof *of; k++) {
        sn_network *net = sim_make(
            "M: kind=firm sector=m final_demand=10\nS: kind=firm\nT: kind=firm\nU: kind=firm\n"
            "S M 3 product=part\nT M 2 product=tool\nU M 1 product=oil\n"
            "recipe m part 2\nrecipe m tool 2\nrecipe m oil 1\n");
        const char *got = NULL;
        sn_sim_options how = sn_sim_defaults();
        double weight[2][4] = {{0}};
        sn_selection hit[2];
        sn_sim_event event[2];
        sn_sim_plan *plan = NULL;
        sn_sim_result r = {0};
        size_t events = 0;

        how.binding = SN_SIM_WEAK;
        how.days = 20;
        for (; events < 2 && of[k].gone[events] != NULL; events++) {
            weight[events][sn_network_find(net, of[k].gone[events])] = 1;
            hit[events] =
                (sn_selection){.weight = weight[events], .matched = 1, .names_node = true};
            event[events] = outage(of[k].gone[events][0] == 'U' ? 1 : 0.5, 10);
            event[events].hit = &hit[events];
        }
        sn_status status = sn_sim_plan_new(net, NULL, &plan, NULL);
        if (status == SN_OK)
            status = sn_sim_run(plan, &how, event, events, 1, false, NULL, NULL, &r, NULL);
        if (status == SN_OK && r.why[0] != SN_NONE)
            got = sn_dict_text(sn_network_groups(net), r.why[0]);
        const bool right =
            of[k].group == NULL ? got == NULL : got != NULL && strcmp(got, of[k].group) == 0;
        const bool lost = r.total.area > 0;
        sn_sim_result_clear(&r);
        sn_sim_plan_free(plan);
        sn_network_free(net);
        assert_int_equal(status, SN_OK);
        assert_true(lost);
        assert_true(right);
    }
}

static void steady_state__does_not_move_in_ten_thousand_days(void **state)
{
    (void)state;
    for (int model = 0; model < 4; model++)
        for (unsigned long seed = 1; seed <= 40; seed++) {
            net_random tables;
            net_draw(&tables, seed);
            sn_network *net = net_build(&tables, 2.385, false);
            sn_sim_options how = sn_sim_defaults();
            sn_sim_result r = {0};
            double drift = 0;
            how.model = (sn_sim_model)model;
            how.days = seed == 1 ? 10000 : 300;
            how.stock_days = 7.25;
            const sn_status status = sim_run(net, &how, -1, outage(0, 0), 1, &r, NULL);
            for (size_t t = 0; status == SN_OK && t < r.step_count; t++)
                drift =
                    fmax(drift, fabs(r.step[t].made / fmax(r.normal_step.made, 1e-300) - 1) *
                                    (r.normal_step.made > 0));
            sn_sim_result_clear(&r);
            sn_network_free(net);
            assert_int_equal(status, SN_OK);
            assert_close(drift, 0, 1e-9);
        }
}

typedef struct {
    sn_status status;
    double area, survive, balance, made;
} outcome;

static outcome random_outcome(unsigned long seed, double scale, bool backwards, int model,
                              int rule, double stock, double step)
{
    net_random tables;
    sn_sim_options how = sn_sim_defaults();
    sn_sim_result r = {0};
    outcome got = {0};

    net_draw(&tables, seed);
    for (size_t i = 0; i < tables.nodes;
         i++) /* a loop that sells nothing to users lets rounding grow */
        tables.node[i].final_demand = fmax(tables.node[i].final_demand, 4.77);
    sn_network *net = net_build(&tables, scale, backwards);
    how.model = (sn_sim_model)model;
    how.rationing = (sn_sim_rationing)rule;
    how.stock_days = stock;
    how.step = step;
    how.days = 120;
    const sn_sim_event event = outage(0.7, 30);
    got.status = sim_run(net, &how, (int64_t)(seed % tables.nodes), event, 1, &r, NULL);
    if (got.status == SN_OK)
        got = (outcome){SN_OK, r.total.area, r.total.survive, r.balance_error,
                        r.step[40].made / fmax(r.normal_step.made, 1e-300)};
    sn_sim_result_clear(&r);
    sn_network_free(net);
    return got;
}

static void any_path__balances_and_does_not_depend_on_unit_or_row_order(void **state)
{
    static const int rules[] = {SN_SIM_PROPORTIONAL, SN_SIM_FINAL_LAST, SN_SIM_FINAL_FIRST,
                                SN_SIM_WATER_FILLING, SN_SIM_WATER_FILLING_FINAL_LAST};
    (void)state;
    for (int model = 0; model < 4; model++)
        for (size_t rule = 0; rule < 5; rule++)
            for (unsigned long seed = 1; seed <= 25; seed++) {
                /* the published program's water filling jumps where two sums are equal */
                const bool jumps =
                    model == SN_SIM_INOUE_TODO && rules[rule] >= SN_SIM_WATER_FILLING;
                const outcome a = random_outcome(seed, 1, false, model, rules[rule], 9, 1);
                const outcome b = random_outcome(seed, 1, true, model, rules[rule], 9, 1);
                const outcome c = random_outcome(seed, 1e6, false, model, rules[rule], 9, 1);
                assert_int_equal(a.status, SN_OK);
                assert_int_equal(c.status, SN_OK);
                assert_close(a.balance, 0, 1e-9);
                assert_true(a.area == b.area && a.made == b.made);
                if (!jumps) {
                    assert_close(c.area, a.area, 1e-6 * (1 + a.area));
                    assert_close(c.made, a.made, 1e-6);
                }
            }
}

static void shorter_steps__come_closer_to_one_another(void **state)
{
    double apart[2] = {0, 0};
    (void)state;
    for (unsigned long seed = 1; seed <= 25; seed++) {
        const double a = random_outcome(seed, 1, false, 0, 0, 5, 1).area;
        const double b = random_outcome(seed, 1, false, 0, 0, 5, 0.5).area;
        const double c = random_outcome(seed, 1, false, 0, 0, 5, 0.25).area;
        apart[0] += fabs(a - b);
        apart[1] += fabs(b - c);
    }
    assert_true(apart[0] > 0);
    assert_true(apart[1] < 0.8 * apart[0]);
}

static void threads__do_not_change_a_bit(void **state)
{
    enum { N = 5000 };
    sn_builder *b = sn_builder_new();
    sn_sim_result r[2] = {{0}, {0}};
    sn_sim_options how = sn_sim_defaults();
    unsigned long x = 7;
    (void)state;
    for (int i = 0; i < N; i++) {
        char id[16];
        int32_t node;
        (void)snprintf(id, sizeof id, "f%04d", i);
        assert_int_equal(sn_builder_declare(b, id, strlen(id), &node, NULL), SN_OK);
        sn_builder_set_kind(b, node, SN_KIND_FIRM);
        assert_int_equal(sn_builder_set_number(b, node, SN_FINAL_DEMAND, 1 + i % 7, NULL),
                         SN_OK);
    }
    for (int e = 0; e < 5 * N; e++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        assert_int_equal(sn_builder_flow(b, (int32_t)((x >> 33) % N), (int32_t)((x >> 13) % N),
                                         1 + (double)((x >> 50) % 9), SN_NONE,
                                         SN_BASIS_REPORTED, NULL, 0, NULL),
                         SN_OK);
    }
    sn_network *net = net_freeze(b);
    how.days = 20;
    how.stock_days = 3;
    const sn_status one = sim_run(net, &how, 5, outage(1, 20), 1, &r[0], NULL);
    const sn_status four = sim_run(net, &how, 5, outage(1, 20), 4, &r[1], NULL);
    const bool same =
        one == SN_OK && four == SN_OK &&
        memcmp(r[0].step, r[1].step, 20 * sizeof *r[0].step) == 0 &&
        memcmp(r[0].series, r[1].series, 20 * r[0].buyer_count * sizeof(double)) == 0;
    const double area = r[0].total.area;
    sn_sim_result_clear(&r[0]);
    sn_sim_result_clear(&r[1]);
    sn_network_free(net);
    assert_true(same);
    assert_true(area > 0);
}

static void many__depends_on_seed_and_run_not_on_threads(void **state)
{
    enum { RUNS = 30 };
    const sn_sim_uncertainty u = {{0.5, 2}, {0.5, 1.5}, {1, 1}, {1, 1}, {1, 1}, {1, 1}};
    sn_network *net = sim_make("M: kind=firm final_demand=36500\nS: kind=firm\nS M 36500");
    double weight[2] = {0, 1};
    const sn_selection hit = {.weight = weight, .matched = 1, .names_node = true};
    sn_sim_event event = outage(1, 28);
    sn_sim_options how = sn_sim_defaults();
    sn_sim_measure m[3][RUNS];
    sn_sim_plan *plan = NULL;
    bool ok;
    (void)state;

    memset(m, 0, sizeof m);
    event.hit = &hit;
    how.stock_days = 20;
    ok = sn_sim_plan_new(net, NULL, &plan, NULL) == SN_OK &&
         sn_sim_many(plan, &how, &event, 1, &u, 9, RUNS, 1, NULL, NULL, m[0], NULL, 0, NULL,
                     NULL) == SN_OK &&
         sn_sim_many(plan, &how, &event, 1, &u, 9, RUNS, 3, NULL, NULL, m[1], NULL, 0, NULL,
                     NULL) == SN_OK &&
         sn_sim_many(plan, &how, &event, 1, &u, 10, RUNS, 3, NULL, NULL, m[2], NULL, 0, NULL,
                     NULL) == SN_OK;
    sn_sim_plan_free(plan);
    sn_network_free(net);
    assert_true(ok);
    assert_memory_equal(m[0], m[1], sizeof m[0]);
    assert_memory_not_equal(m[0], m[2], sizeof m[0]);
    assert_true(m[0][0].area != m[0][1].area || m[0][0].area != m[0][2].area);
}

/* Twenty days without S, and 1.5 times 3, 4 and 5 days of each kind of stock. */
static void many__draws_one_factor_for_every_kind_of_stock(void **state)
{
    const sn_sim_uncertainty u = {{1, 1}, {1.5, 1.5}, {1, 1}, {1, 1}, {1, 1}, {1, 1}};
    double weight[2] = {0, 1};
    const sn_selection hit = {.weight = weight, .matched = 1, .names_node = true};
    sn_sim_event event = outage(1, 20);
    double area[3] = {0};
    (void)state;

    event.hit = &hit;
    for (int kinds = 1; kinds <= 3; kinds++) {
        sn_network *net = sim_make("M: kind=firm final_demand=365\nS: kind=firm\nS M 365");
        sn_sim_options how = sn_sim_defaults();
        sn_sim_measure m[2] = {{0}};
        sn_sim_plan *plan = NULL;
        sn_status status = sn_sim_plan_new(net, NULL, &plan, NULL);

        how.step = 0.5;
        how.stock_days = 3;
        how.extra_days = kinds > 1 ? 4 : 0;
        how.reserve_days = kinds > 2 ? 5 : 0;
        if (status == SN_OK)
            status = sn_sim_many(plan, &how, &event, 1, &u, 2, 2, 1, NULL, NULL, m, NULL, 0,
                                 NULL, NULL);
        sn_sim_plan_free(plan);
        sn_network_free(net);
        assert_int_equal(status, SN_OK);
        assert_close(m[0].area, m[1].area, 0);
        area[kinds - 1] = m[0].area;
    }
    assert_close(area[0], 20 - 1.5 * 3, 1e-9);
    assert_close(area[1], 20 - 1.5 * (3 + 4), 1e-9);
    assert_close(area[2], 20 - 1.5 * (3 + 4 + 5), 1e-9);
}

/* Draws that are certain, of S gone for 20 days, against what they stand for. */
static double area_drawn(sn_sim_uncertainty u, sn_sim_event event)
{
    sn_network *net = sim_make("M: kind=firm final_demand=365\nS: kind=firm\nS M 365");
    double weight[2] = {0, 1};
    const sn_selection hit = {.weight = weight, .matched = 1, .names_node = true};
    const sn_sim_options how = sn_sim_defaults();
    sn_sim_measure m = {.area = NAN};
    sn_sim_plan *plan = NULL;
    sn_status status = sn_sim_plan_new(net, NULL, &plan, NULL);

    event.hit = &hit;
    if (status == SN_OK)
        status = sn_sim_many(plan, &how, &event, 1, &u, 1, 1, 1, NULL, NULL, &m, NULL, 0, NULL,
                             NULL);
    sn_sim_plan_free(plan);
    sn_network_free(net);
    return status == SN_OK ? m.area : (double)NAN;
}

static void many__scales_the_fraction_the_durations_and_the_elasticities(void **state)
{
    const sn_sim_uncertainty none = {{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}};
    sn_sim_uncertainty u = none;
    sn_sim_event event = outage(0.5, 20), tax = outage(0, 20);
    (void)state;

    event.shape = SN_SIM_LINEAR_WAY;
    event.recovery_time = 8;
    assert_close(area_drawn(none, event), 0.5 * (20 + 4), 1e-9);
    u.fraction = (sn_sim_spread){1.5, 1.5};
    assert_close(area_drawn(u, event), 0.75 * (20 + 4), 1e-9);
    u.fraction = (sn_sim_spread){3, 3}; /* no more than all */
    assert_close(area_drawn(u, event), 20 + 4, 1e-9);
    u = none;
    u.duration = (sn_sim_spread){2.5, 2.5};
    assert_close(area_drawn(u, event), 0.5 * (50 + 4), 1e-9);
    u = none;
    u.recovery = (sn_sim_spread){0.5, 0.5};
    assert_close(area_drawn(u, event), 0.5 * (20 + 2), 1e-9);
    /* a tax that is enforced by nine tenths */
    tax.tax = 0.25;
    tax.demand_elasticity = -0.8;
    tax.supply_elasticity = 1.25;
    tax.fraction = 0.9 * sn_tax_cut(tax.tax, tax.demand_elasticity, tax.supply_elasticity);
    assert_close(area_drawn(none, tax), 20 * tax.fraction, 1e-9);
    u = none;
    u.demand = (sn_sim_spread){0.5, 0.5};
    u.supply = (sn_sim_spread){2, 2};
    assert_close(area_drawn(u, tax), 20 * 0.9 * sn_tax_cut(0.25, -0.4, 2.5), 1e-9);
}

static void settings__out_of_range_are_refused(void **state)
{
    sn_network *net = sim_make(maker);
    sn_sim_result r = {0};
    sn_error err = {0};
    (void)state;
    sn_sim_options zero_step = sn_sim_defaults(), lost = sn_sim_defaults();
    zero_step.step = 0;
    lost.model = SN_SIM_ARIO;
    lost.recycle = 0.1;
    const sn_status a = sim_run(net, &zero_step, 0, outage(1, 1), 1, &r, NULL);
    const sn_status b = sim_run(net, &lost, 0, outage(1, 1), 1, &r, NULL);
    const sn_sim_options fine = sn_sim_defaults();
    const sn_status c = sim_run(net, &fine, 0, outage(1.5, 1), 1, &r, &err);
    sn_network_free(net);
    assert_int_equal(a, SN_EUSAGE);
    assert_int_equal(b, SN_EUSAGE);
    assert_int_equal(c, SN_EUSAGE);
    assert_non_null(strstr(err.message, "event 0"));
}

static void steady_state__is_told_as_the_normal_step(void **state)
{
    sn_network *net = sim_make(
        "A: kind=country primary=70 final_demand=5;B: kind=firm output=90\n"
        "C: kind=firm output=20 final_demand=8;A B 60;A C 7;B C 12;C B 4;Z: kind=firm\n"
        "Y: kind=firm;Y Z 3");
    const sn_sim_options how = sn_sim_defaults();
    sn_sim_result r = {0};
    const sn_status status = sim_run(net, &how, -1, outage(0, 1), 1, &r, NULL);
    const sn_sim_step normal = r.normal_step, first = r.step[0];

    (void)state;
    sn_sim_result_clear(&r);
    sn_network_free(net);
    assert_int_equal(status, SN_OK);
    assert_true(normal.made > 0 && normal.value_added > 0 && normal.value_added < normal.made);
    assert_close(first.made, normal.made, 1e-9);
    assert_close(first.value_added, normal.value_added, 1e-9);
    assert_close(first.delivered, normal.delivered, 1e-9);
    assert_close(first.served, normal.served, 1e-12);
}

/* What an event takes at a moment, as simulate.h describes its course. */
static double taken_at(const sn_sim_event *e, double day)
{
    const double since = day - e->start - e->duration;
    const double s = e->recovery_time > 0 ? since / e->recovery_time : 1;

    if (day < e->start)
        return 0;
    if (since < 0)
        return e->fraction * (e->ramp > 0 ? fmin(1, (day - e->start) / e->ramp) : 1);
    if (e->recovery_time <= 0 || (s >= 1 && e->shape != SN_SIM_EXPONENTIAL) || s >= 3)
        return 0;
    return e->fraction * (e->shape == SN_SIM_STEP         ? 1
                          : e->shape == SN_SIM_LINEAR_WAY ? 1 - s
                          : e->shape == SN_SIM_CONCAVE    ? (1 - s) * (1 - s)
                          : e->shape == SN_SIM_CONVEX     ? 1 - s * s
                                                          : pow(0.01, s));
}

static void severity__is_the_mean_of_what_an_event_takes_within_a_step(void **state)
{
    enum { PIECES = 4000 };
    static const double half[] = {0, 0.25, 0.5, 1, 2.5, 7};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    (void)state;

    gsl_rng_set(rng, 5);
    for (int k = 0; k < 500; k++) {
        sn_sim_event e = {.fraction = 0.2 + 0.8 * gsl_rng_uniform(rng),
                          .shape = (sn_sim_shape)(k % 5),
                          .start = half[gsl_rng_uniform_int(rng, 6)],
                          .duration = half[gsl_rng_uniform_int(rng, 6)],
                          .ramp = half[gsl_rng_uniform_int(rng, 6)],
                          .recovery_time = half[gsl_rng_uniform_int(rng, 6)]};
        e.ramp = fmin(e.ramp, e.duration);
        for (double from = 0; from < 12; from += 0.75) {
            const double to = from + (k % 3 == 0 ? 1 : 0.75), each = (to - from) / PIECES;
            double sum = 0;
            for (int p = 0; p < PIECES; p++)
                sum += taken_at(&e, from + (p + 0.5) * each);
            /* the recovery is taken at sixteen moments */
            const double apart = fabs(sim_severity(&e, from, to, false) - sum / PIECES);
            if (!(apart <= (e.shape == SN_SIM_STEP ? 0.04 : 0.005)))
                fail_msg("event %d, days %g to %g: off by %g", k, from, to, apart);
            assert_close(sim_severity(&e, from, to, true), taken_at(&e, from), 1e-12);
        }
    }
    gsl_rng_free(rng);
}

/* F and G sell to final demand, M does not, Z makes nothing.  Of those selected only users of
 * the end are asked about, unless a node is named, or none of them is one. */
static void buyers__are_those_selected_that_final_demand_buys_from(void **state)
{
    static const struct {
        const char *selected;
        bool named;
        const char *asked;
    } of[] = {{NULL, false, "FG"}, {"FGMZ", false, "FG"}, {"FM", false, "F"}, {"M", false, "M"},
              {"FM", true, "FM"},  {"FGMZ", true, "FGM"}, {"MZ", false, "M"}, {"", false, ""}};
    sn_network *net = sim_make("F: kind=firm final_demand=8;G: kind=firm final_demand=3\n"
                               "M: kind=firm;Z: kind=firm;M F 5;M G 2");
    (void)state;

    for (size_t k = 0; k < sizeof of / sizeof *of; k++) {
        const sn_sim_options how = sn_sim_defaults();
        sn_selection named = {.weight = calloc(4, sizeof(double)), .names_node = of[k].named};
        sn_sim_plan *plan = NULL;
        sn_sim_result r = {0};
        char asked[8] = "";

        for (const char *c = of[k].selected; c != NULL && *c != '\0'; c++, named.matched++)
            named.weight[sn_network_find(net, (char[]){*c, '\0'})] = 0.5;
        sn_status status =
            sn_sim_plan_new(net, of[k].selected != NULL ? &named : NULL, &plan, NULL);
        if (status == SN_OK)
            status = sn_sim_run(plan, &how, NULL, 0, 1, false, NULL, NULL, &r, NULL);
        for (size_t b = 0; b < r.buyer_count; b++)
            asked[b] = sn_network_id(net, (size_t)r.buyer[b])[0];
        sn_sim_result_clear(&r);
        sn_sim_plan_free(plan);
        sn_selection_clear(&named);
        assert_int_equal(status, SN_OK);
        assert_string_equal(asked, of[k].asked);
    }
    sn_network_free(net);
}

/* Flows may be cut one by one: of all that a country sells abroad, that is a ban on exports. */
static void event__that_cuts_flows_one_by_one_is_the_ban_that_they_make(void **state)
{
    sn_network *net = sim_make(
        "A: kind=country country=AAA primary=100;B: kind=country country=BBB primary=5\n"
        "C: kind=country country=CCC primary=1\n"
        "A A 10;A B 20 ;A C 30;B C 4;C B 3;C A 1");
    const sn_sim_options how = sn_sim_defaults();
    const size_t m = sn_network_flow_count(net);
    double *cut = calloc(m, sizeof *cut);
    sn_sim_result r[4] = {{0}};
    (void)state;

    for (size_t e = 0; e < m; e++) {
        const sn_flow f = sn_network_flow(net, e);
        cut[e] = f.supplier == sn_network_find(net, "A") && f.buyer != f.supplier;
    }
    sn_sim_event one = outage(0.6, 20), ban = one, half = one;
    one.flow_cut = cut;
    ban.mode = SN_MODE_EXPORTS;
    const int64_t a = sn_network_find(net, "A");
    assert_int_equal(sim_run(net, &how, a, one, 1, &r[0], NULL), SN_OK);
    assert_int_equal(sim_run(net, &how, a, ban, 1, &r[1], NULL), SN_OK);
    for (size_t e = 0; e < m; e++)
        cut[e] *= 0.5;
    half.flow_cut = cut;
    assert_int_equal(sim_run(net, &how, a, half, 1, &r[2], NULL), SN_OK);
    ban.fraction = 0.3;
    assert_int_equal(sim_run(net, &how, a, ban, 1, &r[3], NULL), SN_OK);
    const sn_sim_measure by_flow = r[0].total, by_ban = r[1].total, by_half = r[2].total;
    const sn_sim_measure half_ban = r[3].total;
    for (size_t k = 0; k < 4; k++)
        sn_sim_result_clear(&r[k]);
    free(cut);
    sn_network_free(net);
    assert_true(by_ban.depth > 0.1);
    assert_close(by_flow.depth, by_ban.depth, 0);
    assert_close(by_flow.area, by_ban.area, 0);
    assert_close(by_half.depth, half_ban.depth, 1e-12);
    assert_close(by_half.area, half_ban.area, 1e-12);
    assert_true(by_half.depth < by_ban.depth - 0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inoue_todo__follows_the_published_toy_under_each_rationing),
        cmocka_unit_test(inoue_todo__takes_no_supplier_down_by_a_stock_too_small_to_divide_by),
        cmocka_unit_test(maker__survives_2000_over_700_weeks_and_loses_800),
        cmocka_unit_test(maker__is_helped_by_each_mitigation_as_computed_by_hand),
        cmocka_unit_test(recovery__loses_the_integral_of_its_shape),
        cmocka_unit_test(recovery__within_a_step_or_two_counts_too),
        cmocka_unit_test(why__names_the_group_that_is_short_at_the_first_loss),
        cmocka_unit_test(steady_state__does_not_move_in_ten_thousand_days),
        cmocka_unit_test(any_path__balances_and_does_not_depend_on_unit_or_row_order),
        cmocka_unit_test(shorter_steps__come_closer_to_one_another),
        cmocka_unit_test(threads__do_not_change_a_bit),
        cmocka_unit_test(many__depends_on_seed_and_run_not_on_threads),
        cmocka_unit_test(many__draws_one_factor_for_every_kind_of_stock),
        cmocka_unit_test(many__scales_the_fraction_the_durations_and_the_elasticities),
        cmocka_unit_test(settings__out_of_range_are_refused),
        cmocka_unit_test(steady_state__is_told_as_the_normal_step),
        cmocka_unit_test(severity__is_the_mean_of_what_an_event_takes_within_a_step),
        cmocka_unit_test(buyers__are_those_selected_that_final_demand_buys_from),
        cmocka_unit_test(event__that_cuts_flows_one_by_one_is_the_ban_that_they_make),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
