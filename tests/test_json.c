/* test_json.c - the JSON writer, and the sinks that it and all other writers write to. */
#include "sn_test.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/out.h"
#include "reports/json.h"

/* JSON */

/* Run a writer on a sink in memory and compare; the sink is gone before the comparison. */
static void assert_writes(void (*write)(sn_json *json), const char *expected)
{
    sn_out *out = NULL;
    sn_json json;
    char text[2048] = "";
    sn_status status = sn_out_memory(&out, NULL);

    if (status == SN_OK) {
        sn_json_init(&json, out);
        write(&json);
        (void)snprintf(text, sizeof text, "%s", sn_out_text(out, NULL));
        status = sn_out_close(out, NULL);
    }
    sn_out_free(out);
    assert_int_equal(status, SN_OK);
    assert_string_equal(text, expected);
}

static void write_nested(sn_json *json)
{
    sn_json_begin_object(json);
    sn_json_kv_string(json, "schema", "supplynet.test/1");
    sn_json_kv_object(json, "total");
    sn_json_kv_number(json, "loss", 0.1);
    sn_json_kv_numbers(json, "interval", (double[]){0.05, NAN, 2500000}, 3);
    sn_json_end_object(json);
    sn_json_kv_array(json, "ranking");
    sn_json_begin_object_inline(json);
    sn_json_kv_integer(json, "rank", 1);
    sn_json_kv_array(json, "hits"); /* inside an inline object: inline as well */
    sn_json_bool(json, true);
    sn_json_null(json);
    sn_json_end_array(json);
    sn_json_end_object(json);
    sn_json_begin_object(json);
    sn_json_kv_bool(json, "last", false);
    sn_json_kv_null(json, "nothing");
    sn_json_end_object(json);
    sn_json_end_array(json);
    sn_json_kv_array(json, "none");
    sn_json_end_array(json);
    sn_json_kv_object(json, "empty");
    sn_json_end_object(json);
    sn_json_end_object(json);
    sn_json_finish(json);
}

static void json__indents_blocks_and_keeps_inline_on_a_line(void **state)
{
    (void)state;
    assert_writes(write_nested, "{\n"
                                "  \"schema\": \"supplynet.test/1\",\n"
                                "  \"total\": {\n"
                                "    \"loss\": 0.1,\n"
                                "    \"interval\": [0.05, null, 2500000]\n"
                                "  },\n"
                                "  \"ranking\": [\n"
                                "    {\"rank\": 1, \"hits\": [true, null]},\n"
                                "    {\n"
                                "      \"last\": false,\n"
                                "      \"nothing\": null\n"
                                "    }\n"
                                "  ],\n"
                                "  \"none\": [],\n"
                                "  \"empty\": {}\n"
                                "}\n");
}

static void write_every_escape(sn_json *json)
{
    char control[0x20];

    for (int c = 1; c < 0x20; c++)
        control[c - 1] = (char)c;
    control[0x1F] = '\0';
    sn_json_begin_object_inline(json);
    sn_json_kv_string(json, "a\"b", "\"\\/<\x7F");
    sn_json_kv_string(json, "c", control);
    sn_json_end_object(json);
}

static void json__escapes_quotes_backslashes_and_controls(void **state)
{
    (void)state;
    assert_writes(
        write_every_escape,
        "{\"a\\\"b\": \"\\\"\\\\/<\x7F\", \"c\": \""
        "\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000B\\f\\r\\u000E"
        "\\u000F\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019"
        "\\u001A\\u001B\\u001C\\u001D\\u001E\\u001F\"}");
}

static void write_bad_utf8(sn_json *json)
{
    sn_json_begin_array_inline(json);
    sn_json_string(json, "Türkiye 日本 🌍");
    sn_json_string(json, "T\xFCrkiye");      /* Latin-1 */
    sn_json_string(json, "cut \xE6\x97");    /* the string ends inside a character */
    sn_json_string(json, "\xED\xA0\x80");    /* a surrogate */
    sn_json_string(json, "\xEF\xBF\xBD ok"); /* U+FFFD itself */
    sn_json_string(json, NULL);
    sn_json_end_array(json);
}

