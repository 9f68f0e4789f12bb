/* test_selector.c - which nodes the words of a user mean. */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/bridge.h"
#include "graph/selector.h"
#include "sn_build.h"

/* Two mines, a refinery, a user, a country that is a node too, and a firm of several owners. */
static const char *const world =
    "m1: kind=stage country=COD owner=CHN commodity=cobalt stage=mining;"
    "m2: kind=stage country=AUS commodity=nickel stage=mining;"
    "r1: kind=stage country=CHN owner=CHN commodity=cobalt stage=refining;"
    "u1: kind=stage country=FIN commodity=cobalt stage=use;"
    "IDN: kind=country;"
    "f1: kind=firm country=IDN sector=C24;"
    "COD: kind=firm country=FRA sector=B07;"
    "owner f1 CHN 0.6 equity; owner f1 JPN 0.3 equity;"
    "m1 r1 10; m2 r1 2; r1 u1 11; IDN f1 3; f1 u1 2; COD u1 1";

static const sn_coalition_member five[] = {
    {"EU", "FIN"}, {"EU", "FRA"}, {"EU", "DEU"}, {"BRICS", "CHN"}, {"BRICS", "IDN"}};

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

/* The nodes that `selector` means, in order of id, "m1 f1*0.6"; or its error. */
static const char *meaning(const char *selector, sn_ownership rule)
{
    static char text[600];
    const sn_coalitions list = {5, five};
    sn_selection selection;
    sn_error err = {0};
    const sn_status status = sn_selector_apply(net, selector, &list, rule, &selection, &err);

    text[0] = '\0';
    if (status != SN_OK) {
        const bool cleared = selection.weight == NULL && selection.matched == 0;
        snprintf(text, sizeof text, "%s%s%s", cleared ? "" : "not cleared: ",
                 status == SN_EUSAGE ? "" : "wrong status: ", err.message);
        return text;
    }
    for (size_t i = 0; i < sn_network_node_count(net); i++) {
        if (selection.weight[i] <= 0)
            continue;
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", text[0] ? " " : "",
                 sn_network_id(net, i));
        if (selection.weight[i] < 1)
            snprintf(text + strlen(text), sizeof text - strlen(text), "*%g",
                     selection.weight[i]);
    }
    sn_selection_clear(&selection);
    return text;
}

static sn_selection flags_of(const char *selector, sn_ownership rule)
{
    sn_selection selection;

    if (sn_selector_apply(net, selector, NULL, rule, &selection, NULL) != SN_OK)
        fail_msg("\"%s\" fails", selector);
    free(selection.weight);
    selection.weight = NULL;
    return selection;
}

#define assert_means(selector, expected)                                                       \
    assert_string_equal(meaning(selector, SN_LARGEST), expected)

static void key__of_each_kind_picks_its_column(void **state)
{
    (void)state;
    assert_means("id=m1", "m1");
    assert_means("country=AUS", "m2");
    assert_means("country=COD", "m1");
    assert_means("kind=firm", "COD f1");
    assert_means("kind=country", "IDN");
    assert_means("kind=stage", "m1 m2 r1 u1");
    assert_means("commodity=cobalt", "m1 r1 u1");
    assert_means("stage=mining", "m1 m2");
    assert_means("sector=C24", "f1");
    assert_means("owner=CHN", "f1 m1 r1");
    assert_means("coalition=EU", "COD u1");
}

static void values__joined_by_a_bar_add_up(void **state)
{
    (void)state;
    assert_means("country=AUS|FIN", "m2 u1");
    assert_means("id=m1|m2|m1", "m1 m2");
    assert_means("coalition=EU|BRICS", "COD IDN f1 r1 u1");
}

static void terms__joined_by_an_ampersand_narrow(void **state)
{
    (void)state;
    assert_means("commodity=cobalt&stage=mining", "m1");
    assert_means("commodity=cobalt&stage=mining|use&kind=stage", "m1 u1");
    assert_means("commodity=cobalt & COD", "m1");
}

static void spaces__around_words_do_not_matter(void **state)
{
    (void)state;
    assert_means("  commodity = cobalt\t&  stage = mining |  use ", "m1 u1");
    assert_means("  AUS ", "m2");
}

