/* policy.c - a policy file, checked member by member. */
#include "datasets/policy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "datasets/embedded.h"
#include "datasets/json_file.h"
#include "graph/selector.h"

static const char *const file_members[] = {"schema",      "name",        "source",
                                           "description", "commodities", "rules"};
static const char *const rule_members[] = {"id",     "figure",      "at_least", "at_most",
                                           "stages", "commodities", "by",       "note"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static char *copy(const char *text, size_t length)
{
    char *made = malloc(length + 1);

    if (made != NULL) {
        memcpy(made, text, length);
        made[length] = '\0';
    }
    return made;
}

/* A list of texts, or NULL where the member is absent. */
static sn_status read_names(const sn_json_place *place, const cJSON *object, const char *member,
                            char ***names, sn_error *err)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, member), *item;
    size_t count = 0;

    if (list == NULL)
        return SN_OK;
    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) == 0 ||
        cJSON_GetArraySize(list) > SN_POLICY_NAMES)
        return sn_json_bad(place, member, "a list of 1 to 64 texts", err);
    *names = calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof **names);
    if (*names == NULL)
        return sn_nomem(err, "a policy");
    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsString(item) || item->valuestring[0] == '\0')
            return sn_json_bad(place, member, "a list of 1 to 64 texts", err);
        (*names)[count] = copy(item->valuestring, strlen(item->valuestring));
        if ((*names)[count++] == NULL)
            return sn_nomem(err, "a policy");
    }
    return SN_OK;
}

/* INDEX.PART or INDEX.PART@VIEW. */
static sn_status split_figure(const sn_json_place *place, sn_policy_rule *rule, sn_error *err)
{
    const char *dot = rule->figure != NULL ? strchr(rule->figure, '.') : NULL;
    const char *at = dot != NULL ? strchr(dot, '@') : NULL;

    if (dot == NULL || dot == rule->figure || dot[1] == '\0' || dot + 1 == at ||
        (at != NULL && at[1] == '\0'))
        return sn_json_bad(place, "figure", "INDEX.PART or INDEX.PART@VIEW", err);
    rule->index = copy(rule->figure, (size_t)(dot - rule->figure));
    rule->part = copy(dot + 1, at != NULL ? (size_t)(at - dot - 1) : strlen(dot + 1));
    rule->view = at != NULL ? copy(at + 1, strlen(at + 1)) : NULL;
    return rule->index == NULL || rule->part == NULL || (at != NULL && rule->view == NULL)
               ? sn_nomem(err, "a policy")
               : SN_OK;
}

static sn_status read_rule(const sn_json_place *place, const cJSON *item, sn_policy_rule *rule,
                           sn_error *err)
{
    double least, most, by;
    sn_status status = SN_OK;

    if (!cJSON_IsObject(item))
        return sn_json_bad(place, "", "an object", err);
    SN_TRY(sn_json_check_members(place, item, rule_members, COUNT(rule_members), err));
    SN_TRY(sn_json_read_text(place, item, "id", &rule->id, err));
    SN_TRY(sn_json_read_text(place, item, "figure", &rule->figure, err));
    SN_TRY(sn_json_read_text(place, item, "note", &rule->note, err));
    SN_TRY(split_figure(place, rule, err));
    SN_TRY(sn_json_read_number(place, item, "at_least", HUGE_VAL, NAN, &least, err));
    SN_TRY(sn_json_read_number(place, item, "at_most", HUGE_VAL, NAN, &most, err));
    SN_TRY(sn_json_read_number(place, item, "by", 9999, 0, &by, err));
    SN_TRY(read_names(place, item, "stages", &rule->stage, err));
    SN_TRY(read_names(place, item, "commodities", &rule->commodity, err));
    rule->at_most = isnan(least);
    rule->limit = rule->at_most ? most : least;
    rule->by = (int)by;
    if (rule->id == NULL)
        status = sn_json_bad(place, "id", "a text", err);
    else if (isnan(least) == isnan(most))
        status = sn_json_bad(place, "at_least", "either at_least or at_most", err);
out:
    return status;
}

static sn_status check_ids(const sn_json_place *place, const sn_policy *policy, sn_error *err)
{
    for (size_t r = 0; r < policy->count; r++)
        for (size_t k = 0; k < r; k++)
            if (strcmp(policy->rule[r].id, policy->rule[k].id) == 0) /* NOLINT: each has one */
                return sn_fail(err, SN_EDATA,
                               "%s: rules[%zu].id: \"%s\" is the id of rules[%zu] too",
                               place->name, r, policy->rule[r].id, k);
    return SN_OK;
}

