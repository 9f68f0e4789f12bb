/* test_knots.c - which firms of a loop must lose alike, in loops of a few and of many
 * thousands: those are looked at on several threads. */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/bridge.h"
#include "metrics/cascade_private.h"
#include "sn_nets.h"

enum { FEW = 7, MANY = 40000 /* more than one thread is asked for */ };

/* What firm `buyer` of ring `ring` needs from another. */
static void buy(sn_builder *b, int ring, int buyer, int other_ring, int supplier,
                const char *product, double value)
{
    char from[32], to[32];

    snprintf(from, sizeof from, "%d-%06d", other_ring, supplier);
    snprintf(to, sizeof to, "%d-%06d", ring, buyer);
    net_add_flow(b, &(net_flow){from, to, value, product}, 1);
}

/* `more`: what of the output is stated beyond what the firm after buys, k + 1; NaN: not stated.
 */
static void add_firms(sn_builder *b, int ring, int size, double more)
{
    for (int k = 0; k < size; k++) {
        char id[32];
        snprintf(id, sizeof id, "%d-%06d", ring, k);
        net_add_node(b, &(net_node){.id = id,
                                    .kind = SN_KIND_FIRM,
                                    .sector = "x",
                                    .output = isnan(more) ? 0 : (k + 1) * (1 + more)});
    }
}

/* Firms that each need what the one before makes. */
static void add_ring(sn_builder *b, int ring, int size)
{
    add_firms(b, ring, size, NAN);
    for (int k = 0; k < size; k++)
        buy(b, ring, k, ring, (k + size - 1) % size, "hard", 1 + k % 3);
}

static sn_builder *start(void)
{
    sn_builder *b = sn_builder_new();

    assert_non_null(b);
    assert_int_equal(sn_builder_recipe(b, "*", 1, "*", 1, SN_ESSENTIAL, NAN, NAN, NULL), SN_OK);
    assert_int_equal(sn_builder_recipe(b, "*", 1, "soft", 4, SN_NON_ESSENTIAL, NAN, NAN, NULL),
                     SN_OK);
    assert_int_equal(sn_builder_recipe(b, "*", 1, "none", 4, SN_NEGLIGIBLE, NAN, NAN, NULL),
                     SN_OK);
    return b;
}

static sn_builder *two_rings(int size)
{
    sn_builder *b = start();

    add_ring(b, 0, size);
    add_ring(b, 1, size);
    return b;
}

/* The sizes of the knots downstream: how many there are of more than one node, the largest, and
 * all of them; and that each node is in one. */
typedef struct {
    size_t tied, largest, all;
} found;

static found tie_side(sn_builder *b, int side)
{
    sn_error err = {0};
    sn_cascade_plan *plan = NULL;
    sn_network *net = net_freeze(b);
    found all = {0};

    assert_int_equal(sn_cascade_plan_new(net, &plan, &err), SN_OK);
    assert_int_equal(sn_cascade_complete(plan, &err), SN_OK);
    const sn_system *s = &plan->system[side];
    all.all = s->knot_of[s->order.count];
    assert_int_equal(s->knot_first[all.all], net->node_count);
    for (size_t k = 0; k < all.all; k++) {
        const size_t size = s->knot_first[k + 1] - s->knot_first[k];
        assert_true(size > 0);
        all.tied += size > 1;
        all.largest = size > all.largest ? size : all.largest;
    }
    sn_cascade_plan_free(plan);
    sn_network_free(net);
    return all;
}

static found tie(sn_builder *b)
{
    return tie_side(b, SN_DOWN);
}

static void knots__a_ring_of_sole_suppliers_is_one(void **state)
{
    (void)state;
    for (int size = FEW; size <= MANY; size += MANY - FEW) {
        sn_builder *b = start();
        add_ring(b, 0, size);
        const found knots = tie(b);
        assert_int_equal(knots.all, 1);
        assert_int_equal(knots.largest, size);
    }
}

/* One firm gets on with part of what it buys: the loss that comes round is smaller, firm by
 * firm nobody is tied. */
static void knots__one_firm_that_can_do_with_less_unties_the_whole_ring(void **state)
{
    static const char *const other[] = {"soft", "none"};
    (void)state;

    for (int size = FEW; size <= MANY; size += MANY - FEW)
        for (int kind = 0; kind < 2; kind++) {
            sn_builder *b = start();
            add_firms(b, 0, size, NAN);
            for (int k = 0; k < size; k++)
                buy(b, 0, k, 0, (k + size - 1) % size, k == 2 ? "soft" : "hard", 1);
            buy(b, 0, 2, 0, 5, other[kind], 1); /* from elsewhere in the ring */
            if (kind == 0)
                buy(b, 0, 2, 0, 4, "none", 1); /* bought, and not needed: the bundle leaks */
            const found knots = tie(b);
            assert_int_equal(knots.all, size);
            assert_int_equal(knots.tied, 0);
        }
}

/* Ring 0 needs something of ring 1, which can do with less of what it gets from ring 0: all are
 * one loop, and each ring is a knot of its own. */
