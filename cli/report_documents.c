/* report_documents.c - documents into sections: rows with the texts that the page shows. */
#include "cli/report_documents.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/report_sections.h"
#include "reports/number.h"

enum { FIELDS = SN_SECTION_FIELDS, DEEP = 6, SERIES = 400 };

static const cJSON *member(const cJSON *object, const char *name, size_t length)
{
    const cJSON *child;

    if (cJSON_IsArray(object))
        return cJSON_GetArrayItem(object, name[0] - '0');
    cJSON_ArrayForEach(child, object) if (child->string != NULL &&
                                          strncmp(child->string, name, length) == 0 &&
                                          child->string[length] == '\0') return child;
    return NULL;
}

/* Follow a path from an object. */
static const cJSON *follow(const cJSON *object, const char *path)
{
    while (object != NULL && *path != '\0') {
        const size_t length = strcspn(path, "/");
        object = member(object, path, length);
        path += length + (path[length] == '/');
    }
    return object;
}

/* A row: its object, and the objects around it. */
typedef struct {
    const cJSON *around[DEEP];
    size_t depth;
} row;

static const cJSON *value_of(const row *r, const char *path)
{
    for (size_t k = r->depth; k-- > 0;) {
        const cJSON *value = follow(r->around[k], path);
        if (value != NULL)
            return value;
    }
    return NULL;
}

/* Join a list of texts; such cells are short. */
static void write_list(sn_json *json, const cJSON *list)
{
    char text[300] = "";
    const cJSON *one;

    cJSON_ArrayForEach(one, list)
    {
        const size_t used = strlen(text);
        if (cJSON_IsString(one))
            (void)snprintf(text + used, sizeof text - used, "%s%s", used > 0 ? ", " : "",
                           one->valuestring);
    }
    sn_json_string(json, text);
}

/* A difference of shares is in percentage points. */
static const char *points(double x, char text[SN_NUMBER_SIZE + 8])
{
    (void)snprintf(text, SN_NUMBER_SIZE + 8, "%.1f points", fabs(x) < 5e-4 ? 0 : 100 * x);
    return text;
}

static void write_cell(sn_json *json, const cJSON *value, char type)
{
    char text[SN_NUMBER_SIZE + 8];

    if (cJSON_IsString(value)) {
        sn_json_string(json, value->valuestring);
    } else if (cJSON_IsArray(value)) {
        write_list(json, value);
    } else if (cJSON_IsNumber(value)) {
        const double x = value->valuedouble;
        sn_json_begin_array_inline(json);
        sn_json_number(json, x);
        sn_json_string(json, type == 'p'   ? sn_number_percent(x, text)
                             : type == 'd' ? points(x, text)
                             : type == 'i' ? sn_number_whole(x, text)
                                           : sn_number_text(x, text));
        sn_json_end_array(json);
    } else {
        sn_json_null(json);
    }
}

/* What is visited of each object of a list. */
typedef struct {
    sn_json *json;
    const sn_section *section;
    const bool *shown; /* [FIELDS] */
    bool *seen;        /* [FIELDS] whether a column has any value */
    size_t rows, most; /* 0: all */
} visit;

/* Whether a section takes a row. */
static bool is_wanted(const sn_section *s, const row *r)
{
    const cJSON *verb = s->only != NULL ? value_of(r, "verb") : NULL;
    const cJSON *name = s->only != NULL ? value_of(r, "field") : NULL;

    if (s->only == NULL)
        return true;
    if (!cJSON_IsString(verb) || !cJSON_IsString(name))
        return false;
    const size_t length = strlen(verb->valuestring);
    return strncmp(s->only, verb->valuestring, length) == 0 && s->only[length] == ' ' &&
           strcmp(s->only + length + 1, name->valuestring) == 0;
}

static void visit_row(visit *v, const row *r)
{
    if (!is_wanted(v->section, r))
        return;
    v->rows++;
    for (size_t f = 0; v->seen != NULL && f < FIELDS && v->section->field[f].path != NULL;
         f++) {
        const cJSON *value = value_of(r, v->section->field[f].path);
        v->seen[f] |= value != NULL && !cJSON_IsNull(value);
    }
    if (v->json == NULL || (v->most > 0 && v->rows > v->most))
        return;
    sn_json_begin_array_inline(v->json);
    for (size_t f = 0; f < FIELDS && v->section->field[f].path != NULL; f++)
        if (v->shown[f])
            write_cell(v->json, value_of(r, v->section->field[f].path),
                       v->section->field[f].type);
    sn_json_end_array(v->json);
}

static void visit_list(visit *v, row r, const char *path)
{
    const size_t length = strcspn(path, "/");
    const cJSON *list = member(r.around[r.depth - 1], path, length), *one;

    if (r.depth == DEEP || list == NULL)
        return;
    if (cJSON_IsObject(list)) { /* a step on the way, not a list */
        r.around[r.depth++] = list;
        visit_list(v, r, path + length + (path[length] == '/'));
        return;
    }
    cJSON_ArrayForEach(one, list)
    {
        r.around[r.depth] = one;
        r.depth++;
        if (path[length] == '/')
            visit_list(v, r, path + length + 1);
        else if (cJSON_IsObject(one))
            visit_row(v, &r);
        r.depth--;
    }
}

