/* test_reroute.c - cases worked by hand, and what must hold on random networks. */
#include "sn_test.h"
#include "sn_reroute.h"

#include "graph/bridge.h"

static void cut_exports(const sn_network *net, const char *country, double left, sn_mask *mask)
{
    for (size_t e = 0; e < net->flow_count; e++) {
        const char *a = sn_network_text(net, SN_COUNTRY, (size_t)net->supplier[e]);
        const char *b = sn_network_text(net, SN_COUNTRY, (size_t)net->buyer[e]);
        if (strcmp(a, country) == 0 && strcmp(b, country) != 0)
            mask->flow[e] = left;
    }
}

/* The downstream losses of response `none`, by the formula, until nothing moves. */
static double none_node(const sn_network *net, const sn_mask *mask, const double *h, size_t i)
{
    double bought = 0, best = mask->node[i], bundle = 0;
    const double own = net->kind[i] == SN_KIND_FIRM ? 0 : net->primary[i];
    double worst = 0;

    for (size_t pass = 0; pass < 2; pass++)
        for (size_t s = net->seg_first[i]; s < net->seg_first[i + 1]; s++) {
            double missing = 0, total = 0;
            for (size_t k = net->seg_in[s]; k < net->seg_in[s + 1]; k++) {
                const size_t e = net->in_flow[k];
                if (net->supplier[e] == (int32_t)i && net->kind[i] == SN_KIND_COUNTRY)
                    continue;
                total += net->value[e];
                missing += net->value[e] * (1 - mask->flow[e] * h[net->supplier[e]]);
            }
            if (pass == 0)
                bought += total;
            else if (net->seg_need[s] == SN_ESSENTIAL && total > 0)
                worst = fmax(worst, missing / total);
            else if (net->seg_need[s] == SN_NON_ESSENTIAL)
                bundle += missing;
        }
    if (bought > 0)
        best = fmin(best, 1 - fmax(worst, bundle / bought) * bought / (bought + own));
    return fmax(0, best);
}

static double none_loss(const sn_network *net, const sn_mask *mask, const double *weight)
{
    double h[MOST_NODES], next[MOST_NODES], lost = 0, sum = 0, moved = 1;

    for (size_t i = 0; i < net->node_count; i++)
        h[i] = 1;
    for (int round = 0; round < 200000 && moved > 1e-15; round++) {
        moved = 0;
        for (size_t i = 0; i < net->node_count; i++) {
            next[i] = none_node(net, mask, h, i);
            moved = fmax(moved, fabs(next[i] - h[i]));
        }
        memcpy(h, next, sizeof h);
    }
    for (size_t i = 0; i < net->node_count; i++) {
        lost += weight[i] * (1 - h[i]);
        sum += weight[i];
    }
    return sum > 0 ? lost / sum : 0;
}

/* ---- by hand ---- */

static const node_row two_mines[] = {{"A", SN_KIND_STAGE, "AAA", "mining", 60, 0, 60, 0},
                                     {"B", SN_KIND_STAGE, "BBB", "mining", 40, 0, 40, 55},
                                     {"U", SN_KIND_STAGE, "UUU", "use", 0, 100, 0, 0}};
static const flow_row two_mines_flows[] = {{"A", "U", 60, NULL}, {"B", "U", 40, NULL}};

static void reroute__uses_the_stated_capacity_of_other_suppliers(void **state)
{
    (void)state;
    sn_network *net = MAKE(two_mines, two_mines_flows);
    sn_mask mask = whole(net);
    mask.node[at(net, "A")] = 0;
    const double none = none_loss(net, &mask, net->final_demand);
    const answer a = solve(net, &mask, &(sn_reroute_options){.levers = 3});
    const size_t b = at(net, "B");
    sn_mask_clear(&mask);
    sn_network_free(net);

    assert_close(none, 0.6, 1e-12);
    assert_close(a.loss, 0.45, 1e-12); /* B makes 55 instead of 40 */
    assert_close(a.lost, 45, 1e-10);
    assert_int_equal(a.levers, 1);
    assert_int_equal(a.lever[0].kind, SN_LEVER_CAPACITY);
    assert_int_equal(a.lever[0].node, (int32_t)b);
    assert_close(a.lever[0].saved_per_unit, 1, 1e-6);
}

