/* cmd_sweep.c - what every single removal costs. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/call.h"
#include "cli/sweep_job.h"
#include "cli/verbs.h"
#ifdef SN_MPI
#include "cli/ranks.h"
#include "cli/sweep_ranks.h"
#endif

static const sn_option options[] = {
    {.name = "by", .kind = SN_OPTION_CHOICE, .argument = "LEVEL",
     .choices = "node|firm|country|owner|stage|commodity", .fallback = "node",
     .help = "what is removed: node, firm, country, owner, stage or commodity"},
    {.name = "pairs", .kind = SN_OPTION_INTEGER, .argument = "N", .least = 0, .most = 10000,
     .fallback = "0", .help = "then every pair among the N worst of them"},
    {.name = "compat", .kind = SN_OPTION_CHOICE, .argument = "PROGRAM", .choices = "glcascade",
     .help = "glcascade: stop where that program stops, at --tolerance (1e-2), with market response"},
    {.name = "shard", .kind = SN_OPTION_TEXT, .argument = "K/N", .silent = true,
     .help = "only every N-th removal, beginning with the K-th; `merge` joins the outputs"},
    {.name = "sample", .kind = SN_OPTION_INTEGER, .argument = "N", .least = 0, .most = 1000000000,
     .fallback = "0", .help = "only N of the removals, drawn by --seed"},
    {.name = "resume", .kind = SN_OPTION_TEXT, .argument = "DIR", .silent = true,
     .help = "keep finished work in a folder, and begin with what is there"},
    SN_OPTION_RESPONSE,
    SN_OPTION_WEIGHT,
    SN_OPTION_OWNERSHIP,
    {.name = "tolerance", .kind = SN_OPTION_NUMBER, .argument = "SHARE", .least = 1e-15,
     .most = 0.1, .help = "largest proved error of a loss (default 1e-9)"},
    {.name = NULL},
};

static const sn_method methods[] = {
    SN_METHOD_CASCADE,
    {"floor", "1",
     "lower end of the interval: weight of the nodes that lose everything by essential inputs from "
     "lost suppliers alone, as far as 2,000 flows lead; no rerouting over existing links saves them",
     "docs/model.md; the linear program of Simchi-Levi et al. 2015, Interfaces 45(5)"},
    {"glcascade", "1",
     "the same, stopped as the published program stops: all nodes renewed at once until none falls "
     "by more than the tolerance; proves nothing",
     "GLcascade 0.9.3.1"},
};

static void write_removal(sn_json *json, const sn_call *call, const sn_sweep_job *job, size_t k)
{
    const sn_removal *removal = &job->removal[k];
    const sn_sweep_loss *loss = &job->loss[k];
    const int32_t commodity = job->candidates.commodity[removal->a];
    const bool none = job->how.rule == SN_SWEEP_CERTIFIED && job->how.response == SN_RESPONSE_NONE;
    const double interval[2] = {loss->least, none ? loss->loss : (double)NAN};

    sn_json_begin_object_inline(json);
    sn_json_kv_string(json, "type", "removal");
    sn_json_kv_integer(json, "index", (int64_t)k);
    sn_json_kv_string(json, "id", job->candidates.name[removal->a]);
    if (removal->b != SIZE_MAX)
        sn_json_kv_string(json, "with", job->candidates.name[removal->b]);
    if (commodity != SN_NONE)
        sn_json_kv_string(json, "commodity",
                          sn_call_text(call, SN_COMMODITY, commodity));
    sn_json_kv_number(json, "loss", loss->loss);
    sn_json_kv_number(json, "loss_down", loss->loss_down);
    sn_json_kv_number(json, "loss_up", loss->loss_up);
    sn_json_kv_numbers(json, "interval", interval, 2);
    sn_json_kv_number(json, "bound", loss->bound);
    sn_json_kv_integer(json, "rounds", loss->rounds);
    sn_json_end_object(json);
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const sn_sweep_job *job = data;

    sn_json_begin_object(json);
    sn_json_kv_object(json, "sweep");
    sn_sweep_job_describe(json, call, job);
    sn_json_end_object(json);
    sn_json_kv_array(json, "removals");
    for (size_t k = 0; k < job->count; k++)
        if (job->mine[k])
            write_removal(json, call, job, k);
    sn_json_end_array(json);
    sn_json_end_object(json);
}

/* NDJSON: one line about the sweep, then a line a removal, in the order of ids. */
static sn_status write_stream(const sn_call *call, const sn_sweep_job *job, sn_error *err)
{
    sn_out *out = NULL;
    sn_json json;
    sn_status status = SN_OK;

    SN_TRY(sn_call_open(call, &out, err));
    sn_json_init(&json, out);
    sn_json_begin_object_inline(&json);
    sn_json_kv_string(&json, "type", "sweep");
    sn_sweep_job_describe(&json, call, job);
    if (job->shards > 1)
        sn_json_kv_string(&json, "shard", sn_options_text(&call->options, "shard"));
    sn_json_end_object(&json);
    sn_json_finish(&json);
    for (size_t k = 0; k < job->count && !sn_out_failed(out); k++)
        if (job->mine[k]) {
            write_removal(&json, call, job, k);
            sn_json_finish(&json);
        }
    SN_TRY(sn_call_done(call, out, err));
out:
    sn_out_free(out);
    return status;
}

