/* trade_quality.c - one pass over the trades, product by product and year by year. */
#include "datasets/trade_quality.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ODD = 200, ENOUGH = 10 };
static const double outlier_score = 3.5, apart_factor = 2;

/* What is shared by all groups. */
typedef struct {
    const sn_trades *trade;
    sn_trades_quality *out;
    int32_t *product_rank, *year_rank;
    double *sold, *bought; /* [places] of the present group, else 0 */
    double *scratch;       /* [largest group] */
    size_t odd_room;
} judge;

void sn_trades_quality_clear(sn_trades_quality *quality)
{
    free(quality->group);
    free(quality->odd);
    free(quality->outside);
    sn_arena_clear(&quality->texts);
    *quality = (sn_trades_quality){0};
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The median; sorts. */
static double median_of(double *x, size_t n)
{
    if (n == 0)
        return NAN;
    qsort(x, n, sizeof *x, by_size);
    return n % 2 == 1 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

static sn_status keep_text(judge *j, const char *text, const char **kept, sn_error *err)
{
    *kept = sn_arena_copy(&j->out->texts, text, strlen(text));
    return *kept != NULL ? SN_OK : sn_nomem(err, "a text");
}

static sn_status name_of(judge *j, const sn_dict *dict, int32_t code, const char **kept,
                         sn_error *err)
{
    *kept = NULL;
    return code == SN_NONE ? SN_OK : keep_text(j, sn_dict_text(dict, code), kept, err);
}

/* --------------------------------------------------------------------------------- cases */

static int by_importance(const void *left, const void *right)
{
    const sn_trades_case *a = left, *b = right;

    if (a->value > b->value || a->value < b->value)
        return a->value > b->value ? -1 : 1;
    const int exporter = strcmp(a->exporter, b->exporter);
    return exporter != 0 ? exporter : strcmp(a->importer, b->importer);
}

/* Keep a case; of many the largest. */
static sn_status add_case(judge *j, const sn_trades_case *one, sn_error *err)
{
    sn_trades_quality *out = j->out;

    if (out->odds == j->odd_room) {
        if (j->odd_room >= 4 * MOST_ODD) {
            qsort(out->odd, out->odds, sizeof *out->odd, by_importance);
            out->odds = MOST_ODD;
        } else {
            const size_t room = j->odd_room == 0 ? 64 : 2 * j->odd_room;
            sn_trades_case *grown = realloc(out->odd, room * sizeof *grown);
            if (grown == NULL)
                return sn_nomem(err, "findings");
            out->odd = grown;
            j->odd_room = room;
        }
    }
    out->odd[out->odds++] = *one;
    return SN_OK;
}

static sn_status name_case(judge *j, int32_t exporter, int32_t importer,
                           const sn_trades_group *group, sn_trades_case *one, sn_error *err)
{
    sn_status status = SN_OK;

    one->product = group->product;
    one->year = group->year;
    SN_TRY(name_of(j, &j->trade->place, exporter, &one->exporter, err));
    SN_TRY(name_of(j, &j->trade->place, importer, &one->importer, err));
out:
    return status;
}

/* -------------------------------------------------------------------------------- groups */

static sn_status judge_unit_values(judge *j, const sn_trades_row *const *row, size_t n,
                                   sn_trades_group *group, sn_error *err)
{
    double *x = j->scratch;
    size_t count = 0;
    sn_status status = SN_OK;

    for (size_t k = 0; k < n; k++)
        if (row[k]->value > 0 && row[k]->quantity > 0 && !row[k]->estimated)
            x[count++] = log(row[k]->value / row[k]->quantity);
    const double middle = median_of(x, count);
    for (size_t k = 0; k < count; k++)
        x[k] = fabs(x[k] - middle);
    const double mad = median_of(x, count);
    group->unit_value = exp(middle);
    group->spread = exp(1.4826 * mad);
    if (count < ENOUGH || !(mad > 0))
        return SN_OK;
    for (size_t k = 0; k < n; k++) {
        if (!(row[k]->value > 0 && row[k]->quantity > 0) || row[k]->estimated)
            continue;
        const double own = log(row[k]->value / row[k]->quantity);
        if (fabs(0.6745 * (own - middle) / mad) <= outlier_score)
            continue;
        sn_trades_case one = {.kind = SN_CASE_UNIT_VALUE,
                              .value = row[k]->value,
                              .first = exp(own),
                              .second = exp(middle)};
        group->outliers++;
        group->outlier_value += row[k]->value;
        SN_TRY(name_case(j, row[k]->exporter, row[k]->importer, group, &one, err));
        SN_TRY(add_case(j, &one, err));
    }
out:
    return status;
}

static void add_known(double *sum, double x)
{
    if (!isnan(x))
        *sum = isnan(*sum) ? x : *sum + x;
}

/* Sums, and who sells and buys; leaves sold and bought all zero. */
static void add_up(judge *j, const sn_trades_row *const *row, size_t n, sn_trades_group *group,
                   int32_t *top)
{
    double through = 0, exports = 0, most = 0;

    for (size_t k = 0; k < n; k++) {
        const double value = isnan(row[k]->value) ? 0 : row[k]->value;
        j->sold[row[k]->exporter] += value;
        j->bought[row[k]->importer] += value;
        add_known(&group->value, row[k]->value);
        add_known(&group->quantity, row[k]->quantity);
        group->estimated += row[k]->estimated;
        if (isnan(row[k]->quantity)) {
            group->no_quantity++;
            group->no_quantity_value += value;
        }
    }
    *top = SN_NONE;
    for (size_t k = 0; k < n; k++) {
        const int32_t i = row[k]->exporter;
        if (j->sold[i] < 0) /* seen */
            continue;
        const double sold = j->sold[i];
        group->exporters++;
        exports += sold;
        through += fmin(sold, fabs(j->bought[i]));
        if (*top == SN_NONE || sold > most) {
            most = sold;
            *top = i;
        }
        j->sold[i] = -sold - 1;
    }
    for (size_t k = 0; k < n; k++) {
        group->importers += j->bought[row[k]->importer] >= 0;
        j->bought[row[k]->importer] = -1;
    }
    for (size_t k = 0; k < n; k++)
        j->sold[row[k]->exporter] = j->bought[row[k]->importer] = 0;
    group->through = exports > 0 ? through / exports : NAN;
    group->top_share = exports > 0 ? most / exports : NAN;
}

static sn_status judge_group(judge *j, const sn_trades_row *const *row, size_t n,
                             sn_trades_group *group, sn_error *err)
{
    sn_status status = SN_OK;
    int32_t top;

    *group = (sn_trades_group){.trades = n, .value = NAN, .quantity = NAN, .ratio = NAN};
    SN_TRY(name_of(j, &j->trade->product, row[0]->product, &group->product, err));
    SN_TRY(name_of(j, &j->trade->year, row[0]->year, &group->year, err));
    add_up(j, row, n, group, &top);
    SN_TRY(name_of(j, &j->trade->place, top, &group->top, err));
    SN_TRY(judge_unit_values(j, row, n, group, err));
out:
    return status;
}

/* Mirrors are sorted as the groups are. */
static sn_status judge_mirrors(judge *j, sn_trades_group *group, const sn_trades_mirror *pair,
                               size_t n, sn_error *err)
{
    size_t count = 0;
    sn_status status = SN_OK;
    double *ratio = malloc((n + 1) * sizeof *ratio);

    SN_TRY_ALLOC(ratio, "mirror reports");
    for (size_t k = 0; k < n; k++) {
        const double x = pair[k].by_exporter, m = pair[k].by_importer;
        group->pairs++;
        group->by_exporter += x;
        group->by_importer += m;
        if (x > 0 && m > 0)
            ratio[count++] = m / x;
        if (fmax(x, m) < apart_factor * fmin(x, m))
            continue;
        sn_trades_case one = {
            .kind = SN_CASE_MIRROR, .value = fmax(x, m), .first = x, .second = m};
        group->apart++;
        SN_TRY(name_case(j, pair[k].exporter, pair[k].importer, group, &one, err));
        SN_TRY(add_case(j, &one, err));
    }
    group->ratio = median_of(ratio, count);
out:
    free(ratio);
    return status;
}

/* -------------------------------------------------------------------------------- sorting */

/* qsort has no context: the ranks go into the keys. */
typedef struct {
    int32_t product, year;
    size_t at;
} sort_key;

static int by_product_and_year(const void *left, const void *right)
{
    const sort_key *a = left, *b = right;

    if (a->product != b->product)
        return a->product < b->product ? -1 : 1;
    if (a->year != b->year)
        return a->year < b->year ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

static int32_t rank_of(const int32_t *rank, int32_t code)
{
    return code == SN_NONE ? -1 : rank[code];
}

static sort_key *sorted_rows(const judge *j)
{
    const sn_trades *t = j->trade;
    sort_key *key = malloc((t->count + 1) * sizeof *key);

    for (size_t r = 0; key != NULL && r < t->count; r++)
        key[r] = (sort_key){rank_of(j->product_rank, t->row[r].product),
                            rank_of(j->year_rank, t->row[r].year), r};
    if (key != NULL)
        qsort(key, t->count, sizeof *key, by_product_and_year);
    return key;
}

static sort_key *sorted_mirrors(const judge *j)
{
    const sn_trades *t = j->trade;
    sort_key *key = malloc((t->mirrors + 1) * sizeof *key);

    for (size_t r = 0; key != NULL && r < t->mirrors; r++)
        key[r] = (sort_key){rank_of(j->product_rank, t->mirror[r].product),
                            rank_of(j->year_rank, t->mirror[r].year), r};
    if (key != NULL)
        qsort(key, t->mirrors, sizeof *key, by_product_and_year);
    return key;
}

static bool is_same_group(const sort_key *a, const sort_key *b)
{
    return a->product == b->product && a->year == b->year;
}

static sn_status judge_groups(judge *j, sn_error *err)
{
    const sn_trades *t = j->trade;
    sort_key *rows = sorted_rows(j), *pairs = sorted_mirrors(j);
    const sn_trades_row **row = malloc((t->count + 1) * sizeof *row);
    sn_trades_mirror *mirror = malloc((t->mirrors + 1) * sizeof *mirror);
    size_t groups = 0, pair = 0;
    sn_status status = SN_OK;

    if (rows == NULL || pairs == NULL || row == NULL || mirror == NULL) {
        status = sn_nomem(err, "a look at the trades");
        goto out;
    }
    for (size_t r = 0; r < t->count; r++) {
        row[r] = &t->row[rows[r].at];
        groups += r == 0 || !is_same_group(&rows[r - 1], &rows[r]);
    }
    for (size_t r = 0; r < t->mirrors; r++)
        mirror[r] = t->mirror[pairs[r].at];
    j->out->group = calloc(groups + 1, sizeof *j->out->group);
    SN_TRY_ALLOC(j->out->group, "a look at the trades");
    for (size_t r = 0; r < t->count;) {
        sn_trades_group *group = &j->out->group[j->out->groups++];
        size_t end = r + 1, last;
        while (end < t->count && is_same_group(&rows[r], &rows[end]))
            end++;
        SN_TRY(judge_group(j, row + r, end - r, group, err));
        /* a pair is of a trade, so of a group that is there */
        while (pair < t->mirrors && by_product_and_year(&pairs[pair], &rows[r]) < 0 &&
               !is_same_group(&pairs[pair], &rows[r]))
            pair++;
        for (last = pair; last < t->mirrors && is_same_group(&pairs[last], &rows[r]); last++)
            ;
        SN_TRY(judge_mirrors(j, group, mirror + pair, last - pair, err));
        pair = last;
        r = end;
    }
out:
    free(rows);
    free(pairs);
    free(row);
    free(mirror);
    return status;
}

/* --------------------------------------------------------------------------------- places */

static int by_share(const void *left, const void *right)
{
    const sn_trades_outside *a = left, *b = right;
    const double x = isnan(a->share) ? -1 : a->share, y = isnan(b->share) ? -1 : b->share;

    if (x > y || x < y)
        return x > y ? -1 : 1;
    return strcmp(a->text, b->text);
}

static sn_status list_outside(judge *j, sn_error *err)
{
    const sn_trades *t = j->trade;
    sn_trades_quality *out = j->out;
    double all = out->value; /* kept, and kept out but for sums of countries */
    sn_status status = SN_OK;

    for (int32_t s = 0; s < t->spelled.count; s++)
        if (t->spelling[s].kind == SN_PLACE_REST || t->spelling[s].kind == SN_PLACE_AREA)
            all += t->spelling[s].value;
    out->outside = calloc((size_t)t->spelled.count + 1, sizeof *out->outside);
    SN_TRY_ALLOC(out->outside, "places");
    for (int32_t s = 0; s < t->spelled.count; s++) {
        const sn_trades_spelling *spelling = &t->spelling[s];
        if (spelling->rows == 0 || spelling->kind == SN_PLACE_COUNTRY)
            continue;
        sn_trades_outside *one = &out->outside[out->outsides++];
        *one = (sn_trades_outside){.kind = spelling->kind,
                                   .rows = spelling->rows,
                                   .share = spelling->kind == SN_PLACE_AGGREGATE || !(all > 0)
                                                ? NAN
                                                : spelling->value / all};
        SN_TRY(keep_text(j, sn_dict_text(&t->spelled, s), &one->text, err));
        SN_TRY(name_of(j, &t->known, spelling->name, &one->name, err));
    }
    qsort(out->outside, out->outsides, sizeof *out->outside, by_share);
out:
    return status;
}

static double share(double part, double all)
{
    return all > 0 ? part / all : NAN;
}

sn_status sn_trades_judge(const sn_trades *trade, sn_trades_quality *quality, sn_error *err)
{
    judge j = {.trade = trade, .out = quality};
    const size_t places = (size_t)trade->place.count + 1;
    double missing = 0;
    sn_status status = SN_OK;

    *quality = (sn_trades_quality){.value_unit = trade->value_unit, .reexports = NAN};
    j.product_rank = calloc((size_t)trade->product.count + 1, sizeof *j.product_rank);
    j.year_rank = calloc((size_t)trade->year.count + 1, sizeof *j.year_rank);
    j.sold = calloc(places, sizeof *j.sold);
    j.bought = calloc(places, sizeof *j.bought);
    j.scratch = malloc((trade->count + 1) * sizeof *j.scratch);
    if (j.product_rank == NULL || j.year_rank == NULL || j.sold == NULL || j.bought == NULL ||
        j.scratch == NULL) {
        status = sn_nomem(err, "a look at the trades");
        goto out;
    }
    SN_TRY(sn_dict_order(&trade->product, j.product_rank, err));
    SN_TRY(sn_dict_order(&trade->year, j.year_rank, err));
    for (size_t r = 0; r < trade->count; r++) {
        const double value = isnan(trade->row[r].value) ? 0 : trade->row[r].value;
        quality->value += value;
        missing += isnan(trade->row[r].quantity) ? value : 0;
    }
    quality->no_quantity = share(missing, quality->value);
    for (int side = 0; side < 3; side++)
        quality->coverage[side] = share(trade->partners[side], trade->world[side]);
    quality->reexports =
        isnan(trade->reexports) ? NAN : share(trade->reexports, quality->value);
    SN_TRY(judge_groups(&j, err));
    SN_TRY(list_outside(&j, err));
    if (quality->odds > 1)
        qsort(quality->odd, quality->odds, sizeof *quality->odd, by_importance);
    quality->odds = quality->odds < MOST_ODD ? quality->odds : MOST_ODD;
out:
    free(j.product_rank);
    free(j.year_rank);
    free(j.sold);
    free(j.bought);
    free(j.scratch);
    return status;
}
