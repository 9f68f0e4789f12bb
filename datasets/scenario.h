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
 *       "assumptions": { "inventory_days": 30, "spare": { "value": 0.1, "why": "..." } },
 *       "notes": { "anything": "for people" }
 *     }
 *
 * An event may be a measure of policy (graph/measure.h): "measure": "quota", "cap": 0.7 and so on;
 * docs/scenarios.md has all of them.  `assumptions` are the settings of the run; unknown ones are
 * refused.  Comments as in C and C++ are allowed.
 */
#ifndef SN_DATASETS_SCENARIO_H
#define SN_DATASETS_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "datasets/bytes.h"
#include "graph/error.h"
#include "graph/measure.h"

/** sn_event - one disruption of a scenario. */
typedef struct {
    char *select;    /* selector of what is hit                                     */
    char *buyers;    /* mode flow and measures: selector of the other end, or NULL  */
    sn_mode mode;    /* default production; of measures exports                     */
    sn_measure measure; /* times in [time unit]; elasticities NaN where not given  */
    char *allies;    /* of a quota: who comes first, or NULL                        */
    double ramp;     /* [time unit] until it is in full force, default 0            */
    double fraction; /* 0..1, default 1                                             */
    double start;    /* [time unit] default 0                                       */
    double duration; /* [time unit] NaN: does not end                               */
    char *recovery_shape;   /* step, linear, concave, convex, exponential; or NULL  */
    double recovery_time;   /* [time unit] NaN when not given                       */
} sn_event;

/** sn_assumption - a setting of the run that a scenario can state. */
typedef enum {
    SN_ASSUME_MODEL,
    SN_ASSUME_RATIONING,
    SN_ASSUME_ALLIES,
    SN_ASSUME_BINDING,
    SN_ASSUME_STEP,
    SN_ASSUME_STOCK,
    SN_ASSUME_EXTRA,
    SN_ASSUME_ADJUST,
    SN_ASSUME_PSI,
    SN_ASSUME_RESERVE,
    SN_ASSUME_RELEASE_AFTER,
    SN_ASSUME_RELEASE_RATE,
    SN_ASSUME_RECYCLE,
    SN_ASSUME_SPARE,
    SN_ASSUME_SWITCH_DELAY,
    SN_ASSUME_SWITCH_RAMP,
    SN_ASSUME_OVER_MOST,
    SN_ASSUME_OVER_DAYS,
    SN_ASSUME_DEMAND_ELASTICITY,
    SN_ASSUME_SUPPLY_ELASTICITY,
    SN_ASSUME_RUNS,
    SN_ASSUME_VARY_DURATION,
    SN_ASSUME_VARY_STOCK,
    SN_ASSUME_VARY_FRACTION,
    SN_ASSUME_VARY_RECOVERY,
    SN_ASSUME_VARY_DEMAND,
    SN_ASSUME_VARY_SUPPLY,
    SN_ASSUMPTIONS
} sn_assumption;

/** sn_assumption_name - its member in the file. */
const char *sn_assumption_name(sn_assumption which);

/** sn_assumed - what a scenario states; days are days whatever the time unit. */
typedef struct {
    bool given;
    double number, high; /* high: of a range low..high */
    char *text, *why;    /* a word; the reason; or NULL */
} sn_assumed;

/** sn_scenario - zeroed it is empty and may be cleared. */
typedef struct {
    char *name;      /* or NULL                                 */
    char *date, *status, *source, *description; /* for people; each or NULL */
    char *time_unit; /* day, week, month or year; default day   */
    double horizon;  /* [time unit] NaN when not given          */
    double probability; /* of a year, 0..1; NaN when not given  */
    sn_event *event;
    size_t event_count;
    sn_assumed assumed[SN_ASSUMPTIONS];
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

/** sn_scenario_days - the days of its time unit; a year has 365, a month a twelfth of them. */
double sn_scenario_days(const sn_scenario *scenario);

/**
 * sn_scenario_terms - the measure of an event, ready for use: times in days, the elasticities of a
 * tax from the scenario's assumptions where the event states none.
 *
 * Returns  SN_OK; SN_EDATA when a tax has no elasticities: there is no default.
 */
sn_status sn_scenario_terms(const sn_scenario *scenario, size_t event, const char *name,
                            sn_measure *measure, sn_error *err);

/** sn_scenario_clear - free what a scenario holds. */
void sn_scenario_clear(sn_scenario *scenario);

#endif /* SN_DATASETS_SCENARIO_H */
