/* test_image.c - a network and its image give the same answers, wherever the image lies. */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_rng.h>

#include "graph/bridge.h"
#include "graph/builder.h"
#include "graph/image.h"
#include "graph/selector.h"
#include "sn_build.h"
#include "sn_same.h"

static void must(sn_status status, const sn_error *err)
{
    if (status != SN_OK)
        fail_msg("status %d: %s", (int)status, err->message);
}

/* ---- random networks, with and without each optional column ---- */

enum { COLUMN_BITS = SN_COLUMNS + SN_QUANTITIES + 5 };

typedef struct {
    gsl_rng *rng;
    uint32_t columns; /* which may occur: a bit each */
} source;

static bool has(const source *from, int bit)
{
    return (from->columns >> bit & 1) != 0 && gsl_rng_uniform(from->rng) < 0.6;
}

static int32_t add_node(sn_builder *b, const source *from, size_t k, sn_error *err)
{
    static const char *const word[] = {
        "COD", "CHN", "ROW", "t", "mining", "use", "\xc3\xa9t\xc3\xa9"};
    char text[1000];
    int32_t node;

    /* some ids are long, some begin alike */
    const int length = snprintf(text, sizeof text, "%zu%0*d", k, k % 3 == 0 ? 300 : 2, 7);
    must(sn_builder_touch(b, text, (size_t)length, &node, err), err);
    if (has(from, 0))
        sn_builder_set_kind(b, node, (sn_kind)gsl_rng_uniform_int(from->rng, 3));
    for (int c = 0; c < SN_COLUMNS; c++) {
        const char *value = c == SN_UNIT ? "t" : word[gsl_rng_uniform_int(from->rng, 7)];
        if (has(from, 1 + c))
            must(sn_builder_set_text(b, node, (sn_column)c, value, strlen(value), err), err);
    }
    for (int q = 0; q < SN_QUANTITIES; q++)
        if (has(from, 1 + SN_COLUMNS + q))
            must(sn_builder_set_number(b, node, (sn_quantity)q, 90 * gsl_rng_uniform(from->rng),
                                       err),
                 err);
    if (has(from, 1 + SN_COLUMNS + SN_QUANTITIES))
        must(sn_builder_set_label(b, node, word[k % 7], strlen(word[k % 7]), err), err);
    if (has(from, 2 + SN_COLUMNS + SN_QUANTITIES))
        must(sn_builder_owner(b, node, "FIN", 3, gsl_rng_uniform(from->rng),
                              k % 2 ? SN_EQUITY : SN_LARGEST, err),
             err);
    return node;
}

static void add_attributes(sn_builder *b, const source *from, const int32_t *node, size_t nodes,
                           sn_error *err)
{
    static const char *const name[] = {"colour", "never set", "note"};
    int32_t attribute;

    if (!has(from, 3 + SN_COLUMNS + SN_QUANTITIES))
        return;
    for (size_t a = 0; a < 3; a++) {
        must(sn_builder_attribute(b, name[a], strlen(name[a]), &attribute, err), err);
        for (size_t k = 0; a != 1 && k < nodes; k += 1 + a)
            must(sn_builder_set_attribute(b, node[k], attribute, name[k % 3],
                                          strlen(name[k % 3]), err),
                 err);
    }
}

static sn_network *draw(const source *from)
{
    sn_error err = {0};
    sn_builder *b = sn_builder_new();
    sn_network *net = NULL;
    int32_t node[40], product[2] = {SN_NONE, SN_NONE};
    const size_t nodes = gsl_rng_uniform_int(from->rng, 40);

    assert_non_null(b);
    for (size_t k = 0; k < nodes; k++)
        node[k] = add_node(b, from, k, &err);
    add_attributes(b, from, node, nodes, &err);
    must(sn_builder_product(b, "ore", 3, &product[1], &err), &err);
    for (size_t e = 0; nodes > 0 && e < gsl_rng_uniform_int(from->rng, 200); e++)
        must(sn_builder_flow(b, node[gsl_rng_uniform_int(from->rng, nodes)],
                             node[gsl_rng_uniform_int(from->rng, nodes)],
                             gsl_rng_uniform(from->rng),
                             product[has(from, 4 + SN_COLUMNS + SN_QUANTITIES)],
                             (sn_basis)gsl_rng_uniform_int(from->rng, 3), NULL, 0, &err),
             &err);
    if (from->columns & 1) {
        must(sn_builder_recipe(b, "*", 1, "*", 1, SN_NON_ESSENTIAL, NAN, 30, &err), &err);
        must(sn_builder_recipe(b, "*", 1, "ore", 3, SN_ESSENTIAL, 1.5, NAN, &err), &err);
    }
    must(sn_builder_freeze(&b, &net, &err), &err);
    return net;
}

