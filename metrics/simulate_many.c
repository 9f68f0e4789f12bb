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
    const sim_engine *engine;
    const sn_sim_plan *plan;
    const sn_sim_options *options;
    const sn_sim_event *event;
    size_t count;
    const sim_hit *hit;
    const sn_sim_uncertainty *u;
    uint64_t seed;
    size_t runs;
    sn_sim_measure *total, *buyer;
    const size_t *pick;
    size_t picks;
} draws;

/* The events and the setting of a run. */
static sn_status draw_run(const draws *d, size_t run, gsl_rng *rng, sn_sim_event *event,
                          sn_sim_options *how, sn_error *err)
{
    const sn_sim_uncertainty *u = d->u;

    gsl_rng_set(rng, stream_of(d->seed, run));
    const double duration = draw(rng, u->duration), stock = draw(rng, u->stock);
    const double fraction = draw(rng, u->fraction), recovery = draw(rng, u->recovery);
    const double demand = draw(rng, u->demand), supply = draw(rng, u->supply);
    for (size_t e = 0; e < d->count; e++) {
        event[e] = d->event[e];
        event[e].duration *= duration;
        event[e].recovery_time *= recovery;
        event[e].fraction = fmin(1, drawn_fraction(&event[e], demand, supply) * fraction);
    }
    *how = *d->options;
    how->stock_days *= stock;
    how->extra_days *= stock;
    how->reserve_days *= stock;
    return sim_check(how, event, d->count, err);
}

/* The runs from `first` on, one a lane; the last one again where lanes are left over. */
static sn_status run_side_by_side(const draws *d, size_t first, size_t runs, sn_error *err)
{
    const size_t lanes = d->engine->lanes;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    sn_sim_event *event = malloc((lanes * d->count + 1) * sizeof *event);
    sn_sim_options *how = malloc(lanes * sizeof *how);
    sn_sim_result *r = calloc(lanes, sizeof *r);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(rng, "a random stream");
    SN_TRY_ALLOC(event, "events");
    SN_TRY_ALLOC(how, "runs");
    SN_TRY_ALLOC(r, "runs");
    for (size_t l = 0; l < lanes; l++) {
        const size_t run = first + (l < runs ? l : runs - 1);
        SN_TRY(draw_run(d, run, rng, event + l * d->count, &how[l], err));
        SN_TRY(sim_result_make(d->plan, &how[l], false, &r[l], err));
    }
    SN_TRY(d->engine->run(&(sim_job){.plan = d->plan,
                                     .hit = d->hit,
                                     .event_count = d->count,
                                     .event = event,
                                     .how = how,
                                     .result = r,
                                     .threads = 1},
                          err));
    for (size_t l = 0; l < runs; l++) {
        d->total[first + l] = r[l].total;
        for (size_t k = 0; k < d->picks; k++)
            d->buyer[(first + l) * d->picks + k] = r[l].measure[d->pick[k]];
    }
out:
    for (size_t l = 0; r != NULL && l < lanes; l++)
        sn_sim_result_clear(&r[l]);
    free(r);
    free(how);
    free(event);
    if (rng != NULL)
        gsl_rng_free(rng);
    return status;
}

/* Every run, so many at a time, until one fails or progress stops them. */
static sn_status run_all(const draws *d, int threads, sn_sim_progress progress, void *context,
                         sn_error *err)
{
    const size_t lanes = d->engine->lanes;
    sn_status failed = SN_OK;
    size_t done = 0;

    (void)threads; /* without OpenMP nobody asks */
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (int64_t k = 0; k < (int64_t)((d->runs + lanes - 1) / lanes); k++) {
        const size_t first = (size_t)k * lanes;
        const size_t runs = d->runs - first < lanes ? d->runs - first : lanes;
        sn_error why = {0};
        sn_status status;
#pragma omp atomic read
        status = failed;
        if (status != SN_OK)
            continue;
        status = run_side_by_side(d, first, runs, &why);
#pragma omp critical(simulate)
        {
            done += runs;
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

static bool is_sound(sn_sim_spread s)
{
    return isfinite(s.low) && isfinite(s.high) && s.low >= 0 && s.low <= s.high;
}

sn_status sim_many(const sim_engine *engine, const sn_sim_plan *plan,
                   const sn_sim_options *options, const sn_sim_event *event, size_t count,
                   const sn_sim_uncertainty *u, uint64_t seed, size_t runs, int threads,
                   sn_sim_progress progress, void *context, sn_sim_measure *total,
                   const size_t *pick, size_t picks, sn_sim_measure *buyer, sn_error *err)
{
    sim_hit *hit = NULL;
    sn_status status = SN_OK;

    if (!is_sound(u->duration) || !is_sound(u->stock) || !is_sound(u->fraction) ||
        !is_sound(u->recovery) || !is_sound(u->demand) || !is_sound(u->supply) || runs < 1)
        return sn_fail(err, SN_EUSAGE, "factors need 0 <= low <= high, and one run at least");
    SN_TRY(sim_hits_make(plan->net, event, count, &hit, err));
    const draws d = {engine, plan, options, event, count, hit,  u,
                     seed,   runs, total,   buyer, pick,  picks};
    SN_TRY(run_all(&d, threads, progress, context, err));
out:
    sim_hits_free(hit, count);
    return status;
}

sn_status sn_sim_many(const sn_sim_plan *plan, const sn_sim_options *options,
                      const sn_sim_event *event, size_t count, const sn_sim_uncertainty *u,
                      uint64_t seed, size_t runs, int threads, sn_sim_progress progress,
                      void *context, sn_sim_measure *total, const size_t *pick, size_t picks,
                      sn_sim_measure *buyer, sn_error *err)
{
    return sim_many(sim_engine_here(), plan, options, event, count, u, seed, runs, threads,
                    progress, context, total, pick, picks, buyer, err);
}
