/* ask.c - documents of other verbs, asked for or read. */
#include "cli/ask.h"

#include "datasets/bytes.h"

sn_status sn_ask(const sn_call *lender, const sn_verb *verb, int argc, char **argv,
                 cJSON **answer, sn_error *err)
{
    sn_out *out = NULL;
    size_t length;
    sn_status status = SN_OK;

    SN_TRY(sn_out_memory(&out, err));
    SN_TRY(sn_call_ask(lender, verb, argc, argv, out, NULL, err));
    SN_TRY(sn_out_close(out, err));
    const char *text = sn_out_text(out, &length);
    *answer = cJSON_ParseWithLength(text, length);
    SN_TRY_ALLOC(*answer, "an answer");
out:
    sn_out_free(out);
    return status;
}

sn_status sn_read_document(sn_call *call, const char *path, cJSON **document, sn_error *err)
{
    sn_bytes bytes = {0};
    sn_source *source;
    const char *end = NULL;
    sn_status status = sn_bytes_open(path, NULL, SN_BYTES_LIMIT, &bytes, err);

    if (status == SN_EIO)
        status = SN_EDATA; /* an input that cannot be read */
    SN_TRY(status);
    *document = cJSON_ParseWithLengthOpts(bytes.data, bytes.size, &end, 0);
    if (*document == NULL) {
        size_t line = 1;
        for (const char *at = bytes.data; end != NULL && at < end; at++)
            line += *at == '\n';
        status = sn_fail(err, SN_EDATA, "%s:%zu: not JSON", path, line);
        goto out;
    }
    SN_TRY(sn_sources_add(&call->sources, "report", &bytes, &source, err));
out:
    sn_bytes_clear(&bytes);
    return status;
}
