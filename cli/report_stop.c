/* report_stop.c - the what-ifs of a page: which stops are worth showing, and what each takes.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report_model.h"
#include "metrics/proof.h"

enum { TRIED = 500, LEAST_TRIED = 2 };

static const double budget = 6e6; /* nodes and flows that all stops tried may touch together */
static const double negligible = 5e-4; /* a smaller loss is no reason to keep a stop */

const char *sn_page_stop_name(const sn_call *call, const sn_page *page, const sn_stop *stop)
{
    const char *place = page->level == SN_LEVEL_COUNTRY || page->level == SN_LEVEL_OWNER
                            ? sn_call_place(stop->name)
                            : NULL;
    const int64_t node = sn_network_find(call->net, stop->name);

    if (stop->group == SN_NONE)
        return stop->name;
    return place != NULL ? place
           : node >= 0   ? sn_network_label(call->net, (size_t)node)
                         : stop->name;
}

/* Countries where at least three of them sell; else what there is. */
static sn_status choose_level(const sn_call *call, sn_page *page, sn_error *err)
{
    const char *by = sn_options_text(&call->options, "by");
    const sn_network *net = call->net;
    const size_t codes = (size_t)sn_network_dict(net, SN_COUNTRY)->count;
    bool *sells = calloc(codes + 1, sizeof *sells);
    size_t countries = 0;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(sells, "a page");
    for (size_t i = 0; i < sn_network_node_count(net); i++) {
        const int32_t country = sn_network_code(net, SN_COUNTRY, i);
        if (country == SN_NONE || sells[country] || sn_network_is_rest(net, i) ||
            !(sn_network_sales(net, i) > 0))
            continue;
        sells[country] = true;
        countries++;
    }
    page->level = countries >= 3 ? SN_LEVEL_COUNTRY : SN_LEVEL_FIRM;
    if (by != NULL)
        SN_TRY(sn_level_parse(by, &page->level, err));
    SN_TRY(sn_grouping_make(net, page->level, &page->by, err));
out:
    free(sells);
    return status;
}

static int by_share(const void *left, const void *right)
{
    const sn_stop *a = left, *b = right;

    if (a->share < b->share || a->share > b->share)
        return a->share > b->share ? -1 : 1;
    return strcmp(a->name, b->name);
}

static int by_worst(const void *left, const void *right)
{
    const sn_stop *a = left, *b = right;

    if (a->kept != b->kept)
        return a->kept ? -1 : 1;
    if ((a->group == SN_NONE) != (b->group == SN_NONE))
        return a->group == SN_NONE ? -1 : 1;
    if (a->over_half != b->over_half)
        return a->over_half > b->over_half ? -1 : 1;
    if (a->sum < b->sum || a->sum > b->sum)
        return a->sum > b->sum ? -1 : 1;
    return strcmp(a->name, b->name);
}

/* Every group that sells, the largest share of a commodity's stage first. */
static sn_status list_stops(const sn_call *call, sn_page *page, sn_error *err)
{
    const sn_network *net = call->net;
    const size_t groups = (size_t)page->by.names.count;
    const size_t stages = (size_t)sn_network_dict(net, SN_STAGE)->count + 1;
    const size_t cells = (page->views + 1) * stages;
    double *total = calloc(cells + 1, sizeof *total), *made = NULL;
    size_t named = 0;
    sn_status status = SN_OK;

    while (sn_options_list(&call->options, "remove", named) != NULL)
        named++;
    page->stop = calloc(groups + named + 1, sizeof *page->stop);
    SN_TRY_ALLOC(total, "a page");
    SN_TRY_ALLOC(page->stop, "a page");
    for (size_t i = 0; i < sn_network_node_count(net); i++)
        if (page->view_of[i] != SN_NONE)
            total[(size_t)page->view_of[i] * stages +
                  (size_t)(sn_network_code(net, SN_STAGE, i) + 1)] += sn_network_output(net, i);
    for (size_t v = 0; v < page->views; v++) {
        for (size_t s = 0; s < stages; s++) {
            free(made);
            made = calloc(groups + 1, sizeof *made);
            SN_TRY_ALLOC(made, "a page");
            if (!(total[v * stages + s] > 0))
                continue;
            for (size_t i = 0; i < sn_network_node_count(net); i++)
                if (page->view_of[i] == (int32_t)v && page->by.group[i] != SN_NONE &&
                    sn_network_code(net, SN_STAGE, i) + 1 == (int32_t)s &&
                    sn_network_sales(net, i) > 0 && !sn_network_is_rest(net, i))
                    made[page->by.group[i]] += sn_network_output(net, i);
            for (size_t g = 0; g < groups; g++)
                page->stop[g].share =
                    fmax(page->stop[g].share, made[g] / total[v * stages + s]);
        }
    }
    for (size_t g = 0; g < groups; g++) {
        page->stop[g].name = sn_dict_text(&page->by.names, (int32_t)g);
        page->stop[g].group = (int32_t)g;
        page->candidates += page->stop[g].share > 0;
    }
    qsort(page->stop, groups, sizeof *page->stop, by_share);
    page->stops = page->candidates;
    for (size_t k = 0; k < named; k++)
        page->stop[page->stops++] =
            (sn_stop){.name = sn_options_list(&call->options, "remove", k), .group = SN_NONE};
out:
    free(total);
    free(made);
    return status;
}

