#include "sn_test.h"

#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/bridge.h"
#include "metrics/layout.h"

static void layers__put_suppliers_left_of_their_buyers(void **state)
{
    /* mine -> smelter -> maker, mine -> maker: the longest chain decides */
    const sn_layout_link link[] = {{0, 1, 3.5}, {1, 2, 3.25}, {0, 2, 7}};
    int32_t column[4];
    bool dropped[3];
    size_t columns;
    (void)state;
    assert_int_equal(sn_layout_layers(4, link, 3, 9, column, dropped, &columns, NULL), SN_OK);
    assert_int_equal(columns, 3);
    assert_memory_equal(column, ((int32_t[]){0, 1, 2, 0}), sizeof column);
    assert_false(dropped[0] || dropped[1] || dropped[2]);
}

static void layers__open_a_loop_where_it_is_thinnest(void **state)
{
    const sn_layout_link link[] = {{0, 1, 50}, {1, 2, 40}, {2, 0, 0.5}, {1, 1, 9}};
    int32_t column[3];
    bool dropped[4];
    size_t columns;
    (void)state;
    assert_int_equal(sn_layout_layers(3, link, 4, 9, column, dropped, &columns, NULL), SN_OK);
    assert_memory_equal(column, ((int32_t[]){0, 1, 2}), sizeof column);
    assert_memory_equal(dropped, ((bool[]){false, false, true, true}), sizeof dropped);
}

static void layers__join_columns_beyond_the_most(void **state)
{
    const sn_layout_link link[] = {{0, 1, 1}, {1, 2, 1}, {2, 3, 1}, {3, 4, 1}, {4, 5, 1}};
    int32_t column[6];
    bool dropped[5];
    size_t columns;
    (void)state;
    assert_int_equal(sn_layout_layers(6, link, 5, 3, column, dropped, &columns, NULL), SN_OK);
    assert_int_equal(columns, 3);
    assert_memory_equal(column, ((int32_t[]){0, 0, 1, 1, 2, 2}), sizeof column);
    assert_memory_equal(dropped, ((bool[]){true, false, true, false, true}), sizeof dropped);
}

enum { NODES = 30, LINKS = 90, COLUMNS = 4 };

/* On a random network: links lead forward or are dropped, whatever the loops. */
static bool layers_hold(gsl_rng *draw)
{
    sn_layout_link link[LINKS];
    int32_t column[NODES];
    bool dropped[LINKS];
    size_t columns;

    for (size_t k = 0; k < LINKS; k++)
        link[k] = (sn_layout_link){(int32_t)gsl_rng_uniform_int(draw, NODES),
                                   (int32_t)gsl_rng_uniform_int(draw, NODES),
                                   0.1 + gsl_rng_uniform(draw)};
    if (sn_layout_layers(NODES, link, LINKS, COLUMNS, column, dropped, &columns, NULL) != SN_OK)
        return false;
    for (size_t k = 0; k < LINKS; k++)
        if (dropped[k] != (column[link[k].supplier] >= column[link[k].buyer]))
            return false;
    return columns <= COLUMNS;
}

/* Boxes of a column do not meet and stay inside; ribbons fill boxes without meeting; one scale.
 */
static bool sankey_holds(gsl_rng *draw)
{
    sn_layout_link link[LINKS];
    int32_t column[NODES];
    sn_layout_box box[NODES];
    sn_layout_ribbon ribbon[LINKS];
    double in[NODES] = {0}, out[NODES] = {0}, scale = NAN;
    size_t links = 0;

    for (size_t i = 0; i < NODES; i++)
        column[i] = (int32_t)gsl_rng_uniform_int(draw, COLUMNS);
    for (size_t k = 0; k < LINKS; k++) {
        const int32_t a = (int32_t)gsl_rng_uniform_int(draw, NODES),
                      b = (int32_t)gsl_rng_uniform_int(draw, NODES);
        if (column[a] < column[b])
            link[links++] = (sn_layout_link){a, b, pow(10, 3 * gsl_rng_uniform(draw))};
    }
    if (sn_layout_sankey(NODES, column, COLUMNS, NULL, link, links, NULL, 500, 15, box, ribbon,
                         NULL) != SN_OK)
        return false;
    for (size_t k = 0; k < links; k++) {
        out[link[k].supplier] += link[k].amount;
        in[link[k].buyer] += link[k].amount;
        if (isnan(scale))
            scale = ribbon[k].width / link[k].amount;
        if (fabs(ribbon[k].width - scale * link[k].amount) > 1e-9)
            return false;
    }
    for (size_t i = 0; i < NODES; i++) {
        if (!isnan(scale) && fabs(box[i].height - scale * fmax(in[i], out[i])) > 1e-6)
            return false;
        if (box[i].top < -1e-6 || box[i].top + box[i].height > 500 + 1e-6)
            return false;
        for (size_t j = 0; j < NODES; j++) {
            const double one = box[i].top + box[i].height / 2,
                         two = box[j].top + box[j].height / 2;
            if (i != j && column[i] == column[j] &&
                (fabs(one - two) < (box[i].height + box[j].height) / 2 + 1 ||
                 fabs(one - two) < 10))
                return false;
        }
    }
    for (size_t k = 0; k < links; k++)
        for (size_t l = 0; l < links; l++) {
            const double half = (ribbon[k].width + ribbon[l].width) / 2 - 1e-6;
            if (k != l && link[k].supplier == link[l].supplier &&
                fabs(ribbon[k].supplier_y - ribbon[l].supplier_y) < half)
                return false;
            if (k != l && link[k].buyer == link[l].buyer &&
                fabs(ribbon[k].buyer_y - ribbon[l].buyer_y) < half)
                return false;
        }
    return true;
}

