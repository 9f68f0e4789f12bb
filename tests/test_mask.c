/* test_mask.c - what each kind of disruption leaves of nodes and flows. */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/bridge.h"
#include "graph/mask.h"
#include "sn_build.h"

/* COD mines, CHN mines and refines, FIN uses at home and sends on; x and y have no country. */
static const char *const world =
    "cm: kind=stage country=COD owner=CHN commodity=c stage=mining;"
    "hm: kind=stage country=CHN owner=CHN commodity=c stage=mining;"
    "hr: kind=stage country=CHN commodity=c stage=refining;"
    "fu: kind=stage country=FIN commodity=c stage=use;"
    "x: kind=stage commodity=c; y: kind=stage commodity=c;"
    "cm fu 4; cm hr 6; hm hr 3; hr fu 5; hr hr 1; x x 1; x y 2";

static sn_network *net;

static int setup(void **state)
{
    (void)state;
    sn_bridge_setup();
    return sn_build(world, &net, NULL) == SN_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    sn_network_free(net);
    return 0;
}

static sn_status hit(const sn_network *on, const char *selector, const char *buyers,
                     sn_ownership rule, sn_mode mode, double fraction, sn_mask *mask,
                     sn_error *err)
{
    sn_selection first = {0}, second = {0};
    sn_status status = sn_selector_apply(on, selector, NULL, rule, &first, err);

    if (status == SN_OK && buyers != NULL)
        status = sn_selector_apply(on, buyers, NULL, rule, &second, err);
    if (status == SN_OK)
        status = sn_mask_apply(on, &first, buyers != NULL ? &second : NULL, mode, fraction,
                               mask, err);
    sn_selection_clear(&first);
    sn_selection_clear(&second);
    return status;
}

/* The shares left, "cm 0.25, cm>fu 0.5"; whole ones are not named.  Frees the mask. */
static const char *left_of(const sn_network *on, sn_mask *mask)
{
    static char text[400];

    text[0] = '\0';
    for (size_t i = 0; mask->node != NULL && i < sn_network_node_count(on); i++)
        if (mask->node[i] != 1)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s %.12g",
                     text[0] ? ", " : "", sn_network_id(on, i), mask->node[i]);
    for (size_t e = 0; mask->flow != NULL && e < sn_network_flow_count(on); e++) {
        const sn_flow f = sn_network_flow(on, e);
        if (mask->flow[e] != 1)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s>%s %.12g",
                     text[0] ? ", " : "", sn_network_id(on, (size_t)f.supplier),
                     sn_network_id(on, (size_t)f.buyer), mask->flow[e]);
    }
    sn_mask_clear(mask);
    return text;
}

/* What one disruption leaves of `world`. */
static const char *left(const char *selector, const char *buyers, sn_mode mode, double fraction)
{
    sn_mask mask = {0};
    sn_error err = {0};

    if (hit(net, selector, buyers, SN_LARGEST, mode, fraction, &mask, &err) != SN_OK)
        fail_msg("\"%s\": %s", selector, err.message);
    return left_of(net, &mask);
}

static void production__takes_the_fraction_of_each_node_hit(void **state)
{
    (void)state;
    assert_string_equal(left("COD", NULL, SN_MODE_PRODUCTION, 0.75), "cm 0.25");
    assert_string_equal(left("CHN", NULL, SN_MODE_PRODUCTION, 1), "hm 0, hr 0");
    assert_string_equal(left("commodity=c&stage=mining", NULL, SN_MODE_PRODUCTION, 0.4),
                        "cm 0.6, hm 0.6");
    assert_string_equal(left("COD", NULL, SN_MODE_PRODUCTION, 0), "");
}

static void production__spares_final_users_that_are_not_named(void **state)
{
    (void)state;
    assert_string_equal(left("country=FIN|COD", NULL, SN_MODE_PRODUCTION, 1), "cm 0");
    assert_string_equal(left("commodity=c", NULL, SN_MODE_PRODUCTION, 1),
                        "cm 0, hm 0, hr 0, x 0");
    assert_string_equal(left("fu", NULL, SN_MODE_PRODUCTION, 1), "fu 0");
    assert_string_equal(left("id=fu", NULL, SN_MODE_PRODUCTION, 1), "fu 0");
    assert_string_equal(left("stage=use", NULL, SN_MODE_PRODUCTION, 1), "fu 0");
    assert_string_equal(left("stage=use&FIN", NULL, SN_MODE_PRODUCTION, 1), "fu 0");
}

