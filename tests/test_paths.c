/* test_paths.c - the chains of suppliers that carry a loss. */
#include "sn_test.h"
#include "sn_nets.h"

#include "graph/bridge.h"
#include "metrics/paths.h"

static const net_node hub_node[] = {
    {.id = "A", .kind = SN_KIND_COUNTRY, .country = "AAA", .primary = 100},
    {.id = "B", .kind = SN_KIND_COUNTRY, .country = "BBB", .primary = 20},
    {.id = "C", .kind = SN_KIND_COUNTRY, .country = "CCC"},
    {.id = "H", .kind = SN_KIND_COUNTRY, .country = "HHH"}};
static const net_flow hub_flow[] = {
    {"A", "H", 80, NULL}, {"A", "B", 10, NULL}, {"H", "B", 60, NULL}, {"H", "C", 15, NULL}};
enum { A, B, C, H };

/* A finished run and what it stands on. */
typedef struct {
    sn_network *net;
    sn_cascade_plan *plan;
    sn_cascade *cascade;
    sn_cascade_result result;
} fixture;

static fixture start(sn_network *net, const sn_mask *mask)
{
    fixture f = {.net = net};

    if (sn_cascade_plan_new(net, &f.plan, NULL) != SN_OK ||
        sn_cascade_new(f.plan, NULL, &f.cascade, NULL) != SN_OK ||
        sn_cascade_run(f.cascade, mask, &f.result, NULL) != SN_OK)
        abort();
    return f;
}

static void stop(fixture *f)
{
    sn_cascade_free(f->cascade);
    sn_cascade_plan_free(f->plan);
    sn_network_free(f->net);
}

static sn_paths find(const fixture *f, size_t buyer, double amount, size_t limit)
{
    sn_paths paths = {0};

    if (sn_paths_find(f->cascade, buyer, amount, limit, 0, &paths, NULL) != SN_OK)
        abort();
    return paths;
}

static void paths__go_through_the_hub_first(void **state)
{
    double left[] = {0, 1, 1, 1};
    fixture f = start(net_make(hub_node, 4, hub_flow, 4, NULL, 0), &(sn_mask){.node = left});
    sn_paths p = find(&f, B, 90, 5);
    const size_t count = p.count, long_one = p.path[0].node_count, short_one = p.path[1].node_count;
    const int32_t nodes[] = {p.path[0].node[0], p.path[0].node[1], p.path[0].node[2],
                             p.path[1].node[0], p.path[1].node[1]};
    const double amount[] = {p.path[0].amount, p.path[1].amount};
    const bool complete = p.complete;
    (void)state;

    sn_paths_clear(&p);
    stop(&f);
    assert_int_equal(count, 2);
    assert_int_equal(long_one, 3);
    assert_int_equal(short_one, 2);
    assert_true(complete);
    assert_true(nodes[0] == A && nodes[1] == H && nodes[2] == B && nodes[3] == A &&
                nodes[4] == B);
    assert_close(amount[0], 60, 1e-13);
    assert_close(amount[1], 10, 1e-14);
}

static void paths__stop_at_a_cut_flow_and_keep_its_supplier(void **state)
{
    double flow[] = {1, 1, 0.25, 1}; /* A->B, A->H, H->B, H->C */
    fixture f = start(net_make(hub_node, 4, hub_flow, 4, NULL, 0), &(sn_mask){.flow = flow});
    sn_paths p = find(&f, B, 90, 5), none = find(&f, C, 15, 5);
    const size_t count = p.count, others = none.count;
    const sn_path first = p.path[0];
    const int32_t supplier = p.path[0].node[0];
    (void)state;

    sn_paths_clear(&p);
    sn_paths_clear(&none);
    stop(&f);
    assert_int_equal(count, 1);
    assert_int_equal(others, 0);
    assert_int_equal(supplier, H);
    assert_int_equal(first.node_count, 2);
    assert_true(first.cut_flow);
    assert_close(first.amount, 45, 1e-13);
}

