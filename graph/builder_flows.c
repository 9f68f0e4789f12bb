/* builder_flows.c - collecting flows, one by one or many at once. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/builder_private.h"
#include "graph/memory.h"

/* Make room for `room` items of *array, of which `used` are there. */
static sn_status enlarge(void *array, size_t used, size_t room, size_t size, sn_error *err)
{
    char *old, *grown;

    memcpy(&old, array, sizeof old); /* *array has some object pointer type */
    grown = used > 0 ? realloc(old, room * size) : sn_large_alloc(room * size);
    if (grown == NULL)
        return sn_nomem(err, "a larger network");
    if (used == 0)
        free(old);
    memcpy(array, &grown, sizeof grown);
    return SN_OK;
}

static sn_status make_room(sn_builder *builder, size_t room, sn_error *err)
{
    const size_t used = builder->flow_count;
    sn_status status = SN_OK;

    if (room <= builder->flow_room)
        return SN_OK;
    SN_TRY(enlarge(&builder->supplier, used, room, sizeof *builder->supplier, err));
    SN_TRY(enlarge(&builder->buyer, used, room, sizeof *builder->buyer, err));
    SN_TRY(enlarge(&builder->value, used, room, sizeof *builder->value, err));
    if (builder->product != NULL)
        SN_TRY(enlarge(&builder->product, used, room, sizeof *builder->product, err));
    if (builder->basis != NULL)
        SN_TRY(enlarge(&builder->basis, used, room, sizeof *builder->basis, err));
    if (builder->unit != NULL)
        SN_TRY(enlarge(&builder->unit, used, room, sizeof *builder->unit, err));
    if (builder->lead != NULL)
        SN_TRY(enlarge(&builder->lead, used, room, sizeof *builder->lead, err));
    builder->flow_room = room;
out:
    return status;
}

/* A column that no flow has had so far: all bytes of it are `fill`. */
static sn_status begin_column(const sn_builder *builder, void *array, size_t size, int fill,
                              sn_error *err)
{
    char *fresh;

    memcpy(&fresh, array, sizeof fresh); /* *array has some object pointer type */
    if (fresh != NULL)
        return SN_OK;
    fresh = sn_large_alloc(builder->flow_room * size);
    if (fresh == NULL)
        return sn_nomem(err, "a larger network");
    memset(fresh, fill, builder->flow_count * size);
    memcpy(array, &fresh, sizeof fresh);
    return SN_OK;
}

sn_status sn_builder_expect(sn_builder *builder, size_t nodes, size_t flows, sn_error *err)
{
    sn_status status = SN_OK;

    if (nodes > 0)
        SN_TRY(sn_builder_expect_nodes(builder, nodes, err));
    SN_TRY(make_room(builder, builder->flow_count + flows, err));
out:
    return status;
}

sn_status sn_builder_extend(sn_builder *builder, size_t count, const sn_builder_rows *rows,
                            size_t *first, sn_error *err)
{
    const size_t need = builder->flow_count + count, twice = 2 * builder->flow_room;
    const size_t room = need > twice ? need : twice;
    sn_status status = SN_OK;

    *first = builder->flow_count;
    if (need > builder->flow_room)
        SN_TRY(make_room(builder, room > 1024 ? room : 1024, err));
    if (rows->product != NULL) /* all bits set is SN_NONE */
        SN_TRY(begin_column(builder, &builder->product, sizeof *builder->product, 0xff, err));
    if (rows->basis != NULL)
        SN_TRY(begin_column(builder, &builder->basis, sizeof *builder->basis, SN_BASIS_REPORTED,
                            err));
    if (rows->unit != NULL)
        SN_TRY(begin_column(builder, &builder->unit, sizeof *builder->unit, 0xff, err));
    if (rows->lead != NULL) /* no bit set is 0 */
        SN_TRY(begin_column(builder, &builder->lead, sizeof *builder->lead, 0, err));
    builder->flow_count = need;
out:
    return status;
}

void sn_builder_put(sn_builder *builder, size_t first, size_t count,
                    const sn_builder_rows *rows)
{
    if (count == 0)
        return;
    memcpy(builder->supplier + first, rows->supplier, count * sizeof *rows->supplier);
    memcpy(builder->buyer + first, rows->buyer, count * sizeof *rows->buyer);
    memcpy(builder->value + first, rows->value, count * sizeof *rows->value);
    if (rows->product != NULL)
        memcpy(builder->product + first, rows->product, count * sizeof *rows->product);
    else if (builder->product != NULL)
        memset(builder->product + first, 0xff, count * sizeof *builder->product);
    if (rows->unit != NULL)
        memcpy(builder->unit + first, rows->unit, count * sizeof *rows->unit);
    else if (builder->unit != NULL)
        memset(builder->unit + first, 0xff, count * sizeof *builder->unit);
    if (rows->basis != NULL)
        memcpy(builder->basis + first, rows->basis, count * sizeof *rows->basis);
    else if (builder->basis != NULL)
        memset(builder->basis + first, SN_BASIS_REPORTED, count * sizeof *builder->basis);
    if (rows->lead != NULL)
        memcpy(builder->lead + first, rows->lead, count * sizeof *rows->lead);
    else if (builder->lead != NULL)
        memset(builder->lead + first, 0, count * sizeof *builder->lead);
}

sn_status sn_builder_flow(sn_builder *builder, int32_t supplier, int32_t buyer, double value,
                          int32_t product, sn_basis basis, const char *unit, size_t unit_length,
                          sn_error *err)
{
    const uint8_t basis_byte = (uint8_t)basis;
    sn_builder_rows row = {.supplier = &supplier, .buyer = &buyer, .value = &value};
    sn_status status = SN_OK;
    int32_t unit_code;
    size_t first;

    if (!isfinite(value))
        return sn_fail(err, SN_EDATA, "value %g is not a finite number", value);
    if (value < 0)
        return sn_fail(err, SN_EDATA, "value %g is negative", value);
    if (value <= 0)
        return SN_OK;
    SN_TRY(sn_builder_unit(builder, unit, unit != NULL ? unit_length : 0, &unit_code, err));
    if (product != SN_NONE)
        row.product = &product;
    if (unit_code != SN_NONE)
        row.unit = &unit_code;
    if (basis != SN_BASIS_REPORTED)
        row.basis = &basis_byte;
    SN_TRY(sn_builder_extend(builder, 1, &row, &first, err));
    sn_builder_put(builder, first, 1, &row);
out:
    return status;
}

sn_status sn_builder_lead_time(sn_builder *builder, double days, sn_error *err)
{
    sn_status status = SN_OK;

    if (!(days >= 0) || !isfinite(days))
        return sn_fail(err, SN_EDATA, "a lead time of %g days is not a finite number >= 0",
                       days);
    if (builder->flow_count == 0 || (days <= 0 && builder->lead == NULL))
        return SN_OK;
    SN_TRY(begin_column(builder, &builder->lead, sizeof *builder->lead, 0, err));
    builder->lead[builder->flow_count - 1] = days;
out:
    return status;
}

size_t sn_builder_flow_count(const sn_builder *builder)
{
    return builder->flow_count;
}
