/* simulate_private.h - between the files that make a simulation out of options. */
#ifndef SN_CLI_SIMULATE_PRIVATE_H
#define SN_CLI_SIMULATE_PRIVATE_H

#include "cli/simulate_job.h"

/* simulate_setting.c */
/* The settings of the first case, on top of its days.  A non-negative number and what follows.
 */
bool sn_sim_number(const char *text, double *number, const char **rest);
sn_status sn_sim_setting(sn_call *call, sn_sim_job *job, sn_sim_options *how, sn_error *err);
/* KEY=VALUE,... of --mitigate on top of a setting. */
sn_status sn_sim_mitigation(const char *text, sn_sim_options *how, sn_error *err);
/* KEY=LOW:HIGH,... of --vary. */
sn_status sn_sim_spreads(const sn_call *call, sn_sim_job *job, sn_error *err);
/* --runs, or the scenario's. */
sn_status sn_sim_run_count(const sn_call *call, sn_sim_job *job, sn_error *err);

/* simulate_words.c: --remove, --cut and --scenario as they are said, the parts that they make,
 * and the scenarios' assumptions; days is the horizon and may change. */
sn_status sn_sim_words(sn_call *call, sn_sim_job *job, double *days, sn_error *err);

/* simulate_events.c: what was said as events on the network. */
sn_status sn_sim_events(sn_call *call, sn_sim_job *job, sn_error *err);

/* simulate_draws.c: the runs of a case, and their quantiles. */
sn_status sn_sim_draw(sn_call *call, sn_sim_job *job, sn_sim_case *kase,
                      sn_sim_progress progress, sn_error *err);

#endif /* SN_CLI_SIMULATE_PRIVATE_H */
