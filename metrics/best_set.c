/* best_set.c - branch and bound over sets, worked out in batches by the sweep. */
#include "metrics/best_set.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 512 };

/* A search in hand.  Candidates are ranked by what they cost alone, the costliest first; sets are
 * lists of ranks in ascending order. */
typedef struct {
    const sn_sweep_plan *plan;
    const sn_set_candidates *from;
    const sn_set_question *question;
    bool market;
    size_t *rank;    /* [count] candidate of a rank */
    double *single;  /* [count] loss of a rank alone */
    size_t useful;   /* ranks that cost anything */
    size_t tried, effort;
    size_t *best;    /* [size] ranks */
    double best_loss, error;
    double open;     /* the largest bound that was not looked into; 0: none */
    /* a batch of scenarios */
    size_t *first;   /* [BATCH + 1] */
    int32_t *node;
    double *left;
    size_t nodes, node_room, scenarios;
    int32_t *place;  /* [nodes of the network] of a node in the scenario being made */
    sn_sweep_loss loss[BATCH];
} search;

static const double *sort_key; /* losses, for qsort */

static int compare_losses(const void *left, const void *right)
{
    const size_t a = *(const size_t *)left, b = *(const size_t *)right;

    if (sort_key[a] < sort_key[b] || sort_key[a] > sort_key[b])
        return sort_key[a] > sort_key[b] ? -1 : 1;
    return (a > b) - (a < b);
}

/* Open the next scenario of the batch. */
static void open_scenario(search *s)
{
    s->first[s->scenarios] = s->nodes;
}

static sn_status add_candidate(search *s, size_t candidate, sn_error *err)
{
    const sn_set_candidates *from = s->from;
    const size_t more = from->first[candidate + 1] - from->first[candidate];

    if (s->node == NULL || s->nodes + more > s->node_room) {
        const size_t room = 2 * (s->nodes + more) + 64;
        int32_t *node = realloc(s->node, room * sizeof *node);
        if (node != NULL)
            s->node = node;
        double *left = realloc(s->left, room * sizeof *left);
        if (left != NULL)
            s->left = left;
        if (node == NULL || left == NULL)
            return sn_nomem(err, "sets");
        s->node_room = room;
    }
    for (size_t m = from->first[candidate]; m < from->first[candidate + 1]; m++) {
        int32_t *place = &s->place[from->node[m]];
        if (*place < 0) {
            *place = (int32_t)(s->nodes - s->first[s->scenarios]);
            s->node[s->nodes] = from->node[m];
            s->left[s->nodes++] = 1 - from->part[m];
        } else {
            s->left[s->first[s->scenarios] + (size_t)*place] *= 1 - from->part[m];
        }
    }
    return SN_OK;
}

static void close_scenario(search *s)
{
    for (size_t k = s->first[s->scenarios]; k < s->nodes; k++)
        s->place[s->node[k]] = -1;
    s->first[++s->scenarios] = s->nodes;
}

/* Work the batch out; the losses are in s->loss. */
static sn_status run_batch(search *s, sn_error *err)
{
    const sn_sweep_scenarios scenarios = {s->scenarios, s->first, s->node, s->left};
    sn_status status = sn_sweep_run(s->plan, &scenarios, s->question->threads, NULL, NULL,
                                    s->loss, err);

    if (status == SN_ENUMERIC) { /* all losses are there, with their bounds */
        *err = (sn_error){0};
        status = SN_OK;
    }
    for (size_t k = 0; k < s->scenarios; k++)
        s->error = fmax(s->error, s->loss[k].bound);
    s->tried += s->scenarios;
    s->scenarios = s->nodes = 0;
    return status;
}

/* Every candidate by itself; then ranks. */
static sn_status rank_singles(search *s, sn_error *err)
{
    const size_t count = s->from->count;
    double *alone = malloc((count + 1) * sizeof *alone);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(alone, "sets");
    for (size_t begin = 0; begin < count; begin += BATCH) {
        const size_t end = begin + BATCH < count ? begin + BATCH : count;
        for (size_t k = begin; k < end; k++) {
            open_scenario(s);
            SN_TRY(add_candidate(s, k, err));
            close_scenario(s);
        }
        SN_TRY(run_batch(s, err));
        for (size_t k = begin; k < end; k++)
            alone[k] = s->loss[k - begin].loss;
    }
    for (size_t k = 0; k < count; k++)
        s->rank[k] = k;
    sort_key = alone;
    qsort(s->rank, count, sizeof *s->rank, compare_losses);
    for (size_t k = 0; k < count; k++) {
        s->single[k] = alone[s->rank[k]];
        s->useful += s->single[k] > 0;
    }
out:
    free(alone);
    return status;
}

