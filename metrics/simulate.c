/* simulate.c - a run: plan, state, steps, measures. */
#include "metrics/simulate_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/order.h"

static const double balance_tolerance = 1e-9;

sn_sim_options sn_sim_defaults(void)
{
    return (sn_sim_options){.days = 365,
                            .step = 1,
                            .adjust_days = 6,
                            .over_most = 1,
                            .over_days = 365,
                            .psi = 0.8,
                            .switch_delay = NAN};
}

void sn_sim_plan_free(sn_sim_plan *plan)
{
    if (plan == NULL)
        return;
    free(plan->level_first);
    free(plan->node);
    free(plan->piece);
    free(plan->normal);
    free(plan->own);
    free(plan->bought);
    free(plan->need);
    free(plan->buyer);
    free(plan->is_final);
    free(plan->commodity);
    free(plan->buyer_commodity);
    free(plan);
}

size_t sn_sim_buyers(const sn_sim_plan *plan)
{
    return plan->buyer_count;
}

/* A component is one level above the highest of its suppliers. */
static sn_status make_levels(sn_sim_plan *plan, sn_error *err)
{
    const sn_network *net = plan->net;
    sn_order order = {0};
    size_t *level = calloc(net->node_count + 1, sizeof *level), *next = NULL;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(level, "levels");
    SN_TRY(sn_order_network(net, &order, err));
    for (size_t c = 0; c < order.count; c++) {
        size_t height = 0;
        for (size_t k = order.first[c]; k < order.first[c + 1]; k++)
            for (size_t f = net->in_first[order.node[k]]; f < net->in_first[order.node[k] + 1];
                 f++) {
                const int32_t supplier = net->supplier[net->in_flow[f]];
                if ((size_t)order.component[supplier] != c && level[supplier] + 1 > height)
                    height = level[supplier] + 1;
            }
        for (size_t k = order.first[c]; k < order.first[c + 1]; k++)
            level[order.node[k]] = height;
        plan->level_count = height + 1 > plan->level_count ? height + 1 : plan->level_count;
    }
    plan->level_first = calloc(plan->level_count + 1, sizeof *plan->level_first);
    next = calloc(plan->level_count + 1, sizeof *next);
    plan->node = malloc((net->node_count + 1) * sizeof *plan->node);
    SN_TRY_ALLOC(plan->level_first, "levels");
    SN_TRY_ALLOC(next, "levels");
    SN_TRY_ALLOC(plan->node, "levels");
    for (size_t i = 0; i < net->node_count; i++)
        plan->level_first[level[i] + 1]++;
    for (size_t l = 0; l < plan->level_count; l++)
        next[l] = plan->level_first[l + 1] += plan->level_first[l];
    for (size_t i = net->node_count; i-- > 0;)
        plan->node[--next[level[i]]] = (int32_t)i;
out:
    free(level);
    free(next);
    sn_order_clear(&order);
    return status;
}

static int32_t root_of(int32_t *piece, int32_t i)
{
    while (piece[i] != i)
        i = piece[i] = piece[piece[i]];
    return i;
}

/* What is not connected with an event at all cannot move. */
static sn_status make_pieces(sn_sim_plan *plan, sn_error *err)
{
    const sn_network *net = plan->net;

    plan->piece = malloc((net->node_count + 1) * sizeof *plan->piece);
    if (plan->piece == NULL)
        return sn_nomem(err, "a simulation");
    for (size_t i = 0; i < net->node_count; i++)
        plan->piece[i] = (int32_t)i;
    for (size_t e = 0; e < net->flow_count; e++) {
        const int32_t a = root_of(plan->piece, net->supplier[e]);
        const int32_t b = root_of(plan->piece, net->buyer[e]);
        plan->piece[a > b ? a : b] = a > b ? b : a;
    }
    for (size_t i = 0; i < net->node_count; i++)
        plan->piece[i] = root_of(plan->piece, (int32_t)i);
    return SN_OK;
}

