/* test_sweep.c - many removals at once: by hand, as published, against the formulas and against
 * the cascade of one scenario. */
#include "sn_test.h"
#include "sn_nets.h"
#include "sn_oracle.h"
#include "sn_totals.h"

#include "graph/bridge.h"
#include "metrics/sweep_private.h"

enum { MAX = ORACLE_NODES, MANY = 4 * MAX };

/* ---- a run ---- */

static const double *output_of(const sn_network *net)
{
    return net->output;
}

/* What progress is told: more each time. */
static bool keep_count(void *context, size_t done)
{
    size_t *last = context;

    if (done <= *last)
        abort();
    *last = done;
    return true;
}

/* Whoever is told of progress hears of every scenario, once. */
static sn_status sweep(const sn_network *net, const sn_sweep_options *options,
                       const sn_sweep_scenarios *scenarios, int threads,
                       const sn_sweep_kernel *kernel, sn_sweep_loss *loss, sn_error *err)
{
    size_t done = 0;
    sn_sweep_plan *plan = NULL;
    sn_status status = sn_sweep_plan_new(net, options, &plan, err);

    if (status == SN_OK && kernel != NULL)
        plan->kernel = kernel;
    if (status == SN_OK)
        status = sn_sweep_run(plan, scenarios, threads, keep_count, &done, loss, err);
    if ((status == SN_OK || status == SN_ENUMERIC) && done != scenarios->count)
        fail_msg("%zu of %zu scenarios were told", done, scenarios->count);
    sn_sweep_plan_free(plan);
    return status;
}

/* Every single node, and as many random groups in part. */
typedef struct {
    size_t first[MANY + 1];
    int32_t node[MANY * 4];
    double left[MANY * 4];
    sn_sweep_scenarios list;
} scenario_set;

static void draw_scenarios(scenario_set *set, size_t n, unsigned long seed)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    size_t used = 0;

    gsl_rng_set(rng, seed);
    for (size_t s = 0; s < 2 * n; s++) {
        set->first[s] = used;
        for (size_t i = 0; i < n; i++)
            if (s < n ? s == i : gsl_rng_uniform(rng) < 2.0 / (double)n && used < 4 * s + 4) {
                set->node[used] = (int32_t)i;
                set->left[used++] = s < n ? 0 : gsl_rng_uniform(rng);
            }
    }
    set->first[2 * n] = used;
    set->list = (sn_sweep_scenarios){2 * n, set->first, set->node, set->left};
    gsl_rng_free(rng);
}

/* ---- the oracle, in doubles ---- */

typedef struct {
    double down[MAX], up[MAX];
    int rounds;
} losses;

static losses oracle(const sn_network *net, const double *left, const double *size,
                     double epsilon)
{
    const oracle_losses slow =
        oracle_run(net, &(oracle_question){.node = left, .size = size, .epsilon = epsilon});
    losses l = {.rounds = slow.rounds};

    for (size_t i = 0; i < net->node_count; i++) {
        l.down[i] = (double)slow.down[i];
        l.up[i] = (double)slow.up[i];
    }
    return l;
}

/* Weights that are nobody's output. */
static void draw_weights(double *weight, size_t n, unsigned long seed)
{
    for (size_t i = 0; i < n; i++)
        weight[i] = (double)((i * 7919 + seed * 104729) % 97) / 31 + (i == 0);
}

/* ---- random networks ---- */

typedef struct {
    double gap, bound; /* largest seen */
    int rounds_off;
    sn_status status;
} verdict;

static void compare_certified(unsigned long seed, sn_response response, double tolerance,
                              verdict *v)
{
    net_random drawn;
    static scenario_set set;
    sn_sweep_loss loss[MANY];
    double weight[MAX], left[MAX];
    sn_error err = {0};

    net_draw(&drawn, seed);
    sn_network *net = net_build(&drawn, 1, false);
    draw_weights(weight, net->node_count, seed);
    draw_scenarios(&set, net->node_count, seed + 1);
    const sn_sweep_options options = {weight, response, SN_SWEEP_CERTIFIED, tolerance};
    v->status = sweep(net, &options, &set.list, 1, NULL, loss, &err);
    for (size_t s = 0; s < set.list.count && v->status == SN_OK; s++) {
        capacities(&set.list, s, net->node_count, left);
        const losses l = oracle(net, left, response ? output_of(net) : NULL, 0);
        const sn_sweep_loss want = total(weight, net->node_count, l.down, l.up);
        v->gap = fmax(v->gap, apart(loss[s], want) - loss[s].bound);
        v->bound = fmax(v->bound, loss[s].bound);
    }
    sn_network_free(net);
    if (v->status != SN_OK)
        fprintf(stderr, "seed %lu: %s\n", seed, err.message);
}

static void sweep__agrees_with_the_formulas_within_its_bound(void **state)
{
    verdict v = {0};

    (void)state;
    for (unsigned long seed = 1; seed <= 200 && v.status == SN_OK; seed++)
        compare_certified(seed, (sn_response)(seed % 2), 0, &v);
    assert_int_equal(v.status, SN_OK);
    assert_true(v.bound <= 1e-9);
    assert_true(v.gap <= 1e-13);
}

