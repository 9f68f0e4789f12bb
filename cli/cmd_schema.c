/* cmd_schema.c - the JSON Schema of a verb's document. */
#include <stdio.h>
#include <string.h>

#include "cli/call.h"
#include "cli/verbs.h"
#include "datasets/embedded.h"

static const char *const folder = "reports/schema";

static const sn_option options[] = {{.name = NULL}};

/* The envelope with @VERB@ and @RESULTS@ filled in. */
static void fill(const sn_embedded_file *envelope, const char *verb,
                 const sn_embedded_file *results, sn_out *out)
{
    static const char verb_mark[] = "@VERB@", results_mark[] = "@RESULTS@";
    const char *at = envelope->data, *end = at + envelope->size;

    while (at < end) {
        const char *mark = memchr(at, '@', (size_t)(end - at));
        sn_out_write(out, at, (size_t)((mark != NULL ? mark : end) - at));
        if (mark == NULL)
            return;
        if (strncmp(mark, verb_mark, strlen(verb_mark)) == 0) {
            sn_out_puts(out, verb);
            at = mark + strlen(verb_mark);
        } else if (strncmp(mark, results_mark, strlen(results_mark)) == 0) {
            size_t length = results->size; /* without the line end of the file */
            while (length > 0 && results->data[length - 1] == '\n')
                length--;
            sn_out_write(out, results->data, length);
            at = mark + strlen(results_mark);
        } else {
            sn_out_putc(out, '@');
            at = mark + 1;
        }
    }
}

static sn_status unknown(const char *verb, sn_error *err)
{
    size_t count, names = 0;
    const sn_embedded_file *file = sn_embedded_files(folder, &count);
    char text[32][32], list[400] = "";
    const char *known[32];

    for (size_t f = 0; f < count && names < 32; f++) {
        if (strcmp(file[f].name, "envelope.json") == 0)
            continue;
        (void)snprintf(text[names], sizeof text[names], "%.*s",
                       (int)strcspn(file[f].name, "."), file[f].name);
        known[names] = text[names];
        if (strlen(list) + strlen(text[names]) + 3 < sizeof list) {
            strcat(list, names > 0 ? ", " : "");
            strcat(list, text[names]);
        }
        names++;
    }
    const char *near = sn_nearest(verb, known, names);
    return sn_fail(err, SN_EUSAGE, "no schema for \"%s\"%s%s%s (%s)", verb,
                   near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                   near != NULL ? "\"?" : "", list);
}

static sn_status run(sn_call *call, sn_error *err)
{
    const sn_embedded_file *envelope = sn_embedded_find(folder, "envelope.json");
    char name[64];
    sn_out *out = NULL;
    sn_status status = SN_OK;

    if (call->options.word_count != 1)
        return sn_fail(err, SN_EUSAGE, "give one verb, for example: supplynet schema whatif");
    const char *verb = call->options.words[0];
    (void)snprintf(name, sizeof name, "%s.json", verb);
    const sn_embedded_file *results = sn_embedded_find(folder, name);
    if (results == NULL || results == envelope)
        return unknown(verb, err);
    SN_TRY(sn_call_open(call, &out, err));
    fill(envelope, verb, results, out);
    status = sn_call_done(call, out, err);
out:
    sn_out_free(out);
    return status;
}

const sn_verb sn_verb_schema = {
    .name = "schema",
    .summary = "The JSON Schema (2020-12) of a verb's document",
    .words = "VERB",
    .options = options,
    .about = "Documents say which schema they follow: \"schema\": \"supplynet.whatif/1\".  Within version 1\n"
             "members may be added, never removed or changed in meaning.",
    .examples = "supplynet schema whatif\n"
                "supplynet schema chokepoints -o chokepoints.schema.json",
    .unused = "NETWORK|seed|threads|top|format|color|fail-if",
    .run = run,
};
