/* simulate_result.c - room for what a run finds. */
#include "metrics/simulate_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static sn_status fill_new(double **array, size_t count, double value, sn_error *err)
{
    *array = malloc((count + 1) * sizeof **array);
    if (*array == NULL)
        return sn_nomem(err, "a simulation");
    for (size_t i = 0; i < count; i++)
        (*array)[i] = value;
    return SN_OK;
}

/* The steady state. */
static void normal_step(const sn_sim_plan *plan, sn_sim_step *row)
{
    *row = (sn_sim_step){.served = 1};
    for (size_t i = 0; i < plan->net->node_count; i++) {
        row->made += plan->normal[i];
        row->delivered += plan->net->final_demand[i];
        row->value_added += plan->normal[i] > 0 ? plan->normal[i] - plan->bought[i] : 0;
    }
}

sn_status sim_result_make(const sn_sim_plan *plan, const sn_sim_options *how, bool series,
                          sn_sim_result *r, sn_error *err)
{
    const size_t b = plan->buyer_count, c = plan->commodity_count;
    const double steps = ceil(how->days / how->step - 1e-9);
    sn_status status = SN_OK;

    if (steps > 1e8 || (series && steps * (double)(b + 1) > 2e8))
        return sn_nomem(err, "so many steps");
    normal_step(plan, &r->normal_step);
    r->step_count = (size_t)steps;
    r->buyer_count = b;
    r->commodity_count = c;
    r->buyer = malloc((b + 1) * sizeof *r->buyer);
    r->why = malloc((b + 1) * sizeof *r->why);
    r->commodity = malloc((c + 1) * sizeof *r->commodity);
    r->measure = malloc((b + 1) * sizeof *r->measure);
    r->by_commodity = malloc((c + 1) * sizeof *r->by_commodity);
    r->step = malloc((r->step_count + 1) * sizeof *r->step);
    SN_TRY_ALLOC(r->buyer, "a simulation");
    SN_TRY_ALLOC(r->why, "a simulation");
    SN_TRY_ALLOC(r->commodity, "a simulation");
    SN_TRY_ALLOC(r->measure, "a simulation");
    SN_TRY_ALLOC(r->by_commodity, "a simulation");
    SN_TRY_ALLOC(r->step, "a simulation");
    SN_TRY(fill_new(&r->normal, b, 0, err));
    SN_TRY(fill_new(&r->reserve_left, b, NAN, err));
    SN_TRY(fill_new(&r->wanted, c, 0, err));
    SN_TRY(fill_new(&r->delivered, c, 0, err));
    if (series)
        SN_TRY(fill_new(&r->series, b * r->step_count, NAN, err));
    for (size_t k = 0; k < c; k++)
        r->commodity[k] = plan->commodity[k];
    for (size_t k = 0; k < b; k++) {
        const size_t i = (size_t)plan->buyer[k];
        r->buyer[k] = plan->buyer[k];
        r->why[k] = SN_NONE;
        r->normal[k] = plan->is_final[k] ? plan->net->final_demand[i] : plan->normal[i];
    }
out:
    return status;
}

void sn_sim_result_clear(sn_sim_result *r)
{
    free(r->buyer);
    free(r->normal);
    free(r->measure);
    free(r->why);
    free(r->reserve_left);
    free(r->wanted);
    free(r->delivered);
    free(r->commodity);
    free(r->by_commodity);
    free(r->step);
    free(r->series);
    memset(r, 0, sizeof *r);
}
