/* compare.c - a merge of two lists of flows, both sorted by the names of their ends. */
#include "metrics/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static sn_flow_change describe(const sn_network *net, size_t flow)
{
    const sn_flow f = sn_network_flow(net, flow);

    return (sn_flow_change){.supplier = sn_network_id(net, (size_t)f.supplier),
                            .buyer = sn_network_id(net, (size_t)f.buyer),
                            .group = sn_dict_text(sn_network_groups(net), f.group),
                            .unit = sn_network_unit(
                                net, sn_network_code(net, SN_COMMODITY, (size_t)f.supplier)),
                            .before = f.value};
}

static int compare_names(const sn_flow_change *a, const sn_flow_change *b)
{
    const int supplier = strcmp(a->supplier, b->supplier);
    const int buyer = supplier != 0 ? supplier : strcmp(a->buyer, b->buyer);

    return buyer != 0 ? buyer : strcmp(a->group, b->group);
}

static int compare_changes(const void *left, const void *right)
{
    const sn_flow_change *a = left, *b = right;
    const double x = fabs(a->after - a->before), y = fabs(b->after - b->before);

    if (x < y || x > y)
        return x > y ? -1 : 1;
    return compare_names(a, b);
}

static int compare_listed(const void *left, const void *right)
{
    return compare_names(left, right);
}

/* The flows of a network by name: the order of groups may be another in each network. */
static sn_status list_flows(const sn_network *net, sn_flow_change **list, sn_error *err)
{
    const size_t m = sn_network_flow_count(net);

    *list = malloc((m + 1) * sizeof **list);
    if (*list == NULL)
        return sn_nomem(err, "a comparison");
    for (size_t e = 0; e < m; e++)
        (*list)[e] = describe(net, e);
    qsort(*list, m, sizeof **list, compare_listed);
    return SN_OK;
}

static sn_status check_units(const sn_flow_change *a, const sn_flow_change *b, sn_error *err)
{
    if (a->unit == NULL || b->unit == NULL || strcmp(a->unit, b->unit) == 0)
        return SN_OK;
    return sn_fail(err, SN_EDATA,
                   "the flow \"%s\" -> \"%s\" is in %s in one network and in %s in the other",
                   a->supplier, a->buyer, a->unit, b->unit);
}

sn_status sn_compare_flows(const sn_network *before, const sn_network *after, double tolerance,
                           sn_flow_changes *changes, sn_error *err)
{
    const size_t count[2] = {sn_network_flow_count(before), sn_network_flow_count(after)};
    sn_flow_change *old = NULL, *new = NULL, *row = NULL;
    sn_status status = SN_OK;

    memset(changes, 0, sizeof *changes);
    SN_TRY(list_flows(before, &old, err));
    SN_TRY(list_flows(after, &new, err));
    row = malloc((count[0] + count[1] + 1) * sizeof *row);
    SN_TRY_ALLOC(row, "a comparison");
    for (size_t a = 0, b = 0; a < count[0] || b < count[1];) {
        const int order = a == count[0]   ? 1
                          : b == count[1] ? -1
                                          : compare_names(&old[a], &new[b]);
        sn_flow_change change = order <= 0 ? old[a] : new[b];
        if (order > 0)
            change.before = 0;
        if (order == 0)
            SN_TRY(check_units(&old[a], &new[b], err));
        if (order >= 0)
            change.after = new[b].before;
        a += order <= 0;
        b += order >= 0;
        if (order == 0 && fabs(change.after - change.before) <=
                              tolerance * fmax(change.after, change.before)) {
            changes->same++;
            continue;
        }
        changes->appeared += order > 0;
        changes->vanished += order < 0;
        changes->moved += order == 0;
        row[changes->count++] = change;
    }
    qsort(row, changes->count, sizeof *row, compare_changes);
    changes->row = row;
    row = NULL;
out:
    if (status != SN_OK)
        memset(changes, 0, sizeof *changes);
    free(row);
    free(old);
    free(new);
    return status;
}

void sn_flow_changes_clear(sn_flow_changes *changes)
{
    free(changes->row);
    memset(changes, 0, sizeof *changes);
}
