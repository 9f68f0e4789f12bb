/* image_file.c - judging a file that says it is a network. */
#define _DEFAULT_SOURCE /* madvise */
#include "datasets/image_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "datasets/csv_private.h"
#include "graph/image.h"
#include "graph/memory.h"

enum { LONGEST_LINE = 240, MOST_ORIGIN = SN_SOURCE_NOTES * (LONGEST_LINE + 1) };

/* ---- what an image cannot do ---- */

static sn_status refuse(const char *name, const char *what, sn_error *err)
{
    return sn_fail(err, SN_EUSAGE,
                   "\"%s\" is an image of a whole network: %s no place beside it; make another "
                   "with `supplynet convert --to image`",
                   name, what);
}

static sn_status check_options(const sn_load_options *options, const char *name, sn_error *err)
{
    const sn_import_options *import = &options->import;

    if (options->commodity != NULL)
        return refuse(name, "--commodity has", err);
    if (options->year != 0)
        return refuse(name, "--year has", err);
    if (options->nodes != NULL || options->recipes != NULL || options->owners != NULL)
        return refuse(name, "files of nodes, recipes and owners have", err);
    if (import->preset != NULL || import->product != NULL || import->map_count > 0 ||
        import->where_count > 0)
        return refuse(name, "what chooses columns and rows of tables has", err);
    return SN_OK;
}

/* ---- texts ---- */

static bool is_utf8(const char *text)
{
    const size_t length = text != NULL ? strlen(text) : 0;

    return sn_csv_utf8_length(text, length) == length;
}

static bool is_dict_utf8(const sn_dict *dict)
{
    bool sound = true;

    for (int32_t c = 0; c < dict->count && sound; c++)
        sound = is_utf8(dict->text[c]);
    return sound;
}

/* The texts of one node, its columns aside. */
static bool is_node_utf8(const sn_network *net, size_t node)
{
    bool sound = is_utf8(sn_network_id(net, node)) && is_utf8(sn_network_label(net, node));

    for (size_t a = 0; a < sn_network_attribute_count(net) && sound; a++)
        sound = is_utf8(sn_network_attribute(net, a, node));
    return sound;
}

static sn_status check_texts(const sn_network *net, sn_error *err)
{
    const size_t n = sn_network_node_count(net);
    const int threads = sn_threads_for(n, 1 << 16);
    (void)threads; /* without OpenMP nobody asks */
    bool sound = is_dict_utf8(sn_network_groups(net));

    for (int c = 0; c < SN_COLUMNS; c++)
        sound = sound && is_dict_utf8(sn_network_dict(net, (sn_column)c));
    for (size_t a = 0; a < sn_network_attribute_count(net); a++)
        sound = sound && is_utf8(sn_network_attribute_name(net, a));
    for (size_t r = 0; r < sn_network_recipe_count(net); r++)
        sound = sound && is_utf8(sn_network_recipe(net, r).buyer) &&
                is_utf8(sn_network_recipe(net, r).input);
#pragma omp parallel for schedule(static) reduction(&& : sound) num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < n; i++)
        sound = sound && is_node_utf8(net, i);
    return sound ? SN_OK
                 : sn_fail(err, SN_EDATA,
                           "the image of a network is broken: a text of it is not "
                           "UTF-8");
}

/* ---- where it came from ---- */

static void add_line(char *text, size_t *used, const char *line)
{
    size_t length = strnlen(line, LONGEST_LINE);

    while (length > 0 && sn_csv_utf8_length(line, length) != length) /* whole characters */
        length--;
    if (*used + length + 2 > MOST_ORIGIN)
        return;
    for (size_t k = 0; k < length; k++)
        text[*used + k] = line[k];
    for (size_t k = 0; k < length; k++) /* a path may hold anything */
        if ((unsigned char)text[*used + k] < 0x20 || text[*used + k] == 0x7f)
            text[*used + k] = '?';
    *used += length;
    text[(*used)++] = '\n';
    text[*used] = '\0';
}

