/* graphml.c - libxml2's event parser, fed piece by piece: no tree is built.
 *
 * The file is from a stranger.  libxml2 limits the length of names and texts and reads nothing
 * from the network or the disk here (no DTD is loaded); the declaration of an entity ends the
 * reading before it can be used, elements may not nest deeply, and a tag has a limit because
 * libxml2 compares each attribute with all others. */
#include "datasets/graphml.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/SAX2.h>
#include <libxml/parser.h>

enum { DEEPEST = 64, PIECE = 1 << 16, LONGEST_TAG = 1 << 16, MOST_KEYS = 4 * SN_SINK_ATTRIBUTES };

/* A <key>: what it is called among nodes and among flows, and its default. */
typedef struct {
    int32_t attribute[SN_SINK_KINDS]; /* or SN_NONE: not for these */
    char *fallback;                   /* or NULL */
} graphml_key;

typedef struct {
    const char *name;
    sn_sink *sink;
    xmlParserCtxtPtr parser;
    sn_status status;
    sn_error *err;

    sn_dict keys;     /* by id */
    graphml_key *key; /* [keys] */
    int32_t current;  /* the <key> that is open, or SN_NONE */

    size_t depth;        /* elements open */
    size_t graphs;       /* met so far */
    bool any_fallback;
    bool undirected;     /* unless an edge says otherwise */
    size_t element_at;   /* depth of the open node or edge, 0: none */
    sn_sink_kind kind;
    size_t text_at;      /* depth of the open <data> or <default> that counts, 0: none */
    int32_t data;        /* its key */
    size_t skip_at;      /* depth of an open element that says nothing of use, 0: none */
    char *text;
    size_t size, room;

    /* where the scan for overlong tags stands */
    char quote;
    bool in_tag, tag_begins;
    size_t tag_length;
} reader;

static sn_sink_place here(const reader *r)
{
    return (sn_sink_place){(size_t)xmlSAX2GetLineNumber(r->parser), 0};
}

/* End the reading, unless it has ended.  xmlStopParser would free the text that the callbacks
 * still point into; without events the rest of a piece is parsed to no effect. */
static void stop(reader *r, sn_status status)
{
    if (r->status == SN_OK && status != SN_OK) {
        r->status = status;
        r->parser->disableSAX = 1;
    }
}

#define STOP(r, ...) stop(r, sn_sink_fail((r)->sink, here(r), (r)->err, __VA_ARGS__))

/* ---- attributes of a tag ---- */

typedef struct {
    const xmlChar **pair; /* local name, prefix, URI, begin, end of the value */
    int count;
} tag;

static sn_slice attribute(const tag *t, const char *name)
{
    for (int a = 0; a < t->count; a++) {
        const xmlChar **pair = t->pair + 5 * a;
        if (strcmp((const char *)pair[0], name) == 0)
            return (sn_slice){(const char *)pair[3], (size_t)(pair[4] - pair[3])};
    }
    return (sn_slice){NULL, 0};
}

static bool is(sn_slice text, const char *word)
{
    return text.length == strlen(word) && memcmp(text.text, word, text.length) == 0;
}

/* ---- what each element does ---- */

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

static void begin_key(reader *r, const tag *t)
{
    const sn_slice id = attribute(t, "id"), domain = attribute(t, "for");
    sn_slice name = attribute(t, "attr.name");
    const bool for_all = domain.text == NULL || is(domain, "all");
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
    if (r->status == SN_OK)
        stop(r, grow_keys(r, code));
    if (r->status != SN_OK)
        return;
    graphml_key *key = &r->key[code];
    *key = (graphml_key){{SN_NONE, SN_NONE}, NULL};
    r->current = code;
    if (name.length == 0 && attribute(t, "yfiles.type").text == NULL)
        name = id; /* GraphML before attr.name; yEd's own keys hold drawings */
    if (name.length > 0 && (for_all || is(domain, "node")))
        stop(r, sn_sink_attribute(r->sink, SN_SINK_NODE, name, here(r),
                                  &key->attribute[SN_SINK_NODE], r->err));
    if (name.length > 0 && (for_all || is(domain, "edge")))
        stop(r, sn_sink_attribute(r->sink, SN_SINK_FLOW, name, here(r),
                                  &key->attribute[SN_SINK_FLOW], r->err));
}

static void begin_graph(reader *r, const tag *t)
{
    if (r->depth > 2)
        STOP(r, "a graph inside a node is not read: only flat graphs are");
    else if (r->graphs++ > 0)
        STOP(r, "a second <graph>: split the file, one graph each");
    r->undirected = is(attribute(t, "edgedefault"), "undirected");
}

