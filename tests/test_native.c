/* test_native.c - native files, folders, archives and built-in data as networks. */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zip.h>
#include <zlib.h>

#include "datasets/embedded.h"
#include "datasets/load.h"
#include "datasets/native.h"
#include "graph/bridge.h"

static char folder[] = "/tmp/sn_native_XXXXXX";

/* The texts of the four files, NULL where there is none, and how they are filtered. */
typedef struct {
    const char *flows, *nodes, *recipes, *owners;
    sn_native_filter filter;
} texts;

static sn_error err;
static sn_sources sources;

/* Load texts; on failure NULL, with the message in err. */
static sn_network *load(texts given)
{
    const char *const text[4] = {given.flows, given.nodes, given.recipes, given.owners};
    static const char *const name[4] = {"flows.csv", "nodes.csv", "recipes.csv", "owners.csv"};
    sn_bytes bytes[4] = {{0}};
    sn_network *net = NULL;
    sn_status status = SN_OK;

    err = (sn_error){0};
    sn_sources_clear(&sources);
    for (int f = 0; f < 4 && status == SN_OK; f++)
        if (text[f] != NULL)
            status = sn_bytes_memory(name[f], text[f], strlen(text[f]), &bytes[f], &err);
    const sn_native_files files = {&bytes[0], text[1] != NULL ? &bytes[1] : NULL,
                                   text[2] != NULL ? &bytes[2] : NULL,
                                   text[3] != NULL ? &bytes[3] : NULL, NULL};
    if (status == SN_OK)
        status = sn_native_load(&files, &given.filter, &net, &sources, &err);
    for (int f = 0; f < 4; f++)
        sn_bytes_clear(&bytes[f]);
    return net;
}

/* "A>B 7.5 all; ..." */
static char told[2000];
static const char *tell(sn_network *net)
{
    told[0] = '\0';
    if (net == NULL)
        return strcpy(told, err.message);
    for (size_t f = 0; f < sn_network_flow_count(net); f++) {
        const sn_flow flow = sn_network_flow(net, f);
        const size_t used = strlen(told);
        (void)snprintf(told + used, sizeof told - used, "%s%s>%s %.10g %s", f > 0 ? "; " : "",
                       sn_network_id(net, (size_t)flow.supplier),
                       sn_network_id(net, (size_t)flow.buyer), flow.value,
                       sn_dict_text(sn_network_groups(net), flow.group));
    }
    sn_network_free(net);
    return told;
}

static size_t dropped(size_t source, const char *reason)
{
    for (size_t d = 0; source < sources.count && d < sources.source[source].dropped_count; d++)
        if (strcmp(sources.source[source].dropped[d].reason, reason) == 0)
            return sources.source[source].dropped[d].count;
    return 0;
}

#define FLOWS "source,target,value\nCOD,CHN,71.25\n"

static void flows__are_read_under_every_alias(void **state)
{
    static const char *const head[] = {"source,target,value",
                                       "Source,Target,Weight",
                                       "from,to,v",
                                       "supplier,buyer,flow",
                                       "supplier_id,buyer_id,transaction_value",
                                       "exporter,importer,primaryValue",
                                       "i,j,v",
                                       "supplier,customer,value",
                                       "seller_firm_id,buyer_firm_id,transaction_value"};
    char text[200];
    (void)state;
    for (size_t h = 0; h < sizeof head / sizeof head[0]; h++) {
        (void)snprintf(text, sizeof text, "%s\nCOD,CHN,71.25\n", head[h]);
        assert_string_equal(tell(load((texts){.flows = text})), "COD>CHN 71.25 all");
    }
}

static void flows__of_the_same_product_are_added_and_self_flows_kept(void **state)
{
    (void)state;
    assert_string_equal(
        tell(load((texts){.flows = "source;target;value;product\nA;B;1,5;k\nA;B;2;m\n"
                                   "B;B;4;k\nA;B;3,25;k\n"})),
        "A>B 4.75 k; A>B 2 m; B>B 4 k");
    assert_string_equal(sources.source[0].note[0], "numbers are written with a decimal comma");
    assert_int_equal(sources.source[0].delimiter, ';');
}

