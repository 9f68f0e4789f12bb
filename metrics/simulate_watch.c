/* simulate_watch.c - what a run looks at while it goes, and the measures that come of it. */
#include "metrics/simulate_lanes.h"

#include <stdlib.h>
#include <string.h>

static const double counts_as_loss = 1e-9;

static void track_step(sim_track *t, double day, double step, lanes got, lanes wanted)
{
    const lanes share = choose(wanted > 0, got / wanted, all(1)), lack = 1 - share;
    const lanes loss = choose(lack > counts_as_loss, smaller(lack, all(1)), all(0));
    const mask loses = loss > 0, began = t->first_share == t->first_share;

    if (!any(loses | began)) /* nothing of what follows would change anything */
        return;
    /* supply ran out within the step of the first loss if it is lower now */
    t->survive =
        choose(began & (share < t->first_share),
               t->first_day + step * (t->first_share - share) / (1 - share), t->survive);
    const mask begins = loses & (t->survive != t->survive), deeper = loss > t->depth;
    t->survive = choose(begins, all(day), t->survive);
    t->first_day = choose(begins, all(day), t->first_day);
    t->first_share = choose(begins, share, all(NAN));
    t->depth = choose(deeper, loss, t->depth);
    t->peak = choose(deeper, all(day), t->peak);
    t->area += loss * step;
    t->lost += loss * wanted * step;
    t->low_until = choose(share < 0.99, all(day + step), t->low_until);
}

static sn_status tracks_new(sim_track **track, size_t count, sn_error *err)
{
    lanes *room = NULL;
    const sn_status status =
        sim_lanes_new(&room, (count + 1) * (sizeof **track / sizeof *room), 0, err);

    if (status != SN_OK)
        return status;
    *track = (sim_track *)room;
    for (size_t k = 0; k < count; k++) {
        (*track)[k].first_share = (*track)[k].survive = (*track)[k].peak = all(NAN);
        (*track)[k].low_until = all(-INFINITY);
    }
    return SN_OK;
}

/* What a lane went through. */
static void track_end(sim_track *t, size_t l, double last_day, bool one_unit, sn_sim_measure *m)
{
    const double low_until = *lane(&t->low_until, l);

    *m = (sn_sim_measure){.survive = *lane(&t->survive, l),
                          .depth = *lane(&t->depth, l),
                          .peak = *lane(&t->peak, l),
                          .area = *lane(&t->area, l)};
    m->recover = low_until == -INFINITY ? 0 : low_until >= last_day - 1e-9 ? NAN : low_until;
    m->lost = one_unit ? *lane(&t->lost, l) / 365 : NAN;
}

static void watch_buyers(const sim_state *s, sim_watch *w, size_t t)
{
    const sn_sim_plan *plan = s->plan;
    sn_sim_result *r = s->job->result;
    const double step = s->how->step, day = (double)t * step - w->origin;

    memset(w->got, 0, (plan->commodity_count + 1) * sizeof *w->got);
    memset(w->wanted, 0, (plan->commodity_count + 1) * sizeof *w->wanted);
    for (size_t b = 0; b < plan->buyer_count; b++) {
        const size_t i = (size_t)plan->buyer[b];
        const lanes wanted = plan->is_final[b] ? sim_want(s, i) : all(r->normal[b]);
        lanes got = plan->is_final[b] ? s->final[i] : smaller(s->made[i], wanted);
        const lanes survive = w->buyer[b].survive;

        w->got[plan->buyer_commodity[b]] += got;
        w->wanted[plan->buyer_commodity[b]] += wanted;
        w->why[b] = choose((survive != survive) & (got < wanted * (1 - counts_as_loss)),
                           s->short_of[i], w->why[b]);
        track_step(&w->buyer[b], day, step, got, wanted);
        if (!s->job->series)
            continue;
        got = choose(wanted > 0, got / wanted, all(1));
        for (size_t l = 0; l < LANES; l++)
            r[l].series[b * r->step_count + t] = *lane(&got, l);
    }
}

