/* graphml.c - what each element of GraphML says; xml.c keeps strangers at bay. */
#include "datasets/graphml.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/xml.h"

enum { MOST_KEYS = 4 * SN_SINK_ATTRIBUTES };

/* A <key>: what it is called among nodes and among flows, and its default. */
typedef struct {
    int32_t attribute[SN_SINK_KINDS]; /* or SN_NONE: not for these */
    char *fallback;                   /* or NULL */
} graphml_key;

typedef struct {
    sn_sink *sink;
    sn_xml *xml;
    sn_error *err;

    sn_dict keys;     /* by id */
    graphml_key *key; /* [keys] */
    bool any_fallback;
    int32_t current; /* the <key> that is open, or SN_NONE */

    size_t graphs;       /* met so far */
    bool undirected;     /* unless an edge says otherwise */
    size_t element_at;   /* depth of the open node or edge, 0: none */
    sn_sink_kind kind;
    size_t text_at;      /* depth of the open <data> or <default> that counts, 0: none */
    int32_t data;        /* its key */
    size_t skip_at;      /* depth of an open element that says nothing of use, 0: none */
    char *text;
    size_t size, room;
} reader;

static sn_sink_place here(const reader *r)
{
    return (sn_sink_place){sn_xml_line(r->xml), 0};
}

static void stop(reader *r, sn_status status)
{
    sn_xml_stop(r->xml, status);
}

#define STOP(r, ...) sn_xml_fail((r)->xml, __VA_ARGS__)

static sn_status grow_keys(reader *r, int32_t code)
{
    if (code % 16 != 0)
        return SN_OK;
    graphml_key *grown = realloc(r->key, ((size_t)code + 16) * sizeof *grown);
    if (grown == NULL)
        return sn_nomem(r->err, "the keys of a graph");
    r->key = grown;
    return SN_OK;
}

static void begin_key(reader *r, const sn_xml_tag *tag)
{
    const sn_slice id = sn_xml_attribute(tag, "id"), domain = sn_xml_attribute(tag, "for");
    sn_slice name = sn_xml_attribute(tag, "attr.name");
    const bool for_all = domain.text == NULL || sn_xml_is(domain, "all");
    int32_t code;

    if (id.length == 0) {
        STOP(r, "a <key> without id");
        return;
    }
    if (sn_dict_find(&r->keys, id.text, id.length) != SN_NONE || r->keys.count >= MOST_KEYS) {
        STOP(r, r->keys.count >= MOST_KEYS ? "too many keys" : "a <key> with the id of another");
        return;
    }
    stop(r, sn_dict_add(&r->keys, id.text, id.length, &code, r->err));
    if (sn_xml_goes_on(r->xml))
        stop(r, grow_keys(r, code));
    if (!sn_xml_goes_on(r->xml))
        return;
    graphml_key *key = &r->key[code];
    *key = (graphml_key){{SN_NONE, SN_NONE}, NULL};
    r->current = code;
    if (name.length == 0 && sn_xml_attribute(tag, "yfiles.type").text == NULL)
        name = id; /* GraphML before attr.name; yEd's own keys hold drawings */
    if (name.length > 0 && (for_all || sn_xml_is(domain, "node")))
        stop(r, sn_sink_attribute(r->sink, SN_SINK_NODE, name, here(r),
                                  &key->attribute[SN_SINK_NODE], r->err));
    if (name.length > 0 && (for_all || sn_xml_is(domain, "edge")))
        stop(r, sn_sink_attribute(r->sink, SN_SINK_FLOW, name, here(r),
                                  &key->attribute[SN_SINK_FLOW], r->err));
}

static void begin_graph(reader *r, const sn_xml_tag *tag)
{
    if (sn_xml_depth(r->xml) > 2)
        STOP(r, "a graph inside a node is not read: only flat graphs are");
    else if (r->graphs++ > 0)
        STOP(r, "a second <graph>: split the file, one graph each");
    r->undirected = sn_xml_is(sn_xml_attribute(tag, "edgedefault"), "undirected");
}

static void begin_element(reader *r, const sn_xml_tag *tag, sn_sink_kind kind)
{
    const sn_slice directed = sn_xml_attribute(tag, "directed");

    if (r->graphs == 0 || r->element_at != 0) {
        STOP(r, "<%s> does not stand directly in a <graph>",
             kind == SN_SINK_NODE ? "node" : "edge");
        return;
    }
    r->element_at = sn_xml_depth(r->xml);
    r->kind = kind;
    sn_sink_begin(r->sink, kind, here(r));
    if (kind == SN_SINK_NODE) {
        stop(r, sn_sink_end_point(r->sink, 0, sn_xml_attribute(tag, "id"), r->err));
        return;
    }
    if (sn_xml_is(directed, "false") || (r->undirected && !sn_xml_is(directed, "true")))
        STOP(r, "an undirected edge: who supplies whom?  Save the graph as a directed one, edges "
                "from supplier to buyer");
    if (sn_xml_goes_on(r->xml))
        stop(r, sn_sink_end_point(r->sink, 0, sn_xml_attribute(tag, "source"), r->err));
    if (sn_xml_goes_on(r->xml))
        stop(r, sn_sink_end_point(r->sink, 1, sn_xml_attribute(tag, "target"), r->err));
}

