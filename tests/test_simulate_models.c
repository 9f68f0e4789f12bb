/* test_simulate_models.c - each model against its formulas on random networks. */
#include "sn_test.h"
#include "sn_sim.h"
#include "sn_sim_oracle.h"

#include "graph/bridge.h"

/* A random network without loops: every flow leads from the lower of its ends to the higher. */
static sn_network *draw_chain(unsigned long seed)
{
    net_random tables;
    size_t kept = 0;

    net_draw(&tables, seed);
    for (size_t e = 0; e < tables.flows; e++) {
        net_flow flow = tables.flow[e];
        const int order = strcmp(flow.supplier, flow.buyer);
        if (order == 0)
            continue;
        if (order > 0)
            flow = (net_flow){flow.buyer, flow.supplier, flow.value, flow.product};
        tables.flow[kept++] = flow;
    }
    tables.flows = kept;
    return net_build(&tables, 1, false);
}

/* A setting of every kind, drawn. */
static sn_sim_options draw_options(gsl_rng *rng, sn_sim_model model, const double *ally)
{
    static const double steps[] = {1, 0.5, 2};
    sn_sim_options how = sn_sim_defaults();

    how.model = model;
    how.step = steps[gsl_rng_uniform_int(rng, 3)];
    how.days = SIM_STEPS * how.step;
    how.stock_days = 8 * gsl_rng_uniform(rng);
    how.adjust_days = 3 + 5 * gsl_rng_uniform(rng);
    how.extra_days = gsl_rng_uniform(rng) < 0.3 ? 2.37 : 0;
    how.spare = gsl_rng_uniform(rng) < 0.5 ? 0.3 * gsl_rng_uniform(rng) : 0;
    how.psi = 0.5 + 0.5 * gsl_rng_uniform(rng);
    how.ally = ally;
    how.rationing = (sn_sim_rationing)gsl_rng_uniform_int(rng, 6);
    if (model == SN_SIM_INOUE_TODO && how.rationing >= SN_SIM_WATER_FILLING)
        how.rationing = SN_SIM_FINAL_FIRST; /* their program fills in a way of its own */
    if (model == SN_SIM_DEFAULT || model == SN_SIM_ARIO) {
        how.over_most = gsl_rng_uniform(rng) < 0.4 ? 1.25 : 1;
        how.over_days = 20;
    }
    if (model != SN_SIM_DEFAULT)
        return how;
    how.binding = (sn_sim_binding)gsl_rng_uniform_int(rng, 6);
    how.recycle = gsl_rng_uniform(rng) < 0.3 ? 0.23 : 0;
    how.reserve_days = gsl_rng_uniform(rng) < 0.5 ? 6 * gsl_rng_uniform(rng) : 0;
    how.release_after = gsl_rng_uniform(rng) < 0.5 ? 4 : 0;
    how.release_rate = gsl_rng_uniform(rng) < 0.5 ? 0.4 : INFINITY;
    return how;
}

typedef struct {
    sim_oracle o;
    sn_sim_options how;
    double ally[NET_NODES], cut[NET_NODES], duration, fraction;
    double share[NET_NODES][SIM_STEPS];
    sn_sim_step step[SIM_STEPS];
} play;

/* The formulas, step by step. */
static void play_oracle(play *p)
{
    const sn_network *net = p->o.net;

    p->o.how = &p->how;
    oracle_start(&p->o);
    for (size_t t = 0; t < SIM_STEPS; t++) {
        const double begin = (double)t * p->how.step;
        const double over = fmin(1, fmax(0, (p->duration - begin) / p->how.step));
        const bool at_once =
            p->how.model == SN_SIM_INOUE_TODO || p->how.model == SN_SIM_INOUE_TODO_CONSERVING;
        const double force = at_once ? begin < p->duration : over; /* else the mean of a step */
        for (size_t i = 0; i < net->node_count; i++)
            p->o.left[i] = 1 - force * p->fraction * p->cut[i];
        if (p->how.model == SN_SIM_DEFAULT)
            oracle_step_default(&p->o);
        else if (p->how.model == SN_SIM_ARIO)
            oracle_step_ario(&p->o);
        else
            oracle_step_inoue_todo(&p->o);
        p->step[t] = (sn_sim_step){.day = begin};
        for (size_t i = 0; i < net->node_count; i++) {
            p->step[t].made += p->o.made[i];
            p->step[t].delivered += p->o.final[i];
            p->step[t].value_added +=
                p->o.normal[i] > 0 ? p->o.made[i] * (1 - p->o.bought[i] / p->o.normal[i]) : 0;
            p->share[i][t] =
                net->final_demand[i] > 0 ? p->o.final[i] / net->final_demand[i] : 1;
        }
    }
}

static void assert_same_measure(unsigned long seed, const sn_sim_measure *got,
                                const sn_sim_measure *want)
{
    const double a[] = {got->survive, got->recover, got->depth, got->area, got->lost};
    const double b[] = {want->survive, want->recover, want->depth, want->area, want->lost};

    for (size_t k = 0; k < NET_COUNT(a); k++)
        if (isnan(a[k]) != isnan(b[k]) || fabs(a[k] - b[k]) > 1e-7 * (1 + fabs(b[k])))
            fail_msg("network %lu: measure %zu is %.12g, not %.12g", seed, k, a[k], b[k]);
    assert_true(isnan(got->peak) == isnan(want->peak));
}

