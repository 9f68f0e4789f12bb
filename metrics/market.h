/* market.h - what a price does when suppliers are gone. */
#ifndef SN_METRICS_MARKET_H
#define SN_METRICS_MARKET_H

#include <stdbool.h>
#include <stddef.h>

#include "graph/error.h"

/** sn_market_terms - how demand and supply answer to the price. */
typedef struct {
    double demand_elasticity; /* <= 0: demand = D0 P^e                                      */
    double supply_elasticity; /* >= 0: a supplier offers q P^e ...                          */
    double spare;             /* >= 0: ... and at most q (1 + spare)                        */
} sn_market_terms;

/** sn_market - the new balance; the price was 1. */
typedef struct {
    double price;     /* new price over old, >= 1; NaN: no price balances                     */
    double supply;    /* what is sold [unit of the quantities]                              */
    double shortfall; /* share of normal demand that is priced out, 0..1; 1 without supply  */
    bool at_capacity; /* every remaining supplier sells all it can                          */
} sn_market;

/**
 * sn_market_solve - the price at which what is left balances demand.
 *
 *   D(P) = D0 P^e_d,   S(P) = sum_c left_c min(q_c P^e_s, q_c (1 + spare)),   D0 = sum_c q_c
 *
 * quantity  [in]   [count] q_c >= 0, any unit
 * left      [in]   [count] 0..1: what remains of each supplier
 * terms     [in]
 * sold      [out]  [count] what each sells then; may be NULL
 * market    [out]  price NaN where nothing is left, or where demand does not answer to the price
 *                  (e_d = 0) and cannot be met
 *
 * Returns  SN_OK; SN_EUSAGE for terms out of range; SN_EDATA for quantities that are not >= 0 and
 *          finite or add up to nothing; SN_ENUMERIC.
 * Cost     O(count) for each of some dozen prices.
 * Source   the core of the price step of USGS Open-File Report 2024-1057 (gallium and germanium), in
 *          our own form; root in log P by Brent's method (GSL).
 */
sn_status sn_market_solve(const double *quantity, const double *left, size_t count,
                          const sn_market_terms *terms, double *sold, sn_market *market,
                          sn_error *err);

#endif /* SN_METRICS_MARKET_H */
