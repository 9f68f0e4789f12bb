/* native.c - recipes.csv and owners.csv, and the four files in their order: nodes first, so
 * that a declaration is never mistaken for a repetition; owners last, when every node is known.
 */
#include "datasets/native.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "datasets/native_private.h"

static sn_status read_recipe(sn_native *native, sn_csv *csv, sn_error *err)
{
    enum { BUYER, INPUT, NEED, COEFFICIENT, INVENTORY_DAYS };
    static const sn_need meaning[] = {SN_NEGLIGIBLE, SN_NON_ESSENTIAL, SN_ESSENTIAL};
    sn_slice buyer, input, need_text;
    double coefficient, inventory_days;
    sn_status status = SN_OK;
    int need;

    SN_TRY(sn_csv_require(csv, BUYER, &buyer, err));
    SN_TRY(sn_csv_require(csv, INPUT, &input, err));
    SN_TRY(sn_csv_require(csv, NEED, &need_text, err));
    SN_TRY(sn_csv_choice(csv, NEED, "negligible|non_essential|essential|0|1|2", &need, err));
    SN_TRY(sn_csv_amount(csv, COEFFICIENT, &coefficient, err));
    SN_TRY(sn_csv_amount(csv, INVENTORY_DAYS, &inventory_days, err));
    SN_TRY(sn_csv_blame(csv, BUYER,
                        sn_builder_recipe(native->builder, buyer.text, buyer.length, input.text,
                                          input.length, meaning[need % 3], coefficient,
                                          inventory_days, err),
                        err));
out:
    return status;
}

sn_status sn_native_recipes(sn_native *native, sn_bytes *bytes, sn_sources *sources,
                            sn_error *err)
{
    static const sn_csv_column columns[] = {{"buyer", NULL, true},
                                            {"input", NULL, true},
                                            {"need", NULL, true},
                                            {"coefficient", NULL, false},
                                            {"inventory_days", NULL, false}};
    sn_status status = SN_OK;
    sn_source *source;
    sn_csv *csv = NULL;
    bool more;

    SN_TRY(sn_sources_add(sources, "recipes", bytes, &source, err));
    SN_TRY(sn_csv_open(bytes, columns, sizeof columns / sizeof columns[0], &csv, err));
    for (;;) {
        SN_TRY(sn_csv_next(csv, &more, err));
        if (!more)
            break;
        SN_TRY(read_recipe(native, csv, err));
        source->rows_used++;
    }
    SN_TRY(sn_source_finish(source, csv, err));
out:
    sn_csv_free(csv);
    return status;
}

static sn_status read_owner(sn_native *native, sn_csv *csv, sn_source *source, sn_error *err)
{
    enum { ID, OWNER, SHARE, RULE };
    char quoted[SN_CSV_QUOTE_SIZE];
    sn_status status = SN_OK;
    sn_slice id, owner;
    double share;
    int rule;

    SN_TRY(sn_csv_require(csv, ID, &id, err));
    SN_TRY(sn_csv_require(csv, OWNER, &owner, err));
    SN_TRY(sn_csv_amount(csv, SHARE, &share, err));
    SN_TRY(sn_csv_choice(csv, RULE, "largest|equity", &rule, err));
    const int32_t node = sn_builder_find(native->builder, id.text, id.length);
    if (node == SN_NONE) {
        const bool filtered = native->keep == SN_KEEP_PRODUCTS ||
                              sn_dict_find(&native->skipped, id.text, id.length) != SN_NONE;
        if (!filtered && native->year[0] == '\0')
            return sn_csv_fail(csv, ID, err,
                               "unknown node \"%s\": no node and no used flow has it",
                               sn_csv_quote(id, quoted));
        sn_source_drop(source, filtered ? "other commodity" : "other year", 1);
        return SN_OK;
    }
    if (isnan(share)) {
        sn_source_drop(source, "missing value", 1);
        return SN_OK;
    }
    SN_TRY(sn_csv_blame(csv, SHARE,
                        sn_builder_owner(native->builder, node, owner.text, owner.length, share,
                                         rule < 0 ? SN_EQUITY : (sn_ownership)rule, err),
                        err));
    source->rows_used++;
out:
    return status;
}

sn_status sn_native_owners(sn_native *native, sn_bytes *bytes, sn_sources *sources,
                           sn_error *err)
{
    static const sn_csv_column columns[] = {{"id", "node_id", true},
                                            {"owner", NULL, true},
                                            {"share", NULL, true},
                                            {"rule", NULL, false}};
    sn_status status = SN_OK;
    sn_source *source;
    sn_csv *csv = NULL;
    bool more;

    SN_TRY(sn_sources_add(sources, "owners", bytes, &source, err));
    SN_TRY(sn_csv_open(bytes, columns, sizeof columns / sizeof columns[0], &csv, err));
    for (;;) {
        SN_TRY(sn_csv_next(csv, &more, err));
        if (!more)
            break;
        SN_TRY(read_owner(native, csv, source, err));
    }
    SN_TRY(sn_source_finish(source, csv, err));
out:
    sn_csv_free(csv);
    return status;
}

/* What freeze finds concerns the files as a whole. */
static sn_status freeze(sn_native *native, const char *name, sn_network **net, sn_error *err)
{
    sn_error reason = {0};
    const sn_status status = sn_builder_freeze(&native->builder, net, &reason);

    if (status == SN_EDATA)
        return sn_fail(err, status, "%s: %s", name, reason.message);
    return status == SN_OK ? SN_OK : sn_fail(err, status, "%s", reason.message);
}

sn_status sn_native_load(const sn_native_files *files, const sn_native_filter *filter,
                         sn_network **net, sn_sources *sources, sn_error *err)
{
    const sn_preset_input flows = {files->flows, files->path, &filter->import, sources};
    sn_native native = {.builder = sn_builder_new()};
    const sn_preset *preset;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(native.builder, "a network");
    SN_TRY(sn_native_ask(&native, filter, files->nodes, NULL, err));
    if (files->nodes != NULL)
        SN_TRY(sn_native_nodes(&native, files->nodes, sources, err));
    SN_TRY(sn_preset_choose(files->flows, &filter->import, &preset, err));
    SN_TRY(preset->read(&flows, &native, err));
    for (size_t s = 0; s < sources->count; s++)
        if (strcmp(sources->source[s].role, "flows") == 0 ||
            strcmp(sources->source[s].role, "graph") == 0)
            sources->source[s].preset = preset->name;
    if (files->recipes != NULL)
        SN_TRY(sn_native_recipes(&native, files->recipes, sources, err));
    if (files->owners != NULL)
        SN_TRY(sn_native_owners(&native, files->owners, sources, err));
    SN_TRY(freeze(&native, files->flows->name, net, err));
out:
    sn_native_clear(&native);
    return status;
}
