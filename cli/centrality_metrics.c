/* centrality_metrics.c - which centrality is worked out by what, and what is too dear. */
#include "cli/centrality_metrics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/links_core.h"
#include "metrics/sweep.h"

const sn_method sn_metric_method[SN_METRICS] = {
    [SN_IN_DEGREE] = {"in_degree", "1", "suppliers: links in, self-flows left out",
                      "Freeman 1978, Social Networks 1(3)"},
    [SN_OUT_DEGREE] = {"out_degree", "1", "buyers: links out, self-flows left out",
                       "Freeman 1978, Social Networks 1(3)"},
    [SN_IN_STRENGTH] = {"in_strength", "1", "sum of the amounts bought from others",
                        "Barrat et al. 2004, PNAS 101(11)"},
    [SN_OUT_STRENGTH] = {"out_strength", "1", "sum of the amounts sold to others",
                         "Barrat et al. 2004, PNAS 101(11)"},
    [SN_BETWEENNESS] = {"betweenness", "1",
                        "sum over all pairs of the share of shortest paths that pass through; the "
                        "length of a link is 1 / amount, or 1 with --weights one",
                        "Brandes 2001, Journal of Mathematical Sociology 25(2); sampled: Borassi "
                        "and Natale 2016 (KADABRA)"},
    [SN_CLOSENESS_IN] = {"closeness_in", "1",
                         "(r / (n - 1)) r / sum of distances from the r vertices that reach it",
                         "Wasserman and Faust 1994, p. 201"},
    [SN_CLOSENESS_OUT] = {"closeness_out", "1",
                          "(r / (n - 1)) r / sum of distances to the r vertices that it reaches",
                          "Wasserman and Faust 1994, p. 201"},
    [SN_HARMONIC_IN] = {"harmonic_in", "1", "sum of 1 / distance from others",
                        "Marchiori and Latora 2000, Physica A 285"},
    [SN_HARMONIC_OUT] = {"harmonic_out", "1", "sum of 1 / distance to others",
                         "Marchiori and Latora 2000, Physica A 285"},
    [SN_PAGERANK] = {"pagerank", "1",
                     "where a walker is found who follows flows in proportion to their amounts and "
                     "with probability 1 - damping starts again anywhere",
                     "Page et al. 1999; Del Corso, Gulli and Romani 2005"},
    [SN_EIGENVECTOR] = {"eigenvector", "1", "in proportion to what central vertices sell to it",
                        "Bonacich 1972, Journal of Mathematical Sociology 2(1)"},
    [SN_HUB] = {"hub", "1", "sells to good authorities; sums to 1",
                "Kleinberg 1999, Journal of the ACM 46(5)"},
    [SN_AUTHORITY] = {"authority", "1", "buys from good hubs; sums to 1",
                      "Kleinberg 1999, Journal of the ACM 46(5)"},
    [SN_KATZ] = {"katz", "1", "walks over links (each 1) that end here, each step counted alpha",
                 "Katz 1953, Psychometrika 18(1)"},
    [SN_INFLUENCE] = {"influence", "1",
                      "(a / n) (I - (1 - a) W')^-1 1, W the shares of inputs, a the labour share",
                      "Acemoglu et al. 2012, Econometrica 80(5)"},
    [SN_UPSTREAMNESS] = {"upstreamness", "1",
                         "mean distance from final use: row sums of (I - B)^-1, b_ij = z_ij / x_i "
                         "(Ghosh)",
                         "Antras et al. 2012, American Economic Review 102(3)"},
    [SN_DOWNSTREAMNESS] = {"downstreamness", "1",
                           "mean distance from primary inputs: column sums of (I - A)^-1, "
                           "a_ij = z_ij / x_j (Leontief output multiplier)",
                           "Antras and Chor 2018, NBER 25190"},
    [SN_EXTRACTION] = {"extraction", "1",
                       "share of all output that is lost when it is taken out of the Leontief "
                       "system, its own output included (hypothetical extraction)",
                       "Miller and Lahr 2001; Dietzenbacher and Lahr 2013"},
    [SN_CURRENT_FLOW] = {"current_flow", "1",
                         "what passes through of a unit current between each other pair, links as "
                         "undirected conductances",
                         "Newman 2005; Brandes and Fleischer 2005"},
    [SN_CONSTRAINT] = {"constraint", "1", "sum_j (p_ij + sum_q p_iq p_qj)^2 over partners j",
                       "Burt 1992"},
    [SN_CORENESS] = {"coreness", "1", "largest k such that it is in the k-core, links undirected",
                     "Batagelj and Zaversnik 2003"},
    [SN_COLLECTIVE] = {"collective_influence", "1",
                       "(k_i - 1) sum of (k_j - 1) over vertices j at distance --radius",
                       "Morone and Makse 2015, Nature 524"},
};

