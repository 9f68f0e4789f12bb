/* test_balance.c - whether the books close, how a network hangs together, and what a sweep
 * removes. */
#include "sn_test.h"
#include "sn_build.h"

#include "graph/bridge.h"
#include "metrics/balance.h"
#include "metrics/candidates.h"
#include "metrics/structure.h"

static sn_network *build(const char *text)
{
    sn_network *net = NULL;
    sn_error err = {0};

    if (sn_build(text, &net, &err) != SN_OK)
        fail_msg("%s", err.message);
    return net;
}

/* Ore is mined by A and B, refined by C and D; tin stands beside.  A states 50 and sells 40, B
 * states 30 and sells 33: residuals 1/5 and 1/10. */
static const char books[] = "A: kind=stage commodity=ore stage=mining output=50\n"
                            "B: kind=stage commodity=ore stage=mining output=30\n"
                            "C: kind=stage commodity=ore stage=refining final_demand=29\n"
                            "D: kind=stage commodity=ore stage=refining final_demand=44\n"
                            "T: kind=stage commodity=tin stage=mining output=8\n"
                            "S: kind=stage commodity=tin stage=refining final_demand=8\n"
                            "A C 17;A D 23 basis=estimated;B D 33 basis=balanced;T S 8\n";

static const sn_balance_group *find_group(const sn_network *net, const sn_balance *b,
                                          const char *commodity, const char *stage)
{
    for (size_t k = 0; k < b->group_count; k++)
        if (strcmp(sn_dict_text(sn_network_dict(net, SN_COMMODITY), b->group[k].commodity),
                   commodity) == 0 &&
            strcmp(sn_dict_text(sn_network_dict(net, SN_STAGE), b->group[k].stage), stage) == 0)
            return &b->group[k];
    fail_msg("no group %s:%s", commodity, stage);
    return NULL;
}

static void balance__adds_up_each_commodity_and_stage(void **state)
{
    sn_network *net = build(books);
    sn_balance b;
    (void)state;

    assert_int_equal(sn_balance_check(net, &b, NULL), SN_OK);
    assert_int_equal(b.group_count, 4);
    const sn_balance_group *mined = find_group(net, &b, "ore", "mining");
    assert_int_equal(mined->nodes, 2);
    assert_close(mined->output, 80, 1e-12);
    assert_close(mined->sales, 73, 1e-12);
    assert_close(mined->purchases, 0, 0);
    assert_close(mined->final_demand, 0, 0);
    const sn_balance_group *refined = find_group(net, &b, "ore", "refining");
    assert_close(refined->purchases, 73, 1e-12);
    assert_close(refined->final_demand, 73, 1e-12);
    assert_close(refined->sales, 0, 0);
    assert_close(find_group(net, &b, "tin", "mining")->output, 8, 0);
    assert_int_equal(find_group(net, &b, "tin", "refining")->nodes, 1);
    sn_balance_clear(&b);
    sn_network_free(net);
}

/* What states neither commodity nor stage is a group of its own, and so are the flows in it. */
static void balance__counts_flows_between_nodes_that_state_nothing(void **state)
{
    sn_network *net = build("A: kind=firm\nB: kind=firm\nA B 2.5;B A 0.75\n");
    sn_balance b;
    (void)state;

    const sn_status status = sn_balance_check(net, &b, NULL);
    const size_t groups = b.group_count, steps = b.step_count;
    const size_t nodes = groups > 0 ? b.group[0].nodes : 0,
                 flows = steps > 0 ? b.step[0].flows : 0;
    const double amount = steps > 0 ? b.step[0].amount[SN_BASIS_REPORTED] : NAN;
    sn_balance_clear(&b);
    sn_network_free(net);
    assert_int_equal(status, SN_OK);
    assert_int_equal(groups, 1);
    assert_int_equal(nodes, 2);
    assert_int_equal(steps, 1);
    assert_int_equal(flows, 2);
    assert_close(amount, 3.25, 1e-12);
}

