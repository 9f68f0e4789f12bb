/* verify_paper.c - what the METI White Paper states, held against the built-in data. */
#include <math.h>
#include <string.h>

#include "cli/verify_private.h"
#include "datasets/embedded.h"
#include "datasets/load.h"
#include "metrics/concentration.h"

enum {
    FACT,
    SUBJECT,
    VALUE,
    LOW,
    HIGH,
    UNIT,
    HOW,
    COMMODITY,
    STAGE,
    COUNTRY,
    COMPUTED,
    REASON
};
static const char columns[] =
    "fact|subject|#value|#low|#high|unit|how|commodity|stage|country|#computed|reason";

/* What facts are held against. */
typedef struct {
    sn_network *net;
    sn_concentration place, owner;
    sn_coalition_list coalitions;
    sn_verify_table usgs;
} built_in;

static void clear(built_in *b)
{
    sn_concentration_clear(&b->place);
    sn_concentration_clear(&b->owner);
    sn_coalitions_clear(&b->coalitions);
    sn_verify_table_clear(&b->usgs);
    sn_network_free(b->net);
}

static sn_status open_all(sn_verify *verify, built_in *b, sn_error *err)
{
    const sn_load_options options = {.network = "critical-minerals-2024"};
    sn_sources sources = {0};
    sn_status status = SN_OK;

    SN_TRY(sn_load(&options, &b->net, &sources, err));
    SN_TRY(sn_verify_adopt(verify, &sources, err));
    SN_TRY(sn_concentration_make(b->net, SN_LEVEL_COUNTRY, SN_LARGEST, &b->place, err));
    SN_TRY(sn_concentration_make(b->net, SN_LEVEL_OWNER, SN_LARGEST, &b->owner, err));
    SN_TRY(sn_coalitions_load(&b->coalitions, err));
    SN_TRY(sn_verify_open(verify, "usgs-mcs-2025", "concentration.csv",
                          "commodity|stage|year|country|#top1", &b->usgs, err));
out:
    sn_sources_clear(&sources);
    return status;
}

/* The share of a country in a group, up to what is not known to be another's. */
static sn_interval share_of(const sn_concentration *all, const char *commodity,
                            const char *stage, const char *country)
{
    for (size_t g = 0; g < all->count; g++) {
        const sn_concentration_group *group = &all->group[g];
        if (strcmp(group->commodity, commodity) != 0 || strcmp(group->stage, stage) != 0)
            continue;
        for (size_t m = 0; m < group->count; m++)
            if (strcmp(group->member[m].id, country) == 0) {
                const double share = group->member[m].share;
                return (sn_interval){share, share + group->unknown_share};
            }
    }
    return sn_verify_point(NAN);
}

static sn_interval members_of(const sn_coalition_list *coalitions, const char *coalition)
{
    double count = 0;

    for (size_t r = 0; r < coalitions->list.count; r++)
        count += strcmp(coalitions->list.row[r].coalition, coalition) == 0;
    return sn_verify_point(count);
}

static sn_interval threshold_of(const char *name)
{
    for (int r = 0; r < SN_CRMA_RULES; r++)
        if (strcmp(sn_crma_name((sn_crma_rule)r), name) == 0)
            return sn_verify_point(sn_crma_threshold((sn_crma_rule)r));
    return sn_verify_point(NAN);
}

/* Scenario templates, one for each of IRENA's risk classes. */
static sn_interval templates(void)
{
    size_t count, found = 0;
    const sn_embedded_file *file = sn_embedded_files("scenarios", &count);

    for (size_t f = 0; f < count; f++)
        found += strncmp(file[f].name, "irena-", strlen("irena-")) == 0;
    return sn_verify_point((double)found);
}

static sn_interval of_usgs(const sn_verify_table *usgs, const char *commodity,
                           const char *stage, const char *country)
{
    for (size_t r = 0; r < usgs->rows; r++)
        if (strcmp(sn_verify_text(usgs, r, 0), commodity) == 0 &&
            strcmp(sn_verify_text(usgs, r, 1), stage) == 0 &&
            strcmp(sn_verify_text(usgs, r, 2), "2023") == 0 &&
            strcmp(sn_verify_text(usgs, r, 3), country) == 0)
            return sn_verify_point(sn_verify_number(usgs, r, 4));
    return sn_verify_point(NAN);
}

static sn_interval compute(const built_in *b, const sn_verify_table *t, size_t r)
{
    const char *how = sn_verify_text(t, r, HOW), *commodity = sn_verify_text(t, r, COMMODITY);
    const char *stage = sn_verify_text(t, r, STAGE), *country = sn_verify_text(t, r, COUNTRY);

    if (strcmp(how, "place") == 0)
        return share_of(&b->place, commodity, stage, country);
    if (strcmp(how, "owner") == 0)
        return share_of(&b->owner, commodity, stage, country);
    if (strcmp(how, "usgs") == 0)
        return of_usgs(&b->usgs, commodity, stage, country);
    if (strcmp(how, "members") == 0)
        return members_of(&b->coalitions, country);
    if (strcmp(how, "crma") == 0)
        return threshold_of(stage);
    if (strcmp(how, "templates") == 0)
        return templates();
    return sn_verify_point(NAN);
}

/* A bound that is stated ("most", "at least") is a number to be reached, not to be met: it is
 * met by anything beyond it, but for the benchmarks of the CRMA, which are that number. */
static sn_status enter(sn_verify *verify, const built_in *b, const sn_verify_table *t, size_t r,
                       sn_error *err)
{
    const char *fact = sn_verify_text(t, r, FACT);
    const char *subject = sn_verify_text(t, r, SUBJECT), *unit = sn_verify_text(t, r, UNIT);
    const double value = sn_verify_number(t, r, VALUE), low = sn_verify_number(t, r, LOW),
                 high = sn_verify_number(t, r, HIGH),
                 recorded = sn_verify_number(t, r, COMPUTED);
    const double published = !isnan(value) ? value : !isnan(low) ? low : high;
    const char *point = strchr(sn_verify_text(t, r, VALUE), '.');
    const int printed = point != NULL ? (int)strlen(point + 1) : 0;
    sn_interval computed;
    sn_status status = SN_OK;

    if (*sn_verify_text(t, r, HOW) == '\0')
        return sn_verify_lacking(verify, subject, unit, published, sn_verify_text(t, r, REASON),
                                 err);
    computed = compute(b, t, r);
    if (isnan(value) && !isnan(low) && strcmp(fact, "crma") != 0 && computed.low > low)
        computed.low = low; /* more than it says */
    SN_TRY(sn_verify_compare(verify, subject, unit, published,
                             sn_verify_half(published, isnan(value) ? 9 : printed), computed,
                             err));
    if (!isnan(recorded)) {
        /* What is not known does not make a miss: the share that is known is on record. */
        sn_verify_row *row = &verify->row[verify->count - 1];
        row->computed.high = row->computed.low;
        sn_verify_known(verify, recorded, sn_verify_text(t, r, REASON));
    }
out:
    return status;
}

sn_status sn_verify_white_paper(sn_verify *verify, sn_error *err)
{
    built_in b = {0};
    sn_verify_table t = {0};
    sn_status status = SN_OK;

    SN_TRY(open_all(verify, &b, err));
    SN_TRY(sn_verify_open(verify, "white-paper", "facts.csv", columns, &t, err));
    for (size_t r = 0; r < t.rows; r++)
        SN_TRY(enter(verify, &b, &t, r, err));
out:
    sn_verify_table_clear(&t);
    clear(&b);
    return status;
}
