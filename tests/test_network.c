/* test_network.c - what freezing makes of nodes, flows, recipes and owners. */
#include "sn_test.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/bridge.h"
#include "graph/sort.h"
#include "sn_build.h"
#include "sn_same.h"

static uint64_t random_state;

static size_t random_below(size_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state >> 11) % limit;
}

/* Freezing `text` fails with this status; the message is left in err->message. */
static sn_status status_of(const char *text, sn_error *err)
{
    sn_network *net = NULL;
    const sn_status status = sn_build(text, &net, err);

    sn_network_free(net);
    return status;
}

static void assert_refused(const char *text, sn_status status, const char *part)
{
    sn_error err = {0};
    const sn_status got = status_of(text, &err);

    if (got != status || strstr(err.message, part) == NULL)
        fail_msg("\"%.60s\": status %d, message \"%s\", expected %d and \"%s\"", text, (int)got,
                 err.message, (int)status, part);
}

/* A network, or a failed test. */
static sn_network *must_build(const char *text)
{
    sn_network *net = NULL;
    sn_error err = {0};

    if (sn_build(text, &net, &err) != SN_OK)
        fail_msg("\"%.60s\": %s", text, err.message);
    return net;
}

static size_t node(const sn_network *net, const char *id)
{
    return (size_t)sn_network_find(net, id);
}

/* ---- order -------------------------------------------------------------------------- */

enum { MOST_ROWS = 160, ROW = 160 };

/* Rows of a random network: nodes of all kinds, flows in parallel, owners and recipes. */
static size_t random_rows(char row[MOST_ROWS][ROW])
{
    static const char *const stage[] = {"mining", "refining", "odd", "use"};
    static const char *const place[] = {"COD", "CHN", "ROW", "USA", "FIN"};
    const size_t nodes = 1 + random_below(9), flows = random_below(60);
    size_t rows = 0;

    for (size_t i = 0; i < nodes; i++) {
        size_t used = (size_t)snprintf(row[rows], ROW, "n%zu:", i);
        if (random_below(2))
            used += (size_t)snprintf(row[rows] + used, ROW - used, " stage=%s commodity=co",
                                     stage[random_below(4)]);
        if (random_below(2))
            used += (size_t)snprintf(row[rows] + used, ROW - used, " country=%s unit=t",
                                     place[random_below(5)]);
        if (random_below(2))
            used += (size_t)snprintf(row[rows] + used, ROW - used, " output=%.17g label=L%zu",
                                     (double)random_below(1000) / 7, random_below(99));
        if (random_below(3) == 0)
            used += (size_t)snprintf(row[rows] + used, ROW - used, " sector=C%zu owner=%s",
                                     random_below(3), place[random_below(5)]);
        rows++;
        if (random_below(3) == 0)
            snprintf(row[rows++], ROW, "owner n%zu AUS 0.%zu equity", i, 1 + random_below(4));
        if (random_below(3) == 0)
            snprintf(row[rows++], ROW, "owner n%zu CAN 0.%zu equity", i, 1 + random_below(4));
    }
    for (size_t e = 0; e < flows; e++) {
        size_t used =
            (size_t)snprintf(row[rows], ROW, "n%zu n%zu %.17g", random_below(nodes + 1),
                             random_below(nodes + 1), (double)random_below(1000000) / 977);
        if (random_below(3) == 0)
            used += (size_t)snprintf(row[rows] + used, ROW - used, " product=p%zu",
                                     random_below(2));
        if (random_below(3) == 0)
            used += (size_t)snprintf(row[rows] + used, ROW - used, " basis=estimated");
        rows++;
    }
    snprintf(row[rows++], ROW, "recipe * * 1");
    snprintf(row[rows++], ROW, "recipe co:refining p0 2");
    snprintf(row[rows++], ROW, "recipe C1 * 0");
    return rows;
}

static sn_network *build_shuffled(char row[MOST_ROWS][ROW], size_t rows)
{
    static char text[MOST_ROWS * ROW];
    size_t order[MOST_ROWS], used = 0;

    for (size_t k = 0; k < rows; k++) {
        const size_t other = random_below(k + 1);
        order[k] = order[other];
        order[other] = k;
    }
    for (size_t k = 0; k < rows; k++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s\n", row[order[k]]);
    return must_build(text);
}

static void freeze__gives_the_same_bytes_for_rows_in_any_order(void **state)
{
    static char row[MOST_ROWS][ROW];
    (void)state;

    random_state = 2385;
    for (size_t k = 0; k < 200; k++) {
        const size_t rows = random_rows(row);
        sn_network *a = build_shuffled(row, rows), *b = build_shuffled(row, rows);
        const char *differs = sn_same_network(a, b);
        sn_network_free(a);
        sn_network_free(b);
        if (differs != NULL)
            fail_msg("network %zu: %s differs", k, differs);
    }
}

static void freeze__orders_nodes_by_the_bytes_of_their_ids(void **state)
{
    sn_network *net = must_build("b B 1; a \xc3\xa9 2; B a10 3; a2 a 4");
    char ids[64] = "";
    (void)state;

    for (size_t i = 0; i < sn_network_node_count(net); i++)
        strcat(strcat(ids, sn_network_id(net, i)), " ");
    sn_network_free(net);
    assert_string_equal(ids, "B a a10 a2 b \xc3\xa9 ");
}

static void freeze__orders_stages_by_the_process(void **state)
{
    sn_network *net =
        must_build("a: stage=use; b: stage=end_product; c: stage=mining; d: stage=zzz; "
                   "e: stage=anode; f: stage=refining; g: stage=component; "
                   "h: stage=processing");
    const sn_dict *stages = sn_network_dict(net, SN_STAGE);
    char names[128] = "";
    (void)state;

    for (int32_t c = 0; c < stages->count; c++)
        strcat(strcat(names, sn_dict_text(stages, c)), " ");
    sn_network_free(net);
    assert_string_equal(names,
                        "mining refining processing anode zzz component end_product use ");
}

/* ---- flows -------------------------------------------------------------------------- */

static void flows__in_parallel_are_added_within_their_product_group(void **state)
{
    sn_network *net =
        must_build("A B 2.5 product=ore; A B 4 product=slag; A B 0.75 product=ore; "
                   "B A 9; A B 1");
    char text[256] = "";
    (void)state;

    for (size_t e = 0; e < sn_network_flow_count(net); e++) {
        const sn_flow f = sn_network_flow(net, e);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s %s %s %g; ",
                 sn_network_id(net, (size_t)f.supplier), sn_network_id(net, (size_t)f.buyer),
                 sn_dict_text(sn_network_groups(net), f.group), f.value);
    }
    const bool has_product = sn_network_has_product(net);
    sn_network_free(net);
    assert_string_equal(text, "A B all 1; A B ore 3.25; A B slag 4; B A all 9; ");
    assert_true(has_product);
}

