/* centrality.h - how central a vertex is, in the many senses of the word.
 *
 * All of them take links (links.h): a digraph without self-links in which z_ij > 0 is what i
 * sells to j, and write one number per vertex.  n and m are its vertices and links.
 * A number that is not defined for a vertex is NaN.  With sn_links_undirected the same functions
 * give the measures of the undirected network, where each unordered pair counts as two ordered
 * ones: halve betweenness.
 */
#ifndef SN_METRICS_CENTRALITY_H
#define SN_METRICS_CENTRALITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "metrics/links.h"

/** sn_link_weight - what a link counts. */
typedef enum {
    SN_LINK_AMOUNT, /* its amount; as a length: 1 / amount */
    SN_LINK_ONE     /* 1, also as a length: hops           */
} sn_link_weight;

/**
 * sn_centrality_degree - links and amounts in and out.
 *
 * in_degree, out_degree      [out]  [n] links; NULL: not wanted
 * in_strength, out_strength  [out]  [n] sum of amounts [unit / year], self-links left out
 * Cost  O(n + m).
 */
void sn_centrality_degree(const sn_links *links, double *in_degree, double *out_degree,
                          double *in_strength, double *out_strength);

/**
 * sn_centrality_betweenness - shortest paths through a vertex, and along a link.
 *
 *   b(v) = sum over s != v != t of sigma_st(v) / sigma_st
 *
 * with sigma_st the number of shortest paths from s to t and sigma_st(v) those through v; for a
 * link those along it.  Lengths are added in extended precision and two paths are equally long
 * when they differ by less than 2^-58 of their length, so that amounts of ten and more decades
 * are told apart, and sums of the same lengths in another order are not.
 *
 * weight   [in]   SN_LINK_AMOUNT: the length of a link is 1 / amount
 * threads  [in]   >= 1; no bit depends on it
 * node     [out]  [n] not normalised: of (n - 1) (n - 2) pairs
 * link     [out]  [m] by place in out_to; or NULL
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     n searches: O(n m) for SN_LINK_ONE, O(n (m + n log n)) for SN_LINK_AMOUNT; memory
 *          for up to 64 partial sums.
 * Source   U. Brandes, "A faster algorithm for betweenness centrality", Journal of Mathematical
 *          Sociology 25(2), 2001; links: U. Brandes, Social Networks 30(2), 2008.
 */
sn_status sn_centrality_betweenness(const sn_links *links, sn_link_weight weight, int threads,
                                    double *node, double *link, sn_error *err);

/** sn_sampling - how betweenness is sampled, and how that ended. */
typedef struct {
    double epsilon;    /* [in]  every b(v) / (n (n - 1)) is to be within this, > 0 */
    double confidence; /* [in]  with at least this probability, for all vertices at once; < 1 */
    uint64_t seed;     /* [in]  the same seed gives the same bits, whatever the threads */
    size_t most;       /* [in]  samples at most; 0: no limit */
    size_t samples;    /* [out] pairs drawn */
    double reached;    /* [out] the half width reached, <= epsilon unless stopped by `most` */
} sn_sampling;

/**
 * sn_centrality_betweenness_sampled - betweenness of large networks within a proved error.
 *
 * Draws ordered pairs s != t and one shortest path of each, all equally likely; the share of
 * samples in which v is inside the path is an unbiased estimate of b(v) / (n (n - 1)).  Stops
 * when the Chernoff intervals of all vertices, at a level divided by their number and by
 * the number of looks, are within epsilon.
 *
 * node  [out]  [n] estimates of b(v), scaled to all n (n - 1) pairs
 *
 * Returns  SN_OK; SN_EUSAGE for parameters out of range; SN_ENOMEM.
 * Cost     samples times one search from both ends, usually a small part of the network.
 * Source   sampling paths: M. Riondato, E. Kornaropoulos, Data Mining and Knowledge Discovery
 *          30(2), 2016; stopping and search from both ends: M. Borassi, E. Natale, "KADABRA is
 *          an adaptive algorithm for betweenness via random approximation", ESA 2016; intervals:
 *          H. Chernoff, Annals of Mathematical Statistics 23(4), 1952.
 */
sn_status sn_centrality_betweenness_sampled(const sn_links *links, sn_link_weight weight,
                                            int threads, sn_sampling *sampling, double *node,
                                            sn_error *err);

