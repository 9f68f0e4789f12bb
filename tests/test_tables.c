/* test_tables.c - from production and trade tables to a network of stages. */
#include "sn_test.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "datasets/tables.h"
#include "graph/bridge.h"
#include "graph/network.h"

static const char *name_country(const void *context, const char *iso3)
{
    (void)context;
    return strcmp(iso3, "COD") == 0   ? "Congo (Kinshasa)"
           : strcmp(iso3, "ROW") == 0 ? "Rest of world"
                                      : NULL;
}

/* Everything that a load gives, as text: nodes and flows in the order of the network. */
typedef struct {
    sn_status status;
    sn_error err;
    char nodes[4096], flows[4096], uncoded[200];
    size_t steps, missing_output, missing_trade, domestic_trade, rows[3];
    sn_stages_quality quality[4];
    char first[200]; /* of the first step: commodity, stage, next, unit, worst */
} answer;

static void tell(const sn_network *net, answer *a)
{
    static const char *const basis[] = {"reported", "balanced", "estimated"};
    size_t used = 0;

    for (size_t i = 0; i < sn_network_node_count(net); i++) {
        const char *unit = sn_network_text(net, SN_UNIT, i);
        const char *source =
            sn_network_attribute_count(net) > 0 ? sn_network_attribute(net, 0, i) : NULL;
        used += (size_t)snprintf(
            a->nodes + used, sizeof a->nodes - used, "%s|%s|%s|%s|%s|%.9g|%.9g|%.9g|%s\n",
            sn_network_id(net, i), sn_network_label(net, i),
            sn_network_text(net, SN_COUNTRY, i), sn_network_text(net, SN_STAGE, i),
            unit != NULL ? unit : "-", sn_network_given(net, SN_OUTPUT, i),
            sn_network_given(net, SN_FINAL_DEMAND, i), sn_network_given(net, SN_PRIMARY, i),
            source != NULL ? source : "-");
    }
    used = 0;
    for (size_t e = 0; e < sn_network_flow_count(net); e++) {
        const sn_flow f = sn_network_flow(net, e);
        used += (size_t)snprintf(a->flows + used, sizeof a->flows - used, "%s>%s %.9g %s\n",
                                 sn_network_id(net, (size_t)f.supplier),
                                 sn_network_id(net, (size_t)f.buyer), f.value, basis[f.basis]);
    }
}

static void tell_report(const sn_stages_report *r, answer *a)
{
    a->steps = r->count;
    a->missing_output = r->missing_output;
    a->missing_trade = r->missing_trade;
    a->domestic_trade = r->domestic_trade;
    a->rows[0] = r->stage_rows;
    a->rows[1] = r->output_rows;
    a->rows[2] = r->trade_rows;
    for (size_t k = 0; k < r->count && k < 4; k++)
        a->quality[k] = r->line[k].quality;
    if (r->count > 0)
        (void)snprintf(a->first, sizeof a->first, "%s %s %s %s %s", r->line[0].commodity,
                       r->line[0].stage, r->line[0].next, r->line[0].unit, r->line[0].worst);
    for (int32_t k = 0; k < r->uncoded.count; k++)
        (void)snprintf(a->uncoded + strlen(a->uncoded), sizeof a->uncoded - strlen(a->uncoded),
                       "<%s>", r->uncoded.text[k]);
}

static answer load(const char *stages, const char *production, const char *trade)
{
    answer a = {0};
    sn_bytes bytes[3] = {{0}};
    const char *const text[] = {stages, production, trade != NULL ? trade : "x\n"};
    const char *const name[] = {"stages.csv", "production.csv", "trade.csv"};
    sn_builder *builder = sn_builder_new();
    sn_network *net = NULL;
    sn_stages_report report = {0};

    for (size_t k = 0; k < 3 && a.status == SN_OK; k++)
        a.status = sn_bytes_memory(name[k], text[k], strlen(text[k]), &bytes[k], &a.err);
    if (a.status == SN_OK)
        a.status = sn_tables_load(&bytes[0], &bytes[1], trade != NULL ? &bytes[2] : NULL, NULL,
                                  name_country, NULL, builder, &report, &a.err);
    if (a.status == SN_OK)
        a.status = sn_builder_freeze(&builder, &net, &a.err);
    if (a.status == SN_OK)
        tell(net, &a);
    tell_report(&report, &a);
    sn_stages_report_clear(&report);
    sn_network_free(net);
    sn_builder_free(builder);
    for (size_t k = 0; k < 3; k++)
        sn_bytes_clear(&bytes[k]);
    return a;
}

