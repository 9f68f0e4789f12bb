/* test_table.c - the table, and its writers. */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/json.h"
#include "reports/table.h"
#include "reports/write.h"

enum { COUNTRY, SHARE, LOST, RANK };

static const sn_table_head columns[] = {
    [COUNTRY] = {.name = "country", .heading = "Country"},
    [SHARE] = {.name = "share", .heading = "Share", .type = SN_COLUMN_PERCENT, .bar = true},
    [LOST] = {.name = "lost", .heading = "Lost", .type = SN_COLUMN_AMOUNT, .unit = "t/a"},
    [RANK] = {.name = "rank", .heading = "Rank", .type = SN_COLUMN_INTEGER},
};

static void add(sn_table *table, const char *country, double share, double lost, double rank)
{
    sn_table_add_row(table);
    sn_table_set_text(table, COUNTRY, country);
    sn_table_set_number(table, SHARE, share);
    sn_table_set_number(table, LOST, lost);
    sn_table_set_number(table, RANK, rank);
}

/* Write a table into a buffer of the test, and free it. */
static char written[4096];
static const char *write_and_free(sn_table *table, sn_format format,
                                  const sn_table_style *style)
{
    sn_out *out = NULL;
    sn_status status = sn_out_memory(&out, NULL);

    if (status == SN_OK)
        status = sn_table_write(table, format, style, out, NULL);
    (void)snprintf(written, sizeof written, "%s",
                   status == SN_OK ? sn_out_text(out, NULL) : "failed");
    sn_out_free(out);
    sn_table_free(table);
    return written;
}

static sn_table *new_table(const char *title, const sn_table_head *heads, size_t count)
{
    sn_table *table = NULL;
    if (sn_table_new("supplier", title, heads, count, &table, NULL) != SN_OK)
        fail_msg("no memory");
    return table;
}

static sn_table *suppliers(void)
{
    sn_table *table = new_table("Suppliers of lithium", columns, 4);

    add(table, "Türkiye", 0.7841, 182345.7, 1);
    add(table, "Côte d'Ivoire", 0.1, 0.1 + 0.2, 2);
    sn_table_add_row(table);
    sn_table_set_text(table, COUNTRY, "日本");
    sn_table_set_missing(table, SHARE, "withheld");
    sn_table_set_number(table, RANK, NAN);
    sn_table_add_note(table, "Shares are by weight, not by value.");
    return table;
}

/* A table of one text column. */
static sn_table *texts(const char *const *text, size_t count)
{
    static const sn_table_head name = {.name = "name"};
    sn_table *table = new_table(NULL, &name, 1);

    for (size_t k = 0; k < count; k++) {
        sn_table_add_row(table);
        sn_table_set_text(table, 0, text[k]);
    }
    return table;
}

static void table__copies_everything_it_is_given(void **state)
{
    char name[] = "share", heading[] = "Share", text[] = "CL-atacama", record[] = "removal";
    const sn_table_head heads[] = {{.name = name, .heading = heading}, {.name = "x", .unit = "t"}};
    sn_table *table = new_table(NULL, heads, 2);
    sn_table *empty = NULL;
    bool is_same;
    (void)state;
    is_same = sn_table_new(record, NULL, heads, 1, &empty, NULL) == SN_OK;
    for (int k = 0; k < 3000; k++) { /* long enough to move the cells and to fill a block */
        sn_table_add_row(table);
        sn_table_set_text(table, 0, text);
        sn_table_add_note(table, text);
    }
    memset(name, 'x', 3), memset(heading, 'x', 3), memset(text, 'x', 3), memset(record, 'x', 3);
    is_same = is_same && strcmp(sn_table_column(table, 0)->name, "share") == 0 &&
              strcmp(sn_table_column(table, 0)->heading, "Share") == 0 &&
              strcmp(sn_table_column(table, 1)->heading, "x") == 0 &&
              strcmp(sn_table_column(table, 1)->unit, "t") == 0 &&
              strcmp(sn_table_record(empty), "removal") == 0 &&
              sn_table_row_count(table) == 3000 && sn_table_note_count(table) == 3000 &&
              sn_table_column_count(table) == 2 && sn_table_status(table, NULL) == SN_OK;
    for (size_t k = 0; k < 3000; k++)
        is_same = is_same && strcmp(sn_table_cell(table, k, 0)->text, "CL-atacama") == 0 &&
                  sn_table_cell(table, k, 1)->kind == SN_CELL_MISSING &&
                  strcmp(sn_table_note(table, k), "CL-atacama") == 0;
    sn_table_free(table);
    sn_table_free(empty);
    sn_table_free(NULL);
    assert_true(is_same);
}

