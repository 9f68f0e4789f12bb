/* cmd_compare.c - two networks, or two reports: what moved. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/call.h"
#include "cli/compare_documents.h"
#include "cli/verbs.h"
#include "metrics/compare.h"

static const sn_option options[] = {
    {.name = "buyer", .kind = SN_OPTION_TEXT, .argument = "SELECTOR",
     .help = "networks: also what these buyers depend on, and chokepoints for them alone"},
    {.name = "by", .kind = SN_OPTION_CHOICE, .argument = "LEVEL",
     .choices = "country|owner|firm|node", .fallback = "country",
     .help = "networks: country, owner, firm or node"},
    {.name = "mode", .kind = SN_OPTION_CHOICE, .argument = "MODE",
     .choices = "production|exports|imports|transit", .fallback = "production",
     .help = "networks: how chokepoints are removed"},
    {.name = "tolerance", .kind = SN_OPTION_NUMBER, .argument = "SHARE", .least = 0, .most = 1,
     .fallback = "1e-9", .help = "numbers that differ by less than this part are the same"},
    {.name = NULL},
};

static const sn_method methods[] = {
    {"compare", "1",
     "flows, shares, concentration and losses matched by name; change: after minus before; a "
     "name that is in one of both alone has no number in the other",
     "docs/compare.md"},
};

/* One of both sides. */
typedef struct {
    const char *name; /* as the user wrote it */
    sn_call load;     /* of a network: holds it, its sources and the coalitions */
    cJSON *report;    /* of a report */
} sn_side;

typedef struct {
    sn_side side[2];
    sn_flow_changes flows;
    sn_moved_list moved;

    bool networks;
    size_t top;
} sn_comparison;

/* The answers that people want to see, and how. */
static const struct {
    const char *verb, *field, *title;
    sn_table_type type;
} headline[] = {
    {"concentration", "groups.hhi", "Concentration (HHI)", SN_COLUMN_NUMBER},
    {"concentration", "groups.members.share", "Shares of output", SN_COLUMN_PERCENT},
    {"exposure", "groups.suppliers.direct", "Direct shares of supply", SN_COLUMN_PERCENT},
    {"exposure", "groups.suppliers.look_through", "Look-through shares of supply",
     SN_COLUMN_PERCENT},
    {"chokepoints", "ranking.loss", "Chokepoints: loss to final buyers", SN_COLUMN_PERCENT},
    {"whatif", "by_commodity.loss", "Losses by commodity", SN_COLUMN_PERCENT},
    {"whatif", "buyers.loss", "Losses of buyers", SN_COLUMN_PERCENT},
    {"sweep", "removals.loss", "Losses by removal", SN_COLUMN_PERCENT},
};
enum { HEADLINES = sizeof headline / sizeof headline[0] };

/* Read NETWORK or NETWORK@YEAR into options of its own. */
static sn_status load_network(const sn_call *call, sn_side *side, sn_error *err)
{
    const char *at = strrchr(side->name, '@');
    char *end = NULL;
    const long year = at != NULL && at[1] != '\0' ? strtol(at + 1, &end, 10) : 0;
    const bool dated = year > 0 && year < 10000 && *end == '\0' && access(side->name, F_OK) != 0;
    const sn_load_options how = {
        .commodity = sn_options_text(&call->options, "commodity"),
        .year = dated ? (int)year : (int)sn_options_integer(&call->options, "year"),
        .stages = sn_options_text(&call->options, "stages"),
        .production = sn_options_text(&call->options, "production"),
        .production_year = (int)sn_options_integer(&call->options, "production-year"),
        .import = sn_call_import(&call->options)};
    sn_load_options load = how;
    char *network = strdup(side->name);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(network, "a name");
    if (dated)
        network[at - side->name] = '\0';
    load.network = network;
    side->load = (sn_call){.verb = call->verb, .started = call->started};
    SN_TRY(sn_load(&load, &side->load.net, &side->load.sources, err));
    SN_TRY(sn_coalitions_load(&side->load.coalitions, err));
out:
    free(network);
    return status;
}

