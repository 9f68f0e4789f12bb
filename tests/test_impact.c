/* test_impact.c - totals and buyers of a what-if. */
#include "sn_test.h"
#include "sn_nets.h"

#include "graph/bridge.h"
#include "metrics/impact.h"

/* METHODS A6: A makes 100 and sells 80 to hub H and 10 to B; H passes on 60 to B, 15 to C. */
static const net_node hub_node[] = {
    {.id = "A", .kind = SN_KIND_COUNTRY, .country = "AAA", .primary = 100},
    {.id = "B", .kind = SN_KIND_COUNTRY, .country = "BBB", .primary = 20},
    {.id = "C", .kind = SN_KIND_COUNTRY, .country = "CCC"},
    {.id = "H", .kind = SN_KIND_COUNTRY, .country = "HHH"}};
static const net_flow hub_flow[] = {
    {"A", "H", 80, NULL}, {"A", "B", 10, NULL}, {"H", "B", 60, NULL}, {"H", "C", 15, NULL}};

/* Two commodities, each mined in two places and used in one or two; tin also in a steel mill. */
static const net_node ore_node[] = {
    {.id = "cu-AAA", .kind = SN_KIND_STAGE, .country = "AAA", .commodity = "copper",
     .stage = "mining", .output = 30},
    {.id = "cu-BBB", .kind = SN_KIND_STAGE, .country = "BBB", .commodity = "copper",
     .stage = "mining", .output = 10},
    {.id = "cu-use-CCC", .kind = SN_KIND_STAGE, .country = "CCC", .commodity = "copper",
     .stage = "use"},
    {.id = "sn-AAA", .kind = SN_KIND_STAGE, .country = "AAA", .commodity = "tin",
     .stage = "mining", .output = 1.5},
    {.id = "sn-DDD", .kind = SN_KIND_STAGE, .country = "DDD", .commodity = "tin",
     .stage = "mining", .output = 0.5},
    {.id = "sn-use-AAA", .kind = SN_KIND_STAGE, .country = "AAA", .commodity = "tin",
     .stage = "use"},
    {.id = "sn-use-CCC", .kind = SN_KIND_STAGE, .country = "CCC", .commodity = "tin",
     .stage = "use"}};
static const net_flow ore_flow[] = {{"cu-AAA", "cu-use-CCC", 30, NULL},
                                    {"cu-BBB", "cu-use-CCC", 10, NULL},
                                    {"sn-AAA", "sn-use-AAA", 1, NULL},
                                    {"sn-AAA", "sn-use-CCC", 0.5, NULL},
                                    {"sn-DDD", "sn-use-CCC", 0.5, NULL}};

/* Remove the nodes of `selector` and measure, with reasons for `top` buyers of each commodity;
 * the network is freed, codes are checked inside. */
static sn_impact measure_top(sn_network *net, const char *selector, sn_mode mode,
                             sn_weight weight, const char *buyers, size_t top)
{
    sn_impact impact = {0};
    sn_selection hit = {0}, named = {0};
    sn_mask mask = {0};
    sn_cascade_plan *plan = NULL;
    sn_cascade *cascade = NULL;
    sn_impact_frame *frame = NULL;
    sn_cascade_result result;

    if (sn_selector_apply(net, selector, NULL, SN_LARGEST, &hit, NULL) != SN_OK ||
        (buyers != NULL &&
         sn_selector_apply(net, buyers, NULL, SN_LARGEST, &named, NULL) != SN_OK) ||
        sn_mask_apply(net, &hit, NULL, mode, 1, &mask, NULL) != SN_OK ||
        sn_cascade_plan_new(net, &plan, NULL) != SN_OK ||
        sn_cascade_new(plan, NULL, &cascade, NULL) != SN_OK ||
        sn_impact_frame_new(plan, weight, buyers != NULL ? &named : NULL, &frame, NULL) !=
            SN_OK ||
        sn_cascade_run(cascade, &mask, &result, NULL) != SN_OK ||
        sn_impact_make(frame, cascade, &result, top, &impact, NULL) != SN_OK)
        abort();
    sn_impact_frame_free(frame);
    sn_cascade_free(cascade);
    sn_cascade_plan_free(plan);
    sn_mask_clear(&mask);
    sn_selection_clear(&hit);
    sn_selection_clear(&named);
    sn_network_free(net);
    return impact;
}

