/* ranks_network.c - the network of rank 0, once on every host. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/ranks_private.h"
#include "graph/image.h"

enum { PIECE = 1 << 30 }; /* counts of MPI are ints */

static MPI_Win window = MPI_WIN_NULL;
static bool is_locked;

/* Memory of `size` bytes that the ranks of this host share; too little of it is no failure of
 * MPI. */
static sn_status share_memory(size_t size, void **memory, sn_error *err)
{
    MPI_Comm host = sn_ranks_of_host();
    MPI_Errhandler handler;
    MPI_Aint bytes;
    int place, unit, code;

    MPI_Comm_rank(host, &place);
    MPI_Comm_get_errhandler(host, &handler);
    MPI_Comm_set_errhandler(host, MPI_ERRORS_RETURN);
    code = MPI_Win_allocate_shared(place == 0 ? (MPI_Aint)size : 0, 1, MPI_INFO_NULL, host,
                                   memory, &window);
    MPI_Comm_set_errhandler(host, handler);
    MPI_Errhandler_free(&handler);
    if (code != MPI_SUCCESS) {
        window = MPI_WIN_NULL;
        return sn_fail(err, SN_ENOMEM, "out of shared memory for a network of %.1f MB",
                       (double)size / 1e6);
    }
    MPI_Win_shared_query(window, 0, &bytes, &unit, memory);
    return SN_OK;
}

/* From the first rank of rank 0's host to the first of every other. */
static void send_image(char *memory, size_t size)
{
    MPI_Comm firsts;
    MPI_Request request;
    int place;

    MPI_Comm_rank(sn_ranks_of_host(), &place);
    MPI_Comm_split(MPI_COMM_WORLD, place == 0 ? 0 : MPI_UNDEFINED, sn_ranks_own(), &firsts);
    if (firsts == MPI_COMM_NULL)
        return;
    for (size_t at = 0; at < size; at += PIECE) {
        const int bytes = (int)(size - at < PIECE ? size - at : PIECE);
        MPI_Ibcast(memory + at, bytes, MPI_BYTE, 0, firsts, &request);
        sn_ranks_wait(&request);
    }
    MPI_Comm_free(&firsts);
}

/* Let the ranks of this host see what the first has written. */
static void show_image(void)
{
    MPI_Request request;

    MPI_Win_sync(window);
    MPI_Ibarrier(sn_ranks_of_host(), &request);
    sn_ranks_wait(&request);
    MPI_Win_sync(window);
}

static void tell(const sn_call *call, size_t size)
{
    int place, hosts;

    MPI_Comm_rank(sn_ranks_of_host(), &place);
    hosts = place == 0;
    MPI_Allreduce(MPI_IN_PLACE, &hosts, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    if (sn_ranks_own() == 0 && sn_options_flag(&call->options, "verbose"))
        fprintf(stderr, "supplynet: %d ranks on %d host%s, %.1f MB of network on each\n",
                sn_ranks_count(), hosts, hosts > 1 ? "s" : "", (double)size / 1e6);
}

sn_status sn_ranks_load(sn_call *call, sn_error *err)
{
    const bool reads = sn_ranks_own() == 0;
    uint64_t size = 0;
    void *memory = NULL;
    sn_status status = SN_OK;

    SN_TRY(sn_ranks_agree(reads ? sn_call_load(call, err) : SN_OK, err));
    if (reads)
        size = sn_image_size(call->net);
    MPI_Bcast(&size, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
    SN_TRY(sn_ranks_agree(share_memory((size_t)size, &memory, err), err));
    MPI_Win_lock_all(MPI_MODE_NOCHECK, window);
    is_locked = true;
    if (reads) /* they may be made from the network's own memory */
        sn_sources_settle(&call->sources);
    if (reads) { /* from here on rank 0 reads the shared copy, as all do */
        sn_image_write(call->net, memory);
        sn_network_free(call->net);
        call->net = NULL;
    }
    send_image(memory, (size_t)size);
    show_image();
    SN_TRY(sn_ranks_agree(sn_image_open(memory, (size_t)size, &call->net, err), err));
    call->ranks = sn_ranks_count();
    tell(call, (size_t)size);
out:
    return status;
}

void sn_ranks_free_network(void)
{
    if (is_locked)
        MPI_Win_unlock_all(window);
    if (window != MPI_WIN_NULL)
        MPI_Win_free(&window);
}
