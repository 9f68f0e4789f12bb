/* csv_waves.c - pieces of a table read by several threads, taken in the order of the file. */
#include "datasets/csv_waves.h"

#include <stdlib.h>
#include <string.h>

#include "graph/memory.h"

enum {
    SMALLEST = 128 << 10, /* of the first pieces: later ones know more names from the start */
    LARGEST = 2 << 20,
    GROWTH = 4,
    EACH = 4 /* pieces for a thread in a wave: one that is slow holds up a part only */
};

/* A piece: the rows that begin in from .. to. */
typedef struct {
    sn_csv csv; /* at: where it has come to; line: lines before that since `from` */
    const char *from, *to;
    size_t first_line; /* that csv.line counted from */
    void *state;
    sn_status status;
    sn_error reason;
} piece;

struct sn_csv_waves {
    sn_csv *csv;
    const sn_scan_plan *plan;
    void *context;
    size_t size; /* of a piece */
    piece *piece;
    size_t room, count; /* pieces: most, and of this wave */

    const char *at, *end; /* what is left of the window */
    bool more_follows;    /* windows after this one     */
    size_t line;          /* of `at`                    */
};

sn_status sn_csv_waves_open(sn_csv *csv, const sn_scan_plan *plan, void *context,
                            sn_csv_waves **out_waves, sn_error *err)
{
    sn_csv_waves *w = calloc(1, sizeof *w);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(w, "a table");
    *w = (sn_csv_waves){csv, plan,    context,  SMALLEST,          NULL,     0,
                        0,   csv->at, csv->end, csv->more_follows, csv->line};
    const size_t room = EACH * (size_t)sn_threads();
    w->piece = calloc(room, sizeof *w->piece);
    SN_TRY_ALLOC(w->piece, "a table");
    for (; w->room < room; w->room++) {
        w->piece[w->room].state = calloc(1, plan->state_size);
        SN_TRY_ALLOC(w->piece[w->room].state, "a table");
    }
    *out_waves = w;
    w = NULL;
out:
    sn_csv_waves_close(w);
    return status;
}

void sn_csv_waves_close(sn_csv_waves *waves)
{
    if (waves == NULL)
        return;
    for (size_t k = 0; k < waves->room; k++) {
        waves->plan->clear(waves->piece[k].state);
        free(waves->piece[k].state);
        free(waves->piece[k].csv.field);
        free(waves->piece[k].csv.scratch);
    }
    free(waves->piece);
    free(waves);
}

/* Where the line that holds p[-1] ends, but no further than a row may go. */
static const char *after_line(const char *p, const char *end)
{
    if ((size_t)(end - p) > SN_CSV_LONGEST_ROW)
        end = p + SN_CSV_LONGEST_ROW;
    for (p--; p < end; p++)
        if (*p == '\n' || (*p == '\r' && (p + 1 == end || p[1] != '\n')))
            return p + 1;
    return end;
}

/* Cut the next wave; the last piece of it may be as short as it is. */
static void cut(sn_csv_waves *w)
{
    const size_t even = (size_t)(w->end - w->at) / w->room;
    const size_t size = even > w->size ? w->size : even > SMALLEST ? even : SMALLEST;
    const char *from = w->at;

    for (w->count = 0; w->count < w->room && from < w->end; w->count++) {
        piece *p = &w->piece[w->count];
        p->from = from;
        p->to = (size_t)(w->end - from) > size ? after_line(from + size, w->end) : w->end;
        from = p->to;
    }
}

/* Make a piece ready to be read from `from`: a reader of its own that shares the header. */
static void prepare(const sn_csv_waves *w, piece *p, const char *from)
{
    sn_slice *field = p->csv.field;
    char *scratch = p->csv.scratch;
    const size_t field_room = p->csv.field_room, scratch_room = p->csv.scratch_room;

    p->csv = *w->csv;
    p->csv.at = p->from = from;
    p->csv.end = w->end;
    p->csv.more_follows = w->more_follows;
    p->csv.starved = false;
    p->csv.block = NULL;
    p->csv.field = field;
    p->csv.field_room = field_room;
    p->csv.field_count = 0;
    p->csv.scratch = scratch;
    p->csv.scratch_room = scratch_room;
    p->csv.line = p->first_line = 0;
    p->csv.rows = p->csv.blank_rows = 0;
    p->csv.mark = '\0';
    p->csv.feed = NULL;
    p->csv.queue = NULL;
    w->plan->empty(p->state);
    p->reason = (sn_error){0};
    p->status = SN_OK;
}

/* Read a piece; carefully: nothing is put off, so that an error is put down to its row. */
static void read_piece(const sn_csv_waves *w, piece *p, bool carefully)
{
    const sn_scan_plan *plan = w->plan;
    sn_error *err = &p->reason;
    sn_status status = SN_OK;
    bool more;

    for (;;) {
        SN_TRY(sn_csv_step(&p->csv, p->to, &more, err));
        if (!more)
            break;
        SN_TRY(plan->read(w->context, p->state, &p->csv, err));
        if (carefully && plan->settle != NULL)
            SN_TRY(plan->settle(w->context, p->state, &p->csv, err));
    }
    if (plan->settle != NULL)
        SN_TRY(plan->settle(w->context, p->state, &p->csv, err));
out:
    p->status = status;
}

