/* cmd_merge.c - the shards of a sweep joined into what one run would have written. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/call.h"
#include "cli/verbs.h"
#include "datasets/bytes.h"

static const sn_option options[] = {{.name = NULL}};

/* A line of an input, by its place in the whole sweep. */
typedef struct {
    const char *text;
    size_t length;
} sn_line;

typedef struct {
    sn_bytes *bytes; /* [files] */
    size_t files;
    char *head;      /* the sweep's line without its shard */
    sn_line *line;   /* [count] */
    size_t count;
} sn_merge;

/* The first line: what is swept.  All shards must say the same, the shard itself apart. */
static sn_status take_head(sn_merge *merge, const char *name, const char *text, size_t length,
                           sn_error *err)
{
    cJSON *head = cJSON_ParseWithLength(text, length);
    const cJSON *schema = cJSON_GetObjectItemCaseSensitive(head, "schema");
    const cJSON *singles = cJSON_GetObjectItemCaseSensitive(head, "singles");
    char *whole = NULL;
    sn_status status = SN_OK;

    if (!cJSON_IsString(schema) || strcmp(schema->valuestring, "supplynet.sweep/1") != 0 ||
        !cJSON_IsNumber(singles) || !(singles->valuedouble >= 0)) {
        status = sn_fail(err, SN_EDATA, "%s:1: not the NDJSON of a sweep", name);
        goto out;
    }
    const char *shard = NULL; /* cut `, "shard": "1/3"` out of the text, so that bytes stay */
    for (size_t k = 0; k + 11 < length; k++)
        if (memcmp(text + k, ", \"shard\": ", 11) == 0)
            shard = text + k;
    const size_t kept = shard != NULL ? (size_t)(shard - text) : length;
    whole = malloc(kept + 2);
    SN_TRY_ALLOC(whole, "a merge");
    memcpy(whole, text, kept);
    memcpy(whole + kept, shard != NULL ? "}" : "", shard != NULL ? 2 : 1);
    if (merge->head == NULL) {
        merge->head = whole;
        whole = NULL;
        merge->count = (size_t)singles->valuedouble;
        merge->line = calloc(merge->count + 1, sizeof *merge->line);
        SN_TRY_ALLOC(merge->line, "a merge");
    } else if (strcmp(merge->head, whole) != 0) {
        status = sn_fail(err, SN_EDATA, "%s: a shard of another sweep than %s", name,
                         merge->bytes[0].name);
    }
out:
    free(whole);
    cJSON_Delete(head);
    return status;
}

static sn_status take_removal(sn_merge *merge, const char *name, size_t number, sn_line line,
                              sn_error *err)
{
    static const char mark[] = "{\"type\": \"removal\", \"index\": ";
    char *end = NULL;
    const bool known = line.length > sizeof mark && memcmp(line.text, mark, sizeof mark - 1) == 0;
    const unsigned long long index = known ? strtoull(line.text + sizeof mark - 1, &end, 10) : 0;

    if (!known || *end != ',' || index >= merge->count)
        return sn_fail(err, SN_EDATA, "%s:%zu: no removal of this sweep", name, number);
    sn_line *place = &merge->line[index];
    if (place->text != NULL &&
        (place->length != line.length || memcmp(place->text, line.text, line.length) != 0))
        return sn_fail(err, SN_EDATA, "%s:%zu: removal %llu has another answer elsewhere", name, number,
                       index);
    *place = line;
    return SN_OK;
}

static sn_status read_shard(sn_merge *merge, const sn_bytes *bytes, sn_error *err)
{
    const char *at = bytes->data, *end = bytes->data + bytes->size;
    sn_status status = SN_OK;

    for (size_t number = 1; at < end; number++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const sn_line line = {at, (size_t)((stop != NULL ? stop : end) - at)};
        if (number == 1)
            SN_TRY(take_head(merge, bytes->name, line.text, line.length, err));
        else
            SN_TRY(take_removal(merge, bytes->name, number, line, err));
        at += line.length + 1;
    }
out:
    return status;
}

static sn_status write_whole(const sn_call *call, const sn_merge *merge, sn_error *err)
{
    size_t missing = 0, first = 0;
    sn_out *out = NULL;
    sn_status status = SN_OK;

    for (size_t k = merge->count; k-- > 0;)
        if (merge->line[k].text == NULL) {
            missing++;
            first = k;
        }
    if (missing > 0)
        return sn_fail(err, SN_EDATA, "%zu of %zu removals are missing, the first is number %zu",
                       missing, merge->count, first);
    SN_TRY(sn_call_open(call, &out, err));
    sn_out_puts(out, merge->head);
    sn_out_putc(out, '\n');
    for (size_t k = 0; k < merge->count; k++) {
        sn_out_write(out, merge->line[k].text, merge->line[k].length);
        sn_out_putc(out, '\n');
    }
    SN_TRY(sn_call_done(call, out, err));
out:
    sn_out_free(out);
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    sn_merge merge = {.files = call->options.word_count};
    sn_status status = SN_OK;

    if (merge.files == 0)
        return sn_fail(err, SN_EUSAGE, "give the NDJSON files of all shards");
    merge.bytes = calloc(merge.files, sizeof *merge.bytes);
    SN_TRY_ALLOC(merge.bytes, "a merge");
    for (size_t f = 0; f < merge.files; f++) {
        status = sn_bytes_open(call->options.words[f], NULL, SN_BYTES_LIMIT, &merge.bytes[f], err);
        if (status == SN_EIO)
            status = SN_EDATA; /* an input that cannot be read */
        SN_TRY(status);
        SN_TRY(read_shard(&merge, &merge.bytes[f], err));
    }
    SN_TRY(write_whole(call, &merge, err));
out:
    for (size_t f = 0; merge.bytes != NULL && f < merge.files; f++)
        sn_bytes_clear(&merge.bytes[f]);
    free(merge.bytes);
    free(merge.head);
    free(merge.line);
    return status;
}

const sn_verb sn_verb_merge = {
    .name = "merge",
    .summary = "Join the shards of a sweep",
    .words = "FILE...",
    .options = options,
    .about = "Reads the NDJSON outputs of `sweep --shard 1/N` .. `N/N` and writes what one run without\n"
             "shards would have written, byte for byte.  Shards of different inputs or options, and\n"
             "missing removals, are errors.",
    .examples = "supplynet merge part1.ndjson part2.ndjson -o all.ndjson",
    .unused = "NETWORK|format|seed|threads|top|color|fail-if",
    .run = run,
};
