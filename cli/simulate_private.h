/* simulate_private.h - between the files that make a simulation out of options. */
#ifndef SN_CLI_SIMULATE_PRIVATE_H
#define SN_CLI_SIMULATE_PRIVATE_H

#include "cli/simulate_job.h"

/* simulate_setting.c */
/* A non-negative number and what follows it. */
bool sn_sim_number(const char *text, double *number, const char **rest);
sn_status sn_sim_setting(sn_call *call, sn_sim_job *job, sn_sim_options *how, sn_error *err);
/* KEY=VALUE,... of --mitigate on top of a setting. */
sn_status sn_sim_mitigation(const char *text, sn_sim_options *how, sn_error *err);
/* KEY=LOW:HIGH,... of --vary. */
sn_status sn_sim_spreads(const sn_call *call, sn_sim_uncertainty *u, sn_error *err);

/* simulate_events.c: --remove, --cut and --scenario; days is the horizon and may change. */
sn_status sn_sim_events(sn_call *call, sn_sim_job *job, double *days, sn_error *err);

#endif /* SN_CLI_SIMULATE_PRIVATE_H */
