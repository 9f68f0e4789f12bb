/* ranks_private.h - MPI for the files that speak it.
 *
 * No call of MPI is checked for errors: one that fails says so, with rank and host, and ends
 * all ranks with exit code 4.
 */
#ifndef SN_CLI_RANKS_PRIVATE_H
#define SN_CLI_RANKS_PRIVATE_H

#include <mpi.h>

#include "cli/ranks.h"

/** Messages: work for a rank, its answer or failure; stop, and that it has stopped. */
enum { SN_TAG_WORK = 1, SN_TAG_ANSWER, SN_TAG_FAILED, SN_TAG_STOP, SN_TAG_STOPPED };

/** sn_ranks_nap - give way to others for half a millisecond. */
void sn_ranks_nap(void);

/** sn_ranks_wait - until a request is done, leaving the core to others. */
void sn_ranks_wait(MPI_Request *request);

/** sn_ranks_of_host - the ranks of this host, lowest first. */
MPI_Comm sn_ranks_of_host(void);

/** sn_ranks_free_network - give back the shared memory, if any; all ranks together. */
void sn_ranks_free_network(void);

/** sn_ranks_guard - fork: the child returns -1, the parent waits for it and returns its exit
 * code, 4 with a message where it was killed. */
int sn_ranks_guard(const char *rank);

#endif /* SN_CLI_RANKS_PRIVATE_H */
