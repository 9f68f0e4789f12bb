/* freeze_rules.c - amounts and owners of a network that has its flows. */
#include <math.h>
#include <stdlib.h>

#include "graph/builder_private.h"
#include "graph/memory.h"
#include "graph/network_private.h"

static double given(const sn_network *net, sn_quantity quantity, size_t node)
{
    return net->given[quantity] != NULL ? net->given[quantity][node] : NAN;
}

/* How much a exceeds b; 0 where it does not, or by no more than sums and printed digits lose:
 * a hub that passes on all it buys must not become a producer by a rounding. */
static double excess(double a, double b)
{
    return a - b > 1e-9 * a ? a - b : 0;
}

/* `in` and `out` leave the flow to itself out. */
static void resolve_country(sn_network *net, size_t i, double in, double out)
{
    const double self = net->self[i];
    const double output = given(net, SN_OUTPUT, i), demand = given(net, SN_FINAL_DEMAND, i);
    double primary = given(net, SN_PRIMARY, i);

    if (isnan(primary) && !isnan(output)) {
        /* A stated output is production, unless the stated demand shows imports inside it. */
        const double handled = out + demand;
        const bool gross =
            !isnan(demand) && fabs(output - handled) < fabs(output + in - handled);
        primary = gross ? excess(output, in) : output;
    }
    net->primary[i] = !isnan(primary) ? primary : self + excess(out, in);
    net->final_demand[i] = !isnan(demand)    ? demand
                           : !isnan(primary) ? excess(primary + in, out)
                                             : self + excess(in, out);
    net->output[i] = out + net->final_demand[i];
    if (output > net->output[i])
        net->output[i] = output;
}

static void resolve_other(sn_network *net, size_t i, double in, double out)
{
    const bool firm = net->kind[i] == SN_KIND_FIRM;
    const double output = given(net, SN_OUTPUT, i), demand = given(net, SN_FINAL_DEMAND, i);
    const double primary = given(net, SN_PRIMARY, i);

    net->final_demand[i] = !isnan(demand) ? demand : firm ? 0 : excess(in, out);
    net->output[i] = !isnan(output) ? output : net->sales[i] + net->final_demand[i];
    net->primary[i] = !isnan(primary) ? primary
                      : firm          ? 0
                      : in > 0        ? excess(out, in)
                                      : net->output[i];
}

/* The sums of every amount over the network must be finite too: shares divide by them. */
static sn_status check_totals(const sn_network *net, sn_error *err)
{
    const double *column[] = {net->output, net->final_demand, net->primary, net->sales,
                              net->purchases};

    for (size_t c = 0; c < sizeof column / sizeof column[0]; c++) {
        double total = 0;
        for (size_t i = 0; i < net->node_count; i++) {
            total += column[c][i];
            if (!isfinite(total))
                return sn_fail(
                    err, SN_EDATA,
                    "the amounts add up to more than a number can hold at node \"%s\"",
                    net->ids.text[i]);
        }
    }
    return SN_OK;
}

static void resolve_node(sn_network *net, size_t i)
{
    double in = 0, out = 0;

    for (size_t e = net->out_first[i]; e < net->out_first[i + 1]; e++)
        *(net->buyer[e] == (int32_t)i ? &net->self[i] : &out) += net->value[e];
    for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++)
        in += net->seg_total[s];
    if (net->self[i] > 0) { /* rare: without it, exactly */
        in = 0;
        for (size_t k = net->in_first[i]; k < net->in_first[i + 1]; k++)
            if (net->supplier[net->in_flow[k]] != (int32_t)i)
                in += net->value[net->in_flow[k]];
    }
    net->sales[i] = out + net->self[i];
    net->purchases[i] = in + net->self[i];
    if (net->kind[i] == SN_KIND_COUNTRY)
        resolve_country(net, i, in, out);
    else
        resolve_other(net, i, in, out);
}

sn_status sn_freeze_amounts(sn_network *net, sn_error *err)
{
    const size_t n = net->node_count;
    const int threads = sn_threads_for(net->flow_count, 1 << 17);
    (void)threads; /* without OpenMP nobody asks */
    double **column[] = {&net->output, &net->final_demand, &net->primary,
                         &net->sales,  &net->purchases,    &net->self};

    for (size_t c = 0; c < sizeof column / sizeof column[0]; c++) {
        *column[c] = calloc(n + 1, sizeof(double));
        if (*column[c] == NULL)
            return sn_nomem(err, "amounts");
    }
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < n; i++)
        resolve_node(net, i);
    return check_totals(net, err);
}

