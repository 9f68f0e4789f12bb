/* exposure.c - what buyers depend on. */
#include "metrics/exposure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/network_private.h"
#include "metrics/exposure_buyers.h"
#include "metrics/trace.h"

/* What is known of a supplier group; groups are counted from 1, 0 is the unknown one. */
struct tally {
    double direct, visits, origin, own;
    double hit;   /* look-through; NaN until it is computed                    */
    size_t first; /* its visited nodes are member[first .. next tally's first) */
    bool rest;
};

struct ask {
    const sn_network *net;
    const sn_grouping *by;
    const sn_exposure_options *options;
    sn_trace *trace;
    sn_exposure_buyers buyers;
    double *start;       /* [n] share of supply bought straight from a node             */
    double bought;       /* its sum                                                     */
    double *visits;      /* [n] expected visits of the walk                             */
    double *pass, *x;    /* [n] scratch of one group's solve                            */
    size_t groups;       /* of the grouping, and one for unknown                        */
    struct tally *tally; /* [groups + 1]                                                */
    size_t *member;      /* [n] visited nodes by group                                  */
    size_t *next;        /* [groups] scratch                                            */
    double *best;        /* [limit] the largest look-through shares so far, descending  */
};

static void release(struct ask *a)
{
    sn_exposure_buyers_clear(&a->buyers);
    sn_trace_free(a->trace);
    free(a->start);
    free(a->visits);
    free(a->pass);
    free(a->x);
    free(a->tally);
    free(a->member);
    free(a->next);
    free(a->best);
}

static size_t group_of(const struct ask *a, size_t node)
{
    return (size_t)(a->by->group[node] + 1);
}

sn_status sn_exposure_supply(const sn_network *net, double *supply, sn_error *err)
{
    sn_trace *trace = NULL;
    sn_status status = SN_OK;

    SN_TRY(sn_trace_new(net, &trace, err));
    memcpy(supply, trace->supply, net->node_count * sizeof *supply);
out:
    sn_trace_free(trace);
    return status;
}

static sn_status allocate(struct ask *a, sn_error *err)
{
    const size_t n = a->net->node_count;
    double **vector[] = {&a->start, &a->visits, &a->pass, &a->x};
    sn_status status = SN_OK;

    a->groups = (size_t)a->by->names.count + 1;
    for (size_t v = 0; v < 4; v++)
        SN_TRY_ALLOC(*vector[v] = calloc(n + 1, sizeof(double)), "an exposure");
    SN_TRY_ALLOC(a->tally = calloc(a->groups + 2, sizeof *a->tally), "an exposure");
    SN_TRY_ALLOC(a->member = malloc((n + 1) * sizeof *a->member), "an exposure");
    SN_TRY_ALLOC(a->next = malloc(a->groups * sizeof *a->next), "an exposure");
    const size_t limit = a->options->limit < a->groups ? a->options->limit : a->groups;
    SN_TRY_ALLOC(a->best = calloc(limit + 1, sizeof *a->best), "an exposure");
out:
    return status;
}

/* The first step: what is bought, made at home, or comes from nowhere. */
static void start_walk(struct ask *a, sn_exposure *out)
{
    const sn_network *net = a->net;

    for (size_t j = 0; j < net->node_count; j++) {
        const double share = a->buyers.share[j];
        if (share <= 0)
            continue;
        const double own = share * a->trace->own[j];
        out->own += own;
        a->tally[group_of(a, j)].own += own;
        if (a->trace->supply[j] <= 0)
            out->unexplained += share;
        for (size_t k = net->in_first[j]; k < net->in_first[j + 1]; k++) {
            const size_t e = net->in_flow[k];
            a->start[net->supplier[e]] += share * sn_trace_first_step(a->trace, e);
        }
    }
}

