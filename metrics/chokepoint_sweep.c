/* chokepoint_sweep.c - the losses of all candidates of a ranking at once. */
#include <math.h>
#include <stdlib.h>

#include "metrics/cascade_private.h"
#include "metrics/chokepoint_private.h"
#include "metrics/sweep.h"

enum { MANY = 200, A_ROW = 4 }; /* a whole row costs about as much as so many swept ones */

typedef struct {
    double *weight;      /* [n] */
    size_t *first;       /* [count + 1] */
    int32_t *node;       /* [members] */
    double *left;        /* [members] */
    sn_sweep_loss *loss; /* [count] */
} lists;

static void lists_clear(lists *l)
{
    free(l->weight);
    free(l->first);
    free(l->node);
    free(l->left);
    free(l->loss);
}

static sn_status lists_make(const sn_network *net, const sn_members *members, size_t count,
                            lists *l, sn_error *err)
{
    sn_status status = SN_OK;

    l->weight = malloc((net->node_count + 1) * sizeof *l->weight);
    SN_TRY_ALLOC(l->weight, "the ranking");
    l->first = malloc((count + 1) * sizeof *l->first);
    SN_TRY_ALLOC(l->first, "the ranking");
    l->node = malloc((members->count + 1) * sizeof *l->node);
    SN_TRY_ALLOC(l->node, "the ranking");
    l->left = malloc((members->count + 1) * sizeof *l->left);
    SN_TRY_ALLOC(l->left, "the ranking");
    l->loss = malloc((count + 1) * sizeof *l->loss);
    SN_TRY_ALLOC(l->loss, "the ranking");
out:
    return status;
}

bool sn_ranked_pay(const sn_impact_frame *frame, const sn_chokepoint_options *options,
                   size_t count)
{
    return options->mode == SN_MODE_PRODUCTION && options->shown > 0 && count >= MANY &&
           count / A_ROW >= options->shown && sn_impact_frame_commodities(frame) == 1;
}

sn_status sn_ranked_sweep(const sn_cascade *cascade, const sn_impact_frame *frame,
                          const sn_chokepoint_options *options, const sn_members *members,
                          sn_ranked *candidate, size_t count, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_network *net = sn_cascade_plan_network(sn_cascade_plan_of(cascade));
    const int most = sn_sweep_threads_max();
    const int threads =
        options->threads > 0 && options->threads < most ? options->threads : most;
    sn_sweep_plan *plan = NULL;
    lists l = {0};
    size_t used = 0;

    SN_TRY(lists_make(net, members, count, &l, err));
    sn_impact_frame_weights(frame, l.weight);
    for (size_t c = 0; c < count; c++) {
        const sn_member *m = &members->member[candidate[c].first];

        l.first[c] = used;
        for (size_t k = 0; k < candidate[c].row.nodes; k++) {
            l.node[used] = m[k].node;
            l.left[used++] = 1 - options->fraction * m[k].part;
        }
    }
    l.first[count] = used;
    const sn_cascade_options *run = &cascade->options;
    SN_TRY(sn_sweep_plan_new(net,
                             &(sn_sweep_options){.weight = l.weight,
                                                 .response = run->response,
                                                 .tolerance = run->tolerance},
                             &plan, err));
    status = sn_sweep_run(plan, &(sn_sweep_scenarios){count, l.first, l.node, l.left}, threads,
                          NULL, NULL, l.loss, err);
    if (status != SN_OK && status != SN_ENUMERIC)
        goto out;
    for (size_t c = 0; c < count; c++) {
        sn_chokepoint *row = &candidate[c].row;

        row->loss = l.loss[c].loss;
        row->loss_down = l.loss[c].loss_down;
        row->loss_up = l.loss[c].loss_up;
        row->bound = l.loss[c].bound;
        row->uncertain = status == SN_ENUMERIC && !(l.loss[c].bound <= run->tolerance);
        row->loss_others = row->lost = NAN;
    }
    status = SN_OK;
out:
    sn_sweep_plan_free(plan);
    lists_clear(&l);
    return status;
}
