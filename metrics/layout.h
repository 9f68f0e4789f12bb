/* layout.h - where pictures of a network put things: columns, ribbons, points, the globe.
 *
 * Pure geometry over small lists of nodes and links, so that whoever draws only draws.
 */
#ifndef SN_METRICS_LAYOUT_H
#define SN_METRICS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"

/** sn_layout_link - an arrow between two of n nodes. */
typedef struct {
    int32_t supplier, buyer; /* 0 .. n - 1                */
    double amount;           /* finite, > 0; any one unit */
} sn_layout_link;

/**
 * sn_layout_layers - columns for nodes that have no stages: suppliers left of their buyers.
 *
 * Loops are opened where that costs least: the links of a feedback arc set are dropped.  A node
 * stands in the column of the longest chain of suppliers that is left to it; with more than
 * `most` columns, neighbouring ones are joined and the links inside a column are dropped, too.
 *
 * n        [in]   nodes
 * link     [in]   m links; self-links are dropped
 * most     [in]   at most this many columns, >= 1
 * column   [out]  [n] 0 .. *columns - 1
 * dropped  [out]  [m] the link does not lead from a column to a later one
 *
 * Returns  SN_OK; SN_ENOMEM.  Cost O(n + m log m).
 * Source   P. Eades, X. Lin, W. F. Smyth, "A fast and effective heuristic for the feedback arc
 * set problem", Information Processing Letters 47, 1993 (igraph_feedback_arc_set).
 */
sn_status sn_layout_layers(size_t n, const sn_layout_link *link, size_t m, size_t most,
                           int32_t *column, bool *dropped, size_t *columns, sn_error *err);

/** sn_layout_box - a node in its column, in the unit of the given height. */
typedef struct {
    double top, height;
} sn_layout_box;

/** sn_layout_ribbon - a link: the middle of its ends, and its width. */
typedef struct {
    double supplier_y, buyer_y, width;
} sn_layout_ribbon;

/**
 * sn_layout_sankey - stack the nodes of each column and lead the links between them.
 *
 * One scale serves all: a box is as high as the larger of what goes in and out of it on drawn
 * links, and never so close to the next that labels of height `slot` would meet.  The order in
 * a column follows the mean height of the neighbours (barycentre sweeps), so that few ribbons
 * cross; `last` nodes ("others") stay at the foot.
 *
 * column   [in]   [n] 0 .. columns - 1
 * last     [in]   [n], or NULL for none
 * dropped  [in]   [m] links that are not drawn; or NULL
 * height   [in]   of the picture
 * slot     [in]   least distance of two labels; made smaller where a column cannot hold them
 * box      [out]  [n]
 * ribbon   [out]  [m]; width 0 for a dropped link
 *
 * Returns  SN_OK; SN_ENOMEM.  Cost O((n + m) log (n + m)) a sweep, 24 sweeps.
 * Source   K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical
 *          system structures", IEEE Trans. SMC 11(2), 1981.
 */
sn_status sn_layout_sankey(size_t n, const int32_t *column, size_t columns, const bool *last,
                           const sn_layout_link *link, size_t m, const bool *dropped,
                           double height, double slot, sn_layout_box *box,
                           sn_layout_ribbon *ribbon, sn_error *err);

/**
 * sn_layout_sketch - points in the plane: neighbours near, strangers apart.
 *
 * Stress over the distances in the undirected graph, from a start that depends on the seed
 * alone: the same call gives the same points.
 *
 * x, y  [out]  [n] 0..1 each; a single node lies in the middle
 *
 * Returns  SN_OK; SN_ENOMEM.  Cost O(n^2) memory and 50 n^2 steps: meant for some hundred
 * nodes. Source   T. Kamada, S. Kawai, "An algorithm for drawing general undirected graphs",
 * Information Processing Letters 31, 1989 (igraph_layout_kamada_kawai).
 */
sn_status sn_layout_sketch(size_t n, const sn_layout_link *link, size_t m, uint64_t seed,
                           double *x, double *y, sn_error *err);

/** The Equal Earth picture is this many times as wide as high, and has this meridian in the
 *  middle, so that the edge runs through the Bering strait. */
#define SN_LAYOUT_GLOBE_ASPECT 2.054594
#define SN_LAYOUT_GLOBE_MIDDLE 11.0

/**
 * sn_layout_globe - a place on the Equal Earth projection.
 *
 * lat, lon  [in]   degrees north -90..90 and east -180..180
 * x, y      [out]  0..1 from the left and from the top
 *
 * Source   B. Savric, T. Patterson, B. Jenny, "The Equal Earth map projection", International
 *          Journal of Geographical Information Science 33(3), 2019.
 */
void sn_layout_globe(double lat, double lon, double *x, double *y);

#endif /* SN_METRICS_LAYOUT_H */
