/* compare_documents.c - two trees of JSON walked side by side. */
#include "cli/compare_documents.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 600 };

/* Where the walk is. */
typedef struct {
    const char *verb;
    char field[TEXT], subject[TEXT];
    sn_moved_list *list;
} walk;

/* An object of a list, by its name. */
typedef struct {
    char name[TEXT];
    const cJSON *item;
} named;

static sn_status add(walk *w, double before, double after, sn_error *err)
{
    sn_moved_list *list = w->list;

    if (list->count == list->room) {
        const size_t room = list->room == 0 ? 256 : 2 * list->room;
        sn_moved *grown = realloc(list->row, room * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "a comparison");
        list->row = grown;
        list->room = room;
    }
    sn_moved *row = &list->row[list->count];
    *row = (sn_moved){strdup(w->verb), strdup(w->field), strdup(w->subject), before, after};
    list->count++;
    return row->verb == NULL || row->field == NULL || row->subject == NULL
               ? sn_nomem(err, "a comparison")
               : SN_OK;
}

static sn_status compare_numbers(walk *w, const cJSON *before, const cJSON *after, sn_error *err)
{
    const double x = cJSON_GetNumberValue(before), y = cJSON_GetNumberValue(after);

    if (isnan(x) && isnan(y))
        return SN_OK;
    if (!(x < y) && !(x > y) && !isnan(x) && !isnan(y)) {
        w->list->same++;
        return SN_OK;
    }
    return add(w, x, y, err);
}

/* What names an object in a list; "" where nothing does. */
static void name_object(const cJSON *item, char name[TEXT])
{
    static const char *const with_id[] = {"id", "with", "commodity", NULL};
    static const char *const without[] = {"commodity", "stage",  "product", "buyer",
                                          "supplier",  "kind",   "index",   "metric",
                                          "name",      "year",   NULL};
    const char *const *keys =
        cJSON_IsString(cJSON_GetObjectItemCaseSensitive(item, "id")) ? with_id : without;
    size_t used = 0;

    name[0] = '\0';
    for (; *keys != NULL; keys++) {
        const cJSON *key = cJSON_GetObjectItemCaseSensitive(item, *keys);
        int length = 0;
        if (cJSON_IsString(key))
            length = snprintf(name + used, TEXT - used, "%s%s", used > 0 ? " " : "", key->valuestring);
        else if (cJSON_IsNumber(key) && strcmp(*keys, "year") == 0)
            length = snprintf(name + used, TEXT - used, "%s%.0f", used > 0 ? " " : "", key->valuedouble);
        if (length > 0)
            used = used + (size_t)length < TEXT ? used + (size_t)length : TEXT - 1;
    }
}

static int compare_named(const void *left, const void *right)
{
    return strcmp(((const named *)left)->name, ((const named *)right)->name);
}

/* The objects of a list in the order of their names; *count 0 where they cannot be told apart. */
static sn_status list_named(const cJSON *array, named **list, size_t *count, sn_error *err)
{
    const cJSON *item;
    size_t k = 0;

    *count = (size_t)cJSON_GetArraySize(array);
    *list = calloc(*count + 1, sizeof **list);
    if (*list == NULL)
        return sn_nomem(err, "a comparison");
    cJSON_ArrayForEach(item, array)
    {
        if (cJSON_IsObject(item))
            name_object(item, (*list)[k].name);
        (*list)[k++].item = item;
    }
    qsort(*list, *count, sizeof **list, compare_named);
    for (k = 0; k < *count; k++)
        if (((*list)[k].name[0] == '\0' && *count > 1) || (k > 0 && compare_named(&(*list)[k - 1], &(*list)[k]) == 0)) {
            *count = 0;
            break;
        }
    return SN_OK;
}

static sn_status compare_values(walk *w, const cJSON *before, const cJSON *after, sn_error *err);

/* Go on below a member or an element. */
static sn_status descend(walk *w, const char *field, const char *subject, const cJSON *before,
                         const cJSON *after, sn_error *err)
{
    const size_t field_end = strlen(w->field), subject_end = strlen(w->subject);
    sn_status status;

    if (field != NULL)
        (void)snprintf(w->field + field_end, TEXT - field_end, "%s%s", field_end > 0 ? "." : "", field);
    if (subject != NULL)
        (void)snprintf(w->subject + subject_end, TEXT - subject_end, "%s%s",
                       subject_end > 0 ? " / " : "", subject);
    status = compare_values(w, before, after, err);
    w->field[field_end] = '\0';
    w->subject[subject_end] = '\0';
    return status;
}

static sn_status compare_lists(walk *w, const cJSON *before, const cJSON *after, sn_error *err)
{
    named *old = NULL, *new = NULL;
    size_t count[2] = {0, 0};
    sn_status status = SN_OK;

    SN_TRY(list_named(before, &old, &count[0], err));
    SN_TRY(list_named(after, &new, &count[1], err));
    for (size_t a = 0, b = 0; a < count[0] || b < count[1];) {
        const int order = a == count[0]   ? 1
                          : b == count[1] ? -1
                                          : compare_named(&old[a], &new[b]);
        SN_TRY(descend(w, NULL, order <= 0 ? old[a].name : new[b].name,
                       order <= 0 ? old[a].item : NULL, order >= 0 ? new[b].item : NULL, err));
        a += order <= 0;
        b += order >= 0;
    }
out:
    free(old);
    free(new);
    return status;
}

