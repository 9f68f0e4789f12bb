/* test_matrix.c - input-output tables, and matrices that are none. */
#include "sn_graph.h"

static void check_fails(const char *text, const char *message)
{
    sn_graph_fails(text, strlen(text), SN_EDATA, message);
}

static void matrix__rows_supply_columns(void **state)
{
    (void)state;
    sn_graph_equals(",COD,CHN,JPN\nCOD,,71.25,3\nCHN,0,1.5,8\nJPN,NA,..,\n",
                    "source,target,value\nCOD,CHN,71.25\nCOD,JPN,3\nCHN,CHN,1.5\nCHN,JPN,8\n", NULL,
                    NULL);
    /* another order of columns, a decimal comma */
    sn_graph_equals("x;CHN;COD\nCOD;71,25;\nCHN;1,5;\n",
                    "source,target,value\nCOD,CHN,71.25\nCHN,CHN,1.5\n", NULL, NULL);
}

static void matrix__what_stands_beside_it_is_known_by_name(void **state)
{
    static const char expected_flows[] = "source,target,value\nfarm,farm,2\nfarm,mill,5\nmill,farm,1\n";
    (void)state;
    sn_graph_equals(",farm,mill,Final demand:households,final_demand:exports,Output\n"
                    "farm,2,5,3,1.5,11.5\nmill,1,0,7,,8\nvalue added:wages,8.5,2,,,\n"
                    "value_added:profit,,1,,,\noutput,11.5,8,,,\n",
                    expected_flows,
                    "id,kind,sector,final_demand,output\nfarm,firm,farm,4.5,11.5\nmill,firm,mill,7,8\n",
                    NULL);
    sn_graph_equals("final_demand\tfarm\tmill\tFINAL USE\nfarm\t2\t5\t3\nmill\t1\t\t7\n",
                    expected_flows,
                    "id,kind,sector,final_demand\nfarm,firm,farm,3\nmill,firm,mill,7\n", NULL);
}

static void matrix__labels_of_two_parts_are_country_and_sector(void **state)
{
    static const char flows[] = "source,target,value\nCongo (Kinshasa).a,CHN.b,4\nCHN.a,CHN.b,5\n";
    (void)state;
    sn_graph_equals(",Congo (Kinshasa).a,Congo (Kinshasa).b,CHN.a,CHN.b\n"
                    "Congo (Kinshasa).a,,,,4\nCongo (Kinshasa).b,,,,\nCHN.a,,,,5\nCHN.b,,,,\n",
                    flows,
                    "id,kind,country,sector\nCongo (Kinshasa).a,firm,COD,a\n"
                    "Congo (Kinshasa).b,firm,COD,b\nCHN.a,firm,CHN,a\nCHN.b,firm,CHN,b\n", NULL);
    /* one part that never comes again: the point belongs to the name */
    sn_graph_equals(",A.1,A.2\nA.1,,4\nA.2,5,\n", "source,target,value\nA.1,A.2,4\nA.2,A.1,5\n",
                    NULL, NULL);
}

static void matrix__final_demand_out_of_stocks_is_none_and_noted(void **state)
{
    static const char text[] = ",a,b,final_demand,output\na,,4,-1,3\nb,,,9,9\nvalue_added,3,6,,\n"
                               "output,3,9,,\n";
    const sn_native_filter all = {.year = 0};
    sn_network *net = NULL;
    sn_sources sources = {0};
    sn_error err = {0};
    char first[200] = "", second[200] = "";
    (void)state;

    const sn_status status =
        sn_graph_from("m.csv", text, strlen(text), &all, &net, &sources, &err);
    double demand = -1;
    if (status == SN_OK) {
        demand = sn_network_final_demand(net, 0);
        (void)snprintf(first, sizeof first, "%s", sources.source[0].note[0]);
        (void)snprintf(second, sizeof second, "%s", sources.source[0].note[1]);
    }
    sn_network_free(net);
    sn_sources_clear(&sources);
    assert_string_equal(err.message, "");
    assert_close(demand, 0, 0);
    assert_string_equal(first, "purchases and value added miss the stated output of 1 columns by more "
                               "than 1 %, most that of \"b\": by 11.1 %");
    assert_string_equal(second, "final demand of 1 row is negative (drawn from stocks), together -1: "
                                "taken as 0");
}

static void matrix__says_what_is_wrong_and_where(void **state)
{
    (void)state;
    check_fails(",a,b\na,1,2\nb,-3,4\n", "g:3:2: a negative flow: \"-3\"");
    check_fails(",a,b\na,1,x\nb,3,4\n", "g:2:3: not a number: \"x\"");
    check_fails(",a,b\na,1,1e999\nb,3,4\n", "g:2:3: too large: \"1e999\"");
    check_fails(";a;b\na;1.5;2\nb;3,5;4\n",
                "g:3:2: decimal commas and decimal points in one file: \"3,5\"");
    check_fails(",a,b,a\na,1,2,3\nb,3,4,5\n", "g:3:4: a second column \"a\"");
    check_fails(",a,b\na,1,2\nb,3,4\na,1,1\n", "g:4:1: a second row \"a\"");
    check_fails(",a,b\na,1,2\n,3,4\nb,1,1\n", "g:3:1: a row without a label \"\"");
    check_fails(",a,b,taxes\na,1,2,3\nb,3,4,5\n",
                "g:3:4: no row and not final_demand:... or output: column \"taxes\"");
    check_fails(",a,b,value_added\na,1,2,3\nb,3,4,5\n",
                "g:3:4: no row and not final_demand:... or output: column \"value_added\"");
    check_fails(",a,b\na,1,2\nb,3,4\ntaxes,1,1\n",
                "g:4:1: no column and not value_added:... or output: row \"taxes\"");
    check_fails(",a,b\na,1,2\nb,3,4\nfinal_demand,1,1\n",
                "g:4:1: no column and not value_added:... or output: row \"final_demand\"");
    check_fails(",a,b\na,1,2\nb,3,4,5\n", "g:3: 4 fields, but the header has 3");
}

static void matrix__a_table_of_flows_is_none(void **state)
{
    (void)state;
    sn_graph_equals("source,target,value\ntarget,source,3\n", "source,target,value\ntarget,source,3\n",
                    NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matrix__rows_supply_columns),
        cmocka_unit_test(matrix__what_stands_beside_it_is_known_by_name),
        cmocka_unit_test(matrix__labels_of_two_parts_are_country_and_sector),
        cmocka_unit_test(matrix__final_demand_out_of_stocks_is_none_and_noted),
        cmocka_unit_test(matrix__says_what_is_wrong_and_where),
        cmocka_unit_test(matrix__a_table_of_flows_is_none),
    };
    return cmocka_run_group_tests_name("matrix", tests, NULL, NULL);
}