static void flows__account_for_every_row(void **state)
{
    (void)state;
    assert_string_equal(
        tell(load((texts){.flows = "source,target,value\nA,B,0\nA,B,NA\n\nA,C,2.5\nA,D,..\n"})),
        "A>C 2.5 all");
    assert_int_equal(sources.count, 1);
    assert_string_equal(sources.source[0].role, "flows");
    assert_string_equal(sources.source[0].path, "flows.csv");
    assert_int_equal(sources.source[0].rows_read, 5);
    assert_int_equal(sources.source[0].rows_used, 1);
    assert_int_equal(dropped(0, "zero"), 1);
    assert_int_equal(dropped(0, "missing value"), 2);
    assert_int_equal(dropped(0, "blank"), 1);
    assert_int_equal(strlen(sources.source[0].sha256), 64);
    assert_string_equal(sources.source[0].encoding, "utf-8");
}

static void flows__with_bad_amounts_are_errors_with_their_place(void **state)
{
    (void)state;
    assert_string_equal(tell(load((texts){.flows = FLOWS "A,B,-1\n"})),
                        "flows.csv:3:3: value \"-1\" is negative (column \"value\")");
    assert_string_equal(tell(load((texts){.flows = FLOWS "A,B,inf\n"})),
                        "flows.csv:3:3: value \"inf\" is not a number (column \"value\")");
    assert_string_equal(tell(load((texts){.flows = FLOWS "A,B,1e999\n"})),
                        "flows.csv:3:3: value \"1e999\" is too large (column \"value\")");
    assert_string_equal(tell(load((texts){.flows = FLOWS ",B,1\n"})),
                        "flows.csv:3:1: source is empty (column \"source\")");
    assert_string_equal(tell(load((texts){.flows = "from,to,v\nA,,1\n"})),
                        "flows.csv:2:2: target is empty (column \"to\")");
    assert_string_equal(tell(load((texts){.flows = FLOWS "A\x01,B,1\n"})),
                        "flows.csv:3:1: node id \"A\" holds a control character (byte 0x01)");
    assert_string_equal(
        tell(load((texts){.flows = "source,target,value,basis\nA,B,1,guess\n"})),
        "flows.csv:2:4: value \"guess\" is none of reported|balanced|estimated "
        "(column \"basis\")");
    assert_string_equal(
        tell(load((texts){.flows = "source,target,value,lead_time\nA,B,1,soon\n"})),
        "flows.csv:2:4: value \"soon\" is not a number (column \"lead_time\")");
}

static void flows__without_usable_rows_are_an_error(void **state)
{
    (void)state;
    assert_string_equal(tell(load((texts){.flows = "source,target,value\n"})),
                        "flows.csv: no rows after the header");
    assert_string_equal(tell(load((texts){.flows = "source,target,value\nA,B,0\nA,B,\n"})),
                        "flows.csv: no row can be used (zero: 1, missing value: 1)");
}

static void flows__note_columns_that_are_checked_only(void **state)
{
    (void)state;
    assert_string_equal(
        tell(load((texts){
            .flows = "source,target,value,lead_time,quantity\nA,B,1,30,2\nA,C,1,,3\n"})),
        "A>B 1 all; A>C 1 all");
    assert_int_equal(sources.source[0].note_count, 1);
    assert_string_equal(sources.source[0].note[0],
                        "column quantity: 2 values checked, not used");
}

static void flows__keep_their_lead_time_and_its_mean_by_amount_when_added(void **state)
{
    static const char *const text[] = {
        "source,target,value,lead_time\nA,B,1,30\nA,C,1,\nA,B,2,6\nA,B,2,12\n",
        "source,target,value,lead_time\nA,B,2,12\nA,B,2,6\nA,C,1,\nA,B,1,30\n"};
    (void)state;
    for (int k = 0; k < 2; k++) {
        sn_network *net = load((texts){.flows = text[k]});
        const double to_b = sn_network_lead_time(net, 0), to_c = sn_network_lead_time(net, 1);
        const bool any = sn_network_has_lead_time(net);
        sn_network_free(net);
        assert_true(any);
        assert_close(to_b, (30 + 2 * 6 + 2 * 12) / 5.0, 1e-12);
        assert_close(to_c, 0, 0);
    }
    sn_network *none = load((texts){.flows = "source,target,value\nA,B,1\n"});
    const bool any = sn_network_has_lead_time(none);
    sn_network_free(none);
    assert_false(any);
    assert_string_equal(
        tell(load((texts){.flows = "source,target,value,lead_time\nA,B,1,-3\n"})),
        "flows.csv:2:4: value \"-3\" is negative (column \"lead_time\")");
}

