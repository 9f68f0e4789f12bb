/* trade_settle.c - from rows as they stand to one row a trade.
 *
 * The steps, each of which closes the gaps it makes: levels of product codes; of reports the
 * duplicates, the parts, the months, the totals; then the pairs of mirror reports. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/trade_private.h"

/* -------------------------------------------------------------------------------- levels */

/* Which product codes occur in which year, and their value. */
typedef struct {
    double *value; /* [years * products], < 0: does not occur */
    bool *out;     /* [years * products] */
    size_t products, years;
} level_table;

static size_t year_of(const sn_trades_row *row)
{
    return (size_t)(row->year + 1); /* SN_NONE is -1 */
}

/* Whether --product names a code itself, not just the beginning of it. */
static bool is_named(const sn_import_options *how, const char *code)
{
    const size_t length = strlen(code);

    for (const char *at = how->product; at != NULL;) {
        const size_t size = strcspn(at, "|,");
        if (size == length && memcmp(at, code, size) == 0)
            return true;
        at = at[size] != '\0' ? at + size + 1 : NULL;
    }
    return false;
}

/* Mark, in one year, either a heading or its parts as out. */
static sn_status judge_heading(const sn_trades *trade, const sn_import_options *how,
                               level_table *level, size_t year, int32_t heading,
                               sn_source *source, sn_error *err)
{
    const sn_dict *product = &trade->product;
    const size_t length = product->length[heading];
    const double *value = level->value + year * level->products;
    bool *out = level->out + year * level->products;
    double parts = 0;
    bool any = false;

    for (int32_t p = 0; p < product->count; p++) {
        if (p == heading || value[p] < 0 || product->length[p] <= length ||
            memcmp(product->text[p], product->text[heading], length) != 0)
            continue;
        any = true;
        parts += value[p];
        if (is_named(how, product->text[heading]))
            out[p] = true;
    }
    if (!any || is_named(how, product->text[heading]))
        return SN_OK;
    out[heading] = true;
    if (parts >= 0.9 * value[heading])
        return SN_OK;
    return sn_source_note(
        source, err,
        "%s%s%s is there and in parts that add up to %.0f %% of it: the parts "
        "are taken; --product %s takes the heading",
        product->text[heading], year > 0 ? " in " : "",
        year > 0 ? sn_dict_text(&trade->year, (int32_t)year - 1) : "",
        value[heading] > 0 ? 100 * parts / value[heading] : 0.0, product->text[heading]);
}

static sn_status settle_levels(sn_trades *trade, const sn_import_options *how,
                               sn_source *source, sn_error *err)
{
    level_table level = {.products = (size_t)trade->product.count,
                         .years = (size_t)trade->year.count + 1};
    const size_t cells = level.products * level.years;
    sn_status status = SN_OK;
    size_t kept = 0, dropped[2] = {0, 0};

    level.value = malloc((cells + 1) * sizeof *level.value);
    level.out = calloc(cells + 1, sizeof *level.out);
    if (level.value == NULL || level.out == NULL) {
        status = sn_nomem(err, "product codes");
        goto out;
    }
    for (size_t c = 0; c < cells; c++)
        level.value[c] = -1;
    for (size_t r = 0; r < trade->count; r++) {
        const sn_trades_row *row = &trade->row[r];
        if (row->product == SN_NONE)
            continue;
        double *cell = &level.value[year_of(row) * level.products + (size_t)row->product];
        *cell = fmax(*cell, 0) + (isnan(row->value) ? 0 : row->value);
    }
    for (size_t y = 0; y < level.years; y++)
        for (int32_t p = 0; p < trade->product.count; p++)
            if (level.value[y * level.products + (size_t)p] >= 0 &&
                trade->product.length[p] <= 5)
                SN_TRY(judge_heading(trade, how, &level, y, p, source, err));
    for (size_t r = 0; r < trade->count; r++) {
        const sn_trades_row *row = &trade->row[r];
        const bool out = row->product != SN_NONE &&
                         level.out[year_of(row) * level.products + (size_t)row->product];
        if (out)
            dropped[is_named(how, trade->product.text[row->product])]++;
        else
            trade->row[kept++] = *row;
    }
    sn_source_drop(source, "heading or part of one (other level of product codes)",
                   dropped[0] + dropped[1]);
    trade->count = kept;
out:
    free(level.value);
    free(level.out);
    return status;
}

/* ------------------------------------------------------------------------------- reports */

#define COMPARE(a, b)                                                                          \
    if ((a) != (b))                                                                            \
    return (a) < (b) ? -1 : 1

static int by_trade(const sn_trades_row *a, const sn_trades_row *b)
{
    COMPARE(a->year, b->year);
    COMPARE(a->product, b->product);
    COMPARE(a->exporter, b->exporter);
    COMPARE(a->importer, b->importer);
    return 0;
}

