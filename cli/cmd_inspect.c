/* cmd_inspect.c - what is in a network, and is it sound? */
#include <math.h>
#include <stdio.h>

#include "cli/call.h"
#include "cli/trade_report.h"
#include "cli/verbs.h"
#include "metrics/balance.h"
#include "metrics/structure.h"
#include "reports/number.h"

static const sn_option options[] = {
    {.name = "residual", .kind = SN_OPTION_NUMBER, .argument = "SHARE", .least = 0, .most = 1e9,
     .fallback = "0.1",
     .help = "a stated output that sales and final demand miss by more than this share is unsound"},
    {.name = NULL},
};

static const sn_method methods[] = {
    {"balance", "1",
     "residual = |stated output - sales - final demand| / stated output, of each stage and firm "
     "node with a stated output",
     "docs/model.md"},
    {"components", "1",
     "components: parts that no flow joins; loops: strongly connected components of two or more "
     "nodes",
     "igraph_connected_components"},
    SN_METHOD_TRADE_QUALITY,
};

typedef struct {
    sn_structure structure;
    sn_balance balance;
    const sn_trades_quality *trade; /* of a trade table; lent, or NULL */
} sn_inspection;

static const char *name_of(const sn_network *net, sn_column column, int32_t code)
{
    return code == SN_NONE ? NULL : sn_dict_text(sn_network_dict(net, column), code);
}

/* The flow basis is counted in shares of each step's amount. */
static double basis_share(const sn_balance_step *step, sn_basis basis)
{
    const double total = step->amount[0] + step->amount[1] + step->amount[2];

    return step->amount[basis] / total;
}

static void write_structure(sn_json *json, const sn_structure *s)
{
    const struct {
        const char *name;
        size_t count;
    } row[] = {{"countries", s->kind[SN_KIND_COUNTRY]},
               {"firms", s->kind[SN_KIND_FIRM]},
               {"stages", s->kind[SN_KIND_STAGE]},
               {"self_flows", s->self_flows},
               {"isolated", s->isolated},
               {"components", s->components},
               {"largest_component", s->largest_component},
               {"loops", s->loops},
               {"largest_loop", s->largest_loop},
               {"producers", s->producers},
               {"final_users", s->final_users},
               {"with_owner", s->with_owner}};

    sn_json_kv_object(json, "structure");
    for (size_t r = 0; r < sizeof row / sizeof row[0]; r++)
        sn_json_kv_integer(json, row[r].name, (int64_t)row[r].count);
    sn_json_end_object(json);
}

static void write_results(sn_json *json, const sn_call *call, const void *data)
{
    const sn_inspection *found = data;
    const sn_network *net = call->net;

    sn_json_begin_object(json);
    sn_json_kv_bool(json, "sound", !call->answer_is_no);
    write_structure(json, &found->structure);
    sn_json_kv_array(json, "groups");
    for (size_t g = 0; g < found->balance.group_count; g++) {
        const sn_balance_group *group = &found->balance.group[g];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "commodity", name_of(net, SN_COMMODITY, group->commodity));
        sn_json_kv_string(json, "stage", name_of(net, SN_STAGE, group->stage));
        sn_json_kv_integer(json, "nodes", (int64_t)group->nodes);
        sn_json_kv_number(json, "output", group->output);
        sn_json_kv_number(json, "purchases", group->purchases);
        sn_json_kv_number(json, "sales", group->sales);
        sn_json_kv_number(json, "final_demand", group->final_demand);
        sn_json_kv_string(json, "unit", sn_network_unit(net, group->commodity));
        sn_json_kv_number_or_reason(json, "residual", group->residual,
                                    "no node states its output and sells");
        if (!isnan(group->residual))
            sn_json_kv_string(json, "worst_node", sn_network_id(net, group->worst));
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_kv_array(json, "steps");
    for (size_t s = 0; s < found->balance.step_count; s++) {
        const sn_balance_step *step = &found->balance.step[s];
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "commodity", name_of(net, SN_COMMODITY, step->commodity));
        sn_json_kv_string(json, "from", name_of(net, SN_STAGE, step->from_stage));
        sn_json_kv_string(json, "to", name_of(net, SN_STAGE, step->to_stage));
        sn_json_kv_integer(json, "flows", (int64_t)step->flows);
        sn_json_kv_number(json, "amount", step->amount[0] + step->amount[1] + step->amount[2]);
        sn_json_kv_string(json, "unit", sn_network_unit(net, step->commodity));
        sn_json_kv_number(json, "reported", basis_share(step, SN_BASIS_REPORTED));
        sn_json_kv_number(json, "balanced", basis_share(step, SN_BASIS_BALANCED));
        sn_json_kv_number(json, "estimated", basis_share(step, SN_BASIS_ESTIMATED));
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    if (found->trade != NULL)
        sn_trade_report_write(json, found->trade);
    sn_json_end_object(json);
}