static void layers_and_boxes__hold_on_random_networks(void **state)
{
    gsl_rng *draw = gsl_rng_alloc(gsl_rng_mt19937);
    size_t failed = 0;
    (void)state;
    gsl_rng_set(draw, 20261126);
    for (int k = 0; k < 200; k++)
        failed += (layers_hold(draw) ? 0U : 1U) + (sankey_holds(draw) ? 0U : 1U);
    gsl_rng_free(draw);
    assert_int_equal(failed, 0);
}

static void sankey__keeps_the_others_at_the_foot_and_uncrosses(void **state)
{
    /* 0 and 1 sell to 3 and 2 crosswise: after the sweeps nothing crosses; 4 is "others" */
    const int32_t column[] = {0, 0, 1, 1, 1};
    const bool last[] = {false, false, false, false, true};
    const sn_layout_link link[] = {{0, 3, 5}, {1, 2, 6}, {0, 4, 9}};
    sn_layout_box box[5];
    sn_layout_ribbon ribbon[3];
    (void)state;
    assert_int_equal(
        sn_layout_sankey(5, column, 2, last, link, 3, NULL, 300, 15, box, ribbon, NULL), SN_OK);
    assert_true(box[4].top > box[2].top && box[4].top > box[3].top);
    assert_true((box[0].top - box[1].top) * (box[3].top - box[2].top) > 0);
}

/* X sells to A and Z to B; Y sells nothing and keeps its height between them, buys from W.  The
 * middle column is the tallest, 10 + 9 + 3 and two gaps of 4; the others stand in its middle. */
static void sankey__leaves_a_box_without_buyers_at_its_height(void **state)
{
    enum { Y, X, Z, A, B, W, BOXES };
    static const int32_t column[BOXES] = {[W] = 0, [X] = 1, [Y] = 1, [Z] = 1, [A] = 2, [B] = 2};
    static const sn_layout_link link[] = {{X, A, 10}, {Z, B, 3}, {W, Y, 9}};
    const double height = 600, scale = (height - 8) / 22, right = (height - 13 * scale - 4) / 2;
    const double top[BOXES] = {[X] = 0,
                               [Y] = 10 * scale + 4,
                               [Z] = 19 * scale + 8,
                               [A] = right,
                               [B] = right + 10 * scale + 4,
                               [W] = (height - 9 * scale) / 2};
    sn_layout_box box[BOXES];
    sn_layout_ribbon ribbon[3];
    (void)state;
    assert_int_equal(
        sn_layout_sankey(BOXES, column, 3, NULL, link, 3, NULL, height, 15, box, ribbon, NULL),
        SN_OK);
    for (size_t k = 0; k < BOXES; k++)
        assert_close(box[k].top, top[k], 1e-6);
}

static void sankey__draws_nothing_of_dropped_links(void **state)
{
    const int32_t column[] = {0, 1};
    const sn_layout_link link[] = {{0, 1, 5}, {1, 0, 6}};
    const bool dropped[] = {false, true};
    sn_layout_box box[2];
    sn_layout_ribbon ribbon[2];
    (void)state;
    assert_int_equal(
        sn_layout_sankey(2, column, 2, NULL, link, 2, dropped, 100, 15, box, ribbon, NULL),
        SN_OK);
    assert_close(ribbon[0].width, 100, 1e-6);
    assert_close(ribbon[1].width, 0, 0);
    const sn_layout_link turned[] = {link[1], link[0]};
    const bool first[] = {true, false};
    assert_int_equal(
        sn_layout_sankey(2, column, 2, NULL, turned, 2, first, 100, 15, box, ribbon, NULL),
        SN_OK);
    assert_close(ribbon[0].width, 0, 0);
    assert_close(ribbon[1].width, 100, 1e-6);
    assert_close(box[0].height, 100, 1e-6);
    assert_int_equal(
        sn_layout_sankey(0, NULL, 0, NULL, NULL, 0, NULL, 100, 15, box, ribbon, NULL), SN_OK);
}