/* Other words, and words for several. */
static const struct {
    const char *word;
    sn_metric first, last;
} words[] = {
    {"degree", SN_IN_DEGREE, SN_OUT_DEGREE},      {"strength", SN_IN_STRENGTH, SN_OUT_STRENGTH},
    {"closeness", SN_CLOSENESS_IN, SN_CLOSENESS_OUT},
    {"harmonic", SN_HARMONIC_IN, SN_HARMONIC_OUT}, {"hits", SN_HUB, SN_AUTHORITY},
    {"ghosh", SN_UPSTREAMNESS, SN_UPSTREAMNESS},  {"leontief", SN_DOWNSTREAMNESS, SN_DOWNSTREAMNESS},
    {"k-core", SN_CORENESS, SN_CORENESS},         {"all", SN_IN_DEGREE, SN_COLLECTIVE},
};
enum { WORDS = sizeof words / sizeof words[0] };

/* Whether a word of some length names metrics, and which. */
static bool find_word(const char *text, size_t length, sn_metric *first, sn_metric *last)
{
    for (size_t m = 0; m < SN_METRICS; m++)
        if (strlen(sn_metric_method[m].id) == length &&
            strncmp(text, sn_metric_method[m].id, length) == 0) {
            *first = *last = (sn_metric)m;
            return true;
        }
    for (size_t w = 0; w < WORDS; w++)
        if (strlen(words[w].word) == length && strncmp(text, words[w].word, length) == 0) {
            *first = words[w].first;
            *last = words[w].last;
            return true;
        }
    return false;
}

static sn_status unknown_metric(const char *text, size_t length, sn_error *err)
{
    const char *known[SN_METRICS + WORDS];
    char word[64];

    for (size_t m = 0; m < SN_METRICS; m++)
        known[m] = sn_metric_method[m].id;
    for (size_t w = 0; w < WORDS; w++)
        known[SN_METRICS + w] = words[w].word;
    (void)snprintf(word, sizeof word, "%.*s", (int)length, text);
    const char *near = sn_nearest(word, known, SN_METRICS + WORDS);
    return sn_fail(err, SN_EUSAGE, "no metric is called \"%s\"%s%s%s; see supplynet help centrality",
                   word, near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                   near != NULL ? "\"?" : "");
}

sn_status sn_metrics_parse(const char *text, bool wanted[SN_METRICS], bool *all, sn_error *err)
{
    *all = false;
    memset(wanted, 0, SN_METRICS * sizeof *wanted);
    for (;;) {
        const size_t length = strcspn(text, ",");
        sn_metric first = SN_IN_DEGREE, last = SN_IN_DEGREE;
        if (!find_word(text, length, &first, &last))
            return unknown_metric(text, length, err);
        for (int m = (int)first; m <= (int)last; m++)
            wanted[m] = true;
        *all |= first == SN_IN_DEGREE && last == SN_COLLECTIVE;
        if (text[length] == '\0')
            return SN_OK;
        text += length + 1;
    }
}

sn_metric sn_metric_first(const char *text)
{
    sn_metric first = SN_BETWEENNESS, last;

    (void)find_word(text, strcspn(text, ","), &first, &last);
    return first;
}

/* Everything that the parts of the work need. */
typedef struct {
    const sn_network *net;
    const sn_central_options *options;
    sn_central *central;
    sn_links both; /* undirected */
    sn_links core;  /* the links of shortest paths alone, or empty */
    size_t *origin; /* [core.m] their places among the links       */
    const int32_t *vertex;
    double *output; /* [n] */
} work;

static bool wants(const work *w, sn_metric metric)
{
    return w->central->value[metric] != NULL;
}

