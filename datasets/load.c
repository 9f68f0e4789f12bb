/* load.c - finding the files of a network, then reading them. */
#include "datasets/load.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "datasets/embedded.h"
#include "datasets/image_file.h"
#include "datasets/load_private.h"
#include "datasets/native.h"
#include "datasets/stage_import.h"

enum { FLOWS, NODES, RECIPES, OWNERS, ROLES };

static const char *const file_name[ROLES] = {"flows.csv", "nodes.csv", "recipes.csv",
                                             "owners.csv"};

/* The opened files; those not there stay zeroed. */
typedef struct {
    sn_bytes bytes[ROLES];
} opened;

static bool is_open(const sn_bytes *bytes)
{
    return bytes->data != NULL;
}

static sn_status open_built_in(const char *name, opened *files, sn_error *err)
{
    for (int r = 0; r < ROLES; r++) {
        const sn_embedded_file *file = sn_embedded_find(name, file_name[r]);
        if (file == NULL)
            continue;
        const sn_status status = sn_embedded_open(file, &files->bytes[r], err);
        if (status != SN_OK)
            return status;
    }
    return SN_OK;
}

static const char *const suffix[] = {"", ".gz", ".zst", ".xz"};
enum { SUFFIXES = sizeof suffix / sizeof suffix[0] };

/* Whether there is folder/name.suffix, and its path. */
static bool exists(const char *folder, const char *name, const char *ending,
                   char path[PATH_MAX])
{
    const bool slash = folder[0] != '\0' && folder[strlen(folder) - 1] == '/';
    struct stat info;
    const int length =
        snprintf(path, PATH_MAX, "%s%s%s%s", folder, slash ? "" : "/", name, ending);

    return length > 0 && length < PATH_MAX && stat(path, &info) == 0;
}

bool sn_load_is_there(const char *folder, const char *name)
{
    char path[PATH_MAX];
    bool there = false;

    for (size_t s = 0; s < SUFFIXES && !there; s++)
        there = exists(folder, name, suffix[s], path);
    return there;
}

sn_status sn_load_in_folder(const char *folder, const char *name, sn_bytes *bytes,
                            sn_error *err)
{
    char path[PATH_MAX];
    sn_status status = SN_OK;
    const char *first = NULL;

    for (size_t s = 0; s < SUFFIXES; s++) {
        if (!exists(folder, name, suffix[s], path))
            continue;
        if (first != NULL)
            return sn_fail(err, SN_EDATA, "\"%s\" holds both %s%s and %s%s; keep one", folder,
                           name, first, name, suffix[s]);
        first = suffix[s];
        SN_TRY(sn_bytes_open_table(path, NULL, SN_BYTES_LIMIT, bytes, err));
    }
out:
    return status;
}

static sn_status open_folder(const char *folder, opened *files, sn_error *err)
{
    for (int r = 0; r < ROLES; r++) {
        const sn_status status = sn_load_in_folder(folder, file_name[r], &files->bytes[r], err);
        if (status != SN_OK)
            return status;
    }
    if (!is_open(&files->bytes[FLOWS])) { /* what import makes of a table of production */
        const sn_status status =
            sn_load_in_folder(folder, "production.csv", &files->bytes[FLOWS], err);
        if (status != SN_OK)
            return status;
    }
    if (!is_open(&files->bytes[FLOWS]))
        return sn_fail(
            err, SN_EIO,
            "folder \"%s\" holds neither flows.csv nor production.csv and stages.csv", folder);
    return SN_OK;
}

/* The file of one year in an archive of BACI: BACI_HS22_Y2023_V202501.csv. */
static sn_status open_baci_zip(const char *path, int year, sn_bytes *bytes, sn_error *err)
{
    static const char every[] = "BACI_*_Y*_V*.csv";
    char pattern[40];
    size_t all, count;
    sn_status status = SN_OK;

    SN_TRY(sn_bytes_zip_holds(path, every, &all, err));
    if (all == 0)
        return SN_OK;
    (void)snprintf(pattern, sizeof pattern, "BACI_*_Y%d_V*.csv", year);
    SN_TRY(sn_bytes_zip_holds(path, pattern, &count, err));
    if (all > 1 && year == 0)
        status = sn_fail(err, SN_EDATA, "%s holds %zu years of BACI; choose one with --year", path,
                         all);
    else if (year != 0 && count != 1)
        status = sn_fail(err, SN_EUSAGE, "%s holds no year %d of BACI", path, year);
    else
        status = sn_bytes_open_table(path, year != 0 ? pattern : every, SN_BYTES_LIMIT, bytes, err);
out:
    return status;
}

static sn_status open_zip(const char *path, int year, opened *files, sn_error *err)
{
    sn_status status = SN_OK;
    size_t count;

    for (int r = 0; r < ROLES; r++) {
        SN_TRY(sn_bytes_zip_holds(path, file_name[r], &count, err));
        if (count > 0)
            SN_TRY(sn_bytes_open_table(path, file_name[r], SN_BYTES_LIMIT, &files->bytes[r], err));
    }
    if (!is_open(&files->bytes[FLOWS]))
        SN_TRY(open_baci_zip(path, year, &files->bytes[FLOWS], err));
    if (is_open(&files->bytes[FLOWS]))
        return SN_OK;
    SN_TRY(sn_bytes_zip_holds(path, NULL, &count, err));
    SN_TRY(sn_bytes_open_table(path, count == 1 ? NULL : file_name[FLOWS], SN_BYTES_LIMIT,
                         &files->bytes[FLOWS], err));
out:
    return status;
}