static const char chain[] = "commodity,stage,next,yield,note\n"
                            "cobalt,mining,refining,0.5,half is lost\n"
                            "cobalt,refining,use,,\n";
/* Mines: Congo 90, Australia 10.  Refineries: China 40, Finland 10; they need twice that. */
static const char output[] = "commodity,stage,country,value,unit,year,source\n"
                             "cobalt,mining,COD,90,t,2024,USGS\n"
                             "cobalt,mining,AUS,10,t,2024,USGS\n"
                             "cobalt,refining,CHN,40,t,2023,BGS\n"
                             "cobalt,refining,FIN,10,t,2023,\n";
/* Ore goes as the margins say; China ships 15 to Japan, of which 5 in another product. */
static const char trade[] = "commodity,stage,product,exporter,importer,quantity,basis,source\n"
                            "cobalt,mining,2605,COD,CHN,80,reported,x\n"
                            "cobalt,mining,2605,COD,FIN,10,reported,x\n"
                            "cobalt,mining,2605,AUS,FIN,10,reported,x\n"
                            "cobalt,refining,8105,CHN,JPN,10,reported,x\n"
                            "cobalt,refining,2822,CHN,JPN,5,,x\n"
                            "cobalt,refining,2822,FIN,JPN,4,estimated,x\n";

static void tables__become_nodes_and_flows(void **state)
{
    answer a = load(chain, output, trade);

    (void)state;
    assert_string_equal(a.err.message, "");
    assert_int_equal(a.status, SN_OK);
    assert_string_equal(
        a.nodes, "AUS:cobalt:mining|AUS:cobalt:mining|AUS|mining|t|10|0|10|USGS 2024\n"
                 "CHN:cobalt:refining|CHN:cobalt:refining|CHN|refining|t|40|0|0|BGS 2023\n"
                 "CHN:cobalt:use|CHN:cobalt:use|CHN|use|t|nan|25|nan|-\n"
                 "COD:cobalt:mining|Congo (Kinshasa) cobalt mining|COD|mining|t|90|0|90|"
                 "USGS 2024\n"
                 "FIN:cobalt:refining|FIN:cobalt:refining|FIN|refining|t|10|0|0|2023\n"
                 "FIN:cobalt:use|FIN:cobalt:use|FIN|use|t|nan|6|nan|-\n"
                 "JPN:cobalt:use|JPN:cobalt:use|JPN|use|t|nan|19|nan|-\n");
    /* Trade meets the margins but for the 8e-6 t that the epsilon prior puts on AUS -> CHN. */
    assert_non_null(strstr(a.flows, "COD:cobalt:mining>CHN:cobalt:refining 79.99999"));
    assert_non_null(strstr(a.flows, "CHN:cobalt:refining>CHN:cobalt:use 25 balanced\n"
                                    "CHN:cobalt:refining>JPN:cobalt:use 15 balanced\n"));
    assert_non_null(strstr(a.flows, "FIN:cobalt:refining>FIN:cobalt:use 6 estimated\n"
                                    "FIN:cobalt:refining>JPN:cobalt:use 4 estimated\n"));
    assert_int_equal(a.steps, 2);
    a.first[strlen("cobalt mining refining t ")] =
        '\0'; /* which residual is worst is rounding */
    assert_string_equal(a.first, "cobalt mining refining t ");
    assert_close(a.quality[0].scale, 1, 0); /* 100 of ore, (40 + 10) / 0.5 of need */
    assert_close(a.quality[0].coverage, 1, 0);
    assert_close(a.quality[1].estimated, 0.2, 1e-15);
    assert_int_equal(a.rows[0], 2);
    assert_int_equal(a.rows[1], 4);
    assert_int_equal(a.rows[2], 6);
}

