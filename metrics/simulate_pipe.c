/* simulate_pipe.c - goods under way: what leaves a supplier arrives after the flow's lead time.
 *
 * A lead time of k + f steps, f < 1, lets a share 1 - f of a shipment arrive k steps later and
 * the rest one step after that.  Each flow with a lead time remembers its last k + 2 shipments.
 */
#include "metrics/simulate_lanes.h"

#include <stdlib.h>

void sim_pipe_clear(sim_pipe *pipe)
{
    free(pipe->first);
    free(pipe->shipped);
    free(pipe->under_way);
}

static size_t whole_steps(const sim_state *s, size_t e, double *rest)
{
    const double steps = s->plan->net->lead_time[e] / s->how->step, whole = floor(steps);

    *rest = steps - whole;
    return (size_t)whole;
}

/* Before any event as much is under way as the lead time holds. */
sn_status sim_pipe_make(sim_state *s, sn_error *err)
{
    const sn_network *net = s->plan->net;
    sim_pipe *pipe = &s->pipe;
    double room = 0;
    sn_status status = SN_OK;

    if (net->lead_time == NULL || s->how->model != SN_SIM_DEFAULT)
        return SN_OK;
    for (size_t e = 0; e < net->flow_count; e++)
        room += net->lead_time[e] / s->how->step + 2;
    if (room > 2e9)
        return sn_nomem(err, "so many shipments under way");
    pipe->first = calloc(net->flow_count + 1, sizeof *pipe->first);
    SN_TRY_ALLOC(pipe->first, "shipments");
    for (size_t e = 0; e < net->flow_count; e++) {
        double rest;
        const size_t whole = whole_steps(s, e, &rest);
        pipe->first[e + 1] = pipe->first[e] + (net->lead_time[e] > 0 ? whole + 2 : 0);
    }
    SN_TRY(sim_lanes_new(&pipe->shipped, pipe->first[net->flow_count], 0, err));
    SN_TRY(sim_lanes_new(&pipe->under_way, net->flow_count, 0, err));
    for (size_t e = 0; e < net->flow_count; e++) {
        const double value = sn_network_is_own(net, e) ? 0 : net->value[e];
        for (size_t k = pipe->first[e]; k < pipe->first[e + 1]; k++)
            pipe->shipped[k] = all(value);
        pipe->under_way[e] = all(net->lead_time[e] * value);
    }
out:
    return status;
}

void sim_dispatch(sim_state *s, size_t node)
{
    const sn_network *net = s->plan->net;
    const sim_pipe *pipe = &s->pipe;

    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++) {
        const size_t length = pipe->first[e + 1] - pipe->first[e];
        if (length > 0)
            pipe->shipped[pipe->first[e] + s->now % length] = s->ship[e];
    }
}

lanes sim_arrival(sim_state *s, size_t e)
{
    const sim_pipe *pipe = &s->pipe;
    const size_t length = pipe->first != NULL ? pipe->first[e + 1] - pipe->first[e] : 0;
    double rest;

    if (length == 0)
        return s->ship[e];
    const size_t k = whole_steps(s, e, &rest);
    const lanes *shipped = pipe->shipped + pipe->first[e];
    /* shipped k and k + 1 steps ago; now + 2 length keeps the difference above 0 */
    const size_t at = s->now % length + 2 * length;
    const lanes arrives = (1 - rest) * (k == 0 ? s->ship[e] : shipped[(at - k) % length]) +
                          rest * shipped[(at - k - 1) % length];
    pipe->under_way[e] += (s->ship[e] - arrives) * s->how->step;
    return arrives;
}
