/* cmd_verify.c - published tables, computed again: what agrees and what does not. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/call.h"
#include "cli/verbs.h"
#include "cli/verify.h"

static const sn_option options[] = {
    {.name = "check",
     .kind = SN_OPTION_TEXT,
     .argument = "NAME",
     .help = "only this check, with its rows, those that do not agree first"},
    {.name = NULL},
};

static const sn_method methods[] = {
    {"verify", "1",
     "published figures computed again by the functions behind the other verbs; a figure "
     "agrees when "
     "the computed interval, widened by half a unit of its last printed digit (or as the check "
     "says), "
     "holds it",
     "docs/verify.md"},
};

static void write_row(sn_json *json, const sn_verify_row *row)
{
    sn_json_begin_object_inline(json);
    sn_json_kv_string(json, "subject", row->subject);
    sn_json_kv_string(json, "measure", row->measure);
    sn_json_kv_number(json, "published", row->published);
    if (row->outcome == SN_LACKING) {
        sn_json_kv_null(json, "computed");
        sn_json_kv_string(json, "computed_reason", row->reason);
    } else {
        sn_json_kv_numbers(json, "computed",
                           (const double[]){row->computed.low, row->computed.high}, 2);
    }
    sn_json_kv_string(json, "outcome", sn_outcome_word(row->outcome));
    if (row->reason != NULL && row->outcome != SN_LACKING)
        sn_json_kv_string(json, "reason", row->reason);
    sn_json_end_object(json);
}

/* Rows that agree to the printed digit. */
static size_t count_exact(const sn_verify *verify, size_t check)
{
    size_t count = 0;

    for (size_t r = 0; r < verify->count; r++)
        count += verify->row[r].check == check && verify->row[r].outcome == SN_AGREES &&
                 verify->row[r].exact;
    return count;
}

static void write_check(sn_json *json, const sn_verify *verify, const sn_verify_check *check,
                        size_t c)
{
    sn_json_begin_object(json);
    sn_json_kv_string(json, "name", check->name);
    sn_json_kv_string(json, "title", check->title);
    sn_json_kv_string(json, "within", check->within);
    sn_json_kv_string(json, "source", check->source);
    for (int o = 0; o < SN_OUTCOMES; o++)
        sn_json_kv_integer(json, sn_outcome_word((sn_outcome)o),
                           (int64_t)sn_verify_count(verify, c, (sn_outcome)o));
    sn_json_kv_integer(json, "exact", (int64_t)count_exact(verify, c));
    sn_json_kv_array(json, "rows");
    for (size_t r = 0; r < verify->count; r++)
        if (verify->row[r].check == c)
            write_row(json, &verify->row[r]);
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static bool is_asked(const sn_verify *verify, const sn_verify_check *check)
{
    return verify->only == NULL || strcmp(verify->only, check->name) == 0;
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const sn_verify *verify = data;
    size_t count;
    const sn_verify_check *check = sn_verify_checks(&count);

    (void)call;
    sn_json_begin_object(json);
    sn_json_kv_bool(json, "agrees", sn_verify_failed(verify) == 0);
    sn_json_kv_array(json, "checks");
    for (size_t c = 0; c < count; c++)
        if (is_asked(verify, &check[c]))
            write_check(json, verify, &check[c], c);
    sn_json_end_array(json);
    sn_json_kv_array(json, "wrong_formulas");
    for (size_t w = 0; w < verify->wrong_count; w++) {
        const sn_wrong_formula *wrong = &verify->wrong[w];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "check", check[wrong->check].name);
        sn_json_kv_string(json, "formula", wrong->formula);
        sn_json_kv_integer(json, "passes", (int64_t)wrong->passes);
        sn_json_kv_integer(json, "rows", (int64_t)wrong->rows);
        sn_json_kv_bool(json, "rejected", wrong->passes < wrong->rows);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static sn_status make_checks(const sn_verify *verify, sn_table **table, sn_error *err)
{
    static const sn_table_head head[] = {{.name = "check"},
                                         {.name = "rows", .type = SN_COLUMN_INTEGER},
                                         {.name = "agrees", .type = SN_COLUMN_INTEGER},
                                         {.name = "known", .type = SN_COLUMN_INTEGER},
                                         {.name = "lacking", .type = SN_COLUMN_INTEGER},
                                         {.name = "wrong", .type = SN_COLUMN_INTEGER},
                                         {.name = "title", .heading = "what"}};
    size_t count;
    const sn_verify_check *check = sn_verify_checks(&count);
    char note[160];
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("check", "Published figures, computed again", head,
                        sizeof head / sizeof head[0], table, err));
    for (size_t c = 0; c < count; c++) {
        size_t rows = 0;
        if (!is_asked(verify, &check[c]))
            continue;
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, check[c].name);
        for (int o = 0; o < SN_OUTCOMES; o++) {
            const size_t n = sn_verify_count(verify, c, (sn_outcome)o);
            sn_table_set_number(*table, 2 + (size_t)o, (double)n);
            rows += n;
        }
        sn_table_set_number(*table, 1, (double)rows);
        sn_table_set_text(*table, 6, check[c].title);
    }
    for (size_t c = 0; c < count; c++) {
        const size_t agree = sn_verify_count(verify, c, SN_AGREES),
                     exact = count_exact(verify, c);
        if (!is_asked(verify, &check[c]) || exact == agree)
            continue;
        (void)snprintf(note, sizeof note,
                       "%s: %zu of %zu to the printed digit, the others one unit off",
                       check[c].name, exact, agree);
        sn_table_add_note(*table, note);
    }
    sn_table_add_note(
        *table, "known: does not agree, with a reason on record; lacking: published without "
                "what it is made of; --check NAME shows the rows");
out:
    return status;
}

