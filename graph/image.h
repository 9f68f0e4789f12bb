/* image.h - a frozen network as one piece of memory, to be sent, shared and kept in a file.
 *
 * The image holds every column, list and text of a network and no address: copied anywhere, or
 * mapped by several processes, it can be opened there as a network.  It saves reading and
 * sorting, and is no format for exchange: the version and the sizes of the types must be those
 * of the program that opens it.
 */
#ifndef SN_GRAPH_IMAGE_H
#define SN_GRAPH_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "graph/error.h"
#include "graph/network.h"

/** sn_image_size - the size of a network's image [bytes].  Cost O(bytes of all texts). */
size_t sn_image_size(const sn_network *net);

/**
 * sn_image_write - write the image of a network.
 *
 * memory  [out]  sn_image_size(net) bytes, aligned to 8
 *
 * Cost     O(size): a copy.
 */
void sn_image_write(const sn_network *net, void *memory);

/**
 * sn_image_open - the network of an image.
 *
 * Only tables of pointers to texts are made anew, 8 bytes a node and one label or attribute
 * each; all else is read where it is.
 *
 * memory  [in]   aligned to 8; must outlive the network and not change
 * size    [in]   [bytes] of the image
 * net     [out]  freed by sn_network_free, which leaves the image alone
 *
 * Returns  SN_OK; SN_EDATA when this is no image, one of another version or kind of machine, or
 *          one that is cut off or whose parts do not fit together (the numbers in its columns
 *          are taken on trust); SN_ENOMEM.
 * Cost     O(nodes and bytes of texts).
 */
sn_status sn_image_open(const void *memory, size_t size, sn_network **net, sn_error *err);

/**
 * sn_image_size_of - whether some bytes begin as an image of this version does, and how long it
 * says it is.
 *
 * Returns  [bytes]; 0 when this is no image or one of another version or kind of machine, which
 *          sn_image_open tells apart; more than `size` when it is cut off.
 */
size_t sn_image_size_of(const void *memory, size_t size);

/** sn_image_is - whether some bytes begin as an image of any version does. */
bool sn_image_is(const void *memory, size_t size);

/**
 * sn_image_check - go over every number of an image that came from elsewhere.
 *
 * net  [in]  of sn_image_open, which takes the numbers in columns on trust
 *
 * What was given must be what a builder accepts, and in the order of a frozen network; what is
 * derived from it (lists by buyer, sums, amounts, needs) must be what sn_builder_freeze derives,
 * to the bit.  Whether texts are UTF-8 is not looked at.
 *
 * Returns  SN_OK: the network may be used like any other; SN_EDATA naming what is wrong;
 *          SN_ENOMEM.
 * Cost     O(V + E), on several threads; reads the lists by buyer at random.
 */
sn_status sn_image_check(const sn_network *net, sn_error *err);

/**
 * sn_image_keep - let a network own the memory its image lies in.
 *
 * release, memory  [in]  sn_network_free ends with release(memory)
 */
void sn_image_keep(sn_network *net, void (*release)(void *memory), void *memory);

#endif /* SN_GRAPH_IMAGE_H */
