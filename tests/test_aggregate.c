/* test_aggregate.c - the network between countries, owners, stages. */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/aggregate.h"
#include "graph/bridge.h"
#include "sn_build.h"
#include "sn_same.h"

static const char *const world =
    "m1: kind=stage country=COD owner=CHN commodity=cobalt stage=mining output=12.5 unit=t;"
    "m2: kind=stage country=COD owner=CHE commodity=cobalt stage=mining output=4.25 unit=t;"
    "m3: kind=stage country=AUS commodity=nickel stage=mining output=3 unit=t;"
    "r1: kind=stage country=CHN owner=CHN commodity=cobalt stage=refining unit=t;"
    "u1: kind=stage country=FIN commodity=cobalt stage=use;"
    "CHN: kind=firm; f1: kind=firm country=FIN owner=FIN;"
    "m1 r1 12.5; m2 r1 3; m2 m1 1.25; r1 u1 14 basis=estimated; m3 f1 2.5; f1 u1 2; CHN u1 0.5;"
    "m1 m2 0.25 product=slag";

static sn_network *must_build(const char *text)
{
    sn_network *net = NULL;
    sn_error err = {0};

    if (sn_build(text, &net, &err) != SN_OK)
        fail_msg("%s", err.message);
    return net;
}

static sn_network *must_aggregate(const char *text, sn_level level)
{
    sn_network *net = must_build(text), *coarse = NULL;
    sn_error err = {0};
    const sn_status status = sn_aggregate(net, level, &coarse, &err);

    sn_network_free(net);
    if (status != SN_OK)
        fail_msg("%s: %s", sn_level_name(level), err.message);
    return coarse;
}

/* "A>B group value; ..." of the aggregate. */
static const char *flows_at(const char *text, sn_level level)
{
    static char list[600];
    sn_network *net = must_aggregate(text, level);

    list[0] = '\0';
    for (size_t e = 0; e < sn_network_flow_count(net); e++) {
        const sn_flow f = sn_network_flow(net, e);
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s>%s %s %g",
                 e ? "; " : "", sn_network_id(net, (size_t)f.supplier),
                 sn_network_id(net, (size_t)f.buyer),
                 sn_dict_text(sn_network_groups(net), f.group), f.value);
    }
    sn_network_free(net);
    return list;
}

/* "id kind country; ..." of the aggregate. */
static const char *nodes_at(const char *text, sn_level level)
{
    static const char *const kind[] = {"country", "firm", "stage"};
    static char list[600];
    sn_network *net = must_aggregate(text, level);

    list[0] = '\0';
    for (size_t i = 0; i < sn_network_node_count(net); i++) {
        const char *country = sn_network_text(net, SN_COUNTRY, i);
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s %s %s", i ? "; " : "",
                 sn_network_id(net, i), kind[sn_network_kind(net, i)],
                 country == NULL ? "-" : country);
    }
    sn_network_free(net);
    return list;
}

static void country__level_joins_places_and_keeps_the_inside_as_self_flow(void **state)
{
    (void)state;
    assert_string_equal(flows_at(world, SN_LEVEL_COUNTRY),
                        "AUS>FIN nickel:mining 2.5; CHN>FIN cobalt:refining 14; "
                        "CHN (ungrouped)>FIN all 0.5; COD>CHN cobalt:mining 15.5; "
                        "COD>COD cobalt:mining 1.25; COD>COD slag 0.25; FIN>FIN all 2");
}

static void nodes__without_a_group_keep_their_id_and_kind(void **state)
{
    (void)state;
    assert_string_equal(
        nodes_at("a: kind=firm; b: kind=firm country=FIN; a b 2", SN_LEVEL_COUNTRY),
        "FIN country FIN; a firm -");
    assert_string_equal(
        nodes_at("a: kind=stage owner=CHN country=COD; b: kind=stage country=USA; "
                 "c: kind=stage owner=CHN country=CHL",
                 SN_LEVEL_OWNER),
        "CHN country CHN; b stage USA");
}

static void nodes__without_a_group_are_not_confused_with_a_group_of_that_name(void **state)
{
    (void)state;
    /* CHN, a place whose owners nobody knows, is not what owners in CHN own. */
    assert_string_equal(flows_at("COD: owner=CHN; CHN: ; COD CHN 3; CHN USA 2", SN_LEVEL_OWNER),
                        "CHN>CHN (ungrouped) all 3; CHN (ungrouped)>USA all 2");
}

static void owner__level_places_a_group_at_its_headquarters(void **state)
{
    (void)state;
    assert_string_equal(
        nodes_at(world, SN_LEVEL_OWNER),
        "CHE country CHE; CHN country CHN; CHN (ungrouped) firm -; FIN country FIN; "
        "m3 stage AUS; u1 stage FIN");
}

static void firm__level_keeps_firms_and_joins_the_rest_by_place(void **state)
{
    (void)state;
    assert_string_equal(nodes_at("a: kind=firm country=FIN; s: kind=stage country=FIN; "
                                 "t: kind=stage country=FIN; u: kind=stage",
                                 SN_LEVEL_FIRM),
                        "FIN country FIN; a firm FIN; u stage -");
}

