/* cascade_private.h - the layout of plans and runs, for the files of the cascade only.
 *
 * Both directions are the same problem: a system of nodes with `actions`, each a weighted mean
 * over peers, of which a node suffers the worst.  Downstream an action is an essential input
 * group or the bundle of non-essential inputs, and peers are suppliers; upstream a node has
 * one action, its sales, and peers are customers.
 *
 * Loops: inside a strongly connected component the least solution is approached from below.
 * A `knot` is a set of nodes, each with an action whose peers all lie in the set and that
 * passes on the whole loss (no own supply, no final demand, no cut flow): all of its nodes
 * must lose alike, namely what the worst hit one loses through any other action.  Tying knots
 * makes the solution unique, which is what makes the certificate possible.
 */
#ifndef SN_METRICS_CASCADE_PRIVATE_H
#define SN_METRICS_CASCADE_PRIVATE_H

#include <pthread.h>

#include "graph/network_private.h"
#include "metrics/cascade.h"
#include "metrics/order.h"

enum { SN_DOWN, SN_UP };

enum {
    MARK_WHOLE = 1, /* the action passes on the whole loss when all peers are lost */
    MARK_KNOT = 2   /* ... and all its peers are in the node's knot                */
};

/** sn_row - the actions first .. end of a node. */
typedef struct {
    size_t first, end;
    double passed; /* share of supply that is bought (1 - w); 1 upstream */
} sn_row;

/** sn_system - one direction.  What stands below `order` is made by sn_cascade_complete. */
typedef struct {
    sn_row *row;          /* [n]                                                             */
    size_t actions;
    size_t *entry_first;  /* [actions + 1] those of a node lie side by side                  */
    double *total;        /* [actions] what the sum over the entries is divided by           */
    int32_t *group;       /* [actions] product group; SN_NONE: the bundle, or the sales      */
    uint8_t *mark;        /* [actions] MARK_WHOLE                                            */
    const int32_t *peer;  /* [entries]                                                       */
    const double *value;  /* [entries] [unit / year]                                         */
    const uint32_t *flow; /* [entries] see sn_entry_flow                                     */
    bool is_up;           /* peers are customers                                             */
    bool is_lent;         /* peer and value are the network's own columns; flow is NULL      */
    sn_order order;       /* order.node is sorted by knot inside each component              */
    uint8_t *loop;        /* [components] more than one node, or a node that is its own peer */
    uint8_t *tied;        /* [actions] mark, and MARK_KNOT                                   */
    uint32_t *knot_of;    /* [components + 1] first knot of a component                      */
    uint32_t *knot_first; /* [knots + 1] first place of a knot in order.node                 */
} sn_system;

/** sn_entry_flow - the flow behind an entry. */
static inline size_t sn_entry_flow(const sn_system *s, size_t entry)
{
    return s->flow != NULL ? s->flow[entry] : entry;
}

struct sn_cascade_plan {
    const sn_network *net;
    sn_system system[2];
    pthread_mutex_t lock; /* of what sn_cascade_complete makes */
    bool has_lock, complete;
    bool is_large;        /* too large to be completed before a run needs it */
    struct sn_sweep_plan *aid; /* of cascade_pivot.c, made on first need */
    bool no_final_demand;
    int32_t *market;       /* [n] code of a node's market */
    size_t market_count;
    size_t *market_first;  /* [markets + 1] */
    int32_t *market_node;  /* [n] in ascending order inside a market */
};

/** sn_knots - some nodes of a system to be solved together, grouped by knot. */
typedef struct {
    const int32_t *node;   /* nodes by knot                            */
    const uint32_t *first; /* [count + 1] places in `node`             */
    size_t count;          /* knots                                    */
    const uint8_t *mark;   /* [actions of the system]                  */
} sn_knots;

