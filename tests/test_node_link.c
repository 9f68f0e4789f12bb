/* test_node_link.c - graphs in JSON: every spelling, and every trap of JSON. */
#include "sn_graph.h"

#include "datasets/graph_sink.h"

#include <stdio.h>

#define NODES "\"nodes\": [{\"id\": \"A\"}, {\"id\": \"B\"}]"
#define EDGE "{\"source\": \"A\", \"target\": \"B\", \"weight\": 3.5}"

static void check_fails(const char *text, const char *message)
{
    sn_graph_fails(text, strlen(text), SN_EDATA, message);
}

static void node_link__every_spelling_is_one_network(void **state)
{
    static const char *const spelling[] = {
        "{\"directed\": true, \"multigraph\": false, \"graph\": {\"name\": \"x\", \"y\": [1]}, " NODES
        ", \"links\": [" EDGE "]}",
        "{" NODES ", \"edges\": [" EDGE "]}",
        "{\"edges\": [" EDGE "], " NODES "}",
        "\xef\xbb\xbf{" NODES ", \"links\": [" EDGE "]}\n\n",
        "{\"graph\": {\"directed\": true, \"nodes\": {\"A\": {}, \"B\": {}}, \"edges\": [" EDGE "]}}",
        "{\"graph\": {" NODES ", \"edges\": [{\"source\": \"A\", \"target\": \"B\", \"metadata\": "
        "{\"weight\": 3.5}}]}}",
        "{" NODES ", \"links\": [{\"target\": \"B\", \"weight\": 35e-1, \"source\": \"A\", "
        "\"key\": 0, \"tags\": [1, {\"a\": [2]}]}]}",
    };
    (void)state;
    for (size_t k = 0; k < sizeof spelling / sizeof spelling[0]; k++)
        sn_graph_equals(spelling[k], "source,target,value\nA,B,3.5\n", "id\nA\nB\n", NULL);
}

static void node_link__members_are_columns(void **state)
{
    (void)state;
    sn_graph_equals("{\"nodes\": [{\"id\": 1, \"country\": \"COD\", \"output\": 71.25, \"open\": true, "
                    "\"owner\": null, \"label\": \"C\\u00f4te \\\"x\\\"\"}, {\"id\": 2.5}], "
                    "\"links\": [{\"source\": 1, \"target\": 2.5, \"value\": 3, \"product\": \"ore\"}, "
                    "{\"source\": 1, \"target\": 2.5, \"value\": null}]}",
                    "source,target,value,product\n1,2.5,3,ore\n",
                    "id,country,output,open,label\n1,COD,71.25,true,\"C\xc3\xb4te \"\"x\"\"\"\n2.5,,,,\n",
                    NULL);
}

static void node_link__graph_format_2_keeps_metadata(void **state)
{
    (void)state;
    sn_graph_equals("{\"graph\": {\"nodes\": {\"A\": {\"label\": \"Mine\", \"metadata\": {\"sector\": "
                    "\"ore\", \"colour\": \"red\"}}, \"B\": {\"metadata\": {}}}, \"edges\": [" EDGE "]}}",
                    "source,target,value\nA,B,3.5\n",
                    "id,label,sector,colour\nA,Mine,ore,red\nB,,,\n", NULL);
}

static void node_link__filters_by_year_and_product(void **state)
{
    (void)state;
    sn_graph_equals("{" NODES ", \"links\": [{\"source\": \"A\", \"target\": \"B\", \"v\": 1, \"year\": "
                    "2023, \"k\": \"8105\"}, {\"source\": \"A\", \"target\": \"B\", \"v\": 2, \"year\": "
                    "2024, \"k\": \"8105\"}, {\"source\": \"B\", \"target\": \"A\", \"v\": 3, \"year\": "
                    "2024, \"k\": \"8110\"}]}",
                    "source,target,value,product\nA,B,2,8105\n", "id\nA\nB\n",
                    &(sn_native_filter){.year = 2024, .commodity = "8105"});
}

