/* ranks.c - joining, agreeing and parting. */
#define _GNU_SOURCE /* sched_getaffinity */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/ranks_private.h"

static struct {
    bool joined, told_to_stop;
    int count, own, sharing;
    int working; /* ranks that have not said that they have stopped */
    MPI_Comm host;
    char (*name)[MPI_MAX_PROCESSOR_NAME]; /* [count] on rank 0; [own] elsewhere */
} ranks = {.count = 1, .sharing = 1, .host = MPI_COMM_NULL};

/* For MPI: what to do when a call fails. */
static void give_up(MPI_Comm *comm, int *code, ...)
{
    char text[MPI_MAX_ERROR_STRING] = "";
    int length;

    (void)comm;
    MPI_Error_string(*code, text, &length);
    fprintf(stderr, "supplynet sweep: %s: MPI failed: %s\n", sn_ranks_name(ranks.own), text);
    MPI_Abort(MPI_COMM_WORLD, 4);
}

void sn_ranks_nap(void)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
}

void sn_ranks_wait(MPI_Request *request)
{
    int done = 0;

    for (MPI_Test(request, &done, MPI_STATUS_IGNORE); !done;
         MPI_Test(request, &done, MPI_STATUS_IGNORE))
        sn_ranks_nap();
}

int sn_ranks_count(void)
{
    return ranks.count;
}

int sn_ranks_own(void)
{
    return ranks.own;
}

MPI_Comm sn_ranks_of_host(void)
{
    return ranks.host;
}

const char *sn_ranks_name(int rank)
{
    static char text[MPI_MAX_PROCESSOR_NAME + 40];

    (void)snprintf(text, sizeof text, "rank %d on host %s", rank, ranks.name[rank]);
    return text;
}

/* What the launcher calls this rank: Open MPI, PMIx (Slurm), PMI (MPICH). */
static const char *launched_as(void)
{
    static const char *const variable[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"};
    const char *rank = NULL;

    for (size_t v = 0; v < sizeof variable / sizeof variable[0] && rank == NULL; v++)
        rank = getenv(variable[v]);
    return rank;
}

bool sn_ranks_launched(void)
{
    return launched_as() != NULL;
}

/* How many ranks of this host may use the same cores as this one. */
static sn_status count_sharing(sn_error *err)
{
    int count;
    cpu_set_t own, *all;

    MPI_Comm_size(ranks.host, &count);
    all = calloc((size_t)count, sizeof *all);
    CPU_ZERO(&own);
    (void)sched_getaffinity(0, sizeof own, &own);
    if (all == NULL)
        return sn_nomem(err, "the cores of the ranks");
    ranks.sharing = 0;
    MPI_Allgather(&own, sizeof own, MPI_BYTE, all, sizeof own, MPI_BYTE, ranks.host);
    for (int r = 0; r < count; r++)
        ranks.sharing += CPU_EQUAL(&own, &all[r]) != 0;
    free(all);
    return SN_OK;
}

static sn_status join(sn_error *err)
{
    MPI_Errhandler handler;
    int level, length;

    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks.count);
    MPI_Comm_rank(MPI_COMM_WORLD, &ranks.own);
    ranks.name = calloc((size_t)ranks.count, sizeof *ranks.name);
    if (ranks.name == NULL)
        return sn_nomem(err, "the names of the ranks");
    MPI_Get_processor_name(ranks.name[ranks.own], &length);
    if (level < MPI_THREAD_FUNNELED)
        return sn_fail(err, SN_EIO, "this MPI cannot be used by a program with threads");
    MPI_Comm_create_errhandler(give_up, &handler);
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, handler);
    MPI_Errhandler_free(&handler);
    MPI_Gather(ranks.own == 0 ? MPI_IN_PLACE : ranks.name[ranks.own], sizeof *ranks.name,
               MPI_CHAR, ranks.name, sizeof *ranks.name, MPI_CHAR, 0, MPI_COMM_WORLD);
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, ranks.own, MPI_INFO_NULL,
                        &ranks.host);
    ranks.joined = true;
    return count_sharing(err);
}