static void sweep__keeps_a_loose_and_a_tight_tolerance(void **state)
{
    verdict v = {0};

    (void)state;
    for (unsigned long seed = 201; seed <= 240 && v.status == SN_OK; seed++)
        compare_certified(seed, (sn_response)(seed % 2), 1e-3, &v);
    assert_int_equal(v.status, SN_OK);
    assert_true(v.bound <= 1e-3);
    assert_true(v.gap <= 1e-13);
    v = (verdict){0};
    for (unsigned long seed = 201; seed <= 240 && v.status == SN_OK; seed++)
        compare_certified(seed, (sn_response)(seed % 2), 1e-12, &v);
    assert_int_equal(v.status, SN_OK);
    assert_true(v.bound <= 1e-12);
    assert_true(v.gap <= 1e-13);
}

static void compare_published(unsigned long seed, sn_response response, double epsilon,
                              verdict *v)
{
    net_random drawn;
    static scenario_set set;
    sn_sweep_loss loss[MANY];
    double weight[MAX], left[MAX];
    sn_error err = {0};

    net_draw(&drawn, seed);
    sn_network *net = net_build(&drawn, 1, false);
    draw_weights(weight, net->node_count, seed);
    draw_scenarios(&set, net->node_count, seed + 1);
    const sn_sweep_options options = {weight, response, SN_SWEEP_GLCASCADE, epsilon};
    v->status = sweep(net, &options, &set.list, 1, NULL, loss, &err);
    for (size_t s = 0; s < set.list.count && v->status == SN_OK; s++) {
        capacities(&set.list, s, net->node_count, left);
        const losses l =
            oracle(net, left, response ? net->sales : NULL, epsilon > 0 ? epsilon : 1e-2);
        v->gap = fmax(v->gap, apart(loss[s], total(weight, net->node_count, l.down, l.up)));
        v->rounds_off += loss[s].rounds != (uint32_t)l.rounds;
    }
    sn_network_free(net);
}

static void glcascade__stops_where_the_published_rule_stops(void **state)
{
    verdict v = {0};

    (void)state;
    for (unsigned long seed = 1; seed <= 200 && v.status == SN_OK; seed++)
        compare_published(seed, (sn_response)(seed % 2), seed % 3 == 0 ? 1e-4 : 0, &v);
    assert_int_equal(v.status, SN_OK);
    assert_int_equal(v.rounds_off, 0);
    assert_true(v.gap <= 1e-13);
}

/* ---- a network large enough for several batches, threads and passes with flags ---- */

enum { FIRMS = 500, DEGREE = 6 };

static sn_network *firms(void)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    sn_builder *b = sn_builder_new();
    char id[3][16];

    gsl_rng_set(rng, 20240601);
    for (size_t i = 0; i < FIRMS; i++) {
        snprintf(id[0], sizeof id[0], "f%03zu", i);
        snprintf(id[1], sizeof id[1], "s%lu", gsl_rng_uniform_int(rng, 12));
        net_add_node(b, &(net_node){.id = id[0],
                                    .kind = SN_KIND_FIRM,
                                    .sector = id[1],
                                    .final_demand = 8 * gsl_rng_uniform(rng)});
    }
    for (size_t e = 0; e < (size_t)FIRMS * DEGREE; e++) {
        const double u = gsl_rng_uniform(rng);
        snprintf(id[0], sizeof id[0], "f%03zu", (size_t)(u * u * FIRMS));
        snprintf(id[1], sizeof id[1], "f%03lu", gsl_rng_uniform_int(rng, FIRMS));
        net_add_flow(b, &(net_flow){id[0], id[1], exp(3 * gsl_rng_uniform(rng)), NULL}, 1);
    }
    for (size_t k = 0; k < 144; k++) {
        static const sn_need need[] = {SN_NEGLIGIBLE, SN_NON_ESSENTIAL, SN_ESSENTIAL};
        snprintf(id[0], sizeof id[0], "s%zu", k / 12);
        snprintf(id[1], sizeof id[1], "s%zu", k % 12);
        if (sn_builder_recipe(b, id[0], strlen(id[0]), id[1], strlen(id[1]),
                              need[gsl_rng_uniform_int(rng, 3)], NAN, NAN, NULL) != SN_OK)
            abort();
    }
    gsl_rng_free(rng);
    return net_freeze(b);
}

/* Single firms, ascending or descending, or every third one. */
static sn_sweep_scenarios singles(size_t *first, int32_t *node, int order)
{
    size_t used = 0;

    for (int32_t i = 0; i < FIRMS; i++)
        if (order < 2 || i % 3 == 0) {
            first[used] = used;
            node[used++] = order == 1 ? FIRMS - 1 - i : i;
        }
    first[used] = used;
    return (sn_sweep_scenarios){used, first, node, NULL};
}

static size_t count_differing(const sn_network *net, const sn_sweep_options *options,
                              const sn_sweep_loss *expected, int order, int threads,
                              const sn_sweep_kernel *kernel)
{
    static size_t first[FIRMS + 1];
    static int32_t node[FIRMS];
    static sn_sweep_loss loss[FIRMS];
    const sn_sweep_scenarios scenarios = singles(first, node, order);
    sn_error err = {0};
    size_t differing = 0;

    if (sweep(net, options, &scenarios, threads, kernel, loss, &err) != SN_OK)
        return FIRMS;
    for (size_t s = 0; s < scenarios.count; s++)
        differing += memcmp(&loss[s].loss, &expected[node[s]].loss, 4 * sizeof(double)) != 0 ||
                     loss[s].rounds != expected[node[s]].rounds;
    return differing;
}