/* Sums run in the order of the steps, so that a normal step repeats them bit by bit. */
static sn_status make_normal(sn_sim_plan *plan, sn_error *err)
{
    const sn_network *net = plan->net;
    const size_t n = net->node_count;
    sn_status status = SN_OK;

    plan->normal = calloc(n + 1, sizeof *plan->normal);
    plan->own = calloc(n + 1, sizeof *plan->own);
    plan->bought = calloc(n + 1, sizeof *plan->bought);
    plan->need = calloc(net->seg_count + 1, sizeof *plan->need);
    SN_TRY_ALLOC(plan->normal, "a simulation");
    SN_TRY_ALLOC(plan->own, "a simulation");
    SN_TRY_ALLOC(plan->bought, "a simulation");
    SN_TRY_ALLOC(plan->need, "a simulation");
    for (size_t i = 0; i < n; i++) {
        for (size_t e = net->out_first[i]; e < net->out_first[i + 1]; e++)
            plan->normal[i] += sn_network_is_own(net, e) ? 0 : net->value[e];
        plan->normal[i] += net->final_demand[i];
        for (size_t seg = net->seg_first[i]; seg < net->seg_first[i + 1]; seg++) {
            for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++)
                plan->need[seg] +=
                    sn_network_is_own(net, net->in_flow[k]) ? 0 : net->value[net->in_flow[k]];
            plan->bought[i] += plan->need[seg];
        }
        const double primary = net->kind[i] == SN_KIND_FIRM ? 0 : net->primary[i];
        plan->own[i] = plan->bought[i] > 0 ? primary / (primary + plan->bought[i]) : 1;
    }
out:
    return status;
}

static sn_status list_buyers(sn_sim_plan *plan, const sn_selection *named, sn_error *err)
{
    const sn_network *net = plan->net;
    const size_t n = net->node_count, room = (size_t)net->dict[SN_COMMODITY].count + 1;
    int32_t *place = malloc(room * sizeof *place);
    bool any = false;
    sn_status status = SN_OK;

    plan->buyer = malloc((n + 1) * sizeof *plan->buyer);
    plan->is_final = malloc((n + 1) * sizeof *plan->is_final);
    plan->buyer_commodity = malloc((n + 1) * sizeof *plan->buyer_commodity);
    plan->commodity = malloc(room * sizeof *plan->commodity);
    SN_TRY_ALLOC(place, "buyers");
    SN_TRY_ALLOC(plan->buyer, "buyers");
    SN_TRY_ALLOC(plan->is_final, "buyers");
    SN_TRY_ALLOC(plan->buyer_commodity, "buyers");
    SN_TRY_ALLOC(plan->commodity, "buyers");
    for (size_t c = 0; c < room; c++)
        place[c] = SN_NONE;
    for (size_t i = 0; i < n; i++)
        any |= net->final_demand[i] > 0 && (named == NULL || named->weight[i] > 0);
    for (size_t i = 0; i < n; i++) {
        const bool final = net->final_demand[i] > 0;
        const bool asked = named != NULL ? named->weight[i] > 0 : true;
        if (!asked || !(plan->normal[i] > 0) ||
            (any && !final && !(named != NULL && named->names_node)))
            continue;
        const int32_t code = sn_network_code(net, SN_COMMODITY, i);
        const size_t c = code == SN_NONE ? room - 1 : (size_t)code;
        if (place[c] == SN_NONE) {
            place[c] = (int32_t)plan->commodity_count;
            plan->commodity[plan->commodity_count++] = code;
        }
        plan->buyer_commodity[plan->buyer_count] = place[c];
        plan->is_final[plan->buyer_count] = final;
        plan->buyer[plan->buyer_count++] = (int32_t)i;
    }
out:
    free(place);
    return status;
}

sn_status sn_sim_plan_new(const sn_network *net, const sn_selection *buyers, sn_sim_plan **out,
                          sn_error *err)
{
    sn_sim_plan *plan = calloc(1, sizeof *plan);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(plan, "a simulation");
    plan->net = net;
    SN_TRY(make_levels(plan, err));
    SN_TRY(make_pieces(plan, err));
    SN_TRY(make_normal(plan, err));
    SN_TRY(list_buyers(plan, buyers, err));
    *out = plan;
    plan = NULL;
out:
    sn_sim_plan_free(plan);
    return status;
}

