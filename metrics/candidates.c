/* candidates.c - the members of a ranking as lists, one a candidate. */
#include "metrics/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "metrics/chokepoint_private.h"

static bool same(const sn_member *a, const sn_member *b)
{
    return a->group == b->group && a->commodity == b->commodity;
}

sn_status sn_candidates_make(const sn_network *net, sn_level level, sn_ownership rule,
                             sn_candidates *candidates, sn_error *err)
{
    const sn_chokepoint_options how = {.level = level, .ownership = rule};
    const sn_dict *names = level == SN_LEVEL_OWNER ? sn_network_dict(net, SN_OWNER)
                                                   : &candidates->grouping.names;
    sn_members members = {0};
    sn_status status = SN_OK;

    memset(candidates, 0, sizeof *candidates);
    SN_TRY(sn_members_collect(net, &how, &candidates->grouping, &members, err));
    candidates->name = malloc((members.count + 1) * sizeof *candidates->name);
    candidates->commodity = malloc((members.count + 1) * sizeof *candidates->commodity);
    candidates->first = malloc((members.count + 1) * sizeof *candidates->first);
    candidates->node = malloc((members.count + 1) * sizeof *candidates->node);
    candidates->part = malloc((members.count + 1) * sizeof *candidates->part);
    if (candidates->name == NULL || candidates->commodity == NULL || candidates->first == NULL ||
        candidates->node == NULL || candidates->part == NULL) {
        status = sn_nomem(err, "candidates");
        goto out;
    }
    for (size_t k = 0; k < members.count; k++) {
        const sn_member *member = &members.member[k];
        if (k == 0 || !same(member, member - 1)) {
            candidates->name[candidates->count] = sn_dict_text(names, member->group);
            candidates->commodity[candidates->count] = member->commodity;
            candidates->first[candidates->count++] = k;
        }
        candidates->node[k] = member->node;
        candidates->part[k] = member->part;
    }
    candidates->first[candidates->count] = members.count;
out:
    free(members.member);
    if (status != SN_OK)
        sn_candidates_clear(candidates);
    return status;
}

void sn_candidates_clear(sn_candidates *candidates)
{
    free(candidates->name);
    free(candidates->commodity);
    free(candidates->first);
    free(candidates->node);
    free(candidates->part);
    sn_grouping_clear(&candidates->grouping);
    memset(candidates, 0, sizeof *candidates);
}
