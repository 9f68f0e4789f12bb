/* native_flow_rows.c - the rows of flows.csv, piece by piece (scan.h).
 *
 * At 10^7 rows the look-up of two node ids a row is most of the work, since each one misses the
 * processor's caches.  Rows are therefore collected in batches: the place of each id is fetched
 * when its row is read, and looked at when the batch is full.  While pieces are read the
 * builder does not change; ids that it does not know go into a dictionary of the piece, and are
 * entered when the piece is taken, in the order of their first sight.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/native_flows.h"
#include "datasets/scan.h"
#include "graph/memory.h"

/* A text and the code it got: files are usually sorted, so the next row often repeats it. */
typedef struct {
    char text[64];
    size_t length;
    int32_t code;
} memory;

/* A column of texts: a dictionary of the piece, and what its codes are for the builder. */
typedef struct {
    sn_dict dict;
    memory last;
    int32_t *code; /* [dict.count] of the builder, once the piece is taken */
} texts;

enum { BATCH = 64 };

typedef struct {
    /* Flows.  A node that the builder does not know is ~(its code in fresh); products and units
     * are codes of the piece. */
    int32_t *supplier, *buyer, *product, *unit;
    double *value, *lead;
    uint8_t *basis;
    size_t count, room;
    size_t first; /* where they go, once the piece is taken */
    bool has_product, has_unit, has_basis, has_lead;

    sn_dict_key
        key[2 * BATCH]; /* supplier and buyer of the last rows, whose nodes are not known */
    size_t put_off;     /* of these rows */

    texts fresh, product_texts, unit_texts;
    sn_dict years, seen; /* years and products that occur, where they are asked for */
    memory year, asked;  /* asked.code: whether the product is */
    sn_source dropped;   /* counts only */
    size_t checked;      /* values of quantity */
} piece;

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

/* ------------------------------------------------------------------------------- reading */

/* Whether the row is of a year that is asked for; every year that occurs is noted. */
static sn_status check_year(const sn_native *native, piece *p, const sn_csv *row, bool *keep,
                            sn_error *err)
{
    const sn_slice text = sn_csv_text(row, SN_FLOW_YEAR);
    const char *asked = native->year;
    sn_status status = SN_OK;

    if (text.length > 0 && !remembers(&p->year, text)) {
        int32_t code;
        SN_TRY(sn_dict_add(&p->years, text.text, text.length, &code, err));
        remember(&p->year, text, code);
    }
    *keep = asked[0] == '\0' ||
            (text.length == strlen(asked) && memcmp(text.text, asked, text.length) == 0);
    if (!*keep)
        sn_source_drop(&p->dropped, "other year", 1);
out:
    return status;
}

/* A column that has no place in a network must at least be sound. */
static sn_status check_unused(piece *p, sn_csv *row, sn_error *err)
{
    double value;
    sn_status status = SN_OK;

    if (sn_csv_has(row, SN_FLOW_QUANTITY)) {
        SN_TRY(sn_csv_amount(row, SN_FLOW_QUANTITY, &value, err));
        p->checked += isnan(value) ? 0 : 1;
    }
out:
    return status;
}

static bool knows(const sn_native *native, sn_slice id)
{
    return sn_builder_find(native->builder, id.text, id.length) != SN_NONE;
}

/* Whether --commodity keeps the flow. */
static sn_status check_commodity(const sn_native *native, piece *p, const sn_csv *row,
                                 bool *keep, sn_error *err)
{
    sn_status status = SN_OK;

    *keep = true;
    if (native->keep == SN_KEEP_NODES) {
        *keep = knows(native, sn_csv_text(row, SN_FLOW_SOURCE)) &&
                knows(native, sn_csv_text(row, SN_FLOW_TARGET));
    } else if (native->keep == SN_KEEP_PRODUCTS) {
        const sn_slice text = sn_csv_text(row, SN_FLOW_PRODUCT);
        int32_t code;
        if (!remembers(&p->asked, text)) {
            if (text.length > 0)
                SN_TRY(sn_dict_add(&p->seen, text.text, text.length, &code, err));
            *keep = sn_dict_find(&native->asked, text.text, text.length) != SN_NONE;
            remember(&p->asked, text, *keep);
        } else {
            *keep = p->asked.code != 0;
        }
    }
    if (!*keep)
        sn_source_drop(&p->dropped, "other commodity", 1);
out:
    return status;
}

