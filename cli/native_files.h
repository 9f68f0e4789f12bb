/* native_files.h - a network written down as the files that it loads from. */
#ifndef SN_CLI_NATIVE_FILES_H
#define SN_CLI_NATIVE_FILES_H

#include "cli/call.h"

/** sn_native_files_nodes, sn_native_files_flows - the tables, as given, nothing derived. */
sn_status sn_native_files_nodes(const sn_network *net, sn_table **table, sn_error *err);
sn_status sn_native_files_flows(const sn_network *net, sn_table **table, sn_error *err);

/** sn_native_files_part - one of flows, nodes, owners, recipes to wherever the answer goes. */
sn_status sn_native_files_part(const sn_call *call, const char *name, sn_error *err);

/** sn_native_files_write - all files into a folder, which is made; none appears unless all
 * could be written. */
sn_status sn_native_files_write(const sn_network *net, const char *folder, sn_error *err);

/** sn_native_files_folder - make a folder; sn_native_files_open - open NAME.csv in it. */
sn_status sn_native_files_folder(const char *folder, sn_error *err);
sn_status sn_native_files_open(const char *folder, const char *name, sn_out **out,
                               sn_error *err);

#endif /* SN_CLI_NATIVE_FILES_H */
