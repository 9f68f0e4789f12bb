/* unpack.c - packed input as a stream, within its limits: gzip by zlib, zstd by libzstd. */
#include <stdlib.h>
#include <string.h>

#include <zlib.h>
#include <zstd.h>

#include "datasets/bytes_private.h"
#include "datasets/xlsx.h"

enum { CHUNK = 1 << 30 }; /* zlib counts in unsigned int */

sn_status sn_unpack_fail_damaged(const sn_bytes *bytes, const char *format, const char *reason,
                                 sn_error *err)
{
    return sn_fail(err, SN_EDATA, "\"%s\" is a damaged %s file: %s", bytes->name, format,
                   reason);
}

/* ------------------------------------------------------------------------------- gzip */

struct gzip {
    z_stream stream;
    size_t taken;
    bool ended;
};

static sn_status open_gzip(const sn_bytes *bytes, void **state, uint64_t *packed,
                           uint64_t *stated, sn_error *err)
{
    struct gzip *g = calloc(1, sizeof *g);

    (void)stated;
    *packed = bytes->stored_size;
    if (g == NULL || inflateInit2(&g->stream, 15 + 16) != Z_OK) {
        free(g);
        return sn_nomem(err, "zlib");
    }
    *state = g;
    return SN_OK;
}

/* A gzip file may hold several members one after another; what follows the last is ignored, as
 * gzip itself does. */
static void end_member(const sn_bytes *bytes, struct gzip *g)
{
    const size_t at = g->taken - g->stream.avail_in, left = bytes->stored_size - at;

    if (sn_packing_of(bytes->stored + at, left) != SN_PACKED_GZIP)
        g->ended = true;
    else
        (void)inflateReset(&g->stream);
}

static sn_status read_gzip(const sn_bytes *bytes, void *state, char *to, size_t room,
                           size_t *got, sn_error *err)
{
    struct gzip *g = state;
    z_stream *stream = &g->stream;

    *got = 0;
    while (*got == 0 && !g->ended) {
        if (stream->avail_in == 0 && g->taken < bytes->stored_size) {
            const size_t left = bytes->stored_size - g->taken;
            stream->avail_in = left < CHUNK ? (uInt)left : CHUNK;
            stream->next_in = (z_const Bytef *)(bytes->stored + g->taken);
            g->taken += stream->avail_in;
        }
        stream->next_out = (Bytef *)to;
        stream->avail_out = room < CHUNK ? (uInt)room : CHUNK;
        const int code = inflate(stream, Z_NO_FLUSH);
        *got = (size_t)((char *)stream->next_out - to);
        if (code == Z_STREAM_END)
            end_member(bytes, g);
        else if (code == Z_MEM_ERROR)
            return sn_nomem(err, "zlib");
        else if (code == Z_BUF_ERROR && stream->avail_out > 0)
            return sn_unpack_fail_damaged(bytes, "gzip", "it is cut short", err);
        else if (code != Z_OK && code != Z_BUF_ERROR)
            return sn_unpack_fail_damaged(bytes, "gzip",
                                          stream->msg != NULL ? stream->msg : "no reason", err);
    }
    return SN_OK;
}

static void close_gzip(void *state)
{
    struct gzip *g = state;

    (void)inflateEnd(&g->stream);
    free(g);
}

const sn_unpacking sn_unpacking_gzip = {open_gzip, read_gzip, close_gzip};

/* ------------------------------------------------------------------------------- zstd */

struct zstd {
    ZSTD_DStream *stream;
    ZSTD_inBuffer in;
    size_t hint; /* 0: a frame has just ended */
};

