/* test_exposure.c - exposure by hand, against published tables and against dense algebra. */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_linalg.h>
#include <gsl/gsl_rng.h>

#include "graph/bridge.h"
#include "graph/builder.h"
#include "metrics/exposure.h"
#include "metrics/trace.h"

/* ---- small networks ---------------------------------------------------------------------- */

/* A node: NaN where nothing is given; country NULL = none. */
struct node {
    const char *id, *country;
    sn_kind kind;
    double output, primary;
    const char *unit, *commodity;
};
struct flow {
    const char *supplier, *buyer;
    double value;
};

static int32_t touch(sn_builder *builder, const char *id)
{
    int32_t node = SN_NONE;

    assert_int_equal(sn_builder_touch(builder, id, strlen(id), &node, NULL), SN_OK);
    return node;
}

static void set_text(sn_builder *builder, int32_t node, sn_column column, const char *text)
{
    if (text != NULL)
        assert_int_equal(sn_builder_set_text(builder, node, column, text, strlen(text), NULL),
                         SN_OK);
}

static sn_network *make(const struct node *node, size_t nodes, const struct flow *flow,
                        size_t flows, double scale)
{
    sn_builder *builder = sn_builder_new();
    sn_network *net = NULL;

    for (size_t i = 0; i < nodes; i++) {
        const int32_t at = touch(builder, node[i].id);
        sn_builder_set_kind(builder, at, node[i].kind);
        set_text(builder, at, SN_COUNTRY, node[i].country);
        set_text(builder, at, SN_UNIT, node[i].unit);
        set_text(builder, at, SN_COMMODITY, node[i].commodity);
        (void)sn_builder_set_number(builder, at, SN_OUTPUT, node[i].output * scale, NULL);
        (void)sn_builder_set_number(builder, at, SN_PRIMARY, node[i].primary * scale, NULL);
    }
    for (size_t k = 0; k < flows; k++)
        assert_int_equal(sn_builder_flow(builder, touch(builder, flow[k].supplier),
                                         touch(builder, flow[k].buyer), flow[k].value * scale,
                                         SN_NONE, SN_BASIS_REPORTED, NULL, 0, NULL),
                         SN_OK);
    assert_int_equal(sn_builder_freeze(&builder, &net, NULL), SN_OK);
    return net;
}
#define MAKE(nodes, flows)                                                                     \
    make(nodes, sizeof(nodes) / sizeof(nodes)[0], flows, sizeof(flows) / sizeof(flows)[0], 1)

static size_t find(const sn_network *net, const char *id)
{
    const int64_t node = sn_network_find(net, id);

    assert_true(node >= 0);
    return (size_t)node;
}

/* What one buyer depends on. */
static sn_exposure of(const sn_network *net, const char *buyer, sn_level level, unsigned depth,
                      size_t limit)
{
    const sn_exposure_options options = {.commodity = SN_NONE, .depth = depth, .limit = limit};
    double *weight = calloc(sn_network_node_count(net), sizeof *weight);
    sn_grouping by;
    sn_exposure out;
    sn_error err = {0};

    weight[find(net, buyer)] = 7.25;
    assert_int_equal(sn_grouping_make(net, level, &by, NULL), SN_OK);
    if (sn_exposure_of(net, weight, &by, &options, &out, &err) != SN_OK)
        fail_msg("%s", err.message);
    for (size_t k = 0; k < out.count; k++) /* names outlive the grouping in these tests */
        out.row[k].name = NULL;
    sn_grouping_clear(&by);
    free(weight);
    return out;
}

/* The row of a group at a level, by name; all zero when there is none. */
static sn_exposure_row row_of(const sn_network *net, const char *buyer, sn_level level,
                              unsigned depth, const char *name)
{
    sn_exposure out = of(net, buyer, level, depth, 0);
    sn_exposure_row row = {0};
    sn_grouping by;
    int32_t code;

    assert_int_equal(sn_grouping_make(net, level, &by, NULL), SN_OK);
    code = name != NULL ? sn_dict_find(&by.names, name, strlen(name)) : SN_NONE;
    for (size_t k = 0; k < out.count; k++)
        if (out.row[k].group == code)
            row = out.row[k];
    sn_grouping_clear(&by);
    sn_exposure_clear(&out);
    return row;
}

/* ---- closed forms ------------------------------------------------------------------------ */

#define COUNTRY(id, made)                                                                      \
    {                                                                                          \
        id, id, SN_KIND_COUNTRY, NAN, made, NULL, NULL                                         \
    }

/* A produces 100 and sells 80 to a hub and 10 to B; the hub sells on. */
static const struct node hub_nodes[] = {COUNTRY("A", 100), COUNTRY("H", 0), COUNTRY("B", 20),
                                        COUNTRY("C", 0)};
static const struct flow hub_flows[] = {
    {"A", "H", 80}, {"A", "B", 10}, {"H", "B", 60}, {"H", "C", 15}};

static void a_hub_hides_where_supply_was_made(void **state)
{
    sn_network *net = MAKE(hub_nodes, hub_flows);
    const sn_exposure_row a = row_of(net, "B", SN_LEVEL_COUNTRY, 0, "A");
    const sn_exposure_row h = row_of(net, "B", SN_LEVEL_COUNTRY, 0, "H");
    const sn_exposure_row b = row_of(net, "B", SN_LEVEL_COUNTRY, 0, "B");
    sn_exposure out = of(net, "B", SN_LEVEL_COUNTRY, 0, 0);

    (void)state;
    assert_close(a.direct, 10. / 90, 1e-15);
    assert_close(a.look_through, 70. / 90, 1e-15);
    assert_close(a.origin, 70. / 90, 1e-15);
    assert_close(a.origin_amount, 7.25 * 70 / 90, 1e-14);
    assert_close(h.direct, 60. / 90, 1e-15);
    assert_close(h.look_through, 60. / 90, 1e-15);
    assert_close(h.origin, 0, 0);
    assert_close(b.direct, 0, 0);
    assert_close(b.look_through, 20. / 90, 1e-15);
    assert_close(b.origin, 20. / 90, 1e-15);
    assert_close(out.own, 20. / 90, 1e-15);
    assert_close(out.unexplained, 0, 0);
    assert_close(out.tiers, 130. / 90, 1e-15); /* bought 70 once, 60 of it twice */
    assert_close(out.spectral_radius, 0, 0);
    assert_close(out.residual_bound, 0, 0);
    sn_exposure_clear(&out);
    sn_network_free(net);
}

