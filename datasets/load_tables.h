/* load_tables.h - a folder of production and trade tables -> a network of stages. */
#ifndef SN_DATASETS_LOAD_TABLES_H
#define SN_DATASETS_LOAD_TABLES_H

#include "datasets/source.h"
#include "graph/error.h"
#include "graph/network.h"

/**
 * sn_load_tables - read stages.csv, production.csv and, if there, trade.csv of a folder and fit
 * a network to them (tables.h).
 *
 * How each step came out (scale of needs, coverage by trade, estimated share) is a note of the
 * source of stages.csv.
 *
 * folder     [in]   path
 * commodity  [in]   "cobalt|nickel": only these; NULL = all
 * net        [out]  written on success only
 * sources    [out]  one entry a file is added
 *
 * Returns  SN_OK; SN_EIO, SN_EDATA, SN_EUSAGE, SN_ENUMERIC, SN_ENOMEM as sn_tables_load.
 */
sn_status sn_load_tables(const char *folder, const char *commodity, sn_network **net,
                         sn_sources *sources, sn_error *err);

#endif /* SN_DATASETS_LOAD_TABLES_H */
