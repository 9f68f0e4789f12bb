/* native_flows.c - flows.csv: the long file.
 *
 * At 10^6 rows the look-up of two node ids a row is most of the work, since each one misses the
 * processor's caches several times.  Ids of up to 16 bytes therefore go through a small table
 * first, which holds the id itself and its builder index side by side: one miss.  Each set of
 * it holds the two ids that were asked for last. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/csv_private.h"
#include "datasets/native_private.h"

enum { SOURCE, TARGET, VALUE, PRODUCT, UNIT, QUANTITY, YEAR, LEAD_TIME, BASIS, COLUMNS };

static const sn_csv_column columns[COLUMNS] = {
    [SOURCE] = {"source", "from|supplier|supplier_id|seller_firm_id|exporter|i", true},
    [TARGET] = {"target", "to|buyer|buyer_id|buyer_firm_id|importer|customer|j", true},
    [VALUE] = {"value", "weight|v|transaction_value|primaryValue|flow", true},
    [PRODUCT] = {"product", "k|cmdCode|commodity", false},
    [UNIT] = {"unit", NULL, false},
    [QUANTITY] = {"quantity", NULL, false},
    [YEAR] = {"year", "t|period", false},
    [LEAD_TIME] = {"lead_time", NULL, false},
    [BASIS] = {"basis", NULL, false},
};

const char *sn_native_flow_column(sn_slice header)
{
    for (int c = 0; c < COLUMNS; c++)
        if (sn_csv_means(header, &columns[c]))
            return columns[c].name;
    return NULL;
}

/* A text and the code it got: files are usually sorted, so the next row often repeats it. */
typedef struct {
    char text[64];
    size_t length;
    int32_t code;
} memory;

/* A node id of 1 .. 16 bytes as two words, and its builder index; length 0: nothing yet. */
typedef struct {
    uint64_t head, tail; /* first and last 8 bytes, or the padded id and 0 */
    uint32_t length;
    int32_t node;
} recent_node;

enum { LEAST_BITS = 8, MOST_BITS = 22, BYTES_A_SET = 256 };

/* One pass over flows.csv. */
typedef struct {
    sn_native *native;
    sn_csv *csv;
    sn_source *source;
    sn_dict years;
    memory year, product;
    recent_node *recent; /* [2 << recent_bits]: sets of two */
    int recent_bits;
    size_t checked[2]; /* values of quantity and lead_time */
} pass;

static bool remembers(const memory *last, sn_slice text)
{
    return last->length == text.length && text.length > 0 &&
           memcmp(last->text, text.text, text.length) == 0;
}

static void remember(memory *last, sn_slice text, int32_t code)
{
    last->length = 0;
    if (text.length <= sizeof last->text) {
        memcpy(last->text, text.text, text.length);
        last->length = text.length;
        last->code = code;
    }
}

/* Whether the row is of a year that is asked for; every year that occurs is noted. */
static sn_status check_year(pass *p, bool *keep, sn_error *err)
{
    const sn_slice text = sn_csv_text(p->csv, YEAR);
    const char *asked = p->native->year;
    sn_status status = SN_OK;

    if (text.length > 0 && !remembers(&p->year, text)) {
        int32_t code;
        SN_TRY(sn_dict_add(&p->years, text.text, text.length, &code, err));
        remember(&p->year, text, code);
    }
    *keep = asked[0] == '\0' ||
            (text.length == strlen(asked) && memcmp(text.text, asked, text.length) == 0);
    if (!*keep)
        sn_source_drop(p->source, "other year", 1);
out:
    return status;
}

/* Columns that have no place in a network yet must at least be sound. */
static sn_status check_unused(pass *p, sn_error *err)
{
    static const size_t unused[2] = {QUANTITY, LEAD_TIME};

    for (size_t u = 0; u < 2; u++) {
        double value;
        if (!sn_csv_has(p->csv, unused[u]))
            continue;
        const sn_status status = sn_csv_amount(p->csv, unused[u], &value, err);
        if (status != SN_OK)
            return status;
        p->checked[u] += isnan(value) ? 0 : 1;
    }
    return SN_OK;
}

