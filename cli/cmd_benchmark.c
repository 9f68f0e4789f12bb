/* cmd_benchmark.c - a policy's rules met or not, and what is missing. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/benchmark_rules.h"
#include "cli/verbs.h"

static const sn_option options[] = {
    {.name = "policy",
     .letter = 'p',
     .kind = SN_OPTION_TEXT,
     .argument = "NAME|FILE",
     .fallback = "crma",
     .help = "crma, iea_n1, single_supplier, top1, or a file of rules"},
    {.name = "rule",
     .kind = SN_OPTION_LIST,
     .argument = "ID",
     .help = "only this rule of the policy"},
    {.name = "all",
     .kind = SN_OPTION_FLAG,
     .help = "also commodities to which the policy does not apply"},
    {.name = "strict", .kind = SN_OPTION_FLAG, .help = "what is unknown fails too"},
    SN_OPTION_CONSUMER,
    {.name = NULL},
};

typedef struct {
    sn_indicators it;
    sn_policy policy;
    sn_checks checks;
    size_t verdicts[3]; /* pass, fail, unknown */
} sn_answer;

static size_t place_of(sn_verdict met)
{
    return met == SN_YES ? 0 : met == SN_NO ? 1 : 2;
}

/* ---- JSON
 * -------------------------------------------------------------------------------------- */

static void write_policy(sn_json *json, const sn_policy *policy)
{
    sn_json_kv_object(json, "policy");
    sn_json_kv_string(json, "name", policy->name);
    sn_json_kv_string(json, "source", policy->source);
    sn_json_kv_string(json, "description", policy->description);
    sn_json_kv_array(json, "rules");
    for (size_t r = 0; r < policy->count; r++) {
        const sn_policy_rule *rule = &policy->rule[r];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "id", rule->id);
        sn_json_kv_string(json, "figure", rule->figure);
        sn_json_kv_string(json, "relation", rule->at_most ? "at_most" : "at_least");
        sn_json_kv_number(json, "limit", rule->limit);
        if (rule->by > 0)
            sn_json_kv_integer(json, "by", rule->by);
        sn_json_kv_string(json, "note", rule->note);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static void write_range(sn_json *json, const char *key, sn_interval x)
{
    const double number[] = {x.low, x.high};

    if (isnan(x.low) || isnan(x.high))
        sn_json_kv_null(json, key);
    else
        sn_json_kv_numbers(json, key, number, 2);
}

static void write_check(sn_json *json, const sn_check *check)
{
    const sn_indicator *figure = check->figure;

    sn_json_begin_object(json);
    sn_json_kv_string(json, "commodity", check->commodity);
    sn_json_kv_string(json, "stage", check->stage);
    sn_json_kv_string(json, "rule", check->rule->id);
    sn_json_kv_string(json, "figure", check->rule->figure);
    sn_json_kv_number_or_reason(json, "value", figure != NULL ? figure->value : NAN,
                                figure != NULL ? figure->reason : check->reason);
    write_range(json, "interval", figure != NULL ? figure->interval : (sn_interval){NAN, NAN});
    sn_json_kv_string(json, "relation", check->rule->at_most ? "at_most" : "at_least");
    sn_json_kv_number(json, "limit", check->rule->limit);
    sn_json_kv_string(json, "verdict", sn_verdict_passed(check->met));
    sn_json_kv_string(json, "reason", check->reason);
    write_range(json, "missing", check->missing);
    sn_json_kv_string(json, "missing_unit", check->missing_unit);
    sn_json_kv_string(json, "action", check->missing_unit != NULL ? check->action : NULL);
    sn_json_kv_string(json, "who", figure != NULL ? figure->who : NULL);
    sn_json_kv_number(json, "coverage", figure != NULL ? figure->coverage : NAN);
    sn_json_kv_string(json, "assumed",
                      figure != NULL && figure->assumed[0] != '\0' ? figure->assumed : NULL);
    sn_json_end_object(json);
}

/* Whether a check is the first of its commodity. */
static bool is_first(const sn_checks *checks, size_t k)
{
    return k == 0 || strcmp(checks->check[k].commodity, checks->check[k - 1].commodity) != 0;
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    static const char *const word[] = {"pass", "fail", "unknown"};
    const sn_answer *answer = data;
    bool any;

    (void)call;
    sn_json_begin_object(json);
    sn_consumer_write(json, "consumer", &answer->it.consumer);
    sn_json_kv_string(json, "by", answer->it.by_owner ? "owner" : "country");
    sn_consumer_write(json, "coalition", &answer->it.coalition);
    sn_json_kv_string(json, "supply", answer->it.from_shares ? "shares" : "network");
    write_policy(json, &answer->policy);
    sn_json_key(json, "verdicts");
    sn_json_begin_object_inline(json);
    for (size_t k = 0; k < 3; k++)
        sn_json_kv_integer(json, word[k], (int64_t)answer->verdicts[k]);
    sn_json_end_object(json);
    sn_json_kv_array(json, "commodities");
    for (size_t k = 0; k < answer->checks.count; k++) {
        const char *commodity = answer->checks.check[k].commodity;
        if (!is_first(&answer->checks, k))
            continue;
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "commodity", commodity);
        sn_json_kv_string(
            json, "verdict",
            sn_verdict_passed(sn_checks_worst(&answer->checks, commodity, NULL, &any)));
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_kv_array(json, "checks");
    for (size_t k = 0; k < answer->checks.count; k++)
        write_check(json, &answer->checks.check[k]);
    sn_json_end_array(json);
    sn_json_end_object(json);
}

/* ---- tables
 * -------------------------------------------------------------------------------------- */

enum { RULES_SHOWN = 8 }; /* columns of the overview */

static sn_status make_overview(const sn_answer *answer, sn_table **table, sn_error *err)
{
    sn_table_head head[2 + RULES_SHOWN] = {{.name = "commodity"}};
    const sn_policy *policy = &answer->policy;
    const sn_policy_rule *shown[RULES_SHOWN];
    size_t columns = 0;
    char title[500];
    bool any;
    sn_status status = SN_OK;

    for (size_t r = 0; r < policy->count && columns < RULES_SHOWN; r++) {
        bool used = false;
        for (size_t k = 0; k < answer->checks.count; k++)
            used |= answer->checks.check[k].rule == &policy->rule[r];
        if (!used)
            continue;
        shown[columns++] = &policy->rule[r];
        head[columns] = (sn_table_head){.name = policy->rule[r].id};
    }
    head[columns + 1] = (sn_table_head){.name = "verdict", .heading = "all"};
    (void)snprintf(title, sizeof title, "%.200s: %s%s%s",
                   policy->name != NULL ? policy->name : "Policy", answer->it.consumer.name,
                   answer->it.coalition.count > 0 ? " with the supply of " : "",
                   answer->it.coalition.count > 0 ? answer->it.coalition.name : "");
    SN_TRY(sn_table_new("commodity", title, head, columns + 2, table, err));
    for (size_t k = 0; k < answer->checks.count; k++) {
        const char *commodity = answer->checks.check[k].commodity;
        if (!is_first(&answer->checks, k))
            continue;
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, commodity);
        for (size_t c = 0; c <= columns; c++) {
            const sn_verdict worst = sn_checks_worst(&answer->checks, commodity,
                                                     c < columns ? shown[c] : NULL, &any);
            if (any)
                sn_table_set_text(*table, 1 + c, sn_verdict_passed(worst));
        }
    }
out:
    return status;
}