/* The most that `missing` more candidates from a rank on can add. */
static double most_added(const search *s, size_t from, size_t missing)
{
    double sum = 0;

    for (size_t k = from; k < s->useful && k < from + missing; k++)
        sum += s->single[k];
    return sum;
}

static int compare_ranks(const void *left, const void *right)
{
    const size_t a = *(const size_t *)left, b = *(const size_t *)right;

    return (a > b) - (a < b);
}

/* Keep a set if it costs more; at the same cost the first found stays. */
static void offer(search *s, const size_t *set, size_t size, double loss)
{
    if (!(loss > s->best_loss))
        return;
    s->best_loss = loss;
    memcpy(s->best, set, size * sizeof *set);
    qsort(s->best, size, sizeof *s->best, compare_ranks);
}

/* Losses of a set, each time with one more of the ranks begin .. end - 1 that it does not hold
 * (in place `at`, where that is below size: instead of that member).  Offers them. */
static sn_status try_each(search *s, size_t *set, size_t size, size_t at, size_t begin, size_t end,
                          sn_error *err)
{
    size_t tried[BATCH];
    sn_status status = SN_OK;

    while (begin < end) {
        while (begin < end && s->scenarios < BATCH) {
            bool held = false;
            for (size_t m = 0; m < size; m++)
                held |= m != at && set[m] == begin;
            if (!held) {
                tried[s->scenarios] = begin;
                open_scenario(s);
                for (size_t m = 0; m < size; m++)
                    if (m != at)
                        SN_TRY(add_candidate(s, s->rank[set[m]], err));
                SN_TRY(add_candidate(s, s->rank[begin], err));
                close_scenario(s);
            }
            begin++;
        }
        const size_t count = s->scenarios;
        const size_t kept = at < size ? set[at] : 0;
        SN_TRY(run_batch(s, err));
        for (size_t k = 0; k < count; k++) {
            set[at] = tried[k];
            offer(s, set, at < size ? size : size + 1, s->loss[k].loss);
        }
        if (at < size)
            set[at] = kept;
    }
out:
    return status;
}

/* A good set of some size: the costliest next one each time, then exchanges while they help. */
static sn_status find_good_set(search *s, size_t size, sn_error *err)
{
    size_t *set = calloc(size + 1, sizeof *set);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(set, "sets");
    s->best_loss = -1;
    s->best[0] = 0;
    s->best_loss = s->single[0];
    for (size_t k = 1; k < size; k++) {
        memcpy(set, s->best, k * sizeof *set);
        s->best_loss = -1;
        SN_TRY(try_each(s, set, k, k, 0, s->useful, err));
    }
    for (bool better = size > 1; better;) {
        const double before = s->best_loss;
        for (size_t at = 0; at < size && s->tried + s->useful <= s->effort; at++) {
            memcpy(set, s->best, size * sizeof *set);
            SN_TRY(try_each(s, set, size, at, 0, s->useful, err));
        }
        better = s->best_loss > before;
    }
out:
    free(set);
    return status;
}

/* Extend a set of `size` members and known loss by ranks after its last, depth first. */
static sn_status branch(search *s, size_t *set, size_t size, double loss, size_t wanted,
                        sn_error *err)
{
    const size_t begin = size > 0 ? set[size - 1] + 1 : 0, missing = wanted - size;
    double *extended = NULL;
    size_t end = begin;
    sn_status status = SN_OK;

    /* The extension by a rank can reach loss + what it and the next ones cost: ranks only fall. */
    while (end + missing <= s->useful &&
           (s->market || loss + most_added(s, end, missing) > s->best_loss))
        end++;
    if (end == begin)
        goto out;
    if (s->tried + (end - begin) > s->effort) {
        s->open = fmax(s->open, s->market ? 1 : fmin(1, loss + most_added(s, begin, missing)));
        goto out;
    }
    extended = malloc((end - begin) * sizeof *extended);
    SN_TRY_ALLOC(extended, "sets");
    for (size_t k = begin; k < end;) {
        const size_t from = k;
        for (; k < end && s->scenarios < BATCH; k++) {
            open_scenario(s);
            for (size_t m = 0; m < size; m++)
                SN_TRY(add_candidate(s, s->rank[set[m]], err));
            SN_TRY(add_candidate(s, s->rank[k], err));
            close_scenario(s);
        }
        SN_TRY(run_batch(s, err));
        for (size_t b = from; b < k; b++)
            extended[b - begin] = s->loss[b - from].loss;
    }
    for (size_t k = begin; k < end; k++) {
        set[size] = k;
        if (missing == 1)
            offer(s, set, wanted, extended[k - begin]);
        else if (s->market ||
                 extended[k - begin] + most_added(s, k + 1, missing - 1) > s->best_loss)
            SN_TRY(branch(s, set, size + 1, extended[k - begin], wanted, err));
    }
out:
    free(extended);
    return status;
}