static void clear_state(sim_state *s)
{
    sim_hits_free(s->hit, s->event_count);
    free(s->severity);
    free(s->level_first);
    free(s->node);
    free(s->left);
    free(s->passes);
    free(s->grown);
    free(s->demand);
    free(s->made);
    free(s->final);
    free(s->error);
    free(s->short_of);
    free(s->order);
    free(s->ship);
    free(s->stock);
    free(s->reserve);
    free(s->wait);
    free(s->lean);
}

static sn_status fill_new(double **array, size_t count, double value, sn_error *err)
{
    *array = malloc((count + 1) * sizeof **array);
    if (*array == NULL)
        return sn_nomem(err, "a simulation");
    for (size_t i = 0; i < count; i++)
        (*array)[i] = value;
    return SN_OK;
}

/* The nodes that are connected with some event; under the published models, whose normal state
 * need not last, and without events all of them. */
static sn_status pick_movers(sim_state *s, sn_error *err)
{
    const sn_sim_plan *plan = s->plan;
    const bool all = s->event_count == 0 || s->how->model != SN_SIM_DEFAULT;
    bool *moves = calloc(plan->net->node_count + 1, sizeof *moves);
    size_t count = 0;
    sn_status status = SN_OK;

    s->level_first = malloc((plan->level_count + 1) * sizeof *s->level_first);
    s->node = malloc((plan->net->node_count + 1) * sizeof *s->node);
    SN_TRY_ALLOC(moves, "a simulation");
    SN_TRY_ALLOC(s->level_first, "a simulation");
    SN_TRY_ALLOC(s->node, "a simulation");
    for (size_t e = 0; e < s->event_count; e++) {
        for (size_t k = 0; k < s->hit[e].node_count; k++)
            moves[plan->piece[s->hit[e].node[k]]] = true;
        for (size_t k = 0; k < s->hit[e].flow_count; k++)
            moves[plan->piece[plan->net->buyer[s->hit[e].flow[k]]]] = true;
    }
    for (size_t level = 0; level < plan->level_count; level++) {
        s->level_first[level] = count;
        for (size_t k = plan->level_first[level]; k < plan->level_first[level + 1]; k++)
            if (all || moves[plan->piece[plan->node[k]]])
                s->node[count++] = plan->node[k];
    }
    s->level_first[plan->level_count] = count;
out:
    free(moves);
    return status;
}

/* The steady state. */
static void start_normal(sim_state *s)
{
    const sn_sim_plan *plan = s->plan;
    const sn_network *net = plan->net;

    for (size_t e = 0; e < net->flow_count; e++)
        s->order[e] = s->ship[e] = sn_network_is_own(net, e) ? 0 : net->value[e];
    for (size_t i = 0; i < net->node_count; i++) {
        s->demand[i] = s->made[i] = plan->normal[i];
        s->final[i] = net->final_demand[i];
        s->short_of[i] = SN_NONE;
        for (size_t seg = net->seg_first[i]; seg < net->seg_first[i + 1]; seg++) {
            const double days = sim_target_days(s, i);
            if (s->by_flow)
                for (size_t k = net->seg_in[seg]; k < net->seg_in[seg + 1]; k++)
                    s->stock[net->in_flow[k]] = days * net->value[net->in_flow[k]];
            else
                s->stock[seg] = days * plan->need[seg];
            if (s->reserve != NULL)
                s->reserve[seg] = s->how->reserve_days * plan->need[seg];
        }
    }
}

static sn_status make_state(sim_state *s, sn_error *err)
{
    const sn_network *net = s->plan->net;
    const size_t n = net->node_count, m = net->flow_count;
    bool cuts = false;
    sn_status status = SN_OK;

    s->by_flow = s->how->model == SN_SIM_INOUE_TODO;
    SN_TRY(sim_hits_make(net, s->event, s->event_count, &s->hit, err));
    SN_TRY(pick_movers(s, err));
    for (size_t e = 0; e < s->event_count; e++)
        cuts |= s->hit[e].flow_count > 0;
    SN_TRY(fill_new(&s->severity, s->event_count, NAN, err));
    SN_TRY(fill_new(&s->left, n, 1, err));
    SN_TRY(fill_new(&s->demand, n, 0, err));
    SN_TRY(fill_new(&s->made, n, 0, err));
    SN_TRY(fill_new(&s->final, n, 0, err));
    SN_TRY(fill_new(&s->error, n, 0, err));
    SN_TRY(fill_new(&s->order, m, 0, err));
    SN_TRY(fill_new(&s->ship, m, 0, err));
    SN_TRY(fill_new(&s->stock, s->by_flow ? m : net->seg_count, 0, err));
    s->short_of = malloc((n + 1) * sizeof *s->short_of);
    SN_TRY_ALLOC(s->short_of, "a simulation");
    if (cuts)
        SN_TRY(fill_new(&s->passes, m, 1, err));
    if (s->how->over_most > 1)
        SN_TRY(fill_new(&s->grown, n, 1, err));
    if (s->how->reserve_days > 0)
        SN_TRY(fill_new(&s->reserve, net->seg_count, 0, err));
    if (!isnan(s->how->switch_delay)) {
        SN_TRY(fill_new(&s->wait, m, 0, err));
        SN_TRY(fill_new(&s->lean, m, 1, err));
    }
    start_normal(s);
out:
    return status;
}

