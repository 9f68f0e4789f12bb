/* load_private.h - between load.c and load_tables.c only. */
#ifndef SN_DATASETS_LOAD_PRIVATE_H
#define SN_DATASETS_LOAD_PRIVATE_H

#include <stdbool.h>

#include "datasets/bytes.h"
#include "datasets/load.h"
#include "datasets/tables.h"

/* Open folder/name, plain, .gz, .zst or .xz; *bytes stays zeroed if there is none, two are an
 * error. */
sn_status sn_load_in_folder(const char *folder, const char *name, sn_bytes *bytes, sn_error *err);

/* Whether folder/name is there, plain, .gz, .zst or .xz. */
bool sn_load_is_there(const char *folder, const char *name);

/* The network that production.csv, stages.csv and, if there, trade.csv of a folder describe. */
sn_status sn_load_tables(const sn_load_options *options, sn_network **net, sn_sources *sources,
                         sn_error *err);

/* The name of a country of sn_countries, ROW included; a sn_tables_namer. */
const char *sn_load_name_country(const void *context, const char *iso3);

/* One line a step of a chain: what the fit had to assume. */
sn_status sn_load_note_steps(const sn_stages_report *report, sn_source *source, sn_error *err);

#endif /* SN_DATASETS_LOAD_PRIVATE_H */