/* Four markets alike, whose second suppliers stand in the opposite order of the first. */
static void reroute__lists_levers_that_save_alike_by_node(void **state)
{
    enum { MARKETS = 4 };
    static const char *const id[3][MARKETS] = {
        {"A1", "A2", "A3", "A4"}, {"B1", "B2", "B3", "B4"}, {"U1", "U2", "U3", "U4"}};
    node_row node[3 * MARKETS];
    flow_row flow[2 * MARKETS];
    size_t nodes = 0, flows = 0;
    (void)state;

    for (size_t k = 0; k < MARKETS; k++)
        node[nodes++] = (node_row){id[0][k], SN_KIND_FIRM, id[0][k], NULL, 60, 0, 0, 0};
    for (size_t k = MARKETS; k-- > 0;)
        node[nodes++] = (node_row){id[1][k], SN_KIND_FIRM, id[1][k], NULL, 40, 0, 0, 55};
    for (size_t k = 0; k < MARKETS; k++) {
        node[nodes++] = (node_row){id[2][k], SN_KIND_FIRM, id[2][k], NULL, 0, 100, 0, 0};
        flow[flows++] = (flow_row){id[0][k], id[2][k], 60, "ore"};
        flow[flows++] = (flow_row){id[1][k], id[2][k], 40, "ore"};
    }
    sn_network *net = make(node, nodes, flow, flows);
    sn_mask mask = whole(net);
    for (size_t k = 0; k < MARKETS; k++)
        mask.node[at(net, id[0][k])] = 0;
    const answer a = solve(net, &mask, &(sn_reroute_options){.levers = MOST_LEVERS});
    sn_mask_clear(&mask);
    sn_network_free(net);

    assert_close(a.lost, 45 * MARKETS, 1e-9);
    assert_true(a.levers >= MARKETS);
    for (size_t k = 0; k < MARKETS; k++) {
        assert_int_equal(a.lever[k].kind, SN_LEVER_CAPACITY);
        assert_close(a.lever[k].saved_per_unit, a.lever[0].saved_per_unit, 0);
        assert_true(k == 0 || a.lever[k].node > a.lever[k - 1].node);
    }
}

/* More levers alike than are tried out: the first nodes are. */
static void reroute__tries_the_first_of_many_levers_alike(void **state)
{
    enum { SUPPLIERS = 40 };
    char id[SUPPLIERS][8];
    node_row node[SUPPLIERS + 2] = {{"A", SN_KIND_FIRM, "A", NULL, 60, 0, 0, 0}};
    flow_row flow[SUPPLIERS + 1] = {{"A", "U", 60, "ore"}};
    (void)state;

    for (size_t k = 0; k < SUPPLIERS; k++) {
        (void)snprintf(id[k], sizeof id[k], "B%02zu", k);
        node[k + 1] = (node_row){id[k], SN_KIND_FIRM, id[k], NULL, 4, 0, 0, 4.5};
        flow[k + 1] = (flow_row){id[k], "U", 4, "ore"};
    }
    node[SUPPLIERS + 1] = (node_row){"U", SN_KIND_FIRM, "U", NULL, 0, 60 + 4 * SUPPLIERS, 0, 0};
    sn_network *net = make(node, SUPPLIERS + 2, flow, SUPPLIERS + 1);
    sn_mask mask = whole(net);
    mask.node[at(net, "A")] = 0;
    const answer a = solve(net, &mask, &(sn_reroute_options){.levers = 1});
    const size_t first = at(net, "B00");
    sn_mask_clear(&mask);
    sn_network_free(net);

    assert_close(a.lost, 60 - 0.5 * SUPPLIERS, 1e-9);
    assert_int_equal(a.levers, 1);
    assert_int_equal(a.lever[0].kind, SN_LEVER_CAPACITY);
    assert_int_equal(a.lever[0].node, first);
    assert_close(a.lever[0].saved_per_unit, 1, 1e-6);
}

