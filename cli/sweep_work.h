/* sweep_work.h - the losses of some removals of a sweep: the part that any process can do. */
#ifndef SN_CLI_SWEEP_WORK_H
#define SN_CLI_SWEEP_WORK_H

#include "cli/sweep_job.h"

/** sn_sweep_work - zeroed but for the first three it may be run, and then cleared. */
typedef struct {
    const sn_network *net;
    const sn_sweep_job *job; /* prepared: candidates, weights and model are read */
    int threads;

    sn_sweep_plan *plan; /* of the commodity worked on last, or NULL */
    int32_t commodity;
    double *weight; /* [n] */
} sn_sweep_work;

/**
 * sn_sweep_work_run - work out removals that are all of one commodity.
 *
 * A plan is made when the commodity is another than before.
 *
 * removal   [in]   [count], count > 0
 * progress, context  [in]  as sn_sweep_run has them
 * loss      [out]  [count]
 *
 * Returns  SN_OK, also where some bound stayed above the tolerance; otherwise as sn_sweep_run.
 */
sn_status sn_sweep_work_run(sn_sweep_work *work, const sn_removal *removal, size_t count,
                            sn_sweep_progress progress, void *context, sn_sweep_loss *loss,
                            sn_error *err);
void sn_sweep_work_clear(sn_sweep_work *work);

#endif /* SN_CLI_SWEEP_WORK_H */
