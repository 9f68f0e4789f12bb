/* test_csv.c - the table reader, field by field and message by message. */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/csv.h"

enum { SOURCE, TARGET, VALUE, NOTE };

static const sn_csv_column columns[] = {
    [SOURCE] = {"source", "from|supplier|i", true},
    [TARGET] = {"target", "to|buyer|j", true},
    [VALUE] = {"value", "weight|v", true},
    [NOTE] = {"note", NULL, false},
};

/* What a table says, as text: fields in <>, rows in lines; or the error message. */
static char told[4096];
static size_t blank_rows, not_utf8_line;
static char delimiter;
static bool decimal_comma;

static sn_status tell_rows(sn_csv *csv, sn_error *err)
{
    sn_status status = SN_OK;
    bool more;

    for (;;) {
        double value;
        SN_TRY(sn_csv_next(csv, &more, err));
        if (!more)
            break;
        SN_TRY(sn_csv_amount(csv, VALUE, &value, err));
        const sn_slice s = sn_csv_text(csv, SOURCE), t = sn_csv_text(csv, TARGET),
                       n = sn_csv_text(csv, NOTE);
        const size_t used = strlen(told);
        (void)snprintf(told + used, sizeof told - used, "<%.*s><%.*s><%.17g><%.*s>\n",
                       (int)s.length, s.text, (int)t.length, t.text, value, (int)n.length,
                       n.text);
    }
out:
    return status;
}

static const char *tell_sized(const char *text, size_t size)
{
    sn_bytes bytes = {0};
    sn_csv *csv = NULL;
    sn_error err = {0};
    sn_status status = SN_OK;

    told[0] = '\0';
    SN_TRY(sn_bytes_memory("flows.csv", text, size, &bytes, &err));
    SN_TRY(sn_csv_open(&bytes, columns, 4, &csv, &err));
    SN_TRY(tell_rows(csv, &err));
    blank_rows = sn_csv_blank_rows(csv);
    delimiter = sn_csv_delimiter(csv);
    decimal_comma = sn_csv_decimal_comma(csv);
    not_utf8_line = sn_csv_not_utf8_line(csv);
out:
    sn_csv_free(csv);
    sn_bytes_clear(&bytes);
    if (status != SN_OK)
        (void)snprintf(told, sizeof told, "%s", err.message);
    return told;
}

static const char *tell(const char *text)
{
    return tell_sized(text, strlen(text));
}

/* One value in a comma file. */
static const char *tell_value(const char *value)
{
    char text[600];
    (void)snprintf(text, sizeof text, "source,target,value\nA,B,%s\n", value);
    return tell(text);
}

#define HEAD "source,target,value,note\n"

static void csv__reads_rows_whatever_ends_the_lines(void **state)
{
    static const char expected[] = "<COD><CHN><71.25><x>\n<CHL><JPN><3.5><>\n";
    (void)state;
    assert_string_equal(tell(HEAD "COD,CHN,71.25,x\nCHL,JPN,3.5,\n"), expected);
    assert_string_equal(tell("source,target,value,note\r\nCOD,CHN,71.25,x\r\nCHL,JPN,3.5,"),
                        expected);
    assert_string_equal(tell("source,target,value,note\rCOD,CHN,71.25,x\rCHL,JPN,3.5,\r"),
                        expected);
}

static void csv__finds_columns_by_alias_without_case_and_blanks(void **state)
{
    (void)state;
    assert_string_equal(tell("Weight, TO ,extra,\xc2\xa0"
                             "From\n7.25,CHN,e,COD\n"),
                        "<COD><CHN><7.25><>\n");
}

static void csv__sniffs_the_delimiter_outside_quotes(void **state)
{
    (void)state;
    assert_string_equal(tell("source;target;\"value\";\"a,b,c,d,e\"\nA;B;2.5;x\n"),
                        "<A><B><2.5><>\n");
    assert_int_equal(delimiter, ';');
    assert_string_equal(tell("source\ttarget\tvalue\nA\tB\t2.5\n"), "<A><B><2.5><>\n");
    assert_string_equal(tell("source|target|value\nA|B|2.5\n"), "<A><B><2.5><>\n");
    assert_string_equal(tell("sep=;\nsource;target;value\nA;B;2.5\n"), "<A><B><2.5><>\n");
}

