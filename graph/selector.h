/* selector.h - the words with which a user points at nodes.
 *
 *   selector := term { '&' term }
 *   term     := key '=' value { '|' value }  |  word
 *   key      := id | country | owner | kind | commodity | stage | sector | coalition
 *
 * A bare word is a country code if the network has it, else a node id, else a country code in
 * another case, else an error that names the nearest codes and ids.  Matching is exact and
 * case-sensitive, except that country and owner codes, kinds and coalitions may be written in
 * any case.  Space around keys and values is ignored.
 */
#ifndef SN_GRAPH_SELECTOR_H
#define SN_GRAPH_SELECTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "graph/error.h"
#include "graph/network.h"

/** sn_coalitions - named lists of countries, for the key `coalition`; the rows of one coalition
 *  stand together. */
typedef struct {
    const char *coalition, *country;
} sn_coalition_member;

typedef struct {
    size_t count; /* rows */
    const sn_coalition_member *row;
} sn_coalitions;

/** sn_selection - how much of each node is meant. */
typedef struct {
    double *weight;    /* [n] 0..1: 1 = the whole node, between = the owned part of it */
    size_t matched;    /* nodes with weight > 0                                        */
    size_t unknown;    /* sellers whose owner is (partly) unknown while `owner` was asked,
                        * among the nodes that the other terms mean                     */
    bool by_owner;     /* the selector has an `owner` term                             */
    bool names_node;   /* it has an `id` or `stage` term, or a bare node id            */
} sn_selection;

/**
 * sn_selector_apply - the nodes that a selector means.
 *
 * net         [in]   the network
 * text        [in]   the selector
 * coalitions  [in]   may be NULL: then `coalition` is an error
 * rule        [in]   how `owner` counts nodes with several owners
 * selection   [out]  cleared by sn_selection_clear
 *
 * Returns  SN_OK; SN_EUSAGE for an unknown key or value (nearest names in the message), for
 *          bad syntax, or when no node matches; SN_ENOMEM.
 * Cost     O(V) per term.
 */
sn_status sn_selector_apply(const sn_network *net, const char *text,
                            const sn_coalitions *coalitions, sn_ownership rule,
                            sn_selection *selection, sn_error *err);

/** sn_selection_clear - free what a selection holds. */
void sn_selection_clear(sn_selection *selection);

/**
 * sn_nearest - the candidate nearest to a word, for "did you mean".
 *
 * word        [in]  what was typed
 * candidate   [in]  count texts
 *
 * Returns  the candidate with the least edit distance (case ignored) if that is at most a
 *          third of the word's length (and at least 1), else NULL.
 * Cost     O(count * length^2).
 */
const char *sn_nearest(const char *word, const char *const *candidate, size_t count);

#endif /* SN_GRAPH_SELECTOR_H */
