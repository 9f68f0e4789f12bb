/* indicators_private.h - what the files that make rows share. */
#ifndef SN_CLI_INDICATORS_PRIVATE_H
#define SN_CLI_INDICATORS_PRIVATE_H

#include "cli/indicators.h"

/** sn_lens_view - which amounts of a product are looked at as shares. */
typedef enum {
    SN_LENS_WORLD,          /* who makes it                                       */
    SN_LENS_FACE,           /* from whom the consumer has it, as traded           */
    SN_LENS_ORIGIN,         /* where the consumer's final use was made            */
    SN_LENS_EXPORTS,        /* who sells it abroad                                */
    SN_LENS_IMPORTS,        /* from whom outside the consumer has it, as traded   */
    SN_LENS_IMPORTS_ORIGIN, /* where outside its final use was made               */
    SN_LENS_VIEWS
} sn_lens_view;

/** sn_lens - shares and scores of the parties that have any. */
typedef struct {
    size_t count;
    double total;            /* the denominator [unit / year]; NaN or 0: nothing to look at  */
    double *share;           /* [count] of total                                             */
    double *score;           /* [count] governance, 0 best, 10 worst; NaN                    */
    double *risk;            /* [count] (2.5 - political stability) / 5; NaN                 */
    double *t;               /* [count] trade parameter; 0.8 for the consumer's own          */
    const char **id;         /* [count] */
    bool *member;            /* [count] */
    double other, unknown;   /* shares of the rest of the world, and of nobody known         */
    double named;            /* share of the named ones; NaN without any                     */
    double hhi, highest_hhi; /* of the named ones (NaN without any); and what it can be      */
    sn_weighted_hhi governed, traded; /* with governance, and with t too                     */
} sn_lens;

/** sn_scores - what is known of a product's parties, by party. */
typedef struct {
    double *score, *risk; /* as in sn_lens                                             */
    double *t[2];         /* in the world's supply, and in the consumer's: shares may
                             state one each                                            */
} sn_scores;

/** sn_scores_make - SN_ENOMEM.  Cleared by sn_scores_clear, also after a failure. */
sn_status sn_scores_make(const sn_indicators *it, const sn_sourcing *product, sn_scores *scores,
                         sn_error *err);
void sn_scores_clear(sn_scores *scores);

/** sn_lens_make - scores NULL: shares alone, no country is scored.  SN_ENOMEM.  Cleared by
 *  sn_lens_clear, also after a failure. */
sn_status sn_lens_make(const sn_sourcing *product, const sn_scores *scores, sn_lens_view view,
                       sn_lens *lens, sn_error *err);
void sn_lens_clear(sn_lens *lens);

/** sn_lens_name - "face_value", "origin" or NULL. */
const char *sn_lens_name(sn_lens_view view);

/** sn_lens_missing - why a lens shows nothing; NULL where it does. */
const char *sn_lens_missing(const sn_indicators *it, const sn_sourcing *product,
                            const sn_lens *lens, sn_lens_view view);

/** sn_buyers_known - false where at least half of a product goes to buyers whom the network
 * does not name (rest of world): imports and sourcing are then not known; sn_no_buyers says so.
 */
bool sn_buyers_known(const sn_sourcing *product);
extern const char sn_no_buyers[];

/** sn_unnamed_production - what the consumer may make beside its named production: the rest of
 * the world's, where a member is not named as a maker, and that of nobody known [unit / year].
 */
double sn_unnamed_production(const sn_indicators *it, const sn_sourcing *product);

/** sn_lenses - all of one product, made once. */
typedef struct {
    sn_lens at[SN_LENS_VIEWS];
} sn_lenses;

/** sn_row - append a row without a value; product NULL: of the commodity.  Never NULL: when
 *  memory has run out it is a row that nobody sees. */
sn_indicator *sn_row(sn_indicators *it, const sn_sourcing *product, const char *commodity,
                     const char *index, const char *part, const char *view);

/** sn_row_value - value and interval; the reason where the value is NaN. */
void sn_row_value(sn_indicator *row, double value, double low, double high, const char *reason);

/** sn_row_threshold - the published threshold, and whether it is reached. */
void sn_row_threshold(sn_indicator *row, double threshold, bool below, bool strict,
                      double digits);

/** sn_row_thin - take the value back where its coverage is below a half: the interval and what
 * it says about the threshold stay. */
void sn_row_thin(sn_indicator *row);

bool sn_wants(const sn_indicators *it, const char *index);

/** sn_index_method - the id of the method of an index. */
const char *sn_index_method(const char *index);

/** sn_indicators_period - read --period; sn_indicators_load - the consumer, and the products
 * out of a network or published shares. */
sn_status sn_indicators_period(sn_indicators *it, sn_error *err);
sn_status sn_indicators_load(sn_indicators *it, sn_error *err);

/** sn_consumer_factor - a factor of the consumer, as value and interval; where there is only
 * the EU's it is taken and named in `assumed` (may be NULL: then only the consumer's own). */
double sn_consumer_factor(const sn_indicators *it, sn_factor_kind kind, const char *commodity,
                          const char *stage, sn_interval *interval, char *assumed);

/* The rows of one product, by theme; and those of whole commodities. */
void sn_rows_concentration(sn_indicators *it, const sn_sourcing *product, const sn_lenses *l);
void sn_rows_sourcing(sn_indicators *it, const sn_sourcing *product, const sn_lenses *l);
void sn_rows_eu(sn_indicators *it, const sn_sourcing *product, const sn_lenses *l);
void sn_rows_eu_commodity(sn_indicators *it, const char *commodity, size_t first); /* row */
void sn_rows_geopolrisk(sn_indicators *it, const sn_sourcing *product, const sn_lenses *l);
void sn_rows_screens(sn_indicators *it, const sn_sourcing *product, const sn_lenses *l);
void sn_rows_iea(sn_indicators *it, const sn_sourcing *product);
sn_status sn_rows_look_through(sn_indicators *it, sn_error *err);
sn_status sn_rows_expected_loss(sn_indicators *it, sn_error *err);

/** sn_products_from_shares - a table of shares as products of the consumer. */
sn_status sn_products_from_shares(sn_indicators *it, sn_error *err);

#endif /* SN_CLI_INDICATORS_PRIVATE_H */