/* ---- images ---- */

/* The image of a network in a block of exactly its size. */
static char *image_of(const sn_network *net, size_t *size)
{
    *size = sn_image_size(net);
    char *memory = malloc(*size);

    assert_non_null(memory);
    memset(memory, 0x5a, *size);
    sn_image_write(net, memory);
    return memory;
}

static bool same_number(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static const char *compare_node(const sn_network *a, const sn_network *b, size_t i)
{
    char other[1200];

    if (strcmp(sn_network_id(a, i), sn_network_id(b, i)) != 0)
        return "id";
    if (sn_network_find(b, sn_network_id(a, i)) != (int64_t)i)
        return "find";
    snprintf(other, sizeof other, "%s?", sn_network_id(a, i));
    if (sn_network_find(b, other) != -1)
        return "find of what is not there";
    if (strcmp(sn_network_label(a, i), sn_network_label(b, i)) != 0)
        return "label";
    for (int c = 0; c < SN_COLUMNS; c++)
        if (sn_network_code(a, (sn_column)c, i) != sn_network_code(b, (sn_column)c, i) ||
            !sn_same_text(sn_network_text(a, (sn_column)c, i),
                          sn_network_text(b, (sn_column)c, i)))
            return "text column";
    for (int q = 0; q < SN_QUANTITIES; q++)
        if (!same_number(sn_network_given(a, (sn_quantity)q, i),
                         sn_network_given(b, (sn_quantity)q, i)))
            return "given";
    if (sn_network_kind(a, i) != sn_network_kind(b, i) ||
        !same_number(sn_network_output(a, i), sn_network_output(b, i)) ||
        !same_number(sn_network_final_demand(a, i), sn_network_final_demand(b, i)) ||
        !same_number(sn_network_primary(a, i), sn_network_primary(b, i)) ||
        !same_number(sn_network_sales(a, i), sn_network_sales(b, i)) ||
        !same_number(sn_network_purchases(a, i), sn_network_purchases(b, i)))
        return "amount";
    if (sn_network_is_user(a, i) != sn_network_is_user(b, i) ||
        sn_network_is_rest(a, i) != sn_network_is_rest(b, i))
        return "is_user or is_rest";
    for (size_t t = 0; t < sn_network_attribute_count(a); t++)
        if (!sn_same_text(sn_network_attribute(a, t, i), sn_network_attribute(b, t, i)))
            return "attribute";
    for (int rule = 0; rule < 2; rule++)
        if (!same_number(sn_network_owner_known(a, (sn_ownership)rule, i),
                         sn_network_owner_known(b, (sn_ownership)rule, i)))
            return "owner_known";
    return NULL;
}

static const char *compare_rest(const sn_network *a, const sn_network *b)
{
    if (sn_network_has_product(a) != sn_network_has_product(b))
        return "has_product";
    for (int32_t c = SN_NONE; c < sn_network_dict(a, SN_COMMODITY)->count; c++)
        if (!sn_same_text(sn_network_unit(a, c), sn_network_unit(b, c)))
            return "unit";
    for (size_t e = 0; e < sn_network_flow_count(a); e++) {
        const sn_flow x = sn_network_flow(a, e), y = sn_network_flow(b, e);
        if (x.supplier != y.supplier || x.buyer != y.buyer || !same_number(x.value, y.value) ||
            x.group != y.group || x.basis != y.basis)
            return "flow";
    }
    if (sn_network_attribute_count(a) != sn_network_attribute_count(b))
        return "attribute_count";
    for (size_t t = 0; t < sn_network_attribute_count(a); t++)
        if (strcmp(sn_network_attribute_name(a, t), sn_network_attribute_name(b, t)) != 0)
            return "attribute_name";
    if (sn_network_recipe_count(a) != sn_network_recipe_count(b))
        return "recipe_count";
    for (size_t r = 0; r < sn_network_recipe_count(a); r++) {
        const sn_recipe x = sn_network_recipe(a, r), y = sn_network_recipe(b, r);
        if (strcmp(x.buyer, y.buyer) != 0 || strcmp(x.input, y.input) != 0 ||
            x.need != y.need || !same_number(x.coefficient, y.coefficient) ||
            !same_number(x.inventory_days, y.inventory_days))
            return "recipe";
    }
    return NULL;
}

/* NULL, or the first accessor that tells the two apart. */
static const char *compare(const sn_network *a, const sn_network *b)
{
    const char *differs = sn_same_network(a, b);

    for (size_t i = 0; differs == NULL && i < sn_network_node_count(a); i++)
        differs = compare_node(a, b, i);
    return differs != NULL ? differs : compare_rest(a, b);
}

static void image__gives_the_answers_of_its_network_with_and_without_each_column(void **state)
{
    const gsl_rng_type *type = gsl_rng_mt19937;
    source from = {gsl_rng_alloc(type), 0};
    (void)state;

    for (unsigned long seed = 0; seed < 400; seed++) {
        sn_error err = {0};
        sn_network *there = NULL;
        size_t size;
        gsl_rng_set(from.rng, seed + 1);
        /* none, all, all but one, only one, then any */
        from.columns = seed == 0                    ? 0
                       : seed == 1                  ? ~0u
                       : seed < 2 + COLUMN_BITS     ? ~(1u << (seed - 2))
                       : seed < 2 + 2 * COLUMN_BITS ? 1u << (seed - 2 - COLUMN_BITS)
                                                    : (uint32_t)gsl_rng_get(from.rng);
        sn_network *here = draw(&from);
        char *image = image_of(here, &size);
        /* move it: an image has no address of its own */
        char *moved = malloc(size);
        assert_non_null(moved);
        memcpy(moved, image, size);
        memset(image, 0, size);
        free(image);
        assert_true(sn_image_is(moved, size));
        assert_int_equal(sn_image_size_of(moved, size), size);
        must(sn_image_open(moved, size, &there, &err), &err);
        must(sn_image_check(there, &err), &err);
        const char *differs = compare(here, there);
        if (differs != NULL)
            fail_msg("seed %lu: %s differs", seed, differs);
        sn_network_free(there);
        sn_network_free(here);
        free(moved);
    }
    gsl_rng_free(from.rng);
}

static void image__of_an_image_is_the_same_image(void **state)
{
    source from = {gsl_rng_alloc(gsl_rng_mt19937), ~0u};
    sn_error err = {0};
    sn_network *there = NULL;
    size_t size, again;
    (void)state;

    sn_network *here = draw(&from);
    char *image = image_of(here, &size);
    must(sn_image_open(image, size, &there, &err), &err);
    again = sn_image_size(there);
    assert_int_equal(size, again);
    char *copy = malloc(again);
    assert_non_null(copy);
    memset(copy, 0xa5, again); /* nothing of what was in memory before gets into it */
    sn_image_write(there, copy);
    assert_memory_equal(image, copy, size);
    sn_network_free(there);
    sn_network_free(here);
    free(copy);
    free(image);
    gsl_rng_free(from.rng);
}

static void image__is_one_network_to_selectors_and_igraph(void **state)
{
    sn_error err = {0};
    sn_network *here = NULL, *there = NULL;
    sn_selection one = {0}, two = {0};
    const igraph_t *graph = NULL;
    size_t size;
    (void)state;

    must(sn_build("A: kind=stage country=COD stage=mining commodity=co output=9; A B 4; C B 2",
                  &here, &err),
         &err);
    char *image = image_of(here, &size);
    must(sn_image_open(image, size, &there, &err), &err);
    must(sn_selector_apply(here, "country=COD & stage=mining", NULL, SN_LARGEST, &one, &err),
         &err);
    must(sn_selector_apply(there, "country=COD & stage=mining", NULL, SN_LARGEST, &two, &err),
         &err);
    must(sn_network_topology(there, &graph, &err), &err);
    assert_int_equal(one.matched, 1);
    assert_int_equal(two.matched, 1);
    assert_int_equal(igraph_ecount(graph), 2);
    sn_selection_clear(&one);
    sn_selection_clear(&two);
    sn_network_free(there);
    sn_network_free(here);
    free(image);
}

/* ---- what is no image ---- */

static void assert_refused(const char *image, size_t size, const char *part)
{
    sn_error err = {0};
    sn_network *net = NULL;
    char *exact = malloc(size + (size == 0)); /* so that a sanitizer sees every slip */

    assert_non_null(exact);
    memcpy(exact, image, size);
    const sn_status status = sn_image_open(exact, size, &net, &err);
    free(exact);
    if (status != SN_EDATA || net != NULL || strstr(err.message, part) == NULL)
        fail_msg("size %zu: status %d, \"%s\", expected \"%s\"", size, (int)status, err.message,
                 part);
}

static sn_network *full_network(void)
{
    source from = {gsl_rng_alloc(gsl_rng_mt19937), ~0u};

    gsl_rng_set(from.rng, 5);
    sn_network *net = draw(&from);
    gsl_rng_free(from.rng);
    return net;
}

static void image__is_refused_when_cut_off_anywhere(void **state)
{
    sn_network *net = full_network();
    size_t size;
    char *image = image_of(net, &size);
    (void)state;

    assert_true(size > 10000 && size % 64 == 0);
    for (size_t cut = 0; cut < size; cut += cut < 400 ? 1 : 61)
        assert_refused(image, cut, "image of a network");
    sn_network_free(net);
    free(image);
}

static void image__says_what_is_wrong_with_its_header(void **state)
{
    sn_network *net = full_network();
    size_t size;
    char *image = image_of(net, &size);
    char *longer = calloc(1, size + 64);
    uint64_t more;
    (void)state;

    assert_non_null(longer);
    image[64] ^= 1;
    assert_refused(image, size, "no image");
    image[64] ^= 1;
    image[80] ^= 1;
    assert_refused(image, size, "another version");
    image[80] ^= 1;
    image[84] ^= 4;
    assert_refused(image, size, "another kind of machine");
    image[84] ^= 4;
    memcpy(longer, image, size);
    assert_refused(longer, size + 64, "bytes, not");
    memcpy(&more, longer + 72, sizeof more);
    more += 64;
    memcpy(longer + 72, &more, sizeof more);
    assert_refused(longer, size + 64, "goes on");
    free(longer);
    sn_network_free(net);
    free(image);
}

/* Every prefix and size that does not fit is noticed; other bytes may only change numbers. */
static void image__with_any_byte_changed_is_refused_or_opens(void **state)
{
    sn_network *net = full_network();
    size_t size, refused = 0;
    char *image = image_of(net, &size);
    (void)state;

    for (size_t at = 0; at < size; at++) {
        sn_error err = {0};
        sn_network *there = NULL;
        image[at] = (char)(image[at] ^ 0x81);
        const sn_status status = sn_image_open(image, size, &there, &err);
        image[at] = (char)(image[at] ^ 0x81);
        refused += status == SN_EDATA;
        if (status != SN_OK && status != SN_EDATA)
            fail_msg("byte %zu: status %d, %s", at, (int)status, err.message);
        sn_network_free(there);
    }
    assert_true(refused > 16 * 30);
    sn_network_free(net);
    free(image);
}

/* ---- images from strangers ---- */

/* Whether a sound image, and then everything that can be asked of it is asked. */
static bool passes(const char *image, size_t size)
{
    sn_error err = {0};
    sn_network *net = NULL;
    const igraph_t *graph = NULL;
    char *exact = malloc(size); /* so that a sanitizer sees every slip */

    assert_non_null(exact);
    memcpy(exact, image, size);
    sn_status status = sn_image_open(exact, size, &net, &err);
    if (status == SN_OK)
        status = sn_image_check(net, &err);
    if (status == SN_OK) {
        assert_null(compare(net, net));
        must(sn_network_topology(net, &graph, &err), &err);
        assert_int_equal(igraph_ecount(graph), sn_network_flow_count(net));
    } else if (status != SN_EDATA || err.message[0] == '\0') {
        fail_msg("status %d, \"%s\"", (int)status, err.message);
    }
    sn_network_free(net);
    free(exact);
    return status == SN_OK;
}

static void image__with_any_byte_changed_is_refused_or_is_a_sound_network(void **state)
{
    static const unsigned char change[] = {0x01, 0x80, 0xff};
    sn_network *net = full_network();
    size_t size, refused = 0;
    char *image = image_of(net, &size);
    (void)state;

    for (size_t at = 0; at < size; at++) {
        image[at] = (char)(image[at] ^ change[at % 3]);
        refused += !passes(image, size);
        image[at] = (char)(image[at] ^ change[at % 3]);
    }
    assert_true(passes(image, size));
    assert_in_range(refused, size / 3, size);
    sn_network_free(net);
    free(image);
}

/* Open the image of a rich network, let `spoil` write into its columns, and check it. */
static void assert_spoilt(void (*spoil)(sn_network *net), const char *part)
{
    sn_error err = {0};
    sn_network *here = NULL, *net = NULL;
    size_t size;

    must(sn_build(
             "A: kind=stage country=COD stage=mining commodity=co unit=t output=9;"
             "B: kind=stage country=CHN stage=refining commodity=co unit=t owner=JPN;"
             "C: kind=stage country=ROW stage=mining commodity=co; A B 4; A C 1; C B 2; B D 3",
             &here, &err),
         &err);
    char *image = image_of(here, &size);
    must(sn_image_open(image, size, &net, &err), &err);
    must(sn_image_check(net, &err), &err);
    spoil(net);
    const sn_status status = sn_image_check(net, &err);
    if (status != SN_EDATA || strstr(err.message, part) == NULL)
        fail_msg("status %d, \"%s\", expected \"%s\"", (int)status, err.message, part);
    sn_network_free(net);
    sn_network_free(here);
    free(image);
}

#define SPOIL(name, change)                                                                    \
    static void name(sn_network *net)                                                          \
    {                                                                                          \
        change;                                                                                \
    }
SPOIL(buyer_outside, net->buyer[0] = (int32_t)net->node_count)
SPOIL(buyer_before, net->buyer[0] = net->buyer[1] + 1)
SPOIL(supplier_other, net->supplier[0]++)
SPOIL(group_outside, net->group[0] = net->groups.count)
SPOIL(flow_negative, net->value[0] = -net->value[0])
SPOIL(flow_infinite, net->value[0] = INFINITY)
SPOIL(flow_more, net->value[0] *= 2)
SPOIL(basis_unknown, net->basis[0] = 3)
SPOIL(list_long, net->out_first[1] = net->flow_count + 1)
SPOIL(list_ends, net->out_first[net->node_count]--)
SPOIL(bought_outside, net->in_flow[0] = net->flow_count)
SPOIL(bought_twice, net->in_flow[1] = net->in_flow[0])
SPOIL(segment_empty, net->seg_in[1] = net->seg_in[0])
SPOIL(segment_sum, net->seg_total[0] += 1)
SPOIL(segment_group, net->seg_group[0] ^= 1)
SPOIL(need_other, net->seg_need[0] = SN_NEGLIGIBLE)
SPOIL(output_other, net->output[0] += 1)
SPOIL(demand_other, net->final_demand[1] += 1)
SPOIL(primary_other, net->primary[0] += 1)
SPOIL(sales_other, net->sales[0] += 1)
SPOIL(purchases_other, net->purchases[1] += 1)
SPOIL(self_other, net->self[0] += 1)
SPOIL(given_other, net->given[SN_OUTPUT][0] = 10)
SPOIL(given_negative, net->given[SN_OUTPUT][0] = -1)
SPOIL(kind_unknown, net->kind[0] = 3)
SPOIL(code_outside, net->code[SN_STAGE][0] = 7)
SPOIL(unit_outside, net->unit_of[0] = 5)
SPOIL(unit_other, net->unit_of[0] = SN_NONE)
SPOIL(rest_other, net->rest = 0)
SPOIL(slot_outside, net->ids.slot[0].code = 99)
SPOIL(slot_other, for (uint32_t k = 0; k < net->ids.slots; k++) net->ids.slot[k].hash ^= 8)
SPOIL(slots_full, for (uint32_t k = 0; k < net->ids.slots; k++) net->ids.slot[k].code = 0)
SPOIL(names_swapped, const char *text = net->ids.text[0]; net->ids.text[0] = net->ids.text[1];
      net->ids.text[1] = text)
SPOIL(stages_swapped, const char *text = net->dict[SN_STAGE].text[0];
      net->dict[SN_STAGE].text[0] = net->dict[SN_STAGE].text[1];
      net->dict[SN_STAGE].text[1] = text;
      const uint32_t length = net->dict[SN_STAGE].length[0];
      net->dict[SN_STAGE].length[0] = net->dict[SN_STAGE].length[1];
      net->dict[SN_STAGE].length[1] = length)
SPOIL(owner_more, net->owner_share[SN_LARGEST][0].share = 1.5)
SPOIL(owner_outside, net->owner_share[SN_EQUITY][0].owner = 50)
SPOIL(owners_long, net->owner_first[SN_EQUITY][2] = 9)

static void image__with_a_number_that_cannot_be_is_refused_by_name(void **state)
{
    static const struct {
        void (*spoil)(sn_network *net);
        const char *part;
    } all[] = {
        {buyer_outside, "node 0: a buyer of it is not there"},
        {buyer_before, "node 0: its buyers are out of order"},
        {supplier_other, "node 0: a flow of it has another supplier"},
        {group_outside, "node 0: a product of it is not there"},
        {flow_negative, "node 0: a flow of it is not positive"},
        {flow_infinite, "node 0: a flow of it is not positive and finite"},
        {flow_more, "node 1: what it buys adds up to something else"},
        {basis_unknown, "node 0: the basis"},
        {list_long, "node 0: what it sells is nowhere"},
        {list_ends, "its lists do not begin and end"},
        {bought_outside, "what it buys is out of order"},
        {bought_twice, "what it buys is out of order"},
        {segment_empty, "what it buys is nowhere"},
        {segment_sum, "adds up to something else"},
        {segment_group, "it buys what others do"},
        {need_other, "other needs than their recipes say"},
        {output_other, "other amounts than their flows say"},
        {demand_other, "other amounts than their flows say"},
        {primary_other, "other amounts than their flows say"},
        {sales_other, "other amounts than their flows say"},
        {purchases_other, "other amounts than their flows say"},
        {self_other, "other amounts than their flows say"},
        {given_other, "other amounts than their flows say"},
        {given_negative, "node 0: a number of it is negative"},
        {kind_unknown, "node 0: its kind is not known"},
        {code_outside, "node 0: a column of it"},
        {unit_outside, "commodity 0: its unit is not there"},
        {unit_other, "node 0: its unit is not its commodity's"},
        {rest_other, "the rest of the world is another country"},
        {slot_outside, "index holds a name that is not there"},
        {slots_full, "not as many entries as names"},
        {names_swapped, "node 1: names are out of order"},
        {stages_swapped, "stage 1: names are out of order"},
        {slot_other, "node 0: a name is not found by its index"},
        {owner_more, "node 1: its owners' shares are not shares"},
        {owner_outside, "node 1: an owner is not known"},
        {owners_long, "its owners are nowhere"},
    };
    (void)state;

    for (size_t k = 0; k < sizeof all / sizeof all[0]; k++)
        assert_spoilt(all[k].spoil, all[k].part);
}

static void count_release(void *memory)
{
    ++*(int *)memory;
}

static void image__that_a_network_keeps_is_released_with_it_once(void **state)
{
    sn_error err = {0};
    sn_network *net = full_network(), *there = NULL;
    size_t size;
    char *image = image_of(net, &size);
    int released = 0;
    (void)state;

    must(sn_image_open(image, size, &there, &err), &err);
    sn_image_keep(there, count_release, &released);
    assert_int_equal(released, 0);
    sn_network_free(there);
    assert_int_equal(released, 1);
    sn_network_free(net);
    free(image);
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
        cmocka_unit_test(image__gives_the_answers_of_its_network_with_and_without_each_column),
        cmocka_unit_test(image__of_an_image_is_the_same_image),
        cmocka_unit_test(image__is_one_network_to_selectors_and_igraph),
        cmocka_unit_test(image__is_refused_when_cut_off_anywhere),
        cmocka_unit_test(image__says_what_is_wrong_with_its_header),
        cmocka_unit_test(image__with_any_byte_changed_is_refused_or_opens),
        cmocka_unit_test(image__with_any_byte_changed_is_refused_or_is_a_sound_network),
        cmocka_unit_test(image__with_a_number_that_cannot_be_is_refused_by_name),
        cmocka_unit_test(image__that_a_network_keeps_is_released_with_it_once),
    };
    return cmocka_run_group_tests_name("image", tests, setup, NULL);
}
