/* factors_private.h - the EU's tables as factors. */
#ifndef SN_DATASETS_FACTORS_PRIVATE_H
#define SN_DATASETS_FACTORS_PRIVATE_H

#include "datasets/factors.h"

/** sn_factors_add - append a row.  SN_ENOMEM. */
sn_status sn_factors_add(sn_factors *factors, const sn_factor *factor, sn_error *err);

/** sn_factors_add_eu - append what the EU's study of 2023 published. */
sn_status sn_factors_add_eu(sn_factors *factors, sn_error *err);

#endif /* SN_DATASETS_FACTORS_PRIVATE_H */
