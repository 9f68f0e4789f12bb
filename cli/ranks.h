/* ranks.h - one run spread over the processes that mpirun has started; built with SN_MPI only.
 *
 * Rank 0 reads, hands out work, writes and speaks; the others hold the network and work.  MPI
 * is started for `sweep` alone, and only under a launcher; under every other verb rank 0 does
 * all and the others end at once.  All calls are made by the main thread (MPI_THREAD_FUNNELED).
 */
#ifndef SN_CLI_RANKS_H
#define SN_CLI_RANKS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/call.h"
#include "graph/error.h"

/**
 * sn_ranks_enter - join the other ranks, if there are any; first thing in main.
 *
 * A sweep's process is forked here: its parent stays to tell, by rank and host, when it is
 * killed.
 *
 * code  [out]  the exit code, where the process is done
 *
 * Returns  true where it is: the parent, and ranks that have nothing to do.
 */
bool sn_ranks_enter(int argc, char **argv, int *code);

/**
 * sn_ranks_leave - part from the other ranks; last thing in main, with all networks freed.
 *
 * code  [in]  what this rank would end with
 *
 * Returns  code on rank 0, 0 elsewhere.  When others do not part within ten seconds, all are
 *          aborted and it does not return; after a signal (code over 128) half a second is all,
 *          as the launcher is ending them too.
 */
int sn_ranks_leave(int code);

/** sn_ranks_launched - whether a launcher started this process. */
bool sn_ranks_launched(void);

/** sn_ranks_count, sn_ranks_own - how many ranks there are, 1 without a launcher; which this
 * is. */
int sn_ranks_count(void);
int sn_ranks_own(void);

/** sn_ranks_name - a rank and its host, for messages: "rank 2 on host alpha"; lent until the
 * next call.  Rank 0 knows all names, others their own. */
const char *sn_ranks_name(int rank);

/**
 * sn_ranks_agree - let all ranks know whether one has failed.
 *
 * status  [in]      of this rank
 * err     [in,out]  its message; afterwards that of the first rank that failed, which is named
 *                   unless it is rank 0
 *
 * Returns  the status of the first rank that failed, on all ranks.
 */
sn_status sn_ranks_agree(sn_status status, sn_error *err);

/**
 * sn_ranks_load - sn_call_load on rank 0, and its network on all ranks.
 *
 * Each host gets one copy, in memory shared by its ranks.  Options and command line are each
 * rank's own; sources, coalitions and findings are rank 0's alone.
 *
 * Returns  on all ranks what sn_call_load returned on rank 0; SN_ENOMEM.
 */
sn_status sn_ranks_load(sn_call *call, sn_error *err);

/** sn_ranks_threads - of `cores` that this process may use, its part: ranks that may use the
 * same ones share them.  At least 1. */
int sn_ranks_threads(int cores);

/** sn_ranks_part - tell the other ranks to stop and wait until they have.  False when they have
 *  not within so many seconds.  Rank 0; by sn_ranks_leave at the latest. */
bool sn_ranks_part(double seconds);

#endif /* SN_CLI_RANKS_H */