/** sn_solver - one direction of one run. */
typedef struct {
    const sn_cascade_plan *plan;
    const sn_system *system;
    const sn_shock *shock;
    const uint8_t *cut;  /* [n] some flow behind an entry of the node has capacity < 1     */
    double *sigma;       /* [n] replaceability, or NULL                                    */
    int32_t *markets;    /* the markets whose replaceability may change, markets_used of them */
    size_t markets_used;
    double *x;           /* [n] losses                                                     */
    double *kept;        /* [n] scratch: x while a bound is tried                          */
    double *step;        /* [n] scratch: how much x grew                                   */
    int32_t *local;      /* [n] scratch, SN_NONE between uses                              */
    double tolerance;
    size_t max_sweeps;
} sn_solver;

/** sn_bits - a set of small numbers that is walked in ascending order and emptied on the way. */
typedef struct {
    uint64_t *word;
    size_t words;
} sn_bits;

/** sn_front - the memory of cascade_front.c. */
struct sn_front;
void sn_front_free(struct sn_front *memory);

/** sn_side - one direction of a run, with what it found. */
typedef struct {
    sn_solver solver;
    struct sn_front *front; /* made on first need */
    int32_t *lost;    /* nodes with x > 0 */
    size_t lost_count;
    uint8_t *cut;      /* [n] solver.cut */
    int32_t *cut_node; /* [n] where it is set */
    size_t cut_count;
    double bound;
} sn_side;

struct sn_cascade {
    const sn_cascade_plan *plan;
    sn_cascade_options options;
    sn_side side[2];
    sn_shock shock;
    int32_t *hit;       /* [n] of sn_cascade_run */
    size_t *cut;        /* [m] of sn_cascade_run, made on first need */
    sn_bits pending;       /* components */
    sn_bits nodes;
    int32_t *touched;   /* [n] */
    double *kept;       /* [n] */
    double *step;       /* [n] */
    int32_t *local;     /* [n] */
    double *sigma;      /* [n], or NULL */
    int32_t *markets;   /* [markets], or NULL */
    uint8_t *in_market; /* [markets], or NULL */
    int32_t *knot_node; /* [n]: a loop whose knots a cut flow may have loosened */
    uint32_t *knot_first;
    uint8_t *knot_mark; /* [actions of the larger system] */
    bool closed_loop;
};

/**
 * sn_cascade_complete - order the nodes and tie the knots, unless that is done.
 *
 * Any thread may call it.  Small plans are complete from the start, and their actions lie in
 * memory in the order in which a run walks them.
 *
 * Returns  SN_OK; SN_ENOMEM.  Cost O(V + E) the first time.
 */
sn_status sn_cascade_complete(const sn_cascade_plan *plan, sn_error *err);

/** sn_cascade_order, sn_cascade_tie - the work of sn_cascade_complete, for one direction, in two
 *  steps, the second of which uses all threads; store: move the actions into the order of the
 *  walk, too.  sn_cascade_forget_order - undo it. */
sn_status sn_cascade_order(sn_system *system, size_t n, sn_error *err);
sn_status sn_cascade_tie(const sn_network *net, sn_system *system, bool store, sn_error *err);
void sn_cascade_forget_order(sn_system *system);

/** sn_cascade_allocate, sn_cascade_clear_actions - the arrays of actions and entries. */
sn_status sn_cascade_allocate(sn_system *system, size_t actions, size_t entries, sn_error *err);
void sn_cascade_clear_actions(sn_system *system);

/** sn_cascade_leak - what an action's total holds beyond its entries, from the amounts
 *  themselves: total less their sum has lost the digits of a small leak.  0 for MARK_WHOLE. */
long double sn_cascade_leak(const sn_network *net, const sn_system *system, size_t node,
                            size_t action);

/** sn_cascade_alone - the loss of a node that is a loop by itself, its own share solved for. */
double sn_cascade_alone(const sn_solver *solver, size_t node);

/** sn_cascade_action - the share lost through one action; sn_cascade_node - through the worst
 *  action that is not tied in a knot, or the node's own hit. */
double sn_cascade_action(const sn_solver *solver, size_t node, size_t action);
double sn_cascade_node(const sn_solver *solver, const uint8_t *mark, size_t node);

