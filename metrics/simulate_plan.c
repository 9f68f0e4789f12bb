/* simulate_plan.c - a network made ready for steps: pieces, levels, the normal state, buyers.
 */
#include "metrics/simulate_private.h"

#include <stdlib.h>
#include <string.h>

#include "metrics/order.h"

void sn_sim_plan_free(sn_sim_plan *plan)
{
    if (plan == NULL)
        return;
    free(plan->piece_first);
    free(plan->layer_first);
    free(plan->node);
    free(plan->in_loop);
    free(plan->piece);
    free(plan->normal);
    free(plan->own);
    free(plan->bought);
    free(plan->added);
    free(plan->need);
    free(plan->in_flow);
    free(plan->buys);
    free(plan->buyer);
    free(plan->is_final);
    free(plan->commodity);
    free(plan->buyer_commodity);
    free(plan);
}

size_t sn_sim_buyers(const sn_sim_plan *plan)
{
    return plan->buyer_count;
}

static int32_t root_of(int32_t *piece, int32_t i)
{
    while (piece[i] != i)
        i = piece[i] = piece[piece[i]];
    return i;
}

/* What is not connected with an event at all cannot move. */
static sn_status make_pieces(sn_sim_plan *plan, sn_error *err)
{
    const sn_network *net = plan->net;

    plan->piece = malloc((net->node_count + 1) * sizeof *plan->piece);
    if (plan->piece == NULL)
        return sn_nomem(err, "a simulation");
    for (size_t i = 0; i < net->node_count; i++)
        plan->piece[i] = (int32_t)i;
    for (size_t e = 0; e < net->flow_count; e++) {
        const int32_t a = root_of(plan->piece, net->supplier[e]);
        const int32_t b = root_of(plan->piece, net->buyer[e]);
        plan->piece[a > b ? a : b] = a > b ? b : a;
    }
    for (size_t i = 0; i < net->node_count; i++)
        plan->piece[i] = root_of(plan->piece, (int32_t)i);
    for (size_t i = 0; i < net->node_count; i++) /* a root comes before its piece */
        plan->piece[i] = plan->piece[i] == (int32_t)i ? (int32_t)plan->piece_count++
                                                      : plan->piece[plan->piece[i]];
    return SN_OK;
}

/* A component is one level above the highest of its suppliers. */
static sn_status find_levels(sn_sim_plan *plan, int32_t *level, sn_error *err)
{
    const sn_network *net = plan->net;
    sn_order order = {0};
    sn_status status = SN_OK;

    plan->in_loop = calloc(net->node_count + 1, sizeof *plan->in_loop);
    SN_TRY_ALLOC(plan->in_loop, "levels");
    SN_TRY(sn_order_network(net, &order, err));
    for (size_t c = 0; c < order.count; c++) {
        int32_t height = 0;
        for (size_t k = order.first[c]; k < order.first[c + 1]; k++)
            for (size_t f = net->in_first[order.node[k]]; f < net->in_first[order.node[k] + 1];
                 f++) {
                const int32_t supplier = net->supplier[net->in_flow[f]];
                if ((size_t)order.component[supplier] == c)
                    plan->in_loop[supplier] = true;
                else if (level[supplier] + 1 > height)
                    height = level[supplier] + 1;
            }
        for (size_t k = order.first[c]; k < order.first[c + 1]; k++)
            level[order.node[k]] = height;
    }
out:
    sn_order_clear(&order);
    return status;
}

/* Nodes by key, those of one key as they came; next: room for n + 1. */
static void sort_by(const int32_t *key, const int32_t *from, size_t n, size_t *next,
                    int32_t *to)
{
    memset(next, 0, (n + 1) * sizeof *next);
    for (size_t k = 0; k < n; k++)
        next[key[k] + 1]++;
    for (size_t k = 0; k < n; k++)
        next[k + 1] += next[k];
    for (size_t k = 0; k < n; k++)
        to[next[key[from[k]]]++] = from[k];
}

/* Piece by piece and in a piece level by level: what a step needs at a time lies close. */
static sn_status make_layers(sn_sim_plan *plan, sn_error *err)
{
    const size_t n = plan->net->node_count;
    int32_t *level = calloc(n + 1, sizeof *level), *given = malloc((n + 1) * sizeof *given);
    size_t *next = malloc((n + 1) * sizeof *next);
    sn_status status = SN_OK;

    plan->node = malloc((n + 1) * sizeof *plan->node);
    plan->layer_first = malloc((n + 1) * sizeof *plan->layer_first);
    plan->piece_first = malloc((n + 1) * sizeof *plan->piece_first);
    SN_TRY_ALLOC(level, "levels");
    SN_TRY_ALLOC(given, "levels");
    SN_TRY_ALLOC(next, "levels");
    SN_TRY_ALLOC(plan->node, "levels");
    SN_TRY_ALLOC(plan->layer_first, "levels");
    SN_TRY_ALLOC(plan->piece_first, "levels");
    SN_TRY(find_levels(plan, level, err));
    for (size_t i = 0; i < n; i++)
        plan->node[i] = (int32_t)i;
    sort_by(level, plan->node, n, next, given);
    sort_by(plan->piece, given, n, next, plan->node);
    for (size_t k = 0, piece = 0; k < n; k++) {
        const int32_t i = plan->node[k], last = k > 0 ? plan->node[k - 1] : i;
        const bool begins = k == 0 || plan->piece[i] != plan->piece[last];
        if (begins)
            plan->piece_first[piece++] = plan->layer_count;
        if (begins || level[i] != level[last])
            plan->layer_first[plan->layer_count++] = k;
    }
    plan->layer_first[plan->layer_count] = n;
    plan->piece_first[plan->piece_count] = plan->layer_count;
out:
    free(level);
    free(given);
    free(next);
    return status;
}

