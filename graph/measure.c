/* measure.c - from policy words to shares of flows. */
#include "graph/measure.h"

#include <math.h>
#include <stdlib.h>

#include "graph/network_private.h"

static const char *const names[] = {"none", "ban", "quota", "tax", "licence", "demand"};

const char *sn_measure_name(sn_measure_kind kind)
{
    return names[kind];
}

sn_status sn_measure_parse(const char *word, sn_measure_kind *kind, sn_error *err)
{
    size_t chosen;
    const sn_status status =
        sn_choose("measure", word, names + 1, sizeof names / sizeof names[0] - 1, &chosen, err);

    if (status == SN_OK)
        *kind = (sn_measure_kind)(chosen + 1);
    return status;
}

double sn_tax_cut(double rate, double demand, double supply)
{
    const double answer = isinf(supply)     ? demand
                          : supply > demand ? demand * supply / (supply - demand)
                                            : 0;

    return -expm1(answer * log1p(rate));
}

size_t sn_measure_phases(const sn_measure *m, double duration, sn_phase phase[SN_MOST_PHASES])
{
    const bool licence = m->kind == SN_MEASURE_LICENCE;
    const double first = m->kind == SN_MEASURE_TAX
                             ? sn_tax_cut(m->rate, m->demand_elasticity, m->supply_elasticity)
                             : 1;
    double border[SN_MOST_PHASES + 1] = {0, licence ? m->delay : 0,
                                         m->leakage > 0 ? m->leakage_delay : 0, duration};
    size_t count = 0;

    if (m->kind == SN_MEASURE_DEMAND)
        return 0;
    if (border[1] > border[2]) {
        const double other = border[1];
        border[1] = border[2], border[2] = other;
    }
    for (int k = 0; k < SN_MOST_PHASES; k++) {
        const double from = fmin(border[k], duration), to = fmin(border[k + 1], duration);
        const double in_force = licence && from >= m->delay ? m->haircut : first;
        const double leaks = m->leakage > 0 && from >= m->leakage_delay ? m->leakage : 0;
        if (to > from)
            phase[count++] =
                (sn_phase){from, to - from, in_force * m->enforcement * (1 - leaks)};
    }
    return count;
}

/* Amounts of one product group that a measure is about. */
typedef struct {
    double allied, other;
} group_amounts;

/* What passes, as a share, of those who come first and of the others. */
static void share_cap(const sn_measure *m, const group_amounts *g, double pass[2])
{
    const double all = g->allied + g->other;
    const double cap = isnan(m->cap) ? m->cap_amount : m->cap * all;

    if (m->allies_first) {
        pass[0] = g->allied > 0 ? fmin(1, cap / g->allied) : 1;
        pass[1] = g->other > 0 ? fmin(1, fmax(0, cap - g->allied) / g->other) : 1;
    } else {
        pass[0] = pass[1] = all > 0 ? fmin(1, cap / all) : 1;
    }
}

static bool is_allied(const sn_network *net, const sn_measure *m, const sn_selection *allies,
                      size_t flow)
{
    return m->allies_first && allies != NULL && allies->weight[net->buyer[flow]] > 0;
}

/* Turn what is hit into what the cap cuts of it. */
static sn_status apply_cap(const sn_network *net, const sn_measure *m,
                           const sn_selection *allies, double *cut, sn_error *err)
{
    const size_t groups = (size_t)net->groups.count;
    group_amounts *amount = calloc(groups + 1, sizeof *amount);
    size_t about = 0;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(amount, "a quota");
    for (size_t e = 0; e < net->flow_count; e++)
        if (is_allied(net, m, allies, e))
            amount[net->group[e]].allied += cut[e] * net->value[e];
        else
            amount[net->group[e]].other += cut[e] * net->value[e];
    for (size_t g = 0; g < groups; g++)
        about += amount[g].allied + amount[g].other > 0;
    if (isnan(m->cap) && about > 1) {
        status = sn_fail(err, SN_EUSAGE,
                         "a quota in amounts is about one product, and this one hits %zu; give "
                         "each its own, or the quota as a share of normal",
                         about);
        goto out;
    }
    for (size_t e = 0; e < net->flow_count; e++) {
        double pass[2];
        if (!(cut[e] > 0))
            continue;
        share_cap(m, &amount[net->group[e]], pass);
        cut[e] *= 1 - pass[is_allied(net, m, allies, e) ? 0 : 1];
    }
out:
    free(amount);
    return status;
}

sn_status sn_measure_flows(const sn_network *net, const sn_measure *m, const sn_selection *hit,
                           const sn_selection *buyers, sn_mode mode, const sn_selection *allies,
                           double *cut, double *normal, sn_error *err)
{
    sn_mask mask = {0};
    int32_t group = SN_NONE;
    double sum = 0;
    bool several = false;
    sn_status status = SN_OK;

    if (mode != SN_MODE_EXPORTS && mode != SN_MODE_IMPORTS && mode != SN_MODE_FLOW)
        return sn_fail(err, SN_EUSAGE, "a measure acts on exports, imports or flows, not on %s",
                       sn_mode_name(mode));
    SN_TRY(sn_mask_apply(net, hit, buyers, mode, 1, &mask, err));
    for (size_t e = 0; e < net->flow_count; e++) {
        cut[e] = 1 - mask.flow[e];
        if (buyers != NULL && mode != SN_MODE_FLOW)
            cut[e] *= buyers->weight[net->buyer[e]];
        if (!(cut[e] > 0))
            continue;
        several |= group != SN_NONE && group != net->group[e];
        group = net->group[e];
        sum += cut[e] * net->value[e];
    }
    if (normal != NULL)
        *normal = several ? NAN : sum;
    if (!(sum > 0)) {
        status = sn_fail(err, SN_EUSAGE, "no flow is hit: there are no such %s in the network",
                         mode == SN_MODE_FLOW ? "flows" : sn_mode_name(mode));
        goto out;
    }
    if (m->kind == SN_MEASURE_QUOTA)
        SN_TRY(apply_cap(net, m, allies, cut, err));
out:
    sn_mask_clear(&mask);
    return status;
}