static void tables__do_not_depend_on_the_order_of_rows(void **state)
{
    const answer a = load(chain, output, trade);
    const answer b = load("commodity,stage,next,yield\n"
                          "cobalt,refining,use,\n"
                          "cobalt,mining,refining,0.5\n",
                          "country,commodity,stage,value,unit,year,source\n"
                          "FIN,cobalt,refining,10,t,2023,\n"
                          "CHN,cobalt,refining,40,t,2023,BGS\n"
                          "AUS,cobalt,mining,10,t,2024,USGS\n"
                          "COD,cobalt,mining,90,t,2024,USGS\n",
                          "commodity,stage,exporter,importer,quantity,basis\n"
                          "cobalt,refining,FIN,JPN,4,Estimated\n"
                          "cobalt,refining,CHN,JPN,5,\n"
                          "cobalt,refining,CHN,JPN,10,\n"
                          "cobalt,mining,AUS,FIN,10,reported\n"
                          "cobalt,mining,COD,FIN,10,reported\n"
                          "cobalt,mining,COD,CHN,80,reported\n");

    (void)state;
    assert_string_equal(b.err.message, "");
    assert_string_equal(a.nodes, b.nodes);
    assert_string_equal(a.flows, b.flows);
    assert_string_equal(a.first, b.first);
}

static void tables__take_a_stated_need_before_the_yield(void **state)
{
    const answer a =
        load("commodity,stage,next,yield\nx,mining,refining,0.5\nx,refining,use,1\n",
             "commodity,stage,country,value,need\n"
             "x,mining,CHL,6,\nx,refining,CHN,2,5\nx,refining,JPN,3,\n",
             NULL);

    (void)state;
    /* Needs 5 and 3 / 0.5 = 6, times 6 / 11. */
    assert_string_equal(a.err.message, "");
    assert_non_null(strstr(a.flows, "CHL:x:mining>CHN:x:refining 2.72727273 estimated\n"
                                    "CHL:x:mining>JPN:x:refining 3.27272727 estimated\n"));
    assert_non_null(strstr(a.flows, "JPN:x:refining>ROW:x:use 3 estimated\n"));
    assert_non_null(strstr(a.nodes, "ROW:x:use|Rest of world x use|ROW|use|-|nan|5|nan|-\n"));
    assert_close(a.quality[0].scale, 6.0 / 11, 1e-15);
}

static void tables__count_what_has_no_country_or_number(void **state)
{
    const answer a = load("commodity,stage,next\nx,mining,use\n",
                          "commodity,stage,country,value,unit\n"
                          "x,mining,chl,6,t\n"
                          "x,mining,Areas nes,1.5,t\n"
                          "x,mining,,0.25,t\n"
                          "x,mining,ROW,2,t\n"
                          "x,mining,PER,W,t\n"
                          "x,mining,ARG,0,t\n",
                          "commodity,stage,exporter,importer,quantity,basis\n"
                          "x,mining,CHL,CHN,2,reported\n"
                          "x,mining,CHL,CHL,9,reported\n"
                          "x,mining,CHL,NAM,NA,reported\n"
                          "x,mining,CHL,JPN,0,reported\n"
                          "x,mining,ARG,CHN,1,reported\n");

    (void)state;
    assert_string_equal(a.err.message, "");
    assert_string_equal(a.uncoded, "<Areas nes><>");
    assert_int_equal(a.missing_output, 1);
    assert_int_equal(a.missing_trade, 1);
    assert_int_equal(a.domestic_trade, 1);
    /* Argentina is named with 0: no node, and its export is neither its own nor ROW's. */
    assert_string_equal(a.flows, "CHL:x:mining>CHL:x:use 4 balanced\n"
                                 "CHL:x:mining>CHN:x:use 2 balanced\n"
                                 "ROW:x:mining>ROW:x:use 3.75 estimated\n");
    assert_close(a.quality[0].unreached, 1, 0);
}

static void tables__keep_units_of_commodities_apart(void **state)
{
    const answer a = load("commodity,stage,next\nx,mining,use\ny,mining,use\n",
                          "commodity,stage,country,value,unit\n"
                          "x,mining,CHL,6,t\ny,mining,CHL,6,kg\n",
                          NULL);

    (void)state;
    assert_string_equal(a.err.message, "");
    assert_non_null(strstr(a.nodes, "CHL:y:mining|CHL:y:mining|CHL|mining|kg|6"));
}

#define STAGES "commodity,stage,next\nx,mining,refining\nx,refining,use\n"
#define OUTPUT "commodity,stage,country,value,unit\n"
#define TRADE "commodity,stage,exporter,importer,quantity,basis\n"
#define MADE OUTPUT "x,mining,CHL,6,t\nx,refining,CHN,6,t\n"

