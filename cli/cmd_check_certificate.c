/* cmd_check_certificate.c - the proofs of a chokepoints report gone over again. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/call.h"
#include "cli/certificates.h"
#include "cli/verbs.h"
#include "datasets/bytes.h"
#include "metrics/proof_check.h"

static const sn_option options[] = {{.name = NULL}};

static const sn_method methods[] = {
    {"check-certificate", "1",
     "dominator: the path is one, passes the candidate, and without the candidate a search over the "
     "flows does not reach the buyer; cut_member: the same without the cut, and as many paths that "
     "share no node; sole_supplier, articulation: by counting; max_flow: igraph",
     "docs/proof.md"},
};

/* One certificate and what became of it. */
typedef struct {
    char *holder, *commodity, *kind, *about;
    const char *fault; /* NULL: it holds */
} checked;

typedef struct {
    cJSON *report;
    sn_candidates candidates;
    sn_grouping grouping;
    sn_level level;
    bool sales; /* mode imports: the candidate stops buying */
    bool *gone, *cut;   /* [nodes] */
    int32_t *step;      /* [nodes + 1] */
    checked *row;
    size_t count, room, failed;
} checking;

static const char *text_of(const cJSON *object, const char *key)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);

    return cJSON_IsString(member) ? member->valuestring : NULL;
}

static double number_of(const cJSON *object, const char *key)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);

    return cJSON_IsNumber(member) ? member->valuedouble : NAN;
}

static int32_t node_of(const sn_call *call, const cJSON *object, const char *key)
{
    const char *id = text_of(object, key);

    return id != NULL ? (int32_t)sn_network_find(call->net, id) : -1;
}

/* Ids as nodes; false where one is unknown or there are more than nodes. */
static bool read_nodes(const sn_call *call, const cJSON *array, int32_t *step, size_t *count)
{
    const cJSON *item;

    *count = 0;
    cJSON_ArrayForEach(item, array)
    {
        const int64_t node =
            cJSON_IsString(item) ? sn_network_find(call->net, item->valuestring) : -1;
        if (node < 0 || *count >= sn_network_node_count(call->net))
            return false;
        step[(*count)++] = (int32_t)node;
    }
    return cJSON_IsArray(array);
}

/* Mark the nodes that stop with a candidate.  Returns how many. */
static size_t mark_members(const sn_call *call, checking *c, const cJSON *row)
{
    const char *id = text_of(row, "id"), *commodity = text_of(row, "commodity");
    const int32_t code =
        commodity == NULL ? SN_NONE
                          : sn_dict_find(sn_network_dict(call->net, SN_COMMODITY), commodity,
                                         strlen(commodity));

    memset(c->gone, 0, sn_network_node_count(call->net) * sizeof *c->gone);
    if (id == NULL || (commodity != NULL && code == SN_NONE))
        return 0;
    const size_t count = sn_certificate_members(call->net, &c->candidates, &c->grouping, c->sales, id,
                                                code, c->step);
    for (size_t k = 0; k < count; k++)
        c->gone[c->step[k]] = true;
    return count;
}

static sn_status check_dominator(const sn_call *call, checking *c, const cJSON *proof, bool sales,
                                 const char **fault, sn_error *err)
{
    const int32_t node = node_of(call, proof, sales ? "seller" : "buyer");
    bool passes = false, apart = false;
    size_t count;

    *fault = sales ? "the seller is not in the network" : "the buyer is not in the network";
    if (node < 0)
        return SN_OK;
    *fault = "the path is none of this network";
    if (!read_nodes(call, cJSON_GetObjectItemCaseSensitive(proof, "path"), c->step, &count) ||
        !sn_check_path(call->net, c->step, count, sales) || c->step[sales ? 0 : count - 1] != node)
        return SN_OK;
    for (size_t k = 0; k < count; k++)
        passes |= c->gone[c->step[k]];
    *fault = "the path avoids the candidate";
    if (!passes)
        return SN_OK;
    *fault = "it is the candidate's own node";
    if (c->gone[node])
        return SN_OK;
    if (sn_check_apart(call->net, c->gone, node, sales, &apart, err) != SN_OK)
        return err->status;
    *fault = apart   ? NULL
             : sales ? "another path leaves the seller"
                     : "another path reaches the buyer";
    return SN_OK;
}

