/* test_cascade.c - losses after a disruption: by hand, as published, and against an oracle. */
#include "sn_test.h"
#include "sn_nets.h"
#include "sn_oracle.h"

#include "graph/bridge.h"
#include "metrics/cascade_private.h"

enum { MAX = ORACLE_NODES };

/* One run, copied out. */
typedef struct {
    double down[MAX], up[MAX];
    double bound_down, bound_up;
    bool closed_loop;
    sn_status status;
} losses;

static losses run_as(const sn_network *net, const sn_mask *mask, sn_response response,
                     sn_walk walk)
{
    losses l = {0};
    sn_cascade_plan *plan = NULL;
    sn_cascade *cascade = NULL;
    sn_cascade_result result = {0};
    sn_error err = {0};

    l.status = sn_cascade_plan_new(net, &plan, &err);
    if (l.status == SN_OK)
        l.status = sn_cascade_new(
            plan, &(sn_cascade_options){.response = response, .walk = walk}, &cascade, &err);
    if (l.status == SN_OK)
        l.status = sn_cascade_run(cascade, mask, &result, &err);
    for (size_t i = 0; i < net->node_count && l.status == SN_OK; i++) {
        l.down[i] = result.down[i];
        l.up[i] = result.up[i];
    }
    l.bound_down = result.bound_down;
    l.bound_up = result.bound_up;
    l.closed_loop = result.closed_loop;
    sn_cascade_free(cascade);
    sn_cascade_plan_free(plan);
    if (l.status != SN_OK)
        fprintf(stderr, "%s\n", err.message);
    return l;
}

/* Both ways of a run, which must agree. */
static losses run(const sn_network *net, const sn_mask *mask, sn_response response)
{
    const losses l = run_as(net, mask, response, SN_WALK_ORDERED);
    const losses front = run_as(net, mask, response, SN_WALK_FRONT);

    assert_int_equal(front.status, l.status);
    assert_int_equal(front.closed_loop, l.closed_loop);
    for (size_t i = 0; i < net->node_count && l.status == SN_OK; i++) {
        assert_close(front.down[i], l.down[i], l.bound_down + front.bound_down + 1e-14);
        assert_close(front.up[i], l.up[i], l.bound_up + front.bound_up + 1e-14);
    }
    return l;
}

static losses oracle(const sn_network *net, const sn_mask *mask, sn_response response)
{
    const oracle_losses slow =
        oracle_run(net, &(oracle_question){.node = mask->node,
                                           .flow = mask->flow,
                                           .size = response ? net->output : NULL});
    losses l = {.status = slow.is_settled ? SN_OK : SN_ENUMERIC};

    for (size_t i = 0; i < net->node_count; i++) {
        l.down[i] = (double)slow.down[i];
        l.up[i] = (double)slow.up[i];
    }
    return l;
}

/* A random mask; kind 0: one node lost, 1: nodes in part, 2: flows, 3: both. */
static void draw_mask(const sn_network *net, unsigned long seed, double *node, double *flow,
                      sn_mask *mask)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    gsl_rng_set(rng, seed + 7919);
    for (size_t i = 0; i < net->node_count; i++)
        node[i] = seed % 4 == 0 ? 1 : gsl_rng_uniform(rng) < 0.2 ? gsl_rng_uniform(rng) : 1;
    if (seed % 4 == 0)
        node[gsl_rng_uniform_int(rng, net->node_count)] = 0;
    for (size_t e = 0; e < net->flow_count; e++)
        flow[e] = gsl_rng_uniform(rng) < 0.8 ? 1 : gsl_rng_uniform(rng) < 0.5 ? 0 : 0.625;
    *mask = (sn_mask){seed % 4 == 2 ? NULL : node, seed % 4 < 2 ? NULL : flow};
    gsl_rng_free(rng);
}

static double distance(const sn_network *net, const losses *a, const losses *b)
{
    double far = 0;

    for (size_t i = 0; i < net->node_count; i++) {
        far = fmax(far, fabs(a->down[i] - b->down[i]));
        far = fmax(far, fabs(a->up[i] - b->up[i]));
    }
    return far;
}

static void agree_with_oracle(sn_response response)
{
    double far = 0, beyond = 0, bound = 0;
    int failed = 0;

    for (unsigned long seed = 1; seed <= 200; seed++) {
        net_random tables;
        double node[MAX], flow[NET_FLOWS];
        sn_mask mask;

        net_draw(&tables, seed);
        sn_network *net = net_build(&tables, 1, false);
        draw_mask(net, seed, node, flow, &mask);
        const losses got = run(net, &mask, response);
        const losses want = oracle(net, &mask, response);
        failed += got.status != SN_OK || want.status != SN_OK;
        far = fmax(far, distance(net, &got, &want));
        bound = fmax(bound, fmax(got.bound_down, got.bound_up));
        for (size_t i = 0; i < net->node_count; i++) { /* oracle's own rounding: 1e-14 */
            beyond = fmax(beyond, fabs(got.down[i] - want.down[i]) - got.bound_down - 1e-14);
            beyond = fmax(beyond, fabs(got.up[i] - want.up[i]) - got.bound_up - 1e-14);
        }
        sn_network_free(net);
    }
    assert_int_equal(failed, 0);
    assert_close(far, 0, 1e-12);
    assert_close(beyond, 0, 0);
    assert_close(bound, 0, 1e-9);
}

static void cascade__agrees_with_the_formulas_on_random_networks(void **state)
{
    (void)state;
    agree_with_oracle(SN_RESPONSE_NONE);
}

static void cascade__agrees_under_the_market_response(void **state)
{
    (void)state;
    agree_with_oracle(SN_RESPONSE_MARKET);
}

/* ---- by hand ---- */

#define FIRM(name) {.id = (name), .kind = SN_KIND_FIRM}

/* METHODS A6: A makes 100 and sells 80 to hub H and 10 to B; H passes on 60 to B, 15 to C. */
static const net_node hub_node[] = {
    {.id = "A", .kind = SN_KIND_COUNTRY, .country = "AAA", .primary = 100},
    {.id = "B", .kind = SN_KIND_COUNTRY, .country = "BBB", .primary = 20},
    {.id = "C", .kind = SN_KIND_COUNTRY, .country = "CCC"},
    {.id = "H", .kind = SN_KIND_COUNTRY, .country = "HHH"}};
