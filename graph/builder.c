/* builder.c - collecting nodes, flows, owners and recipes in the order of the input. */
#include "graph/builder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/builder_private.h"
#include "graph/memory.h"

sn_builder *sn_builder_new(void)
{
    return calloc(1, sizeof(sn_builder));
}

void sn_builder_free(sn_builder *builder)
{
    if (builder == NULL)
        return;
    sn_dict_clear(&builder->ids);
    free(builder->kind);
    free(builder->declared);
    free(builder->label);
    for (int c = 0; c < SN_COLUMNS; c++) {
        free(builder->code[c]);
        sn_dict_clear(&builder->dict[c]);
    }
    for (int q = 0; q < SN_QUANTITIES; q++)
        free(builder->given[q]);
    for (size_t a = 0; a < builder->attribute_count; a++)
        free(builder->attribute[a]);
    free(builder->attribute_name);
    free(builder->attribute);
    sn_arena_clear(&builder->texts);
    free(builder->supplier);
    free(builder->buyer);
    free(builder->value);
    free(builder->product);
    free(builder->basis);
    free(builder->lead);
    free(builder->unit);
    sn_dict_clear(&builder->products);
    free(builder->owner);
    free(builder->recipe);
    free(builder);
}

/* Resize *array to `room` items of `size` bytes, filling the new ones with `fill` bytes. */
static sn_status resize(void *array, size_t old_room, size_t room, size_t size, int fill,
                        sn_error *err)
{
    char *grown;

    if (!sn_grow(array, room, size))
        return sn_nomem(err, "a larger network");
    memcpy(&grown, array, sizeof grown);
    memset(grown + old_room * size, fill, (room - old_room) * size);
    return SN_OK;
}

static void fill_nan(double *number, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++)
        number[i] = NAN;
}

static sn_status grow_nodes(sn_builder *builder, size_t room, sn_error *err)
{
    const size_t old = builder->node_room;
    sn_status status = SN_OK;

    SN_TRY(resize(&builder->kind, old, room, sizeof *builder->kind, SN_KIND_UNSET, err));
    SN_TRY(resize(&builder->declared, old, room, sizeof *builder->declared, 0, err));
    if (builder->label != NULL)
        SN_TRY(resize(&builder->label, old, room, sizeof *builder->label, 0, err));
    for (int c = 0; c < SN_COLUMNS; c++)
        if (builder->code[c] != NULL) /* all bits set is SN_NONE */
            SN_TRY(resize(&builder->code[c], old, room, sizeof(int32_t), 0xff, err));
    for (int q = 0; q < SN_QUANTITIES; q++)
        if (builder->given[q] != NULL) {
            SN_TRY(resize(&builder->given[q], old, room, sizeof(double), 0, err));
            fill_nan(builder->given[q], old, room);
        }
    for (size_t a = 0; a < builder->attribute_count; a++)
        if (builder->attribute[a] != NULL)
            SN_TRY(resize(&builder->attribute[a], old, room, sizeof(char *), 0, err));
    builder->node_room = room;
out:
    return status;
}

/* What is compared, joined and printed must be short and of one line. */
sn_status sn_builder_check_text(const char *what, const char *text, size_t length,
                                size_t longest, sn_error *err)
{
    if (length == 0)
        return sn_fail(err, SN_EDATA, "a %s is empty", what);
    if (length > longest)
        return sn_fail(err, SN_EDATA, "%s \"%.40s...\" is longer than %zu bytes", what, text,
                       longest);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return sn_fail(err, SN_EDATA, "%s \"%.*s\" holds a control character (byte 0x%02x)",
                           what, (int)i, text, (unsigned)(unsigned char)text[i]);
    return SN_OK;
}

sn_status sn_builder_check_id(const char *text, size_t length, sn_error *err)
{
    return sn_builder_check_text("node id", text, length, SN_LONGEST_ID, err);
}

sn_status sn_builder_check_product(const char *text, size_t length, sn_error *err)
{
    return sn_builder_check_text("product", text, length, SN_LONGEST_PAIR, err);
}

sn_status sn_builder_check_unit(const char *text, size_t length, sn_error *err)
{
    return sn_builder_check_text("unit", text, length, SN_LONGEST_TEXT, err);
}

sn_status sn_builder_expect_nodes(sn_builder *builder, size_t nodes, sn_error *err)
{
    const size_t room = (size_t)builder->ids.count + nodes;
    const sn_status status = sn_dict_reserve(&builder->ids, room, err);

    return status == SN_OK && room > builder->node_room ? grow_nodes(builder, room, err)
                                                        : status;
}

