/* cmd_concentration.c - shares, HHI and N-1 of every commodity and stage. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/call.h"
#include "cli/verbs.h"
#include "metrics/concentration.h"
#include "reports/number.h"

enum { GROUPS_WITH_MEMBERS = 6 }; /* text shows members of so many groups at most */

static const double thin = 0.5; /* below this coverage an index of the known part would mislead */

static const sn_option options[] = {
    {.name = "by", .kind = SN_OPTION_CHOICE, .argument = "LEVEL",
     .choices = "country|owner|firm|node", .fallback = "country",
     .help = "country (place), owner (headquarters), firm or node"},
    {.name = "ownership", .kind = SN_OPTION_CHOICE, .argument = "RULE", .choices = "largest|equity",
     .fallback = "largest",
     .help = "sites with several owners: all to the largest, or in proportion to equity"},
    {.name = NULL},
};

const sn_method sn_concentration_methods[SN_CONCENTRATION_METHODS] = {
    {"hhi", "1",
     "sum of squared shares, 0..1; rest of world and unknown are in the denominator only; bounds: "
     "they are many small ones, or one more member and part of the largest",
     "Hirschman 1964, American Economic Review 54(5)"},
    {"diversity", "1",
     "exp of the entropy of shares, at least: rest of world is one more, the largest has the unknown",
     "Hill 1973, Ecology 54(2); Shannon 1948, Bell System Technical Journal 27"},
    {"n-1", "1", "share of today's supply that is left without the largest supplier",
     "IEA, Global Critical Minerals Outlook 2025"},
    {"place-owner-distance", "1",
     "half the sum of |share by place - share by owner| over countries, where both are known",
     "docs/model.md"},
};

typedef struct {
    sn_concentration made;
    sn_quoted_shares quoted;
    size_t top;
} sn_shares;

static size_t shown(const sn_shares *shares, const sn_concentration_group *group)
{
    return shares->top > 0 && shares->top < group->count ? shares->top : group->count;
}

static const char *label_of(const sn_call *call, const char *id)
{
    const char *place = sn_call_place(id);
    const int64_t node = place == NULL && id != NULL ? sn_network_find(call->net, id) : -1;

    return node >= 0 ? sn_network_label(call->net, (size_t)node) : place;
}

/* An index of a group's known members, or NaN where they are the smaller part of it. */
static double trusted(const sn_concentration_group *group, double index)
{
    return group->coverage < thin ? NAN : index;
}

/* Whether a quoted share speaks of this group, seen this way. */
static bool is_quoted(const sn_quoted_share *quote, const sn_concentration_group *group,
                      sn_level by)
{
    const char *way = by == SN_LEVEL_OWNER ? "owner" : "place";

    return group->commodity != NULL && group->stage != NULL &&
           strcmp(quote->commodity, group->commodity) == 0 &&
           strcmp(quote->stage, group->stage) == 0 && strcmp(quote->by, way) == 0;
}

/* What the quoted shares of a group leave over: [low, high]; false if nothing is quoted. */
static bool quoted_remainder(const sn_shares *shares, const sn_concentration_group *group,
                             double remainder[2])
{
    bool any = false;

    remainder[0] = remainder[1] = 1;
    for (size_t q = 0; q < shares->quoted.count; q++) {
        const sn_quoted_share *quote = &shares->quoted.share[q];
        if (!is_quoted(quote, group, shares->made.by))
            continue;
        any = true;
        remainder[0] -= !isnan(quote->high) ? quote->high : quote->share;
        remainder[1] -= !isnan(quote->low) ? quote->low : quote->share;
    }
    return any;
}

