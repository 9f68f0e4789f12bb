/* test_chokepoint.c - who costs buyers most. */
#include "sn_test.h"
#include "sn_nets.h"

#include "graph/bridge.h"
#include "metrics/chokepoint.h"

#define STAGE(name, place, what, step, made)                                                   \
    {.id = (name), .kind = SN_KIND_STAGE, .country = (place), .commodity = (what),             \
     .stage = (step), .output = (made)}

/* Cobalt mined in COD and AUS, refined in CHN and FIN, used in JPN and CHN; tin beside it. */
static const net_node node[] = {
    STAGE("co-m-COD", "COD", "cobalt", "mining", 70),
    STAGE("co-m-AUS", "AUS", "cobalt", "mining", 20),
    STAGE("co-m-ROW", "ROW", "cobalt", "mining", 10),
    STAGE("co-r-CHN", "CHN", "cobalt", "refining", 80),
    STAGE("co-r-FIN", "FIN", "cobalt", "refining", 20),
    STAGE("co-u-CHN", "CHN", "cobalt", "use", 0),
    STAGE("co-u-JPN", "JPN", "cobalt", "use", 0),
    STAGE("sn-m-CHN", "CHN", "tin", "mining", 5),
    STAGE("sn-u-JPN", "JPN", "tin", "use", 0)};
static const net_flow flow[] = {
    {"co-m-COD", "co-r-CHN", 70, NULL}, {"co-m-ROW", "co-r-CHN", 10, NULL},
    {"co-m-AUS", "co-r-FIN", 20, NULL}, {"co-r-CHN", "co-u-CHN", 60, NULL},
    {"co-r-CHN", "co-u-JPN", 20, NULL}, {"co-r-FIN", "co-u-JPN", 20, NULL},
    {"sn-m-CHN", "sn-u-JPN", 5, NULL}};

typedef struct {
    sn_network *net;
    sn_cascade_plan *plan;
    sn_cascade *cascade;
    sn_impact_frame *frame;
    sn_chokepoints list;
    sn_status status;
} ranked;

static ranked rank_net(sn_network *net, const sn_chokepoint_options *options, const char *buyers)
{
    ranked r = {.net = net};
    sn_selection named = {0};

    if (sn_cascade_plan_new(net, &r.plan, NULL) != SN_OK ||
        sn_cascade_new(r.plan, NULL, &r.cascade, NULL) != SN_OK ||
        (buyers != NULL &&
         sn_selector_apply(net, buyers, NULL, SN_LARGEST, &named, NULL) != SN_OK) ||
        sn_impact_frame_new(r.plan, SN_WEIGHT_AUTO, buyers != NULL ? &named : NULL, &r.frame,
                            NULL) != SN_OK)
        abort();
    sn_selection_clear(&named);
    r.status = sn_chokepoints_rank(r.cascade, r.frame, options, &r.list, NULL);
    return r;
}

static ranked rank_cobalt(sn_level level, sn_mode mode, const char *buyers)
{
    const sn_chokepoint_options options = {
        .level = level, .mode = mode, .fraction = 1, .hits = 2, .soles = 3};

    return rank_net(net_make(node, NET_COUNT(node), flow, NET_COUNT(flow), NULL, 0), &options,
                    buyers);
}

static void drop(ranked *r)
{
    sn_chokepoints_clear(&r->list);
    sn_impact_frame_free(r->frame);
    sn_cascade_free(r->cascade);
    sn_cascade_plan_free(r->plan);
    sn_network_free(r->net);
}

/* The row of a name and the id of one of its commodity's nodes, or an empty one. */
static sn_chokepoint row_of(const ranked *r, const char *name, const char *commodity)
{
    for (size_t k = 0; k < r->list.count; k++)
        if (strcmp(r->list.row[k].name, name) == 0 &&
            strcmp(sn_dict_text(sn_network_dict(r->net, SN_COMMODITY),
                                r->list.row[k].commodity),
                   commodity) == 0)
            return r->list.row[k];
    return (sn_chokepoint){0};
}

