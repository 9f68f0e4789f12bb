/* verbs.h - the verbs, one file each: cmd_<verb>.c. */
#ifndef SN_CLI_VERBS_H
#define SN_CLI_VERBS_H

#include "cli/call.h"

extern const sn_verb sn_verb_datasets, sn_verb_inspect, sn_verb_concentration, sn_verb_exposure,
    sn_verb_centrality, sn_verb_chokepoints, sn_verb_check_certificate, sn_verb_whatif, sn_verb_sweep,
    sn_verb_simulate, sn_verb_merge, sn_verb_compare, sn_verb_market, sn_verb_scenarios, sn_verb_convert,
    sn_verb_report, sn_verb_schema;

#endif /* SN_CLI_VERBS_H */
