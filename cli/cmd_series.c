/* cmd_series.c - who supplied whom, year by year. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/call.h"
#include "cli/verbs.h"
#include "cli/years.h"
#include "datasets/trade.h"
#include "metrics/concentration.h"
#include "metrics/exposure.h"

static const sn_option options[] = {
    {.name = "of",
     .kind = SN_OPTION_TEXT,
     .argument = "SELECTOR",
     .help = "buyers: who supplies them (default: who supplies the world)"},
    {.name = "years", .kind = SN_OPTION_TEXT, .argument = "A:B", .help = "only these years"},
    {.name = "origin",
     .kind = SN_OPTION_FLAG,
     .help = "with --of: also where it was made first, corrected for re-exports"},
    {.name = NULL},
};

static const sn_method methods[] = {
    {"import-share", "1",
     "what the buyers import from a supplier over all their imports of the product in the "
     "year; "
     "trade among them is left out; without --of: exports over world exports",
     "docs/import.md"},
    {"import-hhi", "1", "sum of squared import shares of the named suppliers",
     "Hirschman 1964, American Economic Review 54(5)"},
    {"import-origin", "1",
     "share of the buyers' supply that was made there, corrected for re-exports; countries "
     "make "
     "what they export beyond their imports",
     "Kastner, Kastner and Nonhebel 2011, Ecological Economics 70(6)"},
};

/* One supplier in one year. */
typedef struct {
    const char *id; /* lent by the trade */
    double amount, share, origin;
} supplier;

/* One product in one year. */
typedef struct {
    const char *product, *year; /* lent by the trade */
    double total, hhi;
    supplier *supplier; /* by amount descending, then id */
    size_t count;
} point;

typedef struct {
    sn_trades trade;
    sn_places *places;
    const char *of, *unit;
    point *point; /* by product, then year */
    size_t points;
    size_t matched; /* points in which the buyers are found */
} series;

static void clear(series *s)
{
    for (size_t p = 0; p < s->points; p++)
        free(s->point[p].supplier);
    free(s->point);
    sn_trades_clear(&s->trade);
    sn_places_free(s->places);
}

static int by_amount(const void *left, const void *right)
{
    const supplier *a = left, *b = right;

    if (a->amount > b->amount || a->amount < b->amount)
        return a->amount > b->amount ? -1 : 1;
    return strcmp(a->id, b->id);
}

/* ---------------------------------------------------------------------------- one point */

/* The network of one product and year; NULL in *net when nothing is left of it. */
static sn_status build(const series *s, sn_trade_amount measure, int32_t year, int32_t product,
                       sn_network **net, sn_error *err)
{
    sn_builder *builder = sn_builder_new();
    sn_source unread = {0};
    sn_error reason = {0};
    sn_status status = SN_OK;

    SN_TRY_ALLOC(builder, "a network");
    status = sn_trades_build(&s->trade, measure, year, product, builder, s->places, "", &unread,
                             &reason);
    if (status == SN_EDATA && unread.rows_used == 0) {
        status = SN_OK; /* no row with the measure */
        goto out;
    }
    if (status != SN_OK) {
        status = sn_fail(err, status, "%s", reason.message);
        goto out;
    }
    SN_TRY(sn_builder_freeze(&builder, net, err));
out:
    for (size_t k = 0; k < unread.note_count; k++)
        free(unread.note[k]);
    sn_builder_free(builder);
    return status;
}

/* Amounts of each supplier; the buyers' trade among themselves is left out. */
static sn_status add_up(const sn_network *net, const double *buyer, point *p, sn_error *err)
{
    const size_t n = sn_network_node_count(net);
    double *amount = calloc(n + 1, sizeof *amount);
    double squares = 0;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(amount, "suppliers");
    for (size_t e = 0; e < sn_network_flow_count(net); e++) {
        const sn_flow flow = sn_network_flow(net, e);
        if (buyer != NULL && (!(buyer[flow.buyer] > 0) || buyer[flow.supplier] > 0))
            continue;
        amount[flow.supplier] += flow.value;
        p->total += flow.value;
    }
    p->supplier = calloc(n + 1, sizeof *p->supplier);
    SN_TRY_ALLOC(p->supplier, "suppliers");
    for (size_t i = 0; i < n; i++) {
        if (!(amount[i] > 0))
            continue;
        const double share = amount[i] / p->total;
        p->supplier[p->count++] = (supplier){sn_network_id(net, i), amount[i], share, NAN};
        squares += share * share;
    }
    p->hhi = p->total > 0 ? squares : NAN;
    qsort(p->supplier, p->count, sizeof *p->supplier, by_amount);
out:
    free(amount);
    return status;
}

