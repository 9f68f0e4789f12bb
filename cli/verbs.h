/* verbs.h - the verbs, one file each: cmd_<verb>.c. */
#ifndef SN_CLI_VERBS_H
#define SN_CLI_VERBS_H

#include "cli/call.h"

extern const sn_verb sn_verb_datasets, sn_verb_inspect, sn_verb_concentration, sn_verb_exposure,
    sn_verb_centrality, sn_verb_chokepoints, sn_verb_check_certificate, sn_verb_whatif, sn_verb_sweep,
    sn_verb_simulate, sn_verb_merge, sn_verb_compare, sn_verb_import, sn_verb_series, sn_verb_market,
    sn_verb_scenarios, sn_verb_indicators, sn_verb_benchmark, sn_verb_verify, sn_verb_convert,
    sn_verb_methods, sn_verb_report, sn_verb_schema, sn_verb_completion;

/* Methods of verbs whose numbers others pass on. */
enum { SN_EXPOSURE_METHODS = 4, SN_CONCENTRATION_METHODS = 4 };
extern const sn_method sn_exposure_methods[SN_EXPOSURE_METHODS];
extern const sn_method sn_concentration_methods[SN_CONCENTRATION_METHODS];

/** sn_verbs - all verbs in the order of the help; ends with NULL. */
extern const sn_verb *const sn_verbs[];

/** sn_verb_find - the verb of that name, or NULL; sn_verb_nearest - the name most like it, or NULL
 *  where none is like it. */
const sn_verb *sn_verb_find(const char *name);
const char *sn_verb_nearest(const char *name);

#endif /* SN_CLI_VERBS_H */
