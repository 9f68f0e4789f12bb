/* sweep_kernel.c - the loops over rows and lanes.
 *
 * Compiled once per instruction set (SN_SWEEP_KERNEL names the table); without contraction to
 * fused operations, so that all of them give the same bits.  Every lane is computed from its
 * own lane only and in the same order: what stands in the others cannot matter.  A row that is
 * skipped because nothing that it reads has changed would have come out the same.
 */
#include "metrics/sweep_private.h"

#ifndef SN_SWEEP_KERNEL
#define SN_SWEEP_KERNEL sn_sweep_kernel_portable
#define SN_SWEEP_KERNEL_NAME "portable"
#endif

/* Each loop is wanted once per kind of row. */
#define SN_INLINE static inline __attribute__((always_inline))

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include <immintrin.h>

SN_INLINE sn_lanes larger(sn_lanes a, sn_lanes b)
{
    return (sn_lanes)_mm512_max_pd((__m512d)a, (__m512d)b);
}

SN_INLINE bool any(sn_lane_mask m)
{
    return _mm512_movepi64_mask((__m512i)m) != 0;
}
#else
SN_INLINE sn_lanes larger(sn_lanes a, sn_lanes b)
{
    const sn_lane_mask m = a > b;

    return (sn_lanes)((m & (sn_lane_mask)a) | (~m & (sn_lane_mask)b));
}

SN_INLINE bool any(sn_lane_mask m)
{
    int64_t bits = 0;

    for (int l = 0; l < SN_LANES; l++)
        bits |= m[l];
    return bits != 0;
}
#endif

SN_INLINE sn_lanes choose(sn_lane_mask m, sn_lanes a, sn_lanes b)
{
    return (sn_lanes)((m & (sn_lane_mask)a) | (~m & (sn_lane_mask)b));
}

SN_INLINE sn_lanes all(double a)
{
    return (sn_lanes){a, a, a, a, a, a, a, a};
}

SN_INLINE sn_lanes smaller(sn_lanes a, sn_lanes b)
{
    return -larger(-a, -b);
}

/* What a later entry needs, of this row or of the next; past the end, row 0. */
SN_INLINE void prefetch(const sn_rows *rows, const sn_lanes *sent, uint32_t entry)
{
    __builtin_prefetch(&sent[rows->peer[entry] % SN_SWEEP_START]);
}

/* The worst action.  Partial sums of an action never exceed the whole, so that all of them may
 * take part in the maximum: no branch where an action ends. */
SN_INLINE sn_lanes row_worst(const sn_rows *rows, const sn_lanes *sent, uint32_t row)
{
    static const double keep[2] = {1, 0};
    const uint32_t end = rows->entry_first[row + 1];
    sn_lanes lost = all(0), worst = all(0);

    for (uint32_t e = rows->entry_first[row]; e < end; e++) {
        const uint32_t peer = rows->peer[e];
        prefetch(rows, sent, e + SN_SWEEP_AHEAD);
        lost =
            lost * keep[peer / SN_SWEEP_START] + sent[peer % SN_SWEEP_START] * rows->share[e];
        worst = larger(lost, worst);
    }
    return worst;
}

/* The only action, in four strands. */
SN_INLINE sn_lanes row_sum(const sn_rows *rows, const sn_lanes *sent, uint32_t row)
{
    const uint32_t end = rows->entry_first[row + 1];
    uint32_t e = rows->entry_first[row];
    sn_lanes a = all(0), b = all(0), c = all(0), d = all(0);

    for (; e + 4 <= end; e += 4) {
        for (uint32_t k = SN_SWEEP_AHEAD; k < SN_SWEEP_AHEAD + 4; k++)
            prefetch(rows, sent, e + k);
        a += sent[rows->peer[e] % SN_SWEEP_START] * rows->share[e];
        b += sent[rows->peer[e + 1] % SN_SWEEP_START] * rows->share[e + 1];
        c += sent[rows->peer[e + 2] % SN_SWEEP_START] * rows->share[e + 2];
        d += sent[rows->peer[e + 3] % SN_SWEEP_START] * rows->share[e + 3];
    }
    for (; e < end; e++)
        a += sent[rows->peer[e] % SN_SWEEP_START] * rows->share[e];
    return (a + b) + (c + d);
}

SN_INLINE void mark_readers(sn_pass *pass, uint32_t row)
{
    const sn_rows *rows = pass->rows;
    const uint32_t begin = rows->reader_first[row], end = rows->reader_first[row + 1];

    for (uint32_t k = begin; k < end; k++)
        pass->active[rows->reader[k]] = 1;
    pass->marked += end - begin;
    if (pass->marked > pass->limit)
        pass->sparse = false;
}

