/* bytes_private.h - between bytes.c, the unpack files and csv_feed.c only. */
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
sn_status sn_bytes_refuse(const char *name, uint64_t limit, sn_error *err);

typedef enum {
    SN_PACKED_NOT,
    SN_PACKED_GZIP,
    SN_PACKED_ZSTD,
    SN_PACKED_XZ,
    SN_PACKED_ZIP
} sn_packing;

sn_packing sn_packing_of(const char *data, size_t size);

/* Can these first bytes be text? */
sn_status sn_bytes_check_head(const sn_bytes *bytes, sn_error *err);
sn_status sn_bytes_fail_nul(const char *name, uint64_t offset, sn_error *err);

/* ---- unpacking as a stream, from the beginning; several of them may run on one input ---- */

typedef struct sn_unpacker sn_unpacker;

/* bytes->stored, packed as sn_packing_of says, and of a zip archive file bytes->member.
 * SN_ENOMEM when the input states that it is larger than bytes->limit. */
sn_status sn_unpacker_open(const sn_bytes *bytes, sn_unpacker **unpacker, sn_error *err);

/* The next `room` bytes, fewer only at the end.  Fails as sn_bytes_open says. */
sn_status sn_unpacker_read(sn_unpacker *unpacker, char *to, size_t room, size_t *got,
                           sn_error *err);
void sn_unpacker_close(sn_unpacker *unpacker);

/* One way of packing.  `read` gives at least one byte, or 0 at the end. */
typedef struct {
    sn_status (*open)(const sn_bytes *bytes, void **state, uint64_t *packed, uint64_t *stated,
                      sn_error *err);
    sn_status (*read)(const sn_bytes *bytes, void *state, char *to, size_t room, size_t *got,
                      sn_error *err);
    void (*close)(void *state);
} sn_unpacking;

extern const sn_unpacking sn_unpacking_gzip, sn_unpacking_zstd, sn_unpacking_xz,
    sn_unpacking_zip;

sn_status sn_unpack_fail_damaged(const sn_bytes *bytes, const char *format, const char *reason,
                                 sn_error *err);

/* The one file in a zip archive that `member` means, and its name (owned by the caller).  Of a
 * workbook the index is SN_BYTES_SHEET, and the sheet is unpacked into sheet->data, which the
 * caller frees in any case. */
#define SN_BYTES_SHEET UINT64_MAX
sn_status sn_unpack_zip_find(const sn_bytes *bytes, const char *member, uint64_t *index,
                             sn_block *sheet, char **found, sn_error *err);
sn_status sn_unpack_zip_count(const sn_bytes *bytes, const char *member, size_t *count,
                              sn_error *err);

/* ---- hashing on the side ---- */

/* Start a thread that hashes; NULL when there is none to be had, or nothing worth it. */
struct sn_hashing *sn_hashing_start(const char *data, size_t size);
/* Wait for the result, or for the end where nobody wants it (hex NULL), and free. */
void sn_hashing_end(struct sn_hashing *hashing, char hex[65]);

#endif /* SN_DATASETS_BYTES_PRIVATE_H */
