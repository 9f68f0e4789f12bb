/* cmd_exposure.c - what buyers depend on, and who depends on suppliers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/call.h"
#include "cli/verbs.h"
#include "metrics/exposure.h"

static const sn_option options[] = {
    {.name = "of", .kind = SN_OPTION_TEXT, .argument = "SELECTOR",
     .help = "buyers: what do they depend on?"},
    {.name = "to", .kind = SN_OPTION_TEXT, .argument = "SELECTOR",
     .help = "suppliers: who depends on them?"},
    {.name = "by", .kind = SN_OPTION_CHOICE, .argument = "LEVEL",
     .choices = "country|owner|firm|stage|commodity|node", .fallback = "country",
     .help = "country, owner, firm, stage, commodity or node"},
    {.name = "depth", .kind = SN_OPTION_INTEGER, .argument = "N", .least = 0, .most = 1e6,
     .fallback = "0", .help = "follow at most N purchases upstream; 0 follows all"},
    {.name = "ownership", .kind = SN_OPTION_CHOICE, .argument = "RULE", .choices = "largest|equity",
     .fallback = "largest", .help = "how owner= counts a site with several owners"},
    {.name = NULL},
};

const sn_method sn_exposure_methods[SN_EXPOSURE_METHODS] = {
    {"direct", "1", "share of the buyers' supply that is bought straight from the supplier",
     "docs/model.md"},
    {"look-through", "1",
     "share of the buyers' supply that comes from or passes through the supplier at any tier: "
     "probability that a unit traced upstream meets it; shares of suppliers overlap",
     "Kemeny and Snell 1960 (absorbing Markov chains); docs/model.md"},
    {"origin", "1", "share of the buyers' supply that was made there, corrected for re-exports",
     "Kastner, Kastner and Nonhebel 2011, Ecological Economics 70(6)"},
    {"inputs", "1",
     "face value: share in direct inputs; look-through: share in direct and indirect inputs, "
     "(L - I) with L = (I - A)^-1; both add up to 1",
     "Baldwin, Freeman and Theodorakopoulos 2023, Brookings Papers on Economic Activity"},
};

/* One commodity's answer (or the whole network's where it has none). */
typedef struct {
    int32_t commodity;
    sn_exposure of, nodes; /* --of: at the asked level, and node by node */
    sn_dependence to;      /* --to                                       */
} sn_answer;

typedef struct {
    const char *direction, *level;
    sn_grouping by, node;
    sn_answer *answer;
    size_t count;
} sn_question;

static void clear(sn_question *q)
{
    for (size_t k = 0; k < q->count; k++) {
        sn_exposure_clear(&q->answer[k].of);
        sn_exposure_clear(&q->answer[k].nodes);
        sn_dependence_clear(&q->answer[k].to);
    }
    free(q->answer);
    sn_grouping_clear(&q->by);
    sn_grouping_clear(&q->node);
}

/* How much of each node is asked about: its final demand; for nodes that are named, or where
 * nothing selected has final demand, all that it is supplied with. */
static sn_status weigh_buyers(const sn_call *call, const sn_selection *selection, double *weight,
                              sn_error *err)
{
    const size_t n = sn_network_node_count(call->net);
    bool final = false;

    if (sn_exposure_supply(call->net, weight, err) != SN_OK)
        return err->status;
    for (size_t i = 0; i < n; i++)
        final |= selection->weight[i] > 0 && sn_network_final_demand(call->net, i) > 0;
    for (size_t i = 0; i < n; i++) {
        if (final && !selection->names_node)
            weight[i] = sn_network_final_demand(call->net, i);
        weight[i] *= selection->weight[i];
    }
    return SN_OK;
}

/* The commodities in which a weight is positive, in order; SN_NONE for nodes without one. */
static size_t list_commodities(const sn_network *net, const double *weight, int32_t *list)
{
    const int32_t count = sn_network_dict(net, SN_COMMODITY)->count;
    size_t found = 0;

    for (int32_t c = SN_NONE; c < count; c++)
        for (size_t i = 0; i < sn_network_node_count(net); i++)
            if (weight[i] > 0 && sn_network_code(net, SN_COMMODITY, i) == c) {
                list[found++] = c;
                break;
            }
    return found;
}

/* The weights of one commodity alone. */
static void keep_commodity(const sn_network *net, const double *weight, int32_t commodity,
                           double *kept)
{
    for (size_t i = 0; i < sn_network_node_count(net); i++)
        kept[i] = sn_network_code(net, SN_COMMODITY, i) == commodity ? weight[i] : 0;
}

