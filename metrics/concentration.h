/* concentration.h - how few countries, owners or firms make a thing. */
#ifndef SN_METRICS_CONCENTRATION_H
#define SN_METRICS_CONCENTRATION_H

#include <stddef.h>

#include "graph/aggregate.h"
#include "graph/error.h"
#include "graph/network.h"

/** sn_amount - what the amounts of a concentration are. */
typedef enum {
    SN_AMOUNT_OUTPUT,     /* output of stage and firm nodes                              */
    SN_AMOUNT_PRODUCTION, /* own production of countries: some output is stated          */
    SN_AMOUNT_SALES       /* sales: nothing but flows is known, or each flow's product is */
} sn_amount;

/** sn_concentration_member - one country, owner, firm or node. */
typedef struct {
    const char *id; /* lent by the network                              */
    double amount;  /* [unit / year]                                    */
    double share;   /* of the group's total, 0..1; never renormalised   */
} sn_concentration_member;

/**
 * sn_concentration_group - who makes one commodity at one stage.
 *
 * With s_k the shares of the named members, o the share of the rest of the world and u the
 * share of what is not known to belong to anyone:
 *
 *   hhi         sum_k s_k^2: Herfindahl-Hirschman index, 0..1 (times 10 000 in policy texts)
 *   hhi_bounds  what the index can be: `hhi` if o and u are many small ones; at most
 *               hhi + o^2 + u^2 + 2 u max(s_1, o): o is one more country, u belongs to the
 *               largest; hhi + o^2 when all owners are known
 *   top3        s_1 + s_2 + s_3
 *   effective   1 / hhi, the number of equal members with the same index
 *   diversity   exp(-sum_k s_k ln s_k), the number of equal members with the same entropy, at
 *               least: o counts as one more member, and u goes to the largest of all.  Small
 *               suppliers weigh more in it than in `effective`, which is never above it when
 *               all members are known (Hill numbers of order 1 and 2)
 *   n_minus_1   (S - S_max) / D with D = S, that is 1 - s_1: the share of today's supply that
 * is left without the largest (the "N-1" of IEA, supply and demand balanced) coverage    1 - o
 * - u divergence  by owner only: 1/2 sum_c |l_c - q_c|, the total variation distance between
 * where things are made (l) and who owns that (q), both as shares of the amount whose owner and
 * place are known; 0 = every country owns what it hosts, 1 = none does
 *
 * Sources  A. O. Hirschman, "The Paternity of an Index", American Economic Review 54(5), 1964,
 *          p. 761; IEA, "Global Critical Minerals Outlook 2025" (N-1); M. O. Hill, "Diversity
 *          and Evenness", Ecology 54(2), 1973, p. 427; C. E. Shannon, "A Mathematical Theory of
 *          Communication", Bell System Technical Journal 27, 1948, p. 379.
 */
typedef struct {
    const char *commodity, *stage,
        *product;              /* NULL where the network has none; a product or
                                  sector only where it has no commodity and stage */
    const char *unit;          /* NULL when not stated                                        */
    double total;              /* [unit / year] everything: members, other and unknown; > 0   */
    double hhi;                /* NaN without a named member                                  */
    double hhi_bounds[2];      /* [0] = 0 without a named member                              */
    double top1, top3;         /* shares; NaN without a named member; who: member[0]          */
    double effective;          /* NaN without a named member                                  */
    double diversity;          /* >= 1; NaN without a named member                            */
    double n_minus_1;          /* NaN without a named member                                  */
    double other, other_share; /* rest of the world [unit / year]                      */
    double unknown, unknown_share; /* no country, or no owner known [unit / year]          */
    double coverage;   /* share of the named members                                  */
    double divergence; /* NaN when not by owner or no owner is known                  */
    size_t count;
    sn_concentration_member *member; /* by amount descending, then id                     */
} sn_concentration_group;

/** sn_concentration - the groups of a network. */
typedef struct {
    sn_level by;
    sn_ownership rule;
    sn_amount amount;
    size_t count;
    sn_concentration_group
        *group; /* by commodity, then stage in process order; or by product */
} sn_concentration;

/**
 * sn_concentration_hhi - sum of squared shares.
 *
 * amount  [in]  count numbers >= 0, any unit
 * total   [in]  the denominator, in the same unit; may be larger than the sum of amounts
 *
 * Returns  the index in 0..1; NaN when total is not positive.
 */
double sn_concentration_hhi(const double *amount, size_t count, double total);

/**
 * sn_concentration_make - shares and concentration of every group of a network.
 *
 * Groups are made of the nodes with an amount, by commodity and stage; stage `use` is left out,
 * since users do not produce.  A network without commodities and stages is grouped by the
 * product of its flows, else by the sector of its firms, else it is one group.
 *
 * The amount of a node is its output, of a country its own production.  Where no country states
 * an output or own production it is its sales (self-flow included): world exports, then.  By
 * product it is what a supplier sells of that product.
 *
 * by    [in]   SN_LEVEL_COUNTRY, SN_LEVEL_OWNER, SN_LEVEL_FIRM (firms by themselves, other
 * nodes by country) or SN_LEVEL_NODE.  The rest of the world (country or owner ROW) is in every
 * denominator and never a member rule  [in]   how a node with several owners counts; its shares
 * that are not known are `unknown`.  Only by owner out   [out]  cleared by
 * sn_concentration_clear; zero groups for a network without amounts
 *
 * Returns  SN_OK; SN_EUSAGE for another level; SN_EDATA when a total overflows; SN_ENOMEM.
 * Cost     O(V + E + G) plus the sorting of members.
 */
sn_status sn_concentration_make(const sn_network *net, sn_level by, sn_ownership rule,
                                sn_concentration *out, sn_error *err);

/** sn_concentration_clear - free what a concentration holds. */
void sn_concentration_clear(sn_concentration *concentration);

#endif /* SN_METRICS_CONCENTRATION_H */
