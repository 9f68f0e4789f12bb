/* test_sourcing.c - a bloc's supply by hand, and identities on random networks. */
#include "sn_test.h"
#include "sn_build.h"

#include "graph/bridge.h"
#include "metrics/sourcing.h"
#include "sn_nets.h"

enum { COUNTRIES = 8 };

static bool *set_of(const sn_network *net, const char *const *code, size_t count, bool *set)
{
    memset(set, 0, COUNTRIES * sizeof *set);
    for (size_t k = 0; k < count; k++) {
        const int32_t c =
            sn_dict_find(sn_network_dict(net, SN_COUNTRY), code[k], strlen(code[k]));
        if (c >= 0)
            set[c] = true;
    }
    return set;
}

static const sn_sourcing_party *party(const sn_sourcing *product, const char *id)
{
    for (size_t k = 0; k < product->count; k++)
        if (strcmp(product->party[k].id, id) == 0)
            return &product->party[k];
    fail_msg("no party %s", id);
    return NULL;
}

/* Ore from AAA and ROW; metal from BBB (a member, fed by AAA and ROW) and CCC (fed by AAA);
 * users in DDD (a member), BBB and CCC. */
static const net_node ore_nodes[] = {
    {"A:m", SN_KIND_STAGE, "AAA", "ore", "mining", NULL, 100, 0, 0},
    {"R:m", SN_KIND_STAGE, "ROW", "ore", "mining", NULL, 20, 0, 0},
    {"B:r", SN_KIND_STAGE, "BBB", "ore", "refining", NULL, 60, 0, 0},
    {"C:r", SN_KIND_STAGE, "CCC", "ore", "refining", NULL, 60, 0, 0},
    {"B:u", SN_KIND_STAGE, "BBB", "ore", "use", NULL, 0, 30, 0},
    {"C:u", SN_KIND_STAGE, "CCC", "ore", "use", NULL, 0, 40, 0},
    {"D:u", SN_KIND_STAGE, "DDD", "ore", "use", NULL, 0, 50, 0}};
static const net_flow ore_flows[] = {{"A:m", "B:r", 40, NULL}, {"R:m", "B:r", 20, NULL},
                                     {"A:m", "C:r", 60, NULL}, {"B:r", "B:u", 30, NULL},
                                     {"B:r", "D:u", 10, NULL}, {"B:r", "C:u", 20, NULL},
                                     {"C:r", "C:u", 20, NULL}, {"C:r", "D:u", 40, NULL}};

static void a_bloc_of_two__by_hand(void **state)
{
    static const char *const bloc[] = {"BBB", "DDD"};
    sn_network *net =
        net_make(ore_nodes, NET_COUNT(ore_nodes), ore_flows, NET_COUNT(ore_flows), NULL, 0);
    bool member[COUNTRIES];
    const sn_sourcing_question question = {.member = set_of(net, bloc, 2, member)};
    sn_sourcings all;

    (void)state;
    assert_int_equal(sn_sourcing_make(net, &question, &all, NULL), SN_OK);
    assert_int_equal(all.count, 2);
    const sn_sourcing *ore = &all.product[0], *metal = &all.product[1];
    assert_string_equal(ore->stage, "mining");
    assert_true(ore->first && !ore->last && !metal->first && metal->last);
    assert_close(ore->made.total, 120, 0);
    assert_close(ore->made.other, 20, 0);
    assert_close(ore->bought.total, 60, 0);
    assert_close(ore->bought.other, 20, 0);
    assert_close(party(ore, "AAA")->bought, 40, 0);
    assert_close(ore->production, 0, 0);
    assert_close(ore->imports, 60, 0);
    assert_close(metal->production, 60, 0);
    assert_close(metal->imports, 40, 0);
    assert_close(metal->exports, 20, 0);
    assert_close(metal->intra, 10, 0);
    assert_close(metal->final_use, 80, 0);
    assert_close(metal->bought.total, 80, 0);
    assert_close(party(metal, "BBB")->bought, 40, 0);
    assert_true(party(metal, "BBB")->member);
    assert_close(party(metal, "CCC")->exported, 40, 0);
    assert_close(party(metal, "CCC")->used, 40, 0);
    assert_close(metal->used, 120, 0);
    assert_close(metal->used_unknown, 0, 0);
    assert_close(party(metal, "CCC")->origin, 40, 1e-12);
    /* of the 80 used, 40 came through B, a third of it from the rest of world */
    assert_close(party(ore, "AAA")->origin, 40 + 40 * 2 / 3.0, 1e-12);
    assert_close(ore->origin.other, 40 / 3.0, 1e-12);
    assert_close(ore->origin.total, 80, 1e-12);
    sn_sourcings_clear(&all);
    sn_network_free(net);
}

