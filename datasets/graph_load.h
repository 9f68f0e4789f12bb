/* graph_load.h - a network from one graph file, GraphML or JSON: the presets of these names. */
#ifndef SN_DATASETS_GRAPH_LOAD_H
#define SN_DATASETS_GRAPH_LOAD_H

#include <stdbool.h>

#include "datasets/native_private.h"
#include "datasets/preset.h"

/** sn_graph_is_graphml, sn_graph_is_json - whether a text is a graph file and no table: by its
 *  first character that is no blank, `<` or `{`. */
bool sn_graph_is_graphml(const sn_preset_header *header);
bool sn_graph_is_json(const sn_preset_header *header);

/**
 * sn_graph_read - read a graph file into native->builder.
 *
 * Attributes of nodes and edges mean what columns of nodes.csv and flows.csv mean.  One account
 * is added, "graph": its rows are nodes and edges.
 *
 * Returns  SN_OK; SN_EDATA as sn_graphml_read and sn_node_link_read; SN_EUSAGE for a year or
 *          commodity that does not occur, or when there are nodes already: a graph has its own.
 * Cost     O(size); under --commodity the file is gone through twice.
 */
sn_status sn_graph_read(const sn_preset_input *input, sn_native *native, sn_error *err);

#endif /* SN_DATASETS_GRAPH_LOAD_H */
