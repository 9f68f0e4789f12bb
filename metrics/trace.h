/* trace.h - where supply comes from: walks up a network, from buyers to their suppliers.
 *
 * Take one unit of what a node hands on and ask where the node got it: with probability A_ij
 * from its supplier i, else it was made at j.  A_ij = z_ij / d_j, z_ij being what i sells to j:
 *
 *   kind country, stage   d_j = bought_j + made_j          made_j  own production (primary)
 *   kind firm             d_j = max(output_j, bought_j + made_j): the remainder d_j - bought_j
 *                         is value added, made at j (the input-output reading: A is the
 *                         matrix of technical coefficients wherever output >= inputs)
 *
 * A country's self-flow is own production used at home: it counts in made_j and not in
 * bought_j.  For other kinds a self-flow is a real input.  The supply of a node, S_j, is what
 * it gets: bought_j + made_j for every kind (value added is not supply).  d_j = 0 where a node
 * sells what it has neither bought nor made: what arrives there vanishes, and is reported as
 * such.
 *
 * All of it is ratios of flows: multiplying every amount by a power of two changes no bit.
 */
#ifndef SN_METRICS_TRACE_H
#define SN_METRICS_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "graph/network.h"

/** SN_TRACE_CLOSED - a strong component each of whose nodes gets this share of what it hands on
 *  from inside is a closed loop: supply goes round in it and was made nowhere. */
#define SN_TRACE_CLOSED (1 - 1e-12)

/** sn_trace - the tracing matrix of a network, and an order to solve it in. */
typedef struct {
    const sn_network *net; /* lent */
    double *handed; /* [n] d_j [unit / year]                                            */
    double *supply; /* [n] S_j [unit / year]                                            */
    double *own;    /* [n] made_j / S_j, 0 where S_j = 0                                */
    double *made;   /* [n] 1 - sum_i A_ij, 0 where d_j = 0                              */
    double *input;  /* [m] what one flow adds to A_ij; 0 for a country's self-flow      */
    int32_t *order; /* [n] nodes by strong component; buyers before their suppliers     */
    int32_t *place; /* [n] where a node stands in `order`                               */
    size_t component_count;
    size_t *first; /* [component_count + 1] component c is order[first[c] .. first[c + 1]) */
} sn_trace;

/** sn_trace_end - what a solve says about itself. */
typedef struct {
    double bound;   /* certified: the solve moves a share by at most this (rounding apart) */
    double stopped; /* mass that a depth limit kept from moving on                         */
} sn_trace_end;

/**
 * sn_trace_new - read the tracing matrix off a network.
 *
 * trace  [out]  freed by sn_trace_free; borrows the network
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     O(V + E) time; 8 bytes per flow and 48 per node, 24 more per node on the way.
 * Source   strong components: R. Tarjan, "Depth-first search and linear graph algorithms",
 *          SIAM Journal on Computing 1(2), 1972.
 */
sn_status sn_trace_new(const sn_network *net, sn_trace **trace, sn_error *err);

/** sn_trace_free - NULL is fine. */
void sn_trace_free(sn_trace *trace);

/** sn_trace_first_step - the share of buyer j's supply that one of its flows brings, z / S_j;
 *  0 for a country's self-flow. */
double sn_trace_first_step(const sn_trace *trace, size_t flow);

/** sn_trace_once - whether a walk visits a node once at most: it is in no loop. */
bool sn_trace_once(const sn_trace *trace, size_t node);

/**
 * sn_trace_push - expected visits to every node by walks up the network.
 *
 *     x = start + A diag(pass) x
 *
 * Components are solved in topological order; one node is a substitution, up to 64 nodes by LU
 * decomposition, more by Gauss-Seidel sweeps from below until the mass not yet placed is below
 * 1e-14 of what entered (LU where that takes too long and memory allows it).
 *
 * pass   [in]      n numbers 0..1 by node: the share of arrivals that walks on; NULL = all
 * ones; 0 makes a node absorbing: arrivals there are then first visits depth  [in]      walks
 * take at most `depth` arrivals, start included; 0 = no limit x      [in,out]  n numbers >= 0
 * by node; in: arrivals of the first step; out: all arrivals end    [out]     end->bound >=
 * |error| of any sum of x_i f_i for which f is the probability of an event of the walk from i:
 * hits, origins; not of visits themselves
 *
 * Returns  SN_OK; SN_ENUMERIC when walks enter a closed loop (see SN_TRACE_CLOSED) or a loop
 *          too nearly closed to solve, naming nodes of it; SN_ENOMEM.
 * Cost     O(V + E) where supply does not go in circles; about 10..200 times the flows of each
 *          cyclic part otherwise.
 */
sn_status sn_trace_push(const sn_trace *trace, const double *pass, unsigned depth, double *x,
                        sn_trace_end *end, sn_error *err);

/**
 * sn_trace_pull - the probability that a walk up from a node ever meets a set.
 *
 *     h_j = hit_j + (1 - hit_j) sum_i A_ij h_i      (the least solution)
 *
 * One solve for all nodes at once.  A closed loop without a node of the set has h = 0.
 *
 * hit    [in]   n numbers 0..1 by node: the probability that a visit counts; 1 = in the set
 * depth  [in]   walks see at most `depth` nodes, the start included; 0 = no limit
 * h      [out]  n numbers 0..1 by node
 * bound  [out]  certified bound of |error| of every h
 *
 * Returns  SN_OK; SN_ENUMERIC when a cyclic part could not be solved to 1e-9; SN_ENOMEM.
 * Cost     as sn_trace_push.
 */
sn_status sn_trace_pull(const sn_trace *trace, const double *hit, unsigned depth, double *h,
                        double *bound, sn_error *err);

/**
 * sn_trace_radius - the spectral radius of A among the nodes that walks visit.
 *
 * Power iteration on I + A per strong component with the bounds of Collatz and Wielandt:
 * min_i (Ax)_i / x_i <= rho <= max_i (Ax)_i / x_i for every x > 0.
 *
 * visits  [in]   n numbers by node: only components with a visit > 0 count
 * radius  [out]  the middle of the bracket; 0 where nothing goes in circles
 * error   [out]  half its width
 *
 * Returns  SN_OK; SN_ENOMEM.
 * Cost     at most 200 times the flows of the cyclic parts.
 */
sn_status sn_trace_radius(const sn_trace *trace, const double *visits, double *radius,
                          double *error, sn_error *err);

#endif /* SN_METRICS_TRACE_H */
