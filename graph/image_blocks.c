/* image_blocks.c - values, arrays, texts and dictionaries as blocks of an image. */
#include <stdlib.h>
#include <string.h>

#include "graph/image_private.h"

typedef struct {
    uint64_t number; /* of the block: its place divided by SN_IMAGE_BLOCK */
    uint64_t bytes;
} prefix;

typedef struct {
    int32_t count;
    uint32_t slots;
} dict_size;

sn_status sn_image_broken(const sn_image *im, const char *why)
{
    return sn_fail(im->err, SN_EDATA, "the image of a network is broken at byte %zu: %s",
                   im->used, why);
}

static size_t padded(size_t bytes)
{
    return (bytes + SN_IMAGE_BLOCK - 1) / SN_IMAGE_BLOCK * SN_IMAGE_BLOCK;
}

/* The next block: SN_IMAGE_WRITE makes it, SN_IMAGE_OPEN checks that it is there.  `bytes` is
 * its size, which SN_IMAGE_OPEN is told where it is *bytes == SN_IMAGE_ABSENT before.  *at:
 * where the bytes are. */
sn_status sn_image_block(sn_image *im, uint64_t *bytes, void **at)
{
    prefix own = {im->used / SN_IMAGE_BLOCK, *bytes};

    *at = NULL;
    if (im->task == SN_IMAGE_WRITE) {
        memset(im->memory + im->used, 0, SN_IMAGE_BLOCK);
        memcpy(im->memory + im->used, &own, sizeof own);
    }
    if (im->task == SN_IMAGE_OPEN) {
        if (im->used > im->size || im->size - im->used < SN_IMAGE_BLOCK)
            return sn_image_broken(im, "it ends here");
        memcpy(&own, im->memory + im->used, sizeof own);
        if (own.number != im->used / SN_IMAGE_BLOCK)
            return sn_image_broken(im, "no part begins here");
        if (own.bytes != SN_IMAGE_ABSENT && own.bytes > im->size - im->used - SN_IMAGE_BLOCK)
            return sn_image_broken(im, "a part is cut off");
        *bytes = own.bytes;
    }
    im->used += SN_IMAGE_BLOCK;
    if (*bytes == SN_IMAGE_ABSENT)
        return SN_OK;
    if (im->task == SN_IMAGE_WRITE || im->task == SN_IMAGE_OPEN)
        *at = im->memory + im->used;
    im->used += padded((size_t)*bytes);
    if (im->task == SN_IMAGE_WRITE && *bytes % SN_IMAGE_BLOCK != 0) /* what stands behind it */
        memset(im->memory + im->used - SN_IMAGE_BLOCK, 0, SN_IMAGE_BLOCK);
    return SN_OK;
}

/* A value of fixed size. */
sn_status sn_image_value(sn_image *im, void *fixed, size_t bytes)
{
    uint64_t found = bytes;
    void *at;
    const sn_status status = sn_image_block(im, &found, &at);

    if (status != SN_OK)
        return status;
    if (found != bytes)
        return sn_image_broken(im, "a value of another size");
    if (im->task == SN_IMAGE_WRITE)
        memcpy(at, fixed, bytes);
    if (im->task == SN_IMAGE_OPEN)
        memcpy(fixed, at, bytes);
    return SN_OK;
}

/* An array.  `field` is the address of a pointer to objects; a column may be absent if
 * `may_lack`. */
sn_status sn_image_column(sn_image *im, void *field, size_t count, size_t width, bool may_lack)
{
    void *array = NULL, *at;
    uint64_t bytes;

    if (im->task == SN_IMAGE_FORGET) {
        memcpy(field, &array, sizeof array);
        return SN_OK;
    }
    if (im->task != SN_IMAGE_OPEN)
        memcpy(&array, field, sizeof array);
    bytes = array == NULL ? SN_IMAGE_ABSENT : (uint64_t)count * width;
    const sn_status status = sn_image_block(im, &bytes, &at);
    if (status != SN_OK)
        return status;
    if (im->task == SN_IMAGE_WRITE && array != NULL && at != NULL && bytes > 0)
        memcpy(at, array, (size_t)bytes);
    if (im->task == SN_IMAGE_OPEN) {
        if (bytes == SN_IMAGE_ABSENT ? !may_lack && count > 0
                                     : bytes % width != 0 || bytes / width != count)
            return sn_image_broken(im, "a column of another length");
        memcpy(field, &at, sizeof at);
    }
    return SN_OK;
}

/* ---- texts: their lengths, then their bytes, each ended by a NUL ---- */

/* Pointers to texts, `stride` bytes from one to the next; NULL = no text there. */
typedef struct {
    void *first;
    size_t stride, count;
} pointers;

static const char *text_at(const pointers *list, size_t k)
{
    const char *text;

    memcpy(&text, (const char *)list->first + k * list->stride, sizeof text);
    return text;
}

