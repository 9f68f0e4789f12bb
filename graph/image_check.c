/* image_check.c - the numbers of an opened image, gone over one by one.
 *
 * What a network was given is held to the rules of a builder; what a freeze derives from it is
 * derived again, by the same code, and must be the same to the bit.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/builder_private.h"
#include "graph/image.h"
#include "graph/image_private.h"
#include "graph/memory.h"
#include "graph/network_private.h"

enum { BLOCK = 64 /* names that an index is asked for together */ };

/* ---- faults: a node, flow or name that is not as it must be, and what is wrong with it ----
 */

size_t sn_image_first_fault(const sn_network *net, size_t count, sn_image_fault fault)
{
    const int threads = sn_threads_for(count, 1 << 10);
    (void)threads; /* without OpenMP nobody asks */
    size_t first = count;

#pragma omp parallel for schedule(static) reduction(min                                        \
                                                    : first)                                   \
    num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < count; i++)
        if (i < first && fault(net, i) != NULL)
            first = i;
    return first;
}

sn_status sn_image_fail(const char *what, size_t number, const char *why, sn_error *err)
{
    return sn_fail(err, SN_EDATA, "the image of a network is broken: %s %zu: %s", what, number,
                   why);
}

static bool is_amount(double value)
{
    return value >= 0 && isfinite(value);
}

static bool is_code(int32_t code, const sn_dict *dict)
{
    return code == SN_NONE || (code >= 0 && code < dict->count);
}

/* ---- names ---- */

/* Every slot is free or a name's own; as many as there are names, and one left to end a search.
 */
static const char *slots_fault(const sn_dict *dict)
{
    size_t used = 0;

    if (dict->count > 0 && dict->slot == NULL)
        return "its index is missing";
    for (uint32_t k = 0; k < dict->slots; k++) {
        if (!is_code(dict->slot[k].code, dict))
            return "its index holds a name that is not there";
        used += dict->slot[k].code != SN_NONE;
    }
    return used != (size_t)dict->count ? "its index has not as many entries as names" : NULL;
}

static int compare_names(const sn_dict *dict, size_t a, size_t b)
{
    const uint32_t shorter =
        dict->length[a] < dict->length[b] ? dict->length[a] : dict->length[b];
    const int order = memcmp(dict->text[a], dict->text[b], shorter);

    return order != 0
               ? order
               : (dict->length[a] > dict->length[b]) - (dict->length[a] < dict->length[b]);
}

/* Whether the names from 64 * block on are found by the index, which is asked for them
 * together; as every name is found at its own code, there is none twice. */
static const char *block_fault(const sn_dict *dict, size_t block)
{
    const size_t first = block * BLOCK, left = (size_t)dict->count - first;
    const size_t count = left < BLOCK ? left : BLOCK;
    sn_dict_key key[BLOCK] = {{0}};
    int32_t code[BLOCK];

    for (size_t k = 0; k < count; k++) {
        const char *text = dict->text[first + k];
        const uint32_t length = dict->length[first + k];
        key[k] = (sn_dict_key){text, length, sn_dict_hash(text, length)};
        sn_dict_prefetch(dict, key[k].hash);
    }
    sn_dict_find_many(dict, key, count, code);
    for (size_t k = 0; k < count; k++)
        if (code[k] != (int32_t)(first + k))
            return "a name is not found by its index";
    return NULL;
}

static size_t blocks_of(const sn_dict *dict)
{
    return ((size_t)dict->count + BLOCK - 1) / BLOCK;
}

/* Sound, and behind the one before. */
static const char *name_fault(const sn_dict *dict, size_t code, size_t longest, bool is_stage)
{
    const char *text = dict->text[code];

    if (sn_builder_check_text("name", text, dict->length[code], longest, NULL) != SN_OK)
        return "a name is empty, too long or holds a control character";
    if (code == 0)
        return NULL;
    const int places =
        is_stage ? sn_stage_place(dict->text[code - 1]) - sn_stage_place(text) : 0;
    return places > 0 || (places == 0 && compare_names(dict, code - 1, code) >= 0)
               ? "names are out of order"
               : NULL;
}

static const char *id_fault(const sn_network *net, size_t node)
{
    return name_fault(&net->ids, node, SN_LONGEST_ID, false);
}

static const char *id_block_fault(const sn_network *net, size_t block)
{
    return block_fault(&net->ids, block);
}

