/* dict.c - open addressing over an arena of texts; the load stays below one half. */
#include "graph/dict.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_TEXTS = 1 << 30 }; /* two slots for each, counted in 32 bits */

static uint32_t hash_of(const char *text, size_t length)
{
    uint64_t h = 0x9e3779b97f4a7c15u ^ length;

    while (length >= 8) {
        uint64_t word;
        memcpy(&word, text, 8);
        h = (h ^ word) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
        text += 8;
        length -= 8;
    }
    if (length > 0) {
        uint64_t word = 0;
        memcpy(&word, text, length);
        h = (h ^ word) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    h *= 0xc4ceb9fe1a85ec53u;
    return (uint32_t)(h >> 32);
}

/* The slot that holds the text, or the free slot where it belongs. */
static struct sn_dict_slot *probe(const sn_dict *dict, const char *text, size_t length,
                                  uint32_t hash)
{
    for (uint32_t at = hash & (dict->slots - 1);; at = (at + 1) & (dict->slots - 1)) {
        struct sn_dict_slot *slot = &dict->slot[at];
        if (slot->code == SN_NONE)
            return slot;
        if (slot->hash == hash && dict->length[slot->code] == length &&
            memcmp(dict->text[slot->code], text, length) == 0)
            return slot;
    }
}

static int grow_slots(sn_dict *dict)
{
    uint32_t slots = dict->slots == 0 ? 64 : dict->slots * 2;
    struct sn_dict_slot *fresh = malloc((size_t)slots * sizeof *fresh);

    if (fresh == NULL)
        return -1;
    for (uint32_t i = 0; i < slots; i++)
        fresh[i].code = SN_NONE;
    for (uint32_t i = 0; i < dict->slots; i++) {
        if (dict->slot[i].code == SN_NONE)
            continue;
        uint32_t at = dict->slot[i].hash & (slots - 1);
        while (fresh[at].code != SN_NONE)
            at = (at + 1) & (slots - 1);
        fresh[at] = dict->slot[i];
    }
    free(dict->slot);
    dict->slot = fresh;
    dict->slots = slots;
    return 0;
}

static int grow_texts(sn_dict *dict)
{
    const int32_t room = dict->room == 0               ? 32
                         : dict->room < MOST_TEXTS / 2 ? dict->room * 2
                                                       : MOST_TEXTS;
    const char **text = realloc(dict->text, (size_t)room * sizeof *text);

    if (text == NULL)
        return -1;
    dict->text = text;
    uint32_t *length = realloc(dict->length, (size_t)room * sizeof *length);
    if (length == NULL)
        return -1;
    dict->length = length;
    dict->room = room;
    return 0;
}

sn_status sn_dict_add(sn_dict *dict, const char *text, size_t length, int32_t *code,
                      sn_error *err)
{
    if ((uint64_t)dict->count * 2 >= dict->slots && dict->count < MOST_TEXTS &&
        grow_slots(dict) != 0)
        return sn_nomem(err, "an index of names");

    const uint32_t hash = hash_of(text, length);
    struct sn_dict_slot *slot = probe(dict, text, length, hash);
    if (slot->code == SN_NONE) {
        if (dict->count == MOST_TEXTS || length > UINT32_MAX)
            return sn_fail(err, SN_ENOMEM, "more than %d names", MOST_TEXTS);
        if (dict->count == dict->room && grow_texts(dict) != 0)
            return sn_nomem(err, "a list of names");
        const char *copy = sn_arena_copy(&dict->arena, text, length);
        if (copy == NULL)
            return sn_nomem(err, "a name");
        dict->text[dict->count] = copy;
        dict->length[dict->count] = (uint32_t)length;
        slot->hash = hash;
        slot->code = dict->count++;
    }
    *code = slot->code;
    return SN_OK;
}

int32_t sn_dict_find(const sn_dict *dict, const char *text, size_t length)
{
    if (dict->count == 0)
        return SN_NONE;
    return probe(dict, text, length, hash_of(text, length))->code;
}

const char *sn_dict_text(const sn_dict *dict, int32_t code)
{
    return code >= 0 && code < dict->count ? dict->text[code] : "";
}

struct sort_key {
    uint64_t word; /* eight bytes of the text, big end first: compares as the bytes do */
    uint32_t length;
    int32_t code;
};

static int compare_keys(const void *left, const void *right)
{
    const struct sort_key *a = left, *b = right;

    if (a->word != b->word)
        return a->word < b->word ? -1 : 1;
    return (a->length > b->length) - (a->length < b->length);
}

static uint64_t word_at(const char *text, uint32_t length, uint32_t depth)
{
    uint64_t word = 0;

    for (uint32_t b = depth; b < depth + 8; b++)
        word = word << 8 | (b < length ? (unsigned char)text[b] : (unsigned char)0);
    return word;
}

/* Order texts that agree in their first `depth` bytes by the next eight, then those that agree
 * there too by the eight after: names with a long common beginning cost no more than others. */
static void sort_from(const sn_dict *dict, struct sort_key *key, size_t count, uint32_t depth)
{
    for (size_t k = 0; k < count; k++)
        key[k].word = word_at(dict->text[key[k].code], key[k].length, depth);
    qsort(key, count, sizeof *key, compare_keys);
    for (size_t k = 0, last; k < count; k = last) {
        while (k < count && key[k].length <= depth + 8)
            k++; /* ends here, before every longer text that begins with it */
        last = k + 1;
        while (last < count && key[last].word == key[k].word)
            last++;
        if (last > k + 1 && k < count)
            sort_from(dict, key + k, last - k, depth + 8);
    }
}

sn_status sn_dict_order(const sn_dict *dict, int32_t *rank, sn_error *err)
{
    struct sort_key *key = malloc(((size_t)dict->count + 1) * sizeof *key);

    if (key == NULL)
        return sn_nomem(err, "sorting names");
    for (int32_t c = 0; c < dict->count; c++)
        key[c] = (struct sort_key){0, dict->length[c], c};
    sort_from(dict, key, (size_t)dict->count, 0);
    for (int32_t at = 0; at < dict->count; at++)
        rank[key[at].code] = at;
    free(key);
    return SN_OK;
}

sn_status sn_dict_sort(sn_dict *dict, const int32_t *rank, sn_error *err)
{
    const size_t count = (size_t)dict->count;
    const char **text = malloc((count + 1) * sizeof *text);
    uint32_t *length = malloc((count + 1) * sizeof *length);

    if (text == NULL || length == NULL) {
        free(text);
        free(length);
        return sn_nomem(err, "sorting names");
    }
    for (size_t c = 0; c < count; c++) {
        text[rank[c]] = dict->text[c];
        length[rank[c]] = dict->length[c];
    }
    for (uint32_t i = 0; i < dict->slots; i++)
        if (dict->slot[i].code != SN_NONE)
            dict->slot[i].code = rank[dict->slot[i].code];
    free(dict->text);
    free(dict->length);
    dict->text = text;
    dict->length = length;
    dict->room = dict->count;
    return SN_OK;
}

void sn_dict_clear(sn_dict *dict)
{
    sn_arena_clear(&dict->arena);
    free(dict->text);
    free(dict->length);
    free(dict->slot);
    memset(dict, 0, sizeof *dict);
}