static void node_link__says_what_is_wrong_and_where(void **state)
{
    (void)state;
    check_fails("{\"directed\": false, " NODES "}",
                "g:1:18: the graph is undirected: who supplies whom?  Save it as a directed one, "
                "edges from supplier to buyer");
    check_fails("{" NODES ",\n \"links\": [\n  {\"source\": \"A\", \"target\": \"C\", \"value\": 1}]}",
                "g:3:3: edge \"A\" -> \"C\": no node before it has the id \"C\"");
    check_fails("{" NODES ",\n \"links\": [{\"source\": 0, \"target\": 1, \"value\": 1}]}",
                "g:2:12: edge \"0\" -> \"1\": no node before it has the id \"0\"");
    check_fails("{" NODES ", \"links\": [{\"source\": \"A\", \"target\": \"B\", \"value\": 1e999}]}",
                "g:1:49: edge \"A\" -> \"B\": value \"1e999\" is too large (attribute \"value\")");
    check_fails("{\"nodes\": [{\"name\": \"A\"}]}", "g:1:12: node \"\": it has no id");
    check_fails("{\"nodes\": [{\"id\": \"A\", \"id\": \"B\"}]}",
                "g:1:12: node \"A\": \"id\" is given twice");
    check_fails("{\"nodes\": [{\"id\": \"A\", \"x\": 1, \"x\": 2}]}",
                "g:1:12: node \"A\": \"x\" is given twice");
    check_fails("{" NODES ", " NODES "}", "g:1:45: member \"nodes\" is given twice");
    check_fails("{\"edges\": [], \"links\": []}", "g:1:21: links or edges are given twice");
    check_fails("{" NODES "} {}", "g:1:39: not JSON: parse error: trailing garbage");
    check_fails("{" NODES ",}", "g:1:38: not JSON: parse error: invalid object key (must be a string)");
    check_fails("{\"nodes\": [{\"id\": \"A\", \"output\": NaN}]}",
                "g:1:34: not JSON: lexical error: invalid char in json text.");
    check_fails("{\"nodes\": [{\"id\": \"\xff\"}]}",
                "g:1:20: not JSON: lexical error: invalid bytes in UTF8 string.");
    check_fails("{\"nodes\": [{\"id\": \"a\\u0000b\"}]}", "g:1:28: a text with a NUL in it");
    check_fails("{\"nodes\": [{\"id\": {\"x\": 1}}]}", "g:1:19: expected a text or a number");
    check_fails("{\"nodes\": [\"A\"]}", "g:1:14: expected a node, an object");
    check_fails("{\"nodes\": 3}", "g:1:11: expected a list of objects");
    check_fails("{\"links\": {\"a\": 1}}", "g:1:11: expected a list of objects");
    check_fails("{\"graphs\": []}", "g:1:12: several graphs: split the file, one graph each");
    check_fails("{\"schema\": \"supplynet.scenario/1\", \"events\": []}",
                "g: neither nodes nor links nor edges: no graph in JSON");
    check_fails("{\"nodes\": []}", "g: a graph without nodes");
}

static void node_link__limits_hold(void **state)
{
    enum { SIZE = 20 << 20 };
    static char text[SIZE];
    int head;
    (void)state;

    memset(text, '[', SIZE);
    head = snprintf(text, SIZE, "{\"nodes\": [{\"id\": 1, \"x\": ");
    text[head] = '[';
    sn_graph_fails(text, SIZE, SN_EDATA, "g:1:88: more than 64 levels inside one another");
    memset(text, 'x', SIZE);
    head = snprintf(text, SIZE, "{\"graph\": {\"note\": \"");
    text[head] = 'x';
    sn_graph_fails(text, SIZE, SN_EDATA, "g:1:16842752: a value of more than 16 MiB");
    memset(text, 'x', SIZE);
    head = snprintf(text, SIZE, "{\"nodes\": [{\"id\": \"");
    text[head] = 'x';
    text[2 << 20] = '"';
    sn_graph_fails(text, SIZE, SN_EDATA, "g:1:12: node \"\": more than 1 MiB of text");
}

static void node_link__has_a_limit_of_names(void **state)
{
    static char text[100000];
    size_t used = 0;
    (void)state;

    used += (size_t)snprintf(text, sizeof text, "{\"nodes\": [{\"id\": 1");
    for (int k = 0; k <= SN_SINK_ATTRIBUTES; k++)
        used += (size_t)snprintf(text + used, sizeof text - used, ",\n\"a%d\": 1", k);
    (void)snprintf(text + used, sizeof text - used, "}]}");
    sn_graph_fails(text, strlen(text), SN_EDATA, "g:1002:7: more than 1000 attributes of nodes");
}

static void node_link__is_never_half_read_whatever_is_cut_off(void **state)
{
    static const char text[] = "{\"directed\": true, " NODES ", \"links\": [" EDGE "]}";
    const sn_native_filter all = {.year = 0};
    (void)state;

    for (size_t size = 1; size + 1 < sizeof text; size++) {
        sn_network *net = NULL;
        sn_sources sources = {0};
        sn_error err = {0};
        const sn_status status = sn_graph_from("g", text, size, &all, &net, &sources, &err);
        sn_network_free(net);
        sn_sources_clear(&sources);
        if (status != SN_EDATA || strcmp(err.message, "g:1: not JSON: the text ends too early") != 0)
            fail_msg("cut at %zu: status %d, \"%s\"", size, status, err.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(node_link__every_spelling_is_one_network),
        cmocka_unit_test(node_link__members_are_columns),
        cmocka_unit_test(node_link__graph_format_2_keeps_metadata),
        cmocka_unit_test(node_link__filters_by_year_and_product),
        cmocka_unit_test(node_link__says_what_is_wrong_and_where),
        cmocka_unit_test(node_link__limits_hold),
        cmocka_unit_test(node_link__has_a_limit_of_names),
        cmocka_unit_test(node_link__is_never_half_read_whatever_is_cut_off),
    };
    return cmocka_run_group_tests_name("node_link", tests, NULL, NULL);
}