static sn_status read_file(sn_json_place *place, const cJSON *root, sn_policy *policy,
                           sn_error *err)
{
    char *schema = NULL;
    const cJSON *item;
    sn_status status = SN_OK;

    if (!cJSON_IsObject(root))
        return sn_fail(err, SN_EDATA, "%s: a policy is a JSON object", place->name);
    SN_TRY(sn_json_check_members(place, root, file_members, COUNT(file_members), err));
    SN_TRY(sn_json_read_text(place, root, "schema", &schema, err));
    if (schema == NULL || strcmp(schema, "supplynet.policy/1") != 0) {
        status = sn_json_bad(place, "schema", "\"supplynet.policy/1\"", err);
        goto out;
    }
    SN_TRY(sn_json_read_text(place, root, "name", &policy->name, err));
    SN_TRY(sn_json_read_text(place, root, "source", &policy->source, err));
    SN_TRY(sn_json_read_text(place, root, "description", &policy->description, err));
    SN_TRY(read_names(place, root, "commodities", &policy->commodity, err));
    const cJSON *rules = cJSON_GetObjectItemCaseSensitive(root, "rules");
    if (!cJSON_IsArray(rules) || cJSON_GetArraySize(rules) == 0) {
        status = sn_json_bad(place, "rules", "a list of at least one rule", err);
        goto out;
    }
    policy->rule = calloc((size_t)cJSON_GetArraySize(rules), sizeof *policy->rule);
    SN_TRY_ALLOC(policy->rule, "a policy");
    cJSON_ArrayForEach(item, rules)
    {
        (void)snprintf(place->where, sizeof place->where, "rules[%zu]", policy->count);
        SN_TRY(read_rule(place, item, &policy->rule[policy->count++], err));
    }
    SN_TRY(check_ids(place, policy, err));
out:
    free(schema);
    return status;
}

/* The built-in policies, for "did you mean". */
static sn_status unknown(const char *word, sn_error *err)
{
    char name[16][40];
    const char *known[16];
    size_t files, count = 0;
    const sn_embedded_file *file = sn_embedded_files("policies", &files);

    for (size_t f = 0; f < files && count < 16; f++) {
        const char *dot = strstr(file[f].name, ".json");
        if (dot == NULL)
            continue;
        (void)snprintf(name[count], sizeof name[count], "%.*s", (int)(dot - file[f].name),
                       file[f].name);
        known[count] = name[count];
        count++;
    }
    size_t chosen;
    return sn_choose("policy", word, known, count, &chosen, err);
}

sn_status sn_policy_open(const char *name, sn_bytes *bytes, sn_policy *policy, sn_error *err)
{
    const bool word = strchr(name, '/') == NULL && strchr(name, '.') == NULL;
    sn_json_place place = {name, ""};
    char file_name[80];
    const sn_embedded_file *file = NULL;
    cJSON *root = NULL;
    sn_status status = SN_OK;

    *bytes = (sn_bytes){0};
    *policy = (sn_policy){0};
    (void)snprintf(file_name, sizeof file_name, "%.60s.json", name);
    if (word)
        file = sn_embedded_find("policies", file_name);
    if (file == NULL && word && strcmp(name, "-") != 0 && access(name, F_OK) != 0)
        return unknown(name, err);
    status = file != NULL ? sn_embedded_open(file, bytes, err)
                          : sn_bytes_open(name, NULL, SN_BYTES_LIMIT, bytes, err);
    SN_TRY(status == SN_EIO ? SN_EDATA : status); /* an input that cannot be read */
    place.name = bytes->name;
    SN_TRY(sn_json_file_parse(bytes, &root, err));
    SN_TRY(read_file(&place, root, policy, err));
out:
    cJSON_Delete(root);
    return status;
}

static void clear_names(char **name)
{
    for (size_t k = 0; name != NULL && name[k] != NULL; k++)
        free(name[k]);
    free(name);
}

void sn_policy_clear(sn_policy *policy)
{
    for (size_t r = 0; r < policy->count; r++) {
        sn_policy_rule *rule = &policy->rule[r];
        free(rule->id);
        free(rule->note);
        free(rule->figure);
        free(rule->index);
        free(rule->part);
        free(rule->view);
        clear_names(rule->stage);
        clear_names(rule->commodity);
    }
    free(policy->rule);
    free(policy->name);
    free(policy->source);
    free(policy->description);
    clear_names(policy->commodity);
    *policy = (sn_policy){0};
}