static void write_quoted(sn_json *json, const sn_shares *shares,
                         const sn_concentration_group *group)
{
    sn_json_kv_array(json, "quoted");
    for (size_t q = 0; q < shares->quoted.count; q++) {
        const sn_quoted_share *quote = &shares->quoted.share[q];
        if (!is_quoted(quote, group, shares->made.by))
            continue;
        sn_json_begin_object(json);
        sn_json_kv_string(json, "id", quote->id);
        sn_json_kv_string(json, "label", quote->label);
        sn_json_kv_number(json, "share", quote->share);
        sn_json_kv_number(json, "low", quote->low);
        sn_json_kv_number(json, "high", quote->high);
        sn_json_kv_integer(json, "year", quote->year);
        sn_json_kv_string(json, "source", quote->source);
        sn_json_kv_string(json, "note", quote->note);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    double remainder[2];
    if (quoted_remainder(shares, group, remainder))
        sn_json_kv_numbers(json, "quoted_remainder", remainder, 2);
}

static void write_group(sn_json *json, const sn_call *call, const sn_shares *shares,
                        const sn_concentration_group *group)
{
    const char *reason = group->count == 0 ? "no member is known by name"
                                           : "less than half of the amount has a known member";

    sn_json_begin_object(json);
    sn_json_kv_string(json, "commodity", group->commodity);
    sn_json_kv_string(json, "stage", group->stage);
    if (group->product != NULL)
        sn_json_kv_string(json, "product", group->product);
    sn_json_kv_string(json, "by", sn_level_name(shares->made.by));
    sn_json_kv_number(json, "total", group->total);
    sn_json_kv_string(json, "unit", group->unit);
    sn_json_kv_number_or_reason(json, "hhi", trusted(group, group->hhi), reason);
    sn_json_kv_numbers(json, "hhi_bounds", group->hhi_bounds, 2);
    sn_json_key(json, "top1");
    if (group->count > 0) {
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "id", group->member[0].id);
        sn_json_kv_number(json, "share", group->top1);
        sn_json_end_object(json);
    } else {
        sn_json_null(json);
    }
    sn_json_kv_number_or_reason(json, "top3", trusted(group, group->top3), reason);
    sn_json_kv_number_or_reason(json, "effective", trusted(group, group->effective), reason);
    sn_json_kv_number_or_reason(json, "diversity", trusted(group, group->diversity), reason);
    sn_json_kv_number_or_reason(json, "n_minus_1", trusted(group, group->n_minus_1), reason);
    sn_json_kv_number(json, "other_share", group->other_share);
    sn_json_kv_number(json, "unknown_share", group->unknown_share);
    sn_json_kv_number(json, "coverage", group->coverage);
    sn_json_kv_number_or_reason(json, "place_owner_distance", group->divergence,
                                shares->made.by == SN_LEVEL_OWNER ? "no owner is known"
                                                                  : "given by owner only");
    sn_json_kv_integer(json, "members_total", (int64_t)group->count);
    sn_json_kv_array(json, "members");
    for (size_t m = 0; m < shown(shares, group); m++) {
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "id", group->member[m].id);
        sn_json_kv_string(json, "label", label_of(call, group->member[m].id));
        sn_json_kv_number(json, "amount", group->member[m].amount);
        sn_json_kv_number(json, "share", group->member[m].share);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    write_quoted(json, shares, group);
    sn_json_end_object(json);
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    static const char *const amounts[] = {"output", "production", "sales"};
    const sn_shares *shares = data;

    sn_json_begin_object(json);
    sn_json_kv_string(json, "by", sn_level_name(shares->made.by));
    sn_json_kv_string(json, "amount", amounts[shares->made.amount]);
    sn_json_kv_array(json, "groups");
    for (size_t g = 0; g < shares->made.count; g++)
        write_group(json, call, shares, &shares->made.group[g]);
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static const char *group_name(const sn_concentration_group *group)
{
    return group->commodity != NULL ? group->commodity
           : group->product != NULL ? group->product
                                    : "all";
}

static sn_status make_groups(const sn_call *call, const sn_shares *shares, sn_table **table,
                             sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "commodity"},
        {.name = "stage"},
        {.name = "top1_id", .heading = "largest"},
        {.name = "top1", .heading = "share", .type = SN_COLUMN_PERCENT, .bar = true},
        {.name = "top3", .heading = "top 3", .type = SN_COLUMN_PERCENT},
        {.name = "hhi", .heading = "HHI", .type = SN_COLUMN_NUMBER},
        {.name = "hhi_high", .heading = "to", .type = SN_COLUMN_NUMBER, .detail = 1},
        {.name = "effective", .type = SN_COLUMN_NUMBER, .detail = 2},
        {.name = "diversity", .type = SN_COLUMN_NUMBER, .detail = 2},
        {.name = "n_minus_1", .heading = "N-1", .type = SN_COLUMN_PERCENT},
        {.name = "coverage", .heading = "known", .type = SN_COLUMN_PERCENT, .detail = 1},
        {.name = "total", .type = SN_COLUMN_AMOUNT},
        {.name = "unit"}};
    char title[100];
    sn_status status = SN_OK;

    (void)snprintf(title, sizeof title, "Concentration by %s",
                   shares->made.by == SN_LEVEL_OWNER ? "owner (headquarters of the largest shareholder)"
                                                     : sn_level_name(shares->made.by));
    if (shares->made.by == SN_LEVEL_OWNER && shares->made.rule == SN_EQUITY)
        (void)snprintf(title, sizeof title, "Concentration by owner (in proportion to equity)");
    SN_TRY(sn_table_new("group", title, head, sizeof head / sizeof head[0], table, err));
    for (size_t g = 0; g < shares->made.count; g++) {
        const sn_concentration_group *group = &shares->made.group[g];
        const double number[] = {group->top1,
                                 trusted(group, group->top3),
                                 trusted(group, group->hhi),
                                 group->hhi_bounds[1],
                                 trusted(group, group->effective), trusted(group, group->diversity),
                                 trusted(group, group->n_minus_1),
                                 group->coverage,
                                 group->total};
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, group_name(group));
        sn_table_set_text(*table, 1, group->stage);
        sn_table_set_text(*table, 2, group->count > 0 ? group->member[0].id : NULL);
        for (size_t k = 0; k < sizeof number / sizeof number[0]; k++)
            sn_table_set_number(*table, 3 + k, number[k]);
        sn_table_set_text(*table, 12, group->unit);
    }
    sn_table_add_note(*table, "HHI 0..1: lowest and highest value that the unnamed rest allows; "
                              "effective, diversity: so many equal ones have the same HHI, entropy; "
                              "N-1: supply left without the largest");
    (void)call;
