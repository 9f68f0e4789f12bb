/* test_sweep_pivot.c - sweeps over networks with a large knot around which hardly anything
 * leaks: by hand, against the cascade of one scenario, and in any company. */
#include "sn_test.h"
#include "sn_nets.h"

#include "metrics/sweep_private.h"

/* Small networks have other ways, too. */
static sn_status plan_with_pivot(const sn_network *net, const sn_sweep_options *options,
                                 sn_sweep_plan **plan, sn_error *err)
{
    const sn_status status = sn_sweep_plan_new(net, options, plan, err);

    return status != SN_OK || (*plan)->pivot.used ? status : sn_stay_pivot(*plan, err);
}

/* ---- by hand ---- */

/* A and B can do nothing without each other.  A cannot without C either, whose ore comes from A
 * but for two parts in 10^5; B not without D, one part in 10^9 of whose ore is T's. */
static sn_network *two_by_hand(void)
{
    static const char *const id[] = {"a", "b", "c", "d", "r", "s", "t", "u"};
    static const net_flow flow[] = {
        {"a", "b", 100, "loop"}, {"b", "a", 100, "loop"},  {"c", "a", 5, "part"},
        {"d", "b", 5, "tool"},   {"a", "c", 99998, "ore"}, {"r", "c", 1, "ore"},
        {"s", "c", 1, "ore"},    {"t", "d", 1, "ore"},     {"u", "d", 999999999, "ore"}};
    static const net_recipe all = {"*", "*", SN_ESSENTIAL};
    net_node node[NET_COUNT(id)];

    for (size_t i = 0; i < NET_COUNT(id); i++)
        node[i] = (net_node){.id = id[i], .kind = SN_KIND_FIRM, .final_demand = 1};
    return net_make(node, NET_COUNT(id), flow, NET_COUNT(flow), &all, 1);
}

typedef struct {
    const char *hit;
    double left;
    double lost[8]; /* downstream, of the firms in order */
} by_hand;

/* Half of what C does not buy from A gone: L = (1 - 2e-5) L + 1e-5.  All of it: everything.  A
 * trifle: as it is; and when U is gone, all but a trifle. */
static const by_hand hand[] = {
    {"r", 0, {0.5, 0.5, 0.5, 0, 1, 0, 0, 0}},
    {"s", 0.5, {0.25, 0.25, 0.25, 0, 0, 0.5, 0, 0}},
    {"t", 0, {1e-9, 1e-9, 0.99998e-9, 1e-9, 0, 0, 1, 0}},
    {"u", 0, {1 - 1e-9, 1 - 1e-9, 0.99998 * (1 - 1e-9), 1 - 1e-9, 0, 0, 0, 1}},
    {"a", 0, {1, 1, 0.99998, 0, 0, 0, 0, 0}},
    {"b", 0.75, {0.25, 0.25, 0.25 * 0.99998, 0, 0, 0, 0, 0}},
    {"d", 0.4, {0.6, 0.6, 0.6 * 0.99998, 0.6, 0, 0, 0, 0}},
};

static void pivot__loses_what_follows_by_hand_within_the_bound(void **state)
{
    static const double tolerance[] = {1e-6, 1e-9};
    static const sn_sweep_kernel *const kernel[] = {NULL, &sn_sweep_kernel_portable};
    static const double weight[] = {1, 2, 3, 4, 0.5, 0.25, 0.125, 0.0625};
    sn_network *net = two_by_hand();
    size_t first[NET_COUNT(hand) + 1];
    int32_t node[NET_COUNT(hand)];
    double left[NET_COUNT(hand)], sum = 0, far = -1, widest = 0;
    int used = 0;
    sn_status status = SN_OK;
    sn_error err = {0};

    (void)state;
    for (size_t i = 0; i < 8; i++)
        sum += weight[i];
    for (size_t k = 0; k <= NET_COUNT(hand); k++)
        first[k] = k;
    for (size_t k = 0; k < NET_COUNT(hand); k++) {
        node[k] = (int32_t)(strchr("abcdrstu", hand[k].hit[0]) - "abcdrstu");
        left[k] = hand[k].left;
    }
    const sn_sweep_scenarios all = {NET_COUNT(hand), first, node, left};
    for (size_t q = 0; q < NET_COUNT(tolerance) * NET_COUNT(kernel) && status == SN_OK; q++) {
        const sn_sweep_options options = {.weight = weight, .tolerance = tolerance[q / 2]};
        sn_sweep_loss loss[NET_COUNT(hand)];
        sn_sweep_plan *plan = NULL;

        status = plan_with_pivot(net, &options, &plan, &err);
        if (status == SN_OK && kernel[q % 2] != NULL)
            plan->kernel = kernel[q % 2];
        used += status == SN_OK && plan->pivot.used;
        if (status == SN_OK)
            status = sn_sweep_run(plan, &all, 2, NULL, NULL, loss, &err);
        sn_sweep_plan_free(plan);
        for (size_t k = 0; k < NET_COUNT(hand) && status == SN_OK; k++) {
            double truth = 0;
            for (size_t i = 0; i < 8; i++)
                truth += weight[i] / sum * hand[k].lost[i];
            far = fmax(far, fabs(loss[k].loss_down - truth) - loss[k].bound);
            widest = fmax(widest, loss[k].bound / tolerance[q / 2]);
        }
    }
    sn_network_free(net);
    assert_string_equal(err.message, "");
    assert_int_equal(status, SN_OK);
    assert_int_equal(used, NET_COUNT(tolerance) * NET_COUNT(kernel));
    assert_true(far <= 0);
    assert_true(widest <= 1);
}

