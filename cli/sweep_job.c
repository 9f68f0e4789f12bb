/* sweep_job.c - removals in, losses out, whatever interrupts. */
#include "cli/sweep_job.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/sweep_store.h"
#include "cli/sweep_work.h"
#ifdef SN_MPI
#include "cli/ranks.h"
#include "cli/sweep_ranks.h"
#endif

static volatile sig_atomic_t stopped_by; /* a signal's number */

static void on_signal(int number)
{
    stopped_by = number;
}

void sn_sweep_job_clear(sn_sweep_job *job)
{
    sn_candidates_clear(&job->candidates);
    free(job->removal);
    free(job->queue);
    free(job->done);
    free(job->mine);
    free(job->loss);
    free(job->weight);
}

/* Digits up to `stop`: where it goes on, or NULL. */
static const char *read_count(const char *text, char stop, size_t *count)
{
    char *end;

    errno = 0;
    *count = strtoul(text, &end, 10);
    return isdigit((unsigned char)*text) && errno == 0 && *end == stop ? end + 1 : NULL;
}

static sn_status read_shard(const sn_call *call, sn_sweep_job *job, sn_error *err)
{
    const char *text = sn_options_text(&call->options, "shard");

    job->shard = job->shards = 1;
    if (text == NULL)
        return SN_OK;
    const char *second = read_count(text, '/', &job->shard);
    if (second == NULL || read_count(second, '\0', &job->shards) == NULL || job->shard < 1 ||
        job->shard > job->shards)
        return sn_fail(err, SN_EUSAGE, "option --shard: \"%s\" is not K/N with K in 1..N", text);
    return SN_OK;
}

/* What nodes weigh, by the rule of impact.h. */
static sn_status weigh(const sn_call *call, sn_sweep_job *job, sn_error *err)
{
    const size_t n = sn_network_node_count(call->net);
    sn_status status = SN_OK;

    SN_TRY(sn_weight_parse(sn_options_text(&call->options, "weight"), &job->rule, err));
    if (sn_options_text(&call->options, "compat") != NULL && job->rule == SN_WEIGHT_AUTO)
        job->rule = SN_WEIGHT_VALUE; /* the published program weighs by sales */
    job->rule = sn_weight_resolve(call->net, job->rule);
    job->weight = malloc((n + 1) * sizeof *job->weight);
    SN_TRY_ALLOC(job->weight, "weights");
    for (size_t i = 0; i < n; i++)
        job->weight[i] = sn_weight_of(call->net, job->rule, i);
out:
    return status;
}

static void read_model(const sn_call *call, sn_sweep_job *job)
{
    const bool compat = sn_options_text(&call->options, "compat") != NULL;
    const bool market = strcmp(sn_options_text(&call->options, "response"), "market") == 0 ||
                        (compat && !sn_options_given(&call->options, "response"));
    const char *tolerance = sn_options_text(&call->options, "tolerance");

    job->how = (sn_sweep_options){
        .response = market ? SN_RESPONSE_MARKET : SN_RESPONSE_NONE,
        .rule = compat ? SN_SWEEP_GLCASCADE : SN_SWEEP_CERTIFIED,
        .tolerance = tolerance != NULL ? strtod(tolerance, NULL) : 0};
}

static int threads_for(const sn_call *call)
{
    int threads = sn_sweep_threads_max();

#ifdef SN_MPI
    threads = sn_ranks_threads(threads);
#endif
    return sn_options_given(&call->options, "threads")
               ? (int)sn_options_integer(&call->options, "threads")
               : threads;
}

static sn_status list_singles(sn_sweep_job *job, sn_error *err)
{
    job->count = job->singles = job->candidates.count;
    job->removal = malloc((job->count + 1) * sizeof *job->removal);
    job->done = calloc(job->count + 1, sizeof *job->done);
    job->mine = calloc(job->count + 1, sizeof *job->mine);
    job->loss = calloc(job->count + 1, sizeof *job->loss);
    if (job->removal == NULL || job->done == NULL || job->mine == NULL || job->loss == NULL)
        return sn_nomem(err, "the list of removals");
    for (size_t k = 0; k < job->count; k++) {
        job->removal[k] = (sn_removal){k, SIZE_MAX};
        job->mine[k] = k % job->shards == job->shard - 1;
    }
    if (job->sample > 0 &&
        sn_sweep_sample(job->count, job->sample, job->seed, job->mine, err) != SN_OK)
        return SN_ENOMEM;
    for (size_t k = 0; k < job->count; k++)
        job->asked += job->mine[k];
    return SN_OK;
}

