/* dict.c - open addressing over an arena of texts; the load stays below one half. */
#include "graph/dict.h"

#include <stdlib.h>
#include <string.h>

#include "graph/memory.h"

enum {
    MOST_TEXTS = 1 << 30, /* two slots for each, counted in 32 bits */
    FEWEST_SLOTS = 64,
    EXACT = 8,        /* bytes of a text that its hash stands for    */
    SORT_BYTES = 1024 /* texts from which on they are sorted by byte */
};

/* Of texts of one length up to eight, each has a word of its own. */
static uint64_t word_of(const char *text, size_t length)
{
    const unsigned char *byte = (const unsigned char *)text;
    uint32_t low, high;

    if (length >= 4) {
        memcpy(&low, text, 4);
        memcpy(&high, text + length - 4, 4);
        return (uint64_t)high << 32 | low;
    }
    return length == 0 ? 0
                       : (uint64_t)byte[0] | (uint64_t)byte[length / 2] << 8 |
                             (uint64_t)byte[length - 1] << 16;
}

uint64_t sn_dict_hash(const char *text, size_t length)
{
    uint64_t hash = length, word;

    if (length <= EXACT)
        return sn_dict_mix(word_of(text, length));
    for (size_t at = 0; at + 8 < length; at += 8) {
        memcpy(&word, text + at, 8);
        hash = (hash ^ word) * 0xff51afd7ed558ccdu;
        hash ^= hash >> 32;
    }
    memcpy(&word, text + length - 8, 8);
    return sn_dict_mix(hash ^ word);
}

/* The slot that holds the text, or the free slot where it belongs. */
static struct sn_dict_slot *probe(const sn_dict *dict, const char *text, size_t length,
                                  uint64_t hash)
{
    for (uint64_t at = hash & (dict->slots - 1);; at = (at + 1) & (dict->slots - 1)) {
        struct sn_dict_slot *slot = &dict->slot[at];
        if (slot->code == SN_NONE)
            return slot;
        if (slot->hash == hash && slot->length == length &&
            (length <= EXACT || memcmp(dict->text[slot->code], text, length) == 0))
            return slot;
    }
}

static int grow_slots(sn_dict *dict, uint32_t slots)
{
    struct sn_dict_slot *fresh = sn_large_alloc((size_t)slots * sizeof *fresh);

    if (fresh == NULL)
        return -1;
    memset(fresh, 0xff, (size_t)slots * sizeof *fresh); /* all bits set is SN_NONE */
    for (uint32_t i = 0; i < dict->slots; i++) {
        if (dict->slot[i].code == SN_NONE)
            continue;
        uint64_t at = dict->slot[i].hash & (slots - 1);
        while (fresh[at].code != SN_NONE)
            at = (at + 1) & (slots - 1);
        fresh[at] = dict->slot[i];
    }
    free(dict->slot);
    dict->slot = fresh;
    dict->slots = slots;
    return 0;
}