/* Sort the visited nodes into their groups and add up what a single solve tells. */
static void tally_visits(struct ask *a, sn_exposure *out)
{
    const size_t n = a->net->node_count;

    for (size_t i = 0; i < n; i++) {
        struct tally *t = &a->tally[group_of(a, i)];
        if (a->visits[i] <= 0)
            continue;
        t[1].first++;
        t->direct += a->start[i];
        t->visits += a->visits[i];
        t->origin += a->visits[i] * a->trace->made[i];
        out->tiers += a->visits[i];
        a->bought += a->start[i];
        if (a->trace->handed[i] <= 0)
            out->unexplained += a->visits[i];
    }
    for (size_t g = 0; g < a->groups; g++) {
        a->tally[g + 1].first += a->tally[g].first;
        a->next[g] = a->tally[g].first;
    }
    for (size_t i = 0; i < n; i++) {
        a->tally[group_of(a, i)].rest |= sn_network_is_rest(a->net, i);
        if (a->visits[i] > 0)
            a->member[a->next[group_of(a, i)]++] = i;
    }
}

/* The walk stops at the group's nodes, so that arrivals there are first visits. */
static sn_status hit_group(struct ask *a, struct tally *t, sn_exposure *out, sn_error *err)
{
    const size_t count = t[1].first - t->first, *member = a->member + t->first;
    sn_trace_end end = {0};

    t->hit = t->own + t->visits;
    if (count == 0 || (count == 1 && sn_trace_once(a->trace, member[0])))
        return SN_OK; /* visited once at most: visits are hits */
    for (size_t k = 0; k < count; k++)
        a->pass[member[k]] = 0;
    memcpy(a->x, a->start, a->net->node_count * sizeof *a->x);
    const sn_status status =
        sn_trace_push(a->trace, a->pass, a->options->depth, a->x, &end, err);
    t->hit = t->own;
    for (size_t k = 0; k < count; k++) {
        t->hit += a->x[member[k]];
        a->pass[member[k]] = 1;
    }
    out->residual_bound = fmax(out->residual_bound, end.bound);
    return status;
}

/* A group of the ranking with the most that its look-through share can be. */
struct ranked {
    double most;
    size_t group;
};

static int by_most(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;

    if (a->most != b->most)
        return a->most > b->most ? -1 : 1;
    return (a->group > b->group) - (a->group < b->group);
}

static bool is_named(const struct ask *a, size_t group)
{
    return group > 0 && !a->tally[group].rest;
}

/* Keep the `limit` largest shares, descending. */
static void note_best(double *best, size_t limit, double hit)
{
    size_t k = limit;

    if (limit == 0 || hit <= best[limit - 1])
        return;
    for (k = limit - 1; k > 0 && best[k - 1] < hit; k--)
        best[k] = best[k - 1];
    best[k] = hit;
}

/*
 * Look-through shares, likeliest groups first.  A group is met at most as often as its nodes
 * are visited, so own + visits bounds its share; once that is below the last of the rows, no
 * further group can be among them.
 */
static sn_status hit_groups(struct ask *a, sn_exposure *out, sn_error *err)
{
    const size_t limit = a->options->limit < a->groups ? a->options->limit : a->groups;
    struct ranked *ranked = malloc((a->groups + 1) * sizeof *ranked);
    size_t count = 0;
    bool done = false;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(ranked, "the ranking of groups");
    for (size_t g = 0; g < a->groups; g++) {
        const struct tally *t = &a->tally[g];
        a->tally[g].hit = NAN;
        if (t->own + t->visits > 0)
            ranked[count++] = (struct ranked){t->own + t->visits, g};
    }
    qsort(ranked, count, sizeof *ranked, by_most);
    out->groups = count;
    for (size_t k = 0; k < count; k++) {
        struct tally *t = &a->tally[ranked[k].group];
        const bool named = is_named(a, ranked[k].group);
        done = done || (limit > 0 && named && ranked[k].most <= a->best[limit - 1]);
        if (done && named) {
            out->left_out = fmax(out->left_out, fmin(ranked[k].most, 1));
            continue;
        }
        SN_TRY(hit_group(a, t, out, err));
        if (named)
            note_best(a->best, limit, t->hit);
    }
out:
    free(ranked);
    return status;
}

