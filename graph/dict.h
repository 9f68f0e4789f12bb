/* dict.h - text <-> dense code, in the order of first sight. */
#ifndef SN_GRAPH_DICT_H
#define SN_GRAPH_DICT_H

#include <stddef.h>
#include <stdint.h>

#include "graph/arena.h"
#include "graph/error.h"

/** SN_NONE - the code of "not known"; every valid code is >= 0. */
#define SN_NONE ((int32_t)-1)

struct sn_dict_slot {
    uint64_t hash;
    uint32_t length;
    int32_t code; /* SN_NONE: free */
};

/** sn_dict - zeroed it is empty and may be cleared. */
typedef struct {
    sn_arena arena;
    const char **text; /* [count] by code; NUL-terminated */
    uint32_t *length;  /* [count] */
    int32_t count, room;
    struct sn_dict_slot *slot; /* open addressing, a power of two of them */
    uint32_t slots;
} sn_dict;

/**
 * sn_dict_add - the code of a text, given on first sight.
 *
 * text, length  [in]   any bytes; a NUL inside is kept out by the callers
 * code          [out]  0, 1, 2, ... in the order of first sight
 *
 * Returns  SN_OK; SN_ENOMEM when memory ran out or 2^30 texts are held.
 * Cost     O(length) expected.
 */
sn_status sn_dict_add(sn_dict *dict, const char *text, size_t length, int32_t *code,
                      sn_error *err);

/** sn_dict_find - the code of a text, or SN_NONE when it is not held.  O(length) expected. */
int32_t sn_dict_find(const sn_dict *dict, const char *text, size_t length);

/** sn_dict_mix - a word from which little can be told of the one it was made of.  Each step can be
 *  undone: different words have different results. */
static inline uint64_t sn_dict_mix(uint64_t word)
{
    word ^= word >> 32;
    word *= UINT64_C(0xff51afd7ed558ccd);
    word ^= word >> 29;
    word *= UINT64_C(0xc4ceb9fe1a85ec53);
    return word ^ word >> 32;
}

/**
 * sn_dict_hash, sn_dict_prefetch - a look-up in two steps, for many of them: in a dictionary
 * that the caches do not hold, fetching a few dozen before the first is looked at takes a small
 * part of the time.
 *
 * hash  [in]  sn_dict_hash(text, length).  Texts of up to eight bytes have the same hash only
 *             if they are the same or of different length.
 *
 * Several threads may look up at once, while none adds.
 */
uint64_t sn_dict_hash(const char *text, size_t length);
static inline void sn_dict_prefetch(const sn_dict *dict, uint64_t hash)
{
    if (dict->slots > 0)
        __builtin_prefetch(&dict->slot[hash & (dict->slots - 1)]);
}

/** sn_dict_key - a text that is looked for. */
typedef struct {
    const char *text;
    size_t length;
    uint64_t hash; /* sn_dict_hash(text, length) */
} sn_dict_key;

/** sn_dict_find_many - sn_dict_find for several texts at once, whose slots have been fetched:
 *  the texts of longer ones are fetched together, too. */
void sn_dict_find_many(const sn_dict *dict, const sn_dict_key *key, size_t count,
                       int32_t *code);

/** sn_dict_reserve - make room for `count` texts in all at once; SN_ENOMEM. */
sn_status sn_dict_reserve(sn_dict *dict, size_t count, sn_error *err);

/** sn_dict_text - the text of a code, lent until the dictionary is cleared; "" for SN_NONE. */
const char *sn_dict_text(const sn_dict *dict, int32_t code);

/**
 * sn_dict_order - the codes in ascending byte order of their texts.
 *
 * rank  [out]  dict->count numbers: rank[code] = position of that text in the order
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(count * bytes that differ), a byte at a time; O(n log n) where n is small.
 */
sn_status sn_dict_order(const sn_dict *dict, int32_t *rank, sn_error *err);

/**
 * sn_dict_sort - renumber the codes: the text of code c gets code rank[c].
 *
 * rank  [in]  a permutation of 0 .. count - 1, for example from sn_dict_order
 *
 * Returns  SN_OK; SN_ENOMEM, with the dictionary unchanged.
 */
sn_status sn_dict_sort(sn_dict *dict, const int32_t *rank, sn_error *err);

/** sn_dict_clear - free everything and leave the dictionary empty. */
void sn_dict_clear(sn_dict *dict);

#endif /* SN_GRAPH_DICT_H */
