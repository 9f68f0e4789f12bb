/* test_graphml.c - GraphML as programs write it, and as nobody should. */
#include "sn_graph.h"

#include <stdio.h>
#include <stdlib.h>

#define HEAD                                                                                   \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                             \
    "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
#define WEIGHT "<key id=\"w\" for=\"edge\" attr.name=\"weight\" attr.type=\"double\"/>\n"
#define DIRECTED "<graph edgedefault=\"directed\">\n"
#define TAIL "</graph></graphml>\n"
#define NODES "<node id=\"A\"/><node id=\"B\"/>\n"

static void check_fails(const char *text, const char *message)
{
    sn_graph_fails(text, strlen(text), SN_EDATA, message);
}

static void graphml__attributes_are_columns(void **state)
{
    (void)state;
    sn_graph_equals(
        HEAD WEIGHT
        "<key id=\"k1\" for=\"node\" attr.name=\"Country\"/><key id=\"k2\" for=\"node\" "
        "attr.name=\"output\"/><key id=\"k3\" for=\"all\" attr.name=\"unit\"/>"
        "<key id=\"k4\" for=\"node\" attr.name=\"colour\"/>"
        "<key id=\"k5\" for=\"edge\" attr.name=\"commodity\"/>"
        "<key id=\"k6\" for=\"node\" attr.name=\"label\"/>\n" DIRECTED
        "<node id=\"A\"><data key=\"k1\">COD</data><data key=\"k2\">71.25</data>"
        "<data key=\"k4\">red &amp; <![CDATA[<blue>]]></data><data key=\"k6\">\xc3\x84</data></node>\n"
        "<node id=\"B\"><data key=\"k3\">t</data></node>\n"
        "<edge source=\"A\" target=\"B\"><data key=\"w\">3.5</data><data key=\"k5\">ore</data></edge>"
        "<edge source=\"A\" target=\"B\"><data key=\"w\"> 1e-3 </data></edge>" TAIL,
        "source,target,value,product\nA,B,3.5,ore\nA,B,0.001,\n",
        "id,label,country,output,unit,colour\nA,\xc3\x84,COD,71.25,,red & <blue>\nB,,,,t,\n", NULL);
}

static void graphml__defaults_count_where_nothing_is_given(void **state)
{
    (void)state;
    sn_graph_equals(HEAD "<key id=\"w\" for=\"edge\" attr.name=\"value\"><default>2.75</default></key>"
                         "<key id=\"c\" for=\"node\" attr.name=\"country\"><default>ZMB</default></key>"
                    DIRECTED "<node id=\"A\"><data key=\"c\">COD</data></node><node id=\"B\"/>"
                             "<edge source=\"A\" target=\"B\"/>"
                             "<edge source=\"B\" target=\"A\"><data key=\"w\">4</data></edge>" TAIL,
                    "source,target,value\nA,B,2.75\nB,A,4\n", "id,country\nA,COD\nB,ZMB\n", NULL);
}

static void graphml__of_igraph_names_nodes_by_their_name(void **state)
{
    (void)state;
    sn_graph_equals(HEAD "<key id=\"v_name\" for=\"node\" attr.name=\"name\"/>" WEIGHT DIRECTED
                         "<node id=\"n0\"><data key=\"v_name\">mine</data></node>"
                         "<node id=\"n1\"><data key=\"v_name\">smelter</data></node>"
                         "<edge source=\"n0\" target=\"n1\"><data key=\"w\">7</data></edge>" TAIL,
                    "source,target,value\nmine,smelter,7\n", "id\nmine\nsmelter\n", NULL);
}

static void graphml__an_attribute_id_is_the_id(void **state)
{
    (void)state;
    sn_graph_equals(HEAD "<key id=\"i\" for=\"node\" attr.name=\"id\"/>" WEIGHT DIRECTED
                         "<node id=\"1\"><data key=\"i\">mine</data></node>"
                         "<node id=\"2\"><data key=\"i\">1</data></node>"
                         "<edge source=\"1\" target=\"2\"><data key=\"w\">7</data></edge>" TAIL,
                    "source,target,value\nmine,1,7\n", "id\nmine\n1\n", NULL);
}