static void reroute__falls_and_none_does_not_when_a_supplier_elsewhere_doubles(void **state)
{
    (void)state;
    node_row doubled[3];
    memcpy(doubled, two_mines, sizeof doubled);
    doubled[1].capacity = 110;
    sn_network *net = MAKE(doubled, two_mines_flows);
    sn_mask mask = whole(net);
    mask.node[at(net, "A")] = 0;
    const double none = none_loss(net, &mask, net->final_demand);
    const answer a = solve(net, &mask, &(sn_reroute_options){0});
    sn_mask_clear(&mask);
    sn_network_free(net);

    assert_close(none, 0.6, 1e-12);
    assert_close(a.loss, 0, 1e-12);
}

static void reroute__diverts_what_may_not_be_exported_to_buyers_at_home(void **state)
{
    static const node_row node[] = {{"A", SN_KIND_STAGE, "AAA", "mining", 100, 0, 100, 0},
                                    {"B", SN_KIND_STAGE, "BBB", "mining", 100, 0, 100, 0},
                                    {"UA", SN_KIND_STAGE, "AAA", "use", 0, 90, 0, 0},
                                    {"UB", SN_KIND_STAGE, "BBB", "use", 0, 110, 0, 0}};
    static const flow_row flow[] = {{"A", "UA", 50, NULL},
                                    {"A", "UB", 50, NULL},
                                    {"B", "UA", 40, NULL},
                                    {"B", "UB", 60, NULL}};
    (void)state;
    sn_network *net = MAKE(node, flow);
    sn_mask mask = whole(net);
    cut_exports(net, "AAA", 0, &mask);
    const double none = none_loss(net, &mask, net->final_demand);
    const answer a = solve(net, &mask, &(sn_reroute_options){0});
    sn_mask_clear(&mask);
    sn_network_free(net);

    assert_close(none, 50. / 200, 1e-12);
    assert_close(a.lost, 10, 1e-9); /* A's 50 go to UA, which needs 40 of them; B's go to UB */
}

static void reroute__needs_complements_and_frees_what_is_useless(void **state)
{
    /* X needs p and q, Y only q.  p is halved: X makes half, and its q is free for nobody in
     * need; then q loses 30 of 90 too: Y takes what X cannot use. */
    static const node_row node[] = {{"P", SN_KIND_FIRM, NULL, NULL, 0, 0, 0, 0},
                                    {"Q", SN_KIND_FIRM, NULL, NULL, 0, 0, 0, 0},
                                    {"X", SN_KIND_FIRM, NULL, NULL, 0, 70, 0, 0},
                                    {"Y", SN_KIND_FIRM, NULL, NULL, 0, 50, 0, 0}};
    static const flow_row flow[] = {
        {"P", "X", 20, "p"}, {"Q", "X", 60, "q"}, {"Q", "Y", 30, "q"}};
    (void)state;
    sn_network *net = MAKE(node, flow);
    sn_mask mask = whole(net);
    mask.node[at(net, "P")] = 0.5;
    mask.node[at(net, "Q")] = 2. / 3;
    const answer a = solve(net, &mask, &(sn_reroute_options){0});
    const size_t x = at(net, "X"), y = at(net, "Y");
    sn_mask_clear(&mask);
    sn_network_free(net);

    assert_close(a.served[x], 0.5, 1e-12);
    assert_close(a.served[y], 1, 1e-12); /* under `none` it would be 2/3 */
    assert_close(a.lost, 35, 1e-9);
}

static void reroute__finds_the_fixed_point_of_a_closed_loop(void **state)
{
    /* A and B feed each other; A serves 10 of 30.  Hit to 3/4, A gives up final demand last:
     * y_A = 22.5 = 20 y_B/20 ... B needs all of its 20 from A for each of its 20. */
    static const node_row node[] = {{"A", SN_KIND_FIRM, NULL, NULL, 0, 10, 0, 0},
                                    {"B", SN_KIND_FIRM, NULL, NULL, 0, 0, 0, 0}};
    static const flow_row flow[] = {{"A", "B", 20, NULL}, {"B", "A", 15, NULL}};
    (void)state;
    sn_network *net = MAKE(node, flow);
    sn_mask mask = whole(net);
    mask.node[at(net, "A")] = 0.75;
    const answer a = solve(net, &mask, &(sn_reroute_options){0});
    sn_mask_clear(&mask);
    sn_network_free(net);

    /* y_A = s * 30 needs 15 s from B, so y_B = 15 s, which needs 20 s from A: f = 10 s. */
    assert_close(a.served[0], 0.75, 1e-12);
}

