/* ranks_guard.c - a parent for every rank, to tell what killed it.
 *
 * A launcher that loses a process ends the job with whatever code the signal makes.  Killed for
 * want of memory is the failure to expect of a large sweep; so the process that the launcher
 * knows does nothing but watch its child, and ends with the code of run-time failures.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "cli/ranks_private.h"

static volatile sig_atomic_t child, passed_on;

static void pass_on(int number)
{
    passed_on = number;
    (void)kill((pid_t)child, number);
}

static int end_of(const char *rank, int state)
{
    char host[256] = "?";

    if (WIFEXITED(state))
        return WEXITSTATUS(state);
    if (passed_on != 0)
        return 128 + WTERMSIG(state);
    (void)gethostname(host, sizeof host - 1);
    fprintf(stderr, "supplynet sweep: rank %s on host %s was killed by signal %d (%s)%s\n",
            rank, host, WTERMSIG(state), strsignal(WTERMSIG(state)),
            WTERMSIG(state) == SIGKILL ? "; too little memory is the usual reason" : "");
    return 4;
}

int sn_ranks_guard(const char *rank)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
    const struct sigaction catch = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
    sigset_t all, before;
    pid_t pid;
    int state = 0;

    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, &before); /* none is lost between fork and handler */
    pid = fork();
    if (pid <= 0) { /* the child; or there is none, and nothing to watch */
        (void)sigprocmask(SIG_SETMASK, &before, NULL);
#ifdef __linux__
        if (pid == 0)
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
        return -1;
    }
    child = pid;
    for (size_t s = 0; s < sizeof signals / sizeof signals[0]; s++)
        (void)sigaction(signals[s], &catch, NULL);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    while (waitpid(pid, &state, 0) < 0)
        if (errno != EINTR)
            return 4;
    return end_of(rank, state);
}