/* The code of a text in the piece, SN_NONE for an empty one; a new one is checked. */
static sn_status code_of(texts *t, const sn_csv *row, size_t column,
                         sn_status (*check)(const char *, size_t, sn_error *), int32_t *code,
                         sn_error *err)
{
    const sn_slice text = sn_csv_text(row, column);
    sn_status status = SN_OK;

    *code = SN_NONE;
    if (text.length == 0)
        return SN_OK;
    if (remembers(&t->last, text)) {
        *code = t->last.code;
        return SN_OK;
    }
    SN_TRY(sn_csv_blame(row, column, check(text.text, text.length, err), err));
    SN_TRY(sn_dict_add(&t->dict, text.text, text.length, code, err));
    remember(&t->last, text, *code);
out:
    return status;
}

static sn_status grow(void *array, size_t room, size_t size, sn_error *err)
{
    return sn_grow(array, room, size) ? SN_OK : sn_nomem(err, "flows");
}

static sn_status make_room(piece *p, sn_error *err)
{
    const size_t room = p->room == 0 ? 1024 : p->room * 2;
    sn_status status = SN_OK;

    if (p->count < p->room)
        return SN_OK;
    SN_TRY(grow(&p->supplier, room, sizeof *p->supplier, err));
    SN_TRY(grow(&p->buyer, room, sizeof *p->buyer, err));
    SN_TRY(grow(&p->product, room, sizeof *p->product, err));
    SN_TRY(grow(&p->unit, room, sizeof *p->unit, err));
    SN_TRY(grow(&p->value, room, sizeof *p->value, err));
    SN_TRY(grow(&p->basis, room, sizeof *p->basis, err));
    SN_TRY(grow(&p->lead, room, sizeof *p->lead, err));
    p->room = room;
out:
    return status;
}

static sn_status settle(const void *context, void *state, sn_csv *row, sn_error *err);

/* Add a flow; who its nodes are is put off. */
static sn_status add_flow(const sn_flows_pass *pass, piece *p, sn_csv *row, double value,
                          sn_error *err)
{
    static const size_t end[2] = {SN_FLOW_SOURCE, SN_FLOW_TARGET};
    sn_status status = SN_OK;
    int32_t product, unit;
    double days = 0;
    int basis = -1;

    SN_TRY(code_of(&p->product_texts, row, SN_FLOW_PRODUCT, sn_builder_check_product, &product,
                   err));
    if (sn_csv_has(row, SN_FLOW_BASIS))
        SN_TRY(sn_csv_choice(row, SN_FLOW_BASIS, "reported|balanced|estimated", &basis, err));
    SN_TRY(code_of(&p->unit_texts, row, SN_FLOW_UNIT, sn_builder_check_unit, &unit, err));
    if (sn_csv_has(row, SN_FLOW_LEAD_TIME)) {
        SN_TRY(sn_csv_amount(row, SN_FLOW_LEAD_TIME, &days, err));
        days = isnan(days) ? 0 : days;
    }
    SN_TRY(make_room(p, err));
    p->lead[p->count] = days;
    p->product[p->count] = product;
    p->unit[p->count] = unit;
    p->basis[p->count] = (uint8_t)(basis < 0 ? SN_BASIS_REPORTED : (sn_basis)basis);
    p->value[p->count] = value;
    p->has_product |= product != SN_NONE;
    p->has_unit |= unit != SN_NONE;
    p->has_basis |= basis > 0;
    p->has_lead |= days > 0;
    p->count++;
    for (size_t k = 0; k < 2; k++) {
        const sn_slice id = sn_csv_text(row, end[k]);
        const uint64_t hash = sn_dict_hash(id.text, id.length);
        sn_builder_fetch(pass->native->builder, hash);
        p->key[2 * p->put_off + k] = (sn_dict_key){id.text, id.length, hash};
    }
    p->put_off++;
    if (p->put_off == BATCH || !sn_csv_is_lasting(row))
        SN_TRY(settle(pass, p, row, err));
out:
    return status;
}

