/* scenario_measure.c - bans, quotas, taxes, licences and demand in a scenario's events. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/scenario_private.h"

enum { BAN = 1 << SN_MEASURE_BAN, QUOTA = 1 << SN_MEASURE_QUOTA, TAX = 1 << SN_MEASURE_TAX,
       LICENCE = 1 << SN_MEASURE_LICENCE, DEMAND = 1 << SN_MEASURE_DEMAND };

/* What each term goes with. */
static const struct {
    const char *member;
    int measures;
    const char *words;
} terms[] = {
    {"cap", QUOTA, "measure quota"},
    {"cap_amount", QUOTA, "measure quota"},
    {"ration", QUOTA, "measure quota"},
    {"allies", QUOTA, "measure quota"},
    {"rate", TAX, "measure tax"},
    {"demand_elasticity", TAX, "measure tax"},
    {"supply_elasticity", TAX, "measure tax"},
    {"delay", LICENCE, "measure licence"},
    {"haircut", LICENCE, "measure licence"},
    {"factor", DEMAND, "measure demand"},
    {"share", DEMAND, "measure demand"},
    {"enforcement", BAN | QUOTA | TAX | LICENCE, "measure ban, quota, tax or licence"},
    {"leakage", BAN | QUOTA | TAX | LICENCE, "measure ban, quota, tax or licence"},
    {"leakage_delay", BAN | QUOTA | TAX | LICENCE, "measure ban, quota, tax or licence"},
};

static const cJSON *member(const cJSON *item, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(item, name);
}

static sn_status check_terms(const sn_json_place *r, const cJSON *item,
                             sn_measure_kind kind, sn_error *err)
{
    for (size_t k = 0; k < sizeof terms / sizeof terms[0]; k++)
        if (member(item, terms[k].member) != NULL && !(terms[k].measures & 1 << kind))
            return sn_fail(err, SN_EDATA, "%s: %s.%s goes with %s only", r->name, r->where,
                           terms[k].member, terms[k].words);
    if (kind != SN_MEASURE_NONE && member(item, "fraction") != NULL)
        return sn_fail(err, SN_EDATA,
                       "%s: %s.fraction: a %s says itself how much it cuts; state its terms",
                       r->name, r->where, sn_measure_name(kind));
    return SN_OK;
}

static sn_status read_quota(const sn_json_place *r, const cJSON *item,
                            sn_event *event, sn_error *err)
{
    sn_measure *m = &event->measure;
    char *ration = NULL;
    sn_status status = SN_OK;

    SN_TRY(sn_json_read_number(r, item, "cap", HUGE_VAL, NAN, &m->cap, err));
    SN_TRY(sn_json_read_number(r, item, "cap_amount", HUGE_VAL, NAN, &m->cap_amount, err));
    SN_TRY(sn_json_read_text(r, item, "ration", &ration, err));
    SN_TRY(sn_json_read_text(r, item, "allies", &event->allies, err));
    if (isnan(m->cap) == isnan(m->cap_amount)) {
        status = sn_json_bad(r, "cap", "either cap, a share of normal, or cap_amount, an amount "
                                           "a year, for a quota", err);
        goto out;
    }
    m->allies_first = ration != NULL && strcmp(ration, "allies-first") == 0;
    if (ration != NULL && !m->allies_first && strcmp(ration, "proportional") != 0) {
        status = sn_json_bad(r, "ration", "proportional or allies-first", err);
        goto out;
    }
    if (m->allies_first != (event->allies != NULL))
        status = sn_json_bad(r, "allies", "a selector with ration allies-first, and only with it",
                                 err);
out:
    free(ration);
    return status;
}

/* Elasticities of a tax: NaN where the file leaves them to its assumptions or the caller. */
static sn_status read_tax(const sn_json_place *r, const cJSON *item, sn_measure *m,
                          sn_error *err)
{
    const cJSON *demand = member(item, "demand_elasticity");
    const cJSON *supply = member(item, "supply_elasticity");
    sn_status status = SN_OK;

    m->demand_elasticity = m->supply_elasticity = NAN;
    SN_TRY(sn_json_read_number(r, item, "rate", HUGE_VAL, NAN, &m->rate, err));
    if (isnan(m->rate))
        return sn_json_bad(r, "rate", "the tax as a share of the price, >= 0", err);
    if (demand != NULL) {
        if (!cJSON_IsNumber(demand) || !(demand->valuedouble <= 0) ||
            !isfinite(demand->valuedouble))
            return sn_json_bad(r, "demand_elasticity", "a finite number <= 0", err);
        m->demand_elasticity = demand->valuedouble;
    }
    if (cJSON_IsString(supply) && strcmp(supply->valuestring, "infinite") == 0) {
        m->supply_elasticity = INFINITY;
    } else if (supply != NULL) {
        if (!cJSON_IsNumber(supply) || !(supply->valuedouble >= 0) ||
            !isfinite(supply->valuedouble))
            return sn_json_bad(r, "supply_elasticity", "a number >= 0, or \"infinite\"", err);
        m->supply_elasticity = supply->valuedouble;
    }
out:
    return status;
}

