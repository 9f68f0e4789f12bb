/* simulate_state.c - the state of a run, the steady state that it starts from, and what events
 * leave of it. */
#include "metrics/simulate_lanes.h"

#include <stdlib.h>
#include <string.h>

void sim_state_clear(sim_state *s)
{
    free(s->severity);
    free(s->moves);
    free(s->cut_first);
    free(s->cut);
    free(s->left);
    free(s->passes);
    free(s->grown);
    free(s->want);
    free(s->demand);
    free(s->made);
    free(s->final);
    free(s->error);
    free(s->short_of);
    free(s->order);
    free(s->ship);
    free(s->stock);
    free(s->reserve);
    free(s->short_days);
    free(s->waste);
    free(s->open);
    sim_pipe_clear(&s->pipe);
    free(s->wait);
    free(s->lean);
}

sn_status sim_lanes_new(lanes **array, size_t count, double value, sn_error *err)
{
    const size_t line = 64; /* bytes: no lane lies across two */

    *array = aligned_alloc(line, (count * sizeof **array / line + 1) * line);
    if (*array == NULL)
        return sn_nomem(err, "a simulation");
    for (size_t i = 0; i < count; i++)
        (*array)[i] = all(value);
    return SN_OK;
}

/* What is connected with some event; without events all of it. */
static sn_status pick_movers(sim_state *s, sn_error *err)
{
    const sn_sim_plan *plan = s->plan;
    const size_t events = s->job->event_count;
    sn_status status = SN_OK;

    s->moves = calloc(plan->piece_count + 1, sizeof *s->moves);
    SN_TRY_ALLOC(s->moves, "a simulation");
    for (size_t piece = 0; events == 0 && piece < plan->piece_count; piece++)
        s->moves[piece] = true;
    for (size_t e = 0; e < events; e++) {
        const sim_hit *h = &s->job->hit[e];
        for (size_t k = 0; k < h->node_count; k++)
            s->moves[plan->piece[h->node[k]]] = true;
        for (size_t k = 0; k < h->flow_count; k++)
            s->moves[plan->piece[plan->net->buyer[h->flow[k]]]] = true;
    }
out:
    return status;
}

/* The steady state. */
static void start_normal(sim_state *s)
{
    const sn_sim_plan *plan = s->plan;
    const sn_network *net = plan->net;

    for (size_t k = 0; k < net->flow_count; k++)
        s->order[net->in_flow[k]] = s->ship[net->in_flow[k]] = all(plan->buys[k]);
    for (size_t i = 0; i < net->node_count; i++) {
        s->demand[i] = s->made[i] = all(plan->normal[i]);
        s->final[i] = all(net->final_demand[i]);
        if (s->want != NULL)
            s->want[i] = s->final[i];
        for (size_t seg = net->seg_first[i]; seg < net->seg_first[i + 1]; seg++) {
            const lanes days = sim_target_days(s, i, seg);
            for (size_t k = net->seg_in[seg]; s->by_flow && k < net->seg_in[seg + 1]; k++)
                s->stock[net->in_flow[k]] = days * plan->buys[k];
            if (!s->by_flow)
                s->stock[seg] = days * plan->need[seg];
            if (s->reserve != NULL)
                s->reserve[seg] = s->reserve_days * plan->need[seg];
        }
    }
}

/* What the lanes do not have in common. */
static bool read_lanes(sim_state *s)
{
    bool reserves = false;

    for (size_t l = 0; l < LANES; l++) {
        *lane(&s->stock_days, l) = s->job->how[l].stock_days;
        *lane(&s->extra_days, l) = s->job->how[l].extra_days;
        *lane(&s->reserve_days, l) = s->job->how[l].reserve_days;
        reserves |= s->job->how[l].reserve_days > 0;
    }
    return reserves;
}

/* The flows that some event cuts, by buyer. */
static sn_status list_cuts(sim_state *s, sn_error *err)
{
    const sn_network *net = s->plan->net;
    bool *is_cut = calloc(net->flow_count + 1, sizeof *is_cut);
    size_t count = 0;
    sn_status status = SN_OK;

    s->cut_first = malloc((net->node_count + 1) * sizeof *s->cut_first);
    s->cut = malloc((net->flow_count + 1) * sizeof *s->cut);
    SN_TRY_ALLOC(is_cut, "a simulation");
    SN_TRY_ALLOC(s->cut_first, "a simulation");
    SN_TRY_ALLOC(s->cut, "a simulation");
    for (size_t e = 0; e < s->job->event_count; e++)
        for (size_t k = 0; k < s->job->hit[e].flow_count; k++)
            is_cut[s->job->hit[e].flow[k]] = true;
    for (size_t i = 0; i < net->node_count; i++) {
        s->cut_first[i] = count;
        for (size_t k = net->in_first[i]; k < net->in_first[i + 1]; k++)
            if (is_cut[net->in_flow[k]])
                s->cut[count++] = net->in_flow[k];
    }
    s->cut_first[net->node_count] = count;
    SN_TRY(sim_lanes_new(&s->passes, net->flow_count, 1, err));
out:
    free(is_cut);
    return status;
}

