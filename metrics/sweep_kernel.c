/* sweep_kernel.c - the loops over rows and lanes.
 *
 * Compiled once per instruction set (SN_SWEEP_KERNEL names the table); without contraction to
 * fused operations, so that all of them give the same bits.  Every lane is computed from its
 * own lane only and in the same order: what stands in the others cannot matter.  A row that is
 * skipped because nothing that it reads has changed would have come out the same.
 */
#include <string.h>

#include "metrics/sweep_lanes.h"

#ifndef SN_SWEEP_KERNEL
#define SN_SWEEP_KERNEL sn_sweep_kernel_portable
#define SN_SWEEP_KERNEL_NAME "portable"
#endif

/* What a later entry needs, of this row or of the next; past the end, row 0. */
SN_INLINE void prefetch(const uint32_t *peer, const sn_lanes *sent, size_t entry)
{
    __builtin_prefetch(&sent[peer[entry] % SN_SWEEP_START]);
}

/* The worst action.  Partial sums of an action never exceed the whole, so that all of them may
 * take part in the maximum: no branch where an action ends. */
SN_INLINE lanes row_worst(const sn_rows *rows, const sn_lanes *sent, uint32_t row)
{
    static const double keep[2] = {1, 0};
    const uint32_t *peer = rows->peer;
    const double *share = rows->share;
    const size_t end = rows->entry_first[row + 1];
    lanes lost = all(0), worst = all(0);

    for (size_t e = rows->entry_first[row]; e < end; e++) {
        const uint32_t from = peer[e];
        prefetch(peer, sent, e + SN_SWEEP_AHEAD);
        lost = plus(scaled(lost, keep[from / SN_SWEEP_START]),
                    scaled(load(&sent[from % SN_SWEEP_START]), share[e]));
        worst = larger(lost, worst);
    }
    return worst;
}

/* The only action, in four strands. */
SN_INLINE lanes row_sum(const sn_rows *rows, const sn_lanes *sent, uint32_t row)
{
    const uint32_t *peer = rows->peer;
    const double *share = rows->share;
    const size_t end = rows->entry_first[row + 1];
    size_t e = rows->entry_first[row];
    lanes sum[4] = {all(0), all(0), all(0), all(0)};

    for (; e + 4 <= end; e += 4) {
        for (size_t k = 0; k < 4; k++)
            prefetch(peer, sent, e + SN_SWEEP_AHEAD + k);
        for (size_t k = 0; k < 4; k++)
            sum[k] = plus(sum[k],
                          scaled(load(&sent[peer[e + k] % SN_SWEEP_START]), share[e + k]));
    }
    for (; e < end; e++)
        sum[0] = plus(sum[0], scaled(load(&sent[peer[e] % SN_SWEEP_START]), share[e]));
    return plus(plus(sum[0], sum[1]), plus(sum[2], sum[3]));
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

SN_INLINE lanes on_market(const sn_pass *pass, uint32_t row, lanes x)
{
    const lanes scarcity = load(&pass->scarcity[pass->market[row]]);

    return times(x, smaller(scaled(scarcity, pass->size[row]), all(1)));
}

/* The first of eight flags that is set; some is. */
SN_INLINE uint32_t first_flag(uint64_t flags)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return (uint32_t)__builtin_ctzll(flags) / 8;
#else
    return (uint32_t)__builtin_clzll(flags) / 8;
#endif
}

/* The first row from `row` on that needs a look, its flag taken down. */
SN_INLINE uint32_t next_row(sn_pass *pass, uint32_t row)
{
    const uint32_t count = pass->rows->count;
    uint64_t flags;

    if (!pass->sparse)
        return row;
    for (; row < count; row += 8) {
        memcpy(&flags, pass->active + row, sizeof flags); /* past the end there is none */
        if (flags == 0)
            continue;
        row += first_flag(flags);
        pass->active[row] = 0;
        return row;
    }
    return count;
}

SN_INLINE void store(sn_pass *pass, uint32_t row, lanes x)
{
    pass->changed[pass->changed_count++] = row;
    save(&pass->x[row], x);
    if (!pass->follow)
        return;
    if (pass->market != NULL)
        save(&pass->sent[row], on_market(pass, row, x));
    if (pass->sparse)
        mark_readers(pass, row);
}

