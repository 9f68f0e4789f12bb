/* sweep_work.c - removals become scenarios, a commodity gets its plan. */
#include "cli/sweep_work.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "graph/memory.h"

void sn_sweep_work_clear(sn_sweep_work *work)
{
    sn_sweep_plan_free(work->plan);
    free(work->weight);
    work->plan = NULL;
    work->weight = NULL;
}

/* Removals within a commodity are weighed by its own nodes. */
static sn_status make_plan(sn_sweep_work *work, int32_t commodity, sn_error *err)
{
    const size_t n = sn_network_node_count(work->net);
    sn_sweep_options how = work->job->how;
    bool any = false;
    sn_status status = SN_OK;

    if (work->plan != NULL && work->commodity == commodity)
        return SN_OK;
    sn_sweep_work_clear(work);
    work->weight = malloc((n + 1) * sizeof *work->weight);
    SN_TRY_ALLOC(work->weight, "a sweep");
    for (size_t i = 0; i < n; i++) {
        work->weight[i] =
            sn_network_code(work->net, SN_COMMODITY, i) == commodity ? work->job->weight[i] : 0;
        any |= work->weight[i] > 0;
    }
    how.weight = any ? work->weight : work->job->weight;
    SN_TRY(sn_sweep_plan_new(work->net, &how, &work->plan, err));
    work->commodity = commodity;
out:
    return status;
}

/* Append the members of a candidate; the members of another one before them, from `before` on,
 * may hold the same nodes: owners have parts of a node.  Both lists ascend. */
static size_t append_hits(const sn_candidates *c, size_t candidate, size_t before, size_t hits,
                          int32_t *node, double *left)
{
    const size_t others = hits;
    size_t same = before;

    for (size_t m = c->first[candidate]; m < c->first[candidate + 1]; m++) {
        while (same < others && node[same] < c->node[m])
            same++;
        if (same < others && node[same] == c->node[m]) {
            left[same] = fmax(0, left[same] - c->part[m]);
            continue;
        }
        node[hits] = c->node[m];
        left[hits++] = 1 - c->part[m];
    }
    return hits;
}

/* The scenario lists of some removals. */
static sn_status list_hits(const sn_candidates *c, const sn_removal *removal, size_t count,
                           sn_sweep_scenarios *scenarios, sn_error *err)
{
    size_t *first = malloc((count + 1) * sizeof *first), hits = 0;
    int32_t *node;
    double *left;

    for (size_t k = 0; k < count; k++) {
        hits += c->first[removal[k].a + 1] - c->first[removal[k].a];
        if (removal[k].b != SIZE_MAX)
            hits += c->first[removal[k].b + 1] - c->first[removal[k].b];
    }
    node = malloc((hits + 1) * sizeof *node);
    left = malloc((hits + 1) * sizeof *left);
    *scenarios = (sn_sweep_scenarios){count, first, node, left};
    if (first == NULL || node == NULL || left == NULL)
        return sn_nomem(err, "a sweep");
    hits = 0;
    for (size_t k = 0; k < count; k++) {
        first[k] = hits;
        hits = append_hits(c, removal[k].a, hits, hits, node, left);
        if (removal[k].b != SIZE_MAX)
            hits = append_hits(c, removal[k].b, first[k], hits, node, left);
    }
    first[count] = hits;
    return SN_OK;
}

static void free_hits(sn_sweep_scenarios *scenarios)
{
    free((void *)scenarios->first);
    free((void *)scenarios->node);
    free((void *)scenarios->left);
}

/* What sweep.h says that it takes: the plan, and each thread's lanes. */
static sn_status check_memory(const sn_sweep_work *work, sn_error *err)
{
    const double n = (double)sn_network_node_count(work->net);
    const double m = (double)sn_network_flow_count(work->net);
    const double plan = work->plan == NULL ? 75 * m + 350 * n : 0;
    char what[80];

    (void)snprintf(what, sizeof what, "sweeps on %d threads", work->threads);
    return sn_memory_need(plan + 64.0 * 4 * n * work->threads, what, err);
}

sn_status sn_sweep_work_run(sn_sweep_work *work, const sn_removal *removal, size_t count,
                            sn_sweep_progress progress, void *context, sn_sweep_loss *loss,
                            sn_error *err)
{
    const sn_candidates *candidates = &work->job->candidates;
    sn_sweep_scenarios scenarios = {0};
    sn_status status = SN_OK;

    SN_TRY(check_memory(work, err));
    SN_TRY(make_plan(work, candidates->commodity[removal[0].a], err));
    SN_TRY(list_hits(candidates, removal, count, &scenarios, err));
    status = sn_sweep_run(work->plan, &scenarios, work->threads, progress, context, loss, err);
    if (status == SN_ENUMERIC) { /* answers with their bounds are there all the same */
        *err = (sn_error){0};
        status = SN_OK;
    }
out:
    free_hits(&scenarios);
    return status;
}
