/* trade_comtrade.c - UN Comtrade: the columns of the present API, those of the former one, and
 * cuttings of either.
 *
 * A full answer holds every trade many times: by transport, customs procedure, second partner,
 * and in sum.  Only the sums are read.  Values are USD and kg there, kUSD and tonnes here. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/trade_private.h"

enum {
    REF_YEAR,
    YEAR,
    PERIOD,
    FLOW_CODE,
    FLOW,
    CMD,
    VALUE,
    NET,
    NET_TOO,
    QTY,
    QTY_UNIT,
    PARTNER2,
    TRANSPORT,
    SUPPLY,
    CUSTOMS,
    REPORTER_CODE,
    REPORTER_ISO,
    REPORTER,
    PARTNER_CODE,
    PARTNER_ISO,
    PARTNER,
    COLUMNS
};

static const sn_csv_column columns[COLUMNS] = {
    [REF_YEAR] = {"refYear", NULL, false},
    [YEAR] = {"year", "yr", false},
    [PERIOD] = {"period", NULL, false},
    [FLOW_CODE] = {"flowCode", "trade flow code|rgCode", false},
    [FLOW] = {"flow", "trade flow|flowDesc|rgDesc", false},
    [CMD] = {"cmdCode", "commodity code|cmd|hs|product", true},
    [VALUE] = {"primaryValue", "trade value (us$)|TradeValue|value", true},
    [NET] = {"netWgt", "netweight (kg)|net weight (kg)", false},
    [NET_TOO] = {"netWeight", "NetWeight (kg) 2", false},
    [QTY] = {"qty", NULL, false},
    [QTY_UNIT] = {"qtyUnitAbbr", "qty unit", false},
    [PARTNER2] = {"partner2Code", "2nd partner code", false},
    [TRANSPORT] = {"motCode", "mode of transport code", false},
    [SUPPLY] = {"mosCode", NULL, false},
    [CUSTOMS] = {"customsCode", "customs proc. code", false},
    [REPORTER_CODE] = {"reporterCode", "reporter code|CountryCode|rtCode", false},
    [REPORTER_ISO] = {"reporterISO", "reporter iso|rt3ISO", false},
    [REPORTER] = {"reporter", "reporterDesc|rtTitle", false},
    [PARTNER_CODE] = {"partnerCode", "partner code|ptCode", false},
    [PARTNER_ISO] = {"partnerISO", "partner iso|pt3ISO", false},
    [PARTNER] = {"partner", "partnerDesc|ptTitle", false},
};

/* What a row is about. */
typedef enum { IMPORT, EXPORT, RE_EXPORT, PART_OF_BOTH, NO_FLOW } flow_kind;

static bool is_word(sn_slice text, const char *word)
{
    return text.length == strlen(word) && strncasecmp(text.text, word, text.length) == 0;
}

static flow_kind kind_of(sn_slice text)
{
    static const struct {
        const char *word;
        flow_kind kind;
    } known[] = {{"M", IMPORT},
                 {"X", EXPORT},
                 {"1", IMPORT},
                 {"2", EXPORT},
                 {"RX", RE_EXPORT},
                 {"3", RE_EXPORT},
                 {"RM", PART_OF_BOTH},
                 {"4", PART_OF_BOTH},
                 {"DX", PART_OF_BOTH},
                 {"FM", PART_OF_BOTH},
                 {"MIP", PART_OF_BOTH},
                 {"MOP", PART_OF_BOTH},
                 {"XIP", PART_OF_BOTH},
                 {"XOP", PART_OF_BOTH},
                 {"Import", IMPORT},
                 {"Imports", IMPORT},
                 {"Export", EXPORT},
                 {"Exports", EXPORT},
                 {"Re-Export", RE_EXPORT},
                 {"Re-Exports", RE_EXPORT},
                 {"Re-Import", PART_OF_BOTH},
                 {"Re-Imports", PART_OF_BOTH},
                 {"Domestic Export", PART_OF_BOTH},
                 {"Foreign Import", PART_OF_BOTH}};

    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
        if (is_word(text, known[k].word))
            return known[k].kind;
    return NO_FLOW;
}

/* ------------------------------------------------------------------------ a shifted header */

enum { SAMPLE = 50 };

/* M, X, RM ...; not the words that stand beside them. */
static bool is_flow_code(sn_slice text)
{
    return text.length <= 3 && kind_of(text) != NO_FLOW;
}

/* Whether the first rows have their flow one field before the header's. */
static sn_status is_shifted(const sn_bytes *bytes, bool *shifted, sn_error *err)
{
    static const sn_csv_column flow = {"flowCode", NULL, false};
    sn_csv *csv = NULL;
    size_t place = 0, here = 0, before = 0, rows = 0;
    sn_status status = SN_OK;
    bool more = true;

    SN_TRY(sn_csv_open(bytes, &flow, 1, &csv, err));
    *shifted = false;
    while (place < sn_csv_width(csv) && !is_word(sn_csv_header(csv, place), "flowCode"))
        place++;
    if (place == 0 || place == sn_csv_width(csv))
        goto out;
    while (rows < SAMPLE) {
        SN_TRY(sn_csv_next(csv, &more, err));
        if (!more)
            break;
        rows++;
        here += is_flow_code(sn_csv_field(csv, place));
        before += is_flow_code(sn_csv_field(csv, place - 1));
    }
    *shifted = rows > 0 && here == 0 && before == rows;
out:
    sn_csv_free(csv);
    return status;
}

