/* test_best_set.c - the costliest sets against all sets. */
#include "sn_test.h"
#include "sn_nets.h"

#include "graph/bridge.h"
#include "metrics/best_set.h"

enum { MOST = 12 };

/* A random network of sn_nets.h with its first nodes as candidates, some of them shared in parts. */
typedef struct {
    sn_network *net;
    sn_sweep_plan *plan;
    size_t count, first[MOST + 1];
    int32_t node[2 * MOST];
    double part[2 * MOST], *weight;
    sn_set_candidates from;
} world;

static void make(world *w, unsigned long seed, sn_response response)
{
    net_random r;
    sn_error err = {0};

    net_draw(&r, seed);
    memset(w, 0, sizeof *w);
    w->net = net_build(&r, 1, false);
    const size_t n = sn_network_node_count(w->net);
    w->weight = calloc(n + 1, sizeof *w->weight);
    for (size_t v = 0; v < n; v++)
        w->weight[v] = 1 + (double)((v * 7919 + seed) % 5);
    w->count = n < MOST ? n : MOST;
    size_t used = 0;
    for (size_t k = 0; k < w->count; k++) {
        w->first[k] = used;
        w->node[used] = (int32_t)k;
        w->part[used++] = (seed + k) % 4 == 0 ? 0.5 : 1;
        if ((seed + k) % 5 == 0 && k + 1 < w->count) { /* shares a node with the next */
            w->node[used] = (int32_t)k + 1;
            w->part[used++] = 0.25;
        }
    }
    w->first[w->count] = used;
    w->from = (sn_set_candidates){w->count, w->first, w->node, w->part};
    if (sn_sweep_plan_new(w->net, &(sn_sweep_options){.weight = w->weight, .response = response},
                          &w->plan, &err) != SN_OK)
        fail_msg("%s", err.message);
}

static void drop(world *w)
{
    sn_sweep_plan_free(w->plan);
    sn_network_free(w->net);
    free(w->weight);
}

static double cost(const world *w, unsigned set)
{
    int32_t node[MOST];
    double left[MOST];
    size_t count = 0, first[2] = {0, 0};
    sn_sweep_loss loss;

    for (size_t v = 0; v < w->count; v++) {
        double rest = 1;
        bool in = false;
        for (size_t k = 0; k < w->count; k++)
            for (size_t m = w->first[k]; (set >> k & 1) && m < w->first[k + 1]; m++)
                if ((size_t)w->node[m] == v) {
                    rest *= 1 - w->part[m];
                    in = true;
                }
        if (in) {
            node[count] = (int32_t)v;
            left[count++] = rest;
        }
    }
    first[1] = count;
    const sn_status status = sn_sweep_run(w->plan, &(sn_sweep_scenarios){1, first, node, left}, 1,
                                          NULL, NULL, &loss, NULL);
    if (status != SN_OK && status != SN_ENUMERIC)
        fail();
    return loss.loss;
}

static double costliest(const world *w, int size)
{
    double most = 0;

    for (unsigned set = 0; set < 1u << w->count; set++)
        if (__builtin_popcount(set) <= size)
            most = fmax(most, cost(w, set));
    return most;
}

static unsigned members(const sn_best_set *best)
{
    unsigned set = 0;

    for (size_t k = 0; k < best->size; k++)
        set |= 1u << best->member[k];
    return set;
}

static void check_sets(sn_response response)
{
    size_t checked = 0, tried = 0;

    for (unsigned long seed = 1; seed <= 50; seed++) {
        world w;
        make(&w, seed, response);
        for (size_t size = 1; size <= 3; size++) {
            const sn_set_question question = {.size = size, .threads = 2};
            sn_best_set best;
            sn_error err = {0};
            if (sn_best_set_find(w.plan, response == SN_RESPONSE_MARKET, &w.from, &question, &best,
                                 &err) != SN_OK)
                fail_msg("%s", err.message);
            const double most = costliest(&w, (int)size);
            assert_true(best.exact);
            assert_true(best.size <= size);
            tried += best.tried;
            if (best.error < 1e-8) {
                assert_close(best.loss, most, 1e-8);
                assert_close(cost(&w, members(&best)), best.loss, 1e-8);
                checked++;
            }
            sn_best_set_clear(&best);
        }
        drop(&w);
    }
    assert_true(checked > 140);
    /* what it takes today; under the market response nothing can be left out */
    assert_true(tried <= (response == SN_RESPONSE_MARKET ? 10700 : 4600));
}

static void sets__of_up_to_three_are_those_of_complete_search_on_50_networks(void **state)
{
    (void)state;
    check_sets(SN_RESPONSE_NONE);
}

static void sets__under_the_market_response_are_too(void **state)
{
    (void)state;
    check_sets(SN_RESPONSE_MARKET);
}

static void losses__are_subadditive_without_substitution(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= 50; seed++) {
        world w;
        make(&w, seed, SN_RESPONSE_NONE);
        for (unsigned a = 1; a < 1u << w.count; a = 3 * a + 1) {
            const unsigned b = (a * 40503u >> 3) & ((1u << w.count) - 1);
            const double both = cost(&w, a | b), one = cost(&w, a), other = cost(&w, b);
            assert_true(both <= one + other + 1e-8);
            assert_true(both >= fmax(one, other) - 1e-8);
        }
        drop(&w);
    }
}