static void balance__names_the_worst_residual(void **state)
{
    sn_network *net = build(books);
    sn_network *turned =
        build("A: kind=stage stage=mining output=30;B: kind=stage stage=mining output=50\n"
              "A C 33;B C 40\n");
    sn_balance b;
    (void)state;

    assert_int_equal(sn_balance_check(net, &b, NULL), SN_OK);
    assert_close(find_group(net, &b, "ore", "mining")->residual, 0.2, 1e-12);
    assert_int_equal(find_group(net, &b, "ore", "mining")->worst, sn_network_find(net, "A"));
    assert_close(find_group(net, &b, "tin", "mining")->residual, 0, 0);
    assert_true(isnan(find_group(net, &b, "ore", "refining")->residual)); /* none is stated */
    sn_balance_clear(&b);

    assert_int_equal(sn_balance_check(turned, &b, NULL), SN_OK); /* the worse one comes last */
    for (size_t k = 0; k < b.group_count; k++)
        if (b.group[k].stage != SN_NONE) {
            assert_close(b.group[k].residual, 0.2, 1e-12);
            assert_int_equal(b.group[k].worst, sn_network_find(turned, "B"));
        }
    sn_balance_clear(&b);
    sn_network_free(net);
    sn_network_free(turned);
}

static void balance__a_stated_output_of_nothing_that_is_sold_is_infinitely_wrong(void **state)
{
    sn_network *net = build("A: kind=stage output=0;B: kind=stage output=0 final_demand=6\n"
                            "C: kind=stage output=5;A B 4\n");
    sn_balance b;
    (void)state;

    assert_int_equal(sn_balance_check(net, &b, NULL), SN_OK);
    assert_int_equal(b.group_count, 1);
    assert_true(isinf(b.group[0].residual));
    assert_int_equal(b.group[0].worst, sn_network_find(net, "A")); /* the first of equals */
    sn_balance_clear(&b);
    sn_network_free(net);
}

static void balance__leaves_countries_and_idle_nodes_without_residual(void **state)
{
    sn_network *countries =
        build("CHN: kind=country output=50;JPN: kind=country\nCHN JPN 20\n");
    sn_network *idle = build("A: kind=stage output=50;B: kind=firm;C: kind=firm;B C 1\n");
    sn_balance b;
    (void)state;

    assert_int_equal(sn_balance_check(countries, &b, NULL), SN_OK);
    assert_int_equal(b.group_count, 1);
    assert_true(isnan(b.group[0].residual));
    sn_balance_clear(&b);
    assert_int_equal(sn_balance_check(idle, &b, NULL), SN_OK);
    assert_true(
        isnan(b.group[0].residual)); /* A states an output, and nobody is there to take it */
    sn_balance_clear(&b);
    sn_network_free(countries);
    sn_network_free(idle);
}

static void balance__tells_on_what_the_flows_of_a_step_rest(void **state)
{
    sn_network *net = build(books);
    sn_balance b;
    size_t flows = 0;
    (void)state;

    assert_int_equal(sn_balance_check(net, &b, NULL), SN_OK);
    assert_int_equal(b.step_count, 2);
    for (size_t k = 0; k < 2; k++) {
        const bool ore =
            strcmp(sn_dict_text(sn_network_dict(net, SN_COMMODITY), b.step[k].commodity),
                   "ore") == 0;
        assert_string_equal(sn_dict_text(sn_network_dict(net, SN_STAGE), b.step[k].from_stage),
                            "mining");
        assert_string_equal(sn_dict_text(sn_network_dict(net, SN_STAGE), b.step[k].to_stage),
                            "refining");
        assert_close(b.step[k].amount[SN_BASIS_REPORTED], ore ? 17 : 8, 0);
        assert_close(b.step[k].amount[SN_BASIS_BALANCED], ore ? 33 : 0, 0);
        assert_close(b.step[k].amount[SN_BASIS_ESTIMATED], ore ? 23 : 0, 0);
        flows += b.step[k].flows;
    }
    assert_int_equal(flows, 4);
    sn_balance_clear(&b);
    sn_network_free(net);
}

