/* proof.h - why nobody gets round a set of nodes: evidence that others can check. */
#ifndef SN_METRICS_PROOF_H
#define SN_METRICS_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "graph/network.h"

/** sn_proof_kind - what is proved of a set S of nodes.  A producer is a node with own production;
 *  flows of a node to itself lead nowhere. */
typedef enum {
    SN_PROOF_DOMINATOR,    /* every path from a producer to the buyer passes S; S does not hold
                            * the buyer                                                       */
    SN_PROOF_POST_DOMINATOR, /* every path from the seller, a producer, to a final user passes S;
                            * S does not hold the seller                                      */
    SN_PROOF_CUT,          /* S holds a node of a smallest set that cuts all paths to the buyer */
    SN_PROOF_ARTICULATION, /* without this node of S its part of the network, directions left
                            * aside, falls apart                                               */
    SN_PROOF_FLOW          /* the largest flow to the buyer is smaller without S              */
} sn_proof_kind;

/** sn_proof - one of them. */
typedef struct {
    sn_proof_kind kind;
    int32_t node;          /* the buyer or seller; of an articulation the node itself  */
    size_t ends;           /* dominator: producers with a path to the buyer;
                            * post-dominator: final users with a path from the seller  */
    size_t path, paths;    /* places in sn_proofs.first: (post-)dominator one, cut k   */
    size_t cut, cut_count; /* places in sn_proofs.step: the nodes of the cut           */
    int32_t parts;         /* articulation                                             */
    double before, after;  /* flow [unit / year]                                       */
} sn_proof;

/** sn_proofs - a growing list; cleared by sn_proofs_clear; zeroed it is empty. */
typedef struct {
    sn_proof *proof;
    size_t count, room;
    size_t *first; /* path p is step[first[2 p]] .. step[first[2 p + 1]], producer first */
    size_t paths, path_room;
    int32_t *step;
    size_t steps, step_room;
} sn_proofs;
void sn_proofs_clear(sn_proofs *proofs);

/** sn_prover - a network made ready; scratch of one thread. */
typedef struct sn_prover sn_prover;

/**
 * sn_prover_new - links, producers, parts.
 *
 * net  [in]  must outlive the prover
 *
 * Returns  SN_OK; SN_ENOMEM.  Cost O(V + E log E).
 */
sn_status sn_prover_new(const sn_network *net, sn_prover **prover, sn_error *err);
void sn_prover_free(sn_prover *prover);

/** sn_proof_request - what is to be proved of which nodes. */
typedef struct {
    const int32_t *member; /* S, ascending */
    size_t members;
    bool sales;            /* S stops buying: look for post-dominators, and nothing else */
    const bool *asked;     /* [nodes] buyers for whom S may be a dominator; sales: sellers  */
    size_t most;           /* dominators listed; all are counted                        */
    const int32_t *buyer;  /* buyers whose cuts and flows are looked at; none: buyers 0 */
    size_t buyers;
    size_t cut_most;       /* cuts of more nodes than this are no evidence worth listing */
} sn_proof_request;

/**
 * sn_prove - add what holds of a set of nodes.
 *
 * Cuts and flows of a buyer are worked out once and kept.
 *
 * proofs      [in,out]  appended to, in the order of sn_proof_kind, then by buyer
 * dominated   [out]     how many asked buyers S dominates; sales: sellers
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(V + E), and for each buyer a cut and two flows (cuts.h).
 */
sn_status sn_prove(sn_prover *prover, const sn_proof_request *request, sn_proofs *proofs,
                   size_t *dominated, sn_error *err);

#endif /* SN_METRICS_PROOF_H */
