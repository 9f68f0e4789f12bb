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
static sn_status read_pair(const char *what, const char *text, size_t length, double *a, double *b,
                           sn_error *err)
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
    static const char *const keys[] = {"stock", "reserve", "recycle", "spare", "switch"};
    sn_status status = SN_OK;

    for (const char *at = text; *at != '\0';) {
        const size_t length = strcspn(at, ","), name = strcspn(at, "=");
        char key[16] = "";
        const char *value = at + name + 1, *rest = "";
        double number = NAN;
        size_t k;
        if (name >= length || name >= sizeof key)
            return sn_fail(err, SN_EUSAGE, "option --mitigate: \"%s\" is not KEY=VALUE,...", text);
        memcpy(key, at, name);
        SN_TRY(sn_choose("mitigation", key, keys, 5, &k, err));
        if (k == 4) {
            SN_TRY(read_pair("option --mitigate: switch", value, length - name - 1,
                             &how->switch_delay, &how->switch_ramp, err));
        } else {
            if (!sn_sim_number(value, &number, &rest) ||
                (rest != at + length && !(k < 2 && *rest == 'd' && rest + 1 == at + length)) ||
                (k == 2 && number > 1))
                return sn_fail(err, SN_EUSAGE, "option --mitigate: \"%.*s\" is not %s", (int)length,
                               at, k < 2 ? "a number of days" : "a share");
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

/* --vary duration=0.5:1.5,stock=0.8:1.2 */
sn_status sn_sim_spreads(const sn_call *call, sn_sim_uncertainty *u, sn_error *err)
{
    static const char *const keys[] = {"duration", "stock", "fraction", "recovery"};
    sn_sim_spread *const place[] = {&u->duration, &u->stock, &u->fraction, &u->recovery};
    const char *text = sn_options_text(&call->options, "vary");
    sn_status status = SN_OK;

    for (size_t k = 0; k < 4; k++)
        *place[k] = (sn_sim_spread){1, 1};
    for (const char *at = text; at != NULL && *at != '\0';) {
        const size_t length = strcspn(at, ","), name = strcspn(at, "=");
        char key[16] = "";
        size_t k;
        if (name >= length || name >= sizeof key)
            return sn_fail(err, SN_EUSAGE, "option --vary: \"%s\" is not KEY=LOW:HIGH,...", text);
        memcpy(key, at, name);
        SN_TRY(sn_choose("quantity", key, keys, 4, &k, err));
        SN_TRY(read_pair("option --vary", at + name + 1, length - name - 1, &place[k]->low,
                         &place[k]->high, err));
        if (place[k]->low > place[k]->high)
            return sn_fail(err, SN_EUSAGE, "option --vary: %s from high to low", key);
        at += length + (at[length] == ',');
    }
out:
    return status;
}

static size_t choice(const sn_call *call, const char *option, const char *const *words, size_t count)
{
    size_t k = 0;

    (void)sn_choose(option, sn_options_text(&call->options, option), words, count, &k, NULL);
    return k;
}

sn_status sn_sim_setting(sn_call *call, sn_sim_job *job, sn_sim_options *how, sn_error *err)
{
    static const char *const models[] = {"default", "inoue-todo", "ario",
                                         "inoue-todo-conserving"};
    static const char *const rules[] = {"proportional", "final-last", "final-first",
                                        "allies-first", "water-filling",
                                        "water-filling-final-last"};
    static const char *const bindings[] = {"share", "leontief", "strong", "half", "weak", "linear"};
    const sn_options *o = &call->options;
    const char *over = sn_options_text(o, "overproduction");
    sn_status status = SN_OK;

    *how = sn_sim_defaults();
    how->model = (sn_sim_model)choice(call, "model", models, 4);
    how->rationing = (sn_sim_rationing)choice(call, "rationing", rules, 6);
    how->binding = (sn_sim_binding)choice(call, "binding", bindings, 6);
    how->days = sn_options_number(o, "days");
    how->step = sn_options_number(o, "step");
    how->stock_days = sn_options_given(o, "stock")         ? sn_options_number(o, "stock")
                      : how->model == SN_SIM_INOUE_TODO ||
                                how->model == SN_SIM_INOUE_TODO_CONSERVING
                            ? 15
                      : how->model == SN_SIM_ARIO       ? 90
                                                        : 0;
    how->adjust_days = sn_options_number(o, "adjust");
    how->psi = sn_options_number(o, "psi");
    if (over != NULL)
        SN_TRY(read_pair("option --overproduction", over, strlen(over), &how->over_most,
                         &how->over_days, err));
    SN_TRY(sn_select_union(call, "allies", &job->allies, err));
    how->ally = job->allies.weight;
    if ((how->rationing == SN_SIM_ALLIES_FIRST) != (how->ally != NULL))
        status = sn_fail(err, SN_EUSAGE, "--allies goes with --rationing allies-first, and only "
                                         "with it");
out:
    return status;
}
