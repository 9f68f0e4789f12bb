/* scenario_assumptions.c - the settings that a scenario states for its run. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/scenario_private.h"

typedef enum { NUMBER, POSITIVE, SHARE, NEGATIVE, OPEN, WORD, RANGE, COUNT_OF } kind;

static const struct {
    const char *name;
    kind kind;
} table[SN_ASSUMPTIONS] = {
    [SN_ASSUME_MODEL] = {"model", WORD},
    [SN_ASSUME_RATIONING] = {"rationing", WORD},
    [SN_ASSUME_ALLIES] = {"allies", WORD},
    [SN_ASSUME_BINDING] = {"binding", WORD},
    [SN_ASSUME_STEP] = {"step_days", POSITIVE},
    [SN_ASSUME_STOCK] = {"inventory_days", NUMBER},
    [SN_ASSUME_EXTRA] = {"extra_inventory_days", NUMBER},
    [SN_ASSUME_ADJUST] = {"adjust_days", POSITIVE},
    [SN_ASSUME_PSI] = {"psi", SHARE},
    [SN_ASSUME_RESERVE] = {"reserve_days", NUMBER},
    [SN_ASSUME_RELEASE_AFTER] = {"release_after_days", NUMBER},
    [SN_ASSUME_RELEASE_RATE] = {"release_rate", NUMBER},
    [SN_ASSUME_RECYCLE] = {"recycling", SHARE},
    [SN_ASSUME_SPARE] = {"spare", NUMBER},
    [SN_ASSUME_SWITCH_DELAY] = {"substitution_delay_days", NUMBER},
    [SN_ASSUME_SWITCH_RAMP] = {"substitution_ramp_days", NUMBER},
    [SN_ASSUME_OVER_MOST] = {"overproduction", NUMBER},
    [SN_ASSUME_OVER_DAYS] = {"overproduction_days", POSITIVE},
    [SN_ASSUME_DEMAND_ELASTICITY] = {"demand_elasticity", NEGATIVE},
    [SN_ASSUME_SUPPLY_ELASTICITY] = {"supply_elasticity", OPEN},
    [SN_ASSUME_RUNS] = {"runs", COUNT_OF},
    [SN_ASSUME_VARY_DURATION] = {"vary_duration", RANGE},
    [SN_ASSUME_VARY_STOCK] = {"vary_inventory", RANGE},
    [SN_ASSUME_VARY_FRACTION] = {"vary_fraction", RANGE},
    [SN_ASSUME_VARY_RECOVERY] = {"vary_recovery", RANGE},
    [SN_ASSUME_VARY_DEMAND] = {"vary_demand_elasticity", RANGE},
    [SN_ASSUME_VARY_SUPPLY] = {"vary_supply_elasticity", RANGE},
};

static const char *expected_of(kind k)
{
    static const char *const words[] = {
        [NUMBER] = "a finite number >= 0",
        [POSITIVE] = "a finite number > 0",
        [SHARE] = "a number in 0..1",
        [NEGATIVE] = "a finite number <= 0",
        [OPEN] = "a number >= 0, or \"infinite\"",
        [WORD] = "a word",
        [RANGE] = "two numbers [low, high], 0 <= low <= high",
        [COUNT_OF] = "a whole number >= 1",
    };

    return words[k];
}

const char *sn_assumption_name(sn_assumption which)
{
    return table[which].name;
}

static bool is_sound(kind k, double number)
{
    switch (k) {
    case NUMBER:
        return number >= 0;
    case POSITIVE:
        return number > 0;
    case SHARE:
        return number >= 0 && number <= 1;
    case NEGATIVE:
        return number <= 0;
    case OPEN:
        return number >= 0;
    case COUNT_OF:
        return number >= 1 && number <= 1e7 && number == floor(number);
    case WORD:
    case RANGE:
        break;
    }
    return false;
}

static bool read_value(kind k, const cJSON *item, sn_assumed *to)
{
    if (k == WORD) {
        if (!cJSON_IsString(item) || item->valuestring[0] == '\0')
            return false;
        to->text = strdup(item->valuestring);
        return to->text != NULL;
    }
    if (k == RANGE) {
        const cJSON *low = cJSON_GetArrayItem(item, 0), *high = cJSON_GetArrayItem(item, 1);
        if (!cJSON_IsArray(item) || cJSON_GetArraySize(item) != 2 || !cJSON_IsNumber(low) ||
            !cJSON_IsNumber(high))
            return false;
        to->number = low->valuedouble;
        to->high = high->valuedouble;
        return to->number >= 0 && to->number <= to->high && isfinite(to->high);
    }
    if (k == OPEN && cJSON_IsString(item) && strcmp(item->valuestring, "infinite") == 0) {
        to->number = INFINITY;
        return true;
    }
    to->number = item->valuedouble;
    return cJSON_IsNumber(item) && isfinite(to->number) && is_sound(k, to->number);
}

/* A value as it is, or {"value": ..., "why": "..."}. */
static sn_status read_one(sn_json_place *r, const cJSON *item, sn_assumption which,
                          sn_assumed *to, sn_error *err)
{
    static const char *const members[] = {"value", "why"};
    const cJSON *value = item;
    sn_status status = SN_OK;

    if (cJSON_IsObject(item)) {
        (void)snprintf(r->where, sizeof r->where, "assumptions.%s", item->string);
        SN_TRY(sn_json_check_members(r, item, members, 2, err));
        SN_TRY(sn_json_read_text(r, item, "why", &to->why, err));
        value = cJSON_GetObjectItemCaseSensitive(item, "value");
    }
    (void)strcpy(r->where, "assumptions");
    if (value == NULL || !read_value(table[which].kind, value, to))
        status = sn_json_bad(r, table[which].name, expected_of(table[which].kind), err);
    else
        to->given = true;
out:
    return status;
}

sn_status sn_scenario_assumptions(sn_json_place *r, const cJSON *root,
                                  sn_scenario *scenario, sn_error *err)
{
    const cJSON *all = cJSON_GetObjectItemCaseSensitive(root, "assumptions"), *item;
    const char *known[SN_ASSUMPTIONS];
    sn_status status = SN_OK;

    if (all == NULL)
        return SN_OK;
    if (!cJSON_IsObject(all))
        return sn_json_bad(r, "assumptions", "an object of settings", err);
    for (int k = 0; k < SN_ASSUMPTIONS; k++)
        known[k] = table[k].name;
    (void)strcpy(r->where, "assumptions");
    SN_TRY(sn_json_check_members(r, all, known, SN_ASSUMPTIONS, err));
    cJSON_ArrayForEach(item, all) {
        int k = 0;
        while (strcmp(item->string, table[k].name) != 0)
            k++;
        SN_TRY(read_one(r, item, (sn_assumption)k, &scenario->assumed[k], err));
    }
    r->where[0] = '\0';
out:
    return status;
}
