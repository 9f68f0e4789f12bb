/* report_draw.c - which nodes and flows the pictures of a page show, and where. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report_model.h"

enum { COLUMNS = 8, UNSTAGED = 44, NAMED = 16 };

/* A node or country on its way into an order: the largest amount first. */
typedef struct {
    double amount;
    int32_t index;
} ranked;

static int by_amount(const void *left, const void *right)
{
    const ranked *a = left, *b = right;

    if (a->amount < b->amount || a->amount > b->amount)
        return a->amount > b->amount ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

/* What a node counts for in the pictures. */
static double size_of(const sn_network *net, size_t i)
{
    return fmax(sn_network_output(net, i),
                fmax(sn_network_purchases(net, i), sn_network_final_demand(net, i)));
}

const char *sn_page_seat_name(const sn_call *call, const sn_seat *seat)
{
    if (seat->node == SN_NONE)
        return NULL;
    const size_t node = (size_t)seat->node;
    const char *country = sn_network_text(call->net, SN_COUNTRY, node);
    const char *place = sn_call_place(country);

    if (sn_network_is_rest(call->net, node))
        return "rest of the world";
    return sn_network_kind(call->net, node) != SN_KIND_FIRM && place != NULL
               ? place
               : sn_network_label(call->net, node);
}

/* One view for each commodity that has nodes; of very many the first by number of nodes. */
static sn_status list_views(sn_call *call, sn_page *page, sn_error *err)
{
    const sn_network *net = call->net;
    const size_t n = sn_network_node_count(net);
    const size_t codes = (size_t)sn_network_dict(net, SN_COMMODITY)->count + 1;
    ranked *count = calloc(codes + 1, sizeof *count);
    int32_t *view_of_code = malloc((codes + 1) * sizeof *view_of_code);
    sn_status status = SN_OK;

    page->view_of = malloc((n + 1) * sizeof *page->view_of);
    page->seat_of = malloc((n + 1) * sizeof *page->seat_of);
    if (count == NULL || view_of_code == NULL || page->view_of == NULL ||
        page->seat_of == NULL) {
        status = sn_nomem(err, "a page");
        goto out;
    }
    for (size_t c = 0; c < codes; c++) {
        count[c].index = (int32_t)c;
        view_of_code[c] = SN_NONE;
    }
    for (size_t i = 0; i < n; i++)
        count[sn_network_code(net, SN_COMMODITY, i) + 1].amount += 1;
    qsort(count, codes, sizeof *count, by_amount);
    for (size_t c = 0; c < codes; c++) {
        page->commodities += count[c].amount > 0;
        if (c < SN_PAGE_VIEWS && count[c].amount > 0)
            view_of_code[count[c].index] = 0;
    }
    page->view = calloc(page->commodities + 1, sizeof *page->view);
    SN_TRY_ALLOC(page->view, "a page");
    for (size_t c = 0; c < codes; c++)
        if (view_of_code[c] != SN_NONE) {
            view_of_code[c] = (int32_t)page->views;
            page->view[page->views++].commodity = (int32_t)c - 1;
        }
    for (size_t i = 0; i < n; i++) {
        page->view_of[i] = view_of_code[sn_network_code(net, SN_COMMODITY, i) + 1];
        page->seat_of[i] = SN_NONE;
        if (page->view_of[i] != SN_NONE)
            page->view[page->view_of[i]].nodes++;
    }
    for (size_t e = 0; e < sn_network_flow_count(net); e++) {
        const sn_flow flow = sn_network_flow(net, e);
        const int32_t v = page->view_of[flow.supplier];
        page->estimated += flow.basis == SN_BASIS_ESTIMATED;
        if (v == SN_NONE || page->view_of[flow.buyer] != v)
            continue;
        page->view[v].flows++;
        page->view[v].amount += flow.value;
    }
    page->estimated /= fmax(1, (double)sn_network_flow_count(net));
out:
    free(count);
    free(view_of_code);
    return status;
}

/* Countries that use most, over all commodities: a bit for each country code. */
static sn_status list_users(const sn_call *call, const sn_page *page, bool *user, sn_error *err)
{
    const sn_network *net = call->net;
    const size_t n = sn_network_node_count(net);
    const size_t codes = (size_t)sn_network_dict(net, SN_COUNTRY)->count;
    double *demand = calloc(page->views + 1, sizeof *demand);
    ranked *share = calloc(codes + 1, sizeof *share);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(demand, "a page");
    SN_TRY_ALLOC(share, "a page");
    for (size_t i = 0; i < n; i++)
        if (page->view_of[i] != SN_NONE)
            demand[page->view_of[i]] += sn_network_final_demand(net, i);
    for (size_t c = 0; c < codes; c++)
        share[c].index = (int32_t)c;
    for (size_t i = 0; i < n; i++) {
        const int32_t country = sn_network_code(net, SN_COUNTRY, i), v = page->view_of[i];
        if (country != SN_NONE && v != SN_NONE && demand[v] > 0 && !sn_network_is_rest(net, i))
            share[country].amount += sn_network_final_demand(net, i) / demand[v];
    }
    qsort(share, codes, sizeof *share, by_amount);
    for (size_t k = 0; k < SN_PAGE_BUYERS && k < codes; k++)
        user[share[k].index] = share[k].amount > 0;
out:
    free(demand);
    free(share);
    return status;
}

/* Seat a node by itself, or (SN_NONE) open a seat for the others of a column. */
static void add_seat(sn_view *view, int32_t node, int32_t column)
{
    view->seat[view->seats++] = (sn_seat){.node = node, .column = column};
}

static void join(const sn_call *call, sn_page *page, sn_view *view, size_t seat, size_t node)
{
    view->seat[seat].joined++;
    view->seat[seat].amount += size_of(call->net, node);
    page->seat_of[node] = (int32_t)seat;
}

/* Columns of a view whose nodes have stages: the order in which goods pass them.  column: by
 * stage code. */
static sn_status order_stages(const sn_call *call, const sn_page *page, size_t v,
                              int32_t *column, sn_error *err)
{
    const sn_network *net = call->net;
    const sn_dict *stages = sn_network_dict(net, SN_STAGE);
    const size_t count = (size_t)stages->count;
    double *amount = calloc(count * count + 1, sizeof *amount);
    sn_layout_link *link = calloc(count * count + 1, sizeof *link);
    bool *dropped = calloc(count * count + 1, sizeof *dropped);
    sn_view *view = &page->view[v];
    size_t links = 0;
    sn_status status = SN_OK;

    if (amount == NULL || link == NULL || dropped == NULL) {
        status = sn_nomem(err, "a page");
        goto out;
    }
    for (size_t e = 0; e < sn_network_flow_count(net); e++) {
        const sn_flow flow = sn_network_flow(net, e);
        const int32_t a = sn_network_code(net, SN_STAGE, (size_t)flow.supplier);
        const int32_t b = sn_network_code(net, SN_STAGE, (size_t)flow.buyer);
        if (page->view_of[flow.supplier] == (int32_t)v &&
            page->view_of[flow.buyer] == (int32_t)v && a != SN_NONE && b != SN_NONE && a != b)
            amount[(size_t)a * count + (size_t)b] += flow.value;
    }
    for (size_t k = 0; k < count * count; k++)
        if (amount[k] > 0)
            link[links++] =
                (sn_layout_link){(int32_t)(k / count), (int32_t)(k % count), amount[k]};
    SN_TRY(sn_layout_layers(count, link, links, COLUMNS, column, dropped, &view->columns, err));
    for (size_t i = 0; i < sn_network_node_count(net); i++) {
        const int32_t stage = sn_network_code(net, SN_STAGE, i);
        if (page->view_of[i] != (int32_t)v || stage == SN_NONE)
            continue;
        char *name = view->column_name[column[stage]];
        const char *text = sn_dict_text(stages, stage);
        if (strstr(name, text) == NULL &&
            strlen(name) + strlen(text) + 3 < sizeof *view->column_name) {
            strcat(name, *name != '\0' ? ", " : "");
            strcat(name, text);
        }
    }
out:
    free(amount);
    free(link);
    free(dropped);
    return status;
}

/* The nodes of a column, the largest first, then the seats that they get. */
static sn_status seat_column(const sn_call *call, sn_page *page, size_t v, int32_t c,
                             const bool *user, const ranked *node, size_t count, sn_error *err)
{
    const sn_network *net = call->net;
    sn_view *view = &page->view[v];
    size_t seated = 0, named = 0, left = 0;
    bool *alone = calloc(count + 1, sizeof *alone);

    if (alone == NULL)
        return sn_nomem(err, "a page");
    for (size_t k = 0; k < count; k++) {
        const size_t i = (size_t)node[k].index;
        const int32_t country = sn_network_code(net, SN_COUNTRY, i);
        const bool asked =
            page->setting.buyers_named
                ? sn_impact_frame_amount(page->setting.frame, i) > 0
                : sn_network_final_demand(net, i) > 0 && country != SN_NONE && user[country];
        const bool wanted = asked && named < NAMED;
        alone[k] = wanted || (seated < SN_PAGE_COLUMN && !sn_network_is_rest(net, i));
        named += wanted;
        seated += alone[k];
        left += !alone[k];
    }
    for (size_t k = 0; k < count; k++)
        if (alone[k] || left == 1) {
            add_seat(view, node[k].index, c);
            join(call, page, view, view->seats - 1, (size_t)node[k].index);
        }
    if (left > 1) {
        add_seat(view, SN_NONE, c);
        for (size_t k = 0; k < count; k++)
            if (!alone[k])
                join(call, page, view, view->seats - 1, (size_t)node[k].index);
    }
    free(alone);
    return SN_OK;
}

static sn_status seat_stages(const sn_call *call, sn_page *page, size_t v, const bool *user,
                             sn_error *err)
{
    const sn_network *net = call->net;
    sn_view *view = &page->view[v];
    const size_t stages = (size_t)sn_network_dict(net, SN_STAGE)->count;
    int32_t *column = calloc(stages + 1, sizeof *column);
    ranked *node = malloc((view->nodes + 1) * sizeof *node);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(column, "a page");
    SN_TRY_ALLOC(node, "a page");
    SN_TRY(order_stages(call, page, v, column, err));
    for (int32_t c = 0; c < (int32_t)view->columns; c++) {
        size_t count = 0;
        for (size_t i = 0; i < sn_network_node_count(net); i++) {
            const int32_t stage = sn_network_code(net, SN_STAGE, i);
            if (page->view_of[i] == (int32_t)v && stage != SN_NONE && column[stage] == c)
                node[count++] = (ranked){size_of(net, i), (int32_t)i};
        }
        qsort(node, count, sizeof *node, by_amount);
        SN_TRY(seat_column(call, page, v, c, user, node, count, err));
    }
out:
    free(column);
    free(node);
    return status;
}

/* Without stages: the ends of the largest flows get seats, in columns of suppliers and buyers.
 */
static sn_status seat_flows(const sn_call *call, sn_page *page, size_t v, sn_error *err)
{
    const sn_network *net = call->net;
    sn_view *view = &page->view[v];
    ranked *flow = malloc((view->flows + 1) * sizeof *flow);
    sn_layout_link *link = malloc((view->flows + 1) * sizeof *link);
    bool *dropped = calloc(view->flows + 1, sizeof *dropped);
    int32_t column[UNSTAGED + 2] = {0};
    size_t flows = 0, links = 0;
    sn_status status = SN_OK;

    if (flow == NULL || link == NULL || dropped == NULL) {
        status = sn_nomem(err, "a page");
        goto out;
    }
    for (size_t e = 0; e < sn_network_flow_count(net); e++) {
        const sn_flow one = sn_network_flow(net, e);
        if (page->view_of[one.supplier] == (int32_t)v && page->view_of[one.buyer] == (int32_t)v)
            flow[flows++] = (ranked){one.value, (int32_t)e};
    }
    qsort(flow, flows, sizeof *flow, by_amount);
    for (size_t i = 0; page->setting.buyers_named && i < sn_network_node_count(net); i++)
        if (page->view_of[i] == (int32_t)v && view->seats < NAMED &&
            sn_impact_frame_amount(page->setting.frame, i) > 0) {
            add_seat(view, (int32_t)i, 0);
            join(call, page, view, view->seats - 1, i);
        }
    for (size_t k = 0; k < flows && view->seats < UNSTAGED; k++) {
        const sn_flow one = sn_network_flow(net, (size_t)flow[k].index);
        for (int end = 0; end < 2; end++) {
            const int32_t node = end == 0 ? one.supplier : one.buyer;
            if (page->seat_of[node] != SN_NONE)
                continue;
            add_seat(view, node, 0);
            join(call, page, view, view->seats - 1, (size_t)node);
        }
    }
    for (size_t k = 0; k < flows; k++) {
        const sn_flow one = sn_network_flow(net, (size_t)flow[k].index);
        const int32_t a = page->seat_of[one.supplier], b = page->seat_of[one.buyer];
        if (a != SN_NONE && b != SN_NONE && a != b)
            link[links++] = (sn_layout_link){a, b, one.value};
    }
    SN_TRY(sn_layout_layers(view->seats, link, links, COLUMNS - 2, column, dropped,
                            &view->columns, err));
    for (size_t s = 0; s < view->seats; s++)
        view->seat[s].column = column[s];
out:
    free(flow);
    free(link);
    free(dropped);
    return status;
}

static int by_lane(const void *left, const void *right)
{
    const sn_lane *a = left, *b = right;

    if (a->link.amount < b->link.amount || a->link.amount > b->link.amount)
        return a->link.amount > b->link.amount ? -1 : 1;
    if (a->link.supplier != b->link.supplier)
        return a->link.supplier > b->link.supplier ? 1 : -1;
    return (a->link.buyer > b->link.buyer) - (a->link.buyer < b->link.buyer);
}

/* Add up the flows between seats. */
static sn_status make_lanes(const sn_call *call, sn_page *page, size_t v, sn_error *err)
{
    const sn_network *net = call->net;
    sn_view *view = &page->view[v];
    const size_t seats = view->seats;

    view->lane = calloc(seats * seats + 1, sizeof *view->lane);
    if (view->lane == NULL)
        return sn_nomem(err, "a page");
    for (size_t e = 0; e < sn_network_flow_count(net); e++) {
        const sn_flow flow = sn_network_flow(net, e);
        const int32_t a = page->seat_of[flow.supplier], b = page->seat_of[flow.buyer];
        if (a == SN_NONE || b == SN_NONE || page->view_of[flow.supplier] != (int32_t)v ||
            page->view_of[flow.buyer] != (int32_t)v)
            continue;
        sn_lane *lane = &view->lane[(size_t)a * seats + (size_t)b];
        lane->link.supplier = a;
        lane->link.buyer = b;
        lane->link.amount += flow.value;
        lane->estimated += flow.basis == SN_BASIS_ESTIMATED ? flow.value : 0;
        lane->flows++;
    }
    qsort(view->lane, seats * seats, sizeof *view->lane, by_lane);
    while (view->lanes < seats * seats && view->lane[view->lanes].flows > 0) {
        sn_lane *lane = &view->lane[view->lanes++];
        lane->estimated /= lane->link.amount;
        lane->dropped =
            view->seat[lane->link.supplier].column >= view->seat[lane->link.buyer].column;
        if (lane->dropped)
            view->inside += lane->link.amount;
    }
    view->lanes_shown = view->lanes < SN_PAGE_FLOWS ? view->lanes : SN_PAGE_FLOWS;
    for (size_t k = 0; k < view->lanes_shown; k++)
        view->drawn += view->lane[k].dropped ? 0 : view->lane[k].link.amount;
    return SN_OK;
}

/* Places in the flow diagram and in the network drawing. */
static sn_status lay_out(const sn_call *call, sn_view *view, sn_error *err)
{
    const size_t n = view->seats, m = view->lanes;
    int32_t *column = malloc((n + 1) * sizeof *column);
    bool *last = calloc(n + 1, sizeof *last), *dropped = calloc(m + 1, sizeof *dropped);
    sn_layout_link *link = malloc((m + 1) * sizeof *link);
    sn_layout_box *box = malloc((n + 1) * sizeof *box);
    sn_layout_ribbon *ribbon = malloc((m + 1) * sizeof *ribbon);
    double *x = malloc((n + 1) * sizeof *x), *y = malloc((n + 1) * sizeof *y);
    sn_status status = SN_OK;

    if (column == NULL || last == NULL || dropped == NULL || link == NULL || box == NULL ||
        ribbon == NULL || x == NULL || y == NULL) {
        status = sn_nomem(err, "a page");
        goto out;
    }
    for (size_t s = 0; s < n; s++) {
        column[s] = view->seat[s].column;
        last[s] = view->seat[s].node == SN_NONE;
    }
    for (size_t k = 0; k < m; k++) {
        link[k] = view->lane[k].link;
        dropped[k] = view->lane[k].dropped;
    }
    SN_TRY(sn_layout_sankey(n, column, view->columns, last, link, m, dropped, SN_PAGE_HEIGHT,
                            15, box, ribbon, err));
    SN_TRY(sn_layout_sketch(n, link, m, (uint64_t)sn_options_integer(&call->options, "seed"), x,
                            y, err));
    for (size_t s = 0; s < n; s++) {
        view->seat[s].box = box[s];
        view->seat[s].x = x[s];
        view->seat[s].y = y[s];
    }
    for (size_t k = 0; k < m; k++)
        view->lane[k].ribbon = ribbon[k];
out:
    free(column);
    free(last);
    free(dropped);
    free(link);
    free(box);
    free(ribbon);
    free(x);
    free(y);
    return status;
}

/* The seats that are buyers: final users, or in a network without any those that buy. */
static sn_status list_buyers(const sn_call *call, const sn_page *page, sn_view *view,
                             sn_error *err)
{
    bool any = false;

    view->buyer = malloc((view->seats + 1) * sizeof *view->buyer);
    if (view->buyer == NULL)
        return sn_nomem(err, "a page");
    for (size_t s = 0; s < view->seats; s++) {
        sn_seat *seat = &view->seat[s];
        seat->is_buyer = seat->node != SN_NONE &&
                         !sn_network_is_rest(call->net, (size_t)seat->node) &&
                         sn_impact_frame_amount(page->setting.frame, (size_t)seat->node) > 0;
        any |= seat->is_buyer;
    }
    for (size_t s = 0; s < view->seats; s++) {
        sn_seat *seat = &view->seat[s];
        if (!any && seat->node != SN_NONE)
            seat->is_buyer = sn_network_purchases(call->net, (size_t)seat->node) > 0;
        if (seat->is_buyer)
            view->buyer[view->buyers++] = s;
    }
    return SN_OK;
}

sn_status sn_page_draw(sn_call *call, sn_page *page, sn_error *err)
{
    const sn_network *net = call->net;
    const size_t n = sn_network_node_count(net);
    bool *user = calloc((size_t)sn_network_dict(net, SN_COUNTRY)->count + 1, sizeof *user);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(user, "a page");
    SN_TRY(list_views(call, page, err));
    SN_TRY(list_users(call, page, user, err));
    for (size_t v = 0; v < page->views; v++) {
        sn_view *view = &page->view[v];
        size_t staged = 0;
        for (size_t i = 0; i < n; i++)
            staged +=
                page->view_of[i] == (int32_t)v && sn_network_code(net, SN_STAGE, i) != SN_NONE;
        const size_t room =
            COLUMNS * (SN_PAGE_COLUMN + SN_PAGE_BUYERS + NAMED) + UNSTAGED + NAMED;
        view->seat = calloc(room, sizeof *view->seat);
        SN_TRY_ALLOC(view->seat, "a page");
        SN_TRY(staged > 0 ? seat_stages(call, page, v, user, err)
                          : seat_flows(call, page, v, err));
        SN_TRY(make_lanes(call, page, v, err));
        SN_TRY(lay_out(call, view, err));
        SN_TRY(list_buyers(call, page, view, err));
    }
out:
    free(user);
    return status;
}
