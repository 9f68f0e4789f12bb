/* csv_filter.c - rows that are looked for on several threads, then visited one by one. */
#include <stdlib.h>
#include <string.h>

#include "datasets/csv_waves.h"

/* A row that is wanted. */
typedef struct {
    const char *at;
    size_t line;
} place;

/* What one piece has, or all that are waiting to be visited. */
typedef struct {
    place *place;
    size_t count, room;
    size_t left_out[SN_CSV_REASONS];
    struct noted {
        sn_dict values;
        sn_slice last; /* files are usually sorted */
    } noted[SN_CSV_NOTED];
} found;

struct sn_csv_queue {
    sn_csv_filter filter;
    sn_csv_waves *waves;
    found found;
    size_t visited;
    bool more;
    sn_status status; /* of what comes after the found rows */
    sn_error reason;
};

static sn_status add_place(found *f, place where, sn_error *err)
{
    if (f->count == f->room) {
        const size_t room = f->room == 0 ? 256 : f->room * 2;
        place *grown = realloc(f->place, room * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "the rows of a table");
        f->place = grown;
        f->room = room;
    }
    f->place[f->count++] = where;
    return SN_OK;
}

static sn_status note(struct noted *n, sn_slice text, sn_error *err)
{
    int32_t code;

    if (text.length == 0 || (text.length == n->last.length &&
                             memcmp(text.text, n->last.text, text.length) == 0))
        return SN_OK;
    const sn_status status = sn_dict_add(&n->values, text.text, text.length, &code, err);
    if (status == SN_OK)
        n->last = (sn_slice){n->values.text[code], text.length};
    return status;
}

static sn_status read_row(const void *context, void *state, sn_csv *row, sn_error *err)
{
    const sn_csv_filter *filter = &((const sn_csv_queue *)context)->filter;
    found *f = state;
    sn_status status = SN_OK;
    int reason = 0;

    for (int k = 0; k < SN_CSV_NOTED; k++)
        if (filter->noted[k] != SN_CSV_ROW)
            SN_TRY(note(&f->noted[k], sn_csv_text(row, filter->noted[k]), err));
    if (filter->judge != NULL)
        reason = filter->judge(filter->context, row);
    if (reason > 0 && reason < SN_CSV_REASONS)
        f->left_out[reason]++;
    else
        SN_TRY(add_place(f, (place){row->row_at, row->row_line}, err));
out:
    return status;
}

static sn_status take_found(void *context, void *state, size_t lines, sn_error *err)
{
    found *all = &((sn_csv_queue *)context)->found, *f = state;
    sn_status status = SN_OK;

    for (size_t k = 0; k < f->count; k++)
        SN_TRY(add_place(all, (place){f->place[k].at, f->place[k].line + lines}, err));
    for (int r = 0; r < SN_CSV_REASONS; r++)
        all->left_out[r] += f->left_out[r];
    for (int k = 0; k < SN_CSV_NOTED; k++) {
        const sn_dict *values = &f->noted[k].values;
        for (int32_t v = 0; v < values->count; v++)
            SN_TRY(note(&all->noted[k], (sn_slice){values->text[v], values->length[v]}, err));
    }
out:
    return status;
}

static void empty_found(void *state)
{
    found *f = state;

    f->count = 0;
    memset(f->left_out, 0, sizeof f->left_out);
    for (int k = 0; k < SN_CSV_NOTED; k++) {
        sn_dict_clear(&f->noted[k].values);
        f->noted[k].last = (sn_slice){NULL, 0};
    }
}

static void clear_found(void *state)
{
    found *f = state;

    empty_found(f);
    free(f->place);
    *f = (found){0};
}

sn_status sn_csv_set_filter(sn_csv *csv, const sn_csv_filter *filter, sn_error *err)
{
    static const sn_scan_plan plan = {
        .state_size = sizeof(found),
        .read = read_row,
        .take = take_found,
        .empty = empty_found,
        .clear = clear_found,
    };
    sn_csv_queue *queue = calloc(1, sizeof *queue);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(queue, "the rows of a table");
    queue->filter = *filter;
    queue->more = true;
    SN_TRY(sn_csv_waves_open(csv, &plan, queue, &queue->waves, err));
    csv->queue = queue;
    queue = NULL;
out:
    sn_csv_queue_free(queue);
    return status;
}

sn_status sn_csv_queue_all(sn_csv *csv, sn_error *err)
{
    return sn_csv_set_filter(csv, &(sn_csv_filter){.noted = {SN_CSV_ROW, SN_CSV_ROW}}, err);
}

void sn_csv_queue_free(sn_csv_queue *queue)
{
    if (queue == NULL)
        return;
    sn_csv_waves_close(queue->waves);
    clear_found(&queue->found);
    free(queue);
}

sn_status sn_csv_queue_next(sn_csv *csv, bool *more, sn_error *err)
{
    sn_csv_queue *q = csv->queue;
    sn_status status = SN_OK;

    while (q->visited == q->found.count) {
        csv->field_count = 0;
        *more = false;
        if (q->status != SN_OK)
            return sn_fail(err, q->status, "%s", q->reason.message);
        if (!q->more)
            return SN_OK;
        q->visited = q->found.count = 0;
        q->status = sn_csv_waves_next(q->waves, &q->more, &q->reason);
    }
    /* It has been read before, so it is there, whole, and of the right width. */
    const place *next = &q->found.place[q->visited++];
    csv->at = next->at;
    csv->line = next->line;
    csv->end = sn_csv_waves_end(q->waves);
    csv->more_follows = false;
    csv->block = NULL;
    const size_t rows = csv->rows, blank_rows = csv->blank_rows;
    SN_TRY(sn_csv_step(csv, csv->end, more, err));
    csv->rows = rows; /* counted when it was found */
    csv->blank_rows = blank_rows;
out:
    return status;
}

size_t sn_csv_left_out(const sn_csv *csv, int reason)
{
    return csv->queue != NULL ? csv->queue->found.left_out[reason] : 0;
}

const sn_dict *sn_csv_noted(const sn_csv *csv, int k)
{
    static const sn_dict none;

    return csv->queue != NULL ? &csv->queue->found.noted[k].values : &none;
}
