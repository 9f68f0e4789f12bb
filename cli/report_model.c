/* report_model.c - a page from a network: pictures, what-ifs, exposures, headlines. */
#include "cli/report_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/number.h"

static const size_t large = 200000; /* nodes and flows: above, a page takes less on */

/* What each listed buyer depends on. */
static sn_status trace(const sn_call *call, sn_page *page, sn_error *err)
{
    const sn_exposure_options how = {.commodity = SN_NONE, .limit = SN_PAGE_DEPENDS};
    double *weight = calloc(sn_network_node_count(call->net) + 1, sizeof *weight);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(weight, "a page");
    for (size_t v = 0; v < page->views; v++) {
        sn_view *view = &page->view[v];
        view->exposure = calloc(view->buyers + 1, sizeof *view->exposure);
        SN_TRY_ALLOC(view->exposure, "a page");
        for (size_t b = 0; !page->is_large && b < view->buyers; b++) {
            const int32_t node = view->seat[view->buyer[b]].node;
            sn_error reason = {0};
            weight[node] = 1;
            status =
                sn_exposure_of(call->net, weight, &page->by, &how, &view->exposure[b], &reason);
            weight[node] = 0;
            if (status == SN_ENOMEM)
                SN_TRY(sn_fail(err, status, "%s", reason.message));
            status = SN_OK; /* a closed loop in which nothing is made has no exposure to show */
        }
    }
out:
    free(weight);
    return status;
}

sn_status sn_page_make(sn_call *call, sn_page *page, sn_error *err)
{
    sn_status status = SN_OK;

    memset(page, 0, sizeof *page);
    page->is_large =
        sn_network_node_count(call->net) + sn_network_flow_count(call->net) > large;
    SN_TRY(sn_mode_parse(sn_options_text(&call->options, "mode"), &page->mode, err));
    SN_TRY(sn_setting_make(call, &page->setting, err));
    SN_TRY(sn_best_case_make(call, &page->setting, true, 0, &page->best, err));
    SN_TRY(sn_page_draw(call, page, err));
    SN_TRY(sn_page_stop(call, page, err));
    SN_TRY(trace(call, page, err));
    SN_TRY(sn_concentration_make(call->net, SN_LEVEL_COUNTRY, SN_LARGEST, &page->place, err));
    SN_TRY(sn_concentration_make(call->net, SN_LEVEL_OWNER, sn_call_ownership(call),
                                 &page->owner, err));
    SN_TRY(sn_quoted_shares_load(sn_call_dataset(call), &page->quoted, err));
    SN_TRY(sn_page_judge(call, page, err));
out:
    return status;
}

static void clear_view(sn_view *view)
{
    for (size_t k = 0; view->outcome != NULL && k < view->outcomes; k++) {
        for (size_t b = 0; view->outcome[k].buyer != NULL && b < view->buyers; b++)
            sn_paths_clear(&view->outcome[k].buyer[b].path);
        free(view->outcome[k].buyer);
        free(view->outcome[k].seat_loss);
    }
    for (size_t b = 0; view->exposure != NULL && b < view->buyers; b++)
        sn_exposure_clear(&view->exposure[b]);
    free(view->outcome);
    free(view->exposure);
    free(view->buyer);
    free(view->lane);
    free(view->seat);
}

void sn_page_clear(sn_page *page)
{
    for (size_t v = 0; v < page->views; v++)
        clear_view(&page->view[v]);
    free(page->view);
    free(page->view_of);
    free(page->seat_of);
    free(page->stop);
    sn_grouping_clear(&page->by);
    sn_concentration_clear(&page->place);
    sn_concentration_clear(&page->owner);
    sn_quoted_shares_clear(&page->quoted);
    sn_best_case_clear(&page->best);
    sn_setting_clear(&page->setting);
}

static const char *view_name(const sn_call *call, const sn_view *view)
{
    const char *name = sn_call_text(call, SN_COMMODITY, view->commodity);

    return name != NULL ? name : "goods";
}

