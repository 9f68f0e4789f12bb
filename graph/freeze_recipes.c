/* freeze_recipes.c - how each buyer needs each of its input groups. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/builder_private.h"
#include "graph/network_private.h"

/* The recipe table for look-ups: every name of it once, and each row by the pair of the codes
 * of its two names, taken as eight bytes.  Buyers of the same commodity, stage and sector have
 * the same needs: what is found for one of them holds for all. */
struct recipe_index {
    sn_dict names, pairs;
    int32_t any;       /* code of "*" in names, or SN_NONE                            */
    int32_t *input_of; /* [groups] code of the group's name in names                  */
    sn_dict classes;   /* what buyers are, as three codes                             */
    int32_t *class_of; /* [nodes] or SN_NONE where a node buys nothing                */
    int32_t *row;      /* [classes][groups] recipe, SN_NONE or UNKNOWN; NULL: too many */
};

enum { UNKNOWN = -2, MOST_ROWS = 1 << 24, MOST_NAMES = 5 };

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

/* What each buyer is, and a table for what it needs. */
static sn_status index_buyers(const sn_network *net, struct recipe_index *index, sn_error *err)
{
    static const sn_column column[3] = {SN_COMMODITY, SN_STAGE, SN_SECTOR};
    const size_t groups = (size_t)net->groups.count;
    sn_status status = SN_OK;

    index->class_of = malloc((net->node_count + 1) * sizeof *index->class_of);
    index->input_of = malloc((groups + 1) * sizeof *index->input_of);
    if (index->class_of == NULL || index->input_of == NULL)
        return sn_nomem(err, "recipes");
    for (size_t g = 0; g < groups; g++)
        index->input_of[g] =
            sn_dict_find(&index->names, net->groups.text[g], net->groups.length[g]);
    for (size_t j = 0; j < net->node_count; j++) {
        int32_t code[3];
        index->class_of[j] = SN_NONE;
        if (net->seg_first[j] == net->seg_first[j + 1])
            continue;
        for (int c = 0; c < 3; c++)
            code[c] = net->code[column[c]] != NULL ? net->code[column[c]][j] : SN_NONE;
        SN_TRY(sn_dict_add(&index->classes, (const char *)code, sizeof code,
                           &index->class_of[j], err));
    }
    const size_t rows = (size_t)index->classes.count * groups;
    if (rows <= MOST_ROWS) {
        index->row = malloc((rows + 1) * sizeof *index->row);
        SN_TRY_ALLOC(index->row, "recipes");
        for (size_t r = 0; r < rows; r++)
            index->row[r] = UNKNOWN;
    }
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

/* For each name of the buyer, the row of (name, group), else (name, *). */
static int32_t look_up_recipe(const sn_network *net, const struct recipe_index *index,
                              size_t buyer, int32_t group)
{
    const char *name[MOST_NAMES];
    char both[SN_LONGEST_PAIR + 1];
    const size_t names = name_buyer(net, buyer, both, name);
    int32_t row = SN_NONE;

    for (size_t k = 0; k < names && row == SN_NONE; k++) {
        const int32_t code = sn_dict_find(&index->names, name[k], strlen(name[k]));
        row = find_recipe(index, code, index->input_of[group]);
        if (row == SN_NONE)
            row = find_recipe(index, code, index->any);
    }
    return row;
}

static int32_t recipe_of(const sn_network *net, const struct recipe_index *index, size_t buyer,
                         int32_t group)
{
    int32_t *known;

    if (index->row == NULL)
        return look_up_recipe(net, index, buyer, group);
    known =
        &index->row[(size_t)index->class_of[buyer] * (size_t)net->groups.count + (size_t)group];
    if (*known == UNKNOWN)
        *known = look_up_recipe(net, index, buyer, group);
    return *known;
}

static sn_status fail_need(const sn_network *net, size_t buyer, int32_t group, sn_error *err)
{
    const char *name[MOST_NAMES];
    char both[SN_LONGEST_PAIR + 1];

    (void)name_buyer(net, buyer, both, name);
    return sn_fail(err, SN_EDATA,
                   "no recipe says how \"%s\" (node \"%s\") needs \"%s\"; add a row for "
                   "it, or buyer * with input *",
                   name[0], net->ids.text[buyer], sn_dict_text(&net->groups, group));
}

sn_status sn_freeze_recipes(sn_builder *builder, sn_network *net, sn_error *err)
{
    struct recipe_index index = {.any = SN_NONE};
    bool days = false;
    sn_status status = SN_OK;

    net->recipe = builder->recipe, builder->recipe = NULL;
    net->recipe_count = builder->recipe_count;
    if (net->recipe_count == 0)
        return SN_OK; /* every input is essential */
    SN_TRY(index_recipes(net, &index, err));
    SN_TRY(index_buyers(net, &index, err));
    for (size_t r = 0; r < net->recipe_count; r++)
        days |= !isnan(net->recipe[r].inventory_days);
    if (days) { /* each segment gets its own below */
        net->seg_days = malloc((net->seg_count + 1) * sizeof *net->seg_days);
        SN_TRY_ALLOC(net->seg_days, "recipes");
    }
    for (size_t j = 0; j < net->node_count; j++)
        for (size_t s = net->seg_first[j]; s < net->seg_first[j + 1]; s++) {
            const int32_t row = recipe_of(net, &index, j, net->seg_group[s]);
            if (row == SN_NONE) {
                status = fail_need(net, j, net->seg_group[s], err);
                goto out;
            }
            net->seg_need[s] = (uint8_t)net->recipe[row].need;
            if (net->seg_days != NULL)
                net->seg_days[s] = net->recipe[row].inventory_days;
        }
out:
    free(index.input_of);
    free(index.class_of);
    free(index.row);
    sn_dict_clear(&index.names);
    sn_dict_clear(&index.pairs);
    sn_dict_clear(&index.classes);
    return status;
}
