/* stages_private.h - what trade says about a step; between stages_trade.c and stages.c. */
#ifndef SN_DATASETS_STAGES_PRIVATE_H
#define SN_DATASETS_STAGES_PRIVATE_H

#include <math.h>
#include <stdbool.h>

#include "datasets/stages.h"

/** sn_stages_traced - zeroed it is empty and may be cleared. */
typedef struct {
    double *trade;  /* [places^2] kept, then prebalanced                                 */
    double *origin; /* [places^2] maker -> consumer; ROW's part under the unnamed places */
    double *made;   /* [places] output of named producers, and ROW's over unnamed places */
    bool *guessed;  /* [places] more than half of the place's exports (for a place without
                     * exports: of all trade) are estimated                              */
    bool known;     /* whether there is any trade                                        */
} sn_stages_traced;

/** sn_stages_trace - drop what is small, spread ROW, prebalance, trace origins; fills the
 * fields of `quality` that concern trade, for which quality->output must be known. */
sn_status sn_stages_trace(const sn_stages_step *step, sn_stages_traced *t,
                          sn_stages_quality *quality, sn_error *err);

void sn_stages_traced_clear(sn_stages_traced *t);

/** sn_stages_place - the name of a place for a message. */
const char *sn_stages_place(const sn_stages_step *step, size_t place, char text[32]);

static inline double sn_stages_amount(double x)
{
    return x > 0 ? x : 0; /* NaN, not named, makes nothing */
}

/* A place that a table names: not ROW, and 0 counts as named. */
static inline bool sn_stages_is_named(const sn_stages_step *step, const double *column,
                                      size_t place)
{
    return place != step->rest && !isnan(column[place]);
}

#endif /* SN_DATASETS_STAGES_PRIVATE_H */
