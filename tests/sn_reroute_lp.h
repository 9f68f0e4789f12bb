/* sn_reroute_lp.h - the linear program of reroute.h as it is written there, for small networks.
 *
 * Its columns are the outputs, purchases and demand served themselves, in the unit of the
 * network: no departures from normal times, no components, no bounds found beforehand.
 */
#ifndef SN_TESTS_SN_REROUTE_LP_H
#define SN_TESTS_SN_REROUTE_LP_H

#include "metrics/reroute_lp.h"
#include "sn_reroute.h"

enum { LP_ENDS = 2 * FLOWS };

typedef struct {
    const sn_network *net;
    const sn_mask *mask;
    const sn_reroute_options *options;
    int32_t grown; /* a node whose capacity is `more` larger; SN_NONE: none    */
    double more;
    double base[NODES], capacity[NODES], bought[NODES];
    sn_lp *lp;
    int32_t y[NODES], f[NODES], x[FLOWS];
    int32_t balance[NODES]; /* row: what is sold is made                                */
    int32_t input[FLOWS];   /* [segments] row that purchases of a group enter           */
    double rate[FLOWS];     /* [segments] by which an amount of it counts there, negated */
    double constant;        /* the weights: what is lost if nothing is served           */
} direct;

static inline bool direct_used(const sn_network *net, size_t s, size_t e)
{
    return net->seg_need[s] != SN_NEGLIGIBLE && !sn_network_is_own(net, e);
}

static inline size_t direct_segment(const sn_network *net, size_t buyer, int32_t group)
{
    size_t s = net->seg_first[buyer];

    while (net->seg_group[s] != group)
        s++;
    return s;
}

static inline double direct_total(const sn_network *net, size_t s)
{
    double total = 0;

    for (size_t k = net->seg_in[s]; k < net->seg_in[s + 1]; k++)
        total += sn_network_is_own(net, net->in_flow[k]) ? 0 : net->value[net->in_flow[k]];
    return total;
}

static inline int32_t direct_column(direct *d, double most, double cost)
{
    int32_t column = 0;

    assert_int_equal(sn_lp_column(d->lp, 0, most, cost, &column, NULL), SN_OK);
    return column;
}

static inline int32_t direct_row(direct *d, double limit)
{
    int32_t row = 0;

    assert_int_equal(sn_lp_row(d->lp, limit, &row, NULL), SN_OK);
    return row;
}

static inline void direct_entry(direct *d, int32_t row, int32_t column, double value)
{
    assert_int_equal(sn_lp_entry(d->lp, row, column, value, NULL), SN_OK);
}

/* base_i, capacity_i and B_i. */
static inline void direct_amounts(direct *d, size_t i)
{
    const sn_network *net = d->net;
    const double stated = sn_network_given(net, SN_CAPACITY, i);
    double sales = 0;

    d->bought[i] = 0;
    for (size_t e = 0; e < net->flow_count; e++) {
        if (sn_network_is_own(net, e))
            continue;
        sales += net->supplier[e] == (int32_t)i ? net->value[e] : 0;
        d->bought[i] += net->buyer[e] == (int32_t)i ? net->value[e] : 0;
    }
    d->base[i] = fmax(net->output[i], sales + net->final_demand[i]);
    d->capacity[i] =
        isnan(stated) ? d->base[i] * (1 + d->options->spare) : fmax(d->base[i], stated);
    d->capacity[i] += d->grown == (int32_t)i ? d->more : 0;
}

/* share_i is a column f_i of at most final demand, or one of at most 1 that base_i * it <= y_i.
 */
static inline void direct_node(direct *d, size_t i, double weight)
{
    const sn_network *net = d->net;
    const double demand = net->final_demand[i];
    const bool by_output = d->options->by_output || demand <= 0;

    d->constant += weight;
    d->y[i] = direct_column(d, d->mask->node[i] * d->capacity[i], 0);
    d->f[i] = direct_column(d, demand, by_output ? 0 : -weight / demand);
    d->balance[i] = direct_row(d, 0);
    direct_entry(d, d->balance[i], d->y[i], -1);
    direct_entry(d, d->balance[i], d->f[i], 1);
    if (by_output && d->base[i] > 0) {
        const int32_t share = direct_column(d, 1, -weight), row = direct_row(d, 0);
        direct_entry(d, row, share, d->base[i]);
        direct_entry(d, row, d->y[i], -1);
    } else if (by_output) {
        d->constant -= weight;
    }
}