static sn_status make_wrong(const sn_verify *verify, sn_table **table, sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "check"},
        {.name = "formula"},
        {.name = "passes", .type = SN_COLUMN_INTEGER},
        {.name = "rows", .heading = "of", .type = SN_COLUMN_INTEGER},
        {.name = "verdict"}};
    size_t count;
    const sn_verify_check *check = sn_verify_checks(&count);
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("wrong_formula", "Wrong formulas, which must not pass", head,
                        sizeof head / sizeof head[0], table, err));
    for (size_t w = 0; w < verify->wrong_count; w++) {
        const sn_wrong_formula *wrong = &verify->wrong[w];
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, check[wrong->check].name);
        sn_table_set_text(*table, 1, wrong->formula);
        sn_table_set_number(*table, 2, (double)wrong->passes);
        sn_table_set_number(*table, 3, (double)wrong->rows);
        sn_table_set_text(*table, 4, wrong->passes < wrong->rows ? "rejected" : "not rejected");
    }
out:
    return status;
}

static void add_rows(const sn_verify *verify, sn_outcome outcome, size_t top, size_t *shown,
                     sn_table *table)
{
    for (size_t r = 0; r < verify->count; r++) {
        const sn_verify_row *row = &verify->row[r];
        if (row->outcome != outcome || (top > 0 && *shown >= top))
            continue;
        ++*shown;
        sn_table_add_row(table);
        sn_table_set_text(table, 0, row->subject);
        sn_table_set_text(table, 1, row->measure);
        sn_table_set_number(table, 2, row->published);
        sn_table_set_number(table, 3, row->computed.low);
        sn_table_set_number(table, 4,
                            row->computed.high > row->computed.low ? row->computed.high : NAN);
        sn_table_set_text(table, 5, sn_outcome_word(outcome));
        sn_table_set_text(table, 6, row->reason);
    }
}

static sn_status make_rows(const sn_call *call, const sn_verify *verify, sn_table **table,
                           sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "subject"},
        {.name = "measure"},
        {.name = "published", .type = SN_COLUMN_NUMBER},
        {.name = "computed", .type = SN_COLUMN_NUMBER},
        {.name = "computed_high", .heading = "to", .type = SN_COLUMN_NUMBER},
        {.name = "outcome"},
        {.name = "reason", .detail = 1}};
    const size_t top = (size_t)sn_options_integer(&call->options, "top");
    size_t count, shown = 0;
    const sn_verify_check *check = sn_verify_checks(&count) + verify->check;
    char note[300];
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("row", check->title, head, sizeof head / sizeof head[0], table, err));
    add_rows(verify, SN_WRONG, top, &shown, *table);
    add_rows(verify, SN_KNOWN, top, &shown, *table);
    add_rows(verify, SN_LACKING, top, &shown, *table);
    add_rows(verify, SN_AGREES, top, &shown, *table);
    (void)snprintf(note, sizeof note, "agrees: within %s", check->within);
    sn_table_add_note(*table, note);
    (void)snprintf(note, sizeof note, "%s", check->source);
    sn_table_add_note(*table, note);
    if (shown < verify->count) {
        (void)snprintf(note, sizeof note, "%zu of %zu rows; --top 0 shows all", shown,
                       verify->count);
        sn_table_add_note(*table, note);
    }