static sn_impact measure(sn_network *net, const char *selector, sn_mode mode, sn_weight weight,
                         const char *buyers)
{
    return measure_top(net, selector, mode, weight, buyers, 0);
}

static sn_network *hub(void)
{
    return net_make(hub_node, 4, hub_flow, 4, NULL, 0);
}

static sn_network *ores(void)
{
    return net_make(ore_node, 7, ore_flow, 5, NULL, 0);
}

static void impact__weights_countries_by_final_demand(void **state)
{
    /* final demand A 10, B 90, C 15, H 5 = METHODS A6 apparent consumption */
    sn_impact i = measure(hub(), "id=A", SN_MODE_PRODUCTION, SN_WEIGHT_AUTO, NULL);
    const sn_impact_buyer worst = i.buyer[0];
    const size_t buyers = i.buyer_count;
    (void)state;

    sn_impact_clear(&i);
    assert_int_equal(buyers, 4);
    assert_close(i.total.loss_down, 0, 0); /* cleared */
    i = measure(hub(), "id=A", SN_MODE_PRODUCTION, SN_WEIGHT_AUTO, NULL);
    const sn_impact_total t = i.total;
    sn_impact_clear(&i);
    assert_close(t.loss_down, (10 + 70 + 15 + 5) / 120.0, 1e-15);
    assert_close(t.loss, (10 + 70 + 15 + 5) / 120.0, 1e-15);
    assert_close(t.loss_up, 10 / 120.0, 1e-15);
    assert_close(t.lost, 100, 1e-13);
    assert_close(t.loss_others, 90 / 110.0, 1e-15);
    assert_int_equal(worst.node, 1);
    assert_close(worst.lost, 70, 1e-13);
    assert_close(worst.loss, 70 / 90.0, 1e-15);
}

static void impact__takes_the_worse_direction_at_each_node(void **state)
{
    /* B stops buying: H sells 60 less of its 80, A 80 * 60/80 + 10 less of its 100. */
    sn_impact i = measure(hub(), "id=B", SN_MODE_IMPORTS, SN_WEIGHT_OUTPUT, NULL);
    const sn_impact_total t = i.total;
    (void)state;

    sn_impact_clear(&i);
    /* outputs: A 100, B 90 (uses all of it), C 15, H 80 */
    assert_close(t.loss_up, (70 + 60) / 285.0, 1e-15);
    assert_close(t.loss_down, 70 / 285.0, 1e-15);
    assert_close(t.loss, (70 + 70 + 60) / 285.0, 1e-15);
}

static void impact__averages_commodities_and_never_adds_their_amounts(void **state)
{
    sn_impact i = measure(ores(), "country=AAA", SN_MODE_PRODUCTION, SN_WEIGHT_AUTO, NULL);
    const sn_impact_total all = i.total, copper = i.commodity[0], tin = i.commodity[1];
    const size_t commodities = i.commodity_count;
    const sn_impact_buyer second = i.buyer[1], third = i.buyer[2];
    (void)state;

    sn_impact_clear(&i);
    assert_int_equal(commodities, 2);
    assert_close(copper.loss, 0.75, 0);
    assert_close(copper.lost, 30, 0);
    assert_close(tin.loss, (1 + 0.5) / 2, 0);
    assert_close(tin.lost, 1.5, 0);
    assert_close(tin.loss_others, 0.5, 0); /* only CCC: AAA is hit */
    assert_close(all.loss, 0.75, 0);
    assert_close(all.loss_others, (0.75 + 0.5) / 2, 0);
    assert_true(isnan(all.lost));
    assert_int_equal(second.node, 5); /* sn-use-AAA loses 1, sn-use-CCC 0.5 */
    assert_int_equal(third.node, 6);
}

