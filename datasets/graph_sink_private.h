/* graph_sink_private.h - between the files of the sink only. */
#ifndef SN_DATASETS_GRAPH_SINK_PRIVATE_H
#define SN_DATASETS_GRAPH_SINK_PRIVATE_H

#include <stdint.h>

#include "datasets/graph_sink.h"

/* Roles of a node's attribute are the columns of nodes.csv and then SN_SINK_NAME; those of a
 * flow's are these. */
enum { SN_SINK_VALUE, SN_SINK_PRODUCT, SN_SINK_UNIT, SN_SINK_YEAR, SN_SINK_BASIS };
enum { SN_SINK_NAME = SN_NODE_COLUMNS, SN_SINK_ROLES, SN_SINK_KEPT };

/* A text of the current element, if it bears the current stamp. */
struct sn_sink_value {
    size_t at, length;
    uint64_t stamp;
};

struct sn_sink {
    sn_native *native;
    const char *name;
    sn_source *source;
    bool look;

    sn_dict names[SN_SINK_KINDS]; /* of attributes                                */
    int *role[SN_SINK_KINDS];     /* [names] what an attribute means              */
    int32_t *kept[SN_SINK_KINDS]; /* [names] the builder's attribute, or SN_NONE  */
    int32_t of_role[SN_SINK_KINDS][SN_SINK_ROLES];

    sn_sink_kind kind; /* the current element */
    sn_sink_place place;
    uint64_t stamp;
    struct sn_sink_value id[2], *value;
    size_t value_room;
    char *text;
    size_t size, room;

    bool rename;         /* the file's ids are a program's own: nodes have other names */
    sn_dict ids;         /* the file's ids of nodes                                    */
    int32_t *renamed;    /* [ids] builder index, or SN_NONE: left out                  */
    size_t renamed_room;
    size_t nodes, flows; /* met so far                                                 */
    size_t from_stocks;  /* nodes whose final demand is negative                       */
    sn_dict years;
};

/* Trimmed text of a role of the current element; empty when it is not there. */
sn_slice sn_sink_text(const sn_sink *sink, int role);
sn_slice sn_sink_value_of(const sn_sink *sink, const struct sn_sink_value *value);

/* As the functions of csv.h; a NaN is missing. */
sn_status sn_sink_number(const sn_sink *sink, int role, double *number, sn_error *err);
sn_status sn_sink_amount(const sn_sink *sink, int role, double *amount, sn_error *err);
sn_status sn_sink_choice(const sn_sink *sink, int role, const char *words, int *choice,
                         sn_error *err);

/* Fail at the current element; put its name before the builder's message. */
sn_status sn_sink_blame(const sn_sink *sink, sn_error *err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
sn_status sn_sink_builder(const sn_sink *sink, sn_status status, sn_error *err);

/* graph_sink_flows.c */
sn_status sn_sink_flow(sn_sink *sink, sn_error *err);

#endif /* SN_DATASETS_GRAPH_SINK_PRIVATE_H */
