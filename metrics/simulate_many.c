/* simulate_many.c - the same events with what is not known drawn at random, run by run. */
#include "metrics/simulate_private.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_rng.h>

/* One well-mixed number of seed and run (splitmix64), so that streams do not depend on order.
 */
static unsigned long stream_of(uint64_t seed, size_t run)
{
    uint64_t z = seed * 0x9e3779b97f4a7c15u + (uint64_t)run + 1;

    z *= 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (unsigned long)((z ^ (z >> 31)) & 0xffffffffu);
}

static double draw(gsl_rng *rng, sn_sim_spread spread)
{
    return spread.low + (spread.high - spread.low) * gsl_rng_uniform(rng);
}

/* A tax cuts what its drawn elasticities say, with the enforcement and leakage that it has. */
static double drawn_fraction(const sn_sim_event *event, double demand, double supply)
{
    const double stated = event->tax > 0 ? sn_tax_cut(event->tax, event->demand_elasticity,
                                                      event->supply_elasticity)
                                         : 0;

    if (!(stated > 0))
        return event->fraction;
    return event->fraction / stated *
           sn_tax_cut(event->tax, event->demand_elasticity * demand,
                      event->supply_elasticity * supply);
}

/* What the draws have in common. */
typedef struct {
    const sn_sim_plan *plan;
    const sn_sim_options *options;
    const sn_sim_event *event;
    size_t count;
    const sn_sim_uncertainty *u;
    uint64_t seed;
    sn_sim_measure *total, *buyer;
    const size_t *pick;
    size_t picks;
} draws;

static sn_status run_one(const draws *d, size_t run, sn_error *err)
{
    const sn_sim_event *event = d->event;
    const sn_sim_uncertainty *u = d->u;
    const size_t count = d->count;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    sn_sim_event *drawn = malloc((count + 1) * sizeof *drawn);
    sn_sim_options how = *d->options;
    sn_sim_result r = {0};
    sn_status status = SN_OK;

    SN_TRY_ALLOC(rng, "a random stream");
    SN_TRY_ALLOC(drawn, "events");
    gsl_rng_set(rng, stream_of(d->seed, run));
    const double duration = draw(rng, u->duration), stock = draw(rng, u->stock);
    const double fraction = draw(rng, u->fraction), recovery = draw(rng, u->recovery);
    const double demand = draw(rng, u->demand), supply = draw(rng, u->supply);
    for (size_t e = 0; e < count; e++) {
        drawn[e] = event[e];
        drawn[e].duration *= duration;
        drawn[e].recovery_time *= recovery;
        drawn[e].fraction = fmin(1, drawn_fraction(&event[e], demand, supply) * fraction);
    }
    how.stock_days *= stock;
    how.extra_days *= stock;
    how.reserve_days *= stock;
    SN_TRY(sn_sim_run(d->plan, &how, drawn, count, 1, false, NULL, NULL, &r, err));
    d->total[run] = r.total;
    for (size_t k = 0; k < d->picks; k++)
        d->buyer[run * d->picks + k] = r.measure[d->pick[k]];
out:
    sn_sim_result_clear(&r);
    free(drawn);
    if (rng != NULL)
        gsl_rng_free(rng);
    return status;
}

static bool is_sound(sn_sim_spread s)
{
    return isfinite(s.low) && isfinite(s.high) && s.low >= 0 && s.low <= s.high;
}

sn_status sn_sim_many(const sn_sim_plan *plan, const sn_sim_options *options,
                      const sn_sim_event *event, size_t count, const sn_sim_uncertainty *u,
                      uint64_t seed, size_t runs, int threads, sn_sim_progress progress,
                      void *context, sn_sim_measure *total, const size_t *pick, size_t picks,
                      sn_sim_measure *buyer, sn_error *err)
{
    const draws d = {plan, options, event, count, u, seed, total, buyer, pick, picks};
    sn_status failed = SN_OK;
    size_t done = 0;

    if (!is_sound(u->duration) || !is_sound(u->stock) || !is_sound(u->fraction) ||
        !is_sound(u->recovery) || !is_sound(u->demand) || !is_sound(u->supply) || runs < 1)
        return sn_fail(err, SN_EUSAGE, "factors need 0 <= low <= high, and one run at least");
    (void)threads; /* without OpenMP nobody asks */
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (int64_t k = 0; k < (int64_t)runs; k++) {
        sn_error why = {0};
        sn_status status;
#pragma omp atomic read
        status = failed;
        if (status != SN_OK)
            continue;
        status = run_one(&d, (size_t)k, &why);
#pragma omp critical(simulate)
        {
            done++;
            if (status == SN_OK && progress != NULL && !progress(context, done))
                status = sn_fail(&why, SN_EUSAGE, "stopped");
            if (status != SN_OK && failed == SN_OK) {
                (void)sn_fail(err, status, "%s", why.message);
#pragma omp atomic write
                failed = status;
            }
        }
    }
    return failed;
}