static void flows__in_parallel_have_one_sum_whatever_their_order(void **state)
{
    sn_network *a = must_build("A B 1e16; A B 1; A B 1; A B 3.3; A B 1e-3");
    sn_network *b = must_build("A B 1; A B 1e-3; A B 3.3; A B 1e16; A B 1");
    const double sum_a = sn_network_flow(a, 0).value, sum_b = sn_network_flow(b, 0).value;
    (void)state;

    sn_network_free(a);
    sn_network_free(b);
    assert_true(sum_a == sum_b);
    assert_true(sum_a == 1e16 + 6); /* small ones first: 1e-3 + 1 + 1 + 3.3 is not lost */
}

static void flows__in_parallel_take_the_weakest_basis(void **state)
{
    sn_network *net = must_build("A B 2; A B 1 basis=estimated; A B 3 basis=balanced; "
                                 "A C 1 basis=balanced; A D 1");
    const sn_basis to_b = sn_network_flow(net, 0).basis, to_c = sn_network_flow(net, 1).basis,
                   to_d = sn_network_flow(net, 2).basis;
    (void)state;

    sn_network_free(net);
    assert_int_equal(to_b, SN_BASIS_ESTIMATED);
    assert_int_equal(to_c, SN_BASIS_BALANCED);
    assert_int_equal(to_d, SN_BASIS_REPORTED);
}

static void flows__to_the_supplier_itself_are_kept(void **state)
{
    sn_network *net = must_build("A A 3.5; A B 1.25");
    const size_t flows = sn_network_flow_count(net);
    const double sales = sn_network_sales(net, 0), purchases = sn_network_purchases(net, 0);
    (void)state;

    sn_network_free(net);
    assert_int_equal(flows, 2);
    assert_true(sales == 4.75);
    assert_true(purchases == 3.5);
}

static void flows__of_zero_leave_nodes_but_no_flow_and_no_group(void **state)
{
    sn_network *net = must_build("A B 0 product=ghost; C D 2");
    const size_t nodes = sn_network_node_count(net), flows = sn_network_flow_count(net);
    const int32_t groups = sn_network_groups(net)->count;
    const bool has_product = sn_network_has_product(net);
    (void)state;

    sn_network_free(net);
    assert_int_equal(nodes, 4);
    assert_int_equal(flows, 1);
    assert_int_equal(groups, 1);
    assert_false(has_product);
}

static void flows__refuse_what_is_no_amount(void **state)
{
    (void)state;
    assert_refused("A B -2.5", SN_EDATA, "value -2.5 is negative");
    assert_refused("A B nan", SN_EDATA, "value nan is not a finite number");
    assert_refused("A B inf", SN_EDATA, "value inf is not a finite number");
    assert_refused("A B -inf", SN_EDATA, "not a finite number");
}

static void flows__whose_sums_overflow_are_refused(void **state)
{
    (void)state;
    assert_refused("A B 1e308; A B 1e308", SN_EDATA, "add up to more than a number can hold");
    assert_refused("A B 1e308; A C 1e308", SN_EDATA, "\"A\"");
    assert_refused("A C 1e308; B C 1e308", SN_EDATA, "add up");
    assert_refused("A A 1e308; A B 1e308", SN_EDATA, "add up");
    assert_refused("A: kind=firm output=1; B: kind=firm; C: kind=firm; A B 1e308; A C 1e308",
                   SN_EDATA, "\"A\"");
    assert_refused("A B 1e308; C D 1e308", SN_EDATA, "at node \"B\"");
    assert_refused("A: output=1e308; B: output=1e308", SN_EDATA, "\"B\"");
}

static void groups__are_named_by_what_is_known_of_the_supplier(void **state)
{
    sn_network *net = must_build(
        "a: commodity=co stage=mining sector=S; b: commodity=co sector=S; c: stage=mining "
        "sector=S; "
        "d: sector=S; e: kind=firm; a X 1; b X 1; c X 1; d X 1; e X 1; a X 1 product=p");
    char names[128] = "";
    (void)state;

    for (int32_t g = 0; g < sn_network_groups(net)->count; g++)
        strcat(strcat(names, sn_dict_text(sn_network_groups(net), g)), " ");
    sn_network_free(net);
    assert_string_equal(names, "S all co co:mining mining p ");
}

/* Each inconsistency of the two indices and the segments with the flows counts. */
static size_t count_inconsistencies(const sn_network *net)
{
    const size_t n = net->node_count, m = net->flow_count;
    size_t wrong = 0, seen = 0;
    uint8_t *found = calloc(m + 1, 1);

    wrong += net->out_first[0] != 0 || net->out_first[n] != m;
    wrong += net->in_first[0] != 0 || net->in_first[n] != m;
    wrong += net->seg_first[0] != 0 || net->seg_first[n] != net->seg_count;
    wrong += net->seg_in[net->seg_count] != m;
    for (size_t i = 0; i < n; i++)
        for (size_t e = net->out_first[i]; e < net->out_first[i + 1]; e++) {
            wrong += (size_t)net->supplier[e] != i || !(net->value[e] > 0);
            if (e > net->out_first[i]) /* strictly ascending (buyer, group) */
                wrong +=
                    net->buyer[e] < net->buyer[e - 1] ||
                    (net->buyer[e] == net->buyer[e - 1] && net->group[e] <= net->group[e - 1]);
        }
    for (size_t j = 0; j < n; j++) {
        wrong += net->seg_first[j] < net->seg_first[j + 1] &&
                 net->seg_in[net->seg_first[j]] != net->in_first[j];
        for (size_t s = net->seg_first[j]; s < net->seg_first[j + 1]; s++) {
            double total = 0;
            wrong += net->seg_in[s] >= net->seg_in[s + 1];
            wrong += s > net->seg_first[j] && net->seg_group[s] <= net->seg_group[s - 1];
            for (size_t k = net->seg_in[s]; k < net->seg_in[s + 1]; k++) {
                const size_t e = net->in_flow[k];
                wrong += (size_t)net->buyer[e] != j || net->group[e] != net->seg_group[s];
                wrong += k > net->seg_in[s] &&
                         net->supplier[e] <= net->supplier[net->in_flow[k - 1]];
                wrong += found[e]++ != 0;
                total += net->value[e];
                seen++;
            }
            wrong += total != net->seg_total[s];
        }
    }
    free(found);
    return wrong + (seen != m);
}

