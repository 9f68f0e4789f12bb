/* sweep_ranks.c - batches of removals out, losses back.
 *
 * A batch is an array of sn_removal, its answer an array of sn_sweep_loss; answers come in the
 * order of the batches, as MPI keeps the order of messages between two ranks.  Rank 0 looks for
 * messages between its own batches and, within one, whenever sn_sweep_run reports progress on
 * the main thread.
 */
#include "cli/sweep_ranks.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "cli/ranks_private.h"
#include "cli/sweep_work.h"

enum {
    LANES = 8,  /* scenarios that a thread works on at a time */
    MOST = 256, /* removals in a batch                        */
    AHEAD = 2   /* batches that a rank has                    */
};

/* ---- rank 0 ---- */

typedef struct {
    sn_removal removal[MOST];
    const size_t *index;
    size_t count;
    MPI_Request request;
} batch;

typedef struct {
    batch batch[AHEAD];
    int oldest, held;
} worker;

typedef struct {
    sn_sweep_job *job;
    worker *worker; /* [ranks], the first unused */
    int ranks, threads, busy;
    pthread_t main;
    sn_status status; /* of the first failure of another rank, or in taking an answer */
    sn_error *err;
} server;

/* A part of what is left for everyone, in whole lanes. */
static size_t batch_size(const server *s)
{
    const size_t least = (size_t)LANES * (size_t)s->threads < MOST
                             ? (size_t)LANES * (size_t)s->threads
                             : (size_t)MOST;
    const size_t part = (s->job->queued - s->job->taken) / (4 * (size_t)s->ranks);

    return part <= least ? least : part < MOST ? part / LANES * LANES : (size_t)MOST;
}

static size_t take(const server *s, sn_removal *removal, const size_t **index)
{
    const size_t count = sn_sweep_job_take(s->job, batch_size(s), index);

    for (size_t k = 0; k < count; k++)
        removal[k] = s->job->removal[(*index)[k]];
    return count;
}

static void hand_out(server *s, int rank)
{
    worker *w = &s->worker[rank];
    batch *b = &w->batch[(w->oldest + w->held) % AHEAD];

    b->count = take(s, b->removal, &b->index);
    if (b->count == 0)
        return;
    MPI_Isend(b->removal, (int)(b->count * sizeof *b->removal), MPI_BYTE, rank, SN_TAG_WORK,
              MPI_COMM_WORLD, &b->request);
    w->held++;
    s->busy++;
}

