/* sweep_job.h - a sweep as the command line asks for it: what is removed, in which order, how far. */
#ifndef SN_CLI_SWEEP_JOB_H
#define SN_CLI_SWEEP_JOB_H

#include <time.h>

#include "cli/call.h"
#include "cli/whatif_options.h"
#include "metrics/candidates.h"
#include "metrics/sweep.h"

/** sn_removal - one removal: a candidate, or two. */
typedef struct {
    size_t a, b; /* b == SIZE_MAX: alone */
} sn_removal;

/** sn_sweep_job - zeroed but for `folder` it may be run, and then cleared. */
typedef struct {
    sn_candidates candidates;
    sn_removal *removal;
    size_t count, singles;
    bool *done, *mine; /* [count] answered; in this shard */
    sn_sweep_loss *loss;
    size_t *queue; /* [queued] to be worked out; `taken` of them are, or are being so */
    size_t queued, taken;
    size_t shard, shards, pairs, sample; /* sample: 0 = all */
    uint64_t seed;
    double *weight; /* [n] */
    sn_weight rule;
    sn_sweep_options how;
    sn_level level;
    const char *folder; /* of --resume, or NULL */
    size_t finished, asked;
    struct timespec began;
    bool tells; /* progress, on a terminal */
} sn_sweep_job;

/**
 * sn_sweep_job_run - read the options, list the removals, work out every loss.
 *
 * With a folder, answers found there are taken over and new ones are added as they come.  SIGINT
 * and SIGTERM stop the run between passes; sn_sweep_job_signal then tells which.
 *
 * Returns  SN_OK; SN_EUSAGE when interrupted, for a wrong --shard, or a folder of another sweep;
 *          otherwise as sn_sweep_run.
 */
sn_status sn_sweep_job_run(sn_call *call, sn_sweep_job *job, sn_error *err);
void sn_sweep_job_clear(sn_sweep_job *job);

/**
 * The steps of sn_sweep_job_run, for those who share the work.
 *
 * sn_sweep_job_prepare   read the options, list the removals, weigh the nodes, count threads
 * sn_sweep_job_enqueue   queue what is not answered
 * sn_sweep_job_take      the next removals of the queue, at most `most` and all of one commodity:
 *                        how many, 0 = none is left; index: which, lent
 * sn_sweep_job_answer    take their losses; with a folder, keep them there
 * sn_sweep_job_progress  an sn_sweep_progress; context: the job, done: of what is not answered
 * sn_sweep_job_watch     from now on SIGINT and SIGTERM only tell sn_sweep_job_signal
 */
sn_status sn_sweep_job_prepare(sn_call *call, sn_sweep_job *job, sn_error *err);
sn_status sn_sweep_job_enqueue(const sn_call *call, sn_sweep_job *job, sn_error *err);
size_t sn_sweep_job_take(sn_sweep_job *job, size_t most, const size_t **index);
sn_status sn_sweep_job_answer(sn_sweep_job *job, const size_t *index, const sn_sweep_loss *loss,
                              size_t count, sn_error *err);
bool sn_sweep_job_progress(void *context, size_t done);
void sn_sweep_job_watch(void);

/** sn_sweep_job_signal - the signal that stopped the last run, or 0. */
int sn_sweep_job_signal(void);

/** sn_sweep_job_describe - what is swept, as members of an open object. */
void sn_sweep_job_describe(sn_json *json, const sn_call *call, const sn_sweep_job *job);

/** sn_sweep_job_sort - bring removals into the order of their losses, the largest first. */
void sn_sweep_job_sort(const sn_sweep_job *job, size_t *order, size_t count);

#endif /* SN_CLI_SWEEP_JOB_H */
