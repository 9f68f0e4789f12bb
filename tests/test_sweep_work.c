/* test_sweep_work.c - what sweeps take: the passes that they report, how soon they are certain,
 * what they say where they are not, and where they stop looking. */
#include "sn_test.h"
#include "sn_nets.h"

#include "graph/bridge.h"
#include "metrics/sweep_private.h"

enum { NETWORKS = 120 };

/* ---- a kernel that counts ---- */

static const sn_sweep_kernel *sound;
static uint32_t passes;

static void worst(sn_pass *pass)
{
    passes++;
    sound->worst(pass);
}

static void sum(sn_pass *pass)
{
    passes++;
    sound->sum(pass);
}

static void ascend(sn_pass *pass)
{
    passes++;
    sound->ascend(pass);
}

static void descend(sn_pass *pass)
{
    passes++;
    sound->descend(pass);
}

static sn_sweep_kernel counting(void)
{
    sound = sn_sweep_kernel_here();
    sn_sweep_kernel kernel = *sound;

    kernel.worst = worst;
    kernel.sum = sum;
    kernel.ascend = ascend;
    kernel.descend = descend;
    return kernel;
}

/* ---- scenarios: every node by itself ---- */

typedef struct {
    size_t first[NET_NODES + 1];
    int32_t node[NET_NODES];
    sn_sweep_scenarios list;
} singles;

static void fill_singles(singles *all, size_t n)
{
    for (size_t i = 0; i <= n; i++)
        all->first[i] = i;
    for (size_t i = 0; i < n; i++)
        all->node[i] = (int32_t)i;
    all->list = (sn_sweep_scenarios){n, all->first, all->node, NULL};
}

static sn_network *random_network(unsigned long seed)
{
    net_random drawn;

    net_draw(&drawn, seed);
    return net_build(&drawn, 1, false);
}

static void draw_weights(double *weight, size_t n)
{
    for (size_t i = 0; i < n; i++)
        weight[i] = 1 + 0.37 * (double)(i % 7);
}

/* What the scenarios of a network took, each run by itself in a batch of one. */
typedef struct {
    size_t runs, miscounted, proven;
    double rounds;
} work;

static sn_status work_off(const sn_network *net, const sn_sweep_options *options, work *spent,
                          sn_error *err)
{
    static sn_batch batch;
    const sn_sweep_kernel kernel = counting();
    const uint32_t a_round = options->rule == SN_SWEEP_GLCASCADE ? 2 : 1; /* down and up */
    singles all;
    sn_sweep_plan *plan = NULL;
    sn_status status = sn_sweep_plan_new(net, options, &plan, err);

    fill_singles(&all, net->node_count);
    batch = (sn_batch){0};
    if (status == SN_OK) {
        plan->kernel = &kernel;
        status = sn_batch_init(&batch, plan, &all.list, err);
        batch.narrow = 1;
    }
    for (uint32_t s = 0; s < all.list.count && status == SN_OK; s++) {
        sn_sweep_loss loss[SN_LANES] = {{0}};

        status = sn_batch_load(&batch, &s, 1, err);
        passes = 0;
        if (status == SN_OK)
            (options->rule == SN_SWEEP_GLCASCADE ? sn_batch_glcascade
                                                 : sn_batch_certified)(&batch, loss);
        spent->runs++;
        spent->miscounted += a_round * loss[0].rounds != passes;
        spent->proven += loss[0].bound <= plan->tolerance;
        spent->rounds += loss[0].rounds;
    }
    sn_batch_clear(&batch);
    sn_sweep_plan_free(plan);
    return status;
}

static work work_of(sn_sweep_rule rule, sn_response response)
{
    work spent = {0};

    for (unsigned long seed = 1; seed <= NETWORKS; seed++) {
        sn_network *net = random_network(seed);
        double weight[NET_NODES];
        sn_error err = {0};

        draw_weights(weight, net->node_count);
        const sn_status status =
            work_off(net, &(sn_sweep_options){weight, response, rule, 0}, &spent, &err);
        sn_network_free(net);
        if (status != SN_OK)
            fail_msg("seed %lu: %s", seed, err.message);
    }
    return spent;
}

static void rounds__are_the_passes_over_the_network(void **state)
{
    (void)state;
    for (int response = 0; response < 2; response++)
        for (int rule = 0; rule < 2; rule++) {
            const work spent = work_of((sn_sweep_rule)rule, (sn_response)response);
            assert_true(spent.runs > 5 * NETWORKS);
            assert_int_equal(spent.miscounted, 0);
        }
}

