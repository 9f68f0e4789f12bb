/* cmd_centrality.c - how central every country, firm or node is, by many measures side by side. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/call.h"
#include "cli/centrality_ranking.h"
#include "cli/verbs.h"
#include "metrics/sweep.h"

static const sn_option options[] = {
    {.name = "metric", .letter = 'm', .kind = SN_OPTION_TEXT, .argument = "NAME[,NAME]",
     .fallback = "betweenness,strength,pagerank,upstreamness",
     .help = "which measures, or all; rows are ordered by the first"},
    {.name = "by", .kind = SN_OPTION_CHOICE, .argument = "LEVEL",
     .choices = "node|country|owner|firm", .fallback = "node",
     .help = "what a vertex is: node, country, owner or firm"},
    {.name = "weights", .kind = SN_OPTION_CHOICE, .argument = "RULE", .choices = "amount|one",
     .fallback = "amount",
     .help = "amount: a link counts its amount and is 1 / amount long; one: 1"},
    {.name = "undirected", .kind = SN_OPTION_FLAG,
     .help = "take links both ways, amounts of both directions added"},
    {.name = "normalized", .kind = SN_OPTION_FLAG,
     .help = "degree by n - 1, betweenness by (n - 1)(n - 2), current flow by half of that"},
    {.name = "links", .kind = SN_OPTION_FLAG, .help = "betweenness of links too"},
    {.name = "damping", .kind = SN_OPTION_NUMBER, .argument = "D", .least = 0, .most = 0.9999,
     .fallback = "0.85", .help = "pagerank: chance to follow a link"},
    {.name = "alpha", .kind = SN_OPTION_NUMBER, .argument = "A", .least = 0, .most = 1,
     .fallback = "0.1", .help = "katz: what a step of a walk counts; below 1 / spectral radius"},
    {.name = "labour-share", .kind = SN_OPTION_NUMBER, .argument = "A", .least = 0.001, .most = 1,
     .fallback = "0.5", .help = "influence: the share of labour"},
    {.name = "radius", .kind = SN_OPTION_INTEGER, .argument = "L", .least = 0, .most = 10,
     .fallback = "2", .help = "collective_influence: distance"},
    {.name = "epsilon", .kind = SN_OPTION_NUMBER, .argument = "E", .least = 1e-6, .most = 1,
     .fallback = "0.01", .help = "sampled betweenness: error of b / (n (n - 1))"},
    {.name = "confidence", .kind = SN_OPTION_NUMBER, .argument = "P", .least = 0.5,
     .most = 0.999999, .fallback = "0.95", .help = "and its probability, all vertices together"},
    {.name = "exact", .kind = SN_OPTION_FLAG,
     .help = "never sample, and leave nothing out that takes long"},
    {.name = NULL},
};

/* The numbers of every part of the network that has units, and so amounts, of its own. */

static const char *name_of(const sn_ranking *ranking, const sn_central *part, size_t vertex)
{
    return ranking->grouping.names.text[part->name[vertex]];
}

static const char *label_of(const sn_call *call, const sn_ranking *ranking, const char *name)
{
    if (ranking->level == SN_LEVEL_COUNTRY || ranking->level == SN_LEVEL_OWNER)
        return sn_call_place(name);
    const int64_t node = sn_network_find(call->net, name);
    return node >= 0 ? sn_network_label(call->net, (size_t)node) : sn_call_place(name);
}

/* Whether commodities have flows of their own only: then each is measured by itself. */
static bool are_apart(const sn_network *net)
{
    for (size_t e = 0; e < sn_network_flow_count(net); e++) {
        const sn_flow flow = sn_network_flow(net, e);
        if (sn_network_code(net, SN_COMMODITY, (size_t)flow.supplier) !=
            sn_network_code(net, SN_COMMODITY, (size_t)flow.buyer))
            return false;
    }
    return sn_network_dict(net, SN_COMMODITY)->count > 0;
}

