#include "sn_test.h"

#include <stdio.h>
#include <string.h>

#include "reports/html.h"

static sn_html_text text(const char *s)
{
    return (sn_html_text){s, strlen(s)};
}

/* Write a page into `to`, at most size bytes; nothing is held when this returns. */
static sn_status write_page(const sn_html_page *page, char *to, size_t size, sn_error *err)
{
    sn_out *out = NULL;
    sn_status status = sn_out_memory(&out, err);

    if (status == SN_OK)
        status = sn_html_write(page, out, err);
    if (status == SN_OK)
        (void)snprintf(to, size, "%s", sn_out_text(out, NULL));
    sn_out_free(out);
    return status;
}

static void hash__is_that_of_known_texts(void **state)
{
    char hash[SN_HTML_HASH];
    (void)state;
    /* printf '' | openssl dgst -sha256 -binary | base64, and of "alert(1)" */
    assert_string_equal(sn_html_hash(text(""), hash),
                        "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
    assert_string_equal(sn_html_hash(text("alert(1)"), hash),
                        "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='");
}

static void page__escapes_each_part_as_its_place_asks(void **state)
{
    const char *lead[] = {"a < b & \"c\""};
    const sn_html_page page = {
        .shell =
            text("<title>@TITLE@</title>@STYLE@@SCRIPTS@@DATA@<ul>@LEAD@</ul><!--@LICENCE@-->"),
        .title = "<b>'",
        .style = text("p{}"),
        .script = {{"one", 3}, {"two", 3}},
        .scripts = 2,
        .licence = text("a --> b"),
        .data = text(
            "{\n  \"k\": \"</script> \\\" <\",\n  \"s\": \"\xe2\x80\xa8 \xe2\x80\xa9\"\n}\n"),
        .lead = lead,
        .leads = 1};
    char got[1000];
    (void)state;
    assert_int_equal(write_page(&page, got, sizeof got, NULL), SN_OK);
    assert_string_equal(
        got, "<title>&lt;b&gt;&#39;</title><style>p{}</style>\n<script>one</"
             "script>\n<script>two</script>\n"
             "<script type=\"application/json\" id=\"data\">"
             "{\"k\":\"\\u003c/script> \\\" \\u003c\",\"s\":\"\\u2028 \\u2029\"}</script>"
             "<ul><li>a &lt; b &amp; &quot;c&quot;</li>\n</ul><!--a - -> b-->");
}

static void page__lets_only_its_own_parts_run(void **state)
{
    const sn_html_page page = {.shell = text("@POLICY@"),
                               .title = "",
                               .style = text(""),
                               .script = {{"alert(1)", 8}},
                               .scripts = 1};
    char got[1000];
    (void)state;
    assert_int_equal(write_page(&page, got, sizeof got, NULL), SN_OK);
    assert_string_equal(got, "default-src 'none'; script-src "
                             "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='; style-src "
                             "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; img-src "
                             "data:; base-uri 'none'; "
                             "form-action 'none'");
}

static void page__refuses_parts_that_end_their_element_and_unknown_names(void **state)
{
    sn_html_page page = {.shell = text("x"), .title = "", .style = text("</STYLE>")};
    sn_error err = {0};
    char got[100];
    (void)state;
    assert_int_equal(write_page(&page, got, sizeof got, &err), SN_EINTERNAL);
    page = (sn_html_page){
        .shell = text("x"), .title = "", .script = {{"</Script>", 9}}, .scripts = 1};
    assert_int_equal(write_page(&page, got, sizeof got, &err), SN_EINTERNAL);
    page =
        (sn_html_page){.shell = text("x"), .title = "", .script = {{"a<!--", 5}}, .scripts = 1};
    assert_int_equal(write_page(&page, got, sizeof got, &err), SN_EINTERNAL);
    page = (sn_html_page){.shell = text("@NOTHING@"), .title = ""};
    err = (sn_error){0};
    assert_int_equal(write_page(&page, got, sizeof got, &err), SN_EINTERNAL);
    assert_string_equal(err.message, "the page has no part \"NOTHING\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash__is_that_of_known_texts),
        cmocka_unit_test(page__escapes_each_part_as_its_place_asks),
        cmocka_unit_test(page__lets_only_its_own_parts_run),
        cmocka_unit_test(page__refuses_parts_that_end_their_element_and_unknown_names),
    };
    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
