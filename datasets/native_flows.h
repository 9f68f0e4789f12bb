/* native_flows.h - between native_flows.c and native_flow_rows.c only. */
#ifndef SN_DATASETS_NATIVE_FLOWS_H
#define SN_DATASETS_NATIVE_FLOWS_H

#include "datasets/native_private.h"

/* The columns of flows.csv. */
enum {
    SN_FLOW_SOURCE,
    SN_FLOW_TARGET,
    SN_FLOW_VALUE,
    SN_FLOW_PRODUCT,
    SN_FLOW_UNIT,
    SN_FLOW_QUANTITY,
    SN_FLOW_YEAR,
    SN_FLOW_LEAD_TIME,
    SN_FLOW_BASIS,
    SN_FLOW_COLUMNS
};

/* One pass over flows.csv. */
typedef struct {
    sn_native *native;
    sn_source *source; /* rows used and dropped */
    const sn_preset_columns *where;
    sn_dict years;  /* that occur */
    size_t checked; /* values of quantity */
} sn_flows_pass;

/* Read all rows into p->native->builder, on several threads. */
sn_status sn_flows_read(sn_flows_pass *p, sn_csv *csv, sn_error *err);

#endif /* SN_DATASETS_NATIVE_FLOWS_H */
