/* centrality_metrics.h - the centralities by name, and how they are worked out on one network. */
#ifndef SN_CLI_CENTRALITY_METRICS_H
#define SN_CLI_CENTRALITY_METRICS_H

#include "cli/call.h"
#include "graph/aggregate.h"
#include "metrics/centrality.h"

/** sn_metric - in the order in which they are shown. */
typedef enum {
    SN_IN_DEGREE, SN_OUT_DEGREE, SN_IN_STRENGTH, SN_OUT_STRENGTH, SN_BETWEENNESS,
    SN_CLOSENESS_IN, SN_CLOSENESS_OUT, SN_HARMONIC_IN, SN_HARMONIC_OUT, SN_PAGERANK,
    SN_EIGENVECTOR, SN_HUB, SN_AUTHORITY, SN_KATZ, SN_INFLUENCE, SN_UPSTREAMNESS,
    SN_DOWNSTREAMNESS, SN_EXTRACTION, SN_CURRENT_FLOW, SN_CONSTRAINT, SN_CORENESS,
    SN_COLLECTIVE, SN_METRICS
} sn_metric;

extern const sn_method sn_metric_method[SN_METRICS];

/** sn_metrics_parse - "pagerank,degree" or "all" into wanted[]; SN_EUSAGE naming the nearest. */
sn_status sn_metrics_parse(const char *text, bool wanted[SN_METRICS], bool *all, sn_error *err);

/** sn_metric_first - the metric that is named first: rows are ordered by it. */
sn_metric sn_metric_first(const char *text);

/** sn_central_options - what the command line asks for. */
typedef struct {
    bool wanted[SN_METRICS], all; /* all: leave out what would take long */
    sn_link_weight weight;
    bool undirected, normalized, exact, links;
    double damping, alpha, labour;
    unsigned radius;
    sn_sampling sampling;
    int threads;
} sn_central_options;

/** sn_central - the numbers of one part of the network; cleared by sn_central_clear. */
typedef struct {
    int32_t commodity;      /* SN_NONE: the whole network       */
    size_t n;               /* vertices                         */
    int32_t *name;          /* [n] code in the grouping         */
    sn_links links;         /* as they were used                */
    double *value[SN_METRICS]; /* [n] or NULL: not wanted, or see reason */
    char reason[SN_METRICS][160]; /* "": known                  */
    double *link_betweenness;     /* [m] or NULL                */
    bool sampled;
    sn_sampling sampling;
    double spectral_radius; /* of the eigenvector; NaN          */
    double pagerank_bound;  /* NaN                              */
} sn_central;

/**
 * sn_central_make - work out the metrics of the nodes for which keep is set.
 *
 * vertex groups with a member among them become vertices, in the order of their codes.
 */
sn_status sn_central_make(const sn_network *net, const sn_grouping *grouping, const bool *keep,
                          const sn_central_options *options, sn_central *central, sn_error *err);

/** sn_central_seconds - about how long the exact searches that are asked for will take on the
 *  threads given, from the sizes alone: 55 ns a vertex, link and search on a core of 2023. */
double sn_central_seconds(const sn_central_options *options, size_t vertices, size_t links);
void sn_central_clear(sn_central *central);

#endif /* SN_CLI_CENTRALITY_METRICS_H */
