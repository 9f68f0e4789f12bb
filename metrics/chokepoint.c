/* chokepoint.c - one removal after another over the same frozen network.
 *
 * For mode production a candidate is written into one array of remaining
 * capacities and taken out again, so that its cost does not depend on the network's size.
 */
#include "metrics/chokepoint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/chokepoint_private.h"

typedef struct {
    const sn_network *net;
    const sn_chokepoint_options *options;
    sn_cascade *cascade;
    sn_impact_frame *frame;
    sn_chokepoints *list;
    sn_members members;
    double *part;             /* [n] of the candidate at hand; 0 elsewhere       */
    double *left;             /* [n] remaining capacity; 1 elsewhere             */
    int32_t *hit;             /* [n] */
    double *stage_output;     /* [commodities + 1][stages + 1]                   */
    double *made;             /* [stages + 1] by the candidate at hand           */
    sn_impact_total *totals;  /* by commodity of the frame                       */
    sn_chokepoint_hit *worst; /* [options->hits + 1] */
    size_t hit_room, sole_room;
} ranking;

static size_t stages_of(const sn_network *net)
{
    return (size_t)net->dict[SN_STAGE].count + 1;
}

static size_t stage_place(const sn_network *net, size_t node)
{
    return (size_t)(sn_network_code(net, SN_STAGE, node) + 1);
}

static sn_status allocate(ranking *r, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_network *net = r->net;
    const size_t n = net->node_count, stages = stages_of(net);

    r->part = calloc(n + 1, sizeof *r->part);
    SN_TRY_ALLOC(r->part, "the ranking");
    r->left = malloc((n + 1) * sizeof *r->left);
    SN_TRY_ALLOC(r->left, "the ranking");
    r->hit = malloc((n + 1) * sizeof *r->hit);
    SN_TRY_ALLOC(r->hit, "the ranking");
    r->stage_output = calloc(((size_t)net->dict[SN_COMMODITY].count + 1) * stages,
                             sizeof *r->stage_output);
    SN_TRY_ALLOC(r->stage_output, "the ranking");
    r->made = calloc(stages, sizeof *r->made);
    SN_TRY_ALLOC(r->made, "the ranking");
    r->totals = calloc(sn_impact_frame_commodities(r->frame) + 1, sizeof *r->totals);
    SN_TRY_ALLOC(r->totals, "the ranking");
    r->worst = malloc((r->options->hits + 1) * sizeof *r->worst);
    SN_TRY_ALLOC(r->worst, "the ranking");
    for (size_t i = 0; i < n; i++) {
        const size_t commodity = (size_t)(sn_network_code(net, SN_COMMODITY, i) + 1);

        r->left[i] = 1;
        r->stage_output[commodity * stages + stage_place(net, i)] += net->output[i];
    }
out:
    return status;
}

/* What is the same for all nodes of the candidate, and where it makes most. */
static void describe(ranking *r, const sn_member *m, size_t count, sn_chokepoint *row)
{
    const sn_network *net = r->net;
    const size_t stages = stages_of(net), first = (size_t)m[0].node;
    size_t best = 0;

    row->node = count == 1 && r->options->level != SN_LEVEL_OWNER ? m[0].node : SN_NONE;
    row->stage = sn_network_code(net, SN_STAGE, first);
    row->country = sn_network_code(net, SN_COUNTRY, first);
    row->owner = sn_network_code(net, SN_OWNER, first);
    memset(r->made, 0, stages * sizeof *r->made);
    for (size_t k = 0; k < count; k++) {
        const size_t i = (size_t)m[k].node;

        row->stage = sn_network_code(net, SN_STAGE, i) == row->stage ? row->stage : SN_NONE;
        row->country =
            sn_network_code(net, SN_COUNTRY, i) == row->country ? row->country : SN_NONE;
        row->owner = sn_network_code(net, SN_OWNER, i) == row->owner ? row->owner : SN_NONE;
        r->made[stage_place(net, i)] += m[k].part * net->output[i];
    }
    if (r->options->level == SN_LEVEL_OWNER) {
        row->owner = m[0].group;
        row->name = sn_dict_text(sn_network_dict(net, SN_OWNER), m[0].group);
    } else {
        row->name = sn_dict_text(&r->list->grouping.names, m[0].group);
    }
    row->label = row->node != SN_NONE ? sn_network_label(net, (size_t)row->node) : row->name;
    for (size_t s = 0; s < stages; s++)
        best = r->made[s] > r->made[best] ? s : best;
    const double whole = r->stage_output[(size_t)(m[0].commodity + 1) * stages + best];
    row->main_stage = (int32_t)best - 1;
    row->share = whole > 0 ? r->made[best] / whole : NAN;
    row->nodes = count;
}

static bool worse(const sn_chokepoint_hit *a, const sn_chokepoint_hit *b)
{
    return a->lost != b->lost ? a->lost > b->lost : a->node < b->node;
}

