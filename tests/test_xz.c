/* test_xz.c - xz input: whole, in several streams, cut short, damaged, too large. */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lzma.h>

#include "datasets/bytes.h"

static const char table[] = "source,target,value\nCOD,CHN,71.25\nCHN,JPN,3.5\n";
static char path[] = "/tmp/sn_xz_XXXXXX";

/* One xz stream of `data` in packed; its size. */
static size_t pack(const char *data, size_t size, uint8_t *packed, size_t room)
{
    size_t at = 0;

    assert_int_equal(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, NULL, (const uint8_t *)data,
                                             size, packed, &at, room),
                     LZMA_OK);
    return at;
}

static sn_status open_packed(const uint8_t *packed, size_t size, uint64_t limit, sn_bytes *bytes,
                             sn_error *err)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(packed, 1, size, file) != size || fclose(file) != 0)
        fail_msg("cannot write %s", path);
    return sn_bytes_open(path, NULL, limit, bytes, err);
}

static void check_fails(const uint8_t *packed, size_t size, uint64_t limit, sn_status expected,
                        const char *text)
{
    sn_bytes bytes = {0};
    sn_error err = {0};
    const sn_status status = open_packed(packed, size, limit, &bytes, &err);

    sn_bytes_clear(&bytes);
    if (status != expected || strstr(err.message, text) == NULL)
        fail_msg("status %d, \"%s\", expected %d, \"%s\"", status, err.message, expected, text);
}

static void xz__streams_one_after_another_are_one_text(void **state)
{
    uint8_t packed[1024];
    sn_bytes bytes = {0};
    sn_error err = {0};
    char twice[2 * sizeof table];
    (void)state;

    size_t size = pack(table, strlen(table), packed, sizeof packed);
    size += pack(table, strlen(table), packed + size, sizeof packed - size);
    (void)snprintf(twice, sizeof twice, "%s%s", table, table);
    const sn_status status = open_packed(packed, size, SN_BYTES_LIMIT, &bytes, &err);
    const int same =
        status == SN_OK && bytes.size == strlen(twice) && memcmp(bytes.data, twice, bytes.size) == 0;
    sn_bytes_clear(&bytes);
    assert_string_equal(err.message, "");
    assert_true(same);
}

static void xz__cut_short_anywhere_is_said(void **state)
{
    uint8_t packed[1024];
    const size_t size = pack(table, strlen(table), packed, sizeof packed);
    (void)state;

    for (size_t cut = 6; cut < size; cut++) /* before byte 6 nobody knows that it is xz */
        check_fails(packed, cut, SN_BYTES_LIMIT, SN_EDATA, "is a damaged xz file: it is cut short");
}

static void xz__no_flipped_bit_passes_for_the_text(void **state)
{
    uint8_t packed[1024];
    const size_t size = pack(table, strlen(table), packed, sizeof packed);
    (void)state;

    for (size_t at = 6; at < size; at++) {
        sn_bytes bytes = {0};
        packed[at] ^= 0x10;
        const sn_status status = open_packed(packed, size, SN_BYTES_LIMIT, &bytes, NULL);
        sn_bytes_clear(&bytes);
        if (status == SN_OK)
            fail_msg("byte %zu of %zu was flipped and nobody saw it", at, size);
        packed[at] ^= 0x10;
    }
}

static void xz__that_unpacks_to_more_than_the_limit_is_refused(void **state)
{
    enum { SIZE = 4 << 20 };
    char *zeros = malloc(SIZE);
    uint8_t packed[8192];
    (void)state;

    assert_non_null(zeros);
    memset(zeros, '0', SIZE);
    const size_t size = pack(zeros, SIZE, packed, sizeof packed);
    free(zeros);
    check_fails(packed, size, 100000, SN_ENOMEM, "takes more than 100000 bytes of memory");
}

/* A header may ask for a dictionary of 4 GiB; the first block header follows 12 bytes of stream
 * header: size, flags, filter, length, dictionary, then a check sum (xz file format 3.1). */
static void xz__that_asks_for_a_huge_dictionary_is_refused(void **state)
{
    uint8_t packed[1024], *block = packed + 12;
    const size_t size = pack(table, strlen(table), packed, sizeof packed);
    const size_t header = ((size_t)block[0] + 1) * 4;
    (void)state;

    assert_true((block[1] & 0xc0) == 0 || block[2] != 0);
    size_t at = 2; /* skip the sizes, if they are stated */
    for (int stated = ((block[1] & 0x40) != 0) + ((block[1] & 0x80) != 0); stated > 0; stated--)
        while (block[at++] & 0x80)
            ;
    assert_int_equal(block[at], 0x21); /* LZMA2 */
    block[at + 2] = 40;
    const uint32_t sum = lzma_crc32(block, header - 4, 0);
    for (size_t k = 0; k < 4; k++)
        block[header - 4 + k] = (uint8_t)(sum >> (8 * k));
    check_fails(packed, size, SN_BYTES_LIMIT, SN_ENOMEM, "needs more than 256 MiB to be unpacked");
}

static int make_file(void **state)
{
    const int fd = mkstemp(path);
    (void)state;
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xz__streams_one_after_another_are_one_text),
        cmocka_unit_test(xz__cut_short_anywhere_is_said),
        cmocka_unit_test(xz__no_flipped_bit_passes_for_the_text),
        cmocka_unit_test(xz__that_unpacks_to_more_than_the_limit_is_refused),
        cmocka_unit_test(xz__that_asks_for_a_huge_dictionary_is_refused),
    };
    return cmocka_run_group_tests_name("xz", tests, make_file, remove_file);
}