out:
    return status;
}

static sn_status make_members(const sn_call *call, const sn_shares *shares, sn_table **table,
                              sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "commodity"},
        {.name = "stage"},
        {.name = "id"},
        {.name = "label", .heading = "name"},
        {.name = "share", .type = SN_COLUMN_PERCENT, .bar = true},
        {.name = "amount", .type = SN_COLUMN_AMOUNT},
        {.name = "unit"}};
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("member", "Shares", head, sizeof head / sizeof head[0], table, err));
    for (size_t g = 0; g < shares->made.count; g++) {
        const sn_concentration_group *group = &shares->made.group[g];
        const struct {
            const char *id, *label;
            double share, amount;
        } rest[] = {{"ROW", "rest of world", group->other_share, group->other},
                    {NULL, "unknown", group->unknown_share, group->unknown}};
        for (size_t m = 0; m < shown(shares, group) + 2; m++) {
            const bool named = m < shown(shares, group);
            const size_t r = named ? 0 : m - shown(shares, group);
            if (!named && !(rest[r].amount > 0))
                continue;
            sn_table_add_row(*table);
            sn_table_set_text(*table, 0, group_name(group));
            sn_table_set_text(*table, 1, group->stage);
            sn_table_set_text(*table, 2, named ? group->member[m].id : rest[r].id);
            sn_table_set_text(*table, 3, named ? label_of(call, group->member[m].id) : rest[r].label);
            sn_table_set_number(*table, 4, named ? group->member[m].share : rest[r].share);
            sn_table_set_number(*table, 5, named ? group->member[m].amount : rest[r].amount);
            sn_table_set_text(*table, 6, group->unit);
        }
    }
out:
    return status;
}

static sn_status make_quoted(const sn_shares *shares, sn_table **table, sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "commodity"}, {.name = "stage"}, {.name = "id"}, {.name = "label", .heading = "name", .detail = 1},
        {.name = "share", .type = SN_COLUMN_PERCENT},
        {.name = "low", .heading = "at least", .type = SN_COLUMN_PERCENT},
        {.name = "high", .heading = "at most", .type = SN_COLUMN_PERCENT},
        {.name = "year", .type = SN_COLUMN_INTEGER}, {.name = "source"}};
    char title[100];
    sn_status status = SN_OK;

    (void)snprintf(title, sizeof title, "World shares by %s as quoted; the rest is unknown",
                   shares->made.by == SN_LEVEL_OWNER ? "headquarters" : "place");
    SN_TRY(sn_table_new("quoted", title, head, sizeof head / sizeof head[0], table, err));
    for (size_t g = 0; g < shares->made.count; g++) {
        const sn_concentration_group *group = &shares->made.group[g];
        double remainder[2];
        for (size_t q = 0; q < shares->quoted.count; q++) {
            const sn_quoted_share *quote = &shares->quoted.share[q];
            if (!is_quoted(quote, &shares->made.group[g], shares->made.by))
                continue;
            sn_table_add_row(*table);
            sn_table_set_text(*table, 0, quote->commodity);
            sn_table_set_text(*table, 1, quote->stage);
            sn_table_set_text(*table, 2, quote->id);
            sn_table_set_text(*table, 3, quote->label);
            sn_table_set_number(*table, 4, quote->share);
            sn_table_set_number(*table, 5, quote->low);
            sn_table_set_number(*table, 6, quote->high);
            sn_table_set_number(*table, 7, quote->year);
            sn_table_set_text(*table, 8, quote->source);
        }
        if (!quoted_remainder(shares, group, remainder))
            continue;
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, group->commodity);
        sn_table_set_text(*table, 1, group->stage);
        sn_table_set_text(*table, 3, "not quoted: unknown");
        sn_table_set_number(*table, 5, remainder[0]);
        sn_table_set_number(*table, 6, remainder[1]);
    }
