/* tables_build.c - solve every step of the tables and add nodes and flows to a builder.
 *
 * sort_rows puts outputs and trade into (step, country) order, check_chains finds the first
 * stages; then each commodity is walked along its chains, one step at a time, over the
 * countries that occur in it (build_commodity, build_step).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/tables_private.h"

/* ------------------------------------------------------------------- order of the rows */

/* Rows are sorted by names, so that sums do not depend on the order of the file. */
typedef struct {
    const sn_tables *t;
    int32_t *place_rank;                /* [place code] order of its name */
    output_row *output;                 /* by step, place, value          */
    trade_row *trade;                   /* by step, exporter, importer, basis, quantity */
    size_t *first_output, *first_trade; /* [steps + 1] */
    int32_t *next;                      /* [step] the step that follows, SN_NONE before use  */
    bool *is_first;                     /* [step] nothing feeds it                           */
    bool *walked;                       /* [step] it is on a chain that has a first stage    */
} plan;

static void clear_plan(plan *p)
{
    free(p->place_rank);
    free(p->output);
    free(p->trade);
    free(p->first_output);
    free(p->first_trade);
    free(p->next);
    free(p->is_first);
    free(p->walked);
}

#define COMPARE(a, b)                                                                          \
    do {                                                                                       \
        if ((a) != (b))                                                                        \
            return (a) < (b) ? -1 : 1;                                                         \
    } while (0)

static int compare_outputs(const void *left, const void *right)
{
    const output_row *a = left, *b = right;

    COMPARE(a->step, b->step);
    COMPARE(a->place, b->place);
    COMPARE(a->value, b->value);
    return strcmp(a->source, b->source);
}

static int compare_trades(const void *left, const void *right)
{
    const trade_row *a = left, *b = right;

    COMPARE(a->step, b->step);
    COMPARE(a->exporter, b->exporter);
    COMPARE(a->importer, b->importer);
    COMPARE(a->estimated, b->estimated);
    COMPARE(a->quantity, b->quantity);
    return 0;
}

static sn_status sort_rows(const sn_tables *t, plan *p, sn_error *err)
{
    p->t = t;
    p->place_rank = calloc((size_t)t->places.count, sizeof *p->place_rank);
    p->output = malloc((t->outputs + 1) * sizeof *p->output);
    p->trade = malloc((t->trades + 1) * sizeof *p->trade);
    p->first_output = calloc(t->steps + 2, sizeof *p->first_output);
    p->first_trade = calloc(t->steps + 2, sizeof *p->first_trade);
    p->next = malloc((t->steps + 1) * sizeof *p->next);
    p->is_first = malloc((t->steps + 1) * sizeof *p->is_first);
    p->walked = calloc(t->steps + 1, sizeof *p->walked);
    if (p->place_rank == NULL || p->output == NULL || p->trade == NULL ||
        p->first_output == NULL || p->first_trade == NULL || p->next == NULL ||
        p->is_first == NULL || p->walked == NULL)
        return sn_nomem(err, "the rows of a table");
    if (t->outputs > 0)
        memcpy(p->output, t->output, t->outputs * sizeof *p->output);
    if (t->trades > 0)
        memcpy(p->trade, t->trade, t->trades * sizeof *p->trade);
    const sn_status status = sn_dict_order(&t->places, p->place_rank, err);
    if (status != SN_OK)
        return status;
    for (size_t k = 0; k < t->outputs; k++) {
        p->output[k].place = p->place_rank[p->output[k].place];
        p->first_output[p->output[k].step + 1]++;
    }
    for (size_t k = 0; k < t->trades; k++) {
        p->trade[k].exporter = p->place_rank[p->trade[k].exporter];
        p->trade[k].importer = p->place_rank[p->trade[k].importer];
        p->first_trade[p->trade[k].step + 1]++;
    }
    for (size_t s = 0; s < t->steps; s++) {
        p->first_output[s + 1] += p->first_output[s];
        p->first_trade[s + 1] += p->first_trade[s];
    }
    qsort(p->output, t->outputs, sizeof *p->output, compare_outputs);
    qsort(p->trade, t->trades, sizeof *p->trade, compare_trades);
    return SN_OK;
}

/* ------------------------------------------------------------------------------- chains */

