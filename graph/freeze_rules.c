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

static double positive(double x)
{
    return x > 0 ? x : 0;
}

static void resolve_country(sn_network *net, size_t i)
{
    const double self = net->self[i], in = net->purchases[i] - self, out = net->sales[i] - self;
    const double output = given(net, SN_OUTPUT, i), demand = given(net, SN_FINAL_DEMAND, i);
    double primary = given(net, SN_PRIMARY, i);

    if (isnan(primary) && !isnan(output)) {
        /* A stated output is production, unless the stated demand shows imports inside it. */
        const double handled = out + demand;
        const bool gross = !isnan(demand) && fabs(output - handled) < fabs(output + in - handled);
        primary = gross ? positive(output - in) : output;
    }
    net->primary[i] = !isnan(primary) ? primary : self + positive(out - in);
    net->final_demand[i] = !isnan(demand)    ? demand
                           : !isnan(primary) ? positive(primary + in - out)
                                             : self + positive(in - out);
    net->output[i] = out + net->final_demand[i];
    if (output > net->output[i])
        net->output[i] = output;
}

static void resolve_other(sn_network *net, size_t i)
{
    const bool firm = net->kind[i] == SN_KIND_FIRM;
    const double in = net->purchases[i], out = net->sales[i];
    const double output = given(net, SN_OUTPUT, i), demand = given(net, SN_FINAL_DEMAND, i);
    const double primary = given(net, SN_PRIMARY, i);

    net->final_demand[i] = !isnan(demand) ? demand : firm ? 0 : positive(in - out);
    net->output[i] = !isnan(output) ? output : out + net->final_demand[i];
    net->primary[i] = !isnan(primary) ? primary
                      : firm          ? 0
                      : in > 0        ? positive(out - in)
                                      : net->output[i];
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
    for (size_t e = 0; e < net->flow_count; e++) {
        net->sales[net->supplier[e]] += net->value[e];
        if (net->supplier[e] == net->buyer[e])
            net->self[net->supplier[e]] += net->value[e];
    }
    for (size_t j = 0; j < n; j++)
        for (size_t s = net->seg_first[j]; s < net->seg_first[j + 1]; s++)
            net->purchases[j] += net->seg_total[s];
    for (size_t i = 0; i < n; i++) {
        if (net->kind[i] == SN_KIND_COUNTRY)
            resolve_country(net, i);
        else
            resolve_other(net, i);
        if (!isfinite(net->output[i] + net->purchases[i] + net->primary[i]))
            return sn_fail(err, SN_EDATA, "the amounts of node \"%s\" add up to more than %g",
                           net->ids.text[i], 1.7976931348623157e308);
    }
    return SN_OK;
}

/* A recipe table as a hash: "buyer \x1f input" -> row number. */
static sn_status index_recipes(const sn_network *net, sn_dict *index, sn_error *err)
{
    sn_status status = SN_OK;

    for (size_t r = 0; r < net->recipe_count; r++) {
        char key[1200];
        int32_t code;
        const int length =
            snprintf(key, sizeof key, "%s\x1f%s", net->recipe[r].buyer, net->recipe[r].input);
        if (length < 0 || (size_t)length >= sizeof key)
            return sn_fail(err, SN_EDATA, "recipe \"%.60s\" x \"%.60s\" has too long a name",
                           net->recipe[r].buyer, net->recipe[r].input);
        SN_TRY(sn_dict_add(index, key, (size_t)length, &code, err));
        if ((size_t)code != r)
            return sn_fail(err, SN_EDATA, "the recipe of \"%s\" for \"%s\" is given twice",
                           net->recipe[r].buyer, net->recipe[r].input);
    }
out:
    return status;
}

static int32_t find_recipe(const sn_dict *index, const char *buyer, const char *input)
{
    char key[1200];
    const int length = snprintf(key, sizeof key, "%s\x1f%s", buyer, input);

    return length < 0 || (size_t)length >= sizeof key ? SN_NONE
                                                      : sn_dict_find(index, key, (size_t)length);
}

/* What a buyer may be called in a recipe, the most telling name first. */
static size_t name_buyer(const sn_network *net, size_t node, char both[512],
                         const char *name[5])
{
    const char *commodity = sn_network_text(net, SN_COMMODITY, node);
    const char *stage = sn_network_text(net, SN_STAGE, node);
    const char *sector = sn_network_text(net, SN_SECTOR, node);
    size_t count = 0;

    if (sector != NULL)
        name[count++] = sector;
    if (commodity != NULL && stage != NULL) {
        (void)snprintf(both, 512, "%s:%s", commodity, stage);
        name[count++] = both;
    }
    if (commodity != NULL)
        name[count++] = commodity;
    if (stage != NULL)
        name[count++] = stage;
    name[count++] = "*";
    return count;
}

static sn_status set_need(sn_network *net, const sn_dict *index, size_t buyer, size_t segment,
                          sn_error *err)
{
    const char *group = sn_dict_text(&net->groups, net->seg_group[segment]);
    const char *name[5];
    char both[512];
    const size_t names = name_buyer(net, buyer, both, name);

    for (size_t k = 0; k < names; k++) {
        int32_t row = find_recipe(index, name[k], group);
        if (row == SN_NONE)
            row = find_recipe(index, name[k], "*");
        if (row != SN_NONE) {
            net->seg_need[segment] = (uint8_t)net->recipe[row].need;
            return SN_OK;
        }
    }
    return sn_fail(err, SN_EDATA,
                   "no recipe says how \"%s\" (node \"%s\") needs \"%s\"; add a row for it, or "
                   "buyer * with input *",
                   name[0], net->ids.text[buyer], group);
}

sn_status sn_freeze_recipes(sn_builder *builder, sn_network *net, sn_error *err)
{
    sn_dict index = {0};
    sn_status status = SN_OK;

    net->recipe = builder->recipe, builder->recipe = NULL;
    net->recipe_count = builder->recipe_count;
    if (net->recipe_count == 0)
        return SN_OK; /* every input is essential */
    SN_TRY(index_recipes(net, &index, err));
    for (size_t j = 0; j < net->node_count; j++)
        for (size_t s = net->seg_first[j]; s < net->seg_first[j + 1]; s++)
            SN_TRY(set_need(net, &index, j, s, err));
out:
    sn_dict_clear(&index);
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
    double sum = 0;

    for (size_t k = 0; k < count; k++) {
        const bool same = k > 0 && row[k].node == row[k - 1].node && row[k].rule == row[k - 1].rule;
        if (same && row[k].owner == row[k - 1].owner)
            return sn_fail(err, SN_EDATA, "owner \"%s\" of node \"%s\" is given twice",
                           sn_dict_text(&net->dict[SN_COUNTRY], row[k].owner),
                           net->ids.text[row[k].node]);
        sum = same ? sum + row[k].share : row[k].share;
        if (sum > 1 + 1e-6)
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
    } else if (own == 0 && count > 0 && rule == SN_LARGEST && net->kind[node] == SN_KIND_FIRM) {
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
