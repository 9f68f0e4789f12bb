/* report_write.c - `results` of `report`: every number with the text that the page shows for
 * it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report_model.h"
#include "reports/number.h"

enum { MEMBERS = 10, STEP = 30, POINTS = 5, OUTCOMES = 8 };

static const double shown = 5e-4;  /* smaller losses of buyers are left out            */
static const double traced = 5e-3; /* and those along a path, and smaller dependences */

static double rounded(double x, double unit)
{
    return round(x * unit) / unit;
}

/* Six significant digits: what a picture can show.  Totals stay exact. */
static double brief(double x)
{
    char text[SN_NUMBER_SIZE];

    if (!isfinite(x))
        return x;
    (void)snprintf(text, sizeof text, "%.6g", x);
    return strtod(text, NULL);
}

static void write_named(sn_json *json, const char *key, const char *text, double x)
{
    char name[64];

    sn_json_kv_number(json, key, x);
    (void)snprintf(name, sizeof name, "%s_text", key);
    sn_json_kv_string(json, name, text);
}

static void write_share(sn_json *json, const char *key, double x)
{
    char text[SN_NUMBER_SIZE];

    write_named(json, key, sn_number_percent(x, text), x);
}

static void write_amount(sn_json *json, const char *key, double x)
{
    char text[SN_NUMBER_SIZE];

    write_named(json, key, sn_number_text(x, text), x);
}

/* A number and its text as two elements of the array that is open. */
static void add_share(sn_json *json, double x)
{
    char text[SN_NUMBER_SIZE];

    sn_json_number(json, brief(x));
    sn_json_string(json, sn_number_percent(x, text));
}

static void add_amount(sn_json *json, double x)
{
    char text[SN_NUMBER_SIZE];

    sn_json_number(json, brief(x));
    sn_json_string(json, sn_number_text(x, text));
}

/* Points of a line, x and y in turn, a thousandth of the width apart. */
static void write_line(sn_json *json, double lat, double lon, double lat_step, double lon_step,
                       int points)
{
    sn_json_begin_array_inline(json);
    for (int k = 0; k <= points; k++) {
        double x, y;
        sn_layout_globe(lat + lat_step * k, lon + lon_step * k, &x, &y);
        sn_json_number(json, rounded(x, 1e4));
        sn_json_number(json, rounded(y, 1e4));
    }
    sn_json_end_array(json);
}