static size_t count_all_differing(sn_sweep_rule rule, sn_response response)
{
    static size_t first[FIRMS + 1];
    static int32_t node[FIRMS];
    static sn_sweep_loss expected[FIRMS];
    const sn_sweep_scenarios scenarios = singles(first, node, 0);
    sn_network *net = firms();
    const sn_sweep_options options = {output_of(net), response, rule, 0};
    sn_error err = {0};
    size_t differing = 0;

    if (sweep(net, &options, &scenarios, 1, NULL, expected, &err) == SN_OK) {
        differing += count_differing(net, &options, expected, 0, 2, NULL);
        differing += count_differing(net, &options, expected, 1, 2, NULL);
        differing += count_differing(net, &options, expected, 2, 3, NULL);
        differing += count_differing(net, &options, expected, 1, 1, &sn_sweep_kernel_portable);
#ifdef SN_SWEEP_X86
        if (__builtin_cpu_supports("avx2"))
            differing += count_differing(net, &options, expected, 2, 1, &sn_sweep_kernel_avx2);
#endif
    } else {
        fprintf(stderr, "%s\n", err.message);
        differing = FIRMS;
    }
    sn_network_free(net);
    return differing;
}

static void sweep__gives_the_same_bits_in_any_company(void **state)
{
    (void)state;
    assert_int_equal(count_all_differing(SN_SWEEP_CERTIFIED, SN_RESPONSE_NONE), 0);
    assert_int_equal(count_all_differing(SN_SWEEP_CERTIFIED, SN_RESPONSE_MARKET), 0);
    assert_int_equal(count_all_differing(SN_SWEEP_GLCASCADE, SN_RESPONSE_NONE), 0);
    assert_int_equal(count_all_differing(SN_SWEEP_GLCASCADE, SN_RESPONSE_MARKET), 0);
}

/* The largest distance from sn_cascade_run beyond both bounds. */
static double distance_from_cascade(sn_response response, double tolerance)
{
    static size_t first[FIRMS + 1];
    static int32_t node[FIRMS];
    static sn_sweep_loss loss[FIRMS];
    static double left[FIRMS];
    const sn_sweep_scenarios scenarios = singles(first, node, 2);
    sn_network *net = firms();
    const sn_sweep_options options = {output_of(net), response, SN_SWEEP_CERTIFIED, tolerance};
    sn_cascade_plan *plan = NULL;
    sn_cascade *cascade = NULL;
    sn_error err = {0};
    double worst = 0;

    if (sweep(net, &options, &scenarios, 2, NULL, loss, &err) != SN_OK ||
        sn_cascade_plan_new(net, &plan, &err) != SN_OK ||
        sn_cascade_new(plan, &(sn_cascade_options){.response = response}, &cascade, &err) !=
            SN_OK)
        abort();
    for (size_t i = 0; i < net->node_count; i++)
        left[i] = 1;
    for (size_t s = 0; s < scenarios.count; s++) {
        sn_cascade_result r = {0};
        left[node[s]] = 0;
        if (sn_cascade_run(cascade, &(sn_mask){.node = left}, &r, &err) != SN_OK)
            abort();
        left[node[s]] = 1;
        worst = fmax(worst, apart(loss[s], total(output_of(net), net->node_count, r.down, r.up)) -
                                loss[s].bound - r.bound_down - r.bound_up);
    }
    sn_cascade_free(cascade);
    sn_cascade_plan_free(plan);
    sn_network_free(net);
    return worst;
}

static void sweep__agrees_with_the_cascade_of_one_scenario(void **state)
{
    (void)state;
    assert_true(distance_from_cascade(SN_RESPONSE_NONE, 0) <= 1e-14);
    assert_true(distance_from_cascade(SN_RESPONSE_MARKET, 0) <= 1e-14);
    assert_true(distance_from_cascade(SN_RESPONSE_NONE, 1e-5) <= 1e-14);
    assert_true(distance_from_cascade(SN_RESPONSE_MARKET, 1e-5) <= 1e-14);
}

/* Of networks of many flows without a certificate each lane is run by itself, from what is hit
 * outwards.  Here a small one is taken for such. */
static void sweep__gives_the_same_losses_lane_by_lane_where_nothing_certifies_all(void **state)
{
    static size_t first[FIRMS + 1];
    static int32_t node[FIRMS];
    static sn_sweep_loss usual[FIRMS], alone[FIRMS];
    const sn_sweep_scenarios scenarios = singles(first, node, 3);
    sn_network *net = firms();
    const sn_sweep_options options = {output_of(net), SN_RESPONSE_NONE, SN_SWEEP_CERTIFIED, 0};
    sn_sweep_plan *plan = NULL;
    size_t rounds = 0;
    sn_error err = {0};
    (void)state;

    assert_int_equal(sweep(net, &options, &scenarios, 1, NULL, usual, &err), SN_OK);
    assert_int_equal(sn_sweep_plan_new(net, &options, &plan, &err), SN_OK);
    plan->stay.total = INFINITY;
    plan->pivot.used = false;
    plan->cascade->is_large = true;
    const sn_status status = sn_sweep_run(plan, &scenarios, 2, NULL, NULL, alone, &err);
    sn_sweep_plan_free(plan);
    assert_int_equal(status, SN_OK);
    for (size_t s = 0; s < scenarios.count; s++) {
        const double far = alone[s].bound + usual[s].bound;
        assert_true(alone[s].bound <= 1e-9);
        assert_true(fabs(alone[s].loss - usual[s].loss) <= far);
        assert_true(fabs(alone[s].loss_down - usual[s].loss_down) <= far);
        assert_true(fabs(alone[s].loss_up - usual[s].loss_up) <= far);
        assert_true(alone[s].least == usual[s].least);
        rounds += alone[s].rounds;
    }
    assert_true(rounds > scenarios.count); /* upstream takes more than one each */
    sn_network_free(net);
}