/** sn_closeness - four readings of nearness; NULL: not wanted. */
typedef struct {
    double *closeness_in, *closeness_out; /* [n] */
    double *harmonic_in, *harmonic_out;   /* [n] */
} sn_closeness;

/**
 * sn_centrality_closeness - nearness along the links (out) and against them (in).
 *
 *   closeness_in(v) = (r / (n - 1)) * r / sum of d(u, v)     over the r vertices u that reach v
 *   harmonic_in(v)  = sum of 1 / d(u, v)
 *
 * and the same for _out with d(v, u).  0 where r = 0.  With SN_LINK_AMOUNT distances are sums of
 * 1 / amount, so both have the unit of amounts.
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     as betweenness, once for each direction that is wanted.
 * Source   S. Wasserman, K. Faust, "Social Network Analysis", 1994, p. 201 (closeness in
 *          networks that are not connected); M. Marchiori, V. Latora, Physica A 285, 2000.
 */
sn_status sn_centrality_closeness(const sn_links *links, sn_link_weight weight, int threads,
                                  const sn_closeness *closeness, sn_error *err);

/**
 * sn_centrality_pagerank - where a walker is found who follows links in proportion to weight,
 * and with probability 1 - damping, or where there is no link, starts again anywhere.
 *
 * damping  [in]   0 <= damping < 1
 * score    [out]  [n] sums to 1
 * bound    [out]  certified: the sum of all |errors| (rounding apart)
 *
 * Returns  SN_OK; SN_EUSAGE for a damping out of range; SN_ENOMEM.
 * Cost     some ten to a hundred passes over the links; one where the network has no loops.
 * Source   L. Page, S. Brin, R. Motwani, T. Winograd, Stanford InfoLab 1999-66; linear system:
 *          G. Del Corso, A. Gulli, F. Romani, Internet Mathematics 2(3), 2005.
 */
sn_status sn_centrality_pagerank(const sn_links *links, sn_link_weight weight, double damping,
                                 double *score, double *bound, sn_error *err);

/**
 * sn_centrality_eigenvector - x_j = (1 / rho) sum_i z_ij x_i: the vertex is as central as those
 * that sell to it.
 *
 * score   [out]  [n] Euclidean length 1; all NaN where it is not defined
 * radius  [out]  the spectral radius rho; 0 where the links have no loop: then not defined
 *
 * Returns  SN_OK; SN_ENUMERIC when it does not settle (several loops of the same strength);
 *          SN_ENOMEM.
 * Source   P. Bonacich, Journal of Mathematical Sociology 2(1), 1972.
 */
sn_status sn_centrality_eigenvector(const sn_links *links, sn_link_weight weight, double *score,
                                    double *radius, sn_error *err);

/**
 * sn_centrality_hits - hubs sell to authorities, authorities buy from hubs:
 * authority = Z' hub, hub = Z authority, each scaled to sum 1.
 *
 * Returns  SN_OK (without a link all are NaN); SN_ENUMERIC when it does not settle; SN_ENOMEM.
 * Source   J. Kleinberg, Journal of the ACM 46(5), 1999.
 */
sn_status sn_centrality_hits(const sn_links *links, sn_link_weight weight, double *hub,
                             double *authority, sn_error *err);

/**
 * sn_centrality_katz - x = 1 + alpha * A' x, with A the links as 0 and 1: walks that end at the
 * vertex, each step counted alpha.
 *
 * alpha  [in]  > 0 and below 1 / rho(A)
 *
 * Returns  SN_OK; SN_EUSAGE when alpha is not below 1 / rho, with rho; SN_ENOMEM.
 * Source   L. Katz, Psychometrika 18(1), 1953.
 */
sn_status sn_centrality_katz(const sn_links *links, double alpha, double *score, sn_error *err);

/**
 * sn_centrality_influence - v = (alpha / n) (I - (1 - alpha) W')^-1 1, W_ij the share of input j
 * in what i buys (self-links included): how far a shock to the vertex moves aggregate output.
 *
 * alpha  [in]   labour share, 0 < alpha <= 1
 * score  [out]  [n] sums to 1 where everybody buys something
 *
 * Returns  SN_OK; SN_EUSAGE; SN_ENOMEM.
 * Source   D. Acemoglu, V. Carvalho, A. Ozdaglar, A. Tahbaz-Salehi, Econometrica 80(5), 2012.
 */
