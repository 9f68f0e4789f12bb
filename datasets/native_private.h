/* native_private.h - between the native files only. */
#ifndef SN_DATASETS_NATIVE_PRIVATE_H
#define SN_DATASETS_NATIVE_PRIVATE_H

#include "datasets/native.h"
#include "graph/builder.h"

/* What --commodity keeps. */
typedef enum {
    SN_KEEP_ALL,
    SN_KEEP_NODES,   /* nodes of the asked commodities, and flows among them  */
    SN_KEEP_PRODUCTS /* flows of the asked products: no node has a commodity */
} sn_keep;

typedef struct sn_native {
    sn_builder *builder;
    sn_keep keep;
    sn_dict asked;   /* the commodities to keep                           */
    sn_dict seen;    /* commodities of the nodes, or products of the flows */
    sn_dict skipped; /* ids of nodes of other commodities                 */
    char year[16];   /* the asked year, or ""                             */
} sn_native;

/* native_flows.c: "2019, 2020, 2021"; and SN_EUSAGE unless an asked year is among those of a file. */
sn_status sn_native_list_years(const sn_dict *years, char *names, size_t room, sn_error *err);
sn_status sn_native_check_year(const sn_dict *years, const char *asked, const char *file,
                               sn_error *err);

/* native_filter.c: note what is asked for; if a table (nodes.csv, or NULL) has a column
 * `commodity`, by these aliases, that states any, it must state all that are asked for. */
sn_status sn_native_ask(sn_native *native, const sn_native_filter *filter, const sn_bytes *table,
                        const char *aliases, sn_error *err);
/* Every asked commodity must have been seen. */
sn_status sn_native_check_asked(const sn_native *native, const char *where, sn_error *err);

/* native_filter.c: "zero: 3, other year: 7", for the message when no row can be used. */
const char *sn_native_reasons(const sn_source *source, char reasons[400]);
void sn_native_clear(sn_native *native);

/* native_nodes.c, native_flows.c, native_rules.c: one file each, into native->builder. */
sn_status sn_native_nodes(sn_native *native, sn_bytes *bytes, sn_sources *sources, sn_error *err);
sn_status sn_native_flows(sn_native *native, sn_bytes *bytes, const sn_import_options *how,
                          sn_sources *sources, sn_error *err);
sn_status sn_native_recipes(sn_native *native, sn_bytes *bytes, sn_sources *sources,
                            sn_error *err);
sn_status sn_native_owners(sn_native *native, sn_bytes *bytes, sn_sources *sources,
                           sn_error *err);

/* The columns of nodes.csv: the text columns stand in the order of sn_column, the numbers in that
 * of sn_quantity. */
enum {
    SN_NODE_ID,
    SN_NODE_LABEL,
    SN_NODE_KIND,
    SN_NODE_TEXTS,
    SN_NODE_NUMBERS = SN_NODE_TEXTS + SN_COLUMNS,
    SN_NODE_COLUMNS = SN_NODE_NUMBERS + SN_QUANTITIES
};

/* The column of nodes.csv that a header means, or -1; that of flows.csv by name, or NULL. */
int sn_native_node_column(sn_slice header);
const char *sn_native_flow_column(sn_slice header);

#endif /* SN_DATASETS_NATIVE_PRIVATE_H */
