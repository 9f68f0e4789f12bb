/* supplynet.h - the library: ask about supply networks from C, and from all that can call C.
 *
 *     supplynet_network *net = NULL;
 *     char *json = NULL;
 *     const char *words[] = {"whatif", "--remove", "CHN", "--mode", "exports"};
 *
 *     if (supplynet_load("critical-minerals-2024", "gallium", &net) == SUPPLYNET_DONE &&
 *         supplynet_answer(net, 5, words, &json) == SUPPLYNET_DONE)
 *         puts(json);
 *     else
 *         fprintf(stderr, "%s\n", supplynet_error());
 *     supplynet_free(json);
 *     supplynet_close(net);
 *
 * Every function that can fail returns a supplynet_status, the exit codes of the program; the
 * reason is then in supplynet_error.  The library prints nothing, installs no signal handler and
 * never ends the process.  Build with `pkg-config --cflags --libs supplynet`.
 *
 * Threads.  Any thread may call; calls that work on a network take turns (igraph is not
 * thread-safe), sweeps and simulations use threads of their own inside.  A callback runs in the
 * thread that called.
 *
 * Memory.  Text marked "lent" belongs to the network and lives until supplynet_close.
 *
 * Names and numbers are those of the program: `supplynet help VERB`, docs/model.md.
 */
#ifndef SUPPLYNET_H
#define SUPPLYNET_H

#include <stddef.h>

#if defined(__GNUC__)
#define SUPPLYNET_API __attribute__((visibility("default")))
#else
#define SUPPLYNET_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** SUPPLYNET_ABI - of this header; supplynet_abi() tells that of the library.  Functions are added
 *  without a new number, never changed or taken away. */
#define SUPPLYNET_ABI 0

/** supplynet_status - the exit codes of the program. */
typedef enum {
    SUPPLYNET_DONE = 0,
    SUPPLYNET_NO = 1,    /* done, and the answer is no: --fail-if was met, the input is unsound */
    SUPPLYNET_USAGE = 2, /* asked for something that does not exist                             */
    SUPPLYNET_INPUT = 3, /* a file cannot be read, or does not hold a network                   */
    SUPPLYNET_RUN = 4,   /* memory, output, no convergence                                      */
    SUPPLYNET_BUG = 70
} supplynet_status;

/** supplynet_network - a loaded network; nothing about it ever changes. */
typedef struct supplynet_network supplynet_network;

/** supplynet_loss - what a removal costs, as shares 0..1 of the weight (NaN: nothing is weighed). */
typedef struct {
    double loss;      /* of the worse of both directions at each node            */
    double loss_down; /* of what suppliers no longer send                        */
    double loss_up;   /* of what customers no longer take                        */
    double bound;     /* none of the three is farther from the true value        */
} supplynet_loss;

SUPPLYNET_API const char *supplynet_version(void);
SUPPLYNET_API int supplynet_abi(void);

/** supplynet_error - why this thread's last call failed; one line, "" when it did not.  Lent until
 *  the thread's next call. */
SUPPLYNET_API const char *supplynet_error(void);

/**
 * supplynet_load - load a network.
 *
 * network    [in]   what -n takes: a built-in name, a folder, a .zip, a flows file
 * commodity  [in]   "cobalt|nickel": only these; NULL: all
 * net        [out]  to be released with supplynet_close; written on success only
 */
SUPPLYNET_API int supplynet_load(const char *network, const char *commodity,
                                 supplynet_network **net);
/** supplynet_close - release a network; NULL is fine. */
SUPPLYNET_API void supplynet_close(supplynet_network *net);

/* What is in it.  Nodes and flows are numbered from 0; nodes are in the order of their ids. */
SUPPLYNET_API size_t supplynet_node_count(const supplynet_network *net);
SUPPLYNET_API size_t supplynet_flow_count(const supplynet_network *net);
/** supplynet_node_id - lent; NULL past the end. */
SUPPLYNET_API const char *supplynet_node_id(const supplynet_network *net, size_t node);
/** supplynet_node_text - label, country, owner, commodity, stage or sector of a node; lent; NULL
 *  where it is unknown. */
SUPPLYNET_API const char *supplynet_node_text(const supplynet_network *net, size_t node,
                                              const char *column);
/** supplynet_node_find - the number of the node with that id, or -1. */
SUPPLYNET_API long supplynet_node_find(const supplynet_network *net, const char *id);
/** supplynet_node_output, supplynet_node_final_demand - [unit / year]; NaN past the end. */
SUPPLYNET_API double supplynet_node_output(const supplynet_network *net, size_t node);
SUPPLYNET_API double supplynet_node_final_demand(const supplynet_network *net, size_t node);
/** supplynet_flow_get - a flow; each of the three places may be NULL. */
SUPPLYNET_API int supplynet_flow_get(const supplynet_network *net, size_t flow, size_t *supplier,
                                     size_t *buyer, double *amount);

/**
 * supplynet_whatif - what is lost when something goes away, nobody reacting.
 *
 * select     [in]   a selector: "CHN", "country=CHN&stage=refining", "owner=CHN"
 * mode       [in]   production, exports, imports or transit; NULL: production
 * fraction   [in]   how much of it, 0..1
 * total      [out]  may be NULL
 * node_loss  [out]  supplynet_node_count(net) losses 0..1, the worse of both directions; may be NULL
 */
SUPPLYNET_API int supplynet_whatif(const supplynet_network *net, const char *select, const char *mode,
                                   double fraction, supplynet_loss *total, double *node_loss);

/** supplynet_removal - told of each removal of a sweep as it is worked out, always in the same order; a
 *  value other than 0 ends the sweep.  id and commodity (NULL: none) are lent for the call. */
typedef int (*supplynet_removal)(void *context, const char *id, const char *commodity,
                                 const supplynet_loss *loss);

/**
 * supplynet_sweep - what every single removal costs.
 *
 * by        [in]  node, firm, country, owner, stage or commodity; NULL: node
 * told      [in]  called for each
 * context   [in]  handed to it
 *
 * Returns  SUPPLYNET_DONE also when ended by the callback.
 */
SUPPLYNET_API int supplynet_sweep(const supplynet_network *net, const char *by,
                                  supplynet_removal told, void *context);

/**
 * supplynet_answer - what the program would print: JSON, unless the words ask for another format.
 *
 * net    [in]   the network; NULL: the verb loads what the words name
 * count, words [in]  a verb and its options: {"exposure", "--of", "JPN"}
 * text   [out]  to be released with supplynet_free; written with SUPPLYNET_DONE and SUPPLYNET_NO
 */
SUPPLYNET_API int supplynet_answer(const supplynet_network *net, int count,
                                   const char *const words[], char **text);

/** supplynet_free - release a text; NULL is fine. */
SUPPLYNET_API void supplynet_free(void *text);

#ifdef __cplusplus
}
#endif

#endif /* SUPPLYNET_H */