/* Give a metric up, with the reason. */
static void leave_out(work *w, sn_metric metric, const char *reason)
{
    free(w->central->value[metric]);
    w->central->value[metric] = NULL;
    (void)snprintf(w->central->reason[metric], sizeof w->central->reason[metric], "%.150s", reason);
}

/* A failure of arithmetic leaves one metric out, not all; any other is a failure. */
static sn_status soften(work *w, sn_metric metric, sn_metric twin, sn_status status, sn_error *err)
{
    if (status != SN_ENUMERIC)
        return status;
    leave_out(w, metric, err->message);
    if (twin != metric)
        leave_out(w, twin, err->message);
    *err = (sn_error){0};
    return SN_OK;
}

static double cost_of_searches(const sn_links *links)
{
    return (double)links->n * ((double)links->n + (double)links->m);
}

static double cost_of_squares(const sn_links *links)
{
    double sum = 0;

    for (size_t v = 0; v < links->n; v++) {
        const double degree = (double)(links->out_first[v + 1] - links->out_first[v]);
        sum += degree * degree;
    }
    return sum;
}

/* Steps that take about half a minute on one core. */
static const double long_search = 3e8, long_square = 3e9;

/* Whether it pays to leave out the links that no shortest path uses before searching: where there
 * are many to a vertex, and few enough vertices to search from each. */
static bool has_core(const sn_central_options *options, size_t vertices, size_t links)
{
    return options->weight != SN_LINK_ONE && links > 32 * vertices && vertices <= 1 << 14;
}

double sn_central_seconds(const sn_central_options *options, size_t vertices, size_t links)
{
    if (has_core(options, vertices, links))
        links = 32 * vertices; /* searching for the core included */
    const double step = 55e-9, cost = (double)vertices * ((double)vertices + (double)links);
    const bool in = options->wanted[SN_CLOSENESS_IN] || options->wanted[SN_HARMONIC_IN];
    const bool out = options->wanted[SN_CLOSENESS_OUT] || options->wanted[SN_HARMONIC_OUT];
    const bool all = options->all && !options->exact && cost > long_search;
    double searches = 0;

    if (options->wanted[SN_BETWEENNESS] && (options->exact || cost <= long_search))
        searches += 2;
    if (!all)
        searches += (in ? 1 : 0) + (out ? 1 : 0);
    return searches * cost * step / options->threads;
}

/* The links that searches for shortest paths go along. */
static const sn_links *links_of_paths(const work *w)
{
    return w->origin != NULL ? &w->core : &w->central->links;
}

static sn_status find_core(work *w, sn_error *err)
{
    static const sn_metric of_paths[] = {SN_BETWEENNESS, SN_CLOSENESS_IN, SN_CLOSENESS_OUT,
                                         SN_HARMONIC_IN, SN_HARMONIC_OUT};
    const sn_links *links = &w->central->links;
    bool wanted = false;

    for (size_t m = 0; m < sizeof of_paths / sizeof of_paths[0]; m++)
        wanted |= wants(w, of_paths[m]);
    return wanted && has_core(w->options, links->n, links->m)
               ? sn_links_core(links, w->options->threads, &w->core, &w->origin, err)
               : SN_OK;
}

/* Betweenness of the core's links is that of the same links among all; the others have none. */
static sn_status spread_links(work *w, sn_error *err)
{
    sn_central *central = w->central;
    double *all;

    if (w->origin == NULL || central->link_betweenness == NULL)
        return SN_OK;
    all = calloc(central->links.m + 1, sizeof *all);
    if (all == NULL)
        return sn_nomem(err, "betweenness of links");
    for (size_t e = 0; e < w->core.m; e++)
        all[w->origin[e]] = central->link_betweenness[e];
    free(central->link_betweenness);
    central->link_betweenness = all;
    return SN_OK;
}