static void json__replaces_invalid_utf8_and_keeps_valid(void **state)
{
    (void)state;
    assert_writes(write_bad_utf8, "[\"Türkiye 日本 🌍\", \"T\xEF\xBF\xBDrkiye\", "
                                  "\"cut \xEF\xBF\xBD\", "
                                  "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\", "
                                  "\"\xEF\xBF\xBD ok\", null]");
}

static void write_unknown(sn_json *json)
{
    sn_json_begin_object(json);
    sn_json_kv_number_or_reason(json, "hhi", 0.375, "not used");
    sn_json_kv_number_or_reason(json, "loss", NAN, "value withheld in source");
    sn_json_kv_number_or_reason(json, "share", INFINITY, NULL);
    sn_json_end_object(json);
}

static void json__says_why_a_number_is_unknown(void **state)
{
    (void)state;
    assert_writes(write_unknown, "{\n  \"hhi\": 0.375,\n  \"loss\": null,\n"
                                 "  \"loss_reason\": \"value withheld in source\",\n"
                                 "  \"share\": null\n}");
}

static void write_lines(sn_json *json)
{
    for (int k = 0; k < 2; k++) {
        sn_json_begin_object_inline(json);
        sn_json_kv_integer(json, "k", k == 0 ? INT64_MIN : INT64_MAX);
        sn_json_end_object(json);
        sn_json_finish(json);
    }
    sn_json_raw(json, "1.50");
    sn_json_finish(json);
}

static void json__writes_one_value_after_the_other(void **state)
{
    (void)state;
    assert_writes(write_lines,
                  "{\"k\": -9223372036854775808}\n{\"k\": 9223372036854775807}\n1.50\n");
}

/* Sinks */

static char folder[] = "/tmp/sn-test-json-XXXXXX";
static char report[64]; /* folder/report */

