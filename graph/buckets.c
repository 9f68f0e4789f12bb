/* buckets.c - one pass counts, one deals; stretches of the input are dealt by several threads
 * at once, each into places of its own, in the order of the stretches. */
#include "graph/buckets.h"

#include <stdlib.h>
#include <string.h>

#include "graph/memory.h"

enum {
    BUCKET_FLOWS = 8192, /* about 200 KB of items                                      */
    MOST_BUCKETS = 1024, /* more streams than that at once would miss the caches       */
    BLOCK = 512,         /* flows that a source is asked for at a time                 */
    STRETCHES = 64,      /* most stretches; each has its own counts                    */
    WORTH = 1 << 17      /* flows that are worth a thread                              */
};

struct dealing {
    sn_buckets *buckets;
    sn_bucket_source *source;
    const void *context;
    size_t stretches;
    size_t *next; /* [stretches][buckets] counts, then places */
};

static size_t stretch_start(const struct dealing *d, size_t s)
{
    const size_t count = d->buckets->count;

    return count / d->stretches * s + count % d->stretches * s / d->stretches;
}

static void count_stretch(const struct dealing *d, size_t s)
{
    sn_bucket_item block[BLOCK];
    size_t *next = d->next + s * d->buckets->buckets;
    const size_t end = stretch_start(d, s + 1);

    for (size_t at = stretch_start(d, s), some; at < end; at += some) {
        some = end - at < BLOCK ? end - at : BLOCK;
        d->source(d->context, at, some, true, block);
        for (size_t k = 0; k < some; k++)
            next[block[k].node >> d->buckets->shift]++;
    }
}

static void deal_stretch(const struct dealing *d, size_t s)
{
    sn_bucket_item block[BLOCK], *item = d->buckets->item;
    size_t *next = d->next + s * d->buckets->buckets;
    const size_t end = stretch_start(d, s + 1);

    for (size_t at = stretch_start(d, s), some; at < end; at += some) {
        some = end - at < BLOCK ? end - at : BLOCK;
        d->source(d->context, at, some, false, block);
        for (size_t k = 0; k < some; k++)
            item[next[block[k].node >> d->buckets->shift]++] = block[k];
    }
}

/* From how many there are to where they go: bucket by bucket, stretch by stretch. */
static void place(struct dealing *d)
{
    sn_buckets *buckets = d->buckets;
    size_t sum = 0;

    for (size_t b = 0; b < buckets->buckets; b++) {
        buckets->first[b] = sum;
        for (size_t s = 0; s < d->stretches; s++) {
            size_t *next = &d->next[s * buckets->buckets + b];
            const size_t count = *next;
            *next = sum;
            sum += count;
        }
        if (sum - buckets->first[b] > buckets->longest)
            buckets->longest = sum - buckets->first[b];
    }
    buckets->first[buckets->buckets] = sum;
}

sn_status sn_buckets_deal(sn_buckets *buckets, size_t nodes, size_t count,
                          sn_bucket_source *source, const void *context, sn_error *err)
{
    struct dealing d = {buckets, source, context, 1, NULL};
    const int threads = sn_threads_for(count, WORTH);
    size_t wanted = count / BUCKET_FLOWS + 1;
    sn_status status = SN_OK;

    free(buckets->first);
    if (buckets->room <= count) {
        free(buckets->item);
        buckets->item = sn_large_alloc((count + 1) * sizeof *buckets->item);
        buckets->room = count + 1;
    }
    *buckets = (sn_buckets){
        .nodes = nodes, .count = count, .room = buckets->room, .item = buckets->item};
    wanted = wanted < MOST_BUCKETS ? wanted : MOST_BUCKETS;
    while (nodes > 0 && (nodes - 1) >> buckets->shift >= wanted)
        buckets->shift++;
    buckets->buckets = nodes > 0 ? ((nodes - 1) >> buckets->shift) + 1 : 1;
    if (threads > 1)
        d.stretches = 4 * (size_t)threads < STRETCHES ? 4 * (size_t)threads : STRETCHES;
    buckets->first = calloc(buckets->buckets + 1, sizeof *buckets->first);
    d.next = calloc(d.stretches * buckets->buckets, sizeof *d.next);
    if (buckets->first == NULL || buckets->item == NULL || d.next == NULL) {
        status = sn_nomem(err, "sorting flows");
        goto out;
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) if (threads > 1)
    for (size_t s = 0; s < d.stretches; s++)
        count_stretch(&d, s);
    place(&d);
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) if (threads > 1)
    for (size_t s = 0; s < d.stretches; s++)
        deal_stretch(&d, s);
out:
    free(d.next);
    if (status != SN_OK)
        sn_buckets_clear(buckets);
    return status;
}

void sn_buckets_clear(sn_buckets *buckets)
{
    free(buckets->first);
    free(buckets->item); /* NOLINT(clang-analyzer-unix.Malloc): new after each free in deal */
    *buckets = (sn_buckets){0};
}

static sn_status make_room(sn_bucket_lists *lists, const sn_buckets *buckets, size_t count,
                           sn_error *err)
{
    if (lists->first == NULL)
        lists->first = malloc((((size_t)1 << buckets->shift) + 2) * sizeof *lists->first);
    if (count > lists->room || lists->item == NULL) {
        free(lists->item);
        free(lists->scratch);
        lists->item = malloc((count + 1) * sizeof *lists->item);
        lists->scratch = malloc((count + 1) * sizeof *lists->scratch);
        lists->room = count;
    }
    if (lists->first == NULL || lists->item == NULL || lists->scratch == NULL)
        return sn_nomem(err, "sorting flows");
    return SN_OK;
}

void sn_bucket_lists_clear(sn_bucket_lists *lists)
{
    free(lists->first);
    free(lists->item);
    free(lists->scratch);
    *lists = (sn_bucket_lists){0};
}

sn_status sn_bucket_sort(const sn_buckets *buckets, size_t b, sn_bucket_lists *lists,
                         sn_error *err)
{
    const sn_bucket_item *from = buckets->item + buckets->first[b];
    const size_t count = buckets->first[b + 1] - buckets->first[b];
    const size_t start = b << buckets->shift, room = (size_t)1 << buckets->shift;
    const sn_status status = make_room(lists, buckets, count, err);

    if (status != SN_OK)
        return status;
    size_t *next = lists->first + 1; /* ends as the start of the next list */
    lists->first_node = start;
    lists->nodes = buckets->nodes - start < room ? buckets->nodes - start : room;
    memset(lists->first, 0, (lists->nodes + 2) * sizeof *lists->first);
    for (size_t k = 0; k < count; k++)
        next[from[k].node - start + 1]++;
    for (size_t i = 1; i <= lists->nodes; i++)
        next[i] += next[i - 1];
    for (size_t k = 0; k < count; k++)
        lists->item[next[from[k].node - start]++] =
            (sn_sort_item){from[k].key, from[k].rest, from[k].value};
    for (size_t i = 0; i < lists->nodes; i++)
        sn_sort_by_key(lists->item + lists->first[i], lists->first[i + 1] - lists->first[i],
                       lists->scratch);
    return SN_OK;
}
