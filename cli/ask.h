/* ask.h - let one verb answer another one's question, as JSON. */
#ifndef SN_CLI_ASK_H
#define SN_CLI_ASK_H

#include <cjson/cJSON.h>

#include "cli/call.h"

/**
 * sn_ask - sn_call_ask, and the document parsed; cJSON_Delete frees it.
 *
 * Returns  as sn_call_ask; SN_ENOMEM.
 */
sn_status sn_ask(const sn_call *lender, const sn_verb *verb, int argc, char **argv,
                 cJSON **answer, sn_error *err);

/**
 * sn_read_document - a JSON document from a file, entered among the inputs of a call.
 *
 * Returns  SN_OK; SN_EDATA for what cannot be opened or is not JSON, with the line; SN_ENOMEM.
 */
sn_status sn_read_document(sn_call *call, const char *path, cJSON **document, sn_error *err);

#endif /* SN_CLI_ASK_H */
