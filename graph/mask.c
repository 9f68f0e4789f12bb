/* mask.c - what disruptions leave of each node and flow. */
#include "graph/mask.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "graph/network_private.h"

static const char *const mode_names[] = {"production", "exports", "imports", "transit", "flow"};

const char *sn_mode_name(sn_mode mode)
{
    return mode_names[mode];
}

sn_status sn_mode_parse(const char *word, sn_mode *mode, sn_error *err)
{
    size_t chosen;
    const sn_status status =
        sn_choose("mode", word, mode_names, sizeof mode_names / sizeof mode_names[0], &chosen, err);

    if (status == SN_OK)
        *mode = (sn_mode)chosen;
    return status;
}

static sn_status all_ones(double **share, size_t count, sn_error *err)
{
    if (*share != NULL)
        return SN_OK;
    *share = malloc((count + 1) * sizeof **share);
    if (*share == NULL)
        return sn_nomem(err, "a what-if");
    for (size_t i = 0; i < count; i++)
        (*share)[i] = 1;
    return SN_OK;
}

static bool crosses(const sn_network *net, size_t flow)
{
    const size_t supplier = (size_t)net->supplier[flow], buyer = (size_t)net->buyer[flow];
    const int32_t a = sn_network_code(net, SN_COUNTRY, supplier);
    const int32_t b = sn_network_code(net, SN_COUNTRY, buyer);

    return a == SN_NONE || b == SN_NONE ? supplier != buyer : a != b;
}

/* Share of what a node passes on that is its own production. */
static double own_part(const sn_network *net, size_t node)
{
    const double own = net->primary[node];
    const double bought = net->kind[node] == SN_KIND_COUNTRY
                              ? net->purchases[node] - net->self[node]
                              : net->purchases[node];

    return own + bought > 0 ? own / (own + bought) : 1;
}

static void cut_flows(const sn_network *net, const sn_selection *hit,
                      const sn_selection *buyers, sn_mode mode, double fraction, double *left)
{
    for (size_t e = 0; e < net->flow_count; e++) {
        const size_t supplier = (size_t)net->supplier[e], buyer = (size_t)net->buyer[e];
        double cut = 0;

        if (mode == SN_MODE_EXPORTS && crosses(net, e))
            cut = hit->weight[supplier];
        else if (mode == SN_MODE_IMPORTS && crosses(net, e))
            cut = hit->weight[buyer];
        else if (mode == SN_MODE_TRANSIT && supplier != buyer)
            cut = hit->weight[supplier] * (1 - own_part(net, supplier));
        else if (mode == SN_MODE_FLOW)
            cut = hit->weight[supplier] * buyers->weight[buyer];
        if (cut > 0)
            left[e] *= 1 - fraction * cut;
    }
}

sn_status sn_mask_apply(const sn_network *net, const sn_selection *hit,
                        const sn_selection *buyers, sn_mode mode, double fraction,
                        sn_mask *mask, sn_error *err)
{
    sn_status status = SN_OK;

    if (!(fraction >= 0 && fraction <= 1))
        return sn_fail(err, SN_EUSAGE, "fraction %g is not in 0..1", fraction);
    assert(mode != SN_MODE_FLOW || buyers != NULL);
    if (mode != SN_MODE_PRODUCTION) {
        SN_TRY(all_ones(&mask->flow, net->flow_count, err));
        cut_flows(net, hit, buyers, mode, fraction, mask->flow);
        return SN_OK;
    }
    SN_TRY(all_ones(&mask->node, net->node_count, err));
    for (size_t i = 0; i < net->node_count; i++)
        if (hit->weight[i] > 0 && (hit->names_node || !sn_network_is_user(net, i)))
            mask->node[i] *= 1 - fraction * hit->weight[i];
out:
    return status;
}

void sn_mask_clear(sn_mask *mask)
{
    free(mask->node);
    free(mask->flow);
    memset(mask, 0, sizeof *mask);
}
