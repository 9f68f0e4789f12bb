/* reroute_levers.c - which first extra unit of capacity, or of a new link, saves most.
 *
 * Dual values promise: no unit saves more than they say, and where several limits bind at once
 * it may save less or nothing.  So they only order the candidates; each is tried with a little
 * more of it, best promise first, until no promise left can beat what has been found.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/reroute_private.h"

/* Promises below this are noise; a trial may save this share of the loss, and be this large,
 * but no smaller than what the program's bounds hold to. */
static const double least_promise = 1e-9, trial_share = 1e-3, trial_size = 1e-4,
                    least_size = 1e-6;

/* One link may bring so many dead nodes to life.  Beyond that they feed mostly each other, the
 * first unit goes round and round, and the simplex method stalls where all of them are at 0. */
enum { MOST_REVIVED = 40 };

typedef struct {
    sn_lever lever; /* saved_per_unit is the promise */
    double unit;    /* amount per unit of the trial  */
    size_t segment; /* of the link's buyer           */
} candidate;

typedef struct {
    sn_reroute *r;
    sn_lp *lp;
    size_t component;
    double lost; /* the objective */
    candidate *list;
    size_t count, room;
    bool *revived; /* [n] with the buyer at hand, if that one is dead today */
} search;

static size_t trials(const search *s)
{
    return 4 * s->r->options.levers + 16;
}

/* To 20 binary digits, so that values which differ by noise are ties. */
static double rounded(double x)
{
    int exponent;
    const double mantissa = frexp(x, &exponent);

    return ldexp(nearbyint(ldexp(mantissa, 20)), exponent - 20);
}

static int compare(const void *a, const void *b)
{
    const candidate *p = a, *q = b;

    if (p->lever.saved_per_unit != q->lever.saved_per_unit)
        return p->lever.saved_per_unit < q->lever.saved_per_unit ? 1 : -1;
    if (p->lever.kind != q->lever.kind)
        return p->lever.kind < q->lever.kind ? -1 : 1;
    if (p->lever.node != q->lever.node)
        return p->lever.node < q->lever.node ? -1 : 1;
    if (p->lever.buyer != q->lever.buyer)
        return p->lever.buyer < q->lever.buyer ? -1 : 1;
    return (p->segment > q->segment) - (p->segment < q->segment);
}

/* Keep the best promises; when the list is full its worse half goes. */
static void propose(search *s, candidate c)
{
    c.lever.saved_per_unit = rounded(c.lever.saved_per_unit);
    if (s->count == s->room) {
        qsort(s->list, s->count, sizeof *s->list, compare);
        s->count /= 2;
    }
    s->list[s->count++] = c;
}

/* What one more unit of a row's limit saves. */
static double price(const search *s, int32_t row)
{
    return row == SN_NO_PLACE ? 0 : fmax(0, -sn_lp_dual(s->lp, row));
}

/* Share of normal output that node i can make without its non-essential inputs. */
static double without_bundle(const sn_reroute *r, size_t i)
{
    double needed = 0;

    for (size_t g = r->net->seg_first[i]; g < r->net->seg_first[i + 1]; g++)
        if (r->net->seg_need[g] == SN_NON_ESSENTIAL)
            needed += r->total[g];
    return needed > 0 ? fmax(0, 1 - r->passed[i] * needed / r->bought[i]) : 0;
}

/* The limits that grow with the capacity of a node, by how much per share of base. */
static double enlarge(const search *s, size_t i, double extra, bool apply)
{
    const sn_reroute *r = s->r;
    const sn_network *net = r->net;
    const double now = r->reach[i] - 1, own = 1 - r->passed[i];
    double promise = fmax(0, -sn_lp_reduced(s->lp, r->less[i] + 1));

    if (apply)
        sn_lp_bound(s->lp, r->less[i] + 1, 0, now + extra);
    for (size_t g = net->seg_first[i]; g < net->seg_first[i + 1]; g++) {
        const double rate = net->seg_need[g] == SN_ESSENTIAL ? own : 1;
        if (r->input[g] == SN_NO_PLACE)
            continue;
        promise += rate * price(s, r->input[g]);
        if (apply)
            sn_lp_limit(s->lp, r->input[g], rate * (now + extra));
    }
    if (r->bundle[i] != SN_NO_PLACE) {
        promise += without_bundle(r, i) * price(s, r->bundle[i]);
        if (apply)
            sn_lp_limit(s->lp, r->bundle[i], without_bundle(r, i) * (now + extra));
    }
    return promise;
}