/* The buyers that lose most, by insertion into a short list. */
static sn_status list_hits(ranking *r, const sn_cascade_result *result, sn_chokepoint *row,
                           sn_error *err)
{
    sn_chokepoints *list = r->list;
    size_t count = 0;

    for (size_t k = 0; k < result->touched_count; k++) {
        const int32_t i = result->touched[k];
        const double amount = sn_impact_frame_amount(r->frame, (size_t)i);
        const sn_chokepoint_hit hit = {i, result->down[i], amount * result->down[i]};
        size_t place = count;

        if (!(hit.lost > 0))
            continue;
        while (place > 0 && worse(&hit, &r->worst[place - 1])) {
            r->worst[place] = r->worst[place - 1];
            place--;
        }
        r->worst[place] = hit;
        count += count < r->options->hits;
    }
    row->hit_first = list->hit_count;
    row->hit_count = count;
    for (size_t k = 0; k < count; k++) {
        sn_chokepoint_hit *more = sn_grown(list->hit, sizeof *more, list->hit_count, &r->hit_room);
        if (more == NULL)
            return sn_nomem(err, "the ranking");
        list->hit = more;
        list->hit[list->hit_count++] = r->worst[k];
    }
    return SN_OK;
}

static sn_status list_soles(ranking *r, const sn_cascade_result *result, sn_chokepoint *row,
                            sn_error *err)
{
    const sn_cascade_plan *plan = sn_cascade_plan_of(r->cascade);
    sn_chokepoints *list = r->list;

    row->sole_first = list->sole_count;
    for (size_t k = 0; k < result->touched_count; k++) {
        const int32_t i = result->touched[k];
        int32_t group;

        if (r->part[i] > 0 || !(result->down[i] > 0) ||
            !sn_cascade_sole(plan, (size_t)i, r->part, &group))
            continue;
        row->sole_total++;
        if (row->sole_count == r->options->soles)
            continue;
        sn_chokepoint_sole *more =
            sn_grown(list->sole, sizeof *more, list->sole_count, &r->sole_room);
        if (more == NULL)
            return sn_nomem(err, "the ranking");
        list->sole = more;
        list->sole[list->sole_count++] = (sn_chokepoint_sole){i, group};
        row->sole_count++;
    }
    return SN_OK;
}

/* Run the candidate written in r->part. */
static sn_status remove_candidate(ranking *r, const sn_member *m, size_t count, sn_mask *mask,
                                  sn_cascade_result *result, sn_error *err)
{
    const double fraction = r->options->fraction;

    if (r->options->mode == SN_MODE_PRODUCTION) {
        sn_shock shock = {.node = r->left, .hit = r->hit};

        for (size_t k = 0; k < count; k++) {
            r->left[m[k].node] = 1 - fraction * m[k].part;
            if (r->left[m[k].node] < 1)
                r->hit[shock.hit_count++] = m[k].node;
        }
        return sn_cascade_run_shock(r->cascade, &shock, result, err);
    }
    const sn_selection selection = {.weight = r->part, .matched = count};
    const sn_status status =
        sn_mask_apply(r->net, &selection, NULL, r->options->mode, fraction, mask, err);
    return status != SN_OK ? status : sn_cascade_run(r->cascade, mask, result, err);
}

static void take_losses(ranking *r, const sn_cascade_result *result, sn_chokepoint *row)
{
    sn_impact_total total;

    sn_impact_measure(r->frame, result, sn_cascade_shock(r->cascade), r->totals, &total);
    for (size_t b = 0; b < sn_impact_frame_commodities(r->frame); b++)
        if (r->totals[b].commodity == row->commodity && !isnan(r->totals[b].loss))
            total = r->totals[b];
    row->loss = total.loss;
    row->loss_down = total.loss_down;
    row->loss_up = total.loss_up;
    row->loss_others = total.loss_others;
    row->lost = total.lost;
    row->bound = fmax(result->bound_down, result->bound_up);
    row->closed_loop = result->closed_loop;
}

/* Run a candidate and tell all about it. */
static sn_status judge(ranking *r, sn_ranked *candidate, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_member *m = &r->members.member[candidate->first];
    const size_t count = candidate->row.nodes;
    sn_chokepoint *row = &candidate->row;
    sn_mask mask = {0};
    sn_cascade_result result = {0};
    sn_error uncertain = {0}; /* a loss that is not certain enough stays in the ranking */

    for (size_t k = 0; k < count; k++)
        r->part[m[k].node] = m[k].part;
    status = remove_candidate(r, m, count, &mask, &result, &uncertain);
    row->uncertain = status == SN_ENUMERIC;
    if (status != SN_OK && status != SN_ENUMERIC) {
        (void)sn_fail(err, status, "%s", uncertain.message);
        goto out;
    }
    take_losses(r, &result, row);
    SN_TRY(list_hits(r, &result, row, err));
    SN_TRY(list_soles(r, &result, row, err));
    row->whole = true;
out:
    for (size_t k = 0; k < count; k++) {
        r->part[m[k].node] = 0;
        r->left[m[k].node] = 1;
    }
    sn_mask_clear(&mask);
    return status;
}

