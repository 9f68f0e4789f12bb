/* trade.c - taking rows of a trade table: years, products and countries. */
#include "datasets/trade.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/native_private.h"
#include "datasets/trade_private.h"
#include "datasets/trade_quality.h"

void sn_trades_clear(sn_trades *trade)
{
    sn_dict_clear(&trade->place);
    sn_dict_clear(&trade->product);
    sn_dict_clear(&trade->year);
    sn_dict_clear(&trade->period);
    sn_dict_clear(&trade->known);
    sn_dict_clear(&trade->spelled);
    free(trade->row);
    free(trade->spelling);
    free(trade->mirror);
    *trade = (sn_trades){0};
}

double sn_trades_amount(const sn_trades_row *row, sn_trade_amount measure)
{
    return measure == SN_AMOUNT_VALUE ? row->value : row->quantity;
}

sn_status sn_trades_begin(sn_trades_pass *pass, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(
        sn_sources_add(pass->input->sources, "flows", pass->input->bytes, &pass->source, err));
    SN_TRY(sn_places_new(&pass->places, err));
    pass->trade->reexports = NAN;
out:
    return status;
}

sn_status sn_trades_end(sn_trades_pass *pass, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(sn_source_finish(pass->source, pass->csv, err));
    if (pass->padded > 0)
        SN_TRY(sn_source_note(pass->source, err,
                              "%zu product codes have lost their leading zero: given back",
                              pass->padded));
    if (sn_csv_rows(pass->csv) == 0)
        return sn_fail(err, SN_EDATA, "%s: no rows after the header", pass->input->bytes->name);
    if (pass->filter->year[0] != '\0' && pass->trade->year.count == 0)
        return sn_fail(err, SN_EUSAGE, "%s states no year, so the year %s means nothing",
                       pass->input->bytes->name, pass->filter->year);
    SN_TRY(sn_native_check_year(&pass->trade->year, pass->filter->year,
                                pass->input->bytes->name, err));
out:
    return status;
}

void sn_trades_pass_clear(sn_trades_pass *pass)
{
    sn_csv_free(pass->csv);
    sn_places_free(pass->places);
}

static bool remembers(const sn_trades_memory *memory, sn_slice text)
{
    return memory->length == text.length && text.length > 0 &&
           memcmp(memory->text, text.text, text.length) == 0;
}

static void remember(sn_trades_memory *memory, sn_slice text, int32_t code)
{
    memory->length = 0;
    if (text.length <= sizeof memory->text) {
        memcpy(memory->text, text.text, text.length);
        memory->length = text.length;
        memory->code = code;
    }
}

sn_status sn_trades_code(sn_dict *dict, sn_trades_memory *memory, sn_slice text, int32_t *code,
                         sn_error *err)
{
    *code = SN_NONE;
    if (text.length == 0)
        return SN_OK;
    if (remembers(memory, text)) {
        *code = memory->code;
        return SN_OK;
    }
    const sn_status status = sn_dict_add(dict, text.text, text.length, code, err);
    if (status == SN_OK)
        remember(memory, text, *code);
    return status;
}

bool sn_trades_wants_year(const sn_trades_filter *filter, sn_slice year)
{
    const char *asked = filter->year;
    bool keep = asked[0] == '\0' ||
                (strlen(asked) == year.length && memcmp(asked, year.text, year.length) == 0);

    if (keep && filter->how->last_year > 0) {
        char text[8] = "";
        if (year.length < sizeof text)
            memcpy(text, year.text, year.length);
        const long number = strtol(text, NULL, 10);
        keep = number >= filter->how->first_year && number <= filter->how->last_year;
    }
    return keep;
}

sn_status sn_trades_keep_year(sn_trades_pass *pass, sn_slice year, bool *keep, sn_error *err)
{
    int32_t code;

    *keep = sn_trades_wants_year(pass->filter, year);
    if (!*keep)
        sn_source_drop(pass->source, "other year", 1);
    return sn_trades_code(&pass->trade->year, &pass->year, year, &code, err);
}