/* Four commodities, each mined by one node that is lost; users by turns, of amounts in no order. */
static void impact__lists_buyers_by_commodity_then_by_what_they_lose(void **state)
{
    enum { EACH = 5, KINDS = 4 };
    static const char *const name[KINDS] = {"tin", "zinc", "cobalt", "lead"};
    char text[KINDS * (EACH + 1)][16];
    net_node node[KINDS * (EACH + 1)];
    net_flow flow[KINDS * EACH];
    double sum = 0;

    (void)state;
    memset(node, 0, sizeof node);
    for (size_t c = 0; c < KINDS; c++) {
        snprintf(text[c], sizeof text[c], "mine%zu", c);
        node[c] = (net_node){.id = text[c], .kind = SN_KIND_STAGE, .country = "AAA",
                             .commodity = name[c], .stage = "mining", .output = 100};
    }
    for (size_t k = 0; k < (size_t)KINDS * EACH; k++) {
        char *id = text[KINDS + k];
        snprintf(id, sizeof text[0], "use%02zu", k);
        node[KINDS + k] = (net_node){.id = id, .kind = SN_KIND_STAGE, .country = "BBB",
                                     .commodity = name[k % KINDS], .stage = "use"};
        flow[k] = (net_flow){text[k % KINDS], id, 1 + (double)(k * 7 % 11), NULL};
        sum += flow[k].value;
    }
    sn_impact i = measure(net_make(node, NET_COUNT(node), flow, NET_COUNT(flow), NULL, 0),
                          "stage=mining", SN_MODE_PRODUCTION, SN_WEIGHT_AUTO, NULL);
    double lost = 0;
    size_t out_of_order = 0, wrong = 0;
    for (size_t k = 0; k < i.buyer_count; k++) {
        const sn_impact_buyer *b = &i.buyer[k];
        lost += b->lost;
        wrong += b->amount != flow[b->node - KINDS].value || b->loss != 1;
        if (k > 0)
            out_of_order += b[-1].commodity > b->commodity ||
                            (b[-1].commodity == b->commodity &&
                             (b[-1].lost < b->lost ||
                              (b[-1].lost == b->lost && b[-1].node > b->node)));
    }
    const size_t buyers = i.buyer_count, commodities = i.commodity_count;
    sn_impact_clear(&i);
    assert_int_equal(buyers, KINDS * EACH);
    assert_int_equal(commodities, KINDS);
    assert_int_equal(out_of_order, 0);
    assert_int_equal(wrong, 0);
    assert_close(lost, sum, 1e-9);
}

static void impact__tells_each_buyer_what_binds(void **state)
{
    sn_impact i = measure(ores(), "id=sn-DDD", SN_MODE_PRODUCTION, SN_WEIGHT_AUTO, NULL);
    const sn_impact_buyer first = i.buyer[0], tin = i.buyer[1], spared = i.buyer[2];
    (void)state;

    sn_impact_clear(&i);
    assert_false(first.has_reason); /* copper loses nothing */
    assert_int_equal(tin.node, 6);
    assert_true(tin.has_reason);
    assert_int_equal(tin.why.need, SN_ESSENTIAL);
    assert_int_equal(tin.why.supplier, 4);
    assert_close(tin.why.lost, 0.5, 0);
    assert_false(spared.has_reason);
}

/* Two mines are lost, each with four users: every user loses all, and the worst `top` of either
 * commodity come first, with their reasons; the others follow by id, without. */