static const char *stage_name(const sn_tables *t, int32_t stage)
{
    return sn_dict_text(&t->stages, stage);
}

/* Find what follows each step, and refuse chains that are open or closed to a ring. */
static sn_status check_chains(plan *p, size_t *line, sn_error *err)
{
    const sn_tables *t = p->t;

    for (size_t s = 0; s < t->steps; s++)
        p->is_first[s] = true;
    for (size_t s = 0; s < t->steps; s++) {
        p->next[s] = SN_NONE;
        for (size_t k = 0; k < t->steps; k++)
            if (t->step[k].commodity == t->step[s].commodity &&
                t->step[k].stage == t->step[s].next) {
                p->next[s] = (int32_t)k;
                p->is_first[k] = false;
            }
        if (p->next[s] == SN_NONE && t->step[s].next != SN_TABLES_USE) {
            *line = t->step[s].line;
            return sn_fail(err, SN_EDATA,
                           "stage \"%s\" of \"%s\" has no row of its own (a chain ends at "
                           "\"use\")",
                           stage_name(t, t->step[s].next),
                           sn_dict_text(&t->commodities, t->step[s].commodity));
        }
    }
    /* No stage is fed twice: steps form chains, which walks from the first stages cover, and
     * rings, which they leave out. */
    for (size_t s = 0; s < t->steps; s++)
        for (int32_t k = p->is_first[s] ? (int32_t)s : SN_NONE; k != SN_NONE; k = p->next[k])
            p->walked[k] = true;
    for (size_t s = 0; s < t->steps; s++) {
        const bool has_output = p->first_output[s + 1] > p->first_output[s];
        if (p->walked[s] && has_output)
            continue;
        *line = t->step[s].line;
        return sn_fail(err, SN_EDATA,
                       p->walked[s] ? "stage \"%s\" of \"%s\" has no output"
                                    : "from stage \"%s\" of \"%s\" the chain runs in a circle",
                       stage_name(t, t->step[s].stage),
                       sn_dict_text(&t->commodities, t->step[s].commodity));
    }
    return SN_OK;
}

/* ----------------------------------------------------------------------- one commodity */

/* The countries of one commodity and the arrays of its steps. */
typedef struct {
    const plan *p;
    const char *commodity, *unit;
    size_t n, rest;
    const char **name;         /* [n] country codes, ascending           */
    size_t *local;             /* [place rank] 0 .. n - 1                */
    double *output, *need;     /* [n]                                    */
    double *inflow, *used;     /* [n] into the stage at hand; into use   */
    double *trade, *estimated; /* [n * n]                                */
    double *flow;              /* [n * n]                                */
    sn_basis *basis;           /* [n * n]                                */
    int32_t *buyer; /* [n] nodes of the next stage, SN_NONE before their first flow */
    sn_tables_namer *namer;
    const void *context;
    sn_builder *builder;
    int32_t source_column;
    sn_stages_report *report;
} goods;

static void clear_goods(goods *g)
{
    free(g->name);
    free(g->local);
    free(g->output);
    free(g->need);
    free(g->inflow);
    free(g->used);
    free(g->trade);
    free(g->estimated);
    free(g->flow);
    free(g->basis);
    free(g->buyer);
}

/* List the countries that make or trade the commodity, and ROW. */
static sn_status list_places(goods *g, int32_t commodity, sn_error *err)
{
    const plan *p = g->p;
    const sn_tables *t = p->t;
    const size_t places = (size_t)t->places.count;
    const size_t rest = (size_t)p->place_rank[SN_TABLES_REST];

    g->local = calloc(places, sizeof *g->local);
    g->name = calloc(places, sizeof *g->name);
    if (g->local == NULL || g->name == NULL)
        return sn_nomem(err, "countries");
    g->local[rest] = 1;
    for (size_t k = 0; k < t->outputs; k++)
        if (t->step[p->output[k].step].commodity == commodity)
            g->local[p->output[k].place] = 1;
    for (size_t k = 0; k < t->trades; k++)
        if (t->step[p->trade[k].step].commodity == commodity)
            g->local[p->trade[k].exporter] = g->local[p->trade[k].importer] = 1;
    for (int32_t code = 0; code < t->places.count; code++)
        g->name[p->place_rank[code]] = sn_dict_text(&t->places, code);
    for (size_t k = 0; k < places; k++)
        if (g->local[k] != 0) {
            g->name[g->n] = g->name[k];
            g->local[k] = g->n++;
        }
    g->rest = g->local[rest];
    return SN_OK;
}

