/* bridge.h - igraph's and GSL's global error state -> sn_status.  For graph/ and metrics/. */
#ifndef SN_GRAPH_BRIDGE_H
#define SN_GRAPH_BRIDGE_H

#include "graph/error.h"

/** sn_bridge_setup - install our handlers; call once, first thing in main and in every test
 *  program.  Without it both libraries abort on an error. */
void sn_bridge_setup(void);

/** sn_from_igraph - turn an igraph_error_t into a status with igraph's own reason. */
sn_status sn_from_igraph(int code, sn_error *err);

/** sn_from_gsl - turn a GSL error code into a status. */
sn_status sn_from_gsl(int code, sn_error *err);

#define SN_TRY_IGRAPH(expr) SN_TRY(sn_from_igraph((int)(expr), err))
#define SN_TRY_GSL(expr) SN_TRY(sn_from_gsl((expr), err))

/* For igraph constructors: after a failed one the object must not be destroyed, so zero it. */
#define SN_TRY_INIT(object, expr)                                                              \
    do {                                                                                       \
        if ((status = sn_from_igraph((int)(expr), err)) != SN_OK) {                            \
            memset((object), 0, sizeof *(object));                                             \
            goto out;                                                                          \
        }                                                                                      \
    } while (0)

#endif /* SN_GRAPH_BRIDGE_H */