/* ---- loops that hardly leak ---- */

enum { RING = 3, RINGS = 2, SLOW = RING * RINGS + 2 };

/* Two rings of firms, all inputs essential and of one sector.  A round, ring A takes 9 parts in
 * 10^6 from T and 120 from ring B; ring B takes 120 from ring A and 6 from S. */
static sn_network *slow_rings(void)
{
    static const char *const id[SLOW] = {"a0", "a1", "a2", "b0", "b1", "b2", "s", "t"};
    static const net_flow flow[] = {{"a0", "a1", 1e6, 0},      {"a1", "a2", 1e6, 0},
                                    {"a2", "a0", 999871, 0},   {"t", "a0", 9, 0},
                                    {"b2", "a0", 120, 0},      {"b0", "b1", 1e6, 0},
                                    {"b1", "b2", 1e6, 0},      {"b2", "b0", 999874, 0},
                                    {"a2", "b0", 120, 0},      {"s", "b0", 6, 0}};
    const net_recipe all = {"*", "*", SN_ESSENTIAL};
    net_node node[SLOW];

    for (size_t i = 0; i < SLOW; i++)
        node[i] = (net_node){.id = id[i],
                             .kind = SN_KIND_FIRM,
                             .sector = "1",
                             .final_demand = id[i][0] == 's' || id[i][0] == 't' ? 0 : 5e5};
    return net_make(node, SLOW, flow, NET_COUNT(flow), &all, 1);
}

static size_t find_node(const sn_network *net, const char *id)
{
    for (size_t i = 0; i < net->node_count; i++)
        if (strcmp(sn_network_id(net, i), id) == 0)
            return i;
    abort();
}

/* What the removal of T takes from a firm: a = (9 + 120 b) / 129, b = 120 a / 126. */
static double slow_truth(const char *id)
{
    const double a = 9 / (129 - 120.0 * 120 / 126), b = 120 * a / 126;

    return id[0] == 'a' ? a : id[0] == 'b' ? b : id[0] == 't' ? 1 : 0;
}

static void sweep__is_certain_of_loops_that_leak_a_few_parts_in_a_million(void **state)
{
    sn_network *net = slow_rings();
    static const sn_sweep_kernel *const kernel[] = {NULL, &sn_sweep_kernel_portable};
    double weight[SLOW], truth = 0, sum = 0, far = 0, widest = 0;
    uint32_t longest = 0;
    const size_t first[] = {0, 1};
    const int32_t node[] = {(int32_t)find_node(net, "t")};
    sn_status status = SN_OK;
    sn_error err = {0};

    (void)state;
    for (size_t i = 0; i < SLOW; i++) {
        weight[i] = 1 + 0.37 * (double)i;
        truth += weight[i] * slow_truth(sn_network_id(net, i));
        sum += weight[i];
    }
    for (size_t k = 0; k < NET_COUNT(kernel) && status == SN_OK; k++) {
        sn_sweep_loss loss = {0};
        const sn_sweep_options options = {.weight = weight, .tolerance = 1e-9};
        status = sweep(net, &options, &(sn_sweep_scenarios){1, first, node, NULL}, 1, kernel[k],
                       &loss, &err);
        far = fmax(far, fabs(loss.loss_down - truth / sum) - loss.bound);
        widest = fmax(widest, loss.bound);
        longest = loss.rounds > longest ? loss.rounds : longest;
    }
    sn_network_free(net);
    assert_int_equal(status, SN_OK);
    assert_true(far <= 0);
    assert_true(widest <= 1e-9);

    /* Sixty passes of patience, two moves along the stay and one policy, of three each, and one
     * upstream: by patience alone it would take 10^6. */
    assert_in_range(longest, 60, 72);
}

/* What sweeps of slow networks took, and how certain they are. */
typedef struct {
    double rounds, widest;
    size_t sweeps;
} effort;

/* Firms that buy nearly all from one another: the largest distance of a sweep from the cascade
 * beyond both bounds. */