static void words__in_any_case_name_places_kinds_and_coalitions_only(void **state)
{
    (void)state;
    assert_means("country=aus", "m2");
    assert_means("owner=Chn", "f1 m1 r1");
    assert_means("kind=FIRM", "COD f1");
    assert_means("coalition=eu", "COD u1");
    assert_means("aus", "m2");
    assert_means("stage=Mining",
                 "no stage \"Mining\" in the network; did you mean \"mining\"?");
    assert_means("id=M1", "no node \"M1\" in the network; did you mean \"m1\"?");
    assert_means("Country=AUS",
                 "unknown selector key \"Country\"; did you mean \"country\"? (id, "
                 "country, owner, kind, commodity, stage, sector, coalition)");
}

static void bare_word__is_a_country_before_it_is_a_node(void **state)
{
    (void)state;
    assert_means("COD", "m1");     /* not the firm with this id */
    assert_means("IDN", "IDN f1"); /* the country node and the firm in it */
    assert_means("r1", "r1");
    assert_false(flags_of("COD", SN_LARGEST).names_node);
    assert_true(flags_of("r1", SN_LARGEST).names_node);
}

static void bare_word__that_is_an_owner_only_is_no_country(void **state)
{
    (void)state;
    assert_true(strstr(meaning("JPN", SN_EQUITY), "no country or node \"JPN\"") != NULL);
}

static void flags__say_which_words_were_used(void **state)
{
    (void)state;
    assert_true(flags_of("id=m1", SN_LARGEST).names_node);
    assert_true(flags_of("country=COD&stage=mining", SN_LARGEST).names_node);
    assert_false(flags_of("country=COD", SN_LARGEST).names_node);
    assert_true(flags_of("owner=CHN&commodity=cobalt", SN_LARGEST).by_owner);
    assert_false(flags_of("country=COD", SN_LARGEST).by_owner);
    assert_int_equal(flags_of("stage=mining", SN_LARGEST).matched, 2);
}

static void unknown__key_or_value_is_refused_with_the_nearest(void **state)
{
    (void)state;
    assert_means("country=AUT", "no country \"AUT\" in the network; did you mean \"AUS\"?");
    assert_means("comodity=cobalt",
                 "unknown selector key \"comodity\"; did you mean \"commodity\"? "
                 "(id, country, owner, kind, commodity, stage, sector, "
                 "coalition)");
    assert_means("colour=red", "unknown selector key \"colour\" (id, country, owner, kind, "
                               "commodity, stage, sector, coalition)");
    assert_means("commodity=cobolt",
                 "no commodity \"cobolt\" in the network; did you mean \"cobalt\"?");
    assert_means("sector=wood", "no sector \"wood\" in the network (it has B07, C24)");
    assert_means("kind=ship", "no kind \"ship\" (it is one of country, firm, stage)");
    assert_means("coalition=BRIC", "no coalition \"BRIC\"; did you mean \"BRICS\"?");
    assert_means("coalition=OPEC", "no coalition \"OPEC\" (it is one of EU, BRICS)");
    assert_means("r7", "no country or node \"r7\" in the network; did you mean \"r1\"?");
    assert_means("country=COD&id=m9", "no node \"m9\" in the network; did you mean \"m1\"?");
}

static void coalition__without_a_list_is_refused(void **state)
{
    sn_selection selection;
    sn_error err = {0};
    (void)state;

    assert_int_equal(sn_selector_apply(net, "coalition=EU", NULL, SN_LARGEST, &selection, &err),
                     SN_EUSAGE);
    assert_string_equal(err.message, "no list of coalitions is loaded");
}

static void selector__that_matches_nothing_is_refused(void **state)
{
    (void)state;
    assert_means("country=AUS&commodity=cobalt",
                 "selector \"country=AUS&commodity=cobalt\" matches no node");
    assert_means("country=JPN", "selector \"country=JPN\" matches no node");
}

static void empty__terms_and_values_are_refused(void **state)
{
    static const char *const selector[] = {"", "  ", "&", "AUS&", "&AUS", "AUS&&COD"};
    (void)state;

    for (size_t k = 0; k < sizeof selector / sizeof selector[0]; k++)
        assert_means(selector[k], "a selector, or a part of it between &, is empty");
    assert_means("country=", "selector key \"country\" has an empty value");
    assert_means("country=AUS|", "selector key \"country\" has an empty value");
    assert_means("country=|AUS", "selector key \"country\" has an empty value");
    assert_true(strncmp(meaning("=AUS", SN_LARGEST), "unknown selector key \"\"", 23) == 0);
}

