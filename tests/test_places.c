/* test_places.c - what stands in country columns. */
#include "sn_test.h"

#include <stdio.h>
#include <string.h>

#include "datasets/places.h"
#include "datasets/reference.h"
#include "graph/bridge.h"

static sn_places *places;

/* "country NAM", "area ", "aggregate WLD", "rest ROW", "unknown " */
static const char *tell(const char *text)
{
    static const char *const kinds[] = {"country", "rest", "area", "aggregate", "unknown"};
    static char told[80];
    const sn_place place = sn_places_find(places, (sn_slice){text, strlen(text)});

    (void)snprintf(told, sizeof told, "%s %s", kinds[place.kind], place.code);
    return told;
}

static void codes__are_iso_in_any_case(void **state)
{
    (void)state;
    assert_string_equal(tell("JPN"), "country JPN");
    assert_string_equal(tell("jp"), "country JPN");
    assert_string_equal(tell("NA"), "country NAM"); /* Namibia, not a missing value */
    assert_string_equal(tell("na"), "country NAM");
    assert_string_equal(tell("XKX"), "country XKX");
}

static void numbers__are_comtrades_before_they_are_isos(void **state)
{
    static const struct {
        const char *number, *code;
    } known[] = {
        {"842", "USA"}, {"840", "USA"}, {"251", "FRA"}, {"250", "FRA"}, {"699", "IND"},
        {"356", "IND"}, {"757", "CHE"}, {"756", "CHE"}, {"579", "NOR"}, {"578", "NOR"},
        {"380", "ITA"}, {"381", "ITA"}, {"490", "TWN"}, {"158", "TWN"}, {"4", "AFG"},
        {"004", "AFG"}, {"516", "NAM"}, {"58", "BEL"},  {"280", "DEU"}, {"736", "SDN"},
        {"711", "ZAF"}, {"230", "ETH"}, {"810", "SUN"}, {"200", "CSK"}, {"891", "SCG"}};
    (void)state;
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
        char expected[20];
        (void)snprintf(expected, sizeof expected, "country %s", known[k].code);
        assert_string_equal(tell(known[k].number), expected);
    }
    assert_string_equal(tell("492"), "area "); /* ISO's Monaco is Europe EU, nes to Comtrade */
    assert_string_equal(tell("899"), "area ");
    assert_string_equal(tell("837"), "area ");
    assert_string_equal(tell("0"), "aggregate WLD");
    assert_string_equal(tell("97"), "aggregate EUU");
    assert_string_equal(tell("998"), "unknown ");
    assert_string_equal(tell("1842"), "unknown ");
}

