/* test_trade.c - trade tables as their publishers make them. */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/trade.h"
#include "datasets/trade_quality.h"
#include "graph/bridge.h"

/* What a table became, as text: "CHL>CHN 283691 2023 5777 89; ..." */
typedef struct {
    sn_status status;
    sn_error err;
    char rows[2000], notes[2000], preset[40];
    size_t dropped_count, read, mirrors;
    sn_dropped dropped[SN_SOURCE_REASONS];
    double world[3], partners[3], reexports;
    sn_trades_quality quality; /* only with judge */
} answer;

static answer a;

static void tell(const sn_trades *t, const sn_sources *sources, size_t source)
{
    const sn_source *s = &sources->source[source];
    size_t used = 0;

    for (size_t r = 0; r < t->count; r++) {
        const sn_trades_row *row = &t->row[r];
        used += (size_t)snprintf(
            a.rows + used, sizeof a.rows - used, "%s%s>%s %s %s %.6g %.6g%s", r > 0 ? "; " : "",
            sn_dict_text(&t->place, row->exporter), sn_dict_text(&t->place, row->importer),
            sn_dict_text(&t->product, row->product), sn_dict_text(&t->year, row->year),
            row->value, row->quantity,
            row->estimated  ? " e"
            : row->averaged ? " m"
                            : "");
    }
    for (size_t n = 0; n < s->note_count; n++)
        (void)snprintf(a.notes + strlen(a.notes), sizeof a.notes - strlen(a.notes), "%s\n",
                       s->note[n]);
    (void)snprintf(a.preset, sizeof a.preset, "%s", s->preset);
    memcpy(a.dropped, s->dropped, sizeof a.dropped);
    a.dropped_count = s->dropped_count;
    a.read = s->rows_read;
    a.mirrors = t->mirrors;
    memcpy(a.world, t->world, sizeof a.world);
    memcpy(a.partners, t->partners, sizeof a.partners);
    a.reexports = t->reexports;
}

static const char *load_how(const char *text, sn_import_options how, const char *year)
{
    const sn_trades_filter filter = {&how, year, NULL};
    sn_sources sources = {0};
    sn_trades trade = {0};
    sn_bytes bytes = {0};
    size_t source = 0;

    sn_trades_quality_clear(&a.quality);
    a = (answer){0};
    a.status = sn_bytes_memory("t.csv", text, strlen(text), &bytes, &a.err);
    const sn_preset_input input = {&bytes, NULL, &how, &sources};
    if (a.status == SN_OK)
        a.status = sn_trades_load(&input, &filter, &trade, &source, &a.err);
    if (a.status == SN_OK)
        tell(&trade, &sources, source);
    if (a.status == SN_OK && how.judge) {
        a.quality = *sources.source[source].trade;
        free(sources.source[source].trade);
        sources.source[source].trade = NULL;
    }
    sn_trades_clear(&trade);
    sn_bytes_clear(&bytes);
    sn_sources_clear(&sources);
    return a.status == SN_OK ? a.rows : a.err.message;
}

static const char *load(const char *text)
{
    return load_how(text, (sn_import_options){0}, "");
}

static size_t dropped(const char *reason)
{
    for (size_t d = 0; d < a.dropped_count; d++)
        if (strncmp(a.dropped[d].reason, reason, strlen(reason)) == 0)
            return a.dropped[d].count;
    return 0;
}

/* ------------------------------------------------------------------------------------ BACI */

static void baci__is_kusd_and_tonnes_with_comtrades_numbers(void **state)
{
    (void)state;
    assert_string_equal(load("t,i,j,k,v,q\n"
                             "2023,842,490,811010,  12.5,   3.25\n" /* some releases pad */
                             "2023,516,699,010121,7.75,NA\n"
                             "2023,251,381,9999AA,2.5,\n"
                             "2023,899,392,811010,99,1\n"),
                        "USA>TWN 811010 2023 12.5 3.25; NAM>IND 010121 2023 7.75 nan; "
                        "FRA>ITA 9999AA 2023 2.5 nan");
    assert_string_equal(a.preset, "baci");
    assert_int_equal(dropped("no country"), 1);
    assert_non_null(strstr(a.notes, "\"899\" (Areas, nes) is no country: kept out (1 rows"));
}