static int make_folder(void **state)
{
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(report, sizeof report, "%s/report", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static int remove_report(void **state)
{
    (void)state;
    return unlink(report);
}

static void put_file(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        fail_msg("cannot write %s", path);
    (void)fputs(text, file);
    (void)fclose(file);
    (void)chmod(path, mode);
}

static void assert_file_holds(const char *path, const char *expected)
{
    char text[128];
    size_t length = 0;
    FILE *file = fopen(path, "r");

    if (file == NULL)
        fail_msg("cannot read %s", path);
    length = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    text[length] = '\0';
    assert_string_equal(text, expected);
}

/* How many files there are in the folder, temporary ones included. */
static int count_files(void)
{
    int count = -2; /* "." and ".." */
    DIR *listing = opendir(folder);

    while (listing != NULL && readdir(listing) != NULL)
        count++;
    if (listing != NULL)
        (void)closedir(listing);
    return count;
}

static mode_t mode_of(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? info.st_mode & 07777 : 0;
}

/* Write a line to path: close it or abandon it.  mid_way looks at the world before that. */
static sn_status put_line(const char *path, bool close, void (*mid_way)(void), sn_error *err)
{
    sn_status status = SN_OK;
    sn_out *out = NULL;

    SN_TRY(sn_out_open(path, &out, err));
    sn_out_printf(out, "%s %d\n", "line", 385);
    sn_out_flush(out);
    if (mid_way != NULL)
        mid_way();
    if (close)
        SN_TRY(sn_out_close(out, err));
out:
    sn_out_free(out);
    return status;
}

static bool was_there;
static void look_for_the_report(void)
{
    was_there = access(report, F_OK) == 0;
}

static void out__makes_a_new_file_appear_at_the_end(void **state)
{
    const mode_t mask = umask(027);
    const sn_status status = put_line(report, true, look_for_the_report, NULL);
    (void)state;
    (void)umask(mask);
    assert_int_equal(status, SN_OK);
    assert_false(was_there);
    assert_int_equal(mode_of(report), 0640);
    assert_file_holds(report, "line 385\n");
}

static void out__replaces_a_file_and_keeps_its_mode(void **state)
{
    (void)state;
    put_file(report, "old, and longer than the new text\n", 0604);
    assert_int_equal(put_line(report, true, NULL, NULL), SN_OK);
    assert_int_equal(mode_of(report), 0604);
    assert_file_holds(report, "line 385\n");
}

static void out__leaves_the_old_file_when_abandoned(void **state)
{
    (void)state;
    put_file(report, "old\n", 0644);
    assert_int_equal(put_line(report, false, NULL, NULL), SN_OK);
    assert_file_holds(report, "old\n");
    assert_int_equal(count_files(), 1);
}

static void out__leaves_the_old_file_when_writing_fails(void **state)
{
    struct rlimit limit, none;
    sn_status status;
    sn_error err = {0};
    (void)state;
    put_file(report, "old\n", 0644);
    (void)signal(SIGXFSZ, SIG_IGN);
    (void)getrlimit(RLIMIT_FSIZE, &limit);
    none = limit;
    none.rlim_cur = 5; /* bytes: the line is cut */
    (void)setrlimit(RLIMIT_FSIZE, &none);
    status = put_line(report, true, NULL, &err);
    (void)setrlimit(RLIMIT_FSIZE, &limit);
    assert_int_equal(status, SN_EIO);
    assert_non_null(strstr(err.message, "/report': File too large"));
    assert_file_holds(report, "old\n");
    assert_int_equal(count_files(), 1);
}

static void out__writes_through_a_symbolic_link(void **state)
{
    char link[80];
    struct stat info;
    sn_status status;
    bool is_link;
    (void)state;
    (void)snprintf(link, sizeof link, "%s/link", folder);
    put_file(report, "old\n", 0644);
    assert_int_equal(symlink("report", link), 0);
    status = put_line(link, true, NULL, NULL);
    is_link = lstat(link, &info) == 0 && S_ISLNK(info.st_mode);
    (void)unlink(link);
    assert_int_equal(status, SN_OK);
    assert_true(is_link);
    assert_file_holds(report, "line 385\n");
}

static void out__notices_a_full_device(void **state)
{
    sn_error err = {0};
    (void)state;
    assert_int_equal(put_line("/dev/full", true, NULL, &err), SN_EIO);
    assert_string_equal(err.message, "cannot write '/dev/full': No space left on device");
    assert_int_equal(put_line("/dev/null", true, NULL, NULL), SN_OK);
    assert_int_equal(put_line("/dev/null", true, NULL, NULL), SN_OK); /* still there */
}

/* Run put_line on standard output while that is connected to fd, which is closed. */
static sn_status put_line_to(int fd, const char *name, sn_error *err)
{
    sn_status status;
    int saved;

    (void)fflush(stdout);
    saved = dup(STDOUT_FILENO);
    (void)dup2(fd, STDOUT_FILENO);
    (void)close(fd);
    status = put_line(name, true, NULL, err);
    (void)dup2(saved, STDOUT_FILENO);
    (void)close(saved);
    return status;
}

static void out__notices_a_full_standard_output(void **state)
{
    sn_error err = {0};
    (void)state;
    assert_int_equal(put_line_to(open("/dev/full", O_WRONLY), "-", &err), SN_EIO);
    assert_string_equal(err.message, "cannot write 'standard output': No space left on device");
    assert_int_equal(put_line_to(open("/dev/full", O_WRONLY), NULL, NULL), SN_EIO);
}

static void out__appends_to_what_standard_output_is(void **state)
{
    (void)state;
    put_file(report, "before\n", 0644);
    assert_int_equal(put_line_to(open(report, O_WRONLY | O_APPEND), "/dev/stdout", NULL),
                     SN_OK);
    assert_file_holds(report, "before\nline 385\n");
}

static void out__tells_a_broken_pipe_from_other_errors(void **state)
{
    sn_out *out = NULL;
    sn_status status;
    bool broken_pipe = false;
    int ends[2];
    char path[32];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    (void)snprintf(path, sizeof path, "/dev/fd/%d", ends[1]);
    status = sn_out_open(path, &out, NULL);
    (void)close(ends[0]);
    (void)close(ends[1]);
    if (status == SN_OK) {
        sn_out_fill(out, "0123456789", 100000); /* more than the buffer and the pipe hold */
        status = sn_out_failed(out) ? sn_out_close(out, NULL) : SN_OK;
        broken_pipe = sn_out_broken_pipe(out);
    }
    sn_out_free(out);
    assert_int_equal(status, SN_EIO);
    assert_true(broken_pipe);
}

static void out__refuses_what_cannot_be_written(void **state)
{
    sn_error err = {0};
    char expected[160], path[96];
    (void)state;
    (void)snprintf(path, sizeof path, "%s/absent/report", folder);
    (void)snprintf(expected, sizeof expected, "cannot create '%s': No such file or directory",
                   path);
    assert_int_equal(put_line(path, true, NULL, &err), SN_EIO);
    assert_string_equal(err.message, expected);
    assert_int_equal(put_line(folder, true, NULL, NULL), SN_EIO);
    assert_int_equal(put_line("", true, NULL, NULL), SN_EIO);
    assert_int_equal(put_line("/proc/report", true, NULL, NULL), SN_EIO); /* even for root */
}

static void out__respects_permissions(void **state)
{
    sn_status into_folder, onto_file;
    (void)state;
    put_file(report, "old\n", 0444);
    onto_file = put_line(report, true, NULL, NULL);
    (void)chmod(report, 0644);
    (void)chmod(folder, 0555);
    into_folder = put_line(report, true, NULL, NULL);
    (void)chmod(folder, 0755);
    if (geteuid() == 0)
        skip(); /* nothing is forbidden to root */
    assert_int_equal(onto_file, SN_EIO);
    assert_int_equal(into_folder, SN_EIO);
    assert_file_holds(report, "old\n");
}

static void out__grows_in_memory(void **state)
{
    sn_out *out = NULL;
    size_t length = 0;
    sn_status status = sn_out_memory(&out, NULL);
    bool is_whole = false;
    (void)state;
    if (status == SN_OK) {
        sn_out_fill(out, "0123456789", 100000);
        sn_out_printf(out, "%0*d", 200000, 7);
        status = sn_out_close(out, NULL);
        is_whole = strcmp(sn_out_text(out, &length) + 1199990, "0000000007") == 0;
    }
    sn_out_free(out);
    assert_int_equal(status, SN_OK);
    assert_int_equal(length, 1200000);
    assert_true(is_whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json__indents_blocks_and_keeps_inline_on_a_line),
        cmocka_unit_test(json__escapes_quotes_backslashes_and_controls),
        cmocka_unit_test(json__replaces_invalid_utf8_and_keeps_valid),
        cmocka_unit_test(json__says_why_a_number_is_unknown),
        cmocka_unit_test(json__writes_one_value_after_the_other),
        cmocka_unit_test_teardown(out__makes_a_new_file_appear_at_the_end, remove_report),
        cmocka_unit_test_teardown(out__replaces_a_file_and_keeps_its_mode, remove_report),
        cmocka_unit_test_teardown(out__leaves_the_old_file_when_abandoned, remove_report),
        cmocka_unit_test_teardown(out__leaves_the_old_file_when_writing_fails, remove_report),
        cmocka_unit_test_teardown(out__writes_through_a_symbolic_link, remove_report),
        cmocka_unit_test(out__notices_a_full_device),
        cmocka_unit_test(out__notices_a_full_standard_output),
        cmocka_unit_test_teardown(out__appends_to_what_standard_output_is, remove_report),
        cmocka_unit_test(out__tells_a_broken_pipe_from_other_errors),
        cmocka_unit_test(out__refuses_what_cannot_be_written),
        cmocka_unit_test_teardown(out__respects_permissions, remove_report),
        cmocka_unit_test(out__grows_in_memory),
    };
    return cmocka_run_group_tests_name("json", tests, make_folder, remove_folder);
}
