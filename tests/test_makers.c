/* test_makers.c - tables of production as their publishers make them. */
#include "sn_test.h"

#include <stdio.h>
#include <string.h>

#include "datasets/makers_private.h"
#include "graph/bridge.h"

typedef struct {
    sn_status status;
    sn_error err;
    char rows[2000], notes[2000], totals[1000];
    size_t read, used, dropped_count;
    sn_dropped dropped[SN_SOURCE_REASONS];
} answer;

static answer a;

/* "cobalt mining COD 2024 226000/- t; ..." : value/capacity */
static const char *load_how(const char *text, const char *year, sn_import_options how)
{
    sn_sources sources = {0};
    sn_makers makers = {0};
    sn_bytes bytes = {0};
    size_t source = 0, used = 0;

    a = (answer){0};
    a.status = sn_bytes_memory("m.csv", text, strlen(text), &bytes, &a.err);
    const sn_preset_input input = {&bytes, NULL, &how, &sources};
    if (a.status == SN_OK)
        a.status = sn_makers_load(&input, year, NULL, &makers, NULL, &source, &a.err);
    for (size_t r = 0; a.status == SN_OK && r < makers.count; r++) {
        const sn_maker *row = &makers.row[r];
        used += (size_t)snprintf(
            a.rows + used, sizeof a.rows - used, "%s%s %s %s %s %.6g/%.6g %s",
            r > 0 ? "; " : "", sn_dict_text(&makers.commodity, row->commodity),
            sn_dict_text(&makers.stage, row->stage), sn_dict_text(&makers.place, row->place),
            sn_dict_text(&makers.year, row->year), row->value, row->capacity,
            sn_dict_text(&makers.unit, row->unit));
    }
    for (size_t t = 0; t < makers.totals; t++)
        (void)snprintf(a.totals + strlen(a.totals), sizeof a.totals - strlen(a.totals),
                       "%s %.6g of %.6g; ",
                       sn_dict_text(&makers.commodity, makers.total[t].commodity),
                       makers.total[t].sum, makers.total[t].printed);
    if (a.status == SN_OK) {
        const sn_source *s = &sources.source[source];
        for (size_t n = 0; n < s->note_count; n++)
            (void)snprintf(a.notes + strlen(a.notes), sizeof a.notes - strlen(a.notes), "%s\n",
                           s->note[n]);
        memcpy(a.dropped, s->dropped, sizeof a.dropped);
        a.dropped_count = s->dropped_count;
        a.read = s->rows_read;
        a.used = s->rows_used;
    }
    sn_makers_clear(&makers);
    sn_bytes_clear(&bytes);
    sn_sources_clear(&sources);
    return a.status == SN_OK ? a.rows : a.err.message;
}

static const char *load(const char *text)
{
    return load_how(text, "", (sn_import_options){0});
}

static size_t dropped(const char *reason)
{
    for (size_t d = 0; d < a.dropped_count; d++)
        if (strncmp(a.dropped[d].reason, reason, strlen(reason)) == 0)
            return a.dropped[d].count;
    return 0;
}

static void amounts__are_read_as_they_are_printed(void **state)
{
    static const struct {
        const char *text;
        double value, low, high;
        int withheld;
    } good[] = {{"10,000", 10000, NAN, NAN, 0},   {"2.5", 2.5, NAN, NAN, 0},
                {">95", 95, 95, NAN, 0},          {"<1", 1, NAN, 1, 0},
                {"330 - 390", 360, 330, 390, 0},  {"W", NAN, NAN, NAN, 1},
                {"NA", NAN, NAN, NAN, 0},         {"", NAN, NAN, NAN, 0},
                {"XX", NAN, NAN, NAN, 0},         {"s", NAN, NAN, NAN, 0},
                {"--", 0, NAN, NAN, 0},           {"\xe2\x80\x94", 0, NAN, NAN, 0},
                {">2,000,000", 2e6, 2e6, NAN, 0}, {"Large", NAN, NAN, NAN, 0}};
    static const char *const bad[] = {"ten", "-5", "1e999", ">", "5 kg", "2021-24x"};
    (void)state;
    for (size_t k = 0; k < sizeof good / sizeof good[0]; k++) {
        sn_printed p;
        assert_true(sn_makers_parse((sn_slice){good[k].text, strlen(good[k].text)}, &p));
        assert_true((isnan(p.value) && isnan(good[k].value)) ||
                    fabs(p.value - good[k].value) < 1e-12);
        assert_true((isnan(p.low) && isnan(good[k].low)) || fabs(p.low - good[k].low) < 1e-12);
        assert_true((isnan(p.high) && isnan(good[k].high)) ||
                    fabs(p.high - good[k].high) < 1e-12);
        assert_int_equal(p.withheld, good[k].withheld);
    }
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
        sn_printed p;
        assert_false(sn_makers_parse((sn_slice){bad[k], strlen(bad[k])}, &p));
    }
}