static void share__is_reached_by_the_smallest_set(void **state)
{
    size_t reached = 0;

    (void)state;
    for (unsigned long seed = 1; seed <= 50; seed++) {
        const sn_set_question question = {.size = 4, .share = 0.6, .threads = 1};
        sn_best_set best;
        sn_error err = {0};
        world w;
        make(&w, seed, SN_RESPONSE_NONE);
        if (sn_best_set_find(w.plan, false, &w.from, &question, &best, &err) != SN_OK)
            fail_msg("%s", err.message);
        size_t smallest = 0;
        for (int size = 1; smallest == 0 && size <= 4; size++)
            smallest = costliest(&w, size) >= 0.6 ? (size_t)size : 0;
        assert_int_equal(best.size, smallest);
        assert_true(best.exact);
        if (smallest > 0) {
            assert_true(best.loss >= 0.6);
            assert_close(cost(&w, members(&best)), best.loss, 1e-8);
        }
        reached += smallest > 0;
        sn_best_set_clear(&best);
        drop(&w);
    }
    assert_true(reached > 10);
}

static void effort__that_runs_out_leaves_a_true_bound(void **state)
{
    size_t open = 0;

    (void)state;
    for (unsigned long seed = 1; seed <= 30; seed++) {
        const sn_set_question question = {.size = 3, .effort = 30, .threads = 1};
        sn_best_set best;
        world w;
        make(&w, seed, SN_RESPONSE_NONE);
        if (sn_best_set_find(w.plan, false, &w.from, &question, &best, NULL) != SN_OK)
            fail();
        const double most = costliest(&w, 3);
        assert_true(best.bound >= most - 1e-8);
        assert_true(best.loss <= most + 1e-8);
        open += !best.exact;
        sn_best_set_clear(&best);
        drop(&w);
    }
    assert_true(open > 0);
}

/* Three mines, each with a user of its own, so that losses add up: each mine alone; the two others
 * beside the worst; each member of that pair exchanged for what is not in it; and no pair more,
 * since none can cost more than the two worst. */
static void tried__counts_mines_alone_and_the_pairs_worked_out(void **state)
{
    static const net_node node[] = {{.id = "mineA", .kind = SN_KIND_COUNTRY, .primary = 8},
                                    {.id = "mineB", .kind = SN_KIND_COUNTRY, .primary = 5},
                                    {.id = "mineC", .kind = SN_KIND_COUNTRY, .primary = 3},
                                    {.id = "useA", .kind = SN_KIND_COUNTRY},
                                    {.id = "useB", .kind = SN_KIND_COUNTRY},
                                    {.id = "useC", .kind = SN_KIND_COUNTRY}};
    static const net_flow flow[] = {
        {"mineA", "useA", 8, NULL}, {"mineB", "useB", 5, NULL}, {"mineC", "useC", 3, NULL}};
    static const double weight[] = {0, 0, 0, 8, 5, 3}, whole[] = {1, 1, 1};
    static const size_t first[] = {0, 1, 2, 3};
    static const int32_t mine[] = {2, 0, 1};
    static const size_t expected[] = {3, 3 + 2 + 2 * 2};
    const sn_set_candidates mines = {3, first, mine, whole};
    sn_network *net = net_make(node, 6, flow, 3, NULL, 0);
    sn_sweep_plan *plan = NULL;
    sn_best_set best[2];

    (void)state;
    assert_int_equal(
        sn_sweep_plan_new(net, &(sn_sweep_options){.weight = weight}, &plan, NULL), SN_OK);
    for (size_t k = 0; k < 2; k++) {
        const sn_set_question question = {.size = k + 1, .threads = 1};
        assert_int_equal(sn_best_set_find(plan, false, &mines, &question, &best[k], NULL), SN_OK);
    }
    const size_t single = best[0].member[0], one = best[1].member[0], other = best[1].member[1];
    for (size_t k = 0; k < 2; k++)
        sn_best_set_clear(&(sn_best_set){.member = best[k].member});
    sn_sweep_plan_free(plan);
    sn_network_free(net);
    for (size_t k = 0; k < 2; k++) {
        assert_int_equal(best[k].tried, expected[k]);
        assert_true(best[k].exact);
        assert_close(best[k].loss, k == 0 ? 8 / 16.0 : 13 / 16.0, 1e-8);
    }
    assert_int_equal(single, 1);
    assert_int_equal(one, 1);
    assert_int_equal(other, 2);
}

static void nothing__is_found_without_candidates_and_size_0_is_refused(void **state)
{
    const size_t none[1] = {0};
    sn_best_set best;
    world w;

    (void)state;
    make(&w, 3, SN_RESPONSE_NONE);
    const sn_set_candidates nobody = {0, none, NULL, NULL};
    const sn_status status =
        sn_best_set_find(w.plan, false, &nobody, &(sn_set_question){.size = 2, .threads = 1}, &best, NULL);
    const size_t size = best.size;
    sn_best_set_clear(&best);
    sn_error err = {0};
    const sn_status refused =
        sn_best_set_find(w.plan, false, &w.from, &(sn_set_question){.threads = 1}, &best, &err);
    drop(&w);
    assert_int_equal(status, SN_OK);
    assert_int_equal(size, 0);
    assert_int_equal(refused, SN_EUSAGE);
    assert_string_equal(err.message, "a set holds at least one");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets__of_up_to_three_are_those_of_complete_search_on_50_networks),
        cmocka_unit_test(sets__under_the_market_response_are_too),
        cmocka_unit_test(losses__are_subadditive_without_substitution),
        cmocka_unit_test(share__is_reached_by_the_smallest_set),
        cmocka_unit_test(effort__that_runs_out_leaves_a_true_bound),
        cmocka_unit_test(tried__counts_mines_alone_and_the_pairs_worked_out),
        cmocka_unit_test(nothing__is_found_without_candidates_and_size_0_is_refused),
    };
    sn_bridge_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