/* Apparent consumption of all four, traced to its origin, is what was produced. */
static void origins_over_all_consumers_add_up_to_production(void **state)
{
    sn_network *net = MAKE(hub_nodes, hub_flows);
    static const char *const id[] = {"A", "H", "B", "C"};
    static const double consumed[] = {10, 5, 90, 15}; /* supply less exports */
    double weight[4] = {0}, made[4] = {0};
    sn_grouping by;
    sn_exposure out;

    (void)state;
    for (size_t k = 0; k < 4; k++) {
        assert_close(sn_network_final_demand(net, find(net, id[k])), consumed[k], 1e-13);
        weight[find(net, id[k])] = consumed[k];
    }
    assert_int_equal(sn_grouping_make(net, SN_LEVEL_COUNTRY, &by, NULL), SN_OK);
    assert_int_equal(sn_exposure_of(net, weight, &by, NULL, &out, NULL), SN_OK);
    for (size_t k = 0; k < out.count; k++)
        made[out.row[k].group] = out.row[k].origin_amount;
    assert_close(out.supply, 120, 0);
    assert_close(made[0], 100, 1e-12); /* A: 10 + 5 + 70 + 15 */
    assert_close(made[1], 20, 1e-13);
    assert_close(made[2] + made[3], 0, 0);
    sn_exposure_clear(&out);
    sn_grouping_clear(&by);
    sn_network_free(net);
}

static void who_depends_on_a_producer_behind_a_hub(void **state)
{
    sn_network *net = MAKE(hub_nodes, hub_flows);
    double weight[4] = {0}, supplier[4] = {0};
    sn_grouping by;
    sn_dependence to;

    (void)state;
    weight[find(net, "A")] = 10, weight[find(net, "B")] = 90, weight[find(net, "C")] = 15;
    supplier[find(net, "A")] = 1;
    assert_int_equal(sn_grouping_make(net, SN_LEVEL_COUNTRY, &by, NULL), SN_OK);
    assert_int_equal(sn_exposure_to(net, supplier, weight, &by, NULL, &to, NULL), SN_OK);
    assert_int_equal(to.suppliers, 1);
    assert_int_equal(to.count, 3);
    assert_string_equal(to.row[0].name, "B");
    assert_close(to.row[0].supply, 90, 1e-13);
    assert_close(to.row[0].direct, 10. / 90, 1e-15);
    assert_close(to.row[0].look_through, 70. / 90, 1e-15);
    assert_close(to.row[0].look_through_amount, 70, 1e-13);
    assert_close(to.row[0].own, 0, 0);
    assert_string_equal(to.row[1].name, "C");
    assert_close(to.row[1].direct, 0, 0);
    assert_close(to.row[1].look_through, 1, 1e-15);
    assert_close(to.row[1].look_through_amount, 15, 1e-13);
    assert_string_equal(to.row[2].name, "A");
    assert_close(to.row[2].own, 1, 1e-15);
    assert_close(to.total.supply, 115, 0);
    assert_close(to.total.look_through, 95. / 115, 1e-15);
    sn_dependence_clear(&to);

    const sn_exposure_options options = {.commodity = SN_NONE, .depth = 1, .limit = 1};
    assert_int_equal(sn_exposure_to(net, supplier, weight, &by, &options, &to, NULL), SN_OK);
    assert_int_equal(to.count, 1);
    assert_int_equal(to.groups, 3);
    assert_close(to.total.look_through_amount, 20, 1e-13); /* A's own 10, B's 10 */
    sn_dependence_clear(&to);
    sn_grouping_clear(&by);
    sn_network_free(net);
}

/* What a country uses at home was made there, even where its own production is given as less.
 */
static void home_use_is_at_least_own_production(void **state)
{
    static const struct node nodes[] = {COUNTRY("A", 1), COUNTRY("B", 0)};
    static const struct flow flows[] = {{"A", "A", 3}, {"B", "A", 5}};
    sn_network *net = MAKE(nodes, flows);
    sn_exposure out = of(net, "A", SN_LEVEL_NODE, 0, 0);

    (void)state;
    assert_close(out.own, .375, 0);
    assert_close(out.unexplained, .625, 0);
    sn_exposure_clear(&out);
    sn_network_free(net);
}

static void a_group_met_twice_counts_once(void **state)
{
    static const struct node nodes[] = {{"m", "X", SN_KIND_STAGE, NAN, NAN, NULL, NULL},
                                        {"r", "X", SN_KIND_STAGE, NAN, NAN, NULL, NULL},
                                        {"u", "Y", SN_KIND_STAGE, NAN, NAN, NULL, NULL}};
    static const struct flow flows[] = {{"m", "r", 3.5}, {"r", "u", 3.5}};
    sn_network *net = MAKE(nodes, flows);
    const sn_exposure_row x = row_of(net, "u", SN_LEVEL_COUNTRY, 0, "X");

    (void)state;
    assert_close(x.look_through, 1, 0);
    assert_close(x.origin, 1, 0);
    assert_close(x.inputs_look_through, 1, 0);
    assert_close(row_of(net, "u", SN_LEVEL_NODE, 0, "m").look_through, 1, 0);
    assert_close(row_of(net, "u", SN_LEVEL_NODE, 0, "m").inputs_look_through, .5, 0);
    assert_close(row_of(net, "u", SN_LEVEL_NODE, 1, "m").look_through, 0, 0);
    assert_close(row_of(net, "u", SN_LEVEL_NODE, 2, "m").look_through, 1, 0);
    sn_network_free(net);
}

/* A two-node loop of re-exports that leaks: A makes 3 of its 4; the visits are geometric. */
static void loops_are_traced_to_their_end(void **state)
{
    static const struct node nodes[] = {COUNTRY("A", 3), COUNTRY("B", 0), COUNTRY("C", 0)};
    static const struct flow flows[] = {{"A", "B", 4}, {"B", "A", 1}, {"B", "C", 3}};
    sn_network *net = MAKE(nodes, flows);
    sn_exposure out = of(net, "C", SN_LEVEL_NODE, 0, 0);
    const sn_exposure_row a = row_of(net, "C", SN_LEVEL_NODE, 0, "A");
    const sn_exposure_row b = row_of(net, "C", SN_LEVEL_NODE, 0, "B");

    (void)state;
    assert_close(a.look_through, 1, 1e-15);
    assert_close(b.look_through, 1, 1e-15);
    assert_close(a.origin, 1, 1e-15);
    assert_close(out.tiers, 8. / 3, 1e-14);      /* 2 (1 + 1/4 + 1/16 + ...) */
    assert_close(out.spectral_radius, .5, 1e-9); /* sqrt(1 x 1/4) */
    assert_close(out.spectral_error, 0, 1e-9);
    /* B itself: it gets all from A, a quarter of which came through B before. */
    assert_close(row_of(net, "B", SN_LEVEL_NODE, 0, "B").look_through, .25, 1e-15);
    sn_exposure_clear(&out);
    sn_network_free(net);
}

