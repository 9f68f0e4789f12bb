/* layout_sankey.c - boxes stacked in columns, ribbons between them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/layout.h"

enum { SWEEPS = 24 };

static const double gap = 4; /* between boxes, in the unit of the height */

/* A thing to be put in order: by key, then by index. */
typedef struct {
    double key;
    int32_t index;
} keyed;

static int by_key(const void *left, const void *right)
{
    const keyed *a = left, *b = right;

    if (a->key < b->key || a->key > b->key)
        return a->key < b->key ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

typedef struct {
    size_t n, m, columns;
    const int32_t *column;
    const sn_layout_link *link;
    const bool *last, *dropped;
    double height, slot, scale;
    double *value; /* [n] the larger of what goes in and out */
    sn_layout_box *box;
    keyed *order;  /* [n] the nodes column by column, from the top */
    size_t *first; /* [columns + 1] into order */
    keyed *ends;   /* [m] scratch */
} sankey;

static bool is_drawn(const sankey *s, size_t k)
{
    return s->dropped == NULL || !s->dropped[k];
}

static sn_status weigh(sankey *s, sn_error *err)
{
    double *in = calloc(s->n + 1, sizeof *in);

    if (in == NULL)
        return sn_nomem(err, "a flow diagram");
    memset(s->value, 0, s->n * sizeof *s->value);
    for (size_t k = 0; k < s->m; k++) {
        if (!is_drawn(s, k))
            continue;
        s->value[s->link[k].supplier] += s->link[k].amount;
        in[s->link[k].buyer] += s->link[k].amount;
    }
    for (size_t i = 0; i < s->n; i++)
        s->value[i] = fmax(s->value[i], in[i]);
    free(in);
    return SN_OK;
}

/* The height that a column takes. */
static double stacked(const sankey *s, size_t c, double scale)
{
    double sum = 0;

    for (size_t k = s->first[c]; k < s->first[c + 1]; k++)
        sum += fmax(s->value[s->order[k].index] * scale, s->slot - gap) + gap;
    return sum - (s->first[c + 1] > s->first[c] ? gap : 0);
}

/* The largest scale under which every column fits; labels come first, then amounts. */
static void choose_scale(sankey *s)
{
    double low = 0, high = 0;

    for (size_t c = 0; c < s->columns; c++) {
        const double count = (double)(s->first[c + 1] - s->first[c]);
        if (count * s->slot > 0.9 * s->height)
            s->slot = 0.9 * s->height / count;
    }
    for (size_t c = 0; c < s->columns; c++) {
        double total = 0;
        for (size_t k = s->first[c]; k < s->first[c + 1]; k++)
            total += s->value[s->order[k].index];
        if (total > 0 && (high <= 0 || s->height / total < high))
            high = s->height / total;
    }
    for (int step = 0; step < 60; step++) {
        const double middle = (low + high) / 2;
        bool fits = true;
        for (size_t c = 0; c < s->columns; c++)
            fits &= stacked(s, c, middle) <= s->height;
        *(fits ? &low : &high) = middle;
    }
    s->scale = low;
}

/* Stack a column in its order, in the middle of the height.  A box smaller than its label's
 * slot stands in the middle of the slot. */
static void stack(sankey *s, size_t c)
{
    double y = (s->height - stacked(s, c, s->scale)) / 2;

    for (size_t k = s->first[c]; k < s->first[c + 1]; k++) {
        const int32_t i = s->order[k].index;
        const double height = s->value[i] * s->scale, room = fmax(height, s->slot - gap);
        s->box[i] = (sn_layout_box){y + (room - height) / 2, height};
        y += room + gap;
    }
}

/* Put the nodes of a column in the order of the mean height of their neighbours on one side. */
static void sort_column(sankey *s, size_t c, bool by_suppliers, double *sum, double *weight)
{
    for (size_t i = 0; i < s->n; i++)
        sum[i] = weight[i] = 0;
    for (size_t k = 0; k < s->m; k++) {
        const sn_layout_link *link = &s->link[k];
        const int32_t own = by_suppliers ? link->buyer : link->supplier;
        const int32_t other = by_suppliers ? link->supplier : link->buyer;
        if (!is_drawn(s, k) || (size_t)s->column[own] != c)
            continue;
        sum[own] += link->amount * (s->box[other].top + s->box[other].height / 2);
        weight[own] += link->amount;
    }
    for (size_t k = s->first[c]; k < s->first[c + 1]; k++) {
        const int32_t i = s->order[k].index;
        s->order[k].key =
            weight[i] > 0 ? sum[i] / weight[i] : s->box[i].top + s->box[i].height / 2;
        if (s->last != NULL && s->last[i])
            s->order[k].key = INFINITY;
    }
    qsort(s->order + s->first[c], s->first[c + 1] - s->first[c], sizeof *s->order, by_key);
    stack(s, c);
}

static sn_status arrange(sankey *s, sn_error *err)
{
    double *sum = malloc((s->n + 1) * sizeof *sum),
           *weight = malloc((s->n + 1) * sizeof *weight);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(sum, "a flow diagram");
    SN_TRY_ALLOC(weight, "a flow diagram");
    for (size_t c = 0; c < s->columns; c++) { /* at first by amount */
        for (size_t k = s->first[c]; k < s->first[c + 1]; k++) {
            const int32_t i = s->order[k].index;
            s->order[k].key = s->last != NULL && s->last[i] ? INFINITY : -s->value[i];
        }
        qsort(s->order + s->first[c], s->first[c + 1] - s->first[c], sizeof *s->order, by_key);
        stack(s, c);
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (size_t k = 1; k < s->columns; k++)
            sort_column(s, sweep % 2 == 0 ? k : s->columns - 1 - k, sweep % 2 == 0, sum,
                        weight);
out:
    free(sum);
    free(weight);
    return status;
}

/* Give each ribbon its place on the box at one end, in the order of the boxes at the other. */
static void lead(sankey *s, bool at_supplier, double *used, sn_layout_ribbon *ribbon)
{
    for (size_t i = 0; i < s->n; i++)
        used[i] = s->box[i].top;
    for (size_t k = 0; k < s->m; k++) {
        const int32_t other = at_supplier ? s->link[k].buyer : s->link[k].supplier;
        s->ends[k] = (keyed){s->box[other].top, (int32_t)k};
    }
    qsort(s->ends, s->m, sizeof *s->ends, by_key);
    for (size_t e = 0; e < s->m; e++) {
        const size_t k = (size_t)s->ends[e].index;
        const int32_t own = at_supplier ? s->link[k].supplier : s->link[k].buyer;
        const double width = is_drawn(s, k) ? s->link[k].amount * s->scale : 0;
        *(at_supplier ? &ribbon[k].supplier_y : &ribbon[k].buyer_y) = used[own] + width / 2;
        ribbon[k].width = width;
        used[own] += width;
    }
}

static void list_columns(sankey *s)
{
    size_t at = 0;

    for (size_t c = 0; c < s->columns; c++) {
        s->first[c] = at;
        for (size_t i = 0; i < s->n; i++)
            if ((size_t)s->column[i] == c)
                s->order[at++] = (keyed){0, (int32_t)i};
    }
    s->first[s->columns] = at;
}

sn_status sn_layout_sankey(size_t n, const int32_t *column, size_t columns, const bool *last,
                           const sn_layout_link *link, size_t m, const bool *dropped,
                           double height, double slot, sn_layout_box *box,
                           sn_layout_ribbon *ribbon, sn_error *err)
{
    sankey s = {.n = n,
                .m = m,
                .columns = columns,
                .column = column,
                .link = link,
                .last = last,
                .dropped = dropped,
                .height = height,
                .slot = slot,
                .box = box};
    sn_status status = SN_OK;

    s.value = malloc((n + 1) * sizeof *s.value);
    s.order = malloc((n + 1) * sizeof *s.order);
    s.first = malloc((columns + 1) * sizeof *s.first);
    s.ends = malloc((m + 1) * sizeof *s.ends);
    if (s.value == NULL || s.order == NULL || s.first == NULL || s.ends == NULL) {
        status = sn_nomem(err, "a flow diagram");
        goto out;
    }
    SN_TRY(weigh(&s, err));
    list_columns(&s);
    choose_scale(&s);
    SN_TRY(arrange(&s, err));
    lead(&s, true, s.value, ribbon); /* the values have done their work */
    lead(&s, false, s.value, ribbon);
out:
    free(s.value);
    free(s.order);
    free(s.first);
    free(s.ends);
    return status;
}
