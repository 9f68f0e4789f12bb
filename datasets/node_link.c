/* node_link.c - yajl's events and a stack of what is open. */
#include "datasets/node_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_parse.h>

enum { DEEPEST = 64, PIECE = 1 << 16, LONGEST_VALUE = 16 << 20 };

typedef enum { TOP, GRAPH, NODE_LIST, NODE_MAP, EDGE_LIST, ELEMENT, METADATA, SKIPPED } level;

/* What the member that was named last is. */
typedef enum { OTHER, NODES, EDGES, GRAPHS, THE_GRAPH, DIRECTED, ID, SOURCE, TARGET, META, VALUE } role;

typedef struct {
    const sn_bytes *bytes;
    sn_sink *sink;
    sn_status status;
    sn_error *err;
    yajl_handle parser;
    size_t piece_at;      /* offset of the piece that is being parsed */
    size_t event_at;      /* offset of the last event                 */
    size_t line, line_at; /* the last place that was asked for, and where its line begins */
    size_t counted;       /* line ends before this offset are counted */

    level open[DEEPEST];
    size_t depth;
    role member;
    int32_t attribute;   /* of VALUE */
    sn_sink_kind kind;   /* of the open element */
    char *node_id;       /* key of the node map */
    bool seen[VALUE];    /* members of TOP and GRAPH */
    bool noted;
} reader;

/* Line and column of the last event: the place after it. */
static sn_sink_place here(reader *r)
{
    const char *text = r->bytes->data;
    size_t end = r->piece_at + yajl_get_bytes_consumed(r->parser);

    if (end > r->bytes->size) /* yajl ends a text with a blank of its own */
        end = r->bytes->size;

    while (r->counted < end) {
        const char *next = memchr(text + r->counted, '\n', end - r->counted);
        if (next == NULL)
            break;
        r->line++;
        r->line_at = r->counted = (size_t)(next - text) + 1;
    }
    r->counted = end > r->counted ? end : r->counted;
    return (sn_sink_place){r->line, end > r->line_at ? end - r->line_at : 1};
}

/* yajl goes on while a callback answers 1. */
static int go_on(reader *r, sn_status status)
{
    r->event_at = r->piece_at + yajl_get_bytes_consumed(r->parser);
    if (r->status == SN_OK)
        r->status = status;
    return r->status == SN_OK;
}

#define STOP(r, ...) go_on(r, sn_sink_fail((r)->sink, here(r), (r)->err, __VA_ARGS__))

static level top(const reader *r)
{
    return r->depth == 0 ? SKIPPED : r->open[r->depth - 1];
}

static int push(reader *r, level what)
{
    if (r->depth == DEEPEST)
        return STOP(r, "more than %d levels inside one another", DEEPEST);
    r->open[r->depth++] = what;
    return go_on(r, SN_OK);
}

static bool is(sn_slice text, const char *word)
{
    return text.length == strlen(word) && memcmp(text.text, word, text.length) == 0;
}

/* ---- members ---- */

static int name_of_graph(reader *r, sn_slice key)
{
    static const struct {
        const char *name;
        role role;
    } known[] = {{"nodes", NODES},   {"links", EDGES},      {"edges", EDGES},
                 {"graphs", GRAPHS}, {"graph", THE_GRAPH}, {"directed", DIRECTED}};

    r->member = OTHER;
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
        if (is(key, known[k].name))
            r->member = known[k].role;
    if (r->member == OTHER || (r->member == THE_GRAPH && top(r) == GRAPH))
        return go_on(r, SN_OK);
    if (r->seen[r->member])
        return STOP(r, r->member == EDGES ? "links or edges are given twice"
                                          : "member \"%.*s\" is given twice",
                    (int)key.length, key.text);
    r->seen[r->member] = true;
    return go_on(r, SN_OK);
}

static int name_of_element(reader *r, sn_slice key)
{
    const bool direct = top(r) == ELEMENT;

    if (direct && r->kind == SN_SINK_NODE && is(key, "id"))
        r->member = ID;
    else if (direct && r->kind == SN_SINK_FLOW && (is(key, "source") || is(key, "target")))
        r->member = key.text[0] == 's' ? SOURCE : TARGET;
    else if (direct && r->kind == SN_SINK_FLOW && is(key, "directed"))
        r->member = DIRECTED;
    else if (direct && is(key, "metadata"))
        r->member = META;
    else {
        r->member = VALUE;
        return go_on(r, sn_sink_attribute(r->sink, r->kind, key, here(r), &r->attribute, r->err));
    }
    return go_on(r, SN_OK);
}