static void owner__is_not_country(void **state)
{
    (void)state;
    assert_means("owner=CHN", "f1 m1 r1");
    assert_means("country=CHN", "r1");
    assert_means("owner=CHN&country=COD", "m1");
}

static void owner__weighs_by_share_under_equity_only(void **state)
{
    (void)state;
    assert_string_equal(meaning("owner=CHN", SN_EQUITY), "f1*0.6 m1 r1");
    assert_string_equal(meaning("owner=JPN", SN_EQUITY), "f1*0.3");
    assert_string_equal(meaning("owner=CHN|JPN", SN_EQUITY), "f1*0.9 m1 r1");
    assert_string_equal(meaning("owner=CHN&owner=JPN", SN_EQUITY), "f1*0.18");
    assert_string_equal(meaning("owner=CHN|CHN&id=f1", SN_EQUITY), "f1*0.6");
    assert_string_equal(meaning("owner=CHN", SN_LARGEST), "f1 m1 r1");
    assert_string_equal(meaning("owner=JPN", SN_LARGEST),
                        "selector \"owner=JPN\" matches no node");
}

static void owner__counts_the_sellers_of_whom_it_knows_too_little(void **state)
{
    (void)state;
    assert_int_equal(flags_of("owner=CHN", SN_LARGEST).unknown,
                     3); /* m2, IDN, COD; u1 sells nothing */
    assert_int_equal(flags_of("owner=CHN", SN_EQUITY).unknown, 4); /* and a tenth of f1 */
    assert_int_equal(flags_of("owner=CHN&stage=mining", SN_EQUITY).unknown, 1);
    assert_int_equal(flags_of("owner=CHN&commodity=cobalt", SN_EQUITY).unknown, 0);
    assert_int_equal(flags_of("stage=mining", SN_EQUITY).unknown, 0); /* nobody asked */
}

static void nearest__stops_at_a_third_of_the_word(void **state)
{
    static const char *const word[] = {"refining", "mining", "processing"};
    (void)state;

    assert_string_equal(sn_nearest("minning", word, 3), "mining");
    assert_string_equal(sn_nearest("REFINNIG", word, 3), "refining");
    assert_null(sn_nearest("smelting", word, 3));
    assert_null(sn_nearest("mining", word, 0));
}

static void nearest__survives_words_longer_than_it_compares(void **state)
{
    char longest[300];
    const char *const word[] = {longest};
    (void)state;

    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_ptr_equal(sn_nearest(longest, word, 1), longest);
    assert_null(sn_nearest("y", word, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key__of_each_kind_picks_its_column),
        cmocka_unit_test(values__joined_by_a_bar_add_up),
        cmocka_unit_test(terms__joined_by_an_ampersand_narrow),
        cmocka_unit_test(spaces__around_words_do_not_matter),
        cmocka_unit_test(words__in_any_case_name_places_kinds_and_coalitions_only),
        cmocka_unit_test(bare_word__is_a_country_before_it_is_a_node),
        cmocka_unit_test(bare_word__that_is_an_owner_only_is_no_country),
        cmocka_unit_test(flags__say_which_words_were_used),
        cmocka_unit_test(unknown__key_or_value_is_refused_with_the_nearest),
        cmocka_unit_test(coalition__without_a_list_is_refused),
        cmocka_unit_test(selector__that_matches_nothing_is_refused),
        cmocka_unit_test(empty__terms_and_values_are_refused),
        cmocka_unit_test(owner__is_not_country),
        cmocka_unit_test(owner__weighs_by_share_under_equity_only),
        cmocka_unit_test(owner__counts_the_sellers_of_whom_it_knows_too_little),
        cmocka_unit_test(nearest__stops_at_a_third_of_the_word),
        cmocka_unit_test(nearest__survives_words_longer_than_it_compares),
    };
    return cmocka_run_group_tests_name("selector", tests, setup, teardown);
}