static sn_status make_checks(const sn_answer *answer, bool failed_only, sn_table **table,
                             sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "commodity"},
        {.name = "stage", .detail = 4},
        {.name = "rule"},
        {.name = "value", .type = SN_COLUMN_NUMBER},
        {.name = "low", .heading = "from", .type = SN_COLUMN_NUMBER, .detail = 7},
        {.name = "high", .heading = "to", .type = SN_COLUMN_NUMBER, .detail = 6},
        {.name = "relation", .heading = "is to be", .detail = 5},
        {.name = "limit", .type = SN_COLUMN_NUMBER},
        {.name = "verdict"},
        {.name = "missing", .type = SN_COLUMN_AMOUNT, .detail = 1},
        {.name = "missing_unit", .heading = "of", .detail = 1},
        {.name = "action", .heading = "what", .detail = 2},
        {.name = "who", .detail = 3},
        {.name = "reason", .detail = 8}};
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("check", failed_only ? "What fails, and what is missing" : "Checks",
                        head, sizeof head / sizeof head[0], table, err));
    for (size_t k = 0; k < answer->checks.count; k++) {
        const sn_check *check = &answer->checks.check[k];
        const sn_indicator *figure = check->figure;
        if (failed_only && check->met != SN_NO)
            continue;
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, check->commodity);
        sn_table_set_text(*table, 1, check->stage);
        sn_table_set_text(*table, 2, check->rule->id);
        if (figure != NULL) {
            sn_table_set_number(*table, 3, figure->value);
            sn_table_set_number(*table, 4, figure->interval.low);
            sn_table_set_number(*table, 5, figure->interval.high);
            sn_table_set_text(*table, 12, figure->who);
        }
        sn_table_set_text(*table, 6, check->rule->at_most ? "at most" : "at least");
        sn_table_set_number(*table, 7, check->rule->limit);
        sn_table_set_text(*table, 8, sn_verdict_passed(check->met));
        sn_table_set_number(*table, 9, check->missing.high);
        sn_table_set_text(*table, 10, check->missing_unit);
        sn_table_set_text(*table, 11, check->missing_unit != NULL ? check->action : NULL);
        sn_table_set_text(*table, 13, check->reason);
    }
    sn_table_add_note(
        *table, "missing: to make, or to buy elsewhere (diversion), a year, until the rule is "
                "met; where an interval is known, at most so much");