static void a_self_flow_is_own_production_of_a_country_and_an_input_of_a_stage(void **state)
{
    static const struct node country[] = {COUNTRY("A", NAN), COUNTRY("B", NAN)};
    static const struct node stage[] = {{"A", "A", SN_KIND_STAGE, 6, 6, NULL, NULL},
                                        {"B", "B", SN_KIND_STAGE, 8, 0, NULL, NULL}};
    static const struct flow flows[] = {{"A", "B", 6}, {"B", "B", 2}};
    sn_network *countries = MAKE(country, flows), *stages = MAKE(stage, flows);
    sn_exposure c = of(countries, "B", SN_LEVEL_NODE, 0, 0);
    sn_exposure s = of(stages, "B", SN_LEVEL_NODE, 0, 0);

    (void)state;
    assert_close(c.own, .25, 0);
    assert_close(row_of(countries, "B", SN_LEVEL_NODE, 0, "A").look_through, .75, 0);
    assert_close(row_of(countries, "B", SN_LEVEL_NODE, 0, "B").direct, 0, 0);
    assert_close(s.own, 0, 0);
    assert_close(s.spectral_radius, .25, 0);
    assert_close(row_of(stages, "B", SN_LEVEL_NODE, 0, "B").direct, .25, 0);
    assert_close(row_of(stages, "B", SN_LEVEL_NODE, 0, "B").look_through, .25, 0);
    assert_close(row_of(stages, "B", SN_LEVEL_NODE, 0, "A").look_through, 1, 1e-15);
    assert_close(row_of(stages, "B", SN_LEVEL_NODE, 0, "A").origin, 1, 1e-15);
    sn_exposure_clear(&c);
    sn_exposure_clear(&s);
    sn_network_free(countries);
    sn_network_free(stages);
}

static void supply_from_nowhere_is_unexplained_and_depth_stops_walks(void **state)
{
    static const struct node nodes[] = {COUNTRY("A", 0), COUNTRY("B", 0), COUNTRY("C", 5),
                                        COUNTRY("Z", 0)};
    static const struct flow flows[] = {{"A", "B", 15}, {"B", "C", 15}};
    sn_network *net = MAKE(nodes, flows);
    sn_exposure all = of(net, "C", SN_LEVEL_NODE, 0, 0),
                one = of(net, "C", SN_LEVEL_NODE, 1, 0);
    sn_exposure lone = of(net, "Z", SN_LEVEL_NODE, 0, 0);

    (void)state;
    assert_close(all.unexplained, .75, 0);
    assert_close(all.beyond, 0, 0);
    assert_close(one.unexplained, 0, 0);
    assert_close(one.beyond, .75, 0);
    assert_close(one.tiers, .75, 0);
    assert_close(lone.unexplained, 1, 0);
    assert_int_equal(lone.count, 0);
    sn_exposure_clear(&all);
    sn_exposure_clear(&one);
    sn_exposure_clear(&lone);
    sn_network_free(net);
}

static void parallel_flows_are_added(void **state)
{
    static const struct node nodes[] = {COUNTRY("A", NAN), COUNTRY("B", NAN),
                                        COUNTRY("C", NAN)};
    static const struct flow flows[] = {
        {"A", "C", 2.5}, {"B", "C", 5.5}, {"A", "C", 8}, {"A", "C", 0}};
    sn_network *net = MAKE(nodes, flows);

    (void)state;
    assert_close(row_of(net, "C", SN_LEVEL_NODE, 0, "A").direct, 10.5 / 16, 1e-16);
    sn_network_free(net);
}

/* ---- the leather table ------------------------------------------------------------------- */

/* Three countries, three sectors: intermediate flows, gross output, and what the input-output
 * literature makes of them (R package decompr, its `leather` data). */
static const double leather_flow[9][9] = {{16.1, 5.1, 1.8, 3.2, 4.3, .4, 3.1, 2.8, 4.9},
                                          {2.4, 8, 3.2, .1, 3.2, 1.6, 1.2, 3.9, 11.5},
                                          {.9, .5, 4, 0, .1, .3, 0, .4, .5},
                                          {1.1, 1.9, .2, 18, 13.2, 6.1, 9, 3.1, 8.9},
                                          {.3, 2.8, .1, 6.1, 28.1, 6.3, 2.1, 2.5, 25.6},
                                          {0, .1, .3, 4.1, 3.2, 8.9, .2, 0, 1.8},
                                          {1.2, 4.2, .3, 4.1, 1.2, .6, 29, 19.5, 17.9},
                                          {1.3, 1.1, 0, 3.2, 4.8, 2.6, 5.1, 29.1, 24.1},
                                          {2.1, 1.4, 3, 4.1, 3.1, 3.9, 11.3, 8.1, 51.3}};
static const double leather_output[9] = {77.7, 58.3, 19, 112.7, 124.6, 43.2, 156.3, 127.8, 217};
static const char *const leather_id[9] = {"1a", "1l", "1t", "2a", "2l", "2t", "3a", "3l", "3t"};
static const char *const leather_country[3] = {"ARG", "TUR", "DEU"};

static const double leather_face_value[9][3] = {
    {.763779528, .05511811, .181102362},  {.541832669, .19123506, .266932271},
    {.697674419, .046511628, .255813953}, {.076923077, .657342657, .265734266},
    {.124183007, .727124183, .14869281},  {.074918567, .693811075, .231270358},
    {.070491803, .185245902, .744262295}, {.102305476, .080691643, .817002882},
    {.115358362, .24778157, .636860068}};
static const double leather_look_through[9][3] = {
    {.623058578, .111437944, .265503478}, {.436692037, .234166932, .329141031},
    {.530383844, .136630344, .332985812}, {.109188179, .55724065, .333571171},
    {.145066392, .612399722, .242533886}, {.110617521, .578371724, .311010755},
    {.103643718, .235344533, .661011748}, {.12738794, .151214869, .721397191},
    {.138704301, .28450095, .576794749}};
static const double leather_leontief[9][9] = {
    {1.276359809, 0.145644234, 0.203459343, 0.058606508, 0.078232633, 0.062749241, 0.047464992,
     0.062437867, 0.078590702},
    {0.056175283, 1.178109287, 0.282408683, 0.018505220, 0.054368594, 0.088955294, 0.026939504,
     0.065355794, 0.107052889},
    {0.019742750, 0.015550130, 1.274288769, 0.002259354, 0.004159380, 0.014747907, 0.001866004,
     0.007517955, 0.007727394},
    {0.034992437, 0.076049535, 0.071441207, 1.228620307, 0.190903380, 0.280584779, 0.106569011,
     0.079279330, 0.128104226},
    {0.024389354, 0.095523114, 0.088922524, 0.115302641, 1.333453876, 0.304736763, 0.056338554,
     0.073037663, 0.239844850},
    {0.003625315, 0.010371807, 0.035457625, 0.061146479, 0.052979483, 1.284987119, 0.010280404,
     0.008303615, 0.028680508},
    {0.045710106, 0.129562438, 0.102331853, 0.082583773, 0.057058923, 0.098813097, 1.266142089,
     0.277607871, 0.202130200},
    {0.042624538, 0.055888070, 0.069390913, 0.073344629, 0.094221180, 0.163010945, 0.082521853,
     1.338333763, 0.229182272},
    {0.061781246, 0.070287504, 0.305519199, 0.086551186, 0.077367490, 0.206171440, 0.137768781,
     0.150327288, 1.372810891}};

static sn_network *make_leather(void)
{
    struct node nodes[9];
    struct flow flows[81];

    for (size_t i = 0; i < 9; i++) {
        nodes[i] = (struct node){
            leather_id[i], leather_country[i / 3], SN_KIND_FIRM, leather_output[i], NAN, NULL,
            NULL};
        for (size_t j = 0; j < 9; j++)
            flows[9 * i + j] = (struct flow){leather_id[i], leather_id[j], leather_flow[i][j]};
    }
    return MAKE(nodes, flows);
}