static void paths__of_a_buyer_that_is_hit_itself(void **state)
{
    double left[] = {1, 0.375, 1, 1};
    fixture f = start(net_make(hub_node, 4, hub_flow, 4, NULL, 0), &(sn_mask){.node = left});
    sn_paths p = find(&f, B, 90, 5);
    const size_t count = p.count, nodes = p.path[0].node_count;
    const double amount = p.path[0].amount;
    (void)state;

    sn_paths_clear(&p);
    stop(&f);
    assert_int_equal(count, 1);
    assert_int_equal(nodes, 1);
    assert_close(amount, 90 * 0.625, 1e-13);
}

/* Every simple chain, by brute force, on networks with one input group and no loop. */
static double brute_force(const sn_network *net, const double *left, size_t at, double share,
                          double *best)
{
    double bought = 0, sum = 0;

    if (left[at] < 1) {
        *best = fmax(*best, share * (1 - left[at]));
        return share * (1 - left[at]);
    }
    for (size_t k = net->in_first[at]; k < net->in_first[at + 1]; k++)
        bought += net->value[net->in_flow[k]];
    for (size_t k = net->in_first[at]; k < net->in_first[at + 1]; k++) {
        const size_t e = net->in_flow[k];
        sum += brute_force(net, left, (size_t)net->supplier[e],
                           share * net->value[e] / (bought + net->primary[at]), best);
    }
    return sum;
}

static void paths__add_up_to_the_loss_where_nothing_loops(void **state)
{
    double far = 0, off_best = 0;
    int unsorted = 0;
    (void)state;

    for (unsigned long seed = 1; seed <= 200; seed++) {
        enum { N = 10 };
        char id[N][24];
        net_node node[N];
        net_flow flow[3 * N];
        double left[N], sum = 0, best = 0;
        gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

        gsl_rng_set(rng, seed);
        for (size_t i = 0; i < N; i++) {
            snprintf(id[i], sizeof id[i], "n%zu", i);
            node[i] = (net_node){.id = id[i], .kind = SN_KIND_STAGE,
                                 .primary = 0.5 + gsl_rng_uniform(rng)};
            left[i] = i + 1 < N && gsl_rng_uniform(rng) < 0.25 ? gsl_rng_uniform(rng) : 1;
            if (seed % 2 == 0) /* lost altogether: then its inputs do not matter */
                left[i] = floor(left[i]);
        }
        for (size_t e = 0; e < 3 * N; e++) {
            const size_t buyer = 1 + gsl_rng_uniform_int(rng, N - 1);
            flow[e] = (net_flow){id[gsl_rng_uniform_int(rng, buyer)], id[buyer],
                                 0.25 + gsl_rng_uniform(rng), NULL};
        }
        gsl_rng_free(rng);
        fixture f = start(net_make(node, N, flow, 3 * N, NULL, 0), &(sn_mask){.node = left});
        sn_paths p = find(&f, N - 1, 2.385, 10000);
        const double want = brute_force(f.net, left, N - 1, 1, &best);
        for (size_t k = 0; k < p.count; k++) {
            sum += p.path[k].amount;
            unsorted += k > 0 && p.path[k].share > p.path[k - 1].share;
        }
        far = fmax(far, fabs(sum - 2.385 * want));
        far = fmax(far, seed % 2 == 0 ? fabs(want - f.result.down[N - 1]) : 0);
        off_best = fmax(off_best, fabs((p.count > 0 ? p.path[0].share : 0) - best));
        sn_paths_clear(&p);
        stop(&f);
    }
    assert_int_equal(unsorted, 0);
    assert_close(far, 0, 1e-13);
    assert_close(off_best, 0, 1e-15);
}

static void paths__never_meet_a_node_twice(void **state)
{
    int repeated = 0;
    size_t seen = 0;
    (void)state;

    for (unsigned long seed = 1; seed <= 100; seed++) {
        net_random tables;
        double left[NET_NODES];

        net_draw(&tables, seed);
        sn_network *net = net_build(&tables, 1, false);
        for (size_t i = 0; i < net->node_count; i++)
            left[i] = i == 0 ? 0.125 : 1;
        fixture f = start(net, &(sn_mask){.node = left});
        for (size_t buyer = 0; buyer < net->node_count; buyer++) {
            sn_paths p = find(&f, buyer, 1, 50);
            for (size_t k = 0; k < p.count; k++)
                for (size_t a = 0; a < p.path[k].node_count; a++)
                    for (size_t b = 0; b < a; b++)
                        repeated += p.path[k].node[a] == p.path[k].node[b];
            seen += p.count;
            sn_paths_clear(&p);
        }
        stop(&f);
    }
    assert_int_equal(repeated, 0);
    assert_true(seen > 500);
}

