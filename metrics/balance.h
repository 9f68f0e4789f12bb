/* balance.h - do the books of a network close, and on what do its flows rest? */
#ifndef SN_METRICS_BALANCE_H
#define SN_METRICS_BALANCE_H

#include "graph/network.h"

/** sn_balance_group - all nodes of one commodity and stage. */
typedef struct {
    int32_t commodity, stage; /* codes, SN_NONE where nodes have none             */
    size_t nodes;
    double output, sales, purchases, final_demand; /* sums [unit / year]         */
    double residual; /* largest |output - sales - final demand| / output of a node with a stated
                        output and any sales or final demand; NaN if there is no such node */
    size_t worst;    /* that node                                                 */
} sn_balance_group;

/** sn_balance_step - all flows between two stages of a commodity. */
typedef struct {
    int32_t commodity, from_stage, to_stage; /* of supplier, supplier, buyer */
    size_t flows;
    double amount[3]; /* by sn_basis [unit / year] */
} sn_balance_step;

typedef struct {
    sn_balance_group *group;
    size_t group_count;
    sn_balance_step *step;
    size_t step_count;
} sn_balance;

/**
 * sn_balance_check - amounts by commodity and stage, worst residual, and the basis of flows.
 *
 * The final demand of a country's own use (self-flow) counts once.
 *
 * net      [in]   the network
 * balance  [out]  groups ordered by (commodity, stage), steps by (commodity, supplier's stage,
 *                 buyer's stage); cleared by sn_balance_clear
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(V + E).
 */
sn_status sn_balance_check(const sn_network *net, sn_balance *balance, sn_error *err);
void sn_balance_clear(sn_balance *balance);

#endif /* SN_METRICS_BALANCE_H */