static int by_number(double a, double b) /* larger first, NaN last */
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a < b) - (a > b);
}

static int by_report(const void *left, const void *right)
{
    const sn_trades_row *a = left, *b = right;
    const int trade = by_trade(a, b);

    if (trade != 0)
        return trade;
    COMPARE(a->side, b->side);
    COMPARE(a->period, b->period);
    const int value = by_number(a->value, b->value);
    return value != 0 ? value : by_number(a->quantity, b->quantity);
}

static bool is_one_report(const sn_trades_row *a, const sn_trades_row *b)
{
    return by_trade(a, b) == 0 && a->side == b->side && a->period == b->period;
}

static bool is_same_number(double a, double b)
{
    return (isnan(a) && isnan(b)) || (!(a < b) && !(a > b) && !isnan(a) && !isnan(b));
}

/* Of rows that report the same thing the largest: the others are it again, or parts of it. */
static void drop_repeated(sn_trades *trade, sn_source *source)
{
    size_t kept = 0, same = 0, parts = 0;

    for (size_t r = 0; r < trade->count; r++) {
        const sn_trades_row *row = &trade->row[r];
        if (kept == 0 || !is_one_report(&trade->row[kept - 1], row)) {
            trade->row[kept++] = *row;
        } else if (is_same_number(trade->row[r - 1].value, row->value) &&
                   is_same_number(trade->row[r - 1].quantity, row->quantity)) {
            same++;
        } else {
            parts++;
        }
    }
    trade->count = kept;
    sn_source_drop(source, "exact duplicate", same);
    sn_source_drop(source, "part of a larger row of the same flow", parts);
}

static bool is_month(const sn_trades *trade, const sn_trades_row *row)
{
    return row->period != SN_NONE && trade->period.length[row->period] == 6;
}

static double add(double a, double b)
{
    return isnan(a) ? b : isnan(b) ? a : a + b;
}

/* The months of a report make a year, unless the year is there as well. */
static void add_months(sn_trades *trade, sn_source *source)
{
    size_t kept = 0, months = 0;

    for (size_t r = 0; r < trade->count;) {
        size_t end = r, annual = trade->count;
        for (; end < trade->count && by_trade(&trade->row[r], &trade->row[end]) == 0 &&
               trade->row[r].side == trade->row[end].side;
             end++)
            if (!is_month(trade, &trade->row[end]))
                annual = end;
        sn_trades_row sum = trade->row[annual < end ? annual : r];
        for (size_t k = r; k < end; k++) {
            if (annual < end && k != annual)
                months++;
            else if (annual >= end && k > r) {
                sum.value = add(sum.value, trade->row[k].value);
                sum.quantity = add(sum.quantity, trade->row[k].quantity);
            }
        }
        trade->row[kept++] = sum;
        r = end;
    }
    trade->count = kept;
    sn_source_drop(source, "month of a year that is there too", months);
}

/* Who reported what when: the key of a reporter's total. */
typedef struct {
    int32_t reporter, product, year, side;
} total_key;

static total_key key_of(const sn_trades_row *row)
{
    return (total_key){row->side == SN_SIDE_EXPORTER ? row->exporter : row->importer,
                       row->product, row->year, row->side};
}

static bool is_total(const sn_trades_row *row)
{
    return row->exporter == SN_TRADE_WORLD || row->importer == SN_TRADE_WORLD;
}

/* Hold the partners of each reporter against its own total, then let go of the totals. */
static sn_status drop_totals(sn_trades *trade, sn_source *source, sn_error *err)
{
    sn_dict stated = {0};
    size_t kept = 0, totals = 0;
    sn_status status = SN_OK;

    for (size_t r = 0; r < trade->count; r++) {
        const sn_trades_row *row = &trade->row[r];
        const total_key key = key_of(row);
        int32_t code;
        if (!is_total(row))
            continue;
        SN_TRY(sn_dict_add(&stated, (const char *)&key, sizeof key, &code, err));
        trade->world[row->side] += isnan(row->value) ? 0 : row->value;
    }
    for (size_t r = 0; r < trade->count; r++) {
        const sn_trades_row *row = &trade->row[r];
        const total_key key = key_of(row);
        if (is_total(row)) {
            totals++;
            continue;
        }
        if (sn_dict_find(&stated, (const char *)&key, sizeof key) != SN_NONE)
            trade->partners[row->side] += isnan(row->value) ? 0 : row->value;
        trade->row[kept++] = *row;
    }
    trade->count = kept;
    sn_source_drop(source, "World or other sum of countries", totals);
out:
    sn_dict_clear(&stated);
    return status;
}