static void reroute__spreads_the_shortage_evenly_and_names_who_cannot_be_helped(void **state)
{
    /* Mine M is halved to 60 for U, V, W of 30, 40, 50; W also has a mine of its own (20). */
    static const node_row node[] = {{"M", SN_KIND_STAGE, NULL, "mining", 100, 0, 100, 0},
                                    {"N", SN_KIND_STAGE, NULL, "mining", 20, 0, 20, 0},
                                    {"U", SN_KIND_STAGE, NULL, "use", 0, 30, 0, 0},
                                    {"V", SN_KIND_STAGE, NULL, "use", 0, 40, 0, 0},
                                    {"W", SN_KIND_STAGE, NULL, "use", 0, 50, 0, 0}};
    static const flow_row flow[] = {
        {"M", "U", 30, NULL}, {"M", "V", 40, NULL}, {"M", "W", 30, NULL}, {"N", "W", 20, NULL}};
    (void)state;
    sn_network *net = MAKE(node, flow);
    sn_mask mask = whole(net);
    mask.node[at(net, "M")] = 0.4;
    const answer a = solve(net, &mask, &(sn_reroute_options){.even = true});
    mask.flow[1] = 0.1; /* M -> V: at most 4 of 40 */
    const answer b = solve(net, &mask, &(sn_reroute_options){.even = true});
    sn_mask_clear(&mask);
    sn_network_free(net);

    for (size_t i = 2; i < 5; i++)
        assert_close(a.served[i], 0.5, 1e-8); /* 60 for 120 */
    assert_close(b.loss, 0.5, 1e-12);
    assert_close(b.served[3], 0.1, 1e-8);
    assert_close(b.served[2], 56. / 80, 1e-8);
    assert_close(b.served[4], 56. / 80, 1e-8);
}

/* A bans exports; B has spare capacity but no link to U today. */
static const node_row market_nodes[] = {{"A", SN_KIND_STAGE, "AAA", "mining", 100, 0, 100, 0},
                                        {"B", SN_KIND_STAGE, "BBB", "mining", 20, 0, 20, 70},
                                        {"U", SN_KIND_STAGE, "UUU", "use", 0, 60, 0, 0},
                                        {"V", SN_KIND_STAGE, "VVV", "use", 0, 60, 0, 0}};
static const flow_row market_flows[] = {
    {"A", "U", 60, NULL}, {"A", "V", 40, NULL}, {"B", "V", 20, NULL}};

static void reroute__keeps_a_ban_a_ban_in_an_open_market(void **state)
{
    (void)state;
    sn_network *net = MAKE(market_nodes, market_flows);
    sn_mask mask = whole(net);
    cut_exports(net, "AAA", 0.25, &mask);
    const answer closed = solve(net, &mask, &(sn_reroute_options){.levers = 4});
    const answer open = solve(net, &mask, &(sn_reroute_options){.open_market = true});
    cut_exports(net, "AAA", 0, &mask);
    const answer ban = solve(net, &mask, &(sn_reroute_options){.open_market = true});
    const int32_t b = (int32_t)at(net, "B"), u = (int32_t)at(net, "U");
    sn_mask_clear(&mask);
    sn_network_free(net);

    assert_close(closed.lost, 45, 1e-9); /* U gets 15; V gets 10 + 50 */
    assert_close(open.lost, 25, 1e-9);   /* 25 of A and 70 of B are all there is */
    assert_close(ban.lost, 50, 1e-9);    /* A's 100 do not reach U through a hub */
    assert_int_equal(closed.levers, 1);  /* B has capacity to spare and no way to U */
    assert_int_equal(closed.lever[0].kind, SN_LEVER_LINK);
    assert_int_equal(closed.lever[0].node, b);
    assert_int_equal(closed.lever[0].buyer, u);
}

