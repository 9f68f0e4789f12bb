/* trace_block.c - solve one cyclic part of the tracing matrix. */
#include "metrics/trace_block.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_linalg.h>

#include "graph/bridge.h"
#include "graph/network_private.h"

/* The flows of a row: what a supplier sells (up) or what a buyer buys. */
struct flows {
    const sn_network *net;
    bool up;
    size_t first, last;
};

static struct flows flows_of(const sn_network *net, bool up, int32_t node)
{
    const size_t *first = up ? net->out_first : net->in_first;

    return (struct flows){net, up, first[node], first[node + 1]};
}

static size_t flow_at(const struct flows *f, size_t k)
{
    return f->up ? k : f->net->in_flow[k];
}

static int32_t other_end(const struct flows *f, size_t flow)
{
    return f->up ? f->net->buyer[flow] : f->net->supplier[flow];
}

static sn_status allocate(sn_trace_block *b, size_t entries, sn_error *err)
{
    double **vector[] = {&b->diagonal, &b->inside, &b->c, &b->x, &b->y};

    b->row = calloc(b->m + 1, sizeof *b->row);
    b->column = malloc((entries + 1) * sizeof *b->column);
    b->entry = malloc((entries + 1) * sizeof *b->entry);
    for (size_t v = 0; v < 5; v++)
        *vector[v] = calloc(b->m + 1, sizeof(double));
    if (b->row == NULL || b->column == NULL || b->entry == NULL || b->diagonal == NULL ||
        b->inside == NULL || b->c == NULL || b->x == NULL || b->y == NULL)
        return sn_nomem(err, "a loop of suppliers");
    return SN_OK;
}

static void fill_row(const sn_trace *t, size_t start, const double *factor, bool up,
                     sn_trace_block *b, size_t i)
{
    const struct flows f = flows_of(t->net, up, b->node[i]);
    size_t at = b->row[i];

    for (size_t k = f.first; k < f.last; k++) {
        const size_t e = flow_at(&f, k);
        const int32_t other = other_end(&f, e);
        const size_t j = (size_t)t->place[other] - start; /* wraps below the block: also >= m */
        const int32_t buyer = up ? other : b->node[i];
        const double entry = t->input[e] * (factor != NULL ? factor[buyer] : 1);
        if (j >= b->m || entry <= 0)
            continue;
        b->inside[up ? j : i] += entry;
        if (j == i) {
            b->diagonal[i] += entry;
        } else {
            b->column[at] = (int32_t)j;
            b->entry[at++] = entry;
        }
    }
    b->row[i + 1] = at;
}

sn_status sn_trace_block_make(const sn_trace *trace, size_t component, const double *factor,
                              bool up, sn_trace_block *block, sn_error *err)
{
    const size_t start = trace->first[component];
    size_t entries = 0;
    sn_status status = SN_OK;

    memset(block, 0, sizeof *block);
    block->m = trace->first[component + 1] - start;
    block->node = trace->order + start;
    for (size_t i = 0; i < block->m; i++) {
        const struct flows f = flows_of(trace->net, up, block->node[i]);
        for (size_t k = f.first; k < f.last; k++)
            entries += (size_t)trace->place[other_end(&f, flow_at(&f, k))] - start < block->m;
    }
    SN_TRY(allocate(block, entries, err));
    for (size_t i = 0; i < block->m; i++)
        fill_row(trace, start, factor, up, block, i);
out:
    return status;
}

void sn_trace_block_clear(sn_trace_block *block)
{
    free(block->row);
    free(block->column);
    free(block->entry);
    free(block->diagonal);
    free(block->inside);
    free(block->c);
    free(block->x);
    free(block->y);
    memset(block, 0, sizeof *block);
}

bool sn_trace_block_closed(const sn_trace_block *block)
{
    for (size_t i = 0; i < block->m; i++)
        if (block->inside[i] < SN_TRACE_CLOSED)
            return false;
    return true;
}

void sn_trace_block_sweep(const sn_trace_block *block, double *x)
{
    for (size_t i = 0; i < block->m; i++) {
        double sum = block->c[i];
        for (size_t k = block->row[i]; k < block->row[i + 1]; k++)
            sum += block->entry[k] * x[block->column[k]];
        x[i] = sum / (1 - block->diagonal[i]);
    }
}

/* (M x)_i */
static double row_times(const sn_trace_block *block, size_t i, const double *x)
{
    double sum = block->diagonal[i] * x[i];

    for (size_t k = block->row[i]; k < block->row[i + 1]; k++)
        sum += block->entry[k] * x[block->column[k]];
    return sum;
}

double sn_trace_block_residual(const sn_trace_block *block, const double *x, double *largest)
{
    double sum = 0, most = 0;

    for (size_t i = 0; i < block->m; i++) {
        const double gap = fabs(block->c[i] + row_times(block, i, x) - x[i]);
        sum += gap;
        most = gap > most ? gap : most;
    }
    if (largest != NULL)
        *largest = most;
    return sum;
}

/* A x = b by a finished decomposition, in plain arrays. */
static sn_status solve(const gsl_matrix *lu, const gsl_permutation *order, const double *b,
                       double *x, size_t m, sn_error *err)
{
    const gsl_vector_const_view right = gsl_vector_const_view_array(b, m);
    gsl_vector_view left = gsl_vector_view_array(x, m);

    return sn_from_gsl(gsl_linalg_LU_solve(lu, order, &right.vector, &left.vector), err);
}

sn_status sn_trace_block_dense(sn_trace_block *block, double *ones, sn_error *err)
{
    const size_t m = block->m;
    gsl_matrix *lu = gsl_matrix_calloc(m, m);
    gsl_permutation *order = gsl_permutation_alloc(m);
    sn_status status = SN_OK;
    int sign;

    SN_TRY_ALLOC(lu, "the matrix of a loop of suppliers");
    SN_TRY_ALLOC(order, "the matrix of a loop of suppliers");
    for (size_t i = 0; i < m; i++) {
        for (size_t k = block->row[i]; k < block->row[i + 1]; k++)
            *gsl_matrix_ptr(lu, i, (size_t)block->column[k]) -= block->entry[k];
        *gsl_matrix_ptr(lu, i, i) += 1 - block->diagonal[i];
    }
    SN_TRY_GSL(gsl_linalg_LU_decomp(lu, order, &sign));
    SN_TRY(solve(lu, order, block->c, block->x, m, err));
    if (ones != NULL) {
        for (size_t i = 0; i < m; i++)
            block->y[i] = 1;
        SN_TRY(solve(lu, order, block->y, ones, m, err));
    }
out:
    gsl_matrix_free(lu);
    gsl_permutation_free(order);
    return status;
}

void sn_trace_block_radius(sn_trace_block *block, double *low, double *high)
{
    double *x = block->x, *y = block->y;

    for (size_t i = 0; i < block->m; i++)
        x[i] = 1;
    *low = 0;
    *high = INFINITY;
    for (int round = 0; round < 200 && *high - *low > 1e-10; round++) {
        double least = INFINITY, most = 0, largest = 0;
        for (size_t i = 0; i < block->m; i++) {
            const double step = row_times(block, i, x);
            least = fmin(least, step / x[i]);
            most = fmax(most, step / x[i]);
            y[i] = x[i] + step; /* I + M: the cycle lengths of M do not matter */
            largest = fmax(largest, y[i]);
        }
        for (size_t i = 0; i < block->m; i++)
            x[i] = y[i] / largest;
        *low = fmax(*low, least);
        *high = fmin(*high, most);
    }
}