static void baci__gets_lost_zeros_back_and_says_so(void **state)
{
    (void)state;
    assert_string_equal(load("t,i,j,k,v,q\n2023,4,8,10121,1.5,2\n2023,4,8,0106,1.5,2\n"),
                        "AFG>ALB 010121 2023 1.5 2; AFG>ALB 0106 2023 1.5 2");
    assert_non_null(strstr(a.notes, "1 product codes have lost their leading zero"));
}

static void baci__keeps_unknown_numbers_and_names_them(void **state)
{
    (void)state;
    assert_string_equal(load("t,i,j,k,v,q\n2023,998,392,811010,3,1\n2023,4,392,811010,9,1\n"),
                        "998>JPN 811010 2023 3 1; AFG>JPN 811010 2023 9 1");
    assert_non_null(strstr(a.notes,
                           "\"998\" is no country that is known: kept as it is (1 rows, "
                           "25 % of the value)"));
}

static void baci__refuses_negative_values_with_their_place(void **state)
{
    (void)state;
    assert_non_null(strstr(load("t,i,j,k,v,q\n2023,4,8,0101,-3,1\n"), "t.csv:2:5: "));
    assert_int_equal(a.status, SN_EDATA);
    assert_non_null(strstr(load("t,i,j,k,v,q\n2023,,8,0101,3,1\n"), "t.csv:2:2: "));
}

static void filters__keep_years_and_beginnings_of_codes(void **state)
{
    static const char text[] = "t,i,j,k,v,q\n2021,4,8,811010,1,1\n2022,4,8,811020,2,1\n"
                               "2023,4,8,811010,3,1\n2023,4,8,260400,4,1\n";
    (void)state;
    assert_string_equal(load_how(text, (sn_import_options){.product = "8110"}, "2023"),
                        "AFG>ALB 811010 2023 3 1");
    assert_int_equal(dropped("other year"), 2);
    assert_int_equal(dropped("other product"), 1);
    assert_string_equal(
        load_how(text, (sn_import_options){.first_year = 2022, .last_year = 2023}, ""),
        "AFG>ALB 811020 2022 2 1; AFG>ALB 811010 2023 3 1; AFG>ALB 260400 2023 4 1");
    assert_string_equal(load_how(text, (sn_import_options){0}, "2020"),
                        "t.csv has no year 2020; it holds 2021, 2022, 2023");
    assert_int_equal(a.status, SN_EUSAGE);
}

/* -------------------------------------------------------------------------------- Comtrade */

#define NEW                                                                                    \
    "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,"          \
    "reporterDesc,flowCode,flowDesc,partnerCode,partnerISO,partnerDesc,partner2Code,"          \
    "classificationCode,cmdCode,customsCode,mosCode,motCode,qtyUnitAbbr,qty,netWgt,"           \
    "primaryValue\n"

/* period, reporter, flow, partner, partner2, code, customs, transport, kg, USD */
static char table[8000];

static void begin(const char *header)
{
    (void)snprintf(table, sizeof table, "%s", header);
}

static void row(const char *period, const char *reporter, const char *flow, const char *partner,
                const char *partner2, const char *code, const char *customs,
                const char *transport, const char *kg, const char *usd)
{
    const size_t used = strlen(table);

    (void)snprintf(table + used, sizeof table - used,
                   "C,A,%s0101,%.4s,52,%s,%s,,,%s,,%s,,,%s,H6,%s,%s,0,%s,kg,%s,%s,%s\n", period,
                   period, period, reporter, flow, partner, partner2, code, customs, transport,
                   kg, kg, usd);
}

