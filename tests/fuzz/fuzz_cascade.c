/* fuzz_cascade.c - the losses of cascade and sweep against the formulas, word for word.
 *
 * However a loss is worked out - in order, from the hit outwards, eight scenarios at once - it
 * is within its proven bound of the oracle's.  Where that does not settle (losses that take
 * very many rounds) it is still never above, and the ways must agree among themselves.
 */
#include <math.h>

#include "fuzz_net.h"

#include "../sn_oracle.h"

#include "metrics/cascade.h"
#include "metrics/sweep.h"

enum { SCENARIOS = 9, ROUNDS = 200 }; /* lanes are eight: one batch and one more */

/* Both sides round: 3e-13 beyond the bounds is seen on loops that leak a thousandth. */
static const double rounding = 1e-11;

typedef struct {
    const sn_network *net;
    sn_response response;
    double tolerance;
    double node[SCENARIOS][FUZZ_NODES]; /* what is left */
    oracle_losses slow[SCENARIOS];
    double down[SCENARIOS][FUZZ_NODES], up[SCENARIOS][FUZZ_NODES]; /* of one way */
    double bound[SCENARIOS];
} question;

static void hold(long double got, long double bound, long double slow, bool is_settled)
{
    if (!(got >= 0 && got <= 1 + rounding && bound >= 0) || got + bound + rounding < slow ||
        (is_settled && got - bound - rounding > slow))
        abort();
}

static void check_run(sn_cascade *cascade, const question *q, const double *node,
                      const double *flow, const oracle_losses *slow, double *down, double *up,
                      double *bound)
{
    const size_t n = q->net->node_count;
    sn_cascade_result r = {0};
    sn_error err = {0};
    const sn_status status = sn_cascade_run(
        cascade, &(sn_mask){.node = (double *)node, .flow = (double *)flow}, &r, &err);

    fuzz_judge(status, &err);
    if (status != SN_OK && status != SN_ENUMERIC)
        abort();
    if (status == SN_OK && !(r.bound_down <= q->tolerance && r.bound_up <= q->tolerance))
        abort();
    for (size_t i = 0; i < n; i++) {
        hold(r.down[i], r.bound_down, slow->down[i], slow->is_settled);
        hold(r.up[i], r.bound_up, slow->up[i], slow->is_settled);
        if (bound != NULL && isfinite(*bound) && /* of the way before */
            !(fabs(r.down[i] - down[i]) <= *bound + r.bound_down + rounding &&
              fabs(r.up[i] - up[i]) <= *bound + r.bound_up + rounding))
            abort();
        if (down != NULL)
            down[i] = r.down[i], up[i] = r.up[i];
    }
    if (bound != NULL)
        *bound = fmax(r.bound_down, r.bound_up);
}

/* Every scenario one after the other, and then all of them, flows cut as well. */
static void check_cascade(question *q, const double *flow)
{
    const sn_walk walk[] = {SN_WALK_ORDERED, SN_WALK_FRONT};
    const oracle_question ask = {.node = q->node[0],
                                 .flow = flow,
                                 .size = q->response ? q->net->output : NULL,
                                 .most = ROUNDS};
    const oracle_losses cut = oracle_run(q->net, &ask);
    sn_cascade_plan *plan = NULL;

    if (sn_cascade_plan_new(q->net, &plan, NULL) != SN_OK)
        abort();
    for (int w = 0; w < 2; w++) {
        const sn_cascade_options options = {
            .response = q->response, .walk = walk[w], .tolerance = q->tolerance};
        sn_cascade *cascade = NULL;
        if (sn_cascade_new(plan, &options, &cascade, NULL) != SN_OK)
            abort();
        check_run(cascade, q, q->node[0], flow, &cut, NULL, NULL, NULL);
        for (size_t s = 0; s < SCENARIOS; s++)
            check_run(cascade, q, q->node[s], NULL, &q->slow[s], q->down[s], q->up[s],
                      &q->bound[s]);
        sn_cascade_free(cascade);
    }
    sn_cascade_plan_free(plan);
}