static void table__keeps_a_text_longer_than_a_block(void **state)
{
    static char long_text[50000];
    const char *all[] = {"before", long_text, "after"};
    sn_table *table;
    bool is_same;
    (void)state;
    memset(long_text, 'x', sizeof long_text - 1);
    table = texts(all, 3);
    is_same = strcmp(sn_table_cell(table, 0, 0)->text, "before") == 0 &&
              strcmp(sn_table_cell(table, 1, 0)->text, long_text) == 0 &&
              strcmp(sn_table_cell(table, 2, 0)->text, "after") == 0;
    sn_table_free(table);
    assert_true(is_same);
}

static void text__aligns_by_columns_of_the_terminal(void **state)
{
    (void)state;
    assert_string_equal(write_and_free(suppliers(), SN_FORMAT_TEXT, NULL),
                        "Suppliers of lithium\n"
                        "\n"
                        "Country         Share             Lost (t/a)  Rank\n"
                        "-------------  ------             ----------  ----\n"
                        "Türkiye        78.4 % ███████▉       182,346     1\n"
                        "Côte d'Ivoire  10.0 % █                  0.3     2\n"
                        "日本                -                      -     -\n"
                        "\n"
                        "Shares are by weight, not by value.\n");
}

static void text__drops_bars_then_cuts_text_never_numbers(void **state)
{
    const sn_table_style narrow = {.width = 36}, hopeless = {.width = 1};
    (void)state;
    assert_string_equal(write_and_free(suppliers(), SN_FORMAT_TEXT, &narrow),
                        "Suppliers of lithium\n"
                        "\n"
                        "Country      Share  Lost (t/a)  Rank\n"
                        "----------  ------  ----------  ----\n"
                        "Türkiye     78.4 %     182,346     1\n"
                        "Côte d'Iv…  10.0 %         0.3     2\n"
                        "日本             -           -     -\n"
                        "\n"
                        "Shares are by weight, not by value.\n");
    assert_non_null(strstr(write_and_free(suppliers(), SN_FORMAT_TEXT, &hopeless),
                           "\nCôte d'…  10.0 %         0.3     2\n"));
}

static void text__hides_the_finest_detail_first_and_names_it(void **state)
{
    static const sn_table_head heads[] = {
        {.name = "id"}, {.name = "coarse", .detail = 1}, {.name = "fine", .detail = 2},
        {.name = "amount", .type = SN_COLUMN_AMOUNT}};
    static const char *const cells[] = {"ab", "0123456789", "abcdefghij"};
    sn_table *table = new_table(NULL, heads, 4);

    (void)state;
    sn_table_add_row(table);
    for (size_t c = 0; c < 3; c++)
        sn_table_set_text(table, c, cells[c]);
    sn_table_set_number(table, 3, 7);
    assert_string_equal(
        write_and_free(table, SN_FORMAT_TEXT, &(sn_table_style){.width = 24}),
        "id  coarse      amount\n"
        "--  ----------  ------\n"
        "ab  0123456789       7\n"
        "\n"
        "not shown: fine (--width\n"
        "0 shows all)\n");
}

static void text__goes_on_in_the_next_line_with_a_last_column_of_words(void **state)
{
    static const sn_table_head heads[] = {{.name = "id"}, {.name = "path", .detail = 1}};
    sn_table *table = new_table(NULL, heads, 2);

    (void)state;
    sn_table_add_row(table);
    sn_table_set_text(table, 0, "a");
    sn_table_set_text(table, 1, "one two three four five six");
    assert_string_equal(write_and_free(table, SN_FORMAT_TEXT, &(sn_table_style){.width = 24}),
                        "id  path\n"
                        "--  --------------------\n"
                        "a   one two three four\n"
                        "    five six\n");
}