static void only_a_coalition__leaves_out_the_others_and_their_use(void **state)
{
    static const char *const bloc[] = {"DDD"}, *const allies[] = {"BBB", "DDD"};
    sn_network *net =
        net_make(ore_nodes, NET_COUNT(ore_nodes), ore_flows, NET_COUNT(ore_flows), NULL, 0);
    bool member[COUNTRIES], counts[COUNTRIES];
    const sn_sourcing_question question = {.member = set_of(net, bloc, 1, member),
                                           .counts = set_of(net, allies, 2, counts)};
    sn_sourcings all;

    (void)state;
    assert_int_equal(sn_sourcing_make(net, &question, &all, NULL), SN_OK);
    const sn_sourcing *metal = &all.product[1];
    assert_close(metal->made.left_out, 60, 0);
    assert_close(metal->made.total, 120, 0);
    assert_close(party(metal, "BBB")->made, 60, 0);
    assert_close(metal->bought.left_out, 40, 0);
    assert_close(metal->used, 80, 0); /* in B and D */
    assert_close(metal->origin.left_out, 40, 1e-12);
    sn_sourcings_clear(&all);
    sn_network_free(net);
}

static void owners__get_what_their_firms_make_wherever_it_is(void **state)
{
    static const char *const bloc[] = {"DDD"};
    sn_builder *builder = sn_builder_new();
    bool member[COUNTRIES];
    sn_sourcing_question question = {.by_owner = true, .rule = SN_EQUITY};
    sn_sourcings all;

    (void)state;
    for (size_t i = 0; i < NET_COUNT(ore_nodes); i++)
        net_add_node(builder, &ore_nodes[i]);
    for (size_t e = 0; e < NET_COUNT(ore_flows); e++)
        net_add_flow(builder, &ore_flows[e], 1);
    const int32_t smelter = sn_builder_find(builder, "C:r", 3);
    assert_int_equal(sn_builder_owner(builder, smelter, "DDD", 3, 0.7, SN_EQUITY, NULL), SN_OK);
    assert_int_equal(sn_builder_owner(builder, smelter, "CCC", 3, 0.2, SN_EQUITY, NULL), SN_OK);
    sn_network *net = net_freeze(builder);
    question.member = set_of(net, bloc, 1, member);
    assert_int_equal(sn_sourcing_make(net, &question, &all, NULL), SN_OK);
    const sn_sourcing *metal = &all.product[1];
    assert_close(party(metal, "DDD")->bought, 0.7 * 40, 1e-13);
    assert_close(party(metal, "DDD")->made, 0.7 * 60, 1e-13);
    assert_close(metal->bought.unknown, 0.1 * 40 + 10,
                 1e-12);                   /* the other smelter has no owner */
    assert_close(metal->production, 0, 0); /* D hosts nothing */
    assert_true(isnan(party(metal, "DDD")->used));
    sn_sourcings_clear(&all);
    sn_network_free(net);
}

