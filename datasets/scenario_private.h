/* scenario_private.h - between the files that read scenarios. */
#ifndef SN_DATASETS_SCENARIO_PRIVATE_H
#define SN_DATASETS_SCENARIO_PRIVATE_H

#include <cjson/cJSON.h>

#include "datasets/scenario.h"

struct sn_scenario_reader {
    const char *name; /* of the file */
    char where[80];   /* "events[2]" */
};

/* scenario.c */
sn_status sn_scenario_bad(const struct sn_scenario_reader *r, const char *member,
                          const char *expected, sn_error *err);
/* Only known members, each once. */
sn_status sn_scenario_members(const struct sn_scenario_reader *r, const cJSON *object,
                              const char *const *known, size_t count, sn_error *err);
sn_status sn_scenario_text(const struct sn_scenario_reader *r, const cJSON *object,
                           const char *member, char **text, sn_error *err);
/* A number >= 0 and <= most; the fallback where there is none. */
sn_status sn_scenario_number(const struct sn_scenario_reader *r, const cJSON *object,
                             const char *member, double most, double fallback, double *number,
                             sn_error *err);

/* scenario_measure.c: the terms of an event's measure, and nothing that belongs to another. */
sn_status sn_scenario_measure(struct sn_scenario_reader *r, const cJSON *item, sn_event *event,
                              sn_error *err);

/* scenario_assumptions.c */
sn_status sn_scenario_assumptions(struct sn_scenario_reader *r, const cJSON *root,
                                  sn_scenario *scenario, sn_error *err);

#endif /* SN_DATASETS_SCENARIO_PRIVATE_H */