/* Sums run in the order of the steps, so that a normal step repeats them bit by bit. */
static sn_status make_normal(sn_sim_plan *plan, sn_error *err)
{
    const sn_network *net = plan->net;
    const size_t n = net->node_count;
    sn_status status = SN_OK;

    plan->normal = calloc(n + 1, sizeof *plan->normal);
    plan->own = calloc(n + 1, sizeof *plan->own);
    plan->bought = calloc(n + 1, sizeof *plan->bought);
    plan->added = calloc(n + 1, sizeof *plan->added);
    plan->need = calloc(net->seg_count + 1, sizeof *plan->need);
    plan->in_flow = calloc(net->flow_count + SIM_AHEAD, sizeof *plan->in_flow);
    plan->buys = malloc((net->flow_count + 1) * sizeof *plan->buys);
    SN_TRY_ALLOC(plan->normal, "a simulation");
    SN_TRY_ALLOC(plan->own, "a simulation");
    SN_TRY_ALLOC(plan->bought, "a simulation");
    SN_TRY_ALLOC(plan->added, "a simulation");
    SN_TRY_ALLOC(plan->need, "a simulation");
    SN_TRY_ALLOC(plan->in_flow, "a simulation");
    SN_TRY_ALLOC(plan->buys, "a simulation");
    for (size_t k = 0; k < net->flow_count; k++)
        plan->in_flow[k] = (uint32_t)net->in_flow[k];
    for (size_t k = 0; k < net->flow_count; k++)
        plan->buys[k] =
            sn_network_is_own(net, net->in_flow[k]) ? 0 : net->value[net->in_flow[k]];
    for (size_t i = 0; i < n; i++) {
        for (size_t e = net->out_first[i]; e < net->out_first[i + 1]; e++)
            plan->normal[i] += sn_network_is_own(net, e) ? 0 : net->value[e];
        plan->normal[i] += net->final_demand[i];
        for (size_t seg = net->seg_first[i]; seg < net->seg_first[i + 1]; seg++) {
            for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++)
                plan->need[seg] += plan->buys[k];
            plan->bought[i] += plan->need[seg];
        }
        plan->added[i] = plan->normal[i] > 0 ? 1 - plan->bought[i] / plan->normal[i] : 0;
        const double primary = net->kind[i] == SN_KIND_FIRM ? 0 : net->primary[i];
        plan->own[i] = plan->bought[i] > 0 ? primary / (primary + plan->bought[i]) : 1;
    }
out:
    return status;
}

static sn_status list_buyers(sn_sim_plan *plan, const sn_selection *named, sn_error *err)
{
    const sn_network *net = plan->net;
    const size_t n = net->node_count, room = (size_t)net->dict[SN_COMMODITY].count + 1;
    int32_t *place = malloc(room * sizeof *place);
    bool any = false;
    sn_status status = SN_OK;

    plan->buyer = malloc((n + 1) * sizeof *plan->buyer);
    plan->is_final = malloc((n + 1) * sizeof *plan->is_final);
    plan->buyer_commodity = malloc((n + 1) * sizeof *plan->buyer_commodity);
    plan->commodity = malloc(room * sizeof *plan->commodity);
    SN_TRY_ALLOC(place, "buyers");
    SN_TRY_ALLOC(plan->buyer, "buyers");
    SN_TRY_ALLOC(plan->is_final, "buyers");
    SN_TRY_ALLOC(plan->buyer_commodity, "buyers");
    SN_TRY_ALLOC(plan->commodity, "buyers");
    for (size_t c = 0; c < room; c++)
        place[c] = SN_NONE;
    for (size_t i = 0; i < n; i++)
        any |= net->final_demand[i] > 0 && (named == NULL || named->weight[i] > 0);
    for (size_t i = 0; i < n; i++) {
        const bool final = net->final_demand[i] > 0;
        const bool asked = named != NULL ? named->weight[i] > 0 : true;
        if (!asked || !(plan->normal[i] > 0) ||
            (any && !final && !(named != NULL && named->names_node)))
            continue;
        const int32_t code = sn_network_code(net, SN_COMMODITY, i);
        const size_t c = code == SN_NONE ? room - 1 : (size_t)code;
        if (place[c] == SN_NONE) {
            place[c] = (int32_t)plan->commodity_count;
            plan->commodity[plan->commodity_count++] = code;
        }
        plan->buyer_commodity[plan->buyer_count] = place[c];
        plan->is_final[plan->buyer_count] = final;
        plan->buyer[plan->buyer_count++] = (int32_t)i;
    }
out:
    free(place);
    return status;
}

sn_status sn_sim_plan_new(const sn_network *net, const sn_selection *buyers, sn_sim_plan **out,
                          sn_error *err)
{
    sn_sim_plan *plan = calloc(1, sizeof *plan);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(plan, "a simulation");
    plan->net = net;
    SN_TRY(make_pieces(plan, err));
    SN_TRY(make_layers(plan, err));
    SN_TRY(make_normal(plan, err));
    SN_TRY(list_buyers(plan, buyers, err));
    *out = plan;
    plan = NULL;
out:
    sn_sim_plan_free(plan);
    return status;
}