static void indices__of_suppliers_buyers_and_input_groups_agree(void **state)
{
    static char row[MOST_ROWS][ROW];
    (void)state;

    random_state = 4711;
    for (size_t k = 0; k < 200; k++) {
        sn_network *net = build_shuffled(row, random_rows(row));
        const size_t wrong = count_inconsistencies(net);
        sn_network_free(net);
        if (wrong != 0)
            fail_msg("network %zu: %zu inconsistencies", k, wrong);
    }
}

/* Suppliers with hundreds of buyers take another way through the sorting. */
static void indices__agree_for_nodes_with_many_flows(void **state)
{
    sn_builder *b = sn_builder_new();
    sn_network *net = NULL;
    sn_status status = SN_OK;
    (void)state;

    random_state = 99;
    for (size_t e = 0; e < 20000 && status == SN_OK; e++) {
        int32_t supplier, buyer, product = SN_NONE;
        char id[16];
        snprintf(id, sizeof id, "%zu", random_below(random_below(2) ? 5 : 700));
        status = sn_builder_touch(b, id, strlen(id), &supplier, NULL);
        snprintf(id, sizeof id, "%zu", random_below(700));
        status = status == SN_OK ? sn_builder_touch(b, id, strlen(id), &buyer, NULL) : status;
        snprintf(id, sizeof id, "p%zu", random_below(3));
        if (random_below(2))
            (void)sn_builder_product(b, id, strlen(id), &product, NULL);
        if (status == SN_OK)
            status = sn_builder_flow(b, supplier, buyer, (double)(1 + random_below(1000)),
                                     product, SN_BASIS_REPORTED, NULL, 0, NULL);
    }
    if (status == SN_OK)
        status = sn_builder_freeze(&b, &net, NULL);
    const size_t wrong = status == SN_OK ? count_inconsistencies(net) : 0;
    sn_builder_free(b);
    sn_network_free(net);
    assert_int_equal(status, SN_OK);
    assert_int_equal(wrong, 0);
}

/* 3000 flows between three nodes, in the order of the draw or backwards. */
static sn_network *build_dense(bool backwards)
{
    sn_builder *b = sn_builder_new();
    sn_network *dense = NULL;
    int32_t node_at[3] = {0}, product[300] = {0};
    sn_status status = SN_OK;

    for (int k = 0; k < 3; k++)
        status = sn_builder_touch(b, (const char *[]){"A", "B", "C"}[k], 1, &node_at[k], NULL);
    for (int k = 0; k < 300; k++) {
        char name[8];
        const size_t length = (size_t)snprintf(name, sizeof name, "%d", k);
        (void)sn_builder_product(b, name, length, &product[k], NULL);
    }
    for (uint64_t k = 0; k < 3000 && status == SN_OK; k++) {
        random_state = 2385 + 977 * (backwards ? 2999 - k : k);
        (void)random_below(2);
        const int32_t supplier = node_at[random_below(3)], buyer = node_at[random_below(3)];
        const double value = 1 + (double)random_below(1u << 30) / 977;
        status = sn_builder_flow(b, supplier, buyer, value, product[random_below(300)],
                                 random_below(9) ? SN_BASIS_REPORTED : SN_BASIS_BALANCED, NULL,
                                 0, NULL);
    }
    if (status == SN_OK)
        status = sn_builder_freeze(&b, &dense, NULL);
    sn_builder_free(b);
    return dense;
}

static void flows__in_hundreds_of_parallels_give_the_same_bytes_in_any_order(void **state)
{
    sn_network *a = build_dense(false), *b = build_dense(true);
    const bool built = a != NULL && b != NULL;
    const char *differs = built ? sn_same_network(a, b) : NULL;
    const size_t wrong = built ? count_inconsistencies(a) : 0;
    const size_t flows = built ? sn_network_flow_count(a) : 0;
    (void)state;

    sn_network_free(a);
    sn_network_free(b);
    assert_true(built);
    assert_null(differs);
    assert_int_equal(wrong, 0);
    assert_in_range(flows, 900, 2500); /* of 2700 triples: some merged, most met */
}

static void sort__is_stable_for_short_and_long_lists_of_any_keys(void **state)
{
    static const uint32_t limit[] = {1, 2, 200, 70000, 1u << 25, UINT32_MAX};
    size_t wrong = 0;
    (void)state;

    random_state = 77;
    for (size_t count = 0; count < 600; count += 1 + count / 7) {
        sn_sort_item *item = calloc(count + 1, sizeof *item);
        sn_sort_item *scratch = calloc(count + 1, sizeof *scratch);
        for (size_t l = 0; l < sizeof limit / sizeof limit[0]; l++) {
            for (uint32_t k = 0; k < count; k++)
                item[k] = (sn_sort_item){(uint32_t)random_below(limit[l]), k, -(double)k};
            sn_sort_by_key(item, count, scratch);
            for (size_t k = 0; k < count; k++)
                wrong +=
                    item[k].value != -(double)item[k].rest ||
                    (k > 0 &&
                     (item[k].key < item[k - 1].key ||
                      (item[k].key == item[k - 1].key && item[k].rest <= item[k - 1].rest)));
        }
        free(item);
        free(scratch);
    }
    assert_int_equal(wrong, 0);
}

