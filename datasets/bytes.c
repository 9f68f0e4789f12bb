/* bytes.c - files are mapped, streams are read, packed input is unpacked; then one look whether
 * the result can be text at all. */
#include "datasets/bytes.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/bytes_private.h"
#include "graph/image.h"

sn_status sn_bytes_refuse(const char *name, uint64_t limit, sn_error *err)
{
    const uint64_t gib = (uint64_t)1 << 30;
    const bool whole = limit % gib == 0;

    return sn_fail(err, SN_ENOMEM, "\"%s\" takes more than %llu %s of memory, the limit", name,
                   (unsigned long long)(whole ? limit / gib : limit), whole ? "GiB" : "bytes");
}

sn_status sn_block_grow(sn_block *block, sn_error *err)
{
    if (block->size < block->room)
        return SN_OK;
    if (block->room >= block->limit)
        return sn_bytes_refuse(block->name, block->limit, err);

    uint64_t room = block->room < 65536 ? 65536 : (uint64_t)block->room * 2;
    if (room > block->limit)
        room = block->limit;
    char *grown = realloc(block->data, (size_t)room);
    if (grown == NULL)
        return sn_nomem(err, block->name);
    block->data = grown;
    block->room = (size_t)room;
    return SN_OK;
}

sn_packing sn_packing_of(const char *data, size_t size)
{
    if (size >= 2 && memcmp(data, "\x1f\x8b", 2) == 0)
        return SN_PACKED_GZIP;
    if (size >= 4 && memcmp(data, "\x28\xb5\x2f\xfd", 4) == 0)
        return SN_PACKED_ZSTD;
    if (size >= 6 && memcmp(data,
                            "\xfd"
                            "7zXZ\0",
                            6) == 0)
        return SN_PACKED_XZ;
    if (size >= 4 && (memcmp(data, "PK\3\4", 4) == 0 || memcmp(data, "PK\5\6", 4) == 0))
        return SN_PACKED_ZIP;
    return SN_PACKED_NOT;
}

/* `cannot open "x": no such file or directory`, with the system's reason in lower case. */
static sn_status fail_system(sn_error *err, const char *verb, const char *name, int code)
{
    char reason[128];

    (void)snprintf(reason, sizeof reason, "%s", strerror(code));
    reason[0] = (char)tolower((unsigned char)reason[0]);
    return sn_fail(err, SN_EIO, "cannot %s \"%s\": %s", verb, name, reason);
}

static sn_status copy_name(const char *name, const char *member, char **copy, sn_error *err)
{
    const size_t room = strlen(name) + (member != NULL ? strlen(member) + 1 : 0) + 1;

    *copy = malloc(room);
    if (*copy == NULL)
        return sn_nomem(err, "a file name");
    (void)snprintf(*copy, room, "%s%s%s", name, member != NULL ? "#" : "",
                   member != NULL ? member : "");
    return SN_OK;
}

static sn_status read_stream(int fd, uint64_t limit, sn_bytes *bytes, sn_error *err)
{
    sn_block block = {.limit = limit < UINT64_MAX ? limit + 1 : limit, .name = bytes->name};
    sn_status status = SN_OK;
    ssize_t got;

    do {
        SN_TRY(sn_block_grow(&block, err));
        got = read(fd, block.data + block.size, block.room - block.size);
        if (got < 0 && errno != EINTR) {
            status = fail_system(err, "read", bytes->name, errno);
            goto out;
        }
        block.size += got > 0 ? (size_t)got : 0;
        if (block.size > limit) {
            status = sn_bytes_refuse(bytes->name, limit, err);
            goto out;
        }
    } while (got != 0);
    bytes->stored = bytes->stored_heap = block.data;
    bytes->stored_size = block.size;
    block.data = NULL;
out:
    free(block.data);
    return status;
}

/* Take what is stored: a mapping of a plain file, else a copy. */
static sn_status take_stored(const char *path, uint64_t limit, sn_bytes *bytes, sn_error *err)
{
    const bool from_stdin = strcmp(path, "-") == 0;
    const int fd = from_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    sn_status status = SN_OK;
    struct stat info;

    if (fd < 0)
        return fail_system(err, "open", path, errno);
    if (fstat(fd, &info) != 0)
        status = fail_system(err, "open", path, errno);
    else if (S_ISDIR(info.st_mode))
        status = fail_system(err, "read", bytes->name, EISDIR);
    else if (S_ISREG(info.st_mode) && info.st_size > 0 && !from_stdin) {
        void *map = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (map == MAP_FAILED) {
            status = fail_system(err, "read", path, errno);
        } else {
            (void)posix_madvise(map, (size_t)info.st_size, POSIX_MADV_SEQUENTIAL);
            bytes->stored = bytes->map = map;
            bytes->stored_size = (size_t)info.st_size;
        }
    } else {
        status = read_stream(fd, limit, bytes, err); /* a pipe, or a file of unknown size */
    }
    if (!from_stdin)
        (void)close(fd);
    return status;
}