/* What only some settings and events need. */
static sn_status make_rest(sim_state *s, bool reserves, sn_error *err)
{
    const sn_network *net = s->plan->net;
    const size_t n = net->node_count, m = net->flow_count;
    bool cuts = false, grows = false;
    sn_status status = SN_OK;

    for (size_t e = 0; e < s->job->event_count; e++)
        cuts |= s->job->hit[e].flow_count > 0, grows |= s->job->event[e].growth != 0;
    if (cuts)
        SN_TRY(list_cuts(s, err));
    if (grows)
        SN_TRY(sim_lanes_new(&s->want, n, 0, err));
    if (s->how->over_most > 1)
        SN_TRY(sim_lanes_new(&s->grown, n, 1, err));
    if (reserves)
        SN_TRY(sim_lanes_new(&s->reserve, net->seg_count, 0, err));
    if (reserves && s->how->release_after > 0)
        SN_TRY(sim_lanes_new(&s->short_days, net->seg_count, 0, err));
    if (s->how->model == SN_SIM_INOUE_TODO) {
        SN_TRY(sim_lanes_new(&s->waste, n, 0, err));
        SN_TRY(sim_lanes_new(&s->open, m, 0, err));
    }
    SN_TRY(sim_pipe_make(s, err));
    if (!isnan(s->how->switch_delay)) {
        SN_TRY(sim_lanes_new(&s->wait, m, 0, err));
        SN_TRY(sim_lanes_new(&s->lean, m, 1, err));
    }
out:
    return status;
}

sn_status sim_state_make(sim_state *s, const sim_job *job, sn_error *err)
{
    const sn_network *net = job->plan->net;
    const size_t n = net->node_count, m = net->flow_count;
    sn_status status = SN_OK;

    *s = (sim_state){.job = job, .plan = job->plan, .how = job->how, .threads = job->threads};
    s->by_flow =
        s->how->model == SN_SIM_INOUE_TODO || s->how->model == SN_SIM_INOUE_TODO_CONSERVING;
    SN_TRY(pick_movers(s, err));
    SN_TRY(sim_lanes_new(&s->severity, job->event_count, NAN, err));
    SN_TRY(sim_lanes_new(&s->left, n, 1, err));
    SN_TRY(sim_lanes_new(&s->demand, n, 0, err));
    SN_TRY(sim_lanes_new(&s->made, n, 0, err));
    SN_TRY(sim_lanes_new(&s->final, n, 0, err));
    SN_TRY(sim_lanes_new(&s->error, n, 0, err));
    SN_TRY(sim_lanes_new(&s->short_of, n, SN_NONE, err));
    SN_TRY(sim_lanes_new(&s->order, m, 0, err));
    SN_TRY(sim_lanes_new(&s->ship, m, 0, err));
    SN_TRY(sim_lanes_new(&s->stock, s->by_flow ? m : net->seg_count, 0, err));
    SN_TRY(make_rest(s, read_lanes(s), err));
    start_normal(s);
out:
    return status;
}

static bool read_severities(sim_state *s, double from, double to)
{
    const size_t events = s->job->event_count;
    bool moved = false;

    for (size_t e = 0; e < events; e++)
        for (size_t l = 0; l < LANES; l++) {
            double *old = lane(&s->severity[e], l);
            const double now =
                sim_severity(&s->job->event[l * events + e], from, to, s->by_flow);
            moved |= now != *old;
            *old = now;
        }
    return moved;
}

void sim_apply(sim_state *s, double from, double to)
{
    const sn_network *net = s->plan->net;

    if (!read_severities(s, from, to))
        return;
    for (size_t i = 0; i < net->node_count; i++)
        s->left[i] = all(1);
    for (size_t k = 0; s->passes != NULL && k < s->cut_first[net->node_count]; k++)
        s->passes[s->cut[k]] = all(1);
    for (size_t i = 0; s->want != NULL && i < net->node_count; i++)
        s->want[i] = all(net->final_demand[i]);
    for (size_t e = 0; e < s->job->event_count; e++) {
        const sim_hit *h = &s->job->hit[e];
        const bool grows = s->job->event[e].growth != 0;
        for (size_t k = 0; grows && k < h->node_count; k++)
            s->want[h->node[k]] *= 1 + s->severity[e] * h->node_cut[k]; /* NOLINT: it grows */
        for (size_t k = 0; !grows && k < h->node_count; k++)
            s->left[h->node[k]] *= 1 - s->severity[e] * h->node_cut[k];
        for (size_t k = 0; k < h->flow_count; k++)
            s->passes[h->flow[k]] *= 1 - s->severity[e] * h->flow_cut[k]; /* NOLINT: it is cut */
    }
}