static void csv__strips_a_byte_order_mark_and_what_precedes_the_header(void **state)
{
    (void)state;
    assert_string_equal(
        tell("\xef\xbb\xbf# origin: \"somebody\n\n  # 2023\nsource,target,value\nA,B,1\n"),
        "<A><B><1><>\n");
    assert_string_equal(tell("source,target,value\n#A,B,1\n"), "<#A><B><1><>\n");
}

static void csv__reads_quoted_fields_with_everything_in_them(void **state)
{
    (void)state;
    assert_string_equal(
        tell(HEAD "\"A, \"\"x\"\"\",\"B\nb\", \"1.5\" ,\"\"\"\"\n5\" pipe,C,2,\"\"\n"),
        "<A, \"x\"><B\nb><1.5><\">\n<5\" pipe><C><2><>\n");
}

static void csv__keeps_unescaped_fields_while_the_scratch_grows(void **state)
{
    static char text[40000], expected_first[] = "<a\"b><";
    char *at = text + sprintf(text, HEAD "\"a\"\"b\",\"");
    (void)state;
    for (int i = 0; i < 9000; i++)
        at += sprintf(at, "\"\"");
    (void)sprintf(at, "\",1,\"c\"\"d\"\n");
    assert_memory_equal(tell(text), expected_first, sizeof expected_first - 1);
}

static void csv__skips_and_counts_rows_without_text(void **state)
{
    (void)state;
    assert_string_equal(tell(HEAD "\nA,B,1,\n,,,\n   \n\nC,D,2,\n\n"),
                        "<A><B><1><>\n<C><D><2><>\n");
    assert_int_equal(blank_rows, 5);
}

static void csv__tolerates_empty_columns_at_the_end(void **state)
{
    (void)state;
    assert_string_equal(tell("source,target,value\nA,B,1,,,\n"), "<A><B><1><>\n");
    assert_string_equal(tell("source,target,value,,\nA,B,1\n"), "<A><B><1><>\n");
    assert_string_equal(tell("source,,target,value\nA,x,B,1\n"), "<A><B><1><>\n");
}

static void csv__rejects_rows_of_another_width(void **state)
{
    (void)state;
    assert_string_equal(tell(HEAD "A,B,1,n\nA,B\n"),
                        "flows.csv:3: 2 fields, but the header has 4");
    assert_string_equal(tell(HEAD "A,B,1,n,x\n"),
                        "flows.csv:2: 5 fields, but the header has 4");
    assert_string_equal(tell(HEAD "A\n"), "flows.csv:2: 1 field, but the header has 4");
}

static void csv__counts_lines_inside_quotes(void **state)
{
    (void)state;
    assert_string_equal(tell(HEAD "\"A\r\na\n\",B,1,\nC,D,x,\n"),
                        "flows.csv:5:3: value \"x\" is not a number (column \"value\")");
}

static void csv__says_where_an_open_quote_began(void **state)
{
    (void)state;
    assert_string_equal(tell(HEAD "A,B,1,n\nA,\"B,1,n\nC,D,2,n\n"),
                        "flows.csv:3:2: the quote that begins here is never closed");
    assert_string_equal(
        tell(HEAD "\"A\"x,B,1,n\n"),
        "flows.csv:2:1: text after a closing quote (a quote inside a quoted field "
        "is written twice)");
}

static void csv__shows_the_header_when_a_column_is_missing(void **state)
{
    (void)state;
    assert_string_equal(
        tell("# c\nsource;goal;value\nA;B;1\n"),
        "flows.csv:2: no column \"target\" in the header \"source, goal, value\" "
        "(looked for target, to, buyer, j)");
    assert_string_equal(tell("A,B,1\nC,D,2\n"),
                        "flows.csv:1: no column \"source\" in the header \"A, B, 1\" "
                        "(looked for source, from, supplier, i)");
    assert_string_equal(tell("# only a comment\n\n"), "flows.csv: no header line");
    assert_string_equal(tell(",,\n1,2,3\n"),
                        "flows.csv:1: no column \"source\" in the header \", , \" "
                        "(looked for source, from, supplier, i)");
}