/* The remaining capacities after a stop. */
static sn_status mask_stop(sn_call *call, const sn_page *page, const sn_stop *stop,
                           sn_mask *mask, sn_error *err)
{
    const size_t n = sn_network_node_count(call->net);
    sn_selection hit = {0};
    char text[300];
    sn_status status = SN_OK;

    if (stop->group == SN_NONE) {
        SN_TRY(sn_call_select(call, stop->name, &hit, err));
    } else if (page->level == SN_LEVEL_OWNER) {
        (void)snprintf(text, sizeof text, "owner=%s", stop->name);
        SN_TRY(sn_call_select(call, text, &hit, err));
    } else {
        hit.weight = calloc(n + 1, sizeof *hit.weight);
        SN_TRY_ALLOC(hit.weight, "a page");
        for (size_t i = 0; i < n; i++)
            hit.weight[i] = page->by.group[i] == stop->group;
    }
    SN_TRY(sn_mask_apply(call->net, &hit, NULL, page->mode, 1, mask, err));
out:
    sn_selection_clear(&hit);
    return status;
}

/* Enter the losses of all commodities. */
static void add_up(const sn_page *page, sn_stop *stop, const sn_impact_total *commodity,
                   size_t count, double *loss)
{
    stop->worst = stop->sum = 0;
    stop->over_half = 0;
    for (size_t v = 0; v < page->views; v++) {
        double found = 0;
        for (size_t c = 0; c < count; c++)
            if (commodity[c].commodity == page->view[v].commodity && !isnan(commodity[c].loss))
                found = commodity[c].loss;
        stop->worst = fmax(stop->worst, found);
        if (loss != NULL)
            loss[v] = found;
    }
    for (size_t c = 0; c < count; c++) {
        stop->over_half += commodity[c].loss > 0.5;
        stop->sum += isnan(commodity[c].loss) ? 0 : commodity[c].loss;
    }
}

/* Follow the losses alone, to see which stops matter. */
static sn_status try_stop(sn_call *call, sn_page *page, sn_stop *stop, double *loss,
                          sn_error *err)
{
    const size_t count = sn_impact_frame_commodities(page->setting.frame);
    sn_impact_total *commodity = calloc(count + 1, sizeof *commodity), total;
    sn_mask mask = {0};
    sn_cascade_result result;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(commodity, "a page");
    SN_TRY(mask_stop(call, page, stop, &mask, err));
    SN_TRY(sn_cascade_run(page->setting.cascade, &mask, &result, err));
    sn_impact_measure(page->setting.frame, &result, sn_cascade_shock(page->setting.cascade),
                      commodity, &total);
    add_up(page, stop, commodity, count, loss);
out:
    sn_mask_clear(&mask);
    free(commodity);
    return status;
}

/* Keep, for each view, the stops that take most of it. */
static void keep_stops(sn_page *page, const double *loss)
{
    const size_t tried = page->tried;
    size_t kept = 0;

    for (size_t k = 0; k < page->stops; k++) {
        page->stop[k].kept = page->stop[k].group == SN_NONE;
        kept += page->stop[k].kept;
    }
    for (int rank = 0; rank < SN_PAGE_RANKED; rank++)
        for (size_t v = 0; v < page->views && kept < SN_PAGE_STOPS; v++) {
            size_t best = tried, better;
            for (size_t k = 0; k < tried;
                 k++) { /* the stop with `rank` better ones before it */
                better = 0;
                for (size_t other = 0; other < tried; other++)
                    better += loss[other * page->views + v] > loss[k * page->views + v] ||
                              (other < k &&
                               !(loss[other * page->views + v] < loss[k * page->views + v]));
                if (better == (size_t)rank)
                    best = k;
            }
            if (best == tried || page->stop[best].kept ||
                !(loss[best * page->views + v] > negligible))
                continue;
            page->stop[best].kept = true;
            kept++;
        }
}