/* ---- random networks ---- */

enum { KNOT = 9, AROUND = 14, RAW = 7, N = KNOT + AROUND + RAW, MANY = 4 * N };

/* A ring of firms that lose alike; firms that buy from it, from one another and, the less the
 * higher the seed, from firms that buy nothing; and they sell to the ring. */
static sn_network *ring_and_rest(unsigned long seed)
{
    static const net_recipe all[] = {{"*", "*", SN_ESSENTIAL}, {"*", "oil", SN_NON_ESSENTIAL}};
    static const char *const product[] = {"part", "tool", "oil"};
    const double trifle = pow(10, -(double)(seed % 5));
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    net_node firm[N];
    net_flow flow[N * 8];
    char id[N][8];
    size_t flows = 0;

    gsl_rng_set(rng, seed);
    for (size_t i = 0; i < N; i++) {
        (void)snprintf(id[i], sizeof id[i], "f%02zu", i);
        firm[i] = (net_node){
            .id = id[i], .kind = SN_KIND_FIRM, .final_demand = 10 * gsl_rng_uniform(rng)};
    }
    for (size_t i = 0; i < KNOT; i++) {
        flow[flows++] = (net_flow){id[i], id[(i + 1) % KNOT], 10, "loop"};
        for (int k = 0; k < 3; k++)
            flow[flows++] = (net_flow){id[KNOT + gsl_rng_uniform_int(rng, N - KNOT)], id[i],
                                       1 + gsl_rng_uniform(rng), product[k]};
    }
    for (size_t i = KNOT; i < KNOT + AROUND; i++) {
        for (int k = 0; k < 4; k++)
            flow[flows++] =
                (net_flow){id[gsl_rng_uniform_int(rng, KNOT + AROUND)], id[i],
                           1 + gsl_rng_uniform(rng), product[gsl_rng_uniform_int(rng, 3)]};
        for (int k = 0; k < 3; k++)
            flow[flows++] = (net_flow){id[KNOT + AROUND + gsl_rng_uniform_int(rng, RAW)], id[i],
                                       trifle * (1 + gsl_rng_uniform(rng)), product[k]};
    }
    gsl_rng_free(rng);
    return net_make(firm, N, flow, flows, all, NET_COUNT(all));
}

/* Every single firm, in whole and in part, and random pairs. */
static sn_sweep_scenarios draw(unsigned long seed, size_t *first, int32_t *node, double *left)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    size_t used = 0;

    gsl_rng_set(rng, seed);
    for (size_t s = 0; s < MANY; s++) {
        first[s] = used;
        node[used] = (int32_t)(s % N);
        left[used++] = s < N ? 0 : gsl_rng_uniform(rng);
        if (s >= 2 * N) {
            node[used] = (int32_t)((s + 1 + gsl_rng_uniform_int(rng, N - 1)) % N);
            left[used++] = gsl_rng_uniform(rng);
        }
    }
    first[MANY] = used;
    gsl_rng_free(rng);
    return (sn_sweep_scenarios){MANY, first, node, left};
}

typedef struct {
    double gap;  /* beyond both bounds */
    double node; /* the same of single nodes, from sn_cascade_pivot */
    double bound, rounds;
    int used, helped, different;
} verdict;

static bool differ(const sn_sweep_loss *a, const sn_sweep_loss *b)
{
    return a->loss != b->loss || a->loss_down != b->loss_down || a->loss_up != b->loss_up ||
           a->bound != b->bound || a->rounds != b->rounds;
}

