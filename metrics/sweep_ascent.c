/* sweep_ascent.c - how much an error in one upstream row is worth in total loss.
 *
 * Let L hold the upstream shares, s the hits and F(x) = max(s, L x).  For the solution x* and
 * any x, |x* - x| <= |F(x*) - F(x)| + |F(x) - x| <= L |x* - x| + |F(x) - x|.  With p >= w + L'
 * p it follows that w . |x* - x| <= p . |F(x) - x|: one vector certifies every scenario.
 *
 * After a Gauss-Seidel pass that changed row j by d_j, F(x) - x at row i is at most the sum of
 * L_ij |d_j| over the rows j not before i, so p . |F(x) - x| <= pending . |d| with
 * pending_j = sum over i <= j of p_i L_ij.  Without the signs, pending . d is (nearly) the
 * total weight still missing; it is spread over the rows in the slowest shape of an error.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/memory.h"
#include "metrics/sweep_private.h"

enum { PASSES_MAX = 100, SETTLED = 4, FEW = 8 /* one row in so many */ };

/* A row that must be raised is raised by so much more than it must. */
static const double headroom = 1e-3;

typedef struct {
    const sn_rows *rows;
    double *p;
    double *above;   /* [rows] sum of p_i L_ij over rows i after j, renewed in this pass      */
    double *kept;    /* [rows] the same over rows i not after j, of the last pass             */
    double *next;    /* [rows] ... and of this one                                            */
    uint32_t *queue; /* [rows] of mend                  */
    uint8_t *queued; /* [rows] whether a row is in it   */
} search;

void sn_ascent_clear(sn_ascent *ascent)
{
    free(ascent->pending);
    free(ascent->mode);
    *ascent = (sn_ascent){0};
}

static double row_total(const sn_rows *rows, uint32_t row)
{
    double total = 0;

    for (uint32_t e = rows->entry_first[row]; e < rows->entry_first[row + 1]; e++)
        total += rows->share[e];
    return total;
}

enum { AHEAD = 32 /* entries that memory is asked for in advance */ };

static void hand_on(search *f, uint32_t row)
{
    const sn_rows *rows = f->rows;

    for (uint32_t e = rows->entry_first[row]; e < rows->entry_first[row + 1]; e++) {
        const uint32_t peer = rows->peer[e] % SN_SWEEP_START;
        if (e >= AHEAD) { /* rows come last to first */
            const uint32_t next = rows->peer[e - AHEAD] % SN_SWEEP_START;
            __builtin_prefetch(next < row ? &f->above[next] : &f->next[next], 1);
        }
        if (peer < row)
            f->above[peer] += rows->share[e] * f->p[row];
        else
            f->next[peer] += rows->share[e] * f->p[row];
    }
}

/* w + L' p at a row, as far as it has been handed on. */
static double worth_of(const search *f, uint32_t row)
{
    return f->rows->weight[row] + f->above[row] + f->kept[row];
}

/* One pass of p = w + L' p, last rows first; with `up` only upwards and past the mark.  Returns
 * how many rows changed. */
static size_t renew(search *f, bool up)
{
    const sn_rows *rows = f->rows;
    const double slack = 1 + 4 * rows->slack;
    size_t changed = 0;
    double *swap = f->kept;

    memset(f->above, 0, rows->count * sizeof *f->above);
    memset(f->next, 0, rows->count * sizeof *f->next);
    for (uint32_t r = rows->count; r-- > 0;) {
        const double worth = worth_of(f, r) * slack;
        if (!up) {
            f->p[r] = worth;
        } else if (worth > f->p[r]) {
            f->p[r] = worth * (1 + headroom);
            changed++;
        }
        hand_on(f, r);
    }
    f->kept = f->next;
    f->next = swap;
    return changed;
}

/* What leaves the rows, 1 - row total each, must be the weight that enters: scale p to it. */
static void balance(search *f, const double *leaves)
{
    double in = 0, out = 0;

    for (uint32_t r = 0; r < f->rows->count; r++) {
        in += f->rows->weight[r];
        out += f->p[r] * leaves[r];
    }
    if (!(out > 0) || !(in > 0))
        return;
    for (uint32_t r = 0; r < f->rows->count; r++) {
        f->p[r] *= in / out;
        f->kept[r] *= in / out;
    }
}

