/* trace_solve.c - visits and hitting probabilities, one strong component after the other. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/network_private.h"
#include "metrics/trace_block.h"

enum {
    LU_ALWAYS = 64,    /* up to this size a decomposition costs less than sweeps */
    LU_AT_MOST = 2000, /* 32 MB and some seconds                                  */
    SWEEPS = 2000
};
static const double sweep_until = 1e-14; /* of what entered the component            */
static const double solved = 1e-9;       /* a larger error is a failure, not a bound */

/* Fail with the component's first nodes by id: "A", "B", "C" and 7 more. */
static sn_status fail_loop(const sn_trace *t, size_t component, const char *what, sn_error *err)
{
    const size_t first = t->first[component], m = t->first[component + 1] - first;
    char names[360] = "";
    size_t at = 0, named = 0;
    int32_t last = -1;

    for (; named < m && named < 3; named++) {
        int32_t next = INT32_MAX;
        for (size_t k = first; k < first + m; k++)
            if (t->order[k] > last && t->order[k] < next)
                next = t->order[k];
        const int length = snprintf(names + at, sizeof names - at, "%s\"%.100s\"",
                                    named > 0 ? ", " : "", t->net->ids.text[next]);
        at += length > 0 ? (size_t)length : 0;
        last = next;
    }
    if (m > named)
        (void)snprintf(names + at, sizeof names - at, " and %zu more", m - named);
    return sn_fail(err, SN_ENUMERIC, "%s: %s", what, names);
}

static const char closed_loop[] =
    "supply goes round in a closed loop and is made nowhere in it";
static const char stiff_loop[] = "supply goes round too long in a loop to be traced";

/* Hand what arrived at node j on to its suppliers outside its component. */
static void scatter(const sn_trace *t, size_t j, double leaving, size_t beyond, double *x)
{
    const sn_network *net = t->net;

    for (size_t k = net->in_first[j]; k < net->in_first[j + 1]; k++) {
        const size_t e = net->in_flow[k];
        if ((size_t)t->place[net->supplier[e]] >= beyond)
            x[net->supplier[e]] += leaving * t->input[e];
    }
}

static double self_share(const sn_trace *t, size_t j)
{
    const sn_network *net = t->net;
    double sum = 0;

    if (net->self[j] > 0)
        for (size_t k = net->in_first[j]; k < net->in_first[j + 1]; k++)
            if ((size_t)net->supplier[net->in_flow[k]] == j)
                sum += t->input[net->in_flow[k]];
    return sum;
}

static sn_status push_block(const sn_trace *t, size_t component, const double *pass, double *x,
                            double *bound, sn_error *err)
{
    sn_trace_block b = {0};
    double mass = 0, residual = INFINITY;
    sn_status status = SN_OK;

    SN_TRY(sn_trace_block_make(t, component, pass, true, &b, err));
    for (size_t i = 0; i < b.m; i++)
        mass += b.c[i] = x[b.node[i]];
    if (sn_trace_block_closed(&b)) {
        status = fail_loop(t, component, closed_loop, err);
        goto out;
    }
    for (int sweep = 1; b.m > LU_ALWAYS && sweep <= SWEEPS && residual > sweep_until * mass;
         sweep++) {
        sn_trace_block_sweep(&b, b.x);
        if (sweep % 4 == 0) {
            const double left = sn_trace_block_residual(&b, b.x, NULL);
            if (left >= residual)
                break; /* only rounding is left */
            residual = left;
        }
    }
    if (residual > solved * mass && b.m <= LU_AT_MOST) {
        SN_TRY(sn_trace_block_dense(&b, NULL, err));
        residual = sn_trace_block_residual(&b, b.x, NULL);
    }
    if (!(residual <= solved * mass)) {
        status = fail_loop(t, component, stiff_loop, err);
        goto out;
    }
    *bound += residual;
    for (size_t i = 0; i < b.m; i++)
        x[b.node[i]] = b.x[i] > 0 ? b.x[i] : 0;
out:
    sn_trace_block_clear(&b);
    return status;
}