/* As sweep.h says what they cost: without a second attempt, or the cascade one by one. */
static void sweep__is_certain_after_ten_to_twenty_rounds_as_a_rule(void **state)
{
    (void)state;
    for (int response = 0; response < 2; response++) {
        const work certified = work_of(SN_SWEEP_CERTIFIED, (sn_response)response);
        const work published = work_of(SN_SWEEP_GLCASCADE, (sn_response)response);
        assert_true((double)certified.proven > 0.95 * (double)certified.runs);
        /* what they take today: a change that costs rounds is to be seen */
        assert_true(certified.rounds < (response == 0 ? 12.2 : 16.1) * (double)certified.runs);
        assert_true(published.rounds < (response == 0 ? 4.9 : 4.4) * (double)published.runs);
    }
}

/* ---- forecasts ---- */

static void forecast__is_near_the_rounds_that_the_published_rule_takes(void **state)
{
    size_t scenarios = 0, off[2] = {0}, unlike = 0;

    (void)state;
    for (unsigned long seed = 1; seed <= 2 * NETWORKS; seed++) {
        sn_network *net = random_network(seed);
        double weight[NET_NODES];
        sn_sweep_loss loss[NET_NODES];
        singles all;
        sn_sweep_plan *plan = NULL;
        sn_forecast forecast = {0};

        draw_weights(weight, net->node_count);
        fill_singles(&all, net->node_count);
        sn_status status = sn_sweep_plan_new(
            net, &(sn_sweep_options){weight, (sn_response)(seed % 2), SN_SWEEP_GLCASCADE, 0},
            &plan, NULL);
        if (status == SN_OK)
            status = sn_sweep_run(plan, &all.list, 1, NULL, NULL, loss, NULL);
        if (status == SN_OK)
            status = sn_forecast_init(&forecast, plan, NULL);
        for (size_t s = 0; s < all.list.count && status == SN_OK; s++) {
            const double rounds = sn_forecast_rounds(&forecast, &all.list, s);
            scenarios++;
            off[seed % 2] += rounds != (double)loss[s].rounds;
            unlike += rounds != sn_forecast_rounds(&forecast, &all.list, s);
        }
        sn_forecast_clear(&forecast);
        sn_sweep_plan_free(plan);
        sn_network_free(net);
        assert_int_equal(status, SN_OK);
    }
    assert_int_equal(unlike, 0); /* nothing is left of the scenario before */
    /* It passes no trifles on, and does not follow how replaceable suppliers become. */
    assert_true((double)off[0] < 0.01 * (double)scenarios);
    assert_true((double)off[1] < 0.05 * (double)scenarios);
}

/* ---- what an upstream error is worth ---- */

/* Firms in a ring sell all but a part d of what they make to the next one.  Summed over the
 * ring, p = w + (1 - d) p: 1 / d, whatever the weights. */
static void ascent__is_found_where_one_part_in_a_hundred_leaves_a_ring(void **state)
{
    enum { RING = 5 };
    static const char *const id[RING] = {"a", "b", "c", "d", "e"};
    static const double leak[] = {0.1, 0.03, 0.01};
    double weight[RING];
    (void)state;

    draw_weights(weight, RING);
    for (size_t k = 0; k < NET_COUNT(leak); k++) {
        net_node firm[RING];
        net_flow flow[RING];
        sn_sweep_plan *plan = NULL;
        double sum = NAN;
        bool certain = false;

        for (size_t i = 0; i < RING; i++) {
            firm[i] = (net_node){
                .id = id[i], .kind = SN_KIND_FIRM, .sector = "1", .final_demand = leak[k]};
            flow[i] = (net_flow){id[i], id[(i + 1) % RING], 1 - leak[k], NULL};
        }
        sn_network *net = net_make(firm, RING, flow, RING, NULL, 0);
        const sn_status status =
            sn_sweep_plan_new(net, &(sn_sweep_options){.weight = weight}, &plan, NULL);
        if (status == SN_OK) {
            certain = plan->ascent.certain;
            sum = plan->ascent.sum;
        }
        sn_sweep_plan_free(plan);
        sn_network_free(net);
        assert_int_equal(status, SN_OK);
        assert_true(certain);
        assert_true(sum >= (1 - 1e-9) / leak[k]);
        assert_true(sum <= 1.2 / leak[k]);
    }
}

/* ---- where a bound stays open ---- */