static void topology__has_an_edge_for_each_flow_under_its_index(void **state)
{
    static char row[MOST_ROWS][ROW];
    size_t wrong = 0;
    (void)state;

    random_state = 815;
    for (size_t k = 0; k < 50; k++) {
        const igraph_t *graph = NULL, *again = NULL;
        sn_network *net = build_shuffled(row, random_rows(row));
        wrong += sn_network_topology(net, &graph, NULL) != SN_OK;
        wrong += sn_network_topology(net, &again, NULL) != SN_OK || again != graph;
        wrong += !igraph_is_directed(graph);
        wrong += (size_t)igraph_vcount(graph) != sn_network_node_count(net);
        wrong += (size_t)igraph_ecount(graph) != sn_network_flow_count(net);
        for (size_t e = 0; e < sn_network_flow_count(net); e++)
            wrong += IGRAPH_FROM(graph, e) != net->supplier[e] ||
                     IGRAPH_TO(graph, e) != net->buyer[e];
        sn_network_free(net);
    }
    assert_int_equal(wrong, 0);
}

/* ---- small networks ------------------------------------------------------------------ */

static void freeze__accepts_the_empty_network(void **state)
{
    sn_network *net = must_build("");
    const igraph_t *graph = NULL;
    const size_t size = sn_network_node_count(net) + sn_network_flow_count(net);
    const sn_status status = sn_network_topology(net, &graph, NULL);
    const bool no_unit = sn_network_unit(net, SN_NONE) == NULL;
    const int64_t found = sn_network_find(net, "A");
    (void)state;

    sn_network_free(net);
    sn_network_free(NULL);
    sn_builder_free(NULL);
    assert_int_equal(size, 0);
    assert_int_equal(status, SN_OK);
    assert_true(no_unit);
    assert_int_equal(found, -1);
}

static void freeze__accepts_one_node(void **state)
{
    sn_network *net = must_build("A:");
    const double amounts = sn_network_output(net, 0) + sn_network_final_demand(net, 0) +
                           sn_network_primary(net, 0);
    const size_t nodes = sn_network_node_count(net);
    (void)state;

    sn_network_free(net);
    assert_int_equal(nodes, 1);
    assert_true(amounts == 0);
}

/* ---- ids, columns -------------------------------------------------------------------- */

static sn_status touch_status(const char *id, size_t length, sn_error *err)
{
    sn_builder *b = sn_builder_new();
    int32_t at;
    const sn_status status = sn_builder_touch(b, id, length, &at, err);

    sn_builder_free(b);
    return status;
}

static void ids__are_1_to_1000_bytes_without_control_characters(void **state)
{
    char id[1001];
    sn_error empty = {0}, long_one = {0}, tab = {0}, nul = {0};
    (void)state;

    memset(id, 'x', sizeof id);
    assert_int_equal(touch_status(id, 1000, NULL), SN_OK);
    assert_int_equal(touch_status(id, 1001, &long_one), SN_EDATA);
    assert_non_null(strstr(long_one.message, "is longer than 1000 bytes"));
    assert_int_equal(touch_status("", 0, &empty), SN_EDATA);
    assert_string_equal(empty.message, "a node id is empty");
    assert_int_equal(touch_status("a\tb", 3, &tab), SN_EDATA);
    assert_string_equal(tab.message, "node id \"a\" holds a control character (byte 0x09)");
    assert_int_equal(touch_status("a\0b", 3, &nul), SN_EDATA);
    assert_int_equal(touch_status("a\x7f", 2, NULL), SN_EDATA);
    assert_int_equal(touch_status("Fe\xcc\x81 & Co", 9, NULL), SN_OK);
}

static void declare__refuses_a_node_twice_but_not_after_a_flow(void **state)
{
    (void)state;
    assert_refused("A: output=1; A: output=2", SN_EDATA, "node \"A\" is declared twice");
    sn_network *net = must_build("A B 1; A: output=5");
    const double output = sn_network_given(net, SN_OUTPUT, node(net, "A"));
    sn_network_free(net);
    assert_true(output == 5);
}

static void columns__refuse_numbers_out_of_range_and_long_texts(void **state)
{
    char row[1100];
    (void)state;

    assert_refused("A: output=-1.5", SN_EDATA, "value -1.5 is negative");
    assert_refused("A: capacity=inf", SN_EDATA, "value inf is not finite");
    assert_refused("A: commodity=a\tb", SN_EDATA, "commodity \"a\" holds a control character");
    snprintf(row, sizeof row, "A: stage=%0401d", 0);
    assert_refused(row, SN_EDATA, "is longer than 400 bytes");
    sn_network *net = must_build("A: lat=-12.5 lon=-70 output=nan");
    const double lat = sn_network_given(net, SN_LAT, 0),
                 output = sn_network_given(net, SN_OUTPUT, 0),
                 low = sn_network_given(net, SN_LOW, 0);
    sn_network_free(net);
    assert_true(lat == -12.5);
    assert_true(isnan(output));
    assert_true(isnan(low));
}

static void columns__read_back_by_node_whatever_the_rows(void **state)
{
    sn_network *net = must_build("Z: country=USA owner=CHN label=last output=7.25; A Z 1; "
                                 "B: kind=firm sector=C24");
    const size_t z = node(net, "Z"), a = node(net, "A"), b = node(net, "B");
    char text[200];
    (void)state;

    snprintf(text, sizeof text, "%s %s %s %g | %s %s | %s %d",
             sn_network_text(net, SN_COUNTRY, z), sn_network_text(net, SN_OWNER, z),
             sn_network_label(net, z), sn_network_given(net, SN_OUTPUT, z),
             sn_network_label(net, a),
             sn_network_text(net, SN_OWNER, a) == NULL ? "none" : "some",
             sn_network_text(net, SN_SECTOR, b), sn_network_code(net, SN_STAGE, b));
    sn_network_free(net);
    assert_string_equal(text, "USA CHN last 7.25 | A none | C24 -1");
}