/* The same text with the first name of its header at the end of it, and nothing where it was.
 */
static sn_status shift_header(const sn_bytes *bytes, sn_bytes *straight, char **text,
                              sn_error *err)
{
    const char *line = memchr(bytes->data, '\n', bytes->size);
    const size_t end = line != NULL ? (size_t)(line - bytes->data) : bytes->size;
    const size_t length = end > 0 && bytes->data[end - 1] == '\r' ? end - 1 : end;
    size_t first = 0;

    while (first < length && memchr(",;\t|", bytes->data[first], 4) == NULL) /* NOLINT: no NUL */
        first++;
    if (first == length)
        return sn_fail(err, SN_EDATA, "%s: a header of one name", bytes->name);
    *text = malloc(bytes->size + 1);
    if (*text == NULL)
        return sn_nomem(err, "a table");
    memcpy(*text, bytes->data + first + 1, length - first - 1);
    (*text)[length - first - 1] = bytes->data[first];
    memset(*text + length - first, ' ', first);
    memcpy(*text + length, bytes->data + length, bytes->size - length);
    *straight = *bytes;
    straight->data = *text;
    return SN_OK;
}

/* --------------------------------------------------------------------------------- rows */

/* The first of up to three columns that the row fills. */
static sn_slice first_filled(const sn_csv *csv, size_t a, size_t b, size_t c)
{
    const size_t column[3] = {a, b, c};

    for (int k = 0; k < 3; k++) {
        const sn_slice text = sn_csv_text(csv, column[k]);
        if (text.length > 0)
            return text;
    }
    return (sn_slice){"", 0};
}

/* Whether a column that splits sums holds the sum: absent, empty, or this. */
static bool is_sum(const sn_csv *csv, size_t column, const char *sum)
{
    const sn_slice text = sn_csv_text(csv, column);

    return text.length == 0 || is_word(text, sum);
}

/* Why a row is left out whatever it says, or NULL. */
static const char *why_out(sn_trades_pass *pass, sn_slice product, flow_kind kind)
{
    if (!is_sum(pass->csv, PARTNER2, "0"))
        return "by second partner";
    if (!is_sum(pass->csv, TRANSPORT, "0"))
        return "by mode of transport";
    if (!is_sum(pass->csv, SUPPLY, "0"))
        return "by mode of supply";
    if (!is_sum(pass->csv, CUSTOMS, "C00"))
        return "by customs procedure";
    if (is_word(product, "TOTAL") || is_word(product, "ALL"))
        return "all products";
    if (kind == PART_OF_BOTH)
        return "re-imports and other parts of a flow";
    return NULL;
}

static sn_status read_quantity(sn_trades_pass *pass, sn_trades_row *row, sn_error *err)
{
    const sn_slice unit = sn_csv_text(pass->csv, QTY_UNIT);
    double net, too, qty = NAN;
    sn_status status = SN_OK;

    SN_TRY(sn_csv_amount(pass->csv, NET, &net, err));
    SN_TRY(sn_csv_amount(pass->csv, NET_TOO, &too, err));
    if (is_word(unit, "kg") || is_word(unit, "Weight in kilograms"))
        SN_TRY(sn_csv_amount(pass->csv, QTY, &qty, err));
    row->quantity = (net > 0   ? net
                     : too > 0 ? too
                     : qty > 0 ? qty
                               : NAN) /
                    1000; /* 0: not known */
out:
    return status;
}

static sn_slice year_of(const sn_csv *csv)
{
    sn_slice year = first_filled(csv, REF_YEAR, YEAR, PERIOD);

    if (year.length == 6) /* 202307 */
        year.length = 4;
    return year;
}

/* A reported re-export belongs to no flow, but says how much of the exports is of others. */
static void note_reexport(sn_trades *trade, const sn_trades_row *row, bool to_world)
{
    if (to_world || isnan(row->value))
        return;
    trade->reexports = (isnan(trade->reexports) ? 0 : trade->reexports) + row->value;
}

static sn_status take_row(sn_trades_pass *pass, flow_kind kind, sn_trades_row row,
                          sn_error *err)
{
    const sn_slice reporter = first_filled(pass->csv, REPORTER_CODE, REPORTER_ISO, REPORTER);
    const sn_slice partner = first_filled(pass->csv, PARTNER_CODE, PARTNER_ISO, PARTNER);
    sn_trades *trade = pass->trade;
    int32_t reports, other;
    sn_status status = SN_OK;

    if (reporter.length == 0 || partner.length == 0)
        return sn_csv_fail(pass->csv, SN_CSV_ROW, err, "no %s",
                           reporter.length == 0 ? "reporter" : "partner");
    SN_TRY(sn_trades_spell(pass, 0, reporter, &reports, err));
    SN_TRY(sn_trades_spell(pass, 1, partner, &other, err));
    if (kind == RE_EXPORT) {
        note_reexport(trade, &row, trade->spelling[other].place == SN_TRADE_WORLD);
        sn_source_drop(pass->source, "re-exports (part of exports)", 1);
        return SN_OK;
    }
    row.side = kind == IMPORT ? SN_SIDE_IMPORTER : SN_SIDE_EXPORTER;
    row.importer = kind == IMPORT ? reports : other;
    row.exporter = kind == IMPORT ? other : reports;
    SN_TRY(sn_trades_add(pass, row, err));
out:
    return status;
}

