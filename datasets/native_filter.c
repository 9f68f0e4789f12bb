/* native_filter.c - what --commodity and --year keep. */
#include "datasets/native_private.h"

#include <stdio.h>
#include <string.h>

#include "graph/selector.h"

static sn_status split_asked(sn_native *native, const char *text, sn_error *err)
{
    for (const char *at = text; *at != '\0';) {
        const size_t length = strcspn(at, "|");
        int32_t code;
        if (length > 0) {
            const sn_status status = sn_dict_add(&native->asked, at, length, &code, err);
            if (status != SN_OK)
                return status;
        }
        at += length + (at[length] == '|');
    }
    return native->asked.count > 0 ? SN_OK : sn_fail(err, SN_EUSAGE, "no commodity is named");
}

/* Which commodities does a table state? */
static sn_status look_at(sn_native *native, const sn_bytes *bytes, const char *aliases,
                         sn_error *err)
{
    const sn_csv_column column = {"commodity", aliases, false};
    sn_csv *csv = NULL;
    sn_status status = SN_OK;
    bool more;

    SN_TRY(sn_csv_open(bytes, &column, 1, &csv, err));
    for (;;) {
        int32_t code;
        SN_TRY(sn_csv_next(csv, &more, err));
        if (!more)
            break;
        const sn_slice text = sn_csv_text(csv, 0);
        if (text.length > 0)
            SN_TRY(sn_dict_add(&native->seen, text.text, text.length, &code, err));
    }
out:
    sn_csv_free(csv);
    return status;
}

sn_status sn_native_ask(sn_native *native, const sn_native_filter *filter,
                        const sn_bytes *table, const char *aliases, sn_error *err)
{
    sn_status status = SN_OK;

    if (filter->year != 0)
        (void)snprintf(native->year, sizeof native->year, "%d", filter->year);
    if (filter->commodity == NULL)
        return SN_OK;
    SN_TRY(split_asked(native, filter->commodity, err));
    if (table != NULL)
        SN_TRY(look_at(native, table, aliases, err));
    native->keep = native->seen.count > 0 ? SN_KEEP_NODES : SN_KEEP_PRODUCTS;
    if (table != NULL && native->keep == SN_KEEP_NODES)
        SN_TRY(sn_native_check_asked(native, table->name, err));
out:
    return status;
}

sn_status sn_native_check_asked(const sn_native *native, const char *where, sn_error *err)
{
    const sn_dict *seen = &native->seen;

    for (int32_t a = 0; a < native->asked.count; a++) {
        const char *word = native->asked.text[a];
        if (sn_dict_find(seen, word, native->asked.length[a]) != SN_NONE)
            continue;
        const char *nearest = sn_nearest(word, seen->text, (size_t)seen->count);
        char names[240] = "";
        for (int32_t s = 0; nearest == NULL && s < seen->count; s++) {
            const size_t used = strlen(names);
            if (used + seen->length[s] + 8 >= sizeof names) {
                (void)snprintf(names + used, sizeof names - used, ", ...");
                break;
            }
            (void)snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "",
                           seen->text[s]);
        }
        if (seen->count == 0)
            return sn_fail(
                err, SN_EUSAGE,
                "unknown commodity \"%.60s\": %s states neither commodities nor products", word,
                where);
        if (nearest != NULL)
            return sn_fail(err, SN_EUSAGE, "unknown commodity \"%.60s\"; nearest: \"%.60s\"",
                           word, nearest);
        return sn_fail(err, SN_EUSAGE, "unknown commodity \"%.60s\"; there are %s", word,
                       names);
    }
    return SN_OK;
}

const char *sn_native_reasons(const sn_source *source, char reasons[400])
{
    reasons[0] = '\0';
    for (size_t d = 0; d < source->dropped_count; d++) {
        const size_t used = strlen(reasons);
        (void)snprintf(reasons + used, 400 - used, "%s%s: %zu", d > 0 ? ", " : "",
                       source->dropped[d].reason, source->dropped[d].count);
    }
    return reasons;
}

void sn_native_clear(sn_native *native)
{
    sn_builder_free(native->builder);
    sn_dict_clear(&native->asked);
    sn_dict_clear(&native->seen);
    sn_dict_clear(&native->skipped);
    *native = (sn_native){0};
}
