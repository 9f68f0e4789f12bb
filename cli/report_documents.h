/* report_documents.h - JSON documents of other verbs as sections of a page. */
#ifndef SN_CLI_REPORT_DOCUMENTS_H
#define SN_CLI_REPORT_DOCUMENTS_H

#include <cjson/cJSON.h>

#include "cli/call.h"

/** sn_documents - what a page is made of beside a network; lent. */
typedef struct {
    cJSON **document;
    const char **name; /* file names, or how it was asked for */
    size_t count;
} sn_documents;

/**
 * sn_documents_check - whether all of them are documents of this program that a page can show.
 *
 * Returns  SN_OK; SN_EDATA naming the first that is not.
 */
sn_status sn_documents_check(const sn_documents *documents, sn_error *err);

/** sn_documents_write - the array `documents`: for each its verb, findings, methods, inputs,
 * and sections with a table and perhaps a chart.  Numbers come with the text that the page
 * shows. */
void sn_documents_write(sn_json *json, const sn_call *call, const sn_documents *documents);

/** sn_documents_lead - the notes of the documents, as notes of this call. */
sn_status sn_documents_lead(sn_call *call, const sn_documents *documents, sn_error *err);

#endif /* SN_CLI_REPORT_DOCUMENTS_H */