static void names__are_folded(void **state)
{
    static const struct {
        const char *name, *code;
    } known[] = {
        {"Côte d’Ivoire", "CIV"},
        {"COTE D'IVOIRE", "CIV"},
        {"CÃ´te d'Ivoire", "CIV"},       /* encoded twice */
        {"United\xc2\xa0States", "USA"}, /* no-break space */
        {"Turkyie", "TUR"},
        {"TÃ¼rkiye", "TUR"},
        {"Türkiye", "TUR"},
        {"Turkiye", "TUR"},
        {"Brasilia", "BRA"},
        {"Russiae", "RUS"}, /* a footnote glued to the name */
        {"Chinae", "CHN"},
        {"China 3", "CHN"},
        {"China\xc2\xb9", "CHN"},
        {"Brazil (beneficiated)", "BRA"},
        {"South Africa (andalusite) 7", "ZAF"},
        {"Congo (Kinshasa)", "COD"},
        {"Congo (Brazzaville)", "COG"},
        {"The Netherlands", "NLD"},
        {"Korea, Republic of", "KOR"},
        {"Korea, North", "PRK"},
        {"Bosnia & Herzegovina", "BIH"},
        {"Other Asia, nes", "TWN"},
        {"S19", "TWN"},
        {"Viet Nam", "VNM"},
        {"Réunion", "REU"},
        {"Burma", "MMR"},
        {"ROM", "ROU"}, /* older codes */
        {"ZAR", "COD"},
        {"KSV", "XKX"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
        char expected[20];
        (void)snprintf(expected, sizeof expected, "country %s", known[k].code);
        assert_string_equal(tell(known[k].name), expected);
    }
}

static void names__of_what_is_no_country_are_known(void **state)
{
    (void)state;
    assert_string_equal(tell("World total (rounded)"), "aggregate WLD");
    assert_string_equal(tell("World total (rounded) 10"), "aggregate WLD");
    assert_string_equal(tell("W00"), "aggregate WLD");
    assert_string_equal(tell("EU27"), "aggregate EUU");
    assert_string_equal(tell("European Union"), "aggregate EUU");
    assert_string_equal(tell("Other countries (includes crude)"), "rest ROW");
    assert_string_equal(tell("ROW"), "rest ROW");
    assert_string_equal(tell("Areas, nes"), "area ");
    assert_string_equal(tell("_X "), "area ");
    assert_string_equal(tell("Bunkers"), "area ");
    assert_string_equal(tell("Soviet Union"), "country SUN");
    assert_string_equal(tell("Atlantis"), "unknown ");
    assert_string_equal(tell(""), "unknown ");
    assert_string_equal(tell("\xff\xfe("), "unknown ");
}

static void spellings__mean_one_country_each(void **state)
{
    sn_countries countries = {0};
    char wrong[400] = "";
    (void)state;
    assert_int_equal(sn_countries_load(&countries, NULL), SN_OK);
    for (size_t c = 0; c < countries.count; c++) {
        const sn_country *country = &countries.country[c];
        const char *const list[] = {country->iso3, country->iso2, country->name,
                                    country->aliases};
        for (size_t l = 0; l < 4; l++)
            for (const char *at = list[l]; *at != '\0';) {
                const size_t size = strcspn(at, "|");
                const sn_place place = sn_places_find(places, (sn_slice){at, size});
                if (strcmp(place.code, country->iso3) != 0)
                    (void)snprintf(wrong, sizeof wrong, "%.*s of %s is %s", (int)size, at,
                                   country->iso3, place.code);
                at += size + (at[size] == '|');
            }
    }
    sn_countries_clear(&countries);
    assert_string_equal(wrong, "");
}

static void learn__lets_a_code_list_say_what_a_number_means(void **state)
{
    sn_places *own = NULL;
    (void)state;
    assert_int_equal(sn_places_new(&own, NULL), SN_OK);
    sn_places_learn(own, (sn_slice){"998", 3}, (sn_slice){"NAM", 3}, (sn_slice){"", 0});
    sn_places_learn(own, (sn_slice){"997", 3}, (sn_slice){"N/A", 3},
                    (sn_slice){"Other Asia, nes", 15});
    sn_places_learn(own, (sn_slice){"842", 3}, (sn_slice){"QQQ", 3}, (sn_slice){"Nowhere", 7});
    const sn_place a = sn_places_find(own, (sn_slice){"998", 3});
    const sn_place b = sn_places_find(own, (sn_slice){"997", 3});
    const sn_place c = sn_places_find(own, (sn_slice){"842", 3});
    const int good =
        strcmp(a.code, "NAM") == 0 && strcmp(b.code, "TWN") == 0 && strcmp(c.code, "USA") == 0;
    sn_places_free(own);
    assert_true(good);
}

static int setup(void **state)
{
    (void)state;
    sn_bridge_setup();
    return sn_places_new(&places, NULL) == SN_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    sn_places_free(places);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes__are_iso_in_any_case),
        cmocka_unit_test(numbers__are_comtrades_before_they_are_isos),
        cmocka_unit_test(names__are_folded),
        cmocka_unit_test(names__of_what_is_no_country_are_known),
        cmocka_unit_test(spellings__mean_one_country_each),
        cmocka_unit_test(learn__lets_a_code_list_say_what_a_number_means),
    };
    return cmocka_run_group_tests_name("places", tests, setup, teardown);
}
