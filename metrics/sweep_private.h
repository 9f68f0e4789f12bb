/* sweep_private.h - the layout of a sweep, for its own files only.
 *
 * Each direction is copied from the cascade's systems into rows: a row is a node, or a knot of
 * nodes that must lose alike (cascade_private.h) where the plan may tie them; rows stand in the
 * order of dependence.  The losses of eight scenarios at a row are one vector: its lanes.
 */
#ifndef SN_METRICS_SWEEP_PRIVATE_H
#define SN_METRICS_SWEEP_PRIVATE_H

#include "metrics/cascade_private.h"
#include "metrics/sweep.h"

enum {
    SN_LANES = 8,
    SN_SWEEP_AHEAD = 20 /* entries that memory is asked for in advance; 16 to 32 are alike */
};

/* Aligned by name: else the alignment would depend on the instruction set compiled for. */
typedef double sn_lanes __attribute__((vector_size(SN_LANES * sizeof(double)), aligned(64)));
typedef int64_t sn_lane_mask
    __attribute__((vector_size(SN_LANES * sizeof(int64_t)), aligned(64)));

#define SN_SWEEP_START 0x80000000u /* in sn_rows.peer: an action begins here */

/** sn_rows - one direction. */
typedef struct {
    uint32_t count;
    uint32_t *entry_first; /* [count + 1]                                                   */
    uint32_t *peer;        /* [entries] row, and SN_SWEEP_START; SN_SWEEP_AHEAD + 4 zeros    */
    double *share; /* [entries] what a peer's whole loss takes away through the action */
    uint32_t *reader_first; /* [count + 1]                                                   */
    uint32_t *reader;       /* rows with an entry for this one                               */
    float *reader_share;    /* the largest share of such an entry, for forecasts             */
    uint32_t *of_node;      /* [n] row of a node                                             */
    uint8_t *loop;          /* [count] 1 = the row depends on itself                         */
    double *weight;         /* [count] weight of its nodes over the total                    */
    double slack;           /* what rounding may do to a row, as a share of it               */
} sn_rows;

/** sn_ascent - what certifies and speeds up the upstream rows. */
typedef struct {
    bool certain;    /* p was found                                                        */
    double *pending; /* [rows] sum over rows i not after j of p_i L_ij: what a change of x_j
                      * leaves to be done for rows already renewed                         */
    double *mode;    /* [rows] the slowest shape of an error                               */
    double pull;     /* weight . mode                                                      */
    double sum;      /* of p                                                               */
} sn_ascent;

/** sn_stay - what certifies the downstream rows (sweep_stay.c). */
typedef struct {
    double total; /* weight . e, or infinite: then bounds are found by enclosure            */
    double longest; /* of e                                                                 */
    double *each; /* [rows] e, a margin of 1 apart from G(e); 0 at the pivot                */
    long double *share; /* [entries] as sn_rows.share, to more digits: where losses stay so
                         * long that the rounding of doubles would add up to the tolerance;
                         * NULL elsewhere                                                  */
    double slack; /* what rounding may do to a row, as a share of it, with these           */
} sn_stay;

/** sn_pivot - a downstream row whose loss is given before those of the others are sought
 *  (sweep_pivot.c). */
typedef struct {
    bool used;
    uint32_t row;
    sn_rows own; /* its entries, taken out of the plan's rows: one row, and no more than
                  * count, entry_first, peer and share                                      */
} sn_pivot;

typedef struct sn_sweep_kernel sn_sweep_kernel;

struct sn_sweep_plan {
    const sn_network *net;
    const sn_sweep_kernel *kernel;
    sn_cascade_plan *cascade;
    sn_sweep_rule rule;
    sn_response response;
    double tolerance;
    double *weight; /* [n] over the total */
    sn_rows rows[2];
    sn_ascent ascent;
    sn_stay stay;
    sn_pivot pivot;
    size_t market_count; /* 0 without replaceability */
    uint32_t *market;    /* [down rows] */
    uint32_t *market_row; /* [down rows] market by market */
    double *size;        /* [down rows] what a row sells on its market, > 0 */
    double *part;        /* [down rows] its replaceability while nobody is hit; NULL without */
};

/** sn_lane_hit - a row that a scenario hits. */
typedef struct {
    uint32_t row, lane;
    double loss;
} sn_lane_hit;

