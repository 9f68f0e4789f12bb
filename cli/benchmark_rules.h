/* benchmark_rules.h - a policy held against the indices of a consumer. */
#ifndef SN_CLI_BENCHMARK_RULES_H
#define SN_CLI_BENCHMARK_RULES_H

#include "cli/indicators.h"
#include "datasets/policy.h"

/** sn_check - one rule for one product or, where its figure is of whole commodities, for one.
 */
typedef struct {
    const sn_policy_rule *rule;
    const char *commodity, *stage; /* stage: NULL of the commodity as a whole              */
    const sn_indicator *figure;    /* NULL: the data have no such figure, reason says why  */
    const char *reason;
    sn_verdict met;
    sn_interval missing;      /* [unit / year] until the rule is met; NaN: not known  */
    const char *missing_unit; /* NULL where what is missing is no amount              */
    const char *action;       /* what would meet it: extraction, diversion ...        */
} sn_check;

/** sn_checks - by commodity, rule and stage. */
typedef struct {
    sn_check *check;
    size_t count, room;
} sn_checks;

/**
 * sn_checks_make - hold every rule against every commodity to which the policy applies.
 *
 * all       [in]   whether the policy's own list of commodities is passed over
 * only      [in]   ids of the rules to look at; only_count of them, 0 = all
 * checks    [out]  cleared by sn_checks_clear
 *
 * Returns  SN_OK; SN_EUSAGE for an id that the policy lacks, or when it applies to nothing;
 *          SN_EDATA for a rule whose figure is none of sn_indices, naming the nearest;
 * SN_ENOMEM.
 */
sn_status sn_checks_make(const sn_indicators *it, const sn_policy *policy, bool all,
                         const char *const *only, size_t only_count, sn_checks *checks,
                         sn_error *err);
void sn_checks_clear(sn_checks *checks);

/** sn_verdict_passed - "pass", "fail", "unknown". */
const char *sn_verdict_passed(sn_verdict met);

/** sn_checks_worst - fail before unknown before pass, over the checks of a commodity, and of
 * one rule where it is not NULL; SN_YES when there is none: *any is then false. */
sn_verdict sn_checks_worst(const sn_checks *checks, const char *commodity,
                           const sn_policy_rule *rule, bool *any);

#endif /* SN_CLI_BENCHMARK_RULES_H */
