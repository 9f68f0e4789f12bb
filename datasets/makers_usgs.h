/* makers_usgs.h - the words of a USGS table; between the makers_usgs files only. */
#ifndef SN_DATASETS_MAKERS_USGS_H
#define SN_DATASETS_MAKERS_USGS_H

#include "datasets/makers_private.h"

/* A row as it stands. */
typedef struct {
    int32_t commodity; /* code of its slug        */
    int32_t table;     /* code of base and detail */
    int32_t country, year, unit;
    sn_printed value;
    double scale; /* of the unit */
    size_t line;
    bool is_capacity, is_total;
} usgs_row;

/* A commodity's table: what it counts, and the words that tell it from others. */
typedef struct {
    char base[120], detail[160];
    int32_t commodity;
    int32_t joins; /* the table that its rows belong to: itself, or the one without a detail */
    bool has_total, has_countries, is_capacity;
    const char *stage; /* static */
    char name[200];    /* of the commodity in the end */
} usgs_table;

bool sn_usgs_holds(const char *text, const char *word);

/* mining, refining or production */
const char *sn_usgs_stage(const char *base);

/* Cut the words of a table into its base and the rest. */
void sn_usgs_cut(sn_slice text, const char *commodity, usgs_table *table);

/* Unit, and what an amount in it is to be multiplied by. */
sn_slice sn_usgs_unit(sn_slice text, double *scale);

/* Whether a table of capacity may be that of a table of production: "Refinery capacity" is of
 * "Refinery production", "Production capacity" of any, "Clinker capacity" not of "Cement
 * production". */
bool sn_usgs_may_belong(const char *capacity, const char *production);

#endif /* SN_DATASETS_MAKERS_USGS_H */
