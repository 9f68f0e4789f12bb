/* stage_import.h - trade by HS code and a table of production -> a network of stages. */
#ifndef SN_DATASETS_STAGE_IMPORT_H
#define SN_DATASETS_STAGE_IMPORT_H

#include "datasets/load.h"
#include "graph/error.h"
#include "graph/network.h"

/**
 * sn_stage_import - build the network that options->network (trade), options->production and
 * options->stages describe.
 *
 * The table of stages has a row for each product that leaves a stage:
 *   commodity, stage, next, yield   as in stages.csv (tables.h); the rows of one stage agree,
 *                                   or leave next and yield empty after the first
 *   hs                              codes that begin so are its trade, "2825|283691"; empty:
 * none content                         tonnes of the commodity in a tonne of the product;
 * empty: 1 makers                          what the table of production calls it,
 * "lithium:mining"; empty: commodity:stage The trade is that of options->year, in tonnes (rows
 * without any are estimated if options->import.estimate_quantity says so, else left out and
 * counted), the production that of options->production_year, else of the same year.  What
 * follows is what the built-in networks are made by: sn_tables_build.
 *
 * Returns  as sn_load and sn_tables_load.
 */
sn_status sn_stage_import(const sn_load_options *options, sn_network **net, sn_sources *sources,
                          sn_error *err);

#endif /* SN_DATASETS_STAGE_IMPORT_H */