static sn_status ask(sn_call *call, sn_question *q, const char *selector, sn_error *err)
{
    const sn_network *net = call->net;
    const size_t n = sn_network_node_count(net);
    const bool of = q->direction[0] == 'o';
    sn_exposure_options how = {.commodity = SN_NONE,
                               .depth = (unsigned)sn_options_integer(&call->options, "depth"),
                               .limit = (size_t)sn_options_integer(&call->options, "top")};
    sn_selection selection = {0}, all = {0};
    double *weight = malloc((n + 1) * sizeof *weight), *kept = malloc((n + 1) * sizeof *kept);
    int32_t *list = malloc(((size_t)sn_network_dict(net, SN_COMMODITY)->count + 2) * sizeof *list);
    sn_status status = SN_OK;

    if (weight == NULL || kept == NULL || list == NULL) {
        status = sn_nomem(err, "an exposure");
        goto out;
    }
    SN_TRY(sn_call_select(call, selector, &selection, err));
    if (of) {
        SN_TRY(weigh_buyers(call, &selection, weight, err));
    } else {
        all.weight = kept; /* every final user */
        for (size_t i = 0; i < n; i++)
            kept[i] = 1;
        SN_TRY(weigh_buyers(call, &all, weight, err));
    }
    const size_t count = list_commodities(net, weight, list);
    if (count == 0) {
        status = sn_fail(err, SN_EUSAGE, "nothing that \"%s\" selects buys or makes anything",
                         selector);
        goto out;
    }
    q->answer = calloc(count, sizeof *q->answer);
    SN_TRY_ALLOC(q->answer, "an exposure");
    for (size_t k = 0; k < count; k++, q->count++) {
        sn_answer *answer = &q->answer[k];
        answer->commodity = list[k];
        keep_commodity(net, weight, list[k], kept);
        if (of) {
            SN_TRY(sn_exposure_of(net, kept, &q->by, &how, &answer->of, err));
            SN_TRY(sn_exposure_of(net, kept, &q->node, &how, &answer->nodes, err));
        } else {
            SN_TRY(sn_exposure_to(net, selection.weight, kept, &q->by, &how, &answer->to, err));
        }
    }
    if (selection.unknown > 0)
        SN_TRY(sn_call_find(call, SN_WARNING, "unknown-owner", selector,
                            (double)selection.unknown, NAN, err,
                            "the owner of %zu of the nodes asked about is not fully known",
                            selection.unknown));
out:
    free(weight);
    free(kept);
    free(list);
    sn_selection_clear(&selection);
    return status;
}

static const char *row_label(const sn_call *call, const char *level, const char *name)
{
    const int64_t node = name != NULL && strcmp(level, "node") == 0
                             ? sn_network_find(call->net, name)
                             : -1;

    return node >= 0 ? sn_network_label(call->net, (size_t)node) : sn_call_place(name);
}

static void write_supplier(sn_json *json, const sn_call *call, const char *level,
                           const sn_exposure_row *row)
{
    sn_json_begin_object(json);
    sn_json_kv_string(json, "id", row->name);
    sn_json_kv_string(json, "label", row_label(call, level, row->name));
    sn_json_kv_bool(json, "rest_of_world", row->rest);
    sn_json_kv_number(json, "direct", row->direct);
    sn_json_kv_number(json, "look_through", row->look_through);
    sn_json_kv_number(json, "origin", row->origin);
    sn_json_kv_number(json, "direct_amount", row->direct_amount);
    sn_json_kv_number(json, "look_through_amount", row->look_through_amount);
    sn_json_kv_number(json, "origin_amount", row->origin_amount);
    sn_json_key(json, "inputs");
    sn_json_begin_object_inline(json);
    sn_json_kv_number_or_reason(json, "face_value", row->inputs_face_value, "nothing is bought");
    sn_json_kv_number_or_reason(json, "look_through", row->inputs_look_through,
                                "nothing is bought");
    sn_json_end_object(json);
    sn_json_end_object(json);
}

static void write_of(sn_json *json, const sn_call *call, const sn_question *q,
                     const sn_answer *answer)
{
    const sn_exposure *of = &answer->of;

    sn_json_kv_number(json, "supply", of->supply);
    sn_json_kv_string(json, "unit", of->unit);
    sn_json_kv_integer(json, "buyers", (int64_t)of->buyers);
    sn_json_kv_number(json, "own", of->own);
    sn_json_kv_number(json, "unexplained", of->unexplained);
    sn_json_kv_number(json, "beyond_depth", of->beyond);
    sn_json_kv_number(json, "tiers", of->tiers);
    sn_json_kv_number(json, "spectral_radius", of->spectral_radius);
    sn_json_kv_number(json, "spectral_radius_error", of->spectral_error);
    sn_json_kv_number(json, "bound", of->residual_bound);
    sn_json_kv_integer(json, "suppliers_total", (int64_t)of->groups);
    sn_json_kv_array(json, "suppliers");
    for (size_t r = 0; r < of->count; r++)
        write_supplier(json, call, q->level, &of->row[r]);
    sn_json_end_array(json);
    sn_json_kv_array(json, "nodes");
    for (size_t r = 0; r < answer->nodes.count; r++)
        write_supplier(json, call, "node", &answer->nodes.row[r]);
    sn_json_end_array(json);
}