/* The hub of Kastner et al. (METHODS 3.6): face value 10 of 90, origin 70 of 90. */
static void re_exports__are_corrected_by_origin_only(void **state)
{
    static const net_node node[] = {{"A", SN_KIND_COUNTRY, NULL, NULL, NULL, NULL, 100, 0, 0},
                                    {"B", SN_KIND_COUNTRY, NULL, NULL, NULL, NULL, 20, 0, 0}};
    static const net_flow flow[] = {
        {"A", "H", 80, NULL}, {"A", "B", 10, NULL}, {"H", "B", 60, NULL}, {"H", "C", 15, NULL}};
    static const char *const bloc[] = {"B"};
    sn_network *net = net_make(node, 2, flow, 4, NULL, 0);
    bool member[COUNTRIES];
    const sn_sourcing_question question = {.member = set_of(net, bloc, 1, member)};
    sn_sourcings all;

    (void)state;
    assert_int_equal(sn_sourcing_make(net, &question, &all, NULL), SN_OK);
    assert_int_equal(all.count, 1);
    const sn_sourcing *product = &all.product[0];
    assert_close(product->made.total, 120, 1e-12);
    assert_close(product->bought.total, 90, 1e-12); /* 20 of its own */
    assert_close(party(product, "A")->bought, 10, 0);
    assert_close(party(product, "B")->bought, 20, 0);
    assert_close(party(product, "H")->bought, 60, 0);
    assert_close(party(product, "A")->origin, 70, 1e-9);
    assert_close(party(product, "H")->origin, 0, 1e-9);
    assert_close(product->production, 20, 0);
    assert_close(product->imports, 70, 0);
    assert_close(product->final_use, 90, 1e-12);
    assert_close(product->used_unknown, 0, 0);
    assert_close(product->used, 120, 1e-12);            /* what H sells on is used once */
    assert_close(party(product, "A")->used, 10, 1e-12); /* made 100, sold 90 */
    sn_sourcings_clear(&all);
    sn_network_free(net);
}

static void buyers_that_nobody_names__are_added_up_apart(void **state)
{
    static const net_node node[] = {
        {"A:m", SN_KIND_STAGE, "AAA", "x", "mining", NULL, 10, 0, 0},
        {"R:u", SN_KIND_STAGE, "ROW", "x", "use", NULL, 0, 7, 0},
        {"B:u", SN_KIND_STAGE, "BBB", "x", "use", NULL, 0, 3, 0}};
    static const net_flow flow[] = {{"A:m", "R:u", 7, NULL}, {"A:m", "B:u", 3, NULL}};
    static const char *const bloc[] = {"BBB"};
    sn_network *net = net_make(node, 3, flow, 2, NULL, 0);
    bool member[COUNTRIES];
    const sn_sourcing_question question = {.member = set_of(net, bloc, 1, member)};
    sn_sourcings all;

    (void)state;
    assert_int_equal(sn_sourcing_make(net, &question, &all, NULL), SN_OK);
    assert_close(all.product[0].used, 10, 0);
    assert_close(all.product[0].used_unknown, 7, 0);
    assert_close(all.product[0].bought.total, 3, 0);
    sn_sourcings_clear(&all);
    sn_network_free(net);
}

static void trade_alone__has_no_production(void **state)
{
    static const net_flow flow[] = {{"A", "B", 30, "tin"},
                                    {"C", "B", 10, "tin"},
                                    {"B", "C", 5, "tin"},
                                    {"A", "B", 7, "zinc"}};
    static const char *const bloc[] = {"B"};
    sn_network *net = net_make(NULL, 0, flow, 4, NULL, 0);
    bool member[COUNTRIES];
    const sn_sourcing_question question = {.member = set_of(net, bloc, 1, member)};
    sn_sourcings all;

    (void)state;
    assert_int_equal(sn_sourcing_make(net, &question, &all, NULL), SN_OK);
    assert_int_equal(all.count, 2);
    assert_string_equal(all.product[0].product, "tin");
    assert_true(isnan(all.product[0].production));
    assert_true(isnan(all.product[0].final_use));
    assert_true(isnan(all.product[0].used));
    assert_close(party(&all.product[0], "C")->made, 10, 0); /* world exports stand in */
    assert_close(all.product[0].made.total, 45, 0);
    assert_close(all.product[0].exports, 5, 0);
    assert_close(all.product[1].imports, 7, 0);
    sn_sourcings_clear(&all);
    sn_network_free(net);
}

