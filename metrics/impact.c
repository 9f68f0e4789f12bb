/* impact.c - weighted means of losses, by commodity. */
#include "metrics/impact.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/network_private.h"

/* A node that is asked about. */
typedef struct {
    int32_t node;
    size_t bucket; /* place of its commodity in sums */
    double weight, amount;
} asked;

typedef struct {
    int32_t commodity;
    double weight, loss, down, up;  /* weight and weighted losses          */
    double others_weight, others;   /* the same over the unhit countries   */
    double lost;
} sums;

struct sn_impact_frame {
    const sn_network *net;
    sn_weight weight;
    asked *asked; /* ascending by node */
    size_t asked_count;
    sums *sums;   /* by commodity, SN_NONE first */
    size_t bucket_count;
    double *amount;       /* [n] */
    uint8_t *country_hit; /* [countries] scratch, 0 between uses */
    uint8_t *node_hit;    /* [n] scratch, 0 between uses         */
};

static const char *const weight_names[] = {"auto", "output", "final_demand", "value"};

const char *sn_weight_name(sn_weight weight)
{
    return weight_names[weight];
}

sn_status sn_weight_parse(const char *word, sn_weight *weight, sn_error *err)
{
    size_t chosen;
    const sn_status status =
        sn_choose("weight", word, weight_names, sizeof weight_names / sizeof weight_names[0], &chosen, err);

    if (status == SN_OK)
        *weight = (sn_weight)chosen;
    return status;
}

sn_weight sn_weight_resolve(const sn_network *net, sn_weight weight)
{
    if (weight != SN_WEIGHT_AUTO)
        return weight;
    for (size_t i = 0; i < net->node_count; i++)
        if (net->kind[i] != SN_KIND_FIRM && net->final_demand[i] > 0)
            return SN_WEIGHT_FINAL_DEMAND;
    return SN_WEIGHT_OUTPUT;
}

double sn_weight_of(const sn_network *net, sn_weight weight, size_t node)
{
    return weight == SN_WEIGHT_FINAL_DEMAND ? net->final_demand[node]
           : weight == SN_WEIGHT_OUTPUT     ? net->output[node]
                                            : net->sales[node];
}

static double named_amount(const sn_network *net, size_t node)
{
    return net->final_demand[node] > 0 ? net->final_demand[node]
           : net->purchases[node] > 0  ? net->purchases[node]
                                       : net->output[node];
}

static asked ask(const sn_impact_frame *frame, const sn_selection *buyers, size_t node)
{
    const sn_network *net = frame->net;
    const double part = buyers != NULL ? buyers->weight[node] : 1;
    const double amount = buyers != NULL ? named_amount(net, node) : net->final_demand[node];
    const double weight = frame->weight == SN_WEIGHT_FINAL_DEMAND
                              ? amount
                              : sn_weight_of(net, frame->weight, node);

    return (asked){.node = (int32_t)node, .weight = part * weight, .amount = part * amount};
}

/* Number the commodities of the nodes asked about, in the order of their codes. */
static sn_status make_buckets(sn_impact_frame *frame, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_network *net = frame->net;
    const size_t codes = (size_t)net->dict[SN_COMMODITY].count + 1; /* SN_NONE + 1 = 0 */
    size_t *bucket = calloc(codes, sizeof *bucket);

    SN_TRY_ALLOC(bucket, "the buyers");
    frame->sums = calloc(codes, sizeof *frame->sums);
    SN_TRY_ALLOC(frame->sums, "the buyers");
    for (size_t k = 0; k < frame->asked_count; k++)
        bucket[sn_network_code(net, SN_COMMODITY, (size_t)frame->asked[k].node) + 1] = 1;
    for (size_t c = 0; c < codes; c++)
        if (bucket[c] != 0) {
            frame->sums[frame->bucket_count].commodity = (int32_t)c - 1;
            bucket[c] = frame->bucket_count++;
        }
    for (size_t k = 0; k < frame->asked_count; k++)
        frame->asked[k].bucket =
            bucket[sn_network_code(net, SN_COMMODITY, (size_t)frame->asked[k].node) + 1];
out:
    free(bucket);
    return status;
}