static const net_flow hub_flow[] = {
    {"A", "H", 80, NULL}, {"A", "B", 10, NULL}, {"H", "B", 60, NULL}, {"H", "C", 15, NULL}};
enum { A, B, C, H };

static losses run_hub(size_t hit, sn_mode mode)
{
    sn_network *net = net_make(hub_node, 4, hub_flow, 4, NULL, 0);
    double weight[4] = {0};
    const sn_selection selection = {.weight = weight, .matched = 1};
    sn_mask mask = {0};

    weight[hit] = 1;
    if (sn_mask_apply(net, &selection, NULL, mode, 1, &mask, NULL) != SN_OK)
        abort();
    const losses l = run(net, &mask, SN_RESPONSE_NONE);
    sn_mask_clear(&mask);
    sn_network_free(net);
    return l;
}

static void cascade__sees_the_supplier_behind_a_hub(void **state)
{
    const losses l = run_hub(A, SN_MODE_PRODUCTION);
    (void)state;

    assert_close(l.down[A], 1, 0);
    assert_close(l.down[B], 70.0 / 90, 1e-15);
    assert_close(l.down[C], 1, 0);
    assert_close(l.down[H], 1, 0);
}

static void cascade__export_ban_leaves_the_exporter_unhurt(void **state)
{
    const losses l = run_hub(A, SN_MODE_EXPORTS);
    (void)state;

    assert_close(l.down[A], 0, 0);
    assert_close(l.down[B], 70.0 / 90, 1e-15);
    assert_close(l.down[H], 1, 0);
    assert_close(l.up[A], 0.9, 1e-15); /* but it sells 90 less of 100 */
}

static void cascade__transit_stop_keeps_the_hub_supplied(void **state)
{
    const losses l = run_hub(H, SN_MODE_TRANSIT);
    (void)state;

    assert_close(l.down[H], 0, 0);
    assert_close(l.down[B], 60.0 / 90, 1e-15);
    assert_close(l.down[C], 1, 0);
}

static void cascade__import_stop_is_felt_by_the_sellers(void **state)
{
    const losses l = run_hub(B, SN_MODE_IMPORTS);
    (void)state;

    assert_close(l.down[B], 70.0 / 90, 1e-15);
    assert_close(l.up[H], 60.0 / 80, 1e-15);
    assert_close(l.up[A], (10 + 80 * 0.75) / 100, 1e-15);
}

static void cascade__a_loop_without_leak_loses_alike(void **state)
{
    /* x and y are each other's only supplier of their product; y also needs ore. */
    static const net_flow flow[] = {{"x", "y", 2.385, "gear"}, {"y", "x", 1.75, "tool"},
                                    {"mine", "y", 3.25, "ore"}, {"pit", "y", 1.5, "ore"}};
    static const net_node firm[] = {FIRM("mine"), FIRM("pit"), FIRM("x"), FIRM("y")};
    sn_network *net = net_make(firm, 4, flow, 4, NULL, 0);
    double left[] = {1, 0.25, 1, 1};
    const losses l = run(net, &(sn_mask){.node = left}, SN_RESPONSE_NONE);
    (void)state;

    sn_network_free(net);
    assert_close(l.down[3], 0.75 * 1.5 / 4.75, 1e-16);
    assert_close(l.down[2], l.down[3], 0);
}

static void cascade__closed_loop_without_final_demand_is_certain_and_says_so(void **state)
{
    static const net_flow flow[] = {
        {"x", "y", 2.385, NULL}, {"y", "x", 1.75, NULL}, {"y", "z", 0.5, NULL},
        {"z", "x", 0.25, NULL}};
    static const net_node firm[] = {FIRM("x"), FIRM("y"), FIRM("z")};
    static const net_node open[] = {
        FIRM("x"), {.id = "y", .kind = SN_KIND_FIRM, .output = 4.5}, FIRM("z")};
    double left[] = {1, 1, 0};
    sn_network *net = net_make(firm, 3, flow, 4, NULL, 0);
    const losses closed = run(net, &(sn_mask){.node = left}, SN_RESPONSE_NONE);
    (void)state;

    sn_network_free(net);
    net = net_make(open, 3, flow, 4, NULL, 0);
    const losses leaking = run(net, &(sn_mask){.node = left}, SN_RESPONSE_NONE);
    sn_network_free(net);
    assert_close(closed.up[0], 1, 0);
    assert_close(closed.up[1], 1, 0);
    assert_true(closed.closed_loop);
    /* y sells 1.75 to x, who sells all to y: p = (1.75 p + 0.5) / 4.5 */
    assert_close(leaking.up[1], 0.5 / 2.75, 1e-14);
    assert_false(leaking.closed_loop);
}

static void cascade__hardly_leaking_loop_is_still_exact(void **state)
{
    /* A ring of countries that make one part in a hundred thousand themselves. */
    enum { RING = 12 };
    net_node node[RING];
    net_flow flow[RING + 1];
    char id[RING][24];
    double left[RING + 1];
    (void)state;

    for (size_t i = 0; i < RING; i++) {
        snprintf(id[i], sizeof id[i], "c%02zu", i);
        node[i] = (net_node){.id = id[i], .kind = SN_KIND_COUNTRY, .primary = 1e-5};
        left[i] = 1;
    }
    for (size_t i = 0; i < RING; i++)
        flow[i] = (net_flow){id[i], id[(i + 1) % RING], 1 - 1e-5, NULL};
    flow[RING] = (net_flow){"zz", id[0], 1e-5, NULL};
    node[0].primary = 0;
    left[RING] = 0;
    sn_network *net = net_make(node, RING, flow, RING + 1, NULL, 0);
    const losses l = run(net, &(sn_mask){.node = left}, SN_RESPONSE_NONE);
    sn_network_free(net);
    assert_int_equal(l.status, SN_OK);
    /* x_0 = 1e-5 + (1 - 1e-5) x_0 (1 - 1e-5)^11 */
    assert_close(l.down[0], 1e-5 / -expm1(12 * log1p(-1e-5)), 1e-9);
}

