/* proof.c - evidence gathered from searches with a set of nodes taken away. */
#include "metrics/proof.h"

#include <stdlib.h>
#include <string.h>

#include "metrics/cuts.h"
#include "metrics/dominators.h"

/* What is known of a buyer whatever is taken away. */
typedef struct {
    bool has_cut, has_flow;
    sn_cut cut;
    double flow;
} known;

struct sn_prover {
    const sn_network *net;
    size_t n;
    sn_links links;
    bool *end[2];     /* [n] producers, final users                                 */
    bool *reached[2]; /* [n] by paths from the former, of paths to the latter        */
    int32_t *from[2]; /* [n] the next node on such a path                           */
    bool *left, *gone;             /* [n] */
    double *supply;                /* [n] */
    int32_t *queue, *parts;        /* [n] */
    size_t *ends[2];               /* [n] how many; SIZE_MAX: not counted           */
    known *known;                         /* [n] */
};

sn_status sn_prover_new(const sn_network *net, sn_prover **out, sn_error *err)
{
    const size_t n = sn_network_node_count(net);
    sn_prover *p = calloc(1, sizeof *p);
    sn_links both = {0};
    sn_status status = SN_OK;

    SN_TRY_ALLOC(p, "proofs");
    p->net = net;
    p->n = n;
    for (int side = 0; side < 2; side++) {
        p->end[side] = calloc(n + 1, sizeof *p->end[side]);
        p->reached[side] = calloc(n + 1, sizeof *p->reached[side]);
        p->from[side] = malloc((n + 1) * sizeof *p->from[side]);
        p->ends[side] = malloc((n + 1) * sizeof *p->ends[side]);
        if (p->end[side] == NULL || p->reached[side] == NULL || p->from[side] == NULL ||
            p->ends[side] == NULL) {
            status = sn_nomem(err, "proofs");
            goto out;
        }
    }
    p->left = calloc(n + 1, sizeof *p->left);
    p->gone = calloc(n + 1, sizeof *p->gone);
    p->supply = calloc(n + 1, sizeof *p->supply);
    p->queue = malloc((n + 1) * sizeof *p->queue);
    p->parts = malloc((n + 1) * sizeof *p->parts);
    p->known = calloc(n + 1, sizeof *p->known);
    if (p->left == NULL || p->gone == NULL || p->supply == NULL || p->queue == NULL ||
        p->parts == NULL || p->known == NULL) {
        status = sn_nomem(err, "proofs");
        goto out;
    }
    for (size_t v = 0; v < n; v++) {
        p->queue[v] = (int32_t)v; /* every node is a vertex */
        p->supply[v] = sn_network_primary(net, v);
        p->end[0][v] = p->supply[v] > 0;
        p->end[1][v] = sn_network_final_demand(net, v) > 0;
        p->ends[0][v] = p->ends[1][v] = SIZE_MAX;
    }
    SN_TRY(sn_links_make(net, p->queue, n, &p->links, err));
    SN_TRY(sn_links_undirected(&p->links, &both, err));
    SN_TRY(sn_articulation(&both, p->parts, NULL, err));
    for (int side = 0; side < 2; side++)
        sn_reach(&p->links, p->end[side], side == 0, NULL, p->reached[side], p->from[side], p->queue);
    *out = p;
    p = NULL;
out:
    sn_links_clear(&both);
    sn_prover_free(p);
    return status;
}

void sn_prover_free(sn_prover *p)
{
    if (p == NULL)
        return;
    for (size_t v = 0; p->known != NULL && v < p->n; v++)
        sn_cut_clear(&p->known[v].cut);
    sn_links_clear(&p->links);
    for (int side = 0; side < 2; side++) {
        free(p->end[side]);
        free(p->reached[side]);
        free(p->from[side]);
        free(p->ends[side]);
    }
    free(p->left);
    free(p->gone);
    free(p->supply);
    free(p->queue);
    free(p->parts);
    free(p->known);
    free(p);
}