static void begin_data(reader *r, const sn_xml_tag *tag)
{
    const sn_slice id = sn_xml_attribute(tag, "key");
    char quoted[SN_CSV_QUOTE_SIZE];

    r->data = sn_dict_find(&r->keys, id.text != NULL ? id.text : "", id.length);
    if (r->data == SN_NONE) {
        STOP(r, "<data> with the key \"%s\", which no <key> before it declares",
             sn_csv_quote(id.text != NULL ? id : (sn_slice){"", 0}, quoted));
        return;
    }
    if (r->key[r->data].attribute[r->kind] == SN_NONE) {
        r->skip_at = sn_xml_depth(r->xml);
        return;
    }
    r->text_at = sn_xml_depth(r->xml);
    r->size = 0;
}

static void on_begin(void *context, const char *name, const sn_xml_tag *tag)
{
    reader *r = context;
    const size_t depth = sn_xml_depth(r->xml);

    if (depth == 1 && strcmp(name, "graphml") != 0)
        STOP(r, "the file is <%.40s>, not <graphml>; of XML files only GraphML is read", name);
    else if (r->text_at != 0 || r->skip_at != 0 || depth == 1)
        return;
    else if (strcmp(name, "key") == 0 && sn_xml_depth(r->xml) == 2)
        begin_key(r, tag);
    else if (strcmp(name, "default") == 0 && sn_xml_depth(r->xml) == 3 && r->current != SN_NONE) {
        r->text_at = sn_xml_depth(r->xml);
        r->size = 0;
    } else if (strcmp(name, "graph") == 0)
        begin_graph(r, tag);
    else if (strcmp(name, "node") == 0)
        begin_element(r, tag, SN_SINK_NODE);
    else if (strcmp(name, "edge") == 0)
        begin_element(r, tag, SN_SINK_FLOW);
    else if (strcmp(name, "hyperedge") == 0)
        STOP(r, "a hyperedge joins more than two nodes: write one edge for each pair");
    else if (strcmp(name, "data") == 0 && r->element_at != 0)
        begin_data(r, tag);
    else /* descriptions, ports, the graph's own data */
        r->skip_at = sn_xml_depth(r->xml);
}

static void end_element(reader *r)
{
    for (int32_t k = 0; r->any_fallback && k < r->keys.count && sn_xml_goes_on(r->xml); k++) {
        const graphml_key *key = &r->key[k];
        const int32_t code = key->attribute[r->kind];
        if (key->fallback != NULL && code != SN_NONE && !sn_sink_has(r->sink, code))
            stop(r, sn_sink_set(r->sink, code,
                                (sn_slice){key->fallback, strlen(key->fallback)}, r->err));
    }
    if (sn_xml_goes_on(r->xml))
        stop(r, sn_sink_end(r->sink, r->err));
    r->element_at = 0;
}

static void end_text(reader *r)
{
    r->text_at = 0;
    if (r->element_at != 0) {
        stop(r, sn_sink_set(r->sink, r->key[r->data].attribute[r->kind],
                            (sn_slice){r->text, r->size}, r->err));
        return;
    }
    graphml_key *key = &r->key[r->current];
    if (key->fallback != NULL || r->size == 0)
        return;
    key->fallback = strndup(r->text, r->size);
    r->any_fallback = true;
    if (key->fallback == NULL)
        stop(r, sn_nomem(r->err, "the default of a key"));
}

static void on_end(void *context, const char *name)
{
    reader *r = context;
    const size_t depth = sn_xml_depth(r->xml);
    (void)name;

    if (depth == r->skip_at)
        r->skip_at = 0;
    else if (depth == r->text_at)
        end_text(r);
    else if (depth == r->element_at)
        end_element(r);
    else if (depth == 2)
        r->current = SN_NONE;
}

static void on_text(void *context, const char *text, size_t length)
{
    reader *r = context;

    if (r->text_at == 0 || sn_xml_depth(r->xml) != r->text_at)
        return;
    if (r->size + length > SN_SINK_LONGEST) {
        STOP(r, "a text of more than 1 MiB");
        return;
    }
    if (r->size + length > r->room) {
        const size_t room = (r->size + length) * 2;
        char *grown = realloc(r->text, room);
        if (grown == NULL) {
            stop(r, sn_nomem(r->err, "a text"));
            return;
        }
        r->text = grown;
        r->room = room;
    }
    memcpy(r->text + r->size, text, length);
    r->size += length;
}

sn_status sn_graphml_read(const sn_bytes *bytes, sn_sink *sink, sn_error *err)
{
    static const sn_xml_events events = {on_begin, on_end, on_text};
    reader r = {.sink = sink, .err = err, .current = SN_NONE};
    sn_status status = SN_OK;

    r.xml = sn_xml_new(bytes->name, &events, &r, err);
    SN_TRY_ALLOC(r.xml, "an XML parser");
    SN_TRY(sn_xml_feed(r.xml, bytes->data, bytes->size));
    SN_TRY(sn_xml_finish(r.xml));
    if (r.graphs == 0)
        status = sn_sink_fail(sink, here(&r), err, "no <graph> in the file");
out:
    sn_xml_free(r.xml);
    for (int32_t k = 0; k < r.keys.count; k++)
        free(r.key[k].fallback);
    free(r.key);
    free(r.text);
    sn_dict_clear(&r.keys);
    return status;
}
