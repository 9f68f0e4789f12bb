/* csv_waves.h - a table in waves of pieces; between csv_waves.c and csv_filter.c only. */
#ifndef SN_DATASETS_CSV_WAVES_H
#define SN_DATASETS_CSV_WAVES_H

#include "datasets/csv_private.h"
#include "datasets/scan.h"

typedef struct sn_csv_waves sn_csv_waves;

/* From csv->at on.  csv->rows and the like are brought up to date with each wave; csv->at and
 * csv->line are not touched. */
sn_status sn_csv_waves_open(sn_csv *csv, const sn_scan_plan *plan, void *context,
                            sn_csv_waves **waves, sn_error *err);
/* Read the next wave; *more is false when it was the last one.  The text of the wave stays
 * where it is until the next one.  After a failure what comes before it has been taken. */
sn_status sn_csv_waves_next(sn_csv_waves *waves, bool *more, sn_error *err);
/* The end of the text that the last wave was read from. */
const char *sn_csv_waves_end(const sn_csv_waves *waves);
void sn_csv_waves_close(sn_csv_waves *waves);

#endif /* SN_DATASETS_CSV_WAVES_H */