static sn_status run_betweenness(work *w, sn_error *err)
{
    const sn_central_options *options = w->options;
    const sn_links *links = links_of_paths(w);
    sn_central *central = w->central;
    double *node = central->value[SN_BETWEENNESS];
    const double n = (double)central->n;
    sn_status status = SN_OK;

    if (node == NULL)
        return SN_OK;
    central->sampled = !options->exact && cost_of_searches(links) > long_search;
    if (central->sampled) {
        central->sampling = options->sampling;
        SN_TRY(sn_centrality_betweenness_sampled(links, options->weight, options->threads,
                                                 &central->sampling, node, err));
    } else {
        if (options->links) {
            central->link_betweenness = malloc((links->m + 1) * sizeof(double));
            SN_TRY_ALLOC(central->link_betweenness, "betweenness of links");
        }
        SN_TRY(sn_centrality_betweenness(links, options->weight, options->threads, node,
                                         central->link_betweenness, err));
        SN_TRY(spread_links(w, err));
    }
    const double pairs = options->normalized && n > 2 ? (n - 1) * (n - 2) : options->undirected ? 2 : 1;
    for (size_t v = 0; v < central->n; v++)
        node[v] /= pairs;
    for (size_t e = 0; central->link_betweenness != NULL && e < central->links.m; e++)
        central->link_betweenness[e] /= options->normalized && n > 1 ? n * (n - 1) : 1;
out:
    return status;
}

static sn_status run_closeness(work *w, sn_error *err)
{
    double **value = w->central->value;
    const sn_closeness wanted = {value[SN_CLOSENESS_IN], value[SN_CLOSENESS_OUT],
                                 value[SN_HARMONIC_IN], value[SN_HARMONIC_OUT]};

    if (w->options->all && !w->options->exact && cost_of_searches(links_of_paths(w)) > long_search) {
        for (int m = SN_CLOSENESS_IN; m <= SN_HARMONIC_OUT; m++)
            leave_out(w, (sn_metric)m, "takes long at this size: ask for it by name, or --exact");
        return SN_OK;
    }
    return sn_centrality_closeness(links_of_paths(w), w->options->weight, w->options->threads,
                                   &wanted, err);
}

static sn_status run_spectral(work *w, sn_error *err)
{
    const sn_central_options *options = w->options;
    sn_central *central = w->central;
    double **value = central->value, *spare = NULL;
    sn_status status = SN_OK;

    if (wants(w, SN_PAGERANK))
        SN_TRY(sn_centrality_pagerank(&central->links, options->weight, options->damping,
                                      value[SN_PAGERANK], &central->pagerank_bound, err));
    if (wants(w, SN_EIGENVECTOR)) {
        SN_TRY(soften(w, SN_EIGENVECTOR, SN_EIGENVECTOR,
                      sn_centrality_eigenvector(&central->links, options->weight,
                                                value[SN_EIGENVECTOR], &central->spectral_radius, err),
                      err));
        if (wants(w, SN_EIGENVECTOR) && !(central->spectral_radius > 0))
            leave_out(w, SN_EIGENVECTOR, "no flow comes back to where it started: not defined");
    }
    if (wants(w, SN_HUB) || wants(w, SN_AUTHORITY)) {
        spare = malloc((central->n + 1) * sizeof *spare);
        SN_TRY_ALLOC(spare, "hubs");
        SN_TRY(soften(w, SN_HUB, SN_AUTHORITY,
                      sn_centrality_hits(&central->links, options->weight,
                                         wants(w, SN_HUB) ? value[SN_HUB] : spare,
                                         wants(w, SN_AUTHORITY) ? value[SN_AUTHORITY] : spare, err),
                      err));
    }
    if (wants(w, SN_KATZ)) {
        status = sn_centrality_katz(&central->links, options->alpha, value[SN_KATZ], err);
        if (status == SN_EUSAGE && options->all) { /* one of many: the others are still wanted */
            leave_out(w, SN_KATZ, err->message);
            *err = (sn_error){0};
            status = SN_OK;
        }
        SN_TRY(status);
    }
    if (wants(w, SN_INFLUENCE))
        SN_TRY(sn_centrality_influence(&central->links, options->labour, value[SN_INFLUENCE], err));
out:
    free(spare);
    return status;
}