sn_status sn_image_file_origin(const sn_sources *sources, char **text, sn_error *err)
{
    size_t used = 0;
    char line[LONGEST_LINE + 1];
    sn_status status = SN_OK;

    *text = calloc(1, MOST_ORIGIN);
    SN_TRY_ALLOC(*text, "an image");
    for (size_t s = 0; s < sources->count; s++) {
        const sn_source *source = &sources->source[s];
        if (strcmp(source->role, "image") != 0) {
            (void)snprintf(line, sizeof line, "made from %s: %zu of %zu rows, SHA-256 %s, %s",
                           source->role, source->rows_used, source->rows_read,
                           sn_source_sha256(source), source->path);
            add_line(*text, &used, line);
        }
        for (size_t k = 0; k < source->note_count; k++)
            add_line(*text, &used, source->note[k]);
    }
out:
    return status;
}

/* The lines behind the image, as notes. */
static sn_status take_origin(const char *text, size_t size, sn_source *source, sn_error *err)
{
    sn_status status = SN_OK;

    if (size >= MOST_ORIGIN || sn_csv_utf8_length(text, size) != size)
        return sn_fail(err, SN_EDATA, "what stands behind the image of a network is no text");
    for (size_t at = 0, end; at < size; at = end + 1) {
        for (end = at; end < size && text[end] != '\n';)
            if ((unsigned char)text[end++] < 0x20)
                return sn_fail(err, SN_EDATA,
                               "what stands behind the image of a network is no text");
        if (end - at > LONGEST_LINE)
            return sn_fail(err, SN_EDATA,
                           "what stands behind the image of a network has long lines");
        SN_TRY(sn_source_note(source, err, "%.*s", (int)(end - at), text + at));
    }
out:
    return status;
}

/* ---- loading ---- */

static void release(void *memory)
{
    sn_bytes *bytes = memory;

    sn_bytes_clear(bytes);
    free(bytes);
}

static sn_status open_image(const sn_bytes *bytes, sn_network **net, sn_source *source,
                            sn_error *err)
{
    const size_t said = sn_image_size_of(bytes->data, bytes->size);
    const size_t length = said > 0 && said < bytes->size ? said : bytes->size;
    sn_error reason = {0};
    sn_status status = SN_OK;

    SN_TRY(sn_image_open(bytes->data, length, net, &reason));
    SN_TRY(sn_image_check(*net, &reason));
    SN_TRY(check_texts(*net, &reason));
    SN_TRY(take_origin(bytes->data + length, bytes->size - length, source, &reason));
    source->rows_read = source->rows_used = sn_network_flow_count(*net);
out:
    if (status == SN_EDATA)
        return sn_fail(err, status, "\"%s\": %s", bytes->name, reason.message);
    return status == SN_OK ? SN_OK : sn_fail(err, status, "%s", reason.message);
}

sn_status sn_image_file_load(const sn_load_options *options, sn_bytes *bytes, sn_network **net,
                             sn_sources *sources, sn_error *err)
{
    sn_bytes *kept = malloc(sizeof *kept);
    sn_network *opened = NULL;
    sn_source *source;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(kept, "an image");
    *kept = *bytes;
    *bytes = (sn_bytes){0};
    SN_TRY(check_options(options, kept->name, err));
    SN_TRY(sn_bytes_complete(kept, err));
    if (kept->map != NULL) /* it was advised to be read from end to end */
        (void)madvise(kept->map, kept->stored_size, MADV_NORMAL);
    SN_TRY(sn_sources_add(sources, "image", kept, &source, err));
    SN_TRY(open_image(kept, &opened, source, err));
    sn_image_keep(opened, release, kept);
    *net = opened;
    opened = NULL;
    kept = NULL;
out:
    sn_network_free(opened);
    if (kept != NULL) {
        for (size_t s = 0; s < sources->count; s++)
            if (sources->source[s].hashing == kept)
                sources->source[s].hashing = NULL;
        release(kept);
    }
    return status;
}
