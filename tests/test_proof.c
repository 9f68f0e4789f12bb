/* test_proof.c - certificates by hand, and every certificate of random networks gone over
 * again. */
#include "sn_test.h"
#include "sn_build.h"

#include <gsl/gsl_rng.h>

#include "graph/bridge.h"
#include "metrics/proof.h"
#include "metrics/proof_check.h"

/* M1 and M2 make, R1 and R2 refine, X gathers all of it, U and V use.  Flows of a node to
 * itself lead nowhere.  The numbers have no common factor, so that sums are told apart. */
static const char diamond[] = "M1: kind=stage primary=11;M2: kind=stage primary=7\n"
                              "R1: kind=stage primary=0 final_demand=0\n"
                              "R2: kind=stage primary=0 final_demand=0\n"
                              "X: kind=stage primary=0\n"
                              "U: kind=stage primary=0 final_demand=5\n"
                              "V: kind=stage primary=0 final_demand=9\n"
                              "M1 R1 8;M1 R2 3;M2 R2 7;R1 X 6;R2 X 9;X U 5;X V 10;R1 R1 2\n";
enum { M1, M2, R1, R2, U, V, X, DIAMOND }; /* nodes are in the order of their ids */

static sn_network *build(const char *text)
{
    sn_network *net = NULL;
    sn_error err = {0};

    if (sn_build(text, &net, &err) != SN_OK)
        fail_msg("%s", err.message);
    return net;
}

/* What is proved of `members` of the diamond, every node asked about, buyers U and V. */
static sn_proofs prove(sn_prover *prover, const int32_t *member, size_t members, bool sales,
                       size_t most, size_t cut_most, size_t *dominated)
{
    static const bool asked[DIAMOND] = {true, true, true, true, true, true, true};
    static const int32_t buyer[] = {U, V};
    const sn_proof_request request = {.member = member,
                                      .members = members,
                                      .sales = sales,
                                      .asked = asked,
                                      .most = most,
                                      .buyer = buyer,
                                      .buyers = 2,
                                      .cut_most = cut_most};
    sn_proofs proofs = {0};

    if (sn_prove(prover, &request, &proofs, dominated, NULL) != SN_OK)
        abort();
    return proofs;
}

static void assert_path(const sn_proofs *proofs, size_t path, const int32_t *step, size_t count)
{
    assert_int_equal(proofs->first[2 * path + 1] - proofs->first[2 * path], count);
    for (size_t k = 0; k < count; k++)
        assert_int_equal(proofs->step[proofs->first[2 * path] + k], step[k]);
}

static void prove__finds_what_a_gatherer_holds(void **state)
{
    static const int32_t x[] = {X};
    sn_network *net = build(diamond);
    sn_prover *prover = NULL;
    size_t dominated = 0;
    (void)state;

    assert_int_equal(sn_prover_new(net, &prover, NULL), SN_OK);
    sn_proofs p = prove(prover, x, 1, false, 9, 9, &dominated);
    assert_int_equal(dominated, 2);
    assert_int_equal(p.count, 7); /* 2 dominators, 2 cuts, articulation, 2 flows */
    for (size_t k = 0; k < 2; k++) {
        assert_int_equal(p.proof[k].kind, SN_PROOF_DOMINATOR);
        assert_int_equal(p.proof[k].node, k == 0 ? U : V);
        assert_int_equal(p.proof[k].ends, 2);
        assert_int_equal(p.proof[k].paths, 1);
        const size_t begin = p.first[2 * p.proof[k].path];
        const size_t count = p.first[2 * p.proof[k].path + 1] - begin;
        assert_int_equal(count, 4);
        assert_true(sn_check_path(net, p.step + begin, count, false));
        assert_int_equal(p.step[begin + 3], k == 0 ? U : V);
    }
    for (size_t k = 2; k < 4; k++) {
        assert_int_equal(p.proof[k].kind, SN_PROOF_CUT);
        assert_int_equal(p.proof[k].node, k == 2 ? U : V);
        assert_int_equal(p.proof[k].cut_count, 1);
        assert_int_equal(p.step[p.proof[k].cut], X);
        assert_int_equal(p.proof[k].paths, 1);
    }
    assert_int_equal(p.proof[4].kind, SN_PROOF_ARTICULATION);
    assert_int_equal(p.proof[4].node, X);
    assert_int_equal(p.proof[4].parts, 3); /* makers and refiners; U; V */
    assert_int_equal(p.proof[5].kind, SN_PROOF_FLOW);
    assert_int_equal(p.proof[5].node, U);
    assert_close(p.proof[5].before, 5, 1e-12);
    assert_close(p.proof[5].after, 0, 0);
    assert_int_equal(p.proof[6].node, V);
    assert_close(p.proof[6].before, 10, 1e-12);
    sn_proofs_clear(&p);
    sn_prover_free(prover);
    sn_network_free(net);
}

