/* simulate_job.h - from the command line to events, cases and their paths through time. */
#ifndef SN_CLI_SIMULATE_JOB_H
#define SN_CLI_SIMULATE_JOB_H

#include "cli/call.h"
#include "metrics/simulate.h"

/** sn_sim_said - an event as it was asked for; texts owned. */
typedef struct {
    char *select, *buyers, *shape;
    sn_mode mode;
    double fraction, start, duration, recovery; /* days; duration INFINITY: does not end */
    sn_selection hit, to;
} sn_sim_said;

/** sn_sim_case - the events under one set of mitigations; the first is none. */
typedef struct {
    const char *mitigation; /* as given; NULL: none */
    sn_sim_options how;
    sn_sim_result result;
    sn_sim_measure *total; /* [runs], or NULL */
} sn_sim_case;

/** sn_sim_job - a whole run of the verb; cleared by sn_sim_job_clear. */
typedef struct {
    sn_sim_said *said;
    sn_sim_event *event;
    size_t event_count;
    sn_selection buyers, allies;
    bool buyers_named;
    sn_sim_plan *plan;
    sn_sim_case *kase;
    size_t case_count, runs; /* runs 0: no draws */
    sn_sim_uncertainty spread;
    size_t *order; /* buyers, the largest loss first */
    size_t shown;
} sn_sim_job;

/** sn_sim_job_run - read the options of `simulate` and run every case.  SN_EUSAGE, SN_EDATA,
 *  SN_ENUMERIC, SN_ENOMEM; an interrupted call has call->interrupted_by set. */
sn_status sn_sim_job_run(sn_call *call, sn_sim_job *job, sn_error *err);
void sn_sim_job_clear(sn_sim_job *job);

#endif /* SN_CLI_SIMULATE_JOB_H */
