/* graphml.h - GraphML, as networkx, igraph, Gephi, yEd and `supplynet convert` write it. */
#ifndef SN_DATASETS_GRAPHML_H
#define SN_DATASETS_GRAPHML_H

#include "datasets/bytes.h"
#include "datasets/graph_sink.h"

/**
 * sn_graphml_read - hand every node and edge of a GraphML file to a sink, in one pass.
 *
 * Attributes are known by the attr.name of their key, and a key's default counts where an
 * element has no value.  Ports, descriptions and what is not GraphML inside <data> (yEd's
 * drawings) are skipped.
 *
 * Returns  SN_OK; SN_EDATA for what is not well-formed XML or not GraphML, an undirected edge,
 *          nested or several graphs, hyperedges, an entity other than XML's own five, more than
 *          64 elements inside one another, or a tag of more than 64 KiB; as the sink.
 * Cost     O(size) time; memory for one element.  Nothing but `bytes` is read, whatever the file
 *          asks for.
 * Source   Brandes et al., GraphML Primer, 2001; XML 1.0.
 */
sn_status sn_graphml_read(const sn_bytes *bytes, sn_sink *sink, sn_error *err);

#endif /* SN_DATASETS_GRAPHML_H */
