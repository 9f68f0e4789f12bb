/* test_number.c - the number formatter, and the UTF-8 decoder beside it. */
#include "sn_test.h"

#include <float.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/number.h"
#include "reports/utf8.h"

/* SplitMix64 (Steele, Lea, Flood 2014): every bit pattern of a double can come out. */
static uint64_t next_random(uint64_t *seed)
{
    uint64_t z = *seed += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static double from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void assert_reads_back(double x)
{
    char text[SN_NUMBER_SIZE];
    char *end;
    const double back = strtod(sn_number_json(x, text), &end);

    if (back != x || *end != '\0')
        fail_msg("%.17g was written as %s", x, text);
    if (strchr(text, '+') != NULL || strstr(text, "e0") != NULL || strstr(text, "e-0") != NULL)
        fail_msg("untidy exponent: %s", text);
}

static void json__reads_back_as_the_same_double(void **state)
{
    uint64_t seed = 20240229;
    (void)state;
    for (int k = 0; k < 100000; k++) {
        double x = from_bits(next_random(&seed));

        if (k % 10 == 0) /* subnormal */
            x = from_bits(next_random(&seed) & 0x800FFFFFFFFFFFFFu);
        if (k % 10 == 1) /* of ordinary size */
            x = (double)(next_random(&seed) >> 11) * 0x1p-40;
        if (isfinite(x))
            assert_reads_back(x);
    }
    assert_reads_back(DBL_MAX);
    assert_reads_back(DBL_MIN);
    assert_reads_back(DBL_TRUE_MIN);
    assert_reads_back(0x1p53 + 2);
}

static int significant_digits(const char *text)
{
    int count = 0, counted = 0;

    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text == '.' || *text == '-' || (*text == '0' && count == 0))
            continue;
        count++;
        if (*text != '0')
            counted = count; /* zeros at the end do not count */
    }
    return counted;
}

static void json__needs_no_more_digits_than_it_was_given(void **state)
{
    uint64_t seed = 385;
    (void)state;
    for (int k = 0; k < 15000; k++) {
        const int digits = 1 + k % 15;
        char given[SN_NUMBER_SIZE], text[SN_NUMBER_SIZE];

        (void)snprintf(given, sizeof given, "%.*e", digits - 1,
                       (double)(next_random(&seed) >> 11) * 0x1p-43);
        if (significant_digits(sn_number_json(strtod(given, NULL), text)) > digits)
            fail_msg("%s was written as %s", given, text);
    }
}