static int grow_texts(sn_dict *dict, int32_t room)
{
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

sn_status sn_dict_reserve(sn_dict *dict, size_t count, sn_error *err)
{
    uint32_t slots = FEWEST_SLOTS;

    if (count > MOST_TEXTS)
        count = MOST_TEXTS;
    while (slots < 2 * count)
        slots *= 2;
    if ((slots > dict->slots && grow_slots(dict, slots) != 0) ||
        ((int32_t)count > dict->room && grow_texts(dict, (int32_t)count) != 0))
        return sn_nomem(err, "a list of names");
    return SN_OK;
}

static int32_t more_room(int32_t room)
{
    return room == 0 ? 32 : room < MOST_TEXTS / 2 ? room * 2 : MOST_TEXTS;
}

sn_status sn_dict_add(sn_dict *dict, const char *text, size_t length, int32_t *code,
                      sn_error *err)
{
    if ((uint64_t)dict->count * 2 >= dict->slots && dict->count < MOST_TEXTS &&
        grow_slots(dict, dict->slots == 0 ? FEWEST_SLOTS : dict->slots * 2) != 0)
        return sn_nomem(err, "an index of names");

    const uint64_t hash = sn_dict_hash(text, length);
    struct sn_dict_slot *slot = probe(dict, text, length, hash);
    if (slot->code == SN_NONE) {
        if (dict->count == MOST_TEXTS || length > UINT32_MAX)
            return sn_fail(err, SN_ENOMEM, "more than %d names", MOST_TEXTS);
        if (dict->count == dict->room && grow_texts(dict, more_room(dict->room)) != 0)
            return sn_nomem(err, "a list of names");
        const char *copy = sn_arena_copy(&dict->arena, text, length);
        if (copy == NULL)
            return sn_nomem(err, "a name");
        dict->text[dict->count] = copy;
        dict->length[dict->count] = (uint32_t)length;
        *slot = (struct sn_dict_slot){hash, (uint32_t)length, dict->count++};
    }
    *code = slot->code;
    return SN_OK;
}

int32_t sn_dict_find(const sn_dict *dict, const char *text, size_t length)
{
    if (dict->count == 0)
        return SN_NONE;
    return probe(dict, text, length, sn_dict_hash(text, length))->code;
}

void sn_dict_find_many(const sn_dict *dict, const sn_dict_key *key, size_t count, int32_t *code)
{
    if (dict->count == 0) {
        for (size_t k = 0; k < count; k++)
            code[k] = SN_NONE;
        return;
    }
    for (size_t k = 0; k < count; k++) { /* where the texts are to be found, most likely */
        code[k] = SN_NONE;
        if (key[k].length > EXACT) {
            code[k] = dict->slot[key[k].hash & (dict->slots - 1)].code;
            if (code[k] != SN_NONE)
                __builtin_prefetch(&dict->text[code[k]]);
        }
    }
    for (size_t k = 0; k < count; k++)
        if (code[k] != SN_NONE)
            __builtin_prefetch(dict->text[code[k]]);
    for (size_t k = 0; k < count; k++)
        code[k] = probe(dict, key[k].text, key[k].length, key[k].hash)->code;
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

/* One stable pass by the byte at `shift`, of which count[] says how often each value occurs. */
static void sort_by_byte(const struct sort_key *from, struct sort_key *to, size_t keys,
                         unsigned shift, const uint32_t count[256])
{
    uint32_t next[256], sum = 0;

    for (size_t b = 0; b < 256; b++) {
        next[b] = sum;
        sum += count[b];
    }
    for (size_t k = 0; k < keys; k++)
        to[next[from[k].word >> shift & 0xff]++] = from[k];
}

/* Sort many keys by their words; bytes in which all agree cost one look. */
static void sort_by_word(struct sort_key *key, size_t keys, struct sort_key *scratch)
{
    uint32_t count[8][256] = {{0}};
    struct sort_key *from = key, *to = scratch;

    for (size_t k = 0; k < keys; k++)
        for (unsigned b = 0; b < 8; b++)
            count[b][key[k].word >> (8 * b) & 0xff]++;
    for (unsigned b = 0; b < 8; b++) {
        if (count[b][from[0].word >> (8 * b) & 0xff] == keys)
            continue;
        sort_by_byte(from, to, keys, 8 * b, count[b]);
        struct sort_key *swap = from;
        from = to;
        to = swap;
    }
    if (from != key)
        memcpy(key, from, keys * sizeof *key);
}

/* Of keys with the same word put those that end before `depth` first, the shortest foremost:
 * without NULs there is one at most.  Returns how many. */
static size_t ended_first(struct sort_key *key, size_t count, uint32_t depth)
{
    size_t ended = 0;

    for (size_t k = 0; k < count; k++) {
        const struct sort_key moved = key[k];
        size_t at = ended;
        if (moved.length > depth)
            continue;
        key[k] = key[ended++];
        for (; at > 0 && key[at - 1].length > moved.length; at--)
            key[at] = key[at - 1];
        key[at] = moved;
    }
    return ended;
}

/* Order texts that agree in their first `depth` bytes by the next eight, then those that agree
 * there too by the eight after: names with a long common beginning cost no more than others. */
static void sort_from(const sn_dict *dict, struct sort_key *key, size_t count, uint32_t depth,
                      struct sort_key *scratch)
{
    for (size_t k = 0; k < count; k++)
        key[k].word = word_at(dict->text[key[k].code], key[k].length, depth);
    if (count < SORT_BYTES)
        qsort(key, count, sizeof *key, compare_keys);
    else
        sort_by_word(key, count, scratch);
    for (size_t k = 0, last; k < count; k = last) {
        for (last = k + 1; last < count && key[last].word == key[k].word;)
            last++;
        if (last == k + 1)
            continue;
        k += ended_first(key + k, last - k, depth + 8);
        if (last > k + 1)
            sort_from(dict, key + k, last - k, depth + 8, scratch);
    }
}

sn_status sn_dict_order(const sn_dict *dict, int32_t *rank, sn_error *err)
{
    const size_t count = (size_t)dict->count, room = (count + 1) * sizeof(struct sort_key);
    struct sort_key *key = sn_large_alloc(room);
    struct sort_key *scratch = sn_large_alloc(count < SORT_BYTES ? 1 : room);
    sn_status status = SN_OK;

    if (key == NULL || scratch == NULL) {
        status = sn_nomem(err, "sorting names");
        goto out;
    }
    for (size_t c = 0; c < count; c++)
        key[c] = (struct sort_key){0, dict->length[c], (int32_t)c};
    sort_from(dict, key, count, 0, scratch);
    for (size_t at = 0; at < count; at++)
        rank[key[at].code] = (int32_t)at;
out:
    free(key);
    free(scratch);
    return status;
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