/* Neither file nor dataset: name what is nearest. */
static sn_status fail_unknown(const char *name, sn_error *err)
{
    const char *known[64], *nearest;
    size_t count = 0;

    for (size_t d = 0; d < sn_embedded_count() && count < 64; d++)
        if (sn_embedded_is_network(sn_embedded_name(d)))
            known[count++] = sn_embedded_name(d);
    nearest = sn_nearest(name, known, count);
    if (nearest != NULL)
        return sn_fail(err, SN_EUSAGE,
                       "no such file or built-in network: \"%s\"; nearest: \"%s\"", name,
                       nearest);
    return sn_fail(err, SN_EUSAGE, "no such file or built-in network: \"%s\"", name);
}

static sn_status open_network(const char *name, int year, opened *files, sn_error *err)
{
    struct stat info;

    if (strcmp(name, "-") == 0)
        return sn_bytes_open_table(name, NULL, SN_BYTES_LIMIT, &files->bytes[FLOWS], err);
    if (sn_embedded_is_network(name))
        return open_built_in(name, files, err);
    if (name[sn_bytes_file_of(name)] == '#')
        return sn_bytes_open_table(name, NULL, SN_BYTES_LIMIT, &files->bytes[FLOWS], err);
    if (stat(name, &info) != 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? fail_unknown(name, err)
                   : sn_bytes_open_table(name, NULL, SN_BYTES_LIMIT, &files->bytes[FLOWS], err);
    if (S_ISDIR(info.st_mode))
        return open_folder(name, files, err);
    if (sn_bytes_is_zip(name))
        return open_zip(name, year, files, err);
    return sn_bytes_open_table(name, NULL, SN_BYTES_LIMIT, &files->bytes[FLOWS], err);
}

static sn_status open_loose(const sn_load_options *options, opened *files, sn_error *err)
{
    const char *const path[ROLES] = {options->flows, options->nodes, options->recipes,
                                     options->owners};

    for (int r = 0; r < ROLES; r++) {
        if (path[r] == NULL)
            continue;
        sn_bytes_clear(&files->bytes[r]);
        const sn_status status =
            sn_bytes_open_table(path[r], NULL, SN_BYTES_LIMIT, &files->bytes[r], err);
        if (status != SN_OK)
            return status;
    }
    return SN_OK;
}

sn_status sn_load_open_table(const char *path, int year, sn_bytes *bytes, sn_error *err)
{
    opened files = {0};
    const sn_status status = open_network(path, year, &files, err);

    if (status == SN_OK)
        *bytes = files.bytes[FLOWS];
    else
        sn_bytes_clear(&files.bytes[FLOWS]);
    for (int r = 0; r < ROLES; r++)
        if (r != FLOWS)
            sn_bytes_clear(&files.bytes[r]);
    return status;
}

/* Standard input can be read once. */
static sn_status check_stdin(const sn_load_options *options, sn_error *err)
{
    const char *const path[] = {options->network, options->flows, options->nodes,
                                options->recipes, options->owners};
    int from_stdin = 0;

    for (size_t p = 0; p < sizeof path / sizeof path[0]; p++)
        from_stdin += path[p] != NULL && strcmp(path[p], "-") == 0;
    return from_stdin <= 1 ? SN_OK
                           : sn_fail(err, SN_EUSAGE, "only one file can be standard input");
}

/* Whether a folder holds tables of production and trade in place of flows. */
static bool holds_tables(const char *name)
{
    return name != NULL && !sn_embedded_is_network(name) &&
           sn_load_is_there(name, "production.csv") && sn_load_is_there(name, "stages.csv") &&
           !sn_load_is_there(name, file_name[FLOWS]);
}

static sn_status load_native(const sn_load_options *options, sn_network **net,
                             sn_sources *sources, sn_error *err)
{
    const sn_native_filter filter = {
        .year = options->year, .commodity = options->commodity, .import = options->import};
    opened files = {0};
    sn_native_files given = {.flows = &files.bytes[FLOWS],
                             .path = options->flows != NULL ? options->flows : options->network};
    sn_status status = SN_OK;

    if (options->network != NULL)
        SN_TRY(open_network(options->network, options->year, &files, err));
    SN_TRY(open_loose(options, &files, err));
    if (!is_open(&files.bytes[FLOWS])) {
        status = sn_fail(err, SN_EUSAGE, "no network and no flows are given");
        goto out;
    }
    sources->later = true;
    if (files.bytes[FLOWS].is_image) { /* its hash is waited for where it is read */
        status = sn_image_file_load(options, &files.bytes[FLOWS], net, sources, err);
        goto out;
    }
    given.nodes = is_open(&files.bytes[NODES]) ? &files.bytes[NODES] : NULL;
    given.recipes = is_open(&files.bytes[RECIPES]) ? &files.bytes[RECIPES] : NULL;
    given.owners = is_open(&files.bytes[OWNERS]) ? &files.bytes[OWNERS] : NULL;
    SN_TRY(sn_native_load(&given, &filter, net, sources, err));
    sn_sources_settle(sources);
out:
    sources->later = false;
    for (int r = 0; r < ROLES; r++)
        sn_bytes_clear(&files.bytes[r]);
    return status;
}

sn_status sn_load(const sn_load_options *options, sn_network **net, sn_sources *sources,
                  sn_error *err)
{
    sn_status status = check_stdin(options, err);

    if (status == SN_OK && options->stages != NULL)
        status = sn_stage_import(options, net, sources, err);
    else if (status == SN_OK && options->production != NULL)
        status = sn_fail(err, SN_EUSAGE, "--production goes with --stages");
    else if (status == SN_OK && options->flows == NULL && holds_tables(options->network))
        status = sn_load_tables(options, net, sources, err);
    else if (status == SN_OK)
        status = load_native(options, net, sources, err);
    if (status != SN_OK)
        sn_sources_clear(sources);
    return status;
}