static void set_text(const pointers *list, size_t k, const char *text)
{
    memcpy((char *)list->first + k * list->stride, &text, sizeof text);
}

/* Bytes of a text with its NUL; 0 = no text. */
static size_t size_of(const char *text)
{
    return text != NULL ? strlen(text) + 1 : 0;
}

/* Point texts at their bytes; size[k] + more are those of text k. */
static sn_status point_at(sn_image *im, const pointers *list, const uint32_t *size,
                          uint32_t more, const char *bytes, size_t room)
{
    size_t used = 0;

    for (size_t k = 0; k < list->count; k++) {
        const size_t length = (size_t)size[k] + more;
        if (length > room - used || (length > 0 && bytes[used + length - 1] != '\0'))
            return sn_image_broken(im, "texts do not have their lengths");
        set_text(list, k, length > 0 ? bytes + used : NULL);
        used += length;
    }
    return used == room ? SN_OK : sn_image_broken(im, "texts do not have their lengths");
}

/* The bytes of all texts, one after the other. */
static sn_status text_bytes(sn_image *im, const pointers *list, const uint32_t *size,
                            uint32_t more)
{
    uint64_t bytes = 0;
    void *at;

    for (size_t k = 0; im->task != SN_IMAGE_OPEN && k < list->count; k++)
        bytes += size_of(text_at(list, k));
    const sn_status status = sn_image_block(im, &bytes, &at);
    if (status != SN_OK)
        return status;
    if (im->task == SN_IMAGE_OPEN)
        return bytes == SN_IMAGE_ABSENT ? sn_image_broken(im, "texts are missing")
                                        : point_at(im, list, size, more, at, (size_t)bytes);
    char *end = at;
    for (size_t k = 0; im->task == SN_IMAGE_WRITE && k < list->count; k++) {
        const char *text = text_at(list, k);
        if (text != NULL)
            memcpy(end, text, size_of(text));
        end += size_of(text);
    }
    return SN_OK;
}

/* A list of texts; SN_IMAGE_OPEN has allocated its pointers. */
sn_status sn_image_texts(sn_image *im, void *first, size_t stride, size_t count)
{
    const pointers list = {first, stride, count};
    uint64_t bytes = (uint64_t)count * sizeof(uint32_t);
    void *size;
    const sn_status status = sn_image_block(im, &bytes, &size);

    if (status != SN_OK)
        return status;
    if (bytes != (uint64_t)count * sizeof(uint32_t))
        return sn_image_broken(im, "a list of another length");
    for (size_t k = 0; im->task == SN_IMAGE_WRITE && k < count; k++)
        ((uint32_t *)size)[k] = (uint32_t)size_of(text_at(&list, k));
    return text_bytes(im, &list, size, 0);
}

/* A column of texts that the network may not have; SN_IMAGE_OPEN allocates it. */
sn_status sn_image_text_column(sn_image *im, const char ***table, size_t count)
{
    uint64_t given = *table != NULL;
    sn_status status = SN_OK;
    sn_error *err = im->err;

    SN_TRY(sn_image_value(im, &given, sizeof given));
    if (given == 0)
        return SN_OK;
    if (im->task == SN_IMAGE_OPEN) {
        *table = calloc(count + 1, sizeof **table);
        SN_TRY_ALLOC(*table, "a network");
    }
    SN_TRY(sn_image_texts(im, *table, sizeof **table, count));
out:
    return status;
}

sn_status sn_image_dict(sn_image *im, sn_dict *d)
{
    sn_status status = SN_OK;
    sn_error *err = im->err;
    dict_size size = {d->count, d->slots};

    if (im->task != SN_IMAGE_FORGET)
        SN_TRY(sn_image_value(im, &size, sizeof size));
    if (im->task == SN_IMAGE_OPEN) {
        if (size.count < 0 || (size.count > 0 && size.slots <= (uint32_t)size.count) ||
            (size.slots & (size.slots - 1)) != 0)
            return sn_image_broken(im, "a dictionary of impossible size");
        if ((uint64_t)size.count > im->size / sizeof(uint32_t))
            return sn_image_broken(im, "a dictionary larger than the image");
        d->text = calloc((size_t)size.count + 1, sizeof *d->text);
        SN_TRY_ALLOC(d->text, "a network");
        d->count = d->room = size.count;
        d->slots = size.slots;
    }
    const size_t count = (size_t)d->count;
    SN_TRY(sn_image_column(im, &d->length, count, sizeof *d->length, false));
    SN_TRY(sn_image_column(im, &d->slot, d->slots, sizeof *d->slot, false));
    if (im->task != SN_IMAGE_FORGET)
        SN_TRY(text_bytes(im, &(pointers){d->text, sizeof *d->text, count}, d->length, 1));
out:
    return status;
}
