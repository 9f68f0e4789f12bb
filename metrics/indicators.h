/* indicators.h - the indices that offices publish: pure functions of shares, amounts and
 * scores. */
#ifndef SN_METRICS_INDICATORS_H
#define SN_METRICS_INDICATORS_H

#include "metrics/indicator_eu.h"     /* supply risk, economic importance, t        */
#include "metrics/indicator_supply.h" /* IEA, CRMA, expected loss, look-through risk */
#include "metrics/indicator_trade.h"  /* GeoPolRisk, CEPII, EC, OECD, net imports   */

#endif /* SN_METRICS_INDICATORS_H */