out:
    return status;
}

/* ---- run
 * ------------------------------------------------------------------------------------------ */

static sn_status open_policy(sn_call *call, sn_policy *policy, sn_error *err)
{
    sn_bytes bytes = {0};
    sn_source *source;
    sn_status status = SN_OK;

    SN_TRY(sn_policy_open(sn_options_text(&call->options, "policy"), &bytes, policy, err));
    SN_TRY(sn_sources_add(&call->sources, "policy", &bytes, &source, err));
    source->rows_read = source->rows_used = policy->count;
out:
    sn_bytes_clear(&bytes);
    return status;
}

static sn_status make_answer(sn_call *call, sn_answer *answer, sn_error *err)
{
    const char *index[SN_POLICY_NAMES], *only[SN_POLICY_NAMES];
    size_t indices = 0, rules = 0;
    sn_status status = SN_OK;

    SN_TRY(open_policy(call, &answer->policy, err));
    for (size_t r = 0; r < answer->policy.count && indices < SN_POLICY_NAMES; r++)
        index[indices++] = answer->policy.rule[r].index;
    while (rules < SN_POLICY_NAMES && sn_options_list(&call->options, "rule", rules) != NULL) {
        only[rules] = sn_options_list(&call->options, "rule", rules);
        rules++;
    }
    SN_TRY(sn_indicators_make(call, index, indices, &answer->it, err));
    SN_TRY(sn_checks_make(&answer->it, &answer->policy, sn_options_flag(&call->options, "all"),
                          only, rules, &answer->checks, err));
    for (size_t k = 0; k < answer->checks.count; k++)
        answer->verdicts[place_of(answer->checks.check[k].met)]++;
    SN_TRY(sn_indicators_note(&answer->it, err));
    SN_TRY(sn_call_find(call, answer->verdicts[1] > 0 ? SN_WARNING : SN_NOTE, "benchmark",
                        answer->it.consumer.name, (double)answer->verdicts[1], 0, err,
                        "%zu checks pass, %zu fail, %zu cannot be decided", answer->verdicts[0],
                        answer->verdicts[1], answer->verdicts[2]));
out:
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    const bool people = call->format == SN_FORMAT_TEXT || call->format == SN_FORMAT_MARKDOWN;
    sn_answer answer = {0};
    sn_table *overview = NULL, *checks = NULL;
    sn_report report = {
        sn_indicator_methods, SN_BENCHMARK_METHODS, {NULL}, 2, write_results, &answer, 1};
    sn_status status = SN_OK;

    SN_TRY(make_answer(call, &answer, err));
    SN_TRY(make_overview(&answer, &overview, err));
    SN_TRY(make_checks(&answer, people && !sn_options_given(&call->options, "rule"), &checks,
                       err));
    report.table[0] = overview;
    report.table[1] = checks;
    call->answer_is_no = answer.verdicts[1] > 0 ||
                         (sn_options_flag(&call->options, "strict") && answer.verdicts[2] > 0);
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(overview);
    sn_table_free(checks);
    sn_checks_clear(&answer.checks);
    sn_policy_clear(&answer.policy);
    sn_indicators_clear(&answer.it);
    return status;
}

const sn_verb sn_verb_benchmark = {
    .name = "benchmark",
    .summary = "Which policy thresholds a consumer's supply meets, and what is missing",
    .options = options,
    .about = "Holds figures of `indicators` against the rules of a policy: pass, fail or "
             "unknown, with the\n"
             "tonnes of extraction, processing, recycling or diversion that are missing.  Exit "
             "code 1 when a\n"
             "rule fails (--strict: or cannot be decided), 0 otherwise.\n"
             "--coalition G7 asks what if only its members' supply counted.  A file of rules "
             "of one's own is\n"
             "JSON; docs/indicators.md has its layout.",
    .examples = "supplynet benchmark --of EU27 --policy crma\n"
                "supplynet benchmark --of JPN --policy top1 --coalition G7\n"
                "supplynet benchmark --shares eu-crm --rule diversity --all",
    .takes_network = true,
    .loads_itself = true,
    .unused = "seed|threads|top",
    .methods = {{sn_indicator_methods, SN_BENCHMARK_METHODS}},
    .run = run,
};