static void prove__lists_as_many_as_asked_and_counts_all(void **state)
{
    static const int32_t x[] = {X};
    sn_network *net = build(diamond);
    sn_prover *prover = NULL;
    size_t dominated = 0;
    (void)state;

    assert_int_equal(sn_prover_new(net, &prover, NULL), SN_OK);
    sn_proofs p = prove(prover, x, 1, false, 1, 0, &dominated);
    assert_int_equal(dominated, 2);
    assert_int_equal(p.count, 4); /* one dominator, no cut, articulation, 2 flows */
    assert_int_equal(p.proof[0].node, U);
    assert_int_equal(p.proof[1].kind, SN_PROOF_ARTICULATION);
    sn_proofs_clear(&p);

    /* The same prover again: nothing is left over from before, and what is known stays true. */
    p = prove(prover, x, 1, false, 9, 1, &dominated);
    assert_int_equal(p.count, 7);
    assert_close(p.proof[5].before, 5, 1e-12);
    sn_proofs_clear(&p);
    sn_prover_free(prover);
    sn_network_free(net);
}

static void prove__says_nothing_of_a_node_with_a_way_round_it(void **state)
{
    static const int32_t r1[] = {R1}, r2[] = {R2};
    sn_network *net = build(diamond);
    sn_prover *prover = NULL;
    size_t dominated = 9;
    (void)state;

    assert_int_equal(sn_prover_new(net, &prover, NULL), SN_OK);
    sn_proofs p = prove(prover, r1, 1, false, 9, 9, &dominated);
    assert_int_equal(dominated, 0);
    for (size_t k = 0; k < p.count; k++) { /* V takes 10 of 6 + 9; without R1 only 9 are left */
        assert_int_equal(p.proof[k].kind, SN_PROOF_FLOW);
        assert_int_equal(p.proof[k].node, V);
        assert_close(p.proof[k].before, 10, 1e-12);
        assert_close(p.proof[k].after, 9, 1e-12);
    }
    assert_int_equal(p.count, 1);
    sn_proofs_clear(&p);
    p = prove(prover, r2, 1, false, 9, 9, &dominated); /* M2 hangs on it; M1 goes round by R1 */
    assert_int_equal(dominated, 0);
    for (size_t k = 0; k < p.count; k++)
        assert_int_not_equal(p.proof[k].kind, SN_PROOF_DOMINATOR);
    sn_proofs_clear(&p);
    sn_prover_free(prover);
    sn_network_free(net);
}

static void prove__takes_a_set_together(void **state)
{
    static const int32_t both[] = {R1, R2};
    sn_network *net = build(diamond);
    sn_prover *prover = NULL;
    size_t dominated = 0;
    (void)state;

    assert_int_equal(sn_prover_new(net, &prover, NULL), SN_OK);
    sn_proofs p = prove(prover, both, 2, false, 9, 9, &dominated);
    assert_int_equal(dominated, 3); /* U, V and X; not the two themselves */
    assert_int_equal(p.proof[0].node, U);
    assert_int_equal(p.proof[2].node, X);
    assert_int_equal(p.proof[0].ends, 2);
    sn_proofs_clear(&p);
    sn_prover_free(prover);
    sn_network_free(net);
}

