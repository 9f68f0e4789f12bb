/* indicators_methods.c - the indices by name, and how each is made. */
#include <string.h>

#include "cli/indicators_private.h"

const char *const sn_indices[] = {
    "eu_sr",      "eu_ei",     "geopolrisk",    "cepii",   "ec",           "oecd", "iea_top3",
    "iea_n1",     "nir",       "hhi",           "hhi_wgi", "look_through", "t",    "sourcing",
    "own_supply", "recycling", "expected_loss", NULL};

/* In the order of sn_indices, then benchmark. */
const sn_method sn_indicator_methods[SN_BENCHMARK_METHODS] = {
    {"eu-supply-risk", "1",
     "supply risk of a stage: (w HHI_world + (1 - w) HHI_sourcing) (1 - EoL-RIR) SI, HHI = sum "
     "s^2 WGI t, "
     "w = half the import reliance; material: the worst stage; threshold 1.0 after rounding",
     "European Commission 2017, Methodology for establishing the EU list of critical raw "
     "materials"},
    {"eu-economic-importance", "1",
     "economic importance: 10 SI sum A Q / max Q over sectors of end use; threshold 2.8 after "
     "rounding",
     "European Commission 2017, Methodology for establishing the EU list of critical raw "
     "materials"},
    {"geopolrisk", "1",
     "HHI of production times sum g f / (p + F); factor: times price / 0.409412948",
     "Gemechu et al. 2016, Journal of Industrial Ecology 20(1); Koyamparambath et al. 2024"},
    {"cepii-dependency", "1",
     "HHI of imports > 0.4, HHI of world exports > 0.4, imports / exports > 1 (9999 without "
     "exports), "
     "in 2 of 3 years",
     "CEPII, GeoDep; CEPII Policy Brief 41"},
    {"ec-core-indicators", "1",
     "core dependency indicators of the European Commission: HHI of imports from outside > "
     "0.4, their "
     "share of all imports > 0.5, imports / exports > 1",
     "European Commission, SWD(2021) 352, as cited by others"},
    {"oecd-concentration", "1",
     "effective suppliers of imports over effective exporters in the world: (1/HHI) / (1/HHI) "
     "< 0.5",
     "OECD 2025, Supply Chain Resilience Review; our reading"},
    {"iea-top-3", "1", "share of the three largest suppliers of the world",
     "IEA, Global Critical Minerals Outlook 2025"},
    {"iea-n-1", "1",
     "supply without the largest supplier over demand (total), and over the demand of all "
     "others "
     "(remaining)",
     "IEA, Global Critical Minerals Outlook 2025; remaining: our reading"},
    {"net-import-reliance", "1",
     "net import reliance: (imports - exports + stocks drawn) / (primary and secondary "
     "production + the same)",
     "US Geological Survey, Mineral Commodity Summaries"},
    {"supply-hhi", "1", "sum of squared shares, 0..1; interval: what the unnamed rest allows",
     "Hirschman 1964, American Economic Review 54(5)"},
    {"governance-hhi", "1",
     "sum of squared shares times governance, 0 best and 1 worst: (2.5 - mean of six WGI) / 5",
     "World Bank, World Governance Indicators; the weighting is that of the EU's supply risk "
     "with t = 1"},
    {"look-through-risk", "1",
     "governance of the countries that the consumer's final use came from or passed, tier k "
     "counted "
     "D^(k-1) times: mean; D is --damping",
     "our own; docs/indicators.md"},
    {"trade-parameter", "1",
     "mean trade parameter of the suppliers by share: 0.8 the consumer's own, 1 no measure, "
     "above 1 "
     "export measures; dated ones as mean of yearly values",
     "European Commission 2017, as above"},
    {"sourcing", "1",
     "largest supplier, largest outside the consumer, its own part, and suppliers of at least "
     "1 %",
     "docs/indicators.md"},
    {"own-supply", "1", "own production at a stage over the consumption of the commodity",
     "Regulation (EU) 2024/1252, article 5"},
    {"recycling-rate", "1", "end-of-life recycling input rate, for recycling over consumption",
     "European Commission, Study on the critical raw materials for the EU 2023"},
    {"expected-loss", "1",
     "sum over scenarios of probability times loss of the consumer; lower end: best rerouting",
     "US Geological Survey, Open-File Report 2025-1047 (there: of GDP)"},
    {"benchmark", "1",
     "a rule passes if its figure meets the limit over all of its interval, fails if over "
     "none, else "
     "unknown; missing: limit times consumption (or supply, or demand) less the amount, at "
     "least 0",
     "docs/indicators.md; limits: the policy's source"},
};

bool sn_wants(const sn_indicators *it, const char *index)
{
    for (size_t k = 0; sn_indices[k] != NULL; k++)
        if (strcmp(sn_indices[k], index) == 0)
            return it->wanted[k];
    return false;
}

const char *sn_index_method(const char *index)
{
    for (size_t k = 0; sn_indices[k] != NULL; k++)
        if (strcmp(sn_indices[k], index) == 0)
            return sn_indicator_methods[k].id;
    return NULL;
}
