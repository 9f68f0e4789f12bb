/* csv_utf8.c - is it UTF-8, and what if not. */
#include <stdlib.h>
#include <string.h>

#include "datasets/bytes_private.h"
#include "datasets/csv_private.h"
#include "graph/memory.h"

/* Length of the well-formed sequence at p, or 0 (Unicode 15, table 3-7: no overlong forms, no
 * surrogates, nothing above U+10FFFF). */
static size_t sequence(const unsigned char *p, size_t left)
{
    unsigned char low = 0x80, high = 0xbf;
    size_t length;

    if (p[0] >= 0xc2 && p[0] <= 0xdf)
        length = 2;
    else if (p[0] >= 0xe0 && p[0] <= 0xef)
        length = 3;
    else if (p[0] >= 0xf0 && p[0] <= 0xf4)
        length = 4;
    else
        return 0;
    if (left < length)
        return 0;
    if (p[0] == 0xe0)
        low = 0xa0;
    else if (p[0] == 0xed)
        high = 0x9f;
    else if (p[0] == 0xf0)
        low = 0x90;
    else if (p[0] == 0xf4)
        high = 0x8f;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

size_t sn_csv_utf8_length(const char *data, size_t size)
{
    const unsigned char *p = (const unsigned char *)data;
    size_t at = 0;

    while (at < size) {
        uint64_t word[4];
        while (size - at >= sizeof word) { /* ASCII, 32 bytes at a time */
            memcpy(word, p + at, sizeof word);
            if (((word[0] | word[1] | word[2] | word[3]) & 0x8080808080808080u) != 0)
                break;
            at += sizeof word;
        }
        if (at == size)
            break;
        const size_t length = p[at] < 0x80 ? 1 : sequence(p + at, size - at);
        if (length == 0)
            return at;
        at += length;
    }
    return size;
}

/* Where a part of a text may begin: not within a character. */
static size_t part_start(const char *data, size_t size, size_t at)
{
    while (at < size && ((unsigned char)data[at] & 0xc0) == 0x80)
        at++;
    return at < size ? at : size;
}

sn_status sn_csv_check_text(const char *name, const char *data, size_t size, size_t *valid,
                            sn_error *err)
{
    enum { PART = 1 << 20 };
    const size_t parts = size / PART + 1;
    const int threads = sn_threads_for(parts, 4);
    (void)threads; /* without OpenMP nobody asks */
    size_t nul = size, bad = size;

#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) if (threads > 1)            \
    reduction(min                                                                              \
              : nul, bad)
    for (size_t p = 0; p < parts; p++) {
        const size_t from = part_start(data, size, p * PART);
        const size_t to = part_start(data, size, p + 1 < parts ? (p + 1) * PART : size);
        const char *found = memchr(data + from, '\0', to - from);
        const size_t length = sn_csv_utf8_length(data + from, to - from);
        if (found != NULL && (size_t)(found - data) < nul)
            nul = (size_t)(found - data);
        if (length < to - from && from + length < bad)
            bad = from + length;
    }
    *valid = bad;
    return nul < size ? sn_bytes_fail_nul(name, nul, err) : SN_OK;
}

/* 0x80 .. 0x9f of Windows-1252; the five bytes it leaves undefined stay what they are in
 * Latin-1, as the WHATWG Encoding Standard has it. */
static const uint16_t high_half[32] = {
    0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8d,   0x017d, 0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178};

char *sn_csv_from_cp1252(const char *data, size_t size, size_t *converted)
{
    size_t room = 1, at = 0;
    char *text;

    for (size_t i = 0; i < size; i++) {
        const unsigned char byte = (unsigned char)data[i];
        room += byte < 0x80 ? 1 : byte < 0xa0 ? 3 : 2;
    }
    text = malloc(room);
    if (text == NULL)
        return NULL;
    for (size_t i = 0; i < size; i++) {
        const unsigned char byte = (unsigned char)data[i];
        const unsigned code = byte >= 0x80 && byte < 0xa0 ? high_half[byte - 0x80] : byte;
        if (code < 0x80) {
            text[at++] = (char)code;
        } else if (code < 0x800) {
            text[at++] = (char)(0xc0 | (code >> 6));
            text[at++] = (char)(0x80 | (code & 0x3f));
        } else {
            text[at++] = (char)(0xe0 | (code >> 12));
            text[at++] = (char)(0x80 | ((code >> 6) & 0x3f));
            text[at++] = (char)(0x80 | (code & 0x3f));
        }
    }
    *converted = at;
    return text;
}
