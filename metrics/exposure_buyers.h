/* exposure_buyers.h - the buyers of an exposure, checked; for exposure*.c only. */
#ifndef SN_METRICS_EXPOSURE_BUYERS_H
#define SN_METRICS_EXPOSURE_BUYERS_H

#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "metrics/trace.h"

/** sn_exposure_buyers - who is asked about; zeroed it is empty and may be cleared. */
typedef struct {
    double *share;    /* [n] of the supply asked about; adds up to 1 */
    double supply;    /* the sum of the weights [unit / year]        */
    const char *unit; /* lent by the network, or NULL                */
    size_t count;
} sn_exposure_buyers;

/**
 * sn_exposure_buyers_make - check weights and turn them into shares.
 *
 * weight     [in]   n numbers by node: finite, >= 0 [unit / year]
 * commodity  [in]   weights of nodes of other commodities are ignored; SN_NONE = none are
 * buyers     [out]  cleared by sn_exposure_buyers_clear, also after a failure
 *
 * Returns  SN_OK; SN_EDATA for a bad weight or different units; SN_EUSAGE when none is
 *          positive; SN_ENOMEM.
 */
sn_status sn_exposure_buyers_make(const sn_network *net, const double *weight,
                                  int32_t commodity, sn_exposure_buyers *buyers, sn_error *err);
void sn_exposure_buyers_clear(sn_exposure_buyers *buyers);

/** sn_exposure_buyers_units - SN_EDATA when a node that is `met` (n numbers, > 0) buys in
 *  different units, or in another unit than it makes things in: shares of a sum of tonnes and
 *  dollars mean nothing. */
sn_status sn_exposure_buyers_units(const sn_trace *trace, const double *met, sn_error *err);

#endif /* SN_METRICS_EXPOSURE_BUYERS_H */