/* The costliest set of a size; s->open is the bound of what was left out. */
static sn_status find_costliest(search *s, size_t size, sn_error *err)
{
    size_t *set = calloc(size + 1, sizeof *set);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(set, "sets");
    s->open = 0;
    s->tried = 0;
    SN_TRY(find_good_set(s, size, err));
    if (size > 1)
        SN_TRY(branch(s, set, 0, 0, size, err));
out:
    free(set);
    return status;
}

static sn_status search_new(search *s, sn_error *err)
{
    const size_t count = s->from->count;
    size_t nodes = 0;

    for (size_t k = 0; k < s->from->first[count]; k++)
        if ((size_t)s->from->node[k] >= nodes)
            nodes = (size_t)s->from->node[k] + 1;
    s->effort = s->question->effort > 0 ? s->question->effort : 1000000;
    s->rank = malloc((count + 1) * sizeof *s->rank);
    s->single = malloc((count + 1) * sizeof *s->single);
    s->best = calloc(s->question->size + 1, sizeof *s->best);
    s->first = malloc((BATCH + 2) * sizeof *s->first);
    s->place = malloc((nodes + 1) * sizeof *s->place);
    if (s->rank == NULL || s->single == NULL || s->best == NULL || s->first == NULL ||
        s->place == NULL)
        return sn_nomem(err, "sets");
    s->first[0] = 0;
    for (size_t v = 0; v < nodes; v++)
        s->place[v] = -1;
    return SN_OK;
}

static void search_free(search *s)
{
    if (s == NULL)
        return;
    free(s->rank);
    free(s->single);
    free(s->best);
    free(s->first);
    free(s->place);
    free(s->node);
    free(s->left);
    free(s);
}

static sn_status tell(const search *s, size_t size, sn_best_set *best, sn_error *err)
{
    best->member = malloc((size + 1) * sizeof *best->member);
    if (best->member == NULL)
        return sn_nomem(err, "sets");
    for (size_t k = 0; k < size; k++)
        best->member[k] = s->rank[s->best[k]];
    qsort(best->member, size, sizeof *best->member, compare_ranks);
    best->size = size;
    best->loss = s->best_loss;
    best->bound = fmax(s->best_loss, s->open);
    return SN_OK;
}

sn_status sn_best_set_find(const sn_sweep_plan *plan, bool market,
                           const sn_set_candidates *candidates, const sn_set_question *question,
                           sn_best_set *best, sn_error *err)
{
    sn_error own = {0};
    search *s = calloc(1, sizeof *s);
    sn_status status = SN_OK;

    if (err == NULL)
        err = &own;
    memset(best, 0, sizeof *best);
    if (question->size == 0) {
        status = sn_fail(err, SN_EUSAGE, "a set holds at least one");
        goto out;
    }
    SN_TRY_ALLOC(s, "sets");
    s->plan = plan;
    s->market = market;
    s->from = candidates;
    s->question = question;
    SN_TRY(search_new(s, err));
    SN_TRY(rank_singles(s, err));
    best->exact = true;
    best->tried = s->tried;
    const size_t largest = question->size < s->useful ? question->size : s->useful;
    for (size_t size = question->share > 0 ? 1 : largest; size >= 1 && size <= largest; size++) {
        /* Sets that are too small by their bound need no look. */
        if (question->share > 0 && !market && most_added(s, 0, size) < question->share &&
            size < largest)
            continue;
        SN_TRY(find_costliest(s, size, err));
        best->tried += s->tried;
        free(best->member);
        best->member = NULL;
        SN_TRY(tell(s, size, best, err));
        if (question->share > 0 && s->best_loss >= question->share)
            break; /* smaller ones were proved to cost less, unless something was left open */
        best->exact &= !(s->open >= question->share);
    }
    if (question->share <= 0)
        best->exact = !(s->open > s->best_loss);
    else if (best->loss < question->share) { /* out of reach */
        free(best->member);
        best->member = NULL;
        best->size = 0;
    }
    best->error = s->error;
out:
    if (status != SN_OK)
        sn_best_set_clear(best);
    search_free(s);
    return status;
}

void sn_best_set_clear(sn_best_set *best)
{
    free(best->member);
    memset(best, 0, sizeof *best);
}