static void sketch__is_the_same_each_time_and_another_for_another_seed(void **state)
{
    const sn_layout_link link[] = {{0, 1, 1}, {1, 2, 1}, {2, 3, 1},
                                   {3, 0, 1}, {4, 5, 1}, {5, 4, 2}};
    double x[3][6], y[3][6];
    (void)state;
    for (int k = 0; k < 3; k++)
        assert_int_equal(sn_layout_sketch(6, link, 6, k < 2 ? 1 : 2, x[k], y[k], NULL), SN_OK);
    assert_memory_equal(x[0], x[1], sizeof x[0]);
    assert_memory_equal(y[0], y[1], sizeof y[0]);
    assert_true(memcmp(x[0], x[2], sizeof x[0]) != 0);
    for (int i = 0; i < 6; i++)
        assert_true(x[0][i] >= 0 && x[0][i] <= 1 && y[0][i] >= 0 && y[0][i] <= 1);
    /* neighbours on the ring are nearer than those across */
    assert_true(hypot(x[0][0] - x[0][1], y[0][0] - y[0][1]) <
                hypot(x[0][0] - x[0][2], y[0][0] - y[0][2]));
    assert_int_equal(sn_layout_sketch(1, NULL, 0, 1, x[0], y[0], NULL), SN_OK);
    assert_close(x[0][0], 0.5, 0);
}

/* Where every node starts on one line, no force leads off it. */
static void sketch__lays_a_ring_out_round(void **state)
{
    enum { RING = 7 };
    sn_layout_link link[RING];
    double x[RING], y[RING], turn = 0, least = INFINITY;
    (void)state;
    for (int32_t i = 0; i < RING; i++)
        link[i] = (sn_layout_link){i, (i + 1) % RING, 1};
    assert_int_equal(sn_layout_sketch(RING, link, RING, 3, x, y, NULL), SN_OK);
    for (int i = 0; i < RING; i++) { /* each step round the middle leads the same way */
        const int k = (i + 1) % RING;
        const double area = (x[i] - 0.5) * (y[k] - 0.5) - (x[k] - 0.5) * (y[i] - 0.5);
        turn = turn == 0 ? copysign(1, area) : turn;
        least = fmin(least, turn * area);
    }
    assert_true(least > 0.1); /* of a regular heptagon: 1/4 sin(2 pi / 7), about 0.195 */
}

/* Of three in a chain the ends are the farthest apart. */
static void sketch__lays_the_ends_of_a_chain_apart(void **state)
{
    const sn_layout_link link[] = {{0, 1, 2.5}, {1, 2, 2.5}};
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        double x[3], y[3];
        assert_int_equal(sn_layout_sketch(3, link, 2, seed, x, y, NULL), SN_OK);
        const double ends = hypot(x[0] - x[2], y[0] - y[2]);
        assert_true(hypot(x[0] - x[1], y[0] - y[1]) < ends);
        assert_true(hypot(x[1] - x[2], y[1] - y[2]) < ends);
    }
}

static void globe__agrees_with_the_published_projection(void **state)
{
    double x, y;
    (void)state;
    /* Savric et al.: the poles are lines 0.592 of the equator long; width to height 2.05458 */
    sn_layout_globe(0, SN_LAYOUT_GLOBE_MIDDLE, &x, &y);
    assert_close(x, 0.5, 1e-15);
    assert_close(y, 0.5, 1e-15);
    sn_layout_globe(90, SN_LAYOUT_GLOBE_MIDDLE, &x, &y);
    assert_close(y, 0, 1e-5);
    sn_layout_globe(-90, SN_LAYOUT_GLOBE_MIDDLE, &x, &y);
    assert_close(y, 1, 1e-5);
    sn_layout_globe(0, SN_LAYOUT_GLOBE_MIDDLE + 179.9999, &x, &y);
    assert_close(x, 1, 1e-5);
    double left, right;
    sn_layout_globe(90, SN_LAYOUT_GLOBE_MIDDLE + 179.9999, &right, &y);
    sn_layout_globe(90, SN_LAYOUT_GLOBE_MIDDLE - 179.9999, &left, &y);
    assert_close(right - left, 0.592, 5e-4);
}

