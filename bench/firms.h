/* firms.h - synthetic firm networks: scale-free sizes, sectors, recipes; same seed, same
 * network.
 *
 * Firm sizes are Pareto with tail exponent 1.2.  Every firm buys from `degree` suppliers on
 * average, drawn in proportion to size, so large firms sell to many.  Flow amounts are
 * log-normal times the sizes of both ends, to the power of one half, to six digits.  Final
 * demand is a third of output.  A sector needs another as essential, non-essential or
 * negligible with probabilities 0.35, 0.45 and 0.20.
 */
#ifndef SN_BENCH_FIRMS_H
#define SN_BENCH_FIRMS_H

#include <stddef.h>

/** firms_sink - who is told what is drawn, in this order: all flows, all firms, all recipes. */
typedef struct {
    void (*flow)(void *context, size_t supplier, size_t buyer, const char *value);
    void (*firm)(void *context, size_t firm, size_t sector, const char *final_demand);
    void (*recipe)(void *context, size_t buyer_sector, size_t input_sector, const char *need);
    void *context;
} firms_sink;

/** firms_draw - draw a network; ends the program when memory runs out.  Needs two firms. */
void firms_draw(size_t firms, size_t degree, size_t sectors, unsigned long seed,
                const firms_sink *sink);

#endif /* SN_BENCH_FIRMS_H */
