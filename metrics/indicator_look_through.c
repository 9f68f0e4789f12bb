/* indicator_look_through.c - country risk through all tiers, as the fixed point of a
 * contraction.
 *
 * Three sums travel together over the same shares: of the risks where known, of 1 where known,
 * and of 1.  A round multiplies every error by d at most, in the largest-entry norm, since what
 * a buyer takes adds up to at most 1; so d / (1 - d) times the last change bounds what is left.
 */
#include "metrics/indicator_supply.h"

#include <math.h>
#include <stdlib.h>

enum { SUMS = 3, KNOWN_RISK = 0, KNOWN = 1, ALL = 2 };

typedef struct {
    double sum[SUMS];
} sn_sums;

/* What node i adds to its buyers by itself. */
static sn_sums own_of(double risk)
{
    return isnan(risk) ? (sn_sums){{0, 0, 1}} : (sn_sums){{risk, 1, 1}};
}

typedef struct {
    const sn_risk_flow *flow;
    size_t flows, nodes;
    const double *risk, *own;
    double damping;
    double *supply; /* [nodes] purchases + own production */
    sn_sums *now, *next;
} sn_rounds;

static double go_round(const sn_rounds *rounds)
{
    double change = 0;

    for (size_t j = 0; j < rounds->nodes; j++) {
        const sn_sums own = own_of(rounds->risk[j]);
        const double part = rounds->supply[j] > 0 && rounds->own != NULL
                                ? rounds->own[j] / rounds->supply[j]
                                : 0;
        for (size_t k = 0; k < SUMS; k++)
            rounds->next[j].sum[k] = part * own.sum[k];
    }
    for (size_t f = 0; f < rounds->flows; f++) {
        const sn_risk_flow *flow = &rounds->flow[f];
        const double part = flow->value / rounds->supply[flow->buyer];
        const sn_sums own = own_of(rounds->risk[flow->supplier]);
        for (size_t k = 0; k < SUMS; k++)
            rounds->next[flow->buyer].sum[k] +=
                part * (own.sum[k] + rounds->damping * rounds->now[flow->supplier].sum[k]);
    }
    for (size_t j = 0; j < rounds->nodes; j++)
        for (size_t k = 0; k < SUMS; k++)
            change = fmax(change, fabs(rounds->next[j].sum[k] - rounds->now[j].sum[k]));
    return change;
}

static double largest_of(const sn_sums *sums, size_t nodes)
{
    double largest = 0;

    for (size_t j = 0; j < nodes; j++)
        for (size_t k = 0; k < SUMS; k++)
            largest = fmax(largest, sums[j].sum[k]);
    return largest;
}

static void settle(sn_rounds *rounds)
{
    const double d = rounds->damping;

    for (;;) {
        const double change = go_round(rounds);
        sn_sums *previous = rounds->now;
        rounds->now = rounds->next;
        rounds->next = previous;
        if (d / (1 - d) * change <= 1e-12 * largest_of(rounds->now, rounds->nodes))
            return; /* rounding keeps `change` near 1e-16 of the largest, and d <= 0.999 */
    }
}

sn_status sn_look_through_risk(const sn_risk_flow *flow, size_t flows, const double *risk,
                               const double *own, size_t nodes, double damping,
                               sn_look_through *result, sn_error *err)
{
    sn_rounds rounds = {.flow = flow,
                        .flows = flows,
                        .nodes = nodes,
                        .risk = risk,
                        .own = own,
                        .damping = damping};
    sn_status status = SN_OK;

    if (!(damping >= 0 && damping <= 0.999))
        return sn_fail(err, SN_EUSAGE, "damping %g is not within 0 and 0.999", damping);
    rounds.supply = calloc(nodes + 1, sizeof *rounds.supply);
    rounds.now = calloc(nodes + 1, sizeof *rounds.now);
    rounds.next = calloc(nodes + 1, sizeof *rounds.next);
    if (rounds.supply == NULL || rounds.now == NULL || rounds.next == NULL) {
        status = sn_nomem(err, "a look-through risk");
        goto out;
    }
    for (size_t j = 0; j < nodes && own != NULL; j++)
        rounds.supply[j] = own[j];
    for (size_t f = 0; f < flows; f++)
        rounds.supply[flow[f].buyer] += flow[f].value;
    settle(&rounds);
    for (size_t j = 0; j < nodes; j++) {
        const double *sum = rounds.now[j].sum;
        const int is_supplied = rounds.supply[j] > 0;
        result[j].sum = is_supplied ? sum[KNOWN_RISK] : NAN;
        result[j].mean = sum[KNOWN] > 0 ? sum[KNOWN_RISK] / sum[KNOWN] : NAN;
        result[j].known = is_supplied ? sum[KNOWN] / sum[ALL] : NAN;
    }
out:
    free(rounds.supply);
    free(rounds.now);
    free(rounds.next);
    return status;
}