static double distance_when_slow(unsigned long seed, effort *spent)
{
    enum { N = 40, EACH = 6 };
    static size_t first[N + 1];
    static int32_t node[N];
    net_node firm[N];
    net_flow flow[N * (EACH + 1)];
    char id[N][8];
    static const char *const sector[] = {"1", "2", "3"};
    const net_recipe all = {"*", "*", SN_ESSENTIAL};
    sn_sweep_loss loss[N];
    double left[N], worst = 0;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    sn_cascade_plan *plan = NULL;
    sn_cascade *cascade = NULL;
    sn_error err = {0};
    size_t flows = 0;

    gsl_rng_set(rng, seed);
    for (size_t i = 0; i < N; i++) {
        (void)snprintf(id[i], sizeof id[i], "f%02zu", i);
        firm[i] = (net_node){.id = id[i], .kind = SN_KIND_FIRM, .sector = sector[i % 3]};
        left[i] = 1;
        /* the first three sell a trifle to each and buy nothing */
        for (int k = 0; k < EACH && i >= 3; k++)
            flow[flows++] = (net_flow){id[3 + gsl_rng_uniform_int(rng, N - 3)], id[i],
                                       1e5 * (1 + gsl_rng_uniform(rng)), 0};
        if (i >= 3)
            flow[flows++] = (net_flow){id[i % 3], id[i], 5 + gsl_rng_uniform(rng), 0};
    }
    gsl_rng_free(rng);
    sn_network *net = net_make(firm, N, flow, flows, &all, 1);
    const sn_sweep_scenarios some = {N, first, node, NULL};
    const sn_sweep_options options = {output_of(net), SN_RESPONSE_NONE, SN_SWEEP_CERTIFIED, 0};

    for (size_t i = 0; i <= N; i++)
        first[i] = i;
    for (size_t i = 0; i < N; i++)
        node[i] = (int32_t)i;
    if (sweep(net, &options, &some, 2, NULL, loss, &err) != SN_OK ||
        sn_cascade_plan_new(net, &plan, &err) != SN_OK ||
        sn_cascade_new(plan, NULL, &cascade, &err) != SN_OK)
        abort();
    for (size_t s = 0; s < N; s++) {
        sn_cascade_result r = {0};
        spent->sweeps++;
        spent->rounds += loss[s].rounds;
        spent->widest = fmax(spent->widest, loss[s].bound);
        left[s] = 0;
        const sn_status status = sn_cascade_run(cascade, &(sn_mask){.node = left}, &r, NULL);
        if ((status != SN_OK && status != SN_ENUMERIC) || r.bound_down > 1e-7) /* it says so */
            abort();
        left[s] = 1;
        worst = fmax(worst, apart(loss[s], total(output_of(net), net->node_count, r.down, r.up)) -
                                loss[s].bound - r.bound_down - r.bound_up);
    }
    sn_cascade_free(cascade);
    sn_cascade_plan_free(plan);
    sn_network_free(net);
    return worst;
}

static void sweep__agrees_with_the_cascade_where_loops_hardly_leak(void **state)
{
    double worst = 0;
    effort spent = {0};

    (void)state;
    for (unsigned long seed = 1; seed <= 40; seed++)
        worst = fmax(worst, distance_when_slow(seed, &spent));
    assert_true(worst <= 1e-14);
    assert_true(spent.widest <= 1e-9); /* the tolerance */
    /* A round brings a loop one part in 10^5 closer: patience would take 10^6 of them.  What
     * forecasts, leaps and policies leave of that is to stay what it is. */
    assert_true(spent.rounds / (double)spent.sweeps < 86.5);
}

/* A and B buy 99 parts of 100 from each other and one of R, which depends on nobody: e_R = 1, and
 * e = 1 + 0.99 e + 0.01 e_R at both, 101.  Where B is lost entirely, nothing is added to that, however
 * roughly losses are known: e_A = 1 + 0.01.  Where half of B is lost, and losses are known well,
 * what B buys cannot be what it loses by: e_B = 1 and e_A = 1 + 0.99 + 0.01. */
static void stay__is_short_where_a_hit_breaks_the_loop(void **state)
{
    enum { A, B, R, MEMBERS };
    static const struct {
        double hit, lost[2], c, truth;
    } of[] = {{1, {0.99, 1}, 1e-9, 0.75 * 1.01},
              {1, {0.99, 1}, 0.01, 0.75 * 1.01},
              {0.5, {0.495, 0.5}, 1e-9, 0.75 * 2 + 0.25},
              {0.5, {0.495, 0.5}, 0.01, 101},
              {0, {0, 0}, 1e-9, 101}};
    static const net_node node[] = {{.id = "a", .kind = SN_KIND_FIRM, .final_demand = 1},
                                    {.id = "b", .kind = SN_KIND_FIRM, .final_demand = 1},
                                    {.id = "r", .kind = SN_KIND_FIRM}};
    static const net_flow flow[] = {{"b", "a", 99, "part"},
                                    {"a", "b", 99, "part"},
                                    {"r", "a", 1, "part"},
                                    {"r", "b", 1, "part"}};
    static const net_recipe all = {"*", "*", SN_ESSENTIAL};
    static const double weight[] = {0.75, 0.25, 0};
    static sn_lanes x[MEMBERS];
    sn_network *net = net_make(node, MEMBERS, flow, NET_COUNT(flow), &all, 1);
    sn_sweep_plan *plan = NULL;
    sn_policy *policy = NULL;
    long double *share = NULL;
    double got[NET_COUNT(of)] = {0}, most = NAN;
    uint32_t count = 0;

    (void)state;
    sn_status status =
        sn_sweep_plan_new(net, &(sn_sweep_options){.weight = weight}, &plan, NULL);
    if (status == SN_OK)
        status = sn_rows_share(net, &plan->cascade->system[SN_DOWN], &plan->rows[SN_DOWN], &share,
                               NULL);
    if (status == SN_OK)
        status = sn_policy_new(&plan->rows[SN_DOWN], &policy, NULL);
    for (size_t k = 0; k < NET_COUNT(of) && status == SN_OK; k++) {
        const sn_rows *rows = &plan->rows[SN_DOWN];
        const sn_lane_hit hit = {rows->of_node[B], 0, of[k].hit};
        const sn_pass pass = {.rows = rows, .x = x, .hit = &hit, .hit_count = 1};
        sn_stay stay = plan->stay;

        stay.share = share;
        count = rows->count;
        most = stay.total;
        for (size_t i = A; i <= B && count == MEMBERS; i++)
            x[rows->of_node[i]][0] = of[k].lost[i];
        got[k] = sn_policy_stay(policy, &stay, &pass, 0, of[k].c);
    }
    sn_policy_free(policy);
    free(share);
    sn_sweep_plan_free(plan);
    sn_network_free(net);
    assert_int_equal(status, SN_OK);
    assert_int_equal(count, MEMBERS);
    for (size_t k = 0; k < NET_COUNT(of); k++) {
        assert_true(got[k] >= of[k].truth * (1 - 1e-12));
        assert_true(got[k] <= fmin(most, 4 * of[k].truth)); /* a margin of a quarter is enough */
    }
}