static void comtrade__keeps_one_row_a_trade(void **state)
{
    (void)state;
    begin(NEW);
    row("2023", "152", "X", "156", "0", "283691", "C00", "0", "89000", "3650000");
    row("2023", "152", "X", "156", "0", "283691", "C00", "0", "89000", "3650000"); /* again */
    row("2023", "152", "X", "156", "0", "283691", "C00", "2100", "1000", "50000"); /* by sea */
    row("2023", "152", "X", "156", "0", "283691", "C01", "0", "1000", "50000");
    row("2023", "152", "X", "156", "392", "283691", "C00", "0", "1000", "50000");
    row("2023", "152", "X", "0", "0", "283691", "C00", "0", "90000", "3700000"); /* World */
    row("2023", "152", "RX", "156", "0", "283691", "C00", "0", "7", "7000");
    row("2023", "156", "M", "97", "0", "283691", "C00", "0", "90000", "3700000"); /* EU */
    row("2023", "156", "M", "156", "0", "283691", "C00", "0", "3", "3000");
    row("2023", "152", "X", "156", "0", "TOTAL", "C00", "0", "", "99000000");
    assert_string_equal(load(table), "CHL>CHN 283691 2023 3650 89");
    assert_string_equal(a.preset, "comtrade");
    assert_int_equal(a.read, 10);
    assert_int_equal(dropped("exact duplicate"), 1);
    assert_int_equal(dropped("by mode of transport"), 1);
    assert_int_equal(dropped("by customs procedure"), 1);
    assert_int_equal(dropped("by second partner"), 1);
    assert_int_equal(dropped("World or other sum"), 2);
    assert_int_equal(dropped("re-exports"), 1);
    assert_int_equal(dropped("country with itself"), 1);
    assert_int_equal(dropped("all products"), 1);
    assert_close(a.reexports, 7, 1e-12);
    assert_close(a.world[SN_SIDE_EXPORTER], 3700, 1e-9);
    assert_close(a.partners[SN_SIDE_EXPORTER], 3650, 1e-9);
}

static void comtrade__takes_the_asked_side_of_mirror_reports(void **state)
{
    (void)state;
    begin(NEW);
    row("2023", "152", "X", "156", "0", "283691", "C00", "0", "89000", "3650000");
    row("2023", "156", "M", "152", "0", "283691", "C00", "0", "138000", "5777000");
    row("2023", "152", "X", "392", "0", "283691", "C00", "0", "20000", "800000"); /* one side */
    assert_string_equal(load(table),
                        "CHL>CHN 283691 2023 5777 138; CHL>JPN 283691 2023 800 20");
    assert_int_equal(a.mirrors, 1);
    assert_int_equal(dropped("other side's report"), 1);
    assert_string_equal(
        load_how(table, (sn_import_options){.report_of = SN_REPORT_EXPORTER}, ""),
        "CHL>CHN 283691 2023 3650 89; CHL>JPN 283691 2023 800 20");
    assert_string_equal(load_how(table, (sn_import_options){.report_of = SN_REPORT_MAX}, ""),
                        "CHL>CHN 283691 2023 5777 138; CHL>JPN 283691 2023 800 20");
    assert_string_equal(load_how(table, (sn_import_options){.report_of = SN_REPORT_MEAN}, ""),
                        "CHL>CHN 283691 2023 4713.5 113.5 m; CHL>JPN 283691 2023 800 20");
}