/* Whether the paths lead to the buyer and share nothing else. */
static bool are_disjoint_paths(const sn_call *call, checking *c, const cJSON *paths,
                               int32_t buyer)
{
    const cJSON *path;
    bool *used = calloc(sn_network_node_count(call->net) + 1, sizeof *used), good = used != NULL;
    size_t count;

    cJSON_ArrayForEach(path, paths)
    {
        good = good && read_nodes(call, path, c->step, &count) &&
               sn_check_path(call->net, c->step, count, false) && c->step[count - 1] == buyer;
        for (size_t k = 0; good && k + 1 < count; k++) {
            good = !used[c->step[k]] && c->step[k] != buyer;
            used[c->step[k]] = true;
        }
    }
    free(used);
    return good;
}

static sn_status check_cut(const sn_call *call, checking *c, const cJSON *proof,
                           const char **fault, sn_error *err)
{
    const cJSON *paths = cJSON_GetObjectItemCaseSensitive(proof, "paths");
    const int32_t buyer = node_of(call, proof, "buyer");
    bool holds = false, unreached = false;
    size_t count;

    *fault = "the buyer or the cut is not in the network";
    if (buyer < 0 ||
        !read_nodes(call, cJSON_GetObjectItemCaseSensitive(proof, "cut"), c->step, &count))
        return SN_OK;
    memset(c->cut, 0, sn_network_node_count(call->net) * sizeof *c->cut);
    for (size_t k = 0; k < count; k++) {
        c->cut[c->step[k]] = true;
        holds |= c->gone[c->step[k]];
    }
    *fault = "no node of the cut is the candidate's, or the buyer is cut";
    if (!holds || c->cut[buyer])
        return SN_OK;
    if (sn_check_apart(call->net, c->cut, buyer, false, &unreached, err) != SN_OK)
        return err->status;
    *fault = "a path avoids the cut";
    if (!unreached)
        return SN_OK;
    *fault = "the paths are none of this network, or share a node";
    if (!are_disjoint_paths(call, c, paths, buyer))
        return SN_OK;
    *fault = (size_t)cJSON_GetArraySize(paths) == count ? NULL
                                                        : "there are not as many paths as cut nodes";
    return SN_OK;
}

static sn_status check_articulation(const sn_call *call, checking *c, const cJSON *proof,
                                    const char **fault, sn_error *err)
{
    const int32_t node = node_of(call, proof, "node");
    int32_t parts = 0;

    *fault = "the node is not the candidate's";
    if (node < 0 || !c->gone[node])
        return SN_OK;
    if (sn_check_parts(call->net, node, &parts, err) != SN_OK)
        return err->status;
    *fault = parts > 1 && fabs(number_of(proof, "parts") - parts) < 0.5
                 ? NULL
                 : "the network falls into another number of parts";
    return SN_OK;
}

static sn_status check_flow(const sn_call *call, checking *c, const cJSON *proof,
                            const char **fault, sn_error *err)
{
    const int32_t buyer = node_of(call, proof, "buyer");
    const double before = number_of(proof, "before"), after = number_of(proof, "after");
    double flow[2] = {0, 0};
    sn_status status = SN_OK;

    *fault = "the buyer is not in the network";
    if (buyer < 0 || c->gone[buyer])
        return SN_OK;
    memset(c->cut, 0, sn_network_node_count(call->net) * sizeof *c->cut);
    SN_TRY(sn_check_flow(call->net, c->cut, buyer, &flow[0], err));
    SN_TRY(sn_check_flow(call->net, c->gone, buyer, &flow[1], err));
    *fault = fabs(flow[0] - before) <= 1e-6 * fabs(before) &&
                     fabs(flow[1] - after) <= 1e-6 * fabs(before)
                 ? NULL
                 : "the largest flow is another";
out:
    return status;
}

static sn_status check_one(const sn_call *call, checking *c, const cJSON *proof,
                           const char **fault, sn_error *err)
{
    const char *kind = text_of(proof, "kind");

    *fault = "of no known kind";
    if (kind == NULL)
        return SN_OK;
    if (strcmp(kind, "dominator") == 0)
        return check_dominator(call, c, proof, false, fault, err);
    if (strcmp(kind, "post_dominator") == 0)
        return check_dominator(call, c, proof, true, fault, err);
    if (strcmp(kind, "cut_member") == 0)
        return check_cut(call, c, proof, fault, err);
    if (strcmp(kind, "articulation") == 0)
        return check_articulation(call, c, proof, fault, err);
    if (strcmp(kind, "max_flow") == 0)
        return check_flow(call, c, proof, fault, err);
    if (strcmp(kind, "sole_supplier") == 0) {
        const int32_t buyer = node_of(call, proof, "buyer");
        const char *input = text_of(proof, "input");
        *fault = buyer >= 0 && input != NULL && sn_check_sole(call->net, c->gone, buyer, input)
                     ? NULL
                     : "somebody else sells the input, or nobody does";
    }
    return SN_OK;
}

