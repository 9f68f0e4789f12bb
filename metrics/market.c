/* market.c - one equation in the logarithm of the price. */
#include "metrics/market.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>

#include "graph/bridge.h"

enum { MOST_STEPS = 200 };

typedef struct {
    const double *quantity, *left;
    size_t count;
    const sn_market_terms *terms;
    double demand; /* D0 */
} balance;

static double offer(const balance *b, size_t supplier, double log_price)
{
    const double ready = exp(b->terms->supply_elasticity * log_price);

    return b->left[supplier] * b->quantity[supplier] * fmin(ready, 1 + b->terms->spare);
}

static double supply(const balance *b, double log_price)
{
    double sum = 0;

    for (size_t c = 0; c < b->count; c++)
        sum += offer(b, c, log_price);
    return sum;
}

/* Excess demand over normal demand: falls with the price. */
static double excess(double log_price, void *context)
{
    const balance *b = context;

    return exp(b->terms->demand_elasticity * log_price) - supply(b, log_price) / b->demand;
}

static sn_status check(balance *b, double *most, sn_error *err)
{
    *most = 0;
    if (!(b->terms->demand_elasticity <= 0) || !(b->terms->supply_elasticity >= 0) ||
        !(b->terms->spare >= 0) || !isfinite(b->terms->demand_elasticity) ||
        !isfinite(b->terms->supply_elasticity) || !isfinite(b->terms->spare))
        return sn_fail(err, SN_EUSAGE, "the elasticity of demand must be at most 0, that of supply "
                                       "and the spare capacity at least 0");
    for (size_t c = 0; c < b->count; c++) {
        if (!(b->quantity[c] >= 0) || !isfinite(b->quantity[c]) || !(b->left[c] >= 0) || !(b->left[c] <= 1))
            return sn_fail(err, SN_EDATA, "supplier %zu: a quantity must be finite and at least 0, what "
                                          "is left in 0..1", c);
        b->demand += b->quantity[c];
        *most += b->left[c] * b->quantity[c] *
                 (b->terms->supply_elasticity > 0 ? 1 + b->terms->spare : 1);
    }
    return b->demand > 0 && isfinite(b->demand)
               ? SN_OK
               : sn_fail(err, SN_EDATA, "the quantities add up to nothing, or to too much");
}

/* Brent's method between prices with excess demand and without. */
static sn_status find_price(balance *b, double high, double *log_price, sn_error *err)
{
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    gsl_function f = {excess, b};
    int more = GSL_CONTINUE;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(solver, "a market");
    SN_TRY_GSL(gsl_root_fsolver_set(solver, &f, 0, high));
    for (int k = 0; k < MOST_STEPS && more == GSL_CONTINUE; k++) {
        SN_TRY_GSL(gsl_root_fsolver_iterate(solver));
        more = gsl_root_test_interval(gsl_root_fsolver_x_lower(solver),
                                      gsl_root_fsolver_x_upper(solver), 1e-14, 1e-14);
    }
    *log_price = gsl_root_fsolver_root(solver);
    if (more == GSL_CONTINUE)
        status = sn_fail(err, SN_ENUMERIC, "no price was found in %d steps", MOST_STEPS);
out:
    gsl_root_fsolver_free(solver);
    return status;
}

sn_status sn_market_solve(const double *quantity, const double *left, size_t count,
                          const sn_market_terms *terms, double *sold, sn_market *market,
                          sn_error *err)
{
    balance b = {quantity, left, count, terms, 0};
    double most, log_price = 0, high = 1;
    sn_status status = SN_OK;

    SN_TRY(check(&b, &most, err));
    *market = (sn_market){.price = NAN, .supply = most, .shortfall = 1 - most / b.demand};
    /* Without an answer of demand what can be sold must be enough; with one, some must be left. */
    const bool balances = terms->demand_elasticity < 0 ? most > 0 : most >= b.demand;
    if (balances && excess(0, &b) > 0) {
        while (excess(high, &b) > 0 && high < 600)
            high *= 2;
        if (excess(high, &b) > 0) { /* e^600: demand hardly answers */
            status = sn_fail(err, SN_ENUMERIC, "demand answers too little for any price to balance");
            goto out;
        }
        SN_TRY(find_price(&b, high, &log_price, err));
    }
    if (balances) {
        market->price = exp(log_price);
        market->supply = supply(&b, log_price);
        market->shortfall = fmax(0, 1 - exp(terms->demand_elasticity * log_price));
    } else {
        log_price = 600; /* whoever is left sells all it can */
        market->shortfall = fmax(0, market->shortfall);
    }
    market->at_capacity = market->supply >= most * (1 - 1e-12);
    for (size_t c = 0; sold != NULL && c < count; c++)
        sold[c] = offer(&b, c, log_price);
out:
    return status;
}