static void chokepoints__rank_countries_within_a_commodity(void **state)
{
    ranked r = rank_cobalt(SN_LEVEL_COUNTRY, SN_MODE_PRODUCTION, NULL);
    const sn_chokepoint chn = row_of(&r, "CHN", "cobalt"), cod = row_of(&r, "COD", "cobalt"),
                        tin = row_of(&r, "CHN", "tin"), aus = row_of(&r, "AUS", "cobalt");
    const size_t count = r.list.count;
    const bool tin_first = strcmp(r.list.row[0].name, "CHN") == 0 &&
                           r.list.row[0].commodity == tin.commodity;
    const sn_chokepoint_hit hit = r.list.hit[chn.hit_first];
    const sn_chokepoint_sole sole = r.list.sole[chn.sole_first];
    const int32_t refining = sn_network_code(r.net, SN_STAGE, 3);
    (void)state;

    drop(&r);
    assert_int_equal(r.status, SN_OK);
    assert_int_equal(count, 5); /* COD AUS CHN FIN cobalt, CHN tin; JPN only uses, ROW never */
    assert_true(tin_first);
    assert_close(tin.loss_down, 1, 0);
    assert_close(tin.lost, 5, 0);
    assert_close(chn.loss_down, 0.8, 1e-15); /* 60 + 20 of 100 */
    assert_close(chn.lost, 80, 1e-13);
    assert_close(chn.loss_others, 0.5, 1e-15); /* JPN */
    assert_close(chn.share, 0.8, 1e-15);
    assert_int_equal(chn.main_stage, refining);
    assert_int_equal(chn.stage, refining);
    assert_int_equal(hit.node, 5);
    assert_close(hit.lost, 60, 0);
    assert_int_equal(chn.hit_count, 2);
    assert_int_equal(chn.sole_total, 1); /* users in China buy from Chinese refiners only */
    assert_int_equal(sole.buyer, 5);
    assert_close(cod.loss_down, 0.7, 1e-15);
    assert_int_equal(cod.sole_total, 0);
    assert_close(aus.loss_down, 0.2, 1e-15);
    assert_int_equal(aus.sole_total, 1);
}

static void chokepoints__for_a_named_buyer(void **state)
{
    ranked r = rank_cobalt(SN_LEVEL_NODE, SN_MODE_PRODUCTION, "country=JPN&commodity=cobalt");
    const sn_chokepoint chn = row_of(&r, "co-r-CHN", "cobalt"),
                        fin = row_of(&r, "co-r-FIN", "cobalt"),
                        cod = row_of(&r, "co-m-COD", "cobalt");
    (void)state;

    drop(&r);
    assert_close(chn.loss, 0.5, 1e-15);
    assert_close(fin.loss, 0.5, 1e-15);
    assert_close(cod.loss, 0.5 * 0.875, 1e-15);
    assert_close(cod.lost, 17.5, 1e-13);
    assert_true(cod.node == 1);
}

static void chokepoints__stage_and_commodity_levels_hold_the_rest_of_the_world(void **state)
{
    ranked r = rank_cobalt(SN_LEVEL_STAGE, SN_MODE_PRODUCTION, NULL);
    double least = 1;
    (void)state;

    for (size_t k = 0; k < r.list.count; k++)
        least = fmin(least, r.list.row[k].loss_down);
    const size_t count = r.list.count;
    drop(&r);
    assert_int_equal(count, 3);
    assert_close(least, 1, 0); /* each whole stage is indispensable */
}

static void chokepoints__export_bans_spare_the_country_itself(void **state)
{
    ranked r = rank_cobalt(SN_LEVEL_COUNTRY, SN_MODE_EXPORTS, NULL);
    const sn_chokepoint chn = row_of(&r, "CHN", "cobalt");
    (void)state;

    drop(&r);
    assert_close(chn.loss_down, 0.2, 1e-15);
}

static void chokepoints__owners_lose_their_part_only(void **state)
{
    static const net_node mine[] = {
        {.id = "m1", .kind = SN_KIND_STAGE, .country = "IDN", .commodity = "nickel",
         .stage = "mining", .output = 8},
        {.id = "u1", .kind = SN_KIND_STAGE, .country = "JPN", .commodity = "nickel",
         .stage = "use"}};
    const sn_chokepoint_options options = {
        .level = SN_LEVEL_OWNER, .ownership = SN_EQUITY, .fraction = 1, .hits = 1};
    sn_builder *b = sn_builder_new();
    (void)state;

    net_add_node(b, &mine[0]);
    net_add_node(b, &mine[1]);
    net_add_flow(b, &(net_flow){"m1", "u1", 8, NULL}, 1);
    (void)sn_builder_owner(b, 0, "CHN", 3, 0.625, SN_EQUITY, NULL);
    (void)sn_builder_owner(b, 0, "IDN", 3, 0.25, SN_EQUITY, NULL);
    ranked r = rank_net(net_freeze(b), &options, NULL);
    const sn_chokepoint chn = row_of(&r, "CHN", "nickel"), idn = row_of(&r, "IDN", "nickel");
    const size_t count = r.list.count;
    drop(&r);
    assert_int_equal(count, 2);
    assert_close(chn.loss_down, 0.625, 0);
    assert_close(chn.share, 0.625, 0);
    assert_close(chn.lost, 5, 0);
    assert_close(idn.loss_down, 0.25, 0);
    assert_int_equal(chn.sole_total, 0);
}

