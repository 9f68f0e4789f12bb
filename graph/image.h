/* image.h - a frozen network as one piece of memory, to be sent and shared.
 *
 * The image holds every column, list and text of a network and no address: copied anywhere, or
 * mapped by several processes, it can be opened there as a network.  It is a matter of one
 * program on machines of one kind, not a file format: the version and the sizes of the types
 * must be those of the program that opens it.
 */
#ifndef SN_GRAPH_IMAGE_H
#define SN_GRAPH_IMAGE_H

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

#endif /* SN_GRAPH_IMAGE_H */