/* HS codes have an even number of digits: an odd one has lost a zero to a spreadsheet. */
static bool lost_zero(sn_slice code)
{
    if (code.length % 2 == 0 || code.length > 5)
        return false;
    for (size_t k = 0; k < code.length; k++)
        if (!isdigit((unsigned char)code.text[k]))
            return false;
    return true;
}

/* A product code as it should be. */
static sn_slice give_zero_back(sn_slice product, char room[8])
{
    if (!lost_zero(product))
        return product;
    room[0] = '0';
    memcpy(room + 1, product.text, product.length);
    return (sn_slice){room, product.length + 1};
}

bool sn_trades_wants_product(const sn_trades_filter *filter, sn_slice *product, char room[8])
{
    const sn_dict *asked = filter->product;

    *product = give_zero_back(*product, room);
    return sn_preset_wants(filter->how, *product) &&
           (asked == NULL || asked->count == 0 ||
            sn_dict_find(asked, product->text, product->length) != SN_NONE);
}

sn_status sn_trades_note_product(sn_trades_pass *pass, sn_slice product, sn_error *err)
{
    char room[8];
    int32_t code;

    product = give_zero_back(product, room);
    return sn_preset_wants(pass->filter->how, product)
               ? sn_trades_code(&pass->trade->product, &pass->product, product, &code, err)
               : SN_OK;
}

bool sn_trades_keeps_product(sn_trades_pass *pass, sn_slice *product, char room[8])
{
    const char *text = product->text;
    const bool keep = sn_trades_wants_product(pass->filter, product, room);

    pass->padded += product->text != text;
    if (!keep) {
        (void)sn_trades_note_product(pass, *product, NULL);
        sn_source_drop(pass->source, "other product", 1);
    }
    return keep;
}

/* ------------------------------------------------------------------------------ countries */

static sn_status add_spelling(sn_trades_pass *pass, int32_t code, sn_slice text, sn_error *err)
{
    sn_trades *trade = pass->trade;
    const sn_place place = sn_places_find(pass->places, text);
    sn_status status = SN_OK;

    if ((size_t)code >= trade->spelling_room) {
        const size_t room = trade->spelling_room == 0 ? 512 : 2 * trade->spelling_room;
        sn_trades_spelling *grown = realloc(trade->spelling, room * sizeof *grown);
        SN_TRY_ALLOC(grown, "countries");
        trade->spelling = grown;
        trade->spelling_room = room;
    }
    sn_trades_spelling *spelling = &trade->spelling[code];
    *spelling = (sn_trades_spelling){.kind = place.kind, .place = SN_NONE, .name = SN_NONE};
    if (place.kind != SN_PLACE_UNKNOWN)
        SN_TRY(
            sn_dict_add(&trade->known, place.name, strlen(place.name), &spelling->name, err));
    if (place.kind == SN_PLACE_COUNTRY)
        SN_TRY(
            sn_dict_add(&trade->place, place.code, strlen(place.code), &spelling->place, err));
    else if (place.kind == SN_PLACE_UNKNOWN) /* kept as it is written */
        SN_TRY(sn_dict_add(&trade->place, text.text, text.length, &spelling->place, err));
    else if (strcmp(place.code, "WLD") == 0)
        spelling->place = SN_TRADE_WORLD;
out:
    return status;
}

sn_status sn_trades_spell(sn_trades_pass *pass, int column, sn_slice text, int32_t *spelling,
                          sn_error *err)
{
    sn_trades_memory *memory = &pass->place[column];
    sn_trades *trade = pass->trade;
    sn_status status = SN_OK;

    if (remembers(memory, text)) {
        *spelling = memory->code;
        return SN_OK;
    }
    const int32_t before = trade->spelled.count;
    SN_TRY(sn_dict_add(&trade->spelled, text.text, text.length, spelling, err));
    if (trade->spelled.count > before)
        SN_TRY(add_spelling(pass, *spelling, text, err));
    remember(memory, text, *spelling);
out:
    return status;
}