static sn_status read_flow(const void *context, void *state, sn_csv *row, sn_error *err)
{
    const sn_flows_pass *pass = context;
    piece *p = state;
    sn_status status = SN_OK;
    sn_slice id;
    double value;
    bool keep = true;

    if (!sn_preset_keeps(row, pass->where)) {
        sn_source_drop(&p->dropped, SN_PRESET_OTHER_ROWS, 1);
        return SN_OK;
    }
    if (sn_csv_has(row, SN_FLOW_YEAR))
        SN_TRY(check_year(pass->native, p, row, &keep, err));
    if (!keep)
        return SN_OK;
    SN_TRY(sn_csv_require(row, SN_FLOW_SOURCE, &id, err));
    SN_TRY(sn_csv_require(row, SN_FLOW_TARGET, &id, err));
    SN_TRY(sn_csv_amount(row, SN_FLOW_VALUE, &value, err));
    SN_TRY(check_unused(p, row, err));
    SN_TRY(check_commodity(pass->native, p, row, &keep, err));
    if (!keep)
        return SN_OK;
    if (isnan(value))
        sn_source_drop(&p->dropped, "missing value", 1);
    else if (value <= 0)
        sn_source_drop(&p->dropped, "zero", 1);
    else
        SN_TRY(add_flow(pass, p, row, value, err));
out:
    return status;
}

/* Who the nodes of the rows of a batch are. */
static sn_status settle(const void *context, void *state, sn_csv *row, sn_error *err)
{
    const sn_flows_pass *pass = context;
    piece *p = state;
    const size_t rows = p->put_off, first = p->count - rows;
    int32_t node[2 * BATCH];
    sn_status status = SN_OK;

    sn_builder_find_many(pass->native->builder, p->key, 2 * rows, node);
    for (size_t k = 0; k < 2 * rows; k++) {
        const sn_dict_key *key = &p->key[k];
        if (node[k] == SN_NONE) {
            SN_TRY(sn_csv_blame(row, k % 2 == 0 ? SN_FLOW_SOURCE : SN_FLOW_TARGET,
                                sn_builder_check_id(key->text, key->length, err), err));
            SN_TRY(sn_dict_add(&p->fresh.dict, key->text, key->length, &node[k], err));
            node[k] = ~node[k];
        }
        (k % 2 == 0 ? p->supplier : p->buyer)[first + k / 2] = node[k];
    }
    p->put_off = 0;
out:
    return status;
}

/* -------------------------------------------------------------------------------- taking */

typedef sn_status adder(sn_builder *builder, const char *text, size_t length, int32_t *code,
                        sn_error *err);

static sn_status enter(sn_builder *builder, texts *t, adder *add, sn_error *err)
{
    sn_status status = SN_OK;

    free(t->code);
    t->code = malloc(((size_t)t->dict.count + 1) * sizeof *t->code);
    SN_TRY_ALLOC(t->code, "flows");
    for (int32_t k = 0; k < t->dict.count; k++)
        SN_TRY(add(builder, t->dict.text[k], t->dict.length[k], &t->code[k], err));
out:
    return status;
}

static sn_status join(sn_dict *all, const sn_dict *some, sn_error *err)
{
    sn_status status = SN_OK;
    int32_t code;

    for (int32_t k = 0; k < some->count; k++)
        SN_TRY(sn_dict_add(all, some->text[k], some->length[k], &code, err));
out:
    return status;
}