static sn_status read_terms(const sn_json_place *r, const cJSON *item,
                            sn_event *event, sn_error *err)
{
    sn_measure *m = &event->measure;
    sn_status status = SN_OK;

    if (m->kind == SN_MEASURE_QUOTA)
        return read_quota(r, item, event, err);
    if (m->kind == SN_MEASURE_TAX)
        return read_tax(r, item, m, err);
    if (m->kind == SN_MEASURE_LICENCE) {
        SN_TRY(sn_json_read_number(r, item, "delay", HUGE_VAL, NAN, &m->delay, err));
        SN_TRY(sn_json_read_number(r, item, "haircut", 1, NAN, &m->haircut, err));
        if (isnan(m->delay))
            return sn_json_bad(r, "delay", "the time until the first licences are out", err);
        if (isnan(m->haircut))
            return sn_json_bad(r, "haircut", "the share that stays away afterwards, in 0..1",
                                   err);
    }
    if (m->kind == SN_MEASURE_DEMAND) {
        SN_TRY(sn_json_read_number(r, item, "factor", HUGE_VAL, NAN, &m->factor, err));
        SN_TRY(sn_json_read_number(r, item, "share", 1, 1, &m->share, err));
        if (isnan(m->factor))
            return sn_json_bad(r, "factor", "demand as a multiple of normal, >= 0", err);
    }
out:
    return status;
}

sn_status sn_scenario_measure(sn_json_place *r, const cJSON *item, sn_event *event,
                              sn_error *err)
{
    sn_measure *m = &event->measure;
    char *word = NULL;
    sn_status status = SN_OK;

    *m = (sn_measure){.cap = NAN, .cap_amount = NAN, .enforcement = 1, .share = 1};
    SN_TRY(sn_json_read_text(r, item, "measure", &word, err));
    if (word != NULL && sn_measure_parse(word, &m->kind, NULL) != SN_OK) {
        status = sn_json_bad(r, "measure", "ban, quota, tax, licence or demand", err);
        goto out;
    }
    SN_TRY(check_terms(r, item, m->kind, err));
    SN_TRY(read_terms(r, item, event, err));
    SN_TRY(sn_json_read_number(r, item, "enforcement", 1, 1, &m->enforcement, err));
    SN_TRY(sn_json_read_number(r, item, "leakage", 1, 0, &m->leakage, err));
    SN_TRY(sn_json_read_number(r, item, "leakage_delay", HUGE_VAL, 0, &m->leakage_delay, err));
    if (m->leakage_delay > 0 && !(m->leakage > 0))
        status = sn_json_bad(r, "leakage", "a share in 0..1 with leakage_delay", err);
out:
    free(word);
    return status;
}

double sn_scenario_days(const sn_scenario *scenario)
{
    const char *unit = scenario->time_unit;

    if (unit == NULL || strcmp(unit, "day") == 0)
        return 1;
    return strcmp(unit, "week") == 0 ? 7 : strcmp(unit, "month") == 0 ? 365.0 / 12 : 365;
}

sn_status sn_scenario_terms(const sn_scenario *scenario, size_t event, const char *name,
                            sn_measure *m, sn_error *err)
{
    const double unit = sn_scenario_days(scenario);
    const sn_assumed *assumed = scenario->assumed;

    *m = scenario->event[event].measure;
    m->delay *= unit;
    m->leakage_delay *= unit;
    if (m->kind != SN_MEASURE_TAX)
        return SN_OK;
    if (isnan(m->demand_elasticity) && assumed[SN_ASSUME_DEMAND_ELASTICITY].given)
        m->demand_elasticity = assumed[SN_ASSUME_DEMAND_ELASTICITY].number;
    if (isnan(m->supply_elasticity) && assumed[SN_ASSUME_SUPPLY_ELASTICITY].given)
        m->supply_elasticity = assumed[SN_ASSUME_SUPPLY_ELASTICITY].number;
    if (isnan(m->demand_elasticity) || isnan(m->supply_elasticity))
        return sn_fail(err, SN_EDATA,
                       "%s: events[%zu]: a tax needs demand_elasticity and supply_elasticity (there "
                       "or in assumptions): they decide what it cuts, and no default is true of "
                       "every product", name, event);
    return SN_OK;
}