static void prove__sales_of_a_maker_go_through_the_gatherer(void **state)
{
    static const int32_t x[] = {X}, m1[] = {M1};
    static const int32_t way[] = {M1, R1, X, U};
    sn_network *net = build(diamond);
    sn_prover *prover = NULL;
    size_t dominated = 0;
    (void)state;

    assert_int_equal(sn_prover_new(net, &prover, NULL), SN_OK);
    sn_proofs p = prove(prover, x, 1, true, 9, 9, &dominated);
    assert_int_equal(dominated,
                     2); /* sellers are M1 and M2: refiners make nothing of their own */
    assert_int_equal(p.count, 2);
    for (size_t k = 0; k < 2; k++) {
        assert_int_equal(p.proof[k].kind, SN_PROOF_POST_DOMINATOR);
        assert_int_equal(p.proof[k].node, k == 0 ? M1 : M2);
        assert_int_equal(p.proof[k].ends, 2); /* final users */
        const size_t begin = p.first[2 * p.proof[k].path];
        assert_true(
            sn_check_path(net, p.step + begin, p.first[2 * p.proof[k].path + 1] - begin, true));
        assert_int_equal(p.step[begin], k == 0 ? M1 : M2);
    }
    if (p.step[p.first[0] + 1] == R1 && p.step[p.first[0] + 3] == U)
        assert_path(&p, 0, way, 4);
    sn_proofs_clear(&p);
    p = prove(prover, m1, 1, true, 9, 9,
              &dominated); /* it holds the seller itself: no evidence */
    assert_int_equal(dominated, 0);
    assert_int_equal(p.count, 0);
    sn_proofs_clear(&p);
    sn_prover_free(prover);
    sn_network_free(net);
}

static void check_path__wants_a_producer_flows_and_for_sales_a_user(void **state)
{
    static const int32_t way[] = {M1, R1, X, U}, middle[] = {R1, X, U}, gap[] = {M1, X, U},
                         stays[] = {M1, R1, R1, X, U}, back[] = {M1, R1, M1};
    sn_network *net = build(diamond);
    (void)state;

    assert_true(sn_check_path(net, way, 4, true));
    assert_true(sn_check_path(net, way, 3, false));
    assert_false(sn_check_path(net, way, 3, true)); /* X uses nothing itself */
    assert_true(sn_check_path(net, way, 1, false));
    assert_false(sn_check_path(net, way, 0, false));
    assert_false(sn_check_path(net, middle, 3, false));
    assert_false(sn_check_path(net, gap, 3, false));
    assert_false(sn_check_path(net, stays, 5, false)); /* though R1 sells to itself */
    assert_false(sn_check_path(net, back, 3, false));
    sn_network_free(net);
}

static void check_apart__follows_flows_round_what_is_gone(void **state)
{
    sn_network *net = build(diamond);
    bool gone[DIAMOND] = {false}, holds = true;
    (void)state;

    assert_int_equal(sn_check_apart(net, gone, V, false, &holds, NULL), SN_OK);
    assert_false(holds);
    gone[R1] = true;
    (void)sn_check_apart(net, gone, V, false, &holds, NULL);
    assert_false(holds);
    (void)sn_check_apart(net, gone, M1, true, &holds, NULL);
    assert_false(holds);
    gone[R2] = true;
    (void)sn_check_apart(net, gone, V, false, &holds, NULL);
    assert_true(holds);
    (void)sn_check_apart(net, gone, M1, true, &holds, NULL);
    assert_true(holds);
    (void)sn_check_apart(net, gone, M1, false, &holds,
                         NULL); /* a producer is joined to itself */
    assert_false(holds);
    gone[M1] = true;
    (void)sn_check_apart(net, gone, M1, false, &holds, NULL);
    assert_true(holds);
    (void)sn_check_apart(net, gone, U, true, &holds, NULL);
    assert_false(holds);
    sn_network_free(net);
}

static void check_sole__wants_all_sellers_of_the_input_gone(void **state)
{
    enum { A, B, C };
    sn_network *net =
        build("A: kind=firm;B: kind=firm;C: kind=firm;D: kind=firm\n"
              "A D 4 product=ore;B D 5 product=ore;C D 6 product=coal;A C 1 product=coal\n");
    bool gone[4] = {false};
    (void)state;

    assert_false(sn_check_sole(net, gone, 3, "ore"));
    gone[A] = true;
    assert_false(sn_check_sole(net, gone, 3, "ore"));
    assert_false(sn_check_sole(net, gone, 3, "coal"));
    assert_true(sn_check_sole(net, gone, C, "coal"));
    assert_false(sn_check_sole(net, gone, C, "ore")); /* it buys none */
    gone[B] = true;
    assert_true(sn_check_sole(net, gone, 3, "ore"));
    sn_network_free(net);
}