static sn_status check_dict(const sn_dict *dict, const char *what, size_t longest,
                            bool is_stage, sn_error *err)
{
    const char *fault = slots_fault(dict);

    if (fault != NULL)
        return sn_image_fail(what, 0, fault, err);
    for (size_t c = 0; c < (size_t)dict->count; c++) {
        fault = name_fault(dict, c, longest, is_stage);
        if (fault != NULL)
            return sn_image_fail(what, c, fault, err);
    }
    for (size_t b = 0; b < blocks_of(dict); b++) {
        fault = block_fault(dict, b);
        if (fault != NULL)
            return sn_image_fail(what, b * BLOCK, fault, err);
    }
    return SN_OK;
}

static sn_status check_names(const sn_network *net, sn_error *err)
{
    static const char *const what[SN_COLUMNS] = {"country", "owner",  "commodity",
                                                 "stage",   "sector", "unit"};
    const char *fault = slots_fault(&net->ids);
    sn_status status = SN_OK;

    if (fault != NULL)
        return sn_image_fail("node", 0, fault, err);
    const size_t bad = sn_image_first_fault(net, net->node_count, id_fault);
    if (bad < net->node_count)
        return sn_image_fail("node", bad, id_fault(net, bad), err);
    const size_t block = sn_image_first_fault(net, blocks_of(&net->ids), id_block_fault);
    if (block < blocks_of(&net->ids))
        return sn_image_fail("node", block * BLOCK, id_block_fault(net, block), err);
    for (int c = 0; c < SN_COLUMNS; c++)
        SN_TRY(check_dict(&net->dict[c], what[c],
                          c == SN_COUNTRY ? SN_LONGEST_ID : SN_LONGEST_TEXT, c == SN_STAGE,
                          err));
    for (size_t a = 0; a < net->attribute_count; a++)
        if (net->attribute_name == NULL || net->attribute_name[a] == NULL)
            return sn_image_fail("attribute", a, "it has no name", err);
    if (net->dict[SN_OWNER].count > 0)
        return sn_image_fail("owner", 0, "owners have names of their own", err);
    SN_TRY(check_dict(&net->groups, "product group", SN_LONGEST_PAIR, false, err));
out:
    return status;
}

/* ---- nodes ---- */

static const char *owners_fault(const sn_network *net, int rule, size_t node)
{
    const size_t *first = net->owner_first[rule];
    const sn_owner_share *share = net->owner_share[rule];
    double sum = 0, most = 1;

    if (first == NULL)
        return NULL;
    if (first[node] > first[node + 1] || first[node + 1] > first[net->node_count])
        return "its owners are nowhere";
    for (size_t k = first[node]; k < first[node + 1]; k++) {
        if (share[k].owner == SN_NONE || !is_code(share[k].owner, &net->dict[SN_COUNTRY]))
            return "an owner is not known";
        if (k > first[node] && share[k].owner <= share[k - 1].owner)
            return "its owners are out of order";
        sum += is_amount(share[k].share) ? share[k].share : INFINITY;
        most += 1e-6;
    }
    return sum > most ? "its owners' shares are not shares" : NULL;
}

static const char *unit_fault(const sn_network *net, size_t node)
{
    const int32_t *unit = net->code[SN_UNIT], *commodity = net->code[SN_COMMODITY];

    if (unit == NULL || unit[node] == SN_NONE || commodity == NULL ||
        commodity[node] == SN_NONE)
        return NULL;
    return net->unit_of[commodity[node]] != unit[node] ? "its unit is not its commodity's"
                                                       : NULL;
}

static const char *node_fault(const sn_network *net, size_t node)
{
    if (net->kind[node] > SN_KIND_STAGE)
        return "its kind is not known";
    for (int c = 0; c < SN_COLUMNS; c++)
        if (net->code[c] != NULL &&
            !is_code(net->code[c][node], sn_network_dict(net, (sn_column)c)))
            return "a column of it has a value that is not there";
    for (int q = 0; q < SN_QUANTITIES; q++) {
        const double value = sn_network_given(net, (sn_quantity)q, node);
        if (!isnan(value) && !(q == SN_LAT || q == SN_LON ? isfinite(value) : is_amount(value)))
            return "a number of it is negative or not finite";
    }
    for (int rule = 0; rule < 2; rule++) {
        const char *fault = owners_fault(net, rule, node);
        if (fault != NULL)
            return fault;
    }
    return unit_fault(net, node);
}