static void write_dependence(sn_json *json, const sn_call *call, const sn_question *q,
                             const sn_dependence_row *row)
{
    sn_json_begin_object(json);
    if (q != NULL) {
        sn_json_kv_string(json, "id", row->name);
        sn_json_kv_string(json, "label", row_label(call, q->level, row->name));
        sn_json_kv_bool(json, "rest_of_world", row->rest);
    }
    sn_json_kv_number(json, "supply", row->supply);
    sn_json_kv_number(json, "own", row->own);
    sn_json_kv_number(json, "direct", row->direct);
    sn_json_kv_number(json, "look_through", row->look_through);
    sn_json_kv_number(json, "direct_amount", row->direct_amount);
    sn_json_kv_number(json, "look_through_amount", row->look_through_amount);
    sn_json_end_object(json);
}

static void write_to(sn_json *json, const sn_call *call, const sn_question *q,
                     const sn_answer *answer)
{
    sn_json_kv_string(json, "unit", answer->to.unit);
    sn_json_kv_number(json, "bound", answer->to.residual_bound);
    sn_json_kv_integer(json, "buyers_total", (int64_t)answer->to.groups);
    sn_json_key(json, "total");
    write_dependence(json, call, NULL, &answer->to.total);
    sn_json_kv_array(json, "buyers");
    for (size_t r = 0; r < answer->to.count; r++)
        write_dependence(json, call, q, &answer->to.row[r]);
    sn_json_end_array(json);
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const sn_question *q = data;

    sn_json_begin_object(json);
    sn_json_kv_string(json, "direction", q->direction);
    sn_json_kv_string(json, "selector", sn_options_text(&call->options, q->direction));
    sn_json_kv_string(json, "by", q->level);
    sn_json_kv_array(json, "groups");
    for (size_t k = 0; k < q->count; k++) {
        sn_json_begin_object(json);
        sn_json_kv_string(json, "commodity", sn_call_text(call, SN_COMMODITY, q->answer[k].commodity));
        if (q->direction[0] == 'o')
            write_of(json, call, q, &q->answer[k]);
        else
            write_to(json, call, q, &q->answer[k]);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static void add_suppliers(const sn_call *call, const char *level, const sn_exposure *of,
                          int32_t commodity, sn_table *table)
{
    for (size_t r = 0; r < of->count; r++) {
        const sn_exposure_row *row = &of->row[r];
        sn_table_add_row(table);
        sn_table_set_text(table, 0, sn_call_text(call, SN_COMMODITY, commodity));
        sn_table_set_text(table, 1, row->name != NULL ? row->name : "unknown");
        sn_table_set_text(table, 2, row_label(call, level, row->name));
        sn_table_set_number(table, 3, row->direct);
        sn_table_set_number(table, 4, row->look_through);
        sn_table_set_number(table, 5, row->origin);
        sn_table_set_number(table, 6, row->look_through_amount);
        sn_table_set_text(table, 7, of->unit);
    }
}

static sn_status make_of(const sn_call *call, const sn_question *q, bool nodes, sn_table **table,
                         sn_error *err)
{
    const sn_table_head head[] = {
        {.name = "commodity"},
        {.name = "supplier"},
        {.name = "label", .heading = "name", .detail = nodes ? 1 : 0}, /* their ids say it */
        {.name = "direct", .type = SN_COLUMN_PERCENT},
        {.name = "look_through", .heading = "look-through", .type = SN_COLUMN_PERCENT, .bar = true},
        {.name = "origin", .type = SN_COLUMN_PERCENT, .detail = 2},
        {.name = "amount", .type = SN_COLUMN_AMOUNT},
        {.name = "unit"}};
    const char *level = nodes ? "node" : q->level;
    char title[300], more[2000] = "";
    sn_status status = SN_OK;

    (void)snprintf(title, sizeof title,
                   nodes ? "The nodes behind it" : "What %s depends on, by %s",
                   sn_options_text(&call->options, "of"), q->level);
    SN_TRY(sn_table_new(nodes ? "supplier_node" : "supplier", title, head, 8, table, err));
    for (size_t k = 0; k < q->count; k++) {
        const sn_exposure *of = nodes ? &q->answer[k].nodes : &q->answer[k].of;
        add_suppliers(call, level, of, q->answer[k].commodity, *table);
        if (of->groups > of->count) {
            const char *name = sn_call_text(call, SN_COMMODITY, q->answer[k].commodity);
            const size_t used = strlen(more);
            (void)snprintf(more + used, sizeof more - used, "%s%s%s%zu", used > 0 ? ", " : "",
                           name != NULL ? name : "", name != NULL ? " " : "",
                           of->groups - of->count);
        }
    }
    if (more[0] != '\0') {
        strncat(more, " more; --top 0 shows all", sizeof more - strlen(more) - 1);
        sn_table_add_note(*table, more);
    }
    if (!nodes) {
        sn_table_add_note(*table, "direct: bought there; look-through: comes from or passes through "
                                  "there at any tier (these overlap); origin: made there first");
    }
out:
    return status;
}

static sn_status make_to(const sn_call *call, const sn_question *q, sn_table **table,
                         sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "commodity"},
        {.name = "buyer"},
        {.name = "label", .heading = "name"},
        {.name = "direct", .type = SN_COLUMN_PERCENT},
        {.name = "look_through", .heading = "look-through", .type = SN_COLUMN_PERCENT, .bar = true},
        {.name = "amount", .type = SN_COLUMN_AMOUNT},
        {.name = "supply", .type = SN_COLUMN_AMOUNT, .detail = 1},
        {.name = "unit"}};
    char title[300];
    sn_status status = SN_OK;

    (void)snprintf(title, sizeof title, "Who depends on %s, by %s",
                   sn_options_text(&call->options, "to"), q->level);
    SN_TRY(sn_table_new("buyer", title, head, 8, table, err));
    for (size_t k = 0; k < q->count; k++) {
        const sn_dependence *to = &q->answer[k].to;
        for (size_t r = 0; r < to->count; r++) {
            const sn_dependence_row *row = &to->row[r];
            sn_table_add_row(*table);
            sn_table_set_text(*table, 0, sn_call_text(call, SN_COMMODITY, q->answer[k].commodity));
            sn_table_set_text(*table, 1, row->name != NULL ? row->name : "unknown");
            sn_table_set_text(*table, 2, row_label(call, q->level, row->name));
            sn_table_set_number(*table, 3, row->direct);
            sn_table_set_number(*table, 4, row->look_through);
            sn_table_set_number(*table, 5, row->look_through_amount);
            sn_table_set_number(*table, 6, row->supply);
            sn_table_set_text(*table, 7, to->unit);
        }
    }
out:
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    const char *of = sn_options_text(&call->options, "of");
    const char *to = sn_options_text(&call->options, "to");
    sn_question q = {.direction = of != NULL ? "of" : "to",
                     .level = sn_options_text(&call->options, "by")};
    sn_table *table = NULL, *nodes = NULL;
    sn_report report = {sn_exposure_methods, SN_EXPOSURE_METHODS, {NULL}, 1, write_results, &q, 0};
    sn_level level;
    sn_status status = SN_OK;

    if ((of == NULL) == (to == NULL))
        return sn_fail(err, SN_EUSAGE, "give one of --of BUYERS and --to SUPPLIERS");
    SN_TRY(sn_level_parse(q.level, &level, err));
    SN_TRY(sn_grouping_make(call->net, level, &q.by, err));
    SN_TRY(sn_grouping_make(call->net, SN_LEVEL_NODE, &q.node, err));
    SN_TRY(ask(call, &q, of != NULL ? of : to, err));
    if (of != NULL) {
        SN_TRY(make_of(call, &q, false, &table, err));
        SN_TRY(make_of(call, &q, true, &nodes, err));
        report.table[0] = table;
        report.table[1] = nodes;
        report.table_count = level == SN_LEVEL_NODE ? 1 : 2;
    } else {
        SN_TRY(make_to(call, &q, &table, err));
        report.table[0] = table;
    }
    SN_TRY(sn_call_emit(call, &report, err));
out:
    clear(&q);
    sn_table_free(table);
    sn_table_free(nodes);
    return status;
}

const sn_verb sn_verb_exposure = {
    .name = "exposure",
    .summary = "What does X depend on, and who depends on X?",
    .options = options,
    .about = "--of BUYERS traces their supply upstream through every tier: what is bought directly,\n"
             "what comes from or passes through each supplier, and where it was made first.  --to\n"
             "SUPPLIERS lists the final users that depend on them.  Selectors: JPN, country=JPN|KOR,\n"
             "coalition=G7, owner=CHN, stage=refining&country=CHN, id=...; one answer a commodity,\n"
             "since amounts of different commodities are never added.",
    .examples = "supplynet exposure --of JPN --commodity cobalt\n"
                "supplynet exposure --to CHN --commodity 'gallium|germanium'\n"
                "supplynet exposure --of coalition=EU27 --commodity nickel --by node",
    .takes_network = true,
    .unused = "seed|threads",
    .methods = {{sn_exposure_methods, SN_EXPOSURE_METHODS}},
    .run = run,
};