static sn_status make_table(const sn_call *call, const sn_sweep_job *job, sn_table **table,
                            sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "rank", .heading = "#", .type = SN_COLUMN_INTEGER},
        {.name = "id"},
        {.name = "with"},
        {.name = "commodity"},
        {.name = "loss", .type = SN_COLUMN_PERCENT, .bar = true},
        {.name = "loss_down", .heading = "downstream", .type = SN_COLUMN_PERCENT},
        {.name = "loss_up", .heading = "upstream", .type = SN_COLUMN_PERCENT},
        {.name = "bound", .type = SN_COLUMN_NUMBER},
        {.name = "rounds", .type = SN_COLUMN_INTEGER}};
    const size_t top = (size_t)sn_options_integer(&call->options, "top");
    size_t *order = malloc((job->count + 1) * sizeof *order), count = 0;
    char line[120];
    sn_status status = SN_OK;

    SN_TRY_ALLOC(order, "a table");
    for (size_t k = 0; k < job->count; k++)
        if (job->mine[k])
            order[count++] = k;
    sn_sweep_job_sort(job, order, count);
    SN_TRY(sn_table_new("removal", "What every single removal costs", head,
                        sizeof head / sizeof head[0], table, err));
    for (size_t r = 0; r < count && (top == 0 || r < top); r++) {
        const sn_removal *removal = &job->removal[order[r]];
        const sn_sweep_loss *loss = &job->loss[order[r]];
        const int32_t commodity = job->candidates.commodity[removal->a];
        sn_table_add_row(*table);
        sn_table_set_number(*table, 0, (double)r + 1);
        sn_table_set_text(*table, 1, job->candidates.name[removal->a]);
        if (removal->b != SIZE_MAX)
            sn_table_set_text(*table, 2, job->candidates.name[removal->b]);
        if (commodity != SN_NONE)
            sn_table_set_text(*table, 3,
                              sn_call_text(call, SN_COMMODITY, commodity));
        sn_table_set_number(*table, 4, loss->loss);
        sn_table_set_number(*table, 5, loss->loss_down);
        sn_table_set_number(*table, 6, loss->loss_up);
        sn_table_set_number(*table, 7, loss->bound);
        sn_table_set_number(*table, 8, loss->rounds);
    }
    (void)snprintf(line, sizeof line, "%zu removals%s", count,
                   top > 0 && top < count ? "; --top 0 shows all" : "");
    sn_table_add_note(*table, line);
out:
    free(order);
    return status;
}

static sn_status judge(sn_call *call, const sn_sweep_job *job, sn_error *err)
{
    const double goal = job->how.tolerance > 0 ? job->how.tolerance : 1e-9;
    size_t loose = 0;
    sn_status status = SN_OK;

    for (size_t k = 0; k < job->count; k++)
        loose += job->mine[k] && job->loss[k].bound > goal;
    if (loose > 0)
        SN_TRY(sn_call_find(call, SN_WARNING, "bound-over-tolerance", "sweep", (double)loose, goal, err,
                            "%zu losses are proved less tightly than the tolerance; see bound", loose));
    if (job->how.rule == SN_SWEEP_GLCASCADE)
        SN_TRY(sn_call_find(call, SN_NOTE, "compat", "sweep", NAN, NAN, err,
                            "the published stopping rule proves nothing: losses may be too low"));
out:
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    sn_sweep_job job = {.folder = sn_options_text(&call->options, "resume")};
    sn_table *table = NULL;
    sn_report report = {methods, 3, {NULL}, 1, write_results, &job, 0};
    sn_status status = SN_OK;

#ifdef SN_MPI
    if (sn_ranks_own() > 0)
        return sn_sweep_ranks_work(call, err);
#endif
    status = sn_sweep_job_run(call, &job, err);
    call->interrupted_by = sn_sweep_job_signal();
    SN_TRY(status);
    SN_TRY(judge(call, &job, err));
    if (call->format == SN_FORMAT_NDJSON) {
        SN_TRY(write_stream(call, &job, err));
        goto out;
    }
    SN_TRY(make_table(call, &job, &table, err));
    report.table[0] = table;
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(table);
    sn_sweep_job_clear(&job);
    return status;
}

const sn_verb sn_verb_sweep = {
    .name = "sweep",
    .summary = "Every single removal, and pairs: what each costs in all",
    .options = options,
    .about = "Removes every node (or firm, country, owner, stage, commodity) by itself and reports the\n"
             "total loss, downstream and upstream, with a proved bound.  -f ndjson is a stream for other\n"
             "tools, one line a removal.  Threads and shards never change a result.  With --resume DIR\n"
             "finished work is kept, whatever happens; the same command goes on from there, and shards\n"
             "may share the folder.",
    .examples = "supplynet sweep --commodity cobalt\n"
                "supplynet sweep --by country -f ndjson\n"
                "supplynet sweep --by country --pairs 10 --commodity nickel\n"
                "supplynet sweep --sample 100 --seed 7\n"
                "supplynet sweep --shard 1/2 -f ndjson -o part1.ndjson",
    .takes_network = true,
    .methods = {{methods, sizeof methods / sizeof methods[0]}},
    .run = run,
};
