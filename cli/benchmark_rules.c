/* benchmark_rules.c - rules against figures, and what is missing. */
#include "cli/benchmark_rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "graph/selector.h"

const char *sn_verdict_passed(sn_verdict met)
{
    return met == SN_YES ? "pass" : met == SN_NO ? "fail" : "unknown";
}

static bool is_listed(char *const *names, const char *name)
{
    for (size_t k = 0; names != NULL && names[k] != NULL; k++)
        if (strcasecmp(names[k], name) == 0)
            return true;
    return names == NULL;
}

static bool stage_fits(const sn_policy_rule *rule, const sn_sourcing *product)
{
    if (rule->stage == NULL)
        return true;
    for (size_t k = 0; rule->stage[k] != NULL; k++)
        if ((strcmp(rule->stage[k], "first") == 0 && product->first) ||
            (strcmp(rule->stage[k], "last") == 0 && product->last) ||
            (product->stage != NULL && strcmp(rule->stage[k], product->stage) == 0))
            return true;
    return false;
}

/* What a share of 1 is in tonnes, and what would change the figure; NaN where it is no share of
 * an amount that is known. */
static double base_of(const sn_indicator *figure, const sn_sourcing *product,
                      const char **action)
{
    const bool origin = figure->view != NULL && strcmp(figure->view, "origin") == 0;

    if (strcmp(figure->index, "own_supply") == 0) {
        *action = figure->part;
        return figure->base;
    }
    if (strcmp(figure->index, "recycling") == 0) {
        *action = "recycling";
        return figure->base;
    }
    if (strcmp(figure->index, "sourcing") == 0 && strcmp(figure->unit, "share") == 0) {
        *action = strcmp(figure->part, "own") == 0 ? "own supply" : "diversion";
        const sn_sourcing_sums *sums = origin ? &product->origin : &product->bought;
        return sums->total - sums->left_out;
    }
    if (strcmp(figure->index, "iea_n1") == 0) {
        *action = "supply by others";
        return figure->base;
    }
    return NAN;
}

static void judge(const sn_indicators *it, const sn_sourcing *product, sn_check *check)
{
    const sn_indicator *figure = check->figure;
    const bool ranged = !isnan(figure->interval.low) && !isnan(figure->interval.high);
    const sn_interval x =
        ranged ? figure->interval : (sn_interval){figure->value, figure->value};
    const double base = base_of(figure, product, &check->action);

    check->met = check->rule->at_most ? sn_verdict_at_most(x, check->rule->limit)
                                      : sn_verdict_at_least(x, check->rule->limit);
    check->reason = check->met == SN_UNKNOWN && isnan(figure->value) ? figure->reason
                    : check->met == SN_UNKNOWN ? "what is not known decides: see the interval"
                                               : NULL;
    if (isnan(x.low))
        return;
    const bool amounts = base > 0 && !it->from_shares;
    const double of = amounts ? base : 1;
    const sn_interval amount = {x.low * of, x.high * of};
    const sn_benchmark benchmark = check->rule->at_most
                                       ? sn_benchmark_most(amount, of, check->rule->limit)
                                       : sn_benchmark_least(amount, of, check->rule->limit);
    if (check->action == NULL)
        return; /* no share: what is missing is no amount */
    check->missing = benchmark.missing;
    check->missing_unit = amounts && product->unit != NULL ? product->unit : "share";
}

static sn_check *add_check(sn_checks *checks, sn_error *err)
{
    if (checks->count == checks->room) {
        const size_t room = checks->room == 0 ? 64 : 2 * checks->room;
        sn_check *grown = realloc(checks->check, room * sizeof *grown);
        if (grown == NULL) {
            (void)sn_nomem(err, "checks");
            return NULL;
        }
        checks->check = grown;
        checks->room = room;
    }
    sn_check *check = &checks->check[checks->count++];
    *check = (sn_check){.met = SN_UNKNOWN, .missing = {NAN, NAN}};
    return check;
}

