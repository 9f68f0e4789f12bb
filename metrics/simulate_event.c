/* simulate_event.c - how strong each event is on each day, and what that leaves. */
#include "metrics/simulate_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void sim_hits_free(sim_hit *hit, size_t count)
{
    for (size_t e = 0; hit != NULL && e < count; e++) {
        free(hit[e].node);
        free(hit[e].flow);
        free(hit[e].node_cut);
        free(hit[e].flow_cut);
    }
    free(hit);
}

/* The entries of a mask that are not 1. */
static sn_status pick(const double *left, size_t count, size_t *picked, size_t **at,
                      double **cut, sn_error *err)
{
    size_t k = 0;

    for (size_t i = 0; left != NULL && i < count; i++)
        k += left[i] < 1;
    *at = malloc((k + 1) * sizeof **at);
    *cut = malloc((k + 1) * sizeof **cut);
    if (*at == NULL || *cut == NULL)
        return sn_nomem(err, "an event");
    *picked = 0;
    for (size_t i = 0; left != NULL && i < count; i++)
        if (left[i] < 1) {
            (*at)[*picked] = i;
            (*cut)[(*picked)++] = 1 - left[i];
        }
    return SN_OK;
}

static sn_status make_hit(sim_hit *h, size_t nodes, size_t flows, sn_error *err)
{
    h->node = malloc((nodes + 1) * sizeof *h->node);
    h->node_cut = malloc((nodes + 1) * sizeof *h->node_cut);
    h->flow = malloc((flows + 1) * sizeof *h->flow);
    h->flow_cut = malloc((flows + 1) * sizeof *h->flow_cut);
    return h->node == NULL || h->node_cut == NULL || h->flow == NULL || h->flow_cut == NULL
               ? sn_nomem(err, "an event")
               : SN_OK;
}

/* Those whose final demand grows. */
static sn_status pick_growth(const sn_network *net, const sn_sim_event *event, sim_hit *h,
                             sn_error *err)
{
    const sn_status status = make_hit(h, net->node_count, 0, err);

    for (size_t i = 0; status == SN_OK && i < net->node_count; i++)
        if (event->hit->weight[i] > 0 && net->final_demand[i] > 0) {
            h->node[h->node_count] = (int32_t)i;
            h->node_cut[h->node_count++] = event->growth * event->hit->weight[i];
        }
    return status;
}

static sn_status pick_flows(const sn_network *net, const double *cut, sim_hit *h, sn_error *err)
{
    const sn_status status = make_hit(h, 0, net->flow_count, err);

    for (size_t e = 0; status == SN_OK && e < net->flow_count; e++)
        if (cut[e] > 0) {
            h->flow[h->flow_count] = e;
            h->flow_cut[h->flow_count++] = cut[e];
        }
    return status;
}

sn_status sim_hits_make(const sn_network *net, const sn_sim_event *event, size_t count,
                        sim_hit **hit, sn_error *err)
{
    sn_mask mask = {0};
    size_t *node = NULL;
    sn_status status = SN_OK;

    *hit = calloc(count + 1, sizeof **hit);
    SN_TRY_ALLOC(*hit, "events");
    for (size_t e = 0; e < count; e++) {
        sim_hit *h = &(*hit)[e];
        if (event[e].growth != 0) {
            SN_TRY(pick_growth(net, &event[e], h, err));
            continue;
        }
        if (event[e].flow_cut != NULL) {
            SN_TRY(pick_flows(net, event[e].flow_cut, h, err));
            continue;
        }
        SN_TRY(sn_mask_apply(net, event[e].hit, event[e].buyers, event[e].mode, 1, &mask, err));
        SN_TRY(pick(mask.node, net->node_count, &h->node_count, &node, &h->node_cut, err));
        SN_TRY(pick(mask.flow, net->flow_count, &h->flow_count, &h->flow, &h->flow_cut, err));
        h->node = malloc((h->node_count + 1) * sizeof *h->node);
        SN_TRY_ALLOC(h->node, "events");
        for (size_t k = 0; k < h->node_count; k++)
            h->node[k] = (int32_t)node[k];
        free(node);
        node = NULL;
        sn_mask_clear(&mask);
    }
out:
    free(node);
    sn_mask_clear(&mask);
    return status;
}

/* Share of the event's strength that is still there at s of the recovery. */
static double still_lost(sn_sim_shape shape, double s)
{
    switch (shape) {
    case SN_SIM_STEP:
        return s < 1 ? 1 : 0;
    case SN_SIM_LINEAR_WAY:
        return s < 1 ? 1 - s : 0;
    case SN_SIM_CONCAVE:
        return s < 1 ? (1 - s) * (1 - s) : 0;
    case SN_SIM_CONVEX:
        return s < 1 ? 1 - s * s : 0;
    case SN_SIM_EXPONENTIAL:
        return s < 3 ? pow(0.01, s) : 0;
    }
    return 0;
}

static double strength_at(const sn_sim_event *event, double day)
{
    const double end = event->start + event->duration;

    if (day < event->start)
        return 0;
    if (day < end)
        return day < event->start + event->ramp ? (day - event->start) / event->ramp : 1;
    return event->recovery_time > 0
               ? still_lost(event->shape, (day - end) / event->recovery_time)
               : 0;
}

double sim_severity(const sn_sim_event *event, double from, double to, bool at_start)
{
    enum { PIECES = 16 };
    const double end = event->start + event->duration;
    const double steady = event->start + event->ramp;
    double full = fmin(to, end) - fmax(from, steady), after = fmax(from, end), sum = 0;

    if (at_start)
        return event->fraction * strength_at(event, from);
    full = fmax(full, 0);
    if (event->ramp > 0) { /* what the way up holds of the step: a trapezium */
        const double a = fmax(from, event->start), b = fmin(fmin(to, end), steady);
        full += b > a ? (b - a) * ((a + b) / 2 - event->start) / event->ramp : 0;
    }
    for (int k = 0; k < PIECES && after < to && event->recovery_time > 0; k++)
        sum += strength_at(event, after + (to - after) * (k + 0.5) / PIECES);
    if (after < to)
        full += sum * (to - after) / PIECES;
    return event->fraction * fmin(1, full / (to - from));
}

void sim_apply(sim_state *s, double from, double to)
{
    const sn_network *net = s->plan->net;
    bool moved = false;

    for (size_t e = 0; e < s->event_count; e++) {
        const double now = sim_severity(&s->event[e], from, to, s->by_flow);
        moved |= now != s->severity[e];
        s->severity[e] = now;
    }
    if (!moved)
        return;
    for (size_t i = 0; i < net->node_count; i++)
        s->left[i] = 1;
    for (size_t e = 0; s->passes != NULL && e < net->flow_count; e++)
        s->passes[e] = 1;
    if (s->own_want != NULL)
        memcpy(s->own_want, net->final_demand, net->node_count * sizeof *s->own_want);
    for (size_t e = 0; e < s->event_count; e++) {
        const sim_hit *h = &s->hit[e];
        for (size_t k = 0; s->event[e].growth != 0 && k < h->node_count; k++)
            s->own_want[h->node[k]] *= 1 + s->severity[e] * h->node_cut[k]; /* NOLINT: it grows */
        for (size_t k = 0; !(s->event[e].growth != 0) && k < h->node_count; k++)
            s->left[h->node[k]] *= 1 - s->severity[e] * h->node_cut[k];
        for (size_t k = 0; k < h->flow_count; k++)
            s->passes[h->flow[k]] *= 1 - s->severity[e] * h->flow_cut[k]; /* NOLINT: made for flows */
    }
}