#define LONG                                                                                   \
    "MCS "                                                                                     \
    "chapter,Section,Commodity,Country,Statistics,Statistics_detail,Unit,Year,Value,Notes\n"

static void usgs_2026__reads_world_tables_alone(void **state)
{
    (void)state;
    assert_string_equal(
        load(LONG
             "COBALT,Salient Statistics\x97United States,Cobalt,United States,Production,"
             "Production: Mine,metric tons,2024,300,\n" /* CP1252 */
             "COBALT,World Mine Production and Reserves,Cobalt,United States,Production,"
             "Mine production,metric tons,2024,W,\n"
             "COBALT,World Mine Production and Reserves,Cobalt,Congo (Kinshasa),Production,"
             "Mine production,metric tons,2024,\"226,000\",\n"
             "COBALT,World Mine Production and Reserves,Cobalt,C\xf4te d\x92Ivoire,Production,"
             "Mine production,metric tons,2024,\x97,\n"
             "COBALT,World Mine Production and Reserves,Cobalt,Other countries,Production,"
             "Mine production,metric tons,2024,\"7,780\",\n"
             "COBALT,World Mine Production and Reserves,Cobalt,World total,Production,"
             "Mine production: rounded,metric tons,2024,\"234,000\",\n"
             "COBALT,World Mine Production and Reserves,Cobalt,Australia,Reserves,Reserves,"
             "metric tons,2025,\">1,700,000\",\n"),
        "cobalt mining COD 2024 226000/nan t; cobalt mining CIV 2024 0/nan t; "
        "cobalt mining ROW 2024 7780/nan t");
    assert_string_equal(a.totals, "cobalt 233780 of 234000; ");
    assert_int_equal(a.read, 7);
    assert_int_equal(a.used, 3);
    assert_int_equal(dropped("no world table"), 1);
    assert_int_equal(dropped("withheld (W)"), 1);
    assert_int_equal(dropped("World or other sum"), 1);
    assert_int_equal(dropped("reserves"), 1);
    assert_non_null(strstr(a.notes, "read as Windows-1252"));
    assert_non_null(strstr(a.notes, "within 6 % in 1 of 1"));
}

static void usgs_2026__tells_tables_from_remarks(void **state)
{
    (void)state;
    /* Bentonite and Kaolin have totals of their own; "processed" is a remark on Denmark */
    assert_string_equal(
        load(LONG
             "CLAYS,World Mine Production,Clays,China,Production,Mine production: Kaolin,"
             "thousand metric tons,2024,5,\n"
             "CLAYS,World Mine Production,Clays,World total,Production,"
             "\"Mine production: Kaolin, rounded\",thousand metric tons,2024,5,\n"
             "CLAYS,World Mine Production,Clays,China,Production,Mine production: Bentonite,"
             "thousand metric tons,2024,3,\n"
             "CLAYS,World Mine Production,Clays,World total,Production,"
             "\"Mine production: Bentonite, rounded\",thousand metric tons,2024,3,\n"
             "DIATOMITE,World Mine Production,Diatomite,Denmark,Production,"
             "Mine production: processed,metric tons,2024,4,\n"
             "DIATOMITE,World Mine Production,Diatomite,China,Production,Mine production,"
             "metric tons,2024,6,\n"
             "DIATOMITE,World Mine Production,Diatomite,World total,Production,"
             "Mine production: rounded,metric tons,2024,10,\n"),
        "clays_kaolin mining CHN 2024 5000/nan t; clays_bentonite mining CHN 2024 3000/nan t; "
        "diatomite mining DNK 2024 4/nan t; diatomite mining CHN 2024 6/nan t");
    assert_string_equal(
        a.totals, "clays_kaolin 5000 of 5000; clays_bentonite 3000 of 3000; diatomite 10 of "
                  "10; ");
}

static void usgs_2026__puts_capacity_beside_production(void **state)
{
    (void)state;
    assert_string_equal(
        load(LONG
             "GALLIUM,World Low-Purity Production,Gallium,China,Production,Primary production,"
             "kilograms,2024,\"750,000\",\n"
             "GALLIUM,World Low-Purity Production,Gallium,China,Capacity,Production capacity,"
             "kilograms,2024,\"1,000,000\",\n"),
        "gallium refining CHN 2024 750/1000 t");
}

#define WIDE                                                                                   \
    "\xef\xbb\xbfSOURCE,COMMODITY,COUNTRY,TYPE,UNIT_MEAS,PROD_2023,PROD_EST_ 2024,CAP_2023\n"