void sn_proofs_clear(sn_proofs *proofs)
{
    free(proofs->proof);
    free(proofs->first);
    free(proofs->step);
    memset(proofs, 0, sizeof *proofs);
}

/* Room for so many more items. */
static sn_status grow(void **items, size_t *room, size_t count, size_t more, size_t size,
                      sn_error *err)
{
    size_t wanted = *room > 0 ? *room : 64;

    while (wanted < count + more)
        wanted *= 2;
    if (wanted == *room)
        return SN_OK;
    void *grown = realloc(*items, wanted * size);
    if (grown == NULL)
        return sn_nomem(err, "proofs");
    *items = grown;
    *room = wanted;
    return SN_OK;
}

static sn_status add_proof(sn_proofs *proofs, sn_proof proof, sn_error *err)
{
    const sn_status status = grow((void **)&proofs->proof, &proofs->room, proofs->count, 1,
                                  sizeof *proofs->proof, err);

    if (status == SN_OK)
        proofs->proof[proofs->count++] = proof;
    return status;
}

/* Keep a list of nodes; its place is the value of `steps` before. */
static sn_status add_steps(sn_proofs *proofs, const int32_t *step, size_t count, sn_error *err)
{
    const sn_status status = grow((void **)&proofs->step, &proofs->step_room, proofs->steps, count,
                                  sizeof *proofs->step, err);

    if (status == SN_OK && count > 0)
        memcpy(proofs->step + proofs->steps, step, count * sizeof *step);
    proofs->steps += status == SN_OK ? count : 0;
    return status;
}

static sn_status add_path(sn_proofs *proofs, const int32_t *step, size_t count, sn_error *err)
{
    const size_t place = proofs->steps;
    sn_status status = SN_OK;

    SN_TRY(grow((void **)&proofs->first, &proofs->path_room, 2 * proofs->paths, 2,
                sizeof *proofs->first, err));
    SN_TRY(add_steps(proofs, step, count, err));
    proofs->first[2 * proofs->paths] = place;
    proofs->first[2 * proofs->paths + 1] = proofs->steps;
    proofs->paths++;
out:
    return status;
}

/* How many producers have a path to a node (side 0), or final users one from it (side 1). */
static size_t count_ends(sn_prover *p, int side, int32_t node)
{
    const size_t *first = side == 0 ? p->links.in_first : p->links.out_first;
    const int32_t *other = side == 0 ? p->links.in_from : p->links.out_to;
    size_t begin = 0, end = 1, count = 0;

    if (p->ends[side][node] != SIZE_MAX)
        return p->ends[side][node];
    memset(p->left, 0, p->n * sizeof *p->left);
    p->left[node] = true;
    p->queue[0] = node;
    for (; begin < end; begin++) {
        const int32_t v = p->queue[begin];
        count += p->end[side][v];
        for (size_t e = first[v]; e < first[v + 1]; e++)
            if (!p->left[other[e]]) {
                p->left[other[e]] = true;
                p->queue[end++] = other[e];
            }
    }
    return p->ends[side][node] = count;
}

static sn_status add_dominator(sn_prover *p, int side, int32_t node, sn_proofs *proofs,
                               sn_error *err)
{
    sn_proof proof = {.kind = side == 0 ? SN_PROOF_DOMINATOR : SN_PROOF_POST_DOMINATOR,
                      .node = node,
                      .ends = count_ends(p, side, node),
                      .path = proofs->paths,
                      .paths = 1};
    size_t length = 0;
    sn_status status = SN_OK;

    for (int32_t v = node; v >= 0; v = p->from[side][v])
        length++;
    size_t at = side == 0 ? length : 0; /* a path runs from supplier to buyer */
    for (int32_t v = node; v >= 0; v = p->from[side][v])
        p->queue[side == 0 ? --at : at++] = v;
    SN_TRY(add_path(proofs, p->queue, length, err));
    SN_TRY(add_proof(proofs, proof, err));
out:
    return status;
}

