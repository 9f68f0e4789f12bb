/* test_simulate_lanes.c - many paths side by side: each is the one that it would be alone. */
#include "sn_test.h"
#include "sn_nets.h"

#include "metrics/simulate_private.h"

enum { MOST_LANES = 8, EVENTS = 3, DAYS = 70, SEEDS = 12 };

/* What this machine runs. */
static size_t engines(const sim_engine *engine[4])
{
    size_t count = 0;

    engine[count++] = &sim_engine_one;
    engine[count++] = &sim_engine_portable;
#ifdef SN_SWEEP_X86
    if (__builtin_cpu_supports("avx2"))
        engine[count++] = &sim_engine_avx2;
    if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        engine[count++] = &sim_engine_avx512;
#endif
    return count;
}

/* One way of running a network: what all its paths have in common. */
typedef struct {
    int model, rule, binding;
    bool means, lead_times;
} way;

/* A network, three events on it and a setting. */
typedef struct {
    sn_network *net;
    sn_sim_plan *plan;
    double *weight, *flow_cut, *ally;
    sn_selection hit;
    sn_sim_event event[EVENTS];
    sn_sim_options how;
} setup;

static void setup_make(setup *u, const way *w, unsigned long seed)
{
    net_random tables;

    net_draw(&tables, seed);
    for (size_t i = 0; i < tables.nodes; i++)
        tables.node[i].final_demand = fmax(tables.node[i].final_demand, 4.77);
    u->net = net_build(&tables, 1, false);
    const size_t n = u->net->node_count, m = u->net->flow_count;
    if (w->lead_times)
        u->net->lead_time = malloc((m + 1) * sizeof *u->net->lead_time);
    for (size_t e = 0; w->lead_times && e < m; e++)
        u->net->lead_time[e] = 1.75 * (double)(e % 4);
    u->weight = calloc(n + 1, sizeof *u->weight);
    u->flow_cut = calloc(m + 1, sizeof *u->flow_cut);
    u->ally = calloc(n + 1, sizeof *u->ally);
    for (size_t i = 0; i < n; i++)
        u->ally[i] = i % 3 == 0;
    for (size_t e = 0; e < m; e += 2)
        u->flow_cut[e] = 0.85;
    u->weight[seed % n] = 1;
    u->hit = (sn_selection){.weight = u->weight, .matched = 1, .names_node = true};
    u->event[0] = (sn_sim_event){.hit = &u->hit,
                                 .mode = SN_MODE_PRODUCTION,
                                 .fraction = 0.7,
                                 .start = 2,
                                 .duration = 20,
                                 .shape = SN_SIM_LINEAR_WAY,
                                 .recovery_time = 7};
    u->event[1] = (sn_sim_event){
        .hit = &u->hit, .flow_cut = u->flow_cut, .fraction = 0.9, .start = 5, .duration = 11};
    u->event[2] =
        (sn_sim_event){.hit = &u->hit, .growth = 0.4, .fraction = 1, .duration = 30, .ramp = 6};
    u->how = sn_sim_defaults();
    u->how.model = (sn_sim_model)w->model;
    u->how.rationing = (sn_sim_rationing)w->rule;
    u->how.binding = (sn_sim_binding)w->binding;
    u->how.days = DAYS;
    u->how.stock_days = 4;
    u->how.ally = u->ally;
    if (w->means) {
        u->how.over_most = 1.3;
        u->how.over_days = 40;
        u->how.spare = 0.1;
        u->how.extra_days = 2;
    }
    if (w->means && w->model == SN_SIM_DEFAULT) {
        u->how.reserve_days = 5;
        u->how.release_after = 2;
        u->how.release_rate = 0.6;
        u->how.recycle = 0.15;
        u->how.switch_delay = 3;
        u->how.switch_ramp = 8;
    }
    if (sn_sim_plan_new(u->net, NULL, &u->plan, NULL) != SN_OK)
        abort();
}

static void setup_clear(setup *u)
{
    sn_sim_plan_free(u->plan);
    sn_network_free(u->net);
    free(u->weight);
    free(u->flow_cut);
    free(u->ally);
}

