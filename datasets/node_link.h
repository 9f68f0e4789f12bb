/* node_link.h - graphs in JSON: node-link as networkx and d3 have it, and JSON Graph Format. */
#ifndef SN_DATASETS_NODE_LINK_H
#define SN_DATASETS_NODE_LINK_H

#include "datasets/bytes.h"
#include "datasets/graph_sink.h"

/**
 * sn_node_link_read - hand every node and edge of a JSON graph to a sink, in one pass.
 *
 *     {"directed": true, "nodes": [{"id": "A", ...}], "links": [{"source": "A", "target": "B",
 *      "weight": 3.5, ...}]}                             networkx up to 3.3, d3
 *     the same with "edges" for "links"                  networkx from 3.4, supplynet convert
 *     {"graph": {"nodes": {"A": {"label": "...", "metadata": {...}}}, "edges": [...]}}
 *                                                        JSON Graph Format 2, and 1 with a list
 *
 * Members are attributes, also those of "metadata"; null is not given.  Attributes that are lists
 * or objects are left out, with a note.
 *
 * Returns  SN_OK; SN_EDATA for what is not JSON (comments, NaN, text after the end too), not such
 *          a graph, undirected, or several graphs; a member given twice where it counts; more
 *          than 64 levels; a value of more than 16 MiB; as the sink.
 * Cost     O(size) time; memory for one value and one element.
 * Source   RFC 8259; JSON Graph Format v2, jsongraphformat.info.
 */
sn_status sn_node_link_read(const sn_bytes *bytes, sn_sink *sink, sn_error *err);

#endif /* SN_DATASETS_NODE_LINK_H */
