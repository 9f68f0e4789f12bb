/* bench_reroute.c - seconds per removal under rerouting, on a folder made by `generate`.
 *
 *     bench_reroute FOLDER REMOVALS SPARE OPEN_MARKET
 *
 * Removes REMOVALS firms, evenly spaced, one after the other.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "graph/bridge.h"
#include "graph/builder.h"
#include "metrics/reroute.h"

static void stop(const char *what)
{
    fprintf(stderr, "bench_reroute: %s\n", what);
    exit(1);
}

static FILE *open_table(const char *folder, const char *name, char line[static 512])
{
    char path[4096];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(line, 512, file) == NULL)
        stop(path);
    return file;
}

/* The next row of up to four cells; the generator quotes nothing and leaves nothing empty. */
static bool next_row(FILE *file, char line[static 512], char cell[static 4][64])
{
    if (fgets(line, 512, file) == NULL) {
        (void)fclose(file);
        return false;
    }
    (void)sscanf(line, "%63[^,\n],%63[^,\n],%63[^,\n],%63[^,\n]", cell[0], cell[1], cell[2],
                 cell[3]);
    return true;
}

static int32_t touch(sn_builder *builder, const char *id)
{
    int32_t node;

    if (sn_builder_touch(builder, id, strlen(id), &node, NULL) != SN_OK)
        stop("out of memory");
    return node;
}

static sn_need need_of(const char *word)
{
    return strcmp(word, "essential") == 0    ? SN_ESSENTIAL
           : strcmp(word, "negligible") == 0 ? SN_NEGLIGIBLE
                                             : SN_NON_ESSENTIAL;
}

static sn_network *load(const char *folder)
{
    sn_builder *b = sn_builder_new();
    sn_network *net = NULL;
    sn_error err = {0};
    char line[512], cell[4][64];
    FILE *file = open_table(folder, "nodes.csv", line);

    while (next_row(file, line, cell)) { /* id, kind, sector, final_demand */
        const int32_t node = touch(b, cell[0]);
        sn_builder_set_kind(b, node, SN_KIND_FIRM);
        (void)sn_builder_set_text(b, node, SN_SECTOR, cell[2], strlen(cell[2]), NULL);
        (void)sn_builder_set_number(b, node, SN_FINAL_DEMAND, strtod(cell[3], NULL), NULL);
    }
    file = open_table(folder, "flows.csv", line);
    while (next_row(file, line, cell)) /* source, target, value */
        if (sn_builder_flow(b, touch(b, cell[0]), touch(b, cell[1]), strtod(cell[2], NULL),
                            SN_NONE, SN_BASIS_REPORTED, NULL, 0, &err) != SN_OK)
            stop(err.message);
    file = open_table(folder, "recipes.csv", line);
    while (next_row(file, line, cell)) /* buyer, input, need */
        if (sn_builder_recipe(b, cell[0], strlen(cell[0]), cell[1], strlen(cell[1]),
                              need_of(cell[2]), NAN, NAN, &err) != SN_OK)
            stop(err.message);
    if (sn_builder_freeze(&b, &net, &err) != SN_OK)
        stop(err.message);
    return net;
}

static double now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void measure(const sn_network *net, size_t removals, const sn_reroute_options *options)
{
    const size_t n = sn_network_node_count(net);
    double *weight = malloc((n + 1) * sizeof *weight), worst = 0, loss = 0;
    sn_mask mask = {malloc((n + 1) * sizeof *mask.node), NULL};
    sn_reroute *reroute = NULL;
    sn_reroute_result result;
    sn_error err = {0};
    size_t steps = 0;

    if (weight == NULL || mask.node == NULL)
        stop("out of memory");
    for (size_t i = 0; i < n; i++) {
        weight[i] = sn_network_final_demand(net, i);
        mask.node[i] = 1;
    }
    if (sn_reroute_new(net, weight, options, &reroute, &err) != SN_OK)
        stop(err.message);
    const double start = now();
    for (size_t k = 0; k < removals; k++) {
        const size_t i = k * n / removals;
        const double begin = now();
        mask.node[i] = 0;
        if (sn_reroute_run(reroute, &mask, &result, &err) != SN_OK)
            stop(err.message);
        mask.node[i] = 1;
        worst = fmax(worst, now() - begin);
        steps += result.steps;
        loss += result.loss;
    }
    printf("%zu firms, %zu flows: %zu removals %.3f s, %.1f ms each, worst %.1f ms, "
           "%.1f steps each, mean loss %.9f\n",
           n, sn_network_flow_count(net), removals, now() - start,
           1e3 * (now() - start) / (double)removals, 1e3 * worst,
           (double)steps / (double)removals, loss / (double)removals);
    sn_reroute_free(reroute);
    sn_mask_clear(&mask);
    free(weight);
}

int main(int argc, char **argv)
{
    if (argc != 5 || strtoul(argv[2], NULL, 10) == 0) {
        fprintf(stderr, "usage: bench_reroute FOLDER REMOVALS SPARE OPEN_MARKET\n");
        return 2;
    }
    sn_bridge_setup();
    sn_network *net = load(argv[1]);
    measure(net, strtoul(argv[2], NULL, 10),
            &(sn_reroute_options){.spare = strtod(argv[3], NULL),
                                  .open_market = strtoul(argv[4], NULL, 10) != 0});
    sn_network_free(net);
    return 0;
}