static void flows__of_several_years_need_a_choice(void **state)
{
    static const char text[] = "t,i,j,k,v,q\n2021,A,B,x,3,1\n2019,A,B,x,5,1\n2021,B,C,x,7,1\n";
    (void)state;
    assert_string_equal(tell(load((texts){.flows = text})),
                        "flows.csv holds several years (2019, 2021); choose one with --year");
    assert_string_equal(tell(load((texts){.flows = text, .filter = {.year = 2021}})),
                        "A>B 3 x; B>C 7 x");
    assert_int_equal(dropped(0, "other year"), 1);
    assert_string_equal(tell(load((texts){.flows = text, .filter = {.year = 2020}})),
                        "flows.csv has no year 2020; it holds 2019, 2021");
    assert_int_equal(err.status, SN_EUSAGE);
    assert_string_equal(tell(load((texts){.flows = FLOWS, .filter = {.year = 2020}})),
                        "flows.csv has no column \"year\", so the year 2020 means nothing");
    assert_string_equal(tell(load((texts){.flows = "t,i,j,v\n2021,A,B,3\n"})), "A>B 3 all");
}

static void flows__of_a_commodity_with_two_units_are_an_error(void **state)
{
    (void)state;
    assert_non_null(
        strstr(tell(load((texts){.flows = "source,target,value,unit\nA,B,1,t\nA,C,1,kg\n"})),
               "flows.csv: mixed units"));
}

static void nodes__keep_every_column(void **state)
{
    sn_network *net = load((texts){
        .flows = FLOWS,
        .nodes =
            "id,label,kind,country,owner,commodity,stage,sector,output,capacity,final_demand,"
            "inventory_days,unit,low,high,lat,lon,primary,Remark,\n"
            "COD,DR "
            "Congo,Country,NA,CHN,cobalt,mining,s,80.5,90,1.5,12,t,70,95.5,-4.3,15.3,80.5,far,"
            "\n"});
    (void)state;
    if (net == NULL)
        fail_msg("%s", err.message);
    const size_t node = (size_t)sn_network_find(net, "COD");
    const double output = sn_network_given(net, SN_OUTPUT, node),
                 lat = sn_network_given(net, SN_LAT, node),
                 primary = sn_network_given(net, SN_PRIMARY, node),
                 high = sn_network_given(net, SN_HIGH, node);
    const int same = strcmp(sn_network_label(net, node), "DR Congo") == 0 &&
                     strcmp(sn_network_text(net, SN_COUNTRY, node), "NA") == 0 &&
                     strcmp(sn_network_text(net, SN_UNIT, node), "t") == 0 &&
                     sn_network_attribute_count(net) == 1 &&
                     strcmp(sn_network_attribute_name(net, 0), "Remark") == 0 &&
                     strcmp(sn_network_attribute(net, 0, node), "far") == 0 &&
                     sn_network_kind(net, node) == SN_KIND_COUNTRY;
    sn_network_free(net);
    assert_true(same);
    assert_close(output, 80.5, 0);
    assert_close(lat, -4.3, 0);
    assert_close(primary, 80.5, 0);
    assert_close(high, 95.5, 0);
}

static void nodes__that_are_wrong_are_errors_with_their_place(void **state)
{
    (void)state;
    assert_string_equal(tell(load((texts){.flows = FLOWS, .nodes = "id\nCOD\nCHN\nCOD\n"})),
                        "nodes.csv:4:1: node \"COD\" is declared twice, first on line 2");
    assert_string_equal(tell(load((texts){.flows = FLOWS, .nodes = "id,kind\nCOD,planet\n"})),
                        "nodes.csv:2:2: value \"planet\" is none of country|firm|stage "
                        "(column \"kind\")");
    assert_string_equal(tell(load((texts){.flows = FLOWS, .nodes = "id,lat\nCOD,95\n"})),
                        "nodes.csv:2:2: value 95 is no place on earth");
    assert_string_equal(tell(load((texts){.flows = FLOWS, .nodes = "id,low,high\nCOD,5,3\n"})),
                        "nodes.csv:2:2: low 5 is above high 3");
    assert_string_equal(tell(load((texts){.flows = FLOWS, .nodes = "id,output\nCOD,-4\n"})),
                        "nodes.csv:2:2: value \"-4\" is negative (column \"output\")");
    assert_string_equal(tell(load((texts){.flows = FLOWS, .nodes = "name,output\nCOD,4\n"})),
                        "nodes.csv:1: no column \"id\" in the header \"name, output\" "
                        "(looked for id, node_id)");
    assert_int_equal(err.status, SN_EDATA);
}