static void reroute__sends_banned_exports_to_new_buyers_at_home(void **state)
{
    static const node_row node[] = {{"A", SN_KIND_STAGE, "AAA", "mining", 100, 0, 100, 0},
                                    {"B", SN_KIND_STAGE, "BBB", "mining", 50, 0, 50, 0},
                                    {"UA", SN_KIND_STAGE, "AAA", "use", 0, 50, 0, 0},
                                    {"UB", SN_KIND_STAGE, "BBB", "use", 0, 100, 0, 0}};
    static const flow_row flow[] = {{"A", "UB", 100, NULL}, {"B", "UA", 50, NULL}};
    (void)state;
    sn_network *net = MAKE(node, flow);
    sn_mask mask = whole(net);
    cut_exports(net, "AAA", 0, &mask);
    const answer closed = solve(net, &mask, &(sn_reroute_options){0});
    const answer open = solve(net, &mask, &(sn_reroute_options){.open_market = true});
    sn_mask_clear(&mask);
    sn_network_free(net);

    assert_close(closed.lost, 100, 1e-9);
    assert_close(open.lost, 50, 1e-9); /* A -> UA at home, which frees B for UB */
}

static void reroute__keeps_bans_of_single_suppliers_and_of_imports(void **state)
{
    static const node_row node[] = {{"A", SN_KIND_STAGE, "AAA", "mining", 60, 0, 60, 0},
                                    {"A2", SN_KIND_STAGE, "AAA", "mining", 5, 0, 5, 0},
                                    {"C", SN_KIND_STAGE, "CCC", "mining", 20, 0, 20, 200},
                                    {"U", SN_KIND_STAGE, "UUU", "use", 0, 40, 0, 0},
                                    {"V", SN_KIND_STAGE, "VVV", "use", 0, 35, 0, 0},
                                    {"W", SN_KIND_STAGE, "WWW", "use", 0, 10, 0, 0}};
    static const flow_row flow[] = {{"A", "U", 35, NULL},
                                    {"A", "V", 25, NULL},
                                    {"A2", "U", 5, NULL},
                                    {"C", "V", 10, NULL},
                                    {"C", "W", 10, NULL}};
    (void)state;
    sn_network *net = MAKE(node, flow);
    const sn_reroute_options market = {.open_market = true};
    sn_mask mask = whole(net);
    mask.flow[0] = mask.flow[1] = 0; /* A, not A2, may not export; C stays what it was */
    mask.node[at(net, "C")] = 0.1;
    const answer single = solve(net, &mask, &market);
    mask.node[at(net, "C")] = 1;
    mask.flow[1] = 1;
    mask.flow[2] = 0; /* U may not import */
    const answer imports = solve(net, &mask, &market);
    sn_mask_clear(&mask);
    sn_network_free(net);

    assert_close(single.lost, 60, 1e-9); /* 5 of A2 and 20 of C for 85 */
    assert_close(imports.lost, 40, 1e-9);
}

/* R buys all its ore of M; N has ore to spare and sells to S alone.  R makes 2 of each 3 of
 * ore, and T buys what R makes. */
static const node_row dead_nodes[] = {{"M", SN_KIND_STAGE, "AAA", "mining", 90, 0, 90, 0},
                                      {"N", SN_KIND_STAGE, "BBB", "mining", 30, 0, 30, 45},
                                      {"R", SN_KIND_FIRM, "CCC", "refining", 60, 0, 0, 0},
                                      {"S", SN_KIND_FIRM, "DDD", "refining", 30, 0, 0, 0},
                                      {"T", SN_KIND_STAGE, "EEE", "use", 0, 90, 0, 0}};
static const flow_row dead_flows[] = {{"M", "R", 90, "ore"},
                                      {"N", "S", 30, "ore"},
                                      {"R", "T", 60, "metal"},
                                      {"S", "T", 30, "metal"}};

static void reroute__proposes_a_link_to_a_buyer_that_makes_nothing_without_it(void **state)
{
    (void)state;
    sn_network *net = MAKE(dead_nodes, dead_flows);
    sn_mask mask = whole(net);
    mask.node[at(net, "M")] = 0;
    const answer a = solve(net, &mask, &(sn_reroute_options){.levers = 4});
    const int32_t n = (int32_t)at(net, "N"), r = (int32_t)at(net, "R");
    sn_mask_clear(&mask);
    sn_network_free(net);

    assert_close(a.lost, 60, 1e-9); /* S has no capacity for more ore */
    assert_int_equal(a.levers, 2);
    assert_int_equal(a.lever[0].kind, SN_LEVER_CAPACITY); /* of S: a tonne of metal */
    assert_close(a.lever[0].saved_per_unit, 1, 1e-6);
    assert_int_equal(a.lever[1].kind, SN_LEVER_LINK);
    assert_int_equal(a.lever[1].node, n);
    assert_int_equal(a.lever[1].buyer, r);
    assert_close(a.lever[1].saved_per_unit, 60. / 90, 1e-6);
}