static sn_status open_zstd(const sn_bytes *bytes, void **state, uint64_t *packed,
                           uint64_t *stated, sn_error *err)
{
    const unsigned long long size = ZSTD_getFrameContentSize(bytes->stored, bytes->stored_size);
    struct zstd *z = calloc(1, sizeof *z);

    *packed = bytes->stored_size;
    if (size != ZSTD_CONTENTSIZE_UNKNOWN && size != ZSTD_CONTENTSIZE_ERROR)
        *stated = size;
    if (z != NULL)
        z->stream = ZSTD_createDStream();
    if (z == NULL || z->stream == NULL) {
        free(z);
        return sn_nomem(err, "zstd");
    }
    z->in = (ZSTD_inBuffer){bytes->stored, bytes->stored_size, 0};
    z->hint = 1;
    *state = z;
    return SN_OK;
}

static sn_status read_zstd(const sn_bytes *bytes, void *state, char *to, size_t room,
                           size_t *got, sn_error *err)
{
    struct zstd *z = state;
    ZSTD_outBuffer out = {to, room, 0};

    while (out.pos == 0 && !(z->in.pos == z->in.size && z->hint == 0)) {
        const size_t before = z->in.pos;
        z->hint = ZSTD_decompressStream(z->stream, &out, &z->in);
        if (ZSTD_isError(z->hint))
            return sn_unpack_fail_damaged(bytes, "zstd", ZSTD_getErrorName(z->hint), err);
        if (z->hint != 0 && z->in.pos == before && out.pos == 0)
            return sn_unpack_fail_damaged(bytes, "zstd", "it is cut short", err);
    }
    *got = out.pos;
    return SN_OK;
}

static void close_zstd(void *state)
{
    struct zstd *z = state;

    (void)ZSTD_freeDStream(z->stream);
    free(z);
}

const sn_unpacking sn_unpacking_zstd = {open_zstd, read_zstd, close_zstd};

/* ------------------------------------------------------------------------ any of them */

struct sn_unpacker {
    const sn_bytes *bytes;
    const sn_unpacking *way;
    void *state;
    uint64_t packed, made;
};

/* Whether so many bytes may come out of it. */
static sn_status check_size(const sn_unpacker *u, uint64_t made, sn_error *err)
{
    if (made > u->bytes->limit)
        return sn_bytes_refuse(u->bytes->name, u->bytes->limit, err);
    if (made > SN_BYTES_FREE && made / SN_BYTES_RATIO > u->packed)
        return sn_fail(err, SN_EDATA,
                       "\"%s\" unpacks to more than %d times its size: no table does, so it is "
                       "not read",
                       u->bytes->name, SN_BYTES_RATIO);
    return SN_OK;
}

sn_status sn_unpacker_open(const sn_bytes *bytes, sn_unpacker **unpacker, sn_error *err)
{
    static const sn_unpacking *const ways[] = {[SN_PACKED_GZIP] = &sn_unpacking_gzip,
                                               [SN_PACKED_ZSTD] = &sn_unpacking_zstd,
                                               [SN_PACKED_XZ] = &sn_unpacking_xz,
                                               [SN_PACKED_ZIP] = &sn_unpacking_zip};
    sn_unpacker *u = calloc(1, sizeof *u);
    uint64_t stated = 0;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(u, "unpacking");
    u->bytes = bytes;
    u->way = ways[sn_packing_of(bytes->stored, bytes->stored_size)];
    SN_TRY(u->way->open(bytes, &u->state, &u->packed, &stated, err));
    SN_TRY(check_size(u, stated, err));
    *unpacker = u;
    u = NULL;
out:
    sn_unpacker_close(u);
    return status;
}

sn_status sn_unpacker_read(sn_unpacker *unpacker, char *to, size_t room, size_t *got,
                           sn_error *err)
{
    sn_unpacker *u = unpacker;
    sn_status status = SN_OK;
    size_t some = 1;

    *got = 0;
    while (*got < room && some > 0) {
        SN_TRY(u->way->read(u->bytes, u->state, to + *got, room - *got, &some, err));
        *got += some;
        u->made += some;
        SN_TRY(check_size(u, u->made, err));
    }
out:
    return status;
}

void sn_unpacker_close(sn_unpacker *unpacker)
{
    if (unpacker == NULL)
        return;
    if (unpacker->state != NULL)
        unpacker->way->close(unpacker->state);
    free(unpacker);
}
