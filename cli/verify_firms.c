/* verify_firms.c - firms that fail: ESRI, Inoue and Todo, time to survive. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/verify_private.h"
#include "metrics/impact.h"
#include "metrics/simulate.h"
#include "metrics/sweep.h"
#include "metrics/time_to_survive.h"

static const char examples[] = "published-examples";

/* The loss of every single removal, weighed by sales as in the published programs. */
typedef struct {
    sn_network *net;
    sn_sweep_loss *loss; /* [n] */
} removals;

static void clear(removals *all)
{
    sn_network_free(all->net);
    free(all->loss);
    *all = (removals){0};
}

static sn_status remove_each(removals *all, sn_response response, sn_error *err)
{
    const size_t n = sn_network_node_count(all->net);
    double *weight = malloc((n + 1) * sizeof *weight);
    size_t *first = malloc((n + 1) * sizeof *first);
    int32_t *node = malloc((n + 1) * sizeof *node);
    sn_sweep_plan *plan = NULL;
    sn_status status = SN_OK;

    all->loss = malloc((n + 1) * sizeof *all->loss);
    SN_TRY_ALLOC(weight, "removals");
    SN_TRY_ALLOC(first, "removals");
    SN_TRY_ALLOC(node, "removals");
    SN_TRY_ALLOC(all->loss, "removals");
    for (size_t i = 0; i <= n; i++) {
        first[i] = i;
        node[i] = (int32_t)i;
        weight[i] = i < n ? sn_weight_of(all->net, SN_WEIGHT_VALUE, i) : 0;
    }
    const sn_sweep_options options = {.weight = weight, .response = response};
    SN_TRY(sn_sweep_plan_new(all->net, &options, &plan, err));
    const sn_sweep_scenarios scenarios = {n, first, node, NULL};
    SN_TRY(sn_sweep_run(plan, &scenarios, 1, NULL, NULL, all->loss, err));
out:
    sn_sweep_plan_free(plan);
    free(weight);
    free(first);
    free(node);
    return status;
}

static sn_status loss_of(const removals *all, const char *firm, const char *measure,
                         double *computed, sn_error *err)
{
    const int64_t node = sn_network_find(all->net, firm);

    if (node < 0)
        return sn_fail(err, SN_EDATA, "no firm \"%s\"", firm);
    const sn_sweep_loss *loss = &all->loss[node];
    *computed = strcmp(measure, "loss_down") == 0 ? loss->loss_down
                : strcmp(measure, "loss_up") == 0 ? loss->loss_up
                                                  : loss->loss;
    return SN_OK;
}

static sn_status make_test(void *context, const char *its_case, const char *subject,
                           const char *measure, double *computed, sn_error *err)
{
    (void)its_case;
    return loss_of(context, subject, measure, computed, err);
}

sn_status sn_verify_esri_test(sn_verify *verify, sn_error *err)
{
    removals all = {0};
    sn_status status = SN_OK;

    SN_TRY(sn_verify_network(verify, examples, "esri_test_flows.csv", "esri_test_nodes.csv",
                             "esri_test_recipes.csv", &all.net, err));
    SN_TRY(remove_each(&all, SN_RESPONSE_MARKET, err));
    SN_TRY(sn_verify_each(verify, "esri-test", make_test, &all, err));
out:
    clear(&all);
    return status;
}

enum { FIGURES = 3 };
static const struct {
    const char *name, *recipes;
    sn_response response;
} figures[FIGURES] = {{"linear, market", "esri_figure_linear.csv", SN_RESPONSE_MARKET},
                      {"leontief, market", "esri_figure_leontief.csv", SN_RESPONSE_MARKET},
                      {"leontief, none", "esri_figure_leontief.csv", SN_RESPONSE_NONE}};

static sn_status make_figure(void *context, const char *its_case, const char *subject,
                             const char *measure, double *computed, sn_error *err)
{
    const removals *all = context;

    for (size_t f = 0; f < FIGURES; f++)
        if (strcmp(its_case, figures[f].name) == 0)
            return loss_of(&all[f], subject, measure, computed, err);
    return sn_fail(err, SN_EDATA, "esri-figure-1: no model \"%s\"", its_case);
}

sn_status sn_verify_esri_figure(sn_verify *verify, sn_error *err)
{
    removals all[FIGURES] = {{0}};
    sn_status status = SN_OK;

    for (size_t f = 0; f < FIGURES; f++) {
        SN_TRY(sn_verify_network(verify, examples, "esri_figure_flows.csv",
                                 "esri_figure_nodes.csv", figures[f].recipes, &all[f].net,
                                 err));
        SN_TRY(remove_each(&all[f], figures[f].response, err));
    }
    SN_TRY(sn_verify_each(verify, "esri-figure-1", make_figure, all, err));
out:
    for (size_t f = 0; f < FIGURES; f++)
        clear(&all[f]);
    return status;
}