static sn_status compare_objects(walk *w, const cJSON *before, const cJSON *after, sn_error *err)
{
    const cJSON *member;
    sn_status status = SN_OK;

    cJSON_ArrayForEach(member, before)
    {
        SN_TRY(descend(w, member->string, NULL, member,
                       cJSON_GetObjectItemCaseSensitive(after, member->string), err));
    }
    cJSON_ArrayForEach(member, after)
    {
        if (cJSON_GetObjectItemCaseSensitive(before, member->string) == NULL)
            SN_TRY(descend(w, member->string, NULL, NULL, member, err));
    }
out:
    return status;
}

static sn_status compare_values(walk *w, const cJSON *before, const cJSON *after, sn_error *err)
{
    const cJSON *some = before != NULL && !cJSON_IsNull(before) ? before : after;

    if (cJSON_IsNumber(some))
        return compare_numbers(w, before, after, err);
    if (cJSON_IsArray(some))
        return compare_lists(w, cJSON_IsArray(before) ? before : NULL,
                             cJSON_IsArray(after) ? after : NULL, err);
    if (cJSON_IsObject(some))
        return compare_objects(w, cJSON_IsObject(before) ? before : NULL,
                               cJSON_IsObject(after) ? after : NULL, err);
    return SN_OK;
}

static const char *text_of(const cJSON *object, const char *key)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);

    return cJSON_IsString(member) ? member->valuestring : "";
}

/* "supplynet.whatif/1" of a report, or NULL. */
static const char *schema_of(const cJSON *document)
{
    const char *schema = text_of(document, "schema");

    return strncmp(schema, "supplynet.", 10) == 0 && strchr(schema, '/') != NULL &&
                   cJSON_GetObjectItemCaseSensitive(document, "results") != NULL
               ? schema
               : NULL;
}

static sn_status check_methods(const cJSON *const document[2], const char *const name[2],
                               sn_error *err)
{
    const cJSON *a = cJSON_GetObjectItemCaseSensitive(document[0], "methods");
    const cJSON *b = cJSON_GetObjectItemCaseSensitive(document[1], "methods");

    for (a = a != NULL ? a->child : NULL, b = b != NULL ? b->child : NULL; a != NULL || b != NULL;
         a = a->next, b = b->next) {
        if (a == NULL || b == NULL)
            return sn_fail(err, SN_EDATA, "method \"%s\" is only in \"%s\": not comparable",
                           text_of(a != NULL ? a : b, "id"), name[a == NULL]);
        if (strcmp(text_of(a, "id"), text_of(b, "id")) != 0 ||
            strcmp(text_of(a, "version"), text_of(b, "version")) != 0)
            return sn_fail(err, SN_EDATA,
                           "\"%s\" uses method %s/%s and \"%s\" %s/%s: not comparable", name[0],
                           text_of(a, "id"), text_of(a, "version"), name[1], text_of(b, "id"),
                           text_of(b, "version"));
    }
    return SN_OK;
}

sn_status sn_documents_compare(const cJSON *before, const cJSON *after, const char *const name[2],
                               sn_moved_list *list, sn_error *err)
{
    const cJSON *const document[2] = {before, after};
    const char *schema[2];
    char verb[64];
    walk *w = NULL;
    sn_status status = SN_OK;

    for (int k = 0; k < 2; k++) {
        schema[k] = schema_of(document[k]);
        if (schema[k] == NULL)
            return sn_fail(err, SN_EDATA, "\"%s\" is no report that supplynet wrote with -f json",
                           name[k]);
    }
    if (strcmp(schema[0], schema[1]) != 0)
        return sn_fail(err, SN_EDATA, "\"%s\" is a %s and \"%s\" a %s: not comparable", name[0],
                       schema[0], name[1], schema[1]);
    SN_TRY(check_methods(document, name, err));
    (void)snprintf(verb, sizeof verb, "%.*s", (int)strcspn(schema[0] + 10, "/"), schema[0] + 10);
    w = calloc(1, sizeof *w);
    SN_TRY_ALLOC(w, "a comparison");
    w->verb = verb;
    w->list = list;
    status = compare_values(w, cJSON_GetObjectItemCaseSensitive(before, "results"),
                            cJSON_GetObjectItemCaseSensitive(after, "results"), err);
out:
    free(w);
    return status;
}

void sn_moved_list_clear(sn_moved_list *list)
{
    for (size_t k = 0; k < list->count; k++) {
        free(list->row[k].verb);
        free(list->row[k].field);
        free(list->row[k].subject);
    }
    free(list->row);
    memset(list, 0, sizeof *list);
}