SN_INLINE sn_lanes on_market(const sn_pass *pass, uint32_t row, sn_lanes x)
{
    return x * smaller(pass->scarcity[pass->market[row]] * pass->size[row], all(1));
}

SN_INLINE bool skip(sn_pass *pass, uint32_t row)
{
    if (!pass->sparse)
        return false;
    if (!pass->active[row])
        return true;
    pass->active[row] = 0;
    return false;
}

SN_INLINE void store(sn_pass *pass, uint32_t row, sn_lanes x)
{
    pass->changed[pass->changed_count++] = row;
    pass->x[row] = x;
    if (!pass->follow)
        return;
    if (pass->market != NULL)
        pass->sent[row] = on_market(pass, row, x);
    if (pass->sparse)
        mark_readers(pass, row);
}

SN_INLINE void begin(sn_pass *pass)
{
    pass->changed_count = 0;
    pass->largest = pass->raised = pass->left = pass->doubt = all(0);
}

/* After a pass over all rows: go on with flags if few of them changed.  Inside a pass with
 * flags the readers were flagged at once. */
SN_INLINE void finish(sn_pass *pass, bool was_sparse)
{
    const sn_rows *rows = pass->rows;
    size_t readers = 0;

    if (!pass->follow || was_sparse)
        return;
    for (size_t k = 0; k < pass->changed_count && readers <= pass->limit; k++)
        readers +=
            rows->reader_first[pass->changed[k] + 1] - rows->reader_first[pass->changed[k]];
    if (readers > pass->limit)
        return;
    for (uint32_t r = 0; r < rows->count; r++)
        pass->active[r] = 0;
    pass->sparse = true;
    pass->marked = 0;
    for (size_t k = 0; k < pass->changed_count; k++)
        mark_readers(pass, pass->changed[k]);
}

SN_INLINE void upwards(sn_pass *pass, bool linear)
{
    static const double in_loop[2] = {0, 1};
    const sn_rows *rows = pass->rows;
    const sn_lanes one = all(1), gate = pass->gate;
    const bool was_sparse = pass->sparse;
    sn_lanes largest = all(0), raised = all(0);

    begin(pass);
    pass->marked = 0;
    for (uint32_t r = 0; r < rows->count; r++) {
        if (skip(pass, r))
            continue;
        const sn_lanes lost =
            linear ? row_sum(rows, pass->sent, r) : row_worst(rows, pass->sent, r);
        const sn_lanes now = smaller(lost * pass->factor, one), old = pass->x[r];
        const sn_lane_mask more = now > old + gate;
        if (!any(more))
            continue;
        const sn_lanes x =
            choose(more, smaller(now + pass->raise * in_loop[rows->loop[r]], one), old);
        largest = larger(x - old, largest);
        raised += (x - old) * rows->weight[r];
        store(pass, r, x);
    }
    pass->largest = largest;
    pass->raised = raised;
    finish(pass, was_sparse && pass->sparse);
}

static void worst(sn_pass *pass)
{
    upwards(pass, false);
}

static void sum(sn_pass *pass)
{
    upwards(pass, true);
}

