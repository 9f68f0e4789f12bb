/* sourcing_origin.c - where a bloc's final use was made, stage by stage.
 *
 * Stage and firm nodes: the share of the final use that passes a node (look-through) counts for
 * the product that the node makes, so that each stage's shares add up to what reached the bloc
 * through it.  Country nodes: what was made in a country, re-exports corrected (origin).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/exposure.h"
#include "metrics/sourcing_private.h"

/* The bloc's final use of a commodity; SN_NONE: of what has none.  Returns the sum. */
static double weigh(const sn_sorter *s, int32_t commodity, double *weight)
{
    double sum = 0;

    for (size_t i = 0; i < sn_network_node_count(s->net); i++) {
        const bool asked = sn_network_code(s->net, SN_COMMODITY, i) == commodity &&
                           sn_sourcing_is_member(s, i);
        weight[i] = asked ? sn_network_final_demand(s->net, i) : 0;
        sum += weight[i];
    }
    return sum;
}

static bool has_final_use(const sn_sorter *s, int32_t commodity)
{
    for (size_t i = 0; i < sn_network_node_count(s->net); i++)
        if (sn_network_code(s->net, SN_COMMODITY, i) == commodity &&
            sn_network_final_demand(s->net, i) > 0)
            return true;
    return false;
}

/* What passed the makers of one product, under their countries or owners. */
static void add_product(sn_sorter *s, const double *passed, size_t p, double final_use,
                        sn_sourcing *product)
{
    product->origin = (sn_sourcing_sums){0};
    for (size_t k = s->maker.first[p]; k < s->maker.first[p + 1]; k++) {
        const size_t node = s->maker.item[k];
        if (passed[node] > 0)
            sn_sourcing_add(s, node, SN_SOURCING_BOUGHT, passed[node] * final_use,
                            &product->origin);
    }
    for (size_t k = 0; k < product->count; k++) {
        const int32_t code = sn_dict_find(sn_network_dict(s->net, SN_COUNTRY),
                                          product->party[k].id, strlen(product->party[k].id));
        product->party[k].origin = s->cell[code].amount[SN_SOURCING_BOUGHT];
    }
    memset(s->cell, 0, (size_t)sn_network_dict(s->net, SN_COUNTRY)->count * sizeof *s->cell);
}

static sn_status trace_commodity(sn_sorter *s, int32_t commodity, const sn_grouping *nodes,
                                 double *weight, double *passed, sn_sourcings *all,
                                 sn_error *err)
{
    const sn_exposure_options how = {.commodity = SN_NONE};
    const double final_use = weigh(s, commodity, weight);
    sn_exposure exposure = {0};
    sn_status status = SN_OK;

    memset(passed, 0, sn_network_node_count(s->net) * sizeof *passed);
    if (final_use > 0)
        SN_TRY(sn_exposure_of(s->net, weight, nodes, &how, &exposure, err));
    for (size_t r = 0; r < exposure.count; r++) {
        const sn_exposure_row *row = &exposure.row[r];
        const int64_t node = sn_network_find(s->net, row->name);
        if (node < 0)
            continue;
        passed[node] = sn_network_kind(s->net, (size_t)node) == SN_KIND_COUNTRY
                           ? row->origin
                           : row->look_through;
    }
    for (size_t p = 0; p < all->count; p++) {
        sn_sourcing *product = &all->product[p];
        if (product->commodity_code != commodity)
            continue;
        product->final_use = final_use;
        add_product(s, passed, p, final_use, product);
    }
out:
    sn_exposure_clear(&exposure);
    return status;
}

sn_status sn_sourcing_trace(sn_sorter *s, sn_sourcings *all, sn_error *err)
{
    const size_t n = sn_network_node_count(s->net);
    double *weight = malloc((n + 1) * sizeof *weight),
           *passed = malloc((n + 1) * sizeof *passed);
    sn_grouping nodes = {0};
    sn_status status = SN_OK;

    if (weight == NULL || passed == NULL) {
        status = sn_nomem(err, "origins");
        goto out;
    }
    SN_TRY(sn_grouping_make(s->net, SN_LEVEL_NODE, &nodes, err));
    for (size_t p = 0; p < all->count; p++) {
        const int32_t commodity = all->product[p].commodity_code;
        if (!all->product[p].last || !has_final_use(s, commodity))
            continue;
        /* Several products without a commodity share their users: theirs cannot be told apart.
         */
        if (commodity == SN_NONE && s->products > 1)
            continue;
        SN_TRY(trace_commodity(s, commodity, &nodes, weight, passed, all, err));
    }
out:
    free(weight);
    free(passed);
    sn_grouping_clear(&nodes);
    return status;
}