/* ---- what a removal costs at least, and which are tried ---- */

/* M alone feeds A, and A alone D; C buys the same good of N and O. */
static void sweep__loses_at_least_what_only_the_removed_can_feed(void **state)
{
    static const char *const id[] = {"a", "c", "d", "m", "n", "o"};
    static const net_flow flow[] = {{"m", "a", 3.5, 0}, {"a", "d", 2.25, 0}, {"n", "c", 4, 0},
                                    {"o", "c", 1.5, 0}};
    static const double weight[] = {1.25, 2.5, 0.75, 5, 7, 11};
    /* by the removal of a, c, d, m, n, o */
    static const double least[] = {1.25 + 0.75, 2.5, 0.75, 5 + 1.25 + 0.75, 7, 11};
    const size_t first[] = {0, 1, 2, 3, 4, 5, 6, 8};
    const int32_t node[] = {0, 1, 2, 3, 4, 5, 4, 5}; /* and n and o together */
    net_node firm[6];
    sn_sweep_loss loss[7];
    sn_error err = {0};

    (void)state;
    for (size_t i = 0; i < 6; i++)
        firm[i] = (net_node){.id = id[i], .kind = SN_KIND_FIRM, .sector = "1"};
    for (int need = 0; need < 2; need++) {
        const net_recipe recipe = {"*", "*", need == 0 ? SN_ESSENTIAL : SN_NON_ESSENTIAL};
        sn_network *net = net_make(firm, 6, flow, 4, &recipe, 1);
        const sn_sweep_options options = {.weight = weight};
        const sn_status status =
            sweep(net, &options, &(sn_sweep_scenarios){7, first, node, NULL}, 1, NULL, loss, &err);
        sn_network_free(net);
        assert_int_equal(status, SN_OK);
        for (size_t s = 0; s < 6; s++)
            assert_close(loss[s].least, (need == 0 ? least[s] : weight[s]) / 27.5, 1e-12);
        assert_close(loss[6].least, (7 + 11 + (need == 0 ? 2.5 : 0)) / 27.5, 1e-12);
    }
}

static void sample__has_the_size_asked_for_and_prefers_nobody(void **state)
{
    enum { COUNT = 23, WANTED = 6, SEEDS = 4000 };
    size_t times[COUNT] = {0}, wrong = 0;
    bool chosen[COUNT];

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        size_t size = 0;
        assert_int_equal(sn_sweep_sample(COUNT, WANTED, seed, chosen, NULL), SN_OK);
        for (size_t k = 0; k < COUNT; k++) {
            size += chosen[k];
            times[k] += chosen[k];
        }
        wrong += size != WANTED;
    }
    assert_int_equal(wrong, 0);
    const double share = (double)WANTED / COUNT, sigma = sqrt(share * (1 - share) / SEEDS);
    for (size_t k = 0; k < COUNT; k++)
        assert_close((double)times[k] / SEEDS, share, 5 * sigma);
    assert_int_equal(sn_sweep_sample(COUNT, COUNT + 9, 1, chosen, NULL), SN_OK);
    for (size_t k = 0; k < COUNT; k++)
        assert_true(chosen[k]);
}

/* ---- published networks ---- */

/* Vitelot, Economic-Systemic-Risk: the test network. */
static sn_network *twelve_firms(void)
{
    static const char *const id[] = {"A", "B", "C", "D", "E", "F", "G",
                                     "H", "I", "J", "K", "L", "X"};
    static const char *const sector[] = {"1",  "2", "2", "2", "3", "3", "5",
                                         "99", "1", "3", "4", "2", "1"};
    static const net_flow flow[] = {{"A", "X", 1, 0}, {"B", "X", 1, 0}, {"C", "X", 1, 0},
                                    {"D", "X", 1, 0}, {"E", "X", 1, 0}, {"F", "X", 1, 0},
                                    {"G", "X", 1, 0}, {"H", "X", 1, 0}, {"X", "I", 1, 0},
                                    {"X", "J", 1, 0}, {"X", "K", 1, 0}, {"K", "L", 1, 0}};
    static const net_recipe recipe[] = {
        {"1", "1", SN_ESSENTIAL},     {"1", "2", SN_ESSENTIAL},   {"1", "3", SN_NON_ESSENTIAL},
        {"1", "5", SN_NON_ESSENTIAL}, {"1", "99", SN_NEGLIGIBLE}, {"3", "1", SN_NON_ESSENTIAL},
        {"4", "1", SN_ESSENTIAL},     {"2", "4", SN_ESSENTIAL}};
    net_node node[NET_COUNT(id)];

    for (size_t i = 0; i < NET_COUNT(id); i++)
        node[i] = (net_node){.id = id[i], .kind = SN_KIND_FIRM, .sector = sector[i]};
    return net_make(node, NET_COUNT(node), flow, NET_COUNT(flow), recipe, NET_COUNT(recipe));
}