static void usgs_2025__reads_a_column_a_year(void **state)
{
    static const char text[] = WIDE
        "MCS2025,Cobalt,United\xc2\xa0States,\"Mine production, estimated\",metric tons,500,"
        "300,\n"
        "MCS2025,Cobalt,Canada ,\"Mine production, cobalt content, estimated\",metric tons,"
        "4220,4500,\n"
        "MCS2025,Cobalt,Other Countries,\"Mine production, cobalt content, estimated\","
        "metric tons,6080,,\n"
        "MCS2025,Cobalt,World total (rounded) 10,\"Mine production, cobalt content, "
        "estimated\","
        "metric tons,10800,4800,\n"
        "MCS2025,Potash  ,Belarus,\"Reserves, recoverable ore\",thousand metric tons,,,\n";
    (void)state;
    assert_string_equal(load_how(text, "2023", (sn_import_options){0}),
                        "cobalt mining USA 2023 500/nan t; cobalt mining CAN 2023 4220/nan t; "
                        "cobalt mining ROW 2023 6080/nan t");
    assert_string_equal(a.totals, "cobalt 10800 of 10800; ");
    assert_string_equal(load_how(text, "2024", (sn_import_options){0}),
                        "cobalt mining USA 2024 300/nan t; cobalt mining CAN 2024 4500/nan t");
    assert_int_equal(dropped("no amount"), 2);
    assert_string_equal(load_how(text, "2020", (sn_import_options){0}),
                        "m.csv has no year 2020; it holds 2023, 2024");
}

static void usgs_2025__adds_parts_of_a_country_but_refuses_it_twice(void **state)
{
    (void)state;
    assert_string_equal(
        load(WIDE
             "M,Helium,United States (extracted from natural gas),\"Production, helium gas "
             "content\",million cubic meters,64,,\n"
             "M,Helium,United States (from Cliffside Field),\"Production, helium gas content\","
             "million cubic meters,18,,\n"),
        "helium production USA 2023 8.2e+07/nan m3");
    assert_string_equal(load(WIDE "M,Tin,Peru,Mine production,metric tons,3,,\n"
                                  "M,Tin,Peru,Mine production,metric tons,4,,\n"),
                        "m.csv:3: tin mining of PER is given twice: 3 and 4");
    assert_string_equal(load(WIDE "M,Tin,Peru,Mine production,metric tons,lots,,\n"),
                        "m.csv:2: \"lots\" is no amount");
}

static void usgs__says_where_countries_miss_the_printed_total(void **state)
{
    (void)state;
    (void)load(WIDE "M,Tin,Peru,Mine production,metric tons,50,,\n"
                    "M,Tin,World total (rounded),Mine production,metric tons,100,,\n");
    assert_non_null(strstr(a.notes,
                           "tin mining 2023: the countries add up to 50 t, the printed "
                           "total is 100"));
    assert_non_null(strstr(a.notes, "in 0 of 1 tables"));
}

static void eu_crm__reads_shares(void **state)
{
    (void)state;
    assert_string_equal(load("Material,Stage,Country,Share,t\r\n"
                             "Natural Graphite,E,China,67%,1.0\r\n"
                             "Natural Graphite,E,Norway,<0.1%,1.0\r\n"
                             "Natural Graphite,P,T\xfcrkiye,0.4%,0.8\r\n"),
                        "natural_graphite mining CHN  0.67/nan share; "
                        "natural_graphite mining NOR  0.001/nan share; "
                        "natural_graphite refining TUR  0.004/nan share");
}

static void native__refuses_two_sources_and_heeds_where(void **state)
{
    static const char text[] =
        "mineral,stage,country_iso3,year,value,unit,source\n"
        "cobalt,mining,COD,2022,140000,t,BGS\n"
        "cobalt,mining,COD,2022,144000,t,USGS\n"
        "cobalt,mining,ROW,2022,5,t,USGS\ncobalt,mining,ROW,2022,6,t,USGS\n"
        "cobalt,mining,NA,2022,7,t,USGS\n";
    (void)state;
    assert_string_equal(load(text),
                        "m.csv:3: cobalt mining of COD comes from two sources, \"BGS\" "
                        "and \"USGS\"; choose one with --where source=NAME");
    assert_string_equal(
        load_how(text, "", (sn_import_options){.where = {"source=USGS"}, .where_count = 1}),
        "cobalt mining COD 2022 144000/nan t; cobalt mining ROW 2022 11/nan t; "
        "cobalt mining NAM 2022 7/nan t");
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
        cmocka_unit_test(amounts__are_read_as_they_are_printed),
        cmocka_unit_test(usgs_2026__reads_world_tables_alone),
        cmocka_unit_test(usgs_2026__tells_tables_from_remarks),
        cmocka_unit_test(usgs_2026__puts_capacity_beside_production),
        cmocka_unit_test(usgs_2025__reads_a_column_a_year),
        cmocka_unit_test(usgs_2025__adds_parts_of_a_country_but_refuses_it_twice),
        cmocka_unit_test(usgs__says_where_countries_miss_the_printed_total),
        cmocka_unit_test(eu_crm__reads_shares),
        cmocka_unit_test(native__refuses_two_sources_and_heeds_where),
    };
    return cmocka_run_group_tests_name("makers", tests, setup, NULL);
}