/** sn_pass - one direction of eight scenarios in the making. */
typedef struct {
    const sn_rows *rows;
    sn_lanes *x;      /* [rows] losses                                                    */
    sn_lanes *sent;   /* [rows] what readers see of them; x itself, or replaceability times
                       * x, or x before the pass                                         */
    sn_lanes *before; /* [rows] x some passes ago, or NULL                                */
    bool follow;      /* sent is renewed with x, inside the pass                         */
    const sn_ascent *ascent;
    const uint32_t *market; /* of the plan, or NULL                                          */
    const double *size;
    size_t market_count;
    const size_t *market_first; /* [markets + 1] in market_row */
    const uint32_t *market_row;
    sn_lanes *scarcity; /* [markets] 1 / what is still sold on a market                    */

    bool sparse;       /* only rows with their flag set need a look                       */
    uint8_t *active;   /* [rows] and eight zeros                                          */
    uint32_t *changed; /* [rows] rows changed in the last pass                            */
    size_t changed_count;
    size_t marked, limit; /* flags set so far; so many and all rows are looked at            */

    const sn_lane_hit *hit; /* by row */
    size_t hit_count;
    uint8_t *is_hit; /* [rows] */

    sn_lanes gate;  /* a loss changes if the new one is more than this above it        */
    sn_lanes raise; /* added to it then, in loops                                      */
    double factor;  /* what a new loss is multiplied by first                          */

    sn_lanes largest;     /* out: largest change                                             */
    sn_lanes raised;      /* out: total weight of the increases                              */
    sn_lanes left, doubt; /* out: sums of pending times changes, and times their sizes; left
                           * is also in: how far to shift or leap                            */
} sn_pass;

/** sn_sweep_kernel - the loops over lanes, compiled for one instruction set. */
struct sn_sweep_kernel {
    const char *name;
    void (*worst)(sn_pass *pass);   /* renew downstream rows, upwards                        */
    void (*sum)(sn_pass *pass);     /* renew upstream rows, upwards                          */
    void (*ascend)(sn_pass *pass);  /* renew upstream rows, both ways, lanes with gate <= 0  */
    void (*descend)(sn_pass *pass); /* the same of downstream rows                           */
    void (*shift)(sn_pass *pass);   /* x += left / pull * mode, except at hits               */
    void (*leap)(sn_pass *pass);    /* x += left * (x - before), in 0..1, except at hits     */
    void (*refresh)(sn_pass *pass); /* sent = replaceability times x; flags readers          */
    void (*follow)(sn_pass *pass);  /* sent = x at the changed rows; flags readers           */
    void (*ask)(const sn_rows *rows, const sn_lanes *x, uint32_t row, sn_lanes *worst);
                                    /* what a downstream row loses through its worst action  */
    void (*totals)(const sn_sweep_plan *plan, const sn_lanes *down, const sn_lanes *up,
                   sn_lanes total[3]); /* loss, loss_down, loss_up                           */
};

extern const sn_sweep_kernel sn_sweep_kernel_avx512, sn_sweep_kernel_avx2,
    sn_sweep_kernel_portable;

/** sn_sweep_kernel_here - the best that this machine runs. */
const sn_sweep_kernel *sn_sweep_kernel_here(void);

/** sn_rows_make - copy a direction; tie: knots become rows, and a row's own share in itself is
 *  solved for; node: [n] the order of untied rows, or NULL: that of dependence.  Returns SN_OK;
 *  SN_ENOMEM. */
sn_status sn_rows_make(const sn_network *net, const sn_system *system, bool tie, bool market,
                       const int32_t *node, const double *weight, sn_rows *rows, sn_error *err);
void sn_rows_clear(sn_rows *rows);

/** sn_ascent_make - find p for upstream rows; certain is false where 100 passes do not. */
sn_status sn_ascent_make(const sn_rows *rows, sn_ascent *ascent, sn_error *err);
void sn_ascent_clear(sn_ascent *ascent);

/** sn_rows_share - the shares of tied rows (sn_rows_make) to the last digit of a long double.
 *  Returns SN_OK; SN_ENOMEM.  The caller frees *share. */
sn_status sn_rows_share(const sn_network *net, const sn_system *system, const sn_rows *rows,
                        long double **share, sn_error *err);

/** sn_stay_make - find e for the downstream rows of a plan, and take up more digits where the
 *  tolerance needs them; where there is none, or it would take long to find, without a pivot.
 *  Returns SN_OK; SN_ENOMEM. */
sn_status sn_stay_make(sn_sweep_plan *plan, sn_error *err);
void sn_stay_clear(sn_stay *stay);

/** sn_stay_pivot - take a pivot, if there is one without which losses leave soon; where there is
 *  a knot, but that does not help, e is lost.  Returns SN_OK; SN_ENOMEM. */
sn_status sn_stay_pivot(sn_sweep_plan *plan, sn_error *err);

/** sn_pivot_choose - the row with the most nodes, if it is a knot; else the number of rows. */
uint32_t sn_pivot_choose(const sn_sweep_plan *plan);

/** sn_pivot_take - make a row the pivot.  Returns SN_OK; SN_ENOMEM.  Cost O(V + E). */
sn_status sn_pivot_take(sn_sweep_plan *plan, uint32_t row, sn_error *err);

