/* sweep_ranks.h - a sweep whose removals are handed out over ranks; built with SN_MPI only. */
#ifndef SN_CLI_SWEEP_RANKS_H
#define SN_CLI_SWEEP_RANKS_H

#include "cli/sweep_job.h"

/**
 * sn_sweep_ranks_serve - rank 0: hand out what is queued, work along, take the answers.
 *
 * Every other rank has two batches at a time, so that it need not wait while rank 0 works;
 * batches become smaller towards the end of the queue.
 *
 * Returns  SN_OK when all is answered; SN_EUSAGE when interrupted; the failure of any rank,
 * which the message names; as sn_sweep_job_answer.  After a failure the others are parted from.
 */
sn_status sn_sweep_ranks_serve(const sn_call *call, sn_sweep_job *job, sn_error *err);

/** sn_sweep_ranks_work - the other ranks: work out what is sent until told to stop.  A failure
 * is reported to rank 0. */
sn_status sn_sweep_ranks_work(sn_call *call, sn_error *err);

#endif /* SN_CLI_SWEEP_RANKS_H */
