/* verify_graph.c - an input-output table and a small graph that everybody measures. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/verify_private.h"
#include "graph/mask.h"
#include "metrics/cascade.h"
#include "metrics/centrality.h"
#include "metrics/dominators.h"
#include "metrics/exposure.h"

static const char examples[] = "published-examples";

/* The links between single nodes. */
static sn_status link_nodes(const sn_network *net, sn_links *links, sn_error *err)
{
    const size_t n = sn_network_node_count(net);
    int32_t *vertex = malloc((n + 1) * sizeof *vertex);

    if (vertex == NULL)
        return sn_nomem(err, "links");
    for (size_t i = 0; i < n; i++)
        vertex[i] = (int32_t)i;
    const sn_status status = sn_links_make(net, vertex, n, links, err);
    free(vertex);
    return status;
}

/* Vectors by node; each measure has one. */
enum { MEASURES = 9 };
typedef struct {
    sn_network *net;
    size_t n;
    double *value; /* [MEASURES][n] */
} measured;

static void clear(measured *all)
{
    sn_network_free(all->net);
    free(all->value);
}

static sn_status take(const measured *all, const char *const *names, size_t count,
                      const char *subject, const char *measure, double *computed, sn_error *err)
{
    const int64_t node = sn_network_find(all->net, subject);

    for (size_t m = 0; m < count && node >= 0; m++)
        if (strcmp(names[m], measure) == 0) {
            *computed = all->value[m * all->n + (size_t)node];
            return SN_OK;
        }
    return sn_fail(err, SN_EDATA, "no %s of \"%s\"", measure, subject);
}

static const char *const kite_measures[MEASURES] = {
    "betweenness", "closeness",    "current-flow", "katz",        "pagerank",
    "constraint",  "collective-1", "collective-2", "articulation"};

static sn_status make_kite(void *context, const char *its_case, const char *subject,
                           const char *measure, double *computed, sn_error *err)
{
    (void)its_case;
    return take(context, kite_measures, MEASURES, subject, measure, computed, err);
}

static sn_status measure_kite(const sn_links *both, size_t n, double *value, sn_error *err)
{
    const sn_closeness closeness = {.closeness_out = value + n};
    int32_t *parts = malloc((n + 1) * sizeof *parts);
    size_t blocks;
    double bound;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(parts, "centralities");
    SN_TRY(sn_centrality_betweenness(both, SN_LINK_ONE, 1, value, NULL, err));
    for (size_t i = 0; i < n; i++)
        value[i] /= 2; /* each pair once */
    SN_TRY(sn_centrality_closeness(both, SN_LINK_ONE, 1, &closeness, err));
    SN_TRY(sn_centrality_current(both, SN_LINK_ONE, value + 2 * n, err));
    SN_TRY(sn_centrality_katz(both, 0.1, value + 3 * n, err));
    SN_TRY(sn_centrality_pagerank(both, SN_LINK_ONE, 0.85, value + 4 * n, &bound, err));
    SN_TRY(sn_centrality_constraint(both, SN_LINK_ONE, value + 5 * n, err));
    SN_TRY(sn_centrality_collective(both, 1, value + 6 * n, err));
    SN_TRY(sn_centrality_collective(both, 2, value + 7 * n, err));
    SN_TRY(sn_articulation(both, parts, &blocks, err));
    for (size_t i = 0; i < n; i++)
        value[8 * n + i] = parts[i] >= 2;
out:
    free(parts);
    return status;
}

sn_status sn_verify_kite(sn_verify *verify, sn_error *err)
{
    measured all = {0};
    sn_links links = {0}, both = {0};
    sn_status status = SN_OK;

    SN_TRY(sn_verify_network(verify, examples, "kite_flows.csv", NULL, NULL, &all.net, err));
    all.n = sn_network_node_count(all.net);
    all.value = malloc((MEASURES * all.n + 1) * sizeof *all.value);
    SN_TRY_ALLOC(all.value, "centralities");
    SN_TRY(link_nodes(all.net, &links, err));
    SN_TRY(sn_links_undirected(&links, &both, err));
    SN_TRY(measure_kite(&both, all.n, all.value, err));
    SN_TRY(sn_verify_each(verify, "kite", make_kite, &all, err));
out:
    sn_links_clear(&links);
    sn_links_clear(&both);
    clear(&all);
    return status;
}

static const char *const table_measures[3] = {"upstreamness", "downstreamness", "influence"};