out:
    return status;
}

static bool is_first_with_reason(const sn_verify *verify, size_t row)
{
    for (size_t r = 0; r < row; r++)
        if (verify->row[r].reason != NULL &&
            strcmp(verify->row[r].reason, verify->row[row].reason) == 0)
            return false;
    return true;
}

/* Each reason once, with how many rows it is given for. */
static sn_status make_reasons(const sn_verify *verify, sn_table **table, sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "outcome"}, {.name = "rows", .type = SN_COLUMN_INTEGER}, {.name = "reason"}};
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("reason", "Why", head, sizeof head / sizeof head[0], table, err));
    for (size_t r = 0; r < verify->count; r++) {
        size_t rows = 0;
        if (verify->row[r].reason == NULL || !is_first_with_reason(verify, r))
            continue;
        for (size_t k = r; k < verify->count; k++)
            rows += verify->row[k].reason != NULL &&
                    strcmp(verify->row[k].reason, verify->row[r].reason) == 0;
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, sn_outcome_word(verify->row[r].outcome));
        sn_table_set_number(*table, 1, (double)rows);
        sn_table_set_text(*table, 2, verify->row[r].reason);
    }
out:
    return status;
}

static sn_status judge(sn_call *call, const sn_verify *verify, sn_error *err)
{
    size_t count;
    const sn_verify_check *check = sn_verify_checks(&count);
    sn_status status = SN_OK;

    for (size_t c = 0; c < count; c++) {
        const size_t wrong = sn_verify_count(verify, c, SN_WRONG);
        if (wrong > 0)
            SN_TRY(sn_call_find(call, SN_ERROR, "does-not-agree", check[c].name, (double)wrong,
                                0, err, "%s: %zu figures do not come out as published",
                                check[c].name, wrong));
    }
    for (size_t w = 0; w < verify->wrong_count; w++)
        if (verify->wrong[w].passes == verify->wrong[w].rows)
            SN_TRY(sn_call_find(call, SN_ERROR, "wrong-formula-passes",
                                verify->wrong[w].formula, (double)verify->wrong[w].passes, NAN,
                                err, "the check %s cannot tell a wrong formula: %s",
                                check[verify->wrong[w].check].name, verify->wrong[w].formula));
    call->answer_is_no = sn_verify_failed(verify) > 0;
out:
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    sn_verify verify = {.only = sn_options_text(&call->options, "check")};
    sn_table *table[4] = {NULL, NULL, NULL, NULL};
    sn_report report = {
        methods, sizeof methods / sizeof methods[0], {NULL}, 0, write_results, &verify, 0};
    sn_status status = SN_OK;

    if (call->options.word_count > 0)
        return sn_fail(err, SN_EUSAGE, "unexpected argument \"%s\"", call->options.words[0]);
    SN_TRY(sn_verify_run(&verify, err));
    SN_TRY(judge(call, &verify, err));
    call->sources = verify.sources;
    verify.sources = (sn_sources){0};
    SN_TRY(make_checks(&verify, &table[0], err));
    SN_TRY(make_wrong(&verify, &table[1], err));
    report.table[report.table_count++] = table[0];
    if (verify.only != NULL) {
        SN_TRY(make_rows(call, &verify, &table[2], err));
        report.main = report.table_count;
        report.table[report.table_count++] = table[2];
        SN_TRY(make_reasons(&verify, &table[3], err));
        if (sn_table_row_count(table[3]) > 0)
            report.table[report.table_count++] = table[3];
    }
    if (verify.wrong_count > 0)
        report.table[report.table_count++] = table[1];
    SN_TRY(sn_call_emit(call, &report, err));
out:
    for (int t = 0; t < 4; t++)
        sn_table_free(table[t]);
    sn_verify_clear(&verify);
    return status;
}

const sn_verb sn_verb_verify = {
    .name = "verify",
    .summary = "Published figures, computed again: what agrees and what does not",
    .options = options,
    .about = "Computes official and published tables again out of what is built in, with the "
             "functions\n"
             "that the other verbs use, and holds each figure against the printed one.  "
             "Figures that are\n"
             "known not to agree are listed with the reason, and must miss by what is on "
             "record.  Exit 1\n"
             "when anything else differs, or when a wrong formula would pass.",
    .examples = "supplynet verify\n"
                "supplynet verify --check eu-sr-2023\n"
                "supplynet verify -f json",
    .unused = "NETWORK|seed|threads",
    .methods = {{methods, sizeof methods / sizeof methods[0]}},
    .run = run,
};