static void kinds__default_to_stage_then_firm_then_country(void **state)
{
    sn_network *firms =
        must_build("f: sector=C24; s: stage=mining sector=B; g: kind=country; f h 1");
    sn_network *places = must_build("A B 1; s: stage=use; f: kind=firm");
    char text[64];
    (void)state;

    snprintf(text, sizeof text, "%d%d%d%d %d%d%d",
             (int)sn_network_kind(firms, node(firms, "f")),
             (int)sn_network_kind(firms, node(firms, "g")),
             (int)sn_network_kind(firms, node(firms, "h")),
             (int)sn_network_kind(firms, node(firms, "s")),
             (int)sn_network_kind(places, node(places, "A")),
             (int)sn_network_kind(places, node(places, "s")),
             (int)sn_network_kind(places, node(places, "f")));
    sn_network_free(firms);
    sn_network_free(places);
    assert_string_equal(text, "1012 021"); /* 0 country, 1 firm, 2 stage */
}

static void countries__default_to_the_id_of_a_country_node_only(void **state)
{
    sn_network *net = must_build("CHN USA 1; X: country=FRA; f: kind=firm; s: stage=use");
    const char *chn = sn_network_text(net, SN_COUNTRY, node(net, "CHN"));
    const char *x = sn_network_text(net, SN_COUNTRY, node(net, "X"));
    const bool right = chn != NULL && strcmp(chn, "CHN") == 0 && strcmp(x, "FRA") == 0 &&
                       sn_network_text(net, SN_COUNTRY, node(net, "f")) == NULL &&
                       sn_network_text(net, SN_COUNTRY, node(net, "s")) == NULL;
    (void)state;

    sn_network_free(net);
    assert_true(right);
}

static void country__may_be_an_id_of_full_length(void **state)
{
    char text[1100];
    (void)state;

    snprintf(text, sizeof text, "%01000d B 1", 7);
    sn_network *net = must_build(text);
    const size_t length = strlen(sn_network_text(net, SN_COUNTRY, 0));
    sn_network_free(net);
    assert_int_equal(length, 1000);
}

static void rest_of_world__is_the_country_row(void **state)
{
    sn_network *net = must_build("A: country=ROW; ROW B 1");
    const bool a = sn_network_is_rest(net, node(net, "A")),
               b = sn_network_is_rest(net, node(net, "B")),
               row = sn_network_is_rest(net, node(net, "ROW"));
    (void)state;

    sn_network_free(net);
    assert_true(a && row);
    assert_false(b);
}

static void attributes__are_kept_as_text_for_the_nodes_that_have_them(void **state)
{
    sn_builder *b = sn_builder_new();
    sn_network *net = NULL;
    int32_t z, a, colour, empty;
    (void)state;

    (void)sn_builder_touch(b, "Z", 1, &z, NULL);
    (void)sn_builder_touch(b, "A", 1, &a, NULL);
    (void)sn_builder_attribute(b, "colour", 6, &colour, NULL);
    (void)sn_builder_attribute(b, "empty", 5, &empty, NULL);
    (void)sn_builder_set_attribute(b, z, colour, "red", 3, NULL);
    (void)sn_builder_set_attribute(b, a, colour, "", 0, NULL);
    const sn_status status = sn_builder_freeze(&b, &net, NULL);
    const bool right = status == SN_OK && b == NULL && sn_network_attribute_count(net) == 2 &&
                       strcmp(sn_network_attribute_name(net, 0), "colour") == 0 &&
                       strcmp(sn_network_attribute_name(net, 1), "empty") == 0 &&
                       strcmp(sn_network_attribute(net, 0, node(net, "Z")), "red") == 0 &&
                       sn_network_attribute(net, 0, node(net, "A")) == NULL &&
                       sn_network_attribute(net, 1, node(net, "Z")) == NULL;
    sn_network_free(net);
    assert_true(right);
}

static void columns__set_early_survive_a_thousand_later_nodes(void **state)
{
    sn_builder *b = sn_builder_new();
    sn_network *net = NULL;
    int32_t at, colour;
    size_t wrong = 0;
    (void)state;

    (void)sn_builder_touch(b, "first", 5, &at, NULL);
    (void)sn_builder_attribute(b, "colour", 6, &colour, NULL);
    (void)sn_builder_set_attribute(b, at, colour, "red", 3, NULL);
    (void)sn_builder_set_text(b, at, SN_SECTOR, "C24", 3, NULL);
    (void)sn_builder_set_label(b, at, "First", 5, NULL);
    (void)sn_builder_set_number(b, at, SN_CAPACITY, 2.385, NULL);
    for (int k = 0; k < 1000; k++) {
        char id[8];
        (void)sn_builder_touch(b, id, (size_t)snprintf(id, sizeof id, "n%d", k), &at, NULL);
    }
    const sn_status status = sn_builder_freeze(&b, &net, NULL);
    for (size_t i = 0; status == SN_OK && i < sn_network_node_count(net); i++) {
        const bool first = strcmp(sn_network_id(net, i), "first") == 0;
        wrong += (sn_network_text(net, SN_SECTOR, i) != NULL) != first;
        wrong += (sn_network_attribute(net, 0, i) != NULL) != first;
        wrong += isnan(sn_network_given(net, SN_CAPACITY, i)) == first;
        wrong += (strcmp(sn_network_label(net, i), "First") == 0) != first;
    }
    sn_network_free(net);
    assert_int_equal(status, SN_OK);
    assert_int_equal(wrong, 0);
}

/* ---- resolved amounts ---------------------------------------------------------------- */

static void assert_amounts(const sn_network *net, const char *id, double output, double demand,
                           double primary)
{
    const size_t i = node(net, id);

    if (fabs(sn_network_output(net, i) - output) > 1e-9 ||
        fabs(sn_network_final_demand(net, i) - demand) > 1e-9 ||
        fabs(sn_network_primary(net, i) - primary) > 1e-9)
        fail_msg("%s: output %.12g, final demand %.12g, primary %.12g; expected %g, %g, %g", id,
                 sn_network_output(net, i), sn_network_final_demand(net, i),
                 sn_network_primary(net, i), output, demand, primary);
}

#define HUB_TRADE "; A H 80; A B 10; H B 60; H C 15"