static void recipes__are_read_as_words_or_digits(void **state)
{
    sn_network *net =
        load((texts){.flows = FLOWS,
                     .recipes = "buyer,input,need,coefficient,inventory_days\n*,*,1,0.5,9\n"
                                "CHN,*,Essential,,\n"});
    (void)state;
    if (net == NULL)
        fail_msg("%s", err.message);
    const size_t count = sn_network_recipe_count(net);
    const sn_recipe first = sn_network_recipe(net, 0);
    const int need = (int)first.need;
    const double days = first.inventory_days;
    sn_network_free(net);
    assert_int_equal(count, 2);
    assert_int_equal(need, SN_NON_ESSENTIAL);
    assert_close(days, 9, 0);
    assert_string_equal(
        tell(load((texts){.flows = FLOWS, .recipes = "buyer,input,need\n*,*,3\n"})),
        "recipes.csv:2:3: value \"3\" is none of "
        "negligible|non_essential|essential|0|1|2 (column \"need\")");
    assert_string_equal(
        tell(load((texts){.flows = FLOWS, .recipes = "buyer,input,need\n*,*,\n"})),
        "recipes.csv:2:3: need is empty (column \"need\")");
}

static void owners__are_equity_unless_they_say_otherwise(void **state)
{
    sn_network *net = load(
        (texts){.flows = FLOWS,
                .owners = "id,owner,share,rule,year\nCOD,CHN,0.75,,2023\nCOD,NA,0.125,equity,\n"
                          "COD,CHE,NA,,\n"});
    size_t count = 0;
    (void)state;
    if (net == NULL)
        fail_msg("%s", err.message);
    const sn_owner_share *share =
        sn_network_owners(net, SN_EQUITY, (size_t)sn_network_find(net, "COD"), &count);
    const double first = count > 0 ? share[0].share : -1;
    sn_network_free(net);
    assert_int_equal(count, 2);
    assert_close(first, 0.75, 0);
    assert_int_equal(dropped(1, "missing value"), 1);
}

static void owners__that_are_wrong_are_errors_with_their_place(void **state)
{
    (void)state;
    assert_string_equal(
        tell(load((texts){.flows = FLOWS, .owners = "id,owner,share\nZMB,CHN,1\n"})),
        "owners.csv:2:1: unknown node \"ZMB\": no node and no used flow has it");
    assert_string_equal(
        tell(load((texts){.flows = FLOWS, .owners = "id,owner,share\nCOD,CHN,51\n"})),
        "owners.csv:2:3: share 51 is not in 0..1");
    assert_non_null(
        strstr(tell(load((texts){.flows = FLOWS,
                                 .owners = "id,owner,share\nCOD,CHN,0.75\nCOD,CHE,0.5\n"})),
               "add up to 1.25, more than 1"));
    assert_string_equal(
        tell(load((texts){.flows = FLOWS, .owners = "id,owner,share,rule\nCOD,CHN,1,most\n"})),
        "owners.csv:2:4: value \"most\" is none of largest|equity (column \"rule\")");
}

static void commodity__keeps_nodes_and_the_flows_among_them(void **state)
{
    static const char flows[] = "source,target,value\na,b,1\nc,d,2\na,d,4\n",
                      nodes[] = "id,commodity\na,cobalt\nb,cobalt\nc,nickel\nd,nickel\n",
                      owners[] = "id,owner,share\na,CHN,1\nc,JPN,1\n";
    (void)state;
    assert_string_equal(tell(load((texts){.flows = flows,
                                          .nodes = nodes,
                                          .owners = owners,
                                          .filter = {.commodity = "cobalt"}})),
                        "a>b 1 cobalt");
    assert_int_equal(dropped(0, "other commodity"), 2);
    assert_int_equal(dropped(1, "other commodity"), 2);
    assert_int_equal(dropped(2, "other commodity"), 1);
    assert_string_equal(
        tell(load(
            (texts){.flows = flows, .nodes = nodes, .filter = {.commodity = "nickel|cobalt"}})),
        "a>b 1 cobalt; a>d 4 cobalt; c>d 2 nickel");
    assert_string_equal(
        tell(load((texts){.flows = flows, .nodes = nodes, .filter = {.commodity = "cobolt"}})),
        "unknown commodity \"cobolt\"; nearest: \"cobalt\"");
    assert_string_equal(
        tell(load((texts){.flows = flows, .nodes = nodes, .filter = {.commodity = "xenon"}})),
        "unknown commodity \"xenon\"; there are cobalt, nickel");
    assert_int_equal(err.status, SN_EUSAGE);
}

