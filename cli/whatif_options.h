/* whatif_options.h - the options that chokepoints and whatif share, and how they are read. */
#ifndef SN_CLI_WHATIF_OPTIONS_H
#define SN_CLI_WHATIF_OPTIONS_H

#include "cli/call.h"
#include "metrics/impact.h"

/* Rows for an option table. */
#define SN_OPTION_BUYER                                                                        \
    {.name = "buyer", .kind = SN_OPTION_LIST, .argument = "SELECTOR",                          \
     .help = "only the losses of these buyers"}
#define SN_OPTION_RESPONSE                                                                     \
    {.name = "response", .kind = SN_OPTION_CHOICE, .argument = "RULE",                         \
     .choices = "none|market", .fallback = "none",                                             \
     .help = "none: no substitution; market: suppliers are replaceable by market share"}
#define SN_OPTION_WEIGHT                                                                       \
    {.name = "weight", .kind = SN_OPTION_CHOICE, .argument = "RULE",                           \
     .choices = "auto|output|final_demand|value", .fallback = "auto",                          \
     .help = "what a node counts in totals: auto, output, final_demand or value (sales)"}
#define SN_OPTION_OWNERSHIP                                                                    \
    {.name = "ownership", .kind = SN_OPTION_CHOICE, .argument = "RULE",                        \
     .choices = "largest|equity", .fallback = "largest",                                       \
     .help = "sites with several owners: all to the largest, or in proportion to equity"}
#define SN_OPTION_TOLERANCE                                                                    \
    {.name = "tolerance", .kind = SN_OPTION_NUMBER, .argument = "SHARE", .least = 1e-15,       \
     .most = 0.1, .fallback = "1e-9", .help = "largest proved error of a loss"}

/** sn_setting - a prepared cascade over the call's network, and who is asked about. */
typedef struct {
    sn_cascade_plan *plan;
    sn_cascade *cascade;
    sn_impact_frame *frame;
    sn_selection buyers;
    bool buyers_named;
} sn_setting;

/** sn_setting_make - read --response, --weight, --tolerance and --buyer and prepare.  Clear with
 *  sn_setting_clear, also after a failure. */
sn_status sn_setting_make(sn_call *call, sn_setting *setting, sn_error *err);
void sn_setting_clear(sn_setting *setting);

/** sn_select_union - the union of the selectors that a list option gives: the larger weight. */
sn_status sn_select_union(sn_call *call, const char *option, sn_selection *selection,
                          sn_error *err);

/** sn_find_model - findings that belong to every cascade: no final demand, closed loops. */
sn_status sn_find_model(sn_call *call, const sn_setting *setting, bool closed_loop, sn_error *err);

/** sn_find_estimated - a finding that names the commodities, among those asked about, of whose
 *  flow more than half is estimated.
 *
 * asked  [in]  by commodity code; NULL = all
 */
sn_status sn_find_estimated(sn_call *call, const bool *asked, sn_error *err);

/* The cascade, as every verb that runs one calls it. */
#define SN_METHOD_CASCADE                                                                        \
    {"cascade", "1",                                                                           \
    "share of normal output that a node loses: downstream by missing inputs (worst essential " \
    "product group, non-essential inputs in proportion), upstream by missing customers; fixed " \
    "point, bound proved",                                                                     \
    "Diem et al. 2022, Scientific Reports 12:7719, with final demand and a certified fixed point; " \
    "docs/model.md"}

/* The methods behind losses. */
enum { SN_LOSS_METHODS = 3 };
extern const sn_method sn_loss_methods[SN_LOSS_METHODS];

#endif /* SN_CLI_WHATIF_OPTIONS_H */