static void production__hits_firms_that_sell_nothing(void **state)
{
    sn_network *firms = NULL;
    sn_mask mask = {0};
    (void)state;

    (void)sn_build("a: kind=firm country=FIN; b: kind=firm country=FIN; a b 3", &firms, NULL);
    const sn_status status =
        hit(firms, "FIN", NULL, SN_LARGEST, SN_MODE_PRODUCTION, 1, &mask, NULL);
    const char *text = left_of(firms, &mask);
    sn_network_free(firms);
    assert_int_equal(status, SN_OK);
    assert_string_equal(text, "a 0, b 0");
}

static void exports__cut_flows_to_other_countries_only(void **state)
{
    (void)state;
    assert_string_equal(left("CHN", NULL, SN_MODE_EXPORTS, 0.3), "hr>fu 0.7");
    assert_string_equal(left("COD", NULL, SN_MODE_EXPORTS, 1), "cm>fu 0, cm>hr 0");
}

static void imports__cut_flows_from_other_countries_only(void **state)
{
    (void)state;
    assert_string_equal(left("CHN", NULL, SN_MODE_IMPORTS, 0.3), "cm>hr 0.7");
    assert_string_equal(left("FIN", NULL, SN_MODE_IMPORTS, 0.6), "cm>fu 0.4, hr>fu 0.4");
}

static void flows__of_unknown_countries_cross_unless_to_the_node_itself(void **state)
{
    (void)state;
    assert_string_equal(left("x", NULL, SN_MODE_EXPORTS, 1), "x>y 0");
    assert_string_equal(left("id=x|y", NULL, SN_MODE_IMPORTS, 0.5), "x>y 0.5");
}

static void transit__keeps_own_production_and_what_stays_in_the_node(void **state)
{
    sn_network *trade = NULL;
    sn_mask mask = {0};
    (void)state;

    /* The hub example: H owns nothing of 80, A all of 100, B 20 of 90. */
    (void)sn_build("A A 10; B B 20; A H 80; A B 10; H B 60; H C 15; B C 9", &trade, NULL);
    sn_status status = hit(trade, "H", NULL, SN_LARGEST, SN_MODE_TRANSIT, 0.5, &mask, NULL);
    if (status == SN_OK)
        status = hit(trade, "A", NULL, SN_LARGEST, SN_MODE_TRANSIT, 1, &mask, NULL);
    if (status == SN_OK)
        status = hit(trade, "B", NULL, SN_LARGEST, SN_MODE_TRANSIT, 1, &mask, NULL);
    const char *text = left_of(trade, &mask);
    sn_network_free(trade);
    assert_int_equal(status, SN_OK);
    /* B makes 20 of its own and buys 70: of what it passes on, 20/90 is its own. */
    assert_string_equal(text, "B>C 0.222222222222, H>B 0.5, H>C 0.5");
}

static void transit__takes_all_that_a_refinery_passes_on_but_its_own_use(void **state)
{
    (void)state;
    assert_string_equal(left("hr", NULL, SN_MODE_TRANSIT, 1), "hr>fu 0");
    assert_string_equal(left("cm", NULL, SN_MODE_TRANSIT, 1), "");
}

static void flow__cuts_the_named_pairs_in_their_direction(void **state)
{
    (void)state;
    assert_string_equal(left("COD", "CHN", SN_MODE_FLOW, 0.2), "cm>hr 0.8");
    assert_string_equal(left("CHN", "COD", SN_MODE_FLOW, 1), "");
    assert_string_equal(left("stage=mining", "country=FIN|CHN", SN_MODE_FLOW, 1),
                        "cm>fu 0, cm>hr 0, hm>hr 0");
    assert_string_equal(left("CHN", "CHN", SN_MODE_FLOW, 1), "hm>hr 0, hr>hr 0");
}

static void disruptions__multiply(void **state)
{
    sn_mask mask = {0};
    sn_status status = hit(net, "COD", NULL, SN_LARGEST, SN_MODE_PRODUCTION, 0.5, &mask, NULL);
    (void)state;

    if (status == SN_OK)
        status =
            hit(net, "stage=mining", NULL, SN_LARGEST, SN_MODE_PRODUCTION, 0.2, &mask, NULL);
    if (status == SN_OK)
        status = hit(net, "COD", NULL, SN_LARGEST, SN_MODE_EXPORTS, 0.5, &mask, NULL);
    if (status == SN_OK)
        status = hit(net, "FIN", NULL, SN_LARGEST, SN_MODE_IMPORTS, 0.4, &mask, NULL);
    const char *text = left_of(net, &mask);
    assert_int_equal(status, SN_OK);
    assert_string_equal(text, "cm 0.4, hm 0.8, cm>fu 0.3, cm>hr 0.5, hr>fu 0.6");
}

