/* test_structure.c - how networks hang together, counted by hand. */
#include "sn_test.h"
#include "sn_build.h"

#include "graph/bridge.h"
#include "metrics/structure.h"

static sn_structure count(const char *text)
{
    sn_network *net = NULL;
    sn_structure s = {.components = 99};
    sn_error err = {0};

    if (sn_build(text, &net, &err) != SN_OK || sn_structure_count(net, &s, &err) != SN_OK)
        fail_msg("%s", err.message);
    sn_network_free(net);
    return s;
}

static void structure__of_nothing_is_zero(void **state)
{
    const sn_structure s = count("");

    (void)state;
    assert_int_equal(s.components + s.largest_component + s.loops + s.largest_loop, 0);
    assert_int_equal(s.kind[0] + s.kind[1] + s.kind[2] + s.isolated + s.producers, 0);
}

static void structure__of_one_chain_is_one_component_without_loops(void **state)
{
    const sn_structure s = count("a b 1.5; b c 2.5");

    (void)state;
    assert_int_equal(s.components, 1);
    assert_int_equal(s.largest_component, 3);
    assert_int_equal(s.loops, 0);
    assert_int_equal(s.largest_loop, 0);
    assert_int_equal(s.isolated, 0);
}

static void structure__counts_parts_loops_and_kinds(void **state)
{
    /* a loop of three with a tail, a loop of two, a firm alone and a country that feeds itself
     */
    const sn_structure s = count("a b 1;b c 1;c a 1;c d 1\n"
                                 "x: kind=stage primary=2;x y 2;y x 1\n"
                                 "f: kind=firm;owner f CHN 0.6 largest\n"
                                 "k: kind=country country=KKK output=5;k k 5\n"
                                 "d: kind=firm final_demand=1");

    (void)state;
    assert_int_equal(s.components, 4);
    assert_int_equal(s.largest_component, 4);
    assert_int_equal(s.loops, 2);
    assert_int_equal(s.largest_loop, 3);
    assert_int_equal(s.isolated, 1);
    assert_int_equal(s.self_flows, 1);
    assert_int_equal(s.with_owner, 1);
    assert_int_equal(s.kind[SN_KIND_FIRM] + s.kind[SN_KIND_STAGE] + s.kind[SN_KIND_COUNTRY], 8);
    assert_int_equal(s.kind[SN_KIND_STAGE], 1);
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
        cmocka_unit_test(structure__of_nothing_is_zero),
        cmocka_unit_test(structure__of_one_chain_is_one_component_without_loops),
        cmocka_unit_test(structure__counts_parts_loops_and_kinds),
    };
    return cmocka_run_group_tests_name("structure", tests, setup, NULL);
}
