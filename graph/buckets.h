/* buckets.h - many flows sorted by a node, and by a small number within.
 *
 * Flows are first dealt into buckets of neighbouring nodes, each small enough for a processor's
 * own cache; then each bucket is sorted by itself.  Both steps run on several threads, and what
 * comes out depends on the order of the flows alone.
 */
#ifndef SN_GRAPH_BUCKETS_H
#define SN_GRAPH_BUCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "graph/sort.h"

/** sn_bucket_item - a flow: sorted by `node`, then by `key`; `rest` and `value` go along. */
typedef struct {
    uint32_t node, key, rest;
    double value;
} sn_bucket_item;

/** sn_bucket_source - where they come from: fills item[0 .. count - 1] with flows first ..
 *  first + count - 1, or only their nodes.  Called by several threads. */
typedef void sn_bucket_source(const void *context, size_t first, size_t count, bool only_node,
                              sn_bucket_item *item);

/** sn_buckets - zeroed it is empty and may be cleared. */
typedef struct sn_buckets {
    size_t nodes, count;
    unsigned shift; /* bucket b holds the nodes (b << shift) ..                       */
    size_t buckets;
    size_t *first;        /* [buckets + 1] where its flows lie in item                      */
    size_t longest;       /* flows of the largest bucket                                    */
    size_t room;          /* of item */
    sn_bucket_item *item; /* [count] by bucket, in the order of the source within; a bucket's
                             own stretch may be written over once it is sorted              */
} sn_buckets;

/** sn_buckets_deal - deal `count` flows of nodes 0 .. nodes - 1; SN_ENOMEM.  O(count).  Buckets
 *  that were dealt before are dealt anew, in the same memory if it is large enough. */
sn_status sn_buckets_deal(sn_buckets *buckets, size_t nodes, size_t count,
                          sn_bucket_source *source, const void *context, sn_error *err);
void sn_buckets_clear(sn_buckets *buckets);

/** sn_bucket_lists - one bucket sorted: the flows of each of its nodes side by side.  Each
 *  thread has its own; zeroed it is empty and may be cleared. */
typedef struct {
    size_t first_node, nodes;
    size_t *first;      /* [nodes + 1] */
    sn_sort_item *item; /* by node, then by key, then in the order of the source */
    sn_sort_item *scratch;
    size_t room;
} sn_bucket_lists;

/** sn_bucket_sort - sort bucket b into lists; SN_ENOMEM.  O(its flows + its nodes), see
 *  sn_sort_by_key. */
sn_status sn_bucket_sort(const sn_buckets *buckets, size_t b, sn_bucket_lists *lists,
                         sn_error *err);
void sn_bucket_lists_clear(sn_bucket_lists *lists);

#endif /* SN_GRAPH_BUCKETS_H */