static void compare(unsigned long seed, verdict *v)
{
    static size_t first[MANY + 1];
    static int32_t node[2 * MANY];
    static double left[2 * MANY];
    static sn_sweep_loss loss[MANY], alone;
    double capacity[N];
    sn_network *net = ring_and_rest(seed);
    const sn_sweep_scenarios all = draw(seed, first, node, left);
    const sn_sweep_options options = {.weight = net->output};
    sn_sweep_plan *plan = NULL;
    sn_cascade_plan *cascades = NULL;
    sn_cascade *cascade = NULL, *again = NULL;
    sn_error err = {0};

    if (plan_with_pivot(net, &options, &plan, &err) != SN_OK ||
        sn_sweep_run(plan, &all, 2, NULL, NULL, loss, &err) != SN_OK ||
        sn_cascade_plan_new(net, &cascades, &err) != SN_OK ||
        sn_cascade_new(cascades, NULL, &cascade, &err) != SN_OK ||
        sn_cascade_new(cascades, NULL, &again, &err) != SN_OK) {
        fprintf(stderr, "seed %lu: %s\n", seed, err.message);
        abort();
    }
    v->used += plan->pivot.used;
    for (size_t s = 0; s < MANY; s++) {
        sn_cascade_result r = {0}, r2;
        double down = 0;

        for (size_t i = 0; i < N; i++)
            capacity[i] = 1;
        for (size_t k = first[s]; k < first[s + 1]; k++)
            capacity[node[k]] = left[k];
        if (sn_cascade_run(cascade, &(sn_mask){.node = capacity}, &r, &err) != SN_OK) {
            fprintf(stderr, "seed %lu, scenario %zu: %s\n", seed, s, err.message);
            abort();
        }
        for (size_t i = 0; i < N; i++)
            down += plan->weight[i] * r.down[i];
        sn_side *side = &again->side[SN_DOWN];
        bool solved = false;
        if (sn_cascade_run(again, &(sn_mask){.node = capacity}, &r2, &err) != SN_OK ||
            sn_cascade_pivot(cascades, side, &solved, &err) != SN_OK)
            abort();
        v->helped += solved;
        for (size_t i = 0; i < N && solved; i++)
            v->node =
                fmax(v->node, fabs(side->solver.x[i] - r.down[i]) - side->bound - r.bound_down);
        v->gap = fmax(v->gap, fabs(loss[s].loss_down - down) - loss[s].bound - r.bound_down);
        v->bound = fmax(v->bound, loss[s].bound);
        v->rounds += (double)loss[s].rounds / MANY;
        if (s % 5 != 0)
            continue;
        if (sn_sweep_run(plan, &(sn_sweep_scenarios){1, first + s, node, left}, 1, NULL, NULL,
                         &alone, &err) != SN_OK)
            abort();
        v->different += differ(&alone, &loss[s]);
    }
    sn_cascade_free(cascade);
    sn_cascade_free(again);
    sn_cascade_plan_free(cascades);
    sn_sweep_plan_free(plan);
    sn_network_free(net);
}

static verdict compare_all(void)
{
    static verdict v;

    if (v.used == 0)
        for (unsigned long seed = 1; seed <= 48; seed++)
            compare(seed, &v);
    return v;
}

static void pivot__agrees_with_the_cascade_of_one_scenario(void **state)
{
    const verdict v = compare_all();

    (void)state;
    assert_true(v.used >= 30);
    assert_true(v.bound <= 1e-9);
    assert_true(v.gap <= 1e-15);
}

static void pivot__gives_the_loss_of_every_node_to_a_single_run(void **state)
{
    const verdict v = compare_all();

    (void)state;
    assert_true(v.helped >= 30 * MANY);
    assert_true(v.node <= 1e-15);
}

static void pivot__gives_the_same_bits_in_any_company(void **state)
{
    (void)state;
    assert_int_equal(compare_all().different, 0);
}

/* Two or three steps to the best loss, and then the proof: what they take today. */
static void pivot__takes_a_few_dozen_rounds(void **state)
{
    const verdict v = compare_all();

    (void)state;
    assert_true(v.rounds <= 55.5 * v.used);
}

/* A small network whose loops leak too little for anything else takes a pivot by itself. */
static void pivot__is_taken_where_nothing_else_certifies(void **state)
{
    static const double weight[] = {1, 1, 1, 1, 1, 1, 1, 1};
    sn_network *net = two_by_hand();
    sn_sweep_plan *plan = NULL;
    (void)state;

    const sn_status status = sn_sweep_plan_new(
        net, &(sn_sweep_options){.weight = weight, .tolerance = 1e-12}, &plan, NULL);
    const bool used = status == SN_OK && plan->pivot.used;
    const double total = used ? plan->stay.total : INFINITY;
    sn_sweep_plan_free(plan);
    sn_network_free(net);
    assert_int_equal(status, SN_OK);
    assert_true(used);
    assert_true(total < 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pivot__loses_what_follows_by_hand_within_the_bound),
        cmocka_unit_test(pivot__agrees_with_the_cascade_of_one_scenario),
        cmocka_unit_test(pivot__gives_the_loss_of_every_node_to_a_single_run),
        cmocka_unit_test(pivot__gives_the_same_bits_in_any_company),
        cmocka_unit_test(pivot__takes_a_few_dozen_rounds),
        cmocka_unit_test(pivot__is_taken_where_nothing_else_certifies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