static void csv__rejects_two_headers_for_one_column(void **state)
{
    (void)state;
    assert_string_equal(
        tell("source,target,value,Weight\nA,B,1,2\n"),
        "flows.csv:1:4: columns \"value\" and \"Weight\" both mean value; rename one");
}

static void csv__has_no_rows_after_a_header_alone(void **state)
{
    (void)state;
    assert_string_equal(tell("source,target,value"), "");
    assert_string_equal(tell("source,target,value\n"), "");
}

static void csv__converts_windows_1252_and_notes_it(void **state)
{
    (void)state;
    assert_string_equal(tell(HEAD "A,B,1,\nC\xf4te d\x92Ivoire,T\xfcrkiye,1,\x80\n"),
                        "<A><B><1><>\n<Côte d’Ivoire><Türkiye><1><€>\n");
    assert_int_equal(not_utf8_line, 3);
    assert_string_equal(tell(HEAD "Côte d’Ivoire,B,1,\xf0\x9f\x8f\xad\n"),
                        "<Côte d’Ivoire><B><1><🏭>\n");
    assert_int_equal(not_utf8_line, 0);
    tell(HEAD "A,B,1,\xc0\xaf\n"); /* overlong */
    assert_int_equal(not_utf8_line, 2);
    tell(HEAD "A,B,1,\xed\xa0\x80\n"); /* surrogate */
    assert_int_equal(not_utf8_line, 2);
}

static void csv__trims_blanks_and_no_break_spaces(void **state)
{
    (void)state;
    assert_string_equal(tell(HEAD "  COD\xc2\xa0 ,\" CHN \",  71.25,a b\n"),
                        "<COD><CHN><71.25><a b>\n");
}

static void csv__keeps_NA_in_text_columns(void **state)
{
    (void)state;
    assert_string_equal(tell(HEAD "NA,ZA,3.5,W\n"), "<NA><ZA><3.5><W>\n");
}

static void number__is_missing_when_a_statistic_says_so(void **state)
{
    static const char *const missing[] = {"", "NA", "na", "N/A", "n/a", "..", ":", "W", "--"};
    (void)state;
    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++)
        assert_string_equal(tell_value(missing[i]), "<A><B><nan><>\n");
    assert_string_equal(tell_value("w"),
                        "flows.csv:2:3: value \"w\" is not a number (column \"value\")");
}

static void number__rejects_what_is_none(void **state)
{
    static const char *const bad[] = {"abc", "nan",   "NaN",   "inf", "Infinity", "0x10", "1e",
                                      "1e+", "1.2.3", "1 2",   "--1", "+",        "-",    ".",
                                      "e5",  "12t",   "1_000", ">95", "1e5.0",    "½"};
    char expected[200];
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)snprintf(expected, sizeof expected,
                       "flows.csv:2:3: value \"%s\" is not a number (column \"value\")",
                       bad[i]);
        assert_string_equal(tell_value(bad[i]), expected);
    }
}

static void number__rejects_overflow_and_negative_amounts(void **state)
{
    (void)state;
    assert_string_equal(tell_value("1e999"),
                        "flows.csv:2:3: value \"1e999\" is too large (column \"value\")");
    assert_string_equal(
        tell_value("1e99999999999"),
        "flows.csv:2:3: value \"1e99999999999\" is too large (column \"value\")");
    assert_string_equal(tell_value("-0.5"),
                        "flows.csv:2:3: value \"-0.5\" is negative (column \"value\")");
    assert_string_equal(tell_value("-0"), "<A><B><0><>\n");
    assert_string_equal(tell_value("1e-999"), "<A><B><0><>\n");
}

static void number__rejects_thousands_separators_with_a_hint(void **state)
{
    (void)state;
    assert_string_equal(tell_value("\"10,000\""),
                        "flows.csv:2:3: value \"10,000\" is not a number: write it without "
                        "thousands separators (column \"value\")");
    assert_string_equal(tell("source;target;value\nA;B;1.234,56\n"),
                        "flows.csv:2:3: value \"1.234,56\" is not a number: write it without "
                        "thousands separators (column \"value\")");
    assert_string_equal(tell("source;target;value\nA;B;1.234.567\n"),
                        "flows.csv:2:3: value \"1.234.567\" is not a number: write it without "
                        "thousands separators (column \"value\")");
    assert_string_equal(tell_value("\"1,5\""),
                        "flows.csv:2:3: value \"1,5\" is not a number (column \"value\")");
}

