/* cascade_direct.c - a loop solved as the linear system of its worst actions. */
#include <gsl/gsl_linalg.h>

#include "graph/bridge.h"
#include "metrics/cascade_private.h"

/* ---- a node by itself ---- */

/* Essential inputs are all of their total; what else a node buys leaks from the bundle. */
static long double leak_down(const sn_network *net, size_t node)
{
    const size_t end = net->in_first[node + 1];
    long double others = 0;

    for (size_t k = net->in_first[node]; k < end; k++) /* they lie all over */
        __builtin_prefetch(&net->value[net->in_flow[k]]);
    for (size_t g = net->seg_first[node]; g < net->seg_first[node + 1]; g++)
        for (size_t k = net->seg_in[g];
             k < net->seg_in[g + 1] && net->seg_need[g] != SN_NON_ESSENTIAL; k++)
            if (!sn_network_bought_own(net, node, k))
                others += net->value[net->in_flow[k]];
    return others;
}

/* Final demand and own use; where an output is stated, what of it is not sold. */
static long double leak_up(const sn_network *net, size_t node)
{
    long double sold = 0, own = 0;

    for (size_t e = net->out_first[node]; e < net->out_first[node + 1]; e++)
        *(sn_network_is_own(net, e) ? &own : &sold) += net->value[e];
    const double output = net->output[node];
    if (output == net->sales[node] + net->final_demand[node] && own == 0)
        return net->final_demand[node];
    return output > sold + own ? output - sold : own;
}

long double sn_cascade_leak(const sn_network *net, const sn_system *system, size_t node,
                            size_t action)
{
    if (system->is_up) {
        const size_t first = system->entry_first[action], end = system->entry_first[action + 1];
        double sum = 0;

        for (size_t e = first; e < end; e++)
            sum += system->value[e];
        return system->total[action] > sum ? leak_up(net, node) : 0;
    }
    return system->group[action] == SN_NONE ? leak_down(net, node) : 0;
}

double sn_cascade_alone(const sn_solver *solver, size_t node)
{
    const sn_system *s = solver->system;
    double worst = solver->shock->node != NULL ? 1 - solver->shock->node[node] : 0;

    for (size_t a = s->row[node].first; a < s->row[node].end; a++) {
        double lost = 0, others = 0, own = 0;

        for (size_t e = s->entry_first[a]; e < s->entry_first[a + 1]; e++)
            if ((size_t)s->peer[e] == node) {
                own += s->value[e];
            } else {
                others += s->value[e];
                lost += s->value[e] * solver->x[s->peer[e]];
            }
        others += (double)sn_cascade_leak(solver->plan->net, s, node, a);
        lost *= s->row[node].passed;
        if (lost > 0)
            lost /= others + (1 - s->row[node].passed) * own;
        worst = lost > worst ? lost : worst;
    }
    return worst < 1 ? worst : 1;
}

/* The worst way in which a knot loses: an action of one of its nodes, or a node's own hit. */
typedef struct {
    size_t node, action;
    bool by_action;
    double loss;
} choice;

static choice worst_of(const sn_solver *solver, const sn_knots *knots, size_t knot)
{
    const sn_system *s = solver->system;
    choice worst = {0};

    for (size_t m = knots->first[knot]; m < knots->first[knot + 1]; m++) {
        const size_t i = (size_t)knots->node[m];
        const double own = solver->shock->node != NULL ? 1 - solver->shock->node[i] : 0;

        if (own > worst.loss)
            worst = (choice){.node = i, .loss = own};
        for (size_t a = s->row[i].first; a < s->row[i].end; a++) {
            if (knots->mark[a] & MARK_KNOT)
                continue;
            const double loss = sn_cascade_action(solver, i, a);
            if (loss > worst.loss)
                worst = (choice){.node = i, .action = a, .by_action = true, .loss = loss};
        }
    }
    return worst;
}

/* Row of  x_knot - sum of coefficients * x_peer = what comes from outside. */
static void set_row(const sn_solver *solver, const choice *worst, size_t row, double shift,
                    gsl_matrix *matrix, gsl_vector *right)
{
    const sn_system *s = solver->system;
    double outside = 0;

    gsl_matrix_set(matrix, row, row, 1);
    if (!worst->by_action) {
        gsl_vector_set(right, row, worst->loss + shift);
        return;
    }
    const double scale = s->row[worst->node].passed / s->total[worst->action];
    for (size_t e = s->entry_first[worst->action]; e < s->entry_first[worst->action + 1]; e++) {
        const int32_t peer = s->peer[e];
        const double c = solver->cut[worst->node] ? solver->shock->flow[sn_entry_flow(s, e)] : 1;

        outside += s->value[e] * (1 - c);
        if (solver->local[peer] == SN_NONE) {
            outside += s->value[e] * c * solver->x[peer];
        } else {
            double *cell = gsl_matrix_ptr(matrix, row, (size_t)solver->local[peer]);
            *cell -= scale * s->value[e] * c;
        }
    }
    gsl_vector_set(right, row, outside * scale + shift);
}

sn_status sn_cascade_direct(sn_solver *solver, const sn_knots *knots, double shift,
                            sn_error *err)
{
    sn_status status = SN_OK;
    const size_t n = knots->count;
    gsl_matrix *matrix = gsl_matrix_calloc(n, n);
    gsl_vector *right = gsl_vector_alloc(n);
    gsl_permutation *rows = gsl_permutation_alloc(n);
    int sign;

    SN_TRY_ALLOC(matrix, "a loop of suppliers");
    SN_TRY_ALLOC(right, "a loop of suppliers");
    SN_TRY_ALLOC(rows, "a loop of suppliers");
    for (size_t k = 0; k < n; k++)
        for (size_t m = knots->first[k]; m < knots->first[k + 1]; m++)
            solver->local[knots->node[m]] = (int32_t)k;
    for (size_t k = 0; k < n; k++) {
        const choice worst = worst_of(solver, knots, k);
        set_row(solver, &worst, k, shift, matrix, right);
    }
    for (size_t m = knots->first[0]; m < knots->first[n]; m++)
        solver->local[knots->node[m]] = SN_NONE;
    SN_TRY_GSL(gsl_linalg_LU_decomp(matrix, rows, &sign));
    SN_TRY_GSL(gsl_linalg_LU_svx(matrix, rows, right));
    for (size_t k = 0; k < n; k++) {
        const double solved = gsl_vector_get(right, k);
        const double loss = solved > 1 ? 1 : solved > 0 ? solved : 0;

        for (size_t m = knots->first[k]; m < knots->first[k + 1]; m++)
            solver->x[knots->node[m]] = loss;
    }
out:
    gsl_permutation_free(rows);
    gsl_vector_free(right);
    gsl_matrix_free(matrix);
    return status;
}
