/* certificates.c - proofs beside the ranking of chokepoints. */
#include "cli/certificates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/number.h"

enum {
    DOMINATED = 20,       /* buyers listed per row                                        */
    CUT_MOST = 6,         /* larger cuts say little                                       */
    LARGE = 200000        /* flows above which auto leaves out cuts and flows             */
};

const sn_method sn_certificate_method = {
    "certificates", "1",
    "dominator: every path from a producer to the buyer passes; post_dominator: every path from "
    "the seller to a final user does (mode imports); cut_member: of a smallest set of "
    "nodes that cuts all paths, with as many disjoint paths; articulation: without it the "
    "undirected network falls apart; max_flow: largest flow to the buyer with and without; "
    "sole_supplier: nobody else sells this essential input to the buyer",
    "Lengauer and Tarjan 1979; Menger 1927; Hopcroft and Tarjan 1973; Ford and Fulkerson 1956; "
    "docs/proof.md"};

size_t sn_certificate_members(const sn_network *net, const sn_candidates *candidates,
                              const sn_grouping *grouping, bool sales, const char *name,
                              int32_t commodity, int32_t *member)
{
    size_t count = 0;

    for (size_t i = 0; sales && i < sn_network_node_count(net); i++)
        if (grouping->group[i] != SN_NONE && sn_network_code(net, SN_COMMODITY, i) == commodity &&
            strcmp(sn_dict_text(&grouping->names, grouping->group[i]), name) == 0)
            member[count++] = (int32_t)i;
    for (size_t k = 0; !sales && k < candidates->count; k++) {
        if (candidates->commodity[k] != commodity || strcmp(candidates->name[k], name) != 0)
            continue;
        for (size_t m = candidates->first[k]; m < candidates->first[k + 1]; m++)
            if (candidates->part[m] >= 1)
                member[count++] = candidates->node[m];
        break;
    }
    return count;
}

sn_status sn_certificates_make(sn_call *call, const sn_chokepoints *list, size_t rows,
                               const sn_chokepoint_options *how, const bool *asked,
                               sn_certificates *certificates, sn_error *err)
{
    const char *when = sn_options_text(&call->options, "certificates");
    const size_t n = sn_network_node_count(call->net);
    const bool all = strcmp(when, "always") == 0 || sn_network_flow_count(call->net) <= LARGE;
    int32_t *member = malloc((n + 1) * sizeof *member), *buyer = malloc((n + 1) * sizeof *buyer);
    bool *own = malloc((n + 1) * sizeof *own);
    sn_candidates candidates = {0};
    sn_grouping grouping = {0};
    sn_prover *prover = NULL;
    sn_status status = SN_OK;

    const bool sales = how->mode == SN_MODE_IMPORTS; /* it stops buying: who cannot sell? */
    if (strcmp(when, "never") == 0 || (how->mode != SN_MODE_PRODUCTION && !sales) ||
        how->fraction < 1)
        goto out;
    certificates->first = calloc(rows + 2, sizeof *certificates->first);
    certificates->dominated = calloc(rows + 1, sizeof *certificates->dominated);
    if (member == NULL || buyer == NULL || own == NULL || certificates->first == NULL ||
        certificates->dominated == NULL) {
        status = sn_nomem(err, "certificates");
        goto out;
    }
    SN_TRY(sn_candidates_make(call->net, how->level, how->ownership, &candidates, err));
    SN_TRY(sn_grouping_make(call->net, how->level, &grouping, err));
    SN_TRY(sn_prover_new(call->net, &prover, err));
    for (size_t r = 0; r < rows; r++) {
        const sn_chokepoint *row = &list->row[r];
        sn_proof_request request = {.member = member,
                                    .members = sn_certificate_members(
                                        call->net, &candidates, &grouping, sales, row->name,
                                        row->commodity, member),
                                    .sales = sales,
                                    .asked = own,
                                    .most = DOMINATED,
                                    .buyer = buyer,
                                    .cut_most = CUT_MOST};
        for (size_t i = 0; i < n; i++) /* buyers of its own commodity */
            own[i] = (asked[i] || sales) && sn_network_code(call->net, SN_COMMODITY, i) == row->commodity;
        for (size_t h = 0; all && h < row->hit_count; h++)
            buyer[request.buyers++] = list->hit[row->hit_first + h].node;
        SN_TRY(sn_prove(prover, &request, &certificates->proofs, &certificates->dominated[r], err));
        certificates->first[r + 1] = certificates->proofs.count;
    }
    if (!all && rows > 0)
        SN_TRY(sn_call_find(call, SN_NOTE, "certificates", "network",
                            (double)sn_network_flow_count(call->net), LARGE, err,
                            "cuts and largest flows are not looked for in a network of more than %d "
                            "flows; --certificates always does", LARGE));
out:
    sn_prover_free(prover);
    sn_candidates_clear(&candidates);
    sn_grouping_clear(&grouping);
    free(member);
    free(buyer);
    free(own);
    return status;
}

void sn_certificates_clear(sn_certificates *certificates)
{
    sn_proofs_clear(&certificates->proofs);
    free(certificates->first);
    free(certificates->dominated);
    memset(certificates, 0, sizeof *certificates);
}

static void write_nodes(sn_json *json, const sn_network *net, const int32_t *step, size_t count)
{
    sn_json_begin_array_inline(json);
    for (size_t k = 0; k < count; k++)
        sn_json_string(json, sn_network_id(net, (size_t)step[k]));
    sn_json_end_array(json);
}

static void write_path(sn_json *json, const sn_network *net, const sn_proofs *proofs, size_t path)
{
    const size_t first = proofs->first[2 * path];

    write_nodes(json, net, proofs->step + first, proofs->first[2 * path + 1] - first);
}