/* Lane l has its own durations, strengths and stocks. */
static void vary(const setup *u, size_t l, sn_sim_event *event, sn_sim_options *how)
{
    const double x = (double)l;

    memcpy(event, u->event, sizeof u->event);
    event[0].duration *= 0.5 + 0.31 * x;
    event[0].recovery_time *= 1 + 0.2 * x;
    event[1].fraction *= 1 - 0.11 * x;
    event[1].duration *= 2 - 0.2 * x;
    *how = u->how;
    how->stock_days *= 0.25 * x;
    how->extra_days *= 1.5 - 0.2 * x;
    how->reserve_days *= l == 3 ? 0 : 0.3 + x / 7;
}

static bool same(const double *a, const double *b, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (!(a[k] == b[k] || (isnan(a[k]) && isnan(b[k]))))
            return false;
    return true;
}

static bool same_measures(const sn_sim_measure *a, const sn_sim_measure *b, size_t count)
{
    return same((const double *)a, (const double *)b, count * (sizeof *a / sizeof(double)));
}

static bool same_results(const sn_sim_result *a, const sn_sim_result *b)
{
    return a->step_count == b->step_count && same_measures(&a->total, &b->total, 1) &&
           same_measures(a->measure, b->measure, a->buyer_count) &&
           same_measures(a->by_commodity, b->by_commodity, a->commodity_count) &&
           memcmp(a->why, b->why, a->buyer_count * sizeof *a->why) == 0 &&
           same(a->reserve_left, b->reserve_left, a->buyer_count) &&
           same(a->wanted, b->wanted, a->commodity_count) &&
           same(a->delivered, b->delivered, a->commodity_count) &&
           same((const double *)a->step, (const double *)b->step,
                a->step_count * (sizeof *a->step / sizeof(double))) &&
           same(a->series, b->series, a->buyer_count * a->step_count) &&
           a->balance_error == b->balance_error && a->undelivered == b->undelivered;
}

/* How many lanes of an engine do not give what sn_sim_run gives; adds up how many lose. */
static size_t count_differing(const setup *u, const sim_engine *engine, size_t *losing)
{
    sn_sim_event event[MOST_LANES * EVENTS];
    sn_sim_options how[MOST_LANES];
    sn_sim_result r[MOST_LANES], alone;
    sim_hit *hit = NULL;
    size_t differing = 0;
    sn_status status = sim_hits_make(u->net, u->event, EVENTS, &hit, NULL);

    memset(r, 0, sizeof r);
    for (size_t l = 0; l < engine->lanes && status == SN_OK; l++) {
        vary(u, l, event + l * EVENTS, &how[l]);
        status = sim_result_make(u->plan, &how[l], true, &r[l], NULL);
    }
    if (status == SN_OK)
        status = engine->run(
            &(sim_job){u->plan, hit, EVENTS, event, how, r, 1, true, NULL, NULL}, NULL);
    for (size_t l = 0; l < engine->lanes && status == SN_OK; l++) {
        status = sn_sim_run(u->plan, &how[l], event + l * EVENTS, EVENTS, 1, true, NULL, NULL,
                            &alone, NULL);
        if (status != SN_OK)
            break;
        differing += !same_results(&r[l], &alone);
        *losing += alone.total.area > 0;
        sn_sim_result_clear(&alone);
    }
    for (size_t l = 0; l < engine->lanes; l++)
        sn_sim_result_clear(&r[l]);
    sim_hits_free(hit, EVENTS);
    return status == SN_OK ? differing : SIZE_MAX / 2;
}

static void lanes__each_give_what_a_run_alone_gives(void **state)
{
    const sim_engine *engine[4];
    const size_t count = engines(engine);
    size_t differing = 0, losing = 0;
    (void)state;

    for (int model = SN_SIM_DEFAULT; model <= SN_SIM_INOUE_TODO_CONSERVING; model++)
        for (int rule = SN_SIM_PROPORTIONAL; rule <= SN_SIM_WATER_FILLING_FINAL_LAST; rule++)
            for (int means = 0; means < 3; means++)
                for (unsigned long seed = 1; seed <= SEEDS; seed++) {
                    const way w = {model, rule, (int)(seed % 6), means > 0, means == 2};
                    setup u;
                    setup_make(&u, &w, seed);
                    for (size_t k = 0; k < count; k++)
                        differing += count_differing(&u, engine[k], &losing);
                    setup_clear(&u);
                }
    assert_int_equal(differing, 0);
    assert_true(losing > 1000);
}

