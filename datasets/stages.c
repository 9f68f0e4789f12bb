/* stages.c - one step of a chain: from output, need and trade to flows (numbers only).
 *
 * sn_stages_solve: check_column, sn_stages_trace, then solve_to_use or solve_to_stage, then
 * judge.
 */
#include "datasets/stages.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/ipf.h"
#include "datasets/stages_private.h"

/* Parts of a total below which an amount is noise.  They keep the network small; none is
 * absolute, so results do not depend on the unit. */
static const double small_use = 1e-7; /* of a step to use                        */
static const double small_fit = 1e-9; /* of a fitted step                        */
static const double epsilon = 1e-6;   /* of the gravity cell r d / sum(d): prior */
static const double far = 3;          /* factor: a cell moved so much is not as reported */

static sn_status check_column(const sn_stages_step *step, const double *column,
                              const char *what, double *sum, sn_error *err)
{
    char text[32];

    *sum = 0;
    for (size_t i = 0; i < step->places; i++) {
        if (column[i] < 0 || isinf(column[i]))
            return sn_fail(err, SN_EDATA, "%s of \"%s\" is %g, not a number >= 0", what,
                           sn_stages_place(step, i, text), column[i]);
        *sum += sn_stages_amount(column[i]);
    }
    return *sum > 0 && isfinite(*sum) ? SN_OK
                                      : sn_fail(err, SN_EDATA, "total %s is %g", what, *sum);
}

/* ------------------------------------------------------------------------------- to use */

/* Drop what is tiny but the largest amount of each origin, and bring rows back to output. */
static void drop_small_use(const sn_stages_step *step, double total, double *flow)
{
    const size_t n = step->places;
    const double floor = small_use * total;

    for (size_t i = 0; i < n; i++) {
        double *row = flow + i * n, sum = 0;
        size_t best = 0;
        for (size_t j = 1; j < n; j++)
            if (row[j] > row[best])
                best = j;
        for (size_t j = 0; j < n; j++) {
            if (row[j] < floor && j != best)
                row[j] = 0;
            sum += row[j];
        }
        for (size_t j = 0; j < n && sum > 0; j++)
            row[j] *= sn_stages_amount(step->output[i]) / sum;
    }
}

static void solve_to_use(const sn_stages_step *step, const sn_stages_traced *t, double *flow,
                         sn_basis *basis, sn_stages_quality *q)
{
    const size_t n = step->places, rest = step->rest;

    if (!t->known) {
        for (size_t i = 0; i < n; i++)
            flow[i * n + rest] = sn_stages_amount(step->output[i]);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const bool named = sn_stages_is_named(step, step->output, i);
        for (size_t j = 0; j < n; j++) {
            flow[(named ? i : rest) * n + j] += t->origin[i * n + j];
            if (named && j != rest && !t->guessed[i])
                basis[i * n + j] = SN_BASIS_BALANCED;
        }
    }
    flow[rest * n + rest] += q->unspread;
    drop_small_use(step, q->output, flow);
}

/* ----------------------------------------------------------------------------- to a stage */

/* The table of a step to a stage: only places with output, only places with need. */
typedef struct {
    size_t rows, cols;
    size_t *maker, *taker;    /* [rows], [cols] places                                   */
    double *r, *d;            /* [rows] output, [cols] scaled need                       */
    double *prior, *reported; /* [rows * cols]; reported = the part that trade reports   */
    double *fit;
} table;

static void clear_table(table *t)
{
    free(t->maker);
    free(t->taker);
    free(t->r);
    free(t->d);
    free(t->prior);
    free(t->reported);
    free(t->fit);
}

static sn_status make_table(const sn_stages_step *step, double scale, table *t, sn_error *err)
{
    const size_t n = step->places;

    t->maker = calloc(n + 1, sizeof *t->maker);
    t->taker = calloc(n + 1, sizeof *t->taker);
    t->r = calloc(n + 1, sizeof *t->r);
    t->d = calloc(n + 1, sizeof *t->d);
    t->prior = calloc(n * n + 1, sizeof *t->prior);
    t->reported = calloc(n * n + 1, sizeof *t->reported);
    t->fit = calloc(n * n + 1, sizeof *t->fit);
    if (t->maker == NULL || t->taker == NULL || t->r == NULL || t->d == NULL ||
        t->prior == NULL || t->reported == NULL || t->fit == NULL)
        return sn_nomem(err, "a table to fit");
    for (size_t i = 0; i < n; i++) {
        if (step->output[i] > 0) {
            t->maker[t->rows] = i;
            t->r[t->rows++] = step->output[i];
        }
        if (step->need[i] > 0) {
            t->taker[t->cols] = i;
            t->d[t->cols++] = step->need[i] * scale;
        }
    }
    return SN_OK;
}

/* Own supply first, then surplus x need: row a of the prior of a step without trade.  need_left is
 * what remains of all needs after own supply. */