out:
    return status;
}

/* Half of a supply in one hand is worth a line; so is an ownership view that covers little. */
static sn_status judge(sn_call *call, const sn_shares *shares, sn_error *err)
{
    size_t poor = 0;
    sn_status status = SN_OK;

    for (size_t g = 0; g < shares->made.count; g++)
        poor += shares->made.group[g].coverage < thin;
    if (shares->made.by == SN_LEVEL_OWNER && poor > 0)
        SN_TRY(sn_call_find(call, SN_WARNING, "owner-coverage", "network", (double)poor, thin, err,
                            "in %zu of %zu groups the owner of less than half of the amount is "
                            "known; unknown stays unknown and no index is given there",
                            poor, shares->made.count));
    for (size_t g = 0; g < shares->made.count; g++) {
        const sn_concentration_group *group = &shares->made.group[g];
        char subject[300], percent[SN_NUMBER_SIZE];
        if (!(group->top1 > 0.65))
            continue;
        (void)snprintf(subject, sizeof subject, "%s%s%s", group_name(group),
                       group->stage != NULL ? ":" : "", group->stage != NULL ? group->stage : "");
        SN_TRY(sn_call_find(call, SN_NOTE, "top1-over-65", subject, group->top1, 0.65, err,
                            "%s holds %s of %s", group->member[0].id,
                            sn_number_percent(group->top1, percent), subject));
    }
out:
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    sn_shares shares = {.top = (size_t)sn_options_integer(&call->options, "top")};
    sn_table *groups = NULL, *members = NULL, *quoted = NULL;
    sn_report report = {sn_concentration_methods, SN_CONCENTRATION_METHODS, {NULL}, 0, write_results, &shares, 0};
    sn_level by;
    sn_status status = SN_OK;

    SN_TRY(sn_level_parse(sn_options_text(&call->options, "by"), &by, err));
    SN_TRY(sn_concentration_make(call->net, by, sn_call_ownership(call), &shares.made, err));
    SN_TRY(sn_quoted_shares_load(sn_call_dataset(call), &shares.quoted, err));
    SN_TRY(judge(call, &shares, err));
    SN_TRY(make_groups(call, &shares, &groups, err));
    SN_TRY(make_members(call, &shares, &members, err));
    SN_TRY(make_quoted(&shares, &quoted, err));
    report.table[report.table_count++] = groups;
    if (call->format == SN_FORMAT_NDJSON || shares.made.count <= GROUPS_WITH_MEMBERS)
        report.table[report.table_count++] = members;
    report.table[report.table_count++] = quoted;
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(groups);
    sn_table_free(members);
    sn_table_free(quoted);
    sn_quoted_shares_clear(&shares.quoted);
    sn_concentration_clear(&shares.made);
    return status;
}

const sn_verb sn_verb_concentration = {
    .name = "concentration",
    .summary = "Who makes it: shares, HHI with bounds, top 3, N-1, by place and by owner",
    .options = options,
    .about = "One row per commodity and stage.  The rest of the world and unknown owners are in every\n"
             "denominator and never a member; they bound the HHI from both sides.  --by owner counts by\n"
             "headquarters instead of place and shows, where known, the world shares that official texts\n"
             "quote.  Members are listed for up to six groups: name a commodity.",
    .examples = "supplynet concentration\n"
                "supplynet concentration --commodity cobalt --by owner\n"
                "supplynet concentration --commodity nickel -f json",
    .takes_network = true,
    .unused = "seed|threads",
    .methods = {{sn_concentration_methods, SN_CONCENTRATION_METHODS}},
    .run = run,
};
