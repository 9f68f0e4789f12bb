/* sort.c - insertion for short lists, byte by byte from the lowest for long ones. */
#include "graph/sort.h"

#include <stdbool.h>
#include <string.h>

static void insert_each(sn_sort_item *item, size_t count)
{
    for (size_t k = 1; k < count; k++) {
        const sn_sort_item moved = item[k];
        size_t at = k;
        for (; at > 0 && item[at - 1].key > moved.key; at--)
            item[at] = item[at - 1];
        item[at] = moved;
    }
}

/* One stable pass by the byte at `shift`; false when all have the same and nothing moved. */
static bool sort_by_byte(const sn_sort_item *from, sn_sort_item *to, size_t count,
                         unsigned shift)
{
    size_t next[257] = {0};

    for (size_t k = 0; k < count; k++)
        next[(from[k].key >> shift & 0xff) + 1]++;
    if (next[(from[0].key >> shift & 0xff) + 1] == count)
        return false;
    for (size_t b = 1; b < 257; b++)
        next[b] += next[b - 1];
    for (size_t k = 0; k < count; k++)
        to[next[from[k].key >> shift & 0xff]++] = from[k];
    return true;
}

void sn_sort_by_key(sn_sort_item *item, size_t count, sn_sort_item *scratch)
{
    sn_sort_item *from = item, *to = scratch;
    bool sorted = true;

    if (count <= SN_SORT_SHORT) {
        insert_each(item, count);
        return;
    }
    for (size_t k = 1; k < count && sorted; k++)
        sorted = item[k - 1].key <= item[k].key;
    for (unsigned shift = 0; shift < 32 && !sorted; shift += 8)
        if (sort_by_byte(from, to, count, shift)) {
            sn_sort_item *swap = from;
            from = to;
            to = swap;
        }
    if (from != item)
        memcpy(item, from, count * sizeof *item);
}