/* One number of two reports; NaN where neither has it. */
static double choose(double by_exporter, double by_importer, sn_report_of how)
{
    if (isnan(by_exporter) || isnan(by_importer))
        return isnan(by_exporter) ? by_importer : by_exporter;
    switch (how) {
    case SN_REPORT_IMPORTER:
        return by_importer;
    case SN_REPORT_EXPORTER:
        return by_exporter;
    case SN_REPORT_MAX:
        return fmax(by_exporter, by_importer);
    case SN_REPORT_MEAN:
        break;
    }
    return (by_exporter + by_importer) / 2;
}

static sn_status add_mirror(sn_trades *trade, const sn_trades_row *x, const sn_trades_row *m,
                            sn_error *err)
{
    if (isnan(x->value) || isnan(m->value))
        return SN_OK;
    if (trade->mirrors == trade->mirror_room) {
        const size_t room = trade->mirror_room == 0 ? 256 : 2 * trade->mirror_room;
        sn_trades_mirror *grown = realloc(trade->mirror, room * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "mirror reports");
        trade->mirror = grown;
        trade->mirror_room = room;
    }
    trade->mirror[trade->mirrors++] =
        (sn_trades_mirror){x->exporter, x->importer, x->product, x->year, x->value, m->value};
    return SN_OK;
}

/* Of two reports of one trade make one; they stand side by side, the exporter's first. */
static sn_status join_mirrors(sn_trades *trade, sn_report_of how, sn_source *source,
                              sn_error *err)
{
    size_t kept = 0, joined = 0;
    sn_status status = SN_OK;

    for (size_t r = 0; r < trade->count; r++) {
        const bool pair =
            r + 1 < trade->count && by_trade(&trade->row[r], &trade->row[r + 1]) == 0;
        sn_trades_row row = trade->row[r];
        if (pair) {
            const sn_trades_row *m = &trade->row[r + 1];
            SN_TRY(add_mirror(trade, &row, m, err));
            row.averaged = how == SN_REPORT_MEAN && !isnan(row.value) && !isnan(m->value);
            row.value = choose(row.value, m->value, how);
            row.quantity = choose(row.quantity, m->quantity, how);
            joined++;
            r++;
        }
        row.side = SN_SIDE_NONE;
        trade->row[kept++] = row;
    }
    trade->count = kept;
    sn_source_drop(source, "other side's report of the same trade", joined);
out:
    return status;
}

static sn_status settle_reports(sn_trades *trade, const sn_import_options *how,
                                sn_source *source, sn_error *err)
{
    sn_status status = SN_OK;

    if (trade->count > 0)
        qsort(trade->row, trade->count, sizeof *trade->row, by_report);
    drop_repeated(trade, source);
    add_months(trade, source);
    SN_TRY(drop_totals(trade, source, err));
    SN_TRY(join_mirrors(trade, how->report_of, source, err));
out:
    return status;
}

/* ------------------------------------------------------------------------- a tidy table */

/* A tidy table says everything once: rows that repeat one are dropped, two sources for one
 * trade are refused, rows that differ otherwise are added when the network is built. */
static sn_status settle_tidy(sn_trades *trade, sn_source *source, sn_error *err)
{
    size_t kept = 0, same = 0, added = 0;

    if (trade->count > 0)
        qsort(trade->row, trade->count, sizeof *trade->row, by_report);
    for (size_t r = 0; r < trade->count; r++) {
        const sn_trades_row *row = &trade->row[r],
                            *last = kept > 0 ? &trade->row[kept - 1] : NULL;
        const bool repeats = last != NULL && by_trade(last, row) == 0;
        if (repeats && last->period != row->period)
            return sn_fail(err, SN_EDATA,
                           "%s: %s -> %s, product %s %s comes from two sources, \"%.60s\" and "
                           "\"%.60s\"; choose one with --where source=NAME",
                           source->path, sn_dict_text(&trade->place, row->exporter),
                           sn_dict_text(&trade->place, row->importer),
                           sn_dict_text(&trade->product, row->product),
                           sn_dict_text(&trade->year, row->year),
                           sn_dict_text(&trade->period, last->period),
                           sn_dict_text(&trade->period, row->period));
        if (repeats && is_same_number(last->value, row->value) &&
            is_same_number(last->quantity, row->quantity)) {
            same++;
            continue;
        }
        added += repeats;
        trade->row[kept++] = *row;
    }
    trade->count = kept;
    sn_source_drop(source, "exact duplicate", same);
    return added == 0 ? SN_OK
                      : sn_source_note(source, err,
                                       "%zu rows repeat a trade with other numbers: "
                                       "added up",
                                       added);
}

sn_status sn_trades_settle(sn_trades *trade, const sn_import_options *how, sn_source *source,
                           sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(settle_levels(trade, how, source, err));
    if (trade->two_sided)
        SN_TRY(settle_reports(trade, how, source, err));
    else if (!trade->is_reconciled)
        SN_TRY(settle_tidy(trade, source, err));
out:
    return status;
}
