/* simulate_job.h - from the command line to events, cases and their paths through time. */
#ifndef SN_CLI_SIMULATE_JOB_H
#define SN_CLI_SIMULATE_JOB_H

#include "cli/call.h"
#include "datasets/scenario.h"
#include "metrics/simulate.h"

/** sn_sim_said - an event as it was asked for; texts owned. */
typedef struct {
    char *select, *buyers, *shape, *allies; /* buyers, allies: or NULL */
    sn_mode mode;
    double fraction, start, duration, recovery,
        ramp;           /* days; duration INFINITY: does not end */
    sn_measure measure; /* its phases take the place of fraction */
    sn_phase phase[SN_MOST_PHASES];
    size_t phases;
    double normal;    /* amount a year that a measure is about; NaN: of several products */
    double *flow_cut; /* [m] of a measure, or NULL */
    size_t part;      /* which part of the question it belongs to */
    sn_selection hit, to;
} sn_sim_said;

/** sn_sim_part - one of several things that happen together. */
typedef struct {
    char *name;
    double area; /* loss area if it happens alone [days]; NaN: not worked out */
} sn_sim_part;

/** sn_sim_quantiles - 5 %, 50 % and 95 % of the runs of one buyer; INFINITY: for ever. */
typedef struct {
    double survive[3], recover[3], depth[3], area[3];
} sn_sim_quantiles;

/** sn_sim_case - the events under one set of mitigations; the first is none. */
typedef struct {
    const char *mitigation; /* as given; NULL: none */
    sn_sim_options how;
    sn_sim_result result;
    sn_sim_measure *total;         /* [runs], or NULL */
    double share_with_loss;        /* of the runs */
    sn_sim_quantiles runs, *buyer; /* over all; [shown] by buyer in the order shown, or NULL */
} sn_sim_case;

/** sn_sim_job - a whole run of the verb; cleared by sn_sim_job_clear. */
typedef struct {
    sn_sim_said *said;
    size_t said_count;
    sn_sim_event *event; /* what is said, measures phase by phase */
    size_t *event_of;    /* [event_count] place in said */
    size_t event_count;
    sn_sim_part *part;
    size_t part_count;
    sn_assumed assumed[SN_ASSUMPTIONS]; /* by the scenarios; texts owned */
    struct {
        const char *model, *rationing, *binding;
    } word; /* as chosen */
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