static void leather__face_value_and_look_through_as_published(void **state)
{
    sn_network *net = make_leather();

    (void)state;
    for (size_t j = 0; j < 9; j++)
        for (size_t c = 0; c < 3; c++) {
            const sn_exposure_row row =
                row_of(net, leather_id[j], SN_LEVEL_COUNTRY, 0, leather_country[c]);
            assert_close(row.inputs_face_value, leather_face_value[j][c], 1e-8);
            assert_close(row.inputs_look_through, leather_look_through[j][c], 1e-8);
            assert_close(row.direct, row.inputs_face_value, 1e-15);
        }
    sn_network_free(net);
}

static void leather__visits_are_the_leontief_inverse(void **state)
{
    sn_network *net = make_leather();
    sn_trace *trace = NULL;
    sn_trace_end end;

    (void)state;
    assert_int_equal(sn_trace_new(net, &trace, NULL), SN_OK);
    for (size_t j = 0; j < 9; j++) {
        double x[9] = {0};
        x[j] = 1;
        assert_int_equal(sn_trace_push(trace, NULL, 0, x, &end, NULL), SN_OK);
        for (size_t i = 0; i < 9; i++)
            assert_close(x[i], leather_leontief[i][j], 1e-8);
        assert_true(end.bound < 1e-14);
    }
    sn_trace_free(trace);
    sn_network_free(net);
}

/* ---- the slow, obvious way ----------------------------------------------------------------
 */

enum { MOST = 150 };

/* Dense algebra on what the network's public face says. */
struct oracle {
    size_t n;
    double a[MOST][MOST];     /* a[i][j]: share of what j hands on that came from i */
    double first[MOST][MOST]; /* first[i][j]: share of j's supply bought from i      */
    double made[MOST], own[MOST], supply[MOST];
};

static void read_oracle(const sn_network *net, struct oracle *o)
{
    memset(o, 0, sizeof *o);
    o->n = sn_network_node_count(net);
    for (size_t e = 0; e < sn_network_flow_count(net); e++) {
        const sn_flow f = sn_network_flow(net, e);
        if (f.supplier != f.buyer || sn_network_kind(net, (size_t)f.buyer) != SN_KIND_COUNTRY)
            o->a[f.supplier][f.buyer] += f.value;
    }
    for (size_t j = 0; j < o->n; j++) {
        double bought = 0, handed;
        for (size_t i = 0; i < o->n; i++)
            bought += o->a[i][j];
        o->supply[j] = bought + sn_network_primary(net, j);
        o->own[j] = o->supply[j] > 0 ? sn_network_primary(net, j) / o->supply[j] : 0;
        handed = sn_network_kind(net, j) == SN_KIND_FIRM
                     ? fmax(sn_network_output(net, j), o->supply[j])
                     : o->supply[j];
        o->made[j] = handed > 0 ? 1 - bought / handed : 0;
        for (size_t i = 0; i < o->n; i++) {
            o->first[i][j] = o->supply[j] > 0 ? o->a[i][j] / o->supply[j] : 0;
            o->a[i][j] = handed > 0 ? o->a[i][j] / handed : 0;
        }
    }
}

/* x = start + A diag(pass) x; or its first `depth` terms. */
static void visits_by_oracle(const struct oracle *o, const double *start, const double *pass,
                             unsigned depth, double *x)
{
    const size_t n = o->n;
    gsl_matrix *m = gsl_matrix_alloc(n, n);
    gsl_permutation *p = gsl_permutation_alloc(n);
    const gsl_vector_const_view b = gsl_vector_const_view_array(start, n);
    gsl_vector_view left = gsl_vector_view_array(x, n);
    bool met[MOST];
    int sign;

    for (size_t i = 0; i < n; i++)
        met[i] = start[i] > 0;
    for (size_t round = 0; round < n; round++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n && !met[i]; j++)
                met[i] = met[j] && o->a[i][j] * pass[j] > 0;
    for (size_t i = 0; i < n; i++) /* a closed loop elsewhere must not make m singular */
        for (size_t j = 0; j < n; j++)
            gsl_matrix_set(m, i, j, (double)(i == j) - (met[j] ? o->a[i][j] * pass[j] : 0));
    if (depth == 0) {
        (void)gsl_linalg_LU_decomp(m, p, &sign);
        (void)gsl_linalg_LU_solve(m, p, &b.vector, &left.vector);
    } else {
        memcpy(x, start, n * sizeof *x);
        for (unsigned step = 1; step < depth; step++) {
            double next[MOST];
            for (size_t i = 0; i < n; i++) {
                next[i] = start[i];
                for (size_t j = 0; j < n; j++)
                    next[i] += o->a[i][j] * pass[j] * x[j];
            }
            memcpy(x, next, n * sizeof *x);
        }
    }
    gsl_matrix_free(m);
    gsl_permutation_free(p);
}

static sn_network *make_random(gsl_rng *rng, size_t n, size_t flows)
{
    static const char *const country[] = {NULL, "AAA", "BBB", "CCC"};
    const sn_kind kind = (sn_kind)gsl_rng_uniform_int(rng, 3);
    struct node *node = calloc(n, sizeof *node);
    struct flow *flow = calloc(flows, sizeof *flow);
    char(*id)[32] = calloc(n, sizeof *id);
    sn_network *net;

    for (size_t i = 0; i < n; i++) {
        (void)snprintf(id[i], sizeof id[i], "n%zu", i);
        node[i] = (struct node){
            id[i], country[gsl_rng_uniform_int(rng, 4)], kind, NAN, NAN, NULL, NULL};
        if (gsl_rng_uniform(rng) < .8) /* for a firm: value added */
            node[i].output = kind == SN_KIND_FIRM ? 1e3 * gsl_rng_uniform(rng) : NAN;
        if (gsl_rng_uniform(rng) < .7)
            node[i].primary = kind == SN_KIND_FIRM ? NAN : 60 * gsl_rng_uniform_pos(rng);
        if (kind == SN_KIND_COUNTRY && !isnan(node[i].primary))
            node[i].primary += 1e3; /* above any self-flow */
    }
    for (size_t k = 0; k < flows; k++)
        flow[k] =
            (struct flow){id[gsl_rng_uniform_int(rng, n)], id[gsl_rng_uniform_int(rng, n)],
                          100 * gsl_rng_uniform_pos(rng)};
    net = make(node, n, flow, flows, 1);
    free(node);
    free(flow);
    free(id);
    return net;
}

/* One group of suppliers as the oracle sees it. */
static sn_exposure_row group_by_oracle(const struct oracle *o, const double *share,
                                       const double *member, unsigned depth)
{
    double start[MOST] = {0}, pass[MOST], x[MOST], bought = 0, all = 0;
    sn_exposure_row row = {0};

    for (size_t i = 0; i < o->n; i++) {
        for (size_t j = 0; j < o->n; j++)
            start[i] += o->first[i][j] * share[j];
        row.direct += member[i] * start[i];
        bought += start[i];
        row.look_through += member[i] * share[i] * o->own[i];
        row.origin += member[i] * share[i] * o->own[i];
        pass[i] = 1;
    }
    visits_by_oracle(o, start, pass, depth, x);
    for (size_t i = 0; i < o->n; i++) {
        row.origin += member[i] * x[i] * o->made[i];
        row.inputs_look_through += member[i] * x[i];
        all += x[i];
        pass[i] = 1 - member[i];
    }
    row.inputs_face_value = row.direct / bought;
    row.inputs_look_through /= all;
    visits_by_oracle(o, start, pass, depth, x);
    for (size_t i = 0; i < o->n; i++)
        row.look_through += member[i] * x[i];
    return row;
}

