/* sweep_rows.c - one direction of a cascade, copied into rows for the kernel. */
#include <stdlib.h>
#include <string.h>

#include "graph/memory.h"
#include "metrics/sweep_private.h"

/* Nodes come in no order: memory is asked for so many ahead. */
enum { NODES_AHEAD = 8 };

void sn_rows_clear(sn_rows *rows)
{
    free(rows->entry_first);
    free(rows->peer);
    free(rows->share);
    free(rows->reader_first);
    free(rows->reader);
    free(rows->reader_share);
    free(rows->of_node);
    free(rows->loop);
    free(rows->weight);
    *rows = (sn_rows){0};
}

static sn_status allocate(sn_rows *rows, size_t n, size_t count, size_t entries, sn_error *err)
{
    sn_status status = SN_OK;

    rows->entry_first = malloc((count + 1) * sizeof *rows->entry_first);
    SN_TRY_ALLOC(rows->entry_first, "a sweep");
    rows->peer = sn_large_zero((entries + SN_SWEEP_AHEAD + 4) * sizeof *rows->peer);
    SN_TRY_ALLOC(rows->peer, "a sweep");
    rows->share = sn_large_alloc((entries + 1) * sizeof *rows->share);
    SN_TRY_ALLOC(rows->share, "a sweep");
    rows->of_node = sn_large_alloc((n + 1) * sizeof *rows->of_node);
    SN_TRY_ALLOC(rows->of_node, "a sweep");
    rows->loop = calloc(count + 1, sizeof *rows->loop);
    SN_TRY_ALLOC(rows->loop, "a sweep");
    rows->weight = calloc(count + 1, sizeof *rows->weight);
    SN_TRY_ALLOC(rows->weight, "a sweep");
    rows->reader_first = sn_large_zero((count + 2) * sizeof *rows->reader_first);
    SN_TRY_ALLOC(rows->reader_first, "a sweep");
    rows->count = (uint32_t)count;
out:
    return status;
}

/* The nodes of row r stand at knot_first[r] .. knot_first[r + 1] of node; without ties every
 * node is a row. */
typedef struct {
    const int32_t *node;
    const uint32_t *knot_first; /* NULL: without ties */
} row_order;

static size_t row_begin(row_order order, size_t row)
{
    return order.knot_first != NULL ? order.knot_first[row] : row;
}

static void name_rows(row_order order, const double *weight, sn_rows *rows)
{
    for (size_t r = 0; r < rows->count; r++)
        for (size_t k = row_begin(order, r); k < row_begin(order, r + 1); k++) {
            rows->of_node[order.node[k]] = (uint32_t)r;
            rows->weight[r] += weight[order.node[k]];
        }
}

/* Rows that are not a component on their own; all of them where markets join them. */
static void mark_loops(const sn_system *s, row_order order, bool market, sn_rows *rows)
{
    for (size_t r = 0, c = 0; r < rows->count; r++) {
        const size_t begin = row_begin(order, r), end = row_begin(order, r + 1);

        while (s->order.first[c + 1] <= begin)
            c++;
        rows->loop[r] = market || begin != s->order.first[c] || end != s->order.first[c + 1];
    }
}

/* What an action's shares are divided by: its total or, with its own row solved for (x >= own
 * x + rest holds where x >= rest / (1 - own)), what of it lies outside.  The latter is added
 * up, not subtracted, so that it has all its digits however little leaks. */
static long double divisor(const sn_network *net, const sn_system *s, size_t node,
                           size_t action, const sn_rows *rows, bool *solved)
{
    const uint32_t row = rows->of_node[node];
    long double inside = 0, outside = 0;

    for (size_t e = s->entry_first[action]; e < s->entry_first[action + 1]; e++)
        *(rows->of_node[s->peer[e]] == row ? &inside : &outside) += s->value[e];
    *solved = false;
    if (inside == 0)
        return s->total[action];
    outside += sn_cascade_leak(net, s, node, action);
    outside += (1 - (long double)s->row[node].passed) * inside;
    *solved = outside > 0;
    return *solved ? outside : s->total[action];
}

