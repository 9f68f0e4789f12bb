/* test_reroute_programs.c - rerouting against its linear program as reroute.h writes it. */
#include "sn_reroute_lp.h"

#include "graph/bridge.h"

/* Cut single flows as well: of a third of them something, or nothing, is left. */
static sn_mask mask_with_cuts(const drawn *d, const sn_network *net, unsigned long seed)
{
    sn_mask mask = mask_of(d, net);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    gsl_rng_set(rng, seed);
    for (size_t e = 0; e < net->flow_count; e++)
        if (uniform(rng) < 0.3)
            mask.flow[e] *= uniform(rng) < 0.5 ? 0 : uniform(rng);
    gsl_rng_free(rng);
    return mask;
}

/* One random disruption, answered both ways. */
static void compare_drawn(unsigned long seed, bool cuts, sn_reroute_options options)
{
    const drawn d = draw(seed);
    sn_network *net = build(&d, 1);
    sn_mask mask = cuts ? mask_with_cuts(&d, net, seed) : mask_of(&d, net);
    const answer a = solve(net, &mask, &options);
    const double least = direct_least(net, &mask, &options, SN_NONE, 0);

    sn_mask_clear(&mask);
    sn_network_free(net);
    if (!(fabs(a.lost - least) <= 1e-7 * (1 + least)))
        fail_msg("seed %lu: %.12g is lost, the program says %.12g", seed, a.lost, least);
}

static void reroute__loses_what_the_program_of_the_formulas_loses(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= NETWORKS; seed++) {
        compare_drawn(seed, false, (sn_reroute_options){0});
        compare_drawn(seed, true, (sn_reroute_options){.spare = 0.137});
        compare_drawn(seed, false, (sn_reroute_options){.spare = 0.137, .by_output = true});
    }
}

static void reroute__loses_what_the_program_of_an_open_market_loses(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= NETWORKS; seed++) {
        compare_drawn(seed, false, (sn_reroute_options){.open_market = true});
        compare_drawn(seed, true, (sn_reroute_options){.open_market = true, .spare = 0.137});
    }
}

/* ---- levers, each possible one tried out ---- */

enum { POSSIBLE = NODES + 3 * NODES * NODES };

typedef struct {
    sn_lever lever[POSSIBLE];
    size_t count;
} levers;

static bool is_linked(const sn_network *net, int32_t supplier, int32_t buyer, int32_t group)
{
    for (size_t e = 0; e < net->flow_count; e++)
        if (net->supplier[e] == supplier && net->buyer[e] == buyer && net->group[e] == group)
            return true;
    return false;
}

/* Whether flows that a program has, in whatever direction, lead from one node to another. */
static bool is_joined(const sn_network *net, int32_t from, int32_t to)
{
    bool joined[NODES] = {false}, again = true;

    for (joined[from] = true; again;) {
        again = false;
        for (size_t e = 0; e < net->flow_count; e++) {
            const int32_t i = net->supplier[e], j = net->buyer[e];
            if (joined[i] == joined[j] ||
                !direct_used(net, direct_segment(net, (size_t)j, net->group[e]), e))
                continue;
            joined[i] = joined[j] = again = true;
        }
    }
    return joined[to];
}

/* A new link between two that trade in a group, and are not kept apart in it. */
static bool may_link(const direct *d, int32_t supplier, int32_t buyer, int32_t group)
{
    const bool abroad = direct_place(d->net, supplier) != direct_place(d->net, buyer);

    return supplier != buyer && direct_trades(d->net, supplier, group, true) &&
           direct_trades(d->net, buyer, group, false) &&
           !is_linked(d->net, supplier, buyer, group) && is_joined(d->net, supplier, buyer) &&
           !direct_seller_shut(d, supplier, group, abroad) &&
           !direct_buyer_shut(d, buyer, group, abroad);
}

/* What each unit of a little more of it saves; nothing if that is within rounding. */
static void note(levers *all, sn_lever lever, double saved, double more)
{
    lever.saved_per_unit = saved / more;
    if (lever.saved_per_unit > 1e-6)
        all->lever[all->count++] = lever;
}

static void try_links(direct *d, double lost, double more, levers *all)
{
    const sn_network *net = d->net;
    const int32_t n = (int32_t)net->node_count;

    assert_int_equal(sn_lp_keep(d->lp, NULL), SN_OK);
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = 0; j < n; j++)
            for (int32_t g = 0; g < net->groups.count; g++) {
                if (!may_link(d, i, j, g))
                    continue;
                const size_t s = direct_segment(net, (size_t)j, g);
                const int32_t row[] = {d->balance[i], d->input[s]};
                const double value[] = {1, -d->rate[s]};
                int32_t column;
                assert_int_equal(
                    sn_lp_extra_column(d->lp, more, 0, 2, row, value, &column, NULL), SN_OK);
                note(all, (sn_lever){SN_LEVER_LINK, i, j, g, 0}, lost - direct_lost(d), more);
                sn_lp_shrink(d->lp);
                sn_lp_back(d->lp);
            }
}

/* min -2 x over 0 <= x <= 5 with x <= 3: a program of one column; one more row says x <= 1, one more
 * column y with cost -3 shares the first row. */
