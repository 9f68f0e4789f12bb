/* indicator_supply.c - IEA N-1, the benchmarks of the Critical Raw Materials Act, expected
 * loss. */
#include "metrics/indicator_supply.h"

#include <math.h>

static const struct {
    const char *name;
    double threshold;
} crma[SN_CRMA_RULES] = {
    [SN_CRMA_EXTRACTION] = {"extraction", 0.10},
    [SN_CRMA_PROCESSING] = {"processing", 0.40},
    [SN_CRMA_RECYCLING] = {"recycling", 0.25},
    [SN_CRMA_DIVERSITY] = {"diversity", 0.65},
};

const char *sn_crma_name(sn_crma_rule rule)
{
    return crma[rule].name;
}

double sn_crma_threshold(sn_crma_rule rule)
{
    return crma[rule].threshold;
}

/* Put x among the three largest so far. */
static void keep_largest(double largest[3], double x)
{
    for (size_t k = 0; k < 3; k++)
        if (x > largest[k]) {
            const double smaller = largest[k];
            largest[k] = x;
            x = smaller;
        }
}

sn_iea sn_iea_n_minus_1(const double *supply, const double *demand, size_t count,
                        double other_supply, double all_demand)
{
    sn_iea iea = {count, NAN, NAN, NAN, NAN};
    double largest[3] = {0}, total = other_supply;

    for (size_t i = 0; i < count; i++) {
        total += supply[i];
        if (supply[i] > largest[0])
            iea.largest = i;
        keep_largest(largest, supply[i]);
    }
    if (!(total > 0) || iea.largest == count)
        return iea;
    iea.top1 = largest[0] / total;
    iea.top3 = (largest[0] + largest[1] + largest[2]) / total;
    if (all_demand > 0)
        iea.n1_total = (total - largest[0]) / all_demand;
    if (demand != NULL && all_demand > demand[iea.largest])
        iea.n1_remaining = (total - largest[0]) / (all_demand - demand[iea.largest]);
    return iea;
}

static double at_least_0(double x)
{
    return x < 0 ? 0 : x; /* NaN stays */
}

sn_benchmark sn_benchmark_least(sn_interval amount, double consumption, double least)
{
    if (!(consumption > 0))
        return (sn_benchmark){{NAN, NAN}, SN_UNKNOWN, {NAN, NAN}};
    const sn_interval share = {amount.low / consumption, amount.high / consumption};
    return (sn_benchmark){.share = share,
                          .met = sn_verdict_at_least(share, least),
                          .missing = {at_least_0(least * consumption - amount.high),
                                      at_least_0(least * consumption - amount.low)}};
}

sn_benchmark sn_benchmark_most(sn_interval amount, double consumption, double most)
{
    if (!(consumption > 0))
        return (sn_benchmark){{NAN, NAN}, SN_UNKNOWN, {NAN, NAN}};
    const sn_interval share = {amount.low / consumption, amount.high / consumption};
    return (sn_benchmark){.share = share,
                          .met = sn_verdict_at_most(share, most),
                          .missing = {at_least_0(amount.low - most * consumption),
                                      at_least_0(amount.high - most * consumption)}};
}

double sn_expected_loss(const double *probability, const double *loss, size_t count)
{
    double sum = 0;

    for (size_t k = 0; k < count; k++)
        sum += probability[k] * loss[k];
    return sum;
}