/* Compare the answers of a verb. */
static sn_status compare_answers(sn_comparison *it, const sn_verb *verb, int argc, char **argv,
                                 sn_error *err)
{
    const char *const name[2] = {it->side[0].name, it->side[1].name};
    cJSON *answer[2] = {NULL, NULL};
    sn_status status = SN_OK;

    for (int k = 0; k < 2; k++)
        SN_TRY(sn_ask(&it->side[k].load, verb, argc, argv, &answer[k], err));
    SN_TRY(sn_documents_compare(answer[0], answer[1], name, &it->moved, err));
out:
    cJSON_Delete(answer[0]);
    cJSON_Delete(answer[1]);
    return status;
}

/* Amounts of one commodity in two units cannot be compared. */
static sn_status check_units(const sn_comparison *it, sn_error *err)
{
    const sn_network *a = it->side[0].load.net, *b = it->side[1].load.net;
    const sn_dict *commodities = sn_network_dict(a, SN_COMMODITY);

    for (int32_t c = SN_NONE; c < commodities->count; c++) {
        const char *name = c == SN_NONE ? "everything" : sn_dict_text(commodities, c);
        const int32_t other =
            c == SN_NONE ? SN_NONE : sn_dict_find(sn_network_dict(b, SN_COMMODITY), name, strlen(name));
        const char *x = sn_network_unit(a, c), *y = sn_network_unit(b, other);
        if (c != SN_NONE && other == SN_NONE)
            continue;
        if (x != NULL && y != NULL && strcmp(x, y) != 0)
            return sn_fail(err, SN_EDATA, "%s is in %s in \"%s\" and in %s in \"%s\": not comparable",
                           name, x, it->side[0].name, y, it->side[1].name);
    }
    return SN_OK;
}

static sn_status compare_networks(sn_call *call, sn_comparison *it, sn_error *err)
{
    char *by = (char *)sn_options_text(&call->options, "by");
    char *mode = (char *)sn_options_text(&call->options, "mode");
    char *buyer = (char *)sn_options_text(&call->options, "buyer");
    char *concentration[] = {"--by", by, "--top", "0"};
    char *exposure[] = {"--by", by, "--top", "0", "--of", buyer};
    char *chokepoints[] = {"--by", by,         "--top", "0",       "--mode",
                           mode,   "--bounds", "never", "--buyer", buyer};
    sn_status status = SN_OK;

    for (int k = 0; k < 2; k++)
        SN_TRY(load_network(call, &it->side[k], err));
    SN_TRY(check_units(it, err));
    SN_TRY(sn_compare_flows(it->side[0].load.net, it->side[1].load.net,
                            sn_options_number(&call->options, "tolerance"), &it->flows, err));
    SN_TRY(compare_answers(it, &sn_verb_concentration, 4, concentration, err));
    if (buyer != NULL)
        SN_TRY(compare_answers(it, &sn_verb_exposure, 6, exposure, err));
    SN_TRY(compare_answers(it, &sn_verb_chokepoints, buyer != NULL ? 10 : 8, chokepoints, err));
out:
    return status;
}

static bool is_report(const char *name)
{
    const size_t length = strlen(name);

    return length > 5 && strcmp(name + length - 5, ".json") == 0;
}

/* Lists that were cut, and parameters: these may differ, for they may be what is compared. */
static sn_status tell_parameters(sn_call *call, const sn_comparison *it, sn_error *err)
{
    const cJSON *parameters[2], *one;
    sn_status status = SN_OK;

    for (int k = 0; k < 2; k++)
        parameters[k] = cJSON_GetObjectItemCaseSensitive(
            cJSON_GetObjectItemCaseSensitive(it->side[k].report, "provenance"), "parameters");
    for (int k = 0; k < 2; k++) {
        const cJSON *top = cJSON_GetObjectItemCaseSensitive(parameters[k], "top");
        if (cJSON_IsNumber(top) && top->valuedouble > 0)
            SN_TRY(sn_call_find(call, SN_NOTE, "cut-report", it->side[k].name, top->valuedouble, NAN,
                                err,
                                "\"%s\" lists at most %.0f rows a table: what it lacks may only be "
                                "cut off; make it with --top 0",
                                it->side[k].name, top->valuedouble));
    }
    cJSON_ArrayForEach(one, parameters[0])
    {
        const cJSON *other = cJSON_GetObjectItemCaseSensitive(parameters[1], one->string);
        if (!cJSON_Compare(one, other, true))
            SN_TRY(sn_call_find(call, SN_NOTE, "parameter", one->string, NAN, NAN, err,
                                "the reports were made with a different --%s", one->string));
    }
out:
    return status;
}