static void reroute__proposes_no_link_to_a_buyer_that_lacks_more_than_that(void **state)
{
    /* As above, but R also burns coal of K alone, and K is gone too. */
    static const node_row coal = {"K", SN_KIND_STAGE, "AAA", "coal", 6, 0, 6, 0};
    static const flow_row burns = {"K", "R", 6, "coal"};
    node_row node[COUNT(dead_nodes) + 1];
    flow_row flow[COUNT(dead_flows) + 1];

    (void)state;
    memcpy(node, dead_nodes, sizeof dead_nodes);
    memcpy(flow, dead_flows, sizeof dead_flows);
    node[COUNT(dead_nodes)] = coal;
    flow[COUNT(dead_flows)] = burns;
    sn_network *net = MAKE(node, flow);
    sn_mask mask = whole(net);
    mask.node[at(net, "M")] = mask.node[at(net, "K")] = 0;
    const answer a = solve(net, &mask, &(sn_reroute_options){.levers = 4});
    const int32_t s = (int32_t)at(net, "S");
    sn_mask_clear(&mask);
    sn_network_free(net);

    assert_int_equal(a.levers, 1);
    assert_int_equal(a.lever[0].node, s);
}

static void reroute__refuses_bad_numbers(void **state)
{
    (void)state;
    sn_network *net = MAKE(two_mines, two_mines_flows);
    sn_reroute *r = NULL;
    sn_error err = {0};
    const double weight[] = {1, -2.5, 1};
    const sn_status bad_weight = sn_reroute_new(net, weight, NULL, &r, &err);
    const sn_status bad_spare =
        sn_reroute_new(net, net->final_demand, &(sn_reroute_options){.spare = NAN}, &r, NULL);
    sn_network_free(net);

    assert_int_equal(bad_weight, SN_EUSAGE);
    assert_string_equal(err.message, "weight -2.5 of 'B' is not a number >= 0");
    assert_int_equal(bad_spare, SN_EUSAGE);
    assert_null(r);
}

/* ---- on random networks ---- */

static const char *const other_names[] = {"n15", "n14", "n13", "n12", "n11", "n10",
                                          "n09", "n08", "n07", "n06", "n05", "n04",
                                          "n03", "n02", "n01", "n00"};

static void reroute__never_loses_more_than_no_response(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= NETWORKS; seed++) {
        const drawn d = draw(seed);
        sn_network *net = build(&d, 1);
        sn_mask mask = mask_of(&d, net);
        const double demand = none_loss(net, &mask, net->final_demand);
        const double output = none_loss(net, &mask, net->output);
        const answer a = solve(net, &mask, &(sn_reroute_options){0});
        const answer b = solve(net, &mask, &(sn_reroute_options){.by_output = true});
        const answer even = solve(net, &mask, &(sn_reroute_options){.even = true});
        double lost = 0;
        for (size_t i = 0; i < net->node_count; i++)
            lost += net->final_demand[i] * (1 - even.served[i]);
        sn_mask_clear(&mask);
        sn_network_free(net);

        assert_true(a.loss <= demand + 1e-9);
        assert_true(b.loss <= output + 1e-9);
        assert_true(a.loss >= 0 && b.loss >= 0);
        assert_true(even.lost == a.lost);
        assert_close(lost, a.lost, 1e-8 * (1 + a.lost)); /* spreading costs nothing */
    }
}

static void reroute__loses_nothing_without_and_all_under_total_disruption(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= NETWORKS; seed++) {
        drawn d = draw(seed);
        double demand = 0;
        for (size_t i = 0; i < d.nodes; i++) {
            d.psi[i] = d.left[i] = 1;
            demand += d.node[i].final_demand;
        }
        const answer calm = solve_drawn(&d, 1, (sn_reroute_options){.even = true});
        d.psi[0] = 1 - 1e-15; /* a program that must find that nothing is missing */
        const answer touched = solve_drawn(&d, 1, (sn_reroute_options){0});
        for (size_t i = 0; i < d.nodes; i++)
            d.psi[i] = 0;
        const answer gone = solve_drawn(&d, 1, (sn_reroute_options){.spare = 0.5});

        assert_true(calm.loss == 0);
        assert_close(touched.loss, 0, 1e-12);
        if (demand > 0)
            assert_close(gone.loss, 1, 1e-12);
    }
}

