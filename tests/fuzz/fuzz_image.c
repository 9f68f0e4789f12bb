/* fuzz_image.c - an image in which bytes were changed: refused, or a network like any other.
 *
 * The input is a small network (fuzz_net.h), a byte 0xff, and changes to its image: where (two
 * bytes), how many (one byte, modulo 8, plus 1), and what is written there.
 */
#include "fuzz_net.h"

#include "graph/aggregate.h"
#include "graph/image.h"
#include "graph/selector.h"

/* Where the changes begin. */
static fuzz_bytes split(fuzz_bytes *whole)
{
    const uint8_t *end = whole->left > 0 ? memchr(whole->at, 0xff, whole->left) : NULL;
    fuzz_bytes rest = {whole->at + whole->left, 0};

    if (end != NULL) {
        rest = (fuzz_bytes){end + 1, whole->left - (size_t)(end - whole->at) - 1};
        whole->left = (size_t)(end - whole->at);
    }
    return rest;
}

static void change(char *image, size_t size, fuzz_bytes *b)
{
    while (b->left > 0) {
        const size_t at = ((size_t)fuzz_below(b, 256) << 8 | fuzz_below(b, 256)) % size;
        for (size_t k = 0, count = 1 + fuzz_below(b, 8); k < count && at + k < size; k++)
            image[at + k] = (char)fuzz_below(b, 256);
    }
}

/* Whatever reads all of a network must come back. */
static void ask(const sn_network *net)
{
    sn_error err = {0};
    const size_t size = sn_image_size(net);
    char *image = malloc(size);
    sn_network *again = NULL;
    sn_selection all = {0};

    if (image == NULL)
        abort();
    sn_image_write(net, image);
    if (sn_image_open(image, size, &again, &err) != SN_OK ||
        sn_image_check(again, &err) != SN_OK)
        abort();
    sn_network_free(again);
    free(image);
    fuzz_judge(sn_selector_apply(net, "kind=country|firm|stage", NULL, SN_EQUITY, &all, &err),
               &err);
    sn_selection_clear(&all);
    for (int level = SN_LEVEL_NODE; level <= SN_LEVEL_COMMODITY; level++) {
        sn_network *coarse = NULL;
        err = (sn_error){0};
        fuzz_judge(sn_aggregate(net, (sn_level)level, &coarse, &err), &err);
        sn_network_free(coarse);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes bytes = {data, size}, changes = split(&bytes);
    sn_network *here = fuzz_network(&bytes), *there = NULL;
    sn_error err = {0};

    if (here == NULL)
        return 0;
    const size_t length = sn_image_size(here);
    char *image = malloc(length);
    if (image == NULL)
        abort();
    sn_image_write(here, image);
    change(image, length, &changes);
    sn_status status = sn_image_open(image, length, &there, &err);
    if (status == SN_OK)
        status = sn_image_check(there, &err);
    fuzz_judge(status, &err);
    if (status == SN_OK)
        ask(there);
    sn_network_free(there);
    sn_network_free(here);
    free(image);
    return 0;
}