static sn_status push_component(const sn_trace *t, size_t c, const double *pass, double *x,
                                double *bound, sn_error *err)
{
    const size_t first = t->first[c], beyond = t->first[c + 1];
    double arrived = 0;

    for (size_t k = first; k < beyond; k++)
        arrived += x[t->order[k]];
    if (arrived <= 0)
        return SN_OK;
    if (beyond - first > 1) {
        const sn_status status = push_block(t, c, pass, x, bound, err);
        if (status != SN_OK)
            return status;
    } else {
        const size_t j = (size_t)t->order[first];
        const double again = self_share(t, j) * (pass != NULL ? pass[j] : 1);
        if (again >= SN_TRACE_CLOSED)
            return fail_loop(t, c, closed_loop, err);
        x[j] /= 1 - again;
    }
    for (size_t k = first; k < beyond; k++) {
        const size_t j = (size_t)t->order[k];
        const double leaving = x[j] * (pass != NULL ? pass[j] : 1);
        if (leaving > 0)
            scatter(t, j, leaving, beyond, x);
    }
    return SN_OK;
}

/* At most `depth` arrivals: step by step. */
static sn_status push_steps(const sn_trace *t, const double *pass, unsigned depth, double *x,
                            double *stopped, sn_error *err)
{
    const size_t n = t->net->node_count;
    double *now = malloc((n + 1) * sizeof *now), *then = calloc(n + 1, sizeof *then);
    bool moving = true;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(now, "a walk");
    SN_TRY_ALLOC(then, "a walk");
    memcpy(now, x, n * sizeof *now);
    for (unsigned step = 1; step < depth && moving; step++) {
        for (size_t j = 0; j < n; j++)
            if (now[j] > 0)
                scatter(t, j, now[j] * (pass != NULL ? pass[j] : 1), 0, then);
        moving = false;
        for (size_t j = 0; j < n; j++) {
            moving = moving || then[j] > 0;
            x[j] += then[j];
            now[j] = then[j];
            then[j] = 0;
        }
    }
    for (size_t j = 0; j < n; j++)
        if (t->handed[j] > 0)
            *stopped += now[j] * (pass != NULL ? pass[j] : 1) * (1 - t->made[j]);
out:
    free(now);
    free(then);
    return status;
}

sn_status sn_trace_push(const sn_trace *trace, const double *pass, unsigned depth, double *x,
                        sn_trace_end *end, sn_error *err)
{
    *end = (sn_trace_end){0, 0};
    if (depth > 0)
        return push_steps(trace, pass, depth, x, &end->stopped, err);
    for (size_t c = 0; c < trace->component_count; c++) {
        const sn_status status = push_component(trace, c, pass, x, &end->bound, err);
        if (status != SN_OK)
            return status;
    }
    return SN_OK;
}

/* One pull in the making: factor = 1 - hit; error[j] bounds the error of h[j]. */
struct pull {
    const sn_trace *t;
    const double *hit;
    double *factor, *h, *error;
};

/* hit_j + (1 - hit_j) sum_i A_ij h_i over suppliers outside the component. */
static double from_outside(const struct pull *p, size_t j, size_t beyond, double *error)
{
    const sn_network *net = p->t->net;
    double sum = 0;

    for (size_t k = net->in_first[j]; k < net->in_first[j + 1]; k++) {
        const size_t e = net->in_flow[k];
        const int32_t i = net->supplier[e];
        if ((size_t)p->t->place[i] >= beyond) {
            sum += p->t->input[e] * p->h[i];
            *error = fmax(*error, p->error[i]);
        }
    }
    return p->hit[j] + p->factor[j] * sum;
}

/* Close in on the solution from both sides: b->x rises, b->y falls; their distance is the
 * certificate.  What sweeps cannot settle goes to the decomposition. */
static sn_status pull_solve(const struct pull *p, size_t component, sn_trace_block *b,
                            double *error, sn_error *err)
{
    double *ones = NULL, gap = INFINITY;
    sn_status status = SN_OK;

    for (size_t i = 0; i < b->m; i++)
        b->y[i] = 1;
    for (int sweep = 0; b->m > LU_ALWAYS && sweep < SWEEPS && gap > sweep_until; sweep++) {
        double widest = 0;
        sn_trace_block_sweep(b, b->x);
        sn_trace_block_sweep(b, b->y);
        for (size_t i = 0; i < b->m; i++)
            widest = fmax(widest, b->y[i] - b->x[i]);
        if (widest >= gap && gap <= solved)
            break; /* only rounding is left */
        gap = widest;
    }
    if (gap > solved && b->m <= LU_AT_MOST) {
        double longest = 0, largest = 0;
        SN_TRY_ALLOC(ones = malloc((b->m + 1) * sizeof *ones), "a loop of suppliers");
        SN_TRY(sn_trace_block_dense(b, ones, err));
        (void)sn_trace_block_residual(b, b->x, &largest);
        for (size_t i = 0; i < b->m; i++)
            longest = fmax(longest, ones[i]);
        gap = largest * longest;
    }
    if (!(gap <= solved))
        status = fail_loop(p->t, component, stiff_loop, err);
    *error += gap;
out:
    free(ones);
    return status;
}

