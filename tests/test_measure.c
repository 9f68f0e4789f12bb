/* test_measure.c - bans, quotas, taxes and licences: what they cut, by hand. */
#include "sn_test.h"
#include "sn_build.h"

#include "graph/measure.h"

/* S sells 40 to A, 60 to B, 100 at home; T sells 50 to B. */
static const char trade[] =
    "S: kind=country; T: kind=country; A: kind=country; B: kind=country;"
    "S A 40; S B 60; S S 100; T B 50";

static sn_measure measure(sn_measure_kind kind)
{
    return (sn_measure){
        .kind = kind, .cap = NAN, .cap_amount = NAN, .enforcement = 1, .share = 1};
}

static size_t phases(const sn_measure *m, double duration, sn_phase phase[SN_MOST_PHASES])
{
    memset(phase, 0, SN_MOST_PHASES * sizeof *phase);
    return sn_measure_phases(m, duration, phase);
}

static void assert_phase(sn_phase phase, double start, double duration, double fraction)
{
    assert_close(phase.start, start, 0);
    if (isinf(duration))
        assert_true(isinf(phase.duration));
    else
        assert_close(phase.duration, duration, 0);
    assert_close(phase.fraction, fraction, 1e-15);
}

static void tax__cuts_what_both_elasticities_say(void **state)
{
    (void)state;
    /* the exporter's price stays: quantity falls by the demand elasticity alone */
    assert_close(sn_tax_cut(0.25, -0.5, INFINITY), 1 - pow(1.25, -0.5), 1e-15);
    /* demand (P (1 + t))^d = supply P^s, solved for P and put back */
    const double d = -0.8, s = 0.3, t = 0.4, price = pow(1 + t, d / (s - d));
    assert_close(sn_tax_cut(t, d, s), 1 - pow(price, s), 1e-14);
    assert_close(pow(price * (1 + t), d), pow(price, s), 1e-14);
    assert_close(sn_tax_cut(t, d, 0), 0, 0);
    assert_close(sn_tax_cut(t, 0, 2), 0, 0);
    assert_close(sn_tax_cut(0, -1, 1), 0, 0);
    assert_close(sn_tax_cut(0.3, 0, 0), 0, 0);
    assert_true(sn_tax_cut(9, -3, INFINITY) < 1);
}

static void licence__is_a_delay_and_then_a_haircut(void **state)
{
    sn_measure m = measure(SN_MEASURE_LICENCE);
    sn_phase phase[SN_MOST_PHASES];
    (void)state;
    m.delay = 60;
    m.haircut = 0.25;
    assert_int_equal(phases(&m, 365, phase), 2);
    assert_phase(phase[0], 0, 60, 1);
    assert_phase(phase[1], 60, 305, 0.25);
    assert_int_equal(phases(&m, 45, phase), 1);
    assert_phase(phase[0], 0, 45, 1);
    m.delay = 0;
    assert_int_equal(phases(&m, INFINITY, phase), 1);
    assert_phase(phase[0], 0, INFINITY, 0.25);
}

static void enforcement_and_leakage__weaken_each_phase(void **state)
{
    sn_measure m = measure(SN_MEASURE_LICENCE);
    sn_phase phase[SN_MOST_PHASES];
    (void)state;
    m.delay = 60;
    m.haircut = 0.5;
    m.enforcement = 0.8;
    m.leakage = 0.25;
    m.leakage_delay = 30;
    assert_int_equal(phases(&m, 365, phase), 3);
    assert_phase(phase[0], 0, 30, 0.8);
    assert_phase(phase[1], 30, 30, 0.8 * 0.75);
    assert_phase(phase[2], 60, 305, 0.5 * 0.8 * 0.75);
    m.leakage_delay = 90;
    assert_int_equal(phases(&m, 365, phase), 3);
    assert_phase(phase[1], 60, 30, 0.4);
    assert_phase(phase[2], 90, 275, 0.3);
    m = measure(SN_MEASURE_DEMAND);
    assert_int_equal(phases(&m, 365, phase), 0);
}

typedef struct {
    sn_status status;
    double to_a, to_b, home, other, normal;
    char said[512];
} cuts;

/* A measure on what S exports, with A the ally; buyers: by id, or NULL. */
static cuts cut_by(sn_measure m, sn_mode mode, const char *hit_id, const char *buyers_id)
{
    sn_network *net = NULL;
    sn_error err = {0};
    double cut[4] = {0}, hit_weight[4] = {0}, ally_weight[4] = {0}, buyer_weight[4] = {0};
    const sn_selection hit = {.weight = hit_weight, .names_node = true};
    const sn_selection ally = {.weight = ally_weight}, to = {.weight = buyer_weight};
    cuts got = {.normal = NAN};

    got.status = sn_build(trade, &net, &err);
    if (got.status == SN_OK) {
        for (size_t i = 0; i < 4; i++) {
            const char *id = sn_network_id(net, i);
            hit_weight[i] = strcmp(id, hit_id) == 0 || strcmp(hit_id, "*") == 0;
            ally_weight[i] = strcmp(id, "A") == 0;
            buyer_weight[i] = buyers_id != NULL && strcmp(id, buyers_id) == 0;
        }
        got.status = sn_measure_flows(net, &m, &hit, buyers_id != NULL ? &to : NULL, mode,
                                      &ally, cut, &got.normal, &err);
        for (size_t e = 0; e < 4; e++) {
            const sn_flow flow = sn_network_flow(net, e);
            const char *from = sn_network_id(net, (size_t)flow.supplier);
            const char *into = sn_network_id(net, (size_t)flow.buyer);
            *(from[0] == 'T'   ? &got.other
              : into[0] == 'A' ? &got.to_a
              : into[0] == 'B' ? &got.to_b
                               : &got.home) = cut[e];
        }
    }
    (void)snprintf(got.said, sizeof got.said, "%s", err.message);
    sn_network_free(net);
    return got;
}