/* Where the buyers' supply was made; stays unknown where loops make nothing. */
static sn_status find_origin(const sn_network *net, const double *buyer, point *p,
                             sn_error *err)
{
    const sn_exposure_options how = {.commodity = SN_NONE};
    const size_t n = sn_network_node_count(net);
    sn_grouping by = {0};
    sn_exposure exposure = {0};
    sn_error reason = {0};
    double *weight = malloc((n + 1) * sizeof *weight);
    bool final = false;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(weight, "suppliers");
    SN_TRY(sn_exposure_supply(net, weight, err));
    for (size_t i = 0; i < n; i++)
        final |= buyer[i] > 0 && sn_network_final_demand(net, i) > 0;
    for (size_t i = 0; i < n; i++)
        weight[i] = buyer[i] * (final ? sn_network_final_demand(net, i) : weight[i]);
    SN_TRY(sn_grouping_make(net, SN_LEVEL_NODE, &by, err));
    if (sn_exposure_of(net, weight, &by, &how, &exposure, &reason) != SN_OK) {
        status =
            reason.status == SN_ENOMEM ? sn_fail(err, SN_ENOMEM, "%s", reason.message) : SN_OK;
        goto out;
    }
    for (size_t k = 0; k < p->count; k++) {
        p->supplier[k].origin = 0;
        for (size_t r = 0; r < exposure.count; r++)
            if (exposure.row[r].name != NULL &&
                strcmp(exposure.row[r].name, p->supplier[k].id) == 0)
                p->supplier[k].origin = exposure.row[r].origin;
    }
    for (size_t r = 0; r < exposure.count; r++) { /* those that sell through others alone */
        bool known = exposure.row[r].name == NULL || !(exposure.row[r].origin > 0);
        for (size_t k = 0; k < p->count && !known; k++)
            known = strcmp(exposure.row[r].name, p->supplier[k].id) == 0;
        const int64_t node = known ? -1 : sn_network_find(net, exposure.row[r].name);
        if (node >= 0 && p->count < n) /* the name is the grouping's, the id the network's */
            p->supplier[p->count++] =
                (supplier){sn_network_id(net, (size_t)node), 0, 0, exposure.row[r].origin};
    }
out:
    free(weight);
    sn_exposure_clear(&exposure);
    sn_grouping_clear(&by);
    return status;
}

/* Ids of the network that will be gone -> those of the trade. */
static void keep_ids(const series *s, point *p)
{
    for (size_t k = 0; k < p->count; k++) {
        const char *id = p->supplier[k].id;
        p->supplier[k].id =
            sn_dict_text(&s->trade.place, sn_dict_find(&s->trade.place, id, strlen(id)));
    }
}