void sn_certificates_write(sn_json *json, const sn_call *call,
                           const sn_certificates *certificates, size_t row)
{
    static const char *const kinds[] = {"dominator", "post_dominator", "cut_member", "articulation",
                                        "max_flow"};
    const sn_proofs *proofs = &certificates->proofs;

    for (size_t k = certificates->first != NULL ? certificates->first[row] : 0;
         certificates->first != NULL && k < certificates->first[row + 1]; k++) {
        const sn_proof *proof = &proofs->proof[k];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "kind", kinds[proof->kind]);
        sn_json_kv_string(json,
                          proof->kind == SN_PROOF_ARTICULATION     ? "node"
                          : proof->kind == SN_PROOF_POST_DOMINATOR ? "seller"
                                                                   : "buyer",
                          sn_network_id(call->net, (size_t)proof->node));
        switch (proof->kind) {
        case SN_PROOF_DOMINATOR:
        case SN_PROOF_POST_DOMINATOR:
            sn_json_kv_integer(json, proof->kind == SN_PROOF_DOMINATOR ? "producers" : "users",
                               (int64_t)proof->ends);
            sn_json_key(json, "path");
            write_path(json, call->net, proofs, proof->path);
            break;
        case SN_PROOF_CUT:
            sn_json_kv_integer(json, "size", (int64_t)proof->cut_count);
            sn_json_key(json, "cut");
            write_nodes(json, call->net, proofs->step + proof->cut, proof->cut_count);
            sn_json_key(json, "paths");
            sn_json_begin_array_inline(json);
            for (size_t p = 0; p < proof->paths; p++)
                write_path(json, call->net, proofs, proof->path + p);
            sn_json_end_array(json);
            break;
        case SN_PROOF_ARTICULATION:
            sn_json_kv_integer(json, "parts", proof->parts);
            break;
        case SN_PROOF_FLOW:
            sn_json_kv_number(json, "before", proof->before);
            sn_json_kv_number(json, "after", proof->after);
            sn_json_kv_number(json, "loss",
                              proof->before > 0 ? 1 - proof->after / proof->before : 0);
            break;
        }
        sn_json_end_object(json);
    }
}

/* A list of ids for people, as long as there is room. */
static void append_id(char *text, size_t size, const char *id, bool first)
{
    const size_t used = strlen(text);

    if (used + strlen(id) + 8 < size)
        (void)snprintf(text + used, size - used, "%s%s", first ? "" : ", ", id);
    else if (used + 5 < size && strcmp(text + used - 3, "...") != 0)
        strcat(text, " ...");
}

static void add_sentence(const sn_chokepoint *row, const char *commodity, const char *text,
                         sn_table *table)
{
    sn_table_add_row(table);
    sn_table_set_text(table, 0, row->name);
    sn_table_set_text(table, 1, commodity);
    sn_table_set_text(table, 2, text);
}

/* What holds of one row, in words; programs get all of it in JSON. */
static void add_sentences(const sn_call *call, const sn_chokepoint *row,
                          const sn_certificates *certificates, size_t r, sn_table *table)
{
    const sn_proofs *proofs = &certificates->proofs;
    const char *commodity = sn_call_text(call, SN_COMMODITY, row->commodity);
    const bool named = sn_options_list(&call->options, "buyer", 0) != NULL;
    char text[400];
    size_t listed = 0;

    const bool sales = strcmp(sn_options_text(&call->options, "mode"), "imports") == 0;
    (void)snprintf(text, sizeof text, "every path %s %zu %s%s passes it: ", sales ? "from" : "to",
                   certificates->dominated[r], sales ? "seller" : "buyer",
                   certificates->dominated[r] == 1 ? "" : "s");
    for (size_t k = certificates->first[r]; k < certificates->first[r + 1]; k++)
        if (proofs->proof[k].kind <= SN_PROOF_POST_DOMINATOR && ++listed <= 6)
            append_id(text, sizeof text, sn_network_id(call->net, (size_t)proofs->proof[k].node),
                      listed == 1);
    if (certificates->dominated[r] > 6)
        strncat(text, " ...", sizeof text - strlen(text) - 1);
    if (listed > 0)
        add_sentence(row, commodity, text, table);
    for (size_t k = certificates->first[r]; k < certificates->first[r + 1]; k++) {
        const sn_proof *proof = &proofs->proof[k];
        if (proof->kind != SN_PROOF_CUT || proof->cut_count == 1 || (proof->cut_count > 2 && !named))
            continue; /* of one node: a dominator; of many: for those who ask for a buyer */
        (void)snprintf(text, sizeof text, "these together would cut off %s: ",
                       sn_network_id(call->net, (size_t)proof->node));
        for (size_t c = 0; c < proof->cut_count; c++)
            append_id(text, sizeof text,
                      sn_network_id(call->net, (size_t)proofs->step[proof->cut + c]), c == 0);
        add_sentence(row, commodity, text, table);
    }
}

sn_status sn_certificates_table(const sn_call *call, const sn_chokepoints *list, size_t rows,
                                const sn_certificates *certificates, sn_table **table,
                                sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "id"}, {.name = "commodity"}, {.name = "proof", .heading = "what is proved"}};
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("proof", "Proofs", head, 3, table, err));
    for (size_t r = 0; certificates->first != NULL && r < rows; r++)
        add_sentences(call, &list->row[r], certificates, r, *table);
    if (sn_table_row_count(*table) > 0)
        sn_table_add_note(*table, "`-f json` has the paths; `supplynet check-certificate` goes over "
                                  "them again");
out:
    return status;
}