static const char *name_kind(sn_place_kind kind)
{
    return kind == SN_PLACE_AGGREGATE ? "World or other sum of countries"
           : kind == SN_PLACE_REST    ? "rest of world"
                                      : "no country (areas nes, bunkers, free zones)";
}

sn_status sn_trades_add(sn_trades_pass *pass, sn_trades_row row, sn_error *err)
{
    sn_trades *trade = pass->trade;
    int32_t *const end[2] = {&row.exporter, &row.importer};

    for (int k = 0; k < 2; k++) {
        sn_trades_spelling *spelling = &trade->spelling[*end[k]];
        spelling->rows++;
        spelling->value += isnan(row.value) ? 0 : row.value;
        if (spelling->place == SN_NONE ||
            (spelling->place == SN_TRADE_WORLD && row.side == SN_SIDE_NONE)) {
            sn_source_drop(pass->source, name_kind(spelling->kind), 1);
            return SN_OK;
        }
        *end[k] = spelling->place;
    }
    if (row.exporter == row.importer) {
        sn_source_drop(pass->source, "country with itself", 1);
        return SN_OK;
    }
    if (trade->count == trade->room) {
        const size_t room = trade->room == 0 ? 1024 : 2 * trade->room;
        sn_trades_row *grown = realloc(trade->row, room * sizeof *grown);
        if (grown == NULL)
            return sn_nomem(err, "a trade table");
        trade->row = grown;
        trade->room = room;
    }
    trade->row[trade->count++] = row;
    return SN_OK;
}

/* ------------------------------------------------------------------------------ loading */

static sn_status judge_trades(const sn_trades *trade, sn_source *source, sn_error *err)
{
    source->trade = calloc(1, sizeof *source->trade);
    return source->trade == NULL ? sn_nomem(err, "a look at the trades")
                                 : sn_trades_judge(trade, source->trade, err);
}

sn_status sn_trades_load(const sn_preset_input *input, const sn_trades_filter *filter,
                         sn_trades *trade, size_t *source, sn_error *err)
{
    sn_status status = sn_trades_read(input, filter, trade, source, err);

    if (status == SN_OK)
        status = sn_trades_finish(trade, input, *source, err);
    return status;
}

sn_status sn_trades_read(const sn_preset_input *input, const sn_trades_filter *filter,
                         sn_trades *trade, size_t *source, sn_error *err)
{
    const sn_preset *preset;
    sn_status status = SN_OK;

    SN_TRY(sn_preset_choose(input->bytes, input->how, &preset, err));
    sn_trades_reader *read = sn_trades_reader_of(preset);
    if (read == NULL)
        return sn_fail(err, SN_EUSAGE, "%s is read as %s, which is no trade table",
                       input->bytes->name, preset->name);
    SN_TRY(read(input, filter, trade, err));
    *source = input->sources->count - 1;
    input->sources->source[*source].preset = preset->name;
out:
    return status;
}

sn_status sn_trades_finish(sn_trades *trade, const sn_preset_input *input, size_t source,
                           sn_error *err)
{
    sn_source *entry = &input->sources->source[source];
    sn_status status = SN_OK;
    size_t filled = 0;

    SN_TRY(sn_trades_settle(trade, input->how, entry, err));
    if (trade->count == 0) {
        char reasons[400];
        status = sn_fail(err, SN_EDATA, "%s: no row can be used (%s)", entry->path,
                         sn_native_reasons(entry, reasons));
        goto out;
    }
    if (input->how->estimate_quantity)
        SN_TRY(sn_trades_estimate(trade, &filled, err));
    if (filled > 0)
        SN_TRY(sn_source_note(entry, err,
                              "%zu rows without tonnes got them from median unit values (basis "
                              "estimated)",
                              filled));
    if (input->how->judge)
        SN_TRY(judge_trades(trade, entry, err));
    SN_TRY(sn_trades_note_places(trade, entry, err));
out:
    return status;
}