static void graphml__a_name_is_a_label_else(void **state)
{
    (void)state;
    sn_graph_equals(HEAD "<key id=\"n\" for=\"node\" attr.name=\"name\"/>" WEIGHT DIRECTED
                         "<node id=\"A\"><data key=\"n\">Mine A</data></node><node id=\"B\"/>"
                         "<edge source=\"A\" target=\"B\"><data key=\"w\">7</data></edge>" TAIL,
                    "source,target,value\nA,B,7\n", "id,label\nA,Mine A\nB,\n", NULL);
}

static void graphml__drawings_and_ports_are_passed_over(void **state)
{
    (void)state;
    sn_graph_equals(HEAD "<key id=\"d\" for=\"node\" yfiles.type=\"nodegraphics\"/>" WEIGHT DIRECTED
                         "<desc>text</desc><data key=\"d\">of the graph</data>"
                         "<node id=\"A\"><data key=\"d\"><y:Shape xmlns:y=\"u\"><edge/><y:Label>A"
                         "</y:Label></y:Shape></data><port name=\"p\"><data key=\"w\"/></port></node>"
                         "<node id=\"B\"/><edge source=\"A\" target=\"B\"><data key=\"w\">"
                         "<x>9</x>7</data></edge>" TAIL,
                    "source,target,value\nA,B,7\n", "id\nA\nB\n", NULL);
}

static const char two_commodities[] = HEAD WEIGHT
    "<key id=\"c\" for=\"node\" attr.name=\"commodity\"/>"
    "<key id=\"y\" for=\"edge\" attr.name=\"year\"/>" DIRECTED
    "<node id=\"A\"><data key=\"c\">tin</data></node><node id=\"B\"><data key=\"c\">tin</data></node>"
    "<node id=\"C\"><data key=\"c\">lead</data></node>"
    "<edge source=\"A\" target=\"B\"><data key=\"w\">7</data><data key=\"y\">2023</data></edge>"
    "<edge source=\"A\" target=\"B\"><data key=\"w\">9</data><data key=\"y\">2024</data></edge>"
    "<edge source=\"A\" target=\"C\"><data key=\"w\">5</data><data key=\"y\">2024</data></edge>" TAIL;

static void graphml__year_and_commodity_filter(void **state)
{
    (void)state;
    sn_graph_equals(two_commodities, "source,target,value\nA,B,9\n", "id,commodity\nA,tin\nB,tin\n",
                    &(sn_native_filter){.year = 2024, .commodity = "tin"});
    check_fails(two_commodities, "g holds several years (2023, 2024); choose one with --year");
}

static void graphml__accounts_for_every_element(void **state)
{
    const sn_native_filter filter = {.year = 2024, .commodity = "tin"};
    sn_network *net = NULL;
    sn_sources sources = {0};
    sn_error err = {0};
    (void)state;

    const sn_status status = sn_graph_from("g", two_commodities, strlen(two_commodities), &filter,
                                           &net, &sources, &err);
    const sn_source source = status == SN_OK ? sources.source[0] : (sn_source){0};
    sn_network_free(net);
    sn_sources_clear(&sources);
    assert_string_equal(err.message, "");
    assert_int_equal(source.rows_read, 6); /* 3 nodes, 3 edges */
    assert_int_equal(source.rows_used, 3);
    assert_int_equal(source.dropped_count, 2);
    assert_string_equal(source.dropped[0].reason, "other commodity");
    assert_int_equal(source.dropped[0].count, 2);
    assert_string_equal(source.dropped[1].reason, "other year");
    assert_int_equal(source.dropped[1].count, 1);
}