/* Whom the whole depends on most. */
static sn_status judge_stops(sn_call *call, const sn_page *page, sn_error *err)
{
    const sn_stop *first = NULL;
    char percent[SN_NUMBER_SIZE], low[SN_NUMBER_SIZE], others[SN_NUMBER_SIZE];
    const sn_view *worst_view = NULL;
    const sn_outcome *worst = NULL;
    sn_status status = SN_OK;

    for (size_t k = 0; k < page->stops && first == NULL; k++)
        first = page->stop[k].group != SN_NONE ? &page->stop[k] : NULL;
    if (first != NULL && page->commodities > 1 && first->over_half > 0)
        SN_TRY(sn_call_find(
            call, SN_NOTE, "headline-stops", first->name, (double)first->over_half, NAN, err,
            "%s can stop more than half of final use in %zu of %zu commodities",
            sn_page_stop_name(call, page, first), first->over_half, page->commodities));
    for (size_t v = 0; v < page->views; v++)
        for (size_t k = 0; k < page->view[v].outcomes; k++) {
            const sn_outcome *one = &page->view[v].outcome[k];
            if (page->stop[one->stop].group != SN_NONE &&
                (worst == NULL || one->loss > worst->loss)) {
                worst = one;
                worst_view = &page->view[v];
            }
        }
    if (worst == NULL)
        return SN_OK;
    SN_TRY(sn_call_find(
        call, SN_NOTE, "headline-worst", page->stop[worst->stop].name, worst->loss, NAN, err,
        "without %s, %s of the supply of %s is missing%s%s%s%s%s",
        sn_page_stop_name(call, page, &page->stop[worst->stop]),
        sn_number_percent(worst->loss, percent), view_name(call, worst_view),
        isnan(worst->low) ? "" : "; if everyone else does all they can, ",
        isnan(worst->low) ? "" : sn_number_percent(worst->low, low),
        isnan(worst->loss_others) ? "" : " (users elsewhere lose ",
        isnan(worst->loss_others) ? "" : sn_number_percent(worst->loss_others, others),
        isnan(worst->loss_others) ? "" : ")"));
out:
    return status;
}

/* The widest gap between what is bought somewhere and what comes from there. */
static sn_status judge_hidden(sn_call *call, const sn_page *page, sn_error *err)
{
    const sn_exposure_row *widest = NULL;
    const sn_seat *buyer = NULL;
    const sn_view *where = NULL;
    char direct[SN_NUMBER_SIZE], through[SN_NUMBER_SIZE];

    for (size_t v = 0; v < page->views; v++)
        for (size_t b = 0; b < page->view[v].buyers; b++)
            for (size_t r = 0; r < page->view[v].exposure[b].count; r++) {
                const sn_exposure_row *row = &page->view[v].exposure[b].row[r];
                if (row->rest || row->name == NULL ||
                    (widest != NULL &&
                     row->look_through - row->direct <= widest->look_through - widest->direct))
                    continue;
                widest = row;
                buyer = &page->view[v].seat[page->view[v].buyer[b]];
                where = &page->view[v];
            }
    if (widest == NULL || !(widest->look_through - widest->direct > 0.05))
        return SN_OK;
    const char *place = sn_call_place(widest->name);
    char bought[80] = "none";
    if (widest->direct > 0)
        (void)snprintf(bought, sizeof bought, "only %s",
                       sn_number_percent(widest->direct, direct));
    return sn_call_find(
        call, SN_NOTE, "headline-hidden", sn_page_seat_name(call, buyer),
        widest->look_through - widest->direct, NAN, err,
        "%s buys %s of its %s directly from %s, yet %s of its supply comes from or passes "
        "through there",
        sn_page_seat_name(call, buyer), bought, view_name(call, where),
        place != NULL ? place : widest->name, sn_number_percent(widest->look_through, through));
}

static sn_status judge_concentration(sn_call *call, const sn_page *page, sn_error *err)
{
    size_t over = 0;

    for (size_t g = 0; g < page->place.count; g++)
        over += page->place.group[g].top1 > 0.5;
    if (over == 0 || page->place.count < 2)
        return SN_OK;
    return sn_call_find(call, SN_NOTE, "headline-concentration", "network", (double)over, NAN,
                        err,
                        "in %zu of %zu commodities and stages one country makes more than half",
                        over, page->place.count);
}

sn_status sn_page_judge(sn_call *call, const sn_page *page, sn_error *err)
{
    char percent[SN_NUMBER_SIZE];
    sn_status status = SN_OK;

    SN_TRY(judge_stops(call, page, err));
    SN_TRY(judge_hidden(call, page, err));
    SN_TRY(judge_concentration(call, page, err));
    if (page->estimated > 0)
        SN_TRY(sn_call_find(
            call, SN_WARNING, "estimated-flows", "network", page->estimated, NAN, err,
            "%s of the flows rest on no trade statistic: who buys from whom is estimated "
            "there from production and need",
            sn_number_percent(page->estimated, percent)));
    if (page->tried < page->candidates)
        SN_TRY(sn_call_find(
            call, SN_WARNING, "not-all-tried", "network", (double)page->tried,
            (double)page->candidates, err,
            "the network is large: of %zu that could stop only the %zu largest were tried; "
            "`supplynet sweep` tries them all",
            page->candidates, page->tried));
    if (page->is_large)
        SN_TRY(sn_call_find(
            call, SN_WARNING, "large-network", "network", NAN, NAN, err,
            "the network is large: dependences, proofs and paths are left out here; "
            "`supplynet exposure`, `chokepoints` and `whatif` give them"));
    if (page->views < page->commodities)
        SN_TRY(sn_call_find(
            call, SN_WARNING, "commodities-left-out", "network", (double)page->views,
            (double)page->commodities, err,
            "%zu of %zu commodities are shown, those with most nodes; -c chooses others",
            page->views, page->commodities));
    SN_TRY(sn_find_model(call, &page->setting, false, err));
out:
    return status;
}