/* A measure in the making. */
typedef struct {
    sn_sim_measure *of;
    double first_share; /* of the first step with a loss, until the next is known; else NaN */
    double first_day, low_until;
} track;

static const double counts_as_loss = 1e-9;

static void track_step(track *t, double day, double step, double share)
{
    sn_sim_measure *m = t->of;
    const double loss = 1 - share > counts_as_loss ? fmin(1, 1 - share) : 0;

    if (!isnan(t->first_share)) { /* supply ran out within that step if it is lower now */
        if (share < t->first_share)
            m->survive = t->first_day + step * (t->first_share - share) / (1 - share);
        t->first_share = NAN;
    }
    if (loss > 0 && isnan(m->survive)) {
        m->survive = t->first_day = day;
        t->first_share = share;
    }
    if (loss > m->depth) {
        m->depth = loss;
        m->peak = day;
    }
    m->area += loss * step;
    if (share < 0.99)
        t->low_until = day + step;
}

static void track_start(track *t, sn_sim_measure *of)
{
    *of = (sn_sim_measure){.survive = NAN, .recover = 0, .peak = NAN};
    *t = (track){.of = of, .first_share = NAN, .low_until = -INFINITY};
}

static void track_end(track *t, double last_day, double normal)
{
    t->of->recover = t->low_until == -INFINITY         ? 0
                     : t->low_until >= last_day - 1e-9 ? NAN
                                                       : t->low_until;
    t->of->lost = normal * t->of->area / 365;
}

/* What a run looks at while it goes. */
typedef struct {
    track total, *commodity, *buyer;
    double *normal, *got; /* [commodities] */
    double origin;        /* day of the first event */
} watch;

static void look(const sim_state *s, watch *w, sn_sim_result *r, size_t t)
{
    const sn_sim_plan *plan = s->plan;
    const double step = s->how->step, day = (double)t * step;
    sn_sim_step *row = &r->step[t];
    double mean = 0;

    memset(w->got, 0, (plan->commodity_count + 1) * sizeof *w->got);
    for (size_t b = 0; b < plan->buyer_count; b++) {
        const size_t i = (size_t)plan->buyer[b];
        const double got = plan->is_final[b] ? s->final[i] : fmin(s->made[i], r->normal[b]);
        w->got[plan->buyer_commodity[b]] += got;
        if (isnan(r->measure[b].survive) && got < r->normal[b] * (1 - counts_as_loss))
            r->why[b] = s->short_of[i];
        track_step(&w->buyer[b], day - w->origin, step, got / r->normal[b]);
        if (r->series != NULL)
            r->series[b * r->step_count + t] = got / r->normal[b];
    }
    for (size_t c = 0; c < plan->commodity_count; c++) {
        track_step(&w->commodity[c], day - w->origin, step, w->got[c] / w->normal[c]);
        mean += w->got[c] / w->normal[c];
    }
    mean = plan->commodity_count > 0 ? mean / (double)plan->commodity_count : 1;
    track_step(&w->total, day - w->origin, step, mean);
    *row = (sn_sim_step){.day = day, .served = mean};
    for (size_t i = 0; i < plan->net->node_count; i++) {
        const double normal = plan->normal[i];
        row->made += s->made[i];
        row->delivered += s->final[i];
        row->value_added += normal > 0 ? s->made[i] * (1 - plan->bought[i] / normal) : 0;
    }
}