static sn_exposure_row make_row(const struct ask *a, size_t group, const sn_exposure *out)
{
    const struct tally *t = &a->tally[group];
    const int32_t code = (int32_t)group - 1;
    const double bought = a->bought, inputs = out->tiers, supply = out->supply;

    return (sn_exposure_row){
        .group = code,
        .name = code == SN_NONE ? NULL : a->by->names.text[code],
        .rest = t->rest,
        .direct = t->direct,
        .look_through = fmin(t->hit, 1),
        .origin = t->own + t->origin,
        .inputs_face_value = bought > 0 ? t->direct / bought : NAN,
        .inputs_look_through = inputs > 0 ? t->visits / inputs : NAN,
        .direct_amount = t->direct * supply,
        .look_through_amount = fmin(t->hit, 1) * supply,
        .origin_amount = (t->own + t->origin) * supply,
    };
}

/* Named groups, then the rest of the world, then the unknown. */
static int class_of(const sn_exposure_row *row)
{
    return row->group == SN_NONE ? 2 : row->rest;
}

static int by_look_through(const void *left, const void *right)
{
    const sn_exposure_row *a = left, *b = right;

    if (class_of(a) != class_of(b))
        return class_of(a) - class_of(b);
    if (a->look_through != b->look_through)
        return a->look_through > b->look_through ? -1 : 1;
    return (a->group > b->group) - (a->group < b->group); /* codes ascend with names */
}

static sn_status make_rows(const struct ask *a, sn_exposure *out, sn_error *err)
{
    const size_t limit = a->options->limit;
    size_t named = 0, kept = 0;

    out->row = malloc((out->groups + 1) * sizeof *out->row);
    if (out->row == NULL)
        return sn_nomem(err, "rows");
    for (size_t g = 0; g < a->groups; g++)
        if (a->tally[g].own + a->tally[g].visits > 0 && !isnan(a->tally[g].hit))
            out->row[out->count++] = make_row(a, g, out);
    qsort(out->row, out->count, sizeof *out->row, by_look_through);
    for (size_t k = 0; k < out->count; k++) {
        if (class_of(&out->row[k]) == 0 && limit > 0 && ++named > limit)
            out->left_out = fmax(out->left_out, out->row[k].look_through);
        else
            out->row[kept++] = out->row[k];
    }
    out->count = kept;
    return SN_OK;
}

sn_status sn_exposure_of(const sn_network *net, const double *buyer_weight,
                         const sn_grouping *by, const sn_exposure_options *options,
                         sn_exposure *exposure, sn_error *err)
{
    static const sn_exposure_options all = {.commodity = SN_NONE};
    struct ask a = {.net = net, .by = by, .options = options != NULL ? options : &all};
    const size_t n = net->node_count;
    sn_trace_end end;
    sn_status status = SN_OK;

    memset(exposure, 0, sizeof *exposure);
    SN_TRY(sn_exposure_buyers_make(net, buyer_weight, a.options->commodity, &a.buyers, err));
    SN_TRY(sn_trace_new(net, &a.trace, err));
    SN_TRY(allocate(&a, err));
    exposure->supply = a.buyers.supply;
    exposure->unit = a.buyers.unit;
    exposure->buyers = a.buyers.count;
    start_walk(&a, exposure);
    memcpy(a.visits, a.start, n * sizeof *a.visits);
    SN_TRY(sn_trace_push(a.trace, NULL, a.options->depth, a.visits, &end, err));
    exposure->beyond = end.stopped;
    exposure->residual_bound = end.bound;
    for (size_t i = 0; i < n; i++) {
        a.pass[i] = 1;
        a.x[i] = a.visits[i] + a.buyers.share[i];
    }
    SN_TRY(sn_exposure_buyers_units(a.trace, a.x, err));
    SN_TRY(sn_trace_radius(a.trace, a.visits, &exposure->spectral_radius,
                           &exposure->spectral_error, err));
    tally_visits(&a, exposure);
    SN_TRY(hit_groups(&a, exposure, err));
    SN_TRY(make_rows(&a, exposure, err));
out:
    if (status != SN_OK)
        sn_exposure_clear(exposure);
    release(&a);
    return status;
}

void sn_exposure_clear(sn_exposure *exposure)
{
    free(exposure->row);
    memset(exposure, 0, sizeof *exposure);
}
