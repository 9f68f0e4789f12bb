/* verify_eu_shares.c - what the EU published in 2023, from country shares and end uses. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/verify_private.h"
#include "datasets/reference.h"

enum { SUPPLY, MATERIAL, STAGE, COUNTRY, SHARE, BELOW, T };
static const char share_columns[] = "supply|material|stage|country|#share|#below|#t";

/* The shares of all materials with the governance of each row's country. */
typedef struct {
    sn_verify_table shares;
    double *score;                /* [shares.rows] NaN: none */
    double *low, *high, *t, *wgi; /* [shares.rows] of one material */
} supply_tables;

static void clear(supply_tables *s)
{
    sn_verify_table_clear(&s->shares);
    free(s->score);
    free(s->low);
}

static sn_status open_supply(sn_verify *verify, supply_tables *s, sn_error *err)
{
    sn_verify_table governance = {0};
    sn_status status = SN_OK;

    SN_TRY(sn_verify_open(verify, "eu-crm", "shares_2023.csv", share_columns, &s->shares, err));
    SN_TRY(sn_verify_open(verify, "eu-crm", "governance_2016_2020.csv", "country|#score",
                          &governance, err));
    const size_t rows = s->shares.rows;
    s->score = malloc((rows + 1) * sizeof *s->score);
    s->low = malloc((rows + 1) * 4 * sizeof *s->low);
    SN_TRY_ALLOC(s->score, "shares");
    SN_TRY_ALLOC(s->low, "shares");
    s->high = s->low + rows;
    s->t = s->high + rows;
    s->wgi = s->t + rows;
    for (size_t r = 0; r < rows; r++) {
        s->score[r] = NAN;
        for (size_t g = 0; g < governance.rows && isnan(s->score[r]); g++)
            if (strcmp(sn_verify_text(&governance, g, 0),
                       sn_verify_text(&s->shares, r, COUNTRY)) == 0)
                s->score[r] = sn_verify_number(&governance, g, 1);
    }
out:
    sn_verify_table_clear(&governance);
    return status;
}

/* The rows of a material's stage and supply into low, high, t, wgi; "<0.1 %" is 0 to 0.001. */
static size_t gather(supply_tables *s, const char *supply, const char *material,
                     const char *stage)
{
    size_t count = 0;

    for (size_t r = 0; r < s->shares.rows; r++) {
        const double share = sn_verify_number(&s->shares, r, SHARE);
        if (strcmp(sn_verify_text(&s->shares, r, SUPPLY), supply) != 0 ||
            strcmp(sn_verify_text(&s->shares, r, MATERIAL), material) != 0 ||
            strcmp(sn_verify_text(&s->shares, r, STAGE), stage) != 0)
            continue;
        s->low[count] = isnan(share) ? 0 : share;
        s->high[count] = isnan(share) ? sn_verify_number(&s->shares, r, BELOW) : share;
        s->t[count] = sn_verify_number(&s->shares, r, T);
        s->wgi[count++] = s->score[r];
    }
    return count;
}

static sn_interval hhi_of(supply_tables *s, const char *supply, const char *material,
                          const char *stage)
{
    const size_t count = gather(s, supply, material, stage);

    if (count == 0)
        return sn_verify_point(NAN);
    return (sn_interval){sn_hhi_weighted(s->low, s->wgi, s->t, count, 0, 10).value.low,
                         sn_hhi_weighted(s->high, s->wgi, s->t, count, 0, 10).value.high};
}

static sn_interval risk_of(supply_tables *s, const sn_verify_table *t, size_t r)
{
    const char *material = sn_verify_text(t, r, 0), *stage = sn_verify_text(t, r, 1);
    const char *word = sn_verify_text(t, r, 2);
    const sn_eu_supply supply = strcmp(word, "global") == 0     ? SN_EU_GLOBAL
                                : strcmp(word, "sourcing") == 0 ? SN_EU_SOURCING
                                                                : SN_EU_COMBINED;
    const sn_interval global = hhi_of(s, "global", material, stage);
    const sn_interval sourcing = hhi_of(s, "sourcing", material, stage);
    const double reliance = sn_verify_number(t, r, 3);
    sn_eu_factors f = {global.low, sourcing.low, sn_verify_number(t, r, 4),
                       sn_verify_number(t, r, 5)};
    sn_interval risk;

    risk.low = sn_eu_supply_risk(&f, supply, reliance);
    f.hhi_global = global.high;
    f.hhi_sourcing = sourcing.high;
    risk.high = sn_eu_supply_risk(&f, supply, reliance);
    return risk;
}

/* Enters a figure that is published to one decimal and agrees within one unit of it; a miss on
 * record is held against the figure before rounding. */
static sn_status enter(sn_verify *verify, const char *subject, const char *measure,
                       double published, sn_interval computed, const char *outcome,
                       double recorded, const char *reason, sn_error *err)
{
    const sn_interval rounded = {sn_eu_round(computed.low), sn_eu_round(computed.high)};
    const double half = 0.1 + sn_verify_half(published, 9);
    sn_status status = SN_OK;

    SN_TRY(sn_verify_compare(verify, subject, measure, published, half, rounded, err));
    sn_verify_row *row = &verify->row[verify->count - 1];
    row->computed = computed;
    row->exact = fabs(rounded.low - published) < 0.05;
    if (strcmp(outcome, "known") == 0)
        sn_verify_known(verify, recorded, reason);
out:
    return status;
}

