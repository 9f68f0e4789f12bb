/* verify.c - the list of checks, and the rows that they enter. */
#include "cli/verify_private.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/selector.h"

#define RANGE_2017 "the interval that the rounded factors allow, the published figure +- 0.05"
#define SOURCE_2017                                                                            \
    "European Commission, Study on the review of the list of critical raw materials, 2017, "   \
    "tables 3, 18, 19"
#define SOURCE_2023                                                                            \
    "Grohol and Veeh, Study on the critical raw materials for the EU 2023, annexes"

/* Titles fit beside the counts in 80 columns. */
static const sn_verify_check checks[] = {
    {"eu-2017-global", "EU risk, world supply", RANGE_2017, SOURCE_2017,
     sn_verify_eu_2017_global},
    {"eu-2017-sourcing", "EU risk, EU sourcing", RANGE_2017, SOURCE_2017,
     sn_verify_eu_2017_sourcing},
    {"eu-2017-both", "EU risk, both", RANGE_2017, SOURCE_2017, sn_verify_eu_2017_both},
    {"eu-2023-risk", "EU risk, from shares", "0.1 after rounding to one decimal", SOURCE_2023,
     sn_verify_eu_2023},
    {"eu-2023-importance", "EU importance, uses", "0.1 after rounding to one decimal",
     SOURCE_2023, sn_verify_eu_importance},
    {"eu-history", "EU risk, the series", "2017: " RANGE_2017 "; 2023: the printed decimal",
     "European Commission, supply risk and economic importance 2011-2023",
     sn_verify_eu_history},
    {"crma-65", "at most 65 % from one", "the printed digits",
     "Regulation (EU) 2024/1252, article 5; shares of the 2023 study", sn_verify_crma},
    {"usgs-2025", "top 1, top 3, HHI", "the printed digits",
     "USGS, Mineral Commodity Summaries 2025, world data; figures of an independent program",
     sn_verify_usgs},
    {"geopolrisk", "score and factor, USA",
     "the interval that the rounded factors allow, and the printed digits",
     "Koyamparambath et al. 2024, geopolrisk-py, reference figures", sn_verify_geopolrisk},
    {"re-exports", "origin behind a hub", "nine decimals",
     "Kastner et al. 2011, worked by hand", sn_verify_reexports},
    {"esri-test", "systemic risk, 13 firms", "nine decimals",
     "Diem et al. 2022; golden file of the Julia program Economic-Systemic-Risk",
     sn_verify_esri_test},
    {"esri-figure-1", "systemic risk, 11 firms", "nine decimals",
     "Diem et al. 2022, figure 1; figures of the authors' program GLcascade 0.9.3.1",
     sn_verify_esri_figure},
    {"inoue-todo", "two firms through time", "nine decimals",
     "Inoue and Todo 2019; figures of the authors' program ProductionNetworkSimulator",
     sn_verify_inoue_todo},
    {"input-output", "three countries' trade", "the printed digits",
     "leather table of Quast and Kummritz 2015; figures of an independent program",
     sn_verify_input_output},
    {"kite", "centralities of a graph", "nine decimals",
     "Krackhardt's kite; figures of networkx 2.8.8", sn_verify_kite},
    {"time-to-survive", "a stock, day by day", "the printed digits",
     "Simchi-Levi et al. 2015, worked by hand", sn_verify_survive},
    {"white-paper", "facts of a White Paper", "the printed digits, or what is not known",
     "METI, White Paper on International Economy and Trade 2025, II-1-4; docs/white-paper.md",
     sn_verify_white_paper},
};
enum { CHECKS = sizeof checks / sizeof checks[0] };

const sn_verify_check *sn_verify_checks(size_t *count)
{
    *count = CHECKS;
    return checks;
}

static sn_status unknown_check(const char *name, sn_error *err)
{
    const char *names[CHECKS];
    size_t chosen;

    for (size_t c = 0; c < CHECKS; c++)
        names[c] = checks[c].name;
    return sn_choose("check", name, names, CHECKS, &chosen, err);
}

sn_status sn_verify_run(sn_verify *verify, sn_error *err)
{
    bool any = false;
    sn_status status = SN_OK;

    for (size_t c = 0; c < CHECKS; c++) {
        if (verify->only != NULL && strcmp(verify->only, checks[c].name) != 0)
            continue;
        any = true;
        verify->check = c;
        SN_TRY(checks[c].run(verify, err));
    }
    if (!any)
        status = unknown_check(verify->only, err);
out:
    if (status == SN_EDATA && verify->patch == NULL) {
        status = SN_EINTERNAL; /* a built-in table that cannot be read is our bug */
        if (err != NULL)
            err->status = status;
    }
    return status;
}