static bool is_short(const search *f, uint32_t row)
{
    return worth_of(f, row) * (1 + 4 * f->rows->slack) > f->p[row];
}

static void enqueue(search *f, size_t *end, uint32_t row)
{
    if (!f->queued[row] && is_short(f, row)) {
        f->queued[row] = 1;
        f->queue[(*end)++] = row;
    }
}

/* After a pass that changed few rows: raise those that are short, and those that this makes
 * short, one by one.  Whether it did all is for the next pass to say. */
static void mend(search *f)
{
    const sn_rows *rows = f->rows;
    size_t begin = 0, end = 0;

    for (uint32_t r = 0; r < rows->count; r++)
        enqueue(f, &end, r);
    for (; begin < end && end <= rows->count; begin++) {
        const uint32_t r = f->queue[begin];
        const double more = worth_of(f, r) * (1 + headroom) - f->p[r];

        f->queued[r] = 0;
        f->p[r] += more;
        for (uint32_t e = rows->entry_first[r]; e < rows->entry_first[r + 1]; e++) {
            const uint32_t peer = rows->peer[e] % SN_SWEEP_START;
            (peer < r ? f->above : f->kept)[peer] += rows->share[e] * more;
            if (end < rows->count)
                enqueue(f, &end, peer);
        }
    }
    for (; begin < end; begin++)
        f->queued[f->queue[begin]] = 0;
}

static bool find(search *f, const double *leaves)
{
    for (int k = 0; k < SETTLED; k++) {
        (void)renew(f, false);
        balance(f, leaves);
    }
    for (int k = SETTLED; k < PASSES_MAX; k++) {
        const size_t changed = renew(f, true);
        if (changed == 0)
            return true;
        if (changed <= f->rows->count / FEW)
            mend(f);
    }
    return false;
}

/* mode = L L 1. */
static void set_mode(const sn_rows *rows, double *mode, double *scratch)
{
    for (uint32_t r = 0; r < rows->count; r++)
        scratch[r] = row_total(rows, r);
    for (uint32_t r = 0; r < rows->count; r++) {
        mode[r] = 0;
        for (uint32_t e = rows->entry_first[r]; e < rows->entry_first[r + 1]; e++) {
            __builtin_prefetch(&scratch[rows->peer[e + SN_SWEEP_AHEAD] % SN_SWEEP_START]);
            mode[r] += rows->share[e] * scratch[rows->peer[e] % SN_SWEEP_START];
        }
    }
}

sn_status sn_ascent_make(const sn_rows *rows, sn_ascent *ascent, sn_error *err)
{
    sn_status status = SN_OK;
    const size_t room = rows->count + (size_t)1;
    search f = {.rows = rows};
    double *memory =
        sn_large_zero(5 * room * sizeof *memory); /* p, above, kept, next, leaves */

    SN_TRY_ALLOC(memory, "a sweep");
    ascent->mode = calloc(room, sizeof *ascent->mode);
    SN_TRY_ALLOC(ascent->mode, "a sweep");
    ascent->pending = calloc(room, sizeof *ascent->pending);
    SN_TRY_ALLOC(ascent->pending, "a sweep");
    f.queue = sn_large_alloc(room * sizeof *f.queue);
    SN_TRY_ALLOC(f.queue, "a sweep");
    f.queued = calloc(room, sizeof *f.queued);
    SN_TRY_ALLOC(f.queued, "a sweep");
    f.p = memory;
    f.above = memory + room;
    f.kept = memory + 2 * room;
    f.next = memory + 3 * room;
    double *leaves = memory + 4 * room;
    for (uint32_t r = 0; r < rows->count; r++)
        leaves[r] = fmax(0, 1 - row_total(rows, r));
    ascent->certain = find(&f, leaves);
    memcpy(ascent->pending, f.kept, rows->count * sizeof *ascent->pending);
    set_mode(rows, ascent->mode, leaves);
    for (uint32_t r = 0; r < rows->count; r++) {
        ascent->pull += rows->weight[r] * ascent->mode[r];
        ascent->sum += f.p[r];
    }
out:
    free(memory);
    free(f.queue);
    free(f.queued);
    return status;
}