static void structure__counts_parts_loops_and_roles(void **state)
{
    /* A -> B -> C -> A is a loop, D <-> E another, F hangs on C, G is alone but for itself. */
    sn_network *net = build("A: kind=firm primary=3;G: kind=country;H: kind=stage\n"
                            "A B 4;B C 5;C A 6;D E 1;E D 2;C F 3;owner A CHN 0.6 largest\n"
                            "F: kind=stage final_demand=3;I: kind=stage;I I 2\n");
    sn_structure s;
    (void)state;

    assert_int_equal(sn_structure_count(net, &s, NULL), SN_OK);
    assert_int_equal(s.components, 5); /* ABCF, DE, G, H, I */
    assert_int_equal(s.largest_component, 4);
    assert_int_equal(s.loops, 2);
    assert_int_equal(s.largest_loop, 3);
    assert_int_equal(s.isolated, 2 + (sn_network_flow_count(net) ==
                                      6)); /* where self-flows are kept apart */
    assert_int_equal(s.self_flows, 1);
    assert_int_equal(s.with_owner, 1);
    assert_int_equal(s.kind[SN_KIND_FIRM] + s.kind[SN_KIND_COUNTRY] + s.kind[SN_KIND_STAGE], 9);
    size_t makers = 0, users = 0;
    for (size_t i = 0; i < 9; i++) {
        makers += sn_network_primary(net, i) > 0;
        users += sn_network_final_demand(net, i) > 0;
    }
    assert_int_equal(s.producers, makers);
    assert_int_equal(s.final_users, users);
    assert_true(makers > 0 && users > 0 && makers != users);
    sn_network_free(net);
}

static void structure__without_loop_there_is_no_largest(void **state)
{
    sn_network *net = build("A B 4;B C 5;A C 1\n");
    sn_network *one = build("A: kind=firm\n");
    sn_structure s;
    (void)state;

    assert_int_equal(sn_structure_count(net, &s, NULL), SN_OK);
    assert_int_equal(s.components, 1);
    assert_int_equal(s.loops, 0);
    assert_int_equal(s.largest_loop, 0);
    assert_int_equal(s.isolated, 0);
    assert_int_equal(sn_structure_count(one, &s, NULL), SN_OK);
    assert_int_equal(s.components, 1);
    assert_int_equal(s.isolated, 1);
    sn_network_free(net);
    sn_network_free(one);
}

static const char *owned = "A: kind=stage commodity=ore country=COD output=9\n"
                           "B: kind=stage commodity=ore country=AUS output=4\n"
                           "C: kind=stage commodity=tin country=COD output=7\n"
                           "D: kind=stage commodity=ore country=JPN final_demand=13\n"
                           "A D 9;B D 4;owner A CHN 0.75 equity;owner A CAN 0.25 equity\n"
                           "owner C CHN 1 equity\n";

static void candidates__are_groups_within_one_commodity(void **state)
{
    sn_network *net = build(owned);
    sn_candidates c;
    (void)state;

    assert_int_equal(sn_candidates_make(net, SN_LEVEL_COUNTRY, SN_EQUITY, &c, NULL), SN_OK);
    assert_int_equal(c.count, 3); /* AUS ore, COD ore, COD tin; JPN only uses */
    assert_string_equal(c.name[0], "AUS");
    assert_string_equal(c.name[1], "COD");
    assert_string_equal(c.name[2], "COD");
    assert_true(c.commodity[1] != c.commodity[2]);
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(c.first[k + 1] - c.first[k], 1);
        assert_close(c.part[c.first[k]], 1, 0);
        assert_int_equal(c.commodity[k],
                         sn_network_code(net, SN_COMMODITY, (size_t)c.node[c.first[k]]));
    }
    assert_int_equal(c.node[0], sn_network_find(net, "B"));
    sn_candidates_clear(&c);
    assert_int_equal(c.count, 0);
    sn_network_free(net);
}