static sn_builder_rows rows_of(const piece *p)
{
    return (sn_builder_rows){.supplier = p->supplier,
                             .buyer = p->buyer,
                             .product = p->has_product ? p->product : NULL,
                             .unit = p->has_unit ? p->unit : NULL,
                             .value = p->value,
                             .lead = p->has_lead ? p->lead : NULL,
                             .basis = p->has_basis ? p->basis : NULL};
}

static sn_status take(void *context, void *state, size_t lines, sn_error *err)
{
    sn_flows_pass *pass = context;
    sn_builder *builder = pass->native->builder;
    piece *p = state;
    const sn_builder_rows rows = rows_of(p);
    sn_status status = SN_OK;

    (void)lines;
    SN_TRY(join(&pass->years, &p->years, err));
    SN_TRY(join(&pass->native->seen, &p->seen, err));
    for (size_t d = 0; d < p->dropped.dropped_count; d++)
        sn_source_drop(pass->source, p->dropped.dropped[d].reason, p->dropped.dropped[d].count);
    pass->checked += p->checked;
    SN_TRY(enter(builder, &p->fresh, sn_builder_touch, err));
    SN_TRY(enter(builder, &p->product_texts, sn_builder_product, err));
    SN_TRY(enter(builder, &p->unit_texts, sn_builder_unit, err));
    SN_TRY(sn_builder_extend(builder, p->count, &rows, &p->first, err));
    pass->source->rows_used += p->count;
out:
    return status;
}

static void recode_nodes(int32_t *node, size_t count, const int32_t *fresh)
{
    for (size_t k = 0; k < count; k++)
        if (node[k] < 0)
            node[k] = fresh[~node[k]];
}

static void recode(int32_t *code, size_t count, const int32_t *of_builder)
{
    for (size_t k = 0; k < count; k++)
        if (code[k] != SN_NONE)
            code[k] = of_builder[code[k]];
}

/* From codes of the piece to codes of the builder. */
static void put(void *context, void *state)
{
    const sn_flows_pass *pass = context;
    piece *p = state;
    const sn_builder_rows rows = rows_of(p);

    if (p->fresh.dict.count > 0) {
        recode_nodes(p->supplier, p->count, p->fresh.code);
        recode_nodes(p->buyer, p->count, p->fresh.code);
    }
    if (p->has_product)
        recode(p->product, p->count, p->product_texts.code);
    if (p->has_unit)
        recode(p->unit, p->count, p->unit_texts.code);
    sn_builder_put(pass->native->builder, p->first, p->count, &rows);
}

static void empty_texts(texts *t)
{
    sn_dict_clear(&t->dict);
    free(t->code);
    *t = (texts){0};
}

static void empty(void *state)
{
    piece *p = state;

    empty_texts(&p->fresh);
    empty_texts(&p->product_texts);
    empty_texts(&p->unit_texts);
    sn_dict_clear(&p->years);
    sn_dict_clear(&p->seen);
    p->count = p->first = p->put_off = 0;
    p->has_product = p->has_unit = p->has_basis = p->has_lead = false;
    p->year.length = p->asked.length = 0;
    p->dropped.dropped_count = 0;
    p->checked = 0;
}

static void clear(void *state)
{
    piece *p = state;

    empty(p);
    free(p->supplier);
    free(p->buyer);
    free(p->product);
    free(p->unit);
    free(p->value);
    free(p->basis);
    free(p->lead);
    *p = (piece){0};
}

sn_status sn_flows_read(sn_flows_pass *p, sn_csv *csv, sn_error *err)
{
    static const sn_scan_plan plan = {sizeof(piece), read_flow, settle, take,
                                      put,           empty,     clear};

    return sn_csv_scan(csv, &plan, p, err);
}
