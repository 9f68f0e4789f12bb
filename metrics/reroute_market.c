/* reroute_market.c - the hubs of an open market as rows and columns.
 *
 * A hub's row says that no more is bought from it than sold to it.  Sales are in units of the
 * supplier's base, purchases of what the buyer normally buys in the group, rows in units of all
 * purchases of the group.
 */
#include <math.h>

#include "metrics/reroute_private.h"

static sn_status add_sale(sn_reroute *r, const sn_post *post, int32_t hub, double all,
                          sn_lp *lp, int32_t *column, sn_error *err)
{
    sn_status status = SN_OK;

    SN_TRY(sn_lp_column(lp, 0, INFINITY, 0, column, err));
    SN_TRY(sn_lp_entry(lp, r->balance[post->node], *column, 1, err));
    SN_TRY(sn_lp_entry(lp, hub, *column, -r->base[post->node] / all, err));
out:
    return status;
}

static sn_status add_purchase(sn_reroute *r, const sn_post *post, int32_t hub, double all,
                              sn_lp *lp, int32_t *column, sn_error *err)
{
    sn_status status = SN_OK;
    const size_t j = (size_t)post->node, s = sn_segment_of(r->net, post);

    SN_TRY(sn_lp_column(lp, 0, INFINITY, 0, column, err));
    SN_TRY(sn_lp_entry(lp, hub, *column, r->total[s] / all, err));
    if (r->net->seg_need[s] == SN_ESSENTIAL) {
        SN_TRY(sn_lp_entry(lp, r->input[s], *column, -r->passed[j], err));
        goto out;
    }
    SN_TRY(sn_lp_entry(lp, r->bundle[j], *column, -r->passed[j] * r->total[s] / r->bought[j],
                       err));
    if (r->input[s] != SN_NO_PLACE)
        SN_TRY(sn_lp_entry(lp, r->input[s], *column, 1, err));
out:
    return status;
}

/* The hub of some suppliers and buyers; all: what is bought in the group. */
static sn_status add_hub(sn_reroute *r, sn_post *sale, size_t sales, sn_post *purchase,
                         size_t purchases, bool home, double all, sn_lp *lp, sn_error *err)
{
    sn_status status = SN_OK;
    int32_t hub;

    SN_TRY(sn_lp_row(lp, 0, &hub, err));
    for (size_t k = 0; k < sales; k++)
        SN_TRY(add_sale(r, &sale[k], hub, all, lp, home ? &sale[k].home : &sale[k].world, err));
    for (size_t k = 0; k < purchases; k++)
        SN_TRY(add_purchase(r, &purchase[k], hub, all, lp,
                            home ? &purchase[k].home : &purchase[k].world, err));
out:
    return status;
}

/* How many posts from the first on are in its group, or in its group and place. */
static size_t run_of(const sn_post *post, size_t count, bool same_place)
{
    size_t k = 0;

    while (k < count && post[k].group == post->group &&
           (!same_place || post[k].place == post->place))
        k++;
    return k;
}

/* Posts of one group: the domestic hubs where a country both sells and buys. */
static sn_status add_homes(sn_reroute *r, sn_post *sale, size_t sales, sn_post *purchase,
                           size_t purchases, double all, sn_lp *lp, sn_error *err)
{
    sn_status status = SN_OK;

    while (sales > 0 && purchases > 0) {
        const size_t s = run_of(sale, sales, true), p = run_of(purchase, purchases, true);
        const bool sell = sale->place <= purchase->place, buy = purchase->place <= sale->place;

        if (sell && buy && sale->place >= 0)
            SN_TRY(add_hub(r, sale, s, purchase, p, true, all, lp, err));
        sale += sell ? s : 0;
        sales -= sell ? s : 0;
        purchase += buy ? p : 0;
        purchases -= buy ? p : 0;
    }
out:
    return status;
}

/* Each group of a component has both suppliers and buyers. */
sn_status sn_trade_columns(sn_reroute *r, size_t component, sn_lp *lp, sn_error *err)
{
    sn_status status = SN_OK;
    sn_trade *t = &r->trade;
    size_t sale = t->sale_first[component], purchase = t->purchase_first[component];

    while (sale < t->sale_first[component + 1]) {
        const size_t sales = run_of(t->sale + sale, t->sale_first[component + 1] - sale, false);
        const size_t purchases = run_of(t->purchase + purchase,
                                        t->purchase_first[component + 1] - purchase, false);
        double all = 0;

        for (size_t k = 0; k < purchases; k++)
            all += r->total[sn_segment_of(r->net, &t->purchase[purchase + k])];
        SN_TRY(add_hub(r, t->sale + sale, sales, t->purchase + purchase, purchases, false, all,
                       lp, err));
        SN_TRY(add_homes(r, t->sale + sale, sales, t->purchase + purchase, purchases, all, lp,
                         err));
        sale += sales;
        purchase += purchases;
    }
out:
    return status;
}

static void close_posts(sn_lp *lp, const sn_post *post, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        if (post[k].world_closed)
            sn_lp_bound(lp, post[k].world, 0, 0);
        if (post[k].home_closed && post[k].home != SN_NO_PLACE)
            sn_lp_bound(lp, post[k].home, 0, 0);
    }
}

void sn_trade_bound(sn_reroute *r, size_t component)
{
    const sn_trade *t = &r->trade;
    const size_t sale = t->sale_first[component], purchase = t->purchase_first[component];

    close_posts(r->program[component], t->sale + sale,
                t->sale_first[component + 1] - sale);
    close_posts(r->program[component], t->purchase + purchase,
                t->purchase_first[component + 1] - purchase);
}
