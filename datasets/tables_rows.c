/* tables_rows.c - take the rows of the three tables and check each where it stands. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/tables_private.h"

/* Totals among countries: to take one for a country would count its members twice. */
static const char *const aggregates[] = {"WLD", "W00", "WORLD", "TOT",  "TOTAL", "ALL",
                                         "EUU", "EUN", "EU27",  "EU28", "EU"};

/* For printf's "%.*s": a field, cut where a message would get too long. */
#define SHOW(field) (int)((field).length < 60 ? (field).length : 60), (field).text

sn_tables *sn_tables_new(void)
{
    sn_tables *t = calloc(1, sizeof *t);
    int32_t code;

    if (t == NULL)
        return NULL;
    if (sn_dict_add(&t->stages, "use", 3, &code, NULL) != SN_OK ||
        sn_dict_add(&t->places, "ROW", 3, &code, NULL) != SN_OK) {
        sn_tables_free(t);
        return NULL;
    }
    return t;
}

void sn_tables_free(sn_tables *t)
{
    if (t == NULL)
        return;
    sn_dict_clear(&t->commodities);
    sn_dict_clear(&t->stages);
    sn_dict_clear(&t->places);
    sn_dict_clear(&t->units);
    sn_dict_clear(&t->step_keys);
    sn_dict_clear(&t->fed_keys);
    sn_dict_clear(&t->output_keys);
    sn_dict_clear(&t->uncoded);
    sn_arena_clear(&t->texts);
    free(t->unit);
    free(t->step);
    free(t->output);
    free(t->trade);
    free(t);
}

/* Make room for one more element. */
static sn_status grow(void **array, size_t *room, size_t count, size_t size, sn_error *err)
{
    if (count < *room)
        return SN_OK;
    const size_t more = *room > 0 ? 2 * *room : 64;
    void *bigger = more < SIZE_MAX / size ? realloc(*array, more * size) : NULL;
    if (bigger == NULL)
        return sn_nomem(err, "the rows of a table");
    *array = bigger;
    *room = more;
    return SN_OK;
}

/* One key out of up to three fields; `known` tells whether it was there before. */
static sn_status add_key(sn_dict *dict, sn_slice a, sn_slice b, sn_slice c, bool *known,
                         sn_error *err)
{
    const size_t length = a.length + b.length + c.length + 2;
    char *key = malloc(length);
    int32_t code;

    if (key == NULL)
        return sn_nomem(err, "a key");
    memcpy(key, a.text, a.length);
    key[a.length] = '\x1f';
    memcpy(key + a.length + 1, b.text, b.length);
    key[a.length + 1 + b.length] = '\x1f';
    memcpy(key + a.length + 2 + b.length, c.text, c.length);
    const int32_t before = dict->count;
    const sn_status status = sn_dict_add(dict, key, length, &code, err);
    *known = dict->count == before;
    free(key);
    return status;
}

/* The step row of a commodity and stage, or SN_NONE. */
static int32_t find_step(const sn_tables *t, sn_slice commodity, sn_slice stage)
{
    char key[2 * 1000 + 2];
    const size_t length = commodity.length + stage.length + 2;

    if (length > sizeof key)
        return SN_NONE;
    memcpy(key, commodity.text, commodity.length);
    key[commodity.length] = '\x1f';
    memcpy(key + commodity.length + 1, stage.text, stage.length);
    key[length - 1] = '\x1f';
    return sn_dict_find(&t->step_keys, key, length);
}

static bool text_is(sn_slice field, const char *word)
{
    return field.length == strlen(word) && strncasecmp(field.text, word, field.length) == 0;
}

static sn_status check_name(sn_slice field, sn_tables_column column, const char *what,
                            sn_tables_column *blame, sn_error *err)
{
    if (field.length > 0 && field.length <= 200 &&
        memchr(field.text, ':', field.length) == NULL)
        return SN_OK;
    *blame = column;
    return sn_fail(err, SN_EDATA, "\"%.*s\" is no name of a %s (1 to 200 bytes, no colon)",
                   SHOW(field), what);
}

static sn_status check_amount(double value, sn_tables_column column, sn_tables_column *blame,
                              sn_error *err)
{
    if (isnan(value) || (value >= 0 && isfinite(value)))
        return SN_OK;
    *blame = column;
    return sn_fail(err, SN_EDATA, "%g is no amount: expected a number >= 0", value);
}

/* ------------------------------------------------------------------------------- stages */

