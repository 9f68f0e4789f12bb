/* graph_file.h - a network as one file that programs for graphs read. */
#ifndef SN_REPORTS_GRAPH_FILE_H
#define SN_REPORTS_GRAPH_FILE_H

#include <stdbool.h>

#include "reports/out.h"
#include "reports/table.h"

typedef enum {
    SN_GRAPHML,  /* GraphML 1.0: networkx, igraph, Gephi, yEd              */
    SN_GEXF,     /* GEXF 1.2draft, which old and new readers of GEXF take  */
    SN_DOT,      /* the Graphviz language                                  */
    SN_NODE_LINK /* node-link JSON as networkx 3 reads it: nodes and edges */
} sn_graph_format;

/**
 * sn_graph_write - write nodes and flows as one directed graph.
 *
 * Nodes keep their ids.  The amount of a flow is its attribute `weight`; all other columns are
 * attributes under their own names, and a cell that is missing is left out.  Numbers are exact
 * (the shortest text that gives the same double).  Text may hold anything: it is escaped as the
 * format asks, invalid UTF-8 becomes U+FFFD, and so do characters that XML cannot hold.
 *
 * nodes     [in]  column 0: the id, text, unique; column 1: the label, missing where it is the id
 * flows     [in]  column 0: id of the supplier, column 1: id of the buyer, column 2: the amount
 * parallel  [in]  whether two flows may join the same two nodes; node-link JSON says so
 * format    [in]
 * out       [in]  failures to write are reported by sn_out_close
 *
 * Returns  SN_OK; SN_ENOMEM when a table is incomplete (sn_table_status); nothing is written then.
 * Cost     O(cells).
 * Source   Brandes et al., GraphML Primer (2001); GEXF Working Group, GEXF 1.2draft Primer (2009);
 *          Graphviz, The DOT Language.
 */
sn_status sn_graph_write(const sn_table *nodes, const sn_table *flows, bool parallel,
                         sn_graph_format format, sn_out *out, sn_error *err);

#endif /* SN_REPORTS_GRAPH_FILE_H */