static void impact__gives_reasons_to_the_worst_of_each_commodity_and_to_no_others(void **state)
{
    enum { USERS = 8, HALF = USERS / 2 };
    static const double amount[USERS] = {3.25, 7.5, 2.125, 5, 1.5, 6.25, 9, 4};
    static const int32_t worst[2][HALF] = {{1, 3, 0, 2}, {6, 5, 7, 4}};
    static char id[USERS][8];
    net_node node[USERS + 2] = {{.id = "mineA", .kind = SN_KIND_STAGE, .country = "AAA",
                                 .commodity = "copper", .stage = "mining", .output = 100},
                                {.id = "mineB", .kind = SN_KIND_STAGE, .country = "AAA",
                                 .commodity = "tin", .stage = "mining", .output = 100}};
    net_flow flow[USERS];
    size_t wrong_reason = 0, wrong_place = 0, wrong_count = 0;

    (void)state;
    for (size_t k = 0; k < USERS; k++) {
        (void)snprintf(id[k], sizeof id[k], "use%zu", k);
        node[k + 2] = (net_node){.id = id[k], .kind = SN_KIND_STAGE, .country = "BBB",
                                 .commodity = k < HALF ? "copper" : "tin", .stage = "use"};
        flow[k] = (net_flow){k < HALF ? "mineA" : "mineB", id[k], amount[k], NULL};
    }
    for (size_t top = 0; top <= HALF + 1; top++) {
        sn_impact i = measure_top(net_make(node, NET_COUNT(node), flow, USERS, NULL, 0),
                                  "stage=mining", SN_MODE_PRODUCTION, SN_WEIGHT_AUTO, NULL, top);
        wrong_count += i.buyer_count != USERS;
        for (size_t k = 0; k < i.buyer_count; k++) {
            const size_t place = k % HALF;
            const bool named = top == 0 || place < top;
            wrong_reason += i.buyer[k].has_reason != named;
            if (named)
                wrong_place += i.buyer[k].node != worst[k / HALF][place] + 2;
            else if (place > top)
                wrong_place += i.buyer[k].node <= i.buyer[k - 1].node;
        }
        sn_impact_clear(&i);
    }
    assert_int_equal(wrong_count, 0);
    assert_int_equal(wrong_reason, 0);
    assert_int_equal(wrong_place, 0);
}

static void impact__of_named_buyers_is_theirs_alone(void **state)
{
    sn_impact i = measure(hub(), "id=A", SN_MODE_PRODUCTION, SN_WEIGHT_AUTO, "id=B|C");
    const sn_impact_total t = i.total;
    const size_t buyers = i.buyer_count;
    (void)state;

    sn_impact_clear(&i);
    assert_int_equal(buyers, 2);
    assert_close(t.loss, (70 + 15) / 105.0, 1e-15);
    assert_close(t.lost, 85, 1e-13);
}

static void impact__named_buyer_without_final_demand_counts_its_purchases(void **state)
{
    static const net_node firm[] = {{.id = "a", .kind = SN_KIND_FIRM},
                                    {.id = "b", .kind = SN_KIND_FIRM},
                                    {.id = "c", .kind = SN_KIND_FIRM}};
    static const net_flow flow[] = {{"a", "c", 3.25, NULL}, {"b", "c", 1.5, NULL}};
    sn_impact i = measure(net_make(firm, 3, flow, 2, NULL, 0), "id=b", SN_MODE_PRODUCTION,
                          SN_WEIGHT_AUTO, "id=c");
    const sn_impact_total t = i.total;
    (void)state;

    sn_impact_clear(&i);
    assert_close(t.lost, 1.5, 1e-15);
    assert_close(t.loss, 1.5 / 4.75, 1e-16);
    i = measure(net_make(firm, 3, flow, 2, NULL, 0), "id=b", SN_MODE_PRODUCTION, SN_WEIGHT_AUTO,
                NULL); /* firms: by output; no buyers */
    assert_close(i.total.loss, 1.5 / 4.75, 1e-15);
    assert_int_equal(i.buyer_count, 0);
    sn_impact_clear(&i);
}

/* Into whatever stood there before. */
static void frame__gives_the_weights_of_all_and_0_to_who_is_not_asked(void **state)
{
    sn_network *net = hub();
    const size_t n = sn_network_node_count(net);
    sn_selection named = {0};
    sn_cascade_plan *plan = NULL;
    sn_impact_frame *frame = NULL;
    double weight[16];
    size_t asked = 0, wrong = 0;
    (void)state;

    for (size_t i = 0; i < 16; i++)
        weight[i] = 77;
    if (n > 16 || sn_selector_apply(net, "id=B|C", NULL, SN_LARGEST, &named, NULL) != SN_OK ||
        sn_cascade_plan_new(net, &plan, NULL) != SN_OK ||
        sn_impact_frame_new(plan, SN_WEIGHT_AUTO, &named, &frame, NULL) != SN_OK)
        abort();
    sn_impact_frame_weights(frame, weight);
    for (size_t i = 0; i < n; i++) {
        const bool is_asked = strchr("BC", sn_network_id(net, i)[0]) != NULL;
        asked += is_asked;
        wrong += is_asked ? !(weight[i] > 0 && weight[i] != 77) : weight[i] != 0;
    }
    sn_impact_frame_free(frame);
    sn_cascade_plan_free(plan);
    sn_selection_clear(&named);
    sn_network_free(net);
    assert_int_equal(asked, 2);
    assert_int_equal(wrong, 0);
}