static void commodity__goes_by_product_where_nodes_have_none(void **state)
{
    static const char flows[] = "i,j,v,k\na,b,1,2605\nc,d,2,7502\n";
    (void)state;
    assert_string_equal(tell(load((texts){.flows = flows, .filter = {.commodity = "2605"}})),
                        "a>b 1 2605");
    assert_string_equal(
        tell(
            load((texts){.flows = flows, .nodes = "id\na\n", .filter = {.commodity = "7502"}})),
        "c>d 2 7502");
    assert_string_equal(tell(load((texts){.flows = flows, .filter = {.commodity = "2606"}})),
                        "unknown commodity \"2606\"; nearest: \"2605\"");
    assert_string_equal(
        tell(load((texts){.flows = FLOWS, .filter = {.commodity = "cobalt"}})),
        "unknown commodity \"cobalt\": flows.csv states neither commodities nor "
        "products");
}

/* Ids of every length around those the recent ones hold, asked for again and again. */
static void nodes__are_told_apart_whatever_their_length(void **state)
{
    char *text = malloc(400000), *at = text + sprintf(text, "source,target,value\n");
    size_t wrong = 0;
    (void)state;
    for (int round = 0; round < 3; round++)
        for (int length = 1; length <= 24; length++)
            for (int k = 0; k < 20; k++)
                at +=
                    sprintf(at, "%.*s%c,%.*s%c%.*s,1\n", length - 1, "xxxxxxxxxxxxxxxxxxxxxxxx",
                            'a' + k, k % length, "yyyyyyyyyyyyyyyyyyyyyyyy", 'z',
                            length - 1 - k % length, "yyyyyyyyyyyyyyyyyyyyyyyy");
    sn_network *net = load((texts){.flows = text});
    free(text);
    if (net == NULL)
        fail_msg("%s", err.message);
    for (size_t f = 0; f < sn_network_flow_count(net); f++) {
        const sn_flow flow = sn_network_flow(net, f);
        const char *supplier = sn_network_id(net, (size_t)flow.supplier),
                   *buyer = sn_network_id(net, (size_t)flow.buyer);
        wrong += flow.value < 3 || strlen(supplier) != strlen(buyer) || supplier[0] == 'y' ||
                 strchr(buyer, 'x') != NULL;
    }
    const size_t flows = sn_network_flow_count(net);
    sn_network_free(net);
    assert_int_equal(flows, 24 * 20);
    assert_int_equal(wrong, 0);
}

/* Below: from real files. */

static const char *put(const char *name, const char *text)
{
    static char path[4][256];
    static int turn;
    char *to = path[turn++ % 4];

    (void)snprintf(to, 256, "%s/%s", folder, name);
    FILE *file = fopen(to, "wb");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        fail_msg("cannot write %s", to);
    return to;
}

static sn_network *load_options(sn_load_options options)
{
    sn_network *net = NULL;

    err = (sn_error){0};
    sn_sources_clear(&sources);
    (void)sn_load(&options, &net, &sources, &err);
    return net;
}

static void load__reads_a_folder_and_loose_files(void **state)
{
    char dir[256], path[300];
    (void)state;

    (void)snprintf(dir, sizeof dir, "%s/net", folder);
    (void)mkdir(dir, 0700);
    assert_true(strstr(tell(load_options((sn_load_options){.network = dir})),
                       "holds neither flows.csv nor production.csv and stages.csv") != NULL);
    (void)snprintf(path, sizeof path, "%s/flows.csv.gz", dir);
    gzFile packed = gzopen(path, "wb");
    (void)gzputs(packed, FLOWS);
    (void)gzclose(packed);
    put("net/nodes.csv", "id,country\nCOD,COD\n");
    assert_string_equal(tell(load_options((sn_load_options){.network = dir})),
                        "COD>CHN 71.25 all");
    assert_int_equal(sources.count, 2);
    assert_string_equal(sources.source[1].path, path);
    put("net/flows.csv", FLOWS);
    assert_non_null(strstr(tell(load_options((sn_load_options){.network = dir})),
                           "holds both flows.csv and flows.csv.gz; keep one"));
    assert_int_equal(sources.count, 0);
    assert_string_equal(tell(load_options((sn_load_options){
                            .flows = put("f.csv", FLOWS), .nodes = put("n.csv", "id\nCHN\n")})),
                        "COD>CHN 71.25 all");
    assert_string_equal(tell(load_options((sn_load_options){.flows = "-", .nodes = "-"})),
                        "only one file can be standard input");
}

