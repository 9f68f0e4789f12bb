/* simulate_report.c - what a simulation found, as JSON. */
#include <math.h>

#include "cli/simulate_report.h"

static void write_measure(sn_json *json, const sn_sim_measure *m, const char *unit)
{
    sn_json_kv_number_or_reason(json, "survive_days", m->survive, "nothing is lost");
    sn_json_kv_number_or_reason(json, "recover_days", m->recover, "not within the horizon");
    sn_json_kv_number(json, "depth", m->depth);
    sn_json_kv_number_or_reason(json, "peak_day", m->peak, "nothing is lost");
    sn_json_kv_number(json, "loss_area_days", m->area);
    sn_json_kv_number_or_reason(json, "lost", m->lost,
                                "amounts of different commodities are not added");
    sn_json_kv_string(json, "unit", unit);
}

static void write_buyers(sn_json *json, const sn_call *call, const sn_sim_job *job,
                         const sn_sim_case *kase)
{
    const sn_sim_result *r = &kase->result;

    sn_json_kv_array(json, "buyers");
    for (size_t k = 0; k < job->shown; k++) {
        const size_t b = job->order[k], node = (size_t)r->buyer[b];
        const int32_t commodity = sn_network_code(call->net, SN_COMMODITY, node);
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "id", sn_network_id(call->net, node));
        sn_json_kv_string(json, "country", sn_network_text(call->net, SN_COUNTRY, node));
        sn_json_kv_string(json, "commodity", sn_call_text(call, SN_COMMODITY, commodity));
        write_measure(json, &r->measure[b], sn_network_unit(call->net, commodity));
        sn_json_kv_number(json, "normal", r->normal[b]);
        sn_json_kv_string(json, "binds",
                          r->why[b] == SN_NONE
                              ? NULL
                              : sn_dict_text(sn_network_groups(call->net), r->why[b]));
        sn_json_kv_number_or_reason(json, "reserve_left", r->reserve_left[b], "no reserve");
        if (r->series != NULL)
            sn_json_kv_numbers(json, "served", r->series + b * r->step_count, r->step_count);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

static void write_series(sn_json *json, const sn_sim_result *r)
{
    sn_json_kv_array(json, "series");
    for (size_t t = 0; t < r->step_count; t++) {
        sn_json_begin_object_inline(json);
        sn_json_kv_number(json, "day", r->step[t].day);
        sn_json_kv_number(json, "production", r->step[t].made);
        sn_json_kv_number(json, "value_added", r->step[t].value_added);
        sn_json_kv_number(json, "final_consumption", r->step[t].delivered);
        sn_json_kv_number(json, "served", r->step[t].served);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

static void write_quantiles(sn_json *json, const sn_sim_quantiles *q)
{
    sn_json_kv_numbers(json, "survive_days", q->survive, 3);
    sn_json_kv_numbers(json, "recover_days", q->recover, 3);
    sn_json_kv_numbers(json, "depth", q->depth, 3);
    sn_json_kv_numbers(json, "loss_area_days", q->area, 3);
}

/* 5 %, 50 % and 95 % of the runs; for ever: null. */
static void write_runs(sn_json *json, const sn_call *call, const sn_sim_job *job,
                       const sn_sim_case *kase)
{
    sn_json_key(json, "runs");
    if (kase->total == NULL) {
        sn_json_null(json);
        return;
    }
    sn_json_begin_object(json);
    sn_json_kv_integer(json, "count", (int64_t)job->runs);
    sn_json_kv_number(json, "share_with_loss", kase->share_with_loss);
    write_quantiles(json, &kase->runs);
    sn_json_kv_array(json, "buyers");
    for (size_t k = 0; k < job->shown; k++) {
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "id",
                          sn_network_id(call->net, (size_t)kase->result.buyer[job->order[k]]));
        write_quantiles(json, &kase->buyer[k]);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static const char *total_unit(const sn_call *call, const sn_sim_result *r)
{
    return r->commodity_count == 1 ? sn_network_unit(call->net, r->commodity[0]) : NULL;
}

static void write_case(sn_json *json, const sn_call *call, const sn_sim_job *job,
                       const sn_sim_case *kase)
{
    const sn_sim_result *r = &kase->result;

    sn_json_begin_object(json);
    sn_json_kv_string(json, "mitigation", kase->mitigation);
    sn_json_key(json, "total");
    sn_json_begin_object_inline(json);
    write_measure(json, &r->total, total_unit(call, r));
    sn_json_end_object(json);
    sn_json_kv_number(json, "saved_days", job->kase[0].result.total.area - r->total.area);
    sn_json_kv_array(json, "by_commodity");
    for (size_t c = 0; c < r->commodity_count; c++) {
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "commodity", sn_call_text(call, SN_COMMODITY, r->commodity[c]));
        write_measure(json, &r->by_commodity[c], sn_network_unit(call->net, r->commodity[c]));
        sn_json_kv_number(json, "demand_at_end", r->wanted[c]);
        sn_json_kv_number(json, "supply_at_end", r->delivered[c]);
        sn_json_kv_number(json, "gap_at_end", fmax(0, r->wanted[c] - r->delivered[c]));
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    write_buyers(json, call, job, kase);
    write_runs(json, call, job, kase);
    sn_json_kv_number(json, "balance_error", r->balance_error);
    if (sn_options_flag(&call->options, "series"))
        write_series(json, r);
    sn_json_end_object(json);
}

static void write_terms(sn_json *json, const sn_sim_said *said)
{
    const sn_measure *m = &said->measure;

    sn_json_kv_object(json, "terms");
    if (m->kind == SN_MEASURE_QUOTA) {
        if (isnan(m->cap))
            sn_json_kv_number(json, "cap_amount", m->cap_amount);
        else
            sn_json_kv_number(json, "cap", m->cap);
        sn_json_kv_string(json, "ration", m->allies_first ? "allies-first" : "proportional");
        sn_json_kv_string(json, "allies", said->allies);
    } else if (m->kind == SN_MEASURE_TAX) {
        sn_json_kv_number(json, "rate", m->rate);
        sn_json_kv_number(json, "demand_elasticity", m->demand_elasticity);
        sn_json_kv_number_or_reason(json, "supply_elasticity", m->supply_elasticity,
                                    "infinite");
    } else if (m->kind == SN_MEASURE_LICENCE) {
        sn_json_kv_number(json, "delay_days", m->delay);
        sn_json_kv_number(json, "haircut", m->haircut);
    } else if (m->kind == SN_MEASURE_DEMAND) {
        sn_json_kv_number(json, "factor", m->factor);
        sn_json_kv_number(json, "share", m->share);
    }
    if (m->kind != SN_MEASURE_DEMAND) {
        sn_json_kv_number(json, "enforcement", m->enforcement);
        sn_json_kv_number(json, "leakage", m->leakage);
        sn_json_kv_number(json, "leakage_delay_days", m->leakage_delay);
        sn_json_kv_number_or_reason(json, "normal", said->normal, "of several products");
    }
    sn_json_end_object(json);
    sn_json_kv_array(json, "phases");
    for (size_t k = 0; k < said->phases; k++) {
        sn_json_begin_object_inline(json);
        sn_json_kv_number(json, "start", said->start + said->phase[k].start);
        sn_json_kv_number_or_reason(json, "duration", said->phase[k].duration,
                                    "it does not end");
        sn_json_kv_number(json, "fraction", said->phase[k].fraction);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

static void write_events(sn_json *json, const sn_sim_job *job)
{
    sn_json_kv_array(json, "events");
    for (size_t e = 0; e < job->said_count; e++) {
        const sn_sim_said *said = &job->said[e];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "select", said->select);
        sn_json_kv_string(json, "buyers", said->buyers);
        if (said->measure.kind == SN_MEASURE_NONE) {
            sn_json_kv_string(json, "mode", sn_mode_name(said->mode));
            sn_json_kv_number(json, "fraction", said->fraction);
        } else {
            sn_json_kv_string(json, "measure", sn_measure_name(said->measure.kind));
            if (said->measure.kind != SN_MEASURE_DEMAND)
                sn_json_kv_string(json, "mode", sn_mode_name(said->mode));
            write_terms(json, said);
        }
        sn_json_kv_number(json, "start", said->start);
        sn_json_kv_number_or_reason(json, "duration", said->duration, "it does not end");
        sn_json_kv_string(json, "recovery", said->shape);
        sn_json_kv_number(json, "recovery_days", said->recovery);
        sn_json_kv_number(json, "ramp_days", said->ramp);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

static void write_interaction(sn_json *json, const sn_sim_job *job)
{
    double sum = 0;

    if (job->part_count < 2)
        return;
    sn_json_kv_object(json, "interaction");
    sn_json_kv_array(json, "parts");
    for (size_t k = 0; k < job->part_count; k++) {
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "name", job->part[k].name);
        sn_json_kv_number(json, "loss_area_days", job->part[k].area);
        sn_json_end_object(json);
        sum += job->part[k].area;
    }
    sn_json_end_array(json);
    sn_json_kv_number(json, "sum", sum);
    sn_json_kv_number(json, "joint", job->kase[0].result.total.area);
    sn_json_end_object(json);
}

static void write_setting(sn_json *json, const sn_sim_job *job)
{
    const sn_sim_options *how = &job->kase[0].how;

    sn_json_key(json, "model");
    sn_json_begin_object(json);
    sn_json_kv_string(json, "name", job->word.model);
    sn_json_kv_string(json, "rationing", job->word.rationing);
    sn_json_kv_string(json, "binding", job->word.binding);
    sn_json_kv_number(json, "days", how->days);
    sn_json_kv_number(json, "step", how->step);
    sn_json_kv_number(json, "stock_days", how->stock_days);
    sn_json_kv_number(json, "extra_stock_days", how->extra_days);
    sn_json_kv_number(json, "adjust_days", how->adjust_days);
    sn_json_kv_number(json, "reserve_days", how->reserve_days);
    sn_json_kv_number(json, "release_after_days", how->release_after);
    sn_json_kv_number_or_reason(json, "release_rate", how->release_rate, "no limit");
    sn_json_kv_number(json, "recycling", how->recycle);
    sn_json_kv_number(json, "spare", how->spare);
    sn_json_kv_number_or_reason(json, "switch_delay_days", how->switch_delay,
                                "buyers keep their suppliers");
    sn_json_kv_number(json, "switch_ramp_days", how->switch_ramp);
    sn_json_kv_number(json, "overproduction", how->over_most);
    sn_json_kv_number(json, "overproduction_days", how->over_days);
    sn_json_end_object(json);
}

void sn_sim_write(sn_json *json, const sn_call *call, const void *data)
{
    const sn_sim_job *job = data;
    const sn_sim_step *normal = &job->kase[0].result.normal_step;

    sn_json_begin_object(json);
    write_setting(json, job);
    write_events(json, job);
    sn_json_key(json, "normal");
    sn_json_begin_object_inline(json);
    sn_json_kv_number(json, "production", normal->made);
    sn_json_kv_number(json, "value_added", normal->value_added);
    sn_json_kv_number(json, "final_consumption", normal->delivered);
    sn_json_end_object(json);
    write_interaction(json, job);
    sn_json_kv_integer(json, "buyers_total", (int64_t)sn_sim_buyers(job->plan));
    sn_json_kv_array(json, "cases");
    for (size_t c = 0; c < job->case_count; c++)
        write_case(json, call, job, &job->kase[c]);
    sn_json_end_array(json);
    sn_json_end_object(json);
}