static void impact__of_no_weight_is_unknown_not_zero(void **state)
{
    static const net_node firm[] = {{.id = "a", .kind = SN_KIND_FIRM},
                                    {.id = "b", .kind = SN_KIND_FIRM}};
    static const net_flow flow[] = {{"a", "b", 3.25, NULL}};
    sn_impact i = measure(net_make(firm, 2, flow, 1, NULL, 0), "id=a", SN_MODE_PRODUCTION,
                          SN_WEIGHT_FINAL_DEMAND, NULL);
    const double loss = i.total.loss;
    (void)state;

    sn_impact_clear(&i);
    assert_true(isnan(loss));
}

static void impact_worst__agrees_with_a_full_sort_and_leaves_the_rest_in_order(void **state)
{
    enum { N = 3000 };
    static double key[N];
    static int32_t all[N], some[N];
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    (void)state;
    gsl_rng_set(rng, 71);
    for (int round = 0; round < 200; round++) {
        const size_t count = gsl_rng_uniform_int(rng, round < 20 ? 5 : N);
        const size_t top = gsl_rng_uniform_int(rng, round % 2 == 0 ? 30 : N);
        const unsigned long kinds = 1 + gsl_rng_uniform_int(rng, 40); /* many ties */

        for (size_t k = 0; k < N; k++)
            key[k] = (double)gsl_rng_uniform_int(rng, kinds) / 7;
        for (size_t k = 0; k < count; k++)
            all[k] = some[k] = (int32_t)(k + gsl_rng_uniform_int(rng, 2) * (N - count) / 2);
        for (size_t k = 1; k < count; k++)
            all[k] = some[k] = some[k] > some[k - 1] ? some[k] : some[k - 1] + 1;
        assert_int_equal(sn_impact_worst(key, all, count, 0, NULL), SN_OK);
        assert_int_equal(sn_impact_worst(key, some, count, top, NULL), SN_OK);
        const size_t first = top == 0 || top > count ? count : top;
        for (size_t k = 1; k < count; k++)
            assert_true(key[all[k - 1]] > key[all[k]] ||
                        (key[all[k - 1]] == key[all[k]] && all[k - 1] < all[k]));
        for (size_t k = 0; k < first; k++)
            assert_int_equal(some[k], all[k]);
        for (size_t k = first + 1; k < count; k++)
            assert_true(some[k - 1] < some[k]);
    }
    gsl_rng_free(rng);
}

static void weight__knows_its_words(void **state)
{
    sn_weight weight = SN_WEIGHT_AUTO;
    sn_error err = {0};
    (void)state;

    assert_int_equal(sn_weight_parse("final_demand", &weight, &err), SN_OK);
    assert_int_equal(weight, SN_WEIGHT_FINAL_DEMAND);
    assert_string_equal(sn_weight_name(weight), "final_demand");
    assert_int_equal(sn_weight_parse("outptu", &weight, &err), SN_EUSAGE);
    assert_string_equal(err.message, "unknown weight \"outptu\"; did you mean \"output\"? "
                                     "(auto, output, final_demand, value)");
}