/* Unpack up to `most` bytes; *whole: and that was all. */
static sn_status unpack(sn_bytes *bytes, size_t most, bool *whole, sn_error *err)
{
    sn_block block = {.limit = bytes->limit, .name = bytes->name};
    sn_unpacker *unpacker = NULL;
    sn_status status = SN_OK;
    size_t got;

    *whole = false;
    SN_TRY(sn_unpacker_open(bytes, &unpacker, err));
    while (!*whole && block.size < most) {
        SN_TRY(sn_block_grow(&block, err));
        const size_t free_room = block.room - block.size, left = most - block.size;
        const size_t room = free_room < left ? free_room : left;
        SN_TRY(sn_unpacker_read(unpacker, block.data + block.size, room, &got, err));
        block.size += got;
        *whole = got < room;
    }
    free(bytes->unpacked);
    bytes->data = bytes->unpacked = block.data;
    bytes->size = block.size;
    block.data = NULL;
out:
    sn_unpacker_close(unpacker);
    free(block.data);
    return status;
}

sn_status sn_bytes_fail_nul(const char *name, uint64_t offset, sn_error *err)
{
    return sn_fail(err, SN_EDATA, "\"%s\" is not a text file: byte %llu is NUL", name,
                   (unsigned long long)offset + 1);
}

sn_status sn_bytes_check_head(const sn_bytes *bytes, sn_error *err)
{
    enum { LOOK_AT = 64 << 10 };
    const char *data = bytes->data;
    const size_t size = bytes->is_unchecked && bytes->size > LOOK_AT ? LOOK_AT : bytes->size;

    if (bytes->is_image)
        return SN_OK;
    if (bytes->size == 0)
        return sn_fail(err, SN_EDATA, "\"%s\" is empty", bytes->name);
    if (bytes->size >= 2 &&
        (memcmp(data, "\xff\xfe", 2) == 0 || memcmp(data, "\xfe\xff", 2) == 0))
        return sn_fail(err, SN_EDATA, "\"%s\" is UTF-16; save it as UTF-8", bytes->name);
    const char *nul = memchr(data, '\0', size);
    return nul != NULL ? sn_bytes_fail_nul(bytes->name, (uint64_t)(nul - data), err) : SN_OK;
}

/* From what is stored to text: all of it, or as much as tells what it is. */
static sn_status open_stored(sn_bytes *bytes, const char *member, bool as_table, sn_error *err)
{
    const sn_packing packing = sn_packing_of(bytes->stored, bytes->stored_size);
    sn_block sheet = {.limit = bytes->limit, .name = bytes->name};
    char *found = NULL, *name = NULL;
    bool whole = true;
    sn_status status = SN_OK;

    if (as_table)
        bytes->hashing = sn_hashing_start(bytes->stored, bytes->stored_size);
    if (packing == SN_PACKED_ZIP) {
        SN_TRY(sn_unpack_zip_find(bytes, member, &bytes->member, &sheet, &found, err));
        SN_TRY(copy_name(bytes->name, found, &name, err));
        free(bytes->name);
        bytes->name = name;
    }
    if (packing == SN_PACKED_ZIP && bytes->member == SN_BYTES_SHEET) {
        bytes->data = bytes->unpacked = sheet.data;
        bytes->size = sheet.size;
        sheet.data = NULL;
    } else if (packing == SN_PACKED_NOT) {
        bytes->data = bytes->stored;
        bytes->size = bytes->stored_size;
        bytes->is_unchecked = as_table;
    } else {
        SN_TRY(unpack(bytes, as_table ? SN_BYTES_HEAD : SIZE_MAX, &whole, err));
        bytes->is_partial = !whole;
        bytes->is_unchecked = !whole;
    }
    bytes->is_image = as_table && sn_image_is(bytes->data, bytes->size);
    SN_TRY(sn_bytes_check_head(bytes, err));
out:
    free(sheet.data);
    free(found);
    return status;
}

static sn_status open_path(const char *path, const char *member, uint64_t limit, bool as_table,
                           sn_bytes *bytes, sn_error *err)
{
    sn_status status = SN_OK;

    bytes->limit = limit;
    SN_TRY(
        copy_name(strcmp(path, "-") == 0 ? "standard input" : path, NULL, &bytes->name, err));
    SN_TRY(take_stored(path, limit, bytes, err));
    SN_TRY(open_stored(bytes, member, as_table, err));
out:
    if (status != SN_OK)
        sn_bytes_clear(bytes);
    return status;
}