enum { RULES = 4, STEPS = 11 };
static const struct {
    const char *name;
    sn_sim_rationing rule;
} rules[RULES] = {{"proportional", SN_SIM_PROPORTIONAL},
                  {"final-last", SN_SIM_FINAL_LAST},
                  {"water-filling", SN_SIM_WATER_FILLING},
                  {"water-filling-final-last", SN_SIM_WATER_FILLING_FINAL_LAST}};

/* Firm 1 loses a tenth of its capacity for good. */
static sn_status simulate(const sn_network *net, sn_sim_rationing rule, sn_sim_result *result,
                          sn_error *err)
{
    sn_selection hit = {0};
    sn_sim_plan *plan = NULL;
    sn_sim_options options = sn_sim_defaults();
    sn_status status = SN_OK;

    SN_TRY(sn_selector_apply(net, "id=1", NULL, SN_LARGEST, &hit, err));
    SN_TRY(sn_sim_plan_new(net, NULL, &plan, err));
    options.model = SN_SIM_INOUE_TODO;
    options.rationing = rule;
    options.days = STEPS;
    const sn_sim_event event = {
        .hit = &hit, .mode = SN_MODE_PRODUCTION, .fraction = 0.1, .duration = INFINITY};
    SN_TRY(sn_sim_run(plan, &options, &event, 1, 1, false, NULL, NULL, result, err));
out:
    sn_sim_plan_free(plan);
    sn_selection_clear(&hit);
    return status;
}

/* subject: "step 3" */
static sn_status make_step(void *context, const char *its_case, const char *subject,
                           const char *measure, double *computed, sn_error *err)
{
    const sn_sim_result *result = context;
    size_t step = STEPS, rule = 0;

    while (rule < RULES && strcmp(its_case, rules[rule].name) != 0)
        rule++;
    if (strncmp(subject, "step ", 5) == 0)
        step = strtoul(subject + 5, NULL, 10);
    if (rule == RULES || step >= result[rule].step_count)
        return sn_fail(err, SN_EDATA, "inoue-todo: no \"%s\" of \"%s\"", subject, its_case);
    *computed = strcmp(measure, "production") == 0 ? result[rule].step[step].made
                                                   : result[rule].step[step].delivered;
    return SN_OK;
}

sn_status sn_verify_inoue_todo(sn_verify *verify, sn_error *err)
{
    sn_network *net = NULL;
    sn_sim_result result[RULES] = {{0}};
    sn_status status = SN_OK;

    SN_TRY(sn_verify_network(verify, examples, "inoue_todo_flows.csv", "inoue_todo_nodes.csv",
                             NULL, &net, err));
    for (size_t r = 0; r < RULES; r++)
        SN_TRY(simulate(net, rules[r].rule, &result[r], err));
    SN_TRY(sn_verify_each(verify, "inoue-todo", make_step, result, err));
out:
    for (size_t r = 0; r < RULES; r++)
        sn_sim_result_clear(&result[r]);
    sn_network_free(net);
    return status;
}

static sn_status make_survival(void *context, const char *its_case, const char *subject,
                               const char *measure, double *computed, sn_error *err)
{
    const sn_survival *survival = context;

    (void)its_case;
    (void)subject;
    (void)err;
    *computed = strcmp(measure, "weeks to survive") == 0 ? survival->days / 7 : survival->lost;
    return SN_OK;
}

sn_status sn_verify_survive(sn_verify *verify, sn_error *err)
{
    const sn_survive_options options = {.recover_days = 28};
    sn_network *net = NULL;
    sn_selection hit = {0};
    sn_mask mask = {0};
    sn_survival survival;
    sn_status status = SN_OK;

    SN_TRY(sn_verify_network(verify, examples, "maker_flows.csv", "maker_nodes.csv", NULL, &net,
                             err));
    SN_TRY(sn_selector_apply(net, "id=supplier", NULL, SN_LARGEST, &hit, err));
    SN_TRY(sn_mask_apply(net, &hit, NULL, SN_MODE_PRODUCTION, 1, &mask, err));
    SN_TRY(sn_survive(net, &mask, SN_NONE, &options, &survival, err));
    SN_TRY(sn_verify_each(verify, "time-to-survive", make_survival, &survival, err));
out:
    sn_mask_clear(&mask);
    sn_selection_clear(&hit);
    sn_network_free(net);
    return status;
}