/* The mean share over the commodities. */
static lanes watch_commodities(const sim_state *s, sim_watch *w, size_t t)
{
    const size_t count = s->plan->commodity_count;
    const double step = s->how->step, day = (double)t * step - w->origin;
    lanes mean = all(0);

    for (size_t c = 0; c < count; c++) {
        track_step(&w->commodity[c], day, step, w->got[c], w->wanted[c]);
        mean += choose(w->wanted[c] > 0, w->got[c] / w->wanted[c], all(1));
    }
    mean = count > 0 ? mean / (double)count : all(1);
    if (count == 1)
        track_step(w->total, day, step, w->got[0], w->wanted[0]);
    else
        track_step(w->total, day, step, mean, all(1));
    return mean;
}

void sim_watch_step(const sim_state *s, sim_watch *w, size_t t)
{
    const sn_sim_plan *plan = s->plan;
    lanes made = all(0), delivered = all(0), added = all(0), served;

    watch_buyers(s, w, t);
    served = watch_commodities(s, w, t);
    for (size_t i = 0; i < plan->net->node_count; i++) {
        made += s->made[i];
        delivered += s->final[i];
        added += s->made[i] * plan->added[i];
        if (s->waste != NULL)
            *w->waste += s->waste[i];
    }
    *w->made += made;
    for (size_t l = 0; l < LANES; l++)
        s->job->result[l].step[t] = (sn_sim_step){.day = (double)t * s->how->step,
                                                  .made = *lane(&made, l),
                                                  .value_added = *lane(&added, l),
                                                  .delivered = *lane(&delivered, l),
                                                  .served = *lane(&served, l)};
}

sn_status sim_watch_start(const sim_job *job, sim_watch *w, sn_error *err)
{
    const sn_sim_plan *plan = job->plan;
    sn_status status = SN_OK;

    SN_TRY(tracks_new(&w->buyer, plan->buyer_count, err));
    SN_TRY(tracks_new(&w->commodity, plan->commodity_count, err));
    SN_TRY(tracks_new(&w->total, 1, err));
    SN_TRY(sim_lanes_new(&w->why, plan->buyer_count, SN_NONE, err));
    SN_TRY(sim_lanes_new(&w->wanted, plan->commodity_count, 0, err));
    SN_TRY(sim_lanes_new(&w->got, plan->commodity_count, 0, err));
    SN_TRY(sim_lanes_new(&w->balance_error, 1, 0, err));
    SN_TRY(sim_lanes_new(&w->made, 1, 0, err));
    SN_TRY(sim_lanes_new(&w->waste, 1, 0, err));
    w->origin = job->event_count > 0 ? INFINITY : 0;
    for (size_t e = 0; e < job->event_count; e++)
        w->origin = fmin(w->origin, job->event[e].start);
out:
    return status;
}

/* What the state's stocks of a buyer hold yet, as a share. */
static double reserve_left(sim_state *s, size_t node, size_t l)
{
    const sn_network *net = s->plan->net;
    double had = 0, has = 0;

    if (s->reserve == NULL)
        return NAN;
    for (size_t seg = net->seg_first[node]; seg < net->seg_first[node + 1]; seg++) {
        had += *lane(&s->reserve_days, l) * s->plan->need[seg];
        has += *lane(&s->reserve[seg], l);
    }
    return had > 0 ? has / had : NAN;
}

void sim_watch_end(sim_state *s, sim_watch *w)
{
    for (size_t l = 0; l < LANES; l++) {
        sn_sim_result *r = &s->job->result[l];
        const double last = (double)r->step_count * s->how->step - w->origin;
        const double made = *lane(w->made, l);

        for (size_t b = 0; b < r->buyer_count; b++) {
            track_end(&w->buyer[b], l, last, true, &r->measure[b]);
            r->why[b] = (int32_t)*lane(&w->why[b], l);
            r->reserve_left[b] = reserve_left(s, (size_t)r->buyer[b], l);
        }
        for (size_t c = 0; c < r->commodity_count; c++) {
            track_end(&w->commodity[c], l, last, true, &r->by_commodity[c]);
            r->wanted[c] = *lane(&w->wanted[c], l);
            r->delivered[c] = *lane(&w->got[c], l);
        }
        track_end(w->total, l, last, r->commodity_count == 1, &r->total);
        r->undelivered = made > 0 ? *lane(w->waste, l) / made : 0;
        r->balance_error = *lane(w->balance_error, l);
    }
}

void sim_watch_clear(sim_watch *w)
{
    free(w->total);
    free(w->commodity);
    free(w->buyer);
    free(w->why);
    free(w->wanted);
    free(w->got);
    free(w->balance_error);
    free(w->made);
    free(w->waste);
}