static double sum_bought(const sn_sourcing *product)
{
    double sum = product->bought.other + product->bought.unknown + product->bought.left_out;

    for (size_t k = 0; k < product->count; k++)
        sum += product->party[k].bought;
    return sum;
}

/* A keeps 0.6 of its 0.9, B its 0.2; both are members, so the bloc has 1.1 in all. */
static void what_a_country_keeps__is_its_domestic_supply_in_any_unit(void **state)
{
    static const double unit[] = {1, 1e-6, 1e6};
    static const char *const bloc[] = {"AAA", "BBB"};

    (void)state;
    for (size_t u = 0; u < 3; u++) {
        char text[256];
        bool member[COUNTRIES];
        sn_network *net = NULL;
        sn_sourcings all;
        snprintf(text, sizeof text,
                 "A: kind=country country=AAA output=%.17g\n"
                 "B: kind=country country=BBB output=%.17g\nA B %.17g basis=estimated",
                 0.9 * unit[u], 0.2 * unit[u], 0.3 * unit[u]);
        assert_int_equal(sn_build(text, &net, NULL), SN_OK);
        const sn_sourcing_question question = {.member = set_of(net, bloc, 2, member)};
        assert_int_equal(sn_sourcing_make(net, &question, &all, NULL), SN_OK);
        assert_int_equal(all.count, 1);
        const sn_sourcing *product = &all.product[0];
        assert_close(product->made.total / unit[u], 1.1, 1e-12);
        assert_close(product->bought.total / unit[u], 1.1, 1e-12);
        assert_close(party(product, "AAA")->bought / unit[u], 0.9, 1e-12);
        assert_close(party(product, "BBB")->bought / unit[u], 0.2, 1e-12);
        assert_close(product->production / unit[u], 1.1, 1e-12);
        assert_close(product->intra / unit[u], 0.3, 1e-12);
        assert_close(product->estimated, 0.3 / 1.1, 1e-12);
        sn_sourcings_clear(&all);
        sn_network_free(net);
    }
}

static void random_networks__add_up(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= 200; seed++) {
        static const char *const bloc[] = {"AAA", "CCC"};
        net_random tables;
        bool member[COUNTRIES];
        sn_sourcings all;
        double flows = 0, used = 0;

        net_draw(&tables, seed);
        for (size_t i = 0; i < tables.nodes; i++) { /* two stages, no countries */
            tables.node[i].kind = i % 2 ? SN_KIND_STAGE : SN_KIND_FIRM;
            tables.node[i].commodity = "x";
            tables.node[i].stage = i % 2 ? "mining" : "refining";
        }
        sn_network *net =
            net_make(tables.node, tables.nodes, tables.flow, tables.flows, NULL, 0);
        const sn_sourcing_question question = {.member = set_of(net, bloc, 2, member)};
        sn_error err = {0};
        if (sn_sourcing_make(net, &question, &all, &err) != SN_OK) {
            assert_int_equal(err.status, SN_ENUMERIC); /* a loop in which nothing is made */
            sn_network_free(net);
            continue;
        }
        for (size_t e = 0; e < sn_network_flow_count(net); e++)
            flows += sn_network_flow(net, e).value;
        for (size_t p = 0; p < all.count; p++) {
            const sn_sourcing *product = &all.product[p];
            used += product->used;
            assert_close(sum_bought(product), product->bought.total, 1e-9 * flows);
        }
        assert_close(used, flows, 1e-9 * (1 + flows));
        sn_sourcings_clear(&all);
        sn_network_free(net);
    }
}

/* F has no commodity and sells two products; H sells one of them, so that this is what it
 * makes. */