static sn_status prove_dominators(sn_prover *p, const sn_proof_request *request,
                                  sn_proofs *proofs, size_t *dominated, sn_error *err)
{
    const int side = request->sales ? 1 : 0;
    int32_t *found = malloc((request->most + 1) * sizeof *found);
    size_t listed = 0;
    sn_status status = SN_OK;

    *dominated = 0;
    SN_TRY_ALLOC(found, "proofs");
    sn_reach(&p->links, p->end[side], side == 0, p->gone, p->left, NULL, p->queue);
    for (size_t v = 0; v < p->n; v++)
        if (request->asked[v] && p->reached[side][v] && !p->left[v] && !p->gone[v] &&
            (side == 0 || p->end[0][v])) {
            if (listed < request->most)
                found[listed++] = (int32_t)v;
            ++*dominated;
        }
    for (size_t k = 0; k < listed; k++)
        SN_TRY(add_dominator(p, side, found[k], proofs, err));
out:
    free(found);
    return status;
}

static sn_status prove_cut(sn_prover *p, int32_t buyer, size_t most, sn_proofs *proofs,
                           sn_error *err)
{
    known *of = &p->known[buyer];
    bool holds = false;
    sn_status status = SN_OK;

    if (!of->has_cut)
        SN_TRY(sn_cut_make(&p->links, p->end[0], NULL, buyer, &of->cut, err));
    of->has_cut = true;
    for (size_t k = 0; k < of->cut.size; k++)
        holds |= p->gone[of->cut.vertex[k]];
    if (!holds || of->cut.size > most)
        goto out;
    sn_proof proof = {.kind = SN_PROOF_CUT,
                      .node = buyer,
                      .path = proofs->paths,
                      .paths = of->cut.size,
                      .cut = proofs->steps,
                      .cut_count = of->cut.size};
    SN_TRY(add_steps(proofs, of->cut.vertex, of->cut.size, err));
    for (size_t k = 0; k < of->cut.size; k++)
        SN_TRY(add_path(proofs, of->cut.step + of->cut.first[k],
                        of->cut.first[k + 1] - of->cut.first[k], err));
    SN_TRY(add_proof(proofs, proof, err));
out:
    return status;
}

static sn_status prove_flow(sn_prover *p, int32_t buyer, sn_proofs *proofs, sn_error *err)
{
    known *of = &p->known[buyer];
    sn_proof proof = {.kind = SN_PROOF_FLOW, .node = buyer};
    sn_status status = SN_OK;

    if (!of->has_flow)
        SN_TRY(sn_max_flow(&p->links, p->supply, NULL, buyer, &of->flow, err));
    of->has_flow = true;
    proof.before = of->flow;
    SN_TRY(sn_max_flow(&p->links, p->supply, p->gone, buyer, &proof.after, err));
    if (proof.after < (1 - 1e-9) * proof.before) /* not by rounding */
        SN_TRY(add_proof(proofs, proof, err));
out:
    return status;
}

sn_status sn_prove(sn_prover *p, const sn_proof_request *request, sn_proofs *proofs,
                   size_t *dominated, sn_error *err)
{
    sn_status status = SN_OK;

    for (size_t k = 0; k < request->members; k++)
        p->gone[request->member[k]] = true;
    SN_TRY(prove_dominators(p, request, proofs, dominated, err));
    if (request->sales)
        goto out;
    for (size_t k = 0; k < request->buyers; k++)
        if (!p->gone[request->buyer[k]])
            SN_TRY(prove_cut(p, request->buyer[k], request->cut_most, proofs, err));
    for (size_t k = 0; k < request->members; k++)
        if (p->parts[request->member[k]] > 1)
            SN_TRY(add_proof(proofs,
                             (sn_proof){.kind = SN_PROOF_ARTICULATION,
                                        .node = request->member[k],
                                        .parts = p->parts[request->member[k]]},
                             err));
    for (size_t k = 0; k < request->buyers; k++)
        if (!p->gone[request->buyer[k]])
            SN_TRY(prove_flow(p, request->buyer[k], proofs, err));
out:
    for (size_t k = 0; k < request->members; k++)
        p->gone[request->member[k]] = false;
    return status;
}
