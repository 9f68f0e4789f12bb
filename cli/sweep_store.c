/* sweep_store.c - parts are written whole by sn_out: a temporary file, then a rename. */
#include "cli/sweep_store.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/bytes.h"

static const char *const manifest = "sweep.json";

static sn_status path_of(const char *folder, const char *name, char path[4096], sn_error *err)
{
    return (size_t)snprintf(path, 4096, "%s/%s", folder, name) < 4096
               ? SN_OK
               : sn_fail(err, SN_EUSAGE, "the path \"%.60s...\" is too long", folder);
}

/* The first member in which two flat-enough documents differ, or NULL. */
static const char *first_difference(const cJSON *a, const cJSON *b, char name[200])
{
    for (const cJSON *item = a->child; item != NULL; item = item->next) {
        const cJSON *other = cJSON_GetObjectItemCaseSensitive(b, item->string);
        if (other != NULL && cJSON_Compare(item, other, true))
            continue;
        char inner[200];
        const bool objects = cJSON_IsObject(item) && other != NULL && cJSON_IsObject(other);
        const char *deeper = objects ? first_difference(item, other, inner) : NULL;
        (void)snprintf(name, 200, "%.90s%s%.90s", item->string, deeper != NULL ? "." : "",
                       deeper != NULL ? deeper : "");
        return name;
    }
    return NULL;
}

static sn_status compare_manifest(const char *folder, const char *path, const char *what,
                                  sn_error *err)
{
    sn_bytes bytes = {0};
    cJSON *here = NULL, *asked = cJSON_Parse(what);
    char name[200], other[200];
    sn_status status = SN_OK;

    SN_TRY_ALLOC(asked, "the description of a sweep");
    SN_TRY(sn_bytes_open(path, NULL, SN_BYTES_LIMIT, &bytes, err));
    here = cJSON_ParseWithLength(bytes.data, bytes.size);
    if (here == NULL) {
        status = sn_fail(err, SN_EDATA, "%s: not the description of a sweep", path);
        goto out;
    }
    const char *differs = first_difference(asked, here, name);
    if (differs == NULL)
        differs = first_difference(here, asked, other);
    if (differs != NULL)
        status = sn_fail(err, SN_EUSAGE,
                         "the folder \"%s\" holds another sweep: \"%s\" has changed; use another "
                         "folder", folder, differs);
out:
    cJSON_Delete(here);
    cJSON_Delete(asked);
    sn_bytes_clear(&bytes);
    return status;
}

sn_status sn_store_open(const char *folder, const char *what, sn_error *err)
{
    char path[4096];
    sn_out *out = NULL;
    sn_status status = SN_OK;

    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return sn_fail(err, SN_EIO, "cannot make the folder \"%s\": %s", folder, strerror(errno));
    SN_TRY(path_of(folder, manifest, path, err));
    if (access(path, F_OK) == 0)
        return compare_manifest(folder, path, what, err);
    SN_TRY(sn_out_open(path, &out, err));
    sn_out_puts(out, what);
    SN_TRY(sn_out_close(out, err));
out:
    sn_out_free(out);
    return status;
}

static double number_in(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) ? item->valuedouble : (double)NAN;
}

/* One line of a part. */
static sn_status take_line(const char *path, const char *line, size_t length, bool *done,
                           sn_sweep_loss *loss, size_t count, sn_error *err)
{
    cJSON *object = cJSON_ParseWithLength(line, length);
    const double at = object != NULL ? number_in(object, "index") : (double)NAN;
    sn_status status = SN_OK;

    if (!(at >= 0) || at >= (double)count || isnan(number_in(object, "loss")))
        status = sn_fail(err, SN_EDATA, "%s: \"%.*s\" is no answer of this sweep", path,
                         (int)(length < 60 ? length : 60), line);
    else {
        loss[(size_t)at] = (sn_sweep_loss){number_in(object, "loss"), number_in(object, "loss_down"),
                                           number_in(object, "loss_up"), number_in(object, "bound"),
                                           (uint32_t)number_in(object, "rounds"),
                                           number_in(object, "least")};
        done[(size_t)at] = true;
    }
    cJSON_Delete(object);
    return status;
}

static sn_status read_part(const char *path, bool *done, sn_sweep_loss *loss, size_t count,
                           sn_error *err)
{
    sn_bytes bytes = {0};
    sn_status status = SN_OK;

    SN_TRY(sn_bytes_open(path, NULL, SN_BYTES_LIMIT, &bytes, err));
    for (const char *line = bytes.data, *end = bytes.data + bytes.size; line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        const size_t length = (size_t)((stop != NULL ? stop : end) - line);
        SN_TRY(take_line(path, line, length, done, loss, count, err));
        line += length + 1;
    }
out:
    sn_bytes_clear(&bytes);
    return status;
}

sn_status sn_store_read(const char *folder, bool *done, sn_sweep_loss *loss, size_t count,
                        sn_error *err)
{
    DIR *listing = opendir(folder);
    const struct dirent *entry;
    char path[4096];
    sn_status status = SN_OK;

    if (listing == NULL)
        return sn_fail(err, SN_EIO, "cannot read the folder \"%s\": %s", folder, strerror(errno));
    while ((entry = readdir(listing)) != NULL) {
        if (strncmp(entry->d_name, "part-", 5) != 0)
            continue;
        SN_TRY(path_of(folder, entry->d_name, path, err));
        SN_TRY(read_part(path, done, loss, count, err));
    }
out:
    (void)closedir(listing);
    return status;
}

sn_status sn_store_add(const char *folder, const size_t *index, const sn_sweep_loss *loss,
                       size_t count, sn_error *err)
{
    char name[80], path[4096];
    sn_out *out = NULL;
    sn_json json;
    sn_status status = SN_OK;

    (void)snprintf(name, sizeof name, "part-%09zu-%zu.ndjson", index[0], count);
    SN_TRY(path_of(folder, name, path, err));
    SN_TRY(sn_out_open(path, &out, err));
    sn_json_init(&json, out);
    for (size_t k = 0; k < count; k++) {
        sn_json_begin_object_inline(&json);
        sn_json_kv_integer(&json, "index", (int64_t)index[k]);
        sn_json_kv_number(&json, "loss", loss[k].loss);
        sn_json_kv_number(&json, "loss_down", loss[k].loss_down);
        sn_json_kv_number(&json, "loss_up", loss[k].loss_up);
        sn_json_kv_number(&json, "bound", loss[k].bound);
        sn_json_kv_integer(&json, "rounds", loss[k].rounds);
        sn_json_kv_number(&json, "least", loss[k].least);
        sn_json_end_object(&json);
        sn_json_finish(&json);
    }
    SN_TRY(sn_out_close(out, err));
out:
    sn_out_free(out);
    return status;
}