/* Who is hit in no country is hit by itself; who sells what is cut is hit, too. */
static void impact__others_are_those_in_whose_country_nothing_is_hit(void **state)
{
    static const net_node node[] = {
        {.id = "a", .kind = SN_KIND_FIRM, .final_demand = 3},
        {.id = "b", .kind = SN_KIND_FIRM, .final_demand = 5},
        {.id = "c", .kind = SN_KIND_FIRM, .country = "CCC", .final_demand = 7},
        {.id = "d", .kind = SN_KIND_FIRM, .country = "CCC", .final_demand = 11}};
    static const net_flow flow[] = {
        {"a", "b", 2, "p"}, {"c", "b", 2, "p"}, {"a", "c", 4, "q"}, {"d", "c", 12, "q"}};
    sn_network *net = net_make(node, 4, flow, 4, &(net_recipe){"*", "*", SN_ESSENTIAL}, 1);
    double left[] = {0.5, 1, 1, 1}, cut[] = {1, 1, 1, 1};
    sn_cascade_plan *plan = NULL;
    sn_cascade *cascade = NULL;
    sn_impact_frame *frame = NULL;
    sn_cascade_result r;
    sn_impact_total by_node, by_flow;
    (void)state;

    for (size_t e = 0; e < 4; e++)
        cut[e] = net->supplier[e] == 3 ? 0.25 : 1;
    assert_int_equal(sn_cascade_plan_new(net, &plan, NULL), SN_OK);
    assert_int_equal(sn_cascade_new(plan, NULL, &cascade, NULL), SN_OK);
    assert_int_equal(sn_impact_frame_new(plan, SN_WEIGHT_FINAL_DEMAND, NULL, &frame, NULL),
                     SN_OK);
    assert_int_equal(sn_impact_frame_weight(frame), SN_WEIGHT_FINAL_DEMAND);
    assert_int_equal(sn_cascade_run(cascade, &(sn_mask){.node = left}, &r, NULL), SN_OK);
    sn_impact_measure(frame, &r, sn_cascade_shock(cascade), NULL, &by_node);
    const double b = r.down[1], c = r.down[2], d = r.up[3];
    assert_int_equal(sn_cascade_run(cascade, &(sn_mask){.flow = cut}, &r, NULL), SN_OK);
    sn_impact_measure(frame, &r, sn_cascade_shock(cascade), NULL, &by_flow);
    const double a = r.up[0], b_cut = r.down[1];
    sn_impact_frame_free(frame);
    sn_cascade_free(cascade);
    sn_cascade_plan_free(plan);
    sn_network_free(net);
    assert_close(c, 0.5 * 4 / 16, 1e-12);
    assert_close(b, 0.25 + c / 2, 1e-12);
    assert_close(d, 0, 0);
    assert_close(by_node.loss_others, (5 * b + 7 * c) / 23, 1e-12); /* a is hit */
    assert_close(b_cut, 0.75 * 12 / 16 / 2, 1e-12);
    assert_close(by_flow.loss_others, (3 * a + 5 * b_cut) / 8, 1e-12); /* the country of d is */
}

static void weight__is_what_its_name_says(void **state)
{
    sn_network *net = hub();
    static const sn_weight named[] = {SN_WEIGHT_OUTPUT, SN_WEIGHT_FINAL_DEMAND,
                                      SN_WEIGHT_VALUE};
    double got[3];
    (void)state;

    for (size_t k = 0; k < 3; k++)
        got[k] = sn_weight_of(net, sn_weight_resolve(net, named[k]), 0);
    const double sales = net->sales[0], output = net->output[0], final = net->final_demand[0];
    sn_network_free(net);
    assert_close(got[0], output, 0);
    assert_close(got[1], final, 0);
    assert_close(got[2], sales, 0);
    assert_true(sales == 90 && output == 100 && final == 10);
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
        cmocka_unit_test(impact__weights_countries_by_final_demand),
        cmocka_unit_test(impact__takes_the_worse_direction_at_each_node),
        cmocka_unit_test(impact__averages_commodities_and_never_adds_their_amounts),
        cmocka_unit_test(impact__lists_buyers_by_commodity_then_by_what_they_lose),
        cmocka_unit_test(impact__tells_each_buyer_what_binds),
        cmocka_unit_test(impact__gives_reasons_to_the_worst_of_each_commodity_and_to_no_others),
        cmocka_unit_test(impact__of_named_buyers_is_theirs_alone),
        cmocka_unit_test(impact__named_buyer_without_final_demand_counts_its_purchases),
        cmocka_unit_test(frame__gives_the_weights_of_all_and_0_to_who_is_not_asked),
        cmocka_unit_test(impact__of_no_weight_is_unknown_not_zero),
        cmocka_unit_test(impact_worst__agrees_with_a_full_sort_and_leaves_the_rest_in_order),
        cmocka_unit_test(weight__knows_its_words),
        cmocka_unit_test(impact__others_are_those_in_whose_country_nothing_is_hit),
        cmocka_unit_test(weight__is_what_its_name_says),
    };
    return cmocka_run_group_tests_name("impact", tests, setup, NULL);
}
