/* bytes_private.h - between bytes.c and unpack.c only. */
#ifndef SN_DATASETS_BYTES_PRIVATE_H
#define SN_DATASETS_BYTES_PRIVATE_H

#include "datasets/bytes.h"

/* A growing block of memory with a limit; `name` is for the message when it is passed. */
typedef struct {
    char *data;
    size_t size, room;
    uint64_t limit;
    const char *name;
} sn_block;

/* Make room for at least one more byte; SN_ENOMEM at the limit. */
sn_status sn_block_grow(sn_block *block, sn_error *err);

/* "takes more than 8 GiB of memory, the limit": SN_ENOMEM. */
sn_status sn_block_refuse(const sn_block *block, sn_error *err);

typedef enum { SN_PACKED_NOT, SN_PACKED_GZIP, SN_PACKED_ZSTD, SN_PACKED_XZ, SN_PACKED_ZIP } sn_packing;

sn_packing sn_packing_of(const char *data, size_t size);

/* Fill a zeroed block with the unpacked bytes; the caller frees block->data in any case. */
sn_status sn_unpack_gzip(const sn_bytes *bytes, sn_block *block, sn_error *err);
sn_status sn_unpack_zstd(const sn_bytes *bytes, sn_block *block, sn_error *err);
sn_status sn_unpack_xz(const sn_bytes *bytes, sn_block *block, sn_error *err);

/* The one file that `member` means, and its name (owned by the caller). */
sn_status sn_unpack_zip(const sn_bytes *bytes, const char *member, sn_block *block, char **found,
                        sn_error *err);
sn_status sn_unpack_zip_count(const sn_bytes *bytes, const char *member, size_t *count,
                              sn_error *err);

#endif /* SN_DATASETS_BYTES_PRIVATE_H */