static void add_gravity(table *t, size_t a, const double *need_left, double total)
{
    double own = 0;

    for (size_t b = 0; b < t->cols; b++)
        if (t->taker[b] == t->maker[a])
            own = fmin(t->r[a], t->d[b]);
    for (size_t b = 0; b < t->cols; b++) {
        const bool home = t->taker[b] == t->maker[a];
        const double away = total > 0 ? (t->r[a] - own) * (need_left[b] / total) : 0;
        t->prior[a * t->cols + b] += home ? own : away;
    }
}

/* The corrected trade, cut to makers and takers; the rest of it is `outside`. */
static void add_origins(const sn_stages_step *step, const sn_stages_traced *trade,
                        const size_t *row_of, const size_t *col_of, table *t,
                        sn_stages_quality *q)
{
    const size_t n = step->places;

    for (size_t i = 0; i < n; i++) {
        const bool named = sn_stages_is_named(step, step->output, i);
        const size_t a = row_of[named ? i : step->rest];
        for (size_t j = 0; j < n; j++) {
            const double v = trade->origin[i * n + j];
            const size_t b = col_of[sn_stages_is_named(step, step->need, j) ? j : step->rest];
            if (v == 0)
                continue;
            if (b == t->cols) {
                q->outside += v;
                continue;
            }
            t->prior[a * t->cols + b] += v;
            if (named && t->taker[b] != step->rest && !trade->guessed[i])
                t->reported[a * t->cols + b] += v;
        }
    }
}

/* Goods of no known taker go where the traced goods fall short of the need.  Such goods are ROW's
 * output of no known way, and what is traced to places that no table names as processors beyond
 * what ROW, who stands for them, can take (rest_col; t->cols when ROW has no need). */
static void add_surplus(size_t rest_row, size_t rest_col, double unspread, table *t,
                        double *need_left)
{
    double taken = 0, total = 0;

    for (size_t a = 0; rest_col < t->cols && a < t->rows; a++)
        taken += t->prior[a * t->cols + rest_col];
    const double keep = taken > 0 ? fmin(1, t->d[rest_col] / taken) : 1;
    for (size_t b = 0; b < t->cols; b++) {
        double traced = 0;
        for (size_t a = 0; a < t->rows; a++)
            traced += t->prior[a * t->cols + b];
        need_left[b] = fmax(0, t->d[b] - traced);
        total += need_left[b];
    }
    for (size_t a = 0; a < t->rows && total > 0; a++) {
        double surplus = a == rest_row ? unspread : 0;
        if (rest_col < t->cols) {
            surplus += (1 - keep) * t->prior[a * t->cols + rest_col];
            t->prior[a * t->cols + rest_col] *= keep;
        }
        for (size_t b = 0; b < t->cols; b++)
            t->prior[a * t->cols + b] += surplus * (need_left[b] / total);
    }
}

static sn_status fill_prior(const sn_stages_step *step, const sn_stages_traced *trade, table *t,
                            sn_stages_quality *q, sn_error *err)
{
    const size_t n = step->places, rest = step->rest;
    double *need_left = calloc(n + 1, sizeof *need_left); /* [cols] after own supply */
    size_t *row_of = calloc(n + 1, sizeof *row_of);       /* [place] row, or rows    */
    size_t *col_of = calloc(n + 1, sizeof *col_of);
    double total = 0;

    if (need_left == NULL || row_of == NULL || col_of == NULL) {
        free(need_left);
        free(row_of);
        free(col_of);
        return sn_nomem(err, "a prior");
    }
    for (size_t i = 0; i < n; i++) {
        row_of[i] = t->rows;
        col_of[i] = t->cols;
    }
    for (size_t a = 0; a < t->rows; a++)
        row_of[t->maker[a]] = a;
    for (size_t b = 0; b < t->cols; b++) {
        const size_t own = row_of[t->taker[b]];
        col_of[t->taker[b]] = b;
        need_left[b] = t->d[b] - (own < t->rows ? fmin(t->r[own], t->d[b]) : 0);
        total += need_left[b];
    }
    if (!trade->known) {
        for (size_t a = 0; a < t->rows; a++)
            add_gravity(t, a, need_left, total);
    } else {
        add_origins(step, trade, row_of, col_of, t, q);
        add_surplus(row_of[rest], col_of[rest], q->unspread, t, need_left);
        for (size_t a = 0; a < t->rows; a++)
            for (size_t b = 0; b < t->cols; b++)
                t->prior[a * t->cols + b] += epsilon * t->r[a] * (t->d[b] / q->output);
    }
    free(need_left);
    free(row_of);
    free(col_of);
    return SN_OK;
}

/* Drop cells below the floor from `fit` into `kept`, but the largest of a row or a column. */
static void drop_small_fit(const table *t, double floor, double *kept)
{
    memcpy(kept, t->fit, t->rows * t->cols * sizeof *kept);
    for (size_t k = 0; k < t->rows * t->cols; k++)
        if (kept[k] < floor)
            kept[k] = 0;
    for (size_t a = 0; a < t->rows; a++) {
        size_t best = a * t->cols;
        for (size_t b = 1; b < t->cols; b++)
            if (t->fit[a * t->cols + b] > t->fit[best])
                best = a * t->cols + b;
        kept[best] = t->fit[best];
    }
    for (size_t b = 0; b < t->cols; b++) {
        size_t best = b;
        for (size_t a = 1; a < t->rows; a++)
            if (t->fit[a * t->cols + b] > t->fit[best])
                best = a * t->cols + b;
        kept[best] = t->fit[best];
    }
}