/* The map ends half way round from its middle: what is east of that stands in the west. */
static void globe__comes_round_at_its_edges(void **state)
{
    static const double beyond[] = {0.25, 0.75, 1.5, 60};
    double x[3], y;
    (void)state;
    for (size_t k = 0; k < 4; k++) {
        const double lon = SN_LAYOUT_GLOBE_MIDDLE;
        sn_layout_globe(20, lon + 180 + beyond[k], &x[0], &y);
        sn_layout_globe(20, lon - 180 + beyond[k], &x[1], &y);
        assert_true(x[0] >= 0 && x[0] < 0.5);
        assert_close(x[0], x[1], 1e-12);
        sn_layout_globe(20, lon - 180 - beyond[k], &x[2], &y);
        assert_close(x[2], 1 - x[0], 1e-12);
    }
}

static void globe__keeps_areas(void **state)
{
    double least = INFINITY, most = 0;
    (void)state;
    for (double lat = -80; lat <= 80; lat += 8)
        for (double lon = -160; lon <= 160; lon += 20) {
            double x[3], y[3];
            const double step = 0.01;
            sn_layout_globe(lat, lon, &x[0], &y[0]);
            sn_layout_globe(lat + step, lon, &x[1], &y[1]);
            sn_layout_globe(lat, lon + step, &x[2], &y[2]);
            const double area =
                fabs((x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0])) /
                cos((lat + step / 2) * acos(-1.0) / 180);
            least = fmin(least, area);
            most = fmax(most, area);
        }
    assert_true(most / least < 1.001);
}

static void layers__of_no_links_are_one_column(void **state)
{
    const sn_layout_link link[] = {{0, 1, 2.5}};
    int32_t column[3] = {7, 7, 7};
    bool dropped[1] = {false};
    size_t columns = 0;
    (void)state;
    assert_int_equal(sn_layout_layers(3, link, 0, 9, column, dropped, &columns, NULL), SN_OK);
    assert_int_equal(columns, 1);
    assert_memory_equal(column, ((int32_t[]){0, 0, 0}), sizeof column);
}

static void sketch__of_nothing_is_nothing(void **state)
{
    (void)state;
    assert_int_equal(sn_layout_sketch(0, NULL, 0, 1, NULL, NULL, NULL), SN_OK);
}

static double middle_of(const sn_layout_box *box)
{
    return box->top + box->height / 2;
}

/* Of random columns: each stands in the middle of the height, the tallest fills it where labels
 * leave room, and at last all but the rightmost are in the order of the mean height of their
 * buyers; ribbons leave and reach a box in the order of the boxes at their other ends. */
static void sankey__is_stacked_in_the_middle_and_in_the_order_of_the_buyers(void **state)
{
    enum { SIDE = 5, ALL = SIDE * COLUMNS };
    gsl_rng *draw = gsl_rng_alloc(gsl_rng_mt19937);
    double off = 0, uneven = 0, unfilled = 0;
    size_t crossed = 0, ordered = 0;
    (void)state;

    gsl_rng_set(draw, 7);
    for (int round = 0; round < 60; round++) {
        sn_layout_link link[LINKS];
        int32_t column[ALL];
        sn_layout_box box[ALL];
        sn_layout_ribbon ribbon[LINKS];
        double sum[ALL] = {0}, weight[ALL] = {0}, tallest = 0;
        size_t links = 0;
        for (int32_t i = 0; i < ALL; i++)
            column[i] = i / SIDE;
        for (int32_t i = 0; i + SIDE < ALL; i++) /* each sells, to the next column or beyond */
            for (int k = 0; k < 2; k++) {
                const int32_t from = SIDE * (column[i] + 1);
                link[links++] = (sn_layout_link){
                    i, from + (int32_t)gsl_rng_uniform_int(draw, (unsigned long)(ALL - from)),
                    1 + gsl_rng_uniform(draw)};
            }
        assert_int_equal(sn_layout_sankey(ALL, column, COLUMNS, NULL, link, links, NULL, 1000,
                                          8, box, ribbon, NULL),
                         SN_OK);
        for (size_t k = 0; k < links; k++) {
            sum[link[k].supplier] += link[k].amount * middle_of(&box[link[k].buyer]);
            weight[link[k].supplier] += link[k].amount;
        }
        for (int32_t c = 0; c < COLUMNS; c++) {
            double low = INFINITY, high = -INFINITY;
            for (int32_t i = c * SIDE; i < (c + 1) * SIDE; i++) {
                const double half = fmax(box[i].height, 4) / 2; /* of the slot less the gap */
                low = fmin(low, middle_of(&box[i]) - half);
                high = fmax(high, middle_of(&box[i]) + half);
                for (int32_t j = c * SIDE; c + 1 < COLUMNS && j < (c + 1) * SIDE; j++) {
                    const double apart = sum[i] / weight[i] - sum[j] / weight[j];
                    ordered += apart < -1e-9;
                    off =
                        fmax(off, apart < -1e-9 ? middle_of(&box[i]) - middle_of(&box[j]) : 0);
                }
            }
            uneven = fmax(uneven, fabs(low + high - 1000));
            tallest = fmax(tallest, high - low);
        }
        unfilled = fmax(unfilled, 1000 - tallest);
        for (size_t k = 0; k < links; k++)
            for (size_t l = 0; l < links; l++) {
                const double buyers = box[link[k].buyer].top - box[link[l].buyer].top;
                const double suppliers = box[link[k].supplier].top - box[link[l].supplier].top;
                crossed += link[k].supplier == link[l].supplier && buyers < 0 &&
                           ribbon[k].supplier_y >= ribbon[l].supplier_y;
                crossed += link[k].buyer == link[l].buyer && suppliers < 0 &&
                           ribbon[k].buyer_y >= ribbon[l].buyer_y;
            }
    }
    gsl_rng_free(draw);
    assert_true(ordered > 1000);
    assert_true(off <= 0);
    assert_close(uneven, 0, 1e-6);
    assert_close(unfilled, 0, 1e-6);
    assert_int_equal(crossed, 0);
}