static void check_parts__counts_the_parts_that_a_node_joins(void **state)
{
    sn_network *net = build(diamond);
    sn_network *star = build("A H 1;H B 2;C H 3;C D 4;E F 5\n");
    static const int32_t expected[DIAMOND] = {
        [M1] = 1, [M2] = 1, [R1] = 1, [R2] = 2, [X] = 3, [U] = 1, [V] = 1};
    int32_t parts;
    (void)state;

    for (int32_t v = 0; v < DIAMOND; v++) {
        assert_int_equal(sn_check_parts(net, v, &parts, NULL), SN_OK);
        assert_int_equal(parts, expected[v]);
    }
    (void)sn_check_parts(star, (int32_t)sn_network_find(star, "H"), &parts, NULL);
    assert_int_equal(parts, 3); /* E and F are another part of the network, with or without H */
    (void)sn_check_parts(star, (int32_t)sn_network_find(star, "C"), &parts, NULL);
    assert_int_equal(parts, 2);
    (void)sn_check_parts(star, (int32_t)sn_network_find(star, "E"), &parts, NULL);
    assert_int_equal(parts, 1);
    sn_network_free(net);
    sn_network_free(star);
}

static void check_flow__is_bound_by_flows_and_own_production(void **state)
{
    sn_network *net = build(diamond);
    bool gone[DIAMOND] = {false};
    double flow = 0;
    (void)state;

    assert_int_equal(sn_check_flow(net, gone, X, &flow, NULL), SN_OK);
    assert_close(flow, 15, 1e-12); /* 6 by R1; R2: 3 + 7, of which 9 go on */
    gone[M2] = true;
    (void)sn_check_flow(net, gone, X, &flow, NULL);
    assert_close(flow, 9, 1e-12);
    (void)sn_check_flow(net, gone, R1, &flow, NULL);
    assert_close(flow, 8, 1e-12);
    gone[R2] = true;
    (void)sn_check_flow(net, gone, X, &flow, NULL);
    assert_close(flow, 6, 1e-12);
    (void)sn_check_flow(net, gone, M1, &flow, NULL);
    assert_close(flow, 11, 1e-12); /* its own */
    sn_network_free(net);
}

static sn_network *random_network(gsl_rng *dice, int nodes, int flows)
{
    char text[4096];
    size_t used = 0;

    for (int v = 0; v < nodes; v++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "n%d: kind=stage primary=%d final_demand=%d\n", v,
                                 v == 0 || gsl_rng_uniform_int(dice, 4) == 0 ? 5 + v : 0,
                                 gsl_rng_uniform_int(dice, 2) == 0 ? 3 : 0);
    for (int e = 0; e < flows; e++)
        used += (size_t)snprintf(text + used, sizeof text - used, "n%d n%d %d\n",
                                 (int)gsl_rng_uniform_int(dice, (unsigned long)nodes),
                                 (int)gsl_rng_uniform_int(dice, (unsigned long)nodes),
                                 1 + (int)gsl_rng_uniform_int(dice, 9));
    return build(text);
}

/* What is wrong with a proof of the set `gone`, or NULL. */
static const char *fault_of(const sn_network *net, const sn_proofs *p, const sn_proof *proof,
                            const bool *gone, bool sales)
{
    bool none[16] = {false}, holds = false;
    double before = NAN, after = NAN;
    int32_t parts = 0;

    for (size_t k = 0; k < proof->paths; k++) {
        const size_t begin = p->first[2 * (proof->path + k)],
                     end = p->first[2 * (proof->path + k) + 1];
        if (!sn_check_path(net, p->step + begin, end - begin, sales))
            return "a path that is none";
        if (!sales && p->step[end - 1] != proof->node)
            return "a path to somebody else";
    }
    switch (proof->kind) {
    case SN_PROOF_DOMINATOR:
    case SN_PROOF_POST_DOMINATOR:
        (void)sn_check_apart(net, gone, proof->node, sales, &holds, NULL);
        return holds ? NULL : "there is a way round a dominator";
    case SN_PROOF_CUT:
        for (size_t k = 0; k < proof->cut_count; k++)
            none[p->step[proof->cut + k]] = true;
        (void)sn_check_apart(net, none, proof->node, false, &holds, NULL);
        return holds && proof->paths == proof->cut_count ? NULL : "a cut that does not cut";
    case SN_PROOF_ARTICULATION:
        (void)sn_check_parts(net, proof->node, &parts, NULL);
        return parts == proof->parts ? NULL : "another number of parts";
    case SN_PROOF_FLOW:
        (void)sn_check_flow(net, none, proof->node, &before, NULL);
        (void)sn_check_flow(net, gone, proof->node, &after, NULL);
        return fabs(before - proof->before) < 1e-9 && fabs(after - proof->after) < 1e-9 &&
                       proof->after < proof->before
                   ? NULL
                   : "another flow";
    }
    return "an unknown kind";
}