static void comtrade__keeps_one_level_of_codes(void **state)
{
    (void)state;
    begin(NEW);
    row("2023", "152", "X", "156", "0", "28", "C00", "0", "", "5000000");
    row("2023", "152", "X", "156", "0", "2836", "C00", "0", "", "4000000");
    row("2023", "152", "X", "156", "0", "283691", "C00", "0", "", "3650000");
    row("2023", "152", "X", "156", "0", "283692", "C00", "0", "", "350000");
    row("2023", "152", "X", "156", "0", "2805", "C00", "0", "", "70000"); /* has no parts */
    (void)load(table);
    assert_int_equal(dropped("heading or part"), 2);
    assert_string_equal(a.rows, "CHL>CHN 283691 2023 3650 nan; CHL>CHN 283692 2023 350 nan; "
                                "CHL>CHN 2805 2023 70 nan");
    /* a heading that is asked for by name is not split */
    assert_string_equal(load_how(table, (sn_import_options){.product = "2836"}, ""),
                        "CHL>CHN 2836 2023 4000 nan");
}

static void levels__warn_where_parts_are_not_all_of_a_heading(void **state)
{
    (void)state;
    begin(NEW);
    row("2023", "156", "X", "392", "0", "8110", "C00", "0", "", "100000");
    row("2023", "156", "X", "392", "0", "811010", "C00", "0", "", "40000");
    assert_string_equal(load(table), "CHN>JPN 811010 2023 40 nan");
    assert_non_null(
        strstr(a.notes, "8110 in 2023 is there and in parts that add up to 40 % of it"));
}

static void comtrade__adds_months_but_not_to_their_year(void **state)
{
    (void)state;
    begin(NEW);
    row("202301", "152", "X", "156", "0", "283691", "C00", "0", "1000", "10000");
    row("202302", "152", "X", "156", "0", "283691", "C00", "0", "2000", "30000");
    assert_string_equal(load(table), "CHL>CHN 283691 2023 40 3");
    row("2023", "152", "X", "156", "0", "283691", "C00", "0", "2500", "41000");
    assert_string_equal(load(table), "CHL>CHN 283691 2023 41 2.5");
    assert_int_equal(dropped("month of a year"), 2);
}

static void comtrade__reads_a_header_that_is_shifted(void **state)
{
    static const char shifted[] =
        "typeCode,freqCode,refPeriodId,refYear,refMonth,period,CountryCode,Country,"
        "reporterDesc,"
        "flowCode,flowDesc,partnerCode,partnerISO,partnerDesc,partner2Code,cmdCode,customsCode,"
        "motCode,netWgt,primaryValue,Mineral\n"
        "A,20230101,2023,52,2023,36,AUS,Australia,M,Import,52,BRB,Barbados,0,260500,C00,0,24.3,"
        "1656.853,,Cobalt\n"
        "A,20230101,2023,52,2023,36,AUS,Australia,X,Export,392,JPN,Japan,0,260500,C00,0,4071."
        "17,"
        "27504.149,,Cobalt\n";
    (void)state;
    assert_string_equal(load(shifted), "AUS>JPN 260500 2023 27.5041 4.07117; "
                                       "BRB>AUS 260500 2023 1.65685 0.0243");
    assert_non_null(strstr(a.notes, "the header is shifted by one column"));
}

static void comtrade__takes_either_name_of_the_weight(void **state)
{
    (void)state;
    assert_string_equal(
        load("refYear,reporterCode,partnerCode,flowCode,cmdCode,primaryValue,netWgt,"
             "netWeight\n"
             "2023,152,156,X,283691,1000,5000,\n"
             "2023,152,392,X,283691,1000,,7000\n"
             "2023,152,410,X,283691,1000,0,\n"), /* 0 kg is not known */
        "CHL>CHN 283691 2023 1 5; CHL>JPN 283691 2023 1 7; "
        "CHL>KOR 283691 2023 1 nan");
}

static void comtrade__takes_the_largest_where_the_splitting_columns_are_gone(void **state)
{
    (void)state;
    assert_string_equal(load("reporter,partner,cmd,flow,value,netwgt\n"
                             "124,156,250490,M,937029,10000\n"
                             "124,156,250490,M,1216921,11000\n"
                             "124,156,250490,M,279892,1000\n"
                             "124,156,250490,M,279892,1000\n"),
                        "CHN>CAN 250490  1216.92 11");
    assert_int_equal(dropped("part of a larger row"), 2);
    assert_int_equal(dropped("exact duplicate"), 1);
}