static sn_status compare_reports(sn_call *call, sn_comparison *it, sn_error *err)
{
    const char *const name[2] = {it->side[0].name, it->side[1].name};
    sn_status status = SN_OK;

    for (int k = 0; k < 2; k++)
        SN_TRY(sn_read_document(call, it->side[k].name, &it->side[k].report, err));
    SN_TRY(sn_documents_compare(it->side[0].report, it->side[1].report, name, &it->moved, err));
    SN_TRY(tell_parameters(call, it, err));
out:
    return status;
}

/* Numbers that differ by rounding alone have not moved. */
static void drop_rounding(sn_moved_list *list, double tolerance)
{
    size_t kept = 0;

    for (size_t k = 0; k < list->count; k++) {
        sn_moved *row = &list->row[k];
        if (fabs(row->after - row->before) <=
            tolerance * fmax(fabs(row->after), fabs(row->before))) { /* not for NaN */
            free(row->verb);
            free(row->field);
            free(row->subject);
            list->same++;
            continue;
        }
        list->row[kept++] = *row;
    }
    list->count = kept;
}

static double size_of(const sn_moved *row)
{
    return fabs((isnan(row->after) ? 0 : row->after) - (isnan(row->before) ? 0 : row->before));
}

static int compare_moved(const void *left, const void *right)
{
    const sn_moved *a = left, *b = right;
    const int verb = strcmp(a->verb, b->verb), field = strcmp(a->field, b->field);
    const double x = size_of(a), y = size_of(b);

    if (verb != 0 || field != 0)
        return verb != 0 ? verb : field;
    if (x < y || x > y)
        return x > y ? -1 : 1;
    return strcmp(a->subject, b->subject);
}

