/* simulate_events.c - what was said becomes events on the network; measures phase by phase. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/simulate_private.h"

static sn_status grow_event(sn_sim_job *job, size_t of, sn_sim_event event, sn_error *err)
{
    sn_sim_event *grown = realloc(job->event, (job->event_count + 1) * sizeof *grown);
    size_t *owner;

    if (grown == NULL)
        return sn_nomem(err, "events");
    job->event = grown;
    owner = realloc(job->event_of, (job->event_count + 1) * sizeof *owner);
    if (owner == NULL)
        return sn_nomem(err, "events");
    job->event_of = owner;
    owner[job->event_count] = of;
    grown[job->event_count++] = event;
    return SN_OK;
}

/* Those whose demand moves must have some. */
static sn_status check_demand(const sn_call *call, const sn_sim_said *said, sn_error *err)
{
    for (size_t i = 0; i < sn_network_node_count(call->net); i++)
        if (said->hit.weight[i] > 0 && sn_network_final_demand(call->net, i) > 0)
            return SN_OK;
    return sn_fail(err, SN_EUSAGE,
                   "\"%s\" selects nobody with final demand, so no demand can move",
                   said->select);
}

/* A ban, quota, tax or licence: the same flows, each phase with its share in force. */
static sn_status add_measure(sn_call *call, sn_sim_job *job, size_t of, sn_sim_event event,
                             sn_error *err)
{
    sn_sim_said *said = &job->said[of];
    const size_t flows = sn_network_flow_count(call->net);
    sn_selection allies = {0};
    sn_status status = SN_OK;

    said->flow_cut = malloc((flows + 1) * sizeof *said->flow_cut);
    SN_TRY_ALLOC(said->flow_cut, "a measure");
    if (said->allies != NULL)
        SN_TRY(sn_call_select(call, said->allies, &allies, err));
    SN_TRY(sn_measure_flows(call->net, &said->measure, &said->hit, event.buyers, said->mode,
                            said->allies != NULL ? &allies : NULL, said->flow_cut,
                            &said->normal, err));
    said->phases = sn_measure_phases(&said->measure, said->duration, said->phase);
    for (size_t k = 0; k < said->phases; k++) {
        const bool last = k + 1 == said->phases;
        sn_sim_event phase = event;
        phase.flow_cut = said->flow_cut;
        phase.fraction = said->phase[k].fraction;
        phase.start += said->phase[k].start;
        phase.duration = said->phase[k].duration;
        phase.ramp = k == 0 ? said->ramp : 0;
        phase.recovery_time = last ? said->recovery : 0;
        if (said->measure.kind == SN_MEASURE_TAX) {
            phase.tax = said->measure.rate;
            phase.demand_elasticity = said->measure.demand_elasticity;
            phase.supply_elasticity = said->measure.supply_elasticity;
        }
        SN_TRY(grow_event(job, of, phase, err));
    }
out:
    sn_selection_clear(&allies);
    return status;
}

/* A scenario may be about more than --commodity leaves in the network: then that is said. */
static sn_status select_part(const sn_call *call, const char *text, sn_selection *selection,
                             sn_error *err)
{
    sn_error why = {0};
    const sn_status status = sn_call_select(call, text, selection, &why);

    if (status == SN_OK)
        return SN_OK;
    return sn_fail(err, status, "%.*s%s", 400, why.message,
                   sn_options_given(&call->options, "commodity") &&
                           strstr(text, "commodity=") != NULL
                       ? "; --commodity has left the rest out"
                       : "");
}

static sn_status play(sn_call *call, sn_sim_job *job, size_t of, sn_error *err)
{
    static const char *const shapes[] = {"step", "linear", "concave", "convex", "exponential"};
    sn_sim_said *said = &job->said[of];
    size_t shape;
    sn_status status = SN_OK;

    SN_TRY(sn_choose("recovery", said->shape, shapes, 5, &shape, err));
    SN_TRY(select_part(call, said->select, &said->hit, err));
    if (said->buyers != NULL)
        SN_TRY(select_part(call, said->buyers, &said->to, err));
    sn_sim_event event = {.hit = &said->hit,
                          .buyers = said->buyers != NULL ? &said->to : NULL,
                          .mode = said->mode,
                          .fraction = said->fraction,
                          .start = said->start,
                          .duration = said->duration,
                          .shape = (sn_sim_shape)shape,
                          .recovery_time = said->recovery,
                          .ramp = said->ramp};
    if (said->measure.kind == SN_MEASURE_DEMAND) {
        SN_TRY(check_demand(call, said, err));
        event.growth = said->measure.share * (said->measure.factor - 1);
        event.fraction = 1;
    } else if (said->measure.kind != SN_MEASURE_NONE) {
        return add_measure(call, job, of, event, err);
    }
    SN_TRY(grow_event(job, of, event, err));
out:
    return status;
}

sn_status sn_sim_events(sn_call *call, sn_sim_job *job, sn_error *err)
{
    sn_status status = SN_OK;

    for (size_t k = 0; k < job->said_count; k++)
        SN_TRY(play(call, job, k, err));
out:
    return status;
}