static void stage__level_joins_a_commoditys_stages_over_countries(void **state)
{
    (void)state;
    assert_string_equal(
        nodes_at(world, SN_LEVEL_STAGE),
        "CHN firm -; cobalt:mining stage COD; cobalt:refining stage CHN; cobalt:use "
        "stage FIN; f1 firm FIN; nickel:mining stage AUS");
    assert_string_equal(
        flows_at("a: commodity=co stage=mining; b: stage=mining; a b 2; b c 1", SN_LEVEL_STAGE),
        "co:mining>mining co:mining 2; mining>c mining 1");
}

static void commodity__level_joins_all_of_a_commodity(void **state)
{
    (void)state;
    assert_string_equal(
        flows_at(world, SN_LEVEL_COMMODITY),
        "CHN>cobalt all 0.5; cobalt>cobalt cobalt:mining 16.75; cobalt>cobalt "
        "cobalt:refining 14; cobalt>cobalt slag 0.25; f1>cobalt all 2; nickel>f1 "
        "nickel:mining 2.5");
}

static void node__level_keeps_every_node_and_flow(void **state)
{
    sn_network *net = must_build(world), *same = must_aggregate(world, SN_LEVEL_NODE);
    size_t wrong = sn_network_node_count(net) != sn_network_node_count(same) ||
                   sn_network_flow_count(net) != sn_network_flow_count(same);
    (void)state;

    for (size_t i = 0; wrong == 0 && i < sn_network_node_count(net); i++)
        wrong += strcmp(sn_network_id(net, i), sn_network_id(same, i)) != 0 ||
                 sn_network_kind(net, i) != sn_network_kind(same, i) ||
                 sn_network_output(net, i) != sn_network_output(same, i);
    for (size_t e = 0; wrong == 0 && e < sn_network_flow_count(net); e++)
        wrong += sn_network_flow(net, e).value != sn_network_flow(same, e).value ||
                 sn_network_flow(net, e).basis != sn_network_flow(same, e).basis;
    sn_network_free(net);
    sn_network_free(same);
    assert_int_equal(wrong, 0);
}

static double total(const sn_network *net, double of(const sn_network *, size_t))
{
    double sum = 0;

    for (size_t i = 0; i < sn_network_node_count(net); i++)
        sum += of(net, i);
    return sum;
}

static void amounts__are_conserved_at_every_level(void **state)
{
    (void)state;
    for (int level = SN_LEVEL_NODE; level <= SN_LEVEL_COMMODITY; level++) {
        sn_network *net = must_build(world), *coarse = must_aggregate(world, (sn_level)level);
        double fine[5], sum[5];
        double (*const of[])(const sn_network *, size_t) = {
            sn_network_sales, sn_network_purchases, sn_network_output, sn_network_final_demand,
            sn_network_primary};
        for (size_t k = 0; k < 5; k++) {
            fine[k] = total(net, of[k]);
            sum[k] = total(coarse, of[k]);
        }
        sn_network_free(net);
        sn_network_free(coarse);
        for (size_t k = 0; k < 5; k++)
            assert_close(sum[k], fine[k], 1e-12);
    }
}

static void basis__of_a_sum_is_the_weakest(void **state)
{
    sn_network *net = must_aggregate("a: country=X; b: country=X; a c 1; b c 2 basis=balanced; "
                                     "c d 1",
                                     SN_LEVEL_COUNTRY);
    const sn_basis joined = sn_network_flow(net, 0).basis,
                   single = sn_network_flow(net, 1).basis;
    (void)state;

    sn_network_free(net);
    assert_int_equal(joined, SN_BASIS_BALANCED);
    assert_int_equal(single, SN_BASIS_REPORTED);
}

static void columns__are_kept_where_all_members_agree(void **state)
{
    sn_network *net = must_aggregate("a: country=X commodity=co sector=S unit=t; "
                                     "b: country=X commodity=co sector=T unit=t",
                                     SN_LEVEL_COUNTRY);
    const char *commodity = sn_network_text(net, SN_COMMODITY, 0);
    const bool right = commodity != NULL && strcmp(commodity, "co") == 0 &&
                       sn_network_text(net, SN_SECTOR, 0) == NULL &&
                       strcmp(sn_network_unit(net, SN_NONE), "t") == 0;
    (void)state;

    sn_network_free(net);
    assert_true(right);
}