static void reroute__gains_by_capacity_by_spare_and_by_open_markets(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= NETWORKS; seed++) {
        drawn d = draw(seed);
        const double plain = solve_drawn(&d, 1, (sn_reroute_options){0}).loss;
        const double spare = solve_drawn(&d, 1, (sn_reroute_options){.spare = 0.1}).loss;
        const double open = solve_drawn(&d, 1, (sn_reroute_options){.open_market = true}).loss;
        d.node[seed % d.nodes].capacity += 50;
        const double more = solve_drawn(&d, 1, (sn_reroute_options){0}).loss;
        d.psi[(seed + 1) % d.nodes] *= 0.5;
        const double hit = solve_drawn(&d, 1, (sn_reroute_options){0}).loss;

        assert_true(spare <= plain + 1e-9);
        assert_true(open <= plain + 1e-9);
        assert_true(more <= plain + 1e-9);
        assert_true(hit >= more - 1e-9);
    }
}

/* Whether one object gives, after another disruption, byte for byte what a new one gives. */
static bool forgets(const sn_network *net, const sn_mask *other, const sn_mask *mask)
{
    const sn_reroute_options o = {.spare = 0.07, .even = true, .levers = MOST_LEVERS};
    const answer fresh = solve(net, mask, &o);
    sn_reroute *r = NULL;
    sn_reroute_result result = {0};
    const bool same =
        sn_reroute_new(net, net->final_demand, &o, &r, NULL) == SN_OK &&
        sn_reroute_run(r, other, &result, NULL) == SN_OK &&
        sn_reroute_run(r, mask, &result, NULL) == SN_OK && result.lost == fresh.lost &&
        memcmp(result.served, fresh.served, net->node_count * sizeof *fresh.served) == 0 &&
        result.lever_count == fresh.levers &&
        (fresh.levers == 0 ||
         memcmp(result.lever, fresh.lever, fresh.levers * sizeof *fresh.lever) == 0);

    sn_reroute_free(r);
    return same;
}

static void reroute__does_not_depend_on_earlier_runs(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= NETWORKS; seed++) {
        drawn d = draw(seed);
        sn_network *net = build(&d, 1);
        sn_mask mask = mask_of(&d, net);
        for (size_t i = 0; i < d.nodes; i++)
            d.psi[i] = fabs(d.psi[i] - 0.3);
        sn_mask other = mask_of(&d, net);
        const bool same = forgets(net, &other, &mask);
        sn_mask_clear(&mask);
        sn_mask_clear(&other);
        sn_network_free(net);

        assert_true(same);
    }
}

static void reroute__does_not_depend_on_the_unit(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= NETWORKS; seed++) {
        const drawn d = draw(seed);
        const sn_reroute_options o = {.spare = 0.07, .even = true};
        const answer one = solve_drawn(&d, 1, o);
        const answer half = solve_drawn(&d, 0.5, o);
        const answer small = solve_drawn(&d, 1e-6, o), large = solve_drawn(&d, 1e6, o);

        assert_true(memcmp(one.served, half.served, sizeof one.served) == 0);
        assert_true(one.loss == half.loss);
        assert_close(small.loss, one.loss, 1e-12);
        assert_close(large.loss, one.loss, 1e-12);
    }
}

static void reroute__does_not_depend_on_the_names_of_nodes(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= NETWORKS; seed++) {
        drawn d = draw(seed);
        const sn_reroute_options o = {.spare = 0.07, .even = true};
        const answer before = solve_drawn(&d, 1, o);
        d.id = other_names;
        const answer after = solve_drawn(&d, 1, o);

        assert_close(after.loss, before.loss, 1e-11);
        for (size_t i = 0; i < d.nodes; i++)
            assert_close(after.served[d.nodes - 1 - i], before.served[i], 1e-5);
    }
}