static sn_status make_groups(const sn_network *net, const sn_balance *balance, sn_table **table,
                             sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "commodity"}, {.name = "stage"}, {.name = "nodes", .type = SN_COLUMN_INTEGER},
        {.name = "output", .type = SN_COLUMN_AMOUNT},
        {.name = "sales", .type = SN_COLUMN_AMOUNT, .detail = 1},
        {.name = "final_demand", .heading = "final demand", .type = SN_COLUMN_AMOUNT},
        {.name = "unit"}, {.name = "residual", .type = SN_COLUMN_PERCENT}};
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("group", "Nodes by commodity and stage", head, 8, table, err));
    for (size_t g = 0; g < balance->group_count; g++) {
        const sn_balance_group *group = &balance->group[g];
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, name_of(net, SN_COMMODITY, group->commodity));
        sn_table_set_text(*table, 1, name_of(net, SN_STAGE, group->stage));
        sn_table_set_number(*table, 2, (double)group->nodes);
        sn_table_set_number(*table, 3, group->output);
        sn_table_set_number(*table, 4, group->sales);
        sn_table_set_number(*table, 5, group->final_demand);
        sn_table_set_text(*table, 6, sn_network_unit(net, group->commodity));
        sn_table_set_number(*table, 7, group->residual);
    }
out:
    return status;
}

static sn_status make_steps(const sn_network *net, const sn_balance *balance, sn_table **table,
                            sn_error *err)
{
    static const sn_table_head head[] = {
        {.name = "commodity"}, {.name = "from"}, {.name = "to"},
        {.name = "flows", .type = SN_COLUMN_INTEGER, .detail = 1},
        {.name = "amount", .type = SN_COLUMN_AMOUNT}, {.name = "unit"},
        {.name = "reported", .type = SN_COLUMN_PERCENT},
        {.name = "balanced", .type = SN_COLUMN_PERCENT},
        {.name = "estimated", .type = SN_COLUMN_PERCENT}};
    sn_status status = SN_OK;

    SN_TRY(sn_table_new("step", "Flows between stages, and what they rest on", head, 9, table,
                        err));
    for (size_t s = 0; s < balance->step_count; s++) {
        const sn_balance_step *step = &balance->step[s];
        sn_table_add_row(*table);
        sn_table_set_text(*table, 0, name_of(net, SN_COMMODITY, step->commodity));
        sn_table_set_text(*table, 1, name_of(net, SN_STAGE, step->from_stage));
        sn_table_set_text(*table, 2, name_of(net, SN_STAGE, step->to_stage));
        sn_table_set_number(*table, 3, (double)step->flows);
        sn_table_set_number(*table, 4, step->amount[0] + step->amount[1] + step->amount[2]);
        sn_table_set_text(*table, 5, sn_network_unit(net, step->commodity));
        sn_table_set_number(*table, 6, basis_share(step, SN_BASIS_REPORTED));
        sn_table_set_number(*table, 7, basis_share(step, SN_BASIS_BALANCED));
        sn_table_set_number(*table, 8, basis_share(step, SN_BASIS_ESTIMATED));
    }
out:
    return status;
}