static void load__builds_networks_from_tables(void **state)
{
    char dir[256];
    (void)state;

    (void)snprintf(dir, sizeof dir, "%s/tables", folder);
    (void)mkdir(dir, 0700);
    put("tables/stages.csv", "commodity,stage,next\ncobalt,mining,use\nnickel,mining,use\n");
    put("tables/production.csv", "commodity,stage,country,value,unit\ncobalt,mining,COD,80,t\n"
                                 "nickel,mining,IDN,70,t\nnickel,mining,PHL,NA,t\n");
    put("tables/trade.csv", "commodity,stage,exporter,importer,quantity\n"
                            "cobalt,mining,COD,CHN,60\nnickel,mining,IDN,JPN,30\n"
                            "nickel,mining,IDN,IDN,5\n");
    assert_string_equal(tell(load_options((sn_load_options){.network = dir})),
                        "COD:cobalt:mining>CHN:cobalt:use 60 cobalt:mining; "
                        "COD:cobalt:mining>COD:cobalt:use 20 cobalt:mining; "
                        "IDN:nickel:mining>IDN:nickel:use 40 nickel:mining; "
                        "IDN:nickel:mining>JPN:nickel:use 30 nickel:mining");
    assert_int_equal(sources.count, 3);
    assert_int_equal(dropped(1, "missing value"), 1);
    assert_int_equal(dropped(2, "domestic trade"), 1);
    put("tables/owners.csv",
        "id,owner,share\nCOD:cobalt:mining,CHN,0.5\nIDN:nickel:mining,CHN,1\n");
    assert_string_equal(
        tell(load_options((sn_load_options){.network = dir, .commodity = "cobalt"})),
        "COD:cobalt:mining>CHN:cobalt:use 60 cobalt:mining; "
        "COD:cobalt:mining>COD:cobalt:use 20 cobalt:mining");
    assert_int_equal(dropped(3, "other commodity"), 1);
    assert_string_equal(
        tell(load_options((sn_load_options){.network = dir, .commodity = "nikel"})),
        "unknown commodity \"nikel\"; nearest: \"nickel\"");
    assert_non_null(strstr(tell(load_options((sn_load_options){.network = dir, .year = 2020})),
                           "which are of one year: the year 2020 means nothing"));
}

static void load__reads_an_archive(void **state)
{
    static const char *const name[] = {"x/nodes.csv", "x/flows.csv"},
                             *const text[] = {"id,label\nCOD,DR Congo\n", FLOWS};
    char path[256];
    int code;
    (void)state;

    (void)snprintf(path, sizeof path, "%s/net.zip", folder);
    zip_t *archive = zip_open(path, ZIP_CREATE, &code);
    for (int m = 0; m < 2; m++)
        (void)zip_file_add(archive, name[m],
                           zip_source_buffer(archive, text[m], strlen(text[m]), 0), 0);
    assert_int_equal(zip_close(archive), 0);
    assert_string_equal(tell(load_options((sn_load_options){.network = path})),
                        "COD>CHN 71.25 all");
    assert_int_equal(sources.count, 2);
    assert_non_null(strstr(sources.source[1].path, "net.zip#x/flows.csv"));
}

static void load__names_the_nearest_built_in_network(void **state)
{
    (void)state;
    assert_string_equal(
        tell(load_options((sn_load_options){.network = "critical-mineral-2024"})),
        "no such file or built-in network: \"critical-mineral-2024\"; nearest: "
        "\"critical-minerals-2024\"");
    assert_int_equal(err.status, SN_EUSAGE);
    assert_string_equal(tell(load_options((sn_load_options){.network = "nowhere.csv"})),
                        "no such file or built-in network: \"nowhere.csv\"");
}

