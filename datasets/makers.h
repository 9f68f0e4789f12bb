/* makers.h - who makes how much: tables of production and capacity by country. */
#ifndef SN_DATASETS_MAKERS_H
#define SN_DATASETS_MAKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "datasets/preset.h"
#include "datasets/source.h"
#include "graph/builder.h"
#include "graph/dict.h"
#include "graph/error.h"

/** sn_maker - one commodity, stage, country and year. */
typedef struct {
    int32_t commodity, stage, place; /* codes; place: ISO alpha-3 or ROW                  */
    int32_t year, unit, source;      /* codes; SN_NONE: not stated                        */
    double value, capacity;          /* [unit / year]; NaN: missing or withheld           */
    double low, high;                /* what is known of a value given as >95, <1 or 1-2  */
} sn_maker;

/** sn_maker_total - the printed total of a table, and the sum of its countries. */
typedef struct {
    int32_t commodity, stage, year, unit;
    double printed, sum; /* [unit / year]; printed is NaN where there is none */
    size_t withheld;     /* countries without a value                         */
} sn_maker_total;

/** sn_makers - zeroed it is empty and may be cleared. */
typedef struct {
    sn_dict commodity, stage, place, year, unit, source;
    sn_dict uncoded; /* texts that are no country: counted as ROW */
    sn_maker *row;
    size_t count, room;
    sn_maker_total *total;
    size_t totals;
} sn_makers;

void sn_makers_clear(sn_makers *makers);

/**
 * sn_makers_load - read a table of production: native production.csv, USGS, EU CRM.
 *
 * year       [in]   "2024"; "" = all
 * commodity  [in]   only these, exactly as they are named in the end; empty or NULL = all
 * seen       [out]  every commodity of the file, or NULL
 * source     [out]  its number among input->sources
 *
 * Rows of one commodity, stage, country and year are one; SN_EDATA when two of them disagree.
 */
sn_status sn_makers_load(const sn_preset_input *input, const char *year,
                         const sn_dict *commodity, sn_makers *makers, sn_dict *seen,
                         size_t *source, sn_error *err);

/** sn_makers_build - nodes of kind stage, `CHN:cobalt:mining`, with output and capacity.
 * SN_EDATA when several years are there. */
sn_status sn_makers_build(const sn_makers *makers, sn_builder *builder, const char *name,
                          sn_source *source, sn_error *err);

#endif /* SN_DATASETS_MAKERS_H */