sn_status sn_tables_add_stage(sn_tables *t, const sn_tables_stage *row, sn_tables_column *blame,
                              sn_error *err)
{
    static const sn_slice nothing = {"", 0};
    sn_status status = SN_OK;
    step_row step = {.line = row->line, .yield = isnan(row->yield) ? 1 : row->yield};
    bool known = false;

    *blame = SN_TABLES_COMMODITY;
    SN_TRY(check_name(row->commodity, SN_TABLES_COMMODITY, "commodity", blame, err));
    SN_TRY(check_name(row->stage, SN_TABLES_STAGE, "stage", blame, err));
    SN_TRY(check_name(row->next, SN_TABLES_NEXT, "stage", blame, err));
    if (text_is(row->stage, "use")) {
        *blame = SN_TABLES_STAGE;
        return sn_fail(err, SN_EDATA, "no step leaves \"use\": it ends a chain");
    }
    if (!(step.yield > 0 && isfinite(step.yield))) {
        *blame = SN_TABLES_YIELD;
        return sn_fail(err, SN_EDATA, "yield %g is not a number > 0", step.yield);
    }
    SN_TRY(add_key(&t->step_keys, row->commodity, row->stage, nothing, &known, err));
    if (known) {
        *blame = SN_TABLES_STAGE;
        return sn_fail(err, SN_EDATA, "stage \"%.*s\" of \"%.*s\" is given twice",
                       SHOW(row->stage), SHOW(row->commodity));
    }
    SN_TRY(sn_dict_add(&t->commodities, row->commodity.text, row->commodity.length,
                       &step.commodity, err));
    SN_TRY(sn_dict_add(&t->stages, row->stage.text, row->stage.length, &step.stage, err));
    if (text_is(row->next, "use"))
        step.next = SN_TABLES_USE;
    else {
        SN_TRY(sn_dict_add(&t->stages, row->next.text, row->next.length, &step.next, err));
        SN_TRY(add_key(&t->fed_keys, row->commodity, row->next, nothing, &known, err));
        if (known) {
            *blame = SN_TABLES_NEXT;
            return sn_fail(err, SN_EDATA, "stage \"%.*s\" of \"%.*s\" is fed by two stages",
                           SHOW(row->next), SHOW(row->commodity));
        }
    }
    SN_TRY(grow((void **)&t->step, &t->step_room, t->steps, sizeof *t->step, err));
    SN_TRY(
        grow((void **)&t->unit, &t->unit_room, (size_t)step.commodity, sizeof *t->unit, err));
    t->unit[step.commodity] = SN_NONE;
    t->step[t->steps++] = step;
out:
    return status;
}

/* ---------------------------------------------------------------------------- countries */

/* The code of a country; a text that is no code counts as ROW and is remembered. */
static sn_status take_country(sn_tables *t, sn_slice field, sn_tables_column column,
                              int32_t *place, bool *coded, sn_tables_column *blame,
                              sn_error *err)
{
    char code[3];
    int32_t ignored;

    for (size_t k = 0; k < sizeof aggregates / sizeof aggregates[0]; k++)
        if (text_is(field, aggregates[k])) {
            *blame = column;
            return sn_fail(err, SN_EDATA,
                           "\"%.*s\" is an aggregate, not a country (ISO 3166 "
                           "alpha-3, or ROW for the rest of the world)",
                           SHOW(field));
        }
    *coded = field.length == 3;
    for (size_t k = 0; k < 3 && *coded; k++) {
        *coded = isalpha((unsigned char)field.text[k]) != 0;
        code[k] = (char)toupper((unsigned char)field.text[k]);
    }
    if (*coded)
        return sn_dict_add(&t->places, code, 3, place, err);
    *place = SN_TABLES_REST;
    return sn_dict_add(&t->uncoded, field.text, field.length, &ignored, err);
}

/* ----------------------------------------------------------------------------- production */

static sn_status check_unit(sn_tables *t, const sn_tables_output *row, int32_t commodity,
                            sn_tables_column *blame, sn_error *err)
{
    int32_t unit;
    sn_status status = sn_dict_add(&t->units, row->unit.text, row->unit.length, &unit, err);

    if (status != SN_OK)
        return status;
    if (t->unit[commodity] == SN_NONE)
        t->unit[commodity] = unit;
    if (t->unit[commodity] == unit)
        return SN_OK;
    *blame = SN_TABLES_UNIT;
    return sn_fail(
        err, SN_EDATA, "unit \"%.*s\" differs from \"%s\", the unit of \"%.*s\" above",
        SHOW(row->unit), sn_dict_text(&t->units, t->unit[commodity]), SHOW(row->commodity));
}

