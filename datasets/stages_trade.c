/* stages_trade.c - what trade says about a step: from trade rows to origin -> consumer. */
#include <stdio.h>
#include <stdlib.h>

#include "datasets/reexport.h"
#include "datasets/stages_private.h"

static const double small_trade = 1e-6; /* of a trade table: less is noise */

void sn_stages_traced_clear(sn_stages_traced *t)
{
    free(t->trade);
    free(t->origin);
    free(t->made);
    free(t->guessed);
}

const char *sn_stages_place(const sn_stages_step *step, size_t place, char text[32])
{
    if (step->name != NULL)
        return step->name[place];
    (void)snprintf(text, 32, "%zu", place);
    return text;
}

/* Copy the trade that is large enough; exports and estimated are [places] sums of it. */
static sn_status keep_trade(const sn_stages_step *step, sn_stages_traced *t, double *exports,
                            double *estimated, sn_stages_quality *q, sn_error *err)
{
    const size_t n = step->places;

    for (size_t k = 0; k < n * n; k++) {
        if (!(step->trade[k] >= 0 && isfinite(step->trade[k]))) {
            char a[32], b[32];
            return sn_fail(err, SN_EDATA, "trade of \"%s\" to \"%s\" is %g, not a number >= 0",
                           sn_stages_place(step, k / n, a), sn_stages_place(step, k % n, b),
                           step->trade[k]);
        }
        q->trade += k / n != k % n ? step->trade[k] : 0;
    }
    const double floor = small_trade * q->trade;
    for (size_t k = 0; k < n * n; k++) {
        const double v = step->trade[k];
        if (k / n == k % n || v == 0)
            continue;
        q->trade_cells++;
        if (v < floor) {
            q->dropped++;
            q->dropped_sum += v;
            continue;
        }
        t->trade[k] = v;
        exports[k / n] += v;
        estimated[k / n] += step->estimated != NULL ? step->estimated[k] : 0;
    }
    t->known = q->trade > 0;
    return SN_OK;
}

/* See whose exports are mostly estimated. */
static void find_guessed(size_t n, const double *exports, const double *estimated,
                         bool *guessed)
{
    double all = 0, all_estimated = 0;

    for (size_t i = 0; i < n; i++) {
        all += exports[i];
        all_estimated += estimated[i];
    }
    for (size_t i = 0; i < n; i++)
        guessed[i] =
            exports[i] > 0 ? estimated[i] > 0.5 * exports[i] : all_estimated > 0.5 * all;
}

/* Let ROW's output follow the net exports of places that no table names as producers. */
static void spread_rest(const sn_stages_step *step, sn_stages_traced *t, sn_stages_quality *q)
{
    const size_t n = step->places;
    const double rest = sn_stages_amount(step->output[step->rest]);
    double total = 0;

    for (size_t i = 0; i < n; i++) {
        double net = 0;
        if (sn_stages_is_named(step, step->output, i)) {
            t->made[i] = step->output[i];
            continue;
        }
        for (size_t j = 0; j < n; j++)
            net += t->trade[i * n + j] - t->trade[j * n + i];
        t->made[i] = sn_stages_amount(net);
        total += t->made[i];
    }
    /* Above net exports it would read as consumption of places that only trade. */
    const double part = total > 0 ? fmin(1, rest / total) : 0;
    for (size_t i = 0; i < n; i++)
        if (!sn_stages_is_named(step, step->output, i))
            t->made[i] *= part;
    q->spread = part * total;
    q->unspread = part < 1 && total > 0 ? 0 : sn_stages_amount(rest - q->spread);
}

sn_status sn_stages_trace(const sn_stages_step *step, sn_stages_traced *t, sn_stages_quality *q,
                          sn_error *err)
{
    sn_status status = SN_OK;
    const size_t n = step->places;
    sn_reexport_balance balance = {.worst_factor = 1};
    double *exports = calloc(n, sizeof *exports), *estimated = calloc(n, sizeof *estimated);

    t->trade = calloc(n * n, sizeof *t->trade);
    t->origin = calloc(n * n, sizeof *t->origin);
    t->made = calloc(n, sizeof *t->made);
    t->guessed = calloc(n, sizeof *t->guessed);
    if (t->trade == NULL || t->origin == NULL || t->made == NULL || t->guessed == NULL ||
        exports == NULL || estimated == NULL) {
        status = sn_nomem(err, "a trade table");
        goto out;
    }
    if (step->trade != NULL) {
        SN_TRY(keep_trade(step, t, exports, estimated, q, err));
        find_guessed(n, exports, estimated, t->guessed);
    }
    spread_rest(step, t, q);
    if (t->known) {
        SN_TRY(sn_reexport_prebalance(n, t->made, t->trade, &balance, err));
        SN_TRY(sn_reexport_correct(n, t->made, t->trade, t->origin, err));
    }
    q->unreached = balance.unreached;
    q->traded = balance.after;
    q->balance_passes = balance.passes;
    q->balance_excess = balance.excess;
    q->worst_factor = balance.worst_factor;
    q->worst_exporter = balance.worst;
    q->coverage = (q->trade - q->dropped_sum) / q->output;
out:
    free(exports);
    free(estimated);
    return status;
}