static int by_loss(const void *left, const void *right)
{
    const sn_chokepoint *a = &((const sn_ranked *)left)->row;
    const sn_chokepoint *b = &((const sn_ranked *)right)->row;

    if (isnan(a->loss) != isnan(b->loss))
        return isnan(a->loss) ? 1 : -1;
    if (a->loss != b->loss && !isnan(a->loss))
        return a->loss > b->loss ? -1 : 1;
    const int order = strcmp(a->name, b->name);
    return order != 0 ? order : (a->commodity > b->commodity) - (a->commodity < b->commodity);
}

/* The candidates that matter, described, with their losses. */
static sn_status list_candidates(ranking *r, sn_ranked *candidate, size_t *count, sn_error *err)
{
    sn_status status = SN_OK;

    *count = 0;
    for (size_t k = 0, next; k < r->members.count; k = next) {
        const sn_member *m = &r->members.member[k];

        next = k + 1;
        while (next < r->members.count && r->members.member[next].group == m->group &&
               r->members.member[next].commodity == m->commodity)
            next++;
        if (!sn_members_matter(r->net, r->options, m, next - k))
            continue;
        candidate[*count] = (sn_ranked){.row = {.commodity = m[0].commodity}, .first = k};
        describe(r, m, next - k, &candidate[(*count)++].row);
    }
    if (!sn_ranked_pay(r->frame, r->options, *count)) {
        for (size_t c = 0; c < *count; c++)
            SN_TRY(judge(r, &candidate[c], err));
    } else {
        SN_TRY(sn_ranked_sweep(r->cascade, r->frame, r->options, &r->members, candidate, *count,
                               err));
    }
out:
    return status;
}

/* Run those that are shown, or by their bounds could be; *any: there were some. */
static sn_status make_whole(ranking *r, sn_ranked *candidate, size_t count, bool *any,
                            sn_error *err)
{
    sn_status status = SN_OK;
    const size_t shown = r->options->shown < count ? r->options->shown : count;
    const sn_chokepoint *last = shown > 0 ? &candidate[shown - 1].row : NULL;
    const double least = last != NULL ? last->loss - 2 * last->bound : INFINITY;

    *any = false;
    for (size_t c = 0; c < count; c++) {
        const sn_chokepoint *row = &candidate[c].row;

        if (row->whole || !(c < shown || row->loss + 2 * row->bound >= least))
            continue;
        SN_TRY(judge(r, &candidate[c], err));
        *any = true;
    }
out:
    return status;
}

static sn_status judge_all(ranking *r, sn_error *err)
{
    sn_status status = SN_OK;
    sn_ranked *candidate = calloc(r->members.count + 1, sizeof *candidate);
    size_t count;
    bool any = true;

    SN_TRY_ALLOC(candidate, "the ranking");
    r->list->row = calloc(r->members.count + 1, sizeof *r->list->row);
    SN_TRY_ALLOC(r->list->row, "the ranking");
    SN_TRY(list_candidates(r, candidate, &count, err));
    while (any) {
        qsort(candidate, count, sizeof *candidate, by_loss);
        SN_TRY(make_whole(r, candidate, count, &any, err));
    }
    for (size_t c = 0; c < count; c++)
        r->list->row[c] = candidate[c].row;
    r->list->count = count;
out:
    free(candidate);
    return status;
}

sn_status sn_chokepoints_rank(sn_cascade *cascade, sn_impact_frame *frame,
                              const sn_chokepoint_options *options, sn_chokepoints *list,
                              sn_error *err)
{
    sn_status status = SN_OK;
    sn_chokepoints made = {0};
    ranking r = {.net = sn_cascade_plan_network(sn_cascade_plan_of(cascade)),
                 .options = options,
                 .cascade = cascade,
                 .frame = frame,
                 .list = &made};

    if (options->mode == SN_MODE_FLOW)
        return sn_fail(err, SN_EUSAGE, "mode flow needs two ends: no ranking of single ones");
    if (!(options->fraction >= 0 && options->fraction <= 1))
        return sn_fail(err, SN_EUSAGE, "fraction %g is not in 0..1", options->fraction);
    SN_TRY(sn_members_collect(r.net, options, &made.grouping, &r.members, err));
    SN_TRY(allocate(&r, err));
    SN_TRY(judge_all(&r, err));
    *list = made;
    made = (sn_chokepoints){0};
out:
    free(r.members.member);
    free(r.part);
    free(r.left);
    free(r.hit);
    free(r.stage_output);
    free(r.made);
    free(r.totals);
    free(r.worst);
    sn_chokepoints_clear(&made);
    return status;
}

void sn_chokepoints_clear(sn_chokepoints *list)
{
    free(list->row);
    free(list->hit);
    free(list->sole);
    sn_grouping_clear(&list->grouping);
    *list = (sn_chokepoints){0};
}