void sn_page_write_globe(sn_json *json, const sn_anchors *anchors)
{
    const double edge = 179.999; /* just inside either end */

    sn_json_kv_object(json, "globe");
    sn_json_kv_number(json, "aspect", SN_LAYOUT_GLOBE_ASPECT);
    sn_json_kv_array(json, "edges");
    write_line(json, -90, SN_LAYOUT_GLOBE_MIDDLE - edge, POINTS, 0, 180 / POINTS);
    write_line(json, 90, SN_LAYOUT_GLOBE_MIDDLE + edge - 360, -POINTS, 0, 180 / POINTS);
    sn_json_end_array(json);
    sn_json_kv_array(json, "lines");
    for (int lat = -60; lat <= 60; lat += STEP)
        write_line(json, lat, SN_LAYOUT_GLOBE_MIDDLE - edge, 0, 2 * edge, 1);
    for (int lon = -150; lon <= 180; lon += STEP)
        write_line(json, -90, lon, POINTS, 0, 180 / POINTS);
    sn_json_end_array(json);
    sn_json_kv_array(json, "places");
    for (size_t k = 0; k < anchors->count; k++) {
        const sn_anchor *anchor = &anchors->anchor[k];
        double x, y;
        sn_layout_globe(anchor->lat, anchor->lon, &x, &y);
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "id", anchor->iso3);
        sn_json_kv_string(json, "label", sn_call_place(anchor->iso3));
        sn_json_kv_number(json, "x", rounded(x, 1e4));
        sn_json_kv_number(json, "y", rounded(y, 1e4));
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static void write_stops(sn_json *json, const sn_call *call, const sn_page *page)
{
    char select[400];

    sn_json_kv_array(json, "stops");
    for (size_t k = 0; k < page->stops; k++) {
        const sn_stop *stop = &page->stop[k];
        const char *key = page->level == SN_LEVEL_COUNTRY ? "country="
                          : page->level == SN_LEVEL_OWNER ? "owner="
                                                          : "id=";
        (void)snprintf(select, sizeof select, "%s%s", stop->group == SN_NONE ? "" : key,
                       stop->name);
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "id", stop->name);
        sn_json_kv_string(json, "label", sn_page_stop_name(call, page, stop));
        sn_json_kv_string(json, "select", select);
        sn_json_kv_bool(json, "asked", stop->group == SN_NONE);
        sn_json_kv_integer(json, "commodities_over_half", (int64_t)stop->over_half);
        write_share(json, "worst", stop->worst);
        write_share(json, "mean_loss",
                    stop->sum / (double)(page->commodities > 0 ? page->commodities : 1));
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

static void write_seats(sn_json *json, const sn_call *call, const sn_view *view)
{
    char others[64];

    sn_json_kv_array(json, "nodes");
    for (size_t s = 0; s < view->seats; s++) {
        const sn_seat *seat = &view->seat[s];
        const size_t node = (size_t)(seat->node == SN_NONE ? 0 : seat->node);
        (void)snprintf(others, sizeof others, "%zu others", seat->joined);
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "id",
                          seat->node == SN_NONE ? NULL : sn_network_id(call->net, node));
        sn_json_kv_string(json, "label",
                          seat->node == SN_NONE ? others : sn_page_seat_name(call, seat));
        sn_json_kv_string(json, "country",
                          seat->node == SN_NONE ? NULL
                                                : sn_network_text(call->net, SN_COUNTRY, node));
        sn_json_kv_integer(json, "column", seat->column);
        if (seat->joined > 1)
            sn_json_kv_integer(json, "joined", (int64_t)seat->joined);
        if (seat->is_buyer)
            sn_json_kv_bool(json, "buyer", true);
        write_amount(json, "amount", brief(seat->amount));
        sn_json_kv_number(json, "x", rounded(seat->x, 1e3));
        sn_json_kv_number(json, "y", rounded(seat->y, 1e3));
        sn_json_kv_number(json, "top", rounded(seat->box.top, 10));
        sn_json_kv_number(json, "height", rounded(seat->box.height, 10));
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

/* supplier, buyer, amount, its text, share estimated; and if it is drawn, its ends and its
 * width. */
static void write_lanes(sn_json *json, const sn_view *view)
{
    sn_json_kv_array(json, "flows");
    for (size_t k = 0; k < view->lanes_shown; k++) {
        const sn_lane *lane = &view->lane[k];
        sn_json_begin_array_inline(json);
        sn_json_integer(json, lane->link.supplier);
        sn_json_integer(json, lane->link.buyer);
        add_amount(json, lane->link.amount);
        sn_json_number(json, rounded(lane->estimated, 1e3));
        if (!lane->dropped) {
            sn_json_number(json, rounded(lane->ribbon.supplier_y, 10));
            sn_json_number(json, rounded(lane->ribbon.buyer_y, 10));
            sn_json_number(json, rounded(lane->ribbon.width, 100));
        }
        sn_json_end_array(json);
    }
    sn_json_end_array(json);
}

/* node, loss, low, lost (each with its text), amount of the main path (with its text), its
 * nodes. */
static void write_buyer(sn_json *json, const sn_call *call, const sn_loss_of_buyer *buyer)
{
    const sn_path *path = buyer->path.count > 0 ? &buyer->path.path[0] : NULL;

    sn_json_begin_array_inline(json);
    sn_json_integer(json, (int64_t)buyer->seat);
    add_share(json, buyer->loss);
    add_share(json, buyer->low);
    add_amount(json, buyer->lost);
    add_amount(json, path != NULL ? path->amount : (double)NAN);
    sn_json_begin_array(json);
    for (size_t k = 0; path != NULL && buyer->loss > traced && k < path->node_count; k++)
        sn_json_string(json, sn_network_id(call->net, (size_t)path->node[k]));
    sn_json_end_array(json);
    sn_json_end_array(json);
}

static void write_outcome(sn_json *json, const sn_call *call, const sn_view *view,
                          const sn_outcome *outcome)
{
    char text[SN_NUMBER_SIZE];

    sn_json_begin_object_inline(json);
    sn_json_kv_integer(json, "stop", (int64_t)outcome->stop);
    write_share(json, "loss", outcome->loss);
    write_share(json, "low", outcome->low);
    write_share(json, "loss_others", outcome->loss_others);
    write_amount(json, "lost", outcome->lost);
    sn_json_kv_integer(json, "only_way_for", (int64_t)outcome->dominated);
    sn_json_kv_integer(json, "sole_supplier_of", (int64_t)outcome->sole);
    sn_json_kv_integer(json, "buyers_elsewhere", (int64_t)outcome->asked);
    sn_json_kv_array(json, "nodes");
    for (size_t s = 0; s < view->seats; s++) {
        if (!(outcome->seat_loss[s] > 0))
            continue;
        sn_json_begin_array_inline(json);
        sn_json_integer(json, (int64_t)s);
        sn_json_number(json, brief(outcome->seat_loss[s]));
        sn_json_string(json, sn_number_percent(outcome->seat_loss[s], text));
        sn_json_end_array(json);
    }
    sn_json_end_array(json);
    sn_json_kv_array(json, "buyers");
    for (size_t b = 0; b < view->buyers; b++)
        if (outcome->buyer[b].loss > shown)
            write_buyer(json, call, &outcome->buyer[b]);
    sn_json_end_array(json);
    sn_json_end_object(json);
}

static void write_exposures(sn_json *json, const sn_view *view)
{
    sn_json_kv_array(json, "exposure");
    for (size_t b = 0; b < view->buyers; b++) {
        const sn_exposure *exposure = &view->exposure[b];
        if (exposure->count == 0)
            continue;
        sn_json_begin_object_inline(json);
        sn_json_kv_integer(json, "node", (int64_t)view->buyer[b]);
        sn_json_kv_array(json, "suppliers");
        for (size_t r = 0; r < exposure->count; r++) {
            const sn_exposure_row *row = &exposure->row[r];
            if (!(row->look_through > traced))
                continue;
            sn_json_begin_array_inline(
                json); /* id, direct, look-through, origin, each with its text */
            sn_json_string(json, row->rest ? "ROW" : row->name);
            add_share(json, row->direct);
            add_share(json, row->look_through);
            add_share(json, row->origin);
            sn_json_end_array(json);
        }
        sn_json_end_array(json);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void write_owners(sn_json *json, const sn_page *page,
                         const sn_concentration_group *group)
{
    for (size_t g = 0; g < page->owner.count; g++) {
        const sn_concentration_group *owner = &page->owner.group[g];
        if (!same_text(owner->commodity, group->commodity) ||
            !same_text(owner->stage, group->stage) ||
            !same_text(owner->product, group->product))
            continue;
        const bool known = owner->count > 0 && owner->coverage >= 0.5;
        sn_json_kv_object(json, "owner");
        write_share(json, "known", owner->coverage);
        sn_json_kv_string(json, "top1", known ? owner->member[0].id : NULL);
        sn_json_kv_string(json, "top1_label",
                          known ? sn_call_place(owner->member[0].id) : NULL);
        write_share(json, "top1_share", known ? owner->top1 : (double)NAN);
        sn_json_end_object(json);
    }
    sn_json_kv_array(json, "quoted");
    for (size_t q = 0; q < page->quoted.count; q++) {
        const sn_quoted_share *quote = &page->quoted.share[q];
        if (!same_text(quote->commodity, group->commodity) ||
            !same_text(quote->stage, group->stage))
            continue;
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "by", quote->by);
        sn_json_kv_string(json, "label", quote->label);
        write_share(json, "share", quote->share);
        write_share(json, "low", quote->low);
        write_share(json, "high", quote->high);
        sn_json_kv_integer(json, "year", quote->year);
        sn_json_kv_string(json, "source", quote->source);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

static void write_concentration(sn_json *json, const sn_page *page)
{
    sn_json_kv_array(json, "concentration");
    for (size_t g = 0; g < page->place.count; g++) {
        const sn_concentration_group *group = &page->place.group[g];
        double sum = 0;
        if (group->count == 0)
            continue;
        sn_json_begin_object_inline(json);
        sn_json_kv_string(json, "commodity", group->commodity);
        sn_json_kv_string(json, "stage", group->stage);
        sn_json_kv_string(json, "product", group->product);
        write_amount(json, "total", group->total);
        sn_json_kv_string(json, "unit", group->unit);
        write_share(json, "top1", group->top1);
        write_share(json, "top3", group->top3);
        write_amount(json, "hhi", group->hhi);
        write_amount(json, "hhi_high", group->hhi_bounds[1]);
        write_share(json, "n_minus_1", group->n_minus_1);
        write_share(json, "named", group->coverage);
        sn_json_kv_integer(json, "members_total", (int64_t)group->count);
        sn_json_kv_array(json, "members");
        for (size_t m = 0; m < group->count && m < MEMBERS; m++) {
            const char *place = sn_call_place(group->member[m].id);
            sum += group->member[m].share;
            sn_json_begin_object_inline(json);
            sn_json_kv_string(json, "id", group->member[m].id);
            sn_json_kv_string(json, "label", place != NULL ? place : group->member[m].id);
            write_share(json, "share", group->member[m].share);
            write_share(json, "cumulative", fmin(1, sum));
            sn_json_end_object(json);
        }
        sn_json_end_array(json);
        write_owners(json, page, group);
        sn_json_end_object(json);
    }
    sn_json_end_array(json);
}

static void write_view(sn_json *json, const sn_call *call, const sn_page *page,
                       const sn_view *view)
{
    const char *name = sn_call_text(call, SN_COMMODITY, view->commodity);

    sn_json_begin_object(json);
    sn_json_kv_string(json, "id", name);
    sn_json_kv_string(json, "label",
                      name != NULL      ? name
                      : page->views > 1 ? "without commodity"
                                        : "all goods");
    sn_json_kv_string(json, "unit", sn_network_unit(call->net, view->commodity));
    sn_json_kv_integer(json, "nodes_total", (int64_t)view->nodes);
    sn_json_kv_integer(json, "flows_total", (int64_t)view->flows);
    write_amount(json, "amount", view->amount);
    write_share(json, "drawn", view->amount > 0 ? view->drawn / view->amount : (double)NAN);
    write_share(json, "inside", view->amount > 0 ? view->inside / view->amount : (double)NAN);
    sn_json_key(json, "columns");
    sn_json_begin_array_inline(json);
    for (size_t c = 0; c < view->columns; c++)
        sn_json_string(json, view->column_name[c]);
    sn_json_end_array(json);
    write_seats(json, call, view);
    write_lanes(json, view);
    sn_json_kv_array(json, "whatif");
    for (size_t k = 0; k < view->outcomes; k++)
        if (k < OUTCOMES || page->stop[view->outcome[k].stop].group == SN_NONE)
            write_outcome(json, call, view, &view->outcome[k]);
    sn_json_end_array(json);
    write_exposures(json, view);
    sn_json_end_object(json);
}

void sn_page_write(sn_json *json, const sn_call *call, const sn_page *page)
{
    sn_json_key(json, "model");
    sn_json_begin_object_inline(json);
    sn_json_kv_string(json, "by", sn_level_name(page->level));
    sn_json_kv_string(json, "mode", sn_mode_name(page->mode));
    sn_json_kv_string(json, "response", sn_options_text(&call->options, "response"));
    sn_json_kv_string(json, "weight",
                      sn_weight_name(sn_impact_frame_weight(page->setting.frame)));
    sn_json_kv_string(json, "best_case_reason", page->best.reason);
    sn_json_end_object(json);
    sn_json_kv_integer(json, "height", SN_PAGE_HEIGHT);
    sn_json_kv_integer(json, "commodities_total", (int64_t)page->commodities);
    sn_json_kv_integer(json, "stops_total", (int64_t)page->candidates);
    sn_json_kv_integer(json, "stops_tried", (int64_t)page->tried);
    write_share(json, "estimated", page->estimated);
    write_stops(json, call, page);
    sn_json_kv_array(json, "commodities");
    for (size_t v = 0; v < page->views; v++)
        write_view(json, call, page, &page->view[v]);
    sn_json_end_array(json);
    write_concentration(json, page);
}
