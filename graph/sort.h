/* sort.h - a stable sort of many numbers by a small key. */
#ifndef SN_GRAPH_SORT_H
#define SN_GRAPH_SORT_H

#include <stddef.h>
#include <stdint.h>

/** sn_sort_item - sorted by `key`; `rest` and `value` go along. */
typedef struct {
    uint32_t key, rest;
    double value;
} sn_sort_item;

/**
 * sn_sort_by_key - put items in ascending order of their keys; equal keys keep their order.
 *
 * item     [in,out]  count items
 * scratch  [out]     count items; not read, and not touched while count <= SN_SORT_SHORT
 *
 * Cost     O(count * bytes of the largest key) for many, O(count^2) up to SN_SORT_SHORT.
 */
enum { SN_SORT_SHORT = 48 };
void sn_sort_by_key(sn_sort_item *item, size_t count, sn_sort_item *scratch);

#endif /* SN_GRAPH_SORT_H */
