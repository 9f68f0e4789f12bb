/* policy.h - rules about a consumer's supply from a JSON file.
 *
 *     {
 *       "schema": "supplynet.policy/1",
 *       "name": "Our rules", "source": "...", "description": "...",
 *       "commodities": ["cobalt"],
 *       "rules": [ { "id": "diversity", "figure": "sourcing.top_third@face_value",
 *                    "at_most": 0.65, "stages": ["refining"], "commodities": ["cobalt"],
 *                    "by": 2030, "note": "..." } ]
 *     }
 *
 * figure is INDEX.PART or INDEX.PART@VIEW of `supplynet indicators`; exactly one of at_least
 * and at_most stands in a rule.  stages takes the network's words, `first` and `last`; left out
 * it is every stage with the figure.  commodities of the policy say to which it applies, of a
 * rule they narrow it; left out it is all.
 */
#ifndef SN_DATASETS_POLICY_H
#define SN_DATASETS_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "datasets/bytes.h"
#include "graph/error.h"

enum { SN_POLICY_NAMES = 64 };

/** sn_policy_rule - one rule. */
typedef struct {
    char *id, *note;           /* note: or NULL                  */
    char *figure;              /* as written                     */
    char *index, *part, *view; /* view: or NULL                  */
    double limit;
    bool at_most;              /* else at least                  */
    int by;                    /* year; 0: none                  */
    char **stage, **commodity; /* NULL: all; end with NULL       */
} sn_policy_rule;

/** sn_policy - zeroed it is empty and may be cleared. */
typedef struct {
    char *name, *source, *description; /* for people; each or NULL */
    char **commodity;                  /* NULL: all; ends with NULL */
    sn_policy_rule *rule;
    size_t count;
} sn_policy;

/**
 * sn_policy_open - a policy by the name of a file or of a built-in one.
 *
 * A word without "/" and "." is looked for among the built-in ones first; ./NAME is a file.
 *
 * bytes   [out]  the text; cleared by sn_bytes_clear, also after a failure
 * policy  [out]  cleared by sn_policy_clear
 *
 * Returns  SN_OK; SN_EUSAGE when a word is neither, with the nearest built-in name; SN_EDATA
 * for a file that cannot be read, is not JSON (line and column) or whose members are missing,
 * unknown, of the wrong type or given twice; SN_ENOMEM.
 */
sn_status sn_policy_open(const char *name, sn_bytes *bytes, sn_policy *policy, sn_error *err);
void sn_policy_clear(sn_policy *policy);

#endif /* SN_DATASETS_POLICY_H */