static int on_key(void *data, const unsigned char *text, size_t length)
{
    reader *r = data;
    const sn_slice key = {(const char *)text, length};

    switch (top(r)) {
    case TOP:
    case GRAPH:
        return name_of_graph(r, key);
    case ELEMENT:
    case METADATA:
        return name_of_element(r, key);
    case NODE_MAP:
        if (length > SN_SINK_LONGEST || memchr(text, '\0', length) != NULL)
            return STOP(r, "a node id of %zu bytes, or with a NUL", length);
        free(r->node_id);
        r->node_id = strndup((const char *)text, length);
        return go_on(r, r->node_id != NULL ? SN_OK : sn_nomem(r->err, "a node id"));
    default:
        return go_on(r, SN_OK);
    }
}

/* ---- values ---- */

static int expected(reader *r, const char *what)
{
    return STOP(r, "expected %s", what);
}

static int undirected(reader *r)
{
    return STOP(r, "the graph is undirected: who supplies whom?  Save it as a directed one, edges "
                   "from supplier to buyer");
}

/* A text or number, or true and false as text. */
static int take(reader *r, sn_slice text)
{
    const level in = top(r);

    if (r->depth == 0)
        return expected(r, "an object with nodes and links or edges");
    if (in == NODE_LIST || in == NODE_MAP || in == EDGE_LIST)
        return expected(r, in == EDGE_LIST ? "an edge, an object" : "a node, an object");
    if (in == TOP || in == GRAPH)
        return r->member == NODES || r->member == EDGES
                   ? expected(r, "a list of objects")
               : r->member == DIRECTED ? expected(r, "true or false")
                                       : go_on(r, SN_OK);
    if (in == SKIPPED)
        return go_on(r, SN_OK);
    if (memchr(text.text, '\0', text.length) != NULL)
        return STOP(r, "a text with a NUL in it");
    if (r->member == ID || r->member == SOURCE || r->member == TARGET)
        return go_on(r, sn_sink_end_point(r->sink, r->member == TARGET, text, r->err));
    if (r->member == VALUE)
        return go_on(r, sn_sink_set(r->sink, r->attribute, text, r->err));
    return expected(r, r->member == DIRECTED ? "true or false" : "an object");
}

static int on_text(void *data, const unsigned char *text, size_t length)
{
    return take(data, (sn_slice){(const char *)text, length});
}

static int on_number(void *data, const char *text, size_t length)
{
    return take(data, (sn_slice){text, length});
}

static int on_bool(void *data, int value)
{
    reader *r = data;
    const level in = top(r);

    if (r->member == DIRECTED && (in == TOP || in == GRAPH || in == ELEMENT))
        return value ? go_on(r, SN_OK) : undirected(r);
    return take(r, value ? (sn_slice){"true", 4} : (sn_slice){"false", 5});
}

static int on_null(void *data)
{
    reader *r = data;

    if (top(r) == ELEMENT || top(r) == METADATA) /* not given */
        return go_on(r, SN_OK);
    return take(r, (sn_slice){"null", 4});
}

/* ---- objects and lists ---- */

/* An attribute that holds many values has no place in a network. */
static int skip(reader *r)
{
    if ((top(r) == ELEMENT || top(r) == METADATA) && !r->noted) {
        r->noted = true;
        if (r->member != VALUE)
            return expected(r, "a text or a number");
        (void)go_on(r, sn_sink_note(r->sink, r->kind, r->attribute,
                                    "holds lists or objects: left out", r->err));
    }
    return r->status == SN_OK ? push(r, SKIPPED) : 0;
}

static int begin_element(reader *r, sn_sink_kind kind)
{
    const bool named = top(r) == NODE_MAP;

    r->kind = kind;
    sn_sink_begin(r->sink, kind, here(r));
    if (named && !go_on(r, sn_sink_end_point(r->sink, 0,
                                             (sn_slice){r->node_id, strlen(r->node_id)}, r->err)))
        return 0;
    return push(r, ELEMENT);
}