static void sweep__says_how_certain_it_is_where_the_tolerance_is_out_of_reach(void **state)
{
    double weight[NET_NODES];
    sn_sweep_loss loss[NET_NODES] = {{0}};
    size_t refused = 0;

    (void)state;
    for (unsigned long seed = 1; seed <= NETWORKS; seed++) {
        sn_network *net = random_network(seed);
        singles all;
        sn_sweep_plan *plan = NULL;
        sn_error err = {0};
        size_t open = 0;
        double widest = 0;
        char message[sizeof err.message];

        draw_weights(weight, net->node_count);
        fill_singles(&all, net->node_count);
        sn_status status = sn_sweep_plan_new(
            net, &(sn_sweep_options){.weight = weight, .tolerance = 1e-300}, &plan, NULL);
        assert_int_equal(status, SN_OK);
        status = sn_sweep_run(plan, &all.list, 1, NULL, NULL, loss, &err);
        sn_sweep_plan_free(plan);
        sn_network_free(net);
        for (size_t s = 0; s < all.list.count; s++)
            if (!(loss[s].bound <= 1e-300)) {
                open++;
                widest = fmax(widest, loss[s].bound);
            }
        assert_int_equal(status, open > 0 ? SN_ENUMERIC : SN_OK);
        if (open == 0)
            continue;
        refused++;
        (void)snprintf(
            message, sizeof message,
            "%zu of %zu scenarios are certain to %g only, not to the tolerance 1e-300", open,
            all.list.count, widest);
        assert_string_equal(err.message, message);
    }
    assert_true(refused > NETWORKS / 2);
}

/* ---- where the floor stops looking ---- */

/* A chain: of each firm the floor looks at the flow to its buyer and at what that one buys. */
static void floor__looks_at_no_more_flows_than_it_is_told(void **state)
{
    enum { CHAIN = 12 };
    char id[CHAIN][8];
    net_node firm[CHAIN];
    net_flow flow[CHAIN];
    double weight[CHAIN], found[3 * CHAIN] = {0};
    uint8_t scratch[CHAIN] = {0};
    int32_t queue[CHAIN];
    const int32_t hit[] = {0};
    const net_recipe all = {"*", "*", SN_ESSENTIAL};
    sn_sweep_plan *plan = NULL;
    size_t dirty = 0;
    (void)state;

    for (size_t i = 0; i < CHAIN; i++) {
        (void)snprintf(id[i], sizeof id[i], "f%02zu", i);
        firm[i] = (net_node){.id = id[i], .kind = SN_KIND_FIRM, .sector = "1"};
        weight[i] = 1;
        if (i > 0)
            flow[i - 1] = (net_flow){id[i - 1], id[i], 2.5, NULL};
    }
    sn_network *net = net_make(firm, CHAIN, flow, CHAIN - 1, &all, 1);
    const sn_status status =
        sn_sweep_plan_new(net, &(sn_sweep_options){.weight = weight}, &plan, NULL);
    for (size_t visits = 0; visits < 3 * CHAIN && status == SN_OK; visits++) {
        found[visits] = CHAIN * sn_sweep_floor(plan, hit, NULL, 1, visits, scratch, queue);
        for (size_t i = 0; i < CHAIN; i++)
            dirty += scratch[i];
    }
    sn_sweep_plan_free(plan);
    sn_network_free(net);
    assert_int_equal(status, SN_OK);
    assert_int_equal(dirty, 0);
    assert_close(found[0], 1, 1e-12); /* the hit one itself */
    for (size_t visits = 1; visits < 3 * CHAIN; visits++) {
        assert_true(found[visits] >= found[visits - 1] - 1e-12);
        assert_true(found[visits] <= 1 + ceil((double)visits / 2) + 1e-12);
    }
    assert_close(found[3 * CHAIN - 1], CHAIN, 1e-12);
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
        cmocka_unit_test(rounds__are_the_passes_over_the_network),
        cmocka_unit_test(sweep__is_certain_after_ten_to_twenty_rounds_as_a_rule),
        cmocka_unit_test(forecast__is_near_the_rounds_that_the_published_rule_takes),
        cmocka_unit_test(ascent__is_found_where_one_part_in_a_hundred_leaves_a_ring),
        cmocka_unit_test(sweep__says_how_certain_it_is_where_the_tolerance_is_out_of_reach),
        cmocka_unit_test(floor__looks_at_no_more_flows_than_it_is_told),
    };
    return cmocka_run_group_tests_name("sweep_work", tests, setup, NULL);
}
