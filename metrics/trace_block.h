/* trace_block.h - one cyclic part of the tracing matrix, for trace_solve.c only.
 *
 * A block is x = c + M x with M >= 0 on the m nodes of one strong component: row by row, the
 * diagonal apart.  It is small and contiguous, so that many sweeps over it stay in the cache.
 */
#ifndef SN_METRICS_TRACE_BLOCK_H
#define SN_METRICS_TRACE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "metrics/trace.h"

/** sn_trace_block - zeroed it is empty and may be cleared. */
typedef struct {
    size_t m;
    const int32_t *node; /* [m] lent: the nodes, in the trace's order */
    size_t *row;         /* [m + 1] */
    int32_t *column;     /* [row[m]] local indices */
    double *entry;       /* [row[m]] */
    double *diagonal;    /* [m] */
    double *inside;      /* [m] share of what a node hands on that it gets from inside */
    double *c, *x, *y;   /* [m] right-hand side, solution, scratch */
} sn_trace_block;

/**
 * sn_trace_block_make - the block of a component.
 *
 * factor  [in]  n numbers by node or NULL for ones
 * up      [in]  true: rows are suppliers, M_ij = A_ij factor_j (push);
 *               false: rows are buyers, M_ji = factor_j A_ij (pull)
 * block   [out] cleared by sn_trace_block_clear, also after a failure
 *
 * Returns  SN_OK; SN_ENOMEM.  Cost O(flows of its nodes).
 */
sn_status sn_trace_block_make(const sn_trace *trace, size_t component, const double *factor,
                              bool up, sn_trace_block *block, sn_error *err);
void sn_trace_block_clear(sn_trace_block *block);

/** sn_trace_block_closed - whether nothing in the block comes from outside it, factors
 *  included. */
bool sn_trace_block_closed(const sn_trace_block *block);

/** sn_trace_block_sweep - one Gauss-Seidel sweep of x = c + M x, in place.  From 0 it rises to
 *  the least solution, from above it falls to it. */
void sn_trace_block_sweep(const sn_trace_block *block, double *x);

/** sn_trace_block_residual - sum of |c + M x - x|; largest [out] the largest term, or NULL. */
double sn_trace_block_residual(const sn_trace_block *block, const double *x, double *largest);

/**
 * sn_trace_block_dense - solve x = c + M x by LU decomposition.
 *
 * c, x         [in, out]  the block's own c and x
 * ones         [out]      m numbers: the solution for c = 1 everywhere, or NULL
 *
 * Returns  SN_OK; SN_ENUMERIC when I - M is singular; SN_ENOMEM.
 * Cost     O(m^3) time, 8 m^2 bytes.
 */
sn_status sn_trace_block_dense(sn_trace_block *block, double *ones, sn_error *err);

/** sn_trace_block_radius - bracket the spectral radius of M (see sn_trace_radius); spoils x
 *  and y. */
void sn_trace_block_radius(sn_trace_block *block, double *low, double *high);

#endif /* SN_METRICS_TRACE_BLOCK_H */