/* Diem et al. 2022, figure 1: ids are two digits so that they sort by number. */
static sn_network *eleven_firms(sn_need need)
{
    static const char *const id[] = {"01", "02", "03", "04", "05", "06",
                                     "07", "08", "09", "10", "11"};
    static const char *const sector[] = {"1", "2", "1", "3", "4", "2", "4", "1", "2", "3", "5"};
    static const net_flow flow[] = {{"02", "01", 1, 0}, {"02", "03", 1, 0}, {"07", "04", 1, 0},
                                    {"09", "05", 1, 0}, {"03", "07", 1, 0}, {"06", "07", 1, 0},
                                    {"10", "07", 1, 0}, {"09", "10", 1, 0}, {"07", "11", 1, 0},
                                    {"08", "11", 1, 0}};
    const net_recipe recipe = {"*", "*", need};
    net_node node[NET_COUNT(id)];

    for (size_t i = 0; i < NET_COUNT(id); i++)
        node[i] = (net_node){.id = id[i], .kind = SN_KIND_FIRM, .sector = sector[i]};
    return net_make(node, NET_COUNT(node), flow, NET_COUNT(flow), &recipe, 1);
}

/* The largest distance of the single removals from a published list; frees the network. */
static double distance_from(sn_network *net, sn_sweep_rule rule, sn_response response,
                            double tolerance, const double *published)
{
    static scenario_set set;
    sn_sweep_loss loss[MANY];
    sn_error err = {0};
    double worst = 0;

    draw_scenarios(&set, net->node_count, 1);
    const sn_sweep_options options = {net->sales, response, rule, tolerance};
    if (sweep(net, &options, &set.list, 1, NULL, loss, &err) != SN_OK)
        worst = INFINITY;
    for (size_t i = 0; i < net->node_count; i++)
        worst = fmax(worst, fabs(loss[i].loss - published[i]));
    sn_network_free(net);
    return worst;
}

static void sweep__reproduces_the_published_networks(void **state)
{
    static const double twelve[] = {0.4166666666666667,
                                    0.1369047619047619,
                                    0.1369047619047619,
                                    0.1369047619047619,
                                    0.12320402298850575,
                                    0.12320402298850575,
                                    0.12320402298850575,
                                    0.0833333333333333,
                                    0.3055555555555556,
                                    0.3055555555555556,
                                    0.388888888888889,
                                    0.388888888888889,
                                    1};
    static const double linear[] = {.1, .3, .8 / 3,   .35,    .1, .35 / 3,
                                    .7, .1, .28 / .9, .8 / 3, .45};
    static const double leontief[] = {.1, 1.1 / 3, .4, .35, .1, .15, .7, .1, .4, .4, .45};
    static const double alone[] = {.1, .5, .4, .35, .1, .3, .7, .1, .5, .4, .45};
    const sn_response market = SN_RESPONSE_MARKET, none = SN_RESPONSE_NONE;
    double worst[2] = {0};

    (void)state;
    for (int rule = 0; rule < 2; rule++) {
        const sn_sweep_rule r = (sn_sweep_rule)rule;
        const double tolerance = rule == SN_SWEEP_CERTIFIED ? 0 : 1e-14;
        worst[rule] =
            fmax(distance_from(twelve_firms(), r, market, tolerance, twelve),
                 distance_from(eleven_firms(SN_NON_ESSENTIAL), r, market, tolerance, linear));
        worst[rule] = fmax(worst[rule], distance_from(eleven_firms(SN_ESSENTIAL), r, market,
                                                      tolerance, leontief));
        worst[rule] = fmax(
            worst[rule], distance_from(eleven_firms(SN_ESSENTIAL), r, none, tolerance, alone));
    }
    assert_close(worst[SN_SWEEP_CERTIFIED], 0, 1e-12);
    assert_close(worst[SN_SWEEP_GLCASCADE], 0, 1e-12);
}

/* ---- properties, edges, refusals ---- */

static void sweep__does_not_depend_on_the_unit(void **state)
{
    double worst = 0;

    (void)state;
    for (unsigned long seed = 1; seed <= 40; seed++)
        for (int rule = 0; rule < 2; rule++) {
            static scenario_set set;
            net_random drawn;
            sn_sweep_loss loss[3][MANY];
            double weight[MAX];
            sn_error err = {0};

            net_draw(&drawn, seed);
            draw_weights(weight, drawn.nodes, seed);
            draw_scenarios(&set, drawn.nodes, seed);
            for (int k = 0; k < 3; k++) {
                sn_network *net = net_build(&drawn, k == 0 ? 1e-6 : k == 1 ? 1 : 1e6, false);
                const sn_sweep_options options = {weight, SN_RESPONSE_MARKET,
                                                  (sn_sweep_rule)rule, 0};
                if (sweep(net, &options, &set.list, 1, NULL, loss[k], &err) != SN_OK)
                    worst = INFINITY;
                sn_network_free(net);
            }
            for (size_t s = 0; s < set.list.count; s++)
                worst = fmax(
                    worst, fmax(apart(loss[0][s], loss[1][s]), apart(loss[2][s], loss[1][s])));
        }
    assert_true(worst <= 1e-12);
}