static void number__may_have_a_decimal_comma_but_not_both_marks(void **state)
{
    (void)state;
    assert_string_equal(tell("source;target;value\nA;B;7\nA;C;1,5\n"),
                        "<A><B><7><>\n<A><C><1.5><>\n");
    assert_true(decimal_comma);
    assert_string_equal(tell("source\ttarget\tvalue\nA\tB\t-2\nA\tC\t1,5e3\n"),
                        "flows.csv:2:3: value \"-2\" is negative (column \"value\")");
    assert_string_equal(tell("source;target;value\nA;B;1,5\nA;B;2\nA;C;1.5\n"),
                        "flows.csv:4:3: value \"1.5\" has a decimal point, but line 2 has a "
                        "decimal comma");
}

/* Against strtod, which glibc rounds correctly. */
static void number__is_correctly_rounded(void **state)
{
    uint64_t seed = 42;
    char text[80], expected[120];
    (void)state;
    for (int i = 0; i < 20000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        const int digits = 1 + (int)(seed >> 60), power = (int)(seed >> 50 & 63) - 32;
        (void)snprintf(text, sizeof text, "%.*f", digits, (double)(seed >> 20) / 3e6);
        if (i % 2 == 0)
            (void)snprintf(text + strlen(text), 10, "e%d", power);
        (void)snprintf(expected, sizeof expected, "<A><B><%.17g><>\n", strtod(text, NULL));
        assert_string_equal(tell_value(text), expected);
    }
    assert_string_equal(tell_value("+.5"), "<A><B><0.5><>\n");
    assert_string_equal(tell_value("5."), "<A><B><5><>\n");
    assert_string_equal(tell_value("9007199254740993"), "<A><B><9007199254740992><>\n");
    assert_string_equal(tell_value("18446744073709551617000000000000000000000000"),
                        "<A><B><1.8446744073709551e+43><>\n");
}

static void csv__accepts_a_field_of_ten_megabytes_and_refuses_twenty(void **state)
{
    enum { LARGE = 20 << 20 };
    char *text = malloc(LARGE + 100);
    (void)state;
    memcpy(text, HEAD "A,B,1,", 31);
    memset(text + 31, 'x', LARGE);
    const int accepted = strncmp(tell_sized(text, 31 + (10 << 20)), "<A><B><1><xxx", 13) == 0;
    tell_sized(text, LARGE);
    free(text);
    assert_true(accepted);
    assert_string_equal(told, "flows.csv:2:4: the row takes more than 16 MiB");
}

static void csv__asks_whether_a_quote_is_closed_that_runs_for_twenty_megabytes(void **state)
{
    enum { LARGE = 20 << 20 };
    char *text = malloc(LARGE + 100);
    (void)state;
    memcpy(text, HEAD "A,\"B,1,", 32);
    memset(text + 32, 'x', LARGE);
    tell_sized(text, LARGE);
    free(text);
    assert_string_equal(told, "flows.csv:2:2: the row takes more than 16 MiB; is the quote "
                              "that begins here closed?");
}

static void csv__refuses_a_million_fields_in_a_row_or_a_header(void **state)
{
    enum { MANY = 1000000 };
    static char text[MANY + 100];
    (void)state;
    memcpy(text, HEAD "A,B,1", 30);
    memset(text + 30, ',', MANY);
    tell_sized(text, 30 + MANY);
    assert_string_equal(told, "flows.csv:2: the row has more than 131072 fields");
    memset(text, ',', MANY);
    tell_sized(text, MANY);
    assert_string_equal(told, "flows.csv:1: the row has more than 131072 fields");
}

