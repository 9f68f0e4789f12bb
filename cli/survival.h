/* survival.h - `whatif --stock --ttr`: how long nobody need go short, commodity by commodity. */
#ifndef SN_CLI_SURVIVAL_H
#define SN_CLI_SURVIVAL_H

#include "cli/call.h"
#include "graph/mask.h"
#include "metrics/time_to_survive.h"

/* Rows for an option table. */
#define SN_OPTIONS_SURVIVAL                                                                    \
    {.name = "stock", .kind = SN_OPTION_NUMBER, .argument = "DAYS", .least = 0, .most = 1e6,   \
     .help = "also the time to survive, with inputs in stock for so many days"},               \
    {.name = "ttr", .kind = SN_OPTION_NUMBER, .argument = "DAYS", .least = 0, .most = 1e6,     \
     .help = "and what is lost, at best, if it lasts so long (time to recover)"}

/** sn_survivals - zeroed it holds nothing and may be cleared. */
typedef struct {
    int32_t *commodity; /* [count] that the disruption touches */
    sn_survival *row;
    size_t count;
} sn_survivals;

/** sn_survivals_make - answer --stock and --ttr for the commodities for which touched is set
 *  (touched[0]: nodes without a commodity, touched[1 + code]); nothing where neither is given. */
sn_status sn_survivals_make(sn_call *call, const sn_mask *mask, const bool *touched,
                            sn_survivals *survivals, sn_error *err);
void sn_survivals_clear(sn_survivals *survivals);

/** sn_survivals_write - the member `survival` of the results, where it was asked for. */
void sn_survivals_write(sn_json *json, const sn_call *call, const sn_survivals *survivals);
sn_status sn_survivals_table(const sn_call *call, const sn_survivals *survivals, sn_table **table,
                             sn_error *err);

extern const sn_method sn_survival_method;

#endif /* SN_CLI_SURVIVAL_H */
