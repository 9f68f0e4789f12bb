/* places.h - what a text or number in a country column means. */
#ifndef SN_DATASETS_PLACES_H
#define SN_DATASETS_PLACES_H

#include "datasets/bytes.h"
#include "graph/error.h"

typedef enum {
    SN_PLACE_COUNTRY,   /* ISO 3166-1, or a former state that kept its code             */
    SN_PLACE_REST,      /* the rest of the world: a remainder, not a country            */
    SN_PLACE_AREA,      /* a remainder of Comtrade's: areas nes, bunkers, free zones    */
    SN_PLACE_AGGREGATE, /* a sum of countries: World, European Union                    */
    SN_PLACE_UNKNOWN    /* none of these                                                */
} sn_place_kind;

/** sn_place - texts live as long as the places. */
typedef struct {
    sn_place_kind kind;
    const char *code; /* ISO 3166 alpha-3, "ROW", "WLD"; "" where there is none */
    const char *name; /* "" when unknown                                        */
} sn_place;

typedef struct sn_places sn_places;

/** sn_places_new - the built-in countries and places.  SN_ENOMEM, SN_EINTERNAL. */
sn_status sn_places_new(sn_places **places, sn_error *err);
void sn_places_free(sn_places *places);

/**
 * sn_places_find - what a text means.
 *
 * Numbers are Comtrade's, which are ISO's but for a few (842 USA, 699 India, 490 Taiwan), and
 * then ISO's.  Texts are ISO alpha-3 and alpha-2 codes (NA is Namibia), names and spellings;
 * case, accents, punctuation, no-break spaces and a leading "the" do not count.  What is not
 * known so is tried without footnote marks ("China 3", "Russiae"), without a remark in
 * parentheses ("Brazil (beneficiated)"), and as UTF-8 that was encoded twice.
 *
 * Returns  the place; of kind SN_PLACE_UNKNOWN with empty texts when nothing fits.
 * Cost     O(length) expected.
 */
sn_place sn_places_find(const sn_places *places, sn_slice text);

/**
 * sn_places_learn - take a line of a code list that lies beside a table: from now on the number
 * means that place.
 *
 * iso3, name  [in]  either may be empty; what sn_places_find makes of iso3, else of the name,
 *                   is what the number means; if neither is known the number stays as it was
 */
void sn_places_learn(sn_places *places, sn_slice number, sn_slice iso3, sn_slice name);

#endif /* SN_DATASETS_PLACES_H */