/* Draws by an engine; picks every buyer.  Returns false on failure. */
static bool draw(const setup *u, const sim_engine *engine, size_t runs, int threads,
                 sn_sim_measure *total, sn_sim_measure *buyer)
{
    const sn_sim_uncertainty u_all = {{0.5, 2}, {0, 1.5},   {0.5, 1.4},
                                      {0.5, 2}, {0.5, 1.5}, {0.5, 1.5}};
    size_t pick[NET_NODES];

    for (size_t b = 0; b < NET_NODES; b++)
        pick[b] = b;
    return sim_many(engine, u->plan, &u->how, u->event, EVENTS, &u_all, 7, runs, threads, NULL,
                    NULL, total, pick, sn_sim_buyers(u->plan), buyer, NULL) == SN_OK;
}

static void
draws__depend_neither_on_the_engine_nor_on_threads_nor_on_how_many_follow(void **state)
{
    enum { RUNS = 21 };
    static sn_sim_measure total[2][RUNS], buyer[2][RUNS * NET_NODES];
    const sim_engine *engine[4];
    const size_t count = engines(engine);
    size_t differing = 0, lossless = 0;
    (void)state;

    for (int model = SN_SIM_DEFAULT; model <= SN_SIM_INOUE_TODO_CONSERVING; model++)
        for (unsigned long seed = 1; seed <= SEEDS; seed++) {
            const way w = {model, (int)(seed % 6), (int)(seed % 5), seed % 2 == 0,
                           seed % 3 == 0};
            setup u;
            setup_make(&u, &w, seed);
            const size_t buyers = sn_sim_buyers(u.plan);
            bool ok = draw(&u, &sim_engine_one, RUNS, 1, total[0], buyer[0]);
            for (size_t run = 0; ok && run < RUNS; run++)
                lossless += !(total[0][run].area > 0);
            for (size_t k = 0; ok && k < count; k++)
                for (int threads = 1; ok && threads <= 3; threads += 2) {
                    const size_t runs = threads == 1 ? RUNS : RUNS - 4;
                    ok = draw(&u, engine[k], runs, threads, total[1], buyer[1]);
                    differing += !same_measures(total[0], total[1], runs) ||
                                 !same_measures(buyer[0], buyer[1], runs * buyers);
                }
            setup_clear(&u);
            differing += !ok;
        }
    assert_int_equal(differing, 0);
    assert_true(lossless < 4 * SEEDS * RUNS / 2);
}

static void draws__that_leave_the_range_are_refused(void **state)
{
    const sn_sim_uncertainty never = {{0, 0}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}};
    const way w = {.model = SN_SIM_DEFAULT};
    sn_sim_measure total[9];
    sn_error err = {0};
    setup u;
    (void)state;

    setup_make(&u, &w, 3);
    u.event[1].duration = INFINITY; /* times 0 is no number */
    const sn_status status = sn_sim_many(u.plan, &u.how, u.event, EVENTS, &never, 1, 9, 2, NULL,
                                         NULL, total, NULL, 0, NULL, &err);
    setup_clear(&u);
    assert_int_equal(status, SN_EUSAGE);
    assert_non_null(strstr(err.message, "event 1"));
}

static void path__that_is_no_number_is_refused(void **state)
{
    const way w = {.model = SN_SIM_DEFAULT};
    sn_sim_result r = {0};
    setup u;
    (void)state;

    setup_make(&u, &w, 3);
    u.plan->normal[3 % u.net->node_count] = NAN; /* where the events are */
    const sn_status status =
        sn_sim_run(u.plan, &u.how, u.event, EVENTS, 1, false, NULL, NULL, &r, NULL);
    setup_clear(&u);
    assert_int_equal(status, SN_ENUMERIC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes__each_give_what_a_run_alone_gives),
        cmocka_unit_test(
            draws__depend_neither_on_the_engine_nor_on_threads_nor_on_how_many_follow),
        cmocka_unit_test(draws__that_leave_the_range_are_refused),
        cmocka_unit_test(path__that_is_no_number_is_refused),
    };
    return cmocka_run_group_tests_name("simulate_lanes", tests, NULL, NULL);
}