static sn_status choose_stops(sn_call *call, sn_page *page, sn_error *err)
{
    const double size =
        (double)(sn_network_node_count(call->net) + sn_network_flow_count(call->net));
    const size_t most = (size_t)fmin(TRIED, fmax(LEAST_TRIED, budget / fmax(1, size)));
    double *loss;
    sn_stop *end;
    sn_status status = SN_OK;

    SN_TRY(list_stops(call, page, err));
    page->tried = page->candidates < most ? page->candidates : most;
    end = page->stop + page->candidates; /* named ones join those tried */
    const size_t named = page->stops - page->candidates;
    for (size_t k = 0; k < named; k++) {
        const sn_stop swap = page->stop[page->tried];
        page->stop[page->tried++] = end[k];
        end[k] = swap;
    }
    loss = calloc(page->tried * page->views + 1, sizeof *loss);
    SN_TRY_ALLOC(loss, "a page");
    for (size_t k = 0; page->is_large && k < page->tried; k++)
        page->stop[k].kept = true; /* these few are followed anyway */
    for (size_t k = 0; !page->is_large && status == SN_OK && k < page->tried; k++)
        status = try_stop(call, page, &page->stop[k], loss + k * page->views, err);
    if (status == SN_OK && !page->is_large)
        keep_stops(page, loss);
    free(loss);
    SN_TRY(status);
    qsort(page->stop, page->tried, sizeof *page->stop, by_worst);
    for (page->stops = 0; page->stops < page->tried && page->stop[page->stops].kept;)
        page->stops++;
out:
    return status;
}

/* Losses of the seats: of joined ones weighted by their amounts. */
static void measure_seats(const sn_call *call, const sn_page *page,
                          const sn_cascade_result *result, size_t v, double *loss)
{
    const sn_view *view = &page->view[v];
    const double *lost = page->mode == SN_MODE_IMPORTS ? result->up : result->down;

    for (size_t i = 0; i < sn_network_node_count(call->net); i++) {
        const int32_t s = page->seat_of[i];
        if (page->view_of[i] != (int32_t)v || s == SN_NONE || !(view->seat[s].amount > 0))
            continue;
        const double amount =
            fmax(sn_network_output(call->net, i), fmax(sn_network_purchases(call->net, i),
                                                       sn_network_final_demand(call->net, i)));
        loss[s] +=
            view->seat[s].joined == 1 ? lost[i] : lost[i] * amount / view->seat[s].amount;
    }
}

/* What the buyers of a view lose, by how much at best, and along which path. */
static sn_status measure_buyers(const sn_page *page, const sn_impact *impact, size_t v,
                                sn_outcome *outcome, sn_error *err)
{
    const sn_view *view = &page->view[v];
    sn_status status = SN_OK;

    outcome->buyer = calloc(view->buyers + 1, sizeof *outcome->buyer);
    SN_TRY_ALLOC(outcome->buyer, "a page");
    for (size_t b = 0; b < view->buyers; b++) {
        sn_loss_of_buyer *buyer = &outcome->buyer[b];
        const int32_t node = view->seat[view->buyer[b]].node;
        *buyer = (sn_loss_of_buyer){.seat = view->buyer[b],
                                    .loss = outcome->seat_loss[view->buyer[b]],
                                    .low = NAN,
                                    .lost = NAN,
                                    .supplier = SN_NONE};
        for (size_t k = 0; k < impact->buyer_count; k++)
            if (impact->buyer[k].node == node) {
                buyer->loss = impact->buyer[k].loss;
                buyer->lost = impact->buyer[k].lost;
                buyer->supplier =
                    impact->buyer[k].has_reason ? impact->buyer[k].why.supplier : SN_NONE;
                if (page->best.result != NULL)
                    buyer->low = fmin(buyer->loss, 1 - page->best.result->served[node]);
                break;
            }
        if (buyer->loss > 0 && !page->is_large)
            SN_TRY(sn_paths_find(page->setting.cascade, (size_t)node,
                                 isnan(buyer->lost) ? 0 : buyer->lost / buyer->loss, 1, 20000,
                                 &buyer->path, err));
    }
out:
    return status;
}

/* For how many buyers elsewhere the stop is the only way to a producer, or the only supplier.
 */