static void classic__reads_the_former_columns(void **state)
{
    static const char text[] =
        "Classification,Year,Period,Period Desc.,Aggregate Level,Is Leaf Code,Trade Flow Code,"
        "Trade Flow,Reporter Code,Reporter,Reporter ISO,Partner Code,Partner,Partner ISO,"
        "Commodity Code,Commodity,Qty Unit Code,Qty Unit,Qty,Netweight (kg),Trade Value "
        "(US$),Flag\n"
        "H4,2016,2016,2016,6,1,1,Import,392,Japan,JPN,0,World,WLD,283691,Lithium,8,"
        "Weight in kilograms,1500,1500,9000,0\n"
        "H4,2016,2016,2016,6,1,1,Import,392,Japan,JPN,152,Chile,CHL,283691,Lithium,8,"
        "Weight in kilograms,1500,,9000,0\n"
        "H4,2016,2016,2016,6,1,3,Re-Export,392,Japan,JPN,152,Chile,CHL,283691,Lithium,8,"
        "Weight in kilograms,1,1,9,0\n";
    (void)state;
    assert_string_equal(load(text), "CHL>JPN 283691 2016 9 1.5");
    assert_string_equal(a.preset, "comtrade-classic");
    assert_int_equal(dropped("re-exports"), 1);
}

static void comtrade__refuses_a_flow_it_does_not_know(void **state)
{
    (void)state;
    assert_non_null(
        strstr(load("refYear,reporterCode,partnerCode,flowCode,cmdCode,primaryValue\n"
                    "2023,152,156,Q,283691,1000\n"),
               "t.csv:2:4: \"Q\" is no trade flow"));
}

/* ------------------------------------------------------------------------------------ tidy */

static void tidy__reads_names_and_either_unit(void **state)
{
    (void)state;
    assert_string_equal(load("year,exporter_iso3,importer_iso3,hs,value_kusd,quantity_t\n"
                             "2023,NA,JPN,8110,5,2\n2023,Russiae,World,8110,5,2\n"),
                        "NAM>JPN 8110 2023 5 2");
    assert_int_equal(dropped("World or other sum"), 1);
    assert_string_equal(load("year;exporter;importer;hs;value_usd;quantity_kg\n"
                             "2023;Brasilia;Turkyie;8110;5000,5;2000\n"),
                        "BRA>TUR 8110 2023 5.0005 2");
}

static void tidy__refuses_two_sources_for_one_trade(void **state)
{
    static const char text[] = "year,exporter,importer,hs,value_kusd,quantity_t,source\n"
                               "2023,CHL,CHN,283691,3754,,BACI:x\n"
                               "2023,CHL,CHN,283691,3650,89,EXP:y\n";
    (void)state;
    assert_non_null(strstr(load(text), "comes from two sources, \"EXP:y\" and \"BACI:x\"") !=
                            NULL
                        ? (void *)1
                        : strstr(a.err.message, "\"BACI:x\" and \"EXP:y\""));
    assert_int_equal(a.status, SN_EDATA);
    assert_string_equal(
        load_how(text, (sn_import_options){.where = {"source=EXP*"}, .where_count = 1}, ""),
        "CHL>CHN 283691 2023 3650 89");
    assert_int_equal(dropped("other rows (--where)"), 1);
    assert_non_null(strstr(
        load_how(text, (sn_import_options){.where = {"origin=EXP*"}, .where_count = 1}, ""),
        "has no column \"origin\""));
}

static void tidy__drops_exact_duplicates(void **state)
{
    (void)state;
    assert_string_equal(load("year,exporter,importer,hs,value_kusd\n"
                             "2023,CHL,CHN,283691,5\n2023,CHL,CHN,283691,5\n"),
                        "CHL>CHN 283691 2023 5 nan");
    assert_int_equal(dropped("exact duplicate"), 1);
}