static sn_status read_row(sn_trades_pass *pass, sn_error *err)
{
    const sn_slice year = year_of(pass->csv), period = sn_csv_text(pass->csv, PERIOD);
    sn_slice product, flow = first_filled(pass->csv, FLOW_CODE, FLOW, FLOW);
    const flow_kind kind = kind_of(flow);
    sn_trades_row row = {.period = SN_NONE};
    char padded[8], quoted[SN_CSV_QUOTE_SIZE];
    sn_status status = SN_OK;
    bool keep;

    SN_TRY(sn_trades_keep_year(pass, year, &keep, err));
    if (!keep)
        return SN_OK;
    SN_TRY(sn_csv_require(pass->csv, CMD, &product, err));
    const char *reason = why_out(pass, product, kind);
    if (reason != NULL) {
        sn_source_drop(pass->source, reason, 1);
        return SN_OK;
    }
    if (kind == NO_FLOW)
        return sn_csv_fail(pass->csv, sn_csv_has(pass->csv, FLOW_CODE) ? FLOW_CODE : FLOW, err,
                           "\"%s\" is no trade flow (M, X, RM, RX, DX)",
                           sn_csv_quote(flow, quoted));
    if (!sn_trades_keeps_product(pass, &product, padded))
        return SN_OK;
    SN_TRY(sn_csv_amount(pass->csv, VALUE, &row.value, err));
    row.value /= 1000;
    SN_TRY(read_quantity(pass, &row, err));
    if (isnan(row.value) && isnan(row.quantity)) {
        sn_source_drop(pass->source, "missing value", 1);
        return SN_OK;
    }
    SN_TRY(sn_trades_code(&pass->trade->year, &pass->year, year, &row.year, err));
    SN_TRY(sn_trades_code(&pass->trade->period, &pass->period, period, &row.period, err));
    SN_TRY(sn_trades_code(&pass->trade->product, &pass->product, product, &row.product, err));
    SN_TRY(take_row(pass, kind, row, err));
out:
    return status;
}

/* Either kind of column will do for each side of a row. */
static sn_status check_header(const sn_trades_pass *pass, sn_error *err)
{
    static const struct {
        size_t a, b, c;
        const char *what;
    } needed[] = {
        {REPORTER_CODE, REPORTER_ISO, REPORTER, "reporterCode, reporterISO or reporter"},
        {PARTNER_CODE, PARTNER_ISO, PARTNER, "partnerCode, partnerISO or partner"},
        {FLOW_CODE, FLOW, FLOW, "flowCode or flow"}};

    for (size_t k = 0; k < sizeof needed / sizeof needed[0]; k++)
        if (!sn_csv_has(pass->csv, needed[k].a) && !sn_csv_has(pass->csv, needed[k].b) &&
            !sn_csv_has(pass->csv, needed[k].c))
            return sn_fail(err, SN_EDATA, "%s: no column %s", pass->input->bytes->name,
                           needed[k].what);
    return SN_OK;
}

sn_status sn_trades_read_comtrade(const sn_preset_input *input, const sn_trades_filter *filter,
                                  sn_trades *trade, sn_error *err)
{
    sn_trades_pass pass = {.input = input, .filter = filter, .trade = trade};
    sn_bytes straight = *input->bytes;
    char *text = NULL;
    bool shifted = false, more;
    sn_status status = SN_OK;

    SN_TRY(sn_trades_begin(&pass, err));
    trade->value_unit = "kUSD";
    trade->two_sided = true;
    SN_TRY(is_shifted(input->bytes, &shifted, err));
    if (shifted) {
        SN_TRY(sn_bytes_complete(input->bytes, err));
        SN_TRY(shift_header(input->bytes, &straight, &text, err));
        SN_TRY(sn_source_note(
            pass.source, err,
            "the header is shifted by one column against the rows: its first "
            "name belongs to no column, and each other one to the field before"));
    }
    SN_TRY(
        sn_preset_open(&straight, input->how, columns, COLUMNS, &pass.columns, &pass.csv, err));
    SN_TRY(check_header(&pass, err));
    for (;;) {
        SN_TRY(sn_preset_next(pass.csv, &pass.columns, pass.source, &more, err));
        if (!more)
            break;
        SN_TRY(read_row(&pass, err));
    }
    SN_TRY(sn_trades_end(&pass, err));
out:
    sn_trades_pass_clear(&pass);
    free(text);
    return status;
}