static void cascade__of_a_large_loop_stays_within_its_bound(void **state)
{
    /* Too large for the direct solve: sweeps and leaps only, against a hundredth of the bound. */
    enum { MANY = 2500 };
    sn_builder *b = sn_builder_new();
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double *left = malloc(MANY * sizeof *left);
    double far = 0, allowed = 0;
    sn_cascade_plan *plan = NULL;
    sn_cascade *cascade[2] = {NULL, NULL};
    sn_cascade_result r[2];
    sn_status status[2];
    (void)state;

    gsl_rng_set(rng, 31);
    for (size_t i = 0; i < MANY; i++) {
        char id[24];
        snprintf(id, sizeof id, "f%04zu", i);
        net_add_node(b, &(net_node){.id = id, .kind = SN_KIND_COUNTRY,
                                    .primary = 0.02 * gsl_rng_uniform_pos(rng),
                                    .final_demand = 0.05 * gsl_rng_uniform_pos(rng)});
        left[i] = i == 17 ? 0.125 : 1;
    }
    for (int32_t i = 0; i < MANY; i++)
        for (int k = 0; k < 4; k++) {
            const int32_t j = k == 0 ? (i + 1) % MANY : (int32_t)gsl_rng_uniform_int(rng, MANY);
            (void)sn_builder_flow(b, i, j, 0.1 + gsl_rng_uniform(rng), SN_NONE,
                                  SN_BASIS_REPORTED, NULL, 0, NULL);
        }
    gsl_rng_free(rng);
    sn_network *net = net_freeze(b);
    assert_int_equal(sn_cascade_plan_new(net, &plan, NULL), SN_OK);
    for (int k = 0; k < 2; k++) {
        const sn_cascade_options options = {.tolerance = k == 0 ? 1e-6 : 1e-8};
        assert_int_equal(sn_cascade_new(plan, &options, &cascade[k], NULL), SN_OK);
        status[k] = sn_cascade_run(cascade[k], &(sn_mask){.node = left}, &r[k], NULL);
    }
    allowed = fmax(r[0].bound_down, r[0].bound_up) + fmax(r[1].bound_down, r[1].bound_up);
    for (size_t i = 0; i < MANY; i++) {
        far = fmax(far, fabs(r[0].down[i] - r[1].down[i]));
        far = fmax(far, fabs(r[0].up[i] - r[1].up[i]));
    }
    const double least = r[1].down[16];
    const double bound[] = {fmax(r[0].bound_down, r[0].bound_up),
                            fmax(r[1].bound_down, r[1].bound_up)};
    sn_cascade_free(cascade[0]);
    sn_cascade_free(cascade[1]);
    sn_cascade_plan_free(plan);
    sn_network_free(net);
    free(left);
    assert_int_equal(status[0], SN_OK);
    assert_int_equal(status[1], SN_OK);
    assert_true(least > 0);
    assert_close(far, 0, allowed);
    assert_close(bound[0], 0, 1e-6);
    assert_close(bound[1], 0, 1e-8);
}

/* Firms at random, most inputs of a kind of their own: 43,000 firms, 430,000 flows. */
static sn_network *many_firms(void)
{
    enum { MANY = 43000, DEGREE = 10, SECTORS = 30 };
    sn_builder *b = sn_builder_new();
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    gsl_rng_set(rng, 37);
    for (size_t i = 0; i < MANY; i++) {
        char id[24], sector[24];
        snprintf(id, sizeof id, "f%05zu", i);
        snprintf(sector, sizeof sector, "s%lu", gsl_rng_uniform_int(rng, SECTORS));
        net_add_node(b, &(net_node){.id = id, .kind = SN_KIND_FIRM, .sector = sector,
                                    .final_demand = gsl_rng_uniform_pos(rng)});
    }
    for (int32_t i = 0; i < MANY; i++)
        for (int k = 0; k < DEGREE; k++) /* parallel flows are added: a few are lost */
            (void)sn_builder_flow(b, (int32_t)gsl_rng_uniform_int(rng, MANY), i,
                                  0.1 + gsl_rng_uniform(rng), SN_NONE, SN_BASIS_REPORTED, NULL, 0,
                                  NULL);
    for (int k = 0; k < SECTORS; k++)
        for (int q = 0; q < SECTORS; q++) {
            char buyer[24], input[24];
            snprintf(buyer, sizeof buyer, "s%d", k);
            snprintf(input, sizeof input, "s%d", q);
            if (sn_builder_recipe(b, buyer, strlen(buyer), input, strlen(input),
                                  gsl_rng_uniform(rng) < 0.06 ? SN_ESSENTIAL : SN_NON_ESSENTIAL,
                                  NAN, NAN, NULL) != SN_OK)
                abort();
        }
    gsl_rng_free(rng);
    return net_freeze(b);
}

static void cascade__of_a_large_network_is_the_same_whichever_way_it_goes(void **state)
{
    sn_network *net = many_firms();
    sn_cascade_plan *plan = NULL;
    sn_cascade *cascade[2] = {NULL, NULL};
    sn_cascade_result r[2];
    size_t touched = 0;
    (void)state;

    assert_int_equal(sn_cascade_plan_new(net, &plan, NULL), SN_OK);
    assert_true(net->flow_count > 400000); /* else the order is there from the start */
    for (int way = 0; way < 2; way++)
        assert_int_equal(
            sn_cascade_new(plan,
                           &(sn_cascade_options){.walk = way == 0 ? SN_WALK_AUTO
                                                                  : SN_WALK_ORDERED},
                           &cascade[way], NULL),
            SN_OK);
    double *left = malloc(net->node_count * sizeof *left);
    for (size_t i = 0; i < net->node_count; i++)
        left[i] = 1;
    for (int32_t hit = 11; hit < 43000; hit += 30001) { /* 11 is hit in part */
        const sn_shock shock = {.node = left, .hit = &hit, .hit_count = 1};
        left[hit] = hit == 11 ? 0.25 : 0;
        for (int way = 0; way < 2; way++)
            assert_int_equal(sn_cascade_run_shock(cascade[way], &shock, &r[way], NULL), SN_OK);
        left[hit] = 1;
        touched += r[0].touched_count;
        assert_int_equal(r[0].touched_count, r[1].touched_count);
        assert_true(r[0].bound_down <= 1e-9 && r[0].bound_up <= 1e-9);
        for (size_t i = 0; i < net->node_count; i++) {
            assert_close(r[0].down[i], r[1].down[i], r[0].bound_down + r[1].bound_down);
            assert_close(r[0].up[i], r[1].up[i], r[0].bound_up + r[1].bound_up);
        }
    }
    assert_true(touched > 43000); /* much of the network is involved */
    const int32_t hit = 11;       /* the order may be asked for at once */
    sn_cascade_plan *fresh = NULL;
    sn_cascade *ordered = NULL;
    sn_cascade_result alone;
    left[hit] = 0.25;
    const sn_shock shock = {.node = left, .hit = &hit, .hit_count = 1};
    assert_int_equal(sn_cascade_plan_new(net, &fresh, NULL), SN_OK);
    assert_int_equal(
        sn_cascade_new(fresh, &(sn_cascade_options){.walk = SN_WALK_ORDERED}, &ordered, NULL),
        SN_OK);
    assert_false(fresh->complete);
    assert_int_equal(sn_cascade_run_shock(ordered, &shock, &alone, NULL), SN_OK);
    assert_int_equal(sn_cascade_run_shock(cascade[1], &shock, &r[1], NULL), SN_OK);
    assert_memory_equal(alone.down, r[1].down, net->node_count * sizeof *alone.down);
    assert_memory_equal(alone.up, r[1].up, net->node_count * sizeof *alone.up);
    sn_cascade_free(ordered);
    sn_cascade_plan_free(fresh);
    free(left);
    sn_cascade_free(cascade[0]);
    sn_cascade_free(cascade[1]);
    sn_cascade_plan_free(plan);
    sn_network_free(net);
}