static inline void direct_purchases(direct *d, size_t s)
{
    const sn_network *net = d->net;

    for (size_t k = net->seg_in[s]; k < net->seg_in[s + 1]; k++)
        if (direct_used(net, s, net->in_flow[k]))
            direct_entry(d, d->input[s], d->x[net->in_flow[k]], -d->rate[s]);
}

/* The groups of node i: one row an essential one; one for the others, in which of each counts
 * at most what full capacity uses. */
static inline void direct_inputs(direct *d, size_t i)
{
    const sn_network *net = d->net;
    const double own = net->kind[i] == SN_KIND_FIRM ? 0 : net->primary[i];
    const double passed = d->bought[i] > 0 ? d->bought[i] / (d->bought[i] + own) : 0;
    double needed = 0;
    int32_t bundle = -1;

    for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++)
        needed += net->seg_need[s] == SN_NON_ESSENTIAL ? direct_total(net, s) : 0;
    if (needed > 0) {
        bundle = direct_row(d, d->capacity[i] * (1 - passed * needed / d->bought[i]));
        direct_entry(d, bundle, d->y[i], 1);
    }
    for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++) {
        const double total = direct_total(net, s);
        if (net->seg_need[s] == SN_NEGLIGIBLE || total <= 0)
            continue;
        if (net->seg_need[s] == SN_ESSENTIAL) {
            d->input[s] = direct_row(d, (1 - passed) * d->capacity[i]);
            d->rate[s] = passed * d->base[i] / total;
            direct_entry(d, d->input[s], d->y[i], 1);
        } else {
            const double most = d->capacity[i] / d->base[i] * total;
            const int32_t counted = direct_column(d, most, 0);
            direct_entry(d, bundle, counted, -passed * d->base[i] / d->bought[i]);
            d->input[s] = direct_row(d, 0);
            d->rate[s] = 1;
            direct_entry(d, d->input[s], counted, 1);
        }
        direct_purchases(d, s);
    }
}

static inline void direct_flow(direct *d, size_t e)
{
    const sn_network *net = d->net;
    const size_t s = direct_segment(net, (size_t)net->buyer[e], net->group[e]);
    const double left = d->mask->flow[e];

    if (!direct_used(net, s, e))
        return;
    d->x[e] = direct_column(d, left < 1 ? left * net->value[e] : INFINITY, 0);
    direct_entry(d, d->balance[net->supplier[e]], d->x[e], 1);
}

/* ---- an open market, and who is shut out of it ---- */

/* A country, or below SN_NONE a node without one. */
static inline int32_t direct_place(const sn_network *net, int32_t node)
{
    const int32_t country = sn_network_code(net, SN_COUNTRY, (size_t)node);

    return country == SN_NONE ? -2 - node : country;
}

/* Flows of a group between different nodes, abroad or at home, that `seller` (or its whole
 * place) sells, and how many of them are cut. */
static inline size_t direct_count(const direct *d, int32_t seller, bool whole_place,
                                  int32_t group, bool abroad, bool cut)
{
    const sn_network *net = d->net;
    size_t count = 0;

    for (size_t e = 0; e < net->flow_count; e++) {
        const size_t s = direct_segment(net, (size_t)net->buyer[e], net->group[e]);
        const int32_t from = direct_place(net, net->supplier[e]);
        if (net->group[e] != group || !direct_used(net, s, e) ||
            net->supplier[e] == net->buyer[e] || (cut && d->mask->flow[e] >= 1) ||
            (from != direct_place(net, net->buyer[e])) != abroad)
            continue;
        count += whole_place ? from == direct_place(net, seller) : net->supplier[e] == seller;
    }
    return count;
}

static inline bool direct_all_cut(const direct *d, int32_t seller, bool whole_place,
                                  int32_t group, bool abroad)
{
    const size_t all = direct_count(d, seller, whole_place, group, abroad, false);

    return all > 0 && direct_count(d, seller, whole_place, group, abroad, true) == all;
}

/* Whether a seller is kept from the hub of its country, or from that of the world, which would
 * sell at home too. */