/* b buys half of a and half of x, and x nine tenths of b: the chain through x goes on behind b. */
static void paths__pass_by_a_node_that_they_met_already(void **state)
{
    static const net_node node[] = {{.id = "a", .kind = SN_KIND_FIRM, .sector = "1"},
                                    {.id = "b", .kind = SN_KIND_FIRM, .sector = "1"},
                                    {.id = "x", .kind = SN_KIND_FIRM, .sector = "1"}};
    static const net_flow flow[] = {
        {"a", "b", 50, NULL}, {"x", "b", 50, NULL}, {"b", "x", 90, NULL}, {"a", "x", 10, NULL}};
    double left[] = {0, 1, 1};
    fixture f = start(net_make(node, 3, flow, 4, NULL, 0), &(sn_mask){.node = left});
    sn_paths p = find(&f, 1, 100, 5);
    (void)state;

    stop(&f);
    assert_int_equal(p.count, 2);
    assert_true(p.complete);
    assert_int_equal(p.path[1].node_count, 3);
    assert_true(p.path[1].node[0] == 0 && p.path[1].node[1] == 2 && p.path[1].node[2] == 1);
    assert_close(p.path[0].amount, 50, 1e-13);
    assert_close(p.path[1].amount, 5, 1e-13);
    sn_paths_clear(&p);
}

/* A mine, 3,000 smelters that buy of it alone, a buyer of all of them, and another buyer of
 * every second one: the nodes looked into are more than there is room for at first. */
enum { SMELTERS = 3000 };

static sn_network *wide(void)
{
    sn_builder *b = sn_builder_new();

    if (b == NULL)
        abort();
    for (int k = 0; k < SMELTERS; k++) {
        char id[16];
        (void)snprintf(id, sizeof id, "s%04d", k);
        net_add_flow(b, &(net_flow){"mine", id, k % 2 == 0 ? 2 : 1, NULL}, 1);
        net_add_flow(b, &(net_flow){id, "big", 1, NULL}, 1);
        if (k % 2 == 0)
            net_add_flow(b, &(net_flow){id, "small", 1, NULL}, 1);
    }
    return net_freeze(b);
}

static void paths__of_several_buyers_are_those_of_each_alone(void **state)
{
    sn_network *net = wide();
    const size_t big = (size_t)sn_network_find(net, "big"),
                 small = (size_t)sn_network_find(net, "small"),
                 mine = (size_t)sn_network_find(net, "mine");
    double *left = malloc(net->node_count * sizeof *left);
    const sn_paths_wanted wanted[] = {{big, SMELTERS}, {small, 10}, {mine, 1}, {big, 1}};
    sn_paths all[4] = {{0}}, *const place[] = {&all[0], &all[1], &all[2], &all[3]};
    double sum = 0;
    (void)state;

    assert_non_null(left);
    for (size_t i = 0; i < net->node_count; i++)
        left[i] = i == mine ? 0 : 1;
    fixture f = start(net, &(sn_mask){.node = left});
    const sn_status status =
        sn_paths_find_all(f.cascade, wanted, 4, SMELTERS + 10, 0, place, NULL);
    assert_int_equal(status, SN_OK);
    assert_int_equal(all[0].count, SMELTERS);
    assert_int_equal(all[1].count, SMELTERS / 2);
    assert_int_equal(all[2].count, 1);
    for (size_t k = 0; k < all[0].count; k++) {
        assert_int_equal(all[0].path[k].node_count, 3);
        assert_int_equal(all[0].path[k].node[0], mine);
        assert_int_equal(all[0].path[k].node[2], big);
        assert_true(k == 0 || all[0].path[k].node[1] > all[0].path[k - 1].node[1]);
        sum += all[0].path[k].amount;
    }
    assert_close(sum, SMELTERS, 1e-12);
    for (int w = 0; w < 4; w++) {
        sn_paths alone = find(&f, wanted[w].buyer, wanted[w].amount, SMELTERS + 10);
        assert_int_equal(alone.count, all[w].count);
        assert_true(alone.complete && all[w].complete);
        for (size_t k = 0; k < alone.count; k++) {
            assert_int_equal(alone.path[k].node_count, all[w].path[k].node_count);
            assert_memory_equal(alone.path[k].node, all[w].path[k].node,
                                alone.path[k].node_count * sizeof *alone.path[k].node);
            assert_true(alone.path[k].amount == all[w].path[k].amount);
        }
        sn_paths_clear(&alone);
        sn_paths_clear(&all[w]);
    }
    stop(&f);
    free(left);
}

