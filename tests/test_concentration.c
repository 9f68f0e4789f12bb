/* test_concentration.c - shares and indices by hand, against published production tables and
 * against a slow oracle. */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_rng.h>

#include "graph/bridge.h"
#include "graph/builder.h"
#include "metrics/concentration.h"

/* ---- small networks ---------------------------------------------------------------------- */

struct site {
    const char *id, *country, *owner, *commodity, *stage;
    double output;
};
struct sale {
    const char *supplier, *buyer;
    double value;
    const char *product;
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

static void add_site(sn_builder *builder, const struct site *site, double scale)
{
    const int32_t node = touch(builder, site->id);

    sn_builder_set_kind(builder, node, SN_KIND_STAGE);
    set_text(builder, node, SN_COUNTRY, site->country);
    set_text(builder, node, SN_OWNER, site->owner);
    set_text(builder, node, SN_COMMODITY, site->commodity);
    set_text(builder, node, SN_STAGE, site->stage);
    assert_int_equal(
        sn_builder_set_number(builder, node, SN_OUTPUT, site->output * scale, NULL), SN_OK);
}

static void add_sale(sn_builder *builder, const struct sale *sale)
{
    int32_t product = SN_NONE;

    if (sale->product != NULL)
        assert_int_equal(
            sn_builder_product(builder, sale->product, strlen(sale->product), &product, NULL),
            SN_OK);
    assert_int_equal(sn_builder_flow(builder, touch(builder, sale->supplier),
                                     touch(builder, sale->buyer), sale->value, product,
                                     SN_BASIS_REPORTED, NULL, 0, NULL),
                     SN_OK);
}

static sn_network *freeze(sn_builder *builder)
{
    sn_network *net = NULL;
    sn_error err = {0};

    if (sn_builder_freeze(&builder, &net, &err) != SN_OK)
        fail_msg("%s", err.message);
    return net;
}

static sn_network *make_sites(const struct site *site, size_t count, double scale)
{
    sn_builder *builder = sn_builder_new();

    for (size_t i = 0; i < count; i++)
        add_site(builder, &site[i], scale);
    return freeze(builder);
}

static sn_network *make_sales(const struct sale *sale, size_t count)
{
    sn_builder *builder = sn_builder_new();

    for (size_t k = 0; k < count; k++)
        add_sale(builder, &sale[k]);
    return freeze(builder);
}
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static sn_concentration made(const sn_network *net, sn_level by, sn_ownership rule)
{
    sn_concentration out;
    sn_error err = {0};

    if (sn_concentration_make(net, by, rule, &out, &err) != SN_OK)
        fail_msg("%s", err.message);
    return out;
}

/* ---- closed forms ------------------------------------------------------------------------ */

static const struct site ores[] = {{"a1", "AAA", "XXX", "ore", "mining", 30},
                                   {"a2", "AAA", "XXX", "ore", "mining", 20},
                                   {"b", "BBB", "BBB", "ore", "mining", 25},
                                   {"c", "CCC", NULL, "ore", "mining", 5},
                                   {"rest", "ROW", NULL, "ore", "mining", 15},
                                   {"where", NULL, "XXX", "ore", "mining", 5},
                                   {"smelter", "BBB", NULL, "ore", "refining", 7.5},
                                   {"idle", "CCC", NULL, "ore", "refining", 0},
                                   {"user", "AAA", NULL, "ore", "use", 99}};

static void shares__by_country_by_hand(void **state)
{
    sn_network *net = make_sites(ores, COUNT(ores), 1);
    sn_concentration out = made(net, SN_LEVEL_COUNTRY, SN_LARGEST);
    const sn_concentration_group *g = out.group;

    (void)state;
    assert_int_equal(out.count, 2); /* `use` produces nothing */
    assert_int_equal(out.amount, SN_AMOUNT_OUTPUT);
    assert_string_equal(g->commodity, "ore");
    assert_string_equal(g->stage, "mining");
    assert_null(g->product);
    assert_close(g->total, 100, 0);
    assert_int_equal(g->count, 3);
    assert_string_equal(g->member[0].id, "AAA");
    assert_close(g->member[0].amount, 50, 0);
    assert_close(g->top1, .5, 0);
    assert_close(g->top3, .8, 1e-16);
    assert_close(g->hhi, .25 + .0625 + .0025, 1e-16);
    assert_close(g->effective, 1 / .315, 1e-14);
    /* At least: 15 % are one more, and the unknown 5 % belong to AAA. */
    assert_close(g->diversity,
                 exp(-.55 * log(.55) - .25 * log(.25) - .05 * log(.05) - .15 * log(.15)), 1e-14);
    assert_close(g->n_minus_1, .5, 0);
    assert_close(g->other, 15, 0);
    assert_close(g->unknown_share, .05, 0);
    assert_close(g->coverage, .8, 1e-16);
    assert_close(g->hhi_bounds[0], g->hhi, 0);
    /* At most: 15 % are one country, and the unknown 5 % belong to AAA. */
    assert_close(g->hhi_bounds[1], .55 * .55 + .0625 + .0025 + .0225, 1e-15);
    assert_true(isnan(g->divergence));
    assert_string_equal(g[1].stage, "refining");
    assert_int_equal(g[1].count, 1); /* idle makes nothing */
    assert_close(g[1].hhi, 1, 0);
    assert_close(g[1].diversity, 1, 0);
    assert_close(g[1].hhi_bounds[1], 1, 0);
    assert_close(g[1].n_minus_1, 0, 0);
    sn_concentration_clear(&out);
    sn_network_free(net);
}

static void shares__by_owner_and_by_node(void **state)
{
    sn_network *net = make_sites(ores, COUNT(ores), 1);
    sn_concentration owner = made(net, SN_LEVEL_OWNER, SN_LARGEST);
    sn_concentration node = made(net, SN_LEVEL_NODE, SN_LARGEST);
    const sn_concentration_group *g = owner.group;

    (void)state;
    assert_int_equal(g->count, 2);
    assert_string_equal(g->member[0].id, "XXX");
    assert_close(g->member[0].share, .55, 0);
    assert_close(g->unknown_share, .05, 0);
    assert_close(g->coverage, .8, 1e-16);
    /* Known in place and owner: AAA 50 owned by XXX, BBB 25 owned by itself. */
    assert_close(g->divergence, 50. / 75, 1e-15);
    assert_true(isnan(g[1].divergence)); /* no owner known */
    assert_true(isnan(g[1].hhi));
    assert_close(g[1].hhi_bounds[0], 0, 0);
    assert_close(g[1].unknown_share, 1, 0);
    assert_int_equal(node.group->count, 5); /* all sites but the rest of the world */
    assert_string_equal(node.group->member[0].id, "a1");
    assert_string_equal(node.group->member[3].id, "c"); /* 5 = 5: by id */
    assert_string_equal(node.group->member[4].id, "where");
    sn_concentration_clear(&owner);
    sn_concentration_clear(&node);
    sn_network_free(net);
}

/* One nickel site, 49 % / 40 % / unknown: by the largest shareholder and by equity. */
static void joint_ventures__by_the_largest_share_or_by_equity(void **state)
{
    sn_builder *builder = sn_builder_new();
    const struct site site = {"jv", "IDN", NULL, "nickel", "mining", 1000};

    (void)state;
    add_site(builder, &site, 1);
    const int32_t jv = touch(builder, "jv");
    assert_int_equal(sn_builder_owner(builder, jv, "CHN", 3, .49, SN_EQUITY, NULL), SN_OK);
    assert_int_equal(sn_builder_owner(builder, jv, "IDN", 3, .4, SN_EQUITY, NULL), SN_OK);
    set_text(builder, jv, SN_OWNER, "CHN");
    sn_network *net = freeze(builder);
    sn_concentration largest = made(net, SN_LEVEL_OWNER, SN_LARGEST);
    sn_concentration equity = made(net, SN_LEVEL_OWNER, SN_EQUITY);
    assert_int_equal(largest.group->count, 1);
    assert_close(largest.group->top1, 1, 0);
    assert_close(largest.group->divergence, 1, 0);
    assert_int_equal(equity.group->count, 2);
    assert_string_equal(equity.group->member[0].id, "CHN");
    assert_close(equity.group->member[0].share, .49, 1e-16);
    assert_close(equity.group->unknown_share, .11, 1e-15);
    assert_close(equity.group->coverage, .89, 1e-15);
    assert_close(equity.group->divergence, .49 / .89, 1e-15);
    sn_concentration_clear(&largest);
    sn_concentration_clear(&equity);
    sn_network_free(net);
}

static void countries_without_production__are_measured_by_sales(void **state)
{
    static const struct sale sales[] = {
        {"A", "B", 2, NULL}, {"A", "B", 1, NULL}, {"B", "B", 4, NULL}, {"A", "C", 3, NULL}};
    sn_network *net = make_sales(sales, COUNT(sales));
    sn_concentration out = made(net, SN_LEVEL_COUNTRY, SN_LARGEST);

    (void)state;
    assert_int_equal(out.amount, SN_AMOUNT_SALES);
    assert_int_equal(out.count, 1);
    assert_null(out.group->commodity);
    assert_close(out.group->total, 10, 0); /* parallel flows added, the self-flow kept */
    assert_int_equal(out.group->count, 2);
    assert_close(out.group->top1, .6, 0);
    assert_close(out.group->hhi, .52, 1e-16);
    sn_concentration_clear(&out);
    sn_network_free(net);
}

static void countries_with_production__are_measured_by_it(void **state)
{
    static const struct sale sales[] = {{"A", "H", 80, NULL}, {"H", "B", 75, NULL}};
    sn_builder *builder = sn_builder_new();

    (void)state;
    add_sale(builder, &sales[0]);
    add_sale(builder, &sales[1]);
    (void)sn_builder_set_number(builder, touch(builder, "A"), SN_OUTPUT, 90, NULL);
    (void)sn_builder_set_number(builder, touch(builder, "B"), SN_OUTPUT, 10, NULL);
    sn_network *net = freeze(builder);
    sn_concentration out = made(net, SN_LEVEL_COUNTRY, SN_LARGEST);
    assert_int_equal(out.amount, SN_AMOUNT_PRODUCTION);
    assert_close(out.group->total, 100, 0);
    assert_int_equal(out.group->count, 2); /* the hub H makes nothing */
    assert_close(out.group->top1, .9, 0);
    sn_concentration_clear(&out);
    sn_network_free(net);
}

static void products__are_groups_of_their_own(void **state)
{
    static const struct sale sales[] = {{"A", "C", 3, "k1"},
                                        {"B", "C", 1, "k1"},
                                        {"A", "D", 1, "k1"},
                                        {"B", "D", 7, "k2"},
                                        {"B", "B", 1, "k2"}};
    sn_network *net = make_sales(sales, COUNT(sales));
    sn_concentration out = made(net, SN_LEVEL_COUNTRY, SN_LARGEST);

    (void)state;
    assert_int_equal(out.count, 2);
    assert_string_equal(out.group[0].product, "k1");
    assert_close(out.group[0].total, 5, 0);
    assert_close(out.group[0].top1, .8, 0);
    assert_string_equal(out.group[1].product, "k2");
    assert_close(out.group[1].hhi, 1, 0);
    sn_concentration_clear(&out);
    sn_network_free(net);
}

static void firms__are_grouped_by_sector(void **state)
{
    static const struct sale sales[] = {{"f1", "f3", 3, NULL}, {"f2", "f3", 1, NULL}};
    sn_builder *builder = sn_builder_new();

    (void)state;
    for (size_t k = 0; k < COUNT(sales); k++) {
        add_sale(builder, &sales[k]);
        set_text(builder, touch(builder, sales[k].supplier), SN_SECTOR, "steel");
    }
    set_text(builder, touch(builder, "f3"), SN_SECTOR, "cars");
    (void)sn_builder_set_number(builder, touch(builder, "f3"), SN_FINAL_DEMAND, 8, NULL);
    sn_network *net = freeze(builder);
    sn_concentration firm = made(net, SN_LEVEL_FIRM, SN_LARGEST);
    sn_concentration country = made(net, SN_LEVEL_COUNTRY, SN_LARGEST);
    assert_int_equal(firm.amount, SN_AMOUNT_OUTPUT);
    assert_int_equal(firm.count, 2);
    assert_string_equal(firm.group[0].product, "cars");
    assert_close(firm.group[0].total, 8, 0);
    assert_string_equal(firm.group[1].product, "steel");
    assert_string_equal(firm.group[1].member[0].id, "f1");
    assert_close(firm.group[1].top1, .75, 0);
    assert_close(country.group[1].unknown_share, 1, 0); /* no country column */
    sn_concentration_clear(&firm);
    sn_concentration_clear(&country);
    sn_network_free(net);
}

static void the_rest_of_the_world__is_no_owner_either(void **state)
{
    static const struct site site[] = {{"a", "AAA", "ROW", "ore", "mining", 6},
                                       {"b", "BBB", "AAA", "ore", "mining", 4}};
    sn_network *net = make_sites(site, COUNT(site), 1);
    sn_concentration out = made(net, SN_LEVEL_OWNER, SN_LARGEST);

    (void)state;
    assert_int_equal(out.group->count, 1);
    assert_close(out.group->other_share, .6, 0);
    assert_close(out.group->coverage, .4, 0);
    assert_close(out.group->divergence, 1, 0); /* of the 4 whose owner is known */
    sn_concentration_clear(&out);
    sn_network_free(net);
}

static void small_sites__are_not_lost_beside_a_large_one(void **state)
{
    static const struct site site[] = {{"a", "AAA", NULL, "ore", "mining", 0x1p53},
                                       {"b", "AAA", NULL, "ore", "mining", 1},
                                       {"c", "AAA", NULL, "ore", "mining", 1},
                                       {"d", "AAA", NULL, "ore", "mining", 1},
                                       {"e", "AAA", NULL, "ore", "mining", 1}};
    sn_network *net = make_sites(site, COUNT(site), 1);
    sn_concentration out = made(net, SN_LEVEL_COUNTRY, SN_LARGEST);

    (void)state;
    assert_close(out.group->total, 0x1p53 + 4, 0);
    assert_close(out.group->member[0].amount, 0x1p53 + 4, 0);
    sn_concentration_clear(&out);
    sn_network_free(net);
}

/* ---- published production ---------------------------------------------------------------- */

/* USGS Mineral Commodity Summaries 2025, world production of 2023 (public domain): the named
 * countries, then "other countries". */
struct published {
    const char *what;
    double amount[18], other;
    double top1, top3, hhi; /* as computed from the same rows elsewhere; hhi on 0..10 000 */
};
static const struct published usgs[] = {
    {"copper mine, kt",
     {1130, 778, 500, 5250, 1820, 2930, 27, 907, 740, 699, 2760, 395, 890, 712},
     3020,
     .2327,
     .4850,
     1032.2},
    {"copper refinery, kt",
     {882, 442, 315, 2080, 12000, 2170, 609, 509, 225, 1490, 458, 604, 509, 403, 592, 1000,
      222},
     2460,
     .4449,
     .6025,
     2191.5},
    {"nickel mine, t",
     {16400, 149000, 82700, 159000, 117000, 2030000, 231000, 413000, 210000},
     340000,
     .5416,
     .7134,
     3172.8},
    {"gallium, kg", {621000, 3000, 3000, 6000}, 0, .9810, .9953, 9625.8},
    /* Without the 500 t of the United States, which stand under another heading; with them
     * .7354, .8518 and 5505. */
    {"cobalt mine, t",
     {5220, 4220, 175000, 3300, 19000, 4000, 2570, 3070, 3800, 8700, 2500},
     6080,
     .737,
     .854,
     5528}};

static void usgs__shares_and_index_as_computed_from_the_tables(void **state)
{
    (void)state;
    for (size_t p = 0; p < COUNT(usgs); p++) {
        struct site site[19];
        char name[19][8];
        size_t count = 0;
        for (; usgs[p].amount[count] > 0; count++) {
            (void)snprintf(name[count], sizeof name[count], "C%c", (char)('A' + count));
            site[count] = (struct site){name[count], name[count], NULL,
                                        "metal",     "mining",    usgs[p].amount[count]};
        }
        site[count] = (struct site){"rest", "ROW", NULL, "metal", "mining", usgs[p].other};
        sn_network *net = make_sites(site, count + 1, 1);
        sn_concentration out = made(net, SN_LEVEL_COUNTRY, SN_LARGEST);
        const sn_concentration_group *g = out.group;
        const double digit = usgs[p].hhi == floor(usgs[p].hhi) ? .5 : .05;
        assert_close(g->top1, usgs[p].top1, digit == .5 ? 5e-4 : 5e-5);
        assert_close(g->top3, usgs[p].top3, digit == .5 ? 5e-4 : 5e-5);
        assert_close(g->hhi * 1e4, usgs[p].hhi, digit + 1e-9);
        assert_close(g->hhi_bounds[1], g->hhi + pow(usgs[p].other / g->total, 2), 1e-15);
        sn_concentration_clear(&out);
        sn_network_free(net);
    }
}

/* ---- the slow, obvious way ----------------------------------------------------------------
 */

static const char *const place[] = {"AAA", "BBB", "CCC", "DDD", "ROW", NULL};

static sn_network *make_random(gsl_rng *rng, size_t n)
{
    static const char *const commodity[] = {"ore", "salt", NULL};
    static const char *const stage[] = {"mining", "refining", "use", NULL};
    sn_builder *builder = sn_builder_new();
    char id[32];

    for (size_t i = 0; i < n; i++) {
        (void)snprintf(id, sizeof id, "n%zu", i);
        const double output = gsl_rng_uniform(rng) < .9 ? 1e3 * gsl_rng_uniform_pos(rng) : 0;
        const struct site site = {id,
                                  place[gsl_rng_uniform_int(rng, 6)],
                                  NULL,
                                  commodity[gsl_rng_uniform_int(rng, 3)],
                                  stage[gsl_rng_uniform_int(rng, 4)],
                                  output};
        add_site(builder, &site, 1);
        double left = 1;
        for (size_t o = 0; o < 4; o++) /* no ROW owner: it is no member's share */
            if (gsl_rng_uniform(rng) < .5) {
                const double share = left * gsl_rng_uniform(rng);
                assert_int_equal(sn_builder_owner(builder, touch(builder, id), place[o], 3,
                                                  share, SN_EQUITY, NULL),
                                 SN_OK);
                left -= share;
            }
    }
    return freeze(builder);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The part of a node's output that belongs to a place; NULL = the part that nobody has. */
static double part_of(const sn_network *net, size_t node, sn_level by, const char *who)
{
    const char *country = sn_network_text(net, SN_COUNTRY, node);
    const bool rest = country != NULL && strcmp(country, "ROW") == 0;
    size_t count;
    const sn_owner_share *owner = sn_network_owners(net, SN_EQUITY, node, &count);
    double part = 0, all = 0;

    if (by == SN_LEVEL_COUNTRY || rest)
        return same_text(rest ? "ROW" : country, who) ? 1 : 0;
    for (size_t k = 0; k < count; k++) {
        all += owner[k].share;
        if (same_text(sn_network_dict(net, SN_OWNER)->text[owner[k].owner], who))
            part += owner[k].share;
    }
    return who == NULL ? 1 - all : part;
}

/* Straight from the formula, with the unnamed rest put wherever it lowers the entropy most. */
static void check_diversity(const sn_concentration_group *g)
{
    double least = INFINITY, high = 1;

    for (size_t to = 0; to <= g->count && g->count > 0; to++) { /* who has the unknown; last: ROW */
        const double rest = g->other_share + (to == g->count ? g->unknown_share : 0);
        double h = rest > 0 ? -rest * log(rest) : 0;
        for (size_t k = 0; k < g->count; k++) {
            const double s = g->member[k].share + (to == k ? g->unknown_share : 0);
            h -= s * log(s);
        }
        least = fmin(least, h);
        high = fmax(high, exp(h));
    }
    if (g->count == 0) {
        assert_true(isnan(g->diversity));
        return;
    }
    assert_close(g->diversity, exp(least), 1e-12 * high);
    assert_true(g->coverage < 1 || g->diversity >= g->effective * (1 - 1e-13));
}

static void check_group(const sn_network *net, const sn_concentration_group *g, sn_level by)
{
    double total = 0, amount[6] = {0}, squares = 0, apart = 0, known = 0;
    double local[6] = {0}, owned[6] = {0};

    for (size_t i = 0; i < sn_network_node_count(net); i++) {
        const double output = sn_network_output(net, i);
        if (!same_text(sn_network_text(net, SN_COMMODITY, i), g->commodity) ||
            !same_text(sn_network_text(net, SN_STAGE, i), g->stage))
            continue;
        total += output;
        for (size_t p = 0; p < 6; p++)
            amount[p] += output * part_of(net, i, by, place[p]);
        const char *country = sn_network_text(net, SN_COUNTRY, i);
        for (size_t p = 0; p < 4 && country != NULL && strcmp(country, "ROW") != 0; p++) {
            local[p] += same_text(country, place[p])
                            ? output * (1 - part_of(net, i, SN_LEVEL_OWNER, NULL))
                            : 0;
            owned[p] += output * part_of(net, i, SN_LEVEL_OWNER, place[p]);
        }
    }
    size_t named = 0;
    for (size_t p = 0; p < 4; p++) {
        named += amount[p] > 0;
        squares += amount[p] * amount[p] / total / total;
        apart += fabs(local[p] - owned[p]);
        known += owned[p];
    }
    assert_close(g->total, total, 1e-12 * total);
    assert_int_equal(g->count, named);
    for (size_t k = 0; k < g->count; k++) {
        for (size_t p = 0; p < 4; p++)
            if (same_text(place[p], g->member[k].id))
                assert_close(g->member[k].amount, amount[p], 1e-12 * total);
        assert_true(k == 0 || g->member[k].amount <= g->member[k - 1].amount);
    }
    assert_close(g->other, amount[4], 1e-12 * total);
    assert_close(g->unknown, amount[5], 1e-12 * total);
    assert_close(g->hhi_bounds[0], squares, 1e-13);
    check_diversity(g);
    assert_close(g->coverage + g->other_share + g->unknown_share, 1, 1e-13);
    assert_true(g->hhi_bounds[1] >= g->hhi_bounds[0] && g->hhi_bounds[1] <= 1);
    if (by == SN_LEVEL_OWNER && known > 0)
        assert_close(g->divergence, apart / 2 / known, 1e-12);
    else
        assert_true(isnan(g->divergence));
}

static void oracle__agrees_on_200_random_networks(void **state)
{
    static const sn_level level[] = {SN_LEVEL_COUNTRY, SN_LEVEL_OWNER};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    (void)state;
    for (unsigned long seed = 1; seed <= 200; seed++) {
        gsl_rng_set(rng, seed);
        sn_network *net = make_random(rng, 1 + gsl_rng_uniform_int(rng, 60));
        for (size_t l = 0; l < 2; l++) {
            sn_concentration out = made(net, level[l], SN_EQUITY);
            double all = 0, want = 0;
            for (size_t g = 0; g < out.count; g++) {
                check_group(net, &out.group[g], level[l]);
                all += out.group[g].total;
            }
            for (size_t i = 0; i < sn_network_node_count(net); i++)
                if (!same_text(sn_network_text(net, SN_STAGE, i), "use"))
                    want += sn_network_output(net, i);
            assert_close(all, want, 1e-9);
            sn_concentration_clear(&out);
        }
        sn_network_free(net);
    }
    gsl_rng_free(rng);
}

/* ---- invariance and edges ------------------------------------------------------------------
 */

static void assert_same(const sn_concentration *a, const sn_concentration *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t g = 0; g < a->count; g++) {
        const sn_concentration_group *x = &a->group[g], *y = &b->group[g];
        assert_int_equal(x->count, y->count);
        assert_memory_equal(&x->hhi, &y->hhi, sizeof x->hhi);
        assert_memory_equal(x->hhi_bounds, y->hhi_bounds, sizeof x->hhi_bounds);
        assert_memory_equal(&x->top3, &y->top3, sizeof x->top3);
        assert_memory_equal(&x->diversity, &y->diversity, sizeof x->diversity);
        assert_memory_equal(&x->coverage, &y->coverage, sizeof x->coverage);
        for (size_t k = 0; k < x->count; k++) {
            assert_string_equal(x->member[k].id, y->member[k].id);
            assert_memory_equal(&x->member[k].share, &y->member[k].share, sizeof(double));
        }
    }
}

static void shares_do_not_move_with_the_unit_or_the_order_of_rows(void **state)
{
    static const double scale[] = {0x1p-20, 0x1p20, 0x1p-400};
    struct site site[41], mixed[42];
    char id[41][32];
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    (void)state;
    gsl_rng_set(rng, 5);
    for (size_t i = 0; i < 41; i++) {
        (void)snprintf(id[i], sizeof id[i], "s%zu", i);
        site[i] = (struct site){id[i],
                                place[i % 6],
                                place[i % 4],
                                "ore",
                                i % 3 ? "mining" : "refining",
                                gsl_rng_uniform(rng)};
    }
    sn_network *plain = make_sites(site, 41, 1);
    sn_concentration want = made(plain, SN_LEVEL_COUNTRY, SN_LARGEST);
    for (size_t s = 0; s < 3; s++) {
        sn_network *net = make_sites(site, 41, scale[s]);
        sn_concentration out = made(net, SN_LEVEL_COUNTRY, SN_LARGEST);
        assert_same(&want, &out);
        sn_concentration_clear(&out);
        sn_network_free(net);
    }
    for (size_t i = 0; i < 41; i++)
        mixed[i] = site[i * 17 % 41];
    mixed[41] = (struct site){"isolated", "EEE", NULL, "ore", "mining", 0};
    sn_network *net = make_sites(mixed, 42, 1);
    sn_concentration out = made(net, SN_LEVEL_COUNTRY, SN_LARGEST);
    assert_same(&want, &out);
    sn_concentration_clear(&out);
    sn_network_free(net);
    sn_concentration_clear(&want);
    sn_network_free(plain);
    gsl_rng_free(rng);
}

/* Shannon 1948, section 9: 1/2, 1/4, 1/8, 1/8 have 7/4 bits; section 6, axiom 3: the entropy of
 * 1/2, 1/3, 1/6 is that of 1/2, 1/2 and half of that of 2/3, 1/3. */
static void diversity__is_that_of_shannons_examples(void **state)
{
    static const struct site letters[] = {{"a", "AAA", NULL, "bits", "mining", 4},
                                          {"b", "BBB", NULL, "bits", "mining", 2},
                                          {"c", "CCC", NULL, "bits", "mining", 1},
                                          {"d", "DDD", NULL, "bits", "mining", 1}};
    static const struct site choice[] = {{"a", "AAA", NULL, "bits", "mining", 3},
                                         {"b", "BBB", NULL, "bits", "mining", 2},
                                         {"c", "CCC", NULL, "bits", "mining", 1}};
    sn_network *four = make_sites(letters, 4, 1), *three = make_sites(choice, 3, 1);
    sn_concentration a = made(four, SN_LEVEL_COUNTRY, SN_LARGEST);
    sn_concentration b = made(three, SN_LEVEL_COUNTRY, SN_LARGEST);
    const double got[] = {log2(a.group[0].diversity), log(b.group[0].diversity)};

    (void)state;
    sn_concentration_clear(&a);
    sn_concentration_clear(&b);
    sn_network_free(four);
    sn_network_free(three);
    assert_close(got[0], 1.75, 1e-14);
    assert_close(got[1], log(2) + (log(3) - 2. / 3 * log(2)) / 2, 1e-14);
}

static void networks_without_amounts__have_no_groups(void **state)
{
    static const struct site idle = {"idle", "AAA", NULL, "ore", "mining", 0};
    static const struct site lone = {"lone", "AAA", NULL, "ore", "mining", 3.5};
    sn_network *empty = freeze(sn_builder_new()), *zero = make_sites(&idle, 1, 1);
    sn_network *one = make_sites(&lone, 1, 1);
    sn_concentration none = made(empty, SN_LEVEL_COUNTRY, SN_LARGEST);
    sn_concentration nil = made(zero, SN_LEVEL_OWNER, SN_EQUITY);
    sn_concentration single = made(one, SN_LEVEL_FIRM, SN_LARGEST);

    (void)state;
    assert_int_equal(none.count, 0);
    assert_int_equal(nil.count, 0);
    assert_int_equal(single.count, 1);
    assert_close(single.group->hhi, 1, 0);
    assert_string_equal(single.group->member[0].id, "AAA");
    sn_concentration_clear(&none);
    sn_concentration_clear(&nil);
    sn_concentration_clear(&single);
    sn_network_free(empty);
    sn_network_free(zero);
    sn_network_free(one);
}

static void other_levels__are_refused(void **state)
{
    sn_network *net = freeze(sn_builder_new());
    sn_concentration out;
    sn_error err = {0};

    (void)state;
    assert_int_equal(sn_concentration_make(net, SN_LEVEL_STAGE, SN_LARGEST, &out, &err),
                     SN_EUSAGE);
    assert_string_equal(err.message,
                        "no concentration by stage; ask by country, owner, firm or node");
    sn_network_free(net);
}

static void hhi__of_plain_amounts(void **state)
{
    static const double amount[] = {2.5, 5, 2.5};

    (void)state;
    assert_close(sn_concentration_hhi(amount, 3, 10), .375, 0);
    assert_close(sn_concentration_hhi(amount, 3, 20), .09375, 0);
    assert_true(isnan(sn_concentration_hhi(amount, 0, 0)));
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
        cmocka_unit_test(shares__by_country_by_hand),
        cmocka_unit_test(shares__by_owner_and_by_node),
        cmocka_unit_test(joint_ventures__by_the_largest_share_or_by_equity),
        cmocka_unit_test(countries_without_production__are_measured_by_sales),
        cmocka_unit_test(countries_with_production__are_measured_by_it),
        cmocka_unit_test(products__are_groups_of_their_own),
        cmocka_unit_test(firms__are_grouped_by_sector),
        cmocka_unit_test(the_rest_of_the_world__is_no_owner_either),
        cmocka_unit_test(small_sites__are_not_lost_beside_a_large_one),
        cmocka_unit_test(usgs__shares_and_index_as_computed_from_the_tables),
        cmocka_unit_test(oracle__agrees_on_200_random_networks),
        cmocka_unit_test(shares_do_not_move_with_the_unit_or_the_order_of_rows),
        cmocka_unit_test(diversity__is_that_of_shannons_examples),
        cmocka_unit_test(networks_without_amounts__have_no_groups),
        cmocka_unit_test(other_levels__are_refused),
        cmocka_unit_test(hhi__of_plain_amounts),
    };
    return cmocka_run_group_tests_name("concentration", tests, setup, NULL);
}