static void units__that_differ_within_a_group_are_refused(void **state)
{
    static const char *const mixed[] = {
        "a: country=X commodity=co unit=t; b: country=X commodity=li unit=kg; a c 1; b c 1",
        "a: country=X commodity=co unit=t output=1; b: country=X commodity=li unit=kg output=2",
        "a: country=X commodity=co; b: country=X commodity=li; a c 1 unit=t; b c 1 unit=kg",
    };
    (void)state;

    for (size_t k = 0; k < 3; k++) {
        sn_network *net = must_build(mixed[k]), *coarse = NULL;
        sn_error err = {0};
        const sn_status country = sn_aggregate(net, SN_LEVEL_COUNTRY, &coarse, &err);
        sn_network *apart = NULL;
        const sn_status commodity = sn_aggregate(net, SN_LEVEL_COMMODITY, &apart, NULL);
        char units[16] = "";
        for (int32_t c = 0; commodity == SN_OK && c < 2; c++)
            strcat(strcat(units, sn_network_unit(apart, c)), " ");
        sn_network_free(net);
        sn_network_free(coarse);
        sn_network_free(apart);
        assert_int_equal(country, SN_EDATA);
        assert_non_null(strstr(err.message,
                               "mixed units at level country: \"t\" and, at \"b\", "
                               "\"kg\""));
        assert_int_equal(commodity, SN_OK);
        assert_string_equal(units, "t kg "); /* co, li */
    }
}

static void aggregate__does_not_depend_on_the_order_of_rows(void **state)
{
    char reversed[1200] = "";
    const char *end = world + strlen(world);
    (void)state;

    while (end > world) {
        const char *start = end;
        while (start > world && start[-1] != ';')
            start--;
        strncat(strcat(reversed, ";"), start, (size_t)(end - start));
        end = start > world ? start - 1 : world;
    }
    for (int level = SN_LEVEL_NODE; level <= SN_LEVEL_COMMODITY; level++) {
        sn_network *a = must_aggregate(world, (sn_level)level),
                   *b = must_aggregate(reversed, (sn_level)level);
        const char *differs = sn_same_network(a, b);
        sn_network_free(a);
        sn_network_free(b);
        if (differs != NULL)
            fail_msg("%s: %s differs", sn_level_name((sn_level)level), differs);
    }
}

static void aggregate__of_an_empty_network_is_empty(void **state)
{
    (void)state;
    for (int level = SN_LEVEL_NODE; level <= SN_LEVEL_COMMODITY; level++)
        assert_string_equal(nodes_at("", (sn_level)level), "");
}

static void grouping__names_groups_in_order_and_leaves_others_out(void **state)
{
    sn_network *net = must_build(world);
    sn_grouping grouping;
    char text[200] = "";
    const sn_status status = sn_grouping_make(net, SN_LEVEL_OWNER, &grouping, NULL);
    (void)state;

    for (size_t i = 0; status == SN_OK && i < sn_network_node_count(net); i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s=%s ",
                 sn_network_id(net, i), sn_dict_text(&grouping.names, grouping.group[i]));
    sn_grouping_clear(&grouping);
    sn_grouping_clear(&grouping); /* twice is fine */
    sn_network_free(net);
    assert_string_equal(text, "CHN= f1=FIN m1=CHN m2=CHE m3= r1=CHN u1= ");
}

static void level__is_parsed_by_its_name_and_else_refused(void **state)
{
    sn_error err = {0};
    sn_level level = SN_LEVEL_NODE;
    (void)state;

    for (int l = SN_LEVEL_NODE; l <= SN_LEVEL_COMMODITY; l++) {
        assert_int_equal(sn_level_parse(sn_level_name((sn_level)l), &level, NULL), SN_OK);
        assert_int_equal(level, l);
    }
    assert_int_equal(sn_level_parse("contry", &level, &err), SN_EUSAGE);
    assert_string_equal(err.message,
                        "unknown level \"contry\"; did you mean \"country\"? (node, "
                        "country, owner, firm, stage, commodity)");
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
        cmocka_unit_test(country__level_joins_places_and_keeps_the_inside_as_self_flow),
        cmocka_unit_test(nodes__without_a_group_keep_their_id_and_kind),
        cmocka_unit_test(nodes__without_a_group_are_not_confused_with_a_group_of_that_name),
        cmocka_unit_test(owner__level_places_a_group_at_its_headquarters),
        cmocka_unit_test(firm__level_keeps_firms_and_joins_the_rest_by_place),
        cmocka_unit_test(stage__level_joins_a_commoditys_stages_over_countries),
        cmocka_unit_test(commodity__level_joins_all_of_a_commodity),
        cmocka_unit_test(node__level_keeps_every_node_and_flow),
        cmocka_unit_test(amounts__are_conserved_at_every_level),
        cmocka_unit_test(basis__of_a_sum_is_the_weakest),
        cmocka_unit_test(columns__are_kept_where_all_members_agree),
        cmocka_unit_test(units__that_differ_within_a_group_are_refused),
        cmocka_unit_test(aggregate__does_not_depend_on_the_order_of_rows),
        cmocka_unit_test(aggregate__of_an_empty_network_is_empty),
        cmocka_unit_test(grouping__names_groups_in_order_and_leaves_others_out),
        cmocka_unit_test(level__is_parsed_by_its_name_and_else_refused),
    };
    return cmocka_run_group_tests_name("aggregate", tests, setup, NULL);
}
