/* simulate_tables.c - what a simulation found, as tables. */
#include <math.h>
#include <stdio.h>

#include "cli/simulate_report.h"

static void set_measure(sn_table *table, size_t column, const sn_sim_measure *m)
{
    if (isnan(m->survive))
        sn_table_set_missing(table, column, "nothing is lost");
    else
        sn_table_set_number(table, column, m->survive);
    if (isnan(m->recover))
        sn_table_set_missing(table, column + 1, "not within the horizon");
    else
        sn_table_set_number(table, column + 1, m->recover);
    sn_table_set_number(table, column + 2, m->depth);
    sn_table_set_number(table, column + 3, m->area);
    sn_table_set_number(table, column + 4, m->lost);
}

#define MEASURE_COLUMNS                                                                        \
    {.name = "survive_days", .heading = "survives d", .type = SN_COLUMN_NUMBER},               \
        {.name = "recover_days", .heading = "back d", .type = SN_COLUMN_NUMBER},               \
        {.name = "depth", .type = SN_COLUMN_PERCENT, .detail = 2},                             \
        {.name = "loss_area_days", .heading = "lost d", .type = SN_COLUMN_NUMBER},             \
    {                                                                                          \
        .name = "lost", .type = SN_COLUMN_AMOUNT, .detail = 3                                  \
    }

static const char *case_name(const sn_sim_case *kase)
{
    return kase->mitigation != NULL ? kase->mitigation : "none";
}

static bool demand_moves(const sn_sim_job *job)
{
    bool moves = false;

    for (size_t e = 0; e < job->said_count; e++)
        moves |= job->said[e].measure.kind == SN_MEASURE_DEMAND;
    return moves;
}

sn_status sn_sim_table_totals(const sn_call *call, const sn_sim_job *job, sn_table **table,
                              sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "mitigation"}, {.name = "commodity"}, MEASURE_COLUMNS};
    sn_status status = SN_OK;

    SN_TRY(
        sn_table_new("total", "How long supply lasts, and what is lost", head, 7, table, err));
    for (size_t c = 0; c < job->case_count; c++) {
        const sn_sim_result *r = &job->kase[c].result;
        for (size_t k = 0; k <= r->commodity_count; k++) {
            const bool all = k == r->commodity_count;
            const sn_sim_measure *m = all ? &r->total : &r->by_commodity[k];
            if (all ? r->commodity_count == 1 : r->commodity_count > 1 && !(m->depth > 0))
                continue;
            sn_table_add_row(*table);
            sn_table_set_text(*table, 0, case_name(&job->kase[c]));
            sn_table_set_text(*table, 1,
                              all ? "mean over all"
                                  : sn_call_text(call, SN_COMMODITY, r->commodity[k]));
            set_measure(*table, 2, m);
        }
    }
    sn_table_add_note(*table,
                      demand_moves(job)
                          ? "days from the first event; lost d: days of the supply wanted"
                          : "days from the first event; lost d: days of normal supply");
    if (job->part_count > 1) {
        char line[160];
        double sum = 0;
        for (size_t k = 0; k < job->part_count; k++)
            sum += job->part[k].area;
        (void)snprintf(line, sizeof line,
                       "all together %.4g d; each of the %zu alone and added up %.4g d",
                       job->kase[0].result.total.area, job->part_count, sum);
        sn_table_add_note(*table, line);
    }
out:
    return status;
}

sn_status sn_sim_table_buyers(const sn_call *call, const sn_sim_job *job, sn_table **table,
                              sn_error *err)
{
    static const sn_table_head head[] = {{.name = "mitigation", .detail = 1},
                                         {.name = "id", .heading = "buyer"},
                                         MEASURE_COLUMNS,
                                         {.name = "binds", .detail = 4}};
    const size_t hidden = sn_sim_buyers(job->plan) - job->shown;
    char line[120];
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("buyer", "Buyers, the largest loss first", head, 8, table, err));
    for (size_t k = 0; k < job->shown; k++)
        for (size_t c = 0; c < job->case_count; c++) {
            const sn_sim_result *r = &job->kase[c].result;
            const size_t b = job->order[k];
            sn_table_add_row(*table);
            sn_table_set_text(*table, 0, case_name(&job->kase[c]));
            sn_table_set_text(*table, 1, sn_network_id(call->net, (size_t)r->buyer[b]));
            set_measure(*table, 2, &r->measure[b]);
            if (r->why[b] != SN_NONE)
                sn_table_set_text(*table, 7,
                                  sn_dict_text(sn_network_groups(call->net), r->why[b]));
        }
    if (hidden > 0) {
        (void)snprintf(line, sizeof line,
                       "%zu more buyers lose less or nothing; --top 0 shows all that lose",
                       hidden);
        sn_table_add_note(*table, line);
    }