static double imbalance(const sim_state *s)
{
    double made = 0, error = 0;

    for (size_t i = 0; i < s->plan->net->node_count; i++) {
        made += s->made[i];
        error += s->error[i];
    }
    return made > 0 ? error / made : error;
}

static sn_status make_result(const sn_sim_plan *plan, const sn_sim_options *how, bool series,
                             sn_sim_result *r, sn_error *err)
{
    const size_t b = plan->buyer_count, c = plan->commodity_count;
    const double steps = ceil(how->days / how->step - 1e-9);
    sn_status status = SN_OK;

    if (steps > 1e8 || (series && steps * (double)(b + 1) > 2e8))
        return sn_nomem(err, "so many steps");
    r->step_count = (size_t)steps;
    r->buyer_count = b;
    r->commodity_count = c;
    r->buyer = malloc((b + 1) * sizeof *r->buyer);
    r->why = malloc((b + 1) * sizeof *r->why);
    r->commodity = malloc((c + 1) * sizeof *r->commodity);
    r->measure = malloc((b + 1) * sizeof *r->measure);
    r->by_commodity = malloc((c + 1) * sizeof *r->by_commodity);
    r->step = malloc((r->step_count + 1) * sizeof *r->step);
    SN_TRY_ALLOC(r->buyer, "a simulation");
    SN_TRY_ALLOC(r->why, "a simulation");
    SN_TRY_ALLOC(r->commodity, "a simulation");
    SN_TRY_ALLOC(r->measure, "a simulation");
    SN_TRY_ALLOC(r->by_commodity, "a simulation");
    SN_TRY_ALLOC(r->step, "a simulation");
    SN_TRY(fill_new(&r->normal, b, 0, err));
    SN_TRY(fill_new(&r->reserve_left, b, NAN, err));
    if (series)
        SN_TRY(fill_new(&r->series, b * r->step_count, NAN, err));
    for (size_t k = 0; k < c; k++)
        r->commodity[k] = plan->commodity[k];
    for (size_t k = 0; k < b; k++) {
        const size_t i = (size_t)plan->buyer[k];
        r->buyer[k] = plan->buyer[k];
        r->why[k] = SN_NONE;
        r->normal[k] = plan->is_final[k] ? plan->net->final_demand[i] : plan->normal[i];
    }
out:
    return status;
}

static sn_status start_watch(const sn_sim_plan *plan, const sn_sim_event *event, size_t count,
                             sn_sim_result *r, watch *w, sn_error *err)
{
    sn_status status = SN_OK;

    w->buyer = malloc((r->buyer_count + 1) * sizeof *w->buyer);
    w->commodity = malloc((r->commodity_count + 1) * sizeof *w->commodity);
    SN_TRY_ALLOC(w->buyer, "a simulation");
    SN_TRY_ALLOC(w->commodity, "a simulation");
    SN_TRY(fill_new(&w->normal, r->commodity_count, 0, err));
    SN_TRY(fill_new(&w->got, r->commodity_count, 0, err));
    track_start(&w->total, &r->total);
    for (size_t c = 0; c < r->commodity_count; c++)
        track_start(&w->commodity[c], &r->by_commodity[c]);
    for (size_t b = 0; b < r->buyer_count; b++) {
        track_start(&w->buyer[b], &r->measure[b]);
        w->normal[plan->buyer_commodity[b]] += r->normal[b];
    }
    w->origin = count > 0 ? INFINITY : 0;
    for (size_t e = 0; e < count; e++)
        w->origin = fmin(w->origin, event[e].start);
out:
    return status;
}

static void end_watch(const sim_state *s, watch *w, sn_sim_result *r)
{
    const sn_network *net = s->plan->net;
    const double last = (double)r->step_count * s->how->step - w->origin;
    double all = 0;

    for (size_t b = 0; b < r->buyer_count; b++) {
        const size_t i = (size_t)r->buyer[b];
        double had = 0, has = 0;
        track_end(&w->buyer[b], last, r->normal[b]);
        for (size_t seg = net->seg_first[i]; s->reserve != NULL && seg < net->seg_first[i + 1];
             seg++) {
            had += s->how->reserve_days * s->plan->need[seg];
            has += s->reserve[seg];
        }
        r->reserve_left[b] = had > 0 ? has / had : NAN;
    }
    for (size_t c = 0; c < r->commodity_count; c++) {
        track_end(&w->commodity[c], last, w->normal[c]);
        all += w->normal[c];
    }
    track_end(&w->total, last, r->commodity_count == 1 ? all : NAN);
}