static void write_change(sn_json *json, double before, double after)
{
    sn_json_kv_number_or_reason(json, "before", before, "not there or not known");
    sn_json_kv_number_or_reason(json, "after", after, "not there or not known");
    sn_json_kv_number(json, "change", after - before);
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const sn_comparison *it = data;

    (void)call;
    sn_json_begin_object(json);
    sn_json_kv_string(json, "kind", it->networks ? "networks" : "reports");
    sn_json_kv_string(json, "before", it->side[0].name);
    sn_json_kv_string(json, "after", it->side[1].name);
    sn_json_kv_object(json, "flows");
    sn_json_kv_integer(json, "appeared", (int64_t)it->flows.appeared);
    sn_json_kv_integer(json, "vanished", (int64_t)it->flows.vanished);
    sn_json_kv_integer(json, "moved", (int64_t)it->flows.moved);
    sn_json_kv_integer(json, "same", (int64_t)it->flows.same);
    sn_json_kv_array(json, "changes");
    for (size_t k = 0; k < it->flows.count && (it->top == 0 || k < it->top); k++) {
        const sn_flow_change *flow = &it->flows.row[k];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "supplier", flow->supplier);
        sn_json_kv_string(json, "buyer", flow->buyer);
        sn_json_kv_string(json, "group", flow->group);
        sn_json_kv_number(json, "before", flow->before);
        sn_json_kv_number(json, "after", flow->after);
        sn_json_kv_number(json, "change", flow->after - flow->before);
        sn_json_kv_string(json, "unit", flow->unit);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_end_object(json);
    sn_json_kv_integer(json, "numbers_same", (int64_t)it->moved.same);
    sn_json_kv_array(json, "numbers");
    for (size_t k = 0; k < it->moved.count; k++) {
        const sn_moved *row = &it->moved.row[k];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "verb", row->verb);
        sn_json_kv_string(json, "field", row->field);
        sn_json_kv_string(json, "subject", row->subject);
        write_change(json, row->before, row->after);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static sn_status make_flows(const sn_comparison *it, sn_table **table, sn_error *err)
{
    static const sn_table_head head[] = {{.name = "supplier"},
                                         {.name = "buyer"},
                                         {.name = "group", .detail = 1},
                                         {.name = "before", .type = SN_COLUMN_AMOUNT},
                                         {.name = "after", .type = SN_COLUMN_AMOUNT},
                                         {.name = "change", .type = SN_COLUMN_AMOUNT},
                                         {.name = "unit"}};
    char note[200];
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("flow", "Flows that moved most", head, 7, table, err));
    for (size_t k = 0; k < it->flows.count && (it->top == 0 || k < it->top); k++) {
        const sn_flow_change *flow = &it->flows.row[k];
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, flow->supplier);
        sn_table_set_text(*table, 1, flow->buyer);
        sn_table_set_text(*table, 2, flow->group);
        sn_table_set_number(*table, 3, flow->before);
        sn_table_set_number(*table, 4, flow->after);
        sn_table_set_number(*table, 5, flow->after - flow->before);
        sn_table_set_text(*table, 6, flow->unit);
    }
    (void)snprintf(note, sizeof note,
                   "%zu flows are new, %zu are gone, %zu have another amount, %zu are the same",
                   it->flows.appeared, it->flows.vanished, it->flows.moved, it->flows.same);
    sn_table_add_note(*table, note);
out:
    return status;
}

/* Rows of one headline, or all with their fields (headline HEADLINES). */
static sn_status make_moved(const sn_comparison *it, size_t which, sn_table **table, sn_error *err)
{
    const bool all = which == HEADLINES;
    const sn_table_type type = all ? SN_COLUMN_NUMBER : headline[which].type;
    const sn_table_head head[] = {{.name = "subject", .heading = "of"},
                                  {.name = "before", .type = type},
                                  {.name = "after", .type = type},
                                  {.name = "change", .type = type},
                                  {.name = "verb"},
                                  {.name = "field"}};
    size_t matched = 0;
    char note[100];
    sn_status status = SN_OK;

    /* cppcheck-suppress arrayIndexOutOfBounds ; not looked up for all */
    SN_TRY(sn_table_new("number", all ? "Numbers that moved" : headline[which].title, head,
                        all ? 6 : 4, table, err));
    for (size_t k = 0; k < it->moved.count; k++) {
        const sn_moved *row = &it->moved.row[k];
        if (!all && (strcmp(row->verb, headline[which].verb) != 0 ||
                     strcmp(row->field, headline[which].field) != 0))
            continue;
        if (it->top > 0 && matched++ >= it->top)
            continue;
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, row->subject[0] != '\0' ? row->subject : "everything");
        sn_table_set_number(*table, 1, row->before);
        sn_table_set_number(*table, 2, row->after);
        sn_table_set_number(*table, 3, row->after - row->before);
        if (all) {
            sn_table_set_text(*table, 4, row->verb);
            sn_table_set_text(*table, 5, row->field);
        }
    }
    if (it->top > 0 && matched > it->top) {
        (void)snprintf(note, sizeof note, "%zu more; --top 0 shows all", matched - it->top);
        sn_table_add_note(*table, note);
    }
out:
    return status;
}