static void check_against_oracle(const sn_network *net, const struct oracle *o, gsl_rng *rng,
                                 sn_level level, unsigned depth, int *closed)
{
    const sn_exposure_options options = {.commodity = SN_NONE, .depth = depth};
    double weight[MOST] = {0}, share[MOST] = {0}, total = 0, explained, direct;
    sn_grouping by;
    sn_exposure out;
    sn_error err = {0};

    for (size_t j = 0; j < o->n; j++)
        total += weight[j] = gsl_rng_uniform(rng) < .4 ? gsl_rng_uniform_pos(rng) : 0;
    weight[0] += .1;
    for (size_t j = 0; j < o->n; j++)
        share[j] = weight[j] / (total + .1);
    assert_int_equal(sn_grouping_make(net, level, &by, NULL), SN_OK);
    if (sn_exposure_of(net, weight, &by, &options, &out, &err) != SN_OK) {
        assert_int_equal(err.status, SN_ENUMERIC);
        assert_non_null(strstr(err.message, "closed loop"));
        sn_grouping_clear(&by);
        ++*closed;
        return;
    }
    assert_true(out.residual_bound < 1e-12);
    explained = out.unexplained + out.beyond;
    direct = out.own;
    for (size_t k = 0; k < out.count; k++) {
        const sn_exposure_row *row = &out.row[k];
        double member[MOST];
        sn_dependence to;
        for (size_t i = 0; i < o->n; i++)
            member[i] = by.group[i] == row->group ? 1 : 0;
        const sn_exposure_row slow = group_by_oracle(o, share, member, depth);
        assert_close(row->direct, slow.direct, 1e-13);
        assert_close(row->look_through, slow.look_through, 1e-12);
        assert_close(row->origin, slow.origin, 1e-12);
        if (out.tiers > 0) {
            assert_close(row->inputs_face_value, slow.inputs_face_value, 1e-13);
            assert_close(row->inputs_look_through, slow.inputs_look_through, 1e-11);
        }
        assert_true(row->origin <= row->look_through + 1e-12);
        assert_true(row->direct <= row->look_through + 1e-12);
        assert_true(k == 0 || row->group == SN_NONE ||
                    row->look_through <= out.row[k - 1].look_through);
        explained += row->origin;
        direct += row->direct;
        /* The same share from the other side. */
        assert_int_equal(sn_exposure_to(net, member, weight, &by, &options, &to, &err), SN_OK);
        assert_close(to.total.look_through, slow.look_through, 1e-12);
        assert_close(to.total.direct, slow.direct, 1e-13);
        assert_true(to.residual_bound < 1e-12);
        double amount = 0;
        for (size_t b = 0; b < to.count; b++)
            amount += to.row[b].look_through_amount;
        assert_close(amount, to.total.look_through_amount, 1e-12);
        sn_dependence_clear(&to);
    }
    assert_close(explained, 1, 1e-12);
    for (size_t j = 0; j < o->n; j++)
        direct += o->supply[j] > 0 ? 0 : share[j];
    assert_close(direct, 1, 1e-13);
    sn_exposure_clear(&out);
    sn_grouping_clear(&by);
}

static void oracle__agrees_on_200_random_networks(void **state)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    struct oracle *o = malloc(sizeof *o);
    int closed = 0;

    (void)state;
    for (unsigned long seed = 1; seed <= 200; seed++) {
        gsl_rng_set(rng, seed);
        const size_t n = 1 + gsl_rng_uniform_int(rng, 14);
        sn_network *net = make_random(rng, n, gsl_rng_uniform_int(rng, 3 * n + 1));
        read_oracle(net, o);
        check_against_oracle(net, o, rng, SN_LEVEL_COUNTRY, 0, &closed);
        check_against_oracle(net, o, rng, SN_LEVEL_NODE, 0, &closed);
        check_against_oracle(net, o, rng, SN_LEVEL_COUNTRY, 1 + (unsigned)(seed % 5), &closed);
        sn_network_free(net);
    }
    print_message("%d of 600 questions met a closed loop\n", closed);
    assert_in_range(closed, 0, 60);
    free(o);
    gsl_rng_free(rng);
}

static void oracle__agrees_on_loops_too_large_for_a_direct_decomposition(void **state)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    struct oracle *o = malloc(sizeof *o);
    int closed = 0;

    (void)state;
    for (unsigned long seed = 1; seed <= 6; seed++) {
        gsl_rng_set(rng, 1000 + seed);
        sn_network *net = make_random(rng, MOST, 6 * MOST);
        read_oracle(net, o);
        check_against_oracle(net, o, rng, SN_LEVEL_COUNTRY, 0, &closed);
        check_against_oracle(net, o, rng, SN_LEVEL_COUNTRY, 3, &closed);
        sn_network_free(net);
    }
    assert_int_equal(closed, 0);
    free(o);
    gsl_rng_free(rng);
}

/* A part of a supplier: each visit counts with that probability. */
static void a_part_of_a_supplier_counts_in_part(void **state)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    struct oracle *o = malloc(sizeof *o);

    (void)state;
    for (unsigned long seed = 1; seed <= 20; seed++) {
        double part[MOST], weight[MOST], share[MOST];
        sn_dependence to;
        sn_grouping by;
        gsl_rng_set(rng, seed);
        sn_network *net = make_random(rng, 12, 40);
        read_oracle(net, o);
        for (size_t i = 0; i < o->n; i++) {
            part[i] = gsl_rng_uniform(rng);
            weight[i] = i == 3 ? 2 : 0;
            share[i] = i == 3 ? 1 : 0;
        }
        const sn_exposure_row slow = group_by_oracle(o, share, part, 0);
        assert_int_equal(sn_grouping_make(net, SN_LEVEL_NODE, &by, NULL), SN_OK);
        assert_int_equal(sn_exposure_to(net, part, weight, &by, NULL, &to, NULL), SN_OK);
        assert_int_equal(to.count, 1);
        assert_close(to.row[0].look_through, slow.look_through, 1e-12);
        assert_close(to.row[0].direct, slow.direct, 1e-13);
        assert_close(to.row[0].own, o->own[3] * part[3], 1e-15);
        assert_close(to.row[0].supply, 2, 0);
        sn_dependence_clear(&to);
        sn_grouping_clear(&by);
        sn_network_free(net);
    }
    free(o);
    gsl_rng_free(rng);
}

/* ---- loops that hardly leak ---------------------------------------------------------------
 */

