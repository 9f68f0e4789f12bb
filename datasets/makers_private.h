/* makers_private.h - between the makers files only. */
#ifndef SN_DATASETS_MAKERS_PRIVATE_H
#define SN_DATASETS_MAKERS_PRIVATE_H

#include "datasets/makers.h"
#include "datasets/places.h"

struct sn_native;

/* A pass over one table. */
typedef struct {
    const sn_preset_input *input;
    const char *year;
    const sn_dict *asked; /* commodities to keep; empty: all */
    sn_dict *seen;        /* commodities of the file, or NULL */
    sn_makers *makers;
    sn_places *places;
    sn_csv *csv;
    sn_preset_columns columns;
    sn_source *source;
} sn_makers_pass;

/* An amount as people print it: 10,000; >95; <1; 330 - 390; W; NA; -- (nothing). */
typedef struct {
    double value, low, high;
    bool withheld; /* W */
} sn_printed;

/* false when it is none of these */
bool sn_makers_parse(sn_slice text, sn_printed *printed);

/* One amount of a country.  What is no country counts as ROW, whose amounts are added.
 *
 * why  [out]  NULL, or why it is left out: "other commodity", a sum of countries, no value */
typedef struct {
    sn_slice commodity, stage, country, year, unit, source;
    sn_printed value;
    bool is_capacity;
    bool is_part; /* of a country, "United States (from Cliffside Field)": parts are added */
    size_t line;  /* where it stands */
} sn_makers_entry;
/* Note a year of the file, and whether it is asked for. */
sn_status sn_makers_keep_year(sn_makers_pass *pass, sn_slice year, bool *keep, sn_error *err);

sn_status sn_makers_add(sn_makers_pass *pass, const sn_makers_entry *entry, const char **why,
                        sn_error *err);

/* The readers. */
sn_status sn_makers_read_native(sn_makers_pass *pass, sn_error *err);
sn_status sn_makers_read_eu_crm(sn_makers_pass *pass, sn_error *err);
sn_status sn_makers_read_usgs(sn_makers_pass *pass, sn_error *err);

/* A table of production as a network of nodes: the `read` of its presets. */
sn_status sn_makers_to_network(const sn_preset_input *input, struct sn_native *native,
                               sn_error *err);

/* "Rare Earths" -> "rare_earths", into at most `room` bytes; what stands in parentheses is left
 * out. */
void sn_makers_slug(sn_slice text, char *slug, size_t room);

#endif /* SN_DATASETS_MAKERS_PRIVATE_H */