static void begin_element(reader *r, const tag *t, sn_sink_kind kind)
{
    const sn_slice directed = attribute(t, "directed");

    if (r->graphs == 0 || r->element_at != 0) {
        STOP(r, "<%s> does not stand directly in a <graph>",
             kind == SN_SINK_NODE ? "node" : "edge");
        return;
    }
    r->element_at = r->depth;
    r->kind = kind;
    sn_sink_begin(r->sink, kind, here(r));
    if (kind == SN_SINK_NODE) {
        stop(r, sn_sink_end_point(r->sink, 0, attribute(t, "id"), r->err));
        return;
    }
    if (is(directed, "false") || (r->undirected && !is(directed, "true")))
        STOP(r, "an undirected edge: who supplies whom?  Save the graph as a directed one, edges "
                "from supplier to buyer");
    if (r->status == SN_OK)
        stop(r, sn_sink_end_point(r->sink, 0, attribute(t, "source"), r->err));
    if (r->status == SN_OK)
        stop(r, sn_sink_end_point(r->sink, 1, attribute(t, "target"), r->err));
}

static void begin_data(reader *r, const tag *t)
{
    const sn_slice id = attribute(t, "key");
    char quoted[SN_CSV_QUOTE_SIZE];

    r->data = sn_dict_find(&r->keys, id.text != NULL ? id.text : "", id.length);
    if (r->data == SN_NONE) {
        STOP(r, "<data> with the key \"%s\", which no <key> before it declares",
             sn_csv_quote(id.text != NULL ? id : (sn_slice){"", 0}, quoted));
        return;
    }
    if (r->key[r->data].attribute[r->kind] == SN_NONE) {
        r->skip_at = r->depth;
        return;
    }
    r->text_at = r->depth;
    r->size = 0;
}

static void on_start(void *data, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
                     int namespaces, const xmlChar **ns, int count, int defaulted,
                     const xmlChar **pairs)
{
    reader *r = data;
    const tag t = {pairs, count};
    const char *name = (const char *)local;
    (void)prefix, (void)uri, (void)namespaces, (void)ns, (void)defaulted;

    if (r->status != SN_OK)
        return;
    if (++r->depth > DEEPEST)
        STOP(r, "more than %d elements inside one another", DEEPEST);
    else if (r->depth == 1 && strcmp(name, "graphml") != 0)
        STOP(r, "the file is <%.40s>, not <graphml>; of XML files only GraphML is read", name);
    else if (r->text_at != 0 || r->skip_at != 0 || r->depth == 1)
        return;
    else if (strcmp(name, "key") == 0 && r->depth == 2)
        begin_key(r, &t);
    else if (strcmp(name, "default") == 0 && r->depth == 3 && r->current != SN_NONE) {
        r->text_at = r->depth;
        r->size = 0;
    } else if (strcmp(name, "graph") == 0)
        begin_graph(r, &t);
    else if (strcmp(name, "node") == 0)
        begin_element(r, &t, SN_SINK_NODE);
    else if (strcmp(name, "edge") == 0)
        begin_element(r, &t, SN_SINK_FLOW);
    else if (strcmp(name, "hyperedge") == 0)
        STOP(r, "a hyperedge joins more than two nodes: write one edge for each pair");
    else if (strcmp(name, "data") == 0 && r->element_at != 0)
        begin_data(r, &t);
    else /* descriptions, ports, the graph's own data */
        r->skip_at = r->depth;
}

