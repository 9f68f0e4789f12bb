/* exposure_to.c - who depends on suppliers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/network_private.h"
#include "metrics/exposure.h"
#include "metrics/exposure_buyers.h"
#include "metrics/trace.h"

static sn_status count_suppliers(const sn_network *net, const double *supplier, size_t *count,
                                 sn_error *err)
{
    *count = 0;
    for (size_t i = 0; i < net->node_count; i++) {
        if (!(supplier[i] >= 0 && supplier[i] <= 1))
            return sn_fail(err, SN_EDATA, "supplier \"%s\": part %g is not a number in 0..1",
                           net->ids.text[i], supplier[i]);
        *count += supplier[i] > 0;
    }
    if (*count == 0)
        return sn_fail(err, SN_EUSAGE, "no supplier to ask about");
    return SN_OK;
}

/* One buyer's part of the dependence; share is its part of the supply asked about. */
static void add_buyer(const sn_trace *t, const double *supplier, const double *h, size_t j,
                      double share, sn_dependence_row *row)
{
    const sn_network *net = t->net;
    const double own = t->own[j] * supplier[j];
    double direct = 0, met = own;

    for (size_t k = net->in_first[j]; k < net->in_first[j + 1]; k++) {
        const size_t e = net->in_flow[k], i = (size_t)net->supplier[e];
        const double step = sn_trace_first_step(t, e);
        direct += step * supplier[i];
        met += step * h[i];
    }
    row->supply += share;
    row->own += share * own;
    row->direct += share * direct;
    row->look_through += share * met;
}

/* Until here a row holds parts of the whole supply: turn them into amounts and shares. */
static void finish_row(sn_dependence_row *row, double supply)
{
    const double part = row->supply;

    row->direct_amount = row->direct * supply;
    row->look_through_amount = row->look_through * supply;
    row->supply *= supply;
    row->own /= part;
    row->direct /= part;
    row->look_through = fmin(row->look_through / part, 1);
}

static int class_of(const sn_dependence_row *row)
{
    return row->group == SN_NONE ? 2 : row->rest;
}

static int by_amount(const void *left, const void *right)
{
    const sn_dependence_row *a = left, *b = right;

    if (class_of(a) != class_of(b))
        return class_of(a) - class_of(b);
    if (a->look_through_amount != b->look_through_amount)
        return a->look_through_amount > b->look_through_amount ? -1 : 1;
    return (a->group > b->group) - (a->group < b->group);
}

static sn_status make_rows(const sn_trace *t, const double *supplier, const double *h,
                           const sn_exposure_buyers *buyers, const sn_grouping *by,
                           size_t limit, sn_dependence *out, sn_error *err)
{
    const size_t groups = (size_t)by->names.count + 1;
    sn_dependence_row *row = calloc(groups, sizeof *row); /* 0 is the unknown group */
    size_t named = 0;

    if (row == NULL)
        return sn_nomem(err, "rows");
    for (size_t g = 0; g < groups; g++) {
        row[g].group = (int32_t)g - 1;
        row[g].name = g > 0 ? by->names.text[g - 1] : NULL;
    }
    out->total.group = SN_NONE;
    for (size_t j = 0; j < t->net->node_count; j++) {
        sn_dependence_row *mine = &row[by->group[j] + 1];
        if (buyers->share[j] <= 0)
            continue;
        add_buyer(t, supplier, h, j, buyers->share[j], mine);
        add_buyer(t, supplier, h, j, buyers->share[j], &out->total);
        mine->rest = mine->rest || sn_network_is_rest(t->net, j);
    }
    finish_row(&out->total, buyers->supply);
    for (size_t g = 0; g < groups; g++)
        if (row[g].supply > 0) {
            finish_row(&row[g], buyers->supply);
            row[out->groups++] = row[g];
        }
    qsort(row, out->groups, sizeof *row, by_amount);
    for (size_t k = 0; k < out->groups; k++)
        if (class_of(&row[k]) > 0 || limit == 0 || ++named <= limit)
            row[out->count++] = row[k];
    out->row = row;
    return SN_OK;
}

sn_status sn_exposure_to(const sn_network *net, const double *supplier,
                         const double *buyer_weight, const sn_grouping *by,
                         const sn_exposure_options *options, sn_dependence *dependence,
                         sn_error *err)
{
    const int32_t commodity = options != NULL ? options->commodity : SN_NONE;
    const unsigned depth = options != NULL ? options->depth : 0;
    const size_t limit = options != NULL ? options->limit : 0;
    sn_exposure_buyers buyers = {0};
    sn_trace *trace = NULL;
    double *h = NULL;
    sn_status status = SN_OK;

    memset(dependence, 0, sizeof *dependence);
    SN_TRY(count_suppliers(net, supplier, &dependence->suppliers, err));
    SN_TRY(sn_exposure_buyers_make(net, buyer_weight, commodity, &buyers, err));
    SN_TRY(sn_trace_new(net, &trace, err));
    SN_TRY_ALLOC(h = malloc((net->node_count + 1) * sizeof *h), "an exposure");
    SN_TRY(sn_trace_pull(trace, supplier, depth, h, &dependence->residual_bound, err));
    SN_TRY(sn_exposure_buyers_units(trace, h, err));
    dependence->unit = buyers.unit;
    SN_TRY(make_rows(trace, supplier, h, &buyers, by, limit, dependence, err));
out:
    if (status != SN_OK)
        sn_dependence_clear(dependence);
    sn_exposure_buyers_clear(&buyers);
    sn_trace_free(trace);
    free(h);
    return status;
}

void sn_dependence_clear(sn_dependence *dependence)
{
    free(dependence->row);
    memset(dependence, 0, sizeof *dependence);
}
