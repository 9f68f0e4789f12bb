/* scenario_private.h - between the files that read scenarios. */
#ifndef SN_DATASETS_SCENARIO_PRIVATE_H
#define SN_DATASETS_SCENARIO_PRIVATE_H

#include <cjson/cJSON.h>

#include "datasets/json_file.h"
#include "datasets/scenario.h"

/* scenario_measure.c: the terms of an event's measure, and nothing that belongs to another. */
sn_status sn_scenario_measure(sn_json_place *r, const cJSON *item, sn_event *event,
                              sn_error *err);

/* scenario_assumptions.c */
sn_status sn_scenario_assumptions(sn_json_place *r, const cJSON *root,
                                  sn_scenario *scenario, sn_error *err);

#endif /* SN_DATASETS_SCENARIO_PRIVATE_H */