/* A lever's promise against the same network with a little more of it. */
static void reroute__levers_save_what_they_say(void **state)
{
    size_t seen = 0;

    (void)state;
    for (unsigned long seed = 1; seed <= NETWORKS; seed++) {
        drawn d = draw(seed);
        const double more = 1e-5;
        sn_network *net = build(&d, 1);
        for (size_t i = 0; i < d.nodes; i++) /* state all, so that one can be moved */
            d.node[i].capacity = fmax(
                d.node[i].capacity, fmax(net->output[i], net->sales[i] + net->final_demand[i]));
        sn_network_free(net);
        const answer a = solve_drawn(&d, 1, (sn_reroute_options){.levers = MOST_LEVERS});
        for (size_t k = 0; k < a.levers; k++) {
            drawn e = d;
            if (a.lever[k].kind != SN_LEVER_CAPACITY)
                continue;
            e.node[a.lever[k].node].capacity += more;
            const answer b = solve_drawn(&e, 1, (sn_reroute_options){0});
            assert_close((a.lost - b.lost) / more, a.lever[k].saved_per_unit,
                         1e-4 * (1 + a.lever[k].saved_per_unit));
            seen++;
        }
    }
    assert_true(seen > 50);
}

static void reroute__reads_a_mask_without_flows_as_one_with_all_of_them(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= NETWORKS; seed += 5) {
        drawn d = draw(seed);
        for (size_t i = 0; i < d.nodes; i++)
            d.left[i] = 1;
        sn_network *net = build(&d, 1);
        sn_mask mask = mask_of(&d, net);
        const sn_reroute_options o = {.spare = 0.1, .open_market = seed % 2 == 0, .levers = 3};
        const answer with = solve(net, &mask, &o);
        const answer without = solve(net, &(sn_mask){.node = mask.node}, &o);
        sn_mask_clear(&mask);
        sn_network_free(net);

        assert_true(with.lost == without.lost && with.loss == without.loss);
        assert_memory_equal(with.served, without.served, d.nodes * sizeof *with.served);
        assert_int_equal(with.levers, without.levers);
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
        cmocka_unit_test(reroute__uses_the_stated_capacity_of_other_suppliers),
        cmocka_unit_test(reroute__lists_levers_that_save_alike_by_node),
        cmocka_unit_test(reroute__tries_the_first_of_many_levers_alike),
        cmocka_unit_test(reroute__falls_and_none_does_not_when_a_supplier_elsewhere_doubles),
        cmocka_unit_test(reroute__diverts_what_may_not_be_exported_to_buyers_at_home),
        cmocka_unit_test(reroute__needs_complements_and_frees_what_is_useless),
        cmocka_unit_test(reroute__finds_the_fixed_point_of_a_closed_loop),
        cmocka_unit_test(reroute__spreads_the_shortage_evenly_and_names_who_cannot_be_helped),
        cmocka_unit_test(reroute__keeps_a_ban_a_ban_in_an_open_market),
        cmocka_unit_test(reroute__sends_banned_exports_to_new_buyers_at_home),
        cmocka_unit_test(reroute__keeps_bans_of_single_suppliers_and_of_imports),
        cmocka_unit_test(reroute__does_not_depend_on_earlier_runs),
        cmocka_unit_test(reroute__proposes_a_link_to_a_buyer_that_makes_nothing_without_it),
        cmocka_unit_test(reroute__proposes_no_link_to_a_buyer_that_lacks_more_than_that),
        cmocka_unit_test(reroute__refuses_bad_numbers),
        cmocka_unit_test(reroute__never_loses_more_than_no_response),
        cmocka_unit_test(reroute__loses_nothing_without_and_all_under_total_disruption),
        cmocka_unit_test(reroute__gains_by_capacity_by_spare_and_by_open_markets),
        cmocka_unit_test(reroute__does_not_depend_on_the_unit),
        cmocka_unit_test(reroute__does_not_depend_on_the_names_of_nodes),
        cmocka_unit_test(reroute__levers_save_what_they_say),
        cmocka_unit_test(reroute__reads_a_mask_without_flows_as_one_with_all_of_them),
    };
    return cmocka_run_group_tests_name("reroute", tests, setup, NULL);
}