/* Residuals over the limit make the input unsound; what is merely worth knowing does not. */
static sn_status judge(sn_call *call, const sn_inspection *found, sn_error *err)
{
    const double limit = sn_options_number(&call->options, "residual");
    const sn_structure *s = &found->structure;
    char number[SN_NUMBER_SIZE];
    sn_status status = SN_OK;

    const bool makes = sn_network_flow_count(call->net) == 0 && s->producers > 0;
    if (makes)
        SN_TRY(sn_call_find(call, SN_WARNING, "no-flows", "network", 0, NAN, err,
                            "there is output but no flow: concentration can be asked for, nothing "
                            "that follows flows"));
    else if (sn_network_flow_count(call->net) == 0) {
        SN_TRY(sn_call_find(call, SN_ERROR, "no-flows", "network", 0, NAN, err,
                            "the network has no flows"));
        call->answer_is_no = true;
    }
    for (size_t g = 0; g < found->balance.group_count; g++) {
        const sn_balance_group *group = &found->balance.group[g];
        if (!(group->residual > limit))
            continue;
        SN_TRY(sn_call_find(call, SN_ERROR, "residual", sn_network_id(call->net, group->worst),
                            group->residual, limit, err,
                            "the stated output of %s and its sales and final demand differ by %s",
                            sn_network_id(call->net, group->worst),
                            sn_number_percent(group->residual, number)));
        call->answer_is_no = true;
    }
    if (s->isolated > 0 && !makes)
        SN_TRY(sn_call_find(call, SN_NOTE, "isolated", "network", (double)s->isolated, NAN, err,
                            "%zu node%s without any flow", s->isolated,
                            s->isolated == 1 ? " is" : "s are"));
    if (s->final_users == 0 && sn_network_node_count(call->net) > 0 && !makes)
        SN_TRY(sn_call_find(call, SN_WARNING, "no-final-demand", "network", 0, NAN, err,
                            "no node has final demand: losses are weighed by output, and upstream "
                            "losses in closed loops mean little"));
out:
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    sn_inspection found = {0};
    sn_table *groups = NULL, *steps = NULL, *trade[SN_TRADE_TABLES] = {NULL};
    char line[400];
    sn_status status = SN_OK;

    SN_TRY(sn_structure_count(call->net, &found.structure, err));
    SN_TRY(sn_balance_check(call->net, &found.balance, err));
    SN_TRY(judge(call, &found, err));
    found.trade = sn_trade_report_of(call);
    if (found.trade != NULL) {
        SN_TRY(sn_trade_report_judge(call, found.trade, err));
        SN_TRY(sn_trade_report_tables(call, found.trade, trade, err));
    }
    SN_TRY(make_groups(call->net, &found.balance, &groups, err));
    SN_TRY(make_steps(call->net, &found.balance, &steps, err));
    const sn_structure *s = &found.structure;
    (void)snprintf(line, sizeof line,
                   "%zu nodes (%zu countries, %zu firms, %zu stages) and %zu flows in %zu "
                   "component%s; %zu loop%s%s",
                   sn_network_node_count(call->net), s->kind[SN_KIND_COUNTRY],
                   s->kind[SN_KIND_FIRM], s->kind[SN_KIND_STAGE], sn_network_flow_count(call->net),
                   s->components, s->components == 1 ? "" : "s", s->loops, s->loops == 1 ? "" : "s",
                   s->loops > 0 ? " of nodes that supply each other" : "");
    sn_table_add_note(steps, line);
    (void)snprintf(line, sizeof line, "%zu nodes make something of their own, %zu have final "
                   "demand, %zu have a known owner", s->producers, s->final_users, s->with_owner);
    sn_table_add_note(steps, line);
    const bool of_trade = found.trade != NULL;
    const sn_report report = {methods, of_trade ? 3 : 2,
                              {groups, steps, trade[0], trade[1], trade[2]},
                              of_trade ? 2 + SN_TRADE_TABLES : 2,
                              write_results, &found, 0};
    SN_TRY(sn_call_emit(call, &report, err));
out:
    sn_table_free(groups);
    sn_table_free(steps);
    for (size_t t = 0; t < SN_TRADE_TABLES; t++)
        sn_table_free(trade[t]);
    sn_balance_clear(&found.balance);
    return status;
}

const sn_verb sn_verb_inspect = {
    .name = "inspect",
    .summary = "What is in these files, and is it sound?",
    .options = options,
    .about = "Counts nodes, flows and components, adds up amounts by commodity and stage, and says\n"
             "what the flows rest on.  Exit code 1 if the books of a node do not close or there is\n"
             "nothing to analyse.",
    .examples = "supplynet inspect\n"
                "supplynet inspect --commodity nickel -f json",
    .takes_network = true,
    .judges = true,
    .unused = "seed|threads",
    .methods = {{methods, sizeof methods / sizeof methods[0]}},
    .run = run,
};
