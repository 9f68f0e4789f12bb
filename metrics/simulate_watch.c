/* simulate_watch.c - what a run looks at while it goes, and the measures that come of it. */
#include "metrics/simulate_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double counts_as_loss = 1e-9;

static void track_step(sim_track *t, double day, double step, double got, double wanted)
{
    sn_sim_measure *m = t->of;
    const double share = wanted > 0 ? got / wanted : 1;
    const double loss = 1 - share > counts_as_loss ? fmin(1, 1 - share) : 0;

    if (!isnan(t->first_share)) { /* supply ran out within that step if it is lower now */
        if (share < t->first_share)
            m->survive = t->first_day + step * (t->first_share - share) / (1 - share);
        t->first_share = NAN;
    }
    if (loss > 0 && isnan(m->survive)) {
        m->survive = t->first_day = day;
        t->first_share = share;
    }
    if (loss > m->depth) {
        m->depth = loss;
        m->peak = day;
    }
    m->area += loss * step;
    t->lost += loss * wanted * step;
    if (share < 0.99)
        t->low_until = day + step;
}

static void track_start(sim_track *t, sn_sim_measure *of)
{
    *of = (sn_sim_measure){.survive = NAN, .recover = 0, .peak = NAN};
    *t = (sim_track){.of = of, .first_share = NAN, .low_until = -INFINITY};
}

static void track_end(sim_track *t, double last_day, bool one_unit)
{
    t->of->recover = t->low_until == -INFINITY         ? 0
                     : t->low_until >= last_day - 1e-9 ? NAN
                                                       : t->low_until;
    t->of->lost = one_unit ? t->lost / 365 : NAN;
}

void sim_look(const sim_state *s, sim_watch *w, sn_sim_result *r, size_t t)
{
    const sn_sim_plan *plan = s->plan;
    const double step = s->how->step, day = (double)t * step;
    sn_sim_step *row = &r->step[t];
    double mean = 0;

    memset(w->got, 0, (plan->commodity_count + 1) * sizeof *w->got);
    memset(w->wanted, 0, (plan->commodity_count + 1) * sizeof *w->wanted);
    for (size_t b = 0; b < plan->buyer_count; b++) {
        const size_t i = (size_t)plan->buyer[b];
        const double wanted = plan->is_final[b] ? s->want[i] : r->normal[b];
        const double got = plan->is_final[b] ? s->final[i] : fmin(s->made[i], wanted);
        w->got[plan->buyer_commodity[b]] += got;
        w->wanted[plan->buyer_commodity[b]] += wanted;
        if (isnan(r->measure[b].survive) && got < wanted * (1 - counts_as_loss))
            r->why[b] = s->short_of[i];
        track_step(&w->buyer[b], day - w->origin, step, got, wanted);
        if (r->series != NULL)
            r->series[b * r->step_count + t] = wanted > 0 ? got / wanted : 1;
    }
    for (size_t c = 0; c < plan->commodity_count; c++) {
        track_step(&w->commodity[c], day - w->origin, step, w->got[c], w->wanted[c]);
        mean += w->wanted[c] > 0 ? w->got[c] / w->wanted[c] : 1;
    }
    mean = plan->commodity_count > 0 ? mean / (double)plan->commodity_count : 1;
    if (plan->commodity_count == 1)
        track_step(&w->total, day - w->origin, step, w->got[0], w->wanted[0]);
    else
        track_step(&w->total, day - w->origin, step, mean, 1);
    *row = (sn_sim_step){.day = day, .served = mean};
    for (size_t i = 0; i < plan->net->node_count; i++) {
        const double normal = plan->normal[i];
        row->made += s->made[i];
        row->delivered += s->final[i];
        row->value_added += normal > 0 ? s->made[i] * (1 - plan->bought[i] / normal) : 0;
        w->waste += s->waste != NULL ? s->waste[i] : 0;
    }
    w->made += row->made;
}

