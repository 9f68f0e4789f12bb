/* sn_brute.h - dominators, cuts and articulation points by trying out removals, on small
 * digraphs. */
#ifndef SN_TESTS_SN_BRUTE_H
#define SN_TESTS_SN_BRUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "metrics/cuts.h"
#include "metrics/dominators.h"

enum { BRUTE_NODES = 12 };

/** brute_graph - sets of vertices are bits of a word. */
typedef struct {
    size_t n;
    unsigned out[BRUTE_NODES], in[BRUTE_NODES]; /* links between different vertices */
    unsigned source;                            /* where paths begin */
} brute_graph;

static inline void brute_link(brute_graph *g, size_t from, size_t to)
{
    if (from == to)
        return;
    g->out[from] |= 1u << to;
    g->in[to] |= 1u << from;
}

/** brute_reach - what paths from `start` lead to without the vertices in `gone`. */
static inline unsigned brute_reach(const brute_graph *g, bool forward, unsigned start,
                                   unsigned gone)
{
    const unsigned *next = forward ? g->out : g->in;
    unsigned reached = start & ~gone, before = 0;

    while (reached != before) {
        before = reached;
        for (size_t v = 0; v < g->n; v++)
            if (reached >> v & 1)
                reached |= next[v] & ~gone;
    }
    return reached;
}

/** brute_dominators - how many statements of sn_dominators_make removals contradict. */
static inline size_t brute_dominators(const brute_graph *g, bool forward, const int32_t *parent,
                                      size_t *dominated)
{
    const unsigned all = brute_reach(g, forward, g->source, 0);
    size_t wrong = 0;

    for (size_t v = 0; v < g->n; v++) {
        const bool reached = all >> v & 1;
        unsigned above = 0;
        wrong += reached != (parent[v] != SN_UNREACHED);
        for (int32_t u = parent[v]; u >= 0 && above < 1u << g->n; u = parent[u])
            above =
                above >> u & 1 ? ~0u : above | 1u << u; /* round and round is wrong as well */
        for (size_t d = 0; reached && d < g->n; d++)
            if (d != v) {
                const bool avoidable = brute_reach(g, forward, g->source, 1u << d) >> v & 1;
                wrong += (above >> d & 1) == avoidable;
                *dominated += above >> d & 1;
            }
    }
    return wrong;
}

/** brute_cut - what is wrong with a cut: it must cut, be as small as any, and its paths must be
 *  paths that share the buyer alone. */
static inline size_t brute_cut(const brute_graph *g, size_t buyer, const sn_cut *cut)
{
    size_t wrong = cut->own != (g->source >> buyer & 1), least = BRUTE_NODES;
    unsigned members = 0, used = 0;

    if (cut->own)
        return wrong;
    for (unsigned set = 0; set < 1u << g->n; set++)
        if (!(set >> buyer & 1) && (size_t)__builtin_popcount(set) < least &&
            !(brute_reach(g, true, g->source, set) >> buyer & 1))
            least = (size_t)__builtin_popcount(set);
    for (size_t k = 0; k < cut->size; k++) {
        members |= 1u << cut->vertex[k];
        wrong += !(g->source >> cut->step[cut->first[k]] & 1);
        wrong += cut->step[cut->first[k + 1] - 1] != (int32_t)buyer;
        for (size_t s = cut->first[k]; s + 1 < cut->first[k + 1]; s++) {
            wrong += used >> cut->step[s] & 1;
            used |= 1u << cut->step[s];
            wrong += !(g->out[cut->step[s]] >> cut->step[s + 1] & 1);
        }
    }
    wrong += cut->size != least || (size_t)__builtin_popcount(members) != cut->size;
    return wrong + (brute_reach(g, true, g->source, members) >> buyer & 1);
}

/** brute_parts - parts of v's component without v. */
static inline int32_t brute_parts(const brute_graph *g, size_t v)
{
    brute_graph both = *g;
    int32_t count = 0;

    for (size_t i = 0; i < g->n; i++)
        both.out[i] = g->out[i] | g->in[i];
    for (unsigned left = both.out[v]; left != 0; count++)
        left &= ~brute_reach(&both, true, left & -left, 1u << v);
    return count;
}

#endif /* SN_TESTS_SN_BRUTE_H */