static void propose_capacities(search *s)
{
    const sn_reroute *r = s->r;

    for (size_t k = r->first[s->component]; k < r->first[s->component + 1]; k++) {
        const int32_t i = r->member[k];
        if (r->base[i] <= 0 || r->best[i] <= 0 || sn_node_left(r, (size_t)i) < 1)
            continue;
        const double promise = enlarge(s, (size_t)i, 0, false);
        if (promise > least_promise)
            propose(s, (candidate){{SN_LEVER_CAPACITY, i, SN_NONE, SN_NONE,
                                    promise / r->base[i]},
                                   r->base[i], 0});
    }
}

/* What a unit more of a group saves its buyer; what one sold elsewhere costs. */
static double worth(const search *s, const sn_post *purchase)
{
    const sn_reroute *r = s->r;
    const size_t j = (size_t)purchase->node, g = sn_segment_of(r->net, purchase);

    if (r->net->seg_need[g] == SN_ESSENTIAL)
        return price(s, r->input[g]) * r->passed[j] / r->total[g];
    return price(s, r->bundle[j]) * r->passed[j] / r->bought[j] -
           price(s, r->input[g]) / r->total[g];
}

static bool linked(const sn_network *net, size_t supplier, int32_t buyer, int32_t group)
{
    for (size_t e = net->out_first[supplier]; e < net->out_first[supplier + 1]; e++)
        if (net->buyer[e] == buyer && net->group[e] == group)
            return true;
    return false;
}

static void propose_link(search *s, const sn_post *sale, const sn_post *purchase, double gain)
{
    const sn_reroute *r = s->r;
    const size_t i = (size_t)sale->node, j = (size_t)purchase->node;
    const bool abroad = sale->place != purchase->place;
    const double cost = price(s, r->balance[i]) / r->base[i];

    if (i == j || (r->best[i] <= 0 && !s->revived[i]) ||
        gain - cost <= least_promise / r->base[j] ||
        (abroad ? sale->world_closed || purchase->world_closed
                : sale->home_closed || purchase->home_closed) ||
        linked(r->net, i, purchase->node, purchase->group))
        return;
    const size_t g = sn_segment_of(r->net, purchase);
    propose(s, (candidate){{SN_LEVER_LINK, sale->node, purchase->node, purchase->group,
                            gain - cost},
                           sqrt(r->base[i] * r->total[g]), g});
}

/* From the first of the posts on, those that sell what is bought. */
static void propose_links_to(search *s, const sn_post *sale, size_t sales,
                             const sn_post *purchase)
{
    const double gain = worth(s, purchase);

    for (size_t q = 0; gain > 0 && q < sales && sale[q].group == purchase->group; q++)
        propose_link(s, &sale[q], purchase, gain);
}

/* A buyer that makes nothing today profits only if this is all that it lacks, be it from one
 * that makes nothing because of it. */
static void propose_links_to_dead(search *s, const sn_post *sale, size_t sales,
                                  const sn_post *purchase)
{
    sn_reroute *r = s->r;
    const size_t revived =
        sn_reroute_revive(r, (size_t)purchase->node, sn_segment_of(r->net, purchase));

    for (size_t k = 0; k < revived; k++)
        s->revived[r->revived[k]] = true;
    if (revived > 0)
        propose_links_to(s, sale, sales, purchase);
    for (size_t k = 0; k < revived; k++)
        s->revived[r->revived[k]] = false;
}

/* The dead nodes that some link could bring to life. */
static void find_hopeful(sn_reroute *r, size_t component)
{
    const sn_trade *trade = &r->trade;

    for (size_t k = r->first[component]; k < r->first[component + 1]; k++)
        r->hopeful[r->member[k]] = false;
    if (r->options.open_market)
        return;
    for (size_t p = trade->purchase_first[component]; p < trade->purchase_first[component + 1];
         p++) {
        const sn_post *purchase = &trade->purchase[p];
        if (r->best[purchase->node] > 0)
            continue;
        const size_t revived =
            sn_reroute_revive(r, (size_t)purchase->node, sn_segment_of(r->net, purchase));
        for (size_t k = 0; k < revived && revived <= MOST_REVIVED; k++)
            r->hopeful[r->revived[k]] = true;
    }
}

static void propose_links(search *s)
{
    const sn_trade *trade = &s->r->trade;
    size_t sale = trade->sale_first[s->component];
    const size_t sales = trade->sale_first[s->component + 1];

    for (size_t p = trade->purchase_first[s->component];
         p < trade->purchase_first[s->component + 1]; p++) {
        const sn_post *purchase = &trade->purchase[p];
        while (sale < sales && trade->sale[sale].group < purchase->group)
            sale++;
        if (s->r->best[purchase->node] > 0)
            propose_links_to(s, &trade->sale[sale], sales - sale, purchase);
        else if (s->r->hopeful[purchase->node])
            propose_links_to_dead(s, &trade->sale[sale], sales - sale, purchase);
    }
}