static size_t copy_action(const sn_network *net, const sn_system *s, size_t node,
                          size_t action, uint32_t row, bool tie, sn_rows *rows, size_t used)
{
    const size_t begin = used;
    bool solve = false;
    const double total = tie ? (double)divisor(net, s, node, action, rows, &solve)
                             : s->total[action];
    const double scale = s->row[node].passed / total;

    for (size_t e = s->entry_first[action]; e < s->entry_first[action + 1]; e++) {
        const uint32_t peer = rows->of_node[s->peer[e]];
        if (peer == row && solve)
            continue;
        rows->loop[row] |= peer == row;
        rows->peer[used] = peer;
        rows->share[used++] = s->value[e] * scale;
    }
    if (used > begin)
        rows->peer[begin] |= SN_SWEEP_START;
    return used;
}

/* Ask for the actions of nodes to come, their entries, and the rows of their peers. */
static void ask_for(const sn_network *net, const sn_system *s, row_order order, size_t k,
                    const sn_rows *rows)
{
    const size_t n = net->node_count;

    if (k + NODES_AHEAD < n) {
        const int32_t i = order.node[k + NODES_AHEAD];
        __builtin_prefetch(&s->row[i]);
        __builtin_prefetch(s->is_up ? &net->out_first[i] : &net->seg_first[i]);
    }
    if (k + NODES_AHEAD * 3 / 4 < n) {
        const size_t a = s->row[order.node[k + NODES_AHEAD * 3 / 4]].first;
        __builtin_prefetch(&s->entry_first[a]);
        __builtin_prefetch(&s->total[a]);
        __builtin_prefetch(&s->tied[a]);
    }
    if (k + NODES_AHEAD / 2 < n) {
        const size_t e = s->entry_first[s->row[order.node[k + NODES_AHEAD / 2]].first];
        __builtin_prefetch(&s->peer[e]);
        __builtin_prefetch(&s->value[e]);
    }
    if (k + NODES_AHEAD / 4 < n) {
        const sn_row *row = &s->row[order.node[k + NODES_AHEAD / 4]];
        for (size_t e = s->entry_first[row->first]; e < s->entry_first[row->end]; e++)
            __builtin_prefetch(&rows->of_node[s->peer[e]]);
    }
}

static void copy_entries(const sn_network *net, const sn_system *s, row_order order,
                         sn_rows *rows)
{
    const bool tie = order.knot_first != NULL;
    size_t used = 0, longest = 0;

    rows->entry_first[0] = 0;
    for (uint32_t r = 0; r < rows->count; r++) {
        for (size_t k = row_begin(order, r); k < row_begin(order, (size_t)r + 1); k++) {
            const size_t i = (size_t)order.node[k];
            ask_for(net, s, order, k, rows);
            for (size_t a = s->row[i].first; a < s->row[i].end; a++)
                if (!tie || !(s->tied[a] & MARK_KNOT)) {
                    const size_t begin = used;
                    used = copy_action(net, s, i, a, r, tie, rows, used);
                    longest = used - begin > longest ? used - begin : longest;
                }
        }
        rows->entry_first[r + 1] = (uint32_t)used;
    }
    rows->slack = ((double)longest + 20) * 1.2e-16;
}

static void add_reader(sn_rows *rows, uint32_t peer, uint32_t row, float share, bool again)
{
    uint32_t *next = &rows->reader_first[peer + 1];

    if (again) {
        float *known = &rows->reader_share[*next - 1];
        *known = share > *known ? share : *known;
        return;
    }
    rows->reader[*next] = row;
    rows->reader_share[(*next)++] = share;
}

/* The rows that read a row, ascending, each once.  While they are filled in, reader_first[r +
 * 1] is where the next reader of row r goes. */