static void graphml__says_what_is_wrong_and_where(void **state)
{
    (void)state;
    check_fails(HEAD WEIGHT "<graph edgedefault=\"undirected\">\n" NODES
                            "<edge source=\"A\" target=\"B\"/>" TAIL,
                "g:6: an undirected edge: who supplies whom?  Save the graph as a directed one, "
                "edges from supplier to buyer");
    check_fails(HEAD WEIGHT DIRECTED NODES
                "<edge source=\"A\" target=\"B\"><data key=\"w\">-3</data></edge>" TAIL,
                "g:6: edge \"A\" -> \"B\": value \"-3\" is negative (attribute \"weight\")");
    check_fails(HEAD WEIGHT DIRECTED NODES
                "<edge source=\"A\" target=\"B\"><data key=\"w\">INF</data></edge>" TAIL,
                "g:6: edge \"A\" -> \"B\": value \"INF\" is not a number (attribute \"weight\")");
    check_fails(HEAD WEIGHT DIRECTED NODES "\n<edge source=\"A\" target=\"C\">"
                                           "<data key=\"w\">3</data></edge>" TAIL,
                "g:7: edge \"A\" -> \"C\": no node before it has the id \"C\"");
    check_fails(HEAD WEIGHT DIRECTED NODES "<node id=\"A\"/>" TAIL,
                "g:6: node \"A\": node \"A\" is declared twice");
    check_fails(HEAD DIRECTED NODES "<edge source=\"A\" target=\"B\"/>" TAIL,
                "g: no edge has an amount: looked for the attributes value, weight, v, "
                "transaction_value, primaryValue, flow; there are none");
    check_fails(HEAD WEIGHT DIRECTED NODES
                "<edge source=\"A\"><data key=\"w\">1</data></edge>" TAIL,
                "g:6: edge \"A\" -> \"\": it has no target");
    check_fails(HEAD DIRECTED "<node id=\"A\"><data key=\"q\"/></node>" TAIL,
                "g:4: <data> with the key \"q\", which no <key> before it declares");
    check_fails(HEAD DIRECTED "<node id=\"A\"><graph><node id=\"B\"/></graph></node>" TAIL,
                "g:4: a graph inside a node is not read: only flat graphs are");
    check_fails(HEAD DIRECTED "</graph>\n" DIRECTED TAIL,
                "g:5: a second <graph>: split the file, one graph each");
    check_fails(HEAD DIRECTED "<hyperedge/>" TAIL,
                "g:4: a hyperedge joins more than two nodes: write one edge for each pair");
    check_fails("<?xml version=\"1.0\"?>\n<gexf version=\"1.2\"></gexf>",
                "g:2: the file is <gexf>, not <graphml>; of XML files only GraphML is read");
    check_fails(HEAD "</graphml>", "g:3: no <graph> in the file");
    check_fails(HEAD DIRECTED TAIL, "g: a graph without nodes");
    check_fails(HEAD "<key id=\"a\" for=\"edge\" attr.name=\"weight\"/>"
                     "<key id=\"b\" for=\"edge\" attr.name=\"value\"/>" DIRECTED TAIL,
                "g:3: the attributes \"weight\" and \"value\" mean the same; rename one");
    check_fails(HEAD DIRECTED "<node id=\"A\">\n</nod>" TAIL,
                "g:5: not well-formed XML: Opening and ending tag mismatch: node line 4 and nod");
    check_fails(HEAD DIRECTED "<node id=\"A\"/>", "g:4: not well-formed XML: Extra content at the "
                                                  "end of the document");
}

