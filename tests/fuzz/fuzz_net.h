/* fuzz_net.h - bytes as a small network, for targets that compare two ways to one number.
 *
 * Every input is a network: bytes that are missing are 0, and what is too large is taken
 * modulo.
 */
#ifndef SN_TESTS_FUZZ_NET_H
#define SN_TESTS_FUZZ_NET_H

#include "fuzz.h"

#include "../sn_nets.h"

enum { FUZZ_NODES = 12, FUZZ_FLOWS = 40 };

/** fuzz_bytes - what is left of an input. */
typedef struct {
    const uint8_t *at;
    size_t left;
} fuzz_bytes;

static inline unsigned fuzz_below(fuzz_bytes *b, unsigned most)
{
    if (b->left == 0)
        return 0;
    b->left--;
    return *b->at++ % most;
}

/** fuzz_amount - one of a few: zero, ties, thirds, and five decades apart.  Much farther apart
 * the oracle's losses creep by less than its digits hold, and it settles too early. */
static inline double fuzz_amount(fuzz_bytes *b)
{
    static const double amount[] = {0, 1, 1, 2, 3, 1.0 / 3, 0.1, 10, 100, 0.01, 1000, 7};

    return amount[fuzz_below(b, sizeof amount / sizeof amount[0])];
}

/** fuzz_left - what is left of a node or a flow. */
static inline double fuzz_left(fuzz_bytes *b)
{
    static const double left[] = {1, 0, 0.5, 0.9, 1.0 / 3, 0.01, 0.99};

    return left[fuzz_below(b, sizeof left / sizeof left[0])];
}

/** fuzz_network - a network of 1 to FUZZ_NODES nodes: all kinds, sectors, stages, recipes,
 * loops, parts that nothing joins; the flows take the rest of the input. */
static inline sn_network *fuzz_network(fuzz_bytes *b)
{
    static const char *const id[FUZZ_NODES] = {"a", "b", "c", "d", "e", "f",
                                               "g", "h", "i", "j", "k", "l"};
    static const char *const text[4] = {NULL, "x", "y", "z"};
    static const char *const country[3] = {"AAA", "BBB", "CCC"};
    const unsigned nodes = 1 + fuzz_below(b, FUZZ_NODES), recipes = fuzz_below(b, 6);
    const bool staged = fuzz_below(b, 2);
    bool given[4][4] = {{false}};
    sn_builder *builder = sn_builder_new();

    if (builder == NULL)
        abort();
    for (unsigned i = 0; i < nodes; i++) {
        net_node node = {.id = id[i], .kind = (sn_kind)fuzz_below(b, 3)};
        node.country = country[fuzz_below(b, 3)];
        *(staged ? &node.stage : &node.sector) = text[fuzz_below(b, 4)];
        node.output = fuzz_amount(b);
        node.final_demand = fuzz_amount(b);
        node.primary = fuzz_amount(b);
        net_add_node(builder, &node);
    }
    for (unsigned r = 0; r < recipes; r++) { /* the first is for all */
        const unsigned buyer = r > 0 ? fuzz_below(b, 4) : 0,
                       input = r > 0 ? fuzz_below(b, 4) : 0;
        const sn_need need = (sn_need)fuzz_below(b, 3);
        const char *const of = buyer > 0 ? text[buyer] : "*", *const with =
                                                                  input > 0 ? text[input] : "*";
        if (!given[buyer][input] &&
            sn_builder_recipe(builder, of, 1, with, 1, need, NAN, NAN, NULL) != SN_OK)
            abort();
        given[buyer][input] = true;
    }
    for (unsigned e = 0; e < FUZZ_FLOWS && b->left > 0; e++) {
        net_flow flow = {.supplier = id[fuzz_below(b, nodes)],
                         .buyer = id[fuzz_below(b, nodes)]};
        flow.value = fuzz_amount(b);
        flow.product = text[fuzz_below(b, 4)];
        net_add_flow(builder, &flow, 1);
    }
    return net_freeze(builder);
}

#endif /* SN_TESTS_FUZZ_NET_H */