static sn_status read_sample(const sn_call *call, sn_sweep_job *job, sn_error *err)
{
    job->sample = (size_t)sn_options_integer(&call->options, "sample");
    job->seed = (uint64_t)sn_options_integer(&call->options, "seed");
    job->pairs = (size_t)sn_options_integer(&call->options, "pairs");
    if (job->pairs > 0 && job->shards > 1)
        return sn_fail(err, SN_EUSAGE, "--pairs needs all single removals: not with --shard");
    if (job->sample > 0 && (job->pairs > 0 || job->shards > 1))
        return sn_fail(err, SN_EUSAGE, "--sample goes neither with --shard nor with --pairs");
    return SN_OK;
}

/* "[ 43%] sweep 1720/4000 · 311/s · eta 7 s", on a terminal and after a second. */
bool sn_sweep_job_progress(void *context, size_t done)
{
    static double last;
    const sn_sweep_job *job = context;
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    const double seconds = (double)(now.tv_sec - job->began.tv_sec) +
                           1e-9 * (double)(now.tv_nsec - job->began.tv_nsec);
    const size_t all = job->finished + done;
    if (job->tells && seconds > 1 && seconds - last > 0.2 && all > 0) {
        last = seconds;
        fprintf(stderr, "\r[%3.0f%%] sweep %zu/%zu \u00b7 %.0f/s \u00b7 eta %.0f s \033[K",
                100.0 * (double)all / (double)job->asked, all, job->asked, (double)all / seconds,
                seconds / (double)all * (double)(job->asked - all));
    }
    return stopped_by == 0;
}

/* Removals to be worked out: those of a commodity together, otherwise in their order. */
sn_status sn_sweep_job_enqueue(const sn_call *call, sn_sweep_job *job, sn_error *err)
{
    const int32_t commodities = sn_network_dict(call->net, SN_COMMODITY)->count;
    size_t *queue = realloc(job->queue, (job->count + 1) * sizeof *queue);

    if (queue == NULL)
        return sn_nomem(err, "a sweep");
    job->queue = queue;
    job->queued = job->taken = 0;
    for (int32_t c = SN_NONE; c < commodities; c++)
        for (size_t k = 0; k < job->count; k++)
            if (job->mine[k] && !job->done[k] &&
                job->candidates.commodity[job->removal[k].a] == c)
                job->queue[job->queued++] = k;
    return SN_OK;
}

static int32_t commodity_of(const sn_sweep_job *job, size_t place)
{
    return job->candidates.commodity[job->removal[job->queue[place]].a];
}

size_t sn_sweep_job_take(sn_sweep_job *job, size_t most, const size_t **index)
{
    size_t count = 0;

    *index = job->queue + job->taken;
    while (count < most && job->taken + count < job->queued &&
           commodity_of(job, job->taken + count) == commodity_of(job, job->taken))
        count++;
    job->taken += count;
    return count;
}

sn_status sn_sweep_job_answer(sn_sweep_job *job, const size_t *index, const sn_sweep_loss *loss,
                              size_t count, sn_error *err)
{
    for (size_t k = 0; k < count; k++) {
        job->loss[index[k]] = loss[k];
        job->done[index[k]] = true;
    }
    job->finished += count;
    return job->folder != NULL ? sn_store_add(job->folder, index, loss, count, err) : SN_OK;
}

static sn_status interrupted(const sn_sweep_job *job, sn_error *err)
{
    *err = (sn_error){0};
    return job->folder == NULL
               ? sn_fail(err, SN_EUSAGE, "interrupted")
               : sn_fail(err, SN_EUSAGE, "interrupted; %zu of %zu removals are kept in \"%s\"",
                         job->finished, job->asked, job->folder);
}