/* Fifty labels of 15 do not fit a height of 300: each gets nine tenths of its part. */
static void sankey__makes_labels_smaller_where_a_column_cannot_hold_them(void **state)
{
    enum { MANY = 50 };
    int32_t column[MANY + 1];
    sn_layout_link link[MANY];
    sn_layout_box box[MANY + 1];
    sn_layout_ribbon ribbon[MANY];
    (void)state;

    for (int32_t i = 0; i < MANY; i++) {
        column[i] = 0;
        link[i] = (sn_layout_link){i, MANY, i == 0 ? 1e6 : 1e-3};
    }
    column[MANY] = 1;
    assert_int_equal(sn_layout_sankey(MANY + 1, column, 2, NULL, link, MANY, NULL, 300, 15, box,
                                      ribbon, NULL),
                     SN_OK);
    double last = NAN, least = INFINITY, most = 0, low = INFINITY, high = 0;
    for (size_t i = 1; i < MANY; i++) {
        double nearest = INFINITY;
        for (size_t j = 1; j < MANY; j++)
            if (j != i)
                nearest = fmin(nearest, fabs(middle_of(&box[i]) - middle_of(&box[j])));
        least = fmin(least, nearest);
        most = fmax(most, nearest);
        low = fmin(low, middle_of(&box[i]));
        high = fmax(high, middle_of(&box[i]));
        last = nearest;
    }
    assert_close(last, 0.9 * 300 / MANY, 1e-6);
    assert_close(least, last, 1e-9);
    assert_close(most, last, 1e-9);
    assert_true(low >= 0 && high <= 300);
    assert_true(box[0].top >= -1e-6 && box[0].top + box[0].height <= 300 + 1e-6);
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
        cmocka_unit_test(layers__put_suppliers_left_of_their_buyers),
        cmocka_unit_test(layers__open_a_loop_where_it_is_thinnest),
        cmocka_unit_test(layers__join_columns_beyond_the_most),
        cmocka_unit_test(layers_and_boxes__hold_on_random_networks),
        cmocka_unit_test(sankey__keeps_the_others_at_the_foot_and_uncrosses),
        cmocka_unit_test(sankey__leaves_a_box_without_buyers_at_its_height),
        cmocka_unit_test(sankey__draws_nothing_of_dropped_links),
        cmocka_unit_test(sketch__is_the_same_each_time_and_another_for_another_seed),
        cmocka_unit_test(sketch__lays_a_ring_out_round),
        cmocka_unit_test(sketch__lays_the_ends_of_a_chain_apart),
        cmocka_unit_test(globe__agrees_with_the_published_projection),
        cmocka_unit_test(globe__comes_round_at_its_edges),
        cmocka_unit_test(globe__keeps_areas),
        cmocka_unit_test(layers__of_no_links_are_one_column),
        cmocka_unit_test(sketch__of_nothing_is_nothing),
        cmocka_unit_test(sankey__is_stacked_in_the_middle_and_in_the_order_of_the_buyers),
        cmocka_unit_test(sankey__makes_labels_smaller_where_a_column_cannot_hold_them),
    };
    return cmocka_run_group_tests_name("layout", tests, setup, NULL);
}
