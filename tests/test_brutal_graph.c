/* test_brutal_graph.c - every allocation of graph/ fails once.
 *
 * The linker sends malloc, calloc, realloc and free of this program and of the static libraries
 * here (igraph's own, inside its shared library, are left alone).  Building, freezing, reading,
 * selecting, masking, aggregating and imaging a small network is repeated with the first, second, third
 * ... allocation failing until all succeed: each failure is SN_ENOMEM and leaves nothing
 * behind.
 */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/aggregate.h"
#include "graph/bridge.h"
#include "graph/builder.h"
#include "graph/image.h"
#include "graph/mask.h"
#include "graph/network_private.h"
#include "graph/selector.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *old);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void __wrap_free(void *old);

static long allowed = -1; /* allocations until one fails; -1: all succeed */
static long live;         /* blocks that are held                         */
static bool failed;

static bool fails(void)
{
    if (allowed != 0) {
        allowed -= allowed > 0;
        return false;
    }
    allowed = -1; /* only this one: what follows must cope with it */
    failed = true;
    return true;
}

void *__wrap_malloc(size_t size)
{
    void *block = fails() ? NULL : __real_malloc(size);

    live += block != NULL;
    return block;
}

void *__wrap_calloc(size_t count, size_t size)
{
    void *block = fails() ? NULL : __real_calloc(count, size);

    live += block != NULL;
    return block;
}

void *__wrap_realloc(void *old, size_t size)
{
    void *block = fails() ? NULL : __real_realloc(old, size);

    live += old == NULL && block != NULL;
    return block;
}

void __wrap_free(void *old)
{
    live -= old != NULL;
    __real_free(old);
}

static sn_status add_node(sn_builder *b, const char *id, const char *country, const char *stage,
                          double output, sn_error *err)
{
    int32_t at;
    sn_status status = SN_OK;

    SN_TRY(sn_builder_declare(b, id, strlen(id), &at, err));
    SN_TRY(sn_builder_set_label(b, at, id, strlen(id), err));
    SN_TRY(sn_builder_set_text(b, at, SN_COUNTRY, country, strlen(country), err));
    SN_TRY(sn_builder_set_text(b, at, SN_OWNER, "CHN", 3, err));
    SN_TRY(sn_builder_set_text(b, at, SN_COMMODITY, "cobalt", 6, err));
    SN_TRY(sn_builder_set_text(b, at, SN_STAGE, stage, strlen(stage), err));
    SN_TRY(sn_builder_set_text(b, at, SN_UNIT, "t", 1, err));
    SN_TRY(sn_builder_set_number(b, at, SN_OUTPUT, output, err));
out:
    return status;
}

/* Enough nodes and flows that every array grows at least once after it was made. */
static sn_status add_all(sn_builder *b, sn_error *err)
{
    int32_t attribute, product, node = 0;
    sn_status status = SN_OK;

    SN_TRY(add_node(b, "mine", "COD", "mining", 12.5, err));
    SN_TRY(add_node(b, "plant", "CHN", "refining", 11.25, err));
    SN_TRY(sn_builder_attribute(b, "colour", 6, &attribute, err));
    SN_TRY(sn_builder_set_attribute(b, 0, attribute, "red", 3, err));
    SN_TRY(sn_builder_product(b, "ore", 3, &product, err));
    for (int k = 0; k < 300; k++) {
        char id[16];
        const size_t length = (size_t)snprintf(id, sizeof id, "n%d", k);
        SN_TRY(sn_builder_touch(b, id, length, &node, err));
    }
    for (int k = 0; k < 1100; k++)
        SN_TRY(sn_builder_flow(b, k % 7, 2 + k % 300, 1 + k / 3.0, k % 2 ? product : SN_NONE,
                               k % 5 ? SN_BASIS_REPORTED : SN_BASIS_ESTIMATED,
                               k % 7 ? NULL : "t", 1, err));
    SN_TRY(sn_builder_flow(b, 0, 1, 3.5, product, SN_BASIS_BALANCED, NULL, 0, err));
    for (int k = 0; k < 70; k++) {
        char owner[8];
        const size_t length = (size_t)snprintf(owner, sizeof owner, "O%d", k);
        SN_TRY(sn_builder_owner(b, 5, owner, length, 0.0125, SN_EQUITY, err));
    }
    SN_TRY(sn_builder_recipe(b, "*", 1, "*", 1, SN_NON_ESSENTIAL, 1, 1, err));
    SN_TRY(sn_builder_recipe(b, "cobalt:refining", 15, "ore", 3, SN_ESSENTIAL, 1, 1, err));
out:
    return status;
}

