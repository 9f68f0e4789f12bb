/* test_trace.c - walks up a network against dense algebra, in loops of all sizes. */
#include "sn_test.h"
#include "sn_nets.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_linalg.h>

#include "graph/bridge.h"
#include "metrics/trace_block.h"

enum { MOST = 110, NETWORKS = 24 };

/* Stages that buy from one another, in part from themselves, and make a little themselves: the
 * less the higher the seed.  A few sell nothing back, so that there are several loops and what
 * is in none. */
static sn_network *draw_network(unsigned long seed, gsl_rng *rng)
{
    const size_t n = seed % 3 == 0 ? 70 + gsl_rng_uniform_int(rng, MOST - 70)
                                   : 2 + gsl_rng_uniform_int(rng, 30);
    const double made = pow(10, -(double)(seed % 5));
    sn_builder *b = sn_builder_new();
    char id[2][8];

    for (size_t i = 0; i < n; i++) {
        (void)snprintf(id[0], sizeof id[0], "n%03zu", i % 1000);
        net_add_node(b, &(net_node){.id = id[0],
                                    .kind = SN_KIND_STAGE,
                                    .primary = gsl_rng_uniform(rng) < 0.7
                                                   ? made * gsl_rng_uniform_pos(rng)
                                                   : 0});
    }
    for (size_t i = 0; i < n; i++) /* the first tenth buys nothing: all walks can end */
        for (int k = 0; k < 4 && i >= n / 10 + 1; k++) {
            const size_t from = k == 0   ? n / 10 + 1 + (i + 1) % (n - n / 10 - 1)
                                : k == 3 ? gsl_rng_uniform_int(rng, n / 10 + 1)
                                         : gsl_rng_uniform_int(rng, n);
            (void)snprintf(id[0], sizeof id[0], "n%03zu", from % 1000);
            (void)snprintf(id[1], sizeof id[1], "n%03zu", i % 1000);
            net_add_flow(b,
                         &(net_flow){id[0], id[1],
                                     (k == 3 ? made : 1) * (0.5 + gsl_rng_uniform(rng)), NULL},
                         1);
        }
    return net_freeze(b);
}

/* The tracing matrix, and arguments. */
typedef struct {
    sn_network *net;
    sn_trace *trace;
    size_t n;
    double a[MOST][MOST]; /* [supplier][buyer] */
    double start[MOST], pass[MOST], hit[MOST];
} example;

static example x;

static void begin(unsigned long seed)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    gsl_rng_set(rng, seed);
    x = (example){.net = draw_network(seed, rng)};
    x.n = x.net->node_count;
    assert_int_equal(sn_trace_new(x.net, &x.trace, NULL), SN_OK);
    for (size_t e = 0; e < x.net->flow_count; e++)
        x.a[x.net->supplier[e]][x.net->buyer[e]] += x.trace->input[e];
    for (size_t i = 0; i < x.n; i++) {
        x.start[i] = gsl_rng_uniform(rng) < 0.3 ? gsl_rng_uniform(rng) : 0;
        x.pass[i] = gsl_rng_uniform(rng) < 0.8 ? 1 : gsl_rng_uniform(rng);
        x.hit[i] = gsl_rng_uniform(rng) < 0.8 ? 0 : gsl_rng_uniform(rng);
    }
    x.start[x.n - 1] = 0.5;
    gsl_rng_free(rng);
}

static void end(void)
{
    sn_trace_free(x.trace);
    sn_network_free(x.net);
}

/* (I - M) v = c, M_ij = a_ij pass_j, or its transpose with 1 - hit. */
static void solve_dense(bool push, const double *factor, const double *c, double *v)
{
    gsl_matrix *m = gsl_matrix_alloc(x.n, x.n);
    gsl_permutation *order = gsl_permutation_alloc(x.n);
    gsl_vector_const_view right = gsl_vector_const_view_array(c, x.n);
    gsl_vector_view left = gsl_vector_view_array(v, x.n);
    int sign;

    for (size_t i = 0; i < x.n; i++)
        for (size_t j = 0; j < x.n; j++)
            gsl_matrix_set(m, i, j,
                           (i == j) - (push ? x.a[i][j] * factor[j] : x.a[j][i] * factor[i]));
    gsl_linalg_LU_decomp(m, order, &sign);
    gsl_linalg_LU_solve(m, order, &right.vector, &left.vector);
    gsl_permutation_free(order);
    gsl_matrix_free(m);
}

