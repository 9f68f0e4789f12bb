/* verify_supply.c - concentration of world production, GeoPolRisk, and origin behind a hub. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/verify_private.h"
#include "datasets/reexport.h"
#include "graph/builder.h"
#include "metrics/concentration.h"

enum { COMMODITY, STAGE, COUNTRY, YEAR, VALUE };

static sn_status set_text(sn_builder *builder, int32_t node, sn_column column, const char *text,
                          sn_error *err)
{
    return sn_builder_set_text(builder, node, column, text, strlen(text), err);
}

static sn_status add_producer(sn_verify *verify, sn_builder *builder, const sn_verify_table *t,
                              size_t r, sn_error *err)
{
    const char *id =
        sn_verify_format(verify, "%s:%s:%s", sn_verify_text(t, r, COUNTRY),
                         sn_verify_text(t, r, COMMODITY), sn_verify_text(t, r, STAGE));
    int32_t node;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(id, "a node");
    SN_TRY(sn_builder_declare(builder, id, strlen(id), &node, err));
    sn_builder_set_kind(builder, node, SN_KIND_STAGE);
    SN_TRY(set_text(builder, node, SN_COUNTRY, sn_verify_text(t, r, COUNTRY), err));
    SN_TRY(set_text(builder, node, SN_COMMODITY, sn_verify_text(t, r, COMMODITY), err));
    SN_TRY(set_text(builder, node, SN_STAGE, sn_verify_text(t, r, STAGE), err));
    SN_TRY(sn_builder_set_number(builder, node, SN_OUTPUT, sn_verify_number(t, r, VALUE), err));
out:
    return status;
}

/* The production of a year as a network without flows. */
static sn_status build_year(sn_verify *verify, const sn_verify_table *t, const char *year,
                            sn_network **net, sn_error *err)
{
    sn_builder *builder = sn_builder_new();
    sn_status status = SN_OK;

    SN_TRY_ALLOC(builder, "a network");
    for (size_t r = 0; r < t->rows; r++)
        if (strcmp(sn_verify_text(t, r, YEAR), year) == 0)
            SN_TRY(add_producer(verify, builder, t, r, err));
    SN_TRY(sn_builder_freeze(&builder, net, err));
out:
    sn_builder_free(builder);
    return status;
}

static const sn_concentration_group *find_group(const sn_concentration *all,
                                                const char *commodity, const char *stage)
{
    for (size_t g = 0; g < all->count; g++)
        if (strcmp(all->group[g].commodity, commodity) == 0 &&
            strcmp(all->group[g].stage, stage) == 0)
            return &all->group[g];
    return NULL;
}

/* The four figures of a row: who is largest, its share, that of three, the HHI of 10,000. */
static sn_status compare_group(sn_verify *verify, const sn_verify_table *expected, size_t r,
                               const sn_concentration_group *group, sn_error *err)
{
    const char *subject =
        sn_verify_format(verify, "%s, %s, %s", sn_verify_text(expected, r, 0),
                         sn_verify_text(expected, r, 1), sn_verify_text(expected, r, 2));
    const char *largest = sn_verify_text(expected, r, 3);
    const bool found = group != NULL && group->count > 0;
    const double computed[] = {found ? group->top1 : NAN, found ? group->top3 : NAN,
                               found ? 1e4 * group->hhi : NAN};
    static const char *const measure[] = {"largest share", "three largest", "HHI"};
    static const int decimals[] = {4, 4, 1};
    sn_status status = SN_OK;

    SN_TRY(sn_verify_compare(
        verify, subject, sn_verify_format(verify, "largest is %s", largest), 1, 0,
        sn_verify_point(found && strcmp(group->member[0].id, largest) == 0), err));
    for (size_t m = 0; m < 3; m++) {
        const double published = sn_verify_number(expected, r, 4 + m);
        SN_TRY(sn_verify_compare(verify, subject, measure[m], published,
                                 sn_verify_half(published, decimals[m]),
                                 sn_verify_point(computed[m]), err));
    }
out:
    return status;
}

sn_status sn_verify_usgs(sn_verify *verify, sn_error *err)
{
    static const char *const years[] = {"2023", "2024"};
    sn_verify_table production = {0}, expected = {0};
    sn_network *net = NULL;
    sn_concentration all = {0};
    sn_status status = SN_OK;

    SN_TRY(sn_verify_open(verify, "usgs-mcs-2025", "production.csv",
                          "commodity|stage|country|year|#value", &production, err));
    SN_TRY(sn_verify_open(verify, "usgs-mcs-2025", "concentration.csv",
                          "commodity|stage|year|country|#top1|#top3|#hhi", &expected, err));
    for (size_t y = 0; y < 2; y++) {
        SN_TRY(build_year(verify, &production, years[y], &net, err));
        SN_TRY(sn_concentration_make(net, SN_LEVEL_COUNTRY, SN_LARGEST, &all, err));
        for (size_t r = 0; r < expected.rows; r++)
            if (strcmp(sn_verify_text(&expected, r, 2), years[y]) == 0)
                SN_TRY(compare_group(verify, &expected, r,
                                     find_group(&all, sn_verify_text(&expected, r, 0),
                                                sn_verify_text(&expected, r, 1)),
                                     err));
        sn_concentration_clear(&all);
        sn_network_free(net);
        net = NULL;
    }
out:
    sn_concentration_clear(&all);
    sn_network_free(net);
    sn_verify_table_clear(&production);
    sn_verify_table_clear(&expected);
    return status;
}

/* The score of a country that buys the share `import_risk` of its supply from where the risk is
 * 1, and makes the rest: its import risk is what was published. */
