/* main.c - argv -> call -> exit code. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_version.h>

#include "cli/call.h"
#include "cli/verbs.h"
#include "cli/version.h"
#include "graph/bridge.h"
#include "graph/memory.h"
#include "metrics/sweep.h"
#ifdef SN_MPI
#include "cli/ranks.h"
#endif

#ifdef SN_MPI
#define SN_WITH_MPI ", MPI " SN_MPI_VERSION
#else
#define SN_WITH_MPI ""
#endif

static int unknown_verb(const char *name)
{
    const char *near = sn_verb_nearest(name);

    fprintf(stderr, "supplynet: unknown verb \"%s\"%s%s%s; see supplynet help\n", name,
            near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
            near != NULL ? "\"?" : "");
    return sn_exit_code(SN_EUSAGE);
}

/* Help goes to standard output like any answer, and may not get there like any answer. */
static int print_help(const sn_verb *verb, bool manual)
{
    sn_error err = {0};
    sn_out *out = NULL;
    sn_status status = sn_out_open(NULL, &out, &err);

    if (status == SN_OK) {
        if (verb != NULL)
            (manual ? sn_manual_verb : sn_help_verb)(verb, out);
        else
            (manual ? sn_manual_all : sn_help_all)(sn_verbs, out);
        status = sn_call_done(&(sn_call){0}, out, &err);
    }
    sn_out_free(out);
    if (status != SN_OK)
        fprintf(stderr, "supplynet: %s\n", err.message);
    return sn_exit_code(status);
}

static int print_version(void)
{
    const int length = printf("supplynet %s\nigraph %s, GSL %s%s\n"
                              "License GPL-3.0-or-later; there is no warranty.\n",
                              SN_VERSION, SN_IGRAPH_VERSION, gsl_version, SN_WITH_MPI);

    if (length < 0 || fflush(stdout) != 0) {
        fprintf(stderr, "supplynet: cannot write to standard output\n");
        return sn_exit_code(SN_EIO);
    }
    return 0;
}

/* Memory that --max-memory allows; threads: the most that options and libraries can ask for. */
static void limit_memory(const sn_options *options)
{
    int threads = (int)sn_options_integer(options, "threads");

    threads = threads > 2 ? threads : 2;
    threads = threads > sn_sweep_threads_max() ? threads : sn_sweep_threads_max();
    if (sn_options_given(options, "max-memory"))
        sn_memory_limit((uint64_t)sn_options_size(options, "max-memory"), threads);
}

/* One line; where memory ran out, who had limited it. */
static void tell(const sn_call *call, sn_status status, const sn_error *err)
{
    const bool is_limit = status == SN_ENOMEM && call->options.count > 0; /* 0: not even read */
    const char *limit = is_limit ? sn_options_text(&call->options, "max-memory") : NULL;

    fprintf(stderr, "supplynet %s: %s%s%s\n", call->verb->name,
            err->message[0] != '\0' ? err->message : "failed without a reason",
            limit != NULL ? "; --max-memory is " : "", limit != NULL ? limit : "");
}

/* Of several ranks only the first speaks. */
static bool speaks(void)
{
#ifdef SN_MPI
    return sn_ranks_own() == 0;
#else
    return true;
#endif
}

static sn_status load(sn_call *call, sn_error *err)
{
#ifdef SN_MPI
    call->is_launched = sn_ranks_launched();
    if (sn_ranks_count() > 1)
        return sn_ranks_load(call, err);
#endif
    return sn_call_load(call, err);
}

static int run_verb(const sn_verb *verb, int argc, char **argv)
{
    sn_call call = {.verb = verb, .argc = argc, .argv = argv};
    sn_error err = {0};
    sn_status status;
    int code;

    (void)clock_gettime(CLOCK_REALTIME, &call.started);
    status = sn_options_parse(argc - 2, argv + 2, verb->options, sn_shared_options, &call.options,
                              &err);
    if (status == SN_OK && sn_options_flag(&call.options, "help")) {
        sn_call_clear(&call);
        return speaks() ? print_help(verb, false) : 0;
    }
    if (status == SN_OK)
        limit_memory(&call.options);
    if (status == SN_OK)
        status = sn_format_parse(sn_options_text(&call.options, "format"), &call.format, &err);
    if (status == SN_OK && verb->takes_network && !verb->loads_itself)
        status = load(&call, &err);
    code = sn_exit_code(status);
    if (status == SN_OK) {
        status = verb->run(&call, &err);
        code = sn_exit_code(status);
    }
    if (call.interrupted_by != 0)
        code = 128 + call.interrupted_by;
    if (status != SN_OK && speaks())
        tell(&call, status, &err);
    else if (call.answer_is_no)
        code = 1;
    sn_call_clear(&call);
    return code;
}

/* help [--man] [VERB] */
static int help(int argc, char **argv)
{
    const bool manual = argc > 0 && strcmp(argv[0], "--man") == 0;
    const char *name = argc > manual ? argv[manual] : NULL;
    const sn_verb *verb = name != NULL ? sn_verb_find(name) : NULL;

    return name != NULL && verb == NULL ? unknown_verb(name) : print_help(verb, manual);
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "supplynet: a verb is missing; see supplynet help\n");
        return sn_exit_code(SN_EUSAGE);
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
        return print_version();
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return print_help(NULL, false);
    if (strcmp(argv[1], "help") == 0)
        return help(argc - 2, argv + 2);
    const sn_verb *verb = sn_verb_find(argv[1]);
    return verb == NULL ? unknown_verb(argv[1]) : run_verb(verb, argc, argv);
}

/* A signal that ends the process leaves no half-written file; sweep and simulate, which have
 * work to keep, replace this. */
static void end_by(int number)
{
    sn_out_abandon();
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static void watch_signals(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

    for (size_t k = 0; k < sizeof signals / sizeof signals[0]; k++)
        if (signal(signals[k], end_by) == SIG_IGN) /* nohup, or in the background */
            (void)signal(signals[k], SIG_IGN);
}

#ifndef SN_MPI
static bool has_ended;

/* A library that gives up ends the process itself: libgomp does when it lacks memory, with the
 * exit code of an answer. */
static void correct_code(void)
{
    if (has_ended)
        return;
    sn_out_abandon();
    _exit(sn_exit_code(SN_ENOMEM));
}
#endif

int main(int argc, char **argv)
{
    int code;

    (void)signal(SIGPIPE, SIG_IGN); /* writers notice a closed pipe themselves */
#ifdef SN_MPI
    if (sn_ranks_enter(argc, argv, &code))
        return code;
#endif
    sn_bridge_setup();
    watch_signals();
#ifdef SN_MPI
    code = sn_ranks_leave(run(argc, argv));
#else
    (void)atexit(correct_code);
    code = run(argc, argv);
    has_ended = true;
#endif
    return code;
}