static sn_status make_arrays(goods *g, sn_error *err)
{
    const size_t n = g->n;

    g->output = calloc(n + 1, sizeof *g->output);
    g->need = calloc(n + 1, sizeof *g->need);
    g->inflow = calloc(n + 1, sizeof *g->inflow);
    g->used = calloc(n + 1, sizeof *g->used);
    g->trade = calloc(n * n + 1, sizeof *g->trade);
    g->estimated = calloc(n * n + 1, sizeof *g->estimated);
    g->flow = calloc(n * n + 1, sizeof *g->flow);
    g->basis = calloc(n * n + 1, sizeof *g->basis);
    g->buyer = calloc(n + 1, sizeof *g->buyer);
    if (g->output == NULL || g->need == NULL || g->inflow == NULL || g->used == NULL ||
        g->trade == NULL || g->estimated == NULL || g->flow == NULL || g->basis == NULL ||
        g->buyer == NULL)
        return sn_nomem(err, "country pairs");
    return SN_OK;
}

/* The node of a country at a stage, made on first sight. */
static sn_status touch_node(const goods *g, size_t place, const char *stage, int32_t *node,
                            sn_error *err)
{
    sn_status status = SN_OK;
    char id[512], label[1024];
    const char *country = g->name[place];

    const int length = snprintf(id, sizeof id, "%s:%s:%s", country, g->commodity, stage);
    SN_TRY(sn_builder_touch(g->builder, id, (size_t)length, node, err));
    sn_builder_set_kind(g->builder, *node, SN_KIND_STAGE);
    SN_TRY(sn_builder_set_text(g->builder, *node, SN_COUNTRY, country, strlen(country), err));
    SN_TRY(sn_builder_set_text(g->builder, *node, SN_COMMODITY, g->commodity,
                               strlen(g->commodity), err));
    SN_TRY(sn_builder_set_text(g->builder, *node, SN_STAGE, stage, strlen(stage), err));
    SN_TRY(sn_builder_set_text(g->builder, *node, SN_UNIT, g->unit, strlen(g->unit), err));
    const char *name = g->namer != NULL ? g->namer(g->context, country) : NULL;
    if (name != NULL) {
        (void)snprintf(label, sizeof label, "%.400s %s %s", name, g->commodity, stage);
        for (char *c = label + strnlen(name, 400); *c != '\0'; c++)
            *c = *c == '_' ? ' ' : *c;
        SN_TRY(sn_builder_set_label(g->builder, *node, label, strlen(label), err));
    }
out:
    return status;
}

/* Outputs of a step and what they need, by country; then the nodes of the stage. */
static void take_outputs(const goods *g, size_t step, double yield, double *output,
                         double *need)
{
    const plan *p = g->p;

    for (size_t i = 0; i < g->n; i++)
        output[i] = NAN;
    for (size_t i = 0; i < g->n && need != NULL; i++)
        need[i] = NAN;
    for (size_t k = p->first_output[step]; k < p->first_output[step + 1]; k++) {
        const output_row *row = &p->output[k];
        const size_t i = g->local[row->place];
        const double takes = isnan(row->need) ? row->value / yield : row->need;

        output[i] =
            (isnan(output[i]) ? 0 : output[i]) + row->value; /* ROW may have many rows */
        if (need != NULL)
            need[i] = (isnan(need[i]) ? 0 : need[i]) + takes;
    }
}

static sn_status add_makers(const goods *g, size_t step, sn_error *err)
{
    sn_status status = SN_OK;
    const plan *p = g->p;
    const char *stage = stage_name(p->t, p->t->step[step].stage);

    for (size_t k = p->first_output[step]; k < p->first_output[step + 1]; k++) {
        const size_t i = g->local[p->output[k].place];
        const char *source = p->output[k].source;
        int32_t node;

        if (!(g->output[i] > 0))
            continue;
        const bool buys = !p->is_first[step] && g->inflow[i] > 0;
        SN_TRY(touch_node(g, i, stage, &node, err));
        SN_TRY(sn_builder_set_number(g->builder, node, SN_OUTPUT, g->output[i], err));
        SN_TRY(
            sn_builder_set_number(g->builder, node, SN_PRIMARY, buys ? 0 : g->output[i], err));
        /* What a stage takes in and does not give out is yield, not demand. */
        SN_TRY(sn_builder_set_number(g->builder, node, SN_FINAL_DEMAND, 0, err));
        if (source[0] != '\0')
            SN_TRY(sn_builder_set_attribute(g->builder, node, g->source_column, source,
                                            strlen(source), err));
    }
out:
    return status;
}