sn_status sn_builder_touch(sn_builder *builder, const char *id, size_t length, int32_t *node,
                           sn_error *err)
{
    int32_t known = sn_dict_find(&builder->ids, id, length);

    if (known == SN_NONE) {
        sn_status status = sn_builder_check_id(id, length, err);
        if (status == SN_OK && (size_t)builder->ids.count == builder->node_room)
            status = grow_nodes(builder, builder->node_room == 0 ? 256 : 2 * builder->node_room,
                                err);
        if (status == SN_OK)
            status = sn_dict_add(&builder->ids, id, length, &known, err);
        if (status != SN_OK)
            return status;
    }
    *node = known;
    return SN_OK;
}

sn_status sn_builder_declare(sn_builder *builder, const char *id, size_t length, int32_t *node,
                             sn_error *err)
{
    sn_status status = sn_builder_touch(builder, id, length, node, err);

    if (status == SN_OK && builder->declared[*node])
        return sn_fail(err, SN_EDATA, "node \"%.*s\" is declared twice", (int)length, id);
    if (status == SN_OK)
        builder->declared[*node] = 1;
    return status;
}

int32_t sn_builder_find(const sn_builder *builder, const char *id, size_t length)
{
    return sn_dict_find(&builder->ids, id, length);
}

void sn_builder_fetch(const sn_builder *builder, uint64_t hash)
{
    sn_dict_prefetch(&builder->ids, hash);
}

void sn_builder_find_many(const sn_builder *builder, const sn_dict_key *key, size_t count,
                          int32_t *node)
{
    sn_dict_find_many(&builder->ids, key, count, node);
}

static sn_status copy_text(sn_builder *builder, const char *text, size_t length,
                           const char **copy, sn_error *err)
{
    *copy = sn_arena_copy(&builder->texts, text, length);
    return *copy == NULL ? sn_nomem(err, "a text") : SN_OK;
}

sn_status sn_builder_set_label(sn_builder *builder, int32_t node, const char *text,
                               size_t length, sn_error *err)
{
    sn_status status = SN_OK;

    if (length == 0)
        return SN_OK;
    if (builder->label == NULL)
        SN_TRY(resize(&builder->label, 0, builder->node_room, sizeof *builder->label, 0, err));
    SN_TRY(copy_text(builder, text, length, &builder->label[node], err));
out:
    return status;
}

void sn_builder_set_kind(sn_builder *builder, int32_t node, sn_kind kind)
{
    builder->kind[node] = (uint8_t)kind;
}

static const char *const column_names[SN_COLUMNS] = {
    [SN_COUNTRY] = "country", [SN_OWNER] = "owner",   [SN_COMMODITY] = "commodity",
    [SN_STAGE] = "stage",     [SN_SECTOR] = "sector", [SN_UNIT] = "unit"};

sn_status sn_builder_set_text(sn_builder *builder, int32_t node, sn_column column,
                              const char *text, size_t length, sn_error *err)
{
    sn_dict *dict = &builder->dict[column == SN_OWNER ? SN_COUNTRY : column];
    sn_status status = SN_OK;

    if (length == 0)
        return SN_OK;
    SN_TRY(sn_builder_check_text(
        column_names[column], text, length,
        column == SN_COUNTRY || column == SN_OWNER ? SN_LONGEST_ID : SN_LONGEST_TEXT, err));
    if (builder->code[column] == NULL)
        SN_TRY(
            resize(&builder->code[column], 0, builder->node_room, sizeof(int32_t), 0xff, err));
    SN_TRY(sn_dict_add(dict, text, length, &builder->code[column][node], err));
out:
    return status;
}

sn_status sn_builder_set_number(sn_builder *builder, int32_t node, sn_quantity quantity,
                                double value, sn_error *err)
{
    sn_status status = SN_OK;

    if (isnan(value))
        return SN_OK;
    if (!isfinite(value))
        return sn_fail(err, SN_EDATA, "value %g is not finite", value);
    if (value < 0 && quantity != SN_LAT && quantity != SN_LON)
        return sn_fail(err, SN_EDATA, "value %g is negative", value);
    if (builder->given[quantity] == NULL) {
        SN_TRY(
            resize(&builder->given[quantity], 0, builder->node_room, sizeof(double), 0, err));
        fill_nan(builder->given[quantity], 0, builder->node_room);
    }
    builder->given[quantity][node] = value + 0.0; /* -0 would be printed as such */
out:
    return status;
}