sn_status sn_centrality_influence(const sn_links *links, double alpha, double *score,
                                  sn_error *err);

/**
 * sn_centrality_streams - how far from final use, and how far from primary inputs.
 *
 *   upstreamness   U = (I - B)^-1 1,   B_ij = z_ij / x_i   row sums of the Ghosh inverse
 *   downstreamness D = 1' (I - A)^-1,  A_ij = z_ij / x_j   column sums of the Leontief inverse:
 *                                                          the output multiplier
 *
 * self-links included.
 *
 * output      [in]   [n] x_i >= what is sold [unit / year]
 * upstream    [out]  [n] >= 1, or NaN where x = 0, and where all that is sold ends in a loop from
 *                    which nothing leaves (rho(B) = 1)
 * downstream  [out]  [n] >= 1, or NaN where x = 0, and where all that is bought comes out of a
 *                    loop into which no value is added
 *
 * Returns  SN_OK; SN_ENUMERIC where a loop is too nearly closed to solve; SN_ENOMEM.
 * Cost     O(n + m) without loops.
 * Source   P. Antras, D. Chor, T. Fally, R. Hillberry, American Economic Review 102(3), 2012;
 *          P. Antras, D. Chor, NBER 25190, 2018.
 */
sn_status sn_centrality_streams(const sn_links *links, const double *output, double *upstream,
                                double *downstream, sn_error *err);

/** SN_CURRENT_MOST - connected parts above this many vertices have no current-flow number. */
enum { SN_CURRENT_MOST = 1500 };

/**
 * sn_centrality_current - current-flow betweenness: one ampere runs from s to t through
 * conductances; b(v) is what passes through v, over all pairs s < t without v.
 *
 * links   [in]   of sn_links_undirected
 * weight  [in]   the conductance of a link
 * score   [out]  [n] NaN in parts above SN_CURRENT_MOST vertices
 *
 * Returns  SN_OK; SN_ENUMERIC; SN_ENOMEM.
 * Cost     O(k^3 + m k log k) per connected part of k vertices.
 * Source   M. Newman, Social Networks 27(1), 2005; U. Brandes, D. Fleischer, STACS 2005.
 */
sn_status sn_centrality_current(const sn_links *links, sn_link_weight weight, double *score,
                                sn_error *err);

/**
 * sn_centrality_constraint - c_i = sum_j (p_ij + sum_q p_iq p_qj)^2 over neighbours j, with p_ij
 * the share of j in all that i trades (both ways): how little room i has between its partners.
 *
 * links  [in]   of sn_links_undirected
 * score  [out]  [n] NaN without a partner
 * Cost   the sum of squared degrees.
 * Source R. Burt, "Structural Holes", 1992.
 */
sn_status sn_centrality_constraint(const sn_links *links, sn_link_weight weight, double *score,
                                   sn_error *err);

/**
 * sn_centrality_coreness - the largest k such that the vertex is among vertices that have at
 * least k partners each among themselves.
 *
 * links  [in]  of sn_links_undirected
 * Source V. Batagelj, M. Zaversnik, arXiv cs/0310049, 2003 (by igraph).
 */
sn_status sn_centrality_coreness(const sn_links *links, double *score, sn_error *err);

/**
 * sn_centrality_collective - CI(i) = (k_i - 1) sum of (k_j - 1) over vertices j at distance
 * `radius` from i, k partners each.
 *
 * links  [in]  of sn_links_undirected
 * Cost   the vertices within `radius`, summed over all.
 * Source F. Morone, H. Makse, Nature 524, 2015.
 */
sn_status sn_centrality_collective(const sn_links *links, unsigned radius, double *score,
                                   sn_error *err);

/**
 * sn_rank_correlation - Spearman's rank correlation of two numbers per vertex, over those where
 * both are known.
 *
 * pairs  [out]  how many those are
 * rho    [out]  -1..1; NaN for less than three pairs or where one number is the same everywhere
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(n log n).
 */
sn_status sn_rank_correlation(const double *a, const double *b, size_t n, size_t *pairs,
                              double *rho, sn_error *err);

#endif /* SN_METRICS_CENTRALITY_H */
