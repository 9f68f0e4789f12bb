/* graph_sink_flows.c - an edge of a graph file as a row of flows.csv, and the file as a whole. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "datasets/csv_private.h"
#include "datasets/graph_sink_private.h"

/* The builder index of one end; SN_NONE when a filter left the node out. */
static sn_status find_end(sn_sink *sink, int which, bool make, int32_t *node, sn_error *err)
{
    const sn_slice id = sn_sink_value_of(sink, &sink->id[which]);
    char quoted[SN_CSV_QUOTE_SIZE];

    if (id.length == 0)
        return sn_sink_blame(sink, err, "it has no %s", which == 0 ? "source" : "target");
    if (sink->rename) {
        const int32_t code = sn_dict_find(&sink->ids, id.text, id.length);
        if (code == SN_NONE)
            return sn_sink_blame(sink, err, "no node before it has the id \"%s\"",
                                 sn_csv_quote(id, quoted));
        *node = sink->renamed[code];
        return SN_OK;
    }
    *node = sn_builder_find(sink->native->builder, id.text, id.length);
    if (*node != SN_NONE || !make)
        return SN_OK;
    if (sink->nodes > 0)
        return sn_sink_blame(sink, err, "no node before it has the id \"%s\"",
                             sn_csv_quote(id, quoted));
    return sn_sink_builder(
        sink, sn_builder_touch(sink->native->builder, id.text, id.length, node, err), err);
}

static sn_status check_year(sn_sink *sink, bool *keep, sn_error *err)
{
    const sn_slice year = sn_sink_text(sink, SN_SINK_YEAR);
    const char *asked = sink->native->year;
    int32_t code;

    *keep = asked[0] == '\0' ||
            (year.length == strlen(asked) && memcmp(year.text, asked, year.length) == 0);
    if (!*keep)
        sn_source_drop(sink->source, "other year", 1);
    if (year.length > SN_LONGEST_TEXT || sink->years.count > 1000)
        return sn_sink_blame(sink, err, "this is no year, or one too many");
    return year.length == 0 ? SN_OK
                            : sn_dict_add(&sink->years, year.text, year.length, &code, err);
}

/* Whether --commodity keeps the flow. */
static sn_status check_commodity(sn_sink *sink, bool *keep, sn_error *err)
{
    sn_native *native = sink->native;
    const sn_slice product = sn_sink_text(sink, SN_SINK_PRODUCT);
    sn_status status = SN_OK;
    int32_t supplier, buyer, code;

    *keep = true;
    if (native->keep == SN_KEEP_NODES) {
        SN_TRY(find_end(sink, 0, false, &supplier, err));
        SN_TRY(find_end(sink, 1, false, &buyer, err));
        *keep = supplier != SN_NONE && buyer != SN_NONE;
    } else if (native->keep == SN_KEEP_PRODUCTS) {
        if (product.length > 0)
            SN_TRY(sn_dict_add(&native->seen, product.text, product.length, &code, err));
        *keep = sn_dict_find(&native->asked, product.text, product.length) != SN_NONE;
    }
    if (!*keep)
        sn_source_drop(sink->source, "other commodity", 1);
out:
    return status;
}

static sn_status add_flow(sn_sink *sink, double value, sn_error *err)
{
    const sn_slice product_text = sn_sink_text(sink, SN_SINK_PRODUCT);
    const sn_slice unit = sn_sink_text(sink, SN_SINK_UNIT);
    sn_builder *builder = sink->native->builder;
    int32_t supplier = SN_NONE, buyer = SN_NONE, product;
    sn_status status = SN_OK;
    int basis;

    SN_TRY(find_end(sink, 0, true, &supplier, err));
    SN_TRY(find_end(sink, 1, true, &buyer, err));
    SN_TRY(sn_sink_builder(
        sink, sn_builder_product(builder, product_text.text, product_text.length, &product, err),
        err));
    SN_TRY(sn_sink_choice(sink, SN_SINK_BASIS, "reported|balanced|estimated", &basis, err));
    SN_TRY(sn_sink_builder(sink,
                           sn_builder_flow(builder, supplier, buyer, value, product,
                                           basis < 0 ? SN_BASIS_REPORTED : (sn_basis)basis,
                                           unit.text, unit.length, err),
                           err));
    sink->source->rows_used++;
out:
    return status;
}

sn_status sn_sink_flow(sn_sink *sink, sn_error *err)
{
    sn_status status = SN_OK;
    double value;
    bool keep;

    sink->flows++;
    SN_TRY(check_year(sink, &keep, err));
    if (!keep)
        return SN_OK;
    SN_TRY(sn_sink_amount(sink, SN_SINK_VALUE, &value, err));
    SN_TRY(check_commodity(sink, &keep, err));
    if (!keep)
        return SN_OK;
    if (isnan(value))
        sn_source_drop(sink->source, "missing value", 1);
    else if (value <= 0)
        sn_source_drop(sink->source, "zero", 1);
    else
        SN_TRY(add_flow(sink, value, err));
out:
    return status;
}

/* Names of a dictionary, as many as fit. */
static void list(const sn_dict *dict, char *names, size_t room)
{
    size_t used = 0;

    names[0] = '\0';
    for (int32_t k = 0; k < dict->count && used + 40 < room; k++)
        used += (size_t)snprintf(names + used, room - used, "%s%.30s", k > 0 ? ", " : "",
                                 sn_dict_text(dict, k));
}

static sn_status judge_years(const sn_sink *sink, sn_error *err)
{
    const char *asked = sink->native->year;
    char names[256];

    list(&sink->years, names, sizeof names);
    if (asked[0] == '\0' && sink->years.count > 1)
        return sn_fail(err, SN_EDATA, "%s holds several years (%s); choose one with --year",
                       sink->name, names);
    if (asked[0] != '\0' && sink->years.count == 0)
        return sn_fail(err, SN_EUSAGE,
                       "%s: no edge has an attribute \"year\", so the year %s means nothing",
                       sink->name, asked);
    if (asked[0] != '\0' && sn_dict_find(&sink->years, asked, strlen(asked)) == SN_NONE)
        return sn_fail(err, SN_EUSAGE, "%s has no year %s; it holds %s", sink->name, asked, names);
    return SN_OK;
}

sn_status sn_sink_finish(sn_sink *sink, sn_error *err)
{
    char names[256];
    sn_status status = SN_OK;

    if (sink->look)
        return SN_OK;
    if (sink->nodes + sink->flows == 0)
        return sn_fail(err, SN_EDATA, "%s: a graph without nodes", sink->name);
    SN_TRY(judge_years(sink, err));
    if (sink->from_stocks > 0)
        SN_TRY(sn_source_note(sink->source, err, "final demand of %zu node%s is negative (drawn from "
                              "stocks): taken as 0", sink->from_stocks,
                              sink->from_stocks == 1 ? "" : "s"));
    if (sink->native->keep == SN_KEEP_PRODUCTS)
        SN_TRY(sn_native_check_asked(sink->native, sink->name, err));
    if (sink->flows > 0 && sink->of_role[SN_SINK_FLOW][SN_SINK_VALUE] == SN_NONE) {
        list(&sink->names[SN_SINK_FLOW], names, sizeof names);
        return sn_fail(err, SN_EDATA,
                       "%s: no edge has an amount: looked for the attributes value, weight, v, "
                       "transaction_value, primaryValue, flow; there %s%s",
                       sink->name, names[0] == '\0' ? "are none" : "are ", names);
    }
out:
    return status;
}
