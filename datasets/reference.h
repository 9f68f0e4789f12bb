/* reference.h - built-in tables that are no networks: coalitions, countries, quoted shares. */
#ifndef SN_DATASETS_REFERENCE_H
#define SN_DATASETS_REFERENCE_H

#include <stddef.h>

#include "graph/arena.h"
#include "graph/error.h"
#include "graph/selector.h"

/** sn_coalition_list - `list` is what selectors take; zeroed it is empty and may be cleared. */
typedef struct {
    sn_coalitions list;
    void *rows; /* owned */
    sn_arena texts;
} sn_coalition_list;

/** sn_coalitions_load - the built-in coalitions, in the order of their file.  SN_ENOMEM;
 *  SN_EINTERNAL when the built-in file is not sound. */
sn_status sn_coalitions_load(sn_coalition_list *coalitions, sn_error *err);
void sn_coalitions_clear(sn_coalition_list *coalitions);

/** sn_country - one row of the built-in countries; texts are never NULL. */
typedef struct {
    const char *iso3, *iso2, *numeric; /* ISO 3166; numeric with leading zeros      */
    const char *name;                  /* short English name                        */
    const char *aliases, *comtrade;    /* other spellings and Comtrade codes, "a|b" */
} sn_country;

/** sn_countries - ascending by iso3; zeroed it is empty and may be cleared. */
typedef struct {
    sn_country *country;
    size_t count;
    sn_arena texts;
} sn_countries;

/** sn_countries_load - the built-in countries; fails as sn_coalitions_load. */
sn_status sn_countries_load(sn_countries *countries, sn_error *err);

/** sn_countries_find - the country with an ISO 3166 alpha-3 code, or NULL.  O(log count). */
const sn_country *sn_countries_find(const sn_countries *countries, const char *iso3);
void sn_countries_clear(sn_countries *countries);

/** sn_anchor - where a picture of the world may put a country: one point, no border. */
typedef struct {
    const char *iso3;
    double lat, lon; /* [degrees north, degrees east] */
} sn_anchor;

/** sn_anchors - ascending by iso3; zeroed it is empty and may be cleared. */
typedef struct {
    sn_anchor *anchor;
    size_t count;
    sn_arena texts;
} sn_anchors;

/** sn_anchors_load - the anchor points of all built-in countries; fails as sn_coalitions_load. */
sn_status sn_anchors_load(sn_anchors *anchors, sn_error *err);
void sn_anchors_clear(sn_anchors *anchors);

/** sn_quoted_share - a share that a document states; texts are never NULL. */
typedef struct {
    const char *commodity, *stage;
    const char *by;            /* "place" of production or "owner"         */
    const char *id, *label;    /* ISO 3166 alpha-3 code, or a region; name */
    double share, low, high;   /* 0..1; NaN where the document has none    */
    int year;                  /* 0: none                                  */
    const char *source, *note;
} sn_quoted_share;

/** sn_quoted_shares - zeroed it is empty and may be cleared. */
typedef struct {
    sn_quoted_share *share;
    size_t count;
    sn_arena texts;
} sn_quoted_shares;

/** sn_quoted_shares_load - quoted_shares.csv of a built-in dataset; none when it has no such file.
 *  Fails as sn_coalitions_load. */
sn_status sn_quoted_shares_load(const char *dataset, sn_quoted_shares *shares, sn_error *err);
void sn_quoted_shares_clear(sn_quoted_shares *shares);

#endif /* SN_DATASETS_REFERENCE_H */