static void map__fits_any_header(void **state)
{
    static const char text[] =
        "REF_AREA,COUNTERPART_AREA,TIME_PERIOD,OBS_VALUE\nCHL,CHN,2023,7\n";
    (void)state;
    assert_string_equal(
        load_how(text,
                 (sn_import_options){.map = {"exporter=REF_AREA,importer=COUNTERPART_AREA",
                                             "value=OBS_VALUE,year=TIME_PERIOD"},
                                     .map_count = 2},
                 ""),
        "CHL>CHN  2023 7 nan");
    assert_string_equal(a.preset, "trade");
}

/* ----------------------------------------------------------------------------- estimates */

static void estimate__fills_from_the_exporters_median_or_the_products(void **state)
{
    (void)state;
    /* CHL: 2 kUSD/t in five rows; all: a sixth at 8 */
    assert_string_equal(
        load_how("t,i,j,k,v,q\n2023,152,4,283691,2,1\n2023,152,8,283691,4,2\n"
                 "2023,152,12,283691,6,3\n2023,152,20,283691,8,4\n2023,152,24,283691,10,5\n"
                 "2023,36,24,283691,80,10\n2023,152,392,283691,7,NA\n2023,36,392,283691,7,NA\n"
                 "2023,36,392,811010,7,NA\n",
                 (sn_import_options){.estimate_quantity = true}, ""),
        "CHL>AFG 283691 2023 2 1; CHL>ALB 283691 2023 4 2; CHL>DZA 283691 2023 6 3; "
        "CHL>AND 283691 2023 8 4; CHL>AGO 283691 2023 10 5; AUS>AGO 283691 2023 80 10; "
        "CHL>JPN 283691 2023 7 3.5 e; AUS>JPN 283691 2023 7 3.5 e; AUS>JPN 811010 2023 7 nan");
    assert_non_null(strstr(a.notes, "2 rows without tonnes"));
}

/* -------------------------------------------------------------------------------- quality */

static const sn_trades_group *group_of(const char *text)
{
    (void)load_how(text, (sn_import_options){.judge = true}, "");
    assert_int_equal(a.status, SN_OK);
    assert_true(a.quality.groups > 0);
    return &a.quality.group[0];
}

static void quality__finds_unit_values_that_stand_out(void **state)
{
    char text[2000] = "t,i,j,k,v,q\n";
    (void)state;
    for (int k = 0; k < 12; k++) /* unit values 10, 10.1, ... */
        (void)snprintf(text + strlen(text), sizeof text - strlen(text),
                       "2023,152,%d,283691,%d.%d,1\n", 4 + 4 * (k == 11 ? 8 : k), 10, k % 10);
    strcat(text, "2023,152,392,283691,500,0.001\n2023,152,410,283691,3,NA\n");
    const sn_trades_group *g = group_of(text);
    assert_int_equal(g->trades, 14);
    assert_int_equal(g->outliers, 1);
    assert_close(g->outlier_value, 500, 1e-12);
    assert_int_equal(g->no_quantity, 1);
    assert_close(g->no_quantity_value, 3, 1e-12);
    assert_true(g->unit_value > 10 && g->unit_value < 11);
    assert_int_equal(a.quality.odds, 1);
    assert_string_equal(a.quality.odd[0].importer, "JPN");
    assert_close(a.quality.odd[0].first, 500000, 1e-6);
}

static void quality__measures_what_only_passes_through(void **state)
{
    (void)state;
    /* CHL -> NLD 80, NLD -> DEU 60: of 140 exported, 60 may be re-exports */
    const sn_trades_group *g =
        group_of("t,i,j,k,v,q\n2023,152,528,283691,80,1\n2023,528,276,283691,60,1\n");
    assert_close(g->through, 60.0 / 140, 1e-15);
    assert_string_equal(g->top, "CHL");
    assert_close(g->top_share, 80.0 / 140, 1e-15);
    assert_int_equal(g->exporters, 2);
    assert_int_equal(g->importers, 2);
}

