/* unpack.c - gzip by zlib, zstd by libzstd, zip by libzip, each within a limit. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zip.h>
#include <zlib.h>
#include <zstd.h>

#include "datasets/bytes_private.h"
#include "datasets/xlsx.h"

enum { CHUNK = 1 << 30 }; /* zlib counts in unsigned int */

static sn_status fail_damaged(const sn_bytes *bytes, const char *format, const char *reason,
                              sn_error *err)
{
    return sn_fail(err, SN_EDATA, "\"%s\" is a damaged %s file: %s", bytes->name, format,
                   reason);
}

/* A gzip file may hold several members one after another; what follows the last is ignored, as
 * gzip itself does. */
sn_status sn_unpack_gzip(const sn_bytes *bytes, sn_block *block, sn_error *err)
{
    z_stream stream = {0};
    sn_status status = SN_OK;
    size_t taken = 0;
    int code = inflateInit2(&stream, 15 + 16);

    if (code != Z_OK)
        return sn_nomem(err, "zlib");
    for (;;) {
        if (stream.avail_in == 0 && taken < bytes->stored_size) {
            const size_t left = bytes->stored_size - taken;
            stream.avail_in = left < CHUNK ? (uInt)left : CHUNK;
            stream.next_in = (z_const Bytef *)(bytes->stored + taken);
            taken += stream.avail_in;
        }
        SN_TRY(sn_block_grow(block, err));
        const size_t room = block->room - block->size;
        stream.next_out = (Bytef *)(block->data + block->size);
        stream.avail_out = room < CHUNK ? (uInt)room : CHUNK;
        code = inflate(&stream, Z_NO_FLUSH);
        block->size = (size_t)((char *)stream.next_out - block->data);
        if (code == Z_STREAM_END) {
            const size_t at = taken - stream.avail_in, left = bytes->stored_size - at;
            if (sn_packing_of(bytes->stored + at, left) != SN_PACKED_GZIP)
                break;
            (void)inflateReset(&stream);
        } else if (code == Z_MEM_ERROR) {
            status = sn_nomem(err, "zlib");
            goto out;
        } else if (code == Z_BUF_ERROR && stream.avail_out > 0) {
            status = fail_damaged(bytes, "gzip", "it is cut short", err);
            goto out;
        } else if (code != Z_OK && code != Z_BUF_ERROR) {
            status =
                fail_damaged(bytes, "gzip", stream.msg != NULL ? stream.msg : "no reason", err);
            goto out;
        }
    }
out:
    (void)inflateEnd(&stream);
    return status;
}

sn_status sn_unpack_zstd(const sn_bytes *bytes, sn_block *block, sn_error *err)
{
    const unsigned long long stated =
        ZSTD_getFrameContentSize(bytes->stored, bytes->stored_size);
    ZSTD_DStream *stream = ZSTD_createDStream();
    ZSTD_inBuffer in = {bytes->stored, bytes->stored_size, 0};
    sn_status status = SN_OK;
    size_t hint = 1;

    SN_TRY_ALLOC(stream, "zstd");
    if (stated != ZSTD_CONTENTSIZE_UNKNOWN && stated != ZSTD_CONTENTSIZE_ERROR &&
        stated > block->limit) {
        status = sn_block_refuse(block, err);
        goto out;
    }
    for (;;) {
        SN_TRY(sn_block_grow(block, err));
        ZSTD_outBuffer out = {block->data, block->room, block->size};
        const size_t before_in = in.pos, before_out = out.pos;
        hint = ZSTD_decompressStream(stream, &out, &in);
        block->size = out.pos;
        if (ZSTD_isError(hint)) {
            status = fail_damaged(bytes, "zstd", ZSTD_getErrorName(hint), err);
            goto out;
        }
        if (in.pos == in.size && hint == 0)
            break;
        if (in.pos == before_in && out.pos == before_out && out.pos < out.size) {
            status = fail_damaged(bytes, "zstd", "it is cut short", err);
            goto out;
        }
    }
out:
    (void)ZSTD_freeDStream(stream);
    return status;
}

static sn_status open_zip(const sn_bytes *bytes, zip_t **archive, sn_error *err)
{
    zip_error_t reason;
    zip_source_t *source;
    sn_status status = SN_OK;

    zip_error_init(&reason);
    *archive = NULL;
    source = zip_source_buffer_create(bytes->stored, bytes->stored_size, 0, &reason);
    if (source != NULL)
        *archive = zip_open_from_source(source, ZIP_RDONLY, &reason);
    if (*archive == NULL) {
        status = fail_damaged(bytes, "zip", zip_error_strerror(&reason), err);
        if (source != NULL)
            zip_source_free(source);
    }
    zip_error_fini(&reason);
    return status;
}

static const char *base_name(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL ? slash + 1 : name;
}

/* Folders and what file managers leave behind are no files of the user. */
static bool is_user_file(const char *name)
{
    const char *base = base_name(name);
    return base[0] != '\0' && base[0] != '.' && strncmp(name, "__MACOSX/", 9) != 0;
}