static sn_status check(const sn_sim_options *o, const sn_sim_event *event, size_t count,
                       sn_error *err)
{
    if (!(o->days > 0 && o->step > 0 && o->step <= o->days && o->adjust_days > 0))
        return sn_fail(err, SN_EUSAGE,
                       "days, step and adjustment must be above 0, and the step no "
                       "longer than the days");
    if (!(o->stock_days >= 0 && o->extra_days >= 0 && o->reserve_days >= 0 && o->recycle >= 0 &&
          o->recycle <= 1 && o->spare >= 0 && o->over_most >= 1 && o->over_days > 0 &&
          o->psi >= 0 && o->psi <= 1))
        return sn_fail(err, SN_EUSAGE, "a setting of the simulation is out of range");
    if (o->model != SN_SIM_DEFAULT &&
        (o->recycle > 0 || o->reserve_days > 0 || !isnan(o->switch_delay)))
        return sn_fail(err, SN_EUSAGE,
                       "reserves, recycling and switching belong to the default "
                       "model");
    for (size_t e = 0; e < count; e++)
        if (!(event[e].fraction >= 0 && event[e].fraction <= 1 && event[e].start >= 0 &&
              event[e].duration >= 0 && event[e].recovery_time >= 0))
            return sn_fail(err, SN_EUSAGE, "event %zu is out of range", e);
    return SN_OK;
}

static void normal_step(const sn_sim_plan *plan, sn_sim_step *row)
{
    *row = (sn_sim_step){.served = 1};
    for (size_t i = 0; i < plan->net->node_count; i++) {
        row->made += plan->normal[i];
        row->delivered += plan->net->final_demand[i];
        row->value_added += plan->normal[i] > 0 ? plan->normal[i] - plan->bought[i] : 0;
    }
}

sn_status sn_sim_run(const sn_sim_plan *plan, const sn_sim_options *options,
                     const sn_sim_event *event, size_t count, int threads, bool series,
                     sn_sim_progress progress, void *context, sn_sim_result *r, sn_error *err)
{
    static void (*const step[])(sim_state *) = {sim_step_default, sim_step_inoue_todo,
                                                sim_step_ario};
    sim_state s = {
        .plan = plan, .how = options, .event = event, .event_count = count, .threads = threads};
    watch w = {0};
    sn_status status = SN_OK;

    memset(r, 0, sizeof *r);
    SN_TRY(check(options, event, count, err));
    SN_TRY(make_state(&s, err));
    SN_TRY(make_result(plan, options, series, r, err));
    SN_TRY(start_watch(plan, event, count, r, &w, err));
    normal_step(plan, &r->normal_step);
    for (size_t t = 0; t < r->step_count; t++) {
        sim_apply(&s, (double)t * options->step, (double)(t + 1) * options->step);
        step[options->model](&s);
        r->balance_error = fmax(r->balance_error, imbalance(&s));
        look(&s, &w, r, t);
        if (progress != NULL && !progress(context, t + 1)) {
            status = sn_fail(err, SN_EUSAGE, "stopped");
            goto out;
        }
    }
    end_watch(&s, &w, r);
    if (!(r->balance_error <= balance_tolerance))
        status = sn_fail(err, SN_ENUMERIC,
                         "a step does not balance: %g of what is made is "
                         "unaccounted for",
                         r->balance_error);
out:
    free(w.buyer);
    free(w.commodity);
    free(w.normal);
    free(w.got);
    clear_state(&s);
    if (status != SN_OK)
        sn_sim_result_clear(r);
    return status;
}

void sn_sim_result_clear(sn_sim_result *r)
{
    free(r->buyer);
    free(r->normal);
    free(r->measure);
    free(r->why);
    free(r->reserve_left);
    free(r->commodity);
    free(r->by_commodity);
    free(r->step);
    free(r->series);
    memset(r, 0, sizeof *r);
}