SN_INLINE void begin(sn_pass *pass)
{
    pass->changed_count = 0;
    save(&pass->largest, all(0));
    save(&pass->raised, all(0));
    save(&pass->left, all(0));
    save(&pass->doubt, all(0));
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
    const lanes one = all(1), gate = load(&pass->gate), raise = load(&pass->raise);
    const bool was_sparse = pass->sparse;
    lanes largest = all(0), raised = all(0);

    begin(pass);
    pass->marked = 0;
    for (uint32_t r = next_row(pass, 0); r < rows->count; r = next_row(pass, r + 1)) {
        const lanes lost =
            linear ? row_sum(rows, pass->sent, r) : row_worst(rows, pass->sent, r);
        const lanes now = smaller(scaled(lost, pass->factor), one), old = load(&pass->x[r]);
        const mask more = is_above(now, plus(old, gate));
        if (!any(more))
            continue;
        const lanes raised_now = plus(now, scaled(raise, in_loop[rows->loop[r]]));
        const lanes x = choose(more, smaller(raised_now, one), old), change = minus(x, old);
        largest = larger(change, largest);
        raised = plus(raised, scaled(change, rows->weight[r]));
        store(pass, r, x);
    }
    save(&pass->largest, largest);
    save(&pass->raised, raised);
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
static lanes keep_hits(const sn_pass *pass, uint32_t row, lanes x)
{
    sn_lanes kept;

    save(&kept, x);
    for (size_t k = first_hit(pass, row); k < pass->hit_count && pass->hit[k].row == row; k++)
        if (kept[pass->hit[k].lane] < pass->hit[k].loss)
            kept[pass->hit[k].lane] = pass->hit[k].loss;
    return load(&kept);
}

SN_INLINE void both_ways(sn_pass *pass, bool linear)
{
    const sn_rows *rows = pass->rows;
    const double *pending = linear ? pass->ascent->pending : NULL;
    const mask closed = is_above(load(&pass->gate), all(0));
    const bool was_sparse = pass->sparse;
    lanes left = all(0), doubt = all(0), largest = all(0);

    begin(pass);
    pass->marked = 0;
    for (uint32_t r = next_row(pass, 0); r < rows->count; r = next_row(pass, r + 1)) {
        const lanes old = load(&pass->x[r]);
        lanes x = linear ? row_sum(rows, pass->sent, r)
                         : smaller(row_worst(rows, pass->sent, r), all(1));

        if (pass->is_hit[r])
            x = keep_hits(pass, r, x);
        x = choose(closed, old, x);
        if (!differ(x, old))
            continue;
        const lanes change = minus(x, old), size = size_of(change);
        if (linear) {
            left = plus(left, scaled(change, pending[r]));
            doubt = plus(doubt, scaled(size, pending[r]));
        }
        largest = larger(size, largest);
        store(pass, r, x);
    }
    save(&pass->left, left);
    save(&pass->doubt, doubt);
    save(&pass->largest, largest);
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
static void restore_hits(const sn_pass *pass, uint32_t row, lanes old)
{
    sn_lanes stood;

    save(&stood, old);
    for (size_t k = first_hit(pass, row); k < pass->hit_count && pass->hit[k].row == row; k++)
        pass->x[row][pass->hit[k].lane] = stood[pass->hit[k].lane];
}

static void shift(sn_pass *pass)
{
    const double *mode = pass->ascent->mode;
    const lanes by = over(load(&pass->left), all(pass->ascent->pull));

    for (uint32_t r = 0; r < pass->rows->count; r++) {
        const lanes old = load(&pass->x[r]);
        save(&pass->x[r], plus(old, scaled(by, mode[r])));
        if (pass->is_hit[r])
            restore_hits(pass, r, old);
    }
}

static void leap(sn_pass *pass)
{
    const lanes far = load(&pass->left);

    for (uint32_t r = 0; r < pass->rows->count; r++) {
        const lanes old = load(&pass->x[r]);
        const lanes x = plus(old, times(minus(old, load(&pass->before[r])), far));
        save(&pass->x[r], smaller(larger(x, all(0)), all(1)));
        if (pass->is_hit[r])
            restore_hits(pass, r, old);
    }
}

static void refresh(sn_pass *pass)
{
    const lanes one = all(1);

    for (size_t m = 0; m < pass->market_count; m++) {
        const uint32_t *row = pass->market_row + pass->market_first[m];
        const size_t count = pass->market_first[m + 1] - pass->market_first[m];
        lanes sold = all(0);

        for (size_t k = 0; k < count; k++)
            sold = plus(sold, scaled(minus(one, load(&pass->x[row[k]])), pass->size[row[k]]));
        save(&pass->scarcity[m], over(one, sold)); /* infinite where nothing is left */
        for (size_t k = 0; k < count; k++) {
            const uint32_t r = row[k];
            const lanes x = load(&pass->x[r]);
            if (!differ(x, all(0)))
                continue;
            const lanes sent = on_market(pass, r, x);
            if (!differ(sent, load(&pass->sent[r])))
                continue;
            save(&pass->sent[r], sent);
            if (pass->sparse)
                mark_readers(pass, r);
        }
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

static void ask(const sn_rows *rows, const sn_lanes *x, uint32_t row, sn_lanes *worst_of)
{
    save(worst_of, row_worst(rows, x, row));
}

/* Sums in blocks: their rounding grows with the block and the number of blocks only. */
static void totals(const sn_sweep_plan *plan, const sn_lanes *down, const sn_lanes *up,
                   sn_lanes total[3])
{
    const size_t n = plan->net->node_count;

    lanes sum[3] = {all(0), all(0), all(0)};

    for (size_t begin_at = 0; begin_at < n; begin_at += 512) {
        const size_t end = begin_at + 512 < n ? begin_at + 512 : n;
        lanes both = all(0), d = all(0), u = all(0);

        for (size_t i = begin_at; i < end; i++) {
            const double w = plan->weight[i];
            const lanes x = load(&down[plan->rows[SN_DOWN].of_node[i]]);
            const lanes y = load(&up[plan->rows[SN_UP].of_node[i]]);
            both = plus(both, scaled(larger(x, y), w));
            d = plus(d, scaled(x, w));
            u = plus(u, scaled(y, w));
        }
        sum[0] = plus(sum[0], both);
        sum[1] = plus(sum[1], d);
        sum[2] = plus(sum[2], u);
    }
    for (int k = 0; k < 3; k++)
        save(&total[k], sum[k]);
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
    .ask = ask,
    .totals = totals,
};
