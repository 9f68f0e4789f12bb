/* test_bytes.c - opening inputs: plain, packed, streamed, and what cannot be one. */
#include "sn_test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zip.h>
#include <zlib.h>
#include <zstd.h>

#include "datasets/bytes.h"

static const char table[] = "source,target,value\nCOD,CHN,71.25\n";
static char folder[] = "/tmp/sn_bytes_XXXXXX";
static char path[256];

static const char *place(const char *name)
{
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static const char *put(const char *name, const void *data, size_t size)
{
    FILE *file = fopen(place(name), "wb");

    if (file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0)
        fail_msg("cannot write %s", path);
    return path;
}

static const char *put_gzip(const char *name, const void *data, size_t size, const char *mode)
{
    gzFile file = gzopen(place(name), mode);

    if (file == NULL || gzwrite(file, data, (unsigned)size) != (int)size ||
        gzclose(file) != Z_OK)
        fail_msg("cannot write %s", path);
    return path;
}

static const char *put_zip(const char *name, const char *const *member, size_t count,
                           const void *data, size_t size)
{
    int code = 0;
    zip_t *archive = zip_open(place(name), ZIP_CREATE | ZIP_TRUNCATE, &code);

    for (size_t m = 0; archive != NULL && m < count; m++) {
        zip_source_t *source = zip_source_buffer(archive, data, size, 0);
        if (zip_file_add(archive, member[m], source, 0) < 0)
            fail_msg("cannot add %s", member[m]);
    }
    if (archive == NULL || zip_close(archive) != 0)
        fail_msg("cannot write %s", path);
    return path;
}

/* Open, compare with the table, clear. */
static void check_reads(const char *file, const char *member, const char *expected)
{
    sn_bytes bytes = {0};
    sn_error err = {0};
    const sn_status status = sn_bytes_open(file, member, SN_BYTES_LIMIT, &bytes, &err);
    const int same = status == SN_OK && bytes.size == strlen(expected) &&
                     memcmp(bytes.data, expected, bytes.size) == 0;

    sn_bytes_clear(&bytes);
    if (!same)
        fail_msg("%s: %s", file, status == SN_OK ? "other bytes" : err.message);
}

/* Open, expect a failure with `text` in the message. */
static void check_fails(const char *file, const char *member, uint64_t limit,
                        sn_status expected, const char *text)
{
    sn_bytes bytes = {0};
    sn_error err = {0};
    const sn_status status = sn_bytes_open(file, member, limit, &bytes, &err);

    if (status == SN_OK)
        sn_bytes_clear(&bytes);
    if (status != expected || strstr(err.message, text) == NULL)
        fail_msg("status %d, \"%s\", expected %d, \"%s\"", status, err.message, expected, text);
    assert_null(bytes.data);
}

static void bytes__of_a_plain_file_are_mapped_and_hashed(void **state)
{
    sn_bytes bytes = {0};
    char hash[65];
    (void)state;

    assert_int_equal(sn_bytes_open(put("a.csv", "abc", 3), NULL, SN_BYTES_LIMIT, &bytes, NULL),
                     SN_OK);
    (void)snprintf(hash, sizeof hash, "%s", sn_bytes_sha256(&bytes));
    assert_string_equal(bytes.name, path);
    assert_int_equal(bytes.stored_size, 3);
    sn_bytes_clear(&bytes);
    assert_string_equal(hash, /* FIPS 180-2, appendix B.1 */
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void bytes__are_unpacked_by_content_not_by_name(void **state)
{
    static char packed[4096];
    static const char *const one[] = {"flows.csv"};
    const size_t size = ZSTD_compress(packed, sizeof packed, table, strlen(table), 3);
    (void)state;

    check_reads(put_gzip("g.csv", table, strlen(table), "wb"), NULL, table);
    check_reads(put("z.csv", packed, size), NULL, table);
    check_reads(put_zip("p.csv", one, 1, table, strlen(table)), NULL, table);
}

static void bytes__read_gzip_files_of_several_members(void **state)
{
    char twice[2 * sizeof table];
    (void)state;

    (void)put_gzip("m.gz", table, strlen(table), "wb");
    (void)put_gzip("m.gz", table, strlen(table), "ab");
    (void)snprintf(twice, sizeof twice, "%s%s", table, table);
    check_reads(path, NULL, twice);
}

static void bytes__choose_a_zip_member_by_pattern(void **state)
{
    static const char *const member[] = {"net/flows.csv", "net/nodes.csv", "__MACOSX/x",
                                         "net/"};
    size_t count = 9;
    sn_bytes bytes = {0};
    (void)state;

    (void)put_zip("n.zip", member, 3, table, strlen(table));
    check_reads(path, "flows.csv", table);
    check_reads(path, "n?t/nodes.*", table);
    check_fails(path, NULL, SN_BYTES_LIMIT, SN_EDATA,
                "holds several files (net/flows.csv, net/nodes.csv); give one of them");
    check_fails(path, "*.csv", SN_BYTES_LIMIT, SN_EDATA, "holds more than one file \"*.csv\"");
    check_fails(path, "owners.csv", SN_BYTES_LIMIT, SN_EDATA,
                "holds no file \"owners.csv\" (it holds net/flows.csv, net/nodes.csv)");
    assert_true(sn_bytes_is_zip(path));
    assert_int_equal(sn_bytes_zip_holds(path, "owners.csv", &count, NULL), SN_OK);
    assert_int_equal(count, 0);
    assert_int_equal(sn_bytes_open(path, "flows.csv", SN_BYTES_LIMIT, &bytes, NULL), SN_OK);
    const int named = strstr(bytes.name, "n.zip#net/flows.csv") != NULL;
    sn_bytes_clear(&bytes);
    assert_true(named);
}

static void bytes__refuse_office_documents_with_a_hint(void **state)
{
    static const char *const word[] = {"[Content_Types].xml", "word/document.xml"};
    static const char *const open_document[] = {"mimetype", "content.xml"};
    (void)state;
    check_fails(put_zip("b.docx", word, 2, table, strlen(table)), NULL, SN_BYTES_LIMIT,
                SN_EDATA, "is an office document; save its table as CSV or XLSX");
    check_fails(put_zip("b.ods", open_document, 2, table, strlen(table)), NULL, SN_BYTES_LIMIT,
                SN_EDATA, "is an office document; save its table as CSV or XLSX");
}

static void bytes__refuse_a_path_that_climbs_out_of_its_archive(void **state)
{
    static const char *const climbing[] = {"../../flows.csv", "/etc/flows.csv", "a/../../b.csv"};
    static const char *const harmless[] = {"a..b/flows..csv"};
    (void)state;
    for (size_t k = 0; k < 3; k++)
        check_fails(put_zip("c.zip", &climbing[k], 1, table, strlen(table)), NULL, SN_BYTES_LIMIT,
                    SN_EDATA, "climbs out of the archive");
    check_reads(put_zip("d.zip", harmless, 1, table, strlen(table)), "*flows*", table);
}

static void bytes__refuse_what_unpacks_above_the_limit(void **state)
{
    enum { SIZE = 1 << 20 };
    static char zeros[SIZE], packed[SIZE];
    static const char *const one[] = {"flows.csv"};
    (void)state;

    memset(zeros, 'a', SIZE);
    check_fails(put_gzip("bomb.gz", zeros, SIZE, "wb9"), NULL, 100000, SN_ENOMEM,
                "takes more than 100000 bytes of memory, the limit");
    check_fails(put("bomb.zst", packed, ZSTD_compress(packed, SIZE, zeros, SIZE, 3)), NULL,
                100000, SN_ENOMEM, "takes more than 100000 bytes of memory, the limit");
    check_fails(put_zip("bomb.zip", one, 1, zeros, SIZE), NULL, 100000, SN_ENOMEM,
                "takes more than 100000 bytes of memory, the limit");
    check_reads(put_gzip("fair.gz", table, strlen(table), "wb9"), NULL, table);
}

static void bytes__say_that_packed_input_is_damaged(void **state)
{
    static char packed[4096], random[3000];
    size_t size;
    (void)state;

    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (char)(33 + (i * 2654435761u >> 7) % 90);
    size = ZSTD_compress(packed, sizeof packed, random, sizeof random, 3);
    check_fails(put("cut.zst", packed, size / 2), NULL, SN_BYTES_LIMIT, SN_EDATA,
                "is a damaged zstd file: it is cut short");
    (void)put_gzip("whole.gz", random, sizeof random, "wb");
    FILE *file = fopen(path, "rb");
    size = fread(packed, 1, sizeof packed, file);
    (void)fclose(file);
    check_fails(put("cut.gz", packed, size / 2), NULL, SN_BYTES_LIMIT, SN_EDATA,
                "is a damaged gzip file: it is cut short");
    packed[size - 6] ^= 1; /* in the checksum */
    check_fails(put("sum.gz", packed, size), NULL, SN_BYTES_LIMIT, SN_EDATA,
                "is a damaged gzip file: incorrect data check");
    check_fails(put("cut.zip", "PK\3\4 and no more", 15), NULL, SN_BYTES_LIMIT, SN_EDATA,
                "is a damaged zip file: ");
}

static void bytes__refuse_what_is_no_text(void **state)
{
    (void)state;
    check_fails(put("u.csv",
                    "\xff\xfe"
                    "a\0",
                    4),
                NULL, SN_BYTES_LIMIT, SN_EDATA, "is UTF-16; save it as UTF-8");
    check_fails(put("v.csv", "\xfe\xff\0a", 4), NULL, SN_BYTES_LIMIT, SN_EDATA,
                "is UTF-16; save it as UTF-8");
    check_fails(put("n.csv", "a,b\n1,\0\n", 8), NULL, SN_BYTES_LIMIT, SN_EDATA,
                "is not a text file: byte 7 is NUL");
    check_fails(put("e.csv", "", 0), NULL, SN_BYTES_LIMIT, SN_EDATA, "e.csv\" is empty");
    check_fails(put_gzip("e.gz", "", 0, "wb"), NULL, SN_BYTES_LIMIT, SN_EDATA, "is empty");
}

static void bytes__name_the_file_that_cannot_be_opened(void **state)
{
    (void)state;
    check_fails("/nonexistent/flows.csv", NULL, SN_BYTES_LIMIT, SN_EIO,
                "cannot open \"/nonexistent/flows.csv\": no such file or directory");
    check_fails(folder, NULL, SN_BYTES_LIMIT, SN_EIO, "\": is a directory");
    if (geteuid() != 0) { /* root may read everything */
        (void)chmod(put("secret.csv", "a", 1), 0);
        check_fails(path, NULL, SN_BYTES_LIMIT, SN_EIO, "\": permission denied");
    }
}

static void bytes__of_standard_input_may_be_packed_and_have_a_limit(void **state)
{
    const int saved = dup(STDIN_FILENO);
    sn_bytes bytes = {0};
    sn_error err = {0};
    int ends[2];
    sn_status status;
    (void)state;

    int fd = open(put_gzip("in.gz", table, strlen(table), "wb"), O_RDONLY);
    (void)dup2(fd, STDIN_FILENO);
    status = sn_bytes_open("-", NULL, SN_BYTES_LIMIT, &bytes, &err);
    (void)close(fd);
    const int same = status == SN_OK && bytes.size == strlen(table) &&
                     strcmp(bytes.name, "standard input") == 0;
    sn_bytes_clear(&bytes);

    (void)pipe(ends);
    (void)!write(ends[1], table, strlen(table));
    (void)close(ends[1]);
    (void)dup2(ends[0], STDIN_FILENO);
    (void)close(ends[0]);
    status = sn_bytes_open("-", NULL, 16, &bytes, &err);
    (void)dup2(saved, STDIN_FILENO);
    (void)close(saved);
    assert_true(same);
    assert_int_equal(status, SN_ENOMEM);
    assert_string_equal(err.message,
                        "\"standard input\" takes more than 16 bytes of memory, the limit");
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    char command[300];
    (void)state;
    (void)snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes__of_a_plain_file_are_mapped_and_hashed),
        cmocka_unit_test(bytes__are_unpacked_by_content_not_by_name),
        cmocka_unit_test(bytes__read_gzip_files_of_several_members),
        cmocka_unit_test(bytes__choose_a_zip_member_by_pattern),
        cmocka_unit_test(bytes__refuse_office_documents_with_a_hint),
        cmocka_unit_test(bytes__refuse_a_path_that_climbs_out_of_its_archive),
        cmocka_unit_test(bytes__refuse_what_unpacks_above_the_limit),
        cmocka_unit_test(bytes__say_that_packed_input_is_damaged),
        cmocka_unit_test(bytes__refuse_what_is_no_text),
        cmocka_unit_test(bytes__name_the_file_that_cannot_be_opened),
        cmocka_unit_test(bytes__of_standard_input_may_be_packed_and_have_a_limit),
    };
    return cmocka_run_group_tests_name("bytes", tests, make_folder, remove_folder);
}