static sn_status add_point(series *s, sn_call *call, int32_t year, int32_t product,
                           sn_error *err)
{
    const sn_trade_amount measure = sn_call_import(&call->options).measure;
    sn_selection selection = {0};
    sn_network *net = NULL;
    point p = {.product = product == SN_NONE ? NULL : sn_dict_text(&s->trade.product, product),
               .year = year == SN_NONE ? NULL : sn_dict_text(&s->trade.year, year)};
    sn_status status = SN_OK;

    SN_TRY(build(s, measure, year, product, &net, err));
    if (net == NULL)
        return SN_OK;
    if (s->of != NULL) {
        sn_error reason = {0};
        status = sn_selector_apply(net, s->of, &call->coalitions.list, SN_LARGEST, &selection,
                                   &reason);
        if (status == SN_EUSAGE) { /* buys nothing in this year; judged when all are done */
            status = SN_OK;
            goto out;
        }
        SN_TRY(status == SN_OK ? SN_OK : sn_fail(err, status, "%s", reason.message));
        s->matched++;
    }
    SN_TRY(add_up(net, s->of != NULL ? selection.weight : NULL, &p, err));
    if (s->of != NULL && sn_options_flag(&call->options, "origin"))
        SN_TRY(find_origin(net, selection.weight, &p, err));
    keep_ids(s, &p);
    if (p.count > 0) {
        s->point[s->points++] = p;
        p.supplier = NULL;
    }
out:
    free(p.supplier);
    sn_selection_clear(&selection);
    sn_network_free(net);
    return status;
}

/* ------------------------------------------------------------------------------- all of them
 */

static sn_status add_points(series *s, sn_call *call, sn_error *err)
{
    const sn_dict *products = &s->trade.product, *years = &s->trade.year;
    const size_t p_count = (size_t)products->count + 1, y_count = (size_t)years->count + 1;
    int32_t *product_at = malloc(p_count * sizeof *product_at);
    int32_t *year_at = malloc(y_count * sizeof *year_at);
    int32_t *rank = malloc((p_count + y_count) * sizeof *rank);
    bool *there = calloc(p_count * y_count, sizeof *there);
    sn_status status = SN_OK;

    s->point = calloc(p_count * y_count, sizeof *s->point);
    if (product_at == NULL || year_at == NULL || rank == NULL || there == NULL ||
        s->point == NULL) {
        status = sn_nomem(err, "a series");
        goto out;
    }
    product_at[0] = year_at[0] = SN_NONE;
    SN_TRY(sn_dict_order(products, rank, err));
    for (int32_t p = 0; p < products->count; p++)
        product_at[rank[p] + 1] = p;
    SN_TRY(sn_dict_order(years, rank, err));
    for (int32_t y = 0; y < years->count; y++)
        year_at[rank[y] + 1] = y;
    for (size_t r = 0; r < s->trade.count; r++)
        there[(size_t)(s->trade.row[r].product + 1) * y_count +
              (size_t)(s->trade.row[r].year + 1)] = true;
    for (size_t p = 0; p < p_count; p++)
        for (size_t y = 0; y < y_count; y++)
            if (there[(size_t)(product_at[p] + 1) * y_count + (size_t)(year_at[y] + 1)])
                SN_TRY(add_point(s, call, year_at[y], product_at[p], err));
    if (s->of != NULL && s->matched == 0)
        status = sn_fail(err, SN_EUSAGE, "\"%s\" means no country in any year", s->of);
    else if (s->points == 0)
        status = sn_fail(err, SN_EDATA, "nothing is bought in any year");
out:
    free(product_at);
    free(year_at);
    free(rank);
    free(there);
    return status;
}

/* A native flows.csv with years is read as a trade table. */
static sn_status read_trade(series *s, sn_call *call, const char *path, sn_error *err)
{
    sn_import_options how = sn_call_import(&call->options);
    const int64_t year = sn_options_integer(&call->options, "year");
    const sn_preset *preset;
    sn_bytes bytes = {0};
    size_t source;
    sn_status status = SN_OK;
    char text[16] = "";

    SN_TRY(sn_years_parse(sn_options_text(&call->options, "years"), &how.first_year,
                          &how.last_year, err));
    if (year != 0)
        (void)snprintf(text, sizeof text, "%d", (int)year);
    SN_TRY(sn_load_open_table(path, year != 0 ? (int)year : how.first_year, &bytes, err));
    SN_TRY(sn_preset_choose(&bytes, &how, &preset, err));
    if (preset->kind == SN_PRESET_FLOWS && how.map_count == 0) {
        how.preset = "trade";
        how.map[how.map_count++] = "exporter=source,importer=target";
    }
    const sn_trades_filter filter = {&how, text, NULL};
    const sn_preset_input input = {&bytes, path, &how, &call->sources};
    SN_TRY(sn_trades_load(&input, &filter, &s->trade, &source, err));
    call->sources.source[source].rows_used = s->trade.count;
    s->unit = how.measure == SN_AMOUNT_QUANTITY ? "t" : s->trade.value_unit;
out:
    sn_bytes_clear(&bytes);
    return status;
}

