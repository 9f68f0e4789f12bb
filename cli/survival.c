/* survival.c - times to survive beside a what-if. */
#include "cli/survival.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const sn_method sn_survival_method = {
    "time-to-survive", "1",
    "longest time in which all final demand can be served with stocks, capacities and links that are "
    "left, and the least loss within a time to recover: linear programs",
    "Simchi-Levi et al. 2014, Harvard Business Review 92(1); 2015, Interfaces 45(5); "
    "docs/simulation.md"};

static const char never[] = "nobody need ever go short";

sn_status sn_survivals_make(sn_call *call, const sn_mask *mask, const bool *touched,
                            sn_survivals *survivals, sn_error *err)
{
    const sn_options *options = &call->options;
    const int32_t commodities = sn_network_dict(call->net, SN_COMMODITY)->count;
    const sn_survive_options how = {
        .stock_days = sn_options_given(options, "stock") ? sn_options_number(options, "stock") : 0,
        .spare = sn_options_number(options, "spare"),
        .recover_days = sn_options_given(options, "ttr") ? sn_options_number(options, "ttr") : NAN};
    sn_status status = SN_OK;

    if (!sn_options_given(options, "stock") && !sn_options_given(options, "ttr"))
        return SN_OK;
    survivals->commodity = malloc(((size_t)commodities + 1) * sizeof *survivals->commodity);
    survivals->row = malloc(((size_t)commodities + 1) * sizeof *survivals->row);
    if (survivals->commodity == NULL || survivals->row == NULL)
        return sn_nomem(err, "times to survive");
    for (int32_t c = SN_NONE; c < commodities; c++) {
        if (!touched[c + 1])
            continue;
        SN_TRY(sn_survive(call->net, mask, c, &how, &survivals->row[survivals->count], err));
        survivals->commodity[survivals->count++] = c;
    }
out:
    return status;
}

void sn_survivals_clear(sn_survivals *survivals)
{
    free(survivals->commodity);
    free(survivals->row);
    memset(survivals, 0, sizeof *survivals);
}

void sn_survivals_write(sn_json *json, const sn_call *call, const sn_survivals *survivals)
{
    if (survivals->row == NULL)
        return;
    sn_json_kv_array(json, "survival");
    for (size_t k = 0; k < survivals->count; k++) {
        const sn_survival *row = &survivals->row[k];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "commodity", sn_call_text(call, SN_COMMODITY, survivals->commodity[k]));
        sn_json_kv_number_or_reason(json, "days", isinf(row->days) ? NAN : row->days, never);
        sn_json_kv_number_or_reason(json, "lost", row->lost, "give --ttr");
        sn_json_kv_number_or_reason(json, "share", row->share, "give --ttr");
        sn_json_kv_string(json, "unit", sn_network_unit(call->net, survivals->commodity[k]));
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

sn_status sn_survivals_table(const sn_call *call, const sn_survivals *survivals, sn_table **table,
                             sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "commodity"},
        {.name = "survive_days", .heading = "survives d", .type = SN_COLUMN_NUMBER},
        {.name = "ttr_share", .heading = "lost until back", .type = SN_COLUMN_PERCENT},
        {.name = "ttr_lost", .heading = "that is", .type = SN_COLUMN_AMOUNT},
        {.name = "unit"}};
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("survival", "How long nobody need go short", head, 5, table, err));
    for (size_t k = 0; k < survivals->count; k++) {
        const sn_survival *row = &survivals->row[k];
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, sn_call_text(call, SN_COMMODITY, survivals->commodity[k]));
        if (isinf(row->days))
            sn_table_set_missing(*table, 1, never);
        else
            sn_table_set_number(*table, 1, row->days);
        sn_table_set_number(*table, 2, row->share);
        sn_table_set_number(*table, 3, row->lost);
        sn_table_set_text(*table, 4, sn_network_unit(call->net, survivals->commodity[k]));
    }
    sn_table_add_note(*table, "at best, if one who knows how long it lasts shared out stocks and "
                              "capacities; -: for ever");
out:
    return status;
}
