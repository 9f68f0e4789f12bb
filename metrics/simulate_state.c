/* simulate_state.c - the state of a run, and the steady state that it starts from. */
#include "metrics/simulate_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void sim_state_clear(sim_state *s)
{
    sim_hits_free(s->hit, s->event_count);
    free(s->severity);
    free(s->level_first);
    free(s->node);
    free(s->left);
    free(s->passes);
    free(s->grown);
    free(s->own_want);
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

sn_status sim_fill_new(double **array, size_t count, double value, sn_error *err)
{
    *array = malloc((count + 1) * sizeof **array);
    if (*array == NULL)
        return sn_nomem(err, "a simulation");
    for (size_t i = 0; i < count; i++)
        (*array)[i] = value;
    return SN_OK;
}

/* The nodes that are connected with some event; under the published models, whose normal state
 * need not last, and without events all of them. */
static sn_status pick_movers(sim_state *s, sn_error *err)
{
    const sn_sim_plan *plan = s->plan;
    const bool all = s->event_count == 0 || s->how->model != SN_SIM_DEFAULT;
    bool *moves = calloc(plan->net->node_count + 1, sizeof *moves);
    size_t count = 0;
    sn_status status = SN_OK;

    s->level_first = malloc((plan->level_count + 1) * sizeof *s->level_first);
    s->node = malloc((plan->net->node_count + 1) * sizeof *s->node);
    SN_TRY_ALLOC(moves, "a simulation");
    SN_TRY_ALLOC(s->level_first, "a simulation");
    SN_TRY_ALLOC(s->node, "a simulation");
    for (size_t e = 0; e < s->event_count; e++) {
        for (size_t k = 0; k < s->hit[e].node_count; k++)
            moves[plan->piece[s->hit[e].node[k]]] = true;
        for (size_t k = 0; k < s->hit[e].flow_count; k++)
            moves[plan->piece[plan->net->buyer[s->hit[e].flow[k]]]] = true;
    }
    for (size_t level = 0; level < plan->level_count; level++) {
        s->level_first[level] = count;
        for (size_t k = plan->level_first[level]; k < plan->level_first[level + 1]; k++)
            if (all || moves[plan->piece[plan->node[k]]])
                s->node[count++] = plan->node[k];
    }
    s->level_first[plan->level_count] = count;
out:
    free(moves);
    return status;
}

/* The steady state. */
static void start_normal(sim_state *s)
{
    const sn_sim_plan *plan = s->plan;
    const sn_network *net = plan->net;

    for (size_t e = 0; e < net->flow_count; e++)
        s->order[e] = s->ship[e] = sn_network_is_own(net, e) ? 0 : net->value[e];
    for (size_t i = 0; i < net->node_count; i++) {
        s->demand[i] = s->made[i] = plan->normal[i];
        s->final[i] = net->final_demand[i];
        s->short_of[i] = SN_NONE;
        for (size_t seg = net->seg_first[i]; seg < net->seg_first[i + 1]; seg++) {
            const double days = sim_target_days(s, i, seg);
            if (s->by_flow)
                for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++)
                    s->stock[net->in_flow[k]] = days * net->value[net->in_flow[k]];
            else
                s->stock[seg] = days * plan->need[seg];
            if (s->reserve != NULL)
                s->reserve[seg] = s->how->reserve_days * plan->need[seg];
        }
    }
}

sn_status sim_state_make(sim_state *s, sn_error *err)
{
    const sn_network *net = s->plan->net;
    const size_t n = net->node_count, m = net->flow_count;
    bool cuts = false, grows = false;
    sn_status status = SN_OK;

    s->by_flow =
        s->how->model == SN_SIM_INOUE_TODO || s->how->model == SN_SIM_INOUE_TODO_CONSERVING;
    s->want = net->final_demand;
    SN_TRY(sim_hits_make(net, s->event, s->event_count, &s->hit, err));
    SN_TRY(pick_movers(s, err));
    for (size_t e = 0; e < s->event_count; e++)
        cuts |= s->hit[e].flow_count > 0, grows |= s->event[e].growth != 0;
    SN_TRY(sim_fill_new(&s->severity, s->event_count, NAN, err));
    SN_TRY(sim_fill_new(&s->left, n, 1, err));
    SN_TRY(sim_fill_new(&s->demand, n, 0, err));
    SN_TRY(sim_fill_new(&s->made, n, 0, err));
    SN_TRY(sim_fill_new(&s->final, n, 0, err));
    SN_TRY(sim_fill_new(&s->error, n, 0, err));
    SN_TRY(sim_fill_new(&s->order, m, 0, err));
    SN_TRY(sim_fill_new(&s->ship, m, 0, err));
    SN_TRY(sim_fill_new(&s->stock, s->by_flow ? m : net->seg_count, 0, err));
    s->short_of = malloc((n + 1) * sizeof *s->short_of);
    SN_TRY_ALLOC(s->short_of, "a simulation");
    if (cuts)
        SN_TRY(sim_fill_new(&s->passes, m, 1, err));
    if (s->how->over_most > 1)
        SN_TRY(sim_fill_new(&s->grown, n, 1, err));
    if (grows) {
        SN_TRY(sim_fill_new(&s->own_want, n, 0, err));
        memcpy(s->own_want, net->final_demand, n * sizeof *s->own_want);
        s->want = s->own_want;
    }
    if (s->how->reserve_days > 0)
        SN_TRY(sim_fill_new(&s->reserve, net->seg_count, 0, err));
    if (s->reserve != NULL && s->how->release_after > 0)
        SN_TRY(sim_fill_new(&s->short_days, net->seg_count, 0, err));
    if (s->how->model == SN_SIM_INOUE_TODO) {
        SN_TRY(sim_fill_new(&s->waste, n, 0, err));
        SN_TRY(sim_fill_new(&s->open, m, 0, err));
    }
    SN_TRY(sim_pipe_make(s, err));
    if (!isnan(s->how->switch_delay)) {
        SN_TRY(sim_fill_new(&s->wait, m, 0, err));
        SN_TRY(sim_fill_new(&s->lean, m, 1, err));
    }
    start_normal(s);
out:
    return status;
}