/* Fit, drop what is tiny, fit again; the first fit stands if the second finds no table. */
static sn_status fit_table(const sn_stages_step *step, table *t, sn_stages_quality *q,
                           sn_error *err)
{
    const size_t cells = t->rows * t->cols;
    sn_ipf_result result = {0};
    sn_status status =
        sn_ipf_fit(t->rows, t->cols, t->prior, t->r, t->d, NULL, t->fit, &result, NULL);

    q->rounds = result.rounds;
    q->margin_error = result.error;
    if (status == SN_ENUMERIC) {
        char text[32];
        const size_t place =
            result.worst_is_column ? t->taker[result.worst] : t->maker[result.worst];
        return sn_fail(err, status, "the %s of \"%s\" is off by %.3g of itself after %d rounds",
                       result.worst_is_column ? "inflow" : "outflow",
                       sn_stages_place(step, place, text), result.error, result.rounds);
    }
    if (status != SN_OK)
        return status == SN_ENOMEM
                   ? sn_nomem(err, "a fit")
                   : sn_fail(err, SN_EINTERNAL, "margins of a step do not agree");
    double *kept = malloc((cells + 1) * sizeof *kept);
    if (kept == NULL)
        return sn_nomem(err, "a fit");
    drop_small_fit(t, small_fit * q->output, kept);
    if (memcmp(kept, t->fit, cells * sizeof *kept) != 0) {
        status = sn_ipf_fit(t->rows, t->cols, kept, t->r, t->d, NULL, kept, &result, NULL);
        if (status == SN_OK) {
            memcpy(t->fit, kept, cells * sizeof *kept);
            q->margin_error = result.error;
        }
    }
    free(kept);
    return status == SN_ENOMEM ? sn_nomem(err, "a fit") : SN_OK;
}

static sn_status solve_to_stage(const sn_stages_step *step, const sn_stages_traced *trade,
                                double *flow, sn_basis *basis, sn_stages_quality *q,
                                sn_error *err)
{
    sn_status status = SN_OK;
    table t = {0};

    q->scale = q->output / q->need;
    SN_TRY(make_table(step, q->scale, &t, err));
    SN_TRY(fill_prior(step, trade, &t, q, err));
    SN_TRY(fit_table(step, &t, q, err));
    for (size_t a = 0; a < t.rows; a++)
        for (size_t b = 0; b < t.cols; b++) {
            const size_t k = a * t.cols + b, at = t.maker[a] * step->places + t.taker[b];
            flow[at] = t.fit[k];
            const double moved = t.fit[k] / t.prior[k];
            if (t.reported[k] > 0.5 * t.prior[k] && moved > 1 / far && moved < far)
                basis[at] = SN_BASIS_BALANCED;
        }
out:
    clear_table(&t);
    return status;
}

/* ------------------------------------------------------------------------------- the step */

/* Compare what flows out with what was made, and add up what is estimated. */
static void judge(const sn_stages_step *step, const double *flow, sn_basis *basis,
                  sn_stages_quality *q)
{
    const size_t n = step->places;
    double all = 0, estimated = 0, worst = -1;

    for (size_t i = 0; i < n; i++) {
        double out = 0;
        for (size_t j = 0; j < n; j++) {
            const size_t k = i * n + j;
            if (flow[k] == 0)
                basis[k] = SN_BASIS_ESTIMATED;
            out += flow[k];
            all += flow[k];
            estimated += basis[k] == SN_BASIS_ESTIMATED ? flow[k] : 0;
        }
        const double made = sn_stages_amount(step->output[i]);
        if (made > 0 && fabs(out / made - 1) > worst) {
            worst = fabs(out / made - 1);
            q->worst = i;
            q->residual = out - made;
        }
    }
    q->estimated = estimated / all;
}

sn_status sn_stages_solve(const sn_stages_step *step, double *flow, sn_basis *basis,
                          sn_stages_quality *quality, sn_error *err)
{
    sn_status status = SN_OK;
    const size_t cells = step->places * step->places;
    sn_stages_quality q = {.scale = NAN, .worst_factor = 1};
    sn_stages_traced trade = {0};

    memset(flow, 0, cells * sizeof *flow);
    for (size_t k = 0; k < cells; k++)
        basis[k] = SN_BASIS_ESTIMATED;
    SN_TRY(check_column(step, step->output, "output", &q.output, err));
    if (step->need != NULL)
        SN_TRY(check_column(step, step->need, "need", &q.need, err));
    SN_TRY(sn_stages_trace(step, &trade, &q, err));
    if (step->need == NULL)
        solve_to_use(step, &trade, flow, basis, &q);
    else
        SN_TRY(solve_to_stage(step, &trade, flow, basis, &q, err));
    judge(step, flow, basis, &q);
    *quality = q;
out:
    sn_stages_traced_clear(&trade);
    return status;
}