static void owners__in_part_are_hit_in_part(void **state)
{
    sn_network *firms = NULL;
    sn_mask mask = {0};
    (void)state;

    (void)sn_build("a: kind=firm country=FIN; b: kind=firm country=SWE; a b 3; b a 2;"
                   "owner a CHN 0.6 equity; owner b CHN 0.25 equity",
                   &firms, NULL);
    sn_status status =
        hit(firms, "owner=CHN", NULL, SN_EQUITY, SN_MODE_PRODUCTION, 0.5, &mask, NULL);
    if (status == SN_OK)
        status = hit(firms, "owner=CHN", NULL, SN_EQUITY, SN_MODE_EXPORTS, 1, &mask, NULL);
    if (status == SN_OK)
        status = hit(firms, "owner=CHN", "owner=CHN", SN_EQUITY, SN_MODE_FLOW, 1, &mask, NULL);
    const char *text = left_of(firms, &mask);
    sn_network_free(firms);
    assert_int_equal(status, SN_OK);
    /* production 1 - 0.5 * 0.6; exports 1 - 0.6, and then 1 - 0.6 * 0.25 of the pair */
    assert_string_equal(text, "a 0.7, b 0.875, a>b 0.34, b>a 0.6375");
}

static void fraction__outside_0_to_1_is_refused(void **state)
{
    const double fraction[] = {-0.1, 1.1, (double)NAN, (double)INFINITY};
    (void)state;

    for (size_t k = 0; k < 4; k++) {
        sn_mask mask = {0};
        sn_error err = {0};
        const sn_status status =
            hit(net, "COD", NULL, SN_LARGEST, SN_MODE_PRODUCTION, fraction[k], &mask, &err);
        const bool untouched = mask.node == NULL && mask.flow == NULL;
        sn_mask_clear(&mask);
        assert_int_equal(status, SN_EUSAGE);
        assert_non_null(strstr(err.message, "is not in 0..1"));
        assert_true(untouched);
    }
}

static void mask__of_one_side_leaves_the_other_unwritten(void **state)
{
    sn_mask mask = {0};
    (void)state;

    (void)hit(net, "COD", NULL, SN_LARGEST, SN_MODE_PRODUCTION, 1, &mask, NULL);
    const bool nodes_only = mask.node != NULL && mask.flow == NULL;
    sn_mask_clear(&mask);
    (void)hit(net, "COD", NULL, SN_LARGEST, SN_MODE_EXPORTS, 1, &mask, NULL);
    const bool flows_only = mask.node == NULL && mask.flow != NULL;
    sn_mask_clear(&mask);
    sn_mask_clear(&mask); /* twice is fine */
    assert_true(nodes_only);
    assert_true(flows_only);
}

static void mode__is_parsed_by_its_name_and_else_refused(void **state)
{
    sn_error err = {0};
    sn_mode mode = SN_MODE_FLOW;
    (void)state;

    for (int m = SN_MODE_PRODUCTION; m <= SN_MODE_FLOW; m++) {
        assert_int_equal(sn_mode_parse(sn_mode_name((sn_mode)m), &mode, NULL), SN_OK);
        assert_int_equal(mode, m);
    }
    assert_int_equal(sn_mode_parse("export", &mode, &err), SN_EUSAGE);
    assert_string_equal(err.message, "unknown mode \"export\"; did you mean \"exports\"? "
                                     "(production, exports, imports, transit, flow)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(production__takes_the_fraction_of_each_node_hit),
        cmocka_unit_test(production__spares_final_users_that_are_not_named),
        cmocka_unit_test(production__hits_firms_that_sell_nothing),
        cmocka_unit_test(exports__cut_flows_to_other_countries_only),
        cmocka_unit_test(imports__cut_flows_from_other_countries_only),
        cmocka_unit_test(flows__of_unknown_countries_cross_unless_to_the_node_itself),
        cmocka_unit_test(transit__keeps_own_production_and_what_stays_in_the_node),
        cmocka_unit_test(transit__takes_all_that_a_refinery_passes_on_but_its_own_use),
        cmocka_unit_test(flow__cuts_the_named_pairs_in_their_direction),
        cmocka_unit_test(disruptions__multiply),
        cmocka_unit_test(owners__in_part_are_hit_in_part),
        cmocka_unit_test(fraction__outside_0_to_1_is_refused),
        cmocka_unit_test(mask__of_one_side_leaves_the_other_unwritten),
        cmocka_unit_test(mode__is_parsed_by_its_name_and_else_refused),
    };
    return cmocka_run_group_tests_name("mask", tests, setup, teardown);
}
