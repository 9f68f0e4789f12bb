/* xml.c - libxml2's push parser behind its limits. */
#include "datasets/xml.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/SAX2.h>
#include <libxml/parser.h>

enum { PIECE = 1 << 16 };

struct sn_xml {
    const char *name;
    const sn_xml_events *events;
    void *context;
    xmlParserCtxtPtr parser;
    sn_status status;
    sn_error *err;
    size_t depth;

    /* where the search for overlong tags stands */
    char quote;
    bool in_tag, tag_begins;
    size_t tag_length;
};

struct sn_xml_tag {
    const xmlChar **pair; /* local name, prefix, URI, begin and end of the value */
    int count;
};

sn_slice sn_xml_attribute(const sn_xml_tag *tag, const char *name)
{
    for (int a = 0; a < tag->count; a++) {
        const xmlChar **pair = tag->pair + 5 * a;
        if (strcmp((const char *)pair[0], name) == 0)
            return (sn_slice){(const char *)pair[3], (size_t)(pair[4] - pair[3])};
    }
    return (sn_slice){NULL, 0};
}

bool sn_xml_is(sn_slice text, const char *word)
{
    return text.text != NULL && text.length == strlen(word) &&
           memcmp(text.text, word, text.length) == 0;
}

size_t sn_xml_depth(const sn_xml *xml)
{
    return xml->depth;
}

size_t sn_xml_line(const sn_xml *xml)
{
    return (size_t)xmlSAX2GetLineNumber(xml->parser);
}

bool sn_xml_goes_on(const sn_xml *xml)
{
    return xml->status == SN_OK;
}

/* xmlStopParser would free the text that the events still point into; without events the rest
 * of a piece is parsed to no effect. */
void sn_xml_stop(sn_xml *xml, sn_status status)
{
    if (xml->status == SN_OK && status != SN_OK) {
        xml->status = status;
        xml->parser->disableSAX = 1;
    }
}

static void fail_at(sn_xml *xml, size_t line, const char *text)
{
    if (xml->status == SN_OK)
        sn_xml_stop(xml, sn_fail(xml->err, SN_EDATA, "%s:%zu: %s", xml->name, line, text));
}

void sn_xml_fail(sn_xml *xml, const char *fmt, ...)
{
    char text[400];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    fail_at(xml, sn_xml_line(xml), text);
}

/* ---- libxml2's events ---- */

static void on_begin(void *data, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
                     int namespaces, const xmlChar **ns, int count, int defaulted,
                     const xmlChar **pairs)
{
    sn_xml *xml = data;
    const sn_xml_tag tag = {pairs, count};
    (void)prefix, (void)uri, (void)namespaces, (void)ns, (void)defaulted;

    if (xml->status != SN_OK)
        return;
    if (++xml->depth > SN_XML_DEEPEST)
        sn_xml_fail(xml, "more than %d elements inside one another", SN_XML_DEEPEST);
    else
        xml->events->begin(xml->context, (const char *)local, &tag);
}

static void on_end(void *data, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
    sn_xml *xml = data;
    (void)prefix, (void)uri;

    if (xml->status != SN_OK)
        return;
    xml->events->end(xml->context, (const char *)local);
    xml->depth--;
}

static void on_text(void *data, const xmlChar *text, int length)
{
    sn_xml *xml = data;

    if (xml->status == SN_OK && length > 0)
        xml->events->text(xml->context, (const char *)text, (size_t)length);
}

static void on_entity(void *data, const xmlChar *name, int type, const xmlChar *public_id,
                      const xmlChar *system_id, xmlChar *content)
{
    (void)type, (void)public_id, (void)system_id, (void)content;
    sn_xml_fail(data, "the entity \"%.40s\" is declared; entities are not read", name);
}

static void on_reference(void *data, const xmlChar *name)
{
    sn_xml_fail(data, "the entity \"%.40s\" is used; entities are not read", name);
}

static void on_error(void *data, xmlErrorPtr error)
{
    sn_xml *xml = data;
    char text[200], whole[240];

    if (xml->status != SN_OK ||
        (error->level < XML_ERR_ERROR && error->code != XML_WAR_UNDECLARED_ENTITY) ||
        error->domain == XML_FROM_NAMESPACE) /* some programs use prefixes as they please */
        return;
    (void)snprintf(text, sizeof text, "%s", error->message != NULL ? error->message : "no reason");
    text[strcspn(text, "\r\n")] = '\0';
    for (char *c = text; *c != '\0'; c++)
        if (iscntrl((unsigned char)*c))
            *c = '?';
    (void)snprintf(whole, sizeof whole, "not well-formed XML: %s", text);
    fail_at(xml, error->line > 0 ? (size_t)error->line : sn_xml_line(xml), whole);
}

sn_xml *sn_xml_new(const char *name, const sn_xml_events *events, void *context, sn_error *err)
{
    xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
                             .startElementNs = on_begin,
                             .endElementNs = on_end,
                             .characters = on_text,
                             .cdataBlock = on_text,
                             .entityDecl = on_entity,
                             .reference = on_reference,
                             .serror = on_error};
    sn_xml *xml = calloc(1, sizeof *xml);

    if (xml == NULL)
        return NULL;
    *xml = (sn_xml){.name = name, .events = events, .context = context, .err = err};
    xmlInitParser();
    xml->parser = xmlCreatePushParserCtxt(&handler, xml, NULL, 0, NULL);
    if (xml->parser == NULL) {
        free(xml);
        return NULL;
    }
    (void)xmlCtxtUseOptions(xml->parser, XML_PARSE_NONET);
    return xml;
}

void sn_xml_free(sn_xml *xml)
{
    if (xml == NULL)
        return;
    xmlFreeDoc(xml->parser->myDoc);
    xmlFreeParserCtxt(xml->parser);
    free(xml);
}

/* ---- pieces ---- */

/* Follow the tags through a piece of the text; false when one is too long. */
static bool tags_are_short(sn_xml *xml, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!xml->in_tag) {
            const char *next = memchr(text + i, '<', length - i);
            if (next == NULL)
                return true;
            i = (size_t)(next - text);
            xml->in_tag = xml->tag_begins = true;
            xml->quote = '\0';
            xml->tag_length = 0;
            continue;
        }
        const char c = text[i];
        if ((xml->tag_begins && c == '!') || /* comment, CDATA, DOCTYPE: libxml2 limits them */
            (xml->quote == '\0' && c == '>'))
            xml->in_tag = false;
        else if (xml->quote != '\0' ? c == xml->quote : c == '"' || c == '\'')
            xml->quote = xml->quote != '\0' ? '\0' : c;
        xml->tag_begins = false;
        if (xml->in_tag && ++xml->tag_length > SN_XML_LONGEST_TAG)
            return false;
    }
    return true;
}

sn_status sn_xml_feed(sn_xml *xml, const char *text, size_t length)
{
    for (size_t at = 0; at < length && xml->status == SN_OK; at += PIECE) {
        const size_t size = length - at < PIECE ? length - at : PIECE;
        if (!tags_are_short(xml, text + at, size))
            sn_xml_fail(xml, "a tag of more than %d KiB", SN_XML_LONGEST_TAG >> 10);
        else
            (void)xmlParseChunk(xml->parser, text + at, (int)size, 0);
    }
    return xml->status;
}

sn_status sn_xml_finish(sn_xml *xml)
{
    if (xml->status == SN_OK)
        (void)xmlParseChunk(xml->parser, NULL, 0, 1);
    if (xml->status == SN_OK && !xml->parser->wellFormed)
        sn_xml_fail(xml, "not well-formed XML");
    return xml->status;
}
