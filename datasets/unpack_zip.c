/* unpack_zip.c - files in zip archives, by libzip.  Nothing is ever written to disk: a name in
 * an archive serves to choose a file of it, no more. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zip.h>

#include "datasets/bytes_private.h"
#include "datasets/xlsx.h"

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
        status = sn_unpack_fail_damaged(bytes, "zip", zip_error_strerror(&reason), err);
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
        return sn_fail(err, SN_EDATA,
                       "\"%s\" is an office document; save its table as CSV or XLSX", bytes->name);
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

/* A name that leads out of the archive was put there to do harm somewhere. */
static sn_status check_names(const sn_bytes *bytes, zip_t *archive, sn_error *err)
{
    const zip_int64_t entries = zip_get_num_entries(archive, 0);

    for (zip_int64_t i = 0; i < entries; i++) {
        const char *name = zip_get_name(archive, (zip_uint64_t)i, 0), *at = name;
        bool climbs = name != NULL && (name[0] == '/' || name[0] == '\\');
        while (at != NULL && !climbs) {
            const size_t part = strcspn(at, "/\\");
            climbs = part == 2 && at[0] == '.' && at[1] == '.';
            at = at[part] != '\0' ? at + part + 1 : NULL;
        }
        if (climbs)
            return sn_fail(err, SN_EDATA,
                           "\"%s\" holds a path that climbs out of the archive: \"%.60s\"",
                           bytes->name, name);
    }
    return SN_OK;
}

sn_status sn_unpack_zip_find(const sn_bytes *bytes, const char *member, uint64_t *index,
                             sn_block *sheet, char **found, sn_error *err)
{
    zip_t *archive = NULL;
    zip_uint64_t last = 0;
    sn_status status = SN_OK;

    SN_TRY(open_zip(bytes, &archive, err));
    SN_TRY(check_names(bytes, archive, err));
    if (sn_xlsx_is_one(archive)) {
        *index = SN_BYTES_SHEET;
        status = sn_xlsx_unpack(bytes, archive, member, sheet, found, err);
        goto out;
    }
    const size_t count = count_members(archive, member, &last);
    if (count != 1) {
        status = fail_choice(bytes, archive, member, count, err);
        goto out;
    }
    *index = last;
    *found = strdup(zip_get_name(archive, last, 0));
    SN_TRY_ALLOC(*found, "a file name");
out:
    if (archive != NULL)
        zip_discard(archive);
    return status;
}

struct zip_reader {
    zip_t *archive;
    zip_file_t *file;
};

static void close_member(void *state)
{
    struct zip_reader *z = state;

    if (z->file != NULL)
        (void)zip_fclose(z->file);
    if (z->archive != NULL)
        zip_discard(z->archive);
    free(z);
}

static sn_status open_member(const sn_bytes *bytes, void **state, uint64_t *packed,
                             uint64_t *stated, sn_error *err)
{
    struct zip_reader *z = calloc(1, sizeof *z);
    zip_stat_t info;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(z, "libzip");
    SN_TRY(open_zip(bytes, &z->archive, err));
    *packed = bytes->stored_size;
    if (zip_stat_index(z->archive, bytes->member, 0, &info) == 0) {
        *stated = (info.valid & ZIP_STAT_SIZE) != 0 ? info.size : 0;
        *packed = (info.valid & ZIP_STAT_COMP_SIZE) != 0 ? info.comp_size : *packed;
    }
    z->file = zip_fopen_index(z->archive, bytes->member, 0);
    if (z->file == NULL) {
        status = sn_unpack_fail_damaged(bytes, "zip", zip_strerror(z->archive), err);
        goto out;
    }
    *state = z;
    z = NULL;
out:
    if (z != NULL)
        close_member(z);
    return status;
}

static sn_status read_member(const sn_bytes *bytes, void *state, char *to, size_t room,
                             size_t *got, sn_error *err)
{
    struct zip_reader *z = state;
    const zip_int64_t some = zip_fread(z->file, to, room);

    *got = some > 0 ? (size_t)some : 0;
    return some >= 0 ? SN_OK
                     : sn_unpack_fail_damaged(bytes, "zip", zip_file_strerror(z->file), err);
}

const sn_unpacking sn_unpacking_zip = {open_member, read_member, close_member};