static void cascade__says_how_certain_it_is_when_that_is_not_enough(void **state)
{
    static const net_node firm[] = {{.id = "x", .kind = SN_KIND_COUNTRY, .primary = 1e-6},
                                    {.id = "y", .kind = SN_KIND_COUNTRY},
                                    {.id = "z", .kind = SN_KIND_COUNTRY, .primary = 1e-6}};
    static const net_flow flow[] = {
        {"x", "y", 1, NULL}, {"y", "x", 1, NULL}, {"z", "y", 1e-6, NULL}};
    double left[] = {1, 1, 0};
    sn_network *net = net_make(firm, 3, flow, 3, NULL, 0);
    sn_cascade_plan *plan = NULL;
    sn_cascade *cascade = NULL;
    sn_cascade_result r = {0};
    sn_error err = {0};
    (void)state;

    assert_int_equal(sn_cascade_plan_new(net, &plan, NULL), SN_OK);
    assert_int_equal(
        sn_cascade_new(plan, &(sn_cascade_options){.tolerance = 1e-15}, &cascade, NULL), SN_OK);
    const sn_status status = sn_cascade_run(cascade, &(sn_mask){.node = left}, &r, &err);
    const double y = r.down[1], bound = r.bound_down;
    sn_cascade_free(cascade);
    sn_cascade_plan_free(plan);
    sn_network_free(net);
    assert_int_equal(status, SN_ENUMERIC);
    assert_non_null(strstr(err.message, "a loop of 2 nodes is certain to"));
    assert_true(bound > 1e-15 && bound < 1e-7);
    /* y = (x + e) / (1 + e), x = y / (1 + e): y = (1 + e) / (2 + e) with e = 1e-6 */
    assert_close(y, (1 + 1e-6) / (2 + 1e-6), bound);
}

/* e buys one part in 1e9 from g and the rest from itself, so that it loses what g loses; the loop is
 * solved at a stroke, to 1e-7, and what comes after must not take that for a lower bound. */
static void cascade__of_a_firm_that_buys_nearly_all_from_itself_is_within_its_bound(void **state)
{
    static const net_node firm[] = {FIRM("d"), FIRM("e"), FIRM("g")};
    static const net_flow flow[] = {{"g", "e", 0.001, NULL},
                                    {"e", "e", 1e6, NULL},
                                    {"e", "g", 0.001, NULL},
                                    {"d", "g", 1000, NULL}};
    double left[] = {1, 1, 1e-9};
    sn_network *net =
        net_make(firm, 3, flow, 4, &(net_recipe){"*", "*", SN_NON_ESSENTIAL}, 1);
    sn_cascade_plan *plan = NULL;
    sn_cascade *cascade = NULL;
    sn_cascade_result r = {0};
    (void)state;

    assert_int_equal(sn_cascade_plan_new(net, &plan, NULL), SN_OK);
    assert_int_equal(sn_cascade_new(plan, NULL, &cascade, NULL), SN_OK);
    (void)sn_cascade_run(cascade, &(sn_mask){.node = left}, &r, NULL); /* may say: not enough */
    const double off = fabs(r.down[1] - (1 - 1e-9)), bound = r.bound_down;
    sn_cascade_free(cascade);
    sn_cascade_plan_free(plan);
    sn_network_free(net);
    assert_true(off <= bound + 1e-15);
}

/* ---- published numbers ---- */

static double total(const losses *l, const sn_network *net, bool down, bool up)
{
    double lost = 0, all = 0;

    for (size_t i = 0; i < net->node_count; i++) {
        lost += net->sales[i] * fmax(down ? l->down[i] : 0, up ? l->up[i] : 0);
        all += net->sales[i];
    }
    return lost / all;
}

static void check_published(sn_network *net, const double (*want)[3], sn_response response)
{
    double far = 0;
    int failed = 0;

    for (size_t k = 0; k < net->node_count; k++) {
        double left[MAX];
        for (size_t i = 0; i < net->node_count; i++)
            left[i] = i != k;
        const losses l = run(net, &(sn_mask){.node = left}, response);
        failed += l.status != SN_OK;
        far = fmax(far, fabs(total(&l, net, true, true) - want[k][0]));
        far = isnan(want[k][1]) ? far : fmax(far, fabs(total(&l, net, true, false) - want[k][1]));
        far = isnan(want[k][2]) ? far : fmax(far, fabs(total(&l, net, false, true) - want[k][2]));
    }
    sn_network_free(net);
    assert_int_equal(failed, 0);
    assert_close(far, 0, 1e-12);
}

/* Diem et al. 2022, figure 1, as shipped with the authors' GLcascade 0.9.3.1. */
static sn_network *figure_1(sn_need need)
{
    static const char *const id[] = {"01", "02", "03", "04", "05", "06", "07", "08", "09", "10",
                                     "11"};
    static const char *const sector[] = {"1", "2", "1", "3", "4", "2", "4", "1", "2", "3", "5"};
    static const int pair[][2] = {{2, 1}, {2, 3},  {7, 4},  {9, 5},  {3, 7},
                                  {6, 7}, {10, 7}, {9, 10}, {7, 11}, {8, 11}};
    net_node node[11];
    net_flow flow[10];

    for (size_t i = 0; i < 11; i++)
        node[i] = (net_node){.id = id[i], .kind = SN_KIND_FIRM, .sector = sector[i]};
    for (size_t e = 0; e < 10; e++)
        flow[e] = (net_flow){id[pair[e][0] - 1], id[pair[e][1] - 1], 1, NULL};
    return net_make(node, 11, flow, 10, &(net_recipe){"*", "*", need}, 1);
}