static void write_columns(sn_json *json, const sn_section *s, const bool *seen)
{
    static const struct {
        char letter;
        const char *type;
    } types[] = {{'t', "text"},   {'p', "percent"}, {'d', "points"},
                 {'n', "number"}, {'a', "amount"},  {'i', "integer"}};

    sn_json_kv_array(json, "columns");
    for (size_t f = 0; f < FIELDS && s->field[f].path != NULL; f++) {
        if (!seen[f])
            continue;
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "name", s->field[f].path);
        sn_json_kv_string(json, "heading", s->field[f].heading);
        for (size_t t = 0; t < sizeof types / sizeof types[0]; t++)
            if (types[t].letter == s->field[f].type)
                sn_json_kv_string(json, "type", types[t].type);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

static void write_section(sn_json *json, const sn_section *s, const cJSON *results, size_t most)
{
    const row start = {{results}, 1};
    bool seen[FIELDS] = {false};
    visit count = {.section = s, .seen = seen},
          rows = {.json = json, .section = s, .shown = seen, .most = most};

    visit_list(&count, start, s->list);
    if (count.rows == 0)
        return;
    sn_json_begin_object(json);
    sn_json_kv_string(json, "title", s->title);
    sn_json_kv_string(json, "chart", s->chart);
    sn_json_kv_string(json, "note", s->note);
    write_columns(json, s, seen);
    sn_json_kv_array(json, "rows");
    visit_list(&rows, start, s->list);
    sn_json_end_array(json);
    sn_json_kv_integer(json, "rows_total", (int64_t)count.rows);
    sn_json_end_object(json);
}

/* The share of normal supply day by day, one line a case: at most SERIES points each. */
static void write_series(sn_json *json, const cJSON *results)
{
    const cJSON *cases = member(results, "cases", 5), *one, *step;
    char text[SN_NUMBER_SIZE];

    sn_json_kv_array(json, "series");
    cJSON_ArrayForEach(one, cases)
    {
        const cJSON *series = member(one, "series", 6), *name = member(one, "mitigation", 10);
        const int steps = cJSON_GetArraySize(series), stride = 1 + steps / SERIES;
        int at = 0;
        if (steps == 0)
            continue;
        sn_json_begin_object(json);
        sn_json_kv_string(json, "name",
                          cJSON_IsString(name) ? name->valuestring : "no stocks added");
        sn_json_kv_array(json, "points");
        cJSON_ArrayForEach(step, series)
        {
            const cJSON *day = member(step, "day", 3), *served = member(step, "served", 6);
            if (at++ % stride != 0 || !cJSON_IsNumber(day) || !cJSON_IsNumber(served))
                continue;
            sn_json_begin_array_inline(json);
            sn_json_number(json, day->valuedouble);
            sn_json_number(json, served->valuedouble);
            sn_json_string(json, sn_number_percent(served->valuedouble, text));
            sn_json_end_array(json);
        }
        sn_json_end_array(json);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

static const char *text_of(const cJSON *object, const char *path)
{
    return cJSON_GetStringValue(follow(object, path));
}

/* "whatif" of "supplynet.whatif/1". */
static void verb_of(const cJSON *document, char verb[64])
{
    const char *schema = text_of(document, "schema");
    const char *from =
        schema != NULL && strncmp(schema, "supplynet.", 10) == 0 ? schema + 10 : "";

    (void)snprintf(verb, 64, "%.*s", (int)strcspn(from, "/"), from);
}

static bool is_known(const char *verb)
{
    for (size_t s = 0; s < sn_section_count; s++)
        if (strcmp(sn_sections[s].verb, verb) == 0)
            return true;
    return false;
}

sn_status sn_documents_check(const sn_documents *documents, sn_error *err)
{
    char verb[64];

    for (size_t d = 0; d < documents->count; d++) {
        verb_of(documents->document[d], verb);
        if (verb[0] == '\0')
            return sn_fail(err, SN_EDATA,
                           "%s: no report of supplynet: \"schema\" is not supplynet.VERB/1",
                           documents->name[d]);
        if (!is_known(verb) || follow(documents->document[d], "results") == NULL)
            return sn_fail(
                err, SN_EDATA, "%s: nothing to show of a %s report%s", documents->name[d], verb,
                strcmp(verb, "report") == 0
                    ? "; it is the data of a page already: make the page from the network"
                    : "");
    }
    return SN_OK;
}

/* Some members of a document, as they are. */
static void copy_member(sn_json *json, const char *key, const cJSON *value)
{
    char *text = value != NULL ? cJSON_PrintUnformatted(value) : NULL;

    sn_json_key(json, key);
    if (text != NULL)
        sn_json_raw(json, text);
    else
        sn_json_null(json);
    cJSON_free(text);
}

static void write_command(sn_json *json, const cJSON *document)
{
    char line[1000] = "";
    const cJSON *word;

    cJSON_ArrayForEach(word, follow(document, "run/command"))
    {
        const size_t used = strlen(line);
        if (cJSON_IsString(word))
            (void)snprintf(line + used, sizeof line - used, "%s%s", used > 0 ? " " : "",
                           word->valuestring);
    }
    sn_json_kv_string(json, "command", line[0] != '\0' ? line : NULL);
}

void sn_documents_write(sn_json *json, const sn_call *call, const sn_documents *documents)
{
    const size_t most = (size_t)sn_options_integer(&call->options, "top");
    char verb[64];

    sn_json_kv_array(json, "documents");
    for (size_t d = 0; d < documents->count; d++) {
        const cJSON *document = documents->document[d], *results = follow(document, "results");
        verb_of(document, verb);
        sn_json_begin_object(json);
        sn_json_kv_string(json, "verb", verb);
        sn_json_kv_string(json, "name", documents->name[d]);
        write_command(json, document);
        sn_json_kv_string(json, "fingerprint", text_of(document, "provenance/fingerprint"));
        sn_json_kv_array(json, "sections");
        for (size_t s = 0; s < sn_section_count; s++)
            if (strcmp(sn_sections[s].verb, verb) == 0)
                write_section(json, &sn_sections[s], results, most);
        sn_json_end_array(json);
        write_series(json, results);
        copy_member(json, "findings", follow(document, "findings"));
        copy_member(json, "methods", follow(document, "methods"));
        copy_member(json, "inputs", follow(document, "provenance/inputs"));
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

/* What a comparison comes to. */
static sn_status lead_comparison(sn_call *call, const cJSON *results, sn_error *err)
{
    const cJSON *flows = follow(results, "flows"), *one;
    const double counts[] = {cJSON_GetNumberValue(follow(flows, "appeared")),
                             cJSON_GetNumberValue(follow(flows, "vanished")),
                             cJSON_GetNumberValue(follow(flows, "moved")),
                             cJSON_GetNumberValue(follow(flows, "same"))};
    const sn_section *s = NULL;
    char before[SN_NUMBER_SIZE], after[SN_NUMBER_SIZE];
    sn_status status = SN_OK;

    if (counts[0] + counts[1] + counts[2] + counts[3] > 0)
        SN_TRY(sn_call_find(
            call, SN_NOTE, "headline-flows", "network", counts[2], NAN, err,
            "%.0f flows are new, %.0f are gone, %.0f have another amount and %.0f are the same",
            counts[0], counts[1], counts[2], counts[3]));
    for (size_t k = 0; k < sn_section_count;
         k++) { /* the first, largest move of each kind that has both numbers */
        s = &sn_sections[k];
        if (strcmp(s->verb, "compare") != 0 || s->only == NULL)
            continue;
        cJSON_ArrayForEach(one, follow(results, "numbers"))
        {
            const row r = {{one}, 1};
            const cJSON *x = follow(one, "before"), *y = follow(one, "after"),
                        *what = follow(one, "subject");
            if (!is_wanted(s, &r) || !cJSON_IsNumber(x) || !cJSON_IsNumber(y) ||
                !cJSON_IsString(what))
                continue;
            SN_TRY(
                sn_call_find(call, SN_NOTE, "headline-moved", what->valuestring,
                             y->valuedouble - x->valuedouble, NAN, err,
                             "%s: most of all %s, from %s to %s", s->title, what->valuestring,
                             s->field[1].type == 'p' ? sn_number_percent(x->valuedouble, before)
                                                     : sn_number_text(x->valuedouble, before),
                             s->field[1].type == 'p' ? sn_number_percent(y->valuedouble, after)
                                                     : sn_number_text(y->valuedouble, after)));
            break;
        }
    }
out:
    return status;
}

sn_status sn_documents_lead(sn_call *call, const sn_documents *documents, sn_error *err)
{
    sn_status status = SN_OK;
    const cJSON *finding;
    char verb[64];

    for (size_t d = 0; d < documents->count; d++) {
        verb_of(documents->document[d], verb);
        if (strcmp(verb, "compare") == 0)
            SN_TRY(lead_comparison(call, follow(documents->document[d], "results"), err));
    }
    for (size_t d = 0; d < documents->count; d++)
        cJSON_ArrayForEach(finding, follow(documents->document[d], "findings"))
        {
            const char *message = text_of(finding, "message"),
                       *level = text_of(finding, "level");
            const char *subject = text_of(finding, "subject");
            const cJSON *value = follow(finding, "value");
            if (message == NULL)
                continue;
            SN_TRY(sn_call_find(
                call, level != NULL && strcmp(level, "note") == 0 ? SN_NOTE : SN_WARNING,
                "document", subject != NULL ? subject : documents->name[d],
                cJSON_IsNumber(value) ? value->valuedouble : (double)NAN, NAN, err, "%s",
                message));
        }
out:
    return status;
}