static void push__visits_as_often_as_the_inverse_says(void **state)
{
    static double ones[MOST];
    (void)state;

    for (size_t i = 0; i < MOST; i++)
        ones[i] = 1;
    for (unsigned long seed = 1; seed <= 2 * NETWORKS; seed++) {
        double got[MOST], want[MOST], made = 0, truth = 0, largest = 0;
        const bool all_pass = seed > NETWORKS;
        sn_trace_end over;

        begin(1 + seed % NETWORKS);
        memcpy(got, x.start, sizeof got);
        const sn_status status =
            sn_trace_push(x.trace, all_pass ? NULL : x.pass, 0, got, &over, NULL);
        solve_dense(true, all_pass ? ones : x.pass, x.start, want);
        for (size_t i = 0; i < x.n; i++) {
            made += got[i] * x.trace->made[i];
            truth += want[i] * x.trace->made[i];
            largest = fmax(largest, want[i]);
        }
        double far = 0;
        for (size_t i = 0; i < x.n; i++)
            far = fmax(far, fabs(got[i] - want[i]) / largest);
        end();
        assert_int_equal(status, SN_OK);
        assert_close(far, 0, 1e-9);
        assert_close(made, truth, over.bound + 1e-10);
        assert_true(over.bound <= 1e-7);
        assert_close(over.stopped, 0, 0);
    }
}

static void push__stops_after_so_many_arrivals(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= NETWORKS; seed++)
        for (unsigned depth = 1; depth <= 5; depth++) {
            double got[MOST], want[MOST], now[MOST], far = 0, stopped = 0;
            sn_trace_end over;

            begin(seed);
            memcpy(got, x.start, sizeof got);
            memcpy(want, x.start, sizeof want);
            memcpy(now, x.start, sizeof now);
            const double *pass = seed % 2 == 0 ? NULL : x.pass;
            const sn_status status = sn_trace_push(x.trace, pass, depth, got, &over, NULL);
            for (unsigned step = 1; step <= depth; step++) {
                double then[MOST] = {0};
                for (size_t i = 0; i < x.n; i++)
                    for (size_t j = 0; j < x.n; j++)
                        then[i] += x.a[i][j] * now[j] * (pass != NULL ? pass[j] : 1);
                for (size_t i = 0; i < x.n; i++) {
                    want[i] += step < depth ? then[i] : 0;
                    stopped += step < depth ? 0 : then[i];
                    now[i] = then[i];
                }
            }
            for (size_t i = 0; i < x.n; i++)
                far = fmax(far, fabs(got[i] - want[i]));
            end();
            assert_int_equal(status, SN_OK);
            assert_close(far, 0, 1e-12);
            assert_close(over.stopped, stopped, 1e-12);
            assert_close(over.bound, 0, 0);
        }
}

static void pull__meets_a_set_as_often_as_the_inverse_says(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= NETWORKS; seed++) {
        double got[MOST], want[MOST], stays[MOST], bound = NAN, far = 0;

        begin(seed);
        for (size_t i = 0; i < x.n; i++)
            stays[i] = 1 - x.hit[i];
        const sn_status status = sn_trace_pull(x.trace, x.hit, 0, got, &bound, NULL);
        solve_dense(false, stays, x.hit, want);
        for (size_t i = 0; i < x.n; i++)
            far = fmax(far, fabs(got[i] - want[i]));
        end();
        assert_int_equal(status, SN_OK);
        assert_true(bound >= 0 && bound <= 1e-7);
        assert_close(far, 0, bound + 1e-10);
    }
}

static void pull__sees_so_many_nodes(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= NETWORKS; seed++)
        for (unsigned depth = 1; depth <= 4; depth++) {
            double got[MOST], want[MOST], bound = NAN, far = 0;

            begin(seed);
            const sn_status status = sn_trace_pull(x.trace, x.hit, depth, got, &bound, NULL);
            memcpy(want, x.hit, sizeof want);
            for (unsigned step = 1; step < depth; step++) {
                double next[MOST];
                for (size_t j = 0; j < x.n; j++) {
                    double sum = 0;
                    for (size_t i = 0; i < x.n; i++)
                        sum += x.a[i][j] * want[i];
                    next[j] = x.hit[j] + (1 - x.hit[j]) * sum;
                }
                memcpy(want, next, x.n * sizeof *want);
            }
            for (size_t i = 0; i < x.n; i++)
                far = fmax(far, fabs(got[i] - want[i]));
            end();
            assert_int_equal(status, SN_OK);
            assert_close(far, 0, 1e-12);
            assert_close(bound, 0, 0);
        }
}

static void radius__is_that_of_the_largest_eigenvalue(void **state)
{
    size_t loops = 0;
    (void)state;

    for (unsigned long seed = 1; seed <= NETWORKS; seed++) {
        static double ones[MOST];
        double radius = NAN, error = NAN, largest = 0;

        begin(seed);
        for (size_t i = 0; i < MOST; i++)
            ones[i] = 1;
        const sn_status status = sn_trace_radius(x.trace, ones, &radius, &error, NULL);
        gsl_matrix *m = gsl_matrix_alloc(x.n, x.n);
        gsl_vector_complex *value = gsl_vector_complex_alloc(x.n);
        gsl_eigen_nonsymm_workspace *w = gsl_eigen_nonsymm_alloc(x.n);
        for (size_t i = 0; i < x.n; i++)
            for (size_t j = 0; j < x.n; j++)
                gsl_matrix_set(m, i, j, x.a[i][j]);
        gsl_eigen_nonsymm(m, value, w);
        for (size_t i = 0; i < x.n; i++) {
            const gsl_complex v = gsl_vector_complex_get(value, i);
            largest = fmax(largest, hypot(GSL_REAL(v), GSL_IMAG(v)));
        }
        gsl_eigen_nonsymm_free(w);
        gsl_vector_complex_free(value);
        gsl_matrix_free(m);
        end();
        assert_int_equal(status, SN_OK);
        assert_true(error >= 0 && error < 1e-3);
        assert_close(radius, largest, error + 1e-9);
        loops += largest > 0.1;
    }
    assert_true(loops > NETWORKS / 2);
}