static sn_status list_readers(sn_rows *rows, sn_error *err)
{
    sn_status status = SN_OK;
    const uint32_t entries = rows->entry_first[rows->count];
    uint32_t *last = sn_large_alloc((rows->count + (size_t)1) * sizeof *last);

    SN_TRY_ALLOC(last, "a sweep");
    rows->reader = sn_large_alloc((entries + (size_t)1) * sizeof *rows->reader);
    SN_TRY_ALLOC(rows->reader, "a sweep");
    rows->reader_share = sn_large_alloc((entries + (size_t)1) * sizeof *rows->reader_share);
    SN_TRY_ALLOC(rows->reader_share, "a sweep");
    for (int fill = 0; fill < 2; fill++) {
        memset(last, 0xff, rows->count * sizeof *last);
        for (uint32_t r = 0; r < rows->count; r++)
            for (uint32_t e = rows->entry_first[r]; e < rows->entry_first[r + 1]; e++) {
                const uint32_t peer = rows->peer[e] % SN_SWEEP_START;
                const uint32_t next = rows->peer[e + SN_SWEEP_AHEAD] % SN_SWEEP_START;
                __builtin_prefetch(&last[next], 1);
                __builtin_prefetch(&rows->reader_first[next + 1], 1);
                if (fill)
                    add_reader(rows, peer, r, (float)rows->share[e], last[peer] == r);
                else
                    rows->reader_first[peer + 2] += last[peer] != r;
                last[peer] = r;
            }
        for (size_t r = 2; r <= rows->count && !fill; r++)
            rows->reader_first[r] += rows->reader_first[r - 1];
    }
out:
    free(last);
    return status;
}

/* ---- more digits ---- */

/* What all purchases of a node come to. */
static long double purchases(const sn_network *net, size_t node)
{
    long double sum = 0;

    for (size_t k = net->in_first[node]; k < net->in_first[node + 1]; k++)
        if (!sn_network_bought_own(net, node, k))
            sum += net->value[net->in_flow[k]];
    return sum;
}

/* total of cascade_private.h; amounts that the plan took for equal stay equal. */
static long double fine_total(const sn_network *net, const sn_system *s, size_t node,
                              size_t action)
{
    long double sum = 0;
    double coarse = 0;

    for (size_t e = s->entry_first[action]; e < s->entry_first[action + 1]; e++) {
        sum += s->value[e];
        coarse += s->value[e];
    }
    return s->total[action] > coarse ? purchases(net, node) : sum;
}

static long double fine_passed(const sn_network *net, const sn_system *s, size_t node)
{
    const long double bought = purchases(net, node);

    return s->row[node].passed < 1 ? bought / (bought + (long double)net->primary[node]) : 1;
}

static size_t copy_fine(const sn_network *net, const sn_system *s, size_t node, size_t action,
                        const sn_rows *rows, long double *share)
{
    const uint32_t row = rows->of_node[node];
    size_t used = 0;
    bool solve;
    const long double outside = divisor(net, s, node, action, rows, &solve);
    const long double scale =
        fine_passed(net, s, node) / (solve ? outside : fine_total(net, s, node, action));

    for (size_t e = s->entry_first[action]; e < s->entry_first[action + 1]; e++)
        if (rows->of_node[s->peer[e]] != row || !solve)
            share[used++] = s->value[e] * scale;
    return used;
}

sn_status sn_rows_share(const sn_network *net, const sn_system *system, const sn_rows *rows,
                        long double **share, sn_error *err)
{
    sn_status status = SN_OK;
    long double *fine = malloc((rows->entry_first[rows->count] + (size_t)1) * sizeof *fine);
    size_t used = 0;

    SN_TRY_ALLOC(fine, "a sweep");
    for (uint32_t k = 0; k < system->knot_first[rows->count]; k++) {
        const size_t i = (size_t)system->order.node[k];
        for (size_t a = system->row[i].first; a < system->row[i].end; a++)
            if (!(system->tied[a] & MARK_KNOT))
                used += copy_fine(net, system, i, a, rows, fine + used);
    }
    *share = fine;
out:
    return status;
}

sn_status sn_rows_make(const sn_network *net, const sn_system *system, bool tie, bool market,
                       const int32_t *node, const double *weight, sn_rows *rows, sn_error *err)
{
    sn_status status = SN_OK;
    const row_order order = {node != NULL ? node : system->order.node,
                             tie ? system->knot_first : NULL};
    const size_t n = net->node_count;
    const size_t count = tie ? system->knot_of[system->order.count] : n;

    SN_TRY(allocate(rows, n, count, system->entry_first[system->actions], err));
    name_rows(order, weight, rows);
    mark_loops(system, order, market || node != NULL, rows);
    copy_entries(net, system, order, rows);
    SN_TRY(list_readers(rows, err));
out:
    return status;
}