static void cascade__gives_the_published_totals_of_figure_1(void **state)
{
    static const double leontief[11][3] = {
        {.1, 0, .1},   {.5, .5, .2},  {.4, .3, .2}, {.35, 0, .35}, {.1, 0, .1},  {.3, .3, .1},
        {.7, .2, .7},  {.1, .1, .1},  {.5, .5, .2}, {.4, .3, .2},  {.45, 0, .45}};
    (void)state;
    check_published(figure_1(SN_ESSENTIAL), leontief, SN_RESPONSE_NONE);
}

static void cascade__gives_the_published_totals_with_substitution(void **state)
{
    static const double leontief[11][3] = {
        {.1, 0, .1},    {1.1 / 3, 1.1 / 3, .2}, {.4, .3, .2}, {.35, 0, .35},
        {.1, 0, .1},    {.15, .15, .1},         {.7, .2, .7}, {.1, .1, .1},
        {.4, .4, .2},   {.4, .3, .2},           {.45, 0, .45}};
    static const double linear[11][3] = {
        {.1, 0, .1},          {.3, .3, .2},           {.8 / 3, .5 / 3, .2}, {.35, 0, .35},
        {.1, 0, .1},          {.35 / 3, .35 / 3, .1}, {.7, .2, .7},         {.1, .1, .1},
        {2.8 / 9, 2.8 / 9, .2}, {.8 / 3, .5 / 3, .2}, {.45, 0, .45}};
    (void)state;
    check_published(figure_1(SN_ESSENTIAL), leontief, SN_RESPONSE_MARKET);
    check_published(figure_1(SN_NON_ESSENTIAL), linear, SN_RESPONSE_MARKET);
}

/* The golden file of the Julia program vitelot/Economic-Systemic-Risk. */
static void cascade__gives_the_totals_of_the_julia_program(void **state)
{
    static const net_flow flow[] = {
        {"A", "X", 1, NULL}, {"B", "X", 1, NULL}, {"C", "X", 1, NULL}, {"D", "X", 1, NULL},
        {"E", "X", 1, NULL}, {"F", "X", 1, NULL}, {"G", "X", 1, NULL}, {"H", "X", 1, NULL},
        {"X", "I", 1, NULL}, {"X", "J", 1, NULL}, {"X", "K", 1, NULL}, {"K", "L", 2, NULL}};
    static const char *const id[] = {"A", "B", "C", "D", "E", "F", "G",
                                     "H", "I", "J", "K", "L", "X"};
    static const char *const sector[] = {"1",  "2", "2", "2", "3", "3", "5",
                                         "99", "1", "3", "4", "2", "1"};
    static const net_recipe recipe[] = {
        {"1", "1", SN_ESSENTIAL},     {"1", "2", SN_ESSENTIAL},  {"1", "3", SN_NON_ESSENTIAL},
        {"1", "5", SN_NON_ESSENTIAL}, {"1", "99", SN_NEGLIGIBLE}, {"3", "1", SN_NON_ESSENTIAL},
        {"4", "1", SN_ESSENTIAL},     {"2", "4", SN_ESSENTIAL}};
    static const double want[13][3] = {
        {.4166666666666667, NAN, NAN},  {.1369047619047619, NAN, NAN},
        {.1369047619047619, NAN, NAN},  {.1369047619047619, NAN, NAN},
        {.12320402298850575, NAN, NAN}, {.12320402298850575, NAN, NAN},
        {.12320402298850575, NAN, NAN}, {.08333333333333333, NAN, NAN},
        {.30555555555555564, NAN, NAN}, {.30555555555555564, NAN, NAN},
        {.388888888888889, NAN, NAN},   {.388888888888889, NAN, NAN},
        {1, NAN, NAN}};
    net_node node[13];
    net_flow weighted[12];
    (void)state;

    memcpy(weighted, flow, sizeof flow);
    weighted[11].value = 1;
    for (size_t i = 0; i < 13; i++)
        node[i] = (net_node){.id = id[i], .kind = SN_KIND_FIRM, .sector = sector[i]};
    check_published(net_make(node, 13, weighted, 12, recipe, 8), want, SN_RESPONSE_MARKET);
}

/* ---- invariances ---- */

static void cascade__does_not_depend_on_units_or_row_order(void **state)
{
    static const double scale[] = {1e-6, 0x1p-9, 1e3, 0x1p20, 1e6};
    double far = 0;
    int different = 0;
    (void)state;

    for (unsigned long seed = 1; seed <= 100; seed++) {
        net_random tables;
        double node[MAX], flow[NET_FLOWS];
        sn_mask mask;

        net_draw(&tables, seed);
        sn_network *net = net_build(&tables, 1, false);
        draw_mask(net, seed, node, flow, &mask);
        const losses base = run(net, &mask, SN_RESPONSE_NONE);
        for (size_t k = 0; k <= NET_COUNT(scale); k++) {
            const bool reorder = k == NET_COUNT(scale);
            const double unit = reorder ? 1 : scale[k];
            sn_network *other = net_build(&tables, unit, reorder);
            const losses l = run(other, &mask, SN_RESPONSE_NONE);
            far = fmax(far, distance(net, &l, &base));
            if (reorder || unit == 0x1p-9 || unit == 0x1p20)
                different += memcmp(&l.down, &base.down, sizeof l.down) != 0 ||
                             memcmp(&l.up, &base.up, sizeof l.up) != 0;
            sn_network_free(other);
        }
        sn_network_free(net);
    }
    assert_int_equal(different, 0);
    assert_close(far, 0, 1e-12);
}

static void cascade__grows_with_the_shock(void **state)
{
    double shrunk = 0;
    (void)state;

    for (unsigned long seed = 1; seed <= 100; seed++) {
        net_random tables;
        double node[MAX], flow[NET_FLOWS];
        sn_mask mask;

        net_draw(&tables, seed);
        sn_network *net = net_build(&tables, 1, false);
        draw_mask(net, seed, node, flow, &mask);
        const losses small = run(net, &mask, SN_RESPONSE_NONE);
        for (size_t i = 0; i < net->node_count; i++)
            node[i] *= 0.75;
        for (size_t e = 0; e < net->flow_count; e++)
            flow[e] *= 0.5;
        const losses large = run(net, &mask, SN_RESPONSE_NONE);
        for (size_t i = 0; i < net->node_count; i++) {
            shrunk = fmax(shrunk, small.down[i] - large.down[i]);
            shrunk = fmax(shrunk, small.up[i] - large.up[i]);
        }
        sn_network_free(net);
    }
    assert_close(shrunk, 0, 1e-12);
}

