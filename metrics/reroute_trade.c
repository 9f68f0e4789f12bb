/* reroute_trade.c - who could trade with whom beyond the links of today.
 *
 * Hubs instead of all pairs: one of the world and one of each country per product group, so an
 * open market costs O(E) columns.  A ban stays a ban because who is under it does not get to
 * the hub (reroute.h says how a ban is told from the pattern of cuts).
 */
#include <stdlib.h>
#include <string.h>

#include "metrics/reroute_private.h"

/* One end of a flow, to be sorted into posts. */
typedef struct {
    int32_t component, group, place, node;
    uint32_t flow;
} flow_end;

static int32_t place_of(const sn_network *net, int32_t node)
{
    const int32_t country = sn_network_code(net, SN_COUNTRY, (size_t)node);

    return country == SN_NONE ? -2 - node : country;
}

static int compare_ends(const void *a, const void *b)
{
    const flow_end *p = a, *q = b;

    if (p->component != q->component)
        return p->component < q->component ? -1 : 1;
    if (p->group != q->group)
        return p->group < q->group ? -1 : 1;
    if (p->place != q->place)
        return p->place < q->place ? -1 : 1;
    if (p->node != q->node)
        return p->node < q->node ? -1 : 1;
    return (p->flow > q->flow) - (p->flow < q->flow);
}

static bool is_abroad(const sn_network *net, size_t e)
{
    return place_of(net, net->supplier[e]) != place_of(net, net->buyer[e]);
}

/* Sort the ends and make a post of each run of equal ones. */
static size_t make_posts(const sn_reroute *r, flow_end *end, size_t ends, sn_post *post,
                         uint32_t *post_of, size_t *first)
{
    const sn_network *net = r->net;
    size_t posts = 0;

    qsort(end, ends, sizeof *end, compare_ends);
    for (size_t k = 0; k < ends; k++) {
        const size_t e = end[k].flow;
        if (k == 0 || end[k].component != end[k - 1].component ||
            end[k].group != end[k - 1].group || end[k].node != end[k - 1].node) {
            post[posts++] = (sn_post){.node = end[k].node,
                                      .group = end[k].group,
                                      .place = end[k].place,
                                      .world = SN_NO_PLACE,
                                      .home = SN_NO_PLACE};
            first[end[k].component + 1]++;
        }
        post_of[e] = (uint32_t)(posts - 1);
        if (is_abroad(net, e))
            post[posts - 1].crossing++;
        else if (net->supplier[e] != net->buyer[e])
            post[posts - 1].domestic++;
    }
    for (size_t c = 0; c < r->components; c++)
        first[c + 1] += first[c];
    return posts;
}

static size_t list_ends(const sn_reroute *r, const int32_t *node, flow_end *end)
{
    const sn_network *net = r->net;
    size_t ends = 0;

    for (size_t e = 0; e < net->flow_count; e++)
        if (r->unit[e] > 0)
            end[ends++] = (flow_end){r->component[node[e]], net->group[e],
                                     place_of(net, node[e]), node[e], (uint32_t)e};
    return ends;
}

sn_status sn_trade_new(sn_reroute *r, sn_error *err)
{
    sn_status status = SN_OK;
    sn_trade *t = &r->trade;
    const size_t m = r->net->flow_count + 1, c = r->components + 1;
    flow_end *end = NULL;

    if (r->net->flow_count > UINT32_MAX)
        return sn_nomem(err, "a market of more than 2^32 flows");
    SN_TRY_ALLOC(end = malloc(m * sizeof *end), "a market");
    SN_TRY_ALLOC(t->sale = malloc(m * sizeof *t->sale), "a market");
    SN_TRY_ALLOC(t->purchase = malloc(m * sizeof *t->purchase), "a market");
    SN_TRY_ALLOC(t->sale_of = malloc(m * sizeof *t->sale_of), "a market");
    SN_TRY_ALLOC(t->purchase_of = malloc(m * sizeof *t->purchase_of), "a market");
    SN_TRY_ALLOC(t->sale_first = calloc(c, sizeof *t->sale_first), "a market");
    SN_TRY_ALLOC(t->purchase_first = calloc(c, sizeof *t->purchase_first), "a market");
    t->sales = make_posts(r, end, list_ends(r, r->net->supplier, end), t->sale, t->sale_of,
                          t->sale_first);
    t->purchases = make_posts(r, end, list_ends(r, r->net->buyer, end), t->purchase,
                              t->purchase_of, t->purchase_first);
out:
    free(end);
    return status;
}

void sn_trade_clear(sn_trade *trade)
{
    free(trade->sale);
    free(trade->purchase);
    free(trade->sale_of);
    free(trade->purchase_of);
    free(trade->sale_first);
    free(trade->purchase_first);
    memset(trade, 0, sizeof *trade);
}

static void open_posts(sn_post *post, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        post[k].cut_crossing = post[k].cut_domestic = 0;
        post[k].world_closed = post[k].home_closed = false;
    }
}

/* Close suppliers all of whose flows on a side are cut, and with them their whole place where
 * that holds for all of it. */
static void close_sales(sn_post *post, size_t count)
{
    for (size_t begin = 0, end; begin < count; begin = end) {
        size_t crossing = 0, cut = 0;

        for (end = begin; end < count && post[end].group == post[begin].group &&
                          post[end].place == post[begin].place; end++) {
            crossing += post[end].crossing;
            cut += post[end].cut_crossing;
        }
        for (size_t k = begin; k < end; k++) {
            const bool all_abroad = post[k].crossing > 0 &&
                                    post[k].cut_crossing == post[k].crossing;
            post[k].home_closed = post[k].domestic > 0 &&
                                  post[k].cut_domestic == post[k].domestic;
            post[k].world_closed = all_abroad || (crossing > 0 && cut == crossing) ||
                                   post[k].home_closed; /* the world hub sells at home too */
        }
    }
}

/* Pass 0 counts the cut flows of suppliers; pass 1 lays what they do not explain on buyers. */
static void read_flow(sn_reroute *r, size_t e, int pass)
{
    sn_post *seller = &r->trade.sale[r->trade.sale_of[e]];
    sn_post *buyer = &r->trade.purchase[r->trade.purchase_of[e]];
    const bool abroad = is_abroad(r->net, e);

    if (pass == 0 && abroad)
        seller->cut_crossing++;
    else if (pass == 0)
        seller->cut_domestic++;
    else if (abroad && !seller->world_closed)
        buyer->world_closed = true;
    else if (!abroad && !seller->home_closed)
        buyer->home_closed = buyer->world_closed = true;
}

static void read_flows(sn_reroute *r, size_t component, int pass)
{
    const sn_network *net = r->net;

    for (size_t k = r->first[component]; k < r->first[component + 1]; k++) {
        const size_t i = (size_t)r->member[k];
        for (size_t e = net->out_first[i]; e < net->out_first[i + 1]; e++)
            if (r->unit[e] > 0 && sn_flow_left(r, e) < 1 && net->buyer[e] != (int32_t)i)
                read_flow(r, e, pass);
    }
}

void sn_trade_read(sn_reroute *r, size_t component)
{
    sn_trade *t = &r->trade;
    const size_t sale = t->sale_first[component], purchase = t->purchase_first[component];
    const size_t sales = t->sale_first[component + 1] - sale;

    open_posts(t->sale + sale, sales);
    open_posts(t->purchase + purchase, t->purchase_first[component + 1] - purchase);
    read_flows(r, component, 0);
    close_sales(t->sale + sale, sales);
    read_flows(r, component, 1);
}
