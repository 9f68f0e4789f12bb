/* graph_sink.h - nodes and flows with named attributes -> builder: what graph files of every
 * format have in common.
 *
 * A reader calls sn_sink_attribute for every name it meets, and for each node or flow
 * sn_sink_begin, sn_sink_end_point, sn_sink_set, sn_sink_end; then sn_sink_finish once.
 * Attributes mean what the columns of nodes.csv and flows.csv of that name mean, with their
 * aliases; other attributes of nodes are kept, other attributes of flows are not used.
 */
#ifndef SN_DATASETS_GRAPH_SINK_H
#define SN_DATASETS_GRAPH_SINK_H

#include <stdbool.h>

#include "datasets/native_private.h"
#include "datasets/source.h"

/** Most attributes of nodes, and of flows; longest text of one element [bytes]. */
enum { SN_SINK_ATTRIBUTES = 1000, SN_SINK_LONGEST = 1 << 20 };

typedef enum { SN_SINK_NODE, SN_SINK_FLOW, SN_SINK_KINDS } sn_sink_kind;

/** sn_sink_place - where in the file something stands, from 1; column 0: the line says enough. */
typedef struct {
    size_t line, column;
} sn_sink_place;

typedef struct sn_sink sn_sink;

/**
 * sn_sink_new - a sink into native->builder.
 *
 * native  [in]  with what is asked for (sn_native_ask); borrowed
 * name    [in]  of the file, for messages; borrowed
 * source  [in]  the file's account; borrowed, NULL for a look at commodities only
 * look    [in]  true: nothing is built, the commodities of the nodes go to native->seen
 *
 * Returns  NULL when memory ran out.
 */
sn_sink *sn_sink_new(sn_native *native, const char *name, sn_source *source, bool look);
void sn_sink_free(sn_sink *sink);

/** sn_sink_attribute - the code of an attribute's name.  SN_EDATA above SN_SINK_ATTRIBUTES, or
 *  when two names mean one thing. */
sn_status sn_sink_attribute(sn_sink *sink, sn_sink_kind kind, sn_slice name,
                            sn_sink_place place, int32_t *attribute, sn_error *err);

/** sn_sink_begin - a node or a flow begins at `place`. */
void sn_sink_begin(sn_sink *sink, sn_sink_kind kind, sn_sink_place place);

/** sn_sink_end_point - the id of the node (which 0), or of supplier (0) and buyer (1).  SN_EDATA
 *  when it is given twice or above SN_SINK_LONGEST. */
sn_status sn_sink_end_point(sn_sink *sink, int which, sn_slice id, sn_error *err);

/** sn_sink_set - the value of an attribute; copied.  SN_EDATA as above. */
sn_status sn_sink_set(sn_sink *sink, int32_t attribute, sn_slice text, sn_error *err);

/** sn_sink_has - whether the current element has a value for an attribute. */
bool sn_sink_has(const sn_sink *sink, int32_t attribute);

/**
 * sn_sink_end - check the node or flow and hand it to the builder.
 *
 * A node whose id is n0 and that has an attribute `name`, as the first of a file, shows that
 * igraph wrote it: then `name` is the id of every node.  An attribute `id` always is.
 *
 * Returns  SN_OK; SN_EDATA, with place and subject; SN_ENOMEM.
 */
sn_status sn_sink_end(sn_sink *sink, sn_error *err);

/** sn_sink_finish - judge the file as a whole, as flows.csv is judged: no flows, several years,
 *  a year or commodity that does not occur. */
sn_status sn_sink_finish(sn_sink *sink, sn_error *err);

/** sn_sink_note - say "attribute "x" of nodes: what" in the file's account. */
sn_status sn_sink_note(sn_sink *sink, sn_sink_kind kind, int32_t attribute, const char *what,
                       sn_error *err);

/** sn_sink_fail - "file:line: what": SN_EDATA. */
sn_status sn_sink_fail(const sn_sink *sink, sn_sink_place place, sn_error *err, const char *fmt,
                       ...) __attribute__((format(printf, 4, 5)));

#endif /* SN_DATASETS_GRAPH_SINK_H */