/* Work out what is queued, here. */
static sn_status work_alone(const sn_call *call, sn_sweep_job *job, sn_error *err)
{
    const size_t most = job->folder == NULL                          ? job->count + 1
                        : sn_network_node_count(call->net) > 20000 ? 256
                                                                     : 1024;
    sn_sweep_work work = {.net = call->net, .job = job, .threads = call->threads};
    sn_removal *removal = malloc((job->queued + 1) * sizeof *removal);
    sn_sweep_loss *loss = malloc((job->queued + 1) * sizeof *loss);
    const size_t *index;
    size_t count;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(removal, "a sweep");
    SN_TRY_ALLOC(loss, "a sweep");
    while ((count = sn_sweep_job_take(job, most, &index)) > 0) {
        for (size_t k = 0; k < count; k++)
            removal[k] = job->removal[index[k]];
        SN_TRY(sn_sweep_work_run(&work, removal, count, sn_sweep_job_progress, job, loss, err));
        SN_TRY(sn_sweep_job_answer(job, index, loss, count, err));
    }
out:
    sn_sweep_work_clear(&work);
    free(removal);
    free(loss);
    return status;
}

static sn_status run_all(sn_call *call, sn_sweep_job *job, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(sn_sweep_job_enqueue(call, job, err));
#ifdef SN_MPI
    if (sn_ranks_count() > 1)
        SN_TRY(sn_sweep_ranks_serve(call, job, err));
    else
#endif
        SN_TRY(work_alone(call, job, err));
out:
    return stopped_by != 0 ? interrupted(job, err) : status;
}

static const sn_sweep_job *sorting; /* for qsort */

static int compare_worst(const void *left, const void *right)
{
    const size_t a = *(const size_t *)left, b = *(const size_t *)right;
    const double x = sorting->loss[a].loss, y = sorting->loss[b].loss;

    if (x < y || x > y)
        return x > y ? -1 : 1;
    return (a > b) - (a < b);
}

void sn_sweep_job_sort(const sn_sweep_job *job, size_t *order, size_t count)
{
    sorting = job;
    qsort(order, count, sizeof *order, compare_worst);
}

/* Every pair of one commodity among the N worst single removals. */
static sn_status add_pairs(sn_sweep_job *job, size_t worst, sn_error *err)
{
    const size_t kept = worst < job->singles ? worst : job->singles;
    const size_t room = job->count + kept * (kept > 0 ? kept - 1 : 0) / 2 + 1;
    size_t *order = malloc((job->singles + 1) * sizeof *order);
    sn_removal *removal = realloc(job->removal, room * sizeof *removal);
    job->removal = removal != NULL ? removal : job->removal;
    bool *done = realloc(job->done, room * sizeof *done);
    job->done = done != NULL ? done : job->done;
    bool *mine = realloc(job->mine, room * sizeof *mine);
    job->mine = mine != NULL ? mine : job->mine;
    sn_sweep_loss *loss = realloc(job->loss, room * sizeof *loss);
    job->loss = loss != NULL ? loss : job->loss;
    sn_status status = SN_OK;

    if (order == NULL || removal == NULL || done == NULL || mine == NULL || loss == NULL) {
        status = sn_nomem(err, "pairs");
        goto out;
    }
    for (size_t k = 0; k < job->singles; k++)
        order[k] = k;
    sn_sweep_job_sort(job, order, job->singles);
    for (size_t p = 0; p < kept; p++)
        for (size_t q = p + 1; q < kept; q++) {
            const size_t a = order[p] < order[q] ? order[p] : order[q];
            const size_t b = order[p] < order[q] ? order[q] : order[p];
            if (job->candidates.commodity[a] != job->candidates.commodity[b])
                continue;
            job->removal[job->count] = (sn_removal){a, b};
            job->loss[job->count] = (sn_sweep_loss){0};
            job->done[job->count] = false;
            job->mine[job->count++] = true;
            job->asked++;
        }
out:
    free(order);
    return status;
}

