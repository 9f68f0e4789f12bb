/* best_case.h - the lower end of every loss: what the best possible rerouting still loses. */
#ifndef SN_CLI_BEST_CASE_H
#define SN_CLI_BEST_CASE_H

#include "cli/call.h"
#include "cli/whatif_options.h"
#include "metrics/reroute.h"

/* Rows for an option table. */
#define SN_OPTION_SPARE                                                                        \
    {.name = "spare", .kind = SN_OPTION_NUMBER, .argument = "SHARE", .least = 0, .most = 1e6,  \
     .fallback = "0", .help = "spare capacity where none is stated, for the best case"}
#define SN_OPTION_OPEN_MARKET                                                                  \
    {.name = "open-market", .kind = SN_OPTION_FLAG,                                            \
     .help = "in the best case suppliers may sell to new buyers too"}
#define SN_OPTION_BOUNDS                                                                       \
    {.name = "bounds", .kind = SN_OPTION_CHOICE, .argument = "WHEN",                           \
     .choices = "auto|always|never", .fallback = "auto",                                       \
     .help = "work out the best case: auto does for networks up to 50,000 flows"}

/** sn_best_case - the linear programs of a network; zeroed it is unused and may be cleared. */
typedef struct {
    sn_reroute *reroute; /* NULL: not worked out                   */
    double *weight;      /* [n] what the nodes asked about count   */
    const sn_reroute_result *result; /* of the last run, or NULL  */
    sn_reroute_result last;
    const char *reason;  /* why it is not worked out               */
} sn_best_case;

/** sn_best_case_make - read --spare, --open-market and --bounds and prepare.
 *
 * even    [in]  spread shortages evenly, so that single buyers' numbers mean something
 * levers  [in]  how many levers to look for */
sn_status sn_best_case_make(sn_call *call, const sn_setting *setting, bool even, size_t levers,
                            sn_best_case *best, sn_error *err);
void sn_best_case_clear(sn_best_case *best);

/** sn_best_case_run - the best after a disruption; best->result stays NULL where it is not worked
 *  out. */
sn_status sn_best_case_run(sn_best_case *best, const sn_mask *mask, sn_error *err);

/** sn_best_case_loss - the loss of a commodity (SN_NONE: of nodes without one), NaN where it is
 *  not worked out or nothing is weighed.  `lost`, if not NULL, gets the amount. */
double sn_best_case_loss(const sn_best_case *best, const sn_network *net, int32_t commodity,
                         double *lost);

#endif /* SN_CLI_BEST_CASE_H */