static void text__cuts_names_for_people_before_ids(void **state)
{
    static const sn_table_head heads[] = {{.name = "id"}, {.name = "label"}, {.name = "n",
                                           .type = SN_COLUMN_INTEGER}};
    sn_table *table = new_table(NULL, heads, 3);

    (void)state;
    sn_table_add_row(table);
    sn_table_set_text(table, 0, "0123456789abcdef");
    sn_table_set_text(table, 1, "abcdefghijkl");
    sn_table_set_number(table, 2, 1);
    assert_non_null(strstr(
        write_and_free(table, SN_FORMAT_TEXT, &(sn_table_style){.width = 30}),
        "0123456789abcdef  abcdefgh…  1\n"));
}

static void text__does_not_cut_a_wide_character_in_half(void **state)
{
    static const char *const names[] = {"日本の供給網", "a日本の供給網"};
    (void)state;
    assert_string_equal(
        write_and_free(texts(names, 2), SN_FORMAT_TEXT, &(sn_table_style){.width = 8}),
        "name\n--------\n日本の…\na日本の…\n");
}

static void text__breaks_notes_between_words(void **state)
{
    sn_table *table = suppliers();
    (void)state;
    assert_non_null(
        strstr(write_and_free(table, SN_FORMAT_TEXT, &(sn_table_style){.width = 20}),
               "\n\nShares are by\nweight, not by\nvalue.\n"));
}

static void text__lets_no_text_steer_the_terminal(void **state)
{
    static const char *const names[] = {"\033[31mred\n", "a\tb\xC2\x9B\x7F", "\xFF"};
    (void)state;
    assert_string_equal(write_and_free(texts(names, 3), SN_FORMAT_TEXT, NULL),
                        "name\n---------\n [31mred \na b  \n\xEF\xBF\xBD\n");
}

static void text__colors_headings_and_the_missing(void **state)
{
    static const char *const names[] = {"x", NULL};
    (void)state;
    assert_string_equal(
        write_and_free(texts(names, 2), SN_FORMAT_TEXT, &(sn_table_style){.color = true}),
        "\033[4mname\033[0m\nx\n\033[2m-\033[0m\n");
}

static void text__says_that_there_are_no_rows(void **state)
{
    (void)state;
    assert_string_equal(write_and_free(texts(NULL, 0), SN_FORMAT_TEXT, NULL),
                        "name\n----\n(no rows)\n");
}

static void csv__quotes_what_needs_it_and_tells_empty_from_missing(void **state)
{
    static const char *const names[] = {"plain 'x'", "a,b", "say \"hi\"", "two\nlines",
                                        "",          NULL,  "=1+1"};
    (void)state;
    assert_string_equal(
        write_and_free(texts(names, 7), SN_FORMAT_CSV, NULL),
        "name\nplain 'x'\n\"a,b\"\n\"say \"\"hi\"\"\"\n\"two\nlines\"\n\"\"\n\n=1+1\n");
}

static void csv__writes_exact_numbers(void **state)
{
    (void)state;
    assert_string_equal(write_and_free(suppliers(), SN_FORMAT_CSV, NULL),
                        "country,share,lost,rank\n"
                        "Türkiye,0.7841,182345.7,1\n"
                        "Côte d'Ivoire,0.1,0.30000000000000004,2\n"
                        "日本,,,\n");
}

static void csv__disarms_formulas_on_request(void **state)
{
    static const char *const names[] = {"=HYPERLINK(1,2)", "+1", "-x", "@a", "a=b"};
    (void)state;
    assert_string_equal(
        write_and_free(texts(names, 5), SN_FORMAT_CSV, &(sn_table_style){.csv_safe = true}),
        "name\n\"'=HYPERLINK(1,2)\"\n'+1\n'-x\n'@a\na=b\n");
}

static void tsv__keeps_cells_on_their_line(void **state)
{
    static const char *const names[] = {"a\tb\r\nc", "\"q\"", ""};
    (void)state;
    assert_string_equal(write_and_free(texts(names, 3), SN_FORMAT_TSV, NULL),
                        "name\na b  c\n\"q\"\n\n");
}

static void ndjson__puts_the_type_first_and_the_reason_beside(void **state)
{
    (void)state;
    assert_string_equal(
        write_and_free(suppliers(), SN_FORMAT_NDJSON, NULL),
        "{\"type\": \"supplier\", \"country\": \"Türkiye\", \"share\": 0.7841, "
        "\"lost\": 182345.7, \"rank\": 1}\n"
        "{\"type\": \"supplier\", \"country\": \"Côte d'Ivoire\", \"share\": 0.1, "
        "\"lost\": 0.30000000000000004, \"rank\": 2}\n"
        "{\"type\": \"supplier\", \"country\": \"日本\", \"share\": null, "
        "\"share_reason\": \"withheld\", \"lost\": null, \"rank\": null}\n");
}