/* ---- one loop ---- */

/* (M v)_i of a loop's block, from the matrix of the whole. */
static double times(const sn_trace_block *b, bool up, const double *factor, size_t i,
                    const double *v)
{
    double sum = 0;

    for (size_t j = 0; j < b->m; j++)
        sum += v[j] * (up ? x.a[b->node[i]][b->node[j]] * factor[b->node[j]]
                          : x.a[b->node[j]][b->node[i]] * factor[b->node[i]]);
    return sum;
}

/* What the sum and the largest of |c + M v - v| are, and how far the block says otherwise. */
static double residual_off(const sn_trace_block *b, bool up, const double *factor,
                           const double *v)
{
    double sum = 0, largest = 0, said = NAN;

    for (size_t i = 0; i < b->m; i++) {
        const double gap = fabs(b->c[i] + times(b, up, factor, i, v) - v[i]);
        sum += gap;
        largest = fmax(largest, gap);
    }
    const double all = sn_trace_block_residual(b, v, &said);
    return fmax(fabs(all - sum),
                fmax(fabs(said - largest), fabs(sn_trace_block_residual(b, v, NULL) - sum)));
}

static void block__is_its_part_of_the_matrix(void **state)
{
    size_t loops = 0, large = 0;
    (void)state;

    for (unsigned long seed = 1; seed <= NETWORKS; seed++) {
        begin(seed);
        for (size_t c = 0; c < x.trace->component_count; c++)
            for (int up = 0; up < 2; up++) {
                sn_trace_block b;
                double v[MOST], ones[MOST], off = 0, solved = 0, alone = 0, inside = 0;
                if (x.trace->first[c + 1] - x.trace->first[c] < 2)
                    continue;
                assert_int_equal(sn_trace_block_make(x.trace, c, x.pass, up == 1, &b, NULL),
                                 SN_OK);
                for (size_t i = 0; i < b.m; i++) {
                    b.c[i] = 0.25 + (double)(i % 7);
                    v[i] = 1 + (double)(i % 5);
                    ones[i] = 1;
                }
                off = residual_off(&b, up == 1, x.pass, v);
                for (size_t i = 0; i < b.m; i++) { /* of what a node hands on */
                    double share = 0;
                    for (size_t j = 0; j < b.m; j++)
                        share += x.a[b.node[j]][b.node[i]] * x.pass[b.node[i]];
                    inside = fmax(inside, fabs(b.inside[i] - share));
                }
                const double first = (b.c[0] + times(&b, up == 1, x.pass, 0, v) -
                                      v[0] * x.a[b.node[0]][b.node[0]] * x.pass[b.node[0]]) /
                                     (1 - x.a[b.node[0]][b.node[0]] * x.pass[b.node[0]]);
                sn_trace_block_sweep(&b, v);
                const double swept = fabs(v[0] - first);
                const sn_status status = sn_trace_block_dense(&b, ones, NULL);
                for (size_t i = 0; i < b.m; i++) {
                    solved = fmax(solved,
                                  fabs(b.c[i] + times(&b, up == 1, x.pass, i, b.x) - b.x[i]) /
                                      b.x[i]);
                    alone =
                        fmax(alone,
                             fabs(1 + times(&b, up == 1, x.pass, i, ones) - ones[i]) / ones[i]);
                }
                loops++;
                large += b.m > 64;
                sn_trace_block_clear(&b);
                assert_int_equal(status, SN_OK);
                assert_close(off, 0, 1e-10);
                assert_close(inside, 0, 1e-12);
                assert_close(swept, 0, 1e-12);
                assert_close(solved, 0, 1e-12);
                assert_close(alone, 0, 1e-12);
            }
        end();
    }
    assert_true(loops >= NETWORKS && large >= 8);
}

static int setup(void **state)
{
    (void)state;
    sn_bridge_setup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(push__visits_as_often_as_the_inverse_says),
        cmocka_unit_test(push__stops_after_so_many_arrivals),
        cmocka_unit_test(pull__meets_a_set_as_often_as_the_inverse_says),
        cmocka_unit_test(pull__sees_so_many_nodes),
        cmocka_unit_test(radius__is_that_of_the_largest_eigenvalue),
        cmocka_unit_test(block__is_its_part_of_the_matrix),
    };
    return cmocka_run_group_tests_name("trace", tests, setup, NULL);
}