/* What is swept, for --resume and for the first line of NDJSON. */
void sn_sweep_job_describe(sn_json *json, const sn_call *call, const sn_sweep_job *job)
{
    char tolerance[40];

    sn_json_kv_string(json, "schema", "supplynet.sweep/1");
    sn_json_kv_string(json, "by", sn_level_name(job->level));
    sn_json_kv_string(json, "response", job->how.response == SN_RESPONSE_MARKET ? "market" : "none");
    sn_json_kv_string(json, "weight", sn_weight_name(job->rule));
    sn_json_kv_string(json, "rule", job->how.rule == SN_SWEEP_GLCASCADE ? "glcascade" : "certified");
    (void)snprintf(tolerance, sizeof tolerance, "%g",
                   job->how.tolerance > 0                 ? job->how.tolerance
                   : job->how.rule == SN_SWEEP_GLCASCADE ? 1e-2
                                                         : 1e-9);
    sn_json_kv_string(json, "tolerance", tolerance);
    sn_json_kv_string(json, "ownership", sn_options_text(&call->options, "ownership"));
    sn_json_kv_string(json, "commodity", sn_options_text(&call->options, "commodity"));
    sn_json_kv_integer(json, "pairs", sn_options_integer(&call->options, "pairs"));
    sn_json_kv_integer(json, "singles", (int64_t)job->singles);
    if (job->sample > 0) {
        sn_json_kv_integer(json, "sample", (int64_t)job->sample);
        sn_json_kv_integer(json, "seed", (int64_t)job->seed);
    }
    sn_json_kv_object(json, "inputs");
    for (size_t s = 0; s < call->sources.count; s++)
        sn_json_kv_string(json, call->sources.source[s].role,
                          sn_source_sha256(&call->sources.source[s]));
    sn_json_end_object(json);
}

static sn_status open_folder(const sn_call *call, sn_sweep_job *job, sn_error *err)
{
    sn_out *text = NULL;
    sn_json json;
    sn_status status = SN_OK;

    if (job->folder == NULL)
        return SN_OK;
    SN_TRY(sn_out_memory(&text, err));
    sn_json_init(&json, text);
    sn_json_begin_object(&json);
    sn_sweep_job_describe(&json, call, job);
    sn_json_end_object(&json);
    sn_json_finish(&json);
    SN_TRY(sn_out_close(text, err));
    SN_TRY(sn_store_open(job->folder, sn_out_text(text, NULL), err));
    SN_TRY(sn_store_read(job->folder, job->done, job->loss, job->singles, err));
    for (size_t k = 0; k < job->count; k++)
        job->finished += job->done[k] && job->mine[k];
out:
    sn_out_free(text);
    return status;
}

sn_status sn_sweep_job_prepare(sn_call *call, sn_sweep_job *job, sn_error *err)
{
    sn_status status = SN_OK;

    call->threads = threads_for(call);
    job->tells = !sn_call_is_quiet(call) && isatty(STDERR_FILENO);
    SN_TRY(read_shard(call, job, err));
    SN_TRY(read_sample(call, job, err));
    SN_TRY(sn_level_parse(sn_options_text(&call->options, "by"), &job->level, err));
    SN_TRY(weigh(call, job, err));
    read_model(call, job);
    SN_TRY(sn_candidates_make(call->net, job->level, sn_call_ownership(call), &job->candidates, err));
    SN_TRY(list_singles(job, err));
out:
    return status;
}

static sn_status prepare_and_run(sn_call *call, sn_sweep_job *job, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(sn_sweep_job_prepare(call, job, err));
    SN_TRY(open_folder(call, job, err));
    SN_TRY(run_all(call, job, err));
    if (job->pairs > 0) {
        job->folder = NULL; /* the folder keeps single removals; pairs follow from them */
        SN_TRY(add_pairs(job, job->pairs, err));
        SN_TRY(run_all(call, job, err));
    }
out:
    return status;
}

void sn_sweep_job_watch(void)
{
    const struct sigaction catch = {.sa_handler = on_signal};

    (void)sigaction(SIGINT, &catch, NULL);
    (void)sigaction(SIGTERM, &catch, NULL);
}

sn_status sn_sweep_job_run(sn_call *call, sn_sweep_job *job, sn_error *err)
{
    if (call->capture == NULL)
        sn_sweep_job_watch();
    (void)clock_gettime(CLOCK_MONOTONIC, &job->began);
    const sn_status status = prepare_and_run(call, job, err);
    if (job->tells)
        fputs("\r\033[K", stderr);
    return status;
}

int sn_sweep_job_signal(void)
{
    return (int)stopped_by;
}