/* Whether --commodity keeps the flow. */
static sn_status check_commodity(pass *p, sn_slice supplier, sn_slice buyer, bool *keep,
                                 sn_error *err)
{
    sn_native *native = p->native;
    sn_status status = SN_OK;

    *keep = true;
    if (native->keep == SN_KEEP_NODES) {
        *keep = sn_builder_find(native->builder, supplier.text, supplier.length) != SN_NONE &&
                sn_builder_find(native->builder, buyer.text, buyer.length) != SN_NONE;
    } else if (native->keep == SN_KEEP_PRODUCTS) {
        const sn_slice text = sn_csv_text(p->csv, PRODUCT);
        if (text.length > 0 && !remembers(&p->product, text)) {
            int32_t code;
            SN_TRY(sn_dict_add(&native->seen, text.text, text.length, &code, err));
        }
        *keep = sn_dict_find(&native->asked, text.text, text.length) != SN_NONE;
    }
    if (!*keep)
        sn_source_drop(p->source, "other commodity", 1);
out:
    return status;
}

/* The set of an id among the recent ones, and its two words. */
static recent_node *place_of(const pass *p, sn_slice id, recent_node *key)
{
    *key = (recent_node){.length = (uint32_t)id.length};
    if (id.length >= 8) {
        memcpy(&key->head, id.text, 8);
        memcpy(&key->tail, id.text + id.length - 8, 8);
    } else {
        memcpy(&key->head, id.text, id.length);
    }
    const uint64_t mixed =
        (key->head ^ (key->tail << 23 | key->tail >> 41)) * 0x9e3779b97f4a7c15u;
    return &p->recent[2 * (mixed >> (64 - p->recent_bits))];
}

/* Ask for the memory now; the amount is read in the meantime. */
static void fetch_place(const pass *p, sn_slice id)
{
    recent_node key;

    if (id.length <= 16)
        __builtin_prefetch(place_of(p, id, &key));
}

static bool is_same(const recent_node *a, const recent_node *b)
{
    return a->head == b->head && a->tail == b->tail && a->length == b->length;
}

static sn_status find_node(pass *p, size_t column, sn_slice id, int32_t *node, sn_error *err)
{
    recent_node key, *place = id.length <= 16 ? place_of(p, id, &key) : NULL;
    sn_status status;

    if (place != NULL && (is_same(&place[0], &key) || is_same(&place[1], &key))) {
        *node = place[is_same(&place[0], &key) ? 0 : 1].node;
        return SN_OK;
    }
    status = sn_builder_touch(p->native->builder, id.text, id.length, node, err);
    if (status != SN_OK)
        return sn_csv_blame(p->csv, column, status, err);
    if (place != NULL) {
        place[1] = place[0];
        key.node = *node;
        place[0] = key;
    }
    return SN_OK;
}

static sn_status find_product(pass *p, int32_t *product, sn_error *err)
{
    const sn_slice text = sn_csv_text(p->csv, PRODUCT);
    sn_status status = SN_OK;

    *product = SN_NONE;
    if (text.length == 0)
        return SN_OK;
    if (!remembers(&p->product, text)) {
        SN_TRY(sn_builder_product(p->native->builder, text.text, text.length, product, err));
        remember(&p->product, text, *product);
    }
    *product = p->product.length > 0 ? p->product.code : *product;
out:
    return status;
}

static sn_status add_flow(pass *p, sn_slice supplier, sn_slice buyer, double value,
                          sn_error *err)
{
    const sn_slice unit = sn_csv_text(p->csv, UNIT);
    sn_status status = SN_OK;
    int32_t from, to, product;
    int basis;

    SN_TRY(find_node(p, SOURCE, supplier, &from, err));
    SN_TRY(find_node(p, TARGET, buyer, &to, err));
    SN_TRY(find_product(p, &product, err));
    SN_TRY(sn_csv_choice(p->csv, BASIS, "reported|balanced|estimated", &basis, err));
    SN_TRY(sn_csv_blame(p->csv, VALUE,
                        sn_builder_flow(p->native->builder, from, to, value, product,
                                        basis < 0 ? SN_BASIS_REPORTED : (sn_basis)basis,
                                        unit.text, unit.length, err),
                        err));
    p->source->rows_used++;
out:
    return status;
}

static sn_status read_flow(pass *p, sn_error *err)
{
    sn_slice supplier, buyer;
    sn_status status = SN_OK;
    double value;
    bool keep = true;

    if (sn_csv_has(p->csv, YEAR))
        SN_TRY(check_year(p, &keep, err));
    if (!keep)
        return SN_OK;
    SN_TRY(sn_csv_require(p->csv, SOURCE, &supplier, err));
    SN_TRY(sn_csv_require(p->csv, TARGET, &buyer, err));
    fetch_place(p, supplier);
    fetch_place(p, buyer);
    SN_TRY(sn_csv_amount(p->csv, VALUE, &value, err));
    SN_TRY(check_unused(p, err));
    SN_TRY(check_commodity(p, supplier, buyer, &keep, err));
    if (!keep)
        return SN_OK;
    if (isnan(value))
        sn_source_drop(p->source, "missing value", 1);
    else if (value <= 0)
        sn_source_drop(p->source, "zero", 1);
    else
        SN_TRY(add_flow(p, supplier, buyer, value, err));
out:
    return status;
}