bool sn_ranks_enter(int argc, char **argv, int *code)
{
    const char *rank = launched_as();
    sn_error err = {0};

    if (rank == NULL)
        return false;
    if (argc < 2 || strcmp(argv[1], "sweep") != 0) {
        *code = 0;
        return strcmp(rank, "0") != 0;
    }
    *code = sn_ranks_guard(rank);
    if (*code >= 0)
        return true;
    if (join(&err) == SN_OK)
        return false;
    fprintf(stderr, "supplynet sweep: rank %s: %s\n", rank, err.message);
    MPI_Abort(MPI_COMM_WORLD, 4);
    *code = 4;
    return true;
}

sn_status sn_ranks_agree(sn_status status, sn_error *err)
{
    sn_error own = *err;
    int first = status == SN_OK ? ranks.count : ranks.own;
    MPI_Request request;

    MPI_Iallreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD, &request);
    sn_ranks_wait(&request);
    if (first == ranks.count)
        return SN_OK;
    if (first == ranks.own && first > 0) {
        own = (sn_error){0};
        (void)sn_fail(&own, status, "%s: %s", sn_ranks_name(first), err->message);
    }
    own.status = status;
    MPI_Ibcast(&own, sizeof own, MPI_BYTE, first, MPI_COMM_WORLD, &request);
    sn_ranks_wait(&request);
    *err = own;
    return own.status;
}

int sn_ranks_threads(int cores)
{
    return cores > ranks.sharing ? cores / ranks.sharing : 1;
}

/* ---- parting ---- */

static double seconds_now(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Take a message that nobody wants any more; which it was, 0 = there is none. */
static int drop_message(int from)
{
    MPI_Status envelope;
    int here = 0, bytes = 0;

    MPI_Iprobe(from, MPI_ANY_TAG, MPI_COMM_WORLD, &here, &envelope);
    if (!here)
        return 0;
    MPI_Get_count(&envelope, MPI_BYTE, &bytes);
    char *scratch = malloc((size_t)bytes + 1);
    if (scratch == NULL)
        return 0;
    MPI_Recv(scratch, bytes, MPI_BYTE, envelope.MPI_SOURCE, envelope.MPI_TAG, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    free(scratch);
    return envelope.MPI_TAG;
}

bool sn_ranks_part(double seconds)
{
    const double end = seconds_now() + seconds;

    for (int r = 1; r < ranks.count && !ranks.told_to_stop; r++) {
        MPI_Request request;
        MPI_Isend(NULL, 0, MPI_BYTE, r, SN_TAG_STOP, MPI_COMM_WORLD, &request);
        MPI_Request_free(&request);
        ranks.working++;
    }
    ranks.told_to_stop = true;
    while (ranks.working > 0 && seconds_now() < end) {
        const int tag = drop_message(MPI_ANY_SOURCE);
        ranks.working -= tag == SN_TAG_STOPPED;
        if (tag == 0)
            sn_ranks_nap();
    }
    return ranks.working == 0;
}

/* Wait to be told to stop, and say that this is done. */
static void obey(void)
{
    for (int tag = 0; tag != SN_TAG_STOP;)
        if ((tag = drop_message(0)) == 0)
            sn_ranks_nap();
    MPI_Send(NULL, 0, MPI_BYTE, 0, SN_TAG_STOPPED, MPI_COMM_WORLD);
}

int sn_ranks_leave(int code)
{
    const bool interrupted = code > 128;
    bool parted = true;

    if (!ranks.joined)
        return code;
    if (ranks.own > 0)
        obey();
    else
        parted = sn_ranks_part(interrupted ? 0.5 : 10);
    if (!parted && !interrupted)
        MPI_Abort(MPI_COMM_WORLD, code != 0 ? code : 4);
    if (parted) {
        sn_ranks_free_network();
        MPI_Comm_free(&ranks.host);
        MPI_Finalize();
    } /* else the launcher is ending everything, or will when this process ends unparted */
    free(ranks.name);
    ranks.name = NULL;
    return ranks.own == 0 ? code : 0;
}
