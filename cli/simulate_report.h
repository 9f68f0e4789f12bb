/* simulate_report.h - what a simulation found, as JSON and as tables. */
#ifndef SN_CLI_SIMULATE_REPORT_H
#define SN_CLI_SIMULATE_REPORT_H

#include "cli/simulate_job.h"

/** sn_sim_write - `results` of the document; data is the sn_sim_job. */
void sn_sim_write(sn_json *json, const sn_call *call, const void *data);

/** sn_sim_table_* - the tables; that of the series stays NULL unless --series is given,
 *  that of the gap unless demand moves.
 *  SN_ENOMEM. */
sn_status sn_sim_table_totals(const sn_call *call, const sn_sim_job *job, sn_table **table,
                              sn_error *err);
sn_status sn_sim_table_buyers(const sn_call *call, const sn_sim_job *job, sn_table **table,
                              sn_error *err);
sn_status sn_sim_table_gap(const sn_call *call, const sn_sim_job *job, sn_table **table,
                           sn_error *err);
sn_status sn_sim_table_series(const sn_call *call, const sn_sim_job *job, sn_table **table,
                              sn_error *err);

#endif /* SN_CLI_SIMULATE_REPORT_H */
