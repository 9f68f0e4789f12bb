/* factors.h - what indices need beside supply: substitution, recycling, end uses, prices.
 *
 * A CSV file of factors has the columns
 *
 *   factor     one of the words below
 *   value      a number; or low and high, or all three
 *   commodity, stage   whose it is; empty: of all
 *   country    the consumer (ISO 3166 alpha-3, or the name of a coalition); of a trade
 * parameter, governance or political stability the supplier; empty: of all key        the
 * sector of `use` and `value_added` start, end of a trade parameter: in force from and until
 * [year]; optional unit, year, source   for people
 *
 * Rows that a user gives go before the built-in ones.
 */
#ifndef SN_DATASETS_FACTORS_H
#define SN_DATASETS_FACTORS_H

#include <stdbool.h>
#include <stddef.h>

#include "datasets/source.h"
#include "graph/arena.h"
#include "graph/error.h"

typedef enum {
    SN_FACTOR_EOL_RIR,         /* end-of-life recycling input rate, 0..1                     */
    SN_FACTOR_SI_SR,           /* substitution index of supply risk, 0..1                    */
    SN_FACTOR_SI_EI,           /* substitution index of economic importance, 0..1            */
    SN_FACTOR_USE,             /* share of end use in the sector `key`, 0..1                 */
    SN_FACTOR_VALUE_ADDED,     /* gross value added of the sector `key` [MEUR]               */
    SN_FACTOR_LARGEST_SECTOR,  /* value added of the largest sector [MEUR]                   */
    SN_FACTOR_IMPORT_RELIANCE, /* as published, 0..1                                         */
    SN_FACTOR_SUPPLY,          /* which supply the EU took: 0 global, 1 sourcing, 2 both     */
    SN_FACTOR_T,               /* trade parameter of the supplier `country`                  */
    SN_FACTOR_GOVERNANCE,      /* of the supplier `country`, 0 best, 10 worst                */
    SN_FACTOR_STABILITY,       /* political stability of the supplier, -2.5..2.5, 2.5 best   */
    SN_FACTOR_PRICE,           /* [USD/kg]                                                   */
    SN_FACTOR_SECONDARY,       /* secondary production of the consumer [unit / year]         */
    SN_FACTOR_STOCKS,          /* what it draws from stocks [unit / year]                    */
    SN_FACTOR_CONSUMPTION,     /* what it consumes [unit / year]                             */
    SN_FACTOR_EU_SR,           /* supply risk as published                                   */
    SN_FACTOR_EU_EI,           /* economic importance as published                           */
    SN_FACTORS
} sn_factor_kind;

/** sn_factor_name - the word in files: "eol_rir", "si_sr", "use", ... */
const char *sn_factor_name(sn_factor_kind kind);

/** sn_factor - one figure; texts are never NULL, and empty where it is of all. */
typedef struct {
    sn_factor_kind kind;
    const char *commodity, *stage, *country, *key, *unit, *source;
    double value, low, high; /* NaN where not given */
    double start, end;       /* [year] of a trade parameter, or NaN */
    bool is_eu;              /* by material and stage of the EU's study */
    bool is_given;           /* by the user                             */
} sn_factor;

/** sn_factor_link - the EU material and stage that stand for a commodity's stage. */
typedef struct {
    const char *commodity, *stage, *material, *material_stage, *note;
} sn_factor_link;

typedef struct {
    sn_factor *factor; /* by kind, given ones first */
    size_t count;
    size_t first[SN_FACTORS + 1]; /* of each kind */
    sn_factor_link *link;
    size_t links;
    sn_arena texts;
} sn_factors;

/**
 * sn_factors_load - the built-in factors, and a user's file before them.
 *
 * file     [in]      or NULL
 * sources  [in,out]  where the file is entered
 *
 * Returns  SN_OK; SN_EDATA naming file, line and field for a word that is no factor (with the
 *          nearest one), a number that is missing or out of range; SN_ENOMEM.
 */
sn_status sn_factors_load(const char *file, sn_sources *sources, sn_factors *factors,
                          sn_error *err);
void sn_factors_clear(sn_factors *factors);

/** sn_factor_query - what is looked for; NULL texts: not stated, matches rows that are of all.
 */
typedef struct {
    sn_factor_kind kind;
    const char *commodity, *stage, *country, *key;
} sn_factor_query;

/** sn_factors_next - the next row that answers a query, after `from` (NULL: the first), or
 * NULL. Without a stage a row of any stage answers.  O(rows of
 *  the kind). */
const sn_factor *sn_factors_next(const sn_factors *factors, const sn_factor_query *query,
                                 const sn_factor *from);

/** sn_factors_link - the EU material for a commodity's stage, or NULL; a stage of NULL takes
 * the first that has one. */
const sn_factor_link *sn_factors_link(const sn_factors *factors, const char *commodity,
                                      const char *stage);

#endif /* SN_DATASETS_FACTORS_H */
