/* scenario.h - dated disruptions from a JSON file.
 *
 *     {
 *       "schema": "supplynet.scenario/1",
 *       "name": "Indonesia stops nickel ore exports",
 *       "date": "2020-01", "status": "in_force", "source": "...", "description": "...",
 *       "time_unit": "day", "horizon": 365, "probability": 0.05,
 *       "events": [ { "select": "country=IDN&commodity=nickel&stage=mining",
 *                     "mode": "exports", "fraction": 1.0, "start": 0, "duration": 365,
 *                     "recovery": { "shape": "linear", "time": 90 } } ],
 *       "assumptions": { }
 *     }
 *
 * Comments as in C and C++ are allowed.
 */
#ifndef SN_DATASETS_SCENARIO_H
#define SN_DATASETS_SCENARIO_H

#include <stddef.h>

#include "datasets/bytes.h"
#include "graph/error.h"
#include "graph/mask.h"

/** sn_event - one disruption of a scenario. */
typedef struct {
    char *select;    /* selector of what is hit                                     */
    char *buyers;    /* mode flow: selector of the other end; NULL otherwise        */
    sn_mode mode;    /* default production                                          */
    double fraction; /* 0..1, default 1                                             */
    double start;    /* [time unit] default 0                                       */
    double duration; /* [time unit] NaN: does not end                               */
    char *recovery_shape;   /* step, linear, concave, convex, exponential; or NULL  */
    double recovery_time;   /* [time unit] NaN when not given                       */
} sn_event;

/** sn_scenario - zeroed it is empty and may be cleared. */
typedef struct {
    char *name;      /* or NULL                                 */
    char *date, *status, *source, *description; /* for people; each or NULL */
    char *time_unit; /* day, week, month or year; default day   */
    double horizon;  /* [time unit] NaN when not given          */
    double probability; /* of a year, 0..1; NaN when not given  */
    sn_event *event;
    size_t event_count;
} sn_scenario;

/**
 * sn_scenario_read - read and check a scenario file.
 *
 * bytes     [in]   the text
 * scenario  [out]  cleared by sn_scenario_clear
 *
 * Returns  SN_OK; SN_EDATA naming file, line and column for what is not JSON, and the member for
 *          what is missing, unknown (with the nearest known name), of the wrong type, out of
 *          range or given twice; SN_ENOMEM.
 * Cost     O(size).
 */
sn_status sn_scenario_read(const sn_bytes *bytes, sn_scenario *scenario, sn_error *err);

/** sn_scenario_clear - free what a scenario holds. */
void sn_scenario_clear(sn_scenario *scenario);

#endif /* SN_DATASETS_SCENARIO_H */