static void makers__of_several_products_make_what_they_sell_of_each(void **state)
{
    static const char *const bloc[] = {"AAA"};
    static const net_node nodes[] = {{"F", SN_KIND_FIRM, "AAA", NULL, NULL, NULL, 20, 0, 0},
                                     {"G", SN_KIND_FIRM, "BBB", NULL, NULL, NULL, 0, 0, 0},
                                     {"H", SN_KIND_FIRM, "BBB", NULL, NULL, NULL, 9, 0, 0},
                                     {"I", SN_KIND_FIRM, "AAA", NULL, NULL, NULL, 0, 0, 0}};
    static const net_flow flows[] = {
        {"F", "G", 10, "p"}, {"F", "G", 4, "q"}, {"H", "I", 6, "p"}};
    sn_network *net = net_make(nodes, NET_COUNT(nodes), flows, NET_COUNT(flows), NULL, 0);
    bool member[COUNTRIES];
    const sn_sourcing_question question = {.member = set_of(net, bloc, 1, member)};
    sn_sourcings all;

    (void)state;
    assert_int_equal(sn_sourcing_make(net, &question, &all, NULL), SN_OK);
    assert_int_equal(all.count, 2);
    const sn_sourcing *p = &all.product[0], *q = &all.product[1];
    assert_string_equal(p->product, "p");
    assert_close(p->made.total, 10 + 9, 0);
    assert_close(party(p, "AAA")->made, 10, 0);
    assert_close(party(p, "BBB")->made, 9, 0);
    assert_close(p->production, 10, 0);
    assert_close(p->exports, 10, 0);
    assert_close(p->imports, 6, 0);
    assert_close(q->made.total, 4, 0);
    assert_close(q->production, 4, 0);
    assert_close(q->imports, 0, 0);
    assert_int_equal(q->count, 2);
    sn_sourcings_clear(&all);
    sn_network_free(net);
}

/* Of one product everybody makes what there is, also who sells none of it. */
static void makers__of_the_only_product_need_not_sell_it(void **state)
{
    static const char *const bloc[] = {"BBB"};
    static const net_node nodes[] = {{"F", SN_KIND_FIRM, "AAA", NULL, NULL, NULL, 20, 0, 0},
                                     {"G", SN_KIND_FIRM, "BBB", NULL, NULL, NULL, 7, 0, 0}};
    static const net_flow flows[] = {{"F", "G", 10, "p"}};
    sn_network *net = net_make(nodes, 2, flows, 1, NULL, 0);
    bool member[COUNTRIES];
    const sn_sourcing_question question = {.member = set_of(net, bloc, 1, member)};
    sn_sourcings all;

    (void)state;
    assert_int_equal(sn_sourcing_make(net, &question, &all, NULL), SN_OK);
    assert_int_equal(all.count, 1);
    assert_close(all.product[0].made.total, 27, 0);
    assert_close(all.product[0].production, 7, 0);
    assert_close(party(&all.product[0], "BBB")->made, 7, 0);
    sn_sourcings_clear(&all);
    sn_network_free(net);
}