/* One rule for the products first .. end - 1 of a commodity. */
static sn_status apply_rule(const sn_indicators *it, const sn_policy_rule *rule, size_t first,
                            size_t end, sn_checks *checks, sn_error *err)
{
    const sn_sourcing *product = it->products.product;
    const char *commodity =
        product[first].commodity != NULL ? product[first].commodity : product[first].product;
    const size_t before = checks->count;
    const sn_indicator *last = NULL;

    for (size_t p = first; p < end; p++) {
        const sn_indicator *figure =
            stage_fits(rule, &product[p])
                ? sn_indicators_find(it, &product[p], rule->index, rule->part, rule->view)
                : NULL;
        if (figure == NULL || figure == last)
            continue; /* of the whole commodity: one check */
        last = figure;
        sn_check *check = add_check(checks, err);
        if (check == NULL)
            return SN_ENOMEM;
        check->rule = rule;
        check->commodity = commodity;
        check->stage = figure->product != NULL ? product[p].stage : NULL;
        check->figure = figure;
        judge(it, &product[p], check);
    }
    if (checks->count > before)
        return SN_OK;
    sn_check *check = add_check(checks, err);
    if (check == NULL)
        return SN_ENOMEM;
    check->rule = rule;
    check->commodity = commodity;
    check->reason = "the data have no such stage or figure";
    return SN_OK;
}

static sn_status check_figure(const sn_policy_rule *rule, sn_error *err)
{
    size_t count = 0, chosen;
    sn_error reason = {0};

    while (sn_indices[count] != NULL)
        count++;
    if (sn_choose("index", rule->index, sn_indices, count, &chosen, &reason) == SN_OK)
        return SN_OK;
    return sn_fail(err, SN_EDATA, "rule \"%s\": %s", rule->id, reason.message);
}

static bool is_wanted(const sn_policy_rule *rule, const char *const *only, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (strcmp(only[k], rule->id) == 0)
            return true;
    return count == 0;
}

static sn_status check_only(const sn_policy *policy, const char *const *only, size_t count,
                            sn_error *err)
{
    const char *known[SN_POLICY_NAMES];
    size_t rules = 0, chosen;

    for (; rules < policy->count && rules < SN_POLICY_NAMES; rules++)
        known[rules] = policy->rule[rules].id;
    for (size_t k = 0; k < count; k++)
        if (sn_choose("rule", only[k], known, rules, &chosen, err) != SN_OK)
            return SN_EUSAGE;
    return SN_OK;
}

static const char *name_of(const sn_sourcing *product)
{
    return product->commodity != NULL ? product->commodity : product->product;
}

sn_status sn_checks_make(const sn_indicators *it, const sn_policy *policy, bool all,
                         const char *const *only, size_t only_count, sn_checks *checks,
                         sn_error *err)
{
    const sn_sourcings *products = &it->products;
    sn_status status = SN_OK;

    *checks = (sn_checks){0};
    SN_TRY(check_only(policy, only, only_count, err));
    for (size_t r = 0; r < policy->count; r++)
        SN_TRY(check_figure(&policy->rule[r], err));
    for (size_t p = 0, end; p < products->count; p = end) {
        const char *commodity = name_of(&products->product[p]);
        for (end = p + 1;
             end < products->count && strcmp(name_of(&products->product[end]), commodity) == 0;)
            end++;
        if (!all && !is_listed(policy->commodity, commodity))
            continue;
        for (size_t r = 0; r < policy->count; r++) {
            const sn_policy_rule *rule = &policy->rule[r];
            if (is_listed(rule->commodity, commodity) && is_wanted(rule, only, only_count))
                SN_TRY(apply_rule(it, rule, p, end, checks, err));
        }
    }
    if (checks->count == 0)
        status = sn_fail(err, SN_EUSAGE,
                         "the policy applies to none of these commodities; --all passes "
                         "over its list");
out:
    if (status != SN_OK)
        sn_checks_clear(checks);
    return status;
}

void sn_checks_clear(sn_checks *checks)
{
    free(checks->check);
    *checks = (sn_checks){0};
}

sn_verdict sn_checks_worst(const sn_checks *checks, const char *commodity,
                           const sn_policy_rule *rule, bool *any)
{
    sn_verdict worst = SN_YES;

    *any = false;
    for (size_t k = 0; k < checks->count; k++) {
        const sn_check *check = &checks->check[k];
        if (strcmp(check->commodity, commodity) != 0 || (rule != NULL && check->rule != rule))
            continue;
        *any = true;
        worst = sn_verdict_and(worst, check->met);
    }
    return worst;
}
