/* sweep_store.h - finished work of a sweep in a folder, so that it can go on after anything.
 *
 * The folder holds `sweep.json`, which says what is swept (verb, methods, parameters, hashes of
 * the inputs), and files `part-<first>-<count>.ndjson`, each complete or absent.
 */
#ifndef SN_CLI_SWEEP_STORE_H
#define SN_CLI_SWEEP_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/call.h"
#include "metrics/sweep.h"

/**
 * sn_store_open - use a folder; make it if it is not there.
 *
 * what  [in]  JSON text that says what is swept; compared member by member with the folder's
 *
 * Returns  SN_OK; SN_EUSAGE naming the first member that differs: another sweep's folder;
 *          SN_EIO; SN_ENOMEM.
 */
sn_status sn_store_open(const char *folder, const char *what, sn_error *err);

/**
 * sn_store_read - take over the answers that the folder has.
 *
 * done  [in,out]  [count] set to true where an answer was found
 * loss  [in,out]  [count] the answers
 *
 * Returns  SN_OK; SN_EIO; SN_EDATA when a part is not what this program writes; SN_ENOMEM.
 */
sn_status sn_store_read(const char *folder, bool *done, sn_sweep_loss *loss, size_t count,
                        sn_error *err);

/** sn_store_add - add answers: index[k] is the scenario of loss[k].  Complete or absent. */
sn_status sn_store_add(const char *folder, const size_t *index, const sn_sweep_loss *loss,
                       size_t count, sn_error *err);

#endif /* SN_CLI_SWEEP_STORE_H */