/* A ring of n countries that hand 1000 on and make `made` each; one buyer at its end. */
static sn_network *make_ring(size_t n, double made)
{
    sn_builder *builder = sn_builder_new();
    sn_network *net = NULL;
    char id[32];

    const int32_t buyer = touch(builder, "buyer");
    sn_builder_set_kind(builder, buyer, SN_KIND_STAGE);
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(id, sizeof id, "r%04zu", i);
        const int32_t node = touch(builder, id);
        sn_builder_set_kind(builder, node, SN_KIND_STAGE);
        (void)sn_builder_set_number(builder, node, SN_PRIMARY, made, NULL);
        (void)snprintf(id, sizeof id, "r%04zu", (i + 1) % n);
        (void)sn_builder_flow(builder, node, touch(builder, id), 1000, SN_NONE,
                              SN_BASIS_REPORTED, NULL, 0, NULL);
    }
    (void)sn_builder_flow(builder, touch(builder, "r0000"), buyer, 3, SN_NONE,
                          SN_BASIS_REPORTED, NULL, 0, NULL);
    assert_int_equal(sn_builder_freeze(&builder, &net, NULL), SN_OK);
    return net;
}

static void a_loop_that_hardly_leaks_is_solved_by_decomposition(void **state)
{
    sn_network *net = make_ring(300, 1e-3);
    sn_exposure out = of(net, "buyer", SN_LEVEL_NODE, 0, 5);
    double a = 1000 / 1000.001;

    (void)state;
    assert_close(out.spectral_radius, a, 1e-9);
    assert_true(out.residual_bound < 1e-9);
    assert_true(out.residual_bound > 0); /* no decomposition of that size is exact */
    assert_close(out.tiers, 1 / (1 - a), 1);
    assert_int_equal(out.count, 5);
    assert_close(out.row[0].look_through, 1, 1e-9); /* r0000, then up the ring */
    assert_close(out.row[4].look_through, pow(a, 4), 1e-9);
    sn_exposure_clear(&out);
    sn_network_free(net);
}

/* a has 2 of its own and 4 of b, b has 3 of its own and 5 of a: the radius is the cycle's. */
static void the_radius_of_a_loop_is_the_mean_of_what_goes_round(void **state)
{
    const struct node node[] = {{"a", NULL, SN_KIND_STAGE, NAN, 2, NULL, NULL},
                                {"b", NULL, SN_KIND_STAGE, NAN, 3, NULL, NULL},
                                {"c", NULL, SN_KIND_STAGE, NAN, 1, NULL, NULL},
                                {"buyer", NULL, SN_KIND_STAGE, NAN, NAN, NULL, NULL}};
    const struct flow pair[] = {{"a", "b", 5}, {"b", "a", 4}, {"b", "buyer", 1.5}};
    const struct flow ring[] = {
        {"a", "b", 5}, {"b", "c", 7}, {"c", "a", 4}, {"b", "buyer", 1.5}};

    (void)state;
    sn_network *net = MAKE(node, pair);
    sn_exposure out = of(net, "buyer", SN_LEVEL_NODE, 0, 0);
    assert_close(out.spectral_radius, sqrt(5. / 8 * 4 / 6), 1e-9);
    assert_true(out.spectral_error <= 1e-9);
    sn_exposure_clear(&out);
    sn_network_free(net);
    net = MAKE(node, ring);
    out = of(net, "buyer", SN_LEVEL_NODE, 0, 0);
    assert_close(out.spectral_radius, cbrt(5. / 8 * 7 / 8 * 4 / 6), 1e-9);
    assert_true(out.spectral_error <= 1e-9);
    sn_exposure_clear(&out);
    sn_network_free(net);
}

static sn_status status_of(const sn_network *net, const char *buyer, unsigned depth,
                           sn_error *err)
{
    const sn_exposure_options options = {.commodity = SN_NONE, .depth = depth};
    double *weight = calloc(sn_network_node_count(net), sizeof *weight);
    sn_grouping by;
    sn_exposure out;
    sn_status status;

    weight[find(net, buyer)] = 1;
    assert_int_equal(sn_grouping_make(net, SN_LEVEL_NODE, &by, NULL), SN_OK);
    status = sn_exposure_of(net, weight, &by, &options, &out, err);
    sn_exposure_clear(&out);
    sn_grouping_clear(&by);
    free(weight);
    return status;
}

static void a_loop_too_large_and_too_tight_is_reported(void **state)
{
    sn_network *net = make_ring(2100, 1e-5);
    sn_error err = {0};

    (void)state;
    assert_int_equal(status_of(net, "buyer", 0, &err), SN_ENUMERIC);
    assert_non_null(strstr(err.message, "goes round too long in a loop"));
    assert_non_null(strstr(err.message, "and 2097 more"));
    sn_network_free(net);
}

static void a_closed_loop_is_named_if_it_is_upstream_of_the_buyer(void **state)
{
    static const struct node nodes[] = {COUNTRY("P", 0), COUNTRY("Q", 0), COUNTRY("B", 0),
                                        COUNTRY("M", 9), COUNTRY("C", 0)};
    static const struct flow flows[] = {
        {"P", "Q", 4}, {"Q", "P", 4}, {"Q", "B", 1}, {"M", "C", 9}};
    sn_network *net = MAKE(nodes, flows);
    const size_t q = find(net, "Q"), b = find(net, "B"), m = find(net, "M");
    double supplier[5] = {0}, weight[5] = {0};
    sn_error err = {0};
    sn_grouping by;
    sn_dependence to;

    (void)state;
    assert_int_equal(status_of(net, "C", 0, NULL), SN_OK);
    assert_int_equal(status_of(net, "B", 0, &err), SN_ENUMERIC);
    assert_string_equal(err.message,
                        "supply goes round in a closed loop and is made nowhere in "
                        "it: \"P\", \"Q\"");
    assert_int_equal(status_of(net, "B", 3, NULL), SN_OK);

    /* Whether B's supply meets a supplier is known even so: P and Q surely, M never. */
    weight[b] = 1;
    assert_int_equal(sn_grouping_make(net, SN_LEVEL_NODE, &by, NULL), SN_OK);
    supplier[q] = 1;
    assert_int_equal(sn_exposure_to(net, supplier, weight, &by, NULL, &to, NULL), SN_OK);
    assert_close(to.total.look_through, 1, 0);
    sn_dependence_clear(&to);
    supplier[q] = 0, supplier[m] = 1;
    assert_int_equal(sn_exposure_to(net, supplier, weight, &by, NULL, &to, NULL), SN_OK);
    assert_close(to.total.look_through, 0, 0);
    sn_dependence_clear(&to);
    sn_grouping_clear(&by);
    sn_network_free(net);
}

/* ---- invariance and errors ----------------------------------------------------------------
 */