static void take_trade(const goods *g, size_t step)
{
    const plan *p = g->p;
    const size_t n = g->n;

    memset(g->trade, 0, n * n * sizeof *g->trade);
    memset(g->estimated, 0, n * n * sizeof *g->estimated);
    for (size_t k = p->first_trade[step]; k < p->first_trade[step + 1]; k++) {
        const trade_row *row = &p->trade[k];
        const size_t pair = g->local[row->exporter] * n + g->local[row->importer];

        g->trade[pair] += row->quantity;
        if (row->estimated)
            g->estimated[pair] += row->quantity;
    }
}

static sn_status report_step(const goods *g, const char *stage, const char *next,
                             const sn_stages_quality *quality, size_t flows, sn_error *err)
{
    sn_stages_report *r = g->report;
    sn_stages_line *more = realloc(r->line, (r->count + 1) * sizeof *more);

    if (more == NULL)
        return sn_nomem(err, "a report");
    r->line = more;
    sn_stages_line *line = &more[r->count];
    *line = (sn_stages_line){.flows = flows, .quality = *quality};
    const struct {
        const char **to, *text;
    } copy[] = {{&line->commodity, g->commodity},
                {&line->stage, stage},
                {&line->next, next},
                {&line->unit, g->unit},
                {&line->worst, g->name[quality->worst]},
                {&line->worst_exporter, g->name[quality->worst_exporter]}};
    for (size_t k = 0; k < sizeof copy / sizeof copy[0]; k++) {
        *copy[k].to = sn_arena_copy(&r->texts, copy[k].text, strlen(copy[k].text));
        if (*copy[k].to == NULL)
            return sn_nomem(err, "a report");
    }
    line->quality.worst = line->quality.worst_exporter = SIZE_MAX;
    r->count++;
    return SN_OK;
}

/* Add the flows of a solved step; leaves the inflow of the next stage. */
static sn_status add_flows(goods *g, const char *stage, const char *next, double *inflow,
                           size_t *flows, sn_error *err)
{
    sn_status status = SN_OK;
    const size_t n = g->n;
    const bool has_unit = g->unit[0] != '\0';

    *flows = 0;
    for (size_t j = 0; j < n; j++)
        g->buyer[j] = SN_NONE;
    for (size_t i = 0; i < n; i++) {
        int32_t supplier = SN_NONE;

        for (size_t j = 0; j < n; j++) {
            const double value = g->flow[i * n + j];
            if (!(value > 0))
                continue;
            if (supplier == SN_NONE)
                SN_TRY(touch_node(g, i, stage, &supplier, err));
            if (g->buyer[j] == SN_NONE)
                SN_TRY(touch_node(g, j, next, &g->buyer[j], err));
            SN_TRY(sn_builder_flow(g->builder, supplier, g->buyer[j], value, SN_NONE,
                                   g->basis[i * n + j], has_unit ? g->unit : NULL,
                                   strlen(g->unit), err));
            inflow[j] += value;
            ++*flows;
        }
    }
out:
    return status;
}

