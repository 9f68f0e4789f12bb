/* image.c - one walk over a network's parts serves measuring, writing, opening and forgetting.
 *
 * Which part follows which is said by walk() alone; the first block is the header.
 */
#include "graph/image.h"

#include <stdlib.h>
#include <string.h>

#include "graph/image_private.h"
#include "graph/network_private.h"

enum { VERSION = 2 }; /* to be raised when columns change, or how any of them is derived */

/* What people who look into the file read; it stands behind the prefix of the first block. */
static const char label[] = "supplynet image of a network\n";
enum { LABEL_AT = 16 };

#define MAGIC UINT64_C(0x736e2d696d616765) /* read as another number in the other byte order   \
                                            */

typedef struct {
    uint64_t magic, size;
    uint32_t version, types;
    uint64_t nodes, flows, segments, attributes, recipes;
    int32_t rest, unit_overall;
    uint32_t has_product, unused;
} header;

typedef struct {
    double coefficient, inventory_days;
    int64_t need;
} recipe_numbers;

/* What two machines must agree on to read each other's columns, beside the order of bytes. */
static uint32_t types_here(void)
{
    return (uint32_t)(sizeof(size_t) | sizeof(sn_owner_share) << 8 |
                      sizeof(struct sn_dict_slot) << 16 |
                      offsetof(sn_owner_share, share) << 24);
}

static sn_status walk_header(sn_image *im, size_t total)
{
    sn_network *net = im->net;
    header h = {MAGIC,
                total,
                VERSION,
                types_here(),
                net->node_count,
                net->flow_count,
                net->seg_count,
                net->attribute_count,
                net->recipe_count,
                net->rest,
                net->unit_overall,
                net->has_product,
                0};
    sn_status status = SN_OK;

    if (im->task == SN_IMAGE_FORGET)
        return SN_OK;
    SN_TRY(sn_image_value(im, &h, sizeof h));
    if (im->task != SN_IMAGE_OPEN)
        return SN_OK;
    if (h.magic != MAGIC)
        return sn_fail(im->err, SN_EDATA, "this is no image of a network");
    if (h.version != VERSION || h.types != types_here())
        return sn_fail(
            im->err, SN_EDATA,
            "the image of a network was made by another version or on another kind of "
            "machine");
    if (h.size != im->size)
        return sn_fail(im->err, SN_EDATA, "the image of a network has %zu bytes, not %llu",
                       im->size, (unsigned long long)h.size);
    if (h.nodes >= im->size || h.flows >= im->size || h.segments >= im->size ||
        h.attributes >= im->size / SN_IMAGE_BLOCK || h.recipes >= im->size)
        return sn_image_broken(im, "more parts than bytes");
    net->node_count = (size_t)h.nodes;
    net->flow_count = (size_t)h.flows;
    net->seg_count = (size_t)h.segments;
    net->attribute_count = (size_t)h.attributes;
    net->recipe_count = (size_t)h.recipes;
    net->rest = h.rest;
    net->unit_overall = h.unit_overall;
    net->has_product = h.has_product != 0;
out:
    return status;
}

#define COLUMN(field, count)                                                                   \
    SN_TRY(sn_image_column(im, &net->field, (count), sizeof *net->field, false))
#define OPTIONAL(field, count)                                                                 \
    SN_TRY(sn_image_column(im, &net->field, (count), sizeof *net->field, true))

static sn_status walk_nodes(sn_image *im)
{
    sn_network *net = im->net;
    const size_t n = net->node_count;
    sn_status status = SN_OK;

    SN_TRY(sn_image_dict(im, &net->ids));
    if (im->task == SN_IMAGE_OPEN && (size_t)net->ids.count != n)
        return sn_image_broken(im, "there are not as many ids as nodes");
    COLUMN(kind, n);
    for (int c = 0; c < SN_COLUMNS; c++) {
        SN_TRY(sn_image_dict(im, &net->dict[c]));
        OPTIONAL(code[c], n);
    }
    for (int q = 0; q < SN_QUANTITIES; q++)
        OPTIONAL(given[q], n);
    COLUMN(output, n);
    COLUMN(final_demand, n);
    COLUMN(primary, n);
    COLUMN(sales, n);
    COLUMN(purchases, n);
    COLUMN(self, n);
    for (int rule = 0; rule < 2; rule++) {
        OPTIONAL(owner_first[rule], n + 1);
        const size_t *first = net->owner_first[rule];
        OPTIONAL(owner_share[rule], first != NULL ? first[n] : 0);
    }
    OPTIONAL(unit_of, (size_t)net->dict[SN_COMMODITY].count);
out:
    return status;
}

static sn_status walk_flows(sn_image *im)
{
    sn_network *net = im->net;
    const size_t n = net->node_count, m = net->flow_count, s = net->seg_count;
    sn_status status = SN_OK;

    COLUMN(out_first, n + 1);
    COLUMN(supplier, m);
    COLUMN(buyer, m);
    COLUMN(value, m);
    COLUMN(group, m);
    COLUMN(basis, m);
    OPTIONAL(lead_time, m);
    COLUMN(in_first, n + 1);
    COLUMN(in_flow, m);
    COLUMN(seg_first, n + 1);
    COLUMN(seg_in, s + 1);
    COLUMN(seg_group, s);
    COLUMN(seg_total, s);
    COLUMN(seg_need, s);
    OPTIONAL(seg_days, s);
    SN_TRY(sn_image_dict(im, &net->groups));
out:
    return status;
}

