/* balance.c - sums in dense tables over (commodity, stage), compacted at the end. */
#include "metrics/balance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/network_private.h"

/* Dense place of a code that may be SN_NONE. */
static size_t place(int32_t code)
{
    return (size_t)(code + 1);
}

static double residual_of(const sn_network *net, size_t i)
{
    const double stated = sn_network_given(net, SN_OUTPUT, i);
    const double used = net->sales[i] + net->final_demand[i] -
                        (net->kind[i] == SN_KIND_COUNTRY ? net->self[i] : 0);

    if (isnan(stated) || !(used > 0) || net->kind[i] == SN_KIND_COUNTRY)
        return NAN; /* a country's imports stand between its production and its use */
    return stated > 0 ? fabs(stated - used) / stated : INFINITY;
}

static void add_nodes(const sn_network *net, sn_balance_group *group, size_t stages)
{
    for (size_t i = 0; i < net->node_count; i++) {
        const int32_t commodity = sn_network_code(net, SN_COMMODITY, i);
        const int32_t stage = sn_network_code(net, SN_STAGE, i);
        sn_balance_group *g = &group[place(commodity) * stages + place(stage)];
        const double residual = residual_of(net, i);

        if (g->nodes++ == 0) {
            g->commodity = commodity;
            g->stage = stage;
            g->residual = NAN;
        }
        g->output += net->output[i];
        g->sales += net->sales[i];
        g->purchases += net->purchases[i];
        g->final_demand += net->final_demand[i];
        if (!isnan(residual) && !(residual <= g->residual)) {
            g->residual = residual;
            g->worst = i;
        }
    }
}

static void add_flows(const sn_network *net, sn_balance_step *step, size_t stages)
{
    for (size_t e = 0; e < net->flow_count; e++) {
        const size_t supplier = (size_t)net->supplier[e], buyer = (size_t)net->buyer[e];
        const int32_t commodity = sn_network_code(net, SN_COMMODITY, supplier);
        const int32_t from = sn_network_code(net, SN_STAGE, supplier);
        const int32_t to = sn_network_code(net, SN_STAGE, buyer);
        sn_balance_step *s = &step[(place(commodity) * stages + place(from)) * stages + place(to)];

        s->commodity = commodity;
        s->from_stage = from;
        s->to_stage = to;
        s->flows++;
        s->amount[net->basis[e]] += net->value[e];
    }
}

sn_status sn_balance_check(const sn_network *net, sn_balance *balance, sn_error *err)
{
    const size_t commodities = (size_t)net->dict[SN_COMMODITY].count + 1;
    const size_t stages = (size_t)net->dict[SN_STAGE].count + 1;

    memset(balance, 0, sizeof *balance);
    balance->group = calloc(commodities * stages, sizeof *balance->group);
    balance->step = calloc(commodities * stages * stages, sizeof *balance->step);
    if (balance->group == NULL || balance->step == NULL) {
        sn_balance_clear(balance);
        return sn_nomem(err, "the balance");
    }
    add_nodes(net, balance->group, stages);
    add_flows(net, balance->step, stages);
    for (size_t k = 0; k < commodities * stages; k++)
        if (balance->group[k].nodes > 0)
            balance->group[balance->group_count++] = balance->group[k];
    for (size_t k = 0; k < commodities * stages * stages; k++)
        if (balance->step[k].flows > 0)
            balance->step[balance->step_count++] = balance->step[k];
    return SN_OK;
}

void sn_balance_clear(sn_balance *balance)
{
    free(balance->group);
    free(balance->step);
    memset(balance, 0, sizeof *balance);
}