static sn_status build_step(goods *g, size_t step, sn_error *err)
{
    sn_status status = SN_OK;
    const plan *p = g->p;
    const step_row *row = &p->t->step[step];
    const char *stage = stage_name(p->t, row->stage), *next = stage_name(p->t, row->next);
    const bool to_use = row->next == SN_TABLES_USE;
    const bool has_trade = p->first_trade[step + 1] > p->first_trade[step];
    sn_stages_quality quality;
    sn_error reason = {0};
    size_t flows;

    take_outputs(g, step, 1, g->output, NULL);
    SN_TRY(add_makers(g, step, err));
    if (!to_use) /* the outputs of the next stage go to `inflow`, which is overwritten below */
        take_outputs(g, (size_t)p->next[step], row->yield, g->inflow, g->need);
    take_trade(g, step);
    const sn_stages_step problem = {.places = g->n,
                                    .rest = g->rest,
                                    .output = g->output,
                                    .need = to_use ? NULL : g->need,
                                    .trade = has_trade ? g->trade : NULL,
                                    .estimated = has_trade ? g->estimated : NULL,
                                    .name = g->name};
    status = sn_stages_solve(&problem, g->flow, g->basis, &quality, &reason);
    if (status != SN_OK)
        return sn_fail(err, status, "%s %s -> %s: %.300s", g->commodity, stage, next,
                       reason.message);
    memset(g->inflow, 0, g->n * sizeof *g->inflow);
    SN_TRY(add_flows(g, stage, next, to_use ? g->used : g->inflow, &flows, err));
    SN_TRY(report_step(g, stage, next, &quality, flows, err));
out:
    return status;
}

static sn_status build_commodity(goods *g, int32_t commodity, sn_error *err)
{
    sn_status status = SN_OK;
    const plan *p = g->p;
    const sn_tables *t = p->t;

    g->commodity = sn_dict_text(&t->commodities, commodity);
    g->unit = sn_dict_text(&t->units, t->unit[commodity]);
    SN_TRY(list_places(g, commodity, err));
    SN_TRY(make_arrays(g, err));
    for (size_t s = 0; s < t->steps; s++)
        if (t->step[s].commodity == commodity && p->is_first[s])
            for (int32_t k = (int32_t)s; k != SN_NONE; k = p->next[k])
                SN_TRY(build_step(g, (size_t)k, err));
    for (size_t i = 0; i < g->n; i++)
        if (g->used[i] > 0) {
            int32_t node;
            SN_TRY(touch_node(g, i, stage_name(t, SN_TABLES_USE), &node, err));
            SN_TRY(sn_builder_set_number(g->builder, node, SN_FINAL_DEMAND, g->used[i], err));
        }
out:
    return status;
}

/* -------------------------------------------------------------------------------- all */

static sn_status report_rows(const sn_tables *t, sn_stages_report *report, sn_error *err)
{
    sn_status status = SN_OK;
    int32_t code;

    report->missing_output = t->missing_output;
    report->missing_trade = t->missing_trade;
    report->domestic_trade = t->domestic_trade;
    for (int32_t k = 0; k < t->uncoded.count; k++)
        SN_TRY(sn_dict_add(&report->uncoded, t->uncoded.text[k], t->uncoded.length[k], &code,
                           err));
out:
    return status;
}

sn_status sn_tables_build(const sn_tables *t, sn_tables_namer *namer, const void *context,
                          sn_builder *builder, size_t *line, sn_stages_report *report,
                          sn_error *err)
{
    sn_status status = SN_OK;
    plan p = {0};
    int32_t *rank = NULL, *by_name = NULL; /* of commodities */
    int32_t source_column;

    *line = 0;
    *report = (sn_stages_report){0};
    SN_TRY(report_rows(t, report, err));
    SN_TRY(sort_rows(t, &p, err));
    SN_TRY(check_chains(&p, line, err));
    SN_TRY(sn_builder_attribute(builder, "source", 6, &source_column, err));
    rank = calloc((size_t)t->commodities.count + 1, sizeof *rank);
    by_name = calloc((size_t)t->commodities.count + 1, sizeof *by_name);
    SN_TRY_ALLOC(rank, "commodities");
    SN_TRY_ALLOC(by_name, "commodities");
    SN_TRY(sn_dict_order(&t->commodities, rank, err));
    for (int32_t c = 0; c < t->commodities.count; c++)
        by_name[rank[c]] = c;
    for (int32_t k = 0; k < t->commodities.count; k++) {
        goods g = {.p = &p,
                   .namer = namer,
                   .context = context,
                   .builder = builder,
                   .source_column = source_column,
                   .report = report};
        status = build_commodity(&g, by_name[k], err);
        clear_goods(&g);
        if (status != SN_OK)
            goto out;
    }
out:
    clear_plan(&p);
    free(rank);
    free(by_name);
    return status;
}

void sn_stages_report_clear(sn_stages_report *report)
{
    free(report->line);
    sn_dict_clear(&report->uncoded);
    sn_arena_clear(&report->texts);
    *report = (sn_stages_report){0};
}