sn_status sim_result_make(const sn_sim_plan *plan, const sn_sim_options *how, bool series,
                          sn_sim_result *r, sn_error *err)
{
    const size_t b = plan->buyer_count, c = plan->commodity_count;
    const double steps = ceil(how->days / how->step - 1e-9);
    sn_status status = SN_OK;

    if (steps > 1e8 || (series && steps * (double)(b + 1) > 2e8))
        return sn_nomem(err, "so many steps");
    r->step_count = (size_t)steps;
    r->buyer_count = b;
    r->commodity_count = c;
    r->buyer = malloc((b + 1) * sizeof *r->buyer);
    r->why = malloc((b + 1) * sizeof *r->why);
    r->commodity = malloc((c + 1) * sizeof *r->commodity);
    r->measure = malloc((b + 1) * sizeof *r->measure);
    r->by_commodity = malloc((c + 1) * sizeof *r->by_commodity);
    r->step = malloc((r->step_count + 1) * sizeof *r->step);
    SN_TRY_ALLOC(r->buyer, "a simulation");
    SN_TRY_ALLOC(r->why, "a simulation");
    SN_TRY_ALLOC(r->commodity, "a simulation");
    SN_TRY_ALLOC(r->measure, "a simulation");
    SN_TRY_ALLOC(r->by_commodity, "a simulation");
    SN_TRY_ALLOC(r->step, "a simulation");
    SN_TRY(sim_fill_new(&r->normal, b, 0, err));
    SN_TRY(sim_fill_new(&r->reserve_left, b, NAN, err));
    SN_TRY(sim_fill_new(&r->wanted, c, 0, err));
    SN_TRY(sim_fill_new(&r->delivered, c, 0, err));
    if (series)
        SN_TRY(sim_fill_new(&r->series, b * r->step_count, NAN, err));
    for (size_t k = 0; k < c; k++)
        r->commodity[k] = plan->commodity[k];
    for (size_t k = 0; k < b; k++) {
        const size_t i = (size_t)plan->buyer[k];
        r->buyer[k] = plan->buyer[k];
        r->why[k] = SN_NONE;
        r->normal[k] = plan->is_final[k] ? plan->net->final_demand[i] : plan->normal[i];
    }
out:
    return status;
}

sn_status sim_watch_start(const sn_sim_event *event, size_t count, sn_sim_result *r,
                          sim_watch *w, sn_error *err)
{
    sn_status status = SN_OK;

    w->buyer = malloc((r->buyer_count + 1) * sizeof *w->buyer);
    w->commodity = malloc((r->commodity_count + 1) * sizeof *w->commodity);
    SN_TRY_ALLOC(w->buyer, "a simulation");
    SN_TRY_ALLOC(w->commodity, "a simulation");
    SN_TRY(sim_fill_new(&w->wanted, r->commodity_count, 0, err));
    SN_TRY(sim_fill_new(&w->got, r->commodity_count, 0, err));
    track_start(&w->total, &r->total);
    for (size_t c = 0; c < r->commodity_count; c++)
        track_start(&w->commodity[c], &r->by_commodity[c]);
    for (size_t b = 0; b < r->buyer_count; b++)
        track_start(&w->buyer[b], &r->measure[b]);
    w->origin = count > 0 ? INFINITY : 0;
    for (size_t e = 0; e < count; e++)
        w->origin = fmin(w->origin, event[e].start);
out:
    return status;
}

void sim_watch_end(const sim_state *s, sim_watch *w, sn_sim_result *r)
{
    const sn_network *net = s->plan->net;
    const double last = (double)r->step_count * s->how->step - w->origin;

    for (size_t b = 0; b < r->buyer_count; b++) {
        const size_t i = (size_t)r->buyer[b];
        double had = 0, has = 0;
        track_end(&w->buyer[b], last, true);
        for (size_t seg = net->seg_first[i]; s->reserve != NULL && seg < net->seg_first[i + 1];
             seg++) {
            had += s->how->reserve_days * s->plan->need[seg];
            has += s->reserve[seg];
        }
        r->reserve_left[b] = had > 0 ? has / had : NAN;
    }
    for (size_t c = 0; c < r->commodity_count; c++) {
        track_end(&w->commodity[c], last, true);
        r->wanted[c] = w->wanted[c];
        r->delivered[c] = w->got[c];
    }
    track_end(&w->total, last, r->commodity_count == 1);
    r->undelivered = w->made > 0 ? w->waste / w->made : 0;
}

void sim_watch_clear(sim_watch *w)
{
    free(w->buyer);
    free(w->commodity);
    free(w->wanted);
    free(w->got);
}

void sim_normal_step(const sn_sim_plan *plan, sn_sim_step *row)
{
    *row = (sn_sim_step){.served = 1};
    for (size_t i = 0; i < plan->net->node_count; i++) {
        row->made += plan->normal[i];
        row->delivered += plan->net->final_demand[i];
        row->value_added += plan->normal[i] > 0 ? plan->normal[i] - plan->bought[i] : 0;
    }
}

void sn_sim_result_clear(sn_sim_result *r)
{
    free(r->buyer);
    free(r->normal);
    free(r->measure);
    free(r->why);
    free(r->reserve_left);
    free(r->wanted);
    free(r->delivered);
    free(r->commodity);
    free(r->by_commodity);
    free(r->step);
    free(r->series);
    memset(r, 0, sizeof *r);
}