/* Every stop byte at every place of a block, and past it. */
static void csv__finds_the_end_of_a_field_wherever_it_lies(void **state)
{
    char text[600], expected[600];
    (void)state;
    for (int shift = 0; shift < 140; shift++)
        for (int length = 1; length < 140; length += 1 + length / 9) {
            const int used = snprintf(text, sizeof text, HEAD "%0*d,%0*d,7,\nC,D,8,%s",
                                      shift + 1, 5, length, 6, shift % 2 ? "\n" : "");
            (void)snprintf(expected, sizeof expected, "<%0*d><%0*d><7><>\n<C><D><8><>\n",
                           shift + 1, 5, length, 6);
            tell_sized(text, (size_t)used);
            assert_string_equal(told, expected);
        }
}

static void csv__quotes_long_and_odd_values_shortly(void **state)
{
    char text[400] = HEAD "A,B,\"";
    (void)state;
    memset(text + strlen(text), 'y', 100);
    strcat(text, "\",\n");
    assert_string_equal(
        tell(text), "flows.csv:2:3: value \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
                    "yyyyyyyyyy...\" is not a number (column \"value\")");
    assert_string_equal(tell(HEAD "A,B,a\x1b[1mb,\n"),
                        "flows.csv:2:3: value \"a?[1mb\" is not a number (column \"value\")");
}

/* Any cut of a nasty table gives rows or a message, and nothing else (for the sanitizers). */
static void csv__survives_every_cut(void **state)
{
    static const char nasty[] =
        "\xef\xbb\xbf#c\r\nsource;\"ta\"\"rget\";target;value\r\n"
        "\"a\"\"\";\xc3\xa9;\"x\n\r\n\";1,5\r\n;;;\r\xe9;b;c;\"2e3\";\n";
    (void)state;
    for (size_t size = 1; size < sizeof nasty; size++) {
        char *copy = malloc(size);
        memcpy(copy, nasty, size);
        tell_sized(copy, size);
        free(copy);
    }
    assert_non_null(strstr(told, "<2000>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv__reads_rows_whatever_ends_the_lines),
        cmocka_unit_test(csv__finds_columns_by_alias_without_case_and_blanks),
        cmocka_unit_test(csv__sniffs_the_delimiter_outside_quotes),
        cmocka_unit_test(csv__strips_a_byte_order_mark_and_what_precedes_the_header),
        cmocka_unit_test(csv__reads_quoted_fields_with_everything_in_them),
        cmocka_unit_test(csv__keeps_unescaped_fields_while_the_scratch_grows),
        cmocka_unit_test(csv__skips_and_counts_rows_without_text),
        cmocka_unit_test(csv__tolerates_empty_columns_at_the_end),
        cmocka_unit_test(csv__rejects_rows_of_another_width),
        cmocka_unit_test(csv__counts_lines_inside_quotes),
        cmocka_unit_test(csv__says_where_an_open_quote_began),
        cmocka_unit_test(csv__shows_the_header_when_a_column_is_missing),
        cmocka_unit_test(csv__rejects_two_headers_for_one_column),
        cmocka_unit_test(csv__has_no_rows_after_a_header_alone),
        cmocka_unit_test(csv__converts_windows_1252_and_notes_it),
        cmocka_unit_test(csv__trims_blanks_and_no_break_spaces),
        cmocka_unit_test(csv__keeps_NA_in_text_columns),
        cmocka_unit_test(number__is_missing_when_a_statistic_says_so),
        cmocka_unit_test(number__rejects_what_is_none),
        cmocka_unit_test(number__rejects_overflow_and_negative_amounts),
        cmocka_unit_test(number__rejects_thousands_separators_with_a_hint),
        cmocka_unit_test(number__may_have_a_decimal_comma_but_not_both_marks),
        cmocka_unit_test(number__is_correctly_rounded),
        cmocka_unit_test(csv__accepts_a_field_of_ten_megabytes_and_refuses_twenty),
        cmocka_unit_test(csv__asks_whether_a_quote_is_closed_that_runs_for_twenty_megabytes),
        cmocka_unit_test(csv__refuses_a_million_fields_in_a_row_or_a_header),
        cmocka_unit_test(csv__finds_the_end_of_a_field_wherever_it_lies),
        cmocka_unit_test(csv__quotes_long_and_odd_values_shortly),
        cmocka_unit_test(csv__survives_every_cut),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