static double score_of(double hhi, double import_risk)
{
    const double risk = 1;

    return sn_geopolrisk_score(hhi, &risk, &import_risk, 1, 1 - import_risk).score;
}

sn_status sn_verify_geopolrisk(sn_verify *verify, sn_error *err)
{
    enum {
        HHI = 1,
        RISK,
        SCORE,
        PRICE,
        FACTOR,
        RISK_DECIMALS,
        SCORE_DECIMALS,
        FACTOR_DECIMALS
    };
    sn_verify_table t = {0};
    sn_status status = SN_OK;

    SN_TRY(sn_verify_open(verify, "published-examples", "geopolrisk.csv",
                          "commodity|#hhi|#import_risk|#score|#price|#factor|#risk_decimals|"
                          "#score_decimals|#factor_decimals",
                          &t, err));
    for (size_t r = 0; r < t.rows; r++) {
        double x[FACTOR_DECIMALS + 1];
        for (size_t c = HHI; c <= FACTOR_DECIMALS; c++)
            x[c] = sn_verify_number(&t, r, c);
        const double h = sn_verify_half(x[HHI], 6),
                     w = sn_verify_half(x[RISK], (int)x[RISK_DECIMALS]);
        const sn_interval score = {score_of(x[HHI] - h, x[RISK] - w),
                                   score_of(x[HHI] + h, x[RISK] + w)};
        const char *subject = sn_verify_text(&t, r, 0);
        SN_TRY(sn_verify_compare(verify, subject, "score", x[SCORE],
                                 sn_verify_half(x[SCORE], (int)x[SCORE_DECIMALS]), score, err));
        if (isnan(x[PRICE])) {
            SN_TRY(sn_verify_lacking(verify, subject, "factor", x[FACTOR],
                                     "its price is not among the published figures at hand",
                                     err));
            continue;
        }
        const double p = sn_verify_half(x[PRICE], 6);
        SN_TRY(sn_verify_compare(verify, subject, "factor", x[FACTOR],
                                 sn_verify_half(x[FACTOR], (int)x[FACTOR_DECIMALS]),
                                 (sn_interval){sn_geopolrisk_factor(score.low, x[PRICE] - p),
                                               sn_geopolrisk_factor(score.high, x[PRICE] + p)},
                                 err));
    }
out:
    sn_verify_table_clear(&t);
    return status;
}

/* A hub network solved: amounts from origin (row) to consumer (column). */
typedef struct {
    sn_verify_table countries;
    double *origin;
} hub;

static size_t place_of(const hub *h, const char *country, size_t length)
{
    for (size_t c = 0; c < h->countries.rows; c++)
        if (strlen(sn_verify_text(&h->countries, c, 0)) == length &&
            strncmp(sn_verify_text(&h->countries, c, 0), country, length) == 0)
            return c;
    return h->countries.rows;
}

/* subject: "A to B" */
static sn_status origin_of(void *context, const char *its_case, const char *subject,
                           const char *measure, double *computed, sn_error *err)
{
    const hub *h = context;
    const char *to = strstr(subject, " to ");
    const size_t n = h->countries.rows;
    const size_t maker = to != NULL ? place_of(h, subject, (size_t)(to - subject)) : n;
    const size_t user = to != NULL ? place_of(h, to + 4, strlen(to + 4)) : n;

    (void)its_case;
    (void)measure;
    if (maker == n || user == n)
        return sn_fail(err, SN_EDATA, "re-exports: no countries \"%s\"", subject);
    *computed = h->origin[maker * n + user];
    return SN_OK;
}

sn_status sn_verify_reexports(sn_verify *verify, sn_error *err)
{
    sn_verify_table trade = {0};
    hub h = {0};
    double *production = NULL, *flow = NULL;
    sn_status status = SN_OK;

    SN_TRY(sn_verify_open(verify, "published-examples", "hub_production.csv", "country|#value",
                          &h.countries, err));
    SN_TRY(sn_verify_open(verify, "published-examples", "hub_trade.csv",
                          "exporter|importer|#value", &trade, err));
    const size_t n = h.countries.rows;
    production = calloc(n + 1, sizeof *production);
    flow = calloc(n * n + 1, sizeof *flow);
    h.origin = calloc(n * n + 1, sizeof *h.origin);
    SN_TRY_ALLOC(production, "trade");
    SN_TRY_ALLOC(flow, "trade");
    SN_TRY_ALLOC(h.origin, "trade");
    for (size_t c = 0; c < n; c++)
        production[c] = sn_verify_number(&h.countries, c, 1);
    for (size_t r = 0; r < trade.rows; r++) {
        const char *exporter = sn_verify_text(&trade, r, 0),
                   *importer = sn_verify_text(&trade, r, 1);
        const size_t i = place_of(&h, exporter, strlen(exporter)),
                     j = place_of(&h, importer, strlen(importer));
        if (i == n || j == n) {
            status = sn_fail(err, SN_EDATA, "hub_trade.csv: no country \"%s\" or \"%s\"",
                             exporter, importer);
            goto out;
        }
        flow[i * n + j] = sn_verify_number(&trade, r, 2);
    }
    SN_TRY(sn_reexport_prebalance(n, production, flow, NULL, err));
    SN_TRY(sn_reexport_correct(n, production, flow, h.origin, err));
    SN_TRY(sn_verify_each(verify, "re-exports", origin_of, &h, err));
out:
    free(production);
    free(flow);
    free(h.origin);
    sn_verify_table_clear(&h.countries);
    sn_verify_table_clear(&trade);
    return status;
}
