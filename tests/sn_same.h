/* sn_same.h - whether two frozen networks hold the same bytes. */
#ifndef SN_TESTS_SN_SAME_H
#define SN_TESTS_SN_SAME_H

#include <stdio.h>
#include <string.h>

#include "graph/network_private.h"

static inline bool sn_same_bytes(const void *a, const void *b, size_t bytes)
{
    return a == NULL || b == NULL ? a == b : bytes == 0 || memcmp(a, b, bytes) == 0;
}

static inline bool sn_same_dict(const sn_dict *a, const sn_dict *b)
{
    if (a->count != b->count)
        return false;
    for (int32_t c = 0; c < a->count; c++)
        if (a->length[c] != b->length[c] || memcmp(a->text[c], b->text[c], a->length[c]) != 0)
            return false;
    return true;
}

static inline bool sn_same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/** sn_same_network - NULL when every frozen array of the two is equal byte by byte, else the
 *  name of the first that is not. */
static inline const char *sn_same_network(const sn_network *a, const sn_network *b)
{
    const size_t n = a->node_count, m = a->flow_count, s = a->seg_count;

#define SAME(field, count)                                                                     \
    if (!sn_same_bytes(a->field, b->field, (count) * sizeof *a->field))                        \
        return #field;
    if (n != b->node_count || m != b->flow_count || s != b->seg_count)
        return "sizes";
    if (!sn_same_dict(&a->ids, &b->ids) || !sn_same_dict(&a->groups, &b->groups))
        return "ids or groups";
    SAME(kind, n)
    for (int c = 0; c < SN_COLUMNS; c++) {
        SAME(code[c], n)
        if (!sn_same_dict(&a->dict[c], &b->dict[c]))
            return "dict";
    }
    for (int q = 0; q < SN_QUANTITIES; q++)
        SAME(given[q], n)
    SAME(output, n)
    SAME(final_demand, n)
    SAME(primary, n)
    SAME(sales, n)
    SAME(purchases, n)
    SAME(self, n)
    SAME(out_first, n + 1)
    SAME(supplier, m)
    SAME(buyer, m)
    SAME(value, m)
    SAME(group, m)
    SAME(basis, m)
    SAME(in_first, n + 1)
    SAME(in_flow, m)
    SAME(seg_first, n + 1)
    SAME(seg_in, s + 1)
    SAME(seg_group, s)
    SAME(seg_total, s)
    SAME(seg_need, s)
    SAME(unit_of, (size_t)a->dict[SN_COMMODITY].count)
    for (int rule = 0; rule < 2; rule++) {
        SAME(owner_first[rule], n + 1)
        for (size_t k = 0; a->owner_first[rule] != NULL && k < a->owner_first[rule][n]; k++)
            if (a->owner_share[rule][k].owner != b->owner_share[rule][k].owner ||
                a->owner_share[rule][k].share != b->owner_share[rule][k].share)
                return "owner_share";
    }
#undef SAME
    for (size_t i = 0; i < n; i++)
        if (!sn_same_text(sn_network_label(a, i), sn_network_label(b, i)))
            return "label";
    if (a->has_product != b->has_product || a->rest != b->rest ||
        a->unit_overall != b->unit_overall)
        return "a single value";
    return NULL;
}

#endif /* SN_TESTS_SN_SAME_H */