/* --------------------------------------------------------------------------------- report */

static sn_status make_points(const series *s, sn_table **table, sn_error *err)
{
    const sn_table_head head[] = {
        {.name = "product"},
        {.name = "year"},
        {.name = "total",
         .heading = s->of != NULL ? "imports" : "exports",
         .type = SN_COLUMN_AMOUNT},
        {.name = "unit", .detail = 3},
        {.name = "suppliers", .type = SN_COLUMN_INTEGER, .detail = 3},
        {.name = "hhi", .heading = "HHI", .type = SN_COLUMN_NUMBER},
        {.name = "first"},
        {.name = "first_share", .heading = "share", .type = SN_COLUMN_PERCENT},
        {.name = "second"},
        {.name = "second_share", .heading = "share", .type = SN_COLUMN_PERCENT},
        {.name = "third", .detail = 2},
        {.name = "third_share", .heading = "share", .type = SN_COLUMN_PERCENT, .detail = 2}};
    char title[200];
    sn_status status = SN_OK;

    (void)snprintf(title, sizeof title, "%s %.100s, year by year",
                   s->of != NULL ? "Who supplies" : "Who exports to the world",
                   s->of != NULL ? s->of : "");
    SN_TRY(sn_table_new("point", title, head, sizeof head / sizeof head[0], table, err));
    for (size_t k = 0; k < s->points; k++) {
        const point *p = &s->point[k];
        size_t named = 0;
        while (named < p->count && p->supplier[named].amount > 0)
            named++;
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, p->product);
        sn_table_set_text(*table, 1, p->year);
        sn_table_set_number(*table, 2, p->total);
        sn_table_set_text(*table, 3, s->unit);
        sn_table_set_number(*table, 4, (double)named);
        sn_table_set_number(*table, 5, p->hhi);
        for (size_t c = 0; c < 3 && c < named; c++) {
            sn_table_set_text(*table, 6 + 2 * c, p->supplier[c].id);
            sn_table_set_number(*table, 7 + 2 * c, p->supplier[c].share);
        }
    }
    if (s->unit != NULL) {
        (void)snprintf(title, sizeof title, "%s in %.40s",
                       s->of != NULL ? "imports" : "exports", s->unit);
        sn_table_add_note(*table, title);
    }
out:
    return status;
}

static size_t shown(const sn_call *call, const point *p)
{
    const size_t top = (size_t)sn_options_integer(&call->options, "top");

    return top == 0 || p->count < top ? p->count : top;
}

