/* reexport.h - from trade between countries to amounts from origin to consumer.
 *
 * A hub that imports and sells on looks like an origin in a trade table.  Here trade is
 * followed back to where the goods were made.  Call sn_reexport_prebalance, then
 * sn_reexport_correct.
 */
#ifndef SN_DATASETS_REEXPORT_H
#define SN_DATASETS_REEXPORT_H

#include <stddef.h>

#include "graph/error.h"

/** sn_reexport_balance - what prebalancing had to change [unit of the trade table]. */
typedef struct {
    int passes;          /* passes over the table that changed it                           */
    double excess;       /* largest exports / supply - 1 that is left                       */
    double before;       /* trade as given                                                  */
    double unreached;    /* trade that no production reaches: taken out                      */
    double after;        /* trade that is left                                              */
    double worst_factor; /* exports after / exports before of the country cut most; else 1  */
    size_t worst;        /* that country (unreached ones apart)                             */
} sn_reexport_balance;

/**
 * sn_reexport_prebalance - make trade possible: nobody exports more than output plus imports.
 *
 * First, exports of countries that no production reaches along the trade are set to 0 (goods
 * going round in a circle that nobody made).  Then the exports of each country with
 * exports > output + imports are scaled down to that supply, and again where that leaves others
 * short, until the largest relative excess is below 1e-12.  The result is the limit of scaling
 * all short countries again and again, found by solving for those that are short.
 *
 * n           [in]      countries
 * production  [in]      n amounts, finite, >= 0
 * trade       [in,out]  n * n amounts, row = exporter, column = importer, in the unit of
 *                       production; finite, >= 0; the diagonal is set to 0
 * balance     [out]     may be NULL
 *
 * Returns  SN_OK, even if some excess is left (balance->excess says so); SN_EDATA for a
 *          negative or non-finite amount, naming its place; SN_ENUMERIC when the short
 *          countries have no balance that arithmetic can find; SN_ENOMEM.
 * Cost     O(n^2 + s^3) a pass for s short countries; at most s passes but for rounding.
 */
sn_status sn_reexport_prebalance(size_t n, const double *production, double *trade,
                                 sn_reexport_balance *balance, sn_error *err);

/**
 * sn_reexport_correct - what each country consumes, by the country that made it.
 *
 *     x_i  = P_i + sum_j T_ji               supply
 *     A_ij = T_ji / x_j                     part of j's supply that goes to i
 *     R    = (I - A)^-1 diag(P)             R_ij: amount in i's supply that was made in j
 *     C_ji = (1 - sum_k T_ik / x_i) R_ij    origin j -> consumer i
 *
 * A country passes on the mix of its supply.  C has the domestic amounts on its diagonal; its
 * rows add up to production and its columns to apparent consumption x_i - exports_i.
 *
 * n           [in]   countries
 * production  [in]   n amounts, as above
 * trade       [in]   n * n amounts that sn_reexport_prebalance has passed
 * origin      [out]  n * n amounts: row = origin, column = consumer; may not be `trade`
 *
 * Returns  SN_OK; SN_EDATA for a bad amount; SN_ENUMERIC when the trade is not balanced so that
 *          rows do not come out at production (to 1e-6; what is left is scaled away);
 *          SN_ENOMEM.
 * Cost     O(m^3) for the m countries with any supply (LU of a dense matrix).
 * Source   T. Kastner, M. Kastner, S. Nonhebel, "Tracing distant environmental impacts of
 *          agricultural products from a consumer perspective", Ecological Economics 70(6),
 * 2011.
 */
sn_status sn_reexport_correct(size_t n, const double *production, const double *trade,
                              double *origin, sn_error *err);

#endif /* SN_DATASETS_REEXPORT_H */
