/* verbs.c - the verb table. */
#include "cli/verbs.h"

#include <string.h>

#include "graph/selector.h"

const sn_verb *const sn_verbs[] = {
    &sn_verb_datasets,
    &sn_verb_inspect,
    &sn_verb_import,
    &sn_verb_concentration,
    &sn_verb_exposure,
    &sn_verb_series,
    &sn_verb_centrality,
    &sn_verb_chokepoints,
    &sn_verb_check_certificate,
    &sn_verb_whatif,
    &sn_verb_sweep,
    &sn_verb_merge,
    &sn_verb_simulate,
    &sn_verb_scenarios,
    &sn_verb_market,
    &sn_verb_indicators,
    &sn_verb_benchmark,
    &sn_verb_verify,
    &sn_verb_compare,
    &sn_verb_report,
    &sn_verb_convert,
    &sn_verb_methods,
    &sn_verb_schema,
    &sn_verb_completion,
    NULL,
};

const sn_verb *sn_verb_find(const char *name)
{
    for (size_t v = 0; sn_verbs[v] != NULL; v++)
        if (strcmp(sn_verbs[v]->name, name) == 0)
            return sn_verbs[v];
    return NULL;
}

const char *sn_verb_nearest(const char *name)
{
    const char *names[sizeof sn_verbs / sizeof sn_verbs[0]];
    size_t count = 0;

    for (; sn_verbs[count] != NULL; count++)
        names[count] = sn_verbs[count]->name;
    return sn_nearest(name, names, count);
}
