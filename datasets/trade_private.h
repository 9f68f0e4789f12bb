/* trade_private.h - between the trade files only. */
#ifndef SN_DATASETS_TRADE_PRIVATE_H
#define SN_DATASETS_TRADE_PRIVATE_H

#include "datasets/trade.h"

/* A text and the code it got: files are usually sorted, so the next row often repeats it. */
typedef struct {
    char text[24];
    size_t length;
    int32_t code;
} sn_trades_memory;

/* A pass over a trade table. */
typedef struct {
    const sn_preset_input *input;
    const sn_trades_filter *filter;
    sn_trades *trade;
    sn_places *places;
    sn_csv *csv;
    sn_preset_columns columns;
    sn_source *source;
    sn_trades_memory product, year, period, place[2];
    size_t padded; /* product codes that lost their leading zero */
} sn_trades_pass;

struct sn_native;

/* A trade table as a network of countries: the `read` of its presets. */
sn_status sn_trades_to_network(const sn_preset_input *input, struct sn_native *native,
                               sn_error *err);

/* Enter the file among the sources, and load the places. */
sn_status sn_trades_begin(sn_trades_pass *pass, sn_error *err);
sn_status sn_trades_end(sn_trades_pass *pass, sn_error *err);
void sn_trades_pass_clear(sn_trades_pass *pass);

/* SN_EDATA when the rows are of several years. */
sn_status sn_trades_one_year(const sn_trades *trade, const char *name, sn_error *err);

/* The code of a text, remembered. */
sn_status sn_trades_code(sn_dict *dict, sn_trades_memory *memory, sn_slice text, int32_t *code,
                         sn_error *err);

/* Whether the filter keeps a year ("" is kept where none is asked for) or a product; a product
 * code with an odd number of digits gets its leading zero back, in `room`. */
sn_status sn_trades_keep_year(sn_trades_pass *pass, sn_slice year, bool *keep, sn_error *err);
bool sn_trades_keeps_product(sn_trades_pass *pass, sn_slice *product, char room[8]);

/* The same as questions alone, which may be asked by several threads. */
bool sn_trades_wants_year(const sn_trades_filter *filter, sn_slice year);
/* Remember that the table has a product, for the message when a wanted one is missing. */
sn_status sn_trades_note_product(sn_trades_pass *pass, sn_slice product, sn_error *err);
bool sn_trades_wants_product(const sn_trades_filter *filter, sn_slice *product, char room[8]);

/* The spelling of a country column; which of both columns it is only speeds things up. */
sn_status sn_trades_spell(sn_trades_pass *pass, int column, sn_slice text, int32_t *spelling,
                          sn_error *err);

/* Add a row whose exporter and importer are spellings; counts it as dropped where one of them
 * is no country. */
sn_status sn_trades_add(sn_trades_pass *pass, sn_trades_row row, sn_error *err);

#endif /* SN_DATASETS_TRADE_PRIVATE_H */
