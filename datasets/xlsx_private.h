/* xlsx_private.h - between xlsx.c and xlsx_sheet.c only. */
#ifndef SN_DATASETS_XLSX_PRIVATE_H
#define SN_DATASETS_XLSX_PRIVATE_H

#include "datasets/xlsx.h"
#include "datasets/xml.h"

/* A text that grows. */
typedef struct {
    char *data;
    size_t size, room;
} sn_xlsx_text;

sn_status sn_xlsx_append(sn_xlsx_text *text, const char *more, size_t length, sn_error *err);

/* The texts that cells refer to by number, one after another. */
typedef struct {
    sn_xlsx_text all;
    size_t *end; /* [count] where each ends */
    size_t count, room;
} sn_xlsx_shared;

/* A workbook that is being read. */
typedef struct {
    const sn_bytes *bytes;
    zip_t *archive;
    uint64_t left;     /* bytes that its parts may still unpack to */
    sn_block *block;   /* whose limit that is */
    sn_xml *xml;       /* of the part that is being read */
    sn_error *err;
} sn_xlsx;

/* Hand a part to XML events; SN_EDATA when it is not there, unless `optional`. */
sn_status sn_xlsx_part(sn_xlsx *book, const char *part, bool optional, const sn_xml_events *events,
                       void *context);

/* xlsx_sheet.c: the part of a sheet -> CSV in book->block. */
sn_status sn_xlsx_sheet(sn_xlsx *book, const char *part, const sn_xlsx_shared *shared);

#endif /* SN_DATASETS_XLSX_PRIVATE_H */