/* A middling network with loops, its rows in the order given by `step`. */
static sn_network *make_shuffled(size_t step, double scale)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    struct node nodes[97], mixed_nodes[97];
    struct flow flows[389], mixed_flows[389];
    static char id[97][32];
    static const char *const country[] = {"AAA", "BBB", "CCC", "DDD", "ROW"};
    sn_network *net;

    gsl_rng_set(rng, 77);
    for (size_t i = 0; i < 97; i++) {
        (void)snprintf(id[i], sizeof id[i], "n%zu", i);
        nodes[i] = (struct node){
            id[i], country[i % 5], SN_KIND_STAGE, NAN, gsl_rng_uniform(rng), "t", NULL};
    }
    for (size_t k = 0; k < 389; k++)
        flows[k] = (struct flow){id[gsl_rng_uniform_int(rng, 97)],
                                 id[gsl_rng_uniform_int(rng, 97)], gsl_rng_uniform_pos(rng)};
    for (size_t i = 0; i < 97; i++)
        mixed_nodes[i] = nodes[i * step % 97];
    for (size_t k = 0; k < 389; k++)
        mixed_flows[k] = flows[k * step % 389];
    net = make(mixed_nodes, 97, mixed_flows, 389, scale);
    gsl_rng_free(rng);
    return net;
}

static void assert_same_shares(const sn_exposure *a, const sn_exposure *b)
{
    assert_int_equal(a->count, b->count);
    assert_memory_equal(&a->own, &b->own, sizeof a->own);
    assert_memory_equal(&a->tiers, &b->tiers, sizeof a->tiers);
    assert_memory_equal(&a->spectral_radius, &b->spectral_radius, sizeof a->own);
    for (size_t k = 0; k < a->count; k++) {
        assert_int_equal(a->row[k].group, b->row[k].group);
        assert_memory_equal(&a->row[k].direct, &b->row[k].direct, 5 * sizeof(double));
    }
}

static void shares_do_not_move_with_the_unit_or_the_order_of_rows(void **state)
{
    sn_network *plain = make_shuffled(1, 1);
    sn_exposure want = of(plain, "n5", SN_LEVEL_COUNTRY, 0, 0);
    static const double scale[] = {0x1p-20, 0x1p20, 0x1p-300};

    (void)state;
    assert_string_equal(want.unit, "t");
    assert_int_equal(want.count, 5);
    assert_true(want.row[4].rest); /* never ranked */
    for (size_t k = 0; k < 5; k++) {
        sn_network *net =
            k < 3 ? make_shuffled(1, scale[k]) : make_shuffled(k == 3 ? 13 : 96, 1);
        sn_exposure out = of(net, "n5", SN_LEVEL_COUNTRY, 0, 0);
        assert_same_shares(&want, &out);
        sn_exposure_clear(&out);
        sn_network_free(net);
    }
    sn_network *odd = make_shuffled(1, 1e6); /* not a power of two: equal but for rounding */
    sn_exposure out = of(odd, "n5", SN_LEVEL_COUNTRY, 0, 0);
    for (size_t k = 0; k < out.count; k++)
        assert_close(out.row[k].look_through, want.row[k].look_through, 1e-14);
    sn_exposure_clear(&out);
    sn_network_free(odd);
    sn_exposure_clear(&want);
    sn_network_free(plain);
}

static void a_limit_keeps_exactly_the_largest_rows(void **state)
{
    sn_network *net = make_shuffled(1, 1);
    sn_exposure all = of(net, "n5", SN_LEVEL_NODE, 0, 0);

    (void)state;
    for (size_t limit = 1; limit < 12; limit += 2) {
        sn_exposure some = of(net, "n5", SN_LEVEL_NODE, 0, limit);
        size_t named = 0;
        for (size_t k = 0; k < some.count; k++) {
            if (some.row[k].rest)
                continue;
            named++;
            assert_int_equal(some.row[k].group, all.row[k].group);
            assert_memory_equal(&some.row[k].direct, &all.row[k].direct, 5 * sizeof(double));
        }
        assert_int_equal(named, limit);
        assert_true(some.left_out >= all.row[limit].look_through);
        assert_true(some.left_out <= 1);
        assert_int_equal(some.groups, all.groups);
        sn_exposure_clear(&some);
    }
    assert_close(all.left_out, 0, 0);
    sn_exposure_clear(&all);
    sn_network_free(net);
}

static void bad_questions_are_refused(void **state)
{
    static const struct node nodes[] = {{"a", "A", SN_KIND_STAGE, NAN, NAN, "t", "cobalt"},
                                        {"b", "B", SN_KIND_STAGE, NAN, NAN, "t", "cobalt"},
                                        {"u", "U", SN_KIND_STAGE, NAN, NAN, "kg", "gallium"},
                                        {"v", "U", SN_KIND_STAGE, NAN, NAN, "kg", "gallium"},
                                        {"w", "U", SN_KIND_STAGE, NAN, NAN, NULL, "cells"}};
    static const struct flow flows[] = {
        {"a", "b", 3}, {"u", "v", 4}, {"b", "w", 2}, {"v", "w", 2}};
    sn_network *net = MAKE(nodes, flows);
    sn_grouping by;
    sn_exposure out;
    sn_error err = {0};
    static const double none[5] = {0};
    double weight[5] = {0};

    (void)state;
    assert_int_equal(sn_grouping_make(net, SN_LEVEL_COUNTRY, &by, NULL), SN_OK);
    assert_int_equal(sn_exposure_of(net, none, &by, NULL, &out, &err), SN_EUSAGE);
    err.status = SN_OK;
    weight[find(net, "b")] = -1;
    assert_int_equal(sn_exposure_of(net, weight, &by, NULL, &out, &err), SN_EDATA);
    assert_string_equal(err.message, "buyer \"b\": weight -1 is not a number >= 0");
    weight[find(net, "b")] = NAN;
    assert_int_equal(sn_exposure_of(net, weight, &by, NULL, &out, NULL), SN_EDATA);
    err.status = SN_OK;
    weight[find(net, "b")] = 3, weight[find(net, "v")] = 4;
    assert_int_equal(sn_exposure_of(net, weight, &by, NULL, &out, &err), SN_EDATA);
    assert_non_null(strstr(err.message, "different units"));

    /* One commodity at a time is fine. */
    const sn_exposure_options options = {
        .commodity = sn_dict_find(sn_network_dict(net, SN_COMMODITY), "gallium", 7)};
    assert_int_equal(sn_exposure_of(net, weight, &by, &options, &out, NULL), SN_OK);
    assert_close(out.supply, 4, 0);
    assert_string_equal(out.unit, "kg");
    assert_string_equal(out.row[0].name, "U");
    sn_exposure_clear(&out);

    err.status = SN_OK;
    memset(weight, 0, sizeof weight);
    weight[find(net, "w")] = 1;
    assert_int_equal(sn_exposure_of(net, weight, &by, NULL, &out, &err), SN_EDATA);
    assert_string_equal(err.message,
                        "node \"w\" gets supply in different units, which cannot be "
                        "added: \"b\" (t) and \"v\" (kg)");
    sn_dependence to;
    assert_int_equal(sn_exposure_to(net, none, weight, &by, NULL, &to, NULL), SN_EUSAGE);
    weight[find(net, "w")] = 2;
    assert_int_equal(sn_exposure_to(net, weight, weight, &by, NULL, &to, NULL), SN_EDATA);
    sn_grouping_clear(&by);
    sn_network_free(net);
}