/* Two commodities beside each other: each is traced to its own makers, from its own users. */
static void origins__of_two_commodities_are_told_apart(void **state)
{
    static const char *const bloc[] = {"DDD"};
    static const net_node nodes[] = {
        {"A:m", SN_KIND_STAGE, "AAA", "ore", "mining", NULL, 50, 0, 0},
        {"C:m", SN_KIND_STAGE, "CCC", "ore", "mining", NULL, 30, 0, 0},
        {"A:t", SN_KIND_STAGE, "AAA", "tin", "mining", NULL, 4, 0, 0},
        {"C:t", SN_KIND_STAGE, "CCC", "tin", "mining", NULL, 12, 0, 0},
        {"D:o", SN_KIND_STAGE, "DDD", "ore", "use", NULL, 0, 80, 0},
        {"D:t", SN_KIND_STAGE, "DDD", "tin", "use", NULL, 0, 16, 0},
        {"D:z", SN_KIND_STAGE, "DDD", "zinc", "use", NULL, 0, 0, 0},
        {"A:z", SN_KIND_STAGE, "AAA", "zinc", "mining", NULL, 5, 0, 0}};
    static const net_flow flows[] = {{"A:m", "D:o", 50, NULL},
                                     {"C:m", "D:o", 30, NULL},
                                     {"A:t", "D:t", 4, NULL},
                                     {"C:t", "D:t", 12, NULL}};
    sn_network *net = net_make(nodes, NET_COUNT(nodes), flows, NET_COUNT(flows), NULL, 0);
    bool member[COUNTRIES];
    const sn_sourcing_question question = {.member = set_of(net, bloc, 1, member)};
    sn_sourcings all;

    (void)state;
    assert_int_equal(sn_sourcing_make(net, &question, &all, NULL), SN_OK);
    assert_int_equal(all.count, 2);
    const sn_sourcing *ore = &all.product[0], *tin = &all.product[1];
    assert_string_equal(ore->commodity, "ore");
    assert_string_equal(tin->commodity, "tin");
    assert_close(ore->final_use, 80, 0);
    assert_close(tin->final_use, 16, 0);
    assert_close(ore->origin.total, 80, 1e-12);
    assert_close(tin->origin.total, 16, 1e-12);
    assert_close(party(ore, "AAA")->origin, 50, 1e-12);
    assert_close(party(ore, "CCC")->origin, 30, 1e-12);
    assert_close(party(tin, "AAA")->origin, 4, 1e-12);
    assert_close(party(tin, "CCC")->origin, 12, 1e-12);
    assert_close(tin->bought.total, 16, 0);
    assert_close(ore->made.total, 80, 0);
    sn_sourcings_clear(&all);
    sn_network_free(net);
}

/* Of countries, production is known where it is stated and there is one product to be made. */
static void production__of_countries_is_known_for_a_single_product_that_is_stated(void **state)
{
    static const char *const bloc[] = {"AAA"};
    (void)state;

    for (int stated = 0; stated < 2; stated++)
        for (int products = 1; products < 3; products++) {
            const net_node nodes[] = {
                {"AAA", SN_KIND_COUNTRY, "AAA", NULL, NULL, NULL, 0, 0, stated ? 30 : 0},
                {"BBB", SN_KIND_COUNTRY, "BBB", NULL, NULL, NULL, 0, 0, stated ? 12 : 0}};
            const net_flow flows[] = {{"AAA", "BBB", 10, "p"},
                                      {"BBB", "AAA", 4, products == 1 ? "p" : "q"}};
            sn_network *net = net_make(nodes, 2, flows, 2, NULL, 0);
            bool member[COUNTRIES];
            const sn_sourcing_question question = {.member = set_of(net, bloc, 1, member)};
            sn_sourcings all;
            assert_int_equal(sn_sourcing_make(net, &question, &all, NULL), SN_OK);
            const size_t count = all.count;
            const double production = all.product[0].production,
                         made = all.product[0].made.total;
            sn_sourcings_clear(&all);
            sn_network_free(net);
            assert_int_equal(count, products);
            if (stated && products == 1) {
                assert_close(production, 30, 0);
                assert_close(made, 42, 0);
            } else {
                assert_true(isnan(production));
            }
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
        cmocka_unit_test(a_bloc_of_two__by_hand),
        cmocka_unit_test(only_a_coalition__leaves_out_the_others_and_their_use),
        cmocka_unit_test(owners__get_what_their_firms_make_wherever_it_is),
        cmocka_unit_test(re_exports__are_corrected_by_origin_only),
        cmocka_unit_test(buyers_that_nobody_names__are_added_up_apart),
        cmocka_unit_test(trade_alone__has_no_production),
        cmocka_unit_test(what_a_country_keeps__is_its_domestic_supply_in_any_unit),
        cmocka_unit_test(random_networks__add_up),
        cmocka_unit_test(makers__of_several_products_make_what_they_sell_of_each),
        cmocka_unit_test(makers__of_the_only_product_need_not_sell_it),
        cmocka_unit_test(origins__of_two_commodities_are_told_apart),
        cmocka_unit_test(production__of_countries_is_known_for_a_single_product_that_is_stated),
    };
    return cmocka_run_group_tests_name("sourcing", tests, setup, NULL);
}