/* Nothing is ever written, but an archive that was made to overwrite files is not to be trusted. */
static bool climbs_out(const char *name)
{
    if (name[0] == '/' || name[0] == '\\')
        return true;
    for (const char *part = name; part != NULL; part = strchr(part, '/')) {
        part += part[0] == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
            return true;
    }
    return false;
}

static size_t count_members(zip_t *archive, const char *member, zip_uint64_t *last)
{
    const zip_int64_t entries = zip_get_num_entries(archive, 0);
    size_t count = 0;

    for (zip_int64_t i = 0; i < entries; i++) {
        const char *name = zip_get_name(archive, (zip_uint64_t)i, 0);
        if (name == NULL || !is_user_file(name))
            continue;
        if (member != NULL && fnmatch(member, name, 0) != 0 &&
            fnmatch(member, base_name(name), 0) != 0)
            continue;
        *last = (zip_uint64_t)i;
        count++;
    }
    return count;
}

sn_status sn_unpack_zip_count(const sn_bytes *bytes, const char *member, size_t *count,
                              sn_error *err)
{
    zip_t *archive = NULL;
    zip_uint64_t last;
    sn_status status = open_zip(bytes, &archive, err);

    if (status == SN_OK) {
        if (sn_xlsx_is_one(archive))
            status = sn_xlsx_count(bytes, archive, member, count, err);
        else
            *count = count_members(archive, member, &last);
        zip_discard(archive);
    }
    return status;
}

/* No file, or more than one, is meant: say what there is. */
static sn_status fail_choice(const sn_bytes *bytes, zip_t *archive, const char *member,
                             size_t count, sn_error *err)
{
    const zip_int64_t entries = zip_get_num_entries(archive, 0);
    char names[256] = "";

    if (zip_name_locate(archive, "[Content_Types].xml", 0) >= 0 ||
        zip_name_locate(archive, "content.xml", 0) >= 0)
        return sn_fail(err, SN_EDATA, "\"%s\" is an office document; save its table as CSV or XLSX",
                       bytes->name);
    for (zip_int64_t i = 0; i < entries; i++) {
        const char *name = zip_get_name(archive, (zip_uint64_t)i, 0);
        const size_t used = strlen(names);
        if (name == NULL || !is_user_file(name))
            continue;
        if (used + strlen(name) + 8 >= sizeof names) {
            (void)snprintf(names + used, sizeof names - used, ", ...");
            break;
        }
        (void)snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "", name);
    }
    if (names[0] == '\0')
        return sn_fail(err, SN_EDATA, "\"%s\" is empty", bytes->name);
    if (member != NULL)
        return sn_fail(err, SN_EDATA, "\"%s\" holds %s file \"%s\" (it holds %s)", bytes->name,
                       count == 0 ? "no" : "more than one", member, names);
    return sn_fail(err, SN_EDATA, "\"%s\" holds several files (%s); give one of them",
                   bytes->name, names);
}

static sn_status read_member(const sn_bytes *bytes, zip_t *archive, zip_uint64_t index,
                             sn_block *block, sn_error *err)
{
    zip_file_t *file = NULL;
    zip_stat_t info;
    sn_status status = SN_OK;
    zip_int64_t got;

    if (zip_stat_index(archive, index, 0, &info) == 0 && (info.valid & ZIP_STAT_SIZE) != 0 &&
        info.size > block->limit)
        return sn_block_refuse(block, err);
    file = zip_fopen_index(archive, index, 0);
    if (file == NULL)
        return fail_damaged(bytes, "zip", zip_strerror(archive), err);
    do {
        SN_TRY(sn_block_grow(block, err));
        got = zip_fread(file, block->data + block->size, block->room - block->size);
        if (got < 0) {
            status = fail_damaged(bytes, "zip", zip_file_strerror(file), err);
            goto out;
        }
        block->size += (size_t)got;
    } while (got > 0);
out:
    (void)zip_fclose(file);
    return status;
}

sn_status sn_unpack_zip(const sn_bytes *bytes, const char *member, sn_block *block,
                        char **found, sn_error *err)
{
    zip_t *archive = NULL;
    zip_uint64_t index = 0;
    sn_status status = SN_OK;

    SN_TRY(open_zip(bytes, &archive, err));
    if (sn_xlsx_is_one(archive)) {
        status = sn_xlsx_unpack(bytes, archive, member, block, found, err);
        goto out;
    }
    const size_t count = count_members(archive, member, &index);
    if (count != 1) {
        status = fail_choice(bytes, archive, member, count, err);
        goto out;
    }
    if (climbs_out(zip_get_name(archive, index, 0))) {
        status = sn_fail(err, SN_EDATA, "\"%s\" holds a path that climbs out of the archive: \"%s\"",
                         bytes->name, zip_get_name(archive, index, 0));
        goto out;
    }
    *found = strdup(zip_get_name(archive, index, 0));
    SN_TRY_ALLOC(*found, "a file name");
    SN_TRY(read_member(bytes, archive, index, block, err));
out:
    if (archive != NULL)
        zip_discard(archive);
    return status;
}
