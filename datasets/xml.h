/* xml.h - XML from strangers, element by element, fed piece by piece; no tree is built.
 *
 * libxml2 reads, with limits: nothing is fetched from the network or the disk, the declaration of
 * an entity ends the reading before it can be used, elements may not nest deeply, and a tag has a
 * longest length because libxml2 compares each attribute with all others.
 */
#ifndef SN_DATASETS_XML_H
#define SN_DATASETS_XML_H

#include <stdbool.h>

#include "datasets/bytes.h"
#include "graph/error.h"

/** Most elements inside one another; longest tag [bytes]. */
enum { SN_XML_DEEPEST = 64, SN_XML_LONGEST_TAG = 1 << 16 };

typedef struct sn_xml sn_xml;

/** sn_xml_tag - the attributes of an element that begins; valid during the call. */
typedef struct sn_xml_tag sn_xml_tag;

/** sn_xml_events - what is called; names come without their namespace's prefix. */
typedef struct {
    void (*begin)(void *context, const char *name, const sn_xml_tag *tag);
    void (*end)(void *context, const char *name);
    /* Text, in one piece or several. */
    void (*text)(void *context, const char *text, size_t length);
} sn_xml_events;

/** sn_xml_attribute - an attribute of a tag, without its prefix; text is NULL where there is none. */
sn_slice sn_xml_attribute(const sn_xml_tag *tag, const char *name);

/** sn_xml_is - whether a slice is a word; a NULL slice is none. */
bool sn_xml_is(sn_slice text, const char *word);

/**
 * sn_xml_new - a reader.
 *
 * name     [in]  of the file, for messages; borrowed
 * events   [in]  borrowed
 * context  [in]  handed to the events
 *
 * Returns  NULL when memory ran out.
 */
sn_xml *sn_xml_new(const char *name, const sn_xml_events *events, void *context, sn_error *err);
void sn_xml_free(sn_xml *xml);

/**
 * sn_xml_feed - the next piece of the text; sn_xml_finish - there is no more.
 *
 * Returns  SN_OK; SN_EDATA "file:line: ..." for what is not well-formed or above a limit; what an
 *          event stopped with.  After a failure every call fails alike.
 * Cost     O(length).
 */
sn_status sn_xml_feed(sn_xml *xml, const char *text, size_t length);
sn_status sn_xml_finish(sn_xml *xml);

/* For events: depth of the current element, from 1; its line; stop the reading, if status is not
 * SN_OK and it has not stopped yet; whether it goes on. */
size_t sn_xml_depth(const sn_xml *xml);
size_t sn_xml_line(const sn_xml *xml);
void sn_xml_stop(sn_xml *xml, sn_status status);
bool sn_xml_goes_on(const sn_xml *xml);

/** sn_xml_fail - stop with SN_EDATA and "file:line: what". */
void sn_xml_fail(sn_xml *xml, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif /* SN_DATASETS_XML_H */