sn_status sn_impact_frame_new(const sn_cascade_plan *plan, sn_weight weight,
                              const sn_selection *buyers, sn_impact_frame **frame, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_network *net = sn_cascade_plan_network(plan);
    const size_t n = net->node_count;
    sn_impact_frame *f = calloc(1, sizeof *f);

    SN_TRY_ALLOC(f, "the buyers");
    f->net = net;
    f->weight = buyers != NULL && weight == SN_WEIGHT_AUTO ? SN_WEIGHT_FINAL_DEMAND
                                                           : sn_weight_resolve(net, weight);
    f->asked = malloc((n + 1) * sizeof *f->asked);
    SN_TRY_ALLOC(f->asked, "the buyers");
    f->amount = calloc(n + 1, sizeof *f->amount);
    SN_TRY_ALLOC(f->amount, "the buyers");
    f->node_hit = calloc(n + 1, 1);
    SN_TRY_ALLOC(f->node_hit, "the buyers");
    f->country_hit = calloc((size_t)net->dict[SN_COUNTRY].count + 1, 1);
    SN_TRY_ALLOC(f->country_hit, "the buyers");
    for (size_t i = 0; i < n; i++) {
        const asked a = ask(f, buyers, i);

        if (a.weight > 0 || a.amount > 0)
            f->asked[f->asked_count++] = a;
        f->amount[i] = a.amount;
    }
    SN_TRY(make_buckets(f, err));
    *frame = f;
    f = NULL;
out:
    sn_impact_frame_free(f);
    return status;
}

void sn_impact_frame_free(sn_impact_frame *frame)
{
    if (frame == NULL)
        return;
    free(frame->asked);
    free(frame->sums);
    free(frame->amount);
    free(frame->country_hit);
    free(frame->node_hit);
    free(frame);
}

sn_weight sn_impact_frame_weight(const sn_impact_frame *frame)
{
    return frame->weight;
}

double sn_impact_frame_amount(const sn_impact_frame *frame, size_t node)
{
    return frame->amount[node];
}

void sn_impact_frame_weights(const sn_impact_frame *frame, double *weight)
{
    for (size_t i = 0; i < frame->net->node_count; i++)
        weight[i] = 0;
    for (size_t k = 0; k < frame->asked_count; k++)
        weight[frame->asked[k].node] = frame->asked[k].weight;
}

size_t sn_impact_frame_commodities(const sn_impact_frame *frame)
{
    return frame->bucket_count;
}

/* Mark, or unmark, what is hit directly: whole countries, and nodes whose country is unknown. */
static void mark_node(sn_impact_frame *frame, size_t node, uint8_t mark)
{
    const int32_t country = sn_network_code(frame->net, SN_COUNTRY, node);

    if (country != SN_NONE)
        frame->country_hit[country] = mark;
    else
        frame->node_hit[node] = mark;
}

static void mark_shock(sn_impact_frame *frame, const sn_shock *shock, uint8_t mark)
{
    for (size_t k = 0; k < shock->hit_count; k++)
        mark_node(frame, (size_t)shock->hit[k], mark);
    for (size_t k = 0; k < shock->cut_count; k++)
        mark_node(frame, (size_t)frame->net->supplier[shock->cut[k]], mark);
}

static bool is_hit(const sn_impact_frame *frame, size_t node)
{
    const int32_t country = sn_network_code(frame->net, SN_COUNTRY, node);

    return country != SN_NONE ? frame->country_hit[country] != 0 : frame->node_hit[node] != 0;
}