static sn_status remember(checking *c, const cJSON *row, const cJSON *proof, const char *fault,
                          sn_error *err)
{
    const char *about = text_of(proof, "buyer");
    if (about == NULL)
        about = text_of(proof, "seller") != NULL ? text_of(proof, "seller") : text_of(proof, "node");
    const char *text[] = {text_of(row, "id"), text_of(row, "commodity"), text_of(proof, "kind"), about};
    char *copy[4];

    if (c->count == c->room) {
        const size_t room = c->room == 0 ? 256 : 2 * c->room;
        checked *grown = realloc(c->row, room * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "checks");
        c->row = grown;
        c->room = room;
    }
    for (int k = 0; k < 4; k++)
        copy[k] = strdup(text[k] != NULL ? text[k] : "");
    c->row[c->count++] = (checked){copy[0], copy[1], copy[2], copy[3], fault};
    c->failed += fault != NULL;
    return copy[0] == NULL || copy[1] == NULL || copy[2] == NULL || copy[3] == NULL
               ? sn_nomem(err, "checks")
               : SN_OK;
}

/* The report must be about the bytes that are loaded now. */
static sn_status check_inputs(const sn_call *call, const cJSON *report, const char *name,
                              sn_error *err)
{
    const cJSON *inputs = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(report, "provenance"), "inputs");
    const cJSON *input;

    for (size_t s = 0; s < call->sources.count; s++) {
        bool found = false;
        cJSON_ArrayForEach(input, inputs)
        {
            const char *hash = text_of(input, "sha256");
            found |= hash != NULL && strcmp(hash, sn_source_sha256(&call->sources.source[s])) == 0;
        }
        if (!found)
            return sn_fail(err, SN_EDATA,
                           "\"%s\" was made from other bytes than \"%s\": name its network with -n",
                           name, call->sources.source[s].path);
    }
    return SN_OK;
}

static sn_status read_report(checking *c, const char *name, sn_error *err)
{
    sn_bytes bytes = {0};
    sn_status status = sn_bytes_open(name, NULL, SN_BYTES_LIMIT, &bytes, err);

    if (status == SN_EIO)
        status = SN_EDATA; /* an input that cannot be read */
    SN_TRY(status);
    c->report = cJSON_ParseWithLength(bytes.data, bytes.size);
    const char *schema = text_of(c->report, "schema");
    const char *level = text_of(cJSON_GetObjectItemCaseSensitive(c->report, "results"), "by");
    if (schema == NULL || strcmp(schema, "supplynet.chokepoints/1") != 0 || level == NULL ||
        sn_level_parse(level, &c->level, NULL) != SN_OK) {
        status = sn_fail(err, SN_EDATA, "\"%s\" is no report of `supplynet chokepoints -f json`", name);
        goto out;
    }
out:
    sn_bytes_clear(&bytes);
    return status;
}

/* Load the network with the commodities and the year that the report was made with. */
static sn_status load(sn_call *call, const checking *c, sn_error *err)
{
    const cJSON *parameters = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(c->report, "provenance"), "parameters");
    const double year = number_of(parameters, "year");
    const sn_load_options how = {.network = sn_options_text(&call->options, "network"),
                                 .commodity = text_of(parameters, "commodity"),
                                 .year = isnan(year) ? 0 : (int)year};
    sn_status status = SN_OK;

    SN_TRY(sn_load(&how, &call->net, &call->sources, err));
    SN_TRY(sn_coalitions_load(&call->coalitions, err));
out:
    return status;
}

static sn_status check_all(const sn_call *call, checking *c, sn_error *err)
{
    const cJSON *ranking = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(c->report, "results"), "ranking");
    const cJSON *row, *proof;
    sn_status status = SN_OK;

    cJSON_ArrayForEach(row, ranking)
    {
        const size_t members = mark_members(call, c, row);
        cJSON_ArrayForEach(proof, cJSON_GetObjectItemCaseSensitive(row, "certificates"))
        {
            const char *fault = "the candidate is not in the network";
            if (members > 0)
                SN_TRY(check_one(call, c, proof, &fault, err));
            SN_TRY(remember(c, row, proof, fault, err));
        }
    }
out:
    return status;
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const checking *c = data;

    (void)call;
    sn_json_begin_object(json);
    sn_json_kv_integer(json, "checked", (int64_t)c->count);
    sn_json_kv_integer(json, "failed", (int64_t)c->failed);
    sn_json_kv_array(json, "certificates");
    for (size_t k = 0; k < c->count; k++) {
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "id", c->row[k].holder);
        sn_json_kv_string(json, "commodity", c->row[k].commodity[0] != '\0' ? c->row[k].commodity : NULL);
        sn_json_kv_string(json, "kind", c->row[k].kind);
        sn_json_kv_string(json, "about", c->row[k].about);
        sn_json_kv_bool(json, "holds", c->row[k].fault == NULL);
        sn_json_kv_string(json, "fault", c->row[k].fault);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_end_object(json);
}

