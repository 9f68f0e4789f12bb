/* firms.c - synthetic firm networks. */
#include "bench/firms.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void draw_flows(gsl_rng *rng, size_t firms, size_t degree, const double *size,
                       double *sales, const firms_sink *sink)
{
    gsl_ran_discrete_t *draw = gsl_ran_discrete_preproc(firms, size);

    for (size_t e = 0; e < firms * degree; e++) {
        const size_t buyer = gsl_rng_uniform_int(rng, firms);
        size_t supplier = gsl_ran_discrete(rng, draw);
        while (supplier == buyer)
            supplier = gsl_ran_discrete(rng, draw);
        const double value = sqrt(size[supplier] * size[buyer]) * gsl_ran_lognormal(rng, 0, 1);
        char text[32];
        (void)snprintf(text, sizeof text, "%.6g", value);
        sales[supplier] += strtod(text, NULL);
        sink->flow(sink->context, supplier, buyer, text);
    }
    gsl_ran_discrete_free(draw);
}

void firms_draw(size_t firms, size_t degree, size_t sectors, unsigned long seed,
                const firms_sink *sink)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double *size = malloc((firms + 1) * sizeof *size),
           *sales = calloc(firms + 1, sizeof *sales);

    if (rng == NULL || size == NULL || sales == NULL || firms < 2) {
        fprintf(stderr, "cannot draw %zu firms\n", firms);
        exit(1);
    }
    gsl_rng_set(rng, seed);
    for (size_t i = 0; i < firms; i++)
        size[i] = gsl_ran_pareto(rng, 1.2, 1);
    draw_flows(rng, firms, degree, size, sales, sink);
    for (size_t i = 0; i < firms; i++) {
        const size_t sector = gsl_rng_uniform_int(rng, sectors);
        char text[32];
        (void)snprintf(text, sizeof text, "%.6g", sales[i] > 0 ? sales[i] / 2 : size[i]);
        sink->firm(sink->context, i, sector, text);
    }
    for (size_t b = 0; b < sectors; b++)
        for (size_t s = 0; s < sectors; s++) {
            const double u = gsl_rng_uniform(rng);
            sink->recipe(sink->context, b, s,
                         u < 0.35   ? "essential"
                         : u < 0.80 ? "non_essential"
                                    : "negligible");
        }
    gsl_rng_free(rng);
    free(size);
    free(sales);
}