size_t sn_bytes_file_of(const char *path)
{
    const char *mark = strrchr(path, '#');
    struct stat info;
    char file[4096];

    if (mark == NULL || mark == path || (size_t)(mark - path) >= sizeof file ||
        stat(path, &info) == 0)
        return strlen(path);
    memcpy(file, path, (size_t)(mark - path));
    file[mark - path] = '\0';
    return stat(file, &info) == 0 && S_ISREG(info.st_mode) ? (size_t)(mark - path) : strlen(path);
}

/* FILE#PART: open the part of the file. */
static sn_status open_part(const char *path, size_t length, uint64_t limit, bool as_table,
                           sn_bytes *bytes, sn_error *err)
{
    char *file = strdup(path);

    if (file == NULL)
        return sn_nomem(err, "a file name");
    file[length] = '\0';
    const sn_status status =
        sn_bytes_is_zip(file)
            ? open_path(file, file + length + 1, limit, as_table, bytes, err)
            : sn_fail(err, SN_EDATA, "\"%s\" is neither a zip archive nor a workbook: it has no "
                      "part \"%s\"", file, file + length + 1);
    free(file);
    return status;
}

static sn_status open_named(const char *path, const char *member, uint64_t limit, bool as_table,
                            sn_bytes *bytes, sn_error *err)
{
    const size_t length = sn_bytes_file_of(path);

    if (member == NULL && path[length] == '#')
        return open_part(path, length, limit, as_table, bytes, err);
    return open_path(path, member, limit, as_table, bytes, err);
}

sn_status sn_bytes_open(const char *path, const char *member, uint64_t limit, sn_bytes *bytes,
                        sn_error *err)
{
    return open_named(path, member, limit, false, bytes, err);
}

sn_status sn_bytes_open_table(const char *path, const char *member, uint64_t limit,
                              sn_bytes *bytes, sn_error *err)
{
    return open_named(path, member, limit, true, bytes, err);
}

sn_status sn_bytes_complete(sn_bytes *bytes, sn_error *err)
{
    sn_status status = SN_OK;
    bool whole;

    if (bytes->is_partial)
        SN_TRY(unpack(bytes, SIZE_MAX, &whole, err));
    bytes->is_partial = false;
    if (bytes->is_unchecked) {
        bytes->is_unchecked = false;
        SN_TRY(sn_bytes_check_head(bytes, err));
    }
out:
    return status;
}

sn_status sn_bytes_memory(const char *name, const void *data, size_t size, sn_bytes *bytes,
                          sn_error *err)
{
    sn_status status = SN_OK;

    bytes->limit = SN_BYTES_LIMIT;
    bytes->stored = data;
    bytes->stored_size = size;
    SN_TRY(copy_name(name, NULL, &bytes->name, err));
    SN_TRY(open_stored(bytes, NULL, false, err));
out:
    if (status != SN_OK)
        sn_bytes_clear(bytes);
    return status;
}

bool sn_bytes_is_zip(const char *path)
{
    char head[4];
    struct stat info;
    FILE *file = NULL;
    size_t got = 0;

    if (stat(path, &info) == 0 && S_ISREG(info.st_mode)) /* never take bytes from a pipe */
        file = fopen(path, "rb");
    if (file != NULL) {
        got = fread(head, 1, sizeof head, file);
        (void)fclose(file);
    }
    return sn_packing_of(head, got) == SN_PACKED_ZIP;
}

sn_status sn_bytes_zip_holds(const char *path, const char *member, size_t *count, sn_error *err)
{
    sn_bytes bytes = {0};
    sn_status status = SN_OK;

    SN_TRY(copy_name(path, NULL, &bytes.name, err));
    SN_TRY(take_stored(path, SN_BYTES_LIMIT, &bytes, err));
    SN_TRY(sn_unpack_zip_count(&bytes, member, count, err));
out:
    sn_bytes_clear(&bytes);
    return status;
}

const char *sn_bytes_sha256(sn_bytes *bytes)
{
    if (bytes->hashing != NULL) {
        sn_hashing_end(bytes->hashing, bytes->sha256);
        bytes->hashing = NULL;
    }
    if (bytes->sha256[0] == '\0')
        sn_sha256_hex(bytes->stored, bytes->stored_size, bytes->sha256);
    return bytes->sha256;
}

bool sn_bytes_is_hashing(const sn_bytes *bytes)
{
    return bytes->hashing != NULL;
}

void sn_bytes_clear(sn_bytes *bytes)
{
    sn_hashing_end(bytes->hashing, NULL);
    free(bytes->unpacked);
    free(bytes->stored_heap);
    if (bytes->map != NULL)
        (void)munmap(bytes->map, bytes->stored_size);
    free(bytes->name);
    *bytes = (sn_bytes){0};
}