sn_status sn_native_list_years(const sn_dict *years, char *names, size_t room, sn_error *err)
{
    int32_t *rank = calloc((size_t)years->count + 1, sizeof *rank);
    sn_status status = SN_OK;

    names[0] = '\0';
    SN_TRY_ALLOC(rank, "a list of years");
    SN_TRY(sn_dict_order(years, rank, err));
    for (int32_t at = 0; at < years->count && at < 40; at++)
        for (int32_t y = 0; y < years->count; y++) {
            const size_t used = strlen(names);
            if (rank[y] == at)
                (void)snprintf(names + used, room - used, "%s%.16s", at > 0 ? ", " : "",
                               years->text[y]);
        }
out:
    free(rank);
    return status;
}

sn_status sn_native_check_year(const sn_dict *years, const char *asked, const char *file,
                               sn_error *err)
{
    char names[256];
    sn_status status = SN_OK;

    if (asked[0] == '\0' || sn_dict_find(years, asked, strlen(asked)) != SN_NONE)
        return SN_OK;
    SN_TRY(sn_native_list_years(years, names, sizeof names, err));
    status = sn_fail(err, SN_EUSAGE, "%s has no year %s; it holds %s", file, asked,
                     years->count > 0 ? names : "none");
out:
    return status;
}

static sn_status judge_years(const pass *p, const sn_bytes *bytes, sn_error *err)
{
    const char *asked = p->native->year;
    char names[256];
    sn_status status = SN_OK;

    if (asked[0] != '\0' && !sn_csv_has(p->csv, YEAR))
        return sn_fail(err, SN_EUSAGE,
                       "%s has no column \"year\", so the year %s means nothing", bytes->name,
                       asked);
    SN_TRY(sn_native_list_years(&p->years, names, sizeof names, err));
    if (asked[0] == '\0' && p->years.count > 1)
        return sn_fail(err, SN_EDATA, "%s holds several years (%s); choose one with --year",
                       bytes->name, names);
    SN_TRY(sn_native_check_year(&p->years, asked, bytes->name, err));
out:
    return status;
}

static sn_status judge_rows(pass *p, const sn_bytes *bytes, sn_error *err)
{
    static const char *const name[2] = {"quantity", "lead_time"};
    sn_status status = SN_OK;

    if (sn_csv_rows(p->csv) == 0)
        return sn_fail(err, SN_EDATA, "%s: no rows after the header", bytes->name);
    SN_TRY(judge_years(p, bytes, err));
    if (p->native->keep == SN_KEEP_PRODUCTS)
        SN_TRY(sn_native_check_asked(p->native, bytes->name, err));
    if (p->source->rows_used == 0 && sn_builder_node_count(p->native->builder) == 0) {
        char reasons[400];
        return sn_fail(err, SN_EDATA, "%s: no row can be used (%s)", bytes->name,
                       sn_native_reasons(p->source, reasons));
    }
    for (size_t u = 0; u < 2; u++)
        if (p->checked[u] > 0)
            SN_TRY(sn_source_note(p->source, err, "column %s: %zu values checked, not used",
                                  name[u], p->checked[u]));
out:
    return status;
}

sn_status sn_native_flows(sn_native *native, sn_bytes *bytes, const sn_import_options *how,
                          sn_sources *sources, sn_error *err)
{
    sn_preset_columns room;
    pass p = {.native = native};
    sn_status status = SN_OK;
    bool more;

    SN_TRY(sn_sources_add(sources, "flows", bytes, &p.source, err));
    SN_TRY(sn_preset_open(bytes, how, columns, COLUMNS, &room, &p.csv, err));
    for (p.recent_bits = LEAST_BITS; p.recent_bits < MOST_BITS; p.recent_bits++)
        if (bytes->size >> p.recent_bits < BYTES_A_SET)
            break;
    p.recent = calloc((size_t)2 << p.recent_bits, sizeof *p.recent);
    SN_TRY_ALLOC(p.recent, "a network");
    for (;;) {
        SN_TRY(sn_preset_next(p.csv, &room, p.source, &more, err));
        if (!more)
            break;
        SN_TRY(read_flow(&p, err));
    }
    SN_TRY(sn_source_finish(p.source, p.csv, err));
    SN_TRY(judge_rows(&p, bytes, err));
out:
    sn_csv_free(p.csv);
    sn_dict_clear(&p.years);
    free(p.recent);
    return status;
}
