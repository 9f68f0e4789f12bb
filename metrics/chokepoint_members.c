/* chokepoint_members.c - the candidates of a ranking. */
#include <stdlib.h>

#include "metrics/chokepoint_private.h"

void *sn_grown(void *array, size_t size, size_t count, size_t *room)
{
    if (count < *room)
        return array;
    void *larger = realloc(array, (2 * *room + 64) * size);
    if (larger != NULL)
        *room = 2 * *room + 64;
    return larger;
}

/* Whether a disruption of its group hits a node, as sn_mask_apply has it. */
static bool can_be_hit(const sn_network *net, sn_mode mode, size_t node)
{
    return mode == SN_MODE_IMPORTS || !sn_network_is_user(net, node);
}

bool sn_members_matter(const sn_network *net, const sn_chokepoint_options *options,
                       const sn_member *member, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        const size_t i = (size_t)member[k].node;

        if (options->mode == SN_MODE_IMPORTS || net->sales[i] > 0 || net->primary[i] > 0 ||
            (net->kind[i] == SN_KIND_FIRM && net->output[i] > 0))
            return true;
    }
    return false;
}

static sn_status add_member(const sn_network *net, sn_members *members, size_t node,
                            int32_t group, double part, sn_error *err)
{
    sn_member *more = sn_grown(members->member, sizeof *more, members->count, &members->room);

    if (more == NULL)
        return sn_nomem(err, "the ranking");
    members->member = more;
    more[members->count++] =
        (sn_member){group, sn_network_code(net, SN_COMMODITY, node), (int32_t)node, part};
    return SN_OK;
}

static sn_status add_owned_parts(const sn_network *net, sn_ownership rule, sn_members *members,
                                 size_t node, sn_error *err)
{
    sn_status status = SN_OK;
    size_t count;
    const sn_owner_share *share = sn_network_owners(net, rule, node, &count);

    for (size_t k = 0; k < count; k++)
        if (share[k].share > 0 && share[k].owner != net->rest)
            SN_TRY(add_member(net, members, node, share[k].owner, share[k].share, err));
out:
    return status;
}

static int by_candidate(const void *left, const void *right)
{
    const sn_member *a = left, *b = right;

    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    if (a->commodity != b->commodity)
        return a->commodity < b->commodity ? -1 : 1;
    return (a->node > b->node) - (a->node < b->node);
}

/* At the level of nodes they come in order. */
static bool is_sorted(const sn_members *members)
{
    for (size_t k = 1; k < members->count; k++)
        if (by_candidate(&members->member[k - 1], &members->member[k]) > 0)
            return false;
    return true;
}

sn_status sn_members_collect(const sn_network *net, const sn_chokepoint_options *options,
                             sn_grouping *grouping, sn_members *members, sn_error *err)
{
    sn_status status = SN_OK;
    const sn_level level = options->level;
    const bool with_rest = level == SN_LEVEL_STAGE || level == SN_LEVEL_COMMODITY;

    if (level != SN_LEVEL_OWNER)
        SN_TRY(sn_grouping_make(net, level, grouping, err));
    for (size_t i = 0; i < net->node_count; i++) {
        if (!can_be_hit(net, options->mode, i) || (sn_network_is_rest(net, i) && !with_rest))
            continue;
        if (level == SN_LEVEL_OWNER)
            SN_TRY(add_owned_parts(net, options->ownership, members, i, err));
        else if (grouping->group[i] != SN_NONE)
            SN_TRY(add_member(net, members, i, grouping->group[i], 1, err));
    }
    if (!is_sorted(members))
        qsort(members->member, members->count, sizeof *members->member, by_candidate);
out:
    return status;
}
