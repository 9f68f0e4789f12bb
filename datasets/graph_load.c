/* graph_load.c - which reader, one pass or two, then recipes and owners as for native files. */
#include "datasets/graph_load.h"

#include <string.h>

#include "datasets/graph_sink.h"
#include "datasets/graphml.h"
#include "datasets/native_private.h"
#include "datasets/node_link.h"

static char first_character(const sn_bytes *bytes)
{
    const char *text = bytes->data, *end = text + bytes->size;

    if (bytes->size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    while (text < end && strchr(" \t\r\n", *text) != NULL && *text != '\0')
        text++;
    return text < end ? *text : '\0';
}

bool sn_graph_is_one(const sn_bytes *bytes)
{
    const char first = first_character(bytes);

    return first == '<' || first == '{';
}

static sn_status read_once(sn_native *native, const sn_bytes *bytes, sn_source *source, bool look,
                           sn_error *err)
{
    sn_sink *sink = sn_sink_new(native, bytes->name, source, look);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(sink, "a graph");
    SN_TRY(first_character(bytes) == '<' ? sn_graphml_read(bytes, sink, err)
                                         : sn_node_link_read(bytes, sink, err));
    SN_TRY(sn_sink_finish(sink, err));
out:
    sn_sink_free(sink);
    return status;
}

/* A commodity filter must know beforehand whether nodes state commodities at all. */
static sn_status ask(sn_native *native, const sn_native_filter *filter, const sn_bytes *bytes,
                     sn_source *source, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(sn_native_ask(native, filter, NULL, NULL, err));
    if (native->keep == SN_KEEP_ALL)
        return SN_OK;
    SN_TRY(read_once(native, bytes, source, true, err));
    native->keep = native->seen.count > 0 ? SN_KEEP_NODES : SN_KEEP_PRODUCTS;
    if (native->keep == SN_KEEP_NODES)
        SN_TRY(sn_native_check_asked(native, bytes->name, err));
out:
    return status;
}

sn_status sn_graph_load(const sn_native_files *files, const sn_native_filter *filter,
                        sn_network **net, sn_sources *sources, sn_error *err)
{
    sn_native native = {.builder = sn_builder_new()};
    sn_status status = SN_OK;
    sn_source *source;

    SN_TRY_ALLOC(native.builder, "a network");
    if (files->nodes != NULL) {
        status = sn_fail(err, SN_EUSAGE, "\"%s\" is a graph with nodes of its own: \"%s\" has no "
                         "place beside it", files->flows->name, files->nodes->name);
        goto out;
    }
    SN_TRY(sn_sources_add(sources, "graph", files->flows, &source, err));
    SN_TRY(ask(&native, filter, files->flows, source, err));
    SN_TRY(read_once(&native, files->flows, source, false, err));
    if (files->recipes != NULL)
        SN_TRY(sn_native_recipes(&native, files->recipes, sources, err));
    if (files->owners != NULL)
        SN_TRY(sn_native_owners(&native, files->owners, sources, err));
    SN_TRY(sn_native_freeze(&native, files->flows->name, net, err));
out:
    sn_native_clear(&native);
    return status;
}
