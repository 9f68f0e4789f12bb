/* centrality_ranking.h - what `centrality` has measured, brought into order. */
#ifndef SN_CLI_CENTRALITY_RANKING_H
#define SN_CLI_CENTRALITY_RANKING_H

#include "cli/centrality_metrics.h"

/** sn_correlation - of two measures over a part. */
typedef struct {
    const sn_central *part;
    int a, b; /* measures */
    double rho;
    size_t pairs;
} sn_correlation;

/** sn_ranking - parts of the network measured, and their vertices and links in order. */
typedef struct {
    sn_grouping grouping;
    sn_level level;
    sn_central *part;
    size_t count;
    size_t **row; /* [count][part n] vertices in the order of the first metric */
    sn_correlation *correlation; /* of every pair of measures of every part */
    size_t correlations;
    size_t **link, *links; /* [count] the links with most betweenness, first; how many */
    sn_central_options how;
    sn_metric first;
    size_t top;
} sn_ranking;

/** sn_ranking_order - rows, links and correlations of what is measured.  SN_OK; SN_ENOMEM. */
sn_status sn_ranking_order(sn_ranking *ranking, sn_error *err);
void sn_ranking_clear(sn_ranking *ranking);

#endif /* SN_CLI_CENTRALITY_RANKING_H */