void sn_verify_clear(sn_verify *verify)
{
    free(verify->row);
    sn_sources_clear(&verify->sources);
    sn_arena_clear(&verify->texts);
    *verify = (sn_verify){0};
}

const char *sn_outcome_word(sn_outcome outcome)
{
    static const char *const words[SN_OUTCOMES] = {"agrees", "known", "lacking", "wrong"};

    return words[outcome];
}

size_t sn_verify_count(const sn_verify *verify, size_t check, sn_outcome outcome)
{
    size_t count = 0;

    for (size_t r = 0; r < verify->count; r++)
        count += verify->row[r].check == check && verify->row[r].outcome == outcome;
    return count;
}

size_t sn_verify_failed(const sn_verify *verify)
{
    size_t failed = 0;

    for (size_t r = 0; r < verify->count; r++)
        failed += verify->row[r].outcome == SN_WRONG;
    for (size_t w = 0; w < verify->wrong_count; w++)
        failed += verify->wrong[w].passes == verify->wrong[w].rows;
    return failed;
}

double sn_verify_half(double published, int decimals)
{
    return 0.5 * pow(10, -decimals) + 1e-12 * fmax(1, fabs(published));
}

static sn_status add_row(sn_verify *verify, const sn_verify_row *row, sn_error *err)
{
    if (row->subject == NULL || row->measure == NULL)
        return sn_nomem(err, "a row");
    if (verify->count == verify->room) {
        const size_t room = verify->room == 0 ? 256 : 2 * verify->room;
        sn_verify_row *grown = realloc(verify->row, room * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "rows");
        verify->row = grown;
        verify->room = room;
    }
    verify->row[verify->count] = *row;
    verify->row[verify->count++].check = verify->check;
    return SN_OK;
}

sn_status sn_verify_compare(sn_verify *verify, const char *subject, const char *measure,
                            double published, double half, sn_interval computed, sn_error *err)
{
    /* Written so that NaN does not agree. */
    const bool agrees = published >= computed.low - half && published <= computed.high + half;
    const sn_verify_row row = {.subject = subject,
                               .measure = measure,
                               .published = published,
                               .half = half,
                               .computed = computed,
                               .outcome = agrees ? SN_AGREES : SN_WRONG,
                               .exact = agrees,
                               .reason = agrees ? NULL : "does not agree"};

    return add_row(verify, &row, err);
}

void sn_verify_known(sn_verify *verify, double recorded, const char *reason)
{
    sn_verify_row *row = &verify->row[verify->count - 1];
    const double half = sn_verify_half(recorded, 3);

    assert(verify->count > 0);
    if (row->outcome == SN_AGREES) {
        row->outcome = SN_WRONG;
        row->reason = "on record as a miss, but it agrees";
    } else if (recorded >= row->computed.low - half && recorded <= row->computed.high + half) {
        row->outcome = SN_KNOWN;
        row->reason = reason;
    } else {
        row->reason = "a known miss, but not by what is on record";
    }
}

sn_status sn_verify_lacking(sn_verify *verify, const char *subject, const char *measure,
                            double published, const char *reason, sn_error *err)
{
    const sn_verify_row row = {.subject = subject,
                               .measure = measure,
                               .published = published,
                               .computed = {NAN, NAN},
                               .outcome = SN_LACKING,
                               .reason = reason};

    return add_row(verify, &row, err);
}

sn_status sn_verify_each(sn_verify *verify, const char *check, sn_verify_maker make,
                         void *context, sn_error *err)
{
    enum { CHECK, CASE, SUBJECT, MEASURE, VALUE, DECIMALS };
    sn_verify_table table;
    sn_status status = SN_OK;

    SN_TRY(sn_verify_open(verify, "published-examples", "expected.csv",
                          "check|case|subject|measure|#value|#decimals", &table, err));
    for (size_t r = 0; r < table.rows; r++) {
        const char *its_case = sn_verify_text(&table, r, CASE);
        const char *subject = sn_verify_text(&table, r, SUBJECT);
        const char *measure = sn_verify_text(&table, r, MEASURE);
        const double value = sn_verify_number(&table, r, VALUE);
        double computed = NAN;
        if (strcmp(sn_verify_text(&table, r, CHECK), check) != 0)
            continue;
        SN_TRY(make(context, its_case, subject, measure, &computed, err));
        if (*its_case != '\0')
            subject = sn_verify_format(verify, "%s: %s", its_case, subject);
        SN_TRY(
            sn_verify_compare(verify, subject, measure, value,
                              sn_verify_half(value, (int)sn_verify_number(&table, r, DECIMALS)),
                              sn_verify_point(computed), err));
    }
out:
    sn_verify_table_clear(&table);
    return status;
}