static void amounts__of_the_hub_example_are_the_same_however_it_is_stated(void **state)
{
    static const char *const statement[] = {
        "A: output=100; B: output=20" HUB_TRADE,
        "A: output=100; B: output=20; H: output=0; C: output=0" HUB_TRADE,
        "A A 10; B B 20" HUB_TRADE,
        "A: output=100; B: output=20; A A 10; B B 20" HUB_TRADE,
        "A: primary=100; B: primary=20" HUB_TRADE,
        "A: primary=100; B: primary=20; H: primary=0; C: primary=0" HUB_TRADE,
        "A: output=100 final_demand=10; B: output=90 final_demand=90; "
        "H: output=80 final_demand=5; C: output=15 final_demand=15" HUB_TRADE,
        "A: output=100 final_demand=10; B: output=20 final_demand=90; "
        "H: output=0 final_demand=5; C: output=0 final_demand=15" HUB_TRADE,
        "A: output=100 final_demand=10; B: output=20 final_demand=90" HUB_TRADE,
    };
    (void)state;

    for (size_t k = 0; k < sizeof statement / sizeof statement[0]; k++) {
        sn_network *net = must_build(statement[k]);
        assert_amounts(net, "A", 100, 10, 100);
        assert_amounts(net, "B", 90, 90, 20);
        assert_amounts(net, "H", 80, 5, 0);
        assert_amounts(net, "C", 15, 15, 0);
        sn_network_free(net);
    }
}

static void amounts__of_countries_without_statements_follow_the_balance(void **state)
{
    sn_network *net = must_build("A B 7.5; B C 2.25; X: output=3.5");
    (void)state;

    assert_amounts(net, "A", 7.5, 0, 7.5);
    assert_amounts(net, "B", 7.5, 5.25, 0);
    assert_amounts(net, "C", 2.25, 2.25, 0);
    assert_amounts(net, "X", 3.5, 3.5, 3.5);
    sn_network_free(net);
}

static void amounts__make_no_producer_out_of_a_rounding(void **state)
{
    /* 80.3 = 60.1 + 20.2 on paper; in doubles the right side is larger by 1.4e-14. */
    sn_network *net = must_build("A H 80.3; H B 60.1; H C 20.2; A I 0.3; I B 0.1; I C 0.2");
    const double hub = sn_network_primary(net, node(net, "H")),
                 other = sn_network_primary(net, node(net, "I"));
    (void)state;

    sn_network_free(net);
    assert_true(hub == 0);
    assert_true(other == 0);
}

static void amounts__keep_small_trade_beside_a_large_home_market(void **state)
{
    sn_network *net = must_build("A A 1e15; A B 0.1");
    const size_t a = node(net, "A");
    const double primary = sn_network_primary(net, a), demand = sn_network_final_demand(net, a);
    (void)state;

    sn_network_free(net);
    assert_true(primary == 1e15 + 0.1);
    assert_true(demand == 1e15);
}

static void amounts__of_stages_are_output_at_the_mine_and_demand_at_the_end(void **state)
{
    sn_network *net =
        must_build("m: kind=stage output=12.5; r: kind=stage; u: kind=stage; "
                   "g: kind=stage output=4 final_demand=1.5; p: kind=stage primary=2; "
                   "m r 12.5; r u 10.25; p u 3; u g 1");
    (void)state;

    assert_amounts(net, "m", 12.5, 0, 12.5);
    assert_amounts(net, "r", 12.5, 2.25, 0); /* keeps what it does not pass on */
    assert_amounts(net, "u", 13.25, 12.25, 0);
    assert_amounts(net, "g", 4, 1.5, 0); /* given */
    assert_amounts(net, "p", 3, 0, 2);
    sn_network_free(net);
}

static void amounts__of_a_stage_that_buys_only_from_itself_are_its_own(void **state)
{
    sn_network *net = must_build("m: kind=stage output=10; m m 3; m u 7; u: kind=stage");
    (void)state;

    assert_amounts(net, "m", 10, 0, 10);
    sn_network_free(net);
}

static void amounts__of_firms_invent_no_final_demand_and_no_production(void **state)
{
    sn_network *net =
        must_build("a: kind=firm; b: kind=firm; c: kind=firm final_demand=6.5 primary=1; "
                   "d: kind=firm output=99; a b 5; b c 2; d b 4.5; b b 0.5");
    (void)state;

    assert_amounts(net, "a", 5, 0, 0);
    assert_amounts(net, "b", 2.5, 0, 0);
    assert_amounts(net, "c", 6.5, 6.5, 1);
    assert_amounts(net, "d", 99, 0, 0);
    sn_network_free(net);
}

/* ---- recipes ------------------------------------------------------------------------- */

/* The need of buyer "b" (sector S, commodity co, stage refining) for ore under some recipes. */
static int need_under(const char *recipes)
{
    char text[600];

    snprintf(text, sizeof text,
             "b: sector=S commodity=co stage=refining kind=stage; a: kind=firm; a b 1 "
             "product=ore; %s",
             recipes);
    sn_network *net = must_build(text);
    const int need = net->seg_need[net->seg_first[node(net, "b")]];
    sn_network_free(net);
    return need;
}

static void recipes__make_every_input_essential_when_there_are_none(void **state)
{
    (void)state;
    assert_int_equal(need_under(""), SN_ESSENTIAL);
}

static void recipes__prefer_the_input_named_to_any_input(void **state)
{
    (void)state;
    assert_int_equal(need_under("recipe S ore 1; recipe S * 2"), 1);
    assert_int_equal(need_under("recipe S * 0; recipe S ore 1"), 1);
    assert_int_equal(need_under("recipe S other 2; recipe S * 0"), 0);
}

static void recipes__prefer_sector_then_pair_then_commodity_then_stage_then_any(void **state)
{
    static const char *const name[] = {"S", "co:refining", "co", "refining", "*"};
    char recipes[200];
    (void)state;

    for (size_t k = 0; k < 5; k++) {
        recipes[0] = '\0'; /* name[k] says 1, the names after it say 2, even for ore itself */
        for (size_t l = k; l < 5; l++)
            snprintf(recipes + strlen(recipes), sizeof recipes - strlen(recipes),
                     "recipe %s %s %d; ", name[l], l == k ? "*" : "ore", l == k ? 1 : 2);
        assert_int_equal(need_under(recipes), 1);
    }
}

