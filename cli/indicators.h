/* indicators.h - official indices of every product for a consumer, as rows: what `indicators`
 * prints and `benchmark` holds against its rules. */
#ifndef SN_CLI_INDICATORS_H
#define SN_CLI_INDICATORS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/call.h"
#include "datasets/factors.h"
#include "datasets/governance.h"
#include "datasets/share_table.h"
#include "metrics/indicators.h"
#include "metrics/sourcing.h"

/* Rows for an option table. */
#define SN_OPTION_CONSUMER                                                                     \
    {.name = "of",                                                                             \
     .kind = SN_OPTION_TEXT,                                                                   \
     .argument = "JPN|EU27|SELECTOR",                                                          \
     .fallback = "EU27",                                                                       \
     .help = "the consumer: a country, a coalition, or a selector"},                           \
        {.name = "by",                                                                         \
         .kind = SN_OPTION_CHOICE,                                                             \
         .argument = "LEVEL",                                                                  \
         .choices = "country|owner",                                                           \
         .fallback = "country",                                                                \
         .help = "whose shares: country (place) or owner (headquarters)"},                     \
        {.name = "ownership",                                                                  \
         .kind = SN_OPTION_CHOICE,                                                             \
         .argument = "RULE",                                                                   \
         .choices = "largest|equity",                                                          \
         .fallback = "largest",                                                                \
         .help = "sites with several owners: all to the largest, or in proportion to equity"}, \
        {.name = "coalition",                                                                  \
         .kind = SN_OPTION_TEXT,                                                               \
         .argument = "NAME",                                                                   \
         .help = "what if only its members' supply counted (and the consumer's own)"},         \
        {.name = "shares",                                                                     \
         .kind = SN_OPTION_TEXT,                                                               \
         .argument = "FILE",                                                                   \
         .help = "published shares instead of a network; eu-crm: those of the EU study 2023"}, \
        {.name = "factors",                                                                    \
         .kind = SN_OPTION_TEXT,                                                               \
         .argument = "FILE",                                                                   \
         .help =                                                                               \
             "substitution, recycling, end uses, t, prices, ... before the built-in ones"},    \
        {.name = "governance",                                                                 \
         .kind = SN_OPTION_CHOICE,                                                             \
         .argument = "PERIOD",                                                                 \
         .choices = "2023|2016-2020",                                                          \
         .help = "country scores: 2023, or 2016-2020 (with eu-crm)"},                          \
        {.name = "period",                                                                     \
         .kind = SN_OPTION_TEXT,                                                               \
         .argument = "YEAR:YEAR",                                                              \
         .help = "reference years of dated measures (default 2020:2024; eu-crm 2016:2020)"},   \
        {.name = "window",                                                                     \
         .kind = SN_OPTION_TEXT,                                                               \
         .argument = "YEAR,YEAR,YEAR",                                                         \
         .help = "the years of the CEPII screen, out of flows with a year"},                   \
        {.name = "damping",                                                                    \
         .kind = SN_OPTION_NUMBER,                                                             \
         .argument = "D",                                                                      \
         .least = 0,                                                                           \
         .most = 0.999,                                                                        \
         .fallback = "0.5",                                                                    \
         .help = "look-through risk: each tier counts D times the one before"},                \
    {                                                                                          \
        .name = "scenario", .kind = SN_OPTION_LIST, .argument = "FILE|NAME",                   \
        .help = "expected loss: a scenario with a probability"                                 \
    }

enum { SN_REASON = 200 };

/** sn_indicator - one figure of one product.  Texts are static or lent by the model. */
typedef struct {
    const sn_sourcing *product; /* NULL: of the commodity as a whole                         */
    const char *commodity;      /* or product name                                            */
    const char *index, *part;   /* "eu_sr", "combined"                                        */
    const char *view;           /* "face_value", "origin"; NULL where no sourcing is used     */
    const char *unit;           /* "share", "USD/kg"; "1" where it has none                   */
    double value;               /* NaN: unknown, reason says why                              */
    sn_interval interval;       /* NaN: none                                                  */
    double base;             /* the amount of which it is a share [unit / year]; NaN        */
    double coverage;         /* share of the supply behind it that is known; NaN           */
    double threshold;        /* NaN: none is published                                     */
    bool below;              /* critical below the threshold, else at or above             */
    bool strict;             /* at the threshold itself it is not critical                 */
    double digits;           /* rounded to so many decimals before it is compared; NaN: not */
    sn_verdict met;          /* the threshold is reached: critical                         */
    const char *who;         /* the country that the figure speaks of, or NULL             */
    const char *method;      /* id of a method row                                         */
    char reason[SN_REASON];  /* why it is unknown                                          */
    char assumed[SN_REASON]; /* what was taken although the consumer's own is not at hand  */
} sn_indicator;

/** sn_consumer - the bloc that is asked about. */
typedef struct {
    char name[100];
    const char **country; /* count codes, ascending; lent */
    size_t count;
} sn_consumer;

/** sn_consumer_write - a member with name and countries; null where there are none. */
void sn_consumer_write(sn_json *json, const char *key, const sn_consumer *consumer);

/** sn_indicators - everything about a consumer; zeroed it is empty and may be cleared. */
typedef struct {
    sn_call *call;
    sn_consumer consumer;
    sn_consumer coalition; /* count 0: all suppliers count */
    bool by_owner, from_shares;
    int period[2];
    sn_factors factors;
    sn_governance governance;
    sn_share_table shares;
    sn_sourcings products;
    sn_sourcings *year; /* of the CEPII window */
    sn_network **year_net;
    int *year_number;
    size_t years;
    bool wanted[32]; /* by place in sn_indices */
    sn_indicator *row;
    size_t count, room;
    size_t *first; /* [products + 1] first row of each product; those of the commodity behind */
    sn_indicator nowhere; /* takes what no row could be had for */
    sn_status status;     /* SN_ENOMEM once a row could not be added */
} sn_indicators;

/** sn_indices - the names of --index, NULL at the end. */
extern const char *const sn_indices[];

/**
 * sn_indicators_make - read the options, load what they name, work out the rows.
 *
 * index  [in]  names of sn_indices that are asked for, or "all"; count of them, at least one
 *
 * Clear with sn_indicators_clear, also after a failure.
 */
sn_status sn_indicators_make(sn_call *call, const char *const *index, size_t count,
                             sn_indicators *indicators, sn_error *err);
void sn_indicators_clear(sn_indicators *indicators);

/** sn_indicators_find - the row of a product's figure, or NULL. */
const sn_indicator *sn_indicators_find(const sn_indicators *indicators,
                                       const sn_sourcing *product, const char *index,
                                       const char *part, const char *view);

/** sn_indicators_note - findings that belong to every report on them. */
sn_status sn_indicators_note(sn_indicators *indicators, sn_error *err);

/* The methods behind the rows, and after them that of `benchmark`. */
enum { SN_INDICATOR_METHODS = 17, SN_BENCHMARK_METHODS };
extern const sn_method sn_indicator_methods[SN_BENCHMARK_METHODS];

#endif /* SN_CLI_INDICATORS_H */
