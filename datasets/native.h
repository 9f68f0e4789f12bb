/* native.h - flows.csv, nodes.csv, recipes.csv and owners.csv -> a network.
 *
 * The columns of the four files are those of docs/formats.md; other columns of nodes.csv become
 * attributes, other columns elsewhere are ignored.
 */
#ifndef SN_DATASETS_NATIVE_H
#define SN_DATASETS_NATIVE_H

#include "datasets/bytes.h"
#include "datasets/preset.h"
#include "datasets/source.h"
#include "graph/error.h"
#include "graph/network.h"

/** sn_native_files - the opened inputs, borrowed; all but flows may be NULL. */
typedef struct {
    sn_bytes *flows, *nodes, *recipes, *owners;
    const char *path; /* of flows, for code lists beside it; NULL: nowhere */
} sn_native_files;

/** sn_native_filter - what to take of them; zeroed: everything. */
typedef struct {
    int year;              /* only flows of this year; 0 = the file's only year */
    const char *commodity; /* "cobalt|nickel": only these; NULL = all           */
    sn_import_options import; /* of the flows, if they are not native              */
} sn_native_filter;

/**
 * sn_native_load - build the network that the files describe.
 *
 * Rows of flows.csv are left out, and counted, when the value is 0 ("zero") or missing
 * ("missing value"), when they are of another year ("other year") or commodity ("other
 * commodity").  A commodity filter keeps the nodes of these commodities and the flows among
 * them; if no node states a commodity, it keeps the flows of these products.
 * The column quantity is checked, noted and not used.
 *
 * net      [out]  written on success only; freed by sn_network_free
 * sources  [out]  one entry a file is added; on failure the caller clears what there is
 *
 * Returns  SN_OK; SN_EDATA for anything wrong in a file, with its place; SN_EUSAGE when no row
 *          has the year or a commodity is unknown (nearest name in the message); SN_ENOMEM.
 * Cost     O(bytes) + sn_builder_freeze.
 */
sn_status sn_native_load(const sn_native_files *files, const sn_native_filter *filter,
                         sn_network **net, sn_sources *sources, sn_error *err);

#endif /* SN_DATASETS_NATIVE_H */
