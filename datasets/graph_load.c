/* graph_load.c - which reader, and whether it goes through the file once or twice. */
#include "datasets/graph_load.h"

#include <string.h>

#include "datasets/graph_sink.h"
#include "datasets/graphml.h"
#include "datasets/node_link.h"

static char first_character(const char *text, size_t size)
{
    const char *end = text + size;

    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    while (text < end && (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\n'))
        text++;
    return text < end ? *text : '\0';
}

bool sn_graph_is_graphml(const sn_preset_header *header)
{
    return first_character(header->bytes, header->size) == '<';
}

bool sn_graph_is_json(const sn_preset_header *header)
{
    return first_character(header->bytes, header->size) == '{';
}

static sn_status read_once(sn_native *native, const sn_bytes *bytes, sn_source *source, bool look,
                           sn_error *err)
{
    sn_sink *sink = sn_sink_new(native, bytes->name, source, look);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(sink, "a graph");
    SN_TRY(first_character(bytes->data, bytes->size) == '<'
               ? sn_graphml_read(bytes, sink, err)
               : sn_node_link_read(bytes, sink, err));
    SN_TRY(sn_sink_finish(sink, err));
out:
    sn_sink_free(sink);
    return status;
}

sn_status sn_graph_read(const sn_preset_input *input, sn_native *native, sn_error *err)
{
    const sn_bytes *bytes = input->bytes;
    sn_status status = SN_OK;
    sn_source *source;

    if (sn_builder_node_count(native->builder) > 0)
        return sn_fail(err, SN_EUSAGE, "\"%s\" is a graph with nodes of its own: a file of nodes has "
                       "no place beside it", bytes->name);
    SN_TRY(sn_bytes_complete(input->bytes, err));
    SN_TRY(sn_sources_add(input->sources, "graph", input->bytes, &source, err));
    if (native->keep != SN_KEEP_ALL) { /* do nodes state commodities at all? */
        SN_TRY(read_once(native, bytes, source, true, err));
        native->keep = native->seen.count > 0 ? SN_KEEP_NODES : SN_KEEP_PRODUCTS;
    }
    if (native->keep == SN_KEEP_NODES)
        SN_TRY(sn_native_check_asked(native, bytes->name, err));
    SN_TRY(read_once(native, bytes, source, false, err));
out:
    return status;
}