static sn_status measure(sn_call *call, sn_ranking *ranking, sn_error *err)
{
    const sn_network *net = call->net;
    const size_t n = sn_network_node_count(net);
    const bool apart = are_apart(net);
    const int32_t commodities = apart ? sn_network_dict(net, SN_COMMODITY)->count : 0;
    bool *keep = malloc((n + 1) * sizeof *keep);
    sn_status status = SN_OK;

    ranking->part = calloc((size_t)commodities + 1, sizeof *ranking->part);
    if (keep == NULL || ranking->part == NULL) {
        status = sn_nomem(err, "centralities");
        goto out;
    }
    for (int32_t c = SN_NONE; c < commodities; c++) {
        bool any = false;
        for (size_t i = 0; i < n; i++) {
            keep[i] = !apart || sn_network_code(net, SN_COMMODITY, i) == c;
            any |= keep[i];
        }
        if (!any && n > 0)
            continue;
        sn_central *part = &ranking->part[ranking->count++];
        part->commodity = c;
        SN_TRY(sn_central_make(net, &ranking->grouping, keep, &ranking->how, part, err));
    }
    if (!apart && sn_network_dict(net, SN_COMMODITY)->count > 0 &&
        sn_network_unit(net, SN_NONE) == NULL)
        SN_TRY(sn_call_find(call, SN_WARNING, "mixed-units", "network", NAN, NAN, err,
                            "flows join commodities whose units differ: amounts are compared as "
                            "they stand"));
out:
    free(keep);
    return status;
}

static size_t shown(const sn_ranking *ranking, const sn_central *part)
{
    return ranking->top > 0 && ranking->top < part->n ? ranking->top : part->n;
}

static const char *unit_of(const sn_call *call, const sn_ranking *ranking, const sn_central *part,
                           int metric)
{
    const char *unit = sn_network_unit(call->net, part->commodity);
    const bool amounts = ranking->how.weight == SN_LINK_AMOUNT;

    switch (metric) {
    case SN_IN_STRENGTH:
    case SN_OUT_STRENGTH:
        return unit;
    case SN_CLOSENESS_IN:
    case SN_CLOSENESS_OUT:
    case SN_HARMONIC_IN:
    case SN_HARMONIC_OUT:
        return amounts ? unit : "1";
    default:
        return "1";
    }
}

static void write_metrics(sn_json *json, const sn_call *call, const sn_ranking *ranking,
                          const sn_central *part)
{
    sn_json_kv_object(json, "metrics");
    for (int m = 0; m < SN_METRICS; m++) {
        if (!ranking->how.wanted[m])
            continue;
        sn_json_key(json, sn_metric_method[m].id);
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "unit", unit_of(call, ranking, part, m));
        sn_json_kv_string(json, "reason", part->reason[m][0] != '\0' ? part->reason[m] : NULL);
        if (m == SN_PAGERANK)
            sn_json_kv_number(json, "bound", part->pagerank_bound);
        if (m == SN_EIGENVECTOR)
            sn_json_kv_number(json, "spectral_radius", part->spectral_radius);
        if (m == SN_BETWEENNESS && part->sampled) {
            sn_json_kv_integer(json, "samples", (int64_t)part->sampling.samples);
            sn_json_kv_number(json, "epsilon", part->sampling.reached);
            sn_json_kv_number(json, "confidence", part->sampling.confidence);
        }
        sn_json_end_object(json);
    }
    sn_json_end_object(json);
}

static const char no_value[] = "not defined here: see docs/centrality.md";

