/* scenario_library.h - the scenarios that are built into the program. */
#ifndef SN_DATASETS_SCENARIO_LIBRARY_H
#define SN_DATASETS_SCENARIO_LIBRARY_H

#include <stddef.h>

#include "datasets/scenario.h"

/** sn_library_count, sn_library_name - the built-in scenarios, by name; the name is written
 * into `name` without ".json". */
enum { SN_LIBRARY_NAME = 64 };
size_t sn_library_count(void);
const char *sn_library_name(size_t scenario, char name[SN_LIBRARY_NAME]);

/**
 * sn_scenario_open - a scenario by the name of a file or of a built-in one.
 *
 * A word without "/" and "." is looked for among the built-in ones first; ./NAME is a file.
 *
 * bytes     [out]  the text; cleared by sn_bytes_clear, also after a failure
 * scenario  [out]  cleared by sn_scenario_clear
 *
 * Returns  SN_OK; SN_EUSAGE when a word is neither, with the nearest built-in name; SN_EDATA
 *          where a file cannot be read, or as sn_scenario_read; SN_ENOMEM.
 */
sn_status sn_scenario_open(const char *name, sn_bytes *bytes, sn_scenario *scenario,
                           sn_error *err);

#endif /* SN_DATASETS_SCENARIO_LIBRARY_H */