/* Totals of each step, and the measures of each buyer. */
static void assert_played(unsigned long seed, const play *p, const sn_sim_result *r)
{
    const sn_network *net = p->o.net;

    for (size_t t = 0; t < SIM_STEPS; t++) {
        const double a[] = {r->step[t].made, r->step[t].value_added, r->step[t].delivered};
        const double b[] = {p->step[t].made, p->step[t].value_added, p->step[t].delivered};
        for (size_t k = 0; k < 3; k++)
            if (!(fabs(a[k] - b[k]) <= 1e-9 * (1 + r->normal_step.made)))
                fail_msg("network %lu, model %d, step %zu: total %zu is %.12g, not %.12g", seed,
                         (int)p->how.model, t, k, a[k], b[k]);
        assert_close(r->step[t].day, p->step[t].day, 0);
    }
    for (size_t k = 0; k < r->buyer_count; k++) {
        const size_t i = (size_t)r->buyer[k];
        if (net->final_demand[i] <= 0)
            continue;
        const sn_sim_measure want =
            oracle_measure(p->share[i], SIM_STEPS, p->how.step, net->final_demand[i]);
        assert_same_measure(seed, &r->measure[k], &want);
        assert_close(r->normal[k], net->final_demand[i], 0);
        for (size_t t = 0; t < SIM_STEPS; t++)
            assert_close(r->series[k * SIM_STEPS + t], p->share[i][t], 1e-9);
    }
}

/* Play one random event both ways; returns whether it moved anything. */
static bool compare_play(unsigned long seed, sn_sim_model model)
{
    static play p;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    sn_network *net = draw_chain(seed);
    sn_selection hit = {
        .weight = calloc(NET_NODES, sizeof(double)), .matched = 1, .names_node = true};
    sn_sim_plan *plan = NULL;
    sn_sim_result r = {0};
    sn_error err = {0};

    gsl_rng_set(rng, seed);
    memset(&p, 0, sizeof p);
    p.o.net = net;
    for (size_t i = 0; i < net->node_count; i++) {
        p.ally[i] = gsl_rng_uniform(rng) < 0.4;
        p.cut[i] = hit.weight[i] = gsl_rng_uniform(rng) < 0.3 ? gsl_rng_uniform(rng) : 0;
    }
    p.cut[0] = hit.weight[0] = 1;
    p.how = draw_options(rng, model, p.ally);
    p.fraction = 0.2 + 0.8 * gsl_rng_uniform(rng);
    p.duration = 30 * gsl_rng_uniform(rng);
    play_oracle(&p);
    sn_sim_event event = {.hit = &hit,
                          .mode = SN_MODE_PRODUCTION,
                          .fraction = p.fraction,
                          .duration = p.duration};
    if (sn_sim_plan_new(net, NULL, &plan, &err) != SN_OK ||
        sn_sim_run(plan, &p.how, &event, 1, 1, true, NULL, NULL, &r, &err) != SN_OK)
        fail_msg("network %lu: %s", seed, err.message);
    assert_played(seed, &p, &r);
    const bool moved = r.total.area > 0.01;
    sn_sim_result_clear(&r);
    sn_sim_plan_free(plan);
    sn_selection_clear(&hit);
    sn_network_free(net);
    gsl_rng_free(rng);
    return moved;
}

static void compare_plays(sn_sim_model model)
{
    size_t moved = 0;

    for (unsigned long seed = 1; seed <= 300; seed++)
        moved += compare_play(seed, model);
    assert_true(moved > 60);
}

static void default_model__follows_its_formulas(void **state)
{
    (void)state;
    compare_plays(SN_SIM_DEFAULT);
}

static void inoue_todo__follows_its_formulas(void **state)
{
    (void)state;
    compare_plays(SN_SIM_INOUE_TODO);
    compare_plays(SN_SIM_INOUE_TODO_CONSERVING);
}

static void ario__follows_its_formulas(void **state)
{
    (void)state;
    compare_plays(SN_SIM_ARIO);
}

static void commodities__are_those_of_their_buyers(void **state)
{
    sn_network *net = sim_make("a: kind=stage commodity=tin stage=mining output=10\n"
                               "b: kind=stage commodity=copper stage=mining output=30\n"
                               "u: kind=stage commodity=copper stage=use final_demand=30\n"
                               "v: kind=stage commodity=tin stage=use final_demand=10\n"
                               "w: final_demand=4 kind=firm\na v 10\nb u 30");
    sn_sim_options how = sn_sim_defaults();
    sn_sim_result r = {0};

    (void)state;
    how.days = 10;
    assert_int_equal(sim_run(net, &how, sn_network_find(net, "a"), outage(0.5, 4), 1, &r, NULL),
                     SN_OK);
    const sn_dict *names = sn_network_dict(net, SN_COMMODITY);
    const double share[] = {0.5, 0, 0}; /* of tin, copper, unknown */
    assert_int_equal(r.commodity_count, 3);
    for (size_t c = 0; c < 3; c++) {
        const size_t k = r.commodity[c] == sn_dict_find(names, "tin", 3)      ? 0
                         : r.commodity[c] == sn_dict_find(names, "copper", 6) ? 1
                                                                              : 2;
        if (k == 2)
            assert_int_equal(r.commodity[c], SN_NONE);
        assert_close(r.by_commodity[c].depth, share[k], 1e-12);
        assert_close(r.by_commodity[c].area, 4 * share[k], 1e-9);
    }
    assert_close(r.total.area, 4 * 0.5 / 3, 1e-9);
    sn_sim_result_clear(&r);
    sn_network_free(net);
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
        cmocka_unit_test(default_model__follows_its_formulas),
        cmocka_unit_test(inoue_todo__follows_its_formulas),
        cmocka_unit_test(ario__follows_its_formulas),
        cmocka_unit_test(commodities__are_those_of_their_buyers),
    };
    return cmocka_run_group_tests_name("simulate_models", tests, setup, NULL);
}
