/* unpack_xz.c - xz by liblzma, within a limit. */
#include <lzma.h>

#include "datasets/bytes_private.h"

/* `xz -9` asks for 65 MiB to unpack; what asks for more than this was made to hurt. */
#define DICTIONARY_LIMIT ((uint64_t)256 << 20)

static sn_status fail(const sn_bytes *bytes, lzma_ret code, sn_error *err)
{
    const char *reason = code == LZMA_BUF_ERROR || code == LZMA_OK ? "it is cut short"
                         : code == LZMA_OPTIONS_ERROR ? "it uses an option that is not known"
                         : code == LZMA_FORMAT_ERROR  ? "it does not begin as an xz file does"
                                                      : "its check sums do not agree";

    if (code == LZMA_MEM_ERROR)
        return sn_nomem(err, "xz");
    if (code == LZMA_MEMLIMIT_ERROR)
        return sn_fail(err, SN_ENOMEM,
                       "\"%s\" needs more than %d MiB to be unpacked, the limit", bytes->name,
                       (int)(DICTIONARY_LIMIT >> 20));
    return sn_fail(err, SN_EDATA, "\"%s\" is a damaged xz file: %s", bytes->name, reason);
}

sn_status sn_unpack_xz(const sn_bytes *bytes, sn_block *block, sn_error *err)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    sn_status status = SN_OK;
    lzma_ret code = lzma_stream_decoder(&stream, DICTIONARY_LIMIT, LZMA_CONCATENATED);

    if (code != LZMA_OK)
        return fail(bytes, LZMA_MEM_ERROR, err);
    stream.next_in = (const uint8_t *)bytes->stored;
    stream.avail_in = bytes->stored_size;
    while (code != LZMA_STREAM_END) {
        SN_TRY(sn_block_grow(block, err));
        stream.next_out = (uint8_t *)block->data + block->size;
        stream.avail_out = block->room - block->size;
        code = lzma_code(&stream, LZMA_FINISH); /* all input is there from the start */
        block->size = block->room - stream.avail_out;
        if (code != LZMA_OK && code != LZMA_STREAM_END) {
            status = fail(bytes, code, err);
            goto out;
        }
    }
out:
    lzma_end(&stream);
    return status;
}