static void take_answer(server *s, int rank)
{
    worker *w = &s->worker[rank];
    batch *b = &w->batch[w->oldest];
    sn_sweep_loss loss[MOST];

    MPI_Recv(loss, (int)(b->count * sizeof *loss), MPI_BYTE, rank, SN_TAG_ANSWER,
             MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    MPI_Wait(&b->request, MPI_STATUS_IGNORE);
    w->oldest = (w->oldest + 1) % AHEAD;
    w->held--;
    s->busy--;
    s->status = sn_sweep_job_answer(s->job, b->index, loss, b->count, s->err);
    if (s->status == SN_OK)
        hand_out(s, rank);
}

static void take_failure(server *s, int rank)
{
    sn_error theirs;

    MPI_Recv(&theirs, sizeof theirs, MPI_BYTE, rank, SN_TAG_FAILED, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    s->status = theirs.status;
    (void)sn_fail(s->err, theirs.status, "%s: %s", sn_ranks_name(rank), theirs.message);
}

/* Attend to every message that is here; whether there was one. */
static bool attend(server *s)
{
    MPI_Status envelope;
    int here = 1;
    bool any = false;

    while (here && s->status == SN_OK) {
        MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &here, &envelope);
        if (here && envelope.MPI_TAG == SN_TAG_ANSWER)
            take_answer(s, envelope.MPI_SOURCE);
        else if (here)
            take_failure(s, envelope.MPI_SOURCE);
        any |= here;
    }
    return any;
}

static bool on_progress(void *context, size_t done)
{
    server *s = context;

    if (pthread_equal(pthread_self(), s->main))
        (void)attend(s);
    return sn_sweep_job_progress(s->job, done) && s->status == SN_OK;
}

/* A batch of rank 0's own; false where none is left. */
static bool work_along(server *s, sn_sweep_work *work)
{
    sn_removal removal[MOST];
    sn_sweep_loss loss[MOST];
    sn_error err = {0};
    const size_t *index;
    const size_t count = take(s, removal, &index);

    if (count == 0)
        return false;
    sn_status status = sn_sweep_work_run(work, removal, count, on_progress, s, loss, &err);
    if (status == SN_OK)
        status = sn_sweep_job_answer(s->job, index, loss, count, &err);
    if (s->status == SN_OK && status != SN_OK) { /* else it only obeyed on_progress */
        s->status = status;
        *s->err = err;
    }
    return true;
}

/* Until all is answered, or something failed. */
static void serve(server *s, sn_sweep_work *work)
{
    bool own = true;

    for (int ahead = 0; ahead < AHEAD; ahead++)
        for (int r = 1; r < s->ranks; r++)
            hand_out(s, r);
    while (s->status == SN_OK && sn_sweep_job_signal() == 0 && (own || s->busy > 0)) {
        const bool any = attend(s);
        own = s->status == SN_OK && work_along(s, work);
        if (!any && !own)
            sn_ranks_nap();
    }
}

sn_status sn_sweep_ranks_serve(const sn_call *call, sn_sweep_job *job, sn_error *err)
{
    sn_sweep_work work = {.net = call->net, .job = job, .threads = call->threads};
    server s = {.job = job,
                .ranks = sn_ranks_count(),
                .threads = call->threads,
                .main = pthread_self(),
                .err = err};
    bool idle = true;

    s.worker = calloc((size_t)s.ranks, sizeof *s.worker);
    if (s.worker == NULL)
        return sn_nomem(err, "the ranks' work");
    serve(&s, &work);
    if (s.status == SN_OK && s.busy > 0)
        s.status = sn_fail(err, SN_EUSAGE, "interrupted");
    if (s.busy > 0)
        idle = sn_ranks_part(sn_sweep_job_signal() != 0 ? 0.5 : 10);
    for (int r = 1; r < s.ranks && idle; r++)
        for (; s.worker[r].held > 0; s.worker[r].held--) {
            worker *w = &s.worker[r];
            MPI_Wait(&w->batch[w->oldest].request, MPI_STATUS_IGNORE);
            w->oldest = (w->oldest + 1) % AHEAD;
        }
    if (idle) /* else messages may still be on their way out of it, and the process ends soon */
        free(s.worker);
    sn_sweep_work_clear(&work);
    return s.status;
}

/* ---- the other ranks ---- */

static int tag_of_next(void)
{
    MPI_Status envelope;
    int here = 0;

    MPI_Iprobe(0, MPI_ANY_TAG, MPI_COMM_WORLD, &here, &envelope);
    return here ? envelope.MPI_TAG : 0;
}

/* Go on unless there is a signal or rank 0 wants an end. */
static bool may_go_on(void *context, size_t done)
{
    const pthread_t *main_thread = context;
    int stop = 0;

    (void)done;
    if (pthread_equal(pthread_self(), *main_thread))
        MPI_Iprobe(0, SN_TAG_STOP, MPI_COMM_WORLD, &stop, MPI_STATUS_IGNORE);
    return !stop && sn_sweep_job_signal() == 0;
}

/* The next message: a batch, or that it is time to stop, which is left where it is; 0 for a
 * signal. */
static int await(void)
{
    int tag;

    while ((tag = tag_of_next()) == 0 && sn_sweep_job_signal() == 0)
        sn_ranks_nap();
    return tag;
}

static sn_status work_out(sn_sweep_work *work, sn_error *err)
{
    sn_removal removal[MOST];
    sn_sweep_loss loss[2][MOST]; /* an answer may be under way while the next is worked out */
    MPI_Request request[2] = {MPI_REQUEST_NULL, MPI_REQUEST_NULL};
    MPI_Status envelope;
    pthread_t self = pthread_self();
    int bytes, now = 0;
    sn_status status = SN_OK;

    while (await() == SN_TAG_WORK) {
        MPI_Recv(removal, sizeof removal, MPI_BYTE, 0, SN_TAG_WORK, MPI_COMM_WORLD, &envelope);
        MPI_Get_count(&envelope, MPI_BYTE, &bytes);
        const size_t count = (size_t)bytes / sizeof *removal;
        sn_ranks_wait(&request[now]);
        status = sn_sweep_work_run(work, removal, count, may_go_on, &self, loss[now], err);
        if (status != SN_OK)
            break;
        MPI_Isend(loss[now], (int)(count * sizeof *loss[now]), MPI_BYTE, 0, SN_TAG_ANSWER,
                  MPI_COMM_WORLD, &request[now]);
        now = !now;
    }
    sn_ranks_wait(&request[0]);
    sn_ranks_wait(&request[1]);
    if (sn_sweep_job_signal() != 0) {
        *err = (sn_error){0};
        return sn_fail(err, SN_EIO, "interrupted by signal %d", sn_sweep_job_signal());
    }
    return status;
}

sn_status sn_sweep_ranks_work(sn_call *call, sn_error *err)
{
    sn_sweep_job job = {0};
    sn_sweep_work work = {.net = call->net, .job = &job};
    sn_status status = SN_OK;

    sn_sweep_job_watch();
    SN_TRY(sn_sweep_job_prepare(call, &job, err));
    work.threads = call->threads;
    SN_TRY(work_out(&work, err));
out:
    if (status != SN_OK) {
        err->status = status;
        MPI_Send(err, sizeof *err, MPI_BYTE, 0, SN_TAG_FAILED, MPI_COMM_WORLD);
    }
    sn_sweep_work_clear(&work);
    sn_sweep_job_clear(&job);
    return status;
}