/* People get the headlines, if there are any of this verb; programs get every number. */
static sn_status make_tables(const sn_call *call, const sn_comparison *it, sn_table **flows,
                             sn_table *moved[HEADLINES + 1], sn_report *report, sn_error *err)
{
    const bool people = call->format == SN_FORMAT_TEXT || call->format == SN_FORMAT_MARKDOWN;
    sn_status status = SN_OK;

    if (it->networks) {
        SN_TRY(make_flows(it, flows, err));
        report->table[report->table_count++] = *flows;
    }
    for (size_t h = 0; people && h < HEADLINES && report->table_count < 7; h++) {
        SN_TRY(make_moved(it, h, &moved[h], err));
        if (sn_table_row_count(moved[h]) > 0)
            report->table[report->table_count++] = moved[h];
    }
    if (report->table_count == (it->networks ? 1U : 0U)) {
        SN_TRY(make_moved(it, HEADLINES, &moved[HEADLINES], err));
        report->main = people ? 0 : report->table_count;
        report->table[report->table_count++] = moved[HEADLINES];
    }
out:
    return status;
}

/* The inputs of both networks are the inputs of the answer. */
static sn_status join_sources(sn_call *call, sn_comparison *it, sn_error *err)
{
    sn_sources *one = &it->side[0].load.sources, *two = &it->side[1].load.sources;
    sn_source *joined = realloc(one->source, (one->count + two->count + 1) * sizeof *joined);

    if (joined == NULL)
        return sn_nomem(err, "inputs");
    memcpy(joined + one->count, two->source, two->count * sizeof *joined);
    call->sources = (sn_sources){.source = joined, .count = one->count + two->count};
    *one = (sn_sources){0};
    free(two->source);
    *two = (sn_sources){0};
    return SN_OK;
}

static sn_status run(sn_call *call, sn_error *err)
{
    const sn_options *given = &call->options;
    sn_comparison it = {.top = (size_t)sn_options_integer(given, "top")};
    sn_table *flows = NULL, *moved[HEADLINES + 1] = {NULL};
    sn_report report = {methods, 1, {NULL}, 0, write_results, &it, 0};
    sn_status status = SN_OK;

    if (given->word_count != 2)
        return sn_fail(err, SN_EUSAGE, "give two networks or two JSON reports: BEFORE AFTER");
    for (int k = 0; k < 2; k++)
        it.side[k].name = given->words[k];
    it.networks = !is_report(it.side[0].name);
    if (it.networks == is_report(it.side[1].name))
        return sn_fail(err, SN_EUSAGE, "\"%s\" is a report and \"%s\" is not: give two of a kind",
                       it.side[it.networks].name, it.side[!it.networks].name);
    SN_TRY(it.networks ? compare_networks(call, &it, err) : compare_reports(call, &it, err));
    if (it.networks)
        SN_TRY(join_sources(call, &it, err));
    drop_rounding(&it.moved, sn_options_number(given, "tolerance"));
    if (it.moved.count > 0)
        qsort(it.moved.row, it.moved.count, sizeof *it.moved.row, compare_moved);
    SN_TRY(make_tables(call, &it, &flows, moved, &report, err));
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(flows);
    for (size_t h = 0; h <= HEADLINES; h++)
        sn_table_free(moved[h]);
    sn_flow_changes_clear(&it.flows);
    sn_moved_list_clear(&it.moved);
    for (int k = 0; k < 2; k++) {
        sn_call_clear(&it.side[k].load);
        cJSON_Delete(it.side[k].report);
    }
    return status;
}

const sn_verb sn_verb_compare = {
    .name = "compare",
    .summary = "Two networks or two reports: what moved",
    .words = "BEFORE AFTER",
    .options = options,
    .about = "Networks: flows that are new, gone or have another amount; shares of output and\n"
             "concentration; with --buyer what the buyer depends on; losses when each country stops.\n"
             "NETWORK@YEAR takes one year of a file with several.  Reports: JSON documents of one\n"
             "verb, made with the same methods; every number is matched by what it is of.  Units or\n"
             "methods that differ are an error.",
    .examples = "supplynet compare trade.csv@2010 trade.csv@2020 --buyer JPN\n"
                "supplynet compare before.json after.json -f csv",
    .unused = "network|flows|nodes|recipes|owners|seed|threads",
    .methods = {{methods, sizeof methods / sizeof methods[0]}},
    .run = run,
};
