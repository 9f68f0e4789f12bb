/* bytes.h - the bytes of one input, wherever they come from and however they are packed. */
#ifndef SN_DATASETS_BYTES_H
#define SN_DATASETS_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"

/** SN_BYTES_LIMIT - how much memory an unpacked input or standard input may take [bytes]. */
#define SN_BYTES_LIMIT ((uint64_t)8 << 30)

/** SN_BYTES_RATIO - what unpacks to more than this times its size, and to more than
 *  SN_BYTES_FREE bytes, is refused: tables pack to a tenth, a hundredth at best. */
enum { SN_BYTES_RATIO = 250, SN_BYTES_FREE = 64 << 20 };

/** SN_BYTES_HEAD - how much of a packed table is unpacked to see what it is [bytes]. */
enum { SN_BYTES_HEAD = 1 << 20 };

/** sn_slice - some bytes of somebody else; not NUL-terminated. */
typedef struct {
    const char *text;
    size_t length;
} sn_slice;

/** sn_bytes - an opened input; zeroed it is empty and may be cleared. */
typedef struct {
    const char *data; /* the text itself, unpacked; lent until sn_bytes_clear */
    size_t size;
    char *name; /* for messages: "flows.csv", "net.zip#flows.csv", "standard input" */

    const char *stored; /* as it was stored, still packed */
    size_t stored_size;
    char sha256[65]; /* "" until sn_bytes_sha256 */

    bool is_partial;   /* `data` is only the beginning: see sn_bytes_open_table */
    bool is_image;     /* not text: an image of a network (image_file.h), of sn_bytes_open_table */
    bool is_unchecked; /* nobody has looked yet whether it is text, but for its beginning */

    uint64_t limit;             /* of sn_bytes_open                                     */
    uint64_t member;            /* the file in a zip archive                            */
    void *unpacked;             /* owned, or NULL */
    void *stored_heap;          /* owned, or NULL */
    void *map;                  /* a mapped file, or NULL */
    struct sn_hashing *hashing; /* the hash is made on the side, or NULL */
} sn_bytes;

/**
 * sn_bytes_open - open a text input.
 *
 * A plain file is mapped, not read; it must not shrink while it is in use.  Packed input is
 * known by its first bytes, not by its name: gzip, zstd, xz, zip and XLSX.
 *
 * path    [in]   a file, FILE#PART where only FILE is one, or "-" for standard input
 * member  [in]   for a zip archive: a pattern (* and ?) for the file's name in it, without its
 *                folder, for a workbook (XLSX) the sheet, which is unpacked as CSV; NULL means
 *                PART, or the only one in it
 * limit   [in]   most bytes that unpacking may take, usually SN_BYTES_LIMIT
 * bytes   [out]  zeroed before the call; cleared by sn_bytes_clear
 *
 * Returns  SN_OK; SN_EIO when the input cannot be opened or read, or is a directory; SN_EDATA
 *          when it is empty, damaged, UTF-16 or not text, or when no file or several files in
 *          an archive are meant, when one of them climbs out of it (../x, /x), or for what
 *          SN_BYTES_RATIO forbids; SN_ENOMEM when the limit would be passed - for zip and zstd
 *          before memory is taken, where they state their size.
 * Cost     O(size): unpacking, and a search for NUL bytes.
 */
sn_status sn_bytes_open(const char *path, const char *member, uint64_t limit, sn_bytes *bytes,
                        sn_error *err);

/**
 * sn_bytes_open_table - the same for a table that csv.h reads, which may be large.
 *
 * Of a plain file only the beginning is looked at here; sn_csv_open looks at the rest, on
 * several threads.  Packed input that is longer than SN_BYTES_HEAD is unpacked that far only
 * (bytes->is_partial); csv.h unpacks it piece by piece as it reads.  The SHA-256 of large input
 * is made on the side, by a thread of its own.
 *
 * An image of a network (graph/image.h) is accepted here although it is no text.
 *
 * Whoever wants all bytes after all calls sn_bytes_complete.
 */
sn_status sn_bytes_open_table(const char *path, const char *member, uint64_t limit,
                              sn_bytes *bytes, sn_error *err);

/** sn_bytes_complete - unpack and check what sn_bytes_open_table left: then all is as after
 *  sn_bytes_open, whose failures it has.  bytes->data may move. */
sn_status sn_bytes_complete(sn_bytes *bytes, sn_error *err);

/**
 * sn_bytes_memory - the same for bytes in memory, such as the built-in data.
 *
 * name        [in]  for messages; copied
 * data, size  [in]  borrowed: must outlive *bytes
 */
sn_status sn_bytes_memory(const char *name, const void *data, size_t size, sn_bytes *bytes,
                          sn_error *err);

/** sn_bytes_is_zip - whether a path is a file that starts as a zip archive does. */
bool sn_bytes_is_zip(const char *path);

/** sn_bytes_file_of - the length of FILE in a path FILE#PART, where FILE is a file and the whole is
 *  not; else of the whole path. */
size_t sn_bytes_file_of(const char *path);

/** sn_bytes_zip_holds - how many files in a zip archive, or sheets in a workbook, a
 *  member pattern means.  SN_EIO,
 *  SN_EDATA when it is no readable archive. */
sn_status sn_bytes_zip_holds(const char *path, const char *member, size_t *count,
                             sn_error *err);

/** sn_sha256_hex - SHA-256 of some bytes: 64 hexadecimal digits and a NUL. */
void sn_sha256_hex(const void *data, size_t size, char hex[65]);

/** sn_bytes_sha256 - SHA-256 of the bytes as stored, 64 hexadecimal digits; made on first call,
 *  O(stored size), or waited for. */
const char *sn_bytes_sha256(sn_bytes *bytes);

/** sn_bytes_is_hashing - whether sn_bytes_sha256 would have to wait. */
bool sn_bytes_is_hashing(const sn_bytes *bytes);

/** sn_bytes_clear - release everything; zeroed bytes are fine. */
void sn_bytes_clear(sn_bytes *bytes);

#endif /* SN_DATASETS_BYTES_H */
