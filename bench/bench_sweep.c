/* bench_sweep.c - time single-node removals on a synthetic firm network (firms.h).
 *
 *     bench_sweep FIRMS [glcascade|none|market] [TOLERANCE] [SAMPLE] [THREADS]
 *
 * glcascade is the published rule with replaceability; none and market are certified.  SAMPLE
 * removals are drawn at random without repetition (0 = every firm).  Prints sizes, seconds,
 * nanoseconds per flow visit and peak memory, and what the losses add up to.
 */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "bench/network.h"
#include "metrics/sweep.h"

enum { DEGREE = 10, SEED = 20240601 };

static void check(sn_status status, const sn_error *err)
{
    if (status == SN_OK)
        return;
    fprintf(stderr, "bench_sweep: %s\n", err->message);
    exit(1);
}

static double now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds of processor time so far, all threads together. */
static double spent(void)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec;
}

static sn_sweep_scenarios removals(size_t n, size_t sample)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    int32_t *all = malloc(n * sizeof *all), *node = malloc(sample * sizeof *node);
    size_t *first = malloc((sample + 1) * sizeof *first);

    for (size_t i = 0; i < n; i++)
        all[i] = (int32_t)i;
    gsl_rng_set(rng, SEED);
    if (gsl_ran_choose(rng, node, sample, all, n, sizeof *all) != 0)
        exit(1);
    for (size_t k = 0; k <= sample; k++)
        first[k] = k;
    gsl_rng_free(rng);
    free(all);
    return (sn_sweep_scenarios){.count = sample, .first = first, .node = node};
}

static void print(const sn_network *net, const sn_sweep_loss *loss, size_t count, double plan,
                  double run, double processor)
{
    double mean = 0, rounds = 0, bound = 0, largest = 0;
    struct rusage usage;

    for (size_t k = 0; k < count; k++) {
        mean += loss[k].loss / (double)count;
        rounds += loss[k].rounds;
        bound = fmax(bound, loss[k].bound);
        largest = fmax(largest, loss[k].loss);
    }
    (void)getrusage(RUSAGE_SELF, &usage);
    const double visits = rounds * (double)sn_network_flow_count(net);
    printf("n %zu  m %zu  scenarios %zu  plan %.3f s  run %.3f s (%.3f ms each)  rounds %.2f\n",
           sn_network_node_count(net), sn_network_flow_count(net), count, plan, run,
           1e3 * run / (double)count, rounds / (double)count);
    printf(
        "  processor %.3f s, %.3f ms each, %.3f ns per flow, round and scenario  peak %ld MB  "
        "kernel %s\n",
        processor, 1e3 * processor / (double)count, 1e9 * processor / visits,
        usage.ru_maxrss / 1024, sn_sweep_kernel_name());
    printf("  mean loss %.15g  largest %.15g  widest bound %.3g\n", mean, largest, bound);
}

int main(int argc, char **argv)
{
    const size_t firms = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
    const char *mode = argc > 2 ? argv[2] : "glcascade";
    const double tolerance = argc > 3 ? strtod(argv[3], NULL) : 0;
    const size_t sample = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
    const int threads = argc > 5 ? atoi(argv[5]) : sn_sweep_threads_max();
    sn_sweep_plan *plan = NULL;
    sn_error err = {0};
    sn_network *net = bench_network(firms, DEGREE);
    const size_t n = sn_network_node_count(net);
    sn_sweep_scenarios scenarios = removals(n, sample == 0 || sample > n ? n : sample);
    sn_sweep_loss *loss = malloc(scenarios.count * sizeof *loss);
    double *weight = malloc(n * sizeof *weight);

    for (size_t i = 0; i < n; i++)
        weight[i] = sn_network_output(net, i);
    const double start = now();
    check(sn_sweep_plan_new(
              net,
              &(sn_sweep_options){
                  .weight = weight,
                  .response = strcmp(mode, "none") ? SN_RESPONSE_MARKET : SN_RESPONSE_NONE,
                  .rule = strcmp(mode, "glcascade") ? SN_SWEEP_CERTIFIED : SN_SWEEP_GLCASCADE,
                  .tolerance = tolerance},
              &plan, &err),
          &err);
    const double planned = now(), before = spent();
    check(sn_sweep_run(plan, &scenarios, threads, NULL, NULL, loss, &err), &err);
    print(net, loss, scenarios.count, planned - start, now() - planned, spent() - before);
    free(weight);
    free(loss);
    free((void *)scenarios.first);
    free((void *)scenarios.node);
    sn_sweep_plan_free(plan);
    sn_network_free(net);
    return 0;
}