/* Total losses, `ours` of doubles, else of the oracle. */
static void sum(const question *q, const double *weight, size_t s, bool ours,
                long double total[3])
{
    long double all = 0;

    total[0] = total[1] = total[2] = 0;
    for (size_t i = 0; i < q->net->node_count; i++) {
        const long double down = ours ? q->down[s][i] : q->slow[s].down[i];
        const long double up = ours ? q->up[s][i] : q->slow[s].up[i];
        all += weight[i];
        total[0] += weight[i] * fmaxl(down, up);
        total[1] += weight[i] * down;
        total[2] += weight[i] * up;
    }
    for (int k = 0; k < 3; k++)
        total[k] /= all;
}

static void check_sweep(const question *q, const double *weight)
{
    size_t first[SCENARIOS + 1] = {0};
    int32_t node[SCENARIOS * FUZZ_NODES];
    double left[SCENARIOS * FUZZ_NODES];
    sn_sweep_loss loss[SCENARIOS];
    const sn_sweep_scenarios all = {SCENARIOS, first, node, left};
    const sn_sweep_options options = {weight, q->response, SN_SWEEP_CERTIFIED, q->tolerance};
    sn_sweep_plan *plan = NULL;
    sn_error err = {0};

    for (size_t s = 0; s < SCENARIOS; s++) {
        first[s + 1] = first[s];
        for (size_t i = 0; i < q->net->node_count; i++)
            if (q->node[s][i] < 1) {
                node[first[s + 1]] = (int32_t)i;
                left[first[s + 1]++] = q->node[s][i];
            }
    }
    sn_status status = sn_sweep_plan_new(q->net, &options, &plan, &err);
    if (status == SN_OK)
        status = sn_sweep_run(plan, &all, 1, NULL, NULL, loss, &err);
    fuzz_judge(status, &err);
    if (status != SN_OK && status != SN_ENUMERIC)
        abort();
    for (size_t s = 0; s < SCENARIOS; s++) {
        const double got[] = {loss[s].loss, loss[s].loss_down, loss[s].loss_up};
        long double slow[3], ours[3];
        sum(q, weight, s, false, slow);
        sum(q, weight, s, true, ours);
        for (int k = 0; k < 3; k++) {
            hold(got[k], loss[s].bound, slow[k], q->slow[s].is_settled);
            if (fabsl(got[k] - ours[k]) > loss[s].bound + q->bound[s] + rounding)
                abort();
        }
        if (status == SN_OK && !(loss[s].bound <= q->tolerance))
            abort();
        if (q->response == SN_RESPONSE_NONE &&
            !(loss[s].least <= loss[s].loss + loss[s].bound + rounding))
            abort();
    }
    sn_sweep_plan_free(plan);
}

/* Scenario 0 as drawn; then one node after another; then pairs with the first. */
static void make_scenarios(question *q)
{
    const size_t n = q->net->node_count;

    for (size_t s = 0; s < SCENARIOS; s++) {
        for (size_t i = 0; s > 0 && i < n; i++)
            q->node[s][i] = i == (s - 1) % n || (s > n && i == 0) ? 0 : 1;
        q->slow[s] =
            oracle_run(q->net, &(oracle_question){.node = q->node[s],
                                                  .size = q->response ? q->net->output : NULL,
                                                  .most = ROUNDS});
        q->bound[s] = INFINITY;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const double tolerance[] = {1e-9, 1e-9, 1e-3, 1e-12};
    static question q;
    fuzz_bytes b = {data, size};
    double weight[FUZZ_NODES], flow[FUZZ_FLOWS];

    q = (question){.response = (sn_response)fuzz_below(&b, 2)};
    q.tolerance = tolerance[fuzz_below(&b, 4)];
    const unsigned cuts = fuzz_below(&b, 4);
    for (size_t i = 0; i < FUZZ_NODES; i++)
        q.node[0][i] = fuzz_left(&b);
    for (size_t e = 0; e < FUZZ_FLOWS; e++)
        flow[e] = e < cuts ? fuzz_left(&b) : 1;
    sn_network *net = fuzz_network(&b);
    q.net = net;
    for (size_t i = 0; i < net->node_count; i++)
        weight[i] = net->output[i] > 0 ? net->output[i] : i == 0;
    make_scenarios(&q);
    check_cascade(&q, cuts > 0 ? flow : NULL);
    check_sweep(&q, weight);
    sn_network_free(net);
    return 0;
}