/* The walk meets no supply of the first node; what it meets behind that one still counts. */
static void units_are_compared_at_every_node_that_is_met(void **state)
{
    static const struct node nodes[] = {{"0", "A", SN_KIND_STAGE, NAN, 5, "t", "cobalt"},
                                        {"b", "B", SN_KIND_STAGE, NAN, NAN, "t", "cobalt"},
                                        {"v", "U", SN_KIND_STAGE, NAN, NAN, "kg", "gallium"},
                                        {"w", "U", SN_KIND_STAGE, NAN, NAN, NULL, "cells"},
                                        {"x", "U", SN_KIND_STAGE, NAN, NAN, NULL, "cells"}};
    static const struct flow flows[] = {{"b", "w", 2}, {"v", "w", 2}, {"w", "x", 3}};
    sn_network *net = MAKE(nodes, flows);
    double weight[5] = {0}, supplier[5] = {0};
    sn_grouping by;
    sn_exposure out = {0};
    sn_dependence to = {0};
    sn_error err = {0}, err_to = {0};

    (void)state;
    weight[find(net, "x")] = 1;
    supplier[find(net, "b")] = 1;
    const size_t first = find(net, "0");
    sn_status status = sn_grouping_make(net, SN_LEVEL_COUNTRY, &by, NULL);
    if (status == SN_OK)
        status = sn_exposure_of(net, weight, &by, NULL, &out, &err);
    const sn_status status_to = sn_exposure_to(net, supplier, weight, &by, NULL, &to, &err_to);
    sn_exposure_clear(&out);
    sn_dependence_clear(&to);
    sn_grouping_clear(&by);
    sn_network_free(net);
    assert_int_equal(first, 0);
    assert_int_equal(status, SN_EDATA);
    assert_int_equal(status_to, SN_EDATA);
    assert_string_equal(err_to.message, err.message);
    assert_string_equal(err.message,
                        "node \"w\" gets supply in different units, which cannot be "
                        "added: \"b\" (t) and \"v\" (kg)");
}

static void an_empty_network_has_no_buyer(void **state)
{
    sn_builder *builder = sn_builder_new();
    sn_network *net = NULL;
    sn_grouping by;
    sn_exposure out;
    double nothing[1] = {0};

    (void)state;
    assert_int_equal(sn_builder_freeze(&builder, &net, NULL), SN_OK);
    assert_int_equal(sn_grouping_make(net, SN_LEVEL_COUNTRY, &by, NULL), SN_OK);
    assert_int_equal(sn_exposure_of(net, nothing, &by, NULL, &out, NULL), SN_EUSAGE);
    assert_int_equal(sn_exposure_supply(net, nothing, NULL), SN_OK);
    sn_grouping_clear(&by);
    sn_network_free(net);
}

/* The rest of the world and buyers of no known country stand last however much they take, and
 * no limit leaves them out. */
static void dependence__of_the_rest_and_the_unknown_stands_last(void **state)
{
    static const struct node nodes[] = {COUNTRY("AAA", 100),
                                        COUNTRY("BBB", 0),
                                        COUNTRY("CCC", 0),
                                        COUNTRY("ROW", 0),
                                        {"x", NULL, SN_KIND_STAGE, NAN, NAN, NULL, NULL}};
    static const struct flow flows[] = {
        {"AAA", "BBB", 10}, {"AAA", "CCC", 20}, {"AAA", "ROW", 30}, {"AAA", "x", 40}};
    static const char *const order[] = {"CCC", "BBB", "ROW", NULL};
    sn_network *net = MAKE(nodes, flows);
    double weight[5] = {0}, supplier[5] = {0};
    sn_grouping by;
    sn_dependence to;

    (void)state;
    weight[find(net, "BBB")] = 10, weight[find(net, "CCC")] = 20;
    weight[find(net, "ROW")] = 30, weight[find(net, "x")] = 40;
    supplier[find(net, "AAA")] = 1;
    assert_int_equal(sn_grouping_make(net, SN_LEVEL_COUNTRY, &by, NULL), SN_OK);
    for (size_t limit = 0; limit < 3; limit++) {
        const sn_exposure_options options = {.commodity = SN_NONE, .limit = limit};
        const size_t named = limit == 0 ? 2 : limit;
        assert_int_equal(sn_exposure_to(net, supplier, weight, &by, &options, &to, NULL),
                         SN_OK);
        assert_int_equal(to.groups, 4);
        assert_int_equal(to.count, named + 2);
        for (size_t k = 0; k < to.count; k++) {
            const char *name = order[k < named ? k : k - named + 2];
            assert_int_equal(to.row[k].rest, name != NULL && strcmp(name, "ROW") == 0);
            assert_int_equal(to.row[k].name == NULL, name == NULL);
            if (name != NULL)
                assert_string_equal(to.row[k].name, name);
            assert_close(to.row[k].look_through, 1, 1e-15);
            assert_close(to.row[k].look_through_amount, to.row[k].supply, 1e-13);
        }
        assert_close(to.total.supply, 100, 0);
        assert_close(to.total.look_through_amount, 100, 1e-12);
        sn_dependence_clear(&to);
    }
    sn_grouping_clear(&by);
    sn_network_free(net);
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
        cmocka_unit_test(a_hub_hides_where_supply_was_made),
        cmocka_unit_test(origins_over_all_consumers_add_up_to_production),
        cmocka_unit_test(who_depends_on_a_producer_behind_a_hub),
        cmocka_unit_test(home_use_is_at_least_own_production),
        cmocka_unit_test(a_group_met_twice_counts_once),
        cmocka_unit_test(loops_are_traced_to_their_end),
        cmocka_unit_test(a_self_flow_is_own_production_of_a_country_and_an_input_of_a_stage),
        cmocka_unit_test(supply_from_nowhere_is_unexplained_and_depth_stops_walks),
        cmocka_unit_test(parallel_flows_are_added),
        cmocka_unit_test(leather__face_value_and_look_through_as_published),
        cmocka_unit_test(leather__visits_are_the_leontief_inverse),
        cmocka_unit_test(oracle__agrees_on_200_random_networks),
        cmocka_unit_test(oracle__agrees_on_loops_too_large_for_a_direct_decomposition),
        cmocka_unit_test(a_part_of_a_supplier_counts_in_part),
        cmocka_unit_test(a_loop_that_hardly_leaks_is_solved_by_decomposition),
        cmocka_unit_test(the_radius_of_a_loop_is_the_mean_of_what_goes_round),
        cmocka_unit_test(a_loop_too_large_and_too_tight_is_reported),
        cmocka_unit_test(a_closed_loop_is_named_if_it_is_upstream_of_the_buyer),
        cmocka_unit_test(shares_do_not_move_with_the_unit_or_the_order_of_rows),
        cmocka_unit_test(a_limit_keeps_exactly_the_largest_rows),
        cmocka_unit_test(bad_questions_are_refused),
        cmocka_unit_test(units_are_compared_at_every_node_that_is_met),
        cmocka_unit_test(an_empty_network_has_no_buyer),
        cmocka_unit_test(dependence__of_the_rest_and_the_unknown_stands_last),
    };
    return cmocka_run_group_tests_name("exposure", tests, setup, NULL);
}
