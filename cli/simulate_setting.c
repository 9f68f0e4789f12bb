/* simulate_setting.c - options in, the setting of each run out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/simulate_private.h"
#include "cli/whatif_options.h"

/* A non-negative number and what follows it. */
bool sn_sim_number(const char *text, double *number, const char **rest)
{
    char *end = NULL;

    *number = strtod(text, &end);
    *rest = end;
    return end != text && isfinite(*number) && *number >= 0;
}

/* "MOST:DAYS" or "DELAY:RAMP" */
static sn_status read_pair(const char *what, const char *text, size_t length, double *a,
                           double *b, sn_error *err)
{
    const char *rest = "", *end = text + length;

    if (!sn_sim_number(text, a, &rest) || *rest != ':' || rest > end ||
        !sn_sim_number(rest + 1, b, &rest) || rest != end)
        return sn_fail(err, SN_EUSAGE, "%s: \"%.*s\" is not two numbers A:B", what, (int)length,
                       text);
    return SN_OK;
}

sn_status sn_sim_mitigation(const char *text, sn_sim_options *how, sn_error *err)
{
    static const char *const keys[] = {"stock", "reserve", "recycle",
                                       "spare", "switch",  "release"};
    sn_status status = SN_OK;

    for (const char *at = text; *at != '\0';) {
        const size_t length = strcspn(at, ","), name = strcspn(at, "=");
        char key[16] = "";
        const char *value = at + name + 1, *rest = "";
        double number = NAN;
        size_t k;
        if (name >= length || name >= sizeof key)
            return sn_fail(err, SN_EUSAGE, "option --mitigate: \"%s\" is not KEY=VALUE,...",
                           text);
        memcpy(key, at, name);
        SN_TRY(sn_choose("mitigation", key, keys, 6, &k, err));
        if (k >= 4) {
            SN_TRY(read_pair(
                k == 4 ? "option --mitigate: switch" : "option --mitigate: release", value,
                length - name - 1, k == 4 ? &how->switch_delay : &how->release_after,
                k == 4 ? &how->switch_ramp : &how->release_rate, err));
        } else {
            if (!sn_sim_number(value, &number, &rest) ||
                (rest != at + length && !(k < 2 && *rest == 'd' && rest + 1 == at + length)) ||
                (k == 2 && number > 1))
                return sn_fail(err, SN_EUSAGE, "option --mitigate: \"%.*s\" is not %s",
                               (int)length, at, k < 2 ? "a number of days" : "a share");
            *(k == 0   ? &how->extra_days
              : k == 1 ? &how->reserve_days
              : k == 2 ? &how->recycle
                       : &how->spare) = number;
        }
        at += length + (at[length] == ',');
    }
out:
    return status;
}

/* --vary duration=0.5:1.5,stock=0.8:1.2, or the scenario's vary_... */
sn_status sn_sim_spreads(const sn_call *call, sn_sim_job *job, sn_error *err)
{
    static const char *const keys[] = {
        "duration", "stock", "fraction", "recovery", "demand-elasticity", "supply-elasticity"};
    sn_sim_uncertainty *u = &job->spread;
    sn_sim_spread *const place[] = {&u->duration, &u->stock,  &u->fraction,
                                    &u->recovery, &u->demand, &u->supply};
    const char *text = sn_options_text(&call->options, "vary");
    sn_status status = SN_OK;

    for (int k = 0; k < 6; k++) {
        const sn_assumed *assumed = &job->assumed[SN_ASSUME_VARY_DURATION + k];
        *place[k] = (sn_sim_spread){1, 1};
        if (text == NULL && assumed->given)
            *place[k] = (sn_sim_spread){assumed->number, assumed->high};
    }
    for (const char *at = text; at != NULL && *at != '\0';) {
        const size_t length = strcspn(at, ","), name = strcspn(at, "=");
        char key[24] = "";
        size_t k;
        if (name >= length || name >= sizeof key)
            return sn_fail(err, SN_EUSAGE, "option --vary: \"%s\" is not KEY=LOW:HIGH,...",
                           text);
        memcpy(key, at, name);
        SN_TRY(sn_choose("quantity", key, keys, 6, &k, err));
        SN_TRY(read_pair("option --vary", at + name + 1, length - name - 1, &place[k]->low,
                         &place[k]->high, err));
        if (place[k]->low > place[k]->high)
            return sn_fail(err, SN_EUSAGE, "option --vary: %s from high to low", key);
        at += length + (at[length] == ',');
    }
out:
    return status;
}

/* What counts: the option, else the scenario's assumption, else the option's default. */
static double number_of(const sn_call *call, const sn_sim_job *job, const char *option,
                        sn_assumption assumption, double fallback)
{
    if (option != NULL && sn_options_given(&call->options, option))
        return sn_options_number(&call->options, option);
    return job->assumed[assumption].given ? job->assumed[assumption].number : fallback;
}

static sn_status choice(const sn_call *call, const sn_sim_job *job, const char *option,
                        sn_assumption assumption, const char *const *words, size_t count,
                        size_t *chosen, sn_error *err)
{
    const char *word = sn_options_text(&call->options, option);

    if (!sn_options_given(&call->options, option) && job->assumed[assumption].given)
        word = job->assumed[assumption].text;
    return sn_choose(option, word, words, count, chosen, err);
}

