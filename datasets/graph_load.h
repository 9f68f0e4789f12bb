/* graph_load.h - a network from one graph file: GraphML or node-link JSON. */
#ifndef SN_DATASETS_GRAPH_LOAD_H
#define SN_DATASETS_GRAPH_LOAD_H

#include <stdbool.h>

#include "datasets/native.h"

/** sn_graph_is_one - whether a text is a graph file and no table: its first character that is
 *  no blank is `<` or `{`. */
bool sn_graph_is_one(const sn_bytes *bytes);

/**
 * sn_graph_load - as sn_native_load, where files->flows is a graph file.
 *
 * Attributes of nodes and edges mean what columns of nodes.csv and flows.csv mean.  One account
 * is added, "graph": its rows are nodes and edges.
 *
 * Returns  as sn_native_load; SN_EUSAGE when files->nodes is given: a graph has its own.
 */
sn_status sn_graph_load(const sn_native_files *files, const sn_native_filter *filter,
                        sn_network **net, sn_sources *sources, sn_error *err);

#endif /* SN_DATASETS_GRAPH_LOAD_H */
