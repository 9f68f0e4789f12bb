/* freeze_buyers.c - the flows by buyer, each buyer's in (group, supplier) order, and the runs
 * of equal group among them. */
#include <stdlib.h>
#include <string.h>

#include "graph/buckets.h"
#include "graph/builder_private.h"
#include "graph/memory.h"
#include "graph/network_private.h"

/* A segment of a bucket until its place is known.  A segment has at least one flow, so the
 * segments of a bucket fit where its flows were. */
typedef struct {
    size_t in; /* where its flows begin in in_flow */
    double total;
    int32_t group;
} segment;

_Static_assert(sizeof(segment) <= sizeof(sn_bucket_item), "segments take the place of flows");

struct buying {
    sn_network *net;
    sn_buckets *buckets; /* by buyer: key group, rest flow */
    size_t *segments;    /* [buckets + 1] how many, then where they begin */
};

static void flows_of_network(const void *context, size_t first, size_t count, bool only_node,
                             sn_bucket_item *item)
{
    const sn_network *net = context;

    for (size_t k = 0; k < count; k++)
        item[k].node = (uint32_t)net->buyer[first + k];
    for (size_t k = 0; k < count && !only_node; k++) {
        const size_t e = first + k;
        item[k].key = (uint32_t)net->group[e];
        item[k].rest = (uint32_t)e;
        item[k].value = net->value[e];
    }
}

/* in_first, in_flow and the number of segments of one bucket's buyers, and the segments. */
static sn_status sort_buyers(struct buying *b, size_t bucket, sn_bucket_lists *lists,
                             sn_error *err)
{
    sn_network *net = b->net;
    const size_t start = b->buckets->first[bucket];
    char *place = (char *)(b->buckets->item + start);
    const sn_status status = sn_bucket_sort(b->buckets, bucket, lists, err);
    size_t found = 0;

    if (status != SN_OK)
        return status;
    for (size_t i = 0; i < lists->nodes; i++) {
        const size_t end = lists->first[i + 1], before = found;
        for (size_t k = lists->first[i]; k < end;) {
            segment made = {start + k, 0, (int32_t)lists->item[k].key};
            for (; k < end && (int32_t)lists->item[k].key == made.group; k++) {
                net->in_flow[start + k] = lists->item[k].rest;
                made.total += lists->item[k].value;
            }
            memcpy(place + found++ * sizeof made, &made, sizeof made);
        }
        net->in_first[lists->first_node + i + 1] = start + end;
        net->seg_first[lists->first_node + i + 1] = found - before;
    }
    b->segments[bucket] = found;
    return SN_OK;
}

static void put_segments(const struct buying *b, size_t bucket)
{
    sn_network *net = b->net;
    const char *place = (const char *)(b->buckets->item + b->buckets->first[bucket]);

    for (size_t s = b->segments[bucket]; s < b->segments[bucket + 1]; s++) {
        segment made;
        memcpy(&made, place, sizeof made);
        place += sizeof made;
        net->seg_in[s] = made.in;
        net->seg_group[s] = made.group;
        net->seg_total[s] = made.total;
    }
}

/* From how many segments there are to where they go, and the arrays for them. */
static sn_status place_segments(struct buying *b, sn_error *err)
{
    sn_network *net = b->net;
    size_t sum = 0;

    for (size_t k = 0; k <= b->buckets->buckets; k++) {
        const size_t count = b->segments[k]; /* 0 after the last */
        b->segments[k] = sum;
        sum += count;
    }
    for (size_t j = 0; j < net->node_count; j++)
        net->seg_first[j + 1] += net->seg_first[j];
    net->seg_count = sum;
    net->seg_in = sn_large_alloc((sum + 1) * sizeof *net->seg_in);
    net->seg_group = sn_large_alloc((sum + 1) * sizeof *net->seg_group);
    net->seg_total = sn_large_alloc((sum + 1) * sizeof *net->seg_total);
    net->seg_need = malloc(sum + 1);
    if (net->seg_in == NULL || net->seg_group == NULL || net->seg_total == NULL ||
        net->seg_need == NULL)
        return sn_nomem(err, "input groups");
    net->seg_in[sum] = net->flow_count;
    memset(net->seg_need, SN_ESSENTIAL, sum + 1);
    return SN_OK;
}

static sn_status fill(struct buying *b, sn_error *err)
{
    const size_t buckets = b->buckets->buckets;
    const int threads = sn_threads_for(buckets, 8);
    (void)threads; /* without OpenMP nobody asks */
    sn_status status = SN_OK;

#pragma omp parallel num_threads(threads) if (threads > 1)
    {
        sn_bucket_lists lists = {0};
        sn_error reason = {0};
#pragma omp for schedule(dynamic, 1)
        for (size_t k = 0; k < buckets; k++)
            if (reason.status == SN_OK)
                (void)sort_buyers(b, k, &lists, &reason);
        sn_bucket_lists_clear(&lists);
        if (reason.status != SN_OK) {
#pragma omp critical(freeze)
            status = sn_fail(err, reason.status, "%s", reason.message);
        }
    }
    if (status == SN_OK)
        status = place_segments(b, err);
    if (status != SN_OK)
        return status;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) if (threads > 1)
    for (size_t k = 0; k < buckets; k++)
        put_segments(b, k);
    return SN_OK;
}

sn_status sn_freeze_buyers(sn_buckets *buckets, sn_network *net, sn_error *err)
{
    const size_t n = net->node_count, m = net->flow_count;
    struct buying b = {.net = net, .buckets = buckets};
    sn_status status = SN_OK;

    net->in_first = calloc(n + 1, sizeof *net->in_first);
    net->seg_first = calloc(n + 1, sizeof *net->seg_first);
    net->in_flow = sn_large_alloc((m + 1) * sizeof *net->in_flow);
    if (net->in_first == NULL || net->seg_first == NULL || net->in_flow == NULL) {
        status = sn_nomem(err, "flows by buyer");
        goto out;
    }
    SN_TRY(sn_buckets_deal(buckets, n, m, flows_of_network, net, err));
    b.segments = calloc(buckets->buckets + 1, sizeof *b.segments);
    SN_TRY_ALLOC(b.segments, "input groups");
    SN_TRY(fill(&b, err));
out:
    free(b.segments);
    return status;
}
