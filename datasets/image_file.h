/* image_file.h - a network kept as it lies in memory: loading skips reading and sorting. */
#ifndef SN_DATASETS_IMAGE_FILE_H
#define SN_DATASETS_IMAGE_FILE_H

#include "datasets/load.h"

/**
 * sn_image_file_load - the network of an image file (graph/image.h).
 *
 * The file is an image, then lines of text on what it was made from, which become notes of its
 * account in `sources`.  Everything is checked (sn_image_check, and that texts are UTF-8): an
 * image may come from anybody.
 *
 * options  [in]      what asks for a part of a table (commodity, year, preset, ...) is refused:
 *                    an image is a whole network
 * bytes    [in,out]  whose sn_bytes.is_image is set; taken over by the network, zeroed
 * net      [out]     written on success only; owns the file's memory
 * sources  [out]     one account is added, "image": its rows are flows; its hash may still be in
 *                    the making (sn_source_sha256)
 *
 * Returns  SN_OK; SN_EUSAGE; SN_EDATA: of another version or kind of machine, cut off, damaged;
 *          SN_ENOMEM.
 * Cost     O(V + E), on several threads; a fraction of what files of text cost.
 */
sn_status sn_image_file_load(const sn_load_options *options, sn_bytes *bytes, sn_network **net,
                             sn_sources *sources, sn_error *err);

/**
 * sn_image_file_origin - the text behind an image: a line for each source of the network.
 *
 * text  [out]  to be freed; "" without sources
 */
sn_status sn_image_file_origin(const sn_sources *sources, char **text, sn_error *err);

#endif /* SN_DATASETS_IMAGE_FILE_H */