/* A list of a few is the head of the list of all, and tells how many there are as well as it
 * can. */
static void paths__of_a_short_list_are_the_first_of_a_long_one(void **state)
{
    int different = 0;
    size_t compared = 0;
    (void)state;

    for (unsigned long seed = 1; seed <= 60; seed++) {
        net_random tables;
        double left[NET_NODES];

        net_draw(&tables, seed);
        for (size_t i = 0; i < tables.nodes; i++)
            left[i] = i % 3 == seed % 3 ? 0.25 : 1;
        fixture f = start(net_build(&tables, 1, false), &(sn_mask){.node = left});
        const size_t buyer = seed % tables.nodes;
        sn_paths all = find(&f, buyer, 2.385, 200);
        for (size_t limit = 1; limit < 12; limit++) {
            sn_paths few = find(&f, buyer, 2.385, limit);
            different += few.count != (all.count < limit ? all.count : limit);
            for (size_t k = 0; k < few.count; k++, compared++)
                different += few.path[k].share != all.path[k].share ||
                             few.path[k].amount != all.path[k].amount;
            sn_paths_clear(&few);
        }
        sn_paths_clear(&all);
        stop(&f);
    }
    assert_int_equal(different, 0);
    assert_true(compared > 500);
}

static int setup(void **state)
{
    (void)state;
    sn_bridge_setup();
    return 0;
}

static void rounds__count_purchases_from_the_disruption(void **state)
{
    double left[] = {0, 1, 1, 1}, pass[] = {1, 1, 1, 1};
    fixture f = start(net_make(hub_node, 4, hub_flow, 4, NULL, 0), &(sn_mask){.node = left});
    sn_cascade_reason why = {0};
    uint32_t removed[4], cut[4];
    const sn_status status = sn_paths_rounds(f.cascade, &f.result, NULL, 0, removed, NULL);
    const bool known = sn_cascade_why(f.cascade, B, &why);
    const int32_t far[] = {C}, whole[] = {A, B};
    uint32_t of_far[4], of_whole[4];
    const sn_status asked = sn_paths_rounds(f.cascade, &f.result, far, 1, of_far, NULL);
    const sn_status two = sn_paths_rounds(f.cascade, &f.result, whole, 2, of_whole, NULL);
    sn_status other = SN_OK;
    (void)state;

    stop(&f);
    pass[0] = 0; /* the first flow of all: A -> B */
    f = start(net_make(hub_node, 4, hub_flow, 4, NULL, 0), &(sn_mask){.flow = pass});
    other = sn_paths_rounds(f.cascade, &f.result, NULL, 0, cut, NULL);
    stop(&f);
    assert_int_equal(status, SN_OK);
    assert_int_equal(other, SN_OK);
    assert_true(removed[A] == 0 && removed[H] == 1 && removed[B] == 1 && removed[C] == 2);
    assert_true(cut[A] == SN_ROUND_NONE && cut[B] == 1 && cut[H] == SN_ROUND_NONE &&
                cut[C] == SN_ROUND_NONE);
    assert_int_equal(asked, SN_OK);
    assert_int_equal(two, SN_OK);
    assert_int_equal(of_far[C], 2);
    assert_true(of_whole[A] == 0 && of_whole[B] == 1);
    assert_true(known);
    assert_close(why.missing, 70, 1e-13); /* 10 from A and 60 through the hub */
    assert_close(why.lost, 60, 1e-13);
}