static void knots__rings_that_depend_on_each_other_one_way_only_are_two(void **state)
{
    (void)state;
    for (int size = FEW; size <= MANY; size += MANY - FEW) {
        sn_builder *b = two_rings(size);
        buy(b, 0, 3, 1, 1, "other", 2);
        buy(b, 1, 4, 0, 2, "soft", 1);
        buy(b, 1, 4, 0, 3, "none", 1);
        const found knots = tie(b);
        assert_int_equal(knots.all, 2);
        assert_int_equal(knots.largest, size);
    }
}

/* The same with both needing the other. */
static void knots__rings_that_need_each_other_are_one(void **state)
{
    (void)state;
    for (int size = FEW; size <= MANY; size += MANY - FEW) {
        sn_builder *b = two_rings(size);
        buy(b, 0, 3, 1, 1, "other", 2);
        buy(b, 1, 4, 0, 2, "other", 1);
        const found knots = tie(b);
        assert_int_equal(knots.all, 1);
        assert_int_equal(knots.largest, 2 * size);
    }
}

/* A tail of firms hangs on the ring and feeds one of them back something that is not needed: it
 * is part of the loop, but what it loses comes round to nobody in full. */
static void knots__a_tail_that_feeds_back_little_is_not_tied(void **state)
{
    (void)state;
    for (int size = FEW; size <= MANY; size += MANY - FEW) {
        sn_builder *b = start();
        add_ring(b, 0, size);
        buy(b, 2, 0, 0, 1, "hard", 1);
        for (int k = 1; k < size; k++)
            buy(b, 2, k, 2, k - 1, "hard", 1);
        buy(b, 0, 0, 2, size - 1, "soft", 1);
        buy(b, 0, 0, 0, 3, "none", 1);
        const found knots = tie(b);
        assert_int_equal(knots.all, size + 1);
        assert_int_equal(knots.tied, 1);
        assert_int_equal(knots.largest, size);
    }
}

/* Firm 2-0 can do with less, so 2-1, which needs it, is not tied either; both sell to the ring
 * what is not needed there.  That unties nobody in the ring. */
static void knots__who_is_not_tied_unties_only_those_who_need_it(void **state)
{
    (void)state;
    for (int size = FEW; size <= MANY; size += MANY - FEW) {
        sn_builder *b = start();
        add_ring(b, 0, size);
        buy(b, 2, 0, 0, 1, "soft", 1);
        buy(b, 2, 0, 0, 2, "none", 1);
        buy(b, 2, 1, 2, 0, "hard", 1);
        for (int k = 0; k < 2; k++) {
            buy(b, 0, 3, 2, k, "none", 1);
            buy(b, 0, 4, 2, k, "soft", 1);
        }
        buy(b, 0, 4, 0, 2, "none", 1);
        const found knots = tie(b);
        assert_int_equal(knots.all, 3);
        assert_int_equal(knots.tied, 1);
        assert_int_equal(knots.largest, size);
    }
}

/* A firm of ring 0 may lose by ring 1 in place of the firm before it, so ring 0 need not lose
 * alike; ring 1 does. */
static void knots__a_choice_that_leads_out_unties_the_ring_it_leaves(void **state)
{
    (void)state;
    for (int size = FEW; size <= MANY; size += MANY - FEW) {
        sn_builder *b = two_rings(size);
        buy(b, 0, 3, 1, 1, "hard", 2);
        buy(b, 1, 4, 0, 2, "soft", 1);
        buy(b, 1, 4, 0, 3, "none", 1);
        const found knots = tie(b);
        assert_int_equal(knots.all, size + 1);
        assert_int_equal(knots.tied, 1);
        assert_int_equal(knots.largest, size);
    }
}

/* Who sells all there is to one customer loses as that one does.  Printed outputs are rounded:
 * a unit in 10^14 more than is sold is nobody's final demand, one in 10^9 is. */
static void knots__upstream_of_stated_outputs_bear_their_rounding(void **state)
{
    static const double more[] = {0, 1e-14, 1e-9};
    (void)state;

    for (int m = 0; m < 3; m++) {
        sn_builder *b = start();
        add_firms(b, 0, FEW, more[m]);
        for (int k = 0; k < FEW; k++)
            buy(b, 0, (k + 1) % FEW, 0, k, "hard", k + 1);
        const found knots = tie_side(b, SN_UP);
        assert_int_equal(knots.all, m < 2 ? 1 : FEW);
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
        cmocka_unit_test(knots__a_ring_of_sole_suppliers_is_one),
        cmocka_unit_test(knots__one_firm_that_can_do_with_less_unties_the_whole_ring),
        cmocka_unit_test(knots__rings_that_depend_on_each_other_one_way_only_are_two),
        cmocka_unit_test(knots__rings_that_need_each_other_are_one),
        cmocka_unit_test(knots__a_tail_that_feeds_back_little_is_not_tied),
        cmocka_unit_test(knots__who_is_not_tied_unties_only_those_who_need_it),
        cmocka_unit_test(knots__upstream_of_stated_outputs_bear_their_rounding),
        cmocka_unit_test(knots__a_choice_that_leads_out_unties_the_ring_it_leaves),
    };
    return cmocka_run_group_tests_name("knots", tests, setup, NULL);
}