static void write_rows(sn_json *json, const sn_call *call, const sn_ranking *ranking, size_t p)
{
    const sn_central *part = &ranking->part[p];

    sn_json_kv_array(json, "rows");
    for (size_t r = 0; r < shown(ranking, part); r++) {
        const size_t v = ranking->row[p][r];
        const char *name = name_of(ranking, part, v);
        sn_json_begin_object_inline(json);
        sn_json_kv_integer(json, "rank", (int64_t)r + 1);
        sn_json_kv_string(json, "id", name);
        sn_json_kv_string(json, "label", label_of(call, ranking, name));
        for (int m = 0; m < SN_METRICS; m++)
            if (part->value[m] != NULL)
                sn_json_kv_number_or_reason(json, sn_metric_method[m].id, part->value[m][v],
                                            no_value);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

static void write_correlations(sn_json *json, const sn_ranking *ranking, const sn_central *part)
{
    sn_json_kv_array(json, "correlations");
    for (size_t k = 0; k < ranking->correlations; k++) {
        const sn_correlation *c = &ranking->correlation[k];
        if (c->part != part)
            continue;
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "a", sn_metric_method[c->a].id);
        sn_json_kv_string(json, "b", sn_metric_method[c->b].id);
        sn_json_kv_number_or_reason(json, "spearman", c->rho,
                                    "less than three pairs, or all are equal");
        sn_json_kv_integer(json, "pairs", (int64_t)c->pairs);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}


static int32_t supplier_of(const sn_links *links, size_t link)
{
    size_t low = 0, high = links->n;

    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (links->out_first[middle] <= link)
            low = middle;
        else
            high = middle;
    }
    while (links->out_first[low + 1] <= link)
        low++;
    return (int32_t)low;
}

static void write_links(sn_json *json, const sn_ranking *ranking, size_t p)
{
    const sn_central *part = &ranking->part[p];

    if (part->link_betweenness == NULL)
        return;
    sn_json_kv_array(json, "links");
    for (size_t k = 0; k < ranking->links[p]; k++) {
        const size_t link = ranking->link[p][k];
        const size_t from = (size_t)supplier_of(&part->links, link);
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "supplier", name_of(ranking, part, from));
        sn_json_kv_string(json, "buyer", name_of(ranking, part, (size_t)part->links.out_to[link]));
        sn_json_kv_number(json, "amount", part->links.out_amount[link]);
        sn_json_kv_number(json, "betweenness", part->link_betweenness[link]);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const sn_ranking *ranking = data;

    sn_json_begin_object(json);
    sn_json_kv_string(json, "by", sn_level_name(ranking->level));
    sn_json_kv_string(json, "weights", sn_options_text(&call->options, "weights"));
    sn_json_kv_bool(json, "undirected", ranking->how.undirected);
    sn_json_kv_bool(json, "normalized", ranking->how.normalized);
    sn_json_kv_array(json, "groups");
    for (size_t p = 0; p < ranking->count; p++) {
        const sn_central *part = &ranking->part[p];
        sn_json_begin_object(json);
        sn_json_kv_string(json, "commodity", sn_call_text(call, SN_COMMODITY, part->commodity));
        sn_json_kv_integer(json, "vertices", (int64_t)part->n);
        sn_json_kv_integer(json, "links_total",
                           (int64_t)(ranking->how.undirected ? part->links.m / 2 : part->links.m));
        write_metrics(json, call, ranking, part);
        write_rows(json, call, ranking, p);
        write_correlations(json, ranking, part);
        write_links(json, ranking, p);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static sn_status make_rows(const sn_call *call, const sn_ranking *ranking, sn_table **table,
                           sn_error *err)
{
    sn_table_head head[SN_METRICS + 3] = {{.name = "commodity"}, {.name = "id"},
                                          {.name = "label", .heading = "name", .detail = 255}};
    size_t at[SN_METRICS], count = 3;
    sn_status status = SN_OK;

    for (int m = 0; m < SN_METRICS; m++) {
        at[m] = ranking->how.wanted[m] ? count : 0;
        if (at[m] == 0)
            continue;
        head[count] = (sn_table_head){
            .name = sn_metric_method[m].id,
            .type = SN_COLUMN_NUMBER,
            .detail = (unsigned char)(m == (int)ranking->first ? 0 : 10 + count)};
        count++;
    }
    SN_TRY(sn_table_new("vertex", "Centrality", head, count, table, err));
    for (size_t p = 0; p < ranking->count; p++) {
        const sn_central *part = &ranking->part[p];
        for (size_t r = 0; r < shown(ranking, part); r++) {
            const size_t v = ranking->row[p][r];
            const char *name = name_of(ranking, part, v);
            sn_table_add_row(*table);
            sn_table_set_text(*table, 0, sn_call_text(call, SN_COMMODITY, part->commodity));
            sn_table_set_text(*table, 1, name);
            sn_table_set_text(*table, 2, label_of(call, ranking, name));
            for (int m = 0; m < SN_METRICS; m++)
                if (at[m] != 0 && part->value[m] != NULL)
                    sn_table_set_number(*table, at[m], part->value[m][v]);
                else if (at[m] != 0)
                    sn_table_set_missing(*table, at[m], part->reason[m]);
        }
    }
out:
    return status;
}

/* People see what goes with the first measure; programs see every pair. */
static bool is_for(const sn_call *call, const sn_ranking *ranking, int a, int b)
{
    return (call->format != SN_FORMAT_TEXT && call->format != SN_FORMAT_MARKDOWN) ||
           a == (int)ranking->first || b == (int)ranking->first;
}

static sn_status make_correlations(const sn_call *call, const sn_ranking *ranking,
                                   sn_table **table, sn_error *err)
{
    static const sn_table_head head[] = {{.name = "commodity"},
                                         {.name = "a", .heading = "measure"},
                                         {.name = "b", .heading = "and"},
                                         {.name = "spearman", .type = SN_COLUMN_NUMBER},
                                         {.name = "pairs", .type = SN_COLUMN_INTEGER}};
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("correlation", "Rank correlations", head, 5, table, err));
    for (size_t k = 0; k < ranking->correlations; k++) {
        const sn_correlation *c = &ranking->correlation[k];
        if (!is_for(call, ranking, c->a, c->b))
            continue;
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, sn_call_text(call, SN_COMMODITY, c->part->commodity));
        sn_table_set_text(*table, 1, sn_metric_method[c->a].id);
        sn_table_set_text(*table, 2, sn_metric_method[c->b].id);
        sn_table_set_number(*table, 3, c->rho);
        sn_table_set_number(*table, 4, (double)c->pairs);
    }
out:
    return status;
}

static sn_status judge(sn_call *call, const sn_ranking *ranking, sn_error *err)
{
    sn_status status = SN_OK;

    for (size_t p = 0; p < ranking->count; p++) {
        const sn_central *part = &ranking->part[p];
        const char *commodity = sn_call_text(call, SN_COMMODITY, part->commodity);
        const char *subject = commodity != NULL ? commodity : "network";
        if (part->sampled)
            SN_TRY(sn_call_find(call, SN_NOTE, "sampled", subject, part->sampling.reached,
                                ranking->how.sampling.epsilon, err,
                                "betweenness is estimated from the paths of %zu random sources: each is "
                                "within %.2g of all pairs with probability %g; --exact works it out",
                                part->sampling.samples, part->sampling.reached,
                                part->sampling.confidence));
        for (int m = 0; m < SN_METRICS; m++)
            if (part->reason[m][0] != '\0' && (part->commodity == SN_NONE || ranking->count == 1))
                SN_TRY(sn_call_find(call, SN_NOTE, "not-available", sn_metric_method[m].id, NAN, NAN,
                                    err, "%s: %s", sn_metric_method[m].id, part->reason[m]));
    }
out:
    return status;
}

static sn_status read_options(const sn_call *call, sn_ranking *ranking, sn_error *err)
{
    const sn_options *given = &call->options;
    const char *metrics = sn_options_text(given, "metric");
    sn_central_options *how = &ranking->how;

    how->weight = strcmp(sn_options_text(given, "weights"), "one") == 0 ? SN_LINK_ONE : SN_LINK_AMOUNT;
    how->undirected = sn_options_flag(given, "undirected");
    how->normalized = sn_options_flag(given, "normalized");
    how->exact = sn_options_flag(given, "exact");
    how->links = sn_options_flag(given, "links");
    how->damping = sn_options_number(given, "damping");
    how->alpha = sn_options_number(given, "alpha");
    how->labour = sn_options_number(given, "labour-share");
    how->radius = (unsigned)sn_options_integer(given, "radius");
    how->sampling.epsilon = sn_options_number(given, "epsilon");
    how->sampling.confidence = sn_options_number(given, "confidence");
    how->sampling.seed = (uint64_t)sn_options_integer(given, "seed");
    how->threads = sn_options_given(given, "threads") ? (int)sn_options_integer(given, "threads")
                                                      : sn_sweep_threads_max();
    ranking->top = (size_t)sn_options_integer(given, "top");
    ranking->first = sn_metric_first(metrics);
    return sn_metrics_parse(metrics, how->wanted, &how->all, err);
}

static sn_status run(sn_call *call, sn_error *err)
{
    sn_ranking ranking = {0};
    sn_method methods[SN_METRICS];
    sn_table *rows = NULL, *correlations = NULL;
    sn_report report = {methods, 0, {NULL}, 0, write_results, &ranking, 0};
    sn_status status = SN_OK;

    SN_TRY(read_options(call, &ranking, err));
    call->threads = ranking.how.threads;
    for (int m = 0; m < SN_METRICS; m++)
        if (ranking.how.wanted[m])
            methods[report.method_count++] = sn_metric_method[m];
    SN_TRY(sn_level_parse(sn_options_text(&call->options, "by"), &ranking.level, err));
    SN_TRY(sn_grouping_make(call->net, ranking.level, &ranking.grouping, err));
    const double seconds = sn_central_seconds(&ranking.how, (size_t)ranking.grouping.names.count,
                                              sn_network_flow_count(call->net));
    if (seconds > 10 && !sn_call_is_quiet(call))
        fprintf(stderr, "supplynet centrality: shortest paths from every vertex: about %.0f seconds\n",
                seconds);
    SN_TRY(measure(call, &ranking, err));
    SN_TRY(sn_ranking_order(&ranking, err));
    SN_TRY(judge(call, &ranking, err));
    SN_TRY(make_rows(call, &ranking, &rows, err));
    report.table[report.table_count++] = rows;
    if (report.method_count > 1) {
        SN_TRY(make_correlations(call, &ranking, &correlations, err));
        report.table[report.table_count++] = correlations;
    }
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(rows);
    sn_table_free(correlations);
    sn_ranking_clear(&ranking);
    return status;
}

const sn_verb sn_verb_centrality = {
    .name = "centrality",
    .summary = "Degree, betweenness, PageRank, upstreamness and eighteen more, side by side",
    .options = options,
    .about = "Measures: in_degree, out_degree, in_strength, out_strength, betweenness, closeness_in,\n"
             "closeness_out, harmonic_in, harmonic_out, pagerank, eigenvector, hub, authority, katz,\n"
             "influence, upstreamness, downstreamness, extraction, current_flow, constraint, coreness,\n"
             "collective_influence; degree, strength, closeness, harmonic, hits, ghosh, leontief and\n"
             "k-core name one or both of a pair.  Commodities that share no flow are measured each by\n"
             "itself.  Flows inside a vertex are left out, but for influence and the input-output\n"
             "measures.  A centrality says where to look; `chokepoints` says what is lost.",
    .examples = "supplynet centrality --commodity cobalt\n"
                "supplynet centrality --metric pagerank,degree --by country --commodity nickel\n"
                "supplynet centrality --metric all --commodity lithium --top 5",
    .takes_network = true,
    .methods = {{sn_metric_method, SN_METRICS}},
    .run = run,
};