static inline bool direct_seller_shut(const direct *d, int32_t seller, int32_t group,
                                      bool abroad)
{
    const bool home = direct_all_cut(d, seller, false, group, false);

    return home || (abroad && (direct_all_cut(d, seller, false, group, true) ||
                               direct_all_cut(d, seller, true, group, true)));
}

/* Whether a cut flow of a buyer is not explained by its seller. */
static inline bool direct_buyer_shut(const direct *d, int32_t buyer, int32_t group, bool abroad)
{
    const sn_network *net = d->net;

    for (size_t e = 0; e < net->flow_count; e++) {
        const size_t s = direct_segment(net, (size_t)net->buyer[e], net->group[e]);
        const bool crosses =
            direct_place(net, net->supplier[e]) != direct_place(net, net->buyer[e]);
        if (net->buyer[e] == buyer && net->group[e] == group && direct_used(net, s, e) &&
            net->supplier[e] != buyer && d->mask->flow[e] < 1 && (abroad || !crosses) &&
            !direct_seller_shut(d, net->supplier[e], group, crosses))
            return true;
    }
    return false;
}

/* Whether somebody sells, or buys, of a group in the programs at all. */
static inline bool direct_trades(const sn_network *net, int32_t node, int32_t group, bool sells)
{
    for (size_t e = 0; e < net->flow_count; e++)
        if (net->group[e] == group && (sells ? net->supplier : net->buyer)[e] == node &&
            direct_used(net, direct_segment(net, (size_t)net->buyer[e], group), e))
            return true;
    return false;
}

/* A hub: what it buys from those it is open to, it sells. */
static inline void direct_hub(direct *d, int32_t group, int32_t place)
{
    const sn_network *net = d->net;
    const bool world = place == SN_NONE;
    const int32_t row = direct_row(d, 0);

    for (int32_t i = 0; i < (int32_t)net->node_count; i++) {
        if (!world && direct_place(net, i) != place)
            continue;
        if (direct_trades(net, i, group, true) && !direct_seller_shut(d, i, group, world)) {
            const int32_t sale = direct_column(d, INFINITY, 0);
            direct_entry(d, d->balance[i], sale, 1);
            direct_entry(d, row, sale, -1);
        }
        if (direct_trades(net, i, group, false) && !direct_buyer_shut(d, i, group, world)) {
            const size_t s = direct_segment(net, (size_t)i, group);
            const int32_t purchase = direct_column(d, INFINITY, 0);
            direct_entry(d, d->input[s], purchase, -d->rate[s]);
            direct_entry(d, row, purchase, 1);
        }
    }
}

/* ---- the whole ---- */

static inline void direct_make(direct *d, const double *weight)
{
    const sn_network *net = d->net;

    assert_int_equal(sn_lp_new(&d->lp, NULL), SN_OK);
    d->constant = 0;
    for (size_t i = 0; i < net->node_count; i++) {
        direct_amounts(d, i);
        direct_node(d, i, weight[i]);
    }
    for (size_t e = 0; e < net->flow_count; e++)
        direct_flow(d, e);
    for (size_t i = 0; i < net->node_count; i++)
        direct_inputs(d, i);
    for (int32_t g = 0; d->options->open_market && g < net->groups.count; g++) {
        direct_hub(d, g, SN_NONE);
        for (int32_t c = 0; c < net->dict[SN_COUNTRY].count; c++)
            direct_hub(d, g, c);
    }
    assert_int_equal(sn_lp_load(d->lp, NULL), SN_OK);
}

/** direct_lost - what is lost of the weights in the program as it stands. */
static inline double direct_lost(direct *d)
{
    assert_int_equal(sn_lp_solve(d->lp, NULL), SN_OK);
    return d->constant + sn_lp_objective(d->lp);
}

/** direct_least - the least that is lost, with `more` of the capacity of node `grown`. */
static inline double direct_least(const sn_network *net, const sn_mask *mask,
                                  const sn_reroute_options *options, int32_t grown, double more)
{
    direct d = {.net = net, .mask = mask, .options = options, .grown = grown, .more = more};

    direct_make(&d, options->by_output ? net->output : net->final_demand);
    const double lost = direct_lost(&d);
    sn_lp_free(d.lp);
    return lost;
}

#endif /* SN_TESTS_SN_REROUTE_LP_H */