sn_status sn_verify_eu_2023(sn_verify *verify, sn_error *err)
{
    enum { PUBLISHED = 6, STATUS, COMPUTED, REASON };
    supply_tables s = {0};
    sn_verify_table t = {0};
    sn_status status = SN_OK;

    SN_TRY(open_supply(verify, &s, err));
    SN_TRY(sn_verify_open(verify, "eu-crm", "supply_risk_2023.csv",
                          "material|stage|supply|#import_reliance|#recycling|#substitution|#sr|"
                          "status|#computed|reason",
                          &t, err));
    for (size_t r = 0; r < t.rows; r++) {
        const char *subject = sn_verify_format(verify, "%s, %s", sn_verify_text(&t, r, 0),
                                               sn_verify_text(&t, r, 1));
        const char *word = sn_verify_text(&t, r, STATUS),
                   *reason = sn_verify_text(&t, r, REASON);
        const double published = sn_verify_number(&t, r, PUBLISHED);
        if (strcmp(word, "lacking") == 0)
            SN_TRY(sn_verify_lacking(verify, subject, "risk", published, reason, err));
        else
            SN_TRY(enter(verify, subject, "risk", published, risk_of(&s, &t, r), word,
                         sn_verify_number(&t, r, COMPUTED), reason, err));
    }
out:
    sn_verify_table_clear(&t);
    clear(&s);
    return status;
}

sn_status sn_verify_eu_importance(sn_verify *verify, sn_error *err)
{
    enum { LARGEST = 204200 }; /* value added of C28, machinery [MEUR] */
    enum { SUBSTITUTION = 1, PUBLISHED, STATUS, COMPUTED, REASON };
    sn_verify_table t = {0}, uses = {0};
    double *share = NULL;
    sn_status status = SN_OK;

    SN_TRY(sn_verify_open(verify, "eu-crm", "importance_2023.csv",
                          "material|#substitution|#ei|status|#computed|reason", &t, err));
    SN_TRY(sn_verify_open(verify, "eu-crm", "end_uses_2023.csv", "material|#share|#value_added",
                          &uses, err));
    share = malloc((uses.rows + 1) * 2 * sizeof *share);
    SN_TRY_ALLOC(share, "end uses");
    double *value_added = share + uses.rows;
    for (size_t r = 0; r < t.rows; r++) {
        const char *material = sn_verify_text(&t, r, 0);
        size_t count = 0;
        for (size_t u = 0; u < uses.rows; u++) {
            share[count] = sn_verify_number(&uses, u, 1);
            value_added[count] = sn_verify_number(&uses, u, 2);
            if (strcmp(sn_verify_text(&uses, u, 0), material) == 0 && !isnan(share[count]) &&
                !isnan(value_added[count]))
                count++; /* what has no sector adds nothing */
        }
        const double ei = sn_eu_economic_importance(
            share, value_added, count, sn_verify_number(&t, r, SUBSTITUTION), LARGEST);
        SN_TRY(enter(verify, material, "importance", sn_verify_number(&t, r, PUBLISHED),
                     sn_verify_point(ei), sn_verify_text(&t, r, STATUS),
                     sn_verify_number(&t, r, COMPUTED), sn_verify_text(&t, r, REASON), err));
    }
out:
    free(share);
    sn_verify_table_clear(&t);
    sn_verify_table_clear(&uses);
    return status;
}

static bool is_member(const sn_coalition_list *coalitions, const char *coalition,
                      const char *country)
{
    for (size_t m = 0; m < coalitions->list.count; m++)
        if (strcmp(coalitions->list.row[m].coalition, coalition) == 0 &&
            strcmp(coalitions->list.row[m].country, country) == 0)
            return true;
    return false;
}

/* The largest share of a country outside the EU. */
static double largest_third(const sn_verify_table *shares, const sn_coalition_list *coalitions,
                            const char *material, const char *stage)
{
    double largest = 0;

    for (size_t r = 0; r < shares->rows; r++) {
        const double share = sn_verify_number(shares, r, SHARE);
        if (strcmp(sn_verify_text(shares, r, SUPPLY), "sourcing") == 0 &&
            strcmp(sn_verify_text(shares, r, MATERIAL), material) == 0 &&
            strcmp(sn_verify_text(shares, r, STAGE), stage) == 0 && share > largest &&
            !is_member(coalitions, "EU27", sn_verify_text(shares, r, COUNTRY)))
            largest = share;
    }
    return largest;
}

sn_status sn_verify_crma(sn_verify *verify, sn_error *err)
{
    sn_verify_table t = {0}, shares = {0};
    sn_coalition_list coalitions = {0};
    sn_status status = SN_OK;

    SN_TRY(sn_coalitions_load(&coalitions, err));
    SN_TRY(sn_verify_open(verify, "eu-crm", "shares_2023.csv", share_columns, &shares, err));
    SN_TRY(sn_verify_open(verify, "eu-crm", "largest_third_country_2023.csv",
                          "material|stage|country|#share|above_65", &t, err));
    for (size_t r = 0; r < t.rows; r++) {
        const char *material = sn_verify_text(&t, r, 0), *stage = sn_verify_text(&t, r, 1);
        const char *subject = sn_verify_format(verify, "%s, %s", material, stage);
        const double share = largest_third(&shares, &coalitions, material, stage);
        const double published = sn_verify_number(&t, r, 3);
        const sn_benchmark benchmark =
            sn_benchmark_most(sn_verify_point(share), 1, sn_crma_threshold(SN_CRMA_DIVERSITY));
        SN_TRY(sn_verify_compare(verify, subject, "share", published,
                                 sn_verify_half(published, 2), sn_verify_point(share), err));
        SN_TRY(sn_verify_compare(verify, subject, "above 65 %",
                                 strcmp(sn_verify_text(&t, r, 4), "yes") == 0, 0,
                                 sn_verify_point(benchmark.met == SN_NO), err));
    }
out:
    sn_verify_table_clear(&t);
    sn_verify_table_clear(&shares);
    sn_coalitions_clear(&coalitions);
    return status;
}