static void graphml__entities_end_the_reading_before_they_are_used(void **state)
{
    (void)state;
    check_fails("<!DOCTYPE g [\n<!ENTITY a \"ha\">\n<!ENTITY b \"&a;&a;&a;&a;\">]>" HEAD TAIL,
                "g:2: the entity \"a\" is declared; entities are not read");
    check_fails("<!DOCTYPE g [\n<!ENTITY % p SYSTEM \"file:///etc/passwd\">%p;]>" HEAD TAIL,
                "g:2: the entity \"p\" is declared; entities are not read");
    check_fails("<!DOCTYPE g SYSTEM \"http://localhost:1/x.dtd\">\n<graphml><graph "
                "edgedefault=\"directed\"><node id=\"&e;\"/></graph></graphml>",
                "g:2: not well-formed XML: Entity 'e' not defined");
}

/* A text of `count` times `what` between a head and a tail. */
static char *repeat(const char *head, const char *what, size_t count, const char *tail, size_t *size)
{
    const size_t h = strlen(head), w = strlen(what), t = strlen(tail);
    char *text = malloc(h + count * w + t + 1);

    assert_non_null(text);
    memcpy(text, head, h);
    for (size_t k = 0; k < count; k++)
        memcpy(text + h + k * w, what, w);
    memcpy(text + h + count * w, tail, t + 1);
    *size = h + count * w + t;
    return text;
}

static void check_repeated(const char *head, const char *what, size_t count, const char *tail,
                           const char *message)
{
    size_t size;
    char *text = repeat(head, what, count, tail, &size);

    sn_graph_fails(text, size, SN_EDATA, message); /* leaks the text when it fails */
    free(text);
}

static void graphml__limits_hold(void **state)
{
    (void)state;
    check_repeated("<graphml>", "<a>", 1 << 20, "", "g:1: more than 64 elements inside one another");
    check_repeated("<graphml", " a=\"\"", 1 << 20, "/>", "g:1: a tag of more than 64 KiB");
    check_repeated("<graphml><", "x", 1 << 24, "/>", "g:1: a tag of more than 64 KiB");
    check_repeated("<graphml><graph edgedefault=\"directed\"><node id=\"", ">", 1 << 17, "\"/>",
                   "g:1: a tag of more than 64 KiB");
    check_repeated(HEAD "<key id=\"w\" for=\"node\" attr.name=\"note\"/>" DIRECTED
                        "<node id=\"A\"><data key=\"w\">",
                   "x", 1 << 24, "</data></node>" TAIL, "g:4: a text of more than 1 MiB");
}

static void graphml__is_never_half_read_whatever_is_cut_off(void **state)
{
    const sn_native_filter all = {.year = 0};
    const size_t whole = strlen(two_commodities) - 1; /* the line end may go */
    (void)state;

    for (size_t size = 1; size < whole; size++) {
        sn_network *net = NULL;
        sn_sources sources = {0};
        sn_error err = {0};
        const sn_status status =
            sn_graph_from("g", two_commodities, size, &all, &net, &sources, &err);
        sn_network_free(net);
        sn_sources_clear(&sources);
        if (status != SN_EDATA || strncmp(err.message, "g:", 2) != 0)
            fail_msg("cut at %zu: status %d, \"%s\"", size, status, err.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(graphml__attributes_are_columns),
        cmocka_unit_test(graphml__defaults_count_where_nothing_is_given),
        cmocka_unit_test(graphml__of_igraph_names_nodes_by_their_name),
        cmocka_unit_test(graphml__an_attribute_id_is_the_id),
        cmocka_unit_test(graphml__a_name_is_a_label_else),
        cmocka_unit_test(graphml__drawings_and_ports_are_passed_over),
        cmocka_unit_test(graphml__year_and_commodity_filter),
        cmocka_unit_test(graphml__accounts_for_every_element),
        cmocka_unit_test(graphml__says_what_is_wrong_and_where),
        cmocka_unit_test(graphml__entities_end_the_reading_before_they_are_used),
        cmocka_unit_test(graphml__limits_hold),
        cmocka_unit_test(graphml__is_never_half_read_whatever_is_cut_off),
    };
    return cmocka_run_group_tests_name("graphml", tests, NULL, NULL);
}