static void recipes__that_miss_a_pair_are_refused_with_its_names(void **state)
{
    (void)state;
    assert_refused("b: sector=S; a b 1 product=ore; recipe T * 2", SN_EDATA,
                   "no recipe says how \"S\" (node \"b\") needs \"ore\"");
    assert_refused("b: sector=S; a b 1 product=ore; recipe S gas 2", SN_EDATA, "\"ore\"");
    assert_refused("a: sector=S; b: sector=S; a b 1; recipe T S 2", SN_EDATA, "needs \"S\"");
}

static void recipes__given_twice_are_refused(void **state)
{
    (void)state;
    assert_refused("a b 1; recipe * * 2; recipe S ore 1; recipe S ore 1", SN_EDATA,
                   "the recipe of \"S\" for \"ore\" is given twice");
}

static void recipes__read_back_as_given(void **state)
{
    sn_network *net = must_build("a b 1; recipe * gas 1; recipe * * 0");
    const sn_recipe second = sn_network_recipe(net, 1);
    const bool right = sn_network_recipe_count(net) == 2 && strcmp(second.buyer, "*") == 0 &&
                       strcmp(second.input, "*") == 0 && second.need == SN_NEGLIGIBLE &&
                       isnan(second.coefficient);
    (void)state;

    sn_network_free(net);
    assert_true(right);
}

/* ---- owners -------------------------------------------------------------------------- */

/* The owners of node "f" as text, "CHN 0.6 USA 0.3 ". */
static void assert_owners(const char *text, sn_ownership rule, const char *expected)
{
    sn_network *net = must_build(text);
    char got[128] = "";
    size_t count;
    const sn_owner_share *share = sn_network_owners(net, rule, node(net, "f"), &count);

    for (size_t k = 0; k < count; k++)
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s %g ",
                 sn_dict_text(sn_network_dict(net, SN_OWNER), share[k].owner), share[k].share);
    sn_network_free(net);
    assert_string_equal(got, expected);
}

static void owners__of_the_column_own_all_under_both_rules(void **state)
{
    (void)state;
    assert_owners("f: owner=CHN", SN_LARGEST, "CHN 1 ");
    assert_owners("f: owner=CHN", SN_EQUITY, "CHN 1 ");
}

static void owners__by_equity_come_in_order_and_leave_the_rest_unknown(void **state)
{
    (void)state;
    assert_owners("f: kind=firm; owner f USA 0.3 equity; owner f CHN 0.6 equity", SN_EQUITY,
                  "CHN 0.6 USA 0.3 ");
}

static void owners__of_a_firm_fall_back_to_the_largest_shareholder(void **state)
{
    (void)state;
    assert_owners("f: kind=firm; owner f USA 0.3 equity; owner f CHN 0.6 equity", SN_LARGEST,
                  "CHN 1 ");
    assert_owners("f: kind=firm; owner f USA 0.4 equity; owner f CHN 0.4 equity", SN_LARGEST,
                  "CHN 1 ");
    assert_owners("f: kind=firm; owner f USA 0 equity", SN_LARGEST, "USA 0 ");
}

static void owners__of_many_sites_are_counted_by_share_under_both_rules(void **state)
{
    (void)state;
    assert_owners("f: stage=mining; owner f USA 0.3 equity; owner f CHN 0.6 equity", SN_LARGEST,
                  "CHN 0.6 USA 0.3 ");
    assert_owners("f: stage=mining; owner f USA 0.3 largest; owner f CHN 0.6 largest",
                  SN_EQUITY, "CHN 0.6 USA 0.3 ");
}

static void owners__stated_for_a_rule_win_over_the_column(void **state)
{
    static const char *const text =
        "f: owner=GBR kind=firm; owner f USA 0.3 equity; owner f CHN 0.6 equity";
    (void)state;
    assert_owners(text, SN_EQUITY, "CHN 0.6 USA 0.3 ");
    assert_owners(text, SN_LARGEST, "GBR 1 ");
}

static void owners__may_be_unknown(void **state)
{
    (void)state;
    assert_owners("f: kind=firm", SN_EQUITY, "");
    assert_owners("f: kind=firm; g: owner=CHN", SN_LARGEST, "");
}

static void owners__with_wrong_shares_are_refused(void **state)
{
    (void)state;
    assert_refused("owner f USA 0.5 equity; owner f CHN 0.51 equity", SN_EDATA,
                   "the owners' shares of node \"f\" add up to 1.01, more than 1");
    assert_refused("owner f USA 0.2 equity; owner f USA 0.2 equity", SN_EDATA,
                   "owner \"USA\" of node \"f\" is given twice");
    assert_refused("owner f USA 1.5 equity", SN_EDATA, "share 1.5 is not in 0..1");
    assert_refused("owner f USA -0.1 equity", SN_EDATA, "not in 0..1");
    assert_refused("owner f USA nan equity", SN_EDATA, "not in 0..1");
}

static void owners__of_a_sixth_each_may_be_printed_to_six_digits(void **state)
{
    (void)state;
    assert_owners(
        "owner f AUS 0.166667 equity; owner f BEL 0.166667 equity; "
        "owner f CHN 0.166667 equity; owner f DEU 0.166667 equity; "
        "owner f ESP 0.166667 equity; owner f FRA 0.166667 equity",
        SN_EQUITY,
        "AUS 0.166667 BEL 0.166667 CHN 0.166667 DEU 0.166667 ESP 0.166667 FRA 0.166667 ");
}

static void owners__are_summed_under_each_rule_by_itself(void **state)
{
    (void)state;
    assert_owners("owner f USA 0.9 equity; owner f USA 0.8 largest", SN_EQUITY, "USA 0.9 ");
    assert_owners("owner f USA 0.9 equity; owner f USA 0.8 largest", SN_LARGEST, "USA 0.8 ");
}

/* ---- units --------------------------------------------------------------------------- */

static const char *unit_of(const char *text, const char *commodity, char unit[16])
{
    sn_network *net = must_build(text);
    const sn_dict *commodities = sn_network_dict(net, SN_COMMODITY);
    const int32_t code =
        commodity == NULL ? SN_NONE : sn_dict_find(commodities, commodity, strlen(commodity));
    const char *found = sn_network_unit(net, code);

    snprintf(unit, 16, "%s", found == NULL ? "none" : found);
    sn_network_free(net);
    return unit;
}