static sn_status copy_source(sn_tables *t, const sn_tables_output *row, const char **source,
                             sn_error *err)
{
    char text[512];
    const int length =
        snprintf(text, sizeof text, "%.*s%s%.*s", (int)row->source.length, row->source.text,
                 row->source.length > 0 && row->year.length > 0 ? " " : "",
                 (int)row->year.length, row->year.text);

    if (length < 0)
        return sn_fail(err, SN_EINTERNAL, "a source cannot be written");
    *source = sn_arena_copy(&t->texts, text, strlen(text));
    return *source != NULL ? SN_OK : sn_nomem(err, "a source");
}

sn_status sn_tables_add_output(sn_tables *t, const sn_tables_output *row,
                               sn_tables_column *blame, sn_error *err)
{
    sn_status status = SN_OK;
    output_row output = {.value = row->value, .need = row->need};
    bool coded = false, known = false;

    *blame = SN_TABLES_STAGE;
    output.step = find_step(t, row->commodity, row->stage);
    if (output.step == SN_NONE)
        return sn_fail(err, SN_EDATA,
                       "stage \"%.*s\" of \"%.*s\" is not in the table of stages",
                       SHOW(row->stage), SHOW(row->commodity));
    SN_TRY(take_country(t, row->country, SN_TABLES_COUNTRY, &output.place, &coded, blame, err));
    SN_TRY(check_amount(row->value, SN_TABLES_VALUE, blame, err));
    SN_TRY(check_amount(row->need, SN_TABLES_NEED, blame, err));
    const sn_slice place = {sn_dict_text(&t->places, output.place), 3};
    SN_TRY(add_key(&t->output_keys, row->commodity, row->stage, coded ? place : row->country,
                   &known, err));
    if (known) {
        *blame = SN_TABLES_COUNTRY;
        return sn_fail(err, SN_EDATA, "\"%.*s\" has output of \"%.*s\" \"%.*s\" twice",
                       SHOW(row->country), SHOW(row->commodity), SHOW(row->stage));
    }
    if (isnan(row->value)) {
        t->missing_output++;
        return SN_OK;
    }
    SN_TRY(check_unit(t, row, t->step[output.step].commodity, blame, err));
    SN_TRY(copy_source(t, row, &output.source, err));
    SN_TRY(grow((void **)&t->output, &t->output_room, t->outputs, sizeof *t->output, err));
    t->output[t->outputs++] = output;
out:
    return status;
}

/* ---------------------------------------------------------------------------------- trade */

sn_status sn_tables_add_trade(sn_tables *t, const sn_tables_trade *row, sn_tables_column *blame,
                              sn_error *err)
{
    sn_status status = SN_OK;
    trade_row trade = {.quantity = row->quantity};
    bool coded = false;

    *blame = SN_TABLES_STAGE;
    trade.step = find_step(t, row->commodity, row->stage);
    if (trade.step == SN_NONE)
        return sn_fail(err, SN_EDATA, "no step leaves stage \"%.*s\" of \"%.*s\"",
                       SHOW(row->stage), SHOW(row->commodity));
    SN_TRY(take_country(t, row->exporter, SN_TABLES_EXPORTER, &trade.exporter, &coded, blame,
                        err));
    SN_TRY(take_country(t, row->importer, SN_TABLES_IMPORTER, &trade.importer, &coded, blame,
                        err));
    SN_TRY(check_amount(row->quantity, SN_TABLES_QUANTITY, blame, err));
    trade.estimated = text_is(row->basis, "estimated");
    if (!trade.estimated && row->basis.length > 0 && !text_is(row->basis, "reported")) {
        *blame = SN_TABLES_BASIS;
        return sn_fail(err, SN_EDATA, "unknown basis \"%.*s\" (reported, estimated)",
                       SHOW(row->basis));
    }
    if (isnan(row->quantity))
        t->missing_trade++;
    else if (trade.exporter == trade.importer)
        t->domestic_trade++;
    else if (row->quantity > 0) {
        SN_TRY(grow((void **)&t->trade, &t->trade_room, t->trades, sizeof *t->trade, err));
        t->trade[t->trades++] = trade;
    }
out:
    return status;
}