static sn_status run_streams(work *w, sn_error *err)
{
    double **value = w->central->value;
    double *spare = malloc((w->central->n + 1) * sizeof *spare);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(spare, "streams");
    if (wants(w, SN_UPSTREAMNESS) || wants(w, SN_DOWNSTREAMNESS))
        SN_TRY(soften(w, SN_UPSTREAMNESS, SN_DOWNSTREAMNESS,
                      sn_centrality_streams(
                          &w->central->links, w->output,
                          wants(w, SN_UPSTREAMNESS) ? value[SN_UPSTREAMNESS] : spare,
                          wants(w, SN_DOWNSTREAMNESS) ? value[SN_DOWNSTREAMNESS] : spare, err),
                      err));
out:
    free(spare);
    return status;
}

/* Taking a vertex out of the Leontief system is the upstream loss of a sweep over output. */
static sn_status run_extraction(work *w, sn_error *err)
{
    const size_t nodes = sn_network_node_count(w->net), n = w->central->n;
    double *weight = calloc(nodes + 1, sizeof *weight);
    size_t *first = calloc(n + 2, sizeof *first), *at = calloc(n + 1, sizeof *at);
    int32_t *member = malloc((nodes + 1) * sizeof *member);
    sn_sweep_loss *loss = calloc(n + 1, sizeof *loss);
    sn_sweep_plan *plan = NULL;
    double all = 0;
    sn_status status = SN_OK;

    if (weight == NULL || first == NULL || at == NULL || member == NULL || loss == NULL) {
        status = sn_nomem(err, "extraction");
        goto out;
    }
    for (size_t i = 0; i < nodes; i++)
        if (w->vertex[i] != SN_NONE) {
            weight[i] = sn_network_output(w->net, i);
            all += weight[i];
            first[w->vertex[i] + 1]++;
        }
    for (size_t v = 0; v < n; v++)
        first[v + 1] += first[v];
    memcpy(at, first, n * sizeof *at);
    for (size_t i = 0; i < nodes; i++)
        if (w->vertex[i] != SN_NONE)
            member[at[w->vertex[i]]++] = (int32_t)i;
    if (!(all > 0)) {
        leave_out(w, SN_EXTRACTION, "nothing is made");
        goto out;
    }
    SN_TRY(sn_sweep_plan_new(w->net, &(sn_sweep_options){.weight = weight}, &plan, err));
    status = sn_sweep_run(plan, &(sn_sweep_scenarios){n, first, member, NULL}, w->options->threads,
                          NULL, NULL, loss, err);
    SN_TRY(soften(w, SN_EXTRACTION, SN_EXTRACTION, status, err));
    for (size_t v = 0; wants(w, SN_EXTRACTION) && v < n; v++)
        w->central->value[SN_EXTRACTION][v] = loss[v].loss_up;
out:
    sn_sweep_plan_free(plan);
    free(weight);
    free(first);
    free(at);
    free(member);
    free(loss);
    return status;
}

static sn_status run_local(work *w, sn_error *err)
{
    const sn_central_options *options = w->options;
    double **value = w->central->value;
    const double n = (double)w->central->n;
    sn_status status = SN_OK;

    sn_centrality_degree(&w->central->links, value[SN_IN_DEGREE], value[SN_OUT_DEGREE],
                         value[SN_IN_STRENGTH], value[SN_OUT_STRENGTH]);
    for (int m = SN_IN_DEGREE; m <= SN_OUT_DEGREE && options->normalized; m++)
        for (size_t v = 0; value[m] != NULL && n > 1 && v < w->central->n; v++)
            value[m][v] /= n - 1;
    if (options->all && !options->exact && cost_of_squares(&w->both) > long_square) {
        leave_out(w, SN_CONSTRAINT, "takes long at this size: ask for it by name, or --exact");
        leave_out(w, SN_COLLECTIVE, "takes long at this size: ask for it by name, or --exact");
    }
    if (wants(w, SN_CURRENT_FLOW)) {
        SN_TRY(soften(w, SN_CURRENT_FLOW, SN_CURRENT_FLOW,
                      sn_centrality_current(&w->both, options->weight, value[SN_CURRENT_FLOW], err),
                      err));
        for (size_t v = 0; options->normalized && wants(w, SN_CURRENT_FLOW) && n > 2 && v < w->central->n;
             v++)
            value[SN_CURRENT_FLOW][v] /= (n - 1) * (n - 2) / 2;
    }
    if (wants(w, SN_CONSTRAINT))
        SN_TRY(sn_centrality_constraint(&w->both, options->weight, value[SN_CONSTRAINT], err));
    if (wants(w, SN_CORENESS))
        SN_TRY(sn_centrality_coreness(&w->both, value[SN_CORENESS], err));
    if (wants(w, SN_COLLECTIVE))
        SN_TRY(sn_centrality_collective(&w->both, options->radius, value[SN_COLLECTIVE], err));
out:
    return status;
}

