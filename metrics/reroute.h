/* reroute.h - the best that the physical network can still do after a disruption.
 *
 * With psi_i and c_e what a mask leaves of nodes and flows (mask.h), z_e the normal amount of a
 * flow e = (j -> i), base_i = max(output_i, sales_i + final demand_i), w_i the own share of
 * supply and B_i the purchases from others as in cascade.h, choose purchases x_e >= 0, outputs
 * y_i >= 0 and final demand served f_i in [0, final demand_i] that
 *
 *   (1) minimise  sum weight_i * (1 - share_i),  share_i = f_i / final demand_i, or
 *                 min(1, y_i / base_i) where final demand is 0 or outputs are counted
 *   (2) among these, if asked, spread the shortage evenly: the largest 1 - share_i is as small
 *                 as can be, then the next largest, and so on
 * subject to
 *   y_i <= psi_i * capacity_i              capacity_i = the stated one, at least base_i; where
 *                                          none is stated base_i * (1 + spare)
 *   sum over flows from i of x_e + f_i <= y_i
 *   y_i <= w_i capacity_i + (1 - w_i) base_i * (sum over e in k of x_e) / total_k
 *                                          for each essential product group k of i
 *   y_i <= capacity_i (1 - (1 - w_i) N_i / B_i) + (1 - w_i) base_i * (sum over e of x_e) / B_i
 *                                          over the non-essential groups, which together are
 *                                          N_i in normal times; of each at most capacity_i /
 *                                          base_i times the normal amount counts
 *   x_e <= c_e z_e                         where c_e < 1; other links have no limit
 *
 * Negligible inputs are not bought: what they took is free for others, and so is output that
 * the tables sell to nobody.  A country's own use is inside its final demand.  Put x_e = c_e
 * h_j z_e, y_i = h_i base_i and f_i = h_i * final demand_i with the h of response `none`: all
 * constraints hold, so no loss here is above the downstream loss of cascade.h.  It is what
 * perfect coordination could reach: the lower end of what can happen.
 *
 * Open market: a supplier may also sell to, and a buyer buy from, strangers in its product
 * group through a hub of the world and one of its country.  The mask does not say why flows
 * are cut, so hubs read it by its pattern: a supplier all of whose flows abroad in a group are
 * cut, or whose whole country's are, sells nothing to the world hub and may sell at home; the
 * same at home for flows at home.  Any other cut is laid on the buyer, who then buys nothing
 * from that hub.  Cut links still carry c_e z_e.
 *
 * Parts of the network that no flow joins are programs of their own (their units may differ);
 * parts that the mask does not touch cost nothing.  All amounts enter as ratios: the unit does
 * not matter.
 *
 * Source  D. Simchi-Levi, W. Schmidt, Y. Wei et al., "Identifying Risks and Mitigating
 *         Disruptions in the Automotive Supply Chain", Interfaces 45(5), 2015 (the programs
 *         with stocks), here for a state that lasts, with the production functions of C. Diem
 *         et al. 2022 (cascade.h).
 */
#ifndef SN_METRICS_REROUTE_H
#define SN_METRICS_REROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "graph/mask.h"
#include "graph/network.h"

/** sn_reroute - the programs of a network, and the last result; used by one thread only. */
typedef struct sn_reroute sn_reroute;

/** sn_reroute_options - zeroed: existing links, no spare capacity, final demand. */
typedef struct {
    double spare;      /* of capacity where none is stated, as a share of base; >= 0 */
    bool open_market;
    bool by_output;    /* share_i is of output for all nodes: for weights that are output */
    bool even;         /* objective (2) as well; without it who goes short is arbitrary   */
    size_t levers;     /* how many levers to look for; 0 = none                           */
} sn_reroute_options;

typedef enum {
    SN_LEVER_CAPACITY, /* capacity of a node that the mask does not hit                 */
    SN_LEVER_LINK      /* a link that does not exist today, between two that trade in its
                        * group and that flows join (not for an open market)            */
} sn_lever_kind;

/** sn_lever - what would help: the weight saved by its first extra unit.  The buyer of a link
 *  may be one that makes nothing today if the link brings all that it lacks, and not more than
 *  40 nodes to life with it. */
typedef struct {
    sn_lever_kind kind;
    int32_t node;          /* the node with the capacity, or the supplier of the link    */
    int32_t buyer;         /* the buyer of the link; SN_NONE for a capacity              */
    int32_t group;         /* the product group of the link; SN_NONE for a capacity      */
    double saved_per_unit; /* [unit of the weights per unit of the node], > 0            */
} sn_lever;

/** sn_reroute_result - lent until the next run. */
typedef struct {
    const double *served;  /* [n] share_i; 1 where the weight is 0: not counted         */
    double loss;           /* sum weight (1 - share) / sum weight; 0 where that is 0    */
    double lost;           /* sum weight (1 - share), in the unit of the weights        */
    const sn_lever *lever; /* by saved_per_unit, falling; ties by kind, node, buyer     */
    size_t lever_count;
    size_t steps;          /* of the simplex                                            */
} sn_reroute_result;

/**
 * sn_reroute_new - prepare a network.
 *
 * net      [in]   must outlive the object
 * weight   [in]   [n] >= 0, finite; normally final demand, then lost is an amount; copied
 * options  [in]   NULL = the defaults
 *
 * Returns  SN_OK; SN_EUSAGE for a negative or infinite spare or weight; SN_ENOMEM.
 * Cost     O(V + E), O(E log E) with a market or levers; programs are made when first needed.
 */
sn_status sn_reroute_new(const sn_network *net, const double *weight,
                         const sn_reroute_options *options, sn_reroute **reroute,
                         sn_error *err);
void sn_reroute_free(sn_reroute *reroute);

/**
 * sn_reroute_run - the best after one disruption; does not depend on earlier runs.
 *
 * mask    [in]   remaining capacities in 0..1
 * result  [out]  lent until the next run
 *
 * Constraints hold to 1e-9 of a node's output.  A lever is verified by a program with a little
 * more of it: dual values alone promise too much where several limits bind at once.
 *
 * Returns  SN_OK; SN_ENUMERIC when the simplex finds no optimum; SN_ENOMEM.
 * Cost     linear programs of the disturbed parts; see bench/bench_reroute.c.
 */
sn_status sn_reroute_run(sn_reroute *reroute, const sn_mask *mask, sn_reroute_result *result,
                         sn_error *err);

#endif /* SN_METRICS_REROUTE_H */