static bool marks_differ(const sn_csv *whole, const piece *p)
{
    return p->csv.mark != '\0' && whole->mark != '\0' && whole->mark != p->csv.mark;
}

/* Read a piece as the row-by-row reader would come to it: it knows its line and the decimal
 * mark that was used before. */
static void read_carefully(const sn_csv_waves *w, piece *p)
{
    const char *from = p->from;

    prepare(w, p, from);
    p->csv.line = p->first_line = w->line;
    p->csv.mark = w->csv->mark;
    p->csv.mark_line = w->csv->mark_line;
    read_piece(w, p, true);
}

/* Take over a piece that begins where the last one ended. */
static sn_status take_piece(sn_csv_waves *w, piece *p, sn_error *err)
{
    sn_csv *csv = w->csv;
    sn_status status;

    if (p->status != SN_OK || marks_differ(csv, p))
        read_carefully(w, p);
    csv->rows += p->csv.rows;
    csv->blank_rows += p->csv.blank_rows;
    const size_t lines = w->line - p->first_line; /* before the piece, that it did not count */
    if (csv->mark == '\0' && p->csv.mark != '\0') {
        csv->mark = p->csv.mark;
        csv->mark_line = p->csv.mark_line + lines;
    }
    status = w->plan->take(w->context, p->state, lines, err);
    if (p->status != SN_OK) /* what it found before that has been taken */
        return status != SN_OK ? status : sn_fail(err, p->status, "%s", p->reason.message);
    w->at = p->csv.at;
    w->line = p->csv.line + lines;
    return status;
}

/* Take the pieces in their order.  Where one begins inside a row of the one before, because a
 * line end was in quotes, what was read of it means nothing. */
static sn_status take_all(sn_csv_waves *w, sn_error *err)
{
    sn_status status = SN_OK;
    bool starved = false;

    for (size_t k = 0; k < w->count; k++) {
        piece *p = &w->piece[k];
        if (starved || w->at >= p->to) {
            w->plan->empty(p->state);
            continue;
        }
        if (w->at != p->from) {
            prepare(w, p, w->at);
            read_piece(w, p, false);
        }
        SN_TRY(take_piece(w, p, err));
        starved = p->csv.starved;
    }
out:
    return status;
}

/* The next window, behind what is left of this one. */
static sn_status next_window(sn_csv_waves *w, sn_error *err)
{
    const size_t kept = (size_t)(w->end - w->at);
    size_t size;

    if (kept > SN_CSV_LONGEST_ROW + 1) /* a row that is refused before it comes to this */
        return sn_fail(err, SN_EINTERNAL, "%s:%zu: a row without an end", w->csv->name,
                       w->line);
    const sn_status status =
        sn_csv_feed_next(w->csv->feed, w->at, kept, &w->at, &size, &w->more_follows, err);

    if (status == SN_OK)
        w->end = w->at + size;
    return status;
}

sn_status sn_csv_waves_next(sn_csv_waves *waves, bool *more, sn_error *err)
{
    sn_csv_waves *w = waves;
    sn_status status = SN_OK;

    for (;;) {
        cut(w);
        const char *start = w->at;
        const int threads = sn_threads_for(w->count, 1);
        (void)threads; /* without OpenMP nobody asks */
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) if (threads > 1)
        for (size_t k = 0; k < w->count; k++) {
            prepare(w, &w->piece[k], w->piece[k].from);
            read_piece(w, &w->piece[k], false);
        }
        SN_TRY(take_all(w, err));
        if (w->plan->put != NULL) {
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) if (threads > 1)
            for (size_t k = 0; k < w->count; k++)
                w->plan->put(w->context, w->piece[k].state);
        }
        w->size = w->size < LARGEST ? w->size * GROWTH : LARGEST;
        *more = w->at < w->end || w->more_follows;
        if (w->at > start || !*more)
            return SN_OK;
        SN_TRY(next_window(w, err)); /* not one whole row is left: try with more text */
    }
out:
    return status;
}

const char *sn_csv_waves_end(const sn_csv_waves *waves)
{
    return waves->end;
}

sn_status sn_csv_scan(sn_csv *csv, const sn_scan_plan *plan, void *context, sn_error *err)
{
    sn_csv_waves *waves = NULL;
    sn_status status = SN_OK;
    bool more = true;

    SN_TRY(sn_csv_waves_open(csv, plan, context, &waves, err));
    while (more)
        SN_TRY(sn_csv_waves_next(waves, &more, err));
    csv->at = csv->end;
out:
    sn_csv_waves_close(waves);
    return status;
}

bool sn_csv_is_lasting(const sn_csv *row)
{
    return row->scratch_size == 0;
}