/* Rounds by hand: those that lose spread to buyers that lose, one purchase a round. */
static void rounds__of_random_networks_are_purchases_whoever_is_asked_for(void **state)
{
    size_t wrong = 0, far = 0;
    (void)state;

    for (unsigned long seed = 1; seed <= 80; seed++) {
        net_random tables;
        double left[NET_NODES], pass[NET_FLOWS];
        uint32_t want[NET_NODES], got[NET_NODES], of_some[NET_NODES];
        int32_t some[NET_NODES];
        size_t asked = 0;

        net_draw(&tables, seed);
        for (size_t i = 0; i < NET_NODES; i++)
            left[i] = i == seed % tables.nodes ? 0.5 : 1;
        sn_network *net = net_build(&tables, 1, false);
        for (size_t e = 0; e < NET_FLOWS; e++)
            pass[e] = e + 1 == net->flow_count && seed % 2 == 0 ? 0.25 : 1;
        fixture f = start(net, &(sn_mask){.node = left, .flow = pass});
        const size_t n = net->node_count;
        for (size_t i = 0; i < n; i++)
            want[i] = left[i] < 1 ? 0 : SN_ROUND_NONE;
        for (uint32_t round = 0; round < NET_NODES; round++)
            for (size_t e = 0; e < net->flow_count; e++) {
                const size_t i = (size_t)net->supplier[e], j = (size_t)net->buyer[e];
                const bool comes = want[i] == round || (round == 0 && pass[e] < 1);
                if (comes && want[j] == SN_ROUND_NONE && f.result.down[j] > 0)
                    want[j] = round + 1;
            }
        for (size_t i = 0; i < n; i++) {
            far += want[i] > 1 && want[i] != SN_ROUND_NONE;
            if ((i + seed) % 3 == 0)
                some[asked++] = (int32_t)i;
        }
        assert_int_equal(sn_paths_rounds(f.cascade, &f.result, NULL, 0, got, NULL), SN_OK);
        assert_int_equal(sn_paths_rounds(f.cascade, &f.result, some, asked, of_some, NULL),
                         SN_OK);
        for (size_t i = 0; i < n; i++)
            wrong +=
                got[i] != want[i] || (of_some[i] != want[i] && of_some[i] != SN_ROUND_NONE);
        for (size_t k = 0; k < asked; k++)
            wrong += of_some[some[k]] != want[some[k]];
        stop(&f);
    }
    assert_int_equal(wrong, 0);
    assert_true(far > 20);
}

/* The most promising chain is looked into first, and none that promises too little. */
static void paths__need_few_looks_to_be_complete(void **state)
{
    size_t looks = 0, searches = 0;
    (void)state;

    for (unsigned long seed = 1; seed <= 100; seed++) {
        net_random tables;
        double left[NET_NODES];

        net_draw(&tables, seed);
        for (size_t i = 0; i < tables.nodes; i++)
            left[i] = i == seed % tables.nodes ? 0.25 : 1;
        fixture f = start(net_build(&tables, 1, false), &(sn_mask){.node = left});
        for (size_t buyer = 0; buyer < tables.nodes; buyer++, searches++)
            for (size_t steps = 1; steps < 1000; steps++, looks++) {
                sn_paths p = {0};
                assert_int_equal(sn_paths_find(f.cascade, buyer, 1, 2, steps, &p, NULL), SN_OK);
                const bool complete = p.complete;
                sn_paths_clear(&p);
                if (complete)
                    break;
            }
        stop(&f);
    }
    assert_true(searches > 100);
    assert_true(looks <= 980); /* what it takes today */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths__go_through_the_hub_first),
        cmocka_unit_test(paths__stop_at_a_cut_flow_and_keep_its_supplier),
        cmocka_unit_test(paths__of_a_buyer_that_is_hit_itself),
        cmocka_unit_test(paths__add_up_to_the_loss_where_nothing_loops),
        cmocka_unit_test(paths__never_meet_a_node_twice),
        cmocka_unit_test(paths__pass_by_a_node_that_they_met_already),
        cmocka_unit_test(paths__of_several_buyers_are_those_of_each_alone),
        cmocka_unit_test(rounds__count_purchases_from_the_disruption),
        cmocka_unit_test(paths__of_a_short_list_are_the_first_of_a_long_one),
        cmocka_unit_test(rounds__of_random_networks_are_purchases_whoever_is_asked_for),
        cmocka_unit_test(paths__need_few_looks_to_be_complete),
    };
    return cmocka_run_group_tests_name("paths", tests, setup, NULL);
}