static sn_status add_link(search *s, const candidate *c, double most, sn_error *err)
{
    const sn_reroute *r = s->r;
    const size_t j = (size_t)c->lever.buyer;
    const double passed = r->passed[j] * c->unit;
    int32_t row[3], column;
    double value[3];
    int count = 0;

    row[count] = r->balance[c->lever.node];
    value[count++] = c->unit / r->base[c->lever.node];
    if (r->net->seg_need[c->segment] == SN_ESSENTIAL) {
        row[count] = r->input[c->segment];
        value[count++] = -passed / r->total[c->segment];
    } else {
        row[count] = r->bundle[j];
        value[count++] = -passed / r->bought[j];
        if (r->input[c->segment] != SN_NO_PLACE) {
            row[count] = r->input[c->segment];
            value[count++] = c->unit / r->total[c->segment];
        }
    }
    return sn_lp_extra_column(s->lp, most, 0, count, row, value, &column, err);
}

/* Solve with a little more of it, and put everything back. */
static sn_status try_out(search *s, candidate *c, sn_error *err)
{
    sn_status status = SN_OK;
    const size_t i = (size_t)c->lever.node;
    const double promise = c->lever.saved_per_unit * c->unit;
    const double size = fmax(least_size, fmin(trial_size, trial_share * s->lost / promise));

    if (c->lever.kind == SN_LEVER_LINK)
        SN_TRY(add_link(s, c, size, err));
    else
        (void)enlarge(s, i, size, true);
    SN_TRY(sn_lp_solve(s->lp, err));
    const double saved = s->lost - sn_lp_objective(s->lp);
    c->lever.saved_per_unit = saved <= least_promise * size ? 0 : saved / size / c->unit;
    if (c->lever.kind == SN_LEVER_LINK)
        sn_lp_shrink(s->lp);
    else
        (void)enlarge(s, i, 0, true);
    sn_lp_back(s->lp);
out:
    return status;
}

static sn_status add_lever(sn_reroute *r, const sn_lever *lever, sn_error *err)
{
    if (r->lever_count == r->lever_room) {
        const size_t room = 2 * r->lever_room + 16;
        sn_lever *larger = realloc(r->lever, room * sizeof *larger);
        if (larger == NULL)
            return sn_nomem(err, "levers");
        r->lever = larger;
        r->lever_room = room;
    }
    r->lever[r->lever_count++] = *lever;
    return SN_OK;
}

/* Whether enough levers have been found that no later promise can beat. */
static bool enough(const search *s, size_t tried)
{
    size_t better = 0;

    for (size_t k = 0; k < tried; k++)
        if (rounded(s->list[k].lever.saved_per_unit) >= s->list[tried].lever.saved_per_unit)
            better++;
    return better >= s->r->options.levers;
}

static sn_status try_all(search *s, sn_error *err)
{
    sn_status status = SN_OK;
    sn_reroute *r = s->r;

    if (s->count > 1)
        qsort(s->list, s->count, sizeof *s->list, compare);
    for (size_t k = 0; k < s->count && k < trials(s) && !enough(s, k); k++) {
        SN_TRY(try_out(s, &s->list[k], err));
        if (s->list[k].lever.saved_per_unit > 0) {
            sn_lever lever = s->list[k].lever;
            lever.saved_per_unit = rounded(lever.saved_per_unit * r->mass[s->component]);
            SN_TRY(add_lever(r, &lever, err));
        }
    }
out:
    return status;
}

/* The bounds of sn_reroute_reach would take the credit from the capacities behind them, and
 * that of a missing input from the links that could bring it, so they are loosened first; the
 * optimum stays, only its basis may have to change. */
sn_status sn_reroute_levers(sn_reroute *r, size_t component, sn_error *err)
{
    sn_status status = SN_OK;
    search s = {.r = r, .lp = r->program[component], .component = component};

    s.room = 4 * trials(&s);
    SN_TRY_ALLOC(s.list = malloc(s.room * sizeof *s.list), "levers");
    SN_TRY_ALLOC(s.revived = calloc(r->net->node_count + 1, sizeof *s.revived), "levers");
    find_hopeful(r, component);
    sn_lp_reset(s.lp);
    sn_reroute_bound(r, component, false);
    sn_lp_back(s.lp);
    SN_TRY(sn_lp_solve(s.lp, err));
    SN_TRY(sn_lp_keep(s.lp, err));
    s.lost = sn_lp_objective(s.lp);
    if (s.lost <= least_promise)
        goto out;
    propose_capacities(&s);
    if (!r->options.open_market)
        propose_links(&s);
    SN_TRY(try_all(&s, err));
out:
    free(s.list);
    free(s.revived);
    return status;
}