static void chokepoints__agree_with_single_runs(void **state)
{
    static const sn_mode mode[] = {SN_MODE_PRODUCTION, SN_MODE_EXPORTS, SN_MODE_IMPORTS,
                                   SN_MODE_TRANSIT};
    double far = 0;
    int unsorted = 0;
    (void)state;

    for (unsigned long seed = 1; seed <= 80; seed++) {
        net_random tables;
        const sn_chokepoint_options options = {.level = SN_LEVEL_COUNTRY,
                                               .mode = mode[seed % 4],
                                               .fraction = 0.75,
                                               .hits = 3,
                                               .soles = 3};
        net_draw(&tables, seed);
        ranked r = rank_net(net_build(&tables, 1, false), &options, NULL);
        for (size_t k = 0; k < r.list.count; k++) {
            const sn_chokepoint *row = &r.list.row[k];
            sn_selection hit = {0};
            sn_mask mask = {0};
            sn_cascade_result result;
            sn_impact_total total;

            if (sn_selector_apply(r.net, row->name, NULL, SN_LARGEST, &hit, NULL) != SN_OK ||
                sn_mask_apply(r.net, &hit, NULL, options.mode, 0.75, &mask, NULL) != SN_OK ||
                sn_cascade_run(r.cascade, &mask, &result, NULL) != SN_OK)
                abort();
            sn_impact_measure(r.frame, &result, sn_cascade_shock(r.cascade), NULL, &total);
            far = fmax(far, isnan(total.loss) ? 0 : fabs(total.loss - row->loss));
            unsorted += k > 0 && row->loss > row[-1].loss;
            sn_mask_clear(&mask);
            sn_selection_clear(&hit);
        }
        drop(&r);
    }
    assert_int_equal(unsorted, 0);
    assert_close(far, 0, 1e-14);
}

enum { FIRMS = 300 };

/* Firms in pairs that nothing tells apart but their names, so that losses are often equal. */
static sn_network *make_firms(unsigned long seed)
{
    static char id[FIRMS][8];
    static net_node firm[FIRMS];
    static net_flow sale[4 * FIRMS];
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    size_t sales = 0;

    gsl_rng_set(rng, seed);
    for (size_t i = 0; i < FIRMS; i++) {
        (void)snprintf(id[i], sizeof id[i], "f%03u", (unsigned)(i % 1000));
        firm[i] = (net_node){.id = id[i], .kind = SN_KIND_FIRM, .sector = i % 4 < 2 ? "a" : "b"};
        firm[i].final_demand = i % 2 == 1 ? firm[i - 1].final_demand : gsl_rng_uniform(rng);
    }
    for (size_t i = 0; i < FIRMS; i += 2)
        for (int k = 0; k < 2; k++) {
            const size_t to = 2 * gsl_rng_uniform_int(rng, FIRMS / 2);
            const double value = gsl_rng_uniform_pos(rng);
            for (size_t twin = 0; twin < 2; twin++)
                sale[sales++] = (net_flow){id[i + twin], id[to + twin], value, NULL};
        }
    gsl_rng_free(rng);
    return net_make(firm, FIRMS, sale, sales, NULL, 0);
}

static bool same_row(const ranked *a, const ranked *b, size_t k)
{
    const sn_chokepoint *x = &a->list.row[k], *y = &b->list.row[k];
    bool same = strcmp(x->name, y->name) == 0 && x->loss == y->loss && x->lost == y->lost &&
                x->loss_down == y->loss_down && x->loss_up == y->loss_up &&
                x->bound == y->bound && x->hit_count == y->hit_count &&
                x->sole_total == y->sole_total && x->whole && y->whole;

    for (size_t h = 0; same && h < x->hit_count; h++)
        same = a->list.hit[x->hit_first + h].node == b->list.hit[y->hit_first + h].node &&
               a->list.hit[x->hit_first + h].lost == b->list.hit[y->hit_first + h].lost;
    return same;
}

/* The row of the same name in a list. */
static const sn_chokepoint *named(const sn_chokepoints *list, const char *name)
{
    size_t k = 0;

    while (strcmp(list->row[k].name, name) != 0)
        k++;
    return &list->row[k];
}