static void json__carries_columns_rows_and_notes(void **state)
{
    sn_table *table = new_table("T", columns + LOST, 1);
    (void)state;
    sn_table_add_row(table);
    sn_table_set_number(table, 0, INFINITY);
    sn_table_add_note(table, "N");
    assert_string_equal(write_and_free(table, SN_FORMAT_JSON, NULL),
                        "{\n"
                        "  \"title\": \"T\",\n"
                        "  \"columns\": [\n"
                        "    {\"name\": \"lost\", \"heading\": \"Lost\", \"type\": \"amount\", "
                        "\"unit\": \"t/a\"}\n"
                        "  ],\n"
                        "  \"rows\": [\n"
                        "    {\"lost\": null}\n"
                        "  ],\n"
                        "  \"notes\": [\n"
                        "    \"N\"\n"
                        "  ]\n"
                        "}\n");
}

static void markdown__aligns_and_escapes(void **state)
{
    sn_table *table = suppliers();
    (void)state;
    add(table, "a|b\\c *d* _e_ CL_atacama <f>\n$g$", 0, 12.3456, 12345);
    assert_string_equal(
        write_and_free(table, SN_FORMAT_MARKDOWN, NULL),
        "### Suppliers of lithium\n"
        "\n"
        "| Country | Share | Lost (t/a) | Rank |\n"
        "| --- | ---: | ---: | ---: |\n"
        "| Türkiye | 78.4 % | 182,346 | 1 |\n"
        "| Côte d'Ivoire | 10.0 % | 0.3 | 2 |\n"
        "| 日本 | - | - | - |\n"
        "| a\\|b\\\\c \\*d\\* \\_e\\_ CL_atacama \\<f\\> \\$g\\$ | 0.0 % | 12.35 | 12,345 |\n"
        "\n"
        "Shares are by weight, not by value.\n");
}

static void format__is_parsed_from_its_name(void **state)
{
    sn_error err = {0};
    sn_format format = SN_FORMAT_TEXT;
    (void)state;
    for (int k = SN_FORMAT_TEXT; k <= SN_FORMAT_MARKDOWN; k++) {
        assert_int_equal(sn_format_parse(sn_format_name((sn_format)k), &format, NULL), SN_OK);
        assert_int_equal(format, k);
        assert_non_null(strstr(SN_FORMAT_NAMES, sn_format_name(format)));
    }
    assert_int_equal(sn_format_parse("xml", &format, &err), SN_EUSAGE);
    assert_string_equal(err.message, "unknown format 'xml': there are " SN_FORMAT_NAMES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table__copies_everything_it_is_given),
        cmocka_unit_test(table__keeps_a_text_longer_than_a_block),
        cmocka_unit_test(text__aligns_by_columns_of_the_terminal),
        cmocka_unit_test(text__drops_bars_then_cuts_text_never_numbers),
        cmocka_unit_test(text__hides_the_finest_detail_first_and_names_it),
        cmocka_unit_test(text__goes_on_in_the_next_line_with_a_last_column_of_words),
        cmocka_unit_test(text__cuts_names_for_people_before_ids),
        cmocka_unit_test(text__does_not_cut_a_wide_character_in_half),
        cmocka_unit_test(text__breaks_notes_between_words),
        cmocka_unit_test(text__lets_no_text_steer_the_terminal),
        cmocka_unit_test(text__colors_headings_and_the_missing),
        cmocka_unit_test(text__says_that_there_are_no_rows),
        cmocka_unit_test(csv__quotes_what_needs_it_and_tells_empty_from_missing),
        cmocka_unit_test(csv__writes_exact_numbers),
        cmocka_unit_test(csv__disarms_formulas_on_request),
        cmocka_unit_test(tsv__keeps_cells_on_their_line),
        cmocka_unit_test(ndjson__puts_the_type_first_and_the_reason_beside),
        cmocka_unit_test(json__carries_columns_rows_and_notes),
        cmocka_unit_test(markdown__aligns_and_escapes),
        cmocka_unit_test(format__is_parsed_from_its_name),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