/* Shares of a node's inputs by country. */
static sn_status input_share(const sn_network *net, const char *id, const char *country,
                             bool look_through, double *computed, sn_error *err)
{
    const int64_t node = sn_network_find(net, id);
    double *weight = calloc(sn_network_node_count(net) + 1, sizeof *weight);
    const sn_exposure_options options = {.commodity = SN_NONE};
    sn_grouping by = {0};
    sn_exposure exposure = {0};
    sn_status status = SN_OK;

    SN_TRY_ALLOC(weight, "buyers");
    if (node < 0) {
        status = sn_fail(err, SN_EDATA, "no sector \"%s\"", id);
        goto out;
    }
    weight[node] = 1;
    SN_TRY(sn_grouping_make(net, SN_LEVEL_COUNTRY, &by, err));
    SN_TRY(sn_exposure_of(net, weight, &by, &options, &exposure, err));
    for (size_t r = 0; r < exposure.count; r++)
        if (exposure.row[r].name != NULL && strcmp(exposure.row[r].name, country) == 0)
            *computed = look_through ? exposure.row[r].inputs_look_through
                                     : exposure.row[r].inputs_face_value;
out:
    sn_exposure_clear(&exposure);
    sn_grouping_clear(&by);
    free(weight);
    return status;
}

/* Hypothetical extraction: the part of all output that is sold, through whomever, to a country
 * or made there; of the others' output alone where `others`. */
static sn_status extraction(const sn_network *net, const char *country, bool others,
                            double *computed, sn_error *err)
{
    sn_selection hit = {0};
    sn_mask mask = {0};
    sn_cascade_plan *plan = NULL;
    sn_cascade *cascade = NULL;
    sn_cascade_result result;
    double lost = 0, all = 0;
    sn_status status = SN_OK;

    SN_TRY(sn_selector_apply(net, country, NULL, SN_LARGEST, &hit, err));
    SN_TRY(sn_mask_apply(net, &hit, NULL, SN_MODE_PRODUCTION, 1, &mask, err));
    SN_TRY(sn_cascade_plan_new(net, &plan, err));
    SN_TRY(sn_cascade_new(plan, NULL, &cascade, err));
    SN_TRY(sn_cascade_run(cascade, &mask, &result, err));
    for (size_t i = 0; i < sn_network_node_count(net); i++) {
        if (others && hit.weight[i] > 0)
            continue;
        all += sn_network_output(net, i);
        lost += sn_network_output(net, i) * result.up[i];
    }
    *computed = lost / all;
out:
    sn_cascade_free(cascade);
    sn_cascade_plan_free(plan);
    sn_mask_clear(&mask);
    sn_selection_clear(&hit);
    return status;
}

static sn_status make_table_measure(void *context, const char *its_case, const char *subject,
                                    const char *measure, double *computed, sn_error *err)
{
    static const char face[] = "face value of ", through[] = "look-through to ";
    const measured *all = context;

    if (strcmp(its_case, "extraction") == 0)
        return extraction(all->net, subject, strcmp(measure, "loss of the others") == 0,
                          computed, err);
    if (strncmp(measure, face, strlen(face)) == 0)
        return input_share(all->net, subject, measure + strlen(face), false, computed, err);
    if (strncmp(measure, through, strlen(through)) == 0)
        return input_share(all->net, subject, measure + strlen(through), true, computed, err);
    return take(all, table_measures, 3, subject, measure, computed, err);
}

sn_status sn_verify_input_output(sn_verify *verify, sn_error *err)
{
    measured all = {0};
    sn_links links = {0};
    double *output = NULL;
    sn_status status = SN_OK;

    SN_TRY(sn_verify_network(verify, examples, "leather_flows.csv", "leather_nodes.csv", NULL,
                             &all.net, err));
    const size_t n = all.n = sn_network_node_count(all.net);
    all.value = malloc((3 * n + 1) * sizeof *all.value);
    output = malloc((n + 1) * sizeof *output);
    SN_TRY_ALLOC(all.value, "measures");
    SN_TRY_ALLOC(output, "measures");
    for (size_t i = 0; i < n; i++)
        output[i] = sn_network_output(all.net, i);
    SN_TRY(link_nodes(all.net, &links, err));
    SN_TRY(sn_centrality_streams(&links, output, all.value, all.value + n, err));
    SN_TRY(sn_centrality_influence(&links, 0.5, all.value + 2 * n, err));
    SN_TRY(sn_verify_each(verify, "input-output", make_table_measure, &all, err));
out:
    sn_links_clear(&links);
    free(output);
    clear(&all);
    return status;
}