out:
    return status;
}

/* Whether the demand for a commodity is another at the end. */
static bool has_moved(const sn_call *call, const sn_sim_result *r, size_t commodity)
{
    double normal = 0;

    for (size_t b = 0; b < r->buyer_count; b++)
        if (sn_network_code(call->net, SN_COMMODITY, (size_t)r->buyer[b]) ==
            r->commodity[commodity])
            normal += r->normal[b];
    return fabs(r->wanted[commodity] - normal) > 1e-9 * normal;
}

/* Demand that moves, and what supply makes of it; NULL where no demand does. */
sn_status sn_sim_table_gap(const sn_call *call, const sn_sim_job *job, sn_table **table,
                           sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "mitigation", .detail = 1},
        {.name = "commodity"},
        {.name = "demand", .type = SN_COLUMN_AMOUNT},
        {.name = "supply", .type = SN_COLUMN_AMOUNT},
        {.name = "gap", .type = SN_COLUMN_AMOUNT},
        {.name = "gap_share", .heading = "of demand", .type = SN_COLUMN_PERCENT},
        {.name = "unit", .heading = "a year"}};
    sn_status status = SN_OK;

    if (!demand_moves(job))
        return SN_OK;
    SN_TRY(sn_table_new("gap", "Demand and supply at the end", head, 7, table, err));
    for (size_t c = 0; c < job->case_count; c++) {
        const sn_sim_result *r = &job->kase[c].result;
        for (size_t k = 0; k < r->commodity_count; k++) {
            const double gap = fmax(0, r->wanted[k] - r->delivered[k]);
            if (!has_moved(call, r, k))
                continue;
            sn_table_add_row(*table);
            sn_table_set_text(*table, 0, case_name(&job->kase[c]));
            sn_table_set_text(*table, 1, sn_call_text(call, SN_COMMODITY, r->commodity[k]));
            sn_table_set_number(*table, 2, r->wanted[k]);
            sn_table_set_number(*table, 3, r->delivered[k]);
            sn_table_set_number(*table, 4, gap);
            sn_table_set_number(*table, 5, r->wanted[k] > 0 ? gap / r->wanted[k] : 0);
            sn_table_set_text(*table, 6, sn_network_unit(call->net, r->commodity[k]));
        }
    }
    sn_table_add_note(*table,
                      "supply comes from the capacity that is there, with --mitigate spare= "
                      "and recycle= where given");
out:
    return status;
}

sn_status sn_sim_table_series(const sn_call *call, const sn_sim_job *job, sn_table **table,
                              sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "mitigation", .detail = 1},
        {.name = "day", .type = SN_COLUMN_NUMBER},
        {.name = "served", .type = SN_COLUMN_PERCENT},
        {.name = "production", .type = SN_COLUMN_AMOUNT, .detail = 2},
        {.name = "value_added",
         .heading = "value added",
         .type = SN_COLUMN_AMOUNT,
         .detail = 3},
        {.name = "final_consumption",
         .heading = "final",
         .type = SN_COLUMN_AMOUNT,
         .detail = 4}};
    sn_status status = SN_OK;

    if (!sn_options_flag(&call->options, "series"))
        return SN_OK;
    SN_TRY(sn_table_new("step", "Step by step", head, 6, table, err));
    for (size_t c = 0; c < job->case_count; c++)
        for (size_t t = 0; t < job->kase[c].result.step_count; t++) {
            const sn_sim_step *step = &job->kase[c].result.step[t];
            sn_table_add_row(*table);
            sn_table_set_text(*table, 0, case_name(&job->kase[c]));
            sn_table_set_number(*table, 1, step->day);
            sn_table_set_number(*table, 2, step->served);
            sn_table_set_number(*table, 3, step->made);
            sn_table_set_number(*table, 4, step->value_added);
            sn_table_set_number(*table, 5, step->delivered);
        }
out:
    return status;
}
