/* exposure_buyers.c - the buyers of an exposure, and their units. */
#include "metrics/exposure_buyers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/network_private.h"

/* The unit of a node's amounts; texts of one dictionary, so equal units are equal pointers. */
static const char *unit_of(const sn_network *net, size_t node)
{
    const char *own = sn_network_text(net, SN_UNIT, node);

    return own != NULL ? own : sn_network_unit(net, sn_network_code(net, SN_COMMODITY, node));
}

sn_status sn_exposure_buyers_make(const sn_network *net, const double *weight,
                                  int32_t commodity, sn_exposure_buyers *buyers, sn_error *err)
{
    const size_t n = net->node_count;
    size_t stated = n; /* the first buyer with a unit */
    sn_status status = SN_OK;

    memset(buyers, 0, sizeof *buyers);
    SN_TRY_ALLOC(buyers->share = calloc(n + 1, sizeof(double)), "buyers");
    for (size_t j = 0; j < n; j++) {
        const char *unit = unit_of(net, j);
        if (!(weight[j] >= 0 && isfinite(weight[j])))
            return sn_fail(err, SN_EDATA, "buyer \"%s\": weight %g is not a number >= 0",
                           net->ids.text[j], weight[j]);
        if (weight[j] == 0 ||
            (commodity != SN_NONE && sn_network_code(net, SN_COMMODITY, j) != commodity))
            continue;
        buyers->share[j] = weight[j];
        buyers->supply += weight[j];
        buyers->count++;
        if (unit == NULL)
            continue;
        if (buyers->unit != NULL && buyers->unit != unit)
            return sn_fail(
                err, SN_EDATA,
                "buyers \"%s\" (%s) and \"%s\" (%s) have different units; ask for one "
                "commodity at a time",
                net->ids.text[stated], buyers->unit, net->ids.text[j], unit);
        if (buyers->unit == NULL)
            stated = j;
        buyers->unit = unit;
    }
    if (buyers->count == 0)
        return sn_fail(err, SN_EUSAGE, "no buyer to ask about has any supply");
    if (!isfinite(buyers->supply))
        return sn_fail(err, SN_EDATA, "the buyers' weights add up to more than any number");
    for (size_t j = 0; j < n; j++)
        buyers->share[j] /= buyers->supply;
out:
    return status;
}

void sn_exposure_buyers_clear(sn_exposure_buyers *buyers)
{
    free(buyers->share);
    memset(buyers, 0, sizeof *buyers);
}

sn_status sn_exposure_buyers_units(const sn_trace *trace, const double *met, sn_error *err)
{
    const sn_network *net = trace->net;

    if (net->unit_overall != SN_NONE || net->code[SN_UNIT] == NULL)
        return SN_OK; /* one unit everywhere, or none stated */
    for (size_t j = 0; j < net->node_count; j++) {
        const bool makes = net->primary[j] > 0 || net->kind[j] == SN_KIND_FIRM;
        const char *unit = makes ? unit_of(net, j) : NULL;
        size_t stated = j;

        if (!(met[j] > 0))
            continue;
        for (size_t k = net->in_first[j]; k < net->in_first[j + 1]; k++) {
            const size_t i = (size_t)net->supplier[net->in_flow[k]];
            const char *other = unit_of(net, i);
            if (unit != NULL && other != NULL && unit != other)
                return sn_fail(err, SN_EDATA,
                               "node \"%s\" gets supply in different units, which cannot be "
                               "added: \"%s\" (%s) and \"%s\" (%s)",
                               net->ids.text[j], net->ids.text[stated], unit, net->ids.text[i],
                               other);
            if (unit == NULL)
                unit = other, stated = i;
        }
    }
    return SN_OK;
}
