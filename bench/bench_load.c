/* bench_load.c - from files to a frozen network: the seconds, and what they are spent on.
 *
 *     bench_load NETWORK [REPEATS [COMMODITY [YEAR]]]
 *
 * Prints wall and processor seconds of the fastest of REPEATS (default 3), MB of input a second
 * and the greatest memory of the process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "datasets/load.h"
#include "graph/memory.h"

static double now(clockid_t clock)
{
    struct timespec at;

    (void)clock_gettime(clock, &at);
    return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

int main(int argc, char **argv)
{
    const int repeats = argc > 2 ? atoi(argv[2]) : 3;
    sn_load_options options = {.network = argc > 1 ? argv[1] : NULL};
    double wall = 1e300, processor = 1e300, bytes = 0;
    size_t nodes = 0, flows = 0;
    struct rusage usage;

    if (argc < 2 || argc > 5) {
        fprintf(stderr, "usage: bench_load NETWORK [REPEATS [COMMODITY [YEAR]]]\n");
        return 2;
    }
    options.commodity = argc > 3 && argv[3][0] != '\0' ? argv[3] : NULL;
    options.year = argc > 4 ? atoi(argv[4]) : 0;
    for (int r = 0; r < repeats; r++) {
        sn_sources sources = {0};
        sn_network *net = NULL;
        sn_error err = {0};
        const double start = now(CLOCK_MONOTONIC), busy = now(CLOCK_PROCESS_CPUTIME_ID);
        if (sn_load(&options, &net, &sources, &err) != SN_OK) {
            fprintf(stderr, "bench_load: %s\n", err.message);
            return 1;
        }
        const double took = now(CLOCK_MONOTONIC) - start;
        const double worked = now(CLOCK_PROCESS_CPUTIME_ID) - busy;
        wall = took < wall ? took : wall;
        processor = worked < processor ? worked : processor;
        nodes = sn_network_node_count(net);
        flows = sn_network_flow_count(net);
        bytes = 0;
        for (size_t s = 0; s < sources.count; s++)
            bytes += (double)sources.source[s].bytes;
        sn_network_free(net);
        sn_sources_clear(&sources);
    }
    (void)getrusage(RUSAGE_SELF, &usage);
    printf("load: %zu nodes, %zu flows, %d threads: %.3f s, %.3f s of processors, %.0f MB/s, "
           "%ld MB at most\n",
           nodes, flows, sn_threads(), wall, processor, bytes / wall / 1e6,
           usage.ru_maxrss / 1024);
    return 0;
}