static sn_status pull_block(const struct pull *p, size_t component, sn_error *err)
{
    const size_t beyond = p->t->first[component + 1];
    sn_trace_block b = {0};
    double most = 0, error = 0;
    sn_status status = SN_OK;

    SN_TRY(sn_trace_block_make(p->t, component, p->factor, false, &b, err));
    for (size_t i = 0; i < b.m; i++) {
        b.c[i] = from_outside(p, (size_t)b.node[i], beyond, &error);
        most = fmax(most, b.c[i]);
    }
    if (most > 0) /* else the least solution is 0 */
        SN_TRY(pull_solve(p, component, &b, &error, err));
    for (size_t i = 0; i < b.m; i++) {
        p->h[b.node[i]] = fmin(fmax(b.x[i], 0), 1);
        p->error[b.node[i]] = error;
    }
out:
    sn_trace_block_clear(&b);
    return status;
}

static sn_status pull_component(const struct pull *p, size_t c, sn_error *err)
{
    const size_t first = p->t->first[c], beyond = p->t->first[c + 1];

    if (beyond - first > 1)
        return pull_block(p, c, err);
    const size_t j = (size_t)p->t->order[first];
    const double again = p->factor[j] * self_share(p->t, j);
    const double value = from_outside(p, j, beyond, &p->error[j]);
    p->h[j] = again >= SN_TRACE_CLOSED ? 0 : fmin(value / (1 - again), 1);
    return SN_OK;
}

/* At most `depth` nodes: h = hit, then again and again hit + (1 - hit) A' h. */
static sn_status pull_steps(const struct pull *p, unsigned depth, sn_error *err)
{
    const size_t n = p->t->net->node_count;
    double *next = malloc((n + 1) * sizeof *next), none = 0;

    if (next == NULL)
        return sn_nomem(err, "a trace");
    memcpy(p->h, p->hit, n * sizeof *next);
    for (unsigned step = 1; step < depth; step++) {
        for (size_t j = 0; j < n; j++)
            next[j] = from_outside(p, j, 0, &none);
        if (memcmp(p->h, next, n * sizeof *next) == 0)
            break;
        memcpy(p->h, next, n * sizeof *next);
    }
    free(next);
    return SN_OK;
}

sn_status sn_trace_pull(const sn_trace *trace, const double *hit, unsigned depth, double *h,
                        double *bound, sn_error *err)
{
    const size_t n = trace->net->node_count;
    struct pull p = {trace, hit, NULL, h, NULL};
    sn_status status = SN_OK;

    *bound = 0;
    SN_TRY_ALLOC(p.factor = malloc((n + 1) * sizeof *p.factor), "a trace");
    SN_TRY_ALLOC(p.error = calloc(n + 1, sizeof *p.error), "a trace");
    for (size_t i = 0; i < n; i++)
        p.factor[i] = 1 - hit[i];
    if (depth > 0) {
        SN_TRY(pull_steps(&p, depth, err));
        goto out;
    }
    for (size_t c = trace->component_count; c-- > 0;)
        SN_TRY(pull_component(&p, c, err));
    for (size_t i = 0; i < n; i++)
        *bound = fmax(*bound, p.error[i]);
out:
    free(p.factor);
    free(p.error);
    return status;
}

sn_status sn_trace_radius(const sn_trace *trace, const double *visits, double *radius,
                          double *error, sn_error *err)
{
    double low = 0, high = 0;

    for (size_t c = 0; c < trace->component_count; c++) {
        const size_t first = trace->first[c], beyond = trace->first[c + 1];
        double arrived = 0, least = 0, most = 0;
        for (size_t k = first; k < beyond; k++)
            arrived += visits[trace->order[k]];
        if (arrived <= 0)
            continue;
        if (beyond - first == 1) {
            least = most = self_share(trace, (size_t)trace->order[first]);
        } else {
            sn_trace_block b = {0};
            const sn_status status = sn_trace_block_make(trace, c, NULL, true, &b, err);
            if (status == SN_OK)
                sn_trace_block_radius(&b, &least, &most);
            sn_trace_block_clear(&b);
            if (status != SN_OK)
                return status;
        }
        low = fmax(low, least);
        high = fmax(high, most);
    }
    *radius = low + (high - low) / 2;
    *error = (high - low) / 2;
    return SN_OK;
}
