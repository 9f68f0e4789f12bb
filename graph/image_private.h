/* image_private.h - the blocks that images are made of, for graph/ only.
 *
 * An image is a row of blocks, each a prefix and its bytes, both at multiples of SN_IMAGE_BLOCK
 * bytes from the start.
 */
#ifndef SN_GRAPH_IMAGE_PRIVATE_H
#define SN_GRAPH_IMAGE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "graph/network.h"

enum { SN_IMAGE_BLOCK = 64 };

/** SN_IMAGE_ABSENT - the bytes of a column that the network does not have. */
#define SN_IMAGE_ABSENT UINT64_MAX

/** sn_image_task - what a walk over the parts of a network is for. */
typedef enum {
    SN_IMAGE_MEASURE, /* count bytes                                   */
    SN_IMAGE_WRITE,   /* copy the network's parts into blocks          */
    SN_IMAGE_OPEN,    /* point the network's parts at the blocks       */
    SN_IMAGE_FORGET   /* set to NULL what points at blocks             */
} sn_image_task;

/** sn_image - a walk on its way. */
typedef struct {
    sn_image_task task;
    char *memory; /* WRITE, OPEN */
    size_t size;  /* OPEN: of the whole image */
    size_t used;
    sn_network *net; /* MEASURE and WRITE do not change it */
    sn_error *err;
} sn_image;

/** sn_image_broken - SN_EDATA: what is wrong where the walk stands. */
sn_status sn_image_broken(const sn_image *im, const char *why);

/**
 * sn_image_block - the next block: WRITE makes it, OPEN checks that it is whole.
 *
 * bytes  [in,out]  its size or SN_IMAGE_ABSENT; OPEN is told here what the image has
 * at     [out]     where the bytes are; NULL under MEASURE and where absent
 */
sn_status sn_image_block(sn_image *im, uint64_t *bytes, void **at);

/** sn_image_value - a block that holds a value of fixed size, copied in or out. */
sn_status sn_image_value(sn_image *im, void *value, size_t bytes);

/**
 * sn_image_column - a block that holds an array, which OPEN reads where it is.
 *
 * field     [in,out]  address of the pointer to the array, of whatever type
 * may_lack  [in]      whether the pointer may be NULL
 */
sn_status sn_image_column(sn_image *im, void *field, size_t count, size_t width, bool may_lack);

/**
 * sn_image_texts - a list of texts as two blocks: sizes with the final NUL, 0 = NULL; bytes.
 *
 * first, stride  [in,out]  the pointers to the texts, `stride` bytes from one to the next; they
 *                          have been allocated before, also for OPEN
 */
sn_status sn_image_texts(sn_image *im, void *first, size_t stride, size_t count);

/** sn_image_text_column - sn_image_texts of a table that may be NULL and that OPEN allocates.
 */
sn_status sn_image_text_column(sn_image *im, const char ***table, size_t count);

/** sn_image_dict - a dictionary; OPEN allocates its pointers to texts. */
sn_status sn_image_dict(sn_image *im, sn_dict *dict);

/** sn_image_fault - what is wrong with node i of an opened image; NULL: nothing. */
typedef const char *(*sn_image_fault)(const sn_network *net, size_t i);

/** sn_image_first_fault - the first of `count` with a fault, or count; on several threads. */
size_t sn_image_first_fault(const sn_network *net, size_t count, sn_image_fault fault);

/** sn_image_fail - SN_EDATA: "the image of a network is broken: node 7: why". */
sn_status sn_image_fail(const char *what, size_t number, const char *why, sn_error *err);

/** sn_image_check_flows - the part of sn_image_check that is about flows; the counts of names
 *  must have been checked. */
sn_status sn_image_check_flows(const sn_network *net, sn_error *err);

#endif /* SN_GRAPH_IMAGE_PRIVATE_H */
