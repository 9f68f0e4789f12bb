/* sn_graph.h - what the tests of graph files share: a text is a file, and two may be compared. */
#ifndef SN_TESTS_SN_GRAPH_H
#define SN_TESTS_SN_GRAPH_H

#include <string.h>

#include "datasets/native.h"
#include "sn_same.h"
#include "sn_test.h"

/** sn_graph_from - the network of a graph file's text. */
static inline sn_status sn_graph_from(const char *name, const char *text, size_t size,
                                      const sn_native_filter *filter, sn_network **net,
                                      sn_sources *sources, sn_error *err)
{
    sn_bytes bytes = {0};
    const sn_native_files files = {.flows = &bytes};
    sn_status status = sn_bytes_memory(name, text, size, &bytes, err);

    if (status == SN_OK)
        status = sn_native_load(&files, filter, net, sources, err);
    sn_bytes_clear(&bytes);
    return status;
}

/** sn_graph_equals - a graph file, filtered, gives the network that flows.csv and nodes.csv (or
 *  NULL) give. */
static inline void sn_graph_equals(const char *text, const char *flows, const char *nodes,
                                   const sn_native_filter *filter)
{
    const sn_native_filter all = {.year = 0};
    sn_network *got = NULL, *expected = NULL;
    sn_bytes f = {0}, n = {0};
    sn_sources sources = {0};
    sn_error err = {0}, other = {0};
    const sn_native_files files = {.flows = &f, .nodes = nodes != NULL ? &n : NULL};
    sn_status status = sn_graph_from("g", text, strlen(text), filter != NULL ? filter : &all, &got,
                                     &sources, &err);

    if (status == SN_OK)
        status = sn_bytes_memory("flows.csv", flows, strlen(flows), &f, &other);
    if (status == SN_OK && nodes != NULL)
        status = sn_bytes_memory("nodes.csv", nodes, strlen(nodes), &n, &other);
    if (status == SN_OK)
        status = sn_native_load(&files, &all, &expected, &sources, &other);
    const char *difference = status == SN_OK ? sn_same_network(got, expected) : NULL;
    sn_network_free(got);
    sn_network_free(expected);
    sn_sources_clear(&sources);
    sn_bytes_clear(&f);
    sn_bytes_clear(&n);
    if (status != SN_OK || difference != NULL)
        fail_msg("%s%s%s", err.message, other.message, difference != NULL ? difference : "");
}

/** sn_graph_fails - a graph file is refused with exactly this message. */
static inline void sn_graph_fails(const char *text, size_t size, sn_status expected,
                                  const char *message)
{
    const sn_native_filter all = {.year = 0};
    sn_network *net = NULL;
    sn_sources sources = {0};
    sn_error err = {0};
    const sn_status status = sn_graph_from("g", text, size, &all, &net, &sources, &err);

    sn_network_free(net);
    sn_sources_clear(&sources);
    assert_string_equal(err.message, message);
    assert_int_equal(status, expected);
}

#endif /* SN_TESTS_SN_GRAPH_H */
