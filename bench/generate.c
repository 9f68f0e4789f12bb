/* generate.c - a synthetic firm network: scale-free sizes, sectors, recipes.  Same arguments,
 * same files.
 *
 *     generate FOLDER FIRMS FLOWS_PER_FIRM SECTORS SEED
 *
 * Firm sizes are Pareto with tail exponent 1.2.  Every firm buys from FLOWS_PER_FIRM suppliers on
 * average, drawn in proportion to size, so large firms sell to many.  Flow amounts are
 * log-normal times the sizes of both ends, to the power of one half.  Final demand is a third of
 * output.  A sector needs another as essential, non-essential or negligible with probabilities
 * 0.35, 0.45 and 0.20.
 */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static FILE *create(const char *folder, const char *name)
{
    char path[4096];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    return file;
}

static void close_checked(FILE *file)
{
    if (ferror(file) || fclose(file) != 0) {
        perror("generate");
        exit(1);
    }
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: generate FOLDER FIRMS FLOWS_PER_FIRM SECTORS SEED\n");
        return 2;
    }
    const char *folder = argv[1];
    const size_t firms = strtoul(argv[2], NULL, 10), degree = strtoul(argv[3], NULL, 10);
    const size_t sectors = strtoul(argv[4], NULL, 10);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double *size = malloc((firms + 1) * sizeof *size), *sales = calloc(firms + 1, sizeof *sales);
    gsl_ran_discrete_t *draw;

    gsl_rng_set(rng, strtoul(argv[5], NULL, 10));
    (void)mkdir(folder, 0777);
    for (size_t i = 0; i < firms; i++)
        size[i] = gsl_ran_pareto(rng, 1.2, 1);
    draw = gsl_ran_discrete_preproc(firms, size);

    FILE *flows = create(folder, "flows.csv");
    fprintf(flows, "source,target,value\n");
    for (size_t e = 0; e < firms * degree; e++) {
        const size_t buyer = gsl_rng_uniform_int(rng, firms);
        size_t supplier = gsl_ran_discrete(rng, draw);
        while (supplier == buyer)
            supplier = gsl_ran_discrete(rng, draw);
        const double value = sqrt(size[supplier] * size[buyer]) * gsl_ran_lognormal(rng, 0, 1);
        char text[32];
        (void)snprintf(text, sizeof text, "%.6g", value);
        sales[supplier] += strtod(text, NULL);
        fprintf(flows, "F%zu,F%zu,%s\n", supplier, buyer, text);
    }
    close_checked(flows);

    FILE *nodes = create(folder, "nodes.csv");
    fprintf(nodes, "id,kind,sector,final_demand\n");
    for (size_t i = 0; i < firms; i++)
        fprintf(nodes, "F%zu,firm,S%zu,%.6g\n", i, (size_t)gsl_rng_uniform_int(rng, sectors),
                sales[i] > 0 ? sales[i] / 2 : size[i]);
    close_checked(nodes);

    FILE *recipes = create(folder, "recipes.csv");
    fprintf(recipes, "buyer,input,need\n");
    for (size_t b = 0; b < sectors; b++)
        for (size_t s = 0; s < sectors; s++) {
            const double u = gsl_rng_uniform(rng);
            fprintf(recipes, "S%zu,S%zu,%s\n", b, s,
                    u < 0.35 ? "essential" : u < 0.80 ? "non_essential" : "negligible");
        }
    close_checked(recipes);
    gsl_ran_discrete_free(draw);
    gsl_rng_free(rng);
    free(size);
    free(sales);
    return 0;
}
