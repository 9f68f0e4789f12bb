/* best_sets.h - the costliest sets of candidates, commodity by commodity. */
#ifndef SN_CLI_BEST_SETS_H
#define SN_CLI_BEST_SETS_H

#include "cli/whatif_options.h"
#include "metrics/best_set.h"
#include "metrics/candidates.h"
#include "metrics/chokepoint.h"

/* Rows for an option table. */
#define SN_OPTIONS_SETS                                                                        \
    {.name = "set-size", .kind = SN_OPTION_INTEGER, .argument = "K", .least = 1, .most = 100,  \
     .help = "also the K candidates whose joint removal costs most"},                          \
    {.name = "cut-share", .kind = SN_OPTION_NUMBER, .argument = "X", .least = 1e-6, .most = 1, \
     .help = "also the fewest (at most --set-size, or 10) that together cut the share X"},     \
    {.name = "own", .kind = SN_OPTION_FLAG,                                                    \
     .help = "sets may hold the named buyers' own countries"},                                 \
    {.name = "effort", .kind = SN_OPTION_INTEGER, .argument = "N", .least = 100, .most = 1e9,  \
     .fallback = "1000000", .help = "sets: joint removals worked out at most"}

/** sn_set_row - the answer for one commodity. */
typedef struct {
    int32_t commodity;
    sn_best_set best;
    const char **name; /* [best.size] of the members, lent by the candidates */
    double asked;      /* weight asked about; 0: none */
} sn_set_row;

/** sn_best_sets - zeroed it holds nothing and may be cleared. */
typedef struct {
    sn_candidates candidates;
    sn_set_row *row;
    size_t count;
} sn_best_sets;

/**
 * sn_best_sets_make - answer --set-size and --cut-share; nothing where neither is given.
 *
 * Returns  SN_EUSAGE where candidates do not stop altogether (mode, fraction).
 */
sn_status sn_best_sets_make(sn_call *call, const sn_setting *setting,
                            const sn_chokepoint_options *how, sn_best_sets *sets, sn_error *err);
void sn_best_sets_clear(sn_best_sets *sets);

/** sn_best_sets_write - the member `sets` of the results, where it was asked for. */
void sn_best_sets_write(sn_json *json, const sn_call *call, const sn_best_sets *sets);

sn_status sn_best_sets_table(const sn_call *call, const sn_best_sets *sets, sn_table **table,
                             sn_error *err);

extern const sn_method sn_best_set_method;

#endif /* SN_CLI_BEST_SETS_H */