static void program__of_one_column_and_what_is_added_to_it_for_a_while(void **state)
{
    sn_lp *lp = NULL;
    int32_t x, row, more, y;
    const double one = 1;
    (void)state;

    assert_int_equal(sn_lp_new(&lp, NULL), SN_OK);
    assert_int_equal(sn_lp_column(lp, 0, 5, -2, &x, NULL), SN_OK);
    assert_int_equal(sn_lp_row(lp, 3, &row, NULL), SN_OK);
    assert_int_equal(sn_lp_entry(lp, row, x, 1, NULL), SN_OK);
    assert_int_equal(sn_lp_load(lp, NULL), SN_OK);
    assert_int_equal(sn_lp_solve(lp, NULL), SN_OK);
    assert_close(sn_lp_objective(lp), -6, 1e-9);
    assert_close(sn_lp_value(lp, x), 3, 1e-9);
    assert_close(sn_lp_dual(lp, row), -2, 1e-9);
    assert_int_equal(sn_lp_extra_row(lp, 1, 1, &x, &one, &more, NULL), SN_OK);
    assert_int_equal(sn_lp_solve(lp, NULL), SN_OK);
    assert_close(sn_lp_objective(lp), -2, 1e-9);
    sn_lp_reset(lp);
    assert_int_equal(sn_lp_extra_column(lp, 2, -3, 1, &row, &one, &y, NULL), SN_OK);
    assert_int_equal(sn_lp_solve(lp, NULL), SN_OK);
    assert_close(sn_lp_objective(lp), -8, 1e-9); /* 2 of y, 1 of x */
    assert_close(sn_lp_value(lp, y), 2, 1e-9);
    sn_lp_reset(lp);
    assert_int_equal(sn_lp_solve(lp, NULL), SN_OK);
    assert_close(sn_lp_objective(lp), -6, 1e-9);
    sn_lp_free(lp);
}

static int by_saving(const void *a, const void *b)
{
    const double x = ((const sn_lever *)a)->saved_per_unit;
    const double y = ((const sn_lever *)b)->saved_per_unit;

    return (x < y) - (x > y);
}

/* All levers that save something, the best first. */
static levers try_all(const sn_network *net, const sn_mask *mask,
                      const sn_reroute_options *options, double more)
{
    levers all = {.count = 0};
    direct d = {.net = net, .mask = mask, .options = options, .grown = SN_NONE};

    direct_make(&d, net->final_demand);
    const double lost = direct_lost(&d);
    if (!options->open_market)
        try_links(&d, lost, more, &all);
    for (int32_t i = 0; i < (int32_t)net->node_count; i++)
        if (mask->node[i] >= 1 && d.base[i] > 0)
            note(&all, (sn_lever){SN_LEVER_CAPACITY, i, SN_NONE, SN_NONE, 0},
                 lost - direct_least(net, mask, options, i, more), more);
    sn_lp_free(d.lp);
    qsort(all.lever, all.count, sizeof all.lever[0], by_saving);
    return all;
}

/* What a lever is said to save, against what it was found to. */
static double found_for(const levers *all, const sn_lever *lever)
{
    for (size_t k = 0; k < all->count; k++)
        if (all->lever[k].kind == lever->kind && all->lever[k].node == lever->node &&
            all->lever[k].buyer == lever->buyer && all->lever[k].group == lever->group)
            return all->lever[k].saved_per_unit;
    return 0;
}

static void compare_levers_drawn(unsigned long seed, bool cuts, sn_reroute_options options,
                                 size_t *seen)
{
    const drawn d = draw(seed);
    sn_network *net = build(&d, 1);
    sn_mask mask = cuts ? mask_with_cuts(&d, net, seed) : mask_of(&d, net);
    const answer a = solve(net, &mask, &options);
    const levers all = try_all(net, &mask, &options, 1e-5);
    double found[MOST_LEVERS];

    for (size_t k = 0; k < a.levers; k++)
        found[k] = found_for(&all, &a.lever[k]);
    sn_mask_clear(&mask);
    sn_network_free(net);

    if (a.levers != (all.count < options.levers ? all.count : options.levers))
        fail_msg("seed %lu: %zu levers, of %zu", seed, a.levers, all.count);
    for (size_t k = 0; k < a.levers; k++) {
        const double says = a.lever[k].saved_per_unit, best = all.lever[k].saved_per_unit;
        if (!(fabs(says - found[k]) <= 1e-4 * (1 + says)) ||
            !(fabs(says - best) <= 1e-4 * (1 + says)))
            fail_msg("seed %lu: lever %zu says %g, saves %g, the best one %g", seed, k, says,
                     found[k], best);
        seen[a.lever[k].kind]++;
    }
}

static void reroute__finds_the_levers_that_save_most_of_all(void **state)
{
    size_t seen[2] = {0};

    (void)state;
    for (unsigned long seed = 1; seed <= NETWORKS; seed++) {
        compare_levers_drawn(seed, false, (sn_reroute_options){.levers = MOST_LEVERS}, seen);
        compare_levers_drawn(seed, false, (sn_reroute_options){.levers = 1}, seen);
        compare_levers_drawn(seed, true, (sn_reroute_options){.levers = 3, .spare = 0.137},
                             seen);
        compare_levers_drawn(seed, false,
                             (sn_reroute_options){.levers = 3, .open_market = true}, seen);
    }
    assert_true(seen[SN_LEVER_CAPACITY] > 100 && seen[SN_LEVER_LINK] > 100);
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
        cmocka_unit_test(program__of_one_column_and_what_is_added_to_it_for_a_while),
        cmocka_unit_test(reroute__loses_what_the_program_of_the_formulas_loses),
        cmocka_unit_test(reroute__loses_what_the_program_of_an_open_market_loses),
        cmocka_unit_test(reroute__finds_the_levers_that_save_most_of_all),
    };
    return cmocka_run_group_tests_name("reroute_programs", tests, setup, NULL);
}