static void candidates__of_owners_hold_the_owned_part(void **state)
{
    sn_network *net = build(owned);
    sn_candidates c;
    double part = 0;
    (void)state;

    assert_int_equal(sn_candidates_make(net, SN_LEVEL_OWNER, SN_EQUITY, &c, NULL), SN_OK);
    assert_int_equal(c.count, 3); /* CAN ore, CHN ore, CHN tin */
    assert_string_equal(c.name[0], "CAN");
    assert_close(c.part[0], 0.25, 0);
    for (size_t k = c.first[1]; k < c.first[3]; k++)
        part += c.part[k];
    assert_close(part, 1.75, 1e-12);
    sn_candidates_clear(&c);
    sn_network_free(net);
}

static void candidates__of_a_commodity_take_all_its_makers_together(void **state)
{
    sn_network *net = build(owned);
    sn_candidates c;
    (void)state;

    assert_int_equal(sn_candidates_make(net, SN_LEVEL_COMMODITY, SN_EQUITY, &c, NULL), SN_OK);
    assert_int_equal(c.count, 2);
    assert_string_equal(c.name[0], "ore");
    assert_int_equal(c.first[1], 2);
    assert_int_equal(c.first[2], 3);
    assert_true(c.node[0] < c.node[1]);
    sn_candidates_clear(&c);
    sn_network_free(net);
}

static void balance__tells_each_step_between_stages_by_basis(void **state)
{
    static const struct {
        const char *commodity, *from, *to;
        size_t flows;
        double amount[3]; /* reported, balanced, estimated */
    } want[] = {{"ore", "mining", "refining", 3, {17, 33, 23}},
                {"ore", "refining", "mining", 1, {5, 0, 0}},
                {"tin", "mining", "refining", 2, {8, 0, 2.5}}};
    char text[600];
    (void)state;

    (void)snprintf(text, sizeof text, "%sT S 2.5 product=x basis=estimated;C A 5\n", books);
    sn_network *net = build(text);
    sn_balance b;
    size_t found = 0;
    assert_int_equal(sn_balance_check(net, &b, NULL), SN_OK);
    for (size_t k = 0; k < b.step_count; k++)
        for (size_t w = 0; w < 3; w++)
            if (strcmp(sn_dict_text(sn_network_dict(net, SN_COMMODITY), b.step[k].commodity),
                       want[w].commodity) == 0 &&
                strcmp(sn_dict_text(sn_network_dict(net, SN_STAGE), b.step[k].from_stage),
                       want[w].from) == 0 &&
                strcmp(sn_dict_text(sn_network_dict(net, SN_STAGE), b.step[k].to_stage),
                       want[w].to) == 0) {
                found++;
                assert_int_equal(b.step[k].flows, want[w].flows);
                for (int basis = 0; basis < 3; basis++)
                    assert_close(b.step[k].amount[basis], want[w].amount[basis], 0);
            }
    assert_int_equal(b.step_count, 3);
    assert_int_equal(found, 3);
    sn_balance_clear(&b);
    sn_network_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(balance__adds_up_each_commodity_and_stage),
        cmocka_unit_test(balance__counts_flows_between_nodes_that_state_nothing),
        cmocka_unit_test(balance__names_the_worst_residual),
        cmocka_unit_test(balance__a_stated_output_of_nothing_that_is_sold_is_infinitely_wrong),
        cmocka_unit_test(balance__leaves_countries_and_idle_nodes_without_residual),
        cmocka_unit_test(balance__tells_on_what_the_flows_of_a_step_rest),
        cmocka_unit_test(structure__counts_parts_loops_and_roles),
        cmocka_unit_test(structure__without_loop_there_is_no_largest),
        cmocka_unit_test(candidates__are_groups_within_one_commodity),
        cmocka_unit_test(candidates__of_owners_hold_the_owned_part),
        cmocka_unit_test(candidates__of_a_commodity_take_all_its_makers_together),
        cmocka_unit_test(balance__tells_each_step_between_stages_by_basis),
    };

    sn_bridge_setup();
    return cmocka_run_group_tests_name("balance", tests, NULL, NULL);
}