static void ban__stops_what_crosses_the_border_and_nothing_else(void **state)
{
    (void)state;
    cuts c = cut_by(measure(SN_MEASURE_BAN), SN_MODE_EXPORTS, "S", NULL);
    assert_int_equal(c.status, SN_OK);
    assert_close(c.to_a, 1, 0);
    assert_close(c.to_b, 1, 0);
    assert_close(c.home, 0, 0);
    assert_close(c.other, 0, 0);
    assert_close(c.normal, 100, 1e-12);
    c = cut_by(measure(SN_MEASURE_BAN), SN_MODE_EXPORTS, "S", "B");
    assert_close(c.to_a, 0, 0);
    assert_close(c.to_b, 1, 0);
    c = cut_by(measure(SN_MEASURE_BAN), SN_MODE_IMPORTS, "B", NULL);
    assert_close(c.to_b, 1, 0);
    assert_close(c.other, 1, 0);
    assert_close(c.to_a, 0, 0);
}

static void quota__is_shared_in_proportion_or_serves_allies_first(void **state)
{
    sn_measure m = measure(SN_MEASURE_QUOTA);
    (void)state;
    m.cap = 0.7;
    cuts c = cut_by(m, SN_MODE_EXPORTS, "S", NULL);
    assert_close(c.to_a, 0.3, 1e-15);
    assert_close(c.to_b, 0.3, 1e-15);
    m.allies_first = true; /* 70: all 40 of A, 30 of B's 60 */
    c = cut_by(m, SN_MODE_EXPORTS, "S", NULL);
    assert_close(c.to_a, 0, 0);
    assert_close(c.to_b, 0.5, 1e-15);
    m.cap = NAN;
    m.cap_amount = 30; /* 30 of A's 40 */
    c = cut_by(m, SN_MODE_EXPORTS, "S", NULL);
    assert_close(c.to_a, 0.25, 1e-15);
    assert_close(c.to_b, 1, 0);
    assert_close(c.home, 0, 0);
    m.allies_first = false;
    m.cap_amount = 1000; /* more than there is */
    c = cut_by(m, SN_MODE_EXPORTS, "S", NULL);
    assert_close(c.to_a, 0, 0);
    assert_close(c.to_b, 0, 0);
}

static void measures__that_meet_no_flow_or_no_single_product_are_refused(void **state)
{
    sn_measure m = measure(SN_MEASURE_BAN);
    (void)state;
    cuts c = cut_by(m, SN_MODE_EXPORTS, "A", NULL);
    assert_int_equal(c.status, SN_EUSAGE);
    assert_non_null(strstr(c.said, "no flow"));
    c = cut_by(m, SN_MODE_PRODUCTION, "S", NULL);
    assert_int_equal(c.status, SN_EUSAGE);
    assert_non_null(strstr(c.said, "production"));

    sn_network *net = NULL;
    double cut[2], weight[3] = {1, 1, 1};
    const sn_selection all = {.weight = weight};
    sn_error err = {0};
    m = measure(SN_MEASURE_QUOTA);
    m.cap_amount = 5;
    assert_int_equal(sn_build("S: kind=country; S A 4 product=x; S A 6 product=y", &net, NULL),
                     SN_OK);
    const sn_status status =
        sn_measure_flows(net, &m, &all, NULL, SN_MODE_EXPORTS, NULL, cut, NULL, &err);
    m.cap_amount = NAN;
    m.cap = 0.5;
    const sn_status by_share =
        sn_measure_flows(net, &m, &all, NULL, SN_MODE_EXPORTS, NULL, cut, NULL, NULL);
    sn_network_free(net);
    assert_int_equal(status, SN_EUSAGE);
    assert_non_null(strstr(err.message, "one product"));
    assert_int_equal(by_share, SN_OK);
    assert_close(cut[0], 0.5, 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tax__cuts_what_both_elasticities_say),
        cmocka_unit_test(licence__is_a_delay_and_then_a_haircut),
        cmocka_unit_test(enforcement_and_leakage__weaken_each_phase),
        cmocka_unit_test(ban__stops_what_crosses_the_border_and_nothing_else),
        cmocka_unit_test(quota__is_shared_in_proportion_or_serves_allies_first),
        cmocka_unit_test(measures__that_meet_no_flow_or_no_single_product_are_refused),
    };
    return cmocka_run_group_tests_name("measure", tests, NULL, NULL);
}