/* People see what fails, and how many hold; programs see all. */
static sn_status make_table(const sn_call *call, const checking *c, sn_table **table,
                            sn_error *err)
{
    static const sn_table_head head[] = {{.name = "id"},    {.name = "commodity"},
                                         {.name = "kind"},  {.name = "about"},
                                         {.name = "holds"}, {.name = "fault"}};
    const bool people = call->format == SN_FORMAT_TEXT || call->format == SN_FORMAT_MARKDOWN;
    char note[100];
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("certificate", c->failed > 0 ? "Certificates that do not hold"
                                       : "All certificates hold",
                        head, 6, table, err));
    for (size_t k = 0; k < c->count; k++) {
        const checked *row = &c->row[k];
        if (people && row->fault == NULL)
            continue;
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, row->holder);
        sn_table_set_text(*table, 1, row->commodity[0] != '\0' ? row->commodity : NULL);
        sn_table_set_text(*table, 2, row->kind);
        sn_table_set_text(*table, 3, row->about);
        sn_table_set_text(*table, 4, row->fault == NULL ? "yes" : "no");
        sn_table_set_text(*table, 5, row->fault);
    }
    (void)snprintf(note, sizeof note, "%zu of %zu certificates hold", c->count - c->failed, c->count);
    sn_table_add_note(*table, note);
out:
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    checking c = {0};
    sn_table *table = NULL;
    sn_report report = {methods, 1, {NULL}, 1, write_results, &c, 0};
    sn_status status = SN_OK;

    if (call->options.word_count != 1)
        return sn_fail(err, SN_EUSAGE, "give one report: check-certificate REPORT.json [-n NETWORK]");
    SN_TRY(read_report(&c, call->options.words[0], err));
    SN_TRY(load(call, &c, err));
    SN_TRY(check_inputs(call, c.report, call->options.words[0], err));
    const char *mode = text_of(cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(c.report, "provenance"), "parameters"), "mode");
    c.sales = mode != NULL && strcmp(mode, "imports") == 0;
    const char *rule = text_of(cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(c.report, "provenance"), "parameters"), "ownership");
    SN_TRY(sn_candidates_make(call->net, c.level,
                              rule != NULL && strcmp(rule, "equity") == 0 ? SN_EQUITY : SN_LARGEST,
                              &c.candidates, err));
    SN_TRY(sn_grouping_make(call->net, c.level, &c.grouping, err));
    c.gone = calloc(sn_network_node_count(call->net) + 1, sizeof *c.gone);
    c.cut = calloc(sn_network_node_count(call->net) + 1, sizeof *c.cut);
    c.step = malloc((sn_network_node_count(call->net) + 1) * sizeof *c.step);
    if (c.gone == NULL || c.cut == NULL || c.step == NULL) {
        status = sn_nomem(err, "checks");
        goto out;
    }
    SN_TRY(check_all(call, &c, err));
    SN_TRY(make_table(call, &c, &table, err));
    report.table[0] = table;
    call->answer_is_no = c.failed > 0;
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(table);
    for (size_t k = 0; k < c.count; k++) {
        free(c.row[k].holder);
        free(c.row[k].commodity);
        free(c.row[k].kind);
        free(c.row[k].about);
    }
    free(c.row);
    free(c.gone);
    free(c.cut);
    free(c.step);
    sn_candidates_clear(&c.candidates);
    sn_grouping_clear(&c.grouping);
    cJSON_Delete(c.report);
    return status;
}

const sn_verb sn_verb_check_certificate = {
    .name = "check-certificate",
    .summary = "Go over the proofs of a chokepoints report again, independently",
    .words = "REPORT.json",
    .options = options,
    .about = "Loads the network that the report names by its bytes (-n where it is not the built-in\n"
             "one), takes the same commodities and year, and checks each certificate by plain means,\n"
             "not those that found it.  Exit code 1 if one does not hold.",
    .examples = "supplynet chokepoints --buyer KOR -f json -o korea.json\n"
                "supplynet check-certificate korea.json",
    .unused = "flows|nodes|recipes|owners|commodity|year|preset|map|where|product|measure|basis|estimate-quantity|"
              "stages|production|production-year|seed|threads|top",
    .methods = {{methods, sizeof methods / sizeof methods[0]}},
    .run = run,
};
