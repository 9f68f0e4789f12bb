/* load.h - what a network argument means, and the network it stands for. */
#ifndef SN_DATASETS_LOAD_H
#define SN_DATASETS_LOAD_H

#include "datasets/preset.h"
#include "datasets/reference.h"
#include "datasets/source.h"
#include "graph/error.h"
#include "graph/network.h"

/**
 * sn_load_options - which network, and what of it.
 *
 * network is, in this order of precedence:
 *   -           flows.csv on standard input
 *   NAME        a built-in dataset; ./NAME means a file of that name
 *   DIR         a folder with flows.csv and, if there, nodes.csv, recipes.csv, owners.csv, each
 *               plain, .gz, .zst or .xz; or with the tables production.csv, stages.csv and, if
 *               there, trade.csv (tables.h)
 *   FILE.zip    an archive with these files, with one file, the flows, or with years of BACI
 *   FILE.xlsx   a workbook with sheets of these names (flows, nodes, ...), or with one sheet
 *   FILE#PART   the flows are this sheet of a workbook, or file of an archive
 *   FILE        an image (image_file.h), flows.csv, or any layout of preset.h
 */
typedef struct {
    const char *network; /* or NULL: then flows is given */
    const char *flows, *nodes, *recipes, *owners; /* loose files, "-" is standard input; or NULL */
    const char *commodity; /* "cobalt|nickel": only these; NULL = all */
    int year;              /* only flows of this year; 0 = the only one */
    const char *stages;       /* table of stages: build a network of these; or NULL */
    const char *production;   /* goes with stages                                   */
    int production_year;      /* 0: as year                                         */
    sn_import_options import; /* how foreign tables are read          */
} sn_load_options;

/**
 * sn_load - load a network.
 *
 * Loose nodes, recipes and owners may be given beside a network too; they then take the place
 * of the network's own.
 *
 * net      [out]  written on success only; freed by sn_network_free
 * sources  [out]  zeroed before; cleared by sn_sources_clear; empty after a failure
 *
 * Returns  SN_OK; SN_EUSAGE when the argument is no file and no dataset (nearest name in the
 *          message), or as sn_native_load; SN_EIO, SN_EDATA, SN_ENOMEM.
 */
sn_status sn_load(const sn_load_options *options, sn_network **net, sn_sources *sources,
                  sn_error *err);

/**
 * sn_load_open_table - open the one table that a path means: a file, - for standard input, the
 * flows of an archive or folder, or one year of an archive of BACI.
 *
 * year   [in]   which, where an archive has several; 0: the only one
 * bytes  [out]  zeroed before; cleared by sn_bytes_clear; empty after a failure
 */
sn_status sn_load_open_table(const char *path, int year, sn_bytes *bytes, sn_error *err);

#endif /* SN_DATASETS_LOAD_H */