static void cascade__does_not_cross_between_networks_that_share_nothing(void **state)
{
    int broken = 0;
    (void)state;

    for (unsigned long seed = 1; seed <= 50; seed++) {
        net_random tables;
        double left[2 * MAX];
        sn_builder *both = sn_builder_new();

        net_draw(&tables, seed);
        if (tables.nodes > MAX / 2)
            tables.nodes = MAX / 2, tables.flows = 0;
        sn_network *alone = net_build(&tables, 1, false);
        for (int copy = 0; copy < 2; copy++) {
            net_random named = tables;
            for (size_t i = 0; i < named.nodes; i++) {
                named.id[i][0] = copy == 0 ? 'a' : 'b';
                named.node[i].id = named.id[i];
                net_add_node(both, &named.node[i]);
            }
            for (size_t e = 0; e < named.flows; e++) {
                net_flow f = tables.flow[e];
                f.supplier = named.id[atoi(f.supplier + 1)];
                f.buyer = named.id[atoi(f.buyer + 1)];
                net_add_flow(both, &f, 1);
            }
        }
        for (size_t r = 0; r < tables.recipes; r++)
            (void)sn_builder_recipe(both, tables.recipe[r].buyer, 2, tables.recipe[r].input, 2,
                                    tables.recipe[r].need, NAN, NAN, NULL);
        sn_network *net = net_freeze(both);
        const size_t n = alone->node_count;
        for (size_t i = 0; i < 2 * n; i++)
            left[i] = i == seed % n ? 0 : 1;
        const losses l = run(net, &(sn_mask){.node = left}, SN_RESPONSE_NONE);
        const losses one = run(alone, &(sn_mask){.node = left}, SN_RESPONSE_NONE);
        for (size_t i = 0; i < n; i++)
            broken += l.down[i] != one.down[i] || l.up[i] != one.up[i] || l.down[n + i] != 0 ||
                      l.up[n + i] != 0;
        sn_network_free(net);
        sn_network_free(alone);
    }
    assert_int_equal(broken, 0);
}

static void cascade__of_nothing_and_of_one_node(void **state)
{
    double left[] = {0.25};
    sn_network *empty = net_make(NULL, 0, NULL, 0, NULL, 0);
    const losses none = run(empty, &(sn_mask){0}, SN_RESPONSE_NONE);
    sn_network *single = net_make((net_node[]){{.id = "x"}}, 1, NULL, 0, NULL, 0);
    const losses one = run(single, &(sn_mask){.node = left}, SN_RESPONSE_MARKET);
    (void)state;

    sn_network_free(empty);
    sn_network_free(single);
    assert_int_equal(none.status, SN_OK);
    assert_close(one.down[0], 0.75, 0);
    assert_close(one.up[0], 0.75, 0);
}

/* ---- one run after another, why ---- */

static void cascade__second_run_knows_nothing_of_the_first(void **state)
{
    int different = 0;
    (void)state;

    for (unsigned long seed = 1; seed <= 60; seed++)
        for (int response = SN_RESPONSE_NONE; response <= SN_RESPONSE_MARKET; response++) {
            net_random tables;
            double node[MAX], flow[NET_FLOWS], left[MAX];
            sn_mask mask;
            sn_cascade_plan *plan = NULL;
            sn_cascade *cascade = NULL;
            sn_cascade_result r;

            net_draw(&tables, seed);
            sn_network *net = net_build(&tables, 1, false);
            draw_mask(net, seed, node, flow, &mask);
            for (size_t i = 0; i < net->node_count; i++)
                left[i] = i == 0 ? 0 : 1;
            const losses fresh = run(net, &(sn_mask){.node = left}, (sn_response)response);
            assert_int_equal(sn_cascade_plan_new(net, &plan, NULL), SN_OK);
            assert_int_equal(
                sn_cascade_new(plan, &(sn_cascade_options){.response = (sn_response)response},
                               &cascade, NULL),
                SN_OK);
            (void)sn_cascade_run(cascade, &mask, &r, NULL);
            (void)sn_cascade_run(cascade, &(sn_mask){.node = left}, &r, NULL);
            for (size_t i = 0; i < net->node_count; i++)
                different += r.down[i] != fresh.down[i] || r.up[i] != fresh.up[i];
            size_t touched = 0;
            for (size_t i = 0; i < net->node_count; i++)
                if (r.down[i] > 0 || r.up[i] > 0)
                    different += touched >= r.touched_count ||
                                 r.touched[touched++] != (int32_t)i;
            different += touched != r.touched_count;
            sn_cascade_free(cascade);
            sn_cascade_plan_free(plan);
            sn_network_free(net);
        }
    assert_int_equal(different, 0);
}

static void cascade__tells_whether_anything_is_sold_to_final_demand(void **state)
{
    static const net_node firms[] = {{.id = "a"}, {.id = "b"}, {.id = "c", .final_demand = 0.25}};
    static const net_flow flows[] = {{"a", "b", 2.5, NULL}, {"b", "a", 2.5, NULL},
                                     {"c", "a", 1.5, NULL}};

    (void)state;
    for (size_t users = 0; users < 2; users++) { /* a and b alone sell all to each other */
        sn_network *net = net_make(firms, 2 + users, flows, 2 + users, NULL, 0);
        sn_cascade_plan *plan = NULL;
        assert_int_equal(sn_cascade_plan_new(net, &plan, NULL), SN_OK);
        const bool none = sn_cascade_no_final_demand(plan);
        sn_cascade_plan_free(plan);
        sn_network_free(net);
        assert_int_equal(none, users == 0);
    }
}

