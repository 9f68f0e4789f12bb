/* sourcing_private.h - what the parts of sourcing share. */
#ifndef SN_METRICS_SOURCING_PRIVATE_H
#define SN_METRICS_SOURCING_PRIVATE_H

#include "metrics/sourcing.h"

enum {
    SN_SOURCING_MADE,
    SN_SOURCING_BOUGHT,
    SN_SOURCING_EXPORTED,
    SN_SOURCING_USED,
    SN_SOURCING_COLUMNS
};

/** sn_sourcing_cell - the amounts of one country while a product is added up. */
typedef struct {
    double amount[SN_SOURCING_COLUMNS];
} sn_sourcing_cell;

/** sn_buckets - items 0 .. n - 1 by bucket: those of b are item[first[b]] ..
 * item[first[b+1]-1], ascending. */
typedef struct {
    size_t *first, *item;
} sn_buckets;

enum { SN_SEVERAL = -2 }; /* products, where one is asked for */

/** sn_sorter - a network's flows and makers by product, and the countries of one product. */
typedef struct {
    const sn_network *net;
    const sn_sourcing_question *question;
    int32_t rest; /* code of the rest of the world, or SN_NONE                           */
    size_t products;
    int32_t *by_stage; /* [commodity][stage + 1] product, or SN_NONE                          */
    int32_t *by_group; /* [product group] of suppliers without a commodity                    */
    int32_t *of_flow;  /* [flow] its product                                                  */
    int32_t *sells;    /* [node] the one product of what it sells, SN_NONE or SN_SEVERAL      */
    double *sold;      /* [node] to others                                                    */
    double *self;      /* [node] to itself                                                    */
    bool production_known;
    sn_buckets flow, maker;
    sn_sourcing_cell *cell; /* [country], zero between two products */
} sn_sorter;

/** sn_sorter_make - step 1; sn_sorter_clear frees, also after a failure.  SN_ENOMEM. */
sn_status sn_sorter_make(const sn_network *net, const sn_sourcing_question *question,
                         sn_sorter *sorter, sn_error *err);
void sn_sorter_clear(sn_sorter *sorter);

/** sn_sourcing_is_member - whether a node stands in a country of the bloc. */
bool sn_sourcing_is_member(const sn_sorter *s, size_t node);

/** sn_sourcing_add - put an amount of a node under its country, or its owners', or into sums.
 */
void sn_sourcing_add(sn_sorter *s, size_t node, size_t column, double amount,
                     sn_sourcing_sums *sums);

/** sn_sourcing_trace - step 3: origin and final use of every product.  As sn_exposure_of. */
sn_status sn_sourcing_trace(sn_sorter *s, sn_sourcings *all, sn_error *err);

#endif /* SN_METRICS_SOURCING_PRIVATE_H */