static int compare_owners(const void *left, const void *right)
{
    const struct sn_builder_owner *a = left, *b = right;

    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    if (a->rule != b->rule)
        return a->rule < b->rule ? -1 : 1;
    return (a->owner > b->owner) - (a->owner < b->owner);
}

static sn_status check_owners(const sn_network *net, const struct sn_builder_owner *row,
                              size_t count, sn_error *err)
{
    double sum = 0, most = 1;

    for (size_t k = 0; k < count; k++) {
        const bool same =
            k > 0 && row[k].node == row[k - 1].node && row[k].rule == row[k - 1].rule;
        if (same && row[k].owner == row[k - 1].owner)
            return sn_fail(err, SN_EDATA, "owner \"%s\" of node \"%s\" is given twice",
                           sn_dict_text(&net->dict[SN_COUNTRY], row[k].owner),
                           net->ids.text[row[k].node]);
        sum = same ? sum + row[k].share : row[k].share;
        most = same ? most + 1e-6 : 1 + 1e-6;
        if (sum > most)
            return sn_fail(err, SN_EDATA,
                           "the owners' shares of node \"%s\" add up to %.7g, more than 1",
                           net->ids.text[row[k].node], sum);
    }
    return SN_OK;
}

/* The shares of one node under one rule, appended to the rule's list (see
 * sn_network_owners): its own rows, else the owner column, else what the other rule knows. */
static void append_owners(sn_network *net, int rule, size_t node,
                          const struct sn_builder_owner *row, size_t count)
{
    const int32_t column = net->code[SN_OWNER] != NULL ? net->code[SN_OWNER][node] : SN_NONE;
    size_t *at = &net->owner_first[rule][node + 1];
    sn_owner_share *share = net->owner_share[rule];
    size_t largest = 0, own = 0;

    for (size_t k = 0; k < count; k++) {
        own += row[k].rule == rule;
        largest = row[k].share > row[largest].share ? k : largest;
    }
    if (own == 0 && column != SN_NONE) {
        share[(*at)++] = (sn_owner_share){column, 1};
    } else if (own == 0 && count > 0 && rule == SN_LARGEST && net->kind[node] == SN_KIND_FIRM &&
               row[largest].share > 0) {
        share[(*at)++] = (sn_owner_share){row[largest].owner, 1};
    } else {
        for (size_t k = 0; k < count; k++)
            if (own == 0 || row[k].rule == rule)
                share[(*at)++] = (sn_owner_share){row[k].owner, row[k].share};
    }
}

sn_status sn_freeze_owners(const sn_builder *builder, const int32_t *node_rank,
                           const int32_t *place_rank, sn_network *net, sn_error *err)
{
    const size_t n = net->node_count, rows = builder->owner_count;
    struct sn_builder_owner *row = NULL;
    sn_status status = SN_OK;

    if (rows == 0 && net->code[SN_OWNER] == NULL)
        return SN_OK;
    row = malloc((rows + 1) * sizeof *row);
    SN_TRY_ALLOC(row, "owners");
    for (size_t k = 0; k < rows; k++) {
        row[k] = builder->owner[k];
        row[k].node = node_rank[row[k].node];
        row[k].owner = place_rank[row[k].owner];
    }
    qsort(row, rows, sizeof *row, compare_owners);
    SN_TRY(check_owners(net, row, rows, err));
    for (int rule = 0; rule < 2; rule++) {
        net->owner_first[rule] = calloc(n + 1, sizeof(size_t));
        /* Cleared: what lies between its members goes into images too. */
        net->owner_share[rule] = calloc(n + rows + 1, sizeof(sn_owner_share));
        if (net->owner_first[rule] == NULL || net->owner_share[rule] == NULL) {
            status = sn_nomem(err, "owners");
            goto out;
        }
        for (size_t i = 0, k = 0; i < n; i++) {
            const size_t start = k;
            while (k < rows && (size_t)row[k].node == i)
                k++;
            net->owner_first[rule][i + 1] = net->owner_first[rule][i];
            append_owners(net, rule, i, row + start, k - start);
        }
    }
out:
    free(row);
    return status;
}
