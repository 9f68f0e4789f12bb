/* sn_sim.h - runs of small networks, for the tests of the simulation. */
#ifndef SN_TESTS_SN_SIM_H
#define SN_TESTS_SN_SIM_H

#include "sn_build.h"

#include "metrics/simulate.h"

static inline sn_network *sim_make(const char *text)
{
    sn_network *net = NULL;
    sn_error err = {0};

    if (sn_build(text, &net, &err) != SN_OK)
        fail_msg("%s", err.message);
    return net;
}

/* One event that hits one node; node < 0: none. */
static inline sn_status sim_run(const sn_network *net, const sn_sim_options *how, int64_t node,
                                sn_sim_event event, int threads, sn_sim_result *r,
                                sn_error *err)
{
    const size_t n = sn_network_node_count(net);
    sn_selection hit = {
        .weight = calloc(n + 1, sizeof(double)), .matched = 1, .names_node = true};
    sn_sim_plan *plan = NULL;
    sn_status status = sn_sim_plan_new(net, NULL, &plan, err);

    if (node >= 0)
        hit.weight[node] = 1;
    event.hit = &hit;
    if (status == SN_OK)
        status =
            sn_sim_run(plan, how, &event, node >= 0 ? 1 : 0, threads, true, NULL, NULL, r, err);
    sn_sim_plan_free(plan);
    sn_selection_clear(&hit);
    return status;
}

static inline sn_sim_event outage(double fraction, double duration)
{
    return (sn_sim_event){
        .mode = SN_MODE_PRODUCTION, .fraction = fraction, .duration = duration};
}

/* A network, one event on one node, and the whole loss; NaN for an error. */
static inline sn_sim_measure sim_under(const char *text, const char *hit, sn_sim_event event,
                                       const sn_sim_options *how)
{
    sn_network *net = sim_make(text);
    sn_sim_result r = {0};
    sn_sim_measure got = {.area = NAN, .survive = NAN};

    if (sim_run(net, how, sn_network_find(net, hit), event, 1, &r, NULL) == SN_OK)
        got = r.total;
    sn_sim_result_clear(&r);
    sn_network_free(net);
    return got;
}

#endif /* SN_TESTS_SN_SIM_H */