static sn_status ask(const sn_network *net, sn_error *err)
{
    static const sn_coalition_member member[] = {{"EU", "FIN"}, {"BRICS", "CHN"}};
    const sn_coalitions coalitions = {2, member};
    const igraph_t *topology = NULL;
    sn_selection hit = {0}, all = {0};
    sn_mask mask = {0};
    sn_status status = SN_OK;

    SN_TRY(sn_selector_apply(net, "coalition=BRICS & owner=CHN|O3", &coalitions, SN_EQUITY,
                             &hit, err));
    SN_TRY(sn_selector_apply(net, "kind=country", NULL, SN_EQUITY, &all, err));
    SN_TRY(sn_mask_apply(net, &hit, NULL, SN_MODE_PRODUCTION, 0.5, &mask, err));
    SN_TRY(sn_mask_apply(net, &hit, &all, SN_MODE_FLOW, 0.5, &mask, err));
    SN_TRY(sn_mask_apply(net, &hit, NULL, SN_MODE_TRANSIT, 0.5, &mask, err));
    SN_TRY(sn_network_topology(net, &topology, err));
    for (int level = SN_LEVEL_NODE; level <= SN_LEVEL_COMMODITY; level++) {
        sn_network *coarse = NULL;
        SN_TRY(sn_aggregate(net, (sn_level)level, &coarse, err));
        sn_network_free(coarse);
    }
out:
    sn_selection_clear(&hit);
    sn_selection_clear(&all);
    sn_mask_clear(&mask);
    return status;
}

static sn_status open_image(const sn_network *net, sn_error *err)
{
    const size_t size = sn_image_size(net);
    void *memory = malloc(size);
    sn_network *there = NULL;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(memory, "an image");
    sn_image_write(net, memory);
    SN_TRY(sn_image_open(memory, size, &there, err));
    SN_TRY(sn_image_check(there, err));
out:
    sn_network_free(there);
    free(memory);
    return status;
}

static sn_status run(sn_error *err)
{
    sn_network *net = NULL;
    sn_status status = SN_OK;
    sn_builder *b = sn_builder_new();

    SN_TRY_ALLOC(b, "a builder");
    SN_TRY(add_all(b, err));
    SN_TRY(sn_builder_freeze(&b, &net, err));
    SN_TRY(ask(net, err));
    SN_TRY(open_image(net, err));
out:
    sn_builder_free(b);
    sn_network_free(net);
    return status;
}

static void graph__survives_the_failure_of_each_of_its_allocations(void **state)
{
    long n = 0;
    sn_status status;
    (void)state;

    do {
        sn_error err = {0};
        const long before = live;
        allowed = n;
        failed = false;
        status = run(&err);
        allowed = -1;
        const long left = live - before;
        if (left != 0)
            fail_msg("allocation %ld: %ld blocks are left behind", n, left);
        if (failed && (status != SN_ENOMEM || err.status != SN_ENOMEM))
            fail_msg("allocation %ld: status %d, \"%s\"", n, (int)status, err.message);
        n++;
    } while (failed);
    assert_int_equal(status, SN_OK);
    assert_true(n > 500); /* the wraps are in place */
}

static int setup(void **state)
{
    (void)state;
    sn_bridge_setup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(graph__survives_the_failure_of_each_of_its_allocations),
    };
    return cmocka_run_group_tests_name("brutal_graph", tests, setup, NULL);
}
