/* indicator_supply.h - indices that read world supply and a bloc's consumption: IEA top three
 * and N-1, the benchmarks of the EU's Critical Raw Materials Act, expected loss, and the
 * country risk that arrives through all tiers.
 *
 * NaN stands for unknown everywhere, and unknown in gives unknown out.
 */
#ifndef SN_METRICS_INDICATOR_SUPPLY_H
#define SN_METRICS_INDICATOR_SUPPLY_H

#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "metrics/indicator_trade.h"

/** sn_iea - what is left of a market without its largest supplier. */
typedef struct {
    size_t largest;      /* index of the largest supplier; the first of equals                */
    double top1, top3;   /* shares of supply                                                  */
    double n1_total;     /* (S - S_max) / D                                                   */
    double n1_remaining; /* (S - S_max) / (D - D_max): nor does it buy; NaN if only it buys   */
} sn_iea;

/**
 * sn_iea_n_minus_1 - the IEA's top-three share and N-1 of a market.
 *
 * supply  [in]  count suppliers [unit / year], >= 0
 * demand  [in]  count: what each of the same suppliers uses itself [unit / year], or NULL
 * other_supply, all_demand  [in]  supply of others that are not named; demand of the world
 *
 * N-1 above 1 is a market that has spare supply.  Everything is NaN (largest: count) when
 * nothing is supplied.
 *
 * Source  IEA, "Global Critical Minerals Outlook 2025"; the variant with the remaining demand
 *         is a reading of its words.
 */
sn_iea sn_iea_n_minus_1(const double *supply, const double *demand, size_t count,
                        double other_supply, double all_demand);

/** sn_crma_rule - one benchmark of the act. */
typedef enum {
    SN_CRMA_EXTRACTION, /* own extraction / consumption >= 10 %                         */
    SN_CRMA_PROCESSING, /* own processing / consumption >= 40 %                         */
    SN_CRMA_RECYCLING,  /* own recycling / consumption >= 25 %                          */
    SN_CRMA_DIVERSITY,  /* of consumption at a stage, one third country's part <= 65 %  */
    SN_CRMA_RULES
} sn_crma_rule;

/** sn_crma_name, sn_crma_threshold - "extraction", 0.10 and so on. */
const char *sn_crma_name(sn_crma_rule rule);
double sn_crma_threshold(sn_crma_rule rule);

/** sn_benchmark - a figure held against a rule. */
typedef struct {
    sn_interval share; /* amount / consumption                                             */
    sn_verdict met;
    sn_interval
        missing; /* [unit / year] to produce, or to buy elsewhere, until it is met; >= 0 */
} sn_benchmark;

/**
 * sn_benchmark_least - a share that must be at least `least` of consumption.
 * sn_benchmark_most - a share that must be at most `most` of consumption.
 *
 * amount       [in]  produced, or bought from the one country [unit / year]; low = high where
 * it is known consumption  [in]  [unit / year]
 *
 * What is missing is least * consumption - amount, or amount - most * consumption: tonnes to
 * divert to others, consumption staying what it is.
 *
 * Source  Regulation (EU) 2024/1252, article 5: by 2030.
 */
sn_benchmark sn_benchmark_least(sn_interval amount, double consumption, double least);
sn_benchmark sn_benchmark_most(sn_interval amount, double consumption, double most);

/**
 * sn_expected_loss - sum over scenarios of probability times loss.
 *
 * probability  [in]  count numbers 0..1, of one year; the scenarios need not exclude one
 * another loss         [in]  count losses, any unit
 *
 * Source  US Geological Survey, Open-File Report 2025-1047 (there: loss of US GDP).
 */
double sn_expected_loss(const double *probability, const double *loss, size_t count);

/** sn_risk_flow - what one node supplies to another, both indices below the node count. */
typedef struct {
    int32_t supplier, buyer;
    double value; /* > 0 */
} sn_risk_flow;

/** sn_look_through - what reaches one buyer. */
typedef struct {
    double sum;  /* r_j over the known risks, see below; NaN where nothing is supplied        */
    double mean; /* sum / the same with risk 1 where known: a mean of the countries' risks,
                    in their range; NaN where none is known                                   */
    double known; /* part of the weight of that mean whose risk is known, 0..1 */
} sn_look_through;

/**
 * sn_look_through_risk - the risk of the suppliers' countries that reaches each buyer through
 * all tiers.
 *
 *     r_j = s_j w_j + sum_i S_ij (w_i + d r_i)
 *
 * with S_ij = z_ij / (purchases of j + own production of j) and s_j the part that j makes
 * itself, at its own risk: r = (I - d S')^-1 (S' w + s w).  Our own index.  (The idea that risk
 * passes along import shares is that of P. Klimek et al., Science Advances 1(10), 2015, whose
 * formula it is not.)  Tier k counts d^(k-1): with d = 0 only direct suppliers do, with d near
 * 1 all tiers do.
 *
 * flow     [in]   supplies among the nodes; several of a pair are added
 * risk     [in]   nodes numbers, w_i >= 0 (usually 0..1); NaN = not known
 * own      [in]   nodes own productions [unit of value], >= 0, or NULL = none
 * damping  [in]   d, 0 <= d <= 0.999
 * result   [out]  nodes entries.  With risks in 0..1 the mean over all is within
 *                 [known * mean, known * mean + 1 - known]
 *
 * Returns  SN_OK; SN_EUSAGE for a damping outside; SN_ENOMEM.
 * Cost     O(nodes + flows) per round, about log(1e-13) / log(d) rounds: stops when the
 * certified error, d / (1 - d) times the last change, is below 1e-12 of the largest value.
 */
sn_status sn_look_through_risk(const sn_risk_flow *flow, size_t flows, const double *risk,
                               const double *own, size_t nodes, double damping,
                               sn_look_through *result, sn_error *err);

#endif /* SN_METRICS_INDICATOR_SUPPLY_H */