/* Number the groups that have a node, and add up their outputs. */
static sn_status number_vertices(const sn_network *net, const sn_grouping *grouping,
                                 const bool *keep, sn_central *central, int32_t *vertex,
                                 double **output, sn_error *err)
{
    const size_t nodes = sn_network_node_count(net);
    const size_t groups = (size_t)grouping->names.count;
    int32_t *number = malloc((groups + 1) * sizeof *number);
    sn_status status = SN_OK;

    *output = calloc(groups + 1, sizeof **output);
    central->name = malloc((groups + 1) * sizeof *central->name);
    if (number == NULL || *output == NULL || central->name == NULL) {
        status = sn_nomem(err, "vertices");
        goto out;
    }
    memset(number, 0xFF, (groups + 1) * sizeof *number); /* SN_NONE */
    for (size_t i = 0; i < nodes; i++)
        if (keep[i] && grouping->group[i] != SN_NONE)
            number[grouping->group[i]] = 0;
    for (size_t g = 0; g < groups; g++)
        if (number[g] != SN_NONE) {
            central->name[central->n] = (int32_t)g;
            number[g] = (int32_t)central->n++;
        }
    for (size_t i = 0; i < nodes; i++) {
        vertex[i] = keep[i] && grouping->group[i] != SN_NONE ? number[grouping->group[i]] : SN_NONE;
        if (vertex[i] != SN_NONE)
            (*output)[vertex[i]] += sn_network_output(net, i);
    }
out:
    free(number);
    return status;
}

sn_status sn_central_make(const sn_network *net, const sn_grouping *grouping, const bool *keep,
                          const sn_central_options *options, sn_central *central, sn_error *err)
{
    int32_t *vertex = malloc((sn_network_node_count(net) + 1) * sizeof *vertex);
    work w = {.net = net, .options = options, .central = central, .vertex = vertex};
    sn_status status = SN_OK;

    central->spectral_radius = central->pagerank_bound = NAN;
    SN_TRY_ALLOC(vertex, "vertices");
    SN_TRY(number_vertices(net, grouping, keep, central, vertex, &w.output, err));
    SN_TRY(sn_links_make(net, vertex, central->n, &central->links, err));
    SN_TRY(sn_links_undirected(&central->links, &w.both, err));
    for (int m = 0; m < SN_METRICS; m++)
        if (options->wanted[m]) {
            central->value[m] = malloc((central->n + 1) * sizeof **central->value);
            SN_TRY_ALLOC(central->value[m], "centralities");
        }
    SN_TRY(run_streams(&w, err)); /* before the links lose their direction */
    if (wants(&w, SN_EXTRACTION) && !options->exact &&
        cost_of_searches(&central->links) > (options->all ? 1 : 30) * long_search)
        leave_out(&w, SN_EXTRACTION, "takes long at this size; --exact works it out");
    if (wants(&w, SN_EXTRACTION))
        SN_TRY(run_extraction(&w, err));
    if (options->undirected) {
        sn_links directed = central->links;
        status = sn_links_undirected(&directed, &central->links, err);
        sn_links_clear(&directed);
        SN_TRY(status);
    }
    SN_TRY(run_local(&w, err));
    SN_TRY(find_core(&w, err));
    SN_TRY(run_betweenness(&w, err));
    SN_TRY(run_closeness(&w, err));
    SN_TRY(run_spectral(&w, err));
out:
    sn_links_clear(&w.both);
    sn_links_clear(&w.core);
    free(w.origin);
    free(w.output);
    free(vertex);
    return status;
}

void sn_central_clear(sn_central *central)
{
    for (int m = 0; m < SN_METRICS; m++)
        free(central->value[m]);
    free(central->name);
    free(central->link_betweenness);
    sn_links_clear(&central->links);
    memset(central, 0, sizeof *central);
}