/** sn_stay_without - sn_stay.total where some rows are lost entirely and hold nothing, and some
 *  actions are out of the question.
 *
 * lost     [in]   [rows] 1 = lost
 * dropped  [in]   [entries] 1 = the action that begins here is
 * scratch  [out]  [2 (rows + 1)]
 */
double sn_stay_without(const sn_rows *rows, const uint8_t *lost, const uint8_t *dropped,
                       double *scratch);

/** sn_forecast - a rough run of one scenario after another. */
typedef struct {
    const sn_rows *rows;
    double *x;         /* [rows] losses, zero between scenarios */
    uint8_t *seen;     /* [rows] */
    uint32_t *touched; /* [rows] where x > 0 */
    uint32_t *changed; /* [rows] in the last round */
    uint32_t *due;     /* [rows] to be renewed, with their new losses */
    double *fresh;
    size_t touched_count, changed_count, due_count;
} sn_forecast_side;

typedef struct {
    const sn_sweep_plan *plan;
    sn_forecast_side side[2];
} sn_forecast;

sn_status sn_forecast_init(sn_forecast *forecast, const sn_sweep_plan *plan, sn_error *err);
void sn_forecast_clear(sn_forecast *forecast);

/** sn_forecast_rounds - about how many rounds a scenario takes under the published rule. */
double sn_forecast_rounds(sn_forecast *forecast, const sn_sweep_scenarios *all,
                          size_t scenario);

/** sn_policy - one lane solved as the linear system of its worst actions (sweep_policy.c). */
typedef struct sn_policy sn_policy;

sn_status sn_policy_new(const sn_rows *rows, sn_policy **policy, sn_error *err);
void sn_policy_free(sn_policy *policy);

/** sn_policy_step - move a lane to the solution that its worst actions at x leave. */
void sn_policy_step(sn_policy *policy, const sn_stay *stay, sn_pass *pass, size_t lane);

/** sn_policy_stay - how long a loss can stay in a lane, sn_stay.total or less, if x is within
 *  c e of the solution: actions that cannot be the worst anywhere there do not count. */
double sn_policy_stay(sn_policy *policy, const sn_stay *stay, const sn_pass *pass, size_t lane,
                      double c);

/** sn_batch - the memory of one thread. */
typedef struct {
    const sn_sweep_plan *plan;
    const sn_sweep_scenarios *scenarios;
    sn_pass pass[2];
    sn_lane_hit *hit[2];
    size_t hit_room;
    uint32_t scenario[SN_LANES]; /* which scenarios the lanes hold */
    size_t count;
    sn_policy *policy; /* where the plan's stay needs more digits, or NULL */
    double narrow; /* how much finer than usual to work */
    sn_cascade *alone; /* for downstream losses lane by lane, or NULL; made on first need */
    double *left;      /* [n] of its shocks, 1 between uses */
    uint8_t *lost;  /* [n] of sn_sweep_floor */
    int32_t *queue; /* [n] */
} sn_batch;

sn_status sn_batch_init(sn_batch *batch, const sn_sweep_plan *plan,
                        const sn_sweep_scenarios *scenarios, sn_error *err);
void sn_batch_clear(sn_batch *batch);

/** sn_batch_load - put scenarios into the lanes. */
sn_status sn_batch_load(sn_batch *batch, const uint32_t *scenario, size_t count, sn_error *err);

/** sn_batch_open - let the first `count` lanes change; sn_batch_report - the losses as they
 * are. */
void sn_batch_open(sn_pass *pass, size_t count);
void sn_batch_report(const sn_batch *batch, sn_sweep_loss *loss);

/** sn_batch_alone - the downstream losses of the lanes, one after the other, where a large
 *  network has no stay that certifies all scenarios; doubt[lane] as above, or infinite.  Returns
 *  false where the lanes must be run together after all. */
bool sn_batch_alone(sn_batch *batch, double tolerance, double *doubt, sn_sweep_loss *loss);

/** sn_batch_floor - what each lane loses at least. */
void sn_batch_floor(const sn_batch *batch, sn_sweep_loss *loss);

/** sn_batch_fine - bring the open downstream lanes to the tolerance with more digits
 *  (sweep_fine.c); doubt[lane] is what remains. */
void sn_batch_fine(sn_batch *batch, double tolerance, double *doubt, sn_sweep_loss *loss);

/** sn_batch_pivot - bring the downstream lanes to the tolerance where the plan has a pivot, and
 *  report; apart[lane]: how far their total losses are from the solution at most, or infinite. */
void sn_batch_pivot(sn_batch *batch, double tolerance, double *apart, sn_sweep_loss *loss);

/** sn_batch_certified, sn_batch_glcascade - run the lanes; loss[k] is that of lane k, with a
 *  bound of infinity where none was proven. */
void sn_batch_certified(sn_batch *batch, sn_sweep_loss *loss);
void sn_batch_glcascade(sn_batch *batch, sn_sweep_loss *loss);

#endif /* SN_METRICS_SWEEP_PRIVATE_H */