/* The first hit of a row; they are sorted by row. */
static size_t first_hit(const sn_pass *pass, uint32_t row)
{
    size_t low = 0, high = pass->hit_count;

    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (pass->hit[middle].row < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A hit row loses at least what hit it. */
static void keep_hits(const sn_pass *pass, uint32_t row, sn_lanes *x)
{
    for (size_t k = first_hit(pass, row); k < pass->hit_count && pass->hit[k].row == row; k++)
        if ((*x)[pass->hit[k].lane] < pass->hit[k].loss)
            (*x)[pass->hit[k].lane] = pass->hit[k].loss;
}

SN_INLINE void both_ways(sn_pass *pass, bool linear)
{
    const sn_rows *rows = pass->rows;
    const double *pending = linear ? pass->ascent->pending : NULL;
    const sn_lane_mask live = pass->gate <= all(0);
    const bool was_sparse = pass->sparse;
    sn_lanes left = all(0), doubt = all(0), largest = all(0);

    begin(pass);
    pass->marked = 0;
    for (uint32_t r = 0; r < rows->count; r++) {
        if (skip(pass, r))
            continue;
        const sn_lanes old = pass->x[r];
        sn_lanes x = linear ? row_sum(rows, pass->sent, r)
                            : smaller(row_worst(rows, pass->sent, r), all(1));

        if (pass->is_hit[r])
            keep_hits(pass, r, &x);
        x = choose(live, x, old);
        const sn_lanes change = x - old, size = larger(change, -change);
        if (!any(x != old))
            continue;
        if (linear) {
            left += change * pending[r];
            doubt += size * pending[r];
        }
        largest = larger(size, largest);
        store(pass, r, x);
    }
    pass->left = left;
    pass->doubt = doubt;
    pass->largest = largest;
    finish(pass, was_sparse && pass->sparse);
}

static void ascend(sn_pass *pass)
{
    both_ways(pass, true);
}

static void descend(sn_pass *pass)
{
    both_ways(pass, false);
}

/* Put back what stood at the hits of a row. */
static void restore_hits(const sn_pass *pass, uint32_t row, const sn_lanes *old)
{
    for (size_t k = first_hit(pass, row); k < pass->hit_count && pass->hit[k].row == row; k++)
        pass->x[row][pass->hit[k].lane] = (*old)[pass->hit[k].lane];
}

static void shift(sn_pass *pass)
{
    const double *mode = pass->ascent->mode;
    const sn_lanes by = pass->left / all(pass->ascent->pull);

    for (uint32_t r = 0; r < pass->rows->count; r++) {
        const sn_lanes old = pass->x[r];
        pass->x[r] = old + by * mode[r];
        if (pass->is_hit[r])
            restore_hits(pass, r, &old);
    }
}

static void leap(sn_pass *pass)
{
    for (uint32_t r = 0; r < pass->rows->count; r++) {
        const sn_lanes old = pass->x[r], x = old + (old - pass->before[r]) * pass->left;
        pass->x[r] = smaller(larger(x, all(0)), all(1));
        if (pass->is_hit[r])
            restore_hits(pass, r, &old);
    }
}

static void refresh(sn_pass *pass)
{
    const sn_lanes one = all(1);

    for (size_t m = 0; m < pass->market_count; m++)
        pass->scarcity[m] = all(0);
    for (uint32_t r = 0; r < pass->rows->count; r++)
        pass->scarcity[pass->market[r]] += (one - pass->x[r]) * pass->size[r];
    for (size_t m = 0; m < pass->market_count; m++)
        pass->scarcity[m] = one / pass->scarcity[m]; /* infinite where nothing is left */
    for (uint32_t r = 0; r < pass->rows->count; r++) {
        const sn_lanes x = pass->x[r];
        if (!any(x != all(0)))
            continue;
        const sn_lanes sent = on_market(pass, r, x);
        if (!any(sent != pass->sent[r]))
            continue;
        pass->sent[r] = sent;
        if (pass->sparse)
            mark_readers(pass, r);
    }
}

static void follow(sn_pass *pass)
{
    size_t readers = 0;

    for (size_t k = 0; k < pass->changed_count; k++) {
        const uint32_t r = pass->changed[k];
        pass->sent[r] = pass->x[r];
        readers += pass->rows->reader_first[r + 1] - pass->rows->reader_first[r];
    }
    if (readers > pass->limit)
        pass->sparse = false;
    for (size_t k = 0; k < pass->changed_count && pass->sparse; k++)
        mark_readers(pass, pass->changed[k]);
}

/* Sums in blocks: their rounding grows with the block and the number of blocks only. */
static void totals(const sn_sweep_plan *plan, const sn_lanes *down, const sn_lanes *up,
                   sn_lanes total[3])
{
    const size_t n = plan->net->node_count;

    total[0] = total[1] = total[2] = all(0);
    for (size_t begin_at = 0; begin_at < n; begin_at += 512) {
        const size_t end = begin_at + 512 < n ? begin_at + 512 : n;
        sn_lanes both = all(0), d = all(0), u = all(0);

        for (size_t i = begin_at; i < end; i++) {
            const double w = plan->weight[i];
            const sn_lanes x = down[plan->rows[SN_DOWN].of_node[i]];
            const sn_lanes y = up[plan->rows[SN_UP].of_node[i]];
            both += larger(x, y) * w;
            d += x * w;
            u += y * w;
        }
        total[0] += both;
        total[1] += d;
        total[2] += u;
    }
}

const sn_sweep_kernel SN_SWEEP_KERNEL = {
    .name = SN_SWEEP_KERNEL_NAME,
    .worst = worst,
    .sum = sum,
    .ascend = ascend,
    .descend = descend,
    .shift = shift,
    .leap = leap,
    .refresh = refresh,
    .follow = follow,
    .totals = totals,
};
