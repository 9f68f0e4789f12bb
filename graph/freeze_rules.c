/* freeze_rules.c - amounts, recipes and owners of a network that has its flows. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/builder_private.h"
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

sn_status sn_freeze_amounts(sn_network *net, sn_error *err)
{
    const size_t n = net->node_count;
    double **column[] = {&net->output, &net->final_demand, &net->primary,
                         &net->sales,  &net->purchases,    &net->self};

    for (size_t c = 0; c < sizeof column / sizeof column[0]; c++) {
        *column[c] = calloc(n + 1, sizeof(double));
        if (*column[c] == NULL)
            return sn_nomem(err, "amounts");
    }
    for (size_t i = 0; i < n; i++) {
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
    return check_totals(net, err);
}

/* The recipe table for look-ups: every name of it once, and each row by the pair of the codes
 * of its two names, taken as eight bytes. */
struct recipe_index {
    sn_dict names, pairs;
    int32_t any; /* code of "*" in names, or SN_NONE */
};

static sn_status index_recipes(const sn_network *net, struct recipe_index *index, sn_error *err)
{
    sn_status status = SN_OK;

    for (size_t r = 0; r < net->recipe_count; r++) {
        const sn_recipe *row = &net->recipe[r];
        int32_t pair[2], code;
        SN_TRY(sn_dict_add(&index->names, row->buyer, strlen(row->buyer), &pair[0], err));
        SN_TRY(sn_dict_add(&index->names, row->input, strlen(row->input), &pair[1], err));
        SN_TRY(sn_dict_add(&index->pairs, (const char *)pair, sizeof pair, &code, err));
        if ((size_t)code != r)
            return sn_fail(err, SN_EDATA, "the recipe of \"%s\" for \"%s\" is given twice",
                           row->buyer, row->input);
    }
    index->any = sn_dict_find(&index->names, "*", 1);
out:
    return status;
}

static int32_t find_recipe(const struct recipe_index *index, int32_t buyer, int32_t input)
{
    const int32_t pair[2] = {buyer, input};

    return buyer == SN_NONE || input == SN_NONE
               ? SN_NONE
               : sn_dict_find(&index->pairs, (const char *)pair, sizeof pair);
}

enum { MOST_NAMES = 5 };

/* What a buyer may be called in a recipe, the most telling name first. */
static size_t name_buyer(const sn_network *net, size_t node, char both[SN_LONGEST_PAIR + 1],
                         const char *name[MOST_NAMES])
{
    const char *commodity = sn_network_text(net, SN_COMMODITY, node);
    const char *stage = sn_network_text(net, SN_STAGE, node);
    const char *sector = sn_network_text(net, SN_SECTOR, node);
    size_t count = 0;

    if (sector != NULL)
        name[count++] = sector;
    if (commodity != NULL && stage != NULL) {
        (void)snprintf(both, SN_LONGEST_PAIR + 1, "%s:%s", commodity, stage);
        name[count++] = both;
    }
    if (commodity != NULL)
        name[count++] = commodity;
    if (stage != NULL)
        name[count++] = stage;
    name[count++] = "*";
    return count;
}

/* The needs of one buyer: for each of its names, the row of (name, group), else (name, *). */
static sn_status set_needs(sn_network *net, const struct recipe_index *index,
                           const int32_t *input_of, size_t buyer, sn_error *err)
{
    const char *name[MOST_NAMES];
    int32_t code[MOST_NAMES];
    char both[SN_LONGEST_PAIR + 1];
    const size_t names = name_buyer(net, buyer, both, name);

    for (size_t k = 0; k < names; k++)
        code[k] = sn_dict_find(&index->names, name[k], strlen(name[k]));
    for (size_t s = net->seg_first[buyer]; s < net->seg_first[buyer + 1]; s++) {
        int32_t row = SN_NONE;
        for (size_t k = 0; k < names && row == SN_NONE; k++) {
            row = find_recipe(index, code[k], input_of[net->seg_group[s]]);
            if (row == SN_NONE)
                row = find_recipe(index, code[k], index->any);
        }
        if (row == SN_NONE)
            return sn_fail(
                err, SN_EDATA,
                "no recipe says how \"%s\" (node \"%s\") needs \"%s\"; add a row for "
                "it, or buyer * with input *",
                name[0], net->ids.text[buyer], sn_dict_text(&net->groups, net->seg_group[s]));
        net->seg_need[s] = (uint8_t)net->recipe[row].need;
        if (net->seg_days != NULL)
            net->seg_days[s] = net->recipe[row].inventory_days;
    }
    return SN_OK;
}

sn_status sn_freeze_recipes(sn_builder *builder, sn_network *net, sn_error *err)
{
    const size_t groups = (size_t)net->groups.count;
    struct recipe_index index = {.any = SN_NONE};
    int32_t *input_of = NULL; /* [groups] code of the group's name in the recipe table */
    bool days = false;
    sn_status status = SN_OK;

    net->recipe = builder->recipe, builder->recipe = NULL;
    net->recipe_count = builder->recipe_count;
    if (net->recipe_count == 0)
        return SN_OK; /* every input is essential */
    SN_TRY(index_recipes(net, &index, err));
    for (size_t r = 0; r < net->recipe_count; r++)
        days |= !isnan(net->recipe[r].inventory_days);
    if (days) {
        net->seg_days = malloc((net->seg_count + 1) * sizeof *net->seg_days);
        SN_TRY_ALLOC(net->seg_days, "recipes");
        for (size_t s = 0; s < net->seg_count; s++)
            net->seg_days[s] = NAN;
    }
    input_of = malloc((groups + 1) * sizeof *input_of);
    SN_TRY_ALLOC(input_of, "recipes");
    for (size_t g = 0; g < groups; g++)
        input_of[g] = sn_dict_find(&index.names, net->groups.text[g], net->groups.length[g]);
    for (size_t j = 0; j < net->node_count; j++)
        if (net->seg_first[j] < net->seg_first[j + 1])
            SN_TRY(set_needs(net, &index, input_of, j, err));
out:
    free(input_of);
    sn_dict_clear(&index.names);
    sn_dict_clear(&index.pairs);
    return status;
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
        net->owner_share[rule] = malloc((n + rows + 1) * sizeof(sn_owner_share));
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