static sn_status read_words(const sn_call *call, sn_sim_job *job, sn_sim_options *how,
                            sn_error *err)
{
    static const char *const models[] = {"default", "inoue-todo", "ario",
                                         "inoue-todo-conserving"};
    static const char *const rules[] = {"proportional",  "final-last",
                                        "final-first",   "allies-first",
                                        "water-filling", "water-filling-final-last"};
    static const char *const bindings[] = {"share", "leontief", "strong",
                                           "half",  "weak",     "linear"};
    size_t chosen;
    sn_status status = SN_OK;

    SN_TRY(choice(call, job, "model", SN_ASSUME_MODEL, models, 4, &chosen, err));
    how->model = (sn_sim_model)chosen;
    job->word.model = models[chosen];
    SN_TRY(choice(call, job, "rationing", SN_ASSUME_RATIONING, rules, 6, &chosen, err));
    how->rationing = (sn_sim_rationing)chosen;
    job->word.rationing = rules[chosen];
    SN_TRY(choice(call, job, "binding", SN_ASSUME_BINDING, bindings, 6, &chosen, err));
    how->binding = (sn_sim_binding)chosen;
    job->word.binding = bindings[chosen];
out:
    return status;
}

static sn_status read_allies(sn_call *call, sn_sim_job *job, sn_sim_options *how, sn_error *err)
{
    sn_status status = SN_OK;

    if (sn_options_given(&call->options, "allies"))
        SN_TRY(sn_select_union(call, "allies", &job->allies, err));
    else if (job->assumed[SN_ASSUME_ALLIES].given)
        SN_TRY(sn_call_select(call, job->assumed[SN_ASSUME_ALLIES].text, &job->allies, err));
    how->ally = job->allies.weight;
    if ((how->rationing == SN_SIM_ALLIES_FIRST) != (how->ally != NULL))
        status = sn_fail(err, SN_EUSAGE,
                         "--allies goes with --rationing allies-first, and only with it");
out:
    return status;
}

/* Settings that belong to one model are refused where they would do nothing. */
static sn_status check_model(const sn_call *call, const sn_sim_options *how, sn_error *err)
{
    const sn_options *o = &call->options;

    if (how->model != SN_SIM_ARIO && sn_options_given(o, "psi"))
        return sn_fail(err, SN_EUSAGE, "--psi belongs to --model ario");
    if (how->model != SN_SIM_DEFAULT && sn_options_given(o, "binding"))
        return sn_fail(err, SN_EUSAGE, "--binding belongs to the default model");
    return SN_OK;
}

static void read_numbers(const sn_call *call, const sn_sim_job *job, sn_sim_options *how)
{
    const sn_options *o = &call->options;
    const double stock = how->model == SN_SIM_ARIO ? 90 : how->model == SN_SIM_DEFAULT ? 0 : 15;

    how->step = number_of(call, job, "step", SN_ASSUME_STEP, sn_options_number(o, "step"));
    how->stock_days = number_of(call, job, "stock", SN_ASSUME_STOCK, stock);
    how->adjust_days =
        number_of(call, job, "adjust", SN_ASSUME_ADJUST, sn_options_number(o, "adjust"));
    how->psi = number_of(call, job, "psi", SN_ASSUME_PSI, sn_options_number(o, "psi"));
    how->extra_days = number_of(call, job, NULL, SN_ASSUME_EXTRA, 0);
    how->reserve_days = number_of(call, job, NULL, SN_ASSUME_RESERVE, 0);
    how->release_after = number_of(call, job, NULL, SN_ASSUME_RELEASE_AFTER, 0);
    how->release_rate = number_of(call, job, NULL, SN_ASSUME_RELEASE_RATE, INFINITY);
    how->recycle = number_of(call, job, NULL, SN_ASSUME_RECYCLE, 0);
    how->spare = number_of(call, job, NULL, SN_ASSUME_SPARE, 0);
    how->switch_delay = number_of(call, job, NULL, SN_ASSUME_SWITCH_DELAY, NAN);
    how->switch_ramp = number_of(call, job, NULL, SN_ASSUME_SWITCH_RAMP, 0);
    how->over_most = number_of(call, job, NULL, SN_ASSUME_OVER_MOST, 1);
    how->over_days = number_of(call, job, NULL, SN_ASSUME_OVER_DAYS, 365);
}

sn_status sn_sim_setting(sn_call *call, sn_sim_job *job, sn_sim_options *how, sn_error *err)
{
    const char *over = sn_options_text(&call->options, "overproduction");
    const double days = how->days;
    sn_status status = SN_OK;

    *how = sn_sim_defaults();
    how->days = days;
    SN_TRY(read_words(call, job, how, err));
    SN_TRY(check_model(call, how, err));
    read_numbers(call, job, how);
    if (how->step > how->days)
        return sn_fail(err, SN_EUSAGE,
                       "a step of %g days is longer than the %g days to be played", how->step,
                       how->days);
    if (over != NULL) {
        SN_TRY(read_pair("option --overproduction", over, strlen(over), &how->over_most,
                         &how->over_days, err));
        if (!(how->over_days > 0))
            return sn_fail(err, SN_EUSAGE,
                           "option --overproduction: \"%s\": the days must be above 0", over);
    }
    if (how->over_most < 1)
        return sn_fail(err, SN_EUSAGE,
                       "overproduction is a factor on capacity of 1 at least, not %g",
                       how->over_most);
    SN_TRY(read_allies(call, job, how, err));
out:
    return status;
}

sn_status sn_sim_run_count(const sn_call *call, sn_sim_job *job, sn_error *err)
{
    const sn_assumed *runs = &job->assumed[SN_ASSUME_RUNS];

    job->runs = 0;
    if (sn_options_given(&call->options, "runs"))
        job->runs = (size_t)sn_options_integer(&call->options, "runs");
    else if (runs->given)
        job->runs = (size_t)runs->number;
    if (job->runs == 0 && sn_options_given(&call->options, "vary"))
        return sn_fail(err, SN_EUSAGE, "--vary draws nothing without --runs N");
    return SN_OK;
}