static int on_object(void *data)
{
    reader *r = data;

    if (r->depth == 0)
        return push(r, TOP);
    switch (top(r)) {
    case TOP:
        if (r->member == THE_GRAPH)
            return push(r, GRAPH);
        /* fall through */
    case GRAPH:
        return r->member == NODES   ? push(r, NODE_MAP)
               : r->member == EDGES ? expected(r, "a list of objects")
                                    : skip(r);
    case NODE_LIST:
    case NODE_MAP:
        return begin_element(r, SN_SINK_NODE);
    case EDGE_LIST:
        return begin_element(r, SN_SINK_FLOW);
    case ELEMENT:
        return r->member == META ? push(r, METADATA) : skip(r);
    default:
        return skip(r);
    }
}

static int on_list(void *data)
{
    reader *r = data;
    const level in = top(r);

    if (r->depth == 0)
        return expected(r, "an object with nodes and links or edges");
    if ((in == TOP || in == GRAPH) && r->member == NODES)
        return push(r, NODE_LIST);
    if ((in == TOP || in == GRAPH) && r->member == EDGES)
        return push(r, EDGE_LIST);
    if (in == TOP && r->member == GRAPHS)
        return STOP(r, "several graphs: split the file, one graph each");
    if (in == NODE_LIST || in == NODE_MAP || in == EDGE_LIST)
        return expected(r, in == EDGE_LIST ? "an edge, an object" : "a node, an object");
    return skip(r);
}

static int on_close(void *data)
{
    reader *r = data;
    const level closed = r->open[--r->depth];

    if (closed == METADATA)
        r->member = META;
    return go_on(r, closed == ELEMENT ? sn_sink_end(r->sink, r->err) : SN_OK);
}

/* ---- the whole ---- */

static void fail_syntax(reader *r, const char *text, size_t length)
{
    unsigned char *reason = yajl_get_error(r->parser, 0, (const unsigned char *)text, length);
    char shown[120];

    (void)snprintf(shown, sizeof shown, "%s", reason != NULL ? (const char *)reason : "");
    shown[strcspn(shown, "\r\n")] = '\0';
    yajl_free_error(r->parser, reason);
    if (shown[0] == '\0')
        (void)snprintf(shown, sizeof shown, "parse error: the text ends too early");
    (void)STOP(r, "not JSON: %s", shown);
}

static void feed(reader *r)
{
    yajl_status got = yajl_status_ok;

    for (; r->piece_at < r->bytes->size && r->status == SN_OK; r->piece_at += PIECE) {
        const char *text = r->bytes->data + r->piece_at;
        const size_t left = r->bytes->size - r->piece_at, length = left < PIECE ? left : PIECE;
        got = yajl_parse(r->parser, (const unsigned char *)text, length);
        if (got != yajl_status_ok) {
            if (r->status == SN_OK)
                fail_syntax(r, text, length);
            return;
        }
        if (r->piece_at + length - r->event_at > LONGEST_VALUE)
            (void)STOP(r, "a value of more than %d MiB", LONGEST_VALUE >> 20);
    }
    r->piece_at = r->bytes->size;
    if (r->status == SN_OK && yajl_complete_parse(r->parser) != yajl_status_ok &&
        r->status == SN_OK)
        (void)go_on(r, sn_sink_fail(r->sink, (sn_sink_place){r->line, 0}, r->err,
                                    "not JSON: the text ends too early"));
}

sn_status sn_node_link_read(const sn_bytes *bytes, sn_sink *sink, sn_error *err)
{
    static const yajl_callbacks events = {.yajl_null = on_null,
                                          .yajl_boolean = on_bool,
                                          .yajl_number = on_number,
                                          .yajl_string = on_text,
                                          .yajl_start_map = on_object,
                                          .yajl_map_key = on_key,
                                          .yajl_end_map = on_close,
                                          .yajl_start_array = on_list,
                                          .yajl_end_array = on_close};
    reader r = {.bytes = bytes, .sink = sink, .err = err, .line = 1};

    if (bytes->size >= 3 && memcmp(bytes->data, "\xef\xbb\xbf", 3) == 0)
        r.piece_at = r.line_at = r.counted = r.event_at = 3;
    r.parser = yajl_alloc(&events, NULL, &r);
    if (r.parser == NULL)
        return sn_nomem(err, "a JSON parser");
    feed(&r);
    if (r.status == SN_OK && !(r.seen[NODES] || r.seen[EDGES]))
        (void)go_on(&r, sn_fail(err, SN_EDATA, "%s: neither nodes nor links nor edges: no graph "
                                "in JSON", bytes->name));
    yajl_free(r.parser);
    free(r.node_id);
    return r.status;
}