static void add_up(sn_impact_frame *frame, const sn_cascade_result *result)
{
    for (size_t b = 0; b < frame->bucket_count; b++)
        frame->sums[b] = (sums){.commodity = frame->sums[b].commodity};
    for (size_t k = 0; k < frame->asked_count; k++) {
        const asked *a = &frame->asked[k];
        const double down = result->down[a->node], up = result->up[a->node];
        const double worse = down > up ? down : up;
        sums *s = &frame->sums[a->bucket];

        s->weight += a->weight;
        s->loss += a->weight * worse;
        s->down += a->weight * down;
        s->up += a->weight * up;
        s->lost += a->amount * down;
        if (!is_hit(frame, (size_t)a->node)) {
            s->others_weight += a->weight;
            s->others += a->weight * worse;
        }
    }
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

/* A running mean over the commodities for which the loss is defined. */
static void add_to_mean(double loss, double *sum, size_t *count)
{
    if (!isnan(loss)) {
        *sum += loss;
        ++*count;
    }
}

void sn_impact_measure(sn_impact_frame *frame, const sn_cascade_result *result,
                       const sn_shock *shock, sn_impact_total *commodity,
                       sn_impact_total *total)
{
    sn_impact_total mean = {.commodity = SN_NONE};
    size_t counted = 0, others_counted = 0, ignored = 0;

    mark_shock(frame, shock, 1);
    add_up(frame, result);
    mark_shock(frame, shock, 0);
    for (size_t b = 0; b < frame->bucket_count; b++) {
        const sums *s = &frame->sums[b];
        const sn_impact_total t = {
            .commodity = s->commodity,
            .loss = ratio(s->loss, s->weight),
            .loss_down = ratio(s->down, s->weight),
            .loss_up = ratio(s->up, s->weight),
            .loss_others = ratio(s->others, s->others_weight),
            .lost = s->lost,
        };
        add_to_mean(t.loss, &mean.loss, &counted);
        add_to_mean(t.loss_down, &mean.loss_down, &ignored);
        add_to_mean(t.loss_up, &mean.loss_up, &ignored);
        add_to_mean(t.loss_others, &mean.loss_others, &others_counted);
        mean.lost += t.lost;
        if (commodity != NULL)
            commodity[b] = t;
    }
    mean.loss = ratio(mean.loss, (double)counted);
    mean.loss_down = ratio(mean.loss_down, (double)counted);
    mean.loss_up = ratio(mean.loss_up, (double)counted);
    mean.loss_others = ratio(mean.loss_others, (double)others_counted);
    if (frame->bucket_count > 1)
        mean.lost = NAN;
    *total = mean;
}

/* ---- the worst ---- */

enum { FEW = 1000 }; /* so many are picked one by one */

typedef struct {
    double key;
    int32_t node;
} ranked;

static int compare_ranked(const void *left, const void *right)
{
    const ranked *a = left, *b = right;

    if (a->key < b->key || a->key > b->key)
        return a->key > b->key ? -1 : 1;
    return (a->node > b->node) - (a->node < b->node);
}

/* The `top` first of count nodes, into a list that is kept in order. */
static void pick(const double *key, const int32_t *node, size_t count, ranked *best, size_t top)
{
    size_t used = 0;

    for (size_t k = 0; k < count; k++) {
        const ranked one = {key[node[k]], node[k]};
        size_t at = used;

        if (used == top && !(one.key > best[top - 1].key))
            continue;
        at -= used == top;
        for (; at > 0 && compare_ranked(&one, &best[at - 1]) < 0; at--)
            best[at] = best[at - 1];
        best[at] = one;
        used += used < top;
    }
}

sn_status sn_impact_worst(const double *key, int32_t *node, size_t count, size_t top,
                          sn_error *err)
{
    const size_t first = top == 0 || top > count ? count : top;
    const bool all = first > FEW || first == count;
    ranked *best = malloc(((all ? count : first) + 1) * sizeof *best);

    if (best == NULL)
        return sn_nomem(err, "a ranking");
    if (!all) {
        pick(key, node, count, best, first);
    } else {
        for (size_t k = 0; k < count; k++)
            best[k] = (ranked){key[node[k]], node[k]};
        if (count > 0)
            qsort(best, count, sizeof *best, compare_ranked);
    }
    /* The others move back in their order, behind the last that is wanted. */
    size_t place = count;
    for (size_t k = count; k-- > 0;)
        if (first < count &&
            compare_ranked(&(ranked){key[node[k]], node[k]}, &best[first - 1]) > 0)
            node[--place] = node[k];
    for (size_t k = 0; k < first; k++)
        node[k] = best[k].node;
    free(best);
    return SN_OK;
}

/* The buyers by commodity, each list ascending by node; first[b] is where a list begins. */
static void list_buyers(const sn_impact_frame *frame, int32_t *node, size_t *first)
{
    for (size_t k = 0; k < frame->asked_count; k++)
        if (frame->asked[k].amount > 0)
            first[frame->asked[k].bucket + 2]++;
    for (size_t b = 2; b <= frame->bucket_count; b++)
        first[b] += first[b - 1];
    for (size_t k = 0; k < frame->asked_count; k++)
        if (frame->asked[k].amount > 0)
            node[first[frame->asked[k].bucket + 1]++] = frame->asked[k].node;
}

static sn_status rank_buyers(const sn_impact_frame *frame, const sn_cascade *cascade,
                             const sn_cascade_result *result, size_t top, sn_impact *made,
                             sn_error *err)
{
    sn_status status = SN_OK;
    int32_t *node = malloc((frame->asked_count + 1) * sizeof *node);
    size_t *first = calloc(frame->bucket_count + 2, sizeof *first);
    double *lost = malloc((frame->net->node_count + 1) * sizeof *lost);

    SN_TRY_ALLOC(node, "the losses");
    SN_TRY_ALLOC(first, "the losses");
    SN_TRY_ALLOC(lost, "the losses");
    list_buyers(frame, node, first);
    for (size_t k = 0; k < frame->asked_count; k++) {
        const int32_t i = frame->asked[k].node;
        lost[i] = frame->amount[i] * result->down[i];
    }
    for (size_t b = 0; b < frame->bucket_count; b++) {
        const size_t count = first[b + 1] - first[b];

        SN_TRY(sn_impact_worst(lost, node + first[b], count, top, err));
        for (size_t k = first[b]; k < first[b + 1]; k++) {
            sn_impact_buyer *buyer = &made->buyer[made->buyer_count++];
            const int32_t i = node[k];

            *buyer = (sn_impact_buyer){.node = i,
                                       .commodity = frame->sums[b].commodity,
                                       .amount = frame->amount[i],
                                       .loss = result->down[i],
                                       .lost = lost[i]};
            if (top == 0 || k - first[b] < top)
                buyer->has_reason = sn_cascade_why(cascade, (size_t)i, &buyer->why);
        }
    }
out:
    free(node);
    free(first);
    free(lost);
    return status;
}

sn_status sn_impact_make(sn_impact_frame *frame, const sn_cascade *cascade,
                         const sn_cascade_result *result, size_t top, sn_impact *impact,
                         sn_error *err)
{
    sn_status status = SN_OK;
    sn_impact made = {.commodity_count = frame->bucket_count};

    made.commodity = calloc(frame->bucket_count + 1, sizeof *made.commodity);
    SN_TRY_ALLOC(made.commodity, "the losses");
    made.buyer = malloc((frame->asked_count + 1) * sizeof *made.buyer);
    SN_TRY_ALLOC(made.buyer, "the losses");
    sn_impact_measure(frame, result, sn_cascade_shock(cascade), made.commodity, &made.total);
    SN_TRY(rank_buyers(frame, cascade, result, top, &made, err));
    *impact = made;
    made = (sn_impact){0};
out:
    sn_impact_clear(&made);
    return status;
}

void sn_impact_clear(sn_impact *impact)
{
    free(impact->commodity);
    free(impact->buyer);
    *impact = (sn_impact){0};
}