static void end_element(reader *r)
{
    for (int32_t k = 0; r->any_fallback && k < r->keys.count && r->status == SN_OK; k++) {
        const graphml_key *key = &r->key[k];
        const int32_t code = key->attribute[r->kind];
        if (key->fallback != NULL && code != SN_NONE && !sn_sink_has(r->sink, code))
            stop(r, sn_sink_set(r->sink, code,
                                (sn_slice){key->fallback, strlen(key->fallback)}, r->err));
    }
    if (r->status == SN_OK)
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

static void on_end(void *data, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
    reader *r = data;
    (void)local, (void)prefix, (void)uri;

    if (r->status != SN_OK)
        return;
    if (r->depth == r->skip_at)
        r->skip_at = 0;
    else if (r->depth == r->text_at)
        end_text(r);
    else if (r->depth == r->element_at)
        end_element(r);
    else if (r->depth == 2)
        r->current = SN_NONE;
    r->depth--;
}

static void on_text(void *data, const xmlChar *text, int length)
{
    reader *r = data;

    if (r->status != SN_OK || r->text_at == 0 || r->depth != r->text_at)
        return;
    if (r->size + (size_t)length > SN_SINK_LONGEST) {
        STOP(r, "a text of more than 1 MiB");
        return;
    }
    if (r->size + (size_t)length > r->room) {
        const size_t room = (r->size + (size_t)length) * 2;
        char *grown = realloc(r->text, room);
        if (grown == NULL) {
            stop(r, sn_nomem(r->err, "a text"));
            return;
        }
        r->text = grown;
        r->room = room;
    }
    memcpy(r->text + r->size, text, (size_t)length);
    r->size += (size_t)length;
}

/* ---- what strangers may try ---- */

static void on_entity(void *data, const xmlChar *name, int type, const xmlChar *public_id,
                      const xmlChar *system_id, xmlChar *content)
{
    (void)type, (void)public_id, (void)system_id, (void)content;
    STOP((reader *)data, "the entity \"%.40s\" is declared; entities are not read", name);
}

static void on_reference(void *data, const xmlChar *name)
{
    STOP((reader *)data, "the entity \"%.40s\" is used; entities are not read", name);
}

static void on_error(void *data, xmlErrorPtr error)
{
    reader *r = data;
    char text[200];

    if (r->status != SN_OK ||
        (error->level < XML_ERR_ERROR && error->code != XML_WAR_UNDECLARED_ENTITY) ||
        error->domain == XML_FROM_NAMESPACE) /* yEd's files use prefixes as they please */
        return;
    (void)snprintf(text, sizeof text, "%s", error->message != NULL ? error->message : "no reason");
    text[strcspn(text, "\r\n")] = '\0';
    for (char *c = text; *c != '\0'; c++)
        if (iscntrl((unsigned char)*c))
            *c = '?';
    const size_t line = error->line > 0 ? (size_t)error->line : here(r).line;
    stop(r, sn_sink_fail(r->sink, (sn_sink_place){line, 0}, r->err, "not well-formed XML: %s",
                         text));
}

/* Follow the tags through a piece of the text; false when one is too long. */
static bool tags_are_short(reader *r, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const char c = text[i];
        if (!r->in_tag) {
            const char *next = memchr(text + i, '<', length - i);
            if (next == NULL)
                return true;
            i = (size_t)(next - text);
            r->in_tag = r->tag_begins = true;
            r->quote = '\0';
            r->tag_length = 0;
        } else if (r->tag_begins && c == '!') { /* comment, CDATA, DOCTYPE: libxml2 limits them */
            r->in_tag = false;
        } else if (r->quote != '\0' ? c == r->quote : c == '"' || c == '\'') {
            r->quote = r->quote != '\0' ? '\0' : c;
        } else if (r->quote == '\0' && c == '>') {
            r->in_tag = false;
        }
        if (r->in_tag && c != '<')
            r->tag_begins = false;
        if (r->in_tag && ++r->tag_length > LONGEST_TAG)
            return false;
    }
    return true;
}

static void feed(reader *r, const sn_bytes *bytes)
{
    for (size_t at = 0; at < bytes->size && r->status == SN_OK; at += PIECE) {
        const size_t length = bytes->size - at < PIECE ? bytes->size - at : PIECE;
        if (!tags_are_short(r, bytes->data + at, length)) {
            STOP(r, "a tag of more than %d KiB", LONGEST_TAG >> 10);
            return;
        }
        (void)xmlParseChunk(r->parser, bytes->data + at, (int)length, 0);
    }
    if (r->status == SN_OK)
        (void)xmlParseChunk(r->parser, NULL, 0, 1);
    if (r->status == SN_OK && !r->parser->wellFormed)
        STOP(r, "not well-formed XML");
}

sn_status sn_graphml_read(const sn_bytes *bytes, sn_sink *sink, sn_error *err)
{
    xmlSAXHandler events = {.initialized = XML_SAX2_MAGIC,
                            .startElementNs = on_start,
                            .endElementNs = on_end,
                            .characters = on_text,
                            .cdataBlock = on_text,
                            .entityDecl = on_entity,
                            .reference = on_reference,
                            .serror = on_error};
    reader r = {.name = bytes->name, .sink = sink, .err = err, .current = SN_NONE};

    xmlInitParser();
    r.parser = xmlCreatePushParserCtxt(&events, &r, NULL, 0, NULL);
    if (r.parser == NULL)
        return sn_nomem(err, "an XML parser");
    (void)xmlCtxtUseOptions(r.parser, XML_PARSE_NONET);
    feed(&r, bytes);
    if (r.status == SN_OK && r.graphs == 0)
        STOP(&r, "no <graph> in the file");
    xmlFreeDoc(r.parser->myDoc);
    xmlFreeParserCtxt(r.parser);
    for (int32_t k = 0; k < r.keys.count; k++)
        free(r.key[k].fallback);
    free(r.key);
    free(r.text);
    sn_dict_clear(&r.keys);
    return r.status;
}