static void load__reads_every_built_in_network(void **state)
{
    size_t networks = 0;
    (void)state;
    for (size_t d = 0; d < sn_embedded_count(); d++) {
        const char *name = sn_embedded_name(d);
        if (!sn_embedded_is_network(name))
            continue;
        sn_network *net = load_options((sn_load_options){.network = name});
        if (net == NULL)
            fail_msg("%s: %s", name, err.message);
        const size_t flows = sn_network_flow_count(net);
        sn_network_free(net);
        assert_true(flows > 100);
        assert_true(sn_embedded_summary(name).length > 20);
        assert_int_equal(sn_embedded_title(name).length, strlen(name));
        networks++;
    }
    assert_true(networks >= 2);
    assert_null(sn_embedded_name(sn_embedded_count()));
    sn_network *cobalt = load_options(
        (sn_load_options){.network = "critical-minerals-2024", .commodity = "cobalt"});
    const size_t commodities =
        cobalt != NULL ? (size_t)sn_network_dict(cobalt, SN_COMMODITY)->count : 0;
    sn_network_free(cobalt);
    assert_int_equal(commodities, 1);
}

static void reference__tables_are_built_in(void **state)
{
    sn_coalition_list coalitions = {0};
    sn_countries countries = {0};
    sn_quoted_shares shares = {0}, none = {0};
    size_t g7 = 0;
    (void)state;

    assert_int_equal(sn_coalitions_load(&coalitions, &err), SN_OK);
    for (size_t r = 0; r < coalitions.list.count; r++)
        g7 += strcmp(coalitions.list.row[r].coalition, "G7") == 0;
    assert_int_equal(sn_countries_load(&countries, &err), SN_OK);
    const sn_country *namibia = sn_countries_find(&countries, "NAM");
    const int is_na = namibia != NULL && strcmp(namibia->iso2, "NA") == 0 &&
                      strcmp(namibia->name, "Namibia") == 0;
    const int unknown = sn_countries_find(&countries, "XYZ") == NULL;
    assert_int_equal(sn_quoted_shares_load("critical-minerals-2024", &shares, &err), SN_OK);
    assert_int_equal(sn_quoted_shares_load("coalitions", &none, &err), SN_OK);
    const size_t quoted = shares.count, empty = none.count;
    sn_coalitions_clear(&coalitions);
    sn_countries_clear(&countries);
    sn_quoted_shares_clear(&shares);
    sn_quoted_shares_clear(&none);
    assert_int_equal(g7, 7);
    assert_true(is_na && unknown);
    assert_true(quoted > 3);
    assert_int_equal(empty, 0);
}

static int setup(void **state)
{
    (void)state;
    sn_bridge_setup();
    return mkdtemp(folder) == NULL;
}

static int teardown(void **state)
{
    char command[300];
    (void)state;
    sn_sources_clear(&sources);
    (void)snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flows__are_read_under_every_alias),
        cmocka_unit_test(flows__of_the_same_product_are_added_and_self_flows_kept),
        cmocka_unit_test(flows__account_for_every_row),
        cmocka_unit_test(flows__with_bad_amounts_are_errors_with_their_place),
        cmocka_unit_test(flows__without_usable_rows_are_an_error),
        cmocka_unit_test(flows__note_columns_that_are_checked_only),
        cmocka_unit_test(flows__keep_their_lead_time_and_its_mean_by_amount_when_added),
        cmocka_unit_test(flows__of_several_years_need_a_choice),
        cmocka_unit_test(flows__of_a_commodity_with_two_units_are_an_error),
        cmocka_unit_test(nodes__keep_every_column),
        cmocka_unit_test(nodes__that_are_wrong_are_errors_with_their_place),
        cmocka_unit_test(recipes__are_read_as_words_or_digits),
        cmocka_unit_test(owners__are_equity_unless_they_say_otherwise),
        cmocka_unit_test(owners__that_are_wrong_are_errors_with_their_place),
        cmocka_unit_test(commodity__keeps_nodes_and_the_flows_among_them),
        cmocka_unit_test(commodity__goes_by_product_where_nodes_have_none),
        cmocka_unit_test(nodes__are_told_apart_whatever_their_length),
        cmocka_unit_test(load__reads_a_folder_and_loose_files),
        cmocka_unit_test(load__builds_networks_from_tables),
        cmocka_unit_test(load__reads_an_archive),
        cmocka_unit_test(load__names_the_nearest_built_in_network),
        cmocka_unit_test(load__reads_every_built_in_network),
        cmocka_unit_test(reference__tables_are_built_in),
    };
    return cmocka_run_group_tests_name("native", tests, setup, teardown);
}