static void cascade__names_the_input_that_binds(void **state)
{
    static const net_flow flow[] = {{"mine", "mill", 3.25, "ore"},
                                    {"pit", "mill", 1.5, "ore"},
                                    {"grid", "mill", 7.5, "power"},
                                    {"well", "mill", 2.5, "power"}};
    static const net_node firm[] = {FIRM("grid"), FIRM("mill"), FIRM("mine"), FIRM("pit"),
                                    FIRM("well")};
    sn_network *net = net_make(firm, 5, flow, 4, NULL, 0);
    double left[] = {0.875, 1, 1, 0, 0.625};
    sn_cascade_plan *plan = NULL;
    sn_cascade *cascade = NULL;
    sn_cascade_result result;
    sn_cascade_reason mill = {0}, pit = {0}, mine = {0};
    (void)state;

    assert_int_equal(sn_cascade_plan_new(net, &plan, NULL), SN_OK);
    assert_int_equal(sn_cascade_new(plan, NULL, &cascade, NULL), SN_OK);
    assert_int_equal(sn_cascade_run(cascade, &(sn_mask){.node = left}, &result, NULL), SN_OK);
    const bool says[] = {sn_cascade_why(cascade, 1, &mill), sn_cascade_why(cascade, 3, &pit),
                         sn_cascade_why(cascade, 2, &mine)};
    const bool ore = strcmp(sn_dict_text(&net->groups, mill.group), "ore") == 0;
    sn_cascade_free(cascade);
    sn_cascade_plan_free(plan);
    sn_network_free(net);
    assert_true(says[0] && says[1] && !says[2]);
    assert_int_equal(mill.need, SN_ESSENTIAL);
    assert_true(ore);
    assert_int_equal(mill.supplier, 3);
    assert_close(mill.lost, 1.5, 0);
    assert_int_equal(pit.need, SN_NEGLIGIBLE);
    assert_int_equal(pit.supplier, SN_NONE);
}

static void cascade__refuses_a_negative_tolerance(void **state)
{
    sn_network *net = net_make(hub_node, 4, hub_flow, 4, NULL, 0);
    sn_cascade_plan *plan = NULL;
    sn_cascade *cascade = NULL;
    sn_error err = {0};
    (void)state;

    assert_int_equal(sn_cascade_plan_new(net, &plan, NULL), SN_OK);
    const sn_status status =
        sn_cascade_new(plan, &(sn_cascade_options){.tolerance = -1}, &cascade, &err);
    sn_cascade_plan_free(plan);
    sn_network_free(net);
    assert_int_equal(status, SN_EUSAGE);
    assert_string_equal(err.message, "tolerance -1 is not a number >= 0");
}

/* A chain so long that neither the queue nor passes over all nodes get to its end, on each
 * side: the firm in the middle is hit, and each other one passes on all but a thousandth. */
static void cascade__of_a_long_chain_is_exact_whichever_way_it_goes(void **state)
{
    enum { CHAIN = 2400, HIT = 1200 };
    sn_builder *b = sn_builder_new();
    char id[24], next[24];
    double *left = malloc(CHAIN * sizeof *left), *cut = malloc(CHAIN * sizeof *cut);
    double far = 0;
    (void)state;

    /* goods go from the last to the first, so that passes in order bring them on by one */
    for (int i = 0; i < CHAIN; i++) {
        (void)snprintf(id, sizeof id, "c%04d", i);
        (void)snprintf(next, sizeof next, "c%04d", i + 1);
        net_add_node(b, &(net_node){.id = id, .kind = SN_KIND_COUNTRY, .primary = 1});
        if (i + 1 < CHAIN)
            net_add_flow(b, &(net_flow){next, id, 999, NULL}, 1);
        left[i] = i == HIT ? 0.25 : 1;
    }
    sn_network *net = net_freeze(b);
    for (size_t e = 0; e < net->flow_count; e++)
        cut[e] = net->buyer[e] == HIT ? 0.5 : 1;
    for (int with_cut = 0; with_cut < 2; with_cut++)
        for (int walk = SN_WALK_ORDERED; walk <= SN_WALK_FRONT; walk++) {
            sn_cascade_plan *plan = NULL;
            sn_cascade *cascade = NULL;
            sn_cascade_result r = {0};
            const sn_mask mask = {.node = left, .flow = with_cut ? cut : NULL};
            assert_int_equal(sn_cascade_plan_new(net, &plan, NULL), SN_OK);
            assert_int_equal(sn_cascade_new(plan, &(sn_cascade_options){.walk = (sn_walk)walk},
                                            &cascade, NULL),
                             SN_OK);
            assert_int_equal(sn_cascade_run(cascade, &mask, &r, NULL), SN_OK);
            assert_true(r.bound_down <= 1e-9 && r.bound_up <= 1e-9);
            double down = 0.75, up = with_cut ? 1 - 0.5 * 0.25 : 0.75;
            for (int i = HIT - 1; i >= 0; i--) {
                down *= 0.999;
                far = fmax(far, fabs(r.down[i] - down) - r.bound_down);
                far = fmax(far, r.up[i]);
            }
            for (int i = HIT + 1; i < CHAIN; i++) { /* sells 999, of which the next keeps ... */
                const double sold = net->value[net->out_first[i]] / net->output[i];
                up *= sold;
                far = fmax(far, fabs(r.up[i] - up) - r.bound_up);
                far = fmax(far, r.down[i]);
            }
            sn_cascade_free(cascade);
            sn_cascade_plan_free(plan);
        }
    sn_network_free(net);
    free(left);
    free(cut);
    assert_close(far, 0, 1e-13);
}

/* All sell all they make to the next; the last to nobody else, or to the first. */
static void cascade__knows_a_long_chain_from_a_closed_loop(void **state)
{
    enum { CHAIN = 100 };
    static double left[CHAIN];
    (void)state;

    for (int closed = 0; closed < 2; closed++) {
        sn_builder *b = sn_builder_new();
        for (int i = 0; i < CHAIN; i++) {
            char id[24], next[24];
            (void)snprintf(id, sizeof id, "c%04d", i);
            (void)snprintf(next, sizeof next, "c%04d", (i + 1) % CHAIN);
            net_add_node(b, &(net_node){.id = id,
                                        .kind = SN_KIND_FIRM,
                                        .final_demand = i + 1 == CHAIN && !closed ? 2.5 : 0});
            if (i + 1 < CHAIN || closed)
                net_add_flow(b, &(net_flow){id, next, 2.5, NULL}, 1);
            left[i] = 0.5;
        }
        sn_network *net = net_freeze(b);
        for (int walk = SN_WALK_ORDERED; walk <= SN_WALK_FRONT; walk++) {
            sn_cascade_plan *plan = NULL;
            sn_cascade *cascade = NULL;
            sn_cascade_result r = {0};
            double far = 0;
            assert_int_equal(sn_cascade_plan_new(net, &plan, NULL), SN_OK);
            assert_int_equal(sn_cascade_new(plan, &(sn_cascade_options){.walk = (sn_walk)walk},
                                            &cascade, NULL),
                             SN_OK);
            assert_int_equal(sn_cascade_run(cascade, &(sn_mask){.node = left}, &r, NULL),
                             SN_OK);
            for (size_t i = 0; i < CHAIN; i++)
                far = fmax(far, fmax(fabs(r.down[i] - 0.5), fabs(r.up[i] - 0.5)));
            const bool said = r.closed_loop;
            sn_cascade_free(cascade);
            sn_cascade_plan_free(plan);
            assert_close(far, 0, 1e-9);
            assert_int_equal(said, closed == 1);
        }
        sn_network_free(net);
    }
}