static sn_status prove(const sn_call *call, const sn_page *page, sn_prover *prover,
                       const sn_mask *mask, size_t v, sn_outcome *outcome, sn_error *err)
{
    const sn_network *net = call->net;
    const size_t n = sn_network_node_count(net);
    int32_t *member = malloc((n + 1) * sizeof *member), group;
    bool *asked = calloc(n + 1, sizeof *asked);
    double *inside = calloc(n + 1, sizeof *inside);
    sn_proofs proofs = {0};
    sn_proof_request request = {.member = member, .asked = asked};
    sn_status status = SN_OK;

    if (member == NULL || asked == NULL || inside == NULL) {
        status = sn_nomem(err, "a proof");
        goto out;
    }
    for (size_t i = 0; i < n; i++)
        if (page->view_of[i] == (int32_t)v && mask->node[i] <= 0) {
            member[request.members++] = (int32_t)i;
            inside[i] = 1;
        }
    if (request.members == 0)
        goto out;
    for (size_t i = 0; i < n; i++) {
        const int32_t country = sn_network_code(net, SN_COUNTRY, i);
        asked[i] = page->view_of[i] == (int32_t)v && !(inside[i] > 0) &&
                   sn_impact_frame_amount(page->setting.frame, i) > 0 &&
                   !sn_network_is_rest(net, i) &&
                   (country == SN_NONE ||
                    country != sn_network_code(net, SN_COUNTRY, (size_t)member[0]));
        outcome->asked += asked[i];
        outcome->sole += asked[i] && sn_cascade_sole(page->setting.plan, i, inside, &group);
    }
    SN_TRY(sn_prove(prover, &request, &proofs, &outcome->dominated, err));
out:
    sn_proofs_clear(&proofs);
    free(member);
    free(asked);
    free(inside);
    return status;
}

/* Enter what a stop does to one view. */
static sn_status enter(const sn_call *call, sn_page *page, sn_prover *prover, size_t stop,
                       const sn_impact *impact, const sn_cascade_result *result,
                       const sn_mask *mask, size_t v, sn_error *err)
{
    sn_view *view = &page->view[v];
    const sn_impact_total *total = NULL;
    sn_status status = SN_OK;

    for (size_t c = 0; c < impact->commodity_count; c++)
        if (impact->commodity[c].commodity == view->commodity)
            total = &impact->commodity[c];
    if (total == NULL || !(total->loss > 0))
        return SN_OK;
    sn_outcome *outcome = &view->outcome[view->outcomes++];
    *outcome = (sn_outcome){.stop = stop,
                            .loss = total->loss,
                            .loss_others = total->loss_others,
                            .lost = total->lost,
                            .low = NAN};
    if (page->best.result != NULL)
        outcome->low =
            fmin(total->loss, sn_best_case_loss(&page->best, call->net, view->commodity, NULL));
    outcome->seat_loss = calloc(view->seats + 1, sizeof *outcome->seat_loss);
    SN_TRY_ALLOC(outcome->seat_loss, "a page");
    measure_seats(call, page, result, v, outcome->seat_loss);
    SN_TRY(measure_buyers(page, impact, v, outcome, err));
    if (prover != NULL && mask->node != NULL)
        SN_TRY(prove(call, page, prover, mask, v, outcome, err));
out:
    return status;
}

static sn_status follow(sn_call *call, sn_page *page, sn_prover *prover, size_t stop,
                        sn_error *err)
{
    sn_mask mask = {0};
    sn_cascade_result result;
    sn_impact impact = {0};
    sn_status status = SN_OK;

    SN_TRY(mask_stop(call, page, &page->stop[stop], &mask, err));
    SN_TRY(sn_cascade_run(page->setting.cascade, &mask, &result, err));
    SN_TRY(sn_impact_make(page->setting.frame, page->setting.cascade, &result, 0, &impact,
                          err));
    add_up(page, &page->stop[stop], impact.commodity, impact.commodity_count, NULL);
    SN_TRY(sn_best_case_run(&page->best, &mask, err));
    for (size_t v = 0; v < page->views; v++)
        SN_TRY(enter(call, page, prover, stop, &impact, &result, &mask, v, err));
out:
    sn_impact_clear(&impact);
    sn_mask_clear(&mask);
    return status;
}

static int by_loss(const void *left, const void *right)
{
    const sn_outcome *a = left, *b = right;

    if (a->loss < b->loss || a->loss > b->loss)
        return a->loss > b->loss ? -1 : 1;
    return (a->stop > b->stop) - (a->stop < b->stop);
}

sn_status sn_page_stop(sn_call *call, sn_page *page, sn_error *err)
{
    sn_prover *prover = NULL;
    sn_status status = SN_OK;

    SN_TRY(choose_level(call, page, err));
    SN_TRY(choose_stops(call, page, err));
    if (!page->is_large && page->mode == SN_MODE_PRODUCTION)
        SN_TRY(sn_prover_new(call->net, &prover, err));
    for (size_t v = 0; v < page->views; v++) {
        page->view[v].outcome = calloc(page->stops + 1, sizeof *page->view[v].outcome);
        SN_TRY_ALLOC(page->view[v].outcome, "a page");
    }
    for (size_t k = 0; k < page->stops; k++)
        SN_TRY(follow(call, page, prover, k, err));
    for (size_t v = 0; v < page->views; v++)
        qsort(page->view[v].outcome, page->view[v].outcomes, sizeof *page->view[v].outcome,
              by_loss);
out:
    sn_prover_free(prover);
    return status;
}