static void json__writes_the_plainest_form(void **state)
{
    static const struct {
        double x;
        const char *text;
    } cases[] = {
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {2500000, "2500000"},
        {-42, "-42"},
        {0, "0"},
        {-0.0, "0"},
        {9007199254740991, "9007199254740991"},
        {9007199254740992, "9007199254740992"},
        {1e21, "1e21"},
        {-1.5e-7, "-1.5e-7"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e308"},
        {1e100, "1e100"},
        {NAN, "null"},
        {INFINITY, "null"},
        {-INFINITY, "null"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        char text[SN_NUMBER_SIZE];
        assert_string_equal(sn_number_json(cases[k].x, text), cases[k].text);
    }
}

static void json__ignores_the_locale(void **state)
{
    char text[SN_NUMBER_SIZE], percent[SN_NUMBER_SIZE];
    (void)state;
    if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == NULL &&
        setlocale(LC_NUMERIC, "fr_FR.UTF-8") == NULL)
        skip(); /* no such locale on this machine */
    sn_number_json(1234.5, text);
    sn_number_percent(0.7841, percent);
    setlocale(LC_NUMERIC, "C");
    assert_string_equal(text, "1234.5");
    assert_string_equal(percent, "78.4 %");
}

static void text__keeps_four_digits_and_the_whole_part(void **state)
{
    static const struct {
        double x;
        const char *text;
    } cases[] = {
        {1.0 / 3, "0.3333"},
        {12.3456, "12.35"},
        {2.5, "2.5"},
        {999.97, "1000"},
        {2023, "2023"},
        {9999.4, "9999"},
        {9999.6, "10,000"},
        {182345.7, "182,346"},
        {-1234567, "-1,234,567"},
        {0, "0"},
        {-0.0, "0"},
        {0.000123456, "0.0001235"},
        {1.5e-7, "1.5e-7"},
        {2.34567e15, "2.346e15"},
        {999999999999999, "999,999,999,999,999"},
        {NAN, "-"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
        {-0.25, "-0.25"},
        {-999999999999999.9, "-1,000,000,000,000,000"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        char text[SN_NUMBER_SIZE];
        assert_string_equal(sn_number_text(cases[k].x, text), cases[k].text);
    }
}

static void whole__groups_from_five_digits_on(void **state)
{
    char text[SN_NUMBER_SIZE];
    (void)state;
    assert_string_equal(sn_number_whole(7, text), "7");
    assert_string_equal(sn_number_whole(2024, text), "2024");
    assert_string_equal(sn_number_whole(12345.6, text), "12,346");
    assert_string_equal(sn_number_whole(-0.4, text), "0");
    assert_string_equal(sn_number_whole(NAN, text), "-");
}

static void percent__does_not_round_to_nothing_or_everything(void **state)
{
    static const struct {
        double share;
        const char *text;
    } cases[] = {
        {0.7841, "78.4 %"},  {1, "100.0 %"},     {0, "0.0 %"},       {0.0004, "<0.1 %"},
        {0.9996, ">99.9 %"}, {-0.0001, "0.0 %"}, {-0.5, "-50.0 %"},  {12.5, "1250 %"},
        {NAN, "-"},          {INFINITY, "inf"},  {9.999, "999.9 %"}, {9e14, "9e16 %"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        char text[SN_NUMBER_SIZE];
        assert_string_equal(sn_number_percent(cases[k].share, text), cases[k].text);
    }
}

static void utf8__decodes_and_replaces_maximal_subparts(void **state)
{
    static const struct {
        const char *text;
        uint32_t points[5]; /* ended by 0 */
    } cases[] = {
        {"a\xC3\xBC", {'a', 0xFC}},
        {"\xE6\x97\xA5\xF0\x9F\x8C\x8D", {0x65E5, 0x1F30D}},
        {"\xE2\x82"
         "A",
         {0xFFFD, 'A'}},                                        /* breaks off */
        {"\xE2\x82", {0xFFFD}},                                 /* at the end of the string */
        {"\xC0\xAF", {0xFFFD, 0xFFFD}},                         /* overlong '/' */
        {"\xED\xA0\x80", {0xFFFD, 0xFFFD, 0xFFFD}},             /* a surrogate */
        {"\xF4\x90\x80\x80", {0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD}}, /* past U+10FFFF */
        {"\xFC"
         "e",
         {0xFFFD, 'e'}}, /* Latin-1 */
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const char *rest = cases[k].text;
        for (size_t i = 0; i < 5; i++)
            assert_int_equal(sn_utf8_next(&rest), cases[k].points[i]);
        assert_int_equal(*rest, '\0');
    }
}

static void utf8__measures_columns_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(sn_utf8_width("Türkiye"), 7);
    assert_int_equal(sn_utf8_width("Co\xCC\x82te"), 4); /* combining circumflex */
    assert_int_equal(sn_utf8_width("日本"), 4);
    assert_int_equal(sn_utf8_width(""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json__reads_back_as_the_same_double),
        cmocka_unit_test(json__needs_no_more_digits_than_it_was_given),
        cmocka_unit_test(json__writes_the_plainest_form),
        cmocka_unit_test(json__ignores_the_locale),
        cmocka_unit_test(text__keeps_four_digits_and_the_whole_part),
        cmocka_unit_test(whole__groups_from_five_digits_on),
        cmocka_unit_test(percent__does_not_round_to_nothing_or_everything),
        cmocka_unit_test(utf8__decodes_and_replaces_maximal_subparts),
        cmocka_unit_test(utf8__measures_columns_not_bytes),
    };
    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