/* Countries that make a good part themselves: a walk from what is hit needs neither the order
 * of the network nor many passes, though it reaches all of it. */
static void front__settles_alone_where_much_leaks(void **state)
{
    enum { MANY = 3000 };
    static double left[MANY];
    (void)state;

    for (int k = 0; k < 4; k++) {
        static const double made[] = {3, 1, 0.3, 0.1};
        sn_builder *b = sn_builder_new();
        gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
        sn_cascade_plan *plan = NULL;
        sn_cascade *whole = NULL;
        sn_cascade_result r = {0};

        gsl_rng_set(rng, 41);
        for (size_t i = 0; i < MANY; i++) {
            char id[24];
            snprintf(id, sizeof id, "f%04zu", i);
            net_add_node(b, &(net_node){.id = id,
                                        .kind = SN_KIND_COUNTRY,
                                        .primary = made[k] * (0.5 + gsl_rng_uniform_pos(rng)),
                                        .final_demand = made[k]});
            left[i] = i % 1000 == 17 ? 0.125 : 1;
        }
        for (int32_t i = 0; i < MANY; i++)
            for (int e = 0; e < 4; e++)
                (void)sn_builder_flow(b, i, (int32_t)gsl_rng_uniform_int(rng, MANY),
                                      0.1 + gsl_rng_uniform(rng), SN_NONE, SN_BASIS_REPORTED,
                                      NULL, 0, NULL);
        gsl_rng_free(rng);
        sn_network *net = net_freeze(b);
        const sn_mask mask = {.node = left};
        assert_int_equal(sn_cascade_plan_new(net, &plan, NULL), SN_OK);
        assert_int_equal(sn_cascade_new(plan, NULL, &whole, NULL), SN_OK);
        assert_int_equal(sn_cascade_run(whole, &mask, &r, NULL), SN_OK);
        for (int side = SN_DOWN; side <= SN_UP; side++) {
            const int32_t hit[] = {17, 1017, 2017};
            sn_cascade *run = NULL;
            sn_front_result front = {0};
            double far = 0;
            assert_int_equal(sn_cascade_new(plan, NULL, &run, NULL), SN_OK);
            run->shock = (sn_shock){.node = left, .hit = hit, .hit_count = 3};
            assert_int_equal(sn_cascade_front(plan, &run->side[side], side, &front, NULL),
                             SN_OK);
            for (size_t i = 0; i < MANY && front.solved; i++)
                far = fmax(far, fabs(run->side[side].solver.x[i] -
                                     (side == SN_DOWN ? r.down[i] : r.up[i])));
            const double bound = run->side[side].bound;
            const size_t lost = run->side[side].lost_count;
            sn_cascade_free(run);
            assert_true(front.all_reached && front.solved && !front.from_below);
            assert_false(front.closed_loop);
            assert_true(bound <= 1e-9);
            assert_true(lost > MANY / 2);
            assert_close(far, 0, bound + fmax(r.bound_down, r.bound_up));
        }
        sn_cascade_free(whole);
        sn_cascade_plan_free(plan);
        sn_network_free(net);
    }
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
        cmocka_unit_test(cascade__agrees_with_the_formulas_on_random_networks),
        cmocka_unit_test(cascade__agrees_under_the_market_response),
        cmocka_unit_test(cascade__sees_the_supplier_behind_a_hub),
        cmocka_unit_test(cascade__export_ban_leaves_the_exporter_unhurt),
        cmocka_unit_test(cascade__transit_stop_keeps_the_hub_supplied),
        cmocka_unit_test(cascade__import_stop_is_felt_by_the_sellers),
        cmocka_unit_test(cascade__a_loop_without_leak_loses_alike),
        cmocka_unit_test(cascade__closed_loop_without_final_demand_is_certain_and_says_so),
        cmocka_unit_test(cascade__hardly_leaking_loop_is_still_exact),
        cmocka_unit_test(cascade__of_a_large_loop_stays_within_its_bound),
        cmocka_unit_test(cascade__of_a_large_network_is_the_same_whichever_way_it_goes),
        cmocka_unit_test(cascade__says_how_certain_it_is_when_that_is_not_enough),
        cmocka_unit_test(
            cascade__of_a_firm_that_buys_nearly_all_from_itself_is_within_its_bound),
        cmocka_unit_test(cascade__gives_the_published_totals_of_figure_1),
        cmocka_unit_test(cascade__gives_the_published_totals_with_substitution),
        cmocka_unit_test(cascade__gives_the_totals_of_the_julia_program),
        cmocka_unit_test(cascade__does_not_depend_on_units_or_row_order),
        cmocka_unit_test(cascade__grows_with_the_shock),
        cmocka_unit_test(cascade__does_not_cross_between_networks_that_share_nothing),
        cmocka_unit_test(cascade__of_nothing_and_of_one_node),
        cmocka_unit_test(cascade__second_run_knows_nothing_of_the_first),
        cmocka_unit_test(cascade__tells_whether_anything_is_sold_to_final_demand),
        cmocka_unit_test(cascade__names_the_input_that_binds),
        cmocka_unit_test(cascade__refuses_a_negative_tolerance),
        cmocka_unit_test(cascade__of_a_long_chain_is_exact_whichever_way_it_goes),
        cmocka_unit_test(cascade__knows_a_long_chain_from_a_closed_loop),
        cmocka_unit_test(front__settles_alone_where_much_leaks),
    };
    return cmocka_run_group_tests_name("cascade", tests, setup, NULL);
}