sn_status sn_builder_attribute(sn_builder *builder, const char *name, size_t length,
                               int32_t *attribute, sn_error *err)
{
    const size_t count = builder->attribute_count;
    sn_status status = SN_OK;

    SN_TRY(resize(&builder->attribute_name, count, count + 1, sizeof(char *), 0, err));
    SN_TRY(resize(&builder->attribute, count, count + 1, sizeof(char **), 0, err));
    SN_TRY(copy_text(builder, name, length, &builder->attribute_name[count], err));
    *attribute = (int32_t)count;
    builder->attribute_count++;
out:
    return status;
}

sn_status sn_builder_set_attribute(sn_builder *builder, int32_t node, int32_t attribute,
                                   const char *text, size_t length, sn_error *err)
{
    const char ***column = &builder->attribute[attribute];
    sn_status status = SN_OK;

    if (length == 0)
        return SN_OK;
    if (*column == NULL)
        SN_TRY(resize(column, 0, builder->node_room, sizeof(char *), 0, err));
    SN_TRY(copy_text(builder, text, length, &(*column)[node], err));
out:
    return status;
}

sn_status sn_builder_product(sn_builder *builder, const char *text, size_t length,
                             int32_t *product, sn_error *err)
{
    sn_status status = SN_OK;

    *product = SN_NONE;
    if (length == 0)
        return SN_OK;
    SN_TRY(sn_builder_check_product(text, length, err));
    SN_TRY(sn_dict_add(&builder->products, text, length, product, err));
out:
    return status;
}

sn_status sn_builder_unit(sn_builder *builder, const char *text, size_t length, int32_t *unit,
                          sn_error *err)
{
    sn_status status = SN_OK;

    *unit = SN_NONE;
    if (length == 0)
        return SN_OK;
    SN_TRY(sn_builder_check_unit(text, length, err));
    SN_TRY(sn_dict_add(&builder->dict[SN_UNIT], text, length, unit, err));
out:
    return status;
}

sn_status sn_builder_owner(sn_builder *builder, int32_t node, const char *owner, size_t length,
                           double share, sn_ownership rule, sn_error *err)
{
    sn_status status = SN_OK;
    int32_t code;

    if (!(share >= 0 && share <= 1))
        return sn_fail(err, SN_EDATA, "share %g is not in 0..1", share);
    if (length == 0)
        return SN_OK;
    SN_TRY(sn_builder_check_text("owner", owner, length, SN_LONGEST_ID, err));
    SN_TRY(sn_dict_add(&builder->dict[SN_COUNTRY], owner, length, &code, err));
    if (builder->owner_count == builder->owner_room) {
        const size_t old = builder->owner_room, room = old == 0 ? 64 : old * 2;
        SN_TRY(resize(&builder->owner, old, room, sizeof *builder->owner, 0, err));
        builder->owner_room = room;
    }
    builder->owner[builder->owner_count++] =
        (struct sn_builder_owner){node, code, share, (uint8_t)rule};
out:
    return status;
}

sn_status sn_builder_recipe(sn_builder *builder, const char *buyer, size_t buyer_length,
                            const char *input, size_t input_length, sn_need need,
                            double coefficient, double inventory_days, sn_error *err)
{
    sn_status status = SN_OK;
    sn_recipe row = {NULL, NULL, need, coefficient, inventory_days};

    SN_TRY(sn_builder_check_text("recipe buyer", buyer, buyer_length, SN_LONGEST_PAIR, err));
    SN_TRY(sn_builder_check_text("recipe input", input, input_length, SN_LONGEST_PAIR, err));
    if (builder->recipe_count == builder->recipe_room) {
        const size_t old = builder->recipe_room, room = old == 0 ? 64 : old * 2;
        SN_TRY(resize(&builder->recipe, old, room, sizeof *builder->recipe, 0, err));
        builder->recipe_room = room;
    }
    SN_TRY(copy_text(builder, buyer, buyer_length, &row.buyer, err));
    SN_TRY(copy_text(builder, input, input_length, &row.input, err));
    builder->recipe[builder->recipe_count++] = row;
out:
    return status;
}

size_t sn_builder_node_count(const sn_builder *builder)
{
    return (size_t)builder->ids.count;
}