static sn_status make_suppliers(const sn_call *call, const series *s, sn_table **table,
                                sn_error *err)
{
    static const sn_table_head head[] = {{.name = "product"},
                                         {.name = "year"},
                                         {.name = "supplier"},
                                         {.name = "name", .detail = 1},
                                         {.name = "amount", .type = SN_COLUMN_AMOUNT},
                                         {.name = "share", .type = SN_COLUMN_PERCENT},
                                         {.name = "origin", .type = SN_COLUMN_PERCENT},
                                         {.name = "unit"}};
    sn_status status = SN_OK;

    SN_TRY(
        sn_table_new("supplier", "Suppliers", head, sizeof head / sizeof head[0], table, err));
    for (size_t k = 0; k < s->points; k++) {
        const point *p = &s->point[k];
        for (size_t i = 0; i < shown(call, p); i++) {
            sn_table_add_row(*table);
            sn_table_set_text(*table, 0, p->product);
            sn_table_set_text(*table, 1, p->year);
            sn_table_set_text(*table, 2, p->supplier[i].id);
            sn_table_set_text(*table, 3, sn_call_place(p->supplier[i].id));
            sn_table_set_number(*table, 4, p->supplier[i].amount);
            sn_table_set_number(*table, 5, p->supplier[i].share);
            sn_table_set_number(*table, 6, p->supplier[i].origin);
            sn_table_set_text(*table, 7, s->unit);
        }
    }
out:
    return status;
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const series *s = data;
    const char *why = sn_options_flag(&call->options, "origin")
                          ? "supply comes out of closed loops in which nothing is made"
                          : "not asked for";

    sn_json_begin_object(json);
    sn_json_kv_string(json, "of", s->of);
    sn_json_kv_string(json, "unit", s->unit);
    sn_json_kv_array(json, "points");
    for (size_t k = 0; k < s->points; k++) {
        const point *p = &s->point[k];
        sn_json_begin_object(json);
        sn_json_kv_string(json, "product", p->product);
        sn_json_kv_string(json, "year", p->year);
        sn_json_kv_number(json, "total", p->total);
        sn_json_kv_number_or_reason(json, "hhi", p->hhi, "nothing is bought");
        sn_json_kv_integer(json, "suppliers_total", (int64_t)p->count);
        sn_json_kv_array(json, "suppliers");
        for (size_t i = 0; i < shown(call, p); i++) {
            sn_json_begin_object_inline(json);
            sn_json_kv_string(json, "id", p->supplier[i].id);
            sn_json_kv_string(json, "label", sn_call_place(p->supplier[i].id));
            sn_json_kv_number(json, "amount", p->supplier[i].amount);
            sn_json_kv_number(json, "share", p->supplier[i].share);
            sn_json_kv_number_or_reason(json, "origin", p->supplier[i].origin, why);
            sn_json_end_object(json);
        }
        sn_json_end_array(json);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static sn_status run(sn_call *call, sn_error *err)
{
    const sn_options *o = &call->options;
    const char *path = o->word_count > 0                     ? o->words[0]
                       : sn_options_text(o, "flows") != NULL ? sn_options_text(o, "flows")
                       : sn_options_given(o, "network")      ? sn_options_text(o, "network")
                                                             : NULL;
    series s = {.of = sn_options_text(o, "of")};
    sn_table *points = NULL, *suppliers = NULL;
    sn_status status = SN_OK;

    if (path == NULL)
        return sn_fail(err, SN_EUSAGE, "a FILE of trade is missing");
    if (o->word_count > 1)
        return sn_fail(err, SN_EUSAGE, "unexpected argument \"%s\"", o->words[1]);
    SN_TRY(sn_places_new(&s.places, err));
    SN_TRY(sn_coalitions_load(&call->coalitions, err));
    status = read_trade(&s, call, path, err);
    SN_TRY(status == SN_EIO ? SN_EDATA : status);
    sn_call_tell_sources(call);
    SN_TRY(add_points(&s, call, err));
    SN_TRY(make_points(&s, &points, err));
    SN_TRY(make_suppliers(call, &s, &suppliers, err));
    const bool text = call->format == SN_FORMAT_TEXT;
    const sn_report report = {methods,       3,  {points, suppliers}, text ? 1 : 2,
                              write_results, &s, text ? 0 : 1};
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(points);
    sn_table_free(suppliers);
    clear(&s);
    return status;
}

const sn_verb sn_verb_series = {
    .name = "series",
    .summary = "How did dependence move over the years?",
    .words = "FILE",
    .options = options,
    .about = "Reads a table of trade that holds several years and gives, for each product and "
             "year,\n"
             "the shares of the suppliers in what the buyers import, largest first, and how\n"
             "concentrated they are.  -f csv has a row a supplier; --origin adds where it was "
             "made.\n"
             "FILE is what import reads, or a folder that import -o made.",
    .examples = "supplynet series trade.csv.xz --of JPN --product 8110 --measure quantity\n"
                "supplynet series BACI_HS22.csv --of coalition=G7 --years 2018:2024 -f csv\n"
                "supplynet series trade.csv.xz --product 2846 --years 2005:2024",
    .unused = "seed|threads|nodes|recipes|owners|stages|production|production-year|commodity",
    .methods = {{methods, sizeof methods / sizeof methods[0]}},
    .run = run,
};