/* How many nodes the set parts from all producers (or users) that it would else be joined to.
 */
static size_t count_parted(const sn_network *net, const bool *gone, bool sales)
{
    const bool none[16] = {false};
    size_t count = 0;

    for (int32_t v = 0; v < (int32_t)sn_network_node_count(net); v++) {
        bool before = true, after = false;
        if (gone[v] || (sales && !(sn_network_primary(net, (size_t)v) > 0)))
            continue;
        (void)sn_check_apart(net, none, v, sales, &before, NULL);
        (void)sn_check_apart(net, gone, v, sales, &after, NULL);
        count += !before && after;
    }
    return count;
}

static void proofs__of_random_networks_pass_the_plain_checks(void **state)
{
    enum { NODES = 9 };
    gsl_rng *dice = gsl_rng_alloc(gsl_rng_mt19937);
    const char *fault = NULL;
    size_t seen[5] = {0};
    (void)state;

    gsl_rng_set(dice, 20260611);
    for (int round = 0; round < 150 && fault == NULL; round++) {
        sn_network *net = random_network(dice, NODES, 14);
        sn_prover *prover = NULL;
        bool asked[NODES], gone[NODES] = {false};
        int32_t buyer[NODES], member[2];

        for (int32_t v = 0; v < NODES; v++) {
            asked[v] = true;
            buyer[v] = v;
        }
        member[0] = (int32_t)gsl_rng_uniform_int(dice, NODES - 1);
        member[1] = member[0] + 1 +
                    (int32_t)gsl_rng_uniform_int(dice, (unsigned long)(NODES - 1 - member[0]));
        gone[member[0]] = true;
        gone[member[1]] |= round % 2 == 1;
        if (sn_prover_new(net, &prover, NULL) != SN_OK)
            fault = "no memory";
        for (int sales = 0; sales < 2 && fault == NULL; sales++) {
            const sn_proof_request request = {.member = member,
                                              .members = 1 + (size_t)(round % 2),
                                              .sales = sales == 1,
                                              .asked = asked,
                                              .most = NODES,
                                              .buyer = buyer,
                                              .buyers = NODES,
                                              .cut_most = NODES};
            sn_proofs p = {0};
            size_t dominated = 0;

            if (sn_prove(prover, &request, &p, &dominated, NULL) != SN_OK)
                fault = "no memory";
            if (dominated != count_parted(net, gone, sales == 1))
                fault = "another number of dominated nodes";
            for (size_t k = 0; k < p.count && fault == NULL; k++) {
                fault = fault_of(net, &p, &p.proof[k], gone, sales == 1);
                seen[p.proof[k].kind]++;
            }
            sn_proofs_clear(&p);
        }
        sn_prover_free(prover);
        sn_network_free(net);
    }
    gsl_rng_free(dice);
    if (fault != NULL)
        fail_msg("%s", fault);
    for (size_t k = 0; k < 5; k++)
        assert_true(seen[k] > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prove__finds_what_a_gatherer_holds),
        cmocka_unit_test(prove__lists_as_many_as_asked_and_counts_all),
        cmocka_unit_test(prove__says_nothing_of_a_node_with_a_way_round_it),
        cmocka_unit_test(prove__takes_a_set_together),
        cmocka_unit_test(prove__sales_of_a_maker_go_through_the_gatherer),
        cmocka_unit_test(check_path__wants_a_producer_flows_and_for_sales_a_user),
        cmocka_unit_test(check_apart__follows_flows_round_what_is_gone),
        cmocka_unit_test(check_sole__wants_all_sellers_of_the_input_gone),
        cmocka_unit_test(check_parts__counts_the_parts_that_a_node_joins),
        cmocka_unit_test(check_flow__is_bound_by_flows_and_own_production),
        cmocka_unit_test(proofs__of_random_networks_pass_the_plain_checks),
    };

    sn_bridge_setup();
    return cmocka_run_group_tests_name("proof", tests, NULL, NULL);
}