static void sweep__answers_an_empty_network_and_a_single_node(void **state)
{
    const net_node alone = {.id = "alone", .kind = SN_KIND_FIRM, .output = 2.385};
    const size_t first[] = {0, 0, 1};
    const int32_t node[] = {0};
    const double left[] = {0.25}, weight[] = {2.385};
    sn_network *empty = net_make(NULL, 0, NULL, 0, NULL, 0);
    sn_network *one = net_make(&alone, 1, NULL, 0, NULL, 0);
    sn_sweep_loss none = {0}, loss[2] = {0};
    sn_error err = {0};
    const sn_sweep_options options = {.weight = weight};
    const sn_status empty_status = sweep(
        empty, &options, &(sn_sweep_scenarios){1, first, node, left}, 2, NULL, &none, &err);
    const sn_status one_status =
        sweep(one, &options, &(sn_sweep_scenarios){2, first, node, left}, 2, NULL, loss, &err);

    (void)state;
    sn_network_free(empty);
    sn_network_free(one);
    assert_int_equal(empty_status, SN_OK);
    assert_close(none.loss, 0, 0);
    assert_int_equal(one_status, SN_OK);
    assert_close(loss[0].loss, 0, 0);
    assert_close(loss[1].loss, 0.75, 1e-15);
    assert_close(loss[1].loss_down, 0.75, 1e-15);
    assert_close(loss[1].loss_up, 0.75, 1e-15);
}

static bool stop_at_once(void *context, size_t done)
{
    *(size_t *)context = done;
    return false;
}

static void sweep__can_be_stopped(void **state)
{
    static size_t first[FIRMS + 1];
    static int32_t node[FIRMS];
    static sn_sweep_loss loss[FIRMS];
    const sn_sweep_scenarios scenarios = singles(first, node, 0);
    sn_network *net = firms();
    sn_sweep_plan *plan = NULL;
    sn_error err = {0};
    size_t told = 0, done = 0;
    const sn_sweep_options options = {.weight = output_of(net)};
    sn_status status = sn_sweep_plan_new(net, &options, &plan, &err);

    (void)state;
    if (status == SN_OK)
        status = sn_sweep_run(plan, &scenarios, 1, stop_at_once, &told, loss, &err);
    for (size_t s = 0; s < scenarios.count; s++)
        done += loss[s].rounds > 0;
    sn_sweep_plan_free(plan);
    sn_network_free(net);
    assert_int_equal(status, SN_EUSAGE);
    assert_string_equal(err.message, "the sweep was stopped");
    assert_true(done >= told && told > 0 && done <= 8);
}

static void refuse(const sn_sweep_options *options, const sn_sweep_scenarios *scenarios,
                   int threads, const char *message)
{
    const net_flow flow = {"ab", "cd", 2.385, NULL};
    sn_network *net = net_make(NULL, 0, &flow, 1, NULL, 0);
    sn_sweep_loss loss[2];
    sn_error err = {0};
    const sn_status status = sweep(net, options, scenarios, threads, NULL, loss, &err);

    sn_network_free(net);
    assert_int_equal(status, SN_EUSAGE);
    assert_string_equal(err.message, message);
}

static void sweep__names_what_it_refuses(void **state)
{
    const double weight[] = {1.5, 2.5}, negative[] = {1.5, -2.5}, zero[] = {0, 0};
    const double left[] = {0.5, 1.25};
    const size_t first[] = {0, 2};
    const int32_t both[] = {0, 1}, twice[] = {1, 1}, outside[] = {0, 2};
    const sn_sweep_options good = {.weight = weight};
    const sn_sweep_scenarios fine = {1, first, both, NULL};

    (void)state;
    refuse(&(sn_sweep_options){.weight = negative}, &fine, 1,
           "node 'cd': weight -2.5 is not a number >= 0");
    refuse(&(sn_sweep_options){.weight = zero}, &fine, 1,
           "the weights of the nodes add up to 0");
    refuse(&(sn_sweep_options){.weight = weight, .tolerance = -1}, &fine, 1,
           "tolerance -1 is not a number >= 0");
    refuse(&good, &fine, 0, "0 threads are too few");
    refuse(&good, &(sn_sweep_scenarios){1, first, twice, NULL}, 1,
           "scenario 0: node 'cd' is hit twice");
    refuse(&good, &(sn_sweep_scenarios){1, first, outside, NULL}, 1,
           "scenario 0: there is no node 2");
    refuse(&good, &(sn_sweep_scenarios){1, first, both, left}, 1,
           "scenario 0, node 'cd': remaining capacity 1.25 is not in 0..1");
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
        cmocka_unit_test(sweep__loses_at_least_what_only_the_removed_can_feed),
        cmocka_unit_test(sample__has_the_size_asked_for_and_prefers_nobody),
        cmocka_unit_test(sweep__reproduces_the_published_networks),
        cmocka_unit_test(sweep__agrees_with_the_formulas_within_its_bound),
        cmocka_unit_test(sweep__keeps_a_loose_and_a_tight_tolerance),
        cmocka_unit_test(glcascade__stops_where_the_published_rule_stops),
        cmocka_unit_test(sweep__agrees_with_the_cascade_of_one_scenario),
        cmocka_unit_test(sweep__gives_the_same_losses_lane_by_lane_where_nothing_certifies_all),
        cmocka_unit_test(sweep__is_certain_of_loops_that_leak_a_few_parts_in_a_million),
        cmocka_unit_test(sweep__agrees_with_the_cascade_where_loops_hardly_leak),
        cmocka_unit_test(stay__is_short_where_a_hit_breaks_the_loop),
        cmocka_unit_test(sweep__gives_the_same_bits_in_any_company),
        cmocka_unit_test(sweep__does_not_depend_on_the_unit),
        cmocka_unit_test(sweep__answers_an_empty_network_and_a_single_node),
        cmocka_unit_test(sweep__can_be_stopped),
        cmocka_unit_test(sweep__names_what_it_refuses),
    };
    return cmocka_run_group_tests_name("sweep", tests, setup, NULL);
}