static void quality__holds_mirror_reports_together(void **state)
{
    (void)state;
    begin(NEW);
    row("2023", "152", "X", "156", "0", "283691", "C00", "0", "1", "1000");
    row("2023", "156", "M", "152", "0", "283691", "C00", "0", "1", "3000");
    row("2023", "152", "X", "392", "0", "283691", "C00", "0", "1", "2000");
    row("2023", "392", "M", "152", "0", "283691", "C00", "0", "1", "2200");
    const sn_trades_group *g = group_of(table);
    assert_int_equal(g->pairs, 2);
    assert_int_equal(g->apart, 1);
    assert_close(g->by_exporter, 3, 1e-12);
    assert_close(g->by_importer, 5.2, 1e-12);
    assert_close(g->ratio, (3 + 1.1) / 2, 1e-12);
    assert_int_equal(a.quality.odds, 1);
    assert_string_equal(a.quality.odd[0].importer, "CHN");
}

static void quality__lists_what_is_no_country_by_share(void **state)
{
    (void)state;
    (void)group_of("t,i,j,k,v,q\n2023,152,899,283691,25,1\n2023,152,156,283691,60,1\n"
                   "2023,998,156,283691,15,1\n2023,152,0,283691,100,1\n");
    assert_int_equal(a.quality.outsides, 3);
    assert_string_equal(a.quality.outside[0].text, "899");
    assert_close(a.quality.outside[0].share, 0.25, 1e-12);
    assert_string_equal(a.quality.outside[1].text, "998");
    assert_close(a.quality.outside[1].share, 0.15, 1e-12);
    assert_string_equal(a.quality.outside[2].text, "0");
    assert_true(isnan(a.quality.outside[2].share));
}

static int setup(void **state)
{
    (void)state;
    sn_bridge_setup();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    sn_trades_quality_clear(&a.quality);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(baci__is_kusd_and_tonnes_with_comtrades_numbers),
        cmocka_unit_test(baci__gets_lost_zeros_back_and_says_so),
        cmocka_unit_test(baci__keeps_unknown_numbers_and_names_them),
        cmocka_unit_test(baci__refuses_negative_values_with_their_place),
        cmocka_unit_test(filters__keep_years_and_beginnings_of_codes),
        cmocka_unit_test(comtrade__keeps_one_row_a_trade),
        cmocka_unit_test(comtrade__takes_the_asked_side_of_mirror_reports),
        cmocka_unit_test(comtrade__keeps_one_level_of_codes),
        cmocka_unit_test(levels__warn_where_parts_are_not_all_of_a_heading),
        cmocka_unit_test(comtrade__adds_months_but_not_to_their_year),
        cmocka_unit_test(comtrade__reads_a_header_that_is_shifted),
        cmocka_unit_test(comtrade__takes_either_name_of_the_weight),
        cmocka_unit_test(comtrade__takes_the_largest_where_the_splitting_columns_are_gone),
        cmocka_unit_test(classic__reads_the_former_columns),
        cmocka_unit_test(comtrade__refuses_a_flow_it_does_not_know),
        cmocka_unit_test(tidy__reads_names_and_either_unit),
        cmocka_unit_test(tidy__refuses_two_sources_for_one_trade),
        cmocka_unit_test(tidy__drops_exact_duplicates),
        cmocka_unit_test(map__fits_any_header),
        cmocka_unit_test(estimate__fills_from_the_exporters_median_or_the_products),
        cmocka_unit_test(quality__finds_unit_values_that_stand_out),
        cmocka_unit_test(quality__measures_what_only_passes_through),
        cmocka_unit_test(quality__holds_mirror_reports_together),
        cmocka_unit_test(quality__lists_what_is_no_country_by_share),
    };
    return cmocka_run_group_tests_name("trade", tests, setup, teardown);
}
