/* json_file.c - JSON input, checked member by member. */
#include "datasets/json_file.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "graph/selector.h"

/* Blank out comments, keeping line ends, so that positions in messages stay true. */
static void blank_comments(char *text)
{
    bool in_string = false;

    for (char *c = text; *c != '\0'; c++) {
        if (in_string && *c == '\\' && c[1] != '\0')
            c++;
        else if (*c == '"')
            in_string = !in_string;
        else if (!in_string && c[0] == '/' && c[1] == '/')
            for (; c[1] != '\0' && c[1] != '\n'; c++)
                c[0] = c[1] = ' ';
        else if (!in_string && c[0] == '/' && c[1] == '*') {
            char *end = strstr(c + 2, "*/");
            char *last = end != NULL ? end + 1 : c + strlen(c) - 1;
            for (char *k = c; k <= last; k++)
                if (*k != '\n')
                    *k = ' ';
            c = last;
        }
    }
}

static sn_status syntax_error(const char *name, const char *text, const char *at, sn_error *err)
{
    size_t line = 1, column = 1;

    for (const char *c = text; c < at && *c != '\0'; c++) {
        line += *c == '\n';
        column = *c == '\n' ? 1 : column + 1;
    }
    return sn_fail(err, SN_EDATA, "%s:%zu:%zu: not JSON from here on (\"%.20s\")", name, line,
                   column, at);
}

/* cJSON does not say whether it gave up on the text or on memory: its allocator does. */
static _Thread_local bool is_refused;

static void *take(size_t size)
{
    void *memory = malloc(size);

    is_refused |= memory == NULL;
    return memory;
}

sn_status sn_json_file_parse(const sn_bytes *bytes, cJSON **root, sn_error *err)
{
    cJSON_Hooks hooks = {take, free};
    char *text = malloc(bytes->size + 1);
    const char *end = NULL;
    sn_status status = SN_OK;

    if (text == NULL)
        return sn_nomem(err, "a JSON text");
    memcpy(text, bytes->data, bytes->size);
    text[bytes->size] = '\0';
    blank_comments(text);
    is_refused = false;
    cJSON_InitHooks(&hooks);
    *root = cJSON_ParseWithOpts(text, &end, 1); /* nothing may follow the value */
    cJSON_InitHooks(NULL);
    if (*root == NULL && is_refused)
        status = sn_nomem(err, "a JSON text");
    else if (*root == NULL)
        status = syntax_error(bytes->name, text, end != NULL ? end : text, err);
    free(text);
    return status;
}

sn_status sn_json_bad(const sn_json_place *place, const char *member, const char *expected,
                      sn_error *err)
{
    return sn_fail(err, SN_EDATA, "%s: %s%s%s: expected %s", place->name, place->where,
                   place->where[0] != '\0' ? "." : "", member, expected);
}

sn_status sn_json_check_members(const sn_json_place *place, const cJSON *object,
                                const char *const *known, size_t count, sn_error *err)
{
    for (const cJSON *item = object->child; item != NULL; item = item->next) {
        bool found = false;
        for (size_t k = 0; k < count; k++)
            found |= strcmp(item->string, known[k]) == 0;
        if (!found) {
            const char *near = sn_nearest(item->string, known, count);
            return sn_fail(err, SN_EDATA, "%s: %s%sunknown member \"%s\"%s%s%s", place->name,
                           place->where, place->where[0] != '\0' ? ": " : "", item->string,
                           near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                           near != NULL ? "\"?" : "");
        }
        for (const cJSON *other = object->child; other != item; other = other->next)
            if (strcmp(other->string, item->string) == 0)
                return sn_fail(err, SN_EDATA, "%s: %s%smember \"%s\" is given twice",
                               place->name, place->where, place->where[0] != '\0' ? ": " : "",
                               item->string);
    }
    return SN_OK;
}

sn_status sn_json_read_text(const sn_json_place *place, const cJSON *object, const char *member,
                            char **text, sn_error *err)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, member);

    if (item == NULL)
        return SN_OK;
    if (!cJSON_IsString(item) || item->valuestring[0] == '\0')
        return sn_json_bad(place, member, "a text that is not empty", err);
    const size_t size = strlen(item->valuestring) + 1;
    *text = malloc(size);
    if (*text == NULL)
        return sn_nomem(err, "a JSON text");
    memcpy(*text, item->valuestring, size);
    return SN_OK;
}

sn_status sn_json_read_number(const sn_json_place *place, const cJSON *object,
                              const char *member, double most, double fallback, double *number,
                              sn_error *err)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, member);

    *number = fallback;
    if (item == NULL || cJSON_IsNull(item))
        return SN_OK;
    if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble) || item->valuedouble < 0 ||
        item->valuedouble > most)
        return sn_json_bad(place, member,
                           most <= 1 ? "a number in 0..1" : "a finite number >= 0", err);
    *number = item->valuedouble;
    return SN_OK;
}

sn_status sn_json_check_word(const sn_json_place *place, const char *member, const char *word,
                             const char *const *known, size_t count, const char *expected,
                             sn_error *err)
{
    for (size_t k = 0; word != NULL && k < count; k++)
        if (strcmp(word, known[k]) == 0)
            return SN_OK;
    return word == NULL ? SN_OK : sn_json_bad(place, member, expected, err);
}