/** sn_front_result - how far cascade_front.c came. */
typedef struct {
    bool solved;      /* x, lost and bound of the side hold the answer, within the tolerance   */
    bool all_reached; /* else: at least, lost holds every node that loses anything ...         */
    bool from_below;  /* ... and x is nowhere above the solution                               */
    bool closed_loop; /* of a solved upstream side: see sn_cascade_result                      */
} sn_front_result;

/**
 * sn_cascade_front - try to solve a direction without the order of the network.
 *
 * side  [in,out]  reset, with its cut nodes listed; no market response
 *
 * Returns  SN_OK; SN_ENOMEM.  Cost O(entries of the nodes that lose) a pass, but O(V) a pass
 *          where they are many.
 */
sn_status sn_cascade_front(const sn_cascade_plan *plan, sn_side *side, int direction,
                           sn_front_result *result, sn_error *err);

/**
 * sn_cascade_pivot - try to solve the downstream side around its largest knot.
 *
 * side    [in,out]  nodes are hit, no flow is cut, no market response; as it was where it is not
 *                   solved, but for its bound
 *
 * Returns  SN_OK; SN_ENOMEM.  Cost O(V + E) a pass, after the work of sn_cascade_help.
 */
sn_status sn_cascade_pivot(const sn_cascade_plan *plan, sn_side *side, bool *solved,
                           sn_error *err);

/** sn_cascade_help - complete a plan, and make what sn_cascade_pivot needs, unless that is done;
 *  any thread may call it.  sn_cascade_aid_make, sn_cascade_aid_free - its parts. */
sn_status sn_cascade_help(const sn_cascade_plan *plan, const struct sn_sweep_plan **aid,
                          sn_error *err);
sn_status sn_cascade_aid_make(sn_cascade_plan *plan, sn_error *err);
void sn_cascade_aid_free(struct sn_sweep_plan *aid);

/** sn_cascade_run_down - sn_cascade_run_shock for downstream losses alone, from what is hit
 *  outwards; no market response. */
sn_status sn_cascade_run_down(sn_cascade *run, const sn_shock *shock,
                              sn_cascade_result *result, sn_error *err);

/**
 * sn_knots_find - the knots among some nodes.
 *
 * net     [in]      whose system it is
 * node    [in,out]  count nodes; sorted by knot on return, else in the order given
 * first   [out]     count places, *knots of them used: where in `node` a knot begins
 * mark    [in,out]  MARK_KNOT is set anew for the actions of these nodes
 * leaks   [in]      whether an action that MARK_WHOLE allows leaks in this run; may be NULL
 *
 * Returns  SN_OK; SN_ENOMEM.  Cost O(entries of the nodes) per round; rounds are few.
 */
sn_status sn_knots_find(const sn_network *net, const sn_system *system, int32_t *node,
                        size_t count, uint32_t *first, size_t *knots, uint8_t *mark,
                        int32_t *local,
                        bool (*leaks)(const void *context, size_t node, size_t action),
                        const void *context, sn_error *err);

/** sn_cascade_solve - the least solution on `knots`, the rest of x being fixed.  *bound: how
 *  far any of them may be off.  SN_ENUMERIC when that stays above the tolerance. */
sn_status sn_cascade_solve(sn_solver *solver, const sn_knots *knots, double *bound,
                           sn_error *err);

/** sn_cascade_settle - sweep upwards until no loss grows by more than target, or jump there;
 *  *jumped is set when it did. */
sn_status sn_cascade_settle(sn_solver *solver, const sn_knots *knots, double target,
                            bool *jumped, sn_error *err);

/** sn_cascade_refresh - sigma of the solver's markets at the losses x. */
void sn_cascade_refresh(const sn_solver *solver);

/** sn_cascade_direct - one step of policy iteration: each knot keeps the action that is worst
 *  at x, and the linear system that this leaves is solved; x takes its solution.  `shift` is
 *  added to every right-hand side. */
sn_status sn_cascade_direct(sn_solver *solver, const sn_knots *knots, double shift,
                            sn_error *err);

#endif /* SN_METRICS_CASCADE_PRIVATE_H */