static void chokepoints__of_many_firms_show_what_running_each_would(void **state)
{
    size_t other = 0, beyond = 0;
    (void)state;

    for (unsigned long seed = 1; seed <= 4; seed++) {
        const size_t shown = seed == 1 ? 1 : 7;
        size_t swept = 0;
        sn_chokepoint_options options = {
            .level = SN_LEVEL_FIRM, .fraction = seed == 4 ? 0.5 : 1, .hits = 3, .soles = 3};
        ranked each = rank_net(make_firms(seed), &options, NULL);
        options.shown = shown;
        options.threads = 1 + (int)(seed % 2);
        ranked few = rank_net(make_firms(seed), &options, NULL);

        assert_int_equal(each.list.count, few.list.count);
        for (size_t k = 0; k < shown; k++)
            other += !same_row(&each, &few, k);
        for (size_t k = 0; k < few.list.count; k++) {
            const sn_chokepoint *row = &few.list.row[k];
            const sn_chokepoint *full = named(&each.list, row->name);
            swept += !row->whole;
            beyond += fabs(row->loss - full->loss) > row->bound + full->bound + 1e-15 ||
                      fabs(row->loss_up - full->loss_up) > row->bound + full->bound + 1e-15 ||
                      isnan(row->lost) == row->whole;
        }
        drop(&each);
        drop(&few);
        assert_in_range(swept, FIRMS / 2, FIRMS);
    }
    assert_int_equal(other, 0);
    assert_int_equal(beyond, 0);
}

/* A firm that sells to final users only has its place, whatever the unit makes of its output.
 */
static void chokepoints__list_the_same_firms_in_every_unit(void **state)
{
    static const double unit[] = {1e-6, 1, 1e6};
    (void)state;

    for (size_t k = 0; k < NET_COUNT(unit); k++) {
        const net_node firm[] = {
            {.id = "a", .kind = SN_KIND_FIRM},
            {.id = "b", .kind = SN_KIND_FIRM, .final_demand = 2.5 * unit[k]}};
        const net_flow sale[] = {{"a", "b", 0.75 * unit[k], NULL}};
        const sn_chokepoint_options options = {.level = SN_LEVEL_FIRM, .fraction = 1};
        ranked r = rank_net(net_make(firm, 2, sale, 1, NULL, 0), &options, NULL);
        const size_t count = r.list.count;

        drop(&r);
        assert_int_equal(r.status, SN_OK);
        assert_int_equal(count, 2);
    }
}

static void chokepoints__refuse_mode_flow_and_odd_fractions(void **state)
{
    sn_chokepoint_options options = {.mode = SN_MODE_FLOW, .fraction = 1};
    ranked flow_mode = rank_net(net_make(node, 2, NULL, 0, NULL, 0), &options, NULL);
    (void)state;

    drop(&flow_mode);
    options = (sn_chokepoint_options){.fraction = 1.5};
    ranked odd = rank_net(net_make(node, 2, NULL, 0, NULL, 0), &options, NULL);
    drop(&odd);
    assert_int_equal(flow_mode.status, SN_EUSAGE);
    assert_int_equal(odd.status, SN_EUSAGE);
}

/* Who only uses takes nothing from others but by no longer importing. */
static void chokepoints__that_make_nothing_count_where_imports_stop(void **state)
{
    static const sn_mode mode[] = {SN_MODE_PRODUCTION, SN_MODE_EXPORTS, SN_MODE_TRANSIT,
                                   SN_MODE_IMPORTS};
    (void)state;

    for (size_t k = 0; k < NET_COUNT(mode); k++) {
        ranked r = rank_cobalt(SN_LEVEL_NODE, mode[k], NULL);
        const bool user = row_of(&r, "co-u-JPN", "cobalt").name != NULL;
        const bool maker = row_of(&r, "co-r-FIN", "cobalt").name != NULL;
        const sn_status status = r.status;
        drop(&r);
        assert_int_equal(status, SN_OK);
        assert_true(maker);
        assert_int_equal(user, mode[k] == SN_MODE_IMPORTS);
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
        cmocka_unit_test(chokepoints__rank_countries_within_a_commodity),
        cmocka_unit_test(chokepoints__for_a_named_buyer),
        cmocka_unit_test(chokepoints__stage_and_commodity_levels_hold_the_rest_of_the_world),
        cmocka_unit_test(chokepoints__export_bans_spare_the_country_itself),
        cmocka_unit_test(chokepoints__owners_lose_their_part_only),
        cmocka_unit_test(chokepoints__agree_with_single_runs),
        cmocka_unit_test(chokepoints__of_many_firms_show_what_running_each_would),
        cmocka_unit_test(chokepoints__list_the_same_firms_in_every_unit),
        cmocka_unit_test(chokepoints__refuse_mode_flow_and_odd_fractions),
        cmocka_unit_test(chokepoints__that_make_nothing_count_where_imports_stop),
    };
    return cmocka_run_group_tests_name("chokepoint", tests, setup, NULL);
}