static void units__are_one_for_each_commodity(void **state)
{
    static const char *const two =
        "a: commodity=co unit=t; b: commodity=li unit=kg; c: commodity=co";
    char unit[16];
    (void)state;

    assert_string_equal(unit_of(two, "co", unit), "t");
    assert_string_equal(unit_of(two, "li", unit), "kg");
    assert_string_equal(unit_of(two, NULL, unit), "none");
    assert_string_equal(unit_of("a: commodity=co unit=t; b: commodity=li unit=t", NULL, unit),
                        "t");
    assert_string_equal(unit_of("a: commodity=co unit=t; b: commodity=li", NULL, unit), "none");
    assert_string_equal(unit_of("a b 1 unit=MUSD; c d 2", NULL, unit), "MUSD");
    assert_string_equal(unit_of("a: commodity=co; a b 1 unit=t", "co", unit), "t");
    assert_string_equal(unit_of("a b 1", NULL, unit), "none");
}

static void units__mixed_are_refused_with_the_node(void **state)
{
    (void)state;
    assert_refused("a: commodity=co unit=t; b: commodity=co unit=kg", SN_EDATA,
                   "mixed units in commodity co: \"t\" and, at \"b\", \"kg\"");
    assert_refused("a: unit=t; b: unit=kg", SN_EDATA,
                   "mixed units: \"t\" and, at \"b\", \"kg\"");
    assert_refused("a: commodity=co unit=t; a b 1 unit=kg", SN_EDATA, "at \"a\", \"kg\"");
    assert_refused("a b 1 unit=t; c d 1 unit=USD", SN_EDATA, "mixed units");
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
        cmocka_unit_test(freeze__gives_the_same_bytes_for_rows_in_any_order),
        cmocka_unit_test(freeze__orders_nodes_by_the_bytes_of_their_ids),
        cmocka_unit_test(freeze__orders_stages_by_the_process),
        cmocka_unit_test(flows__in_parallel_are_added_within_their_product_group),
        cmocka_unit_test(flows__in_parallel_have_one_sum_whatever_their_order),
        cmocka_unit_test(flows__in_parallel_take_the_weakest_basis),
        cmocka_unit_test(flows__to_the_supplier_itself_are_kept),
        cmocka_unit_test(flows__of_zero_leave_nodes_but_no_flow_and_no_group),
        cmocka_unit_test(flows__refuse_what_is_no_amount),
        cmocka_unit_test(flows__whose_sums_overflow_are_refused),
        cmocka_unit_test(groups__are_named_by_what_is_known_of_the_supplier),
        cmocka_unit_test(indices__of_suppliers_buyers_and_input_groups_agree),
        cmocka_unit_test(indices__agree_for_nodes_with_many_flows),
        cmocka_unit_test(flows__in_hundreds_of_parallels_give_the_same_bytes_in_any_order),
        cmocka_unit_test(sort__is_stable_for_short_and_long_lists_of_any_keys),
        cmocka_unit_test(topology__has_an_edge_for_each_flow_under_its_index),
        cmocka_unit_test(freeze__accepts_the_empty_network),
        cmocka_unit_test(freeze__accepts_one_node),
        cmocka_unit_test(ids__are_1_to_1000_bytes_without_control_characters),
        cmocka_unit_test(declare__refuses_a_node_twice_but_not_after_a_flow),
        cmocka_unit_test(columns__refuse_numbers_out_of_range_and_long_texts),
        cmocka_unit_test(columns__read_back_by_node_whatever_the_rows),
        cmocka_unit_test(kinds__default_to_stage_then_firm_then_country),
        cmocka_unit_test(countries__default_to_the_id_of_a_country_node_only),
        cmocka_unit_test(country__may_be_an_id_of_full_length),
        cmocka_unit_test(rest_of_world__is_the_country_row),
        cmocka_unit_test(attributes__are_kept_as_text_for_the_nodes_that_have_them),
        cmocka_unit_test(columns__set_early_survive_a_thousand_later_nodes),
        cmocka_unit_test(amounts__of_the_hub_example_are_the_same_however_it_is_stated),
        cmocka_unit_test(amounts__of_countries_without_statements_follow_the_balance),
        cmocka_unit_test(amounts__make_no_producer_out_of_a_rounding),
        cmocka_unit_test(amounts__keep_small_trade_beside_a_large_home_market),
        cmocka_unit_test(amounts__of_stages_are_output_at_the_mine_and_demand_at_the_end),
        cmocka_unit_test(amounts__of_a_stage_that_buys_only_from_itself_are_its_own),
        cmocka_unit_test(amounts__of_firms_invent_no_final_demand_and_no_production),
        cmocka_unit_test(recipes__make_every_input_essential_when_there_are_none),
        cmocka_unit_test(recipes__prefer_the_input_named_to_any_input),
        cmocka_unit_test(recipes__prefer_sector_then_pair_then_commodity_then_stage_then_any),
        cmocka_unit_test(recipes__that_miss_a_pair_are_refused_with_its_names),
        cmocka_unit_test(recipes__given_twice_are_refused),
        cmocka_unit_test(recipes__read_back_as_given),
        cmocka_unit_test(owners__of_the_column_own_all_under_both_rules),
        cmocka_unit_test(owners__by_equity_come_in_order_and_leave_the_rest_unknown),
        cmocka_unit_test(owners__of_a_firm_fall_back_to_the_largest_shareholder),
        cmocka_unit_test(owners__of_many_sites_are_counted_by_share_under_both_rules),
        cmocka_unit_test(owners__stated_for_a_rule_win_over_the_column),
        cmocka_unit_test(owners__may_be_unknown),
        cmocka_unit_test(owners__with_wrong_shares_are_refused),
        cmocka_unit_test(owners__of_a_sixth_each_may_be_printed_to_six_digits),
        cmocka_unit_test(owners__are_summed_under_each_rule_by_itself),
        cmocka_unit_test(units__are_one_for_each_commodity),
        cmocka_unit_test(units__mixed_are_refused_with_the_node),
    };
    return cmocka_run_group_tests_name("network", tests, setup, NULL);
}