static void tables__name_the_place_of_a_fault(void **state)
{
    static const struct {
        const char *stages, *production, *trade, *message;
    } fault[] = {
        {STAGES "x,mining,use\n", MADE, TRADE,
         "stages.csv:4:2: stage \"mining\" of \"x\" is given twice"},
        {STAGES "x,recycling,refining\n", MADE, TRADE,
         "stages.csv:4:3: stage \"refining\" of \"x\" is fed by two stages"},
        {STAGES "x,use,more\n", MADE, TRADE,
         "stages.csv:4:2: no step leaves \"use\": it ends a chain"},
        {STAGES ",mining,use\n", MADE, TRADE,
         "stages.csv:4:1: \"\" is no name of a commodity (1 to 200 bytes, no colon)"},
        {"commodity,stage,next,yield\nx,mining,use,0\n", MADE, TRADE,
         "stages.csv:2:4: yield 0 is not a number > 0"},
        {"commodity,stage,next\nx,mining,refining\n", OUTPUT "x,mining,CHL,6,t\n", TRADE,
         "stages.csv:2: stage \"refining\" of \"x\" has no row of its own (a chain ends at "
         "\"use\")"},
        {STAGES "y,a,b\ny,b,a\n", MADE "y,a,CHL,1,t\ny,b,CHL,1,t\n", TRADE,
         "stages.csv:4: from stage \"a\" of \"y\" the chain runs in a circle"},
        {STAGES, OUTPUT "x,refining,CHN,6,t\n", TRADE,
         "stages.csv:2: stage \"mining\" of \"x\" has no output"},
        {STAGES, MADE "x,smelting,CHN,6,t\n", TRADE,
         "production.csv:4:2: stage \"smelting\" of \"x\" is not in the table of stages"},
        {STAGES, MADE "x,mining,PER,-2.5,t\n", TRADE, "production.csv:4:4: "},
        {STAGES, MADE "x,mining,chl,2.5,t\n", TRADE,
         "production.csv:4:3: \"chl\" has output of \"x\" \"mining\" twice"},
        {STAGES, MADE "x,mining,World,9,t\n", TRADE,
         "production.csv:4:3: \"World\" is an aggregate, not a country (ISO 3166 alpha-3, or "
         "ROW for the rest of the world)"},
        {STAGES, MADE "x,mining,PER,2.5,kg\n", TRADE,
         "production.csv:4:5: unit \"kg\" differs from \"t\", the unit of \"x\" above"},
        {STAGES, MADE, TRADE "x,smelting,CHL,CHN,1,reported\n",
         "trade.csv:2:2: no step leaves stage \"smelting\" of \"x\""},
        {STAGES, MADE, TRADE "y,mining,CHL,CHN,1,reported\n",
         "trade.csv:2:2: no step leaves stage \"mining\" of \"y\""},
        {STAGES, MADE, TRADE "x,mining,CHL,EU27,1,reported\n",
         "trade.csv:2:4: \"EU27\" is an "},
        {STAGES, MADE, TRADE "x,mining,CHL,CHN,-1,reported\n", "trade.csv:2:5: "},
        {STAGES, MADE, TRADE "x,mining,CHL,CHN,1,guessed\n",
         "trade.csv:2:6: unknown basis \"guessed\" (reported, estimated)"},
        {STAGES, OUTPUT "x,mining,CHL,0,t\nx,refining,CHN,6,t\n", TRADE,
         "x mining -> refining: total output is 0"},
    };

    (void)state;
    for (size_t k = 0; k < sizeof fault / sizeof fault[0]; k++) {
        answer a = load(fault[k].stages, fault[k].production, fault[k].trade);
        assert_int_equal(a.status, SN_EDATA);
        if (fault[k].message[strlen(fault[k].message) - 1] == ' ')
            a.err.message[strlen(fault[k].message)] = '\0'; /* the rest is the reader's */
        assert_string_equal(a.err.message, fault[k].message);
    }
}

static int setup(void **state)
{
    (void)state;
    sn_bridge_setup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables__become_nodes_and_flows),
        cmocka_unit_test(tables__do_not_depend_on_the_order_of_rows),
        cmocka_unit_test(tables__take_a_stated_need_before_the_yield),
        cmocka_unit_test(tables__count_what_has_no_country_or_number),
        cmocka_unit_test(tables__keep_units_of_commodities_apart),
        cmocka_unit_test(tables__name_the_place_of_a_fault),
    };
    return cmocka_run_group_tests_name("tables", tests, setup, NULL);
}
