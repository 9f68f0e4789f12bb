/* network.c - the firms of firms.h as a network in memory. */
#include "bench/network.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/firms.h"
#include "graph/builder.h"

enum { SECTORS = 60, SEED = 20240601 };

static void check(sn_status status, const sn_error *err)
{
    if (status == SN_OK)
        return;
    fprintf(stderr, "bench: %s\n", err->message);
    exit(1);
}

static int32_t node_of(sn_builder *builder, size_t firm)
{
    char id[32];
    int32_t node;
    sn_error err = {0};
    const int length = snprintf(id, sizeof id, "F%zu", firm);

    check(sn_builder_touch(builder, id, (size_t)length, &node, &err), &err);
    return node;
}

static void add_flow(void *builder, size_t supplier, size_t buyer, const char *value)
{
    sn_error err = {0};

    check(sn_builder_flow(builder, node_of(builder, supplier), node_of(builder, buyer),
                          strtod(value, NULL), SN_NONE, SN_BASIS_REPORTED, NULL, 0, &err),
          &err);
}

static void add_firm(void *builder, size_t firm, size_t sector, const char *final_demand)
{
    char text[32];
    sn_error err = {0};
    const int32_t node = node_of(builder, firm);
    const int length = snprintf(text, sizeof text, "S%zu", sector);

    sn_builder_set_kind(builder, node, SN_KIND_FIRM);
    check(sn_builder_set_text(builder, node, SN_SECTOR, text, (size_t)length, &err), &err);
    check(
        sn_builder_set_number(builder, node, SN_FINAL_DEMAND, strtod(final_demand, NULL), &err),
        &err);
}

static void add_recipe(void *builder, size_t buyer, size_t input, const char *need)
{
    char b[32], i[32];
    sn_error err = {0};
    const int buyer_length = snprintf(b, sizeof b, "S%zu", buyer);
    const int input_length = snprintf(i, sizeof i, "S%zu", input);

    check(sn_builder_recipe(builder, b, (size_t)buyer_length, i, (size_t)input_length,
                            need[0] == 'e'               ? SN_ESSENTIAL
                            : strcmp(need, "negligible") ? SN_NON_ESSENTIAL
                                                         : SN_NEGLIGIBLE,
                            NAN, NAN, &err),
          &err);
}

sn_network *bench_network(size_t firms, size_t degree)
{
    sn_network *net = NULL;
    sn_error err = {0};
    sn_builder *builder = sn_builder_new();

    firms_draw(firms, degree, SECTORS, SEED,
               &(firms_sink){add_flow, add_firm, add_recipe, builder});
    check(sn_builder_freeze(&builder, &net, &err), &err);
    return net;
}