/* Labels and attributes. */
static sn_status walk_texts(sn_image *im)
{
    sn_network *net = im->net;
    const size_t count = net->attribute_count;
    sn_status status = SN_OK;
    sn_error *err = im->err;

    SN_TRY(sn_image_text_column(im, &net->label, net->node_count));
    SN_TRY(sn_image_text_column(im, &net->attribute_name, count));
    if (im->task == SN_IMAGE_OPEN) {
        net->attribute = calloc(count + 1, sizeof *net->attribute);
        SN_TRY_ALLOC(net->attribute, "a network");
    }
    for (size_t a = 0; a < count; a++)
        SN_TRY(sn_image_text_column(im, &net->attribute[a], net->node_count));
out:
    return status;
}

static sn_status walk_recipes(sn_image *im)
{
    sn_network *net = im->net;
    const size_t count = net->recipe_count;
    uint64_t bytes = (uint64_t)count * sizeof(recipe_numbers);
    void *at;
    sn_status status = SN_OK;
    sn_error *err = im->err;

    SN_TRY(sn_image_block(im, &bytes, &at));
    if (bytes != (uint64_t)count * sizeof(recipe_numbers))
        return sn_image_broken(im, "a list of another length");
    if (im->task == SN_IMAGE_OPEN) {
        net->recipe = calloc(count + 1, sizeof *net->recipe);
        SN_TRY_ALLOC(net->recipe, "a network");
    }
    recipe_numbers *number = at;
    for (size_t r = 0; r < count && at != NULL; r++) {
        sn_recipe *recipe = &net->recipe[r];
        if (im->task == SN_IMAGE_WRITE)
            number[r] = (recipe_numbers){recipe->coefficient, recipe->inventory_days,
                                         (int64_t)recipe->need};
        else
            *recipe = (sn_recipe){NULL, NULL, (sn_need)number[r].need, number[r].coefficient,
                                  number[r].inventory_days};
    }
    if (count > 0) {
        SN_TRY(sn_image_texts(im, &net->recipe->buyer, sizeof *net->recipe, count));
        SN_TRY(sn_image_texts(im, &net->recipe->input, sizeof *net->recipe, count));
    }
out:
    return status;
}

static sn_status walk(sn_image *im, size_t total)
{
    sn_status status = SN_OK;

    SN_TRY(walk_header(im, total));
    SN_TRY(walk_nodes(im));
    SN_TRY(walk_flows(im));
    if (im->task != SN_IMAGE_FORGET) {
        SN_TRY(walk_texts(im));
        SN_TRY(walk_recipes(im));
    }
out:
    return status;
}

size_t sn_image_size(const sn_network *net)
{
    sn_image im = {.task = SN_IMAGE_MEASURE, .net = (sn_network *)net};

    (void)walk(&im, 0);
    return im.used;
}

void sn_image_write(const sn_network *net, void *memory)
{
    sn_image im = {.task = SN_IMAGE_WRITE, .memory = memory, .net = (sn_network *)net};

    (void)walk(&im, sn_image_size(net));
    memcpy((char *)memory + LABEL_AT, label, sizeof label);
}

/* The header of what may be an image. */
static bool header_of(const void *memory, size_t size, header *h)
{
    if (size < SN_IMAGE_BLOCK + sizeof *h || !sn_image_is(memory, size))
        return false;
    memcpy(h, (const char *)memory + SN_IMAGE_BLOCK, sizeof *h);
    return h->magic == MAGIC;
}

bool sn_image_is(const void *memory, size_t size)
{
    return size >= LABEL_AT + sizeof label &&
           memcmp((const char *)memory + LABEL_AT, label, sizeof label) == 0;
}

size_t sn_image_size_of(const void *memory, size_t size)
{
    header h;

    return header_of(memory, size, &h) && h.version == VERSION && h.types == types_here()
               ? (size_t)h.size
               : 0;
}

void sn_image_keep(sn_network *net, void (*release)(void *memory), void *memory)
{
    net->release = release;
    net->memory = memory;
}

sn_status sn_image_open(const void *memory, size_t size, sn_network **net, sn_error *err)
{
    sn_image im = {.task = SN_IMAGE_OPEN, .memory = (char *)memory, .size = size, .err = err};
    sn_status status = SN_OK;

    im.net = calloc(1, sizeof *im.net);
    SN_TRY_ALLOC(im.net, "a network");
    im.net->is_lent = true;
    SN_TRY(walk(&im, size));
    if (im.used != size) {
        status = sn_image_broken(&im, "it goes on");
        goto out;
    }
    *net = im.net;
    im.net = NULL;
out:
    sn_network_free(im.net);
    return status;
}

void sn_image_forget(sn_network *net)
{
    sn_image im = {.task = SN_IMAGE_FORGET, .net = net};

    (void)walk(&im, 0);
}
