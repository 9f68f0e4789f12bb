/* test_compare.c - what differs between the flows of two networks. */
#include "sn_test.h"
#include "sn_build.h"

#include "metrics/compare.h"

static sn_network *build(const char *text)
{
    sn_network *net = NULL;
    sn_error err = {0};

    if (sn_build(text, &net, &err) != SN_OK)
        fail_msg("%s", err.message);
    return net;
}

static sn_flow_changes compare(const char *before, const char *after, double tolerance,
                               sn_network *net[2])
{
    sn_flow_changes changes;
    sn_error err = {0};

    net[0] = build(before);
    net[1] = build(after);
    if (sn_compare_flows(net[0], net[1], tolerance, &changes, &err) != SN_OK)
        fail_msg("%s", err.message);
    return changes;
}

static void drop(sn_flow_changes *changes, sn_network *net[2])
{
    sn_flow_changes_clear(changes);
    sn_network_free(net[0]);
    sn_network_free(net[1]);
}

static void flows__are_matched_by_name_and_listed_by_size_of_change(void **state)
{
    sn_network *net[2];
    sn_flow_changes c = compare("B C 5; A C 7; A B 1; Z Z 3", "0 A 2; A C 1; B C 5; A B 1.5", 0, net);

    (void)state;
    assert_int_equal(c.count, 4);
    assert_int_equal(c.appeared, 1);
    assert_int_equal(c.vanished, 1);
    assert_int_equal(c.moved, 2);
    assert_int_equal(c.same, 1);
    assert_string_equal(c.row[0].supplier, "A");
    assert_string_equal(c.row[0].buyer, "C");
    assert_true(c.row[0].before == 7 && c.row[0].after == 1);
    assert_string_equal(c.row[1].supplier, "Z");
    assert_true(c.row[1].before == 3 && c.row[1].after == 0);
    assert_string_equal(c.row[2].supplier, "0");
    assert_true(c.row[2].before == 0 && c.row[2].after == 2);
    assert_true(c.row[3].before == 1 && c.row[3].after == 1.5);
    drop(&c, net);
}

static void flows__of_two_products_are_two_flows_whatever_the_codes(void **state)
{
    sn_network *net[2];
    sn_flow_changes c =
        compare("A B 1 product=m; A B 2 product=z", "A B 9 product=a; A B 1 product=m; A B 2 product=z",
                0, net);

    (void)state;
    assert_int_equal(c.count, 1);
    assert_int_equal(c.same, 2);
    assert_string_equal(c.row[0].group, "a");
    drop(&c, net);
}

static void flows__that_differ_by_less_than_the_tolerance_are_the_same(void **state)
{
    sn_network *net[2];
    sn_flow_changes c = compare("A B 100; A C 100", "A B 101; A C 102", 0.01, net);

    (void)state;
    assert_int_equal(c.count, 1);
    assert_string_equal(c.row[0].buyer, "C");
    drop(&c, net);
}

static void flows__of_an_empty_network_are_all_new(void **state)
{
    sn_network *net[2];
    sn_flow_changes c = compare("", "A A 1", 0, net);

    (void)state;
    assert_int_equal(c.count, 1);
    assert_int_equal(c.appeared, 1);
    drop(&c, net);
}

static void flows__in_two_units_are_refused_by_name(void **state)
{
    sn_network *net[2] = {build("A B 1 unit=t"), build("A B 1 unit=kt")};
    sn_flow_changes c;
    sn_error err = {0};
    const sn_status status = sn_compare_flows(net[0], net[1], 0, &c, &err);

    (void)state;
    drop(&c, net);
    assert_int_equal(status, SN_EDATA);
    assert_non_null(strstr(err.message, "\"A\" -> \"B\""));
}

static void flows__that_change_by_as_much_stand_by_name(void **state)
{
    sn_network *net[2];
    sn_flow_changes c =
        compare("B A 5; A C 5 product=z; A B 5; A C 5 product=m; C A 7",
                "B A 7; A C 3 product=z; A B 7; A C 7 product=m; C A 7; C B 2", 0, net);
    static const char *const row[5][3] = {
        {"A", "B", ""}, {"A", "C", "m"}, {"A", "C", "z"}, {"B", "A", ""}, {"C", "B", ""}};

    (void)state;
    assert_int_equal(c.count, 5);
    for (size_t k = 0; k < 5; k++) {
        assert_string_equal(c.row[k].supplier, row[k][0]);
        assert_string_equal(c.row[k].buyer, row[k][1]);
        if (row[k][2][0] != '\0')
            assert_string_equal(c.row[k].group, row[k][2]);
    }
    drop(&c, net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flows__are_matched_by_name_and_listed_by_size_of_change),
        cmocka_unit_test(flows__of_two_products_are_two_flows_whatever_the_codes),
        cmocka_unit_test(flows__that_differ_by_less_than_the_tolerance_are_the_same),
        cmocka_unit_test(flows__of_an_empty_network_are_all_new),
        cmocka_unit_test(flows__in_two_units_are_refused_by_name),
        cmocka_unit_test(flows__that_change_by_as_much_stand_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