static sn_status check_nodes(const sn_network *net, sn_error *err)
{
    const sn_dict *units = &net->dict[SN_UNIT];
    const size_t n = net->node_count;

    if (net->rest != sn_dict_find(&net->dict[SN_COUNTRY], "ROW", 3))
        return sn_image_fail("node", 0, "the rest of the world is another country", err);
    if (!is_code(net->unit_overall, units))
        return sn_image_fail("unit", 0, "the unit of all is not there", err);
    for (int32_t c = 0; c < net->dict[SN_COMMODITY].count; c++)
        if (net->unit_of == NULL || !is_code(net->unit_of[c], units))
            return sn_image_fail("commodity", (size_t)c, "its unit is not there", err);
    for (int rule = 0; rule < 2; rule++) {
        const size_t *first = net->owner_first[rule];
        if (first != NULL &&
            (first[0] != 0 || (first[n] > 0 && net->owner_share[rule] == NULL)))
            return sn_image_fail("node", 0, "its owners are nowhere", err);
    }
    const size_t bad = sn_image_first_fault(net, n, node_fault);
    return bad < n ? sn_image_fail("node", bad, node_fault(net, bad), err) : SN_OK;
}

/* ---- what is derived ---- */

static bool same(const void *a, const void *b, size_t bytes)
{
    return bytes == 0 || memcmp(a, b, bytes) == 0;
}

static sn_status check_amounts(const sn_network *net, sn_error *err)
{
    const size_t bytes = net->node_count * sizeof(double);
    sn_network again = *net;
    sn_status status = SN_OK;

    again.output = again.final_demand = again.primary = NULL;
    again.sales = again.purchases = again.self = NULL;
    SN_TRY(sn_freeze_amounts(&again, err));
    if (!same(net->output, again.output, bytes) ||
        !same(net->final_demand, again.final_demand, bytes) ||
        !same(net->primary, again.primary, bytes) || !same(net->sales, again.sales, bytes) ||
        !same(net->purchases, again.purchases, bytes) || !same(net->self, again.self, bytes))
        status =
            sn_image_fail("amount", 0, "nodes have other amounts than their flows say", err);
out:
    free(again.output);
    free(again.final_demand);
    free(again.primary);
    free(again.sales);
    free(again.purchases);
    free(again.self);
    return status;
}

static sn_status check_recipe(const sn_recipe *recipe, size_t number, sn_error *err)
{
    sn_status status = SN_OK;

    if (recipe->buyer == NULL || recipe->input == NULL)
        return sn_image_fail("recipe", number, "it has no buyer or no input", err);
    SN_TRY(sn_builder_check_text("recipe buyer", recipe->buyer, strlen(recipe->buyer),
                                 SN_LONGEST_PAIR, err));
    SN_TRY(sn_builder_check_text("recipe input", recipe->input, strlen(recipe->input),
                                 SN_LONGEST_PAIR, err));
    if ((int)recipe->need < SN_NEGLIGIBLE || (int)recipe->need > SN_ESSENTIAL ||
        !(isnan(recipe->coefficient) || is_amount(recipe->coefficient)) ||
        !(isnan(recipe->inventory_days) || is_amount(recipe->inventory_days)))
        status =
            sn_image_fail("recipe", number, "its need or a number of it is impossible", err);
out:
    return status;
}

static sn_status check_recipes(const sn_network *net, sn_error *err)
{
    sn_builder builder = {.recipe = net->recipe, .recipe_count = net->recipe_count};
    sn_network again = *net;
    sn_status status = SN_OK;

    again.seg_need = malloc(net->seg_count + 1);
    again.seg_days = NULL;
    SN_TRY_ALLOC(again.seg_need, "recipes");
    memset(again.seg_need, SN_ESSENTIAL, net->seg_count + 1);
    for (size_t r = 0; r < net->recipe_count; r++)
        SN_TRY(check_recipe(&net->recipe[r], r, err));
    SN_TRY(sn_freeze_recipes(&builder, &again, err));
    if (!same(net->seg_need, again.seg_need, net->seg_count) ||
        (net->seg_days == NULL) != (again.seg_days == NULL) ||
        (net->seg_days != NULL &&
         !same(net->seg_days, again.seg_days, net->seg_count * sizeof *net->seg_days)))
        status =
            sn_image_fail("recipe", 0, "buyers have other needs than their recipes say", err);
out:
    free(again.seg_need);
    free(again.seg_days);
    return status;
}

sn_status sn_image_check(const sn_network *net, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(check_names(net, err));
    SN_TRY(check_nodes(net, err));
    SN_TRY(sn_image_check_flows(net, err));
    SN_TRY(check_amounts(net, err));
    SN_TRY(check_recipes(net, err));
out:
    return status;
}
